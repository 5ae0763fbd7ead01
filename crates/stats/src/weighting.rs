//! Scores of weighted responses: estimates by the weights, intervals by the effective number of responses.
//!
//! Weights here are *sampling weights*: how many people a response speaks for. They come from the design or from
//! [`raking`](crate::raking). Giving a response the weight 3 changes every estimate as three such responses would, but the interval only
//! knows that one person was asked: multiplying all weights by ten changes nothing. *Frequency weights*, which say that the same answer was
//! given by several people, are the `count` of `add` on the plain tallies.
//!
//! Unequal weights cost precision. With Kish's effective n and design effect
//! ```text
//! n_eff = (Σ w)² / Σ w²      deff = n / n_eff = 1 + cv²(w)
//! ```
//! every interval and comparison here is that of the plain tally for the weighted shares or moments of `n_eff` responses.
//!
//! ```
//! use radost_stats::{Level, NpsMethod, Population, weighting::WeightedNpsTally};
//!
//! let mut tally = WeightedNpsTally::default();
//! for (score, weight) in [(10, 0.5), (9, 0.5), (9, 1.0), (8, 1.0), (7, 1.5), (6, 2.0), (10, 0.5), (9, 1.0)] {
//!     tally.push(score, weight)?;
//! }
//! let nps = tally.interval(NpsMethod::AdjustedWald, Population::Endless, Level::P95)?;
//! assert!((nps.interval.value - 18.75).abs() < 1e-9); // 3.5 promoters less 2 detractors of 8
//! assert!((nps.effective_n - 6.4).abs() < 1e-12 && (nps.design_effect - 1.25).abs() < 1e-12);
//! # Ok::<(), radost_stats::weighting::WeightedError>(())
//! ```
//!
//! # Assumptions
//! Kish's design effect takes the weights as unrelated to the answers; where they are related it errs on the wide side.
//!
//! # Sources
//! Kish (1965), Survey Sampling, Wiley, section 11.7; Kish (1992), Journal of Official Statistics 8(2), 183–200.

use std::collections::BTreeMap;

use crate::{
    Comparison, CsatError, CsatInterval, CsatScale, CsiAttribute, CsiError, CsiInterval, CsiTally,
    IntervalMethod, Level, LogMeanError, LogMeanMethod, MIN_TO_COMPARE, MeanError, MeanInterval,
    NpsError, NpsInterval, NpsMethod, NpsTally, Population, PopulationError, Progress, ShareMethod,
    csat::ShareCounts,
    csi::{Answered, Estimate, MIN_REPLICATES, answers, difference_of_indices},
    log_mean::{self, logarithm},
    mean::{MeanEstimate, spread},
    nps::NpsCounts,
    random::SplitMix64,
    resampling::{Steps, acceleration, bca_bounds, draws, resample_counts},
    values::{BootstrapMean, QuantileInterval, Value, ValueError},
};

/// The weights of a set of responses: their number, Σ w and Σ w².
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct WeightTally {
    n: u64,
    sum: f64,
    sum_squares: f64,
}

/// An interval of weighted responses with what the weights cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weighted<T> {
    /// The value and its bounds; its `n` counts responses.
    pub interval: T,
    /// How many equally weighted responses would say as much.
    pub effective_n: f64,
    /// How many times larger the weights make the variance: 1 when they are all equal.
    pub design_effect: f64,
    /// Σ w: how many people the responses speak for, in the units of the weights.
    pub weight_sum: f64,
}

