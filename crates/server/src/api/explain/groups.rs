//! Groups of customers for programs: what features are to them, who differs, what they need, what they think it is worth.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use radost_app::explain::{
    Figure, KanoSeen, NoGroups, NoSegments, NoValueMap, Scope, SegmentCondition, Selection, Trait,
    TraitValue, ValuePoint, by_name,
};
use radost_app::stats::kano::KanoCategory;
use radost_app::{App, AppError};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::metrics::{NumberView, code_of};
use crate::Server;
use crate::problem::Problem;
use crate::request::Program;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(kano))
        .routes(routes!(segments))
        .routes(routes!(tuning))
        .routes(routes!(value))
}

/// Which responses, and how they are put beside each other: the names of the pages' addresses.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupsQuery {
    /// The survey's code; one that fits when left out.
    survey: Option<String>,
    /// First day, `2026-03-01`; 90 days up to `to` when left out.
    from: Option<String>,
    /// Last day; today when left out.
    to: Option<String>,
    /// Code of a place; everything under it counts too.
    location: Option<String>,
    /// `1` for the place alone.
    exact: Option<String>,
    /// Code of a channel.
    channel: Option<String>,
    /// Code of a language.
    language: Option<String>,
    /// Code of a touchpoint.
    touchpoint: Option<String>,
    /// Code of an employee.
    employee: Option<String>,
    /// `code:value`.
    segment: Option<String>,
    /// Those without a value: `location`, `employee`, `touchpoint`, `segment.CODE`, separated by commas.
    lacking: Option<String>,
    /// For segments, the metric in which they differ: `nps.CODE`, `csat.CODE`, `ces.CODE`, `mean.CODE`.
    metric: Option<String>,
    /// For segments: `answers` when answers, too, may tell customers apart.
    with: Option<String>,
    /// For kano and the value map: `location`, `channel`, `language`, `touchpoint`, `segment.CODE`.
    by: Option<String>,
    /// For the value map: the code of the rating that says how good it is.
    quality: Option<String>,
    /// For the value map: the code of the rating that says what people think of the price.
    price: Option<String>,
    /// Confidence level, 0.95 when left out.
    level: Option<String>,
}

impl GroupsQuery {
    fn selection(&self) -> Selection {
        let given = [
            ("survey", &self.survey),
            ("from", &self.from),
            ("to", &self.to),
            ("location", &self.location),
            ("exact", &self.exact),
            ("channel", &self.channel),
            ("language", &self.language),
            ("touchpoint", &self.touchpoint),
            ("employee", &self.employee),
            ("segment", &self.segment),
            ("lacking", &self.lacking),
            ("metric", &self.metric),
            ("with", &self.with),
            ("by", &self.by),
            ("quality", &self.quality),
            ("price", &self.price),
            ("level", &self.level),
        ];
        let given = given
            .iter()
            .filter_map(|(name, value)| Some((*name, value.as_deref()?)));
        Selection::of(given)
    }
}

fn asked(query: Result<Query<GroupsQuery>, QueryRejection>) -> Result<Selection, Problem> {
    let Query(query) = query?;
    Ok(query.selection())
}

fn number(figure: &Figure) -> NumberView {
    NumberView::of(figure, None)
}

/// A value with its interval.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RangeView {
    /// The value.
    value: f64,
    /// Lower bound.
    low: f64,
    /// Upper bound.
    high: f64,
}

/// What features are to customers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KanoView {
    /// The survey's code.
    survey: String,
    /// Groups with fewer customers are withheld, and those from which they could be computed.
    minimum_group: u64,
    /// The features in the order of the survey.
    features: Vec<KanoFeatureView>,
}

/// One feature.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KanoFeatureView {
    /// Its code.
    attribute: String,
    /// Customers who answered one of its two questions only.
    unpaired: u64,
    /// As everybody sees it.
    #[serde(flatten)]
    seen: KanoSeenView,
    /// As each group of `by` sees it.
    groups: Vec<KanoGroupView>,
    /// P-value of "all groups that are shown see it alike", corrected for the number of features.
    groups_differ_p_value: Option<f64>,
    /// How much they differ: Cramér's V, 0 to 1.
    groups_differ_v: Option<f64>,
}

