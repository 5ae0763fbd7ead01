use std::collections::BTreeSet;

use jiff::Timestamp;
use radost_domain::access::{ApiKey, Permission};
use radost_domain::name::{ApiKeyId, WorkspaceId};
use uuid::Uuid;

use crate::store::Tx;
use crate::{StoreError, sql_types};

/// What was answered to a request with an `Idempotency-Key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotentReply {
    /// Hash of the request it belongs to.
    pub request_hash: Vec<u8>,
    /// When the request came.
    pub created_at: Timestamp,
    /// Status; `None` while the request is being done.
    pub status: Option<u16>,
    /// Type of the body.
    pub content_type: Option<String>,
    /// Address of what was made.
    pub location: Option<String>,
    /// Body.
    pub body: String,
}

type Row = (Uuid, String, String, String, i64, Option<i64>);

fn api_key((id, name, prefix, scopes, created_at, revoked_at): Row) -> Result<ApiKey, StoreError> {
    let scopes: Result<BTreeSet<Permission>, _> = scopes
        .split_whitespace()
        .map(|scope| sql_types::parsed("API key", scope))
        .collect();
    Ok(ApiKey {
        id: ApiKeyId(id),
        name,
        prefix,
        scopes: scopes?,
        created_at: sql_types::timestamp(created_at)?,
        revoked_at: sql_types::optional_timestamp(revoked_at)?,
    })
}

