use std::collections::HashSet;

use rayon::prelude::*;

use super::clv::{History, HistoryTally, Spend, SpendError, SpendTally};

/// One purchase or refund.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Transaction {
    /// Who.
    pub customer: u64,
    /// When, in days since 1970-01-01.
    pub day: i32,
    /// How much, in money; below zero for a refund. Zero where amounts are not known.
    pub amount: f64,
}

/// Why transactions cannot be counted or summarised.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TransactionError {
    /// The amount is NaN or infinite.
    #[error(
        "customer {customer} has an amount of {amount} on day {day}: it must be a finite number"
    )]
    Amount {
        /// The customer.
        customer: u64,
        /// Day of the transaction.
        day: i32,
        /// The refused amount.
        amount: f64,
    },
    /// There is nothing to summarise.
    #[error("there are no transactions")]
    NoTransactions,
    /// Every customer came after the end of the calibration period.
    #[error("nobody has bought by the end of the calibration period on day {calibration_end}")]
    NobodyInCalibration {
        /// The last day of the calibration period.
        calibration_end: i32,
    },
    /// A period of zero, negative, NaN or infinite length.
    #[error("a period of {days} days cannot be used: it must be a finite number above zero")]
    Period {
        /// The refused length.
        days: f64,
    },
    /// The holdout period ends before the calibration period does.
    #[error(
        "the holdout period cannot end on day {holdout_end}, when the calibration period ends on day {calibration_end}"
    )]
    Holdout {
        /// The last day of the calibration period.
        calibration_end: i32,
        /// The refused day.
        holdout_end: i32,
    },
    /// The first and last day are too far apart for a table of cohorts.
    #[error("a table of {periods} periods is too large: take longer periods")]
    TooManyPeriods {
        /// Periods from the first purchase to the end.
        periods: i64,
    },
}

/// What a negative amount is taken for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum RefundPolicy {
    /// Refunds are left out: neither a visit nor a deduction. What is left out is counted.
    #[default]
    LeaveOut,
    /// Refunds are deducted from the purchases of the same customer and day; a day with refunds alone is no visit and is left out. The
    /// value of a day may then be zero or below.
    NetOfDay,
}

/// How the history of a customer is cut and measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    /// Last day of the calibration period, in days since 1970-01-01.
    pub end: i32,
    /// Last day of the holdout period; `None` where the future is not held out.
    pub holdout_end: Option<i32>,
    /// Days in one unit of time: 1 for days, 7 for weeks, 365.25 / 12 = 30.4375 for months.
    pub days_per_period: f64,
    /// What a negative amount is taken for.
    pub refunds: RefundPolicy,
}

/// One customer in the calibration and holdout periods.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CustomerSummary {
    /// Who.
    pub customer: u64,
    /// Repeat purchases, recency and age in the calibration period, in periods.
    pub history: History,
    /// Mean value of the repeat purchases in the calibration period, in money; 0 without one.
    pub mean_repeat_value: f64,
    /// Value of all purchases in the calibration period, the first included, in money.
    pub value: f64,
    /// Purchases in the holdout period, x*.
    pub holdout_frequency: u64,
    /// Value of the purchases in the holdout period, in money.
    pub holdout_value: f64,
}

/// All customers of a calibration period.
#[derive(Debug, Clone, PartialEq)]
pub struct CalibrationSummary {
    /// By customer.
    pub customers: Vec<CustomerSummary>,
    /// Length of the holdout period, in periods; 0 without one.
    pub holdout_length: f64,
    /// Customers left out because they first bought after the calibration period.
    pub late_customers: u64,
    /// Transactions left out as refunds.
    pub refunds_left_out: u64,
}

impl CalibrationSummary {
    /// Customers folded by history, for the purchase models.
    pub fn histories(&self) -> HistoryTally {
        let histories: Vec<History> = self.customers.iter().map(|c| c.history).collect();
        HistoryTally::from_histories(&histories)
    }

