//! Who hears what, how often, in which order.

use crate::harness::world::{ADMIN, AMINA, COAST, DALILA, HARBOUR, HILL, NORTH, SOUTH};
use crate::harness::{Engine, PATIENCE, TestApp, on_both_engines};
use crate::sio::Sio;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Who covers the ward of Harbour, from the top down.
const COVERING: [&str; 4] = [ADMIN, NORTH, COAST, HARBOUR];

async fn a_message_reaches_each_device_of_those_who_cover_the_ward_once(engine: Engine) {
    let app = TestApp::start(engine).await;
    // Two devices of everybody who covers the ward, one of each who does not.
    let mut devices = Vec::new();
    for name in COVERING.iter().chain(&COVERING) {
        let token = app.sign_in(name).await.access;
        devices.push(Sio::live(app.url(), &token).await);
    }
    let mut strangers = Vec::new();
    for name in [HILL, SOUTH] {
        let token = app.sign_in(name).await.access;
        strangers.push(Sio::live(app.url(), &token).await);
    }

    app.farmer_writes(AMINA, "Mahindi yangu yana wadudu", "SM-1").await.ok_text();

    for device in &mut devices {
        let (name, message) = device.durable().await;
        assert_eq!(name, "message_received");
        assert_eq!(message["body"], "Mahindi yangu yana wadudu");
        assert_eq!(message["phone_number"], AMINA);
        assert_eq!(message["from_source"], 1);
        assert!(message["epoch"].is_string() && message["ticket_number"].is_string());
        assert!(message["customer_id"].is_i64() && message.get("user_id").is_none());
    }
    // Nothing of it came twice, and no stranger heard of it: what happens to each next is what each
    // hears next.
    let mut fences = BTreeMap::new();
    for name in COVERING.into_iter().chain([HILL, SOUTH]) {
        fences.insert(name, app.fence(name).await);
    }
    for (name, socket) in COVERING.iter().chain(&COVERING).zip(&mut devices) {
        socket.comes_to(&fences[name]).await;
    }
    for (name, socket) in [HILL, SOUTH].iter().zip(&mut strangers) {
        socket.comes_to(&fences[name]).await;
    }
    app.stop().await;
}

on_both_engines!(a_message_reaches_each_device_of_those_who_cover_the_ward_once);

#[tokio::test]
async fn the_first_message_of_a_conversation_comes_after_its_ticket() {
    let app = TestApp::start(Engine::Sqlite).await;
    let token = app.sign_in(ADMIN).await.access;
    let mut sio = Sio::live(app.url(), &token).await;
    app.farmer_writes("+254700000777", "Habari", "SM-1").await.ok_text();
    let (first, ticket) = sio.durable().await;
    let (second, message) = sio.durable().await;
    assert_eq!((first.as_str(), second.as_str()), ("ticket_created", "message_received"));
    assert_eq!(ticket["ticket_id"], message["ticket_id"]);
    assert!(message["id"].as_i64() > ticket["id"].as_i64());
    assert_eq!(ticket["customer"]["phone_number"], "+254700000777");
    app.stop().await;
}

#[tokio::test]
async fn a_number_nobody_placed_yet_is_heard_by_admins_alone() {
    let app = TestApp::start(Engine::Sqlite).await;
    let admin = app.sign_in(ADMIN).await.access;
    let mut admin = Sio::live(app.url(), &admin).await;
    let officer = app.sign_in(NORTH).await.access;
    let mut officer = Sio::live(app.url(), &officer).await;
    app.farmer_writes("+254799999999", "Habari", "SM-1").await.ok_text();
    let (_, ticket) = admin.durable().await;
    assert!(ticket["ward_id"].is_null());
    app.farmer_writes(AMINA, "Placed", "SM-2").await.ok_text();
    assert_eq!(officer.durable().await.1["body"], "Placed");
    app.stop().await;
}

