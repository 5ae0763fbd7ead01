//! Locations and employees.

use utoipa_axum::router::OpenApiRouter;

use crate::Server;

mod employees;
mod locations;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .merge(locations::routes())
        .merge(employees::routes())
}
