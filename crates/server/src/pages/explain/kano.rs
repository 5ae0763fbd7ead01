//! The Kano page: what customers take for granted, what they ask for, and what delights them.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};
use radost_app::App;
use radost_app::domain::access::Permission;
use radost_app::explain::{Kano, KanoFeature, KanoSeen, KanoVerdict, by_name};
use radost_app::stats::kano::KanoCategory;

use super::frame::{self, Frame, p_value};
use crate::Server;
use crate::look::chart::{self, MapChart, Range, Spot};
use crate::look::i18n::Tr;
use crate::look::layout::NavItem;
use crate::look::parts::{self, Column, Table, Tone};
use crate::pages::selection::{self, About, key_name, narrowed};
use crate::request::{PageResult, Staff};
use crate::words;

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .route("/explain/kano", get(page))
        .route("/explain/kano.csv", get(page))
}

async fn page(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let selection = selection::of_request(&staff);
    let found = app.kano(staff.actor(), &selection).await;
    Ok(match frame::without(&staff, NavItem::Kano, found) {
        Ok(kano) => {
            let drawing = Drawing::of(&staff, &selection, &kano);
            match frame::wants_file(&staff) {
                true => drawing.file(),
                false => drawing.page(),
            }
        }
        Err(other) => *other,
    })
}

/// The id of what a category is called, and how it is marked.
fn category(category: KanoCategory) -> (&'static str, Tone) {
    match category {
        KanoCategory::MustBe => ("kano-must-be", Tone::Warning),
        KanoCategory::OneDimensional => ("kano-one-dimensional", Tone::Info),
        KanoCategory::Attractive => ("kano-attractive", Tone::Good),
        KanoCategory::Indifferent => ("kano-indifferent", Tone::Neutral),
        KanoCategory::Reverse => ("kano-reverse", Tone::Bad),
        KanoCategory::Questionable => ("kano-questionable", Tone::Neutral),
    }
}

struct Drawing<'a> {
    frame: Frame<'a>,
    kano: &'a Kano,
}

impl<'a> Drawing<'a> {
    fn of(staff: &'a Staff, selection: &'a radost_app::explain::Selection, kano: &'a Kano) -> Self {
        let frame = Frame {
            staff,
            item: NavItem::Kano,
            selection,
            scope: &kano.scope,
            choices: &kano.choices,
            minimum: kano.minimum,
            off_scale: kano.off_scale,
        };
        Drawing { frame, kano }
    }

    fn tr(&self) -> Tr {
        self.frame.tr()
    }

    fn name(&self, feature: &KanoFeature) -> String {
        let label = feature.label.best(words::language(self.tr().lang));
        if label.is_empty() {
            feature.attribute.to_string()
        } else {
            label.to_owned()
        }
    }

    /// Most customers that stand behind a feature.
    fn n(&self) -> u64 {
        let shown = self.kano.features.iter().filter_map(|f| f.whole.shown());
        shown.map(|verdict| verdict.evaluation.n).max().unwrap_or(0)
    }

    fn nobody(&self) -> bool {
        let nothing = |feature: &KanoFeature| matches!(feature.whole, KanoSeen::Nothing);
        self.kano.features.iter().all(nothing)
    }

    /// The one sentence that a manager could read aloud.
    fn sentence(&self) -> String {
        let tr = self.tr();
        if self.kano.features.is_empty() {
            return tr.t("kano-no-questions");
        }
        if self.nobody() {
            let days = i64::from(self.kano.scope.period.days());
            return tr.ta("sentence-nothing", &[("days", days.into())]);
        }
        let mut parts: Vec<String> = Vec::new();
        for (which, id) in [
            (KanoCategory::MustBe, "kano-part-must-be"),
            (KanoCategory::OneDimensional, "kano-part-one-dimensional"),
            (KanoCategory::Attractive, "kano-part-attractive"),
            (KanoCategory::Indifferent, "kano-part-indifferent"),
            (KanoCategory::Reverse, "kano-part-reverse"),
        ] {
            let named: Vec<String> = self.kano.clearly(which).map(|f| self.name(f)).collect();
            if !named.is_empty() {
                parts.push(tr.ta(id, &[("names", frame::names(tr, &named).into())]));
            }
        }
        let open: Vec<String> = self
            .kano
            .features
            .iter()
            .filter(|feature| {
                feature
                    .whole
                    .shown()
                    .is_some_and(|verdict| !verdict.is_clear)
            })
            .map(|feature| self.name(feature))
            .collect();
        if !open.is_empty() {
            let open = frame::names(tr, &open);
            parts.push(tr.ta("kano-part-unclear", &[("names", open.into())]));
        }
        if parts.is_empty() {
            return tr.ta("kano-too-few", &[("n", self.kano.minimum.into())]);
        }
        tr.ta(
            "kano-sentence",
            &[("n", self.n().into()), ("parts", parts.join("; ").into())],
        )
    }

