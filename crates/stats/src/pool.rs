//! Pooling results of several studies, waves or markets into one (meta-analysis).
//!
//! ```
//! use radost_stats::{Level, pool::{Heterogeneity, StudyEffect, pool}};
//!
//! let markets = [(4.2, 1.1), (1.6, 0.8), (6.3, 1.4), (3.0, 0.9), (5.1, 2.0)]
//!     .map(|(effect, standard_error)| StudyEffect { effect, standard_error });
//! let pooled = pool(&markets, Heterogeneity::Reml, Level::P95)?;
//! assert!((pooled.effect - 3.713668).abs() < 1e-5);
//! assert!(pooled.prediction.is_some_and(|new| new.low < pooled.low && pooled.high < new.high));
//! # Ok::<(), radost_stats::pool::PoolError>(())
//! ```

use crate::{
    Level,
    distributions::{bisect, chi_squared_sf, two_sided_t, two_sided_z},
};

/// One result to be pooled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StudyEffect {
    /// The estimate, in any units that the studies share.
    pub effect: f64,
    /// Its standard error, same units, above zero.
    pub standard_error: f64,
}

/// How the variance between studies, τ², is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Heterogeneity {
    /// There is none: all studies estimate the same effect (fixed effect).
    None,
    /// DerSimonian and Laird's moments.
    DerSimonianLaird,
    /// Paule and Mandel: the τ² at which the weighted squares are what they should be.
    PauleMandel,
    /// Restricted maximum likelihood.
    Reml,
}

impl std::fmt::Display for Heterogeneity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "fixed effect",
            Self::DerSimonianLaird => "random effects, DerSimonian–Laird",
            Self::PauleMandel => "random effects, Paule–Mandel",
            Self::Reml => "random effects, REML",
        })
    }
}

/// Where the effect of one more study is expected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// Lower bound, in the units of the effects.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

/// The pooled effect.
#[derive(Debug, Clone, PartialEq)]
pub struct PooledEffect {
    /// The effect, in the units of the studies.
    pub effect: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Lower bound by the normal distribution.
    pub low: f64,
    /// Upper bound by the normal distribution.
    pub high: f64,
    /// Two-sided p-value of "the effect is zero", by the normal distribution.
    pub p_value: f64,
    /// Standard error of Hartung, Knapp, Sidik and Jonkman.
    pub hartung_knapp_error: f64,
    /// Lower bound of Hartung and Knapp, with t on k − 1 degrees of freedom: the one to trust with few studies.
    pub hartung_knapp_low: f64,
    /// Upper bound of Hartung and Knapp.
    pub hartung_knapp_high: f64,
    /// Two-sided p-value of Hartung and Knapp.
    pub hartung_knapp_p_value: f64,
    /// Variance between studies, in squared units.
    pub tau_squared: f64,
    /// Lower bound of τ² by its Q profile.
    pub tau_squared_low: f64,
    /// Upper bound of τ² by its Q profile.
    pub tau_squared_high: f64,
    /// Cochran's Q.
    pub q: f64,
    /// p-value of "all studies estimate the same effect", by Q.
    pub q_p_value: f64,
    /// I²: percent of the variation between results that is not sampling error, 0 to 100.
    pub i_squared: f64,
    /// Bounds for the effect of a new study, with t on k − 2 degrees of freedom; `None` below three studies.
    pub prediction: Option<Prediction>,
    /// Weight of each study, adding up to 1.
    pub weights: Vec<f64>,
    /// Number of studies.
    pub studies: usize,
    /// Confidence level of all bounds.
    pub level: Level,
    /// How τ² was found.
    pub method: Heterogeneity,
}

/// Why results cannot be pooled.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum PoolError {
    /// Fewer than two studies.
    #[error("pooling needs 2 studies, and there are {studies}")]
    TooFew {
        /// Studies there are.
        studies: usize,
    },
    /// An effect that is not a finite number.
    #[error("the effect of study {study} is {effect}, not a finite number")]
    Effect {
        /// Its index.
        study: usize,
        /// The refused effect.
        effect: f64,
    },
    /// A standard error that is not a positive number.
    #[error("the standard error of study {study} is {standard_error}, and must be above zero")]
    StandardError {
        /// Its index.
        study: usize,
        /// The refused standard error.
        standard_error: f64,
    },
    /// Effects and errors whose squares are too large or too small to compute with.
    #[error("the standard errors of the studies are too far apart to be pooled")]
    Scale,
}

