//! Locations: network → region → location.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use radost_app::domain::access::Permission;
use radost_app::domain::name::LocationId;
use radost_app::domain::team::LocationKind;
use radost_app::table::write_line;
use radost_app::team::{LocationDraft, SeenLocation};
use radost_app::{App, AppError};
use uuid::Uuid;

use crate::export::{CSV_BEGIN, csv_file};
use crate::look::i18n::Tr;
use crate::look::icon::Icon;
use crate::look::layout::{NavItem, with_query};
use crate::look::parts::{
    self, Choice, Column, Control, Crumb, Field, Input, PageHeader, Table, Tone, Weight,
};
use crate::pages::import_table::TableKind;
use crate::pages::refused::Refused;
use crate::request::{Fields, OrPage, PageError, PageResult, Staff, StaffForm};
use crate::upload::StaffUpload;

/// Time zones that are offered; any other of the IANA tables may be typed.
const ZONES: [&str; 34] = [
    "Asia/Almaty",
    "Asia/Ashgabat",
    "Asia/Baku",
    "Asia/Bishkek",
    "Asia/Dushanbe",
    "Asia/Irkutsk",
    "Asia/Krasnoyarsk",
    "Asia/Novosibirsk",
    "Asia/Tashkent",
    "Asia/Tbilisi",
    "Asia/Vladivostok",
    "Asia/Yekaterinburg",
    "Asia/Yerevan",
    "Europe/Athens",
    "Europe/Berlin",
    "Europe/Bucharest",
    "Europe/Budapest",
    "Europe/Chisinau",
    "Europe/Istanbul",
    "Europe/Kaliningrad",
    "Europe/Kyiv",
    "Europe/London",
    "Europe/Madrid",
    "Europe/Minsk",
    "Europe/Moscow",
    "Europe/Paris",
    "Europe/Prague",
    "Europe/Riga",
    "Europe/Samara",
    "Europe/Sofia",
    "Europe/Vilnius",
    "Europe/Warsaw",
    "America/New_York",
    "UTC",
];

/// What the time-zone fields of a page offer.
pub(crate) fn zone_list() -> Markup {
    html! { datalist id="zones" { @for zone in ZONES { option value=(zone) {} } } }
}

/// A field for a time zone; the page has a [`zone_list`].
pub(crate) fn zone_input(value: &str) -> Control<'_> {
    Control::Input(Input {
        value,
        placeholder: Some("Europe/Kyiv"),
        autocomplete: Some("off"),
        list: Some("zones"),
        ..Input::default()
    })
}

const TABLE: TableKind = TableKind {
    title: "upload-locations-title",
    list: NavItem::Locations,
    needs: Permission::EditPlaces,
    columns: &[
        ("code", "column-location-code"),
        ("name", "column-name"),
        ("kind", "column-kind"),
        ("parent", "column-parent"),
        ("time_zone", "column-time-zone"),
        ("active", "column-active"),
    ],
    examples: &[
        &["all", "Network", "network", "", "Europe/Kyiv", "yes"],
        &["west", "West", "region", "all", "Europe/Kyiv", "yes"],
        &[
            "lviv-1",
            "Lviv, Rynok 1",
            "location",
            "west",
            "Europe/Kyiv",
            "yes",
        ],
    ],
};

/// The word for a kind of place.
fn kind_word(tr: Tr, kind: LocationKind) -> String {
    tr.t(&format!("location-kind-{}", kind.code()))
}

pub(crate) async fn list(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let seen = app.locations(staff.actor()).await.or_page(&staff.reader)?;
    let tr = staff.tr();
    let edits = staff.actor().may_everywhere(Permission::EditPlaces);
    let title = tr.t("nav-locations");
    let rows = seen.iter().map(|row| tree_row(tr, row)).collect();
    let add = parts::link_button("/locations/new", &tr.t("location-new"));
    let import = parts::link_button_of(Weight::Secondary, "/locations/import", &tr.t("nav-import"));
    let buttons = html! { (import) (add) };
    let empty_text = tr.t(if edits {
        "locations-empty-text"
    } else {
        "locations-empty-none"
    });
    let names = [
        "name",
        "location-kind",
        "code",
        "time-zone",
        "nav-employees",
    ]
    .map(|id| tr.t(id));
    let mut columns = names.each_ref().map(|name| Column::text(name));
    columns[4] = Column::number(&names[4]);
    let table = Table {
        caption: &title,
        columns: &columns,
        rows,
        csv: Some("/locations.csv"),
        empty: Some(parts::empty_state(
            Icon::Locations,
            &tr.t("locations-empty-title"),
            Some(&empty_text),
            edits.then_some(&buttons),
        )),
        ..Table::default()
    };
    let body = html! {
        (parts::page_header(&PageHeader { title: &title, lead: Some(&tr.t("locations-lead")),
            actions: if edits && !seen.is_empty() { buttons.clone() } else { html! {} }, ..PageHeader::default() }))
        (parts::data_table(tr, &table))
    };
    Ok(staff.page(&title, NavItem::Locations, body))
}

