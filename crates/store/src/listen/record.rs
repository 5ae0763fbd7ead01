//! Recording responses: the statements behind intake.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use radost_domain::listen::{Channel, Response};
use radost_domain::name::{ResponseId, WorkspaceId};
use radost_domain::{Code, Language};
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection};
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, ConnectOptions, Connection};
use tokio::time::timeout;
use uuid::Uuid;

use crate::rows::{Column, Insert, Written, arrays, encoded};
use crate::store::{ACQUIRE_TIMEOUT, Inner, Tx};
use crate::{Store, StoreError, sql_types};

/// A statement that may be taken back alone has every page copied before it is touched. `OR FAIL` says that it never is: whoever
/// gets an error gives up the transaction.
static INSERT_RESPONSE: LazyLock<Insert> = LazyLock::new(|| {
    Insert::new(17, |rows| {
        format!(
            "INSERT OR FAIL INTO response (workspace_id, id, client_id, survey_id, version, customer_id, location_id,
                employee_id, touchpoint, channel, language, segments, started_at, submitted_at, received_at, day, answers,
                seconds)
             SELECT ?, v.* FROM (VALUES {rows}) AS v WHERE true
             ON CONFLICT (workspace_id, client_id) DO NOTHING"
        )
    })
});

/// What was just written stands in the table, under the number of its row: only the scores have to be handed over.
static INSERT_SCORE: LazyLock<Insert> = LazyLock::new(|| {
    Insert::new(2, |rows| {
        format!(
            "INSERT OR FAIL INTO response_score (workspace_id, survey_id, day, id, location_id, employee_id, channel, language,
                touchpoint, segments, scores)
             SELECT r.workspace_id, r.survey_id, r.day, r.id, r.location_id, r.employee_id, r.channel, r.language,
                r.touchpoint, r.segments, v.column2
             FROM (VALUES {rows}) AS v CROSS JOIN response AS r ON r.rowid = v.column1"
        )
    })
});

