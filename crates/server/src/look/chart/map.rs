//! Things on a plane: what matters how much against how good it is, with the region in which each probably lies.

use kuva::render::render::{PathData, Primitive, Scene, TextAnchor};
use maud::Markup;

use super::{
    BAND, Color, GRID, INTERVAL, MUTED, REFERENCE, Range, SURFACE, Scale, Size, TEXT, figure,
    hover_group, line, plain, shorten, text,
};
use crate::look::i18n::Tr;

/// A map. Every spot carries its number, by which the table beside the map names it: on a phone there is no room for words.
#[derive(Debug, Clone)]
pub struct MapChart<'a> {
    /// Unique on the page, fit for an id.
    pub id: &'a str,
    pub title: &'a str,
    pub description: &'a str,
    /// What grows to the right, and over which range.
    pub x: (&'a str, Range),
    /// What grows upward.
    pub y: (&'a str, Range),
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
    /// Across and up.
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

/// A direction of the plane on the picture.
#[derive(Clone, Copy)]
struct Axis {
    scale: Scale,
    from: f64,
    to: f64,
}

impl Axis {
    fn new(range: Range, from: f64, to: f64) -> Self {
        let scale = Scale::over(&[], Some(range), &[], false);
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
    let (height, left, right, top) = match size {
        Size::Wide => (520.0, 64.0, 24.0, 30.0),
        Size::Narrow => (380.0, 40.0, 10.0, 30.0),
    };
    let (width, foot) = (size.width(), height - 46.0);
    let x = Axis::new(chart.x.1, left, width - right);
    let y = Axis::new(chart.y.1, foot, top);
    let mut scene = Scene::new(width, height);
    for (at, words) in x.ticks(tr) {
        scene.add(line(at, top, at, foot, GRID, 1.0, None));
        scene.add(text(at, foot + 18.0, &words, TextAnchor::Middle, MUTED));
    }
    for (at, words) in y.ticks(tr) {
        scene.add(line(left, at, width - right, at, GRID, 1.0, None));
        scene.add(text(left - 8.0, at + 4.5, &words, TextAnchor::End, MUTED));
    }
    if chart.diagonal {
        scene.add(line(
            left,
            foot,
            width - right,
            top,
            REFERENCE,
            1.2,
            Some("2 5"),
        ));
    }
    let (cross_x, cross_y) = (x.at(chart.cross[0]), y.at(chart.cross[1]));
    scene.add(line(
        cross_x,
        top,
        cross_x,
        foot,
        REFERENCE,
        1.5,
        Some("5 4"),
    ));
    scene.add(line(
        left,
        cross_y,
        width - right,
        cross_y,
        REFERENCE,
        1.5,
        Some("5 4"),
    ));
    // The names of the axes: across below, upward above its own end.
    scene.add(text(
        width - right,
        height - 6.0,
        chart.x.0,
        TextAnchor::End,
        TEXT,
    ));
    scene.add(text(4.0, 14.0, chart.y.0, TextAnchor::Start, TEXT));
    let room = ((width - right - left) / 2.0 / LETTER) as usize;
    let corners = [
        (left + 6.0, foot - 8.0, TextAnchor::Start),
        (width - right - 6.0, foot - 8.0, TextAnchor::End),
        (left + 6.0, top + 16.0, TextAnchor::Start),
        (width - right - 6.0, top + 16.0, TextAnchor::End),
    ];
    let mut taken: Vec<[f64; 4]> = Vec::new();
    for (words, (at, up, anchor)) in chart.corners.iter().zip(corners) {
        let words = shorten(words, room.max(6));
        let wide = words.chars().count() as f64 * LETTER;
        let from = if matches!(anchor, TextAnchor::End) {
            at - wide
        } else {
            at
        };
        taken.push([from, up - 12.0, from + wide, up + 4.0]);
        scene.add(text(at, up, &words, anchor, MUTED));
    }
    for spot in &chart.spots {
        let (at, up) = (x.at(spot.at[0]), y.at(spot.at[1]));
        taken.push([at - RADIUS, up - RADIUS, at + RADIUS, up + RADIUS]);
    }
    // Regions below all spots: a large one must not hide a small neighbour.
    for spot in &chart.spots {
        if let Some((first, rest)) = spot.around.split_first() {
            let point =
                |[across, upward]: &[f64; 2]| format!("{:.1},{:.1}", x.at(*across), y.at(*upward));
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
    for (number, spot) in (1..).zip(&chart.spots) {
        let (at, up) = (x.at(spot.at[0]), y.at(spot.at[1]));
        hover_group(&mut scene, &spot.words);
        if let Some([across, upward]) = spot.reach {
            scene.add(line(
                x.at(across[0]),
                up,
                x.at(across[1]),
                up,
                INTERVAL,
                1.5,
                None,
            ));
            scene.add(line(
                at,
                y.at(upward[0]),
                at,
                y.at(upward[1]),
                INTERVAL,
                1.5,
                None,
            ));
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
        scene.add(Primitive::Text {
            x: at,
            y: up + 4.5,
            content: number.to_string(),
            size: 12,
            anchor: TextAnchor::Middle,
            rotate: None,
            bold: true,
            color: Some(SURFACE.into()),
        });
        if size == Size::Wide {
            let label = shorten(&spot.label, 30);
            if let Some((across, upward, anchor)) = beside(
                at,
                up,
                &label,
                (left, width),
                spot.reach.is_some(),
                &mut taken,
            ) {
                scene.add(Primitive::Text {
                    x: across,
                    y: upward,
                    content: plain(&label),
                    size: 13,
                    anchor,
                    rotate: None,
                    bold: false,
                    color: Some(TEXT.into()),
                });
            }
        }
        scene.add(Primitive::GroupEnd);
    }
    scene
}

/// Where a label fits without covering another; the number in the spot stands for it where it fits nowhere.
fn beside(
    at: f64,
    up: f64,
    label: &str,
    (left, right): (f64, f64),
    crossed: bool,
    taken: &mut Vec<[f64; 4]>,
) -> Option<(f64, f64, TextAnchor)> {
    let wide = label.chars().count() as f64 * LETTER;
    let gap = RADIUS + 4.0;
    // Off the lines of an interval first, then beside the spot.
    let (near, over, under) = (RADIUS + 1.0, up - gap + 4.0, up + gap + 8.0);
    let corners = [
        (at + near, over, TextAnchor::Start, at + near),
        (at - near, over, TextAnchor::End, at - near - wide),
        (at + near, under, TextAnchor::Start, at + near),
        (at - near, under, TextAnchor::End, at - near - wide),
    ];
    let sides = [
        (at + gap, up + 4.5, TextAnchor::Start, at + gap),
        (at - gap, up + 4.5, TextAnchor::End, at - gap - wide),
        (at, up - gap - 1.0, TextAnchor::Middle, at - wide / 2.0),
        (at, up + gap + 10.0, TextAnchor::Middle, at - wide / 2.0),
    ];
    let places = corners
        .iter()
        .skip(if crossed { 0 } else { 4 })
        .chain(&sides);
    places.copied().find_map(|(x, y, anchor, from)| {
        let area = [from, y - 12.0, from + wide, y + 4.0];
        let inside = area[0] > left && area[2] < right - 4.0 && area[1] > 16.0;
        let free = taken.iter().all(|other| {
            area[2] < other[0] || other[2] < area[0] || area[3] < other[1] || other[3] < area[1]
        });
        (inside && free).then(|| {
            taken.push(area);
            (x, y, anchor)
        })
    })
}
