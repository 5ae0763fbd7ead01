//! Fair league tables: small units are drawn toward the mean, ranks come with intervals, and a funnel shows who truly stands out.
//!
//! ```
//! use radost_stats::{CsatTally, Progress, league::{LeagueOptions, league_of_shares}};
//!
//! let shops = [(9, 10), (160, 200), (62, 100), (250, 300), (30, 60), (75, 100)].map(|(satisfied, n)| CsatTally::from_counts(satisfied, n));
//! let shops: Vec<CsatTally> = shops.into_iter().collect::<Result<_, _>>()?;
//! let league = league_of_shares(&shops, &LeagueOptions::default(), Progress::none())?;
//!
//! let first = &league.rows[0]; // 9 of 10: the best share, on ten responses
//! assert_eq!(first.raw, 90.0);
//! assert!(first.value < league.rows[3].value); // 250 of 300 is better evidence
//! assert!(first.rank_high > league.rows[3].rank_high);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::resampling::{Steps, draws, percentile};
use crate::{
    Cancelled, CsatTally, Level, MeanTally, Progress,
    distributions::{beta_quantile, binomial_cdf, digamma, ln_gamma, trigamma, two_sided_z},
    pool::{StudyEffect, Weighted, reml},
    random::SplitMix64,
};

/// The most units of a league table.
pub const MAX_UNITS: usize = 5_000;

/// The fewest draws behind ranks.
pub const MIN_DRAWS: u64 = 100;

/// How to make a league table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeagueOptions {
    /// Confidence level of values and ranks.
    pub level: Level,
    /// How many places count as the top, and as the bottom.
    pub places: usize,
    /// Draws of all units' true values behind the ranks, at least [`MIN_DRAWS`].
    pub draws: u64,
    /// Seed of the draws.
    pub seed: u64,
}

impl Default for LeagueOptions {
    fn default() -> Self {
        Self {
            level: Level::P95,
            places: 3,
            draws: 4000,
            seed: 1,
        }
    }
}

/// What the units have in common, as estimated from all of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LeaguePrior {
    /// True shares vary by a beta distribution.
    Beta {
        /// Its first parameter: as if so many satisfied responses were known beforehand.
        alpha: f64,
        /// Its second parameter: and so many others.
        beta: f64,
    },
    /// True means vary by a normal distribution.
    Normal {
        /// Its mean, in the units of the means.
        mean: f64,
        /// Its variance τ², in squared units.
        variance: f64,
    },
    /// The units differ no more than by chance: all have this value, and no ranking is to be had.
    Common {
        /// In percent for shares, else in the units of the means.
        value: f64,
    },
}

/// One unit of a league table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeagueRow {
    /// What the unit's own data say: percent for shares, else the units of the means.
    pub raw: f64,
    /// The fair value, drawn toward the mean of all.
    pub value: f64,
    /// Lower bound of the true value.
    pub low: f64,
    /// Upper bound of the true value.
    pub high: f64,
    /// How far it is drawn: 0 leaves the unit's own value, 1 gives it the mean of all.
    pub shrinkage: f64,
    /// Its rank to be expected, 1 for the highest.
    pub expected_rank: f64,
    /// Best rank within the level.
    pub rank_low: usize,
    /// Worst rank within the level.
    pub rank_high: usize,
    /// Probability to be in the top places.
    pub probability_top: f64,
    /// Probability to be in the bottom places.
    pub probability_bottom: f64,
}

/// A league table, in the order of the input.
#[derive(Debug, Clone, PartialEq)]
pub struct League {
    /// The units.
    pub rows: Vec<LeagueRow>,
    /// What they have in common.
    pub prior: LeaguePrior,
    /// How it was made.
    pub options: LeagueOptions,
}

/// A beta distribution of true shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BetaBinomial {
    /// First parameter.
    pub alpha: f64,
    /// Second parameter.
    pub beta: f64,
    /// Mean of the true shares, in percent.
    pub mean: f64,
    /// Intracluster correlation 1 / (α + β + 1): 0 when all shares are equal.
    pub correlation: f64,
    /// Log-likelihood, without the binomial coefficients.
    pub log_likelihood: f64,
    /// Steps of the search.
    pub iterations: u32,
}

