//! The JSON API under `/api/v1`. Every address is declared once, by `utoipa_axum`: the router and the OpenAPI document
//! are two views of the same list.

use axum::http::StatusCode;
use axum::{Json, Router, routing::get};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::Server;
use crate::problem::Problem;

mod access;
mod explain;
mod listen;
pub(crate) mod page;
mod retain;
pub(crate) mod table;
mod team;

#[derive(OpenApi)]
#[openapi(info(
    title = "Radost API",
    description = "Record responses, read results, keep places, people and customers. Errors are problem+json (RFC 9457).",
    license(name = "Apache-2.0", identifier = "Apache-2.0")
))]
struct Document;

fn declared() -> OpenApiRouter<Server> {
    let v1 = OpenApiRouter::new()
        .merge(access::routes())
        .merge(team::routes())
        .merge(retain::routes())
        .merge(listen::routes())
        .merge(explain::routes());
    OpenApiRouter::with_openapi(Document::openapi()).nest("/api/v1", v1)
}

/// The OpenAPI 3.1 document of everything under `/api/v1`.
pub fn openapi() -> utoipa::openapi::OpenApi {
    declared().into_openapi()
}

/// Everything under `/api`.
pub(crate) fn routes() -> Router<Server> {
    let (router, document) = declared().split_for_parts();
    router
        .route("/api/v1/openapi.json", get(async move || Json(document)))
        .route("/api/{*rest}", axum::routing::any(unknown))
}

async fn unknown() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not-found", "Not found")
        .detail("there is no such address in this API")
}
