use rayon::prelude::*;

use super::{
    DriverError, DriverModel,
    lattice::{SubsetSums, every_subset},
};
use crate::{Progress, random::SplitMix64, resampling::Steps};

/// A number that says how much a driver matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DriverMeasure {
    /// Lindeman, Merenda and Gold's average gain in R² over all orders of the drivers: Shapley's value, and general dominance.
    Lmg,
    /// Johnson's relative weights.
    Johnson,
    /// Feldman's proportional marginal variance decomposition.
    Pmvd,
    /// R² of the driver alone.
    First,
    /// Gain in R² when the driver comes last.
    Last,
    /// Pratt's β r, which may be below zero.
    Pratt,
    /// The squared standardised coefficient.
    BetaSquared,
    /// The standardised coefficient.
    Beta,
    /// The coefficient, in units of the outcome per unit of the driver.
    Slope,
}

impl DriverMeasure {
    /// Those that divide importance, in the order of the enum; the coefficients are not among them.
    pub const IMPORTANCES: [Self; 7] = [
        Self::Lmg,
        Self::Johnson,
        Self::Pmvd,
        Self::First,
        Self::Last,
        Self::Pratt,
        Self::BetaSquared,
    ];

    /// Most drivers the measure is computed for: 25 for LMG (see [`DriverModel::lmg_sampled`] beyond), 20 for PMVD, any number for the rest.
    pub fn most_drivers(self) -> Option<usize> {
        match self {
            Self::Lmg => Some(MOST_FOR_LMG),
            Self::Pmvd => Some(MOST_FOR_PMVD),
            _ => None,
        }
    }

    fn is_divided(self) -> bool {
        !matches!(self, Self::Beta | Self::Slope)
    }
}

impl std::fmt::Display for DriverMeasure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Lmg => "LMG",
            Self::Johnson => "relative weights",
            Self::Pmvd => "PMVD",
            Self::First => "first",
            Self::Last => "last",
            Self::Pratt => "Pratt",
            Self::BetaSquared => "squared beta",
            Self::Beta => "beta",
            Self::Slope => "slope",
        })
    }
}

pub(super) const MOST_FOR_LMG: usize = 25;
pub(super) const MOST_FOR_PMVD: usize = 20;

/// How much each driver matters, by one measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Importance {
    /// The measure.
    pub measure: DriverMeasure,
    /// How it was computed.
    pub computation: Computation,
    /// Name of the outcome.
    pub outcome: String,
    /// A row per driver, in the order of the model.
    pub drivers: Vec<DriverImportance>,
    /// R² of all drivers together, 0 to 1: the sum of LMG, relative weights, PMVD and Pratt.
    pub r_squared: f64,
    /// Rows used.
    pub n: u64,
    /// Rows left out because of missing answers.
    pub dropped: u64,
}

/// How much one driver matters.
#[derive(Debug, Clone, PartialEq)]
pub struct DriverImportance {
    /// Name of the driver.
    pub driver: String,
    /// The measure, as a share of the outcome's variance (−1 to 1); for the coefficients in their own units.
    pub value: f64,
    /// The value as a share of the sum over all drivers; `None` for coefficients and when the sum is zero.
    pub share: Option<f64>,
    /// What sampling of orders leaves uncertain in `value`; `None` when it is exact. The uncertainty of the data is another matter.
    pub sampling_error: Option<f64>,
}

/// How an importance was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Computation {
    /// From all orders or subsets, or a formula.
    Exact,
    /// From a random sample of orders.
    Sampled {
        /// Orders drawn.
        orders: u64,
        /// Seed of the draws.
        seed: u64,
    },
}

impl std::fmt::Display for Computation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exact => f.write_str("exact"),
            Self::Sampled { orders, seed } => write!(f, "{orders} random orders, seed {seed}"),
        }
    }
}

