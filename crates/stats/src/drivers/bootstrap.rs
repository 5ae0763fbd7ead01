use std::{collections::HashMap, sync::Arc};

use nalgebra::{DMatrix, DMatrixView};
use rayon::prelude::*;

use super::{
    DriverError, DriverMeasure, GramSums, Missing, MissingTally, Weights,
    gram::{STRIP, Strip, check_length, check_value, check_weight, cross_products, names, total},
    importance::shares,
};
use crate::{
    Level, Progress,
    random::SplitMix64,
    resampling::{BootstrapInterval, Steps, acceleration, bounds, resample_counts},
};

/// Fewest draws for percentiles.
pub(super) const FEWEST_DRAWS: u64 = 100;

/// What was drawn with replacement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResampledUnit {
    /// Rows: the bootstrap itself.
    Row,
    /// Blocks of rows put together at random: an approximation of it.
    Block,
}

impl std::fmt::Display for ResampledUnit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Row => "rows",
            Self::Block => "blocks of rows (approximate)",
        })
    }
}

/// How to resample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bootstrap {
    /// Resamples, 100 or more.
    pub draws: u64,
    /// The same seed gives the same draws, whatever the number of cores.
    pub seed: u64,
    /// Confidence level of the bounds.
    pub level: Level,
    /// How bounds are read off the draws.
    pub interval: BootstrapInterval,
    /// How missing answers are handled, in every draw anew.
    pub missing: Missing,
    /// What weights mean: [`Weights::Frequency`] draws Σ w cases, [`Weights::Sampling`] as many rows as there are, each with its weight.
    pub weights: Weights,
}

/// Importances with their bounds.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportanceBootstrap {
    /// Name of the outcome.
    pub outcome: String,
    /// Measures in the order asked for, and within each the drivers in the order of the model.
    pub rows: Vec<ImportanceInterval>,
    /// R² of all drivers together.
    pub r_squared: f64,
    /// Lower bound of R²; like all bootstrapped R² it leans upward in small samples.
    pub r_squared_low: f64,
    /// Upper bound of R².
    pub r_squared_high: f64,
    /// Rows used for the values; under frequency weights the cases they stand for.
    pub n: u64,
    /// Rows left out because of missing answers.
    pub dropped: u64,
    /// Confidence level of the bounds.
    pub level: Level,
    /// How bounds were read off the draws.
    pub method: BootstrapInterval,
    /// What was drawn.
    pub unit: ResampledUnit,
    /// Resamples drawn.
    pub draws: u64,
    /// Resamples left out because they could not be fitted: a driver was constant or collinear, or a yes or no was told apart without error.
    pub failed_draws: u64,
    /// Seed of the draws.
    pub seed: u64,
}

/// One measure of one driver with its bounds.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportanceInterval {
    /// Name of the driver.
    pub driver: String,
    /// The measure.
    pub measure: DriverMeasure,
    /// The value, in the units of [`DriverImportance::value`](super::DriverImportance::value).
    pub value: f64,
    /// Lower bound of the value.
    pub low: f64,
    /// Upper bound of the value.
    pub high: f64,
    /// Standard deviation of the draws.
    pub standard_error: f64,
    /// The value as a share of the sum over all drivers; `None` for coefficients.
    pub share: Option<ShareInterval>,
}

/// A share of the sum over all drivers, 0 to 1 (Pratt's may leave it), with its bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShareInterval {
    /// The share.
    pub value: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

/// Rows of answers kept for resampling, equal rows once with their number.
///
/// Drawing distinct rows with their numbers is the bootstrap of rows itself, and cheaper the fewer distinct answers there are.
///
/// ```
/// use radost_stats::{Level, Progress, drivers::*};
///
/// let mut rows = DriverRows::new(["overall", "price", "speed"])?;
/// for i in 0..60 {
///     let (price, speed) = ((i * 7 % 10) as f64, (i * 3 % 11) as f64);
///     let overall = 0.2 * price + 0.6 * speed + (i * 5 % 4) as f64;
///     rows.push(&[Some(overall), Some(price), Some(speed)], 1.0)?;
/// }
/// let bootstrap = Bootstrap {
///     draws: 500, seed: 1, level: Level::P95, interval: BootstrapInterval::Percentile,
///     missing: Missing::Listwise, weights: Weights::Sampling,
/// };
/// let found = rows.bootstrap("overall", &["price", "speed"], &[DriverMeasure::Lmg], &bootstrap, &Progress::none())?;
/// let [price, speed] = found.rows.as_slice() else { unreachable!() };
/// assert!(price.low <= price.value && price.value <= price.high);
/// assert!(price.high < speed.low); // speed matters more, and that is no accident of the sample
/// # Ok::<(), DriverError>(())
/// ```
#[derive(Debug, Clone)]
pub struct DriverRows {
    columns: Arc<[String]>,
    /// Answers and weight, bit by bit.
    seen: HashMap<Vec<u64>, usize>,
    /// Index into the distinct rows, by row.
    distinct_of: Vec<u32>,
    /// By distinct row.
    answers: Vec<Vec<Option<f64>>>,
    weights: Vec<f64>,
    counts: Vec<u64>,
}

