use std::collections::BTreeMap;

use super::{
    DriverError, Moments,
    gram::{check_value, check_weight},
};
use crate::{
    Level,
    distributions::{
        bisect, bivariate_cdf, bivariate_density, normal_quantile, two_sided_t, two_sided_z,
    },
};

/// Which correlation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CorrelationMethod {
    /// Pearson's r of the numbers.
    Pearson,
    /// Spearman's: Pearson's r of the ranks, tied answers sharing their mean rank.
    Spearman,
    /// The correlation of two normal variables that were cut into the answers.
    Polychoric,
}

impl std::fmt::Display for CorrelationMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Pearson => "Pearson",
            Self::Spearman => "Spearman",
            Self::Polychoric => "polychoric, two-step",
        })
    }
}

/// A correlation and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Correlation {
    /// The correlation, −1 to 1.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// Two-sided p-value of "there is none".
    pub p_value: f64,
    /// Rows with both answers.
    pub n: u64,
    /// Confidence level of the bounds.
    pub level: Level,
    /// Which correlation.
    pub method: CorrelationMethod,
}

/// Why a correlation cannot be given.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CorrelationError {
    /// An answer is NaN, infinite or beyond ±2⁵³, or a weight zero or below.
    #[error(transparent)]
    Input(#[from] DriverError),
    /// Nobody gave both answers.
    #[error("nobody gave both answers")]
    NoRows,
    /// Too few rows for an interval.
    #[error("this needs {needed} rows, and there are {n}")]
    TooFewRows {
        /// Rows there are, rounded down.
        n: u64,
        /// Rows needed.
        needed: u64,
    },
    /// One of the two has a single answer.
    #[error("all {variable} answers are equal, so they go together with nothing")]
    Constant {
        /// Which of the two.
        variable: Margin,
    },
    /// The likelihood grows all the way to ±1, as it does when the answers are in perfect order.
    #[error(
        "the answers are in perfect order, so the polychoric correlation has no estimate below {towards}"
    )]
    Boundary {
        /// 1 or −1.
        towards: f64,
    },
}

/// One of two variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Margin {
    /// The first of a pair.
    First,
    /// The second of a pair.
    Second,
}

impl std::fmt::Display for Margin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::First => "first",
            Self::Second => "second",
        })
    }
}

impl Moments {
    /// Pearson's correlation of two columns with Fisher's interval.
    ///
    /// ```text
    /// t = r √((n − 2) / (1 − r²))      se = (1 − r²) / √(n − 3)      low, high = tanh(atanh r ∓ z / √(n − 3))
    /// ```
    /// ```
    /// use radost_stats::{Level, drivers::{Gram, Weights}};
    ///
    /// let mut gram = Gram::new(["overall", "speed"])?;
    /// for (overall, speed) in [(7.0, 8.0), (5.0, 4.0), (9.0, 10.0), (8.0, 7.0), (3.0, 2.0), (6.0, 5.0)] {
    ///     gram.push(&[overall, speed])?;
    /// }
    /// let r = gram.moments(Weights::Sampling)?.pearson("overall", "speed", Level::P95)?;
    /// assert!((r.value - 0.958315).abs() < 1e-6 && (r.low - 0.660253).abs() < 1e-6 && (r.p_value - 0.002570).abs() < 1e-6);
    /// # Ok::<(), radost_stats::drivers::CorrelationError>(())
    /// ```
    /// # Assumptions
    /// Independent rows, roughly bivariate normal; n is the effective number of rows.
    /// # Errors
    /// [`CorrelationError::Input`] for an unknown or constant column; [`CorrelationError::TooFewRows`] below four rows.
    /// # Sources
    /// Fisher (1921), Metron 1, 3–32.
    pub fn pearson(
        &self,
        first: &str,
        second: &str,
        level: Level,
    ) -> Result<Correlation, CorrelationError> {
        let value = self.correlation(first, second)?;
        from_r(
            value,
            self.effective_n,
            self.n,
            1.0,
            CorrelationMethod::Pearson,
            level,
        )
    }
}

