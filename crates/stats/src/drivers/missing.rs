use std::{collections::BTreeMap, sync::Arc};

use nalgebra::{DMatrix, DVector};

use super::{
    DriverError, EmReport, Gram, GramSums, Missing, Moments, Weights,
    gram::{check_length, check_value, check_weight, index_of, names, packed, position},
    model::{correlation_eigenvalues, factor, is_constant},
};
use crate::Progress;

/// Rows with missing answers: a [`GramSums`] for every set of questions that were answered together.
///
/// From these alone come the rows that answered everything asked for, the pairwise-complete correlations, and the EM estimate of a
/// multivariate normal, each for any choice of columns and without a second look at the rows.
///
/// ```
/// use radost_stats::{Progress, drivers::{Missing, MissingTally, Weights}};
///
/// let mut tally = MissingTally::new(["overall", "speed"])?;
/// for (overall, speed) in [(8.0, Some(7.0)), (6.0, Some(5.0)), (9.0, None), (4.0, Some(4.0)), (10.0, Some(8.0)), (3.0, None)] {
///     tally.push(&[Some(overall), speed], 1.0)?;
/// }
/// let columns = ["overall", "speed"];
/// let of = |missing| tally.moments(&columns, missing, Weights::Sampling, &Progress::none());
///
/// let complete = of(Missing::Listwise)?;
/// assert_eq!((complete.n(), complete.dropped(), complete.mean("overall")?), (4, 2, 7.0));
/// let em = of(Missing::Em)?;
/// assert_eq!((em.n(), em.dropped()), (6, 0));
/// assert!((em.mean("speed")? - 5.766667).abs() < 1e-6); // 6 for those who answered
/// # Ok::<(), radost_stats::drivers::DriverError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MissingTally {
    columns: Arc<[String]>,
    /// By the columns that were answered, in their order.
    patterns: BTreeMap<Vec<usize>, GramSums>,
    /// Rows without any answer.
    empty: u64,
}

impl MissingTally {
    /// An empty tally of these columns, the outcome among them.
    ///
    /// # Errors
    /// [`DriverError::NoColumns`] and [`DriverError::DuplicateColumn`].
    pub fn new<S: Into<String>>(columns: impl IntoIterator<Item = S>) -> Result<Self, DriverError> {
        Ok(Self::over(names(columns)?))
    }

    pub(crate) fn over(columns: Arc<[String]>) -> Self {
        Self {
            columns,
            patterns: BTreeMap::new(),
            empty: 0,
        }
    }

    /// The columns, in the order of the rows.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Rows, those without any answer included.
    pub fn n(&self) -> u64 {
        self.patterns
            .values()
            .fold(self.empty, |n, sums| n.saturating_add(sums.n))
    }

    /// The sums to send to another machine: the columns that were answered together, and their sums.
    pub fn patterns(&self) -> impl Iterator<Item = (&[usize], &GramSums)> {
        self.patterns
            .iter()
            .map(|(observed, sums)| (observed.as_slice(), sums))
    }

    /// Rows without any answer.
    pub fn empty_rows(&self) -> u64 {
        self.empty
    }

    /// Adds the sums that another machine made of rows that answered the columns `observed` and no others.
    ///
    /// # Errors
    /// [`DriverError::Sums`] when the columns are not in ascending order or not there, and as for [`Gram::from_sums`].
    pub fn add_pattern(&mut self, observed: &[usize], sums: GramSums) -> Result<(), DriverError> {
        let ascending = observed.windows(2).all(|pair| pair[0] < pair[1]);
        if observed.is_empty()
            || !ascending
            || observed
                .last()
                .is_none_or(|&last| last >= self.columns.len())
        {
            return Err(DriverError::Sums {
                columns: observed.len(),
            });
        }
        let gram = Gram::from_sums(
            observed.iter().map(|&column| self.columns[column].clone()),
            sums,
        )?;
        self.merge_pattern(observed, gram.sums());
        Ok(())
    }

