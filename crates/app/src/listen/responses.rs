//! Reading responses.
