//! Benchmarks: numbers of others beside one's own, each with its source and year.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use maud::{Markup, html};
use radost_app::domain::access::Permission;
use radost_app::domain::explain::{Benchmark, Metric, Step, Yardstick};
use radost_app::domain::name::BenchmarkId;
use radost_app::explain::{
    BENCHMARK_COLUMNS, BenchmarkComparison, BenchmarkDraft, Certainty, ComparedBenchmark, Figure,
    Selection, Span, Verdict,
};
use radost_app::table::write_line;
use radost_app::{App, AppError};
use uuid::Uuid;

use super::overview::{method_message, no_survey, refused as refused_view};
use crate::export::{CSV_BEGIN, csv_file};
use crate::look::chart::{self, Point, Reference, TrendChart};
use crate::look::i18n::Tr;
use crate::look::icon::Icon;
use crate::look::layout::{NavItem, with_query};
use crate::look::parts::{
    self, Change, Choice, Column, Control, Crumb, Field, Input, InputKind, PageHeader, StatCard,
    Table, Weight,
};
use crate::pages::import_table::TableKind;
use crate::pages::refused::Refused;
use crate::pages::selection::{self, address, step_name};
use crate::request::{Fields, OrPage, PageError, PageResult, Staff, StaffForm};
use crate::upload::{self, StaffUpload};
use crate::{Server, words};

const PATH: &str = "/explain/benchmarks";
/// More lines than these hide the number they are for.
const MOST_LINES: usize = 4;
/// Others who are named in the sentence for each verdict.
const MOST_NAMED: usize = 3;

const TABLE: TableKind = TableKind {
    title: "upload-benchmarks-title",
    list: NavItem::Benchmarks,
    needs: Permission::EditGoals,
    columns: &[
        ("name", "column-benchmark-name"),
        ("metric", "column-benchmark-metric"),
        ("value", "column-benchmark-value"),
        ("source", "column-benchmark-source"),
        ("year", "column-benchmark-year"),
        ("scale", "column-benchmark-scale"),
        ("n", "column-benchmark-n"),
        ("low", "column-benchmark-low"),
        ("high", "column-benchmark-high"),
        ("industry", "column-benchmark-industry"),
        ("country", "column-benchmark-country"),
        ("source_url", "column-benchmark-source-url"),
        ("note", "column-benchmark-note"),
    ],
    examples: &[
        &[
            "Coffee houses",
            "nps",
            "48",
            "Example Research",
            "2026",
            "",
            "1200",
            "",
            "",
            "Restaurants",
            "Ukraine",
            "",
            "",
        ],
        &[
            "Hotels",
            "mean",
            "4.21",
            "Example Research",
            "2026",
            "1-5",
            "",
            "4.1",
            "4.32",
            "Hotels",
            "Bulgaria",
            "",
            "",
        ],
    ],
};

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    let files = Router::new()
        .route("/explain/benchmarks/import", get(import_form).post(import))
        .layer(DefaultBodyLimit::max(upload::MAX_BODY));
    Router::new()
        .route(PATH, get(page))
        .route("/explain/benchmarks.csv", get(csv))
        .route("/explain/benchmarks/template.csv", get(template))
        .route("/explain/benchmarks/new", get(new).post(add))
        .route("/explain/benchmarks/{id}", get(edit).post(change))
        .route("/explain/benchmarks/{id}/delete", post(delete))
        .merge(files)
}

// ── For every page ─────────────────────────────────────────────────────────────────────────────────────────────────

/// Reference lines of a chart: the newest of others, each with its source and year.
pub(crate) fn lines(benchmarks: &[Benchmark]) -> Vec<Reference> {
    let line = |benchmark: &Benchmark| Reference {
        label: format!(
            "{}, {} {}",
            benchmark.name, benchmark.source, benchmark.year
        ),
        value: benchmark.value,
    };
    benchmarks.iter().take(MOST_LINES).map(line).collect()
}

/// Says under a chart that its lines are numbers of others; `link` leads to them.
pub(crate) fn lines_note(tr: Tr, benchmarks: &[Benchmark], link: bool) -> Markup {
    let left = benchmarks.len().saturating_sub(MOST_LINES);
    html! {
        @if !benchmarks.is_empty() {
            p.muted {
                (tr.t("benchmarks-lines"))
                @if left > 0 { " " (tr.ta("benchmarks-lines-more", &[("n", left.into())])) }
                @if link { " " a href=(PATH) { (tr.t("benchmarks-lines-link")) } }
            }
        }
    }
}

