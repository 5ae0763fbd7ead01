use std::collections::BTreeMap;

use super::{RefundPolicy, TransactionError, TransactionTally};

/// How many customers have each value of one measure: enough to score any of them, and merged by adding.
///
/// ```text
/// F = (customers with less + ½ those with as much) / n      score = ⌊parts · F⌋ + 1
/// ```
/// Equal values always get equal scores, so that a fifth of the customers need not have each score: where half of them bought once, all
/// of these share one.
///
/// ```
/// use radost_stats::retention::QuantileTally;
///
/// let mut orders = QuantileTally::default();
/// for (value, customers) in [(1.0, 50), (2.0, 20), (3.0, 15), (8.0, 15)] {
///     orders.add(value, customers)?;
/// }
/// assert_eq!(orders.scores(5).iter().map(|row| row.score).collect::<Vec<_>>(), [2, 4, 4, 5]);
/// # Ok::<(), radost_stats::retention::RfmError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QuantileTally {
    /// By the bits of the value, turned so that they sort as the values do.
    counts: BTreeMap<u64, u64>,
}

/// Why a customer cannot be scored.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RfmError {
    /// The value is NaN or infinite.
    #[error("{value} cannot be scored: a value must be a finite number")]
    Value {
        /// The refused value.
        value: f64,
    },
    /// Scores in fewer than 2 or more than 100 parts.
    #[error("{parts} is not a usable number of parts: take 2 to 100, 5 for quintiles")]
    Parts {
        /// The refused number.
        parts: u32,
    },
    /// The transactions do not allow it.
    #[error(transparent)]
    Transactions(#[from] TransactionError),
}

/// One value and its score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QuantileScore {
    /// The value.
    pub value: f64,
    /// Customers who have it.
    pub customers: u64,
    /// 1 for the lowest, the number of parts for the highest.
    pub score: u32,
}

impl QuantileTally {
    /// Counts `customers` with one value.
    ///
    /// # Errors
    /// [`RfmError::Value`] for NaN and infinities; the tally is then unchanged.
    pub fn add(&mut self, value: f64, customers: u64) -> Result<(), RfmError> {
        if !value.is_finite() {
            return Err(RfmError::Value { value });
        }
        if customers > 0 {
            let count = self.counts.entry(ordered(value + 0.0)).or_insert(0);
            *count = count.saturating_add(customers);
        }
        Ok(())
    }

    /// Adds the counts of another part of the data.
    pub fn merge(&mut self, other: &Self) {
        for (&value, &customers) in &other.counts {
            let count = self.counts.entry(value).or_insert(0);
            *count = count.saturating_add(customers);
        }
    }

    /// Customers counted.
    pub fn n(&self) -> u64 {
        self.counts
            .values()
            .fold(0, |sum: u64, &count| sum.saturating_add(count))
    }

    /// Every value with its score out of `parts` (5 for quintiles), from the lowest value to the highest; no parts give no scores.
    pub fn scores(&self, parts: u32) -> Vec<QuantileScore> {
        if parts == 0 {
            return Vec::new();
        }
        let n = u128::from(self.n());
        let mut below = 0_u128;
        self.counts
            .iter()
            .map(|(&bits, &customers)| {
                // Whole numbers: a value exactly on a boundary does not fall to either side by rounding.
                let twice = 2 * below + u128::from(customers);
                let score = (u128::from(parts) * twice / (2 * n).max(1)) as u32 + 1;
                below += u128::from(customers);
                QuantileScore {
                    value: value(bits),
                    customers,
                    score: score.min(parts),
                }
            })
            .collect()
    }
}

/// The bits of finite numbers, made to sort as the numbers do.
fn ordered(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 0 {
        bits | 1 << 63
    } else {
        !bits
    }
}

fn value(ordered: u64) -> f64 {
    f64::from_bits(if ordered >> 63 == 1 {
        ordered & !(1 << 63)
    } else {
        !ordered
    })
}

