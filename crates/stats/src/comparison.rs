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
    /// An estimate with its interval against a number from outside.
    Reference,
}

impl std::fmt::Display for ComparisonMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::AdjustedWald => "adjusted Wald",
            Self::NewcombeScore => "Newcombe interval, score test",
            Self::Welch => "Welch t",
            Self::Delta => "delta",
            Self::Reference => "against a reference",
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

    /// An estimate with its interval against a number from outside, of which the standard error may be known.
    ///
    /// ```text
    /// d = value − reference          low, high = d ∓ √( (value − bound)² + (z · error)² )
    /// z test of d, with the half of the estimate's interval that faces the reference over z for its standard error
    /// ```
    /// ```
    /// use radost_stats::{Comparison, Level};
    ///
    /// let sure = Comparison::with_reference((62.0, 60.0, 64.0), 58.0, 0.0, Level::P95);
    /// assert_eq!((sure.difference, sure.low, sure.high), (4.0, 2.0, 6.0));
    /// assert!((sure.p_value - 8.86e-5).abs() < 1e-6); // 2 Φ(−4 · 1.96 / 2)
    /// // The same where the other number is itself known only ±3.
    /// let vague = Comparison::with_reference((62.0, 60.0, 64.0), 58.0, 3.0 / Level::P95.z(), Level::P95);
    /// assert!((vague.low - 0.394449).abs() < 1e-6);
    /// ```
    /// # Units
    /// All in those of the metric; `error` is a standard error, 0 for a number that is taken as it is.
    /// # Assumptions
    /// The two come from different people. A reference without an error is treated as exact, which makes the test bolder than it
    /// would be if its error were known.
    /// # Sources
    /// Zou and Donner (2008), Construction of confidence limits about effect measures, Statistics in Medicine 27(10), 1693–1702.
    pub fn with_reference(
        (value, low, high): (f64, f64, f64),
        reference: f64,
        error: f64,
        level: Level,
    ) -> Self {
        let difference = value - reference;
        let reach = |bound: f64| (value - bound).hypot(level.z() * error);
        let facing = if difference > 0.0 { low } else { high };
        let standard_error = reach(facing) / level.z();
        Self {
            difference,
            low: difference - reach(low),
            high: difference + reach(high),
            p_value: match difference == 0.0 {
                true => 1.0,
                false => two_sided_z(difference / standard_error),
            },
            level,
            method: ComparisonMethod::Reference,
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
