//! Signing in, and settings.

use axum::Router;
use axum::routing::{get, post};

use crate::Server;

mod settings;
mod sign_in;

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .merge(settings::routes())
        .route("/login", get(sign_in::form).post(sign_in::submit))
        .route("/logout", post(sign_in::sign_out))
        .route(
            "/password",
            get(sign_in::password_form).post(sign_in::change_password),
        )
}
