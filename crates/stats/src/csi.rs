use crate::resampling::{Steps, draws, percentile_bounds};
use crate::{
    Cancelled, Comparison, ComparisonMethod, IntervalMethod, Level, MIN_TO_COMPARE, Population,
    PopulationError, Progress, comparison::too_few, random::SplitMix64,
};

/// The ends of an answer scale, such as 1 and 10.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    min: f64,
    max: f64,
}

/// The two questions asked about one attribute of the service: how satisfied, and how important.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CsiAttribute {
    /// Scale of the satisfaction answers.
    pub satisfaction: Scale,
    /// Scale of the importance answers; it cannot go below zero.
    pub importance: Scale,
}

/// One respondent's answers, an entry per attribute.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CsiRow {
    /// Satisfaction answers, `None` where missing.
    pub satisfaction: Vec<Option<f64>>,
    /// Importance answers, `None` where missing.
    pub importance: Vec<Option<f64>>,
}

/// What a [`CsiTally`] carries from machine to machine; merging adds every number.
///
/// With k attributes there are 2k variables, the k satisfactions and then the k importances. Each table has an entry for every pair
/// of variables (a, b) at index `a * 2k + b`, over the respondents who answered both. Values are counted from the lower end of their scale.
#[derive(Debug, Clone, PartialEq)]
pub struct CsiSums {
    /// Respondents who answered anything.
    pub n: u64,
    /// How many answered both a and b.
    pub answered: Vec<u64>,
    /// Σ x_a over those who answered both a and b.
    pub sums: Vec<f64>,
    /// Σ x_a x_b over those who answered both a and b.
    pub products: Vec<f64>,
}

/// Customer satisfaction index: satisfaction with each attribute, weighted by how important customers call it.
///
/// ```text
/// CSI = 100 Σ wᵢ uᵢ      uᵢ = (mean satisfactionᵢ − minᵢ) / (maxᵢ − minᵢ)      wᵢ = mean importanceᵢ / Σ mean importances
/// ```
/// Each mean is over those who answered that question, so a missing answer leaves a respondent's other answers in.
///
/// ```
/// use radost_stats::{CsiAttribute, CsiTally, Level, Scale};
///
/// let scale = Scale::new(1.0, 5.0)?;
/// let mut tally = CsiTally::new(vec![CsiAttribute { satisfaction: scale, importance: scale }; 2])?;
/// tally.push(&[Some(5.0), Some(3.0)], &[Some(5.0), Some(2.0)])?;
/// tally.push(&[Some(4.0), Some(2.0)], &[Some(4.0), None])?;
/// tally.push(&[Some(3.0), Some(3.0)], &[Some(3.0), Some(2.0)])?;
///
/// let csi = tally.interval(Level::P95)?;
/// assert!((csi.value - 63.888889).abs() < 1e-6); // ⅔ · 75 + ⅓ · 41.67
/// assert!((csi.low - 42.237905).abs() < 1e-6 && (csi.high - 85.539873).abs() < 1e-6);
/// assert_eq!(csi.method.to_string(), "delta");
/// # Ok::<(), radost_stats::CsiError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CsiTally {
    attributes: Vec<CsiAttribute>,
    state: CsiSums,
}

/// A customer satisfaction index and what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct CsiInterval {
    /// The index, in points from 0 to 100.
    pub value: f64,
    /// Lower bound, in points.
    pub low: f64,
    /// Upper bound, in points.
    pub high: f64,
    /// Respondents who answered anything.
    pub n: u64,
    /// Confidence level of the bounds.
    pub level: Level,
    /// How the bounds were computed.
    pub method: IntervalMethod,
    /// A row per attribute, in the order of the tally.
    pub attributes: Vec<CsiAttributeRow>,
}

/// One attribute within an index.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CsiAttributeRow {
    /// Mean satisfaction, on the scale of the answers.
    pub mean_satisfaction: f64,
    /// Mean importance, on the scale of the answers.
    pub mean_importance: f64,
    /// Share of the total importance, 0 to 1; the shares of all attributes add up to 1.
    pub weight: f64,
    /// Satisfaction answers.
    pub n_satisfaction: u64,
    /// Importance answers.
    pub n_importance: u64,
}

