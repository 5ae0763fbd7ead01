//! Who differs: a tree that looks for the groups itself, and each way of grouping as a table.

use std::collections::BTreeMap;

use radost_domain::Code;
use radost_domain::access::{Actor, Permission};
use radost_domain::explain::{Dimension, Metric};
use radost_domain::listen::{PublishedSurvey, QuestionKind};
use radost_stats::groups::{
    Outcome, Predictor, PredictorKind, TableTally, TreeError, TreeRules, TreeTest, TwoWayTable,
    grow_tree,
};
use radost_stats::{CsatScale, Level, Progress, benjamini_hochberg, suppress};

use super::answers::{Answers, Belonging};
use super::groups::{dimensions, on_level};
use super::measure::Key;
use super::overview::Choices;
use super::selection::{Scope, Selection};
use super::tally::{Figure, Reader, Tally};
use crate::{App, AppError};

/// Who differs in a metric.
#[derive(Debug, Clone)]
pub struct Segments {
    /// What it is about.
    pub scope: Scope,
    /// What can be filtered by.
    pub choices: Choices,
    /// The least size of a group that is shown.
    pub minimum: u64,
    /// What the groups may differ in.
    pub metric: Metric,
    /// Its value over everybody.
    pub total: Figure,
    /// Whether answers, too, may tell customers apart.
    pub with_answers: bool,
    /// The groups found, parents before their children; the first is everybody.
    pub nodes: Vec<SegmentNode>,
    /// Why there are no groups, where there are none.
    pub lacking: Option<NoSegments>,
    /// When the tree splits.
    pub rules: TreeRules,
    /// Each way of grouping for itself, the strongest first.
    pub tables: Vec<SegmentTable>,
    /// Answers off the scale of the newest version.
    pub off_scale: u64,
}

/// Why no groups were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoSegments {
    /// The metric rests on several questions, and the tree needs one.
    SeveralQuestions,
    /// Nobody has answered.
    Nothing,
    /// Too few have answered to be told apart.
    TooFew {
        /// How many are needed.
        needed: u64,
    },
    /// Everybody has answered the same.
    AllAlike,
    /// Nothing is known by which customers could be told apart.
    NoGroups,
    /// No group differs clearly from the others.
    NoDifference,
}

/// A group of customers.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentNode {
    /// The node that it is a part of.
    pub parent: Option<usize>,
    /// How many splits lead here.
    pub depth: usize,
    /// What they have in common, one line for each trait.
    pub conditions: Vec<SegmentCondition>,
    /// The metric among them.
    pub figure: Figure,
    /// How it is split further; `None` for a leaf.
    pub split: Option<SegmentSplit>,
}

/// How a group falls into parts.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentSplit {
    /// By what.
    pub by: Trait,
    /// The test.
    pub test: TreeTest,
    /// P-value, corrected for the ways in which the values could have been put together.
    pub p_value: f64,
}

/// By what customers are told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trait {
    /// Where, how and in which segment they answered.
    Dimension(Dimension),
    /// What they answered.
    Question(Code),
}

/// What the customers of a group have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentCondition {
    /// In what.
    pub by: Trait,
    /// One of these.
    pub values: Vec<TraitValue>,
}

/// A value of a trait.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum TraitValue {
    /// A group of a dimension.
    Key(Key),
    /// Groups that are too small to stand alone, together.
    Others,
    /// A point of a scale.
    Point(u8),
    /// The question was not answered.
    Skipped,
}

/// The metric by one dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentTable {
    /// By what.
    pub by: Dimension,
    /// What was answered, in classes.
    pub classes: Vec<AnswerClass>,
    /// The groups.
    pub rows: Vec<SegmentRow>,
    /// Pearson's test of groups by classes, its p-value corrected for the number of tables.
    pub test: TwoWayTable,
}

/// Answers that count as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerClass {
    /// 0–6 of NPS.
    Detractors,
    /// 7–8 of NPS.
    Passives,
    /// 9–10 of NPS.
    Promoters,
    /// Below the top of CSAT.
    NotSatisfied,
    /// The top of CSAT.
    Satisfied,
    /// Points of another scale, both ends included.
    Points(u8, u8),
}

/// A group of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentRow {
    /// Which.
    pub value: TraitValue,
    /// The metric in it.
    pub figure: Figure,
}

/// Fewest responses for a tree.
const FEWEST: u64 = 40;
/// A dimension keeps so many of its largest groups; the rest count together.
const MOST_GROUPS: usize = 30;

/// What a response belongs to, small groups put together so that none of them can be read or computed.
struct Column {
    by: Trait,
    kind: PredictorKind,
    /// The values that the codes of `rows` mean.
    values: Vec<TraitValue>,
    rows: Vec<Option<u32>>,
}