/// A feature as a group sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KanoGroupView {
    /// Its code or value; nothing for those without one.
    group: Option<String>,
    /// What it is to them.
    #[serde(flatten)]
    seen: KanoSeenView,
}

/// What a feature is to some customers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KanoSeenView {
    /// Whether it is withheld.
    withheld: bool,
    /// Customers who answered both questions; not told when withheld.
    n: Option<u64>,
    /// `M`, `O`, `A`, `I`, `R` or `Q`: if A, O and M together outnumber the rest, the most frequent of them; else of I, R, Q.
    category: Option<char>,
    /// The most frequent category.
    most_frequent: Option<char>,
    /// Whether the category is the most frequent one and clearly ahead of the second.
    clear: Option<bool>,
    /// Of "the two most frequent are equally frequent", corrected for what is shown beside it.
    p_value: Option<f64>,
    /// Customers in each category, in the order M, O, A, I, R, Q.
    counts: Option<[u64; 6]>,
    /// (A + O) / (A + O + M + I), 0 to 1.
    better: Option<RangeView>,
    /// −(O + M) / (A + O + M + I), −1 to 0.
    worse: Option<RangeView>,
}

impl KanoSeenView {
    fn of(seen: &KanoSeen) -> Self {
        let shown = seen.shown();
        let c = shown.and_then(|verdict| verdict.coefficients);
        let range = |value, low, high| RangeView { value, low, high };
        KanoSeenView {
            withheld: matches!(seen, KanoSeen::Withheld),
            n: match seen {
                KanoSeen::Nothing => Some(0),
                _ => shown.map(|verdict| verdict.evaluation.n),
            },
            category: shown.map(|verdict| verdict.evaluation.by_rule.letter()),
            most_frequent: shown.map(|verdict| verdict.evaluation.by_mode.letter()),
            clear: shown.map(|verdict| verdict.is_clear),
            p_value: shown.map(|verdict| verdict.p_value),
            counts: shown
                .map(|verdict| KanoCategory::ALL.map(|which| verdict.evaluation.counts.of(which))),
            better: c.map(|c| range(c.better.value, c.better.low, c.better.high)),
            worse: c.map(|c| range(c.worse.value, c.worse.low, c.worse.high)),
        }
    }
}

/// What features are to customers, by Kano's pairs of questions.
#[utoipa::path(
    get, path = "/explain/kano", tag = "explain", params(GroupsQuery),
    responses(
        (status = 200, description = "The features", body = KanoView),
        (status = 404, description = "There is no such survey, segment or place", body = Problem),
        (status = 422, description = "A field has a value that it cannot have", body = Problem),
    )
)]
pub(crate) async fn kano(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    query: Result<Query<GroupsQuery>, QueryRejection>,
) -> Result<Json<KanoView>, Problem> {
    let found = app.kano(&actor, &asked(query)?).await?;
    let kano = found.ok_or(AppError::NotFound("survey"))?;
    let features = kano
        .features
        .iter()
        .map(|feature| KanoFeatureView {
            attribute: feature.attribute.to_string(),
            unpaired: feature.unpaired,
            seen: KanoSeenView::of(&feature.whole),
            groups: kano
                .groups
                .iter()
                .zip(&feature.groups)
                .map(|(key, seen)| KanoGroupView {
                    group: code_of(&kano.scope, key),
                    seen: KanoSeenView::of(seen),
                })
                .collect(),
            groups_differ_p_value: feature.difference.as_ref().map(|test| test.p_value),
            groups_differ_v: feature.difference.as_ref().map(|test| test.cramers_v),
        })
        .collect();
    Ok(Json(KanoView {
        survey: kano.scope.survey.published.survey().code.to_string(),
        minimum_group: kano.minimum,
        features,
    }))
}

/// Who differs in a metric.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SegmentsView {
    /// The survey's code.
    survey: String,
    /// The metric.
    metric: String,
    /// Its value over everybody.
    total: NumberView,
    /// Why there are no groups: `several_questions`, `nothing`, `too_few`, `all_alike`, `no_groups`, `no_difference`.
    lacking: Option<&'static str>,
    /// The groups found, parents before their children; the first is everybody.
    nodes: Vec<NodeView>,
    /// Each way of grouping for itself, the strongest first.
    tables: Vec<TableView>,
    /// Groups with fewer customers stand together.
    minimum_group: u64,
    /// Fewest customers of a group that is found.
    fewest_in_group: u64,
}

