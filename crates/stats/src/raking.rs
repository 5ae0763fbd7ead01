//! Raking: weights that make a sample's margins those of the population.
//!
//! When young guests answer less than old ones, and weekdays less than weekends, raking finds for each response the smallest change of its
//! weight that sets both right. Iterative proportional fitting goes over the margins in turn, scaling the weights of every category to its
//! target, until none is off by more than a tolerance; with bounds on the weights it cuts those that leave them and goes on, so that what is
//! cut from one response is given to the others of its categories.
//!
//! ```
//! use radost_stats::{Progress, raking::{Margin, RakingOptions, rake}};
//!
//! let age = Margin { categories: vec![0, 0, 0, 1, 1, 0], targets: vec![0.5, 0.5] };
//! let day = Margin { categories: vec![0, 1, 0, 0, 1, 1], targets: vec![0.6, 0.4] };
//! let raked = rake(&[1.0; 6], &[age, day], &RakingOptions::default(), &Progress::none())?;
//!
//! assert!(raked.worst_gap.gap < 1e-9);
//! assert!((raked.weights[0] - 0.9).abs() < 1e-6 && (raked.weights[4] - 1.2).abs() < 1e-6);
//! # Ok::<(), radost_stats::raking::RakingError>(())
//! ```
//!
//! # Sources
//! Deming and Stephan (1940), Annals of Mathematical Statistics 11(4), 427–444; Deville, Särndal and Sautory (1993), JASA 88(423), 1013–1020.
//! That cutting and scaling in turn still ends at the margins when any weights within the bounds do: both are projections in the sense of
//! Bregman (1967), USSR Computational Mathematics and Mathematical Physics 7(3), 200–217.

use std::collections::BTreeMap;

use crate::{
    Cancelled, Progress,
    weighting::{WeightTally, WeightedError, check},
};

/// One known margin of the population.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Margin {
    /// The category of each response, counted from 0.
    pub categories: Vec<usize>,
    /// What each category holds in the population: shares, percentages or head counts, in any unit.
    pub targets: Vec<f64>,
}

/// Bounds on the weights, in multiples of the mean weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeightBounds {
    /// The smallest weight, from 0 to below 1.
    pub low: f64,
    /// The largest weight, above 1.
    pub high: f64,
}

/// How far to rake.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RakingOptions {
    /// The largest gap left between a category's share and its target, 0 to 1; 10⁻⁹ unless changed.
    pub tolerance: f64,
    /// The largest number of rounds over all margins; 1,000 unless changed.
    pub max_iterations: u32,
    /// Bounds on the weights; none unless changed.
    pub bounds: Option<WeightBounds>,
}

impl Default for RakingOptions {
    fn default() -> Self {
        Self {
            tolerance: 1e-9,
            max_iterations: 1000,
            bounds: None,
        }
    }
}

/// Raked weights and how well they fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Raking {
    /// A weight per response; their mean is 1.
    pub weights: Vec<f64>,
    /// Rounds over all margins.
    pub iterations: u32,
    /// The category that is furthest from its target.
    pub worst_gap: MarginGap,
    /// Responses whose weight lies on a bound.
    pub at_bounds: usize,
    /// Kish's effective number of responses.
    pub effective_n: f64,
    /// How many times larger the weights make the variance.
    pub design_effect: f64,
}

/// How far one category's weighted share is from its target.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct MarginGap {
    /// The margin, counted from 0.
    pub margin: usize,
    /// The category, counted from 0.
    pub category: usize,
    /// Its weighted share less its target's share, as an absolute value from 0 to 1.
    pub gap: f64,
}

/// Trimmed weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Trimming {
    /// A weight per response, with the sum that they had before.
    pub weights: Vec<f64>,
    /// Responses whose weight lies on a bound.
    pub at_bounds: usize,
}