fn from_r(
    value: f64,
    effective_n: f64,
    n: u64,
    inflation: f64,
    method: CorrelationMethod,
    level: Level,
) -> Result<Correlation, CorrelationError> {
    if effective_n < 4.0 {
        return Err(CorrelationError::TooFewRows {
            n: effective_n as u64,
            needed: 4,
        });
    }
    let left = (1.0 - value) * (1.0 + value);
    let fisher_error = (inflation / (effective_n - 3.0)).sqrt();
    let t = if value == 0.0 {
        0.0
    } else {
        value * ((effective_n - 2.0) / left).sqrt()
    };
    let (low, high) = fisher_bounds(value, fisher_error, level);
    Ok(Correlation {
        value,
        standard_error: left * fisher_error,
        low,
        high,
        p_value: two_sided_t(t, effective_n - 2.0),
        n,
        level,
        method,
    })
}

fn fisher_bounds(value: f64, fisher_error: f64, level: Level) -> (f64, f64) {
    if value.abs() >= 1.0 {
        return (value, value);
    }
    let reach = level.z() * fisher_error;
    (
        (value.atanh() - reach).tanh(),
        (value.atanh() + reach).tanh(),
    )
}

/// How often each pair of answers was given: the state of rank and polychoric correlations.
///
/// ```
/// use radost_stats::{Level, drivers::PairTally};
///
/// let mut tally = PairTally::default();
/// for (row, counts) in [[20, 8, 2], [10, 25, 12], [3, 14, 26]].into_iter().enumerate() {
///     for (column, count) in counts.into_iter().enumerate() {
///         tally.add(row as f64, column as f64, count as f64)?;
///     }
/// }
/// let rho = tally.polychoric(Level::P95)?;
/// assert!((rho.value - 0.667396).abs() < 1e-6 && (rho.standard_error - 0.066123).abs() < 1e-6);
/// assert!((tally.spearman(Level::P95)?.value - 0.553986).abs() < 1e-6);
/// # Ok::<(), radost_stats::drivers::CorrelationError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PairTally {
    cells: BTreeMap<(Ordered, Ordered), f64>,
    rows: u64,
}

/// A finite number as a key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ordered(pub(crate) f64);

impl Eq for Ordered {}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PairTally {
    /// Counts one pair of answers.
    ///
    /// # Errors
    /// [`CorrelationError::Input`] for a value that is not finite or beyond ±2⁵³.
    pub fn push(&mut self, first: f64, second: f64) -> Result<(), CorrelationError> {
        self.add(first, second, 1.0)
    }

    /// Counts a pair of answers `count` times; a count of zero is nothing, and counts need not be whole.
    ///
    /// # Errors
    /// [`CorrelationError::Input`] for a value that is not finite or beyond ±2⁵³, and for a count below zero or not finite.
    pub fn add(&mut self, first: f64, second: f64, count: f64) -> Result<(), CorrelationError> {
        check_value("first", first, self.rows)?;
        check_value("second", second, self.rows)?;
        self.rows = self.rows.saturating_add(1);
        if count == 0.0 {
            return Ok(());
        }
        check_weight(count, self.rows - 1)?;
        // Adding 0 makes −0 and 0 one answer.
        *self
            .cells
            .entry((Ordered(first + 0.0), Ordered(second + 0.0)))
            .or_insert(0.0) += count;
        Ok(())
    }

    /// Adds the counts of another part of the data.
    pub fn merge(&mut self, other: &Self) {
        for (&cell, count) in &other.cells {
            *self.cells.entry(cell).or_insert(0.0) += count;
        }
        self.rows = self.rows.saturating_add(other.rows);
    }

    /// Pairs counted.
    pub fn n(&self) -> f64 {
        self.cells.values().sum()
    }