// ── The sentence ───────────────────────────────────────────────────────────────────────────────────────────────────

/// The sentence: where one's own number stands among those of others.
fn sentence(tr: Tr, found: &BenchmarkComparison) -> String {
    let name = words::metric_name(tr, &found.metric, &found.scope.survey.published);
    let rows: Vec<&ComparedBenchmark> = found.of_metric().collect();
    said(
        tr,
        &name,
        &found.metric,
        &found.own,
        &rows,
        found.scope.period.days(),
        found.minimum,
    )
}

fn said(
    tr: Tr,
    name: &str,
    metric: &Metric,
    own: &Figure,
    rows: &[&ComparedBenchmark],
    days: i32,
    minimum: u64,
) -> String {
    let shown = match own {
        Figure::Shown(shown) => shown,
        Figure::Nothing => {
            return tr.ta("sentence-nothing", &[("days", i64::from(days).into())]);
        }
        Figure::Withheld => {
            let given = [("metric", name.into()), ("n", minimum.into())];
            return tr.ta("sentence-withheld", &given);
        }
    };
    let number = words::estimate(tr, metric, shown);
    let given = |parts: String| {
        [
            ("metric", name.to_owned().into()),
            ("value", number.clone().into()),
            ("parts", parts.into()),
        ]
    };
    let mut parts = Vec::new();
    for (verdict, id) in [
        (Verdict::Higher, "benchmarks-sentence-higher"),
        (Verdict::Lower, "benchmarks-sentence-lower"),
        (Verdict::NoClearDifference, "benchmarks-sentence-same"),
    ] {
        let named: Vec<String> = rows
            .iter()
            .filter(|row| row.change.is_some_and(|change| change.verdict == verdict))
            .take(MOST_NAMED)
            .map(|row| {
                let theirs = words::value_of(tr, metric.kind(), row.benchmark.value);
                tr.ta(
                    "benchmarks-sentence-named",
                    &[
                        ("name", row.benchmark.name.as_str().into()),
                        ("value", theirs.into()),
                        ("source", row.benchmark.source.as_str().into()),
                        // A year is no quantity and takes no separator of thousands.
                        ("year", row.benchmark.year.to_string().into()),
                    ],
                )
            })
            .collect();
        if !named.is_empty() {
            let names: Vec<&str> = named.iter().map(String::as_str).collect();
            let given = [
                ("n", named.len().into()),
                ("names", words::list(tr, &names).into()),
            ];
            parts.push(tr.ta(id, &given));
        }
    }
    if parts.is_empty() {
        tr.ta("benchmarks-sentence-none", &given(String::new()))
    } else {
        tr.ta("benchmarks-sentence", &given(parts.join("; ")))
    }
}

// ── The page ───────────────────────────────────────────────────────────────────────────────────────────────────────

async fn page(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let title = staff.tr().t("nav-benchmarks");
    let selection = selection::of_request(&staff);
    let found = match app.compare_benchmarks(staff.actor(), &selection).await {
        Ok(Some(found)) => found,
        Ok(None) => {
            return Ok(staff.page(&title, NavItem::Benchmarks, no_survey(&staff, &title)));
        }
        Err(error) => {
            return Ok(refused_view(
                &staff,
                &title,
                PATH,
                NavItem::Benchmarks,
                error,
            ));
        }
    };
    let body = Drawing {
        tr: staff.tr(),
        staff: &staff,
        selection: &selection,
        found: &found,
    }
    .body(&title);
    Ok(staff.page(&title, NavItem::Benchmarks, body))
}

/// Everything that drawing needs.
struct Drawing<'a> {
    tr: Tr,
    staff: &'a Staff,
    selection: &'a Selection,
    found: &'a BenchmarkComparison,
}

