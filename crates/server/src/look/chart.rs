//! Charts as SVG, drawn on the server by `kuva`: the same picture serves light, dark, print and e-mail.
//!
//! Colours are CSS variables (`--chart-…` in `radost.css`), so a chart follows the theme without being drawn again. Every
//! chart is drawn twice, wide and narrow, and the style sheet shows the one that fits its place: scaling one picture
//! down to a phone would leave letters of five pixels. Hover tells each point in full; a screen reader is told title and
//! description, so a page with a chart has the same numbers in a table as well.

use std::sync::Arc;

use kuva::backend::svg::SvgBackend;
use kuva::plot::{BandPlot, BarPlot, LinePlot};
use kuva::render::annotations::ReferenceLine;
use kuva::render::color::Color;
use kuva::render::layout::{ComputedLayout, Layout, TickFormat};
use kuva::render::plots::Plot;
use kuva::render::render::{Primitive, Scene, TextAnchor, render_multiple};
use kuva::render::theme::Theme;
use maud::{Markup, PreEscaped, html};

use super::i18n::Tr;

mod control;
mod map;
mod paths;

pub use control::{ControlChart, ControlPoint, Mark, control};
pub use map::{MapChart, Spot, map};
pub use paths::{Arrow, Node, PathChart, paths};

/// A value with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

/// One point of a trend, or one row of bars.
#[derive(Debug, Clone)]
pub struct Point {
    /// A month, a location.
    pub label: String,
    /// `None` when it is withheld: fewer responses than the workspace's minimum.
    pub estimate: Option<Estimate>,
    pub n: u64,
}

/// What an axis covers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    pub low: f64,
    pub high: f64,
}

/// A value to compare with: a target, the mean of all.
#[derive(Debug, Clone)]
pub struct Reference {
    pub label: String,
    pub value: f64,
}

/// A metric over time with the band of its intervals.
#[derive(Debug, Clone)]
pub struct TrendChart<'a> {
    /// Unique on the page, fit for an id.
    pub id: &'a str,
    /// What is shown, for those who cannot see it.
    pub title: &'a str,
    /// The sentence one would say about it.
    pub description: &'a str,
    pub points: Vec<Point>,
    /// The ends of the scale where they matter (0 to 100); otherwise what the intervals need.
    pub range: Option<Range>,
    /// Lines across, each with its words: a target, numbers of others.
    pub references: Vec<Reference>,
    pub decimals: usize,
}

/// A metric by group, with intervals: locations, channels, employees. Bars start at nought.
#[derive(Debug, Clone)]
pub struct BarsChart<'a> {
    /// Unique on the page, fit for an id.
    pub id: &'a str,
    pub title: &'a str,
    pub description: &'a str,
    /// From top to bottom.
    pub rows: Vec<Point>,
    pub range: Option<Range>,
    pub reference: Option<Reference>,
    pub decimals: usize,
}

// The values after the comma are for a picture that stands alone: in a mail, saved to a file.
const LINE: &str = "var(--chart-line, #0c7468)";
const BAND: &str = "var(--chart-band, #cbe7e1)";
const BAR: &str = "var(--chart-bar, #a6d7cd)";
const INTERVAL: &str = "var(--chart-interval, #0b5c53)";
const GRID: &str = "var(--chart-grid, #e8e3d8)";
const TEXT: &str = "var(--chart-text, #1b2624)";
const MUTED: &str = "var(--chart-muted, #586562)";
const REFERENCE: &str = "var(--chart-reference, #b07a00)";
const SURFACE: &str = "var(--chart-surface, #ffffff)";

/// The two sizes of every chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Size {
    Wide,
    Narrow,
}

impl Size {
    const ALL: [Self; 2] = [Self::Wide, Self::Narrow];

    const fn class(self) -> &'static str {
        match self {
            Self::Wide => "wide",
            Self::Narrow => "narrow",
        }
    }

    const fn width(self) -> f64 {
        match self {
            Self::Wide => 920.0,
            Self::Narrow => 360.0,
        }
    }
}

