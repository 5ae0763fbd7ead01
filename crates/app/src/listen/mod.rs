//! Surveys and answers.

mod export;
pub mod import;
pub mod intake;
mod invitations;
pub(crate) mod quotas;
mod record;
pub mod respond;
mod responses;
mod surveys;

pub use invitations::NewInvitation;
pub use radost_store::ResponseCursor;
pub use radost_table::export::FileKind;
pub use record::{NewResponse, Recorded};
pub use responses::{Asked, ResponseInFull, ResponsePage, Said};
pub use surveys::{NewSurvey, SurveyStatus, SurveySummary, SurveyWithVersions};
