//! The file that an analyst names, its columns, and its rows.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;

use anyhow::{Context, anyhow, bail};
use clap::{Args, ValueEnum};
use radost_stats::retention::CalendarPeriod;
use radost_table::{Asked, Batch, Encoding, Options, SmolStr, Table};

use super::answer::{ColumnSeen, Seen};
use super::meter::Meter;

/// Which file, and how it is to be read.
#[derive(Debug, Args)]
pub(super) struct Source {
    /// The file: CSV, TSV, Parquet, XLSX, or SPSS .sav or .zsav. Its kind is found out from what is in it.
    file: PathBuf,
    /// A value that counts as missing, beside empty cells, NaN and what an SPSS file declares missing; may be repeated.
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    na: Vec<String>,
    /// Only the first rows.
    #[arg(long, value_name = "ROWS")]
    limit: Option<u64>,
    /// How letters are written where the file does not say so itself: utf-8, windows-1251, windows-1252, utf-16le.
    #[arg(long, value_parser = encoding)]
    encoding: Option<&'static Encoding>,
    /// What stands between cells, as `;` or `tab`; found out without it.
    #[arg(long, value_parser = delimiter)]
    delimiter: Option<u8>,
    /// The sheet of a workbook; the first without it.
    #[arg(long)]
    sheet: Option<String>,
    /// How dates are written where they could be read in two ways, as %d/%m/%Y.
    #[arg(long, value_name = "FORMAT")]
    date_format: Option<String>,
}

fn encoding(name: &str) -> Result<&'static Encoding, String> {
    Encoding::for_label(name.as_bytes())
        .ok_or_else(|| "not the name of an encoding, such as windows-1251".to_owned())
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Ok(b'\t'),
        [byte] if byte.is_ascii() => Ok(*byte),
        _ => Err("one character, or tab".to_owned()),
    }
}

impl Source {
    /// Opens the file and reads its header.
    pub(super) fn open(&self) -> anyhow::Result<Reading> {
        let options = Options {
            missing: self.na.clone(),
            encoding: self.encoding,
            delimiter: self.delimiter,
            sheet: self.sheet.clone(),
            date_format: self.date_format.clone(),
            limit: self.limit,
        };
        Ok(Reading {
            table: Table::open(&self.file, &options)?,
            asked: Vec::new(),
            na: self.na.clone(),
            limit: self.limit,
        })
    }
}

/// A column that was asked for, by its place among all that were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot(usize);

/// `COL`, or `COL=VALUE` for whether the column has that value.
#[derive(Debug, Clone)]
pub(super) enum Outcome {
    Number(Slot),
    Is(Slot, SmolStr),
}

impl Outcome {
    /// The number, or 1 and 0 for yes and no.
    pub(super) fn of(&self, row: &Row) -> Option<f64> {
        match self {
            Self::Number(slot) => row.number(*slot),
            Self::Is(slot, value) => row
                .text(*slot)
                .map(|text| f64::from(u8::from(text == value))),
        }
    }
}

/// A file with its header read, and the columns that have been asked for so far.
pub(super) struct Reading {
    table: Table,
    asked: Vec<Asked>,
    na: Vec<String>,
    limit: Option<u64>,
}

impl Reading {
    fn slot(&mut self, asked: Asked) -> Slot {
        let known = self.asked.iter().position(|known| *known == asked);
        Slot(known.unwrap_or_else(|| {
            self.asked.push(asked);
            self.asked.len() - 1
        }))
    }

    fn named(&self) -> String {
        self.table.file().display().to_string()
    }

    fn one(&self, name: &str) -> anyhow::Result<usize> {
        self.table.columns().one(name).with_context(|| self.named())
    }

    /// A column of numbers.
    pub(super) fn number(&mut self, name: &str) -> anyhow::Result<Slot> {
        let column = self.one(name)?;
        Ok(self.slot(Asked::number(column)))
    }

    /// A column of text.
    pub(super) fn text(&mut self, name: &str) -> anyhow::Result<Slot> {
        let column = self.one(name)?;
        Ok(self.slot(Asked::text(column)))
    }

    /// A column of days.
    pub(super) fn date(&mut self, name: &str) -> anyhow::Result<Slot> {
        let column = self.one(name)?;
        Ok(self.slot(Asked::date(column)))
    }

    /// Columns of numbers by names, globs and indices, in the order asked for.
    pub(super) fn numbers(&mut self, names: &[String]) -> anyhow::Result<Vec<Slot>> {
        let found = self.table.columns().all(names);
        let columns = found.with_context(|| self.named())?;
        Ok(columns
            .into_iter()
            .map(|column| self.slot(Asked::number(column)))
            .collect())
    }

