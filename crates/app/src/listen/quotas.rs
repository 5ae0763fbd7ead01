//! Quotas: counting responses of a sort, as they come in.
//!
//! What is counted is kept with the place in the event log up to which it was counted, in one row that moves forward in one
//! step: a crash repeats the step, not the count. A quota whose condition is new counts from the beginning of the log, so that
//! what had come in before counts too. Responses that are left out of the numbers are counted again whenever one changes.
//!
//! Numbers reach the respondents' pages within a few seconds: of a sort that comes in quickly a few more may be taken.

use std::collections::BTreeMap;

use radost_domain::Code;
use radost_domain::event::Event;
use radost_domain::listen::{PublishedSurvey, Response};
use radost_domain::name::WorkspaceId;
use radost_store::QuotaCounts;

use crate::directory::OpenSurvey;
use crate::{App, AppError};

/// Most events of one step.
const MOST: i64 = 1_000;

/// What decides what is counted: another text, another count.
pub(crate) fn definition(survey: &PublishedSurvey) -> String {
    let quotas = survey.survey().quotas.iter();
    let lines = quotas.map(|quota| {
        let condition = quota.counts_if.as_deref().unwrap_or_default();
        format!("{} {condition}\n", quota.code)
    });
    lines.collect()
}

impl App {
    /// Counts what has come in since the last time, for the quotas of every survey of the workspace that takes answers.
    ///
    /// # Errors
    /// [`AppError::Store`]; what was counted before stays counted.
    pub async fn count_quotas(&self, workspace: WorkspaceId) -> Result<(), AppError> {
        let directory = self.directory(workspace).await?;
        let counted =
            |survey: &&OpenSurvey| survey.accepting && !survey.published.survey().quotas.is_empty();
        for survey in directory.surveys.values().filter(counted) {
            while self.count_quotas_of(workspace, survey).await? {}
        }
        Ok(())
    }

    /// One step; whether there is more to count.
    async fn count_quotas_of(
        &self,
        workspace: WorkspaceId,
        survey: &OpenSurvey,
    ) -> Result<bool, AppError> {
        let published = &survey.published;
        let definition = definition(published);
        // Looking takes no lock.
        let (mut known, to, last, told, excluded) = {
            let mut tx = self.store.read().await?;
            let known = tx.quota_counts(workspace).await?.into_iter();
            let mut known =
                known.filter(|known| known.survey == survey.id && known.definition == definition);
            let known = known.next();
            let known = known.unwrap_or(QuotaCounts {
                survey: survey.id,
                definition,
                sequence: 0,
                counts: BTreeMap::new(),
            });
            let last = tx.last_event(workspace).await?;
            let to = last.min(known.sequence + MOST);
            if to == known.sequence {
                return Ok(false);
            }
            let told = tx
                .told_of_survey(workspace, survey.id, known.sequence, to)
                .await?;
            let changed = told.iter().any(|(event, response)| {
                response.excluded || matches!(event, Event::ResponseCorrected { .. })
            });
            let excluded = match changed {
                true => Some(tx.excluded_responses(workspace, survey.id).await?),
                false => None,
            };
            (known, to, last, told, excluded)
        };
        if told.is_empty() && to == last {
            // Nothing to write down: the same events are passed over again next time.
            return Ok(false);
        }
        let from = std::mem::replace(&mut known.sequence, to);
        let before = known.clone();
        let came_in = told.iter().filter_map(|(event, response)| match event {
            Event::ResponseRecorded { .. } => Some(response),
            Event::ResponseCorrected { .. } => None,
        });
        for (quota, counted) in tally(published, came_in) {
            known.counts.entry(quota).or_default().counted += counted;
        }
        if let Some(excluded) = excluded {
            let mut left_out = tally(published, &excluded);
            for (quota, count) in &mut known.counts {
                count.left_out = left_out.remove(quota).unwrap_or(0);
            }
        }
        let mut tx = self.store.begin().await?;
        if tx.save_quota_counts(workspace, from, &known).await? {
            tx.commit().await?;
            if reached(published, &before) != reached(published, &known) {
                self.directories.forget(workspace);
            }
        }
        Ok(to < last)
    }
}

/// How many responses each quota counts.
fn tally<'r>(
    survey: &PublishedSurvey,
    responses: impl IntoIterator<Item = &'r Response>,
) -> BTreeMap<Code, u64> {
    let mut counted = BTreeMap::new();
    for response in responses {
        for quota in survey.quotas_of(&response.answers) {
            *counted.entry(quota.code.clone()).or_default() += 1;
        }
    }
    counted
}

/// How many responses of each sort there are that count.
pub(crate) fn standing(counts: &QuotaCounts) -> BTreeMap<Code, u64> {
    let standing = counts.counts.iter();
    let standing = standing.map(|(quota, count)| {
        let left = count.counted.saturating_sub(count.left_out);
        (quota.clone(), left)
    });
    standing.collect()
}

/// The quotas of which there are enough.
fn reached<'s>(survey: &'s PublishedSurvey, counts: &QuotaCounts) -> Vec<&'s Code> {
    let standing = standing(counts);
    let quotas = survey.survey().quotas.iter();
    let reached = quotas.filter(|quota| quota.is_reached(&standing));
    reached.map(|quota| &quota.code).collect()
}
