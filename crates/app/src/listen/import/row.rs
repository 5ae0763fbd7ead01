//! From one row of a file to the response it asks to be.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use radost_domain::listen::{Channel, PublishedSurvey, Question, Rejection};
use radost_domain::{Language, Slug};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::cell::{self, Words};
use super::guess::plain;
use super::mapping::{Mapping, MappingError, Target};
use crate::directory::{Directory, OpenSurvey};
use crate::listen::NewResponse;

/// Why a row was not taken.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Reason {
    /// More or fewer cells than the header has.
    #[error(
        "the row has {found} cells, the header {expected}; a delimiter or a quotation mark too many or too few?"
    )]
    Ragged {
        /// Cells of the header.
        expected: usize,
        /// Cells of the row.
        found: usize,
    },
    /// Longer than any row may be.
    #[error("the row is longer than {limit} bytes; is a quotation mark not closed?")]
    TooLong {
        /// Most bytes.
        limit: usize,
    },
    /// No text in the file's encoding.
    #[error(
        "the row is not {encoding}; if the file is in another encoding, say so in the mapping: encoding = \"windows-1251\" or \"windows-1252\""
    )]
    NotText {
        /// The encoding.
        encoding: &'static str,
    },
    /// A NUL character.
    #[error("the cell contains a NUL character")]
    Nul,
    /// No moment in any known form.
    #[error("`{given}` is not a moment; known forms are {forms}", forms = cell::MOMENTS)]
    Moment {
        /// What was given.
        given: String,
    },
    /// No channel.
    #[error("{0}")]
    Channel(radost_domain::listen::response::UnknownChannel),
    /// No language.
    #[error("{0}")]
    Language(radost_domain::text::UnknownLanguage),
    /// No place, for somebody who sees some places only.
    #[error("the row names none of your locations")]
    NoLocation,
    /// The survey refuses it.
    #[error(transparent)]
    Refused(#[from] Rejection),
}

impl Reason {
    /// A stable name for programs: `ragged-row`, `off-scale`.
    pub fn kind(&self) -> &'static str {
        match self {
            Reason::Ragged { .. } => "ragged-row",
            Reason::TooLong { .. } => "row-too-long",
            Reason::NotText { .. } => "wrong-encoding",
            Reason::Nul => "nul-character",
            Reason::Moment { .. } => "no-moment",
            Reason::Channel(_) => "no-channel",
            Reason::Language(_) => "no-language",
            Reason::NoLocation => "no-location",
            Reason::Refused(rejection) => rejection.kind(),
        }
    }
}

/// A row that was not taken.
#[derive(Debug, Clone)]
pub struct Rejected {
    /// The row as a spreadsheet counts: the header is row 1.
    pub row: u64,
    /// The column at fault, where it is one.
    pub column: Option<String>,
    /// Why.
    pub reason: Reason,
    /// Its cells.
    pub cells: Vec<String>,
    /// The cell at fault, where it is one.
    pub given: Option<String>,
}

struct Column {
    index: usize,
    target: Target,
    values: HashMap<String, String>,
    format: Option<String>,
    question: Option<Asked>,
}

struct Asked {
    /// Its place among the questions of the survey.
    index: usize,
    question: Question,
    words: Words,
}

/// A row that was read.
pub(crate) struct Filled {
    /// All but the answers.
    pub(crate) response: NewResponse,
    /// The answers, in the order of the survey's questions.
    pub(crate) answers: Vec<Value>,
}

/// How rows become responses: the mapping, applied to one header and one survey.
pub(crate) struct Plan {
    columns: Vec<Column>,
    header: Vec<String>,
    mapping: Mapping,
    directory: Arc<Directory>,
    locations: HashMap<String, Option<Slug>>,
    employees: HashMap<String, Option<Slug>>,
    occurrences: Option<Occurrences>,
    /// How many questions the survey has.
    questions: usize,
}

impl Plan {
    pub(crate) fn new(
        mapping: Mapping,
        header: &[String],
        survey: &OpenSurvey,
        directory: Arc<Directory>,
    ) -> Result<Self, MappingError> {
        let published: &PublishedSurvey = &survey.published;
        mapping.check(published, header)?;
        let mut columns = Vec::new();
        for column in &mapping.columns {
            let Some(index) = header.iter().position(|name| *name == column.name) else {
                continue;
            };
            if column.target == Target::Ignore {
                continue;
            }
            let question = match &column.target {
                Target::Answer(code) | Target::Option(code, _) => published
                    .questions()
                    .iter()
                    .enumerate()
                    .find(|(_, published)| published.question.code == *code),
                _ => None,
            };
            columns.push(Column {
                index,
                target: column.target.clone(),
                values: column.values.clone().into_iter().collect(),
                format: column.format.clone(),
                question: question.map(|(index, published)| Asked {
                    index,
                    question: published.question.clone(),
                    words: Words::of(&published.question),
                }),
            });
        }
        // By name only where one place alone has it.
        let mut locations: HashMap<String, Option<Slug>> = HashMap::new();
        for location in directory.locations.iter() {
            locations
                .entry(plain(&location.name))
                .and_modify(|code| *code = None)
                .or_insert_with(|| Some(location.code.clone()));
        }
        let mut employees: HashMap<String, Option<Slug>> = HashMap::new();
        for employee in directory.employees.values() {
            employees
                .entry(plain(&employee.name))
                .and_modify(|code| *code = None)
                .or_insert_with(|| Some(employee.code.clone()));
        }
        Ok(Plan {
            columns,
            header: header.to_vec(),
            mapping,
            directory,
            locations,
            employees,
            occurrences: None,
            questions: published.questions().len(),
        })
    }

