//! Whom to ask: simple random, stratified and systematic samples from a seed.
//!
//! Members are numbered from 0 in the order of the list they are drawn from. The same seed draws the same sample on every machine, so a
//! sample can be shown to have been drawn as planned.
//!
//! ```
//! use radost_stats::sampling::{Allocation, Stratum, allocate, simple_random};
//!
//! assert_eq!(simple_random(1000, 5, 42)?.len(), 5);
//!
//! let strata = [
//!     Stratum { size: 6000, sd: 1.0 },
//!     Stratum { size: 3000, sd: 2.0 },
//!     Stratum { size: 1000, sd: 4.0 },
//! ];
//! assert_eq!(allocate(&strata, 400, Allocation::Proportional, 0)?, [240, 120, 40]);
//! assert_eq!(allocate(&strata, 400, Allocation::Neyman, 0)?, [150, 150, 100]);
//! # Ok::<(), radost_stats::sampling::SamplingError>(())
//! ```

use std::collections::BTreeSet;

use crate::{distributions::bisect, random::SplitMix64};

/// A part of the population that is sampled on its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stratum {
    /// How many members it has.
    pub size: u64,
    /// Standard deviation of one member's answer, as far as known; only the ratio between strata matters, and only to
    /// [`Allocation::Neyman`].
    pub sd: f64,
}

/// How a sample is shared out among strata.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Allocation {
    /// By size: every member has the same chance.
    #[default]
    Proportional,
    /// By size times standard deviation: the least variance of the overall mean for a given sample.
    Neyman,
}

/// A stratified sample.
#[derive(Debug, Clone, PartialEq)]
pub struct StratifiedSample {
    /// The members drawn, in rising order.
    pub members: Vec<usize>,
    /// How many were drawn from each stratum.
    pub sizes: Vec<u64>,
    /// How many members each one drawn speaks for, by stratum; `None` where none was drawn.
    pub weights: Vec<Option<f64>>,
    /// How the sample was shared out.
    pub allocation: Allocation,
}

/// A systematic sample.
#[derive(Debug, Clone, PartialEq)]
pub struct SystematicSample {
    /// The first member drawn.
    pub start: usize,
    /// The members drawn, in rising order.
    pub members: Vec<usize>,
}

/// Why a sample cannot be drawn. Strata are counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum SamplingError {
    /// There is nobody to draw.
    #[error("there is nobody to draw from")]
    NoPopulation,
    /// More are to be drawn than there are.
    #[error("{n} cannot be drawn from {population}")]
    TooLarge {
        /// The sample asked for.
        n: u64,
        /// Members there are.
        population: u64,
    },
    /// Every member has a stratum, and every stratum is described.
    #[error("member {member} is in stratum {stratum}, and there are {strata}")]
    Stratum {
        /// The member.
        member: usize,
        /// Its stratum.
        stratum: usize,
        /// How many strata are described.
        strata: usize,
    },
    /// The standard deviation is negative, NaN or infinite.
    #[error(
        "stratum {stratum} has the standard deviation {sd}: it must be a finite number, zero or above"
    )]
    StandardDeviation {
        /// The stratum.
        stratum: usize,
        /// The refused standard deviation.
        sd: f64,
    },
    /// No stratum varies, so that Neyman's allocation has nothing to go by.
    #[error("all strata have the standard deviation 0: allocate in proportion to size")]
    NoSpread,
    /// The least numbers of all strata are more than the sample.
    #[error("at least {minimum} in each stratum makes {needed}, more than the sample of {n}")]
    Minimum {
        /// The least number in each stratum.
        minimum: u64,
        /// What they add up to.
        needed: u64,
        /// The sample asked for.
        n: u64,
    },
    /// A step of zero, or beyond the population.
    #[error("every {every}th of {population} is no sample")]
    Step {
        /// The refused step.
        every: usize,
        /// Members there are.
        population: usize,
    },
}

impl std::fmt::Display for Allocation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Proportional => "proportional",
            Self::Neyman => "Neyman",
        })
    }
}

/// `n` of `population` members, every set of that size with the same chance, in rising order.
///
/// # Errors
/// [`SamplingError::TooLarge`] when there are fewer members.
/// # Sources
/// Floyd's algorithm: Bentley and Floyd (1987), Communications of the ACM 30(9), 754–757.
pub fn simple_random(population: usize, n: usize, seed: u64) -> Result<Vec<usize>, SamplingError> {
    if n > population {
        return Err(SamplingError::TooLarge {
            n: n as u64,
            population: population as u64,
        });
    }
    Ok(draw(population, n, &mut SplitMix64::new(seed)))
}

