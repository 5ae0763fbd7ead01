use std::fmt;

use rayon::prelude::*;

use super::history::{History, HistoryTally};
use crate::{
    Cancelled, Level, Progress,
    retention::{
        optimise::{Failure, Maximum},
        quadrature::{integrate, integrate_to_infinity},
    },
};

/// Why a model cannot be fitted or made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ModelError {
    /// There is nobody to fit.
    #[error("there are no customers")]
    NoCustomers,
    /// Nobody has come back, so every purchase rate near zero fits as well as any other.
    #[error(
        "none of the {customers} customers has made a repeat purchase, so there is no rate to estimate"
    )]
    NoRepeaters {
        /// Customers there are.
        customers: u64,
    },
    /// All customers are alike, so that the spread between them cannot be estimated.
    #[error(
        "all {customers} customers have the same history, so the differences between customers cannot be estimated"
    )]
    OneHistory {
        /// Customers there are.
        customers: u64,
    },
    /// A parameter is NaN, infinite, zero or below.
    #[error("the parameter {name} is {value}: it must be a finite number above zero")]
    Parameter {
        /// Its name in the literature.
        name: &'static str,
        /// The refused value.
        value: f64,
    },
    /// A model was given more or fewer parameters than it has.
    #[error("the model has {needed} parameters, and {given} were given")]
    Parameters {
        /// Parameters given.
        given: usize,
        /// Parameters of the model.
        needed: usize,
    },
    /// A time is NaN, infinite or below zero, or a rate is not above zero.
    #[error("{value} is not a {what}")]
    Argument {
        /// What was expected.
        what: &'static str,
        /// The refused value.
        value: f64,
    },
    /// The likelihood keeps rising while a parameter goes to zero or infinity: the data do not hold it.
    #[error("the likelihood keeps rising as {name} passes {value}: the data do not determine it")]
    Boundary {
        /// Name of the parameter in the literature.
        name: &'static str,
        /// Where the search was ended.
        value: f64,
    },
    /// The search did not settle.
    #[error(
        "the fit did not converge in {iterations} iterations (log-likelihood {log_likelihood}, a gain of {promised_gain} still promised)"
    )]
    NotConverged {
        /// Newton steps made.
        iterations: u32,
        /// Log-likelihood reached.
        log_likelihood: f64,
        /// Gain in log-likelihood that the next step promised.
        promised_gain: f64,
        /// Parameters reached, in the model's order.
        parameters: Vec<f64>,
    },
    /// The caller asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// A positive parameter estimated by maximum likelihood.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate, in the units of its model.
    pub value: f64,
    /// Its standard error, same units, from the observed information.
    pub standard_error: f64,
    /// Lower bound, same units: symmetric on the scale of logarithms and so above zero.
    pub low: f64,
    /// Upper bound, same units.
    pub high: f64,
    /// Confidence level of the bounds.
    pub level: Level,
}

impl Estimate {
    fn from_ln(ln: f64, variance: f64, level: Level) -> Self {
        let error = variance.max(0.0).sqrt();
        let reach = level.z() * error;
        Self {
            value: ln.exp(),
            standard_error: ln.exp() * error,
            low: (ln - reach).exp(),
            high: (ln + reach).exp(),
            level,
        }
    }
}

/// A fitted model with what the fit rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit<M> {
    /// The model at the maximum of the likelihood.
    pub model: M,
    /// Its parameters with standard errors, in the order of [`ParameterNames`].
    pub parameters: Vec<NamedEstimate>,
    /// Covariance of the logarithms of the parameters, the same order.
    pub ln_covariance: Vec<Vec<f64>>,
    /// Log-likelihood at the maximum.
    pub log_likelihood: f64,
    /// Customers fitted.
    pub n: u64,
    /// Distinct rows among them, on which the work depends.
    pub distinct: u64,
    /// Newton steps until the gain promised by the next one fell below 10⁻⁹; a fit that does not get there is an error.
    pub iterations: u32,
    /// Confidence level of the bounds.
    pub level: Level,
}

/// A parameter and its name in the literature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NamedEstimate {
    /// Such as "alpha".
    pub name: &'static str,
    /// The estimate.
    pub estimate: Estimate,
}

