//! Explain: numbers and what drives them.

use utoipa_axum::router::OpenApiRouter;

use crate::Server;

mod drivers;
mod index;
mod metrics;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    metrics::routes()
        .merge(drivers::routes())
        .merge(index::routes())
}
