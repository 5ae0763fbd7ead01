//! Files of answers as survey programs write them: which program it was, and what its first rows say of the columns.
//!
//! Whatever the kind of file, its rows are handed out as text, one by one, with their numbers. Workbooks and the files of SPSS and
//! Parquet are written down as text first, in a nameless file that is gone when it is closed: memory does not grow with them.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufWriter, Read, Seek, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::delimited::{Delimited, FileError, Format, Row};
use crate::error::TableError;
use crate::table::{Asked, Options, Table};

/// What wrote a file of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// Qualtrics: below the names a row with the questions, and in newer files one with `ImportId`.
    Qualtrics,
    /// SurveyMonkey: questions in the first row, what is asked of them in the second.
    SurveyMonkey,
    /// LimeSurvey: `code[part]. Question [part]`.
    LimeSurvey,
    /// Google Forms: a time stamp, then the questions.
    GoogleForms,
    /// Typeform: questions, with `#`, `Network ID` or the days of submission around them.
    Typeform,
    /// SPSS: names with labels.
    Spss,
}

impl Program {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Program::Qualtrics => "Qualtrics",
            Program::SurveyMonkey => "SurveyMonkey",
            Program::LimeSurvey => "LimeSurvey",
            Program::GoogleForms => "Google Forms",
            Program::Typeform => "Typeform",
            Program::Spss => "SPSS",
        }
    }
}

/// What a file says of a column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heading {
    /// Its name; no other column has the same.
    pub name: String,
    /// The question, where it is said apart from the name.
    pub question: String,
    /// Which option or line of the question, where the column is one of several.
    pub part: String,
}

/// The head of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// What wrote it, where that can be told.
    pub program: Option<Program>,
    /// The columns.
    pub columns: Vec<Heading>,
    /// How many rows after the first belong to the head.
    pub rows: usize,
}

/// How SurveyMonkey calls the number of a response.
const RESPONDENT: [&str; 2] = ["RespondentID", "Respondent ID"];

/// How a column without a name is called, by its place.
pub(crate) fn nameless(index: usize) -> String {
    format!("column {}", index + 1)
}

impl Head {
    /// Recognises a head from the names of the columns and the first rows below them.
    pub fn of(names: &[String], below: &[Vec<String>]) -> Head {
        let cell = |row: usize, column: usize| -> &str {
            let cell = below.get(row).and_then(|row| row.get(column));
            cell.map_or("", |cell| {
                cell.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
            })
        };
        let has_name = |index: usize| names[index] != nameless(index);
        let among = |known: &[&str]| {
            let is = |name: &String| known.iter().any(|known| known.eq_ignore_ascii_case(name));
            names.iter().any(is)
        };
        let all = || 0..names.len();
        let plain = |name: &String| Heading {
            name: name.clone(),
            ..Heading::default()
        };

        let import_ids = all()
            .filter(|&column| cell(1, column).contains("ImportId"))
            .count();
        let numbered = |name: &str| {
            let digits = name.strip_prefix('V').unwrap_or_default();
            !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
        };
        let repeats = || {
            all().any(|column| matches!(cell(0, column), "ResponseID" | "ResponseSet"))
                && names
                    .iter()
                    .any(|name| name == "ResponseID" || numbered(name))
        };
        let mut head = if 2 * import_ids > names.len() || repeats() {
            let column = |column: usize| Heading {
                name: match names[column].as_str() {
                    name if numbered(name) || !has_name(column) => match cell(0, column) {
                        "" => name.to_owned(),
                        question => question.to_owned(),
                    },
                    name => name.to_owned(),
                },
                question: cell(0, column).to_owned(),
                part: String::new(),
            };
            Head {
                program: Some(Program::Qualtrics),
                columns: all().map(column).collect(),
                rows: if import_ids > 0 { 2 } else { 1 },
            }
        } else if among(&RESPONDENT)
            && !below.is_empty()
            && cell(0, 0).is_empty()
            && all().any(|column| !cell(0, column).is_empty())
        {
            let mut question = "";
            let columns = all().map(|column| {
                if has_name(column) {
                    question = &names[column];
                }
                let part = match cell(0, column) {
                    "Response" | "Open-Ended Response" => "",
                    part => part,
                };
                Heading {
                    name: match part {
                        "" => question.to_owned(),
                        part => format!("{question} [{part}]"),
                    },
                    question: question.to_owned(),
                    part: part.to_owned(),
                }
            });
            Head {
                program: Some(Program::SurveyMonkey),
                columns: columns.collect(),
                rows: 1,
            }
        } else {
            let coded: Vec<Option<Heading>> = names.iter().map(|name| coded(name)).collect();
            let count = coded.iter().flatten().count();
            if count >= 3 && 2 * count > names.len() {
                let columns = names.iter().zip(coded);
                Head {
                    program: Some(Program::LimeSurvey),
                    columns: columns
                        .map(|(name, coded)| coded.unwrap_or_else(|| plain(name)))
                        .collect(),
                    rows: 0,
                }
            } else {
                let stamps = [
                    "Timestamp",
                    "Отметка времени",
                    "Позначка часу",
                    "Клеймо за време",
                ];
                let program = if among(&RESPONDENT) {
                    Some(Program::SurveyMonkey)
                } else if names
                    .first()
                    .is_some_and(|first| stamps.contains(&first.as_str()))
                {
                    Some(Program::GoogleForms)
                } else if among(&["Network ID", "Submit Date (UTC)", "Start Date (UTC)"]) {
                    Some(Program::Typeform)
                } else {
                    None
                };
                Head {
                    program,
                    columns: names.iter().map(plain).collect(),
                    rows: 0,
                }
            }
        };
        head.tell_apart();
        head
    }

