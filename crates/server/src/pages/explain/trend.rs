//! The trend of a metric: what is chance, what has changed, what may come, and what was done meanwhile.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use jiff::civil::Date;
use maud::{Markup, html};
use radost_app::domain::access::{Permission, Places};
use radost_app::domain::name::AnnotationId;
use radost_app::explain::{
    Annotation, AnnotationDraft, AnnotationKind, Choices, Course, FEWEST_STEPS, FEWEST_TO_FORECAST,
    Figure, Metric, NoControl, NoOutlook, Selection, Source, Step, StepLevel, Trend, TrendSignal,
    TrendStep,
};
use radost_app::stats::control::{ChartKind, RunRule};
use radost_app::stats::forecast;
use radost_app::table::write_line;
use radost_app::{App, AppError};

use super::overview::{method_message, no_responses, no_survey, refused};
use crate::Server;
use crate::export::{CSV_BEGIN, csv_file};
use crate::look::chart::{self, ControlChart, ControlPoint, Mark};
use crate::look::i18n::Tr;
use crate::look::icon::Icon;
use crate::look::layout::{NavItem, with_query};
use crate::look::parts::{
    self, Choice, Column, Control, Crumb, Field, Flash, Input, InputKind, PageHeader, StatCard,
    Table, Tone, Weight,
};
use crate::pages::refused::Refused;
use crate::pages::selection::{self, address, step_name};
use crate::request::{Fields, OrPage, PageError, PageResult, Staff, StaffForm};
use crate::words;

const PATH: &str = "/explain/trend";
const NOTES: &str = "/explain/trend/annotations";

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .route(PATH, get(page))
        .route("/explain/trend.csv", get(csv))
        .route("/explain/trend/annotations/new", get(new).post(add))
        .route("/explain/trend/annotations/{id}", get(one).post(change))
        .route("/explain/trend/annotations/{id}/delete", post(delete))
}

async fn page(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let title = staff.tr().t("nav-trend");
    let selection = selection::of_request(&staff);
    let trend = match app.trend(staff.actor(), &selection).await {
        Ok(Some(trend)) => trend,
        Ok(None) => return Ok(staff.page(&title, NavItem::Trend, no_survey(&staff, &title))),
        Err(error) => return Ok(refused(&staff, &title, PATH, NavItem::Trend, error)),
    };
    let choices = app.response_choices(staff.actor(), &trend.scope).await;
    let choices = choices.or_page(&staff.reader)?;
    let drawing = Drawing {
        tr: staff.tr(),
        staff: &staff,
        trend: &trend,
        name: words::metric_name(staff.tr(), &trend.metric, &trend.scope.survey.published),
    };
    Ok(staff.page(&title, NavItem::Trend, drawing.body(&title, &choices)))
}

// ── Words ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/// A message about a step: `trend-since-week`, "since the week of 4 May 2026".
fn about_step(tr: Tr, what: &str, step: Step, start: Date) -> String {
    let id = format!("trend-{what}-{}", step.code());
    if step != Step::Month {
        return tr.ta(&id, &[("day", tr.date(start).into())]);
    }
    // "since May" and "in May" take the month in different cases.
    let month = match what {
        "since" => tr.ta(
            "month-and-year",
            &[
                ("month", tr.t(&format!("month-of-{}", start.month())).into()),
                ("year", start.year().to_string().into()),
            ],
        ),
        _ => tr.month(start),
    };
    tr.ta(&id, &[("month", month.into())])
}

/// "8 weeks".
fn steps_counted(tr: Tr, step: Step, n: usize) -> String {
    tr.ta(&format!("trend-count-{}", step.code()), &[("n", n.into())])
}

/// What a pattern of the control chart says.
fn pattern(tr: Tr, signal: &TrendSignal) -> String {
    let rule = match signal.rule {
        RunRule::BeyondLimits => "beyond",
        RunRule::TwoOfThreeBeyondTwoSigma => "two",
        RunRule::FourOfFiveBeyondOneSigma => "four",
        _ => "eight",
    };
    let side = if signal.above { "above" } else { "below" };
    let id = format!("trend-pattern-{rule}-{side}");
    match rule {
        "eight" => tr.ta(&id, &[("n", signal.steps().into())]),
        _ => tr.t(&id),
    }
}

/// From when to when, in few words.
fn when(tr: Tr, step: Step, steps: &[TrendStep], signal: &TrendSignal) -> String {
    let name = |at: usize| {
        let start = steps.get(at).map(|step| step.start);
        start.map_or_else(String::new, |start| step_name(tr, step, start))
    };
    match signal.from == signal.to {
        true => name(signal.to),
        false => format!("{} – {}", name(signal.from), name(signal.to)),
    }
}

/// The mean of several steps with its interval.
fn step_level(tr: Tr, metric: &Metric, level: &StepLevel) -> String {
    let range = tr.range(level.low, level.high, words::decimals(metric));
    format!("{}\u{a0}[{range}]", words::value(tr, metric, level.value))
}

/// What the sentence is about.
struct Told<'a> {
    metric_name: &'a str,
    metric: &'a Metric,
    step: Step,
    steps: &'a [TrendStep],
    total: &'a Figure,
    /// The long-time mean of the control chart, where there is one.
    centre: Option<f64>,
    course: &'a Course,
    days: i32,
    minimum: u64,
}

