use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
};

use nalgebra::{Cholesky, DMatrix, DVector};
use rayon::prelude::*;

use super::{
    Computation, Dominance, DriverDominance, DriverError, DriverImportance,
    correlation::Ordered,
    gram::{check_length, check_value, check_weight, index_of, names},
    importance::sampled,
    model::{factor, is_constant},
};
use crate::{
    Cancelled, Level, Progress,
    distributions::{chi_squared_sf, two_sided_z},
    resampling::Steps,
};

/// Most drivers whose dominance over a yes-or-no outcome is computed exactly: 2¹² regressions.
const MOST_FOR_DOMINANCE: usize = 12;

/// Yes-or-no outcomes by the drivers' answers, equal answers together.
///
/// ```
/// use radost_stats::{Level, drivers::BinaryTally};
///
/// let mut tally = BinaryTally::new(["speed"])?;
/// for (speed, stayed, left) in [(1.0, 2.0, 8.0), (2.0, 4.0, 6.0), (3.0, 5.0, 5.0), (4.0, 8.0, 2.0), (5.0, 9.0, 1.0)] {
///     tally.add(&[speed], true, stayed)?;
///     tally.add(&[speed], false, left)?;
/// }
/// let logit = tally.fit(&["speed"], Level::P95)?;
/// let speed = &logit.coefficients[0];
/// assert!((speed.slope.value - 0.881243).abs() < 1e-6 && (speed.slope.standard_error - 0.268217).abs() < 1e-6);
/// assert!((logit.mcfadden_r_squared - 0.209442).abs() < 1e-6);
/// # Ok::<(), radost_stats::drivers::LogisticError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct BinaryTally {
    columns: Arc<[String]>,
    /// Σ w of no and of yes, by answers.
    groups: BTreeMap<Vec<Ordered>, [f64; 2]>,
    rows: u64,
}

/// A logistic regression.
#[derive(Debug, Clone, PartialEq)]
pub struct Logistic {
    /// Log-odds where every driver is 0.
    pub intercept: LogisticCoefficient,
    /// A row per driver.
    pub coefficients: Vec<LogisticSlope>,
    /// Cases: the sum of their weights.
    pub n: f64,
    /// Cases with a yes.
    pub n_yes: f64,
    /// Log-likelihood.
    pub log_likelihood: f64,
    /// Log-likelihood without drivers.
    pub null_log_likelihood: f64,
    /// 1 − log-likelihood / null log-likelihood, 0 to 1.
    pub mcfadden_r_squared: f64,
    /// Chi-square of "no driver has an effect", on as many degrees of freedom as there are drivers.
    pub likelihood_ratio: f64,
    /// Its p-value.
    pub p_value: f64,
    /// Newton steps until no coefficient moved by 10⁻¹⁰ per standard deviation of its driver.
    pub iterations: u64,
    /// Confidence level of the intervals.
    pub level: Level,
}

/// A coefficient in log-odds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogisticCoefficient {
    /// The estimate, in log-odds (per unit of the driver).
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Estimate over standard error.
    pub z: f64,
    /// Two-sided p-value of "it is 0".
    pub p_value: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

/// What a logistic regression says of one driver.
#[derive(Debug, Clone, PartialEq)]
pub struct LogisticSlope {
    /// Name of the driver.
    pub driver: String,
    /// Change of the log-odds per unit of the driver.
    pub slope: LogisticCoefficient,
    /// By what the odds are multiplied per unit of the driver.
    pub odds_ratio: f64,
    /// The slope per standard deviation of the driver.
    pub standardized: f64,
}

/// Dominance over a yes-or-no outcome by random orders.
#[derive(Debug, Clone, PartialEq)]
pub struct LogisticImportance {
    /// A row per driver: general dominance in units of McFadden's R².
    pub drivers: Vec<DriverImportance>,
    /// McFadden's R² of all drivers together: the sum of the values.
    pub r_squared: f64,
    /// Cases.
    pub n: f64,
    /// How it was computed.
    pub computation: Computation,
}

/// Relative weights of the drivers of a yes-or-no outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct LogisticWeights {
    /// A row per driver: its part of R².
    pub drivers: Vec<DriverImportance>,
    /// Squared correlation of the outcome with the probabilities of all drivers together: the sum of the values.
    pub r_squared: f64,
    /// Cases.
    pub n: f64,
}

