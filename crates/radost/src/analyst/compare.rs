//! Whether groups differ, and which.

use anyhow::{Context, anyhow, bail};
use clap::{Args, ValueEnum};
use radost_stats::compare::{
    ContingencyTable, MonteCarlo, OrdinalTally, cohen_h, hedges_g, nps_homogeneity, welch_anova,
};
use radost_stats::pool::StudyEffect;
use radost_stats::{
    Comparison, CsatTally, Level, MIN_TO_COMPARE, MeanTally, NpsTally, Progress, Verdict,
    benjamini_hochberg, holm,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::answer::{Answer, Cell, Finding, Grid, Seen, Shown, grouped, many, num};
use super::measure::{Measure, Tally};
use super::meter::Meter;
use super::source::{Groups, Source, level};
use super::{Analysis, picture};

mod league;

use league::{LeagueFinding, PooledFinding};

/// Whether groups differ, and which.
#[derive(Debug, Args)]
pub(crate) struct Compare {
    #[command(flatten)]
    source: Source,
    /// The column that groups; with --effect, the column that names the studies.
    #[arg(long, value_name = "COL")]
    by: String,
    #[command(flatten)]
    measure: Measure,
    /// Pool results of studies, each row one: its effect in any units they share.
    #[arg(
        long,
        value_name = "COL",
        group = "what",
        requires = "standard_error",
        conflicts_with = "league"
    )]
    effect: Option<String>,
    /// With --effect: its standard error, in the same units.
    #[arg(long, value_name = "COL", requires = "effect")]
    standard_error: Option<String>,
    /// A fair ranking instead of tests: small groups drawn toward the mean of all, ranks with their uncertainty, funnel limits.
    #[arg(long)]
    league: bool,
    /// With --league: how many groups count as the top, and as the bottom; three without it.
    #[arg(long, value_name = "N", requires = "league")]
    places: Option<usize>,
    /// With --league: what the funnel is drawn around, in percent or units; the value of all together without it.
    #[arg(
        long,
        value_name = "VALUE",
        requires = "league",
        allow_hyphen_values = true
    )]
    target: Option<f64>,
    /// With --league: groups vary by more than their samples, and the funnel's limits are wider for it.
    #[arg(long, requires = "league")]
    overdispersed: bool,
    /// Also all groups as one, each a study of its own: the pooled value, and how far the groups differ beyond chance.
    #[arg(long, conflicts_with = "league")]
    pool: bool,
    /// How p-values of many comparisons are corrected.
    #[arg(long, value_enum, default_value_t = Correction::BenjaminiHochberg)]
    correction: Correction,
    /// Draws where an exact test takes too long.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Confidence of the intervals.
    #[arg(long, default_value = "0.95", value_parser = level)]
    level: Level,
    #[command(flatten)]
    shown: Shown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Correction {
    /// Few false alarms among the differences reported.
    BenjaminiHochberg,
    /// Hardly any false alarm at all.
    Holm,
    None,
}

