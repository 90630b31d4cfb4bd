//! The whole database as one port.

use crate::db::Storage;
use crate::error::impossible;
use crate::open::schema_version;
use crate::plant;
use crate::sql::Sql;
use async_trait::async_trait;
use domain::demo::DemoWorld;
use domain::store::{Store, Stored};

#[async_trait]
impl Store for Storage {
    async fn ready(&self) -> Stored<()> {
        let (found,): (Option<i64>,) =
            self.one(Sql::new("SELECT MAX(version) FROM _sqlx_migrations WHERE success")).await?;
        let known = schema_version();
        if found == Some(known) {
            Ok(())
        } else {
            let found = found.unwrap_or(0);
            Err(impossible(
                "the schema is not the one of this program",
                format_args!("version {found} instead of {known}"),
            ))
        }
    }

    async fn plant(&self, world: &DemoWorld, password_hash: &str) -> Stored<bool> {
        plant::plant(self, world, password_hash).await
    }
}
