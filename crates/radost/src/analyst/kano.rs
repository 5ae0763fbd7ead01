//! What features are to customers, by Kano's pairs of questions.

use std::collections::HashMap;

use anyhow::{Context, anyhow, bail};
use clap::{Args, ValueEnum};
use radost_stats::kano::{
    KanoAnswer, KanoCounts, KanoEvaluation, KanoTable, KanoTally, Questionable, compare_segments,
};
use radost_stats::{Level, MeanInterval};
use schemars::JsonSchema;
use serde::Serialize;

use super::answer::{Answer, Cell, Finding, Grid, Shown, grouped, num};
use super::meter::Meter;
use super::source::{Groups, Row, Slot, Source, level, whole};
use super::{Analysis, picture};

/// What features are to customers, by Kano's method.
#[derive(Debug, Args)]
pub(crate) struct Kano {
    #[command(flatten)]
    source: Source,
    /// The two questions about each feature, and its self-stated importance if it was asked:
    /// "name=functional:dysfunctional;name=functional:dysfunctional:importance".
    #[arg(long, value_name = "NAME=F:D;…")]
    pairs: String,
    /// The evaluation table: Berger's, or Pouliot's, in which twice "expect" and twice "live with" are questionable.
    #[arg(long, value_enum, default_value_t = Table::Berger)]
    table: Table,
    /// What answers in words mean, from 1 (I like it) to 5 (I dislike it): "I like it=1,I expect it=2,…".
    #[arg(long, value_name = "TEXT=1,…")]
    map: Option<String>,
    /// An evaluation for each value of this column, and a test whether they differ.
    #[arg(long, value_name = "COL")]
    by: Option<String>,
    /// Confidence of the intervals.
    #[arg(long, default_value = "0.95", value_parser = level)]
    level: Level,
    #[command(flatten)]
    shown: Shown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Table {
    Berger,
    Pouliot,
}

impl From<Table> for KanoTable {
    fn from(table: Table) -> Self {
        match table {
            Table::Berger => Self::Berger,
            Table::Pouliot => Self::Pouliot,
        }
    }
}

/// What features are to customers.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct KanoFindings {
    /// berger or pouliot.
    table: String,
    /// The column that groups, if any.
    by: Option<String>,
    level: f64,
    /// By feature, then by group.
    features: Vec<Feature>,
    /// Whether groups see a feature alike.
    segment_tests: Vec<SegmentTest>,
}

/// A feature, as everybody or one group sees it.
#[derive(Debug, Serialize, JsonSchema)]
struct Feature {
    feature: String,
    /// The group; null for everybody.
    group: Option<String>,
    /// Respondents who answered both questions.
    n: u64,
    /// Respondents who answered one of the two or neither.
    incomplete: u64,
    attractive: u64,
    one_dimensional: u64,
    must_be: u64,
    indifferent: u64,
    reverse: u64,
    questionable: u64,
    /// The letter of the category: by (A+O+M) > (I+R+Q), then the largest.
    category: Option<String>,
    /// The most frequent category.
    category_by_mode: Option<String>,
    /// Whether the most frequent category clearly leads the second (Fong's test).
    is_clear: Option<bool>,
    fong_p_value: Option<f64>,
    /// Share of the most frequent category less that of the second, in percent.
    category_strength: Option<Bounds>,
    /// Share of attractive, one-dimensional and must-be together, in percent.
    total_strength: Option<Bounds>,
    /// (A+O)/(A+O+M+I): how much having it adds.
    better: Option<Bounds>,
    /// −(O+M)/(A+O+M+I): how much lacking it costs.
    worse: Option<Bounds>,
    /// The 2-dimensional region of better and −worse, as points.
    #[serde(skip)]
    ellipse: Vec<[f64; 2]>,
    /// Mean of the functional answers from −2 to 4 (DuMouchel).
    functional_mean: Option<f64>,
    /// Mean of the dysfunctional answers from −2 to 4 (DuMouchel).
    dysfunctional_mean: Option<f64>,
    /// The quarter that those means fall into.
    continuous_category: Option<String>,
    /// Mean of the self-stated importance.
    importance: Option<Bounds>,
    /// What could not be computed.
    note: Option<String>,
}

/// A value with its interval.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct Bounds {
    value: f64,
    low: f64,
    high: f64,
}

impl From<MeanInterval> for Bounds {
    fn from(interval: MeanInterval) -> Self {
        Self {
            value: interval.value,
            low: interval.low,
            high: interval.high,
        }
    }
}

