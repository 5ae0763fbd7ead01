//! Errors for programs: RFC 9457 `application/problem+json`, one stable `type` per kind.

use std::any::Any;

use axum::extract::rejection::{BytesRejection, JsonRejection, PathRejection, QueryRejection};
use axum::http::{HeaderValue, StatusCode, header};
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

    fn later(mut self, seconds: u32) -> Self {
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
            Rejection::Closed | Rejection::WrongVersion { .. } => StatusCode::CONFLICT,
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

macro_rules! from_rejection {
    ($($rejection:ty),+) => {$(
        impl From<$rejection> for Problem {
            fn from(rejection: $rejection) -> Self {
                let mut problem = Problem::bad_request(rejection.body_text());
                problem.status = rejection.status().as_u16();
                problem
            }
        }
    )+};
}

from_rejection!(JsonRejection, QueryRejection, PathRejection, BytesRejection);