/// A group of customers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NodeView {
    /// Index of the group that it is a part of.
    parent: Option<usize>,
    /// What they have in common.
    conditions: Vec<ConditionView>,
    /// By what it is split further; nothing for a leaf.
    split_by: Option<String>,
    /// P-value of the split, corrected for the ways in which values could have been put together.
    split_p_value: Option<f64>,
    /// The metric among them.
    #[serde(flatten)]
    number: NumberView,
}

/// What the customers of a group have in common: one of these values.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConditionView {
    /// A dimension, or `question.CODE`.
    by: String,
    /// Codes, values, points of a scale; `null` for those without one.
    values: Vec<Option<String>>,
    /// Whether groups that are too small to stand alone are among them, too.
    with_others: bool,
}

/// The metric by one dimension.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TableView {
    /// The dimension.
    by: String,
    /// Pearson's chi-squared of groups by classes of answers.
    chi_squared: f64,
    /// Its degrees of freedom.
    degrees_of_freedom: u64,
    /// Its p-value, corrected for the number of tables.
    p_value: f64,
    /// Cramér's V less what chance would give, with the interval of the population's V.
    cramers_v: RangeView,
    /// The groups.
    rows: Vec<TableRowView>,
}

/// A group of a table.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TableRowView {
    /// Its code or value; nothing for those without one.
    group: Option<String>,
    /// Whether it is those groups together that are too small to stand alone.
    others: bool,
    /// The metric in it.
    #[serde(flatten)]
    number: NumberView,
}

fn trait_name(by: &Trait) -> String {
    match by {
        Trait::Dimension(dimension) => by_name(dimension),
        Trait::Question(code) => format!("question.{code}"),
    }
}

fn condition(scope: &Scope, condition: &SegmentCondition) -> ConditionView {
    let own = condition
        .values
        .iter()
        .filter(|value| **value != TraitValue::Others);
    ConditionView {
        by: trait_name(&condition.by),
        values: own
            .map(|value| match value {
                TraitValue::Key(key) => code_of(scope, key),
                TraitValue::Point(point) => Some(point.to_string()),
                TraitValue::Others | TraitValue::Skipped => None,
            })
            .collect(),
        with_others: condition.values.contains(&TraitValue::Others),
    }
}

/// Who differs in a metric: groups that a tree finds, and each way of grouping as a table.
#[utoipa::path(
    get, path = "/explain/segments", tag = "explain", params(GroupsQuery),
    responses(
        (status = 200, description = "The groups", body = SegmentsView),
        (status = 404, description = "There is no such survey, metric, segment or place", body = Problem),
        (status = 422, description = "A field has a value that it cannot have", body = Problem),
    )
)]
pub(crate) async fn segments(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    query: Result<Query<GroupsQuery>, QueryRejection>,
) -> Result<Json<SegmentsView>, Problem> {
    let found = app.segments(&actor, &asked(query)?).await?;
    let segments = found.ok_or(AppError::NotFound("survey"))?;
    let scope = &segments.scope;
    let nodes = segments
        .nodes
        .iter()
        .map(|node| NodeView {
            parent: node.parent,
            conditions: node
                .conditions
                .iter()
                .map(|c| condition(scope, c))
                .collect(),
            split_by: node.split.as_ref().map(|split| trait_name(&split.by)),
            split_p_value: node.split.as_ref().map(|split| split.p_value),
            number: number(&node.figure),
        })
        .collect();
    let tables = segments
        .tables
        .iter()
        .map(|table| TableView {
            by: by_name(&table.by),
            chi_squared: table.test.chi_squared,
            degrees_of_freedom: table.test.df,
            p_value: table.test.p_value,
            cramers_v: RangeView {
                value: table.test.cramers_v.corrected,
                low: table.test.cramers_v.low,
                high: table.test.cramers_v.high,
            },
            rows: table
                .rows
                .iter()
                .map(|row| TableRowView {
                    group: match &row.value {
                        TraitValue::Key(key) => code_of(scope, key),
                        _ => None,
                    },
                    others: row.value == TraitValue::Others,
                    number: number(&row.figure),
                })
                .collect(),
        })
        .collect();
    Ok(Json(SegmentsView {
        survey: scope.survey.published.survey().code.to_string(),
        metric: segments.metric.to_string(),
        total: number(&segments.total),
        lacking: segments.lacking.map(|lacking| match lacking {
            NoSegments::SeveralQuestions => "several_questions",
            NoSegments::Nothing => "nothing",
            NoSegments::TooFew { .. } => "too_few",
            NoSegments::AllAlike => "all_alike",
            NoSegments::NoGroups => "no_groups",
            NoSegments::NoDifference => "no_difference",
        }),
        nodes,
        tables,
        minimum_group: segments.minimum,
        fewest_in_group: segments.rules.fewest_in_child,
    }))
}

