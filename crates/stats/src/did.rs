//! Difference-in-differences: what did a measure change, beyond what changed without it?
//!
//! A [`DidTally`] holds the outcomes of clusters (shops, cities, teams) by period and whether the measure was in force there and then.
//! [`DidTally::estimate`] gives the effect with cluster-robust errors, [`DidTally::permutation`] a test that needs no distribution, and
//! [`DidDesign`] says beforehand what could be detected.
//!
//! ```
//! use radost_stats::{Level, did::{DidEffects, DidTally}};
//!
//! let mut tally = DidTally::default();
//! for (shop, before, after) in [(1, 6.0, 6.2), (2, 6.5, 6.5), (3, 5.8, 5.9), (4, 6.1, 6.2)] {
//!     tally.push(shop, 0, false, before)?;
//!     tally.push(shop, 1, false, after)?;
//! }
//! for (shop, before, after) in [(5, 6.0, 6.9), (6, 6.4, 7.2), (7, 5.9, 6.5), (8, 6.2, 7.1)] {
//!     tally.push(shop, 0, false, before)?;
//!     tally.push(shop, 1, true, after)?;
//! }
//! let effect = tally.estimate(DidEffects::Clusters, Level::P95)?;
//! assert!((effect.effect - 0.7).abs() < 1e-9); // 0.8 − 0.1
//! # Ok::<(), radost_stats::did::DidError>(())
//! ```

use std::collections::{BTreeMap, BTreeSet};

use nalgebra::{DMatrix, DVector};

use crate::{
    Cancelled, Level, MeanTally, Progress,
    distributions::{bisect, noncentral_t_cdf, two_sided_t},
    random::SplitMix64,
    resampling::{Steps, draws},
};

/// The fewest permutations of a test.
pub const MIN_PERMUTATIONS: u64 = 100;

/// Outcomes by cluster and period, and where the measure was in force.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DidTally {
    cells: BTreeMap<(u64, u32), Cell>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Cell {
    treated: bool,
    outcome: MeanTally,
}

/// What is held constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DidEffects {
    /// A level for the clusters that are ever treated, one for the others, and one for each period: the classic comparison of two groups.
    Arms,
    /// A level for each cluster and one for each period: two-way fixed effects.
    Clusters,
}

impl std::fmt::Display for DidEffects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Arms => "arm and period effects",
            Self::Clusters => "cluster and period effects",
        })
    }
}

/// The effect of a measure.
#[derive(Debug, Clone, PartialEq)]
pub struct DidEstimate {
    /// The effect, in the units of the outcome.
    pub effect: f64,
    /// Lower bound, same units.
    pub low: f64,
    /// Upper bound, same units.
    pub high: f64,
    /// Cluster-robust standard error, same units.
    pub standard_error: f64,
    /// effect / standard_error.
    pub t: f64,
    /// Two-sided p-value of "the measure changes nothing", 0 to 1.
    pub p_value: f64,
    /// Clusters minus one.
    pub degrees_of_freedom: f64,
    /// Number of responses.
    pub n: u64,
    /// Number of clusters.
    pub clusters: usize,
    /// Clusters in which the measure was ever in force.
    pub treated_clusters: usize,
    /// Number of periods.
    pub periods: usize,
    /// Confidence level of the bounds.
    pub level: Level,
    /// What is held constant.
    pub effects: DidEffects,
}

/// How the assignments of a permutation test were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PermutationMethod {
    /// All of them.
    Exact,
    /// Drawn at random.
    MonteCarlo {
        /// Seed of the draws.
        seed: u64,
    },
}

/// A permutation (placebo) test of a measure.
#[derive(Debug, Clone, PartialEq)]
pub struct DidPermutation {
    /// The effect, in the units of the outcome.
    pub effect: f64,
    /// Share of assignments whose effect is at least as large in size.
    pub p_value: f64,
    /// Share of assignments whose t is at least as large in size; sound even where treated clusters vary more than others.
    pub p_value_t: f64,
    /// Assignments looked at.
    pub assignments: u64,
    /// How they were made.
    pub method: PermutationMethod,
}