    /// The answers of both in order with their counts, and the table of pairs, row by row.
    fn table(&self) -> Result<Table, CorrelationError> {
        if self.cells.is_empty() {
            return Err(CorrelationError::NoRows);
        }
        let mut first: BTreeMap<Ordered, f64> = BTreeMap::new();
        let mut second: BTreeMap<Ordered, f64> = BTreeMap::new();
        for (&(a, b), count) in &self.cells {
            *first.entry(a).or_insert(0.0) += count;
            *second.entry(b).or_insert(0.0) += count;
        }
        for (margin, variable) in [(&first, Margin::First), (&second, Margin::Second)] {
            if margin.len() < 2 {
                return Err(CorrelationError::Constant { variable });
            }
        }
        let place = |margin: &BTreeMap<Ordered, f64>| -> BTreeMap<Ordered, usize> {
            margin
                .keys()
                .enumerate()
                .map(|(place, &value)| (value, place))
                .collect()
        };
        let (rows, columns) = (place(&first), place(&second));
        let cells = self
            .cells
            .iter()
            .filter_map(|((a, b), &count)| Some((*rows.get(a)?, *columns.get(b)?, count)));
        Ok(Table {
            cells: cells.collect(),
            first: first.into_values().collect(),
            second: second.into_values().collect(),
        })
    }

    /// Spearman's rank correlation.
    ///
    /// ```text
    /// ρ = Pearson's r of the mid-ranks      t = ρ √((n − 2) / (1 − ρ²))
    /// low, high = tanh(atanh ρ ∓ z √((1 + ρ²/2) / (n − 3)))
    /// ```
    /// # Assumptions
    /// Independent rows.
    /// # Errors
    /// [`CorrelationError::NoRows`], [`CorrelationError::Constant`], [`CorrelationError::TooFewRows`] below four rows.
    /// # Sources
    /// Bonett and Wright (2000), Psychometrika 65(1), 23–28 (interval).
    pub fn spearman(&self, level: Level) -> Result<Correlation, CorrelationError> {
        let table = self.table()?;
        let n = self.n();
        let (first, second) = (mid_ranks(&table.first), mid_ranks(&table.second));
        // Mean ranks are (n + 1) / 2, and mid_ranks counts from there.
        let own = |ranks: &[f64], counts: &[f64]| {
            ranks
                .iter()
                .zip(counts)
                .map(|(r, c)| c * r * r)
                .sum::<f64>()
        };
        let across: f64 = table
            .cells
            .iter()
            .map(|&(a, b, count)| count * first[a] * second[b])
            .sum();
        let spread = own(&first, &table.first).sqrt() * own(&second, &table.second).sqrt();
        let value = (across / spread).clamp(-1.0, 1.0);
        from_r(
            value,
            n,
            n.round() as u64,
            1.0 + value * value / 2.0,
            CorrelationMethod::Spearman,
            level,
        )
    }

    /// The polychoric correlation, in two steps.
    ///
    /// The cut points are the normal quantiles of the cumulated margins; ρ maximises
    /// ```text
    /// ℓ(ρ) = Σ n_ij ln π_ij(ρ)      π_ij = Φ₂ over the rectangle between the cut points      ∂Φ₂/∂ρ = φ₂
    /// se = 1 / √(−ℓ″(ρ))            low, high = tanh(atanh ρ ∓ z se / (1 − ρ²))
    /// ```
    /// The standard error takes the cut points as known, as two-step estimates do.
    ///
    /// # Assumptions
    /// Both answers are cut from a bivariate normal; independent rows.
    /// # Errors
    /// [`CorrelationError::NoRows`], [`CorrelationError::Constant`], and [`CorrelationError::Boundary`] when the answers are in perfect order.
    /// # Sources
    /// Olsson (1979), Psychometrika 44(4), 443–460.
    pub fn polychoric(&self, level: Level) -> Result<Correlation, CorrelationError> {
        let table = self.table()?;
        let n = self.n();
        let likelihood = Polychoric {
            rows: cuts(&table.first, n),
            columns: cuts(&table.second, n),
            cells: &table.cells,
        };
        for towards in [-1.0, 1.0] {
            if likelihood.is_possible_at(towards) {
                return Err(CorrelationError::Boundary { towards });
            }
        }
        // A coarse search in atanh ρ finds the summit, a bisection on the slope its top.
        const STEPS: i32 = 24;
        let at = |step: i32| (6.0 * f64::from(step) / f64::from(STEPS)).tanh();
        let height = |step: &i32| likelihood.value(at(*step));
        let summit = (-STEPS..=STEPS)
            .max_by(|a, b| height(a).total_cmp(&height(b)))
            .unwrap_or(0);
        let value = bisect(at(summit - 1).atanh(), at(summit + 1).atanh(), |z| {
            likelihood.derivatives(z.tanh()).0 > 0.0
        })
        .tanh();
        let curvature = -likelihood.derivatives(value).1;
        let standard_error = 1.0 / curvature.max(f64::MIN_POSITIVE).sqrt();
        let (below, above) = fisher_bounds(
            value,
            standard_error / ((1.0 - value) * (1.0 + value)),
            level,
        );
        Ok(Correlation {
            value,
            standard_error,
            low: below,
            high: above,
            p_value: two_sided_z(value / standard_error),
            n: n.round() as u64,
            level,
            method: CorrelationMethod::Polychoric,
        })
    }
}

