//! Importing files of responses: guess what the columns are, check, run, and keep what was refused.
//!
//! A file is read in memory that does not grow with it. Rows become the same [`NewResponse`](super::NewResponse)s that
//! the API takes, are decided on by the same rule and go through the same door; so an import that was broken off is
//! simply begun again: what was recorded is recognised by its client id and counted as a duplicate.

mod cell;
mod guess;
mod mapping;
mod row;
mod run;
mod runs;

pub use encoding_rs::Encoding;
pub use guess::{Confidence, Guess, GuessedColumn, guess};
pub use mapping::{Constants, MappedColumn, Mapping, MappingError, Position, Target};
pub use radost_table::delimited::{FileError, Format, MAX_ROW};
pub use row::{Reason, Rejected};
pub use run::{
    Counts, ImportError, ImportTask, Inspection, Progress, ReasonCount, Summary, left_out,
};
pub(crate) use runs::Running;
pub use runs::{ImportView, State, Upload};
