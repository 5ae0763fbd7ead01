//! How many to ask: sample sizes for a wanted margin of error, and for a difference that must not be missed.
//!
//! ```
//! use radost_stats::{Level, Population, power::{Contrast, Expected, group_sizes, sample_size}};
//!
//! // A score near 20, known to ±5 points, among 2,000 customers
//! let expected = Expected::Nps { promoters: 45.0, detractors: 25.0 };
//! assert_eq!(sample_size(expected, 5.0, Population::Endless, Level::P95)?.n, 1015);
//! assert_eq!(sample_size(expected, 5.0, Population::Of(2000), Level::P95)?.n, 674);
//!
//! // A rise of satisfaction from 80 % to 85 %, to be seen with a chance of 80 %
//! let rise = Contrast::Shares { earlier: 80.0, later: 85.0 };
//! let sizes = group_sizes(rise, 1.0, 0.8, [Population::Endless; 2], Level::P95)?;
//! assert_eq!((sizes.earlier, sizes.later), (906, 906));
//! # Ok::<(), radost_stats::power::PowerError>(())
//! ```
//!
//! All tests are two-sided. A finite population enters by its correction, √((N − n)/(N − 1)) for shares and scores and √(1 − n/N) for means,
//! in each group.

use crate::{Level, Population, PopulationError, distributions::normal_cdf};

/// What is expected of the answers before they are there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Expected {
    /// A share, such as that of satisfied customers.
    Share {
        /// In percent, strictly between 0 and 100; 50 is the safest guess.
        percent: f64,
    },
    /// A net promoter score.
    Nps {
        /// Promoters, in percent.
        promoters: f64,
        /// Detractors, in percent.
        detractors: f64,
    },
    /// A mean.
    Mean {
        /// Standard deviation of one answer, in the units of the answers.
        sd: f64,
    },
}

/// The difference that a comparison of two groups should not miss.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Contrast {
    /// Two shares.
    Shares {
        /// Share of the earlier group, in percent.
        earlier: f64,
        /// Share of the later group, in percent.
        later: f64,
    },
    /// Two net promoter scores.
    Nps {
        /// Promoters and detractors of the earlier group.
        earlier: NpsShares,
        /// Promoters and detractors of the later group.
        later: NpsShares,
    },
    /// Two means.
    Means {
        /// Later less earlier, in the units of the answers.
        difference: f64,
        /// Standard deviation of one answer in either group, in the units of the answers.
        sd: f64,
    },
}

/// What a net promoter score is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NpsShares {
    /// Promoters, in percent.
    pub promoters: f64,
    /// Detractors, in percent.
    pub detractors: f64,
}

/// How many responses give a wanted margin of error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleSize {
    /// Responses needed.
    pub n: u64,
    /// Half the width of the interval that so many are expected to give: points, percentage points, or the units of the answers.
    pub margin: f64,
    /// What was expected of the answers.
    pub expected: Expected,
    /// What the sample is drawn from.
    pub population: Population,
    /// Confidence level of the interval.
    pub level: Level,
    /// How the size was computed.
    pub method: SizeMethod,
}

/// How many responses in each of two groups show a difference with a wanted chance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupSizes {
    /// Responses needed in the earlier group.
    pub earlier: u64,
    /// Responses needed in the later group.
    pub later: u64,
    /// The chance that so many show the difference, 0 to 1.
    pub power: f64,
    /// The difference to be shown.
    pub contrast: Contrast,
    /// What the groups are drawn from, earlier and later.
    pub populations: [Population; 2],
    /// Confidence level of the test.
    pub level: Level,
    /// How the power was computed.
    pub method: SizeMethod,
}

/// How a sample size or a power was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SizeMethod {
    /// The normal distribution, with one variance.
    Normal,
    /// The normal distribution, with the pooled variance of two shares under equality and their own under the difference.
    NormalPooled,
    /// Student's t.
    StudentT,
    /// The noncentral t distribution.
    NoncentralT,
}

impl std::fmt::Display for SizeMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Normal => "normal",
            Self::NormalPooled => "normal, pooled under equality",
            Self::StudentT => "Student t",
            Self::NoncentralT => "noncentral t",
        })
    }
}

