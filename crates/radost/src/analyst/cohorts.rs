//! Who comes back: cohorts by first purchase.

use std::collections::BTreeMap;

use clap::Args;
use radost_stats::Level;
use radost_stats::retention::{CalendarPeriod, RefundPolicy, RetentionPoint, RfmTable};
use schemars::JsonSchema;
use serde::Serialize;

use super::answer::{Answer, Cell, Finding, Grid, Shown, many, num};
use super::meter::Meter;
use super::purchases::Purchases;
use super::source::{Period, Source, day_number, level, period_label};
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
    /// Also score every customer by recency, frequency and monetary value, from 1 to this many; 5 without a number.
    #[arg(long, value_name = "PARTS", num_args = 0..=1, require_equals = true, default_missing_value = "5", requires = "amount")]
    rfm: Option<u32>,
    /// The day from which recency is counted (with --rfm); the last day of all without it. Later purchases do not count for the scores.
    #[arg(long, value_name = "DATE", requires = "rfm")]
    as_of: Option<jiff::civil::Date>,
    /// Confidence of the intervals.
    #[arg(long, default_value = "0.95", value_parser = level)]
    level: Level,
    #[command(flatten)]
    shown: Shown,
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
    /// With --rfm.
    rfm: Option<RfmFinding>,
}

/// Customers by recency, frequency and monetary value.
#[derive(Debug, Serialize, JsonSchema)]
struct RfmFinding {
    /// The highest score; 1 is the lowest.
    parts: u64,
    /// The day from which recency is counted.
    as_of: String,
    /// By the score of recency, the most recent first.
    by_recency: Vec<RfmGroup>,
    /// Every customer, the highest scores first.
    customers: Vec<RfmCustomer>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct RfmGroup {
    recency_score: u64,
    customers: u64,
    /// Means of the customers.
    recency_days: f64,
    frequency: f64,
    monetary: f64,
    /// Of all money, 0 to 1.
    share_of_money: f64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct RfmCustomer {
    customer: String,
    /// Days since the last purchase.
    recency_days: u64,
    /// Days with a purchase.
    frequency: u64,
    /// Value of all purchases.
    monetary: f64,
    /// The most recent have the highest score.
    recency_score: u64,
    frequency_score: u64,
    monetary_score: u64,
}

fn rfm(table: &RfmTable, as_of: jiff::civil::Date, purchases: &Purchases) -> RfmFinding {
    let mut sums: BTreeMap<u32, (u64, f64, f64, f64)> = BTreeMap::new();
    let mut money = 0.0;
    for row in &table.rows {
        let (customers, days, frequency, monetary) = sums.entry(row.recency_score).or_default();
        *customers += 1;
        *days += f64::from(row.recency_days);
        *frequency += row.frequency as f64;
        *monetary += row.monetary;
        money += row.monetary;
    }
    let groups = sums.into_iter().rev();
    let groups = groups.map(|(score, (customers, days, frequency, monetary))| {
        let mean = |sum: f64| sum / customers as f64;
        RfmGroup {
            recency_score: score.into(),
            customers,
            recency_days: mean(days),
            frequency: mean(frequency),
            monetary: mean(monetary),
            share_of_money: monetary / if money > 0.0 { money } else { 1.0 },
        }
    });
    let customers = table.rows.iter().map(|row| RfmCustomer {
        customer: purchases.name(row.customer),
        recency_days: row.recency_days.into(),
        frequency: row.frequency,
        monetary: row.monetary,
        recency_score: row.recency_score.into(),
        frequency_score: row.frequency_score.into(),
        monetary_score: row.monetary_score.into(),
    });
    let mut customers: Vec<RfmCustomer> = customers.collect();
    let scores = |row: &RfmCustomer| {
        let sum = row.recency_score + row.frequency_score + row.monetary_score;
        (sum, row.recency_score, row.frequency_score)
    };
    customers.sort_by(|a, b| scores(b).cmp(&scores(a)).then(a.customer.cmp(&b.customer)));
    RfmFinding {
        parts: table.parts.into(),
        as_of: as_of.to_string(),
        by_recency: groups.collect(),
        customers,
    }
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

/// Customers that people are shown; programs get all.
const MOST_SHOWN: usize = 20;

impl Analysis for Cohorts {
    const NAME: &'static str = "cohorts";
    type Finding = CohortFindings;

    fn shown(&self) -> &Shown {
        &self.shown
    }

    fn run(&self, meter: &Meter) -> anyhow::Result<Answer<CohortFindings>> {
        let reading = self.source.open()?;
        let amount = self.amount.as_deref();
        let purchases = Purchases::read(reading, &self.customer, &self.date, amount, meter)?;
        let tally = &purchases.tally;
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
        let mut method = vec![format!(
            "customers by the {period} of their first purchase; Wilson intervals"
        )];
        let scored = match self.rfm {
            None => None,
            Some(parts) => {
                let as_of = self.as_of.unwrap_or(purchases.last);
                let table = tally.rfm(day_number(as_of), parts, RefundPolicy::LeaveOut)?;
                method.push(format!(
                    "recency, frequency and monetary value: scores from 1 to {parts} by middle ranks, equal values alike"
                ));
                Some(rfm(&table, as_of, &purchases))
            }
        };
        let left_out = purchases.left_out(table.refunds_left_out);
        Ok(Answer {
            command: Self::NAME,
            input: Some(purchases.seen),
            result: CohortFindings {
                period: period.to_string(),
                level: self.level.get(),
                customers: table.n,
                cohorts: table
                    .cohorts
                    .iter()
                    .map(|cohort| CohortFinding {
                        cohort: period_label(period, cohort.start),
                        customers: cohort.size,
                        ages: cohort.ages.iter().map(age).collect(),
                    })
                    .collect(),
                curve: table.curve.iter().map(age).collect(),
                rfm: scored,
            },
            method,
            assumptions: vec![
                format!(
                    "the last {period} may be incomplete: {}",
                    period_label(period, table.last)
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
        let mut grids = vec![grid, curve.without_empty()];
        if let Some(rfm) = &self.rfm {
            let mut customers = Grid::new(
                "Customers",
                [
                    "customer",
                    "R",
                    "F",
                    "M",
                    "days since",
                    "purchases",
                    "money",
                ],
            );
            for row in &rfm.customers {
                customers.row([
                    row.customer.as_str().into(),
                    row.recency_score.into(),
                    row.frequency_score.into(),
                    row.monetary_score.into(),
                    row.recency_days.into(),
                    row.frequency.into(),
                    num(row.monetary, 2),
                ]);
            }
            let mut groups = Grid::new(
                format!("By recency on {}", rfm.as_of),
                [
                    "R",
                    "customers",
                    "days since",
                    "purchases",
                    "money each",
                    "% of money",
                ],
            );
            for row in &rfm.by_recency {
                groups.row([
                    row.recency_score.into(),
                    row.customers.into(),
                    num(row.recency_days, 1),
                    num(row.frequency, 2),
                    num(row.monetary, 2),
                    num(row.share_of_money * 100.0, 1),
                ]);
            }
            grids.insert(0, customers.first(MOST_SHOWN));
            grids.push(groups);
        }
        grids
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