fn draw(population: usize, n: usize, random: &mut SplitMix64) -> Vec<usize> {
    let mut drawn = BTreeSet::new();
    for last in population - n..population {
        if !drawn.insert(random.below(last + 1)) {
            drawn.insert(last);
        }
    }
    drawn.into_iter().collect()
}

/// Every `every`-th member from a random start.
///
/// ```
/// use radost_stats::sampling::systematic;
/// let sample = systematic(1000, 100, 7)?;
/// assert_eq!(sample.members.len(), 10);
/// assert_eq!(sample.members[1], sample.start + 100);
/// # Ok::<(), radost_stats::sampling::SamplingError>(())
/// ```
/// # Assumptions
/// The list has no rhythm of that length: every seventh day is always a Monday.
/// # Errors
/// [`SamplingError::NoPopulation`]; [`SamplingError::Step`] for a step of zero or beyond the population.
/// # Sources
/// Cochran (1977), Sampling Techniques, 3rd edition, Wiley, chapter 8.
pub fn systematic(
    population: usize,
    every: usize,
    seed: u64,
) -> Result<SystematicSample, SamplingError> {
    if population == 0 {
        return Err(SamplingError::NoPopulation);
    }
    if every == 0 || every > population {
        return Err(SamplingError::Step { every, population });
    }
    let start = SplitMix64::new(seed).below(every);
    Ok(SystematicSample {
        start,
        members: (start..population).step_by(every).collect(),
    })
}

/// Exactly `n` members at equal distances from a random start, where the population need not be a multiple of n.
///
/// Member ⌊(u + i N)/n⌋ for i = 0 … n − 1 and one random u below N: each member has the chance n/N.
///
/// ```
/// use radost_stats::sampling::systematic_of_size;
/// assert_eq!(systematic_of_size(1003, 10, 7)?.members.len(), 10);
/// # Ok::<(), radost_stats::sampling::SamplingError>(())
/// ```
/// # Assumptions
/// Those of [`systematic`].
/// # Errors
/// [`SamplingError::NoPopulation`] when nobody is there or asked for; [`SamplingError::TooLarge`].
/// # Sources
/// Cochran (1977), as for [`systematic`], section 8.1 (fractional intervals).
pub fn systematic_of_size(
    population: usize,
    n: usize,
    seed: u64,
) -> Result<SystematicSample, SamplingError> {
    if population == 0 || n == 0 {
        return Err(SamplingError::NoPopulation);
    }
    if n > population {
        return Err(SamplingError::TooLarge {
            n: n as u64,
            population: population as u64,
        });
    }
    let u = SplitMix64::new(seed).below(population) as u128;
    let members: Vec<usize> = (0..n as u128)
        .map(|i| ((u + i * population as u128) / n as u128) as usize)
        .collect();
    Ok(SystematicSample {
        start: members.first().copied().unwrap_or_default(),
        members,
    })
}

/// How many of a sample of `n` to draw from each stratum.
///
/// ```text
/// proportional    n · N_h / Σ N      Neyman    n · N_h S_h / Σ N S
/// ```
/// No stratum gets less than `minimum` (or its size, where that is smaller) or more than its size; what those bounds take or leave is
/// shared among the others in the same proportions. Fractions are settled by largest remainders. Strata without spread share what Neyman's
/// others cannot take.
///
/// # Errors
/// [`SamplingError::NoPopulation`]; [`SamplingError::TooLarge`]; [`SamplingError::Minimum`]; [`SamplingError::StandardDeviation`] and
/// [`SamplingError::NoSpread`] for Neyman's.
/// # Sources
/// Neyman (1934), Journal of the Royal Statistical Society 97(4), 558–625; Cochran (1977), Sampling Techniques, 3rd edition, Wiley,
/// sections 5.5 and 5.8.
pub fn allocate(
    strata: &[Stratum],
    n: u64,
    allocation: Allocation,
    minimum: u64,
) -> Result<Vec<u64>, SamplingError> {
    let population = strata
        .iter()
        .fold(0_u64, |sum, s| sum.saturating_add(s.size));
    if population == 0 {
        return Err(SamplingError::NoPopulation);
    }
    if n > population {
        return Err(SamplingError::TooLarge { n, population });
    }
    let least: Vec<u64> = strata.iter().map(|s| s.size.min(minimum)).collect();
    let needed = least.iter().fold(0_u64, |sum, x| sum.saturating_add(*x));
    if needed > n {
        return Err(SamplingError::Minimum { minimum, needed, n });
    }
    let claims = claims(strata, allocation)?;
    // The exact shares: one factor for all claims, cut to the bounds, that makes the sum n. The sum rises with the factor.
    let share =
        |factor: f64, h: usize| (factor * claims[h]).clamp(least[h] as f64, strata[h].size as f64);
    let sum = |factor: f64| (0..strata.len()).map(|h| share(factor, h)).sum::<f64>();
    let mut high = 1.0;
    while sum(high) < n as f64 && high < f64::MAX / 4.0 {
        high *= 2.0;
    }
    let factor = bisect(0.0, high, |factor| sum(factor) < n as f64);
    let mut sizes = Vec::with_capacity(strata.len());
    let mut remainders = Vec::with_capacity(strata.len());
    for (h, stratum) in strata.iter().enumerate() {
        // Thousandths of a millionth are rounding errors of the factor, not remainders.
        let exact = (share(factor, h) * 1e9).round() / 1e9;
        let whole = (exact.floor() as u64).min(stratum.size);
        sizes.push(whole);
        remainders.push((exact - whole as f64, h));
    }
    remainders.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut left = n.saturating_sub(sizes.iter().sum());
    while left > 0 {
        let before = left;
        for &(_, h) in &remainders {
            if left > 0 && sizes[h] < strata[h].size {
                sizes[h] += 1;
                left -= 1;
            }
        }
        if left == before {
            break;
        }
    }
    Ok(sizes)
}

