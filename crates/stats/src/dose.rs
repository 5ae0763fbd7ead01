//! Dose and response: how an outcome follows one quantity, such as minutes waited, visits made or points of a score.
//!
//! A [`DoseTally`] counts pairs of dose and response; from it come a rising or falling step curve without any formula
//! ([`isotonic`](DoseTally::isotonic)), a logistic curve between the ends of the response's scale ([`logistic`](DoseTally::logistic)) and
//! straight lines in logarithms ([`log_linear`](DoseTally::log_linear)), each with a band, and the sentence a manager can use:
//!
//! ```
//! use radost_stats::{Level, dose::{DoseTally, LogForm}};
//!
//! let mut tally = DoseTally::default();
//! for (visits, spent) in [(1.0, 20.0), (2.0, 31.0), (3.0, 42.0), (4.0, 47.0), (6.0, 70.0), (8.0, 78.0), (12.0, 115.0)] {
//!     tally.push(visits, spent)?;
//! }
//! let curve = tally.log_linear(LogForm::LogLog, Level::P95)?;
//! assert_eq!(curve.elasticity(4.0, 10.0)?.to_string(), "10 % more → 6.8 % more [6.2, 7.5]");
//! # Ok::<(), radost_stats::dose::DoseError>(())
//! ```

use std::collections::BTreeMap;

use crate::resampling::{self, Steps, percentile_bounds};
use crate::{
    Cancelled, Level, Progress, Scale,
    drivers::{
        DriverError, Gram, LogisticError, Ols, Weights,
        correlation::Ordered,
        gram::{check_value, check_weight},
        logistic::{Design, Fit, probability},
    },
    random::SplitMix64,
};

/// How often each pair of dose and response was seen: merged by addition, and all that a curve or its bootstrap needs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DoseTally {
    pairs: BTreeMap<(Ordered, Ordered), Pair>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Pair {
    rows: u64,
    weight: f64,
}

/// Why a curve was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DoseError {
    /// A dose or a response is NaN, infinite or beyond ±2⁵³, or a weight zero or below.
    #[error(transparent)]
    Input(DriverError),
    /// There are no pairs.
    #[error("there are no responses")]
    NoResponses,
    /// Too few pairs, or too few different doses.
    #[error("this needs {needed} {what}, and there are {found}")]
    TooFew {
        /// What is too few.
        what: Few,
        /// How many there are.
        found: u64,
        /// How many are needed.
        needed: u64,
    },
    /// A logarithm of zero or below.
    #[error("{value} is a {variable} of zero or below, which has no logarithm")]
    NotPositive {
        /// Dose or response.
        variable: DoseVariable,
        /// The value.
        value: f64,
    },
    /// A response outside the scale of a logistic curve.
    #[error("the response {value} is off the scale from {min} to {max}")]
    OffScale {
        /// The response.
        value: f64,
        /// Lower end.
        min: f64,
        /// Upper end.
        max: f64,
    },
    /// All responses are at one end of the scale.
    #[error("all responses are at one end of the scale, so there is no curve")]
    OneEnd,
    /// All responses are equal.
    #[error("all responses are equal, so there is no curve")]
    NoSpread,
    /// Some dose parts low responses from high ones without error, so that the curve is infinitely steep.
    #[error(
        "a dose parts the lowest from the highest responses without error, so that the curve is infinitely steep"
    )]
    Separated,
    /// The fit did not settle.
    #[error("the curve did not settle in {iterations} steps; the last moved it by {change:.3e}")]
    NotConverged {
        /// Steps made.
        iterations: u64,
        /// Largest move of the last step.
        change: f64,
    },
    /// Too few draws for a band.
    #[error("a band needs {MIN_DRAWS} draws or more, not {draws}")]
    Draws {
        /// The refused number.
        draws: u64,
    },
    /// A dose, or a change of it, for which a curve says nothing.
    #[error("the curve says nothing about a {what} of {value}")]
    Outside {
        /// What it is.
        what: DoseQuestion,
        /// The refused number.
        value: f64,
    },
    /// The response at the dose is zero or below, or not clearly above: a change in percent means nothing.
    #[error(
        "the response at the dose {dose} is not above zero, so that a change in percent means nothing"
    )]
    NoBase {
        /// The dose.
        dose: f64,
    },
    /// The caller asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// What there is too little of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Few {
    /// Pairs of dose and response.
    Responses,
    /// Different doses.
    Doses,
}

impl std::fmt::Display for Few {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Responses => "responses",
            Self::Doses => "different doses",
        })
    }
}

/// One of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DoseVariable {
    /// What is given.
    Dose,
    /// What follows.
    Response,
}

