//! Radost over HTTP: the JSON API under `/api/v1`, pages for staff, and pages for respondents under `/s/`.
//!
//! Every handler parses, calls one use case of `radost-app`, and renders. [`problem`] turns errors into
//! `application/problem+json` for programs, [`request::PageError`] into pages for people.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, FromRef};
use axum::routing::get;
use axum::{Router, middleware};
use radost_app::App;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

pub mod api;
mod export;
mod headers;
pub mod look;
pub mod pages;
pub mod problem;
pub mod request;
pub mod upload;
pub mod words;

/// How the server stands in the world.
#[derive(Debug, Clone, Copy, Default)]
pub struct ServerOptions {
    /// Whether people reach it over TLS: cookies are then `Secure`, and browsers are told to insist on it.
    pub behind_tls: bool,
    /// Whether a proxy in front says in `X-Forwarded-For` who calls; only then is it believed.
    pub trust_proxy: bool,
}

/// What handlers share.
#[derive(Debug, Clone)]
pub struct Server {
    /// The use cases.
    pub app: Arc<App>,
    /// How the server stands in the world.
    pub options: ServerOptions,
}

impl FromRef<Server> for Arc<App> {
    fn from_ref(server: &Server) -> Self {
        server.app.clone()
    }
}

/// Largest body of a form; uploads and batches say so themselves.
const MAX_FORM: usize = 1024 * 1024;

/// Everything that is served.
pub fn router(app: Arc<App>, options: ServerOptions) -> Router {
    let server = Server { app, options };
    Router::new()
        .merge(pages::routes())
        .merge(api::routes(server.clone()))
        .route("/assets/{file}", get(look::assets::serve))
        .route("/healthz", get(health))
        .fallback(request::not_found)
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .layer(middleware::from_fn_with_state(
            server.clone(),
            headers::secure,
        ))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(problem::panicked))
        .with_state(server)
}

/// Serves until `stop` resolves; requests under way are finished.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: tokio::net::TcpListener,
    app: Arc<App>,
    options: ServerOptions,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = router(app, options).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service)
        .with_graceful_shutdown(stop)
        .await
}

/// Whether the process is up, for whatever watches it.
async fn health() -> &'static str {
    "ok"
}
