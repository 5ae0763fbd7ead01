//! Breakdown: one metric by up to three groups, with the order that can fairly be given to them.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};
use radost_app::domain::explain::{Against, Dimension, GroupBy, Metric};
use radost_app::domain::listen::{PublishedSurvey, QuestionKind};
use radost_app::explain::{
    Breakdown, Figure, Key, LeagueRow, MeasuredRow, Selection, Source, Verdict,
};
use radost_app::{App, AppError};

use super::overview::{method_message, no_responses, no_survey, refused};
use super::views;
use crate::Server;
use crate::export::{Cell, Sheet, saved};
use crate::look::chart::{self, BarsChart, Point, Range, Reference};
use crate::look::i18n::Tr;
use crate::look::icon::Icon;
use crate::look::layout::NavItem;
use crate::look::parts::{self, Change, Column, Flash, PageHeader, Table, Tone};
use crate::pages::selection::{
    self, Choosing, address, group_name, narrowed_to, row_name, step_name,
};
use crate::request::{OrPage, PageResult, Staff};
use crate::words;

const PATH: &str = "/explain/breakdown";
/// More bars than these are a wall.
const MOST_BARS: usize = 30;
/// More names than these would not be listened to.
const MOST_NAMED: usize = 3;

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .route(PATH, get(page))
        .route("/explain/breakdown.csv", get(file))
        .route("/explain/breakdown.xlsx", get(file))
        .route("/explain/breakdown.svg", get(picture))
}

/// What was asked for, or the page that says why there is nothing.
async fn asked(app: &App, staff: &Staff) -> Result<(Selection, Breakdown), Response> {
    let title = staff.tr().t("nav-breakdown");
    let selection = selection::of_request(staff);
    match app.breakdown(staff.actor(), &selection).await {
        Ok(Some(breakdown)) => Ok((selection, breakdown)),
        Ok(None) => Err(staff.page(&title, NavItem::Breakdown, no_survey(staff, &title))),
        Err(error) => Err(refused(staff, &title, PATH, NavItem::Breakdown, error)),
    }
}

async fn page(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let (selection, breakdown) = match asked(&app, &staff).await {
        Ok(found) => found,
        Err(page) => return Ok(page),
    };
    let title = staff.tr().t("nav-breakdown");
    let views = app
        .saved_views(staff.actor(), PATH)
        .await
        .or_page(&staff.reader)?;
    let views = views::draw(&staff, NavItem::Breakdown, &selection, &views);
    let body = Drawing::new(staff.tr(), &selection, &breakdown).body(&staff, &title, &views);
    Ok(staff.page(&title, NavItem::Breakdown, body))
}

async fn file(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let (selection, breakdown) = match asked(&app, &staff).await {
        Ok(found) => found,
        Err(page) => return Ok(page),
    };
    let path = staff.reader.path.split('?').next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let sheet = Drawing::new(staff.tr(), &selection, &breakdown).sheet();
    Ok(sheet.file(name).unwrap_or_else(|error: AppError| {
        crate::request::PageError::new(error, staff.reader.clone()).into_response()
    }))
}

async fn picture(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let (selection, breakdown) = match asked(&app, &staff).await {
        Ok(found) => found,
        Err(page) => return Ok(page),
    };
    let drawing = Drawing::new(staff.tr(), &selection, &breakdown);
    let title = drawing.title();
    let drawn = chart::bars_file(drawing.tr, &drawing.bars(&title));
    Ok(saved("breakdown.svg", "image/svg+xml", drawn))
}

/// A row with its fair value.
type Ranked<'a> = (&'a MeasuredRow, Option<&'a LeagueRow>);

/// Everything that drawing needs.
struct Drawing<'a> {
    tr: Tr,
    selection: &'a Selection,
    breakdown: &'a Breakdown,
    /// In the order in which they are shown.
    rows: Vec<Ranked<'a>>,
}

