use super::{
    CompareError,
    anova::{groups_of, one_way_anova, sums_of_squares},
};
use crate::{
    CsatTally, Level, MeanTally,
    distributions::{bisect, ln_gamma, noncentral_f_cdf, noncentral_t_cdf, noncentrality_bounds},
};

/// Which effect size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EffectKind {
    /// Difference of two means in pooled standard deviations.
    CohenD,
    /// Cohen's d without its small-sample bias.
    HedgesG,
    /// Difference of two shares on the arcsine scale.
    CohenH,
    /// P(first > second) − P(first < second).
    CliffDelta,
    /// P(first > second) + ½ P(equal), the common-language effect size of Vargha and Delaney.
    CommonLanguage,
    /// Association of two categorical variables.
    CramersV,
    /// Cramér's V with Bergsma's correction.
    CramersVCorrected,
    /// Share of the variance that lies between groups, in the sample.
    EtaSquared,
    /// The same, an almost unbiased estimate for the population.
    OmegaSquared,
    /// Share of the variance of ranks that lies between groups.
    EpsilonSquared,
}

impl std::fmt::Display for EffectKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::CohenD => "Cohen's d",
            Self::HedgesG => "Hedges' g",
            Self::CohenH => "Cohen's h",
            Self::CliffDelta => "Cliff's delta",
            Self::CommonLanguage => "common-language A",
            Self::CramersV => "Cramér's V",
            Self::CramersVCorrected => "Cramér's V, bias-corrected",
            Self::EtaSquared => "eta²",
            Self::OmegaSquared => "omega²",
            Self::EpsilonSquared => "epsilon²",
        })
    }
}

/// How the bounds of an effect size were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EffectMethod {
    /// Inverting the noncentral t distribution.
    NoncentralT,
    /// Inverting the noncentral F distribution.
    NoncentralF,
    /// Inverting the noncentral chi-squared distribution.
    NoncentralChiSquared,
    /// Normal on the arcsine scale.
    Arcsine,
    /// Cliff's consistent variance with Feng and Cliff's asymmetric bounds.
    FengCliff,
    /// Percentiles of resampled responses.
    PercentileBootstrap {
        /// Resamples.
        replicates: u64,
        /// Seed of the draws.
        seed: u64,
    },
}

impl std::fmt::Display for EffectMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoncentralT => f.write_str("noncentral t"),
            Self::NoncentralF => f.write_str("noncentral F"),
            Self::NoncentralChiSquared => f.write_str("noncentral chi-squared"),
            Self::Arcsine => f.write_str("arcsine"),
            Self::FengCliff => f.write_str("Feng–Cliff"),
            Self::PercentileBootstrap { replicates, seed } => {
                write!(
                    f,
                    "percentile bootstrap, {replicates} resamples, seed {seed}"
                )
            }
        }
    }
}

/// The size of a difference, without units, and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// Which effect size.
    pub kind: EffectKind,
    /// Its value.
    pub value: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// Number of responses.
    pub n: u64,
    /// Confidence level of the bounds.
    pub level: Level,
    /// How the bounds were found.
    pub method: EffectMethod,
}

/// Cohen's d: the first mean minus the second, in pooled standard deviations.
///
/// ```text
/// d = (m₁ − m₂) / s      s² = [ (n₁ − 1) s₁² + (n₂ − 1) s₂² ] / ν      ν = n₁ + n₂ − 2
/// low, high = δ √(1/n₁ + 1/n₂)  at the δ for which the observed t is the upper and the lower α/2 point of the noncentral t
/// ```
///
/// ```
/// use radost_stats::{Level, MeanTally, compare::cohen_d};
///
/// let later = MeanTally::from_sums(5, 31.0, 195.0)?; // 6, 7, 5, 7, 6
/// let earlier = MeanTally::from_sums(6, 23.0, 95.0)?; // 4, 5, 3, 4, 5, 2
/// let d = cohen_d(&later, &earlier, Level::P95)?;
/// assert!((d.value - 2.287547).abs() < 1e-6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
/// # Assumptions
/// Independent simple random samples from normal distributions with one variance.
/// # Errors
/// [`CompareError::EmptyGroup`], [`CompareError::TooFew`] below two responses in a group, [`CompareError::OneClass`] without any spread.
/// # Sources
/// Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, 2nd ed., chapter 2; the interval: Steiger and Fouladi (1997),
/// in Harlow, Mulaik and Steiger (eds.), What If There Were No Significance Tests?, 221–257.
pub fn cohen_d(
    first: &MeanTally,
    second: &MeanTally,
    level: Level,
) -> Result<Effect, CompareError> {
    standardised(first, second, level, EffectKind::CohenD)
}

