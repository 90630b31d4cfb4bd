//! Who hears what, how often, in which order.

use crate::harness::{Engine, TestApp};
use crate::sio::Sio;
use serde_json::json;
use std::time::{Duration, Instant};

const NAMES: [&str; 4] = ["admin", "region", "district", "ward"];

async fn reaches_each_device_once(engine: Engine) {
    let app = TestApp::start(engine).await;
    // Two devices of everybody who covers the ward, one of somebody who does not.
    let mut devices = Vec::new();
    for name in NAMES.iter().chain(&NAMES) {
        let token = app.sign_in(name).await.access_token;
        devices.push(Sio::live(app.url(), &token).await);
    }
    let stranger = app.sign_in("elsewhere").await.access_token;
    let mut stranger = Sio::live(app.url(), &stranger).await;

    app.customer_writes("+254700000001", "SM-1", "Mahindi yangu yana wadudu").await;

    for device in &mut devices {
        let (first, ticket) = device.durable().await;
        let (second, message) = device.durable().await;
        assert_eq!((first.as_str(), second.as_str()), ("ticket_created", "message_received"));
        assert_eq!(ticket["ticket_id"], message["ticket_id"]);
        assert_eq!(message["body"], "Mahindi yangu yana wadudu");
        assert_eq!(message["phone_number"], "+254700000001");
        assert_eq!(message["from_source"], 1);
        assert!(message["id"].as_i64() > ticket["id"].as_i64());
        assert!(message["epoch"].is_string());
    }
    for device in &mut devices {
        assert!(device.silent_for(Duration::from_millis(200)).await, "an event came twice");
    }
    assert!(stranger.silent_for(Duration::from_millis(200)).await, "a stranger heard of it");
    app.stop().await;
}

#[tokio::test]
async fn a_message_reaches_each_device_of_those_who_cover_the_ward_once_on_sqlite() {
    reaches_each_device_once(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_message_reaches_each_device_of_those_who_cover_the_ward_once_on_postgres() {
    reaches_each_device_once(Engine::Postgres).await;
}

#[tokio::test]
async fn a_number_nobody_placed_yet_is_heard_by_admins_alone() {
    let app = TestApp::start(Engine::Sqlite).await;
    let admin = app.sign_in("admin").await.access_token;
    let mut admin = Sio::live(app.url(), &admin).await;
    let officer = app.sign_in("region").await.access_token;
    let mut officer = Sio::live(app.url(), &officer).await;
    app.customer_writes("+254799999999", "SM-1", "Habari").await;
    let (_, ticket) = admin.durable().await;
    assert!(ticket["ward_id"].is_null());
    assert!(officer.silent_for(Duration::from_millis(200)).await);
    app.stop().await;
}

#[tokio::test]
async fn a_reply_a_resolve_and_a_reopen_are_heard_by_the_others() {
    let app = TestApp::start(Engine::Sqlite).await;
    let watcher = app.sign_in("district").await.access_token;
    let mut watcher = Sio::live(app.url(), &watcher).await;
    let officer = app.sign_in("ward").await.access_token;
    let ticket = app.customer_writes("+254700000001", "SM-1", "Habari").await;
    watcher.durable().await;
    watcher.durable().await;

    let reply = json!({ "body": "Nzuri. Nikusaidie vipi?", "client_id": "r-1" });
    let message = app.post(&officer, &format!("/api/tickets/{ticket}/messages"), reply).await;
    let (name, heard) = watcher.durable().await;
    assert_eq!(name, "message_received");
    assert_eq!(heard["client_id"], "r-1");
    assert_eq!(heard["from_source"], 2);
    assert_eq!(heard["message_id"], message["id"]);
    assert!(heard["user_id"].is_i64() && heard.get("customer_id").is_none());

    app.post(&officer, &format!("/api/tickets/{ticket}/resolve"), json!({})).await;
    let (name, heard) = watcher.durable().await;
    assert_eq!(name, "ticket_resolved");
    assert_eq!(heard["ticket_id"], ticket);
    assert!(heard["resolved_by"].is_string() && heard["resolved_at"].is_string());
    let (name, heard) = watcher.durable().await;
    assert_eq!((name.as_str(), heard["status"].as_str()), ("ticket_updated", Some("resolved")));

    app.post(&officer, &format!("/api/tickets/{ticket}/reopen"), json!({})).await;
    let (name, heard) = watcher.durable().await;
    assert_eq!((name.as_str(), heard["status"].as_str()), ("ticket_updated", Some("open")));
    app.stop().await;
}

#[tokio::test]
async fn two_hundred_messages_are_on_every_screen_within_three_tenths_of_a_second_each() {
    let app = TestApp::start(Engine::Sqlite).await;
    let mut screens = Vec::new();
    for name in NAMES {
        let token = app.sign_in(name).await.access_token;
        screens.push(Sio::live(app.url(), &token).await);
    }
    let mut delays = Vec::new();
    for number in 0..200 {
        let sent = Instant::now();
        app.customer_writes("+254700000001", &format!("SM-{number}"), "Habari").await;
        for screen in &mut screens {
            loop {
                let (name, _) = screen.durable().await;
                if name == "message_received" {
                    break;
                }
            }
        }
        delays.push(sent.elapsed());
    }
    delays.sort();
    let p99 = delays[197];
    assert!(p99 < Duration::from_millis(300), "p99 is {p99:?}");
    app.stop().await;
}

#[tokio::test]
async fn a_narrowed_socket_hears_of_its_wards_alone_and_never_of_more_than_its_person_may() {
    let app = TestApp::start(Engine::Sqlite).await;
    let token = app.sign_in("ward").await.access_token;
    let mut sio = Sio::live(app.url(), &token).await;
    // Another ward than its person's: narrowing must not widen.
    let other = app.ward_of("elsewhere").await;
    assert_eq!(sio.ask("subscribe_wards", json!({ "ward_ids": [other] })).await["ok"], true);
    app.customer_writes("+254700000001", "SM-1", "Habari").await;
    app.customer_writes("+254700000009", "SM-2", "Habari").await;
    assert!(sio.silent_for(Duration::from_millis(200)).await);
    assert_eq!(sio.ask("subscribe_wards", json!({ "ward_ids": [] })).await["ok"], true);
    app.customer_writes("+254700000001", "SM-3", "Habari tena").await;
    let (_, heard) = sio.durable().await;
    assert_eq!(heard["body"], "Habari tena");
    app.stop().await;
}
