use super::{CompareError, Effect, EffectKind, EffectMethod, TrendMethod, TrendTest};
use crate::{
    Cancelled, CsatTally, Level, NpsTally, Progress,
    distributions::{
        chi_squared_sf, ln_gamma, noncentral_chi_squared_cdf, noncentrality_bounds, two_sided_z,
    },
    random::SplitMix64,
    resampling::{Steps, draws},
};

/// The fewest replicates of a simulated p-value or a bootstrap.
pub const MIN_REPLICATES: u64 = 100;

/// How many partial tables [`ContingencyTable::exact`] visits before it simulates instead; a tenth of a second.
pub const MAX_EXACT_STEPS: u64 = 2_000_000;

/// Tables of more cells are simulated at once.
const MAX_EXACT_CELLS: usize = 400;

/// Counts are exact as floating-point numbers up to here, and their sums cannot overflow.
const LARGEST: u64 = 1 << 53;

/// Counts of answers (categories, the columns) by group (the rows): what a crossed breakdown of responses leaves to test.
///
/// ```
/// use radost_stats::compare::ContingencyTable;
///
/// let mut table = ContingencyTable::new(2, 3)?;
/// table.add(0, 2, 14)?;
/// table.add(1, 0, 9)?;
/// assert_eq!((table.count(0, 2), table.n()), (14, 23));
/// # Ok::<(), radost_stats::compare::CompareError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContingencyTable {
    categories: usize,
    counts: Vec<u64>,
}

/// How independence of rows and columns was tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IndependenceMethod {
    /// Pearson's chi-squared, without continuity correction.
    PearsonChiSquared,
    /// Fisher's exact test, by Freeman and Halton for more than two rows or columns: all tables enumerated.
    Exact,
    /// The same test with tables drawn at random.
    MonteCarlo {
        /// Tables drawn.
        replicates: u64,
        /// Seed of the draws.
        seed: u64,
    },
}

impl std::fmt::Display for IndependenceMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::PearsonChiSquared => f.write_str("Pearson chi-squared"),
            Self::Exact => f.write_str("Fisher–Freeman–Halton exact"),
            Self::MonteCarlo { replicates, seed } => write!(
                f,
                "Fisher–Freeman–Halton by {replicates} simulated tables, seed {seed}"
            ),
        }
    }
}

/// How to simulate when a table is too large to enumerate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MonteCarlo {
    /// Tables to draw, at least [`MIN_REPLICATES`].
    pub replicates: u64,
    /// Seed of the draws; the same seed gives the same p-value on any number of threads.
    pub seed: u64,
}

impl Default for MonteCarlo {
    fn default() -> Self {
        Self {
            replicates: 10_000,
            seed: 1,
        }
    }
}

/// A test of "the answers do not depend on the group".
#[derive(Debug, Clone, PartialEq)]
pub struct IndependenceTest {
    /// Pearson's χ², whichever way the p-value was found.
    pub statistic: f64,
    /// (groups − 1)(categories − 1).
    pub degrees_of_freedom: f64,
    /// Probability of a table at least as unusual, 0 to 1.
    pub p_value: f64,
    /// Standard error of a simulated p-value; zero for the others.
    pub p_error: f64,
    /// Number of responses.
    pub n: u64,
    /// The smallest expected count of a cell.
    pub smallest_expected: f64,
    /// Share of cells with an expected count below 5, from 0 to 1.
    pub expected_below_5: f64,
    /// How the p-value was found.
    pub method: IndependenceMethod,
}

impl IndependenceTest {
    /// Cochran's rule: no expected count below 1 and at most a fifth of them below 5.
    pub fn chi_squared_is_safe(&self) -> bool {
        self.smallest_expected >= 1.0 && self.expected_below_5 <= 0.2
    }
}

impl ContingencyTable {
    /// An empty table.
    ///
    /// # Errors
    /// [`CompareError::TooFewGroups`] below two groups or two categories.
    pub fn new(groups: usize, categories: usize) -> Result<Self, CompareError> {
        for (what, got) in [("groups", groups), ("categories", categories)] {
            if got < 2 {
                return Err(CompareError::TooFewGroups {
                    what,
                    got,
                    needed: 2,
                });
            }
        }
        Ok(Self {
            categories,
            counts: vec![0; groups.saturating_mul(categories)],
        })
    }