/// A number with its bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CsiBounds {
    /// The value.
    pub value: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

/// What one attribute does to an index; see [`CsiTally::parts`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CsiPart {
    /// Share of the total importance, 0 to 1.
    pub weight: CsiBounds,
    /// Points that it brings to the index; those of all attributes add up to it.
    pub contribution: CsiBounds,
    /// Points that it leaves out; those of all attributes add up to 100 less the index.
    pub gap: CsiBounds,
}

/// Why a satisfaction index cannot be given. Attributes are counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum CsiError {
    /// The ends are not two different finite numbers within ±10⁹, the lower first.
    #[error("a scale cannot go from {min} to {max}")]
    Scale {
        /// The refused lower end.
        min: f64,
        /// The refused upper end.
        max: f64,
    },
    /// An index was asked of no attributes.
    #[error("an index needs at least one attribute")]
    NoAttributes,
    /// An importance below zero would be a negative weight.
    #[error(
        "the importance scale of attribute {attribute} goes below zero, which cannot be a weight"
    )]
    NegativeImportance {
        /// The attribute.
        attribute: usize,
    },
    /// A row has another number of entries than there are attributes.
    #[error("a row has {found} entries for {expected} attributes")]
    Length {
        /// Number of attributes.
        expected: usize,
        /// Entries in the row.
        found: usize,
    },
    /// An answer is NaN or not on its scale.
    #[error("{value} for attribute {attribute} is off the scale from {min} to {max}")]
    OffScale {
        /// The attribute.
        attribute: usize,
        /// The refused answer.
        value: f64,
        /// Lower end of the scale.
        min: f64,
        /// Upper end of the scale.
        max: f64,
    },
    /// Sums that no respondents could have given.
    #[error("the sums do not fit {attributes} attributes")]
    Sums {
        /// Number of attributes.
        attributes: usize,
    },
    /// Two tallies have other attributes or scales.
    #[error("indices with different attributes or scales cannot be joined")]
    DifferentAttributes,
    /// Nobody has answered.
    #[error("there are no responses")]
    NoResponses,
    /// Nobody has rated this attribute.
    #[error("nobody has rated the satisfaction with attribute {attribute}")]
    SatisfactionNeverAnswered {
        /// The attribute.
        attribute: usize,
    },
    /// Nobody has been asked, or nobody has said, how important this attribute is.
    #[error(
        "the importance of attribute {attribute} was never asked or answered, so it has no weight"
    )]
    ImportanceNeverAsked {
        /// The attribute.
        attribute: usize,
    },
    /// Every attribute was called entirely unimportant.
    #[error("all importances are zero, so there are no weights")]
    ZeroImportance,
    /// Too few respondents for what was asked.
    #[error("this needs {needed} respondents, and there are {n}")]
    TooFew {
        /// Respondents there are, in the smaller group for a comparison.
        n: u64,
        /// Respondents needed.
        needed: u64,
    },
    /// All respondents of a group gave the same answers, so that there is no spread to judge by.
    #[error("all responses of a group are equal, so a test cannot be made")]
    NoSpread,
    /// Too few resamples for percentiles.
    #[error("a bootstrap needs {MIN_REPLICATES} resamples or more, not {replicates}")]
    Replicates {
        /// The refused number.
        replicates: usize,
    },
    /// More respondents than people.
    #[error(transparent)]
    Population(#[from] PopulationError),
    /// The caller asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

pub(crate) const MIN_REPLICATES: usize = 100;

/// A standard error below this many points is rounding, not spread.
const NEGLIGIBLE_ERROR: f64 = 1e-5;

impl Scale {
    /// A scale from `min` to `max`.
    ///
    /// # Errors
    /// [`CsiError::Scale`] unless min < max and both lie within ±10⁹.
    pub fn new(min: f64, max: f64) -> Result<Self, CsiError> {
        if -1e9 <= min && min < max && max <= 1e9 {
            Ok(Self { min, max })
        } else {
            Err(CsiError::Scale { min, max })
        }
    }

    /// Lower end.
    pub fn min(self) -> f64 {
        self.min
    }

    /// Upper end.
    pub fn max(self) -> f64 {
        self.max
    }

    fn check(self, attribute: usize, value: f64) -> Result<f64, CsiError> {
        let Self { min, max } = self;
        if (min..=max).contains(&value) {
            Ok(value - min)
        } else {
            Err(CsiError::OffScale {
                attribute,
                value,
                min,
                max,
            })
        }
    }
}

impl CsiTally {
    /// An empty tally for these attributes.
    ///
    /// # Errors
    /// [`CsiError::NoAttributes`] for none; [`CsiError::NegativeImportance`] for an importance scale that begins below zero.
    pub fn new(attributes: Vec<CsiAttribute>) -> Result<Self, CsiError> {
        if attributes.is_empty() {
            return Err(CsiError::NoAttributes);
        }
        if let Some(attribute) = attributes.iter().position(|a| a.importance.min < 0.0) {
            return Err(CsiError::NegativeImportance { attribute });
        }
        let pairs = (2 * attributes.len()).pow(2);
        let state = CsiSums {
            n: 0,
            answered: vec![0; pairs],
            sums: vec![0.0; pairs],
            products: vec![0.0; pairs],
        };
        Ok(Self { attributes, state })
    }

    /// A tally from sums made elsewhere.
    ///
    /// # Errors
    /// Those of [`new`](Self::new), and [`CsiError::Sums`] when the tables have another size, a mean leaves its scale, or a number is
    /// not finite.
    pub fn from_sums(attributes: Vec<CsiAttribute>, sums: CsiSums) -> Result<Self, CsiError> {
        let empty = Self::new(attributes)?;
        let pairs = empty.state.sums.len();
        let tally = Self {
            state: sums,
            ..empty
        };
        let CsiSums {
            n,
            answered,
            sums,
            products,
        } = &tally.state;
        let fits = answered.len() == pairs
            && sums.len() == pairs
            && products.len() == pairs
            && answered.iter().all(|count| count <= n)
            && sums.iter().chain(products).all(|sum| sum.is_finite())
            && tally.variables().enumerate().all(|(a, scale)| {
                let (count, sum) = tally.own(a);
                let largest = count as f64 * (scale.max - scale.min);
                (0.0..=largest * (1.0 + 1e-9)).contains(&sum)
            });
        if fits {
            Ok(tally)
        } else {
            Err(CsiError::Sums {
                attributes: tally.attributes.len(),
            })
        }
    }

    /// The attributes, in the order of the rows.
    pub fn attributes(&self) -> &[CsiAttribute] {
        &self.attributes
    }

    /// The sums to send to another machine.
    pub fn sums(&self) -> &CsiSums {
        &self.state
    }

    /// Respondents who answered anything.
    pub fn n(&self) -> u64 {
        self.state.n
    }

    /// Counts one respondent, an entry per attribute and `None` for a missing answer.
    ///
    /// # Errors
    /// [`CsiError::Length`] and [`CsiError::OffScale`]; the tally is then unchanged.
    pub fn push(
        &mut self,
        satisfaction: &[Option<f64>],
        importance: &[Option<f64>],
    ) -> Result<(), CsiError> {
        let answers = answers(&self.attributes, satisfaction, importance)?;
        if answers.is_empty() {
            return Ok(());
        }
        let state = &mut self.state;
        state.n = state.n.saturating_add(1);
        for &(a, x) in &answers {
            for &(b, y) in &answers {
                let pair = a * 2 * self.attributes.len() + b;
                state.answered[pair] = state.answered[pair].saturating_add(1);
                state.sums[pair] += x;
                state.products[pair] += x * y;
            }
        }
        Ok(())
    }

    /// Adds the sums of another part of the data.
    ///
    /// # Errors
    /// [`CsiError::DifferentAttributes`]; the tally is then unchanged.
    pub fn merge(&mut self, other: &Self) -> Result<(), CsiError> {
        if self.attributes != other.attributes {
            return Err(CsiError::DifferentAttributes);
        }
        let (state, other) = (&mut self.state, &other.state);
        state.n = state.n.saturating_add(other.n);
        for (mine, theirs) in state.answered.iter_mut().zip(&other.answered) {
            *mine = mine.saturating_add(*theirs);
        }
        for (mine, theirs) in state.sums.iter_mut().zip(&other.sums) {
            *mine += theirs;
        }
        for (mine, theirs) in state.products.iter_mut().zip(&other.products) {
            *mine += theirs;
        }
        Ok(())
    }

    /// The index alone, in points from 0 to 100: 63.888889 for the example of [`CsiTally`].
    ///
    /// # Errors
    /// [`CsiError::NoResponses`] for an empty tally; [`CsiError::SatisfactionNeverAnswered`] and
    /// [`CsiError::ImportanceNeverAsked`] for a question without answers; [`CsiError::ZeroImportance`] without any weight.
    pub fn index(&self) -> Result<f64, CsiError> {
        Ok(self.estimate()?.index)
    }

    /// The index with a delta-method interval.
    ///
    /// The index is linearised in the 2k means, satisfactions and importances alike, so that the uncertainty of the weights counts too.
    /// A respondent r moves it by the sum of what each of their answers moves its mean:
    /// ```text
    /// ∂/∂ satisfactionᵢ = 100 wᵢ / (maxᵢ − minᵢ)      ∂/∂ importanceᵢ = (100 uᵢ − CSI) / Σ mean importances
    /// V = N/(N − 1) Σᵣ ( Σ gₐ (xᵣₐ − meanₐ) / nₐ )²   over the answers a of r, of N respondents
    ///   = N/(N − 1) Σ gₐ g_b C_ab / (nₐ n_b)          C_ab = Σ (xₐ − meanₐ)(x_b − mean_b) over those who answered both
    /// low, high = CSI ∓ z √V
    /// ```
    /// With no answer missing this is the textbook gᵀ S g / N with the sample covariances S. An interval without width means that
    /// all agreed.
    ///
    /// # Units
    /// Points; the bounds stop at 0 and 100.
    /// # Assumptions
    /// A simple random sample with a few dozen respondents; answers missing for reasons unrelated to satisfaction and importance.
    /// # Errors
    /// Those of [`index`](Self::index), and [`CsiError::TooFew`] below two respondents.
    /// # Sources
    /// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, Springer, section 5.5 (linearisation).
    pub fn interval(&self, level: Level) -> Result<CsiInterval, CsiError> {
        self.interval_in(Population::Endless, level)
    }

    /// The index with a delta-method interval, for respondents of a population that may be finite: V is multiplied by 1 − N/population.
    ///
    /// # Units
    /// Points; the bounds stop at 0 and 100.
    /// # Assumptions
    /// Those of [`interval`](Self::interval), drawn without replacement.
    /// # Errors
    /// Those of [`interval`](Self::interval), and [`CsiError::Population`] when the population is smaller than the sample.
    /// # Sources
    /// As for [`interval`](Self::interval).
    pub fn interval_in(
        &self,
        population: Population,
        level: Level,
    ) -> Result<CsiInterval, CsiError> {
        let estimate = self.estimate()?;
        if self.n() < 2 {
            return Err(CsiError::TooFew {
                n: self.n(),
                needed: 2,
            });
        }
        let variance = population.share_left_out(self.n())? * self.variance(&estimate);
        Ok(estimate.interval(self.n(), variance, level))
    }

    /// This index minus an earlier or other one, by z with the delta-method variances of both.
    ///
    /// The scales of the two may differ; that the attributes mean the same is for the caller to know.
    /// ```
    /// # use radost_stats::{CsiAttribute, CsiTally, Level, Scale, Verdict};
    /// let scale = Scale::new(1.0, 5.0)?;
    /// let tally_of = |satisfactions: [f64; 6]| {
    ///     let mut tally = CsiTally::new(vec![CsiAttribute { satisfaction: scale, importance: scale }])?;
    ///     for x in satisfactions {
    ///         tally.push(&[Some(x)], &[Some(4.0)])?;
    ///     }
    ///     Ok::<_, radost_stats::CsiError>(tally)
    /// };
    /// let earlier = tally_of([3.0, 2.0, 4.0, 3.0, 2.0, 1.0])?;
    /// let change = tally_of([5.0, 4.0, 5.0, 4.0, 5.0, 3.0])?.compare(&earlier, Level::P95)?;
    /// assert!((change.difference - 45.833333).abs() < 1e-6 && (change.p_value - 0.000728).abs() < 1e-6);
    /// assert_eq!(change.verdict(), Verdict::Higher);
    /// # Ok::<(), radost_stats::CsiError>(())
    /// ```
    /// # Units
    /// Points, −100 to +100.
    /// # Assumptions
    /// Two independent samples, each as for [`interval`](Self::interval).
    /// # Errors
    /// Those of [`index`](Self::index); [`CsiError::TooFew`] when either has fewer than [`MIN_TO_COMPARE`] respondents;
    /// [`CsiError::NoSpread`] when all respondents of either agree entirely.
    /// # Sources
    /// As for [`interval`](Self::interval).
    pub fn compare(&self, earlier: &Self, level: Level) -> Result<Comparison, CsiError> {
        let (later_estimate, earlier_estimate) = (self.estimate()?, earlier.estimate()?);
        if let Some(n) = too_few(self.n(), earlier.n()) {
            return Err(CsiError::TooFew {
                n,
                needed: MIN_TO_COMPARE,
            });
        }
        difference_of_indices(
            (later_estimate.index, self.variance(&later_estimate)),
            (earlier_estimate.index, earlier.variance(&earlier_estimate)),
            level,
        )
    }

    /// What each attribute does to the index: its weight, the points it brings, and the points it leaves out.
    ///
    /// ```text
    /// weight wᵢ      contribution cᵢ = 100 wᵢ uᵢ      gap gᵢ = 100 wᵢ (1 − uᵢ)
    /// ∂cᵢ/∂ satisfactionᵢ = 100 wᵢ / (maxᵢ − minᵢ) = −∂gᵢ/∂ satisfactionᵢ
    /// ∂wᵢ/∂ importanceⱼ = ([i = j] − wᵢ) / Σ mean importances
    /// ```
    /// with the variances of [`interval`](Self::interval).
    ///
    /// ```
    /// use radost_stats::{CsiAttribute, CsiTally, Level, Scale};
    ///
    /// let scale = Scale::new(1.0, 5.0)?;
    /// let mut tally = CsiTally::new(vec![CsiAttribute { satisfaction: scale, importance: scale }; 2])?;
    /// tally.push(&[Some(5.0), Some(3.0)], &[Some(5.0), Some(2.0)])?;
    /// tally.push(&[Some(4.0), Some(2.0)], &[Some(4.0), None])?;
    /// tally.push(&[Some(3.0), Some(3.0)], &[Some(3.0), Some(2.0)])?;
    ///
    /// let second = &tally.parts(Level::P95)?[1];
    /// assert!((second.contribution.value - 13.888889).abs() < 1e-6); // ⅓ · 41.67
    /// assert!((second.gap.value - 19.444444).abs() < 1e-6); // ⅓ · 58.33
    /// # Ok::<(), radost_stats::CsiError>(())
    /// ```
    /// # Units
    /// Shares from 0 to 1; points from 0 to 100. The bounds stop at the ends.
    /// # Assumptions
    /// Those of [`interval`](Self::interval).
    /// # Errors
    /// Those of [`interval`](Self::interval).
    /// # Sources
    /// As for [`interval`](Self::interval).
    pub fn parts(&self, level: Level) -> Result<Vec<CsiPart>, CsiError> {
        let estimate = self.estimate()?;
        if self.n() < 2 {
            return Err(CsiError::TooFew {
                n: self.n(),
                needed: 2,
            });
        }
        let k = self.attributes.len();
        let total: f64 = estimate.attributes.iter().map(|a| a.mean_importance).sum();
        let answered: Vec<f64> = self.state.answered.iter().map(|&n| n as f64).collect();
        let n = self.n() as f64;
        let bounds = |value: f64, most: f64, gradient: &[f64]| {
            let spread = spread(gradient, &answered, &self.state.sums, &self.state.products);
            let reach = level.z() * (n / (n - 1.0) * spread).sqrt();
            CsiBounds {
                value,
                low: (value - reach).max(0.0),
                high: (value + reach).min(most),
            }
        };
        let rows = estimate.attributes.iter().zip(&self.attributes).enumerate();
        let parts = rows.map(|(i, (row, attribute))| {
            let Scale { min, max } = attribute.satisfaction;
            let satisfied = (row.mean_satisfaction - min) / (max - min);
            // `points` for each unit of the weight, `slope` for each point of satisfaction.
            let part = |points: f64, most: f64, slope: f64| {
                let mut gradient = vec![0.0; 2 * k];
                gradient[i] = slope;
                for (j, by_importance) in gradient[k..].iter_mut().enumerate() {
                    let own = if i == j { 1.0 } else { 0.0 };
                    *by_importance = points * (own - row.weight) / total;
                }
                bounds(points * row.weight, most, &gradient)
            };
            let slope = 100.0 * row.weight / (max - min);
            CsiPart {
                weight: part(1.0, 1.0, 0.0),
                contribution: part(100.0 * satisfied, 100.0, slope),
                gap: part(100.0 * (1.0 - satisfied), 100.0, -slope),
            }
        });
        Ok(parts.collect())
    }

    fn estimate(&self) -> Result<Estimate, CsiError> {
        if self.n() == 0 {
            return Err(CsiError::NoResponses);
        }
        Estimate::new(&self.attributes, |a| {
            let (n, sum) = self.own(a);
            Answered {
                n,
                weight: n as f64,
                sum,
            }
        })
    }

    /// The scales of the 2k variables.
    fn variables(&self) -> impl Iterator<Item = Scale> {
        let satisfaction = self.attributes.iter().map(|a| a.satisfaction);
        satisfaction.chain(self.attributes.iter().map(|a| a.importance))
    }

    /// Number and sum of the answers to one variable.
    fn own(&self, a: usize) -> (u64, f64) {
        let pair = a * 2 * self.attributes.len() + a;
        (self.state.answered[pair], self.state.sums[pair])
    }

    fn variance(&self, estimate: &Estimate) -> f64 {
        let answered: Vec<f64> = self.state.answered.iter().map(|&n| n as f64).collect();
        let n = self.n() as f64;
        n / (n - 1.0) * estimate.spread(&answered, &self.state.sums, &self.state.products)
    }
}

/// A later index minus an earlier one, each with its variance.
pub(crate) fn difference_of_indices(
    (later, later_variance): (f64, f64),
    (earlier, earlier_variance): (f64, f64),
    level: Level,
) -> Result<Comparison, CsiError> {
    if later_variance.min(earlier_variance).sqrt() < NEGLIGIBLE_ERROR {
        return Err(CsiError::NoSpread);
    }
    Ok(Comparison::normal(
        later - earlier,
        later - earlier,
        later_variance + earlier_variance,
        100.0,
        level,
        ComparisonMethod::Delta,
    ))
}

/// Customer satisfaction index with the percentile interval of resampled respondents.
///
/// Whole respondents are drawn with replacement `replicates` times, each time by its own stream of `seed`, so the same input gives the
/// same bounds on any number of threads. It takes the rows themselves and time in proportion; the delta interval of
/// [`CsiTally::interval`] agrees with it for a few dozen respondents and more.
///
/// ```
/// use radost_stats::{CsiAttribute, CsiRow, Level, Progress, Scale, csi_bootstrap};
///
/// let scale = Scale::new(0.0, 10.0)?;
/// let rows: Vec<CsiRow> = [6.0, 7.0, 8.0, 9.0, 10.0, 6.0, 7.0, 8.0, 9.0, 10.0]
///     .map(|x| CsiRow { satisfaction: vec![Some(x)], importance: vec![Some(5.0)] })
///     .into();
/// let attributes = [CsiAttribute { satisfaction: scale, importance: scale }];
/// let csi = csi_bootstrap(&attributes, &rows, 2000, Level::P95, 1, &Progress::none())?;
/// assert_eq!(csi.value, 80.0);
/// assert!((csi.low - 71.0).abs() < 1.5 && (csi.high - 89.0).abs() < 1.5);
/// # Ok::<(), radost_stats::CsiError>(())
/// ```
/// # Units
/// Points, 0 to 100.
/// # Assumptions
/// A simple random sample.
/// # Errors
/// Those of [`CsiTally::push`] and [`CsiTally::interval`]; [`CsiError::Replicates`] below 100 resamples. A question with so few
/// answers that a resample meets none gives the error of a question without answers. [`CsiError::Cancelled`] when told to stop.
/// # Sources
/// Efron and Tibshirani (1993), An Introduction to the Bootstrap, Chapman & Hall, chapter 13.
pub fn csi_bootstrap(
    attributes: &[CsiAttribute],
    rows: &[CsiRow],
    replicates: usize,
    level: Level,
    seed: u64,
    progress: &Progress,
) -> Result<CsiInterval, CsiError> {
    if replicates < MIN_REPLICATES {
        return Err(CsiError::Replicates { replicates });
    }
    let mut tally = CsiTally::new(attributes.to_vec())?;
    let mut respondents = Vec::new();
    for row in rows {
        tally.push(&row.satisfaction, &row.importance)?;
        let answers = answers(attributes, &row.satisfaction, &row.importance)?;
        if !answers.is_empty() {
            respondents.push(answers);
        }
    }
    let delta = tally.interval(level)?;

    let steps = Steps::new(replicates as u64, *progress);
    let mut indices = draws(0..replicates as u64, &steps, |replicate| {
        let mut random = SplitMix64::stream(seed, replicate);
        let mut own = vec![Answered::default(); 2 * attributes.len()];
        for _ in 0..respondents.len() {
            for &(a, x) in &respondents[random.below(respondents.len())] {
                own[a].n += 1;
                own[a].weight += 1.0;
                own[a].sum += x;
            }
        }
        Ok::<_, CsiError>(Estimate::new(attributes, |a| own[a])?.index)
    })?;
    indices.sort_by(f64::total_cmp);
    let (low, high) =
        percentile_bounds(&indices, level).ok_or(CsiError::Replicates { replicates })?;
    Ok(CsiInterval {
        low,
        high,
        method: IntervalMethod::PercentileBootstrap,
        ..delta
    })
}

/// The answers to one of the 2k variables: how many, the sum of their weights, and Σ w x from the lower end of the scale.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Answered {
    pub(crate) n: u64,
    pub(crate) weight: f64,
    pub(crate) sum: f64,
}