impl Column {
    /// `None` where fewer than two groups remain.
    fn of_dimension(by: &Dimension, belonging: &Belonging, minimum: u64) -> Option<Column> {
        let mut sizes = vec![0_u64; belonging.keys.len()];
        for &group in &belonging.index {
            if let Some(size) = sizes.get_mut(group as usize) {
                *size += 1;
            }
        }
        let mut pooled = suppress(&sizes, minimum);
        let mut order: Vec<usize> = (0..sizes.len()).collect();
        order.sort_by_key(|&i| std::cmp::Reverse(sizes[i]));
        for &rare in order.iter().skip(MOST_GROUPS) {
            pooled[rare] = true;
        }
        let together: u64 = (0..sizes.len())
            .filter(|&i| pooled[i])
            .map(|i| sizes[i])
            .sum();
        let mut values = Vec::new();
        let mut code = vec![None; sizes.len()];
        for (i, key) in belonging.keys.iter().enumerate() {
            if sizes[i] > 0 && !pooled[i] {
                code[i] = Some(values.len() as u32);
                values.push(TraitValue::Key(key.clone()));
            }
        }
        if together > 0 {
            // What is too small even together would be told by subtraction.
            if together < minimum {
                return None;
            }
            for i in (0..sizes.len()).filter(|&i| pooled[i]) {
                code[i] = Some(values.len() as u32);
            }
            values.push(TraitValue::Others);
        }
        (values.len() > 1).then(|| Column {
            by: Trait::Dimension(by.clone()),
            kind: PredictorKind::Nominal,
            rows: belonging
                .index
                .iter()
                .map(|&i| code.get(i as usize).copied().flatten())
                .collect(),
            values,
        })
    }

    fn of_question(code: &Code, scores: &[u8]) -> Column {
        Column {
            by: Trait::Question(code.clone()),
            kind: PredictorKind::Ordinal,
            values: (0..=10).map(TraitValue::Point).collect(),
            rows: scores
                .iter()
                .map(|&score| (score != Answers::LACKING).then_some(u32::from(score)))
                .collect(),
        }
    }

    fn value(&self, code: Option<u32>) -> TraitValue {
        code.and_then(|code| self.values.get(code as usize).cloned())
            .unwrap_or(TraitValue::Skipped)
    }

    fn keep(&mut self, rows: &[usize]) {
        self.rows = rows.iter().map(|&row| self.rows[row]).collect();
    }

    fn is_constant(&self) -> bool {
        self.rows.windows(2).all(|pair| pair[0] == pair[1])
    }
}

/// The classes of answers to a question, and to which each point belongs.
fn classes(metric: &Metric, survey: &PublishedSurvey) -> Option<(Vec<AnswerClass>, Vec<usize>)> {
    let question = survey.question(metric.question()?.as_str())?;
    let (min, max) = question.question.kind.scale()?;
    let (min, max) = (u8::try_from(min).ok()?, u8::try_from(max).ok()?);
    let points = 0..=max;
    Some(match (metric, &question.question.kind) {
        (Metric::Nps { .. }, _) => (
            vec![
                AnswerClass::Detractors,
                AnswerClass::Passives,
                AnswerClass::Promoters,
            ],
            points
                .map(|point| usize::from(point > 6) + usize::from(point > 8))
                .collect(),
        ),
        (Metric::Csat { .. }, QuestionKind::Csat { points: top, .. }) => {
            let scale = CsatScale::new(*top).ok()?;
            (
                vec![AnswerClass::NotSatisfied, AnswerClass::Satisfied],
                points
                    .map(|point| usize::from(i64::from(point) >= scale.top_box_from()))
                    .collect(),
            )
        }
        _ => {
            let width = usize::from(max - min) + 1;
            let bands = if width <= 5 { width } else { 3 };
            let band = |point: u8| usize::from(point.saturating_sub(min)) * bands / width;
            let ends = |wanted: usize| {
                let mut own = (min..=max).filter(|&point| band(point) == wanted);
                let first = own.next().unwrap_or(min);
                AnswerClass::Points(first, own.next_back().unwrap_or(first))
            };
            ((0..bands).map(ends).collect(), points.map(band).collect())
        }
    })
}

/// The answers to one question with what they count for.
struct Answered<'a> {
    reader: &'a Reader,
    scores: Vec<u8>,
}

impl Answered<'_> {
    fn tally(&self, rows: impl Iterator<Item = usize>) -> Tally {
        let mut counts = [0_u64; 11];
        for row in rows {
            if let Some(count) = counts.get_mut(usize::from(self.scores[row])) {
                *count += 1;
            }
        }
        self.reader.counted(&counts)
    }
}