/// Why a weighted score cannot be given.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum WeightedError {
    /// The weight is zero, negative, NaN or of no sensible size.
    #[error("{weight} is not a weight: it must be a number from 1e-9 to 1e9")]
    Weight {
        /// The refused weight.
        weight: f64,
    },
    /// No weights or answers have these sums.
    #[error("no {n} weighted answers have these sums")]
    Sums {
        /// Number of answers.
        n: u64,
    },
    /// Nobody has answered.
    #[error("there are no responses")]
    NoResponses,
    /// The weights leave too few responses in effect.
    #[error("this needs {needed} responses in effect, and the weights leave {effective_n:.1}")]
    TooFew {
        /// Effective number of responses, in the smaller group for a comparison.
        effective_n: f64,
        /// Responses needed.
        needed: u64,
    },
    /// Why the answers have no net promoter score.
    #[error(transparent)]
    Nps(#[from] NpsError),
    /// Why the answers have no satisfaction share.
    #[error(transparent)]
    Csat(#[from] CsatError),
    /// Why the answers have no mean.
    #[error(transparent)]
    Mean(#[from] MeanError),
    /// Why the answers have no mean of logarithms.
    #[error(transparent)]
    LogMean(#[from] LogMeanError),
    /// Why the answers have no index.
    #[error(transparent)]
    Csi(#[from] CsiError),
    /// Why the answers have no quantile.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// More responses than people.
    #[error(transparent)]
    Population(#[from] PopulationError),
}

const SMALLEST: f64 = 1e-9;
const LARGEST: f64 = 1e9;

/// Checks one weight.
pub(crate) fn check(weight: f64) -> Result<f64, WeightedError> {
    if (SMALLEST..=LARGEST).contains(&weight) {
        Ok(weight)
    } else {
        Err(WeightedError::Weight { weight })
    }
}

impl WeightTally {
    /// A tally from sums made elsewhere.
    ///
    /// # Errors
    /// [`WeightedError::Sums`] when no n weights from 10⁻⁹ to 10⁹ could have these sums.
    pub fn from_sums(n: u64, sum: f64, sum_squares: f64) -> Result<Self, WeightedError> {
        let count = n as f64;
        let slack = 1.0 + 1e-9;
        let possible = sum >= count * SMALLEST / slack
            && sum <= count * LARGEST * slack
            && sum * sum <= count * sum_squares * slack
            && sum_squares <= sum * sum * slack;
        if possible {
            Ok(Self {
                n,
                sum,
                sum_squares,
            })
        } else {
            Err(WeightedError::Sums { n })
        }
    }

    /// Counts one weight.
    ///
    /// # Errors
    /// [`WeightedError::Weight`] outside 10⁻⁹ to 10⁹; the tally is then unchanged.
    pub fn push(&mut self, weight: f64) -> Result<(), WeightedError> {
        let weight = check(weight)?;
        self.merge(&Self {
            n: 1,
            sum: weight,
            sum_squares: weight * weight,
        });
        Ok(())
    }

    /// Adds the sums of another part of the data.
    pub fn merge(&mut self, other: &Self) {
        self.n = self.n.saturating_add(other.n);
        self.sum += other.sum;
        self.sum_squares += other.sum_squares;
    }

    /// Number of responses.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Σ w.
    pub fn sum(&self) -> f64 {
        self.sum
    }

    /// Σ w².
    pub fn sum_squares(&self) -> f64 {
        self.sum_squares
    }

    /// Kish's effective number of responses, (Σ w)² / Σ w²: from 1 to n.
    ///
    /// ```
    /// # use radost_stats::weighting::WeightTally;
    /// let mut weights = WeightTally::default();
    /// for weight in [1.0, 1.0, 2.0] {
    ///     weights.push(weight)?;
    /// }
    /// assert!((weights.effective_n()? - 2.666667).abs() < 1e-6); // 16 / 6
    /// assert!((weights.design_effect()? - 1.125).abs() < 1e-12);
    /// # Ok::<(), radost_stats::weighting::WeightedError>(())
    /// ```
    /// # Errors
    /// [`WeightedError::NoResponses`] for an empty tally.
    pub fn effective_n(&self) -> Result<f64, WeightedError> {
        if self.n == 0 {
            Err(WeightedError::NoResponses)
        } else {
            Ok((self.sum * (self.sum / self.sum_squares)).clamp(1.0, self.n as f64))
        }
    }

    /// Kish's design effect, n Σ w² / (Σ w)²: how many times larger unequal weights make the variance.
    ///
    /// # Errors
    /// [`WeightedError::NoResponses`] for an empty tally.
    pub fn design_effect(&self) -> Result<f64, WeightedError> {
        Ok(self.n as f64 / self.effective_n()?)
    }

    /// What turns weights into shares of the effective n.
    fn scale(&self) -> Result<f64, WeightedError> {
        Ok(self.effective_n()? / self.sum)
    }

    fn around<T>(&self, interval: T) -> Result<Weighted<T>, WeightedError> {
        Ok(Weighted {
            interval,
            effective_n: self.effective_n()?,
            design_effect: self.design_effect()?,
            weight_sum: self.sum,
        })
    }

    /// Refuses a comparison that rests on fewer effective responses than a plain one would need.
    fn enough_to_compare(&self, earlier: &Self) -> Result<(), WeightedError> {
        let effective_n = self.effective_n()?.min(earlier.effective_n()?);
        if effective_n < MIN_TO_COMPARE as f64 * (1.0 - 1e-9) {
            Err(WeightedError::TooFew {
                effective_n,
                needed: MIN_TO_COMPARE,
            })
        } else {
            Ok(())
        }
    }
}

/// The weights behind a net promoter score.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct WeightedNpsTally {
    weights: WeightTally,
    promoters: f64,
    passives: f64,
    detractors: f64,
}

impl WeightedNpsTally {
    /// Counts one answer from 0 to 10 with its weight.
    ///
    /// # Errors
    /// [`WeightedError::Nps`] off the scale, [`WeightedError::Weight`]; the tally is then unchanged.
    pub fn push(&mut self, score: i64, weight: f64) -> Result<(), WeightedError> {
        let mut class = NpsTally::default();
        class.push(score)?;
        self.weights.push(weight)?;
        self.promoters += class.promoters as f64 * weight;
        self.passives += class.passives as f64 * weight;
        self.detractors += class.detractors as f64 * weight;
        Ok(())
    }

    /// A tally from sums made elsewhere: all weights, and Σ w of promoters and of detractors.
    ///
    /// # Errors
    /// [`WeightedError::Sums`] when a part is negative or both together are more than all.
    pub fn from_sums(
        weights: WeightTally,
        promoters: f64,
        detractors: f64,
    ) -> Result<Self, WeightedError> {
        let passives = weights.sum - promoters - detractors;
        let rounding = 1e-9 * weights.sum;
        if promoters >= 0.0 && detractors >= 0.0 && passives >= -rounding {
            Ok(Self {
                weights,
                promoters,
                passives: passives.max(0.0),
                detractors,
            })
        } else {
            Err(WeightedError::Sums { n: weights.n })
        }
    }

    /// Adds the sums of another part of the data.
    pub fn merge(&mut self, other: &Self) {
        self.weights.merge(&other.weights);
        self.promoters += other.promoters;
        self.passives += other.passives;
        self.detractors += other.detractors;
    }

    /// The weights.
    pub fn weights(&self) -> &WeightTally {
        &self.weights
    }

    /// The weighted score, in points from −100 to 100.
    ///
    /// # Errors
    /// [`WeightedError::NoResponses`] for an empty tally.
    pub fn score(&self) -> Result<f64, WeightedError> {
        if self.weights.n == 0 {
            Err(WeightedError::NoResponses)
        } else {
            Ok(self.counts().score())
        }
    }

    /// The weighted score with the interval of [`NpsTally::interval_by`] for the effective n.
    ///
    /// # Units
    /// Points, −100 to +100.
    /// # Assumptions
    /// Those of the [module](self).
    /// # Errors
    /// [`WeightedError::NoResponses`] for an empty tally; [`WeightedError::Population`] when the population is smaller than the sample.
    /// # Sources
    /// Those of the method and of the [module](self).
    pub fn interval(
        &self,
        method: NpsMethod,
        population: Population,
        level: Level,
    ) -> Result<Weighted<NpsInterval>, WeightedError> {
        let n = self.weights.n;
        let correction = population.correction(n)?;
        self.weights
            .around(self.effective()?.interval(n, method, correction, level))
    }

    /// This weighted score minus another, by [`NpsTally::compare`] on effective counts.
    ///
    /// # Units
    /// Points, −200 to +200.
    /// # Errors
    /// [`WeightedError::NoResponses`]; [`WeightedError::TooFew`] when either group has fewer than [`MIN_TO_COMPARE`] responses in effect.
    pub fn compare(&self, earlier: &Self, level: Level) -> Result<Comparison, WeightedError> {
        self.weights.enough_to_compare(&earlier.weights)?;
        Ok(self.effective()?.compare(&earlier.effective()?, level))
    }

    fn counts(&self) -> NpsCounts {
        NpsCounts {
            promoters: self.promoters,
            passives: self.passives,
            detractors: self.detractors,
        }
    }

    fn effective(&self) -> Result<NpsCounts, WeightedError> {
        Ok(self.counts().times(self.weights.scale()?))
    }
}

/// The weights behind a satisfaction share.
///
/// ```
/// use radost_stats::{Level, Population, ShareMethod, weighting::WeightedCsatTally};
///
/// let mut tally = WeightedCsatTally::default();
/// for (satisfied, weight) in [(true, 2.0), (true, 1.0), (false, 1.0), (true, 1.0), (false, 3.0)] {
///     tally.push(satisfied, weight)?;
/// }
/// let csat = tally.interval(ShareMethod::Wilson, Population::Endless, Level::P95)?;
/// assert!((csat.interval.value - 50.0).abs() < 1e-9 && (csat.effective_n - 4.0).abs() < 1e-12); // 64 / 16
/// assert!((csat.interval.low - 15.003899).abs() < 1e-6);
/// # Ok::<(), radost_stats::weighting::WeightedError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct WeightedCsatTally {
    weights: WeightTally,
    satisfied: f64,
}

impl WeightedCsatTally {
    /// Counts one response with its weight.
    ///
    /// # Errors
    /// [`WeightedError::Weight`]; the tally is then unchanged.
    pub fn push(&mut self, satisfied: bool, weight: f64) -> Result<(), WeightedError> {
        self.weights.push(weight)?;
        if satisfied {
            self.satisfied += weight;
        }
        Ok(())
    }

    /// Counts one answer on a scale with its weight.
    ///
    /// # Errors
    /// [`WeightedError::Csat`] off the scale, [`WeightedError::Weight`]; the tally is then unchanged.
    pub fn push_answer(
        &mut self,
        scale: CsatScale,
        value: i64,
        weight: f64,
    ) -> Result<(), WeightedError> {
        self.push(scale.is_satisfied(value)?, weight)
    }

    /// A tally from sums made elsewhere: all weights, and Σ w of the satisfied.
    ///
    /// # Errors
    /// [`WeightedError::Sums`] when the satisfied are less than none or more than all.
    pub fn from_sums(weights: WeightTally, satisfied: f64) -> Result<Self, WeightedError> {
        if (0.0..=weights.sum * (1.0 + 1e-9)).contains(&satisfied) {
            Ok(Self {
                weights,
                satisfied: satisfied.min(weights.sum),
            })
        } else {
            Err(WeightedError::Sums { n: weights.n })
        }
    }

    /// Adds the sums of another part of the data.
    pub fn merge(&mut self, other: &Self) {
        self.weights.merge(&other.weights);
        self.satisfied += other.satisfied;
    }

    /// The weights.
    pub fn weights(&self) -> &WeightTally {
        &self.weights
    }

    /// The weighted share with the interval of [`CsatTally::interval_by`](crate::CsatTally::interval_by) for the effective n.
    ///
    /// # Units
    /// Percent, 0 to 100.
    /// # Assumptions
    /// Those of the [module](self).
    /// # Errors
    /// [`WeightedError::NoResponses`] for an empty tally; [`WeightedError::Population`] when the population is smaller than the sample.
    /// # Sources
    /// Those of the method and of the [module](self).
    pub fn interval(
        &self,
        method: ShareMethod,
        population: Population,
        level: Level,
    ) -> Result<Weighted<CsatInterval>, WeightedError> {
        let n = self.weights.n;
        let correction = population.correction(n)?;
        self.weights
            .around(self.effective()?.interval(n, method, correction, level))
    }

    /// This weighted share minus another, by [`CsatTally::compare`](crate::CsatTally::compare) on effective counts.
    ///
    /// # Units
    /// Percentage points, −100 to +100.
    /// # Errors
    /// [`WeightedError::NoResponses`]; [`WeightedError::TooFew`] when either group has fewer than [`MIN_TO_COMPARE`] responses in effect.
    pub fn compare(&self, earlier: &Self, level: Level) -> Result<Comparison, WeightedError> {
        self.weights.enough_to_compare(&earlier.weights)?;
        Ok(self.effective()?.compare(&earlier.effective()?, level))
    }

    fn effective(&self) -> Result<ShareCounts, WeightedError> {
        let counts = ShareCounts {
            satisfied: self.satisfied,
            n: self.weights.sum,
        };
        Ok(counts.times(self.weights.scale()?))
    }
}

/// The weighted sums behind a mean: the weights, Σ w x and Σ w x².
///
/// The spread of n values is known to about 10⁻⁸ √n of their size, and one below that is taken as none.
///
/// ```
/// use radost_stats::{Level, Population, weighting::WeightedMeanTally};
///
/// let mut tally = WeightedMeanTally::default();
/// for (value, weight) in [(6.0, 1.0), (7.0, 1.0), (5.0, 2.0), (3.0, 0.5), (7.0, 0.5)] {
///     tally.push(value, weight)?;
/// }
/// let mean = tally.interval(Population::Endless, Level::P95)?;
/// assert!((mean.interval.value - 5.6).abs() < 1e-12);
/// # Ok::<(), radost_stats::weighting::WeightedError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct WeightedMeanTally {
    weights: WeightTally,
    sum: f64,
    sum_squares: f64,
}

impl WeightedMeanTally {
    /// Counts one value with its weight.
    ///
    /// # Errors
    /// [`WeightedError::Mean`] for NaN, infinities and values beyond ±2⁵³, [`WeightedError::Weight`]; the tally is then unchanged.
    pub fn push(&mut self, value: f64, weight: f64) -> Result<(), WeightedError> {
        crate::MeanTally::default().push(value)?;
        self.weights.push(weight)?;
        self.sum += weight * value;
        self.sum_squares += weight * value * value;
        Ok(())
    }

    /// A tally from sums made elsewhere: all weights, Σ w x and Σ w x².
    ///
    /// # Errors
    /// [`WeightedError::Sums`] when no values could have these sums.
    pub fn from_sums(
        weights: WeightTally,
        sum: f64,
        sum_squares: f64,
    ) -> Result<Self, WeightedError> {
        let possible = sum.is_finite()
            && sum_squares.is_finite()
            && sum * sum <= weights.sum * sum_squares * (1.0 + 1e-9);
        if possible {
            Ok(Self {
                weights,
                sum,
                sum_squares,
            })
        } else {
            Err(WeightedError::Sums { n: weights.n })
        }
    }

    /// Adds the sums of another part of the data.
    pub fn merge(&mut self, other: &Self) {
        self.weights.merge(&other.weights);
        self.sum += other.sum;
        self.sum_squares += other.sum_squares;
    }

    /// The weights.
    pub fn weights(&self) -> &WeightTally {
        &self.weights
    }

    /// The weighted mean, in the units of the answers.
    ///
    /// # Errors
    /// [`WeightedError::NoResponses`] for an empty tally.
    pub fn mean(&self) -> Result<f64, WeightedError> {
        if self.weights.n == 0 {
            Err(WeightedError::NoResponses)
        } else {
            Ok(self.sum / self.weights.sum)
        }
    }

    /// The weighted mean with Student's t interval for the effective n.
    ///
    /// ```text
    /// m = Σ w x / Σ w      s² = Σ w (x − m)² / Σ w · n_eff / (n_eff − 1)
    /// low, high = m ∓ t(n_eff − 1) √( (1 − n/N) s² / n_eff )
    /// ```
    ///
    /// # Units
    /// Those of the answers.
    /// # Assumptions
    /// Those of the [module](self) and of [`MeanTally::interval`](crate::MeanTally::interval).
    /// # Errors
    /// [`WeightedError::NoResponses`]; [`WeightedError::TooFew`] below two responses in effect; [`WeightedError::Population`] when the
    /// population is smaller than the sample.
    /// # Sources
    /// Those of the [module](self).
    pub fn interval(
        &self,
        population: Population,
        level: Level,
    ) -> Result<Weighted<MeanInterval>, WeightedError> {
        let left_out = population.share_left_out(self.weights.n)?;
        self.weights
            .around(self.estimate()?.interval(self.weights.n, left_out, level))
    }

    /// This weighted mean minus another, by [`MeanTally::compare`](crate::MeanTally::compare) with the effective n of each.
    ///
    /// # Units
    /// Those of the answers.
    /// # Errors
    /// [`WeightedError::NoResponses`]; [`WeightedError::TooFew`] when either group has fewer than [`MIN_TO_COMPARE`] responses in effect;
    /// [`WeightedError::Mean`] when all values of either group are equal.
    pub fn compare(&self, earlier: &Self, level: Level) -> Result<Comparison, WeightedError> {
        self.weights.enough_to_compare(&earlier.weights)?;
        Ok(self.estimate()?.compare(&earlier.estimate()?, level)?)
    }

    fn estimate(&self) -> Result<MeanEstimate, WeightedError> {
        let mean = self.mean()?;
        let effective_n = at_least_two(&self.weights)?;
        let weight = self.weights.sum;
        let spread = spread(weight, self.sum, self.sum_squares);
        let noise = self.weights.n as f64 * f64::EPSILON * weight * self.sum_squares;
        let variance = if spread > noise {
            spread / weight / weight
        } else {
            0.0
        };
        Ok(MeanEstimate {
            mean,
            squared_error: variance / (effective_n - 1.0),
            freedom: effective_n - 1.0,
        })
    }
}

/// The weighted sums behind the mean of positive, right-skewed values: those of [`WeightedMeanTally`] for logarithms.
///
/// ```
/// use radost_stats::{Level, LogMeanMethod, weighting::WeightedLogMeanTally};
///
/// let mut waiting = WeightedLogMeanTally::default();
/// for (minutes, weight) in [(1.0, 1.0), (10.0, 2.0), (100.0, 1.0)] {
///     waiting.push(minutes, weight)?;
/// }
/// let typical = waiting.interval(LogMeanMethod::Geometric, Level::P95)?;
/// assert!((typical.interval.value - 10.0).abs() < 1e-12);
/// # Ok::<(), radost_stats::weighting::WeightedError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct WeightedLogMeanTally {
    logarithms: WeightedMeanTally,
}

impl WeightedLogMeanTally {
    /// A tally of sums made elsewhere, of the natural logarithms of the values.
    pub fn from_logarithms(logarithms: WeightedMeanTally) -> Self {
        Self { logarithms }
    }

    /// Counts one value with its weight.
    ///
    /// # Errors
    /// [`WeightedError::LogMean`] for zero, negative numbers, NaN and infinity, [`WeightedError::Weight`]; the tally is then unchanged.
    pub fn push(&mut self, value: f64, weight: f64) -> Result<(), WeightedError> {
        self.logarithms.push(logarithm(value)?, weight)
    }

    /// Adds the sums of another part of the data.
    pub fn merge(&mut self, other: &Self) {
        self.logarithms.merge(&other.logarithms);
    }

    /// The weighted sums of the logarithms.
    pub fn logarithms(&self) -> &WeightedMeanTally {
        &self.logarithms
    }

    /// The weighted mean with the interval of [`LogMeanTally::interval`](crate::LogMeanTally::interval) for the effective n.
    ///
    /// # Units
    /// Those of the values.
    /// # Assumptions
    /// Those of the [module](self) and of [`LogMeanTally::interval`](crate::LogMeanTally::interval).
    /// # Errors
    /// [`WeightedError::NoResponses`]; [`WeightedError::TooFew`] below two responses in effect.
    /// # Sources
    /// Those of [`LogMeanTally::interval`](crate::LogMeanTally::interval) and of the [module](self).
    pub fn interval(
        &self,
        method: LogMeanMethod,
        level: Level,
    ) -> Result<Weighted<MeanInterval>, WeightedError> {
        let (weights, estimate) = (self.logarithms.weights, self.logarithms.estimate()?);
        weights.around(log_mean::around(&estimate, weights.n, method, level))
    }
}

fn at_least_two(weights: &WeightTally) -> Result<f64, WeightedError> {
    let effective_n = weights.effective_n()?;
    if effective_n < 2.0 - 1e-9 {
        Err(WeightedError::TooFew {
            effective_n,
            needed: 2,
        })
    } else {
        Ok(effective_n)
    }
}

/// The weighted sums behind a satisfaction index: those of [`CsiTally`] with each respondent counted by their weight.
///
/// ```
/// use radost_stats::{CsiAttribute, Level, Population, Scale, weighting::WeightedCsiTally};
///
/// let scale = Scale::new(1.0, 5.0)?;
/// let mut tally = WeightedCsiTally::new(vec![CsiAttribute { satisfaction: scale, importance: scale }; 2])?;
/// tally.push(&[Some(5.0), Some(3.0)], &[Some(5.0), Some(2.0)], 2.0)?;
/// tally.push(&[Some(4.0), Some(2.0)], &[Some(4.0), None], 1.0)?;
/// tally.push(&[Some(3.0), Some(3.0)], &[Some(3.0), Some(2.0)], 1.0)?;
/// let csi = tally.interval(Population::Endless, Level::P95)?;
/// assert!((csi.interval.value - 69.25).abs() < 1e-6);
/// # Ok::<(), radost_stats::weighting::WeightedError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct WeightedCsiTally {
    attributes: Vec<CsiAttribute>,
    weights: WeightTally,
    /// Answers to each of the 2k variables.
    counts: Vec<u64>,
    /// Σ w, Σ w x_a and Σ w x_a x_b over those who answered both a and b, at a · 2k + b.
    answered: Vec<f64>,
    sums: Vec<f64>,
    products: Vec<f64>,
}

