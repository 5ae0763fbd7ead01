//! Reading responses.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse;
use radost_app::domain::Language;
use radost_app::domain::listen::{Correction, Response};
use radost_app::domain::name::ResponseId;
use radost_app::explain::Selection;
use radost_app::listen::{FileKind, ResponseCursor, Said};
use radost_app::{App, AppError, Directory};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Server;
use crate::api::page::{ListView, decode, encode};
use crate::export::saved_file;
use crate::problem::Problem;
use crate::request::Program;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(one, correct))
}

/// Which responses.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResponsesQuery {
    /// The survey's code; the one that got the latest answers when left out.
    survey: Option<String>,
    /// First day, `2026-03-01`; 90 days up to `to` when left out.
    from: Option<String>,
    /// Last day; today when left out.
    to: Option<String>,
    /// Code of a place; everything under it counts too.
    location: Option<String>,
    /// `1` for the place alone.
    exact: Option<String>,
    /// Code of a channel.
    channel: Option<String>,
    /// Code of a language.
    language: Option<String>,
    /// Code of a touchpoint.
    touchpoint: Option<String>,
    /// Code of an employee.
    employee: Option<String>,
    /// `code:value`.
    segment: Option<String>,
    /// Those without a value: `location`, `employee`, `touchpoint`, `segment.CODE`, separated by commas.
    lacking: Option<String>,
    /// Those that count in a metric: `nps.CODE`, `csat.CODE`, `ces.CODE`, `mean.CODE`, `csi`.
    metric: Option<String>,
    /// Those who gave these answers to the metric's question: `0-6`, `9,10`.
    score: Option<String>,
    /// The `next` of the page before; the beginning without it.
    cursor: Option<String>,
    /// Most items, 1 to 500; 100 when left out.
    limit: Option<i64>,
    /// `csv`, `xlsx`, `sav` or `parquet`: not a page of the list but all of it, as a file.
    format: Option<String>,
}

impl ResponsesQuery {
    fn selection(&self) -> Selection {
        let pairs = [
            ("survey", &self.survey),
            ("from", &self.from),
            ("to", &self.to),
            ("location", &self.location),
            ("exact", &self.exact),
            ("channel", &self.channel),
            ("language", &self.language),
            ("touchpoint", &self.touchpoint),
            ("employee", &self.employee),
            ("segment", &self.segment),
            ("lacking", &self.lacking),
            ("metric", &self.metric),
            ("score", &self.score),
        ];
        Selection::of(
            pairs
                .iter()
                .filter_map(|(name, value)| Some((*name, value.as_deref()?))),
        )
    }
}

/// A response.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResponseView {
    /// Its id.
    id: Uuid,
    /// The sender's id.
    client_id: Uuid,
    /// The survey's code.
    survey: String,
    /// The version that was answered.
    version: u32,
    /// Who answered.
    customer_id: Option<Uuid>,
    /// The location's code.
    location: Option<String>,
    /// The employee's code.
    employee: Option<String>,
    /// The moment of the journey.
    touchpoint: Option<String>,
    /// The way on which it came.
    channel: String,
    /// Its language.
    language: String,
    /// Segment values.
    segments: BTreeMap<String, String>,
    /// When the respondent began.
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<jiff::Timestamp>,
    /// When the respondent was done.
    #[schema(value_type = String, format = DateTime)]
    submitted_at: jiff::Timestamp,
    /// When it was accepted.
    #[schema(value_type = String, format = DateTime)]
    received_at: jiff::Timestamp,
    /// The day at the place.
    #[schema(value_type = String, format = Date)]
    day: jiff::civil::Date,
    /// Answers by question code.
    #[schema(value_type = BTreeMap<String, serde_json::Value>)]
    answers: BTreeMap<String, serde_json::Value>,
    /// Seconds spent per question.
    seconds: BTreeMap<String, f32>,
    /// How it counts.
    #[serde(flatten)]
    counts: CountsView,
}

/// How a response counts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CountsView {
    /// For how many responses it stands; 1 unless corrected.
    weight: f64,
    /// Whether it is left out of every number.
    excluded: bool,
    /// Why it is left out; empty when nobody said so.
    exclusion_reason: String,
}

impl From<&Response> for CountsView {
    fn from(response: &Response) -> Self {
        CountsView {
            weight: response.weight,
            excluded: response.excluded,
            exclusion_reason: response.exclusion_reason.clone(),
        }
    }
}

fn view(directory: &Directory, survey: &str, response: Response) -> ResponseView {
    let location = response.location.and_then(|id| directory.locations.get(id));
    let employee = response
        .employee
        .and_then(|id| directory.employees.get(&id));
    ResponseView {
        counts: (&response).into(),
        id: response.id.0,
        client_id: response.client_id,
        survey: survey.to_owned(),
        version: response.version,
        customer_id: response.customer.map(|id| id.0),
        location: location.map(|location| location.code.to_string()),
        employee: employee.map(|employee| employee.code.to_string()),
        touchpoint: response.touchpoint.map(|code| code.to_string()),
        channel: response.channel.to_string(),
        language: response.language.to_string(),
        segments: response
            .segments
            .into_iter()
            .map(|(code, value)| (code.to_string(), value))
            .collect(),
        started_at: response.started_at,
        submitted_at: response.submitted_at,
        received_at: response.received_at,
        day: response.day,
        answers: response
            .answers
            .into_iter()
            .map(|(code, answer)| {
                let value = serde_json::to_value(answer).unwrap_or_default();
                (code.to_string(), value)
            })
            .collect(),
        seconds: response
            .seconds
            .into_iter()
            .map(|(code, seconds)| (code.to_string(), seconds))
            .collect(),
    }
}

