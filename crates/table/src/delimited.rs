//! Reading files of comma-separated values as they are found in the world, in memory that does not grow with the file.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csv_core::ReadRecordResult;
use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::cell::Cell;
use crate::columns::Columns;
use crate::error::TableError;
use crate::table::{Options, Rows};

/// Longest row that is read, in bytes of UTF-8.
pub const MAX_ROW: usize = 1024 * 1024;
/// Most cells of a row.
const MAX_CELLS: usize = 20_000;
/// What is read at a time.
const CHUNK: usize = 64 * 1024;
/// Delimiters that are recognised without being told, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Why a file cannot be read as a table at all.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Two columns of one name.
    #[error("columns {first} and {second} are both called {name:?}; rename one of them")]
    DuplicateHeader {
        /// The name.
        name: String,
        /// The first, counted from 1.
        first: usize,
        /// The second.
        second: usize,
    },
    /// The header is longer than any header is.
    #[error("the header is longer than {MAX_ROW} bytes; is this a table?")]
    HeaderTooLong,
    /// Bytes that are no text in the encoding.
    #[error(
        "row {row} is not {encoding}; if the file is in another encoding, name it: windows-1251 (Cyrillic) or windows-1252 (Western European), as `--encoding` or as `encoding` in a mapping"
    )]
    Encoding {
        /// The row.
        row: u64,
        /// The encoding that was expected.
        encoding: &'static str,
    },
    /// NUL characters in the header.
    #[error(
        "the header contains NUL characters; if this is UTF-16 without a byte order mark, name the encoding utf-16le, as `--encoding` or as `encoding` in a mapping"
    )]
    Nul,
    /// The file could not be read.
    #[error("the file cannot be read")]
    Io(#[from] io::Error),
    /// A file of another kind than text.
    #[error(transparent)]
    Other(Box<TableError>),
}

/// How a file is written, where it is known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Format {
    /// What stands between two cells.
    pub delimiter: Option<u8>,
    /// How letters are written.
    pub encoding: Option<&'static Encoding>,
}

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// A row; see [`Delimited::cells`].
    Cells,
    /// A row past [`MAX_ROW`], which was skipped; [`Delimited::beginning`] shows how it began.
    TooLong,
    /// A row that is no text in the file's encoding; see [`Delimited::lossy_cells`].
    NotText,
    /// A row with a NUL character, in the cell of this index.
    Nul(usize),
}

/// A table being read, row by row.
pub struct Delimited<R> {
    source: R,
    /// `None` for UTF-8, which is taken as it is.
    decoder: Option<Decoder>,
    encoding: &'static Encoding,
    raw: Vec<u8>,
    /// How much of `raw` waits for the decoder.
    raw_range: std::ops::Range<usize>,
    chunk: Vec<u8>,
    range: std::ops::Range<usize>,
    ended: bool,
    parser: csv_core::Reader,
    delimiter: u8,
    /// The current row, cell after cell.
    text: Vec<u8>,
    ends: Vec<usize>,
    text_len: usize,
    cells: usize,
    /// The row that was read last, as a spreadsheet counts: the header is row 1, empty rows count.
    row: u64,
    last_byte: u8,
    header: Vec<String>,
    bytes: Arc<AtomicU64>,
}

impl<R> std::fmt::Debug for Delimited<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Delimited")
            .field("encoding", &self.encoding.name())
            .field("delimiter", &char::from(self.delimiter))
            .field("row", &self.row)
            .finish_non_exhaustive()
    }
}