impl WeightedCsiTally {
    /// An empty tally for these attributes.
    ///
    /// # Errors
    /// [`WeightedError::Csi`] as for [`CsiTally::new`].
    pub fn new(attributes: Vec<CsiAttribute>) -> Result<Self, WeightedError> {
        let plain = CsiTally::new(attributes)?;
        let attributes = plain.attributes().to_vec();
        let pairs = (2 * attributes.len()).pow(2);
        Ok(Self {
            counts: vec![0; 2 * attributes.len()],
            answered: vec![0.0; pairs],
            sums: vec![0.0; pairs],
            products: vec![0.0; pairs],
            weights: WeightTally::default(),
            attributes,
        })
    }

    /// A tally from sums made elsewhere, in the order of [`CsiSums`] with every answer times its weight: `counts` are answers to
    /// each of the 2k variables, `answered` Σ w, `sums` Σ w x_a and `products` Σ w x_a x_b over those who answered both a and b.
    ///
    /// # Errors
    /// [`WeightedError::Csi`] as for [`CsiTally::new`]; [`WeightedError::Sums`] when the tables are of another size or hold a number
    /// that is not finite or is negative.
    pub fn from_sums(
        attributes: Vec<CsiAttribute>,
        weights: WeightTally,
        counts: Vec<u64>,
        [answered, sums, products]: [Vec<f64>; 3],
    ) -> Result<Self, WeightedError> {
        let empty = Self::new(attributes)?;
        let sound = |table: &Vec<f64>| {
            let fit = |sum: &f64| sum.is_finite() && *sum >= 0.0;
            table.len() == empty.answered.len() && table.iter().all(fit)
        };
        let tables = [&answered, &sums, &products].into_iter().all(sound);
        if !tables || counts.len() != empty.counts.len() {
            return Err(WeightedError::Sums { n: weights.n });
        }
        Ok(Self {
            weights,
            counts,
            answered,
            sums,
            products,
            ..empty
        })
    }

