use radost_domain::access::AuditEntry;
use radost_domain::name::{AuditId, WorkspaceId};
use uuid::Uuid;

use crate::store::Tx;
use crate::{StoreError, sql_types};

type Row = (
    Uuid,
    i64,
    Option<Uuid>,
    String,
    String,
    String,
    String,
    Option<String>,
    Option<String>,
);

impl Tx {
    /// Writes an entry of the audit log.
    pub async fn insert_audit(
        &mut self,
        workspace: WorkspaceId,
        entry: &AuditEntry,
    ) -> Result<(), StoreError> {
        let text = |value: &Option<serde_json::Value>| value.as_ref().map(ToString::to_string);
        sql!(
            self, execute,
            "INSERT INTO audit (id, workspace_id, at, actor_id, actor, action, entity, entity_id, before, after)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            entry.id.0, workspace.0, entry.at.as_microsecond(), entry.actor_id, entry.actor.as_str(),
            entry.action.as_str(), entry.entity.as_str(), entry.entity_id.as_str(), text(&entry.before),
            text(&entry.after)
        )?;
        Ok(())
    }

    /// Up to `limit` entries older than `before` (the newest without it), newest first.
    pub async fn audit_entries(
        &mut self,
        workspace: WorkspaceId,
        before: Option<AuditId>,
        limit: i64,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let before = before.map_or(Uuid::max(), |id| id.0);
        let rows =
            sql!(
            self, fetch_all as Row,
            "SELECT id, at, actor_id, actor, action, entity, entity_id, before, after FROM audit
             WHERE workspace_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
            workspace.0, before, limit
        )?;
        rows.into_iter()
            .map(
                |(id, at, actor_id, actor, action, entity, entity_id, before, after)| {
                    Ok(AuditEntry {
                        id: AuditId(id),
                        at: sql_types::timestamp(at)?,
                        actor_id,
                        actor,
                        action,
                        entity,
                        entity_id,
                        before: before
                            .map(|text| sql_types::json("audit entry", &text))
                            .transpose()?,
                        after: after
                            .map(|text| sql_types::json("audit entry", &text))
                            .transpose()?,
                    })
                },
            )
            .collect()
    }
}
