//! Reading the audit log.

use radost_domain::access::{Actor, AuditEntry, Permission};
use radost_domain::name::AuditId;
pub use radost_store::AuditFilter;

use crate::{App, AppError};

impl App {
    /// Up to `limit` entries of the audit log older than `before` (the newest without it), newest first.
    pub async fn audit_entries(
        &self,
        actor: &Actor,
        filter: &AuditFilter,
        before: Option<AuditId>,
        limit: i64,
    ) -> Result<Vec<AuditEntry>, AppError> {
        Self::allow(actor, Permission::SeeAudit)?;
        let mut tx = self.store.read().await?;
        Ok(tx
            .audit_entries(actor.workspace, filter, before, limit)
            .await?)
    }
}
