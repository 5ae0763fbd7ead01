//! What drives an outcome: regression, LMG and relative weights.

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use radost_stats::drivers::{
    Bootstrap, BootstrapInterval, ContrastTally, DriverMeasure, DriverRows, ImportanceBootstrap,
    Missing, MissingTally, Ols, Weights,
};
use radost_stats::{Level, Progress};
use schemars::JsonSchema;
use serde::Serialize;

use super::answer::{Answer, Cell, Finding, Grid, Shown, grouped, many, num};
use super::meter::Meter;
use super::source::{Groups, Source, level};
use super::{Analysis, picture};

mod contrast;
mod logistic;
mod what_if;

use logistic::{BinarySample, LogisticFinding};
use what_if::{QuadrantFinding, WhatIfFinding};

/// What drives satisfaction: importance of drivers.
#[derive(Debug, Args)]
pub(crate) struct Drivers {
    #[command(flatten)]
    source: Source,
    /// What is to be explained: a column of numbers, or COL=VALUE for whether the column has that value.
    #[arg(long, value_name = "COL[=VALUE]")]
    outcome: String,
    /// How the outcome is taken: as a number, also 1 and 0, or as a yes or no by logistic regression.
    #[arg(long, value_enum, default_value_t = OutcomeKind::Number)]
    outcome_kind: OutcomeKind,
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
    /// Also what low and high scores of each driver do: where low scores end and high ones begin, as 2:4.
    #[arg(long, value_name = "LOW:HIGH")]
    penalty_reward: Option<contrast::Limits>,
    /// Also what the outcome would do if drivers moved, as "wait=-1,staff=+0.5"; may be repeated. Means stop at the lowest and the highest answer.
    #[arg(long, value_name = "DRIVER=±BY,…")]
    what_if: Vec<what_if::Scenario>,
    /// Also what is important and how it does, in four quadrants; for drivers on one scale.
    #[arg(long)]
    quadrants: bool,
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
enum OutcomeKind {
    /// Least squares.
    Number,
    /// Logistic regression; importance is general dominance over McFadden's R².
    Binary,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Method {
    /// R² shared out by Shapley's rule (Lindeman, Merenda and Gold); sampled beyond 25 drivers.
    Lmg,
    /// Johnson's relative weights.
    RelativeWeights,
    /// Feldman's proportional marginal decomposition: a driver whose slope is nought gets nothing; up to 20 drivers.
    Pmvd,
    /// Regression alone.
    Ols,
    /// LMG and relative weights, with first, last and Pratt.
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
    /// One for each group; none with a yes or no as outcome.
    models: Vec<ModelFinding>,
    /// With a yes or no as outcome: one for each group.
    logistic: Vec<LogisticFinding>,
    /// With --quadrants: one for each group.
    quadrants: Vec<QuadrantFinding>,
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
    /// With --penalty-reward.
    penalty_reward: Option<contrast::PenaltyRewardFinding>,
    /// With --what-if: one for each scenario.
    what_if: Vec<WhatIfFinding>,
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
    /// With --method pmvd.
    pmvd: Option<Share>,
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
            Self::Pmvd => &[DriverMeasure::Pmvd],
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
    contrasts: Option<ContrastTally>,
    ends: what_if::Ends,
}

/// The rows of a group, by the kind of the outcome.
enum Rows {
    Number(Box<Sample>),
    Binary(BinarySample),
}

impl Sample {
    fn push(&mut self, answers: &[Option<f64>], weight: f64) -> anyhow::Result<()> {
        self.tally.push(answers, weight)?;
        self.ends.push(answers);
        if let Some(rows) = &mut self.rows {
            rows.push(answers, weight)?;
        }
        if let Some(contrasts) = &mut self.contrasts {
            let complete: Option<Vec<f64>> = answers.iter().copied().collect();
            if let Some((outcome, scores)) = complete.as_deref().and_then(<[f64]>::split_first) {
                contrasts.push(*outcome, scores, weight)?;
            }
        }
        Ok(())
    }
}

impl Analysis for Drivers {
    const NAME: &'static str = "drivers";
    type Finding = DriverFindings;

    fn shown(&self) -> &Shown {
        &self.shown
    }

