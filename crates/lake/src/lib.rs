//! The columnar history of Radost: one Delta table a survey, in a folder or an object store.
//!
//! - A [`Lake`] is opened at a place and holds the tables of every workspace.
//! - [`Lake::append`] writes each response once, however often a batch is tried again.
//! - [`Lake::view`] and [`View::count`] count: every number of the product comes from there.
//! - [`Lake::sql`] answers queries, in process or on a [`Cluster`]. The tables open unchanged in DuckDB, Spark, pandas or Trino.
//!
//! Delta is the commit protocol here; queries read the Parquet files of a snapshot through DataFusion's own listing table.
//! Files are Parquet compressed with zstd, without partitions and without deletion vectors.
#![warn(missing_docs)]

mod calendar;
mod cluster;
mod count;
mod error;
mod place;
mod read;
mod shape;
mod sums;
mod tally;
mod write;

pub use calendar::step_function;
pub use cluster::{Cluster, Executor};
/// Columns, as they are handed over.
pub use deltalake::arrow;

pub use count::{By, CountQuery, Counted, CountedRow, View, What};
pub use error::LakeError;
pub use place::{Lake, TableName};
pub use read::{Answer, Format, TableStatus, Tail};
pub use shape::{News, Row, Shape};
pub use sums::{VALUES, aggregates};
pub use tally::Worth;
pub use write::{Compacted, Progress, Rebuild};
