//! Numbers.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use radost_app::domain::explain::Period;
use radost_app::explain::{
    Against, Change, Figure, Key, Measured, Metric, MetricQuery, Reference, Scope, Selection,
    Source, Verdict,
};
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
    /// The surveys' codes; the one that got the latest answers when left out. Several must ask the metric on the same scale.
    #[serde(default)]
    surveys: Vec<String>,
    /// Which responses count: `location` (with everything under it), `exact`, `channel`, `language`, `touchpoint`,
    /// `employee`, `segment` as `code:value`, `answer` as `question:value`, `lacking`.
    #[serde(default)]
    filters: BTreeMap<String, String>,
    /// When; the last 90 days when left out.
    #[serde(default)]
    period: Option<PeriodBody>,
    /// Up to three of `survey`, `location` (the places directly under that of the filter, each with everything under it),
    /// `location.exact` (each place for itself), `channel`, `language`, `touchpoint`, `employee`, `segment.CODE`,
    /// `question.CODE` of a closed question.
    #[serde(default)]
    group_by: Vec<String>,
    /// `day`, `week` (from Monday), `month`, `quarter` or `year` for a trend.
    #[serde(default)]
    step: Option<String>,
    /// The month in which years and quarters begin, 1 when left out.
    #[serde(default)]
    year_begins: Option<i8>,
    /// `previous_period` (for a step of time, the step before), `last_year`, `rest_of_network`, or a number from outside with
    /// its standard error where that is known.
    #[serde(default)]
    compare_with: Option<AgainstBody>,
    /// Whether responses count by their weight.
    #[serde(default)]
    weighted: bool,
    /// Confidence level, 0.95 when left out.
    #[serde(default)]
    level: Option<f64>,
}

/// With what the numbers are compared.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AgainstBody {
    /// The equally long period just before; for a step of time, the step before.
    PreviousPeriod,
    /// The same days a year earlier.
    LastYear,
    /// For a row, all other rows; for the whole, the other places.
    RestOfNetwork,
    /// A number from outside.
    Benchmark {
        /// In the units of the metric.
        value: f64,
        /// Where its source tells enough to know it.
        #[serde(default)]
        standard_error: Option<f64>,
    },
}

/// Days from the first to the last, both included.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PeriodBody {
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub(super) from: jiff::civil::Date,
    /// Last day.
    #[schema(value_type = String, format = Date)]
    pub(super) to: jiff::civil::Date,
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
pub struct MeasuredView {
    /// The metric.
    metric: String,
    /// The surveys' codes.
    surveys: Vec<String>,
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
    /// Whether a response may stand in several rows, as it does with each option of a multiple choice that was chosen: then rows
    /// do not add up to the total, and `rest` compares each with those that are not in it.
    overlapping: bool,
    /// Where it was counted: `lake`, or `records` where there is no lake or it is away.
    source: &'static str,
}

/// The code of what a row stands for; nothing for what has none.
pub(super) fn code_of(scope: &Scope, key: &Key) -> Option<String> {
    let directory = &scope.directory;
    match key {
        Key::Survey(id) => {
            let survey = directory.survey_by_id(*id);
            survey.map(|survey| survey.published.survey().code.to_string())
        }
        Key::Location(id) | Key::LocationItself(id) => {
            let place = directory.locations.get(*id);
            place.map(|place| place.code.to_string())
        }
        Key::Employee(id) => {
            let employee = directory.employees.get(id);
            employee.map(|employee| employee.code.to_string())
        }
        Key::Value(value) => Some(value.clone()),
        Key::Lacking => None,
    }
}

impl MeasuredView {
    /// An answer as programs read it.
    pub fn of(scope: &Scope, question: &MetricQuery, measured: &Measured) -> Self {
        let rows = measured
            .rows
            .iter()
            .map(|row| RowView {
                step: row.step,
                groups: row.keys.iter().map(|key| code_of(scope, key)).collect(),
                exact: row.keys.iter().find_map(|key| match key {
                    Key::Location(_) => Some(false),
                    Key::LocationItself(_) => Some(true),
                    _ => None,
                }),
                number: NumberView::of(&row.figure, row.change.as_ref()),
            })
            .collect();
        MeasuredView {
            metric: question.metric.to_string(),
            surveys: question
                .surveys
                .iter()
                .filter_map(|id| code_of(scope, &Key::Survey(*id)))
                .collect(),
            period: PeriodBody {
                from: scope.period.from,
                to: scope.period.to,
            },
            level: scope.level.get(),
            total: NumberView::of(&measured.total, measured.change.as_ref()),
            rows,
            minimum_group: measured.minimum,
            comparisons: measured.compared,
            off_scale: measured.off_scale,
            overlapping: measured.overlapping,
            source: counted_in(measured.source),
        }
    }
}

