use crate::{
    Comparison, ComparisonMethod, IntervalMethod, Level, MIN_TO_COMPARE, Population,
    PopulationError,
    comparison::too_few,
    distributions::{beta_quantile, two_sided_z},
};

/// A satisfaction scale of 1 to 2, 5, 7 or 10 points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CsatScale {
    points: u8,
    top_box_from: i64,
}

/// Counts behind a satisfaction share.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct CsatTally {
    satisfied: u64,
    n: u64,
}

/// How to put an interval around a share.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ShareMethod {
    /// Wilson's score interval: near its level on average, for any n.
    #[default]
    Wilson,
    /// Agresti and Coull's: a Wald interval around Wilson's centre, never narrower than Wilson's.
    AgrestiCoull,
    /// Clopper and Pearson's exact interval: holds the true share at least as often as its level says, and is wide for it.
    ClopperPearson,
}

/// The share of satisfied responses and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CsatInterval {
    /// The share, in percent from 0 to 100.
    pub value: f64,
    /// Lower bound, in percent.
    pub low: f64,
    /// Upper bound, in percent.
    pub high: f64,
    /// Number of responses.
    pub n: u64,
    /// Confidence level of the bounds.
    pub level: Level,
    /// How the bounds were computed.
    pub method: IntervalMethod,
}

/// Why a satisfaction share cannot be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CsatError {
    /// There is no agreed top box for a scale of this length.
    #[error("a satisfaction scale has 2, 5, 7 or 10 points, not {points}")]
    Scale {
        /// The refused number of points.
        points: u8,
    },
    /// The answer is not on the scale.
    #[error("{value} is off the scale: an answer is a whole number from 1 to {points}")]
    OffScale {
        /// The refused answer.
        value: i64,
        /// Points of the scale.
        points: u8,
    },
    /// More satisfied responses than responses.
    #[error("{satisfied} satisfied out of {n} responses is impossible")]
    Counts {
        /// Satisfied responses.
        satisfied: u64,
        /// All responses.
        n: u64,
    },
    /// Nobody has answered.
    #[error("there are no responses")]
    NoResponses,
    /// A group is too small to be compared.
    #[error("a comparison needs {MIN_TO_COMPARE} responses in each group, and one has {n}")]
    TooFew {
        /// Responses in the smaller group.
        n: u64,
    },
    /// More responses than people.
    #[error(transparent)]
    Population(#[from] PopulationError),
}

impl From<ShareMethod> for IntervalMethod {
    fn from(method: ShareMethod) -> Self {
        match method {
            ShareMethod::Wilson => Self::Wilson,
            ShareMethod::AgrestiCoull => Self::AgrestiCoull,
            ShareMethod::ClopperPearson => Self::ClopperPearson,
        }
    }
}

impl std::fmt::Display for ShareMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        IntervalMethod::from(*self).fmt(f)
    }
}

impl CsatScale {
    /// A scale of `points`, answered by the whole numbers from 1.
    ///
    /// | points | satisfied |
    /// |---|---|
    /// | 2 | 2 |
    /// | 5 | 4–5 |
    /// | 7 | 5–7 |
    /// | 10 | 8–10 |
    ///
    /// # Errors
    /// [`CsatError::Scale`] for any other length.
    pub fn new(points: u8) -> Result<Self, CsatError> {
        let top_box_from = match points {
            2 => 2,
            5 => 4,
            7 => 5,
            10 => 8,
            _ => return Err(CsatError::Scale { points }),
        };
        Ok(Self {
            points,
            top_box_from,
        })
    }

    /// Number of points.
    pub fn points(self) -> u8 {
        self.points
    }

    /// The lowest answer that counts as satisfied.
    ///
    /// ```
    /// # use radost_stats::CsatScale;
    /// assert_eq!(CsatScale::new(5)?.top_box_from(), 4);
    /// # Ok::<(), radost_stats::CsatError>(())
    /// ```
    pub fn top_box_from(self) -> i64 {
        self.top_box_from
    }

