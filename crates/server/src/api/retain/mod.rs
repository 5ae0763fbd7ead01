//! Customers.

use utoipa_axum::router::OpenApiRouter;

use crate::Server;

mod customers;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    customers::routes()
}
