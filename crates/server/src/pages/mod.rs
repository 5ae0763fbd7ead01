//! Pages for people.

use axum::Router;

use crate::Server;

mod access;
mod explain;
pub(crate) mod listen;
mod retain;
mod team;

/// Every page.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .merge(access::routes())
        .merge(explain::routes())
        .merge(listen::routes())
        .merge(retain::routes())
        .merge(team::routes())
}
