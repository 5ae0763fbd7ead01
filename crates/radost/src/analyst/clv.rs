//! What customers are worth: purchases to come, who is still there, and what they will spend.

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use radost_stats::retention::{
    BgNbd, Calibration, CalibrationSummary, DiscountRate, Dropout, Fit, GammaGamma, Horizon,
    NamedEstimate, ParameterNames, ParetoNbd, PurchaseModel, RefundPolicy, Until, lifetime_values,
    validate_holdout,
};
use radost_stats::{Level, Progress};
use radost_table::SmolStr;
use schemars::JsonSchema;
use serde::Serialize;

use super::answer::{Answer, Finding, Grid, Shown, grouped, num};
use super::meter::Meter;
use super::purchases::Purchases;
use super::source::{Source, day_number, level};
use super::{Analysis, picture};

mod contracts;

use contracts::ContractFindings;

/// What customers are worth: purchases to come, who is still there, lifetime value.
///
/// Customers who buy when they like are rows with who bought and when (--customer, --date); customers under contract are
/// numbers of those left after each renewal (--survivors).
#[derive(Debug, Args)]
pub(crate) struct Clv {
    #[command(flatten)]
    source: Source,
    /// Who bought.
    #[arg(long, value_name = "COL", required_unless_present = "survivors")]
    customer: Option<String>,
    /// When.
    #[arg(long, value_name = "COL", required_unless_present = "survivors")]
    date: Option<String>,
    /// For how much; amounts below zero are refunds and left out.
    #[arg(long, value_name = "COL")]
    amount: Option<String>,
    /// The last day the models learn from; what comes after shows how well they foresee. The last day of all without it.
    #[arg(long, value_name = "DATE")]
    calibration_end: Option<jiff::civil::Date>,
    /// Customers under contract: how many were left, the first row at the beginning, then one row after each renewal.
    #[arg(long, value_name = "COL", conflicts_with_all = ["customer", "date", "amount", "calibration_end", "model", "customers"])]
    survivors: Option<String>,
    /// With --survivors: several cohorts, named by this column.
    #[arg(long, value_name = "COL", requires = "survivors")]
    by: Option<String>,
    /// With --survivors: what each customer pays at the beginning and at every renewal.
    #[arg(long, value_name = "AMOUNT", requires = "survivors")]
    payment: Option<f64>,
    /// The unit of time: a week without it, or with --survivors, where it is the time between renewals, a year.
    #[arg(long, value_enum)]
    period: Option<Period>,
    /// The models of purchases.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Model::BetaGeometric])]
    model: Vec<Model>,
    /// How many periods to look ahead; a year without it, or with --survivors as many as were seen.
    #[arg(long, value_name = "PERIODS")]
    horizon: Option<f64>,
    /// What of an amount is earned, from 0 to 1.
    #[arg(long, value_name = "SHARE", default_value_t = 1.0)]
    margin: f64,
    /// What money loses in a year, 0.1 for 10 %.
    #[arg(long, value_name = "RATE", default_value_t = 0.1)]
    discount: f64,
    /// Answer with every customer, by the first model: in the JSON, and as the rows of the CSV.
    #[arg(long)]
    customers: bool,
    /// Confidence of the intervals.
    #[arg(long, default_value = "0.95", value_parser = level)]
    level: Level,
    #[command(flatten)]
    shown: Shown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Period {
    Day,
    Week,
    Month,
    Year,
}

impl Period {
    const fn days(self) -> f64 {
        match self {
            Self::Day => 1.0,
            Self::Week => 7.0,
            Self::Month => 365.25 / 12.0,
            Self::Year => 365.25,
        }
    }

