//! What becomes of open sockets when a session or a person's rights change.

use crate::harness::world::{ADMIN, DALILA, HARBOUR};
use crate::harness::{Engine, TestApp};
use crate::sio::{Heard, Sio};
use domain::id::AreaId;
use domain::staff::{Rights, Role};
use serde_json::json;

#[tokio::test]
async fn signing_out_closes_the_sockets_of_that_session_and_tells_the_other_devices() {
    let app = TestApp::start(Engine::Sqlite).await;
    let phone = app.sign_in(HARBOUR).await;
    let laptop = app.sign_in(HARBOUR).await;
    let mut on_phone = Sio::live(app.url(), &phone.access).await;
    let mut on_laptop = Sio::live(app.url(), &laptop.access).await;
    phone.post("/api/auth/logout", &json!({})).await.ok();
    let heard = on_phone.until_closed().await;
    assert!(
        matches!(&heard[0], Heard::Event(name, data)
        if name == "session_ended" && data["code"] == "session_revoked"),
        "{heard:?}"
    );
    assert_eq!(heard[1], Heard::Dismissed);
    let (name, data) = on_laptop.durable().await;
    assert_eq!((name.as_str(), &data["session_id"]), ("session_ended", &json!(phone.session())));
    let alive = on_laptop.ask("latency", json!({ "rtt_ms": 1 })).await;
    assert_eq!(alive["ok"], true);
    app.stop().await;
}

#[tokio::test]
async fn a_stolen_refresh_token_that_is_used_again_closes_the_sockets_of_its_session() {
    let app = TestApp::with(Engine::Sqlite, &[("WARDLINE_REUSE_INTERVAL", "0")]).await;
    let first = app.sign_in(HARBOUR).await;
    let second = first.refreshed().await;
    let mut sio = Sio::live(app.url(), &second.access).await;
    // The socket's token has proved receipt of the second generation.
    first.present().await.refused(401, "refresh_token_already_used");
    let heard = sio.until_closed().await;
    assert!(
        matches!(&heard[0], Heard::Event(name, data)
        if name == "session_ended" && data["code"] == "refresh_token_already_used"),
        "{heard:?}"
    );
    app.stop().await;
}

#[tokio::test]
async fn a_new_token_of_the_same_session_is_taken_in_place_and_another_ones_is_not() {
    let app = TestApp::start(Engine::Sqlite).await;
    let mine = app.sign_in(HARBOUR).await;
    let mut sio = Sio::live(app.url(), &mine.access).await;
    let next = mine.refreshed().await;
    let answer = sio.ask("authenticate", json!({ "token": next.access })).await;
    assert_eq!(answer, json!({ "ok": true }));
    let other = app.sign_in(ADMIN).await;
    let answer = sio.ask("authenticate", json!({ "token": other.access })).await;
    assert_eq!(answer, json!({ "ok": false, "error": "token_malformed" }));
    let answer = sio.ask("authenticate", json!({})).await;
    assert_eq!(answer, json!({ "ok": false, "error": "token_missing" }));
    app.stop().await;
}

#[tokio::test]
async fn a_grant_and_a_revocation_take_effect_on_an_open_socket() {
    let app = TestApp::start(Engine::Sqlite).await;
    let officer = app.sign_in(HARBOUR).await;
    let mut sio = Sio::live(app.url(), &officer.access).await;
    let (mine, other) = (app.area("Harbour").await, app.area("Plain").await);
    let rights =
        |areas: &[AreaId]| Rights { role: Role::Officer, disabled: false, areas: areas.to_vec() };
    app.set_rights(HARBOUR, &rights(&[mine, other])).await;
    assert_eq!(sio.durable().await.0, "claims_changed");
    let (name, granted) = sio.durable().await;
    assert_eq!((name.as_str(), &granted["ward_ids"]), ("access_granted", &json!([other])));
    app.farmer_writes(DALILA, "Kwingine", "SM-1").await.ok_text();
    assert_eq!(sio.durable().await.1["body"], "Kwingine");

    app.set_rights(HARBOUR, &rights(&[mine])).await;
    assert_eq!(sio.durable().await.0, "claims_changed");
    let (name, revoked) = sio.durable().await;
    assert_eq!((name.as_str(), &revoked["ward_ids"]), ("access_revoked", &json!([other])));
    app.farmer_writes(DALILA, "Kwingine tena", "SM-2").await.ok_text();
    sio.comes_to(&app.fence(HARBOUR).await).await;
    app.stop().await;
}

#[tokio::test]
async fn who_is_deactivated_is_closed_everywhere() {
    let app = TestApp::start(Engine::Sqlite).await;
    let officer = app.sign_in(HARBOUR).await;
    let mut sio = Sio::live(app.url(), &officer.access).await;
    let rights = Rights { role: Role::Officer, disabled: true, areas: vec![] };
    app.set_rights(HARBOUR, &rights).await;
    let heard = sio.until_closed().await;
    assert!(
        heard.iter().any(|one| matches!(one, Heard::Event(name, data)
        if name == "session_ended" && data["code"] == "account_disabled")),
        "{heard:?}"
    );
    app.stop().await;
}