impl std::fmt::Display for DoseVariable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Dose => "dose",
            Self::Response => "response",
        })
    }
}

/// What a curve is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DoseQuestion {
    /// The response at a dose.
    Dose,
    /// The response after a change of the dose in percent.
    Change,
}

impl std::fmt::Display for DoseQuestion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Dose => "dose",
            Self::Change => "change in percent",
        })
    }
}

impl From<DriverError> for DoseError {
    fn from(error: DriverError) -> Self {
        match error {
            DriverError::NoRows => Self::NoResponses,
            // There are two doses or more before any fit, so it is the response.
            DriverError::Constant { .. } => Self::NoSpread,
            DriverError::TooFewRows { n, needed } => Self::TooFew {
                what: Few::Responses,
                found: n,
                needed,
            },
            DriverError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            other => Self::Input(other),
        }
    }
}

impl From<LogisticError> for DoseError {
    fn from(error: LogisticError) -> Self {
        match error {
            LogisticError::Input(error) => error.into(),
            LogisticError::OneClass { .. } => Self::OneEnd,
            LogisticError::Separated { .. } => Self::Separated,
            LogisticError::NotConverged { iterations, change } => {
                Self::NotConverged { iterations, change }
            }
            LogisticError::TooManyDrivers { .. } | LogisticError::UnstableResamples { .. } => {
                Self::OneEnd
            }
            LogisticError::Cancelled(cancelled) => Self::Cancelled(cancelled),
        }
    }
}

/// A point of a curve with its band.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    /// The dose, in its units.
    pub dose: f64,
    /// The response there, in its units.
    pub value: f64,
    /// Lower bound of the mean response at this dose.
    pub low: f64,
    /// Upper bound of the mean response at this dose.
    pub high: f64,
}

/// "10 % more → 4.2 % more [1.1, 7.3]".
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Elasticity {
    /// The dose that changes, in its units.
    pub dose: f64,
    /// By how many percent.
    pub change_percent: f64,
    /// By how many percent of itself the response then changes.
    pub value: f64,
    /// Lower bound, in percent.
    pub low: f64,
    /// Upper bound, in percent.
    pub high: f64,
    /// Pairs behind the curve.
    pub n: u64,
    /// Confidence level of the bounds.
    pub level: Level,
    /// Which curve says so.
    pub method: CurveMethod,
}

impl std::fmt::Display for Elasticity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let direction = |value: f64| if value < 0.0 { "less" } else { "more" };
        write!(
            f,
            "{} % {} → ",
            self.change_percent.abs(),
            direction(self.change_percent)
        )?;
        // Bounds keep their sign in the direction named, so that [−1.1, 3.2] says that it may go the other way.
        let sign = if self.value < 0.0 { -1.0 } else { 1.0 };
        let (low, high) = if sign < 0.0 {
            (-self.high, -self.low)
        } else {
            (self.low, self.high)
        };
        write!(
            f,
            "{:.1} % {} [{low:.1}, {high:.1}]",
            self.value.abs(),
            direction(self.value)
        )
    }
}

/// Which curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CurveMethod {
    /// Steps in one direction.
    Isotonic,
    /// Logistic between the ends of the scale.
    Logistic,
    /// A straight line in logarithms.
    LogLinear(LogForm),
}

impl std::fmt::Display for CurveMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Isotonic => f.write_str("isotonic"),
            Self::Logistic => f.write_str("logistic"),
            Self::LogLinear(form) => form.fmt(f),
        }
    }
}

/// Which of the two is taken in logarithms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LogForm {
    /// y = a + b ln x: a change of the dose in percent adds to the response.
    LevelLog,
    /// ln y = a + b x: a unit of dose multiplies the response.
    LogLevel,
    /// ln y = a + b ln x: b is the elasticity, the same at every dose.
    LogLog,
}

impl std::fmt::Display for LogForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::LevelLog => "level–log",
            Self::LogLevel => "log–level",
            Self::LogLog => "log–log",
        })
    }
}

/// Which way an isotonic curve may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The more, the higher.
    Rising,
    /// The more, the lower.
    Falling,
}

/// A curve of steps in one direction.
#[derive(Debug, Clone, PartialEq)]
pub struct IsotonicCurve {
    /// A point per dose seen, in ascending order. Between two doses the response is on the straight line, beyond the ends it stays.
    pub points: Vec<CurvePoint>,
    /// Which way it goes.
    pub direction: Direction,
    /// R²: share of the variance of the responses that the curve explains.
    pub r_squared: f64,
    /// Pairs of dose and response.
    pub n: u64,
    /// Confidence level of the band.
    pub level: Level,
    /// Bootstrap draws behind the band.
    pub draws: u64,
    /// By draw, the fitted value at every point's dose; kept for [`elasticity`](Self::elasticity).
    fitted: Vec<Vec<f64>>,
}

