//! Fair rankings of groups: small samples drawn toward the mean of all, ranks with their uncertainty, and funnel limits.

use anyhow::{Context, bail};
use radost_stats::league::{
    FunnelMethod, League, LeagueOptions, LeaguePrior, funnel_of_means, funnel_of_shares,
    league_of_means, league_of_shares,
};
use radost_stats::pool::{Heterogeneity, StudyEffect, pool};
use radost_stats::{CsatTally, Level, MeanTally, Progress, VarianceConvention, benjamini_hochberg};
use schemars::JsonSchema;
use serde::Serialize;

use super::super::answer::{Cell, Grid, num};
use super::super::meter::Meter;
use super::super::picture;
use crate::analyst::measure::Tally;

/// How a league table is made.
pub(super) struct Rules {
    pub(super) level: Level,
    /// How many groups count as the top, and as the bottom.
    pub(super) places: Option<usize>,
    /// What the funnel is drawn around; the value of all together without it.
    pub(super) target: Option<f64>,
    /// Whether groups are taken to vary by more than their samples.
    pub(super) overdispersed: bool,
    pub(super) seed: u64,
}

/// A fair ranking.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LeagueFinding {
    /// What the groups have in common: true shares by a beta distribution, true means by a normal one, or nothing but chance.
    prior: &'static str,
    /// The value of a group to be expected before its answers are seen.
    prior_mean: f64,
    /// How many groups count as the top, and as the bottom.
    places: u64,
    /// What the funnel is drawn around.
    target: f64,
    /// Variance between groups in the funnel's limits; 0 where it is not used.
    funnel_tau_squared: f64,
    /// The best first.
    units: Vec<LeagueUnit>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct LeagueUnit {
    group: String,
    n: u64,
    /// What the group's own answers say.
    raw: f64,
    /// The fair value, drawn toward the mean of all.
    value: f64,
    low: f64,
    high: f64,
    /// How far it is drawn: 0 is not at all, 1 is all the way.
    shrinkage: f64,
    /// 1 is the best.
    expected_rank: f64,
    rank_low: u64,
    rank_high: u64,
    probability_top: f64,
    probability_bottom: f64,
    /// Limits for a group of this size at the target.
    funnel_low: f64,
    funnel_high: f64,
    /// Of "this group is at the target", corrected for the number of groups by Benjamini and Hochberg.
    funnel_p_value: f64,
    /// above, below, or as expected: against the target, by the corrected p-value.
    verdict: &'static str,
}

/// Scores of −100, 0 and 100, and means as they are.
fn as_mean(tally: &Tally) -> Option<anyhow::Result<MeanTally>> {
    match tally {
        Tally::Csat(..) => None,
        Tally::Mean(tally) => Some(Ok(*tally)),
        Tally::Nps(tally) => {
            let (promoters, detractors) = (tally.promoters as f64, tally.detractors as f64);
            let (sum, squares) = (
                100.0 * (promoters - detractors),
                10_000.0 * (promoters + detractors),
            );
            Some(MeanTally::from_sums(tally.n(), sum, squares).map_err(Into::into))
        }
    }
}

