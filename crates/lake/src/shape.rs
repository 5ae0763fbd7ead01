//! The columns of a survey's table, and responses as rows of it.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use deltalake::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, ListArray, StringArray,
    TimestampMicrosecondArray,
};
use deltalake::arrow::buffer::{NullBuffer, OffsetBuffer};
use deltalake::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use deltalake::arrow::error::ArrowError;
use deltalake::arrow::record_batch::{RecordBatch, RecordBatchOptions};
use deltalake::kernel::engine::arrow_conversion::TryIntoKernel;
use deltalake::kernel::{StructField, StructType};
use jiff::civil::Date;
use radost_domain::Code;
use radost_domain::explain::Dimension;
use radost_domain::listen::{Answer, QuestionKind, Response, Survey};
use radost_domain::name::ResponseId;

/// A response with the place of its event in the order of the workspace.
#[derive(Debug, Clone)]
pub struct Row {
    /// The sequence of the event that recorded it.
    pub sequence: i64,
    /// The response.
    pub response: Arc<Response>,
}

/// What happened to the responses of one survey in a stretch of the event log.
#[derive(Debug, Clone, Default)]
pub struct News {
    /// Responses that are new or have changed, as they are now, each with its last event. One that counts no more is not here.
    pub rows: Vec<Row>,
    /// Responses that have changed, and in which event: what the table holds of them is out of date.
    pub changed: Vec<(i64, ResponseId)>,
}

impl News {
    /// What happened after an event.
    pub(crate) fn after(&self, sequence: i64) -> (Vec<&Row>, HashSet<ResponseId>) {
        let rows = self.rows.iter().filter(|row| row.sequence > sequence);
        let changed = self.changed.iter().filter(|(at, _)| *at > sequence);
        (
            rows.collect(),
            changed.map(|(_, response)| *response).collect(),
        )
    }
}

impl From<Vec<Row>> for News {
    fn from(rows: Vec<Row>) -> Self {
        let changed = Vec::new();
        News { rows, changed }
    }
}

/// What one column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    TextList,
    Whole,
    Number,
    Boolean,
    Day,
    Instant,
}

/// Where a column's values come from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    ResponseId,
    SurveyVersion,
    Customer,
    Location,
    Employee,
    Channel,
    Touchpoint,
    Language,
    Segment(Code),
    SubmittedAt,
    Day,
    Weight,
    QualityMarks,
    Answer(Code),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Column {
    name: String,
    kind: Kind,
    source: Source,
    /// The versions whose question fills it; for questions alone.
    versions: Vec<u32>,
}

/// The columns of a survey's table: what is known of each response, then one column for each question that any version
/// asked.
///
/// Versions add columns and never take one away. A question whose name is taken, because it is called like one of the columns
/// that every table has (`day`) or because it was of another type in an earlier version (a choice that becomes a number), goes
/// into a column of its own, `code@3` after the version that brought it: the `@` keeps it from ever being the code of
/// another question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    columns: Vec<Column>,
}

/// The type of the answers to a question; `None` for a statement.
fn kind_of(question: &QuestionKind) -> Option<Kind> {
    match question {
        QuestionKind::Nps { .. }
        | QuestionKind::Csat { .. }
        | QuestionKind::Ces { .. }
        | QuestionKind::Rating { .. }
        | QuestionKind::Importance { .. }
        | QuestionKind::Kano { .. } => Some(Kind::Whole),
        QuestionKind::Single { .. } | QuestionKind::Text { .. } => Some(Kind::Text),
        QuestionKind::Multi { .. } => Some(Kind::TextList),
        QuestionKind::Number { .. } => Some(Kind::Number),
        QuestionKind::Date { .. } => Some(Kind::Day),
        QuestionKind::Consent => Some(Kind::Boolean),
        QuestionKind::Statement => None,
    }
}

/// What the columns of segments begin with.
const SEGMENT_COLUMN: &str = "segment_";

/// The name of a new column, told apart from another of that name by the version that brought it.
fn free_name(columns: &[Column], wanted: String, version: u32) -> String {
    match columns.iter().any(|column| column.name == wanted) {
        true => format!("{wanted}@{version}"),
        false => wanted,
    }
}

