//! SPSS `.sav` and `.zsav`: labels and declared missing values respected.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use ambers::{MissingSpec, Scanner, Value};
use arrow_array_of_ambers::cast::AsArray as _;
use arrow_array_of_ambers::types::{Date32Type, Float64Type, TimestampMicrosecondType};
use arrow_array_of_ambers::{Array as _, ArrayRef};
use jiff::civil::{Date, DateTime};

use crate::cell::Cell;
use crate::columns::{Column, Columns};
use crate::error::TableError;
use crate::table::{Rows, guarded};

const KIND: &str = "SPSS";

type Opened = Scanner<BufReader<File>>;

fn open(file: &Path) -> Result<Opened, TableError> {
    let opened = File::open(file).map_err(|source| TableError::Io {
        file: file.to_owned(),
        source,
    })?;
    guarded(file, KIND, || {
        ambers::scan_sav_from_reader(BufReader::with_capacity(1 << 16, opened), 4096)
    })
}

pub(crate) fn columns(file: &Path) -> Result<Columns, TableError> {
    let opened = open(file)?;
    let metadata = opened.metadata();
    let names = metadata.variable_names.iter();
    Ok(Columns::new(
        names
            .map(|name| Column {
                name: name.clone(),
                label: metadata.label(name).map(str::to_owned),
            })
            .collect(),
    ))
}

/// What the file says about the values of a variable.
#[derive(Default)]
struct Meaning {
    labels: HashMap<u64, String>,
    text_labels: HashMap<String, String>,
    /// Whether the labels are steps of a scale.
    steps: bool,
    missing: Vec<MissingSpec>,
}

impl Meaning {
    fn of(opened: &Opened, name: &str) -> Self {
        let metadata = opened.metadata();
        let mut meaning = Self::default();
        for (value, label) in metadata.value_labels(name).into_iter().flatten() {
            match value {
                Value::Numeric(code) => {
                    meaning.labels.insert(code.to_bits(), label.clone());
                }
                Value::String(code) => {
                    meaning
                        .text_labels
                        .insert(code.trim_end().to_owned(), label.clone());
                }
            }
        }
        if let Some(missing) = metadata.variable_missing_values.get(name) {
            meaning.missing.clone_from(missing);
        }
        let mut codes: Vec<f64> = meaning
            .labels
            .keys()
            .map(|&bits| f64::from_bits(bits))
            .collect();
        codes.retain(|code| !meaning.is_missing(*code));
        codes.sort_by(f64::total_cmp);
        let in_order = codes.windows(2).all(|pair| pair[1] - pair[0] == 1.0);
        let from = codes.first().copied().unwrap_or(-1.0);
        meaning.steps = metadata.measure(name) != Some(ambers::Measure::Nominal)
            && (3..=11).contains(&codes.len())
            && in_order
            && (0.0..=1.0).contains(&from);
        meaning
    }

    fn is_missing(&self, value: f64) -> bool {
        self.missing.iter().any(|spec| match spec {
            MissingSpec::Value(code) => *code == value,
            MissingSpec::Range { lo, hi } => (*lo..=*hi).contains(&value),
            MissingSpec::StringValue(_) => false,
        })
    }

    fn number(&self, value: f64) -> Cell<'_> {
        if self.is_missing(value) {
            return Cell::Missing;
        }
        match self.labels.get(&value.to_bits()) {
            Some(label) if self.steps => Cell::Step(value, label),
            Some(label) => Cell::Labelled(value, label),
            None => Cell::Number(value),
        }
    }

    fn text<'a>(&'a self, text: &'a str) -> Cell<'a> {
        let text = text.trim_end();
        let missing = self
            .missing
            .iter()
            .any(|spec| matches!(spec, MissingSpec::StringValue(code) if code.trim_end() == text));
        if missing {
            return Cell::Missing;
        }
        match self.text_labels.get(text) {
            // A code that is itself a number is what the analyst may ask for; its label is what they may group by.
            Some(label) => match text.trim().parse() {
                Ok(code) => Cell::Labelled(code, label),
                Err(_) => Cell::Text(label),
            },
            None => Cell::Text(text),
        }
    }
}

pub(crate) fn read(rows: &mut Rows) -> Result<(), TableError> {
    let mut opened = open(rows.file)?;
    let names: Vec<&str> = rows
        .asked
        .iter()
        .map(|asked| rows.columns.name(asked.column))
        .collect();
    let meanings: Vec<Meaning> = names
        .iter()
        .map(|name| Meaning::of(&opened, name))
        .collect();
    let total = opened.metadata().number_rows.unwrap_or(0).max(1) as f64;
    if !names.is_empty() {
        guarded(rows.file, KIND, || opened.select(&names))?;
    }
    let mut row = 0;
    while let Some(batch) = guarded(rows.file, KIND, || opened.next_batch())? {
        for index in 0..batch.num_rows() {
            row += 1;
            let done = (f64::from(u32::try_from(row).unwrap_or(u32::MAX)) / total).min(1.0);
            let cell = |asked: usize| cell(batch.column(asked), index, &meanings[asked]);
            if rows.take(row, done, cell)?.is_break() {
                return Ok(());
            }
        }
    }
    Ok(())
}

fn cell<'a>(array: &'a ArrayRef, index: usize, meaning: &'a Meaning) -> Cell<'a> {
    if array.is_null(index) {
        return Cell::Missing;
    }
    if let Some(numbers) = array.as_primitive_opt::<Float64Type>() {
        meaning.number(numbers.value(index))
    } else if let Some(texts) = array.as_string_view_opt() {
        meaning.text(texts.value(index))
    } else if let Some(texts) = array.as_string_opt::<i32>() {
        meaning.text(texts.value(index))
    } else if let Some(days) = array.as_primitive_opt::<Date32Type>() {
        day(i64::from(days.value(index)))
    } else if let Some(moments) = array.as_primitive_opt::<TimestampMicrosecondType>() {
        moment(moments.value(index))
    } else {
        Cell::Other("a duration")
    }
}

/// A day by its distance from 1970-01-01.
fn day(days: i64) -> Cell<'static> {
    let span = jiff::Span::new().try_days(days);
    let date = span.and_then(|span| Date::constant(1970, 1, 1).checked_add(span));
    date.map_or(Cell::Other("a day outside the calendar"), Cell::Date)
}

/// A moment by its distance in microseconds.
fn moment(distance: i64) -> Cell<'static> {
    let span = jiff::Span::new().try_microseconds(distance);
    let at = span.and_then(|span| DateTime::constant(1970, 1, 1, 0, 0, 0, 0).checked_add(span));
    at.map_or(Cell::Other("a moment outside the calendar"), Cell::Moment)
}
