//! Drivers of a yes or no: logistic regression, and McFadden's R² shared out among them.

use anyhow::{anyhow, bail};
use radost_stats::drivers::{BinaryTally, LogisticCoefficient};
use radost_stats::{Level, Progress};
use schemars::JsonSchema;
use serde::Serialize;

use super::super::answer::{Cell, Grid, num};
use super::super::meter::Meter;

/// Most drivers whose dominance is computed from every subset of them.
pub(super) const MOST_EXACT: usize = 12;
/// Orders that are drawn where the subsets are too many.
pub(super) const ORDERS: u64 = 100;

/// A logistic regression with the dominance of its drivers.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LogisticFinding {
    /// The group; null for everybody.
    pub(super) group: Option<String>,
    /// Rows that count.
    pub(super) n: u64,
    /// Rows left out for missing answers.
    pub(super) left_out: u64,
    /// Share of yes, 0 to 1.
    yes: f64,
    /// 1 − log-likelihood / log-likelihood without drivers.
    mcfadden_r_squared: f64,
    /// Lower bound of McFadden's R² from the resamples.
    mcfadden_r_squared_low: Option<f64>,
    /// Upper bound of McFadden's R² from the resamples.
    mcfadden_r_squared_high: Option<f64>,
    log_likelihood: f64,
    null_log_likelihood: f64,
    /// Chi-square of "no driver has an effect", on as many degrees of freedom as there are drivers.
    likelihood_ratio: f64,
    p_value: f64,
    intercept: LogOdds,
    /// In the order asked for.
    pub(super) drivers: Vec<LogisticDriver>,
}

/// A coefficient in log-odds.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
struct LogOdds {
    value: f64,
    standard_error: f64,
    z: f64,
    p_value: f64,
    low: f64,
    high: f64,
}

