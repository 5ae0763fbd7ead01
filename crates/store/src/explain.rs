//! What numbers are computed from, the scores of responses with what they belong to; and what they are held against.

mod benchmark;
mod kpi;

mod view;

mod annotation;

use std::collections::BTreeMap;

use jiff::civil::Date;
use radost_domain::Code;
use radost_domain::explain::{Dimension, Filters, Groups, Period};
use radost_domain::name::{EmployeeId, LocationId, SurveyId, WorkspaceId};
use uuid::Uuid;

use crate::store::{Inner, Tx};
use crate::{StoreError, sql_types};

/// The scores of one day's responses. They come as one text: a row of its own for each of 200,000 responses would take
/// longer to hand over than all the rest.
#[derive(Debug)]
pub struct ScoredDay {
    /// The day at the place.
    pub day: Date,
    rows: String,
}

/// The scores of one response.
#[derive(Debug, Clone, Copy)]
pub struct ScoredRow<'a> {
    /// What it belongs to, unread: responses with the same text belong to the same groups. See [`read_groups`].
    pub groups: &'a str,
    /// One character per slot.
    pub scores: &'a str,
}

impl ScoredDay {
    /// Its responses.
    pub fn rows(&self) -> impl Iterator<Item = ScoredRow<'_>> {
        self.rows
            .split('\n')
            .filter_map(|row| row.rsplit_once('\t'))
            .map(|(groups, scores)| ScoredRow { groups, scores })
    }
}

/// The columns of a packed row, in order. Each is a text without tabs and line breaks: an id, a code, or JSON, which
/// escapes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Packed {
    Location,
    Employee,
    Channel,
    Language,
    Touchpoint,
    Segments,
}

/// Which columns are needed to tell these groups apart.
fn packed_columns(by: &[Dimension]) -> Vec<Packed> {
    let mut columns: Vec<Packed> = by
        .iter()
        .map(|dimension| match dimension {
            Dimension::Location => Packed::Location,
            Dimension::Employee => Packed::Employee,
            Dimension::Channel => Packed::Channel,
            Dimension::Language => Packed::Language,
            Dimension::Touchpoint => Packed::Touchpoint,
            Dimension::Segment { .. } => Packed::Segments,
        })
        .collect();
    columns.sort_unstable();
    columns.dedup();
    columns
}

/// Reads [`ScoredRow::groups`] of a scan by these dimensions.
///
/// # Errors
/// [`StoreError::Corrupt`] when it does not read as what it should be.
pub fn read_groups(by: &[Dimension], text: &str) -> Result<Groups, StoreError> {
    const WHAT: &str = "response";
    let mut groups = Groups::default();
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    for (column, text) in packed_columns(by).into_iter().zip(text.split('\t')) {
        match column {
            Packed::Location => {
                groups.location = sql_types::optional::<Uuid>(WHAT, given(text))?.map(LocationId);
            }
            Packed::Employee => {
                groups.employee = sql_types::optional::<Uuid>(WHAT, given(text))?.map(EmployeeId);
            }
            Packed::Channel => groups.channel = sql_types::optional(WHAT, given(text))?,
            Packed::Language => groups.language = sql_types::optional(WHAT, given(text))?,
            Packed::Touchpoint => groups.touchpoint = sql_types::optional(WHAT, given(text))?,
            Packed::Segments => groups.segments = sql_types::json(WHAT, text)?,
        }
    }
    Ok(groups)
}

/// A condition with the values that are bound to its marks.
pub(crate) struct Clause {
    pub(crate) text: String,
    pub(crate) values: Vec<Value>,
}

pub(crate) enum Value {
    Uuid(Uuid),
    Integer(i64),
    Text(String),
}

/// Binds the values of a [`Clause`] to a query, in order.
macro_rules! bind_clause {
    ($query:ident, $clause:expr) => {
        for value in &$clause.values {
            $query = match value {
                $crate::explain::Value::Uuid(value) => $query.bind(*value),
                $crate::explain::Value::Integer(value) => $query.bind(*value),
                $crate::explain::Value::Text(value) => $query.bind(value.clone()),
            };
        }
    };
}

