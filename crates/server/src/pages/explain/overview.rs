//! The overview: how satisfied are they, is the change real, and where is it lowest.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use maud::{Markup, html};
use radost_app::domain::access::Permission;
use radost_app::domain::explain::{Benchmark, Dimension, Metric};
use radost_app::domain::listen::QuestionKind;
use radost_app::explain::{
    Card, Estimate, Figure, Key, MeasuredRow, Overview, Selection, Span, Split,
};
use radost_app::stats::{CsatScale, IntervalMethod};
use radost_app::{App, AppError, events::LiveCounts};

use crate::Server;
use crate::look::chart::{self, BarsChart, Point, Range, TrendChart};
use crate::look::i18n::Tr;
use crate::look::icon::Icon;
use crate::look::layout::NavItem;
use crate::look::parts::{self, Change, Column, PageHeader, StatCard, Table};
use crate::pages::explain::benchmarks;
use crate::pages::selection::{self, address, key_name, narrowed, step_name};
use crate::request::{OrPage, PageError, PageResult, Staff};
use crate::words::{self, Summary};

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .route("/", get(overview))
        .route("/live", get(live))
}

/// The live counter, asked for by the page every few seconds.
async fn live(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let counts = app
        .live_counts(staff.actor())
        .await
        .or_page(&staff.reader)?;
    Ok(match counts {
        Some(counts) => Json(counts).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    })
}

async fn overview(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    // Everybody lands here after signing in; who sees no results has work elsewhere.
    if !staff.actor().may(Permission::SeeResults) {
        return Ok(Redirect::to(NavItem::Customers.href()).into_response());
    }
    let tr = staff.tr();
    let title = tr.t("nav-overview");
    let selection = selection::of_request(&staff);
    let counts = app
        .live_counts(staff.actor())
        .await
        .or_page(&staff.reader)?;
    let overview = match app.overview(staff.actor(), &selection).await {
        Ok(Some(overview)) => overview,
        Ok(None) => {
            return Ok(staff.page(&title, NavItem::Overview, no_survey(&staff, &title)));
        }
        Err(error) => return Ok(refused(&staff, &title, "/", NavItem::Overview, error)),
    };
    let survey = &overview.scope.survey.published;
    let benchmarks = app
        .benchmarks_for(staff.actor(), survey, &overview.metric)
        .await
        .or_page(&staff.reader)?;
    let body = Drawing {
        tr,
        staff: &staff,
        selection: &selection,
        overview: &overview,
        benchmarks: &benchmarks,
    }
    .body(&title, counts);
    Ok(staff.page(&title, NavItem::Overview, body))
}

/// The page for an address that cannot be read, or the page of any other error.
pub(crate) fn refused(
    staff: &Staff,
    title: &str,
    path: &str,
    item: NavItem,
    error: AppError,
) -> Response {
    let Some((status, text)) = selection::fault(staff.tr(), &error) else {
        return PageError::new(error, staff.reader.clone()).into_response();
    };
    let body = selection::fault_body(staff.tr(), title, path, &text);
    staff.page_with(title, item, None, body, status)
}

/// Nothing can be answered yet.
pub(crate) fn no_survey(staff: &Staff, title: &str) -> Markup {
    let tr = staff.tr();
    let action = parts::link_button("/surveys", &tr.t("overview-make-survey"));
    html! {
        (parts::page_header(&PageHeader { title, ..PageHeader::default() }))
        (parts::empty_state(
            Icon::Surveys,
            &tr.t("overview-no-survey"),
            Some(&tr.t("overview-no-survey-text")),
            Some(&action).filter(|_| staff.actor().may(Permission::EditSurveys)),
        ))
    }
}

/// Nobody has answered yet: how to get answers.
pub(crate) fn no_responses(staff: &Staff) -> Markup {
    let tr = staff.tr();
    let action = html! {
        (parts::link_button("/collect", &tr.t("overview-collect")))
        @if staff.actor().may(Permission::RecordResponses) {
            (parts::link_button_of(parts::Weight::Secondary, "/import", &tr.t("overview-import")))
        }
    };
    parts::empty_state(
        Icon::Collect,
        &tr.t("overview-no-responses"),
        Some(&tr.t("overview-no-responses-text")),
        Some(&action),
    )
}

/// Everything that drawing needs.
struct Drawing<'a> {
    tr: Tr,
    staff: &'a Staff,
    selection: &'a Selection,
    overview: &'a Overview,
    benchmarks: &'a [Benchmark],
}