fn tree_row(tr: Tr, row: &SeenLocation) -> Vec<Markup> {
    let location = &row.location;
    // Deeper than that a phone has no room to indent.
    let indent = format!("tree tree-{}", row.depth.min(6));
    if !row.own {
        let name = html! { span class=(indent) { span.muted { (location.name) } } };
        return vec![name, html! {}, html! {}, html! {}, html! {}];
    }
    let employees = with_query("/employees", "location", location.code.as_str());
    vec![
        html! {
            span class=(indent) {
                a href={ "/locations/" (location.id) } { (location.name) }
                @if !location.active { " " (parts::badge(Tone::Neutral, &tr.t("location-closed"))) }
            }
        },
        html! { (kind_word(tr, location.kind)) },
        html! { code { (location.code) } },
        html! { (location.time_zone) },
        html! {
            @if row.employees > 0 { a href=(employees) { (tr.count(row.employees)) } } @else { (tr.count(0)) }
        },
    ]
}

pub(crate) async fn csv(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let seen = app.locations(staff.actor()).await.or_page(&staff.reader)?;
    let mut text = CSV_BEGIN.to_vec();
    write_line(&mut text, TABLE.columns.iter().map(|(name, _)| *name));
    for row in seen.iter().filter(|row| row.own) {
        let location = &row.location;
        let parent = row.parent.as_ref().map(|code| code.as_str());
        write_line(
            &mut text,
            [
                location.code.as_str(),
                &location.name,
                location.kind.code(),
                parent.unwrap_or_default(),
                &location.time_zone,
                if location.active { "yes" } else { "no" },
            ],
        );
    }
    Ok(csv_file("locations.csv", text))
}

pub(crate) async fn new(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    needs_editing(&staff)?;
    let draft = LocationDraft {
        kind: LocationKind::Location.code().to_owned(),
        time_zone: staff.directory.workspace.time_zone.clone(),
        active: true,
        ..LocationDraft::default()
    };
    let refused = Refused::default();
    form_page(&app, &staff, None, &draft, &refused, StatusCode::OK).await
}

pub(crate) async fn add(
    State(app): State<Arc<App>>,
    StaffForm { staff, fields }: StaffForm,
) -> PageResult {
    save(&app, &staff, None, &fields).await
}

pub(crate) async fn one(
    State(app): State<Arc<App>>,
    staff: Staff,
    id: Result<Path<Uuid>, axum::extract::rejection::PathRejection>,
) -> PageResult {
    let id = location_id(&staff, id)?;
    let seen = app
        .location(staff.actor(), id)
        .await
        .or_page(&staff.reader)?;
    if staff.actor().may_everywhere(Permission::EditPlaces) {
        let tree = &staff.directory.locations;
        let draft = LocationDraft::of(&seen.location, tree);
        let refused = Refused::default();
        return form_page(&app, &staff, Some(id), &draft, &refused, StatusCode::OK).await;
    }
    let tr = staff.tr();
    let location = &seen.location;
    let above: Vec<&str> = staff
        .directory
        .locations
        .path(id)
        .iter()
        .map(|place| place.name.as_str())
        .collect();
    let employees = with_query("/employees", "location", location.code.as_str());
    let body = html! {
        (parts::page_header(&PageHeader { title: &location.name, crumbs: crumbs(tr, &location.name), ..PageHeader::default() }))
        div.card {
            (parts::facts(&[
                (&tr.t("location-kind"), html! { (kind_word(tr, location.kind)) }),
                (&tr.t("location-parent"), html! { (above[..above.len().saturating_sub(1)].join(" → ")) }),
                (&tr.t("code"), html! { code { (location.code) } }),
                (&tr.t("time-zone"), html! { (location.time_zone) }),
                (&tr.t("nav-employees"), html! { a href=(employees) { (tr.count(seen.employees)) } }),
            ]))
        }
    };
    Ok(staff.page(&location.name, NavItem::Locations, body))
}

pub(crate) async fn change(
    State(app): State<Arc<App>>,
    id: Result<Path<Uuid>, axum::extract::rejection::PathRejection>,
    StaffForm { staff, fields }: StaffForm,
) -> PageResult {
    let id = location_id(&staff, id)?;
    save(&app, &staff, Some(id), &fields).await
}

fn location_id(
    staff: &Staff,
    id: Result<Path<Uuid>, axum::extract::rejection::PathRejection>,
) -> Result<LocationId, PageError> {
    id.map(|Path(id)| LocationId(id))
        .map_err(|_| AppError::NotFound("location"))
        .or_page(&staff.reader)
}

fn needs_editing(staff: &Staff) -> Result<(), PageError> {
    if staff.actor().may_everywhere(Permission::EditPlaces) {
        Ok(())
    } else {
        Err(AppError::Forbidden(Permission::EditPlaces)).or_page(&staff.reader)
    }
}

