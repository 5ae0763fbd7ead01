//! Scores with intervals, overall or by group.

use anyhow::{Context, anyhow, bail};
use clap::Args;
use radost_stats::weighting::{
    WeightedCsatTally, WeightedCsiTally, WeightedMeanTally, WeightedNpsTally,
};
use radost_stats::{
    CsatScale, CsatTally, CsiAttribute, CsiTally, Level, MeanTally, NpsMethod, NpsTally,
    Population, Scale, ShareMethod, VarianceConvention,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::answer::{Answer, Cell, Finding, Grid, Shown, many, num};
use super::meter::Meter;
use super::source::{Groups, Row, Slot, Source, level, scale, whole};
use super::{Analysis, picture};

/// Scores with intervals: NPS, CSAT, CES, CSI.
#[derive(Debug, Args)]
pub(crate) struct Score {
    #[command(flatten)]
    source: Source,
    /// Columns of answers from 0 to 10: would you recommend us?
    #[arg(long, value_name = "COL", value_delimiter = ',')]
    nps: Vec<String>,
    /// Columns of satisfaction.
    #[arg(long, value_name = "COL", value_delimiter = ',')]
    csat: Vec<String>,
    /// Points of the satisfaction scale: 2, 5, 7 or 10; satisfied are the top one, two, three and three.
    #[arg(long, value_name = "POINTS", default_value_t = 5)]
    csat_scale: u8,
    /// Columns of effort, whose mean is the score.
    #[arg(long, value_name = "COL", value_delimiter = ',')]
    ces: Vec<String>,
    /// The effort scale.
    #[arg(long, value_name = "LOW-HIGH", default_value = "1-7", value_parser = scale)]
    ces_scale: Scale,
    /// Satisfaction and importance of each attribute, as "sat1:imp1,sat2:imp2".
    #[arg(long, value_name = "SAT:IMP,…", value_delimiter = ',')]
    csi: Vec<String>,
    /// The scale of satisfaction and importance.
    #[arg(long, value_name = "LOW-HIGH", default_value = "1-10", value_parser = scale)]
    csi_scale: Scale,
    /// Columns of numbers on any scale, whose mean is wanted.
    #[arg(long, value_name = "COL", value_delimiter = ',')]
    mean: Vec<String>,
    /// A row of scores for each value of this column.
    #[arg(long, value_name = "COL")]
    by: Option<String>,
    /// How much each row counts.
    #[arg(long, value_name = "COL")]
    weight: Option<String>,
    /// How many there are in all, where so many were asked that it matters.
    #[arg(long, value_name = "N")]
    population: Option<u64>,
    /// Confidence of the intervals.
    #[arg(long, default_value = "0.95", value_parser = level)]
    level: Level,
    #[command(flatten)]
    shown: Shown,
}

/// Scores.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Scores {
    /// The column that groups, if any.
    by: Option<String>,
    /// Confidence of the intervals.
    level: f64,
    /// By metric, then by group.
    scores: Vec<ScoreRow>,
}

/// One score.
#[derive(Debug, Serialize, JsonSchema)]
struct ScoreRow {
    /// nps, csat, ces, mean or csi.
    metric: &'static str,
    /// Its column; the satisfaction columns of a CSI with a plus between them.
    column: String,
    /// The group; null for everybody.
    group: Option<String>,
    /// NPS in points from −100 to 100, CSAT in percent, CSI from 0 to 100, means in the units of the answers; null where
    /// there are too few answers.
    value: Option<f64>,
    /// Lower bound.
    low: Option<f64>,
    /// Upper bound.
    high: Option<f64>,
    /// Answers.
    n: u64,
    /// Rows without this answer.
    missing: u64,
    /// As many equally weighted answers would be as precise; null without weights.
    effective_n: Option<f64>,
    /// How the interval was found.
    method: Option<String>,
    /// Why there is no value or no interval.
    note: Option<String>,
    /// NPS only.
    nps: Option<NpsParts>,
    /// CSI only: what each attribute adds.
    attributes: Option<Vec<AttributeRow>>,
}

