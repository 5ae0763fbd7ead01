use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use jiff::civil::Date;
use radost_domain::explain::{Filters, Period};
use radost_domain::listen::Response;
use radost_domain::name::{CustomerId, EmployeeId, LocationId, ResponseId, SurveyId, WorkspaceId};
use sqlx::types::Json;
use uuid::Uuid;

use crate::explain::{Clause, where_scores};
use crate::store::Tx;
use crate::{Engine, StoreError, sql_types};

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
    r.touchpoint, r.channel, r.language, r.segments, r.started_at, r.submitted_at, r.received_at, r.day, r.answers, r.seconds";

/// Rows of one multi-row statement, at most; a power of two.
const LARGEST: usize = 128;

/// `INSERT` texts for 1, 2, 4 … [`LARGEST`] rows: any batch is written with a handful of prepared statements.
struct InsertText {
    sqlite: Vec<Arc<str>>,
    postgres: Vec<Arc<str>>,
}

impl InsertText {
    /// Each row has `columns` binds.
    fn new(head: &str, columns: usize, tail: &str) -> Self {
        let text = |rows: usize, mark: &dyn Fn(usize) -> String| {
            let rows: Vec<String> = (0..rows)
                .map(|row| {
                    let marks: Vec<String> = (0..columns)
                        .map(|column| mark(1 + row * columns + column))
                        .collect();
                    format!("({})", marks.join(", "))
                })
                .collect();
            Arc::from(format!("{head} VALUES {} {tail}", rows.join(", ")))
        };
        let texts = |mark: &dyn Fn(usize) -> String| {
            (0..=LARGEST.trailing_zeros())
                .map(|power| text(1 << power, mark))
                .collect()
        };
        InsertText {
            // SQLite takes `$1` for a name and looks through all names for each bind, which made up three fifths of the
            // work of an import; marks without names are bound in order.
            sqlite: texts(&|_| "?".to_owned()),
            postgres: texts(&|number| format!("${number}")),
        }
    }

    /// Cuts `items` into pieces for which there is a text.
    fn pieces<'a, T>(
        &'a self,
        engine: Engine,
        mut items: &'a [T],
    ) -> impl Iterator<Item = (Arc<str>, &'a [T])> {
        let texts = match engine {
            Engine::Sqlite => &self.sqlite,
            Engine::Postgres => &self.postgres,
        };
        std::iter::from_fn(move || {
            if items.is_empty() {
                return None;
            }
            let power = (usize::BITS - 1 - items.len().min(LARGEST).leading_zeros()) as usize;
            let (piece, rest) = items.split_at(1 << power);
            items = rest;
            Some((texts[power].clone(), piece))
        })
    }
}

static INSERT_RESPONSE: LazyLock<InsertText> = LazyLock::new(|| {
    InsertText::new(
        "INSERT INTO response (workspace_id, id, client_id, survey_id, version, customer_id, location_id, employee_id,
             touchpoint, channel, language, segments, started_at, submitted_at, received_at, day, answers, seconds)",
        18,
        "ON CONFLICT (workspace_id, client_id) DO NOTHING",
    )
});

static INSERT_SCORE: LazyLock<InsertText> = LazyLock::new(|| {
    InsertText::new(
        "INSERT INTO response_score (workspace_id, survey_id, day, id, location_id, employee_id, channel, language,
             touchpoint, segments, scores)",
        11,
        "",
    )
});

static INSERT_EVENT: LazyLock<InsertText> = LazyLock::new(|| {
    InsertText::new(
        "INSERT INTO event (workspace_id, sequence, name, subject_id, survey_id, at)",
        6,
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
        for (text, piece) in INSERT_RESPONSE.pieces(self.engine(), &distinct) {
            let mut texts = Vec::with_capacity(piece.len());
            for response in piece {
                texts.push((
                    sql_types::to_json("response", &response.segments)?,
                    sql_types::to_json("response", &response.answers)?,
                    sql_types::to_json("response", &response.seconds)?,
                ));
            }
            let added = sql_with!(self, execute, text, |query| {
                for (response, (segments, answers, seconds)) in piece.iter().zip(&texts) {
                    query = query
                        .bind(workspace.0)
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
            // How many were added is known for nothing; which ones only has to be asked when some were there before.
            if added == piece.len() as u64 {
                inserted.extend(piece);
                continue;
            }
            let client_ids: Vec<Uuid> = piece.iter().map(|response| response.client_id).collect();
            let recorded = self.response_ids(workspace, &client_ids).await?;
            for &response in piece {
                match recorded.get(&response.client_id) {
                    Some(id) if *id != response.id => {
                        first.insert(response.client_id, *id);
                    }
                    _ => inserted.push(response),
                }
            }
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
        for (text, piece) in INSERT_SCORE.pieces(self.engine(), responses) {
            sql_with!(self, execute, text, |query| {
                for response in piece {
                    query = query
                        .bind(workspace.0)
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
        for (text, piece) in INSERT_EVENT.pieces(self.engine(), &numbered) {
            sql_with!(self, execute, text, |query| {
                for (sequence, response) in piece {
                    query = query
                        .bind(workspace.0)
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

    /// How many responses there are, wherever the list goes on.
    pub async fn count_responses_of(
        &mut self,
        workspace: WorkspaceId,
        filter: &ResponseFilter,
    ) -> Result<u64, StoreError> {
        let clause = clause_of(workspace, filter);
        let text = format!(
            "SELECT COUNT(*) FROM response_score s WHERE {}",
            clause.text
        );
        let (count,) = sql_with!(self, fetch_one as (i64,), text.clone(), |query| {
            bind_clause!(query, clause)
        })?;
        Ok(count.unsigned_abs())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_cut_into_powers_of_two() {
        let text = InsertText::new("INSERT INTO t (w, a)", 2, "");
        let items: Vec<u8> = (0..=255).take(128 + 37).collect();
        let lengths: Vec<usize> = text
            .pieces(Engine::Sqlite, &items)
            .map(|(_, piece)| piece.len())
            .collect();
        assert_eq!(lengths, [128, 32, 4, 1]);
        let check = |engine, expected: &str| {
            let (two, _) = text.pieces(engine, &items[..2]).next().unwrap();
            assert_eq!(&*two, expected);
        };
        check(
            Engine::Sqlite,
            "INSERT INTO t (w, a) VALUES (?, ?), (?, ?) ",
        );
        check(
            Engine::Postgres,
            "INSERT INTO t (w, a) VALUES ($1, $2), ($3, $4) ",
        );
    }
}
