//! The segments page: who differs, found by a tree, and each way of grouping as a table.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use radost_app::App;
use radost_app::domain::explain::Dimension;
use radost_app::explain::{
    AnswerClass, Figure, NoSegments, SegmentCondition, SegmentNode, SegmentTable, Segments,
    Selection, Trait, TraitValue, by_name,
};
use radost_app::stats::groups::TreeTest;

use super::frame::{self, Frame, p_value};
use crate::Server;
use crate::look::chart::{self, BarsChart, Estimate, Point, Reference};
use crate::look::i18n::Tr;
use crate::look::icon::Icon;
use crate::look::layout::NavItem;
use crate::look::parts::{self, Column, Tab, Table};
use crate::pages::selection::{self, About, address, key_name, narrowed};
use crate::request::{PageResult, Staff};
use crate::words;

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .route("/explain/segments", get(page))
        .route("/explain/segments.csv", get(page))
}

async fn page(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let selection = selection::of_request(&staff);
    let found = app.segments(staff.actor(), &selection).await;
    Ok(match frame::without(&staff, NavItem::Segments, found) {
        Ok(segments) => {
            let drawing = Drawing::of(&staff, &selection, &segments);
            match frame::wants_file(&staff) {
                true => drawing.file(),
                false => drawing.page(),
            }
        }
        Err(other) => *other,
    })
}

/// Where a group that was found can be looked at.
const ELSEWHERE: [NavItem; 4] = [
    NavItem::Overview,
    NavItem::Responses,
    NavItem::Trend,
    NavItem::Drivers,
];

struct Drawing<'a> {
    frame: Frame<'a>,
    segments: &'a Segments,
}

impl<'a> Drawing<'a> {
    fn of(staff: &'a Staff, selection: &'a Selection, segments: &'a Segments) -> Self {
        let frame = Frame {
            staff,
            item: NavItem::Segments,
            selection,
            scope: &segments.scope,
            choices: &segments.choices,
            minimum: segments.minimum,
            off_scale: segments.off_scale,
        };
        Drawing { frame, segments }
    }

    fn tr(&self) -> Tr {
        self.frame.tr()
    }

    fn metric(&self) -> String {
        words::metric_name(self.tr(), &self.segments.metric, self.frame.survey())
    }

    fn n(&self) -> u64 {
        self.segments.total.shown().map_or(0, |e| e.n)
    }

    fn trait_name(&self, by: &Trait) -> String {
        match by {
            // "by channel" is a heading; here the trait itself is named.
            Trait::Dimension(dimension) => match dimension {
                Dimension::Segment { .. } => self.frame.dimension(dimension),
                other => self.tr().t(&format!("groups-trait-{}", by_name(other))),
            },
            Trait::Question(code) => self.frame.question(code),
        }
    }

    fn value(&self, by: &Trait, value: &TraitValue) -> String {
        let tr = self.tr();
        match (by, value) {
            (Trait::Dimension(by), TraitValue::Key(key)) => {
                key_name(tr, &self.segments.scope, by, key)
            }
            (_, TraitValue::Point(point)) => point.to_string(),
            (_, TraitValue::Skipped) => tr.t("segments-skipped"),
            _ => tr.t("groups-others"),
        }
    }

    /// `kiosk or QR code`, `1–3`.
    fn values(&self, condition: &SegmentCondition) -> String {
        let tr = self.tr();
        let mut points: Vec<u8> = Vec::new();
        let mut words: Vec<String> = Vec::new();
        for value in &condition.values {
            match value {
                TraitValue::Point(point) => points.push(*point),
                other => words.push(self.value(&condition.by, other)),
            }
        }
        points.sort_unstable();
        // Neighbours on a scale are told by their ends.
        let runs = points.chunk_by(|a, b| a + 1 == *b);
        let runs = runs.filter_map(|run| match run {
            [] => None,
            [one] => Some(one.to_string()),
            [first, .., last] => Some(format!("{first}–{last}")),
        });
        let all: Vec<String> = runs.chain(words).collect();
        match all.split_last() {
            Some((last, first)) if !first.is_empty() => tr.ta(
                "segments-or",
                &[
                    ("first", first.join(", ").into()),
                    ("last", last.as_str().into()),
                ],
            ),
            _ => all.concat(),
        }
    }

    fn condition(&self, condition: &SegmentCondition) -> String {
        format!(
            "{}: {}",
            self.trait_name(&condition.by),
            self.values(condition)
        )
    }

    /// Who they are, in words.
    fn who(&self, node: &SegmentNode) -> String {
        let words: Vec<String> = node.conditions.iter().map(|c| self.condition(c)).collect();
        if words.is_empty() {
            self.tr().t("groups-everybody")
        } else {
            words.join("; ")
        }
    }