/// The sentence that a manager could read aloud: where it stands, and whether anything has changed.
fn sentence(tr: Tr, told: &Told) -> String {
    let total = match told.total {
        Figure::Shown(total) => words::estimate(tr, told.metric, total),
        _ => {
            return words::sentence(
                tr,
                &words::Summary {
                    metric_name: told.metric_name,
                    metric: told.metric,
                    figure: told.total,
                    change: None,
                    days: told.days,
                    lowest: &[],
                    minimum: told.minimum,
                },
            );
        }
    };
    let step = |what: &str, at: usize| {
        let start = told.steps.get(at).map(|step| step.start);
        start.map_or_else(String::new, |start| about_step(tr, what, told.step, start))
    };
    let course = match told.course {
        Course::TooFew(found) => tr.ta(
            "trend-course-few",
            &[
                ("needed", steps_counted(tr, told.step, FEWEST_STEPS).into()),
                ("found", (*found).into()),
            ],
        ),
        Course::Shifted {
            since,
            rise,
            levels,
            run,
        } => {
            let id = if *rise {
                "trend-course-risen"
            } else {
                "trend-course-fallen"
            };
            let moved = tr.ta(id, &[("since", step("since", *since).into())]);
            let levels = levels.as_ref().map(|(before, after)| {
                let before = step_level(tr, told.metric, before);
                let after = step_level(tr, told.metric, after);
                tr.ta(
                    "trend-course-levels",
                    &[("before", before.into()), ("after", after.into())],
                )
            });
            let run = run.zip(told.centre).map(|(run, centre)| {
                let id = if *rise {
                    "trend-course-run-above"
                } else {
                    "trend-course-run-below"
                };
                let mean = words::value(tr, told.metric, centre);
                let steps = steps_counted(tr, told.step, run);
                tr.ta(id, &[("steps", steps.into()), ("mean", mean.into())])
            });
            let (levels, run) = (levels.unwrap_or_default(), run.unwrap_or_default());
            format!("{moved}{levels}{run}")
        }
        Course::Unsteady(signal) => tr.ta(
            "trend-course-unsteady",
            &[
                ("pattern", pattern(tr, signal).into()),
                ("when", when(tr, told.step, told.steps, signal).into()),
            ],
        ),
        Course::Steady { since, farthest } => {
            let steady = tr.ta(
                "trend-course-steady",
                &[("since", step("since", *since).into())],
            );
            let chance = farthest.map(|(at, above)| {
                let id = if above {
                    "trend-course-chance-rise"
                } else {
                    "trend-course-chance-dip"
                };
                tr.ta(id, &[("when", step("in", at).into())])
            });
            format!("{steady}{}", chance.unwrap_or_default())
        }
    };
    let mut text = tr.ta(
        "trend-sentence",
        &[
            ("metric", told.metric_name.into()),
            ("value", total.into()),
            ("course", course.into()),
        ],
    );
    // In some languages a year ends in a point of its own.
    if text.ends_with("..") {
        text.pop();
    }
    text
}

// ── The page ───────────────────────────────────────────────────────────────────────────────────────────────────────

struct Drawing<'a> {
    tr: Tr,
    staff: &'a Staff,
    trend: &'a Trend,
    name: String,
}

