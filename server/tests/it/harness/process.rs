//! The program as a process of its own: to be killed, or to stand beside another one.

use super::database::Database;
use std::fs::File;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;
use tokio::task::JoinHandle;

/// The file of its log, in the folder of its database.
const LOG: &str = "log";

/// The program as a process of its own, which may come back on the same port with the same data.
pub(crate) struct Program {
    child: Child,
    /// Where it answers.
    pub(crate) url: String,
    log: PathBuf,
}

impl Program {
    /// Starts it and waits until it is ready.
    pub(crate) async fn start(port: u16, database: &Database) -> Self {
        Self::run(port, database, "warn", Stdio::inherit()).await
    }

    /// The same with a log that can be read.
    pub(crate) async fn telling(port: u16, database: &Database) -> Self {
        let file = File::create(database.folder().join(LOG)).unwrap();
        Self::run(port, database, "info", file.into()).await
    }

    async fn run(port: u16, database: &Database, level: &str, log: Stdio) -> Self {
        let address = format!("127.0.0.1:{port}");
        // The pages of this program are nobody's subject here, and the site may not have been built.
        let site = database.folder().join("site");
        std::fs::create_dir_all(site.join("pkg")).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_server"))
            .arg("serve")
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
            // Whoever runs the tests may have settings of their own.
            .env_clear()
            .env("LEPTOS_SITE_ADDR", &address)
            .env("LEPTOS_SITE_ROOT", site)
            .env("WARDLINE_DATA_DIR", database.folder())
            .env("DATABASE_URL", &database.url)
            .env("WARDLINE_DEMO", "1")
            .env("WARDLINE_LOGIN_LIMIT", "off")
            .env("RUST_LOG", level)
            .env("WARDLINE_LOG", "text")
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("the program starts");
        let log = database.folder().join(LOG);
        let program = Self { child, url: format!("http://{address}"), log };
        program.ready().await;
        program
    }

    async fn ready(&self) {
        for _ in 0..600 {
            if let Ok(answer) = reqwest::get(format!("{}/readyz", self.url)).await
                && answer.status().is_success()
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the program was not ready within a minute");
    }

    /// What it has logged so far, when it is a telling one.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Asks it to stop, as whoever deploys a new version does; answers how it ended.
    pub(crate) fn terminate(mut self) -> JoinHandle<ExitStatus> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        tokio::task::spawn_blocking(move || self.child.wait().expect("it ended"))
    }

    /// Ends it without a warning, as a power cut does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
