use super::{KanoCounts, KanoError};
use crate::{CsatTally, Level};

/// How the bounds of Better and Worse are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CoefficientInterval {
    /// The delta method: value ∓ z · standard error, cut at the ends; the default, and what the ellipse is drawn from.
    #[default]
    Delta,
    /// Wilson's score interval, which stays open when nobody or everybody is of one kind.
    Wilson,
}

impl std::fmt::Display for CoefficientInterval {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Delta => "delta",
            Self::Wilson => "Wilson",
        })
    }
}

/// One coefficient with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KanoCoefficient {
    /// Better from 0 to 1, Worse from −1 to 0.
    pub value: f64,
    /// Standard error by the delta method, same units.
    pub standard_error: f64,
    /// Lower bound, same units.
    pub low: f64,
    /// Upper bound, same units.
    pub high: f64,
}

/// A region that holds a point of the plane with the given confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConfidenceEllipse {
    /// Its centre on the first axis: Better, or the dysfunctional score.
    pub x: f64,
    /// Its centre on the second axis: Worse, or the functional score.
    pub y: f64,
    /// Half of the longer axis.
    pub semi_major: f64,
    /// Half of the shorter axis.
    pub semi_minor: f64,
    /// From the first axis to the longer axis, counter-clockwise, in radians from −π/2 to π/2.
    pub angle: f64,
}

/// Better and Worse: how far a feature satisfies by being there, and dissatisfies by being absent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KanoCoefficients {
    /// Better, 0 to 1.
    pub better: KanoCoefficient,
    /// Worse, −1 to 0.
    pub worse: KanoCoefficient,
    /// Sampling covariance of the two.
    pub covariance: f64,
    /// Where the two lie together.
    pub ellipse: ConfidenceEllipse,
    /// Responses they rest on: A, O, M and I.
    pub n: u64,
    /// Responses left out: R and Q.
    pub left_out: u64,
    /// Confidence level of the bounds and of the ellipse.
    pub level: Level,
    /// How the bounds were found.
    pub method: CoefficientInterval,
}

impl ConfidenceEllipse {
    /// From a covariance matrix and the squared radius in standard deviations.
    pub(super) fn new(
        (x, y): (f64, f64),
        (variance_x, covariance, variance_y): (f64, f64, f64),
        squared_radius: f64,
    ) -> Self {
        let middle = (variance_x + variance_y) / 2.0;
        let half = (variance_x - variance_y) / 2.0;
        let turn = half.hypot(covariance);
        let axis = |eigenvalue: f64| (eigenvalue.max(0.0) * squared_radius).sqrt();
        Self {
            x,
            y,
            semi_major: axis(middle + turn),
            semi_minor: axis(middle - turn),
            angle: covariance.atan2(half) / 2.0,
        }
    }

    /// The point at `turn` radians along the rim, to draw it.
    pub fn point(&self, turn: f64) -> [f64; 2] {
        let (along, across) = (self.semi_major * turn.cos(), self.semi_minor * turn.sin());
        let (sin, cos) = self.angle.sin_cos();
        [
            self.x + along * cos - across * sin,
            self.y + along * sin + across * cos,
        ]
    }
}

impl KanoCounts {
    /// Better and Worse with intervals and the ellipse of both together.
    ///
    /// Over the N = A + O + M + I responses that are neither reverse nor questionable:
    /// ```text
    /// Better = (A + O) / N       se = √( Better (1 − Better) / N )
    /// Worse = −(O + M) / N       se = √( |Worse| (1 − |Worse|) / N )
    /// cov = −( O/N − Better · |Worse| ) / N
    /// ellipse: (p − centre)ᵀ V⁻¹ (p − centre) = −2 ln α      χ² with 2 degrees of freedom
    /// ```
    ///
    /// ```
    /// # use radost_stats::{Level, kano::{CoefficientInterval, KanoCounts}};
    /// // Transfers that are anonymous, Reppel (2022), n = 358
    /// let counts = KanoCounts { attractive: 91, one_dimensional: 19, must_be: 9, indifferent: 160, reverse: 49, questionable: 30 };
    /// let found = counts.coefficients(Level::P95, CoefficientInterval::Delta)?;
    /// assert!((found.better.value - 0.3942652).abs() < 1e-7 && (found.worse.value + 0.1003584).abs() < 1e-7);
    /// assert!((found.better.low - 0.336922).abs() < 1e-6 && (found.ellipse.semi_major - 0.072403).abs() < 1e-6);
    /// # Ok::<(), radost_stats::kano::KanoError>(())
    /// ```
    /// # Units
    /// Shares, −1 to 1. Bounds stop at the ends.
    /// # Assumptions
    /// A simple random sample with a few dozen responses; for fewer the bounds by [`CoefficientInterval::Wilson`] are better.
    /// # Errors
    /// [`KanoError::NoResponses`], and [`KanoError::NoneWanted`] when all are reverse or questionable.
    /// # Sources
    /// Berger et al. (1993), Center for Quality of Management Journal 2(4), 3–36 (Timko's Better and Worse); Wilson (1927), JASA 22,
    /// 209–212.
    pub fn coefficients(
        &self,
        level: Level,
        method: CoefficientInterval,
    ) -> Result<KanoCoefficients, KanoError> {
        let all = self.checked()?;
        let better = self.attractive.saturating_add(self.one_dimensional);
        let worse = self.must_be.saturating_add(self.one_dimensional);
        let rest = self.must_be.saturating_add(self.indifferent);
        let n = better.saturating_add(rest);
        if n == 0 {
            return Err(KanoError::NoneWanted { n: all });
        }
        let size = n as f64;
        let (b, w) = (better as f64 / size, worse as f64 / size);
        let variance = |share: f64| share * (1.0 - share).max(0.0) / size;
        let bounds = |count: u64, share: f64| match method {
            CoefficientInterval::Delta => {
                let reach = level.z() * variance(share).sqrt();
                Ok(((share - reach).max(0.0), (share + reach).min(1.0)))
            }
            CoefficientInterval::Wilson => CsatTally::from_counts(count.min(n), n)
                .and_then(|tally| tally.interval(level))
                .map(|wilson| (wilson.low / 100.0, wilson.high / 100.0))
                .map_err(|_| KanoError::NoResponses),
        };
        let (better_bounds, worse_bounds) = (bounds(better, b)?, bounds(worse, w)?);
        let covariance = -(self.one_dimensional as f64 / size - b * w) / size;
        Ok(KanoCoefficients {
            better: KanoCoefficient {
                value: b,
                standard_error: variance(b).sqrt(),
                low: better_bounds.0,
                high: better_bounds.1,
            },
            worse: KanoCoefficient {
                value: -w,
                standard_error: variance(w).sqrt(),
                low: -worse_bounds.1,
                high: -worse_bounds.0,
            },
            covariance,
            ellipse: ConfidenceEllipse::new(
                (b, -w),
                (variance(b), covariance, variance(w)),
                -2.0 * level.alpha().ln(),
            ),
            n,
            left_out: all - n,
            level,
            method,
        })
    }
}
