use super::{KappaError, kappa::checked_categories};
use crate::{Level, distributions::two_sided_z};

/// The sums behind Fleiss' kappa: many raters, the same number for each subject, who need not be the same people.
///
/// All sums are whole numbers, so parts merge in any order to the same bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleissTally {
    raters: u64,
    subjects: u64,
    /// Σ nᵢⱼ per category.
    ratings: Vec<u64>,
    /// Σ nᵢⱼ nᵢₗ for each pair of categories, row by row.
    products: Vec<u128>,
    /// Σ aᵢ², where aᵢ = Σⱼ nᵢⱼ (nᵢⱼ − 1) counts the agreeing pairs of subject i.
    agreeing_squares: u128,
    /// Σ aᵢ nᵢⱼ per category.
    agreeing_ratings: Vec<u128>,
}

/// Fleiss' kappa, over all categories and for each.
#[derive(Debug, Clone, PartialEq)]
pub struct FleissKappa {
    /// Agreement beyond chance: 1 is perfect, 0 what chance gives.
    pub value: f64,
    /// Lower bound; not below −1.
    pub low: f64,
    /// Upper bound; not above 1.
    pub high: f64,
    /// Standard error over the sampling of subjects (Gwet), for the interval.
    pub standard_error: f64,
    /// Standard error if ratings fell by chance alone (Fleiss, Nee and Landis), for the test.
    pub null_standard_error: f64,
    /// `value` over `null_standard_error`.
    pub z: f64,
    /// Two-sided p-value of "agreement is what chance gives".
    pub p_value: f64,
    /// Mean share of agreeing pairs of ratings, 0 to 1.
    pub observed: f64,
    /// Share of agreeing pairs that chance gives, 0 to 1.
    pub expected: f64,
    /// Number of subjects.
    pub n: u64,
    /// Ratings per subject.
    pub raters: u64,
    /// Each category against all others.
    pub categories: Vec<CategoryKappa>,
    /// Confidence level of the bounds.
    pub level: Level,
}

/// Agreement on one category against all others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CategoryKappa {
    /// The category, numbered from 0.
    pub category: usize,
    /// Share of all ratings in it, 0 to 1.
    pub share: f64,
    /// Kappa of this category; `None` when none or all of the ratings are in it.
    pub value: Option<f64>,
    /// Standard error if ratings fell by chance alone; the same for every category.
    pub null_standard_error: f64,
    /// Two-sided p-value of "agreement is what chance gives", not corrected for the number of categories.
    pub p_value: Option<f64>,
}

impl FleissTally {
    /// An empty tally for `raters` ratings of each subject in `categories` categories.
    ///
    /// # Errors
    /// [`KappaError::Categories`] for fewer than 2; [`KappaError::OneRating`] for fewer than 2 raters.
    pub fn new(raters: u64, categories: usize) -> Result<Self, KappaError> {
        let categories = checked_categories(categories)?;
        if raters < 2 {
            return Err(KappaError::OneRating { ratings: raters });
        }
        Ok(Self {
            raters,
            subjects: 0,
            ratings: vec![0; categories],
            products: vec![0; categories * categories],
            agreeing_squares: 0,
            agreeing_ratings: vec![0; categories],
        })
    }

