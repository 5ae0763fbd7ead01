//! What can go wrong with records.

/// Why a record could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, is full, or is too busy: later it may work again, without a restart.
    #[error("the database does not answer at present")]
    Unavailable(#[source] sqlx::Error),
    /// The address of the database is not one.
    #[error("the database address is not valid: {0}")]
    Address(String),
    /// A record does not read as what it should be.
    #[error("a stored {what} cannot be read")]
    Corrupt {
        /// The kind of record.
        what: &'static str,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Written by a newer Radost.
    #[error(
        "the database has schema version {found}, newer than this program's {known}: start the newer program"
    )]
    Newer {
        /// Version found.
        found: i64,
        /// Newest version that this program knows.
        known: i64,
    },
    /// Anything else.
    #[error("the database refused a statement")]
    Database(#[source] sqlx::Error),
}

impl StoreError {
    /// Whether trying again later may help.
    pub fn is_temporary(&self) -> bool {
        matches!(self, StoreError::Unavailable(_))
    }

    pub(crate) fn corrupt(
        what: &'static str,
    ) -> impl FnOnce(Box<dyn std::error::Error + Send + Sync>) -> StoreError {
        move |source| StoreError::Corrupt { what, source }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let temporary = match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => true,
            sqlx::Error::Database(database) => match database.code().as_deref() {
                // SQLite, primary codes (the low byte): BUSY, IOERR, FULL, CANTOPEN.
                Some(code)
                    if database
                        .try_downcast_ref::<sqlx::sqlite::SqliteError>()
                        .is_some() =>
                {
                    code.parse::<u32>()
                        .is_ok_and(|code| matches!(code & 0xff, 5 | 10 | 13 | 14))
                }
                // PostgreSQL classes: connection, resources (disk full), operator intervention, serialisation, read-only.
                Some(code) => {
                    ["08", "53", "57", "40"]
                        .iter()
                        .any(|class| code.starts_with(class))
                        || code == "25006"
                }
                None => false,
            },
            _ => false,
        };
        if temporary {
            StoreError::Unavailable(error)
        } else {
            StoreError::Database(error)
        }
    }
}