    /// Columns of text by names, globs and indices, in the order asked for.
    pub(super) fn texts(&mut self, names: &[String]) -> anyhow::Result<Vec<Slot>> {
        let found = self.table.columns().all(names);
        let columns = found.with_context(|| self.named())?;
        Ok(columns
            .into_iter()
            .map(|column| self.slot(Asked::text(column)))
            .collect())
    }

    /// `COL`, or `COL=VALUE`; a column whose own name has an equals sign is meant first.
    pub(super) fn outcome(&mut self, asked: &str) -> anyhow::Result<Outcome> {
        if let (Err(_), Some((name, value))) =
            (self.table.columns().one(asked), asked.rsplit_once('='))
        {
            let slot = self.text(name.trim_end())?;
            return Ok(Outcome::Is(slot, value.trim().into()));
        }
        self.number(asked).map(Outcome::Number)
    }

    /// The name of a column.
    pub(super) fn name(&self, slot: Slot) -> &str {
        self.asked
            .get(slot.0)
            .map_or("", |asked| self.table.columns().name(asked.column))
    }

    /// The names of columns.
    pub(super) fn names(&self, slots: &[Slot]) -> Vec<String> {
        slots
            .iter()
            .map(|slot| self.name(*slot).to_owned())
            .collect()
    }

    /// Reads all rows. An error of `each` ends the reading and is told with its row.
    pub(super) fn read(
        &self,
        meter: &Meter,
        mut each: impl FnMut(&Row) -> anyhow::Result<()>,
    ) -> anyhow::Result<Seen> {
        let mut failed: Option<anyhow::Error> = None;
        let report = self.table.read(&self.asked, |batch| {
            if meter.tick("reading", batch.done).is_break() {
                return ControlFlow::Break(());
            }
            for index in 0..batch.rows.len() {
                if let Err(error) = each(&Row { batch, index }) {
                    let row = Row { batch, index }.place();
                    failed = Some(error.context(format!("{}, row {row}", self.named())));
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        meter.check()?;
        if report.rows == 0 {
            bail!("{}: no rows below the header", self.named());
        }
        for column in &report.columns {
            if column.missing == report.rows {
                let na = if self.na.is_empty() {
                    ""
                } else {
                    " (with what --na says)"
                };
                bail!(
                    "{}, column `{}`: all {} cells are missing{na}",
                    self.named(),
                    column.name,
                    report.rows
                );
            }
        }
        let mut columns: BTreeMap<String, ColumnSeen> = BTreeMap::new();
        for column in report.columns {
            columns.insert(
                column.name.clone(),
                ColumnSeen {
                    name: column.name,
                    missing: column.missing,
                    from_words: column.from_words,
                },
            );
        }
        Ok(Seen {
            file: self.named(),
            rows: report.rows,
            limited: self.limit.is_some_and(|limit| limit == report.rows),
            na: self.na.clone(),
            columns: columns.into_values().collect(),
        })
    }
}

/// A row of what was asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    batch: &'a Batch,
    index: usize,
}

impl<'a> Row<'a> {
    pub(super) fn number(&self, slot: Slot) -> Option<f64> {
        let value = *self.batch.columns.get(slot.0)?.numbers().get(self.index)?;
        (!value.is_nan()).then_some(value)
    }

    pub(super) fn text(&self, slot: Slot) -> Option<&'a SmolStr> {
        self.batch
            .columns
            .get(slot.0)?
            .texts()
            .get(self.index)?
            .as_ref()
    }

    pub(super) fn date(&self, slot: Slot) -> Option<jiff::civil::Date> {
        *self.batch.columns.get(slot.0)?.dates().get(self.index)?
    }

    pub(super) fn numbers(&self, slots: &[Slot]) -> Vec<Option<f64>> {
        slots.iter().map(|slot| self.number(*slot)).collect()
    }

    /// Its number in the file.
    pub(super) fn place(&self) -> u64 {
        self.batch.rows.get(self.index).copied().unwrap_or_default()
    }

    /// Days since 1970-01-01.
    pub(super) fn day(&self, slot: Slot) -> Option<i32> {
        self.date(slot).map(day_number)
    }
}

/// Days since 1970-01-01.
pub(super) fn day_number(date: jiff::civil::Date) -> i32 {
    let epoch = jiff::civil::Date::constant(1970, 1, 1);
    date.duration_since(epoch).as_hours().div_euclid(24) as i32
}

/// A stretch of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Period {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl From<Period> for CalendarPeriod {
    fn from(period: Period) -> Self {
        match period {
            Period::Day => Self::Day,
            Period::Week => Self::Week,
            Period::Month => Self::Month,
            Period::Quarter => Self::Quarter,
            Period::Year => Self::Year,
        }
    }
}

/// A name for a period: a day, and a week by its Monday, as 2010-12-06; else 2010-12, 2010-Q4 or 2010.
pub(super) fn period_label(period: CalendarPeriod, index: i64) -> String {
    let label = period.label(index);
    if !matches!(period, CalendarPeriod::Day | CalendarPeriod::Week) {
        return label;
    }
    let epoch = jiff::civil::Date::constant(1970, 1, 1);
    let days = label.parse::<i64>().ok();
    let span = days.and_then(|days| jiff::Span::new().try_days(days).ok());
    let day = span.and_then(|span| epoch.checked_add(span).ok());
    day.map_or(label, |day| day.to_string())
}

/// A whole number on a scale, or what is wrong with it.
pub(super) fn whole(value: f64) -> anyhow::Result<i64> {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        Ok(value as i64)
    } else {
        Err(anyhow!("{value} is not a whole number"))
    }
}

