use crate::{Level, distributions::two_sided_z};

/// How often two raters chose each pair of categories: the square table behind Cohen's kappa.
///
/// Categories are numbered from 0; for linear and quadratic weights they must be in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KappaTally {
    categories: usize,
    /// Row by row; the first rater chooses the row.
    counts: Vec<u64>,
}

/// How near two categories are: 1 for full agreement, 0 for none.
#[derive(Debug, Clone, PartialEq)]
pub enum KappaWeights {
    /// Only equal categories agree.
    Unweighted,
    /// 1 − |i − j| / (c − 1).
    Linear,
    /// 1 − (i − j)² / (c − 1)²; kappa then comes near an intraclass correlation.
    Quadratic,
    /// Agreement weights of one's own, one row per category of the first rater: 1 on the diagonal, 0 to 1 elsewhere.
    Custom(Vec<Vec<f64>>),
}

impl std::fmt::Display for KappaWeights {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unweighted => "unweighted",
            Self::Linear => "linear weights",
            Self::Quadratic => "quadratic weights",
            Self::Custom(_) => "custom weights",
        })
    }
}

/// Cohen's kappa and what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Kappa {
    /// Agreement beyond chance: 1 is perfect, 0 what chance gives, negative below chance.
    pub value: f64,
    /// Lower bound; not below −1.
    pub low: f64,
    /// Upper bound; not above 1.
    pub high: f64,
    /// Standard error, for the interval.
    pub standard_error: f64,
    /// Standard error if the raters agreed by chance alone, for the test.
    pub null_standard_error: f64,
    /// `value` over `null_standard_error`.
    pub z: f64,
    /// Two-sided p-value of "agreement is what chance gives".
    pub p_value: f64,
    /// Weighted share of agreement, 0 to 1.
    pub observed: f64,
    /// Weighted share of agreement that the margins give by chance, 0 to 1.
    pub expected: f64,
    /// Number of subjects rated by both.
    pub n: u64,
    /// Confidence level of the bounds.
    pub level: Level,
    /// How disagreements were weighted.
    pub weights: KappaWeights,
}

/// Why a kappa cannot be given.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum KappaError {
    /// Fewer than two categories, or so many that their table cannot be held.
    #[error("agreement needs 2 to 10000 categories, not {categories}")]
    Categories {
        /// Categories given.
        categories: usize,
    },
    /// A category that does not exist.
    #[error("category {category} does not exist: there are {categories}, numbered from 0")]
    Category {
        /// The refused category.
        category: usize,
        /// Categories there are.
        categories: usize,
    },
    /// A table that is not square, a row of another width, or tallies of different shapes.
    #[error("expected {expected} entries, one per category, but row {row} has {found}")]
    Shape {
        /// Row of the table or of the weights; 0 for a single row.
        row: usize,
        /// Entries there should be.
        expected: usize,
        /// Entries there are.
        found: usize,
    },
    /// Parts of different studies cannot be added.
    #[error("tallies of {first} and of {second} {what} cannot be merged")]
    Merge {
        /// What differs: "categories" or "raters".
        what: &'static str,
        /// In this tally.
        first: u64,
        /// In the other one.
        second: u64,
    },
    /// An agreement weight that is not 1 on the diagonal, or not a number from 0 to 1 elsewhere.
    #[error(
        "the weight in row {row}, column {column} is {weight}: it must be 1 on the diagonal and 0 to 1 elsewhere"
    )]
    Weight {
        /// Row of the weight.
        row: usize,
        /// Column of the weight.
        column: usize,
        /// The refused weight.
        weight: f64,
    },
    /// A subject with another number of ratings than the first ones.
    #[error(
        "Fleiss' kappa needs the same number of ratings for each subject: {expected}, not {found}; Krippendorff's alpha does not"
    )]
    Ratings {
        /// Ratings per subject.
        expected: u64,
        /// Ratings of the refused subject.
        found: u64,
    },
    /// Fewer than two ratings per subject.
    #[error("agreement needs 2 ratings or more for each subject, not {ratings}")]
    OneRating {
        /// Ratings per subject.
        ratings: u64,
    },
    /// Nobody has rated anything.
    #[error("there are no rated subjects")]
    NoSubjects,
    /// Too few subjects for an interval.
    #[error("the interval needs 2 subjects, and there is {subjects}")]
    TooFew {
        /// Subjects there are.
        subjects: u64,
    },
    /// All ratings, or all of one rater's, are in one category: agreement beyond chance cannot be judged.
    #[error("{} used one category only, so agreement beyond chance cannot be judged", match rater { Some(rater) => format!("rater {rater}"), None => "all raters".to_owned() })]
    OneCategory {
        /// 1 or 2; `None` when it is all raters together.
        rater: Option<u8>,
    },
    /// With these weights any two ratings agree fully.
    #[error("with these weights chance alone gives full agreement")]
    NoDisagreementPossible,
}

