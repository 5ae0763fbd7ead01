//! What drives an outcome, for programs.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use radost_app::domain::Code;
use radost_app::explain::{
    CannotTell, DriversAnswer, DriversFound, DriversQuery, Estimate, LeftOut, Ranged,
};
use radost_app::stats::drivers::{FactorClass, Quadrant, Simulation};
use radost_app::{App, AppError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::metrics::{PeriodBody, selection_of};
use crate::Server;
use crate::pages::explain::drivers::{missing_code, missing_of};
use crate::problem::Problem;
use crate::request::Program;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(query))
}

/// Which answers, which outcome, and what is to be tried.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DriversQueryBody {
    /// What is to be explained, as a metric: `nps.CODE`, `csat.CODE`, `ces.CODE`, `mean.CODE`. What the survey's drivers are
    /// marked for when left out, else its first headline question.
    #[serde(default)]
    outcome: Option<String>,
    /// The survey's code; the one that got the latest answers when left out.
    #[serde(default)]
    survey: Option<String>,
    /// Which responses count, as for `POST /metrics/query`.
    #[serde(default)]
    filters: BTreeMap<String, String>,
    /// When; the last 90 days when left out.
    #[serde(default)]
    period: Option<PeriodBody>,
    /// Confidence level, 0.95 when left out.
    #[serde(default)]
    level: Option<f64>,
    /// What is done about missing answers: `listwise`, `pairwise` or `em`.
    #[serde(default)]
    missing: Option<String>,
    /// Drivers whose means move, by points of their scales.
    #[serde(default)]
    moves: BTreeMap<String, f64>,
}

/// A number with its bounds.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RangedView {
    /// The number.
    value: f64,
    /// Lower bound.
    low: f64,
    /// Upper bound.
    high: f64,
}

impl From<Ranged> for RangedView {
    fn from(of: Ranged) -> Self {
        RangedView {
            value: of.value,
            low: of.low,
            high: of.high,
        }
    }
}

/// A mean with its bounds and what it rests on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeanView {
    /// The mean.
    value: f64,
    /// Lower bound.
    low: f64,
    /// Upper bound.
    high: f64,
    /// How many answers.
    n: u64,
}

impl From<&Estimate> for MeanView {
    fn from(of: &Estimate) -> Self {
        MeanView {
            value: of.value,
            low: of.low,
            high: of.high,
            n: of.n,
        }
    }
}

/// What drives the outcome.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DriversView {
    /// What was explained; nothing when the survey has no outcome.
    outcome: Option<String>,
    /// The survey's code.
    survey: String,
    /// The period.
    period: PeriodBody,
    /// Confidence level of the bounds.
    level: f64,
    /// What was done about missing answers.
    missing: &'static str,
    /// `found`, `no_drivers`, `nobody`, `withheld`, `too_few`, `same_outcome`, `collinear`, `missing_too_much`, `unstable`.
    state: &'static str,
    /// With `too_few`: complete responses there are, unless they are too few to be told of.
    n: Option<u64>,
    /// With `too_few`: complete responses needed.
    needed: Option<u64>,
    /// With `collinear`: the driver that follows from others, and those.
    collinear: Vec<String>,
    /// With `found`: the result.
    result: Option<DriversResultView>,
    /// With `moves`: what would be expected.
    simulation: Option<SimulationView>,
    /// What fewer than these have answered is withheld.
    minimum_group: u64,
}

/// A result.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DriversResultView {
    /// Responses that count.
    n: u64,
    /// Share of the responses with an outcome that lack another answer, 0 to 1.
    lost: f64,
    /// Mean of the outcome.
    outcome: MeanView,
    /// Share of the outcome's differences that the drivers explain together.
    r_squared: RangedView,
    /// Whether that is more than chance.
    explains: bool,
    /// How importance was shared out.
    measure: String,
    /// Resamples behind the bounds of shares.
    draws: u64,
    /// Above 30 the drivers can hardly be told apart.
    condition_number: f64,
    /// The two drivers that go together most closely, when that blurs the result.
    entangled: Vec<String>,
    /// The most important first.
    drivers: Vec<DriverView>,
    /// Drivers that were not analysed.
    left_out: Vec<LeftOutView>,
}

/// One driver.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DriverView {
    /// Its question.
    driver: String,
    /// Its mean over all who rated it.
    mean: MeanView,
    /// Its share of what the drivers explain, 0 to 1.
    importance: RangedView,
    /// Johnson's relative weight as a share.
    relative_weight: RangedView,
    /// Pearson's correlation with the outcome.
    correlation: RangedView,
    /// Change of the outcome for one point more, the others held.
    slope: RangedView,
    /// Variance inflation factor.
    vif: f64,
    /// `concentrate`, `keep_up`, `low_priority`, `possible_overkill`.
    quadrant: &'static str,
    /// What low and high scores do; nothing where too few gave them.
    contrast: Option<ContrastView>,
}

/// What low and high scores do to the outcome, against middling ones.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContrastView {
    /// What a low score costs, below nought.
    penalty: RangedView,
    /// What a high score brings.
    reward: RangedView,
    /// `must_be`, `linear`, `delighter`, `unclear`.
    class: &'static str,
    /// Scores up to this one are low.
    low_at_most: i64,
    /// Scores from this one on are high.
    high_at_least: i64,
}

/// A driver that was not analysed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeftOutView {
    /// Its question.
    driver: String,
    /// `too_few` or `same_answer`.
    why: &'static str,
}