/// Rows of one group each; without `--by` all of them.
#[derive(Debug)]
pub(super) struct Groups<T> {
    by: Option<(Slot, String)>,
    of: BTreeMap<SmolStr, T>,
    without: u64,
}

impl<T> Groups<T> {
    pub(super) fn by(reading: &mut Reading, column: Option<&str>) -> anyhow::Result<Self> {
        let by = match column {
            Some(column) => {
                let slot = reading.text(column)?;
                Some((slot, reading.name(slot).to_owned()))
            }
            None => None,
        };
        Ok(Self {
            by,
            of: BTreeMap::new(),
            without: 0,
        })
    }

    /// The group of a row; none when the row does not say.
    pub(super) fn of(
        &mut self,
        row: &Row,
        new: impl FnOnce() -> anyhow::Result<T>,
    ) -> anyhow::Result<Option<&mut T>> {
        let name = match &self.by {
            None => SmolStr::default(),
            Some((slot, _)) => match row.text(*slot) {
                Some(name) => name.clone(),
                None => {
                    self.without += 1;
                    return Ok(None);
                }
            },
        };
        if !self.of.contains_key(&name) {
            if self.of.len() >= MOST_GROUPS {
                let column = self.column().unwrap_or_default();
                bail!(
                    "`{column}` has more than {MOST_GROUPS} different values; it does not name groups"
                );
            }
            self.of.insert(name.clone(), new()?);
        }
        Ok(self.of.get_mut(&name))
    }

    /// Groups by name, in their order; numbers in the order of numbers.
    pub(super) fn into_sorted(self) -> Vec<(Option<String>, T)> {
        let named = self.by.is_some();
        let mut groups: Vec<(SmolStr, T)> = self.of.into_iter().collect();
        if groups.iter().all(|(name, _)| name.parse::<f64>().is_ok()) {
            let number = |name: &SmolStr| name.parse::<f64>().unwrap_or(0.0);
            groups.sort_by(|(a, _), (b, _)| number(a).total_cmp(&number(b)));
        }
        groups
            .into_iter()
            .map(|(name, group)| (named.then(|| name.to_string()), group))
            .collect()
    }

    /// The name of the column that groups.
    pub(super) fn column(&self) -> Option<&str> {
        self.by.as_ref().map(|(_, name)| name.as_str())
    }

    /// What to say of rows that belong to no group.
    pub(super) fn left_out(&self) -> Option<String> {
        (self.without > 0).then(|| {
            format!(
                "{} rows without `{}`",
                self.without,
                self.column().unwrap_or_default()
            )
        })
    }
}

/// More groups than a person reads, and a sign that the wrong column was named.
const MOST_GROUPS: usize = 10_000;

/// `low-high` or `low..high`, as 1-10.
pub(super) fn scale(text: &str) -> Result<radost_stats::Scale, String> {
    let wrong = || "write the scale as 1-10".to_owned();
    let (low, high) = text
        .split_once("..")
        .or_else(|| {
            text.char_indices()
                .skip(1)
                .find(|(_, c)| *c == '-')
                .map(|(at, _)| (&text[..at], &text[at + 1..]))
        })
        .ok_or_else(wrong)?;
    let number = |text: &str| text.trim().parse::<f64>().map_err(|_| wrong());
    radost_stats::Scale::new(number(low)?, number(high)?).map_err(|error| error.to_string())
}

/// A confidence level, as 0.95.
pub(super) fn level(text: &str) -> Result<radost_stats::Level, String> {
    let level: f64 = text
        .parse()
        .map_err(|_| "a probability, as 0.95".to_owned())?;
    radost_stats::Level::new(level).map_err(|error| error.to_string())
}