    /// Counts one respondent with their weight, an entry per attribute and `None` for a missing answer.
    ///
    /// # Errors
    /// [`WeightedError::Csi`] as for [`CsiTally::push`], [`WeightedError::Weight`]; the tally is then unchanged.
    pub fn push(
        &mut self,
        satisfaction: &[Option<f64>],
        importance: &[Option<f64>],
        weight: f64,
    ) -> Result<(), WeightedError> {
        let answers = answers(&self.attributes, satisfaction, importance)?;
        let weight = check(weight)?;
        if answers.is_empty() {
            return Ok(());
        }
        self.weights.push(weight)?;
        for &(a, x) in &answers {
            self.counts[a] = self.counts[a].saturating_add(1);
            for &(b, y) in &answers {
                let pair = a * 2 * self.attributes.len() + b;
                self.answered[pair] += weight;
                self.sums[pair] += weight * x;
                self.products[pair] += weight * x * y;
            }
        }
        Ok(())
    }

    /// Adds the sums of another part of the data.
    ///
    /// # Errors
    /// [`WeightedError::Csi`] with [`CsiError::DifferentAttributes`]; the tally is then unchanged.
    pub fn merge(&mut self, other: &Self) -> Result<(), WeightedError> {
        if self.attributes != other.attributes {
            return Err(CsiError::DifferentAttributes.into());
        }
        self.weights.merge(&other.weights);
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine = mine.saturating_add(*theirs);
        }
        for (mine, theirs) in [
            (&mut self.answered, &other.answered),
            (&mut self.sums, &other.sums),
            (&mut self.products, &other.products),
        ] {
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                *mine += theirs;
            }
        }
        Ok(())
    }

    /// The weights of those who answered anything.
    pub fn weights(&self) -> &WeightTally {
        &self.weights
    }

    /// The weighted index with the delta interval of [`CsiTally::interval`] for the effective n.
    ///
    /// # Units
    /// Points, 0 to 100.
    /// # Assumptions
    /// Those of the [module](self) and of [`CsiTally::interval`].
    /// # Errors
    /// [`WeightedError::NoResponses`]; [`WeightedError::TooFew`] below two responses in effect; [`WeightedError::Csi`] for a question
    /// without answers; [`WeightedError::Population`] when the population is smaller than the sample.
    /// # Sources
    /// Those of [`CsiTally::interval`] and of the [module](self).
    pub fn interval(
        &self,
        population: Population,
        level: Level,
    ) -> Result<Weighted<CsiInterval>, WeightedError> {
        let (estimate, variance) = self.estimate()?;
        let variance = population.share_left_out(self.weights.n)? * variance;
        self.weights
            .around(estimate.interval(self.weights.n, variance, level))
    }

    /// This weighted index minus another, by [`CsiTally::compare`] with the effective n of each.
    ///
    /// # Units
    /// Points, −100 to +100.
    /// # Errors
    /// Those of [`interval`](Self::interval); [`WeightedError::TooFew`] when either has fewer than [`MIN_TO_COMPARE`] responses in effect;
    /// [`WeightedError::Csi`] with [`CsiError::NoSpread`] when all respondents of either agree entirely.
    pub fn compare(&self, earlier: &Self, level: Level) -> Result<Comparison, WeightedError> {
        self.weights.enough_to_compare(&earlier.weights)?;
        let ((later, later_variance), (earlier, earlier_variance)) =
            (self.estimate()?, earlier.estimate()?);
        Ok(difference_of_indices(
            (later.index, later_variance),
            (earlier.index, earlier_variance),
            level,
        )?)
    }

    fn estimate(&self) -> Result<(Estimate, f64), WeightedError> {
        let effective_n = at_least_two(&self.weights)?;
        let variables = self.counts.len();
        let estimate = Estimate::new(&self.attributes, |a| Answered {
            n: self.counts[a],
            weight: self.answered[a * variables + a],
            sum: self.sums[a * variables + a],
        })?;
        // The spread is that of weights which add up to Σ w; those of the effective n are smaller or larger by one factor.
        let spread = estimate.spread(&self.answered, &self.sums, &self.products);
        let variance = spread * self.weights.sum / (effective_n - 1.0);
        Ok((estimate, variance))
    }
}

