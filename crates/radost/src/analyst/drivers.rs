//! What drives an outcome: regression, LMG and relative weights.

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use radost_stats::drivers::{
    Bootstrap, BootstrapInterval, DriverMeasure, DriverRows, ImportanceBootstrap, Missing,
    MissingTally, Ols, Weights,
};
use radost_stats::{Level, Progress};
use schemars::JsonSchema;
use serde::Serialize;

use super::answer::{Answer, Cell, Finding, Grid, Shown, grouped, many, num};
use super::meter::Meter;
use super::source::{Groups, Source, level};
use super::{Analysis, picture};

/// What drives satisfaction: importance of drivers.
#[derive(Debug, Args)]
pub(crate) struct Drivers {
    #[command(flatten)]
    source: Source,
    /// What is to be explained: a column of numbers, or COL=VALUE for whether the column has that value.
    #[arg(long, value_name = "COL[=VALUE]")]
    outcome: String,
    /// The drivers: names, globs or indices of columns.
    #[arg(long, value_name = "COL,…", value_delimiter = ',', required = true)]
    drivers: Vec<String>,
    /// How importance is measured.
    #[arg(long, value_enum, default_value_t = Method::Lmg)]
    method: Method,
    /// Resamples for intervals of the importances; 0 for none.
    #[arg(long, value_name = "DRAWS", default_value_t = 0)]
    bootstrap: u64,
    /// The same seed gives the same draws.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What becomes of rows with missing answers.
    #[arg(long, value_enum, default_value_t = MissingRows::Listwise)]
    missing: MissingRows,
    /// How much each row counts.
    #[arg(long, value_name = "COL")]
    weight: Option<String>,
    /// An analysis for each value of this column.
    #[arg(long, value_name = "COL")]
    by: Option<String>,
    /// Confidence of the intervals.
    #[arg(long, default_value = "0.95", value_parser = level)]
    level: Level,
    #[command(flatten)]
    shown: Shown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Method {
    /// R² shared out by Shapley's rule (Lindeman, Merenda and Gold); sampled beyond 25 drivers.
    Lmg,
    /// Johnson's relative weights.
    RelativeWeights,
    /// Regression alone.
    Ols,
    /// All of these, with first, last and Pratt.
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MissingRows {
    /// Rows with any missing answer are left out.
    Listwise,
    /// Each pair of columns uses the rows that have both.
    Pairwise,
    /// The covariance that makes what was answered most likely.
    Em,
}

impl From<MissingRows> for Missing {
    fn from(rows: MissingRows) -> Self {
        match rows {
            MissingRows::Listwise => Self::Listwise,
            MissingRows::Pairwise => Self::Pairwise,
            MissingRows::Em => Self::Em,
        }
    }
}

/// Orders that are drawn where all are too many.
const ORDERS: u64 = 2_000;

/// What drives an outcome.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DriverFindings {
    outcome: String,
    /// The column that groups, if any.
    by: Option<String>,
    /// Confidence of the intervals.
    level: f64,
    /// One for each group.
    models: Vec<ModelFinding>,
}

/// One regression with its importances.
#[derive(Debug, Serialize, JsonSchema)]
struct ModelFinding {
    /// The group; null for everybody.
    group: Option<String>,
    /// Rows that count.
    n: u64,
    /// Rows left out for missing answers.
    left_out: u64,
    r_squared: f64,
    adjusted_r_squared: f64,
    f: f64,
    f_p_value: f64,
    residual_sd: f64,
    /// Of the correlations of the drivers; above 30 they can hardly be told apart.
    condition_number: f64,
    intercept: CoefficientFinding,
    /// In the order asked for.
    drivers: Vec<DriverFinding>,
    /// Lower bound of R² from the resamples.
    r_squared_low: Option<f64>,
    /// Upper bound of R² from the resamples.
    r_squared_high: Option<f64>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
struct CoefficientFinding {
    value: f64,
    standard_error: f64,
    t: f64,
    p_value: f64,
    low: f64,
    high: f64,
}

impl From<radost_stats::drivers::Coefficient> for CoefficientFinding {
    fn from(coefficient: radost_stats::drivers::Coefficient) -> Self {
        Self {
            value: coefficient.value,
            standard_error: coefficient.standard_error,
            t: coefficient.t,
            p_value: coefficient.p_value,
            low: coefficient.low,
            high: coefficient.high,
        }
    }
}

/// A driver.
#[derive(Debug, Serialize, JsonSchema)]
struct DriverFinding {
    driver: String,
    /// Its mean among the rows that count: how well it is doing.
    mean: f64,
    sd: f64,
    /// Pearson's correlation with the outcome.
    correlation: f64,
    slope: CoefficientFinding,
    /// The slope in standard deviations.
    standardized: f64,
    /// Variance inflation; above 10 the slope means little by itself.
    vif: f64,
    lmg: Option<Share>,
    relative_weight: Option<Share>,
    /// R² alone.
    first: Option<Share>,
    /// R² added to all others.
    last: Option<Share>,
    /// Standardised slope times correlation.
    pratt: Option<Share>,
}

/// A part of R².
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct Share {
    /// Of R².
    value: f64,
    /// Of the sum of all drivers, 0 to 1, where such a share has a meaning.
    share: Option<f64>,
    /// Of the share, from the resamples.
    share_low: Option<f64>,
    share_high: Option<f64>,
    /// Where orders were drawn rather than all walked through: how exact the value is.
    sampling_error: Option<f64>,
}

impl Method {
    fn measures(self) -> &'static [DriverMeasure] {
        match self {
            Self::Lmg => &[DriverMeasure::Lmg],
            Self::RelativeWeights => &[DriverMeasure::Johnson],
            Self::Ols => &[],
            Self::All => &[
                DriverMeasure::Lmg,
                DriverMeasure::Johnson,
                DriverMeasure::First,
                DriverMeasure::Last,
                DriverMeasure::Pratt,
            ],
        }
    }
}

struct Sample {
    tally: MissingTally,
    rows: Option<DriverRows>,
}

impl Analysis for Drivers {
    const NAME: &'static str = "drivers";
    type Finding = DriverFindings;

