use std::collections::BTreeMap;

use super::{
    CompareError, Effect, EffectKind, EffectMethod, MIN_REPLICATES, TrendMethod, TrendTest,
};
use crate::resampling::{Steps, draws, percentile_bounds};
use crate::{
    Cancelled, Level, Progress,
    distributions::{chi_squared_sf, two_sided_z},
    random::SplitMix64,
};

/// The most responses, of both groups together, whose exact rank distribution is computed.
pub const MAX_EXACT_RANKS: u64 = 100;

/// How often each answer occurs in each group: all that rank tests need, however many responses there are.
///
/// Answers may be any finite numbers; only their order matters.
///
/// ```
/// use radost_stats::compare::OrdinalTally;
///
/// let mut tally = OrdinalTally::new(2)?;
/// for answer in [4.0, 5.0, 5.0] {
///     tally.push(0, answer)?;
/// }
/// tally.add(1, 3.0, 7)?;
/// assert_eq!((tally.group_n(0), tally.n()), (3, 10));
/// # Ok::<(), radost_stats::compare::CompareError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct OrdinalTally {
    groups: usize,
    counts: BTreeMap<Answer, Vec<u64>>,
}

/// A finite number, ordered.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Answer(f64);

impl Eq for Answer {}

impl PartialOrd for Answer {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Answer {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// Which distribution of the rank sum to use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum RankMethod {
    /// Exact for fewer than 50 responses in each group and no equal answers, else normal.
    #[default]
    Auto,
    /// Exact, also with equal answers: all divisions of the observed answers into two groups of these sizes.
    Exact,
    /// Normal, with corrections for equal answers and for continuity.
    Asymptotic,
}

/// How a rank test found its p-value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RankTestMethod {
    /// The exact permutation distribution.
    Exact,
    /// The normal distribution, with corrections for ties and for continuity.
    Normal,
}

impl std::fmt::Display for RankTestMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Exact => "exact Mann–Whitney",
            Self::Normal => "Mann–Whitney, normal with tie and continuity correction",
        })
    }
}

/// The rank-sum test of two groups.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannWhitney {
    /// Pairs in which the first group's answer is higher, equal answers counting half.
    pub u: f64,
    /// U minus its mean, with the continuity correction, over its standard deviation with the tie correction.
    pub z: f64,
    /// Two-sided p-value of "neither group tends to answer higher", 0 to 1.
    pub p_value: f64,
    /// Responses of the first group.
    pub n_first: u64,
    /// Responses of the second group.
    pub n_second: u64,
    /// How the p-value was found.
    pub method: RankTestMethod,
}

/// The rank test of several groups.
#[derive(Debug, Clone, PartialEq)]
pub struct KruskalWallis {
    /// H, corrected for ties.
    pub h: f64,
    /// Groups minus one.
    pub degrees_of_freedom: f64,
    /// Probability of a larger H when no group tends to answer higher, 0 to 1, by the chi-squared approximation.
    pub p_value: f64,
    /// Mean rank of each group, counted from 1 over all responses.
    pub mean_ranks: Vec<f64>,
    /// Number of responses.
    pub n: u64,
}

impl OrdinalTally {
    /// An empty tally.
    ///
    /// # Errors
    /// [`CompareError::TooFewGroups`] below two groups.
    pub fn new(groups: usize) -> Result<Self, CompareError> {
        if groups < 2 {
            return Err(CompareError::TooFewGroups {
                what: "groups",
                got: groups,
                needed: 2,
            });
        }
        Ok(Self {
            groups,
            counts: BTreeMap::new(),
        })
    }

    /// A tally of the answers of each group.
    ///
    /// # Errors
    /// [`CompareError::TooFewGroups`]; [`CompareError::NotFinite`] with the place in its group.
    pub fn from_answers<R: AsRef<[f64]>>(groups: &[R]) -> Result<Self, CompareError> {
        let mut tally = Self::new(groups.len())?;
        for (group, answers) in groups.iter().enumerate() {
            for (index, &value) in answers.as_ref().iter().enumerate() {
                tally.push(group, value).map_err(|error| match error {
                    CompareError::NotFinite { value, .. } => {
                        CompareError::NotFinite { index, value }
                    }
                    other => other,
                })?;
            }
        }
        Ok(tally)
    }