/// Why a logistic regression was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LogisticError {
    /// Columns, values, weights or collinear drivers, as for a linear model.
    #[error(transparent)]
    Input(#[from] DriverError),
    /// All cases have the same outcome.
    #[error("all outcomes are {}", if *.yes { "yes" } else { "no" })]
    OneClass {
        /// Which.
        yes: bool,
    },
    /// Some drivers tell yes from no without error, at least for part of the cases, so that their coefficients are infinite.
    #[error("yes and no are separated without error by {}: the coefficients are infinite", .columns.join(", "))]
    Separated {
        /// The drivers whose coefficients still grew.
        columns: Vec<String>,
    },
    /// Newton's steps did not settle.
    #[error(
        "the regression did not settle in {iterations} steps; the last moved a coefficient by {change:.3e}"
    )]
    NotConverged {
        /// Steps made.
        iterations: u64,
        /// Largest move of the last step, per standard deviation of the driver.
        change: f64,
    },
    /// The exact method would take too long.
    #[error("dominance is exact up to {limit} drivers, and there are {drivers}")]
    TooManyDrivers {
        /// Drivers given.
        drivers: usize,
        /// Most drivers.
        limit: usize,
    },
    /// The caller asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl BinaryTally {
    /// An empty tally of these drivers.
    ///
    /// # Errors
    /// [`LogisticError::Input`] for no or equal columns.
    pub fn new<S: Into<String>>(
        drivers: impl IntoIterator<Item = S>,
    ) -> Result<Self, LogisticError> {
        Ok(Self {
            columns: names(drivers)?,
            groups: BTreeMap::new(),
            rows: 0,
        })
    }

    /// Counts one case.
    ///
    /// # Errors
    /// [`LogisticError::Input`] for a wrong number of values or one that is not finite.
    pub fn push(&mut self, drivers: &[f64], yes: bool) -> Result<(), LogisticError> {
        self.add(drivers, yes, 1.0)
    }

    /// Counts a case `weight` times.
    ///
    /// # Errors
    /// [`LogisticError::Input`] for a wrong number of values, one that is not finite, or a weight of zero or below.
    pub fn add(&mut self, drivers: &[f64], yes: bool, weight: f64) -> Result<(), LogisticError> {
        check_length(self.columns.len(), drivers.len())?;
        check_weight(weight, self.rows)?;
        for (column, &value) in self.columns.iter().zip(drivers) {
            check_value(column, value, self.rows)?;
        }
        let key = drivers.iter().map(|&value| Ordered(value + 0.0)).collect();
        let counts: &mut [f64; 2] = self.groups.entry(key).or_default();
        counts[usize::from(yes)] += weight;
        self.rows = self.rows.saturating_add(1);
        Ok(())
    }

    /// Adds the cases of another part of the data.
    ///
    /// # Errors
    /// [`LogisticError::Input`] for other columns; the tally is then unchanged.
    pub fn merge(&mut self, other: &Self) -> Result<(), LogisticError> {
        if self.columns != other.columns {
            return Err(DriverError::DifferentColumns.into());
        }
        for (key, theirs) in &other.groups {
            let mine = self.groups.entry(key.clone()).or_default();
            mine[0] += theirs[0];
            mine[1] += theirs[1];
        }
        self.rows = self.rows.saturating_add(other.rows);
        Ok(())
    }

    fn design<S: AsRef<str>>(&self, drivers: &[S]) -> Result<(Vec<String>, Design), LogisticError> {
        let chosen = names(drivers.iter().map(AsRef::as_ref))?;
        let indices = chosen
            .iter()
            .map(|driver| index_of(&self.columns, driver))
            .collect::<Result<Vec<_>, _>>()?;
        let rows = self
            .groups
            .iter()
            .map(|(key, counts)| (indices.iter().map(|&a| key[a].0).collect(), *counts));
        Ok((chosen.to_vec(), Design::new(&chosen, rows.collect())?))
    }

    /// Logistic regression of yes by some of the drivers, by Newton's method on the grouped cases.
    ///
    /// ```text
    /// P(yes) = 1 / (1 + exp(−(b₀ + Σ bⱼ xⱼ)))      ℓ = Σ w [y ln P + (1 − y) ln(1 − P)]      covariance = (Xᵀ W X)⁻¹, W = w P (1 − P)
    /// ```
    /// # Assumptions
    /// Independent cases; log-odds linear in the drivers. A weight is a number of equal cases.
    /// # Errors
    /// [`LogisticError::Input`] with [`DriverError::Constant`], [`DriverError::Collinear`], [`DriverError::NoRows`] or
    /// [`DriverError::UnknownColumn`]; [`LogisticError::OneClass`]; [`LogisticError::Separated`]; [`LogisticError::NotConverged`].
    /// # Sources
    /// McCullagh and Nelder (1989), Generalized Linear Models, 2nd ed., Chapman & Hall, chapter 4; Albert and Anderson (1984),
    /// Biometrika 71(1), 1–10 (separation).
    pub fn fit<S: AsRef<str>>(
        &self,
        drivers: &[S],
        level: Level,
    ) -> Result<Logistic, LogisticError> {
        let (chosen, design) = self.design(drivers)?;
        let everything: Vec<usize> = (0..chosen.len()).collect();
        let fit = design.fit(&everything, &chosen)?;
        let coefficient = |value: f64, variance: f64| {
            let standard_error = variance.sqrt();
            LogisticCoefficient {
                value,
                standard_error,
                z: value / standard_error,
                p_value: two_sided_z(value / standard_error),
                low: value - level.z() * standard_error,
                high: value + level.z() * standard_error,
            }
        };
        // From standardised drivers back to their units: b₀ = c₀ − Σ cⱼ mⱼ / sⱼ.
        let p = chosen.len();
        let back = DVector::from_fn(p + 1, |j, _| match j.checked_sub(1) {
            None => 1.0,
            Some(j) => -design.means[j] / design.sds[j],
        });
        let covariance = &fit.covariance;
        let coefficients = chosen.iter().enumerate().map(|(j, driver)| {
            let sd = design.sds[j];
            let slope = coefficient(
                fit.coefficients[j + 1] / sd,
                covariance[(j + 1, j + 1)] / (sd * sd),
            );
            LogisticSlope {
                driver: driver.clone(),
                slope,
                odds_ratio: slope.value.exp(),
                standardized: fit.coefficients[j + 1],
            }
        });
        let coefficients = coefficients.collect();
        let null_log_likelihood = design.null_log_likelihood();
        let likelihood_ratio = 2.0 * (fit.log_likelihood - null_log_likelihood).max(0.0);
        Ok(Logistic {
            intercept: coefficient(fit.coefficients.dot(&back), (covariance * &back).dot(&back)),
            coefficients,
            n: design.n(),
            n_yes: design.yes,
            log_likelihood: fit.log_likelihood,
            null_log_likelihood,
            mcfadden_r_squared: 1.0 - fit.log_likelihood / null_log_likelihood,
            likelihood_ratio,
            p_value: chi_squared_sf(likelihood_ratio, p as f64),
            iterations: fit.iterations,
            level,
        })
    }

    /// Dominance of the drivers in units of McFadden's R², from the regressions by all subsets of them.
    ///
    /// ```text
    /// generalⱼ = Σ_S |S|! (p − |S| − 1)! / p! · [R²_M(S ∪ j) − R²_M(S)]      R²_M = 1 − ℓ / ℓ₀; sums to that of all drivers
    /// ```
    /// # Errors
    /// Those of [`fit`](Self::fit); [`LogisticError::TooManyDrivers`] beyond 12 drivers; [`LogisticError::Cancelled`].
    /// # Sources
    /// Azen and Traxel (2009), Journal of Educational and Behavioral Statistics 34(3), 319–347.
    pub fn dominance<S: AsRef<str>>(
        &self,
        drivers: &[S],
        progress: &Progress,
    ) -> Result<Dominance, LogisticError> {
        let (chosen, design) = self.design(drivers)?;
        let p = chosen.len();
        if p > MOST_FOR_DOMINANCE {
            return Err(LogisticError::TooManyDrivers {
                drivers: p,
                limit: MOST_FOR_DOMINANCE,
            });
        }
        let subsets = 1usize << p;
        let steps = Steps::new(subsets as u64, *progress);
        let r_squared: Vec<f64> = (0..subsets)
            .into_par_iter()
            .map(|mask| {
                let members: Vec<usize> = (0..p).filter(|j| mask >> j & 1 == 1).collect();
                let value = design.mcfadden(&members, &chosen)?;
                steps.advance(1)?;
                Ok(value)
            })
            .collect::<Result<_, LogisticError>>()?;
        let drivers = chosen.iter().enumerate().map(|(j, driver)| {
            let (mut gains, mut counts) = (vec![0.0; p], vec![0.0; p]);
            for mask in (0..subsets).filter(|mask| mask >> j & 1 == 0) {
                let size = mask.count_ones() as usize;
                gains[size] += r_squared[mask | 1 << j] - r_squared[mask];
                counts[size] += 1.0;
            }
            let by_size: Vec<f64> = gains
                .iter()
                .zip(&counts)
                .map(|(gain, count)| gain / count)
                .collect();
            DriverDominance {
                driver: driver.clone(),
                general: by_size.iter().sum::<f64>() / p as f64,
                by_size,
            }
        });
        Ok(Dominance {
            outcome: "yes".to_owned(),
            drivers: drivers.collect(),
            r_squared: r_squared.last().copied().unwrap_or(0.0),
            n: design.n().round() as u64,
        })
    }

    /// Johnson's relative weights for a yes-or-no outcome.
    ///
    /// ```text
    /// V Δ² Vᵀ = correlations of the drivers      Λ = V Δ Vᵀ      b = Λ times the slopes per standard deviation
    /// weightⱼ = R² Σₖ λⱼₖ² bₖ² / Σₖ bₖ²         R² = squared correlation of yes with its fitted probability
    /// ```
    /// The bₖ are the slopes for the uncorrelated variables next to the drivers; dividing by their length and multiplying by R makes them
    /// Menard's fully standardised coefficients.
    ///
    /// ```
    /// use radost_stats::drivers::BinaryTally;
    ///
    /// let mut tally = BinaryTally::new(["speed", "taste"])?;
    /// for (answers, stayed, left) in [([1.0, 2.0], 2.0, 8.0), ([2.0, 1.0], 4.0, 6.0), ([4.0, 3.0], 8.0, 2.0), ([5.0, 3.0], 9.0, 1.0)] {
    ///     tally.add(&answers, true, stayed)?;
    ///     tally.add(&answers, false, left)?;
    /// }
    /// let weights = tally.relative_weights(&["speed", "taste"])?;
    /// assert!((weights.r_squared - 0.334948).abs() < 1e-6);
    /// assert!((weights.drivers[0].value - 0.239974).abs() < 1e-6 && (weights.drivers[1].value - 0.094973).abs() < 1e-6);
    /// # Ok::<(), radost_stats::drivers::LogisticError>(())
    /// ```
    /// # Assumptions
    /// Those of [`fit`](Self::fit).
    /// # Errors
    /// Those of [`fit`](Self::fit).
    /// # Sources
    /// Tonidandel and LeBreton (2010), Journal of Business and Psychology 25(4), 767–781; Menard (2004), The American Statistician 58(3),
    /// 218–223.
    pub fn relative_weights<S: AsRef<str>>(
        &self,
        drivers: &[S],
    ) -> Result<LogisticWeights, LogisticError> {
        let (chosen, design) = self.design(drivers)?;
        let p = chosen.len();
        let everything: Vec<usize> = (0..p).collect();
        let fit = design.fit(&everything, &chosen)?;
        let eigen = design.correlations().symmetric_eigen();
        let roots = eigen.eigenvalues.map(|value| value.max(0.0).sqrt());
        let loadings =
            &eigen.eigenvectors * DMatrix::from_diagonal(&roots) * eigen.eigenvectors.transpose();
        let squares = (&loadings * fit.coefficients.rows(1, p)).map(|b| b * b);
        let parts = loadings.map(|loading| loading * loading) * &squares;
        let (length, r_squared) = (squares.sum(), design.correlation_with(&fit).powi(2));
        let drivers = chosen.iter().zip(parts.iter()).map(|(driver, part)| {
            let share = (length > 0.0).then(|| part / length);
            DriverImportance {
                driver: driver.clone(),
                value: share.unwrap_or(0.0) * r_squared,
                share,
                sampling_error: None,
            }
        });
        Ok(LogisticWeights {
            drivers: drivers.collect(),
            r_squared,
            n: design.n(),
        })
    }

    /// General dominance in units of McFadden's R² from random orders of the drivers, each with its reverse.
    ///
    /// # Errors
    /// Those of [`fit`](Self::fit); [`DriverError::Draws`] below 20 orders; [`LogisticError::Cancelled`].
    /// # Sources
    /// As for [`dominance`](Self::dominance), and Castro, Gómez and Tejada (2009), Computers & Operations Research 36(5), 1726–1730.
    pub fn dominance_sampled<S: AsRef<str>>(
        &self,
        drivers: &[S],
        orders: u64,
        seed: u64,
        progress: &Progress,
    ) -> Result<LogisticImportance, LogisticError> {
        if orders < 20 {
            return Err(DriverError::Draws {
                draws: orders,
                needed: 20,
            }
            .into());
        }
        let (chosen, design) = self.design(drivers)?;
        let pairs = orders.div_ceil(2);
        // Orders share most of their small and large subsets; a value is the same whoever computes it first.
        let known: Mutex<HashMap<Vec<usize>, f64>> = Mutex::new(HashMap::new());
        let recall = |members: &Vec<usize>| {
            known
                .lock()
                .ok()
                .and_then(|known| known.get(members).copied())
        };
        let value = |mut members: Vec<usize>| -> Result<f64, LogisticError> {
            members.sort_unstable();
            if let Some(value) = recall(&members) {
                return Ok(value);
            }
            let value = design.mcfadden(&members, &chosen)?;
            if let Ok(mut known) = known.lock() {
                known.insert(members, value);
            }
            Ok(value)
        };
        let (values, errors) = sampled(chosen.len(), pairs, seed, progress, |order, gains| {
            let mut before = 0.0;
            for (i, &j) in order.iter().enumerate() {
                let with = value(order[..=i].to_vec())?;
                gains[j] = with - before;
                before = with;
            }
            Ok::<(), LogisticError>(())
        })?;
        let r_squared: f64 = values.iter().sum();
        let drivers = chosen
            .iter()
            .enumerate()
            .map(|(j, driver)| DriverImportance {
                driver: driver.clone(),
                value: values[j],
                share: (r_squared > 0.0).then(|| values[j] / r_squared),
                sampling_error: Some(errors[j]),
            });
        Ok(LogisticImportance {
            drivers: drivers.collect(),
            r_squared,
            n: design.n(),
            computation: Computation::Sampled {
                orders: 2 * pairs,
                seed,
            },
        })
    }
}

