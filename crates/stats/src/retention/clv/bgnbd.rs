use nalgebra::{DMatrix, DVector, Matrix4, Vector4};
use rayon::prelude::*;

use super::{
    history::{History, HistoryTally},
    model::{
        Fit, Horizon, ModelError, ParameterNames, PurchaseModel, exactly, explain, pilot, positive,
    },
};
use crate::{
    Level, Progress,
    distributions::{digamma, ln_beta, ln_gamma, trigamma},
    retention::{
        optimise::{Evaluation, maximise},
        quadrature::beta_nodes,
        special::ln_add_exp,
    },
};

/// When a customer may stop buying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dropout {
    /// BG/NBD: after every repeat purchase. Someone without a repeat is active for certain.
    AfterRepeats,
    /// MBG/NBD: after every purchase, the first one included.
    AfterEveryPurchase,
}

impl std::fmt::Display for Dropout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::AfterRepeats => "BG/NBD",
            Self::AfterEveryPurchase => "MBG/NBD",
        })
    }
}

/// BG/NBD and its modification MBG/NBD: purchases come at a customer's own rate, and after a purchase the customer may silently stop.
///
/// ```text
/// purchases while active: Poisson(λ), λ ~ Gamma(r, rate α)      stops after a purchase with probability p ~ Beta(a, b)
/// k = x (BG) or x + 1 (MBG): chances to stop that were not taken
/// L(x, t_x, T) = Γ(r+x) αʳ / Γ(r) · B(a, b+k) / B(a, b) · [ (α+T)^−(r+x) + {k > 0} a / (b+k−1) · (α+t_x)^−(r+x) ]
/// P(alive | x, t_x, T) = 1 / ( 1 + {k > 0} a / (b+k−1) · ((α+T) / (α+t_x))^(r+x) )
/// E[X(t) | x, t_x, T] = P(alive) · E_p[ (1 − (1 + p t / (α+T))^−(r+x)) / p ],   p ~ Beta(a, b+k)
/// ```
/// The last mean equals the ₂F₁ expression of the publications; it is computed as an integral over p, which loses no digits near a = 1,
/// for long horizons or for customers with thousands of purchases. A new customer is x = t_x = T = 0.
///
/// ```
/// use radost_stats::retention::{BgNbd, Dropout, History, Horizon, PurchaseModel};
///
/// // The published fit to the CDNOW sample, in weeks.
/// let model = BgNbd::new(0.243, 4.414, 0.793, 2.426, Dropout::AfterRepeats)?;
/// let customer = History::new(2, 30.43, 38.86)?;
/// assert!((model.conditional_expectation(&customer, Horizon::new(39.0)?) - 1.226).abs() < 5e-4);
/// assert!((model.probability_alive(&customer) - 0.7266).abs() < 5e-5);
/// assert!((model.probability_of(0, Horizon::new(39.0)?) - 0.5737864).abs() < 1e-7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
/// # Units
/// α is in the unit of the histories' times, r, a and b have none.
/// # Assumptions
/// Customers buy at random moments at a steady rate until they stop; rates and probabilities of stopping are independent; no seasons.
/// # Sources
/// Fader, Hardie and Lee (2005), "Counting your customers" the easy way, Marketing Science 24(2), 275–284. MBG/NBD: Batislam, Denizel
/// and Filiztekin (2007), International Journal of Research in Marketing 24(3), 201–209.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BgNbd {
    r: f64,
    alpha: f64,
    a: f64,
    b: f64,
    dropout: Dropout,
}

impl ParameterNames for BgNbd {
    const NAMES: &'static [&'static str] = &["r", "alpha", "a", "b"];

    fn parameters(&self) -> Vec<f64> {
        vec![self.r, self.alpha, self.a, self.b]
    }

    fn with_parameters(&self, parameters: &[f64]) -> Result<Self, ModelError> {
        let [r, alpha, a, b] = exactly(parameters)?;
        Self::new(r, alpha, a, b, self.dropout)
    }
}

