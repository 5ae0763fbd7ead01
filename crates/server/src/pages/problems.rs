//! What the `type` of a problem leads to: every kind of error of the API in words.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use maud::{Markup, html};
use radost_app::AppError;

use crate::look::i18n::{Lang, Tr};
use crate::look::layout::BarePage;
use crate::problem::{KINDS, Kind};
use crate::request::{PageError, Reader};

/// English, like the API.
const TR: Tr = Tr::new(Lang::En);

pub(crate) async fn list(reader: Reader) -> Response {
    let body = html! {
        div.reference.wide {
            header.stack {
                h1 { "Problems" }
                p.lead {
                    "Every error of the API is a document of the type " code { "application/problem+json" } " (RFC 9457). Its "
                    code { "type" } " is one of these and never changes; " code { "detail" } " tells about the one case."
                }
                p { a href="/api/docs" { "API reference" } }
            }
            @for kind in KINDS { (card(kind)) }
        }
    };
    page(&reader, "Problems", body)
}

pub(crate) async fn one(Path(code): Path<String>, reader: Reader) -> Response {
    let Some(kind) = KINDS.iter().find(|kind| kind.code == code) else {
        return PageError::new(AppError::NotFound("problem"), reader).into_response();
    };
    let body = html! {
        p.error-status aria-hidden="true" { (kind.status) }
        h1 { code { (kind.code) } }
        p.lead { (kind.meaning) }
        p { (kind.remedy) }
        p { a href="/problems" { "All problems" } " · " a href="/api/docs" { "API reference" } }
    };
    page(&reader, kind.code, body)
}

fn card(kind: &Kind) -> Markup {
    html! {
        article.endpoint.card id=(kind.code) {
            h2 { span.method { (kind.status) } " " a href={ "/problems/" (kind.code) } { code { (kind.code) } } }
            p { (kind.meaning) }
            p.muted { (kind.remedy) }
        }
    }
}

fn page(reader: &Reader, title: &str, body: Markup) -> Response {
    let page = BarePage {
        title,
        tr: TR,
        theme: reader.theme,
        path: &reader.path,
        body,
    };
    (StatusCode::OK, Html(page.render().into_string())).into_response()
}
