/// How many people the sample was drawn from.
///
/// Whoever has asked half of all guests knows more than a sample of that size otherwise tells: what is uncertain is the other half alone.
///
/// ```
/// use radost_stats::{Level, NpsMethod, NpsTally, Population};
///
/// let tally = NpsTally { promoters: 50, passives: 30, detractors: 20 };
/// let of_many = tally.interval_by(NpsMethod::Wald, Population::Endless, Level::P95)?;
/// let of_few = tally.interval_by(NpsMethod::Wald, Population::Of(200), Level::P95)?;
/// let ratio = (of_few.high - of_few.low) / (of_many.high - of_many.low);
/// assert!((ratio - (100.0_f64 / 199.0).sqrt()).abs() < 1e-12);
/// # Ok::<(), radost_stats::NpsError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Population {
    /// So many, or so freely renewed, that the sample is a negligible part.
    #[default]
    Endless,
    /// Exactly this many, of whom the sample was drawn without replacement.
    Of(u64),
}

/// The sample is larger than what it was drawn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{n} responses cannot come from a population of {population}")]
pub struct PopulationError {
    /// Responses.
    pub n: u64,
    /// The population given.
    pub population: u64,
}

impl Population {
    /// The finite-population correction: what multiplies a standard error.
    ///
    /// ```text
    /// √( (N − n) / (N − 1) )
    /// ```
    /// It goes with variances that divide by n, as those of shares and scores. A mean's variance divides by n − 1, and there the
    /// intervals of this crate use √(1 − n/N), which is the same statement.
    ///
    /// ```
    /// use radost_stats::Population;
    /// assert!((Population::Of(1000).correction(100)? - 0.949158).abs() < 1e-6); // √(900 / 999)
    /// assert_eq!(Population::Endless.correction(100)?, 1.0);
    /// # Ok::<(), radost_stats::PopulationError>(())
    /// ```
    /// # Assumptions
    /// Simple random sampling without replacement.
    /// # Errors
    /// [`PopulationError`] when there are more responses than people.
    /// # Sources
    /// Cochran (1977), Sampling Techniques, 3rd edition, Wiley, sections 2.6 and 3.2.
    pub fn correction(self, n: u64) -> Result<f64, PopulationError> {
        Ok(match self.left_out(n)? {
            Some((left_out, population)) if left_out > 0 => {
                (left_out as f64 / (population - 1) as f64).sqrt()
            }
            Some(_) => 0.0,
            None => 1.0,
        })
    }

    /// 1 − n/N: the correction of a variance that divides by n − 1.
    pub(crate) fn share_left_out(self, n: u64) -> Result<f64, PopulationError> {
        Ok(match self.left_out(n)? {
            Some((left_out, population)) if left_out > 0 => left_out as f64 / population as f64,
            Some(_) => 0.0,
            None => 1.0,
        })
    }

    fn left_out(self, n: u64) -> Result<Option<(u64, u64)>, PopulationError> {
        match self {
            Self::Endless => Ok(None),
            Self::Of(population) => match population.checked_sub(n) {
                Some(left_out) => Ok(Some((left_out, population))),
                None => Err(PopulationError { n, population }),
            },
        }
    }
}

impl std::fmt::Display for Population {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Endless => f.write_str("an endless population"),
            Self::Of(population) => write!(f, "a population of {population}"),
        }
    }
}
