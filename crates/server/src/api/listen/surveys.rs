//! Surveys: drafts, versions, publication.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use radost_app::domain::Slug;
use radost_app::domain::listen::doctor::{Remark, examine};
use radost_app::domain::listen::duration::{MAX_MINUTES, estimate};
use radost_app::domain::listen::{Survey, templates};
use radost_app::listen::{NewSurvey, SurveyStatus, SurveyWithVersions};
use radost_app::{App, AppError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Server;
use crate::api::page::{ListView, PageQuery};
use crate::problem::{Fault, Problem};
use crate::request::Program;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show))
        .routes(routes!(save_draft))
        .routes(routes!(publish))
        .routes(routes!(version))
        .routes(routes!(close))
        .routes(routes!(open))
        .routes(routes!(ready))
}

/// A survey in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SurveyView {
    /// Its code: the name in addresses and files.
    code: String,
    /// Its title by language.
    #[schema(value_type = Object)]
    title: Value,
    /// Its languages; the first is the default.
    languages: Vec<&'static str>,
    /// `draft`: never published; `open`: takes answers; `closed`: takes none now.
    status: &'static str,
    /// The newest published version.
    version: Option<u32>,
    /// Whether the draft differs from that version.
    unpublished_changes: bool,
    /// How many questions the draft has.
    questions: usize,
    /// Minutes that the draft takes in its slowest language, estimated.
    minutes: f64,
}

/// A survey with its draft.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SurveyDraftView {
    /// Its code.
    code: String,
    /// `draft`, `open` or `closed`.
    status: &'static str,
    /// The newest published version.
    version: Option<u32>,
    /// Whether the draft differs from that version.
    unpublished_changes: bool,
    /// Send it back with a changed document: a save over another revision is refused.
    revision: i64,
    /// The draft.
    #[schema(value_type = Object)]
    document: Value,
    /// What keeps the draft from being published.
    defects: Vec<Fault>,
    /// What will spoil its numbers or lose its respondents.
    remarks: Vec<RemarkView>,
    /// How long it takes, estimated.
    duration: DurationView,
}

/// Something in a draft that had better be otherwise: it does not keep the survey from being published.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemarkView {
    /// `too_long`, `unreachable`, `personal_data`, `not_translated`, `leading`, `double_barrelled`, `negation`, `reversed`,
    /// `no_end_labels`, `mixed_scales`, `importance_missing`, `no_outcome` or `no_open_question`.
    kind: &'static str,
    /// Where: `blocks[1].questions[0].text`; empty for the survey as a whole.
    place: String,
    /// The question or block concerned, if one.
    code: Option<String>,
    /// The languages in which it is so, where it is a matter of words.
    languages: Vec<&'static str>,
    /// The words that say so.
    words: Option<String>,
    /// What it is and why it matters.
    message: String,
}

impl From<Remark> for RemarkView {
    fn from(remark: Remark) -> Self {
        let languages = remark.languages.iter().map(|language| language.code());
        RemarkView {
            kind: remark.kind.code(),
            languages: languages.collect(),
            place: remark.place,
            code: remark.code.map(|code| code.to_string()),
            words: remark.words,
            message: remark.kind.to_string(),
        }
    }
}

/// How long a survey takes, estimated.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DurationView {
    /// Minutes in the slowest language.
    minutes: f64,
    /// Whether that is more than people like to give.
    too_long: bool,
    /// The limit, in minutes.
    limit_minutes: f64,
    /// By language.
    languages: Vec<LanguageDurationView>,
}

/// How long a survey takes in one language.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LanguageDurationView {
    /// The language.
    language: &'static str,
    /// All of it, in seconds.
    seconds: f64,
    /// By question, in seconds, in the survey's order.
    questions: Vec<QuestionDurationView>,
}

/// What a question adds.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuestionDurationView {
    /// Its code.
    code: String,
    /// Seconds.
    seconds: f64,
}

/// A published version: it never changes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionView {
    /// Counted from 1.
    version: u32,
    /// When it was published.
    published_at: String,
    /// What was published.
    #[schema(value_type = Object)]
    document: Value,
}

/// The version that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublishedView {
    /// Counted from 1.
    version: u32,
}

/// A survey that is ready to use.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadySurveyView {
    /// Pass it as `template` to begin a survey.
    code: &'static str,
    /// The survey.
    #[schema(value_type = Object)]
    document: Value,
}

/// A new survey: a document, or a copy of a ready one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSurveyBody {
    /// The whole survey with its `code`; then the other fields are left out.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    document: Option<Value>,
    /// A ready survey: `post-visit`.
    #[serde(default)]
    template: Option<String>,
    /// The code of the copy; the ready survey's own when left out.
    #[serde(default)]
    code: Option<String>,
}

