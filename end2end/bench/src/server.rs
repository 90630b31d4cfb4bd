//! A server of our own: a process with a database, a data folder and a port that nobody else uses.

use crate::fault::{Fault, Outcome, While};
use crate::http_client::Client;
use crate::postgres;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

/// Below the project's folder: on the disk that a database would use, not in memory.
const FOLDER: &str = "target/bench";
/// How long one command, or a start, may take. A debug build writes its demo data slowly.
const STARTED_WITHIN: Duration = Duration::from_secs(120);
/// How much of a log is told.
const TOLD_LINES: usize = 15;
/// Open sockets per person, far above what any measurement opens.
const SOCKETS_PER_PERSON: &str = "1000";

/// Which database a server uses.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Engine<'a> {
    /// A file in the data folder.
    Sqlite,
    /// A database of its own on this PostgreSQL.
    Postgres(&'a str),
}

/// A database with demo data, and everything else that servers on it share.
pub(crate) struct World {
    program: PathBuf,
    folder: TempDir,
    log: PathBuf,
    database_url: String,
    postgres: Option<postgres::Scratch>,
}

impl World {
    /// Makes an empty database and plants the demo data. `name` is that of the log file.
    pub(crate) async fn plant(program: &Path, engine: Engine<'_>, name: &str) -> Outcome<Self> {
        let program = fs::canonicalize(program).during(&format!(
            "{} (build it with `make bench`, and start this in the project's folder)",
            program.display()
        ))?;
        fs::create_dir_all(FOLDER).during(FOLDER)?;
        let shelf = fs::canonicalize(FOLDER).during(FOLDER)?;
        let folder = tempfile::Builder::new().prefix("data-").tempdir_in(&shelf)?;
        let log = shelf.join(format!("{name}.log"));
        fs::write(&log, "").during(FOLDER)?;
        let postgres = match engine {
            Engine::Sqlite => None,
            Engine::Postgres(url) => Some(postgres::Scratch::create(url).await?),
        };
        let database_url = match &postgres {
            None => format!("sqlite://{}", folder.path().join("wardline.db").display()),
            Some(scratch) => scratch.url().to_owned(),
        };
        let world = Self { program, folder, log, database_url, postgres };
        world.run(&["seed"], "").await?;
        Ok(world)
    }

    /// Makes an admin who can sign in.
    pub(crate) async fn create_admin(
        &self,
        email: &str,
        name: &str,
        password: &str,
    ) -> Outcome<()> {
        let args = ["create-admin", "--email", email, "--name", name, "--password-stdin"];
        self.run(&args, password).await
    }

    /// Starts a server and waits until it is ready.
    pub(crate) async fn start(&self) -> Outcome<Server> {
        let address = free_address()?;
        let mut command = self.command(&["serve"])?;
        command.env("LEPTOS_SITE_ADDR", address.to_string()).stdin(Stdio::null());
        let mut child = command.spawn().during("starting the server")?;
        let began = Instant::now();
        while began.elapsed() < STARTED_WITHIN {
            if let Some(status) = child.try_wait()? {
                return Err(self.fault(&format!("the server ended at once ({status})")));
            }
            if is_ready(address).await {
                let pid = child.id().ok_or_else(|| self.fault("the server ended at once"))?;
                return Ok(Server { address, pid, child });
            }
            sleep(Duration::from_millis(50)).await;
        }
        Err(self.fault(&format!("the server was not ready within {STARTED_WITHIN:?}")))
    }

    /// Fails when a server on it panicked: then what was measured is not what it promises. Removes
    /// what a folder that vanishes does not take along.
    pub(crate) async fn end(self) -> Outcome<()> {
        let log = fs::read_to_string(&self.log).during("reading the log")?;
        let mut lines = log.lines().skip_while(|line| !line.contains("panicked at"));
        let panicked = lines.next().map(|place| {
            let text = lines.next().unwrap_or_default();
            Fault::new(format!("{place} {text} (see {})", self.log.display()))
        });
        if let Some(scratch) = self.postgres {
            scratch.drop().await?;
        }
        panicked.map_or(Ok(()), Err)
    }

    async fn run(&self, args: &[&str], input: &str) -> Outcome<()> {
        let mut child = self.command(args)?.stdin(Stdio::piped()).spawn().during(args[0])?;
        if let Some(mut stdin) = child.stdin.take() {
            // A command that needs no input may be gone already.
            let _: Result<(), _> = stdin.write_all(format!("{input}\n").as_bytes()).await;
        }
        match timeout(STARTED_WITHIN, child.wait()).await {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(status)) => Err(self.fault(&format!("`server {}` ended with {status}", args[0]))),
            Ok(Err(error)) => Err(error).during(args[0]),
            Err(_) => Err(self.fault(&format!("`server {}` took too long", args[0]))),
        }
    }

    /// A command that sees our settings and nobody else's, and writes to the log.
    fn command(&self, args: &[&str]) -> Outcome<Command> {
        let log = fs::OpenOptions::new().append(true).open(&self.log).during(FOLDER)?;
        let mut command = Command::new(&self.program);
        command
            .args(args)
            .env_clear()
            .env("DATABASE_URL", &self.database_url)
            .env("WARDLINE_DATA_DIR", self.folder.path())
            .env("WARDLINE_DEMO", "1")
            .env("WARDLINE_LOGIN_LIMIT", "off")
            .env("WARDLINE_SOCKETS_PER_PERSON", SOCKETS_PER_PERSON)
            .env("RUST_LOG", "warn")
            .env("RUST_BACKTRACE", "1")
            .env("WARDLINE_LOG", "text")
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true);
        Ok(command)
    }

    /// A fault with the end of the log.
    fn fault(&self, text: &str) -> Fault {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let told = lines[lines.len().saturating_sub(TOLD_LINES)..].join("\n  ");
        Fault::new(format!("{text}; the end of {}:\n  {told}", self.log.display()))
    }
}

/// A server that runs. It is killed when this goes: its data is thrown away anyway.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) pid: u32,
    child: Child,
}

impl Server {
    /// Ends it. What it has committed is there for the next one.
    pub(crate) async fn kill(mut self) -> Outcome<()> {
        self.child.kill().await.during("ending the server")
    }
}

async fn is_ready(address: SocketAddr) -> bool {
    let Ok(mut client) = Client::connect(address).await else { return false };
    client.get("/readyz", &[]).await.is_ok_and(|answer| answer.status.is_success())
}

/// An address on this machine that nobody listens on.
fn free_address() -> Outcome<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).during("finding a free port")?;
    Ok(listener.local_addr()?)
}
