//! Drivers: which ratings matter for an outcome, how much, how sure, and what a step of one would bring.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};
use radost_app::App;
use radost_app::domain::Code;
use radost_app::domain::access::Permission;
use radost_app::domain::explain::Metric;
use radost_app::explain::{
    CannotTell, Driver, DriversAnswer, DriversFound, DriversQuery, DriversReport, LeftOut,
    MUCH_LOST, Selection, TooFew,
};
use radost_app::stats::drivers::{DriverMeasure, FactorClass, Missing, Quadrant};

use super::overview::{no_survey, refused};
use super::words::{QuadrantMap, how, quadrant, quadrant_map, ranged, share, share_number};
use crate::Server;
use crate::look::chart::{self, BarsChart, Estimate, Point};
use crate::look::i18n::Tr;
use crate::look::icon::Icon;
use crate::look::layout::{NavItem, with_query};
use crate::look::parts::{self, Choice, Column, Control, Field, Flash, PageHeader, Table, Tone};
use crate::pages::selection::{self, Offer, address, bar_with};
use crate::request::{Fields, PageResult, Staff};
use crate::words;

const PATH: &str = "/explain/drivers";

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    Router::new().route(PATH, get(page))
}

/// The word of an address for what is done about missing answers.
pub(crate) fn missing_code(missing: Missing) -> &'static str {
    match missing {
        Missing::Listwise => "listwise",
        Missing::Pairwise => "pairwise",
        Missing::Em => "em",
    }
}

/// What is done about missing answers, by its word; `None` for another.
pub(crate) fn missing_of(code: &str) -> Option<Missing> {
    let known = [Missing::Listwise, Missing::Pairwise, Missing::Em];
    match code {
        "" => Some(Missing::Listwise),
        code => known
            .into_iter()
            .find(|missing| missing_code(*missing) == code),
    }
}

/// `food:+1`; a plus that was read as a blank is one all the same.
fn moved(text: &str) -> Option<(Code, f64)> {
    let (code, by) = text.split_once(':')?;
    let by: f64 = by.trim().replace('−', "-").replace(',', ".").parse().ok()?;
    Some((code.trim().parse().ok()?, by)).filter(|_| by.is_finite())
}

/// What the address asks beside its selection, or the field that cannot be read.
fn query_of(fields: &Fields) -> Result<DriversQuery, &'static str> {
    let moves = fields.all("move").filter(|text| !text.trim().is_empty());
    Ok(DriversQuery {
        missing: missing_of(fields.get("missing")).ok_or("missing")?,
        moves: moves
            .map(|text| moved(text).ok_or("move"))
            .collect::<Result<_, _>>()?,
    })
}

async fn page(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let tr = staff.tr();
    let title = tr.t(NavItem::Drivers.message());
    let selection = selection::of_request(&staff);
    let found = match query_of(&selection::fields_of_request(&staff)) {
        Ok(query) => app
            .drivers(staff.actor(), &selection, &query)
            .await
            .map(|report| report.map(|report| (report, query))),
        Err(field) => Err(radost_app::AppError::invalid(field, "not known")),
    };
    let (report, query) = match found {
        Ok(Some(found)) => found,
        Ok(None) => return Ok(staff.page(&title, NavItem::Drivers, no_survey(&staff, &title))),
        Err(error) => return Ok(refused(&staff, &title, PATH, NavItem::Drivers, error)),
    };
    let drawing = Drawing {
        tr,
        staff: &staff,
        selection: &selection,
        report: &report,
        query: &query,
    };
    Ok(staff.page(&title, NavItem::Drivers, drawing.body(&title)))
}

/// What a question is called: its words in the reader's language.
pub(crate) fn question_name(
    tr: Tr,
    survey: &radost_app::domain::listen::PublishedSurvey,
    code: &Code,
) -> String {
    let question = survey.question(code.as_str());
    let text = question.map(|q| q.question.text.best(words::language(tr.lang)));
    text.filter(|text| !text.is_empty())
        .map_or_else(|| code.to_string(), str::to_owned)
}