/// Why a sample size or a power cannot be given.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum PowerError {
    /// A share that is no percentage, or that leaves nothing to measure.
    #[error("{percent} is not an expected share: write a percentage between 0 and 100")]
    Share {
        /// The refused share.
        percent: f64,
    },
    /// Promoters and detractors that cannot be, or of which nobody is expected.
    #[error("{promoters} % promoters and {detractors} % detractors cannot be expected together")]
    NpsShares {
        /// The refused promoters.
        promoters: f64,
        /// The refused detractors.
        detractors: f64,
    },
    /// A standard deviation that is zero, negative, NaN or infinite.
    #[error("{sd} is not an expected standard deviation: it must be a finite number above zero")]
    StandardDeviation {
        /// The refused standard deviation.
        sd: f64,
    },
    /// A margin of error that is zero, negative, NaN or infinite.
    #[error("{margin} is not a margin of error: it must be a finite number above zero")]
    Margin {
        /// The refused margin.
        margin: f64,
    },
    /// The groups are expected to be equal, or the difference is NaN or infinite.
    #[error("{difference} is not a difference to look for")]
    Difference {
        /// The refused difference.
        difference: f64,
    },
    /// A power outside (1 − level, 1).
    #[error(
        "{power} is not a power: write a chance between that of a false alarm and 1, such as 0.8"
    )]
    Power {
        /// The refused power.
        power: f64,
    },
    /// A ratio of group sizes that is zero, negative, NaN or beyond 10⁶.
    #[error("{ratio} is not a ratio of group sizes: it must lie between 1e-6 and 1e6")]
    Ratio {
        /// The refused ratio.
        ratio: f64,
    },
    /// Too few responses for what was asked.
    #[error("this needs {needed} responses, and there are {n}")]
    TooFew {
        /// Responses given, in the smaller group.
        n: u64,
        /// Responses needed.
        needed: u64,
    },
    /// More responses would be needed than anyone can ask.
    #[error("more than 10^15 responses would be needed")]
    TooMany,
    /// More responses than people.
    #[error(transparent)]
    Population(#[from] PopulationError),
}

const MOST: u64 = 1_000_000_000_000_000;

impl Expected {
    /// Variance of one response on the scale of the result.
    fn variance(self) -> Result<f64, PowerError> {
        match self {
            Self::Share { percent } => share_variance(percent),
            Self::Nps {
                promoters,
                detractors,
            } => NpsShares {
                promoters,
                detractors,
            }
            .variance(),
            Self::Mean { sd } => Ok(check_sd(sd)?.powi(2)),
        }
    }

    fn method(self) -> SizeMethod {
        match self {
            Self::Share { .. } | Self::Nps { .. } => SizeMethod::Normal,
            Self::Mean { .. } => SizeMethod::StudentT,
        }
    }
}

impl NpsShares {
    /// 10⁴ ( p + d − (p − d)² ) of the shares p and d.
    fn variance(self) -> Result<f64, PowerError> {
        let Self {
            promoters,
            detractors,
        } = self;
        let variance = 100.0 * (promoters + detractors) - (promoters - detractors).powi(2);
        let possible = promoters >= 0.0 && detractors >= 0.0 && promoters + detractors <= 100.0;
        if possible && variance > 0.0 {
            Ok(variance)
        } else {
            Err(PowerError::NpsShares {
                promoters,
                detractors,
            })
        }
    }
}

fn share_variance(percent: f64) -> Result<f64, PowerError> {
    if percent > 0.0 && percent < 100.0 {
        Ok(percent * (100.0 - percent))
    } else {
        Err(PowerError::Share { percent })
    }
}

fn check_sd(sd: f64) -> Result<f64, PowerError> {
    if sd > 0.0 && sd.is_finite() {
        Ok(sd)
    } else {
        Err(PowerError::StandardDeviation { sd })
    }
}

