//! Benchmarks.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use radost_app::App;
use radost_app::AppError;
use radost_app::domain::access::Permission;
use radost_app::domain::explain::Benchmark;
use radost_app::domain::name::BenchmarkId;
use radost_app::explain::{BenchmarkDraft, Certainty, ComparedBenchmark, Selection};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::metrics::NumberView;
use crate::Server;
use crate::api::page::{ListView, PageQuery};
use crate::api::table::{ImportQuery, ImportView, receive};
use crate::problem::Problem;
use crate::request::Program;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(one, change, remove))
        .routes(routes!(import))
        .routes(routes!(compare))
}

/// A benchmark to be added or changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BenchmarkBody {
    /// Whose number it is.
    name: String,
    /// What was measured: `nps`, `csat`, `ces`, `csi`, `mean`.
    metric: String,
    /// The ends of the scale of the answers, `1-5`; a mean needs it.
    #[serde(default)]
    scale: Option<String>,
    /// The number.
    value: f64,
    /// The lower end of its 95 % interval, where the source gives it.
    #[serde(default)]
    low: Option<f64>,
    /// The upper end.
    #[serde(default)]
    high: Option<f64>,
    /// How many answered, where the source says so.
    #[serde(default)]
    n: Option<u64>,
    /// Line of business.
    #[serde(default)]
    industry: Option<String>,
    /// Country or region.
    #[serde(default)]
    country: Option<String>,
    /// Who published it.
    source: String,
    /// Where it can be read.
    #[serde(default)]
    source_url: Option<String>,
    /// When it was measured.
    year: i16,
    /// What else must be known to read it.
    #[serde(default)]
    note: Option<String>,
}

impl From<BenchmarkBody> for BenchmarkDraft {
    fn from(body: BenchmarkBody) -> Self {
        let optional = |value: Option<f64>| value.map(|value| value.to_string());
        BenchmarkDraft {
            name: body.name,
            metric: body.metric,
            scale: body.scale.unwrap_or_default(),
            value: body.value.to_string(),
            low: optional(body.low).unwrap_or_default(),
            high: optional(body.high).unwrap_or_default(),
            n: body.n.map(|n| n.to_string()).unwrap_or_default(),
            industry: body.industry.unwrap_or_default(),
            country: body.country.unwrap_or_default(),
            source: body.source,
            source_url: body.source_url.unwrap_or_default(),
            year: body.year.to_string(),
            note: body.note.unwrap_or_default(),
        }
    }
}

/// A benchmark.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BenchmarkView {
    /// Its id.
    id: Uuid,
    /// Whose number it is.
    name: String,
    /// What was measured: `nps`, `csat`, `ces`, `csi`, `mean`.
    metric: &'static str,
    /// The ends of the scale of the answers, where it is known.
    scale: Option<String>,
    /// The number.
    value: f64,
    /// The lower end of its 95 % interval.
    low: Option<f64>,
    /// The upper end.
    high: Option<f64>,
    /// How many answered.
    n: Option<u64>,
    /// Line of business.
    industry: String,
    /// Country or region.
    country: String,
    /// Who published it.
    source: String,
    /// Where it can be read.
    source_url: String,
    /// When it was measured.
    year: i16,
    /// What else must be known to read it.
    note: String,
}

impl From<Benchmark> for BenchmarkView {
    fn from(benchmark: Benchmark) -> Self {
        let scale = benchmark.metric.scale();
        BenchmarkView {
            id: benchmark.id.0,
            name: benchmark.name,
            metric: benchmark.metric.kind(),
            scale: scale.map(|(low, high)| format!("{low}-{high}")),
            value: benchmark.value,
            low: benchmark.interval.map(|(low, _)| low),
            high: benchmark.interval.map(|(_, high)| high),
            n: benchmark.n,
            industry: benchmark.industry,
            country: benchmark.country,
            source: benchmark.source,
            source_url: benchmark.source_url,
            year: benchmark.year,
            note: benchmark.note,
        }
    }
}

/// Benchmarks by metric, the newest first.
#[utoipa::path(
    get, path = "/benchmarks", tag = "benchmarks",
    params(PageQuery),
    responses((status = 200, body = ListView<BenchmarkView>)),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    page: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Json<ListView<BenchmarkView>>, Problem> {
    let Query(page) = page?;
    let mut found = app.benchmarks(&actor).await?;
    found.sort_by_key(|benchmark| benchmark.id);
    if let Some(after) = page.after::<BenchmarkId>()? {
        found.retain(|benchmark| benchmark.id > after);
    }
    let place = |benchmark: &Benchmark| benchmark.id;
    Ok(Json(ListView::of(
        found,
        page.limit(),
        place,
        BenchmarkView::from,
    )))
}

/// Adds a benchmark.
#[utoipa::path(
    post, path = "/benchmarks", tag = "benchmarks",
    request_body = BenchmarkBody,
    responses((status = 201, body = BenchmarkView), (status = 422, body = Problem)),
)]
pub(crate) async fn add(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    body: Result<Json<BenchmarkBody>, JsonRejection>,
) -> Result<(StatusCode, Json<BenchmarkView>), Problem> {
    let Json(body) = body?;
    let benchmark = app.save_benchmark(&actor, None, &body.into()).await?;
    Ok((StatusCode::CREATED, Json(benchmark.into())))
}

/// One benchmark.
#[utoipa::path(
    get, path = "/benchmarks/{id}", tag = "benchmarks",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = BenchmarkView), (status = 404, body = Problem)),
)]
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<Json<BenchmarkView>, Problem> {
    let Path(id) = id?;
    let benchmark = app.benchmark(&actor, BenchmarkId(id)).await?;
    Ok(Json(benchmark.into()))
}

