use std::sync::Arc;

use rayon::prelude::*;

use super::{DriverError, Missing, Moments, Weights};

pub(crate) const LARGEST: f64 = 9_007_199_254_740_992.0; // 2⁵³

/// Means and centred cross-products of a set of columns: all that a linear analysis of drivers needs.
///
/// ```text
/// mₐ = Σ wᵢ xᵢₐ / W        C_ab = Σ wᵢ (xᵢₐ − mₐ)(xᵢ_b − m_b)        W = Σ wᵢ
/// merge:  δ = m″ − m′      C = C′ + C″ + δ δᵀ W′ W″ / (W′ + W″)      m = m′ + δ W″ / (W′ + W″)
/// ```
/// A row has every column; rows with missing answers go into a [`MissingTally`](super::MissingTally). Products are centred while they
/// are summed, so a column far from zero loses no digits. Merging in another order changes the last digits only.
///
/// ```
/// use radost_stats::drivers::{Gram, Weights};
///
/// let mut monday = Gram::new(["overall", "speed"])?;
/// monday.push(&[8.0, 7.0])?;
/// monday.push(&[6.0, 5.0])?;
/// let mut tuesday = Gram::new(["overall", "speed"])?;
/// tuesday.push_columns(&[&[9.0, 4.0], &[10.0, 5.0]], None)?;
/// monday.merge(&tuesday)?;
///
/// let moments = monday.moments(Weights::Sampling)?;
/// assert_eq!(moments.n(), 4);
/// assert_eq!(moments.mean("overall")?, 6.75);
/// assert!((moments.correlation("overall", "speed")? - 0.874781).abs() < 1e-6);
/// # Ok::<(), radost_stats::drivers::DriverError>(())
/// ```
/// # Sources
/// Chan, Golub and LeVeque (1983), The American Statistician 37(3), 242–247.
#[derive(Debug, Clone, PartialEq)]
pub struct Gram {
    columns: Arc<[String]>,
    sums: GramSums,
}

/// What a [`Gram`] carries from machine to machine.
#[derive(Debug, Clone, PartialEq)]
pub struct GramSums {
    /// Rows.
    pub n: u64,
    /// Σ w.
    pub weight: f64,
    /// Σ w².
    pub weight_squares: f64,
    /// Weighted mean of each column, in its units.
    pub means: Vec<f64>,
    /// Centred cross-products of columns a and b ≤ a at index a (a + 1) / 2 + b.
    pub products: Vec<f64>,
}

impl GramSums {
    pub(crate) fn empty(columns: usize) -> Self {
        Self {
            n: 0,
            weight: 0.0,
            weight_squares: 0.0,
            means: vec![0.0; columns],
            products: vec![0.0; packed(columns)],
        }
    }

    pub(crate) fn product(&self, a: usize, b: usize) -> f64 {
        self.products[position(a, b)]
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        if other.weight <= 0.0 {
            return;
        }
        let weight = self.weight + other.weight;
        let share = other.weight / weight;
        let between = self.weight * share;
        let mut at = 0;
        for a in 0..self.means.len() {
            let shift = other.means[a] - self.means[a];
            for b in 0..=a {
                self.products[at] +=
                    other.products[at] + shift * (other.means[b] - self.means[b]) * between;
                at += 1;
            }
        }
        for (mine, theirs) in self.means.iter_mut().zip(&other.means) {
            *mine += (theirs - *mine) * share;
        }
        self.n = self.n.saturating_add(other.n);
        self.weight = weight;
        self.weight_squares += other.weight_squares;
    }

    /// The sums of some of the columns.
    pub(crate) fn select(&self, columns: &[usize]) -> Self {
        let mut products = Vec::with_capacity(packed(columns.len()));
        for (i, &a) in columns.iter().enumerate() {
            products.extend(columns[..=i].iter().map(|&b| self.product(a, b)));
        }
        Self {
            means: columns.iter().map(|&a| self.means[a]).collect(),
            products,
            ..*self
        }
    }
}

impl Gram {
    /// An empty tally of these columns, the outcome among them.
    ///
    /// # Errors
    /// [`DriverError::NoColumns`] and [`DriverError::DuplicateColumn`].
    pub fn new<S: Into<String>>(columns: impl IntoIterator<Item = S>) -> Result<Self, DriverError> {
        Ok(Self::over(names(columns)?))
    }