impl Shape {
    /// The columns that these versions of a survey need, given oldest first.
    pub fn of<'a>(versions: impl IntoIterator<Item = (u32, &'a Survey)>) -> Self {
        let fixed = |name: &str, kind, source| Column {
            name: name.to_owned(),
            kind,
            source,
            versions: Vec::new(),
        };
        let mut columns = vec![
            fixed("response_id", Kind::Text, Source::ResponseId),
            fixed("survey_version", Kind::Whole, Source::SurveyVersion),
            fixed("customer_id", Kind::Text, Source::Customer),
            fixed("location_id", Kind::Text, Source::Location),
            fixed("employee_id", Kind::Text, Source::Employee),
            fixed("channel", Kind::Text, Source::Channel),
            fixed("touchpoint", Kind::Text, Source::Touchpoint),
            fixed("language", Kind::Text, Source::Language),
            fixed("submitted_at", Kind::Instant, Source::SubmittedAt),
            fixed("day", Kind::Day, Source::Day),
            fixed("weight", Kind::Number, Source::Weight),
            fixed("quality_marks", Kind::TextList, Source::QualityMarks),
        ];
        for (version, survey) in versions {
            for segment in &survey.segments {
                let source = Source::Segment(segment.code.clone());
                if !columns.iter().any(|column| column.source == source) {
                    let name = free_name(
                        &columns,
                        format!("{SEGMENT_COLUMN}{}", segment.code),
                        version,
                    );
                    columns.push(fixed(&name, Kind::Text, source));
                }
            }
            for (_, _, question) in survey.questions() {
                let Some(kind) = kind_of(&question.kind) else {
                    continue;
                };
                let source = Source::Answer(question.code.clone());
                let place = columns
                    .iter()
                    .position(|column| column.source == source && column.kind == kind)
                    .unwrap_or_else(|| {
                        let name = free_name(&columns, question.code.to_string(), version);
                        columns.push(fixed(&name, kind, source.clone()));
                        columns.len() - 1
                    });
                columns[place].versions.push(version);
            }
        }
        Shape { columns }
    }

    /// The column of a dimension; `None` for a segment that no version has.
    pub(crate) fn dimension(&self, dimension: &Dimension) -> Option<&str> {
        let source = match dimension {
            Dimension::Location => Source::Location,
            Dimension::Employee => Source::Employee,
            Dimension::Channel => Source::Channel,
            Dimension::Touchpoint => Source::Touchpoint,
            Dimension::Language => Source::Language,
            Dimension::Segment { code } => Source::Segment(code.clone()),
        };
        let column = self.columns.iter().find(|column| column.source == source);
        column.map(|column| column.name.as_str())
    }

    /// The columns of dimensions, in their order.
    pub(crate) fn dimensions(&self) -> impl Iterator<Item = &str> {
        let is_dimension = |column: &&Column| {
            matches!(
                column.source,
                Source::Location
                    | Source::Employee
                    | Source::Channel
                    | Source::Touchpoint
                    | Source::Language
                    | Source::Segment(_)
            )
        };
        let found = self.columns.iter().filter(is_dimension);
        found.map(|column| column.name.as_str())
    }

    /// The columns of answers on scales.
    pub(crate) fn scales(&self) -> impl Iterator<Item = &str> {
        let is_scale = |column: &&Column| {
            column.kind == Kind::Whole && matches!(column.source, Source::Answer(_))
        };
        let found = self.columns.iter().filter(is_scale);
        found.map(|column| column.name.as_str())
    }

    /// The column of the answers to a closed question as the newest version asks it.
    pub(crate) fn question(&self, code: &Code) -> Option<&str> {
        let source = Source::Answer(code.clone());
        let asked = self.columns.iter().filter(|column| column.source == source);
        let newest = asked.max_by_key(|column| column.versions.last().copied())?;
        Some(&newest.name)
    }

    /// Whether a column holds several answers of each response.
    pub(crate) fn holds_lists(&self, name: &str) -> bool {
        let mut columns = self.columns.iter();
        columns.any(|column| column.name == name && column.kind == Kind::TextList)
    }

    /// The columns as Arrow has them.
    pub fn schema(&self) -> SchemaRef {
        let fields: Vec<Field> = self
            .columns
            .iter()
            .map(|column| Field::new(&column.name, column.kind.data_type(), true))
            .collect();
        Arc::new(Schema::new(fields))
    }

    /// The columns as Delta has them.
    pub(crate) fn delta_columns(&self) -> Result<Vec<StructField>, ArrowError> {
        let columns: StructType = self.schema().try_into_kernel()?;
        Ok(columns.fields().cloned().collect())
    }

    /// The same with these columns alone.
    pub(crate) fn only(&self, names: &BTreeSet<&str>) -> Shape {
        let wanted = |column: &&Column| names.contains(column.name.as_str());
        let columns = self.columns.iter().filter(wanted).cloned().collect();
        Shape { columns }
    }

    /// Responses as rows, in the order given.
    pub(crate) fn batch(&self, rows: &[&Row]) -> Result<RecordBatch, ArrowError> {
        let answers = self.answers(rows);
        let columns = self.columns.iter().zip(&answers);
        let arrays = columns.map(|(column, answers)| column.array(rows, answers));
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        RecordBatch::try_new_with_options(self.schema(), arrays.collect(), &options)
    }

    /// By column, what each row has answered to its question. Answers and columns are gone through side by side in the order of
    /// their codes: a batch has hundreds of thousands of answers, and to look up each for itself is felt.
    fn answers<'r>(&self, rows: &[&'r Row]) -> Vec<Vec<Option<&'r Answer>>> {
        let mut asked: Vec<(&Code, usize)> = Vec::new();
        for (place, column) in self.columns.iter().enumerate() {
            if let Source::Answer(code) = &column.source {
                asked.push((code, place));
            }
        }
        asked.sort_unstable();
        let mut answers = vec![vec![None; rows.len()]; self.columns.len()];
        for (row, Row { response, .. }) in rows.iter().enumerate() {
            let mut asked = asked.iter().peekable();
            for (code, answer) in &response.answers {
                while asked.next_if(|(other, _)| *other < code).is_some() {}
                while let Some((_, place)) = asked.next_if(|(other, _)| *other == code) {
                    if self.columns[*place].versions.contains(&response.version) {
                        answers[*place][row] = Some(answer);
                    }
                }
            }
        }
        answers
    }
}