/// The index with its attribute rows and its gradient by the 2k means.
pub(crate) struct Estimate {
    pub(crate) index: f64,
    attributes: Vec<CsiAttributeRow>,
    gradient: Vec<f64>,
}

impl Estimate {
    pub(crate) fn interval(self, n: u64, variance: f64, level: Level) -> CsiInterval {
        let reach = level.z() * variance.sqrt();
        CsiInterval {
            value: self.index,
            low: (self.index - reach).max(0.0),
            high: (self.index + reach).min(100.0),
            n,
            level,
            method: IntervalMethod::Delta,
            attributes: self.attributes,
        }
    }

    /// Σ gₐ g_b C_ab / (nₐ n_b) from the tables of all pairs of variables.
    pub(crate) fn spread(&self, answered: &[f64], sums: &[f64], products: &[f64]) -> f64 {
        spread(&self.gradient, answered, sums, products)
    }

    /// From the answers to each of the 2k variables.
    pub(crate) fn new(
        attributes: &[CsiAttribute],
        own: impl Fn(usize) -> Answered,
    ) -> Result<Self, CsiError> {
        let k = attributes.len();
        let mut rows = Vec::with_capacity(k);
        for (attribute, scales) in attributes.iter().enumerate() {
            let (satisfaction, importance) = (own(attribute), own(k + attribute));
            if satisfaction.n == 0 {
                return Err(CsiError::SatisfactionNeverAnswered { attribute });
            }
            if importance.n == 0 {
                return Err(CsiError::ImportanceNeverAsked { attribute });
            }
            rows.push(CsiAttributeRow {
                mean_satisfaction: scales.satisfaction.min + satisfaction.sum / satisfaction.weight,
                mean_importance: scales.importance.min + importance.sum / importance.weight,
                weight: 0.0,
                n_satisfaction: satisfaction.n,
                n_importance: importance.n,
            });
        }
        let total: f64 = rows.iter().map(|row| row.mean_importance).sum();
        if total <= 0.0 {
            return Err(CsiError::ZeroImportance);
        }
        let mut index = 0.0;
        let mut scores = Vec::with_capacity(k);
        let mut gradient = Vec::with_capacity(2 * k);
        for (
            row,
            CsiAttribute {
                satisfaction: Scale { min, max },
                ..
            },
        ) in rows.iter_mut().zip(attributes)
        {
            row.weight = row.mean_importance / total;
            let score = 100.0 * (row.mean_satisfaction - min) / (max - min);
            index += row.weight * score;
            scores.push(score);
            gradient.push(100.0 * row.weight / (max - min));
        }
        gradient.extend(scores.iter().map(|score| (score - index) / total));
        Ok(Self {
            index: index.clamp(0.0, 100.0),
            attributes: rows,
            gradient,
        })
    }
}

