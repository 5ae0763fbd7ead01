//! Signing in and out, and one's own password.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::FromRequest;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::html;
use radost_app::access::SignIn;
use radost_app::domain::access::Permission;
use radost_app::{App, AppError, secret};

use super::Faults;
use crate::Server;
use crate::look::layout::{BarePage, with_query};
use crate::look::parts::{self, Control, Field, Flash, Input, InputKind, Tone, Weight};
use crate::request::{
    Fields, PageError, PageResult, Reader, SESSION_COOKIE, Staff, StaffForm, caller, cookie,
    form_expired, query_value, same, set_cookie,
};

/// Proves that the sign-in form came from us, before there is a session.
const FORM_COOKIE: &str = "radost_form";
const TWO_WEEKS: i64 = 14 * 24 * 3600;

pub(crate) async fn form(State(server): State<Server>, reader: Reader) -> Response {
    sign_in_page(&server, &reader, "", None, StatusCode::OK)
}

fn sign_in_page(
    server: &Server,
    reader: &Reader,
    email: &str,
    error: Option<String>,
    status: StatusCode,
) -> Response {
    let tr = reader.tr;
    let token = secret::token();
    // What was asked for before signing in, kept in the form's address.
    let next = query_value(&reader.path, "next").unwrap_or_default();
    let action = if next.is_empty() {
        "/login".to_owned()
    } else {
        format!("/login?next={next}")
    };
    let title = tr.t("login-title");
    let username = Input {
        kind: InputKind::Email,
        value: email,
        autocomplete: Some("username"),
        max_length: Some(254),
        ..Input::default()
    };
    let password = Input {
        kind: InputKind::Password,
        autocomplete: Some("current-password"),
        ..Input::default()
    };
    let body = html! {
        h1 { (title) }
        p.lead { (tr.t("login-lead")) }
        // About neither field alone: which of the two was wrong is nobody's business.
        @if let Some(error) = &error { (parts::flash(&Flash { tone: Tone::Bad, title: error, text: None })) }
        form.form method="post" action=(action) {
            (parts::csrf_field(&token))
            (parts::field(tr, &Field { name: "email", label: &tr.t("login-email"),
                control: Control::Input(username), ..Field::default() }))
            (parts::field(tr, &Field { name: "password", label: &tr.t("login-password"),
                control: Control::Input(password), ..Field::default() }))
            (parts::button(Weight::Primary, &tr.t("login-submit")))
        }
    };
    let page = BarePage {
        title: &title,
        tr,
        theme: reader.theme,
        path: &reader.path,
        body,
    };
    let mut response = (status, Html(page.render().into_string())).into_response();
    let (name, value) = set_cookie(server, FORM_COOKIE, &token, "/login", 3600, true);
    response.headers_mut().append(name, value);
    for (name, value) in reader.choices(server) {
        response.headers_mut().append(name, value);
    }
    response
}

pub(crate) async fn submit(State(server): State<Server>, request: Request) -> PageResult {
    let (mut parts, body) = request.into_parts();
    let reader = match Reader::from_request_parts(&mut parts, &server).await {
        Ok(reader) => reader,
        Err(never) => match never {},
    };
    let from = caller(&server, &parts);
    let replaces = cookie(&parts.headers, SESSION_COOKIE).map(str::to_owned);
    let expected = cookie(&parts.headers, FORM_COOKIE)
        .unwrap_or_default()
        .to_owned();
    let Ok(body) = Bytes::from_request(Request::from_parts(parts, body), &server).await else {
        return Ok(form_expired(&reader));
    };
    let fields = Fields::parse(&body);
    if !same(fields.get("csrf"), &expected) {
        return Ok(form_expired(&reader));
    }
    let given = SignIn {
        email: fields.get("email").into(),
        password: fields.get("password").into(),
        from,
        replaces,
    };
    match server.app.sign_in(given).await {
        Ok((token, _)) => {
            let mut response = Redirect::to(&destination(&reader)).into_response();
            let (name, value) = set_cookie(&server, SESSION_COOKIE, &token, "/", TWO_WEEKS, true);
            response.headers_mut().append(name, value);
            // What the form's cookie proved has been used up.
            let (name, value) = set_cookie(&server, FORM_COOKIE, "", "/login", 0, true);
            response.headers_mut().append(name, value);
            Ok(response)
        }
        Err(error @ (AppError::Invalid { .. } | AppError::TooMany { .. })) => {
            let many = matches!(error, AppError::TooMany { .. });
            let status = if many {
                StatusCode::TOO_MANY_REQUESTS
            } else {
                StatusCode::UNPROCESSABLE_ENTITY
            };
            let text = reader.tr.t(if many {
                "login-too-many"
            } else {
                "login-failed"
            });
            let mut response =
                sign_in_page(&server, &reader, fields.get("email"), Some(text), status);
            if many {
                response
                    .headers_mut()
                    .insert("retry-after", HeaderValue::from_static("900"));
            }
            Ok(response)
        }
        Err(error) => Err(PageError::new(error, reader)),
    }
}

