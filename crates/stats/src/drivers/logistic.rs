use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
};

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};
use rayon::prelude::*;

use super::{
    BootstrapInterval, Computation, Dominance, DriverDominance, DriverError, DriverImportance,
    DriverMeasure, ImportanceBootstrap, ResampledUnit,
    bootstrap::{FEWEST_DRAWS, in_order, intervals},
    correlation::Ordered,
    gram::{
        Gram, STRIP, Strip, check_length, check_value, check_weight, cross_products, dot, index_of,
        names, packed, position,
    },
    importance::{sampled, shares},
    model::{factor, is_constant},
};
use crate::{
    Cancelled, Level, Progress,
    distributions::{chi_squared_sf, two_sided_z},
    random::SplitMix64,
    resampling::{Steps, percentile_bounds, resample_counts},
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

type Cases = (Vec<String>, Vec<Vec<f64>>, Vec<[f64; 2]>);

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
    /// More than a tenth of the resamples could not be fitted.
    #[error("{failed} of {draws} resamples could not be fitted (the first: {first})")]
    UnstableResamples {
        /// Resamples that failed.
        failed: u64,
        /// Resamples drawn.
        draws: u64,
        /// Why the first of them failed.
        first: Box<LogisticError>,
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

    /// The drivers asked for, the distinct answers to them in a column each, and the cases of no and of yes.
    fn cases<S: AsRef<str>>(&self, drivers: &[S]) -> Result<Cases, LogisticError> {
        let chosen = names(drivers.iter().map(AsRef::as_ref))?;
        let indices = chosen
            .iter()
            .map(|driver| index_of(&self.columns, driver))
            .collect::<Result<Vec<_>, _>>()?;
        let answers = indices
            .iter()
            .map(|&a| self.groups.keys().map(|key| key[a].0).collect());
        let counts = self.groups.values().copied().collect();
        Ok((chosen.to_vec(), answers.collect(), counts))
    }

    fn design<S: AsRef<str>>(&self, drivers: &[S]) -> Result<(Vec<String>, Design), LogisticError> {
        let (chosen, answers, counts) = self.cases(drivers)?;
        let design = Design::new(&chosen, answers, &counts)?;
        Ok((chosen, design))
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
        let (gains, r_squared) = design.gains(&chosen, progress)?;
        let drivers = chosen
            .into_iter()
            .zip(gains)
            .map(|(driver, by_size)| DriverDominance {
                driver,
                general: mean(&by_size),
                by_size,
            });
        Ok(Dominance {
            outcome: "yes".to_owned(),
            drivers: drivers.collect(),
            r_squared,
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
        let (values, r_squared) = design.relative_weights(&chosen)?;
        let shares = shares(DriverMeasure::Johnson, &values);
        let drivers = chosen
            .into_iter()
            .enumerate()
            .map(|(j, driver)| DriverImportance {
                driver,
                value: values[j],
                share: shares.as_ref().map(|shares| shares[j]),
                sampling_error: None,
            });
        Ok(LogisticWeights {
            drivers: drivers.collect(),
            r_squared,
            n: design.n(),
        })
    }

    /// General dominance in units of McFadden's R² with the bounds of resampled cases.
    ///
    /// A draw has as many cases as the weights add up to, rounded, taken with replacement; bounds are quantiles of the draws, standard
    /// errors their standard deviations.
    ///
    /// ```
    /// use radost_stats::{Level, Progress, drivers::BinaryTally};
    ///
    /// let mut tally = BinaryTally::new(["speed", "taste"])?;
    /// for (answers, stayed, left) in [([1.0, 2.0], 20.0, 80.0), ([2.0, 1.0], 40.0, 60.0), ([4.0, 3.0], 80.0, 20.0), ([5.0, 3.0], 90.0, 10.0)] {
    ///     tally.add(&answers, true, stayed)?;
    ///     tally.add(&answers, false, left)?;
    /// }
    /// let found = tally.dominance_bootstrap(&["speed", "taste"], 400, 1, Level::P95, &Progress::none())?;
    /// let speed = &found.rows[0];
    /// assert!((speed.value - 0.192659).abs() < 1e-6);
    /// assert!((speed.standard_error - 0.0304).abs() < 0.005 && speed.low < speed.value && speed.value < speed.high);
    /// # Ok::<(), radost_stats::drivers::LogisticError>(())
    /// ```
    /// # Units
    /// `level` is a probability; values and bounds are parts of McFadden's R², shares parts of their sum. The rows are of
    /// [`DriverMeasure::Lmg`], which general dominance is.
    /// # Assumptions
    /// A simple random sample of cases. A weight is a number of equal cases.
    /// # Errors
    /// Those of [`dominance`](Self::dominance); [`DriverError::Draws`] below 100 draws; [`LogisticError::UnstableResamples`] when more than
    /// a tenth of them cannot be fitted, because all outcomes are equal or told apart without error.
    /// # Sources
    /// Efron and Tibshirani (1993), An Introduction to the Bootstrap, Chapman & Hall, chapter 13; Azen and Traxel (2009), Journal of
    /// Educational and Behavioral Statistics 34(3), 319–347.
    pub fn dominance_bootstrap<S: AsRef<str>>(
        &self,
        drivers: &[S],
        draws: u64,
        seed: u64,
        level: Level,
        progress: &Progress,
    ) -> Result<ImportanceBootstrap, LogisticError> {
        let resampling = Resampling { draws, seed, level };
        self.bootstrap(drivers, DriverMeasure::Lmg, resampling, progress)
    }

    /// Johnson's relative weights for a yes-or-no outcome with the bounds of resampled cases.
    ///
    /// Cases are drawn as in [`dominance_bootstrap`](Self::dominance_bootstrap); the rows are of [`DriverMeasure::Johnson`].
    ///
    /// # Assumptions
    /// A simple random sample of cases. A weight is a number of equal cases.
    /// # Errors
    /// Those of [`relative_weights`](Self::relative_weights); [`DriverError::Draws`] below 100 draws; [`LogisticError::UnstableResamples`];
    /// [`LogisticError::Cancelled`].
    /// # Sources
    /// As for [`dominance_bootstrap`](Self::dominance_bootstrap) and [`relative_weights`](Self::relative_weights).
    pub fn relative_weights_bootstrap<S: AsRef<str>>(
        &self,
        drivers: &[S],
        draws: u64,
        seed: u64,
        level: Level,
        progress: &Progress,
    ) -> Result<ImportanceBootstrap, LogisticError> {
        let resampling = Resampling { draws, seed, level };
        self.bootstrap(drivers, DriverMeasure::Johnson, resampling, progress)
    }

    fn bootstrap<S: AsRef<str>>(
        &self,
        drivers: &[S],
        measure: DriverMeasure,
        Resampling { draws, seed, level }: Resampling,
        progress: &Progress,
    ) -> Result<ImportanceBootstrap, LogisticError> {
        let too_few = || DriverError::Draws {
            draws,
            needed: FEWEST_DRAWS,
        };
        if draws < FEWEST_DRAWS {
            return Err(too_few().into());
        }
        let (chosen, answers, counts) = self.cases(drivers)?;
        // The values, their shares, and R² at the end.
        let evaluate = |counts: &[[f64; 2]]| -> Result<Vec<f64>, LogisticError> {
            let met: Vec<usize> = (0..counts.len())
                .filter(|&cell| counts[cell] != [0.0; 2])
                .collect();
            let answers = answers
                .iter()
                .map(|column| met.iter().map(|&cell| column[cell]).collect());
            let counts: Vec<[f64; 2]> = met.iter().map(|&cell| counts[cell]).collect();
            let design = Design::new(&chosen, answers.collect(), &counts)?;
            let (mut all, r_squared) = match measure {
                DriverMeasure::Johnson => design.relative_weights(&chosen)?,
                _ => {
                    let (gains, r_squared) = design.gains(&chosen, &Progress::none())?;
                    (gains.iter().map(|gains| mean(gains)).collect(), r_squared)
                }
            };
            let shares = shares(measure, &all).unwrap_or_else(|| vec![0.0; all.len()]);
            all.extend(shares);
            all.push(r_squared);
            Ok(all)
        };
        let estimate = evaluate(&counts)?;
        let weights: Vec<f64> = counts.iter().flatten().copied().collect();
        let n = weights.iter().sum::<f64>().round() as u64;
        let steps = Steps::new(draws, *progress);
        let found = crate::resampling::draws(0..draws, &steps, |draw| {
            let mut drawn = vec![[0.0; 2]; counts.len()];
            let mut random = SplitMix64::stream(seed, draw);
            resample_counts(&weights, n, &mut random, |at, times| {
                drawn[at / 2][at % 2] = times as f64;
            });
            Ok::<_, LogisticError>(evaluate(&drawn))
        })?;
        let numbers = estimate.len();
        let (sorted, failed_draws) =
            in_order(found.into_iter(), numbers).map_err(|(failed, first)| {
                LogisticError::UnstableResamples {
                    failed,
                    draws,
                    first: Box::new(first),
                }
            })?;
        let bounds = |at: usize| percentile_bounds(&sorted[at], level).ok_or_else(too_few);
        let (r_squared_low, r_squared_high) = bounds(numbers - 1)?;
        Ok(ImportanceBootstrap {
            outcome: "yes".to_owned(),
            rows: intervals(measure, &chosen, &estimate, &sorted, bounds)?,
            r_squared: estimate[numbers - 1],
            r_squared_low,
            r_squared_high,
            n,
            dropped: 0,
            level,
            method: BootstrapInterval::Percentile,
            unit: ResampledUnit::Row,
            draws,
            failed_draws,
            seed,
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
        let levels = design.levels();
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
            let value = design.mcfadden(&members, &levels, &chosen)?;
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

/// How cases are resampled.
struct Resampling {
    draws: u64,
    seed: u64,
    level: Level,
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Cases with equal answers, the drivers standardised. Outcomes may be shares: then `no` and `yes` hold the parts of each case.
pub(crate) struct Design {
    pub(crate) means: Vec<f64>,
    pub(crate) sds: Vec<f64>,
    /// The largest answer to each driver, in standard deviations from its mean.
    reach: Vec<f64>,
    cells: Cells,
    /// Correlations of the drivers.
    correlation: DMatrix<f64>,
    /// By how many standard deviations the mean of each driver is higher among yes than among no.
    apart: DVector<f64>,
    pub(crate) yes: f64,
    no: f64,
}

/// Answers in strips, in each a column after the other, with the cases of no and of yes. What is left of the last strip has neither.
struct Cells {
    columns: usize,
    rows: usize,
    answers: Vec<Strip>,
    no: Vec<Strip>,
    yes: Vec<Strip>,
}

impl Cells {
    fn new(columns: &[Vec<f64>], counts: &[[f64; 2]]) -> Self {
        let outcome = |which: usize| {
            let parts = counts.chunks(STRIP);
            parts.map(move |part| strip(part.iter().map(move |counts| counts[which])))
        };
        let parts = (0..counts.len()).step_by(STRIP);
        let answers = parts.flat_map(|from| {
            let columns = columns.iter();
            columns.map(move |column| strip(column[from..].iter().copied()))
        });
        Self {
            columns: columns.len(),
            rows: counts.len(),
            answers: answers.collect(),
            no: outcome(0).collect(),
            yes: outcome(1).collect(),
        }
    }
}

fn strip(values: impl Iterator<Item = f64>) -> Strip {
    let mut strip = [0.0; STRIP];
    for (slot, value) in strip.iter_mut().zip(values) {
        *slot = value;
    }
    strip
}

/// The distinct answers to each driver and which of them each cell has, so that cells are put together by their place in a table.
struct Levels {
    values: Vec<Vec<f64>>,
    of: Vec<Vec<u32>>,
    counts: Vec<[f64; 2]>,
}

pub(crate) struct Fit {
    /// The intercept's and then the drivers', standardised.
    pub(crate) coefficients: DVector<f64>,
    pub(crate) covariance: DMatrix<f64>,
    pub(crate) log_likelihood: f64,
    pub(crate) iterations: u64,
}

/// The log-likelihood at some coefficients, its slopes and the negative of its curvature.
struct Likelihood {
    value: f64,
    score: DVector<f64>,
    information: DMatrix<f64>,
}

/// Where a search settled, the step that would still be made, and the log-likelihood after it.
struct Summit {
    coefficients: DVector<f64>,
    factor: Cholesky<f64, Dyn>,
    step: DVector<f64>,
    log_likelihood: f64,
    iterations: u64,
}

const MOST_STEPS: u64 = 60;

impl Design {
    /// `answers` has a column per driver, `counts` the cases of no and of yes in each row of them.
    pub(crate) fn new(
        columns: &[String],
        mut answers: Vec<Vec<f64>>,
        counts: &[[f64; 2]],
    ) -> Result<Self, LogisticError> {
        let p = columns.len();
        let [no, yes] = counts
            .iter()
            .fold([0.0; 2], |sum, part| [sum[0] + part[0], sum[1] + part[1]]);
        if no + yes <= 0.0 {
            return Err(DriverError::NoRows.into());
        }
        if yes <= 0.0 || no <= 0.0 {
            return Err(LogisticError::OneClass { yes: no <= 0.0 });
        }
        let weights: Vec<f64> = counts.iter().map(|[no, yes]| no + yes).collect();
        let shares: Vec<f64> = counts.iter().map(|[no, yes]| yes / (no + yes)).collect();
        let mut gram = Gram::over(columns.iter().cloned().chain(["yes".to_owned()]).collect());
        let all: Vec<&[f64]> = answers.iter().chain([&shares]).map(Vec::as_slice).collect();
        gram.push_columns(&all, Some(&weights))?;
        let sums = gram.sums();
        let covariance = DMatrix::from_fn(p, p, |a, b| sums.product(a, b) / sums.weight);
        let means = sums.means[..p].to_vec();
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
        for ((column, mean), sd) in answers.iter_mut().zip(&means).zip(&sds) {
            for value in column {
                *value = (*value - mean) / sd;
            }
        }
        let largest = |column: &Vec<f64>| column.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
        let between = yes * no / (yes + no);
        Ok(Self {
            reach: answers.iter().map(largest).collect(),
            cells: Cells::new(&answers, counts),
            correlation: DMatrix::from_fn(p, p, |a, b| covariance[(a, b)] / (sds[a] * sds[b])),
            apart: DVector::from_fn(p, |a, _| sums.product(p, a) / (sds[a] * between)),
            means,
            sds,
            yes,
            no,
        })
    }

    pub(crate) fn n(&self) -> f64 {
        self.yes + self.no
    }

    /// Correlation of the outcome with the probabilities fitted on all drivers.
    fn correlation_with(&self, fit: &Fit) -> f64 {
        let mean = self.yes / self.n();
        let everything: Vec<usize> = (0..self.means.len()).collect();
        let (mut both, mut fitted) = (0.0, 0.0);
        self.cells
            .walk(&everything, &fit.coefficients, |_, log_odds, no, yes| {
                for ((&u, no), yes) in log_odds.iter().zip(no).zip(yes) {
                    // The fitted probabilities have the mean of the outcome.
                    let apart = probability(u) - mean;
                    both += apart * (yes * (1.0 - mean) - no * mean);
                    fitted += (no + yes) * apart * apart;
                }
            });
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

    fn mcfadden(
        &self,
        members: &[usize],
        levels: &Levels,
        columns: &[String],
    ) -> Result<f64, LogisticError> {
        if members.is_empty() {
            return Ok(0.0);
        }
        // The curvature of a logistic likelihood changes by no larger a part than the log-odds move, and so does what a step adds.
        let settled = |step: &DVector<f64>, gain: f64, value: f64| {
            let slopes = members.iter().zip(step.iter().skip(1));
            let moves: f64 = slopes.map(|(&j, step)| self.reach[j] * step.abs()).sum();
            gain * (step[0].abs() + moves).min(1.0) <= LIKELIHOOD_EXACT * value.abs()
        };
        let summit = match levels.folded(members) {
            Some(cells) => {
                let within: Vec<usize> = (0..members.len()).collect();
                self.climb(&cells, &within, members, columns, MOST_STEPS, settled)
            }
            None => self.climb(&self.cells, members, members, columns, MOST_STEPS, settled),
        };
        Ok(1.0 - summit?.log_likelihood / self.null_log_likelihood())
    }

    /// Mean gains in McFadden's R² of each driver, by how many others are there before it, and that of all drivers together.
    fn gains(
        &self,
        columns: &[String],
        progress: &Progress,
    ) -> Result<(Vec<Vec<f64>>, f64), LogisticError> {
        let p = columns.len();
        if p > MOST_FOR_DOMINANCE {
            return Err(LogisticError::TooManyDrivers {
                drivers: p,
                limit: MOST_FOR_DOMINANCE,
            });
        }
        let subsets = 1usize << p;
        let steps = Steps::new(subsets as u64, *progress);
        let levels = self.levels();
        let r_squared: Vec<f64> = (0..subsets)
            .into_par_iter()
            .map(|mask| {
                let members: Vec<usize> = (0..p).filter(|j| mask >> j & 1 == 1).collect();
                let value = self.mcfadden(&members, &levels, columns)?;
                steps.advance(1)?;
                Ok(value)
            })
            .collect::<Result<_, LogisticError>>()?;
        let gains = (0..p).map(|j| {
            let (mut gains, mut counts) = (vec![0.0; p], vec![0.0; p]);
            for mask in (0..subsets).filter(|mask| mask >> j & 1 == 0) {
                let size = mask.count_ones() as usize;
                gains[size] += r_squared[mask | 1 << j] - r_squared[mask];
                counts[size] += 1.0;
            }
            let gains = gains.iter().zip(&counts);
            gains.map(|(gain, count)| gain / count).collect()
        });
        Ok((gains.collect(), r_squared[subsets - 1]))
    }

    /// Johnson's relative weights, and the R² that they add up to.
    fn relative_weights(&self, columns: &[String]) -> Result<(Vec<f64>, f64), LogisticError> {
        let p = columns.len();
        let everything: Vec<usize> = (0..p).collect();
        let fit = self.fit(&everything, columns)?;
        let eigen = self.correlation.clone().symmetric_eigen();
        let roots = eigen.eigenvalues.map(|value| value.max(0.0).sqrt());
        let loadings =
            &eigen.eigenvectors * DMatrix::from_diagonal(&roots) * eigen.eigenvectors.transpose();
        let squares = (&loadings * fit.coefficients.rows(1, p)).map(|b| b * b);
        let parts = loadings.map(|loading| loading * loading) * &squares;
        let (length, r_squared) = (squares.sum(), self.correlation_with(&fit).powi(2));
        // Without any slope there is nothing to share out.
        let scale = if length > 0.0 {
            r_squared / length
        } else {
            0.0
        };
        Ok((parts.iter().map(|part| part * scale).collect(), r_squared))
    }

    fn levels(&self) -> Levels {
        let [no, yes] = [&self.cells.no, &self.cells.yes].map(|side| side.iter().flatten());
        let counts = no.zip(yes).map(|(&no, &yes)| [no, yes]);
        let counts = counts.take(self.cells.rows).collect();
        let (values, of) = (0..self.cells.columns)
            .map(|j| {
                let (mut values, mut seen) = (Vec::new(), HashMap::new());
                let strips = self.cells.answers.iter().skip(j);
                let of = strips.step_by(self.cells.columns).flatten().map(|&x| {
                    *seen.entry(x.to_bits()).or_insert_with(|| {
                        values.push(x);
                        values.len() as u32 - 1
                    })
                });
                let of = of.take(self.cells.rows).collect();
                (values, of)
            })
            .unzip();
        Levels { values, of, counts }
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
        let settled = |step: &DVector<f64>, _: f64, _: f64| step.amax() < 1e-10;
        let summit = self.climb(&self.cells, members, members, columns, most, settled)?;
        Ok(Fit {
            coefficients: summit.coefficients + summit.step,
            covariance: summit.factor.inverse(),
            log_likelihood: summit.log_likelihood,
            iterations: summit.iterations,
        })
    }

    /// Newton's steps until they are `settled`, given the next step, what it adds to the log-likelihood, and that. The drivers `members` are
    /// the columns `within` of the cells.
    fn climb(
        &self,
        cells: &Cells,
        within: &[usize],
        members: &[usize],
        columns: &[String],
        most: u64,
        settled: impl Fn(&DVector<f64>, f64, f64) -> bool,
    ) -> Result<Summit, LogisticError> {
        let mut coefficients = self.start(members);
        let mut here = cells.likelihood(within, &coefficients);
        if here.value < self.null_log_likelihood() {
            coefficients = DVector::zeros(members.len() + 1);
            coefficients[0] = (self.yes / self.no).ln();
            here = cells.likelihood(within, &coefficients);
        }
        let mut step = coefficients.clone();
        for iterations in 1..=most {
            let Some(factor) = Cholesky::new(here.information).filter(|factor| {
                // Where yes and no are told apart without error, P (1 − P) vanishes along the separating direction.
                let weakest = factor
                    .l_dirty()
                    .diagonal()
                    .iter()
                    .fold(f64::INFINITY, |least: f64, d| least.min(d * d));
                weakest > 1e-11 * self.n()
            }) else {
                return Err(separated(&step, members, columns));
            };
            step = factor.solve(&here.score);
            let gain = step.dot(&here.score) / 2.0;
            if settled(&step, gain, here.value) {
                return Ok(Summit {
                    coefficients,
                    factor,
                    step,
                    log_likelihood: here.value + gain,
                    iterations,
                });
            }
            let mut shrink = 1.0;
            (coefficients, here) = loop {
                let next = &coefficients + shrink * &step;
                let there = cells.likelihood(within, &next);
                // The likelihood has one summit: a step that goes too far is halved.
                if there.value >= here.value - 1e-12 * here.value.abs() || shrink < 1e-6 {
                    break (next, there);
                }
                shrink /= 2.0;
            };
            // Hardly anything is left to explain: every case is told apart.
            if here.value > -1e-9 * self.n() {
                return Err(separated(&step, members, columns));
            }
        }
        Err(LogisticError::NotConverged {
            iterations: most,
            change: step.amax(),
        })
    }

    /// The coefficients if the drivers were normal with one covariance among yes and no (Fisher's discriminant): close, and without a look at
    /// the cases.
    fn start(&self, members: &[usize]) -> DVector<f64> {
        let [no, yes] = [self.no, self.yes].map(|count| count / self.n());
        let mut coefficients = DVector::zeros(members.len() + 1);
        coefficients[0] = (yes / no).ln();
        let apart = self.apart.select_rows(members);
        let correlation = self
            .correlation
            .select_rows(members)
            .select_columns(members);
        if let Some(factor) = Cholesky::new(correlation) {
            let slopes = factor.solve(&apart);
            // From the covariance of all to that within yes and no.
            let r_squared = no * yes * slopes.dot(&apart);
            let slopes = slopes / (1.0 - r_squared).max(0.1);
            coefficients[0] -= (no - yes) / 2.0 * slopes.dot(&apart);
            coefficients.rows_mut(1, members.len()).copy_from(&slopes);
        }
        coefficients
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

/// The part of a log-likelihood that may be left open of what the next step adds to it.
const LIKELIHOOD_EXACT: f64 = 1e-12;

impl Levels {
    /// Cells put together by those drivers, or nothing where the possible answers are too many for that to make them fewer.
    fn folded(&self, members: &[usize]) -> Option<Cells> {
        let sizes: Vec<usize> = members.iter().map(|&j| self.values[j].len()).collect();
        let possible = sizes
            .iter()
            .try_fold(1, |all: usize, &size| all.checked_mul(size))?;
        if possible > self.counts.len() {
            return None;
        }
        let mut places = vec![0; self.counts.len()];
        for (&j, &size) in members.iter().zip(&sizes) {
            for (place, &level) in places.iter_mut().zip(&self.of[j]) {
                *place = *place * size + level as usize;
            }
        }
        let mut counts = vec![[0.0; 2]; possible];
        for (&place, [no, yes]) in places.iter().zip(&self.counts) {
            counts[place][0] += no;
            counts[place][1] += yes;
        }
        let met: Vec<usize> = (0..possible)
            .filter(|&place| counts[place] != [0.0; 2])
            .collect();
        let mut stride = possible;
        let columns: Vec<Vec<f64>> = members
            .iter()
            .zip(&sizes)
            .map(|(&j, &size)| {
                stride /= size;
                let level = |place: &usize| self.values[j][place / stride % size];
                met.iter().map(level).collect()
            })
            .collect();
        let counts: Vec<[f64; 2]> = met.iter().map(|&place| counts[place]).collect();
        Some(Cells::new(&columns, &counts))
    }
}

impl Cells {
    /// Calls `each` with every strip: ones and the answers to `members`, log-odds, and the cases of no and of yes.
    fn walk(
        &self,
        members: &[usize],
        coefficients: &DVector<f64>,
        mut each: impl FnMut(&[Strip], &Strip, &Strip, &Strip),
    ) {
        let mut answers = vec![[1.0; STRIP]; members.len() + 1];
        for (part, (no, yes)) in self.no.iter().zip(&self.yes).enumerate() {
            let mut log_odds = [coefficients[0]; STRIP];
            for (i, &j) in members.iter().enumerate() {
                let column = &self.answers[part * self.columns + j];
                answers[i + 1] = *column;
                for (u, x) in log_odds.iter_mut().zip(column) {
                    *u += coefficients[i + 1] * x;
                }
            }
            each(&answers, &log_odds, no, yes);
        }
    }

    fn likelihood(&self, members: &[usize], coefficients: &DVector<f64>) -> Likelihood {
        let q = coefficients.len();
        let (mut value, mut score) = (0.0, DVector::zeros(q));
        let mut products = vec![0.0; packed(q)];
        let mut weighted = vec![[0.0; STRIP]; q];
        self.walk(members, coefficients, |answers, log_odds, no, yes| {
            let (mut residuals, mut weights) = ([0.0; STRIP], [0.0; STRIP]);
            let mut single = 1.0; // a product of at most 2 to the length of a strip, and one logarithm for all of it
            for i in 0..STRIP {
                let (u, n) = (log_odds[i], no[i] + yes[i]);
                let small = (-u.abs()).exp(); // no overflow in either direction
                let large = 1.0 / (1.0 + small);
                let p = if u > 0.0 { large } else { small * large };
                value += yes[i] * u.min(0.0) - no[i] * u.max(0.0);
                if n == 1.0 {
                    single *= 1.0 + small;
                } else {
                    value -= n * small.ln_1p();
                }
                residuals[i] = yes[i] - n * p;
                weights[i] = n * small * large * large;
            }
            value -= single.ln();
            for ((slot, weighted), x) in score.iter_mut().zip(&mut weighted).zip(answers) {
                *slot += dot(&residuals, x);
                for ((slot, x), weight) in weighted.iter_mut().zip(x).zip(&weights) {
                    *slot = x * weight;
                }
            }
            cross_products(&weighted, answers, &mut products);
        });
        Likelihood {
            value,
            score,
            information: DMatrix::from_fn(q, q, |a, b| products[position(a, b)]),
        }
    }
}

fn separated(step: &DVector<f64>, members: &[usize], columns: &[String]) -> LogisticError {
    let largest = step.rows(1, members.len()).amax();
    let grows = members
        .iter()
        .enumerate()
        .filter(|(i, _)| step[i + 1].abs() > 0.1 * largest);
    LogisticError::Separated {
        columns: grows.map(|(_, &j)| columns[j].clone()).collect(),
    }
}

pub(crate) fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
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