/// Why there is no league table or funnel.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum LeagueError {
    /// Fewer than two units.
    #[error("this needs {needed} units, and there are {units}")]
    TooFew {
        /// Units there are.
        units: usize,
        /// Units needed.
        needed: usize,
    },
    /// More units than can be ranked.
    #[error("{units} units are too many: at most {MAX_UNITS}")]
    TooMany {
        /// Units there are.
        units: usize,
    },
    /// A unit without responses.
    #[error("unit {unit} has no responses: leave it out")]
    EmptyUnit {
        /// Its index.
        unit: usize,
    },
    /// All or none are satisfied everywhere.
    #[error("all responses of all units are equal, so there is nothing to rank")]
    OneClass,
    /// No unit has any spread, so that means have no errors.
    #[error("no unit has responses that differ, so their means have no errors to judge by")]
    NoSpread,
    /// A mean or a standard error that cannot be used.
    #[error(
        "unit {unit} has the mean {mean} and the standard error {standard_error}: they must be finite, and the error above zero"
    )]
    Estimate {
        /// Its index.
        unit: usize,
        /// Its mean.
        mean: f64,
        /// Its standard error.
        standard_error: f64,
    },
    /// No places, or more than half of the units.
    #[error("{places} places are not a top of {units} units")]
    Places {
        /// The refused number.
        places: usize,
        /// Units there are.
        units: usize,
    },
    /// Too few draws.
    #[error("{draws} draws are too few: {MIN_DRAWS} are needed")]
    Draws {
        /// The refused number.
        draws: u64,
    },
    /// The search for the beta distribution did not come to rest.
    #[error(
        "the beta distribution of the shares did not settle in {iterations} steps (alpha {alpha}, beta {beta})"
    )]
    NotConverged {
        /// Steps made.
        iterations: u32,
        /// Where it was.
        alpha: f64,
        /// Where it was.
        beta: f64,
    },
    /// A target outside the scale.
    #[error("the target {target} is not between 0 and 100 percent")]
    Target {
        /// The refused target.
        target: f64,
    },
    /// A share of extremes to pull in that is not a share.
    #[error(
        "a share of {winsorised} extremes at each end cannot be pulled in: from 0 to below 0.5"
    )]
    Winsorised {
        /// The refused share.
        winsorised: f64,
    },
    /// The caller asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// The beta distribution of true shares that makes the counts most likely (marginal maximum likelihood); `None` when the shares vary no more than by chance.
///
/// ```text
/// maximise Σ ln [ B(α + xᵢ, β + nᵢ − xᵢ) / B(α, β) ]
/// no more than chance: Σ [ xᵢ(xᵢ − 1)/q̄ + (nᵢ − xᵢ)(nᵢ − xᵢ − 1)/(1 − q̄) − nᵢ(nᵢ − 1) ] ≤ 0, the slope at equal shares
/// ```
///
/// ```
/// use radost_stats::{CsatTally, league::beta_binomial};
///
/// let shops = [(9, 10), (160, 200), (62, 100), (250, 300), (30, 60), (75, 100)].map(|(satisfied, n)| CsatTally::from_counts(satisfied, n));
/// let shops: Vec<CsatTally> = shops.into_iter().collect::<Result<_, _>>()?;
/// let prior = beta_binomial(&shops)?.expect("shares that differ");
/// assert!((prior.mean - 72.25625).abs() < 1e-4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
/// # Units
/// α and β in responses; the mean in percent.
/// # Assumptions
/// Independent responses; true shares that are near a beta distribution.
/// # Errors
/// [`LeagueError::TooFew`] below three units, [`LeagueError::EmptyUnit`], [`LeagueError::OneClass`], [`LeagueError::NotConverged`].
/// # Sources
/// Skellam (1948), JRSS B 10(2), 257–261; the slope: Tarone (1979), Biometrika 66(3), 585–590.
pub fn beta_binomial(units: &[CsatTally]) -> Result<Option<BetaBinomial>, LeagueError> {
    beta_binomial_within(units, 500)
}

