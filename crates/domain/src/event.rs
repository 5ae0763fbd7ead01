//! What happened: facts appended in the same transaction as the change, read by consumers in order.

use jiff::Timestamp;

use crate::name::{ResponseId, SurveyId};

/// A fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A response was accepted.
    ResponseRecorded {
        /// The response.
        response: ResponseId,
        /// Its survey.
        survey: SurveyId,
    },
    /// How a response counts was changed, or what it holds was erased: whoever keeps a copy reads it again.
    ResponseCorrected {
        /// The response.
        response: ResponseId,
        /// Its survey.
        survey: SurveyId,
    },
}

impl Event {
    /// The stable name of the kind of fact.
    pub fn name(&self) -> &'static str {
        match self {
            Event::ResponseRecorded { .. } => "response.recorded",
            Event::ResponseCorrected { .. } => "response.corrected",
        }
    }

    /// The response that it is about.
    pub fn response(&self) -> ResponseId {
        match *self {
            Event::ResponseRecorded { response, .. }
            | Event::ResponseCorrected { response, .. } => response,
        }
    }
}

/// An event as a consumer reads it: with its place in the strict order of its workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordedEvent {
    /// 1, 2, 3 … without gaps, per workspace.
    pub sequence: i64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: Event,
}
