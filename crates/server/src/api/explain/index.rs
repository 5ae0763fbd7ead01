//! The satisfaction index by its parts, for programs.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use radost_app::explain::{
    AttributesAnswer, AttributesFound, StructureAnswer, StructureFound, TooFew,
};
use radost_app::{App, AppError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::drivers::{MeanView, RangedView, quadrant};
use super::metrics::{PeriodBody, selection_of};
use crate::Server;
use crate::pages::explain::index::{missing_code, missing_of};
use crate::problem::Problem;
use crate::request::Program;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(query))
}

/// Which answers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IndexQueryBody {
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
    /// What is done about missing answers in the structural index: `listwise` or `mean`.
    #[serde(default)]
    missing: Option<String>,
}

/// The index by its parts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IndexView {
    /// The survey's code.
    survey: String,
    /// The period.
    period: PeriodBody,
    /// Confidence level of the bounds.
    level: f64,
    /// What was done about missing answers in the structural index.
    missing: &'static str,
    /// `found`, `not_asked`, `nobody`, `too_few`.
    attributes_state: &'static str,
    /// With `found`: the index weighted by importance.
    attributes: Option<AttributesView>,
    /// `found`, `not_marked`, `incomplete`, `nobody`, `withheld`, `too_few`, `same_answer`, `cannot_tell`.
    structure_state: &'static str,
    /// With `too_few`: complete responses there are, unless they are too few to be told of.
    structure_n: Option<u64>,
    /// With `too_few`: complete responses needed.
    structure_needed: Option<u64>,
    /// With `found`: the structural index.
    structure: Option<StructureView>,
    /// What fewer than these have answered is withheld.
    minimum_group: u64,
}

/// The index weighted by importance.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AttributesView {
    /// The index, 0 to 100.
    index: MeanView,
    /// What costs it most first.
    rows: Vec<AttributeView>,
}

/// One attribute of the index.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AttributeView {
    /// The question that rates it.
    attribute: String,
    /// Mean satisfaction on its scale.
    satisfaction: MeanView,
    /// Mean importance on its scale.
    importance: MeanView,
    /// Share of the total importance, 0 to 1.
    weight: RangedView,
    /// Points it brings to the index.
    contribution: RangedView,
    /// Points it leaves out.
    gap: RangedView,
    /// `concentrate`, `keep_up`, `low_priority`, `possible_overkill`.
    quadrant: &'static str,
}

/// The structural index.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StructureView {
    /// Responses that count.
    n: u64,
    /// Share of the responses that lack an answer and are left out, 0 to 1.
    lost: f64,
    /// Resamples behind the bounds.
    draws: u64,
    /// √(mean R² · mean communality).
    goodness_of_fit: Option<f64>,
    /// From causes to effects.
    latents: Vec<LatentView>,
    /// What moves what.
    paths: Vec<PathView>,
    /// What moves satisfaction most first.
    levers: Vec<LeverView>,
}

/// A latent variable.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LatentView {
    /// `image`, `expectations`, `quality`, `value`, `satisfaction`, `complaints`, `loyalty`.
    construct: &'static str,
    /// Its index, 0 to 100.
    index: RangedView,
    /// Share of it that what leads to it explains.
    r_squared: Option<RangedView>,
    /// Average variance extracted.
    ave: Option<f64>,
    /// Cronbach's alpha of standardised answers.
    alpha: Option<f64>,
    /// Composite reliability.
    composite_reliability: Option<f64>,
    /// The questions that measure it.
    indicators: Vec<IndicatorView>,
}

/// A question of a latent variable.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IndicatorView {
    /// The question.
    question: String,
    /// Mean of the answers.
    mean: f64,
    /// Outer weight.
    weight: RangedView,
    /// Loading.
    loading: RangedView,
}

/// A path between latent variables.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PathView {
    /// What moves.
    from: &'static str,
    /// What is moved.
    to: &'static str,
    /// In standard deviations.
    coefficient: RangedView,
}

/// Something that moves satisfaction.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeverView {
    /// What.
    construct: &'static str,
    /// Points that satisfaction gains with one point of this.
    importance: RangedView,
    /// Its index, 0 to 100.
    performance: RangedView,
    /// `concentrate`, `keep_up`, `low_priority`, `possible_overkill`.
    quadrant: &'static str,
}

