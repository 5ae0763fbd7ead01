//! One SQL text on either engine.

/// Runs one statement in a [`Tx`](crate::Tx): `sql!(self, fetch_all as Row, "SELECT … $1", bind, …)`.
///
/// The text is the same for both engines; the macro writes the two arms.
macro_rules! sql {
    ($tx:expr, execute, $sql:expr $(, $bind:expr)* $(,)?) => {
        match &mut $tx.inner {
            $crate::store::Inner::Sqlite(tx) => sqlx::query($sql)$(.bind($bind))*.execute(&mut **tx).await.map(|done| done.rows_affected()),
            $crate::store::Inner::Postgres(tx) => sqlx::query($sql)$(.bind($bind))*.execute(&mut **tx).await.map(|done| done.rows_affected()),
        }
    };
    ($tx:expr, $fetch:ident as $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match &mut $tx.inner {
            $crate::store::Inner::Sqlite(tx) => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.$fetch(&mut **tx).await,
            $crate::store::Inner::Postgres(tx) => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.$fetch(&mut **tx).await,
        }
    };
}

/// Runs a statement whose text or number of binds is only known at run time. `$query` is a closure-like pattern
/// `|query| { … }` that binds to `query` in place; values never become part of the text.
macro_rules! sql_with {
    ($tx:expr, $fetch:ident as $row:ty, $sql:expr, |$query:ident| $bind:block) => {
        match &mut $tx.inner {
            $crate::store::Inner::Sqlite(tx) => {
                let mut $query = sqlx::query_as::<sqlx::Sqlite, $row>(sqlx::AssertSqlSafe($sql));
                $bind
                $query.$fetch(&mut **tx).await
            }
            $crate::store::Inner::Postgres(tx) => {
                let mut $query = sqlx::query_as::<sqlx::Postgres, $row>(sqlx::AssertSqlSafe($sql));
                $bind
                $query.$fetch(&mut **tx).await
            }
        }
    };
    ($tx:expr, execute, $sql:expr, |$query:ident| $bind:block) => {
        match &mut $tx.inner {
            $crate::store::Inner::Sqlite(tx) => {
                let mut $query = sqlx::query::<sqlx::Sqlite>(sqlx::AssertSqlSafe($sql));
                $bind
                $query.execute(&mut **tx).await.map(|done| done.rows_affected())
            }
            $crate::store::Inner::Postgres(tx) => {
                let mut $query = sqlx::query::<sqlx::Postgres>(sqlx::AssertSqlSafe($sql));
                $bind
                $query.execute(&mut **tx).await.map(|done| done.rows_affected())
            }
        }
    };
}
