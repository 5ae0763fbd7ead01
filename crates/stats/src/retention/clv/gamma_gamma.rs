use nalgebra::{DMatrix, DVector, Matrix3, Vector3};
use rayon::prelude::*;

use super::fold::fold;
use super::model::{Fit, ModelError, ParameterNames, exactly, explain, pilot, positive};
use crate::{
    Level, Progress,
    distributions::{digamma, ln_gamma, trigamma},
    retention::optimise::{Evaluation, maximise},
};

/// A customer's repeat purchases and their mean value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spend {
    /// Repeat purchases, x.
    pub frequency: u64,
    /// Mean value of a repeat purchase, in money.
    pub mean_value: f64,
}

/// Why spending cannot be counted.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum SpendError {
    /// The mean value is NaN or infinite.
    #[error("a mean value of {mean_value} cannot be counted: it must be a finite number")]
    NotFinite {
        /// The refused value.
        mean_value: f64,
    },
}

/// Customers by frequency and mean value of their repeat purchases, equal pairs folded together.
///
/// Customers without a repeat have no mean value and those whose mean is zero or negative (free orders, refunds) no place in a gamma
/// distribution: both are left out and counted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SpendTally {
    /// Sorted by frequency and mean value.
    folded: Vec<(Spend, u64)>,
    without_repeat: u64,
    not_positive: u64,
}

impl SpendTally {
    /// Folds a list of customers on all cores.
    ///
    /// ```
    /// use radost_stats::retention::{Spend, SpendTally};
    ///
    /// let tally = SpendTally::from_spends(&[
    ///     Spend { frequency: 2, mean_value: 30.0 },
    ///     Spend { frequency: 0, mean_value: 0.0 },
    ///     Spend { frequency: 1, mean_value: 0.0 },
    /// ])?;
    /// assert_eq!((tally.customers(), tally.without_repeat(), tally.not_positive()), (1, 1, 1));
    /// # Ok::<(), radost_stats::retention::SpendError>(())
    /// ```
    /// # Errors
    /// [`SpendError::NotFinite`] for a mean value of a repeater that is NaN or infinite.
    pub fn from_spends(spends: &[Spend]) -> Result<Self, SpendError> {
        let repeats = |spend: &&Spend| spend.frequency > 0;
        let refused = |spend: &&Spend| repeats(spend) && !spend.mean_value.is_finite();
        if let Some(spend) = spends.par_iter().find_any(refused) {
            return Err(SpendError::NotFinite {
                mean_value: spend.mean_value,
            });
        }
        let kept = |spend: &Spend| spend.frequency > 0 && spend.mean_value > 0.0;
        let mut tally = Self {
            folded: fold(
                spends,
                |spend| kept(spend).then(|| (spend.frequency, spend.mean_value.to_bits())),
                |frequency, mean_value| Spend {
                    frequency,
                    mean_value: f64::from_bits(mean_value),
                },
            ),
            ..Self::default()
        };
        let repeaters = spends.par_iter().filter(repeats).count() as u64;
        tally.without_repeat = spends.len() as u64 - repeaters;
        tally.not_positive = repeaters - tally.customers();
        Ok(tally)
    }

    /// Adds the customers of another part of the data.
    pub fn merge(&mut self, other: &Self) {
        let mut both = std::mem::take(&mut self.folded);
        both.extend_from_slice(&other.folded);
        both.par_sort_by_key(key);
        self.folded = join(both);
        self.without_repeat = self.without_repeat.saturating_add(other.without_repeat);
        self.not_positive = self.not_positive.saturating_add(other.not_positive);
    }

    /// Customers with a repeat and a mean value above zero.
    pub fn customers(&self) -> u64 {
        self.folded
            .iter()
            .fold(0, |sum: u64, (_, count)| sum.saturating_add(*count))
    }

    /// Customers left out because they have not come back.
    pub fn without_repeat(&self) -> u64 {
        self.without_repeat
    }