    /// A table from one row of counts per group.
    ///
    /// # Errors
    /// [`CompareError::TooFewGroups`] below two rows or columns; [`CompareError::Shape`] when rows differ in length.
    pub fn from_rows<R: AsRef<[u64]>>(rows: &[R]) -> Result<Self, CompareError> {
        let categories = rows.first().map_or(0, |row| row.as_ref().len());
        let mut table = Self::new(rows.len(), categories)?;
        for (cells, row) in table.counts.chunks_exact_mut(categories).zip(rows) {
            let row = row.as_ref();
            if row.len() != categories {
                return Err(CompareError::Shape {
                    what: "categories",
                    expected: categories,
                    got: row.len(),
                });
            }
            cells.copy_from_slice(row);
        }
        Ok(table)
    }

    /// Satisfied and not satisfied by group.
    ///
    /// # Errors
    /// [`CompareError::TooFewGroups`] below two groups.
    pub fn of_shares(groups: &[CsatTally]) -> Result<Self, CompareError> {
        let rows: Vec<[u64; 2]> = groups
            .iter()
            .map(|group| [group.satisfied(), group.n() - group.satisfied()])
            .collect();
        Self::from_rows(&rows)
    }

    /// Promoters, passives and detractors by group: tests the whole distribution, where
    /// [`nps_homogeneity`](super::nps_homogeneity) tests the score.
    ///
    /// # Errors
    /// [`CompareError::TooFewGroups`] below two groups.
    pub fn of_nps(groups: &[NpsTally]) -> Result<Self, CompareError> {
        let rows: Vec<[u64; 3]> = groups
            .iter()
            .map(|group| [group.promoters, group.passives, group.detractors])
            .collect();
        Self::from_rows(&rows)
    }

    /// Counts `count` responses of `group` in `category`.
    ///
    /// # Errors
    /// [`CompareError::NoSuchGroup`] for a group, [`CompareError::Shape`] for a category outside the table; the table is then unchanged.
    pub fn add(&mut self, group: usize, category: usize, count: u64) -> Result<(), CompareError> {
        let (groups, categories) = (self.groups(), self.categories);
        if category >= categories {
            return Err(CompareError::Shape {
                what: "categories",
                expected: categories,
                got: category.saturating_add(1),
            });
        }
        let cell = group
            .checked_mul(categories)
            .and_then(|start| self.counts.get_mut(start.checked_add(category)?))
            .ok_or(CompareError::NoSuchGroup { group, groups })?;
        *cell = cell.saturating_add(count);
        Ok(())
    }

    /// Adds the counts of another part of the data.
    ///
    /// # Errors
    /// [`CompareError::Shape`] when the tables differ in size.
    pub fn merge(&mut self, other: &Self) -> Result<(), CompareError> {
        for (what, expected, got) in [
            ("groups", self.groups(), other.groups()),
            ("categories", self.categories, other.categories),
        ] {
            if expected != got {
                return Err(CompareError::Shape {
                    what,
                    expected,
                    got,
                });
            }
        }
        for (cell, &more) in self.counts.iter_mut().zip(&other.counts) {
            *cell = cell.saturating_add(more);
        }
        Ok(())
    }

    /// Number of groups.
    pub fn groups(&self) -> usize {
        self.counts.len() / self.categories
    }

    /// Number of categories.
    pub fn categories(&self) -> usize {
        self.categories
    }

    /// Responses of a group in a category; zero outside the table.
    pub fn count(&self, group: usize, category: usize) -> u64 {
        self.rows()
            .nth(group)
            .and_then(|row| row.get(category))
            .copied()
            .unwrap_or(0)
    }

