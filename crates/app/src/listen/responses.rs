//! Reading responses: the list behind a number, and one in full.

use std::sync::Arc;

use jiff::tz::TimeZone;
use radost_domain::access::{Actor, Change, Permission};
use radost_domain::explain::Metric;
use radost_domain::listen::{Answer, Correction, PublishedSurvey, Question, Response};
use radost_domain::name::ResponseId;
use radost_domain::retain::Customer;
use radost_domain::team::{Employee, Location};
use radost_store::{ResponseCursor, ResponseFilter, StoreError};
use serde_json::json;

use crate::directory::Directory;
use crate::explain::{Choices, Scope, Selection};
use crate::{App, AppError};

/// A page of a list of responses.
#[derive(Debug, Clone)]
pub struct ResponsePage {
    /// What the list is about.
    pub scope: Scope,
    /// The responses, newest day first.
    pub responses: Vec<Response>,
    /// Where the next page begins.
    pub next: Option<ResponseCursor>,
}

/// What became of a question.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// It was answered.
    Answered(Answer),
    /// It was shown and left out.
    Skipped,
    /// Other answers hid it.
    Hidden,
}

/// A question with what was said to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The question as it was in the version that was answered.
    pub question: Question,
    /// Index of its block in the document.
    pub block: usize,
    /// What was said.
    pub said: Said,
    /// Seconds spent on it, where measured.
    pub seconds: Option<f32>,
}

/// A response with everything that belongs to it.
#[derive(Debug, Clone)]
pub struct ResponseInFull {
    /// The response.
    pub response: Response,
    /// The survey version that was answered.
    pub survey: Arc<PublishedSurvey>,
    /// Every question that takes an answer, in order.
    pub asked: Vec<Asked>,
    /// The way from the top down to its place.
    pub places: Vec<Location>,
    /// The time zone there.
    pub zone: TimeZone,
    /// Who served.
    pub employee: Option<Employee>,
    /// Who answered; `None` also when the actor may not see customers.
    pub customer: Option<Customer>,
    /// The next newer response of the same selection.
    pub newer: Option<ResponseId>,
    /// The next older one.
    pub older: Option<ResponseId>,
}

/// The filter of a scope.
fn filter_of(scope: &Scope, after: Option<ResponseCursor>, limit: i64) -> ResponseFilter {
    let published = &scope.survey.published;
    let slot = |metric: &Metric| Directory::slot(&scope.survey, metric.question()?);
    let answered = match &scope.metric {
        None => Vec::new(),
        Some(Metric::Csi) => published
            .csi_pairs()
            .iter()
            .flat_map(|(rating, importance)| [rating.slot, importance.slot])
            .flatten()
            .collect(),
        Some(metric) => slot(metric).into_iter().collect(),
    };
    // Scores without a metric mean the first question of the survey that has them.
    let first = Metric::of_survey(published);
    let scores = scope.scores.clone().and_then(|scores| {
        let slot = scope.metric.as_ref().or(first.first()).and_then(slot)?;
        Some((slot, scores))
    });
    ResponseFilter {
        survey: scope.survey.id,
        period: scope.period,
        filters: scope.filters.clone(),
        scores,
        answered,
        after,
        limit,
    }
}

impl App {
    /// The responses of a selection, newest first; `None` when the workspace has not published a survey yet.
    ///
    /// # Errors
    /// Those of [`App::scope`].
    pub async fn responses(
        &self,
        actor: &Actor,
        selection: &Selection,
        after: Option<ResponseCursor>,
        limit: i64,
    ) -> Result<Option<ResponsePage>, AppError> {
        Self::allow(actor, Permission::SeeResponses)?;
        let Some(scope) = self.scope(actor, selection).await? else {
            return Ok(None);
        };
        // One more than shown tells whether there is a next page.
        let filter = filter_of(&scope, after, limit + 1);
        let mut responses = self
            .store
            .read()
            .await?
            .responses(actor.workspace, &filter)
            .await?;
        let shown = usize::try_from(limit).unwrap_or(0);
        let more = responses.len() > shown;
        responses.truncate(shown);
        let next = responses
            .last()
            .filter(|_| more)
            .map(|last| ResponseCursor {
                day: last.day,
                id: last.id,
            });
        Ok(Some(ResponsePage {
            scope,
            responses,
            next,
        }))
    }

