//! Opening a file and reading the columns that are asked for, whatever kind of file it is.

use std::fs::File;
use std::io::Read as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use encoding_rs::Encoding;
use jiff::civil::Date;
use smol_str::SmolStr;

use crate::cell::{self, Cell, MissingCodes};
use crate::columns::Columns;
use crate::error::TableError;
use crate::{delimited, parquet, sav, workbook};

/// Rows of a batch.
const BATCH: usize = 4096;

/// How a file is to be read; nothing needs to be said of a file that speaks for itself.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Values that count as missing, beside empty cells, NaN and what an SPSS file declares missing.
    pub missing: Vec<String>,
    /// How letters are written in a file of separated values without a byte order mark; UTF-8 unless said.
    pub encoding: Option<&'static Encoding>,
    /// What stands between two cells of a file of separated values; found out unless said.
    pub delimiter: Option<u8>,
    /// The sheet of a workbook; the first unless said.
    pub sheet: Option<String>,
    /// How dates are written as text, as `%d/%m/%Y`; ISO and the other ways that can mean only one day unless said.
    pub date_format: Option<String>,
    /// Only so many rows from the beginning.
    pub limit: Option<u64>,
}

/// What a column is asked for as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Finite numbers.
    Number,
    /// Text; codes of an SPSS file by their labels.
    Text,
    /// Days.
    Date,
    /// Text that says everything: steps of a scale of an SPSS file as `5 - Very satisfied`, moments with their time.
    Answer,
}

/// A column that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Its index in the file, counted from 0.
    pub column: usize,
    /// As what.
    pub kind: Kind,
}

impl Asked {
    /// A column of numbers.
    #[must_use]
    pub const fn number(column: usize) -> Self {
        Self {
            column,
            kind: Kind::Number,
        }
    }

    /// A column of text.
    #[must_use]
    pub const fn text(column: usize) -> Self {
        Self {
            column,
            kind: Kind::Text,
        }
    }

    /// A column of answers.
    #[must_use]
    pub const fn answer(column: usize) -> Self {
        Self {
            column,
            kind: Kind::Answer,
        }
    }

    /// A column of days.
    #[must_use]
    pub const fn date(column: usize) -> Self {
        Self {
            column,
            kind: Kind::Date,
        }
    }
}

/// The cells of one column in a batch.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// NaN where missing, finite otherwise.
    Number(Vec<f64>),
    /// `None` where missing.
    Text(Vec<Option<SmolStr>>),
    /// `None` where missing.
    Date(Vec<Option<Date>>),
}

impl Values {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Number => Self::Number(Vec::with_capacity(BATCH)),
            Kind::Text | Kind::Answer => Self::Text(Vec::with_capacity(BATCH)),
            Kind::Date => Self::Date(Vec::with_capacity(BATCH)),
        }
    }

    fn clear(&mut self) {
        match self {
            Self::Number(values) => values.clear(),
            Self::Text(values) => values.clear(),
            Self::Date(values) => values.clear(),
        }
    }

    /// The numbers; none where the column was asked for as something else.
    #[must_use]
    pub fn numbers(&self) -> &[f64] {
        match self {
            Self::Number(values) => values,
            _ => &[],
        }
    }

    /// The texts; none where the column was asked for as something else.
    #[must_use]
    pub fn texts(&self) -> &[Option<SmolStr>] {
        match self {
            Self::Text(values) => values,
            _ => &[],
        }
    }

    /// The days; none where the column was asked for as something else.
    #[must_use]
    pub fn dates(&self) -> &[Option<Date>] {
        match self {
            Self::Date(values) => values,
            _ => &[],
        }
    }
}

/// Some thousand rows.
#[derive(Debug)]
pub struct Batch {
    /// What was asked for, in that order; all of the same length.
    pub columns: Vec<Values>,
    /// The number of each row: as a spreadsheet counts where there is a header row, else counted from 1.
    pub rows: Vec<u64>,
    /// How much of the file has been read, from 0 to 1.
    pub done: f64,
}

