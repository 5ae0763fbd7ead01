//! Counting: sufficient statistics of the answers of one survey, by groups and steps of time.
//!
//! A [`View`] is one table as it is, with what the records hold beyond it. What is asked of it is counted from up to four parts,
//! which are disjoint and add up: tallies of files that have them, rows of the other files, rows that the table does not have
//! yet, and, subtracted, rows of the table that are out of date.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use deltalake::DeltaTable;
use deltalake::arrow::array::{Array, ArrayRef, AsArray, StringArray};
use deltalake::arrow::compute::cast;
use deltalake::arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type};
use deltalake::arrow::error::ArrowError;
use deltalake::arrow::record_batch::RecordBatch;
use deltalake::datafusion::datasource::physical_plan::parquet::transform_schema_to_view;
use deltalake::datafusion::error::DataFusionError;
use deltalake::datafusion::functions_aggregate::expr_fn::{count, sum};
use deltalake::datafusion::functions_nested::expr_fn::array_has;
use deltalake::datafusion::logical_expr::Expr;
use deltalake::datafusion::prelude::{DataFrame, SessionContext, ident, in_list, lit, when};
use deltalake::datafusion::scalar::ScalarValue;
use jiff::civil::Date;
use radost_domain::Code;
use radost_domain::explain::{Dimension, Filters, Period, Step, YearStart};
use radost_domain::name::ResponseId;

use crate::calendar::step_start;
use crate::cluster::unanswered;
use crate::read::{columns_of, is_of};
use crate::shape::{day_number, day_of};
use crate::sums::{VALUES, pairs, value_counts};
use crate::tally::{Cut, Tallied, count_column, tally_path};
use crate::write::last_sequence;
use crate::{Lake, LakeError, Row, Shape, TableName, Tail};

/// The column of the steps of time.
const STEP: &str = "step@";

/// By what is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// What a response belongs to; places each for itself.
    Dimension(Dimension),
    /// The answer to a closed question.
    Question(Code),
}

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// How often each value of a question on a scale was answered: [`VALUES`] numbers n; weighted, as many Σw and Σw² after
    /// them.
    Values(Code),
    /// What questions have in common two by two, each counted from the lower end of its scale: the sums of `pairs`, and behind
    /// them how many responses have an answer off its scale and do not count.
    Pairs(Vec<(Code, i64, i64)>),
}

/// A question to a [`View`].
#[derive(Debug, Clone)]
pub struct CountQuery<'q> {
    /// When.
    pub period: Period,
    /// Into which steps time is split, and when the year begins.
    pub step: Option<(Step, YearStart)>,
    /// Which responses count.
    pub filters: &'q Filters,
    /// Those who gave these answers to closed questions.
    pub answers: &'q [(Code, String)],
    /// By what it is split.
    pub by: &'q [By],
    /// What is counted.
    pub what: &'q [What],
    /// Whether responses count by their weight.
    pub weighted: bool,
}

/// One group.
#[derive(Debug, Clone, PartialEq)]
pub struct CountedRow {
    /// The first day of its step, where time is split.
    pub step: Option<Date>,
    /// Its value by each [`By`] of the query; `None` for what has none. Several options that were chosen together are one
    /// value, their codes in order with a comma between two: so groups never share a response, and add up.
    pub groups: Vec<Option<String>>,
    /// Its numbers for each [`What`] of the query.
    pub sums: Vec<Vec<f64>>,
}

/// What was counted, and from what.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counted {
    /// The groups, in no order.
    pub rows: Vec<CountedRow>,
    /// Files of which tallies were read.
    pub tallied_files: usize,
    /// Files of which rows were read.
    pub row_files: usize,
}

/// The responses to one survey as they are at one moment.
#[derive(Debug)]
pub struct View {
    lake: Lake,
    name: TableName,
    shape: Shape,
    table: Option<DeltaTable>,
    files: Vec<String>,
    tallied: Tallied,
    /// Responses that the table has not got, or not as they are now.
    fresh: Vec<Row>,
    /// Responses of which the table holds what they were.
    changed: HashSet<ResponseId>,
}

