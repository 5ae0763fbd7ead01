use crate::distributions::{normal_quantile, two_sided_t_quantile};

/// A confidence level: a probability strictly between 0 and 1, such as 0.95.
///
/// ```
/// use radost_stats::Level;
///
/// let level = Level::new(0.95)?;
/// assert_eq!(level, Level::P95);
/// assert!(Level::new(95.0).is_err());
/// # Ok::<(), radost_stats::LevelError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Level(f64);

/// Why a level or its quantile was refused.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum LevelError {
    /// The level is NaN or not strictly between 0 and 1.
    #[error("{0} is not a confidence level: write a number between 0 and 1, such as 0.95")]
    OutOfRange(f64),
    /// The degrees of freedom are NaN, infinite or below 1.
    #[error("{0} is not a usable number of degrees of freedom: it must be 1 or more")]
    DegreesOfFreedom(f64),
}

impl Level {
    /// 0.90
    pub const P90: Self = Self(0.90);
    /// 0.95
    pub const P95: Self = Self(0.95);
    /// 0.99
    pub const P99: Self = Self(0.99);

    /// Checks a level given as a probability.
    ///
    /// # Errors
    /// [`LevelError::OutOfRange`] for NaN and for anything outside (0, 1), so 95 is refused.
    pub fn new(level: f64) -> Result<Self, LevelError> {
        if level > 0.0 && level < 1.0 {
            Ok(Self(level))
        } else {
            Err(LevelError::OutOfRange(level))
        }
    }

    /// The level as a probability.
    pub fn get(self) -> f64 {
        self.0
    }

    /// The probability left outside: 0.05 for a level of 0.95.
    pub fn alpha(self) -> f64 {
        1.0 - self.0
    }

    /// Half-width, in standard errors, of a two-sided normal interval.
    ///
    /// ```
    /// assert!((radost_stats::Level::P95.z() - 1.959963984540054).abs() < 1e-15);
    /// ```
    pub fn z(self) -> f64 {
        -normal_quantile(self.alpha() / 2.0)
    }

    /// Half-width, in standard errors, of a two-sided Student t interval.
    ///
    /// ```
    /// let t = radost_stats::Level::P95.t(9.0)?;
    /// assert!((t - 2.2621571628).abs() < 1e-10);
    /// # Ok::<(), radost_stats::LevelError>(())
    /// ```
    /// # Errors
    /// [`LevelError::DegreesOfFreedom`] unless they are finite and at least 1.
    pub fn t(self, degrees_of_freedom: f64) -> Result<f64, LevelError> {
        if degrees_of_freedom.is_finite() && degrees_of_freedom >= 1.0 {
            Ok(self.t_unchecked(degrees_of_freedom))
        } else {
            Err(LevelError::DegreesOfFreedom(degrees_of_freedom))
        }
    }

    pub(crate) fn t_unchecked(self, degrees_of_freedom: f64) -> f64 {
        two_sided_t_quantile(self.alpha(), degrees_of_freedom)
    }
}