/// Records responses in PostgreSQL: responses, their scores, and their events under the next numbers of the workspace, in
/// the order given. One statement, because every further one is a journey to the server and back for which all wait. It adds
/// as many events as responses were new. Responses go in by client id, so that two who send the same ones at once wait for
/// each other in one order only.
const RECORD: &str = "
    WITH given AS MATERIALIZED (
        SELECT * FROM UNNEST(
            $3::uuid[], $4::uuid[], $5::uuid[], $6::bigint[], $7::uuid[], $8::uuid[], $9::uuid[], $10::text[], $11::text[],
            $12::text[], $13::text[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::text[], $19::text[],
            $20::text[]
        ) WITH ORDINALITY AS v(
            id, client_id, survey_id, version, customer_id, location_id, employee_id, touchpoint, channel,
            language, segments, started_at, submitted_at, received_at, day, answers, seconds,
            scores, place
        )
    ), added AS (
        INSERT INTO response (workspace_id, id, client_id, survey_id, version, customer_id, location_id, employee_id,
            touchpoint, channel, language, segments, started_at, submitted_at, received_at, day, answers, seconds)
        SELECT $1, id, client_id, survey_id, version, customer_id, location_id, employee_id,
            touchpoint, channel, language, segments, started_at, submitted_at, received_at, day, answers, seconds
        FROM given
        ORDER BY client_id
        ON CONFLICT (workspace_id, client_id) DO NOTHING
        RETURNING id
    ), fresh AS MATERIALIZED (
        SELECT given.* FROM given JOIN added USING (id)
    ), scored AS (
        INSERT INTO response_score (workspace_id, survey_id, day, id, location_id, employee_id, channel, language, touchpoint,
            segments, scores)
        SELECT $1, survey_id, day, id, location_id, employee_id, channel, language, touchpoint, segments::jsonb, scores
        FROM fresh
    ), numbered AS (
        UPDATE workspace SET last_event = last_event + (SELECT count(*) FROM added) WHERE id = $1 RETURNING last_event
    )
    INSERT INTO event (workspace_id, sequence, name, subject_id, survey_id, at)
    SELECT $1, last_event + 1 - row_number() OVER (ORDER BY place DESC), 'response.recorded', id, survey_id, $2
    FROM fresh, numbered";

async fn record(
    line: &mut PgConnection,
    workspace: WorkspaceId,
    batch: &mut Batch<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let rows = &batch.distinct;
    let mut arguments = PgArguments::default();
    arguments.add(workspace.0).map_err(encoded)?;
    arguments.add(now.as_microsecond()).map_err(encoded)?;
    let mut columns = response_columns(rows);
    columns.push(Column::Text(each_of(rows, |row| row.scores.clone())));
    arrays(&mut arguments, columns)?;
    let done = sqlx::query_with(RECORD, arguments)
        .execute(&mut *line)
        .await?;
    if done.rows_affected() != rows.len() as u64 {
        let recorded: Vec<(Uuid, Uuid)> = sqlx::query_as(
            "SELECT client_id, id FROM response WHERE workspace_id = $1 AND client_id = ANY($2)",
        )
        .bind(workspace.0)
        .bind(batch.client_ids())
        .fetch_all(line)
        .await?;
        let recorded = recorded.into_iter();
        batch.settle(recorded.map(|(client_id, id)| (client_id, ResponseId(id))));
    }
    Ok(())
}

/// A response as it is written: flat, its maps as JSON already. Made by whoever submits it, so that the transaction that
/// many wait for does no more than hand values to the database.
#[derive(Debug, Clone)]
pub struct ResponseRow {
    id: Uuid,
    client_id: Uuid,
    survey: Uuid,
    version: i64,
    customer: Option<Uuid>,
    location: Option<Uuid>,
    employee: Option<Uuid>,
    touchpoint: Option<Code>,
    channel: Channel,
    language: Language,
    segments: Arc<str>,
    started_at: Option<i64>,
    submitted_at: i64,
    received_at: i64,
    day: i64,
    answers: Arc<str>,
    seconds: Option<Arc<str>>,
    scores: Arc<str>,
}

impl ResponseRow {
    /// The row of a response.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a part has no JSON form.
    pub fn new(response: &Response) -> Result<Self, StoreError> {
        let text = |json: Result<String, StoreError>| json.map(Arc::from);
        let seconds = match response.seconds.is_empty() {
            true => None,
            false => Some(text(sql_types::to_json("response", &response.seconds))?),
        };
        Ok(ResponseRow {
            id: response.id.0,
            client_id: response.client_id,
            survey: response.survey.0,
            version: i64::from(response.version),
            customer: response.customer.map(|id| id.0),
            location: response.location.map(|id| id.0),
            employee: response.employee.map(|id| id.0),
            touchpoint: response.touchpoint.clone(),
            channel: response.channel,
            language: response.language,
            segments: text(sql_types::to_json("response", &response.segments))?,
            started_at: response.started_at.map(|at| at.as_microsecond()),
            submitted_at: response.submitted_at.as_microsecond(),
            received_at: response.received_at.as_microsecond(),
            day: sql_types::day_number(response.day),
            answers: text(sql_types::to_json("response", &response.answers))?,
            seconds,
            scores: Arc::from(response.scores.as_str()),
        })
    }

    /// Its id.
    pub fn id(&self) -> ResponseId {
        ResponseId(self.id)
    }

    /// The sender's id.
    pub fn client_id(&self) -> Uuid {
        self.client_id
    }
}

/// The columns of [`RECORD`], but for the scores.
fn response_columns(rows: &[&ResponseRow]) -> Vec<Column> {
    let mut codes = Codes::default();
    let none: Arc<str> = Arc::from("{}");
    let seconds = rows
        .iter()
        .map(|row| row.seconds.as_ref().unwrap_or(&none).clone());
    vec![
        Column::Uuid(each_of(rows, |row| row.id)),
        Column::Uuid(each_of(rows, |row| row.client_id)),
        Column::Uuid(each_of(rows, |row| row.survey)),
        Column::Int(each_of(rows, |row| row.version)),
        Column::MaybeUuid(each_of(rows, |row| row.customer)),
        Column::MaybeUuid(each_of(rows, |row| row.location)),
        Column::MaybeUuid(each_of(rows, |row| row.employee)),
        Column::MaybeText(each_of(rows, |row| codes.of(row.touchpoint.as_ref()))),
        Column::Text(each_of(rows, |row| codes.shared(row.channel.code()))),
        Column::Text(each_of(rows, |row| codes.shared(row.language.code()))),
        Column::Text(each_of(rows, |row| row.segments.clone())),
        Column::MaybeInt(each_of(rows, |row| row.started_at)),
        Column::Int(each_of(rows, |row| row.submitted_at)),
        Column::Int(each_of(rows, |row| row.received_at)),
        Column::Int(each_of(rows, |row| row.day)),
        Column::Text(each_of(rows, |row| row.answers.clone())),
        Column::Text(seconds.collect()),
    ]
}

/// The values of [`INSERT_RESPONSE`].
fn bind_response(
    row: &ResponseRow,
    codes: &mut Codes,
    arguments: &mut SqliteArguments,
) -> Result<(), BoxDynError> {
    arguments.add(row.id)?;
    arguments.add(row.client_id)?;
    arguments.add(row.survey)?;
    arguments.add(row.version)?;
    arguments.add(row.customer)?;
    arguments.add(row.location)?;
    arguments.add(row.employee)?;
    arguments.add(codes.of(row.touchpoint.as_ref()))?;
    arguments.add(codes.shared(row.channel.code()))?;
    arguments.add(codes.shared(row.language.code()))?;
    arguments.add(row.segments.clone())?;
    arguments.add(row.started_at)?;
    arguments.add(row.submitted_at)?;
    arguments.add(row.received_at)?;
    arguments.add(row.day)?;
    arguments.add(row.answers.clone())?;
    match &row.seconds {
        Some(seconds) => arguments.add(seconds.clone()),
        None => arguments.add(codes.shared("{}")),
    }
}

fn each_of<T>(rows: &[&ResponseRow], value: impl FnMut(&ResponseRow) -> T) -> Vec<T> {
    let mut value = value;
    rows.iter().map(|row| value(row)).collect()
}

/// One text in memory for each of the few codes that many responses share.
#[derive(Default)]
struct Codes(HashMap<String, Arc<str>>);

impl Codes {
    fn shared(&mut self, code: &str) -> Arc<str> {
        match self.0.get(code) {
            Some(text) => text.clone(),
            None => {
                let text: Arc<str> = Arc::from(code);
                self.0.insert(code.to_owned(), text.clone());
                text
            }
        }
    }

    fn of(&mut self, code: Option<&Code>) -> Option<Arc<str>> {
        code.map(|code| self.shared(code.as_str()))
    }
}

/// Responses of one submission or many that are recorded together.
struct Batch<'a> {
    /// Under which id the response with a client id is recorded.
    ids: HashMap<Uuid, ResponseId>,
    /// One for each client id: one statement must not meet the same twice.
    distinct: Vec<&'a ResponseRow>,
}