    /// Repeaters left out because their mean value is zero or below.
    pub fn not_positive(&self) -> u64 {
        self.not_positive
    }

    /// Distinct pairs and how many customers have each, by frequency and mean value.
    pub fn folded(&self) -> &[(Spend, u64)] {
        &self.folded
    }
}

fn key((spend, _): &(Spend, u64)) -> (u64, u64) {
    (spend.frequency, spend.mean_value.to_bits())
}

fn join(mut sorted: Vec<(Spend, u64)>) -> Vec<(Spend, u64)> {
    sorted.dedup_by(|next, kept| {
        let same = key(next) == key(kept);
        if same {
            kept.1 = kept.1.saturating_add(next.1);
        }
        same
    });
    sorted
}

/// Gamma–Gamma: how much a customer spends per purchase, from how much they spent so far and what others spend.
///
/// ```text
/// value of a purchase ~ Gamma(p, rate ν), ν ~ Gamma(q, rate γ)
/// ln L(x, m) = lnΓ(px+q) − lnΓ(px) − lnΓ(q) + q ln γ + (px−1) ln m + px ln x − (px+q) ln(γ + x m)
/// E[M | x, m] = p (γ + x m) / (px + q − 1)          E[M] = p γ / (q − 1)
/// ```
///
/// ```
/// use radost_stats::retention::GammaGamma;
///
/// // The published fit to the CDNOW sample.
/// let model = GammaGamma::new(6.25, 3.74, 15.44)?;
/// assert!((model.mean_spend().unwrap_or(0.0) - 35.2190).abs() < 1e-4);
/// assert!((model.expected_spend(1, 11.77).unwrap_or(0.0) - 18.9169).abs() < 1e-4);
/// # Ok::<(), radost_stats::retention::ModelError>(())
/// ```
/// # Units
/// γ and all spends are money, p and q have no unit.
/// # Assumptions
/// Values of a customer's purchases vary around that customer's own mean, which neither drifts nor depends on how often they buy: look at
/// the correlation of frequency and mean value first.
/// # Sources
/// Fader and Hardie (2013), The Gamma-Gamma model of monetary value, brucehardie.com/notes/025; Fader, Hardie and Lee (2005), Journal of
/// Marketing Research 42(4), 415–430.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GammaGamma {
    p: f64,
    q: f64,
    gamma: f64,
}

impl ParameterNames for GammaGamma {
    const NAMES: &'static [&'static str] = &["p", "q", "gamma"];

    fn parameters(&self) -> Vec<f64> {
        vec![self.p, self.q, self.gamma]
    }

    fn with_parameters(&self, parameters: &[f64]) -> Result<Self, ModelError> {
        let [p, q, gamma] = exactly(parameters)?;
        Self::new(p, q, gamma)
    }
}

impl GammaGamma {
    /// A model with known parameters.
    ///
    /// # Errors
    /// [`ModelError::Parameter`] unless all three are finite and above zero.
    pub fn new(p: f64, q: f64, gamma: f64) -> Result<Self, ModelError> {
        Ok(Self {
            p: positive("p", p)?,
            q: positive("q", q)?,
            gamma: positive("gamma", gamma)?,
        })
    }

    /// Shape of a customer's purchase values.
    pub fn p(&self) -> f64 {
        self.p
    }

    /// Shape of the differences between customers.
    pub fn q(&self) -> f64 {
        self.q
    }

    /// Rate parameter of the differences between customers, in money.
    pub fn gamma(&self) -> f64 {
        self.gamma
    }

    /// Mean value of a purchase over all customers, in money; `None` when q ≤ 1, where it is infinite.
    pub fn mean_spend(&self) -> Option<f64> {
        (self.q > 1.0).then(|| self.p * self.gamma / (self.q - 1.0))
    }