    /// Counts one subject by the number of ratings in each category.
    ///
    /// # Errors
    /// [`KappaError::Shape`] for another number of categories, [`KappaError::Ratings`] for another number of ratings;
    /// the tally is then unchanged.
    pub fn push(&mut self, counts: &[u64]) -> Result<(), KappaError> {
        let c = self.ratings.len();
        if counts.len() != c {
            return Err(KappaError::Shape {
                row: 0,
                expected: c,
                found: counts.len(),
            });
        }
        let found = counts.iter().fold(0, |sum: u64, &x| sum.saturating_add(x));
        if found != self.raters {
            return Err(KappaError::Ratings {
                expected: self.raters,
                found,
            });
        }
        let wide = |x: u64| u128::from(x);
        let agreeing = counts.iter().fold(0_u128, |sum, &x| {
            sum.saturating_add(wide(x).saturating_mul(wide(x.saturating_sub(1))))
        });
        let add = |sum: &mut u128, a: u128, b: u128| {
            *sum = sum.saturating_add(a.saturating_mul(b));
        };
        self.subjects = self.subjects.saturating_add(1);
        add(&mut self.agreeing_squares, agreeing, agreeing);
        for (i, &count) in counts.iter().enumerate() {
            self.ratings[i] = self.ratings[i].saturating_add(count);
            add(&mut self.agreeing_ratings[i], agreeing, wide(count));
            for (j, &other) in counts.iter().enumerate() {
                add(&mut self.products[i * c + j], wide(count), wide(other));
            }
        }
        Ok(())
    }

    /// Adds the sums of another part of the data.
    ///
    /// # Errors
    /// [`KappaError::Merge`] when categories or raters differ; the tally is then unchanged.
    pub fn merge(&mut self, other: &Self) -> Result<(), KappaError> {
        for (what, first, second) in [
            (
                "categories",
                self.ratings.len() as u64,
                other.ratings.len() as u64,
            ),
            ("raters", self.raters, other.raters),
        ] {
            if first != second {
                return Err(KappaError::Merge {
                    what,
                    first,
                    second,
                });
            }
        }
        self.subjects = self.subjects.saturating_add(other.subjects);
        self.agreeing_squares = self.agreeing_squares.saturating_add(other.agreeing_squares);
        for (sum, more) in self.ratings.iter_mut().zip(&other.ratings) {
            *sum = sum.saturating_add(*more);
        }
        let sums = self.products.iter_mut().chain(&mut self.agreeing_ratings);
        for (sum, more) in sums.zip(other.products.iter().chain(&other.agreeing_ratings)) {
            *sum = sum.saturating_add(*more);
        }
        Ok(())
    }

    /// Number of subjects.
    pub fn n(&self) -> u64 {
        self.subjects
    }