    /// Counts one answer.
    ///
    /// # Errors
    /// Those of [`add`](Self::add).
    pub fn push(&mut self, group: usize, answer: f64) -> Result<(), CompareError> {
        self.add(group, answer, 1)
    }

    /// Counts `count` equal answers, as from a histogram.
    ///
    /// # Errors
    /// [`CompareError::NoSuchGroup`]; [`CompareError::NotFinite`] for NaN and infinities. The tally is then unchanged.
    pub fn add(&mut self, group: usize, answer: f64, count: u64) -> Result<(), CompareError> {
        if group >= self.groups {
            return Err(CompareError::NoSuchGroup {
                group,
                groups: self.groups,
            });
        }
        if !answer.is_finite() {
            return Err(CompareError::NotFinite {
                index: group,
                value: answer,
            });
        }
        if count == 0 {
            return Ok(());
        }
        let row = self
            .counts
            .entry(Answer(answer + 0.0)) // −0 and 0 are the same answer
            .or_insert_with(|| vec![0; self.groups]);
        if let Some(cell) = row.get_mut(group) {
            *cell = cell.saturating_add(count);
        }
        Ok(())
    }

    /// Adds the counts of another part of the data.
    ///
    /// # Errors
    /// [`CompareError::Shape`] when the numbers of groups differ.
    pub fn merge(&mut self, other: &Self) -> Result<(), CompareError> {
        if self.groups != other.groups {
            return Err(CompareError::Shape {
                what: "groups",
                expected: self.groups,
                got: other.groups,
            });
        }
        for (&answer, more) in &other.counts {
            let row = self
                .counts
                .entry(answer)
                .or_insert_with(|| vec![0; self.groups]);
            for (cell, &count) in row.iter_mut().zip(more) {
                *cell = cell.saturating_add(count);
            }
        }
        Ok(())
    }

    /// Number of groups.
    pub fn groups(&self) -> usize {
        self.groups
    }

    /// Responses of a group; zero outside the tally.
    pub fn group_n(&self, group: usize) -> u64 {
        self.counts
            .values()
            .filter_map(|row| row.get(group))
            .fold(0, |n, &count| n.saturating_add(count))
    }

    /// Number of responses.
    pub fn n(&self) -> u64 {
        self.counts
            .values()
            .flatten()
            .fold(0, |n, &count| n.saturating_add(count))
    }

    /// Does one group tend to answer higher than the other (Wilcoxon, Mann and Whitney)?
    ///
    /// ```text
    /// U = #(first > second) + ½ #(equal)      t: how many responses share an answer, n = n₁ + n₂
    /// z = (|U − n₁n₂/2| − ½) / σ, with the sign of U − n₁n₂/2      σ² = n₁n₂/12 · [ n + 1 − Σ (t³ − t) / (n (n − 1)) ]
    /// ```
    /// The exact p-value is the share of divisions of these answers into groups of these sizes whose U is at least as far from its mean.
    ///
    /// ```
    /// use radost_stats::compare::{OrdinalTally, RankMethod};
    ///
    /// let tally = OrdinalTally::from_answers(&[[5.0, 4.0, 5.0, 3.0, 5.0], [2.0, 3.0, 4.0, 3.0, 1.0]])?;
    /// let test = tally.mann_whitney(0, 1, RankMethod::Auto)?;
    /// assert_eq!(test.u, 22.5);
    /// assert!((test.p_value - 0.0412580).abs() < 1e-7);
    /// # Ok::<(), radost_stats::compare::CompareError>(())
    /// ```
    /// # Assumptions
    /// Independent responses. It answers whether one group tends to be higher; it tests medians only if the shapes are equal.
    /// # Errors
    /// [`CompareError::NoSuchGroup`], [`CompareError::EmptyGroup`], [`CompareError::OneClass`], [`CompareError::TooMany`];
    /// [`CompareError::TooManyForExact`] when exactness was asked for beyond [`MAX_EXACT_RANKS`].
    /// # Sources
    /// Mann and Whitney (1947), Annals of Mathematical Statistics 18(1), 50–60; ties: Lehmann (1975), Nonparametrics, section 1.4.
    pub fn mann_whitney(
        &self,
        first: usize,
        second: usize,
        method: RankMethod,
    ) -> Result<MannWhitney, CompareError> {
        let pair = self.pair(first, second)?;
        let (n_first, n_second) = (pair.n_first as f64, pair.n_second as f64);
        let n = n_first + n_second;
        let ties: f64 = pair
            .rows
            .iter()
            .map(|&(a, b)| {
                let t = a as f64 + b as f64;
                t * t * t - t
            })
            .sum();
        let u = pair.higher + 0.5 * pair.equal;
        let centre = n_first * n_second / 2.0;
        let spread = (n_first * n_second / 12.0 * (n + 1.0 - ties / (n * (n - 1.0)))).sqrt();
        let z = ((u - centre).abs() - 0.5).max(0.0).copysign(u - centre) / spread;

        let small = pair.n_first < 50 && pair.n_second < 50;
        let exact = match method {
            RankMethod::Exact => true,
            RankMethod::Asymptotic => false,
            RankMethod::Auto => small && ties == 0.0,
        };
        let (p_value, method) = if exact {
            (pair.exact_p_value()?, RankTestMethod::Exact)
        } else {
            (two_sided_z(z), RankTestMethod::Normal)
        };
        Ok(MannWhitney {
            u,
            z,
            p_value,
            n_first: pair.n_first,
            n_second: pair.n_second,
            method,
        })
    }

