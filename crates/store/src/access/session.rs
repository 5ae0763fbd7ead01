use jiff::Timestamp;
use radost_domain::name::{UserId, WorkspaceId};
use uuid::Uuid;

use crate::StoreError;
use crate::store::Tx;

/// A person signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Their workspace.
    pub workspace: WorkspaceId,
    /// Who.
    pub user: UserId,
    /// What every form must send back.
    pub csrf: String,
    /// Until when.
    pub expires_at: Timestamp,
}

impl Tx {
    /// Begins a session under the hash of its token.
    pub async fn insert_session(
        &mut self,
        token_hash: &[u8],
        session: &Session,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sql!(
            self,
            execute,
            "INSERT INTO session (token_hash, workspace_id, user_id, csrf, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
            token_hash,
            session.workspace.0,
            session.user.0,
            session.csrf.as_str(),
            now.as_microsecond(),
            session.expires_at.as_microsecond()
        )?;
        Ok(())
    }

    /// The session of this token, if it has not run out.
    pub async fn session(
        &mut self,
        token_hash: &[u8],
        now: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        let row = sql!(
            self,
            fetch_optional as (Uuid, Uuid, String, i64),
            "SELECT workspace_id, user_id, csrf, expires_at FROM session WHERE token_hash = $1 AND expires_at > $2",
            token_hash,
            now.as_microsecond()
        )?;
        row.map(|(workspace, user, csrf, expires_at)| {
            Ok(Session {
                workspace: WorkspaceId(workspace),
                user: UserId(user),
                csrf,
                expires_at: crate::sql_types::timestamp(expires_at)?,
            })
        })
        .transpose()
    }

    /// Ends one session.
    pub async fn delete_session(&mut self, token_hash: &[u8]) -> Result<(), StoreError> {
        sql!(
            self,
            execute,
            "DELETE FROM session WHERE token_hash = $1",
            token_hash
        )?;
        Ok(())
    }

    /// Ends every session of a user, and any that have run out.
    pub async fn delete_sessions_of(
        &mut self,
        user: UserId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sql!(
            self,
            execute,
            "DELETE FROM session WHERE user_id = $1",
            user.0
        )?;
        self.delete_expired_sessions(now).await
    }

    /// Ends the sessions that have run out.
    pub async fn delete_expired_sessions(&mut self, now: Timestamp) -> Result<(), StoreError> {
        sql!(
            self,
            execute,
            "DELETE FROM session WHERE expires_at <= $1",
            now.as_microsecond()
        )?;
        Ok(())
    }

    /// Notes a failed sign-in for an address or a machine.
    pub async fn insert_login_failure(
        &mut self,
        subject: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sql!(
            self,
            execute,
            "INSERT INTO login_failure (subject, at) VALUES ($1, $2)",
            subject,
            now.as_microsecond()
        )?;
        Ok(())
    }

    /// Failed sign-ins since a moment.
    pub async fn login_failures(
        &mut self,
        subject: &str,
        since: Timestamp,
    ) -> Result<i64, StoreError> {
        let (count,) = sql!(
            self,
            fetch_one as (i64,),
            "SELECT COUNT(*) FROM login_failure WHERE subject = $1 AND at > $2",
            subject,
            since.as_microsecond()
        )?;
        Ok(count)
    }

    /// Forgets the failures of a subject.
    pub async fn forget_login_failures(&mut self, subject: &str) -> Result<(), StoreError> {
        sql!(
            self,
            execute,
            "DELETE FROM login_failure WHERE subject = $1",
            subject
        )?;
        Ok(())
    }

    /// Forgets the failure of a subject at a moment.
    pub async fn forget_login_failure(
        &mut self,
        subject: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        sql!(
            self,
            execute,
            "DELETE FROM login_failure WHERE subject = $1 AND at = $2",
            subject,
            at.as_microsecond()
        )?;
        Ok(())
    }

    /// Forgets the failures of everybody before a moment.
    pub async fn forget_login_failures_before(
        &mut self,
        before: Timestamp,
    ) -> Result<(), StoreError> {
        sql!(
            self,
            execute,
            "DELETE FROM login_failure WHERE at <= $1",
            before.as_microsecond()
        )?;
        Ok(())
    }
}
