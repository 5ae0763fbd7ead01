//! The tuning page: what customers need, what they get, and how many variants would fit which share of them.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use radost_app::App;
use radost_app::domain::access::Permission;
use radost_app::explain::{Figure, NeedGroups, NoGroups, Selection, Tuning};

use super::frame::{self, Frame};
use crate::Server;
use crate::look::chart::{self, Estimate, MapChart, Point, Range, Spot, TrendChart};
use crate::look::i18n::Tr;
use crate::look::icon::Icon;
use crate::look::layout::NavItem;
use crate::look::parts::{self, Column, StatCard, Table};
use crate::pages::selection::{self, About};
use crate::request::{PageResult, Staff};

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .route("/explain/tuning", get(page))
        .route("/explain/tuning.csv", get(page))
}

async fn page(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let selection = selection::of_request(&staff);
    let found = app.tuning(staff.actor(), &selection).await;
    Ok(match frame::without(&staff, NavItem::Tuning, found) {
        Ok(tuning) => {
            let drawing = Drawing::of(&staff, &selection, &tuning);
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
    tuning: &'a Tuning,
}

impl<'a> Drawing<'a> {
    fn of(staff: &'a Staff, selection: &'a Selection, tuning: &'a Tuning) -> Self {
        let frame = Frame {
            staff,
            item: NavItem::Tuning,
            selection,
            scope: &tuning.scope,
            choices: &tuning.choices,
            minimum: tuning.minimum,
            off_scale: tuning.off_scale,
        };
        Drawing { frame, tuning }
    }

    fn tr(&self) -> Tr {
        self.frame.tr()
    }

    fn nobody(&self) -> bool {
        let nothing = |figure: &Figure| *figure == Figure::Nothing;
        self.tuning
            .attributes
            .iter()
            .all(|attribute| nothing(&attribute.importance))
    }

    /// The one sentence that a manager could read aloud.
    fn sentence(&self) -> String {
        let tr = self.tr();
        let tuning = self.tuning;
        if tuning.attributes.is_empty() {
            return tr.t("tuning-no-pairs");
        }
        if self.nobody() {
            let days = i64::from(tuning.scope.period.days());
            return tr.ta("sentence-nothing", &[("days", days.into())]);
        }
        let best = tuning.attributes.first();
        let best = best.and_then(|a| Some((a, a.opportunity.shown()?)));
        let (Some(met), Some((attribute, score))) = (tuning.met.shown(), best) else {
            return tr.ta("tuning-withheld", &[("n", tuning.minimum.into())]);
        };
        let groups = match &tuning.groups {
            Ok(found) => tr.ta(
                "tuning-sentence-groups",
                &[("n", found.groups.len().into())],
            ),
            Err(NoGroups::Alike) => tr.t("tuning-sentence-alike"),
            Err(NoGroups::TooFew { .. }) => String::new(),
        };
        tr.ta(
            "tuning-sentence",
            &[
                ("share", frame::estimate(tr, met, 0, true).into()),
                ("n", met.n.into()),
                ("attribute", self.frame.question(&attribute.rating).into()),
                (
                    "score",
                    tr.interval(score.value, score.low, score.high, 1).into(),
                ),
                ("groups", groups.into()),
            ],
        )
    }

    fn page(&self) -> Response {
        let tr = self.tr();
        let tuning = self.tuning;
        let body = if tuning.attributes.is_empty() {
            let edit = format!("/surveys/{}", self.frame.survey().survey().code);
            let words = tr.t("kano-to-survey");
            let may = self.frame.staff.actor().may(Permission::EditSurveys);
            self.frame.empty(
                &tr.t("tuning-no-pairs"),
                &tr.t("tuning-no-pairs-text"),
                may.then_some((words.as_str(), edit.as_str())),
            )
        } else if self.nobody() {
            self.frame.nothing()
        } else {
            html! {
                (self.cards())
                (self.map())
                (self.table())
                (self.groups())
                (self.variants())
                (self.frame.how("tuning", &["scale", "opportunity", "met", "groups", "variants", "assumptions", "source"], None, tuning.customers))
            }
        };
        self.frame.page(&self.sentence(), About::NoMetric, &body)
    }

    fn cards(&self) -> Markup {
        let tr = self.tr();
        let label = tr.t("tuning-met");
        let note = tr.t("tuning-met-note");
        let shown = self.tuning.met.shown();
        let value = shown.map(|e| tr.percent(e.value / 100.0, 0));
        let interval = shown.map(|e| tr.range(e.low, e.high, 0));
        let left_out = self.tuning.left_out;
        html! {
            (parts::stat_row(&[parts::stat_card(tr, &StatCard {
                label: &label,
                value: value.as_deref(),
                interval: interval.as_deref(),
                n: shown.map(|e| e.n),
                note: Some(&note),
                ..StatCard::default()
            })]))
            @if left_out > 0 {
                p.muted {
                    (tr.ta("tuning-left-out", &[("n", left_out.into())]))
                    @if left_out > self.tuning.customers { " " strong { (tr.t("tuning-much-missing")) } }
                }
            }
        }
    }

    fn map(&self) -> Markup {
        let tr = self.tr();
        let title = tr.t("tuning-map");
        let mut means = Vec::new();
        let mut spots = Vec::new();
        for attribute in &self.tuning.attributes {
            let (Some(x), Some(y)) = (attribute.satisfaction.shown(), attribute.importance.shown())
            else {
                continue;
            };
            let name = self.frame.question(&attribute.rating);
            means.push((x.value, y.value));
            let words = tr.ta(
                "tuning-spot",
                &[
                    ("name", name.as_str().into()),
                    ("importance", frame::estimate(tr, y, 0, true).into()),
                    ("satisfaction", frame::estimate(tr, x, 0, true).into()),
                    ("n", x.n.into()),
                ],
            );
            spots.push(Spot {
                label: name,
                at: [x.value, y.value],
                around: Vec::new(),
                reach: Some([[x.low, x.high], [y.low, y.high]]),
                words,
            });
        }
        if spots.is_empty() {
            return parts::section(&title, &html! {}, &html! { p.muted { (tr.t("withheld")) } });
        }
        let n = means.len() as f64;
        let cross = [
            means.iter().map(|(x, _)| x).sum::<f64>() / n,
            means.iter().map(|(_, y)| y).sum::<f64>() / n,
        ];
        let whole = Range {
            low: 0.0,
            high: 100.0,
        };
        let chart = chart::map(
            tr,
            &MapChart {
                id: "tuning-map",
                title: &title,
                description: &self.sentence(),
                x: (&tr.t("tuning-axis-satisfaction"), Some(whole)),
                y: (&tr.t("tuning-axis-importance"), Some(whole)),
                cross,
                corners: [
                    &tr.t("tuning-corner-low"),
                    &tr.t("tuning-corner-over"),
                    &tr.t("tuning-corner-act"),
                    &tr.t("tuning-corner-keep"),
                ],
                diagonal: true,
                spots,
            },
        );
        parts::section(
            &title,
            &html! {},
            &html! { (chart) p.muted { (tr.t("tuning-map-legend")) } },
        )
    }

    fn table(&self) -> Markup {
        let tr = self.tr();
        let title = tr.t("tuning-table");
        let labels = [
            "tuning-attribute",
            "tuning-importance",
            "tuning-satisfaction",
            "tuning-opportunity",
            "tuning-attribute-met",
        ]
        .map(|id| tr.t(id));
        let mut columns = vec![Column::text(&labels[0])];
        columns.extend(labels[1..].iter().map(|label| Column::number(label)));
        let rows = (1..)
            .zip(&self.tuning.attributes)
            .map(|(number, attribute)| {
                vec![
                    html! { span.muted.number { (number) } " " (self.frame.question(&attribute.rating)) },
                    frame::figure(tr, &attribute.importance, 0, true),
                    frame::figure(tr, &attribute.satisfaction, 0, true),
                    frame::figure(tr, &attribute.opportunity, 1, false),
                    frame::figure(tr, &attribute.met, 0, true),
                ]
            })
            .collect();
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

    fn groups(&self) -> Markup {
        let tr = self.tr();
        let title = tr.t("tuning-groups");
        let body = match &self.tuning.groups {
            Ok(found) => self.found(found, &title),
            Err(NoGroups::TooFew { needed }) => parts::empty_state(
                Icon::Hourglass,
                &tr.ta("tuning-groups-too-few", &[("n", (*needed).into())]),
                Some(&tr.t("tuning-groups-too-few-text")),
                None,
            ),
            Err(NoGroups::Alike) => parts::empty_state(
                Icon::Same,
                &tr.t("tuning-groups-alike"),
                Some(&tr.t("tuning-groups-alike-text")),
                None,
            ),
        };
        parts::section(&title, &html! {}, &body)
    }

    fn found(&self, found: &NeedGroups, title: &str) -> Markup {
        let tr = self.tr();
        let names: Vec<String> = self
            .tuning
            .attributes
            .iter()
            .map(|attribute| self.frame.question(&attribute.rating))
            .collect();
        let (group, share, met) = (
            tr.t("overview-group"),
            tr.t("tuning-group-share"),
            tr.t("tuning-attribute-met"),
        );
        let mut columns = vec![
            Column::text(&group),
            Column::number(&share),
            Column::number(&met),
        ];
        columns.extend(names.iter().map(|name| Column::number(name)));
        let rows = found
            .groups
            .iter()
            .enumerate()
            .map(|(i, group)| {
                // What they want more than others do says who they are.
                let first = (0..names.len()).max_by(|&a, &b| {
                    let need = |i: usize| group.profile[i].unwrap_or(f64::NEG_INFINITY);
                    need(a).total_cmp(&need(b))
                });
                let wants = first.map(|i| names[i].clone()).unwrap_or_default();
                let mut cells = vec![
                    html! { (tr.ta("tuning-group", &[("n", (i + 1).into()), ("wants", wants.into())])) },
                    html! { span.nowrap { (frame::estimate(tr, &group.share, 0, true)) } },
                    frame::figure(tr, &group.met, 0, true),
                ];
                cells.extend(group.profile.iter().map(|need| match need {
                    Some(need) => html! { (tr.signed(*need, 0)) },
                    None => html! { span.muted { (tr.t("withheld")) } },
                }));
                cells
            })
            .collect();
        let told = tr.ta(
            "tuning-groups-found",
            &[
                ("n", found.n.into()),
                ("silhouette", tr.number(found.silhouette, 2).into()),
                ("stability", tr.number(found.stability, 2).into()),
            ],
        );
        html! {
            p { (told) }
            (parts::data_table(tr, &Table { caption: title, columns: &columns, rows, ..Table::default() }))
            p.muted { (tr.t("tuning-groups-legend")) }
        }
    }

    fn variants(&self) -> Markup {
        let tr = self.tr();
        let title = tr.t("tuning-variants");
        let variants = &self.tuning.variants;
        if variants.is_empty() {
            return html! {};
        }
        let points = variants
            .iter()
            .map(|point| Point {
                label: point.variants.to_string(),
                estimate: Some(Estimate {
                    value: point.share.value,
                    low: point.share.low,
                    high: point.share.high,
                }),
                n: point.share.n,
            })
            .collect();
        let picture = chart::trend(
            tr,
            &TrendChart {
                id: "variants",
                title: &title,
                description: &tr.t("tuning-variants-lead"),
                points,
                range: Some(Range {
                    low: 0.0,
                    high: 100.0,
                }),
                references: Vec::new(),
                decimals: 0,
            },
        );
        let labels = [
            "tuning-variants-number",
            "tuning-variants-share",
            "tuning-variants-gain",
            "overview-n",
        ]
        .map(|id| tr.t(id));
        let columns = [
            Column::text(&labels[0]),
            Column::number(&labels[1]),
            Column::number(&labels[2]),
            Column::number(&labels[3]),
        ];
        let rows = variants
            .iter()
            .map(|point| {
                vec![
                    html! { (point.variants) },
                    html! { span.nowrap { (frame::estimate(tr, &point.share, 0, true)) } },
                    html! { (tr.signed(point.gain, 0)) },
                    html! { (tr.count(point.share.n)) },
                ]
            })
            .collect();
        let body = html! {
            p { (tr.t("tuning-variants-lead")) }
            (picture)
            (parts::data_table(tr, &Table { caption: &title, columns: &columns, rows, ..Table::default() }))
        };
        parts::section(&title, &html! {}, &body)
    }

    fn file(&self) -> Response {
        let header = [
            "attribute",
            "importance",
            "importance_low",
            "importance_high",
            "n",
            "satisfaction",
            "satisfaction_low",
            "satisfaction_high",
            "opportunity",
            "opportunity_low",
            "opportunity_high",
            "met",
            "met_low",
            "met_high",
        ];
        let rows: Vec<Vec<String>> = self
            .tuning
            .attributes
            .iter()
            .map(|attribute| {
                let mut row = vec![attribute.rating.to_string()];
                row.extend(frame::raw_figure(&attribute.importance));
                for figure in [
                    &attribute.satisfaction,
                    &attribute.opportunity,
                    &attribute.met,
                ] {
                    row.extend(frame::raw_figure(figure).into_iter().take(3));
                }
                row
            })
            .collect();
        frame::file("tuning.csv", &header, &rows)
    }
}