impl<'a> Batch<'a> {
    fn new(rows: &[&'a ResponseRow]) -> Self {
        let mut batch = Batch {
            ids: HashMap::with_capacity(rows.len()),
            distinct: Vec::with_capacity(rows.len()),
        };
        for &row in rows {
            batch.ids.entry(row.client_id).or_insert_with(|| {
                batch.distinct.push(row);
                row.id()
            });
        }
        batch
    }

    fn client_ids(&self) -> Vec<Uuid> {
        self.distinct.iter().map(|row| row.client_id).collect()
    }

    /// Learns under which ids these are recorded. How many are new a statement says for nothing; which ones only has to be
    /// asked when some were there before.
    fn settle(&mut self, recorded: impl IntoIterator<Item = (Uuid, ResponseId)>) {
        self.ids.extend(recorded);
        let ids = &self.ids;
        self.distinct.retain(|row| ids[&row.client_id] == row.id());
    }

    fn ids_of(&self, rows: &[&ResponseRow]) -> Vec<ResponseId> {
        rows.iter().map(|row| self.ids[&row.client_id]).collect()
    }
}

impl Tx {
    /// Records responses with their events, in the order given. Returns for each the id under which it is recorded: its
    /// own, or that of the response that came before with the same client id (in an earlier transaction or earlier in this batch).
    pub async fn insert_responses(
        &mut self,
        workspace: WorkspaceId,
        rows: &[&ResponseRow],
        now: Timestamp,
    ) -> Result<Vec<ResponseId>, StoreError> {
        let mut batch = Batch::new(rows);
        match &mut self.inner {
            Inner::Postgres(tx) => record(tx, workspace, &mut batch, now).await?,
            Inner::Sqlite(tx) => {
                let mut before = SqliteArguments::default();
                before.add(workspace.0).map_err(encoded)?;
                let mut codes = Codes::default();
                let bind = |row: &&ResponseRow, arguments: &mut SqliteArguments| {
                    bind_response(row, &mut codes, arguments)
                };
                let rows = &batch.distinct;
                let written = INSERT_RESPONSE.run(tx, before, rows, bind).await?;
                if written.added != rows.len() as u64 {
                    let client_ids = batch.client_ids();
                    batch.settle(self.response_ids(workspace, &client_ids).await?);
                }
                self.write_scores(written, &batch.distinct).await?;
                self.append_recorded(workspace, written, now).await?;
            }
        }
        Ok(batch.ids_of(rows))
    }

