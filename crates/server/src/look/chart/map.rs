//! Things on a plane: what matters how much against how good it is, with the region in which each probably lies, and the plane
//! divided into four.

use kuva::render::render::{PathData, Primitive, Scene, TextAnchor};
use maud::Markup;

use super::{
    BAND, Color, GRID, INTERVAL, MUTED, REFERENCE, Range, SURFACE, Scale, Size, TEXT, figure,
    hover_group, line, shorten, text,
};
use crate::look::i18n::Tr;

/// A map. Every spot carries its number: a label that finds no room beside its spot stands below the map, on a phone all do.
#[derive(Debug, Clone)]
pub struct MapChart<'a> {
    /// Unique on the page, fit for an id.
    pub id: &'a str,
    pub title: &'a str,
    pub description: &'a str,
    /// What grows to the right, and over which range; without one over all that the map shows.
    pub x: (&'a str, Option<Range>),
    /// What grows upward.
    pub y: (&'a str, Option<Range>),
    /// Where the plane falls into four, and what each is called: below left, below right, above left, above right.
    pub cross: [f64; 2],
    pub corners: [&'a str; 4],
    /// A line from the lower left to the upper right end, where both axes are of one kind.
    pub diagonal: bool,
    pub spots: Vec<Spot>,
}

/// One thing on a map.
#[derive(Debug, Clone)]
pub struct Spot {
    pub label: String,
    /// Across and up, as everything here.
    pub at: [f64; 2],
    /// Where it probably lies: the rim of a region.
    pub around: Vec<[f64; 2]>,
    /// Or the ends of an interval across and of one upward.
    pub reach: Option<[[f64; 2]; 2]>,
    /// All of it in words, for hovering.
    pub words: String,
}

#[must_use]
pub fn map(tr: Tr, chart: &MapChart) -> Markup {
    figure(chart.id, chart.title, chart.description, |size| {
        draw(tr, chart, size)
    })
}

/// Radius of a spot: its number must be legible within.
const RADIUS: f64 = 9.5;
/// A letter of 13 pixels is no wider than this on average.
const LETTER: f64 = 7.2;

/// Height of a line below the map.
const LEGEND_ROW: f64 = 20.0;

/// A direction of the plane on the picture.
#[derive(Clone, Copy)]
struct Axis {
    scale: Scale,
    from: f64,
    to: f64,
}

impl Axis {
    /// Of the one direction, 0 across and 1 up, between two ends of the picture.
    fn new(chart: &MapChart, which: usize, from: f64, to: f64) -> Self {
        let shown = chart.spots.iter().flat_map(|spot| {
            let around = spot.around.iter().map(|at| at[which]);
            let reach = spot.reach.iter().flat_map(|reach| reach[which]);
            around.chain(reach).chain([spot.at[which]])
        });
        let range = [chart.x.1, chart.y.1][which];
        let scale = Scale::of(shown.chain([chart.cross[which]]), range, false);
        Self { scale, from, to }
    }

    fn at(self, value: f64) -> f64 {
        let Scale { low, high, .. } = self.scale;
        (self.scale.clamp(value) - low) / (high - low) * (self.to - self.from) + self.from
    }

    fn ticks(self, tr: Tr) -> impl Iterator<Item = (f64, String)> {
        let decimals = self.scale.decimals();
        self.scale
            .ticks()
            .map(move |value| (self.at(value), tr.number(value, decimals)))
    }
}

fn draw(tr: Tr, chart: &MapChart, size: Size) -> Scene {
    let (plot, left, right, top) = match size {
        Size::Wide => (444.0, 64.0, 24.0, 30.0),
        Size::Narrow => (304.0, 44.0, 10.0, 30.0),
    };
    let (end, foot) = (size.width() - right, top + plot);
    let x = Axis::new(chart, 0, left, end);
    let y = Axis::new(chart, 1, foot, top);
    let place = |[across, up]: [f64; 2]| (x.at(across), y.at(up));

    let room = ((end - left) / 2.0 / LETTER) as usize;
    let ends = [
        (left + 6.0, foot - 8.0, TextAnchor::Start),
        (end - 6.0, foot - 8.0, TextAnchor::End),
        (left + 6.0, top + 16.0, TextAnchor::Start),
        (end - 6.0, top + 16.0, TextAnchor::End),
    ];
    let corners = chart.corners.map(|words| shorten(words, room.max(6)));
    let mut taken: Vec<[f64; 4]> = Vec::new();
    for (words, (at, up, anchor)) in corners.iter().zip(ends) {
        taken.push(area(at, up, words, anchor));
    }
    for spot in &chart.spots {
        let (at, up) = place(spot.at);
        taken.push([at - RADIUS, up - RADIUS, at + RADIUS, up + RADIUS]);
    }
    let bounds = [left, 16.0, size.width() - 4.0, foot];
    let mut below: Vec<(usize, &str)> = Vec::new();
    let mut labels = Vec::with_capacity(chart.spots.len());
    for (number, spot) in (1..).zip(&chart.spots) {
        let label = shorten(&spot.label, 30);
        let found = match size {
            Size::Wide => beside(
                place(spot.at),
                &label,
                bounds,
                spot.reach.is_some(),
                &mut taken,
            ),
            Size::Narrow => None,
        };
        if found.is_none() {
            below.push((number, &spot.label));
        }
        labels.push(found.map(|(at, up, anchor)| text(at, up, &label, anchor, TEXT)));
    }

    let columns = if size == Size::Wide { 3 } else { 1 };
    let rows = below.len().div_ceil(columns);
    let legend = if rows == 0 {
        0.0
    } else {
        LEGEND_ROW.mul_add(rows as f64, 10.0)
    };
    let height = foot + 46.0;
    let mut scene = Scene::new(size.width(), height + legend);
    for (at, words) in x.ticks(tr) {
        scene.add(line(at, top, at, foot, GRID, 1.0, None));
        scene.add(text(at, foot + 18.0, &words, TextAnchor::Middle, MUTED));
    }
    for (at, words) in y.ticks(tr) {
        scene.add(line(left, at, end, at, GRID, 1.0, None));
        scene.add(text(left - 8.0, at + 4.5, &words, TextAnchor::End, MUTED));
    }
    if chart.diagonal {
        scene.add(line(left, foot, end, top, REFERENCE, 1.2, Some("2 5")));
    }
    let (across, up) = place(chart.cross);
    let dash = Some("5 4");
    scene.add(line(across, top, across, foot, REFERENCE, 1.5, dash));
    scene.add(line(left, up, end, up, REFERENCE, 1.5, dash));
    // The names of the axes: across below, upward above its own end.
    let (name_x, name_y) = (shorten(chart.x.0, room * 2), shorten(chart.y.0, room * 2));
    scene.add(text(end, height - 6.0, &name_x, TextAnchor::End, TEXT));
    scene.add(text(4.0, 14.0, &name_y, TextAnchor::Start, TEXT));
    for (words, (at, up, anchor)) in corners.iter().zip(ends) {
        scene.add(text(at, up, words, anchor, MUTED));
    }
    // Regions below all spots: a large one must not hide a small neighbour.
    for spot in &chart.spots {
        if let Some((first, rest)) = spot.around.split_first() {
            let point = |at: &[f64; 2]| {
                let (across, up) = place(*at);
                format!("{across:.1},{up:.1}")
            };
            let rest: Vec<String> = rest.iter().map(|at| format!("L{}", point(at))).collect();
            scene.add(Primitive::Path(Box::new(PathData {
                d: format!("M{}{}Z", point(first), rest.concat()),
                fill: Some(Color::from(BAND)),
                stroke: INTERVAL.into(),
                stroke_width: 1.0,
                opacity: Some(0.6),
                stroke_dasharray: None,
            })));
        }
    }
    for ((number, spot), label) in (1..).zip(&chart.spots).zip(labels) {
        let (at, up) = place(spot.at);
        hover_group(&mut scene, &spot.words);
        if let Some([[x1, x2], [y1, y2]]) = spot.reach {
            let (x1, x2) = (x.at(x1), x.at(x2));
            let (y1, y2) = (y.at(y1), y.at(y2));
            scene.add(line(x1, up, x2, up, INTERVAL, 1.5, None));
            scene.add(line(at, y1, at, y2, INTERVAL, 1.5, None));
        }
        scene.add(Primitive::CircleBatch {
            cx: vec![at],
            cy: vec![up],
            r: RADIUS,
            fill: INTERVAL.into(),
            fill_opacity: None,
            stroke: Some(SURFACE.into()),
            stroke_width: Some(1.5),
        });
        scene.add(figure_of(at, up + 4.5, number, SURFACE));
        if let Some(label) = label {
            scene.add(label);
        }
        scene.add(Primitive::GroupEnd);
    }
    let column = (end - left) / columns as f64;
    for (i, (number, label)) in below.into_iter().enumerate() {
        let at = column.mul_add((i / rows) as f64, left);
        let up = LEGEND_ROW.mul_add((i % rows) as f64, height + 14.0);
        let letters = ((column - 12.0) / LETTER) as usize;
        scene.add(figure_of(at - 14.0, up, number, TEXT));
        let label = shorten(label, letters);
        scene.add(text(at, up, &label, TextAnchor::Start, MUTED));
    }
    scene
}

/// The number of a spot.
fn figure_of(x: f64, y: f64, number: usize, color: &str) -> Primitive {
    Primitive::Text {
        x,
        y,
        content: number.to_string(),
        size: 12,
        anchor: TextAnchor::Middle,
        rotate: None,
        bold: true,
        color: Some(color.into()),
    }
}

/// What words cover.
fn area(x: f64, y: f64, words: &str, anchor: TextAnchor) -> [f64; 4] {
    let wide = words.chars().count() as f64 * LETTER;
    let from = match anchor {
        TextAnchor::Start => x,
        TextAnchor::Middle => x - wide / 2.0,
        TextAnchor::End => x - wide,
    };
    [from, y - 12.0, from + wide, y + 4.0]
}

/// A place for a label beside its spot where it covers nothing that is taken and stays within the bounds.
fn beside(
    (at, up): (f64, f64),
    label: &str,
    bounds: [f64; 4],
    crossed: bool,
    taken: &mut Vec<[f64; 4]>,
) -> Option<(f64, f64, TextAnchor)> {
    use TextAnchor::{End, Middle, Start};
    // Off the lines of an interval first, then beside the spot.
    let (near, gap) = (RADIUS + 1.0, RADIUS + 4.0);
    let corners = [
        (near, 4.0 - gap, Start),
        (-near, 4.0 - gap, End),
        (near, gap + 8.0, Start),
        (-near, gap + 8.0, End),
    ];
    let sides = [
        (gap, 4.5, Start),
        (-gap, 4.5, End),
        (0.0, -gap - 1.0, Middle),
        (0.0, gap + 10.0, Middle),
    ];
    let corners = corners.into_iter().filter(|_| crossed);
    corners.chain(sides).find_map(|(aside, lower, anchor)| {
        let (x, y) = (at + aside, up + lower);
        let area = area(x, y, label, anchor);
        let inside = area[0] > bounds[0]
            && area[1] > bounds[1]
            && area[2] < bounds[2]
            && area[3] < bounds[3];
        let free = taken.iter().all(|other| {
            area[2] < other[0] || other[2] < area[0] || area[3] < other[1] || other[3] < area[1]
        });
        (inside && free).then(|| {
            taken.push(area);
            (x, y, anchor)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::i18n::Lang;

    fn spot(label: &str, x: f64, y: f64) -> Spot {
        Spot {
            label: label.to_owned(),
            at: [x, y],
            around: Vec::new(),
            reach: Some([[x - 2.0, x + 2.0], [y - 2.0, y + 2.0]]),
            words: format!("{label}: {x}, {y}"),
        }
    }

    #[test]
    fn spots_tell_themselves_and_nothing_breaks_the_policy() {
        let chart = |spots| MapChart {
            id: "m",
            title: "Map",
            description: "What matters.",
            x: ("Stärke", None),
            y: ("Вес", None),
            cross: [50.0, 20.0],
            corners: ["a", "b", "c", "d"],
            diagonal: false,
            spots,
        };
        let tr = Tr::new(Lang::Uk);
        let crowd = vec![spot("<b>Їжа", 40.0, 30.0), spot("Ціна", 60.0, 10.0)];
        let svg = map(tr, &chart(crowd)).into_string();
        assert!(svg.contains("<title>&lt;b&gt;Їжа: 40, 30</title>"), "{svg}");
        assert!(!svg.contains("style=") && !svg.contains("NaN"), "{svg}");
        // Names beside the spots on the wide picture, below the map on the narrow one.
        assert_eq!(svg.matches(">Ціна</text>").count(), 2, "{svg}");
        let empty = map(tr, &chart(Vec::new())).into_string();
        assert!(
            empty.contains("</svg>") && !empty.contains("NaN"),
            "{empty}"
        );
        // Where there is no room at all, every name stands below on both.
        let crowd = (0..40).map(|i| spot(&format!("Waiting {i}"), 50.0, 20.0));
        let svg = map(tr, &chart(crowd.collect())).into_string();
        for i in 0..40 {
            let name = format!(">Waiting {i}</text>");
            assert_eq!(svg.matches(&name).count(), 2, "{name}");
        }
    }

    #[test]
    fn labels_never_cover_each_other() {
        let mut taken = Vec::new();
        let bounds = [0.0, 0.0, 400.0, 400.0];
        let placed = (0..20)
            .filter_map(|_| beside((200.0, 200.0), "Waiting", bounds, true, &mut taken))
            .count();
        assert!(placed > 3 && placed < 20, "{placed}");
        for (i, a) in taken.iter().enumerate() {
            for b in &taken[..i] {
                let apart = a[0] > b[2] || a[2] < b[0] || a[1] > b[3] || a[3] < b[1];
                assert!(apart, "{a:?} {b:?}");
            }
        }
    }
}