    /// How many responses a scope holds: those that count, and those left out of the numbers.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn count_responses(
        &self,
        actor: &Actor,
        scope: &Scope,
    ) -> Result<(u64, u64), AppError> {
        Self::allow(actor, Permission::SeeResponses)?;
        let filter = filter_of(scope, None, 0);
        let mut tx = self.store.read().await?;
        Ok(tx.count_responses_of(actor.workspace, &filter).await?)
    }

    /// What responses can be filtered by beyond what the survey and the directory name.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn response_choices(
        &self,
        actor: &Actor,
        scope: &Scope,
    ) -> Result<Choices, AppError> {
        if !actor.may(Permission::SeeResponses) {
            Self::allow(actor, Permission::SeeResults)?;
        }
        self.choices(actor, scope).await
    }

    /// One response in full. The selection says between which neighbours it stands; without one it has none.
    ///
    /// # Errors
    /// [`AppError::NotFound`] also for a response outside the actor's places.
    pub async fn response(
        &self,
        actor: &Actor,
        id: ResponseId,
        among: Option<&Selection>,
    ) -> Result<ResponseInFull, AppError> {
        Self::allow(actor, Permission::SeeResponses)?;
        let directory = self.directory(actor.workspace).await?;
        let mut tx = self.store.read().await?;
        let response = tx
            .response(actor.workspace, id)
            .await?
            .filter(|response| actor.places.include(response.location))
            .ok_or(AppError::NotFound("response"))?;
        let newest = directory.survey_by_id(response.survey);
        let survey = match newest.filter(|open| open.published.version() == response.version) {
            Some(open) => open.published.clone(),
            None => {
                let slots = newest.map_or(&[][..], |open| open.published.slots());
                let version = tx
                    .survey_version(actor.workspace, response.survey, response.version)
                    .await?
                    .ok_or(AppError::NotFound("survey version"))?;
                let published = version.document.publish(response.version, slots);
                Arc::new(published.map_err(|defects| StoreError::Corrupt {
                    what: "survey version",
                    source: format!("{defects:?}").into(),
                })?)
            }
        };
        let customer = match response.customer {
            Some(customer) if actor.may(Permission::SeeCustomers) => {
                tx.customer(actor.workspace, customer).await?
            }
            _ => None,
        };
        drop(tx);
        let (mut newer, mut older) = (None, None);
        if let Some(selection) = among
            && let Some(scope) = self.scope(actor, selection).await?
        {
            let place = ResponseCursor {
                day: response.day,
                id,
            };
            let mut tx = self.store.read().await?;
            (newer, older) = tx
                .response_neighbours(actor.workspace, &filter_of(&scope, None, 1), place)
                .await?;
        }
        let asked = survey
            .questions()
            .iter()
            .filter(|published| published.question.kind.takes_answer())
            .map(|published| {
                let code = &published.question.code;
                let shown = published
                    .conditions
                    .iter()
                    .all(|condition| condition.holds(&response.answers));
                Asked {
                    question: published.question.clone(),
                    block: published.block,
                    said: match response.answers.get(code) {
                        Some(answer) => Said::Answered(answer.clone()),
                        None if shown => Said::Skipped,
                        None => Said::Hidden,
                    },
                    seconds: response.seconds.get(code).copied(),
                }
            })
            .collect();
        let path = response.location.map(|id| directory.locations.path(id));
        Ok(ResponseInFull {
            places: path.unwrap_or_default().into_iter().cloned().collect(),
            zone: directory.zone_at(response.location),
            employee: response
                .employee
                .and_then(|id| directory.employees.get(&id))
                .cloned(),
            customer,
            asked,
            survey,
            newer,
            older,
            response,
        })
    }

    /// Corrects how a response counts.
    ///
    /// # Errors
    /// [`AppError::Rejected`] names the field; [`AppError::NotFound`] also for a response outside the actor's places.
    pub async fn correct_response(
        &self,
        actor: &Actor,
        id: ResponseId,
        correction: &Correction,
    ) -> Result<Response, AppError> {
        Self::allow(actor, Permission::CorrectResponses)?;
        let mut tx = self.store.begin().await?;
        let before = tx
            .response(actor.workspace, id)
            .await?
            .filter(|response| actor.places.include(response.location))
            .ok_or(AppError::NotFound("response"))?;
        let response = before.corrected(correction)?;
        if response == before {
            return Ok(response);
        }
        let action = match (before.excluded, response.excluded) {
            (false, true) => "response.excluded",
            (true, false) => "response.included",
            _ => "response.corrected",
        };
        // What was answered is no business of the audit log.
        let counts = |response: &Response| {
            json!({
                "weight": response.weight,
                "excluded": response.excluded,
                "reason": response.exclusion_reason,
            })
        };
        let change = Change::updated(action, "response", id, counts(&before), counts(&response));
        self.audit(&mut tx, actor, change).await?;
        tx.correct_response(actor.workspace, &response, self.now())
            .await?;
        tx.commit().await?;
        Ok(response)
    }
}
