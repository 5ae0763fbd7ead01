//! XLSX workbooks: one sheet, its first row that is not empty the header.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

use calamine::{DataRef, Reader as _, Xlsx};
use jiff::civil::{Date, Time};

use crate::cell::{self, Cell, MissingCodes};
use crate::columns::Columns;
use crate::error::TableError;
use crate::table::{Options, Rows, damaged, guarded};

const KIND: &str = "XLSX";
/// The last column that a workbook can have.
const MAX_COLUMNS: u32 = 16_384;

fn open<R: Read + Seek>(
    file: &Path,
    source: R,
    options: &Options,
) -> Result<(Xlsx<R>, String), TableError> {
    let book = guarded(file, KIND, || Xlsx::new(source))?;
    let sheets = book.sheet_names();
    let sheet = match &options.sheet {
        Some(asked) => sheets
            .iter()
            .find(|sheet| *sheet == asked)
            .cloned()
            .ok_or_else(|| TableError::Unknown {
                file: file.to_owned(),
                what: format!(
                    "there is no sheet {asked:?}; there are: {}",
                    sheets.join(", ")
                ),
            })?,
        None => sheets
            .first()
            .cloned()
            .ok_or_else(|| damaged(file, KIND, "no sheet in it"))?,
    };
    Ok((book, sheet))
}

fn rows(
    file: &Path,
    options: &Options,
    each: impl FnMut(u64, f64, &[DataRef]) -> Result<std::ops::ControlFlow<()>, TableError>,
) -> Result<(), TableError> {
    let opened = File::open(file).map_err(|source| TableError::Io {
        file: file.to_owned(),
        source,
    })?;
    rows_of(file, BufReader::new(opened), options, each)
}

/// Every row of the first sheet as text, with its number as a spreadsheet counts, the header among them; for small tables that are held whole.
///
/// `name` is what errors call the workbook.
///
/// # Errors
/// [`TableError`] when it is no sound workbook.
pub fn texts(name: &Path, source: impl Read + Seek) -> Result<Vec<(u64, Vec<String>)>, TableError> {
    let mut found: Vec<(u64, Vec<String>)> = Vec::new();
    let missing = MissingCodes::new(&[]);
    rows_of(name, source, &Options::default(), |number, _, row| {
        let mut cells = Vec::with_capacity(row.len());
        for value in row {
            // An error of the spreadsheet becomes words, so that whoever reads the cell names its row and column.
            let text = cell::text(cell(value), &missing);
            cells.push(text.map_or_else(|what| what, |text| text.unwrap_or_default().into()));
        }
        found.push((number, cells));
        Ok(std::ops::ControlFlow::Continue(()))
    })?;
    Ok(found)
}

/// Hands out the rows that are not empty, with their numbers, until `each` has enough.
fn rows_of<R: Read + Seek>(
    file: &Path,
    source: R,
    options: &Options,
    mut each: impl FnMut(u64, f64, &[DataRef]) -> Result<std::ops::ControlFlow<()>, TableError>,
) -> Result<(), TableError> {
    let (mut book, sheet) = open(file, source, options)?;
    let mut cells = guarded(file, KIND, || book.worksheet_cells_reader(&sheet))?;
    let last = f64::from(cells.dimensions().end.0.max(1));
    let mut current: Option<u32> = None;
    let mut row: Vec<DataRef> = Vec::new();
    loop {
        let cell = guarded(file, KIND, || cells.next_cell())?;
        let place = cell.as_ref().map(calamine::Cell::get_position);
        if current != place.map(|(row, _)| row) {
            if let Some(number) = current
                && row.iter().any(|cell| !is_empty(cell))
            {
                let done = (f64::from(number) / last).min(1.0);
                if each(u64::from(number) + 1, done, &row)?.is_break() {
                    return Ok(());
                }
            }
            row.clear();
            current = place.map(|(row, _)| row);
        }
        let (Some(cell), Some((_, column))) = (cell, place) else {
            return Ok(());
        };
        if column >= MAX_COLUMNS {
            return Err(damaged(file, KIND, "a cell past the last column"));
        }
        let column = column as usize;
        if row.len() <= column {
            row.resize(column + 1, DataRef::Empty);
        }
        row[column] = cell.get_value().clone();
    }
}

fn is_empty(cell: &DataRef) -> bool {
    match cell {
        DataRef::Empty => true,
        DataRef::String(text) => text.trim().is_empty(),
        DataRef::SharedString(text) => text.trim().is_empty(),
        _ => false,
    }
}

pub(crate) fn columns(file: &Path, options: &Options) -> Result<Columns, TableError> {
    let mut names: Option<Vec<String>> = None;
    rows(file, options, |_, _, row| {
        let named = row.iter().enumerate().map(|(index, cell)| {
            let name = match cell {
                DataRef::String(text) => text.trim().to_owned(),
                DataRef::SharedString(text) => text.trim().to_owned(),
                DataRef::Int(value) => value.to_string(),
                DataRef::Float(value) => value.to_string(),
                _ => String::new(),
            };
            if name.is_empty() {
                format!("column {}", index + 1)
            } else {
                name
            }
        });
        names = Some(named.collect());
        Ok(std::ops::ControlFlow::Break(()))
    })?;
    let names = names.ok_or_else(|| damaged(file, KIND, "the sheet is empty"))?;
    Ok(Columns::named(names))
}

pub(crate) fn read(options: &Options, taken: &mut Rows) -> Result<(), TableError> {
    let mut header = true;
    let file = taken.file;
    rows(file, options, |number, done, row| {
        if std::mem::take(&mut header) {
            return Ok(std::ops::ControlFlow::Continue(()));
        }
        let asked = taken.asked;
        taken.take(number, done, |index| {
            row.get(asked[index].column).map_or(Cell::Missing, cell)
        })
    })
}

fn cell<'a>(cell: &'a DataRef) -> Cell<'a> {
    match cell {
        DataRef::Int(value) => Cell::Number(*value as f64),
        DataRef::Float(value) => Cell::Number(*value),
        DataRef::String(text) => Cell::Text(text),
        DataRef::SharedString(text) => Cell::Text(text),
        DataRef::Bool(value) => Cell::Number(f64::from(u8::from(*value))),
        DataRef::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            let date = i16::try_from(year)
                .ok()
                .zip(i8::try_from(month).ok().zip(i8::try_from(day).ok()))
                .and_then(|(year, (month, day))| Date::new(year, month, day).ok());
            let part = |part: u8| i8::try_from(part).ok();
            let time = part(hour).zip(part(minute).zip(part(second)));
            let time =
                time.and_then(|(hour, (minute, second))| Time::new(hour, minute, second, 0).ok());
            match date.zip(time) {
                None => Cell::Other("a day outside the calendar"),
                Some((date, time)) if time == Time::midnight() => Cell::Date(date),
                Some((date, time)) => Cell::Moment(date.to_datetime(time)),
            }
        }
        DataRef::DateTime(_) | DataRef::DurationIso(_) => Cell::Other("a duration"),
        DataRef::DateTimeIso(text) => Cell::Text(text),
        DataRef::Error(_) => Cell::Other("an error value of the spreadsheet"),
        DataRef::Empty => Cell::Missing,
    }
}