/// Gains in R² by driver and by the number of drivers that are there before it: conditional dominance.
///
/// A driver dominates another conditionally when it gains more at every size, and generally when it does so on average.
#[derive(Debug, Clone, PartialEq)]
pub struct Dominance {
    /// Name of the outcome.
    pub outcome: String,
    /// A row per driver, in the order of the model.
    pub drivers: Vec<DriverDominance>,
    /// R² of all drivers together, or McFadden's.
    pub r_squared: f64,
    /// Rows used.
    pub n: u64,
}

/// The gains of one driver.
#[derive(Debug, Clone, PartialEq)]
pub struct DriverDominance {
    /// Name of the driver.
    pub driver: String,
    /// General dominance: the mean of `by_size`.
    pub general: f64,
    /// Mean gain when 0, 1, … p − 1 other drivers are there already; the first is R² of the driver alone, the last its gain as the last.
    pub by_size: Vec<f64>,
}

impl DriverModel {
    /// How much each driver matters by `measure`.
    ///
    /// ```text
    /// LMGⱼ = Σ_S |S|! (p − |S| − 1)! / p! · [R²(S ∪ j) − R²(S)]       over all S without j; sums to R², never below zero
    /// Johnsonⱼ = Σₖ λⱼₖ² β*ₖ²      Λ = R^½, β* = Λ⁻¹ r                 sums to R², never below zero
    /// PMVDⱼ = Σ_π p(π) [R²(before j, j) − R²(before j)]               over all orders π; sums to R², never below zero
    ///   p(π) ∝ Π 1 / (R² − R²(first i of π)),  i = 1 … p − 1          so that a driver without a coefficient gets nothing
    /// firstⱼ = rⱼ²      lastⱼ = βⱼ² / VIFⱼ      Prattⱼ = βⱼ rⱼ       betasqⱼ = βⱼ²
    /// ```
    /// LMG and relative weights answer the same question and differ by little, but they do differ. Pratt's measure sums to R² and can be
    /// below zero.
    ///
    /// ```
    /// use radost_stats::{Progress, drivers::{DriverMeasure, Gram, Weights}};
    ///
    /// let mut gram = Gram::new(["overall", "price", "speed"])?;
    /// for row in [[7.0, 6.0, 8.0], [5.0, 5.0, 4.0], [9.0, 6.0, 10.0], [8.0, 9.0, 7.0], [3.0, 4.0, 2.0], [6.0, 7.0, 5.0]] {
    ///     gram.push(&row)?;
    /// }
    /// let model = gram.moments(Weights::Sampling)?.model("overall", &["price", "speed"])?;
    /// let lmg = model.importance(DriverMeasure::Lmg, &Progress::none())?;
    /// assert!((lmg.drivers[0].value - 0.263293).abs() < 1e-6 && (lmg.drivers[1].value - 0.718097).abs() < 1e-6);
    /// assert!((lmg.drivers[0].share.unwrap_or(0.0) - 0.268286).abs() < 1e-6);
    /// # Ok::<(), radost_stats::drivers::DriverError>(())
    /// ```
    /// # Units
    /// Values are shares of the outcome's variance, 0 to 1; [`DriverMeasure::Slope`] is in units of the outcome per unit of the driver.
    /// # Assumptions
    /// Those of the linear model. A measure divides what is explained; it does not prove that a driver is a cause.
    /// # Errors
    /// [`DriverError::TooManyDrivers`] beyond [`DriverMeasure::most_drivers`]; [`DriverError::Cancelled`].
    /// # Sources
    /// Lindeman, Merenda and Gold (1980), Introduction to Bivariate and Multivariate Analysis, Scott Foresman; Grömping (2006), Journal of
    /// Statistical Software 17(1); Johnson (2000), Multivariate Behavioral Research 35(1), 1–19; Feldman (2005), Relative importance and
    /// value (manuscript), as given by Grömping (2007), The American Statistician 61(2), 139–147; Pratt (1987), Proceedings of the Second
    /// International Tampere Conference in Statistics, 245–260.
    pub fn importance(
        &self,
        measure: DriverMeasure,
        progress: &Progress,
    ) -> Result<Importance, DriverError> {
        Ok(self.divided(
            measure,
            Computation::Exact,
            self.values(measure, progress)?,
            None,
        ))
    }

