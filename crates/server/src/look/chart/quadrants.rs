//! A map of two measures in four quadrants: what matters and how it does.

use kuva::render::render::{Primitive, Scene, TextAnchor};
use maud::Markup;

use super::{
    Estimate, GRID, INTERVAL, LINE, MUTED, Point, REFERENCE, SURFACE, Scale, Size, TEXT, figure,
    hover_group, line, shorten, text,
};
use crate::look::i18n::Tr;

/// Something on the map, with the intervals of both measures.
#[derive(Debug, Clone)]
pub struct Placed {
    pub label: String,
    pub x: Estimate,
    pub y: Estimate,
}

/// Two measures of several things, divided into four quadrants.
#[derive(Debug, Clone)]
pub struct QuadrantChart<'a> {
    /// Unique on the page, fit for an id.
    pub id: &'a str,
    pub title: &'a str,
    pub description: &'a str,
    /// What the axes are.
    pub x: &'a str,
    pub y: &'a str,
    /// The most important first: on a phone they are numbered.
    pub spots: Vec<Placed>,
    /// Where the map is divided.
    pub crosshair: (f64, f64),
    /// Words for low x and low y, high x and low y, low x and high y, high x and high y.
    pub corners: [String; 4],
    pub decimals: (usize, usize),
}

/// Where things lie, with whiskers for both intervals.
#[must_use]
pub fn quadrants(tr: Tr, chart: &QuadrantChart) -> Markup {
    figure(chart.id, chart.title, chart.description, |size| {
        draw(tr, chart, size)
    })
}

/// Letters of 13 pixels are hardly wider than this.
const LETTER: f64 = 7.2;

fn scale_over(ends: impl Iterator<Item = Estimate>) -> Scale {
    let points: Vec<Point> = ends
        .map(|estimate| Point {
            label: String::new(),
            estimate: Some(estimate),
            n: 0,
        })
        .collect();
    Scale::over(&points, None, &[], false)
}

fn draw(tr: Tr, chart: &QuadrantChart, size: Size) -> Scene {
    let wide = size == Size::Wide;
    let (left, right, top, bottom, plot) = match size {
        Size::Wide => (58.0, 24.0, 30.0, 52.0, 430.0),
        Size::Narrow => (44.0, 10.0, 30.0, 50.0, 330.0),
    };
    const LEGEND_ROW: f64 = 20.0;
    let legend = if wide {
        0.0
    } else {
        LEGEND_ROW.mul_add(chart.spots.len() as f64, 10.0)
    };
    let height = top + plot + bottom + legend;
    let mut scene = Scene::new(size.width(), height);
    let point = |value: f64| Estimate {
        value,
        low: value,
        high: value,
    };
    let xs = scale_over(
        chart
            .spots
            .iter()
            .map(|spot| spot.x)
            .chain([point(chart.crosshair.0)]),
    );
    let ys = scale_over(
        chart
            .spots
            .iter()
            .map(|spot| spot.y)
            .chain([point(chart.crosshair.1)]),
    );
    let width = size.width() - left - right;
    let x_at = |value: f64| left + width * (xs.clamp(value) - xs.low) / (xs.high - xs.low);
    let y_at = |value: f64| top + plot * (1.0 - (ys.clamp(value) - ys.low) / (ys.high - ys.low));
    for tick in xs.ticks() {
        let x = x_at(tick);
        scene.add(line(x, top, x, top + plot, GRID, 1.0, None));
        let words = tr.number(tick, xs.decimals());
        scene.add(text(
            x,
            top + plot + 18.0,
            &words,
            TextAnchor::Middle,
            MUTED,
        ));
    }
    for tick in ys.ticks() {
        let y = y_at(tick);
        scene.add(line(left, y, left + width, y, GRID, 1.0, None));
        let words = tr.number(tick, ys.decimals());
        scene.add(text(left - 8.0, y + 4.5, &words, TextAnchor::End, MUTED));
    }
    let (cross_x, cross_y) = (x_at(chart.crosshair.0), y_at(chart.crosshair.1));
    let dash = Some("5 4");
    scene.add(line(
        cross_x,
        top,
        cross_x,
        top + plot,
        REFERENCE,
        1.5,
        dash,
    ));
    scene.add(line(
        left,
        cross_y,
        left + width,
        cross_y,
        REFERENCE,
        1.5,
        dash,
    ));
    let room = if wide { 40 } else { 22 };
    let ends = [
        (left + 6.0, top + plot - 8.0, TextAnchor::Start),
        (left + width - 6.0, top + plot - 8.0, TextAnchor::End),
        (left + 6.0, top + 16.0, TextAnchor::Start),
        (left + width - 6.0, top + 16.0, TextAnchor::End),
    ];
    let mut taken: Vec<[f64; 4]> = Vec::new();
    for (words, (x, y, anchor)) in chart.corners.iter().zip(ends) {
        let words = shorten(words, room);
        taken.push(area(x, y, &words, anchor));
        scene.add(text(x, y, &words, anchor, MUTED));
    }
    let y_words = shorten(chart.y, if wide { 90 } else { 44 });
    scene.add(text(left, top - 12.0, &y_words, TextAnchor::Start, TEXT));
    let x_words = shorten(chart.x, if wide { 90 } else { 44 });
    scene.add(text(
        left + width,
        top + plot + 40.0,
        &x_words,
        TextAnchor::End,
        TEXT,
    ));

    let places: Vec<(f64, f64)> = chart
        .spots
        .iter()
        .map(|spot| (x_at(spot.x.value), y_at(spot.y.value)))
        .collect();
    for (x, y) in &places {
        taken.push([x - 6.0, y - 6.0, x + 6.0, y + 6.0]);
    }
    for (i, (spot, &(x, y))) in chart.spots.iter().zip(&places).enumerate() {
        let words = format!(
            "{}: {} {}; {} {}",
            spot.label,
            chart.x,
            tr.interval(spot.x.value, spot.x.low, spot.x.high, chart.decimals.0),
            chart.y,
            tr.interval(spot.y.value, spot.y.low, spot.y.high, chart.decimals.1),
        );
        hover_group(&mut scene, &words);
        let (x1, x2) = (x_at(spot.x.low), x_at(spot.x.high));
        let (y1, y2) = (y_at(spot.y.low), y_at(spot.y.high));
        scene.add(line(x1, y, x2, y, INTERVAL, 1.0, None));
        scene.add(line(x, y1, x, y2, INTERVAL, 1.0, None));
        scene.add(Primitive::CircleBatch {
            cx: vec![x],
            cy: vec![y],
            r: 5.0,
            fill: LINE.into(),
            fill_opacity: None,
            stroke: Some(SURFACE.into()),
            stroke_width: Some(1.5),
        });
        let label = if wide {
            shorten(&spot.label, 30)
        } else {
            (i + 1).to_string()
        };
        let bounds = [left, top, left + width, top + plot];
        if let Some((x, y, anchor)) = beside((x, y), &label, bounds, &mut taken) {
            scene.add(text(x, y, &label, anchor, TEXT));
        }
        scene.add(Primitive::GroupEnd);
    }
    if !wide {
        for (i, spot) in chart.spots.iter().enumerate() {
            let y = LEGEND_ROW.mul_add(i as f64, top + plot + bottom + 14.0);
            let number = (i + 1).to_string();
            scene.add(text(left - 8.0, y, &number, TextAnchor::End, TEXT));
            let label = shorten(&spot.label, 42);
            scene.add(text(left, y, &label, TextAnchor::Start, MUTED));
        }
    }
    scene
}

