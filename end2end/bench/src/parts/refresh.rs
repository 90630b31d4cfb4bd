//! Refreshes of native clients: each worker rotates the token of a session of its own.

use super::{Plan, Report};
use crate::api::{self, DEMO_PASSWORD, DEMO_PEOPLE};
use crate::fault::Outcome;
use crate::http_client::Client;
use crate::load::{self, Done, Worker};
use crate::postgres;
use crate::server::{Engine, Server, World};
use crate::table::{Goal, Row};
use std::time::Duration;

/// Refreshes in flight.
pub(super) const IN_FLIGHT: usize = 16;
/// The first target, on SQLite.
const P99_BELOW: Duration = Duration::from_millis(25);

pub(crate) async fn run(plan: &Plan, report: &mut Report) -> Outcome<()> {
    let mut done = measure(plan, Engine::Sqlite, "refresh-sqlite").await?;
    let goal = Goal::new("p99 < 25 ms", done.samples.at(990) < P99_BELOW);
    let name = |engine| format!("refresh, {engine}, {IN_FLIGHT} in flight");
    report.rows.push(Row::of(name("SQLite"), &mut done).with(goal));
    match &plan.postgres {
        Some(url) => {
            let mut done = measure(plan, Engine::Postgres(url), "refresh-postgres").await?;
            report.rows.push(Row::of(name("PostgreSQL"), &mut done));
            let described = postgres::describe(url).await?;
            report.notes.push(format!(
                "{described}; it runs on the same cores, and its processor time is not in the server's"
            ));
        }
        None => {
            report.notes.push("PostgreSQL was left out: no --postgres URL was given".to_owned());
        }
    }
    Ok(())
}

async fn measure(plan: &Plan, engine: Engine<'_>, name: &str) -> Outcome<Done> {
    let world = World::plant(&plan.server, engine, name).await?;
    let done = on(plan, &world).await;
    world.end().await.and(done)
}

async fn on(plan: &Plan, world: &World) -> Outcome<Done> {
    let server = world.start().await?;
    let done = load::drive(phones(&server).await?, plan.span, server.pid).await?;
    server.kill().await?;
    Ok(done)
}

/// Native clients, each signed in.
pub(super) async fn phones(server: &Server) -> Outcome<Vec<Phone>> {
    let mut phones = Vec::new();
    for email in DEMO_PEOPLE.iter().cycle().take(IN_FLIGHT) {
        let mut client = Client::connect(server.address).await?;
        let tokens = api::sign_in(&mut client, email, DEMO_PASSWORD).await?;
        phones.push(Phone { client, refresh_token: tokens.refresh_token });
    }
    Ok(phones)
}

/// A native client that does nothing but refresh.
pub(super) struct Phone {
    client: Client,
    refresh_token: String,
}

impl Worker for Phone {
    async fn once(&mut self) -> Outcome<()> {
        let tokens = api::refresh(&mut self.client, &self.refresh_token).await?;
        self.refresh_token = tokens.refresh_token;
        Ok(())
    }
}
