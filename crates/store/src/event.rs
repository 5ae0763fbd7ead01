//! The event log and the cursors of its consumers.

use radost_domain::event::{Event, RecordedEvent};
use radost_domain::name::{ResponseId, SurveyId, WorkspaceId};
use uuid::Uuid;

use crate::store::Tx;
use crate::{StoreError, sql_types};

impl Tx {
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
                let event = match name.as_str() {
                    "response.recorded" => Event::ResponseRecorded {
                        response: ResponseId(subject),
                        survey: SurveyId(survey),
                    },
                    other => {
                        return Err(StoreError::Corrupt {
                            what: "event",
                            source: format!("unknown event `{other}`").into(),
                        });
                    }
                };
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

    /// The live counter: responses ever, and on the day given.
    pub async fn response_counts(
        &mut self,
        workspace: WorkspaceId,
        received_on: i64,
    ) -> Result<(i64, i64), StoreError> {
        let row = sql!(
            self, fetch_one as (i64, i64),
            "SELECT CAST(COALESCE(SUM(responses), 0) AS BIGINT),
                    CAST(COALESCE(SUM(CASE WHEN received_on = $2 THEN responses ELSE 0 END), 0) AS BIGINT)
             FROM response_count WHERE workspace_id = $1",
            workspace.0, received_on
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