    /// How many cells a row has.
    pub(crate) fn width(&self) -> usize {
        self.header.len()
    }

    /// Whether rows name customers, who have to be looked up.
    pub(crate) fn names_customers(&self) -> bool {
        self.mapping.constants.customer.is_some()
            || self.columns.iter().any(|c| c.target == Target::Customer)
    }

    /// The column from which something that was refused came.
    pub(crate) fn column_of(&self, rejection: &Rejection) -> Option<String> {
        let place = rejection.place()?;
        let column = self.columns.iter().find(|column| match &column.target {
            Target::Answer(code) | Target::Option(code, _) => code.as_str() == place,
            Target::Segment(code) => {
                // A fault of a segment names its code in the message.
                place == "segments"
                    && matches!(rejection, Rejection::Field { message, .. } if message.contains(&format!("`{code}`")))
            }
            other => other.name() == place,
        })?;
        self.header.get(column.index).cloned()
    }

    /// Reads a row of as many cells as the header has.
    ///
    /// # Errors
    /// The column at fault and why.
    pub(crate) fn read(&mut self, cells: &[&str]) -> Result<Filled, (Option<String>, Reason)> {
        let constants = &self.mapping.constants;
        let mut response = NewResponse {
            channel: constants.channel.or(Some(Channel::Paper)),
            language: constants.language,
            location: constants.location.clone(),
            employee: constants.employee.clone(),
            customer: constants.customer.clone(),
            touchpoint: constants.touchpoint.clone(),
            ..NewResponse::default()
        };
        let mut answers = vec![Value::Null; self.questions];
        let mut times: [Option<&Column>; 2] = [None, None];
        for column in &self.columns {
            let cell = cells.get(column.index).copied().unwrap_or_default();
            let text = meaning(column, cell);
            let trimmed = text.trim();
            if trimmed.is_empty() {
                continue;
            }
            let fault = |reason| (self.header.get(column.index).cloned(), reason);
            match &column.target {
                Target::Answer(_) => {
                    if let Some(asked) = &column.question
                        && let Some(value) = cell::value(&asked.question, &asked.words, text)
                    {
                        answers[asked.index] = value;
                    }
                }
                Target::Option(_, option) => {
                    if let Some(asked) = &column.question
                        && cell::is_chosen(text)
                    {
                        let chosen = &mut answers[asked.index];
                        match chosen.as_array_mut() {
                            Some(chosen) => chosen.push(option.as_str().into()),
                            None => *chosen = vec![option.as_str()].into(),
                        }
                    }
                }
                Target::Segment(code) => {
                    response
                        .segments
                        .insert(code.as_str().to_owned(), trimmed.to_owned());
                }
                Target::ClientId => response.client_id = Some(trimmed.to_owned()),
                Target::Customer => response.customer = Some(trimmed.to_owned()),
                Target::Location => {
                    let known = self.directory.locations.by_code(trimmed).is_some();
                    response.location = Some(by_name(&self.locations, trimmed, known));
                }
                Target::Employee => {
                    let known = self.directory.employee(trimmed).is_some();
                    response.employee = Some(by_name(&self.employees, trimmed, known));
                }
                Target::Touchpoint => response.touchpoint = Some(trimmed.to_lowercase()),
                Target::Channel => {
                    let code = trimmed.to_lowercase().replace([' ', '-'], "_");
                    let code = if code == "e_mail" { "email" } else { &code };
                    let channel = code
                        .parse()
                        .map_err(|error| fault(Reason::Channel(error)))?;
                    response.channel = Some(channel);
                }
                Target::Language => {
                    // `uk-UA` is Ukrainian, and so is «Українська».
                    let code = trimmed.split(['-', '_']).next().unwrap_or_default();
                    let own = Language::ALL.into_iter().find(|language| {
                        language.own_name().to_lowercase() == trimmed.to_lowercase()
                    });
                    let language = match own {
                        Some(language) => language,
                        None => code
                            .to_lowercase()
                            .parse()
                            .map_err(|error| fault(Reason::Language(error)))?,
                    };
                    response.language = Some(language);
                }
                // The zone is known when the location is.
                Target::StartedAt => times[0] = Some(column),
                Target::SubmittedAt => times[1] = Some(column),
                Target::Ignore => {}
            }
        }
        for (at, column) in times.into_iter().enumerate() {
            let Some(column) = column else { continue };
            let text = meaning(column, cells.get(column.index).copied().unwrap_or_default());
            let zone = self.zone(response.location.as_deref());
            let moment = cell::moment(text, column.format.as_deref(), &zone).ok_or_else(|| {
                let given = text.trim().chars().take(60).collect();
                (
                    self.header.get(column.index).cloned(),
                    Reason::Moment { given },
                )
            })?;
            match at {
                0 => response.started_at = Some(moment),
                _ => response.submitted_at = Some(moment),
            }
        }
        if response.client_id.is_none() {
            response.client_id = Some(
                self.occurrences
                    .get_or_insert_with(Occurrences::new)
                    .client_id(cells),
            );
        }
        Ok(Filled { response, answers })
    }

