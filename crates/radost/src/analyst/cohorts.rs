//! Who comes back: cohorts by first purchase.

use std::collections::HashMap;

use clap::{Args, ValueEnum};
use radost_stats::Level;
use radost_stats::retention::{CalendarPeriod, RetentionPoint, Transaction, TransactionTally};
use radost_table::SmolStr;
use schemars::JsonSchema;
use serde::Serialize;

use super::answer::{Answer, Cell, Finding, Grid, Shown, grouped, many, num};
use super::meter::Meter;
use super::source::{Source, level};
use super::{Analysis, picture};

/// Who comes back: cohorts by first purchase.
#[derive(Debug, Args)]
pub(crate) struct Cohorts {
    #[command(flatten)]
    source: Source,
    /// Who bought.
    #[arg(long, value_name = "COL")]
    customer: String,
    /// When.
    #[arg(long, value_name = "COL")]
    date: String,
    /// For how much; amounts below zero are refunds and left out.
    #[arg(long, value_name = "COL")]
    amount: Option<String>,
    /// The unit of cohorts and ages.
    #[arg(long, value_enum, default_value_t = Period::Month)]
    period: Period,
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
    Quarter,
    Year,
}

impl From<Period> for CalendarPeriod {
    fn from(period: Period) -> Self {
        match period {
            Period::Day => Self::Day,
            Period::Week => Self::Week,
            Period::Month => Self::Month,
            Period::Quarter => Self::Quarter,
            Period::Year => Self::Year,
        }
    }
}

/// Cohorts and what became of them.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CohortFindings {
    period: String,
    level: f64,
    customers: u64,
    cohorts: Vec<CohortFinding>,
    /// All cohorts together, by age.
    curve: Vec<AgeFinding>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct CohortFinding {
    cohort: String,
    customers: u64,
    ages: Vec<AgeFinding>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct AgeFinding {
    /// Periods since the first purchase.
    age: u64,
    /// Customers seen at that age.
    customers: u64,
    /// Those of them who bought in that period.
    retained: u64,
    /// Percent.
    share: f64,
    low: f64,
    high: f64,
    /// Null without amounts.
    revenue: Option<f64>,
}

impl Analysis for Cohorts {
    const NAME: &'static str = "cohorts";
    type Finding = CohortFindings;

    fn shown(&self) -> &Shown {
        &self.shown
    }

    fn run(&self, meter: &Meter) -> anyhow::Result<Answer<CohortFindings>> {
        let mut reading = self.source.open()?;
        let customer = reading.text(&self.customer)?;
        let date = reading.date(&self.date)?;
        let amount = self
            .amount
            .as_deref()
            .map(|name| reading.number(name))
            .transpose()?;
        let mut tally = TransactionTally::default();
        let mut ids: HashMap<SmolStr, u64> = HashMap::new();
        let (mut nobody, mut never, mut without_amount) = (0u64, 0u64, 0u64);
        let seen = reading.read(meter, |row| {
            let Some(who) = row.text(customer) else {
                nobody += 1;
                return Ok(());
            };
            let Some(day) = row.day(date) else {
                never += 1;
                return Ok(());
            };
            let amount = match amount {
                None => 0.0,
                Some(slot) => match row.number(slot) {
                    Some(amount) => amount,
                    None => {
                        without_amount += 1;
                        return Ok(());
                    }
                },
            };
            let next = ids.len() as u64;
            let customer = match ids.get(who) {
                Some(id) => *id,
                None => *ids.entry(who.clone()).or_insert(next),
            };
            Ok(tally.push(Transaction {
                customer,
                day,
                amount,
            })?)
        })?;
        let period = CalendarPeriod::from(self.period);
        let table = tally.cohorts(period, None, self.level)?;
        let with_amounts = self.amount.is_some();
        let age = |point: &RetentionPoint| AgeFinding {
            age: point.age,
            customers: point.customers,
            retained: point.retained,
            share: point.share,
            low: point.low,
            high: point.high,
            revenue: with_amounts.then_some(point.revenue),
        };
        let mut left_out = Vec::new();
        for (count, what) in [
            (nobody, "purchases without a customer"),
            (never, "purchases without a date"),
            (without_amount, "purchases without an amount"),
            (table.refunds_left_out, "refunds"),
        ] {
            if count > 0 {
                left_out.push(format!("{} {what}", grouped(count)));
            }
        }
        Ok(Answer {
            command: Self::NAME,
            input: Some(seen),
            result: CohortFindings {
                period: period.to_string(),
                level: self.level.get(),
                customers: table.n,
                cohorts: table
                    .cohorts
                    .iter()
                    .map(|cohort| CohortFinding {
                        cohort: period.label(cohort.start),
                        customers: cohort.size,
                        ages: cohort.ages.iter().map(age).collect(),
                    })
                    .collect(),
                curve: table.curve.iter().map(age).collect(),
            },
            method: vec![format!(
                "customers by the {period} of their first purchase; Wilson intervals"
            )],
            assumptions: vec![
                format!(
                    "the last {period} may be incomplete: {}",
                    period.label(table.last)
                ),
                "customers whose first purchase is before the file begins count as new".to_owned(),
            ],
            left_out,
        })
    }
}

impl Finding for CohortFindings {
    fn grids(&self) -> Vec<Grid> {
        let ages = self
            .cohorts
            .iter()
            .map(|cohort| cohort.ages.len())
            .max()
            .unwrap_or(0);
        let mut head = vec!["cohort".to_owned(), "customers".to_owned()];
        head.extend((0..ages).map(|age| format!("+{age}")));
        let mut grid = Grid::new(
            format!(
                "Percent who bought, by {}s since the first purchase",
                self.period
            ),
            head,
        );
        for cohort in &self.cohorts {
            let mut row = vec![Cell::from(cohort.cohort.as_str()), cohort.customers.into()];
            row.extend((0..ages).map(|age| num(cohort.ages.get(age).map(|age| age.share), 1)));
            grid.row(row);
        }
        let mut curve = Grid::new(
            "All cohorts",
            ["age", "customers", "bought", "%", "low", "high", "revenue"],
        );
        for age in &self.curve {
            curve.row([
                age.age.into(),
                age.customers.into(),
                age.retained.into(),
                num(age.share, 1),
                num(age.low, 1),
                num(age.high, 1),
                num(age.revenue, 2),
            ]);
        }
        vec![grid, curve.without_empty()]
    }

    fn picture(&self) -> Option<String> {
        let rows: Vec<picture::HeatRow> = self
            .cohorts
            .iter()
            .map(|cohort| picture::HeatRow {
                label: cohort.cohort.clone(),
                shares: cohort
                    .ages
                    .iter()
                    .map(|age| Some(age.share / 100.0))
                    .collect(),
            })
            .collect();
        let title = format!(
            "Percent who bought, by {}s since the first purchase",
            self.period
        );
        Some(picture::heat(
            &title,
            "A row for each cohort of first purchase.",
            &format!("{}s since", self.period),
            &rows,
        ))
    }

    fn n(&self) -> String {
        many(self.customers, "customer")
    }
}