/// Whether groups see a feature alike.
#[derive(Debug, Serialize, JsonSchema)]
struct SegmentTest {
    feature: String,
    chi_squared: f64,
    degrees_of_freedom: u64,
    p_value: f64,
    cramers_v: f64,
    smallest_expected: f64,
    n: u64,
}

struct Pair {
    name: String,
    functional: Slot,
    dysfunctional: Slot,
    importance: Option<Slot>,
}

/// What answers mean.
enum Meaning {
    Numbers,
    Words(HashMap<String, KanoAnswer>),
}

impl Meaning {
    fn parse(map: Option<&str>) -> anyhow::Result<Self> {
        let Some(map) = map else {
            return Ok(Self::Numbers);
        };
        let separator = if map.contains(';') { ';' } else { ',' };
        let mut words = HashMap::new();
        for entry in map
            .split(separator)
            .filter(|entry| !entry.trim().is_empty())
        {
            let (text, number) = entry
                .rsplit_once('=')
                .ok_or_else(|| anyhow!("--map: `{}` says nothing; write TEXT=1", entry.trim()))?;
            let number: i64 = number
                .trim()
                .parse()
                .map_err(|_| anyhow!("--map: `{}` is not a number from 1 to 5", number.trim()))?;
            let answer = KanoAnswer::from_number(number)
                .with_context(|| format!("--map: `{}`", entry.trim()))?;
            words.insert(text.trim().to_lowercase(), answer);
        }
        Ok(Self::Words(words))
    }

    fn of(&self, row: &Row, slot: Slot) -> anyhow::Result<Option<KanoAnswer>> {
        match self {
            Self::Numbers => match row.number(slot) {
                None => Ok(None),
                Some(value) => Ok(Some(KanoAnswer::from_number(whole(value)?)?)),
            },
            Self::Words(words) => match row.text(slot) {
                None => Ok(None),
                Some(text) => {
                    let number = || KanoAnswer::from_number(text.parse().ok()?).ok();
                    let answer = words.get(&text.to_lowercase()).copied().or_else(number);
                    answer.map(Some).ok_or_else(|| {
                        anyhow!("{text:?} is not an answer that --map knows (if it means a missing answer: --na {text:?})")
                    })
                }
            },
        }
    }
}

impl Analysis for Kano {
    const NAME: &'static str = "kano";
    type Finding = KanoFindings;

    fn shown(&self) -> &Shown {
        &self.shown
    }

    fn run(&self, meter: &Meter) -> anyhow::Result<Answer<KanoFindings>> {
        let meaning = Meaning::parse(self.map.as_deref())?;
        let mut reading = self.source.open()?;
        let mut pairs = Vec::new();
        for entry in self
            .pairs
            .split(';')
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
        {
            let wrong = || {
                anyhow!("--pairs: `{entry}` is not a feature; write name=functional:dysfunctional")
            };
            let (name, columns) = entry.split_once('=').ok_or_else(wrong)?;
            let columns: Vec<&str> = columns.split(':').map(str::trim).collect();
            let mut answers = |name: &str| match meaning {
                Meaning::Numbers => reading.number(name),
                Meaning::Words(_) => reading.text(name),
            };
            let (functional, dysfunctional, importance) = match columns.as_slice() {
                [functional, dysfunctional] => {
                    (answers(functional)?, answers(dysfunctional)?, None)
                }
                [functional, dysfunctional, importance] => {
                    let (functional, dysfunctional) =
                        (answers(functional)?, answers(dysfunctional)?);
                    (functional, dysfunctional, Some(reading.number(importance)?))
                }
                _ => return Err(wrong()),
            };
            pairs.push(Pair {
                name: name.trim().to_owned(),
                functional,
                dysfunctional,
                importance,
            });
        }
        if pairs.is_empty() {
            bail!("--pairs names no feature");
        }
        let mut groups: Groups<Vec<KanoTally>> = Groups::by(&mut reading, self.by.as_deref())?;
        let seen = reading.read(meter, |row| {
            let tallies = groups.of(row, || {
                Ok(pairs.iter().map(|_| KanoTally::default()).collect())
            })?;
            let Some(tallies) = tallies else {
                return Ok(());
            };
            for (pair, tally) in pairs.iter().zip(tallies) {
                let answer = |slot| {
                    meaning
                        .of(row, slot)
                        .with_context(|| format!("column `{}`", reading.name(slot)))
                };
                let importance = pair.importance.and_then(|slot| row.number(slot));
                tally.push(
                    answer(pair.functional)?,
                    answer(pair.dysfunctional)?,
                    importance,
                )?;
            }
            Ok(())
        })?;
        let mut left_out: Vec<String> = groups.left_out().into_iter().collect();
        let by = groups.column().map(str::to_owned);
        let groups = groups.into_sorted();
        let mut features = Vec::new();
        let mut segment_tests = Vec::new();
        for (index, pair) in pairs.iter().enumerate() {
            let mut counts = Vec::new();
            for (group, tallies) in &groups {
                let Some(tally) = tallies.get(index) else {
                    continue;
                };
                counts.push(tally.counts(self.table.into()));
                features.push(self.feature(pair, group.clone(), tally));
            }
            if counts.len() > 1 {
                let test = compare_segments(&counts)
                    .with_context(|| format!("comparing the groups on `{}`", pair.name))?;
                segment_tests.push(SegmentTest {
                    feature: pair.name.clone(),
                    chi_squared: test.chi_squared,
                    degrees_of_freedom: test.degrees_of_freedom,
                    p_value: test.p_value,
                    cramers_v: test.cramers_v,
                    smallest_expected: test.smallest_expected,
                    n: test.n,
                });
            }
        }
        for pair in &pairs {
            let incomplete: u64 = features
                .iter()
                .filter(|feature| feature.feature == pair.name)
                .map(|feature| feature.incomplete)
                .sum();
            if incomplete > 0 {
                left_out.push(format!(
                    "{}: {} respondents without both answers",
                    pair.name,
                    grouped(incomplete)
                ));
            }
        }
        Ok(Answer {
            command: Self::NAME,
            input: Some(seen),
            result: KanoFindings {
                table: KanoTable::from(self.table).to_string(),
                by,
                level: self.level.get(),
                features,
                segment_tests,
            },
            method: vec![
                format!("{} evaluation table", KanoTable::from(self.table)),
                "category: A, O or M, whichever leads, where (A+O+M) > (I+R+Q), else I, R or Q"
                    .to_owned(),
                "better and worse with delta intervals; Fong's test of the leading category"
                    .to_owned(),
            ],
            assumptions: vec![
                "a simple random sample of customers".to_owned(),
                "better and worse leave out reverse and questionable answers".to_owned(),
            ],
            left_out,
        })
    }
}

