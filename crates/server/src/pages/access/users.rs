//! People who sign in.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use radost_app::access::{NewPerson, PersonChange};
use radost_app::domain::Language;
use radost_app::domain::access::{EmailAddress, Permission, Role, User};
use radost_app::domain::name::{LocationId, UserId};
use radost_app::{App, AppError};
use uuid::Uuid;

use super::{Faults, allow, language_choices, secret_card};
use crate::look::i18n::Tr;
use crate::look::layout::NavItem;
use crate::look::parts::{
    self, Choice, Column, Control, Crumb, Field, Input, InputKind, PageHeader, Table, Tone, Weight,
};
use crate::request::{Fields, OrPage, PageResult, Staff, StaffForm, role_message};

const LIST: &str = "/settings/users";

pub(crate) async fn list(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let users = app.users(staff.actor()).await.or_page(&staff.reader)?;
    let tr = staff.tr();
    let title = tr.t("nav-users");
    let count = users.len() as u64;
    let rows = users.iter().map(|user| {
        vec![
            html! {
                a href={ (LIST) "/" (user.id) } { (user.name) }
                @if user.id == staff.signed_in.user.id { " " span.muted { "(" (tr.t("users-you")) ")" } }
                span.sub { (user.email) }
            },
            html! { (tr.t(role_message(user.role))) (places(&staff, user)) },
            html! { (user.language.own_name()) },
            status(tr, user),
        ]
    });
    let body = html! {
        (parts::page_header(&PageHeader { title: &title, lead: Some(&tr.t("users-lead")),
            actions: parts::link_button("/settings/users/new", &tr.t("users-add")), ..PageHeader::default() }))
        (parts::data_table(tr, &Table {
            caption: &title,
            columns: &[Column::text(&tr.t("users-name")), Column::text(&tr.t("users-role")),
                Column::text(&tr.t("language")), Column::text(&tr.t("status"))],
            rows: rows.collect(),
            total: Some(count),
            ..Table::default()
        }))
    };
    Ok(staff.page(&title, NavItem::Users, body))
}

/// For a manager, the places below the role.
fn places(staff: &Staff, user: &User) -> Markup {
    let tr = staff.tr();
    let names: Vec<&str> = user
        .locations
        .iter()
        .filter_map(|id| staff.directory.locations.get(*id))
        .map(|location| location.name.as_str())
        .collect();
    html! {
        @if user.role == Role::Manager {
            span.sub { @if names.is_empty() { (tr.t("users-no-places")) } @else { (names.join(", ")) } }
        }
    }
}

fn status(tr: Tr, user: &User) -> Markup {
    if !user.active {
        parts::badge(Tone::Neutral, &tr.t("users-inactive"))
    } else if user.must_change_password {
        parts::badge(Tone::Warning, &tr.t("users-one-time"))
    } else {
        parts::badge(Tone::Good, &tr.t("users-active"))
    }
}

/// What stands in the form.
struct Typed {
    email: String,
    name: String,
    role: String,
    language: String,
    active: bool,
    locations: BTreeSet<LocationId>,
}

impl Typed {
    fn of(fields: &Fields) -> Self {
        Typed {
            email: fields.get("email").trim().into(),
            name: fields.get("name").into(),
            role: fields.get("role").into(),
            language: fields.get("language").into(),
            active: fields.ticked("active"),
            locations: fields
                .all("locations")
                .filter_map(|id| id.parse().ok())
                .collect(),
        }
    }

    fn of_user(user: &User) -> Self {
        Typed {
            email: user.email.to_string(),
            name: user.name.clone(),
            role: user.role.code().into(),
            language: user.language.code().into(),
            active: user.active,
            locations: user.locations.clone(),
        }
    }

    /// Role and language as they were chosen; a manager needs a place.
    fn parse(&self, tr: Tr) -> Result<(Role, Language), Faults> {
        let mut faults = Faults::default();
        let role = self.role.parse::<Role>().ok();
        let language = self.language.parse::<Language>().ok();
        if role.is_none() {
            faults.0.push(("role", tr.t("users-error-role")));
        }
        if language.is_none() {
            faults.0.push(("language", tr.t("users-error-language")));
        }
        if role == Some(Role::Manager) && self.locations.is_empty() {
            faults.0.push(("locations", tr.t("users-error-locations")));
        }
        match (role, language) {
            (Some(role), Some(language)) if faults.0.is_empty() => Ok((role, language)),
            _ => Err(faults),
        }
    }
}

pub(crate) async fn new_form(staff: Staff) -> PageResult {
    allow(&staff, Permission::ManageAccess)?;
    let typed = Typed {
        email: String::new(),
        name: String::new(),
        role: String::new(),
        language: staff.directory.workspace.language.code().into(),
        active: true,
        locations: BTreeSet::new(),
    };
    Ok(new_page(&staff, &typed, &Faults::default()))
}

