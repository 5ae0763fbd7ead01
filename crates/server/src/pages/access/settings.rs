//! Users, API keys, the audit log and the workspace.

use axum::Router;

use crate::Server;

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
}