impl Kano {
    fn feature(&self, pair: &Pair, group: Option<String>, tally: &KanoTally) -> Feature {
        let counts: KanoCounts = tally.counts(self.table.into());
        let n = counts.n();
        let evaluation: Result<KanoEvaluation, _> = counts.evaluate(self.level);
        let continuous = tally
            .continuous(Questionable::Exclude(self.table.into()), self.level)
            .ok();
        let note = evaluation.as_ref().err().map(ToString::to_string);
        let evaluation = evaluation.ok();
        let coefficients = evaluation
            .as_ref()
            .and_then(|evaluation| evaluation.coefficients.as_ref());
        let bounds = |value: f64, low: f64, high: f64| Bounds { value, low, high };
        let strength = evaluation.as_ref().map(|evaluation| &evaluation.strength);
        Feature {
            feature: pair.name.clone(),
            group,
            n,
            incomplete: tally.unpaired(),
            attractive: counts.attractive,
            one_dimensional: counts.one_dimensional,
            must_be: counts.must_be,
            indifferent: counts.indifferent,
            reverse: counts.reverse,
            questionable: counts.questionable,
            category: counts
                .by_rule()
                .ok()
                .map(|category| category.letter().to_string()),
            category_by_mode: counts
                .by_mode()
                .ok()
                .map(|category| category.letter().to_string()),
            is_clear: evaluation
                .as_ref()
                .map(|evaluation| evaluation.fong.is_clear),
            fong_p_value: evaluation
                .as_ref()
                .map(|evaluation| evaluation.fong.p_value),
            category_strength: strength
                .map(|s| bounds(s.category.value, s.category.low, s.category.high)),
            total_strength: strength.map(|s| bounds(s.total.value, s.total.low, s.total.high)),
            better: coefficients.map(|c| bounds(c.better.value, c.better.low, c.better.high)),
            worse: coefficients.map(|c| bounds(c.worse.value, c.worse.low, c.worse.high)),
            ellipse: coefficients.map_or_else(Vec::new, |c| {
                (0..=60)
                    .map(|turn| {
                        let [x, y] = c
                            .ellipse
                            .point(f64::from(turn) / 60.0 * std::f64::consts::TAU);
                        [x, y]
                    })
                    .collect()
            }),
            functional_mean: continuous.as_ref().map(|c| c.functional.value),
            dysfunctional_mean: continuous.as_ref().map(|c| c.dysfunctional.value),
            continuous_category: continuous.as_ref().map(|c| c.category.letter().to_string()),
            importance: pair
                .importance
                .and_then(|_| tally.importance().interval(self.level).ok())
                .map(Into::into),
            note,
        }
    }
}