    /// Number of responses.
    pub fn n(&self) -> u64 {
        self.counts
            .iter()
            .fold(0, |sum, &count| sum.saturating_add(count))
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = &[u64]> {
        self.counts.chunks_exact(self.categories)
    }

    fn group_totals(&self) -> Vec<u64> {
        self.rows()
            .map(|row| {
                row.iter()
                    .fold(0_u64, |sum, &count| sum.saturating_add(count))
            })
            .collect()
    }

    fn category_totals(&self) -> Vec<u64> {
        let mut totals = vec![0_u64; self.categories];
        for row in self.rows() {
            for (total, &count) in totals.iter_mut().zip(row) {
                *total = total.saturating_add(count);
            }
        }
        totals
    }

    /// Both totals, refused where one is empty.
    fn margins(&self) -> Result<(Vec<u64>, Vec<u64>), CompareError> {
        if self.n() > LARGEST {
            return Err(CompareError::TooMany { n: self.n() });
        }
        let (groups, categories) = (self.group_totals(), self.category_totals());
        if let Some(group) = groups.iter().position(|&n| n == 0) {
            return Err(CompareError::EmptyGroup { group });
        }
        if categories.iter().filter(|&&n| n > 0).count() == 1 {
            return Err(CompareError::OneClass);
        }
        if let Some(category) = categories.iter().position(|&n| n == 0) {
            return Err(CompareError::EmptyCategory { category });
        }
        Ok((groups, categories))
    }

    /// Pearson's chi-squared test of independence, without continuity correction.
    ///
    /// ```text
    /// χ² = Σ (o − e)² / e      e = row total · column total / n      ν = (groups − 1)(categories − 1)
    /// ```
    ///
    /// ```
    /// # use radost_stats::compare::ContingencyTable;
    /// let test = ContingencyTable::from_rows(&[[30, 12, 8], [22, 18, 10]])?.chi_squared()?;
    /// assert!((test.statistic - 2.6529915).abs() < 1e-7);
    /// assert!((test.p_value - 0.2654057).abs() < 1e-7);
    /// assert!(test.chi_squared_is_safe());
    /// # Ok::<(), radost_stats::compare::CompareError>(())
    /// ```
    /// # Assumptions
    /// Independent responses, and expected counts that meet [`chi_squared_is_safe`](IndependenceTest::chi_squared_is_safe); otherwise
    /// see [`independence`](Self::independence).
    /// # Errors
    /// [`CompareError::EmptyGroup`], [`CompareError::EmptyCategory`], [`CompareError::OneClass`] when all gave the same answer,
    /// [`CompareError::TooMany`] beyond 2⁵³ responses.
    /// # Sources
    /// Pearson (1900), Philosophical Magazine 50, 157–175; the rule for expected counts: Cochran (1954), Biometrics 10(4), 417–451.
    pub fn chi_squared(&self) -> Result<IndependenceTest, CompareError> {
        let (groups, categories) = self.margins()?;
        let n = self.n() as f64;
        let (mut statistic, mut smallest, mut below) = (0.0, f64::INFINITY, 0_u32);
        for (row, &group) in self.rows().zip(&groups) {
            for (&count, &category) in row.iter().zip(&categories) {
                let expected = group as f64 * (category as f64 / n);
                let gap = count as f64 - expected;
                statistic += gap * gap / expected;
                smallest = expected.min(smallest);
                below += u32::from(expected < 5.0);
            }
        }
        let degrees_of_freedom = (groups.len() - 1) as f64 * (categories.len() - 1) as f64;
        Ok(IndependenceTest {
            statistic,
            degrees_of_freedom,
            p_value: chi_squared_sf(statistic, degrees_of_freedom),
            p_error: 0.0,
            n: self.n(),
            smallest_expected: smallest,
            expected_below_5: f64::from(below) / self.counts.len() as f64,
            method: IndependenceMethod::PearsonChiSquared,
        })
    }

    /// The exact test of Fisher, Freeman and Halton, given both margins.
    ///
    /// The p-value is the total probability of the tables that are no more probable than the observed one (within a relative 10⁻⁷, for
    /// rounding). Tables are enumerated; above 400 cells or after [`MAX_EXACT_STEPS`] partial tables it draws `simulation.replicates` tables
    /// with the same margins instead, and the result's `method` says so:
    /// ```text
    /// P(table) = Π row total! Π column total! / ( n! Π cell! )      simulated p = (1 + drawn tables no more probable) / (1 + replicates)
    /// ```
    ///
    /// ```
    /// # use radost_stats::{Progress, compare::{ContingencyTable, IndependenceMethod, MonteCarlo}};
    /// let tea = ContingencyTable::from_rows(&[[3, 1], [1, 3]])?.exact(MonteCarlo::default(), Progress::none())?;
    /// assert!((tea.p_value - 0.4857143).abs() < 1e-7); // 34/70
    /// assert_eq!(tea.method, IndependenceMethod::Exact);
    /// # Ok::<(), radost_stats::compare::CompareError>(())
    /// ```
    /// # Errors
    /// Those of [`chi_squared`](Self::chi_squared); [`CompareError::Replicates`] when a simulation is needed and too short;
    /// [`CompareError::Cancelled`].
    /// # Sources
    /// Fisher (1935), The Design of Experiments, chapter 2; Freeman and Halton (1951), Biometrika 38(1–2), 141–149.
    pub fn exact(
        &self,
        simulation: MonteCarlo,
        progress: Progress<'_>,
    ) -> Result<IndependenceTest, CompareError> {
        let test = self.chi_squared()?;
        let (mut groups, mut categories) = self.margins()?;
        // Fewer columns than rows, and the largest total last, where it is not enumerated, make the tree small.
        if categories.len() > groups.len() {
            std::mem::swap(&mut groups, &mut categories);
        }
        groups.sort_unstable();
        categories.sort_unstable();
        let factorials = LogFactorials::new(self.n());
        let cells: f64 = self.counts.iter().map(|&count| factorials.of(count)).sum();
        let margins: f64 = groups
            .iter()
            .chain(&categories)
            .map(|&total| factorials.of(total))
            .sum();
        let constant = margins - factorials.of(self.n());
        let observed = -cells;

        let mut enumeration = Enumeration {
            factorials: &factorials,
            rows: &groups,
            left: categories.clone(),
            bound: observed + 1e-7,
            constant,
            steps: 0,
            sum: 0.0,
        };
        if self.counts.len() <= MAX_EXACT_CELLS && enumeration.row(0, 0.0) {
            return Ok(IndependenceTest {
                p_value: enumeration.sum.min(1.0),
                method: IndependenceMethod::Exact,
                ..test
            });
        }
        let MonteCarlo { replicates, seed } = simulation;
        if replicates < MIN_REPLICATES {
            return Err(CompareError::Replicates { replicates });
        }
        let steps = Steps::new(replicates, progress);
        let drawn = draws(0..replicates, &steps, |index| {
            let mut random = SplitMix64::stream(seed, index);
            let drawn = random_table(&groups, &categories, &factorials, &mut random);
            Ok::<_, Cancelled>(drawn <= observed + 1e-7)
        })?;
        let as_unusual = drawn.iter().filter(|&&unusual| unusual).count();
        let p_value = (1.0 + as_unusual as f64) / (1.0 + replicates as f64);
        Ok(IndependenceTest {
            p_value,
            p_error: (p_value * (1.0 - p_value) / replicates as f64).sqrt(),
            method: IndependenceMethod::MonteCarlo { replicates, seed },
            ..test
        })
    }

    /// The chi-squared test where [Cochran's rule](IndependenceTest::chi_squared_is_safe) allows it, else the [exact](Self::exact) one.
    ///
    /// # Errors
    /// Those of [`exact`](Self::exact).
    pub fn independence(
        &self,
        simulation: MonteCarlo,
        progress: Progress<'_>,
    ) -> Result<IndependenceTest, CompareError> {
        let test = self.chi_squared()?;
        if test.chi_squared_is_safe() {
            Ok(test)
        } else {
            self.exact(simulation, progress)
        }
    }

    /// Mantel's test of a linear trend between scored groups and scored categories.
    ///
    /// ```text
    /// χ² = (n − 1) r²      ν = 1      r: Pearson's correlation of the two scores over responses
    /// ```
    /// The result's `statistic` is z = r √(n − 1), positive when higher scores go together.
    ///
    /// ```
    /// # use radost_stats::compare::ContingencyTable;
    /// let table = ContingencyTable::from_rows(&[[20, 15, 10], [14, 16, 15], [8, 15, 22]])?;
    /// let trend = table.linear_by_linear(&[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0])?;
    /// assert!((trend.statistic - 3.107418).abs() < 1e-6);
    /// # Ok::<(), radost_stats::compare::CompareError>(())
    /// ```
    /// # Assumptions
    /// Scores that mean what they say; equal steps are the usual choice.
    /// # Errors
    /// Those of [`chi_squared`](Self::chi_squared); [`CompareError::Shape`], [`CompareError::NotFinite`] and
    /// [`CompareError::EqualScores`] for unusable scores.
    /// # Sources
    /// Mantel (1963), JASA 58, 690–700; Agresti (2013), Categorical Data Analysis, 3rd ed., section 3.4.
    pub fn linear_by_linear(
        &self,
        group_scores: &[f64],
        category_scores: &[f64],
    ) -> Result<TrendTest, CompareError> {
        let (groups, categories) = self.margins()?;
        let u = centred_scores(group_scores, &groups, "group scores")?;
        let v = centred_scores(category_scores, &categories, "category scores")?;
        let spread = |scores: &[f64], totals: &[u64]| -> f64 {
            scores
                .iter()
                .zip(totals)
                .map(|(score, &n)| n as f64 * score * score)
                .sum()
        };
        let together: f64 = self
            .rows()
            .zip(&u)
            .map(|(row, u)| u * row.iter().zip(&v).map(|(&n, v)| n as f64 * v).sum::<f64>())
            .sum();
        let correlation = together / (spread(&u, &groups) * spread(&v, &categories)).sqrt();
        let statistic = correlation * (self.n() as f64 - 1.0).sqrt();
        Ok(TrendTest {
            statistic,
            p_value: two_sided_z(statistic),
            n: self.n(),
            method: TrendMethod::LinearByLinear,
        })
    }

    /// Cramér's V with an interval from the noncentral chi-squared distribution.
    ///
    /// ```text
    /// V = √( χ² / (n m) )      m = min(groups, categories) − 1
    /// low, high = √( (λ + ν) / (n m) )  at the λ for which the observed χ² is the upper and the lower α/2 point; low = 0 when λ = 0
    /// ```
    ///
    /// ```
    /// # use radost_stats::{Level, compare::ContingencyTable};
    /// let v = ContingencyTable::from_rows(&[[30, 12, 8], [10, 18, 22]])?.cramers_v(Level::P95)?;
    /// assert!((v.value - 0.4211096).abs() < 1e-7);
    /// # Ok::<(), radost_stats::compare::CompareError>(())
    /// ```
    /// # Units
    /// 0 (independent) to 1. It is biased upward in small samples: see [`cramers_v_corrected`](Self::cramers_v_corrected).
    /// # Errors
    /// Those of [`chi_squared`](Self::chi_squared).
    /// # Sources
    /// Cramér (1946), Mathematical Methods of Statistics, section 21.9; the interval: Smithson (2003), Confidence Intervals, Sage.
    pub fn cramers_v(&self, level: Level) -> Result<Effect, CompareError> {
        let test = self.chi_squared()?;
        let scale = test.n as f64 * (self.groups().min(self.categories) - 1) as f64;
        let value = (test.statistic / scale).sqrt().min(1.0);
        let freedom = test.degrees_of_freedom;
        let (low, high) = noncentrality_bounds(level.alpha(), 2.0 * test.statistic, |lambda| {
            noncentral_chi_squared_cdf(test.statistic, freedom, lambda)
        });
        let bound = |lambda: f64| {
            if lambda > 0.0 {
                ((lambda + freedom) / scale).sqrt().min(1.0)
            } else {
                0.0
            }
        };
        Ok(Effect {
            kind: EffectKind::CramersV,
            value,
            low: bound(low).min(value),
            high: bound(high).max(value),
            n: test.n,
            level,
            method: EffectMethod::NoncentralChiSquared,
        })
    }

    /// Cramér's V with Bergsma's correction for bias; the bounds are those of [`cramers_v`](Self::cramers_v) carried over.
    ///
    /// ```text
    /// φ̃² = max(0, χ²/n − ν/(n − 1))      r̃ = r − (r − 1)²/(n − 1)      c̃ likewise      Ṽ = √( φ̃² / (min(r̃, c̃) − 1) )
    /// ```
    /// The bounds put λ/n in the place of φ̃², with the same λ.
    ///
    /// ```
    /// # use radost_stats::{Level, compare::ContingencyTable};
    /// let v = ContingencyTable::from_rows(&[[30, 12, 8], [10, 18, 22]])?.cramers_v_corrected(Level::P95)?;
    /// assert!((v.value - 0.3984152).abs() < 1e-7);
    /// # Ok::<(), radost_stats::compare::CompareError>(())
    /// ```
    /// # Units
    /// 0 to 1.
    /// # Errors
    /// Those of [`chi_squared`](Self::chi_squared); [`CompareError::TooFew`] when the table has hardly more responses than cells, so
    /// that the corrected number of rows or columns falls to one.
    /// # Sources
    /// Bergsma (2013), Journal of the Korean Statistical Society 42(3), 323–328.
    pub fn cramers_v_corrected(&self, level: Level) -> Result<Effect, CompareError> {
        let test = self.chi_squared()?;
        let n = test.n as f64;
        let corrected = |k: usize| k as f64 - (k as f64 - 1.0).powi(2) / (n - 1.0);
        let scale = corrected(self.groups()).min(corrected(self.categories)) - 1.0;
        if scale.is_nan() || scale <= 0.0 {
            return Err(CompareError::TooFew {
                group: 0,
                n: test.n,
                needed: (self.groups().max(self.categories) + 2) as u64,
            });
        }
        let v = |phi: f64| (phi.max(0.0) / scale).sqrt().min(1.0);
        let freedom = test.degrees_of_freedom;
        let value = v(test.statistic / n - freedom / (n - 1.0));
        let (low, high) = noncentrality_bounds(level.alpha(), 2.0 * test.statistic, |lambda| {
            noncentral_chi_squared_cdf(test.statistic, freedom, lambda)
        });
        Ok(Effect {
            kind: EffectKind::CramersVCorrected,
            value,
            low: v(low / n).min(value),
            high: v(high / n).max(value),
            n: test.n,
            level,
            method: EffectMethod::NoncentralChiSquared,
        })
    }
}

/// Scores minus their mean over responses.
pub(super) fn centred_scores(
    scores: &[f64],
    totals: &[u64],
    what: &'static str,
) -> Result<Vec<f64>, CompareError> {
    if scores.len() != totals.len() {
        return Err(CompareError::Shape {
            what,
            expected: totals.len(),
            got: scores.len(),
        });
    }
    if let Some((index, &value)) = scores.iter().enumerate().find(|(_, s)| !s.is_finite()) {
        return Err(CompareError::NotFinite { index, value });
    }
    let (low, high) = scores
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &score| {
            (score.min(low), score.max(high))
        });
    let range = high - low;
    if !(range > 0.0 && range.is_finite()) {
        return Err(CompareError::EqualScores);
    }
    // On 0..1 first: the tests do not depend on the scale, and squares of huge or tiny scores would.
    let scaled: Vec<f64> = scores.iter().map(|score| (score - low) / range).collect();
    let n: f64 = totals.iter().map(|&n| n as f64).sum();
    let mean = scaled
        .iter()
        .zip(totals)
        .map(|(score, &n)| n as f64 * score)
        .sum::<f64>()
        / n;
    Ok(scaled.into_iter().map(|score| score - mean).collect())
}

