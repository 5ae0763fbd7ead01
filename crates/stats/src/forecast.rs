//! Where is a series heading: exponential smoothing (Holt and Winters) with intervals from its state space form.
//!
//! ```
//! use radost_stats::{Level, Progress, forecast::{SmoothingModel, Trend, fit}};
//!
//! let quarters = [70.0, 74.0, 78.0, 71.0, 72.0, 76.0, 79.0, 73.0, 74.0, 77.0, 82.0, 75.0, 75.0, 79.0, 83.0, 77.0];
//! let model = SmoothingModel { trend: Trend::Additive, season: 4 };
//! let fit = fit(&quarters, model, Progress::none())?;
//! let next = fit.forecast(4, Level::P95)?;
//! assert!((next[2].value - 84.97).abs() < 0.5); // the third quarters are the best
//! assert!(next[3].standard_error >= next[0].standard_error);
//! # Ok::<(), radost_stats::forecast::ForecastError>(())
//! ```

use nalgebra::{DMatrix, DVector};

use crate::{Cancelled, Level, Progress};

/// The longest season: initial seasonal states are fitted exactly, at a cost that grows with its square.
pub const MAX_SEASON: usize = 60;

/// How far ahead a forecast goes at most.
pub const MAX_HORIZON: usize = 10_000;

/// Whether and how a series goes on rising or falling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trend {
    /// It keeps its level.
    None,
    /// It goes on at its present slope.
    Additive,
    /// Its slope fades.
    Damped,
}

impl std::fmt::Display for Trend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "no trend",
            Self::Additive => "additive trend",
            Self::Damped => "damped trend",
        })
    }
}

/// What the series is made of; errors and seasons add.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SmoothingModel {
    /// Its trend.
    pub trend: Trend,
    /// Periods in a season, such as 12 months or 4 quarters; 0 or 1 for none.
    pub season: usize,
}

/// How fast the states learn from each error, in the state space form.
///
/// In Holt and Winters' own form the trend parameter is β* = β / α; their γ is this γ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SmoothingParameters {
    /// Of the level, 0 to 1.
    pub alpha: f64,
    /// Of the slope, 0 to α; 0 without a trend.
    pub beta: f64,
    /// Of the seasons, 0 to 1 − α; 0 without.
    pub gamma: f64,
    /// What is left of the slope a period later, above 0 and up to 1; 1 unless damped.
    pub phi: f64,
}

/// The level, slope and seasons of a series at one time.
#[derive(Debug, Clone, PartialEq)]
pub struct SmoothingStates {
    /// Level, in the units of the series.
    pub level: f64,
    /// Slope by period; 0 without a trend.
    pub slope: f64,
    /// What the next periods lie above the level, in order; they add up to zero at the start; empty without a season.
    pub seasons: Vec<f64>,
}

/// A smoothed series.
#[derive(Debug, Clone, PartialEq)]
pub struct SmoothingFit {
    /// What the series is made of.
    pub model: SmoothingModel,
    /// How fast the states learn.
    pub parameters: SmoothingParameters,
    /// States before the first value.
    pub initial: SmoothingStates,
    /// States after the last value.
    pub last: SmoothingStates,
    /// One-step forecasts of the values.
    pub fitted: Vec<f64>,
    /// Values minus these forecasts.
    pub residuals: Vec<f64>,
    /// Sum of squared residuals.
    pub sse: f64,
    /// Standard deviation of the errors: √( sse / (n − fitted numbers) ).
    pub sigma: f64,
    /// Akaike's criterion with the small-sample correction, up to a constant of the series: lower is better.
    pub aicc: f64,
    /// Number of values.
    pub n: usize,
    /// How many numbers were fitted: parameters and initial states.
    pub fitted_numbers: usize,
    /// Evaluations of the search; 0 when nothing was searched for.
    pub evaluations: usize,
}

/// One period ahead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ForecastPoint {
    /// Periods after the last value, from 1.
    pub horizon: usize,
    /// The forecast, in the units of the series.
    pub value: f64,
    /// Lower bound of the value to come.
    pub low: f64,
    /// Upper bound of the value to come.
    pub high: f64,
    /// Standard deviation of the forecast's error.
    pub standard_error: f64,
}

