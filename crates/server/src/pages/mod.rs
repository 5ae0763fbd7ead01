//! Pages for people.

use axum::Router;

use crate::Server;

mod access;
pub(crate) mod explain;
mod listen;
mod retain;
pub(crate) mod selection;
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