/// Σ gₐ g_b C_ab / (nₐ n_b) from the tables of all pairs of variables.
fn spread(gradient: &[f64], answered: &[f64], sums: &[f64], products: &[f64]) -> f64 {
    let variables = gradient.len();
    let own = |a: usize| a * variables + a;
    let means: Vec<f64> = (0..variables)
        .map(|a| sums[own(a)] / answered[own(a)])
        .collect();
    let pull: Vec<f64> = gradient
        .iter()
        .enumerate()
        .map(|(a, g)| g / answered[own(a)])
        .collect();
    let mut total = 0.0;
    for a in 0..variables {
        for b in 0..variables {
            let (pair, mirror) = (a * variables + b, b * variables + a);
            let centred = products[pair] - means[b] * sums[pair] - means[a] * sums[mirror]
                + answered[pair] * means[a] * means[b];
            total += pull[a] * pull[b] * centred;
        }
    }
    total.max(0.0)
}

/// The answers given, each with its variable and its distance from the lower end of the scale.
pub(crate) fn answers(
    attributes: &[CsiAttribute],
    satisfaction: &[Option<f64>],
    importance: &[Option<f64>],
) -> Result<Vec<(usize, f64)>, CsiError> {
    let expected = attributes.len();
    for found in [satisfaction.len(), importance.len()] {
        if found != expected {
            return Err(CsiError::Length { expected, found });
        }
    }
    let mut answers = Vec::with_capacity(2 * expected);
    for (attribute, (scales, value)) in attributes.iter().zip(satisfaction).enumerate() {
        if let Some(value) = *value {
            answers.push((attribute, scales.satisfaction.check(attribute, value)?));
        }
    }
    for (attribute, (scales, value)) in attributes.iter().zip(importance).enumerate() {
        if let Some(value) = *value {
            answers.push((
                expected + attribute,
                scales.importance.check(attribute, value)?,
            ));
        }
    }
    Ok(answers)
}
