//! Those who receive the service.

mod customers;

pub use customers::{CustomerDraft, CustomerStory, MOST_OF_BATCH, Saved, Upsert};