/// Distinct values with their weights, for medians and other quantiles of weighted data.
///
/// ```
/// use radost_stats::{Level, weighting::WeightedValueTally};
///
/// let mut minutes = WeightedValueTally::default();
/// for (value, weight) in [(2.0, 1.0), (3.0, 1.0), (5.0, 4.0), (9.0, 2.0)] {
///     minutes.push(value, weight)?;
/// }
/// assert_eq!(minutes.quantile(0.5)?, 5.0);
/// assert_eq!(minutes.quantile(0.25)?, 4.0); // a quarter ends exactly between 3 and 5
/// # Ok::<(), radost_stats::weighting::WeightedError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WeightedValueTally {
    sums: BTreeMap<Value, f64>,
    weights: WeightTally,
}

impl WeightedValueTally {
    /// Counts one value with its weight.
    ///
    /// # Errors
    /// [`WeightedError::Value`] for NaN and infinities, [`WeightedError::Weight`]; the tally is then unchanged.
    pub fn push(&mut self, value: f64, weight: f64) -> Result<(), WeightedError> {
        let value = Value::new(value)?;
        self.weights.push(weight)?;
        *self.sums.entry(value).or_default() += weight;
        Ok(())
    }

    /// Adds the sums of another part of the data.
    pub fn merge(&mut self, other: &Self) {
        self.weights.merge(&other.weights);
        for (value, weight) in &other.sums {
            *self.sums.entry(*value).or_default() += weight;
        }
    }

