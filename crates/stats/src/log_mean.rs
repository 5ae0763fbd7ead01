use crate::{IntervalMethod, Level, MeanError, MeanInterval, MeanTally, mean::MeanEstimate};

/// The sums behind the mean of positive, right-skewed values such as waiting times and amounts: n, Σ ln x and Σ (ln x)².
///
/// ```
/// use radost_stats::{Level, LogMeanMethod, LogMeanTally};
///
/// let mut waiting = LogMeanTally::default();
/// for minutes in [2.0, 3.0, 3.0, 4.0, 5.0, 8.0, 13.0, 30.0] {
///     waiting.push(minutes)?;
/// }
/// let typical = waiting.interval(LogMeanMethod::Geometric, Level::P95)?;
/// assert!((typical.value - 5.705676).abs() < 1e-6);
/// assert!((typical.low - 2.698309).abs() < 1e-6 && (typical.high - 12.064868).abs() < 1e-6);
/// # Ok::<(), radost_stats::LogMeanError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct LogMeanTally {
    logarithms: MeanTally,
}

/// Which mean of positive values, and how its interval is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LogMeanMethod {
    /// The geometric mean, which is the median of lognormal values, with Student's t on logarithms.
    Geometric,
    /// The arithmetic mean of lognormal values by Cox's method with z.
    Cox,
    /// The arithmetic mean of lognormal values by Cox's method with Student's t, which holds its level better for few values.
    ModifiedCox,
}

/// Why the mean of positive values cannot be given.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum LogMeanError {
    /// Only numbers above zero have a logarithm.
    #[error("{value} has no logarithm: a value must be a finite number above zero")]
    NotPositive {
        /// The refused value.
        value: f64,
    },
    /// Why the logarithms have no mean.
    #[error(transparent)]
    Mean(#[from] MeanError),
}

impl From<LogMeanMethod> for IntervalMethod {
    fn from(method: LogMeanMethod) -> Self {
        match method {
            LogMeanMethod::Geometric => Self::GeometricT,
            LogMeanMethod::Cox => Self::Cox,
            LogMeanMethod::ModifiedCox => Self::ModifiedCox,
        }
    }
}

impl std::fmt::Display for LogMeanMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        IntervalMethod::from(*self).fmt(f)
    }
}

impl LogMeanTally {
    /// A tally of sums made elsewhere, of the natural logarithms of the values.
    pub fn from_logarithms(logarithms: MeanTally) -> Self {
        Self { logarithms }
    }

    /// Counts one value.
    ///
    /// # Errors
    /// [`LogMeanError::NotPositive`] for zero, negative numbers, NaN and infinity; the tally is then unchanged.
    pub fn push(&mut self, value: f64) -> Result<(), LogMeanError> {
        self.add(value, 1)
    }

    /// Counts `count` equal values, as from a histogram.
    ///
    /// # Errors
    /// [`LogMeanError::NotPositive`] as for [`push`](Self::push).
    pub fn add(&mut self, value: f64, count: u64) -> Result<(), LogMeanError> {
        Ok(self.logarithms.add(logarithm(value)?, count)?)
    }

    /// Adds the sums of another part of the data.
    pub fn merge(&mut self, other: &Self) {
        self.logarithms.merge(&other.logarithms);
    }

    /// The sums of the logarithms.
    pub fn logarithms(&self) -> &MeanTally {
        &self.logarithms
    }

    /// The mean of the values with an interval.
    ///
    /// With m the mean of the n logarithms and s² their variance (n − 1):
    /// ```text
    /// geometric       exp(m)             low, high = exp( m ∓ t(n − 1) s / √n )
    /// Cox             exp(m + s²/2)      low, high = exp( m + s²/2 ∓ z √( s²/n + s⁴/(2 (n − 1)) ) )
    /// modified Cox    the same with t(n − 1) for z
    /// ```
    ///
    /// # Units
    /// Those of the values.
    /// # Assumptions
    /// A simple random sample. Cox's method needs lognormal values; the geometric mean only near-normal means of logarithms.
    /// # Errors
    /// [`LogMeanError::Mean`] below two values.
    /// # Sources
    /// Zhou and Gao (1997), Statistics in Medicine 16(7), 783–790 (Cox's method); Olsson (2005), Journal of Statistics Education 13(1)
    /// (with t).
    pub fn interval(
        &self,
        method: LogMeanMethod,
        level: Level,
    ) -> Result<MeanInterval, LogMeanError> {
        let estimate = self.logarithms.estimate()?;
        Ok(around(&estimate, self.logarithms.n(), method, level))
    }
}

pub(crate) fn logarithm(value: f64) -> Result<f64, LogMeanError> {
    if value > 0.0 && value.is_finite() {
        Ok(value.ln())
    } else {
        Err(LogMeanError::NotPositive { value })
    }
}

/// The interval of [`LogMeanTally::interval`] from the mean of logarithms, whose degrees of freedom are one below the n in effect.
pub(crate) fn around(
    estimate: &MeanEstimate,
    n: u64,
    method: LogMeanMethod,
    level: Level,
) -> MeanInterval {
    let variance = estimate.squared_error * (estimate.freedom + 1.0);
    let error = (estimate.squared_error + variance * variance / (2.0 * estimate.freedom)).sqrt();
    let (centre, reach) = match method {
        LogMeanMethod::Geometric => (
            estimate.mean,
            level.t_unchecked(estimate.freedom) * estimate.squared_error.sqrt(),
        ),
        LogMeanMethod::Cox => (estimate.mean + variance / 2.0, level.z() * error),
        LogMeanMethod::ModifiedCox => (
            estimate.mean + variance / 2.0,
            level.t_unchecked(estimate.freedom) * error,
        ),
    };
    MeanInterval {
        value: centre.exp(),
        low: (centre - reach).exp(),
        high: (centre + reach).exp(),
        n,
        level,
        method: method.into(),
    }
}
