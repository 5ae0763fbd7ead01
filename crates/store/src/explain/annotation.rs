//! What was done and what happened.

use radost_domain::explain::{Annotation, Period};
use radost_domain::name::{AnnotationId, LocationId, WorkspaceId};
use uuid::Uuid;

use crate::store::Tx;
use crate::{StoreError, sql_types};

type Row = (Uuid, i64, String, String, Option<Uuid>);

fn annotation((id, day, kind, text, location): Row) -> Result<Annotation, StoreError> {
    Ok(Annotation {
        id: AnnotationId(id),
        day: sql_types::day(day)?,
        kind: sql_types::parsed("annotation", &kind)?,
        text,
        location: location.map(LocationId),
    })
}

impl Tx {
    /// The annotations of a period, in the order of days.
    pub async fn annotations(
        &mut self,
        workspace: WorkspaceId,
        period: Period,
    ) -> Result<Vec<Annotation>, StoreError> {
        sql!(
            self,
            fetch_all as Row,
            "SELECT id, day, kind, text, location_id FROM annotation
             WHERE workspace_id = $1 AND day BETWEEN $2 AND $3 ORDER BY day, id",
            workspace.0,
            sql_types::day_number(period.from),
            sql_types::day_number(period.to)
        )?
        .into_iter()
        .map(annotation)
        .collect()
    }

    /// One annotation.
    pub async fn annotation(
        &mut self,
        workspace: WorkspaceId,
        id: AnnotationId,
    ) -> Result<Option<Annotation>, StoreError> {
        sql!(
            self,
            fetch_optional as Row,
            "SELECT id, day, kind, text, location_id FROM annotation WHERE workspace_id = $1 AND id = $2",
            workspace.0,
            id.0
        )?
        .map(annotation)
        .transpose()
    }

    /// Adds an annotation or changes the one with its id; false when the id belongs to another workspace.
    pub async fn save_annotation(
        &mut self,
        workspace: WorkspaceId,
        annotation: &Annotation,
    ) -> Result<bool, StoreError> {
        let saved = sql!(
            self,
            execute,
            "INSERT INTO annotation (id, workspace_id, day, kind, text, location_id)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (id) DO UPDATE SET day = $3, kind = $4, text = $5, location_id = $6
             WHERE annotation.workspace_id = $2",
            annotation.id.0,
            workspace.0,
            sql_types::day_number(annotation.day),
            annotation.kind.code(),
            annotation.text.as_str(),
            annotation.location.map(|id| id.0)
        )?;
        Ok(saved == 1)
    }

    /// Removes an annotation; false when there is none.
    pub async fn delete_annotation(
        &mut self,
        workspace: WorkspaceId,
        id: AnnotationId,
    ) -> Result<bool, StoreError> {
        let deleted = sql!(
            self,
            execute,
            "DELETE FROM annotation WHERE workspace_id = $1 AND id = $2",
            workspace.0,
            id.0
        )?;
        Ok(deleted == 1)
    }
}
