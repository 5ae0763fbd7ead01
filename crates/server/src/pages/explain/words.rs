//! Words and marks that the pages of Explain share.

use maud::{Markup, html};
use radost_app::explain::{Ranged, Scope};
use radost_app::stats::drivers::Quadrant;

use crate::look::chart::{self, MapChart, Spot};
use crate::look::i18n::Tr;
use crate::look::parts::{self, Tone};

/// `0.31 [0.28–0.34]`.
pub(crate) fn ranged(tr: Tr, of: Ranged, decimals: usize) -> String {
    tr.interval(of.value, of.low, of.high, decimals)
}

/// A share with its interval: `31% [28–34]`.
pub(crate) fn share(tr: Tr, of: Ranged) -> String {
    format!(
        "{}\u{a0}[{}]",
        tr.percent(of.value, 0),
        tr.range(100.0 * of.low, 100.0 * of.high, 0)
    )
}

/// A share alone: `31%`.
pub(crate) fn share_number(tr: Tr, share: f64) -> String {
    tr.percent(share, 0)
}

/// Things that matter more or less and are better or worse, on a plane of four quadrants.
pub(crate) struct QuadrantMap<'a> {
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
    /// How well each does, with the decimals in which that is told, and how much it matters.
    pub(crate) measures: [(&'a str, usize); 2],
    pub(crate) cross: [f64; 2],
    pub(crate) spots: Vec<(String, [Ranged; 2])>,
}

pub(crate) fn quadrant_map(tr: Tr, map: QuadrantMap) -> Markup {
    let measures = map.measures.map(|(id, decimals)| (tr.t(id), decimals));
    // Below left, below right, above left, above right.
    let corners = [
        Quadrant::LowPriority,
        Quadrant::PossibleOverkill,
        Quadrant::Concentrate,
        Quadrant::KeepUp,
    ]
    .map(|quadrant| tr.t(quadrant_message(quadrant)));
    let spots = map.spots.into_iter().map(|(label, at)| {
        let told = measures.iter().zip(at).map(|((words, decimals), of)| {
            let value = ranged(tr, of, *decimals);
            format!("{words} {value}")
        });
        Spot {
            words: format!("{label}: {}", told.collect::<Vec<_>>().join("; ")),
            label,
            at: at.map(|of| of.value),
            around: Vec::new(),
            reach: Some(at.map(|of| [of.low, of.high])),
        }
    });
    let chart = MapChart {
        id: map.id,
        title: map.title,
        description: map.description,
        x: (&measures[0].0, None),
        y: (&measures[1].0, None),
        cross: map.cross,
        corners: corners.each_ref().map(String::as_str),
        diagonal: false,
        spots: spots.collect(),
    };
    chart::map(tr, &chart)
}

fn quadrant_message(quadrant: Quadrant) -> &'static str {
    match quadrant {
        Quadrant::Concentrate => "quadrant-concentrate",
        Quadrant::KeepUp => "quadrant-keep-up",
        Quadrant::LowPriority => "quadrant-low-priority",
        Quadrant::PossibleOverkill => "quadrant-overkill",
    }
}

/// What to do about an attribute.
pub(crate) fn quadrant(tr: Tr, quadrant: Quadrant) -> Markup {
    let tone = match quadrant {
        Quadrant::Concentrate => Tone::Warning,
        Quadrant::KeepUp => Tone::Good,
        Quadrant::LowPriority | Quadrant::PossibleOverkill => Tone::Neutral,
    };
    parts::badge(tone, &tr.t(quadrant_message(quadrant)))
}

/// "How this was computed": the period, the confidence and small groups, as on every page, around what a page has of its own.
pub(crate) fn how(tr: Tr, scope: &Scope, minimum: u64, own: &[(&str, String)]) -> Markup {
    let level = tr.percent(scope.level.get(), 0);
    let period = format!(
        "{} – {}",
        tr.date(scope.period.from),
        tr.date(scope.period.to)
    );
    let mut facts = vec![(tr.t("overview-how-period"), period)];
    facts.extend(own.iter().map(|(id, text)| (tr.t(id), text.clone())));
    facts.push((
        tr.t("overview-how-level"),
        tr.ta("overview-how-level-text", &[("level", level.into())]),
    ));
    facts.push((
        tr.t("overview-how-minimum"),
        tr.ta("overview-how-minimum-text", &[("n", minimum.into())]),
    ));
    let pairs: Vec<(&str, Markup)> = facts
        .iter()
        .map(|(term, text)| (term.as_str(), html! { (text) }))
        .collect();
    html! {
        details.how.card { summary { (tr.t("overview-how")) } (parts::facts(&pairs)) }
    }
}
