//! Explain: how satisfied are they, what drives it, who differs.

use axum::Router;

use crate::Server;

mod benchmarks;
mod breakdown;
mod frame;
mod kano;
mod kpis;
pub(crate) mod overview;
mod segments;
mod trend;
mod tuning;
mod value;
mod views;

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .merge(overview::routes())
        .merge(breakdown::routes())
        .merge(views::routes())
        .merge(trend::routes())
        .merge(kano::routes())
        .merge(segments::routes())
        .merge(tuning::routes())
        .merge(value::routes())
        .merge(benchmarks::routes())
        .merge(kpis::routes())
}
