use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use jiff::civil::Date;
use radost_domain::explain::{Filters, Period};
use radost_domain::listen::Response;
use radost_domain::name::{CustomerId, EmployeeId, LocationId, ResponseId, SurveyId, WorkspaceId};
use sqlx::types::Json;
use uuid::Uuid;

use crate::explain::where_scores;
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
    })
}

const COLUMNS: &str = "r.id, r.client_id, r.survey_id, r.version, r.customer_id, r.location_id, r.employee_id,
    r.touchpoint, r.channel, r.language, r.segments, r.started_at, r.submitted_at, r.received_at, r.day, r.answers, r.seconds";

/// Rows of one multi-row statement, at most; a power of two. Before a statement runs, each of its binds is looked for by
/// walking the list of their names: with 128 rows that walk was two thirds of all the time that writing took.
const LARGEST: usize = 16;

/// `INSERT` texts for 1, 2, 4 … [`LARGEST`] rows: any batch is written with a handful of prepared statements.
struct InsertText {
    by_power: Vec<Arc<str>>,
}

impl InsertText {
    /// `$1` is the workspace in every row; each row adds `columns` binds.
    fn new(head: &str, columns: usize, tail: &str) -> Self {
        let text = |rows: usize| {
            let rows: Vec<String> = (0..rows)
                .map(|row| {
                    let marks: Vec<String> = (0..columns)
                        .map(|c| format!("${}", 2 + row * columns + c))
                        .collect();
                    format!("($1, {})", marks.join(", "))
                })
                .collect();
            Arc::from(format!("{head} VALUES {} {tail}", rows.join(", ")))
        };
        InsertText {
            by_power: (0..=LARGEST.trailing_zeros())
                .map(|power| text(1 << power))
                .collect(),
        }
    }

    /// Cuts `items` into pieces for which there is a text.
    fn pieces<'a, T>(&'a self, mut items: &'a [T]) -> impl Iterator<Item = (Arc<str>, &'a [T])> {
        std::iter::from_fn(move || {
            if items.is_empty() {
                return None;
            }
            let power = (usize::BITS - 1 - items.len().min(LARGEST).leading_zeros()) as usize;
            let (piece, rest) = items.split_at(1 << power);
            items = rest;
            Some((self.by_power[power].clone(), piece))
        })
    }
}

static INSERT_RESPONSE: LazyLock<InsertText> = LazyLock::new(|| {
    InsertText::new(
        "INSERT INTO response (workspace_id, id, client_id, survey_id, version, customer_id, location_id, employee_id,
             touchpoint, channel, language, segments, started_at, submitted_at, received_at, day, answers, seconds)",
        17,
        "ON CONFLICT (workspace_id, client_id) DO NOTHING RETURNING id",
    )
});

static INSERT_SCORE: LazyLock<InsertText> = LazyLock::new(|| {
    InsertText::new(
        "INSERT INTO response_score (workspace_id, survey_id, day, id, location_id, employee_id, channel, language,
             touchpoint, segments, scores)",
        10,
        "",
    )
});

static INSERT_EVENT: LazyLock<InsertText> = LazyLock::new(|| {
    InsertText::new(
        "INSERT INTO event (workspace_id, sequence, name, subject_id, survey_id, at)",
        5,
        "",
    )
});