/// Why weights cannot be raked or trimmed. Margins, categories and responses are counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum RakingError {
    /// Nobody has answered.
    #[error("there are no responses to weight")]
    NoResponses,
    /// There is nothing to rake to.
    #[error("raking needs at least one margin")]
    NoMargins,
    /// A margin has another number of responses.
    #[error("margin {margin} has categories for {found} responses, and there are {expected}")]
    Length {
        /// The margin.
        margin: usize,
        /// Responses.
        expected: usize,
        /// Categories given.
        found: usize,
    },
    /// A response's category has no target.
    #[error(
        "response {response} is in category {category} of margin {margin}, which has {targets} targets"
    )]
    Category {
        /// The margin.
        margin: usize,
        /// The response.
        response: usize,
        /// Its category.
        category: usize,
        /// How many targets the margin has.
        targets: usize,
    },
    /// A target is negative, NaN or infinite, or all of a margin are zero.
    #[error(
        "{target} is not a target for category {category} of margin {margin}: it must be a finite number above zero"
    )]
    Target {
        /// The margin.
        margin: usize,
        /// The category.
        category: usize,
        /// The refused target.
        target: f64,
    },
    /// The population has people of a kind of which nobody has answered: no weights can speak for them.
    #[error("nobody has answered in category {category} of margin {margin}: join it with another")]
    EmptyCategory {
        /// The margin.
        margin: usize,
        /// The category.
        category: usize,
    },
    /// A response has a weight that is not one.
    #[error("response {response} has the weight {weight}: it must be a number from 1e-9 to 1e9")]
    Weight {
        /// The response.
        response: usize,
        /// The refused weight.
        weight: f64,
    },
    /// Bounds that no weights with their mean could keep.
    #[error(
        "weights cannot lie between {low} and {high} times their mean: one must be below 1 and the other above"
    )]
    Bounds {
        /// The refused lower bound.
        low: f64,
        /// The refused upper bound.
        high: f64,
    },
    /// The tolerance is not a number above zero, or no rounds are allowed.
    #[error(
        "raking needs a tolerance above zero and at least one round, not {tolerance} and {max_iterations}"
    )]
    Options {
        /// The tolerance given.
        tolerance: f64,
        /// The rounds given.
        max_iterations: u32,
    },
    /// The margins contradict each other in this sample, or the bounds leave too little room, or more rounds are needed.
    #[error("after {iterations} rounds category {} of margin {} is still off by {:.2e}", worst_gap.category, worst_gap.margin, worst_gap.gap)]
    NotConverged {
        /// Rounds over all margins.
        iterations: u32,
        /// The category that is furthest from its target.
        worst_gap: MarginGap,
    },
    /// The caller asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Weights, in proportion to `base_weights` where margins allow, whose weighted margins are the targets.
///
/// Without bounds the result is the weights w that minimise Σ w ln(w / base) under
/// ```text
/// Σ w over category c of margin m = n · target(c) / Σ targets of m      for all c and m
/// ```
/// Responses alike in all categories and in their base weight share one factor, so that a round costs as much as there are kinds of respondents.
///
/// # Units
/// The weights have mean 1.
/// # Assumptions
/// Within a category those who answered are like those who did not.
/// # Errors
/// A variant of [`RakingError`] for each fault of the input; [`RakingError::NotConverged`] with the worst category when the margins
/// contradict each other or the bounds are too tight; [`RakingError::Cancelled`] when told to stop.
/// # Sources
/// Those of the [module](self).
pub fn rake(
    base_weights: &[f64],
    margins: &[Margin],
    options: &RakingOptions,
    progress: &Progress,
) -> Result<Raking, RakingError> {
    let RakingOptions {
        tolerance,
        max_iterations,
        bounds,
    } = *options;
    if tolerance.is_nan() || tolerance <= 0.0 || max_iterations == 0 {
        return Err(RakingError::Options {
            tolerance,
            max_iterations,
        });
    }
    check_bounds(bounds)?;
    check_margins(base_weights, margins)?;

    let mut kinds = Kinds::new(base_weights, margins);
    let shares: Vec<Vec<f64>> = margins
        .iter()
        .map(|margin| {
            let total: f64 = margin.targets.iter().sum();
            margin.targets.iter().map(|target| target / total).collect()
        })
        .collect();
    let n = base_weights.len() as f64;
    let mut worst_gap = MarginGap::default();
    for iteration in 1..=max_iterations {
        for (margin, shares) in shares.iter().enumerate() {
            kinds.scale(margin, shares, n);
        }
        if let Some(bounds) = bounds {
            kinds.cut(bounds);
        }
        worst_gap = kinds.worst_gap(&shares, n);
        if worst_gap.gap <= tolerance {
            let weights = kinds.weights();
            let tally = tally(&weights);
            return Ok(Raking {
                iterations: iteration,
                worst_gap,
                at_bounds: at_bounds(&weights, bounds),
                effective_n: tally.0,
                design_effect: tally.1,
                weights,
            });
        }
        progress.report(u64::from(iteration), u64::from(max_iterations))?;
    }
    Err(RakingError::NotConverged {
        iterations: max_iterations,
        worst_gap,
    })
}

