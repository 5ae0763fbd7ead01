//! When did a series change, and is it drifting?
//!
//! [`changes_in_mean`] and [`changes_in_share`] cut a series where its level steps (PELT); [`mann_kendall`] asks for a steady rise or fall.
//!
//! ```
//! use radost_stats::{Progress, change::{ChangeSearch, changes_in_mean}};
//!
//! let weekly = [61.0, 63.0, 62.0, 60.0, 62.0, 63.0, 61.0, 68.0, 70.0, 69.0, 71.0, 68.0, 70.0, 69.0];
//! let found = changes_in_mean(&weekly, &ChangeSearch::default(), Progress::none())?;
//! assert_eq!((found.changes.len(), found.changes[0].index), (1, 7));
//! assert!((found.changes[0].after - found.changes[0].before - 7.571429).abs() < 1e-6);
//! # Ok::<(), radost_stats::change::ChangeError>(())
//! ```

use crate::{
    Cancelled, CsatTally, Level, Progress,
    distributions::two_sided_z,
    random::SplitMix64,
    resampling::{Steps, draws, percentile, percentile_bounds},
};

/// The fewest resamples of a search.
pub const MIN_RESAMPLES: u64 = 100;

/// The longest series [`mann_kendall`] takes: it looks at every pair of points.
pub const MAX_TREND_POINTS: usize = 5_000;

/// What a further change must gain to be believed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Penalty {
    /// 2 ln(points): the Bayesian information criterion for two more numbers, a level and a place.
    #[default]
    Bic,
    /// This much of −2 ln(likelihood); zero or more.
    Value(f64),
}

/// How to search for changes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChangeSearch {
    /// What a further change must gain.
    pub penalty: Penalty,
    /// The fewest points between two changes, at least 1.
    pub min_segment: usize,
    /// Confidence level of the places.
    pub level: Level,
    /// Resamples for the places and permutations for the p-value, at least [`MIN_RESAMPLES`].
    pub resamples: u64,
    /// Seed of the draws.
    pub seed: u64,
}

impl Default for ChangeSearch {
    fn default() -> Self {
        Self {
            penalty: Penalty::Bic,
            min_segment: 2,
            level: Level::P95,
            resamples: 1000,
            seed: 1,
        }
    }
}

/// One change of level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChangePoint {
    /// Index of the first point at the new level.
    pub index: usize,
    /// Earliest place within the confidence level.
    pub low: usize,
    /// Latest place within the confidence level.
    pub high: usize,
    /// Level before, from the change before it: in the units of the values, or percent for shares.
    pub before: f64,
    /// Level after, until the next change.
    pub after: f64,
}

/// A stretch at one level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Segment {
    /// Index of its first point.
    pub from: usize,
    /// Index after its last point.
    pub to: usize,
    /// Its level, in the units of the values, or percent for shares.
    pub level: f64,
}

/// How changes were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeMethod {
    /// PELT with normal errors of one variance.
    NormalMean,
    /// PELT with binomial counts.
    BinomialShare,
}

impl std::fmt::Display for ChangeMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NormalMean => "PELT, normal mean",
            Self::BinomialShare => "PELT, binomial share",
        })
    }
}

/// The changes of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes {
    /// The changes, in time; empty when the series keeps its level.
    pub changes: Vec<ChangePoint>,
    /// The stretches between them; always at least one.
    pub segments: Vec<Segment>,
    /// Permutation p-value of "the points are in no particular order", by the gain of the best single change in the series or in a half,
    /// a quarter and so on of it, 0 to 1.
    pub p_value: f64,
    /// −2 ln(likelihood) of the segments, without penalties, up to a constant.
    pub cost: f64,
    /// What each change had to gain.
    pub penalty: f64,
    /// Standard deviation of the errors around a mean, in the units of the values; `None` for shares.
    pub sigma: Option<f64>,
    /// Number of points.
    pub n: usize,
    /// Confidence level of the places.
    pub level: Level,
    /// How changes were found.
    pub method: ChangeMethod,
}

