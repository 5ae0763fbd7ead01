use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::{Hash, Hasher},
};

use crate::resampling::{self, Steps, percentile_bounds};
use crate::sorting;
use crate::{Cancelled, Level, Progress, random::SplitMix64};

/// How far apart two ratings are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AlphaMetric {
    /// Equal or not: δ² = 1 when c ≠ k.
    Nominal,
    /// By rank: δ² = ( Σ n from c to k − (n_c + n_k)/2 )².
    Ordinal,
    /// By difference: δ² = (c − k)².
    Interval,
    /// By difference relative to size: δ² = ((c − k)/(c + k))², for values from 0.
    Ratio,
}

impl std::fmt::Display for AlphaMetric {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Nominal => "nominal",
            Self::Ordinal => "ordinal",
            Self::Interval => "interval",
            Self::Ratio => "ratio",
        })
    }
}

/// Rated units folded by what was said of them: how many units got the same ratings, whoever gave them.
///
/// On a scale of few values a million ratings fold to some hundred patterns. Counts are whole numbers, so parts merge in any order
/// to the same bits. A unit must be whole: all its ratings in one [`push`](Self::push).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnitTally {
    /// Units with two ratings or more: how often each value occurs, and how many units are like that.
    patterns: HashMap<Vec<(Value, u64)>, u64>,
    single: u64,
    unrated: u64,
}

/// The coincidence matrix: how often values c and k were paired within units. It has the size of the scale squared and merges by
/// addition.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Coincidences {
    /// For c ≤ k; off the diagonal both orders together.
    cells: BTreeMap<(Value, Value), f64>,
    units: u64,
    single: u64,
}

/// Krippendorff's alpha and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KrippendorffAlpha {
    /// The coefficient: 1 is perfect, 0 what chance gives, negative below chance.
    pub value: f64,
    /// Observed disagreement, in squared units of the metric.
    pub observed_disagreement: f64,
    /// Disagreement that chance gives, in squared units of the metric.
    pub expected_disagreement: f64,
    /// Units with two ratings or more.
    pub units: u64,
    /// Ratings of those units.
    pub ratings: u64,
    /// Ratings that stand alone in their unit and were left out.
    pub left_out: u64,
    /// How far apart two ratings are.
    pub metric: AlphaMetric,
}

/// Krippendorff's alpha with bounds from resampled units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KrippendorffInterval {
    /// The coefficient and what it rests on.
    pub alpha: KrippendorffAlpha,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// Confidence level of the bounds.
    pub level: Level,
    /// Resamples made: whole units with replacement; the bounds are their percentiles.
    pub draws: u64,
    /// Resamples in which all ratings were equal, so that alpha is not defined; the bounds leave them out.
    pub undefined_draws: u64,
}

/// Why alpha cannot be given.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum KrippendorffError {
    /// NaN, infinite or too large to square.
    #[error("a rating is {value}: it must be a number within ±1e100")]
    Value {
        /// The refused value.
        value: f64,
    },
    /// A ratio scale begins at zero.
    #[error("a rating is {value}, and a ratio scale has no values below 0")]
    Negative {
        /// The refused value.
        value: f64,
    },
    /// No unit has two ratings.
    #[error("no unit has two ratings, so nothing can be compared; {single} units have one")]
    NoPairs {
        /// Units with one rating.
        single: u64,
    },
    /// All ratings are equal.
    #[error("all ratings are equal, so agreement beyond chance cannot be judged")]
    OneValue,
    /// The ratio metric compares each value with each other one.
    #[error("the ratio metric takes at most 20000 different values, and there are {values}")]
    TooManyValues {
        /// Different values.
        values: usize,
    },
    /// Too few resamples for percentiles.
    #[error("an interval needs 100 draws or more, not {draws}")]
    Draws {
        /// Draws asked for.
        draws: u64,
    },
    /// One unit cannot be resampled.
    #[error("an interval needs 2 rated units or more, and there is 1")]
    OneUnit,
    /// The computation was asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

const FEWEST_DRAWS: u64 = 100;
const MOST_RATIO_VALUES: usize = 20_000;

/// A finite rating with an order; −0 is 0.
#[derive(Debug, Clone, Copy)]
struct Value(f64);

impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Value {}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

/// What was said of a unit, and how many units are like that.
type Pattern<'a> = (&'a [(Value, u64)], u64);

impl UnitTally {
    /// Counts one unit by its ratings; missing ones are `None`.
    ///
    /// # Errors
    /// [`KrippendorffError::Value`]; the tally is then unchanged.
    pub fn push(&mut self, ratings: &[Option<f64>]) -> Result<(), KrippendorffError> {
        self.add(ratings, 1)
    }