fn beta_binomial_within(
    units: &[CsatTally],
    most_steps: u32,
) -> Result<Option<BetaBinomial>, LeagueError> {
    if units.len() < 3 {
        return Err(LeagueError::TooFew {
            units: units.len(),
            needed: 3,
        });
    }
    if let Some(unit) = units.iter().position(|unit| unit.n() == 0) {
        return Err(LeagueError::EmptyUnit { unit });
    }
    let counts: Vec<(f64, f64)> = units
        .iter()
        .map(|unit| {
            (
                unit.satisfied() as f64,
                unit.n() as f64 - unit.satisfied() as f64,
            )
        })
        .collect();
    let (yes, no) = counts
        .iter()
        .fold((0.0, 0.0), |(yes, no), (x, y)| (yes + x, no + y));
    if yes == 0.0 || no == 0.0 {
        return Err(LeagueError::OneClass);
    }
    let share = yes / (yes + no);
    let slope: f64 = counts
        .iter()
        .map(|&(x, y)| {
            x * (x - 1.0) / share + y * (y - 1.0) / (1.0 - share) - (x + y) * (x + y - 1.0)
        })
        .sum();
    if slope <= 0.0 {
        return Ok(None);
    }
    let log_likelihood = |alpha: f64, beta: f64| -> f64 {
        let prior = ln_gamma(alpha) + ln_gamma(beta) - ln_gamma(alpha + beta);
        counts
            .iter()
            .map(|&(x, y)| {
                ln_gamma(alpha + x) + ln_gamma(beta + y) - ln_gamma(alpha + beta + x + y) - prior
            })
            .sum()
    };
    // Newton in ln α and ln β, damped; the start is of the right order for most tables.
    let (mut alpha, mut beta) = (10.0 * share, 10.0 * (1.0 - share));
    let mut value = log_likelihood(alpha, beta);
    let mut damping = 0.0_f64;
    for iterations in 1..=most_steps {
        let (mut ga, mut gb, mut haa, mut hbb, mut hab) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for &(x, y) in &counts {
            let all = digamma(alpha + beta) - digamma(alpha + beta + x + y);
            ga += digamma(alpha + x) - digamma(alpha) + all;
            gb += digamma(beta + y) - digamma(beta) + all;
            let all = trigamma(alpha + beta) - trigamma(alpha + beta + x + y);
            haa += trigamma(alpha + x) - trigamma(alpha) + all;
            hbb += trigamma(beta + y) - trigamma(beta) + all;
            hab += all;
        }
        let (gu, gv) = (alpha * ga, beta * gb);
        let (huu, hvv, huv) = (
            alpha * alpha * haa + gu,
            beta * beta * hbb + gv,
            alpha * beta * hab,
        );
        let size: f64 = huu.abs().max(hvv.abs()).max(1e-300);
        if gu.abs().max(gv.abs()) <= 1e-10 * (1.0 + size) && damping <= 1e-3 * size {
            return Ok(Some(BetaBinomial {
                alpha,
                beta,
                mean: 100.0 * alpha / (alpha + beta),
                correlation: 1.0 / (alpha + beta + 1.0),
                log_likelihood: value,
                iterations,
            }));
        }
        if alpha + beta > 1e9 {
            return Ok(None);
        }
        // Damped until the Hessian is that of a hill and the step climbs it.
        loop {
            let (a, b, c) = (huu - damping, hvv - damping, huv);
            let determinant = a * b - c * c;
            if a < 0.0 && determinant > 0.0 {
                let du = (-(b * gu - c * gv) / determinant).clamp(-3.0, 3.0);
                let dv = (-(a * gv - c * gu) / determinant).clamp(-3.0, 3.0);
                let (next_alpha, next_beta) = (alpha * du.exp(), beta * dv.exp());
                let next = log_likelihood(next_alpha, next_beta);
                if next >= value - 1e-12 * value.abs() {
                    (alpha, beta, value) = (next_alpha, next_beta, next);
                    damping /= 10.0;
                    if damping < 1e-6 * size {
                        damping = 0.0;
                    }
                    break;
                }
            }
            damping = (damping * 4.0).max(1e-4 * size);
            if damping > 1e12 * size {
                return Err(LeagueError::NotConverged {
                    iterations,
                    alpha,
                    beta,
                });
            }
        }
    }
    Err(LeagueError::NotConverged {
        iterations: most_steps,
        alpha,
        beta,
    })
}

/// A unit's posterior distribution.
#[derive(Clone, Copy)]
enum Posterior {
    Beta {
        alpha: f64,
        beta: f64,
    },
    /// `own` + `weight` · common mean, with its own variance around that.
    Normal {
        own: f64,
        weight: f64,
        sd: f64,
    },
}

/// League table of shares, by empirical Bayes with a beta distribution of true shares.
///
/// ```text
/// value = 100 (α + x) / (α + β + n)      shrinkage = (α + β) / (α + β + n)      low, high: quantiles of Beta(α + x, β + n − x)
/// ```
/// α and β come from [`beta_binomial`]. When the units vary no more than by chance all get the pooled share, with the interval of Beta(½ + Σx, ½ + Σ(n − x)),
/// and every rank is as likely as any other.
///
/// ```
/// use radost_stats::{CsatTally, Progress, league::{LeagueOptions, LeaguePrior, league_of_shares}};
///
/// let shops = [CsatTally::from_counts(80, 100)?, CsatTally::from_counts(40, 50)?, CsatTally::from_counts(159, 200)?];
/// let league = league_of_shares(&shops, &LeagueOptions { places: 1, ..LeagueOptions::default() }, Progress::none())?;
/// assert!(matches!(league.prior, LeaguePrior::Common { .. }));
/// assert_eq!((league.rows[0].rank_low, league.rows[0].rank_high), (1, 3));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
/// # Units
/// Percent, 0 to 100; ranks from 1, the highest share.
/// # Assumptions
/// Those of [`beta_binomial`]. That α and β are themselves estimated is not counted; with fewer than ten units the intervals are somewhat narrow.
/// # Errors
/// Those of [`beta_binomial`]; [`LeagueError::TooMany`], [`LeagueError::Places`], [`LeagueError::Draws`], [`LeagueError::Cancelled`].
/// # Sources
/// Efron and Morris (1975), JASA 70, 311–319; ranks: Goldstein and Spiegelhalter (1996), JRSS A 159(3), 385–443.
pub fn league_of_shares(
    units: &[CsatTally],
    options: &LeagueOptions,
    progress: Progress<'_>,
) -> Result<League, LeagueError> {
    check(units.len(), options)?;
    let tail = options.level.alpha() / 2.0;
    let bounds = |alpha: f64, beta: f64| {
        let at = |p: f64| 100.0 * beta_quantile(alpha, beta, p);
        (at(tail), at(1.0 - tail))
    };
    let Some(prior) = beta_binomial(units)? else {
        let (satisfied, n) = units.iter().fold((0.0, 0.0), |(x, n), unit| {
            (x + unit.satisfied() as f64, n + unit.n() as f64)
        });
        let (low, high) = bounds(0.5 + satisfied, 0.5 + n - satisfied);
        let value = 100.0 * satisfied / n;
        let rows = units
            .iter()
            .map(|unit| {
                row(
                    100.0 * unit.satisfied() as f64 / unit.n() as f64,
                    value,
                    low,
                    high,
                    1.0,
                )
            })
            .collect();
        return ranked(rows, None, LeaguePrior::Common { value }, options, progress);
    };
    let (alpha, beta) = (prior.alpha, prior.beta);
    let mut rows = Vec::with_capacity(units.len());
    let mut posteriors = Vec::with_capacity(units.len());
    for unit in units {
        let (x, n) = (unit.satisfied() as f64, unit.n() as f64);
        let (a, b) = (alpha + x, beta + n - x);
        let (low, high) = bounds(a, b);
        rows.push(row(
            100.0 * x / n,
            100.0 * a / (a + b),
            low,
            high,
            (alpha + beta) / (a + b),
        ));
        posteriors.push(Posterior::Beta { alpha: a, beta: b });
    }
    let prior = LeaguePrior::Beta { alpha, beta };
    ranked(rows, Some((posteriors, 0.0)), prior, options, progress)
}

