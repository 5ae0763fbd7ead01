//! Groups of customers: k-medoids, latent classes, trees, two-way tables.

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use radost_stats::groups::{
    Column, Distance, KMedoids, LatentClass, NodeOutcome, Outcome, PatternTally, Predictor,
    PredictorKind, Profiles, TableTally, Tree, TreeNode, TreeRules, gap_statistic, group_stability,
    grow_tree, silhouette,
};
use radost_stats::{Level, Progress};
use radost_table::SmolStr;
use schemars::JsonSchema;
use serde::Serialize;

use super::answer::{Answer, Cell, Finding, Grid, Shown, many, num};
use super::meter::Meter;
use super::source::Source;
use super::{Analysis, picture};

/// Groups of customers: k-medoids, latent classes, trees, two-way tables.
#[derive(Debug, Args)]
pub(crate) struct Groups {
    #[command(flatten)]
    source: Source,
    /// Columns of numbers that tell customers apart.
    #[arg(long, value_name = "COL,…", value_delimiter = ',')]
    columns: Vec<String>,
    /// Columns of categories that tell customers apart.
    #[arg(long, value_name = "COL,…", value_delimiter = ',')]
    categories: Vec<String>,
    /// How groups are found.
    #[arg(long, value_enum, default_value_t = Method::KMedoids)]
    method: Method,
    /// How many groups, or up to how many as 2-6, from which the best is taken.
    #[arg(long, default_value = "2-6")]
    k: String,
    /// With k-medoids: what says how many groups are best.
    #[arg(long, value_enum, default_value_t = Choose::Silhouette)]
    choose: Choose,
    /// With a tree: what it explains; a column of categories.
    #[arg(long, value_name = "COL")]
    outcome: Option<String>,
    /// Resamples that show how stable the groups are; 0 for none.
    #[arg(long, value_name = "DRAWS", default_value_t = 50)]
    bootstrap: u64,
    /// The same seed gives the same groups.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    shown: Shown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Method {
    /// Groups around typical customers, any mix of numbers and categories (Gower's distance).
    KMedoids,
    /// Classes that make the answers independent within each; categories.
    LatentClass,
    /// Splits that tell an outcome apart (CHAID).
    Tree,
    /// A table of two categories: whether they go together, and which cells stand out.
    TwoWay,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Choose {
    /// The most, by how much nearer customers are to their own group than to the next.
    Silhouette,
    /// The fewest that more would not improve, against data without groups; --k 1-6 also tells whether there are any.
    Gap,
}

/// Sets of data without groups for the gap statistic.
const GAP_SETS: u64 = 50;

/// Groups.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct GroupFindings {
    method: &'static str,
    n: u64,
    /// Numbers of groups tried, and how good each is.
    choices: Vec<Choice>,
    groups: Vec<GroupFinding>,
    /// With a tree: its nodes, each after the one above it.
    nodes: Vec<NodeFinding>,
    /// With --method two-way.
    table: Option<TableFinding>,
}

