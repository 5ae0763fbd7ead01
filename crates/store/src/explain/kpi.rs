//! Targets.

use radost_domain::explain::Kpi;
use radost_domain::name::{KpiId, LocationId, SurveyId, UserId, WorkspaceId};
use uuid::Uuid;

use crate::store::Tx;
use crate::{StoreError, sql_types};

type Row = (
    Uuid,
    String,
    Uuid,
    String,
    Option<Uuid>,
    String,
    String,
    f64,
    i64,
    Option<Uuid>,
    i64,
    i64,
    String,
    String,
);

fn kpi(row: Row) -> Result<Kpi, StoreError> {
    Ok(Kpi {
        id: KpiId(row.0),
        name: row.1,
        survey: SurveyId(row.2),
        metric: sql_types::parsed("metric of a KPI", &row.3)?,
        location: row.4.map(LocationId),
        filters: sql_types::json("filters of a KPI", &row.5)?,
        direction: sql_types::parsed("direction of a KPI", &row.6)?,
        target: row.7,
        days: i32::try_from(row.8).map_err(|error| StoreError::corrupt("days")(error.into()))?,
        owner: row.9.map(UserId),
        since: sql_types::day(row.10)?,
        due: sql_types::day(row.11)?,
        note: row.12,
        actions: row.13,
    })
}

impl Tx {
    /// Every target of a workspace, the one that is due first in front.
    pub async fn kpis(&mut self, workspace: WorkspaceId) -> Result<Vec<Kpi>, StoreError> {
        sql!(
            self, fetch_all as Row,
            "SELECT id, name, survey_id, metric, location_id, filters, direction, target, days, owner_id, since_day,
                    due_day, note, actions
             FROM kpi WHERE workspace_id = $1 ORDER BY due_day, name, id",
            workspace.0
        )?
        .into_iter()
        .map(kpi)
        .collect()
    }

    /// Adds a target or changes the one with its id; false when the id is that of another workspace.
    pub async fn save_kpi(
        &mut self,
        workspace: WorkspaceId,
        kpi: &Kpi,
    ) -> Result<bool, StoreError> {
        let metric = kpi.metric.to_string();
        let filters = sql_types::to_json("filters of a KPI", &kpi.filters)?;
        let saved = sql!(
            self,
            execute,
            "INSERT INTO kpi (id, workspace_id, name, survey_id, metric, location_id, filters, direction, target, days,
                              owner_id, since_day, due_day, note, actions)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
             ON CONFLICT (id) DO UPDATE SET name = $3, survey_id = $4, metric = $5, location_id = $6, filters = $7,
                 direction = $8, target = $9, days = $10, owner_id = $11, since_day = $12, due_day = $13, note = $14,
                 actions = $15
             WHERE kpi.workspace_id = $2",
            kpi.id.0,
            workspace.0,
            kpi.name.as_str(),
            kpi.survey.0,
            metric.as_str(),
            kpi.location.map(|id| id.0),
            filters.as_str(),
            kpi.direction.code(),
            kpi.target,
            i64::from(kpi.days),
            kpi.owner.map(|id| id.0),
            sql_types::day_number(kpi.since),
            sql_types::day_number(kpi.due),
            kpi.note.as_str(),
            kpi.actions.as_str()
        )?;
        Ok(saved == 1)
    }

    /// Removes a target; false when there is none.
    pub async fn delete_kpi(
        &mut self,
        workspace: WorkspaceId,
        id: KpiId,
    ) -> Result<bool, StoreError> {
        let deleted = sql!(
            self,
            execute,
            "DELETE FROM kpi WHERE workspace_id = $1 AND id = $2",
            workspace.0,
            id.0
        )?;
        Ok(deleted == 1)
    }
}
