//! Numbers.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use radost_app::domain::explain::{Dimension, Metric, MetricQuery, Period, Step};
use radost_app::explain::{Change, Figure, Key, Scope, Selection, Split, Verdict};
use radost_app::{App, AppError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Server;
use crate::problem::Problem;
use crate::request::Program;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(query))
}

/// A question to the answers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MetricQueryBody {
    /// `nps.CODE`, `csat.CODE`, `ces.CODE`, `mean.CODE` with the code of a question, or `csi`.
    metric: String,
    /// The survey's code; the one that got the latest answers when left out.
    #[serde(default)]
    survey: Option<String>,
    /// Which responses count: `location` (with everything under it), `exact`, `channel`, `language`, `touchpoint`,
    /// `employee`, `segment` as `code:value`, `lacking`.
    #[serde(default)]
    filters: BTreeMap<String, String>,
    /// When; the last 90 days when left out.
    #[serde(default)]
    period: Option<PeriodBody>,
    /// `location` (the places directly under that of the filter, each with everything under it), `location.exact`
    /// (each place for itself), `channel`, `language`, `touchpoint`, `employee`, `segment.CODE`.
    #[serde(default)]
    group_by: Option<String>,
    /// `week` or `month` for a trend, instead of `group_by`.
    #[serde(default)]
    step: Option<String>,
    /// Whether to compare with the equally long period before.
    #[serde(default)]
    compare: bool,
    /// Confidence level, 0.95 when left out.
    #[serde(default)]
    level: Option<f64>,
}

/// Days from the first to the last, both included.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PeriodBody {
    /// First day.
    #[schema(value_type = String, format = Date)]
    from: jiff::civil::Date,
    /// Last day.
    #[schema(value_type = String, format = Date)]
    to: jiff::civil::Date,
}

impl PeriodBody {
    /// The days of a period.
    pub(super) fn of(period: Period) -> Self {
        PeriodBody {
            from: period.from,
            to: period.to,
        }
    }
}

/// What the answers say.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeasuredView {
    /// The metric.
    metric: String,
    /// The survey's code.
    survey: String,
    /// The period.
    period: PeriodBody,
    /// Confidence level of intervals and verdicts.
    level: f64,
    /// Over everything.
    total: NumberView,
    /// The rows of `group_by` or `step`.
    rows: Vec<RowView>,
    /// Groups with fewer responses are withheld, and those from which they could be computed.
    minimum_group: u64,
    /// Comparisons that were corrected together (Benjamini–Hochberg); `p_value` is after the correction.
    comparisons: usize,
    /// Answers of older versions that are off today's scale and do not count.
    off_scale: u64,
}

/// A group with its number.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RowView {
    /// Code, value or first day of the group; nothing for responses without one.
    group: Option<String>,
    /// For places: whether what is under it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    exact: Option<bool>,
    /// Its number.
    #[serde(flatten)]
    number: NumberView,
}

/// A number with what it rests on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NumberView {
    /// The value.
    value: Option<f64>,
    /// How many responses; not told when withheld.
    n: Option<u64>,
    /// Lower bound.
    low: Option<f64>,
    /// Upper bound.
    high: Option<f64>,
    /// How the interval was computed.
    method: Option<String>,
    /// Whether it is withheld: too few responses, or it would give away a group with too few.
    withheld: bool,
    /// Against the period before, when asked for.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    change: Option<ChangeView>,
}

/// A comparison with the period before.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangeView {
    /// `higher`, `lower`, `no_clear_difference`, `too_few`.
    verdict: &'static str,
    /// This period minus the one before.
    difference: Option<f64>,
    /// Lower bound of the difference.
    difference_low: Option<f64>,
    /// Upper bound of the difference.
    difference_high: Option<f64>,
    /// After the correction for several comparisons.
    p_value: Option<f64>,
}

impl NumberView {
    fn of(figure: &Figure, change: Option<&Change>) -> Self {
        let shown = figure.shown();
        NumberView {
            value: shown.map(|e| e.value),
            n: match figure {
                Figure::Nothing => Some(0),
                Figure::Withheld => None,
                Figure::Shown(e) => Some(e.n),
            },
            low: shown.map(|e| e.low),
            high: shown.map(|e| e.high),
            method: shown.map(|e| e.method.to_string()),
            withheld: *figure == Figure::Withheld,
            change: change.map(|change| ChangeView {
                verdict: match change.verdict {
                    Verdict::Higher => "higher",
                    Verdict::Lower => "lower",
                    Verdict::NoClearDifference => "no_clear_difference",
                    Verdict::TooFew => "too_few",
                },
                difference: change.comparison.map(|c| c.difference),
                difference_low: change.comparison.map(|c| c.low),
                difference_high: change.comparison.map(|c| c.high),
                p_value: change.comparison.map(|c| c.p_value),
            }),
        }
    }
}