impl Drawing<'_> {
    /// This view with its survey named, so that a link means the same tomorrow.
    fn here(&self) -> Selection {
        let code = self.trend.scope.survey.published.survey().code.as_str();
        self.trend.selection.clone().with("survey", code)
    }

    fn sentence(&self) -> String {
        let trend = self.trend;
        sentence(
            self.tr,
            &Told {
                metric_name: &self.name,
                metric: &trend.metric,
                step: trend.step,
                steps: &trend.steps,
                total: &trend.total,
                centre: trend.control.as_ref().ok().map(|control| control.centre),
                course: &trend.course,
                days: trend.scope.period.days(),
                minimum: trend.minimum,
            },
        )
    }

    fn body(&self, title: &str, choices: &Choices) -> Markup {
        let (tr, trend) = (self.tr, self.trend);
        let bar = selection::bar(
            self.staff,
            PATH,
            &trend.selection,
            &trend.scope,
            choices,
            Some(&trend.metric),
        );
        let nobody = trend
            .steps
            .iter()
            .all(|step| step.figure == Figure::Nothing);
        html! {
            (parts::page_header(&PageHeader { title, lead: Some(&self.sentence()), ..PageHeader::default() }))
            (bar)
            @if trend.source == Source::LakeAway { (self.notice(&tr.t("trend-history-away"), &tr.t("trend-history-away-text"))) }
            @if trend.coarser {
                @let step = tr.t(&format!("overview-step-{}", trend.step.code()));
                (self.notice(&tr.ta("trend-coarser", &[("step", step.into())]), &tr.t("trend-coarser-text")))
            }
            @if nobody { (self.empty()) }
            @else {
                (self.cards())
                (self.picture())
                (self.found())
            }
            (self.annotations())
            @if !nobody {
                (self.numbers())
                (self.how())
            }
        }
    }

    fn notice(&self, title: &str, text: &str) -> Markup {
        parts::flash(&Flash {
            tone: Tone::Info,
            title,
            text: Some(text),
        })
    }

    fn empty(&self) -> Markup {
        let tr = self.tr;
        let own = self.trend.selection.pairs();
        let filtered = own.filter(|(name, _)| !["survey", "metric", "step", "last"].contains(name));
        if filtered.count() == 0 && self.staff.actor().places == Places::All {
            return no_responses(self.staff);
        }
        parts::empty_state(
            Icon::Search,
            &tr.t("overview-nothing-here"),
            Some(&tr.t("overview-nothing-here-text")),
            Some(&parts::link_button(PATH, &tr.t("filter-reset"))),
        )
    }

    fn value(&self, value: f64) -> String {
        words::value(self.tr, &self.trend.metric, value)
    }

    fn range(&self, low: f64, high: f64) -> String {
        self.tr
            .range(low, high, words::decimals(&self.trend.metric))
    }

    fn cards(&self) -> Markup {
        let (tr, trend) = (self.tr, self.trend);
        let days = trend.scope.period;
        let period = format!("{} – {}", tr.date_short(days.from), tr.date_short(days.to));
        let card = |label: &str, figure: &Figure, note: &str| {
            let shown = figure.shown();
            let (value, interval) = (
                shown.map(|e| self.value(e.value)),
                shown.map(|e| self.range(e.low, e.high)),
            );
            parts::stat_card(
                tr,
                &StatCard {
                    label,
                    value: value.as_deref(),
                    interval: interval.as_deref(),
                    n: shown.map(|e| e.n),
                    note: Some(note),
                    ..StatCard::default()
                },
            )
        };
        let mut cards = vec![card(&self.name, &trend.total, &period)];
        let full = |step: &&TrendStep| !step.partial && step.figure.shown().is_some();
        if let Some(latest) = trend.steps.iter().rev().find(full) {
            let label = tr.t(&format!("trend-latest-{}", trend.step.code()));
            let note = step_name(tr, trend.step, latest.start);
            cards.push(card(&label, &latest.figure, &note));
            if let (Some(limits), Ok(control)) = (latest.limits, &trend.control) {
                let from = steps_counted(tr, trend.step, control.steps);
                let mean = self.value(control.centre);
                cards.push(parts::stat_card(
                    tr,
                    &StatCard {
                        label: &tr.t("trend-usual"),
                        value: Some(&self.range(limits.low, limits.high)),
                        note: Some(&tr.ta(
                            "trend-usual-note",
                            &[("mean", mean.into()), ("steps", from.into())],
                        )),
                        ..StatCard::default()
                    },
                ));
            }
        }
        if let Ok(outlook) = &trend.outlook
            && let Some(next) = outlook.steps.first()
        {
            let from = steps_counted(tr, trend.step, outlook.seen);
            let name = step_name(tr, trend.step, next.start);
            cards.push(parts::stat_card(
                tr,
                &StatCard {
                    label: &tr.t(&format!("trend-next-{}", trend.step.code())),
                    value: Some(&self.value(next.value)),
                    interval: Some(&self.range(next.low, next.high)),
                    note: Some(&tr.ta(
                        "trend-next-note",
                        &[("step", name.into()), ("steps", from.into())],
                    )),
                    ..StatCard::default()
                },
            ));
        }
        parts::stat_row(&cards)
    }

    /// The patterns of which a step is a part.
    fn patterns_at(&self, at: usize) -> Vec<String> {
        let control = self.trend.control.as_ref();
        let signals = control.map_or(&[][..], |control| &control.signals);
        let of = signals.iter().filter(|s| (s.from..=s.to).contains(&at));
        let mut found: Vec<String> = of.map(|signal| pattern(self.tr, signal)).collect();
        found.dedup();
        found
    }

    fn point(&self, at: usize, step: &TrendStep) -> ControlPoint {
        let (tr, metric) = (self.tr, &self.trend.metric);
        let label = step_name(tr, self.trend.step, step.start);
        let patterns = self.patterns_at(at);
        let mut said = match &step.figure {
            Figure::Shown(e) => tr.ta(
                "chart-point",
                &[
                    ("label", label.as_str().into()),
                    ("value", self.value(e.value).into()),
                    ("interval", words::interval(tr, metric, e).into()),
                    ("n", e.n.into()),
                ],
            ),
            Figure::Withheld => tr.ta("chart-point-withheld", &[("label", label.as_str().into())]),
            Figure::Nothing => tr.ta("trend-point-nothing", &[("label", label.as_str().into())]),
        };
        let mut more = Vec::new();
        if step.partial {
            more.push(tr.t("trend-partial"));
        }
        if let Some(limits) = step.limits {
            let range = self.range(limits.low, limits.high);
            more.push(tr.ta("trend-point-usual", &[("range", range.into())]));
        }
        if let Some(e) = step.year_before.shown() {
            let earlier = words::estimate(tr, metric, e);
            more.push(tr.ta("trend-point-earlier", &[("value", earlier.into())]));
        }
        let signal = !patterns.is_empty();
        more.extend(patterns);
        for more in more {
            said.push_str("; ");
            said.push_str(&more);
        }
        ControlPoint {
            label,
            words: said,
            value: step.figure.shown().map(|e| e.value),
            partial: step.partial,
            signal,
            expected: step.limits.map(|limits| chart::Estimate {
                value: limits.centre,
                low: limits.low,
                high: limits.high,
            }),
            earlier: step.year_before.shown().map(|e| e.value),
            ahead: None,
        }
    }

    /// The steps of the period and those to come.
    fn points(&self) -> Vec<ControlPoint> {
        let (tr, trend) = (self.tr, self.trend);
        let steps = trend.steps.iter().enumerate();
        let mut points: Vec<ControlPoint> = steps.map(|(at, step)| self.point(at, step)).collect();
        let Ok(outlook) = &trend.outlook else {
            return points;
        };
        // The band opens at the last full step, which is known.
        let charted = |step: &TrendStep| step.limits.is_some();
        if let Some(last) = trend.steps.iter().rposition(charted) {
            points[last].ahead = points[last].value.map(|value| chart::Estimate {
                value,
                low: value,
                high: value,
            });
        }
        for ahead in &outlook.steps {
            let estimate = chart::Estimate {
                value: ahead.value,
                low: ahead.low,
                high: ahead.high,
            };
            let label = step_name(tr, trend.step, ahead.start);
            let value = format!(
                "{}\u{a0}[{}]",
                self.value(ahead.value),
                self.range(ahead.low, ahead.high)
            );
            let said = tr.ta(
                "trend-point-ahead",
                &[("label", label.as_str().into()), ("value", value.into())],
            );
            match trend
                .steps
                .iter()
                .position(|step| step.start == ahead.start)
            {
                // A step that has begun has its own number as well.
                Some(at) => {
                    points[at].ahead = Some(estimate);
                    points[at].words = format!("{}; {said}", points[at].words);
                }
                None => points.push(ControlPoint {
                    label,
                    words: said,
                    ahead: Some(estimate),
                    ..ControlPoint::default()
                }),
            }
        }
        points
    }

    fn marks(&self) -> Vec<Mark> {
        let trend = self.trend;
        let at = |day: Date| {
            let (at, step) = trend
                .steps
                .iter()
                .enumerate()
                .rev()
                .find(|(_, step)| step.start <= day)?;
            let end = step.start.saturating_add(trend.step.span());
            let hours = |from: Date, to: Date| to.duration_since(from).as_hours() as f64;
            Some(at as f64 + (hours(step.start, day) + 12.0) / hours(step.start, end))
        };
        let marks = trend.annotations.iter().enumerate();
        marks
            .filter_map(|(index, annotation)| {
                let day = self.tr.date_short(annotation.day);
                Some(Mark {
                    at: at(annotation.day)?,
                    number: index + 1,
                    words: format!("{}. {day}: {}", index + 1, annotation.text),
                })
            })
            .collect()
    }

    fn picture(&self) -> Markup {
        let (tr, trend) = (self.tr, self.trend);
        let step = tr.t(&format!("overview-step-{}", trend.step.code()));
        let title = tr.ta(
            "trend-by",
            &[("metric", self.name.as_str().into()), ("step", step.into())],
        );
        if trend.steps.iter().all(|step| step.figure.shown().is_none()) {
            let words = html! {
                p.muted { (tr.t("withheld")) ". " (tr.ta("withheld-why", &[("n", trend.minimum.into())])) }
                (self.longer())
            };
            return parts::section(&title, &html! {}, &words);
        }
        let drawn = chart::control(
            tr,
            &ControlChart {
                id: "trend",
                title: &title,
                description: &self.sentence(),
                points: self.points(),
                marks: self.marks(),
            },
        );
        let some = |of: fn(&TrendStep) -> bool| trend.steps.iter().any(of);
        let mut legend = vec![("line", "trend-legend-value")];
        if trend.control.is_ok() {
            legend.push(("usual", "trend-legend-usual"));
        }
        if trend
            .control
            .as_ref()
            .is_ok_and(|control| !control.signals.is_empty())
        {
            legend.push(("signal", "trend-legend-signal"));
        }
        if some(|step| step.partial && step.figure.shown().is_some()) {
            legend.push(("partial", "trend-legend-partial"));
        }
        if some(|step| step.year_before.shown().is_some()) {
            legend.push(("earlier", "trend-legend-earlier"));
        }
        if trend.outlook.is_ok() {
            legend.push(("ahead", "trend-legend-ahead"));
        }
        if !trend.annotations.is_empty() {
            legend.push(("mark", "trend-legend-mark"));
        }
        let body = html! {
            (drawn)
            ul.legend {
                @for (kind, id) in legend {
                    li { span class={ "swatch swatch-" (kind) } aria-hidden="true" {} (tr.t(id)) }
                }
            }
        };
        parts::section(&title, &html! {}, &body)
    }

    /// The way to longer steps, where there are some.
    fn longer(&self) -> Markup {
        let tr = self.tr;
        let longer = Step::ALL.into_iter().find(|step| *step > self.trend.step);
        html! {
            @if let Some(step) = longer.filter(|step| *step != Step::Year) {
                @let name = tr.t(&format!("overview-step-{}", step.code()));
                p {
                    a href=(address(PATH, &self.here().with("step", step.code()))) {
                        (tr.ta("trend-longer", &[("step", name.into())]))
                    }
                }
            }
        }
    }

    /// What the control chart, the search for changes and the forecast have found.
    fn found(&self) -> Markup {
        let (tr, trend) = (self.tr, self.trend);
        let named = |at: usize| step_name(tr, trend.step, trend.steps[at].start);
        let items: Vec<String> = trend
            .shifts
            .iter()
            .map(|shift| {
                let id = match shift.after.value > shift.before.value {
                    true => "trend-shift-rise",
                    false => "trend-shift-fall",
                };
                let span = match shift.earliest == shift.latest {
                    true => named(shift.at),
                    false => format!("{} – {}", named(shift.earliest), named(shift.latest)),
                };
                tr.ta(
                    id,
                    &[
                        ("when", named(shift.at).into()),
                        ("span", span.into()),
                        (
                            "before",
                            step_level(tr, &trend.metric, &shift.before).into(),
                        ),
                        ("after", step_level(tr, &trend.metric, &shift.after).into()),
                        (
                            "earlier",
                            steps_counted(tr, trend.step, shift.before.steps).into(),
                        ),
                        (
                            "later",
                            steps_counted(tr, trend.step, shift.after.steps).into(),
                        ),
                    ],
                )
            })
            .collect();
        let (signals, none) = match &trend.control {
            Ok(control) if control.signals.is_empty() && items.is_empty() => {
                (&[][..], Some(tr.t("trend-no-signal")))
            }
            Ok(control) => (&control.signals[..], None),
            Err(NoControl::TooFew(found)) => {
                let needed = steps_counted(tr, trend.step, FEWEST_STEPS);
                let args = [("needed", needed.into()), ("found", (*found).into())];
                (&[][..], Some(tr.ta("trend-no-limits", &args)))
            }
            Err(NoControl::Constant) => (&[][..], Some(tr.t("trend-constant"))),
        };
        let outlook = match &trend.outlook {
            Ok(_) => None,
            Err(NoOutlook::TooFew(found)) => {
                let needed = steps_counted(tr, trend.step, FEWEST_TO_FORECAST);
                let args = [("needed", needed.into()), ("found", (*found).into())];
                Some(tr.ta("trend-no-outlook", &args))
            }
            Err(NoOutlook::NoModel) => Some(tr.t("trend-no-model")),
        };
        let few = matches!(trend.control, Err(NoControl::TooFew(_)));
        let body = html! {
            @if let Some(none) = none { p { (none) } }
            @if !items.is_empty() || !signals.is_empty() {
                ul {
                    @for item in items { li { (item) } }
                    @for signal in signals {
                        li { (when(tr, trend.step, &trend.steps, signal)) ": " (pattern(tr, signal)) }
                    }
                }
            }
            @if !signals.is_empty() { p.muted { (tr.t("trend-signals-rare")) } }
            @if let Some(outlook) = outlook { p.muted { (outlook) } }
            @if few { (self.longer()) }
        };
        parts::section(&tr.t("trend-found"), &html! {}, &body)
    }

    /// The responses behind a step.
    fn responses(&self, step: &TrendStep) -> String {
        let there = self
            .here()
            .with("last", "custom")
            .with("from", &step.from.to_string())
            .with("to", &step.to.to_string())
            .with("metric", &self.trend.metric.to_string())
            .without(&[
                "step", "level", "places", "year", "by", "against", "weighted",
            ]);
        address("/responses", &there)
    }

    fn numbers(&self) -> Markup {
        let (tr, trend) = (self.tr, self.trend);
        let dash = || html! { span.muted { "–" } };
        let row = |(at, step): (usize, &TrendStep)| {
            let label = step_name(tr, trend.step, step.start);
            let [value, interval, n] = match &step.figure {
                Figure::Shown(e) => {
                    let title = tr.ta("overview-see-responses", &[("what", label.as_str().into())]);
                    [
                        html! { a href=(self.responses(step)) title=(title) { (self.value(e.value)) } },
                        html! { (self.range(e.low, e.high)) },
                        html! { (tr.count(e.n)) },
                    ]
                }
                Figure::Withheld => [html! { span.muted { (tr.t("withheld")) } }, dash(), dash()],
                Figure::Nothing => [dash(), dash(), html! { "0" }],
            };
            let usual = step
                .limits
                .map(|limits| self.range(limits.low, limits.high));
            let earlier = step.year_before.shown();
            let patterns = self.patterns_at(at);
            vec![
                html! { (label) @if step.partial { " " (parts::badge(Tone::Neutral, &tr.t("trend-partial"))) } },
                value,
                interval,
                n,
                usual.map_or_else(dash, |usual| html! { (usual) }),
                earlier.map_or_else(dash, |e| {
                    let n = tr.ta("stat-n", &[("n", e.n.into())]);
                    html! { span { (words::estimate(tr, &trend.metric, e)) ", " (n) } }
                }),
                match patterns.as_slice() {
                    [] => dash(),
                    some => {
                        html! { span { @for one in some { (parts::badge(Tone::Warning, one)) " " } } }
                    }
                },
            ]
        };
        // The latest is what one looks for.
        let rows = trend.steps.iter().enumerate().rev().map(row).collect();
        let names = [
            "value",
            "interval",
            "overview-n",
            "trend-usual",
            "trend-earlier",
        ];
        let names = names.map(|id| tr.t(id));
        let first = tr.t(&format!("overview-trend-{}", trend.step.code()));
        let mut columns = vec![Column::text(&first)];
        columns.extend(names.iter().map(|name| Column::number(name)));
        let signal = tr.t("trend-signal");
        columns.push(Column::text(&signal));
        let title = tr.t("trend-numbers");
        let csv = address("/explain/trend.csv", &self.here());
        let table = parts::data_table(
            tr,
            &Table {
                caption: &title,
                columns: &columns,
                rows,
                csv: Some(&csv),
                ..Table::default()
            },
        );
        parts::section(&title, &html! {}, &table)
    }

    fn annotations(&self) -> Markup {
        let (tr, trend) = (self.tr, self.trend);
        let actor = self.staff.actor();
        let may = actor.may(Permission::Annotate);
        let row = |(index, annotation): (usize, &Annotation)| {
            let mut cells = vec![
                html! { span.mark-number { (index + 1) } },
                html! { (tr.date_short(annotation.day)) },
                html! { (annotation.text) },
                html! { (tr.t(kind_message(annotation.kind))) },
                html! { (place_name(self.staff, annotation)) },
            ];
            if may {
                let own = address(&format!("{NOTES}/{}", annotation.id), &self.here());
                cells.push(html! {
                    @if App::may_change(actor, annotation) { a href=(own) { (tr.t("edit")) } }
                });
            }
            cells
        };
        let names = ["trend-day", "trend-text", "trend-kind", "filter-location"].map(|id| tr.t(id));
        let (number, edit) = (tr.t("trend-number"), tr.t("edit"));
        let mut columns = vec![Column::text(&number)];
        columns.extend(names.iter().map(|name| Column::text(name)));
        if may {
            columns.push(Column::actions(&edit));
        }
        let title = tr.t("trend-annotations");
        let empty = html! { p.muted { (tr.t("trend-annotations-none")) } };
        let table = parts::data_table(
            tr,
            &Table {
                caption: &title,
                columns: &columns,
                rows: trend.annotations.iter().enumerate().map(row).collect(),
                empty: Some(empty),
                ..Table::default()
            },
        );
        let draft = AnnotationDraft {
            day: None,
            kind: AnnotationKind::Action,
            text: String::new(),
            location: trend
                .selection
                .get("location")
                .unwrap_or_default()
                .to_owned(),
        };
        let body = html! {
            p.muted { (tr.t("trend-annotations-lead")) }
            (table)
            @if may {
                details.annotate {
                    summary { (tr.t("trend-annotate")) }
                    (form(self.staff, &address(&format!("{NOTES}/new"), &self.here()), &draft, &Refused::default(), (Some("note"), None)))
                }
            }
        };
        parts::section(&title, &html! {}, &body)
    }

    fn how(&self) -> Markup {
        let (tr, trend) = (self.tr, self.trend);
        let period = trend.scope.period;
        let days = i64::from(period.days());
        let number = |value: f64| tr.number(value, 2);
        let level = tr.percent(trend.scope.level.get(), 0);
        let span = tr.ta(
            "trend-how-period-text",
            &[
                ("from", tr.date(period.from).into()),
                ("to", tr.date(period.to).into()),
                ("days", days.into()),
            ],
        );
        let zone = trend.scope.directory.workspace.time_zone.as_str();
        let mut facts = vec![
            (tr.t("overview-how-period"), span),
            (
                tr.t("overview-how-zone"),
                tr.ta("overview-how-zone-text", &[("zone", zone.into())]),
            ),
        ];
        if let Some(e) = trend.total.shown() {
            let method = tr.t(method_message(e));
            let level = tr.ta(
                "overview-how-level-text",
                &[("level", level.as_str().into())],
            );
            facts.push((tr.t("overview-how-method"), format!("{method} {level}")));
        }
        if let Ok(control) = &trend.control {
            let id = match control.kind {
                ChartKind::P => "trend-how-chart-p",
                ChartKind::LaneyP => "trend-how-chart-laney",
                _ => "trend-how-chart-xmr",
            };
            let mut text = match control.kind {
                ChartKind::LaneyP => tr.ta(id, &[("widened", number(control.widened).into())]),
                _ => tr.t(id),
            };
            let steps = steps_counted(tr, trend.step, control.steps);
            text.push(' ');
            text.push_str(&tr.ta("trend-how-chart-steps", &[("steps", steps.into())]));
            facts.push((tr.t("trend-how-chart"), text));
            facts.push((tr.t("trend-how-rules"), tr.t("trend-how-rules-text")));
            let p = trend.shifts.first().map(|shift| shift.p_value);
            let found = p.map(|p| tr.ta("trend-how-shift-p", &[("p", tr.number(p, 3).into())]));
            let text = tr.ta("trend-how-shift-text", &[("level", level.as_str().into())]);
            let text = [Some(text), found]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" ");
            facts.push((tr.t("trend-how-shift"), text));
        }
        if let Ok(outlook) = &trend.outlook {
            let id = match outlook.model.trend {
                forecast::Trend::None => "trend-how-model-level",
                forecast::Trend::Additive => "trend-how-model-slope",
                forecast::Trend::Damped => "trend-how-model-damped",
            };
            let mut text = tr.ta("trend-how-ahead-text", &[("level", level.into())]);
            text.push(' ');
            text.push_str(&tr.t(id));
            if outlook.model.season > 0 {
                let turn = steps_counted(tr, trend.step, outlook.model.season);
                text.push(' ');
                text.push_str(&tr.ta("trend-how-season", &[("steps", turn.into())]));
            }
            facts.push((tr.t("trend-how-ahead"), text));
        }
        if trend
            .steps
            .iter()
            .any(|step| step.year_before.shown().is_some())
        {
            let id = match trend.step {
                Step::Day | Step::Week => "trend-how-earlier-weeks",
                _ => "trend-how-earlier-days",
            };
            facts.push((tr.t("trend-earlier"), tr.t(id)));
        }
        facts.push((
            tr.t("overview-how-minimum"),
            tr.ta("trend-how-minimum-text", &[("n", trend.minimum.into())]),
        ));
        if trend.off_scale > 0 {
            let text = tr.ta(
                "overview-how-off-scale-text",
                &[("n", trend.off_scale.into())],
            );
            facts.push((tr.t("overview-how-off-scale"), text));
        }
        facts.push((tr.t("trend-how-sources"), tr.t("trend-how-sources-text")));
        let pairs: Vec<(&str, Markup)> = facts
            .iter()
            .map(|(term, text)| (term.as_str(), html! { (text) }))
            .collect();
        html! {
            details.how.card { summary { (tr.t("overview-how")) } (parts::facts(&pairs)) }
        }
    }
}