/// A line over time with its interval band; gaps where a point is withheld.
#[must_use]
pub fn trend(tr: Tr, chart: &TrendChart) -> Markup {
    figure(chart.id, chart.title, chart.description, |size| {
        draw_trend(tr, chart, size)
    })
}

/// Horizontal bars with their intervals; a withheld row says so in words.
#[must_use]
pub fn bars(tr: Tr, chart: &BarsChart) -> Markup {
    figure(chart.id, chart.title, chart.description, |size| {
        draw_bars(tr, chart, size)
    })
}

/// The same as the text of a file that stands alone.
#[must_use]
pub fn bars_file(tr: Tr, chart: &BarsChart) -> String {
    let size = Size::Wide;
    let drawn = svg(
        chart.id,
        chart.title,
        chart.description,
        size,
        &draw_bars(tr, chart, size),
    );
    // Not every program that opens a picture knows variables; what they stand for outside a page is written beside them.
    let all = [
        LINE, BAND, BAR, INTERVAL, GRID, TEXT, MUTED, REFERENCE, SURFACE,
    ];
    let plain = |colour: &'static str| {
        let value = colour.split_once(", ").map_or(colour, |(_, value)| value);
        value.trim_end_matches(')')
    };
    let drawn = all.iter().fold(drawn.into_string(), |drawn, colour| {
        drawn.replace(colour, plain(colour))
    });
    drawn.replacen(
        "<svg ",
        "<svg font-family=\"system-ui, sans-serif\" fill=\"#586562\" ",
        1,
    )
}

fn figure(id: &str, title: &str, description: &str, draw: impl Fn(Size) -> Scene) -> Markup {
    html! {
        div.chart {
            @for size in Size::ALL {
                (svg(id, title, description, size, &draw(size)))
            }
        }
    }
}

/// A number beside its target, small enough for a row of a table: the interval, the value on it, and the target across.
/// `words` says the same for those who cannot see it.
#[must_use]
pub fn beside_target(words: &str, estimate: Option<Estimate>, target: f64) -> Markup {
    const WIDTH: f64 = 150.0;
    const PAD: f64 = 8.0;
    let ends = estimate.map_or((target, target), |e| {
        (e.low.min(target), e.high.max(target))
    });
    // A lone target stands in the middle.
    let span = if ends.1 > ends.0 {
        ends.1 - ends.0
    } else {
        1.0
    };
    let from = if ends.1 > ends.0 {
        ends.0
    } else {
        ends.0 - 0.5
    };
    let x = |value: f64| PAD + (value - from) / span * (WIDTH - 2.0 * PAD);
    let at = |value: f64| format!("{:.1}", x(value));
    html! {
        svg.beside-target xmlns="http://www.w3.org/2000/svg" role="img" viewBox={ "0 0 " (WIDTH) " 24" }
            width=(WIDTH) height="24" aria-label=(words) {
            title { (words) }
            line x1="0" x2=(WIDTH) y1="12" y2="12" stroke=(GRID) stroke-width="6" stroke-linecap="round" {}
            @if let Some(e) = estimate {
                line x1=(at(e.low)) x2=(at(e.high)) y1="12" y2="12" stroke=(INTERVAL) stroke-width="3" {}
                circle cx=(at(e.value)) cy="12" r="4.5" fill=(INTERVAL) {}
            }
            line x1=(at(target)) x2=(at(target)) y1="2" y2="22" stroke=(REFERENCE) stroke-width="2.5" {}
        }
    }
}

// ── Trend ──────────────────────────────────────────────────────────────────────────────────────────────────────────