impl From<LogisticCoefficient> for LogOdds {
    fn from(coefficient: LogisticCoefficient) -> Self {
        Self {
            value: coefficient.value,
            standard_error: coefficient.standard_error,
            z: coefficient.z,
            p_value: coefficient.p_value,
            low: coefficient.low,
            high: coefficient.high,
        }
    }
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LogisticDriver {
    pub(super) driver: String,
    /// Its mean among the rows that count: how well it is doing.
    pub(super) mean: f64,
    /// Change of the log-odds per unit of the driver.
    slope: LogOdds,
    /// By what the odds of a yes are multiplied per unit of the driver.
    odds_ratio: f64,
    odds_ratio_low: f64,
    odds_ratio_high: f64,
    /// The slope per standard deviation of the driver.
    standardized: f64,
    /// Its part of McFadden's R²; null where it was not asked for.
    pub(super) dominance: Option<DominanceShare>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DominanceShare {
    /// Of McFadden's R².
    pub(super) value: f64,
    /// Of all drivers, 0 to 1.
    pub(super) share: f64,
    /// Of the share, from the resamples.
    pub(super) share_low: Option<f64>,
    pub(super) share_high: Option<f64>,
    /// Where orders were drawn rather than all walked through: how exact the value is.
    sampling_error: Option<f64>,
}

/// The rows of one group.
pub(super) struct BinarySample {
    tally: BinaryTally,
    /// Rows with a weight, kept until the sum of the weights is known.
    weighted: Vec<(Vec<f64>, bool, f64)>,
    rows: u64,
    left_out: u64,
    weights: f64,
    sums: Vec<f64>,
}

impl BinarySample {
    pub(super) fn new(drivers: &[String]) -> anyhow::Result<Self> {
        Ok(Self {
            tally: BinaryTally::new(drivers.iter().cloned())?,
            weighted: Vec::new(),
            rows: 0,
            left_out: 0,
            weights: 0.0,
            sums: vec![0.0; drivers.len()],
        })
    }

    pub(super) fn push(
        &mut self,
        outcome: Option<f64>,
        answers: &[Option<f64>],
        weight: Option<f64>,
    ) -> anyhow::Result<()> {
        let answers: Option<Vec<f64>> = answers.iter().copied().collect();
        let (Some(outcome), Some(answers)) = (outcome, answers) else {
            self.left_out += 1;
            return Ok(());
        };
        let yes = yes_or_no(outcome)?;
        let by = weight.unwrap_or(1.0);
        for (sum, answer) in self.sums.iter_mut().zip(&answers) {
            *sum += by * answer;
        }
        self.weights += by;
        self.rows += 1;
        match weight {
            None => self.tally.push(&answers, yes)?,
            Some(weight) if weight > 0.0 && weight.is_finite() => {
                self.weighted.push((answers, yes, weight));
            }
            Some(weight) => bail!("the weight is {weight}, and must be above zero"),
        }
        Ok(())
    }

    pub(super) fn fit(
        mut self,
        drivers: &[String],
        dominance: bool,
        bootstrap: u64,
        seed: u64,
        level: Level,
        meter: &Meter,
    ) -> anyhow::Result<LogisticFinding> {
        // Errors reckon with (Σ w)² / Σ w² rows, as in least squares.
        let squares: f64 = self
            .weighted
            .iter()
            .map(|(_, _, weight)| weight * weight)
            .sum();
        for (answers, yes, weight) in std::mem::take(&mut self.weighted) {
            self.tally
                .add(&answers, yes, weight * self.weights / squares)?;
        }
        let fit = self.tally.fit(drivers, level)?;
        let tick = meter.on("importance");
        let progress = Progress::new(&tick);
        let shares: Vec<(f64, Option<f64>)> = if !dominance {
            Vec::new()
        } else if drivers.len() <= MOST_EXACT {
            let found = self.tally.dominance(drivers, &progress)?;
            found
                .drivers
                .iter()
                .map(|driver| (driver.general, None))
                .collect()
        } else {
            let found = self
                .tally
                .dominance_sampled(drivers, ORDERS, seed, &progress)?;
            let drivers = found.drivers.iter();
            drivers
                .map(|driver| (driver.value, driver.sampling_error))
                .collect()
        };
        let total: f64 = shares.iter().map(|(value, _)| value).sum();
        let resampled = if bootstrap > 0 {
            let tick = meter.on("resampling");
            let progress = Progress::new(&tick);
            let found = self
                .tally
                .dominance_bootstrap(drivers, bootstrap, seed, level, &progress)?;
            Some(found)
        } else {
            None
        };
        let bounds = |index: usize| resampled.as_ref()?.rows.get(index)?.share;
        let rows = fit
            .coefficients
            .iter()
            .enumerate()
            .map(|(index, row)| LogisticDriver {
                driver: row.driver.clone(),
                mean: self.sums.get(index).copied().unwrap_or(0.0) / self.weights,
                slope: row.slope.into(),
                odds_ratio: row.odds_ratio,
                odds_ratio_low: row.slope.low.exp(),
                odds_ratio_high: row.slope.high.exp(),
                standardized: row.standardized,
                dominance: shares
                    .get(index)
                    .map(|&(value, sampling_error)| DominanceShare {
                        value,
                        share: value / total.max(f64::MIN_POSITIVE),
                        share_low: bounds(index).map(|share| share.low),
                        share_high: bounds(index).map(|share| share.high),
                        sampling_error,
                    }),
            });
        Ok(LogisticFinding {
            group: None,
            n: self.rows,
            left_out: self.left_out,
            yes: fit.n_yes / fit.n,
            mcfadden_r_squared: fit.mcfadden_r_squared,
            mcfadden_r_squared_low: resampled.as_ref().map(|found| found.r_squared_low),
            mcfadden_r_squared_high: resampled.as_ref().map(|found| found.r_squared_high),
            log_likelihood: fit.log_likelihood,
            null_log_likelihood: fit.null_log_likelihood,
            likelihood_ratio: fit.likelihood_ratio,
            p_value: fit.p_value,
            intercept: fit.intercept.into(),
            drivers: rows.collect(),
        })
    }
}

fn yes_or_no(value: f64) -> anyhow::Result<bool> {
    match value {
        1.0 => Ok(true),
        0.0 => Ok(false),
        other => Err(anyhow!(
            "{other} is neither 1 nor 0; say which value is the yes, as COL=VALUE"
        )),
    }
}

pub(super) fn grids(outcome: &str, by: &str, models: &[LogisticFinding]) -> Vec<Grid> {
    let mut importance = Grid::new(
        format!("What drives {outcome}"),
        [
            by,
            "driver",
            "mean",
            "dominance",
            "%",
            "% low",
            "% high",
            "±",
            "log-odds",
            "se",
            "p",
            "odds ratio",
            "low",
            "high",
        ],
    );
    let mut fit = Grid::new(
        "Fit",
        [
            by,
            "n",
            "yes %",
            "McFadden's R²",
            "low",
            "high",
            "chi²",
            "p",
            "log-likelihood",
        ],
    );
    for model in models {
        let mut drivers: Vec<&LogisticDriver> = model.drivers.iter().collect();
        let weight =
            |driver: &LogisticDriver| driver.dominance.as_ref().map_or(0.0, |share| share.value);
        drivers.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
        for driver in drivers {
            let dominance = driver.dominance.as_ref();
            importance.row([
                model.group.clone().into(),
                driver.driver.as_str().into(),
                num(driver.mean, 2),
                num(dominance.map(|share| share.value), 4),
                num(dominance.map(|share| share.share * 100.0), 1),
                num(
                    dominance.and_then(|share| Some(share.share_low? * 100.0)),
                    1,
                ),
                num(
                    dominance.and_then(|share| Some(share.share_high? * 100.0)),
                    1,
                ),
                num(dominance.and_then(|share| share.sampling_error), 4),
                num(driver.slope.value, 4),
                num(driver.slope.standard_error, 4),
                Cell::P(driver.slope.p_value),
                num(driver.odds_ratio, 3),
                num(driver.odds_ratio_low, 3),
                num(driver.odds_ratio_high, 3),
            ]);
        }
        fit.row([
            model.group.clone().into(),
            model.n.into(),
            num(model.yes * 100.0, 1),
            num(model.mcfadden_r_squared, 4),
            num(model.mcfadden_r_squared_low, 4),
            num(model.mcfadden_r_squared_high, 4),
            num(model.likelihood_ratio, 2),
            Cell::P(model.p_value),
            num(model.log_likelihood, 3),
        ]);
    }
    vec![importance.without_empty(), fit.without_empty()]
}