    /// Adds rows without any answer, so that they are counted among those left out.
    pub fn add_empty_rows(&mut self, rows: u64) {
        self.empty = self.empty.saturating_add(rows);
    }

    pub(crate) fn merge_pattern(&mut self, observed: &[usize], sums: &GramSums) {
        match self.patterns.get_mut(observed) {
            Some(mine) => mine.merge(sums),
            None => {
                self.patterns.insert(observed.to_vec(), sums.clone());
            }
        }
    }

    /// Adds a row, a value per column and `None` for a missing answer; `weight` is 1 for rows that count once.
    ///
    /// # Errors
    /// [`DriverError::Length`], [`DriverError::Value`] and [`DriverError::Weight`]; the tally is then unchanged.
    pub fn push(&mut self, row: &[Option<f64>], weight: f64) -> Result<(), DriverError> {
        check_length(self.columns.len(), row.len())?;
        let check = |at: u64| -> Result<(), DriverError> {
            check_weight(weight, at)?;
            let answered = self.columns.iter().zip(row);
            let mut answered = answered.filter_map(|(column, value)| Some((column, (*value)?)));
            answered.try_for_each(|(column, value)| check_value(column, value, at))
        };
        // Which row it is takes a look at every pattern, for which only an error is worth it.
        if check(0).is_err() {
            check(self.n())?;
        }
        let observed: Vec<usize> = (0..row.len()).filter(|&a| row[a].is_some()).collect();
        let values: Vec<f64> = row.iter().flatten().copied().collect();
        if observed.is_empty() {
            self.empty = self.empty.saturating_add(1);
            return Ok(());
        }
        let k = observed.len();
        let mut one = GramSums::empty(k);
        one.n = 1;
        one.weight = weight;
        one.weight_squares = weight * weight;
        one.means = values;
        self.merge_pattern(&observed, &one);
        Ok(())
    }

    /// Adds many rows at once, given as a slice per column; `weights` has an entry per row.
    ///
    /// # Errors
    /// [`DriverError::Length`], [`DriverError::Value`] and [`DriverError::Weight`]; the tally is then unchanged.
    pub fn push_columns(
        &mut self,
        columns: &[&[Option<f64>]],
        weights: Option<&[f64]>,
    ) -> Result<(), DriverError> {
        check_length(self.columns.len(), columns.len())?;
        let rows = columns.first().map_or(0, |column| column.len());
        for (values, name) in columns.iter().zip(self.columns.iter()) {
            check_length(rows, values.len())?;
            for (row, value) in values.iter().enumerate() {
                if let Some(value) = *value {
                    check_value(name, value, row as u64)?;
                }
            }
        }
        if let Some(weights) = weights {
            check_length(rows, weights.len())?;
            for (row, &weight) in weights.iter().enumerate() {
                check_weight(weight, row as u64)?;
            }
        }
        let mut rows_of: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
        let mut observed = Vec::with_capacity(columns.len());
        for row in 0..rows {
            observed.clear();
            observed.extend((0..columns.len()).filter(|&a| columns[a][row].is_some()));
            match rows_of.get_mut(&observed) {
                Some(rows) => rows.push(row),
                None => {
                    rows_of.insert(observed.clone(), vec![row]);
                }
            }
        }
        for (observed, rows) in rows_of {
            if observed.is_empty() {
                self.add_empty_rows(rows.len() as u64);
                continue;
            }
            let values: Vec<Vec<f64>> = observed
                .iter()
                .map(|&a| rows.iter().filter_map(|&row| columns[a][row]).collect())
                .collect();
            let slices: Vec<&[f64]> = values.iter().map(Vec::as_slice).collect();
            let weights: Option<Vec<f64>> =
                weights.map(|weights| rows.iter().map(|&row| weights[row]).collect());
            let mut gram = Gram::over(observed.iter().map(|&a| self.columns[a].clone()).collect());
            gram.push_columns(&slices, weights.as_deref())?;
            self.merge_pattern(&observed, gram.sums());
        }
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
        for (observed, sums) in &other.patterns {
            self.merge_pattern(observed, sums);
        }
        self.add_empty_rows(other.empty);
        Ok(())
    }