/// Cuts weights to bounds and gives what was cut to the others, in proportion to their weights, until all lie within.
///
/// ```text
/// w′ = min( max( c w, low · mean ), high · mean )      with the one c that keeps the sum
/// ```
/// It ignores margins: to keep them, give the bounds to [`rake`].
///
/// ```
/// use radost_stats::raking::{WeightBounds, trim};
/// let trimmed = trim(&[1.0, 1.0, 1.0, 7.0], WeightBounds { low: 0.0, high: 2.0 })?;
/// assert!((trimmed.weights[0] - 5.0 / 3.0).abs() < 1e-12); // the mean is 2.5: 7 becomes 5, and 2 go to three others
/// assert_eq!((trimmed.weights[3], trimmed.at_bounds), (5.0, 1));
/// # Ok::<(), radost_stats::raking::RakingError>(())
/// ```
/// # Units
/// Those of the weights.
/// # Errors
/// [`RakingError::NoResponses`], [`RakingError::Weight`], [`RakingError::Bounds`].
/// # Sources
/// Potter (1990), A study of procedures to identify and trim extreme sampling weights, Proceedings of the ASA Section on Survey Research
/// Methods, 225–230, for trimming with redistribution.
pub fn trim(weights: &[f64], bounds: WeightBounds) -> Result<Trimming, RakingError> {
    check_bounds(Some(bounds))?;
    check_weights(weights)?;
    let mean = weights.iter().sum::<f64>() / weights.len() as f64;
    let (low, high) = (bounds.low * mean, bounds.high * mean);
    let wanted = mean * weights.len() as f64;
    let sum_at =
        |factor: f64| -> f64 { weights.iter().map(|w| (factor * w).clamp(low, high)).sum() };
    // The sum rises with the factor from at most low to high: bisect, then solve exactly on the straight piece that was found.
    let smallest = weights.iter().copied().fold(f64::INFINITY, f64::min);
    let largest = weights.iter().copied().fold(0.0, f64::max);
    let (mut below, mut above) = (low / largest, high / smallest);
    for _ in 0..200 {
        let middle = below + (above - below) / 2.0;
        if middle <= below || middle >= above {
            break;
        }
        if sum_at(middle) < wanted {
            below = middle;
        } else {
            above = middle;
        }
    }
    let (mut fixed, mut free) = (0.0, 0.0);
    for w in weights {
        let cut = (above * w).clamp(low, high);
        if cut <= low || cut >= high {
            fixed += cut;
        } else {
            free += w;
        }
    }
    let factor = if free > 0.0 {
        (wanted - fixed) / free
    } else {
        above
    };
    let weights: Vec<f64> = weights
        .iter()
        .map(|w| {
            let cut = (above * w).clamp(low, high);
            if cut <= low || cut >= high {
                cut
            } else {
                (factor * w).clamp(low, high)
            }
        })
        .collect();
    Ok(Trimming {
        at_bounds: weights.iter().filter(|w| **w <= low || **w >= high).count(),
        weights,
    })
}

/// Responses alike in all their categories and in their base weight: they are scaled and cut alike.
struct Kinds {
    /// The categories of each kind, one per margin.
    categories: Vec<Vec<usize>>,
    /// The sum of the weights of each kind.
    sums: Vec<f64>,
    /// The kind of each response.
    of: Vec<usize>,
    /// The base weight of each kind.
    base: Vec<f64>,
    /// What each kind's base weight is multiplied by.
    factors: Vec<f64>,
}

impl Kinds {
    fn new(base_weights: &[f64], margins: &[Margin]) -> Self {
        let mut places: BTreeMap<(Vec<usize>, u64), usize> = BTreeMap::new();
        let (mut categories, mut sums, mut base, mut of) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (response, weight) in base_weights.iter().enumerate() {
            let kind: Vec<usize> = margins.iter().map(|m| m.categories[response]).collect();
            let place = *places
                .entry((kind.clone(), weight.to_bits()))
                .or_insert_with(|| {
                    categories.push(kind);
                    base.push(*weight);
                    sums.push(0.0);
                    sums.len() - 1
                });
            sums[place] += weight;
            of.push(place);
        }
        Self {
            factors: vec![1.0; sums.len()],
            base,
            categories,
            sums,
            of,
        }
    }

    fn sums_of(&self, margin: usize, categories: usize) -> Vec<f64> {
        let mut sums = vec![0.0; categories];
        for ((kind, sum), factor) in self.categories.iter().zip(&self.sums).zip(&self.factors) {
            sums[kind[margin]] += sum * factor;
        }
        sums
    }