impl Lake {
    /// A survey's responses as they are now: those of its table, with what the records hold beyond it. What the table knows
    /// already counts once.
    ///
    /// # Errors
    /// [`LakeError::Table`], [`LakeError::Storage`].
    pub async fn view(&self, tail: Tail) -> Result<View, LakeError> {
        let Tail { name, shape, news } = tail;
        let failed = |error| LakeError::of(&name, error);
        let table = self.table(&name).await?;
        let mut files = Vec::new();
        let mut tallied = Tallied::new();
        let mut known = 0;
        if let Some(table) = &table {
            known = last_sequence(table).await.map_err(failed)?;
            let log = table.snapshot().map_err(failed)?.log_data();
            files.extend(log.iter().map(|file| file.path().to_string()));
            tallied = self.tallied(&name).await?;
        }
        let (rows, changed) = news.after(known);
        let fresh = rows.into_iter().cloned().collect();
        Ok(View {
            lake: self.clone(),
            name,
            shape,
            table,
            files,
            tallied,
            fresh,
            changed,
        })
    }
}

/// What a query needs of the table, by the names of columns.
struct Plan<'q> {
    query: &'q CountQuery<'q>,
    shape: &'q Shape,
    /// The columns of the groups.
    by: Vec<String>,
    /// Everything but the period.
    conditions: Vec<Expr>,
    /// For each [`What`], the columns of its questions.
    questions: Vec<Vec<String>>,
    /// The cut whose tallies answer it.
    cut: Option<Cut>,
}

impl View {
    /// The same without tallies: everything is counted from rows, which must give the same numbers.
    #[must_use]
    pub fn without_tallies(mut self) -> Self {
        self.tallied.clear();
        self
    }

    /// Counts.
    ///
    /// # Errors
    /// [`LakeError::NoColumn`] for a question or segment that no version of the survey has; [`LakeError::Query`], which also
    /// says that a file has gone that was there when the view was made: make a new one.
    pub async fn count(&self, query: &CountQuery<'_>) -> Result<Counted, LakeError> {
        let plan = self.plan(query)?;
        let mut sums = Sums::new(query);
        let failed = |error| unanswered(self.lake.remote.as_ref(), error);
        let mut counted = Counted::default();
        if let Some(table) = &self.table {
            let session = self.lake.empty_session().await?;
            // Words are read as views of what is in the file, which is not copied row by row.
            let columns = Arc::new(transform_schema_to_view(&columns_of(&self.name, table)?));
            let none = HashSet::new();
            let tallied = plan
                .cut
                .as_ref()
                .and_then(|cut| self.tallied.get(&cut.name()));
            let has_tally = |file: &&String| tallied.unwrap_or(&none).contains(*file);
            let (with, without): (Vec<&String>, Vec<&String>) =
                self.files.iter().partition(has_tally);
            (counted.tallied_files, counted.row_files) = (with.len(), without.len());
            if let Some(cut) = plan.cut.as_ref().filter(|_| !with.is_empty()) {
                let paths = with.iter().map(|file| tally_path(&cut.name(), file));
                let paths: Vec<String> = paths.collect();
                let counts = cut.schema(plan.questions.iter().flatten().map(String::as_str));
                let tallies = self.lake.listing(&self.name, counts, &paths)?;
                let frame = session.read_table(tallies)?;
                sums.add(plan.over_tallies(frame)?, 1.0)
                    .await
                    .map_err(failed)?;
                if !self.changed.is_empty() {
                    // A tally holds what is out of date too.
                    let rows = self.lake.listing(&self.name, columns.clone(), &with)?;
                    let rows = session
                        .read_table(rows)?
                        .filter(is_of(&self.changed, true))?;
                    sums.add(plan.over_rows(rows)?, -1.0)
                        .await
                        .map_err(failed)?;
                }
            }
            if !without.is_empty() {
                let rows = self.lake.listing(&self.name, columns.clone(), &without)?;
                let mut rows = session.read_table(rows)?;
                if !self.changed.is_empty() {
                    rows = rows.filter(is_of(&self.changed, false))?;
                }
                sums.add(plan.over_rows(rows)?, 1.0).await.map_err(failed)?;
            }
        }
        if !self.fresh.is_empty() {
            // In this process also where the rest is counted by a cluster: it has not been stored anywhere yet.
            let fresh: Vec<&Row> = self.fresh.iter().collect();
            let batch = self.shape.only(&plan.columns()).batch(&fresh);
            let batch = batch.map_err(|error| LakeError::of(&self.name, error.into()))?;
            let rows = SessionContext::new().read_batch(batch)?;
            sums.add(plan.over_rows(rows)?, 1.0).await?;
        }
        counted.rows = sums.rows(query);
        Ok(counted)
    }