/// League table of estimates with known standard errors, by empirical Bayes with a normal distribution of true values: means, scores, indices.
///
/// ```text
/// Bᵢ = eᵢ² / (eᵢ² + τ²)      value = (1 − Bᵢ) yᵢ + Bᵢ μ      Var = (1 − Bᵢ) eᵢ² + Bᵢ² / Σ wⱼ      wⱼ = 1 / (eⱼ² + τ²), μ = Σ wⱼ yⱼ / Σ wⱼ
/// ```
/// τ² is fitted by restricted maximum likelihood, as in [`pool`](crate::pool::pool); `shrinkage` is B. When τ² is zero all units get μ, and every rank is as likely as any other.
///
/// ```
/// use radost_stats::{Progress, league::{LeagueOptions, league_of_estimates}, pool::StudyEffect};
///
/// let shops = [(62.0, 2.0), (55.0, 2.5), (70.0, 6.0), (58.0, 1.5), (66.0, 3.0), (50.0, 2.0)]
///     .map(|(effect, standard_error)| StudyEffect { effect, standard_error });
/// let league = league_of_estimates(&shops, &LeagueOptions::default(), Progress::none())?;
/// assert!(league.rows[2].value < 67.0 && league.rows[2].shrinkage > league.rows[0].shrinkage);
/// # Ok::<(), radost_stats::league::LeagueError>(())
/// ```
/// # Units
/// Those of the estimates; ranks from 1, the highest.
/// # Assumptions
/// Near-normal estimates and true values. The uncertainty of μ is counted, that of τ² is not.
/// # Errors
/// [`LeagueError::TooFew`] below three units, [`LeagueError::TooMany`], [`LeagueError::Estimate`], [`LeagueError::Places`], [`LeagueError::Draws`],
/// [`LeagueError::Cancelled`].
/// # Sources
/// Efron and Morris (1975), JASA 70, 311–319; Morris (1983), JASA 78, 47–55; ranks as for [`league_of_shares`].
pub fn league_of_estimates(
    units: &[StudyEffect],
    options: &LeagueOptions,
    progress: Progress<'_>,
) -> Result<League, LeagueError> {
    check(units.len(), options)?;
    if units.len() < 3 {
        return Err(LeagueError::TooFew {
            units: units.len(),
            needed: 3,
        });
    }
    let refuse = |unit: usize| {
        let StudyEffect {
            effect,
            standard_error,
        } = units[unit];
        LeagueError::Estimate {
            unit,
            mean: effect,
            standard_error,
        }
    };
    if let Some(unit) = units.iter().position(|unit| {
        !(unit.effect.is_finite() && unit.standard_error > 0.0 && unit.standard_error.is_finite())
    }) {
        return Err(refuse(unit));
    }
    let variance = reml(units);
    let pooled = Weighted::new(units, variance).ok_or_else(|| refuse(0))?;
    let z = options.level.z();
    let mean_variance = 1.0 / pooled.total;
    let mut rows = Vec::with_capacity(units.len());
    let mut posteriors = Vec::with_capacity(units.len());
    for unit in units {
        let own = unit.standard_error * unit.standard_error;
        let weight = own / (own + variance);
        let value = unit.effect + weight * (pooled.mean - unit.effect);
        let around = (1.0 - weight) * own;
        let reach = z * (around + weight * weight * mean_variance).sqrt();
        rows.push(row(
            unit.effect,
            value,
            value - reach,
            value + reach,
            weight,
        ));
        posteriors.push(Posterior::Normal {
            own: value,
            weight,
            sd: around.sqrt(),
        });
    }
    if variance > 0.0 {
        let prior = LeaguePrior::Normal {
            mean: pooled.mean,
            variance,
        };
        let posteriors = Some((posteriors, mean_variance.sqrt()));
        ranked(rows, posteriors, prior, options, progress)
    } else {
        let prior = LeaguePrior::Common { value: pooled.mean };
        ranked(rows, None, prior, options, progress)
    }
}