struct Table {
    /// Place of the first answer, of the second, and the count.
    cells: Vec<(usize, usize, f64)>,
    first: Vec<f64>,
    second: Vec<f64>,
}

/// Mean rank of each answer, counted from the middle rank.
fn mid_ranks(counts: &[f64]) -> Vec<f64> {
    let half = counts.iter().sum::<f64>() / 2.0;
    let mut below = 0.0;
    counts
        .iter()
        .map(|count| {
            let rank = below + count / 2.0 - half;
            below += count;
            rank
        })
        .collect()
}

/// Where the answers part, from −∞ to ∞.
fn cuts(counts: &[f64], n: f64) -> Vec<f64> {
    let mut below = 0.0;
    let mut cuts = vec![f64::NEG_INFINITY];
    for count in &counts[..counts.len() - 1] {
        below += count;
        cuts.push(normal_quantile(below / n));
    }
    cuts.push(f64::INFINITY);
    cuts
}

struct Polychoric<'a> {
    rows: Vec<f64>,
    columns: Vec<f64>,
    cells: &'a [(usize, usize, f64)],
}

impl Polychoric<'_> {
    /// Whether the answers could all be given with ρ = ±1: only then the likelihood grows all the way there.
    fn is_possible_at(&self, towards: f64) -> bool {
        self.cells.iter().all(|&(i, j, _)| {
            let (a, b) = (self.rows[i], self.rows[i + 1]);
            let (c, d) = if towards > 0.0 {
                (self.columns[j], self.columns[j + 1])
            } else {
                (-self.columns[j + 1], -self.columns[j])
            };
            // Cut points that should be equal may differ in the last digits.
            b.min(d) - a.max(c) > 1e-9
        })
    }

    fn over_corners(&self, f: impl Fn(f64, f64) -> f64) -> Vec<Vec<f64>> {
        self.rows
            .iter()
            .map(|&a| self.columns.iter().map(|&b| f(a, b)).collect())
            .collect()
    }

    /// The log-likelihood.
    fn value(&self, rho: f64) -> f64 {
        let cumulated = self.over_corners(|a, b| bivariate_cdf(a, b, rho));
        self.cells
            .iter()
            .map(|&(i, j, count)| count * rectangle(&cumulated, i, j).max(1e-300).ln())
            .sum()
    }

    /// First and second derivative of the log-likelihood by ρ.
    fn derivatives(&self, rho: f64) -> (f64, f64) {
        let cumulated = self.over_corners(|a, b| bivariate_cdf(a, b, rho));
        let density = self.over_corners(|a, b| bivariate_density(a, b, rho));
        let left = (1.0 - rho) * (1.0 + rho);
        let turning = self.over_corners(|a, b| {
            if a.is_infinite() || b.is_infinite() {
                return 0.0;
            }
            let slope =
                rho / left + (a * b * (1.0 + rho * rho) - rho * (a * a + b * b)) / (left * left);
            bivariate_density(a, b, rho) * slope
        });
        let (mut first, mut second) = (0.0, 0.0);
        for &(i, j, count) in self.cells {
            let probability = rectangle(&cumulated, i, j).max(1e-300);
            let score = rectangle(&density, i, j) / probability;
            first += count * score;
            second += count * (rectangle(&turning, i, j) / probability - score * score);
        }
        (first, second)
    }
}

fn rectangle(table: &[Vec<f64>], i: usize, j: usize) -> f64 {
    table[i + 1][j + 1] - table[i][j + 1] - table[i + 1][j] + table[i][j]
}
