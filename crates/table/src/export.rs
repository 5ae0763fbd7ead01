//! Tables on their way out: the same rows as CSV, XLSX, SPSS or Parquet, with their labels where the file can hold them.
//!
//! Rows are written as they come. Only a file of SPSS says at its beginning how wide each text is and how many rows follow: its rows
//! are gathered first, which bounds it to [`MOST_GATHERED`].

use std::fs::File;
use std::io::{BufWriter, Write};
use std::sync::Arc;

use ambers::{Compression, SpssMetadata, Value};
use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder,
    TimestampMicrosecondBuilder,
};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use jiff::civil::Date;
use jiff::{Timestamp, Zoned};
use parquet::arrow::ArrowWriter;
use rust_xlsxwriter::{ExcelDateTime, Format as Look, Workbook};

/// Rows that a file of SPSS may have.
pub const MOST_GATHERED: usize = 500_000;
/// Rows that a sheet may have, its head aside.
pub const MOST_IN_SHEET: usize = 1_048_575;
/// Bytes of a text in a file of SPSS.
const WIDEST: usize = 32_767;
/// Rows that are handed to Parquet at once.
const BATCH: usize = 8_192;

/// What kind of file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Values between commas, in UTF-8.
    Csv,
    /// A workbook.
    Xlsx,
    /// SPSS.
    Sav,
    /// Apache Parquet.
    Parquet,
}

impl FileKind {
    /// All of them.
    pub const ALL: [FileKind; 4] = [
        FileKind::Csv,
        FileKind::Xlsx,
        FileKind::Sav,
        FileKind::Parquet,
    ];

    /// How names of such files end.
    pub fn extension(self) -> &'static str {
        match self {
            FileKind::Csv => "csv",
            FileKind::Xlsx => "xlsx",
            FileKind::Sav => "sav",
            FileKind::Parquet => "parquet",
        }
    }

    /// The kind of files whose names end so.
    pub fn of_extension(extension: &str) -> Option<FileKind> {
        let mut all = FileKind::ALL.into_iter();
        all.find(|kind| kind.extension() == extension)
    }

    /// What such a file is called on the web.
    pub fn media_type(self) -> &'static str {
        match self {
            FileKind::Csv => "text/csv; charset=utf-8",
            FileKind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            FileKind::Sav => "application/x-spss-sav",
            FileKind::Parquet => "application/vnd.apache.parquet",
        }
    }
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Words.
    Text,
    /// Whole numbers.
    Whole,
    /// Numbers.
    Number,
    /// Yes or no.
    Truth,
    /// Days.
    Day,
    /// Moments.
    Moment,
}

/// A column that is written.
#[derive(Debug, Clone, PartialEq)]
pub struct OutColumn {
    /// Its name.
    pub name: String,
    /// What is asked, for people.
    pub label: String,
    /// What it holds.
    pub holds: Holds,
    /// What its values mean: `("1", "Very poor")` for numbers as for codes.
    pub labels: Vec<(String, String)>,
}

/// A value that is written.
#[derive(Debug, Clone, PartialEq)]
pub enum OutCell {
    /// Nothing.
    Empty,
    /// Words.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A number.
    Number(f64),
    /// Yes or no.
    Truth(bool),
    /// A day.
    Day(Date),
    /// A moment where it happened.
    Moment(Zoned),
}

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// More rows than the file may have.
    #[error(
        "a {kind} file holds at most {most} rows; narrow the selection, or take CSV or Parquet"
    )]
    TooMany {
        /// The ending of its name.
        kind: &'static str,
        /// How many.
        most: usize,
    },
    /// It could not be written.
    #[error("the file cannot be written")]
    Io(#[from] std::io::Error),
    /// The library that writes it complains.
    #[error("the {kind} file cannot be written: {what}")]
    Library {
        /// The ending of its name.
        kind: &'static str,
        /// What it said.
        what: String,
    },
}

impl ExportError {
    fn library(kind: FileKind) -> impl Fn(&dyn std::fmt::Display) -> ExportError {
        move |what| ExportError::Library {
            kind: kind.extension(),
            what: what.to_string(),
        }
    }
}

/// Writes one table into one file.
pub struct TableWriter {
    columns: Vec<OutColumn>,
    rows: usize,
    out: Out,
}

enum Out {
    Csv(BufWriter<File>),
    Xlsx(Box<Workbook>, File),
    Sav(Vec<Gathered>, File),
    Parquet(Box<ArrowWriter<File>>, Vec<Building>, Arc<Schema>),
}