/// Half the width of the interval that `n` responses are expected to give.
///
/// ```text
/// share, NPS    z √( V/n · (N − n)/(N − 1) )      V = q (1 − q), or p + d − (p − d)²
/// mean          t(n − 1) √( sd²/n · (1 − n/N) )
/// ```
///
/// ```
/// use radost_stats::{Level, Population, power::{Expected, margin_of_error}};
/// let margin = margin_of_error(Expected::Share { percent: 50.0 }, 400, Population::Endless, Level::P95)?;
/// assert!((margin - 4.899910).abs() < 1e-6);
/// # Ok::<(), radost_stats::power::PowerError>(())
/// ```
/// # Units
/// Percentage points, points, or the units of the answers.
/// # Assumptions
/// A simple random sample; the interval is the plain Wald or t interval, which the others of this crate come near to.
/// # Errors
/// [`PowerError::Share`], [`PowerError::NpsShares`] and [`PowerError::StandardDeviation`] for an impossible expectation;
/// [`PowerError::TooFew`] without responses, or below two for a mean; [`PowerError::Population`] when there are fewer people.
/// # Sources
/// Cochran (1977), Sampling Techniques, 3rd edition, Wiley, chapter 4.
pub fn margin_of_error(
    expected: Expected,
    n: u64,
    population: Population,
    level: Level,
) -> Result<f64, PowerError> {
    let variance = expected.variance()?;
    let count = n as f64;
    let needed = match expected {
        Expected::Mean { .. } => 2,
        Expected::Share { .. } | Expected::Nps { .. } => 1,
    };
    if n < needed {
        return Err(PowerError::TooFew { n, needed });
    }
    Ok(match expected {
        Expected::Mean { .. } => {
            let left_out = population.share_left_out(n)?;
            level.t_unchecked(count - 1.0) * (left_out * variance / count).sqrt()
        }
        Expected::Share { .. } | Expected::Nps { .. } => {
            level.z() * population.correction(n)? * (variance / count).sqrt()
        }
    })
}

/// The fewest responses whose [`margin_of_error`] is at most `margin`.
///
/// For shares and scores that is n₀ = z² V / margin², and n₀ / (1 + (n₀ − 1)/N) of a population of N, rounded up.
///
/// ```
/// use radost_stats::{Level, Population, power::{Expected, sample_size}};
/// let half = Expected::Share { percent: 50.0 };
/// assert_eq!(sample_size(half, 5.0, Population::Endless, Level::P95)?.n, 385);
/// assert_eq!(sample_size(half, 5.0, Population::Of(1000), Level::P95)?.n, 278);
/// # Ok::<(), radost_stats::power::PowerError>(())
/// ```
/// # Units
/// `margin` in percentage points, points, or the units of the answers.
/// # Assumptions
/// Those of [`margin_of_error`]. It counts responses: divide by the response rate for the number to invite.
/// # Errors
/// Those of [`margin_of_error`]; [`PowerError::Margin`]; [`PowerError::TooMany`] beyond 10¹⁵; [`PowerError::TooFew`] when the population
/// is smaller than a sample must be.
/// # Sources
/// Those of [`margin_of_error`].
pub fn sample_size(
    expected: Expected,
    margin: f64,
    population: Population,
    level: Level,
) -> Result<SampleSize, PowerError> {
    if !(margin > 0.0 && margin.is_finite()) {
        return Err(PowerError::Margin { margin });
    }
    let fewest = match expected {
        Expected::Mean { .. } => 2,
        Expected::Share { .. } | Expected::Nps { .. } => 1,
    };
    let most = match population {
        Population::Endless => MOST,
        Population::Of(population) => population.min(MOST),
    };
    let at = |n| margin_of_error(expected, n, population, level);
    if most < fewest {
        return Err(PowerError::TooFew {
            n: most,
            needed: fewest,
        });
    }
    // A hair of slack, so that a size that meets the margin exactly is not missed by a rounding error.
    let n = smallest(fewest, most, |n| Ok(at(n)? <= margin * (1.0 + 1e-12)))?
        .ok_or(PowerError::TooMany)?;
    Ok(SampleSize {
        n,
        margin: at(n)?,
        expected,
        population,
        level,
        method: expected.method(),
    })
}

