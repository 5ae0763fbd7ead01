//! What a command answers: one result, shown as a table for people, as JSON or as CSV for programs.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, ValueEnum};
use schemars::JsonSchema;
use serde::Serialize;

/// How the answer is shown.
#[derive(Debug, Args)]
pub(super) struct Shown {
    /// A table for people, or JSON or CSV for programs.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Also draw a picture into this file, where a picture says more.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
    Csv,
}

/// What was found in a column of the file.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct ColumnSeen {
    /// Its name.
    pub(super) name: String,
    /// Cells that are missing.
    pub(super) missing: u64,
    /// Answers such as "10 - Completely satisfied" that count as the number before their words.
    pub(super) from_words: u64,
}

/// What was read.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Seen {
    /// The file.
    pub(super) file: String,
    /// Its rows below the header.
    pub(super) rows: u64,
    /// Whether the reading ended at --limit.
    pub(super) limited: bool,
    /// Values that count as missing.
    pub(super) na: Vec<String>,
    /// The columns that were used.
    pub(super) columns: Vec<ColumnSeen>,
}

/// What a command found out. The shape is stable: fields are added, never renamed.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Answer<F> {
    /// The command.
    pub(super) command: &'static str,
    /// What was read; null for commands without a file.
    pub(super) input: Option<Seen>,
    /// The finding.
    pub(super) result: F,
    /// How it was computed.
    pub(super) method: Vec<String>,
    /// What must hold for it to be right.
    pub(super) assumptions: Vec<String>,
    /// What was left out, and why.
    pub(super) left_out: Vec<String>,
}

/// A finding that can be shown.
pub(super) trait Finding: Serialize + JsonSchema {
    /// As tables; the first is what CSV writes.
    fn grids(&self) -> Vec<Grid>;

    /// As a picture.
    fn picture(&self) -> Option<String> {
        None
    }

    /// How many observations it rests on, in words.
    fn n(&self) -> String;
}

/// What stands in a cell.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    Text(String),
    Count(u64),
    /// A number with its decimals for people; programs get it in full.
    Number(f64, usize),
    P(f64),
    Nothing,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Cell {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(cell: Option<T>) -> Self {
        cell.map_or(Self::Nothing, Into::into)
    }
}

/// A number with its decimals.
pub(super) fn num(value: impl Into<Option<f64>>, decimals: usize) -> Cell {
    match value.into() {
        Some(value) if value.is_finite() => Cell::Number(value, decimals),
        _ => Cell::Nothing,
    }
}

impl Cell {
    fn for_people(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(count) => grouped(*count),
            Self::Number(value, decimals) => {
                let text = format!("{value:.decimals$}");
                // A rounded −0.00 is nought.
                if text
                    .trim_start_matches('-')
                    .chars()
                    .all(|c| c == '0' || c == '.')
                {
                    text.trim_start_matches('-').to_owned()
                } else {
                    text.replacen('-', "−", 1)
                }
            }
            Self::P(value) if *value < 0.0001 => "<0.0001".to_owned(),
            Self::P(value) => format!("{value:.4}"),
            Self::Nothing => "–".to_owned(),
        }
    }

    fn for_programs(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Number(value, _) | Self::P(value) => value.to_string(),
            Self::Nothing => String::new(),
        }
    }

    fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }
}

/// Thousands apart.
pub(super) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many of something, as `1 row` and `1,003 rows`.
pub(super) fn many(count: u64, of: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{} {of}{s}", grouped(count))
}

/// A table.
#[derive(Debug)]
pub(super) struct Grid {
    title: String,
    head: Vec<String>,
    rows: Vec<Vec<Cell>>,
    /// Rows that people are shown; programs get all.
    most: usize,
}

impl Grid {
    pub(super) fn new<S: Into<String>>(
        title: impl Into<String>,
        head: impl IntoIterator<Item = S>,
    ) -> Self {
        Self {
            title: title.into(),
            head: head.into_iter().map(Into::into).collect(),
            rows: Vec::new(),
            most: usize::MAX,
        }
    }

    /// Shows people only the first rows: whoever wants thousands of them reads them with a program.
    pub(super) fn first(mut self, most: usize) -> Self {
        self.most = most;
        self
    }

    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Without columns that have nothing in any row.
    pub(super) fn without_empty(mut self) -> Self {
        let keep: Vec<bool> = (0..self.head.len())
            .map(|column| {
                let cell = |row: &Vec<Cell>| !matches!(row.get(column), None | Some(Cell::Nothing));
                self.rows.iter().any(cell)
            })
            .collect();
        let kept = |index: &usize| keep.get(*index).copied().unwrap_or(true);
        fn only<T>(cells: Vec<T>, kept: impl Fn(&usize) -> bool) -> Vec<T> {
            let cells = cells.into_iter().enumerate();
            cells
                .filter(|(index, _)| kept(index))
                .map(|(_, cell)| cell)
                .collect()
        }
        self.head = only(self.head, kept);
        self.rows = self.rows.into_iter().map(|row| only(row, kept)).collect();
        self
    }