impl Tx {
    /// Adds a key under its hash.
    pub async fn insert_api_key(
        &mut self,
        workspace: WorkspaceId,
        key: &ApiKey,
        key_hash: &[u8],
    ) -> Result<(), StoreError> {
        let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.code()).collect();
        sql!(
            self,
            execute,
            "INSERT INTO api_key (id, workspace_id, name, prefix, key_hash, scopes, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            key.id.0,
            workspace.0,
            key.name.as_str(),
            key.prefix.as_str(),
            key_hash,
            scopes.join(" "),
            key.created_at.as_microsecond()
        )?;
        Ok(())
    }

    /// The keys of a workspace, newest first.
    pub async fn api_keys(&mut self, workspace: WorkspaceId) -> Result<Vec<ApiKey>, StoreError> {
        sql!(
            self, fetch_all as Row,
            "SELECT id, name, prefix, scopes, created_at, revoked_at FROM api_key WHERE workspace_id = $1 ORDER BY id DESC",
            workspace.0
        )?
        .into_iter()
        .map(api_key)
        .collect()
    }

    /// The key with this hash and its workspace, unless it was taken back.
    pub async fn api_key_by_hash(
        &mut self,
        key_hash: &[u8],
    ) -> Result<Option<(WorkspaceId, ApiKey)>, StoreError> {
        let row = sql!(
            self,
            fetch_optional as (Uuid, Uuid, String, String, String, i64, Option<i64>),
            "SELECT workspace_id, id, name, prefix, scopes, created_at, revoked_at FROM api_key
             WHERE key_hash = $1 AND revoked_at IS NULL",
            key_hash
        )?;
        row.map(
            |(workspace, id, name, prefix, scopes, created_at, revoked_at)| {
                Ok((
                    WorkspaceId(workspace),
                    api_key((id, name, prefix, scopes, created_at, revoked_at))?,
                ))
            },
        )
        .transpose()
    }

    /// Takes a key back; false when there is no such key or it already was.
    pub async fn revoke_api_key(
        &mut self,
        workspace: WorkspaceId,
        id: ApiKeyId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let revoked = sql!(
            self,
            execute,
            "UPDATE api_key SET revoked_at = $3 WHERE workspace_id = $1 AND id = $2 AND revoked_at IS NULL",
            workspace.0,
            id.0,
            now.as_microsecond()
        )?;
        Ok(revoked == 1)
    }

    /// What was answered before to this key.
    pub async fn idempotent_reply(
        &mut self,
        workspace: WorkspaceId,
        key: &str,
    ) -> Result<Option<IdempotentReply>, StoreError> {
        let row =
            sql!(
            self,
            fetch_optional as (Vec<u8>, i64, Option<i64>, Option<String>, Option<String>, String),
            "SELECT request_hash, created_at, status, content_type, location, body FROM idempotency
             WHERE workspace_id = $1 AND idempotency_key = $2",
            workspace.0,
            key
        )?;
        row.map(
            |(request_hash, created_at, status, content_type, location, body)| {
                Ok(IdempotentReply {
                    request_hash,
                    created_at: sql_types::timestamp(created_at)?,
                    status: status.map(|status| u16::try_from(status).unwrap_or(500)),
                    content_type,
                    location,
                    body,
                })
            },
        )
        .transpose()
    }

    /// Takes a key for a request; false when it is taken, unless the request under it began before `lost_before` and
    /// never came to an end.
    pub async fn claim_idempotency_key(
        &mut self,
        workspace: WorkspaceId,
        key: &str,
        request_hash: &[u8],
        now: Timestamp,
        lost_before: Timestamp,
    ) -> Result<bool, StoreError> {
        let claimed = sql!(
            self, execute,
            "INSERT INTO idempotency (workspace_id, idempotency_key, request_hash, created_at, body)
             VALUES ($1, $2, $3, $4, '')
             ON CONFLICT (workspace_id, idempotency_key) DO UPDATE SET created_at = excluded.created_at
             WHERE idempotency.status IS NULL AND idempotency.created_at <= $5
               AND idempotency.request_hash = excluded.request_hash",
            workspace.0, key, request_hash, now.as_microsecond(), lost_before.as_microsecond()
        )?;
        Ok(claimed == 1)
    }

    /// Keeps what was answered under a key that was claimed.
    pub async fn keep_idempotent_reply(
        &mut self,
        workspace: WorkspaceId,
        key: &str,
        reply: &IdempotentReply,
    ) -> Result<(), StoreError> {
        sql!(
            self,
            execute,
            "UPDATE idempotency SET status = $3, content_type = $4, location = $5, body = $6
             WHERE workspace_id = $1 AND idempotency_key = $2 AND status IS NULL AND request_hash = $7",
            workspace.0,
            key,
            reply.status.map(i64::from),
            reply.content_type.as_deref(),
            reply.location.as_deref(),
            reply.body.as_str(),
            reply.request_hash.as_slice()
        )?;
        Ok(())
    }

    /// Gives a key back under which nothing was kept.
    pub async fn release_idempotency_key(
        &mut self,
        workspace: WorkspaceId,
        key: &str,
    ) -> Result<(), StoreError> {
        sql!(
            self,
            execute,
            "DELETE FROM idempotency WHERE workspace_id = $1 AND idempotency_key = $2 AND status IS NULL",
            workspace.0,
            key
        )?;
        Ok(())
    }

    /// Empties what was answered to requests where one of these texts stands in it; that they were done stays known.
    pub async fn empty_idempotent_replies(
        &mut self,
        workspace: WorkspaceId,
        holding: &[String],
    ) -> Result<(), StoreError> {
        for text in holding {
            // As it stands in JSON, without the quotes around it.
            let text = sql_types::to_json("reply", text)?;
            sql!(
                self,
                execute,
                "UPDATE idempotency SET content_type = NULL, location = NULL, body = ''
                 WHERE workspace_id = $1 AND replace(body, $2, '') <> body",
                workspace.0,
                text.trim_matches('"')
            )?;
        }
        Ok(())
    }

    /// Forgets what was answered before `before`.
    pub async fn forget_idempotent_replies(
        &mut self,
        workspace: WorkspaceId,
        before: Timestamp,
    ) -> Result<(), StoreError> {
        sql!(
            self,
            execute,
            "DELETE FROM idempotency WHERE workspace_id = $1 AND created_at <= $2",
            workspace.0,
            before.as_microsecond()
        )?;
        Ok(())
    }
}
