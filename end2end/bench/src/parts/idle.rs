//! What a socket costs that only waits.

use super::cast::Cast;
use super::{Plan, Report};
use crate::fault::Outcome;
use crate::machine::{self, Memory};
use crate::samples::float;
use crate::server::Server;
use crate::socket::Herd;
use crate::table::{Goal, Row, Sort, decimal, whole};
use std::time::Duration;

/// Sockets that come and go first, so that code and pools are in memory before anything is weighed.
const WARM_UP_SOCKETS: usize = 50;
/// How long memory may take to settle after something has happened.
const SETTLE: Duration = Duration::from_secs(2);
/// How long connecting may take.
const PATIENCE: Duration = Duration::from_secs(90);
/// The first target.
const KIB_MOST: f64 = 22.0;

pub(crate) async fn run(plan: &Plan, report: &mut Report) -> Outcome<()> {
    machine::need_open_files(plan.idle_sockets + 200)?;
    let cast = Cast::gather(plan, "idle").await?;
    let measured = weigh(plan, &cast, report).await;
    cast.world.end().await.and(measured)
}

async fn weigh(plan: &Plan, cast: &Cast, report: &mut Report) -> Outcome<()> {
    let server = cast.world.start().await?;
    drop(connect(cast, &server, WARM_UP_SOCKETS).await?);
    tokio::time::sleep(SETTLE).await;
    let before = machine::memory(server.pid)?;
    let herd = connect(cast, &server, plan.idle_sockets).await?;
    tokio::time::sleep(plan.idle_for).await;
    herd.book().no_faults()?;
    let then = machine::memory(server.pid)?;
    drop(herd);
    server.kill().await?;
    let sockets = plan.idle_sockets;
    let each =
        |of: fn(Memory) -> u32| (f64::from(of(then)) - f64::from(of(before))) / float(sockets);
    let rss = each(|memory| memory.rss);
    let mib = |memory: Memory| decimal(f64::from(memory.rss) / 1024.0);
    let pss = decimal(each(|memory| memory.pss));
    let cells = vec![whole(sockets), decimal(rss), pss, mib(before), mib(then)];
    report.rows.push(
        Row::new(Sort::Memory, "idle websockets (resident memory)", cells)
            .with(Goal::new("≤ 22 KiB each", rss <= KIB_MOST)),
    );
    let note =
        "a socket's memory is that of the server's process; the kernel's buffers come on top";
    report.notes.push(note.to_owned());
    Ok(())
}

async fn connect(cast: &Cast, server: &Server, sockets: usize) -> Outcome<Herd> {
    let mut herd = Herd::open(server.address, sockets).await?;
    herd.join(&cast.passes(None));
    herd.all_ready(PATIENCE).await?;
    Ok(herd)
}
