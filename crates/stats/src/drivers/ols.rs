use nalgebra::DMatrix;

use super::{DriverModel, Missing, Weights, model::correlation_eigenvalues};
use crate::{
    Level,
    distributions::{f_sf, two_sided_t},
};

/// A linear regression of the outcome on its drivers, with its diagnostics.
#[derive(Debug, Clone, PartialEq)]
pub struct Ols {
    /// Name of the outcome.
    pub outcome: String,
    /// The outcome where every driver is 0, in its units.
    pub intercept: Coefficient,
    /// A row per driver, in the order of the model.
    pub coefficients: Vec<OlsCoefficient>,
    /// Rows used.
    pub n: u64,
    /// Rows that standard errors reckon with; see [`Moments::effective_n`](super::Moments::effective_n).
    pub effective_n: f64,
    /// Rows left out because of missing answers.
    pub dropped: u64,
    /// R²: the share of the outcome's variance explained, 0 to 1.
    pub r_squared: f64,
    /// R² less what drivers without any effect would explain by chance.
    pub adjusted_r_squared: f64,
    /// Standard deviation of the residuals, in units of the outcome.
    pub residual_sd: f64,
    /// Degrees of freedom of the residuals: effective n − drivers − 1.
    pub degrees_of_freedom: f64,
    /// F of "no driver has an effect", on as many degrees of freedom as there are drivers.
    pub f: f64,
    /// p-value of F.
    pub f_p_value: f64,
    /// √(largest / smallest eigenvalue) of the correlations of the drivers: centred columns of unit variance. Above 30 is a warning.
    pub condition_number: f64,
    /// The same for the columns as they are, not centred, the intercept's ones among them, each scaled to unit length
    /// (Belsley, Kuh and Welsch): says also whether the intercept is well determined.
    pub condition_number_uncentred: f64,
    /// Covariance of the slopes i and j at index i p + j.
    pub covariance: Vec<f64>,
    /// Mean of the outcome, in its units.
    pub outcome_mean: f64,
    /// Confidence level of the intervals.
    pub level: Level,
    /// How missing answers were handled.
    pub missing: Missing,
    /// How weights were read.
    pub weights: Weights,
}

/// A coefficient, in units of the outcome per unit of the driver.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coefficient {
    /// The estimate.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Estimate over standard error; infinite when nothing is left unexplained.
    pub t: f64,
    /// Two-sided p-value of "it is 0".
    pub p_value: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

/// What a regression says of one driver.
#[derive(Debug, Clone, PartialEq)]
pub struct OlsCoefficient {
    /// Name of the driver.
    pub driver: String,
    /// Change of the outcome per unit of the driver, the other drivers held.
    pub slope: Coefficient,
    /// The slope in standard deviations of outcome and driver.
    pub standardized: f64,
    /// Variance inflation factor, 1 or more: above 10 the driver is hard to tell from the others.
    pub vif: f64,
    /// Mean of the driver, in its units.
    pub mean: f64,
    /// Standard deviation of the driver, in its units.
    pub sd: f64,
}