/// A logistic curve between the ends of a scale.
#[derive(Debug, Clone, PartialEq)]
pub struct LogisticCurve {
    /// Log-odds at dose 0.
    pub intercept: f64,
    /// Change of the log-odds per unit of dose.
    pub slope: f64,
    /// Standard error of the slope, robust to the spread of the responses.
    pub slope_error: f64,
    /// Lower bound of the slope.
    pub slope_low: f64,
    /// Upper bound of the slope.
    pub slope_high: f64,
    /// Dose at which the response is half way up the scale; `None` for a flat curve.
    pub midpoint: Option<f64>,
    /// Pairs of dose and response.
    pub n: u64,
    /// Steps until the fit settled.
    pub iterations: u64,
    /// Confidence level of bounds and bands.
    pub level: Level,
    min: f64,
    max: f64,
    /// Covariance of intercept and slope.
    covariance: [f64; 3],
}

/// A straight line in logarithms.
#[derive(Debug, Clone, PartialEq)]
pub struct LogLinearCurve {
    /// Which of the two is taken in logarithms.
    pub form: LogForm,
    /// The regression on that scale: `outcome` and the one driver are response and dose.
    pub ols: Ols,
    /// Pairs of dose and response.
    pub n: u64,
}

const MIN_DRAWS: u64 = 100;

impl DoseTally {
    /// Counts one pair.
    ///
    /// # Errors
    /// [`DoseError::Input`] for a value that is not finite or beyond ±2⁵³.
    pub fn push(&mut self, dose: f64, response: f64) -> Result<(), DoseError> {
        self.add(dose, response, 1, 1.0)
    }

    /// Counts a pair for `rows` respondents who weigh `weight` each.
    ///
    /// # Errors
    /// [`DoseError::Input`] for a value that is not finite or beyond ±2⁵³, and for a weight of zero or below.
    pub fn add(
        &mut self,
        dose: f64,
        response: f64,
        rows: u64,
        weight: f64,
    ) -> Result<(), DoseError> {
        let at = self.n();
        check_value("dose", dose, at)?;
        check_value("response", response, at)?;
        check_weight(weight, at)?;
        if rows > 0 {
            // Adding 0 makes −0 and 0 one value.
            let pair = self
                .pairs
                .entry((Ordered(dose + 0.0), Ordered(response + 0.0)))
                .or_default();
            pair.rows = pair.rows.saturating_add(rows);
            pair.weight += rows as f64 * weight;
        }
        Ok(())
    }

    /// Adds the pairs of another part of the data.
    pub fn merge(&mut self, other: &Self) {
        for (&key, theirs) in &other.pairs {
            let mine = self.pairs.entry(key).or_default();
            mine.rows = mine.rows.saturating_add(theirs.rows);
            mine.weight += theirs.weight;
        }
    }

    /// Pairs counted.
    pub fn n(&self) -> u64 {
        self.pairs
            .values()
            .fold(0, |n, pair| n.saturating_add(pair.rows))
    }

    fn iter(&self) -> impl Iterator<Item = (f64, f64, Pair)> {
        self.pairs
            .iter()
            .map(|((dose, response), pair)| (dose.0, response.0, *pair))
    }

