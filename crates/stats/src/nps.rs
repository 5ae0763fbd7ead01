use crate::{
    Comparison, ComparisonMethod, IntervalMethod, Level, MIN_TO_COMPARE, Population,
    PopulationError, comparison::too_few, distributions::bisect,
};

/// Counts behind a net promoter score: promoters gave 9–10, passives 7–8, detractors 0–6.
///
/// Any share of one side minus the other is the same statistic: see [`EnpsTally`] and [`NetSentimentTally`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct NpsTally {
    /// Responses of 9 or 10.
    pub promoters: u64,
    /// Responses of 7 or 8.
    pub passives: u64,
    /// Responses of 0 to 6.
    pub detractors: u64,
}

/// Employee net promoter score: how likely employees are to recommend the employer as a place to work, in the same classes.
pub type EnpsTally = NpsTally;

/// Net sentiment: the share of positive mentions minus the share of negative ones, counted by [`NpsTally::from_sentiment`].
pub type NetSentimentTally = NpsTally;

/// How to put an interval around a net promoter score.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum NpsMethod {
    /// See [`NpsTally::interval`].
    #[default]
    AdjustedWald,
    /// See [`NpsTally::wald_interval`].
    Wald,
    /// See [`NpsTally::score_interval`].
    Score,
}

/// What the squared deviations of responses coded −1, 0, +1 are divided by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum VarianceConvention {
    /// By n, as the R package NPS does: p + d − (p − d)² of the shares.
    #[default]
    Population,
    /// By n − 1, as a sample variance.
    Sample,
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
    /// One response has no sample variance.
    #[error("a variance that divides by n - 1 needs two responses")]
    OneResponse,
    /// More responses than people.
    #[error(transparent)]
    Population(#[from] PopulationError),
}

impl From<NpsMethod> for IntervalMethod {
    fn from(method: NpsMethod) -> Self {
        match method {
            NpsMethod::AdjustedWald => Self::AdjustedWald,
            NpsMethod::Wald => Self::Wald,
            NpsMethod::Score => Self::Score,
        }
    }
}

impl std::fmt::Display for NpsMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        IntervalMethod::from(*self).fmt(f)
    }
}

impl std::fmt::Display for VarianceConvention {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Population => "population (n)",
            Self::Sample => "sample (n − 1)",
        })
    }
}

