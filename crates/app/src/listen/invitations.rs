//! Personal links.