/// Cases with equal answers, the drivers standardised. Outcomes may be shares: then `no` and `yes` hold the parts of each case.
pub(crate) struct Design {
    pub(crate) means: Vec<f64>,
    pub(crate) sds: Vec<f64>,
    rows: Vec<(Vec<f64>, [f64; 2])>,
    pub(crate) yes: f64,
    no: f64,
}

pub(crate) struct Fit {
    /// The intercept's and then the drivers', standardised.
    pub(crate) coefficients: DVector<f64>,
    pub(crate) covariance: DMatrix<f64>,
    pub(crate) log_likelihood: f64,
    pub(crate) iterations: u64,
}

const MOST_STEPS: u64 = 60;

impl Design {
    pub(crate) fn new(
        columns: &[String],
        mut rows: Vec<(Vec<f64>, [f64; 2])>,
    ) -> Result<Self, LogisticError> {
        let p = columns.len();
        let total: f64 = rows.iter().map(|(_, [no, yes])| no + yes).sum();
        let yes: f64 = rows.iter().map(|(_, counts)| counts[1]).sum();
        let no: f64 = rows.iter().map(|(_, counts)| counts[0]).sum();
        if total <= 0.0 {
            return Err(DriverError::NoRows.into());
        }
        if yes <= 0.0 || no <= 0.0 {
            return Err(LogisticError::OneClass { yes: no <= 0.0 });
        }
        let mean = |a: usize| {
            rows.iter()
                .map(|(x, [no, yes])| (no + yes) * x[a])
                .sum::<f64>()
                / total
        };
        let means: Vec<f64> = (0..p).map(mean).collect();
        let product = |a: usize, b: usize| {
            let centred = rows
                .iter()
                .map(|(x, [no, yes])| (no + yes) * (x[a] - means[a]) * (x[b] - means[b]));
            centred.sum::<f64>() / total
        };
        let covariance = DMatrix::from_fn(p, p, product);
        for (a, column) in columns.iter().enumerate() {
            if is_constant(means[a], covariance[(a, a)]) {
                return Err(DriverError::Constant {
                    column: column.clone(),
                }
                .into());
            }
        }
        factor(&covariance, columns)?;
        let sds: Vec<f64> = (0..p).map(|a| covariance[(a, a)].sqrt()).collect();
        for (x, _) in &mut rows {
            for ((value, mean), sd) in x.iter_mut().zip(&means).zip(&sds) {
                *value = (*value - mean) / sd;
            }
        }
        Ok(Self {
            means,
            sds,
            rows,
            yes,
            no,
        })
    }