/// What a label covers.
fn area(x: f64, y: f64, label: &str, anchor: TextAnchor) -> [f64; 4] {
    let wide = label.chars().count() as f64 * LETTER;
    let from = match anchor {
        TextAnchor::Start => x,
        TextAnchor::Middle => x - wide / 2.0,
        TextAnchor::End => x - wide,
    };
    [from, y - 12.0, from + wide, y + 3.0]
}

/// A place for a label near its point, free of all that is taken; none where points crowd: the label is then told when the
/// pointer is on the point, and in the table.
fn beside(
    (x, y): (f64, f64),
    label: &str,
    bounds: [f64; 4],
    taken: &mut Vec<[f64; 4]>,
) -> Option<(f64, f64, TextAnchor)> {
    let places = [
        (9.0, -7.0, TextAnchor::Start),
        (-9.0, -7.0, TextAnchor::End),
        (9.0, 16.0, TextAnchor::Start),
        (-9.0, 16.0, TextAnchor::End),
        (0.0, -12.0, TextAnchor::Middle),
        (0.0, 22.0, TextAnchor::Middle),
        (12.0, -24.0, TextAnchor::Start),
        (-12.0, -24.0, TextAnchor::End),
        (12.0, 32.0, TextAnchor::Start),
        (-12.0, 32.0, TextAnchor::End),
    ];
    for (aside, lower, anchor) in places {
        let area = area(x + aside, y + lower, label, anchor);
        let inside = area[0] >= bounds[0]
            && area[1] >= bounds[1]
            && area[2] <= bounds[2]
            && area[3] <= bounds[3];
        let free = taken.iter().all(|other| {
            area[0] > other[2] || area[2] < other[0] || area[1] > other[3] || area[3] < other[1]
        });
        if inside && free {
            taken.push(area);
            return Some((x + aside, y + lower, anchor));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::i18n::Lang;

    fn spot(label: &str, x: f64, y: f64) -> Placed {
        let around = |value: f64| Estimate {
            value,
            low: value - 2.0,
            high: value + 2.0,
        };
        Placed {
            label: label.to_owned(),
            x: around(x),
            y: around(y),
        }
    }

    #[test]
    fn spots_tell_themselves_and_nothing_breaks_the_policy() {
        let chart = |spots| QuadrantChart {
            id: "m",
            title: "Map",
            description: "What matters.",
            x: "Stärke",
            y: "Вес",
            spots,
            crosshair: (50.0, 20.0),
            corners: ["a", "b", "c", "d"].map(str::to_owned),
            decimals: (0, 0),
        };
        let tr = Tr::new(Lang::Uk);
        let svg = quadrants(
            tr,
            &chart(vec![spot("<b>Їжа", 40.0, 30.0), spot("Ціна", 60.0, 10.0)]),
        );
        let svg = svg.into_string();
        assert!(
            svg.contains(
                "<title>&lt;b&gt;Їжа: Stärke 40\u{a0}[38–42]; Вес 30\u{a0}[28–32]</title>"
            ),
            "{svg}"
        );
        assert!(!svg.contains("style=") && !svg.contains("NaN"), "{svg}");
        // Names on the wide picture, numbers and a legend on the narrow one.
        assert!(
            svg.contains(">Ціна</text>") && svg.contains(">2</text>"),
            "{svg}"
        );
        let empty = quadrants(tr, &chart(Vec::new())).into_string();
        assert!(
            empty.contains("</svg>") && !empty.contains("NaN"),
            "{empty}"
        );
    }

    #[test]
    fn labels_never_cover_each_other() {
        let mut taken = Vec::new();
        let bounds = [0.0, 0.0, 400.0, 400.0];
        let placed = (0..20)
            .filter_map(|_| beside((200.0, 200.0), "Waiting", bounds, &mut taken))
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