impl<'a> Drawing<'a> {
    fn new(tr: Tr, selection: &'a Selection, breakdown: &'a Breakdown) -> Self {
        let fair = breakdown.fair.iter().map(Option::as_ref);
        let mut rows: Vec<Ranked> = breakdown.measured.rows.iter().zip(fair).collect();
        let value = |(row, fair): &Ranked| {
            let own = row.figure.shown().map(|shown| shown.value);
            fair.map(|fair| fair.value).or(own)
        };
        // What is withheld comes last in either direction.
        match selection.get("sort") {
            Some("highest") => rows.sort_by(|a, b| {
                let key = |row| value(row).unwrap_or(f64::NEG_INFINITY);
                key(b).total_cmp(&key(a))
            }),
            Some("most") => rows.sort_by_key(|(row, _)| {
                std::cmp::Reverse(row.figure.shown().map_or(0, |shown| shown.n))
            }),
            Some("name") => {}
            _ if rows.iter().any(|(row, _)| row.step.is_some()) => {}
            _ => rows.sort_by(|a, b| {
                let key = |row| value(row).unwrap_or(f64::INFINITY);
                key(a).total_cmp(&key(b))
            }),
        }
        let mut drawing = Drawing {
            tr,
            selection,
            breakdown,
            rows,
        };
        if selection.get("sort") == Some("name") {
            let mut named: Vec<(String, Ranked)> = drawing
                .rows
                .iter()
                .map(|ranked| (drawing.name(ranked.0).to_lowercase(), *ranked))
                .collect();
            named.sort_by(|a, b| a.0.cmp(&b.0));
            drawing.rows = named.into_iter().map(|(_, ranked)| ranked).collect();
        }
        drawing
    }

    fn survey(&self) -> &PublishedSurvey {
        &self.breakdown.scope.survey.published
    }

    fn metric(&self) -> &Metric {
        &self.breakdown.metric
    }

    fn groups(&self) -> &[GroupBy] {
        &self.breakdown.scope.group_by
    }

    fn against(&self) -> Against {
        self.breakdown
            .scope
            .against
            .unwrap_or(Against::RestOfNetwork)
    }

    /// This view with its survey named, so that a link means the same tomorrow.
    fn here(&self) -> Selection {
        self.selection
            .clone()
            .with("survey", self.survey().survey().code.as_str())
    }

    fn key_name(&self, place: usize, key: &Key) -> String {
        match self.groups().get(place) {
            Some(group) => row_name(self.tr, &self.breakdown.scope, group, key),
            None => String::new(),
        }
    }

    /// What a row is called, its step of time first.
    fn name(&self, row: &MeasuredRow) -> String {
        let step = self.breakdown.scope.step.zip(row.step);
        let step = step.map(|(step, from)| step_name(self.tr, step, from));
        let keys = row.keys.iter().enumerate();
        let keys = keys.map(|(place, key)| self.key_name(place, key));
        step.into_iter().chain(keys).collect::<Vec<_>>().join(" · ")
    }

    fn metric_name(&self) -> String {
        words::metric_name(self.tr, self.metric(), self.survey())
    }

    fn title(&self) -> String {
        let by = self.groups().iter();
        let by: Vec<String> = by
            .map(|group| group_name(self.tr, self.survey(), group))
            .collect();
        format!("{} — {}", self.metric_name(), by.join(" · "))
    }

    fn against_words(&self) -> String {
        self.tr.t(match self.against() {
            Against::RestOfNetwork => "breakdown-the-rest",
            Against::PreviousPeriod => "breakdown-the-period-before",
            Against::LastYear => "breakdown-a-year-ago",
            Against::Benchmark(_) => "breakdown-the-benchmark",
        })
    }

