//! Customers under contract: how many are left after each renewal, and what they are worth.

use anyhow::{Context, bail};
use radost_stats::retention::{ContractTally, DiscountRate, ShiftedBetaGeometric};
use radost_stats::{Level, Progress};
use schemars::JsonSchema;
use serde::Serialize;

use super::super::answer::{Answer, Grid, Seen, grouped, num};
use super::super::meter::Meter;
use super::super::picture;
use super::super::source::{Groups, Source, whole};
use super::{Parameter, Period};

/// What is asked of the contracts.
pub(super) struct Asked<'a> {
    pub(super) source: &'a Source,
    /// The column of survivors.
    pub(super) survivors: &'a str,
    pub(super) by: Option<&'a str>,
    pub(super) period: Period,
    /// Periods beyond what was seen.
    pub(super) horizon: Option<f64>,
    pub(super) payment: Option<f64>,
    pub(super) margin: f64,
    /// By year.
    pub(super) discount: f64,
    pub(super) level: Level,
}

/// Contracts by the shifted beta-geometric model.
#[derive(Debug, Serialize, JsonSchema)]
pub(in super::super) struct ContractFindings {
    /// days, weeks, months or years: the time from one renewal to the next.
    period: &'static str,
    /// The column that names the cohorts, if any.
    by: Option<String>,
    cohorts: Vec<ContractFinding>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ContractFinding {
    /// Null for everybody.
    cohort: Option<String>,
    /// At the beginning.
    customers: u64,
    /// Those left at the end of what was seen.
    left: u64,
    parameters: Vec<Parameter>,
    log_likelihood: f64,
    /// Mean probability of leaving at the first renewal, 0 to 1.
    mean_churn: f64,
    /// Discounted expected lifetime of a new customer, in periods, the first payment now.
    discounted_lifetime: Option<f64>,
    /// Discounted expected lifetime of a customer who is left and whose renewal is due now, in periods.
    discounted_residual_lifetime: Option<f64>,
    /// With --payment: of a new customer.
    value: Option<f64>,
    /// With --payment: of all who are left.
    residual_value: Option<f64>,
    curve: Vec<CurvePoint>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct CurvePoint {
    /// Renewals since the beginning.
    renewals: u64,
    /// Customers left; null where nothing was seen yet.
    left: Option<u64>,
    /// Percent of the beginning.
    survival: Option<f64>,
    /// By the model.
    expected_survival: f64,
    /// Percent of those before who renewed.
    retention: Option<f64>,
    /// By the model.
    expected_retention: Option<f64>,
}

impl Asked<'_> {
    pub(super) fn answer(
        &self,
        command: &'static str,
        meter: &Meter,
    ) -> anyhow::Result<Answer<super::ClvFindings>> {
        let rate = DiscountRate::effective(self.discount, self.period.a_year())?;
        let mut reading = self.source.open()?;
        let slot = reading.number(self.survivors)?;
        let mut groups: Groups<Vec<u64>> = Groups::by(&mut reading, self.by)?;
        let seen: Seen = reading.read(meter, |row| {
            let Some(survivors) = groups.of(row, || Ok(Vec::new()))? else {
                return Ok(());
            };
            let left = row.number(slot).with_context(|| {
                format!(
                    "column `{}`: nothing says how many were left",
                    self.survivors
                )
            })?;
            let left = whole(left).and_then(|left| Ok(u64::try_from(left)?));
            survivors.push(left.with_context(|| format!("column `{}`", self.survivors))?);
            Ok(())
        })?;
        let left_out: Vec<String> = groups.left_out().into_iter().collect();
        let by = groups.column().map(str::to_owned);
        let mut cohorts = Vec::new();
        for (name, survivors) in groups.into_sorted() {
            let found = self.cohort(&survivors, rate, meter);
            let mut found = match (&name, &by) {
                (Some(name), Some(by)) => found.with_context(|| format!("`{by}` {name}"))?,
                _ => found.with_context(|| format!("column `{}`", self.survivors))?,
            };
            found.cohort = name;
            cohorts.push(found);
        }
        let mut method = vec![format!(
            "shifted beta-geometric (sBG), maximum likelihood, renewals every {}",
            self.period.name().trim_end_matches('s')
        )];
        method.push(format!("{} % a year discounted", self.discount * 100.0));
        if let Some(payment) = self.payment {
            method.push(format!(
                "value: {payment} paid each time, margin {}",
                self.margin
            ));
        }
        Ok(Answer {
            command,
            input: Some(seen),
            result: super::ClvFindings::Contracts(ContractFindings {
                period: self.period.name(),
                by,
                cohorts,
            }),
            method,
            assumptions: vec![
                "every customer may leave at each renewal, with a probability of their own that stays".to_owned(),
                "rows in the order of time: the first is the beginning".to_owned(),
            ],
            left_out,
        })
    }

    fn cohort(
        &self,
        survivors: &[u64],
        rate: DiscountRate,
        meter: &Meter,
    ) -> anyhow::Result<ContractFinding> {
        let tally = ContractTally::from_survivors(survivors)?;
        let tick = meter.on("fitting");
        let fit = ShiftedBetaGeometric::fit(&tally, self.level, Progress::new(&tick))?;
        let model = &fit.model;
        let renewals = survivors.len().saturating_sub(1);
        let ahead = self.horizon.unwrap_or(renewals as f64);
        if !(0.0..=1000.0).contains(&ahead) {
            bail!("--horizon {ahead}: from 0 to 1000 periods");
        }
        let first = survivors.first().copied().unwrap_or(0);
        let last = survivors.last().copied().unwrap_or(0);
        let points = 0..=(renewals + ahead.round() as usize);
        let curve = points.map(|t| {
            let time = u32::try_from(t).unwrap_or(u32::MAX);
            let left = survivors.get(t).copied();
            let before = t.checked_sub(1).and_then(|t| survivors.get(t)).copied();
            CurvePoint {
                renewals: t as u64,
                left,
                survival: left.map(|left| 100.0 * left as f64 / first.max(1) as f64),
                expected_survival: 100.0 * model.survival(time),
                retention: match (left, before) {
                    (Some(left), Some(before)) if before > 0 => {
                        Some(100.0 * left as f64 / before as f64)
                    }
                    _ => None,
                },
                expected_retention: (t > 0).then(|| 100.0 * model.retention(time)),
            }
        });
        let lifetime = model.discounted_lifetime(rate);
        let residual = u32::try_from(renewals)
            .ok()
            .and_then(|renewals| model.discounted_residual_lifetime(renewals, rate));
        let earned = self.payment.map(|payment| payment * self.margin);
        let worth = |lifetime: Option<f64>| Some(lifetime? * earned?);
        Ok(ContractFinding {
            cohort: None,
            customers: first,
            left: last,
            parameters: fit.parameters.iter().map(Into::into).collect(),
            log_likelihood: fit.log_likelihood,
            mean_churn: 1.0 - model.survival(1),
            discounted_lifetime: lifetime,
            discounted_residual_lifetime: residual,
            value: worth(lifetime),
            residual_value: worth(residual).map(|value| value * last as f64),
            curve: curve.collect(),
        })
    }
}

impl ContractFindings {
    pub(super) fn grids(&self) -> Vec<Grid> {
        let by = self.by.as_deref().unwrap_or("cohort");
        let mut curve = Grid::new(
            "Customers left, %",
            [
                by,
                "renewals",
                "customers",
                "left %",
                "expected %",
                "renewed %",
                "expected renewed %",
            ],
        );
        let mut models = Grid::new(
            format!("Contracts, in {}", self.period),
            [
                by,
                "customers",
                "left",
                "alpha",
                "se of alpha",
                "beta",
                "se of beta",
                "log-likelihood",
                "leave first %",
                "lifetime",
                "residual lifetime",
                "value",
                "value of those left",
            ],
        );
        for cohort in &self.cohorts {
            for point in &cohort.curve {
                curve.row([
                    cohort.cohort.clone().into(),
                    point.renewals.into(),
                    point.left.into(),
                    num(point.survival, 1),
                    num(point.expected_survival, 1),
                    num(point.retention, 1),
                    num(point.expected_retention, 1),
                ]);
            }
            let parameter = |index: usize| cohort.parameters.get(index);
            let value = |index| num(parameter(index).map(|found| found.value), 3);
            let error = |index| num(parameter(index).map(|found| found.standard_error), 3);
            models.row([
                cohort.cohort.clone().into(),
                cohort.customers.into(),
                cohort.left.into(),
                value(0),
                error(0),
                value(1),
                error(1),
                num(cohort.log_likelihood, 3),
                num(cohort.mean_churn * 100.0, 1),
                num(cohort.discounted_lifetime, 3),
                num(cohort.discounted_residual_lifetime, 3),
                num(cohort.value, 2),
                num(cohort.residual_value, 2),
            ]);
        }
        vec![curve.without_empty(), models.without_empty()]
    }

