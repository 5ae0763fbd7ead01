use crate::{
    Comparison, ComparisonMethod, IntervalMethod, Level, MIN_TO_COMPARE, comparison::too_few,
};

/// Counts behind a net promoter score: promoters gave 9–10, passives 7–8, detractors 0–6.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct NpsTally {
    /// Responses of 9 or 10.
    pub promoters: u64,
    /// Responses of 7 or 8.
    pub passives: u64,
    /// Responses of 0 to 6.
    pub detractors: u64,
}

/// A net promoter score and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NpsInterval {
    /// The score, in points from −100 to 100.
    pub value: f64,
    /// Lower bound, in points.
    pub low: f64,
    /// Upper bound, in points.
    pub high: f64,
    /// Number of responses.
    pub n: u64,
    /// Confidence level of the bounds.
    pub level: Level,
    /// How the bounds were computed.
    pub method: IntervalMethod,
}

/// Why a net promoter score cannot be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NpsError {
    /// The answer is not on the scale.
    #[error("{score} is off the scale: a recommendation is a whole number from 0 to 10")]
    OffScale {
        /// The refused answer.
        score: i64,
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
}

impl NpsTally {
    /// Counts one answer.
    ///
    /// # Errors
    /// [`NpsError::OffScale`] for anything outside 0..=10; the tally is then unchanged.
    pub fn push(&mut self, score: i64) -> Result<(), NpsError> {
        self.add(score, 1)
    }

    /// Counts `count` equal answers, as from a histogram.
    ///
    /// # Errors
    /// [`NpsError::OffScale`] for anything outside 0..=10; the tally is then unchanged.
    pub fn add(&mut self, score: i64, count: u64) -> Result<(), NpsError> {
        let group = match score {
            9..=10 => &mut self.promoters,
            7..=8 => &mut self.passives,
            0..=6 => &mut self.detractors,
            _ => return Err(NpsError::OffScale { score }),
        };
        *group = group.saturating_add(count);
        Ok(())
    }

    /// Adds the counts of another part of the data.
    pub fn merge(&mut self, other: &Self) {
        self.promoters = self.promoters.saturating_add(other.promoters);
        self.passives = self.passives.saturating_add(other.passives);
        self.detractors = self.detractors.saturating_add(other.detractors);
    }

    /// Number of responses.
    pub fn n(&self) -> u64 {
        self.promoters
            .saturating_add(self.passives)
            .saturating_add(self.detractors)
    }

    /// The score, in points from −100 to 100.
    ///
    /// ```
    /// # use radost_stats::NpsTally;
    /// let mut tally = NpsTally::default();
    /// for score in [10, 9, 9, 8, 3] {
    ///     tally.push(score)?;
    /// }
    /// assert_eq!(tally.score()?, 40.0); // (3 − 1) / 5
    /// # Ok::<(), radost_stats::NpsError>(())
    /// ```
    /// # Errors
    /// [`NpsError::NoResponses`] for an empty tally.
    pub fn score(&self) -> Result<f64, NpsError> {
        self.answered()?;
        Ok(100.0 * self.lead() / self.n() as f64)
    }

    /// Variance of one response coded −1, 0, +1, divided by n (the population convention): 0 to 1, not in points.
    ///
    /// ```
    /// # use radost_stats::NpsTally;
    /// let tally = NpsTally { promoters: 5, passives: 3, detractors: 2 };
    /// assert!((tally.variance()? - 0.61).abs() < 1e-12); // 0.5 + 0.2 − 0.3²
    /// # Ok::<(), radost_stats::NpsError>(())
    /// ```
    /// # Errors
    /// [`NpsError::NoResponses`] for an empty tally.
    pub fn variance(&self) -> Result<f64, NpsError> {
        self.answered()?;
        Ok(self.moments(0.0).1)
    }

    /// Net promoter score with an adjusted Wald interval.
    ///
    /// Three pseudo-responses (¾ promoter, 1½ passive, ¾ detractor) keep the interval open when every respondent agrees:
    /// ```text
    /// score = 100 (p − d) / n
    /// P = (p + ¾) / (n + 3)      D = (d + ¾) / (n + 3)
    /// low, high = 100 [ (P − D) ∓ z √( (P + D − (P − D)²) / (n + 3) ) ]
    /// ```
    /// The bounds stop at ±100. They are stretched to hold the score where they would not (a single response, or unanimity at
    /// levels below 0.85), which can only raise the coverage.
    ///
    /// ```
    /// # use radost_stats::{Level, NpsTally};
    /// let nps = NpsTally { promoters: 50, passives: 30, detractors: 20 }.interval(Level::P95)?;
    /// assert_eq!((nps.value, nps.n), (30.0, 100));
    /// assert!((nps.low - 14.051130).abs() < 1e-6 && (nps.high - 44.201297).abs() < 1e-6);
    /// # Ok::<(), radost_stats::NpsError>(())
    /// ```
    /// # Units
    /// Points, −100 to +100.
    /// # Assumptions
    /// A simple random sample; weighted or clustered data make this too narrow.
    /// # Errors
    /// [`NpsError::NoResponses`] for an empty tally.
    /// # Sources
    /// Rocks (2016), The American Statistician 70(4), 365–372.
    pub fn interval(&self, level: Level) -> Result<NpsInterval, NpsError> {
        self.around(PSEUDO_RESPONSES, level, IntervalMethod::AdjustedWald)
    }