    /// Means, variances and correlations of some columns, with the missing answers handled as `missing` says.
    ///
    /// - [`Missing::Listwise`] takes the rows that answered all of `columns`.
    /// - [`Missing::Pairwise`] takes mean and variance of each column from all who answered it and each correlation from all who
    ///   answered both; `n` is that of the rarest pair.
    /// - [`Missing::Em`] takes the maximum-likelihood means and covariances of a multivariate normal from all rows:
    /// ```text
    /// E: x̂_M = μ_M + B (x_O − μ_O)      B = Σ_MO Σ_OO⁻¹      C_MM = B C_OO Bᵀ + W (Σ_MM − B Σ_OM)
    /// M: μ, Σ = mean and C / W of all rows so completed, until no entry moves by 10⁻¹⁰ standard deviations
    /// ```
    /// # Assumptions
    /// Listwise and pairwise: answers are missing completely at random. EM: missing at random given the answers that are there, and
    /// roughly normal answers. Standard errors after pairwise and EM take n as it is given and are rough: prefer the bootstrap.
    /// # Errors
    /// [`DriverError::UnknownColumn`]; [`DriverError::AllMissing`], [`DriverError::NoRows`] and [`DriverError::NeverTogether`] for want of
    /// answers; [`DriverError::NotPositiveDefinite`] for contradictory pairwise correlations; for EM [`DriverError::Constant`],
    /// [`DriverError::Collinear`], [`DriverError::NotConverged`] and [`DriverError::Cancelled`].
    /// # Sources
    /// Dempster, Laird and Rubin (1977), Journal of the Royal Statistical Society B 39(1), 1–38; Little and Rubin (2002), Statistical
    /// Analysis with Missing Data, 2nd ed., Wiley, section 11.2.
    pub fn moments<S: AsRef<str>>(
        &self,
        columns: &[S],
        missing: Missing,
        weights: Weights,
        progress: &Progress,
    ) -> Result<Moments, DriverError> {
        let chosen = names(columns.iter().map(AsRef::as_ref))?;
        let indices = chosen
            .iter()
            .map(|column| index_of(&self.columns, column))
            .collect::<Result<Vec<_>, _>>()?;
        let patterns = self.over_columns(&indices);
        for (a, column) in chosen.iter().enumerate() {
            if !patterns.keys().any(|observed| observed.contains(&a)) {
                return Err(DriverError::AllMissing {
                    column: column.clone(),
                });
            }
        }
        let everything: Vec<usize> = (0..indices.len()).collect();
        let used = patterns
            .values()
            .fold(0u64, |n, sums| n.saturating_add(sums.n));
        match missing {
            Missing::Listwise => {
                let complete = patterns.get(&everything).ok_or(DriverError::NoRows)?;
                Moments::of(chosen, complete, missing, weights, self.n() - complete.n)
            }
            Missing::Pairwise => pairwise(chosen, &patterns, weights, self.n() - used),
            Missing::Em => {
                never_together(&chosen, &patterns)?;
                em(
                    chosen,
                    &patterns,
                    weights,
                    self.n() - used,
                    MOST_ITERATIONS,
                    progress,
                )
            }
        }
    }

    /// The rows as seen through some of the columns, those that were all missing left out, and with listwise all that were not complete.
    pub(crate) fn choose(
        &self,
        columns: Arc<[String]>,
        indices: &[usize],
        missing: Missing,
    ) -> Self {
        let mut patterns = self.over_columns(indices);
        if missing == Missing::Listwise {
            patterns.retain(|observed, _| observed.len() == indices.len());
        }
        Self {
            columns,
            patterns,
            empty: 0,
        }
    }