pub(super) fn league(
    groups: &[(String, &Tally)],
    rules: &Rules,
    meter: &Meter,
) -> anyhow::Result<LeagueFinding> {
    if groups.len() < 3 {
        bail!(
            "a league table needs three groups, and there are {}",
            groups.len()
        );
    }
    let options = LeagueOptions {
        level: rules.level,
        places: rules
            .places
            .unwrap_or_else(|| LeagueOptions::default().places.min(groups.len() / 2)),
        seed: rules.seed,
        ..LeagueOptions::default()
    };
    let tick = meter.on("ranking");
    let progress = Progress::new(&tick);
    let method = |chance| {
        if rules.overdispersed {
            FunnelMethod::Additive { winsorised: 0.1 }
        } else {
            chance
        }
    };
    let means = groups.iter().filter_map(|(_, tally)| as_mean(tally));
    let means = means.collect::<anyhow::Result<Vec<MeanTally>>>()?;
    let shares = groups.iter().filter_map(|(_, tally)| match tally {
        Tally::Csat(tally, _) => Some(*tally),
        _ => None,
    });
    let shares: Vec<CsatTally> = shares.collect();
    let (league, funnel) = if means.is_empty() {
        (
            league_of_shares(&shares, &options, progress)?,
            funnel_of_shares(&shares, rules.target, method(FunnelMethod::ExactBinomial))?,
        )
    } else {
        (
            league_of_means(&means, &options, progress)?,
            funnel_of_means(&means, rules.target, method(FunnelMethod::Normal))?,
        )
    };
    let p: Vec<f64> = funnel.rows.iter().map(|row| row.p_value).collect();
    let corrected = benjamini_hochberg(&p)?;
    let rows = groups
        .iter()
        .zip(&league.rows)
        .zip(funnel.rows.iter().zip(corrected));
    let mut units: Vec<LeagueUnit> = rows
        .map(|(((name, _), row), (point, p_value))| {
            let band = funnel.band(point.n, rules.level);
            LeagueUnit {
                group: name.clone(),
                n: point.n,
                raw: row.raw,
                value: row.value,
                low: row.low,
                high: row.high,
                shrinkage: row.shrinkage,
                expected_rank: row.expected_rank,
                rank_low: row.rank_low as u64,
                rank_high: row.rank_high as u64,
                probability_top: row.probability_top,
                probability_bottom: row.probability_bottom,
                funnel_low: band.low,
                funnel_high: band.high,
                funnel_p_value: p_value,
                verdict: if p_value >= rules.level.alpha() {
                    "as expected"
                } else if point.value > funnel.target {
                    "above"
                } else {
                    "below"
                },
            }
        })
        .collect();
    units.sort_by(|a, b| {
        a.expected_rank
            .total_cmp(&b.expected_rank)
            .then(b.value.total_cmp(&a.value))
    });
    let (prior, prior_mean) = common(&league);
    Ok(LeagueFinding {
        prior,
        prior_mean,
        places: options.places as u64,
        target: funnel.target,
        funnel_tau_squared: funnel.tau_squared,
        units,
    })
}

fn common(league: &League) -> (&'static str, f64) {
    match league.prior {
        LeaguePrior::Beta { alpha, beta } => ("beta", 100.0 * alpha / (alpha + beta)),
        LeaguePrior::Normal { mean, .. } => ("normal", mean),
        LeaguePrior::Common { value } => ("chance alone", value),
    }
}

impl LeagueFinding {
    pub(super) fn grid(&self, by: &str, decimals: usize) -> Grid {
        let mut grid = Grid::new(
            "Fair ranking",
            [
                by,
                "n",
                "raw",
                "fair",
                "low",
                "high",
                "rank",
                "from",
                "to",
                &format!("in top {}, %", self.places),
                &format!("in bottom {}, %", self.places),
                "limit below",
                "limit above",
                "p",
                "is",
            ],
        );
        for unit in &self.units {
            grid.row([
                unit.group.as_str().into(),
                unit.n.into(),
                num(unit.raw, decimals),
                num(unit.value, decimals),
                num(unit.low, decimals),
                num(unit.high, decimals),
                num(unit.expected_rank, 1),
                unit.rank_low.into(),
                unit.rank_high.into(),
                num(unit.probability_top * 100.0, 0),
                num(unit.probability_bottom * 100.0, 0),
                num(unit.funnel_low, decimals),
                num(unit.funnel_high, decimals),
                Cell::P(unit.funnel_p_value),
                unit.verdict.into(),
            ]);
        }
        grid
    }

    pub(super) fn notes(&self, target_given: bool, overdispersed: bool) -> Vec<String> {
        let mut notes = vec![
            match self.prior {
                "beta" => "fair values by empirical Bayes: true shares vary by a beta distribution, of maximum likelihood".to_owned(),
                "normal" => "fair values by empirical Bayes: true values vary by a normal distribution (REML)".to_owned(),
                _ => "the groups differ no more than by chance: all have one fair value, and any ranking is luck".to_owned(),
            },
            "ranks from draws of all true values together".to_owned(),
        ];
        let around = if target_given {
            "the target given"
        } else {
            "the value of all together"
        };
        let limits = if overdispersed {
            "with the variance between groups added"
        } else {
            "of chance alone"
        };
        notes.push(format!(
            "funnel around {around}, {:.2}, with limits {limits}; p corrected by Benjamini and Hochberg",
            self.target
        ));
        notes
    }