/// Why a series cannot be forecast.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ForecastError {
    /// NaN or infinite.
    #[error("{value} at index {index} is not a finite number")]
    NotFinite {
        /// Its place in the input.
        index: usize,
        /// The refused value.
        value: f64,
    },
    /// The series is too short.
    #[error("this model needs {needed} values, and there are {n}")]
    TooFew {
        /// Values there are.
        n: usize,
        /// Values needed.
        needed: usize,
    },
    /// All values are equal.
    #[error("all values are equal, so there is nothing to forecast")]
    Constant,
    /// The season is too long.
    #[error("a season of {season} periods is too long: at most {MAX_SEASON}")]
    Season {
        /// The refused length.
        season: usize,
    },
    /// A parameter outside its range.
    #[error("{name} is {value}, and must be {range}")]
    Parameter {
        /// Which parameter.
        name: &'static str,
        /// The refused value.
        value: f64,
        /// What it must be.
        range: &'static str,
    },
    /// Seasonal states that do not fit the season.
    #[error("{expected} seasonal states were expected, and there are {got}")]
    Seasons {
        /// How many there should be.
        expected: usize,
        /// How many there are.
        got: usize,
    },
    /// A forecast of no periods, or of too many.
    #[error("{horizon} is no horizon: from 1 to {MAX_HORIZON}")]
    Horizon {
        /// The refused horizon.
        horizon: usize,
    },
    /// The search did not come to rest.
    #[error(
        "the smoothing parameters did not settle in {evaluations} evaluations (sum of squares {sse})"
    )]
    NotConverged {
        /// Evaluations made.
        evaluations: usize,
        /// The smallest sum of squares met.
        sse: f64,
    },
    /// The caller asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl SmoothingModel {
    fn has_trend(self) -> bool {
        self.trend != Trend::None
    }

    /// Periods in a season, 0 without one.
    fn periods(self) -> usize {
        if self.season > 1 { self.season } else { 0 }
    }

    /// Numbers of the initial state that are free: the seasons add up to zero.
    fn free_states(self) -> usize {
        1 + usize::from(self.has_trend()) + self.periods().saturating_sub(1)
    }

    fn free_parameters(self) -> usize {
        1 + usize::from(self.has_trend())
            + usize::from(self.trend == Trend::Damped)
            + usize::from(self.periods() > 0)
    }

    fn check(self, values: &[f64]) -> Result<(), ForecastError> {
        finite(values)?;
        if self.season > MAX_SEASON {
            return Err(ForecastError::Season {
                season: self.season,
            });
        }
        let needed = (self.free_states() + self.free_parameters() + 2).max(2 * self.periods());
        if values.len() < needed {
            return Err(ForecastError::TooFew {
                n: values.len(),
                needed,
            });
        }
        Ok(())
    }

    /// Initial states from the free numbers.
    fn states(self, free: &[f64]) -> SmoothingStates {
        let mut rest = free.iter().copied();
        let level = rest.next().unwrap_or(0.0);
        let slope = if self.has_trend() {
            rest.next().unwrap_or(0.0)
        } else {
            0.0
        };
        let mut seasons: Vec<f64> = rest.collect();
        if self.periods() > 0 {
            seasons.push(-seasons.iter().sum::<f64>());
        }
        SmoothingStates {
            level,
            slope,
            seasons,
        }
    }

    /// From unbounded numbers to parameters.
    fn parameters(self, free: &[f64]) -> SmoothingParameters {
        let mut rest = free.iter().map(|x| 1.0 / (1.0 + (-x).exp()));
        let alpha = rest.next().unwrap_or(0.5);
        let beta = if self.has_trend() {
            alpha * rest.next().unwrap_or(0.1)
        } else {
            0.0
        };
        let gamma = if self.periods() > 0 {
            (1.0 - alpha) * rest.next().unwrap_or(0.1)
        } else {
            0.0
        };
        let phi = if self.trend == Trend::Damped {
            0.8 + 0.195 * rest.next().unwrap_or(0.9)
        } else {
            1.0
        };
        SmoothingParameters {
            alpha,
            beta,
            gamma,
            phi,
        }
    }
}

