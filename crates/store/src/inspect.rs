//! A look at a database from outside, without changing it.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

use radost_domain::name::WorkspaceId;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::store::{Inner, is_postgres};
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

impl Store {
    /// Every row of a workspace as text, with its table: for tests of what must not be there any more.
    pub async fn rows_as_text(
        &self,
        workspace: WorkspaceId,
    ) -> Result<Vec<(String, String)>, StoreError> {
        let mut tx = self.read().await?;
        // Tables with their columns; only those of a workspace. SQLite keeps ids as bytes, which are no text.
        let (as_text, columns) = match tx.inner {
            Inner::Sqlite(_) => (
                "quote",
                "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
                 WHERE EXISTS (SELECT 1 FROM pragma_table_info(m.name) WHERE name = 'workspace_id')",
            ),
            Inner::Postgres(_) => (
                "concat",
                "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns c
                 WHERE table_schema = current_schema() AND EXISTS (SELECT 1 FROM information_schema.columns
                     WHERE table_schema = c.table_schema AND table_name = c.table_name AND column_name = 'workspace_id')",
            ),
        };
        let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (table, column) in sql!(tx, fetch_all as (String, String), columns)? {
            let text = format!("{as_text}({column})");
            tables.entry(table).or_default().push(text);
        }
        let mut found = Vec::new();
        for (table, columns) in tables {
            let text = format!(
                "SELECT {} FROM {table} WHERE workspace_id = $1",
                columns.join(" || ' ' || ")
            );
            let rows = sql_with!(tx, fetch_all as (String,), text.clone(), |query| {
                query = query.bind(workspace.0);
            })?;
            found.extend(rows.into_iter().map(|(row,)| (table.clone(), row)));
        }
        Ok(found)
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