    /// Customers folded by frequency and mean repeat value, for Gamma–Gamma.
    ///
    /// # Errors
    /// [`SpendError::NotFinite`] when amounts added up beyond the largest number.
    pub fn spends(&self) -> Result<SpendTally, SpendError> {
        let spends: Vec<Spend> = self
            .customers
            .iter()
            .map(|customer| Spend {
                frequency: customer.history.frequency(),
                mean_value: customer.mean_repeat_value,
            })
            .collect();
        SpendTally::from_spends(&spends)
    }
}

/// A customer's purchases of one day taken together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Visit {
    pub customer: u64,
    pub day: i32,
    pub value: f64,
}

/// Transactions in any order: what customer summaries, cohort tables and RFM scores are made from.
///
/// A customer's purchases of one day are one visit, as in the publications on these models: a basket paid in two parts is not a return.
///
/// ```
/// use radost_stats::retention::{Calibration, RefundPolicy, Transaction, TransactionTally};
///
/// let mut tally = TransactionTally::default();
/// for (day, amount) in [(0, 10.0), (14, 20.0), (14, 5.0), (28, 15.0), (60, 9.0)] {
///     tally.push(Transaction { customer: 1, day, amount })?;
/// }
/// let summary = tally.summarise(&Calibration {
///     end: 35, holdout_end: Some(70), days_per_period: 7.0, refunds: RefundPolicy::LeaveOut,
/// })?;
/// let customer = summary.customers[0];
/// assert_eq!((customer.history.frequency(), customer.history.recency(), customer.history.age()), (2, 4.0, 5.0));
/// assert_eq!((customer.mean_repeat_value, customer.holdout_frequency), (20.0, 1));
/// # Ok::<(), radost_stats::retention::TransactionError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct TransactionTally {
    rows: Vec<Transaction>,
}

impl TransactionTally {
    /// Counts one transaction.
    ///
    /// # Errors
    /// [`TransactionError::Amount`] for NaN and infinities; the tally is then unchanged.
    pub fn push(&mut self, transaction: Transaction) -> Result<(), TransactionError> {
        if !transaction.amount.is_finite() {
            return Err(TransactionError::Amount {
                customer: transaction.customer,
                day: transaction.day,
                amount: transaction.amount,
            });
        }
        self.rows.push(transaction);
        Ok(())
    }

    /// Adds the transactions of another part of the data.
    pub fn merge(&mut self, other: &Self) {
        self.rows.extend_from_slice(&other.rows);
    }

    /// Number of transactions.
    pub fn n(&self) -> u64 {
        self.rows.len() as u64
    }

    /// Visits by customer and day, and the number of refunds left out.
    pub(super) fn visits(&self, refunds: RefundPolicy) -> (Vec<Visit>, u64) {
        let mut rows: Vec<Transaction> = self.rows.clone();
        // Amounts too are put in order, so that the parts of a sum do not depend on how the rows arrived.
        rows.par_sort_unstable_by(|a, b| {
            (a.customer, a.day)
                .cmp(&(b.customer, b.day))
                .then(a.amount.total_cmp(&b.amount))
        });
        let mut left_out = 0;
        let mut visits = Vec::new();
        for day in rows.chunk_by(|a, b| (a.customer, a.day) == (b.customer, b.day)) {
            let bought = day.iter().filter(|row| row.amount >= 0.0);
            let purchases = bought.clone().count() as u64;
            let returned = day.len() as u64 - purchases;
            let Some(first) = day.first().filter(|_| purchases > 0) else {
                left_out += returned;
                continue;
            };
            let value = match refunds {
                RefundPolicy::LeaveOut => {
                    left_out += returned;
                    bought.map(|row| row.amount).sum()
                }
                RefundPolicy::NetOfDay => day.iter().map(|row| row.amount).sum(),
            };
            visits.push(Visit {
                customer: first.customer,
                day: first.day,
                value,
            });
        }
        (visits, left_out)
    }

