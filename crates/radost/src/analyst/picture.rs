//! Pictures as SVG by `kuva`'s backend: one file serves light and dark. Every colour is a CSS variable: a picture that stands
//! alone sets them by what the reader prefers, one inside a page takes those of the page, and the fallbacks can be read on both.

use kuva::backend::svg::SvgBackend;
use kuva::render::color::Color;
use kuva::render::render::{Primitive, Scene, TextAnchor};

const LINES: [&str; 6] = [
    "var(--chart-line, #14867a)",
    "var(--chart-reference, #b07a00)",
    "var(--chart-third, #7a6bc2)",
    "var(--chart-fourth, #c0563f)",
    "var(--chart-fifth, #4d84c4)",
    "var(--chart-sixth, #8a8f3c)",
];
const BAR: &str = "var(--chart-bar, #8fc9be)";
const INTERVAL: &str = "var(--chart-interval, #2a8f82)";
const GRID: &str = "var(--chart-grid, #a8a8a855)";
const TEXT: &str = "var(--chart-text, #768280)";

/// Only for a picture that is a document of its own or an `img`: inside a page its root is not the root, and the page decides.
const COLOURS: &str = "<style>\
    svg:root{color-scheme:light dark;--chart-text:#57635f;--chart-grid:#d9dedd}\
    @media (prefers-color-scheme:dark){svg:root{--chart-text:#a3aeac;--chart-grid:#3c4645;\
    --chart-bar:#2f7268;--chart-interval:#8ed4c7;--chart-line:#2fae9f;--chart-reference:#cf9a2b;\
    --chart-third:#a195dd;--chart-fourth:#dc7a63;--chart-fifth:#74a5de;--chart-sixth:#aab25a}}\
    </style>";

const WIDTH: f64 = 920.0;
/// Width of a letter of 13 pixels, near enough to keep labels apart.
const LETTER: f64 = 7.0;

/// A bar with its interval.
pub(super) struct Bar {
    pub(super) label: String,
    pub(super) value: f64,
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
}

/// A point of a map.
pub(super) struct Spot {
    pub(super) label: String,
    pub(super) x: f64,
    pub(super) y: f64,
    /// What is likely about it: an ellipse as points.
    pub(super) around: Vec<[f64; 2]>,
}

/// A map of points with a crosshair.
pub(super) struct Map<'a> {
    pub(super) title: &'a str,
    pub(super) description: &'a str,
    pub(super) x: &'a str,
    pub(super) y: &'a str,
    pub(super) spots: Vec<Spot>,
    pub(super) crosshair: [f64; 2],
    /// Words for the corners: left below, right below, left above, right above.
    pub(super) corners: [&'a str; 4],
}

/// A curve with its band; x rises.
pub(super) struct Curve {
    pub(super) label: String,
    /// x, y, low, high.
    pub(super) points: Vec<[f64; 4]>,
    /// Whether y stays until the next x.
    pub(super) steps: bool,
}

/// Round ends and a round step over some values.
#[derive(Debug, Clone, Copy)]
struct Axis {
    low: f64,
    high: f64,
    step: f64,
    /// Where `low` and `high` are drawn.
    from: f64,
    to: f64,
}

impl Axis {
    fn over(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let (mut low, mut high) = values
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            });
        if !(low.is_finite() && high.is_finite()) {
            (low, high) = (0.0, 1.0);
        }
        if high - low < 1e-9 {
            (low, high) = (low - 0.5, high + 0.5);
        }
        let rough = (high - low) / 5.0;
        let magnitude = 10f64.powf(rough.log10().floor());
        // No steps of 2.5: years and counts come whole.
        let steps = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * magnitude);
        let step = steps
            .into_iter()
            .find(|step| *step >= rough)
            .unwrap_or(rough);
        Self {
            low: (low / step + 1e-9).floor() * step,
            high: (high / step - 1e-9).ceil() * step,
            step,
            from,
            to,
        }
    }

    fn at(&self, value: f64) -> f64 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        share.mul_add(self.to - self.from, self.from)
    }

    fn ticks(&self) -> impl Iterator<Item = (f64, String)> + '_ {
        let decimals = (0..4)
            .find(|decimals| {
                let scaled = self.step * 10f64.powi(*decimals);
                (scaled - scaled.round()).abs() < 1e-6
            })
            .unwrap_or(4) as usize;
        let count = ((self.high - self.low) / self.step).round() as i64;
        (0..=count.clamp(0, 50)).map(move |tick| {
            let value = (tick as f64).mul_add(self.step, self.low);
            (value, format!("{value:.decimals$}").replace("-0.0", "0.0"))
        })
    }
}

