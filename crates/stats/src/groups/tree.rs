use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::{
    Cancelled, Progress,
    distributions::{ln_chi_squared_sf, ln_f_sf, ln_gamma},
};

/// What may explain the outcome: an answer in categories. `None` is missing and counts as a category of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predictor {
    /// Name, which the rules repeat.
    pub name: String,
    /// Which categories may be merged.
    pub kind: PredictorKind,
    /// The category of each customer.
    pub values: Vec<Option<u32>>,
}

/// Which categories of a predictor may be merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PredictorKind {
    /// Any.
    Nominal,
    /// Neighbours only; missing, which has no place in the order, with any (a floating category).
    Ordinal,
}

/// What is to be explained.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// A category of each customer, numbered from 0: split by chi-squared tests.
    Categories(Vec<usize>),
    /// A number of each customer: split by F tests.
    Numeric(Vec<f64>),
}

/// When a tree splits and when it stops. The defaults are those of usual software.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TreeRules {
    /// Categories whose difference has a larger p-value are merged: 0.05.
    pub merge_alpha: f64,
    /// A node is split when the corrected p-value is at most this: 0.05.
    pub split_alpha: f64,
    /// Nodes with fewer customers are not split: 100.
    pub fewest_to_split: u64,
    /// Splits leave no fewer customers in a child: 50.
    pub fewest_in_child: u64,
    /// Splits from the root to a leaf at most: 3.
    pub most_depth: usize,
}

impl Default for TreeRules {
    fn default() -> Self {
        Self {
            merge_alpha: 0.05,
            split_alpha: 0.05,
            fewest_to_split: 100,
            fewest_in_child: 50,
            most_depth: 3,
        }
    }
}

/// A grown tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// All nodes; the root is the first, and parents come before their children.
    pub nodes: Vec<TreeNode>,
    /// Number of customers.
    pub n: u64,
    /// What it was grown by.
    pub rules: TreeRules,
}

/// A group of customers who answered alike.
#[derive(Debug, Clone, PartialEq)]
pub struct TreeNode {
    /// Its place in [`Tree::nodes`].
    pub id: usize,
    /// The node it was split from.
    pub parent: Option<usize>,
    /// Splits from the root.
    pub depth: usize,
    /// What all customers here answered: the rule of this group, to be read with "and" between.
    pub conditions: Vec<TreeCondition>,
    /// Number of customers.
    pub n: u64,
    /// What comes of them.
    pub outcome: NodeOutcome,
    /// How it was split further; `None` for a leaf.
    pub split: Option<Split>,
}

/// One part of a rule: the predictor has one of these categories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeCondition {
    /// The predictor, numbered from 0.
    pub predictor: usize,
    /// Its name.
    pub name: String,
    /// The categories in order, missing first.
    pub categories: Vec<Option<u32>>,
}

impl std::fmt::Display for TreeCondition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words: Vec<String> = self
            .categories
            .iter()
            .map(|category| category.map_or("missing".to_owned(), |code| code.to_string()))
            .collect();
        write!(f, "{} is {}", self.name, words.join(" or "))
    }
}

/// What comes of the customers of a node.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeOutcome {
    /// Customers in each category.
    Categories {
        /// One count per category.
        counts: Vec<u64>,
    },
    /// Mean and spread.
    Numeric {
        /// Mean outcome.
        mean: f64,
        /// Standard deviation with n − 1; 0 for a single customer.
        sd: f64,
    },
}

/// The test behind a split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TreeTest {
    /// Pearson's chi-squared.
    ChiSquared,
    /// F of a one-way analysis of variance.
    F,
}

impl std::fmt::Display for TreeTest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::ChiSquared => "chi-squared",
            Self::F => "F",
        })
    }
}

