//! Surveys, answers, and what respondents see.

use axum::Router;

use crate::Server;

mod collect;
pub(crate) mod import;
mod respond;
mod responses;
mod surveys;

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .merge(surveys::routes())
        .merge(collect::routes())
        .merge(respond::routes())
        .merge(responses::routes())
        .merge(import::routes())
}