/// A test of a steady rise or fall.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannKendall {
    /// Rising pairs minus falling pairs.
    pub s: f64,
    /// Kendall's τ-b of values and time, −1 to 1.
    pub tau: f64,
    /// S with continuity correction over its standard deviation.
    pub z: f64,
    /// Two-sided p-value of "no trend", 0 to 1.
    pub p_value: f64,
    /// Sen's slope: the median slope of all pairs, in units of the values per unit of time.
    pub slope: f64,
    /// Lower bound of the slope.
    pub low: f64,
    /// Upper bound of the slope.
    pub high: f64,
    /// Number of points.
    pub n: usize,
    /// Confidence level of the bounds.
    pub level: Level,
}

/// Why a series cannot be searched.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ChangeError {
    /// NaN or infinite.
    #[error("{value} at index {index} is not a finite number")]
    NotFinite {
        /// Its place in the input.
        index: usize,
        /// The refused value.
        value: f64,
    },
    /// A point rests on nothing.
    #[error("the point at index {index} has no responses: leave it out")]
    EmptyPoint {
        /// Its index.
        index: usize,
    },
    /// The series is too short.
    #[error("this needs {needed} points, and there are {n}")]
    TooFew {
        /// Points there are.
        n: usize,
        /// Points needed.
        needed: usize,
    },
    /// The series is too long.
    #[error("this takes at most {limit} points, and there are {n}")]
    TooMany {
        /// Points there are.
        n: usize,
        /// Points it takes.
        limit: usize,
    },
    /// All points are equal.
    #[error("all points are equal, so nothing can have changed")]
    Constant,
    /// Segments of no points.
    #[error("the smallest segment must have at least 1 point")]
    MinSegment,
    /// A penalty that is negative or not a number.
    #[error("{penalty} is no penalty: it must be zero or more")]
    Penalty {
        /// The refused penalty.
        penalty: f64,
    },
    /// Too few resamples.
    #[error("{resamples} resamples are too few: {MIN_RESAMPLES} are needed")]
    Resamples {
        /// The refused number.
        resamples: u64,
    },
    /// Times and values differ in number.
    #[error("there are {times} times for {values} values")]
    Lengths {
        /// Number of times.
        times: usize,
        /// Number of values.
        values: usize,
    },
    /// Time stands still or runs back.
    #[error("the time at index {index} is not after the one before it")]
    TimeOrder {
        /// Its index.
        index: usize,
    },
    /// The caller asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// One point of a series: what adds up over a segment.
type Sums = [f64; 2];

/// What a segment costs, in −2 ln(likelihood), from its sums and its number of points.
#[derive(Clone, Copy)]
enum Model {
    /// Sums of x and x².
    Mean { variance: f64 },
    /// Sums of satisfied responses and of responses.
    Share,
}

impl Model {
    fn cost(self, sums: Sums, points: usize) -> f64 {
        let [first, second] = sums;
        match self {
            Self::Mean { variance } => (second - first * first / points as f64).max(0.0) / variance,
            Self::Share => {
                let log = |count: f64| {
                    if count > 0.0 {
                        count * (count / second).ln()
                    } else {
                        0.0
                    }
                };
                -2.0 * (log(first) + log(second - first))
            }
        }
    }

    fn level(self, sums: Sums, points: usize, shift: f64) -> f64 {
        match self {
            Self::Mean { .. } => shift + sums[0] / points as f64,
            Self::Share => 100.0 * sums[0] / sums[1],
        }
    }
}

fn cumulate(points: impl IntoIterator<Item = Sums>) -> Vec<Sums> {
    let mut sums = vec![[0.0; 2]];
    let mut last = [0.0; 2];
    for [a, b] in points {
        last = [last[0] + a, last[1] + b];
        sums.push(last);
    }
    sums
}

fn between(sums: &[Sums], from: usize, to: usize) -> Sums {
    [sums[to][0] - sums[from][0], sums[to][1] - sums[from][1]]
}

