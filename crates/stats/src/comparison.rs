use crate::{Level, distributions::two_sided_z};

/// The fewest responses a group must have before it is compared with another.
///
/// Below that the verdicts mislead. Over all pairs of samples and a grid of true shares (`bench/reference/test_sizes.py`), the 95 % tests
/// of NPS and CSAT call equal groups different in at most 10 % of cases when the smaller has five responses, and in under 5 % on
/// average; when it has two, in up to 13 %.
pub const MIN_TO_COMPARE: u64 = 5;

/// How two groups were compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ComparisonMethod {
    /// Adjusted Wald interval and z test for two net promoter scores.
    AdjustedWald,
    /// Newcombe's hybrid score interval and the Miettinen–Nurminen score test for two shares.
    NewcombeScore,
    /// Welch's t for two means.
    Welch,
    /// z from two delta-method variances, for two satisfaction indices.
    Delta,
    /// Two intervals combined (MOVER), for estimates of which nothing else is known.
    Mover,
}

impl std::fmt::Display for ComparisonMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::AdjustedWald => "adjusted Wald",
            Self::NewcombeScore => "Newcombe interval, score test",
            Self::Welch => "Welch t",
            Self::Delta => "delta",
            Self::Mover => "two intervals (MOVER)",
        })
    }
}

/// An estimate of which only its interval is known, as a published table gives it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Published {
    /// The value.
    pub value: f64,
    /// Lower bound of its interval, same units.
    pub low: f64,
    /// Upper bound of its interval, same units.
    pub high: f64,
}

/// Why two estimates were not compared.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum PublishedError {
    /// Bounds that do not hold the value between them, or numbers that are none.
    #[error("{value} does not lie between {low} and {high}")]
    Bounds {
        /// The value.
        value: f64,
        /// The lower bound.
        low: f64,
        /// The upper bound.
        high: f64,
    },
    /// Neither estimate has an uncertainty.
    #[error("neither of the two has an interval of any width")]
    NoSpread,
}

impl Published {
    /// This estimate minus another one, from the intervals of the two alone: the method of variance estimates recovery.
    ///
    /// ```text
    /// d = v₁ − v₂
    /// low  = d − √( (v₁ − l₁)² + (u₂ − v₂)² )
    /// high = d + √( (u₁ − v₁)² + (v₂ − l₂)² )
    /// p = 2 Φ(−z |d| / r)      r: the reach of the interval of d towards zero
    /// ```
    ///
    /// ```
    /// # use radost_stats::{CsatTally, Level, Published};
    /// let of = |satisfied, n| -> Result<Published, radost_stats::CsatError> {
    ///     let share = CsatTally::from_counts(satisfied, n)?.interval(Level::P95)?;
    ///     Ok(Published { value: share.value, low: share.low, high: share.high })
    /// };
    /// // From the Wilson intervals of two shares it is Newcombe's interval.
    /// let change = of(56, 70)?.compare(&of(48, 80)?, Level::P95)?;
    /// assert!((change.low - 5.24).abs() < 0.01 && (change.high - 33.39).abs() < 0.01);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    /// # Units
    /// Those of the two estimates, which share them.
    /// # Assumptions
    /// Two independent samples; both intervals at `level`. The p-value takes the reach for normal, so that it is below 1 − `level`
    /// exactly where the interval leaves zero out.
    /// # Errors
    /// [`PublishedError::Bounds`] when a value is not within its bounds; [`PublishedError::NoSpread`] when both intervals are points.
    /// # Sources
    /// Zou and Donner (2008), Statistics in Medicine 27(10), 1693–1702; the example is contrast a of table II in Newcombe (1998),
    /// Statistics in Medicine 17, 873–890.
    pub fn compare(&self, other: &Self, level: Level) -> Result<Comparison, PublishedError> {
        for Self { value, low, high } in [*self, *other] {
            let sound = low.is_finite() && high.is_finite() && low <= value && value <= high;
            if !sound {
                return Err(PublishedError::Bounds { value, low, high });
            }
        }
        let difference = self.value - other.value;
        let below = (self.value - self.low).hypot(other.high - other.value);
        let above = (self.high - self.value).hypot(other.value - other.low);
        if below + above == 0.0 {
            return Err(PublishedError::NoSpread);
        }
        let reach = if difference > 0.0 { below } else { above };
        let p_value = if difference == 0.0 {
            1.0
        } else {
            two_sided_z(level.z() * difference / reach)
        };
        Ok(Comparison {
            difference,
            low: difference - below,
            high: difference + above,
            p_value,
            level,
            method: ComparisonMethod::Mover,
        })
    }
}

/// A later group minus an earlier one, with an interval and a test.
///
/// When many comparisons are read together, replace each `p_value` by its adjusted value from
/// [`benjamini_hochberg`](crate::benjamini_hochberg) before asking for the verdict.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// Later minus earlier, in the units of the metric: points, percentage points, or the units of the answers.
    pub difference: f64,
    /// Lower bound of the difference, same units.
    pub low: f64,
    /// Upper bound of the difference, same units.
    pub high: f64,
    /// Two-sided p-value of "there is no difference", 0 to 1.
    pub p_value: f64,
    /// Confidence level of the interval and of the verdict.
    pub level: Level,
    /// How it was computed.
    pub method: ComparisonMethod,
}

/// What a comparison says in plain words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The later group is higher.
    Higher,
    /// The later group is lower.
    Lower,
    /// The data do not tell the groups apart.
    NoClearDifference,
}

impl Comparison {
    /// Higher or lower only when the test rejects equality *and* the interval leaves zero out on the same side.
    ///
    /// ```
    /// use radost_stats::{Comparison, ComparisonMethod, Level, Verdict};
    ///
    /// let mut change = Comparison {
    ///     difference: 8.0, low: 1.0, high: 15.0, p_value: 0.03,
    ///     level: Level::P95, method: ComparisonMethod::AdjustedWald,
    /// };
    /// assert_eq!(change.verdict(), Verdict::Higher);
    /// change.p_value = 0.12; // after a correction for many comparisons
    /// assert_eq!(change.verdict(), Verdict::NoClearDifference);
    /// ```
    pub fn verdict(&self) -> Verdict {
        if self.p_value < self.level.alpha() && self.low > 0.0 {
            Verdict::Higher
        } else if self.p_value < self.level.alpha() && self.high < 0.0 {
            Verdict::Lower
        } else {
            Verdict::NoClearDifference
        }
    }

    /// A z test of `centre`, with the interval cut at ±`limit` and stretched, when it must be, to hold `difference`.
    pub(crate) fn normal(
        difference: f64,
        centre: f64,
        variance: f64,
        limit: f64,
        level: Level,
        method: ComparisonMethod,
    ) -> Self {
        let error = variance.sqrt();
        let reach = level.z() * error;
        Self {
            difference,
            low: (centre - reach).max(-limit).min(difference),
            high: (centre + reach).min(limit).max(difference),
            p_value: two_sided_z(centre / error),
            level,
            method,
        }
    }
}

/// The smaller of two group sizes, when it is too small to compare.
pub(crate) fn too_few(n: u64, other: u64) -> Option<u64> {
    Some(n.min(other)).filter(|&n| n < MIN_TO_COMPARE)
}
