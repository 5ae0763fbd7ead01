use rayon::prelude::*;

use super::{
    bgnbd::estimable,
    history::{History, HistoryTally},
    model::{Fit, Horizon, ModelError, ParameterNames, PurchaseModel, exactly, explain, positive},
};
use crate::{
    Level, Progress,
    distributions::ln_gamma,
    retention::{
        optimise::{differentiate, maximise},
        quadrature::integrate,
        special::{ln_2f1_unit, ln_add_exp, saturation},
    },
};

/// Pareto/NBD: purchases come at a customer's own rate, and the customer may silently stop at any moment.
///
/// ```text
/// purchases while active: Poisson(λ), λ ~ Gamma(r, rate α)      lifetime: exponential(μ), μ ~ Gamma(s, rate β)
/// L(x, t_x, T) = Γ(r+x) αʳ βˢ / Γ(r) · [ (α+T)^−(r+x) (β+T)^−s + s/(r+s+x) · A₀ ]
/// A₀ = g(t_x) − g(T),   g(y) = (r+s+x) ∫ (α+u)^−(r+x) (β+u)^−(s+1) du  from y to ∞
///    = (α+y)^−(r+x) (β+y)^−s ₂F₁(1, r+x; r+s+x+1; (α−β)/(α+y))            for α ≥ β
///    = (α+y)^(1−r−x) (β+y)^−(s+1) ₂F₁(1, s+1; r+s+x+1; (β−α)/(β+y))       for α < β
/// P(alive | x, t_x, T) = (α+T)^−(r+x) (β+T)^−s / [ … ]
/// E[X(t) | x, t_x, T] = P(alive) (r+x)(β+T) / ((α+T)(s−1)) · [ 1 − ((β+T)/(β+T+t))^(s−1) ]
/// ```
/// These are the two branches of the publication after Euler's transformation, which leaves functions that a continued fraction computes
/// without cancellation even when α and β are far apart. A new customer is x = t_x = T = 0.
///
/// ```
/// use radost_stats::retention::{History, Horizon, ParetoNbd, PurchaseModel};
///
/// // The published fit to the CDNOW sample, in weeks.
/// let model = ParetoNbd::new(0.553, 10.578, 0.606, 11.669)?;
/// let customer = History::new(2, 30.0 + 3.0 / 7.0, 38.0 + 6.0 / 7.0)?;
/// assert!((model.conditional_expectation(&customer, Horizon::new(39.0)?) - 1.4552261).abs() < 1e-7);
/// assert!((model.probability_alive(&customer) - 0.8691862).abs() < 1e-7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
/// # Units
/// α and β are in the unit of the histories' times, r and s have none.
/// # Assumptions
/// Customers buy at random moments at a steady rate until they stop; rates of buying and of stopping are independent; no seasons.
/// # Sources
/// Schmittlein, Morrison and Colombo (1987), Counting your customers: who are they and what will they do next?, Management Science 33(1),
/// 1–24. Fader, Hardie and Lee (2005), Journal of Marketing Research 42(4), 415–430.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParetoNbd {
    r: f64,
    alpha: f64,
    s: f64,
    beta: f64,
}

impl ParameterNames for ParetoNbd {
    const NAMES: &'static [&'static str] = &["r", "alpha", "s", "beta"];

    fn parameters(&self) -> Vec<f64> {
        vec![self.r, self.alpha, self.s, self.beta]
    }

    fn with_parameters(&self, parameters: &[f64]) -> Result<Self, ModelError> {
        let [r, alpha, s, beta] = exactly(parameters)?;
        Self::new(r, alpha, s, beta)
    }
}

impl ParetoNbd {
    /// A model with known parameters.
    ///
    /// # Errors
    /// [`ModelError::Parameter`] unless all four are finite and above zero.
    pub fn new(r: f64, alpha: f64, s: f64, beta: f64) -> Result<Self, ModelError> {
        Ok(Self {
            r: positive("r", r)?,
            alpha: positive("alpha", alpha)?,
            s: positive("s", s)?,
            beta: positive("beta", beta)?,
        })
    }

    /// Shape of the distribution of purchase rates.
    pub fn r(&self) -> f64 {
        self.r
    }

    /// Rate parameter of the distribution of purchase rates, in units of time; the mean rate is r / α.
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// Shape of the distribution of the rates of stopping.
    pub fn s(&self) -> f64 {
        self.s
    }

    /// Rate parameter of the distribution of the rates of stopping, in units of time; the mean rate is s / β.
    pub fn beta(&self) -> f64 {
        self.beta
    }

    /// Fits by maximum likelihood with standard errors from the observed information.
    ///
    /// Newton's method on the logarithms of the parameters with derivatives by central differences, on the distinct histories.
    ///
    /// ```
    /// use radost_stats::{Level, Progress, retention::{History, HistoryTally, ParetoNbd}};
    ///
    /// let mut counts = vec![(History::new(0, 0.0, 39.0)?, 600)];
    /// for (x, t_x, n) in [(1, 5.0, 80), (1, 25.0, 60), (2, 12.0, 40), (2, 33.0, 60), (4, 20.0, 20), (5, 35.0, 70), (9, 38.0, 30)] {
    ///     counts.push((History::new(x, t_x, 39.0)?, n));
    /// }
    /// let fit = ParetoNbd::fit(&HistoryTally::from_counts(&counts), Level::P95, Progress::none())?;
    /// assert!((fit.log_likelihood + 4253.347277).abs() < 1e-5);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    /// # Errors
    /// As [`BgNbd::fit`](super::BgNbd::fit).
    /// # Sources
    /// As the model.
    pub fn fit(
        tally: &HistoryTally,
        level: Level,
        progress: Progress<'_>,
    ) -> Result<Fit<Self>, ModelError> {
        let start = estimable(tally)?;
        let unit = start.mean_age;
        let scales = [1.0, unit, 1.0, unit];
        let rows = tally.folded();
        let value = |at: &[f64]| {
            let model = Self {
                r: at[0].exp(),
                alpha: at[1].exp(),
                s: at[2].exp(),
                beta: at[3].exp(),
            };
            model.sum(rows, unit)
        };
        let rough = [-0.7, (0.5 / start.mean_frequency).ln(), -0.7, -0.7];
        let maximum = maximise(&rough, progress, |at| differentiate(at, value))
            .map_err(|failure| explain(failure, Self::NAMES, &scales))?;
        let log_likelihood = maximum.value - tally.repeat_purchases() as f64 * unit.ln();
        let shape = Self {
            r: 1.0,
            alpha: 1.0,
            s: 1.0,
            beta: 1.0,
        };
        Fit::from_maximum(
            &shape,
            &maximum,
            &scales,
            log_likelihood,
            tally.customers(),
            rows.len(),
            level,
        )
    }

