//! What can be wrong with a file.

use std::path::PathBuf;

use crate::columns::NoColumn;
use crate::delimited::FileError;

/// Why a file cannot be read, with the place of the fault.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// It cannot be opened or read.
    #[error("{} cannot be read", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A kind of file that is not read here.
    #[error("{}: {what}", file.display())]
    Unknown {
        /// The file.
        file: PathBuf,
        /// What it is, and what to do.
        what: String,
    },
    /// Not a table of separated values.
    #[error("{}", file.display())]
    Delimited {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        source: FileError,
    },
    /// A file of another kind that its library cannot read.
    #[error("{}: not a sound {kind} file: {what}", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What it was taken for.
        kind: &'static str,
        /// What the library said.
        what: String,
    },
    /// A row that is no row of the table.
    #[error("{}, row {row}: {what}", file.display())]
    Row {
        /// The file.
        file: PathBuf,
        /// As a spreadsheet counts where there is a header row; else counted from 1.
        row: u64,
        /// What is wrong.
        what: String,
    },
    /// A cell that is not what was asked for.
    #[error("{}, row {row}, column `{column}`: {what}", file.display())]
    Cell {
        /// The file.
        file: PathBuf,
        /// As a spreadsheet counts where there is a header row; else counted from 1.
        row: u64,
        /// The name of its column.
        column: String,
        /// What is wrong.
        what: String,
    },
    /// A column that is not there.
    #[error(transparent)]
    Column(#[from] NoColumn),
}
