//! Errors for programs: RFC 9457 `application/problem+json`, one stable `type` per kind.

use std::any::Any;

use axum::extract::Request;
use axum::extract::rejection::{BytesRejection, JsonRejection, PathRejection, QueryRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use radost_app::domain::listen::Rejection;
use radost_app::{AppError, StoreError};
use serde::Serialize;
use utoipa::ToSchema;

/// What went wrong, for a program.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// A stable name of the kind of problem: `/problems/off-scale`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// This occurrence in words: what was given, and what would be accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The question or field concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Every fault found, where there can be several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Fault>,
    /// Seconds after which to try again.
    #[serde(skip)]
    retry_after: Option<u32>,
}

/// One of several faults.
#[derive(Debug, Serialize, ToSchema)]
pub struct Fault {
    /// Where: `blocks[1].questions[0].show_if`.
    pub place: String,
    /// What is wrong.
    pub message: String,
}

impl Problem {
    /// A problem of a kind.
    pub fn new(status: StatusCode, kind: &str, title: &str) -> Self {
        Problem {
            kind: format!("/problems/{kind}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: None,
            field: None,
            errors: Vec::new(),
            retry_after: None,
        }
    }

    /// With this occurrence in words.
    #[must_use]
    pub fn detail(mut self, detail: impl ToString) -> Self {
        self.detail = Some(detail.to_string());
        self
    }

    /// With the field concerned.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// A request whose form is wrong.
    pub fn bad_request(detail: impl ToString) -> Self {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "bad-request",
            "The request cannot be read",
        )
        .detail(detail)
    }

    /// With the time after which to try again.
    #[must_use]
    pub fn later(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<&Rejection> for Problem {
    fn from(rejection: &Rejection) -> Self {
        let status = match rejection {
            Rejection::Closed | Rejection::Enough { .. } | Rejection::WrongVersion { .. } => {
                StatusCode::CONFLICT
            }
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let mut problem =
            Problem::new(status, rejection.kind(), "The response is refused").detail(rejection);
        problem.field = rejection.place().map(str::to_owned);
        problem
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        match &error {
            AppError::SignedOut => Problem::new(
                StatusCode::UNAUTHORIZED,
                "unauthenticated",
                "A valid API key is needed",
            ),
            AppError::Forbidden(_) => {
                Problem::new(StatusCode::FORBIDDEN, "forbidden", "This is not allowed")
                    .detail(&error)
            }
            AppError::NotFound(_) => {
                Problem::new(StatusCode::NOT_FOUND, "not-found", "Not found").detail(&error)
            }
            AppError::Invalid { field, .. } => Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid-field",
                "A field is not valid",
            )
            .detail(&error)
            .field(*field),
            AppError::Refused(refusals) => {
                let mut problem = Problem::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "invalid-field",
                    "A field is not valid",
                )
                .detail(&error);
                problem.field = refusals.first().map(|refusal| refusal.field.clone());
                problem.errors = refusals
                    .iter()
                    .map(|refusal| Fault {
                        place: refusal.field.clone(),
                        message: refusal.reason.to_string(),
                    })
                    .collect();
                problem
            }
            AppError::Conflict(_) => Problem::new(
                StatusCode::CONFLICT,
                "conflict",
                "It contradicts what is there",
            )
            .detail(&error),
            AppError::Defects(defects) => {
                let mut problem = Problem::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "survey-defects",
                    "The survey has faults",
                )
                .detail(&error);
                problem.errors = defects
                    .iter()
                    .map(|defect| Fault {
                        place: defect.place.clone(),
                        message: defect.message.clone(),
                    })
                    .collect();
                problem
            }
            AppError::Edit(_) => Problem::new(
                StatusCode::CONFLICT,
                "survey-edit",
                "The survey cannot be changed like this",
            )
            .detail(&error),
            AppError::Rejected(rejection) => rejection.into(),
            AppError::TooMany { minutes } => {
                let seconds = u32::try_from(minutes * 60).unwrap_or(900);
                Problem::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "too-many-attempts",
                    "Too many attempts",
                )
                .later(seconds)
            }
            AppError::Full => Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "Too much to do; nothing was taken",
            )
            .later(1),
            AppError::HistoryAway => Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "history-unavailable",
                "The history is unavailable, and the records alone do not tell this",
            )
            .later(30),
            AppError::Store(store) if store.is_temporary() => {
                log(store);
                Problem::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "unavailable",
                    "The records do not answer; nothing was taken",
                )
                .later(2)
            }
            AppError::Store(store) => {
                log(store);
                internal()
            }
        }
    }
}

