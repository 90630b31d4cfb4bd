//! Who is let in, who is refused, and with which code.

use crate::harness::world::HARBOUR;
use crate::harness::{Engine, TestApp};
use crate::sio::{Heard, Sio};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::http::{HeaderMap, HeaderValue, header};

async fn refused(app: &TestApp, auth: Value, headers: HeaderMap) -> Value {
    match Sio::connect(app.url(), &auth, headers).await {
        Ok(_) => panic!("was let in"),
        Err(error) => error,
    }
}

fn one(name: header::HeaderName, value: &str) -> HeaderMap {
    HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
}

#[tokio::test]
async fn a_handshake_without_a_good_token_is_refused_with_the_code_that_says_why() {
    let app = TestApp::start(Engine::Sqlite).await;
    let token = app.sign_in(HARBOUR).await.access;
    let forged = format!("{}x", &token[..token.len() - 1]);
    for (auth, code) in [
        (json!({}), "token_missing"),
        (json!({ "token": "" }), "token_malformed"),
        (json!({ "token": "not.a.token" }), "token_malformed"),
        (json!({ "token": forged }), "token_malformed"),
    ] {
        let error = refused(&app, auth, HeaderMap::new()).await;
        assert_eq!(error["data"]["code"], code, "{error}");
        assert!(error["message"].as_str().is_some_and(|text| !text.is_empty()), "{error}");
    }
    app.stop().await;
}

#[tokio::test]
async fn the_token_of_an_ended_session_is_refused_as_revoked() {
    let app = TestApp::start(Engine::Sqlite).await;
    let device = app.sign_in(HARBOUR).await;
    let mut open = Sio::live(app.url(), &device.access).await;
    device.post("/api/auth/logout", &json!({})).await.ok();
    open.until_closed().await;
    let auth = json!({ "token": device.access });
    let error = refused(&app, auth, HeaderMap::new()).await;
    assert_eq!(error["data"]["code"], "session_revoked");
    app.stop().await;
}

#[tokio::test]
async fn a_token_is_taken_from_the_handshake_else_the_header_else_the_cookie() {
    let app = TestApp::start(Engine::Sqlite).await;
    let token = app.sign_in(HARBOUR).await.access;
    let bearer = one(header::AUTHORIZATION, &format!("Bearer {token}"));
    assert!(Sio::connect(app.url(), &json!({}), bearer.clone()).await.is_ok());
    let lower = one(header::AUTHORIZATION, &format!("bearer {token}"));
    assert!(Sio::connect(app.url(), &json!({}), lower).await.is_ok());
    let cookie = one(header::COOKIE, &format!("theme=dark; wardline_access={token}"));
    assert!(Sio::connect(app.url(), &json!({}), cookie).await.is_ok());
    // A proxy may hand on the cookies in several lines.
    let mut lines = one(header::COOKIE, "theme=dark");
    let second = format!("wardline_access={token}");
    lines.append(header::COOKIE, HeaderValue::from_str(&second).unwrap());
    assert!(Sio::connect(app.url(), &json!({}), lines).await.is_ok());
    // The handshake's own word counts first, also when it is wrong.
    let error = refused(&app, json!({ "token": "x" }), bearer).await;
    assert_eq!(error["data"]["code"], "token_malformed");
    app.stop().await;
}

#[tokio::test]
async fn a_cookie_from_a_page_of_another_origin_opens_no_socket() {
    let app = TestApp::start(Engine::Sqlite).await;
    let token = app.sign_in(HARBOUR).await.access;
    let mut headers = one(header::COOKIE, &format!("wardline_access={token}"));
    headers.insert(header::ORIGIN, HeaderValue::from_static("https://evil.example"));
    let error = refused(&app, json!({}), headers).await;
    assert_eq!(error["data"]["code"], "untrusted");
    app.stop().await;
}