    /// The steps in one direction that are closest to the responses, by pooling adjacent violators.
    ///
    /// ```text
    /// minimise Σ w (y − f(x))²   over all f that never fall (or never rise)
    /// ```
    /// The band is the percentile interval, dose by dose, of curves fitted to respondents drawn with replacement; a draw without
    /// a dose takes the line between its neighbours there. Drawing pairs by their number is drawing respondents, so it is exact when
    /// equal pairs have equal weights.
    ///
    /// ```
    /// use radost_stats::{Level, Progress, dose::{Direction, DoseTally}};
    ///
    /// let mut tally = DoseTally::default();
    /// for (minutes, score) in [(1.0, 9.0), (2.0, 10.0), (3.0, 8.0), (4.0, 8.0), (5.0, 5.0), (6.0, 6.0), (7.0, 3.0)] {
    ///     tally.push(minutes, score)?;
    /// }
    /// let curve = tally.isotonic(Direction::Falling, 200, 1, Level::P95, &Progress::none())?;
    /// let values: Vec<f64> = curve.points.iter().map(|point| point.value).collect();
    /// assert_eq!(values, [9.5, 9.5, 8.0, 8.0, 5.5, 5.5, 3.0]);
    /// # Ok::<(), radost_stats::dose::DoseError>(())
    /// ```
    /// # Units
    /// Those of dose and response.
    /// # Assumptions
    /// The curve goes one way; independent respondents. The band is narrow where the curve is flat and leans inward at both ends.
    /// # Errors
    /// [`DoseError::NoResponses`]; [`DoseError::TooFew`] below two doses; [`DoseError::Draws`] below 100; [`DoseError::Cancelled`].
    /// # Sources
    /// Ayer, Brunk, Ewing, Reid and Silverman (1955), Annals of Mathematical Statistics 26(4), 641–647.
    pub fn isotonic(
        &self,
        direction: Direction,
        draws: u64,
        seed: u64,
        level: Level,
        progress: &Progress,
    ) -> Result<IsotonicCurve, DoseError> {
        if draws < MIN_DRAWS {
            return Err(DoseError::Draws { draws });
        }
        let doses = self.doses(2)?;
        let pairs: Vec<(usize, f64, Pair)> = self
            .iter()
            .filter_map(|(dose, response, pair)| {
                Some((
                    doses.binary_search_by(|x| x.total_cmp(&dose)).ok()?,
                    response,
                    pair,
                ))
            })
            .collect();
        let fit = |weights: &mut dyn Iterator<Item = f64>| -> Vec<f64> {
            let mut sums = vec![(0.0, 0.0); doses.len()];
            for ((at, response, _), weight) in pairs.iter().zip(weights) {
                sums[*at].0 += weight;
                sums[*at].1 += weight * response;
            }
            let seen: Vec<usize> = (0..doses.len()).filter(|&at| sums[at].0 > 0.0).collect();
            let values: Vec<f64> = seen.iter().map(|&at| sums[at].1 / sums[at].0).collect();
            let weights: Vec<f64> = seen.iter().map(|&at| sums[at].0).collect();
            let steps = pool(&values, &weights, direction);
            let known: Vec<f64> = seen.iter().map(|&at| doses[at]).collect();
            doses
                .iter()
                .map(|&dose| between(&known, &steps, dose))
                .collect()
        };
        let values = fit(&mut pairs.iter().map(|(_, _, pair)| pair.weight));

        let n = self.n();
        let cumulative: Vec<u64> = pairs
            .iter()
            .scan(0u64, |total, (_, _, pair)| {
                *total = total.saturating_add(pair.rows);
                Some(*total)
            })
            .collect();
        let steps = Steps::new(draws, *progress);
        let fitted = resampling::draws(0..draws, &steps, |draw| {
            let mut random = SplitMix64::stream(seed, draw);
            let mut counts = vec![0u64; pairs.len()];
            for _ in 0..n {
                let row = random.below(usize::try_from(n).unwrap_or(usize::MAX)) as u64;
                counts[cumulative.partition_point(|&total| total <= row)] += 1;
            }
            let own = pairs.iter().zip(&counts);
            Ok::<_, Cancelled>(fit(&mut own.map(|((_, _, pair), &count)| {
                count as f64 * pair.weight / pair.rows as f64
            })))
        })?;
        let points = doses
            .iter()
            .zip(&values)
            .enumerate()
            .map(|(at, (&dose, &value))| {
                let mut column: Vec<f64> = fitted.iter().map(|curve| curve[at]).collect();
                column.sort_by(f64::total_cmp);
                let (low, high) = percentile_bounds(&column, level).unwrap_or((value, value));
                CurvePoint {
                    dose,
                    value,
                    low: low.min(value),
                    high: high.max(value),
                }
            });
        let points = points.collect();
        let total: f64 = pairs.iter().map(|(_, _, pair)| pair.weight).sum();
        let mean = pairs
            .iter()
            .map(|(_, y, pair)| pair.weight * y)
            .sum::<f64>()
            / total;
        let squares = |gap: &dyn Fn(usize, f64) -> f64| -> f64 {
            pairs
                .iter()
                .map(|(at, y, pair)| pair.weight * gap(*at, *y).powi(2))
                .sum()
        };
        let (left, all) = (squares(&|at, y| y - values[at]), squares(&|_, y| y - mean));
        let r_squared = if all > 0.0 {
            (1.0 - left / all).max(0.0)
        } else {
            0.0
        };
        Ok(IsotonicCurve {
            points,
            direction,
            r_squared,
            n,
            level,
            draws,
            fitted,
        })
    }

