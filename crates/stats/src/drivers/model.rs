use std::sync::Arc;

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use super::{
    DriverError, GramSums, Missing, Weights,
    gram::{index_of, position},
};

/// What settled when missing answers were filled by EM.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EmReport {
    /// Steps made.
    pub iterations: u64,
    /// Largest change of a mean or a covariance in the last step, in standard deviations.
    pub change: f64,
    /// Log-likelihood of the answers that are there.
    pub log_likelihood: f64,
}

/// Means, variances and correlations of some columns, and what they rest on: the input of every fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Moments {
    pub(crate) columns: Arc<[String]>,
    pub(crate) n: u64,
    pub(crate) effective_n: f64,
    pub(crate) dropped: u64,
    pub(crate) means: Vec<f64>,
    /// Centred cross-products over the sum of weights, the lower triangle.
    pub(crate) covariance: Vec<f64>,
    pub(crate) missing: Missing,
    pub(crate) weights: Weights,
    pub(crate) em: Option<EmReport>,
}

impl Moments {
    pub(crate) fn of(
        columns: Arc<[String]>,
        sums: &GramSums,
        missing: Missing,
        weights: Weights,
        dropped: u64,
    ) -> Result<Self, DriverError> {
        if sums.n == 0 || sums.weight <= 0.0 {
            return Err(DriverError::NoRows);
        }
        Ok(Self {
            columns,
            n: sums.n,
            effective_n: match weights {
                Weights::Sampling => sums.weight * sums.weight / sums.weight_squares,
                Weights::Frequency => sums.weight,
            },
            dropped,
            means: sums.means.clone(),
            covariance: sums
                .products
                .iter()
                .map(|product| product / sums.weight)
                .collect(),
            missing,
            weights,
            em: None,
        })
    }

    /// The columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Rows used: after [`Missing::Pairwise`] those of the rarest pair.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Rows that standard errors reckon with: (Σ w)² / Σ w² for [`Weights::Sampling`], Σ w for [`Weights::Frequency`].
    pub fn effective_n(&self) -> f64 {
        self.effective_n
    }

    /// Rows left out because of missing answers.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// How missing answers were handled.
    pub fn missing(&self) -> Missing {
        self.missing
    }

    /// How weights were read.
    pub fn weights(&self) -> Weights {
        self.weights
    }

    /// How EM settled, after [`Missing::Em`].
    pub fn em(&self) -> Option<EmReport> {
        self.em
    }

    /// Mean of a column, in its units.
    ///
    /// # Errors
    /// [`DriverError::UnknownColumn`].
    pub fn mean(&self, column: &str) -> Result<f64, DriverError> {
        Ok(self.means[index_of(&self.columns, column)?])
    }

    /// Standard deviation of a column with n − 1 in the denominator (the effective n under weights), in its units.
    ///
    /// # Errors
    /// [`DriverError::UnknownColumn`], and [`DriverError::TooFewRows`] for a single row.
    pub fn sd(&self, column: &str) -> Result<f64, DriverError> {
        let a = index_of(&self.columns, column)?;
        if self.effective_n <= 1.0 {
            return Err(DriverError::TooFewRows {
                n: self.effective_n as u64,
                needed: 2,
            });
        }
        Ok((self.covariance[position(a, a)] * self.correction()).sqrt())
    }

    /// Pearson's correlation of two columns.
    ///
    /// # Errors
    /// [`DriverError::UnknownColumn`] and [`DriverError::Constant`].
    pub fn correlation(&self, first: &str, second: &str) -> Result<f64, DriverError> {
        let (a, b) = (
            index_of(&self.columns, first)?,
            index_of(&self.columns, second)?,
        );
        self.check_spread(a)?;
        self.check_spread(b)?;
        Ok(self.r(a, b))
    }

    pub(crate) fn r(&self, a: usize, b: usize) -> f64 {
        if a == b {
            return 1.0;
        }
        let spread =
            self.covariance[position(a, a)].sqrt() * self.covariance[position(b, b)].sqrt();
        (self.covariance[position(a, b)] / spread).clamp(-1.0, 1.0)
    }

    pub(crate) fn check_spread(&self, a: usize) -> Result<(), DriverError> {
        if is_constant(self.means[a], self.covariance[position(a, a)]) {
            Err(DriverError::Constant {
                column: self.columns[a].clone(),
            })
        } else {
            Ok(())
        }
    }

    fn correction(&self) -> f64 {
        self.effective_n / (self.effective_n - 1.0)
    }

