//! Locations and employees.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;

use crate::{Server, upload};

mod employees;
mod locations;

pub(crate) use locations::{zone_input, zone_list};

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    let files = Router::new()
        .route(
            "/locations/import",
            get(locations::import_form).post(locations::import),
        )
        .route(
            "/employees/import",
            get(employees::import_form).post(employees::import),
        )
        .layer(DefaultBodyLimit::max(upload::MAX_BODY));
    Router::new()
        .route("/locations", get(locations::list))
        .route("/locations.csv", get(locations::csv))
        .route("/locations/template.csv", get(locations::template))
        .route("/locations/new", get(locations::new).post(locations::add))
        .route(
            "/locations/{id}",
            get(locations::one).post(locations::change),
        )
        .route("/employees", get(employees::list))
        .route("/employees.csv", get(employees::csv))
        .route("/employees/template.csv", get(employees::template))
        .route("/employees/new", get(employees::new).post(employees::add))
        .route(
            "/employees/{id}",
            get(employees::one).post(employees::change),
        )
        .merge(files)
}