fn attributes(found: &AttributesFound) -> AttributesView {
    let rows = found.rows.iter().map(|row| AttributeView {
        attribute: row.code.to_string(),
        satisfaction: (&row.satisfaction).into(),
        importance: (&row.importance).into(),
        weight: row.weight.into(),
        contribution: row.contribution.into(),
        gap: row.gap.into(),
        quadrant: quadrant(row.quadrant),
    });
    AttributesView {
        index: (&found.index).into(),
        rows: rows.collect(),
    }
}

fn structure(found: &StructureFound) -> StructureView {
    let latents = found.latents.iter().map(|latent| {
        let indicators = latent.indicators.iter().map(|indicator| IndicatorView {
            question: indicator.code.to_string(),
            mean: indicator.mean,
            weight: indicator.weight.into(),
            loading: indicator.loading.into(),
        });
        LatentView {
            construct: latent.construct.code(),
            index: latent.index.into(),
            r_squared: latent.r_squared.map(Into::into),
            ave: latent.ave,
            alpha: latent.alpha,
            composite_reliability: latent.composite,
            indicators: indicators.collect(),
        }
    });
    let paths = found.paths.iter().map(|path| PathView {
        from: path.from.code(),
        to: path.to.code(),
        coefficient: path.coefficient.into(),
    });
    let levers = found.levers.iter().map(|lever| LeverView {
        construct: lever.construct.code(),
        importance: lever.importance.into(),
        performance: lever.performance.into(),
        quadrant: quadrant(lever.quadrant),
    });
    StructureView {
        n: found.n,
        lost: found.lost,
        draws: found.draws,
        goodness_of_fit: found.goodness_of_fit,
        latents: latents.collect(),
        paths: paths.collect(),
        levers: levers.collect(),
    }
}

/// Takes the satisfaction index apart: by attribute and importance, and as a structure of causes.
#[utoipa::path(
    post, path = "/index/query", tag = "metrics",
    request_body = IndexQueryBody,
    responses(
        (status = 200, description = "The index by its parts, or why there is none", body = IndexView),
        (status = 404, description = "There is no such survey, segment or place", body = Problem),
        (status = 422, description = "A field has a value that it cannot have", body = Problem),
    )
)]
pub(crate) async fn query(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    body: Result<Json<IndexQueryBody>, JsonRejection>,
) -> Result<Json<IndexView>, Problem> {
    let Json(body) = body?;
    let selection = selection_of(
        body.survey.as_deref(),
        &body.filters,
        body.period.as_ref(),
        body.level,
    )?;
    let missing = missing_of(body.missing.as_deref().unwrap_or_default());
    let missing =
        missing.ok_or_else(|| AppError::invalid("missing", "known are listwise and mean"))?;
    let report = app.index(&actor, &selection, missing).await?;
    let report = report.ok_or(AppError::NotFound("survey"))?;
    let (attributes_state, attributes) = match &*report.attributes {
        AttributesAnswer::NotAsked => ("not_asked", None),
        AttributesAnswer::Nobody => ("nobody", None),
        AttributesAnswer::TooFew(_) => ("too_few", None),
        AttributesAnswer::Found(found) => ("found", Some(attributes(found))),
    };
    let few = match &*report.structure {
        StructureAnswer::TooFew(TooFew { n, needed, .. }) => (*n, Some(*needed)),
        _ => (None, None),
    };
    let (structure_state, structure) = match &*report.structure {
        StructureAnswer::NotMarked => ("not_marked", None),
        StructureAnswer::Incomplete => ("incomplete", None),
        StructureAnswer::Nobody => ("nobody", None),
        StructureAnswer::Withheld => ("withheld", None),
        StructureAnswer::TooFew(_) => ("too_few", None),
        StructureAnswer::SameAnswer(_) => ("same_answer", None),
        StructureAnswer::CannotTell => ("cannot_tell", None),
        StructureAnswer::Found(found) => ("found", Some(structure(found))),
    };
    Ok(Json(IndexView {
        survey: report.scope.survey.published.survey().code.to_string(),
        period: PeriodBody::of(report.scope.period),
        level: report.scope.level.get(),
        missing: missing_code(report.missing),
        attributes_state,
        attributes,
        structure_state,
        structure_n: few.0,
        structure_needed: few.1,
        structure,
        minimum_group: report.minimum,
    }))
}
