//! Locations and employees.

use utoipa_axum::router::OpenApiRouter;

use crate::Server;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
}
