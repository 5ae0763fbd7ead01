use jiff::Timestamp;
use radost_domain::name::{SurveyId, WorkspaceId};
use uuid::Uuid;

use crate::store::Tx;
use crate::{StoreError, sql_types};

/// One import of a file of responses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRun {
    /// Its id.
    pub id: Uuid,
    /// Into which survey.
    pub survey: SurveyId,
    /// The file's name.
    pub file_name: String,
    /// The mapping, as TOML.
    pub mapping: String,
    /// The user or key that began it; `None` for the command line.
    pub created_by: Option<Uuid>,
    /// `waiting`, `running`, `done`, `stopped` or `failed`.
    pub status: String,
    /// Rows read.
    pub rows_read: i64,
    /// Responses added.
    pub accepted: i64,
    /// Rows that were there before.
    pub duplicates: i64,
    /// Rows refused.
    pub rejected: i64,
    /// Why it failed.
    pub message: Option<String>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

type Row = (
    Uuid,
    Uuid,
    String,
    String,
    Option<Uuid>,
    String,
    i64,
    i64,
    i64,
    i64,
    Option<String>,
    i64,
    Option<i64>,
);

fn import_run(row: Row) -> Result<ImportRun, StoreError> {
    let (
        id,
        survey,
        file_name,
        mapping,
        created_by,
        status,
        rows_read,
        accepted,
        duplicates,
        rejected,
        message,
        created,
        finished,
    ) = row;
    Ok(ImportRun {
        id,
        survey: SurveyId(survey),
        file_name,
        mapping,
        created_by,
        status,
        rows_read,
        accepted,
        duplicates,
        rejected,
        message,
        created_at: sql_types::timestamp(created)?,
        finished_at: sql_types::optional_timestamp(finished)?,
    })
}

impl Tx {
    /// Adds an import or notes how far it is.
    pub async fn save_import_run(
        &mut self,
        workspace: WorkspaceId,
        run: &ImportRun,
    ) -> Result<(), StoreError> {
        sql!(
            self, execute,
            "INSERT INTO import_run (id, workspace_id, survey_id, file_name, mapping, status, rows_read, accepted,
                                     duplicates, rejected, message, created_at, finished_at, created_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
             ON CONFLICT (id) DO UPDATE SET mapping = $5, status = $6, rows_read = $7, accepted = $8, duplicates = $9,
                 rejected = $10, message = $11, finished_at = $13
             WHERE import_run.workspace_id = $2",
            run.id, workspace.0, run.survey.0, run.file_name.as_str(), run.mapping.as_str(), run.status.as_str(),
            run.rows_read, run.accepted, run.duplicates, run.rejected, run.message.as_deref(),
            run.created_at.as_microsecond(), run.finished_at.map(|at| at.as_microsecond()),
            run.created_by
        )?;
        Ok(())
    }

    /// The newest imports.
    pub async fn import_runs(
        &mut self,
        workspace: WorkspaceId,
        limit: i64,
    ) -> Result<Vec<ImportRun>, StoreError> {
        sql!(
            self, fetch_all as Row,
            "SELECT id, survey_id, file_name, mapping, created_by, status, rows_read, accepted, duplicates, rejected, message,
                    created_at, finished_at
             FROM import_run WHERE workspace_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2",
            workspace.0, limit
        )?
        .into_iter()
        .map(import_run)
        .collect()
    }

    /// One import.
    pub async fn import_run(
        &mut self,
        workspace: WorkspaceId,
        id: Uuid,
    ) -> Result<Option<ImportRun>, StoreError> {
        sql!(
            self, fetch_optional as Row,
            "SELECT id, survey_id, file_name, mapping, created_by, status, rows_read, accepted, duplicates, rejected, message,
                    created_at, finished_at
             FROM import_run WHERE workspace_id = $1 AND id = $2",
            workspace.0, id
        )?
        .map(import_run)
        .transpose()
    }
}
