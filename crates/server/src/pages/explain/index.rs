//! The satisfaction index by its parts: weighted by importance, and as a structure of causes.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};
use radost_app::App;
use radost_app::domain::Code;
use radost_app::domain::access::Permission;
use radost_app::domain::listen::Construct;
use radost_app::explain::{
    AttributeRow, AttributesAnswer, AttributesFound, IndexReport, LatentRow, MUCH_LOST, Ranged,
    Selection, StructureAnswer, StructureFound,
};
use radost_app::stats::pls::MissingAnswers;

use super::drivers::{question_name, responses_to};
use super::overview::{no_survey, refused};
use super::words::{QuadrantMap, how, quadrant, quadrant_map, ranged, share, share_number};
use crate::Server;
use crate::look::chart::{self, Arrow, BarsChart, Estimate, Node, PathChart, Point};
use crate::look::i18n::Tr;
use crate::look::icon::Icon;
use crate::look::layout::{NavItem, with_query};
use crate::look::parts::{self, Column, Flash, PageHeader, StatCard, Table, Tone};
use crate::pages::selection::{self, Offer, address, bar_with};
use crate::request::{PageResult, Staff};

const PATH: &str = "/explain/index";

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    Router::new().route(PATH, get(page))
}

/// The word of an address for what is done about missing answers.
pub(crate) fn missing_code(missing: MissingAnswers) -> &'static str {
    match missing {
        MissingAnswers::Listwise => "listwise",
        MissingAnswers::MeanReplacement => "mean",
    }
}

/// What is done about missing answers, by its word; `None` for another.
pub(crate) fn missing_of(code: &str) -> Option<MissingAnswers> {
    match code {
        "" | "listwise" => Some(MissingAnswers::Listwise),
        "mean" => Some(MissingAnswers::MeanReplacement),
        _ => None,
    }
}

async fn page(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let tr = staff.tr();
    let title = tr.t(NavItem::Index.message());
    let selection = selection::of_request(&staff);
    let missing = missing_of(selection::fields_of_request(&staff).get("missing"));
    let found = match missing {
        Some(missing) => app.index(staff.actor(), &selection, missing).await,
        None => Err(radost_app::AppError::invalid("missing", "not known")),
    };
    let report = match found {
        Ok(Some(report)) => report,
        Ok(None) => return Ok(staff.page(&title, NavItem::Index, no_survey(&staff, &title))),
        Err(error) => return Ok(refused(&staff, &title, PATH, NavItem::Index, error)),
    };
    let drawing = Drawing {
        tr,
        staff: &staff,
        selection: &selection,
        report: &report,
    };
    Ok(staff.page(&title, NavItem::Index, drawing.body(&title)))
}

fn construct(tr: Tr, construct: Construct) -> String {
    tr.t(&format!("construct-{}", construct.code()))
}

/// Points with their interval: `72.5 [70.1–74.9]`.
fn points(tr: Tr, of: Ranged) -> String {
    ranged(tr, of, 1)
}

/// The sentence about the index weighted by importance.
pub(crate) fn attributes_sentence(tr: Tr, report: &IndexReport) -> String {
    let survey = &report.scope.survey.published;
    let found = match &*report.attributes {
        AttributesAnswer::NotAsked => return tr.t("index-sentence-not-asked"),
        AttributesAnswer::Nobody => {
            let days = i64::from(report.scope.period.days());
            return tr.ta("sentence-nothing", &[("days", days.into())]);
        }
        AttributesAnswer::TooFew(code) => {
            return tr.ta(
                "index-sentence-too-few",
                &[
                    ("question", question_name(tr, survey, code).into()),
                    ("needed", report.minimum.into()),
                ],
            );
        }
        AttributesAnswer::Found(found) => found,
    };
    let index = tr.interval(found.index.value, found.index.low, found.index.high, 1);
    let name = |row: &AttributeRow| question_name(tr, survey, &row.code);
    let n = ("n", found.index.n.into());
    let all = ("missing", tr.number(100.0 - found.index.value, 1).into());
    match found.rows.as_slice() {
        [first, second, ..] => {
            let id = if first.gap.low > second.gap.high {
                "index-sentence-first"
            } else {
                "index-sentence-two"
            };
            tr.ta(
                id,
                &[
                    ("index", index.into()),
                    ("first", name(first).into()),
                    ("first-gap", points(tr, first.gap).into()),
                    ("second", name(second).into()),
                    ("second-gap", points(tr, second.gap).into()),
                    all,
                    n,
                ],
            )
        }
        _ => tr.ta("index-sentence-one", &[("index", index.into()), n]),
    }
}