impl DriverRows {
    /// No rows yet of these columns, the outcome among them.
    ///
    /// # Errors
    /// [`DriverError::NoColumns`] and [`DriverError::DuplicateColumn`].
    pub fn new<S: Into<String>>(columns: impl IntoIterator<Item = S>) -> Result<Self, DriverError> {
        Ok(Self {
            columns: names(columns)?,
            seen: HashMap::new(),
            distinct_of: Vec::new(),
            answers: Vec::new(),
            weights: Vec::new(),
            counts: Vec::new(),
        })
    }

    /// Adds a row, a value per column and `None` for a missing answer; `weight` is 1 for rows that count once.
    ///
    /// # Errors
    /// [`DriverError::Length`], [`DriverError::Value`] and [`DriverError::Weight`]; nothing is then added.
    pub fn push(&mut self, row: &[Option<f64>], weight: f64) -> Result<(), DriverError> {
        let at = self.distinct_of.len() as u64;
        check_length(self.columns.len(), row.len())?;
        check_weight(weight, at)?;
        for (column, value) in self.columns.iter().zip(row) {
            if let Some(value) = *value {
                check_value(column, value, at)?;
            }
        }
        // NaN is no answer, so its bits can stand for a missing one; adding 0 makes −0 and 0 one value.
        let bits =
            |value: Option<f64>| value.map_or(f64::NAN.to_bits(), |value| (value + 0.0).to_bits());
        let key: Vec<u64> = row
            .iter()
            .map(|&value| bits(value))
            .chain([weight.to_bits()])
            .collect();
        let next = self.answers.len();
        let distinct = *self.seen.entry(key).or_insert(next);
        if distinct == next {
            self.answers.push(row.to_vec());
            self.weights.push(weight);
            self.counts.push(0);
        }
        self.counts[distinct] += 1;
        self.distinct_of.push(distinct as u32);
        Ok(())
    }

    /// Rows.
    pub fn n(&self) -> u64 {
        self.distinct_of.len() as u64
    }

    /// Distinct rows: what the work of a draw grows with.
    pub fn distinct(&self) -> u64 {
        self.answers.len() as u64
    }

    /// Importances of the drivers with the intervals of resampled rows.
    ///
    /// # Assumptions
    /// A simple random sample of respondents.
    /// # Errors
    /// Those of [`MissingTally::moments`], [`Moments::model`](super::Moments::model) and
    /// [`DriverModel::importance`](super::DriverModel::importance); [`DriverError::Draws`] below 100 draws;
    /// [`DriverError::UnstableResamples`] when more than a tenth of them cannot be fitted; [`DriverError::TooFewUnits`] for a
    /// bias-corrected interval of fewer than three rows; [`DriverError::Cancelled`].
    /// # Sources
    /// Efron and Tibshirani (1993), An Introduction to the Bootstrap, Chapman & Hall, chapters 13 and 14.
    pub fn bootstrap<S: AsRef<str>>(
        &self,
        outcome: &str,
        drivers: &[S],
        measures: &[DriverMeasure],
        bootstrap: &Bootstrap,
        progress: &Progress,
    ) -> Result<ImportanceBootstrap, DriverError> {
        let source = RowSource::new(self, outcome, drivers, bootstrap)?;
        resample(&source, outcome, drivers, measures, bootstrap, progress)
    }
}

/// Rows put into blocks at random, a tally for each, so that blocks can be resampled where rows are too many or have stayed elsewhere.
///
/// A resample of blocks moves as a resample of rows does when the blocks are many and their rows unrelated, which the random choice of
/// block sees to. With B blocks the standard errors themselves are uncertain by about 1 / √(2 B) of their size: 2 % for 1,000.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockTally {
    columns: Arc<[String]>,
    seed: u64,
    blocks: Vec<MissingTally>,
}

impl BlockTally {
    /// `blocks` empty tallies of these columns; `seed` chooses which rows come together.
    ///
    /// # Errors
    /// [`DriverError::NoColumns`] and [`DriverError::DuplicateColumn`]; [`DriverError::Draws`] for fewer than 30 blocks.
    pub fn new<S: Into<String>>(
        columns: impl IntoIterator<Item = S>,
        blocks: usize,
        seed: u64,
    ) -> Result<Self, DriverError> {
        let columns = names(columns)?;
        if blocks < 30 {
            return Err(DriverError::Draws {
                draws: blocks as u64,
                needed: 30,
            });
        }
        let blocks = vec![MissingTally::over(columns.clone()); blocks];
        Ok(Self {
            columns,
            seed,
            blocks,
        })
    }

    /// Adds a row, a value per column and `None` for a missing answer. `row` is the row's own number, by which its block is chosen: the
    /// same on every machine, different for every row.
    ///
    /// # Errors
    /// [`DriverError::Length`], [`DriverError::Value`] and [`DriverError::Weight`]; the tally is then unchanged.
    pub fn push(
        &mut self,
        row: u64,
        values: &[Option<f64>],
        weight: f64,
    ) -> Result<(), DriverError> {
        let block = SplitMix64::stream(self.seed, row).below(self.blocks.len());
        self.blocks[block].push(values, weight)
    }

