//! A path diagram: what moves what, and how much.

use kuva::render::color::Color;
use kuva::render::render::{PathData, Primitive, Scene, TextAnchor};
use maud::Markup;

use super::{
    BAND, INTERVAL, LINE, MUTED, SURFACE, Size, TEXT, figure, hover_group, line, plain, shorten,
};
/// A thing in the diagram.
#[derive(Debug, Clone)]
pub struct Node {
    pub label: String,
    /// Lines below the label.
    pub lines: Vec<String>,
    /// The middle of it on the wide and on the narrow picture, as shares of width and height.
    pub wide: (f64, f64),
    pub narrow: (f64, f64),
    /// Told when the pointer is on it.
    pub words: String,
}

/// An arrow between two things.
#[derive(Debug, Clone)]
pub struct Arrow {
    /// Indices of the nodes.
    pub from: usize,
    pub to: usize,
    /// Written on it.
    pub label: String,
    /// How strong it is, 0 to 1.
    pub strength: f64,
    /// Whether it is more than chance; otherwise it is dashed.
    pub clear: bool,
    /// Told when the pointer is on it.
    pub words: String,
}

/// What moves what.
#[derive(Debug, Clone)]
pub struct PathChart<'a> {
    /// Unique on the page, fit for an id.
    pub id: &'a str,
    pub title: &'a str,
    pub description: &'a str,
    pub nodes: Vec<Node>,
    pub arrows: Vec<Arrow>,
}

/// Boxes and arrows with their coefficients.
#[must_use]
pub fn paths(chart: &PathChart) -> Markup {
    figure(chart.id, chart.title, chart.description, |size| {
        draw(chart, size)
    })
}

/// Half the width and height of a box, and the size of its letters.
fn measures(size: Size) -> (f64, f64, u32, usize) {
    match size {
        Size::Wide => (82.0, 33.0, 14, 20),
        Size::Narrow => (52.0, 29.0, 11, 17),
    }
}

fn draw(chart: &PathChart, size: Size) -> Scene {
    let height = match size {
        Size::Wide => 470.0,
        Size::Narrow => 600.0,
    };
    let (half_width, half_height, letters, room) = measures(size);
    let mut scene = Scene::new(size.width(), height);
    let at = |node: &Node| {
        let (x, y) = match size {
            Size::Wide => node.wide,
            Size::Narrow => node.narrow,
        };
        (x * size.width(), y * height)
    };
    let mut labels = Vec::new();
    for arrow in &chart.arrows {
        let (Some(from), Some(to)) = (chart.nodes.get(arrow.from), chart.nodes.get(arrow.to))
        else {
            continue;
        };
        let (from, to) = (at(from), at(to));
        let start = edge(from, to, (half_width, half_height));
        let end = edge(to, from, (half_width + 3.0, half_height + 3.0));
        let color = if arrow.clear { LINE } else { MUTED };
        let width = 1.0 + 5.0 * arrow.strength.clamp(0.0, 1.0);
        hover_group(&mut scene, &arrow.words);
        let dash = (!arrow.clear).then_some("4 4");
        let (head, base) = arrow_head(start, end, width);
        scene.add(line(start.0, start.1, base.0, base.1, color, width, dash));
        scene.add(Primitive::Path(Box::new(PathData {
            d: head,
            fill: Some(color.into()),
            stroke: Color::None,
            stroke_width: 0.0,
            opacity: None,
            stroke_dasharray: None,
        })));
        scene.add(Primitive::GroupEnd);
        labels.push(((start, end), arrow));
    }
    for ((start, end), arrow) in labels {
        // Near the beginning: arrows come together at their ends.
        let share = 0.42;
        let x = start.0 + share * (end.0 - start.0);
        let y = start.1 + share * (end.1 - start.1);
        let letter = f64::from(letters) * 0.56;
        let wide = arrow.label.chars().count() as f64 * letter + 6.0;
        let tall = f64::from(letters) + 4.0;
        scene.add(Primitive::Rect {
            x: x - wide / 2.0,
            y: y - tall / 2.0,
            width: wide,
            height: tall,
            fill: SURFACE.into(),
            stroke: None,
            stroke_width: None,
            opacity: Some(0.88),
        });
        scene.add(words(
            (x, y + 0.35 * f64::from(letters)),
            &arrow.label,
            letters,
            arrow.clear,
        ));
    }
    for node in &chart.nodes {
        let (x, y) = at(node);
        hover_group(&mut scene, &node.words);
        scene.add(Primitive::Path(Box::new(PathData {
            d: rounded(
                x - half_width,
                y - half_height,
                2.0 * half_width,
                2.0 * half_height,
                10.0,
            ),
            fill: Some(BAND.into()),
            stroke: INTERVAL.into(),
            stroke_width: 1.5,
            opacity: None,
            stroke_dasharray: None,
        })));
        let step = f64::from(letters) + 4.0;
        let first = y - step * node.lines.len() as f64 / 2.0 + 0.35 * f64::from(letters);
        scene.add(words(
            (x, first),
            &shorten(&node.label, room),
            letters,
            true,
        ));
        for (i, below) in node.lines.iter().enumerate() {
            let y = step.mul_add(i as f64 + 1.0, first);
            scene.add(words((x, y), below, letters, false));
        }
        scene.add(Primitive::GroupEnd);
    }
    scene
}