/// What the outcome would be expected to do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SimulationView {
    /// Its mean today.
    before: f64,
    /// Its mean afterwards.
    after: f64,
    /// The change.
    change: RangedView,
    /// Whether the end of a scale was met.
    clipped: bool,
    /// Responses behind it.
    n: u64,
}

/// The word for a quadrant.
pub(crate) fn quadrant(quadrant: Quadrant) -> &'static str {
    match quadrant {
        Quadrant::Concentrate => "concentrate",
        Quadrant::KeepUp => "keep_up",
        Quadrant::LowPriority => "low_priority",
        Quadrant::PossibleOverkill => "possible_overkill",
    }
}

fn result(found: &DriversFound) -> DriversResultView {
    let drivers = found.drivers.iter().map(|driver| DriverView {
        driver: driver.code.to_string(),
        mean: (&driver.rated).into(),
        importance: driver.importance.into(),
        relative_weight: driver.relative_weight.into(),
        correlation: driver.correlation.into(),
        slope: driver.slope.into(),
        vif: driver.vif,
        quadrant: quadrant(driver.quadrant),
        contrast: driver.contrast.map(|contrast| ContrastView {
            penalty: contrast.penalty.into(),
            reward: contrast.reward.into(),
            class: match contrast.class {
                FactorClass::Basic => "must_be",
                FactorClass::Performance => "linear",
                FactorClass::Excitement => "delighter",
                FactorClass::Unclear => "unclear",
            },
            low_at_most: contrast.low_at_most,
            high_at_least: contrast.high_at_least,
        }),
    });
    let entangled = found.entangled.as_ref();
    DriversResultView {
        n: found.n,
        lost: found.lost,
        outcome: (&found.outcome).into(),
        r_squared: found.r_squared.into(),
        explains: found.explains,
        measure: found.measure.to_string(),
        draws: found.draws,
        condition_number: found.condition_number,
        entangled: entangled
            .map(|(a, b, _)| vec![a.to_string(), b.to_string()])
            .unwrap_or_default(),
        drivers: drivers.collect(),
        left_out: found
            .left_out
            .iter()
            .map(|(code, why)| LeftOutView {
                driver: code.to_string(),
                why: match why {
                    LeftOut::TooFew => "too_few",
                    LeftOut::SameAnswer => "same_answer",
                },
            })
            .collect(),
    }
}

fn simulated(simulation: &Simulation) -> SimulationView {
    SimulationView {
        before: simulation.before,
        after: simulation.after,
        change: RangedView {
            value: simulation.change,
            low: simulation.low,
            high: simulation.high,
        },
        clipped: simulation.clipped || simulation.drivers.iter().any(|driver| driver.clipped),
        n: simulation.n,
    }
}

/// Says what drives an outcome: importance with intervals, what low and high scores do, and what a step would bring.
#[utoipa::path(
    post, path = "/drivers/query", tag = "metrics",
    request_body = DriversQueryBody,
    responses(
        (status = 200, description = "What drives it, or why that cannot be said", body = DriversView),
        (status = 404, description = "There is no such survey, outcome, segment or place", body = Problem),
        (status = 422, description = "A field has a value that it cannot have", body = Problem),
    )
)]
pub(crate) async fn query(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    body: Result<Json<DriversQueryBody>, JsonRejection>,
) -> Result<Json<DriversView>, Problem> {
    let Json(body) = body?;
    let selection = selection_of(
        body.survey.as_deref(),
        &body.filters,
        body.period.as_ref(),
        body.level,
    )?;
    let selection = selection.with("metric", body.outcome.as_deref().unwrap_or_default());
    let missing = missing_of(body.missing.as_deref().unwrap_or_default());
    let mut moves = Vec::new();
    for (code, by) in &body.moves {
        let code: Code = code
            .parse()
            .map_err(|error| AppError::invalid("moves", error))?;
        moves.push((code, *by));
    }
    let query = DriversQuery {
        missing: missing
            .ok_or_else(|| AppError::invalid("missing", "known are listwise, pairwise and em"))?,
        moves,
    };
    let report = app.drivers(&actor, &selection, &query).await?;
    let report = report.ok_or(AppError::NotFound("survey"))?;
    let mut view = DriversView {
        outcome: report.outcome.as_ref().map(ToString::to_string),
        survey: report.scope.survey.published.survey().code.to_string(),
        period: PeriodBody::of(report.scope.period),
        level: report.scope.level.get(),
        missing: missing_code(report.missing),
        state: "found",
        n: None,
        needed: None,
        collinear: Vec::new(),
        result: None,
        simulation: report.simulation.as_ref().map(simulated),
        minimum_group: report.minimum,
    };
    match &*report.answer {
        DriversAnswer::NoDrivers => view.state = "no_drivers",
        DriversAnswer::Nobody => view.state = "nobody",
        DriversAnswer::Withheld => view.state = "withheld",
        DriversAnswer::TooFew(few) => {
            (view.state, view.n, view.needed) = ("too_few", few.n, Some(few.needed));
        }
        DriversAnswer::CannotTell(why) => {
            view.state = match why {
                CannotTell::SameOutcome => "same_outcome",
                CannotTell::Follows { driver, others } => {
                    let codes = std::iter::once(driver).chain(others);
                    view.collinear = codes.map(ToString::to_string).collect();
                    "collinear"
                }
                CannotTell::MissingTooMuch => "missing_too_much",
                CannotTell::Unstable => "unstable",
            };
        }
        DriversAnswer::Found(found) => view.result = Some(result(found)),
    }
    Ok(Json(view))
}
