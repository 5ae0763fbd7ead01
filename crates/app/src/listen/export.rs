//! Responses as files: the list of a selection as CSV, XLSX, SPSS or Parquet.

use std::fs::File;
use std::io::Seek;

use radost_domain::Language;
use radost_domain::access::Actor;
use radost_domain::listen::{Answer, Question, QuestionKind, Response, kano};
use radost_store::ResponseCursor;
use radost_table::export::{
    ExportError, FileKind, Holds, OutCell, OutColumn, TableWriter, write_line, write_row,
};

use crate::explain::{Scope, Selection};
use crate::{App, AppError};

/// Responses that are read at a time.
const STRETCH: i64 = 500;

/// A column, and what of a response stands in it.
struct Field<'s> {
    column: OutColumn,
    of: Part<'s>,
}

/// What of a response stands in a column.
enum Part<'s> {
    Fixed(fn(&Scope, &Response) -> OutCell),
    Segment(&'s radost_domain::Code),
    Answer(&'s Question),
    /// Whether one option was chosen.
    Option(&'s Question, &'s radost_domain::Code),
}

fn text(words: Option<impl ToString>) -> OutCell {
    words.map_or(OutCell::Empty, |words| OutCell::Text(words.to_string()))
}

fn moment(scope: &Scope, response: &Response, at: jiff::Timestamp) -> OutCell {
    OutCell::Moment(at.to_zoned(scope.directory.zone_at(response.location)))
}

/// What every response has: name, what it holds, and its value.
type Fixed = (&'static str, Holds, fn(&Scope, &Response) -> OutCell);

const FIXED: [Fixed; 14] = [
    ("id", Holds::Text, |_, r| text(Some(r.id))),
    ("client_id", Holds::Text, |_, r| text(Some(r.client_id))),
    ("survey", Holds::Text, |scope, _| {
        text(Some(&scope.survey.published.survey().code))
    }),
    ("version", Holds::Whole, |_, r| {
        OutCell::Whole(i64::from(r.version))
    }),
    ("submitted_at", Holds::Moment, |scope, r| {
        moment(scope, r, r.submitted_at)
    }),
    ("received_at", Holds::Moment, |scope, r| {
        moment(scope, r, r.received_at)
    }),
    ("location", Holds::Text, |scope, r| {
        let place = r.location.and_then(|id| scope.directory.locations.get(id));
        text(place.map(|place| &place.code))
    }),
    ("employee", Holds::Text, |scope, r| {
        let employee = r.employee.and_then(|id| scope.directory.employees.get(&id));
        text(employee.map(|employee| &employee.code))
    }),
    ("customer_id", Holds::Text, |_, r| text(r.customer)),
    ("touchpoint", Holds::Text, |_, r| {
        text(r.touchpoint.as_ref())
    }),
    ("channel", Holds::Text, |_, r| text(Some(r.channel))),
    ("language", Holds::Text, |_, r| text(Some(r.language))),
    ("weight", Holds::Number, |_, r| OutCell::Number(r.weight)),
    ("excluded", Holds::Truth, |_, r| OutCell::Truth(r.excluded)),
];

/// What the answers to a question are as a column.
fn column(question: &Question, language: Language) -> OutColumn {
    let kind = &question.kind;
    let holds = match kind {
        kind if kind.scale().is_some() => Holds::Whole,
        QuestionKind::Number { .. } => Holds::Number,
        QuestionKind::Date { .. } => Holds::Day,
        QuestionKind::Consent => Holds::Truth,
        _ => Holds::Text,
    };
    let mut labels: Vec<(String, String)> = Vec::new();
    if matches!(kind, QuestionKind::Kano { .. }) {
        let answers = kano::answers(language).into_iter().zip(1..);
        labels.extend(answers.map(|(words, point)| (point.to_string(), words.to_owned())));
    }
    if let (Some((low, high)), Some((low_label, high_label))) = (kind.scale(), kind.end_labels()) {
        for (point, words) in [(low, low_label), (high, high_label)] {
            let words = words.best(language);
            if !words.is_empty() {
                labels.push((point.to_string(), words.to_owned()));
            }
        }
    }
    if let QuestionKind::Single { options, .. } = kind {
        let options = options.iter();
        labels.extend(options.map(|option| {
            let words = option.text.best(language);
            (option.code.to_string(), words.to_owned())
        }));
    }
    OutColumn {
        name: question.code.to_string(),
        label: question.text.best(language).to_owned(),
        holds,
        labels,
    }
}

/// The columns of a file. One of SPSS has no cell for several answers: there each option is a column.
fn fields(scope: &Scope, kind: FileKind, language: Language) -> Vec<Field<'_>> {
    let survey = &scope.survey.published;
    let mut fields: Vec<Field> = Vec::new();
    for (name, holds, value) in FIXED {
        fields.push(Field {
            column: OutColumn {
                name: name.to_owned(),
                label: String::new(),
                holds,
                labels: Vec::new(),
            },
            of: Part::Fixed(value),
        });
    }
    for segment in &survey.survey().segments {
        fields.push(Field {
            column: OutColumn {
                name: format!("segment.{}", segment.code),
                label: segment.label.best(language).to_owned(),
                holds: Holds::Text,
                labels: Vec::new(),
            },
            of: Part::Segment(&segment.code),
        });
    }
    for published in survey.questions() {
        let question = &published.question;
        match &question.kind {
            kind if !kind.takes_answer() => {}
            QuestionKind::Multi { options, .. } if kind == FileKind::Sav => {
                for option in options {
                    let asked = question.text.best(language);
                    fields.push(Field {
                        column: OutColumn {
                            name: format!("{}.{}", question.code, option.code),
                            label: format!("{asked} {}", option.text.best(language)),
                            holds: Holds::Truth,
                            labels: Vec::new(),
                        },
                        of: Part::Option(question, &option.code),
                    });
                }
            }
            _ => fields.push(Field {
                column: column(question, language),
                of: Part::Answer(question),
            }),
        }
    }
    fields
}

fn cell(answer: &Answer) -> OutCell {
    match answer {
        Answer::Consent(given) => OutCell::Truth(*given),
        Answer::Scale(point) => OutCell::Whole(*point),
        Answer::Number(number) => OutCell::Number(*number),
        Answer::Text(_) if answer.day().is_some() => {
            answer.day().map_or(OutCell::Empty, OutCell::Day)
        }
        Answer::Text(text) => OutCell::Text(text.clone()),
        Answer::Contact(contact) => {
            let parts: Vec<&str> = contact.values().map(String::as_str).collect();
            OutCell::Text(parts.join("; "))
        }
        Answer::Choices(chosen) => {
            let chosen: Vec<&str> = chosen.iter().map(|code| code.as_str()).collect();
            OutCell::Text(chosen.join(" "))
        }
    }
}

fn row(scope: &Scope, fields: &[Field], response: &Response) -> Vec<OutCell> {
    let value = |field: &Field| match &field.of {
        Part::Fixed(value) => value(scope, response),
        Part::Segment(code) => text(response.segments.get(*code)),
        Part::Answer(question) => {
            let answer = response.answers.get(&question.code);
            match (answer, field.column.holds) {
                // Words that look like a day are words.
                (Some(Answer::Text(words)), Holds::Text) => OutCell::Text(words.clone()),
                (Some(answer), _) => cell(answer),
                (None, _) => OutCell::Empty,
            }
        }
        Part::Option(question, option) => match response.answers.get(&question.code) {
            Some(Answer::Choices(chosen)) => OutCell::Truth(chosen.contains(option)),
            _ => OutCell::Empty,
        },
    };
    fields.iter().map(value).collect()
}

impl App {
    /// The next stretch of a selection as CSV lines, the first one with the names of the columns: codes as an analyst
    /// finds them everywhere, one column per question of the newest version. `None` for the place means the beginning;
    /// a place comes back while there is more.
    ///
    /// # Errors
    /// Those of [`App::responses`]; [`AppError::NotFound`] when there is no survey.
    pub async fn responses_csv(
        &self,
        actor: &Actor,
        selection: &Selection,
        after: Option<ResponseCursor>,
    ) -> Result<(Vec<u8>, Option<ResponseCursor>), AppError> {
        let page = self.responses(actor, selection, after, STRETCH).await?;
        let page = page.ok_or(AppError::NotFound("survey"))?;
        let fields = fields(&page.scope, FileKind::Csv, Language::En);
        let mut lines = Vec::new();
        if after.is_none() {
            let names = fields.iter().map(|field| field.column.name.as_str());
            write_line(&mut lines, names);
        }
        for response in &page.responses {
            write_row(&mut lines, &row(&page.scope, &fields, response));
        }
        Ok((lines, page.next))
    }

    /// A selection as a file without a name, with labels in a language where the file can hold them.
    ///
    /// # Errors
    /// Those of [`App::responses`]; [`AppError::NotFound`] when there is no survey; [`AppError::Invalid`] for more responses than
    /// such a file holds.
    pub async fn responses_file(
        &self,
        actor: &Actor,
        selection: &Selection,
        kind: FileKind,
        language: Language,
    ) -> Result<File, AppError> {
        let failed = |error: ExportError| match error {
            ExportError::TooMany { .. } => AppError::invalid("format", error),
            error => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a file could not be made"
                );
                AppError::Full
            }
        };
        let mut file = tempfile::tempfile().map_err(|error| failed(error.into()))?;
        let mut writer: Option<TableWriter> = None;
        let mut after = None;
        loop {
            let page = self.responses(actor, selection, after, STRETCH).await?;
            let page = page.ok_or(AppError::NotFound("survey"))?;
            let fields = fields(&page.scope, kind, language);
            let mut begun = match writer.take() {
                Some(writer) => writer,
                None => {
                    let columns = fields.iter().map(|field| field.column.clone()).collect();
                    let file = file.try_clone().map_err(|error| failed(error.into()))?;
                    TableWriter::new(kind, columns, file).map_err(failed)?
                }
            };
            for response in &page.responses {
                begun
                    .write(&row(&page.scope, &fields, response))
                    .map_err(failed)?;
            }
            after = page.next;
            if after.is_none() {
                // Packing is work for a processor, not for the threads that answer requests.
                let packed = tokio::task::spawn_blocking(move || begun.finish()).await;
                packed
                    .map_err(|error| {
                        tracing::error!(%error, "packing a file was broken off");
                        AppError::Full
                    })?
                    .map_err(failed)?;
                file.rewind().map_err(|error| failed(error.into()))?;
                return Ok(file);
            }
            writer = Some(begun);
        }
    }
}
