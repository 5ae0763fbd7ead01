//! Users, the workspace and the audit log.