/// A number computed from a fitted model, with the uncertainty of its parameters carried through.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Derived {
    /// The number at the estimates.
    pub value: f64,
    /// Standard error by the delta method, same units.
    pub standard_error: f64,
    /// Lower bound, same units.
    pub low: f64,
    /// Upper bound, same units.
    pub high: f64,
    /// Confidence level of the bounds.
    pub level: Level,
}

/// A model made of positive parameters with names.
pub trait ParameterNames: Sized + Copy {
    /// Names in the literature, in the order of the constructor.
    const NAMES: &'static [&'static str];

    /// The parameters, in the order of the names.
    fn parameters(&self) -> Vec<f64>;

    /// The same kind of model at other parameters.
    ///
    /// # Errors
    /// [`ModelError::Parameter`] for a parameter that is not finite and above zero.
    fn with_parameters(&self, parameters: &[f64]) -> Result<Self, ModelError>;
}

impl<M: ParameterNames> Fit<M> {
    /// The estimate called `name` in the literature.
    pub fn estimate(&self, name: &str) -> Option<Estimate> {
        let named = self.parameters.iter().find(|named| named.name == name);
        named.map(|named| named.estimate)
    }

    /// Any number that follows from the parameters, with a delta-method interval.
    ///
    /// ```text
    /// se² = ∇ᵀ C ∇      ∇ = slopes in the logarithms of the parameters, by central differences
    /// ```
    ///
    /// It answers how well the *expectation* is known; one customer's future purchases vary much more.
    ///
    /// ```
    /// use radost_stats::{Level, Progress, retention::{ContractTally, ShiftedBetaGeometric}};
    ///
    /// let years = ContractTally::from_survivors(&[1000, 869, 743, 653, 593, 551, 517, 491])?;
    /// let fit = ShiftedBetaGeometric::fit(&years, Level::P95, Progress::none())?;
    /// let after_12 = fit.derive(|model| Ok(model.survival(12)))?;
    /// assert!((after_12.value - 0.377999).abs() < 1e-6);
    /// assert!(after_12.low > 0.3 && after_12.high < 0.45);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    /// # Errors
    /// Those of `number`, and [`ModelError::Argument`] when it is not finite.
    pub fn derive(
        &self,
        number: impl Fn(&M) -> Result<f64, ModelError>,
    ) -> Result<Derived, ModelError> {
        const STEP: f64 = 1e-4;
        let at = self.model.parameters();
        let value = number(&self.model)?;
        let mut slopes = Vec::with_capacity(at.len());
        for index in 0..at.len() {
            let moved = |by: f64| {
                let point: Vec<f64> = at
                    .iter()
                    .enumerate()
                    .map(|(i, &p)| if i == index { p * by.exp() } else { p })
                    .collect();
                number(&self.model.with_parameters(&point)?)
            };
            slopes.push((moved(STEP)? - moved(-STEP)?) / (2.0 * STEP));
        }
        let variance: f64 = self
            .ln_covariance
            .iter()
            .zip(&slopes)
            .flat_map(|(row, a)| row.iter().zip(&slopes).map(move |(c, b)| a * c * b))
            .sum();
        let standard_error = variance.max(0.0).sqrt();
        if !(value.is_finite() && standard_error.is_finite()) {
            return Err(ModelError::Argument {
                what: "finite number with a finite slope",
                value,
            });
        }
        let reach = self.level.z() * standard_error;
        Ok(Derived {
            value,
            standard_error,
            low: value - reach,
            high: value + reach,
            level: self.level,
        })
    }

    /// Reads a maximum in scaled units; `scales` turns each parameter back into the units of the data.
    pub(in crate::retention) fn from_maximum(
        shape: &M,
        maximum: &Maximum,
        scales: &[f64],
        log_likelihood: f64,
        n: u64,
        distinct: usize,
        level: Level,
    ) -> Result<Self, ModelError> {
        let logs: Vec<f64> = maximum
            .at
            .iter()
            .zip(scales)
            .map(|(ln, scale)| ln + scale.ln())
            .collect();
        let values: Vec<f64> = logs.iter().map(|ln| ln.exp()).collect();
        let parameters = M::NAMES
            .iter()
            .zip(logs.iter().zip(maximum.covariance.diagonal().iter()))
            .map(|(&name, (&ln, &variance))| NamedEstimate {
                name,
                estimate: Estimate::from_ln(ln, variance, level),
            })
            .collect();
        Ok(Self {
            model: shape.with_parameters(&values)?,
            parameters,
            ln_covariance: maximum
                .covariance
                .row_iter()
                .map(|row| row.iter().copied().collect())
                .collect(),
            log_likelihood,
            n,
            distinct: distinct as u64,
            iterations: maximum.iterations,
            level,
        })
    }
}