fn text(x: f64, y: f64, content: &str, anchor: TextAnchor) -> Primitive {
    Primitive::Text {
        x,
        y,
        // kuva reads `$…$` as mathematics; a price is none.
        content: content.replace('$', "\\$"),
        size: 13,
        anchor,
        rotate: None,
        bold: false,
        color: Some(TEXT.into()),
    }
}

fn line(from: [f64; 2], to: [f64; 2], stroke: &str, width: f64, dash: Option<&str>) -> Primitive {
    Primitive::Line {
        x1: from[0],
        y1: from[1],
        x2: to[0],
        y2: to[1],
        stroke: stroke.into(),
        stroke_width: width,
        stroke_dasharray: dash.map(str::to_owned),
    }
}

fn path(points: &[[f64; 2]], stroke: &str, width: f64) -> Primitive {
    Primitive::PolyLine {
        points: points.iter().map(|[x, y]| (*x, *y)).collect(),
        stroke: stroke.into(),
        stroke_width: width,
        stroke_dasharray: None,
    }
}

fn rect(place: [f64; 2], size: [f64; 2], fill: &str, opacity: Option<f64>) -> Primitive {
    Primitive::Rect {
        x: place[0],
        y: place[1],
        width: size[0],
        height: size[1],
        fill: Color::from(fill),
        stroke: None,
        stroke_width: None,
        opacity,
    }
}

