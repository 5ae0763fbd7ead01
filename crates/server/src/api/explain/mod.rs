//! Explain: numbers and what drives them.

use utoipa_axum::router::OpenApiRouter;

use crate::Server;

mod groups;
mod metrics;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    metrics::routes().merge(groups::routes())
}
