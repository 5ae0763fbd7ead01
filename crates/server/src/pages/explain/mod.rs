//! Explain: how satisfied are they, what drives it, who differs.

use axum::Router;

use crate::Server;

pub(crate) mod drivers;
pub(crate) mod index;
pub(crate) mod overview;
pub(crate) mod words;

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    overview::routes()
        .merge(drivers::routes())
        .merge(index::routes())
}
