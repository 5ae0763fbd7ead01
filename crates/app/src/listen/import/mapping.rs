//! How the columns of a file become responses: the mapping, read from TOML and written back.
//!
//! ```toml
//! survey = "airline"            # may also be said on the command line
//! channel = "paper"             # what the file does not say: channel, language, location, employee, customer, touchpoint
//! encoding = "windows-1251"     # when the file is neither UTF-8 nor UTF-16 with a byte order mark
//! delimiter = ";"               # when it is not guessed right
//! time_zone = "Europe/Kyiv"     # of times without an offset; the location's or the workspace's when not said
//!
//! [columns]
//! "id"    = { to = "client_id" }
//! "Date"  = { to = "submitted_at", format = "%m/%d/%Y" }
//! "Wi-Fi" = { to = "answer", code = "wifi", values = { "0" = "n/a" } }
//! "Class" = { to = "segment", code = "class" }
//! "Notes" = { to = "ignore" }
//! "Liked [Taste]" = { to = "answer", code = "liked", option = "taste" }  # one option of a multiple choice in a column of its own
//! ```

use std::collections::{BTreeMap, HashMap};

use encoding_rs::Encoding;
use jiff::tz::TimeZone;
use radost_domain::listen::{Channel, PublishedSurvey, QuestionKind};
use radost_domain::{Code, Language};
use serde::Deserialize;
use toml::Spanned;

/// How the columns of a file become responses.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    /// The survey's code.
    pub survey: Option<String>,
    /// What the file does not say.
    pub constants: Constants,
    /// What stands between two cells, when it is not to be guessed.
    pub delimiter: Option<u8>,
    /// How letters are written, when it is not to be guessed.
    pub encoding: Option<&'static Encoding>,
    /// The time zone of times without an offset.
    pub time_zone: Option<TimeZone>,
    /// What becomes of each column. Columns that are not named here are left out.
    pub columns: Vec<MappedColumn>,
}

/// Values for every row whose own cell is empty or missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Constants {
    /// The way on which the answers came.
    pub channel: Option<Channel>,
    /// The language in which they were given.
    pub language: Option<Language>,
    /// The location's code.
    pub location: Option<String>,
    /// The employee's code.
    pub employee: Option<String>,
    /// The customer's external id.
    pub customer: Option<String>,
    /// The moment of the journey.
    pub touchpoint: Option<String>,
}

/// What becomes of one column.
#[derive(Debug, Clone)]
pub struct MappedColumn {
    /// Its name in the header.
    pub name: String,
    /// What it becomes.
    pub target: Target,
    /// Texts of cells that mean something else: `0` → `n/a`. Other cells pass as they are.
    pub values: BTreeMap<String, String>,
    /// How its times are written, for `strptime`: `%d/%m/%Y %H:%M`.
    pub format: Option<String>,
    /// Where in the mapping file it stands.
    at: Option<Position>,
}

impl MappedColumn {
    /// A column that becomes `target`.
    pub fn new(name: impl Into<String>, target: Target) -> Self {
        MappedColumn {
            name: name.into(),
            target,
            values: BTreeMap::new(),
            format: None,
            at: None,
        }
    }
}

/// What a column becomes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// The name of the response in the file: the same one makes the same response.
    ClientId,
    /// The answer to a question.
    Answer(Code),
    /// One option of a multiple choice: chosen where the cell says something that is not "no".
    Option(Code, Code),
    /// A segment value.
    Segment(Code),
    /// The location, by code or name.
    Location,
    /// The employee, by code or name.
    Employee,
    /// The customer's external id.
    Customer,
    /// The channel.
    Channel,
    /// The language.
    Language,
    /// The moment of the journey.
    Touchpoint,
    /// When the respondent was done.
    SubmittedAt,
    /// When the respondent began.
    StartedAt,
    /// Nothing.
    Ignore,
}

/// Every target without a code, with its name.
const PLAIN: [(&str, Target); 10] = [
    ("client_id", Target::ClientId),
    ("location", Target::Location),
    ("employee", Target::Employee),
    ("customer", Target::Customer),
    ("channel", Target::Channel),
    ("language", Target::Language),
    ("touchpoint", Target::Touchpoint),
    ("submitted_at", Target::SubmittedAt),
    ("started_at", Target::StartedAt),
    ("ignore", Target::Ignore),
];

impl Target {
    /// Every target that needs no code.
    pub fn plain() -> impl Iterator<Item = Target> {
        PLAIN.into_iter().map(|(_, target)| target)
    }