/// How a node was split.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// The predictor, numbered from 0.
    pub predictor: usize,
    /// The test made.
    pub test: TreeTest,
    /// Its statistic over the merged categories.
    pub statistic: f64,
    /// Degrees of freedom; of the numerator for F.
    pub df: f64,
    /// Degrees of freedom of the denominator, for F.
    pub df_within: Option<f64>,
    /// P-value as if the categories had been merged beforehand.
    pub p_value: f64,
    /// Ways to merge the categories into so many groups: what the p-value is multiplied by.
    pub multiplier: f64,
    /// P-value after the correction, at most 1.
    pub corrected_p_value: f64,
    /// The nodes made, in the order of their categories.
    pub children: Vec<usize>,
}

/// Why a tree cannot be grown.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TreeError {
    /// No customers.
    #[error("there are no customers")]
    Empty,
    /// No predictors.
    #[error("there are no predictors")]
    NoPredictors,
    /// A column of another length than the outcome.
    #[error("{name} has {found} rows, and the outcome has {expected}")]
    Length {
        /// Name of the predictor, or "weights".
        name: String,
        /// Rows of the outcome.
        expected: usize,
        /// Rows found.
        found: usize,
    },
    /// A numeric outcome that is not a number.
    #[error("the outcome in row {row} is {value}: it must be a number within ±1e100")]
    Value {
        /// The row, numbered from 0.
        row: usize,
        /// The refused value.
        value: f64,
    },
    /// All outcomes are equal.
    #[error("all outcomes are equal, so there is nothing to explain")]
    OneOutcome,
    /// An outcome with too many categories.
    #[error("the outcome has category {category}: categories are numbered from 0 to 999")]
    OutcomeCategory {
        /// The refused category.
        category: usize,
    },
    /// A predictor with one category.
    #[error("{name} is constant: everyone is in one category")]
    Constant {
        /// Name of the predictor.
        name: String,
    },
    /// A predictor with too many categories to merge.
    #[error("{name} has {categories} categories: at most 300 can be merged, so band it first")]
    TooManyCategories {
        /// Name of the predictor.
        name: String,
        /// Its categories.
        categories: usize,
    },
    /// A weight of zero.
    #[error("the weight of row {row} is 0: weights are whole numbers from 1")]
    Weight {
        /// The row, numbered from 0.
        row: usize,
    },
    /// A rule that cannot be used.
    #[error("{rule} is {value}: it must be above 0 and at most 1")]
    Rule {
        /// Name of the rule.
        rule: &'static str,
        /// The refused value.
        value: f64,
    },
    /// The computation was asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

const MOST_CATEGORIES: usize = 300;
const MOST_OUTCOMES: usize = 1000;