fn kind_message(kind: AnnotationKind) -> &'static str {
    match kind {
        AnnotationKind::Action => "trend-kind-action",
        AnnotationKind::Event => "trend-kind-event",
    }
}

fn place_name(staff: &Staff, annotation: &Annotation) -> String {
    let place = annotation
        .location
        .and_then(|id| staff.directory.locations.get(id));
    place.map_or_else(
        || staff.tr().t("trend-everywhere"),
        |place| place.name.clone(),
    )
}

// ── The table as a file ────────────────────────────────────────────────────────────────────────────────────────────

async fn csv(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let selection = selection::of_request(&staff);
    let trend = app.trend(staff.actor(), &selection).await;
    let trend = match trend {
        Ok(found) => found
            .ok_or(AppError::NotFound("survey"))
            .or_page(&staff.reader)?,
        Err(error) => {
            let title = staff.tr().t("nav-trend");
            return Ok(refused(&staff, &title, PATH, NavItem::Trend, error));
        }
    };
    let number = |value: f64| value.to_string();
    let optional = |value: Option<f64>| value.map(number).unwrap_or_default();
    let mut text = CSV_BEGIN.to_vec();
    write_line(
        &mut text,
        [
            "from",
            "to",
            "kind",
            "value",
            "low",
            "high",
            "n",
            "mean",
            "limit_low",
            "limit_high",
            "signals",
            "year_before",
            "year_before_low",
            "year_before_high",
            "year_before_n",
        ],
    );
    let signals = trend
        .control
        .as_ref()
        .map_or(&[][..], |control| &control.signals);
    for (at, step) in trend.steps.iter().enumerate() {
        let kind = match (&step.figure, step.partial) {
            (Figure::Withheld, _) => "withheld",
            (_, true) => "partial",
            (_, false) => "full",
        };
        let (shown, earlier) = (step.figure.shown(), step.year_before.shown());
        let n = match step.figure {
            Figure::Nothing => "0".to_owned(),
            _ => shown.map(|e| e.n.to_string()).unwrap_or_default(),
        };
        let found = signals.iter().filter(|s| (s.from..=s.to).contains(&at));
        let rules: Vec<String> = found.map(|signal| signal.rule.to_string()).collect();
        let cells = [
            step.from.to_string(),
            step.to.to_string(),
            kind.to_owned(),
            optional(shown.map(|e| e.value)),
            optional(shown.map(|e| e.low)),
            optional(shown.map(|e| e.high)),
            n,
            optional(step.limits.map(|l| l.centre)),
            optional(step.limits.map(|l| l.low)),
            optional(step.limits.map(|l| l.high)),
            rules.join("; "),
            optional(earlier.map(|e| e.value)),
            optional(earlier.map(|e| e.low)),
            optional(earlier.map(|e| e.high)),
            earlier.map(|e| e.n.to_string()).unwrap_or_default(),
        ];
        write_line(&mut text, cells.iter().map(String::as_str));
    }
    for ahead in trend.outlook.iter().flat_map(|outlook| &outlook.steps) {
        let end = ahead.start.saturating_add(trend.step.span());
        let last = end.saturating_sub(jiff::Span::new().days(1));
        let mut cells = vec![
            ahead.start.to_string(),
            last.to_string(),
            "forecast".to_owned(),
            number(ahead.value),
            number(ahead.low),
            number(ahead.high),
        ];
        cells.resize(15, String::new());
        write_line(&mut text, cells.iter().map(String::as_str));
    }
    Ok(csv_file("trend.csv", text))
}

