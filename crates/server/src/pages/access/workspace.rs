//! The settings of the workspace.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use radost_app::access::WorkspaceChange;
use radost_app::domain::access::Permission;
use radost_app::{App, AppError};

use super::{Faults, allow, language_choices};
use crate::look::layout::NavItem;
use crate::look::parts::{self, Choice, Control, Field, Input, InputKind, PageHeader, Weight};
use crate::request::{OrPage, PageResult, Staff, StaffForm};

/// What stands in the form.
struct Typed {
    name: String,
    time_zone: String,
    language: String,
    minimum_group: String,
}

pub(crate) async fn form(staff: Staff) -> PageResult {
    allow(&staff, Permission::EditWorkspace)?;
    let workspace = &staff.directory.workspace;
    let typed = Typed {
        name: workspace.name.clone(),
        time_zone: workspace.time_zone.clone(),
        language: workspace.language.code().into(),
        minimum_group: workspace.minimum_group.to_string(),
    };
    Ok(page(&staff, &typed, &Faults::default()))
}

/// The zones that people look for: `Region/City`, without the historical names.
fn time_zones(current: &str) -> Vec<String> {
    const REGIONS: [&str; 10] = [
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    ];
    let mut zones: Vec<String> = jiff::tz::db()
        .available()
        .map(|zone| zone.as_str().to_owned())
        .filter(|zone| {
            let region = zone.split_once('/').map(|(region, _)| region);
            region.is_some_and(|region| REGIONS.contains(&region))
        })
        .collect();
    zones.push("UTC".into());
    zones.push(current.to_owned());
    zones.sort();
    zones.dedup();
    zones
}

fn page(staff: &Staff, typed: &Typed, faults: &Faults) -> Response {
    let tr = staff.tr();
    let title = tr.t("nav-workspace");
    let zones = time_zones(&typed.time_zone);
    let zones: Vec<Choice> = zones
        .iter()
        .map(|zone| Choice {
            value: zone,
            label: zone,
        })
        .collect();
    let minimum = Input {
        kind: InputKind::Number,
        value: &typed.minimum_group,
        min: Some("1"),
        max: Some("100"),
        step: Some("1"),
        ..Input::default()
    };
    let body = html! {
        (parts::page_header(&PageHeader { title: &title, lead: Some(&tr.t("workspace-lead")), ..PageHeader::default() }))
        section.card {
            (faults.summary(tr))
            form.form method="post" action="/settings/workspace" {
                (parts::csrf_field(staff.csrf()))
                (parts::field(tr, &Field { name: "name", label: &tr.t("name"), required: true, error: faults.of("name"),
                    control: Control::Input(Input { value: &typed.name, autocomplete: Some("off"), max_length: Some(100), ..Input::default() }),
                    ..Field::default() }))
                (parts::field(tr, &Field { name: "time_zone", label: &tr.t("workspace-time-zone"), error: faults.of("time_zone"),
                    hint: Some(&tr.t("workspace-time-zone-hint")),
                    control: Control::Select { choices: &zones, selected: &typed.time_zone }, ..Field::default() }))
                (parts::field(tr, &Field { name: "language", label: &tr.t("workspace-language"), error: faults.of("language"),
                    hint: Some(&tr.t("workspace-language-hint")),
                    control: Control::Select { choices: &language_choices(), selected: &typed.language }, ..Field::default() }))
                (parts::field(tr, &Field { name: "minimum_group", label: &tr.t("workspace-minimum"), required: true,
                    error: faults.of("minimum_group"), hint: Some(&tr.t("workspace-minimum-hint")),
                    control: Control::Input(minimum), ..Field::default() }))
                div.button-row { (parts::button(Weight::Primary, &tr.t("save"))) }
            }
        }
    };
    let status = if faults.0.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    staff.page_with(&title, NavItem::Workspace, None, body, status)
}

pub(crate) async fn save(
    State(app): State<Arc<App>>,
    StaffForm { staff, fields }: StaffForm,
) -> PageResult {
    let typed = Typed {
        name: fields.get("name").into(),
        time_zone: fields.get("time_zone").into(),
        language: fields.get("language").into(),
        minimum_group: fields.get("minimum_group").trim().into(),
    };
    let change = WorkspaceChange {
        name: Some(typed.name.clone()),
        time_zone: Some(typed.time_zone.clone()),
        language: typed.language.parse().ok(),
        // What is no number is refused like a number that is too small.
        minimum_group: Some(typed.minimum_group.parse().unwrap_or(0)),
    };
    match app.update_workspace(staff.actor(), change).await {
        Ok(_) => Ok(Redirect::to("/settings/workspace?done=workspace-saved").into_response()),
        Err(AppError::Invalid { field, .. }) => {
            let message = format!("workspace-error-{}", field.replace('_', "-"));
            let fault = (field, staff.tr().t(&message));
            Ok(page(&staff, &typed, &Faults(vec![fault])))
        }
        Err(error) => Err(error).or_page(&staff.reader),
    }
}