/// What an NPS is made of.
#[derive(Debug, Serialize, JsonSchema)]
struct NpsParts {
    promoters: u64,
    passives: u64,
    detractors: u64,
    /// Of one answer coded −1, 0, 1, divided by n.
    variance: Option<f64>,
    /// In points, with that variance.
    standard_error: Option<f64>,
}

/// An attribute of a CSI.
#[derive(Debug, Serialize, JsonSchema)]
struct AttributeRow {
    column: String,
    mean_satisfaction: f64,
    mean_importance: f64,
    /// Its share of all importance.
    weight: f64,
}

/// What is asked of one column, or of one set of columns.
#[derive(Debug, Clone)]
enum Wanted {
    Nps(Slot),
    Csat(Slot, CsatScale),
    Mean(Slot, Option<Scale>),
    Csi(Vec<Slot>, Vec<Slot>),
}

enum Tally {
    Nps(NpsTally, Option<WeightedNpsTally>),
    Csat(CsatTally, Option<WeightedCsatTally>),
    Mean(MeanTally, Option<WeightedMeanTally>),
    Csi(CsiTally, Option<WeightedCsiTally>),
}

impl Wanted {
    fn tally(&self, weighted: bool, csi: Scale) -> anyhow::Result<Tally> {
        Ok(match self {
            Self::Nps(_) => Tally::Nps(NpsTally::default(), weighted.then(Default::default)),
            Self::Csat(..) => Tally::Csat(CsatTally::default(), weighted.then(Default::default)),
            Self::Mean(..) => Tally::Mean(MeanTally::default(), weighted.then(Default::default)),
            Self::Csi(satisfaction, _) => {
                let attributes = vec![
                    CsiAttribute {
                        satisfaction: csi,
                        importance: csi
                    };
                    satisfaction.len()
                ];
                let with_weights = weighted
                    .then(|| WeightedCsiTally::new(attributes.clone()))
                    .transpose()?;
                Tally::Csi(CsiTally::new(attributes)?, with_weights)
            }
        })
    }

    fn metric(&self) -> &'static str {
        match self {
            Self::Nps(_) => "nps",
            Self::Csat(..) => "csat",
            Self::Mean(_, Some(_)) => "ces",
            Self::Mean(_, None) => "mean",
            Self::Csi(..) => "csi",
        }
    }

    fn slots(&self) -> Vec<Slot> {
        match self {
            Self::Nps(slot) | Self::Csat(slot, _) | Self::Mean(slot, _) => vec![*slot],
            Self::Csi(satisfaction, _) => satisfaction.clone(),
        }
    }

    /// Adds a row; says whether it had an answer.
    fn push(&self, tally: &mut Tally, row: &Row, weight: Option<f64>) -> anyhow::Result<bool> {
        let weight = weight.unwrap_or(1.0);
        match (self, tally) {
            (Self::Nps(slot), Tally::Nps(plain, weighted)) => {
                let Some(value) = row.number(*slot) else {
                    return Ok(false);
                };
                let value = whole(value)?;
                plain.push(value)?;
                if let Some(weighted) = weighted {
                    weighted.push(value, weight)?;
                }
            }
            (Self::Csat(slot, scale), Tally::Csat(plain, weighted)) => {
                let Some(value) = row.number(*slot) else {
                    return Ok(false);
                };
                let value = whole(value)?;
                plain.push(*scale, value).with_context(|| {
                    "if the scale is another, say so: --csat-scale 2, 5, 7 or 10".to_owned()
                })?;
                if let Some(weighted) = weighted {
                    weighted.push_answer(*scale, value, weight)?;
                }
            }
            (Self::Mean(slot, scale), Tally::Mean(plain, weighted)) => {
                let Some(value) = row.number(*slot) else {
                    return Ok(false);
                };
                if let Some(scale) = scale
                    && !(scale.min()..=scale.max()).contains(&value)
                {
                    bail!(
                        "{value} is not on the scale from {} to {} (another scale: --ces-scale)",
                        scale.min(),
                        scale.max()
                    );
                }
                plain.push(value)?;
                if let Some(weighted) = weighted {
                    weighted.push(value, weight)?;
                }
            }
            (Self::Csi(satisfaction, importance), Tally::Csi(plain, weighted)) => {
                let (satisfaction, importance) =
                    (row.numbers(satisfaction), row.numbers(importance));
                if satisfaction.iter().all(Option::is_none) {
                    return Ok(false);
                }
                plain
                    .push(&satisfaction, &importance)
                    .context("attributes are counted from 0; another scale: --csi-scale")?;
                if let Some(weighted) = weighted {
                    weighted.push(&satisfaction, &importance, weight)?;
                }
            }
            _ => {}
        }
        Ok(true)
    }
}