// ── Annotations ────────────────────────────────────────────────────────────────────────────────────────────────────

/// Back to the trend, as it was.
fn back(staff: &Staff) -> String {
    address(PATH, &selection::of_request(staff))
}

fn form(
    staff: &Staff,
    action: &str,
    draft: &AnnotationDraft,
    refused: &Refused,
    (id_prefix, cancel): (Option<&str>, Option<&str>),
) -> Markup {
    let tr = staff.tr();
    let day = draft.day.map(|day| day.to_string()).unwrap_or_default();
    let kinds = AnnotationKind::ALL.map(|kind| (kind.code(), tr.t(kind_message(kind))));
    let kinds = kinds
        .each_ref()
        .map(|(value, label)| Choice { value, label });
    let actor = staff.actor();
    let mut places = Vec::new();
    if actor.places.include(None) {
        places.push((String::new(), tr.t("trend-everywhere")));
    }
    for (depth, place) in staff.directory.locations.in_order() {
        if actor.places.include(Some(place.id)) {
            let indent = "\u{2003}".repeat(depth);
            places.push((place.code.to_string(), format!("{indent}{}", place.name)));
        }
    }
    let places: Vec<Choice> = places
        .iter()
        .map(|(value, label)| Choice { value, label })
        .collect();
    let wrong_day = refused.get("day").map(|_| tr.t("trend-day-missing"));
    html! {
        form.form method="post" action=(action) {
            (parts::csrf_field(staff.csrf()))
            (parts::field(tr, &Field { name: "day", label: &tr.t("trend-day"), required: true, error: wrong_day.as_deref(),
                control: Control::of(InputKind::Date, &day), id_prefix, ..Field::default() }))
            (parts::field(tr, &Field { name: "text", label: &tr.t("trend-text"), required: true, error: refused.get("text"),
                hint: Some(&tr.t("trend-text-hint")),
                control: Control::Input(Input { value: &draft.text, max_length: Some(200), autocomplete: Some("off"), ..Input::default() }),
                id_prefix }))
            (parts::field(tr, &Field { name: "kind", label: &tr.t("trend-kind"),
                control: Control::Radio { choices: &kinds, selected: draft.kind.code() }, id_prefix, ..Field::default() }))
            @if !places.is_empty() {
                (parts::field(tr, &Field { name: "location", label: &tr.t("filter-location"), error: refused.get("location"),
                    control: Control::Select { choices: &places, selected: &draft.location }, id_prefix, ..Field::default() }))
            }
            div.button-row {
                (parts::button(Weight::Primary, &tr.t("save")))
                @if let Some(cancel) = cancel { (parts::link_button_of(Weight::Quiet, cancel, &tr.t("cancel"))) }
            }
        }
    }
}