impl App {
    /// Who differs in a metric; `None` when the workspace has not published a survey yet.
    ///
    /// # Errors
    /// Those of [`App::scope`](App::scope); [`AppError::Invalid`] for an unknown `with`.
    pub async fn segments(
        &self,
        actor: &Actor,
        selection: &Selection,
    ) -> Result<Option<Segments>, AppError> {
        Self::allow(actor, Permission::SeeResults)?;
        let Some(scope) = self.scope(actor, selection).await? else {
            return Ok(None);
        };
        let with_answers = match selection.get("with") {
            None => false,
            Some("answers") => true,
            Some(_) => return Err(AppError::invalid("with", "known is answers")),
        };
        let survey = scope.survey.published.clone();
        let of_one_question = |metric: &Metric| metric.question().is_some();
        let metric = match &scope.metric {
            Some(metric) => metric.clone(),
            None => Metric::of_survey(&survey)
                .into_iter()
                .find(of_one_question)
                .ok_or(AppError::NotFound("metric of this survey"))?,
        };
        let choices = self.choices(actor, &scope).await?;
        let minimum = u64::from(scope.directory.workspace.minimum_group);
        let mut found = Segments {
            choices,
            minimum,
            total: Figure::Nothing,
            with_answers,
            nodes: Vec::new(),
            lacking: Some(NoSegments::SeveralQuestions),
            rules: TreeRules::default(),
            tables: Vec::new(),
            off_scale: 0,
            metric,
            scope,
        };
        let (Some(question), Some(reader), Some((classes, class_of))) = (
            found.metric.question(),
            Reader::new(&survey, &found.metric),
            classes(&found.metric, &survey),
        ) else {
            return Ok(Some(found));
        };
        let mut questions = vec![question.clone()];
        if with_answers {
            questions.extend(
                survey
                    .questions()
                    .iter()
                    .filter(|q| q.slot.is_some() && q.question.code != *question)
                    .map(|q| q.question.code.clone()),
            );
        }
        let by = dimensions(&survey);
        let answers = self.answers(actor, &found.scope, &questions, &by).await?;
        found.off_scale = answers.off_scale;
        let Some((outcome, others)) = answers.scores.split_first() else {
            return Ok(Some(found));
        };
        // Only those who answered the question count.
        let rows: Vec<usize> = (0..answers.len())
            .filter(|&row| outcome[row] != Answers::LACKING)
            .collect();
        let mut columns: Vec<Column> = Vec::new();
        for (dimension, belonging) in by.iter().zip(&answers.groups) {
            let mut leveled = on_level(actor, &found.scope, dimension, belonging);
            leveled.index = rows.iter().map(|&row| leveled.index[row]).collect();
            columns.extend(Column::of_dimension(dimension, &leveled, minimum));
        }
        let dimension_count = columns.len();
        for (code, scores) in questions.iter().skip(1).zip(others) {
            let mut column = Column::of_question(code, scores);
            column.keep(&rows);
            if !column.is_constant() {
                columns.push(column);
            }
        }
        let answered = Answered {
            reader: &reader,
            scores: rows.iter().map(|&row| outcome[row]).collect(),
        };
        let n = rows.len() as u64;
        let level = found.scope.level;
        let total = answered.tally(0..rows.len());
        let few = 0 < n && n < minimum;
        found.total = total.figure(level, few);
        let leaf = (n / 20).clamp(10, 50).max(minimum);
        found.rules = TreeRules {
            fewest_in_child: leaf,
            fewest_to_split: 2 * leaf,
            ..TreeRules::default()
        };
        let computed = {
            let rules = found.rules;
            let numeric = !matches!(found.metric, Metric::Nps { .. } | Metric::Csat { .. });
            let scores = answered.scores.clone();
            let predictors: Vec<Predictor> = columns
                .iter()
                .enumerate()
                .map(|(i, column)| Predictor {
                    name: i.to_string(),
                    kind: column.kind,
                    values: column.rows.clone(),
                })
                .collect();
            let outcome = if numeric {
                Outcome::Numeric(scores.iter().map(|&score| f64::from(score)).collect())
            } else {
                Outcome::Categories(
                    scores
                        .iter()
                        .map(|&score| class_of.get(usize::from(score)).copied().unwrap_or(0))
                        .collect(),
                )
            };
            // Looking for splits is work for a processor, not for the threads that answer requests.
            tokio::task::spawn_blocking(move || {
                grow_tree(&predictors, &outcome, None, &rules, &Progress::none())
            })
            .await
            .map_err(|error| {
                tracing::error!(%error, "looking for segments was broken off");
                AppError::Full
            })?
        };
        let needed = FEWEST.max(found.rules.fewest_to_split);
        found.lacking = match &computed {
            _ if n == 0 => Some(NoSegments::Nothing),
            _ if n < needed => Some(NoSegments::TooFew { needed }),
            Err(TreeError::NoPredictors) => Some(NoSegments::NoGroups),
            Err(TreeError::OneOutcome) => Some(NoSegments::AllAlike),
            Err(error) => {
                tracing::error!(%error, "segments could not be looked for");
                return Err(AppError::Full);
            }
            Ok(tree) if tree.nodes.len() < 2 => Some(NoSegments::NoDifference),
            Ok(_) => None,
        };
        if let (None, Ok(tree)) = (found.lacking, computed) {
            for node in &tree.nodes {
                let inside = |row: usize| {
                    node.conditions.iter().all(|condition| {
                        let values = &columns[condition.predictor].rows;
                        condition.categories.contains(&values[row])
                    })
                };
                let tally = answered.tally((0..rows.len()).filter(|&row| inside(row)));
                found.nodes.push(SegmentNode {
                    parent: node.parent,
                    depth: node.depth,
                    conditions: conditions(&columns, node),
                    figure: tally.figure(level, tally.n() < minimum),
                    split: node.split.as_ref().and_then(|split| {
                        Some(SegmentSplit {
                            by: columns.get(split.predictor)?.by.clone(),
                            test: split.test,
                            p_value: split.corrected_p_value,
                        })
                    }),
                });
            }
        }
        if !few {
            found.tables = tables(
                &columns[..dimension_count],
                &answered,
                &classes,
                &class_of,
                level,
            );
        }
        Ok(Some(found))
    }
}

