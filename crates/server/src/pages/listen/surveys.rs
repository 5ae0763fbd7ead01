//! The list of surveys and the editor.

use axum::Router;

use crate::Server;

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
}
