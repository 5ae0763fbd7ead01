//! Listening: surveys, what people answer, and how answers are checked.

pub mod answer;
pub mod changes;
pub mod contact;
pub mod doctor;
pub mod duration;
pub mod edit;
pub mod ending;
pub mod kano;
pub mod layout;
pub mod order;
pub mod pipe;
pub mod quota;
pub mod response;
pub mod show_if;
pub mod survey;
pub mod templates;

pub use answer::{Answer, Rejection};
pub use contact::{Contact, ContactField};
pub use ending::Ending;
pub use kano::KanoSide;
pub use layout::Layout;
pub use quota::{Quota, QuotaAction};
pub use response::{Channel, Correction, Response, Submission};
pub use survey::{
    Block, ChoiceOption, Construct, Defect, DefectKind, PublishedSurvey, Question, QuestionKind,
    RatingStyle, Segment, Survey,
};