    /// Adds the rows of another tally of the same columns `times` over.
    pub(crate) fn merge_times(&mut self, other: &Self, times: u32) {
        let times_over = f64::from(times);
        for (observed, sums) in &other.patterns {
            let repeated = GramSums {
                n: sums.n.saturating_mul(u64::from(times)),
                weight: sums.weight * times_over,
                weight_squares: sums.weight_squares * times_over,
                means: sums.means.clone(),
                products: sums
                    .products
                    .iter()
                    .map(|product| product * times_over)
                    .collect(),
            };
            self.merge_pattern(observed, &repeated);
        }
    }

    /// The patterns as seen through some of the columns, counted within these.
    fn over_columns(&self, indices: &[usize]) -> BTreeMap<Vec<usize>, GramSums> {
        let mut patterns: BTreeMap<Vec<usize>, GramSums> = BTreeMap::new();
        for (observed, sums) in &self.patterns {
            // Where each chosen column stands among those observed.
            let (kept, places): (Vec<usize>, Vec<usize>) = indices
                .iter()
                .enumerate()
                .filter_map(|(new, old)| Some((new, observed.binary_search(old).ok()?)))
                .unzip();
            if kept.is_empty() {
                continue;
            }
            let part = sums.select(&places);
            match patterns.get_mut(&kept) {
                Some(mine) => mine.merge(&part),
                None => {
                    patterns.insert(kept, part);
                }
            }
        }
        patterns
    }
}

/// The sums of a few columns over all who answered them.
fn together(patterns: &BTreeMap<Vec<usize>, GramSums>, columns: &[usize]) -> GramSums {
    let mut all = GramSums::empty(columns.len());
    for (observed, sums) in patterns {
        let places: Vec<usize> = columns
            .iter()
            .filter_map(|column| observed.binary_search(column).ok())
            .collect();
        if places.len() == columns.len() {
            all.merge(&sums.select(&places));
        }
    }
    all
}

fn never_together(
    columns: &[String],
    patterns: &BTreeMap<Vec<usize>, GramSums>,
) -> Result<(), DriverError> {
    for a in 0..columns.len() {
        for b in 0..a {
            if !patterns
                .keys()
                .any(|observed| observed.contains(&a) && observed.contains(&b))
            {
                let (first, second) = (columns[b].clone(), columns[a].clone());
                return Err(DriverError::NeverTogether { first, second });
            }
        }
    }
    Ok(())
}

fn pairwise(
    columns: Arc<[String]>,
    patterns: &BTreeMap<Vec<usize>, GramSums>,
    weights: Weights,
    dropped: u64,
) -> Result<Moments, DriverError> {
    never_together(&columns, patterns)?;
    let k = columns.len();
    let own: Vec<GramSums> = (0..k).map(|a| together(patterns, &[a])).collect();
    let mut rarest = own
        .iter()
        .min_by_key(|sums| sums.n)
        .cloned()
        .unwrap_or_else(|| GramSums::empty(1));
    let variance: Vec<f64> = own
        .iter()
        .map(|sums| sums.product(0, 0) / sums.weight)
        .collect();
    let mut correlation = DMatrix::identity(k, k);
    let mut covariance = vec![0.0; packed(k)];
    for a in 0..k {
        covariance[position(a, a)] = variance[a];
        for b in 0..a {
            let pair = together(patterns, &[a, b]);
            for (i, column) in [a, b].into_iter().enumerate() {
                if is_constant(pair.means[i], pair.product(i, i) / pair.weight) {
                    return Err(DriverError::Constant {
                        column: columns[column].clone(),
                    });
                }
            }
            let spread = (pair.product(0, 0) * pair.product(1, 1)).sqrt();
            let r = pair.product(0, 1) / spread;
            correlation[(a, b)] = r;
            correlation[(b, a)] = r;
            covariance[position(a, b)] = r * (variance[a] * variance[b]).sqrt();
            if pair.n < rarest.n {
                rarest = pair;
            }
        }
    }
    let smallest_eigenvalue = correlation_eigenvalues(&correlation).0;
    if smallest_eigenvalue < -1e-10 {
        return Err(DriverError::NotPositiveDefinite {
            smallest_eigenvalue,
        });
    }
    let sums = GramSums {
        means: own.iter().map(|sums| sums.means[0]).collect(),
        products: covariance.iter().map(|c| c * rarest.weight).collect(),
        ..rarest
    };
    Moments::of(columns, &sums, Missing::Pairwise, weights, dropped)
}