impl Drawing<'_> {
    fn edits(&self) -> bool {
        self.staff.actor().may_everywhere(Permission::EditGoals)
    }

    fn body(&self, title: &str) -> Markup {
        let (tr, found) = (self.tr, self.found);
        let none = found.rows.is_empty();
        let buttons = html! {
            (parts::link_button_of(Weight::Secondary, "/explain/benchmarks/import", &tr.t("nav-import")))
            (parts::link_button("/explain/benchmarks/new", &tr.t("benchmark-new")))
        };
        let bar = selection::bar(
            self.staff,
            PATH,
            self.selection,
            &found.scope,
            &Default::default(),
            Some(&found.metric),
        );
        let sentence = sentence(tr, found);
        html! {
            (parts::page_header(&PageHeader { title, lead: Some(&sentence),
                actions: if self.edits() && !none { buttons.clone() } else { html! {} }, ..PageHeader::default() }))
            (bar)
            @if none {
                (parts::empty_state(Icon::Benchmarks, &tr.t("benchmarks-empty-title"), Some(&tr.t("benchmarks-empty-text")),
                    Some(&buttons).filter(|_| self.edits())))
            } @else {
                (self.cards())
                (self.picture())
                (self.table())
                (self.how())
            }
        }
    }

    fn name(&self, metric: &Metric) -> String {
        words::metric_name(self.tr, metric, &self.found.scope.survey.published)
    }

    /// The responses behind a number.
    fn responses(&self, metric: &Metric) -> String {
        let code = self.found.scope.survey.published.survey().code.as_str();
        let selection = self
            .selection
            .clone()
            .with("survey", code)
            .with("metric", &metric.to_string())
            .without(&["step", "level", "places"]);
        address("/responses", &selection)
    }

    fn cards(&self) -> Markup {
        let (tr, found) = (self.tr, self.found);
        let shown = found.own.shown();
        let value = shown.map(|e| words::value(tr, &found.metric, e.value));
        let interval = shown.map(|e| words::interval(tr, &found.metric, e));
        let href = self.responses(&found.metric);
        let own = parts::stat_card(
            tr,
            &StatCard {
                label: &self.name(&found.metric),
                value: value.as_deref(),
                interval: interval.as_deref(),
                n: shown.map(|e| e.n),
                href: shown.map(|_| href.as_str()),
                note: Some(&tr.t("benchmarks-own")),
                ..StatCard::default()
            },
        );
        let theirs = found.of_metric().take(MOST_LINES).map(|row| {
            let benchmark = &row.benchmark;
            let kind = benchmark.metric.kind();
            let value = words::value_of(tr, kind, benchmark.value);
            let ends = row.certainty.interval();
            let interval = ends.map(|(low, high)| tr.range(low, high, words::decimals_of(kind)));
            let note = format!("{} {}", benchmark.source, benchmark.year);
            parts::stat_card(
                tr,
                &StatCard {
                    label: &benchmark.name,
                    value: Some(&value),
                    interval: interval.as_deref(),
                    n: benchmark.n,
                    note: Some(&note),
                    ..StatCard::default()
                },
            )
        });
        let cards: Vec<Markup> = std::iter::once(own).chain(theirs).collect();
        parts::stat_row(&cards)
    }

    fn picture(&self) -> Markup {
        let (tr, found) = (self.tr, self.found);
        let name = self.name(&found.metric);
        let title = tr.ta("overview-trend", &[("metric", name.into())]);
        let any = found.trend.iter().any(|span| span.figure.shown().is_some());
        let drawn: Vec<Benchmark> = found.of_metric().map(|row| row.benchmark.clone()).collect();
        let body = trend(
            tr,
            &found.metric,
            (&title, &sentence(tr, found)),
            &found.trend,
            found.step,
            lines(&drawn),
        );
        parts::section(
            &title,
            &html! {},
            &html! { (body) @if any { (lines_note(tr, &drawn, false)) } },
        )
    }

    fn table(&self) -> Markup {
        let (tr, found) = (self.tr, self.found);
        let title = tr.t("benchmarks-table");
        let rows: Vec<Vec<Markup>> = found.rows.iter().map(|row| self.row(row)).collect();
        let names = [
            "benchmarks-column-name",
            "benchmarks-column-theirs",
            "benchmarks-column-ours",
            "benchmarks-column-difference",
            "benchmarks-column-source",
        ]
        .map(|id| tr.t(id));
        let [name, theirs, ours, difference, source] = names.each_ref();
        let table = parts::data_table(
            tr,
            &Table {
                caption: &title,
                columns: &[
                    Column::text(name),
                    Column::number(theirs),
                    Column::number(ours),
                    Column::text(difference),
                    Column::text(source),
                ],
                total: Some(rows.len() as u64),
                rows,
                csv: Some("/explain/benchmarks.csv"),
                ..Table::default()
            },
        );
        parts::section(&title, &html! {}, &table)
    }

    fn row(&self, row: &ComparedBenchmark) -> Vec<Markup> {
        let tr = self.tr;
        let benchmark = &row.benchmark;
        let kind = benchmark.metric.kind();
        let measured = yardstick_name(tr, benchmark.metric);
        let about = [&measured, &benchmark.industry, &benchmark.country];
        let about: Vec<&str> = about
            .into_iter()
            .map(String::as_str)
            .filter(|text| !text.is_empty())
            .collect();
        let ends = row.certainty.interval();
        let theirs = words::value_of(tr, kind, benchmark.value);
        let count = |n: u64| tr.ta("stat-n", &[("n", n.into())]);
        // Each cell is one block: on a phone it stands beside the name of its column.
        vec![
            html! {
                @if self.edits() { a href={ (PATH) "/" (benchmark.id) } { (benchmark.name) } }
                @else { (benchmark.name) }
                div.muted { (about.join(", ")) }
            },
            html! {
                div {
                    (theirs)
                    @if let Some((low, high)) = ends { " " span.nowrap { "[" (tr.range(low, high, words::decimals_of(kind))) "]" } }
                    @if let Some(n) = benchmark.n { div.muted { (count(n)) } }
                }
            },
            match &row.own {
                Some((metric, Figure::Shown(e))) => html! {
                    div {
                        a href=(self.responses(metric)) { (words::value(tr, metric, e.value)) }
                        " " span.nowrap { "[" (words::interval(tr, metric, e)) "]" }
                        div.muted { (count(e.n)) }
                    }
                },
                Some((_, Figure::Withheld)) => html! { div.muted { (tr.t("withheld")) } },
                Some((_, Figure::Nothing)) => html! { div.muted { (count(0)) } },
                None if kind == "mean" => {
                    html! { div.muted { (tr.t("benchmarks-choose-rating")) } }
                }
                None => html! { div.muted { (tr.t("benchmarks-not-measured")) } },
            },
            html! { div { (self.difference(row)) } },
            html! {
                div {
                    @if benchmark.source_url.is_empty() { (benchmark.source) }
                    @else { a href=(benchmark.source_url) rel="noopener noreferrer" { (benchmark.source) } }
                    " " (benchmark.year)
                    @if !benchmark.note.is_empty() { div.muted { (benchmark.note) } }
                }
            },
        ]
    }

    fn difference(&self, row: &ComparedBenchmark) -> Markup {
        let tr = self.tr;
        let (Some((metric, Figure::Shown(_))), Some(change)) = (&row.own, &row.change) else {
            return html! { span.muted { "–" } };
        };
        let size = words::difference(tr, metric, change);
        let caveat = match row.certainty {
            Certainty::Given(..) => None,
            Certainty::FromCount(..) => Some("benchmarks-from-count"),
            Certainty::Unknown => Some("benchmarks-unknown"),
        };
        html! {
            (parts::change(tr, &Change {
                verdict: words::verdict(change.verdict),
                higher_is_better: Some(true),
                difference: size.as_deref(),
                compared_with: None,
            }))
            @if let Some(id) = caveat { div.muted { (tr.t(id)) } }
        }
    }

    fn how(&self) -> Markup {
        let (tr, found) = (self.tr, self.found);
        let period = found.scope.period;
        let mut facts = vec![
            (
                tr.t("overview-how-period"),
                tr.ta(
                    "benchmarks-how-period",
                    &[
                        ("from", tr.date(period.from).into()),
                        ("to", tr.date(period.to).into()),
                    ],
                ),
            ),
            (tr.t("benchmarks-how-own"), tr.t("benchmarks-how-own-text")),
            (
                tr.t("benchmarks-how-theirs"),
                tr.t("benchmarks-how-theirs-text"),
            ),
            (
                tr.t("benchmarks-how-difference"),
                tr.t("benchmarks-how-difference-text"),
            ),
        ];
        if let Some(estimate) = found.own.shown() {
            facts.push((tr.t("overview-how-method"), tr.t(method_message(estimate))));
        }
        if found.compared > 1 {
            facts.push((
                tr.t("benchmarks-how-correction"),
                tr.ta(
                    "benchmarks-how-correction-text",
                    &[("n", found.compared.into())],
                ),
            ));
        }
        facts.push((
            tr.t("overview-how-minimum"),
            tr.ta("overview-how-minimum-text", &[("n", found.minimum.into())]),
        ));
        facts.push((
            tr.t("benchmarks-how-assumptions"),
            tr.t("benchmarks-how-assumptions-text"),
        ));
        facts.push((
            tr.t("benchmarks-how-source"),
            tr.t("benchmarks-how-source-text"),
        ));
        how(tr, &facts)
    }
}

