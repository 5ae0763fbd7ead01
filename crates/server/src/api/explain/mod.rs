//! Explain: numbers and what drives them.

use utoipa_axum::router::OpenApiRouter;

use crate::Server;

mod benchmarks;
mod kpis;
mod metrics;

pub use metrics::MeasuredView;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    metrics::routes()
        .merge(benchmarks::routes())
        .merge(kpis::routes())
}