    /// Counts `count` units rated alike.
    ///
    /// # Errors
    /// [`KrippendorffError::Value`]; the tally is then unchanged.
    pub fn add(&mut self, ratings: &[Option<f64>], count: u64) -> Result<(), KrippendorffError> {
        if count == 0 {
            return Ok(());
        }
        let mut values = Vec::with_capacity(ratings.len());
        for &value in ratings.iter().flatten() {
            if value.is_nan() || value.abs() > 1e100 {
                return Err(KrippendorffError::Value { value });
            }
            values.push(Value(value + 0.0));
        }
        match values.len() {
            0 => self.unrated = self.unrated.saturating_add(count),
            1 => self.single = self.single.saturating_add(count),
            _ => {
                values.sort_unstable();
                let mut pattern: Vec<(Value, u64)> = Vec::new();
                for value in values {
                    match pattern.last_mut() {
                        Some((last, times)) if *last == value => *times += 1,
                        _ => pattern.push((value, 1)),
                    }
                }
                let units = self.patterns.entry(pattern).or_default();
                *units = units.saturating_add(count);
            }
        }
        Ok(())
    }

    /// Adds the units of another part of the data.
    pub fn merge(&mut self, other: &Self) {
        for (pattern, count) in &other.patterns {
            match self.patterns.get_mut(pattern) {
                Some(units) => *units = units.saturating_add(*count),
                None => {
                    self.patterns.insert(pattern.clone(), *count);
                }
            }
        }
        self.single = self.single.saturating_add(other.single);
        self.unrated = self.unrated.saturating_add(other.unrated);
    }

    /// Units with two ratings or more.
    pub fn units(&self) -> u64 {
        self.patterns
            .values()
            .fold(0, |sum: u64, &count| sum.saturating_add(count))
    }

