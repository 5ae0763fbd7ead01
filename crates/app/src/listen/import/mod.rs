//! Importing files of responses.
