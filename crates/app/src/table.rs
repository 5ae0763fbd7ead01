//! Tables as people keep them: CSV files out of spreadsheets and other systems, read row by row, and workbooks.

use std::collections::{BTreeSet, HashSet};
use std::io::{Cursor, Read};

use radost_table::export::FORMULA;
pub use radost_table::export::{write_cell, write_line};

use crate::AppError;
use crate::refusal::{Reason, Refusal};

/// Most problems that a report lists; further ones are only counted.
pub const MOST_PROBLEMS: usize = 1_000;
/// Most rows of a file whose rows are decided, and so held, together.
const MOST_ROWS: usize = 100_000;
/// How much of a file is looked at to find what separates its cells.
const SNIFFED: u64 = 64 * 1024;

/// What an import did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Whether nothing was changed, because it was only to be checked.
    pub dry_run: bool,
    /// Rows read, the header and blank rows aside.
    pub rows: u64,
    /// Records that are new.
    pub added: u64,
    /// Records that were different before.
    pub changed: u64,
    /// Rows that say what is known already.
    pub unchanged: u64,
    /// Rows that were left out because of a problem.
    pub refused: u64,
    /// The problems, in the order of the rows; at most [`MOST_PROBLEMS`].
    pub problems: Vec<RowProblem>,
    /// Columns that mean nothing here.
    pub not_used: Vec<String>,
}

/// Why a row was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    /// The line of the file, as an editor counts it: the header is 1.
    pub row: u64,
    /// The column; empty when it concerns the whole row.
    pub column: String,
    /// What is wrong.
    pub reason: Reason,
}

impl ImportReport {
    /// Leaves a row out.
    pub(crate) fn refuse(&mut self, row: u64, refusals: impl IntoIterator<Item = Refusal>) {
        self.refused += 1;
        for refusal in refusals {
            if self.problems.len() < MOST_PROBLEMS {
                self.problems.push(RowProblem {
                    row,
                    column: refusal.field,
                    reason: refusal.reason,
                });
            }
        }
    }

    /// Counts a row by what it does to the record before it.
    pub(crate) fn count<T: PartialEq>(&mut self, before: Option<&T>, after: &T) {
        match before {
            None => self.added += 1,
            Some(before) if before == after => self.unchanged += 1,
            Some(_) => self.changed += 1,
        }
    }
}

/// A row with as many cells as the header.
#[derive(Debug)]
pub(crate) struct Row {
    /// The line of the file.
    pub(crate) number: u64,
    cells: Vec<String>,
}

impl Row {
    /// The trimmed cell of a column; `None` when the file does not have the column.
    pub(crate) fn cell(&self, column: Option<usize>) -> Option<&str> {
        self.cells.get(column?).map(|cell| cell.trim())
    }
}

/// A file being read.
pub(crate) struct Table {
    rows: Rows,
    header: Vec<String>,
}

enum Rows {
    Text(csv::Reader<Box<dyn Read + Send>>),
    /// The rows of a sheet with their numbers; a workbook is small enough to be held.
    Sheet(std::vec::IntoIter<(u64, Vec<String>)>),
}

/// Largest workbook: it is held whole.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

impl Table {
    /// Reads the header.
    ///
    /// # Errors
    /// [`AppError::Refused`] names the column that stands twice, or says that there is no header in UTF-8.
    pub(crate) async fn open(source: impl Read + Send + 'static) -> Result<Table, AppError> {
        blocking(move || Table::open_now(Box::new(source))).await
    }

