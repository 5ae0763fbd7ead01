//! The JSON API under `/api/v1`. Every address is declared once, by `utoipa_axum`: the router and the OpenAPI document
//! are two views of the same list.

use axum::http::StatusCode;
use axum::{Json, Router, middleware, routing::any, routing::get};
use utoipa::OpenApi;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Content, Object, Ref, RefOr, Required, ResponseBuilder, Type};
use utoipa_axum::router::OpenApiRouter;

use crate::Server;
use crate::problem::{self, Problem};

mod access;
pub(crate) mod document;
mod explain;
pub(crate) mod idempotency;
mod listen;
pub(crate) mod page;
mod retain;
pub(crate) mod table;
mod team;

pub use explain::MeasuredView;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Radost API",
        description = "Record responses, read results, keep places, people and customers. Errors are problem+json (RFC 9457). \
                       Every POST may carry an Idempotency-Key.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(Problem))
)]
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
    complete(declared().into_openapi())
}

/// Adds what every address has in common, so that no handler has to say it.
fn complete(mut document: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    let bearer = Http::builder()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("An API key: `radost_…`"))
        .build();
    document
        .components
        .get_or_insert_default()
        .security_schemes
        .insert("api_key".to_owned(), RefOr::T(SecurityScheme::Http(bearer)));
    document.security = Some(vec![SecurityRequirement::new("api_key", [""; 0])]);
    for (path, item) in &mut document.paths.paths {
        let PathItem {
            get,
            put,
            post,
            delete,
            patch,
            ..
        } = item;
        let operations = [
            ("get", get),
            ("put", put),
            ("post", post),
            ("delete", delete),
            ("patch", patch),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                complete_operation(method, path, operation);
            }
        }
    }
    document
}

fn complete_operation(method: &str, path: &str, operation: &mut Operation) {
    // Unique whatever the handlers are called: `post_users_id_reset_password`.
    let name: Vec<&str> = path
        .trim_start_matches("/api/v1")
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect();
    operation.operation_id = Some(format!("{method}_{}", name.join("_")));
    let mut common = vec![
        ("401", "The API key is missing, unknown or revoked"),
        ("403", "The API key lacks the scope"),
    ];
    let path_or_query = operation
        .parameters
        .as_ref()
        .is_some_and(|parameters| !parameters.is_empty());
    if operation.request_body.is_some() || path_or_query {
        common.push(("400", "The request cannot be read"));
    }
    if operation.request_body.is_some() {
        common.extend([
            ("413", "The body is too large"),
            ("415", "The body is not of a type that is read here"),
            (
                "422",
                "A field is missing, unknown or has a value that it cannot have",
            ),
        ]);
    }
    if method == "post" {
        common.push((
            "409",
            "It contradicts what is there, or the same request is being done",
        ));
        operation
            .parameters
            .get_or_insert_default()
            .push(RefOr::T(idempotency_key()));
    }
    for (status, description) in common {
        operation
            .responses
            .responses
            .entry(status.to_owned())
            .or_insert_with(|| problem_response(description));
    }
    for (status, response) in &mut operation.responses.responses {
        // Problems have a media type of their own.
        if let RefOr::T(response) = response
            && status.starts_with(['4', '5'])
            && let Some(content) = response.content.shift_remove("application/json")
        {
            response
                .content
                .insert("application/problem+json".to_owned(), content);
        }
    }
}

fn idempotency_key() -> Parameter {
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "1 to 200 visible ASCII characters, best a fresh UUID. The same request under the same key is done once; its \
             first reply comes again for 24 hours, with `Idempotent-Replay: true`.",
        ))
        .schema(Some(Object::with_type(Type::String)))
        .build()
}

fn problem_response(description: &str) -> RefOr<utoipa::openapi::Response> {
    ResponseBuilder::new()
        .description(description)
        .content(
            "application/problem+json",
            Content::new(Some(Ref::from_schema_name("Problem"))),
        )
        .build()
        .into()
}

/// Everything under `/api`.
pub(crate) fn routes(server: Server) -> Router<Server> {
    let (router, document) = declared().split_for_parts();
    let document = complete(document);
    let reference = document::body(&document);
    router
        .route("/api/v1/openapi.json", get(async move || Json(document)))
        .route(
            "/api/docs",
            get(async move |reader| document::page(&reader, &reference)),
        )
        .route("/api", any(unknown))
        .route("/api/", any(unknown))
        .route("/api/{*rest}", any(unknown))
        .layer(middleware::from_fn_with_state(server, idempotency::once))
        .layer(middleware::from_fn(problem::everywhere))
}

async fn unknown() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not-found", "Not found")
        .detail("there is no such address in this API")
}