    /// Does any of several groups tend to answer higher?
    ///
    /// ```text
    /// H = [ 12 / (n (n + 1)) · Σ nᵢ (R̄ᵢ − (n + 1)/2)² ] / [ 1 − Σ (t³ − t) / (n³ − n) ]      ν = k − 1
    /// ```
    ///
    /// ```
    /// use radost_stats::compare::OrdinalTally;
    ///
    /// let tally = OrdinalTally::from_answers(&[[5.0, 4.0, 5.0, 4.0], [3.0, 3.0, 4.0, 2.0], [1.0, 2.0, 3.0, 2.0]])?;
    /// let test = tally.kruskal_wallis()?;
    /// assert!((test.h - 8.018315).abs() < 1e-6);
    /// # Ok::<(), radost_stats::compare::CompareError>(())
    /// ```
    /// # Assumptions
    /// Independent responses; the chi-squared approximation wants five or more in each group.
    /// # Errors
    /// [`CompareError::EmptyGroup`], [`CompareError::OneClass`], [`CompareError::TooMany`].
    /// # Sources
    /// Kruskal and Wallis (1952), JASA 47, 583–621.
    pub fn kruskal_wallis(&self) -> Result<KruskalWallis, CompareError> {
        let sizes = self.sizes()?;
        let rows: Vec<&[u64]> = self.counts.values().map(Vec::as_slice).collect();
        let (h, mean_ranks) = kruskal_h(&rows, &sizes).ok_or(CompareError::OneClass)?;
        let degrees_of_freedom = self.groups as f64 - 1.0;
        Ok(KruskalWallis {
            h,
            degrees_of_freedom,
            p_value: chi_squared_sf(h, degrees_of_freedom),
            mean_ranks,
            n: self.n(),
        })
    }

