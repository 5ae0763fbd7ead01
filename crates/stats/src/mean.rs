use crate::{
    Comparison, ComparisonMethod, IntervalMethod, Level, MIN_TO_COMPARE, Population,
    PopulationError, comparison::too_few, distributions::two_sided_t,
};

/// The sums behind a mean: number of answers, Σ x and Σ x².
///
/// For whole numbers (and halves and quarters) the sums are exact while Σ x² stays below 2⁴⁹, so that merging parts in any order
/// gives the same bits. For other values the spread is known to about 10⁻⁸ √n of the values' size, and one below that is taken as none.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct MeanTally {
    n: u64,
    sum: f64,
    sum_squares: f64,
}

/// A mean and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanInterval {
    /// The mean, in the units of the answers.
    pub value: f64,
    /// Lower bound, in the units of the answers; it may leave the scale.
    pub low: f64,
    /// Upper bound, in the units of the answers; it may leave the scale.
    pub high: f64,
    /// Number of responses.
    pub n: u64,
    /// Confidence level of the bounds.
    pub level: Level,
    /// How the bounds were computed.
    pub method: IntervalMethod,
}

/// Why a mean, its spread or a comparison cannot be given.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum MeanError {
    /// The value is NaN, infinite or beyond ±2⁵³.
    #[error("{value} cannot be averaged: a value must lie between -2^53 and 2^53")]
    Value {
        /// The refused value.
        value: f64,
    },
    /// No values have these sums.
    #[error("no {n} values have the sum {sum} and the sum of squares {sum_squares}")]
    Sums {
        /// Number of values.
        n: u64,
        /// Σ x.
        sum: f64,
        /// Σ x².
        sum_squares: f64,
    },
    /// Nobody has answered.
    #[error("there are no responses")]
    NoResponses,
    /// Too few answers for what was asked.
    #[error("this needs {needed} responses, and there are {n}")]
    TooFew {
        /// Responses there are, in the smaller group for a comparison.
        n: u64,
        /// Responses needed.
        needed: u64,
    },
    /// Everyone in a group gave the same answer, so that Welch's test has no spread to judge by.
    #[error("all responses of a group are equal, so a test of means cannot be made")]
    NoSpread,
    /// More responses than people.
    #[error(transparent)]
    Population(#[from] PopulationError),
}

const LARGEST: f64 = 9_007_199_254_740_992.0; // 2⁵³

impl MeanTally {
    /// A tally from sums made elsewhere.
    ///
    /// # Errors
    /// [`MeanError::Sums`] when no values could have these sums.
    pub fn from_sums(n: u64, sum: f64, sum_squares: f64) -> Result<Self, MeanError> {
        let count = n as f64;
        let possible = sum.abs() <= count * LARGEST
            && sum_squares <= count * LARGEST * LARGEST
            && sum * sum <= count * sum_squares * (1.0 + 1e-9);
        if possible {
            Ok(Self {
                n,
                sum,
                sum_squares,
            })
        } else {
            Err(MeanError::Sums {
                n,
                sum,
                sum_squares,
            })
        }
    }

    /// Counts one value.
    ///
    /// # Errors
    /// [`MeanError::Value`] for NaN, infinities and values beyond ±2⁵³; the tally is then unchanged.
    pub fn push(&mut self, value: f64) -> Result<(), MeanError> {
        self.add(value, 1)
    }

    /// Counts `count` equal values, as from a histogram.
    ///
    /// # Errors
    /// [`MeanError::Value`] for NaN, infinities and values beyond ±2⁵³; the tally is then unchanged.
    pub fn add(&mut self, value: f64, count: u64) -> Result<(), MeanError> {
        if value.is_nan() || value.abs() > LARGEST {
            return Err(MeanError::Value { value });
        }
        let times = count as f64;
        self.merge(&Self {
            n: count,
            sum: times * value,
            sum_squares: times * value * value,
        });
        Ok(())
    }

    /// Adds the sums of another part of the data.
    pub fn merge(&mut self, other: &Self) {
        self.n = self.n.saturating_add(other.n);
        self.sum += other.sum;
        self.sum_squares += other.sum_squares;
    }

    /// Number of values.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Σ x.
    pub fn sum(&self) -> f64 {
        self.sum
    }

    /// Σ x².
    pub fn sum_squares(&self) -> f64 {
        self.sum_squares
    }

