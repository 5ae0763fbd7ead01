//! Explain: how satisfied are they, what drives it, who differs.

use axum::Router;

use crate::Server;

mod benchmarks;
mod breakdown;
pub(crate) mod drivers;
mod frame;
pub(crate) mod index;
mod kano;
mod kpis;
pub(crate) mod overview;
mod segments;
mod trend;
mod tuning;
mod value;
mod views;
pub(crate) mod words;

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
        .merge(drivers::routes())
        .merge(index::routes())
}