/// Where to go after signing in: only to a path of our own.
fn destination(reader: &Reader) -> String {
    let next = query_value(&reader.path, "next").unwrap_or_default();
    let next: String = form_urlencoded::parse(format!("next={next}").as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default();
    // Browsers leave tabs and line breaks out of an address and take a backslash for a slash: `/<tab>/elsewhere` would
    // lead away from us.
    let plain = next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let own = plain && next.starts_with('/') && !next.starts_with("//");
    if own { next } else { "/".to_owned() }
}

pub(crate) async fn sign_out(
    State(server): State<Server>,
    StaffForm { staff, .. }: StaffForm,
) -> PageResult {
    server
        .app
        .sign_out(&staff.token)
        .await
        .map_err(|error| PageError::new(error, staff.reader.clone()))?;
    let mut response = Redirect::to("/login").into_response();
    let (name, value) = set_cookie(&server, SESSION_COOKIE, "", "/", 0, true);
    response.headers_mut().append(name, value);
    Ok(response)
}

pub(crate) async fn password_form(staff: Staff) -> Response {
    password_page(&staff, &Faults::default(), StatusCode::OK)
}

fn password_page(staff: &Staff, faults: &Faults, status: StatusCode) -> Response {
    let tr = staff.tr();
    let title = tr.t("password-title");
    let forced = staff.signed_in.user.must_change_password;
    let lead = if forced {
        "password-must-change"
    } else {
        "password-lead"
    };
    let password = |autocomplete| {
        Control::Input(Input {
            kind: InputKind::Password,
            autocomplete: Some(autocomplete),
            ..Input::default()
        })
    };
    let body = html! {
        h1 { (title) }
        p.lead { (tr.t(lead)) }
        (faults.summary(tr))
        form.form method="post" action="/password" {
            (parts::csrf_field(staff.csrf()))
            // For password managers, which file the new password under it.
            input.visually-hidden type="email" name="username" value=(staff.signed_in.user.email) autocomplete="username"
                tabindex="-1" readonly aria-label=(tr.t("login-email"));
            (parts::field(tr, &Field { name: "current", label: &tr.t("password-current"),
                error: faults.of("current"), control: password("current-password"), ..Field::default() }))
            (parts::field(tr, &Field { name: "new", label: &tr.t("password-new"),
                hint: Some(&tr.t("password-hint")), error: faults.of("new"),
                control: password("new-password"), ..Field::default() }))
            (parts::button(Weight::Primary, &tr.t("save")))
        }
        @if !forced { p { a href="/profile" { (tr.t("cancel")) } } }
    };
    let page = BarePage {
        title: &title,
        tr,
        theme: staff.reader.theme,
        path: &staff.reader.path,
        body,
    };
    (status, Html(page.render().into_string())).into_response()
}

pub(crate) async fn change_password(
    State(app): State<Arc<App>>,
    StaffForm { staff, fields }: StaffForm,
) -> PageResult {
    let (current, new) = (
        fields.get("current").to_owned(),
        fields.get("new").to_owned(),
    );
    match app
        .change_password(&staff.signed_in, current, new, &staff.token)
        .await
    {
        Ok(()) => {
            // Everybody has a profile; not everybody sees the overview.
            let home = if staff.actor().may(Permission::SeeResults) {
                "/"
            } else {
                "/profile"
            };
            Ok(Redirect::to(&with_query(home, "done", "password-changed")).into_response())
        }
        Err(AppError::Invalid { field, .. }) => {
            let text = staff.tr().t(&format!("password-error-{field}"));
            let faults = Faults(vec![(field, text)]);
            Ok(password_page(
                &staff,
                &faults,
                StatusCode::UNPROCESSABLE_ENTITY,
            ))
        }
        Err(AppError::TooMany { .. }) => {
            let faults = Faults(vec![("current", staff.tr().t("login-too-many"))]);
            Ok(password_page(
                &staff,
                &faults,
                StatusCode::TOO_MANY_REQUESTS,
            ))
        }
        Err(error) => Err(PageError::new(error, staff.reader.clone())),
    }
}