    fn page(&self) -> axum::response::Response {
        let tr = self.tr();
        let body = if self.kano.features.is_empty() {
            let survey = self.kano.scope.survey.published.survey().code.to_string();
            let edit = format!("/surveys/{survey}");
            let words = tr.t("kano-to-survey");
            let may = self.frame.staff.actor().may(Permission::EditSurveys);
            self.frame.empty(
                &tr.t("kano-no-questions"),
                &tr.t("kano-no-questions-text"),
                may.then_some((words.as_str(), edit.as_str())),
            )
        } else if self.nobody() {
            self.frame.nothing()
        } else {
            html! {
                (self.map())
                (self.table())
                (self.split())
                (self.frame.how("kano", &["category", "clear", "better", "groups", "assumptions", "source"], None, self.n()))
            }
        };
        self.frame.page(&self.sentence(), About::NoMetric, &body)
    }

    /// Better and Worse of the features that may be shown.
    fn map(&self) -> Markup {
        let tr = self.tr();
        let mut spots = Vec::new();
        for feature in &self.kano.features {
            let Some(c) = feature.whole.shown().and_then(|v| v.coefficients) else {
                continue;
            };
            let name = self.name(feature);
            // The map has −Worse to the right: what costs much when it is missing.
            let turn = |step: i32| {
                c.ellipse
                    .point(f64::from(step) / 48.0 * std::f64::consts::TAU)
            };
            let rim = (0..48).map(turn).map(|[better, worse]| {
                [
                    (-worse).clamp(0.0, 1.0) * 100.0,
                    better.clamp(0.0, 1.0) * 100.0,
                ]
            });
            let range = |low: f64, high: f64| tr.range(low * 100.0, high * 100.0, 0);
            let words = tr.ta(
                "kano-spot",
                &[
                    ("name", name.as_str().into()),
                    ("better", tr.percent(c.better.value, 0).into()),
                    ("better-range", range(c.better.low, c.better.high).into()),
                    ("worse", tr.percent(-c.worse.value, 0).into()),
                    ("worse-range", range(-c.worse.high, -c.worse.low).into()),
                    ("n", c.n.into()),
                ],
            );
            spots.push(Spot {
                label: name,
                at: [-c.worse.value * 100.0, c.better.value * 100.0],
                around: rim.collect(),
                reach: None,
                words,
            });
        }
        let title = tr.t("kano-map");
        if spots.is_empty() {
            let words = html! { p.muted { (tr.t("withheld")) } };
            return parts::section(&title, &html! {}, &words);
        }
        let whole = Range {
            low: 0.0,
            high: 100.0,
        };
        let chart = chart::map(
            tr,
            &MapChart {
                id: "kano-map",
                title: &title,
                description: &self.sentence(),
                x: (&tr.t("kano-axis-worse"), Some(whole)),
                y: (&tr.t("kano-axis-better"), Some(whole)),
                cross: [50.0, 50.0],
                corners: [
                    &tr.t("kano-indifferent"),
                    &tr.t("kano-must-be"),
                    &tr.t("kano-attractive"),
                    &tr.t("kano-one-dimensional"),
                ],
                diagonal: false,
                spots,
            },
        );
        parts::section(
            &title,
            &html! {},
            &html! { (chart) p.muted { (tr.t("kano-map-legend")) } },
        )
    }