/// League table of means: [`league_of_estimates`] with errors from the pooled spread of all responses, so that a unit of a few alike answers is not taken as known for certain.
///
/// ```text
/// eᵢ = s / √nᵢ      s² = Σ (nᵢ − 1) sᵢ² / Σ (nᵢ − 1)
/// ```
///
/// ```
/// use radost_stats::{MeanTally, Progress, league::{LeagueOptions, league_of_means}};
///
/// let mut staff = vec![MeanTally::default(); 3];
/// for (unit, answers) in staff.iter_mut().zip([&[5.0, 5.0][..], &[4.0, 5.0, 4.0, 4.0, 5.0, 4.0], &[2.0, 3.0, 2.0, 4.0, 3.0]]) {
///     for &answer in answers {
///         unit.push(answer)?;
///     }
/// }
/// let league = league_of_means(&staff, &LeagueOptions { places: 1, ..LeagueOptions::default() }, Progress::none())?;
/// assert!(league.rows[0].value < 5.0 && league.rows[2].value > 2.8);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
/// # Units
/// Those of the answers.
/// # Assumptions
/// Those of [`league_of_estimates`]; answers of all units spread alike.
/// # Errors
/// Those of [`league_of_estimates`]; [`LeagueError::EmptyUnit`], [`LeagueError::NoSpread`].
pub fn league_of_means(
    units: &[MeanTally],
    options: &LeagueOptions,
    progress: Progress<'_>,
) -> Result<League, LeagueError> {
    let sd = pooled_sd(units)?;
    let estimates: Vec<StudyEffect> = units
        .iter()
        .map(|unit| StudyEffect {
            effect: unit.mean().unwrap_or(0.0),
            standard_error: sd / (unit.n() as f64).sqrt(),
        })
        .collect();
    league_of_estimates(&estimates, options, progress)
}

fn pooled_sd(units: &[MeanTally]) -> Result<f64, LeagueError> {
    if let Some(unit) = units.iter().position(|unit| unit.n() == 0) {
        return Err(LeagueError::EmptyUnit { unit });
    }
    let (squares, freedom) = units.iter().fold((0.0, 0.0), |(squares, freedom), unit| {
        let more = unit.n() as f64 - 1.0;
        (
            squares + more * unit.sd().map_or(0.0, |sd| sd * sd),
            freedom + more,
        )
    });
    let sd = f64::sqrt(squares / freedom);
    if sd > 0.0 {
        Ok(sd)
    } else {
        Err(LeagueError::NoSpread)
    }
}

fn check(units: usize, options: &LeagueOptions) -> Result<(), LeagueError> {
    if units < 2 {
        return Err(LeagueError::TooFew { units, needed: 3 });
    }
    if units > MAX_UNITS {
        return Err(LeagueError::TooMany { units });
    }
    if options.places == 0 || options.places > units / 2 {
        return Err(LeagueError::Places {
            places: options.places,
            units,
        });
    }
    if options.draws < MIN_DRAWS {
        return Err(LeagueError::Draws {
            draws: options.draws,
        });
    }
    Ok(())
}

/// A row whose ranks are still to come.
fn row(raw: f64, value: f64, low: f64, high: f64, shrinkage: f64) -> LeagueRow {
    LeagueRow {
        raw,
        value,
        low,
        high,
        shrinkage,
        expected_rank: 0.0,
        rank_low: 0,
        rank_high: 0,
        probability_top: 0.0,
        probability_bottom: 0.0,
    }
}