    fn open_now(mut source: Box<dyn Read + Send>) -> Result<Table, AppError> {
        let mut head = Vec::new();
        source
            .by_ref()
            .take(SNIFFED)
            .read_to_end(&mut head)
            .map_err(unreadable)?;
        if head.starts_with(b"PK\x03\x04") {
            return Table::workbook(Cursor::new(head).chain(source));
        }
        if head.starts_with(b"\xef\xbb\xbf") {
            head.drain(..3);
        }
        let delimiter = delimiter(&head);
        let source: Box<dyn Read + Send> = Box::new(Lines::of(Cursor::new(head).chain(source)));
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(source);
        let mut first = csv::ByteRecord::new();
        if !reader.read_byte_record(&mut first).map_err(unreadable)? {
            return Err(refused("file", Reason::NoHeader));
        }
        let mut names = Vec::with_capacity(first.len());
        for name in &first {
            names.push(std::str::from_utf8(name).map_err(|_| refused("file", Reason::NotUtf8))?);
        }
        Ok(Table {
            header: header(names)?,
            rows: Rows::Text(reader),
        })
    }

    /// The first sheet of an XLSX workbook.
    fn workbook(source: impl Read) -> Result<Table, AppError> {
        let mut bytes = Vec::new();
        source
            .take(MOST_BYTES)
            .read_to_end(&mut bytes)
            .map_err(unreadable)?;
        let name = std::path::Path::new("workbook.xlsx");
        let rows = radost_table::workbook::texts(name, Cursor::new(bytes)).map_err(unreadable)?;
        let mut rows = rows.into_iter();
        let (_, names) = rows
            .next()
            .ok_or_else(|| refused("file", Reason::NoHeader))?;
        Ok(Table {
            header: header(names.iter().map(String::as_str))?,
            rows: Rows::Sheet(rows),
        })
    }

    /// Where a column stands.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column == name)
    }

    /// Where a column stands that the file must have.
    ///
    /// # Errors
    /// [`AppError::Refused`] names it when it is missing.
    pub(crate) fn needed(&self, name: &str) -> Result<Option<usize>, AppError> {
        match self.column(name) {
            None => Err(refused(name, Reason::ColumnMissing)),
            found => Ok(found),
        }
    }

    /// The names of the columns.
    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    /// The columns that nobody asked for.
    pub(crate) fn not_among(&self, known: &[&str]) -> Vec<String> {
        let known: BTreeSet<&str> = known.iter().copied().collect();
        self.header
            .iter()
            .filter(|name| !name.is_empty() && !known.contains(name.as_str()))
            .cloned()
            .collect()
    }

    /// Up to `most` further rows, read away from the threads that serve requests; none at the end of the file. Rows that
    /// cannot be read go into the report.
    pub(crate) async fn rows(
        self,
        most: usize,
        mut report: ImportReport,
    ) -> Result<(Table, ImportReport, Vec<Row>), AppError> {
        let mut table = self;
        blocking(move || {
            let rows = table.rows_now(most, &mut report)?;
            Ok((table, report, rows))
        })
        .await
    }

    /// Every row, of a file whose rows are decided together.
    ///
    /// # Errors
    /// [`AppError::Refused`] when there are more than can be held.
    pub(crate) async fn all_rows(
        self,
        report: ImportReport,
    ) -> Result<(ImportReport, Vec<Row>), AppError> {
        let (_, report, rows) = self.rows(MOST_ROWS + 1, report).await?;
        if rows.len() > MOST_ROWS {
            return Err(refused("file", Reason::TooManyRows { most: MOST_ROWS }));
        }
        Ok((report, rows))
    }

    fn rows_now(&mut self, most: usize, report: &mut ImportReport) -> Result<Vec<Row>, AppError> {
        let reader = match &mut self.rows {
            Rows::Text(reader) => reader,
            Rows::Sheet(sheet) => {
                let width = self.header.len();
                let mut rows = Vec::new();
                for (number, mut cells) in sheet.take(most) {
                    report.rows += 1;
                    // Empty cells at the end of a row may or may not be in the file.
                    let found = cells.iter().rposition(|cell| !cell.trim().is_empty());
                    let found = found.map_or(0, |last| last + 1);
                    if found > width {
                        let reason = Reason::Cells {
                            found,
                            expected: width,
                        };
                        report.refuse(number, [Refusal::new("", reason)]);
                        continue;
                    }
                    cells.resize(width, String::new());
                    rows.push(Row { number, cells });
                }
                return Ok(rows);
            }
        };
        let mut rows = Vec::new();
        let mut record = csv::ByteRecord::new();
        while rows.len() < most {
            if !reader.read_byte_record(&mut record).map_err(unreadable)? {
                break;
            }
            // A spreadsheet leaves rows of empty cells at its end.
            if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
                continue;
            }
            report.rows += 1;
            // The reader stands behind the line break that ends the row; a cell may hold further ones.
            let within = record
                .as_slice()
                .iter()
                .filter(|byte| **byte == b'\n')
                .count() as u64;
            let number = reader.position().line().saturating_sub(1 + within);
            if record.len() != self.header.len() {
                let reason = Reason::Cells {
                    found: record.len(),
                    expected: self.header.len(),
                };
                report.refuse(number, [Refusal::new("", reason)]);
                continue;
            }
            let mut cells = Vec::with_capacity(record.len());
            for (cell, column) in record.iter().zip(&self.header) {
                match std::str::from_utf8(cell) {
                    Ok(cell) => cells.push(without_guard(cell).to_owned()),
                    Err(_) => {
                        report.refuse(number, [Refusal::new(column.as_str(), Reason::NotUtf8)]);
                        break;
                    }
                }
            }
            if cells.len() == record.len() {
                rows.push(Row { number, cells });
            }
        }
        Ok(rows)
    }
}

