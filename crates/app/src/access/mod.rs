//! Signing in, users, keys, settings and the audit log.

mod audit;
mod keys;
mod replies;
mod setup;
mod sign_in;
mod users;
mod workspace;

pub use audit::AuditFilter;
pub(crate) use keys::KeyCache;
pub use keys::NewKey;
pub use replies::{Claim, Reply};
pub use setup::FirstRun;
pub use sign_in::{SignIn, SignedIn};
pub use users::{NewPerson, PersonChange};
pub use workspace::WorkspaceChange;