/// Ranks by drawing all true values together; without posteriors every order is as likely as any other, which needs no draws.
fn ranked(
    mut rows: Vec<LeagueRow>,
    posteriors: Option<(Vec<Posterior>, f64)>,
    prior: LeaguePrior,
    options: &LeagueOptions,
    progress: Progress<'_>,
) -> Result<League, LeagueError> {
    let units = rows.len();
    let tail = options.level.alpha() / 2.0;
    // counts[unit * units + rank]
    let mut counts = vec![u32::from(posteriors.is_none()); units * units];
    if let Some((posteriors, mean_sd)) = posteriors {
        let steps = Steps::new(options.draws, progress);
        // In parts, since the orders of all draws together may be too much to hold.
        let part = options.draws.div_ceil(50).max(1);
        for first in (0..options.draws).step_by(part as usize) {
            let part = first..(first + part).min(options.draws);
            let orders = draws(part, &steps, |index| {
                let mut random = SplitMix64::stream(options.seed, index);
                Ok::<_, Cancelled>(draw_order(&posteriors, mean_sd, &mut random))
            })?;
            for order in orders {
                for (rank, unit) in order.into_iter().enumerate() {
                    counts[unit * units + rank] += 1;
                }
            }
        }
    }
    for (row, counts) in rows.iter_mut().zip(counts.chunks_exact(units)) {
        let total: f64 = counts.iter().map(|&count| f64::from(count)).sum();
        let share = |ranks: &[u32]| ranks.iter().map(|&c| f64::from(c)).sum::<f64>() / total;
        let quantile = |p: f64| {
            let mut sum = 0.0;
            let place = counts.iter().position(|&count| {
                sum += f64::from(count);
                sum >= p * total
            });
            place.unwrap_or(units - 1) + 1
        };
        row.expected_rank = counts
            .iter()
            .zip(1_u32..)
            .map(|(&count, rank)| f64::from(count) * f64::from(rank))
            .sum::<f64>()
            / total;
        row.rank_low = quantile(tail);
        row.rank_high = quantile(1.0 - tail);
        row.probability_top = share(&counts[..options.places]);
        row.probability_bottom = share(&counts[units - options.places..]);
    }
    Ok(League {
        rows,
        prior,
        options: *options,
    })
}

/// The units from the highest drawn value to the lowest.
fn draw_order(posteriors: &[Posterior], mean_sd: f64, random: &mut SplitMix64) -> Vec<usize> {
    let mean = mean_sd * random.normal();
    let mut drawn: Vec<(f64, usize)> = posteriors
        .iter()
        .enumerate()
        .map(|(unit, posterior)| {
            let value = match *posterior {
                Posterior::Beta { alpha, beta } => {
                    let (x, y) = (gamma(alpha, random), gamma(beta, random));
                    x / (x + y)
                }
                Posterior::Normal { own, weight, sd } => own + weight * mean + sd * random.normal(),
            };
            (value, unit)
        })
        .collect();
    drawn.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    drawn.into_iter().map(|(_, unit)| unit).collect()
}

/// A gamma variable (Marsaglia and Tsang 2000, ACM Transactions on Mathematical Software 26(3), 363–372).
fn gamma(shape: f64, random: &mut SplitMix64) -> f64 {
    if shape < 1.0 {
        let below = 1.0 - random.unit(); // above zero
        return gamma(shape + 1.0, random) * below.powf(1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = random.normal();
        let v = (1.0 + c * x).powi(3);
        if v <= 0.0 {
            continue;
        }
        let u = 1.0 - random.unit();
        if u.ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

/// How the limits of a funnel are computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FunnelMethod {
    /// Exact binomial limits, interpolated; shares only.
    ExactBinomial,
    /// Normal limits.
    Normal,
    /// Normal limits times √φ, for units that vary more than by chance around the target.
    Multiplicative {
        /// Share of the z-scores at each end that is pulled in before φ is estimated, such as 0.1.
        winsorised: f64,
    },
    /// Normal limits with a variance τ² between units added.
    Additive {
        /// Share of the z-scores at each end that is pulled in before τ² is estimated, such as 0.1.
        winsorised: f64,
    },
}

impl std::fmt::Display for FunnelMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::ExactBinomial => f.write_str("exact binomial"),
            Self::Normal => f.write_str("normal"),
            Self::Multiplicative { winsorised } => {
                write!(
                    f,
                    "normal, multiplicative overdispersion, {winsorised} winsorised"
                )
            }
            Self::Additive { winsorised } => {
                write!(
                    f,
                    "normal, additive overdispersion, {winsorised} winsorised"
                )
            }
        }
    }
}

/// One unit in a funnel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FunnelRow {
    /// Its share in percent, or its mean.
    pub value: f64,
    /// Number of responses.
    pub n: u64,
    /// Distance from the target in standard errors, overdispersion counted.
    pub z: f64,
    /// Two-sided p-value of "this unit is at the target", 0 to 1: exact for exact limits, else by z.
    pub p_value: f64,
}

/// The limits for units of one size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FunnelBand {
    /// Number of responses.
    pub n: u64,
    /// Lower limit, in the units of the funnel.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
    /// Share of units at the target that lie within.
    pub level: Level,
}

/// A funnel plot: which units differ from the target by more than their size explains.
#[derive(Debug, Clone, PartialEq)]
pub struct Funnel {
    /// The target, in percent for shares, else in the units of the means.
    pub target: f64,
    /// The units, in the order of the input.
    pub rows: Vec<FunnelRow>,
    /// Variance of one response at the target, in squared units of the funnel.
    pub response_variance: f64,
    /// Overdispersion φ: mean square of the winsorised z-scores, 1 where it is not used or would be less.
    pub phi: f64,
    /// Variance between units, in squared units of the funnel; 0 where it is not used.
    pub tau_squared: f64,
    /// How the limits are computed.
    pub method: FunnelMethod,
    shares: bool,
}