#[tokio::test]
async fn a_reply_a_resolve_and_a_reopen_are_heard_by_the_others() {
    let app = TestApp::start(Engine::Sqlite).await;
    let watcher = app.sign_in(COAST).await.access;
    let mut watcher = Sio::live(app.url(), &watcher).await;
    let officer = app.sign_in(HARBOUR).await;
    let ticket = app.ticket_of("Amina").await;

    let reply = json!({ "body": "Nzuri. Nikusaidie vipi?", "client_id": "r-1" });
    let message = officer.post(&format!("/api/tickets/{ticket}/messages"), &reply).await.ok();
    let (name, heard) = watcher.durable().await;
    assert_eq!(name, "message_received");
    assert_eq!(heard["client_id"], "r-1");
    assert_eq!(heard["from_source"], 2);
    assert_eq!(heard["message_id"], message["id"]);
    assert!(heard["user_id"].is_i64() && heard.get("customer_id").is_none());

    officer.post(&format!("/api/tickets/{ticket}/resolve"), &json!({})).await.ok();
    let (name, heard) = watcher.durable().await;
    assert_eq!(name, "ticket_resolved");
    assert_eq!(heard["ticket_id"], ticket.get());
    assert!(heard["resolved_by"].is_string() && heard["resolved_at"].is_string());
    let (name, heard) = watcher.durable().await;
    assert_eq!((name.as_str(), heard["status"].as_str()), ("ticket_updated", Some("resolved")));

    officer.post(&format!("/api/tickets/{ticket}/reopen"), &json!({})).await.ok();
    let (name, heard) = watcher.durable().await;
    assert_eq!((name.as_str(), heard["status"].as_str()), ("ticket_updated", Some("open")));
    app.stop().await;
}

#[tokio::test]
async fn two_hundred_messages_are_on_every_screen_within_three_tenths_of_a_second_each() {
    let app = TestApp::start(Engine::Sqlite).await;
    let mut screens = Vec::new();
    for name in COVERING {
        let token = app.sign_in(name).await.access;
        screens.push(Sio::live(app.url(), &token).await);
    }
    let mut delays = Vec::new();
    for number in 0..200 {
        let sent = Instant::now();
        app.farmer_writes(AMINA, "Habari", &format!("SM-{number}")).await.ok_text();
        for screen in &mut screens {
            assert_eq!(screen.durable().await.0, "message_received");
        }
        delays.push(sent.elapsed());
    }
    delays.sort();
    let p99 = delays[197];
    assert!(p99 < Duration::from_millis(300), "p99 is {p99:?}");
    app.stop().await;
}

// On several threads, where tasks overtake each other.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn commands_take_effect_in_the_order_in_which_they_were_sent() {
    let app = TestApp::start(Engine::Sqlite).await;
    let token = app.sign_in(HARBOUR).await.access;
    let other = app.area("Plain").await;
    for round in 0..80 {
        let mut sio = Sio::live(app.url(), &token).await;
        // Without waiting for an answer in between.
        for _ in 0..15 {
            for wards in [json!([other]), json!([])] {
                let command = json!(["subscribe_wards", { "ward_ids": wards }]);
                sio.send(&format!("42{command}")).await;
            }
        }
        assert_eq!(sio.ask("latency", json!({ "rtt_ms": 1 })).await["ok"], true);
        let body = format!("Habari {round}");
        app.farmer_writes(AMINA, &body, &format!("SM-{round}")).await.ok_text();
        let heard = tokio::time::timeout(PATIENCE, sio.durable()).await;
        assert_eq!(heard.expect("it is narrowed still").1["body"], json!(body));
    }
    app.stop().await;
}

#[tokio::test]
async fn a_narrowed_socket_hears_of_its_wards_alone_and_never_of_more_than_its_person_may() {
    let app = TestApp::start(Engine::Sqlite).await;
    let token = app.sign_in(HARBOUR).await.access;
    let mut sio = Sio::live(app.url(), &token).await;
    let admin = app.sign_in(ADMIN).await.access;
    let mut admin = Sio::live(app.url(), &admin).await;
    // Another ward than its person's: narrowing must not widen.
    let other = app.area("Plain").await;
    assert_eq!(sio.ask("subscribe_wards", json!({ "ward_ids": [other] })).await["ok"], true);
    app.farmer_writes(AMINA, "Habari", "SM-1").await.ok_text();
    app.farmer_writes(DALILA, "Habari", "SM-2").await.ok_text();
    // By then both were handed out, to an admin who hears of everything.
    for _ in 0..2 {
        assert_eq!(admin.durable().await.1["body"], "Habari");
    }
    assert_eq!(sio.ask("subscribe_wards", json!({ "ward_ids": [] })).await["ok"], true);
    app.farmer_writes(AMINA, "Habari tena", "SM-3").await.ok_text();
    let (_, heard) = sio.durable().await;
    assert_eq!(heard["body"], "Habari tena");
    app.stop().await;
}