/// One customer's recency, frequency and monetary value with their scores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RfmRow {
    /// Who.
    pub customer: u64,
    /// Days since the last purchase.
    pub recency_days: u32,
    /// Days with a purchase.
    pub frequency: u64,
    /// Value of all purchases, in money.
    pub monetary: f64,
    /// Score of the recency: the highest for the most recent.
    pub recency_score: u32,
    /// Score of the frequency: the highest for the most frequent.
    pub frequency_score: u32,
    /// Score of the value: the highest for the most valuable.
    pub monetary_score: u32,
}

/// Customers scored by recency, frequency and monetary value.
#[derive(Debug, Clone, PartialEq)]
pub struct RfmTable {
    /// By customer.
    pub rows: Vec<RfmRow>,
    /// Highest score; 5 for quintiles.
    pub parts: u32,
    /// The day from which recency is counted, in days since 1970-01-01.
    pub as_of: i32,
    /// Transactions left out as refunds.
    pub refunds_left_out: u64,
}

impl TransactionTally {
    /// Scores every customer on purchases up to and including the day `as_of`; later ones are left out.
    ///
    /// ```
    /// use radost_stats::retention::{RefundPolicy, Transaction, TransactionTally};
    ///
    /// let mut tally = TransactionTally::default();
    /// for customer in 0..10 {
    ///     tally.push(Transaction { customer, day: customer as i32, amount: 10.0 })?;
    /// }
    /// let table = tally.rfm(9, 5, RefundPolicy::LeaveOut)?;
    /// assert_eq!((table.rows[9].recency_days, table.rows[9].recency_score), (0, 5));
    /// assert_eq!((table.rows[0].recency_score, table.rows[0].frequency_score), (1, 3));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    /// # Errors
    /// [`RfmError::Parts`] unless there are 2 to 100; [`RfmError::Transactions`] when there are none by that day.
    /// # Sources
    /// Hughes (1994), Strategic Database Marketing, Probus; scores of equal values by their middle rank.
    pub fn rfm(&self, as_of: i32, parts: u32, refunds: RefundPolicy) -> Result<RfmTable, RfmError> {
        if !(2..=100).contains(&parts) {
            return Err(RfmError::Parts { parts });
        }
        let (visits, refunds_left_out) = self.visits(refunds);
        let mut rows = Vec::new();
        let mut tallies = [const {
            QuantileTally {
                counts: BTreeMap::new(),
            }
        }; 3];
        for visits in visits.chunk_by(|a, b| a.customer == b.customer) {
            let known = visits.partition_point(|visit| visit.day <= as_of);
            let (known, _) = visits.split_at(known);
            let Some(last) = known.last() else { continue };
            let row = RfmRow {
                customer: last.customer,
                recency_days: as_of.abs_diff(last.day),
                frequency: known.len() as u64,
                monetary: known.iter().map(|visit| visit.value).sum(),
                recency_score: 0,
                frequency_score: 0,
                monetary_score: 0,
            };
            for (tally, value) in tallies.iter_mut().zip(measures(&row)) {
                tally.add(value, 1)?;
            }
            rows.push(row);
        }
        if rows.is_empty() {
            return Err(TransactionError::NoTransactions.into());
        }
        let scores = tallies.map(|tally| {
            let scores = tally.scores(parts).into_iter();
            scores
                .map(|row| (ordered(row.value), row.score))
                .collect::<Vec<_>>()
        });
        for row in &mut rows {
            let mut found = scores.iter().zip(measures(row)).map(|(scores, value)| {
                let place = scores.binary_search_by_key(&ordered(value + 0.0), |&(bits, _)| bits);
                place
                    .ok()
                    .and_then(|place| scores.get(place))
                    .map_or(0, |&(_, score)| score)
            });
            let mut next = || found.next().unwrap_or(0);
            (row.recency_score, row.frequency_score, row.monetary_score) = (next(), next(), next());
        }
        Ok(RfmTable {
            rows,
            parts,
            as_of,
            refunds_left_out,
        })
    }
}

/// In the direction in which more is better.
fn measures(row: &RfmRow) -> [f64; 3] {
    [
        -f64::from(row.recency_days),
        row.frequency as f64,
        row.monetary,
    ]
}
