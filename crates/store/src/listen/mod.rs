mod import;
mod respondent;
mod response;
mod survey;

pub use import::ImportRun;
pub use respondent::{Invitation, PartialResponse};
pub use response::{ResponseCursor, ResponseFilter, ResponseRow};
pub use survey::{StoredSurvey, StoredVersion};