/// The responses with an answer to a question.
pub(crate) fn responses_to(
    survey: &radost_app::domain::listen::PublishedSurvey,
    here: Selection,
    code: &Code,
) -> String {
    let mut metrics = Metric::of_survey(survey).into_iter();
    let metric = metrics.find(|metric| metric.question() == Some(code));
    let metric = metric.map(|metric| metric.to_string()).unwrap_or_default();
    address(
        "/responses",
        &here.with("metric", &metric).without(&["level"]),
    )
}

/// The sentence that a manager could read aloud.
pub(crate) fn sentence(tr: Tr, report: &DriversReport) -> String {
    let survey = &report.scope.survey.published;
    let Some(metric) = &report.outcome else {
        return tr.t("drivers-sentence-none");
    };
    let outcome = words::metric_name(tr, metric, survey);
    let outcome = || outcome.as_str().into();
    let name = |code: &Code| question_name(tr, survey, code);
    match &*report.answer {
        DriversAnswer::NoDrivers => tr.t("drivers-sentence-none"),
        DriversAnswer::Nobody => tr.ta(
            "sentence-nothing",
            &[("days", i64::from(report.scope.period.days()).into())],
        ),
        DriversAnswer::Withheld => tr.ta(
            "sentence-withheld",
            &[("metric", outcome()), ("n", report.minimum.into())],
        ),
        DriversAnswer::TooFew(few) => {
            let needed = ("needed", few.needed.into());
            match few.n {
                Some(n) => tr.ta(
                    "drivers-sentence-too-few",
                    &[("outcome", outcome()), needed, ("n", n.into())],
                ),
                None => tr.ta(
                    "drivers-sentence-far-too-few",
                    &[("outcome", outcome()), needed],
                ),
            }
        }
        DriversAnswer::CannotTell(why) => match why {
            CannotTell::SameOutcome => tr.ta("drivers-sentence-same", &[("outcome", outcome())]),
            CannotTell::Follows { driver, others } => {
                let others: Vec<String> = others.iter().map(name).collect();
                let others: Vec<&str> = others.iter().map(String::as_str).collect();
                tr.ta(
                    "drivers-sentence-follows",
                    &[
                        ("driver", name(driver).into()),
                        ("others", words::list(tr, &others).into()),
                    ],
                )
            }
            CannotTell::MissingTooMuch => tr.t("drivers-sentence-missing"),
            CannotTell::Unstable => tr.t("drivers-sentence-unstable"),
        },
        DriversAnswer::Found(found) => {
            let together = share(tr, found.r_squared);
            let n = ("n", found.n.into());
            let (first, second) = match found.drivers.as_slice() {
                [] => return tr.t("drivers-sentence-none"),
                _ if !found.explains => {
                    return tr.ta(
                        "drivers-sentence-nothing",
                        &[("outcome", outcome()), ("together", together.into()), n],
                    );
                }
                [only] => {
                    return tr.ta(
                        "drivers-sentence-one",
                        &[
                            ("outcome", outcome()),
                            ("first", name(&only.code).into()),
                            ("together", together.into()),
                            n,
                        ],
                    );
                }
                [first, second, ..] => (first, second),
            };
            let id = if first.importance.low > second.importance.high {
                "drivers-sentence-first"
            } else {
                "drivers-sentence-two"
            };
            tr.ta(
                id,
                &[
                    ("outcome", outcome()),
                    ("first", name(&first.code).into()),
                    ("first-share", share(tr, first.importance).into()),
                    ("second", name(&second.code).into()),
                    ("second-share", share(tr, second.importance).into()),
                    ("together", together.into()),
                    ("count", found.drivers.len().into()),
                    n,
                ],
            )
        }
    }
}

/// Everything that drawing needs.
struct Drawing<'a> {
    tr: Tr,
    staff: &'a Staff,
    selection: &'a Selection,
    report: &'a DriversReport,
    query: &'a DriversQuery,
}