/// Grows a CHAID tree: at each node the predictor that explains the outcome best, after merging its categories that do not differ.
///
/// For each predictor, the pair of (allowed) categories with the largest p-value is merged while that p-value is above `merge_alpha` and
/// more than two groups are left; groups smaller than `fewest_in_child` join the one most like them. The p-value of the table of merged
/// categories is multiplied by the number of ways to merge c categories into r groups:
/// ```text
/// nominal  Σᵢ (−1)ⁱ (r − i)ᶜ / ( i! (r − i)! )      ordinal  C(c−1, r−1)      ordinal with missing  C(c−2, r−2) + r C(c−2, r−1)
/// ```
/// Merged groups are not split again (Kass' optional step). `weights` are numbers of customers per row.
///
/// ```
/// use radost_stats::{Progress, groups::{Outcome, Predictor, PredictorKind, TreeRules, grow_tree}};
///
/// // 400 customers: those of shops 0 and 1 rarely leave, those of shop 2 often do.
/// let shop = Predictor { name: "shop".into(), kind: PredictorKind::Nominal, values: (0..400).map(|i| Some(i % 4 / 2 + i % 2 * (i % 4 / 2))).collect() };
/// let left = Outcome::Categories((0..400).map(|i| usize::from(if i % 4 < 2 { i % 20 == 0 } else { i % 3 == 0 })).collect());
/// let tree = grow_tree(&[shop], &left, None, &TreeRules::default(), &Progress::none())?;
/// assert_eq!(tree.nodes[1].conditions[0].to_string(), "shop is 0");
/// assert_eq!(tree.nodes[2].conditions[0].to_string(), "shop is 1 or 2");
/// # Ok::<(), radost_stats::groups::TreeError>(())
/// ```
/// # Units
/// Those of the outcome.
/// # Assumptions
/// Customers are independent; expected counts of 5 or so. The correction is for merging within one predictor; looking at many predictors
/// and levels makes chance splits likelier, so confirm a tree on other data.
/// # Errors
/// [`TreeError::Empty`], [`TreeError::NoPredictors`], [`TreeError::Length`], [`TreeError::Value`], [`TreeError::OneOutcome`],
/// [`TreeError::OutcomeCategory`], [`TreeError::Constant`], [`TreeError::TooManyCategories`], [`TreeError::Weight`],
/// [`TreeError::Rule`], [`TreeError::Cancelled`].
/// # Sources
/// Kass (1980), Applied Statistics 29(2), 119–127.
pub fn grow_tree(
    predictors: &[Predictor],
    outcome: &Outcome,
    weights: Option<&[u64]>,
    rules: &TreeRules,
    progress: &Progress<'_>,
) -> Result<Tree, TreeError> {
    let rows = checked(predictors, outcome, weights, rules)?;
    let data = Data {
        predictors,
        outcome,
        weights,
        classes: match outcome {
            Outcome::Categories(values) => values.iter().max().map_or(0, |last| last + 1),
            Outcome::Numeric(_) => 0,
        },
    };
    let all: Vec<usize> = (0..rows).collect();
    let mut nodes = vec![data.node(0, None, 0, Vec::new(), &all)];
    let mut waiting = vec![(0, all)];
    let mut settled = 0_u64;
    while let Some((id, members)) = waiting.pop() {
        settled += 1;
        progress.report(settled, settled + waiting.len() as u64)?;
        let (depth, n) = (nodes[id].depth, nodes[id].n);
        if depth >= rules.most_depth || n < rules.fewest_to_split {
            continue;
        }
        let Some(found) = data.best_split(&members, rules) else {
            continue;
        };
        let mut group_of: BTreeMap<Option<u32>, usize> = BTreeMap::new();
        for (group, categories) in found.groups.iter().enumerate() {
            group_of.extend(categories.iter().map(|&category| (category, group)));
        }
        let mut parts = vec![Vec::new(); found.groups.len()];
        let predictor = &predictors[found.predictor];
        for &row in &members {
            if let Some(&group) = group_of.get(&predictor.values[row]) {
                parts[group].push(row);
            }
        }
        let mut children = Vec::with_capacity(parts.len());
        for (part, categories) in parts.into_iter().zip(&found.groups) {
            let child = nodes.len();
            let mut conditions = nodes[id].conditions.clone();
            conditions.push(TreeCondition {
                predictor: found.predictor,
                name: predictor.name.clone(),
                categories: categories.clone(),
            });
            nodes.push(data.node(child, Some(id), depth + 1, conditions, &part));
            children.push(child);
            waiting.push((child, part));
        }
        nodes[id].split = Some(Split {
            predictor: found.predictor,
            test: match outcome {
                Outcome::Categories(_) => TreeTest::ChiSquared,
                Outcome::Numeric(_) => TreeTest::F,
            },
            statistic: found.test.statistic,
            df: found.test.df,
            df_within: found.test.df_within,
            p_value: found.test.log_p.exp(),
            multiplier: found.log_multiplier.exp().round(),
            corrected_p_value: found.corrected().exp(),
            children,
        });
    }
    Ok(Tree {
        n: nodes.first().map_or(0, |root| root.n),
        nodes,
        rules: *rules,
    })
}