const MOST_CATEGORIES: usize = 10_000;

pub(super) fn checked_categories(categories: usize) -> Result<usize, KappaError> {
    if (2..=MOST_CATEGORIES).contains(&categories) {
        Ok(categories)
    } else {
        Err(KappaError::Categories { categories })
    }
}

impl KappaWeights {
    fn matrix(&self, categories: usize) -> Result<Vec<f64>, KappaError> {
        let last = (categories - 1) as f64;
        let by = |near: &dyn Fn(f64) -> f64| {
            (0..categories)
                .flat_map(|i| (0..categories).map(move |j| i.abs_diff(j) as f64))
                .map(near)
                .collect()
        };
        Ok(match self {
            Self::Unweighted => by(&|apart| f64::from(apart == 0.0)),
            Self::Linear => by(&|apart| 1.0 - apart / last),
            Self::Quadratic => by(&|apart| 1.0 - apart * apart / (last * last)),
            Self::Custom(rows) => {
                if rows.len() != categories {
                    return Err(KappaError::Shape {
                        row: 0,
                        expected: categories,
                        found: rows.len(),
                    });
                }
                for (row, weights) in rows.iter().enumerate() {
                    if weights.len() != categories {
                        return Err(KappaError::Shape {
                            row,
                            expected: categories,
                            found: weights.len(),
                        });
                    }
                    for (column, &weight) in weights.iter().enumerate() {
                        let good = if row == column {
                            weight == 1.0
                        } else {
                            (0.0..=1.0).contains(&weight)
                        };
                        if !good {
                            return Err(KappaError::Weight {
                                row,
                                column,
                                weight,
                            });
                        }
                    }
                }
                rows.concat()
            }
        })
    }
}

impl KappaTally {
    /// An empty tally for categories 0 to `categories` − 1.
    ///
    /// # Errors
    /// [`KappaError::Categories`] for fewer than 2 or more than 10,000.
    pub fn new(categories: usize) -> Result<Self, KappaError> {
        let categories = checked_categories(categories)?;
        Ok(Self {
            categories,
            counts: vec![0; categories * categories],
        })
    }

    /// A tally from a square table of counts; the first rater chooses the row.
    ///
    /// # Errors
    /// [`KappaError::Categories`] and [`KappaError::Shape`] for a table that is too small or not square.
    pub fn from_counts(table: &[Vec<u64>]) -> Result<Self, KappaError> {
        let categories = checked_categories(table.len())?;
        if let Some((row, counts)) = table
            .iter()
            .enumerate()
            .find(|(_, counts)| counts.len() != categories)
        {
            return Err(KappaError::Shape {
                row,
                expected: categories,
                found: counts.len(),
            });
        }
        Ok(Self {
            categories,
            counts: table.concat(),
        })
    }

    /// Counts one subject by the category each rater chose.
    ///
    /// # Errors
    /// [`KappaError::Category`] for a category that does not exist; the tally is then unchanged.
    pub fn push(&mut self, first: usize, second: usize) -> Result<(), KappaError> {
        self.add(first, second, 1)
    }

    /// Counts `count` subjects rated alike.
    ///
    /// # Errors
    /// [`KappaError::Category`] for a category that does not exist; the tally is then unchanged.
    pub fn add(&mut self, first: usize, second: usize, count: u64) -> Result<(), KappaError> {
        let categories = self.categories;
        if let Some(category) = [first, second].into_iter().find(|&c| c >= categories) {
            return Err(KappaError::Category {
                category,
                categories,
            });
        }
        if let Some(cell) = self.counts.get_mut(first * categories + second) {
            *cell = cell.saturating_add(count);
        }
        Ok(())
    }

    /// Adds the counts of another part of the data.
    ///
    /// # Errors
    /// [`KappaError::Merge`] when the parts have different numbers of categories; the tally is then unchanged.
    pub fn merge(&mut self, other: &Self) -> Result<(), KappaError> {
        if self.categories != other.categories {
            return Err(KappaError::Merge {
                what: "categories",
                first: self.categories as u64,
                second: other.categories as u64,
            });
        }
        for (cell, more) in self.counts.iter_mut().zip(&other.counts) {
            *cell = cell.saturating_add(*more);
        }
        Ok(())
    }

    /// Number of subjects.
    pub fn n(&self) -> u64 {
        self.counts
            .iter()
            .fold(0, |sum: u64, &count| sum.saturating_add(count))
    }