    /// A logistic curve between the ends of the response's scale.
    ///
    /// ```text
    /// E y = min + (max − min) / (1 + exp(−(a + b x)))      band: logistic of (a + b x ∓ z √(v_aa + 2 x v_ab + x² v_bb))
    /// v = A⁻¹ [Σ w (y − ŷ)² x xᵀ] A⁻¹
    /// ```
    /// For yes-or-no responses (a scale from 0 to 1) this is logistic regression; for any other bounded response the same likelihood is a
    /// quasi-likelihood, and the covariance v holds whatever the spread of the responses. Both ends of the curve are the ends
    /// of the scale and not estimated: data that never come near an end could not tell where it lies.
    ///
    /// ```
    /// use radost_stats::{Level, Scale, dose::DoseTally};
    ///
    /// let mut tally = DoseTally::default();
    /// for (minutes, score) in [(1.0, 9.0), (2.0, 10.0), (3.0, 8.0), (4.0, 8.0), (5.0, 5.0), (6.0, 6.0), (7.0, 3.0)] {
    ///     tally.push(minutes, score)?;
    /// }
    /// let scale = Scale::new(0.0, 10.0).map_err(|_| radost_stats::dose::DoseError::OneEnd)?;
    /// let curve = tally.logistic(scale, Level::P95)?;
    /// assert!((curve.slope + 0.592895).abs() < 1e-6 && (curve.at(4.0)?.value - 7.521006).abs() < 1e-6);
    /// # Ok::<(), radost_stats::dose::DoseError>(())
    /// ```
    /// # Units
    /// Those of dose and response.
    /// # Assumptions
    /// Independent respondents, a few dozen of them.
    /// # Errors
    /// [`DoseError::NoResponses`], [`DoseError::TooFew`], [`DoseError::OffScale`], [`DoseError::OneEnd`], [`DoseError::Separated`] and
    /// [`DoseError::NotConverged`].
    /// # Sources
    /// Papke and Wooldridge (1996), Journal of Applied Econometrics 11(6), 619–632.
    pub fn logistic(&self, scale: Scale, level: Level) -> Result<LogisticCurve, DoseError> {
        self.doses(2)?;
        if self.n() < 3 {
            return Err(DoseError::TooFew {
                what: Few::Responses,
                found: self.n(),
                needed: 3,
            });
        }
        let (min, max) = (scale.min(), scale.max());
        let mut rows: BTreeMap<Ordered, [f64; 2]> = BTreeMap::new();
        for (dose, response, pair) in self.iter() {
            if !(min..=max).contains(&response) {
                return Err(DoseError::OffScale {
                    value: response,
                    min,
                    max,
                });
            }
            let share = (response - min) / (max - min);
            let parts = rows.entry(Ordered(dose)).or_default();
            parts[0] += pair.weight * (1.0 - share);
            parts[1] += pair.weight * share;
        }
        let doses = rows.keys().map(|dose| dose.0).collect();
        let parts: Vec<[f64; 2]> = rows.into_values().collect();
        let columns = ["dose".to_owned()];
        let design = Design::new(&columns, vec![doses], &parts)?;
        let fit: Fit = design.fit(&[0], &columns)?;
        let cases = self.iter().map(|(dose, response, pair)| {
            let own = pair.weight / pair.rows as f64;
            (
                dose,
                (response - min) / (max - min),
                pair.rows as f64 * own * own,
            )
        });
        let v = design.sandwich(&fit, cases);
        let (mean, sd) = (design.means[0], design.sds[0]);
        // From the standardised dose back to its units.
        let slope = fit.coefficients[1] / sd;
        let intercept = fit.coefficients[0] - slope * mean;
        let (vb, vab, va) = (v[(1, 1)] / (sd * sd), v[(0, 1)] / sd, v[(0, 0)]);
        let covariance = [
            va - 2.0 * mean * vab + mean * mean * vb,
            vab - mean * vb,
            vb,
        ];
        let reach = level.z() * vb.sqrt();
        Ok(LogisticCurve {
            intercept,
            slope,
            slope_error: vb.sqrt(),
            slope_low: slope - reach,
            slope_high: slope + reach,
            midpoint: (slope != 0.0).then(|| -intercept / slope),
            n: self.n(),
            iterations: fit.iterations,
            level,
            min,
            max,
            covariance,
        })
    }

