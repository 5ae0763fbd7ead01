use rayon::prelude::*;

use super::fold::fold;

/// What a purchase model needs to know of one customer: how many repeats, when the last one was, and how long the customer was watched.
///
/// Recency and age count from the first purchase, in one unit chosen by the caller (weeks, say).
///
/// ```
/// use radost_stats::retention::History;
///
/// let history = History::new(2, 30.43, 38.86)?;
/// assert_eq!(history.frequency(), 2);
/// assert!(History::new(2, 40.0, 38.86).is_err());
/// # Ok::<(), radost_stats::retention::HistoryError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct History {
    frequency: u64,
    recency: f64,
    age: f64,
}

/// Why a history is impossible.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum HistoryError {
    /// NaN or infinite.
    #[error("the recency {recency} and the age {age} must be finite numbers")]
    NotFinite {
        /// Time of the last repeat purchase.
        recency: f64,
        /// Time watched.
        age: f64,
    },
    /// A time below zero.
    #[error("the recency {recency} and the age {age} cannot be below zero")]
    Negative {
        /// Time of the last repeat purchase.
        recency: f64,
        /// Time watched.
        age: f64,
    },
    /// The last purchase is after the end of the observation: t_x > T.
    #[error("the last purchase at {recency} is after the end of the observation at {age}")]
    RecencyAfterAge {
        /// Time of the last repeat purchase.
        recency: f64,
        /// Time watched.
        age: f64,
    },
    /// There is a last repeat purchase but the number of repeats is zero.
    #[error("a customer without a repeat purchase cannot have made one at {recency}")]
    RecencyWithoutRepeat {
        /// The time given.
        recency: f64,
    },
    /// There are repeats, all of them at the time of the first purchase.
    #[error("{frequency} repeat purchases cannot all be at the time of the first one")]
    RepeatWithoutRecency {
        /// Repeats given.
        frequency: u64,
    },
}

impl History {
    /// A history from the number of repeat purchases x, the time of the last one t_x and the time watched T.
    ///
    /// # Errors
    /// [`HistoryError`] for NaN and infinities, times below zero, t_x > T, a recency without a repeat (x = 0 with t_x > 0), and
    /// repeats without a recency (x > 0 with t_x = 0).
    pub fn new(frequency: u64, recency: f64, age: f64) -> Result<Self, HistoryError> {
        if !(recency.is_finite() && age.is_finite()) {
            Err(HistoryError::NotFinite { recency, age })
        } else if recency < 0.0 || age < 0.0 {
            Err(HistoryError::Negative { recency, age })
        } else if recency > age {
            Err(HistoryError::RecencyAfterAge { recency, age })
        } else if frequency == 0 && recency > 0.0 {
            Err(HistoryError::RecencyWithoutRepeat { recency })
        } else if frequency > 0 && recency == 0.0 {
            Err(HistoryError::RepeatWithoutRecency { frequency })
        } else {
            // −0.0 becomes 0.0, so that equal histories have equal bits.
            Ok(Self {
                frequency,
                recency: recency + 0.0,
                age: age + 0.0,
            })
        }
    }

    /// Someone who has just made the first purchase.
    pub const NEW: Self = Self {
        frequency: 0,
        recency: 0.0,
        age: 0.0,
    };

    /// Repeat purchases, x.
    pub fn frequency(&self) -> u64 {
        self.frequency
    }

    /// Time from the first to the last purchase, t_x.
    pub fn recency(&self) -> f64 {
        self.recency
    }

    /// Time from the first purchase to the end of the observation, T.
    pub fn age(&self) -> f64 {
        self.age
    }

    /// Times are not negative, so their bits sort as they do.
    fn key(&self) -> (u64, u64, u64) {
        (self.frequency, self.recency.to_bits(), self.age.to_bits())
    }
}

/// Customers by history, identical histories folded together: all that a fit of BG/NBD, MBG/NBD or Pareto/NBD needs.
///
/// With times in whole days, ten million customers have some ten thousand distinct histories, and a fit takes as long as those.
///
/// ```
/// use radost_stats::retention::{History, HistoryTally};
///
/// let weeks = [History::new(0, 0.0, 38.0)?, History::new(2, 30.0, 38.0)?, History::new(0, 0.0, 38.0)?];
/// let mut tally = HistoryTally::from_histories(&weeks);
/// assert_eq!((tally.customers(), tally.folded().len()), (3, 2));
/// tally.merge(&HistoryTally::from_histories(&weeks[..1]));
/// assert_eq!((tally.customers(), tally.folded().len()), (4, 2));
/// # Ok::<(), radost_stats::retention::HistoryError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HistoryTally {
    /// Sorted by frequency, recency and age.
    folded: Vec<(History, u64)>,
}

impl HistoryTally {
    /// Folds a list of customers on all cores.
    pub fn from_histories(histories: &[History]) -> Self {
        let folded = fold(
            histories,
            |history| {
                let times = (history.recency.to_bits(), history.age.to_bits());
                Some((history.frequency, times))
            },
            |frequency, (recency, age)| History {
                frequency,
                recency: f64::from_bits(recency),
                age: f64::from_bits(age),
            },
        );
        Self { folded }
    }

    /// Customers given with how many there are of each.
    pub fn from_counts(counts: &[(History, u64)]) -> Self {
        let mut folded: Vec<(History, u64)> = counts
            .iter()
            .copied()
            .filter(|&(_, count)| count > 0)
            .collect();
        folded.par_sort_unstable_by_key(|(history, _)| history.key());
        Self {
            folded: join(folded),
        }
    }

    /// Adds the customers of another part of the data.
    pub fn merge(&mut self, other: &Self) {
        let mut both = std::mem::take(&mut self.folded);
        both.extend_from_slice(&other.folded);
        // Two sorted runs, which the stable sort joins in one pass.
        both.par_sort_by_key(|(history, _)| history.key());
        self.folded = join(both);
    }

    /// Distinct histories and how many customers have each, by frequency, recency and age.
    pub fn folded(&self) -> &[(History, u64)] {
        &self.folded
    }

    /// Number of customers.
    pub fn customers(&self) -> u64 {
        self.sum(|_| 1)
    }

    /// Customers with at least one repeat purchase.
    pub fn repeaters(&self) -> u64 {
        self.sum(|history| u64::from(history.frequency > 0))
    }

    /// Repeat purchases of all customers, Σ x.
    pub fn repeat_purchases(&self) -> u64 {
        self.sum(History::frequency)
    }

    fn sum(&self, of: impl Fn(&History) -> u64) -> u64 {
        self.folded.iter().fold(0, |sum: u64, (history, count)| {
            sum.saturating_add(of(history).saturating_mul(*count))
        })
    }
}

/// Adds up neighbours with the same history.
fn join(mut sorted: Vec<(History, u64)>) -> Vec<(History, u64)> {
    sorted.dedup_by(|next, kept| {
        let same = next.0.key() == kept.0.key();
        if same {
            kept.1 = kept.1.saturating_add(next.1);
        }
        same
    });
    sorted
}
