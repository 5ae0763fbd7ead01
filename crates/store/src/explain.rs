//! Numbers, grouped in the database: histograms of scores by day and dimension.

use jiff::civil::Date;
use radost_domain::explain::{Dimension, Filters, Period};
use radost_domain::name::{SurveyId, WorkspaceId};
use uuid::Uuid;

use crate::store::Tx;
use crate::{StoreError, sql_types};

/// How counts are split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grouping {
    /// Not at all.
    None,
    /// By day at the place.
    Day,
    /// By a dimension.
    Dimension(Dimension),
}

/// So many responses with this score in this group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// The group: a day number, an id, a code or a segment value; empty for "none".
    pub group: String,
    /// The score.
    pub score: i64,
    /// How many responses.
    pub count: i64,
}

/// The scores of responses that are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreRow {
    /// The group, as in [`Bucket::group`].
    pub group: String,
    /// One character per slot.
    pub scores: String,
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

    pub(crate) fn before(&mut self, table: &str, day: i64, id: Uuid) {
        let (day, id) = (self.mark(Value::Integer(day)), self.mark(Value::Uuid(id)));
        self.and(&format!(
            "({table}.day < {day} OR ({table}.day = {day} AND {table}.id < {id}))"
        ));
    }
}

/// The rows of `response_score` that count.
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
    clause
}

/// The group of a row as an expression; ids and days are read back as what they are.
fn group_expression(grouping: &Grouping) -> String {
    match grouping {
        Grouping::None => "''".into(),
        Grouping::Day => "day".into(),
        Grouping::Dimension(Dimension::Location) => "location_id".into(),
        Grouping::Dimension(Dimension::Employee) => "employee_id".into(),
        Grouping::Dimension(Dimension::Channel) => "channel".into(),
        Grouping::Dimension(Dimension::Language) => "language".into(),
        Grouping::Dimension(Dimension::Touchpoint) => "touchpoint".into(),
        Grouping::Dimension(Dimension::Segment { code }) => format!("segments ->> '{code}'"),
    }
}

impl Tx {
    /// The histogram of one scale question by group: what NPS, CSAT, CES and means are computed from.
    pub async fn score_histogram(
        &mut self,
        workspace: WorkspaceId,
        survey: SurveyId,
        slot: usize,
        period: Period,
        filters: &Filters,
        grouping: &Grouping,
    ) -> Result<Vec<Bucket>, StoreError> {
        let clause = where_scores("s", workspace, survey, period, filters);
        let group = group_expression(grouping);
        let score = format!("substr(scores, {}, 1)", slot + 1);
        let grouped = if *grouping == Grouping::None {
            score.clone()
        } else {
            format!("{group}, {score}")
        };
        let text = format!(
            "SELECT {group}, {score}, COUNT(*) FROM response_score s WHERE {} GROUP BY {grouped}",
            clause.text
        );
        let keep = |group: String, score: String, count: i64| {
            let score = score
                .chars()
                .next()
                .and_then(radost_domain::listen::response::char_score)?;
            Some(Bucket {
                group,
                score,
                count,
            })
        };
        // The group has the type of its column; each is read as such and named as text.
        let rows: Vec<Bucket> = match grouping {
            Grouping::Day => sql_with!(
                self,
                fetch_all as (i64, String, i64),
                text.clone(),
                |query| { bind_clause!(query, clause) }
            )?
            .into_iter()
            .filter_map(|(day, score, count)| keep(day.to_string(), score, count))
            .collect(),
            Grouping::Dimension(Dimension::Location | Dimension::Employee) => sql_with!(
                self,
                fetch_all as (Option<Uuid>, String, i64),
                text.clone(),
                |query| { bind_clause!(query, clause) }
            )?
            .into_iter()
            .filter_map(|(id, score, count)| {
                keep(
                    id.map(|id| id.to_string()).unwrap_or_default(),
                    score,
                    count,
                )
            })
            .collect(),
            Grouping::None | Grouping::Dimension(_) => sql_with!(
                self,
                fetch_all as (Option<String>, String, i64),
                text.clone(),
                |query| { bind_clause!(query, clause) }
            )?
            .into_iter()
            .filter_map(|(value, score, count)| keep(value.unwrap_or_default(), score, count))
            .collect(),
        };
        Ok(rows)
    }

    /// The scores of every response that counts, with its group: what the customer satisfaction index is computed from,
    /// which needs the answers of one person together. Rows are narrow and arrive in one stretch.
    pub async fn score_rows(
        &mut self,
        workspace: WorkspaceId,
        survey: SurveyId,
        period: Period,
        filters: &Filters,
        grouping: &Grouping,
    ) -> Result<Vec<ScoreRow>, StoreError> {
        let clause = where_scores("s", workspace, survey, period, filters);
        let group = group_expression(grouping);
        let text = format!(
            "SELECT {group}, scores FROM response_score s WHERE {}",
            clause.text
        );
        let rows = match grouping {
            Grouping::Day => sql_with!(self, fetch_all as (i64, String), text.clone(), |query| {
                bind_clause!(query, clause)
            })?
            .into_iter()
            .map(|(day, scores)| ScoreRow {
                group: day.to_string(),
                scores,
            })
            .collect(),
            Grouping::Dimension(Dimension::Location | Dimension::Employee) => sql_with!(
                self,
                fetch_all as (Option<Uuid>, String),
                text.clone(),
                |query| { bind_clause!(query, clause) }
            )?
            .into_iter()
            .map(|(id, scores)| ScoreRow {
                group: id.map(|id| id.to_string()).unwrap_or_default(),
                scores,
            })
            .collect(),
            Grouping::None | Grouping::Dimension(_) => sql_with!(
                self,
                fetch_all as (Option<String>, String),
                text.clone(),
                |query| { bind_clause!(query, clause) }
            )?
            .into_iter()
            .map(|(value, scores)| ScoreRow {
                group: value.unwrap_or_default(),
                scores,
            })
            .collect(),
        };
        Ok(rows)
    }

    /// The day of the newest response.
    pub async fn last_response_day(
        &mut self,
        workspace: WorkspaceId,
        survey: SurveyId,
    ) -> Result<Option<Date>, StoreError> {
        let (day,) = sql!(
            self,
            fetch_one as (Option<i64>,),
            "SELECT MAX(day) FROM response_score WHERE workspace_id = $1 AND survey_id = $2",
            workspace.0,
            survey.0
        )?;
        day.map(sql_types::day).transpose()
    }
}