/// Runs the recursion over the values; `fitted` receives the one-step forecasts.
fn run(
    values: impl Iterator<Item = f64>,
    parameters: SmoothingParameters,
    states: &mut SmoothingStates,
    mut fitted: impl FnMut(f64),
) {
    let SmoothingParameters {
        alpha,
        beta,
        gamma,
        phi,
    } = parameters;
    let season = states.seasons.len();
    let mut place = 0;
    for value in values {
        let seasonal = states.seasons.get(place).copied().unwrap_or(0.0);
        let base = states.level + phi * states.slope;
        let forecast = base + seasonal;
        fitted(forecast);
        let error = value - forecast;
        states.level = base + alpha * error;
        states.slope = phi * states.slope + beta * error;
        if let Some(state) = states.seasons.get_mut(place) {
            *state = seasonal + gamma * error;
            place = (place + 1) % season;
        }
    }
    states.seasons.rotate_left(place);
}

/// Smooths a series with given parameters and initial states.
///
/// ```text
/// forecast = l + φ b + s      e = x − forecast
/// l ← l + φ b + α e      b ← φ b + β e      s ← s + γ e, for the same period of the next season
/// ```
///
/// ```
/// use radost_stats::forecast::{SmoothingModel, SmoothingParameters, SmoothingStates, Trend, smooth};
///
/// let model = SmoothingModel { trend: Trend::None, season: 0 };
/// let parameters = SmoothingParameters { alpha: 0.5, beta: 0.0, gamma: 0.0, phi: 1.0 };
/// let initial = SmoothingStates { level: 4.0, slope: 0.0, seasons: vec![] };
/// let fit = smooth(&[5.0, 3.0, 4.0, 6.0], model, parameters, initial)?;
/// assert_eq!(fit.fitted, [4.0, 4.5, 3.75, 3.875]);
/// assert_eq!(fit.last.level, 4.9375);
/// # Ok::<(), radost_stats::forecast::ForecastError>(())
/// ```
/// # Errors
/// [`ForecastError::NotFinite`], [`ForecastError::TooFew`], [`ForecastError::Season`], [`ForecastError::Parameter`] for a parameter or state outside
/// its range, [`ForecastError::Seasons`].
/// # Sources
/// Hyndman, Koehler, Ord and Snyder (2008), Forecasting with Exponential Smoothing, Springer, chapter 2.
pub fn smooth(
    values: &[f64],
    model: SmoothingModel,
    parameters: SmoothingParameters,
    initial: SmoothingStates,
) -> Result<SmoothingFit, ForecastError> {
    finite(values)?;
    if model.season > MAX_SEASON {
        return Err(ForecastError::Season {
            season: model.season,
        });
    }
    // Given parameters can be tried on a series that is too short to fit them.
    if values.is_empty() {
        return Err(ForecastError::TooFew { n: 0, needed: 1 });
    }
    for (name, value, low, high, range) in [
        ("alpha", parameters.alpha, 0.0, 1.0, "from 0 to 1"),
        ("beta", parameters.beta, 0.0, 1.0, "from 0 to 1"),
        ("gamma", parameters.gamma, 0.0, 1.0, "from 0 to 1"),
        (
            "phi",
            parameters.phi,
            f64::MIN_POSITIVE,
            1.0,
            "above 0 and at most 1",
        ),
        (
            "level",
            initial.level,
            f64::MIN,
            f64::MAX,
            "a finite number",
        ),
        (
            "slope",
            initial.slope,
            f64::MIN,
            f64::MAX,
            "a finite number",
        ),
    ] {
        if !(low..=high).contains(&value) {
            return Err(ForecastError::Parameter { name, value, range });
        }
    }
    if initial.seasons.len() != model.periods() {
        return Err(ForecastError::Seasons {
            expected: model.periods(),
            got: initial.seasons.len(),
        });
    }
    if let Some(&value) = initial.seasons.iter().find(|s| !s.is_finite()) {
        return Err(ForecastError::Parameter {
            name: "seasons",
            value,
            range: "a finite number",
        });
    }
    Ok(finish(values, model, parameters, initial, 0, 0))
}

fn finite(values: &[f64]) -> Result<(), ForecastError> {
    match values.iter().enumerate().find(|(_, v)| !v.is_finite()) {
        Some((index, &value)) => Err(ForecastError::NotFinite { index, value }),
        None => Ok(()),
    }
}

