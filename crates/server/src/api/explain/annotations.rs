//! What was done and what happened, beside the numbers.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use jiff::civil::Date;
use radost_app::App;
use radost_app::domain::access::Actor;
use radost_app::domain::name::AnnotationId;
use radost_app::domain::team::LocationTree;
use radost_app::explain::{Annotation, AnnotationDraft, AnnotationKind, Period};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Server;
use crate::api::page::{ListView, PageQuery};
use crate::problem::Problem;
use crate::request::Program;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(one, change, remove))
}

/// An annotation to be added or changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnnotationBody {
    /// When.
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// `action` for what was done to change something, `event` for what happened.
    #[schema(value_type = String)]
    kind: AnnotationKind,
    /// One line of at most 200 characters.
    text: String,
    /// The code of a place; the whole network when left out.
    #[serde(default)]
    location: Option<String>,
}

impl From<AnnotationBody> for AnnotationDraft {
    fn from(body: AnnotationBody) -> Self {
        AnnotationDraft {
            day: Some(body.day),
            kind: body.kind,
            text: body.text,
            location: body.location.unwrap_or_default(),
        }
    }
}

/// An annotation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnnotationView {
    /// Its id.
    id: Uuid,
    /// When.
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// `action` or `event`.
    kind: &'static str,
    /// One line.
    text: String,
    /// The code of a place; nothing for the whole network.
    location: Option<String>,
}

impl AnnotationView {
    pub(super) fn of(annotation: Annotation, tree: &LocationTree) -> Self {
        let location = annotation.location.and_then(|id| tree.get(id));
        AnnotationView {
            id: annotation.id.0,
            day: annotation.day,
            kind: annotation.kind.code(),
            location: location.map(|location| location.code.to_string()),
            text: annotation.text,
        }
    }

    async fn load(app: &App, actor: &Actor, annotation: Annotation) -> Result<Self, Problem> {
        let directory = app.directory(actor.workspace).await?;
        Ok(AnnotationView::of(annotation, &directory.locations))
    }
}

/// Which annotations.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AnnotationsQuery {
    /// The first day.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// The last day.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Date>,
}

/// Annotations in the order of days.
#[utoipa::path(
    get, path = "/annotations", tag = "metrics",
    params(PageQuery, AnnotationsQuery),
    responses((status = 200, body = ListView<AnnotationView>)),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    page: Result<Query<PageQuery>, QueryRejection>,
    query: Result<Query<AnnotationsQuery>, QueryRejection>,
) -> Result<Json<ListView<AnnotationView>>, Problem> {
    let (Query(page), Query(query)) = (page?, query?);
    let period = Period {
        from: query.from.unwrap_or(Date::MIN),
        to: query.to.unwrap_or(Date::MAX),
    };
    let mut found = app.annotations(&actor, period).await?;
    if let Some(after) = page.after::<(Date, AnnotationId)>()? {
        found.retain(|annotation| (annotation.day, annotation.id) > after);
    }
    let directory = app.directory(actor.workspace).await?;
    Ok(Json(ListView::of(
        found,
        page.limit(),
        |annotation| (annotation.day, annotation.id),
        |annotation| AnnotationView::of(annotation, &directory.locations),
    )))
}

/// Adds an annotation.
#[utoipa::path(
    post, path = "/annotations", tag = "metrics",
    request_body = AnnotationBody,
    responses((status = 201, body = AnnotationView), (status = 422, body = Problem)),
)]
pub(crate) async fn add(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    body: Result<Json<AnnotationBody>, JsonRejection>,
) -> Result<(StatusCode, Json<AnnotationView>), Problem> {
    let Json(body) = body?;
    let annotation = app.save_annotation(&actor, None, &body.into()).await?;
    let view = AnnotationView::load(&app, &actor, annotation).await?;
    Ok((StatusCode::CREATED, Json(view)))
}

/// One annotation.
#[utoipa::path(
    get, path = "/annotations/{id}", tag = "metrics",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = AnnotationView), (status = 404, body = Problem)),
)]
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<Json<AnnotationView>, Problem> {
    let Path(id) = id?;
    let annotation = app.annotation(&actor, AnnotationId(id)).await?;
    Ok(Json(AnnotationView::load(&app, &actor, annotation).await?))
}

/// Changes an annotation: what is left out takes its default.
#[utoipa::path(
    put, path = "/annotations/{id}", tag = "metrics",
    params(("id" = Uuid, Path)),
    request_body = AnnotationBody,
    responses((status = 200, body = AnnotationView), (status = 404, body = Problem), (status = 422, body = Problem)),
)]
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    id: Result<Path<Uuid>, PathRejection>,
    body: Result<Json<AnnotationBody>, JsonRejection>,
) -> Result<Json<AnnotationView>, Problem> {
    let (Path(id), Json(body)) = (id?, body?);
    let id = Some(AnnotationId(id));
    let annotation = app.save_annotation(&actor, id, &body.into()).await?;
    Ok(Json(AnnotationView::load(&app, &actor, annotation).await?))
}

/// Removes an annotation.
#[utoipa::path(
    delete, path = "/annotations/{id}", tag = "metrics",
    params(("id" = Uuid, Path)),
    responses((status = 204, description = "It is gone"), (status = 404, body = Problem)),
)]
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(id) = id?;
    app.delete_annotation(&actor, AnnotationId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