impl Tree {
    /// The nodes that are not split.
    pub fn leaves(&self) -> impl Iterator<Item = &TreeNode> {
        self.nodes.iter().filter(|node| node.split.is_none())
    }

    /// The node a customer falls into, by one category per predictor. A category that a split has not seen ends the way there.
    pub fn place(&self, values: &[Option<u32>]) -> Option<&TreeNode> {
        let mut node = self.nodes.first()?;
        while let Some(split) = &node.split {
            let value = values.get(split.predictor)?;
            let next = split
                .children
                .iter()
                .filter_map(|&child| self.nodes.get(child))
                .find(|child| {
                    let condition = child.conditions.last();
                    condition.is_some_and(|condition| condition.categories.contains(value))
                });
            match next {
                Some(child) => node = child,
                None => break,
            }
        }
        Some(node)
    }
}

fn checked(
    predictors: &[Predictor],
    outcome: &Outcome,
    weights: Option<&[u64]>,
    rules: &TreeRules,
) -> Result<usize, TreeError> {
    let rows = match outcome {
        Outcome::Categories(values) => values.len(),
        Outcome::Numeric(values) => values.len(),
    };
    if rows == 0 {
        return Err(TreeError::Empty);
    }
    if predictors.is_empty() {
        return Err(TreeError::NoPredictors);
    }
    for (rule, value) in [
        ("merge_alpha", rules.merge_alpha),
        ("split_alpha", rules.split_alpha),
    ] {
        if !(value > 0.0 && value <= 1.0) {
            return Err(TreeError::Rule { rule, value });
        }
    }
    match outcome {
        Outcome::Categories(values) => {
            if let Some(&category) = values.iter().find(|&&c| c >= MOST_OUTCOMES) {
                return Err(TreeError::OutcomeCategory { category });
            }
            if values.windows(2).all(|pair| pair[0] == pair[1]) {
                return Err(TreeError::OneOutcome);
            }
        }
        Outcome::Numeric(values) => {
            let bad = |value: &f64| value.is_nan() || value.abs() > 1e100;
            if let Some(row) = values.iter().position(bad) {
                return Err(TreeError::Value {
                    row,
                    value: values[row],
                });
            }
            if values.windows(2).all(|pair| pair[0] == pair[1]) {
                return Err(TreeError::OneOutcome);
            }
        }
    }
    if let Some(weights) = weights {
        if weights.len() != rows {
            return Err(TreeError::Length {
                name: "weights".to_owned(),
                expected: rows,
                found: weights.len(),
            });
        }
        if let Some(row) = weights.iter().position(|&weight| weight == 0) {
            return Err(TreeError::Weight { row });
        }
    }
    for predictor in predictors {
        let name = || predictor.name.clone();
        if predictor.values.len() != rows {
            return Err(TreeError::Length {
                name: name(),
                expected: rows,
                found: predictor.values.len(),
            });
        }
        let mut categories = predictor.values.clone();
        categories.sort_unstable();
        categories.dedup();
        if categories.len() < 2 {
            return Err(TreeError::Constant { name: name() });
        }
        if categories.len() > MOST_CATEGORIES {
            return Err(TreeError::TooManyCategories {
                name: name(),
                categories: categories.len(),
            });
        }
    }
    Ok(rows)
}

/// What is known of the outcome of some customers.
#[derive(Clone)]
enum Cell {
    Counts(Vec<f64>),
    Moments { n: f64, mean: f64, spread: f64 },
}

impl Cell {
    fn n(&self) -> f64 {
        match self {
            Self::Counts(counts) => counts.iter().sum(),
            Self::Moments { n, .. } => *n,
        }
    }

