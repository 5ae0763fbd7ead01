//! What can go wrong in the lake.

use deltalake::DeltaTableError;
use deltalake::datafusion::error::DataFusionError;
use deltalake::kernel::transaction::TransactionError;

use crate::TableName;

/// One variant for each thing that a caller treats differently.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// The address is none that a lake can have.
    #[error("`{url}` is no place for a lake: {reason}")]
    Place {
        /// What was given.
        url: String,
        /// What is wrong, and what would be right.
        reason: String,
    },
    /// The storage does not answer, or refuses.
    #[error("the storage of the lake cannot be used")]
    Storage(#[from] object_store::Error),
    /// A table cannot be read or written.
    #[error("the table {table} of the lake cannot be used")]
    Table {
        /// Which.
        table: TableName,
        /// Why.
        source: Box<DeltaTableError>,
    },
    /// Another process has written the same table at this moment; trying again helps.
    #[error("the table {0} of the lake was written by another process at this moment")]
    Conflict(TableName),
    /// Something in the lake is not what Radost has put there.
    #[error("{place} of the lake is damaged: {reason}; `radost lake rebuild` makes it again")]
    Damaged {
        /// The object.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// Something by which no table of the survey can be asked.
    #[error("the table {table} has no column for {what}")]
    NoColumn {
        /// Which.
        table: TableName,
        /// A question or a dimension.
        what: String,
    },
    /// A query over a table that there is not.
    #[error("there is no table {table}; the tables here: {known}")]
    NoTable {
        /// As it was written.
        table: String,
        /// Those that there are, as they are written in a query.
        known: String,
    },
    /// A statement that is not a query.
    #[error("only queries are answered here: {0}")]
    ReadOnly(String),
    /// A query that cannot be answered.
    #[error("the query cannot be answered")]
    Query(#[source] Box<DataFusionError>),
    /// The cluster is away, or did not answer a query: it has lost too many executors, or cannot read the lake.
    #[error("the cluster at {cluster} cannot answer: {reason}")]
    Cluster {
        /// The address of its scheduler.
        cluster: String,
        /// What it says.
        reason: String,
    },
    /// An answer that cannot be written down.
    #[error("the answer could not be written")]
    Output(#[from] std::io::Error),
}

impl LakeError {
    /// What befell a table.
    pub(crate) fn of(table: &TableName, source: DeltaTableError) -> Self {
        match source {
            DeltaTableError::VersionAlreadyExists(_)
            | DeltaTableError::Transaction {
                source:
                    TransactionError::CommitConflict(_)
                    | TransactionError::MaxCommitAttempts(_)
                    | TransactionError::VersionAlreadyExists(_),
            } => LakeError::Conflict(table.clone()),
            source => LakeError::Table {
                table: table.clone(),
                source: Box::new(source),
            },
        }
    }
}

impl From<DataFusionError> for LakeError {
    fn from(error: DataFusionError) -> Self {
        LakeError::Query(Box::new(error))
    }
}
