//! Employees.

use std::sync::Arc;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use radost_app::domain::access::Permission;
use radost_app::domain::name::EmployeeId;
use radost_app::domain::team::Employee;
use radost_app::table::write_line;
use radost_app::team::EmployeeDraft;
use radost_app::{App, AppError};
use serde::Deserialize;
use uuid::Uuid;

use super::locations::{choices, place_choices};
use crate::api::page::{decode, encode};
use crate::export::{CSV_BEGIN, csv_file};
use crate::look::i18n::Tr;
use crate::look::icon::Icon;
use crate::look::layout::{NavItem, with_query};
use crate::look::parts::{
    self, Column, Control, Crumb, Field, Input, PageHeader, Pages, Table, Tone, Weight,
};
use crate::pages::import_table::TableKind;
use crate::pages::refused::Refused;
use crate::request::{Fields, OrPage, PageError, PageResult, Staff, StaffForm};
use crate::upload::StaffUpload;

/// Employees of one page of the list.
const PAGE: usize = 100;

const TABLE: TableKind = TableKind {
    title: "upload-employees-title",
    list: NavItem::Employees,
    needs: Permission::EditPlaces,
    columns: &[
        ("code", "column-employee-code"),
        ("name", "column-name"),
        ("job", "column-job"),
        ("location", "column-location"),
        ("active", "column-active"),
    ],
    examples: &[
        &["e-001", "Olena Koval", "Barista", "lviv-1", "yes"],
        &["e-002", "Petro Stus", "Waiter", "lviv-1", "yes"],
    ],
};

#[derive(Debug, Default, Deserialize)]
pub(crate) struct ListQuery {
    location: Option<String>,
    cursor: Option<String>,
}

async fn found(
    app: &App,
    staff: &Staff,
    location: Option<&str>,
) -> Result<Vec<Employee>, PageError> {
    // A place that is not known (any more) holds nobody.
    let location = match location.filter(|code| !code.is_empty()) {
        None => None,
        Some(code) => match staff.directory.locations.by_code(code) {
            Some(location) => Some(location.id),
            None => return Ok(Vec::new()),
        },
    };
    app.employees(staff.actor(), location)
        .await
        .or_page(&staff.reader)
}