/// What a kind of metric is called, with its scale.
fn yardstick_name(tr: Tr, metric: Yardstick) -> String {
    let name = tr.t(kind_message(metric.kind()));
    match metric.scale() {
        Some((low, high)) => format!("{name}, {low}–{high}"),
        None => name,
    }
}

fn kind_message(kind: &str) -> &'static str {
    match kind {
        "nps" => "metric-nps",
        "csat" => "metric-csat",
        "ces" => "metric-ces",
        "csi" => "metric-csi",
        _ => "benchmarks-kind-mean",
    }
}

/// How it was computed, folded.
pub(super) fn how(tr: Tr, facts: &[(String, String)]) -> Markup {
    let pairs: Vec<(&str, Markup)> = facts
        .iter()
        .map(|(term, text)| (term.as_str(), html! { (text) }))
        .collect();
    html! {
        details.how.card { summary { (tr.t("overview-how")) } (parts::facts(&pairs)) }
    }
}

/// A metric over time with lines across, and the same as a table. `heading` is the title and what the picture says.
pub(super) fn trend(
    tr: Tr,
    metric: &Metric,
    heading: (&str, &str),
    spans: &[Span],
    step: Step,
    references: Vec<Reference>,
) -> Markup {
    let (title, description) = heading;
    let label = |span: &Span| step_name(tr, step, span.from);
    if spans.iter().all(|span| span.figure.shown().is_none()) {
        return html! { p.muted { (tr.t("withheld")) } };
    }
    let points = spans
        .iter()
        .map(|span| {
            let shown = span.figure.shown();
            Point {
                label: label(span),
                estimate: shown.map(|e| chart::Estimate {
                    value: e.value,
                    low: e.low,
                    high: e.high,
                }),
                n: shown.map_or(0, |e| e.n),
            }
        })
        .collect();
    let drawn = chart::trend(
        tr,
        &TrendChart {
            id: "trend",
            title,
            description,
            points,
            range: None,
            references,
            decimals: words::decimals(metric),
        },
    );
    let rows = spans
        .iter()
        .map(|span| {
            let mut cells = vec![html! { (label(span)) }];
            cells.extend(match &span.figure {
                Figure::Shown(e) => [
                    html! { (words::value(tr, metric, e.value)) },
                    html! { (words::interval(tr, metric, e)) },
                    html! { (tr.count(e.n)) },
                ],
                Figure::Withheld => [
                    html! { span.muted { (tr.t("withheld")) } },
                    html! { span.muted { "–" } },
                    html! { span.muted { "–" } },
                ],
                Figure::Nothing => [
                    html! { span.muted { "–" } },
                    html! { span.muted { "–" } },
                    html! { "0" },
                ],
            });
            cells
        })
        .collect();
    let first = tr.t(&format!("overview-trend-{}", step.code()));
    let names = ["value", "interval", "overview-n"].map(|id| tr.t(id));
    let [value, interval, n] = names.each_ref();
    let table = parts::data_table(
        tr,
        &Table {
            caption: title,
            columns: &[
                Column::text(&first),
                Column::number(value),
                Column::number(interval),
                Column::number(n),
            ],
            rows,
            ..Table::default()
        },
    );
    html! {
        (drawn)
        details.chart-table { summary { (tr.t("chart-as-table")) } (table) }
    }
}

