use super::{ConfidenceEllipse, KanoAnswer, KanoCategory, KanoError, KanoTable, KanoTally};
use crate::{Level, MeanInterval, MeanTally};

/// Whether respondents who contradict themselves count in the continuous analysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Questionable {
    /// They do.
    Keep,
    /// Those who are questionable by this table do not; DuMouchel's advice.
    Exclude(KanoTable),
}

/// A feature on DuMouchel's plane: how much it satisfies against how much its absence dissatisfies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KanoContinuous {
    /// Mean functional score, −2 to 4, with Student's t interval; the vertical axis.
    pub functional: MeanInterval,
    /// Its standard error.
    pub functional_error: f64,
    /// Mean dysfunctional score, −2 to 4, with Student's t interval; the horizontal axis.
    pub dysfunctional: MeanInterval,
    /// Its standard error.
    pub dysfunctional_error: f64,
    /// Sampling covariance of the two means.
    pub covariance: f64,
    /// Where the two lie together; `None` below three responses.
    pub ellipse: Option<ConfidenceEllipse>,
    /// The quadrant.
    pub category: KanoCategory,
    /// From the prototype of the quadrant; `None` when it is reverse, which has none.
    pub distance: Option<f64>,
    /// Responses that count.
    pub n: u64,
    /// Questionable responses left out.
    pub left_out: u64,
    /// Confidence level of the bounds and of the ellipse.
    pub level: Level,
}

impl KanoAnswer {
    /// What the answer to the functional question counts: like 4, must be 2, neutral 0, can live with −1, dislike −2.
    pub fn functional_score(self) -> f64 {
        match self {
            Self::Like => 4.0,
            Self::MustBe => 2.0,
            Self::Neutral => 0.0,
            Self::LiveWith => -1.0,
            Self::Dislike => -2.0,
        }
    }

    /// What the answer to the dysfunctional question counts: like −2, must be −1, neutral 0, can live with 2, dislike 4.
    pub fn dysfunctional_score(self) -> f64 {
        match self {
            Self::Like => -2.0,
            Self::MustBe => -1.0,
            Self::Neutral => 0.0,
            Self::LiveWith => 2.0,
            Self::Dislike => 4.0,
        }
    }
}

impl KanoTally {
    /// DuMouchel's continuous analysis: the mean scores of both answers, and the quadrant they fall into.
    ///
    /// | answer | functional | dysfunctional |
    /// |---|---|---|
    /// | like | 4 | −2 |
    /// | must be | 2 | −1 |
    /// | neutral | 0 | 0 |
    /// | can live with | −1 | 2 |
    /// | dislike | −2 | 4 |
    ///
    /// The scale is lopsided because answers below 0 are rare and doubtful. Quadrants are divided at 2, halfway between the prototypes
    /// (dysfunctional, functional): indifferent (0, 0), attractive (0, 4), must-be (4, 0), one-dimensional (4, 4). A mean of exactly 2 counts
    /// as above; a feature with both means below 0 is reverse. The ellipse is Hotelling's:
    /// ```text
    /// (p − centre)ᵀ V⁻¹ (p − centre) = (n − 1) (α^(−2/(n − 2)) − 1)      V = S / n
    /// ```
    ///
    /// ```
    /// # use radost_stats::{Level, kano::{KanoAnswer::*, KanoCategory, KanoTable, KanoTally, Questionable}};
    /// let mut tally = KanoTally::default();
    /// tally.add(Like, Neutral, 6);
    /// tally.add(Like, LiveWith, 3);
    /// tally.add(MustBe, Dislike, 3);
    /// tally.add(Like, Like, 1);
    /// let found = tally.continuous(Questionable::Exclude(KanoTable::Berger), Level::P95)?;
    /// assert_eq!((found.functional.value, found.dysfunctional.value, found.left_out), (3.5, 1.5, 1));
    /// assert_eq!(found.category, KanoCategory::Attractive);
    /// # Ok::<(), radost_stats::kano::KanoError>(())
    /// ```
    /// # Units
    /// Scores, −2 to 4.
    /// # Assumptions
    /// That the five answers lie on a scale as above; a simple random sample.
    /// # Errors
    /// [`KanoError::NoResponses`] when none counts; [`KanoError::TooFew`] for a single one.
    /// # Sources
    /// DuMouchel in Berger et al. (1993), Center for Quality of Management Journal 2(4), 3–36; Hotelling (1931), Annals of Mathematical
    /// Statistics 2(3), 360–378.
    pub fn continuous(
        &self,
        questionable: Questionable,
        level: Level,
    ) -> Result<KanoContinuous, KanoError> {
        let (mut functional, mut dysfunctional) = (MeanTally::default(), MeanTally::default());
        let (mut products, mut left_out) = (0.0, 0_u64);
        for (f, d, cell) in self.all() {
            if let Questionable::Exclude(table) = questionable
                && table.category(f, d) == KanoCategory::Questionable
            {
                left_out = left_out.saturating_add(cell.n);
                continue;
            }
            let (x, y) = (d.dysfunctional_score(), f.functional_score());
            let added = functional.add(y, cell.n).and(dysfunctional.add(x, cell.n));
            added.map_err(|_| KanoError::NoResponses)?;
            products += cell.n as f64 * x * y;
        }
        let n = functional.n();
        if n < 2 {
            return Err(match n {
                0 => KanoError::NoResponses,
                _ => KanoError::TooFew { n, needed: 2 },
            });
        }
        let size = n as f64;
        let mean = |tally: &MeanTally| {
            let sd = tally.sd().map_err(|_| KanoError::NoResponses)?;
            let interval = tally.interval(level).map_err(|_| KanoError::NoResponses)?;
            Ok::<_, KanoError>((interval, sd / size.sqrt()))
        };
        let (functional, functional_error) = mean(&functional)?;
        let (dysfunctional, dysfunctional_error) = mean(&dysfunctional)?;
        let (x, y) = (dysfunctional.value, functional.value);
        let covariance = (products / size - x * y) / (size - 1.0);
        let variances = (
            dysfunctional_error * dysfunctional_error,
            covariance,
            functional_error * functional_error,
        );
        let ellipse = (n > 2).then(|| {
            // (n − 1)(α^(−2/(n − 2)) − 1), exact for large n too.
            let exponent = -2.0 * level.alpha().ln() / (size - 2.0);
            ConfidenceEllipse::new((x, y), variances, (size - 1.0) * exponent.exp_m1())
        });
        let category = match (x >= 2.0, y >= 2.0) {
            _ if x < 0.0 && y < 0.0 => KanoCategory::Reverse,
            (true, true) => KanoCategory::OneDimensional,
            (true, false) => KanoCategory::MustBe,
            (false, true) => KanoCategory::Attractive,
            (false, false) => KanoCategory::Indifferent,
        };
        let prototype = |high: bool| if high { 4.0 } else { 0.0 };
        let distance = (x - prototype(x >= 2.0)).hypot(y - prototype(y >= 2.0));
        Ok(KanoContinuous {
            functional,
            functional_error,
            dysfunctional,
            dysfunctional_error,
            covariance,
            ellipse,
            category,
            distance: (category != KanoCategory::Reverse).then_some(distance),
            n,
            left_out,
            level,
        })
    }
}