    /// In an order that does not depend on that of the rows, so that sums come out the same to the last bit.
    fn sorted(&self) -> Vec<Pattern<'_>> {
        let patterns = self.patterns.iter();
        let mut sorted: Vec<Pattern<'_>> = patterns
            .map(|(pattern, count)| (&pattern[..], *count))
            .collect();
        sorting::sort(&mut sorted);
        sorted
    }

    /// Units without any rating.
    pub fn unrated(&self) -> u64 {
        self.unrated
    }

    /// The coincidence matrix of these units.
    ///
    /// ```text
    /// o_ck = Σ over units of (pairs of a c and a k) / (m − 1),   m the ratings of the unit
    /// ```
    pub fn coincidences(&self) -> Coincidences {
        let mut matrix = Coincidences {
            units: self.units(),
            single: self.single,
            ..Coincidences::default()
        };
        for (pattern, units) in self.sorted() {
            let size: f64 = pattern.iter().map(|(_, times)| *times as f64).sum();
            for (i, &(c, times)) in pattern.iter().enumerate() {
                for &(k, others) in pattern.iter().skip(i) {
                    let pairs = if c == k {
                        times as f64 * (times as f64 - 1.0)
                    } else {
                        2.0 * times as f64 * others as f64
                    };
                    if pairs > 0.0 {
                        *matrix.cells.entry((c, k)).or_default() +=
                            units as f64 * pairs / (size - 1.0);
                    }
                }
            }
        }
        matrix
    }

    /// Krippendorff's alpha.
    ///
    /// ```text
    /// α = 1 − Dₒ / Dₑ      Dₒ = 1/n Σ o_ck δ²_ck      Dₑ = 1/(n (n − 1)) Σ n_c n_k δ²_ck
    /// ```
    /// n counts the ratings of units with two or more; single ratings are left out. For nominal, ordinal (whose δ is a difference of
    /// mid-ranks) and interval metrics both sums come from counts and moments per unit, in time linear in the different values.
    ///
    /// ```
    /// use radost_stats::agreement::{AlphaMetric, UnitTally};
    ///
    /// let mut tally = UnitTally::default(); // two coders, the second skipped one comment
    /// for (first, second) in [(1.0, Some(1.0)), (2.0, Some(2.0)), (3.0, Some(2.0)), (3.0, Some(3.0)), (2.0, None)] {
    ///     tally.push(&[Some(first), second])?;
    /// }
    /// let alpha = tally.alpha(AlphaMetric::Nominal)?;
    /// assert!((alpha.value - 0.666667).abs() < 1e-6);
    /// assert_eq!((alpha.units, alpha.ratings, alpha.left_out), (4, 8, 1));
    /// # Ok::<(), radost_stats::agreement::KrippendorffError>(())
    /// ```
    /// # Units
    /// None.
    /// # Assumptions
    /// Raters are interchangeable and judge independently; ratings are missing at random.
    /// # Errors
    /// [`KrippendorffError::NoPairs`], [`KrippendorffError::OneValue`]; for the ratio metric [`KrippendorffError::Negative`] and
    /// [`KrippendorffError::TooManyValues`].
    /// # Sources
    /// Krippendorff (2004), Content Analysis: An Introduction to Its Methodology, 2nd edition, Sage, chapter 11; Hayes and
    /// Krippendorff (2007), Communication Methods and Measures 1(1), 77–89.
    pub fn alpha(&self, metric: AlphaMetric) -> Result<KrippendorffAlpha, KrippendorffError> {
        let units = Units::new(self, metric)?;
        units
            .alpha(&units.counts)
            .ok_or(KrippendorffError::OneValue)
    }

    /// Krippendorff's alpha with a percentile interval from `draws` resamples of whole units.
    ///
    /// Units, not pairs of ratings, are drawn with replacement: pairs of one unit are not independent, and resampling them as
    /// Hayes and Krippendorff's macro does gives intervals that are too narrow. Draw i takes its random numbers from stream i of
    /// `seed`, so the result does not depend on the number of threads. The time is that of drawing units × draws.
    ///
    /// ```
    /// use radost_stats::{Level, Progress, agreement::{AlphaMetric, UnitTally}};
    ///
    /// let mut tally = UnitTally::default();
    /// for (first, second, units) in [(1.0, 1.0, 30), (2.0, 2.0, 25), (3.0, 3.0, 25), (1.0, 2.0, 10), (2.0, 3.0, 10)] {
    ///     tally.add(&[Some(first), Some(second)], units)?;
    /// }
    /// let interval = tally.interval(AlphaMetric::Ordinal, Level::P95, 2000, 1, &Progress::none())?;
    /// assert!((interval.alpha.value - 0.8465).abs() < 5e-5);
    /// assert!((interval.low - 0.769).abs() < 0.015 && (interval.high - 0.906).abs() < 0.015);
    /// # Ok::<(), radost_stats::agreement::KrippendorffError>(())
    /// ```
    /// # Units
    /// None.
    /// # Assumptions
    /// As for [`alpha`](Self::alpha), and units are a simple random sample.
    /// # Errors
    /// Those of [`alpha`](Self::alpha), [`KrippendorffError::OneUnit`], [`KrippendorffError::Draws`] below 100 and
    /// [`KrippendorffError::Cancelled`].
    /// # Sources
    /// Zapf, Castell, Morawietz and Karch (2016), BMC Medical Research Methodology 16, 93.
    pub fn interval(
        &self,
        metric: AlphaMetric,
        level: Level,
        draws: u64,
        seed: u64,
        progress: &Progress<'_>,
    ) -> Result<KrippendorffInterval, KrippendorffError> {
        if draws < FEWEST_DRAWS {
            return Err(KrippendorffError::Draws { draws });
        }
        let units = Units::new(self, metric)?;
        let alpha = units
            .alpha(&units.counts)
            .ok_or(KrippendorffError::OneValue)?;
        if alpha.units < 2 {
            return Err(KrippendorffError::OneUnit);
        }
        let mut up_to = 0_u64;
        let cumulative: Vec<u64> = units
            .counts
            .iter()
            .map(|&count| {
                up_to = up_to.saturating_add(count);
                up_to
            })
            .collect();
        // Where to begin looking for a unit's pattern: with a few marks per pattern it is found in a step or two.
        let marks = 4 * cumulative.len() as u64;
        let width = up_to.div_ceil(marks).max(1);
        let first: Vec<usize> = (0..marks)
            .map(|mark| cumulative.partition_point(|&last| last <= mark.saturating_mul(width)))
            .collect();
        let steps = Steps::new(draws, *progress);
        let drawn = resampling::draws(0..draws, &steps, |draw| {
            let mut random = SplitMix64::stream(seed, draw);
            let mut counts = vec![0_u64; cumulative.len()];
            for _ in 0..up_to {
                let unit = random.below(up_to as usize) as u64;
                let mut pattern = first.get((unit / width) as usize).copied().unwrap_or(0);
                while cumulative.get(pattern).is_some_and(|&last| last <= unit) {
                    pattern += 1;
                }
                if let Some(count) = counts.get_mut(pattern) {
                    *count += 1;
                }
            }
            Ok::<_, Cancelled>(units.alpha(&counts).map(|alpha| alpha.value))
        })?;
        let mut values: Vec<f64> = drawn.into_iter().flatten().collect();
        values.sort_unstable_by(f64::total_cmp);
        let (low, high) = percentile_bounds(&values, level).unwrap_or((alpha.value, alpha.value));
        Ok(KrippendorffInterval {
            alpha,
            low: low.min(alpha.value),
            high: high.max(alpha.value),
            level,
            draws,
            undefined_draws: draws - values.len() as u64,
        })
    }
}

