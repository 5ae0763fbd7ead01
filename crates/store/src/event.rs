//! The event log and the cursors of its consumers.

use std::sync::LazyLock;

use jiff::Timestamp;
use radost_domain::event::{Event, RecordedEvent};
use radost_domain::name::{ResponseId, SurveyId, WorkspaceId};
use sqlx::Arguments;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use uuid::Uuid;

use crate::rows::{Column, Insert, Written, arrays, encoded};
use crate::store::{Inner, Tx};
use crate::{StoreError, sql_types};

static INSERT_EVENT: LazyLock<Insert> = LazyLock::new(|| {
    Insert::new(3, |rows| {
        format!(
            "INSERT OR FAIL INTO event (workspace_id, name, at, sequence, subject_id, survey_id)
             SELECT ?, ?, ?, v.* FROM (VALUES {rows}) AS v"
        )
    })
});

/// The same on PostgreSQL.
const INSERT_EVENTS: &str = "
    INSERT INTO event (workspace_id, sequence, name, subject_id, survey_id, at)
    SELECT $1, sequence, $3, subject_id, survey_id, $6
    FROM UNNEST($2::bigint[], $4::uuid[], $5::uuid[]) AS v(sequence, subject_id, survey_id)";

/// The fact of this name about a response.
pub(crate) fn event(
    name: &str,
    response: ResponseId,
    survey: SurveyId,
) -> Result<Event, StoreError> {
    match name {
        "response.recorded" => Ok(Event::ResponseRecorded { response, survey }),
        "response.corrected" => Ok(Event::ResponseCorrected { response, survey }),
        other => Err(StoreError::Corrupt {
            what: "event",
            source: format!("unknown event `{other}`").into(),
        }),
    }
}

impl Tx {
    /// Appends a fact of this name about each of these responses (with its survey) under the next numbers of the
    /// workspace, in the order given. Whoever appends holds the workspace's row until the end of the transaction: it is
    /// the last thing to do in it.
    pub(crate) async fn append_events(
        &mut self,
        workspace: WorkspaceId,
        name: &'static str,
        responses: Vec<Uuid>,
        surveys: Vec<Uuid>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let count = responses.len() as i64;
        if count == 0 {
            return Ok(());
        }
        let first = self.next_events(workspace, count).await?;
        match &mut self.inner {
            Inner::Sqlite(tx) => {
                let mut before = SqliteArguments::default();
                before.add(workspace.0).map_err(encoded)?;
                before.add(name).map_err(encoded)?;
                before.add(now.as_microsecond()).map_err(encoded)?;
                let rows: Vec<(i64, (Uuid, Uuid))> =
                    (first..).zip(responses.into_iter().zip(surveys)).collect();
                let bind = |&(sequence, (response, survey)): &(i64, (Uuid, Uuid)),
                            arguments: &mut SqliteArguments| {
                    arguments.add(sequence)?;
                    arguments.add(response)?;
                    arguments.add(survey)
                };
                INSERT_EVENT.run(tx, before, &rows, bind).await?;
            }
            Inner::Postgres(tx) => {
                let mut arguments = PgArguments::default();
                arguments.add(workspace.0).map_err(encoded)?;
                let columns = vec![
                    Column::Int((first..first + count).collect()),
                    Column::SameText(name),
                    Column::Uuid(responses),
                    Column::Uuid(surveys),
                    Column::SameInt(now.as_microsecond()),
                ];
                arrays(&mut arguments, columns)?;
                sqlx::query_with(INSERT_EVENTS, arguments)
                    .execute(&mut **tx)
                    .await?;
            }
        }
        Ok(())
    }

    /// Takes the next numbers of the workspace's events; returns the first of them.
    async fn next_events(&mut self, workspace: WorkspaceId, count: i64) -> Result<i64, StoreError> {
        let (last,) = sql!(
            self,
            fetch_one as (i64,),
            "UPDATE workspace SET last_event = last_event + $2 WHERE id = $1 RETURNING last_event",
            workspace.0,
            count
        )?;
        Ok(last - count + 1)
    }

    /// Appends, in SQLite, that these responses were recorded, in the order in which they were written.
    pub(crate) async fn append_recorded(
        &mut self,
        workspace: WorkspaceId,
        written: Written,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let count = written.added as i64;
        if count == 0 {
            return Ok(());
        }
        let first = self.next_events(workspace, count).await?;
        if let Inner::Sqlite(tx) = &mut self.inner {
            sqlx::query(
                "INSERT OR FAIL INTO event (workspace_id, sequence, name, subject_id, survey_id, at)
                 SELECT workspace_id, ? + rowid, 'response.recorded', id, survey_id, ? FROM response
                 WHERE rowid > ? AND rowid <= ? ORDER BY rowid",
            )
            .bind(first - (written.last_rowid - count + 1))
            .bind(now.as_microsecond())
            .bind(written.last_rowid - count)
            .bind(written.last_rowid)
            .execute(&mut **tx)
            .await?;
        }
        Ok(())
    }

