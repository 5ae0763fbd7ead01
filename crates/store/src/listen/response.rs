use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use radost_domain::event::Event;
use radost_domain::explain::{Filters, Period};
use radost_domain::listen::Response;
use radost_domain::name::{CustomerId, EmployeeId, LocationId, ResponseId, SurveyId, WorkspaceId};
use uuid::Uuid;

use crate::event::event;
use crate::explain::{Clause, where_scores};
use crate::store::Tx;
use crate::{StoreError, sql_types};

/// Which responses, and where to go on.
#[derive(Debug, Clone)]
pub struct ResponseFilter {
    /// Of which survey.
    pub survey: SurveyId,
    /// When.
    pub period: Period,
    /// Where, how, by whom.
    pub filters: Filters,
    /// Only those whose scale question at this slot has one of these values.
    pub scores: Option<(usize, Vec<i64>)>,
    /// Only those in which at least one of these slots was answered.
    pub answered: Vec<usize>,
    /// After this response in the order of the list (newest first).
    pub after: Option<ResponseCursor>,
    /// Most to return.
    pub limit: i64,
}

/// A place in a list of responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResponseCursor {
    /// The day.
    pub day: Date,
    /// The response.
    pub id: ResponseId,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    client_id: Uuid,
    survey_id: Uuid,
    version: i64,
    customer_id: Option<Uuid>,
    location_id: Option<Uuid>,
    employee_id: Option<Uuid>,
    touchpoint: Option<String>,
    channel: String,
    language: String,
    segments: String,
    started_at: Option<i64>,
    submitted_at: i64,
    received_at: i64,
    day: i64,
    answers: String,
    seconds: String,
    weight: f64,
    excluded: bool,
    exclusion_reason: String,
}

fn response(row: Row) -> Result<Response, StoreError> {
    Ok(Response {
        id: ResponseId(row.id),
        client_id: row.client_id,
        survey: SurveyId(row.survey_id),
        version: u32::try_from(row.version).unwrap_or(0),
        customer: row.customer_id.map(CustomerId),
        location: row.location_id.map(LocationId),
        employee: row.employee_id.map(EmployeeId),
        touchpoint: sql_types::optional("response", row.touchpoint)?,
        channel: sql_types::parsed("response", &row.channel)?,
        language: sql_types::parsed("response", &row.language)?,
        segments: sql_types::json("response", &row.segments)?,
        started_at: sql_types::optional_timestamp(row.started_at)?,
        submitted_at: sql_types::timestamp(row.submitted_at)?,
        received_at: sql_types::timestamp(row.received_at)?,
        day: sql_types::day(row.day)?,
        answers: sql_types::json("response", &row.answers)?,
        seconds: sql_types::json("response", &row.seconds)?,
        scores: String::new(),
        weight: row.weight,
        excluded: row.excluded,
        exclusion_reason: row.exclusion_reason,
    })
}

/// A response with an event that is about it.
#[derive(sqlx::FromRow)]
struct ToldRow {
    sequence: i64,
    name: String,
    #[sqlx(flatten)]
    row: Row,
}

/// The rows that a filter means, from the beginning of the list.
fn clause_of(workspace: WorkspaceId, filter: &ResponseFilter) -> Clause {
    let mut clause = where_scores(
        "s",
        workspace,
        filter.survey,
        filter.period,
        &filter.filters,
    );
    if let Some((slot, values)) = &filter.scores {
        clause.one_of_scores("s", *slot, values);
    }
    clause.answered("s", &filter.answered);
    clause
}

const COLUMNS: &str = "r.id, r.client_id, r.survey_id, r.version, r.customer_id, r.location_id, r.employee_id,
    r.touchpoint, r.channel, r.language, r.segments, r.started_at, r.submitted_at, r.received_at, r.day, r.answers, r.seconds,
    r.weight, r.excluded, r.exclusion_reason";

/// Client ids of one look-up.
const LOOK_UP: usize = 128;

/// What is written in the event log about a response that was changed.
const CORRECTED: &str = "response.corrected";

impl Tx {
    /// The responses that were recorded under these client ids.
    pub async fn response_ids(
        &mut self,
        workspace: WorkspaceId,
        client_ids: &[Uuid],
    ) -> Result<BTreeMap<Uuid, ResponseId>, StoreError> {
        let mut found = BTreeMap::new();
        for chunk in client_ids.chunks(LOOK_UP) {
            let marks: Vec<String> = (0..chunk.len()).map(|i| format!("${}", i + 2)).collect();
            let text = format!(
                "SELECT client_id, id FROM response WHERE workspace_id = $1 AND client_id IN ({})",
                marks.join(", ")
            );
            let rows = sql_with!(self, fetch_all as (Uuid, Uuid), text.clone(), |query| {
                query = query.bind(workspace.0);
                for client_id in chunk {
                    query = query.bind(*client_id);
                }
            })?;
            found.extend(
                rows.into_iter()
                    .map(|(client_id, id)| (client_id, ResponseId(id))),
            );
        }
        Ok(found)
    }