// ── Keeping them ───────────────────────────────────────────────────────────────────────────────────────────────────

async fn csv(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let found = app.benchmarks(staff.actor()).await.or_page(&staff.reader)?;
    let mut text = CSV_BEGIN.to_vec();
    write_line(&mut text, BENCHMARK_COLUMNS);
    for benchmark in &found {
        write_line(&mut text, BenchmarkDraft::of(benchmark).cells());
    }
    Ok(csv_file("benchmarks.csv", text))
}

async fn import_form(staff: Staff) -> PageResult {
    TABLE.form(&staff)
}

async fn import(State(app): State<Arc<App>>, upload: StaffUpload) -> PageResult {
    let actor = upload.staff.actor().clone();
    let import = async |file, dry_run| app.import_benchmarks(&actor, file, dry_run).await;
    TABLE.take(upload, import).await
}

async fn template(staff: Staff) -> PageResult {
    TABLE.template(&staff)
}

/// Refuses whoever may not set benchmarks and targets.
pub(super) fn allow(staff: &Staff) -> Result<(), PageError> {
    if staff.actor().may_everywhere(Permission::EditGoals) {
        return Ok(());
    }
    let error = AppError::Forbidden(Permission::EditGoals);
    Err(PageError::new(error, staff.reader.clone()))
}

