//! What becomes of open sockets when a session or a person's rights change.

use crate::harness::{Engine, TestApp};
use crate::sio::{Heard, Sio};
use domain::staff::{Rights, Role};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn signing_out_closes_the_sockets_of_that_session_and_tells_the_other_devices() {
    let app = TestApp::start(Engine::Sqlite).await;
    let phone = app.sign_in("ward").await;
    let laptop = app.sign_in("ward").await;
    let mut on_phone = Sio::live(app.url(), &phone.access_token).await;
    let mut on_laptop = Sio::live(app.url(), &laptop.access_token).await;
    app.sign_out(&phone.access_token).await;
    let heard = on_phone.until_closed().await;
    assert!(matches!(&heard[0], Heard::Event(name, data)
        if name == "session_ended" && data["code"] == "session_revoked"), "{heard:?}");
    assert_eq!(heard[1], Heard::Dismissed);
    let (name, data) = on_laptop.durable().await;
    assert_eq!((name.as_str(), &data["session_id"]), ("session_ended", &json!(phone.session_id)));
    let alive = on_laptop.ask("latency", json!({ "rtt_ms": 1 })).await;
    assert_eq!(alive["ok"], true);
    app.stop().await;
}

#[tokio::test]
async fn a_stolen_refresh_token_that_is_used_again_closes_the_sockets_of_its_session() {
    let app = TestApp::start_with(Engine::Sqlite, |config| {
        config.policy.reuse_interval = Duration::ZERO;
    })
    .await;
    let first = app.sign_in("ward").await;
    let second = app.refresh(&first.refresh_token).await.expect("the current token rotates");
    let mut sio = Sio::live(app.url(), &second.access_token).await;
    // The socket's token has proved receipt of the second generation.
    let code = app.refresh(&first.refresh_token).await.expect_err("a used token");
    assert_eq!(code, "refresh_token_already_used");
    let heard = sio.until_closed().await;
    assert!(matches!(&heard[0], Heard::Event(name, data)
        if name == "session_ended" && data["code"] == "refresh_token_already_used"), "{heard:?}");
    app.stop().await;
}

#[tokio::test]
async fn a_new_token_of_the_same_session_is_taken_in_place_and_another_ones_is_not() {
    let app = TestApp::start(Engine::Sqlite).await;
    let mine = app.sign_in("ward").await;
    let mut sio = Sio::live(app.url(), &mine.access_token).await;
    let next = app.refresh(&mine.refresh_token).await.unwrap();
    let answer = sio.ask("authenticate", json!({ "token": next.access_token })).await;
    assert_eq!(answer, json!({ "ok": true }));
    let other = app.sign_in("admin").await;
    let answer = sio.ask("authenticate", json!({ "token": other.access_token })).await;
    assert_eq!(answer, json!({ "ok": false, "error": "token_malformed" }));
    let answer = sio.ask("authenticate", json!({})).await;
    assert_eq!(answer, json!({ "ok": false, "error": "token_missing" }));
    app.stop().await;
}

#[tokio::test]
async fn a_grant_and_a_revocation_take_effect_on_an_open_socket() {
    let app = TestApp::start(Engine::Sqlite).await;
    let officer = app.sign_in("ward").await;
    let mut sio = Sio::live(app.url(), &officer.access_token).await;
    let (mine, other) = (app.ward_of("ward").await, app.ward_of("elsewhere").await);
    let rights = |areas: &[i64]| Rights {
        role: Role::Officer,
        disabled: false,
        areas: areas.iter().copied().map(domain::id::AreaId).collect(),
    };
    app.set_rights("ward", rights(&[mine, other])).await;
    assert_eq!(sio.durable().await.0, "claims_changed");
    let (name, granted) = sio.durable().await;
    assert_eq!((name.as_str(), &granted["ward_ids"]), ("access_granted", &json!([other])));
    app.customer_writes("+254700000009", "SM-1", "Kwingine").await;
    assert_eq!(sio.durable().await.0, "ticket_created");
    assert_eq!(sio.durable().await.1["body"], "Kwingine");

    app.set_rights("ward", rights(&[mine])).await;
    assert_eq!(sio.durable().await.0, "claims_changed");
    let (name, revoked) = sio.durable().await;
    assert_eq!((name.as_str(), &revoked["ward_ids"]), ("access_revoked", &json!([other])));
    app.customer_writes("+254700000009", "SM-2", "Kwingine tena").await;
    assert!(sio.silent_for(Duration::from_millis(200)).await);
    app.stop().await;
}

#[tokio::test]
async fn who_is_deactivated_is_closed_everywhere() {
    let app = TestApp::start(Engine::Sqlite).await;
    let officer = app.sign_in("ward").await;
    let mut sio = Sio::live(app.url(), &officer.access_token).await;
    let rights = Rights { role: Role::Officer, disabled: true, areas: vec![] };
    app.set_rights("ward", rights).await;
    let heard = sio.until_closed().await;
    assert!(heard.iter().any(|one| matches!(one, Heard::Event(name, data)
        if name == "session_ended" && data["code"] == "account_disabled")), "{heard:?}");
    app.stop().await;
}
