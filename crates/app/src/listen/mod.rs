//! Surveys and answers.

pub mod import;
pub mod intake;
mod invitations;
mod record;
pub mod respond;
mod responses;
mod surveys;

pub use invitations::NewInvitation;
pub use record::{NewResponse, Recorded};
pub use surveys::{NewSurvey, SurveySummary};