impl<R: Read> Delimited<R> {
    /// Reads the header. `bytes` counts what has been read of the source.
    ///
    /// # Errors
    /// A [`FileError`] for what is no table.
    pub fn open(source: R, format: Format, bytes: Arc<AtomicU64>) -> Result<Self, FileError> {
        let mut table = Delimited {
            source,
            decoder: None,
            encoding: UTF_8,
            raw: Vec::new(),
            raw_range: 0..0,
            chunk: vec![0; CHUNK],
            range: 0..0,
            ended: false,
            parser: csv_core::Reader::new(),
            delimiter: b',',
            text: vec![0; 4096],
            ends: vec![0; 64],
            text_len: 0,
            cells: 0,
            row: 0,
            last_byte: 0,
            header: Vec::new(),
            bytes,
        };
        table.begin(format.encoding)?;
        // Spreadsheets read a first line `sep=;` as the choice of the delimiter, and so some programs write it.
        let said = match &table.chunk[table.range.clone()] {
            [
                b's' | b'S',
                b'e' | b'E',
                b'p' | b'P',
                b'=',
                byte,
                b'\r' | b'\n',
                ..,
            ] => Some(*byte),
            _ => None,
        };
        if said.is_some() {
            table.range.start += 5;
        }
        table.delimiter = said
            .or(format.delimiter)
            .unwrap_or_else(|| delimiter_of(&table.chunk[table.range.clone()], table.ended));
        table.parser = csv_core::ReaderBuilder::new()
            .delimiter(table.delimiter)
            .build();
        match table.next_row()? {
            None => return Err(FileError::Empty),
            Some(Row::TooLong) => return Err(FileError::HeaderTooLong),
            Some(Row::Nul(_)) => return Err(FileError::Nul),
            Some(Row::NotText) => {
                return Err(FileError::Encoding {
                    row: table.row,
                    encoding: table.encoding.name(),
                });
            }
            Some(Row::Cells) => {}
        }
        let names = table.cells().enumerate().map(|(index, name)| {
            let name = name.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
            // A column without a name is called by its place.
            if name.is_empty() {
                crate::answers::nameless(index)
            } else {
                name.to_owned()
            }
        });
        let header = names.collect();
        table.header = header;
        Ok(table)
    }

    /// Finds out the encoding from the first bytes.
    fn begin(&mut self, said: Option<&'static Encoding>) -> Result<(), FileError> {
        let mut filled = 0;
        while filled < CHUNK && !self.ended {
            filled += self.read_raw(filled)?;
        }
        self.range = 0..filled;
        let marked = Encoding::for_bom(&self.chunk[..filled]);
        if let Some((_, length)) = marked {
            self.range.start = length;
        }
        self.encoding = marked
            .map(|(encoding, _)| encoding)
            .or(said)
            .unwrap_or(UTF_8);
        if self.encoding != UTF_8 {
            self.decoder = Some(self.encoding.new_decoder_without_bom_handling());
            self.raw = self.chunk[self.range.clone()].to_vec();
            self.raw_range = 0..self.raw.len();
            self.raw.resize(CHUNK, 0);
            // One byte of Windows-1251 may become three of UTF-8.
            self.chunk = vec![0; CHUNK * 4];
            self.range = 0..0;
            self.decode();
        }
        Ok(())
    }

