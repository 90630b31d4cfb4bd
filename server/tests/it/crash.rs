//! A power cut in the middle of the work: the real program, killed without a warning.

use crate::harness::database::Database;
use crate::harness::process::{Program, free_port};
use crate::harness::{Engine, on_both_engines};
use crate::sio::{Heard, Sio};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;

const MESSAGES: usize = 500;
const GATEWAY_CONNECTIONS: usize = 16;
const KILLED_AFTER: usize = 150;

/// Posts one message until it is answered, as a gateway does: the same id each time.
async fn deliver(url: &str, number: usize) {
    let client = reqwest::Client::new();
    let form = [
        ("From", "whatsapp:+254700123456".to_owned()),
        ("MessageSid", format!("SM-crash-{number}")),
        ("Body", format!("message {number}")),
    ];
    loop {
        let post = client.post(format!("{url}/api/channels/whatsapp")).form(&form);
        match post.timeout(Duration::from_secs(5)).send().await {
            Ok(answer) if answer.status().is_success() => return,
            _ => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn sign_in(url: &str) -> String {
    let body = json!({ "email": "admin@wardline.test", "password": "wardline-demo" });
    let post = reqwest::Client::new().post(format!("{url}/api/auth/login")).json(&body);
    let answer: Value = post.send().await.unwrap().json().await.unwrap();
    answer["access_token"].as_str().expect("signed in").to_owned()
}

async fn get(url: &str, token: &str, path: &str) -> Value {
    let call = reqwest::Client::new().get(format!("{url}{path}")).bearer_auth(token);
    call.send().await.unwrap().json().await.unwrap()
}

/// Listens across the power cut, coming back with its position; answers ids and bodies as seen.
async fn listen(url: String, token: String, mut position: (String, i64)) -> Vec<(i64, String)> {
    let mut seen = Vec::new();
    loop {
        let (epoch, after) = (position.0.clone(), position.1);
        let auth = json!({ "token": token, "epoch": epoch, "after": after });
        let Some(mut sio) = Sio::try_connect(&url, &auth).await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        loop {
            match sio.heard().await {
                Heard::Event(name, _) if name == "reset" => panic!("could not resume"),
                Heard::Event(name, data) if data["id"].is_i64() => {
                    position.1 = data["id"].as_i64().unwrap();
                    if name == "message_received" {
                        seen.push((position.1, data["body"].as_str().unwrap().to_owned()));
                    }
                    if seen.len() == MESSAGES {
                        return seen;
                    }
                }
                Heard::Closed => break,
                _ => {}
            }
        }
    }
}

/// Every message as the database has it: body → how often.
async fn stored(url: &str, token: &str) -> BTreeMap<String, usize> {
    let found = get(url, token, "/api/tickets?q=%2B254700123456").await;
    let ticket = found["items"][0]["id"].as_i64().expect("the ticket");
    let mut counts = BTreeMap::new();
    let mut before = String::new();
    loop {
        let path = format!("/api/tickets/{ticket}/messages?limit=100{before}");
        let page = get(url, token, &path).await;
        for message in page["items"].as_array().unwrap() {
            *counts.entry(message["body"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        match page["next"].as_str() {
            Some(next) => before = format!("&before={next}"),
            None => return counts,
        }
    }
}

async fn a_power_cut_among_five_hundred_messages_loses_none_and_doubles_none(engine: Engine) {
    let database = Database::create(engine).await;
    let port = free_port();
    let mut program = Program::start(port, &database).await;
    let url = program.url.clone();
    let token = sign_in(&url).await;
    let head = get(&url, &token, "/api/events").await;
    let position = (head["epoch"].as_str().unwrap().to_owned(), head["head"].as_i64().unwrap());
    let listener = tokio::spawn(listen(url.clone(), token.clone(), position));

    let (next, answered) = (Arc::new(Mutex::new(0)), Arc::new(AtomicUsize::new(0)));
    let gateway = (0..GATEWAY_CONNECTIONS).map(|_| {
        let (url, next, answered) = (url.clone(), Arc::clone(&next), Arc::clone(&answered));
        tokio::spawn(async move {
            loop {
                let number = {
                    let mut next = next.lock().await;
                    *next += 1;
                    *next
                };
                if number > MESSAGES {
                    return;
                }
                deliver(&url, number).await;
                answered.fetch_add(1, Ordering::AcqRel);
            }
        })
    });
    let gateway: Vec<_> = gateway.collect();
    while answered.load(Ordering::Acquire) < KILLED_AFTER {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    program.kill();
    let again = Program::start(port, &database).await;
    for connection in gateway {
        connection.await.unwrap();
    }

    let stored = stored(&url, &token).await;
    assert_eq!(stored.len(), MESSAGES, "a message was lost");
    assert!(stored.values().all(|count| *count == 1), "a message was stored twice");
    let seen = tokio::time::timeout(Duration::from_secs(30), listener).await;
    let seen = seen.expect("every event reaches the client").unwrap();
    assert!(seen.is_sorted_by(|a, b| a.0 < b.0), "an event came twice or out of order");
    let bodies: BTreeSet<&str> = seen.iter().map(|(_, body)| body.as_str()).collect();
    assert_eq!(bodies.len(), MESSAGES, "the client missed a message");
    drop(again);
    database.remove().await;
}

on_both_engines!(a_power_cut_among_five_hundred_messages_loses_none_and_doubles_none);
