//! Explain: numbers and what drives them.

use utoipa_axum::router::OpenApiRouter;

use crate::Server;

mod annotations;
mod benchmarks;
mod drivers;
mod groups;
mod index;
mod kpis;
mod metrics;
mod trend;

pub use metrics::MeasuredView;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    metrics::routes()
        .merge(benchmarks::routes())
        .merge(kpis::routes())
        .merge(trend::routes())
        .merge(annotations::routes())
        .merge(groups::routes())
        .merge(drivers::routes())
        .merge(index::routes())
}
