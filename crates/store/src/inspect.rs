//! A look at a database from outside, without changing it.

use std::path::Path;
use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::store::is_postgres;
use crate::{Engine, Store, StoreError, migrate};

/// What a look at a database found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// Which database it is.
    pub engine: Engine,
    /// What it says of its own version.
    pub version: String,
    /// The version of the schema in it; `None` when it holds none yet.
    pub schema: Option<i64>,
    /// The newest version of the schema that this program knows.
    pub newest_schema: i64,
}

impl Store {
    /// Looks at the database at `address` and changes nothing in it; `None` for an SQLite file that is not there yet.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn inspect(address: &str) -> Result<Option<Inspection>, StoreError> {
        const NEWEST: &str = "SELECT MAX(version) FROM schema_version";
        let (engine, version, schema) = if is_postgres(address) {
            let options = PgConnectOptions::from_str(address)
                .map_err(|error| StoreError::Address(error.to_string()))?;
            let mut connection = options.connect().await?;
            let (version, known): (String, bool) = sqlx::query_as(
                "SELECT current_setting('server_version'), to_regclass('schema_version') IS NOT NULL",
            )
            .fetch_one(&mut connection)
            .await?;
            let schema: Option<i64> = if known {
                sqlx::query_scalar(NEWEST)
                    .fetch_one(&mut connection)
                    .await?
            } else {
                None
            };
            connection.close().await?;
            (Engine::Postgres, version, schema)
        } else {
            if !Path::new(address).exists() {
                return Ok(None);
            }
            let options = SqliteConnectOptions::new()
                .filename(address)
                .read_only(true);
            let mut connection = options.connect().await?;
            let (version, known): (String, bool) = sqlx::query_as(
                "SELECT sqlite_version(), EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'schema_version')",
            )
            .fetch_one(&mut connection)
            .await?;
            let schema: Option<i64> = if known {
                sqlx::query_scalar(NEWEST)
                    .fetch_one(&mut connection)
                    .await?
            } else {
                None
            };
            connection.close().await?;
            (Engine::Sqlite, version, schema)
        };
        Ok(Some(Inspection {
            engine,
            version,
            schema,
            newest_schema: migrate::newest(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_look_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("radost.db");
        let address = path.display().to_string();
        assert_eq!(Store::inspect(&address).await.unwrap(), None);
        assert!(!path.exists());
        Store::open(&address).await.unwrap().close().await;
        let found = Store::inspect(&address).await.unwrap().unwrap();
        assert_eq!(found.engine, Engine::Sqlite);
        assert_eq!(found.schema, Some(found.newest_schema));
        assert!(found.version.starts_with("3."), "{}", found.version);
    }

    #[tokio::test]
    async fn what_is_no_database_is_said_to_be_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("radost.db");
        std::fs::write(&path, "not a database, by far not a database").unwrap();
        assert!(Store::inspect(&path.display().to_string()).await.is_err());
    }
}
