//! Opening, migrating and closing.

use crate::on_both_engines;
use crate::world::{WARD, inbound};
use domain::event::EventStore;
use domain::staff::StaffStore;
use domain::store::{Store, StoreError};
use domain::tickets::{Channel, TicketStore};
use std::sync::Arc;
use storage::{OpenError, OpenOptions};

on_both_engines! {
    async fn a_database_is_ready_once_its_schema_is_the_programs(db) {
        db.store.ready().await.unwrap();
        // Migrating again finds nothing to do.
        storage::migrate(&db.url).await.unwrap();
        db.store.ready().await.unwrap();
        db.execute("DELETE FROM _sqlx_migrations WHERE version > 1").await;
        assert!(matches!(db.store.ready().await, Err(StoreError::Inconsistent(_))));
    }

    async fn a_newer_schema_is_refused_with_its_version(db) {
        db.execute(
            "INSERT INTO _sqlx_migrations
                (version, description, success, checksum, execution_time)
             SELECT 999, 'from the future', success, checksum, 1
             FROM _sqlx_migrations WHERE version = 1",
        )
        .await;
        let error = storage::open(&db.url, OpenOptions::default()).await.err().unwrap();
        assert!(matches!(error, OpenError::NewerSchema { found: 999, .. }), "{error}");
        assert!(error.to_string().contains("999"));
        assert!(db.store.ready().await.is_err());
    }

    async fn a_migration_that_was_changed_after_it_ran_is_refused(db) {
        let other = if db.is_postgres() { "'\\x00'" } else { "x'00'" };
        db.execute(&format!("UPDATE _sqlx_migrations SET checksum = {other} WHERE version = 1"))
            .await;
        let error = storage::migrate(&db.url).await.unwrap_err();
        assert!(matches!(error, OpenError::Migration(_)), "{error}");
    }

    async fn what_was_written_is_there_after_closing_and_opening(db) {
        db.settle().await;
        let head = db.write_in("SM1", "+254712345678", "Habari").await;
        let told = db.store.head().await.unwrap();
        db.store.close().await;
        assert!(db.store.staff(WARD).await.is_err());
        let again = db.other_node().await;
        assert_eq!(again.head().await.unwrap(), told);
        assert_eq!(again.staff(WARD).await.unwrap().unwrap().id, WARD);
        again.close().await;
        assert!(head.new);
    }

    async fn several_programs_may_start_at_once(db) {
        // On an empty database of their own, which the first of them migrates.
        let url = if db.is_postgres() {
            db.execute("DROP SCHEMA public CASCADE").await;
            db.execute("CREATE SCHEMA public").await;
            db.url.clone()
        } else {
            format!("{}.second", db.url)
        };
        let starts = (0..4).map(|_| storage::migrate(&url));
        for outcome in futures::future::join_all(starts).await {
            outcome.unwrap();
        }
        let opened = storage::open(&url, OpenOptions::default()).await.unwrap();
        opened.ready().await.unwrap();
        opened.close().await;
    }

    async fn a_row_that_cannot_be_is_an_inconsistency(db) {
        db.settle().await;
        db.execute("UPDATE users SET locale = 'xx' WHERE id = 4").await;
        assert!(matches!(db.store.staff(WARD).await, Err(StoreError::Inconsistent(_))));
    }

    async fn the_servers_own_default_of_isolation_does_not_matter(db) {
        if !db.is_postgres() {
            return; // SQLite knows one isolation only.
        }
        db.settle().await;
        let name = db.url.rsplit('/').next().unwrap();
        let setting = "default_transaction_isolation = 'serializable'";
        db.execute(&format!("ALTER DATABASE {name} SET {setting}")).await;
        let node = db.other_node().await;
        let posts = (0..20).map(|nth| {
            let node = Arc::clone(&node);
            tokio::spawn(async move {
                let message = inbound(&format!("SM{nth}"), "+254712345678", "Habari");
                TicketStore::ingest(&*node, Channel::Simulator, &message).await.unwrap()
            })
        });
        for post in futures::future::join_all(posts).await {
            assert!(post.unwrap().new);
        }
        node.close().await;
    }

    async fn who_waits_too_long_for_a_lock_is_told_that_it_is_busy(db) {
        db.settle().await;
        let holder = hold_the_sessions(db).await;
        let session = tokio::time::timeout(
            std::time::Duration::from_secs(15),
            async { domain::session::SessionStore::end_sessions_of(
                &*db.store, WARD, WARD, domain::session::EndReason::SessionRevoked).await },
        );
        let outcome = session.await.expect("an answer within the limit");
        assert!(matches!(outcome, Err(StoreError::Busy)), "{outcome:?}");
        drop(holder);
    }
}

/// Another program holds what this one needs.
async fn hold_the_sessions(db: &crate::harness::TestDb) -> Box<dyn std::any::Any + Send> {
    use sqlx::{Connection, Executor};
    if db.is_postgres() {
        let mut conn = sqlx::PgConnection::connect(&db.url).await.unwrap();
        conn.execute("BEGIN").await.unwrap();
        conn.execute("LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE").await.unwrap();
        Box::new(conn)
    } else {
        let mut conn = sqlx::SqliteConnection::connect(&db.url).await.unwrap();
        conn.execute("BEGIN IMMEDIATE").await.unwrap();
        Box::new(conn)
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_without_the_password() {
    let error = storage::migrate("postgres://user:hush@127.0.0.1:1/none").await.unwrap_err();
    assert!(matches!(error, OpenError::Unreachable(_)));
    assert!(!format!("{error} {error:?}").contains("hush"));
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let url = format!("sqlite://{}", file.join("below/wardline.db").display());
    let error = storage::migrate(&url).await.unwrap_err();
    assert!(matches!(&error, OpenError::Folder(..)), "{error}");
    assert!(error.to_string().contains("below"));
}
