//! Tables out of files, as analysts and importers find them: CSV and TSV in any usual encoding, Parquet, XLSX and SPSS
//! `.sav`/`.zsav`. Nothing here knows what the columns mean.
//!
//! A file is opened for its header, columns are chosen by name, glob or index, and the rows come in batches with only
//! the columns that were asked for, each as the kind it was asked for: memory does not grow with the file. What counts as
//! missing is said once, for every format alike; an answer such as `10 - Completely satisfied` counts as its number, and
//! how often that happened is reported.
//!
//! ```
//! use std::ops::ControlFlow;
//! use radost_table::{Asked, Kind, Options, Table, Values};
//!
//! let folder = tempfile::tempdir()?;
//! let file = folder.path().join("answers.csv");
//! std::fs::write(&file, "q1,q2,town\n9,10 - Delighted,Lviv\n7,n/a,Varna\n")?;
//!
//! let table = Table::open(&file, &Options { missing: vec!["n/a".into()], ..Options::default() })?;
//! let asked: Vec<Asked> = table.columns().all(["q*"])?.into_iter().map(Asked::number).collect();
//! let mut sums = [0.0; 2];
//! let report = table.read(&asked, |batch| {
//!     for (sum, values) in sums.iter_mut().zip(&batch.columns) {
//!         if let Values::Number(values) = values {
//!             *sum += values.iter().filter(|value| !value.is_nan()).sum::<f64>();
//!         }
//!     }
//!     ControlFlow::Continue(())
//! })?;
//! assert_eq!(sums, [16.0, 10.0]);
//! assert_eq!((report.rows, report.columns[1].missing, report.columns[1].from_words), (2, 1, 1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod answers;
mod cell;
mod columns;
pub mod delimited;
mod error;
mod parquet;
mod sav;
mod table;
pub mod workbook;

pub use columns::{Column, Columns, NoColumn};
pub use encoding_rs::Encoding;
pub use error::TableError;
pub use smol_str::SmolStr;
pub use table::{Asked, Batch, ColumnReport, Kind, Options, Report, Table, Values};