#[tokio::test]
async fn another_namespace_is_refused_and_the_socket_stays_usable() {
    let app = TestApp::start(Engine::Sqlite).await;
    let token = app.sign_in(HARBOUR).await.access;
    let mut sio = Sio::live(app.url(), &token).await;
    sio.send("40/admin,{}").await;
    let answer = sio.ask("latency", json!({ "rtt_ms": 12 })).await;
    assert_eq!(answer, json!({ "ok": true }));
    app.stop().await;
}

#[tokio::test]
async fn who_floods_is_told_so_and_cut() {
    let app = TestApp::start(Engine::Sqlite).await;
    let token = app.sign_in(HARBOUR).await.access;
    let mut sio = Sio::live(app.url(), &token).await;
    for id in 0..200 {
        sio.send(&format!("42{id}[\"latency\",{{\"rtt_ms\":1}}]")).await;
    }
    let heard = sio.until_closed().await;
    let refused = json!({ "ok": false, "error": "rate_limited" });
    assert!(heard.iter().any(|one| matches!(one, Heard::Ack(_, data) if *data == refused)));
    assert!(heard.contains(&Heard::Dismissed));
    app.stop().await;
}

#[tokio::test]
async fn what_is_no_packet_ends_the_connection() {
    let app = TestApp::start(Engine::Sqlite).await;
    let token = app.sign_in(HARBOUR).await.access;
    for nonsense in ["42{}", "49", "42[\"x\"", "4"] {
        let mut sio = Sio::live(app.url(), &token).await;
        sio.send(nonsense).await;
        sio.until_closed().await;
    }
    app.stop().await;
}

#[tokio::test]
async fn a_command_nobody_knows_is_answered_and_changes_nothing() {
    let app = TestApp::start(Engine::Sqlite).await;
    let token = app.sign_in(HARBOUR).await.access;
    let mut sio = Sio::live(app.url(), &token).await;
    let answer = sio.ask("format_disk", json!({})).await;
    assert_eq!(answer, json!({ "ok": false, "error": "not_found" }));
    app.stop().await;
}

#[tokio::test]
async fn one_socket_more_than_a_person_may_have_closes_the_oldest_and_tells_it() {
    let app = TestApp::with(Engine::Sqlite, &[("WARDLINE_SOCKETS_PER_PERSON", "2")]).await;
    let token = app.sign_in(HARBOUR).await.access;
    let mut first = Sio::live(app.url(), &token).await;
    let mut second = Sio::live(app.url(), &token).await;
    let _third = Sio::live(app.url(), &token).await;
    let heard = first.until_closed().await;
    assert!(matches!(&heard[0], Heard::Event(name, _) if name == "evicted"), "{heard:?}");
    assert_eq!(heard[1], Heard::Dismissed);
    let alive = second.ask("latency", json!({ "rtt_ms": 1 })).await;
    assert_eq!(alive["ok"], true);
    app.stop().await;
}

#[tokio::test]
async fn a_refused_socket_does_not_stay_open() {
    let app = TestApp::start(Engine::Sqlite).await;
    let address = app.url().replacen("http", "ws", 1);
    let address = format!("{address}/ws/socket.io/?EIO=4&transport=websocket");
    let (mut stream, _) = tokio_tungstenite::connect_async(address).await.unwrap();
    stream.send(Message::text("40{}")).await.unwrap();
    let rest = async { while let Some(Ok(_)) = stream.next().await {} };
    tokio::time::timeout(Duration::from_secs(10), rest).await.expect("it is closed");
    app.stop().await;
}

#[tokio::test]
async fn a_cookies_socket_is_not_renewed_without_a_token() {
    let app = TestApp::start(Engine::Sqlite).await;
    let browser = app.browser(HARBOUR).await;
    let cookie = one(header::COOKIE, &format!("wardline_access={}", browser.access));
    let mut sio = Sio::connect(app.url(), &json!({}), cookie).await.unwrap();
    browser.post("/api/auth/refresh", &json!({})).await.ok();
    let answer = sio.ask("authenticate", json!({})).await;
    assert_eq!(answer, json!({ "ok": false, "error": "token_missing" }));
    app.stop().await;
}