    fn merge(&mut self, other: &Self) {
        match (self, other) {
            (Self::Counts(counts), Self::Counts(more)) => {
                for (count, more) in counts.iter_mut().zip(more) {
                    *count += more;
                }
            }
            (
                Self::Moments { n, mean, spread },
                Self::Moments {
                    n: more,
                    mean: other_mean,
                    spread: other_spread,
                },
            ) => {
                let total = *n + more;
                if total > 0.0 {
                    let apart = other_mean - *mean;
                    *spread += other_spread + apart * apart * *n * more / total;
                    *mean += apart * more / total;
                    *n = total;
                }
            }
            // All cells of a tree are of the kind of its outcome.
            _ => {}
        }
    }
}

#[derive(Clone, Copy)]
struct Test {
    statistic: f64,
    df: f64,
    df_within: Option<f64>,
    log_p: f64,
}

/// Whether the cells differ; ln p = 0 where nothing can be tested.
fn test(cells: &[&Cell]) -> Test {
    let nothing = |df_within| Test {
        statistic: 0.0,
        df: 0.0,
        df_within,
        log_p: 0.0,
    };
    let groups = cells.len() as f64;
    match cells.first() {
        Some(Cell::Counts(first)) => {
            let counts: Vec<&Vec<f64>> = cells
                .iter()
                .filter_map(|cell| match cell {
                    Cell::Counts(counts) => Some(counts),
                    Cell::Moments { .. } => None,
                })
                .collect();
            let totals: Vec<f64> = (0..first.len())
                .map(|class| counts.iter().map(|row| row[class]).sum())
                .collect();
            let n: f64 = totals.iter().sum();
            let classes = totals.iter().filter(|&&total| total > 0.0).count() as f64;
            let df = (groups - 1.0) * (classes - 1.0);
            if df <= 0.0 {
                return nothing(None);
            }
            let mut statistic = 0.0;
            for row in &counts {
                let size: f64 = row.iter().sum();
                for (count, total) in row.iter().zip(&totals) {
                    let expected = size * total / n;
                    if expected > 0.0 {
                        statistic += (count - expected).powi(2) / expected;
                    }
                }
            }
            Test {
                statistic,
                df,
                df_within: None,
                log_p: ln_chi_squared_sf(statistic, df),
            }
        }
        Some(Cell::Moments { .. }) => {
            let (mut within, mut n) = (0.0, 0.0);
            let mut pooled = Cell::Moments {
                n: 0.0,
                mean: 0.0,
                spread: 0.0,
            };
            for cell in cells {
                pooled.merge(cell);
                if let Cell::Moments {
                    n: size, spread, ..
                } = cell
                {
                    within += spread;
                    n += size;
                }
            }
            let total = match pooled {
                Cell::Moments { spread, .. } => spread,
                Cell::Counts(_) => 0.0,
            };
            let (df, df_within) = (groups - 1.0, n - groups);
            let between = (total - within).max(0.0);
            if df <= 0.0 || df_within <= 0.0 || between <= total * 1e-14 {
                return nothing(Some(df_within));
            }
            let statistic = between / df / (within / df_within);
            Test {
                statistic,
                df,
                df_within: Some(df_within),
                log_p: ln_f_sf(statistic, df, df_within),
            }
        }
        None => nothing(None),
    }
}

/// Categories merged so far, with their outcome.
struct Group {
    categories: Vec<Option<u32>>,
    cell: Cell,
}

struct Candidate {
    predictor: usize,
    groups: Vec<Vec<Option<u32>>>,
    test: Test,
    log_multiplier: f64,
}

impl Candidate {
    fn corrected(&self) -> f64 {
        (self.test.log_p + self.log_multiplier).min(0.0)
    }
}

struct Data<'a> {
    predictors: &'a [Predictor],
    outcome: &'a Outcome,
    weights: Option<&'a [u64]>,
    classes: usize,
}