/// Responses, newest day first.
#[utoipa::path(
    get, path = "/responses", tag = "responses",
    params(ResponsesQuery),
    responses(
        (status = 200, description = "One page of the list, or with `format` a file", content(
            (ListView<ResponseView> = "application/json"),
            (String = "text/csv"),
            (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (String = "application/x-spss-sav"),
            (String = "application/vnd.apache.parquet"),
        )),
        (status = 404, description = "There is no such survey, place or metric", body = Problem),
        (status = 422, description = "A filter has a value that it cannot have", body = Problem),
    )
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    query: Result<Query<ResponsesQuery>, QueryRejection>,
) -> Result<axum::response::Response, Problem> {
    let Query(query) = query?;
    if let Some(format) = &query.format {
        let kind = FileKind::of_extension(format).ok_or_else(|| {
            let known = FileKind::ALL.map(FileKind::extension).join(", ");
            AppError::invalid("format", format!("known are {known}"))
        })?;
        let language = Language::En;
        let selection = query.selection();
        let made = app.responses_file(&actor, &selection, kind, language);
        return Ok(saved_file("responses", kind, made.await?));
    }
    let after = query
        .cursor
        .as_deref()
        .map(decode)
        .transpose()?
        .map(|(day, id)| ResponseCursor { day, id });
    let limit = query.limit.unwrap_or(100).clamp(1, 500);
    let page = app
        .responses(&actor, &query.selection(), after, limit)
        .await?
        .ok_or(AppError::NotFound("survey"))?;
    let survey = page.scope.survey.published.survey().code.to_string();
    let directory = &page.scope.directory;
    let list = ListView {
        next: page.next.map(|next| encode(&(next.day, next.id))),
        items: page
            .responses
            .into_iter()
            .map(|response| view(directory, &survey, response))
            .collect(),
    };
    Ok(Json(list).into_response())
}

/// A response in full.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResponseInFullView {
    /// The response.
    #[serde(flatten)]
    response: ResponseView,
    /// Every question of the version that was answered, in order.
    questions: Vec<AskedView>,
}

/// What became of a question.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AskedView {
    /// Its code.
    code: String,
    /// Its kind.
    kind: &'static str,
    /// `answered`, `skipped`, or `hidden` by other answers.
    state: &'static str,
}

/// One response.
#[utoipa::path(
    get, path = "/responses/{id}", tag = "responses",
    params(("id" = String, Path, description = "The response's id")),
    responses(
        (status = 200, description = "The response", body = ResponseInFullView),
        (status = 404, description = "There is no such response", body = Problem),
    )
)]
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<ResponseInFullView>, Problem> {
    let Path(id) = id?;
    let id: ResponseId = id.parse().map_err(|_| AppError::NotFound("response"))?;
    let found = app.response(&actor, id, None).await?;
    let directory = app.directory(actor.workspace).await?;
    let questions = found
        .asked
        .iter()
        .map(|asked| AskedView {
            code: asked.question.code.to_string(),
            kind: asked.question.kind.name(),
            state: match asked.said {
                Said::Answered(_) => "answered",
                Said::Skipped => "skipped",
                Said::Hidden => "hidden",
            },
        })
        .collect();
    let survey = found.survey.survey().code.to_string();
    Ok(Json(ResponseInFullView {
        response: view(&directory, &survey, found.response),
        questions,
    }))
}

/// What to correct about a response; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CorrectionBody {
    /// For how many responses it stands: greater than 0, at most 1000.
    #[serde(default)]
    weight: Option<f64>,
    /// Whether it is left out of every number.
    #[serde(default)]
    excluded: Option<bool>,
    /// Why it is left out, in at most 500 characters; forgotten when it counts again.
    #[serde(default)]
    reason: Option<String>,
}

/// Corrects how a response counts. What was answered cannot be changed.
#[utoipa::path(
    patch, path = "/responses/{id}", tag = "responses",
    params(("id" = String, Path, description = "The response's id")),
    request_body = CorrectionBody,
    responses(
        (status = 200, description = "How it counts now", body = CountsView),
        (status = 404, description = "There is no such response", body = Problem),
        (status = 422, description = "A field has a value that it cannot have", body = Problem),
    )
)]
pub(crate) async fn correct(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    id: Result<Path<String>, PathRejection>,
    body: Result<Json<CorrectionBody>, JsonRejection>,
) -> Result<Json<CountsView>, Problem> {
    let (Path(id), Json(body)) = (id?, body?);
    let id: ResponseId = id.parse().map_err(|_| AppError::NotFound("response"))?;
    let correction = Correction {
        weight: body.weight,
        excluded: body.excluded,
        reason: body.reason,
    };
    let response = app.correct_response(&actor, id, &correction).await?;
    Ok(Json((&response).into()))
}
