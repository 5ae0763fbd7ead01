//! Signing in, users, keys, settings and the audit log.

mod keys;
mod setup;
mod sign_in;
mod users;

pub(crate) use keys::KeyCache;
pub use keys::NewKey;
pub use setup::{FirstRun, NewPerson};
pub use sign_in::{SignIn, SignedIn};
