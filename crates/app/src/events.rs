//! Consumers of the event log.