    fn plan<'q>(&'q self, query: &'q CountQuery<'q>) -> Result<Plan<'q>, LakeError> {
        let dimension = |dimension: &Dimension| {
            let column = self.shape.dimension(dimension);
            column.ok_or_else(|| self.no_column(format!("{dimension:?}")))
        };
        let question = |code: &Code| {
            let column = self.shape.question(code);
            column.ok_or_else(|| self.no_column(code.to_string()))
        };
        let Filters {
            locations,
            channel,
            language,
            touchpoint,
            employee,
            segment,
            lacking,
        } = query.filters;
        // The dimensions that it takes to answer, and whether dimensions are all that it takes.
        let mut needed: BTreeSet<&str> = BTreeSet::new();
        let mut conditions = Vec::new();
        let mut is = |column: &'_ str, value: Option<String>| match value {
            Some(value) => conditions.push(ident(column).eq(lit(value))),
            None => conditions.push(ident(column).is_null()),
        };
        let fixed = [
            (Dimension::Channel, channel.map(|value| value.to_string())),
            (Dimension::Language, language.map(|value| value.to_string())),
            (
                Dimension::Touchpoint,
                touchpoint.as_ref().map(ToString::to_string),
            ),
            (Dimension::Employee, employee.map(|value| value.to_string())),
        ];
        for (one, value) in fixed {
            if value.is_some() {
                let column = dimension(&one)?;
                needed.insert(column);
                is(column, value);
            }
        }
        if let Some((code, value)) = segment {
            let column = dimension(&Dimension::Segment { code: code.clone() })?;
            needed.insert(column);
            is(column, Some(value.clone()));
        }
        for one in lacking {
            let column = dimension(one)?;
            needed.insert(column);
            is(column, None);
        }
        for (code, value) in query.answers {
            let column = question(code)?;
            conditions.push(match self.shape.holds_lists(column) {
                true => array_has(ident(column), lit(value.clone())),
                // Numbers and truths are compared by how they are written.
                false => {
                    let written =
                        deltalake::datafusion::prelude::cast(ident(column), DataType::Utf8);
                    written.eq(lit(value.clone()))
                }
            });
        }
        if let Some(locations) = locations {
            let column = dimension(&Dimension::Location)?;
            needed.insert(column);
            let ids = locations.iter().map(|id| lit(id.to_string()));
            conditions.push(in_list(ident(column), ids.collect(), false));
        }
        let mut by = Vec::with_capacity(query.by.len());
        let mut rows_needed = query.weighted || !query.answers.is_empty();
        for one in query.by {
            by.push(match one {
                By::Dimension(one) => {
                    let column = dimension(one)?;
                    needed.insert(column);
                    column.to_owned()
                }
                By::Question(code) => {
                    rows_needed = true;
                    question(code)?.to_owned()
                }
            });
        }
        let mut questions = Vec::with_capacity(query.what.len());
        for what in query.what {
            questions.push(match what {
                What::Values(code) => vec![question(code)?.to_owned()],
                What::Pairs(codes) => {
                    rows_needed = true;
                    let columns = codes.iter().map(|(code, _, _)| question(code));
                    columns
                        .map(|column| column.map(str::to_owned))
                        .collect::<Result<_, _>>()?
                }
            });
        }
        let cut = match rows_needed {
            true => None,
            false => Cut::of(&self.shape, &needed),
        };
        Ok(Plan {
            query,
            shape: &self.shape,
            by,
            conditions,
            questions,
            cut,
        })
    }

    fn no_column(&self, what: String) -> LakeError {
        LakeError::NoColumn {
            table: self.name.clone(),
            what,
        }
    }
}