    /// The category, and how sure it is.
    fn verdict(&self, verdict: &KanoVerdict) -> Markup {
        let tr = self.tr();
        let fong = &verdict.evaluation.fong;
        let (id, tone) = category(verdict.evaluation.by_rule);
        html! {
            @if verdict.is_clear {
                (parts::badge(tone, &tr.t(id)))
            } @else {
                span { (tr.ta("kano-unclear", &[
                    ("first", tr.t(category(fong.first).0).into()),
                    ("second", tr.t(category(fong.second).0).into()),
                ])) }
            }
        }
    }

    fn seen(&self, seen: &KanoSeen) -> Markup {
        let tr = self.tr();
        match seen {
            KanoSeen::Shown(verdict) => html! {
                (self.verdict(verdict)) " "
                span.muted.nowrap { (tr.ta("stat-n", &[("n", verdict.evaluation.n.into())])) }
            },
            KanoSeen::Withheld => html! { span.muted { (tr.t("withheld")) } },
            KanoSeen::Nothing => html! { span.muted { "–" } },
        }
    }

    fn table(&self) -> Markup {
        let tr = self.tr();
        let letters = KanoCategory::ALL.map(|which| tr.t(category(which).0));
        let (feature, verdict) = (tr.t("kano-feature"), tr.t("kano-category"));
        let (better, worse) = (tr.t("kano-better"), tr.t("kano-worse"));
        let (surety, matters, n) = (
            tr.t("kano-surety"),
            tr.t("kano-matters"),
            tr.t("overview-n"),
        );
        let mut columns = vec![
            Column::text(&feature),
            Column::text(&verdict),
            Column::text(&surety),
        ];
        columns.extend([
            Column::number(&n),
            Column::number(&better),
            Column::number(&worse),
            Column::number(&matters),
        ]);
        // What was counted comes last: it is what may be scrolled away.
        columns.extend(letters.iter().map(|letter| Column::number(letter)));
        let rows = (1..)
            .zip(&self.kano.features)
            .map(|(number, feature)| {
                let mut cells = vec![html! {
                    span.muted.number { (number) } " " (self.name(feature))
                    @if feature.unpaired > 0 {
                        br; span.muted { (tr.ta("kano-unpaired", &[("n", feature.unpaired.into())])) }
                    }
                }];
                let Some(shown) = feature.whole.shown() else {
                    cells.push(self.seen(&feature.whole));
                    cells.resize_with(columns.len(), || html! { span.muted { "–" } });
                    return cells;
                };
                cells.push(self.verdict(shown));
                cells.push(html! { span.nowrap { (p_value(tr, shown.p_value)) } });
                cells.push(html! { (tr.count(shown.evaluation.n)) });
                let percent = |value: f64, low: f64, high: f64| {
                    html! { span.nowrap { (tr.percent(value, 0)) " [" (tr.range(low * 100.0, high * 100.0, 0)) "]" } }
                };
                match &shown.coefficients {
                    Some(c) => {
                        cells.push(percent(c.better.value, c.better.low, c.better.high));
                        cells.push(percent(-c.worse.value, -c.worse.high, -c.worse.low));
                    }
                    None => cells.resize_with(cells.len() + 2, || html! { span.muted { "–" } }),
                }
                let total = shown.evaluation.strength.total;
                cells.push(percent(total.value / 100.0, total.low / 100.0, total.high / 100.0));
                let counts = &shown.evaluation.counts;
                cells.extend(KanoCategory::ALL.map(|which| html! { (tr.count(counts.of(which))) }));
                cells
            })
            .collect();
        let csv = self.frame.csv();
        let title = tr.t("kano-table");
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

    /// The same by group.
    fn split(&self) -> Markup {
        let tr = self.tr();
        let tabs = self
            .frame
            .by(&self.kano.dimensions, self.kano.by.as_ref(), true);
        let title = tr.t("kano-by");
        let Some(by) = &self.kano.by else {
            return parts::section(
                &title,
                &html! {},
                &html! { (tabs) p.muted { (tr.t("kano-by-lead")) } },
            );
        };
        let feature = tr.t("kano-feature");
        let differ = tr.t("kano-differ");
        let groups: Vec<String> = self
            .kano
            .groups
            .iter()
            .map(|key| key_name(tr, &self.kano.scope, by, key))
            .collect();
        let mut columns = vec![Column::text(&feature)];
        columns.extend(groups.iter().map(|group| Column::text(group)));
        columns.push(Column::text(&differ));
        let rows = self
            .kano
            .features
            .iter()
            .map(|feature| {
                let mut cells = vec![html! { (self.name(feature)) }];
                cells.extend(feature.groups.iter().map(|seen| self.seen(seen)));
                cells.push(match &feature.difference {
                    None => html! { span.muted { (tr.t("verdict-too-few")) } },
                    Some(test) => {
                        let clear = test.p_value < self.kano.scope.level.alpha();
                        html! {
                            (tr.t(if clear { "kano-groups-differ" } else { "verdict-no-clear-difference" })) " "
                            span.muted.nowrap { "V = " (tr.number(test.cramers_v, 2)) ", " (p_value(tr, test.p_value)) }
                        }
                    }
                });
                cells
            })
            .collect();
        let links: Vec<(String, String)> = self
            .kano
            .groups
            .iter()
            .zip(&groups)
            .map(|(key, name)| {
                let there = narrowed(
                    &self.frame.here().without(&["by"]),
                    &self.kano.scope,
                    by,
                    key,
                );
                (
                    name.clone(),
                    selection::address(NavItem::Kano.href(), &there),
                )
            })
            .collect();
        let table = parts::data_table(
            tr,
            &Table {
                caption: &title,
                columns: &columns,
                rows,
                ..Table::default()
            },
        );
        let body = html! {
            (tabs)
            (table)
            p.drill {
                (tr.t("kano-only-group")) ": "
                @for (i, (name, href)) in links.iter().enumerate() {
                    @if i > 0 { " · " }
                    a href=(href) { (name) }
                }
            }
        };
        parts::section(&title, &html! {}, &body)
    }

    fn file(&self) -> axum::response::Response {
        let header = [
            "attribute",
            "by",
            "group",
            "category",
            "most_frequent",
            "clear",
            "p_value",
            "must_be",
            "one_dimensional",
            "attractive",
            "indifferent",
            "reverse",
            "questionable",
            "n",
            "better",
            "better_low",
            "better_high",
            "worse",
            "worse_low",
            "worse_high",
        ];
        let mut rows = Vec::new();
        let by = self.kano.by.as_ref().map(by_name).unwrap_or_default();
        for feature in &self.kano.features {
            let groups = self.kano.groups.iter().zip(&feature.groups);
            let groups = groups.map(|(key, seen)| {
                let dimension = self.kano.by.as_ref();
                let name = dimension.map(|by| key_name(self.tr(), &self.kano.scope, by, key));
                (name.unwrap_or_default(), seen)
            });
            for (group, seen) in std::iter::once((String::new(), &feature.whole)).chain(groups) {
                let shown = seen.shown();
                let own_by = if group.is_empty() {
                    String::new()
                } else {
                    by.clone()
                };
                let mut row = vec![feature.attribute.to_string(), own_by, group];
                let text = |value: Option<String>| value.unwrap_or_default();
                row.push(text(
                    shown.map(|v| v.evaluation.by_rule.letter().to_string()),
                ));
                row.push(text(
                    shown.map(|v| v.evaluation.by_mode.letter().to_string()),
                ));
                row.push(text(
                    shown.map(|v| if v.is_clear { "yes" } else { "no" }.to_owned()),
                ));
                row.push(frame::raw(shown.map(|v| v.p_value)));
                row.extend(
                    KanoCategory::ALL.map(|which| {
                        text(shown.map(|v| v.evaluation.counts.of(which).to_string()))
                    }),
                );
                row.push(text(shown.map(|v| v.evaluation.n.to_string())));
                let c = shown.and_then(|v| v.coefficients);
                for value in [
                    c.map(|c| c.better.value),
                    c.map(|c| c.better.low),
                    c.map(|c| c.better.high),
                    c.map(|c| c.worse.value),
                    c.map(|c| c.worse.low),
                    c.map(|c| c.worse.high),
                ] {
                    row.push(frame::raw(value));
                }
                rows.push(row);
            }
        }
        frame::file("kano.csv", &header, &rows)
    }
}