    /// Adds the rows of another part of the data.
    ///
    /// # Errors
    /// [`DriverError::DifferentColumns`], also for another number of blocks or another seed; the tally is then unchanged.
    pub fn merge(&mut self, other: &Self) -> Result<(), DriverError> {
        if self.columns != other.columns
            || self.seed != other.seed
            || self.blocks.len() != other.blocks.len()
        {
            return Err(DriverError::DifferentColumns);
        }
        for (mine, theirs) in self.blocks.iter_mut().zip(&other.blocks) {
            mine.merge(theirs)?;
        }
        Ok(())
    }

    /// All rows in one tally.
    ///
    /// # Errors
    /// None that a tally made here can meet.
    pub fn tally(&self) -> Result<MissingTally, DriverError> {
        let mut all = MissingTally::over(self.columns.clone());
        for block in &self.blocks {
            all.merge(block)?;
        }
        Ok(all)
    }

    /// Importances of the drivers with the intervals of resampled blocks.
    ///
    /// # Assumptions
    /// A simple random sample of respondents, far more than there are blocks.
    /// # Errors
    /// As for [`DriverRows::bootstrap`].
    /// # Sources
    /// Field and Welsh (2007), Journal of the Royal Statistical Society B 69(3), 369–390 (resampling of clusters).
    pub fn bootstrap<S: AsRef<str>>(
        &self,
        outcome: &str,
        drivers: &[S],
        measures: &[DriverMeasure],
        bootstrap: &Bootstrap,
        progress: &Progress,
    ) -> Result<ImportanceBootstrap, DriverError> {
        let source = BlockSource::new(self, outcome, drivers, bootstrap)?;
        resample(&source, outcome, drivers, measures, bootstrap, progress)
    }
}

/// Something with units that can be counted several times or not at all.
trait Source: Sync {
    fn units(&self) -> usize;
    /// How often each unit is counted in draw number `draw`.
    fn draw(&self, seed: u64, draw: u64, counts: &mut [u32]);
    /// Tallies of units counted as `counts` say, an entry per unit, for several resamples at once.
    fn tallies(&self, counts: &[Vec<u32>]) -> Vec<MissingTally>;
    /// How often each unit is there in the data.
    fn observed(&self) -> Vec<u32>;
    fn unit(&self) -> ResampledUnit;
    /// Rows left out because of missing answers.
    fn dropped(&self) -> u64;
}

/// The chosen columns of the rows, centred, by the questions that were answered together and in strips.
struct RowSource<'a> {
    rows: &'a DriverRows,
    columns: Arc<[String]>,
    /// Where each distinct row went: pattern, strip and place; `None` without any answer.
    groups: Vec<RowGroup>,
    /// Σ w up to and with each distinct row, for frequency weights that are not all one.
    cumulative: Option<Vec<f64>>,
}

struct RowGroup {
    observed: Vec<usize>,
    /// Distinct rows, by place.
    members: Vec<u32>,
    /// Weight of each, 1 where the weight is already in the number of cases drawn.
    weights: Vec<f64>,
    origin: Vec<f64>,
    /// The answers less their origin, strip by strip, in each a column after the other.
    strips: Strips,
}

/// Scores are whole numbers close to each other nearly always, and whole numbers of two bytes are multiplied eight at a time, exactly.
enum Strips {
    Whole(Vec<[i16; STRIP]>),
    Real(Vec<Strip>),
}

/// Largest distance from the origin of answers kept as whole numbers: times [`MOST_REPEATS`] it fits two bytes, and the products of a
/// strip fit four.
const FARTHEST: f64 = 127.0;
const MOST_REPEATS: u32 = 258;