/// Changes a benchmark: what is left out takes its default.
#[utoipa::path(
    put, path = "/benchmarks/{id}", tag = "benchmarks",
    params(("id" = Uuid, Path)),
    request_body = BenchmarkBody,
    responses((status = 200, body = BenchmarkView), (status = 404, body = Problem), (status = 422, body = Problem)),
)]
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    id: Result<Path<Uuid>, PathRejection>,
    body: Result<Json<BenchmarkBody>, JsonRejection>,
) -> Result<Json<BenchmarkView>, Problem> {
    let (Path(id), Json(body)) = (id?, body?);
    let id = Some(BenchmarkId(id));
    let benchmark = app.save_benchmark(&actor, id, &body.into()).await?;
    Ok(Json(benchmark.into()))
}

/// Removes a benchmark.
#[utoipa::path(
    delete, path = "/benchmarks/{id}", tag = "benchmarks",
    params(("id" = Uuid, Path)),
    responses((status = 204, description = "The benchmark is removed"), (status = 404, body = Problem)),
)]
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(id) = id?;
    app.delete_benchmark(&actor, BenchmarkId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Adds and changes benchmarks from a CSV file: `name`, `metric`, `value`, `source`, `year`, and where they are known
/// `scale`, `n`, `low`, `high`, `industry`, `country`, `source_url`, `note`.
#[utoipa::path(
    post, path = "/benchmarks/import", tag = "benchmarks",
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
    let file = receive(&server, &actor, Permission::EditGoals, &headers, body).await?;
    let source = file.open()?;
    let report = server.app.import_benchmarks(&actor, source, query.dry_run);
    Ok(Json(report.await?.into()))
}

/// What is to be set beside the benchmarks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CompareBody {
    /// The survey's code; the one that got the latest answers when left out.
    #[serde(default)]
    survey: Option<String>,
    /// The metric to begin with: `nps.CODE`, `mean.CODE`, …; the survey's first when left out.
    #[serde(default)]
    metric: Option<String>,
    /// Which responses count, and when: `location`, `channel`, `segment`, `last`, `from`, `to`, … as in the address of
    /// the page.
    #[serde(default)]
    filters: BTreeMap<String, String>,
}

/// A benchmark with one's own number beside it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ComparedView {
    /// The benchmark.
    benchmark: BenchmarkView,
    /// How sure its number is: `given` (the source gives the interval), `from_count` (the widest that its count of
    /// answers allows), `unknown` (only one's own interval decides).
    certainty: &'static str,
    /// The lower end of its 95 % interval.
    benchmark_low: Option<f64>,
    /// The upper end.
    benchmark_high: Option<f64>,
    /// Which metric of the survey is measured in the same way.
    own_metric: Option<String>,
    /// One's own number, and its difference to the benchmark.
    own: Option<NumberView>,
}

impl From<ComparedBenchmark> for ComparedView {
    fn from(row: ComparedBenchmark) -> Self {
        let ends = row.certainty.interval();
        ComparedView {
            certainty: match row.certainty {
                Certainty::Given(..) => "given",
                Certainty::FromCount(..) => "from_count",
                Certainty::Unknown => "unknown",
            },
            benchmark_low: ends.map(|(low, _)| low),
            benchmark_high: ends.map(|(_, high)| high),
            own_metric: row.own.as_ref().map(|(metric, _)| metric.to_string()),
            own: row
                .own
                .as_ref()
                .map(|(_, figure)| NumberView::of(figure, row.change.as_ref())),
            benchmark: row.benchmark.into(),
        }
    }
}

/// Every benchmark with one's own number beside it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ComparisonView {
    /// The survey's code.
    survey: String,
    /// The metric that was asked for.
    metric: String,
    /// First day.
    #[schema(value_type = String, format = Date)]
    from: jiff::civil::Date,
    /// Last day.
    #[schema(value_type = String, format = Date)]
    to: jiff::civil::Date,
    /// Those of the metric first.
    rows: Vec<ComparedView>,
    /// Comparisons that were corrected together (Benjamini–Hochberg); `p_value` is after the correction.
    comparisons: usize,
    /// Numbers of fewer responses are withheld.
    minimum_group: u64,
}

/// Sets every benchmark beside one's own number of the same metric.
#[utoipa::path(
    post, path = "/benchmarks/compare", tag = "benchmarks",
    request_body = CompareBody,
    responses(
        (status = 200, body = ComparisonView),
        (status = 404, description = "There is no such survey, metric, segment or place", body = Problem),
        (status = 422, body = Problem),
    ),
)]
pub(crate) async fn compare(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    body: Result<Json<CompareBody>, JsonRejection>,
) -> Result<Json<ComparisonView>, Problem> {
    let Json(body) = body?;
    if let Some(unknown) = body
        .filters
        .keys()
        .find(|name| !Selection::NAMES.contains(&name.as_str()))
    {
        let unknown: String = unknown.chars().take(40).collect();
        let message = format!("`{unknown}` is not a filter");
        return Err(AppError::invalid("filters", message).into());
    }
    let selection = Selection::of(body.filters.iter().map(|(n, v)| (n.as_str(), v.as_str())))
        .with("survey", body.survey.as_deref().unwrap_or_default())
        .with("metric", body.metric.as_deref().unwrap_or_default());
    let found = app
        .compare_benchmarks(&actor, &selection)
        .await?
        .ok_or(AppError::NotFound("survey"))?;
    Ok(Json(ComparisonView {
        survey: found.scope.survey.published.survey().code.to_string(),
        metric: found.metric.to_string(),
        from: found.scope.period.from,
        to: found.scope.period.to,
        comparisons: found.compared,
        minimum_group: found.minimum,
        rows: found.rows.into_iter().map(ComparedView::from).collect(),
    }))
}