impl std::fmt::Debug for TableWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TableWriter")
            .field("columns", &self.columns.len())
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl TableWriter {
    /// Begins a file.
    ///
    /// # Errors
    /// [`ExportError`] when it cannot be written.
    pub fn new(kind: FileKind, columns: Vec<OutColumn>, file: File) -> Result<Self, ExportError> {
        let out = match kind {
            FileKind::Csv => {
                let mut head = Vec::new();
                write_line(&mut head, columns.iter().map(|column| column.name.as_str()));
                let mut lines = BufWriter::new(file);
                lines.write_all(&head)?;
                Out::Csv(lines)
            }
            FileKind::Xlsx => Out::Xlsx(Box::new(workbook(&columns)?), file),
            FileKind::Sav => {
                let gathered = columns.iter().map(|column| Gathered::new(column.holds));
                Out::Sav(gathered.collect(), file)
            }
            FileKind::Parquet => {
                let fields = columns.iter().map(|column| {
                    let labels = [("label".to_owned(), column.label.clone())];
                    Field::new(&column.name, data_type(column.holds), true)
                        .with_metadata(labels.into())
                });
                let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
                let failed = ExportError::library(kind);
                let properties = parquet::file::properties::WriterProperties::builder()
                    .set_compression(parquet::basic::Compression::ZSTD(Default::default()))
                    .build();
                let writer = ArrowWriter::try_new(file, schema.clone(), Some(properties))
                    .map_err(|error| failed(&error))?;
                let building = columns.iter().map(|column| Building::new(column.holds));
                Out::Parquet(Box::new(writer), building.collect(), schema)
            }
        };
        Ok(TableWriter {
            columns,
            rows: 0,
            out,
        })
    }

    /// Writes a row of as many cells as columns; a cell that is not what its column holds is left empty.
    ///
    /// # Errors
    /// [`ExportError::TooMany`] for more rows than the file may have.
    pub fn write(&mut self, row: &[OutCell]) -> Result<(), ExportError> {
        self.rows += 1;
        let too_many = |kind: FileKind, most| ExportError::TooMany {
            kind: kind.extension(),
            most,
        };
        match &mut self.out {
            Out::Csv(lines) => {
                let mut line = Vec::new();
                write_row(&mut line, row);
                lines.write_all(&line)?;
            }
            Out::Xlsx(book, _) => {
                if self.rows > MOST_IN_SHEET {
                    return Err(too_many(FileKind::Xlsx, MOST_IN_SHEET));
                }
                write_in_sheet(book, self.rows as u32, row)?;
            }
            Out::Sav(gathered, _) => {
                if self.rows > MOST_GATHERED {
                    return Err(too_many(FileKind::Sav, MOST_GATHERED));
                }
                for (column, cell) in gathered.iter_mut().zip(row) {
                    column.push(cell);
                }
            }
            Out::Parquet(writer, building, schema) => {
                for (column, cell) in building.iter_mut().zip(row) {
                    column.push(cell);
                }
                if self.rows.is_multiple_of(BATCH) {
                    hand_over(writer, building, schema)?;
                }
            }
        }
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// [`ExportError`] when it cannot be written.
    pub fn finish(self) -> Result<(), ExportError> {
        match self.out {
            Out::Csv(mut lines) => lines.flush()?,
            Out::Xlsx(mut book, file) => {
                let failed = ExportError::library(FileKind::Xlsx);
                book.save_to_writer(BufWriter::new(file))
                    .map_err(|error| failed(&error))?;
            }
            Out::Sav(gathered, file) => write_sav(&self.columns, gathered, file)?,
            Out::Parquet(mut writer, mut building, schema) => {
                hand_over(&mut writer, &mut building, &schema)?;
                let failed = ExportError::library(FileKind::Parquet);
                writer.close().map_err(|error| failed(&error))?;
            }
        }
        Ok(())
    }
}

// ── Text ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/// A value as it is written for programs.
fn written(cell: &OutCell) -> String {
    match cell {
        OutCell::Empty => String::new(),
        OutCell::Text(text) => text.clone(),
        OutCell::Whole(number) => number.to_string(),
        OutCell::Number(number) => number.to_string(),
        OutCell::Truth(truth) => truth.to_string(),
        OutCell::Day(day) => day.to_string(),
        OutCell::Moment(at) => at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
    }
}

/// A spreadsheet takes a cell that begins so for a formula.
pub const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Whether a spreadsheet would compute the cell instead of showing it. A number below nought is what it looks like.
fn is_formula(cell: &str) -> bool {
    let number =
        |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit()) && rest.parse::<f64>().is_ok();
    cell.starts_with(FORMULA) && !cell.strip_prefix('-').is_some_and(number)
}