    /// Net promoter score with a plain Wald interval, for comparison with tools that show one.
    ///
    /// ```text
    /// low, high = 100 [ (p − d) / n ∓ z √( variance / n ) ]
    /// ```
    /// It has no width when everyone agrees and is too narrow for small n: prefer [`interval`](Self::interval).
    ///
    /// ```
    /// # use radost_stats::{Level, NpsTally};
    /// let nps = NpsTally { promoters: 50, passives: 30, detractors: 20 }.wald_interval(Level::P95)?;
    /// assert!((nps.low - 14.692192).abs() < 1e-6 && (nps.high - 45.307808).abs() < 1e-6);
    /// # Ok::<(), radost_stats::NpsError>(())
    /// ```
    /// # Units
    /// Points, −100 to +100; the bounds stop there.
    /// # Assumptions
    /// A simple random sample, large enough for the normal approximation.
    /// # Errors
    /// [`NpsError::NoResponses`] for an empty tally.
    /// # Sources
    /// Rocks (2016), as above, equation for the Wald interval.
    pub fn wald_interval(&self, level: Level) -> Result<NpsInterval, NpsError> {
        self.around(0.0, level, IntervalMethod::Wald)
    }

    /// This score minus an earlier or other one.
    ///
    /// The interval and the test use the adjusted shares and variances of [`interval`](Self::interval) in both groups, so that two
    /// unanimous groups are not declared different with certainty:
    /// ```text
    /// Δ = (P₁ − D₁) − (P₂ − D₂)      V = V₁ + V₂,  Vᵢ = (Pᵢ + Dᵢ − (Pᵢ − Dᵢ)²) / (nᵢ + 3)
    /// low, high = 100 [ Δ ∓ z √V ]   p = 2 Φ(−|Δ| / √V)
    /// ```
    /// `difference` is the plain difference of the two scores, which is what a reader sees; the bounds are stretched to hold it.
    ///
    /// ```
    /// # use radost_stats::{Level, NpsTally, Verdict};
    /// let earlier = NpsTally { promoters: 40, passives: 30, detractors: 30 };
    /// let later = NpsTally { promoters: 60, passives: 25, detractors: 15 };
    /// let change = later.compare(&earlier, Level::P95)?;
    /// assert_eq!(change.difference, 35.0);
    /// assert!((change.p_value - 0.001927).abs() < 1e-6);
    /// assert_eq!(change.verdict(), Verdict::Higher);
    /// # Ok::<(), radost_stats::NpsError>(())
    /// ```
    /// # Units
    /// Points, −200 to +200.
    /// # Assumptions
    /// Two independent simple random samples; the same people asked twice make this too wide.
    /// # Errors
    /// [`NpsError::TooFew`] when either group has fewer than [`MIN_TO_COMPARE`] responses.
    /// # Sources
    /// Lewis and Sauro (2021), How to statistically compare two net promoter scores, MeasuringU; variances from Rocks (2016), as above.
    pub fn compare(&self, earlier: &Self, level: Level) -> Result<Comparison, NpsError> {
        if let Some(n) = too_few(self.n(), earlier.n()) {
            return Err(NpsError::TooFew { n });
        }
        let (mean, variance) = self.moments(PSEUDO_RESPONSES);
        let (earlier_mean, earlier_variance) = earlier.moments(PSEUDO_RESPONSES);
        let variance = variance / (self.n() as f64 + PSEUDO_RESPONSES)
            + earlier_variance / (earlier.n() as f64 + PSEUDO_RESPONSES);
        Ok(Comparison::normal(
            self.score()? - earlier.score()?,
            100.0 * (mean - earlier_mean),
            100.0 * 100.0 * variance,
            200.0,
            level,
            ComparisonMethod::AdjustedWald,
        ))
    }

    fn around(
        &self,
        pseudo_responses: f64,
        level: Level,
        method: IntervalMethod,
    ) -> Result<NpsInterval, NpsError> {
        let value = self.score()?;
        let (mean, variance) = self.moments(pseudo_responses);
        let reach = level.z() * (variance / (self.n() as f64 + pseudo_responses)).sqrt();
        Ok(NpsInterval {
            value,
            low: (100.0 * (mean - reach)).max(-100.0).min(value),
            high: (100.0 * (mean + reach)).min(100.0).max(value),
            n: self.n(),
            level,
            method,
        })
    }

    /// Mean and variance of −1, 0, +1 after adding pseudo-responses, a quarter of them at each end.
    fn moments(&self, pseudo_responses: f64) -> (f64, f64) {
        let n = self.n() as f64 + pseudo_responses;
        let mean = self.lead() / n;
        let ends = (self.promoters as f64 + self.detractors as f64 + pseudo_responses / 2.0) / n;
        (mean, (ends - mean * mean).max(0.0))
    }

    fn lead(&self) -> f64 {
        self.promoters as f64 - self.detractors as f64
    }

    fn answered(&self) -> Result<(), NpsError> {
        if self.n() == 0 {
            Err(NpsError::NoResponses)
        } else {
            Ok(())
        }
    }
}

const PSEUDO_RESPONSES: f64 = 3.0;