    /// Up to `limit` events after `sequence`, in order.
    pub async fn events_after(
        &mut self,
        workspace: WorkspaceId,
        sequence: i64,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let rows = sql!(
            self,
            fetch_all as (i64, String, Uuid, Uuid, i64),
            "SELECT sequence, name, subject_id, survey_id, at FROM event
             WHERE workspace_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
            workspace.0,
            sequence,
            limit
        )?;
        rows.into_iter()
            .map(|(sequence, name, subject, survey, at)| {
                let event = event(&name, ResponseId(subject), SurveyId(survey))?;
                Ok(RecordedEvent {
                    sequence,
                    at: sql_types::timestamp(at)?,
                    event,
                })
            })
            .collect()
    }

    /// The sequence of the newest event; 0 before the first.
    pub async fn last_event(&mut self, workspace: WorkspaceId) -> Result<i64, StoreError> {
        let row = sql!(
            self,
            fetch_optional as (i64,),
            "SELECT last_event FROM workspace WHERE id = $1",
            workspace.0
        )?;
        Ok(row.map_or(0, |(sequence,)| sequence))
    }

    /// How far a consumer has read.
    pub async fn consumer_cursor(
        &mut self,
        workspace: WorkspaceId,
        name: &str,
    ) -> Result<i64, StoreError> {
        let row = sql!(
            self,
            fetch_optional as (i64,),
            "SELECT sequence FROM consumer WHERE workspace_id = $1 AND name = $2",
            workspace.0,
            name
        )?;
        Ok(row.map_or(0, |(sequence,)| sequence))
    }

    /// Moves a consumer from `from` to `to`, in the same transaction as what it did. False when another process of the
    /// same consumer was faster: then nothing of this transaction may be kept.
    pub async fn advance_consumer(
        &mut self,
        workspace: WorkspaceId,
        name: &str,
        from: i64,
        to: i64,
    ) -> Result<bool, StoreError> {
        sql!(
            self,
            execute,
            "INSERT INTO consumer (workspace_id, name, sequence) VALUES ($1, $2, 0)
             ON CONFLICT (workspace_id, name) DO NOTHING",
            workspace.0,
            name
        )?;
        let moved = sql!(
            self,
            execute,
            "UPDATE consumer SET sequence = $4 WHERE workspace_id = $1 AND name = $2 AND sequence = $3",
            workspace.0,
            name,
            from,
            to
        )?;
        Ok(moved == 1)
    }

    /// Adds to the live counter of a day (days since 1970-01-01 in the workspace's time zone).
    pub async fn count_responses(
        &mut self,
        workspace: WorkspaceId,
        received_on: i64,
        responses: i64,
    ) -> Result<(), StoreError> {
        sql!(
            self, execute,
            "INSERT INTO response_count (workspace_id, received_on, responses) VALUES ($1, $2, $3)
             ON CONFLICT (workspace_id, received_on) DO UPDATE SET responses = response_count.responses + $3",
            workspace.0, received_on, responses
        )?;
        Ok(())
    }

    /// How many responses came in ever, and on the day given, which began at `midnight`: the live counter, together with
    /// what its consumer has not counted yet. One statement, so that the consumer's next step is seen whole or not at all.
    pub async fn response_counts(
        &mut self,
        workspace: WorkspaceId,
        consumer: &str,
        received_on: i64,
        midnight: Timestamp,
    ) -> Result<(i64, i64), StoreError> {
        let row = sql!(
            self, fetch_one as (i64, i64),
            "SELECT CAST(COALESCE(SUM(responses), 0) AS BIGINT),
                    CAST(COALESCE(SUM(CASE WHEN today = 1 THEN responses ELSE 0 END), 0) AS BIGINT)
             FROM (
                 SELECT responses, CASE WHEN received_on = $3 THEN 1 ELSE 0 END AS today
                 FROM response_count WHERE workspace_id = $1
                 UNION ALL
                 SELECT 1, CASE WHEN at >= $4 THEN 1 ELSE 0 END
                 FROM event WHERE workspace_id = $1 AND name = 'response.recorded' AND sequence > COALESCE(
                     (SELECT sequence FROM consumer WHERE workspace_id = $1 AND name = $2), 0)
             ) counted",
            workspace.0, consumer, received_on, midnight.as_microsecond()
        )?;
        Ok(row)
    }

    /// Every workspace, for the consumers.
    pub async fn workspace_ids(&mut self) -> Result<Vec<WorkspaceId>, StoreError> {
        let rows = sql!(
            self,
            fetch_all as (Uuid,),
            "SELECT id FROM workspace ORDER BY id"
        )?;
        Ok(rows.into_iter().map(|(id,)| WorkspaceId(id)).collect())
    }
}