/// Steps in the mean of a series of numbers.
///
/// ```text
/// minimise Σ over segments of Σ (xᵢ − segment mean)² / σ² + penalty · changes      BIC: penalty = 2 ln n
/// σ = median |xᵢ − xᵢ₋₁ − median| · 1.4826 / √2, which steps do not disturb
/// ```
/// The minimum is exact (PELT). When half the differences are equal, as with rounded numbers, σ is the root mean square of the
/// differences over √2 instead. The interval of a place resamples the points of the two segments beside it, each within its segment, and looks for the best cut anew.
///
/// ```
/// use radost_stats::{Progress, change::{ChangeSearch, changes_in_mean}};
///
/// let steady = [4.1, 4.3, 4.0, 4.2, 4.4, 4.1, 4.2, 4.0, 4.3, 4.1];
/// let found = changes_in_mean(&steady, &ChangeSearch::default(), Progress::none())?;
/// assert!(found.changes.is_empty() && found.p_value > 0.3);
/// # Ok::<(), radost_stats::change::ChangeError>(())
/// ```
/// # Units
/// Those of the values; places are indices from 0.
/// # Assumptions
/// Independent errors of one variance around a level that steps; a slow drift is cut into several steps, and errors that hang together make
/// changes too easy to find.
/// # Errors
/// [`ChangeError::NotFinite`], [`ChangeError::TooFew`] below four points or two smallest segments, [`ChangeError::Constant`],
/// [`ChangeError::MinSegment`], [`ChangeError::Penalty`], [`ChangeError::Resamples`], [`ChangeError::Cancelled`].
/// # Sources
/// Killick, Fearnhead and Eckley (2012), JASA 107, 1590–1598; the windows of the p-value: Kovács, Bühlmann, Li and Munk (2023), Biometrika
/// 110(1), 249–256; the places: Hušková and Kirch (2008), Journal of Time Series Analysis 29(6),
/// 947–972.
pub fn changes_in_mean(
    values: &[f64],
    search: &ChangeSearch,
    progress: Progress<'_>,
) -> Result<Changes, ChangeError> {
    finite(values)?;
    let penalty = checked_penalty(search, values.len())?;
    let shift = values.iter().map(|x| x / values.len() as f64).sum::<f64>();
    let sigma = noise(values).ok_or(ChangeError::Constant)?;
    let points: Vec<Sums> = values
        .iter()
        .map(|x| [x - shift, (x - shift).powi(2)])
        .collect();
    let model = Model::Mean {
        variance: sigma * sigma,
    };
    let found = find(&points, model, shift, penalty, search, progress)?;
    Ok(Changes {
        sigma: Some(sigma),
        method: ChangeMethod::NormalMean,
        ..found
    })
}

/// Steps in a share, by the binomial likelihood, so that periods count by their responses.
///
/// ```text
/// minimise −2 Σ over segments of [ x ln(x/n) + (n − x) ln(1 − x/n) ] + penalty · changes      BIC: penalty = 2 ln(points)
/// ```
///
/// ```
/// use radost_stats::{CsatTally, Progress, change::{ChangeSearch, changes_in_share}};
///
/// let mut months = vec![CsatTally::from_counts(140, 200)?; 6];
/// months.extend([CsatTally::from_counts(120, 200)?; 6]);
/// let found = changes_in_share(&months, &ChangeSearch::default(), Progress::none())?;
/// assert_eq!(found.changes[0].index, 6);
/// assert_eq!((found.changes[0].before, found.changes[0].after), (70.0, 60.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
/// # Units
/// Percent; places are indices from 0.
/// # Assumptions
/// Responses are independent and share one probability between changes. Very large periods vary by more than that: then take
/// [`changes_in_mean`] of the shares.
/// # Errors
/// Those of [`changes_in_mean`], with [`ChangeError::EmptyPoint`] for a period without responses.
/// # Sources
/// As for [`changes_in_mean`].
pub fn changes_in_share(
    points: &[CsatTally],
    search: &ChangeSearch,
    progress: Progress<'_>,
) -> Result<Changes, ChangeError> {
    if let Some(index) = points.iter().position(|point| point.n() == 0) {
        return Err(ChangeError::EmptyPoint { index });
    }
    let penalty = checked_penalty(search, points.len())?;
    let sums: Vec<Sums> = points
        .iter()
        .map(|point| [point.satisfied() as f64, point.n() as f64])
        .collect();
    let equal = sums
        .windows(2)
        .all(|pair| pair[0][0] * pair[1][1] == pair[1][0] * pair[0][1]);
    if equal {
        return Err(ChangeError::Constant);
    }
    find(&sums, Model::Share, 0.0, penalty, search, progress)
}