    /// One response in full.
    pub async fn response(
        &mut self,
        workspace: WorkspaceId,
        id: ResponseId,
    ) -> Result<Option<Response>, StoreError> {
        let text =
            format!("SELECT {COLUMNS} FROM response r WHERE r.workspace_id = $1 AND r.id = $2");
        sql_with!(self, fetch_optional as Row, text.clone(), |query| {
            query = query.bind(workspace.0).bind(id.0);
        })?
        .map(response)
        .transpose()
    }

    /// What the events after `after` up to `up_to` are about, in their order: each response as it is now.
    pub async fn told_responses(
        &mut self,
        workspace: WorkspaceId,
        after: i64,
        up_to: i64,
    ) -> Result<Vec<(i64, Event, Response)>, StoreError> {
        let text = format!(
            "SELECT e.sequence, e.name, {COLUMNS} FROM event e
             JOIN response r ON r.workspace_id = e.workspace_id AND r.id = e.subject_id
             WHERE e.workspace_id = $1 AND e.sequence > $2 AND e.sequence <= $3
             ORDER BY e.sequence"
        );
        sql_with!(self, fetch_all as ToldRow, text.clone(), |query| {
            query = query.bind(workspace.0).bind(after).bind(up_to);
        })?
        .into_iter()
        .map(|told| {
            let response = response(told.row)?;
            let event = event(&told.name, response.id, response.survey)?;
            Ok((told.sequence, event, response))
        })
        .collect()
    }

    /// The responses of one survey that these events are about: each as it is now, as often as it is told of.
    pub async fn told_of_survey(
        &mut self,
        workspace: WorkspaceId,
        survey: SurveyId,
        after: i64,
        up_to: i64,
    ) -> Result<Vec<(Event, Response)>, StoreError> {
        let text = format!(
            "SELECT e.sequence, e.name, {COLUMNS} FROM event e
             JOIN response r ON r.workspace_id = e.workspace_id AND r.id = e.subject_id
             WHERE e.workspace_id = $1 AND e.survey_id = $2 AND e.sequence > $3 AND e.sequence <= $4
             ORDER BY e.sequence"
        );
        sql_with!(self, fetch_all as ToldRow, text.clone(), |query| {
            query = query.bind(workspace.0).bind(survey.0);
            query = query.bind(after).bind(up_to);
        })?
        .into_iter()
        .map(|told| {
            let response = response(told.row)?;
            Ok((event(&told.name, response.id, response.survey)?, response))
        })
        .collect()
    }

    /// The responses of a survey that are left out of its numbers.
    pub async fn excluded_responses(
        &mut self,
        workspace: WorkspaceId,
        survey: SurveyId,
    ) -> Result<Vec<Response>, StoreError> {
        let text = format!(
            "SELECT {COLUMNS} FROM response_score s
             JOIN response r ON r.workspace_id = s.workspace_id AND r.id = s.id
             WHERE s.workspace_id = $1 AND s.survey_id = $2 AND s.excluded"
        );
        sql_with!(self, fetch_all as Row, text.clone(), |query| {
            query = query.bind(workspace.0).bind(survey.0);
        })?
        .into_iter()
        .map(response)
        .collect()
    }

    /// Writes how a response counts, with its event.
    pub async fn correct_response(
        &mut self,
        workspace: WorkspaceId,
        response: &Response,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sql!(
            self,
            execute,
            "UPDATE response SET weight = $3, excluded = $4, exclusion_reason = $5 WHERE workspace_id = $1 AND id = $2",
            workspace.0,
            response.id.0,
            response.weight,
            response.excluded,
            response.exclusion_reason.as_str()
        )?;
        sql!(
            self,
            execute,
            "UPDATE response_score SET excluded = $5
             WHERE workspace_id = $1 AND survey_id = $2 AND day = $3 AND id = $4",
            workspace.0,
            response.survey.0,
            sql_types::day_number(response.day),
            response.id.0,
            response.excluded
        )?;
        let (ids, surveys) = (vec![response.id.0], vec![response.survey.0]);
        self.append_events(workspace, CORRECTED, ids, surveys, now)
            .await
    }

    /// Writes who answered, what was answered and why it is left out of these responses, with an event for each. What
    /// numbers are computed from stays as it is.
    pub async fn rewrite_responses(
        &mut self,
        workspace: WorkspaceId,
        responses: &[Response],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        for chunk in responses.chunks(LOOK_UP) {
            let rows: Vec<String> = (0..chunk.len())
                .map(|i| {
                    let marks: Vec<String> =
                        (2..6).map(|mark| format!("${}", mark + i * 4)).collect();
                    format!("({})", marks.join(", "))
                })
                .collect();
            // Both engines call the columns of VALUES so.
            let text = format!(
                "UPDATE response SET customer_id = v.column2, answers = v.column3, exclusion_reason = v.column4
                 FROM (VALUES {}) AS v WHERE response.workspace_id = $1 AND response.id = v.column1",
                rows.join(", ")
            );
            let mut answers = Vec::with_capacity(chunk.len());
            for response in chunk {
                answers.push(sql_types::to_json("response", &response.answers)?);
            }
            sql_with!(self, execute, text.clone(), |query| {
                query = query.bind(workspace.0);
                for (response, answers) in chunk.iter().zip(&answers) {
                    query = query
                        .bind(response.id.0)
                        .bind(response.customer.map(|id| id.0))
                        .bind(answers.as_str())
                        .bind(response.exclusion_reason.as_str());
                }
            })?;
        }
        let ids = responses.iter().map(|response| response.id.0).collect();
        let surveys = responses.iter().map(|response| response.survey.0).collect();
        self.append_events(workspace, CORRECTED, ids, surveys, now)
            .await
    }

