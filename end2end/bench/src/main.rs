//! Measures a release build of the server on this machine and prints one table.
//!
//! `make bench` builds everything and runs this. Each part starts servers of its own, as processes of
//! their own with data of their own, and talks to them over 127.0.0.1 only. A target that is missed
//! is a figure like any other; the exit code is non-zero only when something did not work.
//!
//! | file | holds |
//! |---|---|
//! | `parts` | the measurements, one per file |
//! | `server`, `postgres` | what is measured: how it is started and thrown away |
//! | `http_client`, `api`, `socket` | clients light enough to share the machine with the server |
//! | `load`, `samples`, `machine` | workers; percentiles; what `/proc` knows |
//! | `table` | figures as text |

mod api;
mod fault;
mod http_client;
mod load;
mod machine;
mod parts;
mod postgres;
mod samples;
mod server;
mod socket;
mod table;

use clap::{Parser, ValueEnum};
use fault::{Fault, Outcome, While};
use machine::Busy;
use parts::{Plan, Report};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use table::Row;

/// No part may take longer.
const PART_WITHIN: Duration = Duration::from_secs(600);

/// Measures a release build of the server on this machine.
#[derive(Debug, Parser)]
struct Args {
    /// What to measure; everything when nothing is named.
    parts: Vec<Part>,
    /// A few seconds per part: shows that everything works, not how fast.
    #[arg(long)]
    quick: bool,
    /// The server's binary.
    #[arg(long, default_value = "target/release/server")]
    server: PathBuf,
    /// A PostgreSQL on which a database may be made and dropped again.
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
}

/// A measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// What identifying a request costs, in memory.
    Check,
    /// Refreshes of native clients, on both engines.
    Refresh,
    /// Refreshes while somebody tries passwords.
    Storm,
    /// Events to a thousand sockets: paced, in a burst, and missed ones.
    Live,
    /// Memory of sockets that only wait.
    Idle,
    /// Pages that the server renders.
    Ssr,
    /// What a browser loads first.
    Size,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let args = Args::parse();
    let measured = tokio::select! {
        worked = run(&args) => worked,
        _ = tokio::signal::ctrl_c() => Err(Fault::new("interrupted")),
    };
    match measured {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(fault) => {
            tell(&format!("bench: {fault}"));
            ExitCode::FAILURE
        }
    }
}

/// Measures and prints. `false` when a part did not work.
async fn run(args: &Args) -> Outcome<bool> {
    let plan = if args.quick { Plan::quick } else { Plan::full };
    let plan = plan(args.server.clone(), args.postgres.clone());
    let machine = machine::describe();
    let began = Busy::now();
    let mut report = Report::default();
    let mut failed = Vec::new();
    for part in Part::value_variants() {
        if !args.parts.is_empty() && !args.parts.contains(part) {
            continue;
        }
        tell(&format!("measuring {part:?} …"));
        let measuring = Box::pin(measure(*part, &plan, &mut report));
        match tokio::time::timeout(PART_WITHIN, measuring).await {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => failed.push(format!("{part:?}: {fault}")),
            Err(_) => failed.push(format!("{part:?}: not done within {PART_WITHIN:?}")),
        }
    }
    if let (Some(began), Some(now)) = (began, Busy::now()) {
        report.notes.push(format!(
            "others, PostgreSQL among them, used {} % of the processors meanwhile",
            now.others_since(began)
        ));
    }
    if args.quick {
        report.rows.iter_mut().for_each(Row::unjudged);
    }
    if !report.rows.is_empty() {
        print(&machine, args, &report).during("printing")?;
    }
    for fault in &failed {
        tell(&format!("did not work: {fault}"));
    }
    Ok(failed.is_empty())
}

async fn measure(part: Part, plan: &Plan, report: &mut Report) -> Outcome<()> {
    match part {
        Part::Check => parts::check::run(plan, report),
        Part::Refresh => parts::refresh::run(plan, report).await,
        Part::Storm => parts::storm::run(plan, report).await,
        Part::Live => parts::live::run(plan, report).await,
        Part::Idle => parts::idle::run(plan, report).await,
        Part::Ssr => parts::ssr::run(plan, report).await,
        Part::Size => parts::size::run(plan, report).await,
    }
}

/// The result, to standard output.
fn print(machine: &str, args: &Args, report: &Report) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "\nmachine  {machine}")?;
    writeln!(out, "server   {}, measured by a client on the same machine", args.server.display())?;
    writeln!(out, "\n{}\n", table::lay_out(&report.rows))?;
    let shared = "client and server share the cores, so every figure contains the client's work: \
                  two threads, one for requests and one for sockets";
    writeln!(out, "- {shared}")?;
    writeln!(
        out,
        "- \"CPU µs each\" is processor time of the server's process for each thing done"
    )?;
    if args.quick {
        writeln!(out, "- a quick run: too short and too small for its figures to mean anything")?;
    }
    for note in &report.notes {
        writeln!(out, "- {note}")?;
    }
    Ok(())
}

/// A word on the way, to standard error.
fn tell(text: &str) {
    // Nobody is left to tell when standard error is gone.
    let _: io::Result<()> = writeln!(io::stderr().lock(), "{text}");
}