async fn save(app: &App, staff: &Staff, id: Option<LocationId>, fields: &Fields) -> PageResult {
    let draft = LocationDraft {
        code: fields.get("code").to_owned(),
        name: fields.get("name").to_owned(),
        kind: fields.get("kind").to_owned(),
        parent: fields.get("parent").to_owned(),
        time_zone: fields.get("time_zone").to_owned(),
        active: fields.ticked("active"),
    };
    match app.save_location(staff.actor(), id, &draft).await {
        Ok(_) => {
            let done = match id {
                None => "location-added",
                Some(_) => "location-saved",
            };
            Ok(Redirect::to(&with_query("/locations", "done", done)).into_response())
        }
        Err(AppError::Refused(refusals)) => {
            let refused = Refused::of(staff.tr(), &refusals);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            form_page(app, staff, id, &draft, &refused, status).await
        }
        Err(error) => Err(error).or_page(&staff.reader),
    }
}

fn crumbs(tr: Tr, title: &str) -> Markup {
    parts::breadcrumbs(
        tr,
        &[
            Crumb {
                label: &tr.t("nav-locations"),
                href: Some("/locations"),
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
    id: Option<LocationId>,
    draft: &LocationDraft,
    refused: &Refused,
    status: StatusCode,
) -> PageResult {
    let tr = staff.tr();
    let seen = app.locations(staff.actor()).await.or_page(&staff.reader)?;
    let known = seen.iter().find(|row| Some(row.location.id) == id);
    let title = match known {
        Some(known) => known.location.name.clone(),
        None => tr.t("location-new"),
    };
    let below = id
        .map(|id| staff.directory.locations.with_descendants([id]))
        .unwrap_or_default();
    let kinds: Vec<(&str, String)> = LocationKind::ALL
        .into_iter()
        .map(|kind| (kind.code(), kind_word(tr, kind)))
        .collect();
    let kinds: Vec<Choice> = kinds
        .iter()
        .map(|(value, label)| Choice { value, label })
        .collect();
    let parents = place_choices(&seen, |row| {
        row.location.kind != LocationKind::Location && !below.contains(&row.location.id)
    });
    let none = tr.t("location-parent-none");
    let parents = choices(&none, &parents);
    let action = match id {
        None => "/locations/new".to_owned(),
        Some(id) => format!("/locations/{id}"),
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
        (parts::page_header(&PageHeader { title: &title, crumbs: crumbs(tr, &title), ..PageHeader::default() }))
        (refused.summary(tr))
        form.card.form method="post" action=(action) {
            (parts::csrf_field(staff.csrf()))
            (parts::field(tr, &Field { name: "name", label: &tr.t("name"), required: true, error: refused.get("name"),
                control: text(&draft.name, false), ..Field::default() }))
            (parts::field(tr, &Field { name: "code", label: &tr.t("code"), required: true, error: refused.get("code"),
                hint: Some(&tr.t("people-code-hint")), control: text(&draft.code, true), ..Field::default() }))
            (parts::field(tr, &Field { name: "kind", label: &tr.t("location-kind"), error: refused.get("kind"),
                control: Control::Select { choices: &kinds, selected: &draft.kind }, ..Field::default() }))
            (parts::field(tr, &Field { name: "parent", label: &tr.t("location-parent"), error: refused.get("parent"),
                hint: Some(&tr.t("location-parent-hint")),
                control: Control::Select { choices: &parents, selected: &draft.parent }, ..Field::default() }))
            (parts::field(tr, &Field { name: "time_zone", label: &tr.t("time-zone"), error: refused.get("time_zone"),
                hint: Some(&tr.t("location-time-zone-hint")), control: zone_input(&draft.time_zone), ..Field::default() }))
            (zone_list())
            (parts::field(tr, &Field { name: "active", label: &tr.t("location-active"),
                control: Control::Check { checked: draft.active }, ..Field::default() }))
            div.button-row {
                (parts::button(Weight::Primary, &tr.t("save")))
                (parts::link_button_of(Weight::Quiet, "/locations", &tr.t("cancel")))
            }
        }
    };
    Ok(staff.page_with(&title, NavItem::Locations, None, body, status))
}

/// Places for a select, indented as they stand in the tree.
pub(crate) fn place_choices(
    seen: &[SeenLocation],
    offered: impl Fn(&SeenLocation) -> bool,
) -> Vec<(String, String)> {
    seen.iter()
        .filter(|row| row.own && offered(row))
        .map(|row| {
            let indent = "\u{2003}".repeat(row.depth);
            let label = format!("{indent}{}", row.location.name);
            (row.location.code.to_string(), label)
        })
        .collect()
}

/// The choices of a select, with an empty one in front.
pub(crate) fn choices<'a>(none: &'a str, places: &'a [(String, String)]) -> Vec<Choice<'a>> {
    let none = Choice {
        value: "",
        label: none,
    };
    let places = places.iter().map(|(value, label)| Choice { value, label });
    std::iter::once(none).chain(places).collect()
}

pub(crate) async fn import_form(staff: Staff) -> PageResult {
    TABLE.form(&staff)
}

pub(crate) async fn import(State(app): State<Arc<App>>, upload: StaffUpload) -> PageResult {
    let actor = upload.staff.actor().clone();
    let import = async |file, dry_run| app.import_locations(&actor, file, dry_run).await;
    TABLE.take(upload, import).await
}

pub(crate) async fn template(staff: Staff) -> Result<Response, PageError> {
    TABLE.template(&staff)
}