/// Hedges' g: [`cohen_d`] times the factor that makes it unbiased, value and bounds alike.
///
/// ```text
/// g = d · Γ(ν/2) / ( √(ν/2) Γ((ν − 1)/2) )
/// ```
///
/// ```
/// use radost_stats::{Level, MeanTally, compare::hedges_g};
///
/// let later = MeanTally::from_sums(5, 31.0, 195.0)?;
/// let earlier = MeanTally::from_sums(6, 23.0, 95.0)?;
/// let g = hedges_g(&later, &earlier, Level::P95)?;
/// assert!((g.value - 2.090532).abs() < 1e-6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
/// # Errors
/// Those of [`cohen_d`].
/// # Sources
/// Hedges (1981), Journal of Educational Statistics 6(2), 107–128.
pub fn hedges_g(
    first: &MeanTally,
    second: &MeanTally,
    level: Level,
) -> Result<Effect, CompareError> {
    standardised(first, second, level, EffectKind::HedgesG)
}

fn standardised(
    first: &MeanTally,
    second: &MeanTally,
    level: Level,
    kind: EffectKind,
) -> Result<Effect, CompareError> {
    let groups = groups_of(&[*first, *second])?;
    let [a, b] = groups.as_slice() else {
        return Err(CompareError::OneClass);
    };
    let (_, within) = sums_of_squares(&groups);
    let freedom = a.n + b.n - 2.0;
    let sd = (within / freedom).sqrt();
    if sd.is_nan() || sd <= 0.0 {
        return Err(CompareError::OneClass);
    }
    let d = (a.mean - b.mean) / sd;
    let scale = (1.0 / a.n + 1.0 / b.n).sqrt();
    let t = d / scale;
    let at = |p: f64| {
        let (mut low, mut high) = (t - 5.0, t + 5.0);
        let mut step = 5.0;
        while noncentral_t_cdf(t, freedom, low) < p && step < 1e12 {
            step *= 2.0;
            low = t - step;
        }
        step = 5.0;
        while noncentral_t_cdf(t, freedom, high) > p && step < 1e12 {
            step *= 2.0;
            high = t + step;
        }
        bisect(low, high, |delta| noncentral_t_cdf(t, freedom, delta) > p)
    };
    let factor = if kind == EffectKind::HedgesG {
        unbiasing(freedom)
    } else {
        1.0
    };
    Ok(Effect {
        kind,
        value: factor * d,
        low: factor * scale * at(1.0 - level.alpha() / 2.0),
        high: factor * scale * at(level.alpha() / 2.0),
        n: first.n().saturating_add(second.n()),
        level,
        method: EffectMethod::NoncentralT,
    })
}

fn unbiasing(freedom: f64) -> f64 {
    if freedom > 1e4 {
        // Log-gammas of that size have fewer digits than the series.
        return 1.0 - 3.0 / (4.0 * freedom - 1.0);
    }
    (ln_gamma(freedom / 2.0) - ln_gamma((freedom - 1.0) / 2.0)).exp() / (freedom / 2.0).sqrt()
}