    /// Whether an answer counts as satisfied.
    ///
    /// # Errors
    /// [`CsatError::OffScale`] for an answer outside 1..=points.
    pub fn is_satisfied(self, value: i64) -> Result<bool, CsatError> {
        if (1..=i64::from(self.points)).contains(&value) {
            Ok(value >= self.top_box_from)
        } else {
            Err(CsatError::OffScale {
                value,
                points: self.points,
            })
        }
    }
}

impl CsatTally {
    /// A tally from counts made elsewhere.
    ///
    /// # Errors
    /// [`CsatError::Counts`] when more are satisfied than have answered.
    pub fn from_counts(satisfied: u64, n: u64) -> Result<Self, CsatError> {
        if satisfied <= n {
            Ok(Self { satisfied, n })
        } else {
            Err(CsatError::Counts { satisfied, n })
        }
    }

    /// Counts one answer.
    ///
    /// # Errors
    /// [`CsatError::OffScale`]; the tally is then unchanged.
    pub fn push(&mut self, scale: CsatScale, value: i64) -> Result<(), CsatError> {
        self.add(scale, value, 1)
    }

    /// Counts `count` equal answers, as from a histogram.
    ///
    /// # Errors
    /// [`CsatError::OffScale`]; the tally is then unchanged.
    pub fn add(&mut self, scale: CsatScale, value: i64, count: u64) -> Result<(), CsatError> {
        let satisfied = if scale.is_satisfied(value)? { count } else { 0 };
        self.merge(&Self {
            satisfied,
            n: count,
        });
        Ok(())
    }

    /// Adds the counts of another part of the data.
    pub fn merge(&mut self, other: &Self) {
        self.satisfied = self.satisfied.saturating_add(other.satisfied);
        self.n = self.n.saturating_add(other.n);
    }

    /// Satisfied responses.
    pub fn satisfied(&self) -> u64 {
        self.satisfied
    }

    /// Number of responses.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Share of satisfied responses, in percent from 0 to 100.
    ///
    /// ```
    /// # use radost_stats::{CsatScale, CsatTally};
    /// let mut tally = CsatTally::default();
    /// for value in [5, 4, 4, 3] {
    ///     tally.push(CsatScale::new(5)?, value)?;
    /// }
    /// assert_eq!(tally.share()?, 75.0);
    /// # Ok::<(), radost_stats::CsatError>(())
    /// ```
    /// # Errors
    /// [`CsatError::NoResponses`] for an empty tally.
    pub fn share(&self) -> Result<f64, CsatError> {
        if self.n == 0 {
            Err(CsatError::NoResponses)
        } else {
            Ok(self.counts().share())
        }
    }

    /// Share of satisfied responses with Wilson's score interval.
    ///
    /// ```text
    /// q = satisfied / n
    /// low, high = 100 [ q + z²/2n ∓ z √( q (1 − q) / n + z²/4n² ) ] / (1 + z²/n)
    /// ```
    ///
    /// ```
    /// # use radost_stats::{CsatTally, Level};
    /// let csat = CsatTally::from_counts(81, 263)?.interval(Level::P95)?;
    /// assert!((csat.value - 30.798).abs() < 1e-3);
    /// assert!((csat.low - 25.53).abs() < 0.01 && (csat.high - 36.62).abs() < 0.01);
    /// # Ok::<(), radost_stats::CsatError>(())
    /// ```
    /// # Units
    /// Percent, 0 to 100.
    /// # Assumptions
    /// A simple random sample; weighted or clustered data make this too narrow.
    /// # Errors
    /// [`CsatError::NoResponses`] for an empty tally.
    /// # Sources
    /// Wilson (1927), JASA 22, 209–212; the example is from Newcombe (1998), Statistics in Medicine 17, 857–872, table I.
    pub fn interval(&self, level: Level) -> Result<CsatInterval, CsatError> {
        self.interval_by(ShareMethod::Wilson, Population::Endless, level)
    }