    /// LMG from random orders of the drivers, for more drivers than the exact method takes.
    ///
    /// Orders are drawn in pairs, each with its reverse, whose gains mostly err in opposite directions. [`DriverImportance::sampling_error`] is
    /// the standard deviation of the pairs' means over the root of their number; it falls by half for four times the orders. The sum over
    /// the drivers is R² whatever the orders.
    ///
    /// # Errors
    /// [`DriverError::Draws`] below 20 orders (ten pairs); an odd number is rounded up. [`DriverError::Cancelled`].
    /// # Sources
    /// Castro, Gómez and Tejada (2009), Computers & Operations Research 36(5), 1726–1730.
    pub fn lmg_sampled(
        &self,
        orders: u64,
        seed: u64,
        progress: &Progress,
    ) -> Result<Importance, DriverError> {
        if orders < 20 {
            return Err(DriverError::Draws {
                draws: orders,
                needed: 20,
            });
        }
        let pairs = orders.div_ceil(2);
        let (values, errors) =
            sampled(self.drivers.len(), pairs, seed, progress, |order, gains| {
                self.gains(order, gains);
                Ok::<(), DriverError>(())
            })?;
        Ok(self.divided(
            DriverMeasure::Lmg,
            Computation::Sampled {
                orders: 2 * pairs,
                seed,
            },
            values,
            Some(errors),
        ))
    }

    /// Gains in R² by driver and number of drivers before it.
    ///
    /// # Errors
    /// [`DriverError::TooManyDrivers`] beyond 25 drivers; [`DriverError::Cancelled`].
    /// # Sources
    /// Azen and Budescu (2003), Psychological Methods 8(2), 129–148.
    pub fn dominance(&self, progress: &Progress) -> Result<Dominance, DriverError> {
        let p = self.drivers.len();
        check_limit(DriverMeasure::Lmg, p)?;
        let sums = SubsetSums::walk(&self.correlation, &self.with_outcome, progress)?;
        let drivers = self
            .drivers
            .iter()
            .enumerate()
            .map(|(j, driver)| DriverDominance {
                driver: driver.clone(),
                general: sums.lmg(j),
                by_size: (0..p).map(|size| sums.gain(j, size)).collect(),
            });
        Ok(Dominance {
            outcome: self.outcome.clone(),
            drivers: drivers.collect(),
            r_squared: self.r_squared,
            n: self.n,
        })
    }

    pub(super) fn divided(
        &self,
        measure: DriverMeasure,
        computation: Computation,
        values: Vec<f64>,
        errors: Option<Vec<f64>>,
    ) -> Importance {
        let shares = shares(measure, &values);
        let drivers = self
            .drivers
            .iter()
            .enumerate()
            .map(|(j, driver)| DriverImportance {
                driver: driver.clone(),
                value: values[j],
                share: shares.as_ref().map(|shares| shares[j]),
                sampling_error: errors.as_ref().map(|errors| errors[j]),
            });
        Importance {
            measure,
            computation,
            outcome: self.outcome.clone(),
            drivers: drivers.collect(),
            r_squared: self.r_squared,
            n: self.n,
            dropped: self.dropped,
        }
    }

