//! Passwords, sign-in and sessions.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use jiff::SignedDuration;
use radost_domain::access::{Actor, Change, EmailAddress, User};
use radost_domain::name::{UserId, WorkspaceId};
use radost_store::Session;
use serde_json::json;

use crate::secret::{token, token_hash};
use crate::{App, AppError};

/// How long a session lasts.
const SESSION: SignedDuration = SignedDuration::from_hours(24 * 14);
/// Failures are counted over this long…
const FAILURE_WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// …and this many for one address, or four times as many from one machine, close the door.
const MOST_FAILURES: i64 = 5;
/// Least characters of a password that somebody chooses.
pub(crate) const MIN_PASSWORD: usize = 10;
/// Most: hashing must not become a way to keep the machine busy.
const MAX_PASSWORD: usize = 200;

/// What somebody types to sign in.
#[derive(Debug)]
pub struct SignIn {
    /// Their address.
    pub email: String,
    /// Their password.
    pub password: String,
    /// The machine from which they come, for throttling.
    pub from: String,
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// What they may do.
    pub actor: Actor,
    /// Who they are.
    pub user: User,
    /// What every form must send back.
    pub csrf: String,
}

impl App {
    /// Signs somebody in; returns the token for the cookie, and its session.
    ///
    /// # Errors
    /// [`AppError::Invalid`] without saying which of address and password was wrong; [`AppError::TooMany`] after five
    /// failures in a quarter of an hour.
    pub async fn sign_in(&self, given: SignIn) -> Result<(String, Session), AppError> {
        let now = self.now();
        let wrong = || AppError::invalid("password", "the address or the password is not right");
        let address = given.email.trim().to_lowercase();
        let by_address = format!("address:{}", address.chars().take(254).collect::<String>());
        let by_machine = format!("machine:{}", given.from);
        let mut tx = self.store.read().await?;
        for (subject, most) in [
            (&by_address, MOST_FAILURES),
            (&by_machine, 4 * MOST_FAILURES),
        ] {
            if tx.login_failures(subject, now - FAILURE_WINDOW).await? >= most {
                return Err(AppError::TooMany {
                    minutes: FAILURE_WINDOW.as_mins(),
                });
            }
        }
        let credentials = match address.parse::<EmailAddress>() {
            Ok(email) => tx.credentials(&email).await?,
            Err(_) => None,
        };
        drop(tx);
        // A stranger's address costs the same time as a known one.
        let hash = credentials
            .as_ref()
            .map(|credentials| credentials.password_hash.clone());
        let right = verify_password(given.password, hash).await;
        let mut tx = self.store.begin().await?;
        let Some(credentials) = credentials.filter(|credentials| right && credentials.user.active)
        else {
            tx.insert_login_failure(&by_address, now).await?;
            tx.insert_login_failure(&by_machine, now).await?;
            tx.commit().await?;
            return Err(wrong());
        };
        tx.forget_login_failures(&by_address, now - FAILURE_WINDOW)
            .await?;
        let secret = token();
        let session = Session {
            workspace: credentials.workspace,
            user: credentials.user.id,
            csrf: token(),
            expires_at: now + SESSION,
        };
        tx.insert_session(&token_hash(&secret), &session, now)
            .await?;
        tx.commit().await?;
        Ok((secret, session))
    }

    /// Who a session cookie belongs to.
    pub async fn signed_in(&self, secret: &str) -> Result<Option<SignedIn>, AppError> {
        let mut tx = self.store.read().await?;
        let Some(session) = tx.session(&token_hash(secret), self.now()).await? else {
            return Ok(None);
        };
        let user = tx.user(session.workspace, session.user).await?;
        drop(tx);
        let Some(user) = user.filter(|user| user.active) else {
            return Ok(None);
        };
        let directory = self.directory(session.workspace).await?;
        Ok(Some(SignedIn {
            actor: directory.actor(&user),
            user,
            csrf: session.csrf,
        }))
    }

    /// Ends a session.
    pub async fn sign_out(&self, secret: &str) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.delete_session(&token_hash(secret)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Replaces one's own password; every other session of the person ends.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when the current password is not right or the new one is too short.
    pub async fn change_password(
        &self,
        signed_in: &SignedIn,
        current: String,
        new: String,
        keep: &str,
    ) -> Result<(), AppError> {
        let credentials = self
            .store
            .read()
            .await?
            .credentials(&signed_in.user.email)
            .await?;
        let hash = credentials.map(|credentials| credentials.password_hash);
        if !verify_password(current.clone(), hash).await {
            return Err(AppError::invalid(
                "current",
                "this is not the current password",
            ));
        }
        if new == current {
            return Err(AppError::invalid(
                "new",
                "the new password must differ from the current one",
            ));
        }
        let hash = hash_password("new", new).await?;
        let (workspace, user, now) = (signed_in.actor.workspace, signed_in.user.id, self.now());
        let mut tx = self.store.begin().await?;
        let session = tx.session(&token_hash(keep), now).await?;
        self.replace_password(&mut tx, &signed_in.actor, workspace, user, &hash, false)
            .await?;
        if let Some(session) = session {
            tx.insert_session(&token_hash(keep), &session, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Sets a password and ends all sessions.
    pub(crate) async fn replace_password(
        &self,
        tx: &mut radost_store::Tx,
        actor: &Actor,
        workspace: WorkspaceId,
        user: UserId,
        hash: &str,
        must_change: bool,
    ) -> Result<(), AppError> {
        if !tx.set_password(workspace, user, hash, must_change).await? {
            return Err(AppError::NotFound("user"));
        }
        tx.delete_sessions_of(user, self.now()).await?;
        let change = Change::created(
            "user.password_changed",
            "user",
            user,
            json!({ "must_change": must_change }),
        );
        self.audit(tx, actor, change).await
    }
}

/// Checks a password against its hash on a thread of its own: argon2id is meant to be slow.
async fn verify_password(password: String, hash: Option<String>) -> bool {
    let check = move || {
        if password.len() > MAX_PASSWORD * 4 {
            return false;
        }
        match hash.as_deref().map(PasswordHash::new) {
            Some(Ok(hash)) => Argon2::default()
                .verify_password(password.as_bytes(), &hash)
                .is_ok(),
            _ => {
                let _ = Argon2::default().hash_password(password.as_bytes());
                false
            }
        }
    };
    tokio::task::spawn_blocking(check).await.unwrap_or(false)
}

/// Hashes a password with argon2id and a random salt.
pub(crate) async fn hash_password(
    field: &'static str,
    password: String,
) -> Result<String, AppError> {
    let length = password.chars().count();
    if length < MIN_PASSWORD {
        return Err(AppError::invalid(
            field,
            format!("a password needs at least {MIN_PASSWORD} characters"),
        ));
    }
    if length > MAX_PASSWORD {
        return Err(AppError::invalid(
            field,
            format!("a password has at most {MAX_PASSWORD} characters"),
        ));
    }
    let hashed = tokio::task::spawn_blocking(move || {
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
    });
    match hashed.await {
        Ok(Ok(hash)) => Ok(hash),
        _ => Err(AppError::invalid(field, "this password cannot be used")),
    }
}