    pub(crate) fn n(&self) -> f64 {
        self.yes + self.no
    }

    /// Correlations of the drivers.
    fn correlations(&self) -> DMatrix<f64> {
        let p = self.means.len();
        DMatrix::from_fn(p, p, |a, b| {
            let products = self
                .rows
                .iter()
                .map(|(x, [no, yes])| (no + yes) * x[a] * x[b]);
            products.sum::<f64>() / self.n()
        })
    }

    /// Correlation of the outcome with the probabilities fitted on all drivers.
    fn correlation_with(&self, fit: &Fit) -> f64 {
        let mean = self.yes / self.n();
        let (mut both, mut fitted) = (0.0, 0.0);
        for (x, [no, yes]) in &self.rows {
            let slopes = fit.coefficients.iter().skip(1).zip(x);
            let eta: f64 = slopes.map(|(b, x)| b * x).sum();
            // The fitted probabilities have the mean of the outcome.
            let apart = 1.0 / (1.0 + (-(fit.coefficients[0] + eta)).exp()) - mean;
            both += apart * (yes * (1.0 - mean) - no * mean);
            fitted += (no + yes) * apart * apart;
        }
        let outcome = self.n() * mean * (1.0 - mean);
        if fitted > 0.0 {
            both / (fitted * outcome).sqrt()
        } else {
            0.0
        }
    }