impl Tx {
    /// Records responses with their events, in the order given. Returns for each the id under which it is recorded: its
    /// own, or that of the response that came before with the same client id (in an earlier transaction or earlier in this batch).
    pub async fn insert_responses(
        &mut self,
        workspace: WorkspaceId,
        responses: &[&Response],
        now: Timestamp,
    ) -> Result<Vec<ResponseId>, StoreError> {
        // One statement must not meet the same client id twice.
        let mut first: HashMap<Uuid, ResponseId> = HashMap::with_capacity(responses.len());
        let mut distinct: Vec<&Response> = Vec::with_capacity(responses.len());
        for &response in responses {
            first.entry(response.client_id).or_insert_with(|| {
                distinct.push(response);
                response.id
            });
        }
        let mut inserted: Vec<&Response> = Vec::with_capacity(distinct.len());
        let mut known: Vec<Uuid> = Vec::new();
        for (text, piece) in INSERT_RESPONSE.pieces(&distinct) {
            let mut texts = Vec::with_capacity(piece.len());
            for response in piece {
                texts.push((
                    sql_types::to_json("response", &response.segments)?,
                    sql_types::to_json("response", &response.answers)?,
                    sql_types::to_json("response", &response.seconds)?,
                ));
            }
            let added = sql_with!(self, fetch_all as (Uuid,), text, |query| {
                query = query.bind(workspace.0);
                for (response, (segments, answers, seconds)) in piece.iter().zip(&texts) {
                    query = query
                        .bind(response.id.0)
                        .bind(response.client_id)
                        .bind(response.survey.0)
                        .bind(i64::from(response.version))
                        .bind(response.customer.map(|id| id.0))
                        .bind(response.location.map(|id| id.0))
                        .bind(response.employee.map(|id| id.0))
                        .bind(response.touchpoint.as_ref().map(|code| code.as_str()))
                        .bind(response.channel.code())
                        .bind(response.language.code())
                        .bind(segments.as_str())
                        .bind(response.started_at.map(|at| at.as_microsecond()))
                        .bind(response.submitted_at.as_microsecond())
                        .bind(response.received_at.as_microsecond())
                        .bind(sql_types::day_number(response.day))
                        .bind(answers.as_str())
                        .bind(seconds.as_str());
                }
            })?;
            if added.len() == piece.len() {
                inserted.extend(piece);
            } else {
                let added: std::collections::HashSet<Uuid> =
                    added.into_iter().map(|(id,)| id).collect();
                for &response in piece {
                    if added.contains(&response.id.0) {
                        inserted.push(response);
                    } else {
                        known.push(response.client_id);
                    }
                }
            }
        }
        for (client_id, id) in self.response_ids(workspace, &known).await? {
            first.insert(client_id, id);
        }
        self.insert_scores(workspace, &inserted).await?;
        self.append_responses_recorded(workspace, &inserted, now)
            .await?;
        Ok(responses
            .iter()
            .map(|response| first[&response.client_id])
            .collect())
    }

    async fn insert_scores(
        &mut self,
        workspace: WorkspaceId,
        responses: &[&Response],
    ) -> Result<(), StoreError> {
        for (text, piece) in INSERT_SCORE.pieces(responses) {
            sql_with!(self, execute, text, |query| {
                query = query.bind(workspace.0);
                for response in piece {
                    query = query
                        .bind(response.survey.0)
                        .bind(sql_types::day_number(response.day))
                        .bind(response.id.0)
                        .bind(response.location.map(|id| id.0))
                        .bind(response.employee.map(|id| id.0))
                        .bind(response.channel.code())
                        .bind(response.language.code())
                        .bind(response.touchpoint.as_ref().map(|code| code.as_str()))
                        .bind(Json(&response.segments))
                        .bind(response.scores.as_str());
                }
            })?;
        }
        Ok(())
    }

    async fn append_responses_recorded(
        &mut self,
        workspace: WorkspaceId,
        responses: &[&Response],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if responses.is_empty() {
            return Ok(());
        }
        let count = responses.len() as i64;
        let (last,) = sql!(
            self,
            fetch_one as (i64,),
            "UPDATE workspace SET last_event = last_event + $2 WHERE id = $1 RETURNING last_event",
            workspace.0,
            count
        )?;
        let numbered: Vec<(i64, &Response)> = (last - count + 1..)
            .zip(responses.iter().copied())
            .collect();
        for (text, piece) in INSERT_EVENT.pieces(&numbered) {
            sql_with!(self, execute, text, |query| {
                query = query.bind(workspace.0);
                for (sequence, response) in piece {
                    query = query
                        .bind(*sequence)
                        .bind("response.recorded")
                        .bind(response.id.0)
                        .bind(response.survey.0)
                        .bind(now.as_microsecond());
                }
            })?;
        }
        Ok(())
    }

    /// The responses that were recorded under these client ids.
    pub async fn response_ids(
        &mut self,
        workspace: WorkspaceId,
        client_ids: &[Uuid],
    ) -> Result<BTreeMap<Uuid, ResponseId>, StoreError> {
        let mut found = BTreeMap::new();
        for chunk in client_ids.chunks(LARGEST) {
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

    /// Responses behind a number, newest day first.
    pub async fn responses(
        &mut self,
        workspace: WorkspaceId,
        filter: &ResponseFilter,
    ) -> Result<Vec<Response>, StoreError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_cut_into_powers_of_two() {
        let text = InsertText::new("INSERT INTO t (w, a, b)", 2, "");
        let items: Vec<u8> = (0..=255).take(2 * 16 + 7).collect();
        let lengths: Vec<usize> = text.pieces(&items).map(|(_, piece)| piece.len()).collect();
        assert_eq!(lengths, [16, 16, 4, 2, 1]);
        let (two, _) = text.pieces(&items[..2]).next().unwrap();
        assert_eq!(
            &*two,
            "INSERT INTO t (w, a, b) VALUES ($1, $2, $3), ($1, $4, $5) "
        );
    }
}