/// A group with its number.
#[derive(Debug, Serialize, ToSchema)]
struct RowView {
    /// First day of its step of time, with `step`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    step: Option<jiff::civil::Date>,
    /// Codes or values, one for each of `group_by`; nothing for responses without one.
    groups: Vec<Option<String>>,
    /// For places: whether what is under it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    exact: Option<bool>,
    /// Its number.
    #[serde(flatten)]
    number: NumberView,
}

/// A number with what it rests on.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NumberView {
    /// The value.
    value: Option<f64>,
    /// How many responses; not told when withheld.
    n: Option<u64>,
    /// How many that all count alike would say as much; differs from n where responses are weighted.
    effective_n: Option<f64>,
    /// Lower bound.
    low: Option<f64>,
    /// Upper bound.
    high: Option<f64>,
    /// How the interval was computed.
    method: Option<String>,
    /// Whether it is withheld: too few responses, or it would give away a group with too few.
    withheld: bool,
    /// Against what was asked for.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    change: Option<ChangeView>,
}

/// A comparison with what was asked for.
#[derive(Debug, Serialize, ToSchema)]
struct ChangeView {
    /// `higher`, `lower`, `no_clear_difference`, `too_few`.
    verdict: &'static str,
    /// This minus the other.
    difference: Option<f64>,
    /// Lower bound of the difference.
    difference_low: Option<f64>,
    /// Upper bound of the difference.
    difference_high: Option<f64>,
    /// After the correction for several comparisons.
    p_value: Option<f64>,
}

impl NumberView {
    pub(crate) fn of(figure: &Figure, change: Option<&Change>) -> Self {
        let shown = figure.shown();
        NumberView {
            value: shown.map(|e| e.value),
            n: match figure {
                Figure::Nothing => Some(0),
                Figure::Withheld => None,
                Figure::Shown(e) => Some(e.n),
            },
            effective_n: shown.map(|e| e.effective_n),
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

/// Where numbers were counted, for programs.
pub(super) fn counted_in(source: Source) -> &'static str {
    match source {
        Source::Lake => "lake",
        Source::Records | Source::LakeAway => "records",
    }
}

/// The selection that a question's fields stand for.
pub(super) fn selection_of(
    survey: Option<&str>,
    filters: &BTreeMap<String, String>,
    period: Option<&PeriodBody>,
    level: Option<f64>,
) -> Result<Selection, AppError> {
    const FILTERS: [&str; 9] = [
        "location",
        "exact",
        "channel",
        "language",
        "touchpoint",
        "employee",
        "segment",
        "answer",
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
    let mut selection = selection_of(
        body.surveys.first().map(String::as_str),
        &body.filters,
        body.period.as_ref(),
        body.level,
    )?
    .with("metric", &body.metric)
    .with("by", &body.group_by.join(","))
    .with("step", body.step.as_deref().unwrap_or_default())
    .with("weighted", if body.weighted { "1" } else { "" });
    if let Some(month) = body.year_begins {
        selection = selection.with("year", &month.to_string());
    }
    // What a selection calls otherwise than this body does.
    let named_here = |error| match error {
        AppError::Invalid {
            field: "by",
            message,
        } => AppError::Invalid {
            field: "group_by",
            message,
        },
        AppError::Invalid {
            field: "year",
            message,
        } => AppError::Invalid {
            field: "year_begins",
            message,
        },
        other => other,
    };
    let scope = app
        .scope(&actor, &selection)
        .await
        .map_err(named_here)?
        .ok_or(AppError::NotFound("survey"))?;
    let metric: Metric = scope
        .metric
        .clone()
        .ok_or_else(|| AppError::invalid("metric", "name a metric"))?;
    let mut question = scope.query(metric.clone());
    for code in body.surveys.iter().skip(1) {
        let survey = scope
            .directory
            .survey(code)
            .ok_or(AppError::NotFound("survey"))?;
        question.surveys.push(survey.id);
    }
    question.against = body.compare_with.map(|against| match against {
        AgainstBody::PreviousPeriod => Against::PreviousPeriod,
        AgainstBody::LastYear => Against::LastYear,
        AgainstBody::RestOfNetwork => Against::RestOfNetwork,
        AgainstBody::Benchmark {
            value,
            standard_error,
        } => Against::Benchmark(Reference {
            value,
            standard_error,
        }),
    });
    let measured = app.measure(&actor, &question).await?;
    Ok(Json(MeasuredView::of(&scope, &question, &measured)))
}