/// Cohen's h: the first share minus the second on the arcsine scale, where equal steps are equally easy to detect.
///
/// ```text
/// h = 2 arcsin √q₁ − 2 arcsin √q₂      low, high = h ∓ z √(1/n₁ + 1/n₂)
/// ```
///
/// ```
/// use radost_stats::{CsatTally, Level, compare::cohen_h};
///
/// let h = cohen_h(&CsatTally::from_counts(56, 70)?, &CsatTally::from_counts(48, 80)?, Level::P95)?;
/// assert!((h.value - 0.442143).abs() < 1e-6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
/// # Units
/// −π to π; the bounds stop there.
/// # Assumptions
/// Independent simple random samples, large enough for the normal approximation.
/// # Errors
/// [`CompareError::EmptyGroup`].
/// # Sources
/// Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, 2nd ed., chapter 6.
pub fn cohen_h(
    first: &CsatTally,
    second: &CsatTally,
    level: Level,
) -> Result<Effect, CompareError> {
    let angle = |group: usize, tally: &CsatTally| {
        if tally.n() == 0 {
            return Err(CompareError::EmptyGroup { group });
        }
        Ok(2.0 * (tally.satisfied() as f64 / tally.n() as f64).sqrt().asin())
    };
    let value = angle(0, first)? - angle(1, second)?;
    let reach = level.z() * (1.0 / first.n() as f64 + 1.0 / second.n() as f64).sqrt();
    let limit = std::f64::consts::PI;
    Ok(Effect {
        kind: EffectKind::CohenH,
        value,
        low: (value - reach).max(-limit),
        high: (value + reach).min(limit),
        n: first.n().saturating_add(second.n()),
        level,
        method: EffectMethod::Arcsine,
    })
}

/// Eta²: the share of the variance of all responses that lies between the groups.
///
/// ```text
/// η² = SS between / SS total      low, high = λ / (λ + n)
/// ```
/// at the noncentralities λ for which the observed F is the upper and the lower α/2 point. The bounds are for the population, and η²
/// is biased upward: in small samples it can lie near or above the upper one.
///
/// ```
/// use radost_stats::{Level, MeanTally, compare::eta_squared};
///
/// let groups = [
///     MeanTally::from_sums(5, 30.0, 184.0)?, MeanTally::from_sums(4, 22.0, 123.0)?, MeanTally::from_sums(6, 24.0, 100.0)?,
/// ];
/// let eta = eta_squared(&groups, Level::P95)?;
/// assert!((eta.value - 0.544073).abs() < 1e-6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
/// # Units
/// 0 to 1.
/// # Errors
/// Those of [`one_way_anova`].
/// # Sources
/// Steiger (2004), Psychological Methods 9(2), 164–182.
pub fn eta_squared(groups: &[MeanTally], level: Level) -> Result<Effect, CompareError> {
    explained(groups, level, EffectKind::EtaSquared)
}

/// Omega²: eta² for the population, almost without bias, with the same bounds as [`eta_squared`].
///
/// ```text
/// ω² = (k − 1)(F − 1) / ( (k − 1)(F − 1) + n )
/// ```
///
/// ```
/// use radost_stats::{Level, MeanTally, compare::omega_squared};
///
/// let groups = [
///     MeanTally::from_sums(5, 30.0, 184.0)?, MeanTally::from_sums(4, 22.0, 123.0)?, MeanTally::from_sums(6, 24.0, 100.0)?,
/// ];
/// let omega = omega_squared(&groups, Level::P95)?;
/// assert!((omega.value - 0.450952).abs() < 1e-6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
/// # Units
/// At most 1; below zero, as it can be when F is below 1, it means nothing was found.
/// # Errors
/// Those of [`one_way_anova`].
/// # Sources
/// Hays (1963), Statistics for Psychologists, Holt, Rinehart & Winston; the interval: Steiger (2004), as for [`eta_squared`].
pub fn omega_squared(groups: &[MeanTally], level: Level) -> Result<Effect, CompareError> {
    explained(groups, level, EffectKind::OmegaSquared)
}

fn explained(groups: &[MeanTally], level: Level, kind: EffectKind) -> Result<Effect, CompareError> {
    let test = one_way_anova(groups)?;
    let (between, within, n) = (test.freedom_between, test.freedom_within, test.n as f64);
    let value = if kind == EffectKind::OmegaSquared {
        let gain = between * (test.f - 1.0);
        gain / (gain + n)
    } else {
        let gain = between * test.f;
        gain / (gain + within)
    };
    let (low, high) = noncentrality_bounds(level.alpha(), 2.0 * between * test.f, |lambda| {
        noncentral_f_cdf(test.f, between, within, lambda)
    });
    Ok(Effect {
        kind,
        value,
        low: low / (low + n),
        high: high / (high + n),
        n: test.n,
        level,
        method: EffectMethod::NoncentralF,
    })
}
