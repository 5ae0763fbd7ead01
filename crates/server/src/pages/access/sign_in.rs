//! Signing in and out, and one's own password.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::FromRequest;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::html;
use radost_app::access::SignIn;
use radost_app::{App, AppError, secret};

use crate::Server;
use crate::look::layout::{BarePage, with_query};
use crate::look::parts::{self, Control, Field, InputKind, Weight};
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
    let errors: Vec<(String, String)> = error
        .into_iter()
        .map(|text| ("password".to_owned(), text))
        .collect();
    let body = html! {
        h1 { (title) }
        p.lead { (tr.t("login-lead")) }
        (parts::form_errors(tr, &errors))
        form.stack method="post" action=(action) {
            (parts::csrf_field(&token))
            (parts::field(tr, &Field { name: "email", label: &tr.t("login-email"), required: true,
                control: Control::of(InputKind::Email, email), ..Field::default() }))
            (parts::field(tr, &Field { name: "password", label: &tr.t("login-password"), required: true,
                control: Control::of(InputKind::Password, ""), ..Field::default() }))
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
    };
    match server.app.sign_in(given).await {
        Ok((token, _)) => {
            let mut response = Redirect::to(&destination(&reader)).into_response();
            let (name, value) = set_cookie(&server, SESSION_COOKIE, &token, "/", TWO_WEEKS, true);
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
    let own =
        next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n']);
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
    password_page(&staff, None, StatusCode::OK)
}

fn password_page(staff: &Staff, error: Option<(String, String)>, status: StatusCode) -> Response {
    let tr = staff.tr();
    let title = tr.t("password-title");
    let lead = if staff.signed_in.user.must_change_password {
        "password-must-change"
    } else {
        "password-lead"
    };
    let errors: Vec<(String, String)> = error.into_iter().collect();
    let message = |name: &str| {
        errors
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, text)| text.as_str())
    };
    let body = html! {
        h1 { (title) }
        p.lead { (tr.t(lead)) }
        (parts::form_errors(tr, &errors))
        form.stack method="post" action="/password" {
            (parts::csrf_field(staff.csrf()))
            (parts::field(tr, &Field { name: "current", label: &tr.t("password-current"), required: true,
                error: message("current"), control: Control::of(InputKind::Password, ""), ..Field::default() }))
            (parts::field(tr, &Field { name: "new", label: &tr.t("password-new"), required: true,
                hint: Some(&tr.t("password-hint")), error: message("new"),
                control: Control::of(InputKind::Password, ""), ..Field::default() }))
            (parts::button(Weight::Primary, &tr.t("save")))
        }
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
        Ok(()) => Ok(Redirect::to(&with_query("/", "done", "password-changed")).into_response()),
        Err(AppError::Invalid { field, .. }) => {
            let text = staff.tr().t(&format!("password-error-{field}"));
            Ok(password_page(
                &staff,
                Some((field.to_owned(), text)),
                StatusCode::UNPROCESSABLE_ENTITY,
            ))
        }
        Err(error) => Err(PageError::new(error, staff.reader.clone())),
    }
}
