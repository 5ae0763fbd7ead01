//! Answers person by person, for analyses that no sum can serve: drivers with their bootstrap, groups of customers.

use std::collections::HashMap;

use radost_domain::Code;
use radost_domain::access::{Actor, Permission};
use radost_domain::explain::Dimension;
use radost_store::{ScoredDay, read_groups};

use super::measure::{Key, key_in};
use super::selection::Scope;
use crate::{App, AppError};

/// The answers on scales of the responses that a selection means, question by question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// For each question asked for, a score a response, in the same order everywhere; [`Answers::LACKING`] where it was
    /// left out or is off the scale of the survey's newest version.
    pub scores: Vec<Vec<u8>>,
    /// For each dimension asked for, what the responses belong to.
    pub groups: Vec<Belonging>,
    /// Answers off the scale of the newest version.
    pub off_scale: u64,
    rows: usize,
}

/// What responses belong to in one dimension.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Belonging {
    /// The groups that occur; places each for itself.
    pub keys: Vec<Key>,
    /// For each response, which of them.
    pub index: Vec<u32>,
}

impl Answers {
    /// No answer.
    pub const LACKING: u8 = u8::MAX;

    /// How many responses there are.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }
}

impl App {
    /// The answers to some questions on scales, response by response.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] without the permission to see results; [`AppError::NotFound`] for a question that the survey
    /// does not have or that has no scale.
    pub async fn answers(
        &self,
        actor: &Actor,
        scope: &Scope,
        questions: &[Code],
        by: &[Dimension],
    ) -> Result<Answers, AppError> {
        Self::allow(actor, Permission::SeeResults)?;
        let mut columns = Vec::with_capacity(questions.len());
        for code in questions {
            let found = scope.survey.published.question(code.as_str());
            let column = found.and_then(|q| Some((q.slot?, q.question.kind.scale()?)));
            columns.push(column.ok_or(AppError::NotFound("question of this survey"))?);
        }
        let days = {
            let mut tx = self.store.read().await?;
            tx.scored_days(
                actor.workspace,
                scope.survey.id,
                scope.period,
                &scope.filters,
                by,
            )
            .await?
        };
        let by = by.to_vec();
        // Taking apart is work for a processor, not for the threads that answer requests.
        tokio::task::spawn_blocking(move || take_apart(&days, &columns, &by))
            .await
            .map_err(|error| {
                tracing::error!(%error, "reading answers was broken off");
                AppError::Full
            })?
    }
}

fn take_apart(
    days: &[ScoredDay],
    columns: &[(usize, (i64, i64))],
    by: &[Dimension],
) -> Result<Answers, AppError> {
    let mut answers = Answers {
        scores: vec![Vec::new(); columns.len()],
        groups: vec![Belonging::default(); by.len()],
        off_scale: 0,
        rows: 0,
    };
    let mut known: HashMap<&str, Vec<u32>> = HashMap::new();
    for row in days.iter().flat_map(ScoredDay::rows) {
        answers.rows += 1;
        let scores = row.scores.as_bytes();
        for (&(slot, (min, max)), column) in columns.iter().zip(&mut answers.scores) {
            let score = scores.get(slot).map(|&c| char::from(c));
            let score = score.and_then(radost_domain::listen::response::char_score);
            let on_scale = score.filter(|score| (min..=max).contains(score));
            answers.off_scale += u64::from(on_scale.is_none() && score.is_some());
            let kept = on_scale.and_then(|score| u8::try_from(score).ok());
            column.push(kept.unwrap_or(Answers::LACKING));
        }
        if by.is_empty() {
            continue;
        }
        if !known.contains_key(row.groups) {
            let groups = read_groups(by, row.groups)?;
            let mut places = Vec::with_capacity(by.len());
            for (dimension, belonging) in by.iter().zip(&mut answers.groups) {
                let key = key_in(dimension, &groups);
                let place = belonging.keys.iter().position(|other| *other == key);
                places.push(place.unwrap_or_else(|| {
                    belonging.keys.push(key);
                    belonging.keys.len() - 1
                }) as u32);
            }
            known.insert(row.groups, places);
        }
        for (belonging, &place) in answers.groups.iter_mut().zip(&known[row.groups]) {
            belonging.index.push(place);
        }
    }
    Ok(answers)
}