fn draw_trend(tr: Tr, chart: &TrendChart, size: Size) -> Scene {
    let (height, left, right) = match size {
        Size::Wide => (280.0, 52.0, 58.0),
        Size::Narrow => (220.0, 38.0, 44.0),
    };
    let scale = Scale::over(&chart.points, chart.range, &chart.references, false);
    let count = chart.points.len() as f64;
    let labels = spread_labels(
        &chart.points,
        (size.width() - left - right) / count.max(1.0),
    );

    let mut plots = Vec::new();
    for run in runs(&chart.points, |point| point.estimate) {
        plots.push(Plot::Band(
            BandPlot::new(
                run.iter().map(|(x, _)| *x),
                run.iter().map(|(_, e)| e.low),
                run.iter().map(|(_, e)| e.high),
            )
            .with_color(BAND)
            .with_opacity(1.0),
        ));
        plots.push(Plot::Line(
            LinePlot::new()
                .with_data(run.iter().map(|(x, e)| (*x, e.value)))
                .with_color(LINE)
                .with_stroke_width(2.5),
        ));
    }

    let mut layout = base_layout(size, height, scale, tr, Axis::Y)
        .with_x_categories(labels)
        .with_x_axis_min(0.5)
        .with_x_axis_max(count + 0.5)
        .with_force_margins(left, right)
        .with_force_margins_y(14.0, 30.0);
    for reference in &chart.references {
        layout = layout.with_reference_line(
            ReferenceLine::horizontal(reference.value)
                .with_color(REFERENCE)
                .with_stroke_width(1.5)
                .with_dasharray("5 4"),
        );
    }
    let place = ComputedLayout::from_layout(&layout);
    let mut scene = render_multiple(plots, layout);

    label_references(&mut scene, tr, chart, &place, left);
    // A point is hard to hit: the whole column above its label answers to the pointer.
    let column = place.plot_width() / count.max(1.0);
    for (i, point) in chart.points.iter().enumerate() {
        let x = place.map_x(i as f64 + 1.0);
        hover_group(&mut scene, &point_words(tr, point, chart.decimals));
        scene.add(rect(
            x - column / 2.0,
            14.0,
            column,
            place.plot_height(),
            Color::None,
        ));
        if let Some(estimate) = point.estimate {
            let y = place.map_y(estimate.value);
            scene.add(Primitive::CircleBatch {
                cx: vec![x],
                cy: vec![y],
                r: if chart.points.len() > 36 { 2.5 } else { 4.0 },
                fill: LINE.into(),
                fill_opacity: None,
                stroke: Some(SURFACE.into()),
                stroke_width: Some(1.5),
            });
        }
        scene.add(Primitive::GroupEnd);
    }
    // The latest value is what the eye looks for: it stands beside its point.
    let last = chart
        .points
        .iter()
        .enumerate()
        .rev()
        .find_map(|(i, p)| p.estimate.map(|e| (i, e)));
    if let Some((i, estimate)) = last {
        scene.add(Primitive::Text {
            x: place.map_x(i as f64 + 1.0) + 9.0,
            y: place.map_y(estimate.value) + 5.0,
            content: plain(&tr.number(estimate.value, chart.decimals)),
            size: 15,
            anchor: TextAnchor::Start,
            rotate: None,
            bold: true,
            color: Some(TEXT.into()),
        });
    }
    scene
}

/// The words of the lines across, each above its line; where lines lie close, the lower words make way.
fn label_references(
    scene: &mut Scene,
    tr: Tr,
    chart: &TrendChart,
    place: &ComputedLayout,
    left: f64,
) {
    const LINE_HEIGHT: f64 = 16.0;
    // Letters of 13 px are about this wide; the number after the words must be seen as well.
    let room = (place.plot_width() / 7.0) as usize;
    let mut lines: Vec<&Reference> = chart.references.iter().collect();
    lines.sort_by(|a, b| b.value.total_cmp(&a.value));
    let mut above = f64::NEG_INFINITY;
    for reference in lines {
        let y = (place.map_y(reference.value) - 5.0).max(above + LINE_HEIGHT);
        above = y;
        let number = tr.number(reference.value, chart.decimals);
        let fits = room.saturating_sub(number.chars().count() + 3).max(8);
        let short = Reference {
            label: shorten(&reference.label, fits),
            value: reference.value,
        };
        hover_group(scene, &reference_words(tr, reference, chart.decimals));
        let words = reference_words(tr, &short, chart.decimals);
        scene.add(text(left + 4.0, y, &words, TextAnchor::Start, MUTED));
        scene.add(Primitive::GroupEnd);
    }
}