    /// E\[M | x, m\]: mean value of a coming purchase of a customer whose `frequency` repeats were worth `mean_value` each, in money.
    ///
    /// `None` where it is infinite (px + q ≤ 1). Without repeats, or with a mean value that is not finite, it is the mean over all
    /// customers; a mean value below zero (refunds) counts as zero.
    pub fn expected_spend(&self, frequency: u64, mean_value: f64) -> Option<f64> {
        if frequency == 0 || !mean_value.is_finite() {
            return self.mean_spend();
        }
        let x = frequency as f64;
        let weight = self.p * x + self.q - 1.0;
        (weight > 0.0).then(|| self.p * (self.gamma + x * mean_value.max(0.0)) / weight)
    }

    /// Log-likelihood of all customers of a tally.
    pub fn log_likelihood(&self, tally: &SpendTally) -> f64 {
        let at = [self.p.ln(), self.q.ln(), self.gamma.ln()];
        evaluate(tally.folded(), &at, 1.0).value
    }

    /// Fits by maximum likelihood with standard errors from the observed information.
    ///
    /// Newton's method with exact first and second derivatives in the logarithms of the parameters.
    ///
    /// ```
    /// use radost_stats::{Level, Progress, retention::{GammaGamma, Spend, SpendTally}};
    ///
    /// let spends: Vec<Spend> = (1..200_u64)
    ///     .map(|i| Spend { frequency: 1 + i % 4, mean_value: 20.0 * (i as f64 / (200 - i) as f64).powf(0.6) })
    ///     .collect();
    /// let fit = GammaGamma::fit(&SpendTally::from_spends(&spends)?, Level::P95, Progress::none())?;
    /// assert!((fit.log_likelihood + 892.914187).abs() < 1e-5);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    /// # Errors
    /// [`ModelError::NoRepeaters`] when nobody has a repeat with a value above zero, [`ModelError::OneHistory`] when all spend alike,
    /// [`ModelError::Boundary`], [`ModelError::NotConverged`], [`ModelError::Cancelled`].
    /// # Sources
    /// As the model.
    pub fn fit(
        tally: &SpendTally,
        level: Level,
        progress: Progress<'_>,
    ) -> Result<Fit<Self>, ModelError> {
        let rows = tally.folded();
        let customers = tally.customers();
        if customers == 0 {
            let left_out = tally.without_repeat.saturating_add(tally.not_positive);
            return Err(if left_out == 0 {
                ModelError::NoCustomers
            } else {
                ModelError::NoRepeaters {
                    customers: left_out,
                }
            });
        }
        if rows.len() < 2 {
            return Err(ModelError::OneHistory { customers });
        }
        let n = customers as f64;
        let unit = rows
            .iter()
            .map(|(spend, count)| *count as f64 * spend.mean_value)
            .sum::<f64>()
            / n;
        let scales = [1.0, 1.0, unit];
        let climb = |rows: &[(Spend, u64)], from: &[f64]| {
            maximise(from, progress, |at| evaluate(rows, at, unit))
        };
        // p and q between 1 and e²; γ so that the mean pγ/(q−1) is the unit.
        let rough = [1.0, 1.3, -0.3];
        let from = if rows.len() as u64 > 2 * PILOT {
            climb(&pilot(rows, customers, PILOT), &rough)
                .map_or(rough.to_vec(), |maximum| maximum.at)
        } else {
            rough.to_vec()
        };
        let maximum =
            climb(rows, &from).map_err(|failure| explain(failure, Self::NAMES, &scales))?;
        let log_likelihood = maximum.value - n * unit.ln();
        let shape = Self {
            p: 1.0,
            q: 1.0,
            gamma: 1.0,
        };
        Fit::from_maximum(
            &shape,
            &maximum,
            &scales,
            log_likelihood,
            customers,
            rows.len(),
            level,
        )
    }
}

/// Customers of a pilot fit.
const PILOT: u64 = 16_384;
/// Distinct pairs evaluated as one task.
const TASK: usize = 16_384;