fn finite(values: &[f64]) -> Result<(), ChangeError> {
    match values.iter().enumerate().find(|(_, v)| !v.is_finite()) {
        Some((index, &value)) => Err(ChangeError::NotFinite { index, value }),
        None => Ok(()),
    }
}

fn checked_penalty(search: &ChangeSearch, n: usize) -> Result<f64, ChangeError> {
    if search.min_segment == 0 {
        return Err(ChangeError::MinSegment);
    }
    let needed = search.min_segment.saturating_mul(2).max(4);
    if n < needed {
        return Err(ChangeError::TooFew { n, needed });
    }
    if search.resamples < MIN_RESAMPLES {
        return Err(ChangeError::Resamples {
            resamples: search.resamples,
        });
    }
    match search.penalty {
        Penalty::Bic => Ok(2.0 * (n as f64).ln()),
        Penalty::Value(penalty) if penalty >= 0.0 => Ok(penalty),
        Penalty::Value(penalty) => Err(ChangeError::Penalty { penalty }),
    }
}

/// Standard deviation of the errors, from differences of neighbours; `None` when all values are equal.
fn noise(values: &[f64]) -> Option<f64> {
    let steps: Vec<f64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        percentile(&values, 0.5)
    };
    let centre = median(steps.clone())?;
    let spread = median(steps.iter().map(|step| (step - centre).abs()).collect())?;
    let robust = 1.482_602_218_505_602 * spread / 2.0_f64.sqrt();
    let mean_square = steps.iter().map(|step| step * step).sum::<f64>() / steps.len() as f64;
    [robust, (mean_square / 2.0).sqrt()]
        .into_iter()
        .find(|&sigma| sigma > 0.0 && (sigma * sigma) > 0.0)
}

fn find(
    points: &[Sums],
    model: Model,
    shift: f64,
    penalty: f64,
    search: &ChangeSearch,
    progress: Progress<'_>,
) -> Result<Changes, ChangeError> {
    let n = points.len();
    let smallest = search.min_segment;
    let sums = cumulate(points.iter().copied());
    let cuts = pelt(&sums, model, penalty, smallest, progress)?;

    let mut bounds = vec![0];
    bounds.extend(&cuts);
    bounds.push(n);
    let level = |from: usize, to: usize| model.level(between(&sums, from, to), to - from, shift);
    let segments: Vec<Segment> = bounds
        .windows(2)
        .map(|pair| Segment {
            from: pair[0],
            to: pair[1],
            level: level(pair[0], pair[1]),
        })
        .collect();
    let cost = segments
        .iter()
        .map(|s| model.cost(between(&sums, s.from, s.to), s.to - s.from))
        .sum();

    let total = search.resamples.saturating_mul(1 + cuts.len() as u64);
    let observed = largest_gain(&sums, model, smallest);
    let steps = Steps::new(total, progress);
    let as_large = draws(0..search.resamples, &steps, |index| {
        let mut random = SplitMix64::stream(search.seed, index);
        let mut shuffled = points.to_vec();
        for i in (1..n).rev() {
            shuffled.swap(i, random.below(i + 1));
        }
        let gain = largest_gain(&cumulate(shuffled), model, smallest);
        Ok::<_, Cancelled>(gain >= observed * (1.0 - 1e-12))
    })?;
    let larger = as_large.iter().filter(|&&larger| larger).count();
    let p_value = (1.0 + larger as f64) / (1.0 + search.resamples as f64);

    let mut changes = Vec::with_capacity(cuts.len());
    for (k, pair) in segments.windows(2).enumerate() {
        let (left, right) = (pair[0], pair[1]);
        let mut places = draws(0..search.resamples, &steps, |index| {
            let mut random = SplitMix64::stream(search.seed, index ^ ((k as u64 + 1) << 40));
            let drawn = (left.from..right.to).map(|i| {
                let own = if i < left.to { left } else { right };
                points[own.from + random.below(own.to - own.from)]
            });
            let resampled = cumulate(drawn.collect::<Vec<_>>());
            let place =
                best_cut(&resampled, model, smallest).map_or(left.to - left.from, |cut| cut.0);
            Ok::<_, Cancelled>((left.from + place) as f64)
        })?;
        places.sort_by(f64::total_cmp);
        let own = left.to as f64;
        let (low, high) = percentile_bounds(&places, search.level).unwrap_or((own, own));
        changes.push(ChangePoint {
            index: left.to,
            low: (low.floor() as usize).min(left.to),
            high: (high.ceil() as usize).max(left.to),
            before: left.level,
            after: right.level,
        });
    }
    Ok(Changes {
        changes,
        segments,
        p_value,
        cost,
        penalty,
        sigma: None,
        n,
        level: search.level,
        method: ChangeMethod::BinomialShare,
    })
}