    /// What a manager could read aloud.
    fn sentence(&self) -> String {
        let (tr, measured) = (self.tr, &self.breakdown.measured);
        let metric = self.metric_name();
        let Some(total) = measured.total.shown() else {
            return match measured.total {
                Figure::Nothing => tr.t("breakdown-nothing"),
                _ => tr.ta(
                    "sentence-withheld",
                    &[("metric", metric.into()), ("n", measured.minimum.into())],
                ),
            };
        };
        let value = words::estimate(tr, self.metric(), total);
        let overall = tr.ta(
            "breakdown-overall",
            &[("metric", metric.into()), ("value", value.into())],
        );
        let clearly = |verdict: Verdict| -> Vec<String> {
            let rows = self.rows.iter().map(|(row, _)| *row);
            let found =
                rows.filter(|row| row.change.is_some_and(|change| change.verdict == verdict));
            found.map(|row| self.name(row)).collect()
        };
        let (mut lower, mut higher) = (clearly(Verdict::Lower), clearly(Verdict::Higher));
        if self.selection.get("sort") == Some("highest") {
            lower.reverse();
        } else {
            higher.reverse();
        }
        let mut said = vec![overall];
        for (id, names) in [("breakdown-lower", lower), ("breakdown-higher", higher)] {
            if names.is_empty() {
                continue;
            }
            let more = names.len().saturating_sub(MOST_NAMED);
            let named: Vec<&str> = names.iter().take(MOST_NAMED).map(String::as_str).collect();
            let names = match more {
                0 => words::list(tr, &named),
                more => tr.ta(
                    "breakdown-and-more",
                    &[
                        ("names", named.join(", ").into()),
                        ("n", (more as u64).into()),
                    ],
                ),
            };
            let against = self.against_words();
            said.push(tr.ta(id, &[("against", against.into()), ("names", names.into())]));
        }
        if said.len() == 1 && self.rows.len() > 1 {
            said.push(tr.t(match self.breakdown.alike {
                Some(_) => "breakdown-alike",
                None => "breakdown-none",
            }));
        }
        said.join(" ")
    }

    fn body(&self, staff: &Staff, title: &str, views: &Markup) -> Markup {
        let (tr, breakdown) = (self.tr, self.breakdown);
        let bar = selection::bar(
            staff,
            PATH,
            self.selection,
            &breakdown.scope,
            &breakdown.choices,
            Some(self.metric()),
        );
        let title_of_table = self.title();
        html! {
            (parts::page_header(&PageHeader { title, lead: Some(&self.sentence()), ..PageHeader::default() }))
            (bar)
            (self.controls())
            (views)
            @if breakdown.measured.source == Source::LakeAway {
                (parts::flash(&Flash {
                    tone: Tone::Warning,
                    title: &tr.t("history-away"),
                    text: Some(&tr.t("history-away-text")),
                }))
            }
            @if self.rows.is_empty() {
                @if self.selection.pairs().any(|(name, _)| name != "survey" && name != "by") {
                    (parts::empty_state(
                        Icon::Search,
                        &tr.t("overview-nothing-here"),
                        Some(&tr.t("overview-nothing-here-text")),
                        Some(&parts::link_button(PATH, &tr.t("filter-reset"))),
                    ))
                } @else { (no_responses(staff)) }
            } @else {
                @if self.groups().len() == 1 && breakdown.scope.step.is_none() {
                    (parts::section(&title_of_table, &self.picture_link(), &chart::bars(tr, &self.bars(&title_of_table))))
                    @if self.rows.len() > MOST_BARS {
                        p.muted { (tr.ta("breakdown-first-rows", &[("n", (MOST_BARS as u64).into())])) }
                    }
                }
                (self.table(&title_of_table))
                @if breakdown.measured.overlapping { p.muted { (tr.t("breakdown-overlapping")) } }
                (self.how())
            }
        }
    }

    fn picture_link(&self) -> Markup {
        let href = address("/explain/breakdown.svg", &self.here());
        html! { a href=(href) download { (self.tr.t("breakdown-picture")) } }
    }

