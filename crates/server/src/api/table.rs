//! Tables sent as CSV.

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use radost_app::AppError;
use radost_app::domain::access::{Actor, Permission};
use radost_app::table::ImportReport;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Server;
use crate::problem::Problem;
use crate::upload::{self, UploadedFile};

/// How to import.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportQuery {
    /// Only check the file and say what it would do.
    #[serde(default)]
    pub(crate) dry_run: bool,
}

/// What an import did, or would do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportView {
    /// Whether nothing was changed, because it was only to be checked.
    dry_run: bool,
    /// Rows read, the header and blank rows aside.
    rows: u64,
    /// Records that are new.
    added: u64,
    /// Records that were different before.
    changed: u64,
    /// Rows that say what is known already.
    unchanged: u64,
    /// Rows that were left out because of a problem.
    refused: u64,
    /// The problems in the order of the rows, at most 1,000 of them.
    problems: Vec<RowProblemView>,
    /// Columns that mean nothing here.
    not_used: Vec<String>,
}

/// Why a row was left out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RowProblemView {
    /// The line of the file; the header is 1.
    row: u64,
    /// The column; empty when it concerns the whole row.
    column: String,
    /// A stable code of what is wrong.
    code: &'static str,
    /// What is wrong.
    reason: String,
}

impl From<ImportReport> for ImportView {
    fn from(report: ImportReport) -> Self {
        ImportView {
            dry_run: report.dry_run,
            rows: report.rows,
            added: report.added,
            changed: report.changed,
            unchanged: report.unchanged,
            refused: report.refused,
            problems: report
                .problems
                .into_iter()
                .map(|problem| RowProblemView {
                    row: problem.row,
                    column: problem.column,
                    code: problem.reason.code(),
                    reason: problem.reason.to_string(),
                })
                .collect(),
            not_used: report.not_used,
        }
    }
}

/// Takes the body of a request as a CSV file, from whoever may change what it holds.
pub(crate) async fn receive(
    server: &Server,
    actor: &Actor,
    needed: Permission,
    headers: &HeaderMap,
    body: Body,
) -> Result<UploadedFile, Problem> {
    if !actor.may_everywhere(needed) {
        return Err(AppError::Forbidden(needed).into());
    }
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !kind.starts_with("text/csv") && !kind.starts_with("text/plain") {
        let title = "The file is not taken";
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Problem::new(status, "unsupported-media-type", title)
            .detail("send the table as text/csv, in UTF-8"));
    }
    Ok(upload::receive(server, "body.csv", body.into_data_stream()).await?)
}
