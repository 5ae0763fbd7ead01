//! Use cases of Radost: the same function serves API, page, command line, import and job.
//!
//! A use case goes down once and back once: parse → load → decide (a pure function of the domain) → save, with the event
//! and the audit entry in the same transaction. Nothing calls the network inside a transaction.
#![warn(missing_docs)]

pub mod access;
mod core;
mod directory;
mod error;
pub mod events;
pub mod explain;
pub mod listen;
pub mod refusal;
pub mod retain;
pub mod secret;
mod seed;
pub mod table;
pub mod team;

pub use crate::core::{App, AppOptions, Clock, Ids};
pub use directory::{Directory, OpenSurvey};
pub use error::AppError;
pub use radost_domain as domain;
pub use radost_lake as lake;
pub use radost_stats as stats;
pub use radost_store::{Engine, Inspection, Store, StoreError};