    /// Log-likelihood with the rows' times divided by `unit`.
    fn sum(&self, rows: &[(History, u64)], unit: f64) -> f64 {
        const TASK: usize = 128;
        let parts: Vec<f64> = rows
            .par_chunks(TASK)
            .map(|task| {
                // The rows are sorted, so that many neighbours share x and the factors that depend on it.
                let mut of_frequency = (-1.0, 0.0);
                task.iter().fold(0.0, |sum, (history, count)| {
                    let x = history.frequency() as f64;
                    if of_frequency.0 != x {
                        let rates =
                            ln_gamma(self.r + x) - ln_gamma(self.r) + self.r * self.alpha.ln();
                        of_frequency = (x, rates + self.s * self.beta.ln());
                    }
                    let (active, stopped) =
                        self.ln_paths(x, history.recency() / unit, history.age() / unit);
                    sum + *count as f64 * (of_frequency.1 + ln_add_exp(active, stopped))
                })
            })
            .collect();
        parts.iter().sum()
    }

    /// Logarithms of the two ways to this history, up to a common factor: still active, or stopped between t_x and T.
    fn ln_paths(&self, x: f64, recency: f64, age: f64) -> (f64, f64) {
        let shape = self.r + x;
        let active = -shape * (self.alpha + age).ln() - self.s * (self.beta + age).ln();
        let (later, earlier) = (self.ln_tail(x, age), self.ln_tail(x, recency));
        // Both tails agree in their leading digits when t_x is close to T; then the difference is too small to matter beside `active`.
        let difference = -(later - earlier).exp_m1();
        let stopped = if difference > 0.0 {
            (self.s / (shape + self.s)).ln() + earlier + difference.ln()
        } else {
            f64::NEG_INFINITY
        };
        (active, stopped)
    }

    /// ln g(y).
    fn ln_tail(&self, x: f64, y: f64) -> f64 {
        let (shape, s) = (self.r + x, self.s);
        let (alpha, beta) = (self.alpha + y, self.beta + y);
        let c = shape + s + 1.0;
        if alpha >= beta {
            let z = (self.alpha - self.beta) / alpha;
            ln_2f1_unit(shape, c, z).unwrap_or(f64::NAN) - shape * alpha.ln() - s * beta.ln()
        } else {
            let z = (self.beta - self.alpha) / beta;
            ln_2f1_unit(s + 1.0, c, z).unwrap_or(f64::NAN) + (1.0 - shape) * alpha.ln()
                - (s + 1.0) * beta.ln()
        }
    }
}

impl PurchaseModel for ParetoNbd {
    fn log_likelihood(&self, tally: &HistoryTally) -> f64 {
        self.sum(tally.folded(), 1.0)
    }

    fn probability_alive(&self, history: &History) -> f64 {
        let (active, stopped) =
            self.ln_paths(history.frequency() as f64, history.recency(), history.age());
        1.0 / (1.0 + (stopped - active).exp())
    }

    fn conditional_expectation(&self, history: &History, horizon: Horizon) -> f64 {
        let rate = (self.r + history.frequency() as f64) / (self.alpha + history.age());
        let since = self.beta + history.age();
        let active = saturation(self.s - 1.0, (horizon.get() / since).ln_1p());
        self.probability_alive(history) * rate * since * active
    }

    /// Integrated over the moment of stopping instead of the alternating sum of the publication, which loses all digits for large n:
    /// ```text
    /// P(X(t) = n) = N(n; t) (β/(β+t))ˢ + ∫₀ᵗ N(n; u) s βˢ / (β+u)^(s+1) du      N(n; u): negative binomial
    /// ```
    fn probability_of(&self, n: u64, horizon: Horizon) -> f64 {
        let (t, count) = (horizon.get(), n as f64);
        let ln_choose = ln_gamma(self.r + count) - ln_gamma(self.r) - ln_gamma(count + 1.0);
        let purchases = |u: f64| {
            let many = if n == 0 {
                0.0
            } else {
                count * (u / (self.alpha + u)).ln()
            };
            (ln_choose - self.r * (u / self.alpha).ln_1p() + many).exp()
        };
        let surviving = |u: f64| (-self.s * (u / self.beta).ln_1p()).exp();
        let stopping = |u: f64| purchases(u) * surviving(u) * self.s / (self.beta + u);
        purchases(t) * surviving(t) + integrate(t, stopping)
    }

    fn rate_if_alive(&self, history: &History) -> Box<dyn Fn(f64) -> f64> {
        let rate = (self.r + history.frequency() as f64) / (self.alpha + history.age());
        let (since, s) = (self.beta + history.age(), self.s);
        Box::new(move |u| rate * (-s * (u / since).ln_1p()).exp())
    }
}