/// The chain of causes goes to the log once; the answer says nothing of it.
pub(crate) fn log(error: &StoreError) {
    let cause = std::error::Error::source(error)
        .map(ToString::to_string)
        .unwrap_or_default();
    tracing::error!(%error, cause, "a request failed");
}

fn internal() -> Problem {
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "Something went wrong on the server",
    )
}

/// A bug: logged, answered, and the process goes on.
pub(crate) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("unknown");
    tracing::error!(message, "a handler panicked");
    internal().into_response()
}

/// A request that an extractor could not read, by its status; whatever the extractor, the same fault has the same type.
fn unreadable(status: StatusCode, detail: &str) -> Problem {
    let (kind, title) = match status {
        StatusCode::NOT_FOUND => ("not-found", "Not found"),
        StatusCode::METHOD_NOT_ALLOWED => (
            "method-not-allowed",
            "This address does not take this method",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => ("body-too-large", "The body is too large"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => (
            "unsupported-media-type",
            "The body is not of a type that is read here",
        ),
        StatusCode::UNPROCESSABLE_ENTITY => (
            "invalid-body",
            "The body does not have the form it must have",
        ),
        status if status.is_server_error() => return internal(),
        _ => ("bad-request", "The request cannot be read"),
    };
    let mut problem = Problem::new(status, kind, title);
    problem.detail = Some(detail.trim().to_owned()).filter(|detail| !detail.is_empty());
    problem
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        let text = rejection.body_text();
        let (status, detail) = (rejection.status(), text.as_str());
        // The reader of JSON names the place: `responses[3].answers: invalid type … at line 1 column 80`.
        match rejection {
            JsonRejection::JsonSyntaxError(_) => {
                let detail = text.split_once(": ").map_or(detail, |(_, rest)| rest);
                Problem::new(status, "malformed-json", "The body is not JSON").detail(detail)
            }
            JsonRejection::JsonDataError(_) => {
                let detail = text.split_once(": ").map_or(detail, |(_, rest)| rest);
                let mut problem = unreadable(status, detail);
                problem.field = detail
                    .split_once(": ")
                    .map(|(place, _)| place)
                    .filter(|place| !place.contains(' ') && *place != ".")
                    .map(str::to_owned);
                problem
            }
            _ => unreadable(status, detail),
        }
    }
}

impl From<PathRejection> for Problem {
    fn from(rejection: PathRejection) -> Self {
        Problem::new(
            rejection.status(),
            "bad-path",
            "A part of the address has a form that it cannot have",
        )
        .detail(rejection.body_text())
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Problem::new(
            rejection.status(),
            "bad-query",
            "The query of the address cannot be read",
        )
        .detail(rejection.body_text())
    }
}

impl From<BytesRejection> for Problem {
    fn from(rejection: BytesRejection) -> Self {
        unreadable(rejection.status(), &rejection.body_text())
    }
}

/// Most of a plain error text that becomes a detail.
const MAX_DETAIL: usize = 8 * 1024;

/// Every error under `/api` is a problem, also those that axum answers by itself: no such method, a path or a body that
/// an extractor refused.
pub(crate) async fn everywhere(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let is_problem = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/problem+json"));
    if !(status.is_client_error() || status.is_server_error()) || is_problem {
        return response;
    }
    let (parts, body) = response.into_parts();
    let text = axum::body::to_bytes(body, MAX_DETAIL)
        .await
        .unwrap_or_default();
    let detail = String::from_utf8_lossy(&text);
    // axum's own words for a path and a query that do not parse.
    let mut response = if detail.starts_with("Invalid URL") {
        Problem::new(
            status,
            "bad-path",
            "A part of the address has a form that it cannot have",
        )
        .detail(detail)
    } else if detail.starts_with("Failed to deserialize query string") {
        Problem::new(
            status,
            "bad-query",
            "The query of the address cannot be read",
        )
        .detail(detail)
    } else {
        unreadable(status, &detail)
    }
    .into_response();
    for (name, value) in &parts.headers {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}

/// A kind of problem, for the page that its `type` leads to.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// The last part of its `type`.
    pub code: &'static str,
    /// The status with which it comes.
    pub status: u16,
    /// What it means.
    pub meaning: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

const fn kind(
    code: &'static str,
    status: u16,
    meaning: &'static str,
    remedy: &'static str,
) -> Kind {
    Kind {
        code,
        status,
        meaning,
        remedy,
    }
}

/// Every kind of problem. A test holds the list to the code.
pub const KINDS: &[Kind] = &[
    kind(
        "history-unavailable",
        503,
        "The lake is away, and the records alone do not tell this.",
        "Weights, and answers to questions without a scale, are counted in the lake alone. Nothing is lost; ask again when it is back.",
    ),
    kind(
        "mapping",
        422,
        "The mapping of an import is not right.",
        "The detail names the column and what it could be mapped to. Leave the mapping out to have the columns guessed.",
    ),
    kind(
        "too-large",
        413,
        "The file is larger than an import takes.",
        "Cut it into parts: importing a part twice adds nothing.",
    ),
    kind(
        "bad-request",
        400,
        "The request cannot be read.",
        "The detail says what is wrong with it.",
    ),
    kind(
        "malformed-json",
        400,
        "The body is not JSON.",
        "The detail gives the line and the column. Check quotes, commas and the encoding, which is UTF-8.",
    ),
    kind(
        "bad-path",
        400,
        "A part of the address has a form that it cannot have, for example an id that is no UUID.",
        "Use the id as it was given to you.",
    ),
    kind(
        "bad-query",
        400,
        "A parameter of the query is unknown or has a value that it cannot have.",
        "Compare the query with the API reference.",
    ),
    kind(
        "idempotency-key-invalid",
        400,
        "The Idempotency-Key header is not 1 to 200 visible ASCII characters.",
        "Send a fresh UUID for each new request.",
    ),
    kind(
        "unauthenticated",
        401,
        "The request carries no API key, or one that is unknown or was revoked.",
        "Send the header Authorization: Bearer radost_… with a key from the settings.",
    ),
    kind(
        "forbidden",
        403,
        "The key is valid but lacks the scope that the detail names.",
        "Make a key with that scope. A key can neither give nor take over rights that it does not have.",
    ),
    kind(
        "not-found",
        404,
        "There is no such address or record in this workspace, or it lies outside the places that you may see.",
        "Check the address and the id.",
    ),
    kind(
        "method-not-allowed",
        405,
        "The address exists, but does not take this method.",
        "The Allow header lists the methods that it takes.",
    ),
    kind(
        "conflict",
        409,
        "The request contradicts what is there, for example a code that is taken.",
        "The detail says what is there.",
    ),
    kind(
        "request-in-progress",
        409,
        "A request with the same Idempotency-Key is being done at this moment.",
        "Wait as long as Retry-After says and send it again: you will get its reply.",
    ),
    kind(
        "secret-shown-once",
        409,
        "The first request with this Idempotency-Key was done. Its reply contained a secret, and secrets are not kept.",
        "If the first reply was lost, revoke the key or reset the password, and ask again with a new Idempotency-Key.",
    ),
    kind(
        "quota-full",
        409,
        "There are enough responses of this sort: a quota of the survey counts them.",
        "Stop asking people of this sort, or raise the quota's limit.",
    ),
    kind(
        "survey-closed",
        409,
        "The survey takes no answers any more.",
        "Open it again, or stop asking.",
    ),
    kind(
        "survey-edit",
        409,
        "The draft cannot be changed like this.",
        "The detail says what stands against it.",
    ),
    kind(
        "wrong-version",
        409,
        "The answers belong to a version of the survey that is not its newest.",
        "Load the survey again and ask the questions of the newest version.",
    ),
    kind(
        "body-too-large",
        413,
        "The body is larger than this address takes.",
        "Send it in several parts.",
    ),
    kind(
        "unsupported-media-type",
        415,
        "The body is not of a type that is read here.",
        "Send the header Content-Type: application/json.",
    ),
    kind(
        "invalid-body",
        422,
        "The body is JSON, but a field is missing, unknown or of the wrong type.",
        "The field and the detail say which, with the line and the column.",
    ),
    kind(
        "invalid-field",
        422,
        "A field has a value that it cannot have.",
        "The field and the detail say which, and what would be right.",
    ),
    kind(
        "idempotency-key-reused",
        422,
        "The Idempotency-Key was used before for another request.",
        "Use a new key for each new request; repeat a request unchanged.",
    ),
    kind(
        "survey-defects",
        422,
        "The survey has faults and cannot be published.",
        "The list of errors names the place of each.",
    ),
    kind(
        "unknown-question",
        422,
        "The answers name a question that the survey does not have.",
        "Check the code of the question.",
    ),
    kind(
        "off-scale",
        422,
        "A score lies outside the scale of its question.",
        "Send a whole number on the scale. Scores are never clipped or dropped.",
    ),
    kind(
        "wrong-type",
        422,
        "An answer has a type that does not fit its question.",
        "The detail says what is expected.",
    ),
    kind(
        "no-option",
        422,
        "An answer names an option that its question does not have.",
        "Send the codes of options.",
    ),
    kind(
        "too-many-choices",
        422,
        "More options were chosen than the question allows.",
        "Send fewer.",
    ),
    kind(
        "choice-count",
        422,
        "The question takes another number of options: a ranking all its places, a set its best and its worst.",
        "Send as many codes as the message says.",
    ),
    kind(
        "chosen-twice",
        422,
        "An option stands twice in an order, or is both the best and the worst.",
        "Send each code once.",
    ),
    kind(
        "too-long",
        422,
        "A text is longer than its question allows.",
        "Shorten it.",
    ),
    kind(
        "out-of-range",
        422,
        "A number lies outside the range of its question.",
        "The detail gives the range.",
    ),
    kind(
        "too-precise",
        422,
        "A number has more decimals than its question takes.",
        "Round it.",
    ),
    kind(
        "no-answer-taken",
        422,
        "The question only shows a text and takes no answer.",
        "Leave it out.",
    ),
    kind(
        "hidden-question",
        422,
        "An answer was given to a question that these answers do not show.",
        "Leave it out.",
    ),
    kind(
        "missing-answer",
        422,
        "A required question has no answer.",
        "Ask it, or send the answers once it is answered.",
    ),
    kind(
        "empty-response",
        422,
        "There is no answer in it at all.",
        "Do not send a response in which every question was skipped.",
    ),
    kind(
        "too-many-attempts",
        429,
        "Too many failed attempts.",
        "Wait as long as Retry-After says.",
    ),
    kind(
        "internal",
        500,
        "Something went wrong on the server; its log says more.",
        "Try again. If it happens again, tell whoever runs the server when it was.",
    ),
    kind(
        "busy",
        503,
        "The server has more to do than it can hold. Nothing was taken.",
        "Send it again after the time that Retry-After gives.",
    ),
    kind(
        "unavailable",
        503,
        "The database does not answer at this moment. Nothing was taken.",
        "Send it again after the time that Retry-After gives.",
    ),
];
