//! The two engines behind one face: reading, and writing in transactions.
//!
//! SQLite has one writer: a pool of a single connection whose transactions begin with the lock
//! (`BEGIN IMMEDIATE`), beside connections that only read. PostgreSQL has one pool for both.
//!
//! A [`Tx`] that is dropped without [`Tx::commit`] is rolled back, so `?` anywhere undoes everything.

use crate::error::stored;
use crate::sql::{Row, Sql};
use crate::wake::Wake;
use domain::store::{StoreError, Stored};
use sqlx::{AssertSqlSafe, PgPool, Postgres, Sqlite, SqlitePool, Transaction};
use tokio::task::AbortHandle;

/// The database, open. Made by [`open`](crate::open()).
pub struct Storage {
    pub(crate) engine: Engine,
    pub(crate) wake: Wake,
}

pub(crate) enum Engine {
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    Postgres { pool: PgPool, notifications: PgPool, listener: AbortHandle },
}

/// A transaction under way.
pub(crate) struct Tx {
    inner: Inner,
    wake: Wake,
    appended: bool,
}

enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Prepares a statement for one engine and hands it over with its executor.
macro_rules! run {
    ($sql:expr, $for_engine:ident, $method:ident($conn:expr)) => {{
        let persistent = $sql.persistent();
        let (text, values) = $sql.$for_engine().map_err(StoreError::Broken)?;
        sqlx::query_with(AssertSqlSafe(text), values)
            .persistent(persistent)
            .$method($conn)
            .await
            .map_err(stored)
    }};
    ($sql:expr, $for_engine:ident, $method:ident::<$row:ty>($conn:expr)) => {{
        let persistent = $sql.persistent();
        let (text, values) = $sql.$for_engine().map_err(StoreError::Broken)?;
        sqlx::query_as_with::<_, $row, _>(AssertSqlSafe(text), values)
            .persistent(persistent)
            .$method($conn)
            .await
            .map_err(stored)
    }};
}

impl Storage {
    /// The rows of a reading statement.
    pub(crate) async fn all<T: Row>(&self, sql: Sql) -> Stored<Vec<T>> {
        match &self.engine {
            Engine::Sqlite { readers, .. } => run!(sql, for_sqlite, fetch_all::<T>(readers)),
            Engine::Postgres { pool, .. } => run!(sql, for_postgres, fetch_all::<T>(pool)),
        }
    }

    /// The first row of a reading statement, when there is one.
    pub(crate) async fn maybe<T: Row>(&self, sql: Sql) -> Stored<Option<T>> {
        match &self.engine {
            Engine::Sqlite { readers, .. } => run!(sql, for_sqlite, fetch_optional::<T>(readers)),
            Engine::Postgres { pool, .. } => run!(sql, for_postgres, fetch_optional::<T>(pool)),
        }
    }

    /// The only row of a reading statement that always has one.
    pub(crate) async fn one<T: Row>(&self, sql: Sql) -> Stored<T> {
        match &self.engine {
            Engine::Sqlite { readers, .. } => run!(sql, for_sqlite, fetch_one::<T>(readers)),
            Engine::Postgres { pool, .. } => run!(sql, for_postgres, fetch_one::<T>(pool)),
        }
    }

    /// Begins a transaction that will write.
    pub(crate) async fn begin(&self) -> Stored<Tx> {
        let inner = match &self.engine {
            Engine::Sqlite { writer, .. } => {
                Inner::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await.map_err(stored)?)
            }
            Engine::Postgres { pool, .. } => Inner::Postgres(pool.begin().await.map_err(stored)?),
        };
        Ok(Tx { inner, wake: self.wake.clone(), appended: false })
    }

    /// Runs one writing statement in a transaction of its own; answers how many rows it touched.
    pub(crate) async fn run(&self, sql: Sql) -> Stored<u64> {
        let mut tx = self.begin().await?;
        let touched = tx.run(sql).await?;
        tx.commit().await?;
        Ok(touched)
    }

    /// Closes all connections after what is under way. SQLite's log is folded into its file, which
    /// can then be copied as it is. Whoever asks afterwards gets an error.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite { writer, readers } => {
                readers.close().await;
                let folded = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(writer).await;
                if let Err(error) = folded {
                    tracing::warn!(error = %error, "could not fold the log of SQLite: {error}");
                }
                writer.close().await;
            }
            Engine::Postgres { pool, notifications, listener } => {
                listener.abort();
                notifications.close().await;
                pool.close().await;
            }
        }
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        if let Engine::Postgres { listener, .. } = &self.engine {
            listener.abort();
        }
    }
}

impl Tx {
    /// The rows of a statement.
    pub(crate) async fn all<T: Row>(&mut self, sql: Sql) -> Stored<Vec<T>> {
        match &mut self.inner {
            Inner::Sqlite(tx) => run!(sql, for_sqlite, fetch_all::<T>(&mut **tx)),
            Inner::Postgres(tx) => run!(sql, for_postgres, fetch_all::<T>(&mut **tx)),
        }
    }

    /// The first row of a statement, when there is one.
    pub(crate) async fn maybe<T: Row>(&mut self, sql: Sql) -> Stored<Option<T>> {
        match &mut self.inner {
            Inner::Sqlite(tx) => run!(sql, for_sqlite, fetch_optional::<T>(&mut **tx)),
            Inner::Postgres(tx) => run!(sql, for_postgres, fetch_optional::<T>(&mut **tx)),
        }
    }

    /// The only row of a statement that always has one.
    pub(crate) async fn one<T: Row>(&mut self, sql: Sql) -> Stored<T> {
        match &mut self.inner {
            Inner::Sqlite(tx) => run!(sql, for_sqlite, fetch_one::<T>(&mut **tx)),
            Inner::Postgres(tx) => run!(sql, for_postgres, fetch_one::<T>(&mut **tx)),
        }
    }

    /// Runs a statement; answers how many rows it touched.
    pub(crate) async fn run(&mut self, sql: Sql) -> Stored<u64> {
        match &mut self.inner {
            Inner::Sqlite(tx) => {
                run!(sql, for_sqlite, execute(&mut **tx)).map(|done| done.rows_affected())
            }
            Inner::Postgres(tx) => {
                run!(sql, for_postgres, execute(&mut **tx)).map(|done| done.rows_affected())
            }
        }
    }

    /// Runs statements one after another.
    pub(crate) async fn run_all(&mut self, statements: Vec<Sql>) -> Stored<()> {
        for sql in statements {
            self.run(sql).await?;
        }
        Ok(())
    }

    /// Whether this is PostgreSQL, for the few places that differ by more than a word.
    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.inner, Inner::Postgres(_))
    }

    /// Notes that the commit will be worth waking for.
    pub(crate) fn note_appended(&mut self) {
        self.appended = true;
    }

    /// Makes it all durable.
    pub(crate) async fn commit(self) -> Stored<()> {
        let _alarm = self.appended.then(|| self.wake.alarm());
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await,
            Inner::Postgres(tx) => tx.commit().await,
        }
        .map_err(stored)
    }
}