/// Gives a failed search its names and units back.
pub(in crate::retention) fn explain(
    failure: Failure,
    names: &[&'static str],
    scales: &[f64],
) -> ModelError {
    let value = |index: usize, ln: f64| ln.exp() * scales.get(index).copied().unwrap_or(1.0);
    match failure {
        Failure::Cancelled => ModelError::Cancelled(Cancelled),
        Failure::Boundary { parameter, ln } => ModelError::Boundary {
            name: names.get(parameter).copied().unwrap_or("a parameter"),
            value: value(parameter, ln),
        },
        Failure::NotConverged {
            iterations,
            value: log_likelihood,
            promised_gain,
            at,
        } => ModelError::NotConverged {
            iterations,
            log_likelihood,
            promised_gain,
            parameters: at.iter().enumerate().map(|(i, &ln)| value(i, ln)).collect(),
        },
    }
}

/// The parameters of a model, when there are as many as it has.
pub(in crate::retention) fn exactly<const N: usize>(
    parameters: &[f64],
) -> Result<[f64; N], ModelError> {
    parameters.try_into().map_err(|_| ModelError::Parameters {
        given: parameters.len(),
        needed: N,
    })
}

pub(super) fn positive(name: &'static str, value: f64) -> Result<f64, ModelError> {
    if value.is_finite() && value > 0.0 {
        Ok(value)
    } else {
        Err(ModelError::Parameter { name, value })
    }
}

/// A length of time from now on, in the unit of the histories: finite and not below zero.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Horizon(f64);

impl Horizon {
    /// Checks a length of time.
    ///
    /// # Errors
    /// [`ModelError::Argument`] for NaN, infinities and anything below zero.
    pub fn new(length: f64) -> Result<Self, ModelError> {
        if length.is_finite() && length >= 0.0 {
            Ok(Self(length))
        } else {
            Err(ModelError::Argument {
                what: "length of time",
                value: length,
            })
        }
    }

    /// The length, in the unit of the histories.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl fmt::Display for Horizon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A continuous rate of discount per unit of time: money at time t is worth e^(−δt) now.
///
/// ```
/// use radost_stats::retention::DiscountRate;
///
/// // 15 % a year, in weeks: δ = ln(1.15) / 52
/// let weekly = DiscountRate::effective(0.15, 52.0)?;
/// assert!((weekly.get() - 0.0026877).abs() < 1e-7);
/// # Ok::<(), radost_stats::retention::ModelError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct DiscountRate(f64);

impl DiscountRate {
    /// A continuous rate per unit of time.
    ///
    /// # Errors
    /// [`ModelError::Argument`] unless it is finite and above zero.
    pub fn continuous(rate: f64) -> Result<Self, ModelError> {
        if rate.is_finite() && rate > 0.0 {
            Ok(Self(rate))
        } else {
            Err(ModelError::Argument {
                what: "rate of discount",
                value: rate,
            })
        }
    }

    /// An effective rate (0.15 for 15 %) over a span of `units` units of time: δ = ln(1 + rate) / units.
    ///
    /// # Errors
    /// [`ModelError::Argument`] unless both are finite and above zero.
    pub fn effective(rate: f64, units: f64) -> Result<Self, ModelError> {
        Self::continuous(units)?;
        Self::continuous(rate.ln_1p() / units)
    }

    /// The continuous rate per unit of time.
    pub fn get(self) -> f64 {
        self.0
    }
}

/// How long the future counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Until {
    /// For ever: the whole residual lifetime.
    Forever,
    /// To the end of a planning period.
    Horizon(Horizon),
}

/// A model of how often customers buy and when they silently stop.
///
/// Times are in the unit of the histories it was fitted on.
pub trait PurchaseModel: Sync {
    /// Log-likelihood of all customers of a tally.
    fn log_likelihood(&self, tally: &HistoryTally) -> f64;

    /// Probability that a customer with this history is still active at the end of the observation.
    fn probability_alive(&self, history: &History) -> f64;

    /// E\[X(T, T+t) | x, t_x, T\]: repeat purchases a customer with this history is expected to make in the next t.
    fn conditional_expectation(&self, history: &History, horizon: Horizon) -> f64;

    /// P(X(t) = n): probability that a new customer makes n repeat purchases in t.
    fn probability_of(&self, n: u64, horizon: Horizon) -> f64;

    /// Expected purchases per unit of time at times s after the end of the observation, for someone active then.
    fn rate_if_alive(&self, history: &History) -> Box<dyn Fn(f64) -> f64>;

    /// E\[X(t)\]: repeat purchases expected of a new customer in t.
    fn expectation(&self, horizon: Horizon) -> f64 {
        self.conditional_expectation(&History::NEW, horizon)
    }

    /// Discounted expected residual transactions (DERT): future purchases of a customer with this history, each counted at its present
    /// value.
    ///
    /// ```text
    /// DERT = P(alive) ∫ e^(−δs) m(s) ds      m(s) = rate of purchases at s after now, given alive now
    /// ```
    /// For Pareto/NBD and [`Until::Forever`] this is the closed form with the confluent hypergeometric function, computed by its
    /// integral; a time horizon ends the integral there. The coming purchases count at the moment they happen.
    ///
    /// # Sources
    /// Fader, Hardie and Lee (2005), RFM and CLV: using iso-value curves for customer base analysis, Journal of Marketing Research
    /// 42(4), 415–430.
    fn discounted_expectation(&self, history: &History, until: Until, rate: DiscountRate) -> f64 {
        let purchases = self.rate_if_alive(history);
        let discounted = |s: f64| (-rate.get() * s).exp() * purchases(s);
        let integral = match until {
            Until::Forever => integrate_to_infinity(1.0 / rate.get(), discounted),
            Until::Horizon(horizon) => integrate(horizon.get(), discounted),
        };
        self.probability_alive(history) * integral
    }

    /// What every distinct history of a tally is expected to do, on all cores.
    ///
    /// # Errors
    /// [`Cancelled`] when the caller asks to stop.
    fn forecast(
        &self,
        tally: &HistoryTally,
        horizon: Horizon,
        progress: Progress<'_>,
    ) -> Result<Vec<Forecast>, Cancelled> {
        in_chunks(tally.folded(), progress, |&(history, customers)| Forecast {
            history,
            customers,
            probability_alive: self.probability_alive(&history),
            expected_purchases: self.conditional_expectation(&history, horizon),
        })
    }
}

/// What customers with one history are expected to do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// Their history.
    pub history: History,
    /// How many customers have it.
    pub customers: u64,
    /// Probability that one of them is still active, 0 to 1.
    pub probability_alive: f64,
    /// Purchases expected of one of them within the horizon.
    pub expected_purchases: f64,
}