/// What was found in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnReport {
    /// Its name.
    pub name: String,
    /// Cells that are missing.
    pub missing: u64,
    /// Cells that count as the number before their words.
    pub from_words: u64,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Rows.
    pub rows: u64,
    /// What was asked for, in that order.
    pub columns: Vec<ColumnReport>,
    /// Whether whoever read the batches had enough.
    pub stopped: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Delimited,
    Parquet,
    Workbook,
    Sav,
}

/// A file whose header has been read.
#[derive(Debug)]
pub struct Table {
    file: PathBuf,
    format: Format,
    options: Options,
    columns: Columns,
}

impl Table {
    /// Finds out what kind of file it is, from what stands in it rather than from its name, and reads its header.
    ///
    /// # Errors
    /// [`TableError`] when it cannot be read or is no table.
    pub fn open(file: &Path, options: &Options) -> Result<Self, TableError> {
        let io = |source| TableError::Io {
            file: file.to_owned(),
            source,
        };
        let unknown = |what: &str| TableError::Unknown {
            file: file.to_owned(),
            what: what.to_owned(),
        };
        let mut options = options.clone();
        let mut magic = Vec::new();
        let opened = File::open(file).map_err(io)?;
        if opened.metadata().map_err(io)?.is_dir() {
            return Err(unknown("this is a folder, not a file"));
        }
        opened.take(8).read_to_end(&mut magic).map_err(io)?;
        let format = match magic.as_slice() {
            [b'P', b'A', b'R', b'1', ..] => Format::Parquet,
            [b'P', b'K', 3, 4, ..] => Format::Workbook,
            [b'$', b'F', b'L', b'2' | b'3', ..] => Format::Sav,
            [0xd0, 0xcf, 0x11, 0xe0, ..] => {
                return Err(unknown("an old Excel file; save it as .xlsx or .csv"));
            }
            [0x1f, 0x8b, ..] => return Err(unknown("a compressed file; unpack it first")),
            _ => Format::Delimited,
        };
        let extension = file.extension().unwrap_or_default().to_ascii_lowercase();
        if options.delimiter.is_none() && (extension == "tsv" || extension == "tab") {
            options.delimiter = Some(b'\t');
        }
        let columns = match format {
            Format::Delimited => delimited::columns(file, &options),
            Format::Parquet => parquet::columns(file),
            Format::Workbook => workbook::columns(file, &options),
            Format::Sav => sav::columns(file),
        }?;
        Ok(Self {
            file: file.to_owned(),
            format,
            options,
            columns,
        })
    }

    /// The columns, in the order of the file.
    #[must_use]
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Reads the rows from the beginning, a batch at a time, until they end or `each` has enough. May be called again.
    ///
    /// # Errors
    /// [`TableError`] with row and column when a cell is not what was asked for, or when the file is damaged.
    pub fn read(
        &self,
        asked: &[Asked],
        mut each: impl FnMut(&Batch) -> ControlFlow<()>,
    ) -> Result<Report, TableError> {
        let mut rows = Rows {
            file: &self.file,
            columns: &self.columns,
            missing: MissingCodes::new(&self.options.missing),
            date_format: self.options.date_format.as_deref(),
            decimal_comma: false,
            limit: self.options.limit.unwrap_or(u64::MAX),
            asked,
            batch: Batch {
                columns: asked.iter().map(|asked| Values::new(asked.kind)).collect(),
                rows: Vec::with_capacity(BATCH),
                done: 0.0,
            },
            report: Report {
                rows: 0,
                columns: asked
                    .iter()
                    .map(|asked| ColumnReport {
                        name: self.columns.name(asked.column).to_owned(),
                        missing: 0,
                        from_words: 0,
                    })
                    .collect(),
                stopped: false,
            },
            each: &mut each,
        };
        match self.format {
            Format::Delimited => delimited::read(&self.options, &mut rows),
            Format::Parquet => parquet::read(&mut rows),
            Format::Workbook => workbook::read(&self.options, &mut rows),
            Format::Sav => sav::read(&mut rows),
        }?;
        if !rows.batch.rows.is_empty() && !rows.report.stopped {
            rows.batch.done = 1.0;
            let _ = rows.give();
        }
        Ok(rows.report)
    }
}

