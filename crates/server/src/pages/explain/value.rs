//! The value map: perceived quality against perceived price.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use radost_app::App;
use radost_app::domain::Code;
use radost_app::explain::{
    Change, Key, NoValueMap, Selection, ValueMap, ValuePoint, ValuePoints, Verdict, by_name,
};

use super::frame::{self, Frame};
use crate::Server;
use crate::look::chart::{self, MapChart, Range, Spot};
use crate::look::i18n::Tr;
use crate::look::layout::NavItem;
use crate::look::parts::{self, Choice, Column, Control, Field, Table};
use crate::pages::selection::{self, About, address, key_name, narrowed};
use crate::request::{PageResult, Staff};
use crate::words;

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .route("/explain/value", get(page))
        .route("/explain/value.csv", get(page))
}

async fn page(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let selection = selection::of_request(&staff);
    let found = app.value_map(staff.actor(), &selection).await;
    Ok(match frame::without(&staff, NavItem::ValueMap, found) {
        Ok(value) => {
            let drawing = Drawing::of(&staff, &selection, &value);
            match frame::wants_file(&staff) {
                true => drawing.file(),
                false => drawing.page(),
            }
        }
        Err(other) => *other,
    })
}

struct Drawing<'a> {
    frame: Frame<'a>,
    value: &'a ValueMap,
}

/// More points than these cover each other.
const MOST_SPOTS: usize = 30;

impl<'a> Drawing<'a> {
    fn of(staff: &'a Staff, selection: &'a Selection, value: &'a ValueMap) -> Self {
        let frame = Frame {
            staff,
            item: NavItem::ValueMap,
            selection,
            scope: &value.scope,
            choices: &value.choices,
            minimum: value.minimum,
            off_scale: value.off_scale,
        };
        Drawing { frame, value }
    }

    fn tr(&self) -> Tr {
        self.frame.tr()
    }

    fn name(&self, map: &ValuePoints, key: &Key) -> String {
        key_name(self.tr(), &self.value.scope, &map.by, key)
    }

    /// The one sentence that a manager could read aloud.
    fn sentence(&self) -> String {
        let tr = self.tr();
        let map = match &self.value.map {
            Ok(map) => map,
            Err(NoValueMap::NoQuestions) => return tr.t("value-no-questions"),
            Err(NoValueMap::Nothing) => {
                let days = i64::from(self.value.scope.period.days());
                return tr.ta("sentence-nothing", &[("days", days.into())]);
            }
            Err(NoValueMap::TooFew) => {
                return tr.ta("value-too-few", &[("n", self.value.minimum.into())]);
            }
        };
        // Better value: clearly better in one, and not clearly worse in the other.
        let stands_out = |clear: Verdict, against: Verdict| {
            let shown = map
                .points
                .iter()
                .filter_map(|(key, point)| Some((key, point.as_ref()?)));
            let found: Vec<String> = shown
                .filter(|(_, point)| {
                    let both = [point.quality_change.verdict, point.price_change.verdict];
                    both.contains(&clear) && !both.contains(&against)
                })
                .map(|(key, _)| self.name(map, key))
                .collect();
            found
        };
        let better = stands_out(Verdict::Higher, Verdict::Lower);
        let worse = stands_out(Verdict::Lower, Verdict::Higher);
        let mut rest = String::new();
        for (id, found) in [
            ("value-sentence-better", &better),
            ("value-sentence-worse", &worse),
        ] {
            if !found.is_empty() {
                rest.push_str(&tr.ta(id, &[("names", frame::names(tr, found).into())]));
            }
        }
        if rest.is_empty() {
            rest = tr.t("value-sentence-none");
        }
        let told = |e: &radost_app::explain::Estimate| tr.interval(e.value, e.low, e.high, 2);
        tr.ta(
            "value-sentence",
            &[
                ("quality", told(&map.total.quality).into()),
                ("price", told(&map.total.price).into()),
                ("n", map.total.quality.n.into()),
                ("rest", rest.into()),
            ],
        )
    }