    /// Epsilon² of the Kruskal–Wallis test, with the percentile interval of responses resampled within their groups.
    ///
    /// ```text
    /// ε² = H / (n − 1)
    /// ```
    ///
    /// ```
    /// use radost_stats::{Level, Progress, compare::OrdinalTally};
    ///
    /// let tally = OrdinalTally::from_answers(&[[5.0, 4.0, 5.0, 4.0], [3.0, 3.0, 4.0, 2.0], [1.0, 2.0, 3.0, 2.0]])?;
    /// let effect = tally.epsilon_squared(Level::P95, 1000, 1, Progress::none())?;
    /// assert!((effect.value - 0.728938).abs() < 1e-6);
    /// # Ok::<(), radost_stats::compare::CompareError>(())
    /// ```
    /// # Units
    /// 0 to 1. Resampling carries its upward bias in small samples on into the bounds.
    /// # Errors
    /// Those of [`kruskal_wallis`](Self::kruskal_wallis); [`CompareError::Replicates`]; [`CompareError::Cancelled`].
    /// # Sources
    /// Kelley (1935), PNAS 21(9), 554–559; for ranks: Tomczak and Tomczak (2014), Trends in Sport Sciences 21(1), 19–25.
    pub fn epsilon_squared(
        &self,
        level: Level,
        replicates: u64,
        seed: u64,
        progress: Progress<'_>,
    ) -> Result<Effect, CompareError> {
        if replicates < MIN_REPLICATES {
            return Err(CompareError::Replicates { replicates });
        }
        let test = self.kruskal_wallis()?;
        let sizes = self.sizes()?;
        let scale = test.n as f64 - 1.0;
        let cumulative: Vec<Vec<u64>> = (0..self.groups)
            .map(|group| {
                self.counts
                    .values()
                    .scan(0, |sum, row| {
                        *sum += row.get(group).copied().unwrap_or(0);
                        Some(*sum)
                    })
                    .collect()
            })
            .collect();
        let steps = Steps::new(replicates, progress);
        let mut effects = draws(0..replicates, &steps, |index| {
            let mut random = SplitMix64::stream(seed, index);
            let mut flat = vec![0_u64; self.counts.len() * self.groups];
            for (group, upto) in cumulative.iter().enumerate() {
                let n = usize::try_from(sizes[group]).unwrap_or(usize::MAX);
                for _ in 0..n {
                    let drawn = random.below(n) as u64;
                    let value = upto.partition_point(|&sum| sum <= drawn);
                    flat[value * self.groups + group] += 1;
                }
            }
            let rows: Vec<&[u64]> = flat.chunks_exact(self.groups).collect();
            Ok::<_, Cancelled>(kruskal_h(&rows, &sizes).map_or(0.0, |(h, _)| h / scale))
        })?;
        effects.sort_by(f64::total_cmp);
        let (low, high) =
            percentile_bounds(&effects, level).ok_or(CompareError::Replicates { replicates })?;
        let value = test.h / scale;
        Ok(Effect {
            kind: EffectKind::EpsilonSquared,
            value,
            low,
            high,
            n: test.n,
            level,
            method: EffectMethod::PercentileBootstrap { replicates, seed },
        })
    }

    /// Do answers rise (or fall) from the first group to the last (Jonckheere and Terpstra)?
    ///
    /// ```text
    /// J = Σ over i < j of [ #(answer in i < answer in j) + ½ #(equal) ]      E J = (n² − Σ nᵢ²) / 4
    /// Var J = [ n(n−1)(2n+5) − Σ nᵢ(nᵢ−1)(2nᵢ+5) − Σ t(t−1)(2t+5) ] / 72
    ///       + Σ nᵢ(nᵢ−1)(nᵢ−2) · Σ t(t−1)(t−2) / ( 36 n(n−1)(n−2) ) + Σ nᵢ(nᵢ−1) · Σ t(t−1) / ( 8 n(n−1) )
    /// ```
    /// `statistic` is z = (J − E J) / √Var J, positive when later groups answer higher.
    ///
    /// ```
    /// use radost_stats::compare::OrdinalTally;
    ///
    /// let months = OrdinalTally::from_answers(&[[3.0, 2.0, 4.0, 3.0], [3.0, 4.0, 3.0, 5.0], [4.0, 5.0, 4.0, 5.0]])?;
    /// let trend = months.jonckheere()?;
    /// assert!((trend.statistic - 2.223644).abs() < 1e-6);
    /// # Ok::<(), radost_stats::compare::CompareError>(())
    /// ```
    /// # Assumptions
    /// Independent responses; the groups' order is given beforehand; the normal approximation wants a few responses in each group.
    /// # Errors
    /// [`CompareError::EmptyGroup`], [`CompareError::OneClass`], [`CompareError::TooMany`].
    /// # Sources
    /// Jonckheere (1954), Biometrika 41(1–2), 133–145; the variance with ties: Hollander and Wolfe (1999), Nonparametric Statistical
    /// Methods, 2nd ed., section 6.2.
    pub fn jonckheere(&self) -> Result<TrendTest, CompareError> {
        let sizes = self.sizes()?;
        let n = self.n() as f64;
        let mut below = vec![0.0; self.groups];
        let mut j = 0.0;
        let (mut ties, mut ties2, mut ties3) = (0.0, 0.0, 0.0);
        for row in self.counts.values() {
            let (mut earlier, mut total) = (0.0, 0.0);
            for (&count, below) in row.iter().zip(&mut below) {
                let count = count as f64;
                j += count * earlier;
                earlier += *below + 0.5 * count;
                *below += count;
                total += count;
            }
            ties += total * (total - 1.0) * (2.0 * total + 5.0);
            ties2 += total * (total - 1.0);
            ties3 += total * (total - 1.0) * (total - 2.0);
        }
        let over = |f: &dyn Fn(f64) -> f64| -> f64 { sizes.iter().map(|&n| f(n as f64)).sum() };
        let centre = (n * n - over(&|m| m * m)) / 4.0;
        let mut variance =
            (n * (n - 1.0) * (2.0 * n + 5.0) - over(&|m| m * (m - 1.0) * (2.0 * m + 5.0)) - ties)
                / 72.0;
        variance += over(&|m| m * (m - 1.0)) * ties2 / (8.0 * n * (n - 1.0));
        if n > 2.0 {
            variance +=
                over(&|m| m * (m - 1.0) * (m - 2.0)) * ties3 / (36.0 * n * (n - 1.0) * (n - 2.0));
        }
        if variance.is_nan() || variance <= 0.0 {
            return Err(CompareError::OneClass);
        }
        let statistic = (j - centre) / variance.sqrt();
        Ok(TrendTest {
            statistic,
            p_value: two_sided_z(statistic),
            n: self.n(),
            method: TrendMethod::JonckheereTerpstra,
        })
    }

