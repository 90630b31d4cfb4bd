//! What one node ends is over on the other within a second, and on one node likewise.

use crate::harness::process::{Program, free_port};
use crate::harness::world::COAST;
use crate::harness::{Device, Engine, TestApp, on_both_engines};
use crate::sio::{Heard, Sio};
use domain::staff::{Rights, Role};
use reqwest::StatusCode;
use serde_json::json;
use std::time::{Duration, Instant};

on_both_engines!(
    whatever_ends_a_session_is_effective_everywhere_within_a_second,
    changed_rights_and_a_theft_are_effective_everywhere_within_a_second,
);

const WITHIN: Duration = Duration::from_secs(1);

/// The node that hears of it only from the log: a process of its own over the same database. SQLite
/// has one node, which hears of it from the log as well.
async fn other_node(app: &TestApp, engine: Engine) -> (String, Option<Program>) {
    if engine == Engine::Sqlite {
        return (app.url().to_owned(), None);
    }
    let program = Program::start(free_port(), app.database()).await;
    (program.url.clone(), Some(program))
}

fn at(device: &Device, url: &str) -> Device {
    Device { url: url.to_owned(), ..device.clone() }
}

/// Waits until the node refuses the device's access token as revoked, and says how long that took.
async fn refused_after(device: &Device, began: Instant) -> Duration {
    refused_with("session_revoked", device, began).await
}

/// The same with this code.
async fn refused_with(code: &str, device: &Device, began: Instant) -> Duration {
    loop {
        // Answered without a look at the session in the database: what the node remembers decides.
        let answer = device.get("/api/areas").await;
        if answer.status != StatusCode::OK {
            answer.refused(401, code);
            return began.elapsed();
        }
        assert!(began.elapsed() < Duration::from_secs(10), "it is not refused at all");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn changed_rights_and_a_theft_are_effective_everywhere_within_a_second(engine: Engine) {
    let app = TestApp::with(engine, &[("WARDLINE_REUSE_INTERVAL", "0")]).await;
    let (there, program) = other_node(&app, engine).await;
    let (phone, tablet) = (app.sign_in(COAST).await, app.sign_in(COAST).await);
    for device in [&phone, &tablet] {
        at(device, &there).get("/api/areas").await.ok();
    }
    let mut socket = Sio::live(&there, &tablet.access).await;

    // Other rights: the token that says the old ones is refused, and a refresh brings the new ones.
    let began = Instant::now();
    let fewer = Rights { role: Role::Officer, disabled: false, areas: Vec::new() };
    app.set_rights(COAST, &fewer).await;
    let took = refused_with("claims_stale", &at(&phone, &there), began).await;
    assert!(took < WITHIN, "old rights were refused after {took:?}");
    let phone = at(&phone, &there).refreshed().await;
    phone.get("/api/areas").await.ok();

    // A theft: somebody goes on to the next generation, and the owner comes with the former one.
    let thief = at(&tablet, &there).refreshed().await;
    at(&thief, app.url()).get("/api/areas").await.ok();
    tokio::time::sleep(Duration::from_millis(5)).await; // past an interval of nothing
    let began = Instant::now();
    at(&tablet, app.url()).present().await.refused(401, "refresh_token_already_used");
    let took = refused_with("refresh_token_already_used", &thief, began).await;
    assert!(took < WITHIN, "a stolen session was refused after {took:?}");
    socket.until_closed().await;
    assert!(began.elapsed() < WITHIN, "its socket was closed after {:?}", began.elapsed());
    phone.get("/api/areas").await.ok();
    drop(program);
    app.stop().await;
}

async fn whatever_ends_a_session_is_effective_everywhere_within_a_second(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (there, program) = other_node(&app, engine).await;
    let (phone, tablet, laptop) =
        (app.sign_in(COAST).await, app.sign_in(COAST).await, app.sign_in(COAST).await);
    for device in [&phone, &tablet, &laptop] {
        at(device, &there).get("/api/areas").await.ok();
    }
    let mut socket = Sio::live(&there, &tablet.access).await;

    // One device, ended from another.
    let began = Instant::now();
    let path = format!("/api/auth/sessions/{}", tablet.session());
    assert_eq!(phone.delete(&path).await.status, StatusCode::NO_CONTENT);
    let took = refused_after(&at(&tablet, &there), began).await;
    assert!(took < WITHIN, "an ended device was refused after {took:?}");
    let heard = socket.until_closed().await;
    assert!(began.elapsed() < WITHIN, "its socket was closed after {:?}", began.elapsed());
    assert!(matches!(&heard[0], Heard::Event(name, _) if name == "session_ended"), "{heard:?}");
    at(&laptop, &there).get("/api/areas").await.ok();

    // All of them.
    let began = Instant::now();
    phone.post("/api/auth/logout", &json!({ "everywhere": true })).await.ok();
    for device in [&phone, &laptop] {
        let took = refused_after(&at(device, &there), began).await;
        assert!(took < WITHIN, "after a sign-out everywhere it was refused after {took:?}");
        at(device, &there).present().await.refused(401, "session_revoked");
    }
    drop(program);
    app.stop().await;
}