    /// Share of satisfied responses with an interval by `method`, for a sample of a population that may be finite.
    ///
    /// [`ShareMethod::Wilson`] is given at [`interval`](Self::interval); for x satisfied of n the others are
    /// ```text
    /// Agresti–Coull      m = n + z²,  c = (x + z²/2) / m        low, high = 100 [ c ∓ z √( c (1 − c) / m ) ]
    /// Clopper–Pearson    low = 100 B(α/2; x, n − x + 1)         high = 100 B(1 − α/2; x + 1, n − x)
    /// ```
    /// with B the quantile of the beta distribution; low is 0 when nobody is satisfied, and high is 100 when all are.
    /// A finite population of N counts as more responses, n (N − 1)/(N − n) with the same share; when all have answered the interval has
    /// no width.
    ///
    /// ```
    /// # use radost_stats::{CsatTally, Level, Population, ShareMethod};
    /// let tally = CsatTally::from_counts(81, 263)?;
    /// let exact = tally.interval_by(ShareMethod::ClopperPearson, Population::Endless, Level::P95)?;
    /// assert!((exact.low - 25.273675).abs() < 1e-6 && (exact.high - 36.762192).abs() < 1e-6);
    /// # Ok::<(), radost_stats::CsatError>(())
    /// ```
    /// # Units
    /// Percent, 0 to 100.
    /// # Assumptions
    /// A simple random sample.
    /// # Errors
    /// [`CsatError::NoResponses`] for an empty tally; [`CsatError::Population`] when the population is smaller than the sample.
    /// # Sources
    /// Agresti and Coull (1998), The American Statistician 52(2), 119–126; Clopper and Pearson (1934), Biometrika 26(4), 404–413;
    /// fractional counts as in Korn and Graubard (1998), Survey Methodology 24(2), 193–201.
    pub fn interval_by(
        &self,
        method: ShareMethod,
        population: Population,
        level: Level,
    ) -> Result<CsatInterval, CsatError> {
        self.share()?;
        let correction = population.correction(self.n)?;
        Ok(self.counts().interval(self.n, method, correction, level))
    }

    /// This share minus an earlier or other one.
    ///
    /// The interval is Newcombe's hybrid of the two Wilson intervals (l, u); the test is the score test with the pooled share q̄ and
    /// Miettinen and Nurminen's correction N/(N − 1), with N = n₁ + n₂:
    /// ```text
    /// low  = 100 [ q₁ − q₂ − √( (q₁ − l₁)² + (u₂ − q₂)² ) ]
    /// high = 100 [ q₁ − q₂ + √( (u₁ − q₁)² + (q₂ − l₂)² ) ]
    /// z = (q₁ − q₂) / √( q̄ (1 − q̄) (1/n₁ + 1/n₂) N/(N − 1) )      p = 2 Φ(−|z|)
    /// ```
    /// Two groups that agree entirely have p = 1.
    ///
    /// ```
    /// # use radost_stats::{CsatTally, Level};
    /// let change = CsatTally::from_counts(56, 70)?.compare(&CsatTally::from_counts(48, 80)?, Level::P95)?;
    /// assert!((change.difference - 20.0).abs() < 1e-9);
    /// assert!((change.low - 5.24).abs() < 0.01 && (change.high - 33.39).abs() < 0.01);
    /// # Ok::<(), radost_stats::CsatError>(())
    /// ```
    /// # Units
    /// Percentage points, −100 to +100.
    /// # Assumptions
    /// Two independent simple random samples.
    /// # Errors
    /// [`CsatError::TooFew`] when either group has fewer than [`MIN_TO_COMPARE`] responses.
    /// # Sources
    /// Newcombe (1998), Statistics in Medicine 17, 873–890, method 10 (the example is its table II, contrast a);
    /// Miettinen and Nurminen (1985), Statistics in Medicine 4, 213–226.
    pub fn compare(&self, earlier: &Self, level: Level) -> Result<Comparison, CsatError> {
        if let Some(n) = too_few(self.n, earlier.n) {
            return Err(CsatError::TooFew { n });
        }
        Ok(self.counts().compare(&earlier.counts(), level))
    }

