//! A control chart: a number over time with the range in which a steady process keeps it, what it was a year earlier, what may
//! come, and numbered marks for what was done and what happened.

use kuva::plot::{BandPlot, LinePlot};
use kuva::render::layout::ComputedLayout;
use kuva::render::plots::Plot;
use kuva::render::render::{Primitive, Scene, TextAnchor, render_multiple};
use maud::Markup;

use super::{
    Axis, BAND, Estimate, LINE, MUTED, Point, REFERENCE, SURFACE, Scale, Size, TEXT, base_layout,
    figure, hover_group, line, plain, rect, runs, spread_labels,
};
use crate::look::i18n::Tr;

const SIGNAL: &str = "var(--bad, #a62b24)";
/// Height of a row of marks.
const MARK_ROW: f64 = 22.0;
/// Marks closer than this would cover each other.
const MARK_ROOM: f64 = 22.0;
/// Rows of marks; what does not fit into them overlaps.
const MOST_ROWS: usize = 3;

/// A step of time on the chart.
#[derive(Debug, Clone, Default)]
pub struct ControlPoint {
    /// A week, a month.
    pub label: String,
    /// Everything about it in one sentence, told to the pointer.
    pub words: String,
    /// `None` where nothing may be shown, or nothing is known yet: the line has a gap.
    pub value: Option<f64>,
    /// Not a whole step: a hollow point.
    pub partial: bool,
    /// Part of a pattern that is rarely chance: a ring around the point.
    pub signal: bool,
    /// Where it was expected: the limits around the long-time mean.
    pub expected: Option<Estimate>,
    /// A year earlier.
    pub earlier: Option<f64>,
    /// What may come.
    pub ahead: Option<Estimate>,
}

/// A numbered mark.
#[derive(Debug, Clone)]
pub struct Mark {
    /// Where, in steps from the beginning of the first.
    pub at: f64,
    /// Its number in the list beside the chart.
    pub number: usize,
    /// What it stands for, told to the pointer.
    pub words: String,
}

/// A metric over time with its control limits.
#[derive(Debug, Clone)]
pub struct ControlChart<'a> {
    /// Unique on the page, fit for an id.
    pub id: &'a str,
    /// What is shown, for those who cannot see it.
    pub title: &'a str,
    /// The sentence one would say about it.
    pub description: &'a str,
    pub points: Vec<ControlPoint>,
    pub marks: Vec<Mark>,
}

/// A line over time within its limits.
#[must_use]
pub fn control(tr: Tr, chart: &ControlChart) -> Markup {
    figure(chart.id, chart.title, chart.description, |size| {
        draw(tr, chart, size)
    })
}

/// What the axes have to hold of a step.
fn extent(point: &ControlPoint) -> Point {
    let ends = [point.expected, point.ahead];
    let ends = ends.iter().flatten().flat_map(|e| [e.low, e.high]);
    let all = ends.chain(point.value).chain(point.earlier);
    let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
        (low.min(v), high.max(v))
    });
    Point {
        label: point.label.clone(),
        estimate: (low <= high).then_some(Estimate {
            value: low,
            low,
            high,
        }),
        n: 0,
    }
}

/// In which row each mark stands, so that no two cover each other while there is room.
fn rows(positions: &[f64]) -> Vec<usize> {
    let mut ends: Vec<f64> = Vec::new();
    let place = |&x: &f64| {
        let free = ends.iter().position(|end| x - end >= MARK_ROOM);
        let row = match free {
            Some(row) => row,
            None if ends.len() < MOST_ROWS => {
                ends.push(x);
                ends.len() - 1
            }
            // The row whose last mark is farthest away.
            None => (0..ends.len())
                .min_by(|a, b| ends[*a].total_cmp(&ends[*b]))
                .unwrap_or(0),
        };
        ends[row] = x;
        row
    };
    positions.iter().map(place).collect()
}