impl Analysis for Score {
    const NAME: &'static str = "score";
    type Finding = Scores;

    fn shown(&self) -> &Shown {
        &self.shown
    }

    fn run(&self, meter: &Meter) -> anyhow::Result<Answer<Scores>> {
        let mut reading = self.source.open()?;
        let mut wanted: Vec<Wanted> = Vec::new();
        wanted.extend(reading.numbers(&self.nps)?.into_iter().map(Wanted::Nps));
        let csat = CsatScale::new(self.csat_scale)?;
        wanted.extend(
            reading
                .numbers(&self.csat)?
                .into_iter()
                .map(|slot| Wanted::Csat(slot, csat)),
        );
        let ces = Some(self.ces_scale);
        wanted.extend(
            reading
                .numbers(&self.ces)?
                .into_iter()
                .map(|slot| Wanted::Mean(slot, ces)),
        );
        wanted.extend(
            reading
                .numbers(&self.mean)?
                .into_iter()
                .map(|slot| Wanted::Mean(slot, None)),
        );
        if !self.csi.is_empty() {
            let (mut satisfaction, mut importance) = (Vec::new(), Vec::new());
            for pair in &self.csi {
                let (sat, imp) = pair.split_once(':').ok_or_else(|| {
                    anyhow!("--csi: `{pair}` is not a pair; write satisfaction:importance")
                })?;
                satisfaction.push(reading.number(sat.trim())?);
                importance.push(reading.number(imp.trim())?);
            }
            wanted.push(Wanted::Csi(satisfaction, importance));
        }
        if wanted.is_empty() {
            bail!("say what to score: --nps, --csat, --ces, --csi or --mean");
        }
        let weight = self
            .weight
            .as_deref()
            .map(|name| reading.number(name))
            .transpose()?;
        let mut groups: Groups<Vec<(Tally, u64)>> = Groups::by(&mut reading, self.by.as_deref())?;
        let mut without_weight = 0;
        let weighted = weight.is_some();
        let seen = reading.read(meter, |row| {
            let weight = match weight.map(|slot| row.number(slot)) {
                Some(None) => {
                    without_weight += 1;
                    return Ok(());
                }
                Some(weight) => weight,
                None => None,
            };
            let tallies = groups.of(row, || {
                let new = wanted
                    .iter()
                    .map(|wanted| Ok((wanted.tally(weighted, self.csi_scale)?, 0)));
                new.collect()
            })?;
            let Some(tallies) = tallies else {
                return Ok(());
            };
            for (wanted, (tally, missing)) in wanted.iter().zip(tallies) {
                let pushed = wanted.push(tally, row, weight).with_context(|| {
                    let names: Vec<String> = reading.names(&wanted.slots());
                    format!("column `{}`", names.join("`, `"))
                })?;
                *missing += u64::from(!pushed);
            }
            Ok(())
        })?;
        let mut left_out: Vec<String> = groups.left_out().into_iter().collect();
        if without_weight > 0 {
            left_out.push(format!("{} without a weight", many(without_weight, "row")));
        }
        let population = self.population.map_or(Population::Endless, Population::Of);
        let by = groups.column().map(str::to_owned);
        let mut scores = Vec::new();
        for (group, tallies) in groups.into_sorted() {
            for (order, (wanted, (tally, missing))) in wanted.iter().zip(tallies).enumerate() {
                let columns = reading.names(&wanted.slots());
                let mut row = score_row(&tally, population, self.level, &columns);
                row.metric = wanted.metric();
                row.group.clone_from(&group);
                row.missing = missing;
                scores.push((order, row));
            }
        }
        // By metric, so that a reader compares the groups line by line.
        scores.sort_by_key(|(order, _)| *order);
        let scores: Vec<ScoreRow> = scores.into_iter().map(|(_, row)| row).collect();
        let mut methods: Vec<String> = scores
            .iter()
            .filter_map(|row| {
                let method = row.method.as_ref()?;
                Some(format!(
                    "{}: {method} interval, {} %",
                    row.metric,
                    percent(self.level)
                ))
            })
            .collect();
        methods.sort();
        methods.dedup();
        let mut assumptions =
            vec!["a simple random sample of those the score speaks for".to_owned()];
        if weighted {
            assumptions.push("weights that repair how the sample was drawn; their spread costs precision (effective n)".to_owned());
        }
        if scores.iter().any(|row| row.metric == "csat") {
            methods.push(format!(
                "csat: share of answers {} and above on a scale of {}",
                csat.top_box_from(),
                csat.points()
            ));
        }
        Ok(Answer {
            command: Self::NAME,
            input: Some(seen),
            result: Scores {
                by,
                level: self.level.get(),
                scores,
            },
            method: methods,
            assumptions,
            left_out,
        })
    }
}