async fn new(staff: Staff) -> PageResult {
    allow(&staff)?;
    let title = staff.tr().t("benchmark-new");
    let draft = BenchmarkDraft {
        metric: "nps".into(),
        ..BenchmarkDraft::default()
    };
    let refused = Refused::default();
    Ok(form_page(
        &staff,
        (None, &title),
        &draft,
        &refused,
        StatusCode::OK,
    ))
}

async fn add(State(app): State<Arc<App>>, StaffForm { staff, fields }: StaffForm) -> PageResult {
    let title = staff.tr().t("benchmark-new");
    save(&app, &staff, (None, &title), &fields).await
}

async fn edit(
    State(app): State<Arc<App>>,
    staff: Staff,
    id: Result<Path<Uuid>, PathRejection>,
) -> PageResult {
    allow(&staff)?;
    let benchmark = one(&app, &staff, id).await?;
    let what = (Some(benchmark.id), benchmark.name.as_str());
    let draft = BenchmarkDraft::of(&benchmark);
    let refused = Refused::default();
    Ok(form_page(&staff, what, &draft, &refused, StatusCode::OK))
}

async fn change(
    State(app): State<Arc<App>>,
    id: Result<Path<Uuid>, PathRejection>,
    StaffForm { staff, fields }: StaffForm,
) -> PageResult {
    allow(&staff)?;
    let benchmark = one(&app, &staff, id).await?;
    let what = (Some(benchmark.id), benchmark.name.as_str());
    save(&app, &staff, what, &fields).await
}

async fn delete(
    State(app): State<Arc<App>>,
    id: Result<Path<Uuid>, PathRejection>,
    StaffForm { staff, .. }: StaffForm,
) -> PageResult {
    allow(&staff)?;
    let benchmark = one(&app, &staff, id).await?;
    app.delete_benchmark(staff.actor(), benchmark.id)
        .await
        .or_page(&staff.reader)?;
    Ok(Redirect::to(&with_query(PATH, "done", "benchmark-removed")).into_response())
}