/// The chance that a comparison of two groups of these sizes shows the difference.
///
/// ```text
/// shares    Φ( (|Δ| − z e₀)/e ) + Φ( (−|Δ| − z e₀)/e )    e₀² = q̄ (1 − q̄) (c₁/n₁ + c₂/n₂),  e² = Σ qᵢ (1 − qᵢ) cᵢ/nᵢ
/// NPS       the same with e₀ = e,  e² = Σ Vᵢ cᵢ/nᵢ
/// means     P( |T| > t ),  T noncentral t with n₁ + n₂ − 2 degrees of freedom and noncentrality |Δ| / ( sd √(c₁/n₁ + c₂/n₂) )
/// ```
/// q̄ is the mean of the shares weighted by group size and cᵢ the squared finite-population correction.
///
/// ```
/// use radost_stats::{Level, Population, power::{Contrast, power}};
/// let half_a_deviation = Contrast::Means { difference: 0.5, sd: 1.0 };
/// let chance = power(half_a_deviation, [64, 64], [Population::Endless; 2], Level::P95)?;
/// assert!((chance - 0.801460).abs() < 1e-6);
/// # Ok::<(), radost_stats::power::PowerError>(())
/// ```
/// # Units
/// A probability, 0 to 1. `sizes` and `populations` are those of the earlier group, then of the later.
/// # Assumptions
/// Two independent simple random samples. For means the spreads are equal, where Welch's test is as powerful as Student's but for a trifle.
/// # Errors
/// Those of an impossible expectation; [`PowerError::Difference`] for none; [`PowerError::TooFew`] for an empty group, or below two
/// responses in a group for means; [`PowerError::Population`].
/// # Sources
/// Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, 3rd edition, Wiley, chapter 4; Cohen (1988), Statistical
/// Power Analysis for the Behavioral Sciences, 2nd edition, chapter 2.
pub fn power(
    contrast: Contrast,
    sizes: [u64; 2],
    populations: [Population; 2],
    level: Level,
) -> Result<f64, PowerError> {
    let needed = match contrast {
        Contrast::Means { .. } => 2,
        Contrast::Shares { .. } | Contrast::Nps { .. } => 1,
    };
    let [earlier_n, later_n] = sizes;
    let [earlier_population, later_population] = populations;
    let n = earlier_n.min(later_n);
    let differs = |difference: f64| {
        if difference.is_finite() && difference != 0.0 {
            Ok(difference.abs())
        } else {
            Err(PowerError::Difference { difference })
        }
    };
    let corrections = || -> Result<[f64; 2], PopulationError> {
        Ok([
            earlier_population.correction(earlier_n)?.powi(2) / earlier_n as f64,
            later_population.correction(later_n)?.powi(2) / later_n as f64,
        ])
    };
    let enough = || {
        if n < needed {
            Err(PowerError::TooFew { n, needed })
        } else {
            Ok(())
        }
    };
    match contrast {
        Contrast::Shares { earlier, later } => {
            let (first, second) = (share_variance(earlier)?, share_variance(later)?);
            let difference = differs(later - earlier)?;
            enough()?;
            let [c1, c2] = corrections()?;
            let (n1, n2) = (earlier_n as f64, later_n as f64);
            let pooled = (earlier * n1 + later * n2) / (n1 + n2);
            let equal = (pooled * (100.0 - pooled) * (c1 + c2)).sqrt();
            Ok(normal_power(
                difference,
                equal,
                (first * c1 + second * c2).sqrt(),
                level,
            ))
        }
        Contrast::Nps { earlier, later } => {
            let (first, second) = (earlier.variance()?, later.variance()?);
            let score = |shares: NpsShares| shares.promoters - shares.detractors;
            let difference = differs(score(later) - score(earlier))?;
            enough()?;
            let [c1, c2] = corrections()?;
            let error = (first * c1 + second * c2).sqrt();
            Ok(normal_power(difference, error, error, level))
        }
        Contrast::Means { difference, sd } => {
            let effect = differs(difference)? / check_sd(sd)?;
            enough()?;
            let left_out = earlier_population.share_left_out(earlier_n)? / earlier_n as f64
                + later_population.share_left_out(later_n)? / later_n as f64;
            let freedom = earlier_n as f64 + later_n as f64 - 2.0;
            Ok(noncentral_t_power(effect / left_out.sqrt(), freedom, level))
        }
    }
}