fn draw(tr: Tr, chart: &ControlChart, size: Size) -> Scene {
    let (tall, left, right) = match size {
        Size::Wide => (320.0, 52.0, 30.0),
        Size::Narrow => (240.0, 38.0, 26.0),
    };
    let extents: Vec<Point> = chart.points.iter().map(extent).collect();
    let scale = Scale::over(&extents, None, &[], false);
    let count = chart.points.len() as f64;
    let column = (size.width() - left - right) / count.max(1.0);
    let positions: Vec<f64> = chart.marks.iter().map(|m| left + m.at * column).collect();
    let rows = rows(&positions);
    let marked = rows.iter().max().map_or(0.0, |most| (*most + 1) as f64) * MARK_ROW;
    let (top, height) = (14.0 + marked, tall + marked);

    let mut plots = Vec::new();
    let band = |run: &[(f64, Estimate)], color: &str, opacity: f64| {
        let band = BandPlot::new(
            run.iter().map(|(x, _)| *x),
            run.iter().map(|(_, e)| e.low),
            run.iter().map(|(_, e)| e.high),
        );
        Plot::Band(band.with_color(color).with_opacity(opacity))
    };
    let thin = |run: &[(f64, f64)], color: &str, width: f64| {
        LinePlot::new()
            .with_data(run.iter().copied())
            .with_color(color)
            .with_stroke_width(width)
    };
    let middle = |run: &[(f64, Estimate)]| -> Vec<(f64, f64)> {
        run.iter().map(|(x, e)| (*x, e.value)).collect()
    };
    for run in runs(&chart.points, |point| point.expected) {
        plots.push(band(&run, BAND, 1.0));
        plots.push(Plot::Line(thin(&middle(&run), LINE, 1.0).with_dashed()));
    }
    for run in runs(&chart.points, |point| point.ahead) {
        plots.push(band(&run, REFERENCE, 0.2));
        plots.push(Plot::Line(
            thin(&middle(&run), REFERENCE, 2.0).with_dashed(),
        ));
    }
    for run in runs(&chart.points, |point| point.earlier) {
        plots.push(Plot::Line(thin(&run, MUTED, 1.2).with_dotted()));
    }
    for run in runs(&chart.points, |point| point.value) {
        plots.push(Plot::Line(thin(&run, LINE, 2.5)));
    }
    let layout = base_layout(size, height, scale, tr, Axis::Y)
        .with_x_categories(spread_labels(&extents, column))
        .with_x_axis_min(0.5)
        .with_x_axis_max(count + 0.5)
        .with_force_margins(left, right)
        .with_force_margins_y(top, 30.0);
    let place = ComputedLayout::from_layout(&layout);
    let mut scene = render_multiple(plots, layout);
    let circle =
        |x: f64, y: f64, r: f64, fill: &str, stroke: &str, width: f64| Primitive::CircleBatch {
            cx: vec![x],
            cy: vec![y],
            r,
            fill: fill.into(),
            fill_opacity: None,
            stroke: Some(stroke.into()),
            stroke_width: Some(width),
        };
    let r = if count > 36.0 || size == Size::Narrow {
        2.5
    } else {
        4.0
    };
    for (i, point) in chart.points.iter().enumerate() {
        let x = place.map_x(i as f64 + 1.0);
        hover_group(&mut scene, &point.words);
        let (wide, tall) = (place.plot_width() / count.max(1.0), place.plot_height());
        scene.add(rect(
            x - wide / 2.0,
            top,
            wide,
            tall,
            kuva::render::color::Color::None,
        ));
        if let Some(value) = point.value {
            let y = place.map_y(value);
            if point.signal {
                scene.add(circle(x, y, r + 3.5, "none", SIGNAL, 2.0));
            }
            scene.add(match point.partial {
                true => circle(x, y, r, SURFACE, LINE, 1.5),
                false => circle(x, y, r, LINE, SURFACE, 1.0),
            });
        }
        scene.add(Primitive::GroupEnd);
    }
    for ((mark, x), row) in chart.marks.iter().zip(positions).zip(rows) {
        let y = 11.0 + row as f64 * MARK_ROW;
        hover_group(&mut scene, &mark.words);
        scene.add(line(x, y + 9.0, x, height - 30.0, MUTED, 1.0, Some("2 3")));
        scene.add(circle(x, y, 9.0, TEXT, SURFACE, 1.0));
        scene.add(Primitive::Text {
            x,
            y: y + 4.0,
            content: plain(&mark.number.to_string()),
            size: 11,
            anchor: TextAnchor::Middle,
            rotate: None,
            bold: true,
            color: Some(SURFACE.into()),
        });
        scene.add(Primitive::GroupEnd);
    }
    scene
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::i18n::Lang;

    fn expected(value: f64) -> Option<Estimate> {
        Some(Estimate {
            value,
            low: value - 6.0,
            high: value + 6.0,
        })
    }

    #[test]
    fn gaps_signals_marks_and_what_may_come() {
        let point = |i: usize| ControlPoint {
            label: format!("week {i}"),
            words: format!("week {i} <b>\"$5"),
            value: (i != 3).then_some(80.0 + i as f64),
            partial: i == 9,
            signal: i == 8,
            expected: expected(84.0).filter(|_| i != 3 && i < 9),
            earlier: Some(70.0),
            ahead: expected(90.0).filter(|_| i > 8),
        };
        let chart = ControlChart {
            id: "trend",
            title: "CSAT",
            description: "It rose.",
            points: (0..12).map(point).collect(),
            marks: [0.5, 0.6, 7.2]
                .into_iter()
                .enumerate()
                .map(|(i, at)| Mark {
                    at,
                    number: i + 1,
                    words: "New menu & more".into(),
                })
                .collect(),
        };
        let svg = control(Tr::new(Lang::Bg), &chart).into_string();
        assert!(
            !svg.contains("style") && !svg.contains("NaN") && !svg.contains("<b>"),
            "{svg}"
        );
        assert_eq!(svg.matches("role=\"img\"").count(), 2);
        assert_eq!(svg.matches(SIGNAL).count(), 2, "one ring in each size");
        assert_eq!(svg.matches("New menu &amp; more").count(), 6);
        let empty = ControlChart {
            points: Vec::new(),
            marks: Vec::new(),
            ..chart
        };
        let svg = control(Tr::new(Lang::En), &empty).into_string();
        assert!(
            svg.contains("</svg>") && !svg.contains("NaN") && !svg.contains("inf"),
            "{svg}"
        );
    }

    #[test]
    fn marks_make_room_for_each_other() {
        assert_eq!(
            rows(&[10.0, 40.0, 45.0, 50.0, 55.0, 90.0]),
            [0, 0, 1, 2, 0, 0]
        );
        assert_eq!(rows(&[]), [0usize; 0]);
    }
}