    pub(super) fn picture(&self, title: &str) -> String {
        let rows: Vec<picture::Bar> = self
            .units
            .iter()
            .map(|unit| picture::Bar {
                label: unit.group.clone(),
                value: unit.value,
                low: Some(unit.low),
                high: Some(unit.high),
            })
            .collect();
        let raw: Vec<f64> = self.units.iter().map(|unit| unit.raw).collect();
        picture::dots(
            title,
            "The fair value of each group with its interval, and what its own answers say as a ring.",
            &rows,
            &raw,
            self.target,
        )
    }
}

/// All groups as one, each a study of its own.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PooledFinding {
    /// With random effects, variance by restricted maximum likelihood.
    effect: f64,
    /// By Hartung and Knapp.
    low: f64,
    high: f64,
    /// With the groups taken to be equal.
    fixed_effect: f64,
    fixed_low: f64,
    fixed_high: f64,
    /// Where one more group is expected; null below three groups.
    prediction_low: Option<f64>,
    prediction_high: Option<f64>,
    /// Variance between groups.
    tau_squared: f64,
    /// Percent of the variation between groups that is not chance.
    i_squared: f64,
    q: f64,
    /// Of "all groups are equal".
    q_p_value: f64,
    groups: u64,
}

/// Each group a study of its own.
pub(super) fn pooled_groups(
    groups: &[(String, &Tally)],
    level: Level,
) -> anyhow::Result<PooledFinding> {
    let mut studies = Vec::with_capacity(groups.len());
    for (name, tally) in groups {
        let (effect, standard_error) = match tally {
            Tally::Nps(tally) => (
                tally.score()?,
                tally.standard_error(VarianceConvention::Sample)?,
            ),
            Tally::Mean(tally) => (tally.mean()?, tally.standard_error()?),
            Tally::Csat(tally, _) => {
                let share = tally.share()?;
                (share, (share * (100.0 - share) / tally.n() as f64).sqrt())
            }
        };
        if standard_error <= 0.0 {
            bail!(
                "--pool: all answers of {name} are equal, so that nothing says how exact they are"
            );
        }
        studies.push(StudyEffect {
            effect,
            standard_error,
        });
    }
    pooled(&studies, level).context("--pool")
}

pub(super) fn pooled(studies: &[StudyEffect], level: Level) -> anyhow::Result<PooledFinding> {
    let random = pool(studies, Heterogeneity::Reml, level)?;
    let fixed = pool(studies, Heterogeneity::None, level)?;
    Ok(PooledFinding {
        effect: random.effect,
        low: random.hartung_knapp_low,
        high: random.hartung_knapp_high,
        fixed_effect: fixed.effect,
        fixed_low: fixed.low,
        fixed_high: fixed.high,
        prediction_low: random.prediction.map(|range| range.low),
        prediction_high: random.prediction.map(|range| range.high),
        tau_squared: random.tau_squared,
        i_squared: random.i_squared,
        q: random.q,
        q_p_value: random.q_p_value,
        groups: random.studies as u64,
    })
}

impl PooledFinding {
    pub(super) fn grid(&self, decimals: usize) -> Grid {
        let mut grid = Grid::new(
            "All groups pooled",
            ["", "value", "low", "high", "I² %", "tau²", "Q", "p of Q"],
        );
        grid.row([
            "random effects".into(),
            num(self.effect, decimals),
            num(self.low, decimals),
            num(self.high, decimals),
            num(self.i_squared, 1),
            num(self.tau_squared, 4),
            num(self.q, 3),
            Cell::P(self.q_p_value),
        ]);
        grid.row([
            "equal groups".into(),
            num(self.fixed_effect, decimals),
            num(self.fixed_low, decimals),
            num(self.fixed_high, decimals),
        ]);
        if let (Some(low), Some(high)) = (self.prediction_low, self.prediction_high) {
            grid.row([
                "one more group".into(),
                Cell::Nothing,
                num(low, decimals),
                num(high, decimals),
            ]);
        }
        grid
    }
}
