//! Customers.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;

use crate::{Server, upload};

mod customers;

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    let files = Router::new()
        .route(
            "/customers/import",
            get(customers::import_form).post(customers::import),
        )
        .layer(DefaultBodyLimit::max(upload::MAX_BODY));
    Router::new()
        .route("/customers", get(customers::list))
        .route("/customers.csv", get(customers::csv))
        .route("/customers/template.csv", get(customers::template))
        .route("/customers/new", get(customers::new).post(customers::add))
        .route("/customers/{id}", get(customers::one))
        .route(
            "/customers/{id}/edit",
            get(customers::edit).post(customers::change),
        )
        .route(
            "/customers/{id}/erase",
            get(customers::confirm_erasure).post(customers::erase),
        )
        .merge(files)
}