/// ln n!, from a table for the sizes that occur often.
struct LogFactorials(Vec<f64>);

impl LogFactorials {
    fn new(largest: u64) -> Self {
        let size = largest.min(1 << 20) as usize + 1;
        let mut table = Vec::with_capacity(size);
        // Compensated, so that a million terms keep their last digits.
        let (mut sum, mut lost) = (0.0_f64, 0.0_f64);
        table.push(0.0);
        for k in 1..size {
            let term = (k as f64).ln() - lost;
            let next = sum + term;
            lost = (next - sum) - term;
            sum = next;
            table.push(sum);
        }
        Self(table)
    }

    fn of(&self, n: u64) -> f64 {
        usize::try_from(n)
            .ok()
            .and_then(|n| self.0.get(n))
            .copied()
            .unwrap_or_else(|| ln_gamma(n as f64 + 1.0))
    }
}

/// A walk over all tables with given margins, row by row; the last row and the last column follow from the others.
struct Enumeration<'a> {
    factorials: &'a LogFactorials,
    rows: &'a [u64],
    left: Vec<u64>,
    bound: f64,
    constant: f64,
    steps: u64,
    sum: f64,
}

impl Enumeration<'_> {
    /// Fills the rows from `row` on; `log` is −Σ ln cell! so far. False when the steps ran out.
    fn row(&mut self, row: usize, log: f64) -> bool {
        let Some(&total) = self.rows.get(row) else {
            return true;
        };
        if row + 1 == self.rows.len() {
            self.steps += 1;
            let log = log
                - self
                    .left
                    .iter()
                    .map(|&cell| self.factorials.of(cell))
                    .sum::<f64>();
            if log <= self.bound {
                self.sum += (log + self.constant).exp();
            }
            return self.steps <= MAX_EXACT_STEPS;
        }
        self.cell(row, 0, total, log)
    }

    /// Fills the cells of a row from `column` on, `rest` responses being left to place.
    fn cell(&mut self, row: usize, column: usize, rest: u64, log: f64) -> bool {
        self.steps += 1;
        if self.steps > MAX_EXACT_STEPS {
            return false;
        }
        let capacity = self.left[column];
        if column + 1 == self.left.len() {
            if rest > capacity {
                return true;
            }
            self.left[column] -= rest;
            let on = self.row(row + 1, log - self.factorials.of(rest));
            self.left[column] += rest;
            return on;
        }
        let beyond: u64 = self.left[column + 1..].iter().sum();
        for cell in rest.saturating_sub(beyond)..=rest.min(capacity) {
            self.left[column] -= cell;
            let on = self.cell(row, column + 1, rest - cell, log - self.factorials.of(cell));
            self.left[column] += cell;
            if !on {
                return false;
            }
        }
        true
    }
}

