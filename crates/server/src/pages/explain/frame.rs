//! What the pages about groups of customers and their needs have in common.

use axum::response::Response;
use maud::{Markup, html};
use radost_app::AppError;
use radost_app::domain::access::Places;
use radost_app::domain::explain::Dimension;
use radost_app::domain::listen::PublishedSurvey;
use radost_app::explain::{Choices, Estimate, Figure, Scope, Selection, by_name};
use radost_app::table::write_line;

use super::overview::{no_responses, no_survey, refused};
use crate::export::{CSV_BEGIN, csv_file};
use crate::look::i18n::Tr;
use crate::look::icon::Icon;
use crate::look::layout::NavItem;
use crate::look::parts::{self, PageHeader, Tab};
use crate::pages::selection::{self, About, address, dimension_name};
use crate::request::Staff;
use crate::words;

/// A page of this kind, read for one person.
#[derive(Clone, Copy)]
pub(crate) struct Frame<'a> {
    pub staff: &'a Staff,
    pub item: NavItem,
    pub selection: &'a Selection,
    pub scope: &'a Scope,
    pub choices: &'a Choices,
    pub minimum: u64,
    pub off_scale: u64,
}

/// Whether the address is that of the page's table as a file.
pub(crate) fn wants_file(staff: &Staff) -> bool {
    let path = staff.reader.path.split('?').next();
    path.is_some_and(|path| path.ends_with(".csv"))
}

/// The answer where there is no result: no survey yet, or an address that means nothing.
pub(crate) fn without<T>(
    staff: &Staff,
    item: NavItem,
    found: Result<Option<T>, AppError>,
) -> Result<T, Box<Response>> {
    let title = staff.tr().t(item.message());
    match found {
        Ok(Some(found)) => Ok(found),
        Ok(None) => Err(Box::new(staff.page(&title, item, no_survey(staff, &title)))),
        Err(error) => Err(Box::new(refused(staff, &title, item.href(), item, error))),
    }
}

