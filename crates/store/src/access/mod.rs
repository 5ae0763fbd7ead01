mod audit;
mod key;
mod session;
mod user;
mod workspace;

pub use audit::AuditFilter;
pub use key::IdempotentReply;
pub use session::Session;
pub use user::{Credentials, NewUser};
