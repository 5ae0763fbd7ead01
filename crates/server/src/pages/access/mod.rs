//! Signing in, and settings.

use axum::Router;
use axum::routing::{get, post};
use maud::{Markup, html};
use radost_app::AppError;
use radost_app::domain::Language;
use radost_app::domain::access::Permission;

use crate::Server;
use crate::look::i18n::Tr;
use crate::look::parts::{self, Choice, Flash, Tone};
use crate::request::{PageError, Staff};

mod audit;
mod keys;
mod profile;
mod sign_in;
mod users;
mod workspace;

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .route("/login", get(sign_in::form).post(sign_in::submit))
        .route("/logout", post(sign_in::sign_out))
        .route(
            "/password",
            get(sign_in::password_form).post(sign_in::change_password),
        )
        .route("/profile", get(profile::form).post(profile::save))
        .route("/settings/users", get(users::list).post(users::add))
        .route("/settings/users/new", get(users::new_form))
        .route("/settings/users/{id}", get(users::form).post(users::save))
        .route(
            "/settings/users/{id}/reset-password",
            post(users::reset_password),
        )
        .route("/settings/api-keys", get(keys::list).post(keys::create))
        .route("/settings/api-keys/new", get(keys::new_form))
        .route("/settings/api-keys/{id}/revoke", post(keys::revoke))
        .route("/settings/audit", get(audit::list))
        .route(
            "/settings/workspace",
            get(workspace::form).post(workspace::save),
        )
}

/// Refuses a page whose use case is only called once its form comes back.
fn allow(staff: &Staff, permission: Permission) -> Result<(), PageError> {
    if staff.actor().may(permission) {
        Ok(())
    } else {
        let error = AppError::Forbidden(permission);
        Err(PageError::new(error, staff.reader.clone()))
    }
}

/// Every language under its own name.
fn language_choices() -> [Choice<'static>; 4] {
    Language::ALL.map(|language| Choice {
        value: language.code(),
        label: language.own_name(),
    })
}

/// A secret, shown on the answer to the form that made it and nowhere else.
fn secret_card(tr: Tr, warning: &str, label: &str, secret: &str, more: &Markup) -> Markup {
    html! {
        (parts::flash(&Flash { tone: Tone::Warning, title: warning, text: None }))
        section.card.secret {
            p.muted { (label) }
            (parts::copy_text(tr, secret))
            (more)
        }
    }
}

/// What is wrong with the fields of a form: the name of the field and the words beside it.
#[derive(Debug, Default)]
struct Faults(Vec<(&'static str, String)>);

impl Faults {
    fn of(&self, field: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(name, _)| *name == field)
            .map(|(_, text)| text.as_str())
    }

    /// The list above the form, with links to the fields.
    fn summary(&self, tr: Tr) -> Markup {
        let links: Vec<(String, String)> = self
            .0
            .iter()
            .map(|(name, text)| (format!("f-{name}"), text.clone()))
            .collect();
        parts::form_errors(tr, &links)
    }
}