    fn shown(&self) -> &Shown {
        &self.shown
    }

    fn run(&self, meter: &Meter) -> anyhow::Result<Answer<DriverFindings>> {
        let mut reading = self.source.open()?;
        let outcome = reading.outcome(&self.outcome)?;
        let slots = reading.numbers(&self.drivers)?;
        let drivers = reading.names(&slots);
        if let Some(same) = drivers.iter().find(|driver| **driver == self.outcome) {
            bail!("`{same}` is the outcome; it cannot be a driver of itself");
        }
        let mut columns = vec![self.outcome.clone()];
        columns.extend(drivers.iter().cloned());
        let weight = self
            .weight
            .as_deref()
            .map(|name| reading.number(name))
            .transpose()?;
        let mut groups: Groups<Sample> = Groups::by(&mut reading, self.by.as_deref())?;
        let mut without_weight = 0;
        let mut answers = Vec::with_capacity(columns.len());
        let seen = reading.read(meter, |row| {
            let weight = match weight {
                None => 1.0,
                Some(slot) => match row.number(slot) {
                    Some(weight) => weight,
                    None => {
                        without_weight += 1;
                        return Ok(());
                    }
                },
            };
            let sample = groups.of(row, || {
                Ok(Sample {
                    tally: MissingTally::new(columns.iter().cloned())?,
                    rows: (self.bootstrap > 0)
                        .then(|| DriverRows::new(columns.iter().cloned()))
                        .transpose()?,
                })
            })?;
            let Some(sample) = sample else { return Ok(()) };
            answers.clear();
            answers.push(outcome.of(row));
            answers.extend(slots.iter().map(|slot| row.number(*slot)));
            sample.tally.push(&answers, weight)?;
            if let Some(rows) = &mut sample.rows {
                rows.push(&answers, weight)?;
            }
            Ok(())
        })?;
        let mut left_out: Vec<String> = groups.left_out().into_iter().collect();
        if without_weight > 0 {
            left_out.push(format!("{} without a weight", many(without_weight, "row")));
        }
        let by = groups.column().map(str::to_owned);
        let mut models = Vec::new();
        for (group, sample) in groups.into_sorted() {
            let model = self.model(&sample, &columns, &drivers, meter);
            let mut model = match (&group, &by) {
                (Some(group), Some(by)) => model.with_context(|| format!("`{by}` {group}"))?,
                _ => model?,
            };
            model.group = group;
            models.push(model);
        }
        let dropped: u64 = models.iter().map(|model| model.left_out).sum();
        if dropped > 0 {
            left_out.push(format!("{} with a missing answer", many(dropped, "row")));
        }
        let mut method = vec![format!(
            "least squares, {} missing answers",
            Missing::from(self.missing)
        )];
        for measure in self.method.measures() {
            let sampled = measure
                .most_drivers()
                .is_some_and(|most| drivers.len() > most);
            method.push(match (measure, sampled) {
                (DriverMeasure::Lmg, true) => format!(
                    "{measure} over {ORDERS} orders drawn at random, seed {}",
                    self.seed
                ),
                _ => measure.to_string(),
            });
        }
        if self.bootstrap > 0 {
            method.push(format!(
                "intervals of shares: percentile bootstrap, {} draws, seed {}",
                grouped(self.bootstrap),
                self.seed
            ));
        }
        let mut assumptions = vec![
            "importance is association in these data, not the effect of a change".to_owned(),
            "straight lines; intervals of slopes also independent rows of equal spread".to_owned(),
        ];
        if models.iter().any(|model| {
            model.condition_number > 30.0 || model.drivers.iter().any(|driver| driver.vif > 10.0)
        }) {
            assumptions.push("some drivers go together so closely that their slopes mean little; compare shares instead".to_owned());
        }
        Ok(Answer {
            command: Self::NAME,
            input: Some(seen),
            result: DriverFindings {
                outcome: self.outcome.clone(),
                by,
                level: self.level.get(),
                models,
            },
            method,
            assumptions,
            left_out,
        })
    }
}

impl Drivers {
    fn model(
        &self,
        sample: &Sample,
        columns: &[String],
        drivers: &[String],
        meter: &Meter,
    ) -> anyhow::Result<ModelFinding> {
        let tick = meter.on("importance");
        let progress = Progress::new(&tick);
        let moments =
            sample
                .tally
                .moments(columns, self.missing.into(), Weights::Sampling, &progress)?;
        let outcome = columns.first().map_or("", String::as_str);
        let correlations = drivers
            .iter()
            .map(|driver| moments.correlation(outcome, driver));
        let correlations = correlations.collect::<Result<Vec<f64>, _>>()?;
        let model = moments.model(outcome, drivers)?;
        let ols = model.ols(self.level);
        let mut finding = finding(&ols, &correlations);
        for &measure in self.method.measures() {
            let too_many = measure
                .most_drivers()
                .is_some_and(|most| drivers.len() > most);
            let importance = if too_many && measure == DriverMeasure::Lmg {
                model.lmg_sampled(ORDERS, self.seed, &progress)?
            } else {
                model.importance(measure, &progress)?
            };
            for (driver, found) in finding.drivers.iter_mut().zip(importance.drivers) {
                *driver.of(measure) = Some(Share {
                    value: found.value,
                    share: found.share,
                    share_low: None,
                    share_high: None,
                    sampling_error: found.sampling_error,
                });
            }
        }
        if let Some(rows) = &sample.rows {
            let measures: Vec<DriverMeasure> = self.method.measures().to_vec();
            if measures.is_empty() {
                bail!(
                    "--bootstrap gives intervals of importances; choose a --method other than ols"
                );
            }
            let settings = Bootstrap {
                draws: self.bootstrap,
                seed: self.seed,
                level: self.level,
                interval: BootstrapInterval::Percentile,
                missing: self.missing.into(),
                weights: Weights::Sampling,
            };
            let tick = meter.on("resampling");
            let found = rows.bootstrap(
                outcome,
                drivers,
                &measures,
                &settings,
                &Progress::new(&tick),
            )?;
            add_intervals(&mut finding, &found);
        }
        Ok(finding)
    }
}

impl DriverFinding {
    fn of(&mut self, measure: DriverMeasure) -> &mut Option<Share> {
        match measure {
            DriverMeasure::Johnson => &mut self.relative_weight,
            DriverMeasure::First => &mut self.first,
            DriverMeasure::Last => &mut self.last,
            DriverMeasure::Pratt => &mut self.pratt,
            _ => &mut self.lmg,
        }
    }
}

fn finding(ols: &Ols, correlations: &[f64]) -> ModelFinding {
    ModelFinding {
        group: None,
        n: ols.n,
        left_out: ols.dropped,
        r_squared: ols.r_squared,
        adjusted_r_squared: ols.adjusted_r_squared,
        f: ols.f,
        f_p_value: ols.f_p_value,
        residual_sd: ols.residual_sd,
        condition_number: ols.condition_number,
        intercept: ols.intercept.into(),
        drivers: ols
            .coefficients
            .iter()
            .zip(correlations)
            .map(|(coefficient, correlation)| DriverFinding {
                driver: coefficient.driver.clone(),
                mean: coefficient.mean,
                sd: coefficient.sd,
                correlation: *correlation,
                slope: coefficient.slope.into(),
                standardized: coefficient.standardized,
                vif: coefficient.vif,
                lmg: None,
                relative_weight: None,
                first: None,
                last: None,
                pratt: None,
            })
            .collect(),
        r_squared_low: None,
        r_squared_high: None,
    }
}

fn add_intervals(finding: &mut ModelFinding, found: &ImportanceBootstrap) {
    finding.r_squared_low = Some(found.r_squared_low);
    finding.r_squared_high = Some(found.r_squared_high);
    for row in &found.rows {
        let driver = finding
            .drivers
            .iter_mut()
            .find(|driver| driver.driver == row.driver);
        let share = driver.and_then(|driver| driver.of(row.measure).as_mut());
        if let (Some(share), Some(interval)) = (share, row.share) {
            share.share_low = Some(interval.low);
            share.share_high = Some(interval.high);
        }
    }
}

impl Finding for DriverFindings {
    fn grids(&self) -> Vec<Grid> {
        let by = self.by.as_deref().unwrap_or("group");
        let percent = |share: &Option<Share>, of: fn(&Share) -> Option<f64>| {
            num(share.as_ref().and_then(of).map(|share| share * 100.0), 1)
        };
        let value = |share: &Option<Share>| num(share.as_ref().map(|share| share.value), 4);
        let mut importance = Grid::new(
            format!("What drives {}", self.outcome),
            [
                by,
                "driver",
                "mean",
                "r",
                "LMG",
                "LMG %",
                "LMG low",
                "LMG high",
                "weight",
                "weight %",
                "weight low",
                "weight high",
                "first",
                "last",
                "Pratt",
                "slope",
                "se",
                "p",
                "beta",
                "VIF",
            ],
        );
        let mut fit = Grid::new(
            "Fit",
            [
                by,
                "n",
                "R²",
                "low",
                "high",
                "adjusted R²",
                "F",
                "p",
                "condition number",
            ],
        );
        for model in &self.models {
            // The most important first, as far as importance was asked for.
            let mut drivers: Vec<&DriverFinding> = model.drivers.iter().collect();
            let weight = |driver: &DriverFinding| {
                let share = driver.lmg.as_ref().or(driver.relative_weight.as_ref());
                share.map_or(0.0, |share| share.value)
            };
            drivers.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
            for driver in drivers {
                importance.row([
                    model.group.clone().into(),
                    driver.driver.as_str().into(),
                    num(driver.mean, 2),
                    num(driver.correlation, 3),
                    value(&driver.lmg),
                    percent(&driver.lmg, |share| share.share),
                    percent(&driver.lmg, |share| share.share_low),
                    percent(&driver.lmg, |share| share.share_high),
                    value(&driver.relative_weight),
                    percent(&driver.relative_weight, |share| share.share),
                    percent(&driver.relative_weight, |share| share.share_low),
                    percent(&driver.relative_weight, |share| share.share_high),
                    value(&driver.first),
                    value(&driver.last),
                    value(&driver.pratt),
                    num(driver.slope.value, 4),
                    num(driver.slope.standard_error, 4),
                    Cell::P(driver.slope.p_value),
                    num(driver.standardized, 3),
                    num(driver.vif, 2),
                ]);
            }
            fit.row([
                model.group.clone().into(),
                model.n.into(),
                num(model.r_squared, 4),
                num(model.r_squared_low, 4),
                num(model.r_squared_high, 4),
                num(model.adjusted_r_squared, 4),
                num(model.f, 2),
                Cell::P(model.f_p_value),
                num(model.condition_number, 1),
            ]);
        }
        vec![importance.without_empty(), fit.without_empty()]
    }

    fn picture(&self) -> Option<String> {
        let mut bars = Vec::new();
        for model in &self.models {
            for driver in &model.drivers {
                let share = driver.lmg.as_ref().or(driver.relative_weight.as_ref())?;
                let label = match &model.group {
                    Some(group) => format!("{} · {group}", driver.driver),
                    None => driver.driver.clone(),
                };
                bars.push(picture::Bar {
                    label,
                    value: share.share? * 100.0,
                    low: share.share_low.map(|low| low * 100.0),
                    high: share.share_high.map(|high| high * 100.0),
                });
            }
        }
        bars.sort_by(|a, b| b.value.total_cmp(&a.value));
        let title = format!("What drives {}: share of R², %", self.outcome);
        Some(picture::bars(
            &title,
            "The importance of each driver, the most important first.",
            &bars,
            1,
        ))
    }

    fn n(&self) -> String {
        let rows: u64 = self.models.iter().map(|model| model.n).sum();
        many(rows, "row")
    }
}