impl<'a> RowSource<'a> {
    fn new<S: AsRef<str>>(
        rows: &'a DriverRows,
        outcome: &str,
        drivers: &[S],
        bootstrap: &Bootstrap,
    ) -> Result<Self, DriverError> {
        let (columns, indices) = chosen(&rows.columns, outcome, drivers)?;
        let by_frequency = bootstrap.weights == Weights::Frequency
            && rows.weights.iter().any(|&weight| weight != 1.0);
        let mut members: std::collections::BTreeMap<Vec<usize>, Vec<u32>> = Default::default();
        for (distinct, answers) in rows.answers.iter().enumerate() {
            let observed: Vec<usize> = (0..indices.len())
                .filter(|&a| answers[indices[a]].is_some())
                .collect();
            if observed.len() == indices.len()
                || (bootstrap.missing != Missing::Listwise && !observed.is_empty())
            {
                members.entry(observed).or_default().push(distinct as u32);
            }
        }
        let value =
            |a: usize, member: u32| rows.answers[member as usize][indices[a]].unwrap_or(0.0);
        let groups = members.into_iter().map(|(observed, members)| {
            let mean = |a: usize| {
                members.iter().map(|&member| value(a, member)).sum::<f64>() / members.len() as f64
            };
            let unweighted = by_frequency
                || members
                    .iter()
                    .all(|&member| rows.weights[member as usize] == 1.0);
            let whole = unweighted
                && observed.iter().all(|&a| {
                    let origin = mean(a).round();
                    members.iter().all(|&member| {
                        let distance = value(a, member) - origin;
                        distance.fract() == 0.0 && distance.abs() <= FARTHEST
                    })
                });
            let origin: Vec<f64> = observed
                .iter()
                .map(|&a| if whole { mean(a).round() } else { mean(a) })
                .collect();
            let distances = members.chunks(STRIP).flat_map(|part| {
                observed.iter().zip(&origin).map(move |(&a, origin)| {
                    let mut strip = [0.0; STRIP];
                    for (slot, &member) in strip.iter_mut().zip(part) {
                        *slot = value(a, member) - origin;
                    }
                    strip
                })
            });
            let strips = if whole {
                Strips::Whole(distances.map(|strip| strip.map(|x| x as i16)).collect())
            } else {
                Strips::Real(distances.collect())
            };
            let weight = |&member: &u32| {
                if by_frequency {
                    1.0
                } else {
                    rows.weights[member as usize]
                }
            };
            RowGroup {
                weights: members.iter().map(weight).collect(),
                observed,
                members,
                origin,
                strips,
            }
        });
        let groups = groups.collect();
        let cumulative = by_frequency.then(|| {
            let cases = rows
                .counts
                .iter()
                .zip(&rows.weights)
                .map(|(&count, weight)| count as f64 * weight);
            let sum = |total: &mut f64, cases: f64| {
                *total += cases;
                Some(*total)
            };
            cases.scan(0.0, sum).collect()
        });
        Ok(Self {
            rows,
            columns,
            groups,
            cumulative,
        })
    }
}

/// Room for one strip of rows times their repeats.
struct Room {
    real: Vec<Strip>,
    whole: Vec<[i16; STRIP]>,
}

impl Room {
    fn new(columns: usize) -> Self {
        Self {
            real: vec![[0.0; STRIP]; columns],
            whole: vec![[0; STRIP]; columns],
        }
    }

    /// Adds the sums and products about the origin; `means` holds the sums meanwhile.
    fn add(&mut self, columns: &[Strip], repeats: &[u32; STRIP], own: &[f64], sums: &mut GramSums) {
        let mut weights = [0.0; STRIP];
        for ((slot, &count), own) in weights.iter_mut().zip(repeats).zip(own) {
            *slot = f64::from(count) * own;
            sums.n += u64::from(count);
            sums.weight_squares += *slot * own;
        }
        sums.weight += total(&weights);
        for ((weighted, column), sum) in self.real.iter_mut().zip(columns).zip(&mut sums.means) {
            for ((slot, x), w) in weighted.iter_mut().zip(column).zip(&weights) {
                *slot = x * w;
            }
            *sum += total(weighted);
        }
        cross_products(&self.real, columns, &mut sums.products);
    }

    /// The same for whole numbers; no sum is rounded.
    fn add_whole(&mut self, columns: &[[i16; STRIP]], repeats: &[u32; STRIP], sums: &mut GramSums) {
        let weights = repeats.map(|count| count as i16);
        let cases = f64::from(repeats.iter().sum::<u32>());
        sums.n += cases as u64;
        sums.weight += cases;
        sums.weight_squares += cases;
        for ((weighted, column), sum) in self.whole.iter_mut().zip(columns).zip(&mut sums.means) {
            for ((slot, x), w) in weighted.iter_mut().zip(column).zip(&weights) {
                *slot = x * w;
            }
            *sum += f64::from(weighted.iter().map(|&x| i32::from(x)).sum::<i32>());
        }
        let mut at = 0;
        for (a, x) in self.whole.iter().enumerate() {
            for y in &columns[..=a] {
                sums.products[at] += f64::from(whole_product(x, y));
                at += 1;
            }
        }
    }
}

/// Strips of a panel.
const PANEL: usize = 4;
/// Fewer resamples at once are not worth the products that a panel makes first.
const WORTH_A_PANEL: usize = 6;
/// Whole numbers up to here are exact in four bytes of floating point, and so are their sums.
const EXACT: f32 = 16_777_216.0;

/// Rows in the form in which many resamples are one product of matrices: what each row adds to the sums, in a column for each sum,
/// times how often each row is counted, in a column for each resample. Whole numbers that stay small enough are multiplied exactly.
struct Panel {
    columns: usize,
    /// The answers, a column after the other.
    answers: Vec<f32>,
    /// The products of the answers two by two, then the answers, a column after the other.
    terms: Vec<f32>,
    /// A column for each resample.
    repeats: DMatrix<f32>,
    /// The sums, a column for each resample.
    found: DMatrix<f32>,
}

impl Panel {
    fn new(columns: usize, resamples: usize) -> Self {
        let rows = PANEL * STRIP;
        let terms = columns * (columns + 1) / 2 + columns;
        Self {
            columns,
            answers: vec![0.0; rows * columns],
            terms: vec![0.0; rows * terms],
            repeats: DMatrix::zeros(rows, resamples),
            found: DMatrix::zeros(terms, resamples),
        }
    }