/// The form on a page of its own: to change an annotation, and for one that was refused.
fn form_page(
    staff: &Staff,
    id: Option<AnnotationId>,
    draft: &AnnotationDraft,
    refused: &Refused,
    status: StatusCode,
) -> PageResult {
    let tr = staff.tr();
    let title = tr.t(match id {
        None => "trend-annotate",
        Some(_) => "trend-annotation-edit",
    });
    let selection = selection::of_request(staff);
    let own = match id {
        None => format!("{NOTES}/new"),
        Some(id) => format!("{NOTES}/{id}"),
    };
    let back = back(staff);
    let body = html! {
        (parts::page_header(&PageHeader {
            title: &title,
            crumbs: parts::breadcrumbs(tr, &[
                Crumb { label: &tr.t("nav-trend"), href: Some(&back) },
                Crumb { label: &title, href: None },
            ]),
            ..PageHeader::default()
        }))
        (refused.summary(tr))
        div.card { (form(staff, &address(&own, &selection), draft, refused, (None, Some(&back)))) }
        @if id.is_some() {
            (parts::post_form(
                &address(&format!("{own}/delete"), &selection),
                staff.csrf(),
                Some(&tr.t("trend-annotation-delete-sure")),
                &parts::button(Weight::Danger, &tr.t("delete")),
            ))
        }
    };
    Ok(staff.page_with(&title, NavItem::Trend, None, body, status))
}