    fn run(&self, meter: &Meter) -> anyhow::Result<Answer<DriverFindings>> {
        self.check()?;
        let mut reading = self.source.open()?;
        let outcome = reading.outcome(&self.outcome)?;
        let slots = reading.numbers(&self.drivers)?;
        let drivers = reading.names(&slots);
        if let Some(same) = drivers.iter().find(|driver| **driver == self.outcome) {
            bail!("`{same}` is the outcome; it cannot be a driver of itself");
        }
        let most = logistic::MOST_EXACT;
        if self.outcome_kind == OutcomeKind::Binary && self.bootstrap > 0 && drivers.len() > most {
            let found = drivers.len();
            bail!("--bootstrap of a yes or no takes up to {most} drivers, and there are {found}");
        }
        let mut columns = vec![self.outcome.clone()];
        columns.extend(drivers.iter().cloned());
        let weight = self
            .weight
            .as_deref()
            .map(|name| reading.number(name))
            .transpose()?;
        let mut groups: Groups<Rows> = Groups::by(&mut reading, self.by.as_deref())?;
        let mut without_weight = 0;
        let (mut zeros, mut ones, mut others) = (false, false, false);
        let mut answers = Vec::with_capacity(columns.len());
        let seen = reading.read(meter, |row| {
            let weight = match weight {
                None => None,
                Some(slot) => match row.number(slot) {
                    Some(weight) => Some(weight),
                    None => {
                        without_weight += 1;
                        return Ok(());
                    }
                },
            };
            let Some(rows) = groups.of(row, || self.rows(&columns))? else {
                return Ok(());
            };
            answers.clear();
            answers.push(outcome.of(row));
            answers.extend(slots.iter().map(|slot| row.number(*slot)));
            match answers.first().copied().flatten() {
                Some(0.0) => zeros = true,
                Some(1.0) => ones = true,
                Some(_) => others = true,
                None => {}
            }
            match rows {
                Rows::Number(sample) => sample.push(&answers, weight.unwrap_or(1.0)),
                Rows::Binary(sample) => {
                    let (outcome, drivers) = answers.split_first().unwrap_or((&None, &[]));
                    sample
                        .push(*outcome, drivers, weight)
                        .with_context(|| format!("column `{}`", self.outcome))
                }
            }
        })?;
        let mut left_out: Vec<String> = groups.left_out().into_iter().collect();
        if without_weight > 0 {
            left_out.push(format!("{} without a weight", many(without_weight, "row")));
        }
        let by = groups.column().map(str::to_owned);
        let (mut models, mut logistic) = (Vec::new(), Vec::new());
        for (group, rows) in groups.into_sorted() {
            let place = || match (&group, &by) {
                (Some(group), Some(by)) => format!("`{by}` {group}"),
                _ => format!("`{}`", self.outcome),
            };
            match rows {
                Rows::Number(sample) => {
                    let model = self.model(&sample, &columns, &drivers, meter);
                    let mut model = model.with_context(place)?;
                    model.group = group;
                    models.push(model);
                }
                Rows::Binary(sample) => {
                    let dominance = self.method != Method::Ols;
                    let model = sample.fit(
                        &drivers,
                        dominance,
                        self.bootstrap,
                        self.seed,
                        self.level,
                        meter,
                    );
                    let mut model = model.with_context(place)?;
                    model.group = group;
                    logistic.push(model);
                }
            }
        }
        let linear = models.iter().map(|model| model.left_out);
        let dropped: u64 = linear
            .chain(logistic.iter().map(|model| model.left_out))
            .sum();
        if dropped > 0 {
            left_out.push(format!("{} with a missing answer", many(dropped, "row")));
        }
        let mut quadrants = Vec::new();
        if self.quadrants {
            for model in &models {
                quadrants.push(what_if::quadrants(model.drivers.iter().map(|driver| {
                    let share = driver.importance().and_then(|share| share.share);
                    (driver.driver.as_str(), share, driver.mean)
                }))?);
            }
            for model in &logistic {
                quadrants.push(what_if::quadrants(model.drivers.iter().map(|driver| {
                    let share = driver.dominance.as_ref().map(|share| share.share);
                    (driver.driver.as_str(), share, driver.mean)
                }))?);
            }
        }
        let yes_or_no = zeros && ones && !others;
        Ok(Answer {
            command: Self::NAME,
            input: Some(seen),
            method: self.methods(drivers.len()),
            assumptions: self.assumptions(&models, yes_or_no),
            left_out,
            result: DriverFindings {
                outcome: self.outcome.clone(),
                by,
                level: self.level.get(),
                models,
                logistic,
                quadrants,
            },
        })
    }
}

impl Drivers {
    /// Refuses what does not go together, before anything is read.
    fn check(&self) -> anyhow::Result<()> {
        if self.bootstrap > 0 && self.method == Method::Ols {
            bail!("--bootstrap gives intervals of importances; choose a --method other than ols");
        }
        if self.outcome_kind == OutcomeKind::Number {
            return Ok(());
        }
        for (asked, option) in [
            (
                self.method == Method::RelativeWeights,
                "--method relative-weights",
            ),
            (self.method == Method::Pmvd, "--method pmvd"),
            (
                self.missing != MissingRows::Listwise,
                "--missing pairwise and em",
            ),
            (self.penalty_reward.is_some(), "--penalty-reward"),
            (!self.what_if.is_empty(), "--what-if"),
        ] {
            if asked {
                bail!("{option} goes with --outcome-kind number alone");
            }
        }
        Ok(())
    }