    /// The mean, in the units of the answers.
    ///
    /// ```
    /// # use radost_stats::MeanTally;
    /// let mut effort = MeanTally::default();
    /// effort.add(5.0, 3)?;
    /// effort.add(7.0, 1)?;
    /// assert_eq!(effort.mean()?, 5.5);
    /// # Ok::<(), radost_stats::MeanError>(())
    /// ```
    /// # Errors
    /// [`MeanError::NoResponses`] for an empty tally.
    pub fn mean(&self) -> Result<f64, MeanError> {
        if self.n == 0 {
            Err(MeanError::NoResponses)
        } else {
            Ok(self.sum / self.n as f64)
        }
    }

    /// Standard deviation with n − 1, in the units of the answers.
    ///
    /// ```
    /// # use radost_stats::MeanTally;
    /// let mut tally = MeanTally::default();
    /// for value in [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0] {
    ///     tally.push(value)?;
    /// }
    /// assert!((tally.sd()? - 2.138089935).abs() < 1e-9); // √(32 / 7)
    /// # Ok::<(), radost_stats::MeanError>(())
    /// ```
    /// # Errors
    /// [`MeanError::TooFew`] below two values.
    pub fn sd(&self) -> Result<f64, MeanError> {
        Ok(self.variance()?.sqrt())
    }

    /// The mean with Student's t interval.
    ///
    /// ```text
    /// low, high = mean ∓ t(n − 1) · sd / √n
    /// ```
    /// When all answers are equal the interval has no width.
    ///
    /// ```
    /// # use radost_stats::{Level, MeanTally};
    /// let mut tally = MeanTally::default();
    /// for value in [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0] {
    ///     tally.push(value)?;
    /// }
    /// let mean = tally.interval(Level::P95)?;
    /// assert_eq!(mean.value, 5.0);
    /// assert!((mean.low - 3.212512).abs() < 1e-6 && (mean.high - 6.787488).abs() < 1e-6);
    /// # Ok::<(), radost_stats::MeanError>(())
    /// ```
    /// # Units
    /// Those of the answers.
    /// # Assumptions
    /// A simple random sample whose mean is near normal; answers on a scale need a few dozen responses, more when they pile up at one end.
    /// # Errors
    /// [`MeanError::TooFew`] below two values: one value says nothing of the spread.
    /// # Sources
    /// Student (1908), Biometrika 6(1), 1–25.
    pub fn interval(&self, level: Level) -> Result<MeanInterval, MeanError> {
        self.interval_in(Population::Endless, level)
    }

    /// The mean with Student's t interval, for a sample of a population that may be finite.
    ///
    /// ```text
    /// low, high = mean ∓ t(n − 1) · √( (1 − n/N) sd² / n )
    /// ```
    /// When all of the population have answered the interval has no width.
    ///
    /// ```
    /// # use radost_stats::{Level, MeanTally, Population};
    /// let mut tally = MeanTally::default();
    /// for value in [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0] {
    ///     tally.push(value)?;
    /// }
    /// let mean = tally.interval_in(Population::Of(32), Level::P95)?;
    /// assert!((mean.low - 3.451990).abs() < 1e-6); // 5 − 1.787488 √¾
    /// # Ok::<(), radost_stats::MeanError>(())
    /// ```
    /// # Units
    /// Those of the answers.
    /// # Assumptions
    /// Those of [`interval`](Self::interval), drawn without replacement.
    /// # Errors
    /// [`MeanError::TooFew`] below two values; [`MeanError::Population`] when the population is smaller than the sample.
    /// # Sources
    /// Cochran (1977), Sampling Techniques, 3rd edition, Wiley, sections 2.6 and 2.8.
    pub fn interval_in(
        &self,
        population: Population,
        level: Level,
    ) -> Result<MeanInterval, MeanError> {
        let left_out = population.share_left_out(self.n)?;
        Ok(self.estimate()?.interval(self.n, left_out, level))
    }

    /// Standard error of the mean, sd / √n, in the units of the answers.
    ///
    /// ```
    /// # use radost_stats::MeanTally;
    /// let mut tally = MeanTally::default();
    /// for value in [6.0, 7.0, 5.0, 7.0, 6.0] {
    ///     tally.push(value)?;
    /// }
    /// assert!((tally.standard_error()? - 0.374166).abs() < 1e-6);
    /// # Ok::<(), radost_stats::MeanError>(())
    /// ```
    /// # Errors
    /// [`MeanError::TooFew`] below two values.
    pub fn standard_error(&self) -> Result<f64, MeanError> {
        Ok(self.estimate()?.squared_error.sqrt())
    }