fn words((x, y): (f64, f64), content: &str, size: u32, bold: bool) -> Primitive {
    Primitive::Text {
        x,
        y,
        content: plain(content),
        size,
        anchor: TextAnchor::Middle,
        rotate: None,
        bold,
        color: Some(TEXT.into()),
    }
}

/// Where the line from the middle of a box to another point leaves the box.
fn edge((x, y): (f64, f64), to: (f64, f64), (half_width, half_height): (f64, f64)) -> (f64, f64) {
    let (dx, dy) = (to.0 - x, to.1 - y);
    let share = (half_width / dx.abs().max(1e-9)).min(half_height / dy.abs().max(1e-9));
    (x + share * dx, y + share * dy)
}

/// The point of an arrow as a path, and where its line ends.
fn arrow_head(start: (f64, f64), end: (f64, f64), width: f64) -> (String, (f64, f64)) {
    let (dx, dy) = (end.0 - start.0, end.1 - start.1);
    let length = dx.hypot(dy).max(1e-9);
    let (ux, uy) = (dx / length, dy / length);
    let (long, half) = (8.0 + width, 4.0 + width / 2.0);
    let base = (end.0 - long * ux, end.1 - long * uy);
    let head = format!(
        "M{:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}Z",
        end.0,
        end.1,
        base.0 - half * uy,
        base.1 + half * ux,
        base.0 + half * uy,
        base.1 - half * ux,
    );
    (head, base)
}

/// A box with round corners as a path.
fn rounded(x: f64, y: f64, width: f64, height: f64, r: f64) -> String {
    let (right, below) = (x + width, y + height);
    format!(
        "M{:.1} {y:.1}H{:.1}Q{right:.1} {y:.1} {right:.1} {:.1}V{:.1}Q{right:.1} {below:.1} {:.1} {below:.1}H{:.1}Q{x:.1} {below:.1} {x:.1} {:.1}V{:.1}Q{x:.1} {y:.1} {:.1} {y:.1}Z",
        x + r,
        right - r,
        y + r,
        below - r,
        right - r,
        x + r,
        below - r,
        y + r,
        x + r,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_leave_boxes_at_their_edges() {
        let check = |to, expected: (f64, f64)| {
            let found = edge((0.0, 0.0), to, (80.0, 30.0));
            assert!(
                (found.0 - expected.0).abs() < 1e-9 && (found.1 - expected.1).abs() < 1e-9,
                "{found:?}"
            );
        };
        check((200.0, 0.0), (80.0, 0.0));
        check((0.0, -100.0), (0.0, -30.0));
        check((160.0, 60.0), (80.0, 30.0));
        check((-60.0, 60.0), (-30.0, 30.0));
    }

    #[test]
    fn a_diagram_is_told_in_words_and_keeps_the_policy() {
        let node = |label: &str, x: f64| Node {
            label: label.to_owned(),
            lines: vec!["72 [70–74]".into()],
            wide: (x, 0.5),
            narrow: (x, 0.5),
            words: format!("{label}: 72"),
        };
        let chart = PathChart {
            id: "p",
            title: "Index",
            description: "What moves what.",
            nodes: vec![node("Якість", 0.2), node("Задоволеність <&>", 0.8)],
            arrows: vec![Arrow {
                from: 0,
                to: 1,
                label: "0,51".into(),
                strength: 0.51,
                clear: false,
                words: "Якість → Задоволеність: 0,51".into(),
            }],
        };
        let svg = paths(&chart).into_string();
        assert!(
            svg.contains("<title>Якість → Задоволеність: 0,51</title>"),
            "{svg}"
        );
        assert!(svg.contains("stroke-dasharray"), "{svg}");
        assert!(
            !svg.contains("style=") && !svg.contains("NaN") && !svg.contains("<&>"),
            "{svg}"
        );
    }
}