/// A changed draft.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SaveDraftBody {
    /// The revision that was read.
    revision: i64,
    /// The whole survey. Its code stays as it is.
    #[schema(value_type = Object)]
    document: Value,
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

fn document(value: &Value) -> Result<Survey, AppError> {
    Survey::from_json(value).map_err(AppError::Defects)
}

fn duration(survey: &Survey) -> DurationView {
    let languages: Vec<LanguageDurationView> = survey
        .languages
        .iter()
        .map(|&language| {
            let estimate = estimate(survey, language);
            let questions = estimate.questions.iter();
            LanguageDurationView {
                language: language.code(),
                seconds: tenths(estimate.seconds),
                questions: questions
                    .map(|(code, seconds)| QuestionDurationView {
                        code: code.to_string(),
                        seconds: tenths(*seconds),
                    })
                    .collect(),
            }
        })
        .collect();
    let slowest = languages.iter().map(|l| l.seconds).fold(0.0, f64::max) / 60.0;
    DurationView {
        minutes: tenths(slowest),
        too_long: slowest > MAX_MINUTES,
        limit_minutes: MAX_MINUTES,
        languages,
    }
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

impl From<SurveyWithVersions> for SurveyDraftView {
    fn from(read: SurveyWithVersions) -> Self {
        let defects = read.defects().into_iter().map(|defect| Fault {
            place: defect.place,
            message: defect.message,
        });
        SurveyDraftView {
            defects: defects.collect(),
            remarks: examine(&read.survey.draft)
                .into_iter()
                .map(Into::into)
                .collect(),
            unpublished_changes: read.unpublished_changes(),
            duration: duration(&read.survey.draft),
            status: SurveyStatus::of(&read.survey).code(),
            version: read.survey.newest_version,
            revision: read.survey.draft_revision,
            document: json(&read.survey.draft),
            code: read.survey.code.to_string(),
        }
    }
}

/// Lists the surveys, the newest first.
#[utoipa::path(
    get, path = "/surveys", tag = "surveys", params(PageQuery),
    responses((status = 200, description = "One page of surveys", body = ListView<SurveyView>))
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    page: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Json<ListView<SurveyView>>, Problem> {
    let Query(page) = page?;
    let after: Option<Uuid> = page.after()?;
    let mut surveys = app.surveys(&actor).await?;
    surveys.retain(|summary| after.is_none_or(|after| summary.survey.id.0 < after));
    let place = |summary: &radost_app::listen::SurveySummary| summary.survey.id.0;
    Ok(Json(ListView::of(
        surveys,
        page.limit(),
        place,
        |summary| {
            let draft = &summary.survey.draft;
            SurveyView {
                code: summary.survey.code.to_string(),
                title: json(&draft.title),
                languages: draft.languages.iter().map(|l| l.code()).collect(),
                status: SurveyStatus::of(&summary.survey).code(),
                version: summary.survey.newest_version,
                unpublished_changes: summary.unpublished_changes,
                questions: draft.questions().count(),
                minutes: duration(draft).minutes,
            }
        },
    )))
}

/// Begins a survey as a draft, from a document or from a ready survey.
#[utoipa::path(
    post, path = "/surveys", tag = "surveys", request_body = NewSurveyBody,
    responses(
        (status = 201, description = "The draft", body = SurveyDraftView),
        (status = 409, description = "The code is taken", body = Problem),
        (status = 422, description = "The document cannot be read; `errors` names each place", body = Problem),
    )
)]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    body: Result<Json<NewSurveyBody>, JsonRejection>,
) -> Result<(StatusCode, Json<SurveyDraftView>), Problem> {
    let Json(body) = body?;
    let new = match (body.document, body.template) {
        (Some(given), None) if body.code.is_none() => {
            NewSurvey::Document(Box::new(document(&given)?))
        }
        (None, Some(template)) => {
            let code = body.code.as_deref().unwrap_or(&template);
            let code: Slug = code
                .parse()
                .map_err(|error| AppError::invalid("code", error))?;
            NewSurvey::Ready { template, code }
        }
        _ => {
            return Err(Problem::bad_request(
                "send either `document` with the whole survey, or `template` and `code`",
            ));
        }
    };
    let survey = app.create_survey(&actor, new).await?;
    let read = SurveyWithVersions {
        survey,
        versions: Vec::new(),
    };
    Ok((StatusCode::CREATED, Json(read.into())))
}

/// Shows a survey with its draft, what keeps it from being published, and how long it takes.
#[utoipa::path(
    get, path = "/surveys/{code}", tag = "surveys", params(("code" = String, Path, description = "The survey's code")),
    responses(
        (status = 200, description = "The survey", body = SurveyDraftView),
        (status = 404, description = "There is no such survey", body = Problem),
    )
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    code: Result<Path<String>, PathRejection>,
) -> Result<Json<SurveyDraftView>, Problem> {
    let Path(code) = code?;
    let read = app.survey_with_versions(&actor, &code).await?;
    Ok(Json(read.into()))
}

