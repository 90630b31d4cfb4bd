//! Refreshes while somebody tries passwords: hashing must not take the processor from those who are
//! signed in. A calm run and one in the storm, against the same process.

use super::refresh::{IN_FLIGHT, phones};
use super::{Plan, Report};
use crate::api::{self, DEMO_PEOPLE};
use crate::fault::Outcome;
use crate::http_client::Client;
use crate::load;
use crate::samples::rate;
use crate::server::{Engine, World};
use crate::table::{Goal, Row, decimal};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// Wrong sign-ins per second.
const GUESSES: u32 = 100;
/// The target: the 99th percentile may not grow by more.
const RATIO_MOST: f64 = 2.0;

pub(crate) async fn run(plan: &Plan, report: &mut Report) -> Outcome<()> {
    let world = World::plant(&plan.server, Engine::Sqlite, "storm").await?;
    let measured = measure(plan, &world, report).await;
    world.end().await.and(measured)
}

async fn measure(plan: &Plan, world: &World, report: &mut Report) -> Outcome<()> {
    let server = world.start().await?;
    let mut calm = load::drive(phones(&server).await?, plan.span, server.pid).await?;
    let workers = phones(&server).await?;
    let blowing = tokio::spawn(blow(server.address, plan.span.warm_up + plan.span.counted));
    let mut storm = load::drive(workers, plan.span, server.pid).await?;
    let guessed = blowing.await??;
    server.kill().await?;

    let (before, during) = (calm.samples.at(990), storm.samples.at(990));
    let ratio = during.as_secs_f64() / before.as_secs_f64().max(f64::EPSILON);
    let goal = Goal::new("p99 ≤ 2 × calm", ratio <= RATIO_MOST);
    let name = |when| format!("refresh, SQLite, {IN_FLIGHT} in flight, {when}");
    report.rows.push(Row::of(name("calm"), &mut calm));
    report.rows.push(Row::of(name("in a storm"), &mut storm).with(goal));
    report.notes.push(format!(
        "the storm: {} wrong sign-ins per second, {} of them looked at and the others told to come back; \
         its p99 is {} times that of the calm",
        decimal(rate(guessed.sent, guessed.within)),
        decimal(rate(guessed.looked_at, guessed.within)),
        decimal(ratio),
    ));
    Ok(())
}

/// What became of the guesses.
struct Guessed {
    sent: usize,
    looked_at: usize,
    within: Duration,
}

/// Tries wrong passwords at an even pace, whether they are answered or not: each over a connection of
/// its own while the others wait.
async fn blow(address: SocketAddr, span: Duration) -> Outcome<Guessed> {
    let began = Instant::now();
    let mut ticks = interval(Duration::from_secs(1) / GUESSES);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let (mut idle, mut running) = (Vec::new(), JoinSet::new());
    let (mut sent, mut looked_at) = (0, 0);
    while began.elapsed() < span {
        ticks.tick().await;
        while let Some(done) = running.try_join_next() {
            let (client, looked) = done??;
            looked_at += usize::from(looked);
            idle.push(client);
        }
        let client = match idle.pop() {
            Some(client) => client,
            None => Client::connect(address).await?,
        };
        // Known people and strangers in turn: both have to cost the same.
        let email = DEMO_PEOPLE[sent % DEMO_PEOPLE.len()];
        let email =
            if sent % 2 == 0 { email.to_owned() } else { format!("nobody-{sent}@wardline.test") };
        running.spawn(guess(client, email));
        sent += 1;
    }
    // Those still under way are given up with their connections.
    Ok(Guessed { sent, looked_at, within: began.elapsed() })
}

async fn guess(mut client: Client, email: String) -> Outcome<(Client, bool)> {
    let looked = api::guess(&mut client, &email).await?;
    Ok((client, looked))
}