impl BgNbd {
    /// A model with known parameters.
    ///
    /// # Errors
    /// [`ModelError::Parameter`] unless all four are finite and above zero.
    pub fn new(r: f64, alpha: f64, a: f64, b: f64, dropout: Dropout) -> Result<Self, ModelError> {
        Ok(Self {
            r: positive("r", r)?,
            alpha: positive("alpha", alpha)?,
            a: positive("a", a)?,
            b: positive("b", b)?,
            dropout,
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

    /// First shape of the distribution of the probability of stopping, whose mean is a / (a + b).
    pub fn a(&self) -> f64 {
        self.a
    }

    /// Second shape of the distribution of the probability of stopping.
    pub fn b(&self) -> f64 {
        self.b
    }

    /// Which of the two models it is.
    pub fn dropout(&self) -> Dropout {
        self.dropout
    }

    /// Fits by maximum likelihood with standard errors from the observed information.
    ///
    /// Newton's method with exact first and second derivatives in the logarithms of the parameters, on the distinct histories. Where
    /// these are many, 16,384 customers evenly spread over them are fitted first and give the start; the result is the maximum over all.
    ///
    /// ```
    /// use radost_stats::{Level, Progress, retention::{BgNbd, Dropout, History, HistoryTally}};
    ///
    /// let mut counts = vec![(History::new(0, 0.0, 39.0)?, 600)];
    /// for (x, t_x, n) in [(1, 5.0, 80), (1, 25.0, 60), (2, 12.0, 40), (2, 33.0, 60), (4, 20.0, 20), (5, 35.0, 70), (9, 38.0, 30)] {
    ///     counts.push((History::new(x, t_x, 39.0)?, n));
    /// }
    /// let fit = BgNbd::fit(&HistoryTally::from_counts(&counts), Dropout::AfterRepeats, Level::P95, Progress::none())?;
    /// assert!((fit.log_likelihood + 4257.616230).abs() < 1e-5);
    /// assert!((fit.model.r() - 0.296368).abs() < 1e-5);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    /// # Errors
    /// [`ModelError::NoCustomers`], [`ModelError::NoRepeaters`], [`ModelError::OneHistory`]; [`ModelError::Boundary`] when the
    /// likelihood has no maximum at finite parameters (nobody ever seems to stop, say); [`ModelError::NotConverged`];
    /// [`ModelError::Cancelled`].
    /// # Sources
    /// As the model.
    pub fn fit(
        tally: &HistoryTally,
        dropout: Dropout,
        level: Level,
        progress: Progress<'_>,
    ) -> Result<Fit<Self>, ModelError> {
        let start = estimable(tally)?;
        let shape = Self {
            r: 1.0,
            alpha: 1.0,
            a: 1.0,
            b: 1.0,
            dropout,
        };
        let scales = [1.0, start.mean_age, 1.0, 1.0];
        let rough = [-0.7, (0.5 / start.mean_frequency).ln(), 0.0, 0.9];
        let failed = |failure| explain(failure, Self::NAMES, &scales);
        let climb = |rows: &[(History, u64)], from: &[f64]| {
            let evaluate = |at: &[f64]| evaluate(rows, at, start.mean_age, dropout);
            maximise(from, progress, evaluate)
        };
        let rows = tally.folded();
        // A pilot that does not converge only costs its time.
        let from = if rows.len() as u64 > 2 * PILOT {
            climb(&pilot(rows, tally.customers(), PILOT), &rough)
                .map_or(rough.to_vec(), |maximum| maximum.at)
        } else {
            rough.to_vec()
        };
        let maximum = climb(rows, &from).map_err(failed)?;
        // In scaled time every repeat purchase carries one factor of the scale.
        let log_likelihood = maximum.value - tally.repeat_purchases() as f64 * start.mean_age.ln();
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

    /// Chances to stop that a customer with x repeats has let pass, and must pass to be active.
    fn chances(&self, frequency: u64) -> f64 {
        chances(self.dropout, frequency)
    }

    /// ln of the odds of having stopped.
    fn ln_odds_stopped(&self, history: &History) -> f64 {
        let chances = self.chances(history.frequency());
        if chances == 0.0 {
            return f64::NEG_INFINITY;
        }
        let shape = self.r + history.frequency() as f64;
        (self.a / (self.b + chances - 1.0)).ln()
            + shape * ((self.alpha + history.age()) / (self.alpha + history.recency())).ln()
    }

    /// Points p with weights for the probability of stopping of someone active.
    fn stopping(&self, history: &History) -> Vec<(f64, f64)> {
        beta_nodes(self.a, self.b + self.chances(history.frequency()))
    }
}

impl PurchaseModel for BgNbd {
    fn log_likelihood(&self, tally: &HistoryTally) -> f64 {
        let mut sum = 0.0;
        for (history, count) in tally.folded() {
            let (x, k) = (
                history.frequency() as f64,
                self.chances(history.frequency()),
            );
            let shape = self.r + x;
            let active = -shape * (self.alpha + history.age()).ln();
            let one = ln_gamma(shape) - ln_gamma(self.r)
                + self.r * self.alpha.ln()
                + ln_beta(self.a, self.b + k)
                - ln_beta(self.a, self.b)
                + active
                + ln_add_exp(0.0, self.ln_odds_stopped(history));
            sum += *count as f64 * one;
        }
        sum
    }

    fn probability_alive(&self, history: &History) -> f64 {
        1.0 / (1.0 + self.ln_odds_stopped(history).exp())
    }

    fn conditional_expectation(&self, history: &History, horizon: Horizon) -> f64 {
        let shape = self.r + history.frequency() as f64;
        let time = horizon.get() / (self.alpha + history.age());
        let mean: f64 = self
            .stopping(history)
            .iter()
            .map(|&(p, weight)| {
                let purchases = if p < 1e-200 {
                    shape * time
                } else {
                    -(-shape * (p * time).ln_1p()).exp_m1() / p
                };
                weight * purchases
            })
            .sum();
        self.probability_alive(history) * mean
    }

    fn probability_of(&self, n: u64, horizon: Horizon) -> f64 {
        let (t, k) = (horizon.get(), self.chances(n));
        let kept = (ln_beta(self.a, self.b + k) - ln_beta(self.a, self.b)).exp();
        let mut below = 0.0;
        let mut term = self.r * (self.alpha / (self.alpha + t)).ln();
        let step = (t / (self.alpha + t)).ln();
        for j in 0..n {
            below += term.exp();
            term += ((self.r + j as f64) / (j as f64 + 1.0)).ln() + step;
        }
        let exactly = if n > 0 && t == 0.0 { 0.0 } else { term.exp() };
        let stopped = if k > 0.0 {
            self.a / (self.b + k - 1.0) * (1.0 - below).max(0.0)
        } else {
            0.0
        };
        kept * (exactly + stopped)
    }

    fn rate_if_alive(&self, history: &History) -> Box<dyn Fn(f64) -> f64> {
        let shape = self.r + history.frequency() as f64;
        let since = self.alpha + history.age();
        let nodes = self.stopping(history);
        Box::new(move |s| {
            let mean: f64 = nodes
                .iter()
                .map(|&(p, weight)| weight * (-(shape + 1.0) * (p * s / since).ln_1p()).exp())
                .sum();
            shape / since * mean
        })
    }
}

/// Customers of a pilot fit.
const PILOT: u64 = 16_384;
/// Distinct histories evaluated as one task.
const TASK: usize = 8192;

/// What all purchase models need of a tally before a fit.
pub(super) struct Start {
    /// Mean age, the unit of time of the fit.
    pub mean_age: f64,
    /// Mean repeat purchases of a customer.
    pub mean_frequency: f64,
}

pub(super) fn estimable(tally: &HistoryTally) -> Result<Start, ModelError> {
    let customers = tally.customers();
    if customers == 0 {
        return Err(ModelError::NoCustomers);
    }
    if tally.repeaters() == 0 {
        return Err(ModelError::NoRepeaters { customers });
    }
    if tally.folded().len() < 2 {
        return Err(ModelError::OneHistory { customers });
    }
    let n = customers as f64;
    let ages = tally.folded().iter();
    Ok(Start {
        mean_age: ages
            .map(|(history, count)| *count as f64 * history.age())
            .sum::<f64>()
            / n,
        mean_frequency: tally.repeat_purchases() as f64 / n,
    })
}

fn chances(dropout: Dropout, frequency: u64) -> f64 {
    match dropout {
        Dropout::AfterRepeats => frequency as f64,
        Dropout::AfterEveryPurchase => frequency as f64 + 1.0,
    }
}

/// Log-likelihood, slope and curvature in (ln r, ln α, ln a, ln b), in units of the mean age.
fn evaluate(rows: &[(History, u64)], at: &[f64], unit: f64, dropout: Dropout) -> Evaluation {
    let point = Vector4::from_fn(|i, _| at[i].exp());
    let parts: Vec<Sums> = rows
        .par_chunks(TASK)
        .map(|task| {
            let mut sums = Sums::default();
            for run in task.chunk_by(|a, b| a.0.frequency() == b.0.frequency()) {
                sums.add_run(run, &point, unit, dropout);
            }
            sums
        })
        .collect();
    // Added up in the order of the rows, whatever thread was first.
    let total = parts.iter().fold(Sums::default(), |mut total, part| {
        total.value += part.value;
        total.gradient += part.gradient;
        total.hessian += part.hessian;
        total
    });
    let gradient = total.gradient.component_mul(&point);
    let hessian = total.hessian.component_mul(&(point * point.transpose()))
        + Matrix4::from_diagonal(&gradient);
    Evaluation {
        value: total.value,
        gradient: DVector::from_column_slice(gradient.as_slice()),
        hessian: DMatrix::from_column_slice(4, 4, hessian.as_slice()),
    }
}

#[derive(Default)]
struct Sums {
    value: f64,
    gradient: Vector4<f64>,
    hessian: Matrix4<f64>,
}

impl Sums {
    /// Adds customers who all have the same number of repeats x.
    ///
    /// With u = −(r+x) ln(α+T) and v = ln a − ln(b+k−1) − (r+x) ln(α+t_x) one customer contributes ln(eᵘ + eᵛ), whose slope is the mean
    /// of both slopes, weighted by q = eᵛ / (eᵘ + eᵛ), and whose curvature adds q (1−q) times the square of their difference.
    fn add_run(
        &mut self,
        run: &[(History, u64)],
        point: &Vector4<f64>,
        unit: f64,
        dropout: Dropout,
    ) {
        let (r, alpha, a, b) = (point[0], point[1], point[2], point[3]);
        let Some((first, _)) = run.first() else {
            return;
        };
        let x = first.frequency() as f64;
        let k = chances(dropout, first.frequency());
        let shape = r + x;
        let previous = b + k - 1.0;
        let ratio = if k > 0.0 { a / previous } else { 0.0 };
        let per_unit = 1.0 / unit;

        // q of v, q (1−q) = both, and the differences of the slopes of v and u in r and α.
        let (mut n, mut stopped, mut both) = (0.0, 0.0, 0.0);
        let (mut both_r, mut both_alpha) = (0.0, 0.0);
        let (mut rr, mut r_alpha, mut alpha_alpha) = (0.0, 0.0, 0.0);
        let (mut slope_r, mut slope_alpha) = (0.0, 0.0);
        let mut value = 0.0;
        // ln Π(1 + eᵛ⁻ᵘ) and ln Π(α+T) of a few customers at a time cost one logarithm for all of them.
        let (mut product, mut ages) = (1.0_f64, 1.0_f64);
        let mut ln_ages = 0.0;
        for (history, count) in run {
            let w = *count as f64;
            let age = alpha + history.age() * per_unit;
            let one_over_age = 1.0 / age;
            n += w;
            if *count == 1 {
                ages *= age;
                if !(1e-100..1e100).contains(&ages) {
                    ln_ages += ages.ln();
                    ages = 1.0;
                }
            } else {
                ln_ages += w * age.ln();
            }
            slope_alpha -= w * shape * one_over_age;
            let flat = -w * one_over_age;
            let curve = w * shape * one_over_age * one_over_age;
            if ratio == 0.0 {
                r_alpha += flat;
                alpha_alpha += curve;
                continue;
            }
            let recent = alpha + history.recency() * per_unit;
            let one_over_recent = 1.0 / recent;
            // Δ = ln(α+T) − ln(α+t_x), the difference of the slopes in r.
            let delta_r = (age * one_over_recent).ln();
            let delta_alpha = shape * (one_over_age - one_over_recent);
            let odds = ratio * (shape * delta_r).exp();
            let (q, ln_mix_later) = if odds < 1e100 {
                (odds / (1.0 + odds), None)
            } else {
                (1.0, Some(ratio.ln() + shape * delta_r))
            };
            match ln_mix_later {
                Some(ln) => value += w * ln,
                None if *count == 1 => {
                    product *= 1.0 + odds;
                    if product > 1e150 {
                        value += product.ln();
                        product = 1.0;
                    }
                }
                None => value += w * odds.ln_1p(),
            }
            let (wq, wb) = (w * q, w * q * (1.0 - q));
            stopped += wq;
            both += wb;
            slope_r += wq * delta_r;
            slope_alpha += wq * delta_alpha;
            both_r += wb * delta_r;
            both_alpha += wb * delta_alpha;
            rr += wb * delta_r * delta_r;
            r_alpha += flat + wq * (one_over_age - one_over_recent) + wb * delta_r * delta_alpha;
            alpha_alpha += curve
                + wq * shape * (one_over_recent * one_over_recent - one_over_age * one_over_age)
                + wb * delta_alpha * delta_alpha;
        }
        ln_ages += ages.ln();
        value += product.ln() - shape * ln_ages;
        slope_r -= ln_ages;

        // Slopes of ln a − ln(b+k−1).
        let (per_a, per_b) = if k > 0.0 {
            (1.0 / a, -1.0 / previous)
        } else {
            (0.0, 0.0)
        };
        let (db, dab) = (digamma(b), digamma(a + b));
        let (dbk, dabk) = (digamma(b + k), digamma(a + b + k));
        self.value += value
            + n * (ln_gamma(shape) - ln_gamma(r) + r * alpha.ln() + ln_beta(a, b + k)
                - ln_beta(a, b));
        self.gradient += Vector4::new(
            slope_r + n * (digamma(shape) - digamma(r) + alpha.ln()),
            slope_alpha + n * r / alpha,
            stopped * per_a + n * (dab - dabk),
            stopped * per_b + n * (dbk - db + dab - dabk),
        );
        let (tab, tabk) = (trigamma(a + b), trigamma(a + b + k));
        let aa = (both - stopped) * per_a * per_a + n * (tab - tabk);
        let ab = both * per_a * per_b + n * (tab - tabk);
        let bb =
            (both + stopped) * per_b * per_b + n * (trigamma(b + k) - trigamma(b) + tab - tabk);
        let (ra, rb) = (both_r * per_a, both_r * per_b);
        let (la, lb) = (both_alpha * per_a, both_alpha * per_b);
        let first = rr + n * (trigamma(shape) - trigamma(r));
        let cross = r_alpha + n / alpha;
        let second = alpha_alpha - n * r / (alpha * alpha);
        #[rustfmt::skip]
        let hessian = Matrix4::new(
            first, cross, ra, rb,
            cross, second, la, lb,
            ra, la, aa, ab,
            rb, lb, ab, bb,
        );
        self.hessian += hessian;
    }
}