/// −Σ ln cell! of a table drawn with the given margins, cell by cell from the hypergeometric distribution.
fn random_table(
    rows: &[u64],
    columns: &[u64],
    factorials: &LogFactorials,
    random: &mut SplitMix64,
) -> f64 {
    let mut left = columns.to_vec();
    let mut log = 0.0;
    for &row in rows {
        let mut rest = row;
        let mut pool: u64 = left.iter().sum();
        for capacity in &mut left {
            let cell = hypergeometric(rest, *capacity, pool, factorials, random);
            pool -= *capacity;
            *capacity -= cell;
            rest -= cell;
            log -= factorials.of(cell);
        }
    }
    log
}

/// How many of `marked` among `pool` are met when `drawn` are taken: inversion outward from the mode.
fn hypergeometric(
    drawn: u64,
    marked: u64,
    pool: u64,
    factorials: &LogFactorials,
    random: &mut SplitMix64,
) -> u64 {
    let low = (drawn + marked).saturating_sub(pool);
    let high = drawn.min(marked);
    if low >= high {
        return low;
    }
    let (d, m, n) = (drawn as f64, marked as f64, pool as f64);
    let mode = (((d + 1.0) * (m + 1.0) / (n + 2.0)) as u64).clamp(low, high);
    let choose = |n: u64, k: u64| factorials.of(n) - factorials.of(k) - factorials.of(n - k);
    let at_mode =
        (choose(marked, mode) + choose(pool - marked, drawn - mode) - choose(pool, drawn)).exp();
    let mut rest = random.unit() - at_mode;
    if rest < 0.0 {
        return mode;
    }
    // P(k + 1) / P(k)
    let ratio = |k: u64| {
        let k = k as f64;
        (m - k) * (d - k) / ((k + 1.0) * (n - m - d + k + 1.0))
    };
    let (mut up, mut up_mass) = (mode, at_mode);
    let (mut down, mut down_mass) = (mode, at_mode);
    while up < high || down > low {
        if up < high {
            up_mass *= ratio(up);
            up += 1;
            rest -= up_mass;
            if rest < 0.0 {
                return up;
            }
        }
        if down > low {
            down_mass /= ratio(down - 1);
            down -= 1;
            rest -= down_mass;
            if rest < 0.0 {
                return down;
            }
        }
    }
    mode
}
