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

/// Which entries of the audit log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// The kind of record: `survey`.
    pub entity: Option<String>,
    /// The record's id or code.
    pub entity_id: Option<String>,
    /// The user or key who did it.
    pub actor: Option<Uuid>,
}

/// Records of one statement.
const CHUNK: usize = 256;

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

    /// Forgets how these records of one kind were before and after; that something was done to them stays.
    pub async fn forget_audited(
        &mut self,
        workspace: WorkspaceId,
        entity: &str,
        entity_ids: &[String],
    ) -> Result<(), StoreError> {
        for chunk in entity_ids.chunks(CHUNK) {
            let marks: Vec<String> = (0..chunk.len()).map(|i| format!("${}", i + 3)).collect();
            let text = format!(
                "UPDATE audit SET before = NULL, after = NULL
                 WHERE workspace_id = $1 AND entity = $2 AND entity_id IN ({})",
                marks.join(", ")
            );
            sql_with!(self, execute, text.clone(), |query| {
                query = query.bind(workspace.0).bind(entity.to_owned());
                for entity_id in chunk {
                    query = query.bind(entity_id.clone());
                }
            })?;
        }
        Ok(())
    }

    /// Up to `limit` entries older than `before` (the newest without it), newest first.
    pub async fn audit_entries(
        &mut self,
        workspace: WorkspaceId,
        filter: &AuditFilter,
        before: Option<AuditId>,
        limit: i64,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let before = before.map_or(Uuid::max(), |id| id.0);
        let mut text =
            "SELECT id, at, actor_id, actor, action, entity, entity_id, before, after FROM audit
             WHERE workspace_id = $1 AND id < $2"
                .to_owned();
        let mut place = 3;
        let mut only = |column: &str, given: bool| {
            if given {
                text.push_str(&format!(" AND {column} = ${place}"));
                place += 1;
            }
        };
        only("entity", filter.entity.is_some());
        only("entity_id", filter.entity_id.is_some());
        only("actor_id", filter.actor.is_some());
        text.push_str(&format!(" ORDER BY id DESC LIMIT ${place}"));
        let rows = sql_with!(self, fetch_all as Row, text, |query| {
            query = query.bind(workspace.0).bind(before);
            if let Some(entity) = &filter.entity {
                query = query.bind(entity.clone());
            }
            if let Some(entity_id) = &filter.entity_id {
                query = query.bind(entity_id.clone());
            }
            if let Some(actor) = filter.actor {
                query = query.bind(actor);
            }
            query = query.bind(limit);
        })?;
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