/// The sentence about the structural index.
pub(crate) fn structure_sentence(tr: Tr, report: &IndexReport) -> String {
    let survey = &report.scope.survey.published;
    let found = match &*report.structure {
        StructureAnswer::NotMarked => return tr.t("index-structure-not-marked"),
        StructureAnswer::Incomplete => return tr.t("index-structure-incomplete"),
        StructureAnswer::Nobody => {
            let days = i64::from(report.scope.period.days());
            return tr.ta("sentence-nothing", &[("days", days.into())]);
        }
        StructureAnswer::Withheld => {
            return tr.ta(
                "sentence-withheld",
                &[
                    ("metric", tr.t("index-structure").into()),
                    ("n", report.minimum.into()),
                ],
            );
        }
        StructureAnswer::TooFew(few) => {
            let needed = ("needed", few.needed.into());
            return match few.n {
                Some(n) => tr.ta("index-structure-too-few", &[needed, ("n", n.into())]),
                None => tr.ta("index-structure-far-too-few", &[needed]),
            };
        }
        StructureAnswer::SameAnswer(code) => {
            let question = question_name(tr, survey, code);
            return tr.ta("index-structure-same", &[("question", question.into())]);
        }
        StructureAnswer::CannotTell => return tr.t("index-structure-cannot-tell"),
        StructureAnswer::Found(found) => found,
    };
    let satisfied = found
        .latents
        .iter()
        .find(|latent| latent.construct == Construct::Satisfaction);
    let (Some(satisfied), Some(first)) = (satisfied, found.levers.first()) else {
        return tr.t("index-structure-cannot-tell");
    };
    let second = found.levers.get(1);
    let id = match second {
        Some(second) if first.importance.low <= second.importance.high => {
            "index-structure-sentence-two"
        }
        _ => "index-structure-sentence",
    };
    let second = second.unwrap_or(first);
    tr.ta(
        id,
        &[
            ("satisfaction", points(tr, satisfied.index).into()),
            ("n", found.n.into()),
            ("lever", construct(tr, first.construct).into()),
            ("gain", ranged(tr, first.importance, 2).into()),
            ("second", construct(tr, second.construct).into()),
            ("second-gain", ranged(tr, second.importance, 2).into()),
        ],
    )
}

/// The sentence at the top: about what the survey asks.
pub(crate) fn sentence(tr: Tr, report: &IndexReport) -> String {
    match (&*report.attributes, &*report.structure) {
        (AttributesAnswer::NotAsked, StructureAnswer::NotMarked) => tr.t("index-sentence-none"),
        (AttributesAnswer::NotAsked, _) => structure_sentence(tr, report),
        _ => attributes_sentence(tr, report),
    }
}

/// Where each construct stands in the diagram: shares of width and height, wide and narrow. No arrow of the classical
/// model runs through a box.
fn place(construct: Construct) -> ((f64, f64), (f64, f64)) {
    match construct {
        Construct::Image => ((0.27, 0.11), (0.83, 0.07)),
        Construct::Expectations => ((0.11, 0.45), (0.18, 0.18)),
        Construct::Quality => ((0.36, 0.90), (0.17, 0.51)),
        Construct::Value => ((0.43, 0.58), (0.51, 0.34)),
        Construct::Satisfaction => ((0.68, 0.42), (0.60, 0.69)),
        Construct::Complaints => ((0.90, 0.78), (0.22, 0.92)),
        Construct::Loyalty => ((0.90, 0.12), (0.83, 0.92)),
    }
}