/// The selection that a question's fields stand for.
pub(super) fn selection_of(
    survey: Option<&str>,
    filters: &BTreeMap<String, String>,
    period: Option<&PeriodBody>,
    level: Option<f64>,
) -> Result<Selection, AppError> {
    const FILTERS: [&str; 8] = [
        "location",
        "exact",
        "channel",
        "language",
        "touchpoint",
        "employee",
        "segment",
        "lacking",
    ];
    if let Some(unknown) = filters
        .keys()
        .find(|name| !FILTERS.contains(&name.as_str()))
    {
        let unknown: String = unknown.chars().take(40).collect();
        let message = format!(
            "`{unknown}` is not a filter; known are {}",
            FILTERS.join(", ")
        );
        return Err(AppError::invalid("filters", message));
    }
    let mut selection = Selection::of(filters.iter().map(|(n, v)| (n.as_str(), v.as_str())))
        .with("survey", survey.unwrap_or_default());
    if let Some(period) = period {
        selection = selection
            .with("from", &period.from.to_string())
            .with("to", &period.to.to_string());
    }
    if let Some(level) = level {
        selection = selection.with("level", &level.to_string());
    }
    Ok(selection)
}

fn split(body: &MetricQueryBody, scope: &Scope) -> Result<Split, AppError> {
    if body.step.is_some() && body.group_by.is_some() {
        return Err(AppError::invalid(
            "step",
            "give either `step` or `group_by`",
        ));
    }
    if let Some(step) = scope.step {
        return Ok(Split::Step(step));
    }
    let dimension = match body.group_by.as_deref() {
        None => return Ok(Split::Whole),
        Some("location") => {
            return Ok(Split::Level {
                under: scope.location,
            });
        }
        Some("location.exact") => Dimension::Location,
        Some("channel") => Dimension::Channel,
        Some("language") => Dimension::Language,
        Some("touchpoint") => Dimension::Touchpoint,
        Some("employee") => Dimension::Employee,
        Some(other) => {
            let code = other
                .strip_prefix("segment.")
                .and_then(|code| code.parse().ok());
            let code = code.ok_or_else(|| {
                AppError::invalid(
                    "group_by",
                    "known are location, location.exact, channel, language, touchpoint, employee and segment.CODE",
                )
            })?;
            let segments = &scope.survey.published.survey().segments;
            if !segments.iter().any(|segment| segment.code == code) {
                return Err(AppError::NotFound("segment of this survey"));
            }
            Dimension::Segment { code }
        }
    };
    Ok(Split::Dimension(dimension))
}

/// Answers a question to the answers: one metric, whole, by group, or over time.
#[utoipa::path(
    post, path = "/metrics/query", tag = "metrics",
    request_body = MetricQueryBody,
    responses(
        (status = 200, description = "The numbers", body = MeasuredView),
        (status = 404, description = "There is no such survey, metric, segment or place", body = Problem),
        (status = 422, description = "A field has a value that it cannot have", body = Problem),
    )
)]
pub(crate) async fn query(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    body: Result<Json<MetricQueryBody>, JsonRejection>,
) -> Result<Json<MeasuredView>, Problem> {
    let Json(body) = body?;
    let selection = selection_of(
        body.survey.as_deref(),
        &body.filters,
        body.period.as_ref(),
        body.level,
    )?;
    let selection = selection
        .with("metric", &body.metric)
        .with("step", body.step.as_deref().unwrap_or_default());
    let scope = app
        .scope(&actor, &selection)
        .await?
        .ok_or(AppError::NotFound("survey"))?;
    let split = split(&body, &scope)?;
    let metric: Metric = scope
        .metric
        .clone()
        .ok_or_else(|| AppError::invalid("metric", "name a metric"))?;
    let question = MetricQuery {
        metric: metric.clone(),
        survey: scope.survey.id,
        filters: scope.filters.clone(),
        period: scope.period,
        level: scope.level.get(),
    };
    let measured = app.measure(&actor, &question, &split, body.compare).await?;
    let step: Option<Step> = scope.step;
    let rows = measured
        .rows
        .iter()
        .map(|row| {
            let place = |id| {
                scope
                    .directory
                    .locations
                    .get(id)
                    .map(|place| place.code.to_string())
            };
            let (group, exact) = match &row.key {
                Key::Step(day) => (Some(day.to_string()), None),
                Key::Location(id) => (place(*id), Some(false)),
                Key::LocationItself(id) => (place(*id), Some(true)),
                Key::Employee(id) => {
                    let employee = scope.directory.employees.get(id);
                    (employee.map(|employee| employee.code.to_string()), None)
                }
                Key::Value(value) => (Some(value.clone()), None),
                Key::Lacking => (None, None),
            };
            RowView {
                group,
                exact,
                number: NumberView::of(&row.figure, row.change.as_ref().filter(|_| step.is_none())),
            }
        })
        .collect();
    Ok(Json(MeasuredView {
        metric: metric.to_string(),
        survey: scope.survey.published.survey().code.to_string(),
        period: PeriodBody::of(scope.period),
        level: scope.level.get(),
        total: NumberView::of(&measured.total, measured.change.as_ref()),
        rows,
        minimum_group: measured.minimum,
        comparisons: measured.compared,
        off_scale: measured.off_scale,
    }))
}