impl Plan<'_> {
    /// The columns that counting rows takes.
    fn columns(&self) -> BTreeSet<&str> {
        let conditions = self.conditions.iter().flat_map(Expr::column_refs);
        let questions = self.questions.iter().flatten();
        let named = self.by.iter().chain(questions).map(String::as_str);
        let named = named.chain(conditions.map(|column| column.name.as_str()));
        named.chain(["day", "weight"]).collect()
    }

    /// The period and the conditions, then the groups with what is summed.
    fn aggregate(&self, frame: DataFrame, sums: Vec<Expr>) -> Result<DataFrame, DataFusionError> {
        let Period { from, to } = self.query.period;
        let day = |day: Date| lit(ScalarValue::Date32(day_number(day)));
        let within = ident("day")
            .gt_eq(day(from))
            .and(ident("day").lt_eq(day(to)));
        let wanted = self.conditions.iter().cloned().fold(within, Expr::and);
        let mut groups = Vec::with_capacity(self.by.len() + 1);
        if let Some((step, year)) = self.query.step {
            groups.push(step_start(step, year, ident("day")).alias(STEP));
        }
        let by = self.by.iter().enumerate();
        groups.extend(by.map(|(place, column)| ident(column).alias(format!("group@{place}"))));
        frame.filter(wanted)?.aggregate(groups, sums)
    }

    fn over_tallies(&self, frame: DataFrame) -> Result<DataFrame, DataFusionError> {
        let columns = self.questions.iter().flatten();
        let counts =
            columns.flat_map(|column| (0..VALUES).map(|value| count_column(column, value)));
        self.aggregate(frame, counts.map(|column| sum(ident(column))).collect())
    }

    fn over_rows(&self, mut frame: DataFrame) -> Result<DataFrame, DataFusionError> {
        // A question or segment that a new version brings is not in the table before somebody has answered it.
        for field in self.shape.only(&self.columns()).schema().fields() {
            let known = frame.schema();
            if !known.has_column_with_unqualified_name(field.name()) {
                let nothing = ScalarValue::try_from(field.data_type())?;
                frame = frame.with_column(field.name(), lit(nothing))?;
            }
        }
        let column = |name: &String| ident(name);
        let weight = || match self.query.weighted {
            true => ident("weight"),
            false => lit(1.0),
        };
        let mut sums = Vec::new();
        for (what, columns) in self.query.what.iter().zip(&self.questions) {
            match what {
                What::Values(_) => {
                    let mut arguments: Vec<Expr> = columns.iter().map(column).collect();
                    if self.query.weighted {
                        arguments.push(weight());
                    }
                    sums.push(value_counts(arguments));
                }
                What::Pairs(questions) => {
                    let scales = questions.iter().zip(columns);
                    let on_scale = |((_, min, max), name): (&(Code, i64, i64), &String)| {
                        let answer = column(name);
                        answer
                            .clone()
                            .is_null()
                            .or(answer.between(lit(*min), lit(*max)))
                    };
                    let counts = scales.clone().map(on_scale).fold(lit(true), Expr::and);
                    let mut arguments = vec![weight()];
                    for ((_, min, _), name) in scales {
                        let from_end = column(name) - lit(*min);
                        arguments.push(when(counts.clone(), from_end).end()?);
                    }
                    sums.push(pairs(arguments));
                    let off = when(counts, lit(ScalarValue::Int64(None))).otherwise(lit(1_i64))?;
                    sums.push(count(off));
                }
            }
        }
        // Two metrics may ask for the same.
        let sums = sums.into_iter().enumerate();
        let sums = sums.map(|(place, sum)| sum.alias(format!("sum@{place}")));
        self.aggregate(frame, sums.collect())
    }
}