impl Clause {
    fn mark(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    fn and(&mut self, condition: &str) {
        if !self.text.is_empty() {
            self.text.push_str(" AND ");
        }
        self.text.push_str(condition);
    }

    pub(crate) fn one_of_scores(&mut self, table: &str, slot: usize, values: &[i64]) {
        let marks: Vec<String> = values
            .iter()
            .map(|&value| {
                self.mark(Value::Text(
                    radost_domain::listen::response::score_char(value).into(),
                ))
            })
            .collect();
        let marks = if marks.is_empty() {
            "NULL".to_owned()
        } else {
            marks.join(", ")
        };
        self.and(&format!(
            "substr({table}.scores, {}, 1) IN ({marks})",
            slot + 1
        ));
    }

    /// Those who answered any of these slots.
    pub(crate) fn answered(&mut self, table: &str, slots: &[usize]) {
        let any: Vec<String> = slots
            .iter()
            .map(|slot| {
                // A slot that was added later is not there in an older response.
                format!("substr({table}.scores, {}, 1) NOT IN ('-', '')", slot + 1)
            })
            .collect();
        if !any.is_empty() {
            self.and(&format!("({})", any.join(" OR ")));
        }
    }

    /// Those that are not left out of the numbers.
    pub(crate) fn counting(&mut self, table: &str) {
        self.and(&format!("NOT {table}.excluded"));
    }

    /// Towards newer ones instead of older.
    pub(crate) fn after(&mut self, table: &str, day: i64, id: Uuid) {
        let (day, id) = (self.mark(Value::Integer(day)), self.mark(Value::Uuid(id)));
        self.and(&format!(
            "({table}.day > {day} OR ({table}.day = {day} AND {table}.id > {id}))"
        ));
    }

    pub(crate) fn before(&mut self, table: &str, day: i64, id: Uuid) {
        let (day, id) = (self.mark(Value::Integer(day)), self.mark(Value::Uuid(id)));
        self.and(&format!(
            "({table}.day < {day} OR ({table}.day = {day} AND {table}.id < {id}))"
        ));
    }
}

/// The rows of `response_score` that a selection means, those left out of the numbers included.
pub(crate) fn where_scores(
    table: &str,
    workspace: WorkspaceId,
    survey: SurveyId,
    period: Period,
    filters: &Filters,
) -> Clause {
    let mut clause = Clause {
        text: String::new(),
        values: Vec::new(),
    };
    let mark = clause.mark(Value::Uuid(workspace.0));
    clause.and(&format!("{table}.workspace_id = {mark}"));
    let mark = clause.mark(Value::Uuid(survey.0));
    clause.and(&format!("{table}.survey_id = {mark}"));
    let from = clause.mark(Value::Integer(sql_types::day_number(period.from)));
    let to = clause.mark(Value::Integer(sql_types::day_number(period.to)));
    clause.and(&format!("{table}.day >= {from} AND {table}.day <= {to}"));
    if let Some(locations) = &filters.locations {
        let marks: Vec<String> = locations
            .iter()
            .map(|location| clause.mark(Value::Uuid(location.0)))
            .collect();
        // Nobody's places: nothing counts.
        let marks = if marks.is_empty() {
            "NULL".to_owned()
        } else {
            marks.join(", ")
        };
        clause.and(&format!("{table}.location_id IN ({marks})"));
    }
    if let Some(channel) = filters.channel {
        let mark = clause.mark(Value::Text(channel.code().into()));
        clause.and(&format!("{table}.channel = {mark}"));
    }
    if let Some(language) = filters.language {
        let mark = clause.mark(Value::Text(language.code().into()));
        clause.and(&format!("{table}.language = {mark}"));
    }
    if let Some(touchpoint) = &filters.touchpoint {
        let mark = clause.mark(Value::Text(touchpoint.to_string()));
        clause.and(&format!("{table}.touchpoint = {mark}"));
    }
    if let Some(employee) = filters.employee {
        let mark = clause.mark(Value::Uuid(employee.0));
        clause.and(&format!("{table}.employee_id = {mark}"));
    }
    if let Some((segment, value)) = &filters.segment {
        // A code holds only letters, digits and `_`: it cannot leave the quotes.
        let mark = clause.mark(Value::Text(value.clone()));
        clause.and(&format!("{table}.segments ->> '{segment}' = {mark}"));
    }
    for dimension in &filters.lacking {
        let column = match dimension {
            Dimension::Location => "location_id",
            Dimension::Employee => "employee_id",
            Dimension::Touchpoint => "touchpoint",
            Dimension::Channel => "channel",
            Dimension::Language => "language",
            Dimension::Segment { code } => {
                clause.and(&format!("{table}.segments ->> '{code}' IS NULL"));
                continue;
            }
        };
        clause.and(&format!("{table}.{column} IS NULL"));
    }
    clause
}

impl Tx {
    /// The scores of every response that counts, day by day, with the groups that tell `by` apart. One pass over a
    /// clustered table in the order in which it lies; whoever asks adds up what they need.
    pub async fn scored_days(
        &mut self,
        workspace: WorkspaceId,
        survey: SurveyId,
        period: Period,
        filters: &Filters,
        by: &[Dimension],
    ) -> Result<Vec<ScoredDay>, StoreError> {
        let mut clause = where_scores("s", workspace, survey, period, filters);
        clause.counting("s");
        // SQLite keeps ids as bytes, PostgreSQL as ids: the one thing that they write as text in ways of their own.
        let id = |column: &str| match self.inner {
            Inner::Sqlite(_) => format!("hex({column})"),
            Inner::Postgres(_) => format!("COALESCE(CAST({column} AS TEXT), '')"),
        };
        let columns: Vec<String> = packed_columns(by)
            .into_iter()
            .map(|column| match column {
                Packed::Location => id("location_id"),
                Packed::Employee => id("employee_id"),
                Packed::Channel => "channel".into(),
                Packed::Language => "language".into(),
                Packed::Touchpoint => "COALESCE(touchpoint, '')".into(),
                Packed::Segments => "CAST(segments AS TEXT)".into(),
            })
            .collect();
        let groups = if columns.is_empty() {
            "''".to_owned()
        } else {
            columns.join(" || '\t' || ")
        };
        let text = format!(
            "SELECT day, string_agg({groups} || '\t' || scores, '\n') FROM response_score s WHERE {} GROUP BY day ORDER BY day",
            clause.text
        );
        sql_with!(self, fetch_all as (i64, String), text.clone(), |query| {
            bind_clause!(query, clause)
        })?
        .into_iter()
        .map(|(day, rows)| {
            Ok(ScoredDay {
                day: sql_types::day(day)?,
                rows,
            })
        })
        .collect()
    }