/// Appends a cell of a CSV file. One that a spreadsheet would take for a formula gets an apostrophe in front.
pub fn write_cell(out: &mut Vec<u8>, cell: &str) {
    let guard = if is_formula(cell) { "'" } else { "" };
    if cell.contains([',', '"', '\n', '\r', ';', '\t']) {
        out.extend_from_slice(format!("\"{guard}{}\"", cell.replace('"', "\"\"")).as_bytes());
    } else {
        out.extend_from_slice(guard.as_bytes());
        out.extend_from_slice(cell.as_bytes());
    }
}

/// Appends one line of a CSV file, its cells as in [`write_cell`].
pub fn write_line<'a>(out: &mut Vec<u8>, cells: impl IntoIterator<Item = &'a str>) {
    for (i, cell) in cells.into_iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        write_cell(out, cell);
    }
    out.extend_from_slice(b"\r\n");
}

/// Appends a row of a CSV file.
pub fn write_row(out: &mut Vec<u8>, row: &[OutCell]) {
    let cells: Vec<String> = row.iter().map(written).collect();
    write_line(out, cells.iter().map(String::as_str));
}

// ── Workbook ───────────────────────────────────────────────────────────────────────────────────────────────────────

fn workbook(columns: &[OutColumn]) -> Result<Workbook, ExportError> {
    let failed = ExportError::library(FileKind::Xlsx);
    let mut book = Workbook::new();
    // Rows go to the disk as they are written.
    let sheet = book
        .add_worksheet_with_constant_memory()
        .map_err(|error| failed(&error))?;
    let bold = Look::new().set_bold();
    sheet
        .set_freeze_panes(1, 0)
        .map_err(|error| failed(&error))?;
    for (place, column) in (0_u16..).zip(columns) {
        let look = match column.holds {
            Holds::Day => Some("yyyy-mm-dd"),
            Holds::Moment => Some("yyyy-mm-dd hh:mm:ss"),
            _ => None,
        };
        if let Some(look) = look {
            let look = Look::new().set_num_format(look);
            sheet
                .set_column_format(place, &look)
                .and_then(|sheet| sheet.set_column_width(place, 19))
                .map_err(|error| failed(&error))?;
        }
    }
    for (place, column) in (0_u16..).zip(columns) {
        sheet
            .write_string_with_format(0, place, &column.name, &bold)
            .map_err(|error| failed(&error))?;
    }
    // What the columns and their values mean, on a sheet of their own.
    let legend = book.add_worksheet();
    legend.set_name("labels").map_err(|error| failed(&error))?;
    let mut line = 0;
    for column in columns {
        let values = column.labels.iter();
        let values = values.map(|(value, label)| [column.name.as_str(), value, label]);
        let own = [column.name.as_str(), "", column.label.as_str()];
        for cells in std::iter::once(own).chain(values) {
            for (place, text) in (0_u16..).zip(cells) {
                legend
                    .write_string(line, place, text)
                    .map_err(|error| failed(&error))?;
            }
            line += 1;
        }
    }
    Ok(book)
}

fn write_in_sheet(book: &mut Workbook, line: u32, row: &[OutCell]) -> Result<(), ExportError> {
    let failed = ExportError::library(FileKind::Xlsx);
    let sheet = book
        .worksheet_from_index(0)
        .map_err(|error| failed(&error))?;
    for (place, cell) in (0_u16..).zip(row) {
        let done = match cell {
            OutCell::Empty => continue,
            OutCell::Text(text) => {
                // What a cell can hold.
                let text: String = text.chars().take(32_767).collect();
                sheet.write_string(line, place, text)
            }
            OutCell::Whole(number) => sheet.write_number(line, place, *number as f64),
            OutCell::Number(number) => sheet.write_number(line, place, *number),
            OutCell::Truth(truth) => sheet.write_boolean(line, place, *truth),
            OutCell::Day(day) => {
                let Some(day) = excel_day(*day) else { continue };
                sheet.write_datetime(line, place, &day)
            }
            OutCell::Moment(at) => {
                let time = at.time();
                let at = excel_day(at.date()).and_then(|day| {
                    let (hour, minute) = (time.hour() as u16, time.minute() as u8);
                    day.and_hms(hour, minute, f64::from(time.second())).ok()
                });
                let Some(at) = at else { continue };
                sheet.write_datetime(line, place, &at)
            }
        };
        done.map_err(|error| failed(&error))?;
    }
    Ok(())
}