    /// The linear model of `outcome` by `drivers`, from which everything about drivers is computed.
    ///
    /// # Errors
    /// [`DriverError::NoColumns`], [`DriverError::UnknownColumn`], and [`DriverError::DuplicateColumn`] also when the outcome is among the
    /// drivers; [`DriverError::TooFewRows`] when there are fewer (effective) rows than drivers and two more;
    /// [`DriverError::Constant`] and [`DriverError::Collinear`].
    pub fn model<S: AsRef<str>>(
        &self,
        outcome: &str,
        drivers: &[S],
    ) -> Result<DriverModel, DriverError> {
        let y = index_of(&self.columns, outcome)?;
        let mut chosen = Vec::with_capacity(drivers.len());
        for driver in drivers {
            let index = index_of(&self.columns, driver.as_ref())?;
            if index == y || chosen.contains(&index) {
                return Err(DriverError::DuplicateColumn {
                    column: driver.as_ref().to_owned(),
                });
            }
            chosen.push(index);
        }
        let p = chosen.len();
        if p == 0 {
            return Err(DriverError::NoColumns);
        }
        let needed = p as u64 + 2;
        if self.effective_n < needed as f64 * (1.0 - 1e-12) {
            return Err(DriverError::TooFewRows {
                n: self.effective_n as u64,
                needed,
            });
        }
        self.check_spread(y)?;
        for &a in &chosen {
            self.check_spread(a)?;
        }
        let names: Vec<String> = chosen.iter().map(|&a| self.columns[a].clone()).collect();
        let correlation = DMatrix::from_fn(p, p, |i, j| self.r(chosen[i], chosen[j]));
        let with_outcome = DVector::from_fn(p, |i, _| self.r(chosen[i], y));
        let factor = factor(&correlation, &names)?;
        let inverse = factor.inverse();
        let beta = factor.solve(&with_outcome);
        let r_squared = with_outcome.dot(&beta).clamp(0.0, 1.0);
        let sd = |a: usize| (self.covariance[position(a, a)] * self.correction()).sqrt();
        Ok(DriverModel {
            outcome: outcome.to_owned(),
            drivers: names,
            n: self.n,
            effective_n: self.effective_n,
            dropped: self.dropped,
            missing: self.missing,
            weights: self.weights,
            outcome_mean: self.means[y],
            outcome_sd: sd(y),
            means: chosen.iter().map(|&a| self.means[a]).collect(),
            sds: chosen.iter().map(|&a| sd(a)).collect(),
            correlation,
            with_outcome,
            inverse,
            beta,
            r_squared,
        })
    }
}

/// One outcome and its drivers, checked: correlations, standardised coefficients and R².
///
/// Made by [`Moments::model`]; [`ols`](Self::ols) and [`importance`](Self::importance) read it.
#[derive(Debug, Clone, PartialEq)]
pub struct DriverModel {
    pub(crate) outcome: String,
    pub(crate) drivers: Vec<String>,
    pub(crate) n: u64,
    pub(crate) effective_n: f64,
    pub(crate) dropped: u64,
    pub(crate) missing: Missing,
    pub(crate) weights: Weights,
    pub(crate) outcome_mean: f64,
    pub(crate) outcome_sd: f64,
    pub(crate) means: Vec<f64>,
    pub(crate) sds: Vec<f64>,
    pub(crate) correlation: DMatrix<f64>,
    pub(crate) with_outcome: DVector<f64>,
    pub(crate) inverse: DMatrix<f64>,
    pub(crate) beta: DVector<f64>,
    pub(crate) r_squared: f64,
}

impl DriverModel {
    /// Name of the outcome.
    pub fn outcome(&self) -> &str {
        &self.outcome
    }

    /// Names of the drivers, in the order of every result.
    pub fn drivers(&self) -> &[String] {
        &self.drivers
    }

    /// Share of the outcome's variance that the drivers explain together, 0 to 1.
    pub fn r_squared(&self) -> f64 {
        self.r_squared
    }

    /// Rows used.
    pub fn n(&self) -> u64 {
        self.n
    }
}

/// Below this share of a driver's variance left by the others it counts as computed from them: a VIF of 10¹⁰.
const COLLINEAR: f64 = 1e-10;

/// Cholesky's factor of a covariance or correlation matrix, or the column that follows from others.
pub(crate) fn factor(
    matrix: &DMatrix<f64>,
    names: &[String],
) -> Result<Cholesky<f64, Dyn>, DriverError> {
    let p = matrix.nrows();
    let mut l = DMatrix::<f64>::zeros(p, p);
    for i in 0..p {
        for j in 0..i {
            let inner: f64 = (0..j).map(|m| l[(i, m)] * l[(j, m)]).sum();
            l[(i, j)] = (matrix[(i, j)] - inner) / l[(j, j)];
        }
        let left = matrix[(i, i)] - (0..i).map(|m| l[(i, m)] * l[(i, m)]).sum::<f64>();
        if left.is_nan() || left <= COLLINEAR * matrix[(i, i)] {
            // The coefficients of this column on those before it: Lᵀ c = l_i.
            let mut slopes: Vec<f64> = (0..i).map(|j| l[(i, j)]).collect();
            for j in (0..i).rev() {
                slopes[j] /= l[(j, j)];
                for m in 0..j {
                    slopes[m] -= l[(j, m)] * slopes[j];
                }
            }
            let largest = slopes
                .iter()
                .fold(0.0, |most: f64, slope| most.max(slope.abs()));
            let involved = (0..i).filter(|&j| slopes[j].abs() > 1e-3 * largest);
            return Err(DriverError::Collinear {
                column: names[i].clone(),
                others: involved.map(|j| names[j].clone()).collect(),
            });
        }
        l[(i, i)] = left.sqrt();
    }
    Ok(Cholesky::new_unchecked(matrix.clone()))
}

/// Whether a variance is only the rounding of its level.
pub(crate) fn is_constant(mean: f64, variance: f64) -> bool {
    variance <= (mean.abs() * 1e-12).powi(2)
}

/// Smallest and largest eigenvalue of a symmetric matrix.
pub(crate) fn correlation_eigenvalues(matrix: &DMatrix<f64>) -> (f64, f64) {
    let eigenvalues = matrix.clone().symmetric_eigenvalues();
    (eigenvalues.min(), eigenvalues.max())
}