    pub(crate) fn null_log_likelihood(&self) -> f64 {
        self.yes * (self.yes / self.n()).ln() + self.no * (self.no / self.n()).ln()
    }

    fn mcfadden(&self, members: &[usize], columns: &[String]) -> Result<f64, LogisticError> {
        if members.is_empty() {
            return Ok(0.0);
        }
        Ok(1.0 - self.fit(members, columns)?.log_likelihood / self.null_log_likelihood())
    }

    /// Cases folded to those drivers, standardised.
    fn folded(&self, members: &[usize]) -> Vec<(Vec<f64>, [f64; 2])> {
        if members.len() == self.means.len() {
            return self.rows.clone();
        }
        let mut groups: HashMap<Vec<u64>, usize> = HashMap::new();
        let mut rows: Vec<(Vec<f64>, [f64; 2])> = Vec::new();
        for (x, [no, yes]) in &self.rows {
            let key = members.iter().map(|&j| x[j].to_bits()).collect();
            let at = *groups.entry(key).or_insert(rows.len());
            if at == rows.len() {
                rows.push((members.iter().map(|&j| x[j]).collect(), [0.0; 2]));
            }
            rows[at].1[0] += no;
            rows[at].1[1] += yes;
        }
        rows
    }

    pub(crate) fn fit(&self, members: &[usize], columns: &[String]) -> Result<Fit, LogisticError> {
        self.fit_within(members, columns, MOST_STEPS)
    }