/// The names of columns as they are looked up.
fn header<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Vec<String>, AppError> {
    let mut header = Vec::new();
    let mut known = HashSet::new();
    for name in names {
        let name = name.trim().to_lowercase();
        if !name.is_empty() && !known.insert(name.clone()) {
            return Err(refused(name, Reason::ColumnTwice));
        }
        header.push(name);
    }
    Ok(header)
}

/// A text with `\n` at the end of every line, whatever ended it before: so lines can be counted.
struct Lines<R> {
    source: R,
    after_return: bool,
    last: u8,
}

impl<R: Read> Lines<R> {
    fn of(source: R) -> Self {
        Lines {
            source,
            after_return: false,
            last: b'\n',
        }
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        loop {
            let read = self.source.read(out)?;
            if read == 0 {
                return match out.first_mut() {
                    Some(first) if self.last != b'\n' => {
                        *first = b'\n';
                        self.last = b'\n';
                        Ok(1)
                    }
                    _ => Ok(0),
                };
            }
            let mut kept = 0;
            for at in 0..read {
                let byte = out[at];
                let second_half = byte == b'\n' && self.after_return;
                self.after_return = byte == b'\r';
                if !second_half {
                    out[kept] = if byte == b'\r' { b'\n' } else { byte };
                    self.last = out[kept];
                    kept += 1;
                }
            }
            if kept > 0 {
                return Ok(kept);
            }
        }
    }
}

/// The mark that separates cells: the most frequent of `,` `;` and tab in the first line, outside quotes.
fn delimiter(head: &[u8]) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for &byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            _ => {
                for (mark, count) in &mut counts {
                    *count += u32::from(*mark == byte);
                }
            }
        }
    }
    let mut best = counts[0];
    for candidate in &counts[1..] {
        if candidate.1 > best.1 {
            best = *candidate;
        }
    }
    best.0
}

/// Our own files guard such cells with an apostrophe: coming back, they lose it again.
fn without_guard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(FORMULA) => rest,
        _ => cell,
    }
}

fn refused(field: impl Into<String>, reason: Reason) -> AppError {
    AppError::Refused(vec![Refusal::new(field, reason)])
}

