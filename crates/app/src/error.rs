//! Why a use case was not carried out.

use std::sync::Arc;

use radost_domain::access::Permission;
use radost_domain::listen::edit::EditError;
use radost_domain::listen::{Defect, Rejection};
use radost_store::StoreError;

use crate::refusal::Refusal;

/// One variant per thing that a caller treats differently.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Not signed in, or not any more.
    #[error("sign in first")]
    SignedOut,
    /// The actor may not do this.
    #[error("this needs the permission {0}")]
    Forbidden(Permission),
    /// There is no such thing in this workspace, or it lies outside the actor's places.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// A field does not have a value that it can have.
    #[error("{field}: {message}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// What is wrong, and what would be right.
        message: String,
    },
    /// Fields do not have values that they can have: every one of them.
    #[error("{}", .0.first().map(ToString::to_string).unwrap_or_default())]
    Refused(Vec<Refusal>),
    /// It contradicts what is there.
    #[error("{0}")]
    Conflict(String),
    /// The survey document has faults.
    #[error("the survey has {} faults; the first: {}", .0.len(), .0.first().map(ToString::to_string).unwrap_or_default())]
    Defects(Vec<Defect>),
    /// A step of editing a survey cannot be meant.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The response was refused.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// Too many attempts.
    #[error("too many attempts; try again in {minutes} minutes")]
    TooMany {
        /// How long to wait.
        minutes: i64,
    },
    /// More work waits than can be held; nothing was taken.
    #[error("the queue of answers is full")]
    Full,
    /// What was asked for is in the lake alone, and there is none or it is away.
    #[error("the history is unavailable, and the records alone do not tell this")]
    HistoryAway,
    /// The records do not answer.
    #[error(transparent)]
    Store(Arc<StoreError>),
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        AppError::Store(Arc::new(error))
    }
}

impl AppError {
    /// A field that was refused.
    pub fn invalid(field: &'static str, message: impl std::fmt::Display) -> Self {
        AppError::Invalid {
            field,
            message: message.to_string(),
        }
    }
}
