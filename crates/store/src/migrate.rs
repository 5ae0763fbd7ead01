//! The schema, brought up to date at start.

use sqlx::{PgPool, SqlitePool};

use crate::StoreError;

/// Every step of the schema in order. A step that was released never changes.
const STEPS: &[(i64, &str)] = &[
    (1, include_str!("../migrations/0001_foundation.sql")),
    (2, include_str!("../migrations/0002_benchmarks_kpis.sql")),
    (3, include_str!("../migrations/0003_annotations.sql")),
    (4, include_str!("../migrations/0004_saved_views.sql")),
    (5, include_str!("../migrations/0005_quotas.sql")),
];

const VERSION_TABLE: &str =
    "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY)";

/// The newest version that this program knows.
pub(crate) fn newest() -> i64 {
    STEPS.last().map_or(0, |(version, _)| *version)
}

/// The steps still to do, or why there is no going on.
fn pending(current: i64) -> Result<impl Iterator<Item = &'static (i64, &'static str)>, StoreError> {
    let known = newest();
    if current > known {
        return Err(StoreError::Newer {
            found: current,
            known,
        });
    }
    Ok(STEPS.iter().filter(move |(version, _)| *version > current))
}

pub(crate) async fn sqlite(pool: &SqlitePool) -> Result<(), StoreError> {
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query(VERSION_TABLE).execute(&mut *tx).await?;
    let (current,): (i64,) = sqlx::query_as("SELECT COALESCE(MAX(version), 0) FROM schema_version")
        .fetch_one(&mut *tx)
        .await?;
    for (version, text) in pending(current)? {
        sqlx::raw_sql(sqlx::AssertSqlSafe(for_sqlite(text)))
            .execute(&mut *tx)
            .await?;
        sqlx::query("INSERT INTO schema_version (version) VALUES ($1)")
            .bind(version)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(())
}

pub(crate) async fn postgres(pool: &PgPool) -> Result<(), StoreError> {
    let mut tx = pool.begin().await?;
    // Several servers may start at once: one migrates, the others wait and find it done.
    sqlx::query("SELECT pg_advisory_xact_lock(7226530)")
        .execute(&mut *tx)
        .await?;
    sqlx::query(VERSION_TABLE).execute(&mut *tx).await?;
    let (current,): (i64,) = sqlx::query_as("SELECT COALESCE(MAX(version), 0) FROM schema_version")
        .fetch_one(&mut *tx)
        .await?;
    for (version, text) in pending(current)? {
        sqlx::raw_sql(*text).execute(&mut *tx).await?;
        sqlx::query("INSERT INTO schema_version (version) VALUES ($1)")
            .bind(version)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// `/*sqlite: … */` becomes text for SQLite; for PostgreSQL it is a comment.
fn for_sqlite(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*sqlite:") {
        out.push_str(before);
        let (inside, after) = after.split_once("*/").unwrap_or((after, ""));
        out.push_str(inside);
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_sqlite_sees_what_is_meant_for_it() {
        assert_eq!(super::for_sqlite("a /*sqlite: b */; c"), "a  b ; c");
        assert_eq!(super::for_sqlite("plain /* kept */"), "plain /* kept */");
    }

    #[test]
    fn a_newer_schema_is_left_alone() {
        assert!(super::pending(10_000).is_err());
        assert_eq!(super::pending(0).unwrap().count(), super::STEPS.len());
    }
}