    fn write(&self, page: &mut String, ink: Ink) {
        let rows: Vec<Vec<String>> = self
            .rows
            .iter()
            .take(self.most)
            .map(|row| row.iter().map(Cell::for_people).collect())
            .collect();
        let wide = |text: &str| text.chars().count();
        let widths: Vec<usize> = (0..self.head.len())
            .map(|column| {
                let cells = rows.iter().filter_map(|row| row.get(column));
                let widest = cells.map(|cell| wide(cell)).max().unwrap_or(0);
                widest.max(self.head.get(column).map_or(0, |head| wide(head)))
            })
            .collect();
        let left: Vec<bool> = (0..self.head.len())
            .map(|column| {
                let mut cells = self.rows.iter().filter_map(|row| row.get(column));
                cells.any(Cell::is_text) || self.rows.is_empty()
            })
            .collect();
        let line = |cells: &[String]| {
            let mut line = String::new();
            for (column, (cell, width)) in cells.iter().zip(&widths).enumerate() {
                let pad = " ".repeat(width.saturating_sub(wide(cell)));
                if column > 0 {
                    line.push_str("  ");
                }
                if left.get(column).copied().unwrap_or(true) {
                    line.push_str(cell);
                    line.push_str(&pad);
                } else {
                    line.push_str(&pad);
                    line.push_str(cell);
                }
            }
            line.trim_end().to_owned()
        };
        if !self.title.is_empty() {
            let _ = writeln!(page, "{}", ink.bold(&self.title));
        }
        let _ = writeln!(page, "{}", ink.dim(&line(&self.head)));
        for row in &rows {
            let _ = writeln!(page, "{}", line(row));
        }
        let more = self.rows.len().saturating_sub(self.most) as u64;
        if more > 0 {
            let more = format!("… {} with --format csv or json", many(more, "more row"));
            let _ = writeln!(page, "{}", ink.dim(&more));
        }
        page.push('\n');
    }
}

/// Colour where the terminal shows it and nobody has asked for none.
#[derive(Debug, Clone, Copy)]
struct Ink(bool);

impl Ink {
    fn of_terminal() -> Self {
        let asked_for_none = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self(std::io::stdout().is_terminal() && !asked_for_none && !dumb)
    }

    fn bold(self, text: &str) -> String {
        if self.0 {
            format!("\x1b[1m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    fn dim(self, text: &str) -> String {
        if self.0 {
            format!("\x1b[2m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

impl<F: Finding> Answer<F> {
    /// Writes the answer to standard output, and the picture to its file.
    pub(super) fn show(&self, shown: &Shown) -> anyhow::Result<()> {
        if let Some(file) = &shown.svg {
            let picture = self.result.picture();
            let picture = picture
                .with_context(|| format!("there is no picture of this `{}`", self.command))?;
            std::fs::write(file, picture)
                .with_context(|| format!("{} cannot be written", file.display()))?;
        }
        let text = match shown.format {
            Format::Table => self.for_people(Ink::of_terminal()),
            Format::Json => serde_json::to_string_pretty(self)? + "\n",
            Format::Csv => self.csv()?,
        };
        let written = std::io::stdout().write_all(text.as_bytes());
        match written {
            // Whoever reads may have read enough.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            written => Ok(written?),
        }
    }

    fn csv(&self) -> anyhow::Result<String> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        if let Some(grid) = self.result.grids().first() {
            writer.write_record(&grid.head)?;
            for row in &grid.rows {
                writer.write_record(row.iter().map(Cell::for_programs))?;
            }
        }
        Ok(String::from_utf8(writer.into_inner()?)?)
    }

    fn for_people(&self, ink: Ink) -> String {
        let mut page = String::new();
        for grid in self.result.grids() {
            grid.write(&mut page, ink);
        }
        let mut left_out = self.left_out.clone();
        let mut notes = vec![("n", self.result.n())];
        for method in &self.method {
            notes.push(("method", method.clone()));
        }
        for assumption in &self.assumptions {
            notes.push(("assumes", assumption.clone()));
        }
        if let Some(seen) = &self.input {
            for column in seen.columns.iter().filter(|column| column.from_words > 0) {
                notes.push((
                    "read",
                    format!(
                        "`{}`: {} answers in words count as the number before them",
                        column.name,
                        grouped(column.from_words)
                    ),
                ));
            }
            let missing: Vec<String> = seen
                .columns
                .iter()
                .filter(|column| column.missing > 0)
                .map(|column| format!("`{}` {}", column.name, grouped(column.missing)))
                .collect();
            if !missing.is_empty() {
                let na = if seen.na.is_empty() {
                    String::new()
                } else {
                    format!(" (empty, NaN, {})", seen.na.join(", "))
                };
                notes.push(("missing", format!("{}{na}", missing.join(", "))));
            }
            if seen.limited {
                left_out.push(format!("rows after the first {}", grouped(seen.rows)));
            }
        }
        if left_out.is_empty() {
            left_out.push("nothing".to_owned());
        }
        for left_out in left_out {
            notes.push(("left out", left_out));
        }
        let mut before = "";
        for (name, note) in notes {
            let shown = if name == before { "" } else { name };
            let _ = writeln!(page, "{}{note}", ink.dim(&format!("{shown:<10}")));
            before = name;
        }
        page
    }
}