/// Saves the draft over the revision that was read. A draft may have defects; only publication refuses them.
#[utoipa::path(
    put, path = "/surveys/{code}/draft", tag = "surveys", request_body = SaveDraftBody,
    params(("code" = String, Path, description = "The survey's code")),
    responses(
        (status = 200, description = "The survey with the new draft and its next revision", body = SurveyDraftView),
        (status = 409, description = "Somebody else saved in between: load it again", body = Problem),
        (status = 422, description = "The document cannot be read; `errors` names each place", body = Problem),
    )
)]
pub(crate) async fn save_draft(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    code: Result<Path<String>, PathRejection>,
    body: Result<Json<SaveDraftBody>, JsonRejection>,
) -> Result<Json<SurveyDraftView>, Problem> {
    let Path(code) = code?;
    let Json(body) = body?;
    let draft = document(&body.document)?;
    app.save_draft(&actor, &code, draft, body.revision).await?;
    let read = app.survey_with_versions(&actor, &code).await?;
    Ok(Json(read.into()))
}

/// Publishes the draft as the next version and opens the survey for answers.
#[utoipa::path(
    post, path = "/surveys/{code}/publish", tag = "surveys",
    params(("code" = String, Path, description = "The survey's code")),
    responses(
        (status = 201, description = "The new version", body = PublishedView),
        (status = 404, description = "There is no such survey", body = Problem),
        (status = 422, description = "The draft has defects; `errors` names each with its place", body = Problem),
    )
)]
pub(crate) async fn publish(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    code: Result<Path<String>, PathRejection>,
) -> Result<(StatusCode, Json<PublishedView>), Problem> {
    let Path(code) = code?;
    let version = app.publish_survey(&actor, &code).await?;
    Ok((StatusCode::CREATED, Json(PublishedView { version })))
}

/// Shows a published version.
#[utoipa::path(
    get, path = "/surveys/{code}/versions/{version}", tag = "surveys",
    params(
        ("code" = String, Path, description = "The survey's code"),
        ("version" = u32, Path, description = "Counted from 1"),
    ),
    responses(
        (status = 200, description = "The version", body = VersionView),
        (status = 404, description = "There is no such survey or version", body = Problem),
    )
)]
pub(crate) async fn version(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    path: Result<Path<(String, u32)>, PathRejection>,
) -> Result<Json<VersionView>, Problem> {
    let Path((code, version)) = path?;
    let stored = app.survey_version(&actor, &code, version).await?;
    Ok(Json(VersionView {
        version: stored.version,
        published_at: stored.published_at.to_string(),
        document: json(&stored.document),
    }))
}

/// Closes a survey: its links take no more answers.
#[utoipa::path(
    post, path = "/surveys/{code}/close", tag = "surveys",
    params(("code" = String, Path, description = "The survey's code")),
    responses(
        (status = 204, description = "It is closed"),
        (status = 404, description = "There is no such survey", body = Problem),
        (status = 409, description = "It was never published", body = Problem),
    )
)]
pub(crate) async fn close(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    code: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(code) = code?;
    app.set_accepting(&actor, &code, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Opens a survey for answers again.
#[utoipa::path(
    post, path = "/surveys/{code}/open", tag = "surveys",
    params(("code" = String, Path, description = "The survey's code")),
    responses(
        (status = 204, description = "It takes answers"),
        (status = 404, description = "There is no such survey", body = Problem),
        (status = 409, description = "It was never published", body = Problem),
    )
)]
pub(crate) async fn open(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    code: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(code) = code?;
    app.set_accepting(&actor, &code, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists the surveys that come with Radost.
#[utoipa::path(
    get, path = "/ready-surveys", tag = "surveys", params(PageQuery),
    responses((status = 200, description = "The ready surveys", body = ListView<ReadySurveyView>))
)]
pub(crate) async fn ready(
    Program(_): Program,
    page: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Json<ListView<ReadySurveyView>>, Problem> {
    let Query(page) = page?;
    let after: Option<String> = page.after()?;
    let all = templates::ready();
    let begin = match after {
        Some(after) => all
            .iter()
            .position(|ready| ready.code() == after)
            .map_or(all.len(), |at| at + 1),
        None => 0,
    };
    let rest: Vec<_> = all.iter().skip(begin).collect();
    Ok(Json(ListView::of(
        rest,
        page.limit(),
        |ready| ready.code(),
        |ready| ReadySurveyView {
            code: ready.code(),
            document: serde_json::from_str(ready.document()).unwrap_or_default(),
        },
    )))
}