    fn fit_within(
        &self,
        members: &[usize],
        columns: &[String],
        most: u64,
    ) -> Result<Fit, LogisticError> {
        let rows = self.folded(members);
        let q = members.len() + 1;
        let mut coefficients = DVector::zeros(q);
        coefficients[0] = (self.yes / self.no).ln();
        let mut current = log_likelihood(&rows, &coefficients);
        let mut step = DVector::zeros(q);
        for iterations in 1..=most {
            let (score, information) = score_and_information(&rows, &coefficients);
            let Some(factor) = Cholesky::new(information.clone()).filter(|factor| {
                // Where yes and no are told apart without error, P (1 − P) vanishes along the separating direction.
                let weakest = factor
                    .l_dirty()
                    .diagonal()
                    .iter()
                    .fold(f64::INFINITY, |least: f64, d| least.min(d * d));
                weakest > 1e-11 * self.n()
            }) else {
                return Err(self.separated(&step, members, columns));
            };
            step = factor.solve(&score);
            let mut shrink = 1.0;
            let (next, reached) = loop {
                let next = &coefficients + shrink * &step;
                let reached = log_likelihood(&rows, &next);
                // The likelihood has one summit: a step that goes too far is halved.
                if reached >= current - 1e-12 * current.abs() || shrink < 1e-6 {
                    break (next, reached);
                }
                shrink /= 2.0;
            };
            coefficients = next;
            current = reached;
            let change = step.amax() * shrink;
            if change < 1e-10 {
                let (_, information) = score_and_information(&rows, &coefficients);
                let Some(factor) = Cholesky::new(information) else {
                    return Err(self.separated(&step, members, columns));
                };
                return Ok(Fit {
                    coefficients,
                    covariance: factor.inverse(),
                    log_likelihood: current,
                    iterations,
                });
            }
            // 10⁻¹⁴ of a yes left to explain: every case is told apart.
            if current > -1e-9 * self.n() {
                return Err(self.separated(&step, members, columns));
            }
        }
        Err(LogisticError::NotConverged {
            iterations: most,
            change: step.amax(),
        })
    }