/// Why an effect cannot be given.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum DidError {
    /// NaN, infinite or too large to be averaged.
    #[error("{value} cannot be averaged")]
    Value {
        /// The refused value.
        value: f64,
    },
    /// A measure that is and is not in force.
    #[error("cluster {cluster} is both treated and not treated in period {period}")]
    Mixed {
        /// The cluster.
        cluster: u64,
        /// The period.
        period: u32,
    },
    /// Not enough clusters of a kind.
    #[error("this needs {needed} {kind} clusters, and there are {got}")]
    TooFewClusters {
        /// All, treated or untreated.
        kind: &'static str,
        /// How many there are.
        got: usize,
        /// How many are needed.
        needed: usize,
    },
    /// Nothing before or nothing after.
    #[error("this needs 2 periods, and there are {periods}")]
    TooFewPeriods {
        /// Periods there are.
        periods: usize,
    },
    /// No more responses than effects.
    #[error("{n} responses are too few for {parameters} effects")]
    TooFewResponses {
        /// Responses there are.
        n: u64,
        /// Effects to be fitted.
        parameters: usize,
    },
    /// The measure follows from cluster and period.
    #[error(
        "the treatment cannot be told from the effects of clusters and periods: it never starts or ends for some while others stay"
    )]
    Collinear,
    /// The effects explain everything.
    #[error("clusters do not vary around the effects, so the effect has no standard error")]
    NoSpread,
    /// Too few permutations.
    #[error("{permutations} permutations are too few: {MIN_PERMUTATIONS} are needed")]
    Permutations {
        /// The refused number.
        permutations: u64,
    },
    /// A design that cannot be.
    #[error("{name} is {value}, and must be {range}")]
    Parameter {
        /// Which number.
        name: &'static str,
        /// The refused value.
        value: f64,
        /// What it must be.
        range: &'static str,
    },
    /// No number of clusters is enough.
    #[error("no number of clusters below {limit} is enough")]
    OutOfReach {
        /// Clusters tried, per arm.
        limit: u64,
    },
    /// The caller asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl DidTally {
    /// Counts one outcome.
    ///
    /// # Errors
    /// [`DidError::Value`], [`DidError::Mixed`]; the tally is then unchanged.
    pub fn push(
        &mut self,
        cluster: u64,
        period: u32,
        treated: bool,
        value: f64,
    ) -> Result<(), DidError> {
        let mut outcome = MeanTally::default();
        outcome.push(value).map_err(|_| DidError::Value { value })?;
        self.add(cluster, period, treated, outcome)
    }

    /// Counts the outcomes of a cluster in a period.
    ///
    /// # Errors
    /// [`DidError::Mixed`] when the measure was in force by one part of the data and not by another; the tally is then unchanged.
    pub fn add(
        &mut self,
        cluster: u64,
        period: u32,
        treated: bool,
        outcome: MeanTally,
    ) -> Result<(), DidError> {
        if outcome.n() == 0 {
            return Ok(());
        }
        match self.cells.get_mut(&(cluster, period)) {
            Some(cell) if cell.treated != treated => {
                return Err(DidError::Mixed { cluster, period });
            }
            Some(cell) => cell.outcome.merge(&outcome),
            None => {
                self.cells
                    .insert((cluster, period), Cell { treated, outcome });
            }
        }
        Ok(())
    }

    /// Adds another part of the data.
    ///
    /// # Errors
    /// [`DidError::Mixed`]; cells before the refused one are then already added.
    pub fn merge(&mut self, other: &Self) -> Result<(), DidError> {
        for (&(cluster, period), cell) in &other.cells {
            self.add(cluster, period, cell.treated, cell.outcome)?;
        }
        Ok(())
    }

    /// Number of responses.
    pub fn n(&self) -> u64 {
        self.cells
            .values()
            .fold(0, |n, cell| n.saturating_add(cell.outcome.n()))
    }

    /// The effect of the measure by least squares over responses, with cluster-robust errors.
    ///
    /// ```text
    /// outcome = effect of arm or cluster + effect of period + τ · treated + error
    /// τ = Σ w D̃ y / Σ w D̃²      D̃: treatment without what cluster and period explain, w: responses of a cell
    /// V = [ G/(G − 1) · (n − 1)/(n − K) ] Σ over clusters of ( Σ w D̃ e )² / ( Σ w D̃² )²      low, high = τ ∓ t(G − 1) √V
    /// ```
    /// K counts every effect, those of clusters too, as in least squares with dummies. (Packages that absorb cluster effects without counting them give slightly smaller errors.)
    ///
    /// ```
    /// # use radost_stats::{Level, did::{DidEffects, DidTally}};
    /// # let mut tally = DidTally::default();
    /// for (shop, treated, before, after) in [
    ///     (1, false, 6.0, 6.2), (2, false, 6.5, 6.5), (3, false, 5.8, 5.9), (4, true, 6.0, 6.9), (5, true, 6.4, 7.2), (6, true, 5.9, 6.5),
    /// ] {
    ///     tally.push(shop, 0, false, before)?;
    ///     tally.push(shop, 1, treated, after)?;
    /// }
    /// let effect = tally.estimate(DidEffects::Arms, Level::P95)?;
    /// assert!((effect.effect - 0.666667).abs() < 1e-6 && (effect.standard_error - 0.110554).abs() < 1e-6);
    /// # Ok::<(), radost_stats::did::DidError>(())
    /// ```
    /// # Units
    /// Those of the outcome.
    /// # Assumptions
    /// Without the measure all clusters would have moved in parallel; clusters are independent; ten or more of them for the t interval. When
    /// clusters start at different times and the effect grows or differs, two-way fixed effects weigh it in ways of their own
    /// (Goodman-Bacon 2021, Journal of Econometrics 225(2), 254–277).
    /// # Errors
    /// [`DidError::TooFewClusters`] below four clusters, two treated ones or, for arms, two untreated ones; [`DidError::TooFewPeriods`],
    /// [`DidError::TooFewResponses`], [`DidError::Collinear`], [`DidError::NoSpread`].
    /// # Sources
    /// Bertrand, Duflo and Mullainathan (2004), Quarterly Journal of Economics 119(1), 249–275; the correction and t: Cameron and Miller (2015),
    /// Journal of Human Resources 50(2), 317–372.
    pub fn estimate(&self, effects: DidEffects, level: Level) -> Result<DidEstimate, DidError> {
        let panel = Panel::new(self)?;
        let treated = panel.treated_clusters(&panel.treated);
        panel.check(effects, treated)?;
        let fit = panel.fit(effects, &panel.treated, None)?;
        let freedom = panel.clusters as f64 - 1.0;
        let reach = level.t_unchecked(freedom) * fit.error;
        let t = fit.effect / fit.error;
        Ok(DidEstimate {
            effect: fit.effect,
            low: fit.effect - reach,
            high: fit.effect + reach,
            standard_error: fit.error,
            t,
            p_value: two_sided_t(t, freedom),
            degrees_of_freedom: freedom,
            n: self.n(),
            clusters: panel.clusters,
            treated_clusters: treated,
            periods: panel.periods,
            level,
            effects,
        })
    }

    /// Would other clusters have shown as large an effect, had the measure been theirs?
    ///
    /// The treatment histories are dealt anew to the clusters: all ways when there are at most `permutations` of them (p is then the share of ways at least as extreme,
    /// the true one included), else `permutations` random ways (p = (1 + as extreme) / (1 + ways)). A cluster that lacks periods of the history it
    /// is dealt takes the state of the last period before.
    ///
    /// ```
    /// # use radost_stats::{Progress, did::{DidEffects, DidTally, PermutationMethod}};
    /// # let mut tally = DidTally::default();
    /// for (shop, treated, before, after) in [
    ///     (1, false, 6.0, 6.2), (2, false, 6.5, 6.5), (3, false, 5.8, 5.9), (4, true, 6.0, 6.9), (5, true, 6.4, 7.2), (6, true, 5.9, 6.5),
    /// ] {
    ///     tally.push(shop, 0, false, before)?;
    ///     tally.push(shop, 1, treated, after)?;
    /// }
    /// let test = tally.permutation(DidEffects::Clusters, 1000, 1, Progress::none())?;
    /// assert_eq!((test.assignments, test.method), (20, PermutationMethod::Exact));
    /// assert_eq!(test.p_value, 0.1); // 2 of 20
    /// # Ok::<(), radost_stats::did::DidError>(())
    /// ```
    /// # Assumptions
    /// The measure could as well have gone to any other clusters.
    /// # Errors
    /// Those of [`estimate`](Self::estimate) for the true assignment; [`DidError::Permutations`]; [`DidError::Cancelled`].
    /// # Sources
    /// Fisher (1935), The Design of Experiments; with few treated clusters: MacKinnon and Webb (2020), Journal of Econometrics 218(2), 435–450.
    pub fn permutation(
        &self,
        effects: DidEffects,
        permutations: u64,
        seed: u64,
        progress: Progress<'_>,
    ) -> Result<DidPermutation, DidError> {
        if permutations < MIN_PERMUTATIONS {
            return Err(DidError::Permutations { permutations });
        }
        let panel = Panel::new(self)?;
        panel.check(effects, panel.treated_clusters(&panel.treated))?;
        let within = match effects {
            DidEffects::Arms => None,
            DidEffects::Clusters => Some(panel.within(&panel.cluster, panel.clusters)),
        };
        let truth = panel.fit(effects, &panel.treated, within.as_ref())?;
        let t = (truth.effect / truth.error).abs();
        let histories = panel.histories();
        let extreme = |dealt: &[usize]| {
            let treated = panel.deal(&histories.distinct, dealt);
            // An assignment without an effect to estimate cannot be more extreme.
            panel
                .fit(effects, &treated, within.as_ref())
                .map_or((0, 0), |fit| {
                    let slack = 1.0 - 1e-9;
                    (
                        u64::from(fit.effect.abs() >= truth.effect.abs() * slack),
                        u64::from((fit.effect / fit.error).abs() >= t * slack),
                    )
                })
        };
        let add = |a: (u64, u64), b: (u64, u64)| (a.0 + b.0, a.1 + b.1);

        let ways = histories.ways();
        if ways <= permutations as f64 {
            let total = ways as u64;
            let mut dealt = histories.dealt.clone();
            dealt.sort_unstable();
            let (mut seen, mut sums) = (0, (0, 0));
            loop {
                if seen % 64 == 0 {
                    progress.report(seen, total)?;
                }
                sums = add(sums, extreme(&dealt));
                seen += 1;
                if !next_permutation(&mut dealt) {
                    break;
                }
            }
            return Ok(DidPermutation {
                effect: truth.effect,
                p_value: sums.0 as f64 / seen as f64,
                p_value_t: sums.1 as f64 / seen as f64,
                assignments: seen,
                method: PermutationMethod::Exact,
            });
        }
        let steps = Steps::new(permutations, progress);
        let found = draws(0..permutations, &steps, |index| {
            let mut random = SplitMix64::stream(seed, index);
            let mut dealt = histories.dealt.clone();
            for i in (1..dealt.len()).rev() {
                dealt.swap(i, random.below(i + 1));
            }
            Ok::<_, Cancelled>(extreme(&dealt))
        })?;
        let sums = found.into_iter().fold((0, 0), add);
        let share = |count: u64| (1.0 + count as f64) / (1.0 + permutations as f64);
        Ok(DidPermutation {
            effect: truth.effect,
            p_value: share(sums.0),
            p_value_t: share(sums.1),
            assignments: permutations,
            method: PermutationMethod::MonteCarlo { seed },
        })
    }
}