    pub(crate) fn over(columns: Arc<[String]>) -> Self {
        let sums = GramSums::empty(columns.len());
        Self { columns, sums }
    }

    /// A tally from sums made elsewhere.
    ///
    /// # Errors
    /// Those of [`new`](Self::new), and [`DriverError::Sums`] when the tables have another size, a number is not finite, a spread is
    /// below zero or a product larger than the spreads allow.
    pub fn from_sums<S: Into<String>>(
        columns: impl IntoIterator<Item = S>,
        sums: GramSums,
    ) -> Result<Self, DriverError> {
        let columns = names(columns)?;
        let k = columns.len();
        let finite = |values: &[f64]| values.iter().all(|value| value.is_finite());
        let fits = sums.means.len() == k
            && sums.products.len() == packed(k)
            && finite(&sums.means)
            && finite(&sums.products)
            && finite(&[sums.weight, sums.weight_squares])
            && (sums.n == 0) == (sums.weight == 0.0)
            && sums.weight >= 0.0
            && sums.weight_squares >= 0.0
            && sums.weight * sums.weight <= sums.n as f64 * sums.weight_squares * (1.0 + 1e-9)
            && (0..k).all(|a| {
                let own = sums.product(a, a);
                own >= 0.0
                    && (0..a).all(|b| {
                        sums.product(a, b).powi(2) <= own * sums.product(b, b) * (1.0 + 1e-6)
                    })
            });
        if fits {
            Ok(Self { columns, sums })
        } else {
            Err(DriverError::Sums { columns: k })
        }
    }

    /// The columns, in the order of the rows.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The sums to send to another machine.
    pub fn sums(&self) -> &GramSums {
        &self.sums
    }

    /// Rows.
    pub fn n(&self) -> u64 {
        self.sums.n
    }

    /// Adds a row, a value per column.
    ///
    /// # Errors
    /// [`DriverError::Length`] and [`DriverError::Value`]; the tally is then unchanged.
    pub fn push(&mut self, row: &[f64]) -> Result<(), DriverError> {
        self.push_weighted(row, 1.0)
    }

    /// Adds a row that counts `weight` times.
    ///
    /// # Errors
    /// [`DriverError::Length`], [`DriverError::Value`] and [`DriverError::Weight`]; the tally is then unchanged.
    pub fn push_weighted(&mut self, row: &[f64], weight: f64) -> Result<(), DriverError> {
        check_length(self.columns.len(), row.len())?;
        check_weight(weight, self.sums.n)?;
        for (column, &value) in self.columns.iter().zip(row) {
            check_value(column, value, self.sums.n)?;
        }
        self.add_row(row, weight);
        Ok(())
    }

    pub(crate) fn add_row(&mut self, row: &[f64], weight: f64) {
        let sums = &mut self.sums;
        let total = sums.weight + weight;
        let between = sums.weight * weight / total;
        let mut at = 0;
        for a in 0..row.len() {
            let shift = (row[a] - sums.means[a]) * between;
            for (value, mean) in row[..=a].iter().zip(&sums.means) {
                sums.products[at] += shift * (value - mean);
                at += 1;
            }
        }
        for (mean, value) in sums.means.iter_mut().zip(row) {
            *mean += (value - *mean) * weight / total;
        }
        sums.n = sums.n.saturating_add(1);
        sums.weight = total;
        sums.weight_squares += weight * weight;
    }

    /// Adds `rows` equal rows that weigh `weight` together.
    pub(crate) fn add_equal_rows(&mut self, row: &[f64], rows: u64, weight: f64) {
        let mut equal = GramSums::empty(row.len());
        equal.n = rows;
        equal.weight = weight;
        equal.weight_squares = weight * weight / rows as f64;
        equal.means.copy_from_slice(row);
        self.sums.merge(&equal);
    }