    const fn a_year(self) -> f64 {
        match self {
            Self::Day => 365.0,
            Self::Week => 52.0,
            Self::Month => 12.0,
            Self::Year => 1.0,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Day => "days",
            Self::Week => "weeks",
            Self::Month => "months",
            Self::Year => "years",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Model {
    /// Beta-geometric/NBD: customers may leave after a repeat purchase.
    #[value(name = "bg-nbd")]
    BetaGeometric,
    /// Modified BG/NBD: customers may leave after every purchase, the first included.
    #[value(name = "mbg-nbd")]
    ModifiedBetaGeometric,
    /// Pareto/NBD: customers may leave at any time.
    #[value(name = "pareto-nbd")]
    Pareto,
}

impl Model {
    const fn name(self) -> &'static str {
        match self {
            Self::BetaGeometric => "BG/NBD",
            Self::ModifiedBetaGeometric => "MBG/NBD",
            Self::Pareto => "Pareto/NBD",
        }
    }
}

/// What customers are worth, by what is known of them.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum ClvFindings {
    Purchases(Worth),
    Contracts(ContractFindings),
}

/// What customers are worth who buy when they like.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Worth {
    /// days, weeks, months or years.
    period: &'static str,
    /// The last day the models learn from.
    calibration_end: String,
    /// Length of what was held out, in periods; 0 where nothing was.
    holdout_length: f64,
    horizon: f64,
    customers: u64,
    /// Customers who came again in the calibration time.
    repeaters: u64,
    /// Their repeat purchases.
    repeat_purchases: u64,
    /// Purchases in the time held out.
    holdout_purchases: u64,
    models: Vec<PurchaseFinding>,
    /// What a purchase is worth; null without amounts.
    spend: Option<SpendFinding>,
    /// With --customers, by the first model.
    customer_values: Option<Vec<CustomerValue>>,
}

/// A model of purchases.
#[derive(Debug, Serialize, JsonSchema)]
struct PurchaseFinding {
    model: &'static str,
    parameters: Vec<Parameter>,
    log_likelihood: f64,
    iterations: u32,
    /// Mean probability that a customer is still one.
    mean_probability_alive: f64,
    /// Of all customers, within the horizon.
    expected_purchases: f64,
    /// Discounted, of all customers, within the horizon; null without amounts.
    value: Option<f64>,
    /// Discounted, of all customers, for ever; null without amounts.
    lifetime_value: Option<f64>,
    /// How well the time held out was foreseen.
    holdout: Option<Holdout>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Parameter {
    name: &'static str,
    value: f64,
    standard_error: f64,
    low: f64,
    high: f64,
}

impl From<&NamedEstimate> for Parameter {
    fn from(named: &NamedEstimate) -> Self {
        Self {
            name: named.name,
            value: named.estimate.value,
            standard_error: named.estimate.standard_error,
            low: named.estimate.low,
            high: named.estimate.high,
        }
    }
}

#[derive(Debug, Serialize, JsonSchema)]
struct Holdout {
    actual: u64,
    expected: f64,
    mean_absolute_error: f64,
    by_repeats: Vec<HoldoutRow>,
}

/// Customers with so many repeat purchases in the calibration time.
#[derive(Debug, Serialize, JsonSchema)]
struct HoldoutRow {
    repeats: u64,
    customers: u64,
    actual_mean: f64,
    expected_mean: f64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct SpendFinding {
    parameters: Vec<Parameter>,
    log_likelihood: f64,
    /// What a purchase is worth on average over all customers; null where the mean is infinite.
    mean: Option<f64>,
    /// Repeaters the fit rests on.
    n: u64,
    /// Customers without a repeat purchase.
    without_repeat: u64,
    /// Repeaters left out because their purchases were worth nothing.
    without_value: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct CustomerValue {
    customer: String,
    repeats: u64,
    recency: f64,
    age: f64,
    probability_alive: f64,
    expected_purchases: f64,
    /// Per purchase.
    expected_spend: Option<f64>,
    /// Discounted, within the horizon.
    value: Option<f64>,
    /// Discounted, for ever.
    lifetime_value: Option<f64>,
}

/// Customers that people are shown; programs get all.
const MOST_SHOWN: usize = 20;

/// What a model is asked.
struct Question<'a> {
    summary: &'a CalibrationSummary,
    names: &'a [SmolStr],
    horizon: Horizon,
    rate: DiscountRate,
    spends: Option<&'a Fit<GammaGamma>>,
    margin: f64,
    with_customers: bool,
    meter: &'a Meter,
}

impl Question<'_> {
    fn ask<M: PurchaseModel + ParameterNames>(
        &self,
        name: &'static str,
        fit: &Fit<M>,
    ) -> anyhow::Result<(PurchaseFinding, Option<Vec<CustomerValue>>)> {
        let tick = self.meter.on("forecasting");
        let customers = &self.summary.customers;
        let histories = self.summary.histories();
        let forecast = fit
            .model
            .forecast(&histories, self.horizon, Progress::new(&tick))?;
        let all = histories.customers().max(1) as f64;
        let (mut alive, mut expected) = (0.0, 0.0);
        for row in &forecast {
            alive += row.probability_alive * row.customers as f64;
            expected += row.expected_purchases * row.customers as f64;
        }
        let worth = |until: Until| {
            let values = self.spends.map(|spends| {
                lifetime_values(
                    &fit.model,
                    &spends.model,
                    customers,
                    self.margin,
                    until,
                    self.rate,
                    Progress::new(&tick),
                )
            });
            values.transpose()
        };
        let values = worth(Until::Horizon(self.horizon))?;
        let for_ever = worth(Until::Forever)?;
        let holdout = if self.summary.holdout_length > 0.0 {
            let length = Horizon::new(self.summary.holdout_length)?;
            let report = validate_holdout(&fit.model, customers, length, 7, Progress::new(&tick))?;
            Some(Holdout {
                actual: report.actual_total,
                expected: report.expected_total,
                mean_absolute_error: report.mean_absolute_error,
                by_repeats: report
                    .by_frequency
                    .iter()
                    .map(|row| HoldoutRow {
                        repeats: row.frequency,
                        customers: row.customers,
                        actual_mean: row.actual_mean,
                        expected_mean: row.expected_mean,
                    })
                    .collect(),
            })
        } else {
            None
        };
        let each = self.with_customers.then(|| {
            let rows = customers.iter().enumerate();
            rows.map(|(index, customer)| {
                let value = values.as_ref().and_then(|values| values.get(index));
                let name = usize::try_from(customer.customer)
                    .ok()
                    .and_then(|id| self.names.get(id));
                CustomerValue {
                    customer: name.map(ToString::to_string).unwrap_or_default(),
                    repeats: customer.history.frequency(),
                    recency: customer.history.recency(),
                    age: customer.history.age(),
                    probability_alive: fit.model.probability_alive(&customer.history),
                    expected_purchases: fit
                        .model
                        .conditional_expectation(&customer.history, self.horizon),
                    expected_spend: value.map(|value| value.spend_per_purchase),
                    value: value.map(|value| value.value),
                    lifetime_value: for_ever
                        .as_ref()
                        .and_then(|values| values.get(index))
                        .map(|value| value.value),
                }
            })
            .collect()
        });
        let finding = PurchaseFinding {
            model: name,
            parameters: fit.parameters.iter().map(Into::into).collect(),
            log_likelihood: fit.log_likelihood,
            iterations: fit.iterations,
            mean_probability_alive: alive / all,
            expected_purchases: expected,
            value: values.map(|values| values.iter().map(|value| value.value).sum()),
            lifetime_value: for_ever.map(|values| values.iter().map(|value| value.value).sum()),
            holdout,
        };
        Ok((finding, each))
    }
}

impl Analysis for Clv {
    const NAME: &'static str = "clv";
    type Finding = ClvFindings;