/// The cells as columns.
struct Panel {
    cluster: Vec<usize>,
    period: Vec<usize>,
    treated: Vec<bool>,
    weight: Vec<f64>,
    outcome: Vec<f64>,
    clusters: usize,
    periods: usize,
    n: u64,
}

struct Fit {
    effect: f64,
    error: f64,
}

/// Treatment histories over all periods, and which cluster has which.
struct Histories {
    distinct: Vec<Vec<bool>>,
    dealt: Vec<usize>,
}

impl Histories {
    /// How many different ways there are to deal them.
    fn ways(&self) -> f64 {
        let mut counts = vec![0_u32; self.distinct.len()];
        let mut ways = 1.0;
        for (dealt, &history) in self.dealt.iter().enumerate() {
            counts[history] += 1;
            ways *= (dealt + 1) as f64 / f64::from(counts[history]);
        }
        ways.round()
    }
}

/// The next arrangement in alphabetical order.
fn next_permutation(items: &mut [usize]) -> bool {
    let Some(pivot) = items.windows(2).rposition(|pair| pair[0] < pair[1]) else {
        return false;
    };
    if let Some(other) = items.iter().rposition(|&item| item > items[pivot]) {
        items.swap(pivot, other);
    }
    items[pivot + 1..].reverse();
    true
}