    /// Its name in a mapping.
    pub fn name(&self) -> &'static str {
        match self {
            Target::Answer(_) | Target::Option(..) => "answer",
            Target::Segment(_) => "segment",
            plain => PLAIN
                .iter()
                .find(|(_, target)| target == plain)
                .map_or("ignore", |(name, _)| name),
        }
    }

    /// The code of the question or segment.
    pub fn code(&self) -> Option<&Code> {
        match self {
            Target::Answer(code) | Target::Option(code, _) | Target::Segment(code) => Some(code),
            _ => None,
        }
    }

    /// The code of the option.
    pub fn option(&self) -> Option<&Code> {
        match self {
            Target::Option(_, option) => Some(option),
            _ => None,
        }
    }
}

/// `answer wifi`, `answer liked taste`, `client_id`.
impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())?;
        for code in self.code().into_iter().chain(self.option()) {
            write!(f, " {code}")?;
        }
        Ok(())
    }
}

impl std::str::FromStr for Target {
    type Err = String;
    /// Reads what [`Display`](std::fmt::Display) writes.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut words = text.splitn(3, ' ');
        let name = words.next().unwrap_or_default();
        target(name, words.next(), words.next()).map_err(|(_, message)| message)
    }
}

/// The target of this name; an error names the field at fault.
fn target(
    name: &str,
    code: Option<&str>,
    option: Option<&str>,
) -> Result<Target, (&'static str, String)> {
    let plain = PLAIN.iter().find(|(plain, _)| *plain == name);
    if option.is_some() && name != "answer" {
        return Err(("option", format!("`{name}` takes no option")));
    }
    match (plain, name, code) {
        (Some((_, target)), _, None) => Ok(target.clone()),
        (Some(_), _, Some(_)) => Err(("code", format!("`{name}` takes no code"))),
        (None, "answer" | "segment", None) => Err((
            "code",
            format!("`{name}` needs the code of the {name}: code = \"…\""),
        )),
        (None, "answer" | "segment", Some(code)) => {
            let parsed = |field: &'static str, text: &str| {
                let parsed = text.parse::<Code>();
                parsed.map_err(|error| (field, error.to_string()))
            };
            let code = parsed("code", code)?;
            Ok(match option {
                Some(option) => Target::Option(code, parsed("option", option)?),
                None if name == "answer" => Target::Answer(code),
                None => Target::Segment(code),
            })
        }
        _ => {
            let known: Vec<&str> = ["answer", "segment"]
                .into_iter()
                .chain(PLAIN.iter().map(|(name, _)| *name))
                .collect();
            let name: String = name.chars().take(40).collect();
            Err((
                "to",
                format!(
                    "a column cannot become `{name}`, only one of {}",
                    known.join(", ")
                ),
            ))
        }
    }
}

/// A place in a mapping file, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in it.
    pub column: usize,
}

impl Position {
    fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        Position {
            line: before.matches('\n').count() + 1,
            column: before
                .rsplit('\n')
                .next()
                .map_or(0, |line| line.chars().count())
                + 1,
        }
    }
}

/// What is wrong with a mapping, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingError {
    /// Where in the file, when it came from one.
    pub at: Option<Position>,
    /// Which field: `columns."Age".code`; empty when the file cannot be read at all.
    pub field: String,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl std::error::Error for MappingError {}

impl std::fmt::Display for MappingError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the mapping")?;
        if let Some(Position { line, column }) = self.at {
            write!(f, ", line {line}, column {column}")?;
        }
        if !self.field.is_empty() {
            write!(f, ", {}", self.field)?;
        }
        write!(f, ": {}", self.message)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    survey: Option<String>,
    channel: Option<Spanned<String>>,
    language: Option<Spanned<String>>,
    location: Option<String>,
    employee: Option<String>,
    customer: Option<String>,
    touchpoint: Option<Spanned<String>>,
    delimiter: Option<Spanned<String>>,
    encoding: Option<Spanned<String>>,
    time_zone: Option<Spanned<String>>,
    #[serde(default)]
    columns: BTreeMap<String, Spanned<DocumentColumn>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentColumn {
    to: Spanned<String>,
    code: Option<Spanned<String>>,
    option: Option<Spanned<String>>,
    #[serde(default)]
    values: BTreeMap<String, DocumentValue>,
    format: Option<Spanned<String>>,
}

/// `"0" = 1` is as good as `"0" = "1"`.
#[derive(Deserialize)]
#[serde(untagged)]
enum DocumentValue {
    Text(String),
    Whole(i64),
    Number(f64),
    Truth(bool),
}