    fn shown(&self) -> &Shown {
        &self.shown
    }

    fn run(&self, meter: &Meter) -> anyhow::Result<Answer<ClvFindings>> {
        if let Some(survivors) = &self.survivors {
            let asked = contracts::Asked {
                source: &self.source,
                survivors,
                by: self.by.as_deref(),
                period: self.period.unwrap_or(Period::Year),
                horizon: self.horizon,
                payment: self.payment,
                margin: self.margin,
                discount: self.discount,
                level: self.level,
            };
            return asked.answer(Self::NAME, meter);
        }
        let (Some(customer), Some(date)) = (&self.customer, &self.date) else {
            bail!(
                "say who bought and when (--customer, --date), or how many were left (--survivors)"
            );
        };
        let period = self.period.unwrap_or(Period::Week);
        let reading = self.source.open()?;
        let amount = self.amount.as_deref();
        let mut purchases = Purchases::read(reading, customer, date, amount, meter)?;
        let last = purchases.last;
        let end = self.calibration_end.unwrap_or(last);
        if end > last {
            bail!("--calibration-end {end} is after the last purchase, {last}");
        }
        let summary = purchases.tally.summarise(&Calibration {
            end: day_number(end),
            holdout_end: (end < last).then(|| day_number(last)),
            days_per_period: period.days(),
            refunds: RefundPolicy::LeaveOut,
        })?;
        // The purchases themselves are not needed any more.
        drop(std::mem::take(&mut purchases.tally));
        let histories = summary.histories();
        let horizon = Horizon::new(self.horizon.unwrap_or_else(|| period.a_year()))?;
        let tick = meter.on("fitting");
        let (spends, spend) = if self.amount.is_some() {
            let tally = summary.spends()?;
            let fit =
                GammaGamma::fit(&tally, self.level, Progress::new(&tick)).context("Gamma–Gamma")?;
            let finding = SpendFinding {
                parameters: fit.parameters.iter().map(Into::into).collect(),
                log_likelihood: fit.log_likelihood,
                mean: fit.model.mean_spend(),
                n: fit.n,
                without_repeat: tally.without_repeat(),
                without_value: tally.not_positive(),
            };
            (Some(fit), Some(finding))
        } else {
            (None, None)
        };
        let question = Question {
            summary: &summary,
            names: &purchases.names,
            horizon,
            rate: DiscountRate::effective(self.discount, period.a_year())?,
            spends: spends.as_ref(),
            margin: self.margin,
            with_customers: self.customers,
            meter,
        };
        let mut models = Vec::new();
        let mut customer_values = None;
        for &model in &self.model {
            let progress = Progress::new(&tick);
            let name = model.name();
            let (finding, customers) = match model {
                Model::BetaGeometric => {
                    let fit = BgNbd::fit(&histories, Dropout::AfterRepeats, self.level, progress)
                        .context(name)?;
                    question.ask(name, &fit)?
                }
                Model::ModifiedBetaGeometric => {
                    let fit = BgNbd::fit(
                        &histories,
                        Dropout::AfterEveryPurchase,
                        self.level,
                        progress,
                    )
                    .context(name)?;
                    question.ask(name, &fit)?
                }
                Model::Pareto => {
                    let fit = ParetoNbd::fit(&histories, self.level, progress).context(name)?;
                    question.ask(name, &fit)?
                }
            };
            models.push(finding);
            customer_values = customer_values.or(customers);
        }
        let mut left_out = purchases.left_out(summary.refunds_left_out);
        if summary.late_customers > 0 {
            left_out.push(format!(
                "{} customers who first bought after the calibration time",
                grouped(summary.late_customers)
            ));
        }
        if let Some(spend) = &spend
            && spend.without_value > 0
        {
            left_out.push(format!(
                "{} repeaters with purchases worth nothing, from the value of a purchase",
                grouped(spend.without_value)
            ));
        }
        let mut method = vec![format!(
            "{}, maximum likelihood on grouped histories, in {}",
            self.model
                .iter()
                .map(|model| model.name())
                .collect::<Vec<_>>()
                .join(", "),
            period.name()
        )];
        method.push("purchases of one customer on one day are one".to_owned());
        if self.amount.is_some() {
            method.push(format!(
                "Gamma–Gamma for the value of a purchase; value over {} {}, {} % a year discounted, margin {}",
                horizon.get(),
                period.name(),
                self.discount * 100.0,
                self.margin
            ));
        }
        Ok(Answer {
            command: Self::NAME,
            input: Some(purchases.seen),
            result: ClvFindings::Purchases(Worth {
                period: period.name(),
                calibration_end: end.to_string(),
                holdout_length: summary.holdout_length,
                horizon: horizon.get(),
                customers: histories.customers(),
                repeaters: histories.repeaters(),
                repeat_purchases: histories.repeat_purchases(),
                holdout_purchases: summary.customers.iter().map(|customer| customer.holdout_frequency).sum(),
                models,
                spend,
                customer_values,
            }),
            method,
            assumptions: vec![
                "customers buy at a steady rate of their own until they leave for good, and leave without saying so".to_owned(),
                "what a customer spends has nothing to do with how often they come".to_owned(),
            ],
            left_out,
        })
    }
}

impl Finding for ClvFindings {
    fn grids(&self) -> Vec<Grid> {
        match self {
            Self::Purchases(found) => found.grids(),
            Self::Contracts(found) => found.grids(),
        }
    }