/// Log-likelihood, slope and curvature in (ln p, ln q, ln γ), with money in units of `unit`.
fn evaluate(rows: &[(Spend, u64)], at: &[f64], unit: f64) -> Evaluation {
    let point = Vector3::from_fn(|i, _| at[i].exp());
    let parts: Vec<(f64, Vector3<f64>, Matrix3<f64>)> = rows
        .par_chunks(TASK)
        .map(|task| {
            let mut sums = (0.0, Vector3::zeros(), Matrix3::zeros());
            for run in task.chunk_by(|a, b| a.0.frequency == b.0.frequency) {
                let (value, gradient, hessian) = run_sums(run, &point, unit);
                sums.0 += value;
                sums.1 += gradient;
                sums.2 += hessian;
            }
            sums
        })
        .collect();
    let (mut value, mut gradient, mut hessian) = (0.0, Vector3::zeros(), Matrix3::zeros());
    for part in &parts {
        value += part.0;
        gradient += part.1;
        hessian += part.2;
    }
    let gradient = gradient.component_mul(&point);
    let hessian =
        hessian.component_mul(&(point * point.transpose())) + Matrix3::from_diagonal(&gradient);
    Evaluation {
        value,
        gradient: DVector::from_column_slice(gradient.as_slice()),
        hessian: DMatrix::from_column_slice(3, 3, hessian.as_slice()),
    }
}

/// Customers who all have the same number of repeats.
fn run_sums(
    run: &[(Spend, u64)],
    point: &Vector3<f64>,
    unit: f64,
) -> (f64, Vector3<f64>, Matrix3<f64>) {
    let (p, q, gamma) = (point[0], point[1], point[2]);
    let Some((first, _)) = run.first() else {
        return (0.0, Vector3::zeros(), Matrix3::zeros());
    };
    let x = first.frequency as f64;
    let per_unit = 1.0 / unit;
    let (mut n, mut over, mut over_squared) = (0.0, 0.0, 0.0);
    // Logarithms of products of a few customers' numbers, one for all of them.
    let mut spends = LogProduct::default();
    let mut totals = LogProduct::default();
    for (spend, count) in run {
        let w = *count as f64;
        let mean = spend.mean_value * per_unit;
        let total = gamma + x * mean;
        n += w;
        let one = 1.0 / total;
        over += w * one;
        over_squared += w * one * one;
        spends.push(mean, *count);
        totals.push(total, *count);
    }
    let (ln_spends, ln_totals) = (spends.ln(), totals.ln());
    let px = p * x;
    let a = px + q;
    let value = n * (ln_gamma(a) - ln_gamma(px) - ln_gamma(q) + q * gamma.ln() + px * x.ln())
        + (px - 1.0) * ln_spends
        - a * ln_totals;
    let (da, dpx) = (digamma(a), digamma(px));
    let gradient = Vector3::new(
        x * (n * (da - dpx + x.ln()) + ln_spends - ln_totals),
        n * (da - digamma(q) + gamma.ln()) - ln_totals,
        n * q / gamma - a * over,
    );
    let ta = trigamma(a);
    let pp = n * x * x * (ta - trigamma(px));
    let pq = n * x * ta;
    let qq = n * (ta - trigamma(q));
    let pg = -x * over;
    let qg = n / gamma - over;
    let gg = -n * q / (gamma * gamma) + a * over_squared;
    (
        value,
        gradient,
        Matrix3::new(pp, pq, pg, pq, qq, qg, pg, qg, gg),
    )
}

/// Σ w ln v with one logarithm for many values of weight 1.
struct LogProduct {
    product: f64,
    sum: f64,
}

impl Default for LogProduct {
    fn default() -> Self {
        Self {
            product: 1.0,
            sum: 0.0,
        }
    }
}

impl LogProduct {
    fn push(&mut self, value: f64, count: u64) {
        if count == 1 && (1e-100..1e100).contains(&value) {
            self.product *= value;
            if !(1e-150..1e150).contains(&self.product) {
                self.sum += self.product.ln();
                self.product = 1.0;
            }
        } else {
            self.sum += count as f64 * value.ln();
        }
    }

    fn ln(&self) -> f64 {
        self.sum + self.product.ln()
    }
}
