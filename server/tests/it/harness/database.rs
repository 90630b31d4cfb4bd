//! Databases that live as long as one test.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    /// A file in a folder of its own.
    Sqlite,
    /// A database of its own on the server of `TEST_POSTGRES_URL`.
    Postgres,
}

impl Engine {
    /// Whether tests of this engine are to run. Without a PostgreSQL they fail, unless somebody said
    /// in so many words that SQLite will do.
    pub(crate) fn is_wanted(self) -> bool {
        self == Self::Sqlite
            || variable("TEST_POSTGRES_URL").is_some()
            || variable("TEST_SQLITE_ONLY").as_deref() != Some("1")
    }
}

/// One test's database, and the folder for everything else it leaves behind.
pub(crate) struct Database {
    /// Its address.
    pub(crate) url: String,
    folder: TempDir,
    on_server: Option<(String, String)>,
}

impl Database {
    /// Makes one.
    pub(crate) async fn create(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        if engine == Engine::Sqlite {
            let url = format!("sqlite://{}", folder.path().join("wardline.db").display());
            return Self { url, folder, on_server: None };
        }
        let server = variable("TEST_POSTGRES_URL").expect(
            "TEST_POSTGRES_URL is not set: run `make test-rust`, which starts a PostgreSQL, or set \
             TEST_SQLITE_ONLY=1 to leave PostgreSQL out",
        );
        let name = name();
        let mut admin = PgConnection::connect(&server).await.unwrap();
        admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
        let (base, _) = server.rsplit_once('/').unwrap();
        let url = format!("{base}/{name}");
        Self { url, folder, on_server: Some((server, name)) }
    }

    /// A folder that goes with the test.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Lets time pass for one session: everything that the database knows of it happened so much
    /// earlier, and its ends are so much nearer.
    pub(crate) async fn let_pass(&self, session: &str, span: Duration) {
        let ms = i64::try_from(span.as_millis()).unwrap();
        let id = if self.on_server.is_some() {
            format!("'{session}'")
        } else {
            format!("X'{}'", session.replace('-', ""))
        };
        let find = format!("SELECT superseded_at FROM sessions WHERE id = {id}");
        let times: Vec<i64> = serde_json::from_str(&self.text(find).await).unwrap();
        let earlier: Vec<i64> = times.into_iter().map(|at| at - ms).collect();
        let columns = [
            "created_at",
            "authenticated_at",
            "last_active_at",
            "idle_expires_at",
            "absolute_expires_at",
            "confirmed_at",
        ];
        let moved = columns.map(|column| format!("{column} = {column} - {ms}")).join(", ");
        self.execute(format!(
            "UPDATE sessions SET superseded_at = '{earlier:?}', {moved} WHERE id = {id}"
        ))
        .await;
    }

    async fn execute(&self, sql: String) {
        let sql = AssertSqlSafe(sql);
        if self.on_server.is_some() {
            PgConnection::connect(&self.url).await.unwrap().execute(sql).await.unwrap();
        } else {
            SqliteConnection::connect(&self.url).await.unwrap().execute(sql).await.unwrap();
        }
    }

    /// The one text that a statement finds.
    async fn text(&self, sql: String) -> String {
        let sql = AssertSqlSafe(sql);
        let (text,): (String,) = if self.on_server.is_some() {
            let mut conn = PgConnection::connect(&self.url).await.unwrap();
            sqlx::query_as(sql).fetch_one(&mut conn).await.unwrap()
        } else {
            let mut conn = SqliteConnection::connect(&self.url).await.unwrap();
            sqlx::query_as(sql).fetch_one(&mut conn).await.unwrap()
        };
        text
    }

    /// Takes it away. A test that failed leaves it behind, for whoever wants to look.
    pub(crate) async fn remove(self) {
        if let Some((server, name)) = self.on_server {
            let mut admin = PgConnection::connect(&server).await.unwrap();
            let drop = format!("DROP DATABASE {name} WITH (FORCE)");
            admin.execute(AssertSqlSafe(drop)).await.unwrap();
        }
    }
}

fn name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut random = [0_u8; 4];
    getrandom::fill(&mut random).unwrap();
    format!("it_{}_{:08x}_{count}", std::process::id(), u32::from_ne_bytes(random))
}

#[expect(clippy::disallowed_methods, reason = "tests have no configuration")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