/// The smallest groups, the later `ratio` times as large as the earlier, whose [`power`] is at least `power`.
///
/// A group that would exceed its population is the whole of it.
///
/// ```
/// use radost_stats::{Level, Population, power::{Contrast, group_sizes}};
/// let half_a_deviation = Contrast::Means { difference: 0.5, sd: 1.0 };
/// let sizes = group_sizes(half_a_deviation, 2.0, 0.9, [Population::Endless; 2], Level::P95)?;
/// assert_eq!((sizes.earlier, sizes.later), (64, 128));
/// # Ok::<(), radost_stats::power::PowerError>(())
/// ```
/// # Units
/// `power` is a probability. `populations` are those of the earlier group, then of the later.
/// # Assumptions
/// Those of [`power`].
/// # Errors
/// Those of [`power`]; [`PowerError::Power`] and [`PowerError::Ratio`]; [`PowerError::TooMany`] beyond 10¹⁵.
/// # Sources
/// Those of [`power`].
pub fn group_sizes(
    contrast: Contrast,
    ratio: f64,
    power: f64,
    populations: [Population; 2],
    level: Level,
) -> Result<GroupSizes, PowerError> {
    if !(power > level.alpha() && power < 1.0) {
        return Err(PowerError::Power { power });
    }
    if !(1e-6..=1e6).contains(&ratio) {
        return Err(PowerError::Ratio { ratio });
    }
    let sizes = |n: u64| {
        let [earlier, later] = populations;
        let within = |n: u64, population| match population {
            Population::Endless => n,
            Population::Of(population) => n.min(population),
        };
        // Less a hair, so that 1.1 times 10 is 11.
        let other = (n as f64 * ratio * (1.0 - 1e-12)).ceil() as u64;
        [within(n, earlier), within(other, later)]
    };
    let at = |n: u64| self::power(contrast, sizes(n), populations, level);
    let fewest = match contrast {
        Contrast::Means { .. } => (2.0 / ratio.min(1.0)).ceil() as u64,
        Contrast::Shares { .. } | Contrast::Nps { .. } => 1,
    };
    let n = smallest(fewest, MOST, |n| Ok(at(n)? >= power))?.ok_or(PowerError::TooMany)?;
    let [earlier, later] = sizes(n);
    Ok(GroupSizes {
        earlier,
        later,
        power: at(n)?,
        contrast,
        populations,
        level,
        method: match contrast {
            Contrast::Shares { .. } => SizeMethod::NormalPooled,
            Contrast::Nps { .. } => SizeMethod::Normal,
            Contrast::Means { .. } => SizeMethod::NoncentralT,
        },
    })
}

/// The smallest n from `fewest` to `most` from which on a condition holds.
fn smallest(
    fewest: u64,
    most: u64,
    holds: impl Fn(u64) -> Result<bool, PowerError>,
) -> Result<Option<u64>, PowerError> {
    let (mut low, mut high) = (fewest, fewest);
    while !holds(high)? {
        if high >= most {
            return Ok(None);
        }
        low = high + 1;
        high = high.saturating_mul(2).min(most);
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle)? {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(Some(high))
}

fn normal_power(difference: f64, equal_error: f64, error: f64, level: Level) -> f64 {
    if error == 0.0 {
        return 1.0;
    }
    let reach = level.z() * equal_error;
    (normal_cdf((difference - reach) / error) + normal_cdf((-difference - reach) / error)).min(1.0)
}

/// P(|T| > t) of a noncentral t, where t leaves out 1 − level when the noncentrality is zero.
///
/// T is (Z + δ)/S with S² a chi-square over its degrees of freedom, so the chance is the mean of Φ(δ − t S) + Φ(−δ − t S) over S, taken by
/// Gauss–Legendre quadrature over nine standard deviations of S. The density of S is normed by the same quadrature, which spares the
/// gamma function and its rounding.
fn noncentral_t_power(noncentrality: f64, freedom: f64, level: Level) -> f64 {
    if !noncentrality.is_finite() {
        return 1.0;
    }
    let critical = level.t_unchecked(freedom);
    let width = 9.0 / (2.0 * freedom).sqrt();
    let (low, high) = ((1.0 - width).max(0.0), 1.0 + width);
    let step = (high - low) / f64::from(PANELS);
    let (mut chance, mut total) = (0.0, 0.0);
    for panel in 0..PANELS {
        let middle = low + (f64::from(panel) + 0.5) * step;
        for (node, weight) in GAUSS_LEGENDRE {
            for s in [middle - node * step / 2.0, middle + node * step / 2.0] {
                let off = s - 1.0;
                let density = weight
                    * ((freedom - 1.0) * off.ln_1p() - freedom * off * (s + 1.0) / 2.0).exp();
                total += density;
                chance += density
                    * (normal_cdf(noncentrality - critical * s)
                        + normal_cdf(-noncentrality - critical * s));
            }
        }
    }
    (chance / total).min(1.0)
}

const PANELS: u32 = 24;

/// The positive nodes of order 10 with their weights; the others mirror them.
const GAUSS_LEGENDRE: [(f64, f64); 5] = [
    (0.148_874_338_981_631_2, 0.295_524_224_714_752_9),
    (0.433_395_394_129_247_2, 0.269_266_719_309_996_3),
    (0.679_409_568_299_024_4, 0.219_086_362_515_982),
    (0.865_063_366_688_984_5, 0.149_451_349_150_580_6),
    (0.973_906_528_517_171_7, 0.066_671_344_308_688_1),
];