    /// Fleiss' kappa, overall and by category.
    ///
    /// With n subjects, m ratings of each, nᵢⱼ of them in category j:
    /// ```text
    /// pⱼ = Σᵢ nᵢⱼ / (n m)      Pᵢ = Σⱼ nᵢⱼ (nᵢⱼ − 1) / (m (m − 1))      pₑ = Σ pⱼ²      κ = (P̄ − pₑ) / (1 − pₑ)
    /// κⱼ   = 1 − Σᵢ nᵢⱼ (m − nᵢⱼ) / ( n m (m − 1) pⱼ (1 − pⱼ) )
    /// se₀² = 2 / (n m (m − 1)) · [ (Σ pⱼqⱼ)² − Σ pⱼqⱼ (qⱼ − pⱼ) ] / (Σ pⱼqⱼ)²      se₀(κⱼ)² = 2 / (n m (m − 1))
    /// se²  = Σ (κᵢ − κ)² / (n (n − 1)),  κᵢ = (Pᵢ − pₑ) / (1 − pₑ) − 2 (1 − κ) (pₑᵢ − pₑ) / (1 − pₑ),  pₑᵢ = Σ pⱼ nᵢⱼ / m
    /// low, high = κ ∓ t(n − 1) se, cut at −1 and 1
    /// ```
    ///
    /// ```
    /// use radost_stats::{Level, agreement::FleissTally};
    ///
    /// let mut tally = FleissTally::new(3, 2)?;
    /// for (praise, complaint) in [(3, 0), (3, 0), (2, 1), (0, 3), (1, 2)] {
    ///     tally.push(&[praise, complaint])?;
    /// }
    /// let kappa = tally.kappa(Level::P95)?;
    /// assert!((kappa.value - 0.444444).abs() < 1e-6);
    /// # Ok::<(), radost_stats::agreement::KappaError>(())
    /// ```
    /// # Units
    /// Kappa has none.
    /// # Assumptions
    /// Subjects are a simple random sample; categories have no order; raters judge independently.
    /// # Errors
    /// [`KappaError::NoSubjects`], [`KappaError::TooFew`] for one subject, [`KappaError::OneCategory`] when all ratings are equal.
    /// # Sources
    /// Fleiss (1971), Psychological Bulletin 76(5), 378–382; Fleiss, Nee and Landis (1979), Psychological Bulletin 86(5), 974–977;
    /// interval: Gwet (2021), Educational and Psychological Measurement 81(4), 781–790.
    pub fn kappa(&self, level: Level) -> Result<FleissKappa, KappaError> {
        if self.subjects == 0 {
            return Err(KappaError::NoSubjects);
        }
        if self.subjects < 2 {
            return Err(KappaError::TooFew {
                subjects: self.subjects,
            });
        }
        let c = self.ratings.len();
        let (n, m) = (self.subjects as f64, self.raters as f64);
        let pairs = m * (m - 1.0);
        let shares: Vec<f64> = self.ratings.iter().map(|&x| x as f64 / (n * m)).collect();
        if shares.iter().filter(|&&share| share > 0.0).count() < 2 {
            return Err(KappaError::OneCategory { rater: None });
        }
        let agreeing = (0..c)
            .map(|j| self.products[j * c + j] as f64 - self.ratings[j] as f64)
            .sum::<f64>();
        let observed = agreeing / (n * pairs);
        let expected: f64 = shares.iter().map(|p| p * p).sum();
        let mixed: f64 = shares.iter().map(|p| p * (1.0 - p)).sum();
        let value = (observed - expected) / mixed;

        let skewed: f64 = shares.iter().map(|p| p * (1.0 - p) * (1.0 - 2.0 * p)).sum();
        let category_error = (2.0 / (n * pairs)).sqrt();
        let null_standard_error = category_error * (mixed * mixed - skewed).max(0.0).sqrt() / mixed;

        // κᵢ − κ = (uᵢ − ū) / (1 − pₑ) with uᵢ = Pᵢ − 2 (1 − κ) pₑᵢ, a linear form of the sums held here.
        let slope = 2.0 * (1.0 - value) / m;
        let cross: f64 = (0..c)
            .map(|j| shares[j] * self.agreeing_ratings[j] as f64 / pairs)
            .sum();
        let squares: f64 = (0..c * c)
            .map(|cell| shares[cell / c] * shares[cell % c] * self.products[cell] as f64)
            .sum();
        let mean = observed - 2.0 * (1.0 - value) * expected;
        let second = (self.agreeing_squares as f64 / (pairs * pairs) - 2.0 * slope * cross
            + slope * slope * squares)
            / n;
        let variance = (second - mean * mean).max(0.0) * n / (n - 1.0);
        let standard_error = (variance / n).sqrt() / mixed;
        let reach = level.t_unchecked(n - 1.0) * standard_error;
        let z = value / null_standard_error;
        let categories = (0..c)
            .map(|j| {
                let p = shares[j];
                let apart = self.ratings[j] as f64 * m - self.products[j * c + j] as f64;
                let value = (p > 0.0 && p < 1.0).then(|| 1.0 - apart / (n * pairs * p * (1.0 - p)));
                CategoryKappa {
                    category: j,
                    share: p,
                    value,
                    null_standard_error: category_error,
                    p_value: value.map(|value| two_sided_z(value / category_error)),
                }
            })
            .collect();
        Ok(FleissKappa {
            value,
            low: (value - reach).max(-1.0),
            high: (value + reach).min(1.0),
            standard_error,
            null_standard_error,
            z,
            p_value: two_sided_z(z),
            observed,
            expected,
            n: self.subjects,
            raters: self.raters,
            categories,
            level,
        })
    }
}