    /// Cohen's kappa, plain or weighted.
    ///
    /// ```text
    /// κ = (pₒ − pₑ) / (1 − pₑ)      pₒ = Σ wᵢⱼ pᵢⱼ      pₑ = Σ wᵢⱼ pᵢ. p.ⱼ      w̄ᵢ. = Σⱼ wᵢⱼ p.ⱼ      w̄.ⱼ = Σᵢ wᵢⱼ pᵢ.
    /// se²  = { Σ pᵢⱼ [ wᵢⱼ (1 − pₑ) − (w̄ᵢ. + w̄.ⱼ)(1 − pₒ) ]² − (pₒ pₑ − 2 pₑ + pₒ)² } / ( n (1 − pₑ)⁴ )
    /// se₀² = { Σ pᵢ. p.ⱼ [ wᵢⱼ − (w̄ᵢ. + w̄.ⱼ) ]² − pₑ² } / ( n (1 − pₑ)² )
    /// low, high = κ ∓ z se, cut at −1 and 1
    /// ```
    /// When the raters never disagree the interval has no width: it then says nothing of the subjects not seen.
    ///
    /// ```
    /// use radost_stats::{Level, agreement::{KappaTally, KappaWeights}};
    ///
    /// let tally = KappaTally::from_counts(&[vec![20, 5], vec![10, 15]])?;
    /// let kappa = tally.kappa(&KappaWeights::Unweighted, Level::P95)?;
    /// assert!((kappa.value - 0.4).abs() < 1e-12); // (0.7 − 0.5) / (1 − 0.5)
    /// # Ok::<(), radost_stats::agreement::KappaError>(())
    /// ```
    /// # Units
    /// Kappa has none: −1 to 1.
    /// # Assumptions
    /// Subjects are a simple random sample, each rated once by the same two raters, independently; n large (pᵢⱼ n ≥ 5 or so).
    /// # Errors
    /// [`KappaError::NoSubjects`]; [`KappaError::OneCategory`] when a rater used one category only; [`KappaError::Weight`] and
    /// [`KappaError::Shape`] for custom weights; [`KappaError::NoDisagreementPossible`].
    /// # Sources
    /// Cohen (1960), Educational and Psychological Measurement 20(1), 37–46; Cohen (1968), Psychological Bulletin 70(4), 213–220;
    /// Fleiss, Cohen and Everitt (1969), Psychological Bulletin 72(5), 323–327.
    pub fn kappa(&self, weights: &KappaWeights, level: Level) -> Result<Kappa, KappaError> {
        let n = self.n();
        if n == 0 {
            return Err(KappaError::NoSubjects);
        }
        let c = self.categories;
        let w = weights.matrix(c)?;
        let shares: Vec<f64> = self.counts.iter().map(|&x| x as f64 / n as f64).collect();
        let mut first = vec![0.0; c];
        let mut second = vec![0.0; c];
        for (cell, share) in shares.iter().enumerate() {
            first[cell / c] += share;
            second[cell % c] += share;
        }
        for (rater, margin) in [(1, &first), (2, &second)] {
            if margin.iter().filter(|&&share| share > 0.0).count() < 2 {
                return Err(KappaError::OneCategory { rater: Some(rater) });
            }
        }
        let mut near_first = vec![0.0; c];
        let mut near_second = vec![0.0; c];
        let (mut observed, mut expected) = (0.0, 0.0);
        for (cell, (weight, share)) in w.iter().zip(&shares).enumerate() {
            let (i, j) = (cell / c, cell % c);
            observed += weight * share;
            expected += weight * first[i] * second[j];
            near_first[i] += weight * second[j];
            near_second[j] += weight * first[i];
        }
        let beyond = 1.0 - expected;
        if beyond <= 1e-14 {
            return Err(KappaError::NoDisagreementPossible);
        }
        // Both variances as those of deviations from their mean, which no rounding makes negative.
        let (mut variance, mut null_variance) = (0.0, 0.0);
        let centre = observed * expected - 2.0 * expected + observed;
        for (cell, (weight, share)) in w.iter().zip(&shares).enumerate() {
            let (i, j) = (cell / c, cell % c);
            let near = near_first[i] + near_second[j];
            variance += share * (weight * beyond - near * (1.0 - observed) - centre).powi(2);
            null_variance += first[i] * second[j] * (weight - near + expected).powi(2);
        }
        let value = (observed - expected) / beyond;
        let standard_error = (variance / n as f64).sqrt() / (beyond * beyond);
        let null_standard_error = (null_variance / n as f64).sqrt() / beyond;
        // Raters who share no category (or, with weights, none but in additive steps) leave chance no room to vary: kappa is then 0.
        let z = if null_variance > 1e-24 {
            value / null_standard_error
        } else {
            0.0
        };
        let reach = level.z() * standard_error;
        Ok(Kappa {
            value,
            low: (value - reach).max(-1.0),
            high: (value + reach).min(1.0),
            standard_error,
            null_standard_error,
            z,
            p_value: two_sided_z(z),
            observed,
            expected,
            n,
            level,
            weights: weights.clone(),
        })
    }
}
