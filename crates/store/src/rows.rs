//! Many rows in one statement.
//!
//! PostgreSQL takes each column as one array ([`arrays`]): one statement for any number of rows, planned once. SQLite has no
//! arrays; there the rows stand in `VALUES`, 1, 2, 4 … [`LARGEST`] at a time ([`Insert`]), so that any number is written with
//! a handful of prepared statements. What is the same in every row is bound once on both.

use std::sync::Arc;

use radost_domain::name::WorkspaceId;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, AssertSqlSafe, SqliteConnection};
use uuid::Uuid;

use crate::StoreError;

/// Rows of one statement on SQLite, at most; a power of two.
const LARGEST: usize = 512;

/// A column of the rows to be inserted.
pub(crate) enum Column {
    /// The same in every row.
    SameInt(i64),
    /// The same in every row.
    SameText(&'static str),
    Uuid(Vec<Uuid>),
    MaybeUuid(Vec<Option<Uuid>>),
    Int(Vec<i64>),
    MaybeInt(Vec<Option<i64>>),
    Text(Vec<Arc<str>>),
    MaybeText(Vec<Option<Arc<str>>>),
}

/// Whether a column's value differs from row to row.
pub(crate) enum Spec {
    Each(&'static str),
    Same(&'static str),
}

/// An `INSERT` of many rows into SQLite.
pub(crate) struct Insert {
    /// For 1, 2, 4 … rows.
    texts: Vec<Arc<str>>,
}

impl Insert {
    /// `end` is what follows the rows: `ON CONFLICT …`, or nothing. The first column, `workspace_id`, stands by itself:
    /// every row belongs to a workspace.
    pub(crate) fn new(table: &str, columns: &[Spec], end: &str) -> Self {
        let names: Vec<&str> = columns
            .iter()
            .map(|column| match column {
                Spec::Each(name) | Spec::Same(name) => *name,
            })
            .collect();
        let names = names.join(", ");
        let mut varying = 0;
        let selected: Vec<String> = columns
            .iter()
            .map(|column| match column {
                Spec::Same(_) => "?".to_owned(),
                Spec::Each(_) => {
                    varying += 1;
                    format!("v.column{varying}")
                }
            })
            .collect();
        let selected = selected.join(", ");
        // SQLite takes `$1` for a name and looks through all names for each bind; marks without names are bound in order.
        let row = format!("({})", vec!["?"; varying].join(", "));
        let texts = (0..=LARGEST.ilog2())
            .map(|power| {
                let rows = vec![row.as_str(); 1 << power].join(", ");
                // A statement that may be taken back alone has every page copied before it is touched. `OR FAIL` says that it
                // never is: whoever gets an error gives up the transaction.
                Arc::from(format!(
                    "INSERT OR FAIL INTO {table} (workspace_id, {names}) SELECT ?, {selected}
                     FROM (VALUES {rows}) AS v WHERE true {end}"
                ))
            })
            .collect();
        Insert { texts }
    }
}

/// The values of one column that are still to be bound.
enum Left {
    Uuid(std::vec::IntoIter<Uuid>),
    MaybeUuid(std::vec::IntoIter<Option<Uuid>>),
    Int(std::vec::IntoIter<i64>),
    MaybeInt(std::vec::IntoIter<Option<i64>>),
    Text(std::vec::IntoIter<Arc<str>>),
    MaybeText(std::vec::IntoIter<Option<Arc<str>>>),
}

impl Left {
    fn bind_next(
        &mut self,
        arguments: &mut SqliteArguments,
    ) -> Result<(), sqlx::error::BoxDynError> {
        match self {
            Left::Uuid(values) => arguments.add(values.next()),
            Left::MaybeUuid(values) => arguments.add(values.next().flatten()),
            Left::Int(values) => arguments.add(values.next()),
            Left::MaybeInt(values) => arguments.add(values.next().flatten()),
            Left::Text(values) => arguments.add(values.next()),
            Left::MaybeText(values) => arguments.add(values.next().flatten()),
        }
    }
}

/// Inserts `rows` rows into SQLite; the columns are those of the statement, in its order. Returns how many were added.
pub(crate) async fn insert(
    tx: &mut SqliteConnection,
    workspace: WorkspaceId,
    insert: &Insert,
    rows: usize,
    columns: Vec<Column>,
) -> Result<u64, StoreError> {
    let mut constants = SqliteArguments::default();
    constants.add(workspace.0).map_err(encoded)?;
    let mut varying = Vec::with_capacity(columns.len());
    for column in columns {
        match column {
            Column::SameInt(value) => constants.add(value).map_err(encoded)?,
            Column::SameText(value) => constants.add(value).map_err(encoded)?,
            Column::Uuid(values) => varying.push(Left::Uuid(values.into_iter())),
            Column::MaybeUuid(values) => {
                varying.push(Left::MaybeUuid(values.into_iter()));
            }
            Column::Int(values) => varying.push(Left::Int(values.into_iter())),
            Column::MaybeInt(values) => {
                varying.push(Left::MaybeInt(values.into_iter()));
            }
            Column::Text(values) => varying.push(Left::Text(values.into_iter())),
            Column::MaybeText(values) => {
                varying.push(Left::MaybeText(values.into_iter()));
            }
        }
    }
    let mut left = rows;
    let mut next = || -> Result<Option<(Arc<str>, SqliteArguments)>, StoreError> {
        if left == 0 {
            return Ok(None);
        }
        let power = left.min(LARGEST).ilog2();
        let mut arguments = constants.clone();
        arguments.reserve(varying.len() << power, 0);
        for _ in 0..1 << power {
            for column in &mut varying {
                column.bind_next(&mut arguments).map_err(encoded)?;
            }
        }
        left -= 1 << power;
        Ok(Some((insert.texts[power as usize].clone(), arguments)))
    };
    let mut added = 0;
    let mut piece = next()?;
    while let Some((text, arguments)) = piece {
        let statement = sqlx::query_with(AssertSqlSafe(text), arguments);
        // SQLite works on a thread of its own; meanwhile the next piece is made ready here.
        let (done, following) = tokio::join!(statement.execute(&mut *tx), async { next() });
        let done = match done {
            Ok(done) => done,
            Err(error) => {
                // A full disk makes SQLite take the whole transaction back by itself. There has to be one that
                // can be given up, or the connection would be of no use any more.
                let _ = sqlx::query("BEGIN").execute(&mut *tx).await;
                return Err(error.into());
            }
        };
        added += done.rows_affected();
        piece = following?;
    }
    Ok(added)
}

/// The columns as PostgreSQL takes them: first what is the same in all rows, then an array for each of the others.
pub(crate) fn arrays(arguments: &mut PgArguments, columns: Vec<Column>) -> Result<(), StoreError> {
    for column in columns {
        match column {
            Column::SameInt(value) => arguments.add(value),
            Column::SameText(value) => arguments.add(value),
            Column::Uuid(values) => arguments.add(values),
            Column::MaybeUuid(values) => arguments.add(values),
            Column::Int(values) => arguments.add(values),
            Column::MaybeInt(values) => arguments.add(values),
            Column::Text(values) => {
                arguments.add(values.iter().map(|text| &**text).collect::<Vec<_>>())
            }
            Column::MaybeText(values) => {
                arguments.add(values.iter().map(Option::as_deref).collect::<Vec<_>>())
            }
        }
        .map_err(encoded)?;
    }
    Ok(())
}

pub(crate) fn encoded(error: sqlx::error::BoxDynError) -> StoreError {
    StoreError::from(sqlx::Error::Encode(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_text_for_each_power_of_two() {
        let insert = Insert::new(
            "t",
            &[Spec::Same("n"), Spec::Each("a"), Spec::Each("s")],
            "ON CONFLICT DO NOTHING",
        );
        assert_eq!(insert.texts.len(), 10);
        assert_eq!(
            &*insert.texts[1],
            "INSERT OR FAIL INTO t (workspace_id, n, a, s) SELECT ?, ?, v.column1, v.column2
                     FROM (VALUES (?, ?), (?, ?)) AS v WHERE true ON CONFLICT DO NOTHING"
        );
    }
}