/// Pools the effects of several studies.
///
/// ```text
/// wᵢ = 1 / (eᵢ² + τ²)      μ = Σ wᵢ yᵢ / Σ wᵢ      low, high = μ ∓ z / √Σ wᵢ
/// Q = Σ (yᵢ − μ₀)² / eᵢ² with μ₀ at τ² = 0      I² = 100 max(0, 1 − (k − 1)/Q)
/// Hartung–Knapp: V = Σ wᵢ (yᵢ − μ)² / ( (k − 1) Σ wᵢ ), t(k − 1)      prediction: μ ∓ t(k − 2) √(τ² + 1/Σ wᵢ)
/// DerSimonian–Laird: τ² = max(0, Q − (k − 1)) / ( Σ aᵢ − Σ aᵢ² / Σ aᵢ ), aᵢ = 1/eᵢ²      Paule–Mandel: Σ wᵢ (yᵢ − μ)² = k − 1
/// REML: τ² maximises −½ [ Σ ln(eᵢ² + τ²) + ln Σ wᵢ + Σ wᵢ (yᵢ − μ)² ]
/// ```
/// The Hartung–Knapp variance is not kept above the normal one; with τ² = 0 and results closer together than chance it can be smaller.
///
/// ```
/// use radost_stats::{Level, pool::{Heterogeneity, StudyEffect, pool}};
///
/// let waves = [(10.0, 2.0), (14.0, 2.0), (20.0, 4.0)]
///     .map(|(effect, standard_error)| StudyEffect { effect, standard_error });
/// let fixed = pool(&waves, Heterogeneity::None, Level::P95)?;
/// assert!((fixed.effect - 12.888889).abs() < 1e-6); // (10·4 + 14·4 + 20) / 9
/// assert!((fixed.q - 5.555556).abs() < 1e-6 && (fixed.i_squared - 64.0).abs() < 1e-6);
/// # Ok::<(), radost_stats::pool::PoolError>(())
/// ```
/// # Units
/// Those of the effects; I² in percent.
/// # Assumptions
/// Independent studies with known standard errors; with random effects, true effects that are near normal.
/// # Errors
/// [`PoolError::TooFew`], [`PoolError::Effect`], [`PoolError::StandardError`], [`PoolError::Scale`].
/// # Sources
/// DerSimonian and Laird (1986), Controlled Clinical Trials 7(3), 177–188; Paule and Mandel (1982), Journal of Research of the National Bureau
/// of Standards 87(5), 377–385; Hartung and Knapp (2001), Statistics in Medicine 20(24), 3875–3889; I²: Higgins and Thompson (2002),
/// Statistics in Medicine 21(11), 1539–1558; prediction: Higgins, Thompson and Spiegelhalter (2009), JRSS A 172(1), 137–159; Q profile: Viechtbauer
/// (2007), Statistics in Medicine 26(1), 37–52.
pub fn pool(
    studies: &[StudyEffect],
    method: Heterogeneity,
    level: Level,
) -> Result<PooledEffect, PoolError> {
    if studies.len() < 2 {
        return Err(PoolError::TooFew {
            studies: studies.len(),
        });
    }
    for (index, study) in studies.iter().enumerate() {
        if !study.effect.is_finite() {
            return Err(PoolError::Effect {
                study: index,
                effect: study.effect,
            });
        }
        if !(study.standard_error > 0.0 && study.standard_error.is_finite()) {
            return Err(PoolError::StandardError {
                study: index,
                standard_error: study.standard_error,
            });
        }
    }
    let k = studies.len() as f64;
    let fixed = Weighted::new(studies, 0.0).ok_or(PoolError::Scale)?;
    let tau_squared = match method {
        Heterogeneity::None => 0.0,
        Heterogeneity::DerSimonianLaird => {
            let squares: f64 = fixed.weights.iter().map(|w| w * w).sum();
            let scale = fixed.total - squares / fixed.total;
            ((fixed.squares - (k - 1.0)) / scale).max(0.0)
        }
        Heterogeneity::PauleMandel => profile(studies, k - 1.0),
        Heterogeneity::Reml => reml(studies),
    };
    let random = Weighted::new(studies, tau_squared).ok_or(PoolError::Scale)?;
    let standard_error = 1.0 / random.total.sqrt();
    let reach = level.z() * standard_error;
    let hartung_knapp_error = (random.squares / ((k - 1.0) * random.total)).sqrt();
    let hartung_knapp_reach = level.t_unchecked(k - 1.0) * hartung_knapp_error;
    let prediction = (studies.len() > 2).then(|| {
        let reach =
            level.t_unchecked(k - 2.0) * (tau_squared + standard_error * standard_error).sqrt();
        Prediction {
            low: random.mean - reach,
            high: random.mean + reach,
        }
    });
    let quantile = |p: f64| {
        let mut high = 1.0;
        while chi_squared_sf(high, k - 1.0) > p {
            high *= 2.0;
        }
        bisect(0.0, high, |x| chi_squared_sf(x, k - 1.0) > p)
    };
    let tail = level.alpha() / 2.0;
    Ok(PooledEffect {
        effect: random.mean,
        standard_error,
        low: random.mean - reach,
        high: random.mean + reach,
        p_value: two_sided_z(random.mean / standard_error),
        hartung_knapp_error,
        hartung_knapp_low: random.mean - hartung_knapp_reach,
        hartung_knapp_high: random.mean + hartung_knapp_reach,
        hartung_knapp_p_value: if random.mean == 0.0 {
            1.0
        } else {
            two_sided_t(random.mean / hartung_knapp_error, k - 1.0)
        },
        tau_squared,
        tau_squared_low: profile(studies, quantile(tail)),
        tau_squared_high: profile(studies, quantile(1.0 - tail)),
        q: fixed.squares,
        q_p_value: chi_squared_sf(fixed.squares, k - 1.0),
        i_squared: 100.0 * (1.0 - (k - 1.0) / fixed.squares).max(0.0),
        prediction,
        weights: random.weights.iter().map(|w| w / random.total).collect(),
        studies: studies.len(),
        level,
        method,
    })
}