    fn counts(&self) -> ShareCounts {
        ShareCounts {
            satisfied: self.satisfied as f64,
            n: self.n as f64,
        }
    }
}

/// Counts of any size above zero: whole for plain data, fractions of the effective n for weighted data.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ShareCounts {
    pub(crate) satisfied: f64,
    pub(crate) n: f64,
}

impl ShareCounts {
    pub(crate) fn share(&self) -> f64 {
        100.0 * self.proportion()
    }

    pub(crate) fn interval(
        &self,
        n: u64,
        method: ShareMethod,
        correction: f64,
        level: Level,
    ) -> CsatInterval {
        let q = self.proportion();
        let (low, high) = if correction > 0.0 {
            self.times(1.0 / (correction * correction))
                .bounds(method, level)
        } else {
            (q, q)
        };
        CsatInterval {
            value: 100.0 * q,
            low: 100.0 * low.clamp(0.0, q),
            high: 100.0 * high.clamp(q, 1.0),
            n,
            level,
            method: method.into(),
        }
    }

    pub(crate) fn compare(&self, earlier: &Self, level: Level) -> Comparison {
        let (q1, q2) = (self.proportion(), earlier.proportion());
        let ((l1, u1), (l2, u2)) = (self.wilson(level), earlier.wilson(level));
        let n = self.n + earlier.n;
        let pooled = (self.satisfied + earlier.satisfied) / n;
        let variance = pooled * (1.0 - pooled) * (1.0 / self.n + 1.0 / earlier.n) * n / (n - 1.0);
        let difference = q1 - q2;
        Comparison {
            difference: 100.0 * difference,
            low: 100.0 * (difference - (q1 - l1).hypot(u2 - q2)).max(-1.0),
            high: 100.0 * (difference + (u1 - q1).hypot(q2 - l2)).min(1.0),
            p_value: if variance > 0.0 {
                two_sided_z(difference / variance.sqrt())
            } else {
                1.0
            },
            level,
            method: ComparisonMethod::NewcombeScore,
        }
    }

    pub(crate) fn times(&self, factor: f64) -> Self {
        Self {
            satisfied: factor * self.satisfied,
            n: factor * self.n,
        }
    }

    fn proportion(&self) -> f64 {
        (self.satisfied / self.n).clamp(0.0, 1.0)
    }

    fn bounds(&self, method: ShareMethod, level: Level) -> (f64, f64) {
        match method {
            ShareMethod::Wilson => self.wilson(level),
            ShareMethod::AgrestiCoull => {
                let square = level.z() * level.z();
                let n = self.n + square;
                let centre = (self.satisfied + square / 2.0) / n;
                let reach = level.z() * (centre * (1.0 - centre) / n).sqrt();
                (centre - reach, centre + reach)
            }
            ShareMethod::ClopperPearson => {
                let unsatisfied = (self.n - self.satisfied).max(0.0);
                let lowest = |x: f64, rest: f64| {
                    if x > 0.0 {
                        beta_quantile(x, rest + 1.0, level.alpha() / 2.0)
                    } else {
                        0.0
                    }
                };
                (
                    lowest(self.satisfied, unsatisfied),
                    1.0 - lowest(unsatisfied, self.satisfied),
                )
            }
        }
    }

    fn wilson(&self, level: Level) -> (f64, f64) {
        let (q, n, z) = (self.proportion(), self.n, level.z());
        let spread = z * z / n;
        let centre = q + spread / 2.0;
        let reach = (spread * (q * (1.0 - q) + spread / 4.0)).sqrt();
        let scale = 1.0 + spread;
        (
            ((centre - reach) / scale).clamp(0.0, q),
            ((centre + reach) / scale).clamp(q, 1.0),
        )
    }
}