impl Drawing<'_> {
    fn name(&self, code: &Code) -> String {
        question_name(self.tr, &self.report.scope.survey.published, code)
    }

    fn outcome(&self) -> String {
        let survey = &self.report.scope.survey.published;
        let metric = self.report.outcome.as_ref();
        metric
            .map(|metric| words::metric_name(self.tr, metric, survey))
            .unwrap_or_default()
    }

    /// This view with its survey and outcome named, so that a link means the same tomorrow.
    fn here(&self) -> Selection {
        let code = self.report.scope.survey.published.survey().code.as_str();
        let metric = self.report.outcome.as_ref().map(ToString::to_string);
        let here = self.selection.clone().with("survey", code);
        here.with("metric", metric.as_deref().unwrap_or_default())
    }

    fn with_missing(&self, missing: Missing) -> String {
        with_query(
            &address(PATH, &self.here()),
            "missing",
            missing_code(missing),
        )
    }

    fn body(&self, title: &str) -> Markup {
        let (tr, report) = (self.tr, self.report);
        let metrics = Metric::of_survey(&report.scope.survey.published);
        let missing = missing_code(report.missing);
        let offer = Offer {
            label: tr.t("drivers-outcome"),
            metrics: metrics
                .into_iter()
                .filter(|metric| metric.question().is_some())
                .collect(),
            chosen: report
                .outcome
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            more: html! {
                @if report.missing != Missing::Listwise { input type="hidden" name="missing" value=(missing); }
            },
            ..Offer::default()
        };
        html! {
            (parts::page_header(&PageHeader { title, lead: Some(&sentence(tr, report)), ..PageHeader::default() }))
            (bar_with(self.staff, PATH, self.selection, &report.scope, &report.choices, &offer))
            @match &*report.answer {
                DriversAnswer::Found(found) => (self.found(found)),
                DriversAnswer::NoDrivers => (self.no_drivers()),
                DriversAnswer::TooFew(few) => (self.too_few(few)),
                DriversAnswer::CannotTell(why) => (self.cannot_tell(why)),
                DriversAnswer::Nobody | DriversAnswer::Withheld => (self.elsewhere(None)),
            }
        }
    }

    // ── What to do next ────────────────────────────────────────────────────────────────────────────────────────────

    fn no_drivers(&self) -> Markup {
        let tr = self.tr;
        let action = parts::link_button("/surveys", &tr.t("nav-surveys"));
        parts::empty_state(
            Icon::Drivers,
            &tr.t("drivers-none"),
            Some(&tr.t("drivers-none-text")),
            Some(&action).filter(|_| self.staff.actor().may(Permission::EditSurveys)),
        )
    }

    /// A longer period, or everything there is.
    fn elsewhere(&self, more: Option<Markup>) -> Markup {
        let tr = self.tr;
        let longer = self.here().without(&["from", "to"]).with("last", "12m");
        let all = Selection::default()
            .with("survey", self.here().get("survey").unwrap_or_default())
            .with("metric", self.here().get("metric").unwrap_or_default())
            .with("last", "12m");
        let longer_than_this = self.report.scope.period.days() < 365;
        let action = html! {
            @if let Some(more) = more { (more) }
            @if longer_than_this { (parts::link_button(&address(PATH, &longer), &tr.t("drivers-longer"))) }
            @else if all != self.here() { (parts::link_button(&address(PATH, &all), &tr.t("drivers-all"))) }
        };
        parts::empty_state(
            Icon::Hourglass,
            &tr.t("drivers-too-few"),
            Some(&tr.t("drivers-too-few-text")),
            Some(&action).filter(|action| !action.0.is_empty()),
        )
    }

    fn too_few(&self, few: &TooFew) -> Markup {
        let tr = self.tr;
        let fill = (self.report.missing == Missing::Listwise && few.lost >= MUCH_LOST).then(|| {
            html! { (parts::link_button(&self.with_missing(Missing::Em), &tr.t("drivers-use-em"))) }
        });
        self.elsewhere(fill)
    }

    fn cannot_tell(&self, why: &CannotTell) -> Markup {
        let tr = self.tr;
        let (id, action) = match why {
            CannotTell::SameOutcome => ("drivers-same-text", None),
            CannotTell::Follows { .. } => ("drivers-follows-text", None),
            CannotTell::MissingTooMuch | CannotTell::Unstable => {
                let listwise = self.with_missing(Missing::Listwise);
                let action = parts::link_button(&listwise, &tr.t("drivers-use-listwise"));
                let other = self.report.missing != Missing::Listwise;
                ("drivers-unstable-text", other.then_some(action))
            }
        };
        parts::empty_state(
            Icon::Warning,
            &tr.t("drivers-cannot-tell"),
            Some(&tr.t(id)),
            action.as_ref(),
        )
    }

    // ── What was found ─────────────────────────────────────────────────────────────────────────────────────────────

    fn found(&self, found: &DriversFound) -> Markup {
        html! {
            (self.warnings(found))
            (self.importance(found))
            // One alone is neither more nor less important than the others.
            @if found.drivers.len() > 1 { (self.map(found)) }
            (self.contrasts(found))
            (self.simulator(found))
            (self.how(found))
        }
    }

    fn warnings(&self, found: &DriversFound) -> Markup {
        let tr = self.tr;
        let lost = found.lost >= MUCH_LOST && self.report.missing == Missing::Listwise;
        html! {
            @if let Some((a, b, r)) = &found.entangled {
                @let text = tr.ta("drivers-entangled-text", &[
                    ("first", self.name(a).into()),
                    ("second", self.name(b).into()),
                    ("r", tr.number(*r, 2).into()),
                ]);
                (parts::flash(&Flash { tone: Tone::Warning, title: &tr.t("drivers-entangled"), text: Some(&text) }))
            }
            @if lost {
                @let title = tr.ta("drivers-lost", &[("share", tr.percent(found.lost, 0).into())]);
                @let text = found.scarcest.as_ref().map(|(code, share)| tr.ta("drivers-lost-text", &[
                    ("driver", self.name(code).into()),
                    ("share", tr.percent(*share, 0).into()),
                ]));
                (parts::flash(&Flash { tone: Tone::Warning, title: &title, text: text.as_deref() }))
                div.button-row {
                    (parts::link_button_of(parts::Weight::Secondary, &self.with_missing(Missing::Em), &tr.t("drivers-use-em")))
                    (parts::link_button_of(parts::Weight::Secondary, &self.with_missing(Missing::Pairwise), &tr.t("drivers-use-pairwise")))
                }
            }
            @if self.report.missing != Missing::Listwise {
                p.muted {
                    (tr.t(if self.report.missing == Missing::Em { "drivers-is-em" } else { "drivers-is-pairwise" }))
                    " "
                    a href=(self.with_missing(Missing::Listwise)) { (tr.t("drivers-use-listwise")) }
                }
            }
        }
    }

    fn importance(&self, found: &DriversFound) -> Markup {
        let tr = self.tr;
        let title = tr.ta("drivers-importance", &[("outcome", self.outcome().into())]);
        let rows = found.drivers.iter().map(|driver| Point {
            label: self.name(&driver.code),
            estimate: Some(Estimate {
                value: 100.0 * driver.importance.value,
                low: 100.0 * driver.importance.low,
                high: 100.0 * driver.importance.high,
            }),
            n: found.n,
        });
        let rows = rows.collect();
        let description = sentence(tr, self.report);
        let table = parts::data_table(
            tr,
            &Table {
                caption: &title,
                columns: &[
                    Column::text(&tr.t("overview-rating")),
                    Column::number(&tr.t("drivers-column-importance")),
                    Column::number(&tr.t("drivers-column-weight")),
                    Column::number(&tr.t("drivers-column-correlation")),
                    Column::number(&tr.t("drivers-column-step")),
                    Column::number(&tr.t("drivers-column-mean")),
                    Column::number(&tr.t("overview-n")),
                    Column::text(&tr.t("drivers-column-advice")),
                ],
                rows: found
                    .drivers
                    .iter()
                    .map(|driver| self.row(driver))
                    .collect(),
                ..Table::default()
            },
        );
        let lead = tr.ta(
            "drivers-importance-lead",
            &[
                ("together", share(tr, found.r_squared).into()),
                ("n", found.n.into()),
            ],
        );
        parts::section(
            &title,
            &Markup::default(),
            &html! {
                p.muted { (lead) }
                (chart::bars(tr, &BarsChart {
                    id: "importance",
                    title: &title,
                    description: &description,
                    rows,
                    range: None,
                    reference: None,
                    decimals: 0,
                }))
                (table)
                @if !found.left_out.is_empty() { (self.left_out(found)) }
            },
        )
    }

    fn row(&self, driver: &Driver) -> Vec<Markup> {
        let tr = self.tr;
        let survey = &self.report.scope.survey.published;
        let responses = responses_to(survey, self.here(), &driver.code);
        let rated = &driver.rated;
        vec![
            html! { a href=(responses) { (self.name(&driver.code)) } },
            html! { (share(tr, driver.importance)) },
            html! { (share(tr, driver.relative_weight)) },
            html! { (ranged(tr, driver.correlation, 2)) },
            html! { (tr.signed(driver.slope.value, 2)) "\u{a0}[" (tr.range(driver.slope.low, driver.slope.high, 2)) "]" },
            html! { (tr.interval(rated.value, rated.low, rated.high, 2)) },
            html! { (tr.count(rated.n)) },
            quadrant(tr, driver.quadrant),
        ]
    }

    fn left_out(&self, found: &DriversFound) -> Markup {
        let tr = self.tr;
        let names: Vec<String> = found
            .left_out
            .iter()
            .map(|(code, why)| {
                let id = match why {
                    LeftOut::TooFew => "drivers-left-out-few",
                    LeftOut::SameAnswer => "drivers-left-out-same",
                };
                tr.ta(id, &[("driver", self.name(code).into())])
            })
            .collect();
        html! { p.muted { (tr.t("drivers-left-out")) " " (names.join("; ")) "." } }
    }

    fn map(&self, found: &DriversFound) -> Markup {
        let tr = self.tr;
        let title = tr.t("drivers-map");
        let first = found
            .drivers
            .iter()
            .filter(|driver| driver.quadrant == Quadrant::Concentrate)
            .map(|driver| self.name(&driver.code))
            .collect::<Vec<_>>();
        let names: Vec<&str> = first.iter().map(String::as_str).collect();
        let lead = if names.is_empty() {
            tr.t("drivers-map-none")
        } else {
            tr.ta(
                "drivers-map-lead",
                &[("names", words::list(tr, &names).into())],
            )
        };
        let spots = found.drivers.iter().map(|driver| {
            let at = [driver.performance, driver.importance.times(100.0)];
            (self.name(&driver.code), at)
        });
        parts::section(
            &title,
            &Markup::default(),
            &html! {
                p.muted { (lead) }
                (quadrant_map(tr, QuadrantMap {
                    id: "map",
                    title: &title,
                    description: &lead,
                    measures: [("drivers-map-x", 0), ("drivers-map-y", 0)],
                    cross: [found.crosshair.1, 100.0 * found.crosshair.0],
                    spots: spots.collect(),
                }))
            },
        )
    }

    fn contrasts(&self, found: &DriversFound) -> Markup {
        let tr = self.tr;
        let title = tr.t("drivers-contrast");
        let Some(n) = found.contrast_n else {
            let words = html! { p.muted { (tr.t("drivers-contrast-none")) } };
            return parts::section(&title, &Markup::default(), &words);
        };
        let rows = found.drivers.iter().map(|driver| {
            let name = html! { (self.name(&driver.code)) };
            let Some(contrast) = &driver.contrast else {
                let few = html! { span.muted { (tr.t("withheld")) } };
                let dash = || html! { span.muted { "–" } };
                return vec![name, dash(), dash(), few];
            };
            let effect = |of: radost_app::explain::Ranged| {
                html! { (tr.signed(of.value, 2)) "\u{a0}[" (tr.range(of.low, of.high, 2)) "]" }
            };
            let (tone, id) = match contrast.class {
                FactorClass::Basic => (Tone::Bad, "drivers-class-basic"),
                FactorClass::Performance => (Tone::Info, "drivers-class-linear"),
                FactorClass::Excitement => (Tone::Good, "drivers-class-delight"),
                FactorClass::Unclear => (Tone::Neutral, "drivers-class-unclear"),
            };
            vec![
                name,
                effect(contrast.penalty),
                effect(contrast.reward),
                parts::badge(tone, &tr.t(id)),
            ]
        });
        let table = parts::data_table(
            tr,
            &Table {
                caption: &title,
                columns: &[
                    Column::text(&tr.t("overview-rating")),
                    Column::number(&tr.t("drivers-column-penalty")),
                    Column::number(&tr.t("drivers-column-reward")),
                    Column::text(&tr.t("drivers-column-class")),
                ],
                rows: rows.collect(),
                ..Table::default()
            },
        );
        let lead = tr.ta(
            "drivers-contrast-lead",
            &[("outcome", self.outcome().into()), ("n", n.into())],
        );
        parts::section(
            &title,
            &Markup::default(),
            &html! { p.muted { (lead) } (table) p.muted { (tr.t("drivers-contrast-legend")) } },
        )
    }

    fn simulator(&self, found: &DriversFound) -> Markup {
        let tr = self.tr;
        let title = tr.t("drivers-simulator");
        let hidden = self.here();
        let missing = missing_code(self.report.missing);
        let field = |driver: &Driver| {
            let code = driver.code.as_str();
            let now = self
                .query
                .moves
                .iter()
                .find(|(moved, _)| *moved == driver.code);
            let now = now.map(|(_, by)| *by);
            let mut steps: Vec<f64> = match driver.scale.1 - driver.scale.0 {
                0..=6 => vec![-1.0, -0.5, 0.5, 1.0],
                _ => vec![-2.0, -1.0, 1.0, 2.0],
            };
            if let Some(now) = now.filter(|now| !steps.contains(now)) {
                steps.push(now);
            }
            let mut choices = vec![(String::new(), tr.t("drivers-stays"))];
            choices.extend(steps.iter().map(|by| {
                let decimals = usize::from(by.fract() != 0.0);
                (format!("{code}:{by:+}"), tr.signed(*by, decimals))
            }));
            let choices: Vec<Choice> = choices
                .iter()
                .map(|(value, label)| Choice { value, label })
                .collect();
            let selected = now.map(|by| format!("{code}:{by:+}")).unwrap_or_default();
            let hint = tr.ta(
                "drivers-now",
                &[("mean", tr.number(driver.rated.value, 2).into())],
            );
            parts::field(
                tr,
                &Field {
                    name: "move",
                    label: &self.name(&driver.code),
                    hint: Some(&hint),
                    control: Control::Select {
                        choices: &choices,
                        selected: &selected,
                    },
                    id_prefix: Some(code),
                    ..Field::default()
                },
            )
        };
        let body = html! {
            p.muted { (tr.ta("drivers-simulator-lead", &[("outcome", self.outcome().into())])) }
            @if let Some(simulation) = &self.report.simulation {
                (parts::flash(&Flash {
                    tone: Tone::Info,
                    title: &self.simulated(simulation),
                    text: simulation_note(tr, simulation).as_deref(),
                }))
            }
            form.simulator method="get" action={ (PATH) "#simulator" } {
                @for (name, value) in hidden.pairs() { input type="hidden" name=(name) value=(value); }
                @if self.report.missing != Missing::Listwise { input type="hidden" name="missing" value=(missing); }
                div.simulator-fields { @for driver in &found.drivers { (field(driver)) } }
                div.button-row {
                    (parts::button(parts::Weight::Primary, &tr.t("drivers-simulate")))
                    @if self.report.simulation.is_some() {
                        a href=(self.with_missing(self.report.missing)) { (tr.t("drivers-simulate-reset")) }
                    }
                }
            }
        };
        html! { div id="simulator" { (parts::section(&title, &Markup::default(), &body)) } }
    }

    fn simulated(&self, simulation: &radost_app::stats::drivers::Simulation) -> String {
        let tr = self.tr;
        let moves: Vec<String> = simulation
            .drivers
            .iter()
            .map(|driver| {
                let code = driver.driver.parse().ok();
                let name = code.map_or_else(|| driver.driver.clone(), |code| self.name(&code));
                tr.ta(
                    "drivers-move",
                    &[
                        ("driver", name.into()),
                        ("from", tr.number(driver.from, 2).into()),
                        ("to", tr.number(driver.to, 2).into()),
                    ],
                )
            })
            .collect();
        let moves: Vec<&str> = moves.iter().map(String::as_str).collect();
        let change = format!(
            "{}\u{a0}[{}]",
            tr.signed(simulation.change, 2),
            tr.range(simulation.low, simulation.high, 2)
        );
        tr.ta(
            "drivers-simulated",
            &[
                ("moves", words::list(tr, &moves).into()),
                ("outcome", self.outcome().into()),
                ("before", tr.number(simulation.before, 2).into()),
                ("after", tr.number(simulation.after, 2).into()),
                ("change", change.into()),
            ],
        )
    }

    fn how(&self, found: &DriversFound) -> Markup {
        let tr = self.tr;
        let n = |n: u64| ("n", n.into());
        let (low, high) = found.outcome_scale;
        let outcome = tr.ta(
            "drivers-how-outcome-text",
            &[
                ("outcome", self.outcome().into()),
                ("low", low.into()),
                ("high", high.into()),
                (
                    "mean",
                    tr.interval(
                        found.outcome.value,
                        found.outcome.low,
                        found.outcome.high,
                        2,
                    )
                    .into(),
                ),
                n(found.outcome.n),
            ],
        );
        let method = tr.t(match found.measure {
            DriverMeasure::Lmg => "drivers-how-lmg",
            _ => "drivers-how-johnson",
        });
        let missing = tr.ta(
            match self.report.missing {
                Missing::Listwise => "drivers-how-listwise",
                Missing::Pairwise => "drivers-how-pairwise",
                Missing::Em => "drivers-how-em",
            },
            &[n(found.n), ("share", share_number(tr, found.lost).into())],
        );
        let collinear = tr.ta(
            "drivers-how-collinear-text",
            &[("number", tr.number(found.condition_number, 1).into())],
        );
        how(
            tr,
            &self.report.scope,
            self.report.minimum,
            &[
                ("drivers-how-outcome", outcome),
                ("drivers-how-method", method),
                (
                    "drivers-how-intervals",
                    tr.ta("drivers-how-intervals-text", &[n(found.draws)]),
                ),
                ("drivers-how-missing", missing),
                ("drivers-how-collinear", collinear),
                ("drivers-how-step", tr.t("drivers-how-step-text")),
                ("drivers-how-contrast", tr.t("drivers-how-contrast-text")),
                ("drivers-how-map", tr.t("drivers-how-map-text")),
                ("drivers-how-weights", tr.t("drivers-how-weights-text")),
                ("drivers-how-source", tr.t("drivers-how-source-text")),
            ],
        )
    }
}

/// What kept means from moving as far as asked.
fn simulation_note(tr: Tr, simulation: &radost_app::stats::drivers::Simulation) -> Option<String> {
    let clipped = simulation.clipped || simulation.drivers.iter().any(|driver| driver.clipped);
    clipped.then(|| tr.t("drivers-simulated-clipped"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_read_however_a_browser_writes_them() {
        let check = |text: &str, expected: Option<(&str, f64)>| {
            let found = moved(text);
            let found = found.as_ref().map(|(code, by)| (code.as_str(), *by));
            assert_eq!(found, expected, "{text}");
        };
        check("food:+1", Some(("food", 1.0)));
        check("food: 1", Some(("food", 1.0)));
        check("food:-0.5", Some(("food", -0.5)));
        check("food:−0,5", Some(("food", -0.5)));
        check("food", None);
        check("food:much", None);
        check("food:inf", None);
        check("Food!:1", None);
    }

    #[test]
    fn missing_answers_have_words() {
        for missing in [Missing::Listwise, Missing::Pairwise, Missing::Em] {
            assert_eq!(missing_of(missing_code(missing)), Some(missing));
        }
        assert_eq!(missing_of(""), Some(Missing::Listwise));
        assert_eq!(missing_of("guess"), None);
    }
}