    /// Cliff's delta of two groups: how much more often the first is higher than lower.
    ///
    /// ```text
    /// δ = [ #(first > second) − #(first < second) ] / n₁n₂      dᵢⱼ = sign(xᵢ − yⱼ)
    /// s² = [ n₂² Σ (dᵢ· − δ)² + n₁² Σ (d·ⱼ − δ)² − ΣΣ (dᵢⱼ − δ)² ] / ( n₁n₂ (n₁ − 1)(n₂ − 1) ), at least (1 − δ²) / (n₁n₂ − 1)
    /// low, high = [ δ − δ³ ∓ z s √( (1 − δ²)² + z² s² ) ] / ( 1 − δ² + z² s² )
    /// ```
    /// When every pair points the same way the far bound is (m − z²)/(m + z²) in size, with m the smaller group.
    ///
    /// ```
    /// use radost_stats::{Level, compare::OrdinalTally};
    ///
    /// let tally = OrdinalTally::from_answers(&[[5.0, 4.0, 5.0, 3.0, 5.0], [2.0, 3.0, 4.0, 3.0, 1.0]])?;
    /// let delta = tally.cliff_delta(0, 1, Level::P95)?;
    /// assert_eq!(delta.value, 0.8);
    /// # Ok::<(), radost_stats::compare::CompareError>(())
    /// ```
    /// # Units
    /// −1 to 1.
    /// # Assumptions
    /// Independent simple random samples.
    /// # Errors
    /// [`CompareError::NoSuchGroup`], [`CompareError::OneClass`], [`CompareError::TooMany`]; [`CompareError::TooFew`] below two responses
    /// in a group.
    /// # Sources
    /// Cliff (1993), Psychological Bulletin 114(3), 494–509; the bounds: Feng and Cliff (2004), Journal of Modern Applied Statistical
    /// Methods 3(2), 322–332.
    pub fn cliff_delta(
        &self,
        first: usize,
        second: usize,
        level: Level,
    ) -> Result<Effect, CompareError> {
        let pair = self.pair(first, second)?;
        for (group, n) in [(first, pair.n_first), (second, pair.n_second)] {
            if n < 2 {
                return Err(CompareError::TooFew {
                    group,
                    n,
                    needed: 2,
                });
            }
        }
        let (a, b) = (pair.n_first as f64, pair.n_second as f64);
        let value = (pair.higher - pair.lower) / (a * b);
        let (mut below_a, mut below_b) = (0.0, 0.0);
        let (mut spread_a, mut spread_b) = (0.0, 0.0);
        for &(count_a, count_b) in &pair.rows {
            let (x, y) = (count_a as f64, count_b as f64);
            let row = (below_b - (b - below_b - y)) / b;
            let column = ((a - below_a - x) - below_a) / a;
            spread_a += x * (row - value).powi(2);
            spread_b += y * (column - value).powi(2);
            below_a += x;
            below_b += y;
        }
        let all = pair.higher + pair.lower - a * b * value * value;
        let rest = (1.0 - value) * (1.0 + value);
        let variance = ((b * b * spread_a + a * a * spread_b - all)
            / (a * b * (a - 1.0) * (b - 1.0)))
            .max(rest / (a * b - 1.0));
        let z = level.z();
        let (low, high) = delta_bounds(value, variance, z, a.min(b));
        Ok(Effect {
            kind: EffectKind::CliffDelta,
            value,
            low: low.max(-1.0),
            high: high.min(1.0),
            n: pair.n_first.saturating_add(pair.n_second),
            level,
            method: EffectMethod::FengCliff,
        })
    }