impl Finding for KanoFindings {
    fn grids(&self) -> Vec<Grid> {
        let by = self.by.as_deref().unwrap_or("group");
        let mut counts = Grid::new(
            "Features",
            [
                "feature",
                by,
                "A",
                "O",
                "M",
                "I",
                "R",
                "Q",
                "n",
                "category",
                "mode",
                "clear",
                "better",
                "better low",
                "better high",
                "worse",
                "worse low",
                "worse high",
                "importance",
                "note",
            ],
        );
        let value = |bounds: &Option<Bounds>, of: fn(&Bounds) -> f64, decimals| {
            num(bounds.as_ref().map(of), decimals)
        };
        for feature in &self.features {
            counts.row([
                feature.feature.as_str().into(),
                feature.group.clone().into(),
                feature.attractive.into(),
                feature.one_dimensional.into(),
                feature.must_be.into(),
                feature.indifferent.into(),
                feature.reverse.into(),
                feature.questionable.into(),
                feature.n.into(),
                feature.category.clone().into(),
                feature.category_by_mode.clone().into(),
                feature
                    .is_clear
                    .map(|clear| if clear { "yes" } else { "no" })
                    .into(),
                value(&feature.better, |b| b.value, 3),
                value(&feature.better, |b| b.low, 3),
                value(&feature.better, |b| b.high, 3),
                value(&feature.worse, |b| b.value, 3),
                value(&feature.worse, |b| b.low, 3),
                value(&feature.worse, |b| b.high, 3),
                value(&feature.importance, |b| b.value, 2),
                feature.note.clone().into(),
            ]);
        }
        let mut strength = Grid::new(
            "Strength and the continuous view",
            [
                "feature",
                by,
                "category strength %",
                "total strength %",
                "functional",
                "dysfunctional",
                "continuous",
            ],
        );
        for feature in &self.features {
            strength.row([
                feature.feature.as_str().into(),
                feature.group.clone().into(),
                value(&feature.category_strength, |b| b.value, 1),
                value(&feature.total_strength, |b| b.value, 1),
                num(feature.functional_mean, 2),
                num(feature.dysfunctional_mean, 2),
                feature.continuous_category.clone().into(),
            ]);
        }
        let mut grids = vec![counts.without_empty(), strength.without_empty()];
        if !self.segment_tests.is_empty() {
            let mut tests = Grid::new(
                "Do the groups differ?",
                [
                    "feature",
                    "chi²",
                    "df",
                    "p",
                    "Cramér's V",
                    "smallest expected",
                ],
            );
            for test in &self.segment_tests {
                tests.row([
                    test.feature.as_str().into(),
                    num(test.chi_squared, 2),
                    test.degrees_of_freedom.into(),
                    Cell::P(test.p_value),
                    num(test.cramers_v, 3),
                    num(test.smallest_expected, 1),
                ]);
            }
            grids.push(tests);
        }
        grids
    }

    fn picture(&self) -> Option<String> {
        let spots: Vec<picture::Spot> = self
            .features
            .iter()
            .filter_map(|feature| {
                let label = match &feature.group {
                    Some(group) => format!("{} · {group}", feature.feature),
                    None => feature.feature.clone(),
                };
                // The map is drawn with −worse to the right: what costs much when it is lacking.
                Some(picture::Spot {
                    label,
                    x: -feature.worse.as_ref()?.value,
                    y: feature.better.as_ref()?.value,
                    around: feature
                        .ellipse
                        .iter()
                        .map(|[better, worse]| [-worse, *better])
                        .collect(),
                })
            })
            .collect();
        (!spots.is_empty()).then(|| {
            picture::map(&picture::Map {
                title: "Kano: better and worse",
                description: "Each feature with the region in which its better and worse coefficients probably lie.",
                x: "dissatisfaction without it (−worse)",
                y: "satisfaction with it (better)",
                spots,
                crosshair: [0.5, 0.5],
                corners: ["indifferent", "must-be", "attractive", "one-dimensional"],
            })
        })
    }

    fn n(&self) -> String {
        let most = self
            .features
            .iter()
            .map(|feature| feature.n + feature.incomplete)
            .max()
            .unwrap_or(0);
        let groups = self
            .features
            .iter()
            .filter(|feature| feature.group.is_some())
            .count();
        if groups > 0 {
            format!("up to {} respondents in a group", grouped(most))
        } else {
            format!("{} respondents", grouped(most))
        }
    }
}