    /// The weights.
    pub fn weights(&self) -> &WeightTally {
        &self.weights
    }

    /// The weighted quantile: the value at which the weights from below reach this share of all, or the middle of two where the share is met
    /// exactly between them. With equal weights the median is the usual one.
    ///
    /// # Units
    /// Those of the values; `probability` is strictly between 0 and 1.
    /// # Errors
    /// [`WeightedError::Value`] outside (0, 1); [`WeightedError::NoResponses`] for an empty tally.
    /// # Sources
    /// Hyndman and Fan (1996), The American Statistician 50(4), 361–365, definition 2.
    pub fn quantile(&self, probability: f64) -> Result<f64, WeightedError> {
        if !(probability > 0.0 && probability < 1.0) {
            return Err(ValueError::Probability { probability }.into());
        }
        let total = self.weights.sum;
        let (from, to) = (
            self.reaches((probability - 1e-12) * total),
            self.reaches((probability + 1e-12) * total),
        );
        match (from, to) {
            (Some(from), Some(to)) => Ok(from + (to - from) / 2.0),
            _ => Err(WeightedError::NoResponses),
        }
    }

    /// The weighted quantile with Woodruff's interval: the distribution function inverted at the bounds of the share below the quantile.
    ///
    /// ```text
    /// low, high = the values at which the weights reach p ∓ z √( p (1 − p) / n_eff ) of all
    /// ```
    /// A bound whose share leaves (0, 1) is `None`. `coverage` repeats the level, which is only aimed at.
    ///
    /// # Units
    /// Those of the values.
    /// # Assumptions
    /// Those of the [module](self), and enough responses for a normal share.
    /// # Errors
    /// Those of [`quantile`](Self::quantile).
    /// # Sources
    /// Woodruff (1952), JASA 47(260), 635–646.
    pub fn quantile_interval(
        &self,
        probability: f64,
        level: Level,
    ) -> Result<Weighted<QuantileInterval>, WeightedError> {
        let value = self.quantile(probability)?;
        let reach =
            level.z() * (probability * (1.0 - probability) / self.weights.effective_n()?).sqrt();
        let at = |share: f64| {
            (0.0 < share && share < 1.0)
                .then(|| self.reaches((share - 1e-12) * self.weights.sum))
                .flatten()
        };
        self.weights.around(QuantileInterval {
            probability,
            value,
            low: at(probability - reach).map(|low| low.min(value)),
            high: at(probability + reach).map(|high| high.max(value)),
            n: self.weights.n,
            level,
            coverage: level.get(),
            method: IntervalMethod::Woodruff,
        })
    }