    /// The same for a picture: what a group of a dimension is called says it all.
    fn briefly(&self, node: &SegmentNode) -> String {
        let words: Vec<String> = node
            .conditions
            .iter()
            .map(|condition| match condition.by {
                Trait::Dimension(_) => self.values(condition),
                Trait::Question(_) => self.condition(condition),
            })
            .collect();
        words.join("; ")
    }

    /// This view without what only this page knows.
    fn elsewhere(&self) -> Selection {
        self.frame.here().without(&["with", "by"])
    }

    /// The filters that mean exactly this group; `None` where filters cannot say it.
    fn filters(&self, node: &SegmentNode) -> Option<Selection> {
        let mut segment = self.frame.selection.get("segment").is_some();
        node.conditions
            .iter()
            .try_fold(self.elsewhere(), |selection, condition| {
                let (Trait::Dimension(by), [TraitValue::Key(key)]) =
                    (&condition.by, condition.values.as_slice())
                else {
                    return None;
                };
                let there = narrowed(&selection, &self.segments.scope, by, key);
                // Filters hold one segment; a second one would replace the first.
                let names_segment = there.get("segment") != selection.get("segment");
                if names_segment && std::mem::replace(&mut segment, true) {
                    return None;
                }
                (there != selection).then_some(there)
            })
    }

    fn shown(&self, figure: &Figure) -> Markup {
        let tr = self.tr();
        match figure {
            // One element, which a phone does not pull apart.
            Figure::Shown(e) => html! { span {
                strong.nowrap { (words::estimate(tr, &self.segments.metric, e)) } " "
                span.muted.nowrap { (tr.ta("stat-n", &[("n", e.n.into())])) }
            } },
            Figure::Withheld => html! { span.muted { (tr.t("withheld")) } },
            Figure::Nothing => html! { span.muted { "–" } },
        }
    }

    /// The one sentence that a manager could read aloud.
    fn sentence(&self) -> String {
        let tr = self.tr();
        let metric = self.metric();
        let n = |n: u64| [("metric", metric.as_str().into()), ("n", n.into())];
        match self.segments.lacking {
            Some(NoSegments::SeveralQuestions) => tr.ta("segments-several", &n(0)),
            Some(NoSegments::Nothing) => {
                let days = i64::from(self.segments.scope.period.days());
                tr.ta("sentence-nothing", &[("days", days.into())])
            }
            Some(NoSegments::TooFew { needed }) => tr.ta("segments-too-few", &n(needed)),
            Some(NoSegments::AllAlike) => tr.ta("segments-all-alike", &n(self.n())),
            Some(NoSegments::NoGroups) => tr.ta("segments-no-groups", &n(self.n())),
            Some(NoSegments::NoDifference) => tr.ta("segments-no-difference", &n(self.n())),
            None => {
                let leaves = self.segments.leaves();
                let ends = leaves.first().zip(leaves.last());
                let told = ends.and_then(|(low, high)| {
                    let value = |node: &SegmentNode| {
                        let e = *node.figure.shown()?;
                        Some(words::estimate(tr, &self.segments.metric, &e))
                    };
                    Some(tr.ta(
                        "segments-sentence",
                        &[
                            ("metric", metric.as_str().into()),
                            ("low", value(low)?.into()),
                            ("low-who", self.who(low).into()),
                            ("high", value(high)?.into()),
                            ("high-who", self.who(high).into()),
                        ],
                    ))
                });
                told.unwrap_or_else(|| tr.ta("segments-no-difference", &n(self.n())))
            }
        }
    }

    fn page(&self) -> Response {
        let about = About::Metric(&self.segments.metric);
        let body = match self.segments.lacking {
            Some(NoSegments::Nothing) => self.frame.nothing(),
            _ => html! {
                (self.ways())
                (self.tree())
                (self.tables())
                (self.how())
            },
        };
        self.frame.page(&self.sentence(), about, &body)
    }

    /// By what the tree may tell customers apart.
    fn ways(&self) -> Markup {
        let tr = self.tr();
        let (who, answers) = (tr.t("segments-who"), tr.t("segments-answers"));
        let (plain, with) = (
            self.frame.with("with", ""),
            self.frame.with("with", "answers"),
        );
        let also = self.segments.with_answers;
        parts::tabs(
            &tr.t("segments-ways"),
            &[
                Tab {
                    label: &who,
                    href: &plain,
                    current: !also,
                },
                Tab {
                    label: &answers,
                    href: &with,
                    current: also,
                },
            ],
        )
    }