    fn rows(&self, columns: &[String]) -> anyhow::Result<Rows> {
        let (outcome, drivers) = columns.split_first().context("no columns")?;
        if self.outcome_kind == OutcomeKind::Binary {
            return Ok(Rows::Binary(BinarySample::new(drivers)?));
        }
        Ok(Rows::Number(Box::new(Sample {
            tally: MissingTally::new(columns.iter().cloned())?,
            rows: (self.bootstrap > 0)
                .then(|| DriverRows::new(columns.iter().cloned()))
                .transpose()?,
            contrasts: self
                .penalty_reward
                .map(|limits| contrast::tally(outcome, drivers, limits))
                .transpose()?,
            ends: what_if::Ends::new(columns.len()),
        })))
    }

    fn methods(&self, drivers: usize) -> Vec<String> {
        if self.outcome_kind == OutcomeKind::Binary {
            let mut method = vec!["logistic regression, listwise missing answers".to_owned()];
            if self.method != Method::Ols {
                let how = if drivers > logistic::MOST_EXACT {
                    format!(
                        "{} orders drawn at random, seed {}",
                        logistic::ORDERS,
                        self.seed
                    )
                } else {
                    "all subsets of drivers".to_owned()
                };
                method.push(format!("general dominance over McFadden's R², from {how}"));
            }
            method.extend(self.resampling());
            return method;
        }
        let mut method = vec![format!(
            "least squares, {} missing answers",
            Missing::from(self.missing)
        )];
        for measure in self.method.measures() {
            let sampled = measure.most_drivers().is_some_and(|most| drivers > most);
            method.push(match (measure, sampled) {
                (DriverMeasure::Lmg, true) => format!(
                    "{measure} over {ORDERS} orders drawn at random, seed {}",
                    self.seed
                ),
                _ => measure.to_string(),
            });
        }
        method.extend(self.resampling());
        if let Some(limits) = self.penalty_reward {
            method.push(format!(
                "penalties and rewards: scores {limits}, one regression on all low and high groups"
            ));
        }
        method
    }

    fn resampling(&self) -> Option<String> {
        (self.bootstrap > 0).then(|| {
            format!(
                "intervals of shares: percentile bootstrap, {} draws, seed {}",
                grouped(self.bootstrap),
                self.seed
            )
        })
    }

    fn assumptions(&self, models: &[ModelFinding], yes_or_no: bool) -> Vec<String> {
        let mut assumptions =
            vec!["importance is association in these data, not the effect of a change".to_owned()];
        if self.outcome_kind == OutcomeKind::Binary {
            assumptions.push("log-odds that are straight lines; independent rows".to_owned());
            return assumptions;
        }
        assumptions.push(
            "straight lines; intervals of slopes also independent rows of equal spread".to_owned(),
        );
        if yes_or_no {
            assumptions.push("the outcome is a yes or no, here taken as 1 and 0; --outcome-kind binary fits log-odds instead".to_owned());
        }
        if !self.what_if.is_empty() {
            assumptions.push("what would be holds if moving a driver does what differences between customers do; means stop at the lowest and the highest answer".to_owned());
        }
        if models.iter().any(|model| {
            model.condition_number > 30.0 || model.drivers.iter().any(|driver| driver.vif > 10.0)
        }) {
            assumptions.push("some drivers go together so closely that their slopes mean little; compare shares instead".to_owned());
        }
        assumptions
    }

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
        if let (Some(contrasts), Some(limits)) = (&sample.contrasts, self.penalty_reward) {
            let found = contrast::found(contrasts, limits, self.level);
            finding.penalty_reward = Some(found.context("--penalty-reward")?);
        }
        for scenario in &self.what_if {
            let found = what_if::simulate(scenario, columns, &ols, &sample.ends)?;
            finding.what_if.push(found);
        }
        Ok(finding)
    }
}

impl DriverFinding {
    fn of(&mut self, measure: DriverMeasure) -> &mut Option<Share> {
        match measure {
            DriverMeasure::Johnson => &mut self.relative_weight,
            DriverMeasure::Pmvd => &mut self.pmvd,
            DriverMeasure::First => &mut self.first,
            DriverMeasure::Last => &mut self.last,
            DriverMeasure::Pratt => &mut self.pratt,
            _ => &mut self.lmg,
        }
    }

