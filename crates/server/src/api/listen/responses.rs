//! Recording responses.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use radost_app::App;
use radost_app::domain::Language;
use radost_app::domain::listen::Channel;
use radost_app::listen::NewResponse;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Server;
use crate::problem::Problem;
use crate::request::Program;

/// Most answer sets of one request.
const MAX_BATCH: usize = 10_000;
/// Largest body: a batch of [`MAX_BATCH`] answer sets with comments.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(record))
        .layer(DefaultBodyLimit::max(MAX_BODY))
}

/// One answer set, or a batch of up to 10,000.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordResponsesBody {
    /// The survey's code.
    survey: String,
    /// A batch; then the fields of a single answer set are left out.
    #[serde(default)]
    responses: Option<Vec<ResponseBody>>,
    /// A single answer set.
    #[serde(default)]
    response: Option<ResponseBody>,
}

/// One answer set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResponseBody {
    /// Made by you; sending the same one again returns the first result.
    #[serde(default)]
    client_id: Option<String>,
    /// The version that was answered; the newest when left out.
    #[serde(default)]
    version: Option<u32>,
    /// Answers by question code.
    answers: BTreeMap<String, serde_json::Value>,
    /// The customer's external id.
    #[serde(default)]
    customer: Option<String>,
    /// The location's code.
    #[serde(default)]
    location: Option<String>,
    /// The employee's code.
    #[serde(default)]
    employee: Option<String>,
    /// The moment of the journey: `visit`, `delivery`.
    #[serde(default)]
    touchpoint: Option<String>,
    /// The way on which it came; `api` when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    channel: Option<Channel>,
    /// The language in which it was answered.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    language: Option<Language>,
    /// Segment values.
    #[serde(default)]
    segments: BTreeMap<String, String>,
    /// When the respondent began.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<jiff::Timestamp>,
    /// When the respondent was done; now when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    submitted_at: Option<jiff::Timestamp>,
    /// Seconds spent per question.
    #[serde(default)]
    seconds: BTreeMap<String, f32>,
}

impl From<ResponseBody> for NewResponse {
    fn from(body: ResponseBody) -> Self {
        NewResponse {
            client_id: body.client_id,
            version: body.version,
            answers: body.answers,
            customer: body.customer,
            customer_id: None,
            location: body.location,
            employee: body.employee,
            touchpoint: body.touchpoint,
            channel: body.channel,
            language: body.language,
            segments: body.segments,
            started_at: body.started_at,
            submitted_at: body.submitted_at,
            seconds: body.seconds,
        }
    }
}

/// What became of one answer set.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordedView {
    /// The response.
    id: Uuid,
    /// False when the same client id had been recorded before: then `id` is that response.
    new: bool,
}

/// What became of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BatchView {
    /// How many were recorded now.
    recorded: usize,
    /// How many had been recorded before.
    known: usize,
    /// How many were refused.
    refused: usize,
    /// Each in the order given.
    results: Vec<BatchItemView>,
}

/// One of a batch: recorded or refused.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BatchItemView {
    /// Its index in the batch, from 0.
    index: usize,
    /// The response, unless it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    /// Whether it was recorded now.
    new: bool,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Problem>,
}

/// A body as JSON: read quickly, and only when it is at fault once more by the reader that can name the place.
pub(crate) struct Parsed<T>(T);

impl<T: DeserializeOwned> FromRequest<Server> for Parsed<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, server: &Server) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        if kind.is_none_or(|kind| kind != "application/json") {
            return Ok(Parsed(Json::from_request(request, server).await?.0));
        }
        let bytes = Bytes::from_request(request, server)
            .await
            .map_err(JsonRejection::from)?;
        Ok(Parsed(match serde_json::from_slice(&bytes) {
            Ok(body) => body,
            Err(_) => Json::from_bytes(&bytes)?.0,
        }))
    }
}

/// Records one answer set or a batch. Whoever reads 201 or 200 may forget the answers: they are on disk.
#[utoipa::path(
    post, path = "/responses", tag = "responses",
    request_body = RecordResponsesBody,
    responses(
        (status = 201, description = "The single answer set was recorded", body = RecordedView),
        (status = 200, description = "It had been recorded before, or: the batch was worked through", body = BatchView),
        (status = 409, description = "The survey is closed, or the version is not its newest", body = Problem),
        (status = 422, description = "The answer set is refused", body = Problem),
        (status = 503, description = "Too much to do: nothing was taken, try again after Retry-After", body = Problem),
    )
)]
pub(crate) async fn record(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    Parsed(body): Parsed<RecordResponsesBody>,
) -> Result<Response, Problem> {
    match (body.response, body.responses) {
        (Some(response), None) => {
            let recorded = app
                .record_response(&actor, &body.survey, response.into())
                .await?;
            let status = if recorded.new {
                StatusCode::CREATED
            } else {
                StatusCode::OK
            };
            Ok((
                status,
                Json(RecordedView {
                    id: recorded.id.0,
                    new: recorded.new,
                }),
            )
                .into_response())
        }
        (None, Some(batch)) if batch.len() <= MAX_BATCH => {
            let batch = batch.into_iter().map(NewResponse::from).collect();
            let results = app.record_responses(&actor, &body.survey, batch).await?;
            let results: Vec<BatchItemView> = results
                .iter()
                .enumerate()
                .map(|(index, result)| match result {
                    Ok(recorded) => BatchItemView {
                        index,
                        id: Some(recorded.id.0),
                        new: recorded.new,
                        problem: None,
                    },
                    Err(rejection) => BatchItemView {
                        index,
                        id: None,
                        new: false,
                        problem: Some(rejection.into()),
                    },
                })
                .collect();
            let refused = results.iter().filter(|item| item.problem.is_some()).count();
            let recorded = results.iter().filter(|item| item.new).count();
            let view = BatchView {
                recorded,
                known: results.len() - recorded - refused,
                refused,
                results,
            };
            Ok(Json(view).into_response())
        }
        (None, Some(batch)) => Err(Problem::bad_request(format!(
            "a batch takes at most {MAX_BATCH} answer sets, not {}",
            batch.len()
        ))),
        _ => Err(Problem::bad_request(
            "send either `response` with one answer set or `responses` with a batch",
        )),
    }
}