    fn picture(&self) -> Option<String> {
        match self {
            Self::Purchases(found) => found.picture(),
            Self::Contracts(found) => Some(found.picture()),
        }
    }

    fn n(&self) -> String {
        match self {
            Self::Purchases(found) => found.n(),
            Self::Contracts(found) => found.n(),
        }
    }
}

impl Worth {
    fn grids(&self) -> Vec<Grid> {
        let mut grids = Vec::new();
        if let Some(customers) = &self.customer_values {
            let mut grid = Grid::new(
                "Customers",
                [
                    "customer",
                    "repeats",
                    "recency",
                    "age",
                    "P(alive)",
                    "expected purchases",
                    "expected spend",
                    "value",
                    "lifetime value",
                ],
            );
            for customer in customers {
                grid.row([
                    customer.customer.as_str().into(),
                    customer.repeats.into(),
                    num(customer.recency, 2),
                    num(customer.age, 2),
                    num(customer.probability_alive, 4),
                    num(customer.expected_purchases, 3),
                    num(customer.expected_spend, 2),
                    num(customer.value, 2),
                    num(customer.lifetime_value, 2),
                ]);
            }
            grids.push(grid.without_empty().first(MOST_SHOWN));
        }
        let mut parameters = Grid::new(
            "Parameters",
            ["model", "parameter", "value", "se", "low", "high"],
        );
        let spend = self
            .spend
            .iter()
            .map(|spend| ("Gamma–Gamma", &spend.parameters));
        for (model, found) in self
            .models
            .iter()
            .map(|model| (model.model, &model.parameters))
            .chain(spend)
        {
            for parameter in found {
                parameters.row([
                    model.into(),
                    parameter.name.into(),
                    num(parameter.value, 4),
                    num(parameter.standard_error, 4),
                    num(parameter.low, 4),
                    num(parameter.high, 4),
                ]);
            }
        }
        grids.push(parameters);
        let mut models = Grid::new(
            format!("The next {} {}", self.horizon, self.period),
            [
                "model",
                "log-likelihood",
                "P(alive)",
                "expected purchases",
                "value",
                "lifetime value",
                "held out",
                "foreseen",
            ],
        );
        for model in &self.models {
            let holdout = model.holdout.as_ref();
            models.row([
                model.model.into(),
                num(model.log_likelihood, 3),
                num(model.mean_probability_alive, 4),
                num(model.expected_purchases, 1),
                num(model.value, 2),
                num(model.lifetime_value, 2),
                holdout.map(|holdout| holdout.actual).into(),
                num(holdout.map(|holdout| holdout.expected), 1),
            ]);
        }
        grids.push(models.without_empty());
        for model in &self.models {
            let Some(holdout) = &model.holdout else {
                continue;
            };
            let mut grid = Grid::new(
                format!(
                    "{}: purchases held out, by repeat purchases before",
                    model.model
                ),
                ["repeats", "customers", "actual mean", "expected mean"],
            );
            for row in &holdout.by_repeats {
                grid.row([
                    row.repeats.into(),
                    row.customers.into(),
                    num(row.actual_mean, 3),
                    num(row.expected_mean, 3),
                ]);
            }
            grids.push(grid);
        }
        if let Some(spend) = &self.spend {
            let mut grid = Grid::new(
                "Value of a purchase",
                ["mean", "repeaters", "log-likelihood"],
            );
            grid.row([
                num(spend.mean, 2),
                spend.n.into(),
                num(spend.log_likelihood, 3),
            ]);
            grids.push(grid.without_empty());
        }
        grids
    }