/// What the best single cut gains in the whole series or in any of its halves, quarters and so on, which overlap by half: the last let
/// steps up and down be seen that hide each other in the whole.
fn largest_gain(sums: &[Sums], model: Model, smallest: usize) -> f64 {
    let n = sums.len() - 1;
    let mut largest = 0.0_f64;
    let mut length = n;
    while length >= 4 && length >= 2 * smallest {
        let step = (length / 2).max(1);
        let mut start = 0;
        loop {
            let from = start.min(n - length);
            let gain = best_cut(&sums[from..=from + length], model, smallest);
            largest = largest.max(gain.map_or(0.0, |(_, gain)| gain));
            if from + length >= n {
                break;
            }
            start += step;
        }
        length /= 2;
    }
    largest
}

/// The best single cut and what it gains; the first of equal ones.
fn best_cut(sums: &[Sums], model: Model, smallest: usize) -> Option<(usize, f64)> {
    let n = sums.len() - 1;
    let whole = model.cost(between(sums, 0, n), n);
    let mut best: Option<(usize, f64)> = None;
    for cut in smallest..=n.saturating_sub(smallest) {
        let gain = whole
            - model.cost(between(sums, 0, cut), cut)
            - model.cost(between(sums, cut, n), n - cut);
        if best.is_none_or(|(_, known)| gain > known) {
            best = Some((cut, gain));
        }
    }
    best
}

/// The cuts of the cheapest segmentation (Killick, Fearnhead and Eckley).
///
/// A start that is worse than a cut at `end` can be dropped only for ends at least a smallest segment later, since that cut needs room.
fn pelt(
    sums: &[Sums],
    model: Model,
    penalty: f64,
    smallest: usize,
    progress: Progress<'_>,
) -> Result<Vec<usize>, Cancelled> {
    let n = sums.len() - 1;
    let mut cheapest = vec![f64::INFINITY; n + 1];
    let mut before = vec![0_usize; n + 1];
    cheapest[0] = -penalty;
    // Starts still of use, and the end from which each is not.
    let mut starts: Vec<(usize, usize)> = Vec::new();
    for end in smallest..=n {
        if end % 1000 == 0 {
            progress.report(end as u64, n as u64)?;
        }
        let newest = end - smallest;
        if cheapest[newest].is_finite() {
            starts.push((newest, usize::MAX));
        }
        starts.retain(|&(_, until)| end < until);
        for &(start, _) in &starts {
            let cost =
                cheapest[start] + model.cost(between(sums, start, end), end - start) + penalty;
            if cost < cheapest[end] {
                cheapest[end] = cost;
                before[end] = start;
            }
        }
        for (start, until) in &mut starts {
            let without = cheapest[*start] + model.cost(between(sums, *start, end), end - *start);
            if without > cheapest[end] && *until == usize::MAX {
                *until = end + smallest;
            }
        }
    }
    let mut cuts = Vec::new();
    let mut end = n;
    while before[end] > 0 {
        end = before[end];
        cuts.push(end);
    }
    cuts.reverse();
    Ok(cuts)
}

