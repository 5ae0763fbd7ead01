//! Inserting many rows with one statement.
//!
//! PostgreSQL takes each column as one array: one short statement for any number of rows, planned once. SQLite has no arrays;
//! there the rows stand in `VALUES`, 1, 2, 4 … [`LARGEST`] at a time, so that any number is written with a handful of
//! prepared statements. What is the same in every row is bound once on both.

use std::sync::Arc;

use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, AssertSqlSafe};
use uuid::Uuid;

use crate::StoreError;
use crate::store::{Inner, Tx};

/// Rows of one statement on SQLite, at most; a power of two.
const LARGEST: usize = 512;

/// A column of the rows to be inserted.
pub(crate) enum Column {
    /// The same in every row.
    SameUuid(Uuid),
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

/// What a statement says of one of its columns.
pub(crate) struct Spec {
    name: &'static str,
    kind: &'static str,
    same: bool,
}

/// A column whose value differs from row to row; `kind` is its type in PostgreSQL.
pub(crate) const fn each(name: &'static str, kind: &'static str) -> Spec {
    Spec {
        name,
        kind,
        same: false,
    }
}

/// A column whose value is the same in all rows.
pub(crate) const fn same(name: &'static str, kind: &'static str) -> Spec {
    Spec {
        name,
        kind,
        same: true,
    }
}

/// An `INSERT` of many rows.
pub(crate) struct Insert {
    sqlite: Vec<Arc<str>>,
    postgres: Arc<str>,
}

impl Insert {
    /// `end` is what follows the rows: `ON CONFLICT …`, or nothing.
    pub(crate) fn new(table: &str, columns: &[Spec], end: &str) -> Self {
        let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
        let head = format!("INTO {table} ({})", names.join(", "));
        let (constants, varying): (Vec<&Spec>, Vec<&Spec>) =
            columns.iter().partition(|column| column.same);
        // What is selected for each column, in the order of the table; numbers are those of bound constants.
        let selected = |constant: &dyn Fn(usize, &Spec) -> String,
                        varies: &dyn Fn(&str, &Spec) -> String| {
            let (mut number, mut place) = (0, 0);
            let selected: Vec<String> = columns
                .iter()
                .map(|column| {
                    if column.same {
                        number += 1;
                        constant(number, column)
                    } else {
                        place += 1;
                        varies(&format!("v.column{place}"), column)
                    }
                })
                .collect();
            selected.join(", ")
        };

        // SQLite takes `$1` for a name and looks through all names for each bind; marks without names are bound in order.
        let row = format!("({})", vec!["?"; varying.len()].join(", "));
        let values = selected(&|_, _| "?".to_owned(), &|value, _| value.to_owned());
        let sqlite = (0..=LARGEST.ilog2())
            .map(|power| {
                let rows = vec![row.as_str(); 1 << power].join(", ");
                // A statement that may be taken back alone has every page copied before it is touched. `OR FAIL` says that it
                // never is: whoever gets an error gives up the transaction.
                Arc::from(format!(
                    "INSERT OR FAIL {head} SELECT {values} FROM (VALUES {rows}) AS v WHERE true {end}"
                ))
            })
            .collect();

        let values = selected(
            &|number, column| format!("${number}::{}", column.kind),
            &|value, column| match column.kind {
                "jsonb" => format!("{value}::jsonb"),
                _ => value.to_owned(),
            },
        );
        let (mut arrays, mut aliases) = (Vec::new(), Vec::new());
        for (index, column) in varying.iter().enumerate() {
            let kind = if column.kind == "jsonb" {
                "text"
            } else {
                column.kind
            };
            arrays.push(format!("${}::{kind}[]", constants.len() + index + 1));
            aliases.push(format!("column{}", index + 1));
        }
        let postgres = format!(
            "INSERT {head} SELECT {values} FROM UNNEST({}) AS v({}) {end}",
            arrays.join(", "),
            aliases.join(", ")
        );
        Insert {
            sqlite,
            postgres: Arc::from(postgres),
        }
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

impl Tx {
    /// Inserts `rows` rows; the columns are those of the statement, in its order. Returns how many were added.
    pub(crate) async fn insert_rows(
        &mut self,
        insert: &Insert,
        rows: usize,
        columns: Vec<Column>,
    ) -> Result<u64, StoreError> {
        let encoded =
            |error: sqlx::error::BoxDynError| StoreError::from(sqlx::Error::Encode(error));
        match &mut self.inner {
            Inner::Sqlite(tx) => {
                let mut constants = SqliteArguments::default();
                let mut varying = Vec::with_capacity(columns.len());
                for column in columns {
                    match column {
                        Column::SameUuid(value) => constants.add(value).map_err(encoded)?,
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
                    Ok(Some((insert.sqlite[power as usize].clone(), arguments)))
                };
                let mut added = 0;
                let mut piece = next()?;
                while let Some((text, arguments)) = piece {
                    let statement = sqlx::query_with(AssertSqlSafe(text), arguments);
                    // SQLite works on a thread of its own; meanwhile the next piece is made ready here.
                    let (done, following) =
                        tokio::join!(statement.execute(&mut **tx), async { next() });
                    added += done?.rows_affected();
                    piece = following?;
                }
                Ok(added)
            }
            Inner::Postgres(tx) => {
                let mut arguments = PgArguments::default();
                let (constants, varying): (Vec<Column>, Vec<Column>) =
                    columns.into_iter().partition(|column| {
                        matches!(
                            column,
                            Column::SameUuid(_) | Column::SameInt(_) | Column::SameText(_)
                        )
                    });
                for column in constants.into_iter().chain(varying) {
                    match column {
                        Column::SameUuid(value) => arguments.add(value),
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
                let text = insert.postgres.clone();
                Ok(sqlx::query_with(AssertSqlSafe(text), arguments)
                    .execute(&mut **tx)
                    .await?
                    .rows_affected())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_on_postgres_and_powers_of_two_on_sqlite() {
        let insert = Insert::new(
            "t",
            &[same("w", "uuid"), each("a", "bigint"), each("s", "jsonb")],
            "ON CONFLICT DO NOTHING",
        );
        assert_eq!(
            &*insert.postgres,
            "INSERT INTO t (w, a, s) SELECT $1::uuid, v.column1, v.column2::jsonb \
             FROM UNNEST($2::bigint[], $3::text[]) AS v(column1, column2) ON CONFLICT DO NOTHING"
        );
        assert_eq!(insert.sqlite.len(), 10);
        assert_eq!(
            &*insert.sqlite[1],
            "INSERT OR FAIL INTO t (w, a, s) SELECT ?, v.column1, v.column2 \
             FROM (VALUES (?, ?), (?, ?)) AS v WHERE true ON CONFLICT DO NOTHING"
        );
    }
}