async fn one(
    app: &App,
    staff: &Staff,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<Benchmark, PageError> {
    let Path(id) = id
        .map_err(|_| AppError::NotFound("benchmark"))
        .or_page(&staff.reader)?;
    app.benchmark(staff.actor(), BenchmarkId(id))
        .await
        .or_page(&staff.reader)
}

/// `what` is the benchmark to be changed, if any, and the title of the form.
async fn save(
    app: &App,
    staff: &Staff,
    what: (Option<BenchmarkId>, &str),
    fields: &Fields,
) -> PageResult {
    let given = |name: &str| fields.get(name).to_owned();
    let draft = BenchmarkDraft {
        name: given("name"),
        metric: given("metric"),
        scale: given("scale"),
        value: given("value"),
        low: given("low"),
        high: given("high"),
        n: given("n"),
        industry: given("industry"),
        country: given("country"),
        source: given("source"),
        source_url: given("source_url"),
        year: given("year"),
        note: given("note"),
    };
    match app.save_benchmark(staff.actor(), what.0, &draft).await {
        Ok(_) => {
            let done = match what.0 {
                None => "benchmark-added",
                Some(_) => "benchmark-saved",
            };
            Ok(Redirect::to(&with_query(PATH, "done", done)).into_response())
        }
        Err(AppError::Refused(refusals)) => {
            let refused = Refused::of(staff.tr(), &refusals);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(form_page(staff, what, &draft, &refused, status))
        }
        Err(error) => Err(error).or_page(&staff.reader),
    }
}

/// The way from a list to one of its things.
pub(super) fn crumbs(tr: Tr, item: NavItem, title: &str) -> Markup {
    parts::breadcrumbs(
        tr,
        &[
            Crumb {
                label: &tr.t(item.message()),
                href: Some(item.href()),
            },
            Crumb {
                label: title,
                href: None,
            },
        ],
    )
}

fn form_page(
    staff: &Staff,
    (id, title): (Option<BenchmarkId>, &str),
    draft: &BenchmarkDraft,
    refused: &Refused,
    status: StatusCode,
) -> axum::response::Response {
    let tr = staff.tr();
    let action = match id {
        None => format!("{PATH}/new"),
        Some(id) => format!("{PATH}/{id}"),
    };
    let kinds = Yardstick::KINDS.map(|kind| (kind, tr.t(kind_message(kind))));
    let kinds = kinds.each_ref().map(|(value, label)| Choice {
        value,
        label: label.as_str(),
    });
    let field = |name: &str, label: &str, hint: Option<&str>, required: bool, control: Control| {
        let hint = hint.map(|id| tr.t(id));
        parts::field(
            tr,
            &Field {
                name,
                label: &tr.t(label),
                hint: hint.as_deref(),
                error: refused.get(name),
                required,
                control,
                ..Field::default()
            },
        )
    };
    let number = |value| {
        Control::Input(Input {
            value,
            autocomplete: Some("off"),
            ..Input::default()
        })
    };
    let body = html! {
        (parts::page_header(&PageHeader { title, crumbs: crumbs(tr, NavItem::Benchmarks, title), ..PageHeader::default() }))
        (refused.summary(tr))
        form.card.form method="post" action=(action) {
            (parts::csrf_field(staff.csrf()))
            (field("name", "benchmarks-column-name", Some("column-benchmark-name"), true, Control::text(&draft.name)))
            (field("metric", "overview-filter-metric", None, true, Control::Select { choices: &kinds, selected: &draft.metric }))
            (field("scale", "benchmark-scale", Some("column-benchmark-scale"), false, number(&draft.scale)))
            (field("value", "value", Some("column-benchmark-value"), true, number(&draft.value)))
            (field("low", "benchmark-low", Some("column-benchmark-low"), false, number(&draft.low)))
            (field("high", "benchmark-high", Some("column-benchmark-high"), false, number(&draft.high)))
            (field("n", "benchmark-n", Some("column-benchmark-n"), false, number(&draft.n)))
            (field("source", "benchmark-source", Some("column-benchmark-source"), true, Control::text(&draft.source)))
            (field("year", "benchmark-year", Some("column-benchmark-year"), true, number(&draft.year)))
            (field("source_url", "benchmark-source-url", Some("column-benchmark-source-url"), false,
                Control::of(InputKind::Url, &draft.source_url)))
            (field("industry", "benchmark-industry", None, false, Control::text(&draft.industry)))
            (field("country", "benchmark-country", None, false, Control::text(&draft.country)))
            (field("note", "benchmark-note", Some("column-benchmark-note"), false,
                Control::TextArea { value: &draft.note, rows: 2 }))
            div.button-row {
                (parts::button(Weight::Primary, &tr.t("save")))
                (parts::link_button_of(Weight::Quiet, PATH, &tr.t("cancel")))
            }
        }
        @if let Some(id) = id {
            (parts::post_form(&format!("{PATH}/{id}/delete"), staff.csrf(), Some(&tr.t("benchmark-delete-question")),
                &parts::button(Weight::Danger, &tr.t("benchmark-delete"))))
        }
    };
    staff.page_with(title, NavItem::Benchmarks, None, body, status)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::i18n::Lang;
    use radost_app::explain::{Change as Found, Estimate};
    use radost_app::stats::IntervalMethod;

    fn row(name: &str, value: f64, verdict: Verdict) -> ComparedBenchmark {
        ComparedBenchmark {
            benchmark: Benchmark {
                id: BenchmarkId(Uuid::nil()),
                name: name.into(),
                metric: "nps".parse().expect("a yardstick"),
                value,
                interval: None,
                n: None,
                industry: String::new(),
                country: String::new(),
                source: "Example".into(),
                source_url: String::new(),
                year: 2025,
                note: String::new(),
            },
            certainty: Certainty::Unknown,
            own: None,
            change: Some(Found {
                verdict,
                comparison: None,
            }),
        }
    }

    /// The sentence about 62 [58–66] beside these.
    fn say(lang: Lang, rows: &[ComparedBenchmark]) -> String {
        let tr = Tr::new(lang);
        let own = Figure::Shown(Estimate {
            value: 62.0,
            low: 58.0,
            high: 66.0,
            n: 1000,
            effective_n: 1000.0,
            method: IntervalMethod::AdjustedWald,
        });
        let metric: Metric = "nps.nps".parse().expect("a metric");
        let rows: Vec<&ComparedBenchmark> = rows.iter().collect();
        said(tr, &tr.t("metric-nps"), &metric, &own, &rows, 90, 5).replace('\u{a0}', " ")
    }

    #[test]
    fn the_sentence_names_whom_one_is_above_and_below() {
        use Verdict::{Higher, Lower, NoClearDifference};
        let of = |names: [&str; 4]| {
            [
                row(names[0], 48.0, Higher),
                row(names[1], 50.0, Higher),
                row(names[2], 70.0, Lower),
                row(names[3], 61.0, NoClearDifference),
            ]
        };
        insta::assert_snapshot!(say(Lang::En, &of(["Cafés", "Bars", "Hotels", "Shops"])), @"Recommendation (NPS) is 62 [58–66]: higher than Cafés (48, Example 2025) and Bars (50, Example 2025); lower than Hotels (70, Example 2025); no clear difference from Shops (61, Example 2025).");
        insta::assert_snapshot!(say(Lang::Ru, &of(["Кофейни", "Бары", "Отели", "Магазины"])), @"Рекомендация (NPS): 62 [58–66] — выше, чем «Кофейни» (48, Example 2025) и «Бары» (50, Example 2025); ниже, чем «Отели» (70, Example 2025); без явной разницы: «Магазины» (61, Example 2025).");
        insta::assert_snapshot!(say(Lang::Uk, &of(["Кав’ярні", "Бари", "Готелі", "Крамниці"])), @"Рекомендація (NPS): 62 [58–66] — вище, ніж «Кав’ярні» (48, Example 2025) та «Бари» (50, Example 2025); нижче, ніж «Готелі» (70, Example 2025); без явної різниці: «Крамниці» (61, Example 2025).");
        insta::assert_snapshot!(say(Lang::Bg, &of(["Кафенета", "Барове", "Хотели", "Магазини"])), @"Препоръка (NPS): 62 [58–66] — по-високо от „Кафенета“ (48, Example 2025) и „Барове“ (50, Example 2025); по-ниско от „Хотели“ (70, Example 2025); без ясна разлика спрямо „Магазини“ (61, Example 2025).");
    }

    #[test]
    fn without_others_it_says_so() {
        insta::assert_snapshot!(say(Lang::En, &[]), @"Recommendation (NPS) is 62 [58–66]; there is no benchmark for it yet.");
        insta::assert_snapshot!(say(Lang::Ru, &[]), @"Рекомендация (NPS): 62 [58–66]; сравнить пока не с чем — ориентира для этого показателя нет.");
        insta::assert_snapshot!(say(Lang::Uk, &[]), @"Рекомендація (NPS): 62 [58–66]; порівняти поки немає з чим — орієнтира для цього показника немає.");
        insta::assert_snapshot!(say(Lang::Bg, &[]), @"Препоръка (NPS): 62 [58–66]; още няма с какво да се сравни — за този показател няма ориентир.");
    }
}
