//! Distinct values with their counts: medians and other quantiles with exact intervals, and a bootstrap that resamples counts.
//!
//! Answers on a scale take few distinct values, so a million of them are a dozen numbers, and everything that depends on the order of the
//! answers alone can be had from those.
//!
//! ```
//! use radost_stats::{Level, values::ValueTally};
//!
//! let mut minutes = ValueTally::default();
//! for (value, count) in [(2.0, 3), (3.0, 6), (5.0, 8), (8.0, 4), (20.0, 2)] {
//!     minutes.add(value, count)?;
//! }
//! let median = minutes.quantile_interval(0.5, Level::P95)?;
//! assert_eq!((median.value, median.low, median.high), (5.0, Some(3.0), Some(5.0)));
//! assert!((median.coverage - 0.965311).abs() < 1e-6); // the 7th to the 17th of 23
//! # Ok::<(), radost_stats::values::ValueError>(())
//! ```

use std::{cmp::Ordering, collections::BTreeMap};

use crate::{
    Cancelled, IntervalMethod, Level, MeanError, MeanTally, Progress,
    csi::MIN_REPLICATES,
    distributions::binomial_cdf,
    random::SplitMix64,
    resampling::{Steps, bca_bounds, draws, resample_counts},
};

/// Distinct values and how often each was given.
///
/// It grows with the number of distinct values, not of answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ValueTally {
    counts: BTreeMap<Value, u64>,
    n: u64,
}

/// A finite number in its order; 0 and −0 are one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value(f64);

impl Value {
    pub(crate) fn new(value: f64) -> Result<Self, ValueError> {
        if value.is_finite() {
            Ok(Self(value + 0.0))
        } else {
            Err(ValueError::NotFinite { value })
        }
    }

    pub(crate) fn get(self) -> f64 {
        self.0
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Value {}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// A quantile and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QuantileInterval {
    /// Which quantile: 0.5 for the median.
    pub probability: f64,
    /// The quantile, in the units of the values.
    pub value: f64,
    /// Lower bound, in the units of the values; `None` when there are too few values for one at this level.
    pub low: Option<f64>,
    /// Upper bound, in the units of the values; `None` when there are too few values for one at this level.
    pub high: Option<f64>,
    /// Number of values.
    pub n: u64,
    /// The confidence level asked for.
    pub level: Level,
    /// How often at least an interval of these ranks holds the quantile, 0 to 1: at least the level.
    pub coverage: f64,
    /// How the bounds were computed.
    pub method: IntervalMethod,
}

/// A mean with bootstrapped bounds and what they rest on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BootstrapMean {
    /// The mean, in the units of the values.
    pub value: f64,
    /// Lower bound, in the units of the values.
    pub low: f64,
    /// Upper bound, in the units of the values.
    pub high: f64,
    /// Number of values.
    pub n: u64,
    /// Confidence level of the bounds.
    pub level: Level,
    /// How the bounds were computed.
    pub method: IntervalMethod,
    /// Standard deviation of the resampled means, in the units of the values.
    pub standard_error: f64,
    /// z₀: how far, in standard errors, the resampled means lie to one side.
    pub bias_correction: f64,
    /// a: how the standard error changes with the mean, by the jackknife.
    pub acceleration: f64,
    /// Number of resamples.
    pub replicates: usize,
    /// The seed they were drawn with.
    pub seed: u64,
}