    pub(super) fn values(
        &self,
        measure: DriverMeasure,
        progress: &Progress,
    ) -> Result<Vec<f64>, DriverError> {
        let p = self.drivers.len();
        check_limit(measure, p)?;
        Ok(match measure {
            DriverMeasure::Lmg => {
                let sums = SubsetSums::walk(&self.correlation, &self.with_outcome, progress)?;
                // A gain is never below zero; rounding may be.
                (0..p).map(|j| sums.lmg(j).max(0.0)).collect()
            }
            DriverMeasure::Johnson => self.relative_weights(),
            DriverMeasure::Pmvd => self.pmvd(),
            DriverMeasure::First => self.with_outcome.iter().map(|r| r * r).collect(),
            DriverMeasure::Last => (0..p).map(|j| self.last(j)).collect(),
            DriverMeasure::Pratt => (0..p)
                .map(|j| self.beta[j] * self.with_outcome[j])
                .collect(),
            DriverMeasure::BetaSquared => self.beta.iter().map(|beta| beta * beta).collect(),
            DriverMeasure::Beta => self.beta.iter().copied().collect(),
            DriverMeasure::Slope => (0..p).map(|j| self.slope(j)).collect(),
        })
    }

    fn last(&self, j: usize) -> f64 {
        self.beta[j] * self.beta[j] / self.inverse[(j, j)]
    }

    fn relative_weights(&self) -> Vec<f64> {
        let p = self.drivers.len();
        let eigen = self.correlation.clone().symmetric_eigen();
        let roots = eigen.eigenvalues.map(|value| value.max(0.0).sqrt());
        let turned = eigen.eigenvectors.tr_mul(&self.with_outcome);
        // β* = V Δ⁻¹ Vᵀ r, and Λ = V Δ Vᵀ.
        let orthogonal = &eigen.eigenvectors * turned.component_div(&roots);
        (0..p)
            .map(|j| {
                (0..p)
                    .map(|k| {
                        let loading: f64 = (0..p)
                            .map(|m| {
                                eigen.eigenvectors[(j, m)] * roots[m] * eigen.eigenvectors[(k, m)]
                            })
                            .sum();
                        (loading * orthogonal[k]).powi(2)
                    })
                    .sum()
            })
            .collect()
    }

    /// Orders are paths through the lattice of subsets, so that the sum over p! orders is one pass up and one down over 2ᵖ subsets.
    fn pmvd(&self) -> Vec<f64> {
        let p = self.drivers.len();
        // A driver that adds nothing as the last gets nothing, and would make the weight of some orders infinite.
        let kept: Vec<usize> = (0..p)
            .filter(|&j| self.last(j) > 1e-14 * self.r_squared)
            .collect();
        let mut values = vec![0.0; p];
        if kept.is_empty() {
            return values;
        }
        let q = kept.len();
        let subsets = every_subset(
            &self.correlation.select_rows(&kept).select_columns(&kept),
            &self.with_outcome.select_rows(&kept),
        );
        let full = subsets.len() - 1;
        // 1 / what is left to explain, as a share; the empty and the full subset do not count.
        let weight = |set: usize| {
            if set == full || set == 0 {
                1.0
            } else {
                subsets[full] / (subsets[full] - subsets[set]).max(f64::MIN_POSITIVE)
            }
        };
        let mut up = vec![0.0; subsets.len()]; // Σ over paths from nothing to here, of the weights passed, this one's included
        up[0] = 1.0;
        for set in 1..subsets.len() {
            let paths: f64 = (0..q)
                .filter(|j| set >> j & 1 == 1)
                .map(|j| up[set & !(1 << j)])
                .sum();
            up[set] = paths * weight(set);
        }
        let mut down = vec![0.0; subsets.len()]; // the same from here, its own left out, to all
        down[full] = 1.0;
        for set in (0..full).rev() {
            down[set] = (0..q)
                .filter(|j| set >> j & 1 == 0)
                .map(|j| down[set | 1 << j] * weight(set | 1 << j))
                .sum();
        }
        for (j, &driver) in kept.iter().enumerate() {
            let gains = (0..subsets.len())
                .filter(|set| set >> j & 1 == 0)
                .map(|set| {
                    let with = set | 1 << j;
                    let paths = up[set] * weight(with) * down[with];
                    paths / up[full] * (subsets[with] - subsets[set])
                });
            values[driver] = gains.sum::<f64>().max(0.0);
        }
        values
    }