    fn separated(
        &self,
        step: &DVector<f64>,
        members: &[usize],
        columns: &[String],
    ) -> LogisticError {
        let largest = step.rows(1, members.len()).amax();
        let grows = members
            .iter()
            .enumerate()
            .filter(|(i, _)| step[i + 1].abs() > 0.1 * largest);
        LogisticError::Separated {
            columns: grows.map(|(_, &j)| columns[j].clone()).collect(),
        }
    }

    /// Covariance of the coefficients that holds whatever the spread of the outcomes: A⁻¹ (Σ w (y − P)² x xᵀ) A⁻¹.
    pub(crate) fn sandwich(
        &self,
        fit: &Fit,
        cases: impl Iterator<Item = (f64, f64, f64)>,
    ) -> DMatrix<f64> {
        let q = fit.coefficients.len();
        let mut meat = DMatrix::zeros(q, q);
        for (x, y, weight) in cases {
            let row = DVector::from_vec(vec![1.0, (x - self.means[0]) / self.sds[0]]);
            let residual = y - probability(fit.coefficients.dot(&row));
            meat += weight * residual * residual * &row * row.transpose();
        }
        &fit.covariance * meat * &fit.covariance
    }
}

pub(crate) fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

fn log_odds(x: &[f64], coefficients: &DVector<f64>) -> f64 {
    coefficients[0]
        + x.iter()
            .zip(coefficients.iter().skip(1))
            .map(|(x, c)| x * c)
            .sum::<f64>()
}

fn log_likelihood(rows: &[(Vec<f64>, [f64; 2])], coefficients: &DVector<f64>) -> f64 {
    // ln(1 + e^u) without overflow.
    let softplus = |u: f64| u.max(0.0) + (-u.abs()).exp().ln_1p();
    rows.iter()
        .map(|(x, [no, yes])| {
            let u = log_odds(x, coefficients);
            -yes * softplus(-u) - no * softplus(u)
        })
        .sum()
}

fn score_and_information(
    rows: &[(Vec<f64>, [f64; 2])],
    coefficients: &DVector<f64>,
) -> (DVector<f64>, DMatrix<f64>) {
    let q = coefficients.len();
    let mut score = DVector::zeros(q);
    let mut information = DMatrix::zeros(q, q);
    for (x, [no, yes]) in rows {
        let p = probability(log_odds(x, coefficients));
        let residual = yes - (no + yes) * p;
        let weight = (no + yes) * p * (1.0 - p);
        let value = |j: usize| if j == 0 { 1.0 } else { x[j - 1] };
        for a in 0..q {
            score[a] += residual * value(a);
            let scaled = weight * value(a);
            for b in 0..=a {
                information[(a, b)] += scaled * value(b);
            }
        }
    }
    for a in 0..q {
        for b in 0..a {
            information[(b, a)] = information[(a, b)];
        }
    }
    (score, information)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_without_end_is_an_error() -> Result<(), LogisticError> {
        let mut tally = BinaryTally::new(["speed"])?;
        for (speed, stayed, left) in [(1.0, 2.0, 8.0), (2.0, 4.0, 6.0), (3.0, 5.0, 5.0)] {
            tally.add(&[speed], true, stayed)?;
            tally.add(&[speed], false, left)?;
        }
        let (columns, design) = tally.design(&["speed"])?;
        assert!(design.fit_within(&[0], &columns, MOST_STEPS).is_ok());
        let stopped = design.fit_within(&[0], &columns, 1);
        assert!(matches!(
            stopped.err(),
            Some(LogisticError::NotConverged { iterations: 1, .. })
        ));
        Ok(())
    }
}