    /// The common-language effect size: the probability that a response of the first group is higher than one of the second, equal
    /// answers counting half; A = (δ + 1)/2 with [`cliff_delta`](Self::cliff_delta), bounds alike.
    ///
    /// ```
    /// use radost_stats::{Level, compare::OrdinalTally};
    ///
    /// let tally = OrdinalTally::from_answers(&[[5.0, 4.0, 5.0, 3.0, 5.0], [2.0, 3.0, 4.0, 3.0, 1.0]])?;
    /// assert_eq!(tally.common_language(0, 1, Level::P95)?.value, 0.9);
    /// # Ok::<(), radost_stats::compare::CompareError>(())
    /// ```
    /// # Units
    /// A probability, 0 to 1.
    /// # Errors
    /// Those of [`cliff_delta`](Self::cliff_delta).
    /// # Sources
    /// Vargha and Delaney (2000), Journal of Educational and Behavioral Statistics 25(2), 101–132.
    pub fn common_language(
        &self,
        first: usize,
        second: usize,
        level: Level,
    ) -> Result<Effect, CompareError> {
        let delta = self.cliff_delta(first, second, level)?;
        Ok(Effect {
            kind: EffectKind::CommonLanguage,
            value: f64::midpoint(delta.value, 1.0),
            low: f64::midpoint(delta.low, 1.0),
            high: f64::midpoint(delta.high, 1.0),
            ..delta
        })
    }

    /// Group sizes, none of them empty.
    fn sizes(&self) -> Result<Vec<u64>, CompareError> {
        if self.n() > 1 << 53 {
            return Err(CompareError::TooMany { n: self.n() });
        }
        let mut sizes = vec![0; self.groups];
        for row in self.counts.values() {
            for (size, &count) in sizes.iter_mut().zip(row) {
                *size += count;
            }
        }
        match sizes.iter().position(|&n| n == 0) {
            Some(group) => Err(CompareError::EmptyGroup { group }),
            None => Ok(sizes),
        }
    }

    fn pair(&self, first: usize, second: usize) -> Result<Pair, CompareError> {
        for group in [first, second] {
            if group >= self.groups {
                return Err(CompareError::NoSuchGroup {
                    group,
                    groups: self.groups,
                });
            }
        }
        if self.n() > 1 << 53 {
            return Err(CompareError::TooMany { n: self.n() });
        }
        let rows: Vec<(u64, u64)> = self
            .counts
            .values()
            .filter_map(|row| Some((*row.get(first)?, *row.get(second)?)))
            .filter(|&(a, b)| a > 0 || b > 0)
            .collect();
        let (n_first, n_second) = rows.iter().fold((0, 0), |(n, m), &(a, b)| (n + a, m + b));
        for (group, n) in [(first, n_first), (second, n_second)] {
            if n == 0 {
                return Err(CompareError::EmptyGroup { group });
            }
        }
        if rows.len() < 2 {
            return Err(CompareError::OneClass);
        }
        let (mut higher, mut equal, mut below) = (0.0, 0.0, 0.0);
        for &(a, b) in &rows {
            let (a, b) = (a as f64, b as f64);
            higher += a * below;
            equal += a * b;
            below += b;
        }
        let lower = n_first as f64 * n_second as f64 - higher - equal;
        Ok(Pair {
            rows,
            n_first,
            n_second,
            higher,
            lower,
            equal,
        })
    }
}