fn told(words: &str) -> Primitive {
    Primitive::GroupStart {
        transform: None,
        title: Some(words.to_owned()),
        extra_attrs: None,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// A picture that stands alone: it scales, says what it is, and has no background of its own.
fn svg(title: &str, description: &str, height: f64, elements: Vec<Primitive>) -> String {
    let drawn = SvgBackend::new().render_scene(&Scene {
        width: WIDTH,
        height,
        background_color: None,
        text_color: None,
        font_family: None,
        elements,
        defs: Vec::new(),
        has_tooltips: false,
        interactive: false,
        axis_meta: None,
        scripts: Vec::new(),
    });
    let inner = drawn.split_once('>').map_or("", |(_, rest)| rest);
    let inner = inner.strip_suffix("</svg>").unwrap_or(inner);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"system-ui, sans-serif\" aria-labelledby=\"title description\">\
         <title id=\"title\">{}</title><desc id=\"description\">{}</desc>{COLOURS}{inner}</svg>\n",
        escaped(title),
        escaped(description)
    )
}

/// Horizontal bars from nought, with their intervals.
pub(super) fn bars(title: &str, description: &str, rows: &[Bar], decimals: usize) -> String {
    bars_by_scale(title, description, &[rows], decimals)
}

/// Bars of several kinds, each kind on an axis of its own.
pub(super) fn bars_by_scale(
    title: &str,
    description: &str,
    kinds: &[&[Bar]],
    decimals: usize,
) -> String {
    let rows = kinds.iter().copied().flatten();
    let widest = rows.map(|row| row.label.chars().count()).max();
    let left = (widest.unwrap_or(0) as f64)
        .mul_add(LETTER, 24.0)
        .clamp(120.0, 380.0);
    let mut elements = Vec::new();
    let mut height = 0.0;
    for rows in kinds {
        height = block_of_bars(&mut elements, rows, left, height + 10.0, decimals);
    }
    svg(title, description, height, elements)
}

/// Bars that share an axis, from `top` on; answers where they end.
fn block_of_bars(
    elements: &mut Vec<Primitive>,
    rows: &[Bar],
    left: f64,
    top: f64,
    decimals: usize,
) -> f64 {
    let row_height = 34.0;
    let bottom = (rows.len() as f64).mul_add(row_height, top);
    let ends = rows
        .iter()
        .flat_map(|row| [Some(row.value), row.low, row.high].into_iter().flatten());
    let axis = Axis::over(ends.chain([0.0]), left, WIDTH - 190.0);
    for (value, words) in axis.ticks() {
        let x = axis.at(value);
        elements.push(line([x, top], [x, bottom], GRID, 1.0, None));
        elements.push(text(x, bottom + 18.0, &words, TextAnchor::Middle));
    }
    for (index, row) in rows.iter().enumerate() {
        let middle = (index as f64 + 0.5).mul_add(row_height, top);
        let interval = match (row.low, row.high) {
            (Some(low), Some(high)) => format!(" [{low:.decimals$}, {high:.decimals$}]"),
            _ => String::new(),
        };
        let words = format!("{:.decimals$}{interval}", row.value);
        elements.push(told(&format!("{}: {words}", row.label)));
        let (from, to) = (axis.at(0.0), axis.at(row.value));
        elements.push(rect(
            [from.min(to), middle - 9.0],
            [(to - from).abs(), 18.0],
            BAR,
            None,
        ));
        if let (Some(low), Some(high)) = (row.low, row.high) {
            let (low, high) = (axis.at(low), axis.at(high));
            elements.push(line([low, middle], [high, middle], INTERVAL, 2.0, None));
            for x in [low, high] {
                elements.push(line(
                    [x, middle - 5.0],
                    [x, middle + 5.0],
                    INTERVAL,
                    2.0,
                    None,
                ));
            }
        }
        let label = short(&row.label, 50);
        elements.push(text(left - 10.0, middle + 4.5, &label, TextAnchor::End));
        elements.push(text(WIDTH - 175.0, middle + 4.5, &words, TextAnchor::Start));
        elements.push(Primitive::GroupEnd);
    }
    bottom + 30.0
}

/// Points in four quarters.
pub(super) fn map(map: &Map) -> String {
    let height = 560.0;
    let [cross_x, cross_y] = map.crosshair;
    let around = || map.spots.iter().flat_map(|spot| &spot.around);
    let spots = || map.spots.iter();
    let x = Axis::over(
        spots()
            .map(|spot| spot.x)
            .chain(around().map(|at| at[0]))
            .chain([cross_x]),
        70.0,
        WIDTH - 40.0,
    );
    let y = Axis::over(
        spots()
            .map(|spot| spot.y)
            .chain(around().map(|at| at[1]))
            .chain([cross_y]),
        // Room for the words in the corners.
        height - 79.0,
        54.0,
    );
    let mut elements = Vec::new();
    for (value, words) in x.ticks() {
        let at = x.at(value);
        elements.push(line([at, 20.0], [at, height - 55.0], GRID, 1.0, None));
        elements.push(text(at, height - 36.0, &words, TextAnchor::Middle));
    }
    for (value, words) in y.ticks() {
        let at = y.at(value);
        elements.push(line([70.0, at], [WIDTH - 40.0, at], GRID, 1.0, None));
        elements.push(text(62.0, at + 4.5, &words, TextAnchor::End));
    }
    let (cross_x, cross_y) = (x.at(cross_x), y.at(cross_y));
    elements.push(line(
        [cross_x, 20.0],
        [cross_x, height - 55.0],
        TEXT,
        1.5,
        Some("5 4"),
    ));
    elements.push(line(
        [70.0, cross_y],
        [WIDTH - 40.0, cross_y],
        TEXT,
        1.5,
        Some("5 4"),
    ));
    let corners = [
        (78.0, height - 62.0, TextAnchor::Start),
        (WIDTH - 48.0, height - 62.0, TextAnchor::End),
        (78.0, 36.0, TextAnchor::Start),
        (WIDTH - 48.0, 36.0, TextAnchor::End),
    ];
    for (words, (x, y, anchor)) in map.corners.iter().zip(corners) {
        elements.push(text(x, y, words, anchor));
    }
    elements.push(text(WIDTH / 2.0, height - 12.0, map.x, TextAnchor::Middle));
    elements.push(Primitive::Text {
        x: 18.0,
        y: height / 2.0,
        content: map.y.to_owned(),
        size: 13,
        anchor: TextAnchor::Middle,
        rotate: Some(-90.0),
        bold: false,
        color: Some(TEXT.into()),
    });
    let dots: Vec<[f64; 2]> = spots().map(|spot| [x.at(spot.x), y.at(spot.y)]).collect();
    let mut taken: Vec<[f64; 4]> = Vec::new();
    for dot in &dots {
        taken.push([dot[0] - 5.0, dot[1] - 5.0, dot[0] + 5.0, dot[1] + 5.0]);
    }
    for spot in &map.spots {
        elements.push(told(&format!(
            "{}: {:.3}, {:.3}",
            spot.label, spot.x, spot.y
        )));
        if !spot.around.is_empty() {
            let around: Vec<[f64; 2]> = spot
                .around
                .iter()
                .map(|at| [x.at(at[0]), y.at(at[1])])
                .collect();
            elements.push(path(&around, INTERVAL, 1.0));
        }
        let (at_x, at_y) = (x.at(spot.x), y.at(spot.y));
        elements.push(Primitive::Circle {
            cx: at_x,
            cy: at_y,
            r: 5.0,
            fill: LINES[0].into(),
            fill_opacity: None,
            stroke: None,
            stroke_width: None,
        });
        elements.extend(beside([at_x, at_y], &spot.label, &mut taken));
        elements.push(Primitive::GroupEnd);
    }
    svg(map.title, map.description, height, elements)
}

/// A label beside its point, free of all that is taken; none where points crowd so that every place is: the label is then told when
/// the pointer is on the point.
fn beside(at: [f64; 2], label: &str, taken: &mut Vec<[f64; 4]>) -> Option<Primitive> {
    let label = short(label, 34);
    // Here letters must not be taken for narrower than they are.
    let wide = label.chars().count() as f64 * (LETTER + 0.8);
    for (aside, lower, anchor) in [
        (9.0, -6.0, TextAnchor::Start),
        (-9.0, -6.0, TextAnchor::End),
        (9.0, 14.0, TextAnchor::Start),
        (-9.0, 14.0, TextAnchor::End),
        (0.0, -10.0, TextAnchor::Middle),
        (0.0, 19.0, TextAnchor::Middle),
    ] {
        let (x, y) = (at[0] + aside, at[1] + lower);
        let from = match anchor {
            TextAnchor::Start => x,
            TextAnchor::Middle => x - wide / 2.0,
            TextAnchor::End => x - wide,
        };
        let area = [from, y - 11.0, from + wide, y + 3.0];
        let inside = area[0] > 72.0 && area[2] < WIDTH - 6.0;
        let free = taken.iter().all(|other| {
            area[2] < other[0] || other[2] < area[0] || area[3] < other[1] || other[3] < area[1]
        });
        if inside && free {
            taken.push(area);
            return Some(text(x, y, &label, anchor));
        }
    }
    None
}

/// What stands before a name under a picture.
enum Key {
    Line,
    Thin,
    Ring,
    Patch,
}

/// Names of what is drawn, in as many lines as they need; answers where the next line would be.
fn legend(elements: &mut Vec<Primitive>, left: f64, top: f64, names: &[(&str, &str, Key)]) -> f64 {
    let (mut x, mut y) = (left, top);
    for (name, color, key) in names {
        let name = short(name, 60);
        let wide = (name.chars().count() as f64).mul_add(LETTER, 54.0);
        if x > left && x + wide > WIDTH {
            (x, y) = (left, y + 22.0);
        }
        let (from, to) = ([x, y - 4.5], [x + 22.0, y - 4.5]);
        elements.push(match key {
            Key::Line => line(from, to, color, 2.5, None),
            Key::Thin => line(from, to, color, 1.5, Some("4 4")),
            Key::Ring => ring([x + 11.0, y - 4.5], 7.5, color),
            Key::Patch => rect([x + 4.0, y - 11.5], [14.0, 14.0], color, Some(0.75)),
        });
        elements.push(text(x + 28.0, y, &name, TextAnchor::Start));
        x += wide;
    }
    y + 22.0
}

/// Curves over one axis, with their bands where there are few enough to see them.
pub(super) fn curves(
    title: &str,
    description: &str,
    x_name: &str,
    y_name: &str,
    curves: &[Curve],
) -> String {
    let floor = 370.0;
    let points = || curves.iter().flat_map(|curve| &curve.points);
    let x = Axis::over(
        points().map(|point| point[0]).chain([0.0]),
        70.0,
        WIDTH - 30.0,
    );
    let y = Axis::over(
        points().map(|point| point[1]).chain([0.0, 1.0]),
        floor,
        16.0,
    );
    let mut elements = Vec::new();
    for (value, words) in x.ticks() {
        let at = x.at(value);
        elements.push(line([at, 16.0], [at, floor], GRID, 1.0, None));
        elements.push(text(at, floor + 19.0, &words, TextAnchor::Middle));
    }
    for (value, words) in y.ticks() {
        let at = y.at(value);
        elements.push(line([70.0, at], [WIDTH - 30.0, at], GRID, 1.0, None));
        elements.push(text(62.0, at + 4.5, &words, TextAnchor::End));
    }
    elements.push(text(WIDTH / 2.0, floor + 44.0, x_name, TextAnchor::Middle));
    elements.push(Primitive::Text {
        x: 18.0,
        y: floor / 2.0,
        content: y_name.to_owned(),
        size: 13,
        anchor: TextAnchor::Middle,
        rotate: Some(-90.0),
        bold: false,
        color: Some(TEXT.into()),
    });
    let mut names = Vec::new();
    for (index, curve) in curves.iter().enumerate() {
        let color = LINES[index % LINES.len()];
        let along = |which: usize| -> Vec<[f64; 2]> {
            let mut path: Vec<[f64; 2]> = Vec::new();
            for point in &curve.points {
                let value = point.get(which).copied().unwrap_or(f64::NAN);
                if !value.is_finite() {
                    continue;
                }
                let at = [x.at(point[0]), y.at(value)];
                if curve.steps
                    && let Some(last) = path.last().copied()
                {
                    path.push([at[0], last[1]]);
                }
                path.push(at);
            }
            path
        };
        elements.push(told(&curve.label));
        elements.push(path(&along(1), color, 2.5));
        if curves.len() <= 4 {
            for bound in [2, 3] {
                let bound = along(bound);
                if bound.len() > 1 {
                    elements.push(path(&bound, color, 0.8));
                }
            }
        }
        elements.push(Primitive::GroupEnd);
        if !curve.label.is_empty() {
            names.push((curve.label.as_str(), color, Key::Line));
        }
    }
    let height = legend(&mut elements, 70.0, floor + 76.0, &names);
    svg(title, description, height, elements)
}

/// A row of a heat map: its name, and shares from 0 to 1.
pub(super) struct HeatRow {
    pub(super) label: String,
    pub(super) shares: Vec<Option<f64>>,
}

/// Shares as shades, with the percent in each cell where there is room.
pub(super) fn heat(title: &str, description: &str, x_name: &str, rows: &[HeatRow]) -> String {
    let columns = rows
        .iter()
        .map(|row| row.shares.len())
        .max()
        .unwrap_or(0)
        .max(1);
    let (left, top, row_height) = (130.0, 44.0, 26.0);
    let cell = ((WIDTH - left - 20.0) / columns as f64).min(70.0);
    let height = (rows.len() as f64).mul_add(row_height, top + 16.0);
    let mut elements = vec![text(left, 16.0, x_name, TextAnchor::Start)];
    let every = (26.0 / cell).ceil().max(1.0) as usize;
    for column in (0..columns).step_by(every) {
        let x = (column as f64 + 0.5).mul_add(cell, left);
        elements.push(text(x, 36.0, &column.to_string(), TextAnchor::Middle));
    }
    for (index, row) in rows.iter().enumerate() {
        let y = (index as f64).mul_add(row_height, top);
        elements.push(text(left - 10.0, y + 17.5, &row.label, TextAnchor::End));
        for (column, share) in row.shares.iter().enumerate() {
            let Some(share) = share else { continue };
            let x = (column as f64).mul_add(cell, left);
            elements.push(told(&format!(
                "{}, {column}: {:.1} %",
                row.label,
                share * 100.0
            )));
            elements.push(rect(
                [x, y],
                [cell - 1.0, row_height - 1.0],
                LINES[0],
                Some(share.mul_add(0.34, 0.04)),
            ));
            if cell > 30.0 {
                elements.push(text(
                    x + cell / 2.0,
                    y + 17.5,
                    &format!("{:.0}", share * 100.0),
                    TextAnchor::Middle,
                ));
            }
            elements.push(Primitive::GroupEnd);
        }
    }
    svg(title, description, height, elements)
}

fn ring(at: [f64; 2], radius: f64, stroke: &str) -> Primitive {
    Primitive::Circle {
        cx: at[0],
        cy: at[1],
        r: radius,
        fill: "none".into(),
        fill_opacity: None,
        stroke: Some(stroke.into()),
        stroke_width: Some(1.5),
    }
}

fn dot(at: [f64; 2], radius: f64, fill: &str) -> Primitive {
    Primitive::Circle {
        cx: at[0],
        cy: at[1],
        r: radius,
        fill: fill.into(),
        fill_opacity: None,
        stroke: None,
        stroke_width: None,
    }
}

/// No wider than so many letters.
fn short(label: &str, letters: usize) -> String {
    if label.chars().count() <= letters {
        return label.to_owned();
    }
    let kept: String = label.chars().take(letters.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Values with their intervals, what stands beside each as a ring, and a line that all are held against.
pub(super) fn dots(
    title: &str,
    description: &str,
    rows: &[Bar],
    rings: &[f64],
    target: f64,
) -> String {
    let widest = rows.iter().map(|row| row.label.chars().count()).max();
    let left = (widest.unwrap_or(0) as f64)
        .mul_add(LETTER, 20.0)
        .clamp(120.0, 300.0);
    let row_height = 26.0;
    let (top, bottom) = (10.0, 64.0);
    let height = (rows.len() as f64).mul_add(row_height, top + bottom);
    let ends = rows
        .iter()
        .flat_map(|row| [Some(row.value), row.low, row.high].into_iter().flatten());
    let axis = Axis::over(
        ends.chain(rings.iter().copied()).chain([target]),
        left,
        WIDTH - 40.0,
    );
    let mut elements = Vec::new();
    for (value, words) in axis.ticks() {
        let x = axis.at(value);
        elements.push(line([x, top], [x, height - bottom], GRID, 1.0, None));
        elements.push(text(x, height - bottom + 18.0, &words, TextAnchor::Middle));
    }
    let at = axis.at(target);
    elements.push(line(
        [at, top],
        [at, height - bottom],
        TEXT,
        1.5,
        Some("5 4"),
    ));
    for (index, row) in rows.iter().enumerate() {
        let y = (index as f64 + 0.5).mul_add(row_height, top);
        let own = rings.get(index).copied().unwrap_or(row.value);
        elements.push(told(&format!(
            "{}: {:.2}, by its own answers {own:.2}",
            row.label, row.value
        )));
        if let (Some(low), Some(high)) = (row.low, row.high) {
            elements.push(line(
                [axis.at(low), y],
                [axis.at(high), y],
                INTERVAL,
                2.0,
                None,
            ));
        }
        elements.push(dot([axis.at(row.value), y], 5.0, LINES[0]));
        elements.push(ring([axis.at(own), y], 5.0, LINES[1]));
        let label = short(&row.label, 40);
        elements.push(text(left - 10.0, y + 4.5, &label, TextAnchor::End));
        elements.push(Primitive::GroupEnd);
    }
    let y = height - 14.0;
    elements.push(dot([left, y - 4.5], 5.0, LINES[0]));
    elements.push(text(left + 12.0, y, "fair value", TextAnchor::Start));
    elements.push(ring([left + 120.0, y - 4.5], 5.0, LINES[1]));
    elements.push(text(left + 132.0, y, "own answers", TextAnchor::Start));
    elements.push(line(
        [left + 250.0, y - 4.5],
        [left + 276.0, y - 4.5],
        TEXT,
        1.5,
        Some("5 4"),
    ));
    elements.push(text(
        left + 284.0,
        y,
        "all together or target",
        TextAnchor::Start,
    ));
    svg(title, description, height, elements)
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// With dots, in a colour of its own.
    Dotted,
    /// Thin, dashed and grey: a limit.
    Limit,
    /// Thin and dashed, in the colour of the line before: its bound.
    Bound,
}

/// A line through time.
pub(super) struct Line {
    pub(super) label: String,
    /// One for each label of the axis; gaps are left open.
    pub(super) values: Vec<Option<f64>>,
    pub(super) shape: Shape,
}

/// Lines through time.
pub(super) struct Series<'a> {
    pub(super) title: &'a str,
    pub(super) description: &'a str,
    pub(super) y: &'a str,
    pub(super) x: &'a [String],
    pub(super) lines: Vec<Line>,
    /// Points of the first line that stand out.
    pub(super) marks: Vec<usize>,
    /// Places before which something began, with its name.
    pub(super) cuts: Vec<(usize, String)>,
}

pub(super) fn series(series: &Series) -> String {
    let (top, bottom) = (30.0, 350.0);
    let last = series.x.len().saturating_sub(1).max(1) as f64;
    let x = |index: f64| (index / last).mul_add(WIDTH - 110.0, 75.0);
    let values = series
        .lines
        .iter()
        .flat_map(|line| line.values.iter().copied().flatten());
    let y = Axis::over(values, bottom, top);
    let mut elements = Vec::new();
    for (value, words) in y.ticks() {
        let at = y.at(value);
        elements.push(line([70.0, at], [WIDTH - 30.0, at], GRID, 1.0, None));
        elements.push(text(62.0, at + 4.5, &words, TextAnchor::End));
    }
    let widest = series
        .x
        .iter()
        .map(|label| label.chars().count())
        .max()
        .unwrap_or(1);
    let room = (widest as f64).mul_add(LETTER, 14.0);
    let every = (room * last / (WIDTH - 110.0)).ceil().max(1.0) as usize;
    for (index, label) in series.x.iter().enumerate().step_by(every) {
        elements.push(text(
            x(index as f64),
            bottom + 20.0,
            label,
            TextAnchor::Middle,
        ));
    }
    // Where the y axis is named, and after the name of a neighbour, there is no room for a name.
    let mut taken = (series.y.chars().count() as f64).mul_add(LETTER, 20.0);
    for (index, name) in &series.cuts {
        let at = x(*index as f64 - 0.5);
        elements.push(line([at, top], [at, bottom], TEXT, 1.5, Some("5 4")));
        let half = (name.chars().count() as f64) * LETTER / 2.0;
        let middle = at.min(WIDTH - half - 4.0);
        if middle - half > taken {
            elements.push(text(middle, top - 8.0, name, TextAnchor::Middle));
            taken = middle + half + 10.0;
        }
    }
    let mut colours = LINES.iter().copied().cycle();
    let mut colour = TEXT;
    let mut names = Vec::new();
    for found in &series.lines {
        let thin = found.shape != Shape::Dotted;
        if !thin {
            colour = colours.next().unwrap_or(TEXT);
        }
        let color = if found.shape == Shape::Limit {
            TEXT
        } else {
            colour
        };
        let mut part: Vec<[f64; 2]> = Vec::new();
        let mut parts = Vec::new();
        for (index, value) in found.values.iter().enumerate() {
            match value {
                Some(value) => part.push([x(index as f64), y.at(*value)]),
                None if part.is_empty() => {}
                None => parts.push(std::mem::take(&mut part)),
            }
        }
        parts.push(part);
        for part in &parts {
            if part.len() > 1 {
                let points = part.iter().map(|[x, y]| (*x, *y));
                elements.push(Primitive::PolyLine {
                    points: points.collect(),
                    stroke: color.into(),
                    stroke_width: if thin { 1.2 } else { 2.2 },
                    stroke_dasharray: thin.then(|| "4 4".to_owned()),
                });
            }
        }
        if !thin {
            for (index, value) in found.values.iter().enumerate() {
                let Some(value) = value else { continue };
                let label = series.x.get(index).map_or("", String::as_str);
                elements.push(told(&format!("{label}: {value:.2}")));
                elements.push(dot([x(index as f64), y.at(*value)], 3.5, color));
                elements.push(Primitive::GroupEnd);
            }
        }
        if !found.label.is_empty() {
            let key = if thin { Key::Thin } else { Key::Line };
            names.push((found.label.as_str(), color, key));
        }
    }
    if let Some(first) = series.lines.first() {
        for index in &series.marks {
            if let Some(Some(value)) = first.values.get(*index) {
                elements.push(ring([x(*index as f64), y.at(*value)], 7.5, LINES[3]));
            }
        }
        if !series.marks.is_empty() {
            names.push(("beyond limits", LINES[3], Key::Ring));
        }
    }
    let height = legend(&mut elements, 75.0, bottom + 62.0, &names);
    elements.push(text(8.0, 14.0, series.y, TextAnchor::Start));
    svg(series.title, series.description, height, elements)
}

/// A cell of a matrix.
pub(super) struct Shade {
    /// From −1 to 1: how dark, above nought in one colour and below in another.
    pub(super) depth: f64,
    pub(super) words: String,
}

/// A table whose cells are shaded.
pub(super) fn matrix(
    title: &str,
    description: &str,
    columns: &[String],
    rows: &[(String, Vec<Option<Shade>>)],
) -> String {
    let widest = rows.iter().map(|(label, _)| label.chars().count()).max();
    let left = (widest.unwrap_or(0) as f64)
        .mul_add(LETTER, 24.0)
        .clamp(60.0, 300.0);
    let cell = ((WIDTH - left - 20.0) / columns.len().max(1) as f64).min(130.0);
    let letters = ((cell - 6.0) / LETTER).max(1.0) as usize;
    // Long heads stand on a slant of two heights, so that neighbours do not meet.
    let (top, row_height) = (54.0, 32.0);
    let height = (rows.len() as f64).mul_add(row_height, top + 14.0);
    let mut elements = Vec::new();
    for (index, name) in columns.iter().enumerate() {
        let x = (index as f64 + 0.5).mul_add(cell, left);
        let (up, letters) = if name.chars().count() > letters && columns.len() > 1 {
            (if index % 2 == 0 { 18.0 } else { 0.0 }, letters * 2)
        } else {
            (0.0, letters)
        };
        elements.push(told(name));
        elements.push(text(
            x,
            top - 12.0 - up,
            &short(name, letters),
            TextAnchor::Middle,
        ));
        elements.push(Primitive::GroupEnd);
    }
    for (index, (label, cells)) in rows.iter().enumerate() {
        let y = (index as f64).mul_add(row_height, top);
        elements.push(text(
            left - 10.0,
            y + 20.0,
            &short(label, 40),
            TextAnchor::End,
        ));
        for (column, shade) in cells.iter().enumerate() {
            let Some(shade) = shade else { continue };
            let x = (column as f64).mul_add(cell, left);
            let name = columns.get(column).map_or("", String::as_str);
            elements.push(told(&format!("{label}, {name}: {}", shade.words)));
            let color = if shade.depth < 0.0 {
                LINES[1]
            } else {
                LINES[0]
            };
            let opacity = shade.depth.abs().clamp(0.0, 1.0).mul_add(0.36, 0.04);
            elements.push(rect(
                [x, y],
                [cell - 2.0, row_height - 2.0],
                color,
                Some(opacity),
            ));
            elements.push(text(
                x + (cell - 2.0) / 2.0,
                y + 20.0,
                &short(&shade.words, letters),
                TextAnchor::Middle,
            ));
            elements.push(Primitive::GroupEnd);
        }
    }
    svg(title, description, height, elements)
}

/// A node of a tree: where it hangs, what leads to it, and what is in it.
pub(super) struct Knot {
    /// Index of the node above, which comes first.
    pub(super) parent: Option<usize>,
    pub(super) depth: usize,
    /// The condition that leads here; what is explained for the root.
    pub(super) label: String,
    pub(super) words: String,
    /// Parts of a whole, 0 to 1.
    pub(super) parts: Vec<f64>,
}

/// A tree from left to right, with a bar of parts in each node.
pub(super) fn tree(title: &str, description: &str, names: &[String], knots: &[Knot]) -> String {
    let deepest = knots.iter().map(|knot| knot.depth).max().unwrap_or(0);
    let column = (WIDTH - 20.0) / (deepest + 1) as f64;
    let width = (column - 40.0).min(240.0);
    let row_height = 74.0;
    // Leaves stand below each other in the order of the tree; a node stands in the middle of what hangs on it.
    let mut order: Vec<usize> = Vec::new();
    let mut stack = vec![0];
    let children = |of: usize| {
        knots
            .iter()
            .enumerate()
            .filter(move |(_, knot)| knot.parent == Some(of))
            .map(|(index, _)| index)
            .collect::<Vec<usize>>()
    };
    while let Some(index) = stack.pop() {
        order.push(index);
        stack.extend(children(index).into_iter().rev());
    }
    let mut at = vec![0.0; knots.len()];
    let mut leaves = 0.0;
    for &index in &order {
        if children(index).is_empty()
            && let Some(place) = at.get_mut(index)
        {
            *place = leaves;
            leaves += 1.0;
        }
    }
    for &index in order.iter().rev() {
        let below = children(index);
        let ends = (
            below.first().and_then(|child| at.get(*child)).copied(),
            below.last().and_then(|child| at.get(*child)).copied(),
        );
        if let (Some(first), Some(last)) = ends
            && let Some(place) = at.get_mut(index)
        {
            *place = f64::midpoint(first, last);
        }
    }
    let height = leaves.mul_add(row_height, 44.0);
    let letters = (width / LETTER) as usize;
    let mut elements = Vec::new();
    let corner = |index: usize, depth: usize| {
        let y = at.get(index).copied().unwrap_or(0.0);
        [
            (depth as f64).mul_add(column, 10.0),
            y.mul_add(row_height, 10.0),
        ]
    };
    for (index, knot) in knots.iter().enumerate() {
        let [x, y] = corner(index, knot.depth);
        if let Some(parent) = knot.parent {
            let [px, py] = corner(parent, knot.depth.saturating_sub(1));
            let middle = x - (column - width) / 2.0;
            let steps = [
                [px + width, py + 30.0],
                [middle, py + 30.0],
                [middle, y + 30.0],
                [x, y + 30.0],
            ];
            elements.push(path(&steps, GRID, 2.0));
        }
        elements.push(told(&format!("{}: {}", knot.label, knot.words)));
        elements.push(text(
            x,
            y + 14.0,
            &short(&knot.label, letters),
            TextAnchor::Start,
        ));
        let mut from = x;
        for (part, share) in knot.parts.iter().enumerate() {
            let wide = share * width;
            elements.push(rect(
                [from, y + 21.0],
                [wide.max(0.0), 18.0],
                LINES[part % LINES.len()],
                Some(0.75),
            ));
            from += wide;
        }
        elements.push(text(
            x,
            y + 55.0,
            &short(&knot.words, letters),
            TextAnchor::Start,
        ));
        elements.push(Primitive::GroupEnd);
    }
    let names = names.iter().enumerate();
    let names: Vec<(&str, &str, Key)> = names
        .map(|(index, name)| (name.as_str(), LINES[index % LINES.len()], Key::Patch))
        .collect();
    let height = legend(&mut elements, 6.0, height - 14.5, &names);
    svg(title, description, height, elements)
}