    /// Two columns of one name are told apart by a number behind the second, where names are questions; `Why or why not?` may well be
    /// asked twice. Elsewhere somebody has made a mistake, and is told so.
    fn tell_apart(&mut self) {
        let mut known: HashSet<String> = HashSet::new();
        for column in &mut self.columns {
            let may_repeat = self.program.is_some() || column.name.ends_with('?');
            let mut name = column.name.clone();
            let mut number = 2;
            while may_repeat && known.contains(&name) {
                name = format!("{} ({number})", column.name);
                number += 1;
            }
            known.insert(name.clone());
            column.name = name;
        }
    }
}

/// A name as LimeSurvey writes it: `code. Question`, `code[part]. Question [What the part is]`.
fn coded(name: &str) -> Option<Heading> {
    let (code, question) = name.split_once(". ").or_else(|| name.split_once("._."))?;
    let (own, part) = match code.split_once('[') {
        Some((own, part)) => (own, part.strip_suffix(']')?),
        None => (code, ""),
    };
    let is_code = |text: &str| {
        text.chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '#'))
    };
    if own.is_empty() || !own.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    if !is_code(own) || !is_code(part) {
        return None;
    }
    let question = question.trim();
    // What the part is stands in brackets: behind the question, or where the question is left out.
    let (question, part) = match question.strip_suffix(']').and_then(|q| q.rsplit_once('[')) {
        Some((question, said)) if !part.is_empty() && !said.trim().is_empty() => {
            (question.trim(), said.trim())
        }
        Some((question, _)) if !part.is_empty() => (question.trim(), part),
        _ => (question, part),
    };
    Some(Heading {
        name: code.to_owned(),
        question: question.to_owned(),
        part: part.to_owned(),
    })
}

/// A file of answers whose head has been read.
#[derive(Debug)]
pub struct Answers {
    /// Its rows as text. The header of the table are the names of the columns.
    pub table: Delimited<File>,
    /// What it says of its columns.
    pub head: Head,
    /// The length of what is read.
    pub bytes: u64,
}

