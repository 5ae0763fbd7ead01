//! The trend of a metric.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use jiff::civil::Date;
use radost_app::explain::{Course, Selection, Shift, StepLevel, Trend, TrendStep};
use radost_app::{App, AppError};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::annotations::AnnotationView;
use super::metrics::{NumberView, PeriodBody, counted_in};
use crate::Server;
use crate::problem::Problem;
use crate::request::Program;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(trend))
}

/// What the trend is about, as in the address of the page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct TrendQuery {
    /// The survey's code; the one that got the latest answers when left out.
    survey: Option<String>,
    /// `nps.CODE`, `csat.CODE`, `ces.CODE`, `mean.CODE` or `csi`; the first of the survey when left out.
    metric: Option<String>,
    /// `7d`, `30d`, `90d`, `12m`; the last twelve months when neither this nor days are given.
    last: Option<String>,
    /// The first day.
    from: Option<String>,
    /// The last day.
    to: Option<String>,
    /// `day`, `week`, `month`, `quarter`, `year`; what suits the period when left out.
    step: Option<String>,
    /// The month in which years and quarters begin.
    year: Option<String>,
    /// The code of a place; everything under it counts too.
    location: Option<String>,
    /// `1` for the place without what is under it.
    exact: Option<String>,
    /// Web, QR code, e-mail and so on: `web`, `qr`, `email`.
    channel: Option<String>,
    /// `en`, `ru`, `uk`, `bg`.
    language: Option<String>,
    /// The code of a touchpoint.
    touchpoint: Option<String>,
    /// The code of an employee.
    employee: Option<String>,
    /// `code:value`.
    segment: Option<String>,
    /// Those without: `location`, `employee`, `touchpoint`, `segment.CODE`.
    lacking: Option<String>,
    /// `question:value`: those who gave this answer to a closed question.
    answer: Option<String>,
    /// `1`: responses count by their weight.
    weighted: Option<String>,
    /// Confidence level, 0.95 when left out.
    level: Option<String>,
}

impl From<TrendQuery> for Selection {
    fn from(query: TrendQuery) -> Self {
        let given = [
            ("survey", query.survey),
            ("metric", query.metric),
            ("last", query.last),
            ("from", query.from),
            ("to", query.to),
            ("step", query.step),
            ("year", query.year),
            ("location", query.location),
            ("exact", query.exact),
            ("channel", query.channel),
            ("language", query.language),
            ("touchpoint", query.touchpoint),
            ("employee", query.employee),
            ("segment", query.segment),
            ("lacking", query.lacking),
            ("answer", query.answer),
            ("weighted", query.weighted),
            ("level", query.level),
        ];
        let given = given.iter();
        Selection::of(given.filter_map(|(name, value)| Some((*name, value.as_deref()?))))
    }
}

/// A metric over time.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TrendView {
    /// The metric.
    metric: String,
    /// The survey's code.
    survey: String,
    /// The period.
    period: PeriodBody,
    /// The length of its steps; longer than asked for where there would have been more than 400.
    step: &'static str,
    /// Confidence level of intervals, changes and forecasts.
    level: f64,
    /// `too_few`, `risen`, `fallen`, `unsteady`, `steady`.
    course: &'static str,
    /// Since when, for all but `too_few`.
    #[schema(value_type = Option<String>, format = Date)]
    since: Option<Date>,
    /// Over the whole period.
    total: NumberView,
    /// Every step of the period.
    steps: Vec<TrendStepView>,
    /// The control chart; nothing where too few full steps have a number, or all the same.
    control: Option<ControlView>,
    /// Changes of level that last.
    changes: Vec<ShiftView>,
    /// What may come; nothing where too few full steps without a gap have a number.
    forecast: Vec<ForecastView>,
    /// What was done and what happened.
    annotations: Vec<AnnotationView>,
    /// Groups with fewer responses are withheld.
    minimum_group: u64,
    /// Answers of older versions that are off today's scale and do not count.
    off_scale: u64,
    /// Where it was counted: `lake`, or `records` where there is no lake or it is away.
    source: &'static str,
}

/// A step of time.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TrendStepView {
    /// Its first day within the period.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// Its last day within the period.
    #[schema(value_type = String, format = Date)]
    to: Date,
    /// Whether the period cuts it or it is not over: then it sets no limits and gives no signal.
    partial: bool,
    /// Its number.
    #[serde(flatten)]
    number: NumberView,
    /// The same days a year earlier.
    year_before: NumberView,
    /// The lower control limit.
    limit_low: Option<f64>,
    /// The upper control limit.
    limit_high: Option<f64>,
}

/// The control chart.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ControlView {
    /// `X (individuals)`, `p` or `Laney p′`.
    chart: String,
    /// How much wider its limits are than samples alone explain; 1 where they are not widened.
    widened: f64,
    /// The long-time mean.
    mean: f64,
    /// From how many full steps.
    steps: usize,
    /// Patterns that a steady process shows rarely.
    signals: Vec<SignalView>,
}