/// What a reader hands its rows to.
pub(crate) struct Rows<'a> {
    pub(crate) file: &'a Path,
    pub(crate) columns: &'a Columns,
    missing: MissingCodes,
    date_format: Option<&'a str>,
    /// Numbers may be written with a comma: where the comma does not already stand between cells.
    pub(crate) decimal_comma: bool,
    limit: u64,
    pub(crate) asked: &'a [Asked],
    batch: Batch,
    report: Report,
    each: &'a mut dyn FnMut(&Batch) -> ControlFlow<()>,
}

impl Rows<'_> {
    /// Takes a row: its number, how much of the file has been read with it, and its cells, by their place among what was
    /// asked for. Breaks when no more rows are wanted.
    pub(crate) fn take<'c>(
        &mut self,
        row: u64,
        done: f64,
        cell: impl Fn(usize) -> Cell<'c>,
    ) -> Result<ControlFlow<()>, TableError> {
        if self.report.rows >= self.limit {
            return Ok(ControlFlow::Break(()));
        }
        let taken = self.batch.columns.iter_mut().zip(&mut self.report.columns);
        for (index, (values, report)) in taken.enumerate() {
            let cell = cell(index);
            let (missing, from_words) = match values {
                Values::Number(values) => cell::number(cell, &self.missing, self.decimal_comma)
                    .map(|(value, words)| {
                        values.push(value);
                        (value.is_nan(), words)
                    }),
                Values::Text(values) => match self.asked[index].kind {
                    Kind::Answer => Ok(cell::answer(cell, &self.missing)),
                    _ => cell::text(cell, &self.missing),
                }
                .map(|text| {
                    values.push(text);
                    (values.last().is_none_or(Option::is_none), false)
                }),
                Values::Date(values) => {
                    cell::date(cell, &self.missing, self.date_format).map(|date| {
                        values.push(date);
                        (date.is_none(), false)
                    })
                }
            }
            .map_err(|what| TableError::Cell {
                file: self.file.to_owned(),
                row,
                column: report.name.clone(),
                what,
            })?;
            report.missing += u64::from(missing);
            report.from_words += u64::from(from_words);
        }
        self.batch.rows.push(row);
        self.report.rows += 1;
        if self.batch.rows.len() == BATCH {
            self.batch.done = done;
            return Ok(self.give());
        }
        Ok(ControlFlow::Continue(()))
    }

    fn give(&mut self) -> ControlFlow<()> {
        let flow = (self.each)(&self.batch);
        self.batch.rows.clear();
        self.batch.columns.iter_mut().for_each(Values::clear);
        self.report.stopped = flow.is_break();
        flow
    }

    pub(crate) fn io(&self, source: std::io::Error) -> TableError {
        TableError::Io {
            file: self.file.to_owned(),
            source,
        }
    }

    pub(crate) fn row_error(&self, row: u64, what: impl Into<String>) -> TableError {
        TableError::Row {
            file: self.file.to_owned(),
            row,
            what: what.into(),
        }
    }
}

/// A library's complaint about a file that it should be able to read.
pub(crate) fn damaged(file: &Path, kind: &'static str, what: impl std::fmt::Display) -> TableError {
    TableError::Damaged {
        file: file.to_owned(),
        kind,
        what: what.to_string(),
    }
}

/// Runs a library on a file. A damaged file must not end the process, whatever the library makes of it: some trust what a
/// file says about its own parts, and panic.
pub(crate) fn guarded<T, E: std::fmt::Display>(
    file: &Path,
    kind: &'static str,
    run: impl FnOnce() -> Result<T, E>,
) -> Result<T, TableError> {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)) {
        Ok(result) => result.map_err(|error| damaged(file, kind, error)),
        Err(_) => Err(damaged(file, kind, "its parts contradict each other")),
    }
}