/// Groups and how they differ.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Differences {
    /// nps, csat, mean or effect.
    metric: &'static str,
    column: String,
    by: String,
    level: f64,
    groups: Vec<GroupFinding>,
    /// Whether the groups differ at all.
    tests: Vec<TestFinding>,
    /// Every two groups.
    pairs: Vec<PairFinding>,
    /// With --league.
    league: Option<LeagueFinding>,
    /// With --pool or --effect.
    pooled: Option<PooledFinding>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct GroupFinding {
    group: String,
    /// Answers; null for results of studies.
    n: Option<u64>,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct TestFinding {
    test: String,
    statistic: f64,
    degrees_of_freedom: Option<f64>,
    p_value: f64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct PairFinding {
    group: String,
    other: String,
    /// Group less other.
    difference: f64,
    low: f64,
    high: f64,
    p_value: f64,
    /// Corrected for the number of comparisons.
    corrected_p_value: f64,
    /// higher, lower, or no clear difference, by the corrected p-value.
    verdict: &'static str,
    /// Cohen's h for shares, Hedges' g for means.
    effect_size: Option<f64>,
}

const POOLING: &str = "pooled with random effects: REML, interval of Hartung and Knapp";

/// A group: what is compared, and its answers with their counts for the ranks.
type Group = (Tally, Vec<(f64, u64)>);

impl Tally {
    fn compare(&self, other: &Self, level: Level) -> anyhow::Result<(Comparison, Option<f64>)> {
        Ok(match (self, other) {
            (Self::Nps(one), Self::Nps(other)) => (one.compare(other, level)?, None),
            (Self::Csat(one, _), Self::Csat(other, _)) => (
                one.compare(other, level)?,
                cohen_h(one, other, level).ok().map(|effect| effect.value),
            ),
            (Self::Mean(one), Self::Mean(other)) => (
                one.compare(other, level)?,
                hedges_g(one, other, level).ok().map(|effect| effect.value),
            ),
            _ => bail!("groups of one kind are compared"),
        })
    }
}

impl Analysis for Compare {
    const NAME: &'static str = "compare";
    type Finding = Differences;

    fn shown(&self) -> &Shown {
        &self.shown
    }

    fn run(&self, meter: &Meter) -> anyhow::Result<Answer<Differences>> {
        if let (Some(effect), Some(error)) = (&self.effect, &self.standard_error) {
            return self.studies(effect, error, meter);
        }
        let mut reading = self.source.open()?;
        let (kind, column) = self
            .measure
            .chosen()?
            .context("say what to compare: --nps, --csat, --mean or --effect")?;
        let metric = kind.name();
        let slot = reading.number(column)?;
        let mut groups: Groups<Group> = Groups::by(&mut reading, Some(&self.by))?;
        let mut missing = 0u64;
        let seen = reading.read(meter, |row| {
            let Some(value) = row.number(slot) else {
                missing += 1;
                return Ok(());
            };
            let Some((tally, values)) = groups.of(row, || Ok((kind.tally(), Vec::new())))? else {
                return Ok(());
            };
            tally
                .push(value)
                .with_context(|| format!("column `{column}`"))?;
            // Equal answers are kept once: their ranks are ties anyway.
            match values.binary_search_by(|(known, _)| known.total_cmp(&value)) {
                Ok(at) => values[at].1 += 1,
                Err(at) => values.insert(at, (value, 1)),
            }
            Ok(())
        })?;
        let mut left_out: Vec<String> = groups.left_out().into_iter().collect();
        if missing > 0 {
            left_out.push(format!("{} without `{column}`", many(missing, "row")));
        }
        let groups: Vec<(String, Group)> = groups
            .into_sorted()
            .into_iter()
            .map(|(name, group)| (name.unwrap_or_default(), group))
            .collect();
        if groups.len() < 2 {
            bail!(
                "`{}` has one value in the rows that count; two groups at least are compared",
                self.by
            );
        }
        if self.league {
            return self.ranked((metric, column), &groups, seen, left_out, meter);
        }
        let (large, small): (Vec<_>, Vec<_>) = groups
            .into_iter()
            .partition(|(_, (tally, _))| tally.n() >= MIN_TO_COMPARE);
        for (name, (tally, _)) in &small {
            left_out.push(format!(
                "`{}` {name}: {} answers are too few to compare",
                self.by,
                tally.n()
            ));
        }
        if large.len() < 2 {
            bail!(
                "fewer than two groups of `{}` have {MIN_TO_COMPARE} answers",
                self.by
            );
        }
        let tests = self.tests(&large, meter)?;
        let mut pairs = Vec::new();
        for (index, (name, (tally, _))) in large.iter().enumerate() {
            for (other_name, (other, _)) in large.iter().skip(index + 1) {
                let (comparison, effect_size) = tally
                    .compare(other, self.level)
                    .with_context(|| format!("{name} and {other_name}"))?;
                pairs.push(PairFinding {
                    group: name.clone(),
                    other: other_name.clone(),
                    difference: comparison.difference,
                    low: comparison.low,
                    high: comparison.high,
                    p_value: comparison.p_value,
                    corrected_p_value: comparison.p_value,
                    verdict: match comparison.verdict() {
                        Verdict::Higher => "higher",
                        Verdict::Lower => "lower",
                        Verdict::NoClearDifference => "no clear difference",
                    },
                    effect_size,
                });
            }
        }
        let p: Vec<f64> = pairs.iter().map(|pair| pair.p_value).collect();
        let corrected = match self.correction {
            Correction::BenjaminiHochberg => benjamini_hochberg(&p)?,
            Correction::Holm => holm(&p)?,
            Correction::None => p,
        };
        for (pair, corrected) in pairs.iter_mut().zip(corrected) {
            pair.corrected_p_value = corrected;
            pair.verdict = if corrected >= self.level.alpha() {
                "no clear difference"
            } else if pair.difference > 0.0 {
                "higher"
            } else {
                "lower"
            };
        }
        let pooled = if self.pool {
            let tallies: Vec<(String, &Tally)> = large
                .iter()
                .map(|(name, (tally, _))| (name.clone(), tally))
                .collect();
            Some(league::pooled_groups(&tallies, self.level)?)
        } else {
            None
        };
        let mut method: Vec<String> = tests.iter().map(|test| test.test.clone()).collect();
        method.push(match (metric, self.correction) {
            (_, Correction::None) => "pairs without correction for their number".to_owned(),
            (_, Correction::Holm) => "pairs corrected by Holm".to_owned(),
            (_, Correction::BenjaminiHochberg) => {
                "pairs corrected by Benjamini and Hochberg".to_owned()
            }
        });
        if pooled.is_some() {
            method.push(POOLING.to_owned());
        }
        Ok(Answer {
            command: Self::NAME,
            input: Some(seen),
            result: Differences {
                metric,
                column: column.to_owned(),
                by: self.by.clone(),
                level: self.level.get(),
                groups: self.values(&large),
                tests,
                pairs,
                league: None,
                pooled,
            },
            method,
            assumptions: vec![
                "independent answers, each group a simple random sample of those it stands for"
                    .to_owned(),
                "a difference is not yet a cause".to_owned(),
            ],
            left_out,
        })
    }
}

impl Compare {
    fn values(&self, groups: &[(String, Group)]) -> Vec<GroupFinding> {
        let values = groups.iter().map(|(name, (tally, _))| {
            let interval = tally.interval(self.level);
            GroupFinding {
                group: name.clone(),
                n: Some(tally.n()),
                value: interval.map(|[value, _, _]| value),
                low: interval.map(|[_, low, _]| low),
                high: interval.map(|[_, _, high]| high),
            }
        });
        values.collect()
    }

    /// Results of studies as one.
    fn studies(
        &self,
        effect: &str,
        error: &str,
        meter: &Meter,
    ) -> anyhow::Result<Answer<Differences>> {
        let mut reading = self.source.open()?;
        let name = reading.text(&self.by)?;
        let (value, spread) = (reading.number(effect)?, reading.number(error)?);
        let mut names = Vec::new();
        let mut studies = Vec::new();
        let mut missing = 0;
        let seen = reading.read(meter, |row| {
            let found = (row.text(name), row.number(value), row.number(spread));
            let (Some(name), Some(effect), Some(standard_error)) = found else {
                missing += 1;
                return Ok(());
            };
            if standard_error <= 0.0 {
                bail!("column `{error}`: a standard error is above zero, not {standard_error}");
            }
            names.push(name.to_string());
            studies.push(StudyEffect {
                effect,
                standard_error,
            });
            Ok(())
        })?;
        let pooled = league::pooled(&studies, self.level)?;
        let z = self.level.z();
        let groups = names.into_iter().zip(&studies).map(|(name, study)| {
            let half = z * study.standard_error;
            GroupFinding {
                group: name,
                n: None,
                value: Some(study.effect),
                low: Some(study.effect - half),
                high: Some(study.effect + half),
            }
        });
        let mut left_out = Vec::new();
        if missing > 0 {
            left_out.push(format!(
                "{} without name, effect or standard error",
                many(missing, "row")
            ));
        }
        Ok(Answer {
            command: Self::NAME,
            input: Some(seen),
            result: Differences {
                metric: "effect",
                column: effect.to_owned(),
                by: self.by.clone(),
                level: self.level.get(),
                groups: groups.collect(),
                tests: Vec::new(),
                pairs: Vec::new(),
                league: None,
                pooled: Some(pooled),
            },
            method: vec![POOLING.to_owned()],
            assumptions: vec![
                "independent studies of one question, none kept back for what it found".to_owned(),
                "effects of normal distribution; each interval by its own standard error"
                    .to_owned(),
            ],
            left_out,
        })
    }

    /// The groups as a league table, small ones too.
    fn ranked(
        &self,
        (metric, column): (&'static str, &str),
        groups: &[(String, Group)],
        seen: Seen,
        left_out: Vec<String>,
        meter: &Meter,
    ) -> anyhow::Result<Answer<Differences>> {
        let tallies: Vec<(String, &Tally)> = groups
            .iter()
            .map(|(name, (tally, _))| (name.clone(), tally))
            .collect();
        let rules = league::Rules {
            level: self.level,
            places: self.places,
            target: self.target,
            overdispersed: self.overdispersed,
            seed: self.seed,
        };
        let league = league::league(&tallies, &rules, meter)
            .with_context(|| format!("--league by `{}`", self.by))?;
        Ok(Answer {
            command: Self::NAME,
            input: Some(seen),
            method: league.notes(self.target.is_some(), self.overdispersed),
            result: Differences {
                metric,
                column: column.to_owned(),
                by: self.by.clone(),
                level: self.level.get(),
                groups: self.values(groups),
                tests: Vec::new(),
                pairs: Vec::new(),
                league: Some(league),
                pooled: None,
            },
            assumptions: vec![
                "independent answers, each group a simple random sample of those it stands for"
                    .to_owned(),
                "groups serve comparable customers".to_owned(),
            ],
            left_out,
        })
    }

    fn tests(&self, groups: &[(String, Group)], meter: &Meter) -> anyhow::Result<Vec<TestFinding>> {
        let tallies = groups.iter().map(|(_, (tally, _))| tally);
        let tick = meter.on("testing");
        let mut tests = Vec::new();
        let nps: Vec<NpsTally> = tallies
            .clone()
            .filter_map(|tally| {
                if let Tally::Nps(tally) = tally {
                    Some(*tally)
                } else {
                    None
                }
            })
            .collect();
        let csat: Vec<CsatTally> = tallies
            .clone()
            .filter_map(|tally| {
                if let Tally::Csat(tally, _) = tally {
                    Some(*tally)
                } else {
                    None
                }
            })
            .collect();
        let means: Vec<MeanTally> = tallies
            .filter_map(|tally| {
                if let Tally::Mean(tally) = tally {
                    Some(*tally)
                } else {
                    None
                }
            })
            .collect();
        if !nps.is_empty() {
            let test = nps_homogeneity(&nps)?;
            tests.push(TestFinding {
                test: "homogeneity of net promoter scores".to_owned(),
                statistic: test.statistic,
                degrees_of_freedom: Some(test.degrees_of_freedom),
                p_value: test.p_value,
            });
        } else if !csat.is_empty() {
            let simulation = MonteCarlo {
                seed: self.seed,
                ..MonteCarlo::default()
            };
            let test = ContingencyTable::of_shares(&csat)?
                .independence(simulation, Progress::new(&tick))?;
            tests.push(TestFinding {
                test: format!("independence, {}", test.method),
                statistic: test.statistic,
                degrees_of_freedom: Some(test.degrees_of_freedom),
                p_value: test.p_value,
            });
        } else {
            let test = welch_anova(&means)?;
            tests.push(TestFinding {
                test: "Welch's analysis of variance".to_owned(),
                statistic: test.f,
                degrees_of_freedom: Some(test.freedom_between),
                p_value: test.p_value,
            });
        }
        if csat.is_empty() {
            let mut ranks = OrdinalTally::new(groups.len())?;
            for (group, (_, (_, values))) in groups.iter().enumerate() {
                for (value, count) in values {
                    ranks.add(group, *value, *count)?;
                }
            }
            let test = ranks
                .kruskal_wallis()
                .map_err(|error| anyhow!("Kruskal–Wallis: {error}"))?;
            tests.push(TestFinding {
                test: "Kruskal–Wallis on ranks".to_owned(),
                statistic: test.h,
                degrees_of_freedom: Some(test.degrees_of_freedom),
                p_value: test.p_value,
            });
        }
        Ok(tests)
    }
}

impl Differences {
    fn decimals(&self) -> usize {
        match self.metric {
            "mean" => 2,
            "effect" => 3,
            _ => 1,
        }
    }
}

impl Finding for Differences {
    fn grids(&self) -> Vec<Grid> {
        let decimals = self.decimals();
        if let Some(league) = &self.league {
            return vec![league.grid(&self.by, decimals)];
        }
        let mut groups = Grid::new(
            format!("{} {}", self.metric.to_uppercase(), self.column),
            [self.by.as_str(), "value", "low", "high", "n"],
        );
        for group in &self.groups {
            groups.row([
                group.group.as_str().into(),
                num(group.value, decimals),
                num(group.low, decimals),
                num(group.high, decimals),
                group.n.map_or(Cell::Nothing, Cell::from),
            ]);
        }
        let mut tests = Grid::new("Do they differ?", ["test", "statistic", "df", "p"]);
        for test in &self.tests {
            tests.row([
                test.test.as_str().into(),
                num(test.statistic, 3),
                num(test.degrees_of_freedom, 0),
                Cell::P(test.p_value),
            ]);
        }
        let mut pairs = Grid::new(
            "Which?",
            [
                "group",
                "compared with",
                "difference",
                "low",
                "high",
                "p",
                "corrected p",
                "effect",
                "is",
            ],
        );
        for pair in &self.pairs {
            pairs.row([
                pair.group.as_str().into(),
                pair.other.as_str().into(),
                num(pair.difference, decimals),
                num(pair.low, decimals),
                num(pair.high, decimals),
                Cell::P(pair.p_value),
                Cell::P(pair.corrected_p_value),
                num(pair.effect_size, 2),
                pair.verdict.into(),
            ]);
        }
        let mut grids = vec![groups.without_empty()];
        if !self.tests.is_empty() {
            grids.extend([tests, pairs.without_empty()]);
        }
        grids.extend(self.pooled.as_ref().map(|pooled| pooled.grid(decimals)));
        grids
    }

    fn picture(&self) -> Option<String> {
        let title = format!(
            "{} {} by {}",
            self.metric.to_uppercase(),
            self.column,
            self.by
        );
        if let Some(league) = &self.league {
            return Some(league.picture(&title));
        }
        let bars: Vec<picture::Bar> = self
            .groups
            .iter()
            .filter_map(|group| {
                Some(picture::Bar {
                    label: group.group.clone(),
                    value: group.value?,
                    low: group.low,
                    high: group.high,
                })
            })
            .collect();
        let decimals = self.decimals();
        (!bars.is_empty())
            .then(|| picture::bars(&title, "Each group with its interval.", &bars, decimals))
    }

    fn n(&self) -> String {
        let groups = self.groups.len();
        if self.metric == "effect" {
            return format!("{groups} studies");
        }
        let n = self.groups.iter().filter_map(|group| group.n).sum();
        format!("{} answers in {groups} groups", grouped(n))
    }
}