/// Funnel of shares around a target, by default the pooled share.
///
/// ```text
/// zᵢ = (qᵢ − θ) / √( θ (1 − θ) / nᵢ )      normal limits θ ∓ z √( θ (1 − θ) / n )
/// exact: (r − a) / n with r the smallest count that has F(r) ≥ p and a = (F(r) − p) / (F(r) − F(r − 1)), p = α/2 and 1 − α/2
/// φ = mean of winsorised z²      τ² = max(0, k φ − (k − 1)) / ( Σ wᵢ − Σ wᵢ² / Σ wᵢ ), wᵢ = nᵢ / θ (1 − θ)
/// ```
///
/// ```
/// use radost_stats::{CsatTally, Level, league::{FunnelMethod, funnel_of_shares}};
///
/// let shops = [CsatTally::from_counts(160, 200)?, CsatTally::from_counts(62, 100)?, CsatTally::from_counts(250, 300)?];
/// let funnel = funnel_of_shares(&shops, Some(80.0), FunnelMethod::ExactBinomial)?;
/// let band = funnel.band(100, Level::P95);
/// assert!((band.low - 71.352391).abs() < 1e-6 && (band.high - 87.025777).abs() < 1e-6);
/// assert!(funnel.rows[1].p_value < 0.001 && funnel.rows[2].p_value > 0.1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
/// # Units
/// Percent, 0 to 100, also `target`; the limits stop there.
/// # Assumptions
/// Independent responses. Large units almost always vary by more than chance: then take one of the overdispersed methods. Many units are many tests: see [`benjamini_hochberg`](crate::benjamini_hochberg).
/// # Errors
/// [`LeagueError::TooFew`] below two units, [`LeagueError::EmptyUnit`], [`LeagueError::OneClass`] for a pooled share of 0 or 100, [`LeagueError::Target`],
/// [`LeagueError::Winsorised`].
/// # Sources
/// Spiegelhalter (2005), Statistics in Medicine 24(8), 1185–1202; overdispersion: Spiegelhalter (2005), Quality and Safety in Health Care 14(5), 347–351.
pub fn funnel_of_shares(
    units: &[CsatTally],
    target: Option<f64>,
    method: FunnelMethod,
) -> Result<Funnel, LeagueError> {
    if let Some(unit) = units.iter().position(|unit| unit.n() == 0) {
        return Err(LeagueError::EmptyUnit { unit });
    }
    let target = match target {
        Some(target) if target > 0.0 && target < 100.0 => target,
        Some(target) => return Err(LeagueError::Target { target }),
        None => {
            let (satisfied, n) = units.iter().fold((0.0, 0.0), |(x, n), unit| {
                (x + unit.satisfied() as f64, n + unit.n() as f64)
            });
            100.0 * satisfied / n
        }
    };
    let variance = target * (100.0 - target);
    if units.len() >= 2 && (variance.is_nan() || variance <= 0.0) {
        return Err(LeagueError::OneClass);
    }
    let values: Vec<(f64, u64)> = units
        .iter()
        .map(|unit| (100.0 * unit.satisfied() as f64 / unit.n() as f64, unit.n()))
        .collect();
    let mut funnel = funnel(&values, target, variance, method, true)?;
    if method == FunnelMethod::ExactBinomial {
        for (row, unit) in funnel.rows.iter_mut().zip(units) {
            let (x, n, share) = (unit.satisfied(), unit.n(), target / 100.0);
            let below = binomial_cdf(x, n, share);
            let above = binomial_cdf(n - x, n, 1.0 - share);
            row.p_value = (2.0 * below.min(above)).min(1.0);
        }
    }
    Ok(funnel)
}

/// Funnel of means around a target, by default the pooled mean; the spread of one response is pooled over the units.
///
/// ```text
/// zᵢ = (mᵢ − θ) / (s / √nᵢ)      limits θ ∓ z s / √n      s² = Σ (nᵢ − 1) sᵢ² / Σ (nᵢ − 1)      φ and τ² as in funnel_of_shares
/// ```
///
/// ```
/// use radost_stats::{Level, MeanTally, league::{FunnelMethod, funnel_of_means}};
///
/// let units = [MeanTally::from_sums(40, 160.0, 680.0)?, MeanTally::from_sums(25, 90.0, 350.0)?, MeanTally::from_sums(60, 252.0, 1100.0)?];
/// let funnel = funnel_of_means(&units, None, FunnelMethod::Normal)?;
/// assert!((funnel.target - 4.016).abs() < 1e-9);
/// assert!((funnel.band(25, Level::P95).low - 3.647867).abs() < 1e-6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
/// # Units
/// Those of the answers. [`FunnelMethod::ExactBinomial`] is for shares; here it gives normal limits.
/// # Errors
/// [`LeagueError::TooFew`], [`LeagueError::EmptyUnit`], [`LeagueError::NoSpread`], [`LeagueError::Target`] for a target that is not finite, [`LeagueError::Winsorised`].
/// # Sources
/// As for [`funnel_of_shares`].
pub fn funnel_of_means(
    units: &[MeanTally],
    target: Option<f64>,
    method: FunnelMethod,
) -> Result<Funnel, LeagueError> {
    let sd = pooled_sd(units)?;
    let mut all = MeanTally::default();
    for unit in units {
        all.merge(unit);
    }
    let target = target.unwrap_or(all.sum() / all.n() as f64);
    if !target.is_finite() {
        return Err(LeagueError::Target { target });
    }
    let values: Vec<(f64, u64)> = units
        .iter()
        .map(|unit| (unit.sum() / unit.n() as f64, unit.n()))
        .collect();
    let method = match method {
        FunnelMethod::ExactBinomial => FunnelMethod::Normal,
        method => method,
    };
    funnel(&values, target, sd * sd, method, false)
}

