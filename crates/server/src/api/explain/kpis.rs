//! Targets.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::civil::Date;
use radost_app::App;
use radost_app::Directory;
use radost_app::domain::access::Actor;
use radost_app::domain::name::KpiId;
use radost_app::explain::{Figure, KpiDraft, KpiStatus};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::metrics::NumberView;
use crate::Server;
use crate::problem::Problem;
use crate::request::Program;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(one, change, remove))
}

/// A target to be added or changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KpiBody {
    /// What it is called.
    name: String,
    /// The code of the survey.
    survey: String,
    /// `nps.CODE`, `csat.CODE`, `ces.CODE`, `mean.CODE` with the code of a question, or `csi`.
    metric: String,
    /// The code of the place, with everything under it; the whole network when left out.
    #[serde(default)]
    location: Option<String>,
    /// Which responses count beyond the place: `channel`, `language`, `touchpoint`, `segment` as `code:value`.
    #[serde(default)]
    filters: BTreeMap<String, String>,
    /// `at_least` or `at_most`.
    #[serde(default)]
    direction: Option<String>,
    /// The value to be reached.
    target: f64,
    /// How many days of answers the number rests on, 7 to 1,830.
    #[serde(default = "ninety")]
    days: i32,
    /// The id of the user who answers for it.
    #[serde(default)]
    owner: Option<Uuid>,
    /// The day from which the way is counted; today when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    since: Option<Date>,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    due: Date,
    /// What else must be known.
    #[serde(default)]
    note: Option<String>,
    /// What is done to reach it.
    #[serde(default)]
    actions: Option<String>,
}

fn ninety() -> i32 {
    90
}

impl From<KpiBody> for KpiDraft {
    fn from(body: KpiBody) -> Self {
        KpiDraft {
            name: body.name,
            survey: body.survey,
            metric: body.metric,
            location: body.location.unwrap_or_default(),
            filters: body.filters,
            direction: body.direction.unwrap_or_default(),
            target: body.target.to_string(),
            days: body.days.to_string(),
            owner: body.owner.map(|id| id.to_string()).unwrap_or_default(),
            since: body.since.map(|day| day.to_string()).unwrap_or_default(),
            due: body.due.to_string(),
            note: body.note.unwrap_or_default(),
            actions: body.actions.unwrap_or_default(),
        }
    }
}

/// Who answers for a target.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnerView {
    /// Their id.
    id: Uuid,
    /// Their name.
    name: String,
}

/// A target with how it stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KpiView {
    /// Its id.
    id: Uuid,
    /// What it is called.
    name: String,
    /// The code of the survey.
    survey: String,
    /// The metric.
    metric: String,
    /// The code of the place; nothing for the whole network.
    location: Option<String>,
    /// Which responses count beyond the place.
    filters: BTreeMap<String, String>,
    /// `at_least` or `at_most`.
    direction: &'static str,
    /// The value to be reached.
    target: f64,
    /// How many days of answers the number rests on.
    days: i32,
    /// Who answers for it.
    owner: Option<OwnerView>,
    /// The day from which the way is counted.
    #[schema(value_type = String, format = Date)]
    since: Date,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    due: Date,
    /// What else must be known.
    note: String,
    /// What is done to reach it.
    actions: String,
    /// First day of the answers that count.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// Last day of the answers that count: today, or the last day once it has passed.
    #[schema(value_type = String, format = Date)]
    to: Date,
    /// The number; nothing when the survey no longer asks for it.
    number: Option<NumberView>,
    /// The number on the day from which the way is counted.
    start: Option<f64>,
    /// Where the number should be by now.
    pace: Option<f64>,
    /// By the 95 % interval: `reached`, `on_track`, `at_risk`, `missed`, `undecided` (the day has passed, and the answers
    /// do not tell), `too_few`.
    progress: &'static str,
}

impl KpiView {
    fn of(status: KpiStatus, directory: &Directory) -> Self {
        let draft = KpiDraft::of(&status.kpi, directory);
        let number = |figure: &Figure| NumberView::of(figure, None);
        KpiView {
            id: status.kpi.id.0,
            name: draft.name,
            survey: draft.survey,
            metric: draft.metric,
            location: Some(draft.location).filter(|code| !code.is_empty()),
            filters: draft.filters,
            direction: status.kpi.direction.code(),
            target: status.kpi.target,
            days: status.kpi.days,
            owner: status.owner.map(|person| OwnerView {
                id: person.id.0,
                name: person.name,
            }),
            since: status.kpi.since,
            due: status.kpi.due,
            note: draft.note,
            actions: draft.actions,
            from: status.period.from,
            to: status.period.to,
            number: status.figure.as_ref().map(number),
            start: status.start,
            pace: status.pace,
            progress: status.progress.code(),
        }
    }

    async fn load(app: &App, actor: &Actor, id: KpiId) -> Result<Self, Problem> {
        let directory = app.directory(actor.workspace).await?;
        Ok(KpiView::of(app.kpi(actor, id).await?.status, &directory))
    }
}

/// All targets that the key sees.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KpisView {
    /// The one that is due first in front.
    items: Vec<KpiView>,
}

/// Targets with how they stand, the one that is due first in front.
#[utoipa::path(
    get, path = "/kpis", tag = "kpis",
    responses((status = 200, body = KpisView)),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Program(actor): Program,
) -> Result<Json<KpisView>, Problem> {
    let directory = app.directory(actor.workspace).await?;
    let found = app.kpis(&actor).await?.into_iter();
    let items = found
        .map(|status| KpiView::of(status, &directory))
        .collect();
    Ok(Json(KpisView { items }))
}

/// Adds a target.
#[utoipa::path(
    post, path = "/kpis", tag = "kpis",
    request_body = KpiBody,
    responses((status = 201, body = KpiView), (status = 422, body = Problem)),
)]
pub(crate) async fn add(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    body: Result<Json<KpiBody>, JsonRejection>,
) -> Result<(StatusCode, Json<KpiView>), Problem> {
    let Json(body) = body?;
    let kpi = app.save_kpi(&actor, None, &body.into()).await?;
    let view = KpiView::load(&app, &actor, kpi.id).await?;
    Ok((StatusCode::CREATED, Json(view)))
}

/// One target with how it stands.
#[utoipa::path(
    get, path = "/kpis/{id}", tag = "kpis",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = KpiView), (status = 404, body = Problem)),
)]
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<Json<KpiView>, Problem> {
    let Path(id) = id?;
    Ok(Json(KpiView::load(&app, &actor, KpiId(id)).await?))
}

/// Changes a target: what is left out takes its default, but for `since`, which stays.
#[utoipa::path(
    put, path = "/kpis/{id}", tag = "kpis",
    params(("id" = Uuid, Path)),
    request_body = KpiBody,
    responses((status = 200, body = KpiView), (status = 404, body = Problem), (status = 422, body = Problem)),
)]
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    id: Result<Path<Uuid>, PathRejection>,
    body: Result<Json<KpiBody>, JsonRejection>,
) -> Result<Json<KpiView>, Problem> {
    let (Path(id), Json(body)) = (id?, body?);
    let kpi = app.save_kpi(&actor, Some(KpiId(id)), &body.into()).await?;
    Ok(Json(KpiView::load(&app, &actor, kpi.id).await?))
}

/// Removes a target.
#[utoipa::path(
    delete, path = "/kpis/{id}", tag = "kpis",
    params(("id" = Uuid, Path)),
    responses((status = 204, description = "The target is removed"), (status = 404, body = Problem)),
)]
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(id) = id?;
    app.delete_kpi(&actor, KpiId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