impl Panel {
    fn new(tally: &DidTally) -> Result<Self, DidError> {
        let clusters: BTreeSet<u64> = tally.cells.keys().map(|key| key.0).collect();
        let periods: BTreeSet<u32> = tally.cells.keys().map(|key| key.1).collect();
        if periods.len() < 2 {
            return Err(DidError::TooFewPeriods {
                periods: periods.len(),
            });
        }
        let clusters: Vec<u64> = clusters.into_iter().collect();
        let periods: Vec<u32> = periods.into_iter().collect();
        let mut panel = Self {
            cluster: Vec::new(),
            period: Vec::new(),
            treated: Vec::new(),
            weight: Vec::new(),
            outcome: Vec::new(),
            clusters: clusters.len(),
            periods: periods.len(),
            n: tally.n(),
        };
        for (&(cluster, period), cell) in &tally.cells {
            if let (Ok(cluster), Ok(period), Ok(mean)) = (
                clusters.binary_search(&cluster),
                periods.binary_search(&period),
                cell.outcome.mean(),
            ) {
                panel.cluster.push(cluster);
                panel.period.push(period);
                panel.treated.push(cell.treated);
                panel.weight.push(cell.outcome.n() as f64);
                panel.outcome.push(mean);
            }
        }
        Ok(panel)
    }

