use jiff::Timestamp;
use radost_domain::listen::Survey;
use radost_domain::name::{SurveyId, WorkspaceId};
use radost_domain::{Code, Slug};
use uuid::Uuid;

use crate::store::Tx;
use crate::{StoreError, sql_types};

/// A survey with its draft.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredSurvey {
    /// Its id.
    pub id: SurveyId,
    /// Its name in addresses.
    pub code: Slug,
    /// What is being written.
    pub draft: Survey,
    /// Grows with every change of the draft.
    pub draft_revision: i64,
    /// Scale questions in the order in which their values are stored.
    pub slots: Vec<Code>,
    /// Whether it takes answers.
    pub accepting: bool,
    /// When it was begun.
    pub created_at: Timestamp,
    /// Its newest published version, if any.
    pub newest_version: Option<u32>,
}

/// A published version.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredVersion {
    /// Counted from 1.
    pub version: u32,
    /// What was published; it never changes.
    pub document: Survey,
    /// When.
    pub published_at: Timestamp,
}

type Row = (Uuid, String, String, i64, String, bool, i64, Option<i64>);

fn survey(row: Row) -> Result<StoredSurvey, StoreError> {
    let (id, code, draft, draft_revision, slots, accepting, created_at, newest) = row;
    Ok(StoredSurvey {
        id: SurveyId(id),
        code: sql_types::parsed("survey", &code)?,
        draft: sql_types::json("survey", &draft)?,
        draft_revision,
        slots: sql_types::json("survey", &slots)?,
        accepting,
        created_at: sql_types::timestamp(created_at)?,
        newest_version: newest.and_then(|version| u32::try_from(version).ok()),
    })
}

type VersionRow = (i64, String, i64);

fn stored_version(row: VersionRow) -> Result<StoredVersion, StoreError> {
    let (version, document, published_at) = row;
    Ok(StoredVersion {
        version: u32::try_from(version).unwrap_or(0),
        document: sql_types::json("survey", &document)?,
        published_at: sql_types::timestamp(published_at)?,
    })
}

impl Tx {
    /// Begins a survey; false when its code is taken.
    pub async fn insert_survey(
        &mut self,
        workspace: WorkspaceId,
        survey: &StoredSurvey,
    ) -> Result<bool, StoreError> {
        let added = sql!(
            self, execute,
            "INSERT INTO survey (id, workspace_id, code, draft, draft_revision, slots, accepting, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
            survey.id.0, workspace.0, survey.code.as_str(), sql_types::to_json("survey", &survey.draft)?,
            survey.draft_revision, sql_types::to_json("survey", &survey.slots)?, survey.accepting,
            survey.created_at.as_microsecond()
        )?;
        Ok(added == 1)
    }

    /// Every survey of a workspace, newest first.
    pub async fn surveys(
        &mut self,
        workspace: WorkspaceId,
    ) -> Result<Vec<StoredSurvey>, StoreError> {
        sql!(
            self,
            fetch_all as Row,
            "SELECT id, code, draft, draft_revision, slots, accepting, created_at,
                    (SELECT MAX(version) FROM survey_version WHERE survey_id = survey.id)
             FROM survey WHERE workspace_id = $1 ORDER BY id DESC",
            workspace.0
        )?
        .into_iter()
        .map(survey)
        .collect()
    }

    /// One survey by its id.
    pub async fn survey(
        &mut self,
        workspace: WorkspaceId,
        id: SurveyId,
    ) -> Result<Option<StoredSurvey>, StoreError> {
        sql!(
            self,
            fetch_optional as Row,
            "SELECT id, code, draft, draft_revision, slots, accepting, created_at,
                    (SELECT MAX(version) FROM survey_version WHERE survey_id = survey.id)
             FROM survey WHERE workspace_id = $1 AND id = $2",
            workspace.0,
            id.0
        )?
        .map(survey)
        .transpose()
    }

    /// One survey by its code.
    pub async fn survey_by_code(
        &mut self,
        workspace: WorkspaceId,
        code: &str,
    ) -> Result<Option<StoredSurvey>, StoreError> {
        sql!(
            self,
            fetch_optional as Row,
            "SELECT id, code, draft, draft_revision, slots, accepting, created_at,
                    (SELECT MAX(version) FROM survey_version WHERE survey_id = survey.id)
             FROM survey WHERE workspace_id = $1 AND code = $2",
            workspace.0,
            code
        )?
        .map(survey)
        .transpose()
    }

    /// Saves a draft over revision `from`; false when somebody else saved in between.
    pub async fn save_draft(
        &mut self,
        workspace: WorkspaceId,
        id: SurveyId,
        draft: &Survey,
        from: i64,
    ) -> Result<bool, StoreError> {
        let saved = sql!(
            self,
            execute,
            "UPDATE survey SET draft = $3, draft_revision = draft_revision + 1
             WHERE workspace_id = $1 AND id = $2 AND draft_revision = $4",
            workspace.0,
            id.0,
            sql_types::to_json("survey", draft)?,
            from
        )?;
        Ok(saved == 1)
    }

    /// Adds a published version and opens the survey for answers; false when that version exists.
    pub async fn insert_survey_version(
        &mut self,
        workspace: WorkspaceId,
        id: SurveyId,
        version: &StoredVersion,
        slots: &[Code],
    ) -> Result<bool, StoreError> {
        let added = sql!(
            self,
            execute,
            "INSERT INTO survey_version (workspace_id, survey_id, version, document, published_at)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            workspace.0,
            id.0,
            i64::from(version.version),
            sql_types::to_json("survey", &version.document)?,
            version.published_at.as_microsecond()
        )?;
        sql!(
            self,
            execute,
            "UPDATE survey SET slots = $3, accepting = $4 WHERE workspace_id = $1 AND id = $2",
            workspace.0,
            id.0,
            sql_types::to_json("survey", slots)?,
            true
        )?;
        Ok(added == 1)
    }

    /// Opens or closes a survey.
    pub async fn set_accepting(
        &mut self,
        workspace: WorkspaceId,
        id: SurveyId,
        accepting: bool,
    ) -> Result<(), StoreError> {
        sql!(
            self,
            execute,
            "UPDATE survey SET accepting = $3 WHERE workspace_id = $1 AND id = $2",
            workspace.0,
            id.0,
            accepting
        )?;
        Ok(())
    }

    /// Every published version of a survey, the newest first.
    pub async fn survey_versions(
        &mut self,
        workspace: WorkspaceId,
        id: SurveyId,
    ) -> Result<Vec<StoredVersion>, StoreError> {
        sql!(
            self,
            fetch_all as VersionRow,
            "SELECT version, document, published_at FROM survey_version
             WHERE workspace_id = $1 AND survey_id = $2 ORDER BY version DESC",
            workspace.0,
            id.0
        )?
        .into_iter()
        .map(stored_version)
        .collect()
    }

    /// A published version.
    pub async fn survey_version(
        &mut self,
        workspace: WorkspaceId,
        id: SurveyId,
        version: u32,
    ) -> Result<Option<StoredVersion>, StoreError> {
        let row = sql!(
            self,
            fetch_optional as VersionRow,
            "SELECT version, document, published_at FROM survey_version
             WHERE workspace_id = $1 AND survey_id = $2 AND version = $3",
            workspace.0,
            id.0,
            i64::from(version)
        )?;
        row.map(stored_version).transpose()
    }
}
