mod import;
mod quota;
mod record;
mod respondent;
mod response;
mod survey;

pub use import::ImportRun;
pub use quota::{QuotaCount, QuotaCounts};
pub use record::{Recorder, ResponseRow};
pub use respondent::{Invitation, PartialResponse};
pub use response::{ResponseCursor, ResponseFilter};
pub use survey::{StoredSurvey, StoredVersion};