/// Stretches without a gap, as (position, what is there): a line over a withheld month would invent it.
fn runs<P, T>(points: &[P], of: impl Fn(&P) -> Option<T>) -> Vec<Vec<(f64, T)>> {
    let mut found: Vec<Vec<(f64, T)>> = vec![Vec::new()];
    for (i, point) in points.iter().enumerate() {
        match (of(point), found.last_mut()) {
            (Some(value), Some(run)) => run.push((i as f64 + 1.0, value)),
            _ => found.push(Vec::new()),
        }
    }
    found.retain(|run| !run.is_empty());
    found
}

/// The labels that fit, evenly spaced and always with the last: thinning from the left would drop it.
fn spread_labels(points: &[Point], column: f64) -> Vec<String> {
    let widest = points
        .iter()
        .map(|p| p.label.chars().count())
        .max()
        .unwrap_or(0) as f64
        * 6.6
        + 12.0;
    let step = ((widest / column.max(1.0)).ceil() as usize).max(1);
    let last = points.len().saturating_sub(1);
    points
        .iter()
        .enumerate()
        .map(|(i, p)| {
            if (last - i).is_multiple_of(step) {
                plain(&p.label)
            } else {
                String::new()
            }
        })
        .collect()
}

// ── Bars ───────────────────────────────────────────────────────────────────────────────────────────────────────────

fn draw_bars(tr: Tr, chart: &BarsChart, size: Size) -> Scene {
    let count = chart.rows.len() as f64;
    // Wide: the label stands at the left of its bar, the number at the right. Narrow: both stand above it.
    let (row, bar, left, right) = match size {
        Size::Wide => (36.0, 0.50, 230.0, 130.0),
        Size::Narrow => (50.0, 0.30, 10.0, 14.0),
    };
    let (top, bottom) = (if chart.reference.is_some() { 22.0 } else { 6.0 }, 28.0);
    let height = count.mul_add(row, top + bottom);
    let scale = Scale::over(&chart.rows, chart.range, chart.reference.as_slice(), true);

    // kuva counts rows from below.
    let from_below = || chart.rows.iter().rev();
    let value = |p: &Point| p.estimate.map_or(0.0, |e| e.value);
    let plot = BarPlot::new()
        .with_bars(from_below().map(|p| ("", value(p))))
        .with_color(BAR)
        .with_horizontal(true)
        .with_width(bar);

    let layout = base_layout(size, height, scale, tr, Axis::X)
        .with_y_categories(vec![String::new(); chart.rows.len()])
        .with_y_axis_min(0.5)
        .with_y_axis_max(count + 0.5)
        .with_force_margins(left, right)
        .with_force_margins_y(top, bottom);
    let place = ComputedLayout::from_layout(&layout);
    let mut scene = render_multiple(vec![Plot::Bar(plot)], layout);

    // kuva draws no vertical grid behind categories; it belongs below everything else.
    let grid: Vec<Primitive> = scale
        .ticks()
        .map(|tick| {
            line(
                place.map_x(tick),
                top,
                place.map_x(tick),
                height - bottom,
                GRID,
                1.0,
                None,
            )
        })
        .collect();
    scene.elements.splice(0..0, grid);

    if let Some(reference) = &chart.reference {
        let x = place.map_x(reference.value);
        scene.add(line(
            x,
            top - 4.0,
            x,
            height - bottom,
            REFERENCE,
            1.5,
            Some("5 4"),
        ));
        let words = reference_words(tr, reference, chart.decimals);
        let half = words.chars().count() as f64 * 3.4;
        let x = x.clamp(half + 4.0, (size.width() - half - 4.0).max(half + 4.0));
        scene.add(text(x, top - 9.0, &words, TextAnchor::Middle, MUTED));
    }

    for (i, point) in chart.rows.iter().enumerate() {
        let middle = place.map_y(count - i as f64);
        let above = middle - row / 2.0;
        hover_group(&mut scene, &point_words(tr, point, chart.decimals));
        scene.add(rect(0.0, above, size.width(), row, Color::None));
        let label_room = if size == Size::Wide { 30 } else { 26 };
        let label = shorten(&point.label, label_room);
        match size {
            Size::Wide => scene.add(text(
                left - 12.0,
                middle + 4.5,
                &label,
                TextAnchor::End,
                TEXT,
            )),
            Size::Narrow => scene.add(text(left, above + 14.0, &label, TextAnchor::Start, TEXT)),
        }
        match point.estimate {
            Some(e) => {
                let (x1, x2) = (
                    place.map_x(scale.clamp(e.low)),
                    place.map_x(scale.clamp(e.high)),
                );
                scene.add(line(x1, middle, x2, middle, INTERVAL, 2.0, None));
                for x in [x1, x2] {
                    scene.add(line(x, middle - 5.0, x, middle + 5.0, INTERVAL, 2.0, None));
                }
                scene.add(Primitive::CircleBatch {
                    cx: vec![place.map_x(scale.clamp(e.value))],
                    cy: vec![middle],
                    r: 4.5,
                    fill: INTERVAL.into(),
                    fill_opacity: None,
                    stroke: None,
                    stroke_width: None,
                });
                let words = tr.interval(e.value, e.low, e.high, chart.decimals);
                match size {
                    Size::Wide => scene.add(text(
                        size.width() - right + 14.0,
                        middle + 4.5,
                        &words,
                        TextAnchor::Start,
                        TEXT,
                    )),
                    Size::Narrow => scene.add(text(
                        size.width() - right,
                        above + 14.0,
                        &words,
                        TextAnchor::End,
                        TEXT,
                    )),
                }
            }
            None => {
                let x = if size == Size::Wide {
                    left + 12.0
                } else {
                    left
                };
                let y = if size == Size::Wide {
                    middle + 4.5
                } else {
                    middle + 6.0
                };
                scene.add(text(x, y, &tr.t("withheld"), TextAnchor::Start, MUTED));
            }
        }
        scene.add(Primitive::GroupEnd);
    }
    scene
}

