//! The value map: perceived quality against perceived price.

use std::collections::BTreeMap;

use radost_domain::Code;
use radost_domain::access::{Actor, Permission};
use radost_domain::explain::Dimension;
use radost_domain::listen::{PublishedSurvey, QuestionKind};
use radost_stats::MeanTally;

use super::answers::Answers;
use super::groups::{asked_for, dimensions, on_level};
use super::measure::Key;
use super::overview::Choices;
use super::selection::{Scope, Selection};
use super::tally::{Change, Estimate, Tally, verdicts, withheld};
use crate::{App, AppError};

/// Perceived quality against perceived price, group by group.
#[derive(Debug, Clone)]
pub struct ValueMap {
    /// What it is about.
    pub scope: Scope,
    /// What can be filtered by.
    pub choices: Choices,
    /// The least size of a group that is shown.
    pub minimum: u64,
    /// The questions that can be chosen.
    pub questions: Vec<Code>,
    /// By what the points may be told apart.
    pub dimensions: Vec<Dimension>,
    /// The map, or why there is none.
    pub map: Result<ValuePoints, NoValueMap>,
    /// Answers off the scale of the newest version.
    pub off_scale: u64,
}

/// The points of a map.
#[derive(Debug, Clone)]
pub struct ValuePoints {
    /// The rating that says how good it is.
    pub quality: Code,
    /// The rating that says how fair the price is.
    pub price: Code,
    /// The least and greatest answer of the two questions.
    pub scales: [(i64, i64); 2],
    /// By what the points are told apart.
    pub by: Dimension,
    /// Everybody.
    pub total: ValuePoint,
    /// The groups, those with the most answers first.
    pub points: Vec<(Key, Option<ValuePoint>)>,
    /// How many comparisons were corrected together.
    pub compared: usize,
}

/// Where some customers see the offer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValuePoint {
    /// Mean quality.
    pub quality: Estimate,
    /// Mean of what they think of the price.
    pub price: Estimate,
    /// Quality against all other groups together.
    pub quality_change: Change,
    /// Price against all other groups together.
    pub price_change: Change,
}

/// Why there is no map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoValueMap {
    /// The survey does not ask what people think of the price, or of anything else.
    NoQuestions,
    /// Nobody has answered both questions.
    Nothing,
    /// Fewer than the workspace's minimum have.
    TooFew,
}

/// What codes of questions about the price, the quality, and of segments that name the supplier begin with or contain.
const PRICE: [&str; 4] = ["price", "value", "cost", "money"];
const QUALITY: [&str; 4] = ["quality", "product", "food", "overall"];
const SUPPLIER: [&str; 6] = [
    "supplier",
    "competitor",
    "brand",
    "company",
    "provider",
    "vendor",
];

fn speaks_of(code: &Code, words: &[&str]) -> bool {
    code.as_str().split('_').any(|part| words.contains(&part))
}

/// The ratings, satisfactions and values for money of a survey.
fn rated(survey: &PublishedSurvey) -> Vec<Code> {
    let questions = survey
        .questions()
        .iter()
        .map(|published| &published.question);
    questions
        .filter(|question| {
            matches!(
                question.kind,
                QuestionKind::Rating { .. }
                    | QuestionKind::Csat { .. }
                    | QuestionKind::Price { .. }
            )
        })
        .map(|question| question.code.clone())
        .collect()
}

/// The two questions: as asked for, else the one about value for money and what codes say; satisfaction as a whole where none speaks of quality.
fn chosen(
    selection: &Selection,
    survey: &PublishedSurvey,
    rated: &[Code],
) -> Result<Option<(Code, Code)>, AppError> {
    let named = |name: &str| -> Result<Option<Code>, AppError> {
        let Some(text) = selection.get(name) else {
            return Ok(None);
        };
        let found = rated.iter().find(|code| code.as_str() == text).cloned();
        found
            .map(Some)
            .ok_or(AppError::NotFound("question of this survey"))
    };
    let (quality, price) = (named("quality")?, named("price")?);
    let price = price.or_else(|| {
        let free = || rated.iter().filter(|code| Some(*code) != quality.as_ref());
        let is_price = |code: &&Code| {
            let found = survey.question(code.as_str()).map(|q| &q.question.kind);
            matches!(found, Some(QuestionKind::Price { .. }))
        };
        free()
            .find(is_price)
            .or_else(|| free().find(|code| speaks_of(code, &PRICE)))
            .cloned()
    });
    let quality = quality.or_else(|| {
        let free = || rated.iter().filter(|code| Some(*code) != price.as_ref());
        let is_csat = |code: &&Code| {
            let found = survey.question(code.as_str()).map(|q| &q.question.kind);
            matches!(found, Some(QuestionKind::Csat { .. }))
        };
        free()
            .find(|code| speaks_of(code, &QUALITY))
            .or_else(|| free().find(is_csat))
            .or_else(|| free().next())
            .cloned()
    });
    Ok(quality.zip(price))
}

/// Both means of some customers.
#[derive(Debug, Clone, Copy, Default)]
struct Pair {
    quality: MeanTally,
    price: MeanTally,
}

impl Pair {
    fn push(&mut self, quality: f64, price: f64) {
        // Points of a scale are small whole numbers: no tally refuses them.
        let pushed = [self.quality.push(quality), self.price.push(price)];
        debug_assert!(pushed.iter().all(Result::is_ok));
    }

    fn merge(&mut self, other: &Pair) {
        self.quality.merge(&other.quality);
        self.price.merge(&other.price);
    }
}

