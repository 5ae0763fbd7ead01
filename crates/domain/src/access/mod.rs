//! Workspaces, people who sign in, what they may do, and the record of what they did.

mod actor;
mod audit;
mod workspace;

pub use actor::{Actor, Identity, Permission, Places, Role, UnknownPermission, UnknownRole};
pub use audit::{AuditEntry, Change};
pub use workspace::{ApiKey, EmailAddress, InvalidEmail, User, Workspace};