    /// Adds these strips to the sums of each resample; false, with nothing added, when numbers get too large to be exact.
    fn add(
        &mut self,
        strips: &[[i16; STRIP]],
        members: &[u32],
        counts: &[Vec<u32>],
        sums: &mut [GramSums],
    ) -> bool {
        let (k, rows) = (self.columns, PANEL * STRIP);
        self.repeats.fill(0.0);
        let mut cases = Vec::with_capacity(counts.len());
        for (counts, mut repeats) in counts.iter().zip(self.repeats.column_iter_mut()) {
            let mut all = 0_u64;
            for (slot, &member) in repeats.iter_mut().zip(members) {
                let count = counts[member as usize];
                all += u64::from(count);
                *slot = count as f32;
            }
            cases.push(all);
        }
        self.answers.fill(0.0);
        let mut farthest = 1.0_f32;
        for (at, strip) in strips.iter().enumerate() {
            let (part, column) = (at / k, at % k);
            let from = column * rows + part * STRIP;
            for (slot, &x) in self.answers[from..from + STRIP].iter_mut().zip(strip) {
                *slot = f32::from(x);
                farthest = farthest.max(slot.abs());
            }
        }
        let most = cases.iter().max().copied().unwrap_or(0) as f32;
        if most * farthest * farthest >= EXACT {
            return false;
        }
        let columns = || self.answers.chunks_exact(rows);
        let pairs = columns()
            .enumerate()
            .flat_map(|(a, x)| columns().take(a + 1).map(move |y| (x, y)));
        let (products, means) = self.terms.split_at_mut(rows * k * (k + 1) / 2);
        for (terms, (x, y)) in products.chunks_exact_mut(rows).zip(pairs) {
            for ((term, x), y) in terms.iter_mut().zip(x).zip(y) {
                *term = x * y;
            }
        }
        means.copy_from_slice(&self.answers);
        let terms =
            DMatrixView::from_slice_with_strides(&self.terms, self.found.nrows(), rows, rows, 1);
        self.found.gemm(1.0, &terms, &self.repeats, 0.0);
        for ((sums, cases), found) in sums.iter_mut().zip(cases).zip(self.found.column_iter()) {
            sums.n += cases;
            sums.weight += cases as f64;
            sums.weight_squares += cases as f64;
            let totals = sums.products.iter_mut().chain(&mut sums.means);
            for (total, &found) in totals.zip(found.iter()) {
                *total += f64::from(found);
            }
        }
        true
    }
}

/// In eight lanes, which the compiler turns into the processor's own multiplication of eight pairs; within the loops above it does not.
#[inline(never)]
fn whole_product(x: &[i16; STRIP], y: &[i16; STRIP]) -> i32 {
    let mut lanes = [0; 8];
    for (x, y) in x.chunks_exact(8).zip(y.chunks_exact(8)) {
        for lane in 0..8 {
            lanes[lane] += i32::from(x[lane]) * i32::from(y[lane]);
        }
    }
    lanes.iter().sum()
}