    /// The first value at which the weights from below are at least `weight`; the last one, should rounding keep them under it.
    fn reaches(&self, weight: f64) -> Option<f64> {
        let mut sum = 0.0;
        for (value, part) in &self.sums {
            sum += part;
            if sum >= weight {
                return Some(value.get());
            }
        }
        self.sums.keys().next_back().map(|value| value.get())
    }
}

/// Distinct pairs of a value and a weight with how many responses have each, for a bootstrap of their weighted mean.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WeightedPairTally {
    counts: BTreeMap<(Value, Value), u64>,
    weights: WeightTally,
}

impl WeightedPairTally {
    /// Counts one value with its weight.
    ///
    /// # Errors
    /// [`WeightedError::Value`] for NaN and infinities, [`WeightedError::Weight`]; the tally is then unchanged.
    pub fn push(&mut self, value: f64, weight: f64) -> Result<(), WeightedError> {
        let pair = (Value::new(value)?, Value::new(check(weight)?)?);
        self.weights.push(weight)?;
        let count = self.counts.entry(pair).or_default();
        *count = count.saturating_add(1);
        Ok(())
    }

    /// Adds the counts of another part of the data.
    pub fn merge(&mut self, other: &Self) {
        self.weights.merge(&other.weights);
        for (pair, more) in &other.counts {
            let count = self.counts.entry(*pair).or_default();
            *count = count.saturating_add(*more);
        }
    }