    /// Reads into `chunk` (or `raw`, once there is a decoder) from `at`; notes the end.
    fn read_raw(&mut self, at: usize) -> Result<usize, FileError> {
        let buffer = if self.decoder.is_some() {
            &mut self.raw
        } else {
            &mut self.chunk
        };
        loop {
            match self.source.read(&mut buffer[at..]) {
                Ok(0) => {
                    self.ended = true;
                    return Ok(0);
                }
                Ok(count) => {
                    self.bytes.fetch_add(count as u64, Ordering::Relaxed);
                    return Ok(count);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn decode(&mut self) {
        let Some(decoder) = &mut self.decoder else {
            return;
        };
        let raw = &self.raw[self.raw_range.clone()];
        let (_, read, written, _) = decoder.decode_to_utf8(raw, &mut self.chunk, self.ended);
        self.raw_range.start += read;
        self.range = 0..written;
    }

    /// Fills the chunk again; leaves it empty at the end of the file.
    fn fill(&mut self) -> Result<(), FileError> {
        self.range = 0..0;
        while self.range.is_empty() && !(self.ended && self.raw_range.is_empty()) {
            if self.decoder.is_none() {
                let count = self.read_raw(0)?;
                self.range = 0..count;
            } else {
                if self.raw_range.is_empty() {
                    let count = self.read_raw(0)?;
                    self.raw_range = 0..count;
                }
                self.decode();
            }
        }
        Ok(())
    }

    /// Passes over line ends in front of a row: an empty row is none.
    fn skip_empty(&mut self) -> Result<(), FileError> {
        loop {
            while let Some(&byte) = self.chunk[self.range.clone()].first() {
                match byte {
                    b'\n' if self.last_byte == b'\r' => {}
                    b'\n' | b'\r' => self.row += 1,
                    _ => return Ok(()),
                }
                self.last_byte = byte;
                self.range.start += 1;
            }
            if self.ended && self.raw_range.is_empty() {
                return Ok(());
            }
            self.fill()?;
            if self.range.is_empty() {
                return Ok(());
            }
        }
    }

    /// Reads the next row that is not empty; `None` at the end.
    ///
    /// # Errors
    /// [`FileError::Io`] when the file cannot be read on.
    pub fn next_row(&mut self) -> Result<Option<Row>, FileError> {
        loop {
            let Some(row) = self.read_row()? else {
                return Ok(None);
            };
            // A row of empty cells is what spreadsheets leave behind below a table.
            if row == Row::Cells
                && self.text[..self.text_len]
                    .iter()
                    .all(u8::is_ascii_whitespace)
            {
                continue;
            }
            return Ok(Some(row));
        }
    }

    fn read_row(&mut self) -> Result<Option<Row>, FileError> {
        self.text_len = 0;
        self.cells = 0;
        self.skip_empty()?;
        let mut too_long = false;
        loop {
            if self.range.is_empty() {
                self.fill()?;
            }
            let (result, read, written, ends) = self.parser.read_record(
                &self.chunk[self.range.clone()],
                &mut self.text[self.text_len..],
                &mut self.ends[self.cells..],
            );
            if read > 0 {
                self.last_byte = self.chunk[self.range.start + read - 1];
            }
            self.range.start += read;
            self.text_len += written;
            self.cells += ends;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => {
                    if self.text.len() < MAX_ROW && !too_long {
                        let length = (self.text.len() * 2).min(MAX_ROW);
                        self.text.resize(length, 0);
                    } else {
                        // Goes on to the end of the row, and forgets all but its beginning.
                        too_long = true;
                        self.text_len = BEGINNING;
                    }
                }
                ReadRecordResult::OutputEndsFull => {
                    if self.ends.len() < MAX_CELLS && !too_long {
                        let length = (self.ends.len() * 2).min(MAX_CELLS);
                        self.ends.resize(length, 0);
                    } else {
                        too_long = true;
                        self.cells = 0;
                    }
                }
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(None),
            }
        }
        self.row += 1;
        if too_long {
            return Ok(Some(Row::TooLong));
        }
        let bytes = &self.text[..self.text_len];
        if bytes.contains(&0) {
            let at = bytes.iter().position(|byte| *byte == 0).unwrap_or(0);
            let cell = self.ends[..self.cells].partition_point(|end| *end <= at);
            return Ok(Some(Row::Nul(cell)));
        }
        Ok(Some(match std::str::from_utf8(bytes) {
            // What the decoder could not read it has replaced.
            Ok(text) if self.decoder.is_some() && text.contains('\u{fffd}') => Row::NotText,
            Ok(text) if !(0..self.cells).all(|cell| text.is_char_boundary(self.ends[cell])) => {
                Row::NotText
            }
            Ok(_) => Row::Cells,
            Err(_) => Row::NotText,
        }))
    }

    /// The names of the columns, two of which may be the same.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Refuses two columns of one name, for those who know columns by their names alone.
    ///
    /// # Errors
    /// [`FileError::DuplicateHeader`] with the first two of a name.
    pub fn with_unique_header(self) -> Result<Self, FileError> {
        let mut known = HashMap::new();
        for (index, name) in self.header.iter().enumerate() {
            if let Some(first) = known.insert(name, index) {
                return Err(FileError::DuplicateHeader {
                    name: name.clone(),
                    first: first + 1,
                    second: index + 1,
                });
            }
        }
        Ok(self)
    }

    /// Calls the columns by other names.
    pub(crate) fn rename(&mut self, names: impl Iterator<Item = String>) {
        self.header = names.collect();
    }

    /// The row that was read last, as a spreadsheet counts: the header is row 1.
    pub fn row(&self) -> u64 {
        self.row
    }

    /// How letters are written.
    pub fn encoding(&self) -> &'static Encoding {
        self.encoding
    }

    /// What stands between two cells.
    pub fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// How many cells the row has.
    pub fn width(&self) -> usize {
        self.cells
    }

    /// The cells of a [`Row::Cells`].
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        let text = std::str::from_utf8(&self.text[..self.text_len]).unwrap_or_default();
        let mut start = 0;
        self.ends[..self.cells].iter().map(move |&end| {
            let cell = text.get(start..end).unwrap_or_default();
            start = end;
            cell
        })
    }

    /// One of these cells, counted from 0.
    fn cell(&self, index: usize) -> Option<&str> {
        let end = *self.ends[..self.cells].get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        std::str::from_utf8(self.text.get(start..end)?).ok()
    }

    /// The cells of any row, with what is no text replaced.
    pub fn lossy_cells(&self) -> Vec<String> {
        let mut start = 0;
        self.ends[..self.cells]
            .iter()
            .map(|&end| {
                let cell = String::from_utf8_lossy(&self.text[start..end]).into_owned();
                start = end;
                cell
            })
            .collect()
    }

    /// How a row that was too long began.
    pub fn beginning(&self) -> String {
        String::from_utf8_lossy(&self.text[..BEGINNING]).into_owned()
    }
}

/// How much of a row that is too long is kept to recognise it by.
const BEGINNING: usize = 200;

/// The delimiter with which the first rows have the most cells, and all equally many.
fn delimiter_of(sample: &[u8], whole: bool) -> u8 {
    let score = |delimiter: u8| {
        let mut parser = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
        let (mut text, mut ends) = (vec![0; sample.len() + 1], vec![0; 4096]);
        let mut rest = sample;
        let mut widths = Vec::new();
        while widths.len() < 20 {
            let (result, read, _, count) = parser.read_record(rest, &mut text, &mut ends);
            rest = &rest[read..];
            match result {
                ReadRecordResult::Record => widths.push(count),
                // The last row of a sample may be cut off.
                ReadRecordResult::InputEmpty if whole && count > 0 => {
                    widths.push(count + 1);
                    break;
                }
                _ => break,
            }
        }
        let first = widths.first().copied().unwrap_or(1);
        let equal = widths.iter().filter(|width| **width == first).count();
        if first < 2 {
            (0, 0)
        } else {
            (equal * 100 / widths.len(), first)
        }
    };
    let mut best = (DELIMITERS[0], (0, 0));
    for delimiter in DELIMITERS {
        let score = score(delimiter);
        if score > best.1 {
            best = (delimiter, score);
        }
    }
    best.0
}

/// Whether an encoding is one that a file says itself.
pub fn says_itself(encoding: &'static Encoding) -> bool {
    [UTF_8, UTF_16LE, UTF_16BE].contains(&encoding)
}

impl From<&Options> for Format {
    fn from(options: &Options) -> Self {
        Self {
            delimiter: options.delimiter,
            encoding: options.encoding,
        }
    }
}

fn open(
    file: &Path,
    options: &Options,
    bytes: Arc<AtomicU64>,
) -> Result<(Delimited<File>, u64), TableError> {
    let io = |source| TableError::Io {
        file: file.to_owned(),
        source,
    };
    let opened = File::open(file).map_err(io)?;
    let length = opened.metadata().map_err(io)?.len();
    match Delimited::open(opened, options.into(), bytes) {
        Ok(table) => Ok((table, length)),
        Err(source) => Err(TableError::Delimited {
            file: file.to_owned(),
            source,
        }),
    }
}

pub(crate) fn columns(file: &Path, options: &Options) -> Result<Columns, TableError> {
    let (table, _) = open(file, options, Arc::default())?;
    Ok(Columns::named(table.header))
}

pub(crate) fn read(options: &Options, rows: &mut Rows) -> Result<(), TableError> {
    let bytes = Arc::<AtomicU64>::default();
    let (mut table, length) = open(rows.file, options, bytes.clone())?;
    let width = table.header.len();
    rows.decimal_comma = table.delimiter != b',';
    loop {
        let kind = table.next_row().map_err(|source| match source {
            FileError::Io(source) => rows.io(source),
            source => TableError::Delimited {
                file: rows.file.to_owned(),
                source,
            },
        })?;
        match kind {
            None => return Ok(()),
            Some(Row::Cells) => {}
            Some(Row::TooLong) => {
                let what = format!(
                    "longer than {MAX_ROW} bytes or {MAX_CELLS} cells; is a quotation mark left open?"
                );
                return Err(rows.row_error(table.row, what));
            }
            Some(Row::NotText) => {
                return Err(TableError::Delimited {
                    file: rows.file.to_owned(),
                    source: FileError::Encoding {
                        row: table.row,
                        encoding: table.encoding.name(),
                    },
                });
            }
            Some(Row::Nul(cell)) => {
                return Err(TableError::Cell {
                    file: rows.file.to_owned(),
                    row: table.row,
                    column: rows.columns.name(cell).to_owned(),
                    what: "a NUL character".to_owned(),
                });
            }
        }
        if table.cells != width {
            let what = format!(
                "{} cells, where the header has {width}; is a delimiter or a quotation mark missing?",
                table.cells
            );
            return Err(rows.row_error(table.row, what));
        }
        let done = bytes.load(Ordering::Relaxed) as f64 / length.max(1) as f64;
        let asked = rows.asked;
        let flow = rows.take(table.row, done, |index| {
            table
                .cell(asked[index].column)
                .map_or(Cell::Missing, Cell::Text)
        })?;
        if flow.is_break() {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(bytes: &[u8], format: Format) -> Result<Delimited<&[u8]>, FileError> {
        Delimited::open(bytes, format, Arc::default())
    }

    /// Every row: its number and its cells, or what is wrong with it.
    fn rows(bytes: &[u8], format: Format) -> Vec<(u64, String)> {
        let mut table = open(bytes, format).expect("a table");
        let mut rows = vec![(1, table.header().join("|"))];
        while let Some(row) = table.next_row().expect("a row") {
            let cells = match row {
                Row::Cells => table.cells().collect::<Vec<_>>().join("|"),
                other => format!("{other:?}"),
            };
            rows.push((table.row(), cells));
        }
        rows
    }

    fn check(bytes: &[u8], expected: &[(u64, &str)]) {
        let rows = rows(bytes, Format::default());
        let rows: Vec<(u64, &str)> = rows.iter().map(|(row, cells)| (*row, &**cells)).collect();
        assert_eq!(rows, expected, "{}", String::from_utf8_lossy(bytes));
    }

    #[test]
    fn files_are_read_as_they_are_found() {
        check(b"a,b\n1,2\n3,4", &[(1, "a|b"), (2, "1|2"), (3, "3|4")]);
        check(b"\xef\xbb\xbfa;b\r\n1;2,5\r\n", &[(1, "a|b"), (2, "1|2,5")]);
        check(b"a\tb\n1\t2\n", &[(1, "a|b"), (2, "1|2")]);
        check(b"a|b\n1|2\n", &[(1, "a|b"), (2, "1|2")]);
        check(b"sep=;\r\na;b\r\n1,5;2\r\n", &[(1, "a|b"), (3, "1,5|2")]);
        check(
            b"a,b\n\n\"x\"\"y\",\"two\nlines\"\n\r\n,\n5,6\r\n7,8\n",
            &[(1, "a|b"), (3, "x\"y|two\nlines"), (6, "5|6"), (7, "7|8")],
        );
        check(b"a,b\n1\n1,2,3\n", &[(1, "a|b"), (2, "1"), (3, "1|2|3")]);
        check(
            b"a,b\n1,\0x\n\xcf\xf0,2\n3,4\n",
            &[(1, "a|b"), (2, "Nul(1)"), (3, "NotText"), (4, "3|4")],
        );
        check(b" name ,\nx,y\n", &[(1, "name|column 2"), (2, "x|y")]);
        check(b"a\n1\n2\n", &[(1, "a"), (2, "1"), (3, "2")]);
    }

    #[test]
    fn a_cell_that_ends_within_a_letter_is_no_text() {
        check(b"a,b\n\xd0,\xaf\n", &[(1, "a|b"), (2, "NotText")]);
    }

    #[test]
    fn other_encodings_are_read_when_marked_or_named() {
        let text = "имя,город\nЯна,Київ\n";
        let (cyrillic, _, _) = encoding_rs::WINDOWS_1251.encode(text);
        let named = Format {
            encoding: Some(encoding_rs::WINDOWS_1251),
            ..Format::default()
        };
        let expected = vec![(1, "имя|город".to_owned()), (2, "Яна|Київ".to_owned())];
        assert_eq!(rows(&cyrillic, named), expected);
        for big in [false, true] {
            let mut bytes = if big {
                vec![0xfe, 0xff]
            } else {
                vec![0xff, 0xfe]
            };
            for unit in text.encode_utf16() {
                bytes.extend(if big {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                });
            }
            assert_eq!(rows(&bytes, Format::default()), expected);
        }
        let error = open(&cyrillic, Format::default()).expect_err("no UTF-8");
        assert!(
            matches!(error, FileError::Encoding { row: 1, .. }),
            "{error}"
        );
    }

    #[test]
    fn a_table_without_sense_is_refused() {
        let check = |bytes: &[u8], expected: &str| {
            let error = open(bytes, Format::default())
                .and_then(Delimited::with_unique_header)
                .expect_err("no table");
            assert_eq!(error.to_string(), expected);
        };
        check(b"", "the file is empty");
        check(b"\n\n", "the file is empty");
        check(
            b"a,b,a\n1,2,3\n",
            "columns 1 and 3 are both called \"a\"; rename one of them",
        );
        check(
            b"a\0,\0b\0\n\0",
            "the header contains NUL characters; if this is UTF-16 without a byte order mark, name the encoding utf-16le, as `--encoding` or as `encoding` in a mapping",
        );
    }

    /// Yields a table whose second row has no end for a long time, without ever holding it.
    struct Giant {
        left: usize,
        head: &'static [u8],
        tail: &'static [u8],
    }

    impl Read for Giant {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if !self.head.is_empty() {
                return self.head.read(buffer);
            }
            if self.left == 0 {
                return self.tail.read(buffer);
            }
            let count = buffer.len().min(self.left);
            buffer[..count].fill(b'x');
            self.left -= count;
            Ok(count)
        }
    }

    #[test]
    fn a_giant_row_is_skipped_without_being_held() {
        for (head, tail) in [
            (&b"a,b\n1,2\n3,"[..], &b"\n5,6\n"[..]),
            (b"a,b\n1,2\n\"", b"\",4\n5,6\n"),
        ] {
            let giant = Giant {
                left: 64 * MAX_ROW,
                head,
                tail,
            };
            let mut table =
                Delimited::open(giant, Format::default(), Arc::default()).expect("a table");
            assert_eq!(table.next_row().expect("a row"), Some(Row::Cells));
            assert_eq!(table.next_row().expect("a row"), Some(Row::TooLong));
            assert_eq!((table.row(), table.beginning().len()), (3, BEGINNING));
            assert_eq!(table.next_row().expect("a row"), Some(Row::Cells));
            assert_eq!(table.cells().collect::<Vec<_>>(), ["5", "6"]);
            assert_eq!(table.next_row().expect("the end"), None);
            let held = table.text.capacity() + table.chunk.capacity() + table.raw.capacity();
            assert!(held <= 2 * MAX_ROW, "{held} bytes held");
        }
        let commas = Giant {
            left: 0,
            head: b"a,b\n",
            tail: b"5,6\n",
        };
        let many = io::Cursor::new(vec![b','; 3 * MAX_CELLS]).chain(&b"\n"[..]);
        let source = (&b"a,b\n"[..]).chain(many).chain(commas.tail);
        let mut table =
            Delimited::open(source, Format::default(), Arc::default()).expect("a table");
        assert_eq!(table.next_row().expect("a row"), Some(Row::TooLong));
        assert_eq!(table.next_row().expect("a row"), Some(Row::Cells));
    }
}