impl Coincidences {
    /// Adds the coincidences of other units.
    pub fn merge(&mut self, other: &Self) {
        for (pair, more) in &other.cells {
            *self.cells.entry(*pair).or_default() += more;
        }
        self.units = self.units.saturating_add(other.units);
        self.single = self.single.saturating_add(other.single);
    }

    /// The different values in order.
    pub fn values(&self) -> Vec<f64> {
        let values: BTreeSet<Value> = self.cells.keys().flat_map(|&(c, k)| [c, k]).collect();
        values.into_iter().map(|value| value.0).collect()
    }

    /// The entry o_ck of the symmetric matrix; 0 for values that were never paired.
    pub fn count(&self, c: f64, k: f64) -> f64 {
        let (c, k) = (Value(c + 0.0), Value(k + 0.0));
        let cell = self.cells.get(&(c.min(k), c.max(k))).copied();
        cell.unwrap_or(0.0) / if c == k { 1.0 } else { 2.0 }
    }

    /// Krippendorff's alpha from the matrix, as [`UnitTally::alpha`] gives it from the units.
    ///
    /// # Errors
    /// Those of [`UnitTally::alpha`].
    pub fn alpha(&self, metric: AlphaMetric) -> Result<KrippendorffAlpha, KrippendorffError> {
        let values = self.values();
        let place = |value: Value| values.partition_point(|&x| x < value.0);
        let mut margins = vec![0.0; values.len()];
        for (&(c, k), pairs) in &self.cells {
            margins[place(c)] += pairs / 2.0;
            margins[place(k)] += pairs / 2.0;
        }
        let n: f64 = margins.iter().sum();
        if n == 0.0 {
            return Err(KrippendorffError::NoPairs {
                single: self.single,
            });
        }
        let scale = Distances::new(metric, &values)?;
        let positions = scale.positions(&margins);
        let observed = self
            .cells
            .iter()
            .map(|(&(c, k), pairs)| pairs * scale.squared(positions[place(c)], positions[place(k)]))
            .sum::<f64>()
            / n;
        let expected = scale.pairs(&positions, &margins) / (n * (n - 1.0));
        if expected <= 0.0 {
            return Err(KrippendorffError::OneValue);
        }
        Ok(KrippendorffAlpha {
            value: 1.0 - observed / expected,
            observed_disagreement: observed,
            expected_disagreement: expected,
            units: self.units,
            ratings: n.round() as u64,
            left_out: self.single,
            metric,
        })
    }
}

/// The metric over the values at hand: each value gets a position, and δ² is a function of two positions.
struct Distances<'a> {
    metric: AlphaMetric,
    values: &'a [f64],
}

impl<'a> Distances<'a> {
    fn new(metric: AlphaMetric, values: &'a [f64]) -> Result<Self, KrippendorffError> {
        if metric == AlphaMetric::Ratio {
            if let Some(&value) = values.first().filter(|&&value| value < 0.0) {
                return Err(KrippendorffError::Negative { value });
            }
            if values.len() > MOST_RATIO_VALUES {
                return Err(KrippendorffError::TooManyValues {
                    values: values.len(),
                });
            }
        }
        Ok(Self { metric, values })
    }

    /// Mid-ranks for the ordinal metric, which depend on how often each value occurs; else the values.
    fn positions(&self, margins: &[f64]) -> Vec<f64> {
        if self.metric != AlphaMetric::Ordinal {
            return self.values.to_vec();
        }
        let mut below = 0.0;
        margins
            .iter()
            .map(|&margin| {
                below += margin;
                below - margin / 2.0
            })
            .collect()
    }

    fn squared(&self, a: f64, b: f64) -> f64 {
        match self.metric {
            AlphaMetric::Nominal => f64::from(a != b),
            AlphaMetric::Ordinal | AlphaMetric::Interval => (a - b) * (a - b),
            AlphaMetric::Ratio if a + b > 0.0 => ((a - b) / (a + b)).powi(2),
            AlphaMetric::Ratio => 0.0,
        }
    }

    /// Σ over ordered pairs of δ², for `counts` ratings at each position.
    fn pairs(&self, positions: &[f64], counts: &[f64]) -> f64 {
        self.pairs_of(positions.iter().copied().zip(counts.iter().copied()))
    }