    /// Gains in R² when the drivers enter in this order: the squares of L⁻¹ r for Cholesky's factor of the reordered correlations.
    fn gains(&self, order: &[usize], gains: &mut [f64]) {
        let p = order.len();
        let mut l = vec![0.0; p * p];
        let mut entered = vec![0.0; p];
        for (i, &a) in order.iter().enumerate() {
            for (j, &b) in order[..i].iter().enumerate() {
                let inner: f64 = l[i * p..i * p + j]
                    .iter()
                    .zip(&l[j * p..j * p + j])
                    .map(|(x, y)| x * y)
                    .sum();
                l[i * p + j] = (self.correlation[(a, b)] - inner) / l[j * p + j];
            }
            let row = &l[i * p..i * p + i];
            let root = (1.0 - row.iter().map(|x| x * x).sum::<f64>())
                .max(f64::MIN_POSITIVE)
                .sqrt();
            let left =
                self.with_outcome[a] - row.iter().zip(&entered).map(|(x, y)| x * y).sum::<f64>();
            l[i * p + i] = root;
            entered[i] = left / root;
            gains[a] = entered[i] * entered[i];
        }
    }
}

fn check_limit(measure: DriverMeasure, drivers: usize) -> Result<(), DriverError> {
    match measure.most_drivers() {
        Some(limit) if drivers > limit => Err(DriverError::TooManyDrivers {
            method: measure,
            drivers,
            limit,
        }),
        _ => Ok(()),
    }
}

/// Values as shares of their sum.
pub(super) fn shares(measure: DriverMeasure, values: &[f64]) -> Option<Vec<f64>> {
    let total: f64 = values.iter().sum();
    (measure.is_divided() && total > 0.0)
        .then(|| values.iter().map(|value| value / total).collect())
}

/// Mean gains over random orders and their reverses, with standard errors.
pub(super) fn sampled<E: From<crate::Cancelled> + Send>(
    drivers: usize,
    pairs: u64,
    seed: u64,
    progress: &Progress,
    gains: impl Fn(&[usize], &mut [f64]) -> Result<(), E> + Sync,
) -> Result<(Vec<f64>, Vec<f64>), E> {
    const PART: u64 = 16;
    let parts: Vec<u64> = (0..pairs).step_by(PART as usize).collect();
    let steps = Steps::new(pairs, *progress);
    // Σ x and Σ x² by driver; added up in the order of the parts.
    let sums: Vec<(Vec<f64>, Vec<f64>)> = parts
        .par_iter()
        .map(|&start| {
            let mut sums = (vec![0.0; drivers], vec![0.0; drivers]);
            let (mut there, mut back) = (vec![0.0; drivers], vec![0.0; drivers]);
            let end = pairs.min(start + PART);
            for pair in start..end {
                let mut random = SplitMix64::stream(seed, pair);
                let mut order: Vec<usize> = (0..drivers).collect();
                for i in (1..drivers).rev() {
                    order.swap(i, random.below(i + 1));
                }
                gains(&order, &mut there)?;
                order.reverse();
                gains(&order, &mut back)?;
                for j in 0..drivers {
                    let mean = (there[j] + back[j]) / 2.0;
                    sums.0[j] += mean;
                    sums.1[j] += mean * mean;
                }
            }
            steps.advance(end - start)?;
            Ok(sums)
        })
        .collect::<Result<_, E>>()?;
    let n = pairs as f64;
    let mut values = vec![0.0; drivers];
    let mut squares = vec![0.0; drivers];
    for (sum, square) in &sums {
        for j in 0..drivers {
            values[j] += sum[j];
            squares[j] += square[j];
        }
    }
    let errors = (0..drivers)
        .map(|j| ((squares[j] - values[j] * values[j] / n).max(0.0) / (n - 1.0) / n).sqrt());
    let errors = errors.collect();
    for value in &mut values {
        *value /= n;
    }
    Ok((values, errors))
}