impl Source for RowSource<'_> {
    fn units(&self) -> usize {
        self.rows.answers.len()
    }

    fn draw(&self, seed: u64, draw: u64, counts: &mut [u32]) {
        let mut random = SplitMix64::stream(seed, draw);
        counts.fill(0);
        match &self.cumulative {
            None => {
                // First how many fall into each stretch of the rows, then which: the same distribution, and the numbers of one
                // stretch stay in the processor's nearest memory.
                let stretches: Vec<&[u32]> = self.rows.distinct_of.chunks(STRETCH).collect();
                let sizes: Vec<f64> = stretches.iter().map(|rows| rows.len() as f64).collect();
                let mut shares = vec![0; stretches.len()];
                resample_counts(&sizes, self.rows.n(), &mut random, |at, k| shares[at] = k);
                for (rows, share) in stretches.into_iter().zip(shares) {
                    for _ in 0..share {
                        counts[rows[random.below(rows.len())] as usize] += 1;
                    }
                }
            }
            Some(cumulative) => {
                let total = cumulative.last().copied().unwrap_or(0.0);
                for _ in 0..total.round() as u64 {
                    let at = random.unit() * total;
                    let distinct = cumulative
                        .partition_point(|&sum| sum <= at)
                        .min(counts.len() - 1);
                    counts[distinct] += 1;
                }
            }
        }
    }

    fn observed(&self) -> Vec<u32> {
        let counts = self.rows.counts.iter().zip(&self.rows.weights);
        counts
            .map(|(&count, weight)| match &self.cumulative {
                None => count as u32,
                Some(_) => (count as f64 * weight).round() as u32,
            })
            .collect()
    }

    fn tallies(&self, counts: &[Vec<u32>]) -> Vec<MissingTally> {
        let mut tallies = vec![MissingTally::over(self.columns.clone()); counts.len()];
        for group in &self.groups {
            let k = group.observed.len();
            let mut sums = vec![GramSums::empty(k); counts.len()];
            let mut room = Room::new(k);
            let worth_a_panel =
                counts.len() >= WORTH_A_PANEL && group.members.len() >= PANEL * STRIP;
            let mut panel = match (&group.strips, worth_a_panel) {
                (Strips::Whole(strips), true) => Some((strips, Panel::new(k, counts.len()))),
                _ => None,
            };
            let mut done = 0;
            if let Some((strips, panel)) = &mut panel {
                let parts = group
                    .members
                    .chunks(STRIP * PANEL)
                    .zip(strips.chunks(k * PANEL));
                for (members, strips) in parts {
                    if !panel.add(strips, members, counts, &mut sums) {
                        break;
                    }
                    done += strips.len() / k;
                }
            }
            // Strip by strip for all resamples, so that the answers are read from memory once.
            let parts = group.members.chunks(STRIP).zip(group.weights.chunks(STRIP));
            for (part, (members, own)) in parts.enumerate().skip(done) {
                let strip = part * k..(part + 1) * k;
                for (counts, sums) in counts.iter().zip(&mut sums) {
                    let mut repeats = [0; STRIP];
                    for (slot, &member) in repeats.iter_mut().zip(members) {
                        *slot = counts[member as usize];
                    }
                    match &group.strips {
                        Strips::Whole(strips) if repeats.iter().all(|&n| n <= MOST_REPEATS) => {
                            room.add_whole(&strips[strip.clone()], &repeats, sums);
                        }
                        Strips::Whole(strips) => {
                            let columns: Vec<Strip> = strips[strip.clone()]
                                .iter()
                                .map(|c| c.map(f64::from))
                                .collect();
                            room.add(&columns, &repeats, own, sums);
                        }
                        Strips::Real(strips) => {
                            room.add(&strips[strip.clone()], &repeats, own, sums)
                        }
                    }
                }
            }
            for (tally, mut sums) in tallies.iter_mut().zip(sums) {
                if sums.weight <= 0.0 {
                    continue;
                }
                // From sums about the origin to sums about the mean.
                let mut at = 0;
                for a in 0..k {
                    for b in 0..=a {
                        let about_origin = sums.products[at];
                        sums.products[at] -= sums.means[a] * sums.means[b] / sums.weight;
                        if a == b && sums.products[at] <= 1e-13 * about_origin {
                            sums.products[at] = 0.0; // rounding is all that is left of a constant column
                        }
                        at += 1;
                    }
                }
                for (mean, origin) in sums.means.iter_mut().zip(&group.origin) {
                    *mean = origin + *mean / sums.weight;
                }
                tally.merge_pattern(&group.observed, &sums);
            }
        }
        tallies
    }

    fn unit(&self) -> ResampledUnit {
        ResampledUnit::Row
    }

    fn dropped(&self) -> u64 {
        let members = self.groups.iter().flat_map(|group| &group.members);
        self.rows.n()
            - members
                .map(|&member| self.rows.counts[member as usize])
                .sum::<u64>()
    }
}

/// The chosen columns of the blocks.
struct BlockSource {
    dropped: u64,
    columns: Arc<[String]>,
    blocks: Vec<MissingTally>,
}

impl BlockSource {
    fn new<S: AsRef<str>>(
        tally: &BlockTally,
        outcome: &str,
        drivers: &[S],
        bootstrap: &Bootstrap,
    ) -> Result<Self, DriverError> {
        let (columns, indices) = chosen(&tally.columns, outcome, drivers)?;
        let blocks = tally
            .blocks
            .iter()
            .map(|block| block.choose(columns.clone(), &indices, bootstrap.missing));
        // A block that no row fell into is no unit.
        let blocks: Vec<MissingTally> = blocks.filter(|block| block.n() > 0).collect();
        let kept = blocks.iter().map(MissingTally::n).sum();
        let all: u64 = tally.blocks.iter().map(MissingTally::n).sum();
        Ok(Self {
            dropped: all.saturating_sub(kept),
            columns,
            blocks,
        })
    }
}

impl Source for BlockSource {
    fn units(&self) -> usize {
        self.blocks.len()
    }

    fn draw(&self, seed: u64, draw: u64, counts: &mut [u32]) {
        let mut random = SplitMix64::stream(seed, draw);
        counts.fill(0);
        for _ in 0..counts.len() {
            counts[random.below(counts.len())] += 1;
        }
    }

    fn observed(&self) -> Vec<u32> {
        vec![1; self.blocks.len()]
    }

    fn tallies(&self, counts: &[Vec<u32>]) -> Vec<MissingTally> {
        let tally = |counts: &Vec<u32>| {
            let mut tally = MissingTally::over(self.columns.clone());
            for (block, &count) in self.blocks.iter().zip(counts) {
                if count > 0 {
                    tally.merge_times(block, count);
                }
            }
            tally
        };
        counts.iter().map(tally).collect()
    }

    fn unit(&self) -> ResampledUnit {
        ResampledUnit::Block
    }

    fn dropped(&self) -> u64 {
        self.dropped
    }
}

