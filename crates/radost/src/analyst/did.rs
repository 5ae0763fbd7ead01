//! What a measure changed: difference-in-differences.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, anyhow, bail};
use clap::{Args, ValueEnum};
use radost_stats::did::{DidEffects, DidError, DidTally, PermutationMethod};
use radost_stats::{Level, MeanTally, Progress};
use radost_table::SmolStr;
use schemars::JsonSchema;
use serde::Serialize;

use super::answer::{Answer, Cell, Finding, Grid, Shown, grouped, many, num};
use super::measure::Measure;
use super::meter::Meter;
use super::source::{Source, level};
use super::times::{Moment, Timeline, Times};
use super::{Analysis, picture};

/// What a measure changed, against those without it: difference-in-differences.
///
/// Rows are answers of units (shops, teams, regions) before and after; some units took the measure, some did not.
#[derive(Debug, Args)]
pub(crate) struct Did {
    #[command(flatten)]
    source: Source,
    /// What took the measure or did not, such as a shop: errors allow for answers of one unit being alike.
    #[arg(long, value_name = "COL")]
    unit: String,
    #[command(flatten)]
    times: Times,
    /// Whether the measure was in force: a column of 1 and 0, or COL=VALUE; with --since whether the unit took it at all.
    #[arg(long, value_name = "COL[=VALUE]")]
    treated: String,
    /// When the measure began: a date, or a number with --order.
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    #[command(flatten)]
    measure: Measure,
    /// What is held constant beside the periods.
    #[arg(long, value_enum, default_value_t = Effects::Units)]
    effects: Effects,
    /// Ways of dealing the measure to other units that it is held against; 0 for none.
    #[arg(long, value_name = "WAYS", default_value_t = 1000)]
    permutations: u64,
    /// The same seed gives the same ways.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Confidence of the intervals.
    #[arg(long, default_value = "0.95", value_parser = level)]
    level: Level,
    #[command(flatten)]
    shown: Shown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Effects {
    /// A level for each unit: two-way fixed effects.
    Units,
    /// A level for those that ever take the measure and one for the others.
    Arms,
}

/// What a measure changed.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DidFindings {
    /// nps, csat or mean.
    metric: &'static str,
    column: String,
    unit: String,
    /// The column that puts rows in order.
    time: String,
    level: f64,
    /// In points, percent or units.
    effect: f64,
    /// By errors that allow for answers of one unit being alike.
    low: f64,
    high: f64,
    standard_error: f64,
    t: f64,
    degrees_of_freedom: f64,
    p_value: f64,
    /// higher, lower, or no clear difference.
    verdict: &'static str,
    n: u64,
    units: u64,
    treated_units: u64,
    permutation: Option<PermutationFinding>,
    /// Both arms through time.
    periods: Vec<PeriodFinding>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct PermutationFinding {
    /// Share of ways whose effect is as large.
    p_value: f64,
    /// Share of ways whose t is as large: sound also where treated units vary more.
    p_value_t: f64,
    /// Ways looked at.
    ways: u64,
    /// Whether these are all there are.
    exact: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
struct PeriodFinding {
    period: String,
    /// Units that ever take the measure.
    treated: Option<f64>,
    treated_n: u64,
    /// Units that never do.
    others: Option<f64>,
    others_n: u64,
    /// Units in which the measure is in force.
    in_force: u64,
}

/// The answers of a unit in a period.
#[derive(Debug, Default)]
struct Cells {
    of: BTreeMap<u64, (MeanTally, bool)>,
}

impl Analysis for Did {
    const NAME: &'static str = "did";
    type Finding = DidFindings;

    fn shown(&self) -> &Shown {
        &self.shown
    }

    fn run(&self, meter: &Meter) -> anyhow::Result<Answer<DidFindings>> {
        let mut reading = self.source.open()?;
        let (kind, column) = self
            .measure
            .chosen()?
            .context("say what the outcome is: --nps, --csat or --mean")?;
        let metric = kind.name();
        let slot = reading.number(column)?;
        let unit = reading.text(&self.unit)?;
        let treated = reading.outcome(&self.treated)?;
        let clock = self.times.of(&mut reading)?;
        let since = self.since.as_deref().map(|text| clock.parse(text));
        let since = since.transpose().context("--since")?;
        let mut units: BTreeMap<SmolStr, u64> = BTreeMap::new();
        let mut line: Timeline<Cells> = Timeline::new();
        let mut missing = 0u64;
        let seen = reading.read(meter, |row| {
            let (Some(value), Some(name), Some(treated), Some(moment)) =
                (row.number(slot), row.text(unit), treated.of(row), clock.of(row))
            else {
                missing += 1;
                return Ok(());
            };
            let took = match treated {
                1.0 => true,
                0.0 => false,
                other => bail!("column `{}`: {other} is neither 1 nor 0; say which value is the yes, as COL=VALUE", self.treated),
            };
            let in_force = took && since.is_none_or(|since| moment >= since);
            let next = units.len() as u64;
            let id = match units.get(name) {
                Some(id) => *id,
                None => *units.entry(name.clone()).or_insert(next),
            };
            let cells = line.at(moment)?;
            let (tally, known) = cells.of.entry(id).or_insert_with(|| (MeanTally::default(), in_force));
            if *known != in_force {
                bail!("{name} both has and does not have the measure in {}; take shorter periods, or say --since", clock.label(moment));
            }
            let value = kind.of_one(value).with_context(|| format!("column `{column}`"))?;
            Ok(tally.push(value)?)
        })?;
        let mut tally = DidTally::default();
        let mut ever = BTreeSet::new();
        for (index, cells) in line.0.values().enumerate() {
            for (id, (outcome, in_force)) in &cells.of {
                tally.add(*id, u32::try_from(index)?, *in_force, *outcome)?;
                if *in_force {
                    ever.insert(*id);
                }
            }
        }
        let effects = match self.effects {
            Effects::Units => DidEffects::Clusters,
            Effects::Arms => DidEffects::Arms,
        };
        let found = tally
            .estimate(effects, self.level)
            .map_err(|error| self.told(&error))?;
        let tick = meter.on("dealing the measure anew");
        let permutation = if self.permutations > 0 {
            let test =
                tally.permutation(effects, self.permutations, self.seed, Progress::new(&tick));
            let test = test.context("--permutations")?;
            Some(PermutationFinding {
                p_value: test.p_value,
                p_value_t: test.p_value_t,
                ways: test.assignments,
                exact: test.method == PermutationMethod::Exact,
            })
        } else {
            None
        };
        let periods = line
            .0
            .iter()
            .map(|(moment, cells)| arms(clock.label(*moment), cells, &ever));
        let mut left_out = Vec::new();
        if missing > 0 {
            left_out.push(format!(
                "{} without outcome, unit, measure or time",
                many(missing, "row")
            ));
        }
        let staggered = staggered(&line, &ever);
        let mut assumptions = vec![
            "without the measure all units would have moved in parallel; look at the periods before it".to_owned(),
            "units are independent of each other; the measure could as well have gone to any of them".to_owned(),
        ];
        if found.clusters < 10 {
            assumptions.push(format!(
                "{} units are few for the interval; trust the permutations more",
                found.clusters
            ));
        }
        if staggered {
            assumptions.push("units began at different times: the effect is taken to be one for all, at once and for good".to_owned());
        }
        Ok(Answer {
            command: Self::NAME,
            input: Some(seen),
            method: vec![
                match self.effects {
                    Effects::Units => {
                        "difference-in-differences with a level for each unit and each period"
                            .to_owned()
                    }
                    Effects::Arms => {
                        "difference-in-differences of two arms, with a level for each period"
                            .to_owned()
                    }
                },
                format!(
                    "errors by unit, t with {} degrees of freedom",
                    found.degrees_of_freedom
                ),
            ]
            .into_iter()
            .chain(permutation.as_ref().map(|test| {
                let which = if test.exact { "all" } else { "random" };
                format!(
                    "{which} {} ways of dealing the measure to units",
                    grouped(test.ways)
                )
            }))
            .collect(),
            result: DidFindings {
                metric,
                column: column.to_owned(),
                unit: self.unit.clone(),
                time: self.times.column().to_owned(),
                level: self.level.get(),
                effect: found.effect,
                low: found.low,
                high: found.high,
                standard_error: found.standard_error,
                t: found.t,
                degrees_of_freedom: found.degrees_of_freedom,
                p_value: found.p_value,
                verdict: if found.p_value >= self.level.alpha() {
                    "no clear difference"
                } else if found.effect > 0.0 {
                    "higher"
                } else {
                    "lower"
                },
                n: found.n,
                units: found.clusters as u64,
                treated_units: found.treated_clusters as u64,
                permutation,
                periods: periods.collect(),
            },
            assumptions,
            left_out,
        })
    }
}

impl Did {
    /// Says in the words of the command what the tally says of clusters.
    fn told(&self, error: &DidError) -> anyhow::Error {
        match error {
            DidError::TooFewClusters { kind, got, needed } => anyhow!(
                "this needs {needed} {kind} units, and `{}` names {got}",
                self.unit
            ),
            DidError::Collinear => anyhow!(
                "`{}` follows from unit and period, so that nothing is left to compare: some units must be without the measure when others have it, and have been without it before",
                self.treated
            ),
            error => anyhow!("{error}"),
        }
    }
}

fn arms(period: String, cells: &Cells, ever: &BTreeSet<u64>) -> PeriodFinding {
    let mut both = [MeanTally::default(), MeanTally::default()];
    let mut in_force = 0;
    for (id, (tally, forced)) in &cells.of {
        in_force += u64::from(*forced);
        let [others, treated] = &mut both;
        if ever.contains(id) { treated } else { others }.merge(tally);
    }
    let [others, treated] = both;
    PeriodFinding {
        period,
        treated: treated.mean().ok(),
        treated_n: treated.n(),
        others: others.mean().ok(),
        others_n: others.n(),
        in_force,
    }
}

/// Whether units began at different times.
fn staggered(line: &Timeline<Cells>, ever: &BTreeSet<u64>) -> bool {
    let mut first: BTreeMap<u64, Moment> = BTreeMap::new();
    for (moment, cells) in &line.0 {
        for (id, (_, in_force)) in &cells.of {
            if *in_force {
                first.entry(*id).or_insert(*moment);
            }
        }
    }
    let mut starts: Vec<Moment> = ever
        .iter()
        .filter_map(|id| first.get(id).copied())
        .collect();
    starts.sort();
    starts.dedup();
    starts.len() > 1
}

impl Finding for DidFindings {
    fn grids(&self) -> Vec<Grid> {
        let decimals = if self.metric == "mean" { 3 } else { 1 };
        let mut effect = Grid::new(
            format!("What the measure did to {}", self.column),
            [
                "effect",
                "low",
                "high",
                "se",
                "t",
                "p",
                "p by permutation",
                "units",
                "with it",
                "is",
            ],
        );
        effect.row([
            num(self.effect, decimals),
            num(self.low, decimals),
            num(self.high, decimals),
            num(self.standard_error, decimals + 1),
            num(self.t, 2),
            Cell::P(self.p_value),
            self.permutation
                .as_ref()
                .map_or(Cell::Nothing, |test| Cell::P(test.p_value)),
            self.units.into(),
            self.treated_units.into(),
            self.verdict.into(),
        ]);
        let mut periods = Grid::new(
            "Through time",
            [
                self.time.as_str(),
                "with the measure",
                "answers",
                "others",
                "their answers",
                "units that have it",
            ],
        );
        for row in &self.periods {
            periods.row([
                row.period.as_str().into(),
                num(row.treated, decimals),
                row.treated_n.into(),
                num(row.others, decimals),
                row.others_n.into(),
                row.in_force.into(),
            ]);
        }
        vec![effect.without_empty(), periods]
    }

    fn picture(&self) -> Option<String> {
        let labels: Vec<String> = self.periods.iter().map(|row| row.period.clone()).collect();
        let line = |label: &str, of: fn(&PeriodFinding) -> Option<f64>| picture::Line {
            label: label.to_owned(),
            values: self.periods.iter().map(of).collect(),
            shape: picture::Shape::Dotted,
        };
        let began = self.periods.iter().position(|row| row.in_force > 0);
        let title = format!("What the measure did to {}", self.column);
        Some(picture::series(&picture::Series {
            title: &title,
            description: "Units with the measure and the others, before and after it began.",
            y: &self.column,
            x: &labels,
            lines: vec![
                line("units with the measure", |row| row.treated),
                line("others", |row| row.others),
            ],
            marks: Vec::new(),
            cuts: began
                .filter(|at| *at > 0)
                .map(|at| (at, "the measure begins".to_owned()))
                .into_iter()
                .collect(),
        }))
    }

    fn n(&self) -> String {
        format!(
            "{} of {} units in {} periods",
            many(self.n, "answer"),
            self.units,
            self.periods.len()
        )
    }
}
