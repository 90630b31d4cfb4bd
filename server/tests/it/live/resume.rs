//! Coming back: what was missed arrives once, in order, and then the socket is live.

use crate::harness::world::{ADMIN, AMINA, DALILA, HARBOUR};
use crate::harness::{Device, Engine, TestApp, on_both_engines};
use crate::sio::{Position, Sio};
use serde_json::{Value, json};
use sqlx::{Connection, Executor, SqliteConnection};
use std::sync::Arc;

fn with(device: &Device, position: &Position) -> Value {
    let mut auth = position.auth();
    auth["token"] = json!(device.access);
    auth
}

async fn position(device: &Device) -> Position {
    let head = device.get("/api/events").await.ok();
    Position {
        epoch: head["epoch"].as_str().unwrap().to_owned(),
        after: head["head"].as_i64().unwrap(),
    }
}

fn ids(events: &[(String, Value)]) -> Vec<i64> {
    events.iter().map(|(_, data)| data["id"].as_i64().expect("a durable event")).collect()
}

#[tokio::test]
async fn who_comes_back_gets_what_was_missed_in_order_and_then_hears_live() {
    let app = TestApp::start(Engine::Sqlite).await;
    let device = app.sign_in(HARBOUR).await;
    let before = position(&device).await;
    for number in 0..5 {
        app.farmer_writes(AMINA, "Habari", &format!("SM-{number}")).await.ok_text();
    }
    app.settled().await;
    let (mut sio, missed) = Sio::resumed(app.url(), with(&device, &before)).await;
    let names: Vec<&str> = missed.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["message_received"; 5]);
    assert!(ids(&missed).is_sorted_by(|a, b| a < b));
    app.farmer_writes(AMINA, "Na sasa", "SM-live").await.ok_text();
    assert_eq!(sio.durable().await.1["body"], "Na sasa");
    app.stop().await;
}