    fn picture(&self) -> Option<String> {
        let curves: Vec<picture::Curve> = self
            .models
            .iter()
            .filter_map(|model| {
                let rows = &model.holdout.as_ref()?.by_repeats;
                Some(picture::Curve {
                    label: model.model.to_owned(),
                    points: rows
                        .iter()
                        .map(|row| [row.repeats as f64, row.expected_mean, f64::NAN, f64::NAN])
                        .collect(),
                    steps: false,
                })
            })
            .collect();
        let actual = self
            .models
            .iter()
            .find_map(|model| model.holdout.as_ref())?;
        let actual = picture::Curve {
            label: "actual".to_owned(),
            points: actual
                .by_repeats
                .iter()
                .map(|row| [row.repeats as f64, row.actual_mean, f64::NAN, f64::NAN])
                .collect(),
            steps: false,
        };
        let curves: Vec<picture::Curve> = curves.into_iter().chain([actual]).collect();
        Some(picture::curves(
            "Purchases held out",
            "The mean number of purchases in the time held out, by repeat purchases before it.",
            "repeat purchases before",
            "mean purchases held out",
            &curves,
        ))
    }

    fn n(&self) -> String {
        format!(
            "{} customers, {} of them with {} repeat purchases until {}",
            grouped(self.customers),
            grouped(self.repeaters),
            grouped(self.repeat_purchases),
            self.calibration_end
        )
    }
}