fn draft_of(fields: &Fields) -> Result<AnnotationDraft, AppError> {
    let kind = fields.get("kind").parse();
    Ok(AnnotationDraft {
        day: fields.given("day").and_then(|day| day.parse().ok()),
        kind: kind.map_err(|error| AppError::invalid("kind", error))?,
        text: fields.get("text").to_owned(),
        location: fields.get("location").to_owned(),
    })
}

fn annotation_id(staff: &Staff, id: &str) -> Result<AnnotationId, PageError> {
    id.parse()
        .map_err(|_| AppError::NotFound("annotation"))
        .or_page(&staff.reader)
}

async fn new(staff: Staff) -> PageResult {
    if !staff.actor().may(Permission::Annotate) {
        return Err(AppError::Forbidden(Permission::Annotate)).or_page(&staff.reader);
    }
    let draft = AnnotationDraft {
        day: None,
        kind: AnnotationKind::Action,
        text: String::new(),
        location: String::new(),
    };
    form_page(&staff, None, &draft, &Refused::default(), StatusCode::OK)
}

async fn add(State(app): State<Arc<App>>, StaffForm { staff, fields }: StaffForm) -> PageResult {
    save(&app, &staff, None, &fields).await
}

async fn one(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> PageResult {
    let id = annotation_id(&staff, &id)?;
    let annotation = app.annotation(staff.actor(), id).await;
    let annotation = annotation.or_page(&staff.reader)?;
    if !App::may_change(staff.actor(), &annotation) {
        return Err(AppError::Forbidden(Permission::Annotate)).or_page(&staff.reader);
    }
    let draft = AnnotationDraft::of(&annotation, &staff.directory.locations);
    form_page(
        &staff,
        Some(id),
        &draft,
        &Refused::default(),
        StatusCode::OK,
    )
}

async fn change(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    StaffForm { staff, fields }: StaffForm,
) -> PageResult {
    let id = annotation_id(&staff, &id)?;
    save(&app, &staff, Some(id), &fields).await
}

async fn save(app: &App, staff: &Staff, id: Option<AnnotationId>, fields: &Fields) -> PageResult {
    let draft = draft_of(fields).or_page(&staff.reader)?;
    match app.save_annotation(staff.actor(), id, &draft).await {
        Ok(_) => {
            let done = with_query(&back(staff), "done", "annotation-saved");
            Ok(Redirect::to(&done).into_response())
        }
        Err(AppError::Refused(refusals)) => {
            let refused = Refused::of(staff.tr(), &refusals);
            form_page(
                staff,
                id,
                &draft,
                &refused,
                StatusCode::UNPROCESSABLE_ENTITY,
            )
        }
        Err(error) => Err(error).or_page(&staff.reader),
    }
}

async fn delete(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    StaffForm { staff, .. }: StaffForm,
) -> PageResult {
    let id = annotation_id(&staff, &id)?;
    let deleted = app.delete_annotation(staff.actor(), id).await;
    deleted.or_page(&staff.reader)?;
    let done = with_query(&back(&staff), "done", "annotation-deleted");
    Ok(Redirect::to(&done).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::i18n::Lang;
    use jiff::civil::date;
    use radost_app::explain::Estimate;
    use radost_app::stats::IntervalMethod;

    fn said(lang: Lang, step: Step, course: &Course) -> String {
        let estimate = Estimate {
            value: 82.0,
            low: 80.6,
            high: 83.9,
            n: 4200,
            effective_n: 4200.0,
            method: IntervalMethod::Wilson,
        };
        let begin = if step == Step::Week {
            date(2026, 5, 4)
        } else {
            date(2026, 1, 1)
        };
        let mut start = begin;
        let mut steps = Vec::new();
        while steps.len() < 26 {
            steps.push(TrendStep {
                start,
                from: start,
                to: start,
                partial: false,
                figure: Figure::Nothing,
                year_before: Figure::Nothing,
                limits: None,
            });
            start = start.saturating_add(step.span());
        }
        let told = Told {
            metric_name: "CSAT",
            metric: &Metric::Csat {
                question: "csat".parse().expect("a code"),
            },
            step,
            steps: &steps,
            total: &Figure::Shown(estimate),
            centre: Some(81.6),
            course,
            days: 365,
            minimum: 5,
        };
        sentence(Tr::new(lang), &told).replace('\u{a0}', " ")
    }

    fn level(value: f64) -> StepLevel {
        StepLevel {
            value,
            low: value - 1.0,
            high: value + 1.0,
            steps: 12,
        }
    }

    const STEADY: Course = Course::Steady {
        since: 0,
        farthest: Some((23, false)),
    };
    const CALM: Course = Course::Steady {
        since: 5,
        farthest: None,
    };
    const RUN: Course = Course::Shifted {
        since: 18,
        rise: true,
        levels: None,
        run: Some(8),
    };
    const FEW: Course = Course::TooFew(5);
    const OUTSIDE: Course = Course::Unsteady(TrendSignal {
        rule: RunRule::BeyondLimits,
        above: false,
        from: 23,
        to: 23,
    });
    const FOUR: Course = Course::Unsteady(TrendSignal {
        rule: RunRule::FourOfFiveBeyondOneSigma,
        above: true,
        from: 21,
        to: 25,
    });

    fn fell() -> Course {
        Course::Shifted {
            since: 18,
            rise: false,
            levels: Some((level(84.0), level(78.0))),
            run: None,
        }
    }

    #[test]
    fn the_sentence_in_english() {
        let say = |course: &Course| said(Lang::En, Step::Week, course);
        assert_eq!(
            say(&STEADY),
            "CSAT is 82% [81–84] and has been steady since the week of 4 May 2026; the dip in the week of 12 October 2026 is within what chance brings."
        );
        assert_eq!(
            say(&CALM),
            "CSAT is 82% [81–84] and has been steady since the week of 8 June 2026."
        );
        assert_eq!(
            say(&RUN),
            "CSAT is 82% [81–84]; it has risen since the week of 7 September 2026: 8 weeks in a row above the long-time mean of 82%."
        );
        assert_eq!(
            say(&fell()),
            "CSAT is 82% [81–84]; it has fallen since the week of 7 September 2026, from 84% [83–85] to 78% [77–79]."
        );
        assert_eq!(
            say(&OUTSIDE),
            "CSAT is 82% [81–84]; not steady: below the usual range (12 Oct 2026)."
        );
        assert_eq!(
            say(&FOUR),
            "CSAT is 82% [81–84]; not steady: 4 of 5 in a row well above the mean (28 Sep 2026 – 26 Oct 2026)."
        );
        assert_eq!(
            say(&FEW),
            "CSAT is 82% [81–84]; it takes 8 weeks with enough answers to tell change from chance, and there are 5."
        );
        assert_eq!(
            said(Lang::En, Step::Month, &CALM),
            "CSAT is 82% [81–84] and has been steady since June 2026."
        );
        assert_eq!(
            said(Lang::En, Step::Day, &CALM),
            "CSAT is 82% [81–84] and has been steady since 6 January 2026."
        );
    }

    #[test]
    fn the_sentence_in_russian() {
        let say = |course: &Course| said(Lang::Ru, Step::Week, course);
        assert_eq!(
            say(&STEADY),
            "CSAT: 82 % [81–84], стабильно с недели 4 мая 2026; спад на неделе с 12 октября 2026 в пределах случайного."
        );
        assert_eq!(
            say(&RUN),
            "CSAT: 82 % [81–84]; рост с недели 7 сентября 2026: 8 недель подряд выше общего среднего 82 %."
        );
        assert_eq!(
            say(&fell()),
            "CSAT: 82 % [81–84]; снижение с недели 7 сентября 2026, с 84 % [83–85] до 78 % [77–79]."
        );
        assert_eq!(
            say(&FOUR),
            "CSAT: 82 % [81–84]; есть отклонения: 4 из 5 подряд заметно выше среднего (28 сент. 2026 – 26 окт. 2026)."
        );
        assert_eq!(
            say(&FEW),
            "CSAT: 82 % [81–84]; чтобы отличить перемену от случайности, нужно 8 недель с достаточным числом ответов, а есть 5."
        );
        assert_eq!(
            said(Lang::Ru, Step::Month, &CALM),
            "CSAT: 82 % [81–84], стабильно с июня 2026."
        );
    }

    #[test]
    fn the_sentence_in_ukrainian() {
        let say = |course: &Course| said(Lang::Uk, Step::Week, course);
        assert_eq!(
            say(&STEADY),
            "CSAT: 82% [81–84], стабільно від тижня, що почався 4 травня 2026 р.; спад протягом тижня, що почався 12 жовтня 2026 р., у межах випадкового."
        );
        assert_eq!(
            say(&CALM),
            "CSAT: 82% [81–84], стабільно від тижня, що почався 8 червня 2026 р."
        );
        assert_eq!(
            say(&RUN),
            "CSAT: 82% [81–84]; зростання від тижня, що почався 7 вересня 2026 р.: 8 тижнів поспіль вище за загальне середнє 82%."
        );
        assert_eq!(
            say(&FEW),
            "CSAT: 82% [81–84]; щоб відрізнити зміну від випадковості, потрібно 8 тижнів з достатньою кількістю відповідей, а є 5."
        );
        assert_eq!(
            said(Lang::Uk, Step::Month, &STEADY),
            "CSAT: 82% [81–84], стабільно від січня 2026; спад за грудень 2027 у межах випадкового."
        );
    }

    #[test]
    fn the_sentence_in_bulgarian() {
        let say = |course: &Course| said(Lang::Bg, Step::Week, course);
        assert_eq!(
            say(&STEADY),
            "CSAT: 82% [81–84], стабилно от седмицата, започнала на 4 май 2026 г.; спадът през седмицата от 12 октомври 2026 г. е в границите на случайното."
        );
        assert_eq!(
            say(&CALM),
            "CSAT: 82% [81–84], стабилно от седмицата, започнала на 8 юни 2026 г."
        );
        assert_eq!(
            say(&RUN),
            "CSAT: 82% [81–84]; расте от седмицата, започнала на 7 септември 2026 г.: 8 седмици подред над общата средна 82%."
        );
        assert_eq!(
            say(&fell()),
            "CSAT: 82% [81–84]; спада от седмицата, започнала на 7 септември 2026 г., от 84% [83–85] на 78% [77–79]."
        );
        assert_eq!(
            say(&FEW),
            "CSAT: 82% [81–84]; за да се отличи промяна от случайност, са нужни 8 седмици с достатъчно отговори, а има 5."
        );
    }
}