/// Everything that drawing needs.
struct Drawing<'a> {
    tr: Tr,
    staff: &'a Staff,
    selection: &'a Selection,
    report: &'a IndexReport,
}

impl Drawing<'_> {
    fn name(&self, code: &Code) -> String {
        question_name(self.tr, &self.report.scope.survey.published, code)
    }

    /// This view with its survey named, so that a link means the same tomorrow.
    fn here(&self) -> Selection {
        let code = self.report.scope.survey.published.survey().code.as_str();
        self.selection.clone().with("survey", code)
    }

    fn body(&self, title: &str) -> Markup {
        let (tr, report) = (self.tr, self.report);
        let mean = report.missing == MissingAnswers::MeanReplacement;
        let offer = Offer {
            more: html! { @if mean { input type="hidden" name="missing" value="mean"; } },
            ..Offer::default()
        };
        let neither = matches!(*report.attributes, AttributesAnswer::NotAsked)
            && matches!(*report.structure, StructureAnswer::NotMarked);
        html! {
            (parts::page_header(&PageHeader { title, lead: Some(&sentence(tr, report)), ..PageHeader::default() }))
            (bar_with(self.staff, PATH, self.selection, &report.scope, &report.choices, &offer))
            @if neither { (self.neither()) }
            @match &*report.attributes {
                AttributesAnswer::Found(found) => (self.attributes(found)),
                AttributesAnswer::NotAsked => {},
                _ => (self.elsewhere()),
            }
            @match &*report.structure {
                StructureAnswer::Found(found) => (self.structure(found)),
                StructureAnswer::NotMarked => {},
                _ => (self.no_structure()),
            }
            (self.how())
        }
    }

    // ── What to do next ────────────────────────────────────────────────────────────────────────────────────────────

    fn neither(&self) -> Markup {
        let tr = self.tr;
        let action = parts::link_button("/surveys", &tr.t("nav-surveys"));
        parts::empty_state(
            Icon::Index,
            &tr.t("index-none"),
            Some(&tr.t("index-none-text")),
            Some(&action).filter(|_| self.staff.actor().may(Permission::EditSurveys)),
        )
    }

    fn elsewhere(&self) -> Markup {
        let tr = self.tr;
        let longer = self.here().without(&["from", "to"]).with("last", "12m");
        let action = parts::link_button(&address(PATH, &longer), &tr.t("drivers-longer"));
        parts::empty_state(
            Icon::Hourglass,
            &tr.t("drivers-too-few"),
            Some(&tr.t("drivers-too-few-text")),
            Some(&action).filter(|_| self.report.scope.period.days() < 365),
        )
    }

    fn no_structure(&self) -> Markup {
        let tr = self.tr;
        let fill = matches!(&*self.report.structure, StructureAnswer::TooFew(few) if few.lost >= MUCH_LOST)
            && self.report.missing == MissingAnswers::Listwise;
        let body = html! {
            p { (structure_sentence(tr, self.report)) }
            @if fill {
                div.button-row { (parts::link_button(&self.with_missing(MissingAnswers::MeanReplacement), &tr.t("index-use-mean"))) }
            }
        };
        parts::section(&tr.t("index-structure"), &Markup::default(), &body)
    }

    fn with_missing(&self, missing: MissingAnswers) -> String {
        with_query(
            &address(PATH, &self.here()),
            "missing",
            missing_code(missing),
        )
    }

    // ── Weighted by importance ─────────────────────────────────────────────────────────────────────────────────────

    fn attributes(&self, found: &AttributesFound) -> Markup {
        let tr = self.tr;
        let title = tr.t("index-lost");
        let description = attributes_sentence(tr, self.report);
        let rows = found.rows.iter().map(|row| Point {
            label: self.name(&row.code),
            estimate: Some(Estimate {
                value: row.gap.value,
                low: row.gap.low,
                high: row.gap.high,
            }),
            n: row.satisfaction.n,
        });
        let index = &found.index;
        let (value, interval) = (
            tr.number(index.value, 1),
            tr.range(index.low, index.high, 1),
        );
        let table = parts::data_table(
            tr,
            &Table {
                caption: &title,
                columns: &[
                    Column::text(&tr.t("index-column-attribute")),
                    Column::number(&tr.t("index-column-satisfaction")),
                    Column::number(&tr.t("index-column-importance")),
                    Column::number(&tr.t("index-column-weight")),
                    Column::number(&tr.t("index-column-contribution")),
                    Column::number(&tr.t("index-column-gap")),
                    Column::number(&tr.t("overview-n")),
                    Column::text(&tr.t("drivers-column-advice")),
                ],
                rows: found.rows.iter().map(|row| self.attribute(row)).collect(),
                ..Table::default()
            },
        );
        let spots = found.rows.iter().map(|row| {
            let at = [row.satisfaction_points, row.importance_points];
            (self.name(&row.code), at)
        });
        let map_title = tr.t("index-map");
        html! {
            (parts::stat_row(&[parts::stat_card(tr, &StatCard {
                label: &tr.t("metric-csi"),
                value: Some(&value),
                interval: Some(&interval),
                n: Some(index.n),
                ..StatCard::default()
            })]))
            (parts::section(&title, &Markup::default(), &html! {
                p.muted { (tr.t("index-lost-lead")) }
                (chart::bars(tr, &BarsChart {
                    id: "gaps",
                    title: &title,
                    description: &description,
                    rows: rows.collect(),
                    range: None,
                    reference: None,
                    decimals: 1,
                }))
                (table)
            }))
            (parts::section(&map_title, &Markup::default(), &html! {
                (quadrant_map(tr, QuadrantMap {
                    id: "stated",
                    title: &map_title,
                    description: &tr.t("index-map-lead"),
                    measures: [("index-map-x", 0), ("index-map-y", 0)],
                    cross: [found.crosshair.1, found.crosshair.0],
                    spots: spots.collect(),
                }))
                p.muted { (tr.t("index-map-lead")) }
            }))
        }
    }

    fn attribute(&self, row: &AttributeRow) -> Vec<Markup> {
        let tr = self.tr;
        let survey = &self.report.scope.survey.published;
        let responses = responses_to(survey, self.here(), &row.code);
        let mean = |e: &radost_app::explain::Estimate| tr.interval(e.value, e.low, e.high, 2);
        vec![
            html! { a href=(responses) { (self.name(&row.code)) } },
            html! { (mean(&row.satisfaction)) },
            html! { (mean(&row.importance)) },
            html! { (share(tr, row.weight)) },
            html! { (points(tr, row.contribution)) },
            html! { (points(tr, row.gap)) },
            html! { (tr.count(row.satisfaction.n)) },
            quadrant(tr, row.quadrant),
        ]
    }

    // ── As a structure ─────────────────────────────────────────────────────────────────────────────────────────────

    fn structure(&self, found: &StructureFound) -> Markup {
        let tr = self.tr;
        let title = tr.t("index-structure");
        let lost = found.lost >= MUCH_LOST;
        let lost_title = tr.ta(
            "drivers-lost",
            &[("share", tr.percent(found.lost, 0).into())],
        );
        html! {
            @if lost {
                (parts::flash(&Flash { tone: Tone::Warning, title: &lost_title, text: None }))
                div.button-row {
                    (parts::link_button_of(parts::Weight::Secondary, &self.with_missing(MissingAnswers::MeanReplacement), &tr.t("index-use-mean")))
                }
            }
            @if self.report.missing == MissingAnswers::MeanReplacement {
                p.muted {
                    (tr.t("index-is-mean")) " "
                    a href=(self.with_missing(MissingAnswers::Listwise)) { (tr.t("drivers-use-listwise")) }
                }
            }
            (parts::section(&title, &Markup::default(), &html! {
                // Where importance is not asked, the page begins with it.
                @if !matches!(*self.report.attributes, AttributesAnswer::NotAsked) {
                    p { (structure_sentence(tr, self.report)) }
                }
                (self.diagram(found))
                p.muted { (tr.t("index-diagram-legend")) }
                details.chart-table { summary { (tr.t("chart-as-table")) } (self.paths(found)) }
            }))
            (self.latents(found))
            (self.levers(found))
            (self.indicators(found))
        }
    }

    fn diagram(&self, found: &StructureFound) -> Markup {
        let tr = self.tr;
        let at = |which: Construct| {
            let place = found
                .latents
                .iter()
                .position(|latent| latent.construct == which);
            place.unwrap_or(usize::MAX)
        };
        let nodes = found.latents.iter().map(|latent| {
            let (wide, narrow) = place(latent.construct);
            let name = construct(tr, latent.construct);
            let mut lines =
                vec![tr.interval(latent.index.value, latent.index.low, latent.index.high, 0)];
            let mut told = format!("{name}: {}", points(tr, latent.index));
            if let Some(r) = latent.r_squared {
                lines.push(format!("R²\u{a0}{}", tr.number(r.value, 2)));
                told.push_str(&format!("; R² {}", ranged(tr, r, 2)));
            }
            Node {
                label: name,
                lines,
                wide,
                narrow,
                words: told,
            }
        });
        let arrows = found.paths.iter().map(|path| Arrow {
            from: at(path.from),
            to: at(path.to),
            label: tr.number(path.coefficient.value, 2),
            strength: path.coefficient.value.abs(),
            clear: is_clear(path.coefficient),
            words: format!(
                "{} → {}: {}",
                construct(tr, path.from),
                construct(tr, path.to),
                ranged(tr, path.coefficient, 2)
            ),
        });
        chart::paths(&PathChart {
            id: "paths",
            title: &tr.t("index-structure"),
            description: &structure_sentence(tr, self.report),
            nodes: nodes.collect(),
            arrows: arrows.collect(),
        })
    }

    fn paths(&self, found: &StructureFound) -> Markup {
        let tr = self.tr;
        let caption = tr.t("index-paths");
        let rows = found.paths.iter().map(|path| {
            let verdict = if is_clear(path.coefficient) {
                "index-path-clear"
            } else {
                "index-path-unclear"
            };
            vec![
                html! { (construct(tr, path.from)) " → " (construct(tr, path.to)) },
                html! { (ranged(tr, path.coefficient, 2)) },
                html! { (tr.t(verdict)) },
            ]
        });
        parts::data_table(
            tr,
            &Table {
                caption: &caption,
                columns: &[
                    Column::text(&caption),
                    Column::number(&tr.t("index-column-coefficient")),
                    Column::text(&tr.t("index-column-verdict")),
                ],
                rows: rows.collect(),
                ..Table::default()
            },
        )
    }

    fn latents(&self, found: &StructureFound) -> Markup {
        let tr = self.tr;
        let title = tr.t("index-latents");
        let number = |value: Option<f64>| match value {
            Some(value) => html! { (tr.number(value, 2)) },
            None => html! { span.muted { "–" } },
        };
        let rows = found.latents.iter().map(|latent: &LatentRow| {
            vec![
                html! { (construct(tr, latent.construct)) },
                html! { (points(tr, latent.index)) },
                match latent.r_squared {
                    Some(r) => html! { (ranged(tr, r, 2)) },
                    None => html! { span.muted { "–" } },
                },
                number(latent.alpha),
                number(latent.composite),
                number(latent.ave),
            ]
        });
        let table = parts::data_table(
            tr,
            &Table {
                caption: &title,
                columns: &[
                    Column::text(&tr.t("index-column-construct")),
                    Column::number(&tr.t("index-column-index")),
                    Column::number("R²"),
                    Column::number(&tr.t("index-column-alpha")),
                    Column::number(&tr.t("index-column-composite")),
                    Column::number(&tr.t("index-column-ave")),
                ],
                rows: rows.collect(),
                ..Table::default()
            },
        );
        let lead = tr.ta("index-latents-lead", &[("n", found.n.into())]);
        parts::section(
            &title,
            &Markup::default(),
            &html! { p.muted { (lead) } (table) },
        )
    }

    fn levers(&self, found: &StructureFound) -> Markup {
        let tr = self.tr;
        let title = tr.t("index-levers");
        let spots = found.levers.iter().map(|lever| {
            let name = construct(tr, lever.construct);
            (name, [lever.performance, lever.importance])
        });
        let rows = found.levers.iter().map(|lever| {
            vec![
                html! { (construct(tr, lever.construct)) },
                html! { (ranged(tr, lever.importance, 2)) },
                html! { (points(tr, lever.performance)) },
                quadrant(tr, lever.quadrant),
            ]
        });
        let table = parts::data_table(
            tr,
            &Table {
                caption: &title,
                columns: &[
                    Column::text(&tr.t("index-column-construct")),
                    Column::number(&tr.t("index-column-gain")),
                    Column::number(&tr.t("index-column-index")),
                    Column::text(&tr.t("drivers-column-advice")),
                ],
                rows: rows.collect(),
                ..Table::default()
            },
        );
        parts::section(
            &title,
            &Markup::default(),
            &html! {
                p.muted { (tr.t("index-levers-lead")) }
                (quadrant_map(tr, QuadrantMap {
                    id: "levers",
                    title: &title,
                    description: &tr.t("index-levers-lead"),
                    measures: [("index-column-index", 1), ("index-column-gain", 2)],
                    cross: [found.crosshair.1, found.crosshair.0],
                    spots: spots.collect(),
                }))
                (table)
            },
        )
    }

    fn indicators(&self, found: &StructureFound) -> Markup {
        let tr = self.tr;
        let title = tr.t("index-indicators");
        let rows = found.latents.iter().flat_map(|latent| {
            latent.indicators.iter().map(|indicator| {
                vec![
                    html! { (self.name(&indicator.code)) },
                    html! { (construct(tr, latent.construct)) },
                    html! { (tr.number(indicator.mean, 2)) },
                    html! { (ranged(tr, indicator.weight, 2)) },
                    html! { (ranged(tr, indicator.loading, 2)) },
                ]
            })
        });
        let table = parts::data_table(
            tr,
            &Table {
                caption: &title,
                columns: &[
                    Column::text(&tr.t("index-column-question")),
                    Column::text(&tr.t("index-column-construct")),
                    Column::number(&tr.t("index-column-mean")),
                    Column::number(&tr.t("index-column-outer-weight")),
                    Column::number(&tr.t("index-column-loading")),
                ],
                rows: rows.collect(),
                ..Table::default()
            },
        );
        parts::section(
            &title,
            &Markup::default(),
            &html! { p.muted { (tr.t("index-indicators-lead")) } (table) },
        )
    }

    fn how(&self) -> Markup {
        let (tr, report) = (self.tr, self.report);
        let mut own = Vec::new();
        if let AttributesAnswer::Found(found) = &*report.attributes {
            own.push(("index-how-csi", tr.t("index-how-csi-text")));
            own.push((
                "index-how-csi-n",
                tr.ta("index-how-csi-n-text", &[("n", found.index.n.into())]),
            ));
        }
        if let StructureAnswer::Found(found) = &*report.structure {
            own.push(("index-how-pls", tr.t("index-how-pls-text")));
            own.push((
                "index-how-pls-n",
                tr.ta(
                    "index-how-pls-n-text",
                    &[
                        ("n", found.n.into()),
                        ("share", share_number(tr, found.lost).into()),
                        ("draws", found.draws.into()),
                        ("failed", found.failed_draws.into()),
                    ],
                ),
            ));
            if let Some(fit) = found.goodness_of_fit {
                own.push((
                    "index-how-fit",
                    tr.ta("index-how-fit-text", &[("fit", tr.number(fit, 2).into())]),
                ));
            }
            own.push(("index-how-assumptions", tr.t("index-how-assumptions-text")));
        }
        if own.is_empty() {
            return Markup::default();
        }
        own.push(("drivers-how-weights", tr.t("drivers-how-weights-text")));
        own.push(("drivers-how-source", tr.t("index-how-source-text")));
        how(tr, &report.scope, report.minimum, &own)
    }
}

/// Whether the interval leaves out nought.
fn is_clear(of: Ranged) -> bool {
    of.low > 0.0 || of.high < 0.0
}