pub(crate) async fn list(
    State(app): State<Arc<App>>,
    staff: Staff,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> PageResult {
    let query = query.map(|Query(query)| query).unwrap_or_default();
    let tr = staff.tr();
    let title = tr.t("nav-employees");
    let selected = query.location.as_deref().unwrap_or_default();
    let mut rows = found(&app, &staff, Some(selected)).await?;
    let total = rows.len() as u64;
    let begun = query.cursor.as_deref();
    if let Some((name, id)) = begun.and_then(|c| decode::<(String, EmployeeId)>(c).ok()) {
        rows.retain(|employee| (&employee.name, employee.id) > (&name, id));
    }
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let first = match selected {
        "" => "/employees".to_owned(),
        code => with_query("/employees", "location", code),
    };
    let next = rows
        .last()
        .filter(|_| more)
        .map(|last| with_query(&first, "cursor", &encode(&(&last.name, last.id))));
    let seen = app.locations(staff.actor()).await.or_page(&staff.reader)?;
    let places = place_choices(&seen, |_| true);
    let all = tr.t("filter-all");
    let places = choices(&all, &places);
    let edits = staff.actor().may_everywhere(Permission::EditPlaces);
    let buttons = html! {
        (parts::link_button_of(Weight::Secondary, "/employees/import", &tr.t("nav-import")))
        (parts::link_button("/employees/new", &tr.t("employee-new")))
    };
    let csv = first.replacen("/employees", "/employees.csv", 1);
    let empty = if selected.is_empty() {
        let text = tr.t("employees-empty-text");
        let icon = Icon::Employees;
        let title = tr.t("employees-empty-title");
        parts::empty_state(icon, &title, Some(&text), edits.then_some(&buttons))
    } else {
        parts::empty_state(Icon::Search, &tr.t("table-nothing-found"), None, None)
    };
    let names = ["people-name", "employee-job", "filter-location", "code"].map(|id| tr.t(id));
    let columns = names.each_ref().map(|name| Column::text(name));
    let table = Table {
        caption: &title,
        columns: &columns,
        rows: rows.iter().map(|employee| row(&staff, employee)).collect(),
        total: Some(total),
        csv: Some(&csv),
        pages: Pages {
            first: begun.map(|_| first.as_str()),
            next: next.as_deref(),
        },
        empty: Some(empty),
        ..Table::default()
    };
    let nobody = total == 0 && selected.is_empty();
    let body = html! {
        (parts::page_header(&PageHeader { title: &title, lead: Some(&tr.t("employees-lead")),
            actions: if edits && !nobody { buttons.clone() } else { html! {} }, ..PageHeader::default() }))
        @if !nobody {
            (parts::filter_bar(tr, "/employees", (!selected.is_empty()).then_some("/employees"), &parts::field(tr, &Field {
                name: "location", label: &tr.t("filter-location"),
                control: Control::Select { choices: &places, selected }, ..Field::default() })))
        }
        (parts::data_table(tr, &table))
    };
    Ok(staff.page(&title, NavItem::Employees, body))
}

fn row(staff: &Staff, employee: &Employee) -> Vec<Markup> {
    let tr = staff.tr();
    let place = employee
        .location
        .and_then(|id| staff.directory.locations.get(id));
    vec![
        html! {
            a href={ "/employees/" (employee.id) } { (employee.name) }
            @if !employee.active { " " (parts::badge(Tone::Neutral, &tr.t("employee-left"))) }
        },
        html! { (employee.job) },
        html! { @if let Some(place) = place { a href={ "/locations/" (place.id) } { (place.name) } } },
        html! { code { (employee.code) } },
    ]
}

pub(crate) async fn csv(
    State(app): State<Arc<App>>,
    staff: Staff,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> PageResult {
    let query = query.map(|Query(query)| query).unwrap_or_default();
    let rows = found(&app, &staff, query.location.as_deref()).await?;
    let mut text = CSV_BEGIN.to_vec();
    write_line(&mut text, TABLE.columns.iter().map(|(name, _)| *name));
    for employee in &rows {
        let draft = EmployeeDraft::of(employee, &staff.directory.locations);
        let active = if draft.active { "yes" } else { "no" };
        write_line(
            &mut text,
            [
                &draft.code,
                &draft.name,
                &draft.job,
                &draft.location,
                active,
            ],
        );
    }
    Ok(csv_file("employees.csv", text))
}

pub(crate) async fn new(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    if !staff.actor().may_everywhere(Permission::EditPlaces) {
        return Err(AppError::Forbidden(Permission::EditPlaces)).or_page(&staff.reader);
    }
    let draft = EmployeeDraft {
        active: true,
        ..EmployeeDraft::default()
    };
    let title = staff.tr().t("employee-new");
    let refused = Refused::default();
    form_page(
        &app,
        &staff,
        (None, &title),
        &draft,
        &refused,
        StatusCode::OK,
    )
    .await
}

pub(crate) async fn add(
    State(app): State<Arc<App>>,
    StaffForm { staff, fields }: StaffForm,
) -> PageResult {
    let title = staff.tr().t("employee-new");
    save(&app, &staff, (None, &title), &fields).await
}

pub(crate) async fn one(
    State(app): State<Arc<App>>,
    staff: Staff,
    id: Result<Path<Uuid>, PathRejection>,
) -> PageResult {
    let employee = employee(&app, &staff, id).await?;
    let tr = staff.tr();
    if staff.actor().may_everywhere(Permission::EditPlaces) {
        let draft = EmployeeDraft::of(&employee, &staff.directory.locations);
        let what = (Some(employee.id), employee.name.as_str());
        let refused = Refused::default();
        return form_page(&app, &staff, what, &draft, &refused, StatusCode::OK).await;
    }
    let cells = row(&staff, &employee);
    let body = html! {
        (parts::page_header(&PageHeader { title: &employee.name, crumbs: crumbs(tr, &employee.name), ..PageHeader::default() }))
        div.card {
            (parts::facts(&[
                (&tr.t("employee-job"), cells[1].clone()),
                (&tr.t("filter-location"), cells[2].clone()),
                (&tr.t("code"), cells[3].clone()),
            ]))
        }
    };
    Ok(staff.page(&employee.name, NavItem::Employees, body))
}

pub(crate) async fn change(
    State(app): State<Arc<App>>,
    id: Result<Path<Uuid>, PathRejection>,
    StaffForm { staff, fields }: StaffForm,
) -> PageResult {
    let employee = employee(&app, &staff, id).await?;
    let what = (Some(employee.id), employee.name.as_str());
    save(&app, &staff, what, &fields).await
}

async fn employee(
    app: &App,
    staff: &Staff,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<Employee, PageError> {
    let Path(id) = id
        .map_err(|_| AppError::NotFound("employee"))
        .or_page(&staff.reader)?;
    app.employee(staff.actor(), EmployeeId(id))
        .await
        .or_page(&staff.reader)
}

/// `what` is the employee to be changed, if any, and the title of the form.
async fn save(
    app: &App,
    staff: &Staff,
    what: (Option<EmployeeId>, &str),
    fields: &Fields,
) -> PageResult {
    let draft = EmployeeDraft {
        code: fields.get("code").to_owned(),
        name: fields.get("name").to_owned(),
        job: fields.get("job").to_owned(),
        location: fields.get("location").to_owned(),
        active: fields.ticked("active"),
    };
    match app.save_employee(staff.actor(), what.0, &draft).await {
        Ok(_) => {
            let done = match what.0 {
                None => "employee-added",
                Some(_) => "employee-saved",
            };
            Ok(Redirect::to(&with_query("/employees", "done", done)).into_response())
        }
        Err(AppError::Refused(refusals)) => {
            let refused = Refused::of(staff.tr(), &refusals);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            form_page(app, staff, what, &draft, &refused, status).await
        }
        Err(error) => Err(error).or_page(&staff.reader),
    }
}

fn crumbs(tr: Tr, title: &str) -> Markup {
    parts::breadcrumbs(
        tr,
        &[
            Crumb {
                label: &tr.t("nav-employees"),
                href: Some("/employees"),
            },
            Crumb {
                label: title,
                href: None,
            },
        ],
    )
}

async fn form_page(
    app: &App,
    staff: &Staff,
    (id, title): (Option<EmployeeId>, &str),
    draft: &EmployeeDraft,
    refused: &Refused,
    status: StatusCode,
) -> PageResult {
    let tr = staff.tr();
    let seen = app.locations(staff.actor()).await.or_page(&staff.reader)?;
    let places = place_choices(&seen, |_| true);
    let none = tr.t("employee-location-none");
    let places = choices(&none, &places);
    let action = match id {
        None => "/employees/new".to_owned(),
        Some(id) => format!("/employees/{id}"),
    };
    let text = |value, code| {
        Control::Input(Input {
            value,
            code,
            autocomplete: Some("off"),
            ..Input::default()
        })
    };
    let body = html! {
        (parts::page_header(&PageHeader { title, crumbs: crumbs(tr, title), ..PageHeader::default() }))
        (refused.summary(tr))
        form.card.form method="post" action=(action) {
            (parts::csrf_field(staff.csrf()))
            (parts::field(tr, &Field { name: "name", label: &tr.t("people-name"), required: true, error: refused.get("name"),
                control: text(&draft.name, false), ..Field::default() }))
            (parts::field(tr, &Field { name: "code", label: &tr.t("code"), required: true, error: refused.get("code"),
                hint: Some(&tr.t("people-code-hint")), control: text(&draft.code, true), ..Field::default() }))
            (parts::field(tr, &Field { name: "job", label: &tr.t("employee-job"), error: refused.get("job"),
                control: text(&draft.job, false), ..Field::default() }))
            (parts::field(tr, &Field { name: "location", label: &tr.t("filter-location"), error: refused.get("location"),
                control: Control::Select { choices: &places, selected: &draft.location }, ..Field::default() }))
            (parts::field(tr, &Field { name: "active", label: &tr.t("employee-active"),
                control: Control::Check { checked: draft.active }, ..Field::default() }))
            div.button-row {
                (parts::button(Weight::Primary, &tr.t("save")))
                (parts::link_button_of(Weight::Quiet, "/employees", &tr.t("cancel")))
            }
        }
    };
    Ok(staff.page_with(title, NavItem::Employees, None, body, status))
}

pub(crate) async fn import_form(staff: Staff) -> PageResult {
    TABLE.form(&staff)
}

pub(crate) async fn import(State(app): State<Arc<App>>, upload: StaffUpload) -> PageResult {
    let actor = upload.staff.actor().clone();
    let import = async |file, dry_run| app.import_employees(&actor, file, dry_run).await;
    TABLE.take(upload, import).await
}

pub(crate) async fn template(staff: Staff) -> PageResult {
    TABLE.template(&staff)
}
