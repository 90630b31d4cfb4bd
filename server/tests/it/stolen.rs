//! An answer that is lost on its way, and a token that comes back once its successor was used.

use crate::harness::world::HARBOUR;
use crate::harness::{Device, Engine, TestApp, on_both_engines, until};
use crate::sio::{Heard, Sio};
use reqwest::Client;
use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};

const AN_HOUR: Duration = Duration::from_secs(3_600);

on_both_engines!(
    a_lost_answer_is_found_an_hour_later,
    a_token_that_comes_back_after_its_successor_was_used_ends_this_session_and_no_other,
);

/// Passes requests on to `server` and lets no answer through: it closes the connection at the first
/// byte of one, which the server sends only after its work is done. Answers where it listens.
async fn lossy(server: &str) -> SocketAddr {
    let server = server.trim_start_matches("http://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&server).await.unwrap();
            tokio::spawn(swallow_answer(client, server));
        }
    });
    address
}

async fn swallow_answer(client: TcpStream, server: TcpStream) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let requests = tokio::spawn(async move { copy(&mut from_client, &mut to_server).await });
    let mut first = [0; 1];
    // Either the answer or the end of the connection: it makes no difference.
    from_server.read_exact(&mut first).await.ok();
    requests.abort();
    to_client.shutdown().await.ok();
}

/// The same device where answers get lost.
async fn beyond(device: &Device) -> Device {
    let http = Client::builder().pool_max_idle_per_host(0).build().unwrap();
    Device { url: format!("http://{}", lossy(&device.url).await), http, ..device.clone() }
}

/// Presents the device's token, and hears nothing.
async fn present_in_vain(device: &Device) {
    let url = format!("{}/api/auth/refresh-mobile", device.url);
    let body = serde_json::json!({ "refresh_token": device.refresh });
    device.http.post(url).json(&body).send().await.unwrap_err();
}

async fn a_lost_answer_is_found_an_hour_later(engine: Engine) {
    let app = TestApp::start(engine).await;
    let device = app.sign_in(HARBOUR).await;
    present_in_vain(&beyond(&device).await).await;
    app.database().let_pass(&device.session(), AN_HOUR).await;
    let found = device.refreshed().await;
    assert_eq!(found.granted["session"]["generation"], 2, "the lost answer was a rotation");
    found.get("/api/me").await.ok();
    found.refreshed().await.get("/api/me").await.ok();
    app.stop().await;
}

async fn a_token_that_comes_back_after_its_successor_was_used_ends_this_session_and_no_other(
    engine: Engine,
) {
    let app = TestApp::start(engine).await;
    let first = app.sign_in(HARBOUR).await;
    let elsewhere = app.sign_in(HARBOUR).await;
    present_in_vain(&beyond(&first).await).await;
    let second = first.refreshed().await;
    let mut sio = Sio::live(app.url(), &second.access).await;
    let mut beside = Sio::live(app.url(), &elsewhere.access).await;
    second.get("/api/me").await.ok();
    app.database().let_pass(&first.session(), AN_HOUR).await;

    first.present().await.refused(401, "refresh_token_already_used");
    let heard = sio.until_closed().await;
    assert!(
        heard.iter().any(|one| matches!(one, Heard::Event(name, data)
            if name == "session_ended" && data["code"] == "refresh_token_already_used")),
        "{heard:?}"
    );
    let answer = until(|| second.get("/api/areas"), |answer| answer.status != 200).await;
    answer.refused(401, "refresh_token_already_used");
    second.present().await.refused(401, "refresh_token_already_used");

    assert_eq!(
        noted(&elsewhere, &first.session()).await,
        ["token_reuse", "session_ended", "session_opened"]
    );
    assert_eq!(beside.durable().await.0, "session_ended");
    assert_eq!(beside.ask("latency", serde_json::json!({ "rtt_ms": 1 })).await["ok"], true);
    elsewhere.get("/api/me").await.ok();
    elsewhere.refreshed().await.get("/api/me").await.ok();
    app.stop().await;
}

/// What the audit log says of a session, newest first.
async fn noted(reader: &Device, session: &str) -> Vec<String> {
    let page = reader.get("/api/me/security-events").await.ok();
    let of_session = |event: &&Value| event["session_id"] == session;
    let events = page["items"].as_array().unwrap().iter().filter(of_session);
    events.map(|event| event["kind"].as_str().unwrap().to_owned()).collect()
}
