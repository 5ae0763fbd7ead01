//! Many rows in one statement.
//!
//! PostgreSQL takes each column as one array ([`arrays`]): one statement for any number of rows, planned once. SQLite has no
//! arrays; there the rows stand in `VALUES`, 1, 2, 4 … [`LARGEST`] at a time ([`Insert`]), so that any number is written with
//! a handful of prepared statements, and each value is bound from where it lies. What is the same in every row is bound once on
//! both.

use std::sync::Arc;

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

/// A statement that writes many rows into SQLite.
pub(crate) struct Insert {
    /// For 1, 2, 4 … rows.
    texts: Vec<Arc<str>>,
}

/// What a statement has written.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Written {
    /// How many rows were added.
    pub(crate) added: u64,
    /// The number (`rowid`) of the last of them; those before it have the numbers before.
    pub(crate) last_rowid: i64,
}

impl Insert {
    /// `statement` makes the text around the rows, `(?, ?), (?, ?)`, of which each has `values` values.
    pub(crate) fn new(values: usize, statement: impl Fn(&str) -> String) -> Self {
        // SQLite takes `$1` for a name and looks through all names for each bind; marks without names are bound in order.
        let row = format!("({})", vec!["?"; values].join(", "));
        let texts = (0..=LARGEST.ilog2())
            .map(|power| Arc::from(statement(&vec![row.as_str(); 1 << power].join(", "))))
            .collect();
        Insert { texts }
    }

    /// Writes rows; `bind` hands over the values of one. What stands before the rows is the same in all statements and is given as
    /// `before`.
    pub(crate) async fn run<T>(
        &self,
        tx: &mut SqliteConnection,
        before: SqliteArguments,
        rows: &[T],
        mut bind: impl FnMut(&T, &mut SqliteArguments) -> Result<(), sqlx::error::BoxDynError>,
    ) -> Result<Written, StoreError> {
        let mut left = rows;
        let mut next = || -> Result<Option<(Arc<str>, SqliteArguments)>, StoreError> {
            if left.is_empty() {
                return Ok(None);
            }
            let power = left.len().min(LARGEST).ilog2();
            let (piece, others) = left.split_at(1 << power);
            left = others;
            let mut arguments = before.clone();
            for row in piece {
                bind(row, &mut arguments).map_err(encoded)?;
            }
            Ok(Some((self.texts[power as usize].clone(), arguments)))
        };
        let mut written = Written::default();
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
            if done.rows_affected() > 0 {
                written.added += done.rows_affected();
                written.last_rowid = done.last_insert_rowid();
            }
            piece = following?;
        }
        Ok(written)
    }
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
        let insert = Insert::new(2, |rows| format!("INSERT INTO t VALUES {rows}"));
        assert_eq!(insert.texts.len(), 10);
        assert_eq!(&*insert.texts[1], "INSERT INTO t VALUES (?, ?), (?, ?)");
    }
}