    fn check(&self, effects: DidEffects, treated: usize) -> Result<(), DidError> {
        let untreated = self.clusters - treated;
        for (kind, got, needed) in [
            ("different", self.clusters, 4),
            ("treated", treated, 2),
            (
                "untreated",
                untreated,
                if effects == DidEffects::Arms { 2 } else { 0 },
            ),
        ] {
            if got < needed {
                return Err(DidError::TooFewClusters { kind, got, needed });
            }
        }
        Ok(())
    }

    fn arms(&self, treated: &[bool]) -> Vec<bool> {
        let mut arms = vec![false; self.clusters];
        for (&cluster, &treated) in self.cluster.iter().zip(treated) {
            arms[cluster] |= treated;
        }
        arms
    }

    fn treated_clusters(&self, treated: &[bool]) -> usize {
        self.arms(treated).into_iter().filter(|&arm| arm).count()
    }

    fn histories(&self) -> Histories {
        let mut known: Vec<Vec<Option<bool>>> = vec![vec![None; self.periods]; self.clusters];
        for ((&cluster, &period), &treated) in
            self.cluster.iter().zip(&self.period).zip(&self.treated)
        {
            known[cluster][period] = Some(treated);
        }
        let mut distinct: Vec<Vec<bool>> = Vec::new();
        let mut dealt = Vec::new();
        for history in known {
            let mut last = false;
            let filled: Vec<bool> = history
                .into_iter()
                .map(|state| {
                    last = state.unwrap_or(last);
                    last
                })
                .collect();
            let index = distinct.iter().position(|known| *known == filled);
            dealt.push(index.unwrap_or(distinct.len()));
            if index.is_none() {
                distinct.push(filled);
            }
        }
        Histories { distinct, dealt }
    }

    fn deal(&self, distinct: &[Vec<bool>], dealt: &[usize]) -> Vec<bool> {
        self.cluster
            .iter()
            .zip(&self.period)
            .map(|(&cluster, &period)| distinct[dealt[cluster]][period])
            .collect()
    }

    fn within(&self, group: &[usize], groups: usize) -> Within {
        Within::new(group, groups, &self.period, self.periods, &self.weight)
    }