impl Frame<'_> {
    pub(crate) fn tr(&self) -> Tr {
        self.staff.tr()
    }

    pub(crate) fn survey(&self) -> &PublishedSurvey {
        &self.scope.survey.published
    }

    /// This view with its survey named, so that a link means the same tomorrow.
    pub(crate) fn here(&self) -> Selection {
        let code = self.survey().survey().code.as_str();
        self.selection.clone().with("survey", code)
    }

    /// The same view with one thing changed.
    pub(crate) fn with(&self, name: &str, value: &str) -> String {
        address(self.item.href(), &self.here().with(name, value))
    }

    /// The page: its sentence, its filters, what it shows.
    pub(crate) fn page(&self, sentence: &str, about: About, body: &Markup) -> Response {
        let title = self.tr().t(self.item.message());
        let body = html! {
            (parts::page_header(&PageHeader { title: &title, lead: Some(sentence), ..PageHeader::default() }))
            (selection::bar_about(self.staff, self.item.href(), self.selection, self.scope, self.choices, about))
            (body)
        };
        self.staff.page(&title, self.item, body)
    }

    /// The table as a file; `None` where the address would hold nothing.
    pub(crate) fn csv(&self) -> String {
        address(&format!("{}.csv", self.item.href()), &self.here())
    }

    /// What a question is called.
    pub(crate) fn question(&self, code: &radost_app::domain::Code) -> String {
        let question = self.survey().question(code.as_str());
        let text = question.map(|q| q.question.text.best(words::language(self.tr().lang)));
        text.filter(|text| !text.is_empty())
            .map_or_else(|| code.to_string(), str::to_owned)
    }

    /// What a dimension is called.
    pub(crate) fn dimension(&self, dimension: &Dimension) -> String {
        dimension_name(self.tr(), self.survey(), dimension)
    }

    /// Nothing in this view: what to do about it.
    pub(crate) fn nothing(&self) -> Markup {
        let tr = self.tr();
        let filtered = self.selection.pairs().any(|(name, _)| name != "survey");
        if !filtered && self.staff.actor().places == Places::All {
            return no_responses(self.staff);
        }
        self.empty(
            &tr.t("overview-nothing-here"),
            &tr.t("overview-nothing-here-text"),
            Some((&tr.t("filter-reset"), self.item.href())),
        )
    }

    /// An empty place: why, and what to do next.
    pub(crate) fn empty(&self, title: &str, text: &str, next: Option<(&str, &str)>) -> Markup {
        let action = next.map(|(words, href)| parts::link_button(href, words));
        parts::empty_state(Icon::Search, title, Some(text), action.as_ref())
    }

    /// The ways of grouping as tabs. With `whole`, the first is no grouping at all.
    pub(crate) fn by(
        &self,
        dimensions: &[Dimension],
        current: Option<&Dimension>,
        whole: bool,
    ) -> Markup {
        let tr = self.tr();
        let mut choices: Vec<(String, String, bool)> = Vec::new();
        if whole {
            let current = current.is_none();
            choices.push((tr.t("groups-everybody"), self.with("by", ""), current));
        }
        for dimension in dimensions {
            let href = self.with("by", &by_name(dimension));
            choices.push((self.dimension(dimension), href, current == Some(dimension)));
        }
        let tabs: Vec<Tab> = choices
            .iter()
            .map(|(label, href, current)| Tab {
                label,
                href,
                current: *current,
            })
            .collect();
        parts::tabs(&tr.t("groups-by"), &tabs)
    }

    /// How it was computed: what is special to the page (`kano-how-clear` with `kano-how-clear-text`, …), then what holds on
    /// all of them.
    pub(crate) fn how(&self, page: &str, topics: &[&str], more: Option<String>, n: u64) -> Markup {
        let tr = self.tr();
        let period = self.scope.period;
        let zone = self.scope.directory.workspace.time_zone.as_str();
        let level = tr.percent(self.scope.level.get(), 0);
        let mut facts: Vec<(String, String)> = Vec::new();
        for topic in topics {
            let term = match *topic {
                "assumptions" | "source" => format!("groups-how-{topic}"),
                topic => format!("{page}-how-{topic}"),
            };
            facts.push((tr.t(&term), tr.t(&format!("{page}-how-{topic}-text"))));
        }
        facts.extend(more.map(|text| (tr.t("groups-how-sizes"), text)));
        facts.push((
            tr.t("overview-how-period"),
            tr.ta(
                "groups-how-period",
                &[
                    ("from", tr.date(period.from).into()),
                    ("to", tr.date(period.to).into()),
                    ("n", n.into()),
                ],
            ),
        ));
        facts.push((
            tr.t("overview-how-zone"),
            tr.ta("overview-how-zone-text", &[("zone", zone.into())]),
        ));
        facts.push((
            tr.t("overview-how-level"),
            tr.ta("overview-how-level-text", &[("level", level.into())]),
        ));
        facts.push((
            tr.t("overview-how-minimum"),
            tr.ta("overview-how-minimum-text", &[("n", self.minimum.into())]),
        ));
        facts.push((tr.t("groups-how-sample"), tr.t("groups-how-sample-text")));
        if self.off_scale > 0 {
            facts.push((
                tr.t("overview-how-off-scale"),
                tr.ta(
                    "overview-how-off-scale-text",
                    &[("n", self.off_scale.into())],
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

/// A p-value as people write it.
pub(crate) fn p_value(tr: Tr, p: f64) -> String {
    if p < 0.001 {
        format!("p < {}", tr.number(0.001, 3))
    } else {
        format!("p = {}", tr.number(p, 3))
    }
}

/// A number with its interval and its n, as far as it may be shown.
pub(crate) fn figure(tr: Tr, figure: &Figure, decimals: usize, percent: bool) -> Markup {
    match figure {
        // One element, which a phone does not pull apart.
        Figure::Shown(e) => html! { span {
            (estimate(tr, e, decimals, percent)) " "
            span.muted.nowrap { (tr.ta("stat-n", &[("n", e.n.into())])) }
        } },
        Figure::Withheld => html! { span.muted { (tr.t("withheld")) } },
        Figure::Nothing => html! { span.muted { "–" } },
    }
}

/// `62 [60–64]`, `62% [60–64]`.
pub(crate) fn estimate(tr: Tr, e: &Estimate, decimals: usize, percent: bool) -> String {
    if percent {
        let range = tr.range(e.low, e.high, decimals);
        format!("{}\u{a0}[{range}]", tr.percent(e.value / 100.0, decimals))
    } else {
        tr.interval(e.value, e.low, e.high, decimals)
    }
}

/// Up to so many names; more would not be listened to.
const MOST_NAMED: usize = 4;

/// Names one after another, the last of many only counted.
pub(crate) fn names(tr: Tr, names: &[String]) -> String {
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    if all.len() <= MOST_NAMED {
        return words::list(tr, &all);
    }
    let rest = all.len() - (MOST_NAMED - 1);
    tr.ta(
        "groups-and-more",
        &[
            ("names", all[..MOST_NAMED - 1].join(", ").into()),
            ("n", rest.into()),
        ],
    )
}

/// A number as programs read it; nothing where there is none.
pub(crate) fn raw(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// Value, bounds and n as programs read them.
pub(crate) fn raw_figure(figure: &Figure) -> [String; 4] {
    let e = figure.shown();
    [
        raw(e.map(|e| e.value)),
        raw(e.map(|e| e.low)),
        raw(e.map(|e| e.high)),
        e.map_or_else(String::new, |e| e.n.to_string()),
    ]
}

/// A file of these rows.
pub(crate) fn file(name: &str, header: &[&str], rows: &[Vec<String>]) -> Response {
    let mut text = CSV_BEGIN.to_vec();
    write_line(&mut text, header.iter().copied());
    for row in rows {
        write_line(&mut text, row.iter().map(String::as_str));
    }
    csv_file(name, text)
}