impl DriverModel {
    /// Ordinary (or weighted) least squares with an intercept.
    ///
    /// ```text
    /// β = R⁻¹ r      bⱼ = βⱼ s_y / sⱼ      R² = rᵀ β      VIFⱼ = (R⁻¹)ⱼⱼ
    /// s² = s_y² (1 − R²) (n − 1) / (n − p − 1)      se(bⱼ)² = s² VIFⱼ / (sⱼ² (n − 1))      F = (R² / p) / ((1 − R²) / (n − p − 1))
    /// ```
    /// with the correlations R among the drivers and r with the outcome, and n the effective number of rows.
    ///
    /// ```
    /// use radost_stats::{Level, drivers::{Gram, Weights}};
    ///
    /// let mut gram = Gram::new(["overall", "price", "speed"])?;
    /// for row in [[7.0, 6.0, 8.0], [5.0, 5.0, 4.0], [9.0, 6.0, 10.0], [8.0, 9.0, 7.0], [3.0, 4.0, 2.0], [6.0, 7.0, 5.0]] {
    ///     gram.push(&row)?;
    /// }
    /// let ols = gram.moments(Weights::Sampling)?.model("overall", &["price", "speed"])?.ols(Level::P95);
    /// let speed = &ols.coefficients[1];
    /// assert!((speed.slope.value - 0.611691).abs() < 1e-6 && (speed.slope.standard_error - 0.066951).abs() < 1e-6);
    /// assert!((ols.r_squared - 0.981390).abs() < 1e-6);
    /// # Ok::<(), radost_stats::drivers::DriverError>(())
    /// ```
    /// # Units
    /// Coefficients are in units of the outcome per unit of the driver.
    /// # Assumptions
    /// Linear effects that add up; residuals of one variance and roughly normal (or many rows); independent rows. With sampling weights
    /// the errors reckon with Kish's effective n, which is right when weights have nothing to do with the residuals.
    /// # Sources
    /// Belsley, Kuh and Welsch (1980), Regression Diagnostics, Wiley, chapter 3 (condition numbers); Kish (1965), Survey Sampling,
    /// Wiley (effective n).
    pub fn ols(&self, level: Level) -> Ols {
        let p = self.drivers.len();
        let degrees_of_freedom = (self.effective_n - p as f64 - 1.0).max(1.0);
        let unexplained = (1.0 - self.r_squared).max(0.0);
        let rows_less_one = self.effective_n - 1.0;
        let residual_variance =
            self.outcome_sd * self.outcome_sd * unexplained * rows_less_one / degrees_of_freedom;
        let t = level.t_unchecked(degrees_of_freedom);
        let coefficient = |value: f64, standard_error: f64| {
            coefficient(value, standard_error, degrees_of_freedom, t)
        };
        let covariance = DMatrix::from_fn(p, p, |i, j| {
            residual_variance * self.inverse[(i, j)] / (self.sds[i] * self.sds[j] * rows_less_one)
        });
        let coefficients: Vec<OlsCoefficient> = (0..p)
            .map(|j| OlsCoefficient {
                driver: self.drivers[j].clone(),
                slope: coefficient(self.slope(j), covariance[(j, j)].sqrt()),
                standardized: self.beta[j],
                vif: self.inverse[(j, j)],
                mean: self.means[j],
                sd: self.sds[j],
            })
            .collect();
        let at_zero: f64 = (0..p).map(|j| self.slope(j) * self.means[j]).sum();
        let spread: f64 = (0..p)
            .flat_map(|i| (0..p).map(move |j| (i, j)))
            .map(|(i, j)| self.means[i] * self.means[j] * covariance[(i, j)])
            .sum();
        let f = self.r_squared / p as f64 / (unexplained / degrees_of_freedom);
        Ols {
            outcome: self.outcome.clone(),
            intercept: coefficient(
                self.outcome_mean - at_zero,
                (residual_variance / self.effective_n + spread)
                    .max(0.0)
                    .sqrt(),
            ),
            coefficients,
            n: self.n,
            effective_n: self.effective_n,
            dropped: self.dropped,
            r_squared: self.r_squared,
            adjusted_r_squared: 1.0 - unexplained * rows_less_one / degrees_of_freedom,
            residual_sd: residual_variance.sqrt(),
            degrees_of_freedom,
            f,
            f_p_value: f_sf(f, p as f64, degrees_of_freedom),
            condition_number: condition(&self.correlation),
            condition_number_uncentred: condition(&self.uncentred()),
            covariance: covariance.iter().copied().collect(),
            outcome_mean: self.outcome_mean,
            level,
            missing: self.missing,
            weights: self.weights,
        }
    }

    pub(crate) fn slope(&self, j: usize) -> f64 {
        self.beta[j] * self.outcome_sd / self.sds[j]
    }

    /// Products of the columns as they are, the intercept's first, each of unit length.
    fn uncentred(&self) -> DMatrix<f64> {
        let p = self.drivers.len();
        let shrink = (self.effective_n - 1.0) / self.effective_n;
        let product = |i: usize, j: usize| match (i.checked_sub(1), j.checked_sub(1)) {
            (None, None) => 1.0,
            (None, Some(j)) => self.means[j],
            (Some(i), None) => self.means[i],
            (Some(i), Some(j)) => {
                self.means[i] * self.means[j]
                    + self.correlation[(i, j)] * self.sds[i] * self.sds[j] * shrink
            }
        };
        DMatrix::from_fn(p + 1, p + 1, |i, j| {
            product(i, j) / (product(i, i) * product(j, j)).sqrt()
        })
    }
}

/// An estimate with its test and its interval of t standard errors.
pub(super) fn coefficient(
    value: f64,
    standard_error: f64,
    degrees_of_freedom: f64,
    t: f64,
) -> Coefficient {
    let ratio = if value == 0.0 {
        0.0
    } else {
        value / standard_error
    };
    Coefficient {
        value,
        standard_error,
        t: ratio,
        p_value: two_sided_t(ratio, degrees_of_freedom),
        low: value - t * standard_error,
        high: value + t * standard_error,
    }
}

fn condition(products: &DMatrix<f64>) -> f64 {
    let (smallest, largest) = correlation_eigenvalues(products);
    (largest / smallest.max(0.0)).sqrt()
}