fn percent(level: Level) -> f64 {
    (level.get() * 1e6).round() / 1e4
}

/// The score of a tally. What cannot be computed is said in the row: one thin group must not hide the others.
fn score_row(tally: &Tally, population: Population, level: Level, columns: &[String]) -> ScoreRow {
    let mut row = ScoreRow {
        metric: "",
        column: columns.join("+"),
        group: None,
        value: None,
        low: None,
        high: None,
        n: 0,
        missing: 0,
        effective_n: None,
        method: None,
        note: None,
        nps: None,
        attributes: None,
    };
    macro_rules! take {
        ($interval:expr) => {
            match $interval {
                Ok(interval) => {
                    row.value = Some(interval.value);
                    row.low = Some(interval.low);
                    row.high = Some(interval.high);
                    row.method = Some(interval.method.to_string());
                    Some(interval)
                }
                Err(error) => {
                    row.note = Some(error.to_string());
                    None
                }
            }
        };
    }
    macro_rules! weighted {
        ($interval:expr) => {
            take!($interval.map(|weighted| {
                row.effective_n = Some(weighted.effective_n);
                weighted.interval
            }))
        };
    }
    match tally {
        Tally::Nps(plain, weights) => {
            row.n = plain.n();
            row.value = plain.score().ok();
            row.nps = Some(NpsParts {
                promoters: plain.promoters,
                passives: plain.passives,
                detractors: plain.detractors,
                variance: plain.variance().ok(),
                standard_error: plain.standard_error(VarianceConvention::Population).ok(),
            });
            match weights {
                Some(weights) => {
                    weighted!(weights.interval(NpsMethod::AdjustedWald, population, level));
                }
                None => {
                    take!(plain.interval_by(NpsMethod::AdjustedWald, population, level));
                }
            }
        }
        Tally::Csat(plain, weights) => {
            row.n = plain.n();
            row.value = plain.share().ok();
            match weights {
                Some(weights) => {
                    weighted!(weights.interval(ShareMethod::Wilson, population, level));
                }
                None => {
                    take!(plain.interval_by(ShareMethod::Wilson, population, level));
                }
            }
        }
        Tally::Mean(plain, weights) => {
            row.n = plain.n();
            row.value = plain.mean().ok();
            match weights {
                Some(weights) => {
                    weighted!(weights.interval(population, level));
                }
                None => {
                    take!(plain.interval_in(population, level));
                }
            }
        }
        Tally::Csi(plain, weights) => {
            row.n = plain.n();
            row.value = plain.index().ok();
            let interval = match weights {
                Some(weights) => weighted!(weights.interval(population, level)),
                None => take!(plain.interval_in(population, level)),
            };
            row.attributes = interval.map(|interval| {
                let rows = columns.iter().zip(interval.attributes);
                rows.map(|(column, attribute)| AttributeRow {
                    column: column.clone(),
                    mean_satisfaction: attribute.mean_satisfaction,
                    mean_importance: attribute.mean_importance,
                    weight: attribute.weight,
                })
                .collect()
            });
        }
    }
    row
}