/// Why a quantile or a bootstrap cannot be given.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ValueError {
    /// The value is NaN or infinite.
    #[error("{value} has no place in an order of numbers: a value must be finite")]
    NotFinite {
        /// The refused value.
        value: f64,
    },
    /// Not a probability strictly between 0 and 1.
    #[error("{probability} is not a quantile: write a number between 0 and 1, such as 0.5")]
    Probability {
        /// The refused number.
        probability: f64,
    },
    /// Nobody has answered.
    #[error("there are no responses")]
    NoResponses,
    /// Too few resamples for percentiles.
    #[error("a bootstrap needs {MIN_REPLICATES} resamples or more, not {replicates}")]
    Replicates {
        /// The refused number.
        replicates: usize,
    },
    /// Why the values have no mean.
    #[error(transparent)]
    Mean(#[from] MeanError),
    /// The caller asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl ValueTally {
    /// Counts one value.
    ///
    /// # Errors
    /// [`ValueError::NotFinite`] for NaN and infinities; the tally is then unchanged.
    pub fn push(&mut self, value: f64) -> Result<(), ValueError> {
        self.add(value, 1)
    }

    /// Counts `count` equal values, as from a histogram.
    ///
    /// # Errors
    /// [`ValueError::NotFinite`] for NaN and infinities; the tally is then unchanged.
    pub fn add(&mut self, value: f64, count: u64) -> Result<(), ValueError> {
        let value = Value::new(value)?;
        if count > 0 {
            let entry = self.counts.entry(value).or_default();
            *entry = entry.saturating_add(count);
            self.n = self.n.saturating_add(count);
        }
        Ok(())
    }

    /// Adds the counts of another part of the data.
    pub fn merge(&mut self, other: &Self) {
        for (value, count) in &other.counts {
            let entry = self.counts.entry(*value).or_default();
            *entry = entry.saturating_add(*count);
        }
        self.n = self.n.saturating_add(other.n);
    }

    /// Number of values.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// The distinct values in rising order, each with its count.
    pub fn counts(&self) -> impl Iterator<Item = (f64, u64)> {
        self.counts
            .iter()
            .map(|(value, count)| (value.get(), *count))
    }

    /// The sums of these values, for their mean and its interval by Student's t.
    ///
    /// # Errors
    /// [`ValueError::Mean`] for a value beyond ±2⁵³.
    pub fn mean_tally(&self) -> Result<MeanTally, ValueError> {
        let mut tally = MeanTally::default();
        for (value, count) in self.counts() {
            tally.add(value, count)?;
        }
        Ok(tally)
    }

    /// The quantile, by linear interpolation between the two values around rank 1 + (n − 1) p.
    ///
    /// ```
    /// # use radost_stats::values::ValueTally;
    /// let mut tally = ValueTally::default();
    /// for value in [1.0, 2.0, 4.0, 8.0] {
    ///     tally.push(value)?;
    /// }
    /// assert_eq!(tally.quantile(0.5)?, 3.0);
    /// assert!((tally.quantile(0.9)? - 6.8).abs() < 1e-12);
    /// # Ok::<(), radost_stats::values::ValueError>(())
    /// ```
    /// # Units
    /// Those of the values; `probability` is strictly between 0 and 1.
    /// # Errors
    /// [`ValueError::Probability`] outside (0, 1); [`ValueError::NoResponses`] for an empty tally.
    /// # Sources
    /// Hyndman and Fan (1996), The American Statistician 50(4), 361–365, definition 7, which is the default of R and numpy.
    pub fn quantile(&self, probability: f64) -> Result<f64, ValueError> {
        if !(probability > 0.0 && probability < 1.0) {
            return Err(ValueError::Probability { probability });
        }
        let position = probability * (self.n.max(1) - 1) as f64;
        let rank = position.floor() as u64 + 1;
        let below = self.at_rank(rank).ok_or(ValueError::NoResponses)?;
        let above = self.at_rank(rank.saturating_add(1)).unwrap_or(below);
        Ok(below + (above - below) * position.fract())
    }

    /// The quantile with the interval of two order statistics.
    ///
    /// The number of values below the true quantile is Binomial(n, p), whatever the values look like:
    /// ```text
    /// low = x₍ₗ₎     l = the largest rank with P(X ≤ l − 1) ≤ α/2
    /// high = x₍ᵤ₎    u = the smallest rank with P(X ≥ u) ≤ α/2
    /// coverage = P(l ≤ X ≤ u − 1)
    /// ```
    /// Where no rank is far enough out the bound is `None`: five values cannot bound a median at 95 %. With ties the interval holds the
    /// quantile at least as often.
    ///
    /// ```
    /// # use radost_stats::{Level, values::ValueTally};
    /// let mut tally = ValueTally::default();
    /// for value in 1..=20 {
    ///     tally.push(f64::from(value))?;
    /// }
    /// let median = tally.quantile_interval(0.5, Level::P95)?;
    /// assert_eq!((median.value, median.low, median.high), (10.5, Some(6.0), Some(15.0)));
    /// assert!((median.coverage - 0.958611).abs() < 1e-6);
    /// # Ok::<(), radost_stats::values::ValueError>(())
    /// ```
    /// # Units
    /// Those of the values.
    /// # Assumptions
    /// A simple random sample; no shape is assumed.
    /// # Errors
    /// Those of [`quantile`](Self::quantile).
    /// # Sources
    /// Conover (1999), Practical Nonparametric Statistics, 3rd edition, Wiley, section 3.2.
    pub fn quantile_interval(
        &self,
        probability: f64,
        level: Level,
    ) -> Result<QuantileInterval, ValueError> {
        let value = self.quantile(probability)?;
        let n = self.n;
        // A hair more than α/2, so that levels which a rank meets exactly are met.
        let outside = level.alpha() / 2.0 * (1.0 + 1e-12);
        let low_rank = first(n, |k| binomial_cdf(k, n, probability) > outside);
        // P(X ≥ u) is the chance of at most n − u failures.
        let failures = first(n, |k| binomial_cdf(k, n, 1.0 - probability) > outside);
        let high_rank = n - failures + 1;
        let below = if low_rank > 0 {
            binomial_cdf(low_rank - 1, n, probability)
        } else {
            0.0
        };
        let above = if failures > 0 {
            binomial_cdf(failures - 1, n, 1.0 - probability)
        } else {
            0.0
        };
        Ok(QuantileInterval {
            probability,
            value,
            low: self.at_rank(low_rank).map(|low| low.min(value)),
            high: self.at_rank(high_rank).map(|high| high.max(value)),
            n,
            level,
            coverage: 1.0 - below - above,
            method: IntervalMethod::OrderStatistics,
        })
    }

    /// The mean with a bias-corrected and accelerated bootstrap interval.
    ///
    /// Resamples are drawn as counts of the distinct values, one binomial draw each: the distribution of drawing n rows with replacement
    /// exactly, in time that depends on the number of distinct values alone.
    /// ```text
    /// z₀ = Φ⁻¹( share of resampled means below the mean, equal ones counting half )
    /// a  = Σ c (x − m)³ / ( 6 ( Σ c (x − m)² )^{3/2} )       over the distinct values x with counts c
    /// low, high = the resampled means at Φ( z₀ + (z₀ ∓ z) / (1 − a (z₀ ∓ z)) )
    /// ```
    /// When all values are equal the interval has no width. Every resample has its own stream of `seed`, so that the result does not depend
    /// on the number of threads.
    ///
    /// ```
    /// # use radost_stats::{Level, Progress, values::ValueTally};
    /// let mut effort = ValueTally::default();
    /// for (value, count) in [(1.0, 4), (2.0, 6), (3.0, 10), (5.0, 30), (7.0, 50)] {
    ///     effort.add(value, count)?;
    /// }
    /// let mean = effort.mean_bca(4000, Level::P95, 1, &Progress::none())?;
    /// assert_eq!(mean.value, 5.46);
    /// assert!((mean.low - 5.07).abs() < 0.03 && (mean.high - 5.81).abs() < 0.03);
    /// # Ok::<(), radost_stats::values::ValueError>(())
    /// ```
    /// # Units
    /// Those of the values.
    /// # Assumptions
    /// A simple random sample of a dozen values or more.
    /// # Errors
    /// [`ValueError::Replicates`] below 100 resamples; [`ValueError::Mean`] below two values or for a value beyond ±2⁵³;
    /// [`ValueError::Cancelled`] when told to stop.
    /// # Sources
    /// Efron (1987), JASA 82(397), 171–185.
    pub fn mean_bca(
        &self,
        replicates: usize,
        level: Level,
        seed: u64,
        progress: &Progress,
    ) -> Result<BootstrapMean, ValueError> {
        if replicates < MIN_REPLICATES {
            return Err(ValueError::Replicates { replicates });
        }
        let student = self.mean_tally()?.interval(level)?;
        let n = self.n;
        // Counted from the smallest value, so that sums of whole answers are exact and equal means are seen to be equal.
        let origin = self.at_rank(1).ok_or(ValueError::NoResponses)?;
        let (offsets, counts): (Vec<f64>, Vec<f64>) = self
            .counts()
            .map(|(x, count)| (x - origin, count as f64))
            .unzip();
        let steps = Steps::new(replicates as u64, *progress);
        let mut sums = draws(0..replicates as u64, &steps, |replicate| {
            let mut random = SplitMix64::stream(seed, replicate);
            let mut sum = 0.0;
            resample_counts(&counts, n, &mut random, |index, k| {
                sum += k as f64 * offsets[index];
            });
            Ok::<_, Cancelled>(sum)
        })?;
        sums.sort_by(f64::total_cmp);
        let sum = |power: i32, centre: f64| {
            let powers = offsets.iter().zip(&counts);
            powers
                .map(|(x, c)| c * (x - centre).powi(power))
                .sum::<f64>()
        };
        let total = sum(1, 0.0);
        let centre = total / n as f64;
        let squares = sum(2, centre);
        let acceleration = if squares > 0.0 {
            sum(3, centre) / (6.0 * squares.powf(1.5))
        } else {
            0.0
        };
        let (low, high, bias_correction) =
            bca_bounds(&sums, total, acceleration, level).ok_or(ValueError::NoResponses)?;
        let mut spread = MeanTally::default();
        for &sum in &sums {
            spread.push((sum - total) / n as f64)?;
        }
        Ok(BootstrapMean {
            value: student.value,
            low: student.value + (low - total) / n as f64,
            high: student.value + (high - total) / n as f64,
            n,
            level,
            method: IntervalMethod::BcaBootstrap,
            standard_error: spread.sd()?,
            bias_correction,
            acceleration,
            replicates,
            seed,
        })
    }

    /// The value at `rank`, counted from 1.
    fn at_rank(&self, rank: u64) -> Option<f64> {
        let mut left = rank.checked_sub(1)?;
        for (value, count) in self.counts() {
            match left.checked_sub(count) {
                Some(rest) => left = rest,
                None => return Some(value),
            }
        }
        None
    }
}

/// The smallest k up to n for which a condition that stays true holds.
fn first(n: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}
