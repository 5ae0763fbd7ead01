//! How many responses the quotas of surveys have counted.

use std::collections::BTreeMap;

use radost_domain::Code;
use radost_domain::name::{SurveyId, WorkspaceId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::store::Tx;
use crate::{StoreError, sql_types};

/// What one quota has counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotaCount {
    /// Responses of its sort that came in.
    pub counted: u64,
    /// Those of them that are left out of the numbers now.
    pub left_out: u64,
}

/// What the quotas of a survey have counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaCounts {
    /// The survey.
    pub survey: SurveyId,
    /// What was counted, in words that change when a condition does.
    pub definition: String,
    /// How far the event log was read.
    pub sequence: i64,
    /// By quota.
    pub counts: BTreeMap<Code, QuotaCount>,
}

impl Tx {
    /// What every quota of a workspace has counted.
    pub async fn quota_counts(
        &mut self,
        workspace: WorkspaceId,
    ) -> Result<Vec<QuotaCounts>, StoreError> {
        let rows = sql!(
            self,
            fetch_all as (Uuid, String, i64, String),
            "SELECT survey_id, definition, sequence, counts FROM quota_count WHERE workspace_id = $1",
            workspace.0
        )?;
        rows.into_iter()
            .map(|(survey, definition, sequence, counts)| {
                Ok(QuotaCounts {
                    survey: SurveyId(survey),
                    definition,
                    sequence,
                    counts: sql_types::json("quota_count", &counts)?,
                })
            })
            .collect()
    }

    /// Writes what the quotas of a survey have counted since `from`. False when another process has counted the same:
    /// then nothing of this transaction may be kept.
    pub async fn save_quota_counts(
        &mut self,
        workspace: WorkspaceId,
        from: i64,
        counted: &QuotaCounts,
    ) -> Result<bool, StoreError> {
        let written = sql!(
            self, execute,
            "INSERT INTO quota_count (workspace_id, survey_id, definition, sequence, counts) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (workspace_id, survey_id) DO UPDATE
             SET definition = excluded.definition, sequence = excluded.sequence, counts = excluded.counts
             WHERE quota_count.definition <> excluded.definition OR quota_count.sequence = $6",
            workspace.0, counted.survey.0, counted.definition.as_str(), counted.sequence,
            sql_types::to_json("quota_count", &counted.counts)?, from
        )?;
        Ok(written == 1)
    }
}