    /// By what, against what, in which order.
    fn controls(&self) -> Markup {
        let tr = self.tr;
        let choices = self.ways();
        let chosen = self.groups().iter().map(address_name);
        let mut chosen: Vec<String> = chosen.collect();
        chosen.resize(3, String::new());
        let none = (String::new(), "–".to_owned());
        let by = chosen.iter().enumerate().map(|(place, selected)| Choosing {
            name: ["by", "by2", "by3"][place],
            label: tr.t(["breakdown-by", "breakdown-then-by", "breakdown-and-by"][place]),
            choices: match place {
                0 => choices.clone(),
                _ => std::iter::once(none.clone())
                    .chain(choices.clone())
                    .collect(),
            },
            selected: selected.clone(),
        });
        let by: Vec<Choosing> = by.collect();
        let given = |name: &str| self.selection.get(name).unwrap_or_default().to_owned();
        let named = |pairs: &[(&str, &str)]| {
            pairs
                .iter()
                .map(|(value, id)| ((*value).to_owned(), tr.t(id)))
                .collect::<Vec<_>>()
        };
        let mut against = named(&[
            ("", "breakdown-against-rest"),
            ("previous", "breakdown-against-previous"),
            ("year", "breakdown-against-year"),
        ]);
        if let Against::Benchmark(yardstick) = self.against() {
            let value = words::value(tr, self.metric(), yardstick.value);
            against.push((given("against"), value));
        }
        let against = Choosing {
            name: "against",
            label: tr.t("breakdown-against"),
            choices: against,
            selected: given("against").replace("rest", ""),
        };
        let sort = Choosing {
            name: "sort",
            label: tr.t("breakdown-sort"),
            choices: named(&[
                ("", "breakdown-sort-lowest"),
                ("highest", "breakdown-sort-highest"),
                ("most", "breakdown-sort-most"),
                ("name", "breakdown-sort-name"),
            ]),
            selected: given("sort"),
        };
        let weighted = Choosing {
            name: "weighted",
            label: tr.t("breakdown-weights"),
            choices: named(&[("", "breakdown-unweighted"), ("1", "breakdown-weighted")]),
            selected: given("weighted"),
        };
        let own = ["by", "against", "sort", "weighted"];
        let kept = self
            .selection
            .pairs()
            .filter(|(name, _)| !own.contains(name));
        let controls = html! {
            @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
            @for choosing in by.iter().chain([&against, &sort, &weighted]) { (choosing.draw(tr)) }
        };
        parts::filter_bar(tr, PATH, None, &controls)
    }

    /// The ways of splitting: what every survey has, its segments, its closed questions.
    fn ways(&self) -> Vec<(String, String)> {
        let survey = self.survey();
        let under = self.breakdown.scope.location;
        let mut ways = vec![
            GroupBy::Level { under },
            GroupBy::Dimension(Dimension::Location),
            GroupBy::Dimension(Dimension::Employee),
            GroupBy::Dimension(Dimension::Channel),
            GroupBy::Dimension(Dimension::Touchpoint),
            GroupBy::Dimension(Dimension::Language),
        ];
        let segments = survey.survey().segments.iter();
        ways.extend(segments.map(|segment| {
            let code = segment.code.clone();
            GroupBy::Dimension(Dimension::Segment { code })
        }));
        let is_group = |kind: &QuestionKind| {
            kind.is_closed() && !matches!(kind, QuestionKind::Importance { .. })
        };
        let asked = survey.questions().iter();
        let closed = asked.filter(|asked| is_group(&asked.question.kind));
        ways.extend(closed.map(|asked| GroupBy::Question(asked.question.code.clone())));
        let named = ways
            .iter()
            .map(|group| (address_name(group), group_name(self.tr, survey, group)));
        named.collect()
    }