/// With an ellipsis when it is too long; the hover text has it in full.
fn shorten(label: &str, room: usize) -> String {
    if label.chars().count() <= room {
        return label.to_owned();
    }
    let mut short: String = label.chars().take(room - 1).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

// ── Scale ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/// The value axis: round ends and round steps.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Scale {
    low: f64,
    high: f64,
    step: f64,
}

impl Scale {
    /// Over all intervals and references, or over the range asked for. Bars include nought: a bar cut off at its foot
    /// lies about proportions.
    fn over(
        points: &[Point],
        range: Option<Range>,
        references: &[Reference],
        from_nought: bool,
    ) -> Self {
        let intervals = points.iter().filter_map(|p| p.estimate);
        let ends = intervals.flat_map(|e| [e.low, e.high]);
        let references = references.iter().map(|r| r.value);
        Self::of(ends.chain(references), range, from_nought)
    }

    /// Over all that is shown, or over the range asked for.
    fn of(shown: impl Iterator<Item = f64>, range: Option<Range>, from_nought: bool) -> Self {
        let (mut low, mut high) = match range {
            Some(range) => (range.low, range.high),
            None => shown
                .filter(|v| v.is_finite())
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
                    (low.min(v), high.max(v))
                }),
        };
        if !(low.is_finite() && high.is_finite()) {
            (low, high) = (0.0, 1.0);
        }
        if from_nought {
            (low, high) = (low.min(0.0), high.max(0.0));
        }
        if high - low < 1e-9 {
            (low, high) = (low - 1.0, high + 1.0);
        }
        let rough = (high - low) / 4.0;
        let magnitude = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 2.5, 5.0, 10.0]
            .map(|m| m * magnitude)
            .into_iter()
            .find(|s| *s >= rough)
            .unwrap_or(rough);
        if range.is_none() {
            // What is a step already must not fall to the one below by a rounding error.
            low = (low / step + 1e-9).floor() * step;
            high = (high / step - 1e-9).ceil() * step;
        }
        Self { low, high, step }
    }

    fn ticks(self) -> impl Iterator<Item = f64> {
        let first = (self.low / self.step).ceil() as i64;
        let last = (self.high / self.step).floor() as i64;
        (first..=last).map(move |i| i as f64 * self.step)
    }

    fn clamp(self, value: f64) -> f64 {
        value.clamp(self.low, self.high)
    }

    fn decimals(self) -> usize {
        (0..4)
            .find(|d| {
                (self.step * 10_f64.powi(*d) - (self.step * 10_f64.powi(*d)).round()).abs() < 1e-6
            })
            .unwrap_or(4) as usize
    }
}