impl Answers {
    /// Opens a file of answers of any kind; `bytes` counts what has been read of it.
    ///
    /// # Errors
    /// A [`FileError`] for what is no table; [`FileError::DuplicateHeader`] where two columns have one name by mistake.
    pub fn open(path: &Path, format: Format, bytes: Arc<AtomicU64>) -> Result<Answers, FileError> {
        let (mut file, format, labels) = match in_words(path)? {
            Some((file, labels)) => {
                let format = Format {
                    delimiter: Some(b','),
                    encoding: None,
                };
                (file, format, labels)
            }
            None => (File::open(path)?, format, None),
        };
        let length = file.metadata()?.len();
        let mut first = Delimited::open(file.try_clone()?, format, Arc::default())?;
        let mut below = Vec::new();
        while below.len() < 2 {
            match first.next_row()? {
                Some(Row::Cells) => below.push(first.cells().map(str::to_owned).collect()),
                _ => break,
            }
        }
        let mut head = Head::of(first.header(), &below);
        if let Some(labels) = labels {
            head.program = Some(Program::Spss);
            head.rows = 0;
            let names = first.header().iter().zip(labels);
            head.columns = names
                .map(|(name, question)| Heading {
                    name: name.clone(),
                    question,
                    part: String::new(),
                })
                .collect();
        }
        file.rewind()?;
        let mut table = Delimited::open(file, format, bytes)?;
        for _ in 0..head.rows {
            table.next_row()?;
        }
        table.rename(head.columns.iter().map(|column| column.name.clone()));
        Ok(Answers {
            table: table.with_unique_header()?,
            head,
            bytes: length,
        })
    }
}

/// Whether a file is text as it is: then the encoding of its rows is worth a look.
///
/// # Errors
/// When it cannot be read.
pub fn is_text(path: &Path) -> std::io::Result<bool> {
    let mut magic = Vec::new();
    File::open(path)?.take(4).read_to_end(&mut magic)?;
    let others: [&[u8]; 5] = [
        b"$FL2",
        b"$FL3",
        b"PK\x03\x04",
        b"PAR1",
        b"\xd0\xcf\x11\xe0",
    ];
    Ok(!others.contains(&magic.as_slice()))
}

/// A file with its rows as text, and the labels of its columns where it is one of SPSS.
type InWords = (File, Option<Vec<String>>);

/// A workbook, or a file of SPSS or Parquet, as text; `None` for a file that is text.
fn in_words(path: &Path) -> Result<Option<InWords>, FileError> {
    if is_text(path)? {
        return Ok(None);
    }
    let other = |error: TableError| FileError::Other(Box::new(error));
    let table = Table::open(path, &Options::default()).map_err(other)?;
    let is_sav = table.is_sav();
    let columns = table.columns();
    let asked: Vec<Asked> = (0..columns.len()).map(Asked::answer).collect();
    let mut file = tempfile::tempfile()?;
    let mut out = BufWriter::new(&mut file);
    write_row(&mut out, columns.iter().map(|column| column.name.as_str()))?;
    let mut at = 1;
    let mut fault = None;
    let mut write = |batch: &crate::Batch| -> std::io::Result<()> {
        for (index, &row) in batch.rows.iter().enumerate() {
            // Rows that are empty keep their number.
            while at + 1 < row {
                out.write_all(b"\n")?;
                at += 1;
            }
            let cells = batch.columns.iter().map(|column| &column.texts()[index]);
            write_row(
                &mut out,
                cells.map(|cell| cell.as_deref().unwrap_or_default()),
            )?;
            at += 1;
        }
        Ok(())
    };
    let read = table.read(&asked, |batch| match write(batch) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            fault = Some(error);
            ControlFlow::Break(())
        }
    });
    read.map_err(other)?;
    if let Some(fault) = fault {
        return Err(fault.into());
    }
    out.flush()?;
    drop(out);
    file.rewind()?;
    let labels = is_sav.then(|| {
        let labels = columns.iter().map(|column| column.label.clone());
        labels.map(Option::unwrap_or_default).collect()
    });
    Ok(Some((file, labels)))
}

fn write_row<'c>(
    out: &mut impl Write,
    cells: impl Iterator<Item = &'c str>,
) -> std::io::Result<()> {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        // Every cell in quotation marks: a row of one empty cell is a row too.
        out.write_all(b"\"")?;
        out.write_all(cell.replace('"', "\"\"").as_bytes())?;
        out.write_all(b"\"")?;
    }
    out.write_all(b"\n")
}