/// A pattern that a steady process shows rarely.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignalView {
    /// The rule of the Western Electric handbook.
    rule: String,
    /// `above` or `below` the long-time mean.
    side: &'static str,
    /// The first day of its first step.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// The last day of its last step.
    #[schema(value_type = String, format = Date)]
    to: Date,
}

/// A change of level that lasts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShiftView {
    /// The first day of the first step at the new level.
    #[schema(value_type = String, format = Date)]
    since: Date,
    /// The earliest that it may be.
    #[schema(value_type = String, format = Date)]
    earliest: Date,
    /// The latest that it may be.
    #[schema(value_type = String, format = Date)]
    latest: Date,
    /// The level before.
    before: StepLevelView,
    /// The level since.
    after: StepLevelView,
    /// How often steps in no order would show as much.
    p_value: f64,
}

/// The mean of several steps.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StepLevelView {
    /// The mean.
    value: f64,
    /// Lower bound.
    low: f64,
    /// Upper bound.
    high: f64,
    /// Of how many steps.
    steps: usize,
}

/// A step to come.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ForecastView {
    /// Its first day.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// The forecast.
    value: f64,
    /// Lower bound of what the step will show.
    low: f64,
    /// Upper bound of what the step will show.
    high: f64,
}

impl StepLevelView {
    fn of(level: &StepLevel) -> Self {
        StepLevelView {
            value: level.value,
            low: level.low,
            high: level.high,
            steps: level.steps,
        }
    }
}

impl TrendView {
    fn of(trend: Trend) -> Self {
        let Trend {
            scope,
            steps,
            control,
            ..
        } = trend;
        let from = |at: usize| steps.get(at).map_or(scope.period.from, |step| step.from);
        let to = |at: usize| steps.get(at).map_or(scope.period.to, |step| step.to);
        let (course, since) = match trend.course {
            Course::TooFew(_) => ("too_few", None),
            Course::Shifted { since, rise, .. } => match rise {
                true => ("risen", Some(from(since))),
                false => ("fallen", Some(from(since))),
            },
            Course::Unsteady(signal) => ("unsteady", Some(from(signal.from))),
            Course::Steady { since, .. } => ("steady", Some(from(since))),
        };
        let control = control.ok().map(|control| ControlView {
            chart: control.kind.to_string(),
            widened: control.widened,
            mean: control.centre,
            steps: control.steps,
            signals: control
                .signals
                .iter()
                .map(|signal| SignalView {
                    rule: signal.rule.to_string(),
                    side: if signal.above { "above" } else { "below" },
                    from: from(signal.from),
                    to: to(signal.to),
                })
                .collect(),
        });
        let shift = |shift: &Shift| ShiftView {
            since: from(shift.at),
            earliest: from(shift.earliest),
            latest: from(shift.latest),
            before: StepLevelView::of(&shift.before),
            after: StepLevelView::of(&shift.after),
            p_value: shift.p_value,
        };
        let step = |step: &TrendStep| TrendStepView {
            from: step.from,
            to: step.to,
            partial: step.partial,
            number: NumberView::of(&step.figure, None),
            year_before: NumberView::of(&step.year_before, None),
            limit_low: step.limits.map(|limits| limits.low),
            limit_high: step.limits.map(|limits| limits.high),
        };
        let tree = &scope.directory.locations;
        let annotations = trend.annotations.into_iter();
        TrendView {
            metric: trend.metric.to_string(),
            survey: scope.survey.published.survey().code.to_string(),
            period: PeriodBody {
                from: scope.period.from,
                to: scope.period.to,
            },
            step: trend.step.code(),
            level: scope.level.get(),
            course,
            since,
            total: NumberView::of(&trend.total, None),
            control,
            changes: trend.shifts.iter().map(shift).collect(),
            forecast: trend
                .outlook
                .iter()
                .flat_map(|outlook| &outlook.steps)
                .map(|ahead| ForecastView {
                    from: ahead.start,
                    value: ahead.value,
                    low: ahead.low,
                    high: ahead.high,
                })
                .collect(),
            annotations: annotations
                .map(|one| AnnotationView::of(one, tree))
                .collect(),
            minimum_group: trend.minimum,
            off_scale: trend.off_scale,
            source: counted_in(trend.source),
            steps: steps.iter().map(step).collect(),
        }
    }
}

/// A metric over time: control chart, lasting changes, the year before, a forecast.
#[utoipa::path(
    get, path = "/metrics/trend", tag = "metrics",
    params(TrendQuery),
    responses(
        (status = 200, description = "The trend", body = TrendView),
        (status = 404, description = "There is no such survey, metric, segment or place", body = Problem),
        (status = 422, description = "A field has a value that it cannot have", body = Problem),
    )
)]
pub(crate) async fn trend(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    query: Result<Query<TrendQuery>, QueryRejection>,
) -> Result<Json<TrendView>, Problem> {
    let Query(query) = query?;
    let trend = app.trend(&actor, &query.into()).await?;
    let trend = trend.ok_or(AppError::NotFound("survey"))?;
    Ok(Json(TrendView::of(trend)))
}
