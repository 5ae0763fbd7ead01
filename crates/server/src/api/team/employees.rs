//! Employees.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use radost_app::App;
use radost_app::AppError;
use radost_app::domain::access::{Actor, Permission};
use radost_app::domain::name::EmployeeId;
use radost_app::domain::team::{Employee, LocationTree};
use radost_app::team::EmployeeDraft;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
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

/// An employee to be added or changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmployeeBody {
    /// Their name in files: small Latin letters, digits, `-` and `_`.
    code: String,
    /// Their name.
    name: String,
    /// What they do.
    #[serde(default)]
    job: Option<String>,
    /// The code of the place where they work.
    #[serde(default)]
    location: Option<String>,
    /// Whether they still do.
    #[serde(default = "yes")]
    active: bool,
}

fn yes() -> bool {
    true
}

impl From<EmployeeBody> for EmployeeDraft {
    fn from(body: EmployeeBody) -> Self {
        EmployeeDraft {
            code: body.code,
            name: body.name,
            job: body.job.unwrap_or_default(),
            location: body.location.unwrap_or_default(),
            active: body.active,
        }
    }
}

/// An employee.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EmployeeView {
    /// Their id.
    id: Uuid,
    /// Their name in files.
    code: String,
    /// Their name.
    name: String,
    /// What they do.
    job: String,
    /// The code of the place where they work.
    location: Option<String>,
    /// Whether they still do.
    active: bool,
}

impl EmployeeView {
    fn of(employee: Employee, tree: &LocationTree) -> Self {
        let location = employee.location.and_then(|id| tree.get(id));
        EmployeeView {
            id: employee.id.0,
            location: location.map(|location| location.code.to_string()),
            code: employee.code.into(),
            name: employee.name,
            job: employee.job,
            active: employee.active,
        }
    }

    async fn load(app: &App, actor: &Actor, employee: Employee) -> Result<Self, Problem> {
        let directory = app.directory(actor.workspace).await?;
        Ok(EmployeeView::of(employee, &directory.locations))
    }
}

/// Which employees.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EmployeesQuery {
    /// The code of a place: those who work there or anywhere under it.
    location: Option<String>,
}

/// Employees by name.
#[utoipa::path(
    get, path = "/employees", tag = "employees",
    params(PageQuery, EmployeesQuery),
    responses((status = 200, body = ListView<EmployeeView>)),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    page: Result<Query<PageQuery>, QueryRejection>,
    query: Result<Query<EmployeesQuery>, QueryRejection>,
) -> Result<Json<ListView<EmployeeView>>, Problem> {
    let (Query(page), Query(query)) = (page?, query?);
    let directory = app.directory(actor.workspace).await?;
    let tree = &directory.locations;
    let location = query
        .location
        .map(|code| tree.by_code(&code).map(|location| location.id))
        .map(|found| found.ok_or(AppError::NotFound("location")))
        .transpose()?;
    let mut found = app.employees(&actor, location).await?;
    if let Some(after) = page.after::<(String, EmployeeId)>()? {
        found.retain(|employee| (&employee.name, employee.id) > (&after.0, after.1));
    }
    Ok(Json(ListView::of(
        found,
        page.limit(),
        |employee| (employee.name.clone(), employee.id),
        |employee| EmployeeView::of(employee, tree),
    )))
}

/// Adds an employee.
#[utoipa::path(
    post, path = "/employees", tag = "employees",
    request_body = EmployeeBody,
    responses((status = 201, body = EmployeeView), (status = 422, body = Problem)),
)]
pub(crate) async fn add(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    body: Result<Json<EmployeeBody>, JsonRejection>,
) -> Result<(StatusCode, Json<EmployeeView>), Problem> {
    let Json(body) = body?;
    let employee = app.save_employee(&actor, None, &body.into()).await?;
    let view = EmployeeView::load(&app, &actor, employee).await?;
    Ok((StatusCode::CREATED, Json(view)))
}

/// One employee.
#[utoipa::path(
    get, path = "/employees/{id}", tag = "employees",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = EmployeeView), (status = 404, body = Problem)),
)]
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<Json<EmployeeView>, Problem> {
    let Path(id) = id?;
    let employee = app.employee(&actor, EmployeeId(id)).await?;
    Ok(Json(EmployeeView::load(&app, &actor, employee).await?))
}

/// Changes an employee: what is left out takes its default.
#[utoipa::path(
    put, path = "/employees/{id}", tag = "employees",
    params(("id" = Uuid, Path)),
    request_body = EmployeeBody,
    responses((status = 200, body = EmployeeView), (status = 404, body = Problem), (status = 422, body = Problem)),
)]
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    id: Result<Path<Uuid>, PathRejection>,
    body: Result<Json<EmployeeBody>, JsonRejection>,
) -> Result<Json<EmployeeView>, Problem> {
    let (Path(id), Json(body)) = (id?, body?);
    let id = Some(EmployeeId(id));
    let employee = app.save_employee(&actor, id, &body.into()).await?;
    Ok(Json(EmployeeView::load(&app, &actor, employee).await?))
}

/// Adds and changes employees from a CSV file: `code`, `name`, `job`, `location`, `active`.
#[utoipa::path(
    post, path = "/employees/import", tag = "employees",
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
    let report = server.app.import_employees(&actor, source, query.dry_run);
    Ok(Json(report.await?.into()))
}