const MOST_ITERATIONS: u64 = 10_000;
const SETTLED: f64 = 1e-10;

fn em(
    columns: Arc<[String]>,
    patterns: &BTreeMap<Vec<usize>, GramSums>,
    weights: Weights,
    dropped: u64,
    most: u64,
    progress: &Progress,
) -> Result<Moments, DriverError> {
    let k = columns.len();
    // Everything in standard deviations of the answers that are there, so that one tolerance fits all columns.
    let own: Vec<GramSums> = (0..k).map(|a| together(patterns, &[a])).collect();
    let origin: Vec<f64> = own.iter().map(|sums| sums.means[0]).collect();
    let unit: Vec<f64> = own
        .iter()
        .map(|sums| (sums.product(0, 0) / sums.weight).sqrt())
        .collect();
    if let Some(a) = (0..k).find(|&a| is_constant(origin[a], unit[a] * unit[a])) {
        return Err(DriverError::Constant {
            column: columns[a].clone(),
        });
    }
    let mut totals = GramSums::empty(0);
    let patterns: Vec<Pattern> = patterns
        .iter()
        .map(|(observed, sums)| {
            totals.n = totals.n.saturating_add(sums.n);
            totals.weight += sums.weight;
            totals.weight_squares += sums.weight_squares;
            Pattern::new(observed, sums, k, &origin, &unit)
        })
        .collect();

    let mut mean = DVector::zeros(k);
    let mut covariance = DMatrix::identity(k, k);
    let mut change = f64::INFINITY;
    for iterations in 1..=most {
        let mut filled = GramSums::empty(k);
        let mut log_likelihood = 0.0;
        for pattern in &patterns {
            log_likelihood += pattern.complete(&mean, &covariance, &columns, &mut filled)?;
        }
        change = 0.0;
        for a in 0..k {
            change = f64::max(
                change,
                (filled.means[a] - mean[a]).abs() / covariance[(a, a)].sqrt(),
            );
            mean[a] = filled.means[a];
        }
        let before = covariance.clone();
        for a in 0..k {
            for b in 0..k {
                covariance[(a, b)] = filled.product(a, b) / filled.weight;
                let size = (before[(a, a)] * before[(b, b)]).sqrt();
                change = f64::max(change, (covariance[(a, b)] - before[(a, b)]).abs() / size);
            }
        }
        if change < SETTLED {
            let products = (0..k).flat_map(|a| (0..=a).map(move |b| (a, b)));
            let sums = GramSums {
                means: (0..k).map(|a| origin[a] + unit[a] * mean[a]).collect(),
                products: products
                    .map(|(a, b)| covariance[(a, b)] * unit[a] * unit[b] * totals.weight)
                    .collect(),
                ..totals
            };
            let scale: f64 = patterns
                .iter()
                .map(|p| p.weight * p.observed.iter().map(|&a| unit[a].ln()).sum::<f64>())
                .sum();
            let mut moments = Moments::of(columns, &sums, Missing::Em, weights, dropped)?;
            moments.em = Some(EmReport {
                iterations,
                change,
                log_likelihood: log_likelihood - scale,
            });
            return Ok(moments);
        }
        if iterations % 16 == 1 {
            progress.report(iterations, most)?;
        }
    }
    Err(DriverError::NotConverged {
        iterations: most,
        change,
    })
}

/// Rows that answered the same questions, standardised.
struct Pattern {
    observed: Vec<usize>,
    missing: Vec<usize>,
    weight: f64,
    mean: DVector<f64>,
    products: DMatrix<f64>,
}

