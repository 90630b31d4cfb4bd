//! A database per test, gone afterwards, and the macro that runs a story on both engines.

use futures::FutureExt;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use storage::{OpenOptions, Storage};
use tempfile::TempDir;

/// Runs each story on SQLite and on PostgreSQL, as the tests `story::sqlite` and `story::postgres`.
#[macro_export]
macro_rules! on_both_engines {
    ($($(#[$attribute:meta])* async fn $name:ident($db:ident) $body:block)+) => {$(
        $(#[$attribute])*
        mod $name {
            use super::*;

            async fn story($db: &$crate::harness::TestDb) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                $crate::harness::on_sqlite(|db| Box::pin(story(db))).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                $crate::harness::on_postgres(|db| Box::pin(story(db))).await;
            }
        }
    )+};
}

/// A fresh database with nothing but its schema.
pub(crate) struct TestDb {
    /// The port under test.
    pub(crate) store: Arc<Storage>,
    /// Where it is.
    pub(crate) url: String,
}

type Story<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

impl TestDb {
    async fn at(url: String) -> Self {
        let store = storage::open(&url, OpenOptions::default()).await.unwrap();
        Self { store, url }
    }

    /// Whether it is PostgreSQL.
    pub(crate) fn is_postgres(&self) -> bool {
        self.url.starts_with("postgres")
    }

    /// Another program on the same database.
    pub(crate) async fn other_node(&self) -> Arc<Storage> {
        storage::open(&self.url, OpenOptions::default()).await.unwrap()
    }

    /// Runs a statement behind the port's back.
    pub(crate) async fn execute(&self, sql: &str) {
        let sql = AssertSqlSafe(sql);
        if self.is_postgres() {
            let mut conn = PgConnection::connect(&self.url).await.unwrap();
            sqlx::query(sql).execute(&mut conn).await.unwrap();
        } else {
            let mut conn = SqliteConnection::connect(&self.url).await.unwrap();
            sqlx::query(sql).execute(&mut conn).await.unwrap();
        }
    }

    /// The number that a statement finds, behind the port's back.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let sql = AssertSqlSafe(sql);
        let (number,): (i64,) = if self.is_postgres() {
            let mut conn = PgConnection::connect(&self.url).await.unwrap();
            sqlx::query_as(sql).fetch_one(&mut conn).await.unwrap()
        } else {
            let mut conn = SqliteConnection::connect(&self.url).await.unwrap();
            sqlx::query_as(sql).fetch_one(&mut conn).await.unwrap()
        };
        number
    }
}

/// Runs a story on a SQLite file of its own.
pub(crate) async fn on_sqlite(story: impl for<'a> FnOnce(&'a TestDb) -> Story<'a>) {
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite://{}", folder.path().join("data/wardline.db").display());
    let db = TestDb::at(url).await;
    let outcome = AssertUnwindSafe(story(&db)).catch_unwind().await;
    db.store.close().await;
    outcome.unwrap_or_else(|panic| resume_unwind(panic));
}

/// Numbers the databases of this process.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// Runs a story on a PostgreSQL database of its own.
pub(crate) async fn on_postgres(story: impl for<'a> FnOnce(&'a TestDb) -> Story<'a>) {
    let Some(server) = postgres_server() else { return };
    let name = format!("storage_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let mut admin = PgConnection::connect(&server).await.expect("TEST_POSTGRES_URL must answer");
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&mut admin)
        .await
        .unwrap();
    let (base, _) = server.rsplit_once('/').expect("a URL that ends in /postgres");
    let db = TestDb::at(format!("{base}/{name}")).await;
    let outcome = AssertUnwindSafe(story(&db)).catch_unwind().await;
    db.store.close().await;
    sqlx::query(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)")))
        .execute(&mut admin)
        .await
        .unwrap();
    outcome.unwrap_or_else(|panic| resume_unwind(panic));
}

/// The server to test against; `None` when the PostgreSQL half is left out on purpose.
#[expect(clippy::disallowed_methods, reason = "tests are configured by their environment")]
fn postgres_server() -> Option<String> {
    let server = std::env::var("TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty());
    let left_out = std::env::var("TEST_SQLITE_ONLY").is_ok_and(|value| value == "1");
    assert!(
        server.is_some() || left_out,
        "TEST_POSTGRES_URL is not set: run this under scripts/with-services.sh, or set \
         TEST_SQLITE_ONLY=1 to leave PostgreSQL out"
    );
    server
}