fn excel_day(day: Date) -> Option<ExcelDateTime> {
    let year = u16::try_from(day.year()).ok()?;
    ExcelDateTime::from_ymd(year, day.month() as u8, day.day() as u8).ok()
}

// ── Parquet ────────────────────────────────────────────────────────────────────────────────────────────────────────

fn data_type(holds: Holds) -> DataType {
    match holds {
        Holds::Text => DataType::Utf8,
        Holds::Whole => DataType::Int64,
        Holds::Number => DataType::Float64,
        Holds::Truth => DataType::Boolean,
        Holds::Day => DataType::Date32,
        Holds::Moment => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
    }
}

enum Building {
    Text(StringBuilder),
    Whole(Int64Builder),
    Number(Float64Builder),
    Truth(BooleanBuilder),
    Day(Date32Builder),
    Moment(TimestampMicrosecondBuilder),
}

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

fn days(day: Date) -> Option<i32> {
    i32::try_from(day.duration_since(EPOCH).as_hours() / 24).ok()
}

impl Building {
    fn new(holds: Holds) -> Self {
        match holds {
            Holds::Text => Building::Text(StringBuilder::new()),
            Holds::Whole => Building::Whole(Int64Builder::new()),
            Holds::Number => Building::Number(Float64Builder::new()),
            Holds::Truth => Building::Truth(BooleanBuilder::new()),
            Holds::Day => Building::Day(Date32Builder::new()),
            Holds::Moment => {
                Building::Moment(TimestampMicrosecondBuilder::new().with_timezone("UTC"))
            }
        }
    }

    fn push(&mut self, cell: &OutCell) {
        match (self, cell) {
            (Building::Text(column), OutCell::Text(text)) => column.append_value(text),
            (Building::Text(column), _) => column.append_null(),
            (Building::Whole(column), OutCell::Whole(number)) => column.append_value(*number),
            (Building::Whole(column), _) => column.append_null(),
            (Building::Number(column), OutCell::Number(number)) => column.append_value(*number),
            (Building::Number(column), OutCell::Whole(number)) => {
                column.append_value(*number as f64);
            }
            (Building::Number(column), _) => column.append_null(),
            (Building::Truth(column), OutCell::Truth(truth)) => column.append_value(*truth),
            (Building::Truth(column), _) => column.append_null(),
            (Building::Day(column), OutCell::Day(day)) => column.append_option(days(*day)),
            (Building::Day(column), _) => column.append_null(),
            (Building::Moment(column), OutCell::Moment(at)) => {
                column.append_value(at.timestamp().as_microsecond());
            }
            (Building::Moment(column), _) => column.append_null(),
        }
    }

    fn array(&mut self) -> arrow_array::ArrayRef {
        match self {
            Building::Text(column) => Arc::new(column.finish()),
            Building::Whole(column) => Arc::new(column.finish()),
            Building::Number(column) => Arc::new(column.finish()),
            Building::Truth(column) => Arc::new(column.finish()),
            Building::Day(column) => Arc::new(column.finish()),
            Building::Moment(column) => Arc::new(column.finish()),
        }
    }
}

fn hand_over(
    writer: &mut ArrowWriter<File>,
    building: &mut [Building],
    schema: &Arc<Schema>,
) -> Result<(), ExportError> {
    let failed = ExportError::library(FileKind::Parquet);
    let arrays = building.iter_mut().map(Building::array).collect();
    let batch = arrow_array::RecordBatch::try_new(schema.clone(), arrays)
        .map_err(|error| failed(&error))?;
    writer.write(&batch).map_err(|error| failed(&error))
}

// ── SPSS ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/// A column of an SPSS file: its numbers are all of one kind.
enum Gathered {
    Text(Vec<Option<String>>),
    Number(Vec<Option<f64>>),
    Day(Vec<Option<i32>>),
    Moment(Vec<Option<i64>>),
}

impl Gathered {
    fn new(holds: Holds) -> Self {
        match holds {
            Holds::Text => Gathered::Text(Vec::new()),
            Holds::Whole | Holds::Number | Holds::Truth => Gathered::Number(Vec::new()),
            Holds::Day => Gathered::Day(Vec::new()),
            Holds::Moment => Gathered::Moment(Vec::new()),
        }
    }

