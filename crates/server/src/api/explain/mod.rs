//! Explain: numbers and what drives them.

use utoipa_axum::router::OpenApiRouter;

use crate::Server;

mod annotations;
mod metrics;
mod trend;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    metrics::routes()
        .merge(trend::routes())
        .merge(annotations::routes())
}