    /// A straight line in logarithms of dose, response or both, by least squares.
    ///
    /// ```text
    /// level–log: y = a + b ln x      log–level: ln y = a + b x      log–log: ln y = a + b ln x
    /// ```
    /// With the response in logarithms the curve is of its median (geometric mean), not of its mean.
    ///
    /// # Units
    /// The regression is on the scale of the form; [`LogLinearCurve::at`] is in the units of the response.
    /// # Assumptions
    /// Independent respondents; residuals of one variance and roughly normal on that scale.
    /// # Errors
    /// [`DoseError::NotPositive`] for a value without a logarithm; [`DoseError::NoResponses`]; [`DoseError::NoSpread`]; [`DoseError::TooFew`] below
    /// two doses or three pairs.
    /// # Sources
    /// Wooldridge (2013), Introductory Econometrics, 5th ed., South-Western, section 2.4.
    pub fn log_linear(&self, form: LogForm, level: Level) -> Result<LogLinearCurve, DoseError> {
        self.doses(2)?;
        let (log_dose, log_response) = match form {
            LogForm::LevelLog => (true, false),
            LogForm::LogLevel => (false, true),
            LogForm::LogLog => (true, true),
        };
        let scaled = |value: f64, logarithm: bool, variable: DoseVariable| match logarithm {
            false => Ok(value),
            true if value > 0.0 => Ok(value.ln()),
            true => Err(DoseError::NotPositive { variable, value }),
        };
        let mut gram = Gram::new(["response", "dose"])?;
        for (dose, response, pair) in self.iter() {
            let x = scaled(dose, log_dose, DoseVariable::Dose)?;
            let y = scaled(response, log_response, DoseVariable::Response)?;
            gram.add_equal_rows(&[y, x], pair.rows, pair.weight);
        }
        let moments = gram.moments(Weights::Sampling)?;
        let ols = moments.model("response", &["dose"])?.ols(level);
        Ok(LogLinearCurve {
            form,
            ols,
            n: self.n(),
        })
    }

    fn doses(&self, needed: u64) -> Result<Vec<f64>, DoseError> {
        if self.pairs.is_empty() {
            return Err(DoseError::NoResponses);
        }
        let mut doses: Vec<f64> = self.iter().map(|(dose, _, _)| dose).collect();
        doses.dedup();
        let found = doses.len() as u64;
        if found < needed {
            return Err(DoseError::TooFew {
                what: Few::Doses,
                found,
                needed,
            });
        }
        Ok(doses)
    }
}

/// Pools neighbours that go the wrong way until none do.
fn pool(values: &[f64], weights: &[f64], direction: Direction) -> Vec<f64> {
    let sign = if direction == Direction::Rising {
        1.0
    } else {
        -1.0
    };
    // Blocks of mean, weight and length; a new value joins the last block while that is above it.
    let mut blocks: Vec<(f64, f64, usize)> = Vec::with_capacity(values.len());
    for (value, &weight) in values.iter().zip(weights) {
        let mut block = (sign * value, weight, 1);
        while let Some(&(mean, before, length)) = blocks.last() {
            if mean < block.0 {
                break;
            }
            let total = before + block.1;
            block = (
                mean + (block.0 - mean) * block.1 / total,
                total,
                length + block.2,
            );
            blocks.pop();
        }
        blocks.push(block);
    }
    blocks
        .iter()
        .flat_map(|&(mean, _, length)| std::iter::repeat_n(sign * mean, length))
        .collect()
}

/// The line between known points; beyond the ends the value stays. Without points it is 0.
fn between(doses: &[f64], values: &[f64], dose: f64) -> f64 {
    let after = doses.partition_point(|&known| known < dose);
    match (after.checked_sub(1), doses.get(after)) {
        (_, Some(&known)) if known == dose => values[after],
        (Some(before), Some(&known)) => {
            let share = (dose - doses[before]) / (known - doses[before]);
            values[before] + (values[after] - values[before]) * share
        }
        (Some(before), None) => values[before],
        (None, _) => values.first().copied().unwrap_or_default(),
    }
}

fn changed(dose: f64, change_percent: f64) -> Result<f64, DoseError> {
    if !dose.is_finite() {
        return Err(DoseError::Outside {
            what: DoseQuestion::Dose,
            value: dose,
        });
    }
    if !change_percent.is_finite() || change_percent == 0.0 || change_percent <= -100.0 {
        return Err(DoseError::Outside {
            what: DoseQuestion::Change,
            value: change_percent,
        });
    }
    Ok(dose * (1.0 + change_percent / 100.0))
}

impl IsotonicCurve {
    /// The response at a dose, with its band.
    ///
    /// # Errors
    /// [`DoseError::Outside`] for a dose that is not finite, or beyond those seen.
    pub fn at(&self, dose: f64) -> Result<CurvePoint, DoseError> {
        let doses: Vec<f64> = self.points.iter().map(|point| point.dose).collect();
        let seen = doses
            .first()
            .zip(doses.last())
            .is_some_and(|(&first, &last)| (first..=last).contains(&dose));
        if !seen {
            return Err(DoseError::Outside {
                what: DoseQuestion::Dose,
                value: dose,
            });
        }
        let read = |value: fn(&CurvePoint) -> f64| {
            let values: Vec<f64> = self.points.iter().map(value).collect();
            between(&doses, &values, dose)
        };
        Ok(CurvePoint {
            dose,
            value: read(|p| p.value),
            low: read(|p| p.low),
            high: read(|p| p.high),
        })
    }