impl NpsTally {
    /// Counts of positive, neutral and negative mentions, whose score is the net sentiment in points.
    ///
    /// ```
    /// # use radost_stats::NetSentimentTally;
    /// assert_eq!(NetSentimentTally::from_sentiment(60, 25, 15).score()?, 45.0);
    /// # Ok::<(), radost_stats::NpsError>(())
    /// ```
    pub fn from_sentiment(positive: u64, neutral: u64, negative: u64) -> Self {
        Self {
            promoters: positive,
            passives: neutral,
            detractors: negative,
        }
    }

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
        Ok(self.effective().score())
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
        Ok(self.effective().moments(0.0).1)
    }

    /// Variance of one response coded −1, 0, +1, divided by n − 1: not in points.
    ///
    /// ```
    /// # use radost_stats::NpsTally;
    /// let tally = NpsTally { promoters: 5, passives: 3, detractors: 2 };
    /// assert!((tally.sample_variance()? - 0.677778).abs() < 1e-6); // 0.61 · 10 / 9
    /// # Ok::<(), radost_stats::NpsError>(())
    /// ```
    /// # Errors
    /// [`NpsError::NoResponses`] for an empty tally; [`NpsError::OneResponse`] for one response.
    pub fn sample_variance(&self) -> Result<f64, NpsError> {
        let n = self.n() as f64;
        match self.variance()? {
            _ if n < 2.0 => Err(NpsError::OneResponse),
            variance => Ok(variance * (n / (n - 1.0))),
        }
    }

    /// Standard error of the score, in points: 100 √(variance / n).
    ///
    /// The tools that show a Wald interval divide by n; the R package NPS gives a hundredth of this number.
    ///
    /// ```
    /// # use radost_stats::{NpsTally, VarianceConvention};
    /// let tally = NpsTally { promoters: 50, passives: 30, detractors: 20 };
    /// assert!((tally.standard_error(VarianceConvention::Population)? - 7.810250).abs() < 1e-6);
    /// assert!((tally.standard_error(VarianceConvention::Sample)? - 7.849596).abs() < 1e-6);
    /// # Ok::<(), radost_stats::NpsError>(())
    /// ```
    /// # Assumptions
    /// A simple random sample.
    /// # Errors
    /// [`NpsError::NoResponses`] for an empty tally; [`NpsError::OneResponse`] for the sample convention and one response.
    pub fn standard_error(&self, convention: VarianceConvention) -> Result<f64, NpsError> {
        let variance = match convention {
            VarianceConvention::Population => self.variance()?,
            VarianceConvention::Sample => self.sample_variance()?,
        };
        Ok(100.0 * (variance / self.n() as f64).sqrt())
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
        self.interval_by(NpsMethod::AdjustedWald, Population::Endless, level)
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
        self.interval_by(NpsMethod::Wald, Population::Endless, level)
    }

    /// Net promoter score with a score interval: every score that a score test would not reject.
    ///
    /// The test of "the true score is 100 λ" takes the variance that the data leave likely when that is so, with d̃ the share of
    /// detractors of highest likelihood under p̃ − d̃ = λ. For x promoters and y detractors of n it is the larger root of a quadratic:
    /// ```text
    /// z(λ) = (x − y − n λ) / √( n (2 d̃ + λ (1 − λ)) )
    /// 2n d̃² + (n λ (2 − (x − y)/n) − x − y) d̃ − y λ (1 − λ) = 0
    /// low, high = the 100 λ with z(λ) = z and −z
    /// ```
    /// It stays open when all agree, needs no pseudo-responses, and turns with the ends of the scale.
    ///
    /// ```
    /// # use radost_stats::{Level, NpsTally};
    /// let nps = NpsTally { promoters: 10, passives: 0, detractors: 0 }.score_interval(Level::P95)?;
    /// assert_eq!((nps.value, nps.high), (100.0, 100.0));
    /// assert!((nps.low - 44.493440).abs() < 1e-6); // (n − z²) / (n + z²)
    /// # Ok::<(), radost_stats::NpsError>(())
    /// ```
    /// # Units
    /// Points, −100 to +100.
    /// # Assumptions
    /// A simple random sample.
    /// # Errors
    /// [`NpsError::NoResponses`] for an empty tally.
    /// # Sources
    /// Tango (1998), Statistics in Medicine 17(8), 891–908, whose two discordant shares are here promoters and detractors: both are two
    /// cells of one multinomial.
    pub fn score_interval(&self, level: Level) -> Result<NpsInterval, NpsError> {
        self.interval_by(NpsMethod::Score, Population::Endless, level)
    }

    /// Net promoter score with an interval by `method`, for a sample of a population that may be finite.
    ///
    /// A finite population counts as more responses, n (N − 1)/(N − n), which for Wald is the finite-population correction of the
    /// standard error; when all have answered the interval has no width.
    ///
    /// ```
    /// # use radost_stats::{Level, NpsMethod, NpsTally, Population};
    /// let tally = NpsTally { promoters: 50, passives: 30, detractors: 20 };
    /// let nps = tally.interval_by(NpsMethod::Score, Population::Of(200), Level::P95)?;
    /// assert_eq!((nps.low.round(), nps.high.round()), (19.0, 40.0));
    /// # Ok::<(), radost_stats::NpsError>(())
    /// ```
    /// # Units
    /// Points, −100 to +100.
    /// # Assumptions
    /// A simple random sample.
    /// # Errors
    /// [`NpsError::NoResponses`] for an empty tally; [`NpsError::Population`] when the population is smaller than the sample.
    /// # Sources
    /// Those of the method, and Cochran (1977), Sampling Techniques, 3rd edition, Wiley, section 3.2.
    pub fn interval_by(
        &self,
        method: NpsMethod,
        population: Population,
        level: Level,
    ) -> Result<NpsInterval, NpsError> {
        self.answered()?;
        let correction = population.correction(self.n())?;
        Ok(self
            .effective()
            .interval(self.n(), method, correction, level))
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
        Ok(self.effective().compare(&earlier.effective(), level))
    }

    fn effective(&self) -> NpsCounts {
        NpsCounts {
            promoters: self.promoters as f64,
            passives: self.passives as f64,
            detractors: self.detractors as f64,
        }
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

/// Counts of any size above zero: whole for plain data, fractions that add up to the effective n for weighted data.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NpsCounts {
    pub(crate) promoters: f64,
    pub(crate) passives: f64,
    pub(crate) detractors: f64,
}