impl DocumentValue {
    fn text(self) -> String {
        match self {
            DocumentValue::Text(text) => text,
            DocumentValue::Whole(number) => number.to_string(),
            DocumentValue::Number(number) => number.to_string(),
            DocumentValue::Truth(truth) => truth.to_string(),
        }
    }
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// With line, column and field of the first fault.
    pub fn from_toml(text: &str) -> Result<Mapping, MappingError> {
        let document: Document = toml::from_str(text).map_err(|error| MappingError {
            at: error.span().map(|span| Position::of(text, span.start)),
            field: String::new(),
            message: error.message().to_owned(),
        })?;
        let fault = |spanned: &Spanned<String>, field: &str, message: String| MappingError {
            at: Some(Position::of(text, spanned.span().start)),
            field: field.to_owned(),
            message,
        };
        /// Parses an optional field, or says where it is wrong.
        fn parsed<T>(
            given: Option<&Spanned<String>>,
            field: &str,
            fault: impl Fn(&Spanned<String>, &str, String) -> MappingError,
            parse: impl Fn(&str) -> Result<T, String>,
        ) -> Result<Option<T>, MappingError> {
            given
                .map(|spanned| {
                    parse(spanned.get_ref()).map_err(|message| fault(spanned, field, message))
                })
                .transpose()
        }
        let constants = Constants {
            channel: parsed(document.channel.as_ref(), "channel", fault, |text| {
                text.parse()
                    .map_err(|error: radost_domain::listen::response::UnknownChannel| {
                        error.to_string()
                    })
            })?,
            language: parsed(document.language.as_ref(), "language", fault, |text| {
                text.parse::<Language>().map_err(|error| error.to_string())
            })?,
            touchpoint: parsed(document.touchpoint.as_ref(), "touchpoint", fault, |text| {
                text.parse::<Code>()
                    .map(|code| code.to_string())
                    .map_err(|error| error.to_string())
            })?,
            location: document.location,
            employee: document.employee,
            customer: document.customer,
        };
        let mut columns = Vec::with_capacity(document.columns.len());
        for (name, spanned) in document.columns {
            let column = spanned.into_inner();
            let code = column.code.as_ref().map(|code| code.get_ref().as_str());
            let option = column.option.as_ref();
            let option = option.map(|option| option.get_ref().as_str());
            let target =
                target(column.to.get_ref(), code, option).map_err(|(field, message)| {
                    let place = match field {
                        "code" => column.code.as_ref(),
                        "option" => column.option.as_ref(),
                        _ => None,
                    };
                    let place = place.unwrap_or(&column.to);
                    fault(place, &format!("columns.{name:?}.{field}"), message)
                })?;
            let timed = matches!(target, Target::SubmittedAt | Target::StartedAt);
            if let Some(format) = column.format.as_ref().filter(|_| !timed) {
                return Err(fault(
                    format,
                    &format!("columns.{name:?}.format"),
                    format!("only times have a format, not `{target}`"),
                ));
            }
            let place = column.code.as_ref().unwrap_or(&column.to);
            columns.push(MappedColumn {
                at: Some(Position::of(text, place.span().start)),
                name,
                target,
                values: column
                    .values
                    .into_iter()
                    .map(|(cell, meaning)| (cell, meaning.text()))
                    .collect(),
                format: column.format.map(Spanned::into_inner),
            });
        }
        Ok(Mapping {
            survey: document.survey,
            constants,
            delimiter: parsed(
                document.delimiter.as_ref(),
                "delimiter",
                fault,
                |text| match text.as_bytes() {
                    [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n' | 0) => {
                        Ok(*byte)
                    }
                    _ => Err("must be one character of ASCII, such as \";\" or \"\\t\"".to_owned()),
                },
            )?,
            encoding: parsed(document.encoding.as_ref(), "encoding", fault, encoding)?,
            time_zone: parsed(document.time_zone.as_ref(), "time_zone", fault, |text| {
                TimeZone::get(text).map_err(|error| error.to_string())
            })?,
            columns,
        })
    }

