//! The commands of the program, and how it ends.

mod admin;
mod areas;

use crate::clock::SystemClock;
use crate::config::{Config, ConfigError};
use crate::host::{LEAVE_WITHIN, Server, StartError};
use crate::secrets::Argon2Pool;
use crate::{rest, seed, telemetry};
use clap::{Args, Parser, Subcommand};
use domain::failure::Failure;
use domain::refusal::Refusal;
use domain::session::cookie::CookieStyle;
use domain::store::StoreError;
use std::fmt::Display;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use storage::{OpenError, OpenOptions};
use tokio::signal::unix::{SignalKind, signal};

/// Wardline: from a farmer's message to every screen that covers the ward.
///
/// Settings are environment variables, or keys of the `[wardline]` table of Leptos.toml.
#[derive(Parser)]
#[command(name = "server", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server (the default)
    Serve,
    /// Bring the database's schema up to date
    Migrate,
    /// Plant the demo data into an empty database; changes nothing in one that has staff
    Seed,
    /// Add the areas of a CSV file that are not there yet
    ImportAreas {
        /// One path per line from the country down to a ward, like Kenya,Nakuru,Molo,Elburgon; `-` reads
        /// standard input
        file: PathBuf,
    },
    /// Add an admin
    CreateAdmin(NewAdmin),
    /// Print a link with which a member of staff chooses a new password; that ends their sessions
    ResetAccess {
        /// What they sign in with
        #[arg(long)]
        email: String,
    },
    /// Print the OpenAPI document
    Openapi,
}

#[derive(Args)]
struct NewAdmin {
    /// What they sign in with
    #[arg(long)]
    email: String,
    /// First and last name
    #[arg(long)]
    name: String,
    /// Read the password from the first line of standard input, instead of printing a link with which
    /// they choose it
    #[arg(long)]
    password_stdin: bool,
}

/// Why a command was not carried out, in one line.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("{0}")]
    Refused(String),
}

impl Fault {
    fn refused(why: impl Display) -> Self {
        Self::Refused(why.to_string())
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::refused(refusal)
    }
}

impl From<OpenError> for Fault {
    fn from(error: OpenError) -> Self {
        Self::refused(error)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::refused(error)
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self::refused(failure)
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::refused(error)
    }
}

/// Reads the command line and carries the command out.
#[must_use]
pub fn main() -> ExitCode {
    let command = Cli::parse().command.unwrap_or(Command::Serve);
    match carry_out(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            // Nothing is left to do about a closed standard error.
            let _: io::Result<()> = writeln!(io::stderr(), "error: {fault}");
            ExitCode::from(if matches!(fault, Fault::Config(_)) { 2 } else { 1 })
        }
    }
}

fn carry_out(command: Command) -> Result<(), Fault> {
    if matches!(command, Command::Openapi) {
        // Needs no settings, so it names the cookie of a site over http, and describes the other.
        let cookies = CookieStyle { secure: false };
        return Ok(writeln!(io::stdout(), "{}", rest::document::text(cookies))?);
    }
    let config = Config::load()?;
    telemetry::begin(&config.log).map_err(Fault::refused)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(async {
        match command {
            Command::Serve => serve(config).await,
            Command::Migrate => migrate(&config).await,
            Command::Seed => plant(&config).await,
            Command::ImportAreas { file } => areas::import(&config, &file).await,
            Command::CreateAdmin(new) => admin::create(&config, &new).await,
            Command::ResetAccess { email } => admin::reset(&config, &email).await,
            Command::Openapi => Ok(()),
        }
    });
    // A runtime that is merely dropped waits for blocking work without an end.
    runtime.shutdown_timeout(LEAVE_WITHIN);
    done
}

async fn serve(config: Config) -> Result<(), Fault> {
    // Taken before the start, so that a signal during it is not lost.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    config.find_site()?;
    let server = Box::pin(Server::start(config)).await?;
    tokio::select! {
        _ = terminate.recv() => tracing::info!("asked to stop"),
        _ = interrupt.recv() => tracing::info!("interrupted"),
        () = server.failed() => {
            server.stop().await;
            return Err(Fault::refused("the server stopped by itself; its log says why"));
        }
    }
    server.stop().await;
    Ok(())
}

async fn migrate(config: &Config) -> Result<(), Fault> {
    storage::migrate(config.database_url.expose()).await?;
    Ok(writeln!(io::stdout(), "The database's schema is up to date.")?)
}

async fn plant(config: &Config) -> Result<(), Fault> {
    let store = storage::open(config.database_url.expose(), OpenOptions::default()).await?;
    let passwords = Argon2Pool::new(1, 1);
    let planted = seed::plant(store.as_ref(), &passwords, &SystemClock).await?;
    let said = if planted {
        "The demo data was planted. Every sign-in has the password wardline-demo."
    } else {
        "There is staff in the database already: nothing was changed."
    };
    Ok(writeln!(io::stdout(), "{said}")?)
}