/// The values of groups as they are written; those of a list as one.
fn as_text(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let DataType::List(_) = column.data_type() else {
        return cast(column, &DataType::Utf8);
    };
    let together = |items: ArrayRef| {
        let items = cast(&items, &DataType::Utf8)?;
        let mut items: Vec<&str> = items.as_string::<i32>().iter().flatten().collect();
        items.sort_unstable();
        Ok(items.join(","))
    };
    let rows = column.as_list::<i32>().iter();
    let rows: Result<StringArray, ArrowError> =
        rows.map(|items| items.map(together).transpose()).collect();
    Ok(Arc::new(rows?))
}

/// A step of time and the values of the groups.
type Group = (Option<i32>, Vec<Option<String>>);

/// Sums that are put together from parts.
struct Sums {
    steps: bool,
    groups: usize,
    /// How many numbers each [`What`] has.
    widths: Vec<usize>,
    of: HashMap<Group, Vec<f64>>,
}

impl Sums {
    fn new(query: &CountQuery<'_>) -> Self {
        let width = |what: &What| match what {
            What::Values(_) => VALUES * if query.weighted { 3 } else { 1 },
            What::Pairs(questions) => 3 + 4 * questions.len().pow(2) + 1,
        };
        Sums {
            steps: query.step.is_some(),
            groups: query.by.len(),
            widths: query.what.iter().map(width).collect(),
            of: HashMap::new(),
        }
    }

    /// Adds what a part has, or takes it away.
    async fn add(&mut self, part: DataFrame, sign: f64) -> Result<(), DataFusionError> {
        for batch in part.collect().await? {
            self.add_batch(&batch, sign)?;
        }
        Ok(())
    }

    fn add_batch(&mut self, batch: &RecordBatch, sign: f64) -> Result<(), DataFusionError> {
        let mut columns = batch.columns().iter();
        let steps = match self.steps {
            true => columns.next(),
            false => None,
        };
        let groups = columns.by_ref().take(self.groups).map(as_text);
        let groups: Vec<ArrayRef> = groups.collect::<Result<_, _>>()?;
        let groups: Vec<&StringArray> = groups.iter().map(|column| column.as_string()).collect();
        let sums: Vec<&ArrayRef> = columns.collect();
        let width: usize = self.widths.iter().sum();
        for row in 0..batch.num_rows() {
            let step = steps.map(|days| days.as_primitive::<Date32Type>().value(row));
            let given =
                |column: &&StringArray| column.is_valid(row).then(|| column.value(row).to_owned());
            let group = (step, groups.iter().map(given).collect());
            let total = self.of.entry(group).or_insert_with(|| vec![0.0; width]);
            let mut numbers = total.iter_mut();
            let mut add = |number: f64| {
                if let Some(sum) = numbers.next() {
                    *sum += sign * number;
                }
            };
            for column in &sums {
                match column.data_type() {
                    DataType::List(_) => {
                        let list = column.as_list::<i32>().value(row);
                        let list = list.as_primitive::<Float64Type>();
                        list.values().iter().copied().for_each(&mut add);
                    }
                    // A value that no file of a group has is no number there.
                    _ if column.is_null(row) => add(0.0),
                    _ => add(column.as_primitive::<Int64Type>().value(row) as f64),
                }
            }
        }
        Ok(())
    }

    fn rows(self, query: &CountQuery<'_>) -> Vec<CountedRow> {
        let Sums { widths, of, .. } = self;
        // Without groups there is one row, of nobody too.
        let mut rows = Vec::with_capacity(of.len());
        for ((step, groups), sums) in of {
            if sums.iter().all(|sum| *sum == 0.0) && (query.step.is_some() || !query.by.is_empty())
            {
                continue;
            }
            let mut rest = sums.as_slice();
            let split = widths.iter().map(|&width| {
                let (sums, others) = rest.split_at(width.min(rest.len()));
                rest = others;
                sums.to_vec()
            });
            rows.push(CountedRow {
                step: step.and_then(day_of),
                groups,
                sums: split.collect(),
            });
        }
        rows
    }
}