impl Drawing<'_> {
    fn name(&self, metric: &Metric) -> String {
        words::metric_name(self.tr, metric, &self.overview.scope.survey.published)
    }

    /// This view with its survey named, so that a link means the same tomorrow.
    fn here(&self) -> Selection {
        let code = self.overview.scope.survey.published.survey().code.as_str();
        self.selection.clone().with("survey", code)
    }

    /// The responses behind a metric.
    fn responses(&self, selection: Selection, metric: &Metric) -> String {
        let selection = selection
            .with("metric", &metric.to_string())
            .without(&["step", "level", "places"]);
        address("/responses", &selection)
    }

    fn body(&self, title: &str, counts: Option<LiveCounts>) -> Markup {
        let (tr, overview) = (self.tr, self.overview);
        let places: Vec<&str> = overview
            .lowest
            .iter()
            .filter_map(|id| overview.scope.directory.locations.get(*id))
            .map(|place| place.name.as_str())
            .collect();
        let name = self.name(&overview.metric);
        let sentence = words::sentence(
            tr,
            &Summary {
                metric_name: &name,
                metric: &overview.metric,
                figure: &overview.chosen.figure,
                change: overview.chosen.change.as_ref(),
                days: overview.scope.period.days(),
                lowest: &places,
                minimum: overview.minimum,
            },
        );
        let bar = selection::bar(
            self.staff,
            "/",
            self.selection,
            &overview.scope,
            &overview.choices,
            Some(&overview.metric),
        );
        html! {
            (parts::page_header(&PageHeader {
                title,
                lead: Some(&sentence),
                actions: counts.map(|counts| self.live(counts)).unwrap_or_default(),
                ..PageHeader::default()
            }))
            (bar)
            @if self.nothing() { (self.empty()) }
            @else {
                (self.cards())
                (self.what_they_said())
                (self.trend(&name))
                (self.breakdowns(&name))
                (self.drivers())
                (self.how())
            }
        }
    }

    /// The live counter; the script keeps it up to date.
    fn live(&self, counts: LiveCounts) -> Markup {
        let tr = self.tr;
        html! {
            p.live data-live="/live" data-live-locale=(tr.lang.code()) {
                span.live-label { (tr.t("overview-live")) }
                span { strong data-live-today { (tr.count(counts.today)) } " " (tr.t("overview-live-today")) }
                span { strong data-live-total { (tr.count(counts.total)) } " " (tr.t("overview-live-total")) }
            }
        }
    }

    fn nothing(&self) -> bool {
        let mut cards = self.overview.cards.iter().chain(&self.overview.drivers);
        cards.all(|card| card.figure == Figure::Nothing)
    }

    fn empty(&self) -> Markup {
        let tr = self.tr;
        let Some(last) = self.overview.last_day else {
            // Whoever sees only some places is not told whether others have answers.
            return match self.staff.actor().places {
                radost_app::domain::access::Places::All => no_responses(self.staff),
                _ => parts::empty_state(
                    Icon::Search,
                    &tr.t("overview-nothing-here"),
                    Some(&tr.t("overview-nothing-here-text")),
                    None,
                ),
            };
        };
        let latest = self
            .here()
            .without(&[
                "last",
                "exact",
                "location",
                "channel",
                "language",
                "touchpoint",
                "segment",
                "lacking",
                "employee",
                "score",
            ])
            .with("to", &last.to_string());
        let words = tr.ta("overview-show-latest", &[("day", tr.date(last).into())]);
        let action = parts::link_button(&address("/", &latest), &words);
        parts::empty_state(
            Icon::Search,
            &tr.t("overview-nothing-here"),
            Some(&tr.t("overview-nothing-here-text")),
            Some(&action),
        )
    }

    fn cards(&self) -> Markup {
        let tr = self.tr;
        let card = |card: &Card| {
            let shown = card.figure.shown();
            let value = shown.map(|e| words::value(tr, &card.metric, e.value));
            let interval = shown.map(|e| words::interval(tr, &card.metric, e));
            let size = card
                .change
                .as_ref()
                .and_then(|change| words::difference(tr, &card.metric, change));
            let against = tr.t("compared-with-previous");
            let href = self.responses(self.here(), &card.metric);
            parts::stat_card(
                tr,
                &StatCard {
                    label: &self.name(&card.metric),
                    value: value.as_deref(),
                    interval: interval.as_deref(),
                    n: shown.map(|e| e.n),
                    change: card.change.as_ref().map(|change| Change {
                        verdict: words::verdict(change.verdict),
                        // Everything that is measured here is better when it is higher.
                        higher_is_better: Some(true),
                        difference: size.as_deref(),
                        compared_with: Some(&against),
                    }),
                    href: shown.map(|_| href.as_str()),
                    note: None,
                },
            )
        };
        let mut cards: Vec<Markup> = self.overview.cards.iter().map(card).collect();
        if !self.overview.cards.contains(&self.overview.chosen) {
            cards.push(card(&self.overview.chosen));
        }
        parts::stat_row(&cards)
    }

    /// From the chosen number to what people wrote: detractors, passives, promoters.
    fn what_they_said(&self) -> Markup {
        let (tr, metric) = (self.tr, &self.overview.metric);
        if self.overview.chosen.figure.shown().is_none() {
            return html! {};
        }
        let survey = &self.overview.scope.survey.published;
        let kind = metric
            .question()
            .and_then(|code| survey.question(code.as_str()))
            .map(|question| &question.question.kind);
        let parts: Vec<(String, String)> = match (metric, kind) {
            (Metric::Nps { .. }, _) => [
                ("0-6", "overview-detractors"),
                ("7-8", "overview-passives"),
                ("9-10", "overview-promoters"),
            ]
            .map(|(score, id)| (score.to_owned(), tr.t(id)))
            .to_vec(),
            (Metric::Csat { .. }, Some(QuestionKind::Csat { points, .. })) => {
                let Ok(scale) = CsatScale::new(*points) else {
                    return html! {};
                };
                let from = scale.top_box_from();
                vec![
                    (format!("1-{}", from - 1), tr.t("overview-dissatisfied")),
                    (format!("{from}-{points}"), tr.t("overview-satisfied")),
                ]
            }
            _ => Vec::new(),
        };
        let name = self.name(metric);
        html! {
            p.drill {
                (tr.t("overview-read")) ": "
                @for (score, words) in &parts {
                    a href=(self.responses(self.here().with("score", score), metric)) { (words) }
                    " · "
                }
                a href=(self.responses(self.here().without(&["score"]), metric)) {
                    (tr.ta("overview-to-list", &[("metric", name.into())]))
                }
            }
        }
    }

    fn point(&self, label: String, figure: &Figure) -> Point {
        let shown = figure.shown();
        Point {
            label,
            estimate: shown.map(|e| chart::Estimate {
                value: e.value,
                low: e.low,
                high: e.high,
            }),
            n: shown.map_or(0, |e| e.n),
        }
    }

    fn step_name(&self, span: &Span) -> String {
        step_name(self.tr, self.overview.step, span.from)
    }

    fn trend(&self, name: &str) -> Markup {
        let (tr, overview) = (self.tr, self.overview);
        let title = tr.ta("overview-trend", &[("metric", name.into())]);
        let points = overview
            .trend
            .iter()
            .map(|span| self.point(self.step_name(span), &span.figure))
            .collect();
        let first = overview.trend.first().map(|span| tr.date(span.from));
        let last = overview.trend.last().map(|span| tr.date(span.to));
        let description = format!(
            "{} – {}",
            first.unwrap_or_default(),
            last.unwrap_or_default()
        );
        // An empty picture says less than words.
        if overview
            .trend
            .iter()
            .all(|span| span.figure.shown().is_none())
        {
            let words = html! { p.muted { (tr.t("withheld")) } };
            return parts::section(&title, &html! {}, &words);
        }
        let chosen = overview.metric.to_string();
        let there = address(
            NavItem::Trend.href(),
            &self.here().with("metric", &chosen).without(&["places"]),
        );
        let change = html! { a href=(there) { (tr.t("overview-to-trend")) } };
        let drawn = chart::trend(
            tr,
            &TrendChart {
                id: "trend",
                title: &title,
                description: &description,
                points,
                range: None,
                references: benchmarks::lines(self.benchmarks),
                decimals: words::decimals(&overview.metric),
            },
        );
        let step = tr.t(&format!("overview-trend-{}", overview.step.code()));
        let rows = overview
            .trend
            .iter()
            .map(|span| {
                let there = self
                    .here()
                    .with("last", "custom")
                    .with("from", &span.from.to_string())
                    .with("to", &span.to.to_string());
                let label = self.step_name(span);
                let mut row = vec![html! { (label) }];
                row.extend(self.cells(&label, &span.figure, there));
                row
            })
            .collect();
        let table = self.table(&title, &step, rows);
        parts::section(
            &title,
            &change,
            &html! {
                (drawn)
                (benchmarks::lines_note(tr, self.benchmarks, true))
                details.chart-table { summary { (tr.t("chart-as-table")) } (table) }
            },
        )
    }

    /// Value, interval and count of a row; the value leads to its responses.
    fn cells(&self, label: &str, figure: &Figure, there: Selection) -> Vec<Markup> {
        self.cells_of(&self.overview.metric, label, figure, there)
    }

    fn cells_of(
        &self,
        metric: &Metric,
        label: &str,
        figure: &Figure,
        there: Selection,
    ) -> Vec<Markup> {
        let tr = self.tr;
        match figure {
            Figure::Shown(e) => {
                let words = tr.ta("overview-see-responses", &[("what", label.into())]);
                vec![
                    html! {
                        a href=(self.responses(there, metric)) title=(words) { (words::value(tr, metric, e.value)) }
                    },
                    html! { (words::interval(tr, metric, e)) },
                    html! { (tr.count(e.n)) },
                ]
            }
            Figure::Withheld => vec![
                html! { span.muted { (tr.t("withheld")) } },
                html! { span.muted { "–" } },
                html! { span.muted { "–" } },
            ],
            Figure::Nothing => vec![
                html! { span.muted { "–" } },
                html! { span.muted { "–" } },
                html! { "0" },
            ],
        }
    }

    fn table(&self, caption: &str, first: &str, rows: Vec<Vec<Markup>>) -> Markup {
        let tr = self.tr;
        parts::data_table(
            tr,
            &Table {
                caption,
                columns: &[
                    Column::text(first),
                    Column::number(&tr.t("value")),
                    Column::number(&tr.t("interval")),
                    Column::number(&tr.t("overview-n")),
                ],
                rows,
                ..Table::default()
            },
        )
    }

    fn breakdowns(&self, name: &str) -> Markup {
        html! {
            @if !self.overview.breakdowns.is_empty() {
                div.breakdowns {
                    @for (i, breakdown) in self.overview.breakdowns.iter().enumerate() {
                        (self.breakdown(name, i, breakdown))
                    }
                }
            }
        }
    }

    fn breakdown(&self, name: &str, index: usize, breakdown: &Split) -> Markup {
        /// More bars than these are a wall.
        const MOST_BARS: usize = 20;
        let (tr, overview) = (self.tr, self.overview);
        let dimension =
            selection::dimension_name(tr, &overview.scope.survey.published, &breakdown.dimension);
        let title = match breakdown.dimension {
            Dimension::Segment { .. } => format!("{name} — {dimension}"),
            _ => tr.ta(
                "overview-by",
                &[
                    ("metric", name.into()),
                    ("dimension", dimension.as_str().into()),
                ],
            ),
        };
        let key = |row: &MeasuredRow| row.keys.first().cloned().unwrap_or(Key::Lacking);
        let label = |key: &Key| key_name(tr, &overview.scope, &breakdown.dimension, key);
        let rows = breakdown
            .rows
            .iter()
            .map(|row| {
                let there = narrowed(
                    &self.here(),
                    &overview.scope,
                    &breakdown.dimension,
                    &key(row),
                );
                let name = label(&key(row));
                let mut cells = vec![html! { a href=(address("/", &there)) { (name) } }];
                cells.extend(self.cells(&name, &row.figure, there));
                cells
            })
            .collect();
        let table = self.table(&title, &tr.t("overview-group"), rows);
        let body =
            if breakdown.dimension == Dimension::Location && breakdown.rows.len() <= MOST_BARS {
                let range = match overview.metric {
                    Metric::Csat { .. } | Metric::Csi => Some(Range {
                        low: 0.0,
                        high: 100.0,
                    }),
                    _ => None,
                };
                let rows = breakdown
                    .rows
                    .iter()
                    .map(|row| self.point(label(&key(row)), &row.figure))
                    .collect();
                html! {
                    (chart::bars(tr, &BarsChart {
                        id: &format!("bars-{index}"),
                        title: &title,
                        description: &title,
                        rows,
                        range,
                        reference: None,
                        decimals: words::decimals(&overview.metric),
                    }))
                    details.chart-table { summary { (tr.t("chart-as-table")) } (table) }
                }
            } else {
                table
            };
        html! {
            div class=(if breakdown.dimension == Dimension::Location { "breakdown breakdown-wide" } else { "breakdown" }) {
                (parts::section(&title, &self.levels(&breakdown.dimension), &body))
            }
        }
    }

    /// Between regions and each place for itself.
    fn levels(&self, dimension: &Dimension) -> Markup {
        let tr = self.tr;
        let tree = &self.overview.scope.directory.locations;
        if *dimension != Dimension::Location || tree.iter().all(|place| place.parent.is_none()) {
            return html! {};
        }
        let (id, value) = match self.selection.get("places") {
            Some(_) => ("overview-places-by-level", ""),
            None => ("overview-places-each", "each"),
        };
        html! { a href=(address("/", &self.here().with("places", value))) { (tr.t(id)) } }
    }

    fn drivers(&self) -> Markup {
        let tr = self.tr;
        if self.overview.drivers.is_empty() {
            return html! {};
        }
        let rows = self
            .overview
            .drivers
            .iter()
            .map(|card| {
                let name = self.name(&card.metric);
                let shown = self.here().with("metric", &card.metric.to_string());
                let mut cells = vec![html! { a href=(address("/", &shown)) { (name) } }];
                cells.extend(self.cells_of(&card.metric, &name, &card.figure, self.here()));
                cells
            })
            .collect();
        let title = tr.t("overview-drivers");
        parts::section(
            &title,
            &html! {},
            &html! {
                p.muted { (tr.t("overview-drivers-lead")) }
                (self.table(&title, &tr.t("overview-rating"), rows))
            },
        )
    }

    fn how(&self) -> Markup {
        let (tr, overview) = (self.tr, self.overview);
        let period = overview.scope.period;
        let before = period.previous();
        let mut methods: Vec<&str> = Vec::new();
        let cards = overview.cards.iter().chain(&overview.drivers);
        for estimate in cards.filter_map(|card| card.figure.shown()) {
            let id = method_message(estimate);
            if !methods.contains(&id) {
                methods.push(id);
            }
        }
        let level = tr.percent(overview.scope.level.get(), 0);
        let mut facts = vec![
            (
                tr.t("overview-how-period"),
                tr.ta(
                    "overview-how-period-text",
                    &[
                        ("from", tr.date(period.from).into()),
                        ("to", tr.date(period.to).into()),
                        ("days", i64::from(period.days()).into()),
                        ("before-from", tr.date(before.from).into()),
                        ("before-to", tr.date(before.to).into()),
                    ],
                ),
            ),
            (
                tr.t("overview-how-zone"),
                tr.ta(
                    "overview-how-zone-text",
                    &[(
                        "zone",
                        overview.scope.directory.workspace.time_zone.as_str().into(),
                    )],
                ),
            ),
            (
                tr.t("overview-how-level"),
                tr.ta("overview-how-level-text", &[("level", level.into())]),
            ),
            (
                tr.t("overview-how-method"),
                methods
                    .iter()
                    .map(|id| tr.t(id))
                    .collect::<Vec<_>>()
                    .join(" "),
            ),
        ];
        if overview.compared > 0 {
            facts.push((
                tr.t("overview-how-correction"),
                tr.ta(
                    "overview-how-correction-text",
                    &[("n", (overview.compared as u64).into())],
                ),
            ));
        }
        facts.push((
            tr.t("overview-how-minimum"),
            tr.ta(
                "overview-how-minimum-text",
                &[("n", overview.minimum.into())],
            ),
        ));
        if overview.off_scale > 0 {
            facts.push((
                tr.t("overview-how-off-scale"),
                tr.ta(
                    "overview-how-off-scale-text",
                    &[("n", overview.off_scale.into())],
                ),
            ));
        }
        let pairs: Vec<(&str, Markup)> = facts
            .iter()
            .map(|(term, text)| (term.as_str(), html! { (text) }))
            .collect();
        html! {
            details.how.card { summary { (tr.t("overview-how")) } (parts::facts(&pairs)) }
        }
    }
}

/// The words for how an interval was computed.
pub(crate) fn method_message(estimate: &Estimate) -> &'static str {
    match estimate.method {
        IntervalMethod::AdjustedWald => "method-adjusted-wald",
        IntervalMethod::Wald => "method-wald",
        IntervalMethod::Score => "method-score",
        IntervalMethod::Wilson => "method-wilson",
        IntervalMethod::AgrestiCoull => "method-agresti-coull",
        IntervalMethod::ClopperPearson => "method-clopper-pearson",
        IntervalMethod::StudentT => "method-student-t",
        IntervalMethod::GeometricT => "method-geometric-t",
        IntervalMethod::Cox => "method-cox",
        IntervalMethod::ModifiedCox => "method-modified-cox",
        IntervalMethod::BcaBootstrap => "method-bca-bootstrap",
        IntervalMethod::OrderStatistics => "method-order-statistics",
        IntervalMethod::Woodruff => "method-woodruff",
        IntervalMethod::Delta => "method-delta",
        IntervalMethod::PercentileBootstrap => "method-percentile-bootstrap",
    }
}
