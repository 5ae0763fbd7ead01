//! API keys: shown once, stored as a hash, limited to scopes.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use radost_domain::access::{Actor, ApiKey, Change, Permission};
use radost_domain::name::ApiKeyId;

use crate::secret::{token, token_hash};
use crate::{App, AppError};

/// How long a key that was taken back on another server may still be taken.
const FRESH_FOR: SignedDuration = SignedDuration::from_secs(2);
/// Most keys remembered at once.
const REMEMBERED: usize = 1_000;

/// A key just made.
#[derive(Debug)]
pub struct NewKey {
    /// The key as it is stored.
    pub key: ApiKey,
    /// The secret: shown now and never again.
    pub secret: String,
}

/// Keys that were looked up a moment ago: a till sends thousands of answers with the same one.
#[derive(Debug, Default)]
pub(crate) struct KeyCache {
    known: Mutex<HashMap<[u8; 32], (Timestamp, Actor)>>,
}

impl App {
    /// Makes a key.
    pub async fn create_api_key(
        &self,
        actor: &Actor,
        name: &str,
        scopes: BTreeSet<Permission>,
    ) -> Result<NewKey, AppError> {
        Self::allow(actor, Permission::ManageAccess)?;
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 100 {
            return Err(AppError::invalid(
                "name",
                "say in 1 to 100 characters what the key is for",
            ));
        }
        if scopes.is_empty() {
            return Err(AppError::invalid(
                "scopes",
                "a key needs at least one scope",
            ));
        }
        if let Some(scope) = scopes.iter().find(|scope| !actor.may(**scope)) {
            return Err(AppError::invalid(
                "scopes",
                format!("you may not give away {scope}"),
            ));
        }
        let secret = format!("radost_{}", token());
        let key = ApiKey {
            id: ApiKeyId(self.new_id()),
            name: name.to_owned(),
            prefix: secret.chars().take(13).collect(),
            scopes,
            created_at: self.now(),
            revoked_at: None,
        };
        let mut tx = self.store.begin().await?;
        tx.insert_api_key(actor.workspace, &key, &token_hash(&secret))
            .await?;
        self.audit(
            &mut tx,
            actor,
            Change::created("api_key.created", "api_key", key.id, &key),
        )
        .await?;
        tx.commit().await?;
        Ok(NewKey { key, secret })
    }

    /// The keys of the workspace.
    pub async fn api_keys(&self, actor: &Actor) -> Result<Vec<ApiKey>, AppError> {
        Self::allow(actor, Permission::ManageAccess)?;
        Ok(self.store.read().await?.api_keys(actor.workspace).await?)
    }

    /// Takes a key back.
    pub async fn revoke_api_key(&self, actor: &Actor, id: ApiKeyId) -> Result<(), AppError> {
        Self::allow(actor, Permission::ManageAccess)?;
        let mut tx = self.store.begin().await?;
        let known = tx.api_keys(actor.workspace).await?;
        let before = known
            .into_iter()
            .find(|key| key.id == id && key.revoked_at.is_none())
            .ok_or(AppError::NotFound("API key"))?;
        if !tx.revoke_api_key(actor.workspace, id, self.now()).await? {
            return Err(AppError::NotFound("API key"));
        }
        self.audit(
            &mut tx,
            actor,
            Change::removed("api_key.revoked", "api_key", id, &before),
        )
        .await?;
        tx.commit().await?;
        self.keys
            .known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        Ok(())
    }

    /// Who a key belongs to.
    ///
    /// # Errors
    /// [`AppError::SignedOut`] when it is not a key or was taken back.
    pub async fn actor_of_key(&self, secret: &str) -> Result<Actor, AppError> {
        let hash = token_hash(secret);
        let now = self.now();
        let known = self
            .keys
            .known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&hash)
            .cloned();
        if let Some((at, actor)) = known
            // A clock that was set back must not keep a key alive.
            && (SignedDuration::ZERO..FRESH_FOR).contains(&now.duration_since(at))
        {
            return Ok(actor);
        }
        let (workspace, key) = self
            .store
            .read()
            .await?
            .api_key_by_hash(&hash)
            .await?
            .ok_or(AppError::SignedOut)?;
        let actor = Actor::api_key(workspace, key.id, key.name, key.scopes);
        let mut known = self
            .keys
            .known
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(hash, (now, actor.clone()));
        Ok(actor)
    }
}