#[tokio::test]
async fn the_position_may_come_as_a_number_or_as_a_string() {
    let app = TestApp::start(Engine::Sqlite).await;
    let device = app.sign_in(HARBOUR).await;
    let before = position(&device).await;
    app.farmer_writes(AMINA, "Habari", "SM-1").await.ok_text();
    app.settled().await;
    for after in [json!(before.after), json!(before.after.to_string())] {
        let auth = json!({ "token": device.access, "epoch": before.epoch, "after": after });
        let (_, missed) = Sio::resumed(app.url(), auth).await;
        assert_eq!(missed.len(), 1, "{missed:?}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_position_that_can_not_be_resumed_is_answered_with_reset_and_then_ready() {
    let app = TestApp::start(Engine::Sqlite).await;
    let device = app.sign_in(HARBOUR).await;
    let now = position(&device).await;
    let stranger = "018f3d3c-0000-7000-8000-000000000001";
    for (epoch, after, reason) in [
        (stranger, json!(0), "epoch_changed"),
        (now.epoch.as_str(), json!(now.after + 1_000), "unknown_position"),
        (now.epoch.as_str(), json!(-4), "unreadable_position"),
        (now.epoch.as_str(), json!("twelve"), "unreadable_position"),
    ] {
        let auth = json!({ "token": device.access, "epoch": epoch, "after": after });
        let (mut sio, missed) = Sio::resumed(app.url(), auth).await;
        assert_eq!(missed, [("reset".to_owned(), json!({ "reason": reason }))]);
        app.farmer_writes(AMINA, "Habari", &format!("SM-{reason}-{after}")).await.ok_text();
        sio.durable().await;
    }
    app.stop().await;
}

#[tokio::test]
async fn who_missed_more_than_the_limit_loads_afresh() {
    let app = TestApp::start(Engine::Sqlite).await;
    let device = app.sign_in(HARBOUR).await;
    let before = position(&device).await;
    for number in 0..520 {
        app.farmer_writes(AMINA, "Habari", &format!("SM-{number}")).await.ok_text();
    }
    app.settled().await;
    let (_, missed) = Sio::resumed(app.url(), with(&device, &before)).await;
    assert_eq!(
        missed.last().unwrap(),
        &("reset".to_owned(), json!({ "reason": "too_many_events" }))
    );
    app.stop().await;
}

#[tokio::test]
async fn catching_up_gives_only_what_the_person_may_see_now() {
    let app = TestApp::start(Engine::Sqlite).await;
    let admin = app.sign_in(ADMIN).await;
    let before = position(&admin).await;
    app.farmer_writes(AMINA, "Katika kata yetu", "SM-1").await.ok_text();
    app.farmer_writes(DALILA, "Kwingine", "SM-2").await.ok_text();
    let officer = app.sign_in(HARBOUR).await;
    app.settled().await;
    let (_, missed) = Sio::resumed(app.url(), with(&officer, &before)).await;
    assert_eq!(missed.len(), 1);
    assert!(missed.iter().all(|(_, data)| data["body"] != "Kwingine"));
    app.stop().await;
}

async fn a_client_that_comes_in_the_middle_of_a_flood_sees_each_event_once(engine: Engine) {
    let app = Arc::new(TestApp::start(engine).await);
    let device = app.sign_in(HARBOUR).await;
    let before = position(&device).await;
    let last = "the last one";
    let writers = (0..4).map(|writer| {
        let app = Arc::clone(&app);
        tokio::spawn(async move {
            for number in 0..40 {
                let sid = format!("SM-{writer}-{number}");
                app.farmer_writes(AMINA, "Habari", &sid).await.ok_text();
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    // Each client comes somewhere into the flood, from the same position.
    let clients = (0..12).map(|_| {
        let (url, auth) = (app.url().to_owned(), with(&device, &before));
        tokio::spawn(async move {
            let (mut sio, mut seen) = Sio::resumed(&url, auth).await;
            while seen.last().is_none_or(|(_, data)| data["body"] != last) {
                seen.push(sio.durable().await);
            }
            ids(&seen)
        })
    });
    let clients: Vec<_> = clients.collect();
    for writer in writers {
        writer.await.unwrap();
    }
    app.farmer_writes(AMINA, last, "SM-last").await.ok_text();
    let mut all = Vec::new();
    for client in clients {
        all.push(client.await.unwrap());
    }
    assert!(all[0].is_sorted_by(|a, b| a < b), "an event came twice or out of order");
    assert_eq!(all[0].len(), 4 * 40 + 1);
    assert!(all.iter().all(|seen| *seen == all[0]), "two clients saw different things");
    let app = Arc::into_inner(app).expect("everybody else is done");
    app.stop().await;
}

on_both_engines!(a_client_that_comes_in_the_middle_of_a_flood_sees_each_event_once);

#[tokio::test]
async fn an_open_socket_may_ask_again_for_what_came_after_a_position() {
    let app = TestApp::start(Engine::Sqlite).await;
    let device = app.sign_in(HARBOUR).await;
    let before = position(&device).await;
    let mut sio = Sio::live(app.url(), &device.access).await;
    app.farmer_writes(AMINA, "Habari", "SM-1").await.ok_text();
    let heard = sio.durable().await;
    assert_eq!(sio.ask("resume", before.auth()).await["ok"], true);
    assert_eq!(sio.durable().await, heard);
    assert_eq!(sio.event().await.0, "ready");
    assert_eq!(sio.ask("resume", json!({ "after": 3 })).await["error"], "invalid");
    app.stop().await;
}

#[tokio::test]
async fn a_pulse_says_how_much_was_sent_since_ready() {
    let app = TestApp::start(Engine::Sqlite).await;
    let device = app.sign_in(HARBOUR).await;
    let mut sio = Sio::live(app.url(), &device.access).await;
    app.farmer_writes(AMINA, "Habari", "SM-1").await.ok_text();
    let mut received = 0;
    let pulse = loop {
        match tokio::time::timeout(std::time::Duration::from_secs(25), sio.event()).await.unwrap() {
            (name, data) if name == "pulse" && received > 0 => break data,
            (_, data) if data["id"].is_i64() => received += 1,
            _ => {}
        }
    };
    assert_eq!(pulse["sent"], received);
    let head = position(&device).await;
    assert_eq!(pulse["head"], head.after);
    assert!(pulse["server_time"].is_string());
    app.stop().await;
}

#[tokio::test]
async fn an_event_of_a_newer_program_stops_nothing_and_is_told_to_nobody() {
    let app = TestApp::start(Engine::Sqlite).await;
    let device = app.sign_in(HARBOUR).await;
    let before = position(&device).await;
    let mut sio = Sio::live(app.url(), &device.access).await;
    let mut database = SqliteConnection::connect(app.database_url()).await.unwrap();
    let row = "INSERT INTO event_log (kind, audience, payload, at) VALUES ('from_tomorrow', 'ward', '[', 0)";
    database.execute(row).await.unwrap();
    app.farmer_writes(AMINA, "Habari", "SM-1").await.ok_text();

    let (name, event) = sio.durable().await;
    assert_eq!(event["body"], "Habari", "{name}: {event}");
    app.settled().await;
    let (_, missed) = Sio::resumed(app.url(), with(&device, &before)).await;
    assert_eq!(missed.len(), 1, "{missed:?}");
    let path = format!("/api/events?epoch={}&after={}", before.epoch, before.after);
    assert_eq!(device.get(&path).await.ok()["items"].as_array().unwrap().len(), 1);
    device.post("/api/auth/logout", &json!({})).await.ok();
    sio.until_closed().await;
    device.get("/api/me").await.refused(401, "session_revoked");
    app.stop().await;
}
