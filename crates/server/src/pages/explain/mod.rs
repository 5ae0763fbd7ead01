//! Explain: how satisfied are they, what drives it, who differs.

use axum::Router;

use crate::Server;

pub(crate) mod overview;
mod trend;

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    overview::routes().merge(trend::routes())
}