    /// Writes, in SQLite, the scores of the responses that were just written, in the same order.
    async fn write_scores(
        &mut self,
        written: Written,
        fresh: &[&ResponseRow],
    ) -> Result<(), StoreError> {
        let Inner::Sqlite(tx) = &mut self.inner else {
            return Ok(());
        };
        let first = written.last_rowid - written.added as i64 + 1;
        let rows: Vec<(i64, &ResponseRow)> = (first..).zip(fresh.iter().copied()).collect();
        let bind = |(rowid, row): &(i64, &ResponseRow), arguments: &mut SqliteArguments| {
            arguments.add(*rowid)?;
            arguments.add(row.scores.clone())
        };
        let scored = INSERT_SCORE.run(tx, SqliteArguments::default(), &rows, bind);
        if scored.await?.added != written.added {
            return Err(StoreError::Corrupt {
                what: "response_score",
                source: "not every response got its scores".into(),
            });
        }
        Ok(())
    }
}

/// Records responses over a line of its own: on PostgreSQL a connection that nobody else waits for or has to be asked whether
/// it still lives. It belongs to the runtime in which it is used. SQLite writes over one connection anyway.
#[derive(Debug)]
pub struct Recorder {
    store: Store,
    line: Option<PgConnection>,
}

impl Recorder {
    pub(crate) fn new(store: Store) -> Self {
        Recorder { store, line: None }
    }

    /// Records the responses of some workspaces in one transaction, durable when it returns; see [`Tx::insert_responses`].
    pub async fn record(
        &mut self,
        groups: &[(WorkspaceId, Vec<&ResponseRow>)],
        now: Timestamp,
    ) -> Result<Vec<Vec<ResponseId>>, StoreError> {
        let Some(options) = self.store.postgres() else {
            let mut tx = self.store.begin().await?;
            let mut ids = Vec::with_capacity(groups.len());
            for (workspace, rows) in groups {
                ids.push(tx.insert_responses(*workspace, rows, now).await?);
            }
            tx.commit().await?;
            return Ok(ids);
        };
        let mut batches: Vec<(WorkspaceId, Batch)> = groups
            .iter()
            .map(|(workspace, rows)| (*workspace, Batch::new(rows)))
            .collect();
        let kept = self.line.take();
        let was_kept = kept.is_some();
        match self.write(kept, &options, &mut batches, now).await {
            // The line was cut while nobody used it. Ids make it harmless to say the same twice.
            Err(error) if was_kept && error.is_temporary() => {
                self.write(None, &options, &mut batches, now).await?;
            }
            other => other?,
        }
        let ids = batches.iter().zip(groups);
        Ok(ids
            .map(|((_, batch), (_, rows))| batch.ids_of(rows))
            .collect())
    }

    async fn write(
        &mut self,
        line: Option<PgConnection>,
        options: &PgConnectOptions,
        batches: &mut [(WorkspaceId, Batch<'_>)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut line = match line {
            Some(line) => line,
            None => timeout(ACQUIRE_TIMEOUT, options.connect())
                .await
                .map_err(|_| sqlx::Error::PoolTimedOut)??,
        };
        let done = write_on(&mut line, batches, now).await;
        if !done.as_ref().is_err_and(StoreError::is_temporary) {
            self.line = Some(line);
        }
        done
    }
}

async fn write_on(
    line: &mut PgConnection,
    batches: &mut [(WorkspaceId, Batch<'_>)],
    now: Timestamp,
) -> Result<(), StoreError> {
    // One statement is a transaction by itself.
    if let [(workspace, batch)] = batches {
        return record(line, *workspace, batch, now).await;
    }
    let mut tx = line.begin().await?;
    for (workspace, batch) in batches {
        record(&mut tx, *workspace, batch, now).await?;
    }
    tx.commit().await?;
    Ok(())
}
