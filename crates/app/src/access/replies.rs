//! Requests that may be sent twice: the first reply is kept under the caller's key, and the request is done once.

use jiff::SignedDuration;
use radost_domain::access::Actor;
pub use radost_store::IdempotentReply as Reply;

use crate::{App, AppError};

/// How long a reply is kept.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);
/// After this long a request that never came to an end counts as lost with its process, and may be sent again.
const LOST_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// What is known of a request when it comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Nothing: it is the caller's to do now, and to end by [`App::keep_reply`] or [`App::release_request`].
    Ours,
    /// The same request is being done.
    Running,
    /// It was done, and this was the reply.
    Done(Reply),
    /// Another request had this key.
    Reused,
}

impl App {
    /// Takes a request under the caller's key; of several at the same moment, on whatever server, one gets it.
    pub async fn claim_request(
        &self,
        actor: &Actor,
        key: &str,
        request_hash: &[u8],
    ) -> Result<Claim, AppError> {
        let (workspace, now) = (actor.workspace, self.now());
        let verdict = |reply: Option<Reply>| {
            let reply = reply.filter(|reply| reply.created_at > now - KEPT_FOR)?;
            Some(match reply.status {
                _ if reply.request_hash != request_hash => Claim::Reused,
                None if reply.created_at <= now - LOST_AFTER => return None,
                None => Claim::Running,
                Some(_) => Claim::Done(reply),
            })
        };
        // A reply that is there costs no write.
        let mut tx = self.store.read().await?;
        if let Some(known) = verdict(tx.idempotent_reply(workspace, key).await?) {
            return Ok(known);
        }
        drop(tx);
        let mut tx = self.store.begin().await?;
        tx.forget_idempotent_replies(workspace, now - KEPT_FOR)
            .await?;
        let ours = tx
            .claim_idempotency_key(workspace, key, request_hash, now, now - LOST_AFTER)
            .await?;
        let claim = if ours {
            Claim::Ours
        } else {
            verdict(tx.idempotent_reply(workspace, key).await?).unwrap_or(Claim::Running)
        };
        tx.commit().await?;
        Ok(claim)
    }

    /// Keeps the reply to a request that was claimed.
    pub async fn keep_reply(
        &self,
        actor: &Actor,
        key: &str,
        reply: &Reply,
    ) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.keep_idempotent_reply(actor.workspace, key, reply)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Gives a claimed request back: it may be sent again under its key.
    pub async fn release_request(&self, actor: &Actor, key: &str) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.release_idempotency_key(actor.workspace, key).await?;
        Ok(tx.commit().await?)
    }
}
