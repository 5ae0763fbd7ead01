//! Links under which surveys are answered.

use axum::Router;

use crate::Server;

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
}