/// What leads to a node, a trait that was split more than once told once.
fn conditions(columns: &[Column], node: &radost_stats::groups::TreeNode) -> Vec<SegmentCondition> {
    let mut last: BTreeMap<usize, usize> = BTreeMap::new();
    for (place, condition) in node.conditions.iter().enumerate() {
        // Each split of a trait is within the one before, so that the last says it all.
        last.insert(condition.predictor, place);
    }
    node.conditions
        .iter()
        .enumerate()
        .filter(|(place, condition)| last.get(&condition.predictor) == Some(place))
        .filter_map(|(_, condition)| {
            let column = columns.get(condition.predictor)?;
            Some(SegmentCondition {
                by: column.by.clone(),
                values: condition
                    .categories
                    .iter()
                    .map(|&code| column.value(code))
                    .collect(),
            })
        })
        .collect()
}

fn tables(
    columns: &[Column],
    answered: &Answered,
    classes: &[AnswerClass],
    class_of: &[usize],
    level: Level,
) -> Vec<SegmentTable> {
    let mut tables = Vec::new();
    for column in columns {
        let Trait::Dimension(by) = &column.by else {
            continue;
        };
        let mut counts = vec![vec![0_u64; classes.len()]; column.values.len()];
        let mut members = vec![Vec::new(); column.values.len()];
        for (row, (code, &score)) in column.rows.iter().zip(&answered.scores).enumerate() {
            let (Some(code), Some(&class)) = (code, class_of.get(usize::from(score))) else {
                continue;
            };
            counts[*code as usize][class] += 1;
            members[*code as usize].push(row);
        }
        let table = TableTally::from_counts(&counts).and_then(|tally| tally.table(level));
        let Ok(test) = table else { continue };
        let rows = column
            .values
            .iter()
            .zip(&members)
            .map(|(value, rows)| SegmentRow {
                value: value.clone(),
                figure: answered.tally(rows.iter().copied()).figure(level, false),
            })
            .collect();
        tables.push(SegmentTable {
            by: by.clone(),
            classes: classes.to_vec(),
            rows,
            test,
        });
    }
    let p_values: Vec<f64> = tables.iter().map(|table| table.test.p_value).collect();
    let corrected = benjamini_hochberg(&p_values).unwrap_or_else(|_| vec![1.0; p_values.len()]);
    for (table, p_value) in tables.iter_mut().zip(corrected) {
        table.test.p_value = p_value;
    }
    tables.sort_by(|a, b| {
        b.test
            .cramers_v
            .corrected
            .total_cmp(&a.test.cramers_v.corrected)
    });
    tables
}

impl Segments {
    /// The groups at the ends of the tree, the lowest first.
    pub fn leaves(&self) -> Vec<&SegmentNode> {
        let mut leaves: Vec<&SegmentNode> = self
            .nodes
            .iter()
            .filter(|node| node.split.is_none())
            .collect();
        let value = |node: &SegmentNode| node.figure.shown().map_or(f64::INFINITY, |e| e.value);
        leaves.sort_by(|a, b| value(a).total_cmp(&value(b)));
        leaves
    }
}
