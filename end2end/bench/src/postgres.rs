//! A database on somebody's PostgreSQL that is there for one measurement, by `psql`.

use crate::fault::{Fault, Outcome, While};
use std::process::Stdio;
use tokio::process::Command;

/// A database that is ours alone.
pub(crate) struct Scratch {
    server_url: String,
    url: String,
    name: String,
}

impl Scratch {
    /// Makes an empty database on the server behind `server_url`.
    pub(crate) async fn create(server_url: &str) -> Outcome<Self> {
        let name = format!("wardline_bench_{}", std::process::id());
        let url = with_database(server_url, &name)
            .ok_or_else(|| Fault::new("--postgres: give postgres://user@host:port/database"))?;
        query(server_url, &format!("CREATE DATABASE {name}")).await?;
        Ok(Self { server_url: server_url.to_owned(), url, name })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Removes it.
    pub(crate) async fn drop(self) -> Outcome<()> {
        let statement = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        query(&self.server_url, &statement).await.map(drop)
    }
}

/// The server's version, and what a commit waits for: without that a figure says little.
pub(crate) async fn describe(server_url: &str) -> Outcome<String> {
    let asked = "SELECT format('PostgreSQL %s with fsync %s and synchronous_commit %s', \
                 current_setting('server_version'), current_setting('fsync'), \
                 current_setting('synchronous_commit'))";
    query(server_url, asked).await
}

async fn query(url: &str, statement: &str) -> Outcome<String> {
    let output = Command::new("psql")
        .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", statement])
        .stdin(Stdio::null())
        .output()
        .await
        .during("psql (it comes with PostgreSQL's client package)")?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    let error = String::from_utf8_lossy(&output.stderr);
    Err(Fault::new(format!("psql: {}", error.trim())))
}

/// The same URL with another database.
fn with_database(url: &str, name: &str) -> Option<String> {
    let (before, parameters) = url.split_once('?').map_or((url, None), |(a, b)| (a, Some(b)));
    let (scheme, rest) = before.split_once("://")?;
    let (server, _) = rest.split_once('/')?;
    let parameters = parameters.map(|text| format!("?{text}")).unwrap_or_default();
    Some(format!("{scheme}://{server}/{name}{parameters}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_of_a_url_changes() {
        let changed = |url| with_database(url, "ours");
        assert_eq!(
            changed("postgres://a:b@h:5/postgres").as_deref(),
            Some("postgres://a:b@h:5/ours")
        );
        assert_eq!(
            changed("postgres://h/x?sslmode=off").as_deref(),
            Some("postgres://h/ours?sslmode=off")
        );
        assert_eq!(changed("nonsense"), None);
    }
}
