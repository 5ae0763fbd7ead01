//! Explain: how satisfied are they, what drives it, who differs.

use axum::Router;

use crate::Server;

mod frame;
mod kano;
pub(crate) mod overview;
mod segments;
mod tuning;
mod value;

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .merge(overview::routes())
        .merge(kano::routes())
        .merge(segments::routes())
        .merge(tuning::routes())
        .merge(value::routes())
}