#[derive(Debug, Clone, Copy)]
enum Axis {
    X,
    Y,
}

fn base_layout(size: Size, height: f64, scale: Scale, tr: Tr, values_on: Axis) -> Layout {
    let mut theme = Theme::light();
    theme.background = "none".to_owned();
    theme.axis_color = GRID.to_owned();
    theme.tick_color = "none".to_owned();
    theme.grid_color = GRID.to_owned();
    theme.text_color = MUTED.to_owned();
    let decimals = scale.decimals();
    let format = TickFormat::Custom(Arc::new(move |value| tr.number(value, decimals)));
    let layout = Layout::new((0.0, 1.0), (0.0, 1.0))
        .with_width(size.width())
        .with_height(height)
        .with_theme(theme)
        .with_tick_size(13);
    match values_on {
        Axis::X => layout
            .with_x_axis_min(scale.low)
            .with_x_axis_max(scale.high)
            .with_x_tick_step(scale.step)
            .with_x_tick_format(format),
        Axis::Y => layout
            .with_y_axis_min(scale.low)
            .with_y_axis_max(scale.high)
            .with_y_tick_step(scale.step)
            .with_y_tick_format(format),
    }
}

// ── Words and primitives ───────────────────────────────────────────────────────────────────────────────────────────

fn point_words(tr: Tr, point: &Point, decimals: usize) -> String {
    match point.estimate {
        Some(e) => tr.ta(
            "chart-point",
            &[
                ("label", point.label.as_str().into()),
                ("value", tr.number(e.value, decimals).into()),
                ("interval", tr.range(e.low, e.high, decimals).into()),
                ("n", point.n.into()),
            ],
        ),
        None => tr.ta(
            "chart-point-withheld",
            &[("label", point.label.as_str().into())],
        ),
    }
}

fn reference_words(tr: Tr, reference: &Reference, decimals: usize) -> String {
    let value = tr.number(reference.value, decimals);
    tr.ta(
        "chart-reference",
        &[
            ("label", reference.label.as_str().into()),
            ("value", value.into()),
        ],
    )
}

/// kuva reads `$…$` as mathematics; a price is none.
fn plain(text: &str) -> String {
    text.replace('$', "\\$")
}

fn text(x: f64, y: f64, content: &str, anchor: TextAnchor, color: &str) -> Primitive {
    Primitive::Text {
        x,
        y,
        content: plain(content),
        size: 13,
        anchor,
        rotate: None,
        bold: false,
        color: Some(color.into()),
    }
}

fn line(
    x1: f64,
    y1: f64,
    x2: f64,
    y2: f64,
    stroke: &str,
    width: f64,
    dash: Option<&str>,
) -> Primitive {
    Primitive::Line {
        x1,
        y1,
        x2,
        y2,
        stroke: stroke.into(),
        stroke_width: width,
        stroke_dasharray: dash.map(str::to_owned),
    }
}

fn rect(x: f64, y: f64, width: f64, height: f64, fill: Color) -> Primitive {
    Primitive::Rect {
        x,
        y,
        width,
        height,
        fill,
        stroke: None,
        stroke_width: None,
        opacity: None,
    }
}

/// Opens a group that tells `words` wherever the pointer is over it, also where nothing is painted.
fn hover_group(scene: &mut Scene, words: &str) {
    scene.add(Primitive::GroupStart {
        transform: None,
        title: Some(words.to_owned()),
        extra_attrs: Some("class=\"chart-point\" pointer-events=\"all\"".to_owned()),
    });
}