/// What customers need and what they get.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TuningView {
    /// The survey's code.
    survey: String,
    /// Share of the customers whose needs the present offer meets, percent.
    met: NumberView,
    /// Customers who told less than half of the attributes and are left out of shares and groups.
    left_out: u64,
    /// The attributes, the greatest opportunity first.
    attributes: Vec<AttributeView>,
    /// Why there are no groups: `too_few`, `alike`.
    no_groups: Option<&'static str>,
    /// Groups of customers by what they need, the largest first.
    groups: Vec<NeedGroupView>,
    /// How clearly the groups are apart: mean silhouette, −1 to 1.
    silhouette: Option<f64>,
    /// How well they come back when customers are drawn anew: mean Jaccard index, 0 to 1.
    stability: Option<f64>,
    /// How many customers 1, 2, 3 … variants would fit.
    variants: Vec<VariantView>,
    /// Groups with fewer customers are withheld.
    minimum_group: u64,
}

/// An attribute that is rated and weighed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AttributeView {
    /// Code of the rating.
    attribute: String,
    /// Percent of the scale.
    importance: NumberView,
    /// Percent of the scale.
    satisfaction: NumberView,
    /// 0 to 20.
    opportunity: NumberView,
    /// Share of the customers who are at least as satisfied with it as it is important to them, percent.
    met: NumberView,
}

/// Customers who find the same things important.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NeedGroupView {
    /// Share of the customers, percent.
    share: RangeView,
    /// For each attribute: mean importance less the customer's own mean, percent of the scale.
    profile: Vec<Option<f64>>,
    /// Share of the group whose needs the present offer meets, percent.
    met: NumberView,
}

/// So many variants of an offer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VariantView {
    /// How many.
    variants: usize,
    /// Share of the customers that one of them fits, percent.
    share: RangeView,
    /// What this one adds to those before, percentage points.
    gain: f64,
    /// Customers by whom they were judged.
    n: u64,
}

fn range(e: &radost_app::explain::Estimate) -> RangeView {
    RangeView {
        value: e.value,
        low: e.low,
        high: e.high,
    }
}

/// What customers need, what they get, and how many variants of an offer would fit which share of them.
#[utoipa::path(
    get, path = "/explain/tuning", tag = "explain", params(GroupsQuery),
    responses(
        (status = 200, description = "Needs, groups and variants", body = TuningView),
        (status = 404, description = "There is no such survey, segment or place", body = Problem),
        (status = 422, description = "A field has a value that it cannot have", body = Problem),
    )
)]
pub(crate) async fn tuning(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    query: Result<Query<GroupsQuery>, QueryRejection>,
) -> Result<Json<TuningView>, Problem> {
    let found = app.tuning(&actor, &asked(query)?).await?;
    let tuning = found.ok_or(AppError::NotFound("survey"))?;
    let groups = tuning.groups.as_ref();
    Ok(Json(TuningView {
        survey: tuning.scope.survey.published.survey().code.to_string(),
        met: number(&tuning.met),
        left_out: tuning.left_out,
        attributes: tuning
            .attributes
            .iter()
            .map(|attribute| AttributeView {
                attribute: attribute.rating.to_string(),
                importance: number(&attribute.importance),
                satisfaction: number(&attribute.satisfaction),
                opportunity: number(&attribute.opportunity),
                met: number(&attribute.met),
            })
            .collect(),
        no_groups: groups.err().map(|why| match why {
            NoGroups::TooFew { .. } => "too_few",
            NoGroups::Alike => "alike",
        }),
        silhouette: groups.ok().map(|found| found.silhouette),
        stability: groups.ok().map(|found| found.stability),
        groups: groups.map_or_else(
            |_| Vec::new(),
            |found| {
                let view = |group: &radost_app::explain::NeedGroup| NeedGroupView {
                    share: range(&group.share),
                    profile: group.profile.clone(),
                    met: number(&group.met),
                };
                found.groups.iter().map(view).collect()
            },
        ),
        variants: tuning
            .variants
            .iter()
            .map(|point| VariantView {
                variants: point.variants,
                share: range(&point.share),
                gain: point.gain,
                n: point.share.n,
            })
            .collect(),
        minimum_group: tuning.minimum,
    }))
}