fn finish(
    values: &[f64],
    model: SmoothingModel,
    parameters: SmoothingParameters,
    initial: SmoothingStates,
    fitted_numbers: usize,
    evaluations: usize,
) -> SmoothingFit {
    let mut last = initial.clone();
    let mut fitted = Vec::with_capacity(values.len());
    run(values.iter().copied(), parameters, &mut last, |x| {
        fitted.push(x);
    });
    let residuals: Vec<f64> = values.iter().zip(&fitted).map(|(x, f)| x - f).collect();
    let sse: f64 = residuals.iter().map(|e| e * e).sum();
    let n = values.len() as f64;
    let numbers = fitted_numbers as f64 + 1.0; // and σ
    SmoothingFit {
        model,
        parameters,
        initial,
        last,
        fitted,
        residuals,
        sse,
        sigma: (sse / (n - fitted_numbers as f64).max(1.0)).sqrt(),
        aicc: n * (sse / n).ln()
            + 2.0 * numbers
            + 2.0 * numbers * (numbers + 1.0) / (n - numbers - 1.0).max(1.0),
        n: values.len(),
        fitted_numbers,
        evaluations,
    }
}

/// Fits parameters and initial states by least squares.
///
/// One-step errors are linear in the initial states, which are therefore solved for exactly; only the up to four smoothing parameters are searched for, by
/// Nelder and Mead's simplex from several starts, in 0 < α < 1, 0 < β < α, 0 < γ < 1 − α and 0.8 < φ < 0.995.
///
/// ```
/// use radost_stats::{Level, Progress, forecast::{SmoothingModel, Trend, fit}};
///
/// let months = [61.0, 63.0, 62.0, 64.0, 63.0, 65.0, 66.0, 65.0, 67.0, 66.0, 68.0, 69.0];
/// let fit = fit(&months, SmoothingModel { trend: Trend::Additive, season: 0 }, Progress::none())?;
/// let next = fit.forecast(1, Level::P95)?[0];
/// assert!((next.value - 69.05).abs() < 0.1 && next.low < 68.0 && next.high > 70.0);
/// # Ok::<(), radost_stats::forecast::ForecastError>(())
/// ```
/// # Assumptions
/// Equally spaced periods without gaps; errors of one variance. A season needs two full turns to be seen.
/// # Errors
/// [`ForecastError::NotFinite`], [`ForecastError::TooFew`], [`ForecastError::Constant`], [`ForecastError::Season`], [`ForecastError::NotConverged`],
/// [`ForecastError::Cancelled`].
/// # Sources
/// Holt (1957), reprinted in International Journal of Forecasting 20(1), 2004, 5–10; Winters (1960), Management Science 6(3), 324–342; damping:
/// Gardner and McKenzie (1985), Management Science 31(10), 1237–1246; Nelder and Mead (1965), The Computer Journal 7(4), 308–313.
pub fn fit(
    values: &[f64],
    model: SmoothingModel,
    progress: Progress<'_>,
) -> Result<SmoothingFit, ForecastError> {
    fit_within(values, model, progress, 4000)
}

/// [`fit`] with so many steps of each simplex at most.
fn fit_within(
    values: &[f64],
    model: SmoothingModel,
    progress: Progress<'_>,
    most_steps: usize,
) -> Result<SmoothingFit, ForecastError> {
    model.check(values)?;
    let (low, high) = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &x| {
            (low.min(x), high.max(x))
        });
    let range = high - low;
    if range <= 0.0 {
        return Err(ForecastError::Constant);
    }
    if !range.is_finite() {
        return Err(ForecastError::NotFinite {
            index: 0,
            value: range,
        });
    }
    // On 0..1, so that the size of the values plays no part in the search.
    let scaled: Vec<f64> = values.iter().map(|x| (x - low) / range).collect();

    let mut starts: Vec<Vec<f64>> = Vec::new();
    for (alpha, others) in [
        (-2.0, -2.0),
        (0.0, -2.0),
        (2.0, -3.0),
        (-1.0, 0.5),
        (-4.0, -4.0),
    ] {
        let mut start = vec![alpha];
        start.resize(model.free_parameters(), others);
        starts.push(start);
    }
    let mut best: Option<(f64, Vec<f64>)> = None;
    let mut evaluations = 0;
    let mut settled = false;
    for (done, start) in starts.iter().enumerate() {
        progress.report(done as u64, starts.len() as u64)?;
        let found = nelder_mead(start, most_steps, |free| {
            profile(&scaled, model, model.parameters(free)).0
        });
        evaluations += found.evaluations;
        settled |= found.settled;
        if best.as_ref().is_none_or(|(sse, _)| found.value < *sse) {
            best = Some((found.value, found.place));
        }
    }
    let (sse, place) = best.ok_or(ForecastError::Constant)?;
    if !settled || !sse.is_finite() {
        return Err(ForecastError::NotConverged {
            evaluations,
            sse: sse * range * range,
        });
    }
    let parameters = model.parameters(&place);
    let (_, free) = profile(&scaled, model, parameters);
    let unit = model.states(&free);
    let initial = SmoothingStates {
        level: low + range * unit.level,
        slope: range * unit.slope,
        seasons: unit.seasons.iter().map(|s| range * s).collect(),
    };
    Ok(finish(
        values,
        model,
        parameters,
        initial,
        model.free_states() + model.free_parameters(),
        evaluations,
    ))
}