    /// What a change of the dose in percent does to the response in percent, with the percentile interval of the draws.
    ///
    /// # Errors
    /// [`DoseError::Outside`] when either dose lies beyond those seen or the change is zero, not finite, or −100 and below;
    /// [`DoseError::NoBase`] when the response there is not above zero in every draw.
    pub fn elasticity(&self, dose: f64, change_percent: f64) -> Result<Elasticity, DoseError> {
        let then = changed(dose, change_percent)?;
        self.at(dose)?;
        self.at(then)?;
        let doses: Vec<f64> = self.points.iter().map(|point| point.dose).collect();
        let percent = |values: &[f64]| {
            let before = between(&doses, values, dose);
            (before > 0.0)
                .then(|| 100.0 * (between(&doses, values, then) / before - 1.0))
                .ok_or(DoseError::NoBase { dose })
        };
        let values: Vec<f64> = self.points.iter().map(|point| point.value).collect();
        let value = percent(&values)?;
        let mut drawn = self
            .fitted
            .iter()
            .map(|values| percent(values))
            .collect::<Result<Vec<f64>, _>>()?;
        drawn.sort_by(f64::total_cmp);
        let (low, high) = percentile_bounds(&drawn, self.level).unwrap_or((value, value));
        Ok(Elasticity {
            dose,
            change_percent,
            value,
            low: low.min(value),
            high: high.max(value),
            n: self.n,
            level: self.level,
            method: CurveMethod::Isotonic,
        })
    }
}

impl LogisticCurve {
    fn log_odds(&self, dose: f64) -> f64 {
        self.intercept + self.slope * dose
    }

    /// The mean response at a dose, with its band.
    ///
    /// # Errors
    /// [`DoseError::Outside`] for a dose that is not finite.
    pub fn at(&self, dose: f64) -> Result<CurvePoint, DoseError> {
        if !dose.is_finite() {
            return Err(DoseError::Outside {
                what: DoseQuestion::Dose,
                value: dose,
            });
        }
        let [va, vab, vb] = self.covariance;
        let reach = self.level.z() * (va + 2.0 * dose * vab + dose * dose * vb).max(0.0).sqrt();
        let response = |log_odds: f64| self.min + (self.max - self.min) * probability(log_odds);
        let centre = self.log_odds(dose);
        Ok(CurvePoint {
            dose,
            value: response(centre),
            low: response(centre - reach),
            high: response(centre + reach),
        })
    }

    /// What a change of the dose in percent does to the response in percent, by the delta method on the logarithm of the ratio.
    ///
    /// # Errors
    /// [`DoseError::Outside`] for a dose or a change that is not finite, and a change of zero or −100 and below; [`DoseError::NoBase`] when a
    /// response on the curve is not above zero.
    pub fn elasticity(&self, dose: f64, change_percent: f64) -> Result<Elasticity, DoseError> {
        let then = changed(dose, change_percent)?;
        let (before, after) = (self.at(dose)?.value, self.at(then)?.value);
        if !(before > 0.0 && after > 0.0) {
            return Err(DoseError::NoBase { dose });
        }
        // ∂ ln E y by the log-odds, and so by intercept and slope.
        let pull = |at: f64, value: f64| {
            let p = probability(self.log_odds(at));
            (self.max - self.min) * p * (1.0 - p) / value
        };
        let (here, there) = (pull(dose, before), pull(then, after));
        let (by_intercept, by_slope) = (there - here, there * then - here * dose);
        let [va, vab, vb] = self.covariance;
        let variance = by_intercept * by_intercept * va
            + 2.0 * by_intercept * by_slope * vab
            + by_slope * by_slope * vb;
        let reach = self.level.z() * variance.max(0.0).sqrt();
        let ratio = (after / before).ln();
        Ok(Elasticity {
            dose,
            change_percent,
            value: 100.0 * ratio.exp_m1(),
            low: 100.0 * (ratio - reach).exp_m1(),
            high: 100.0 * (ratio + reach).exp_m1(),
            n: self.n,
            level: self.level,
            method: CurveMethod::Logistic,
        })
    }
}

impl LogLinearCurve {
    /// The slope and its bounds; a line without a driver is level.
    fn slope(&self) -> (f64, f64, f64) {
        self.ols
            .coefficients
            .first()
            .map_or((0.0, 0.0, 0.0), |own| {
                (own.slope.value, own.slope.low, own.slope.high)
            })
    }