    fn bars(&self, title: &'a str) -> BarsChart<'a> {
        let rows = self.rows.iter().take(MOST_BARS).map(|(row, _)| {
            let shown = row.figure.shown();
            Point {
                label: self.name(row),
                estimate: shown.map(|shown| chart::Estimate {
                    value: shown.value,
                    low: shown.low,
                    high: shown.high,
                }),
                n: shown.map_or(0, |shown| shown.n),
            }
        });
        let total = self.breakdown.measured.total.shown();
        BarsChart {
            id: "breakdown",
            title,
            description: title,
            rows: rows.collect(),
            range: match self.metric() {
                Metric::Csat { .. } | Metric::Csi => Some(Range {
                    low: 0.0,
                    high: 100.0,
                }),
                _ => None,
            },
            reference: total.map(|total| Reference {
                label: self.tr.t("total"),
                value: total.value,
            }),
            decimals: words::decimals(self.metric()),
        }
    }

    fn is_ranked(&self) -> bool {
        self.rows.iter().any(|(_, fair)| fair.is_some())
    }

    fn table(&self, caption: &str) -> Markup {
        let tr = self.tr;
        let names: Vec<String> = self.head_of_groups();
        let labels = [
            "value",
            "interval",
            "overview-n",
            "breakdown-fair",
            "breakdown-rank",
        ]
        .map(|id| tr.t(id));
        let against = tr.ta(
            "breakdown-compared",
            &[("against", self.against_words().into())],
        );
        let mut columns: Vec<Column> = names.iter().map(|name| Column::text(name)).collect();
        columns.extend(labels.iter().take(3).map(|label| Column::number(label)));
        if self.is_ranked() {
            columns.extend(labels.iter().skip(3).map(|label| Column::number(label)));
        }
        columns.push(Column::text(&against));
        let rows: Vec<Vec<Markup>> = self.rows.iter().map(|ranked| self.cells(*ranked)).collect();
        let (csv, xlsx) = (
            address("/explain/breakdown.csv", &self.here()),
            address("/explain/breakdown.xlsx", &self.here()),
        );
        parts::data_table(
            tr,
            &Table {
                caption,
                columns: &columns,
                total: Some(rows.len() as u64),
                rows,
                csv: Some(&csv),
                xlsx: Some(&xlsx),
                ..Table::default()
            },
        )
    }

    fn head_of_groups(&self) -> Vec<String> {
        let step = self.breakdown.scope.step;
        let step = step.map(|step| self.tr.t(&format!("overview-trend-{}", step.code())));
        let groups = self.groups().iter();
        let groups = groups.map(|group| group_name(self.tr, self.survey(), group));
        step.into_iter().chain(groups).collect()
    }

    /// The selection that means a row alone.
    fn narrowed(&self, row: &MeasuredRow) -> Selection {
        let groups = self.groups().iter().zip(&row.keys);
        groups.fold(self.here(), |selection, (group, key)| {
            narrowed_to(selection, &self.breakdown.scope, group, key)
        })
    }

    fn cells(&self, (row, fair): Ranked) -> Vec<Markup> {
        let (tr, metric) = (self.tr, self.metric());
        let mut cells = Vec::new();
        if let Some((step, from)) = self.breakdown.scope.step.zip(row.step) {
            cells.push(html! { (step_name(tr, step, from)) });
        }
        for (place, key) in row.keys.iter().enumerate() {
            let there = match self.groups().get(place) {
                Some(group) => narrowed_to(self.here(), &self.breakdown.scope, group, key),
                None => self.here(),
            };
            cells.push(html! { a href=(address(PATH, &there)) { (self.key_name(place, key)) } });
        }
        let dash = || html! { span.muted { "–" } };
        match &row.figure {
            Figure::Shown(shown) => {
                let there = self.narrowed(row).with("metric", &metric.to_string());
                let there = there.without(&[
                    "step", "level", "places", "by", "against", "sort", "weighted",
                ]);
                let words = tr.ta("overview-see-responses", &[("what", self.name(row).into())]);
                // A list of responses knows no answers to other questions.
                let listed = self
                    .groups()
                    .iter()
                    .all(|group| !matches!(group, GroupBy::Question(_)))
                    && self.breakdown.scope.answers.is_empty();
                cells.push(html! {
                    @if listed {
                        a href=(address("/responses", &there)) title=(words) { (words::value(tr, metric, shown.value)) }
                    } @else { (words::value(tr, metric, shown.value)) }
                });
                cells.push(html! { (words::interval(tr, metric, shown)) });
                cells.push(html! { (tr.count(shown.n)) });
            }
            Figure::Withheld => {
                cells.push(html! { span.muted { (tr.t("withheld")) } });
                cells.extend([dash(), dash()]);
            }
            Figure::Nothing => cells.extend([dash(), dash(), html! { "0" }]),
        }
        if self.is_ranked() {
            match fair {
                Some(fair) => {
                    cells.push(html! { (words::value(tr, metric, fair.value)) });
                    let ranks = match fair.rank_low == fair.rank_high {
                        true => fair.rank_low.to_string(),
                        false => format!("{}–{}", fair.rank_low, fair.rank_high),
                    };
                    cells.push(html! { (ranks) });
                }
                None => cells.extend([dash(), dash()]),
            }
        }
        cells.push(match &row.change {
            Some(change) if row.figure.shown().is_some() => {
                let difference = words::difference(tr, metric, change);
                parts::change(
                    tr,
                    &Change {
                        verdict: words::verdict(change.verdict),
                        // Everything that is measured here is better when it is higher.
                        higher_is_better: Some(true),
                        difference: difference.as_deref(),
                        compared_with: None,
                    },
                )
            }
            _ => dash(),
        });
        cells
    }

    /// The table as a file: plain numbers, nothing of what is withheld.
    fn sheet(&self) -> Sheet {
        let tr = self.tr;
        let mut head = self.head_of_groups();
        head.extend(
            [
                "value",
                "breakdown-low",
                "breakdown-high",
                "overview-n",
                "breakdown-fair",
                "breakdown-difference",
                "breakdown-verdict",
            ]
            .map(|id| tr.t(id)),
        );
        let rows = self.rows.iter().map(|(row, fair)| {
            let mut cells: Vec<Cell> = Vec::with_capacity(head.len());
            if let Some(step) = row.step {
                cells.push(Cell::Text(step.to_string()));
            }
            let keys = row.keys.iter().enumerate();
            cells.extend(keys.map(|(place, key)| Cell::Text(self.key_name(place, key))));
            let shown = row.figure.shown();
            let n = match row.figure {
                Figure::Nothing => Some(0.0),
                _ => shown.map(|shown| shown.n as f64),
            };
            let change = row.change.filter(|_| shown.is_some());
            let comparison = change.and_then(|change| change.comparison);
            cells.extend([
                Cell::from(shown.map(|shown| shown.value)),
                Cell::from(shown.map(|shown| shown.low)),
                Cell::from(shown.map(|shown| shown.high)),
                Cell::from(n),
                Cell::from(fair.map(|fair| fair.value)),
                Cell::from(comparison.map(|comparison| comparison.difference)),
                match change {
                    Some(change) => Cell::Text(tr.t(words::verdict(change.verdict).message())),
                    None => Cell::Empty,
                },
            ]);
            cells
        });
        Sheet {
            rows: rows.collect(),
            head,
        }
    }

    fn how(&self) -> Markup {
        let (tr, breakdown) = (self.tr, self.breakdown);
        let measured = &breakdown.measured;
        let period = breakdown.scope.period;
        let mut methods: Vec<String> = Vec::new();
        for (row, _) in &self.rows {
            if let Some(shown) = row.figure.shown() {
                let words = tr.t(method_message(shown));
                if !methods.contains(&words) {
                    methods.push(words);
                }
            }
        }
        let level = tr.percent(breakdown.scope.level.get(), 0);
        let mut facts = vec![
            (
                tr.t("overview-how-period"),
                format!("{} – {}", tr.date(period.from), tr.date(period.to)),
            ),
            (
                tr.t("overview-how-level"),
                tr.ta("overview-how-level-text", &[("level", level.into())]),
            ),
            (tr.t("overview-how-method"), methods.join(" ")),
        ];
        if measured.compared > 0 {
            facts.push((
                tr.t("overview-how-correction"),
                tr.ta(
                    "overview-how-correction-text",
                    &[("n", (measured.compared as u64).into())],
                ),
            ));
        }
        if self.is_ranked() {
            facts.push((tr.t("breakdown-fair"), tr.t("breakdown-fair-text")));
        }
        facts.push((
            tr.t("overview-how-minimum"),
            tr.ta(
                "overview-how-minimum-text",
                &[("n", measured.minimum.into())],
            ),
        ));
        if measured.off_scale > 0 {
            facts.push((
                tr.t("overview-how-off-scale"),
                tr.ta(
                    "overview-how-off-scale-text",
                    &[("n", measured.off_scale.into())],
                ),
            ));
        }
        let pairs = facts
            .iter()
            .map(|(term, text)| (term.as_str(), html! { (text) }));
        let pairs: Vec<(&str, Markup)> = pairs.collect();
        html! { details.how.card { summary { (tr.t("overview-how")) } (parts::facts(&pairs)) } }
    }
}

/// The name of a way of splitting in addresses.
fn address_name(group: &GroupBy) -> String {
    match group {
        GroupBy::Survey => "survey".into(),
        GroupBy::Level { .. } => "location".into(),
        GroupBy::Dimension(dimension) => match dimension {
            Dimension::Location => "location.exact".into(),
            Dimension::Employee => "employee".into(),
            Dimension::Channel => "channel".into(),
            Dimension::Touchpoint => "touchpoint".into(),
            Dimension::Language => "language".into(),
            Dimension::Segment { code } => format!("segment.{code}"),
        },
        GroupBy::Question(code) => format!("question.{code}"),
    }
}