    fn fit(
        &self,
        effects: DidEffects,
        treated: &[bool],
        within: Option<&Within>,
    ) -> Result<Fit, DidError> {
        let own;
        let within = match (within, effects) {
            (Some(within), _) => within,
            (None, DidEffects::Clusters) => {
                own = self.within(&self.cluster, self.clusters);
                &own
            }
            (None, DidEffects::Arms) => {
                let arms = self.arms(treated);
                let group: Vec<usize> =
                    self.cluster.iter().map(|&c| usize::from(arms[c])).collect();
                own = self.within(&group, 2);
                &own
            }
        };
        let indicator: Vec<f64> = treated.iter().map(|&d| f64::from(u8::from(d))).collect();
        let d = within.residuals(&indicator);
        let y = within.residuals(&self.outcome);
        let sum = |a: &[f64], b: &[f64]| -> f64 {
            self.weight
                .iter()
                .zip(a)
                .zip(b)
                .map(|((w, a), b)| w * a * b)
                .sum()
        };
        let spread = sum(&d, &d);
        let total: f64 = self.weight.iter().sum();
        if spread.is_nan() || spread <= 1e-10 * total {
            return Err(DidError::Collinear);
        }
        let parameters = within.rank + 1;
        let n = self.n as f64;
        if n <= parameters as f64 {
            return Err(DidError::TooFewResponses {
                n: self.n,
                parameters,
            });
        }
        let effect = sum(&d, &y) / spread;
        let mut scores = vec![0.0; self.clusters];
        let mut size = vec![0.0; self.clusters];
        for (i, &cluster) in self.cluster.iter().enumerate() {
            scores[cluster] += self.weight[i] * d[i] * (y[i] - effect * d[i]);
            size[cluster] += self.weight[i] * d[i].abs() * (self.outcome[i].abs() + effect.abs());
        }
        let g = self.clusters as f64;
        let correction = g / (g - 1.0) * (n - 1.0) / (n - parameters as f64);
        let squares: f64 = scores.iter().map(|score| score * score).sum();
        let noise: f64 = size.iter().map(|size| (1e-13 * size).powi(2)).sum();
        if squares.is_nan() || squares <= noise {
            return Err(DidError::NoSpread);
        }
        Ok(Fit {
            effect,
            error: (correction * squares).sqrt() / spread,
        })
    }
}

/// Weighted least squares on two sets of dummies: the groups are swept out, and what is left for the periods is a small matrix.
struct Within {
    group: Vec<usize>,
    period: Vec<usize>,
    weight: Vec<f64>,
    group_weight: Vec<f64>,
    inverse: DMatrix<f64>,
    /// Dummies that are not combinations of others.
    rank: usize,
}

impl Within {
    fn new(
        group: &[usize],
        groups: usize,
        period: &[usize],
        periods: usize,
        weight: &[f64],
    ) -> Self {
        let mut group_weight = vec![0.0; groups];
        let mut shared = DMatrix::<f64>::zeros(groups, periods);
        let mut laplacian = DMatrix::<f64>::zeros(periods, periods);
        for ((&g, &p), &w) in group.iter().zip(period).zip(weight) {
            group_weight[g] += w;
            shared[(g, p)] += w;
            laplacian[(p, p)] += w;
        }
        for (g, &own) in group_weight.iter().enumerate() {
            let present: Vec<usize> = (0..periods).filter(|&p| shared[(g, p)] > 0.0).collect();
            for &p in &present {
                for &q in &present {
                    laplacian[(p, q)] -= shared[(g, p)] * (shared[(g, q)] / own);
                }
            }
        }
        let eigen = laplacian.symmetric_eigen();
        let largest = eigen.eigenvalues.iter().fold(0.0_f64, |a, &b| a.max(b));
        let floor = largest * 1e-11;
        let mut rank = group_weight.iter().filter(|&&w| w > 0.0).count();
        let inverses = eigen.eigenvalues.map(|value| {
            if value > floor {
                rank += 1;
                1.0 / value
            } else {
                0.0
            }
        });
        let inverse = &eigen.eigenvectors
            * DMatrix::from_diagonal(&inverses)
            * eigen.eigenvectors.transpose();
        Self {
            group: group.to_vec(),
            period: period.to_vec(),
            weight: weight.to_vec(),
            group_weight,
            inverse,
            rank,
        }
    }

    /// What the dummies leave of a column.
    fn residuals(&self, column: &[f64]) -> Vec<f64> {
        let mut means = vec![0.0; self.group_weight.len()];
        for (i, &g) in self.group.iter().enumerate() {
            means[g] += self.weight[i] / self.group_weight[g] * column[i];
        }
        let mut right = DVector::<f64>::zeros(self.inverse.nrows());
        for (i, (&g, &p)) in self.group.iter().zip(&self.period).enumerate() {
            right[p] += self.weight[i] * (column[i] - means[g]);
        }
        let effects = &self.inverse * right;
        let mut shift = vec![0.0; self.group_weight.len()];
        for (i, (&g, &p)) in self.group.iter().zip(&self.period).enumerate() {
            shift[g] += self.weight[i] / self.group_weight[g] * effects[p];
        }
        self.group
            .iter()
            .zip(&self.period)
            .enumerate()
            .map(|(i, (&g, &p))| column[i] - means[g] - (effects[p] - shift[g]))
            .collect()
    }
}