    /// This mean minus an earlier or other one, by Welch's t.
    ///
    /// ```text
    /// eᵢ = sdᵢ² / nᵢ      ν = (e₁ + e₂)² / ( e₁²/(n₁ − 1) + e₂²/(n₂ − 1) )
    /// low, high = m₁ − m₂ ∓ t(ν) √(e₁ + e₂)
    /// ```
    ///
    /// ```
    /// # use radost_stats::{Level, MeanTally, Verdict};
    /// let (mut earlier, mut later) = (MeanTally::default(), MeanTally::default());
    /// for value in [4.0, 5.0, 3.0, 4.0, 5.0, 2.0] {
    ///     earlier.push(value)?;
    /// }
    /// for value in [6.0, 7.0, 5.0, 7.0, 6.0] {
    ///     later.push(value)?;
    /// }
    /// let change = later.compare(&earlier, Level::P95)?;
    /// assert!((change.difference - 2.366667).abs() < 1e-6);
    /// assert!((change.p_value - 0.0037208).abs() < 1e-6);
    /// assert_eq!(change.verdict(), Verdict::Higher);
    /// # Ok::<(), radost_stats::MeanError>(())
    /// ```
    /// # Units
    /// Those of the answers.
    /// # Assumptions
    /// Two independent simple random samples; the spreads may differ.
    /// # Errors
    /// [`MeanError::TooFew`] when either group has fewer than [`MIN_TO_COMPARE`] values; [`MeanError::NoSpread`] when all values of
    /// either group are equal.
    /// # Sources
    /// Welch (1947), Biometrika 34(1–2), 28–35.
    pub fn compare(&self, earlier: &Self, level: Level) -> Result<Comparison, MeanError> {
        if let Some(n) = too_few(self.n, earlier.n) {
            return Err(MeanError::TooFew {
                n,
                needed: MIN_TO_COMPARE,
            });
        }
        self.estimate()?.compare(&earlier.estimate()?, level)
    }

    pub(crate) fn estimate(&self) -> Result<MeanEstimate, MeanError> {
        let squared_error = self.variance()? / self.n as f64;
        Ok(MeanEstimate {
            mean: self.mean()?,
            squared_error,
            freedom: self.n as f64 - 1.0,
        })
    }

    fn variance(&self) -> Result<f64, MeanError> {
        if self.n < 2 {
            return Err(MeanError::TooFew {
                n: self.n,
                needed: 2,
            });
        }
        let n = self.n as f64;
        let spread = spread(n, self.sum, self.sum_squares);
        let quarters = (4.0 * self.sum).fract() == 0.0 && (16.0 * self.sum_squares).fract() == 0.0;
        let exact = quarters && self.sum_squares < LARGEST / 16.0;
        let noise = if exact {
            0.0
        } else {
            n * f64::EPSILON * n * self.sum_squares
        };
        Ok(if spread > noise {
            spread / n / (n - 1.0)
        } else {
            0.0
        })
    }
}

/// n Σx² − (Σx)² by Kahan's difference of products: no digits are lost beyond those missing from the sums.
pub(crate) fn spread(n: f64, sum: f64, sum_squares: f64) -> f64 {
    let square = sum * sum;
    let lost = sum.mul_add(-sum, square);
    n.mul_add(sum_squares, -square) + lost
}

/// A mean, its squared standard error and the degrees of freedom of that.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MeanEstimate {
    pub(crate) mean: f64,
    pub(crate) squared_error: f64,
    pub(crate) freedom: f64,
}

impl MeanEstimate {
    pub(crate) fn interval(&self, n: u64, share_left_out: f64, level: Level) -> MeanInterval {
        let value = self.mean;
        let reach = level.t_unchecked(self.freedom) * (share_left_out * self.squared_error).sqrt();
        MeanInterval {
            value,
            low: value - reach,
            high: value + reach,
            n,
            level,
            method: IntervalMethod::StudentT,
        }
    }

    pub(crate) fn compare(&self, earlier: &Self, level: Level) -> Result<Comparison, MeanError> {
        let (e1, e2) = (self.squared_error, earlier.squared_error);
        if e1 == 0.0 || e2 == 0.0 {
            return Err(MeanError::NoSpread);
        }
        let difference = self.mean - earlier.mean;
        let error = (e1 + e2).sqrt();
        // Shares rather than e₁² and e₂², which vanish for small units.
        let (share1, share2) = (e1 / (e1 + e2), e2 / (e1 + e2));
        let freedom = 1.0 / (share1 * share1 / self.freedom + share2 * share2 / earlier.freedom);
        let reach = level.t_unchecked(freedom) * error;
        Ok(Comparison {
            difference,
            low: difference - reach,
            high: difference + reach,
            p_value: two_sided_t(difference / error, freedom),
            level,
            method: ComparisonMethod::Welch,
        })
    }
}
