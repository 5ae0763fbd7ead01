//! Explain: how satisfied are they, what drives it, who differs.

use axum::Router;

use crate::Server;

mod benchmarks;
mod kpis;
pub(crate) mod overview;

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    overview::routes()
        .merge(benchmarks::routes())
        .merge(kpis::routes())
}