impl Finding for Scores {
    fn grids(&self) -> Vec<Grid> {
        let by = self.by.as_deref().unwrap_or("group");
        let mut grid = Grid::new(
            "Scores",
            [
                "metric",
                "column",
                by,
                "value",
                "low",
                "high",
                "n",
                "missing",
                "effective n",
                "note",
            ],
        );
        for row in &self.scores {
            let decimals = if matches!(row.metric, "ces" | "mean") {
                2
            } else {
                1
            };
            grid.row([
                row.metric.to_uppercase().into(),
                row.column.as_str().into(),
                row.group.clone().into(),
                num(row.value, decimals),
                num(row.low, decimals),
                num(row.high, decimals),
                row.n.into(),
                row.missing.into(),
                num(row.effective_n, 1),
                row.note.clone().into(),
            ]);
        }
        let mut grids = vec![grid.without_empty()];
        for row in &self.scores {
            let Some(attributes) = &row.attributes else {
                continue;
            };
            let title = match &row.group {
                Some(group) => format!("CSI of {group}: what each attribute weighs"),
                None => "CSI: what each attribute weighs".to_owned(),
            };
            let mut grid = Grid::new(title, ["attribute", "satisfaction", "importance", "weight"]);
            for attribute in attributes {
                grid.row([
                    Cell::from(attribute.column.as_str()),
                    num(attribute.mean_satisfaction, 2),
                    num(attribute.mean_importance, 2),
                    num(attribute.weight, 3),
                ]);
            }
            grids.push(grid);
        }
        grids
    }

    fn picture(&self) -> Option<String> {
        // Points, percents and means of one picture each have their own axis.
        let mut kinds: Vec<(&str, Vec<picture::Bar>)> = Vec::new();
        for row in &self.scores {
            let Some(value) = row.value else { continue };
            let label = format!("{} {}", row.metric.to_uppercase(), row.column);
            let bar = picture::Bar {
                label: match &row.group {
                    Some(group) => format!("{label} · {group}"),
                    None => label,
                },
                value,
                low: row.low,
                high: row.high,
            };
            match kinds.iter_mut().find(|(metric, _)| *metric == row.metric) {
                Some((_, bars)) => bars.push(bar),
                None => kinds.push((row.metric, vec![bar])),
            }
        }
        let kinds: Vec<&[picture::Bar]> = kinds.iter().map(|(_, bars)| bars.as_slice()).collect();
        (!kinds.is_empty())
            .then(|| picture::bars_by_scale("Scores", "Scores with their intervals.", &kinds, 1))
    }

    fn n(&self) -> String {
        let n = self
            .scores
            .iter()
            .map(|row| row.n + row.missing)
            .sum::<u64>();
        let columns = self
            .scores
            .iter()
            .map(|row| (&row.metric, &row.column))
            .collect::<std::collections::BTreeSet<_>>();
        many(n / columns.len().max(1) as u64, "row")
    }
}