/// A planned comparison: how many clusters, how many responses in each, and how alike they are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DidDesign {
    /// Clusters that will be treated.
    pub treated_clusters: u64,
    /// Clusters that will not.
    pub control_clusters: u64,
    /// Responses of each cluster in each period.
    pub responses: f64,
    /// Periods before the measure starts.
    pub periods_before: u32,
    /// Periods after it has started.
    pub periods_after: u32,
    /// Standard deviation of one response, in the units of the outcome.
    pub sd: f64,
    /// Intracluster correlation: share of the variance that responses of one cluster in one period share, 0 to 1.
    pub icc: f64,
    /// Correlation of a cluster's own level between periods, 0 to 1; 1 when clusters keep their level but for common moves.
    pub cluster_autocorrelation: f64,
}

const MOST_CLUSTERS: u64 = 1_000_000;

impl DidDesign {
    /// Standard error that the effect will have.
    ///
    /// ```text
    /// Var = sd² [ (1 − ρ)/m + ρ (1 − r) ] (1/before + 1/after) (1/treated + 1/control)      ρ: icc, r: autocorrelation, m: responses
    /// ```
    ///
    /// ```
    /// use radost_stats::did::DidDesign;
    ///
    /// let design = DidDesign {
    ///     treated_clusters: 10, control_clusters: 10, responses: 50.0, periods_before: 1, periods_after: 1,
    ///     sd: 2.0, icc: 0.05, cluster_autocorrelation: 0.8,
    /// };
    /// assert!((design.standard_error()? - 0.215407).abs() < 1e-6);
    /// # Ok::<(), radost_stats::did::DidError>(())
    /// ```
    /// # Units
    /// Those of the outcome.
    /// # Assumptions
    /// Other respondents in every period, equal cells, one autocorrelation between any two periods.
    /// # Errors
    /// [`DidError::Parameter`] naming the number that cannot be.
    /// # Sources
    /// Hooper, Teerenstra, de Hoop and Eldridge (2016), Statistics in Medicine 35(26), 4718–4728.
    pub fn standard_error(&self) -> Result<f64, DidError> {
        let refuse = |name, value, range| Err(DidError::Parameter { name, value, range });
        for (name, value) in [
            ("treated_clusters", self.treated_clusters),
            ("control_clusters", self.control_clusters),
        ] {
            if value < 2 {
                return refuse(name, value as f64, "2 or more");
            }
        }
        for (name, value) in [
            ("periods_before", self.periods_before),
            ("periods_after", self.periods_after),
        ] {
            if value == 0 {
                return refuse(name, 0.0, "1 or more");
            }
        }
        for (name, value) in [("responses", self.responses), ("sd", self.sd)] {
            if !(value > 0.0 && value.is_finite()) {
                return refuse(name, value, "above zero");
            }
        }
        for (name, value) in [
            ("icc", self.icc),
            ("cluster_autocorrelation", self.cluster_autocorrelation),
        ] {
            if !(0.0..=1.0).contains(&value) {
                return refuse(name, value, "from 0 to 1");
            }
        }
        let cell =
            (1.0 - self.icc) / self.responses + self.icc * (1.0 - self.cluster_autocorrelation);
        let periods = 1.0 / f64::from(self.periods_before) + 1.0 / f64::from(self.periods_after);
        let clusters = 1.0 / self.treated_clusters as f64 + 1.0 / self.control_clusters as f64;
        Ok(self.sd * (cell * periods * clusters).sqrt())
    }