    /// Adds many rows at once, given as a slice per column, on all cores; `weights` has an entry per row.
    ///
    /// # Errors
    /// [`DriverError::Length`], [`DriverError::Value`] and [`DriverError::Weight`], with the row within the block; the tally is then
    /// unchanged.
    pub fn push_columns(
        &mut self,
        columns: &[&[f64]],
        weights: Option<&[f64]>,
    ) -> Result<(), DriverError> {
        check_length(self.columns.len(), columns.len())?;
        let rows = columns.first().map_or(0, |column| column.len());
        for column in columns {
            check_length(rows, column.len())?;
        }
        if let Some(weights) = weights {
            check_length(rows, weights.len())?;
            for (row, &weight) in weights.iter().enumerate() {
                check_weight(weight, row as u64)?;
            }
        }
        const PART: usize = 64 * STRIP;
        let starts: Vec<usize> = (0..rows).step_by(PART).collect();
        // The parts are merged in their order, so that the result does not depend on the number of threads.
        let parts: Vec<Result<GramSums, DriverError>> = starts
            .par_iter()
            .map(|&start| {
                let mut part = GramSums::empty(columns.len());
                let mut strips = Strips::new(columns.len());
                let end = rows.min(start + PART);
                for from in (start..end).step_by(STRIP) {
                    let to = end.min(from + STRIP);
                    for (column, name) in columns.iter().zip(self.columns.iter()) {
                        for (i, &value) in column[from..to].iter().enumerate() {
                            check_value(name, value, (from + i) as u64)?;
                        }
                    }
                    part.merge(&strips.sums(columns, weights, from, to));
                }
                Ok(part)
            })
            .collect();
        let mut sums = self.sums.clone();
        for part in parts {
            sums.merge(&part?);
        }
        self.sums = sums;
        Ok(())
    }

    /// Adds the rows of another part of the data.
    ///
    /// # Errors
    /// [`DriverError::DifferentColumns`]; the tally is then unchanged.
    pub fn merge(&mut self, other: &Self) -> Result<(), DriverError> {
        if self.columns != other.columns {
            return Err(DriverError::DifferentColumns);
        }
        self.sums.merge(&other.sums);
        Ok(())
    }

    /// Means, variances and correlations of all columns, ready for a fit.
    ///
    /// # Errors
    /// [`DriverError::NoRows`] for an empty tally.
    pub fn moments(&self, weights: Weights) -> Result<Moments, DriverError> {
        Moments::of(
            self.columns.clone(),
            &self.sums,
            Missing::Listwise,
            weights,
            0,
        )
    }
}

/// Names of columns, each once.
pub(crate) fn names<S: Into<String>>(
    columns: impl IntoIterator<Item = S>,
) -> Result<Arc<[String]>, DriverError> {
    let columns: Arc<[String]> = columns.into_iter().map(Into::into).collect();
    if columns.is_empty() {
        return Err(DriverError::NoColumns);
    }
    let mut sorted: Vec<&String> = columns.iter().collect();
    sorted.sort();
    match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(DriverError::DuplicateColumn {
            column: pair[0].clone(),
        }),
        None => Ok(columns),
    }
}

pub(crate) fn index_of(columns: &[String], column: &str) -> Result<usize, DriverError> {
    let unknown = || DriverError::UnknownColumn {
        column: column.to_owned(),
    };
    columns
        .iter()
        .position(|name| name == column)
        .ok_or_else(unknown)
}

pub(crate) fn check_length(expected: usize, found: usize) -> Result<(), DriverError> {
    if expected == found {
        Ok(())
    } else {
        Err(DriverError::Length { expected, found })
    }
}

pub(crate) fn check_weight(weight: f64, row: u64) -> Result<(), DriverError> {
    if weight > 0.0 && weight <= LARGEST {
        Ok(())
    } else {
        Err(DriverError::Weight { row, weight })
    }
}

pub(crate) fn check_value(column: &str, value: f64, row: u64) -> Result<(), DriverError> {
    if value.abs() <= LARGEST {
        Ok(())
    } else {
        Err(DriverError::Value {
            column: column.to_owned(),
            row,
            value,
        })
    }
}

/// Entries of the lower triangle of a square table, diagonal included.
pub(crate) fn packed(columns: usize) -> usize {
    columns * (columns + 1) / 2
}

pub(crate) fn position(a: usize, b: usize) -> usize {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    high * (high + 1) / 2 + low
}

/// Rows that are multiplied at a time: the columns of a strip stay in the first-level cache.
pub(crate) const STRIP: usize = 128;
pub(crate) type Strip = [f64; STRIP];