/// Maps rows in parallel, with progress after every block.
pub(super) fn in_chunks<T: Sync, U: Send>(
    rows: &[T],
    progress: Progress<'_>,
    map: impl Fn(&T) -> U + Sync,
) -> Result<Vec<U>, Cancelled> {
    const BLOCK: usize = 1024;
    let mut mapped = Vec::with_capacity(rows.len());
    for block in rows.chunks(BLOCK) {
        progress.report(mapped.len() as u64, rows.len() as u64)?;
        mapped.par_extend(block.par_iter().map(&map));
    }
    Ok(mapped)
}

/// A start for a fit on many rows: some `size` customers, evenly spread over the sorted rows, with how many of them fell on each row.
pub(super) fn pilot<T: Copy>(rows: &[(T, u64)], customers: u64, size: u64) -> Vec<(T, u64)> {
    let step = (customers / size).max(1);
    let mut seen = step / 2;
    rows.iter()
        .filter_map(|&(row, count)| {
            let hits = (seen % step).saturating_add(count) / step;
            seen = seen.wrapping_add(count);
            (hits > 0).then_some((row, hits))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_without_end_is_an_error() {
        let failure = Failure::NotConverged {
            iterations: 200,
            value: -12.5,
            promised_gain: 0.25,
            at: vec![0.0, 1.0],
        };
        assert_eq!(
            explain(failure, &["r", "alpha"], &[1.0, 7.0]),
            ModelError::NotConverged {
                iterations: 200,
                log_likelihood: -12.5,
                promised_gain: 0.25,
                parameters: vec![1.0, 7.0 * 1.0_f64.exp()],
            }
        );
    }
}