impl NpsCounts {
    pub(crate) fn interval(
        &self,
        n: u64,
        method: NpsMethod,
        correction: f64,
        level: Level,
    ) -> NpsInterval {
        let value = self.score();
        let (low, high) = if correction > 0.0 {
            self.times(1.0 / (correction * correction))
                .bounds(method, level)
        } else {
            (value, value)
        };
        NpsInterval {
            value,
            low: low.max(-100.0).min(value),
            high: high.min(100.0).max(value),
            n,
            level,
            method: method.into(),
        }
    }

    pub(crate) fn compare(&self, earlier: &Self, level: Level) -> Comparison {
        let (mean, variance) = self.moments(PSEUDO_RESPONSES);
        let (earlier_mean, earlier_variance) = earlier.moments(PSEUDO_RESPONSES);
        let variance = variance / (self.n() + PSEUDO_RESPONSES)
            + earlier_variance / (earlier.n() + PSEUDO_RESPONSES);
        Comparison::normal(
            self.score() - earlier.score(),
            100.0 * (mean - earlier_mean),
            100.0 * 100.0 * variance,
            200.0,
            level,
            ComparisonMethod::AdjustedWald,
        )
    }

    pub(crate) fn times(&self, factor: f64) -> Self {
        Self {
            promoters: factor * self.promoters,
            passives: factor * self.passives,
            detractors: factor * self.detractors,
        }
    }

    pub(crate) fn score(&self) -> f64 {
        100.0 * self.lead() / self.n()
    }

    fn n(&self) -> f64 {
        self.promoters + self.detractors + self.passives
    }

    fn lead(&self) -> f64 {
        self.promoters - self.detractors
    }

    fn bounds(&self, method: NpsMethod, level: Level) -> (f64, f64) {
        let pseudo_responses = match method {
            NpsMethod::AdjustedWald => PSEUDO_RESPONSES,
            NpsMethod::Wald => 0.0,
            NpsMethod::Score => {
                let mirror = Self {
                    promoters: self.detractors,
                    detractors: self.promoters,
                    ..*self
                };
                return (
                    -100.0 * mirror.highest_not_rejected(level.z()),
                    100.0 * self.highest_not_rejected(level.z()),
                );
            }
        };
        let (mean, variance) = self.moments(pseudo_responses);
        let reach = level.z() * (variance / (self.n() + pseudo_responses)).sqrt();
        (100.0 * (mean - reach), 100.0 * (mean + reach))
    }

    /// Mean and variance of −1, 0, +1 after adding pseudo-responses, a quarter of them at each end.
    fn moments(&self, pseudo_responses: f64) -> (f64, f64) {
        let n = self.n() + pseudo_responses;
        let mean = self.lead() / n;
        let ends = (self.promoters + self.detractors + pseudo_responses / 2.0) / n;
        (mean, (ends - mean * mean).max(0.0))
    }

    /// The largest λ whose score test reaches no further than −z.
    fn highest_not_rejected(&self, z: f64) -> f64 {
        let (n, lead) = (self.n(), self.lead());
        let rejected = |lambda: f64| {
            let slope = lambda * (2.0 * n - lead) - self.promoters - self.detractors;
            let product = -self.detractors * lambda * (1.0 - lambda);
            let root = (slope * slope - 8.0 * n * product).max(0.0).sqrt();
            // The larger root, by the form that subtracts nothing.
            let detractors = if slope > 0.0 {
                -2.0 * product / (slope + root)
            } else {
                (root - slope) / (4.0 * n)
            };
            let variance = n * (2.0 * detractors + lambda * (1.0 - lambda));
            lead - n * lambda < -z * variance.max(0.0).sqrt()
        };
        bisect(lead / n, 1.0, |lambda| !rejected(lambda))
    }
}