/// Room for one strip of rows: the centred columns, and the same times the weights.
struct Strips {
    centred: Vec<Strip>,
    weighted: Vec<Strip>,
}

impl Strips {
    fn new(columns: usize) -> Self {
        Self {
            centred: vec![[0.0; STRIP]; columns],
            weighted: vec![[0.0; STRIP]; columns],
        }
    }

    fn sums(
        &mut self,
        columns: &[&[f64]],
        weights: Option<&[f64]>,
        from: usize,
        to: usize,
    ) -> GramSums {
        let mut sums = GramSums::empty(columns.len());
        let weights = weights.map(|weights| &weights[from..to]);
        sums.n = (to - from) as u64;
        (sums.weight, sums.weight_squares) = match weights {
            Some(weights) => (weights.iter().sum(), weights.iter().map(|w| w * w).sum()),
            None => (sums.n as f64, sums.n as f64),
        };
        for (a, column) in columns.iter().enumerate() {
            let values = &column[from..to];
            let centred = &mut self.centred[a];
            centred.fill(0.0);
            // From the first value, so that rounding follows the spread and not the level.
            let origin = values[0];
            for (slot, x) in centred.iter_mut().zip(values) {
                *slot = x - origin;
            }
            let moved = match weights {
                Some(weights) => centred.iter().zip(weights).map(|(x, w)| x * w).sum(),
                None => total(centred),
            } / sums.weight;
            for slot in &mut centred[..values.len()] {
                *slot -= moved;
            }
            sums.means[a] = origin + moved;
            if let Some(weights) = weights {
                let weighted = &mut self.weighted[a];
                weighted.fill(0.0);
                for ((slot, x), w) in weighted.iter_mut().zip(centred.iter()).zip(weights) {
                    *slot = x * w;
                }
            }
        }
        let left = if weights.is_some() {
            &self.weighted
        } else {
            &self.centred
        };
        cross_products(left, &self.centred, &mut sums.products);
        sums
    }
}

/// Adds Σ leftₐ right_b for every b ≤ a.
pub(crate) fn cross_products(left: &[Strip], right: &[Strip], out: &mut [f64]) {
    let mut at = 0;
    for (a, x) in left.iter().enumerate() {
        let mut four = right[..=a].chunks_exact(4);
        for ys in &mut four {
            for (slot, value) in out[at..at + 4].iter_mut().zip(dot4(x, ys)) {
                *slot += value;
            }
            at += 4;
        }
        for y in four.remainder() {
            out[at] += dot(x, y);
            at += 1;
        }
    }
}

const LANES: usize = 4;

/// Four products at once, each in lanes of its own, keep both multipliers of a core busy.
fn dot4(x: &Strip, ys: &[Strip]) -> [f64; 4] {
    let [y0, y1, y2, y3] = ys else {
        return [0.0; 4];
    };
    let mut sums = [[0.0; LANES]; 4];
    let columns = y0
        .chunks_exact(LANES)
        .zip(y1.chunks_exact(LANES))
        .zip(y2.chunks_exact(LANES).zip(y3.chunks_exact(LANES)));
    for (x, ((y0, y1), (y2, y3))) in x.chunks_exact(LANES).zip(columns) {
        for lane in 0..LANES {
            sums[0][lane] += x[lane] * y0[lane];
            sums[1][lane] += x[lane] * y1[lane];
            sums[2][lane] += x[lane] * y2[lane];
            sums[3][lane] += x[lane] * y3[lane];
        }
    }
    sums.map(|lanes| lanes.iter().sum())
}

pub(crate) fn dot(x: &Strip, y: &Strip) -> f64 {
    let mut sums = [0.0; LANES];
    for (x, y) in x.chunks_exact(LANES).zip(y.chunks_exact(LANES)) {
        for lane in 0..LANES {
            sums[lane] += x[lane] * y[lane];
        }
    }
    sums.iter().sum()
}

/// Sum of a strip.
pub(crate) fn total(x: &Strip) -> f64 {
    let mut sums = [0.0; LANES];
    for x in x.chunks_exact(LANES) {
        for lane in 0..LANES {
            sums[lane] += x[lane];
        }
    }
    sums.iter().sum()
}
