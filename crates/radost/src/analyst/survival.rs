//! How long until something happens: Kaplan–Meier, log-rank, Cox.

use anyhow::Context;
use clap::{Args, ValueEnum};
use radost_stats::retention::{
    Band, CoxData, CoxRow, KaplanMeier, LogRankWeight, SurvivalTally, TieHandling, TimeTransform,
    log_rank,
};
use radost_stats::{Level, Progress};
use schemars::JsonSchema;
use serde::Serialize;

use super::answer::{Answer, Cell, Finding, Grid, Shown, grouped, many, num};
use super::meter::Meter;
use super::source::{Groups, Outcome, Source, level};
use super::{Analysis, picture};

/// How long customers stay: Kaplan–Meier, log-rank, Cox.
#[derive(Debug, Args)]
pub(crate) struct Survival {
    #[command(flatten)]
    source: Source,
    /// How long each customer has been seen.
    #[arg(long, value_name = "COL")]
    time: String,
    /// Whether it happened then: a column of 1 and 0, or COL=VALUE.
    #[arg(long, value_name = "COL[=VALUE]")]
    event: String,
    /// A curve for each value of this column, and a test whether they differ.
    #[arg(long, value_name = "COL")]
    by: Option<String>,
    /// What may make it happen sooner or later, for a Cox regression: columns of numbers, or COL=VALUE.
    #[arg(long, value_name = "COL,…", value_delimiter = ',')]
    covariates: Vec<String>,
    /// How the band around a curve is made.
    #[arg(long, value_enum, default_value_t = BandKind::Log)]
    band: BandKind,
    /// Confidence of the intervals.
    #[arg(long, default_value = "0.95", value_parser = level)]
    level: Level,
    #[command(flatten)]
    shown: Shown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum BandKind {
    Log,
    LogLog,
    Plain,
}

/// How long until it happens.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SurvivalFindings {
    /// The column with the time.
    time: String,
    by: Option<String>,
    level: f64,
    curves: Vec<CurveFinding>,
    /// Whether the curves differ; null with one curve.
    log_rank: Option<TestFinding>,
    /// Null without covariates.
    cox: Option<CoxFinding>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct CurveFinding {
    group: Option<String>,
    n: u64,
    events: u64,
    /// When it has happened to half; null while it has not.
    median: Option<f64>,
    median_low: Option<f64>,
    median_high: Option<f64>,
    /// Mean time until it happens, up to the last time seen.
    restricted_mean: Option<f64>,
    /// At every time at which something was seen.
    points: Vec<PointFinding>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct PointFinding {
    time: f64,
    at_risk: u64,
    events: u64,
    survival: f64,
    standard_error: f64,
    low: Option<f64>,
    high: Option<f64>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct TestFinding {
    chi_squared: f64,
    degrees_of_freedom: u64,
    p_value: f64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct CoxFinding {
    n: u64,
    events: u64,
    log_likelihood: f64,
    likelihood_ratio: TestFinding,
    /// How often the one to whom it happens sooner has the higher hazard.
    concordance: Option<f64>,
    covariates: Vec<CovariateFinding>,
    /// Whether hazards are proportional (Grambsch and Therneau); a small p says no. Null where it cannot be tested.
    proportional_p_value: Option<f64>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct CovariateFinding {
    covariate: String,
    coefficient: f64,
    standard_error: f64,
    hazard_ratio: f64,
    hazard_ratio_low: f64,
    hazard_ratio_high: f64,
    z: f64,
    p_value: f64,
    proportional_p_value: Option<f64>,
}

impl Analysis for Survival {
    const NAME: &'static str = "survival";
    type Finding = SurvivalFindings;

    fn shown(&self) -> &Shown {
        &self.shown
    }

    fn run(&self, meter: &Meter) -> anyhow::Result<Answer<SurvivalFindings>> {
        let mut reading = self.source.open()?;
        let time = reading.number(&self.time)?;
        let event = reading.outcome(&self.event)?;
        let covariates = self
            .covariates
            .iter()
            .map(|name| reading.outcome(name))
            .collect::<anyhow::Result<Vec<Outcome>>>()?;
        let mut cox = if covariates.is_empty() {
            None
        } else {
            let names: Vec<&str> = self.covariates.iter().map(String::as_str).collect();
            Some(CoxData::new(&names)?)
        };
        let mut groups: Groups<SurvivalTally> = Groups::by(&mut reading, self.by.as_deref())?;
        let (mut incomplete, mut without_covariate) = (0u64, 0u64);
        let seen = reading.read(meter, |row| {
            let (Some(time), Some(happened)) = (row.number(time), event.of(row)) else {
                incomplete += 1;
                return Ok(());
            };
            let happened = match happened {
                0.0 => false,
                1.0 => true,
                other => anyhow::bail!(
                    "column `{}`: {other} is neither 1 nor 0; say which value means that it happened: --event {}={other}",
                    self.event,
                    self.event
                ),
            };
            if let Some(tally) = groups.of(row, || Ok(SurvivalTally::default()))? {
                tally.push(time, happened)?;
            }
            if let Some(cox) = &mut cox {
                let values: Option<Vec<f64>> = covariates.iter().map(|covariate| covariate.of(row)).collect();
                match values {
                    Some(values) => cox.push(CoxRow::new(time, happened, values))?,
                    None => without_covariate += 1,
                }
            }
            Ok(())
        })?;
        let mut left_out: Vec<String> = groups.left_out().into_iter().collect();
        if incomplete > 0 {
            left_out.push(format!("{} without time or event", many(incomplete, "row")));
        }
        if without_covariate > 0 {
            left_out.push(format!(
                "{} with a missing covariate, from the regression",
                many(without_covariate, "row")
            ));
        }
        let by = groups.column().map(str::to_owned);
        let groups = groups.into_sorted();
        let band = match self.band {
            BandKind::Log => Band::Log,
            BandKind::LogLog => Band::LogLog,
            BandKind::Plain => Band::Plain,
        };
        let mut curves = Vec::new();
        for (group, tally) in &groups {
            let fit = tally.kaplan_meier(self.level, band);
            let fit = match group {
                Some(group) => {
                    fit.with_context(|| format!("`{}` {group}", by.as_deref().unwrap_or_default()))?
                }
                None => fit?,
            };
            curves.push(curve(group.clone(), &fit));
        }
        let test = if groups.len() > 1 {
            let tallies: Vec<SurvivalTally> = groups.into_iter().map(|(_, tally)| tally).collect();
            let test = log_rank(&tallies, LogRankWeight::LogRank)?;
            Some(TestFinding {
                chi_squared: test.chi_squared,
                degrees_of_freedom: test.degrees_of_freedom as u64,
                p_value: test.p_value,
            })
        } else {
            None
        };
        let tick = meter.on("fitting");
        let cox = match cox {
            None => None,
            Some(data) => {
                let fit = data.fit(TieHandling::Efron, self.level, Progress::new(&tick))?;
                let proportional = data
                    .proportional_hazards(&fit, TimeTransform::KaplanMeier)
                    .ok();
                Some(CoxFinding {
                    n: fit.n,
                    events: fit.events,
                    log_likelihood: fit.log_likelihood,
                    likelihood_ratio: TestFinding {
                        chi_squared: fit.likelihood_ratio.chi_squared,
                        degrees_of_freedom: fit.likelihood_ratio.degrees_of_freedom as u64,
                        p_value: fit.likelihood_ratio.p_value,
                    },
                    concordance: fit.concordance,
                    covariates: fit
                        .coefficients
                        .iter()
                        .enumerate()
                        .map(|(index, coefficient)| CovariateFinding {
                            covariate: coefficient.name.clone(),
                            coefficient: coefficient.value,
                            standard_error: coefficient.standard_error,
                            hazard_ratio: coefficient.hazard_ratio,
                            hazard_ratio_low: coefficient.hazard_ratio_low,
                            hazard_ratio_high: coefficient.hazard_ratio_high,
                            z: coefficient.z,
                            p_value: coefficient.p_value,
                            proportional_p_value: proportional
                                .as_ref()
                                .and_then(|tests| tests.covariates.get(index))
                                .map(|test| test.test.p_value),
                        })
                        .collect(),
                    proportional_p_value: proportional.as_ref().map(|tests| tests.global.p_value),
                })
            }
        };
        let mut method = vec![format!("Kaplan–Meier, Greenwood's variance, {} band", band)];
        if test.is_some() {
            method.push("log-rank test".to_owned());
        }
        let mut assumptions = vec![
            "whoever is no longer watched is like those who still are (censoring says nothing)"
                .to_owned(),
        ];
        if cox.is_some() {
            method.push("Cox regression, Efron's ties".to_owned());
            assumptions
                .push("covariates multiply the hazard by the same factor at all times".to_owned());
        }
        Ok(Answer {
            command: Self::NAME,
            input: Some(seen),
            result: SurvivalFindings {
                time: reading.names(&[time]).concat(),
                by,
                level: self.level.get(),
                curves,
                log_rank: test,
                cox,
            },
            method,
            assumptions,
            left_out,
        })
    }
}

fn curve(group: Option<String>, fit: &KaplanMeier) -> CurveFinding {
    let median = fit.median();
    CurveFinding {
        group,
        n: fit.n,
        events: fit.events,
        median: median.value,
        median_low: median.low,
        median_high: median.high,
        restricted_mean: fit.restricted_mean(fit.last).ok().map(|mean| mean.value),
        points: fit
            .points
            .iter()
            .map(|point| PointFinding {
                time: point.time,
                at_risk: point.at_risk,
                events: point.events,
                survival: point.survival,
                standard_error: point.standard_error,
                low: point.low,
                high: point.high,
            })
            .collect(),
    }
}

/// Points of a curve that a person reads; programs get all.
const SHOWN: usize = 12;

impl Finding for SurvivalFindings {
    fn grids(&self) -> Vec<Grid> {
        let by = self.by.as_deref().unwrap_or("group");
        let mut medians = Grid::new(
            "How long",
            [
                by,
                "n",
                "events",
                "median",
                "low",
                "high",
                "restricted mean",
            ],
        );
        for curve in &self.curves {
            medians.row([
                curve.group.clone().into(),
                curve.n.into(),
                curve.events.into(),
                num(curve.median, 1),
                num(curve.median_low, 1),
                num(curve.median_high, 1),
                num(curve.restricted_mean, 1),
            ]);
        }
        let mut points = Grid::new(
            "Share to whom it has not happened",
            [
                by, "time", "at risk", "events", "survival", "se", "low", "high",
            ],
        );
        for curve in &self.curves {
            let events: Vec<&PointFinding> = curve
                .points
                .iter()
                .filter(|point| point.events > 0)
                .collect();
            let every = events.len().div_ceil(SHOWN).max(1);
            for point in events.iter().step_by(every) {
                points.row([
                    curve.group.clone().into(),
                    num(point.time, 1),
                    point.at_risk.into(),
                    point.events.into(),
                    num(point.survival, 4),
                    num(point.standard_error, 4),
                    num(point.low, 4),
                    num(point.high, 4),
                ]);
            }
        }
        let mut grids = vec![medians.without_empty(), points.without_empty()];
        if let Some(test) = &self.log_rank {
            let mut grid = Grid::new("Do the curves differ?", ["chi²", "df", "p"]);
            grid.row([
                num(test.chi_squared, 4),
                test.degrees_of_freedom.into(),
                Cell::P(test.p_value),
            ]);
            grids.push(grid);
        }
        if let Some(cox) = &self.cox {
            let mut grid = Grid::new(
                "Cox regression",
                [
                    "covariate",
                    "hazard ratio",
                    "low",
                    "high",
                    "coefficient",
                    "se",
                    "z",
                    "p",
                    "p (proportional)",
                ],
            );
            for row in &cox.covariates {
                grid.row([
                    row.covariate.as_str().into(),
                    num(row.hazard_ratio, 4),
                    num(row.hazard_ratio_low, 4),
                    num(row.hazard_ratio_high, 4),
                    num(row.coefficient, 5),
                    num(row.standard_error, 5),
                    num(row.z, 2),
                    Cell::P(row.p_value),
                    row.proportional_p_value.map_or(Cell::Nothing, Cell::P),
                ]);
            }
            grids.push(grid.without_empty());
            let mut fit = Grid::new(
                "",
                [
                    "n",
                    "events",
                    "log-likelihood",
                    "likelihood ratio",
                    "df",
                    "p",
                    "concordance",
                ],
            );
            fit.row([
                cox.n.into(),
                cox.events.into(),
                num(cox.log_likelihood, 3),
                num(cox.likelihood_ratio.chi_squared, 2),
                cox.likelihood_ratio.degrees_of_freedom.into(),
                Cell::P(cox.likelihood_ratio.p_value),
                num(cox.concordance, 3),
            ]);
            grids.push(fit.without_empty());
        }
        grids
    }

    fn picture(&self) -> Option<String> {
        let curves: Vec<picture::Curve> = self
            .curves
            .iter()
            .map(|curve| {
                let points = curve.points.iter().map(|point| {
                    let bound = |bound: Option<f64>| bound.unwrap_or(f64::NAN);
                    [
                        point.time,
                        point.survival,
                        bound(point.low),
                        bound(point.high),
                    ]
                });
                picture::Curve {
                    label: curve.group.clone().unwrap_or_default(),
                    points: std::iter::once([0.0, 1.0, 1.0, 1.0])
                        .chain(points)
                        .collect(),
                    steps: true,
                }
            })
            .collect();
        Some(picture::curves(
            "How long",
            "The share to whom it has not happened, with its band.",
            &self.time,
            "share to whom it has not happened",
            &curves,
        ))
    }

    fn n(&self) -> String {
        let n: u64 = self.curves.iter().map(|curve| curve.n).sum();
        let events: u64 = self.curves.iter().map(|curve| curve.events).sum();
        format!("{} rows, {} events", grouped(n), grouped(events))
    }
}