fn unreadable(error: impl std::fmt::Display) -> AppError {
    tracing::error!(%error, "a file that was to be imported cannot be read");
    refused("file", Reason::Unreadable)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, AppError> + Send + 'static,
) -> Result<T, AppError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The program is ending.
            Err(error) => Err(unreadable(error)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Result<(Vec<String>, Vec<Row>, ImportReport), AppError> {
        let mut table = Table::open_now(Box::new(Cursor::new(text.to_vec())))?;
        let mut report = ImportReport::default();
        let rows = table.rows_now(100, &mut report)?;
        Ok((table.header, rows, report))
    }

    #[test]
    fn files_of_every_spreadsheet_are_read_alike() {
        let check = |text: &str| {
            let (header, rows, report) = read(text.as_bytes()).unwrap();
            assert_eq!(header, ["code", "name"], "{text:?}");
            let cells: Vec<_> = rows.iter().map(|row| row.cells.join("|")).collect();
            assert_eq!(cells, ["lviv|Львів, центр"], "{text:?}");
            assert_eq!((rows[0].number, report.refused), (2, 0));
        };
        check("code,name\nlviv,\"Львів, центр\"\n");
        check("\u{feff}Code;Name\r\nlviv;Львів, центр\r\n");
        check("code\t name \nlviv\tЛьвів, центр");
        check("\"code\";\"name\"\nlviv;Львів, центр\n;\n");
    }

    #[test]
    fn bad_rows_are_named_and_left_out() {
        let text = b"code,name\r\na,A,extra\r\n\xeb\xfc\xe2,B\r\n\r\nc,\"C\r\nC\"\nd";
        let (_, rows, report) = read(text).unwrap();
        let good: Vec<_> = rows
            .iter()
            .map(|row| format!("{} {}", row.number, row.cells.join("|")))
            .collect();
        assert_eq!(good, ["5 c|C\nC"]);
        let said: Vec<_> = report
            .problems
            .iter()
            .map(|p| format!("{} {}: {}", p.row, p.column, p.reason))
            .collect();
        assert_eq!(
            said,
            [
                "2 : the row has 3 cells, the header has 2",
                "3 code: the text is not UTF-8; save the table as CSV (UTF-8)",
                "7 : the row has 1 cells, the header has 2",
            ]
        );
        assert_eq!((report.rows, report.refused), (4, 3));
    }

    #[test]
    fn a_header_says_what_the_cells_are_once() {
        let check = |text: &[u8], expected: &str| {
            let error = read(text).map(|_| ()).unwrap_err();
            assert_eq!(error.to_string(), expected);
        };
        check(
            b"code,name,Code\n",
            "code: this column stands in the header twice",
        );
        check(b"", "file: the file has no header row");
        check(
            b"\xea\xee\xe4,name\n",
            "file: the text is not UTF-8; save the table as CSV (UTF-8)",
        );
    }

    #[test]
    fn a_workbook_is_read_like_its_text() {
        let text = read(include_bytes!("../../../examples/analyst/survey.csv")).unwrap();
        let book = read(include_bytes!("../../../examples/analyst/survey.xlsx")).unwrap();
        assert_eq!(book.0, text.0, "the same columns");
        assert_eq!(book.1.len(), text.1.len());
        let town = text.0.iter().position(|name| name == "town");
        for (a, b) in book.1.iter().zip(&text.1) {
            assert_eq!((a.number, a.cell(town)), (b.number, b.cell(town)));
        }
        let broken = read(b"PK\x03\x04no workbook").map(|_| ()).unwrap_err();
        assert_eq!(broken.to_string(), "file: the file cannot be read");
    }

    #[test]
    fn what_is_written_is_harmless_and_comes_back() {
        let cells = [
            "=1+1",
            "+380441234567",
            "a \"b\"; c",
            "plain",
            "'quoted'",
            "-12.5",
            "-1+1",
        ];
        let mut file = b"a,b,c,d,e,f,g\r\n".to_vec();
        write_line(&mut file, cells);
        assert_eq!(
            String::from_utf8_lossy(&file),
            "a,b,c,d,e,f,g\r\n'=1+1,'+380441234567,\"a \"\"b\"\"; c\",plain,'quoted',-12.5,'-1+1\r\n"
        );
        let (_, rows, _) = read(&file).unwrap();
        assert_eq!(rows[0].cells, cells);
    }
}