    /// Responses behind a number, newest day first, with those that are left out of it.
    pub async fn responses(
        &mut self,
        workspace: WorkspaceId,
        filter: &ResponseFilter,
    ) -> Result<Vec<Response>, StoreError> {
        let mut clause = clause_of(workspace, filter);
        if let Some(after) = filter.after {
            clause.before("s", sql_types::day_number(after.day), after.id.0);
        }
        let text = format!(
            "SELECT {COLUMNS} FROM response_score s JOIN response r ON r.workspace_id = s.workspace_id AND r.id = s.id
             WHERE {} ORDER BY s.day DESC, s.id DESC LIMIT {}",
            clause.text, filter.limit
        );
        sql_with!(self, fetch_all as Row, text.clone(), |query| {
            bind_clause!(query, clause)
        })?
        .into_iter()
        .map(response)
        .collect()
    }

    /// How many responses there are, wherever the list goes on: those that count, and those left out of the numbers.
    pub async fn count_responses_of(
        &mut self,
        workspace: WorkspaceId,
        filter: &ResponseFilter,
    ) -> Result<(u64, u64), StoreError> {
        let clause = clause_of(workspace, filter);
        let text = format!(
            "SELECT COUNT(*), COUNT(CASE WHEN s.excluded THEN 1 END) FROM response_score s WHERE {}",
            clause.text
        );
        let (all, left_out) = sql_with!(self, fetch_one as (i64, i64), text.clone(), |query| {
            bind_clause!(query, clause)
        })?;
        Ok(((all - left_out).unsigned_abs(), left_out.unsigned_abs()))
    }

    /// The responses before and after one in a list: the next newer and the next older.
    pub async fn response_neighbours(
        &mut self,
        workspace: WorkspaceId,
        filter: &ResponseFilter,
        of: ResponseCursor,
    ) -> Result<(Option<ResponseId>, Option<ResponseId>), StoreError> {
        let day = sql_types::day_number(of.day);
        let (mut newer, mut older) = (clause_of(workspace, filter), clause_of(workspace, filter));
        newer.after("s", day, of.id.0);
        older.before("s", day, of.id.0);
        let mut found = [None, None];
        for (place, (clause, order)) in found.iter_mut().zip([(newer, "ASC"), (older, "DESC")]) {
            let text = format!(
                "SELECT s.id FROM response_score s WHERE {} ORDER BY s.day {order}, s.id {order} LIMIT 1",
                clause.text
            );
            *place = sql_with!(self, fetch_optional as (Uuid,), text.clone(), |query| {
                bind_clause!(query, clause)
            })?
            .map(|(id,)| ResponseId(id));
        }
        Ok((found[0], found[1]))
    }

    /// Everything a customer has answered, newest first.
    pub async fn responses_of_customer(
        &mut self,
        workspace: WorkspaceId,
        customer: CustomerId,
        limit: i64,
    ) -> Result<Vec<Response>, StoreError> {
        let text = format!(
            "SELECT {COLUMNS} FROM response r WHERE r.workspace_id = $1 AND r.customer_id = $2
             ORDER BY r.submitted_at DESC LIMIT $3"
        );
        sql_with!(self, fetch_all as Row, text.clone(), |query| {
            query = query.bind(workspace.0).bind(customer.0).bind(limit);
        })?
        .into_iter()
        .map(response)
        .collect()
    }
}

impl Tx {
    /// What a customer has answered at these places, newest first.
    pub async fn responses_of_customer_at(
        &mut self,
        workspace: WorkspaceId,
        customer: CustomerId,
        places: &std::collections::BTreeSet<LocationId>,
        limit: i64,
    ) -> Result<Vec<Response>, StoreError> {
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let marks: Vec<String> = (0..places.len()).map(|i| format!("${}", i + 4)).collect();
        let text = format!(
            "SELECT {COLUMNS} FROM response r WHERE r.workspace_id = $1 AND r.customer_id = $2
               AND r.location_id IN ({}) ORDER BY r.submitted_at DESC LIMIT $3",
            marks.join(", ")
        );
        sql_with!(self, fetch_all as Row, text.clone(), |query| {
            query = query.bind(workspace.0).bind(customer.0).bind(limit);
            for place in places {
                query = query.bind(place.0);
            }
        })?
        .into_iter()
        .map(response)
        .collect()
    }
}