fn funnel(
    values: &[(f64, u64)],
    target: f64,
    variance: f64,
    method: FunnelMethod,
    shares: bool,
) -> Result<Funnel, LeagueError> {
    if values.len() < 2 {
        return Err(LeagueError::TooFew {
            units: values.len(),
            needed: 2,
        });
    }
    let z: Vec<f64> = values
        .iter()
        .map(|&(value, n)| (value - target) / (variance / n as f64).sqrt())
        .collect();
    let k = values.len() as f64;
    let (mut phi, mut tau_squared) = (1.0, 0.0);
    if let FunnelMethod::Multiplicative { winsorised } | FunnelMethod::Additive { winsorised } =
        method
    {
        if !(0.0..0.5).contains(&winsorised) {
            return Err(LeagueError::Winsorised { winsorised });
        }
        let mut sorted = z.clone();
        sorted.sort_by(f64::total_cmp);
        let (low, high) = (
            percentile(&sorted, winsorised).unwrap_or(f64::NEG_INFINITY),
            percentile(&sorted, 1.0 - winsorised).unwrap_or(f64::INFINITY),
        );
        let square = z.iter().map(|z| z.min(high).max(low).powi(2)).sum::<f64>() / k;
        if matches!(method, FunnelMethod::Multiplicative { .. }) {
            phi = square.max(1.0);
        } else {
            let weights = values.iter().map(|&(_, n)| n as f64 / variance);
            let total: f64 = weights.clone().sum();
            let squares: f64 = weights.map(|w| w * w).sum();
            tau_squared = (k * square - (k - 1.0)).max(0.0) / (total - squares / total);
        }
    }
    let rows = values
        .iter()
        .map(|&(value, n)| {
            let z = (value - target) / (phi * variance / n as f64 + tau_squared).sqrt();
            FunnelRow {
                value,
                n,
                z,
                p_value: two_sided_z(z),
            }
        })
        .collect();
    Ok(Funnel {
        target,
        rows,
        response_variance: variance,
        phi,
        tau_squared,
        method,
        shares,
    })
}

impl Funnel {
    /// The limits for units of `n` responses: where a curve of the plot passes. With no responses there are no limits but the ends of the scale.
    pub fn band(&self, n: u64, level: Level) -> FunnelBand {
        let (low, high) = if n == 0 {
            (f64::NEG_INFINITY, f64::INFINITY)
        } else if self.method == FunnelMethod::ExactBinomial {
            let tail = level.alpha() / 2.0;
            (self.exact_limit(n, tail), self.exact_limit(n, 1.0 - tail))
        } else {
            let variance = self.phi * self.response_variance / n as f64 + self.tau_squared;
            let reach = level.z() * variance.sqrt();
            (self.target - reach, self.target + reach)
        };
        let (least, most) = if self.shares {
            (0.0, 100.0)
        } else {
            (f64::NEG_INFINITY, f64::INFINITY)
        };
        FunnelBand {
            n,
            low: low.max(least),
            high: high.min(most),
            level,
        }
    }

    fn exact_limit(&self, n: u64, p: f64) -> f64 {
        let share = self.target / 100.0;
        let cdf = |r: u64| binomial_cdf(r, n, share);
        // The fewest r with P(X ≤ r) ≥ p.
        let (mut low, mut high) = (0, n);
        while low < high {
            let middle = low + (high - low) / 2;
            if cdf(middle) >= p {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        let at = cdf(high);
        let before = high.checked_sub(1).map_or(0.0, cdf);
        100.0 * (high as f64 - (at - p) / (at - before)) / n as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_without_end_is_an_error() {
        let units: Vec<CsatTally> = [(9, 10), (60, 200), (62, 100), (250, 300)]
            .into_iter()
            .filter_map(|(satisfied, n)| CsatTally::from_counts(satisfied, n).ok())
            .collect();
        assert!(matches!(beta_binomial_within(&units, 500), Ok(Some(_))));
        let stopped = beta_binomial_within(&units, 2);
        assert!(matches!(
            stopped,
            Err(LeagueError::NotConverged { iterations: 2, .. })
        ));
    }
}
