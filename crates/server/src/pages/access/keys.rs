//! API keys.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use radost_app::domain::access::{ApiKey, Permission};
use radost_app::domain::name::ApiKeyId;
use radost_app::{App, AppError};
use uuid::Uuid;

use super::{Faults, allow, secret_card};
use crate::look::i18n::Tr;
use crate::look::icon::Icon;
use crate::look::layout::NavItem;
use crate::look::parts::{
    self, Choice, Column, Control, Crumb, Field, Input, PageHeader, Table, Tone, Weight,
};
use crate::request::{OrPage, PageResult, Staff, StaffForm};

const LIST: &str = "/settings/api-keys";

/// The words for a scope.
fn scope_message(scope: Permission) -> String {
    format!("scope-{}", scope.code().replace(':', "-"))
}

pub(crate) async fn list(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let keys = app.api_keys(staff.actor()).await.or_page(&staff.reader)?;
    let tr = staff.tr();
    let title = tr.t("nav-api-keys");
    let new = parts::link_button("/settings/api-keys/new", &tr.t("keys-new"));
    let rows = keys.iter().map(|key| row(&staff, key));
    let empty = parts::empty_state(
        Icon::Key,
        &tr.t("keys-empty"),
        Some(&tr.t("keys-empty-text")),
        Some(&new),
    );
    let body = html! {
        (parts::page_header(&PageHeader { title: &title, lead: Some(&tr.t("keys-lead")), actions: new, ..PageHeader::default() }))
        (parts::data_table(tr, &Table {
            caption: &title,
            columns: &[Column::text(&tr.t("name")), Column::text(&tr.t("keys-scopes")),
                Column::text(&tr.t("created-at")), Column::text(&tr.t("status")), Column::actions(&tr.t("more-actions"))],
            rows: rows.collect(),
            empty: Some(empty),
            ..Table::default()
        }))
        p.muted { a href="/api/docs" { (tr.t("keys-reference")) } }
    };
    Ok(staff.page(&title, NavItem::ApiKeys, body))
}

fn row(staff: &Staff, key: &ApiKey) -> Vec<Markup> {
    let (tr, zone) = (staff.tr(), &staff.directory.zone);
    let question = tr.ta(
        "keys-revoke-question",
        &[("name", key.name.as_str().into())],
    );
    let revoke = parts::button(Weight::Quiet, &tr.t("keys-revoke"));
    vec![
        html! { (key.name) span.sub { code { (key.prefix) "…" } } },
        html! { ul.scopes { @for scope in &key.scopes { li { (tr.t(&scope_message(*scope))) } } } },
        html! { (tr.date_time(key.created_at, zone)) },
        html! {
            @match key.revoked_at {
                None => (parts::badge(Tone::Good, &tr.t("keys-active"))),
                Some(at) => { (parts::badge(Tone::Neutral, &tr.t("keys-revoked"))) span.sub { (tr.date_time(at, zone)) } },
            }
        },
        html! {
            @if key.revoked_at.is_none() {
                (parts::post_form(&format!("{LIST}/{}/revoke", key.id), staff.csrf(), Some(&question), &revoke))
            }
        },
    ]
}

fn header(tr: Tr, title: &str) -> Markup {
    let crumbs = [
        Crumb {
            label: &tr.t("nav-api-keys"),
            href: Some(LIST),
        },
        Crumb {
            label: title,
            href: None,
        },
    ];
    parts::page_header(&PageHeader {
        title,
        crumbs: parts::breadcrumbs(tr, &crumbs),
        ..PageHeader::default()
    })
}

pub(crate) async fn new_form(staff: Staff) -> PageResult {
    allow(&staff, Permission::ManageAccess)?;
    Ok(new_page(&staff, "", &BTreeSet::new(), &Faults::default()))
}

fn new_page(staff: &Staff, name: &str, chosen: &BTreeSet<Permission>, faults: &Faults) -> Response {
    let tr = staff.tr();
    let title = tr.t("keys-new");
    let words: Vec<(&str, String)> = Permission::ALL
        .iter()
        .filter(|scope| staff.actor().may(**scope))
        .map(|scope| (scope.code(), tr.t(&scope_message(*scope))))
        .collect();
    let choices: Vec<Choice> = words
        .iter()
        .map(|(value, label)| Choice { value, label })
        .collect();
    let chosen: Vec<&str> = chosen.iter().map(|scope| scope.code()).collect();
    let body = html! {
        (header(tr, &title))
        section.card {
            (faults.summary(tr))
            form.form method="post" action=(LIST) {
                (parts::csrf_field(staff.csrf()))
                (parts::field(tr, &Field { name: "name", label: &tr.t("keys-name"), required: true, error: faults.of("name"),
                    hint: Some(&tr.t("keys-name-hint")),
                    control: Control::Input(Input { value: name, autocomplete: Some("off"), max_length: Some(100), ..Input::default() }),
                    ..Field::default() }))
                (parts::field(tr, &Field { name: "scopes", label: &tr.t("keys-scopes"), error: faults.of("scopes"),
                    hint: Some(&tr.t("keys-scopes-hint")), control: Control::Checks { choices: &choices, selected: &chosen },
                    ..Field::default() }))
                div.button-row {
                    (parts::button(Weight::Primary, &tr.t("create")))
                    (parts::link_button_of(Weight::Quiet, LIST, &tr.t("cancel")))
                }
            }
        }
    };
    let status = if faults.0.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    staff.page_with(&title, NavItem::ApiKeys, None, body, status)
}

pub(crate) async fn create(
    State(app): State<Arc<App>>,
    StaffForm { staff, fields }: StaffForm,
) -> PageResult {
    let tr = staff.tr();
    let name = fields.get("name");
    let scopes: BTreeSet<Permission> = fields
        .all("scopes")
        .filter_map(|scope| scope.parse().ok())
        .collect();
    match app
        .create_api_key(staff.actor(), name, scopes.clone())
        .await
    {
        Ok(made) => {
            let title = tr.ta("keys-made", &[("name", made.key.name.as_str().into())]);
            let more = html! {
                p { (tr.t("keys-made-how")) }
                pre.code-block tabindex="0" { code { "Authorization: Bearer " (made.key.prefix) "…" } }
                div.button-row { (parts::link_button(LIST, &tr.t("keys-back"))) }
            };
            let body = html! {
                (header(tr, &title))
                (secret_card(tr, &tr.t("keys-warning"), &tr.t("keys-secret"), &made.secret, &more))
            };
            Ok(staff.page(&title, NavItem::ApiKeys, body))
        }
        Err(AppError::Invalid { field, .. }) => {
            let fault = (field, tr.t(&format!("keys-error-{field}")));
            Ok(new_page(&staff, name, &scopes, &Faults(vec![fault])))
        }
        Err(error) => Err(error).or_page(&staff.reader),
    }
}

pub(crate) async fn revoke(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    StaffForm { staff, .. }: StaffForm,
) -> PageResult {
    let id = id
        .parse::<Uuid>()
        .map_err(|_| AppError::NotFound("API key"))
        .or_page(&staff.reader)?;
    app.revoke_api_key(staff.actor(), ApiKeyId(id))
        .await
        .or_page(&staff.reader)?;
    Ok(Redirect::to(&format!("{LIST}?done=key-revoked")).into_response())
}