    fn push(&mut self, cell: &OutCell) {
        match self {
            Gathered::Text(column) => column.push(match cell {
                OutCell::Text(text) => Some(cut(text)),
                _ => None,
            }),
            Gathered::Number(column) => column.push(match cell {
                OutCell::Whole(number) => Some(*number as f64),
                OutCell::Number(number) => Some(*number),
                OutCell::Truth(truth) => Some(f64::from(u8::from(*truth))),
                _ => None,
            }),
            Gathered::Day(column) => column.push(match cell {
                OutCell::Day(day) => days(*day),
                _ => None,
            }),
            // SPSS knows no zones: the time on the clock where it happened.
            Gathered::Moment(column) => column.push(match cell {
                OutCell::Moment(at) => at
                    .datetime()
                    .to_zoned(jiff::tz::TimeZone::UTC)
                    .ok()
                    .map(|at| Timestamp::from(at).as_microsecond()),
                _ => None,
            }),
        }
    }
}

/// As much of a text as fits.
fn cut(text: &str) -> String {
    let mut end = text.len().min(WIDEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}

fn write_sav(
    columns: &[OutColumn],
    gathered: Vec<Gathered>,
    file: File,
) -> Result<(), ExportError> {
    use arrow_array_of_ambers::{
        ArrayRef, Date32Array, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    };
    let failed = ExportError::library(FileKind::Sav);
    let mut formats = Vec::with_capacity(columns.len());
    let mut arrays: Vec<(String, ArrayRef)> = Vec::with_capacity(columns.len());
    for (column, gathered) in columns.iter().zip(gathered) {
        let (format, array): (String, ArrayRef) = match gathered {
            Gathered::Text(texts) => {
                let longest = texts.iter().flatten().map(String::len).max();
                let known = column.labels.iter().map(|(value, _)| value.len()).max();
                let width = longest.max(known).unwrap_or(1).max(1);
                (format!("A{width}"), Arc::new(StringArray::from(texts)))
            }
            Gathered::Number(numbers) => {
                let format = match column.holds {
                    Holds::Truth => "F1.0",
                    Holds::Whole => "F8.0",
                    _ => "F16.4",
                };
                (format.to_owned(), Arc::new(Float64Array::from(numbers)))
            }
            Gathered::Day(days) => ("SDATE10".to_owned(), Arc::new(Date32Array::from(days))),
            Gathered::Moment(moments) => (
                "DATETIME20".to_owned(),
                Arc::new(TimestampMicrosecondArray::from(moments)),
            ),
        };
        formats.push(format);
        arrays.push((column.name.clone(), array));
    }
    let batch = RecordBatch::try_from_iter_with_nullable(
        arrays.into_iter().map(|(name, array)| (name, array, true)),
    )
    .map_err(|error| failed(&error))?;
    let mut metadata = SpssMetadata::from_arrow_schema(&batch.schema());
    for (column, format) in columns.iter().zip(formats) {
        if let Some(width) = format
            .strip_prefix('A')
            .and_then(|width| width.parse().ok())
        {
            metadata
                .variable_storage_widths
                .insert(column.name.clone(), width);
        }
        metadata
            .variable_formats
            .insert(column.name.clone(), format);
        if !column.label.is_empty() {
            // SPSS keeps so much of a label.
            let label: String = column.label.chars().take(120).collect();
            metadata.variable_labels.insert(column.name.clone(), label);
        }
        let value = |value: &String| match column.holds {
            Holds::Text => Some(Value::String(value.clone())),
            _ => value.parse().ok().map(Value::Numeric),
        };
        let labels = column.labels.iter().filter_map(|(own, label)| {
            let label: String = label.chars().take(60).collect();
            Some((value(own)?, label))
        });
        if !column.labels.is_empty() {
            metadata
                .variable_value_labels
                .insert(column.name.clone(), labels.collect());
        }
    }
    let mut out = BufWriter::new(file);
    ambers::write_sav_to_writer(&mut out, &batch, &metadata, Compression::Bytecode, None)
        .map_err(|error| failed(&error))?;
    out.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::write_cell;

    #[test]
    fn no_cell_is_a_formula() {
        let check = |text: &str, expected: &str| {
            let mut out = Vec::new();
            write_cell(&mut out, text);
            assert_eq!(String::from_utf8_lossy(&out), expected);
        };
        check("=HYPERLINK(1)", "'=HYPERLINK(1)");
        check("+380441234567", "'+380441234567");
        check("@cmd", "'@cmd");
        check("-5.5", "-5.5");
        check("fine", "fine");
    }
}