    fn page(&self) -> Response {
        let tr = self.tr();
        let body = match &self.value.map {
            Err(NoValueMap::Nothing) => html! { (self.choose(None)) (self.frame.nothing()) },
            Err(NoValueMap::NoQuestions) => html! {
                (self.choose(None))
                (self.frame.empty(&tr.t("value-no-questions"), &tr.t("value-no-questions-text"), None))
            },
            Err(NoValueMap::TooFew) => html! {
                (self.choose(None))
                (self.frame.empty(&self.sentence(), &tr.t("overview-nothing-here-text"), None))
            },
            Ok(map) => html! {
                (self.choose(Some(map)))
                (self.frame.by(&self.value.dimensions, Some(&map.by), false))
                (self.map(map))
                (self.table(map))
                (self.frame.how("value", &["map", "verdict", "competitors", "assumptions", "source"], None, map.total.quality.n))
            },
        };
        self.frame.page(&self.sentence(), About::NoMetric, &body)
    }

    /// Which two ratings make the map.
    fn choose(&self, map: Option<&ValuePoints>) -> Markup {
        let tr = self.tr();
        if self.value.questions.len() < 2 {
            return html! {};
        }
        let names: Vec<(String, String)> = self
            .value
            .questions
            .iter()
            .map(|code| (code.to_string(), self.frame.question(code)))
            .collect();
        let mut choices: Vec<Choice> = names
            .iter()
            .map(|(value, label)| Choice { value, label })
            .collect();
        if map.is_none() {
            choices.insert(
                0,
                Choice {
                    value: "",
                    label: "–",
                },
            );
        }
        let select = |name: &str, label: &str, now: Option<&Code>| {
            let selected = now.map_or("", |code| code.as_str());
            let control = Control::Select {
                choices: &choices,
                selected,
            };
            parts::field(
                tr,
                &Field {
                    name,
                    label,
                    control,
                    id_prefix: Some("map"),
                    ..Field::default()
                },
            )
        };
        let here = self.frame.here().without(&["quality", "price"]);
        let controls = html! {
            (select("quality", &tr.t("value-quality-question"), map.map(|m| &m.quality)))
            (select("price", &tr.t("value-price-question"), map.map(|m| &m.price)))
            @for (name, value) in here.pairs() { input type="hidden" name=(name) value=(value); }
        };
        html! {
            form.filter-bar method="get" action=(NavItem::ValueMap.href()) aria-label=(tr.t("value-questions")) data-auto-submit {
                (controls)
                div.filter-actions { (parts::button(parts::Weight::Secondary, &tr.t("filter-apply"))) }
            }
        }
    }

    fn map(&self, map: &ValuePoints) -> Markup {
        let tr = self.tr();
        let title = tr.t("nav-value");
        let shown = map
            .points
            .iter()
            .filter_map(|(key, point)| Some((key, point.as_ref()?)));
        let spots: Vec<Spot> = shown
            .take(MOST_SPOTS)
            .map(|(key, point)| {
                let name = self.name(map, key);
                let (x, y) = (&point.price, &point.quality);
                let words = tr.ta(
                    "value-spot",
                    &[
                        ("name", name.as_str().into()),
                        ("quality", tr.interval(y.value, y.low, y.high, 2).into()),
                        ("price", tr.interval(x.value, x.low, x.high, 2).into()),
                        ("n", y.n.into()),
                    ],
                );
                Spot {
                    label: name,
                    at: [x.value, y.value],
                    around: Vec::new(),
                    reach: Some([[x.low, x.high], [y.low, y.high]]),
                    words,
                }
            })
            .collect();
        if spots.is_empty() {
            let words = self
                .frame
                .empty(&tr.t("withheld"), &tr.t("value-all-withheld"), None);
            return parts::section(&title, &html! {}, &words);
        }
        // Round ends that hold every interval, so that small differences can be seen.
        let ends = |which: usize, scale: (i64, i64)| {
            let reaches = spots
                .iter()
                .filter_map(|spot| spot.reach.map(|reach| reach[which]));
            let total = [map.total.price.value, map.total.quality.value][which];
            let (low, high) = reaches.fold((total, total), |(low, high), [a, b]| {
                (low.min(a), high.max(b))
            });
            let half = |value: f64, round: fn(f64) -> f64| round(value * 2.0) / 2.0;
            Range {
                low: half(low - 0.05, f64::floor).max(scale.0 as f64),
                high: half(high + 0.05, f64::ceil).min(scale.1 as f64),
            }
        };
        let [quality_scale, price_scale] = map.scales;
        let (x, y) = (ends(0, price_scale), ends(1, quality_scale));
        let chart = chart::map(
            tr,
            &MapChart {
                id: "value-map",
                title: &title,
                description: &self.sentence(),
                x: (&tr.t("value-axis-price"), Some(x)),
                y: (&tr.t("value-axis-quality"), Some(y)),
                cross: [map.total.price.value, map.total.quality.value],
                corners: [
                    &tr.t("value-corner-worse"),
                    &tr.t("value-corner-cheap"),
                    &tr.t("value-corner-dear"),
                    &tr.t("value-corner-better"),
                ],
                diagonal: false,
                spots,
            },
        );
        parts::section(
            &title,
            &html! {},
            &html! { (chart) p.muted { (tr.t("value-map-legend")) } },
        )
    }

