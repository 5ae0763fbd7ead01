//! Records of Radost in SQLite or PostgreSQL: the only crate with SQL for records.
//!
//! [`Store`] opens either engine; [`Tx`] is one transaction on it. Methods say what the domain wants, hold their SQL beside
//! them, and take the workspace first: no query leaves it. One SQL text serves both engines, because both accept `$1` and
//! SQLite accepts PostgreSQL's type names.
#![warn(missing_docs)]

#[macro_use]
mod sql;
#[macro_use]
mod explain;

mod access;
mod error;
mod event;
mod inspect;
mod listen;
mod migrate;
mod retain;
mod rows;
mod sql_types;
mod store;
mod team;

pub use access::{AuditFilter, Credentials, IdempotentReply, NewUser, Session};
pub use error::StoreError;
pub use explain::{ScoredDay, ScoredRow, read_groups};
pub use inspect::Inspection;
pub use listen::{
    ImportRun, Invitation, PartialResponse, QuotaCount, QuotaCounts, Recorder, ResponseCursor,
    ResponseFilter, ResponseRow, StoredSurvey, StoredVersion,
};
pub use retain::CustomerFilter;
pub use store::{Engine, Store, Tx};