    fn pairs_of(&self, ratings: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
        let size: f64 = ratings.clone().map(|(_, count)| count).sum();
        match self.metric {
            AlphaMetric::Nominal => ratings.map(|(_, count)| count * (size - count)).sum(),
            AlphaMetric::Ordinal | AlphaMetric::Interval => {
                let mean = ratings.clone().map(|(x, count)| count * x).sum::<f64>() / size;
                let spread: f64 = ratings.map(|(x, count)| count * (x - mean).powi(2)).sum();
                2.0 * size * spread
            }
            AlphaMetric::Ratio => {
                let mut sum = 0.0;
                let mut left = ratings;
                while let Some((a, times)) = left.next() {
                    sum += times
                        * left
                            .clone()
                            .map(|(b, others)| others * self.squared(a, b))
                            .sum::<f64>();
                }
                2.0 * sum
            }
        }
    }
}

/// A tally laid out for repeated use: values by number, patterns one after another.
struct Units {
    metric: AlphaMetric,
    values: Vec<f64>,
    /// Value numbers and counts of all patterns.
    entries: Vec<(u32, f64)>,
    /// Where each pattern ends in `entries`.
    ends: Vec<usize>,
    /// Ratings of each pattern.
    sizes: Vec<f64>,
    /// Units of each pattern.
    counts: Vec<u64>,
    single: u64,
}

impl Units {
    fn new(tally: &UnitTally, metric: AlphaMetric) -> Result<Self, KrippendorffError> {
        if tally.patterns.is_empty() {
            return Err(KrippendorffError::NoPairs {
                single: tally.single,
            });
        }
        let patterns = tally.sorted();
        // Values are numbered by one sort of all, which beats looking each up among a million.
        let ratings = patterns.iter().flat_map(|(pattern, _)| pattern.iter());
        let mut order: Vec<(Value, usize)> = ratings
            .clone()
            .enumerate()
            .map(|(place, &(value, _))| (value, place))
            .collect();
        sorting::sort(&mut order);
        let mut values: Vec<f64> = Vec::new();
        let mut entries: Vec<(u32, f64)> = ratings.map(|&(_, times)| (0, times as f64)).collect();
        for (value, place) in order {
            if values.last() != Some(&value.0) {
                values.push(value.0);
            }
            if let Some(entry) = entries.get_mut(place) {
                entry.0 = (values.len() - 1) as u32;
            }
        }
        Distances::new(metric, &values)?;
        let mut end = 0;
        let units = Self {
            metric,
            values,
            entries,
            ends: patterns
                .iter()
                .map(|(pattern, _)| {
                    end += pattern.len();
                    end
                })
                .collect(),
            sizes: patterns
                .iter()
                .map(|(pattern, _)| pattern.iter().map(|(_, times)| *times as f64).sum())
                .collect(),
            counts: patterns.iter().map(|&(_, count)| count).collect(),
            single: tally.single,
        };
        Ok(units)
    }

    fn patterns(&self) -> impl Iterator<Item = &[(u32, f64)]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, &end)| &self.entries[start..end])
    }

    /// Alpha when pattern i stands for `counts[i]` units; `None` when all their ratings are equal.
    fn alpha(&self, counts: &[u64]) -> Option<KrippendorffAlpha> {
        let scale = Distances {
            metric: self.metric,
            values: &self.values,
        };
        let mut margins = vec![0.0; self.values.len()];
        for (pattern, &count) in self.patterns().zip(counts) {
            for &(value, times) in pattern {
                margins[value as usize] += count as f64 * times;
            }
        }
        let n: f64 = margins.iter().sum();
        let positions = scale.positions(&margins);
        let mut observed = 0.0;
        for ((pattern, &count), size) in self.patterns().zip(counts).zip(&self.sizes) {
            // A unit on which all agree, and one not drawn, add nothing.
            if count > 0 && pattern.len() > 1 {
                let ratings = pattern
                    .iter()
                    .map(|&(value, times)| (positions[value as usize], times));
                observed += count as f64 * scale.pairs_of(ratings) / (size - 1.0);
            }
        }
        observed /= n;
        let expected = scale.pairs(&positions, &margins) / (n * (n - 1.0));
        let varied = margins.iter().filter(|&&margin| margin > 0.0).count() > 1;
        (varied && expected > 0.0).then(|| KrippendorffAlpha {
            value: 1.0 - observed / expected,
            observed_disagreement: observed,
            expected_disagreement: expected,
            units: counts.iter().fold(0, |sum: u64, &x| sum.saturating_add(x)),
            ratings: n as u64,
            left_out: self.single,
            metric: self.metric,
        })
    }
}
