//! Views of the pages of Explain, kept under a name.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use axum::{Router, http::StatusCode};
use maud::{Markup, html};
use radost_app::explain::{SavedView, Selection};
use radost_app::{App, AppError};

use crate::Server;
use crate::look::layout::{NavItem, with_query};
use crate::look::parts::{self, Control, Field, Flash, Tone, Weight};
use crate::pages::refused::words;
use crate::pages::selection::address;
use crate::request::{OrPage, PageResult, Staff, StaffForm};

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .route("/explain/views", post(keep))
        .route("/explain/views/{id}/remove", post(remove))
}

/// The pages that have views.
const PAGES: [NavItem; 1] = [NavItem::Breakdown];

fn item_of(path: &str) -> Option<NavItem> {
    PAGES.into_iter().find(|item| item.href() == path)
}

/// The views of a page, and the form that keeps the present one.
pub(crate) fn draw(
    staff: &Staff,
    item: NavItem,
    selection: &Selection,
    views: &[SavedView],
) -> Markup {
    let tr = staff.tr();
    let here = address("", selection);
    let query = here.trim_start_matches('?');
    html! {
        details.views.card open[!views.is_empty()] {
            summary { (tr.t("views-title")) }
            @if !views.is_empty() {
                ul {
                    @for view in views {
                        li.button-row {
                            a href={ (view.page) "?" (view.query) } aria-current=[(view.query == query).then_some("page")] { (view.name) }
                            @if view.belongs_to(staff.actor()) {
                                (parts::post_form(&format!("/explain/views/{}/remove", view.id), staff.csrf(), None, &html! {
                                    (parts::button(Weight::Quiet, &tr.ta("views-remove", &[("name", view.name.as_str().into())])))
                                }))
                            }
                        }
                    }
                }
            }
            (parts::post_form("/explain/views", staff.csrf(), None, &html! {
                input type="hidden" name="page" value=(item.href());
                input type="hidden" name="query" value=(query);
                (parts::field(tr, &Field {
                    name: "name",
                    label: &tr.t("views-name"),
                    hint: Some(&tr.t("views-hint")),
                    control: Control::text(""),
                    required: true,
                    ..Field::default()
                }))
                div.button-row { (parts::button(Weight::Secondary, &tr.t("views-keep"))) }
            }))
        }
    }
}

async fn keep(State(app): State<Arc<App>>, StaffForm { staff, fields }: StaffForm) -> PageResult {
    let item = item_of(fields.get("page")).ok_or(AppError::NotFound("page"));
    let item = item.or_page(&staff.reader)?;
    // Only what a selection has: an address is shown to others as a link.
    let given = crate::request::Fields::parse(fields.get("query").as_bytes());
    let pairs = given
        .pairs()
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let here = address("", &Selection::of(pairs));
    let query = here.trim_start_matches('?');
    let kept = app
        .save_view(staff.actor(), item.href(), fields.get("name"), query)
        .await;
    let tr = staff.tr();
    Ok(match kept {
        Ok(_) => done(&format!("{}{here}", item.href()), "view-kept"),
        Err(AppError::Refused(refusals)) => {
            let said = refusals.iter().map(|refusal| words(tr, &refusal.reason));
            let said = said.collect::<Vec<_>>().join(" ");
            let body = html! {
                (parts::flash(&Flash { tone: Tone::Warning, title: &tr.t("views-refused"), text: Some(&said) }))
                div.button-row { (parts::link_button(&format!("{}{here}", item.href()), &tr.t("views-back"))) }
            };
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            staff.page_with(&tr.t(item.message()), item, None, body, status)
        }
        Err(error) => return Err(error).or_page(&staff.reader),
    })
}

async fn remove(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    StaffForm { staff, .. }: StaffForm,
) -> PageResult {
    let id = id.parse().map_err(|_| AppError::NotFound("view"));
    let id = id.or_page(&staff.reader)?;
    let view = app.remove_view(staff.actor(), id).await;
    let view = view.or_page(&staff.reader)?;
    Ok(done(&view.page, "view-removed"))
}

fn done(address: &str, what: &str) -> Response {
    Redirect::to(&with_query(address, "done", what)).into_response()
}