impl App {
    /// Perceived quality against perceived price; `None` when the workspace has not published a survey yet.
    ///
    /// Without a survey in the selection it is about one that asks what people think of the price.
    ///
    /// # Errors
    /// Those of [`App::scope`](App::scope); [`AppError::NotFound`] for a question that is no rating of the survey.
    pub async fn value_map(
        &self,
        actor: &Actor,
        selection: &Selection,
    ) -> Result<Option<ValueMap>, AppError> {
        Self::allow(actor, Permission::SeeResults)?;
        let fits =
            |survey: &PublishedSurvey| rated(survey).iter().any(|code| speaks_of(code, &PRICE));
        let Some(scope) = self.scope_where(actor, selection, fits).await? else {
            return Ok(None);
        };
        let choices = self.choices(actor, &scope).await?;
        let survey = scope.survey.published.clone();
        let questions = rated(&survey);
        let dimensions = dimensions(&survey);
        let by = asked_for(selection, &survey)?.unwrap_or_else(|| {
            let names_supplier = |dimension: &&Dimension| match dimension {
                Dimension::Segment { code } => speaks_of(code, &SUPPLIER),
                _ => false,
            };
            dimensions
                .iter()
                .find(names_supplier)
                .cloned()
                .unwrap_or(Dimension::Location)
        });
        let minimum = u64::from(scope.directory.workspace.minimum_group);
        let mut found = ValueMap {
            choices,
            minimum,
            questions,
            dimensions,
            map: Err(NoValueMap::NoQuestions),
            off_scale: 0,
            scope,
        };
        let Some((quality, price)) = chosen(selection, &survey, &found.questions)? else {
            return Ok(Some(found));
        };
        let asked = [quality, price];
        let scale = |code: &Code| {
            survey
                .question(code.as_str())
                .and_then(|q| q.question.kind.scale())
        };
        let [Some(first), Some(second)] = [scale(&asked[0]), scale(&asked[1])] else {
            return Ok(Some(found));
        };
        let answers = self
            .answers(actor, &found.scope, &asked, std::slice::from_ref(&by))
            .await?;
        found.off_scale = answers.off_scale;
        let (Some([qualities, prices]), Some(belonging)) =
            (answers.scores.first_chunk::<2>(), answers.groups.first())
        else {
            return Ok(Some(found));
        };
        let belonging = on_level(actor, &found.scope, &by, belonging);
        let mut pairs: BTreeMap<u32, Pair> = BTreeMap::new();
        for ((&quality, &price), &group) in qualities.iter().zip(prices).zip(&belonging.index) {
            if quality != Answers::LACKING && price != Answers::LACKING {
                let pair = pairs.entry(group).or_default();
                pair.push(f64::from(quality), f64::from(price));
            }
        }
        let sizes: Vec<u64> = pairs.values().map(|pair| pair.quality.n()).collect();
        let (hidden, few) = withheld(&sizes, minimum);
        let mut total = Pair::default();
        pairs.values().for_each(|pair| total.merge(pair));
        if total.quality.n() == 0 || few {
            found.map = Err(if few {
                NoValueMap::TooFew
            } else {
                NoValueMap::Nothing
            });
            return Ok(Some(found));
        }
        let level = found.scope.level;
        let ends = |(min, max): (i64, i64)| (min as f64, max as f64);
        let tally = |ends, mean: &MeanTally| Tally::Mean(ends, *mean);
        let both = |pair: &Pair| {
            [
                tally(ends(first), &pair.quality),
                tally(ends(second), &pair.price),
            ]
        };
        // Each shown group against all the others together.
        let mut comparisons = Vec::new();
        for ((group, pair), hidden) in pairs.iter().zip(&hidden) {
            let mut rest = Pair::default();
            for (_, other) in pairs.iter().filter(|(other, _)| *other != group) {
                rest.merge(other);
            }
            for (mine, theirs) in both(pair).iter().zip(both(&rest)) {
                let compared = (!hidden).then(|| mine.compare(&theirs, level, minimum));
                comparisons.push(compared.flatten());
            }
        }
        let compared = comparisons.iter().flatten().count();
        let changes = verdicts(comparisons);
        let point = |pair: &Pair, changes: [Change; 2]| {
            let [quality, price] = both(pair).map(|tally| tally.figure(level, false));
            Some(ValuePoint {
                quality: *quality.shown()?,
                price: *price.shown()?,
                quality_change: changes[0],
                price_change: changes[1],
            })
        };
        let Some(whole) = point(&total, [Change::TOO_FEW; 2]) else {
            found.map = Err(NoValueMap::TooFew);
            return Ok(Some(found));
        };
        let mut points: Vec<(Key, Option<ValuePoint>)> = pairs
            .iter()
            .zip(&hidden)
            .zip(changes.chunks(2))
            .filter_map(|(((group, pair), hidden), changes)| {
                let key = belonging.keys.get(*group as usize)?.clone();
                let changes = [*changes.first()?, *changes.get(1)?];
                Some((key, point(pair, changes).filter(|_| !hidden)))
            })
            .collect();
        points.sort_by_key(|(_, point)| std::cmp::Reverse(point.as_ref().map(|p| p.quality.n)));
        let [quality, price] = asked;
        found.map = Ok(ValuePoints {
            quality,
            price,
            scales: [first, second],
            by,
            total: whole,
            points,
            compared,
        });
        Ok(Some(found))
    }
}
