//! Pages for people.

use axum::Router;
use axum::routing::get;

use crate::Server;

mod access;
pub(crate) mod explain;
mod import_table;
pub(crate) mod listen;
mod problems;
mod refused;
mod retain;
pub(crate) mod selection;
mod team;

/// Every page.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .merge(access::routes())
        .route("/problems", get(problems::list))
        .route("/problems/{kind}", get(problems::one))
        .merge(explain::routes())
        .merge(listen::routes())
        .merge(retain::routes())
        .merge(team::routes())
}