/// The outcome and the drivers by name, and where they are.
fn chosen<S: AsRef<str>>(
    columns: &[String],
    outcome: &str,
    drivers: &[S],
) -> Result<(Arc<[String]>, Vec<usize>), DriverError> {
    let wanted = names(std::iter::once(outcome).chain(drivers.iter().map(AsRef::as_ref)))?;
    let indices = wanted
        .iter()
        .map(|column| super::gram::index_of(columns, column))
        .collect::<Result<_, _>>()?;
    Ok((wanted, indices))
}

/// Rows of a stretch from which is drawn at a time.
const STRETCH: usize = 2048;
/// Draws that are tallied together, as far as their counts have room.
const BATCH: usize = 32;
/// Counts of the draws that are tallied together.
const MOST_COUNTS: usize = 8 << 20;
/// Groups left out one at a time for the skewness of BCa.
const JACKKNIFE_GROUPS: usize = 200;

fn resample<S: AsRef<str>>(
    source: &impl Source,
    outcome: &str,
    drivers: &[S],
    measures: &[DriverMeasure],
    bootstrap: &Bootstrap,
    progress: &Progress,
) -> Result<ImportanceBootstrap, DriverError> {
    let Bootstrap {
        draws,
        seed,
        level,
        interval,
        missing,
        weights,
    } = *bootstrap;
    if draws < FEWEST_DRAWS {
        return Err(DriverError::Draws {
            draws,
            needed: FEWEST_DRAWS,
        });
    }
    let columns: Vec<&str> = std::iter::once(outcome)
        .chain(drivers.iter().map(AsRef::as_ref))
        .collect();
    let drivers = &columns[1..];
    let model = |tally: &MissingTally| {
        tally
            .moments(&columns, missing, weights, &Progress::none())
            .and_then(|moments| moments.model(outcome, drivers))
    };
    // Everything asked for, measure after measure: the values, their shares, and R² at the end.
    let evaluate = |tally: &MissingTally| -> Result<Vec<f64>, DriverError> {
        let model = model(tally)?;
        let mut all = Vec::with_capacity(2 * measures.len() * drivers.len() + 1);
        for &measure in measures {
            let values = model.values(measure, &Progress::none())?;
            let shares = shares(measure, &values).unwrap_or_else(|| vec![0.0; values.len()]);
            all.extend(values);
            all.extend(shares);
        }
        all.push(model.r_squared());
        Ok(all)
    };
    let observed = source.observed();
    let whole = source
        .tallies(std::slice::from_ref(&observed))
        .pop()
        .ok_or(DriverError::NoRows)?;
    let estimate = evaluate(&whole)?;
    let fitted = model(&whole)?;

    let steps = Steps::new(draws, *progress);
    let batch = (MOST_COUNTS / source.units().max(1)).clamp(8, BATCH);
    let starts: Vec<u64> = (0..draws).step_by(batch).collect();
    let batches = starts
        .par_iter()
        .map(|&start| {
            let end = draws.min(start + batch as u64);
            let counts: Vec<Vec<u32>> = (start..end)
                .map(|draw| {
                    let mut counts = vec![0; source.units()];
                    source.draw(seed, draw, &mut counts);
                    counts
                })
                .collect();
            let found: Vec<Result<Vec<f64>, DriverError>> =
                source.tallies(&counts).iter().map(&evaluate).collect();
            steps.advance(end - start)?;
            Ok(found)
        })
        .collect::<Result<Vec<_>, DriverError>>()?;
    let found = batches.into_iter().flatten();
    let (sorted, failed_draws) = in_order(found, estimate.len()).map_err(|(failed, first)| {
        DriverError::UnstableResamples {
            failed,
            draws,
            first: Box::new(first),
        }
    })?;
    let accelerations = match interval {
        BootstrapInterval::Percentile => None,
        BootstrapInterval::Bca => Some(accelerations(
            source,
            seed,
            &observed,
            &evaluate,
            estimate.len(),
        )?),
    };
    let bounds = |at: usize| {
        let acceleration = accelerations.as_ref().map(|all| all[at]);
        bounds(&sorted[at], estimate[at], acceleration, level).ok_or(DriverError::Draws {
            draws,
            needed: FEWEST_DRAWS,
        })
    };
    let p = drivers.len();
    let mut rows = Vec::with_capacity(measures.len() * p);
    for (m, &measure) in measures.iter().enumerate() {
        let own = 2 * m * p..2 * (m + 1) * p;
        rows.extend(intervals(
            measure,
            fitted.drivers(),
            &estimate[own.clone()],
            &sorted[own.clone()],
            |at| bounds(own.start + at),
        )?);
    }
    let (r_squared_low, r_squared_high) = bounds(estimate.len() - 1)?;
    Ok(ImportanceBootstrap {
        outcome: outcome.to_owned(),
        rows,
        r_squared: fitted.r_squared(),
        r_squared_low,
        r_squared_high,
        n: fitted.n(),
        dropped: source.dropped(),
        level,
        method: interval,
        unit: source.unit(),
        draws,
        failed_draws,
        seed,
    })
}

