//! One's own name, language and password.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use radost_app::AppError;
use radost_app::domain::Language;

use super::{Faults, language_choices};
use crate::Server;
use crate::look::layout::LANG_COOKIE;
use crate::look::parts::{self, Control, Field, Input, PageHeader, Weight};
use crate::request::{OrPage, PageResult, Staff, StaffForm, role_message, set_cookie};

const YEAR: i64 = 365 * 24 * 3600;

pub(crate) async fn form(staff: Staff) -> Response {
    let user = &staff.signed_in.user;
    page(&staff, &user.name, user.language.code(), &Faults::default())
}

fn page(staff: &Staff, name: &str, language: &str, faults: &Faults) -> Response {
    let (tr, user) = (staff.tr(), &staff.signed_in.user);
    let title = tr.t("profile-title");
    let (email, role, places) = (
        tr.t("login-email"),
        tr.t("users-role"),
        tr.t("users-places"),
    );
    let mut facts = vec![
        (email.as_str(), html! { (user.email) }),
        (role.as_str(), html! { (tr.t(role_message(user.role))) }),
    ];
    let names: Vec<&str> = user
        .locations
        .iter()
        .filter_map(|id| staff.directory.locations.get(*id))
        .map(|location| location.name.as_str())
        .collect();
    if !names.is_empty() {
        facts.push((places.as_str(), html! { (names.join(", ")) }));
    }
    let password = html! {
        p { (tr.t("profile-password-lead")) }
        div.button-row { (parts::link_button_of(Weight::Secondary, "/password", &tr.t("profile-change-password"))) }
    };
    let body = html! {
        (parts::page_header(&PageHeader { title: &title, ..PageHeader::default() }))
        section.card {
            (faults.summary(tr))
            (parts::facts(&facts))
            form.form method="post" action="/profile" {
                (parts::csrf_field(staff.csrf()))
                (parts::field(tr, &Field { name: "name", label: &tr.t("users-name"), required: true, error: faults.of("name"),
                    control: Control::Input(Input { value: name, autocomplete: Some("name"), max_length: Some(100), ..Input::default() }),
                    ..Field::default() }))
                (parts::field(tr, &Field { name: "language", label: &tr.t("users-language"), error: faults.of("language"),
                    control: Control::Select { choices: &language_choices(), selected: language }, ..Field::default() }))
                div.button-row { (parts::button(Weight::Primary, &tr.t("save"))) }
            }
        }
        (parts::section(&tr.t("login-password"), &html! {}, &password))
    };
    let status = if faults.0.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    staff.page_with(&title, None, None, body, status)
}

pub(crate) async fn save(
    State(server): State<Server>,
    StaffForm { staff, fields }: StaffForm,
) -> PageResult {
    let tr = staff.tr();
    let (name, code) = (fields.get("name"), fields.get("language"));
    let Ok(language) = code.parse::<Language>() else {
        let fault = ("language", tr.t("users-error-language"));
        return Ok(page(&staff, name, code, &Faults(vec![fault])));
    };
    match server
        .app
        .update_profile(&staff.signed_in, name, language)
        .await
    {
        Ok(()) => {
            let mut response = Redirect::to("/profile?done=profile-saved").into_response();
            // This browser may remember another language, which would win.
            let (header, cookie) =
                set_cookie(&server, LANG_COOKIE, language.code(), "/", YEAR, false);
            response.headers_mut().append(header, cookie);
            Ok(response)
        }
        Err(AppError::Invalid { .. }) => {
            let fault = ("name", tr.t("users-error-name"));
            Ok(page(&staff, name, code, &Faults(vec![fault])))
        }
        Err(error) => Err(error).or_page(&staff.reader),
    }
}