/// Weights, mean and weighted squares at one τ².
pub(crate) struct Weighted {
    pub(crate) weights: Vec<f64>,
    pub(crate) total: f64,
    pub(crate) mean: f64,
    pub(crate) squares: f64,
}

impl Weighted {
    /// `None` when the weights leave the range of numbers.
    pub(crate) fn new(studies: &[StudyEffect], tau_squared: f64) -> Option<Self> {
        let weights: Vec<f64> = studies
            .iter()
            .map(|study| 1.0 / (study.standard_error * study.standard_error + tau_squared))
            .collect();
        let total: f64 = weights.iter().sum();
        // Effects counted from the first, so that a large common level costs no digits.
        let shift = studies.first()?.effect;
        let mean = studies
            .iter()
            .zip(&weights)
            .map(|(study, w)| w / total * (study.effect - shift))
            .sum::<f64>();
        let squares = studies
            .iter()
            .zip(&weights)
            .map(|(study, w)| w * (study.effect - shift - mean).powi(2))
            .sum::<f64>();
        (total > 0.0 && total.is_finite() && squares.is_finite()).then_some(Self {
            weights,
            total,
            mean: shift + mean,
            squares,
        })
    }
}

/// The τ² at which the weighted squares are `target`; zero when they never are so large.
fn profile(studies: &[StudyEffect], target: f64) -> f64 {
    let above = |tau_squared: f64| {
        Weighted::new(studies, tau_squared).is_some_and(|fit| fit.squares > target)
    };
    if !above(0.0) {
        return 0.0;
    }
    bisect(0.0, upper(studies, above), above)
}

/// A τ² that is too large, by doubling from the spread of the effects.
fn upper(studies: &[StudyEffect], above: impl Fn(f64) -> bool) -> f64 {
    let (low, high) = studies
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), study| {
            (low.min(study.effect), high.max(study.effect))
        });
    let mut tau_squared = (high - low).powi(2).max(f64::MIN_POSITIVE);
    while above(tau_squared) && tau_squared < 1e300 {
        tau_squared *= 2.0;
    }
    tau_squared
}

/// The restricted maximum likelihood of τ²: a fine grid finds the highest hill, and its top is where the slope is zero.
pub(crate) fn reml(studies: &[StudyEffect]) -> f64 {
    let log_likelihood = |tau_squared: f64| {
        Weighted::new(studies, tau_squared).map_or(f64::NEG_INFINITY, |fit| {
            let logs: f64 = fit.weights.iter().map(|w| w.ln()).sum();
            0.5 * (logs - fit.total.ln() - fit.squares)
        })
    };
    // The derivative, whose root is known to more digits than the top of the hill.
    let slope = |tau_squared: f64| {
        Weighted::new(studies, tau_squared).map_or(0.0, |fit| {
            let squares: f64 = fit.weights.iter().map(|w| w * w).sum();
            let pull: f64 = studies
                .iter()
                .zip(&fit.weights)
                .map(|(study, w)| (w * (study.effect - fit.mean)).powi(2))
                .sum();
            0.5 * (pull - fit.total + squares / fit.total)
        })
    };
    let largest = 2.0 * upper(studies, |_| false);
    let smallest = studies
        .iter()
        .map(|study| study.standard_error * study.standard_error)
        .fold(f64::INFINITY, f64::min)
        .min(largest)
        * 1e-6;
    let steps = 400;
    let place = |i: i32| {
        if i == 0 {
            0.0
        } else {
            smallest * (largest / smallest).powf(f64::from(i - 1) / f64::from(steps - 1))
        }
    };
    let mut best = (0, log_likelihood(0.0));
    for i in 1..=steps {
        let value = log_likelihood(place(i));
        if value > best.1 {
            best = (i, value);
        }
    }
    let best = best.0;
    let (low, high) = (place((best - 1).max(0)), place((best + 1).min(steps)));
    if best == 0 && slope(0.0) <= 0.0 {
        return 0.0;
    }
    bisect(low, high, |tau_squared| slope(tau_squared) > 0.0)
}