fn new_page(staff: &Staff, typed: &Typed, faults: &Faults) -> Response {
    let tr = staff.tr();
    let title = tr.t("users-add");
    let body = html! {
        (header(tr, &title, None))
        section.card {
            (faults.summary(tr))
            form.form method="post" action=(LIST) {
                (parts::csrf_field(staff.csrf()))
                (parts::field(tr, &Field { name: "email", label: &tr.t("login-email"), required: true, error: faults.of("email"),
                    hint: Some(&tr.t("users-email-hint")),
                    control: Control::Input(Input { kind: InputKind::Email, value: &typed.email, autocomplete: Some("off"),
                        max_length: Some(254), ..Input::default() }), ..Field::default() }))
                (shared_fields(staff, typed, faults))
                div.button-row {
                    (parts::button(Weight::Primary, &tr.t("add")))
                    (parts::link_button_of(Weight::Quiet, LIST, &tr.t("cancel")))
                }
            }
        }
    };
    let status = status_of(faults);
    staff.page_with(&title, NavItem::Users, None, body, status)
}

fn status_of(faults: &Faults) -> StatusCode {
    if faults.0.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    }
}

fn header(tr: Tr, title: &str, lead: Option<&str>) -> Markup {
    parts::page_header(&PageHeader {
        title,
        lead,
        crumbs: parts::breadcrumbs(
            tr,
            &[
                Crumb {
                    label: &tr.t("nav-users"),
                    href: Some(LIST),
                },
                Crumb {
                    label: title,
                    href: None,
                },
            ],
        ),
        ..PageHeader::default()
    })
}

/// Name, role, places and language.
fn shared_fields(staff: &Staff, typed: &Typed, faults: &Faults) -> Markup {
    let tr = staff.tr();
    let roles: Vec<(&str, String)> = Role::ALL
        .iter()
        .map(|role| {
            let name = tr.t(role_message(*role));
            let what = tr.t(&format!("{}-what", role_message(*role)));
            (role.code(), format!("{name}: {what}"))
        })
        .collect();
    let roles: Vec<Choice> = roles
        .iter()
        .map(|(value, label)| Choice { value, label })
        .collect();
    html! {
        (parts::field(tr, &Field { name: "name", label: &tr.t("users-name"), required: true, error: faults.of("name"),
            control: Control::Input(Input { value: &typed.name, autocomplete: Some("off"), max_length: Some(100), ..Input::default() }),
            ..Field::default() }))
        (parts::field(tr, &Field { name: "role", label: &tr.t("users-role"), required: true, error: faults.of("role"),
            control: Control::Radio { choices: &roles, selected: &typed.role }, ..Field::default() }))
        (place_checks(staff, typed, faults.of("locations")))
        (parts::field(tr, &Field { name: "language", label: &tr.t("users-language"), error: faults.of("language"),
            control: Control::Select { choices: &language_choices(), selected: &typed.language }, ..Field::default() }))
    }
}

/// The tree of places; the style sheet shows it only beside the manager's role.
fn place_checks(staff: &Staff, typed: &Typed, error: Option<&str>) -> Markup {
    let tr = staff.tr();
    let rows = staff.directory.locations.in_order();
    let class = if error.is_some() {
        "field field-invalid manager-only"
    } else {
        "field manager-only"
    };
    html! {
        fieldset class=(class) id="f-locations" aria-describedby="f-locations-hint" {
            legend { (tr.t("users-places")) }
            p.field-hint id="f-locations-hint" {
                @if rows.is_empty() { (tr.t("users-places-none")) } @else { (tr.t("users-places-hint")) }
            }
            div.check-list.place-tree {
                @for (depth, location) in rows {
                    @let id = format!("f-locations-{}", location.id);
                    @let shown = location.active || typed.locations.contains(&location.id);
                    @if shown {
                        div class={ "check depth-" (depth.min(5)) } {
                            input type="checkbox" id=(id) name="locations" value=(location.id)
                                checked[typed.locations.contains(&location.id)];
                            label for=(id) { (location.name) }
                        }
                    }
                }
            }
            @if let Some(error) = error { p.field-error { (error) } }
        }
    }
}

pub(crate) async fn add(
    State(app): State<Arc<App>>,
    StaffForm { staff, fields }: StaffForm,
) -> PageResult {
    allow(&staff, Permission::ManageAccess)?;
    let (tr, typed) = (staff.tr(), Typed::of(&fields));
    let refused = |faults: Faults| new_page(&staff, &typed, &faults);
    let fault = |field, message: &str| Faults(vec![(field, tr.t(message))]);
    let Ok(email) = typed.email.parse::<EmailAddress>() else {
        return Ok(refused(fault("email", "users-error-email")));
    };
    let (role, language) = match typed.parse(tr) {
        Ok(parsed) => parsed,
        Err(faults) => return Ok(refused(faults)),
    };
    let person = NewPerson {
        email,
        name: typed.name.clone(),
        role,
        locations: typed.locations.clone(),
        language,
        password: None,
    };
    match app.add_user(staff.actor(), person).await {
        Ok((user, password)) => Ok(password_page(&staff, &user, &password, "users-added")),
        Err(AppError::Conflict(_)) => Ok(refused(fault("email", "users-error-email-taken"))),
        Err(AppError::Invalid { field, .. }) => {
            let message = format!("users-error-{field}");
            Ok(refused(fault(field, &message)))
        }
        Err(error) => Err(error).or_page(&staff.reader),
    }
}