/// The smallest sum of squares at these parameters, and the free initial states that give it.
fn profile(
    values: &[f64],
    model: SmoothingModel,
    parameters: SmoothingParameters,
) -> (f64, Vec<f64>) {
    let n = values.len();
    let k = model.free_states();
    // The errors from zero states, and what a unit of each state takes off them.
    let errors = |free: &[f64], values: &mut dyn Iterator<Item = f64>| -> Vec<f64> {
        let mut states = model.states(free);
        let mut fitted = Vec::with_capacity(n);
        run(values, parameters, &mut states, |x| fitted.push(x));
        fitted
    };
    let zero = errors(&vec![0.0; k], &mut values.iter().copied());
    let base = DVector::from_iterator(n, values.iter().zip(&zero).map(|(x, f)| x - f));
    let mut pull = DMatrix::<f64>::zeros(n, k);
    for j in 0..k {
        let mut free = vec![0.0; k];
        free[j] = 1.0;
        let column = errors(&free, &mut std::iter::repeat_n(0.0, n));
        pull.set_column(j, &DVector::from_vec(column));
    }
    let eigen = (pull.transpose() * &pull).symmetric_eigen();
    let largest = eigen.eigenvalues.iter().fold(0.0_f64, |a, &b| a.max(b));
    let right = eigen.eigenvectors.transpose() * (pull.transpose() * &base);
    let solution = &eigen.eigenvectors
        * DVector::from_iterator(
            k,
            right
                .iter()
                .zip(eigen.eigenvalues.iter())
                .map(|(r, &value)| {
                    if value > 1e-13 * largest {
                        r / value
                    } else {
                        0.0
                    }
                }),
        );
    let sse = (base - pull * &solution).norm_squared();
    let sse = if sse.is_finite() { sse } else { f64::MAX };
    (sse, solution.iter().copied().collect())
}

struct Minimum {
    value: f64,
    place: Vec<f64>,
    evaluations: usize,
    settled: bool,
}

/// Nelder and Mead's simplex, started anew from its result until that gains nothing.
fn nelder_mead(start: &[f64], most_steps: usize, f: impl Fn(&[f64]) -> f64) -> Minimum {
    let k = start.len();
    let mut evaluations = 0;
    // Beyond ±20 a logistic is 0 or 1 to all its digits that matter.
    let mut at = |place: Vec<f64>| {
        evaluations += 1;
        let place: Vec<f64> = place.into_iter().map(|x| x.clamp(-20.0, 20.0)).collect();
        (f(&place), place)
    };
    let mut best = at(start.to_vec());
    let mut spent = 0;
    let mut settled = false;
    while !settled && spent < most_steps {
        let before = best.0;
        let mut simplex = vec![best.clone()];
        for j in 0..k {
            let mut place = best.1.clone();
            place[j] += if place[j] > 15.0 { -1.0 } else { 1.0 };
            simplex.push(at(place));
        }
        loop {
            simplex.sort_by(|a, b| a.0.total_cmp(&b.0));
            spent += 1;
            let (lowest, highest) = (simplex[0].0, simplex[k].0);
            if highest - lowest <= 1e-13 * lowest + 1e-26 || spent >= most_steps {
                break;
            }
            let centre: Vec<f64> = (0..k)
                .map(|j| simplex[..k].iter().map(|s| s.1[j]).sum::<f64>() / k as f64)
                .collect();
            let worst = simplex[k].clone();
            let along = |factor: f64| -> Vec<f64> {
                centre
                    .iter()
                    .zip(&worst.1)
                    .map(|(c, w)| c + factor * (c - w))
                    .collect()
            };
            let reflected = at(along(1.0));
            if reflected.0 < lowest {
                let expanded = at(along(2.0));
                simplex[k] = if expanded.0 < reflected.0 {
                    expanded
                } else {
                    reflected
                };
            } else if reflected.0 < simplex[k - 1].0 {
                simplex[k] = reflected;
            } else {
                let contracted = if reflected.0 < worst.0 {
                    at(along(0.5))
                } else {
                    at(along(-0.5))
                };
                if contracted.0 < worst.0.min(reflected.0) {
                    simplex[k] = contracted;
                } else {
                    let anchor = simplex[0].1.clone();
                    for vertex in &mut simplex[1..] {
                        let place = vertex
                            .1
                            .iter()
                            .zip(&anchor)
                            .map(|(x, a)| f64::midpoint(*x, *a))
                            .collect();
                        *vertex = at(place);
                    }
                }
            }
        }
        best = simplex.swap_remove(0);
        settled = spent < most_steps && before - best.0 <= 1e-9 * best.0 + 1e-24;
    }
    Minimum {
        value: best.0,
        place: best.1,
        evaluations,
        settled,
    }
}