/// The scene as SVG that scales, says what it is, and needs no inline style.
fn svg(id: &str, title: &str, description: &str, size: Size, scene: &Scene) -> Markup {
    // Tick marks without colour and labels without text are half of what kuva draws for a category axis.
    let invisible = |p: &Primitive| match p {
        Primitive::Line { stroke, .. } => *stroke == Color::None,
        Primitive::Text { content, .. } => content.is_empty(),
        _ => false,
    };
    let drawn = SvgBackend::new().render_scene(&Scene {
        width: scene.width,
        height: scene.height,
        background_color: None,
        // Both come from the page.
        text_color: None,
        font_family: None,
        elements: scene
            .elements
            .iter()
            .filter(|p| !invisible(p))
            .cloned()
            .collect(),
        defs: scene.defs.clone(),
        // Off: the style sheet of the page does the hover, a <style> inside would break the policy.
        has_tooltips: false,
        interactive: false,
        axis_meta: None,
        scripts: Vec::new(),
    });
    // kuva's own start tag has a fixed size and no name; clip ids would repeat from chart to chart.
    let inner = drawn.split_once('>').map_or("", |(_, rest)| rest);
    let inner = inner.strip_suffix("</svg>").unwrap_or(inner);
    let inner = inner.replace("kuva-clip-", &format!("{id}-{}-clip-", size.class()));
    let (title_id, description_id) = (
        format!("{id}-{}-title", size.class()),
        format!("{id}-{}-desc", size.class()),
    );
    html! {
        svg class={ "chart-" (size.class()) } xmlns="http://www.w3.org/2000/svg" role="img"
            viewBox={ "0 0 " (scene.width) " " (scene.height) } aria-labelledby={ (title_id) " " (description_id) } {
            title id=(title_id) { (title) }
            desc id=(description_id) { (description) }
            (PreEscaped(inner))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::i18n::Lang;
    use super::*;

    fn point(label: &str, value: f64) -> Point {
        let estimate = Estimate {
            value,
            low: value - 3.0,
            high: value + 3.0,
        };
        Point {
            label: label.to_owned(),
            estimate: Some(estimate),
            n: 1204,
        }
    }

    fn withheld(label: &str) -> Point {
        Point {
            label: label.to_owned(),
            estimate: None,
            n: 3,
        }
    }

    fn trend_of(points: Vec<Point>) -> TrendChart<'static> {
        TrendChart {
            id: "t",
            title: "NPS",
            description: "It rose.",
            points,
            range: None,
            references: Vec::new(),
            decimals: 0,
        }
    }

    fn bars_of(rows: Vec<Point>) -> BarsChart<'static> {
        BarsChart {
            id: "b",
            title: "NPS",
            description: "By location.",
            rows,
            range: None,
            reference: None,
            decimals: 0,
        }
    }

    #[test]
    fn every_point_tells_itself_in_full() {
        let tr = Tr::new(Lang::Uk);
        let svg = trend(
            tr,
            &trend_of(vec![point("жовт. 2026", 62.0), withheld("лист. 2026")]),
        )
        .into_string();
        assert!(
            svg.contains("<title>жовт. 2026: 62 [59–65], n = 1\u{a0}204</title>"),
            "{svg}"
        );
        assert!(
            svg.contains("<title>лист. 2026: поки замало відповідей</title>"),
            "{svg}"
        );
        let svg = bars(
            tr,
            &bars_of(vec![point("Хрещатик", 62.0), withheld("Поділ")]),
        )
        .into_string();
        assert!(
            svg.contains("<title>Хрещатик: 62 [59–65], n = 1\u{a0}204</title>"),
            "{svg}"
        );
        assert!(svg.contains(">поки замало відповідей</text>"), "{svg}");
    }

    #[test]
    fn nothing_in_a_chart_breaks_the_policy_or_another_chart() {
        let tr = Tr::new(Lang::En);
        let chart = trend_of(
            (1..=60)
                .map(|i| point(&format!("week {i} <b>\"$5 $6"), f64::from(i)))
                .collect(),
        );
        let svg = trend(tr, &chart).into_string();
        assert!(
            !svg.contains("<style") && !svg.contains("style=") && !svg.contains("<script"),
            "{svg}"
        );
        assert!(!svg.contains("kuva-clip") && !svg.contains("<b>"), "{svg}");
        assert!(
            svg.contains("week 60 &lt;b&gt;\"$5 $6")
                || svg.contains("week 60 &lt;b&gt;&quot;$5 $6"),
            "{svg}"
        );
        assert_eq!(svg.matches("role=\"img\"").count(), 2);
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }

    #[test]
    fn lines_that_lie_close_keep_their_words_apart() {
        let line = |label: &str, value| Reference {
            label: label.to_owned(),
            value,
        };
        let mut chart = trend_of(vec![point("May", 50.0), point("June", 60.0)]);
        chart.references = vec![
            line(
                "Coffee houses of the whole country, Example Research 2025",
                55.0,
            ),
            line("Hotels, Example 2025", 55.4),
        ];
        let svg = trend(Tr::new(Lang::En), &chart).into_string();
        let heights: Vec<f64> = svg
            .split("<text")
            .filter_map(|text| text.split("</text>").next())
            .filter(|text| text.contains("Coffee") || text.contains("Hotels"))
            .filter_map(|text| text.split_once("y=\"")?.1.split('"').next()?.parse().ok())
            .collect();
        assert_eq!(heights.len(), 4, "two words, wide and narrow: {svg}");
        assert!((heights[0] - heights[1]).abs() >= 16.0, "{heights:?}");
        // What is cut short is told in full by the pointer.
        assert!(
            svg.contains(
                "<title>Coffee houses of the whole country, Example Research 2025: 55</title>"
            ),
            "{svg}"
        );
        let target = beside_target("62 [60–64]", point("", 62.0).estimate, 70.0).into_string();
        assert!(target.contains("aria-label=\"62 [60–64]\"") && !target.contains("style="));
        assert!(!beside_target("–", None, 70.0).into_string().contains("NaN"));
    }

    #[test]
    fn no_data_is_still_a_picture() {
        let tr = Tr::new(Lang::En);
        for svg in [
            trend(tr, &trend_of(Vec::new())),
            trend(tr, &trend_of(vec![withheld("May")])),
            bars(tr, &bars_of(Vec::new())),
            bars(tr, &bars_of(vec![withheld("A")])),
        ] {
            let svg = svg.into_string();
            assert!(
                svg.contains("</svg>") && !svg.contains("NaN") && !svg.contains("inf"),
                "{svg}"
            );
        }
    }

    #[test]
    fn a_withheld_month_is_a_gap_in_the_line() {
        let points = vec![
            point("a", 1.0),
            point("b", 2.0),
            withheld("c"),
            point("d", 3.0),
        ];
        let lengths: Vec<usize> = runs(&points, |point| point.estimate)
            .iter()
            .map(Vec::len)
            .collect();
        assert_eq!(lengths, [2, 1]);
    }

    #[test]
    fn axes_have_round_numbers() {
        let check = |low: f64, high: f64, from_nought: bool, expected: &[f64]| {
            let p = Point {
                label: String::new(),
                estimate: Some(Estimate {
                    value: low,
                    low,
                    high,
                }),
                n: 9,
            };
            let ticks: Vec<f64> = Scale::over(&[p], None, &[], from_nought).ticks().collect();
            assert_eq!(ticks.len(), expected.len(), "{ticks:?}");
            assert!(
                ticks
                    .iter()
                    .zip(expected)
                    .all(|(a, b)| (a - b).abs() < 1e-9),
                "{ticks:?}"
            );
        };
        check(53.0, 67.5, false, &[50.0, 55.0, 60.0, 65.0, 70.0]);
        check(30.0, 77.0, true, &[0.0, 20.0, 40.0, 60.0, 80.0]);
        check(-12.0, 24.0, true, &[-20.0, -10.0, 0.0, 10.0, 20.0, 30.0]);
        check(4.1, 4.4, false, &[4.1, 4.2, 4.3, 4.4]);
    }
}
