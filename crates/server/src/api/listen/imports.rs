//! Imports of files.

use std::sync::Arc;

use axum::extract::multipart::Multipart;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, FromRequest, Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use axum::{Json, RequestExt};
use http_body_util::BodyExt;
use radost_app::listen::import::{Format, ImportError, ImportView, Mapping, Upload};
use radost_app::{App, AppError};
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Server;
use crate::pages::listen::import::{MAX_FILE, send_csv};
use crate::problem::Problem;
use crate::request::Program;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(begin))
        .layer(DefaultBodyLimit::max(MAX_FILE))
        .routes(routes!(import))
        .routes(routes!(rejects))
}

/// Into which survey.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportQuery {
    /// The survey's code; may stand in the mapping instead.
    survey: Option<String>,
    /// A name for the file, shown in the list of imports.
    file_name: Option<String>,
}

/// A file with its mapping.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the form for the document")]
pub(crate) struct ImportForm {
    /// How the columns become answers, as TOML; guessed when left out. Comes before the file.
    mapping: Option<String>,
    /// The file.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// How far an import is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportRunView {
    /// Its id.
    id: Uuid,
    /// The survey's code.
    survey: String,
    /// The file's name.
    file_name: String,
    /// `waiting`, `running`, `done`, `stopped`, `interrupted` or `failed`.
    state: String,
    /// Rows read so far.
    rows: u64,
    /// Responses recorded.
    accepted: u64,
    /// Rows that were recorded before.
    duplicates: u64,
    /// Rows refused; `/imports/{id}/rejects` has them with their reasons.
    rejected: u64,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// The mapping that is used, as TOML.
    mapping: String,
    /// When it was begun.
    created_at: String,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<String>,
}

impl From<ImportView> for ImportRunView {
    fn from(import: ImportView) -> Self {
        ImportRunView {
            id: import.run.id,
            survey: import.survey,
            file_name: import.run.file_name,
            state: import.state.name().to_owned(),
            rows: import.counts.rows,
            accepted: import.counts.accepted,
            duplicates: import.counts.duplicates,
            rejected: import.counts.rejected,
            message: import.run.message,
            mapping: import.run.mapping,
            created_at: import.run.created_at.to_string(),
            finished_at: import.run.finished_at.map(|at| at.to_string()),
        }
    }
}

fn problem(error: ImportError) -> Problem {
    let unfit =
        |kind: &str, title: &str| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, kind, title);
    match error {
        ImportError::App(error) => error.into(),
        ImportError::Mapping(error) => unfit("mapping", "The mapping is not right")
            .field(error.field.clone())
            .detail(error),
        ImportError::File(radost_app::listen::import::FileError::Io(error)) => {
            tracing::error!(%error, "a file to be imported cannot be kept");
            Problem::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "Something went wrong on the server",
            )
        }
        ImportError::File(error) => {
            unfit("file", "The file cannot be read as a table").detail(error)
        }
        ImportError::Rejects { .. } => Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong on the server",
        ),
    }
}

fn too_large() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too-large",
        "The file is too large",
    )
    .detail(format!("a file has at most {MAX_FILE} bytes"))
}

/// Takes a file of responses and imports it in the background. Rows that cannot be accepted are kept with their reasons;
/// importing the same file again adds nothing.
#[utoipa::path(
    post, path = "/imports", tag = "imports",
    params(ImportQuery),
    request_body(content(
        (String = "text/csv"),
        (ImportForm = "multipart/form-data"),
    )),
    responses(
        (status = 202, description = "The file was taken and is being imported", body = ImportRunView),
        (status = 404, description = "There is no such survey", body = Problem),
        (status = 409, description = "The survey is closed", body = Problem),
        (status = 413, description = "The file is too large", body = Problem),
        (status = 422, description = "The file is no table, or the mapping is not right", body = Problem),
    )
)]
pub(crate) async fn begin(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    query: Result<Query<ImportQuery>, QueryRejection>,
    request: Request,
) -> Result<(StatusCode, Json<ImportRunView>), Problem> {
    let Query(query) = query?;
    let upload = app.begin_upload(&actor).await.map_err(problem)?;
    let received = receive(&upload, request).await;
    let (mapping, part_name) = match received {
        Ok(received) => received,
        Err(problem) => {
            app.discard_upload(&upload).await;
            return Err(problem);
        }
    };
    let survey = query
        .survey
        .or_else(|| mapping.as_ref().and_then(|mapping| mapping.survey.clone()));
    let Some(survey) = survey else {
        app.discard_upload(&upload).await;
        return Err(
            Problem::bad_request("say which survey was answered: ?survey=CODE").field("survey"),
        );
    };
    let name = query.file_name.or(part_name);
    let name = name.unwrap_or_else(|| format!("{survey}.csv"));
    app.add_import(&actor, &upload, &survey, &name, mapping, Format::default())
        .await
        .map_err(problem)?;
    app.start_import(&actor, upload.id).await.map_err(problem)?;
    let view = app.import(&actor, upload.id).await?;
    Ok((StatusCode::ACCEPTED, Json(view.into())))
}