impl Data<'_> {
    fn weight(&self, row: usize) -> u64 {
        self.weights.map_or(1, |weights| weights[row])
    }

    fn empty(&self) -> Cell {
        match self.outcome {
            Outcome::Categories(_) => Cell::Counts(vec![0.0; self.classes]),
            Outcome::Numeric(_) => Cell::Moments {
                n: 0.0,
                mean: 0.0,
                spread: 0.0,
            },
        }
    }

    fn count(&self, cell: &mut Cell, row: usize) {
        let weight = self.weight(row) as f64;
        match (cell, self.outcome) {
            (Cell::Counts(counts), Outcome::Categories(values)) => counts[values[row]] += weight,
            (cell, Outcome::Numeric(values)) => cell.merge(&Cell::Moments {
                n: weight,
                mean: values[row],
                spread: 0.0,
            }),
            (Cell::Moments { .. }, Outcome::Categories(_)) => {}
        }
    }

    fn node(
        &self,
        id: usize,
        parent: Option<usize>,
        depth: usize,
        conditions: Vec<TreeCondition>,
        members: &[usize],
    ) -> TreeNode {
        let mut cell = self.empty();
        for &row in members {
            self.count(&mut cell, row);
        }
        TreeNode {
            id,
            parent,
            depth,
            conditions,
            n: members
                .iter()
                .fold(0, |sum: u64, &row| sum.saturating_add(self.weight(row))),
            outcome: match cell {
                Cell::Counts(counts) => NodeOutcome::Categories {
                    counts: counts.into_iter().map(|count| count as u64).collect(),
                },
                Cell::Moments { n, mean, spread } => NodeOutcome::Numeric {
                    mean,
                    sd: if n > 1.0 {
                        (spread / (n - 1.0)).sqrt()
                    } else {
                        0.0
                    },
                },
            },
            split: None,
        }
    }

    fn best_split(&self, members: &[usize], rules: &TreeRules) -> Option<Candidate> {
        let candidates: Vec<Candidate> = (0..self.predictors.len())
            .into_par_iter()
            .filter_map(|predictor| self.candidate(predictor, members, rules))
            .collect();
        candidates
            .into_iter()
            .reduce(|best, next| {
                if next.corrected() < best.corrected() {
                    next
                } else {
                    best
                }
            })
            .filter(|best| best.corrected() <= rules.split_alpha.ln())
    }

    fn candidate(
        &self,
        predictor: usize,
        members: &[usize],
        rules: &TreeRules,
    ) -> Option<Candidate> {
        let Predictor { kind, values, .. } = &self.predictors[predictor];
        let mut cells: BTreeMap<Option<u32>, Cell> = BTreeMap::new();
        for &row in members {
            let cell = cells.entry(values[row]).or_insert_with(|| self.empty());
            self.count(cell, row);
        }
        // In the order of the categories; missing comes first.
        let mut groups: Vec<Group> = cells
            .into_iter()
            .map(|(category, cell)| Group {
                categories: vec![category],
                cell,
            })
            .collect();
        let present = groups.len();
        if present < 2 {
            return None;
        }
        let floats = *kind == PredictorKind::Ordinal
            && groups
                .first()
                .is_some_and(|group| group.categories == [None]);
        while groups.len() > 2 {
            let (i, j, log_p) = closest(&groups, *kind, None)?;
            if log_p <= rules.merge_alpha.ln() {
                break;
            }
            merge(&mut groups, i, j);
        }
        let small = |group: &Group| group.cell.n() < rules.fewest_in_child as f64;
        while let Some(i) = groups.iter().position(small) {
            let (i, j, _) = closest(&groups, *kind, Some(i))?;
            merge(&mut groups, i, j);
        }
        if groups.len() < 2 {
            return None;
        }
        let test = test(&groups.iter().map(|group| &group.cell).collect::<Vec<_>>());
        let log_multiplier = match (kind, floats) {
            (PredictorKind::Nominal, _) => ln_partitions(present, groups.len()),
            (PredictorKind::Ordinal, false) => ln_choose(present - 1, groups.len() - 1),
            (PredictorKind::Ordinal, true) => ln_sum(
                ln_choose(present - 2, groups.len() - 2),
                (groups.len() as f64).ln() + ln_choose(present - 2, groups.len() - 1),
            ),
        };
        Some(Candidate {
            predictor,
            groups: groups.into_iter().map(|group| group.categories).collect(),
            test,
            log_multiplier,
        })
    }
}

