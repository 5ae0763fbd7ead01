//! Passwords, sign-in and sessions.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use jiff::{SignedDuration, Timestamp};
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
/// …and this many of one machine for one address close the door; four times as many of a machine for whatever addresses,
/// and ten times as many for an address from wherever, do so too.
const MOST_FAILURES: i64 = 5;
/// Least characters of a password that somebody chooses.
pub(crate) const MIN_PASSWORD: usize = 10;
/// Most: hashing must not become a way to keep the machine busy.
const MAX_PASSWORD: usize = 200;

/// A hash takes 19 MB and a core: so many at once, the others wait for their turn.
static HASHING: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(4);

/// What somebody types to sign in.
#[derive(Debug)]
pub struct SignIn {
    /// Their address.
    pub email: String,
    /// Their password.
    pub password: String,
    /// The machine from which they come, for throttling.
    pub from: String,
    /// The token of the session that this one takes the place of.
    pub replaces: Option<String>,
}

/// An attempt to guess or to know a password.
struct Attempt {
    subjects: Vec<Subject>,
    at: Timestamp,
}

/// What an attempt counts against.
struct Subject {
    name: String,
    /// So many failures close the door.
    most: i64,
    /// Whether a success clears it. A machine's failures stay: one good account must not pay for guessing at others.
    own: bool,
}

impl Subject {
    fn own(name: String, most: i64) -> Self {
        Subject {
            name,
            most,
            own: true,
        }
    }

    fn shared(name: String, most: i64) -> Self {
        Subject {
            name,
            most,
            own: false,
        }
    }
}

impl Attempt {
    async fn refuse_if_many(
        &self,
        tx: &mut radost_store::Tx,
        since: Timestamp,
    ) -> Result<(), AppError> {
        for subject in &self.subjects {
            if tx.login_failures(&subject.name, since).await? >= subject.most {
                return Err(AppError::TooMany {
                    minutes: FAILURE_WINDOW.as_mins(),
                });
            }
        }
        Ok(())
    }

    async fn succeeded(&self, tx: &mut radost_store::Tx) -> Result<(), AppError> {
        for subject in &self.subjects {
            if subject.own {
                tx.forget_login_failures(&subject.name).await?;
            } else {
                tx.forget_login_failure(&subject.name, self.at).await?;
            }
        }
        Ok(())
    }
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
        let email = given.email.parse::<EmailAddress>().ok();
        let mut subjects = vec![Subject::shared(
            format!("machine:{}", given.from),
            4 * MOST_FAILURES,
        )];
        if let Some(email) = &email {
            // Somebody else's failures do not shut a person out of their own account…
            let pair = format!("address:{email} machine:{}", given.from);
            subjects.push(Subject::own(pair, MOST_FAILURES));
            // …unless so many machines try that they guess in concert.
            subjects.push(Subject::own(format!("address:{email}"), 10 * MOST_FAILURES));
        }
        let attempt = Attempt { subjects, at: now };
        self.begin_attempt(&attempt).await?;
        let credentials = match &email {
            Some(email) => self.store.read().await?.credentials(email).await?,
            None => None,
        };
        // A stranger's address costs the same time as a known one.
        let hash = credentials
            .as_ref()
            .map(|credentials| credentials.password_hash.clone());
        let right = verify_password(given.password, hash).await;
        let Some(credentials) = credentials.filter(|credentials| right && credentials.user.active)
        else {
            return Err(AppError::invalid(
                "password",
                "the address or the password is not right",
            ));
        };
        let secret = token();
        let session = Session {
            workspace: credentials.workspace,
            user: credentials.user.id,
            csrf: token(),
            expires_at: now + SESSION,
        };
        let mut tx = self.store.begin().await?;
        attempt.succeeded(&mut tx).await?;
        tx.delete_expired_sessions(now).await?;
        if let Some(before) = given.replaces {
            tx.delete_session(&token_hash(&before)).await?;
        }
        tx.insert_session(&token_hash(&secret), &session, now)
            .await?;
        tx.commit().await?;
        Ok((secret, session))
    }

    /// Counts an attempt as a failure before the password is looked at, so that many attempts at the same moment
    /// cannot slip through; whoever succeeds takes it back.
    async fn begin_attempt(&self, attempt: &Attempt) -> Result<(), AppError> {
        let since = attempt.at - FAILURE_WINDOW;
        // Whoever has to wait costs no write.
        attempt
            .refuse_if_many(&mut self.store.read().await?, since)
            .await?;
        let mut tx = self.store.begin().await?;
        tx.forget_login_failures_before(since).await?;
        attempt.refuse_if_many(&mut tx, since).await?;
        for subject in &attempt.subjects {
            tx.insert_login_failure(&subject.name, attempt.at).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Who a session cookie belongs to.
    pub async fn signed_in(&self, secret: &str) -> Result<Option<SignedIn>, AppError> {
        if secret.is_empty() {
            return Ok(None);
        }
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
    /// [`AppError::Invalid`] when the current password is not right or the new one is too short;
    /// [`AppError::TooMany`] after five wrong ones.
    pub async fn change_password(
        &self,
        signed_in: &SignedIn,
        current: String,
        new: String,
        keep: &str,
    ) -> Result<(), AppError> {
        // A session left open must not become a way to find out the password.
        let id = signed_in.user.id;
        let attempt = Attempt {
            subjects: vec![Subject::own(format!("password:{id}"), MOST_FAILURES)],
            at: self.now(),
        };
        self.begin_attempt(&attempt).await?;
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
        attempt.succeeded(&mut tx).await?;
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
        let action = if must_change {
            "user.password_reset"
        } else {
            "user.password_changed"
        };
        let change = Change::created(action, "user", user, json!({ "must_change": must_change }));
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
    let _turn = HASHING.acquire().await;
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
    let _turn = HASHING.acquire().await;
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