/// Two groups: counts by answer in rising order, and the pairs of responses.
struct Pair {
    rows: Vec<(u64, u64)>,
    n_first: u64,
    n_second: u64,
    higher: f64,
    lower: f64,
    equal: f64,
}

impl Pair {
    /// Counts all divisions by the first group's doubled rank sum, answer by answer.
    fn exact_p_value(&self) -> Result<f64, CompareError> {
        let n = self.n_first + self.n_second;
        if n > MAX_EXACT_RANKS {
            return Err(CompareError::TooManyForExact {
                n,
                limit: MAX_EXACT_RANKS,
            });
        }
        let (n, size) = (n as usize, self.n_first as usize);
        let sums = n * (n + 1) + 1;
        // ways[taken * sums + doubled rank sum]
        let mut ways = vec![0.0_f64; (size + 1) * sums];
        ways[0] = 1.0;
        let (mut seen, mut observed) = (0, 0);
        for &(a, b) in &self.rows {
            let tied = (a + b) as usize;
            let doubled_rank = 2 * seen + tied + 1;
            observed += a as usize * doubled_rank;
            let choices: Vec<f64> = (0..=tied)
                .scan(1.0, |choice, k| {
                    let now = *choice;
                    *choice *= (tied - k) as f64 / (k + 1) as f64;
                    Some(now)
                })
                .collect();
            for taken in (1..=size.min(seen + tied)).rev() {
                for (k, choice) in choices.iter().enumerate().skip(1).take(taken) {
                    let from = (taken - k) * sums;
                    let shift = k * doubled_rank;
                    for sum in 0..sums.saturating_sub(shift) {
                        let before = ways[from + sum];
                        if before != 0.0 {
                            ways[taken * sums + sum + shift] += choice * before;
                        }
                    }
                }
            }
            seen += tied;
        }
        let centre = size * (n + 1);
        let distance = observed.abs_diff(centre);
        let last = &ways[size * sums..];
        let all: f64 = last.iter().sum();
        let as_far: f64 = last
            .iter()
            .enumerate()
            .filter(|(sum, _)| sum.abs_diff(centre) >= distance)
            .map(|(_, ways)| ways)
            .sum();
        Ok((as_far / all).min(1.0))
    }
}

/// H corrected for ties and the mean ranks, from counts by answer (rows) and group; `None` when all answers are equal.
fn kruskal_h(rows: &[&[u64]], sizes: &[u64]) -> Option<(f64, Vec<f64>)> {
    let n: f64 = sizes.iter().map(|&n| n as f64).sum();
    let mut rank_sums = vec![0.0; sizes.len()];
    let (mut below, mut ties) = (0.0, 0.0);
    for row in rows {
        let total: f64 = row.iter().map(|&count| count as f64).sum();
        // Ranks counted from their mean, so that the sums stay small.
        let rank = below + (total + 1.0) / 2.0 - (n + 1.0) / 2.0;
        for (sum, &count) in rank_sums.iter_mut().zip(*row) {
            *sum += count as f64 * rank;
        }
        below += total;
        ties += total * total * total - total;
    }
    let correction = 1.0 - ties / (n * n * n - n);
    if correction.is_nan() || correction <= 1e-15 {
        return None;
    }
    let squares: f64 = rank_sums
        .iter()
        .zip(sizes)
        .map(|(sum, &n)| sum * sum / n as f64)
        .sum();
    let mean_ranks = rank_sums
        .iter()
        .zip(sizes)
        .map(|(sum, &m)| sum / m as f64 + (n + 1.0) / 2.0)
        .collect();
    Some((12.0 / (n * (n + 1.0)) * squares / correction, mean_ranks))
}

fn delta_bounds(delta: f64, variance: f64, z: f64, smaller: f64) -> (f64, f64) {
    if delta.abs() >= 1.0 {
        let far = (smaller - z * z) / (smaller + z * z);
        return if delta > 0.0 {
            (far, 1.0)
        } else {
            (-1.0, -far)
        };
    }
    let rest = (1.0 - delta) * (1.0 + delta);
    let reach = z * (variance * (rest * rest + z * z * variance)).sqrt();
    let centre = delta * rest;
    let scale = rest + z * z * variance;
    ((centre - reach) / scale, (centre + reach) / scale)
}