    /// Writes a mapping file that [`from_toml`](Self::from_toml) reads as the same mapping.
    pub fn to_toml(&self) -> String {
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let mut lines = Vec::new();
        let mut constant = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                lines.push(format!("{name} = {}", quoted(value)));
            }
        };
        let delimiter = self.delimiter.map(|byte| char::from(byte).to_string());
        constant("survey", self.survey.as_deref());
        constant("channel", self.constants.channel.map(Channel::code));
        constant("language", self.constants.language.map(Language::code));
        constant("location", self.constants.location.as_deref());
        constant("employee", self.constants.employee.as_deref());
        constant("customer", self.constants.customer.as_deref());
        constant("touchpoint", self.constants.touchpoint.as_deref());
        constant("delimiter", delimiter.as_deref());
        constant("encoding", self.encoding.map(Encoding::name));
        constant(
            "time_zone",
            self.time_zone.as_ref().and_then(TimeZone::iana_name),
        );
        lines.push(String::new());
        lines.push("[columns]".to_owned());
        for column in &self.columns {
            let mut fields = vec![format!("to = {}", quoted(column.target.name()))];
            if let Some(code) = column.target.code() {
                fields.push(format!("code = {}", quoted(code.as_str())));
            }
            if let Some(option) = column.target.option() {
                fields.push(format!("option = {}", quoted(option.as_str())));
            }
            if let Some(format) = &column.format {
                fields.push(format!("format = {}", quoted(format)));
            }
            if !column.values.is_empty() {
                let values: Vec<String> = column
                    .values
                    .iter()
                    .map(|(cell, meaning)| format!("{} = {}", key(cell), quoted(meaning)))
                    .collect();
                fields.push(format!("values = {{ {} }}", values.join(", ")));
            }
            lines.push(format!(
                "{} = {{ {} }}",
                key(&column.name),
                fields.join(", ")
            ));
        }
        lines.push(String::new());
        lines.join("\n")
    }

    /// Checks it against the survey and the header of the file.
    ///
    /// # Errors
    /// The first fault: a question or segment that the survey does not have, a column that the file does not have, two
    /// columns that become the same.
    pub fn check(&self, survey: &PublishedSurvey, header: &[String]) -> Result<(), MappingError> {
        let mut taken: HashMap<&Target, &str> = HashMap::new();
        for column in &self.columns {
            let fault = |field: &str, message: String| MappingError {
                at: column.at,
                field: format!("columns.{:?}{field}", column.name),
                message,
            };
            if !header.contains(&column.name) {
                let near = nearest(&column.name, header.iter().map(String::as_str));
                return Err(fault(
                    "",
                    format!("the file has no column of this name{near}"),
                ));
            }
            match &column.target {
                Target::Answer(code) => {
                    let question = survey.question(code.as_str());
                    if !question.is_some_and(|q| q.question.kind.takes_answer()) {
                        let codes = survey.questions().iter().map(|q| q.question.code.as_str());
                        let near = nearest(code.as_str(), codes);
                        return Err(fault(
                            ".code",
                            format!("the survey has no question `{code}`{near}"),
                        ));
                    }
                }
                Target::Option(code, option) => {
                    let kind = survey.question(code.as_str()).map(|q| &q.question.kind);
                    let options = match kind {
                        Some(QuestionKind::Multi { options, .. }) => options.as_slice(),
                        _ => {
                            return Err(fault(
                                ".code",
                                format!("`{code}` is no multiple choice of the survey"),
                            ));
                        }
                    };
                    if !options.iter().any(|known| known.code == *option) {
                        let codes = options.iter().map(|option| option.code.as_str());
                        let near = nearest(option.as_str(), codes);
                        return Err(fault(
                            ".option",
                            format!("`{code}` has no option `{option}`{near}"),
                        ));
                    }
                }
                Target::Segment(code) => {
                    let segments = &survey.survey().segments;
                    if !segments.iter().any(|segment| segment.code == *code) {
                        let codes = segments.iter().map(|segment| segment.code.as_str());
                        let near = nearest(code.as_str(), codes);
                        return Err(fault(
                            ".code",
                            format!("the survey has no segment `{code}`{near}"),
                        ));
                    }
                }
                Target::Ignore => continue,
                _ => {}
            }
            // A multiple choice in one column and its options in columns of their own would speak over each other.
            if let Target::Option(code, _) = &column.target
                && let Some(whole) = self
                    .columns
                    .iter()
                    .find(|other| other.target == Target::Answer(code.clone()))
            {
                return Err(fault(
                    "",
                    format!("the column {:?} is all of `{code}` already", whole.name),
                ));
            }
            if let Some(first) = taken.insert(&column.target, &column.name) {
                return Err(fault(
                    "",
                    format!(
                        "becomes `{}`, and so does the column {first:?}",
                        column.target
                    ),
                ));
            }
        }
        Ok(())
    }
}