    fn tree(&self) -> Markup {
        let tr = self.tr();
        let title = tr.ta("segments-tree", &[("metric", self.metric().into())]);
        if self.segments.nodes.is_empty() {
            let text = match self.segments.lacking {
                Some(NoSegments::SeveralQuestions) => "segments-several-text",
                Some(NoSegments::TooFew { .. }) => "segments-too-few-text",
                Some(NoSegments::NoGroups) => "segments-no-groups-text",
                _ => "segments-no-difference-text",
            };
            let empty = parts::empty_state(Icon::Search, &self.sentence(), Some(&tr.t(text)), None);
            return parts::section(&title, &html! {}, &empty);
        }
        let decimals = words::decimals(&self.segments.metric);
        let point = |node: &&SegmentNode| Point {
            label: self.briefly(node),
            estimate: node.figure.shown().map(|e| Estimate {
                value: e.value,
                low: e.low,
                high: e.high,
            }),
            n: node.figure.shown().map_or(0, |e| e.n),
        };
        let reference = self.segments.total.shown().map(|e| Reference {
            label: tr.t("groups-everybody"),
            value: e.value,
        });
        let picture = chart::bars(
            tr,
            &BarsChart {
                id: "segments",
                title: &title,
                description: &self.sentence(),
                rows: self.segments.leaves().iter().map(point).collect(),
                range: None,
                reference,
                decimals,
            },
        );
        let body = html! {
            (picture)
            p.muted { (tr.t("segments-tree-lead")) }
            ul.branches { (self.branch(0)) }
        };
        parts::section(&title, &html! {}, &body)
    }

    /// A group, how it is split, and its parts.
    fn branch(&self, index: usize) -> Markup {
        let tr = self.tr();
        let Some(node) = self.segments.nodes.get(index) else {
            return html! {};
        };
        // Within its parent a group is named by what was added; the whole rule stands in its link.
        let added = node
            .conditions
            .last()
            .map(|condition| self.condition(condition));
        let children: Vec<usize> = (0..self.segments.nodes.len())
            .filter(|&i| self.segments.nodes[i].parent == Some(index))
            .collect();
        html! {
            li {
                div.branch {
                    span.branch-name { (added.unwrap_or_else(|| tr.t("groups-everybody"))) } " "
                    (self.shown(&node.figure))
                    @if index > 0 { (self.links(node)) }
                    @if let Some(split) = &node.split {
                        p.muted {
                            (tr.ta("segments-split", &[("by", self.trait_name(&split.by).into())])) " · "
                            (match split.test { TreeTest::ChiSquared => "χ²", TreeTest::F => "F" }) ", "
                            (p_value(tr, split.p_value))
                        }
                    }
                }
                @if !children.is_empty() { ul { @for child in children { (self.branch(child)) } } }
            }
        }
    }

    /// Puts the group into the filters of other pages. A link serves thumbs and keyboards alike, where dragging would not.
    fn links(&self, node: &SegmentNode) -> Markup {
        let tr = self.tr();
        let who = self.who(node);
        if let Some(there) = self.filters(node) {
            return html! {
                p.drill {
                    (tr.t("segments-use")) ": "
                    @for (i, item) in ELSEWHERE.into_iter().enumerate() {
                        @if i > 0 { " · " }
                        a href=(address(item.href(), &there))
                            aria-label=(tr.ta("segments-use-in", &[("page", tr.t(item.message()).into()), ("who", who.as_str().into())])) {
                            (tr.t(item.message()))
                        }
                    }
                }
            };
        }
        // Filters take one value of each kind: where several were put together, each is offered alone.
        let Some(SegmentCondition {
            by: Trait::Dimension(by),
            values,
        }) = node.conditions.last()
        else {
            return html! {};
        };
        let single: Vec<(String, String)> = values
            .iter()
            .filter_map(|value| match value {
                TraitValue::Key(key) => {
                    let there = narrowed(&self.elsewhere(), &self.segments.scope, by, key);
                    let name = key_name(tr, &self.segments.scope, by, key);
                    Some((name, address(NavItem::Overview.href(), &there)))
                }
                _ => None,
            })
            .collect();
        html! {
            @if !single.is_empty() {
                p.drill {
                    (tr.t("segments-use-one")) ": "
                    @for (i, (name, href)) in single.iter().enumerate() {
                        @if i > 0 { " · " }
                        a href=(href) { (name) }
                    }
                }
            }
        }
    }

    fn class(&self, class: AnswerClass) -> String {
        let tr = self.tr();
        match class {
            AnswerClass::Detractors => tr.t("overview-detractors"),
            AnswerClass::Passives => tr.t("overview-passives"),
            AnswerClass::Promoters => tr.t("overview-promoters"),
            AnswerClass::NotSatisfied => tr.t("overview-dissatisfied"),
            AnswerClass::Satisfied => tr.t("overview-satisfied"),
            AnswerClass::Points(first, last) if first == last => first.to_string(),
            AnswerClass::Points(first, last) => format!("{first}–{last}"),
        }
    }