/// What each stratum's share of the sample is in proportion to.
fn claims(strata: &[Stratum], allocation: Allocation) -> Result<Vec<f64>, SamplingError> {
    match allocation {
        Allocation::Proportional => Ok(strata.iter().map(|s| s.size as f64).collect()),
        Allocation::Neyman => {
            for (stratum, &Stratum { sd, .. }) in strata.iter().enumerate() {
                if !(sd >= 0.0 && sd.is_finite()) {
                    return Err(SamplingError::StandardDeviation { stratum, sd });
                }
            }
            let largest = strata.iter().map(|s| s.sd).fold(0.0, f64::max);
            if largest == 0.0 {
                return Err(SamplingError::NoSpread);
            }
            // A spread that is next to none, so that these strata come last but still share what the others cannot take.
            let claim = |s: &Stratum| s.size as f64 * (s.sd / largest).max(1e-12);
            Ok(strata.iter().map(claim).collect())
        }
    }
}

/// A sample of `n` drawn from each stratum on its own, at random without replacement.
///
/// `stratum_of` names the stratum of each member; `sds` describes the strata and is used by [`Allocation::Neyman`] alone.
///
/// ```
/// use radost_stats::sampling::{Allocation, stratified};
/// let stratum_of: Vec<usize> = (0..1000).map(|member| usize::from(member >= 700)).collect();
/// let sample = stratified(&stratum_of, &[1.0, 1.0], 100, Allocation::Proportional, 5, 1)?;
/// assert_eq!(sample.sizes, [70, 30]);
/// assert_eq!(sample.weights, [Some(10.0), Some(10.0)]);
/// # Ok::<(), radost_stats::sampling::SamplingError>(())
/// ```
/// # Errors
/// Those of [`allocate`]; [`SamplingError::Stratum`] for a member of a stratum that is not described.
/// # Sources
/// Those of [`allocate`].
pub fn stratified(
    stratum_of: &[usize],
    sds: &[f64],
    n: u64,
    allocation: Allocation,
    minimum: u64,
    seed: u64,
) -> Result<StratifiedSample, SamplingError> {
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); sds.len()];
    for (member, &stratum) in stratum_of.iter().enumerate() {
        members
            .get_mut(stratum)
            .ok_or(SamplingError::Stratum {
                member,
                stratum,
                strata: sds.len(),
            })?
            .push(member);
    }
    let strata: Vec<Stratum> = members
        .iter()
        .zip(sds)
        .map(|(members, &sd)| Stratum {
            size: members.len() as u64,
            sd,
        })
        .collect();
    let sizes = allocate(&strata, n, allocation, minimum)?;
    let mut drawn = Vec::new();
    for (stratum, (members, &size)) in members.iter().zip(&sizes).enumerate() {
        let mut random = SplitMix64::stream(seed, stratum as u64);
        let places = draw(members.len(), size as usize, &mut random);
        drawn.extend(places.into_iter().map(|place| members[place]));
    }
    drawn.sort_unstable();
    let weights = strata
        .iter()
        .zip(&sizes)
        .map(|(stratum, &size)| (size > 0).then(|| stratum.size as f64 / size as f64))
        .collect();
    Ok(StratifiedSample {
        members: drawn,
        sizes,
        weights,
        allocation,
    })
}
