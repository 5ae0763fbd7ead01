//! Groups of customers: k-medoids, latent classes, trees.

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use radost_stats::Progress;
use radost_stats::groups::{
    Column, Distance, KMedoids, LatentClass, NodeOutcome, Outcome, PatternTally, Predictor,
    PredictorKind, Profiles, TreeRules, group_stability, grow_tree, silhouette,
};
use radost_table::SmolStr;
use schemars::JsonSchema;
use serde::Serialize;

use super::Analysis;
use super::answer::{Answer, Cell, Finding, Grid, Shown, many, num};
use super::meter::Meter;
use super::source::Source;

/// Groups of customers: k-medoids, latent classes, trees.
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
}

/// Groups.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct GroupFindings {
    method: &'static str,
    n: u64,
    /// Numbers of groups tried, and how good each is.
    choices: Vec<Choice>,
    groups: Vec<GroupFinding>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Choice {
    k: u64,
    /// Mean silhouette of k-medoids; the most is best.
    silhouette: Option<f64>,
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
    /// Who is typical, what is likely, or what leads here.
    traits: Vec<Trait>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Trait {
    column: String,
    value: String,
    /// With latent classes and trees: how likely.
    probability: Option<f64>,
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
        let mut best = None;
        let mut choices = Vec::new();
        for k in self.ks()? {
            let settings = KMedoids::new(k, self.seed);
            let fit = settings.fit(&profiles, &progress)?;
            let width = if k > 1 {
                Some(silhouette(&profiles, &fit.assignment, &progress)?.mean)
            } else {
                None
            };
            choices.push(Choice {
                k: k as u64,
                silhouette: width,
                bic: None,
                log_likelihood: None,
                chosen: false,
            });
            let better = best.as_ref().is_none_or(|(_, _, known)| width > *known);
            if better {
                best = Some((settings, fit, width));
            }
        }
        let (settings, fit, _) = best.context("no number of groups was tried")?;
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
            let numbers = data.numbers.iter().map(|(name, values)| Trait {
                column: name.clone(),
                value: values
                    .get(*medoid)
                    .copied()
                    .flatten()
                    .map(|value| value.to_string())
                    .unwrap_or_default(),
                probability: None,
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
                traits: numbers.chain(categories).collect(),
            }
        });
        Ok(GroupFindings {
            method: "k-medoids",
            n: data.rows as u64,
            choices,
            groups: groups.collect(),
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
                });
            GroupFinding {
                group: group as u64 + 1,
                n: Some(leaf.n as f64),
                share: leaf.n as f64 / total,
                stability: None,
                traits: conditions.chain(outcomes).collect(),
            }
        });
        Ok(GroupFindings {
            method: "tree",
            n: tree.n,
            choices: Vec::new(),
            groups: groups.collect(),
        })
    }
}

impl Analysis for Groups {
    const NAME: &'static str = "groups";
    type Finding = GroupFindings;

    fn shown(&self) -> &Shown {
        &self.shown
    }

    fn run(&self, meter: &Meter) -> anyhow::Result<Answer<GroupFindings>> {
        self.ks()?;
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
        let (result, method, assumption) = match self.method {
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
            method: vec![format!("{method}; seed {}", self.seed)],
            assumptions: vec![assumption.to_owned()],
            left_out,
        })
    }
}

impl Finding for GroupFindings {
    fn grids(&self) -> Vec<Grid> {
        let mut groups = Grid::new(
            "Groups",
            [
                "group",
                "n",
                "share %",
                "stability",
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
                ["groups", "silhouette", "BIC", "log-likelihood", "chosen"],
            );
            for choice in &self.choices {
                choices.row([
                    choice.k.into(),
                    num(choice.silhouette, 4),
                    num(choice.bic, 2),
                    num(choice.log_likelihood, 3),
                    choice.chosen.then_some("yes").into(),
                ]);
            }
            grids.push(choices.without_empty());
        }
        grids
    }

    fn n(&self) -> String {
        many(self.n, "row")
    }
}
