//! Locations: network → region → location.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use radost_app::App;
use radost_app::domain::access::{Actor, Permission};
use radost_app::domain::name::LocationId;
use radost_app::domain::team::{Location, LocationTree};
use radost_app::team::LocationDraft;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Server;
use crate::api::page::{ListView, PageQuery};
use crate::api::table::{ImportQuery, ImportView, receive};
use crate::problem::Problem;
use crate::request::Program;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(one, change))
        .routes(routes!(import))
}

/// A place to be added or changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LocationBody {
    /// Its name in files and addresses: small Latin letters, digits, `-` and `_`.
    code: String,
    /// Its name for people.
    name: String,
    /// `network`, `region` or `location`.
    #[serde(default = "location")]
    kind: String,
    /// The code of the place above.
    #[serde(default)]
    parent: Option<String>,
    /// IANA name of its time zone; that of the place above, or the workspace's, when left out.
    #[serde(default)]
    time_zone: Option<String>,
    /// Whether it is in use.
    #[serde(default = "yes")]
    active: bool,
}

fn location() -> String {
    "location".to_owned()
}

fn yes() -> bool {
    true
}

impl From<LocationBody> for LocationDraft {
    fn from(body: LocationBody) -> Self {
        LocationDraft {
            code: body.code,
            name: body.name,
            kind: body.kind,
            parent: body.parent.unwrap_or_default(),
            time_zone: body.time_zone.unwrap_or_default(),
            active: body.active,
        }
    }
}

/// A place.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LocationView {
    /// Its id.
    id: Uuid,
    /// Its name in files and addresses.
    code: String,
    /// Its name for people.
    name: String,
    /// `network`, `region` or `location`.
    kind: &'static str,
    /// The code of the place above.
    parent: Option<String>,
    /// IANA name of its time zone.
    time_zone: String,
    /// Whether it is in use.
    active: bool,
}

impl LocationView {
    fn of(location: Location, tree: &LocationTree) -> Self {
        let parent = location.parent.and_then(|id| tree.get(id));
        LocationView {
            id: location.id.0,
            parent: parent.map(|parent| parent.code.to_string()),
            code: location.code.into(),
            name: location.name,
            kind: location.kind.code(),
            time_zone: location.time_zone,
            active: location.active,
        }
    }

    async fn load(app: &App, actor: &Actor, location: Location) -> Result<Self, Problem> {
        let directory = app.directory(actor.workspace).await?;
        Ok(LocationView::of(location, &directory.locations))
    }
}

/// Places, those above before those below them.
#[utoipa::path(
    get, path = "/locations", tag = "locations",
    params(PageQuery),
    responses((status = 200, body = ListView<LocationView>)),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    page: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Json<ListView<LocationView>>, Problem> {
    let Query(page) = page?;
    let directory = app.directory(actor.workspace).await?;
    let mut own: Vec<Location> = app
        .locations(&actor)
        .await?
        .into_iter()
        .filter(|seen| seen.own)
        .map(|seen| seen.location)
        .collect();
    if let Some(after) = page.after::<LocationId>()? {
        // A place that was removed from sight meanwhile: begin again rather than end too early.
        let at = own.iter().position(|location| location.id == after);
        own.drain(..at.map_or(0, |at| at + 1));
    }
    Ok(Json(ListView::of(
        own,
        page.limit(),
        |location| location.id,
        |location| LocationView::of(location, &directory.locations),
    )))
}

/// Adds a place.
#[utoipa::path(
    post, path = "/locations", tag = "locations",
    request_body = LocationBody,
    responses((status = 201, body = LocationView), (status = 422, body = Problem)),
)]
pub(crate) async fn add(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    body: Result<Json<LocationBody>, JsonRejection>,
) -> Result<(StatusCode, Json<LocationView>), Problem> {
    let Json(body) = body?;
    let location = app.save_location(&actor, None, &body.into()).await?;
    let view = LocationView::load(&app, &actor, location).await?;
    Ok((StatusCode::CREATED, Json(view)))
}

/// One place.
#[utoipa::path(
    get, path = "/locations/{id}", tag = "locations",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = LocationView), (status = 404, body = Problem)),
)]
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<Json<LocationView>, Problem> {
    let Path(id) = id?;
    let seen = app.location(&actor, LocationId(id)).await?;
    Ok(Json(LocationView::load(&app, &actor, seen.location).await?))
}

/// Changes a place: what is left out takes its default.
#[utoipa::path(
    put, path = "/locations/{id}", tag = "locations",
    params(("id" = Uuid, Path)),
    request_body = LocationBody,
    responses((status = 200, body = LocationView), (status = 404, body = Problem), (status = 422, body = Problem)),
)]
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    id: Result<Path<Uuid>, PathRejection>,
    body: Result<Json<LocationBody>, JsonRejection>,
) -> Result<Json<LocationView>, Problem> {
    let (Path(id), Json(body)) = (id?, body?);
    let id = Some(LocationId(id));
    let location = app.save_location(&actor, id, &body.into()).await?;
    Ok(Json(LocationView::load(&app, &actor, location).await?))
}

/// Adds and changes places from a CSV file: `code`, `name`, `kind`, `parent`, `time_zone`, `active`.
#[utoipa::path(
    post, path = "/locations/import", tag = "locations",
    params(ImportQuery),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = ImportView), (status = 422, body = Problem)),
)]
pub(crate) async fn import(
    State(server): State<Server>,
    Program(actor): Program,
    query: Result<Query<ImportQuery>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<ImportView>, Problem> {
    let Query(query) = query?;
    let file = receive(&server, &actor, Permission::EditPlaces, &headers, body).await?;
    let source = file.open()?;
    let report = server.app.import_locations(&actor, source, query.dry_run);
    Ok(Json(report.await?.into()))
}
