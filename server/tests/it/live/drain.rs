//! A server that is asked to stop: what sockets are told, and what becomes of a request under way.

use crate::harness::Engine;
use crate::harness::database::Database;
use crate::harness::process::{Program, free_port};
use crate::sio::{Heard, Sio};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What somebody of the demo signs in with.
fn credentials() -> String {
    json!({ "email": "admin@wardline.test", "password": "wardline-demo" }).to_string()
}

/// A socket over polling, as a client behind a proxy has it.
struct Polling {
    http: reqwest::Client,
    url: String,
}

impl Polling {
    /// Connects and fetches until it is ready.
    async fn live(url: &str, token: &str) -> Self {
        let http = reqwest::Client::new();
        let url = format!("{url}/ws/socket.io/?EIO=4&transport=polling");
        let open = http.get(&url).send().await.unwrap().text().await.unwrap();
        let open: Value = serde_json::from_str(open.strip_prefix('0').unwrap()).unwrap();
        let polling = Self { http, url: format!("{url}&sid={}", open["sid"].as_str().unwrap()) };
        let connect = format!("40{}", json!({ "token": token }));
        polling.http.post(&polling.url).body(connect).send().await.unwrap();
        polling.fetch("ready").await;
        polling
    }

    /// Fetches until this event comes.
    async fn fetch(&self, name: &str) {
        while event(&self.take().await, name).is_none() {}
    }

    async fn take(&self) -> String {
        let answer = self.http.get(&self.url).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        answer.text().await.unwrap()
    }

    /// Asks for what comes next. When this returns, the server has the question: it stands behind another one
    /// that is answered. It is asked twice, in case the first answer is a pulse.
    async fn wait(&self) -> TcpStream {
        let url = self.url.strip_prefix("http://").unwrap();
        let (address, path) = url.split_once('/').unwrap();
        let mut wire = TcpStream::connect(address).await.unwrap();
        let get = |path: &str| format!("GET /{path} HTTP/1.1\r\nhost: {address}\r\n\r\n");
        let all = format!("{}{}{}", get("healthz"), get(path), get(path));
        wire.write_all(all.as_bytes()).await.unwrap();
        let mut healthy = Vec::new();
        while !healthy.ends_with(b"\r\n\r\nok\n") {
            healthy.push(wire.read_u8().await.unwrap());
        }
        wire
    }
}

/// The payload of an event in what a polling client fetched.
fn event(fetched: &str, name: &str) -> Option<Value> {
    let (_, rest) = fetched.split_once(&format!("42[\"{name}\","))?;
    serde_json::Deserializer::from_str(rest).into_iter().next()?.ok()
}

/// A request whose body has begun to arrive, and no more.
async fn half_a_request(url: &str, body: &str) -> TcpStream {
    let address = url.strip_prefix("http://").unwrap();
    let mut wire = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /api/auth/login HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{}",
        body.len(),
        &body[..10]
    );
    wire.write_all(head.as_bytes()).await.unwrap();
    wire
}

async fn sign_in(url: &str) -> String {
    let post = reqwest::Client::new().post(format!("{url}/api/auth/login"));
    let post = post.header("content-type", "application/json").body(credentials());
    let granted: Value = post.send().await.unwrap().json().await.unwrap();
    granted["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn who_stops_the_server_sends_every_socket_away_for_a_time_of_its_own_and_loses_no_request() {
    let database = Database::create(Engine::Sqlite).await;
    let program = Program::start(free_port(), &database).await;
    let url = program.url.clone();
    let token = sign_in(&url).await;
    let mut sockets = Vec::new();
    for _ in 0..4 {
        sockets.push(Sio::live(&url, &token).await);
    }
    let mut polling = Vec::new();
    for _ in 0..2 {
        polling.push(Polling::live(&url, &token).await);
    }
    let body = credentials();
    let mut polls = Vec::new();
    for one in &polling {
        polls.push(one.wait().await);
    }
    let mut slow = half_a_request(&url, &body).await;

    let began = Instant::now();
    let ended = program.terminate();
    let mut waits = BTreeSet::new();
    for poll in &mut polls {
        let mut fetched = String::new();
        poll.read_to_string(&mut fetched).await.unwrap();
        let drain = event(&fetched, "drain").unwrap_or_else(|| panic!("no drain in {fetched}"));
        waits.insert(drain["reconnect_in_ms"].as_u64().unwrap());
    }
    for socket in &mut sockets {
        let heard = socket.until_closed().await;
        let drain = heard.iter().find_map(|one| match one {
            Heard::Event(name, data) if name == "drain" => data["reconnect_in_ms"].as_u64(),
            _ => None,
        });
        waits.insert(drain.unwrap_or_else(|| panic!("nothing of a drain in {heard:?}")));
        // Not taken out of the namespace: its library comes back by itself.
        assert!(!heard.contains(&Heard::Dismissed), "{heard:?}");
    }
    assert_eq!(waits.len(), 6, "two come back at the same time: {waits:?}");
    assert!(waits.iter().all(|wait| *wait < 30_000), "{waits:?}");

    slow.write_all(&body.as_bytes()[10..]).await.unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("access_token"), "{answer}");

    let status = ended.await.unwrap();
    assert_eq!(status.code(), Some(0));
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    database.remove().await;
}