    /// The touchpoints and segment values that occur.
    pub async fn groups_seen(
        &mut self,
        workspace: WorkspaceId,
        survey: SurveyId,
        period: Period,
        filters: &Filters,
    ) -> Result<Vec<(Option<Code>, BTreeMap<Code, String>)>, StoreError> {
        let clause = where_scores("s", workspace, survey, period, filters);
        let text = format!(
            "SELECT DISTINCT touchpoint, CAST(segments AS TEXT) FROM response_score s WHERE {}",
            clause.text
        );
        sql_with!(
            self,
            fetch_all as (Option<String>, String),
            text.clone(),
            |query| { bind_clause!(query, clause) }
        )?
        .into_iter()
        .map(|(touchpoint, segments)| {
            Ok((
                sql_types::optional("response", touchpoint)?,
                sql_types::json("response", &segments)?,
            ))
        })
        .collect()
    }

    /// The day of the newest response that counts.
    pub async fn last_response_day(
        &mut self,
        workspace: WorkspaceId,
        survey: SurveyId,
    ) -> Result<Option<Date>, StoreError> {
        let (day,) = sql!(
            self,
            fetch_one as (Option<i64>,),
            "SELECT MAX(day) FROM response_score WHERE workspace_id = $1 AND survey_id = $2 AND NOT excluded",
            workspace.0,
            survey.0
        )?;
        day.map(sql_types::day).transpose()
    }
}