impl Column {
    /// `answers` are those to its question; none at all where it has no question.
    fn array(&self, rows: &[&Row], answers: &[Option<&Answer>]) -> ArrayRef {
        let responses = || rows.iter().map(|row| row.response.as_ref());
        let answers = || answers.iter().copied();
        match self.kind {
            Kind::Text if matches!(self.source, Source::Answer(_)) => Arc::new(
                answers()
                    .map(|answer| match answer {
                        Some(Answer::Text(text)) => Some(text.as_str()),
                        _ => None,
                    })
                    .collect::<StringArray>(),
            ),
            Kind::Text => Arc::new(
                responses()
                    .map(|response| self.text(response))
                    .collect::<StringArray>(),
            ),
            Kind::TextList => list(answers().map(|answer| match answer {
                Some(Answer::Choices(chosen)) => Some(chosen.as_slice()),
                _ => None,
            })),
            Kind::Whole => Arc::new(match self.source {
                Source::SurveyVersion => responses()
                    .map(|response| Some(i64::from(response.version)))
                    .collect::<Int64Array>(),
                // What "does not apply to me" is has no place on the scale: the column holds nothing.
                _ => answers()
                    .map(|answer| answer.and_then(Answer::score))
                    .collect(),
            }),
            Kind::Number => Arc::new(match self.source {
                Source::Weight => responses()
                    .map(|response| Some(response.weight))
                    .collect::<Float64Array>(),
                _ => answers()
                    .map(|answer| match answer {
                        Some(Answer::Number(number)) => Some(*number),
                        _ => None,
                    })
                    .collect(),
            }),
            Kind::Boolean => Arc::new(
                answers()
                    .map(|answer| match answer {
                        Some(Answer::Consent(given)) => Some(*given),
                        _ => None,
                    })
                    .collect::<BooleanArray>(),
            ),
            Kind::Day => Arc::new(match self.source {
                Source::Day => responses()
                    .map(|response| day_number(response.day))
                    .collect::<Date32Array>(),
                _ => answers()
                    .map(|answer| answer.and_then(Answer::day).and_then(day_number))
                    .collect(),
            }),
            Kind::Instant => Arc::new(
                responses()
                    .map(|response| Some(response.submitted_at.as_microsecond()))
                    .collect::<TimestampMicrosecondArray>()
                    .with_timezone("UTC"),
            ),
        }
    }

    fn text(&self, response: &Response) -> Option<String> {
        let code = |code: &Option<Code>| code.as_ref().map(ToString::to_string);
        match &self.source {
            Source::ResponseId => Some(response.id.to_string()),
            Source::Customer => response.customer.map(|id| id.to_string()),
            Source::Location => response.location.map(|id| id.to_string()),
            Source::Employee => response.employee.map(|id| id.to_string()),
            Source::Channel => Some(response.channel.to_string()),
            Source::Touchpoint => code(&response.touchpoint),
            Source::Language => Some(response.language.to_string()),
            Source::Segment(segment) => response.segments.get(segment).cloned(),
            _ => None,
        }
    }
}

impl Kind {
    fn data_type(self) -> DataType {
        match self {
            Kind::Text => DataType::Utf8,
            Kind::TextList => DataType::List(element()),
            Kind::Whole => DataType::Int64,
            Kind::Number => DataType::Float64,
            Kind::Boolean => DataType::Boolean,
            Kind::Day => DataType::Date32,
            Kind::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        }
    }
}

/// The items of a list, called as Delta calls them.
fn element() -> Arc<Field> {
    Arc::new(Field::new("element", DataType::Utf8, true))
}

fn list<'r>(rows: impl Iterator<Item = Option<&'r [Code]>>) -> ArrayRef {
    let mut items: Vec<&str> = Vec::new();
    let mut lengths = Vec::new();
    let mut given = Vec::new();
    for row in rows {
        let codes = row.unwrap_or_default();
        items.extend(codes.iter().map(Code::as_str));
        lengths.push(codes.len());
        given.push(row.is_some());
    }
    Arc::new(ListArray::new(
        element(),
        OffsetBuffer::from_lengths(lengths),
        Arc::new(StringArray::from(items)),
        Some(NullBuffer::from(given)),
    ))
}

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

/// Days since 1970-01-01.
pub(crate) fn day_number(day: Date) -> Option<i32> {
    i32::try_from(day.duration_since(EPOCH).as_hours() / 24).ok()
}

/// The day so many days after 1970-01-01.
pub(crate) fn day_of(number: i32) -> Option<Date> {
    EPOCH.checked_add(jiff::Span::new().days(number)).ok()
}