    fn zone(&self, location: Option<&str>) -> TimeZone {
        let location = location.and_then(|code| self.directory.locations.by_code(code));
        match (location, &self.mapping.time_zone) {
            (_, Some(zone)) => zone.clone(),
            (location, None) => self.directory.zone_at(location.map(|location| location.id)),
        }
    }
}

/// What a cell means by the mapping's `values`.
fn meaning<'a>(column: &'a Column, cell: &'a str) -> &'a str {
    if column.values.is_empty() {
        return cell;
    }
    column
        .values
        .get(cell)
        .or_else(|| column.values.get(cell.trim()))
        .map_or(cell, String::as_str)
}

/// The code of what has this name, unless the text is a code already or nothing has the name.
fn by_name(names: &HashMap<String, Option<Slug>>, text: &str, is_code: bool) -> String {
    if is_code {
        return text.to_owned();
    }
    match names.get(&plain(text)) {
        Some(Some(code)) => code.to_string(),
        _ => text.to_owned(),
    }
}

/// Names rows that have no id of their own: by what is in them, and by how many equal rows came before.
///
/// So the same file makes the same names and adds nothing when it is imported again, also when its rows stand in another
/// order or the mapping has changed; and two rows that are equal are still two responses. The number of equal rows
/// before is kept in a count-min sketch of fixed size: it may count too many, never too few, and two equal rows always
/// get two names. Counting too many happens in files of a million rows and more; there a row's name may depend on the rows before it.
struct Occurrences {
    counts: Vec<u32>,
}

/// Counters in each of the four rows of the sketch; a power of two. In all 32 MB.
const COUNTERS: usize = 1 << 21;

impl Occurrences {
    fn new() -> Self {
        Occurrences {
            counts: vec![0; 4 * COUNTERS],
        }
    }

    fn client_id(&mut self, cells: &[&str]) -> String {
        let mut hash = Sha256::new();
        for cell in cells {
            hash.update(cell.as_bytes());
            hash.update([0x1f]);
        }
        let hash: [u8; 32] = hash.finalize().into();
        let mut least = u32::MAX;
        for (row, part) in hash.as_chunks::<8>().0.iter().enumerate() {
            let at = (u64::from_le_bytes(*part) as usize) & (COUNTERS - 1);
            let count = &mut self.counts[row * COUNTERS + at];
            least = least.min(*count);
            *count = count.saturating_add(1);
        }
        let mut name = String::with_capacity(48);
        for byte in &hash[..16] {
            use std::fmt::Write;
            let _ = write!(name, "{byte:02x}");
        }
        // Not hexadecimal throughout, so that it is not taken for a UUID.
        name.push_str("-row-");
        name.push_str(&least.to_string());
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_rows_have_different_names_and_the_same_ones_again() {
        let names = |rows: &[[&str; 2]]| -> Vec<String> {
            let mut occurrences = Occurrences::new();
            rows.iter().map(|row| occurrences.client_id(row)).collect()
        };
        let first = names(&[["a", "b"], ["a", "b"], ["ab", ""], ["a", "b"]]);
        assert!(
            first[0].ends_with("-row-0")
                && first[1].ends_with("-row-1")
                && first[3].ends_with("-row-2")
        );
        assert!(first[2].ends_with("-row-0"), "other cells, another row");
        assert_ne!(first[0][..32], first[2][..32]);
        let other_order = names(&[["ab", ""], ["a", "b"], ["a", "b"], ["a", "b"]]);
        assert_eq!(
            other_order,
            [&first[2], &first[0], &first[1], &first[3]].map(String::clone)
        );
    }
}
