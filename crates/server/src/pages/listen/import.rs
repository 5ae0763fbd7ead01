//! Importing a file of responses.

use axum::Router;

use crate::Server;

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
}