    /// The weights.
    pub fn weights(&self) -> &WeightTally {
        &self.weights
    }

    /// The weighted mean with a bias-corrected and accelerated bootstrap interval: [`mean_bca`](crate::values::ValueTally::mean_bca) of
    /// responses drawn together with their weights.
    ///
    /// ```text
    /// m = Σ c w x / Σ c w        over the distinct pairs of value x and weight w with counts c
    /// a = Σ c d³ / ( 6 ( Σ c d² )^{3/2} ),   d = what the mean without one response lacks of the mean of these means
    /// ```
    ///
    /// ```
    /// use radost_stats::{Level, Progress, weighting::WeightedPairTally};
    ///
    /// let mut effort = WeightedPairTally::default();
    /// for (value, weight) in [(1.0, 0.5), (2.0, 1.0), (3.0, 1.0), (5.0, 2.0), (7.0, 1.5)].repeat(12) {
    ///     effort.push(value, weight)?;
    /// }
    /// let mean = effort.mean_bca(4000, Level::P95, 1, &Progress::none())?;
    /// assert!((mean.interval.value - 4.333333).abs() < 1e-6);
    /// assert!((mean.interval.low - 3.80).abs() < 0.05 && (mean.interval.high - 4.83).abs() < 0.05);
    /// # Ok::<(), radost_stats::weighting::WeightedError>(())
    /// ```
    /// # Units
    /// Those of the values.
    /// # Assumptions
    /// A sample of a dozen responses or more in effect, drawn independently with the weights they have.
    /// # Errors
    /// [`WeightedError::NoResponses`]; [`WeightedError::TooFew`] below two responses in effect; [`WeightedError::Value`] with
    /// [`ValueError::Replicates`] below 100 resamples and with [`ValueError::Cancelled`] when told to stop.
    /// # Sources
    /// Efron (1987), JASA 82(397), 171–185.
    pub fn mean_bca(
        &self,
        replicates: usize,
        level: Level,
        seed: u64,
        progress: &Progress,
    ) -> Result<Weighted<BootstrapMean>, WeightedError> {
        if replicates < MIN_REPLICATES {
            return Err(ValueError::Replicates { replicates }.into());
        }
        at_least_two(&self.weights)?;
        // Counted from the smallest value, as in the plain mean.
        let origin = self.counts.keys().next().map_or(0.0, |(x, _)| x.get());
        let (pairs, counts): (Vec<(f64, f64)>, Vec<u64>) = self
            .counts
            .iter()
            .map(|((x, w), &count)| ((x.get() - origin, w.get()), count))
            .unzip();
        let sums = |(sum, weight): (f64, f64), (x, w): (f64, f64), count: u64| {
            let w = count as f64 * w;
            (sum + w * x, weight + w)
        };
        let mean = |(sum, weight): (f64, f64)| sum / weight;
        let all = || pairs.iter().copied().zip(counts.iter().copied());
        let whole = all().fold((0.0, 0.0), |total, (pair, count)| sums(total, pair, count));

        let n = self.weights.n;
        let often: Vec<f64> = counts.iter().map(|&count| count as f64).collect();
        let steps = Steps::new(replicates as u64, *progress);
        let mut drawn = draws(0..replicates as u64, &steps, |replicate| {
            let mut random = SplitMix64::stream(seed, replicate);
            let mut total = (0.0, 0.0);
            resample_counts(&often, n, &mut random, |index, k| {
                total = sums(total, pairs[index], k);
            });
            Ok::<_, ValueError>(mean(total))
        })?;
        drawn.sort_by(f64::total_cmp);
        let without = all().map(|((x, w), count)| (mean((whole.0 - w * x, whole.1 - w)), count));
        let acceleration = acceleration(without);
        let (low, high, bias_correction) = bca_bounds(&drawn, mean(whole), acceleration, level)
            .ok_or(WeightedError::NoResponses)?;
        let middle = drawn.iter().sum::<f64>() / replicates as f64;
        let squares: f64 = drawn.iter().map(|x| (x - middle).powi(2)).sum();
        self.weights.around(BootstrapMean {
            value: origin + mean(whole),
            low: origin + low,
            high: origin + high,
            n,
            level,
            method: IntervalMethod::BcaBootstrap,
            standard_error: (squares / (replicates as f64 - 1.0)).sqrt(),
            bias_correction,
            acceleration,
            replicates,
            seed,
        })
    }
}
