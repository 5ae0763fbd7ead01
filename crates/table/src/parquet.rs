//! Parquet, as pandas, Polars, DuckDB and Spark write it.

use std::fs::File;
use std::path::Path;

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};

use crate::cell::Cell;
use crate::columns::{Column, Columns};
use crate::error::TableError;
use crate::table::{Rows, guarded};

const KIND: &str = "Parquet";

fn builder(file: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>, TableError> {
    let opened = File::open(file).map_err(|source| TableError::Io {
        file: file.to_owned(),
        source,
    })?;
    // What the writer's Arrow thought of the columns (dictionaries, views) is of no use here.
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    guarded(file, KIND, || {
        ParquetRecordBatchReaderBuilder::try_new_with_options(opened, options)
    })
}

pub(crate) fn columns(file: &Path) -> Result<Columns, TableError> {
    let builder = builder(file)?;
    let fields = builder.schema().fields().iter();
    Ok(Columns::new(
        fields
            .map(|field| Column {
                name: field.name().clone(),
                label: None,
            })
            .collect(),
    ))
}

pub(crate) fn read(rows: &mut Rows) -> Result<(), TableError> {
    let builder = builder(rows.file)?;
    let total = builder.metadata().file_metadata().num_rows().max(1) as f64;
    let mut roots: Vec<usize> = rows.asked.iter().map(|asked| asked.column).collect();
    roots.sort_unstable();
    roots.dedup();
    let mask = ProjectionMask::roots(builder.parquet_schema(), roots.iter().copied());
    let builder = builder.with_projection(mask).with_batch_size(4096);
    let mut reader = guarded(rows.file, KIND, || builder.build())?;
    let mut row = 0;
    while let Some(batch) = guarded(rows.file, KIND, || reader.next().transpose())? {
        // The projection keeps the order of the file.
        let places: Vec<usize> = rows
            .asked
            .iter()
            .map(|asked| roots.partition_point(|root| *root < asked.column))
            .collect();
        let columns: Vec<Values> = places
            .iter()
            .map(|place| Values::of(batch.column(*place)))
            .collect();
        for index in 0..batch.num_rows() {
            row += 1;
            let done = row as f64 / total;
            if rows
                .take(row, done, |asked| columns[asked].cell(index))?
                .is_break()
            {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// A column of a batch, its kind found out once.
struct Values<'a> {
    array: &'a ArrayRef,
    at: fn(&'a ArrayRef, usize) -> Cell<'a>,
}

impl<'a> Values<'a> {
    fn of(array: &'a ArrayRef) -> Self {
        Self {
            array,
            at: accessor(array.data_type()),
        }
    }

    fn cell(&self, index: usize) -> Cell<'a> {
        if self.array.is_null(index) {
            Cell::Missing
        } else {
            (self.at)(self.array, index)
        }
    }
}

macro_rules! number {
    ($($kind:ident => $type:ty),*; $data_type:expr) => {
        match $data_type {
            $(DataType::$kind => Some((|array, index| Cell::Number(array.as_primitive::<$type>().value(index) as f64)) as for<'a> fn(&'a ArrayRef, usize) -> Cell<'a>),)*
            _ => None,
        }
    };
}

fn accessor(data_type: &DataType) -> for<'a> fn(&'a ArrayRef, usize) -> Cell<'a> {
    let number = number!(Int8 => Int8Type, Int16 => Int16Type, Int32 => Int32Type, Int64 => Int64Type,
        UInt8 => UInt8Type, UInt16 => UInt16Type, UInt32 => UInt32Type, UInt64 => UInt64Type,
        Float32 => Float32Type, Float64 => Float64Type; data_type);
    if let Some(number) = number {
        return number;
    }
    match data_type {
        DataType::Boolean => {
            |array, index| Cell::Number(f64::from(u8::from(array.as_boolean().value(index))))
        }
        DataType::Utf8 => |array, index| Cell::Text(array.as_string::<i32>().value(index)),
        DataType::LargeUtf8 => |array, index| Cell::Text(array.as_string::<i64>().value(index)),
        DataType::Utf8View => |array, index| Cell::Text(array.as_string_view().value(index)),
        DataType::Decimal128(..) => |array, index| {
            let scale = match array.data_type() {
                DataType::Decimal128(_, scale) => i32::from(*scale),
                _ => 0,
            };
            let whole = array.as_primitive::<Decimal128Type>().value(index) as f64;
            Cell::Number(whole / 10f64.powi(scale))
        },
        DataType::Date32 => {
            |array, index| Cell::day(i64::from(array.as_primitive::<Date32Type>().value(index)))
        }
        DataType::Date64 => |array, index| {
            Cell::day(
                array
                    .as_primitive::<Date64Type>()
                    .value(index)
                    .div_euclid(86_400_000),
            )
        },
        DataType::Timestamp(TimeUnit::Second, _) => |array, index| {
            at(
                array,
                array
                    .as_primitive::<TimestampSecondType>()
                    .value(index)
                    .saturating_mul(1_000_000),
            )
        },
        DataType::Timestamp(TimeUnit::Millisecond, _) => |array, index| {
            at(
                array,
                array
                    .as_primitive::<TimestampMillisecondType>()
                    .value(index)
                    .saturating_mul(1_000),
            )
        },
        DataType::Timestamp(TimeUnit::Microsecond, _) => |array, index| {
            at(
                array,
                array
                    .as_primitive::<TimestampMicrosecondType>()
                    .value(index),
            )
        },
        DataType::Timestamp(TimeUnit::Nanosecond, _) => |array, index| {
            at(
                array,
                array
                    .as_primitive::<TimestampNanosecondType>()
                    .value(index)
                    .div_euclid(1_000),
            )
        },
        DataType::Null => |_, _| Cell::Missing,
        _ => |_, _| Cell::Other("a value of a nested or binary kind"),
    }
}

/// A moment by its distance in microseconds: of the world where the column names a zone, on some clock where it does not.
fn at(array: &ArrayRef, distance: i64) -> Cell<'static> {
    match array.data_type() {
        DataType::Timestamp(_, Some(_)) => jiff::Timestamp::from_microsecond(distance)
            .map_or(Cell::Other("a moment outside the calendar"), Cell::Instant),
        _ => Cell::moment(distance),
    }
}