    /// By what drivers are ranked; none where no importance was asked for.
    fn importance(&self) -> Option<&Share> {
        let other = self.relative_weight.as_ref().or(self.pmvd.as_ref());
        self.lmg.as_ref().or(other)
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
                pmvd: None,
                first: None,
                last: None,
                pratt: None,
            })
            .collect(),
        r_squared_low: None,
        r_squared_high: None,
        penalty_reward: None,
        what_if: Vec::new(),
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
        let groups: Vec<Option<&String>> = self
            .models
            .iter()
            .map(|model| model.group.as_ref())
            .chain(self.logistic.iter().map(|model| model.group.as_ref()))
            .collect();
        let mut grids = if self.models.is_empty() {
            logistic::grids(&self.outcome, by, &self.logistic)
        } else {
            self.linear_grids(by)
        };
        let contrasts = self.models.iter().filter_map(|model| {
            let found = model.penalty_reward.as_ref()?;
            Some((model.group.as_ref(), found))
        });
        if contrasts.clone().next().is_some() {
            grids.push(contrast::grid(by, contrasts));
        }
        let scenarios = self.models.iter().flat_map(|model| {
            model
                .what_if
                .iter()
                .map(|found| (model.group.as_ref(), found))
        });
        if scenarios.clone().next().is_some() {
            grids.extend(what_if::grids(by, &self.outcome, scenarios));
        }
        if !self.quadrants.is_empty() {
            let maps = groups.into_iter().zip(&self.quadrants);
            grids.push(what_if::quadrant_grid(by, maps));
        }
        grids
    }

    fn picture(&self) -> Option<String> {
        if let Some(map) = self.quadrants.first() {
            let several = self.quadrants.len() > 1;
            let groups = self.models.iter().map(|model| model.group.as_deref());
            let groups = groups.chain(self.logistic.iter().map(|model| model.group.as_deref()));
            let spots = groups.zip(&self.quadrants).flat_map(|(group, map)| {
                map.drivers.iter().map(move |driver| picture::Spot {
                    label: match group {
                        Some(group) if several => format!("{} · {group}", driver.driver),
                        _ => driver.driver.clone(),
                    },
                    x: driver.performance,
                    y: driver.importance * 100.0,
                    around: Vec::new(),
                })
            });
            return Some(picture::map(&picture::Map {
                title: &format!("What drives {}: importance and performance", self.outcome),
                description: "Importance of each driver against how it does.",
                x: "mean",
                y: "share of importance, %",
                spots: spots.collect(),
                crosshair: [map.performance_line, map.importance_line * 100.0],
                corners: [
                    "low priority",
                    "possible overkill",
                    "concentrate here",
                    "keep up the good work",
                ],
            }));
        }
        let mut bars = Vec::new();
        for (driver, group, value, low, high) in self.shares()? {
            bars.push(picture::Bar {
                label: match group {
                    Some(group) => format!("{driver} · {group}"),
                    None => driver.to_owned(),
                },
                value: value * 100.0,
                low: low.map(|low| low * 100.0),
                high: high.map(|high| high * 100.0),
            });
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
        let linear = self.models.iter().map(|model| model.n);
        many(
            linear
                .chain(self.logistic.iter().map(|model| model.n))
                .sum(),
            "row",
        )
    }
}

/// A driver's part of R²: its name and group, the share, and the bounds of the share.
type DriverShare<'a> = (&'a str, Option<&'a str>, f64, Option<f64>, Option<f64>);

impl DriverFindings {
    /// Every driver's part; none where no importance was asked for.
    fn shares(&self) -> Option<Vec<DriverShare<'_>>> {
        let mut shares = Vec::new();
        for model in &self.models {
            for driver in &model.drivers {
                let share = driver.importance()?;
                let (name, group) = (driver.driver.as_str(), model.group.as_deref());
                shares.push((name, group, share.share?, share.share_low, share.share_high));
            }
        }
        for model in &self.logistic {
            for driver in &model.drivers {
                let share = driver.dominance.as_ref()?;
                let (name, group) = (driver.driver.as_str(), model.group.as_deref());
                shares.push((name, group, share.share, share.share_low, share.share_high));
            }
        }
        Some(shares)
    }

    fn linear_grids(&self, by: &str) -> Vec<Grid> {
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
                "PMVD",
                "PMVD %",
                "PMVD low",
                "PMVD high",
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
            let weight =
                |driver: &DriverFinding| driver.importance().map_or(0.0, |share| share.value);
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
                    value(&driver.pmvd),
                    percent(&driver.pmvd, |share| share.share),
                    percent(&driver.pmvd, |share| share.share_low),
                    percent(&driver.pmvd, |share| share.share_high),
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
}