/// Perceived quality against perceived price.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ValueView {
    /// The survey's code.
    survey: String,
    /// Why there is no map: `no_questions`, `nothing`, `too_few`.
    lacking: Option<&'static str>,
    /// Code of the rating that says how good it is.
    quality: Option<String>,
    /// Code of the rating that says what people think of the price.
    price: Option<String>,
    /// By what the points are told apart.
    by: Option<String>,
    /// Everybody, then the groups.
    points: Vec<PointView>,
    /// Groups with fewer customers are withheld, and those from which they could be computed.
    minimum_group: u64,
}

/// Where some customers see the offer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PointView {
    /// Code or value of the group; nothing for everybody and for those without one.
    group: Option<String>,
    /// Whether it is everybody.
    everybody: bool,
    /// Mean quality, and how it compares with all the other groups together.
    quality: NumberView,
    /// Mean of what they think of the price, and how it compares with all the other groups together.
    price: NumberView,
}

fn point(group: Option<String>, everybody: bool, point: Option<&ValuePoint>) -> PointView {
    let view = |side: Option<(Figure, radost_app::explain::Change)>| match side {
        Some((figure, change)) => NumberView::of(&figure, Some(&change).filter(|_| !everybody)),
        None => number(&Figure::Withheld),
    };
    PointView {
        group,
        everybody,
        quality: view(point.map(|p| (Figure::Shown(p.quality), p.quality_change))),
        price: view(point.map(|p| (Figure::Shown(p.price), p.price_change))),
    }
}

/// Perceived quality against perceived price, group by group.
#[utoipa::path(
    get, path = "/explain/value", tag = "explain", params(GroupsQuery),
    responses(
        (status = 200, description = "The points of the map", body = ValueView),
        (status = 404, description = "There is no such survey, question, segment or place", body = Problem),
        (status = 422, description = "A field has a value that it cannot have", body = Problem),
    )
)]
pub(crate) async fn value(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    query: Result<Query<GroupsQuery>, QueryRejection>,
) -> Result<Json<ValueView>, Problem> {
    let found = app.value_map(&actor, &asked(query)?).await?;
    let found = found.ok_or(AppError::NotFound("survey"))?;
    let map = found.map.as_ref();
    Ok(Json(ValueView {
        survey: found.scope.survey.published.survey().code.to_string(),
        lacking: map.err().map(|why| match why {
            NoValueMap::NoQuestions => "no_questions",
            NoValueMap::Nothing => "nothing",
            NoValueMap::TooFew => "too_few",
        }),
        quality: map.ok().map(|map| map.quality.to_string()),
        price: map.ok().map(|map| map.price.to_string()),
        by: map.ok().map(|map| by_name(&map.by)),
        points: map.map_or_else(
            |_| Vec::new(),
            |map| {
                let groups = map
                    .points
                    .iter()
                    .map(|(key, seen)| point(code_of(&found.scope, key), false, seen.as_ref()));
                std::iter::once(point(None, true, Some(&map.total)))
                    .chain(groups)
                    .collect()
            },
        ),
        minimum_group: found.minimum,
    }))
}