/// The one-time password, once.
fn password_page(staff: &Staff, user: &User, password: &str, title: &str) -> Response {
    let tr = staff.tr();
    let title = tr.ta(title, &[("name", user.name.as_str().into())]);
    let more = html! {
        p { (tr.ta("users-one-time-how", &[("email", user.email.as_str().into())])) }
        div.button-row { (parts::link_button(LIST, &tr.t("users-back"))) }
    };
    let body = html! {
        (header(tr, &title, None))
        (secret_card(tr, &tr.t("users-one-time-warning"), &tr.t("users-one-time-password"), password, &more))
    };
    staff.page(&title, NavItem::Users, body)
}

pub(crate) async fn form(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(id): Path<String>,
) -> PageResult {
    let user = found(&app, &staff, &id).await?;
    Ok(edit_page(
        &staff,
        &user,
        &Typed::of_user(&user),
        &Faults::default(),
    ))
}

/// The user of an address; one that is no id is nobody's.
async fn found(app: &App, staff: &Staff, id: &str) -> Result<User, crate::request::PageError> {
    let user = match id.parse::<Uuid>() {
        Ok(id) => app.user(staff.actor(), UserId(id)).await,
        Err(_) => Err(AppError::NotFound("user")),
    };
    user.or_page(&staff.reader)
}

fn edit_page(staff: &Staff, user: &User, typed: &Typed, faults: &Faults) -> Response {
    let tr = staff.tr();
    let own = user.id == staff.signed_in.user.id;
    let address = format!("{LIST}/{}", user.id);
    let question = tr.ta(
        "users-reset-question",
        &[("name", user.name.as_str().into())],
    );
    let reset = parts::button(Weight::Secondary, &tr.t("users-reset"));
    let body = html! {
        (header(tr, &user.name, Some(user.email.as_str())))
        section.card {
            (faults.summary(tr))
            form.form method="post" action=(address) {
                (parts::csrf_field(staff.csrf()))
                (shared_fields(staff, typed, faults))
                (parts::field(tr, &Field { name: "active", label: &tr.t("users-may-sign-in"), error: faults.of("active"),
                    hint: Some(&tr.t("users-may-sign-in-hint")), control: Control::Check { checked: typed.active },
                    ..Field::default() }))
                div.button-row {
                    (parts::button(Weight::Primary, &tr.t("save")))
                    (parts::link_button_of(Weight::Quiet, LIST, &tr.t("cancel")))
                }
            }
        }
        @let password = if own {
            html! { p { a href="/password" { (tr.t("profile-change-password")) } } }
        } else {
            html! {
                p { (tr.t("users-reset-lead")) }
                (parts::post_form(&format!("{address}/reset-password"), staff.csrf(), Some(&question), &reset))
            }
        };
        (parts::section(&tr.t("login-password"), &html! {}, &password))
    };
    let status = status_of(faults);
    staff.page_with(&user.name, NavItem::Users, None, body, status)
}

pub(crate) async fn save(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    StaffForm { staff, fields }: StaffForm,
) -> PageResult {
    let user = found(&app, &staff, &id).await?;
    let (tr, typed) = (staff.tr(), Typed::of(&fields));
    let refused = |faults: Faults| edit_page(&staff, &user, &typed, &faults);
    let (role, language) = match typed.parse(tr) {
        Ok(parsed) => parsed,
        Err(faults) => return Ok(refused(faults)),
    };
    let change = PersonChange {
        name: Some(typed.name.clone()),
        role: Some(role),
        locations: Some(typed.locations.clone()),
        language: Some(language),
        active: Some(typed.active),
    };
    match app.update_user(staff.actor(), user.id, change).await {
        Ok(_) => Ok(Redirect::to(&format!("{LIST}?done=user-saved")).into_response()),
        Err(AppError::Invalid { field, .. }) => {
            // The only ways in which these two are refused: shutting oneself out, or the last administrator.
            let message = match field {
                "role" | "active" => "users-error-shut-out".to_owned(),
                _ => format!("users-error-{field}"),
            };
            Ok(refused(Faults(vec![(field, tr.t(&message))])))
        }
        Err(error) => Err(error).or_page(&staff.reader),
    }
}

pub(crate) async fn reset_password(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    StaffForm { staff, .. }: StaffForm,
) -> PageResult {
    let user = found(&app, &staff, &id).await?;
    let (user, password) = app
        .reset_password(staff.actor(), user.id)
        .await
        .or_page(&staff.reader)?;
    Ok(password_page(&staff, &user, &password, "users-reset-done"))
}