/// The two groups that may be merged and differ least; with `one` given, the group most like it.
fn closest(
    groups: &[Group],
    kind: PredictorKind,
    one: Option<usize>,
) -> Option<(usize, usize, f64)> {
    let floats = |i: usize| groups[i].categories == [None];
    let allowed = |i: usize, j: usize| {
        kind == PredictorKind::Nominal || floats(i) || {
            // A missing category that is still alone does not stand between its neighbours; it is first, so it cannot.
            j == i + 1
        }
    };
    let mut best: Option<(usize, usize, f64, f64)> = None;
    for i in 0..groups.len() {
        for j in i + 1..groups.len() {
            if !allowed(i, j) || one.is_some_and(|one| one != i && one != j) {
                continue;
            }
            let test = test(&[&groups[i].cell, &groups[j].cell]);
            // Where p-values are too near 1 to differ, the smaller statistic is the nearer pair.
            let nearer = best.is_none_or(|(_, _, log_p, statistic)| {
                test.log_p > log_p || (test.log_p == log_p && test.statistic < statistic)
            });
            if nearer {
                best = Some((i, j, test.log_p, test.statistic));
            }
        }
    }
    best.map(|(i, j, log_p, _)| (i, j, log_p))
}

fn merge(groups: &mut Vec<Group>, i: usize, j: usize) {
    let other = groups.remove(j);
    let floating = groups[i].categories == [None];
    let group = &mut groups[i];
    group.cell.merge(&other.cell);
    group.categories.extend(other.categories);
    group.categories.sort_unstable();
    if floating && j > i + 1 {
        // The missing category takes the place of the group it joined.
        let merged = groups.remove(i);
        groups.insert(j - 1, merged);
    }
}

fn ln_choose(n: usize, k: usize) -> f64 {
    if k > n {
        return f64::NEG_INFINITY;
    }
    let ln_factorial = |x: usize| ln_gamma(x as f64 + 1.0);
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
}

fn ln_sum(a: f64, b: f64) -> f64 {
    let larger = a.max(b);
    if larger == f64::NEG_INFINITY {
        larger
    } else {
        larger + ((a - larger).exp() + (b - larger).exp()).ln()
    }
}

/// ln of the number of ways to put n categories into k groups (Stirling's second kind, which is Kass' sum), by its recurrence, which
/// has no differences to lose digits in.
fn ln_partitions(n: usize, k: usize) -> f64 {
    let mut row = vec![f64::NEG_INFINITY; k + 1];
    row[0] = 0.0;
    for _ in 0..n {
        for groups in (1..=k).rev() {
            row[groups] = ln_sum(row[groups - 1], (groups as f64).ln() + row[groups]);
        }
        row[0] = f64::NEG_INFINITY;
    }
    row[k]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_to_merge() {
        // Stirling numbers of the second kind from the tables: S(5, 2) = 15, S(10, 3) = 9330, S(7, 7) = 1; Kass' table: 3 ordinal into 2.
        for (n, k, expected) in [
            (5, 2, 15.0),
            (10, 3, 9330.0),
            (7, 7, 1.0),
            (20, 5, 749_206_090_500.0),
        ] {
            assert!(
                (ln_partitions(n, k).exp() / expected - 1.0_f64).abs() < 1e-10,
                "{n} {k}"
            );
        }
        assert!((ln_choose(4, 2).exp() - 6.0).abs() < 1e-10);
        assert_eq!(ln_choose(2, 3), f64::NEG_INFINITY);
    }
}