    fn scale(&mut self, margin: usize, shares: &[f64], n: f64) {
        let sums = self.sums_of(margin, shares.len());
        for (kind, factor) in self.categories.iter().zip(&mut self.factors) {
            let category = kind[margin];
            *factor *= n * shares[category] / sums[category];
        }
    }

    /// Cuts every weight to the bounds; the mean that they are multiples of is 1.
    fn cut(&mut self, bounds: WeightBounds) {
        for (factor, base) in self.factors.iter_mut().zip(&self.base) {
            *factor = (*factor * base).clamp(bounds.low, bounds.high) / base;
        }
    }

    fn worst_gap(&self, shares: &[Vec<f64>], n: f64) -> MarginGap {
        let mut worst = MarginGap::default();
        for (margin, shares) in shares.iter().enumerate() {
            let sums = self.sums_of(margin, shares.len());
            for (category, (sum, share)) in sums.iter().zip(shares).enumerate() {
                let gap = (sum / n - share).abs();
                if gap > worst.gap || gap.is_nan() {
                    worst = MarginGap {
                        margin,
                        category,
                        gap,
                    };
                }
            }
        }
        worst
    }

    fn weights(&self) -> Vec<f64> {
        self.of
            .iter()
            .map(|&kind| self.factors[kind] * self.base[kind])
            .collect()
    }
}

fn tally(weights: &[f64]) -> (f64, f64) {
    let sum: f64 = weights.iter().sum();
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    let effective_n = sum * (sum / squares);
    (effective_n, weights.len() as f64 / effective_n)
}

fn at_bounds(weights: &[f64], bounds: Option<WeightBounds>) -> usize {
    bounds.map_or(0, |WeightBounds { low, high }| {
        let slack = 1e-12;
        weights
            .iter()
            .filter(|w| **w <= low * (1.0 + slack) || **w >= high * (1.0 - slack))
            .count()
    })
}

fn check_bounds(bounds: Option<WeightBounds>) -> Result<(), RakingError> {
    match bounds {
        Some(WeightBounds { low, high })
            if !((0.0..1.0).contains(&low) && high > 1.0 && high.is_finite()) =>
        {
            Err(RakingError::Bounds { low, high })
        }
        _ => Ok(()),
    }
}

fn check_weights(weights: &[f64]) -> Result<(), RakingError> {
    if weights.is_empty() {
        return Err(RakingError::NoResponses);
    }
    match weights.iter().position(|&weight| check(weight).is_err()) {
        Some(response) => Err(RakingError::Weight {
            response,
            weight: weights[response],
        }),
        None => Ok(()),
    }
}

fn check_margins(base_weights: &[f64], margins: &[Margin]) -> Result<(), RakingError> {
    check_weights(base_weights)?;
    if margins.is_empty() {
        return Err(RakingError::NoMargins);
    }
    for (
        margin,
        Margin {
            categories,
            targets,
        },
    ) in margins.iter().enumerate()
    {
        if categories.len() != base_weights.len() {
            return Err(RakingError::Length {
                margin,
                expected: base_weights.len(),
                found: categories.len(),
            });
        }
        let mut met = vec![false; targets.len()];
        for (response, &category) in categories.iter().enumerate() {
            match met.get_mut(category) {
                Some(met) => *met = true,
                None => {
                    return Err(RakingError::Category {
                        margin,
                        response,
                        category,
                        targets: targets.len(),
                    });
                }
            }
        }
        for (category, (&target, met)) in targets.iter().zip(met).enumerate() {
            // A zero target for people who are there would make their weights zero.
            let allowed = target.is_finite() && (target > 0.0 || (target == 0.0 && !met));
            if !allowed {
                return Err(RakingError::Target {
                    margin,
                    category,
                    target,
                });
            }
            if target > 0.0 && !met {
                return Err(RakingError::EmptyCategory { margin, category });
            }
        }
    }
    Ok(())
}

impl Raking {
    /// The raked weights as a tally, for their effective n.
    ///
    /// # Errors
    /// [`WeightedError::Weight`] when raking drove a weight below 10⁻⁹ or above 10⁹.
    pub fn tally(&self) -> Result<WeightTally, WeightedError> {
        let mut tally = WeightTally::default();
        for &weight in &self.weights {
            tally.push(weight)?;
        }
        Ok(tally)
    }
}