/// The encoding of this name.
pub(crate) fn encoding(name: &str) -> Result<&'static Encoding, String> {
    Encoding::for_label(name.as_bytes()).ok_or_else(|| {
        let name: String = name.chars().take(40).collect();
        format!(
            "`{name}` is not an encoding; known are utf-8, utf-16le, windows-1251, windows-1252, koi8-u and others of the web"
        )
    })
}

/// A key of a TOML table, always quoted.
fn key(text: &str) -> String {
    // A basic string of JSON is one of TOML as well, but for the character DEL.
    serde_json::Value::String(text.replace('\u{7f}', " ")).to_string()
}

/// `; did you mean …?` for the name that looks most like `given`.
fn nearest<'a>(given: &str, names: impl Iterator<Item = &'a str>) -> String {
    let distance = |name: &str| edits(&given.to_lowercase(), &name.to_lowercase());
    names
        .map(|name| (distance(name), name))
        .min()
        .filter(|(distance, name)| *distance * 3 <= name.chars().count().max(3))
        .map_or(String::new(), |(_, name)| {
            format!("; did you mean `{name}`?")
        })
}

/// Levenshtein's distance.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        Mapping::from_toml(text)
            .expect_err("a faulty mapping")
            .to_string()
    }

    #[test]
    fn what_is_written_reads_back() {
        let text = "survey = \"s\"\nchannel = \"phone\"\ndelimiter = \"\\t\"\nencoding = \"windows-1251\"\ntime_zone = \"Europe/Kyiv\"\n\
                    [columns]\n\"Дата \\\"x\\\"\" = { to = \"submitted_at\", format = \"%d/%m/%Y\" }\n\
                    \"a.b\" = { to = \"answer\", code = \"wifi\", values = { \"0\" = \"n/a\", \"x\" = 5 } }\n";
        let read = Mapping::from_toml(text).expect("a mapping");
        let again = Mapping::from_toml(&read.to_toml()).expect("what we wrote");
        assert_eq!(read.to_toml(), again.to_toml());
        assert_eq!(again.delimiter, Some(b'\t'));
        assert_eq!(again.encoding.map(Encoding::name), Some("windows-1251"));
        let answer = &again.columns[0];
        assert_eq!(answer.name, "a.b");
        assert_eq!(answer.target.to_string(), "answer wifi");
        assert_eq!("answer wifi".parse(), Ok(answer.target.clone()));
        assert_eq!(answer.values["x"], "5");
        let option =
            "[columns]\n\"l\" = { to = \"answer\", code = \"liked\", option = \"taste\" }\n";
        let option = Mapping::from_toml(option).expect("a mapping");
        let option = Mapping::from_toml(&option.to_toml()).expect("what we wrote");
        assert_eq!(option.columns[0].target.to_string(), "answer liked taste");
        assert_eq!(
            "answer liked taste".parse(),
            Ok(option.columns[0].target.clone())
        );
        assert_eq!(again.columns[1].name, "Дата \"x\"");
    }

    #[test]
    fn a_fault_names_its_place() {
        let check = |text: &str, expected: &str| assert_eq!(fault(text), expected);
        check(
            "[columns]\n\"Alter\" = { to = \"anwser\", code = \"age\" }",
            "the mapping, line 2, column 18, columns.\"Alter\".to: a column cannot become `anwser`, only one of answer, \
             segment, client_id, location, employee, customer, channel, language, touchpoint, submitted_at, started_at, ignore",
        );
        check(
            "[columns]\n\"Age\" = { to = \"answer\" }",
            "the mapping, line 2, column 16, columns.\"Age\".code: `answer` needs the code of the answer: code = \"…\"",
        );
        check(
            "channel = \"fax\"",
            "the mapping, line 1, column 11, channel: `fax` is not a channel; channels are web, qr, email, sms, messenger, \
             phone, kiosk, exit_poll, widget, personal, paper, api",
        );
        check(
            "\nencoding = \"cp-9\"",
            "the mapping, line 2, column 12, encoding: `cp-9` is not an encoding; known are utf-8, utf-16le, windows-1251, \
             windows-1252, koi8-u and others of the web",
        );
        check(
            "[columns]\nid = { to = \"client_id\", format = \"%Y\" }",
            "the mapping, line 2, column 35, columns.\"id\".format: only times have a format, not `client_id`",
        );
        assert!(
            fault("[columns]\nid = { to = \"client_id\", colour = 1 }").contains("line 2"),
            "an unknown key has its line"
        );
        assert!(fault("[columns").starts_with("the mapping, line 1, column"));
    }
}