    /// The response at a dose, with the band of the line.
    ///
    /// # Errors
    /// [`DoseError::Outside`] for a dose that is not finite; [`DoseError::NotPositive`] for one without a logarithm where it is taken.
    pub fn at(&self, dose: f64) -> Result<CurvePoint, DoseError> {
        if !dose.is_finite() {
            return Err(DoseError::Outside {
                what: DoseQuestion::Dose,
                value: dose,
            });
        }
        let x = match self.form {
            LogForm::LogLevel => dose,
            _ if dose > 0.0 => dose.ln(),
            _ => {
                return Err(DoseError::NotPositive {
                    variable: DoseVariable::Dose,
                    value: dose,
                });
            }
        };
        let mean = self.ols.coefficients.first().map_or(0.0, |own| own.mean);
        let slope_variance = self.ols.covariance.first().copied().unwrap_or(0.0);
        let level_variance = self.ols.residual_sd * self.ols.residual_sd / self.ols.effective_n;
        let centre = self.ols.outcome_mean + self.slope().0 * (x - mean);
        let error = (level_variance + (x - mean) * (x - mean) * slope_variance).sqrt();
        let reach = self.ols.level.t_unchecked(self.ols.degrees_of_freedom) * error;
        let back = |y: f64| {
            if self.form == LogForm::LevelLog {
                y
            } else {
                y.exp()
            }
        };
        Ok(CurvePoint {
            dose,
            value: back(centre),
            low: back(centre - reach),
            high: back(centre + reach),
        })
    }

    /// What a change of the dose in percent does to the response in percent.
    ///
    /// ```text
    /// log–log: (1 + c)ᵇ − 1, at every dose      log–level: exp(b c x) − 1      level–log: b ln(1 + c) / ŷ(x)
    /// ```
    /// with c = change / 100. The bounds put those of the slope in its place; for level–log they are of the ratio b / ŷ(x), by the
    /// delta method.
    ///
    /// # Errors
    /// [`DoseError::Outside`] for a dose or a change that is not finite, and a change of zero or −100 and below; [`DoseError::NotPositive`] for a dose
    /// without a logarithm where it is taken; [`DoseError::NoBase`] when the response there is not above zero.
    pub fn elasticity(&self, dose: f64, change_percent: f64) -> Result<Elasticity, DoseError> {
        let then = changed(dose, change_percent)?;
        let base = self.at(dose)?;
        let (slope, slope_low, slope_high) = self.slope();
        let grown = (1.0 + change_percent / 100.0).ln();
        let (value, one, other) = match self.form {
            LogForm::LogLog => {
                let percent = |slope: f64| 100.0 * (slope * grown).exp_m1();
                (percent(slope), percent(slope_low), percent(slope_high))
            }
            LogForm::LogLevel => {
                let percent = |slope: f64| 100.0 * (slope * (then - dose)).exp_m1();
                (percent(slope), percent(slope_low), percent(slope_high))
            }
            LogForm::LevelLog => {
                if base.value.is_nan() || base.value <= 0.0 {
                    return Err(DoseError::NoBase { dose });
                }
                let slope_variance = self.ols.covariance.first().copied().unwrap_or(0.0);
                let level_variance =
                    self.ols.residual_sd * self.ols.residual_sd / self.ols.effective_n;
                // ŷ = ȳ + b (ln x − m), and ȳ and b are independent: ∂(b/ŷ)/∂b = ȳ/ŷ², ∂(b/ŷ)/∂ȳ = −b/ŷ².
                let (by_slope, by_level) = (
                    self.ols.outcome_mean / base.value.powi(2),
                    -slope / base.value.powi(2),
                );
                let error = (by_slope * by_slope * slope_variance
                    + by_level * by_level * level_variance)
                    .sqrt();
                let reach = self.ols.level.t_unchecked(self.ols.degrees_of_freedom) * error;
                let percent = |ratio: f64| 100.0 * ratio * grown;
                let ratio = slope / base.value;
                (
                    percent(ratio),
                    percent(ratio - reach),
                    percent(ratio + reach),
                )
            }
        };
        Ok(Elasticity {
            dose,
            change_percent,
            value,
            low: one.min(other),
            high: one.max(other),
            n: self.n,
            level: self.ols.level,
            method: CurveMethod::LogLinear(self.form),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_without_end_is_told_as_one() {
        let error = DoseError::from(LogisticError::NotConverged {
            iterations: 60,
            change: 0.25,
        });
        assert_eq!(
            error.to_string(),
            "the curve did not settle in 60 steps; the last moved it by 2.500e-1"
        );
    }
}
