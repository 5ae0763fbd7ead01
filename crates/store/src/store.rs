//! Opening a database, and transactions on it.

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Postgres, Sqlite, Transaction};

use crate::migrate;
use crate::{Recorder, StoreError};

/// Which database holds the records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file in the data directory.
    Sqlite,
    /// A server.
    Postgres,
}

/// The records of Radost.
#[derive(Debug, Clone)]
pub struct Store {
    pools: Pools,
    commit_delay: Option<Duration>,
}

#[derive(Debug, Clone)]
enum Pools {
    /// SQLite lets one connection write at a time; readers never wait for it (WAL).
    Sqlite {
        write: SqlitePool,
        read: SqlitePool,
    },
    Postgres(PgPool),
}

/// One transaction. Dropped without [`commit`](Tx::commit), it changes nothing.
#[derive(Debug)]
pub struct Tx {
    pub(crate) inner: Inner,
    commit_delay: Option<Duration>,
}

#[derive(Debug)]
pub(crate) enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// How long a request waits for a connection before it is told to come back later.
pub(crate) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections that read, or on PostgreSQL do anything, at the same time.
const CONNECTIONS: u32 = 16;

/// Whether an address is that of a PostgreSQL server rather than a path.
pub(crate) fn is_postgres(address: &str) -> bool {
    address.starts_with("postgres://") || address.starts_with("postgresql://")
}

impl Store {
    /// Opens the database at `address` (`postgres://…`, or a path to an SQLite file) and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::Address`], [`StoreError::Unavailable`], or [`StoreError::Newer`] when a newer program wrote it.
    pub async fn open(address: &str) -> Result<Store, StoreError> {
        if is_postgres(address) {
            let options = PgConnectOptions::from_str(address)
                .map_err(|error| StoreError::Address(error.to_string()))?;
            let pool = PgPoolOptions::new()
                .max_connections(CONNECTIONS)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .connect_with(options)
                .await?;
            migrate::postgres(&pool).await?;
            Ok(Store {
                pools: Pools::Postgres(pool),
                commit_delay: None,
            })
        } else {
            Store::open_sqlite(Path::new(address)).await
        }
    }

    async fn open_sqlite(path: &Path) -> Result<Store, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // Acknowledged means durable: every commit reaches the disk before anybody hears of it.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(ACQUIRE_TIMEOUT)
            .pragma("cache_size", "-65536")
            .pragma("mmap_size", "268435456")
            .pragma("temp_store", "MEMORY")
            // The log is folded into the file every 32 MB rather than every 4: an import touches the same pages of its
            // indexes in every transaction, and each folding writes them again.
            .pragma("wal_autocheckpoint", "8192")
            .statement_cache_capacity(200);
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .idle_timeout(None)
            .max_lifetime(None)
            // What is erased is overwritten, not only let go of: the file keeps no bytes of it in its free pages.
            .connect_with(options.clone().pragma("secure_delete", "ON"))
            .await?;
        migrate::sqlite(&write).await?;
        let read = SqlitePoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_with(options.read_only(true))
            .await?;
        Ok(Store {
            pools: Pools::Sqlite { write, read },
            commit_delay: None,
        })
    }

    /// For whoever records responses: see [`Recorder`].
    pub fn recorder(&self) -> Recorder {
        Recorder::new(self.clone())
    }

    /// The same store with `delay` added to every commit: a slow disk, for benches and tests. It is for SQLite; a PostgreSQL
    /// server plays that itself: `commit_delay` with `commit_siblings = 0`.
    #[must_use]
    pub fn with_commit_delay(mut self, delay: Duration) -> Store {
        self.commit_delay = Some(delay);
        self
    }

    /// Which database it is.
    pub fn engine(&self) -> Engine {
        match self.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// How to reach the server, when it is PostgreSQL.
    pub(crate) fn postgres(&self) -> Option<Arc<PgConnectOptions>> {
        match &self.pools {
            Pools::Postgres(pool) => Some(pool.connect_options()),
            Pools::Sqlite { .. } => None,
        }
    }

    /// Begins a transaction that may write. On SQLite it waits for the one before it.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let inner = match &self.pools {
            Pools::Sqlite { write, .. } => {
                Inner::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?)
            }
            Pools::Postgres(pool) => Inner::Postgres(pool.begin().await?),
        };
        Ok(Tx {
            inner,
            commit_delay: self.commit_delay,
        })
    }

    /// Begins a transaction that only reads and waits for no writer.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        let inner = match &self.pools {
            Pools::Sqlite { read, .. } => Inner::Sqlite(read.begin().await?),
            Pools::Postgres(pool) => Inner::Postgres(pool.begin().await?),
        };
        Ok(Tx {
            inner,
            commit_delay: None,
        })
    }

    /// Limits an SQLite file to `pages` pages, as a full disk would; `None` lifts the limit. For tests of that case.
    pub async fn limit_pages(&self, pages: Option<u32>) -> Result<(), StoreError> {
        if let Pools::Sqlite { write, .. } = &self.pools {
            let pages = pages.unwrap_or(1_073_741_823);
            sqlx::query(sqlx::AssertSqlSafe(format!(
                "PRAGMA max_page_count = {pages}"
            )))
            .execute(write)
            .await?;
        }
        Ok(())
    }

    /// Closes every connection; on SQLite the write-ahead log is folded into the file.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Makes everything in this transaction durable.
    pub async fn commit(self) -> Result<(), StoreError> {
        if let Some(delay) = self.commit_delay {
            // A thread sleeps as long as it is told, a timer of the runtime up to two milliseconds longer.
            let slept = tokio::task::spawn_blocking(move || std::thread::sleep(delay));
            let _ = slept.await;
        }
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}
