//! Opening a database: the URL's scheme picks the engine, pending migrations run, pools are made.

use crate::db::{Engine, Storage};
use crate::wake::{self, Wake};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

// `run_direct` below is what `run` calls. The futures of `run` itself are not `Send` for a borrowed
// connection, and a server opens its database inside of a task.

/// The migrations of SQLite, compiled in.
static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
/// The migrations of PostgreSQL, compiled in: same numbers, same names.
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// How long a caller waits for a connection, for SQLite's writer and for a lock.
const WAIT_MAX: Duration = Duration::from_secs(5);
/// How long PostgreSQL works on one statement.
const STATEMENT_MS_MAX: u32 = 10_000;
/// How long PostgreSQL keeps the locks of somebody who says nothing.
const IDLE_IN_TRANSACTION_MS_MAX: u32 = 15_000;

/// What may be chosen about a database's connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenOptions {
    /// The most connections to PostgreSQL, besides the one that listens.
    pub connections: u32,
    /// The most connections to SQLite that read, besides the one that writes.
    pub readers: u32,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self { connections: 16, readers: 8 }
    }
}

/// Why a database could not be opened. No message holds the URL, for it may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Neither engine's scheme.
    #[error("the database URL must begin with sqlite:// or postgres://")]
    UnknownScheme,
    /// Its scheme is good, the rest is not.
    #[error("the database URL can't be read: {0}")]
    BadUrl(#[source] sqlx::Error),
    /// SQLite in memory is one database per connection.
    #[error("SQLite needs a file: a database in memory can't be shared by several connections")]
    InMemory,
    /// The folder of the file could not be made.
    #[error("the database's folder {0} can't be made: {1}")]
    Folder(String, #[source] std::io::Error),
    /// No answer, or a refusal.
    #[error("the database can't be reached: {0}")]
    Unreachable(#[source] sqlx::Error),
    /// Somebody migrated it with a newer program.
    #[error(
        "the database has schema version {found}, newer than the version {known} of this program: \
         start the newer program"
    )]
    NewerSchema {
        /// A version the database has and this program lacks.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// A migration failed; what it did was undone.
    #[error("the database's schema can't be brought up to date: {0}")]
    Migration(#[source] MigrateError),
}

/// Opens the database behind `url` and brings its schema up to date.
///
/// `sqlite://path` makes the file and its folder when they are missing.
pub async fn open(url: &str, options: OpenOptions) -> Result<Arc<Storage>, OpenError> {
    let wake = Wake::new();
    let engine = match Target::of(url)? {
        Target::Sqlite(file) => open_sqlite(*file, options).await?,
        Target::Postgres(server) => open_postgres(*server, options, &wake).await?,
    };
    Ok(Arc::new(Storage { engine, wake }))
}

/// Brings the schema of the database behind `url` up to date, and nothing else.
pub async fn migrate(url: &str) -> Result<(), OpenError> {
    match Target::of(url)? {
        Target::Sqlite(file) => migrate_sqlite(&file).await,
        Target::Postgres(server) => migrate_postgres(&server).await,
    }
}

/// The newest schema version this program knows.
pub(crate) fn schema_version() -> i64 {
    newest(&SQLITE)
}

enum Target {
    Sqlite(Box<SqliteConnectOptions>),
    Postgres(Box<PgConnectOptions>),
}

impl Target {
    fn of(url: &str) -> Result<Self, OpenError> {
        let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
        match scheme {
            "sqlite" if url.contains(":memory:") || url.contains("mode=memory") => {
                return Err(OpenError::InMemory);
            }
            "sqlite" => SqliteConnectOptions::from_str(url)
                .map(sqlite_settings)
                .map(Box::new)
                .map(Self::Sqlite),
            "postgres" | "postgresql" => {
                PgConnectOptions::from_str(url).map(Box::new).map(Self::Postgres)
            }
            _ => return Err(OpenError::UnknownScheme),
        }
        .map_err(OpenError::BadUrl)
    }
}

fn sqlite_settings(file: SqliteConnectOptions) -> SqliteConnectOptions {
    file.create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // What was answered with success survives a power cut.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(WAIT_MAX)
        .foreign_keys(true)
        .pragma("cache_size", "-16000")
        .pragma("mmap_size", "268435456")
        .pragma("temp_store", "memory")
        .pragma("journal_size_limit", "67108864")
}

async fn open_sqlite(
    file: SqliteConnectOptions,
    options: OpenOptions,
) -> Result<Engine, OpenError> {
    migrate_sqlite(&file).await?;
    let pool = || {
        SqlitePoolOptions::new()
            .acquire_timeout(WAIT_MAX)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
    };
    let writer = pool()
        .max_connections(1)
        .connect_with(file.clone().optimize_on_close(true, 400))
        .await
        .map_err(OpenError::Unreachable)?;
    // Not opened read-only: such a connection could not recover the log after a crash.
    let readers = pool()
        .max_connections(options.readers.max(1))
        .connect_with(file.pragma("query_only", "on"))
        .await
        .map_err(OpenError::Unreachable)?;
    Ok(Engine::Sqlite { writer, readers })
}

async fn migrate_sqlite(file: &SqliteConnectOptions) -> Result<(), OpenError> {
    if let Some(folder) = file.get_filename().parent()
        && !folder.as_os_str().is_empty()
    {
        own_folder(folder)
            .await
            .map_err(|error| OpenError::Folder(folder.display().to_string(), error))?;
    }
    own_file(file.get_filename())
        .await
        .map_err(|error| OpenError::Folder(file.get_filename().display().to_string(), error))?;
    let mut conn = file.connect().await.map_err(OpenError::Unreachable)?;
    // All of them in one transaction, which is also the lock against another program that starts.
    let mut tx = conn.begin_with("BEGIN IMMEDIATE").await.map_err(OpenError::Unreachable)?;
    SQLITE
        .run_direct(None, &mut *tx, false)
        .await
        .map_err(|error| migration_failed(error, &SQLITE))?;
    tx.commit().await.map_err(OpenError::Unreachable)?;
    conn.close().await.map_err(OpenError::Unreachable)
}

/// Makes the folder when it is not there, for its owner alone.
async fn own_folder(folder: &Path) -> std::io::Result<()> {
    if tokio::fs::try_exists(folder).await? {
        return Ok(());
    }
    tokio::fs::create_dir_all(folder).await?;
    tokio::fs::set_permissions(folder, Permissions::from_mode(0o700)).await
}

/// Makes the file when it is not there, for its owner alone: it holds numbers, messages and the
/// hashes of passwords. SQLite gives its side files the same mode.
async fn own_file(path: &Path) -> std::io::Result<()> {
    let mut options = tokio::fs::OpenOptions::new();
    options.create(true).append(true).mode(0o600).open(path).await.map(|_| ())
}

async fn open_postgres(
    server: PgConnectOptions,
    options: OpenOptions,
    wake: &Wake,
) -> Result<Engine, OpenError> {
    migrate_postgres(&server).await?;
    let server = server.application_name("wardline").options([
        // What the order of the log relies on, whatever the server's default is: each statement sees
        // what was committed before it.
        ("default_transaction_isolation", "read committed".to_owned()),
        ("statement_timeout", STATEMENT_MS_MAX.to_string()),
        ("lock_timeout", WAIT_MAX.as_millis().to_string()),
        ("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION_MS_MAX.to_string()),
    ]);
    let pool = PgPoolOptions::new()
        .max_connections(options.connections.max(1))
        .acquire_timeout(WAIT_MAX)
        .connect_with(server.clone())
        .await
        .map_err(OpenError::Unreachable)?;
    // A pool of its own: the listener keeps its connection for ever.
    let notifications = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(WAIT_MAX)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_lazy_with(server);
    let listening = tokio::spawn(wake::listen(notifications.clone(), wake.clone()));
    Ok(Engine::Postgres { pool, notifications, listener: listening.abort_handle() })
}

async fn migrate_postgres(server: &PgConnectOptions) -> Result<(), OpenError> {
    // Without the limits on statements: a migration may take its time. The migrator takes a lock, so
    // of several nodes that start one does the work and the others wait.
    let mut conn = server.connect().await.map_err(OpenError::Unreachable)?;
    POSTGRES
        .run_direct(None, &mut conn, false)
        .await
        .map_err(|error| migration_failed(error, &POSTGRES))?;
    conn.close().await.map_err(OpenError::Unreachable)
}

fn migration_failed(error: MigrateError, known: &Migrator) -> OpenError {
    match error {
        MigrateError::VersionMissing(found) if found > newest(known) => {
            OpenError::NewerSchema { found, known: newest(known) }
        }
        error => OpenError::Migration(error),
    }
}

fn newest(migrator: &Migrator) -> i64 {
    migrator.iter().map(|migration| migration.version).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    #[test]
    fn both_engines_have_the_same_migrations() {
        let names = |migrator: &Migrator| -> Vec<_> {
            migrator.iter().map(|one| (one.version, one.description.clone())).collect()
        };
        assert_eq!(names(&SQLITE), names(&POSTGRES));
        assert!(schema_version() > 0);
    }

    #[tokio::test]
    async fn a_url_of_no_engine_is_refused_without_being_repeated() {
        for url in ["", "data/wardline.db", "mysql://root:hush@host/x", "postgres://u:hush@h:x/y"] {
            let error = migrate(url).await.unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hush"), "{error:?}");
        }
    }

    /// What a client says to a server that answers its wish for TLS with `answer`.
    async fn told(answer: u8) -> Vec<u8> {
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = server.local_addr().unwrap();
        let client = tokio::spawn(async move {
            migrate(&format!("postgres://u:hush@{at}/x?sslmode=require")).await
        });
        let (mut wire, _) = server.accept().await.unwrap();
        let mut wish = [0; 8];
        wire.read_exact(&mut wish).await.unwrap();
        // SSLRequest, in the chapter on message formats of PostgreSQL's manual.
        assert_eq!(wish, [0, 0, 0, 8, 4, 210, 22, 47]);
        wire.write_all(&[answer]).await.unwrap();
        let mut told = vec![0; 2];
        let told = match wire.read_exact(&mut told).await {
            Ok(_) => told,
            Err(_) => Vec::new(),
        };
        drop(wire);
        assert!(matches!(client.await.unwrap(), Err(OpenError::Unreachable(_))));
        told
    }

    #[tokio::test]
    async fn a_url_that_asks_for_tls_gets_it_or_nothing_is_said() {
        // A handshake of TLS 1.x.
        assert_eq!(told(b'S').await, [22, 3]);
        assert!(told(b'N').await.is_empty());
    }

    #[tokio::test]
    async fn sqlite_in_memory_is_refused() {
        assert!(matches!(migrate("sqlite::memory:").await, Err(OpenError::InMemory)));
        assert!(matches!(migrate("sqlite://x?mode=memory").await, Err(OpenError::InMemory)));
    }
}