impl Pattern {
    fn new(
        observed: &[usize],
        sums: &GramSums,
        columns: usize,
        origin: &[f64],
        unit: &[f64],
    ) -> Self {
        let o = observed.len();
        Self {
            observed: observed.to_vec(),
            missing: (0..columns).filter(|a| !observed.contains(a)).collect(),
            weight: sums.weight,
            mean: DVector::from_fn(o, |i, _| {
                (sums.means[i] - origin[observed[i]]) / unit[observed[i]]
            }),
            products: DMatrix::from_fn(o, o, |i, j| {
                sums.product(i, j) / (unit[observed[i]] * unit[observed[j]])
            }),
        }
    }

    /// Adds the rows, completed by what the estimate expects, and gives their log-likelihood under it.
    fn complete(
        &self,
        mean: &DVector<f64>,
        covariance: &DMatrix<f64>,
        columns: &[String],
        filled: &mut GramSums,
    ) -> Result<f64, DriverError> {
        let (observed, missing) = (&self.observed, &self.missing);
        let block = covariance.select_rows(observed).select_columns(observed);
        let names: Vec<String> = observed.iter().map(|&a| columns[a].clone()).collect();
        let factor = factor(&block, &names)?;
        let shift = DVector::from_fn(observed.len(), |i, _| self.mean[i] - mean[observed[i]]);
        let about = &self.products + self.weight * &shift * shift.transpose();
        let log_determinant = factor.ln_determinant();
        let constant = observed.len() as f64 * (2.0 * std::f64::consts::PI).ln();
        let log_likelihood =
            -0.5 * (self.weight * (constant + log_determinant) + factor.solve(&about).trace());

        let k = mean.len();
        let mut sums = GramSums::empty(k);
        sums.weight = self.weight;
        for (i, &a) in observed.iter().enumerate() {
            sums.means[a] = self.mean[i];
            for (j, &b) in observed.iter().enumerate().take(i + 1) {
                sums.products[position(a, b)] = self.products[(i, j)];
            }
        }
        if !missing.is_empty() {
            let across = covariance.select_rows(observed).select_columns(missing);
            let slopes = factor.solve(&across); // Bᵀ: observed × missing
            let means = slopes.transpose() * &shift;
            let mixed = &self.products * &slopes;
            let own = slopes.transpose() * &mixed;
            let explained = slopes.transpose() * &across;
            for (i, &a) in missing.iter().enumerate() {
                sums.means[a] = mean[a] + means[i];
                for (j, &b) in missing.iter().enumerate().take(i + 1) {
                    sums.products[position(a, b)] =
                        own[(i, j)] + self.weight * (covariance[(a, b)] - explained[(i, j)]);
                }
                for (j, &b) in observed.iter().enumerate() {
                    sums.products[position(a, b)] = mixed[(j, i)];
                }
            }
        }
        filled.merge(&sums);
        Ok(log_likelihood)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_iteration_without_end_is_an_error() -> Result<(), DriverError> {
        let mut tally = MissingTally::new(["y", "x"])?;
        for (y, x) in [
            (1.0, Some(2.0)),
            (3.0, Some(3.0)),
            (4.0, Some(6.0)),
            (9.0, None),
        ] {
            tally.push(&[Some(y), x], 1.0)?;
        }
        let within = |most| {
            let (columns, patterns) = (tally.columns.clone(), &tally.patterns);
            em(
                columns,
                patterns,
                Weights::Sampling,
                0,
                most,
                &Progress::none(),
            )
        };
        let needed = within(MOST_ITERATIONS)?.em().map_or(0, |em| em.iterations);
        assert!(within(needed).is_ok());
        assert!(matches!(
            within(needed - 1),
            Err(DriverError::NotConverged { iterations, change })
                if iterations == needed - 1 && (SETTLED..10.0 * SETTLED).contains(&change)
        ));
        Ok(())
    }
}
