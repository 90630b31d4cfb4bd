//! What a heartbeat says of the person moves the idle end by just that, and nothing else does.

use crate::harness::world::HARBOUR;
use crate::harness::{Device, Engine, TestApp, on_both_engines};
use domain::time::Timestamp;
use serde_json::Value;
use std::time::Duration;

on_both_engines!(
    a_heartbeat_moves_the_idle_end_to_what_the_persons_last_act_makes_it,
    no_heartbeat_moves_the_idle_end_past_the_absolute_one,
    absurd_claims_of_presence_are_refused_or_change_nothing,
);

const IDLE: [(&str, &str); 1] = [("WARDLINE_SESSION_IDLE", "3600")];
const MINUTE: u64 = 60;
/// How much the two clocks and the way to the server may make of a difference.
const ABOUT: Duration = Duration::from_secs(5);

fn moment(facts: &Value, name: &str) -> Timestamp {
    serde_json::from_value(facts[name].clone()).unwrap()
}

/// How long it is until the idle end, after a heartbeat that says this.
async fn until_idle_end(device: &Device, said: &str) -> Duration {
    let facts = device.get(&format!("/api/auth/session{said}")).await.ok();
    moment(&facts, "idle_expires_at").since(moment(&facts, "server_time"))
}

#[track_caller]
fn is_about(span: Duration, minutes: u64) {
    let expected = Duration::from_secs(minutes * MINUTE);
    assert!(span.abs_diff(expected) < ABOUT, "{span:?} instead of {expected:?}");
}

async fn a_heartbeat_moves_the_idle_end_to_what_the_persons_last_act_makes_it(engine: Engine) {
    let app = TestApp::with(engine, &IDLE).await;
    let device = app.sign_in(HARBOUR).await;
    app.database().let_pass(&device.session(), Duration::from_secs(30 * MINUTE)).await;
    is_about(until_idle_end(&device, "").await, 30);
    device.get("/api/me").await.ok();
    let device = device.refreshed().await;
    is_about(until_idle_end(&device, "").await, 30);
    // Ten minutes ago the person did something.
    is_about(until_idle_end(&device, "?idle_ms=600000").await, 50);
    // An older act takes nothing back, and a beat without one moves nothing.
    is_about(until_idle_end(&device, "?idle_ms=1500000").await, 50);
    is_about(until_idle_end(&device, "").await, 50);
    is_about(until_idle_end(&device, "?idle_ms=0").await, 60);
    // It is in the database, and not only in the answer.
    is_about(until_idle_end(&device.refreshed().await, "").await, 60);
    app.stop().await;
}

async fn no_heartbeat_moves_the_idle_end_past_the_absolute_one(engine: Engine) {
    let settings = [("WARDLINE_SESSION_WINDOW", "3000"), ("WARDLINE_SESSION_IDLE", "1800")];
    let app = TestApp::with(engine, &settings).await;
    let device = app.sign_in(HARBOUR).await;
    app.database().let_pass(&device.session(), Duration::from_secs(25 * MINUTE)).await;
    is_about(until_idle_end(&device, "").await, 5);
    is_about(until_idle_end(&device, "?idle_ms=0").await, 25);
    let facts = device.get("/api/auth/session").await.ok();
    assert_eq!(facts["idle_expires_at"], facts["absolute_expires_at"]);
    app.stop().await;
}

async fn absurd_claims_of_presence_are_refused_or_change_nothing(engine: Engine) {
    let app = TestApp::with(engine, &IDLE).await;
    let device = app.sign_in(HARBOUR).await;
    app.database().let_pass(&device.session(), Duration::from_secs(30 * MINUTE)).await;
    for said in ["-1", "-600000", "1e3", "now", "0.5", "18446744073709551616"] {
        let answer = device.get(&format!("/api/auth/session?idle_ms={said}")).await;
        answer.refused(400, "invalid");
    }
    for said in ["18446744073709551615", "9223372036854775807", "4102444800000", "3600001"] {
        is_about(until_idle_end(&device, &format!("?idle_ms={said}")).await, 30);
    }
    device.refreshed().await.get("/api/me").await.ok();
    app.stop().await;
}