type Sorted = (Vec<Vec<f64>>, u64);

/// The draws of each number in order, and how many draws could not be fitted; the first of these when they are more than a tenth.
pub(super) fn in_order<E>(
    found: impl Iterator<Item = Result<Vec<f64>, E>>,
    numbers: usize,
) -> Result<Sorted, (u64, E)> {
    let mut sorted = vec![Vec::new(); numbers];
    let (mut draws, mut failed, mut first_failure) = (0, 0, None);
    for found in found {
        draws += 1;
        match found {
            Ok(values) => {
                for (column, value) in sorted.iter_mut().zip(values) {
                    column.push(value);
                }
            }
            Err(failure) => {
                failed += 1;
                first_failure.get_or_insert(failure);
            }
        }
    }
    if let Some(first) = first_failure.filter(|_| failed * 10 > draws) {
        return Err((failed, first));
    }
    for column in &mut sorted {
        column.sort_by(f64::total_cmp);
    }
    Ok((sorted, failed))
}

/// The rows of one measure, of which `estimate` and `sorted` have the values of all drivers and then their shares.
pub(super) fn intervals<E>(
    measure: DriverMeasure,
    drivers: &[String],
    estimate: &[f64],
    sorted: &[Vec<f64>],
    bounds: impl Fn(usize) -> Result<(f64, f64), E>,
) -> Result<Vec<ImportanceInterval>, E> {
    let p = drivers.len();
    let has_shares = shares(measure, &estimate[..p]).is_some();
    let row = |(j, driver): (usize, &String)| {
        let (low, high) = bounds(j)?;
        let share = if has_shares {
            let (low, high) = bounds(p + j)?;
            let value = estimate[p + j];
            Some(ShareInterval { value, low, high })
        } else {
            None
        };
        Ok(ImportanceInterval {
            driver: driver.clone(),
            measure,
            value: estimate[j],
            low,
            high,
            standard_error: spread(&sorted[j]),
            share,
        })
    };
    drivers.iter().enumerate().map(row).collect()
}

/// Skewness of each number, by leaving out groups of units.
fn accelerations(
    source: &impl Source,
    seed: u64,
    observed: &[u32],
    evaluate: &(impl Fn(&MissingTally) -> Result<Vec<f64>, DriverError> + Sync),
    numbers: usize,
) -> Result<Vec<f64>, DriverError> {
    // Every case on its own, in random order, dealt to the groups in turn.
    let mut cases: Vec<u32> = Vec::new();
    for (unit, &count) in observed.iter().enumerate() {
        cases.extend(std::iter::repeat_n(unit as u32, count as usize));
    }
    if cases.len() < 3 {
        return Err(DriverError::TooFewUnits {
            n: cases.len() as u64,
            needed: 3,
        });
    }
    let mut random = SplitMix64::stream(seed, u64::MAX);
    for i in (1..cases.len()).rev() {
        cases.swap(i, random.below(i + 1));
    }
    let groups = cases.len().min(JACKKNIFE_GROUPS);
    let left_out: Vec<Vec<f64>> = (0..groups)
        .into_par_iter()
        .filter_map(|group| {
            let mut counts = observed.to_vec();
            for &unit in cases.iter().skip(group).step_by(groups) {
                counts[unit as usize] -= 1;
            }
            // A group without which the model cannot be fitted says nothing of skewness.
            source
                .tallies(std::slice::from_ref(&counts))
                .first()
                .and_then(|tally| evaluate(tally).ok())
        })
        .collect();
    Ok((0..numbers)
        .map(|at| acceleration(left_out.iter().map(|values| (values[at], 1))))
        .collect())
}

fn spread(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (values
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>()
        / (n - 1.0))
        .sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_resamples_at_once_are_each_of_them_alone() {
        let mut random = SplitMix64::stream(7, 0);
        let mut rows = DriverRows::new(["y", "a", "b"]).unwrap();
        for row in 0..4_000 {
            let mut answer = || Some(1.0 + random.below(10) as f64);
            let (y, a) = (answer(), answer());
            let b = answer().filter(|_| row % 7 != 0);
            rows.push(&[y, a, b], 1.0).unwrap();
        }
        let bootstrap = Bootstrap {
            draws: 100,
            seed: 1,
            level: Level::P95,
            interval: BootstrapInterval::Percentile,
            missing: Missing::Pairwise,
            weights: Weights::Sampling,
        };
        let source = RowSource::new(&rows, "y", &["a", "b"], &bootstrap).unwrap();
        let drawn = (0..20).map(|draw| {
            let mut counts = vec![0; source.units()];
            source.draw(3, draw, &mut counts);
            counts
        });
        let mut drawn: Vec<Vec<u32>> = drawn.collect();
        // Too often to be exact in four bytes.
        drawn[0][5] = 2_000_000;
        for drawn in [&drawn[1..], &drawn] {
            let together = source.tallies(drawn);
            for (counts, found) in drawn.iter().zip(together) {
                let alone = source.tallies(std::slice::from_ref(counts));
                assert_eq!(alone, [found]);
            }
        }
    }
}