    fn tables(&self) -> Markup {
        html! { @for table in &self.segments.tables { (self.table(table)) } }
    }

    fn table(&self, table: &SegmentTable) -> Markup {
        let tr = self.tr();
        let by = Trait::Dimension(table.by.clone());
        let title = tr.ta(
            "overview-by",
            &[
                ("metric", self.metric().into()),
                ("dimension", self.frame.dimension(&table.by).into()),
            ],
        );
        let (group, metric) = (tr.t("overview-group"), self.metric());
        let classes: Vec<String> = table
            .classes
            .iter()
            .map(|&class| self.class(class))
            .collect();
        let mut columns = vec![Column::text(&group), Column::number(&metric)];
        columns.extend(classes.iter().map(|class| Column::number(class)));
        let alpha = self.segments.scope.level.alpha();
        let rows = table
            .rows
            .iter()
            .zip(table.test.cells.chunks(table.classes.len().max(1)))
            .map(|(row, cells)| {
                let name = self.value(&by, &row.value);
                let mut drawn = vec![match &row.value {
                    TraitValue::Key(key) => {
                        let there = narrowed(&self.elsewhere(), &self.segments.scope, &table.by, key);
                        html! { a href=(address(NavItem::Overview.href(), &there)) { (name) } }
                    }
                    _ => html! { (name) },
                }];
                drawn.push(self.shown(&row.figure));
                drawn.extend(cells.iter().map(|cell| {
                    let share = cell.row_percent.map_or_else(|| "–".to_owned(), |p| tr.percent(p / 100.0, 0));
                    let sure = cell.adjusted_p_value.is_some_and(|p| p < alpha);
                    let more = cell.adjusted_residual.filter(|_| sure).map(|residual| residual > 0.0);
                    html! { span.nowrap {
                        (share)
                        @match more {
                            Some(true) => { " " span aria-hidden="true" { "▲" } span.visually-hidden { (tr.t("segments-more")) } },
                            Some(false) => { " " span aria-hidden="true" { "▼" } span.visually-hidden { (tr.t("segments-fewer")) } },
                            None => {},
                        }
                    } }
                }));
                drawn
            })
            .collect();
        let csv = self.frame.csv();
        let v = &table.test.cramers_v;
        let test = tr.ta(
            if table.test.p_value < alpha {
                "segments-test-clear"
            } else {
                "segments-test-unclear"
            },
            &[
                ("v", tr.number(v.corrected, 2).into()),
                ("range", tr.range(v.low, v.high, 2).into()),
                ("chi", tr.number(table.test.chi_squared, 1).into()),
                ("df", table.test.df.into()),
                ("p", p_value(tr, table.test.p_value).into()),
                ("n", table.test.n.into()),
            ],
        );
        let body = html! {
            p { (test) }
            @if table.test.below_five > 0.2 { p.muted { (tr.t("segments-rough")) } }
            (parts::data_table(tr, &Table {
                caption: &title,
                columns: &columns,
                rows,
                csv: Some(&csv),
                ..Table::default()
            }))
        };
        parts::section(&title, &html! {}, &body)
    }

    fn how(&self) -> Markup {
        let tr = self.tr();
        let rules = &self.segments.rules;
        let leaf = tr.ta(
            "segments-how-rules-text",
            &[
                ("leaf", rules.fewest_in_child.into()),
                ("depth", rules.most_depth.into()),
            ],
        );
        self.frame.how(
            "segments",
            &[
                "tree",
                "tables",
                "small",
                "filters",
                "assumptions",
                "source",
            ],
            Some(leaf),
            self.n(),
        )
    }

    fn file(&self) -> Response {
        let header = ["kind", "by", "group", "value", "low", "high", "n"];
        let mut rows = Vec::new();
        let mut row = |kind: &str, by: String, group: String, figure: &Figure| {
            let mut cells = vec![kind.to_owned(), by, group];
            cells.extend(frame::raw_figure(figure));
            rows.push(cells);
        };
        for node in &self.segments.nodes {
            let kind = if node.split.is_none() { "leaf" } else { "node" };
            row(kind, String::new(), self.who(node), &node.figure);
        }
        for table in &self.segments.tables {
            let by = Trait::Dimension(table.by.clone());
            for group in &table.rows {
                row(
                    "group",
                    by_name(&table.by),
                    self.value(&by, &group.value),
                    &group.figure,
                );
            }
        }
        frame::file("segments.csv", &header, &rows)
    }
}