    fn mean(&self, e: &radost_app::explain::Estimate, change: Option<&Change>) -> Markup {
        let tr = self.tr();
        html! {
            span.nowrap { (tr.interval(e.value, e.low, e.high, 2)) }
            @if let Some(change) = change {
                " "
                (parts::change(tr, &parts::Change {
                    verdict: words::verdict(change.verdict),
                    higher_is_better: Some(true),
                    difference: None,
                    compared_with: None,
                }))
            }
        }
    }

    fn table(&self, map: &ValuePoints) -> Markup {
        let tr = self.tr();
        let title = tr.t("value-table");
        let labels = [
            "overview-group",
            "value-quality",
            "value-price",
            "overview-n",
        ]
        .map(|id| tr.t(id));
        let columns = [
            Column::text(&labels[0]),
            Column::number(&labels[1]),
            Column::number(&labels[2]),
            Column::number(&labels[3]),
        ];
        let row = |name: Markup, point: &ValuePoint, compare: bool| {
            vec![
                name,
                self.mean(&point.quality, compare.then_some(&point.quality_change)),
                self.mean(&point.price, compare.then_some(&point.price_change)),
                html! { (tr.count(point.quality.n)) },
            ]
        };
        let mut rows = vec![row(
            html! { strong { (tr.t("groups-everybody")) } },
            &map.total,
            false,
        )];
        let mut number = 0;
        for (key, point) in &map.points {
            let there = narrowed(&self.frame.here(), &self.value.scope, &map.by, key);
            let there = there.without(&["by", "quality", "price"]);
            let name = self.name(map, key);
            let link = html! { a href=(address(NavItem::Overview.href(), &there)) { (name) } };
            match point {
                Some(point) => {
                    number += 1;
                    rows.push(row(
                        html! { span.muted.number { (number) } " " (link) },
                        point,
                        true,
                    ));
                }
                None => {
                    let mut cells = vec![link, html! { span.muted { (tr.t("withheld")) } }];
                    cells.resize_with(columns.len(), || html! { span.muted { "–" } });
                    rows.push(cells);
                }
            }
        }
        let csv = self.frame.csv();
        let table = Table {
            caption: &title,
            columns: &columns,
            rows,
            csv: Some(&csv),
            ..Table::default()
        };
        parts::section(&title, &html! {}, &parts::data_table(tr, &table))
    }

    fn file(&self) -> Response {
        let header = [
            "by",
            "group",
            "quality",
            "quality_low",
            "quality_high",
            "price",
            "price_low",
            "price_high",
            "n",
        ];
        let mut rows = Vec::new();
        if let Ok(map) = &self.value.map {
            let all = std::iter::once((String::new(), Some(&map.total)));
            let groups = map
                .points
                .iter()
                .map(|(key, point)| (self.name(map, key), point.as_ref()));
            for (name, point) in all.chain(groups) {
                let mut row = vec![by_name(&map.by), name];
                for e in [point.map(|p| p.quality), point.map(|p| p.price)] {
                    row.push(frame::raw(e.map(|e| e.value)));
                    row.push(frame::raw(e.map(|e| e.low)));
                    row.push(frame::raw(e.map(|e| e.high)));
                }
                row.push(point.map_or_else(String::new, |p| p.quality.n.to_string()));
                rows.push(row);
            }
        }
        frame::file("value.csv", &header, &rows)
    }
}
