//! Explain: how satisfied are they, what drives it, who differs.

use axum::Router;

use crate::Server;

mod benchmarks;
mod breakdown;
mod kpis;
pub(crate) mod overview;
mod trend;
mod views;

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    overview::routes()
        .merge(breakdown::routes())
        .merge(views::routes())
        .merge(benchmarks::routes())
        .merge(kpis::routes())
        .merge(trend::routes())
}