    /// Every customer's repeat purchases, recency, age and values in the calibration period, and purchases in the holdout period.
    ///
    /// ```text
    /// x = days with a purchase after the first, up to the end      t_x = (last of them − first) / days per period
    /// T = (end − first) / days per period      x* = days with a purchase after the end, up to the end of the holdout period
    /// ```
    /// # Errors
    /// [`TransactionError::NoTransactions`], [`TransactionError::NobodyInCalibration`], [`TransactionError::Period`],
    /// [`TransactionError::Holdout`].
    /// # Sources
    /// Fader and Hardie (2005), as [`BgNbd`](super::BgNbd).
    pub fn summarise(
        &self,
        calibration: &Calibration,
    ) -> Result<CalibrationSummary, TransactionError> {
        let period = calibration.days_per_period;
        if !(period.is_finite() && period > 0.0) {
            return Err(TransactionError::Period { days: period });
        }
        let holdout_end = calibration.holdout_end.unwrap_or(calibration.end);
        if holdout_end < calibration.end {
            return Err(TransactionError::Holdout {
                calibration_end: calibration.end,
                holdout_end,
            });
        }
        let (visits, refunds_left_out) = self.visits(calibration.refunds);
        if visits.is_empty() {
            return Err(TransactionError::NoTransactions);
        }
        let periods = |from: i32, to: i32| (i64::from(to) - i64::from(from)) as f64 / period;
        let mut customers = Vec::new();
        let mut late_customers = 0;
        for visits in visits.chunk_by(|a, b| a.customer == b.customer) {
            let known = visits.partition_point(|visit| visit.day <= calibration.end);
            let (known, after) = visits.split_at(known);
            let (Some(first), Some(last)) = (known.first(), known.last()) else {
                late_customers += 1;
                continue;
            };
            let repeats = known.len() - 1;
            let repeat_value: f64 = known.iter().skip(1).map(|visit| visit.value).sum();
            let held_out = after.iter().filter(|visit| visit.day <= holdout_end);
            // Days in order make a valid history: the recency is between zero and the age, and zero only without a repeat.
            let (recency, age) = (
                periods(first.day, last.day),
                periods(first.day, calibration.end),
            );
            let Ok(history) = History::new(repeats as u64, recency, age) else {
                return Err(TransactionError::Period { days: period });
            };
            customers.push(CustomerSummary {
                customer: first.customer,
                history,
                mean_repeat_value: if repeats == 0 {
                    0.0
                } else {
                    repeat_value / repeats as f64
                },
                value: first.value + repeat_value,
                holdout_frequency: held_out.clone().count() as u64,
                holdout_value: held_out.map(|visit| visit.value).sum(),
            });
        }
        if customers.is_empty() {
            return Err(TransactionError::NobodyInCalibration {
                calibration_end: calibration.end,
            });
        }
        Ok(CalibrationSummary {
            customers,
            holdout_length: periods(calibration.end, holdout_end),
            late_customers,
            refunds_left_out,
        })
    }

    /// Actual cumulative repeat purchases, one number at the end of each period counted from the first day of all.
    ///
    /// `within` chooses the customers by first day: those who first bought by then, as the models' calibration group.
    ///
    /// # Errors
    /// [`TransactionError::NoTransactions`]; [`TransactionError::Period`] for a period of less than a day.
    pub fn cumulative_repeats(
        &self,
        within: i32,
        days_per_period: u32,
        periods: usize,
    ) -> Result<Vec<u64>, TransactionError> {
        if days_per_period == 0 {
            return Err(TransactionError::Period { days: 0.0 });
        }
        let (visits, _) = self.visits(RefundPolicy::LeaveOut);
        let Some(start) = visits.iter().map(|visit| visit.day).min() else {
            return Err(TransactionError::NoTransactions);
        };
        let mut repeats = vec![0_u64; periods];
        let mut seen = HashSet::new();
        for visit in &visits {
            // Sorted by customer and day: the first visit of a customer is the first to be met.
            if seen.insert(visit.customer) {
                if visit.day > within {
                    continue;
                }
            } else if let Some(count) = usize::try_from(
                (i64::from(visit.day) - i64::from(start)) / i64::from(days_per_period),
            )
            .ok()
            .and_then(|period| repeats.get_mut(period))
            {
                *count += 1;
            }
        }
        let mut total = 0;
        for count in &mut repeats {
            total += *count;
            *count = total;
        }
        Ok(repeats)
    }
}
