//! Explain: numbers and what drives them.

use utoipa_axum::router::OpenApiRouter;

use crate::Server;

mod metrics;

pub use metrics::MeasuredView;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    metrics::routes()
}