impl SmoothingFit {
    /// The next periods, with intervals.
    ///
    /// ```text
    /// value = l + (φ + … + φʰ) b + s      Var = σ² [ 1 + Σ over 1 ≤ j < h of cⱼ² ]      cⱼ = α + β (φ + … + φʲ) + γ when j is a whole number of seasons
    /// low, high = value ∓ z √Var
    /// ```
    ///
    /// ```
    /// # use radost_stats::{Level, forecast::{SmoothingModel, SmoothingParameters, SmoothingStates, Trend, smooth}};
    /// let model = SmoothingModel { trend: Trend::None, season: 0 };
    /// let parameters = SmoothingParameters { alpha: 0.5, beta: 0.0, gamma: 0.0, phi: 1.0 };
    /// let initial = SmoothingStates { level: 4.0, slope: 0.0, seasons: vec![] };
    /// let fit = smooth(&[5.0, 3.0, 4.0, 6.0], model, parameters, initial)?;
    /// let ahead = fit.forecast(5, Level::P95)?;
    /// assert_eq!(ahead[4].value, 4.9375);
    /// assert!((ahead[4].standard_error / fit.sigma - 2.0_f64.sqrt()).abs() < 1e-12); // 1 + 4 · ¼
    /// # Ok::<(), radost_stats::forecast::ForecastError>(())
    /// ```
    /// # Units
    /// Those of the series; the bounds may leave its scale.
    /// # Assumptions
    /// Normal errors of one variance. That the parameters themselves are uncertain is not counted, so the intervals are a little narrow.
    /// # Errors
    /// [`ForecastError::Horizon`].
    /// # Sources
    /// Hyndman, Koehler, Ord and Snyder (2008), Forecasting with Exponential Smoothing, Springer, section 6.3 (class 1).
    pub fn forecast(
        &self,
        horizon: usize,
        level: Level,
    ) -> Result<Vec<ForecastPoint>, ForecastError> {
        if horizon == 0 || horizon > MAX_HORIZON {
            return Err(ForecastError::Horizon { horizon });
        }
        let SmoothingParameters {
            alpha,
            beta,
            gamma,
            phi,
        } = self.parameters;
        let season = self.last.seasons.len();
        let (mut damped, mut power, mut spread) = (0.0, 1.0, 1.0);
        let mut points = Vec::with_capacity(horizon);
        for h in 1..=horizon {
            power *= phi;
            damped += power;
            let seasonal = if season > 0 {
                self.last.seasons[(h - 1) % season]
            } else {
                0.0
            };
            let value = self.last.level + damped * self.last.slope + seasonal;
            let standard_error = self.sigma * f64::sqrt(spread);
            let reach = level.z() * standard_error;
            points.push(ForecastPoint {
                horizon: h,
                value,
                low: value - reach,
                high: value + reach,
                standard_error,
            });
            let turn = if season > 0 && h % season == 0 {
                gamma
            } else {
                0.0
            };
            spread += (alpha + beta * damped + turn).powi(2);
        }
        Ok(points)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_without_end_is_an_error() {
        let months = [
            61.0, 63.0, 62.0, 64.0, 63.0, 65.0, 66.0, 65.0, 67.0, 66.0, 68.0, 69.0,
        ];
        let model = SmoothingModel {
            trend: Trend::Additive,
            season: 0,
        };
        let within = |most| fit_within(&months, model, Progress::none(), most);
        assert!(within(4000).is_ok());
        assert!(matches!(within(3), Err(ForecastError::NotConverged { .. })));
    }
}