/// A node of a tree.
#[derive(Debug, Serialize, JsonSchema)]
struct NodeFinding {
    /// Index of the node above; null for the root.
    parent: Option<u64>,
    depth: u64,
    n: u64,
    /// What leads here from the node above, such as `town is York`; null for the root.
    condition: Option<String>,
    /// The column by which it is split; null for leaves.
    split_by: Option<String>,
    /// Of the split, corrected for the splits that were tried.
    p_value: Option<f64>,
    /// Values of the outcome with their shares, 0 to 1.
    outcomes: Vec<OutcomeShare>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct OutcomeShare {
    value: String,
    share: f64,
}

/// A two-way table.
#[derive(Debug, Serialize, JsonSchema)]
struct TableFinding {
    /// The category whose values are the rows.
    row: String,
    /// The category whose values are the columns.
    column: String,
    rows: Vec<String>,
    columns: Vec<String>,
    chi_squared: f64,
    df: u64,
    p_value: f64,
    /// Strength, 0 to 1, less what chance would give (Bergsma).
    cramers_v: f64,
    cramers_v_low: f64,
    cramers_v_high: f64,
    /// Share of the cells in which fewer than five are expected; above 0.2 the p-value is rough.
    below_five: f64,
    /// Row by row.
    cells: Vec<CellFinding>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct CellFinding {
    row: String,
    column: String,
    count: u64,
    /// If the two had nothing to do with each other.
    expected: f64,
    /// Percent of the row.
    row_percent: Option<f64>,
    /// How far it is from what is expected, in standard deviations.
    residual: Option<f64>,
    /// Corrected for the number of cells by Benjamini and Hochberg.
    p_value: Option<f64>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Choice {
    k: u64,
    /// Mean silhouette of k-medoids; the most is best.
    silhouette: Option<f64>,
    /// With --choose gap: how much more the groups explain than they would where there are none.
    gap: Option<f64>,
    /// Standard error of the gap.
    gap_error: Option<f64>,
    /// Of latent classes; the least is best.
    bic: Option<f64>,
    log_likelihood: Option<f64>,
    chosen: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
struct GroupFinding {
    group: u64,
    n: Option<f64>,
    /// Of all, 0 to 1.
    share: f64,
    /// Mean similarity when resampled (Jaccard); below 0.6 the group is not to be trusted.
    stability: Option<f64>,
    /// With k-medoids: mean silhouette of its members, near 1 when they are apart from the others.
    silhouette: Option<f64>,
    /// Who is typical, what is likely, or what leads here.
    traits: Vec<Trait>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Trait {
    column: String,
    value: String,
    /// With latent classes and trees: how likely.
    probability: Option<f64>,
    /// Of a number: where it stands between the lowest, 0, and the highest, 1.
    position: Option<f64>,
}

/// Categories by their place.
#[derive(Default)]
struct Categories {
    names: Vec<SmolStr>,
    of: Vec<Option<u32>>,
}

impl Categories {
    fn push(&mut self, value: Option<&SmolStr>) -> anyhow::Result<()> {
        let Some(value) = value else {
            self.of.push(None);
            return Ok(());
        };
        let place = match self.names.iter().position(|name| name == value) {
            Some(place) => place,
            None if self.names.len() < 200 => {
                self.names.push(value.clone());
                self.names.len() - 1
            }
            None => bail!("more than 200 different values are no categories"),
        };
        self.of.push(u32::try_from(place).ok());
        Ok(())
    }

    /// Numbers them in the order of their names; numbers in the order of numbers.
    fn sort(&mut self) {
        let number = |name: &SmolStr| name.parse::<f64>().ok();
        let numbers = self.names.iter().all(|name| number(name).is_some());
        let mut order: Vec<usize> = (0..self.names.len()).collect();
        let name = |place: &usize| self.names.get(*place);
        order.sort_by(|one, other| match (name(one), name(other)) {
            (Some(one), Some(other)) if numbers => number(one)
                .unwrap_or(0.0)
                .total_cmp(&number(other).unwrap_or(0.0)),
            (one, other) => one.cmp(&other),
        });
        let mut places = vec![0; order.len()];
        for (place, old) in (0..).zip(&order) {
            if let Some(slot) = places.get_mut(*old) {
                *slot = place;
            }
        }
        for place in self.of.iter_mut().flatten() {
            *place = places.get(*place as usize).copied().unwrap_or(*place);
        }
        self.names = order
            .iter()
            .filter_map(|old| self.names.get(*old).cloned())
            .collect();
    }

    fn name(&self, place: usize) -> String {
        self.names
            .get(place)
            .map(ToString::to_string)
            .unwrap_or_default()
    }
}

struct Data {
    numbers: Vec<(String, Vec<Option<f64>>)>,
    categories: Vec<(String, Categories)>,
    outcome: Categories,
    rows: usize,
}

impl Groups {
    fn ks(&self) -> anyhow::Result<std::ops::RangeInclusive<usize>> {
        let wrong = || format!("--k {}: a number of groups as 4, or a range as 2-6", self.k);
        let (low, high) = self.k.split_once('-').unwrap_or((&self.k, &self.k));
        let (low, high): (usize, usize) = (
            low.parse().with_context(wrong)?,
            high.parse().with_context(wrong)?,
        );
        if low == 0 || high < low || high > 50 {
            bail!("{} (1 to 50)", wrong());
        }
        Ok(low..=high)
    }

    fn k_medoids(&self, data: &Data, meter: &Meter) -> anyhow::Result<GroupFindings> {
        let mut columns: Vec<Column> = data
            .numbers
            .iter()
            .map(|(_, values)| Column::Numeric(values.clone()))
            .collect();
        columns.extend(
            data.categories
                .iter()
                .map(|(_, values)| Column::Nominal(values.of.clone())),
        );
        let tick = meter.on("grouping");
        let progress = Progress::new(&tick);
        let profiles = Profiles::new(&columns, None, Distance::Gower)?;
        let ks = self.ks()?;
        let gap = (self.choose == Choose::Gap)
            .then(|| {
                let settings = KMedoids::new(1, self.seed);
                gap_statistic(&profiles, *ks.end(), &settings, GAP_SETS, &progress)
            })
            .transpose()?;
        // Where every number of groups is better than the one before, there may be more than were asked for.
        let fewest = gap.as_ref().map(|gap| {
            let enough = gap.rows.windows(2).find_map(|pair| match pair {
                [here, next] if ks.contains(&here.groups) => {
                    (here.gap >= next.gap - next.error).then_some(here.groups)
                }
                _ => None,
            });
            enough.unwrap_or(*ks.end())
        });
        let mut best = None;
        let mut choices = Vec::new();
        for k in ks {
            let settings = KMedoids::new(k, self.seed);
            let fit = settings.fit(&profiles, &progress)?;
            let widths = if k > 1 {
                Some(silhouette(&profiles, &fit.assignment, &progress)?)
            } else {
                None
            };
            let width = widths.as_ref().map(|widths| widths.mean);
            let rows = gap.as_ref().map(|gap| &gap.rows);
            let row = rows.and_then(|rows| rows.iter().find(|row| row.groups == k));
            choices.push(Choice {
                k: k as u64,
                silhouette: width,
                gap: row.map(|row| row.gap),
                gap_error: row.map(|row| row.error),
                bic: None,
                log_likelihood: None,
                chosen: false,
            });
            let better = match fewest {
                Some(fewest) => k == fewest,
                None => best.as_ref().is_none_or(|(_, _, known, _)| width > *known),
            };
            if better {
                best = Some((settings, fit, width, widths));
            }
        }
        let (settings, fit, _, widths) = best.context("no number of groups was tried")?;
        let chosen = fit.medoids.len() as u64;
        for choice in &mut choices {
            choice.chosen = choice.k == chosen;
        }
        let stability = if self.bootstrap > 0 && chosen > 1 {
            Some(group_stability(
                &profiles,
                &fit,
                &settings,
                self.bootstrap,
                &progress,
            )?)
        } else {
            None
        };
        let total: f64 = fit.sizes.iter().sum();
        let groups = fit.medoids.iter().enumerate().map(|(group, medoid)| {
            let numbers = data.numbers.iter().map(|(name, values)| {
                let value = values.get(*medoid).copied().flatten();
                let known = || values.iter().flatten().copied();
                let low = known().fold(f64::INFINITY, f64::min);
                let high = known().fold(f64::NEG_INFINITY, f64::max);
                Trait {
                    column: name.clone(),
                    value: value.map(|value| value.to_string()).unwrap_or_default(),
                    probability: None,
                    position: value
                        .filter(|_| high > low)
                        .map(|value| (value - low) / (high - low)),
                }
            });
            let categories = data.categories.iter().map(|(name, values)| Trait {
                column: name.clone(),
                value: values
                    .of
                    .get(*medoid)
                    .copied()
                    .flatten()
                    .map(|place| values.name(place as usize))
                    .unwrap_or_default(),
                probability: None,
                position: None,
            });
            let size = fit.sizes.get(group).copied().unwrap_or(0.0);
            GroupFinding {
                group: group as u64 + 1,
                n: Some(size),
                share: size / total.max(f64::MIN_POSITIVE),
                stability: stability
                    .as_ref()
                    .and_then(|s| s.groups.get(group))
                    .map(|row| row.jaccard),
                silhouette: widths
                    .as_ref()
                    .and_then(|widths| widths.groups.get(group))
                    .copied(),
                traits: numbers.chain(categories).collect(),
            }
        });
        Ok(GroupFindings {
            method: "k-medoids",
            n: data.rows as u64,
            choices,
            groups: groups.collect(),
            nodes: Vec::new(),
            table: None,
        })
    }

    fn latent_class(&self, data: &Data, meter: &Meter) -> anyhow::Result<GroupFindings> {
        let mut tally = PatternTally::new(
            data.categories
                .iter()
                .map(|(_, values)| values.names.len())
                .collect(),
        )?;
        for row in 0..data.rows {
            let answers: Vec<Option<usize>> = data
                .categories
                .iter()
                .map(|(_, values)| {
                    values
                        .of
                        .get(row)
                        .copied()
                        .flatten()
                        .map(|place| place as usize)
                })
                .collect();
            tally.push(&answers)?;
        }
        let tick = meter.on("grouping");
        let mut best = None;
        let mut choices = Vec::new();
        for k in self.ks()? {
            let fit = match LatentClass::new(k, self.seed).fit(&tally, &Progress::new(&tick)) {
                Ok(fit) => fit,
                // With a range, as many as can be told apart are enough.
                Err(error) if best.is_none() => return Err(error.into()),
                Err(_) => break,
            };
            choices.push(Choice {
                k: k as u64,
                silhouette: None,
                gap: None,
                gap_error: None,
                bic: Some(fit.bic),
                log_likelihood: Some(fit.log_likelihood),
                chosen: false,
            });
            if best
                .as_ref()
                .is_none_or(|(_, known): &(_, f64)| fit.bic < *known)
            {
                let bic = fit.bic;
                best = Some((fit, bic));
            }
        }
        let (fit, _) = best.context("no number of classes was tried")?;
        for choice in &mut choices {
            choice.chosen = choice.k == fit.classes.len() as u64;
        }
        let groups =
            fit.classes
                .iter()
                .enumerate()
                .map(|(group, class)| GroupFinding {
                    group: group as u64 + 1,
                    n: None,
                    share: class.share.value,
                    stability: None,
                    silhouette: None,
                    traits: data
                        .categories
                        .iter()
                        .zip(&class.items)
                        .flat_map(|((name, values), item)| {
                            item.probabilities.iter().enumerate().map(
                                move |(place, probability)| Trait {
                                    column: name.clone(),
                                    value: values.name(place),
                                    probability: Some(probability.value),
                                    position: None,
                                },
                            )
                        })
                        .collect(),
                });
        Ok(GroupFindings {
            method: "latent classes",
            n: fit.n,
            choices,
            groups: groups.collect(),
            nodes: Vec::new(),
            table: None,
        })
    }

    fn tree(&self, data: &Data, meter: &Meter) -> anyhow::Result<GroupFindings> {
        let kept: Vec<usize> = (0..data.rows)
            .filter(|row| data.outcome.of.get(*row).copied().flatten().is_some())
            .collect();
        let predictors: Vec<Predictor> = data
            .categories
            .iter()
            .map(|(name, values)| Predictor {
                name: name.clone(),
                kind: PredictorKind::Nominal,
                values: kept
                    .iter()
                    .map(|row| values.of.get(*row).copied().flatten())
                    .collect(),
            })
            .collect();
        let outcome = kept
            .iter()
            .filter_map(|row| data.outcome.of.get(*row).copied().flatten())
            .map(|place| place as usize);
        let outcome = Outcome::Categories(outcome.collect());
        let tick = meter.on("growing");
        let tree = grow_tree(
            &predictors,
            &outcome,
            None,
            &TreeRules::default(),
            &Progress::new(&tick),
        )?;
        let total = tree.n.max(1) as f64;
        let groups = tree.leaves().enumerate().map(|(group, leaf)| {
            let conditions = leaf.conditions.iter().map(|condition| {
                let values = data.categories.get(condition.predictor).map(|(_, values)| {
                    let names = condition.categories.iter().map(|place| match place {
                        Some(place) => values.name(*place as usize),
                        None => "missing".to_owned(),
                    });
                    names.collect::<Vec<_>>().join(" or ")
                });
                Trait {
                    column: condition.name.clone(),
                    value: values.unwrap_or_default(),
                    probability: None,
                    position: None,
                }
            });
            let outcomes = match &leaf.outcome {
                NodeOutcome::Categories { counts } => counts.clone(),
                NodeOutcome::Numeric { .. } => Vec::new(),
            };
            let outcomes = outcomes
                .into_iter()
                .enumerate()
                .map(|(place, count)| Trait {
                    column: self.outcome.clone().unwrap_or_default(),
                    value: data.outcome.name(place),
                    probability: Some(count as f64 / leaf.n.max(1) as f64),
                    position: None,
                });
            GroupFinding {
                group: group as u64 + 1,
                n: Some(leaf.n as f64),
                share: leaf.n as f64 / total,
                stability: None,
                silhouette: None,
                traits: conditions.chain(outcomes).collect(),
            }
        });
        Ok(GroupFindings {
            method: "tree",
            n: tree.n,
            choices: Vec::new(),
            groups: groups.collect(),
            nodes: nodes(&tree, data),
            table: None,
        })
    }

    fn two_way(data: &Data) -> anyhow::Result<GroupFindings> {
        let [(row, rows), (column, columns)] = data.categories.as_slice() else {
            bail!(
                "--method two-way takes two --categories, and there are {}",
                data.categories.len()
            );
        };
        let mut tally = TableTally::new(rows.names.len(), columns.names.len())
            .with_context(|| format!("`{row}` by `{column}`"))?;
        for (row, column) in rows.of.iter().zip(&columns.of) {
            if let (Some(row), Some(column)) = (row, column) {
                tally.push(*row as usize, *column as usize)?;
            }
        }
        let found = tally.table(Level::P95)?;
        let cells = found.cells.iter().map(|cell| CellFinding {
            row: rows.name(cell.row),
            column: columns.name(cell.column),
            count: cell.count,
            expected: cell.expected,
            row_percent: cell.row_percent,
            residual: cell.adjusted_residual,
            p_value: cell.adjusted_p_value,
        });
        Ok(GroupFindings {
            method: "two-way table",
            n: found.n,
            choices: Vec::new(),
            groups: Vec::new(),
            nodes: Vec::new(),
            table: Some(TableFinding {
                row: row.clone(),
                column: column.clone(),
                rows: rows.names.iter().map(ToString::to_string).collect(),
                columns: columns.names.iter().map(ToString::to_string).collect(),
                chi_squared: found.chi_squared,
                df: found.df,
                p_value: found.p_value,
                cramers_v: found.cramers_v.corrected,
                cramers_v_low: found.cramers_v.low,
                cramers_v_high: found.cramers_v.high,
                below_five: found.below_five,
                cells: cells.collect(),
            }),
        })
    }
}

/// What a condition says, with the names of its categories.
fn said(data: &Data, node: &TreeNode) -> Option<String> {
    let condition = node.conditions.last()?;
    let (_, values) = data.categories.get(condition.predictor)?;
    let names = condition.categories.iter().map(|place| match place {
        Some(place) => values.name(*place as usize),
        None => "missing".to_owned(),
    });
    let names: Vec<String> = names.collect();
    Some(format!("{} is {}", condition.name, names.join(" or ")))
}

fn nodes(tree: &Tree, data: &Data) -> Vec<NodeFinding> {
    let found = tree.nodes.iter().map(|node| {
        let counts = match &node.outcome {
            NodeOutcome::Categories { counts } => counts.as_slice(),
            NodeOutcome::Numeric { .. } => &[],
        };
        let outcomes = counts
            .iter()
            .enumerate()
            .map(|(place, count)| OutcomeShare {
                value: data.outcome.name(place),
                share: *count as f64 / node.n.max(1) as f64,
            });
        let split = node.split.as_ref();
        let by = split.and_then(|split| data.categories.get(split.predictor));
        NodeFinding {
            parent: node.parent.map(|parent| parent as u64),
            depth: node.depth as u64,
            n: node.n,
            condition: said(data, node),
            split_by: by.map(|(name, _)| name.clone()),
            p_value: split.map(|split| split.corrected_p_value),
            outcomes: outcomes.collect(),
        }
    });
    found.collect()
}

impl Analysis for Groups {
    const NAME: &'static str = "groups";
    type Finding = GroupFindings;

    fn shown(&self) -> &Shown {
        &self.shown
    }

    fn run(&self, meter: &Meter) -> anyhow::Result<Answer<GroupFindings>> {
        let ks = self.ks()?;
        if self.choose == Choose::Gap && self.method != Method::KMedoids {
            bail!("--choose gap goes with --method k-medoids");
        }
        if self.choose == Choose::Gap && ks.start() == ks.end() {
            bail!("--choose gap chooses from a range: --k 1-{}", self.k);
        }
        if self.columns.is_empty() && self.categories.is_empty() {
            bail!("say what tells customers apart: --columns, --categories");
        }
        if self.method != Method::KMedoids && !self.columns.is_empty() {
            bail!(
                "this method takes --categories; numbers of few values can be named as categories"
            );
        }
        if (self.method == Method::Tree) != self.outcome.is_some() {
            bail!(
                "--outcome is what a tree explains: it goes with --method tree, and a tree with it"
            );
        }
        let mut reading = self.source.open()?;
        let numbers = reading.numbers(&self.columns)?;
        let categories = reading.texts(&self.categories)?;
        let outcome = self
            .outcome
            .as_deref()
            .map(|name| reading.text(name))
            .transpose()?;
        let mut data = Data {
            numbers: reading
                .names(&numbers)
                .into_iter()
                .map(|name| (name, Vec::new()))
                .collect(),
            categories: reading
                .names(&categories)
                .into_iter()
                .map(|name| (name, Categories::default()))
                .collect(),
            outcome: Categories::default(),
            rows: 0,
        };
        let mut empty = 0u64;
        let seen = reading.read(meter, |row| {
            let nothing = numbers.iter().all(|slot| row.number(*slot).is_none())
                && categories.iter().all(|slot| row.text(*slot).is_none());
            if nothing {
                empty += 1;
                return Ok(());
            }
            for (slot, (_, values)) in numbers.iter().zip(&mut data.numbers) {
                values.push(row.number(*slot));
            }
            for (slot, (name, values)) in categories.iter().zip(&mut data.categories) {
                values
                    .push(row.text(*slot))
                    .with_context(|| format!("column `{name}`"))?;
            }
            if let Some(slot) = outcome {
                data.outcome.push(row.text(slot))?;
            }
            data.rows += 1;
            Ok(())
        })?;
        for (_, values) in &mut data.categories {
            values.sort();
        }
        data.outcome.sort();
        let (result, method, assumption) = match self.method {
            Method::KMedoids if self.choose == Choose::Gap => (
                self.k_medoids(&data, meter)?,
                "k-medoids (FasterPAM) on Gower's distance, the fewest groups with gap(k) ≥ gap(k+1) − error(k+1) (Tibshirani, Walther and Hastie) against 50 sets without groups, the most asked for if none has it",
                "groups are as real as they are stable: below 0.6 do not build on them",
            ),
            Method::KMedoids => (
                self.k_medoids(&data, meter)?,
                "k-medoids (FasterPAM) on Gower's distance, the number of groups by the mean silhouette",
                "groups are as real as they are stable: below 0.6 do not build on them",
            ),
            Method::LatentClass => (
                self.latent_class(&data, meter)?,
                "latent classes by EM, the number of classes by BIC",
                "within a class, answers have nothing to do with each other",
            ),
            Method::Tree => (
                self.tree(&data, meter)?,
                "CHAID: chi² splits with corrected p-values",
                "splits are chosen from these data; try the tree on others before relying on it",
            ),
            Method::TwoWay => (
                Self::two_way(&data)?,
                "chi² of independence, Cramér's V (Bergsma); cells by adjusted residuals, p corrected by Benjamini and Hochberg",
                "independent answers, each customer in one cell",
            ),
        };
        let mut left_out = Vec::new();
        if empty > 0 {
            left_out.push(format!("{} without any of the columns", many(empty, "row")));
        }
        let unknown = data
            .outcome
            .of
            .iter()
            .filter(|outcome| outcome.is_none())
            .count() as u64;
        if unknown > 0 {
            left_out.push(format!("{} without the outcome", many(unknown, "row")));
        }
        Ok(Answer {
            command: Self::NAME,
            input: Some(seen),
            result,
            method: vec![match self.method {
                Method::KMedoids | Method::LatentClass => format!("{method}; seed {}", self.seed),
                Method::Tree | Method::TwoWay => method.to_owned(),
            }],
            assumptions: vec![assumption.to_owned()],
            left_out,
        })
    }
}

impl Finding for GroupFindings {
    fn grids(&self) -> Vec<Grid> {
        if let Some(table) = &self.table {
            return table.grids();
        }
        let mut groups = Grid::new(
            "Groups",
            [
                "group",
                "n",
                "share %",
                "stability",
                "silhouette",
                "column",
                "value",
                "probability",
            ],
        );
        for group in &self.groups {
            // What is hardly likely is left to the JSON.
            let likely = |found: &&Trait| {
                found
                    .probability
                    .is_none_or(|probability| probability >= 0.01)
            };
            for (index, found) in group.traits.iter().filter(likely).enumerate() {
                let first = |cell: Cell| if index == 0 { cell } else { Cell::Nothing };
                groups.row([
                    group.group.into(),
                    first(num(group.n, 0)),
                    first(num(group.share * 100.0, 1)),
                    first(num(group.stability, 2)),
                    first(num(group.silhouette, 2)),
                    found.column.as_str().into(),
                    found.value.as_str().into(),
                    num(found.probability, 3),
                ]);
            }
        }
        let mut grids = vec![groups.without_empty()];
        if self.choices.len() > 1 {
            let mut choices = Grid::new(
                "How many",
                [
                    "groups",
                    "silhouette",
                    "gap",
                    "error",
                    "BIC",
                    "log-likelihood",
                    "chosen",
                ],
            );
            for choice in &self.choices {
                choices.row([
                    choice.k.into(),
                    num(choice.silhouette, 4),
                    num(choice.gap, 4),
                    num(choice.gap_error, 4),
                    num(choice.bic, 2),
                    num(choice.log_likelihood, 3),
                    choice.chosen.then_some("yes").into(),
                ]);
            }
            grids.push(choices.without_empty());
        }
        grids
    }

    fn picture(&self) -> Option<String> {
        if let Some(table) = &self.table {
            return Some(table.picture());
        }
        if !self.nodes.is_empty() {
            return Some(self.picture_of_tree());
        }
        (!self.groups.is_empty()).then(|| self.picture_of_groups())
    }

    fn n(&self) -> String {
        many(self.n, "row")
    }
}

impl GroupFindings {
    /// A column for each group, a row for each column of the file, or for each of its values where these have probabilities.
    fn picture_of_groups(&self) -> String {
        let columns = self.groups.iter();
        let columns: Vec<String> = columns
            .map(|group| format!("group {}, {:.0} %", group.group, group.share * 100.0))
            .collect();
        let first = self
            .groups
            .first()
            .map_or(&[][..], |group| &group.traits[..]);
        let rows = first.iter().enumerate().map(|(index, found)| {
            let label = match found.probability {
                Some(_) => format!("{} {}", found.column, found.value),
                None => found.column.clone(),
            };
            let cells = self.groups.iter().map(|group| {
                let found = group.traits.get(index)?;
                Some(picture::Shade {
                    depth: found.probability.or(found.position).unwrap_or(0.0),
                    words: match found.probability {
                        Some(probability) => format!("{:.0} %", probability * 100.0),
                        None => found.value.clone(),
                    },
                })
            });
            (label, cells.collect())
        });
        picture::matrix(
            "Groups",
            "A column for each group: who is typical of it, or how likely each answer is in it.",
            &columns,
            &rows.collect::<Vec<_>>(),
        )
    }

    fn picture_of_tree(&self) -> String {
        let names = self
            .nodes
            .first()
            .map_or(&[][..], |root| &root.outcomes[..]);
        let names: Vec<String> = names.iter().map(|outcome| outcome.value.clone()).collect();
        let knots = self.nodes.iter().map(|node| {
            let most = node
                .outcomes
                .iter()
                .max_by(|a, b| a.share.total_cmp(&b.share));
            let most = most.map_or(String::new(), |most| {
                format!("; {}: {:.0} %", most.value, most.share * 100.0)
            });
            picture::Knot {
                parent: node.parent.and_then(|parent| usize::try_from(parent).ok()),
                depth: usize::try_from(node.depth).unwrap_or(0),
                label: node.condition.clone().unwrap_or_else(|| "all".to_owned()),
                words: format!("n {}{most}", node.n),
                parts: node.outcomes.iter().map(|outcome| outcome.share).collect(),
            }
        });
        picture::tree(
            "What tells the outcome apart",
            "A tree from left to right; the bar of each node shows the shares of the outcome.",
            &names,
            &knots.collect::<Vec<_>>(),
        )
    }
}

impl TableFinding {
    fn by_row(&self) -> impl Iterator<Item = (&String, &[CellFinding])> {
        self.rows
            .iter()
            .zip(self.cells.chunks(self.columns.len().max(1)))
    }

    fn grids(&self) -> Vec<Grid> {
        let head = || std::iter::once(&self.row).chain(&self.columns).cloned();
        let mut counts = Grid::new(format!("{} by {}", self.row, self.column), head());
        let mut percent = Grid::new("Percent of the row", head());
        let mut unusual = Grid::new(
            "Cells that stand out",
            [
                self.row.as_str(),
                self.column.as_str(),
                "count",
                "expected",
                "residual",
                "p",
            ],
        );
        for (name, cells) in self.by_row() {
            let row = |of: fn(&CellFinding) -> Cell| {
                std::iter::once(name.as_str().into())
                    .chain(cells.iter().map(of))
                    .collect::<Vec<_>>()
            };
            counts.row(row(|cell| cell.count.into()));
            percent.row(row(|cell| num(cell.row_percent, 1)));
        }
        let mut found: Vec<&CellFinding> =
            self.cells.iter().filter(|cell| cell.stands_out()).collect();
        let size = |cell: &CellFinding| cell.residual.unwrap_or(0.0).abs();
        found.sort_by(|a, b| size(b).total_cmp(&size(a)));
        for cell in found {
            unusual.row([
                cell.row.as_str().into(),
                cell.column.as_str().into(),
                cell.count.into(),
                num(cell.expected, 1),
                num(cell.residual, 2),
                cell.p_value.map_or(Cell::Nothing, Cell::P),
            ]);
        }
        let mut test = Grid::new(
            "Do they go together?",
            [
                "chi²",
                "df",
                "p",
                "Cramér's V",
                "low",
                "high",
                "cells below 5, %",
            ],
        );
        test.row([
            num(self.chi_squared, 3),
            self.df.into(),
            Cell::P(self.p_value),
            num(self.cramers_v, 3),
            num(self.cramers_v_low, 3),
            num(self.cramers_v_high, 3),
            num(self.below_five * 100.0, 0),
        ]);
        let mut grids = vec![counts, percent, test];
        if self.cells.iter().any(CellFinding::stands_out) {
            grids.push(unusual);
        }
        grids
    }

    fn picture(&self) -> String {
        let rows = self.by_row().map(|(name, cells)| {
            let cells = cells.iter().map(|cell| {
                Some(picture::Shade {
                    // Four standard deviations are as dark as it gets.
                    depth: (cell.residual? / 4.0).clamp(-1.0, 1.0),
                    words: match cell.row_percent {
                        Some(percent) => format!("{} · {percent:.0} %", cell.count),
                        None => cell.count.to_string(),
                    },
                })
            });
            (name.clone(), cells.collect())
        });
        picture::matrix(
            &format!("{} by {}", self.row, self.column),
            "Counts with percents of the row; darker cells are further from what is expected, more in one colour and fewer in the other.",
            &self.columns,
            &rows.collect::<Vec<_>>(),
        )
    }
}

impl CellFinding {
    fn stands_out(&self) -> bool {
        self.p_value.is_some_and(|p_value| p_value < 0.05)
    }
}
