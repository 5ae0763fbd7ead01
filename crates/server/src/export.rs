//! Tables as files: CSV for programs, XLSX for people.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use radost_app::AppError;
use radost_app::listen::FileKind;
use radost_app::table::{write_cell, write_line};
use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// A table that leaves the house.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sheet {
    /// The names of the columns.
    pub(crate) head: Vec<String>,
    /// As many cells as columns.
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Text(String),
    Number(f64),
    /// Withheld, or not there.
    Empty,
}

impl From<Option<f64>> for Cell {
    fn from(number: Option<f64>) -> Self {
        number.map_or(Cell::Empty, Cell::Number)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

/// The mark at the beginning of a CSV file by which spreadsheets know UTF-8.
pub(crate) const CSV_BEGIN: &[u8] = "\u{feff}".as_bytes();

impl Sheet {
    /// The table as CSV; numbers with a point, whatever the reader's language.
    fn csv(&self) -> Vec<u8> {
        let mut file = CSV_BEGIN.to_vec();
        write_line(&mut file, self.head.iter().map(String::as_str));
        for row in &self.rows {
            for (place, cell) in row.iter().enumerate() {
                if place > 0 {
                    file.push(b',');
                }
                match cell {
                    Cell::Text(text) => write_cell(&mut file, text),
                    // A negative number is no formula, and a program must read it as it is.
                    Cell::Number(number) => file.extend_from_slice(number.to_string().as_bytes()),
                    Cell::Empty => {}
                }
            }
            file.extend_from_slice(b"\r\n");
        }
        file
    }

    /// The table as a workbook: texts never become formulas.
    fn xlsx(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let bold = Format::new().set_bold();
        for (column, name) in (0_u16..).zip(&self.head) {
            sheet.write_string_with_format(0, column, name, &bold)?;
        }
        for (line, row) in (1_u32..).zip(&self.rows) {
            for (column, cell) in (0_u16..).zip(row) {
                match cell {
                    Cell::Text(text) => _ = sheet.write_string(line, column, text)?,
                    Cell::Number(number) => _ = sheet.write_number(line, column, *number)?,
                    Cell::Empty => {}
                }
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        sheet.autofit();
        book.save_to_buffer()
    }

    /// The table as the file of an address that ends in `.csv` or `.xlsx`.
    pub(crate) fn file(&self, name: &str) -> Result<Response, AppError> {
        if !name.ends_with(".xlsx") {
            return Ok(csv_file(name, self.csv()));
        }
        let bytes = self.xlsx().map_err(|error| {
            tracing::error!(%error, "a workbook could not be made");
            AppError::Full
        })?;
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        Ok(saved(name, kind, bytes))
    }
}

/// A CSV file to be saved.
pub(crate) fn csv_file(name: &str, bytes: impl Into<Body>) -> Response {
    saved(name, "text/csv; charset=utf-8", bytes)
}

/// Bytes to be saved under a name.
pub(crate) fn saved(name: &str, kind: &'static str, bytes: impl Into<Body>) -> Response {
    let mut response = bytes.into().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// A file to be saved, sent as it is read.
pub(crate) fn saved_file(name: &str, kind: FileKind, file: std::fs::File) -> Response {
    let chunks = tokio_util::io::ReaderStream::new(tokio::fs::File::from_std(file));
    let name = format!("{name}.{}", kind.extension());
    saved(&name, kind.media_type(), Body::from_stream(chunks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_guarded_and_numbers_are_not() {
        let sheet = Sheet {
            head: vec!["place".into(), "value".into()],
            rows: vec![
                vec![Cell::Text("=1+1, or so".into()), Cell::Number(-12.5)],
                vec![Cell::Text("Львів".into()), Cell::Empty],
            ],
        };
        let text = String::from_utf8(sheet.csv()).expect("text");
        assert_eq!(
            text,
            "\u{feff}place,value\r\n\"'=1+1, or so\",-12.5\r\nЛьвів,\r\n"
        );
        let book = sheet.xlsx().expect("a workbook");
        assert_eq!(book.get(..2), Some(b"PK".as_slice()));
    }
}