/// Writes the body to the disk as it comes in; returns the mapping and the name of the file, where they are said.
async fn receive(
    upload: &Upload,
    request: Request,
) -> Result<(Option<Mapping>, Option<String>), Problem> {
    let kept = |error: std::io::Error| problem(ImportError::File(error.into()));
    let mut file = tokio::fs::File::create(&upload.path).await.map_err(kept)?;
    let form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.starts_with("multipart/form-data"));
    if !form {
        let mut body = request.into_limited_body();
        while let Some(frame) = body.frame().await {
            // The limit is the likeliest reason; a connection that broke off hears nothing any more.
            let frame = frame.map_err(|_| too_large())?;
            if let Ok(data) = frame.into_data() {
                file.write_all(&data).await.map_err(kept)?;
            }
        }
        file.flush().await.map_err(kept)?;
        return Ok((None, None));
    }
    let mut multipart = Multipart::from_request(request, &())
        .await
        .map_err(|error| Problem::bad_request(error.body_text()))?;
    let refused = |error: axum::extract::multipart::MultipartError| {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            too_large()
        } else {
            Problem::bad_request(error.body_text())
        }
    };
    let mut mapping = None;
    let mut name = None;
    let mut given = false;
    while let Some(mut part) = multipart.next_field().await.map_err(refused)? {
        match part.name() {
            Some("mapping") => {
                let text = part.text().await.map_err(refused)?;
                mapping = Some(Mapping::from_toml(&text).map_err(|error| problem(error.into()))?);
            }
            Some("file") => {
                given = true;
                name = part.file_name().map(str::to_owned);
                while let Some(chunk) = part.chunk().await.map_err(refused)? {
                    file.write_all(&chunk).await.map_err(kept)?;
                }
            }
            other => {
                return Err(Problem::bad_request(format!(
                    "the form has the parts `mapping` and `file`, not `{}`",
                    other.unwrap_or_default()
                )));
            }
        }
    }
    file.flush().await.map_err(kept)?;
    if given {
        Ok((mapping, name))
    } else {
        Err(Problem::bad_request("the form has no part `file`").field("file"))
    }
}

/// How far an import is.
#[utoipa::path(
    get, path = "/imports/{id}", tag = "imports",
    params(("id" = Uuid, Path, description = "The import")),
    responses(
        (status = 200, description = "The import", body = ImportRunView),
        (status = 404, description = "There is no such import", body = Problem),
    )
)]
pub(crate) async fn import(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<Json<ImportRunView>, Problem> {
    let Path(id) = id?;
    Ok(Json(app.import(&actor, id).await?.into()))
}

/// The rows that were refused, with row, column and reason in front of their cells.
#[utoipa::path(
    get, path = "/imports/{id}/rejects", tag = "imports",
    params(("id" = Uuid, Path, description = "The import")),
    responses(
        (status = 200, description = "The rows", body = String, content_type = "text/csv"),
        (status = 404, description = "There is no such import, or no row was refused", body = Problem),
    )
)]
pub(crate) async fn rejects(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<Response, Problem> {
    let Path(id) = id?;
    let path = app.import_rejects(&actor, id).await?;
    send_csv(&path, &format!("import-{id}.rejects.csv"))
        .await
        .map_err(|error: AppError| error.into())
}