/// Does a series rise or fall steadily, and by how much (Mann, Kendall and Sen)?
///
/// ```text
/// S = Σ over i < j of sign(xⱼ − xᵢ)      Var S = [ n(n−1)(2n+5) − Σ t(t−1)(2t+5) ] / 18, t: how many values are equal
/// z = (S ∓ 1) / √Var S      slope = median of (xⱼ − xᵢ) / (tⱼ − tᵢ)
/// low, high: the slopes of rank (N ∓ z₁₋α/₂ √Var S) / 2 among the N slopes
/// ```
///
/// ```
/// use radost_stats::{Level, change::mann_kendall};
///
/// let months = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
/// let trend = mann_kendall(&months, &[3.9, 4.0, 4.0, 4.2, 4.1, 4.3, 4.2, 4.4], Level::P95)?;
/// assert_eq!(trend.s, 22.0);
/// assert!((trend.p_value - 0.0083205).abs() < 1e-6);
/// assert!((trend.slope - 0.05).abs() < 1e-6);
/// # Ok::<(), radost_stats::change::ChangeError>(())
/// ```
/// # Units
/// The slope is in units of the values per unit of time.
/// # Assumptions
/// Independent errors without a season. The normal approximation is fair from ten points.
/// # Errors
/// [`ChangeError::Lengths`], [`ChangeError::NotFinite`], [`ChangeError::TimeOrder`], [`ChangeError::TooFew`] below four points,
/// [`ChangeError::TooMany`] above [`MAX_TREND_POINTS`], [`ChangeError::Constant`].
/// # Sources
/// Mann (1945), Econometrica 13(3), 245–259; Sen (1968), JASA 63, 1379–1389.
pub fn mann_kendall(
    times: &[f64],
    values: &[f64],
    level: Level,
) -> Result<MannKendall, ChangeError> {
    if times.len() != values.len() {
        return Err(ChangeError::Lengths {
            times: times.len(),
            values: values.len(),
        });
    }
    finite(times)?;
    finite(values)?;
    let n = values.len();
    if n < 4 {
        return Err(ChangeError::TooFew { n, needed: 4 });
    }
    if n > MAX_TREND_POINTS {
        return Err(ChangeError::TooMany {
            n,
            limit: MAX_TREND_POINTS,
        });
    }
    if let Some(before) = times.windows(2).position(|pair| pair[1] <= pair[0]) {
        return Err(ChangeError::TimeOrder { index: before + 1 });
    }
    let mut s = 0.0;
    let mut slopes = Vec::with_capacity(n * (n - 1) / 2);
    for (j, (&time, &value)) in times.iter().zip(values).enumerate() {
        for (&earlier, &other) in times.iter().zip(values).take(j) {
            s += f64::from(u8::from(value > other)) - f64::from(u8::from(value < other));
            slopes.push((value - other) / (time - earlier));
        }
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (mut ties, mut tied_pairs) = (0.0, 0.0);
    for equal in sorted.chunk_by(|a, b| a == b) {
        let t = equal.len() as f64;
        ties += t * (t - 1.0) * (2.0 * t + 5.0);
        tied_pairs += t * (t - 1.0) / 2.0;
    }
    let count = n as f64;
    let pairs = slopes.len() as f64;
    if tied_pairs == pairs {
        return Err(ChangeError::Constant);
    }
    let deviation = ((count * (count - 1.0) * (2.0 * count + 5.0) - ties) / 18.0).sqrt();
    let z = (s.abs() - 1.0).max(0.0).copysign(s) / deviation;
    slopes.sort_by(f64::total_cmp);
    let reach = level.z() * deviation;
    let last = slopes.len() - 1;
    let low = (((pairs - reach) / 2.0).round() - 1.0).max(0.0) as usize;
    let high = (((pairs + reach) / 2.0).round().max(0.0) as usize).min(last);
    Ok(MannKendall {
        s,
        tau: s / (pairs * (pairs - tied_pairs)).sqrt(),
        z,
        p_value: two_sided_z(z),
        slope: percentile(&slopes, 0.5).ok_or(ChangeError::Constant)?,
        low: slopes[low.min(last)],
        high: slopes[high],
        n,
        level,
    })
}