    pub(super) fn picture(&self) -> String {
        let mut curves = Vec::new();
        for cohort in &self.cohorts {
            let named = |what: &str| match &cohort.cohort {
                Some(name) => format!("{name}, {what}"),
                None => what.to_owned(),
            };
            let expected = cohort.curve.iter();
            curves.push(picture::Curve {
                label: named("sBG"),
                points: expected
                    .map(|point| {
                        [
                            point.renewals as f64,
                            point.expected_survival / 100.0,
                            f64::NAN,
                            f64::NAN,
                        ]
                    })
                    .collect(),
                steps: false,
            });
            let seen = cohort.curve.iter().filter_map(|point| {
                let share = point.survival? / 100.0;
                Some([point.renewals as f64, share, f64::NAN, f64::NAN])
            });
            curves.push(picture::Curve {
                label: named("seen"),
                points: seen.collect(),
                steps: true,
            });
        }
        picture::curves(
            "Customers left",
            "The share of customers left after each renewal, as seen and by the model.",
            &format!("{} since the beginning", self.period),
            "share left",
            &curves,
        )
    }

    pub(super) fn n(&self) -> String {
        let customers: u64 = self.cohorts.iter().map(|cohort| cohort.customers).sum();
        let left: u64 = self.cohorts.iter().map(|cohort| cohort.left).sum();
        format!(
            "{} customers, {} of them left",
            grouped(customers),
            grouped(left)
        )
    }
}