    /// Probability of finding an effect of this size, by the noncentral t with clusters − 2 degrees of freedom.
    ///
    /// ```
    /// # use radost_stats::{Level, did::DidDesign};
    /// # let design = DidDesign {
    /// #     treated_clusters: 10, control_clusters: 10, responses: 50.0, periods_before: 1, periods_after: 1,
    /// #     sd: 2.0, icc: 0.05, cluster_autocorrelation: 0.8,
    /// # };
    /// assert!((design.power(0.5, Level::P95)? - 0.593444).abs() < 1e-6);
    /// # Ok::<(), radost_stats::did::DidError>(())
    /// ```
    /// # Units
    /// `effect` in those of the outcome; the power is a probability.
    /// # Errors
    /// Those of [`standard_error`](Self::standard_error); [`DidError::Parameter`] for an effect that is not a finite number.
    pub fn power(&self, effect: f64, level: Level) -> Result<f64, DidError> {
        if !effect.is_finite() {
            return Err(DidError::Parameter {
                name: "effect",
                value: effect,
                range: "a finite number",
            });
        }
        Ok(self.power_at(effect.abs() / self.standard_error()?, level))
    }

    fn power_at(&self, shift: f64, level: Level) -> f64 {
        let freedom = self.treated_clusters.saturating_add(self.control_clusters) as f64 - 2.0;
        let t = level.t_unchecked(freedom);
        1.0 - noncentral_t_cdf(t, freedom, shift) + noncentral_t_cdf(-t, freedom, shift)
    }

    /// The smallest effect that will be found with this probability.
    ///
    /// ```
    /// # use radost_stats::{Level, did::DidDesign};
    /// # let design = DidDesign {
    /// #     treated_clusters: 10, control_clusters: 10, responses: 50.0, periods_before: 1, periods_after: 1,
    /// #     sd: 2.0, icc: 0.05, cluster_autocorrelation: 0.8,
    /// # };
    /// let effect = design.detectable(0.8, Level::P95)?;
    /// assert!((design.power(effect, Level::P95)? - 0.8).abs() < 1e-9);
    /// # Ok::<(), radost_stats::did::DidError>(())
    /// ```
    /// # Units
    /// `power` is a probability; the effect is in the units of the outcome.
    /// # Errors
    /// Those of [`standard_error`](Self::standard_error); [`DidError::Parameter`] for a power that does not lie between the level's error and 1.
    /// # Sources
    /// Bloom (1995), Evaluation Review 19(5), 547–556, here without its normal approximation.
    pub fn detectable(&self, power: f64, level: Level) -> Result<f64, DidError> {
        let error = self.standard_error()?;
        let power = checked_power(power, level)?;
        let mut high = 1.0;
        while self.power_at(high, level) < power && high < 1e6 {
            high *= 2.0;
        }
        let shift = bisect(0.0, high, |shift| self.power_at(shift, level) < power);
        Ok(shift * error)
    }

    /// The fewest treated clusters, with as many untreated ones, that find this effect with this probability.
    ///
    /// ```
    /// # use radost_stats::{Level, did::DidDesign};
    /// # let design = DidDesign {
    /// #     treated_clusters: 10, control_clusters: 10, responses: 50.0, periods_before: 1, periods_after: 1,
    /// #     sd: 2.0, icc: 0.05, cluster_autocorrelation: 0.8,
    /// # };
    /// assert_eq!(design.clusters_needed(0.5, 0.8, Level::P95)?, 16);
    /// # Ok::<(), radost_stats::did::DidError>(())
    /// ```
    /// # Errors
    /// Those of [`detectable`](Self::detectable) and [`power`](Self::power); [`DidError::OutOfReach`] above a million.
    pub fn clusters_needed(&self, effect: f64, power: f64, level: Level) -> Result<u64, DidError> {
        let power = checked_power(power, level)?;
        let with = |clusters: u64| Self {
            treated_clusters: clusters,
            control_clusters: clusters,
            ..*self
        };
        let (mut low, mut high) = (1, 2);
        while with(high).power(effect, level)? < power {
            if high >= MOST_CLUSTERS {
                return Err(DidError::OutOfReach {
                    limit: MOST_CLUSTERS,
                });
            }
            low = high;
            high = (high * 2).min(MOST_CLUSTERS);
        }
        while low + 1 < high {
            let middle = low + (high - low) / 2;
            if with(middle).power(effect, level)? < power {
                low = middle;
            } else {
                high = middle;
            }
        }
        Ok(high)
    }
}

fn checked_power(power: f64, level: Level) -> Result<f64, DidError> {
    if power > level.alpha() && power < 1.0 {
        Ok(power)
    } else {
        Err(DidError::Parameter {
            name: "power",
            value: power,
            range: "between the level's error and 1",
        })
    }
}
