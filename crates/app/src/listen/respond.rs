//! Answering a survey page by page.
