//! Writes that are repeated under one key.

use crate::harness::world::{COAST, HARBOUR};
use crate::harness::{Answer, Device, Engine, TestApp, on_both_engines};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

on_both_engines!(
    the_same_key_is_answered_with_the_first_result,
    a_refusal_is_not_kept,
    of_many_at_once_one_is_carried_out,
);

async fn keyed(device: &Device, path: &str, body: &Value, key: &str) -> Answer {
    let request = device.request(Method::POST, path).json(body).header("idempotency-key", key);
    Answer::of(request).await
}

async fn the_same_key_is_answered_with_the_first_result(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (officer, other) = (app.sign_in(HARBOUR).await, app.sign_in(COAST).await);
    let path = format!("/api/tickets/{}/resolve", app.ticket_of("Amina").await);
    let first = keyed(&officer, &path, &json!({}), "key-1").await;
    assert_eq!(first.header("idempotency-replayed"), "");
    let again = keyed(&officer, &path, &json!({}), "key-1").await;
    assert_eq!(again.ok(), first.ok());
    assert_eq!(again.header("idempotency-replayed"), "true");
    keyed(&officer, &path, &json!({ "x": 1 }), "key-1").await.refused(422, "idempotency_mismatch");
    keyed(&officer, &path, &json!({}), "key-2").await.refused(409, "ticket_resolved");
    keyed(&other, &path, &json!({}), "key-1").await.refused(409, "ticket_resolved");
    app.stop().await;
}

async fn a_refusal_is_not_kept(engine: Engine) {
    let app = TestApp::start(engine).await;
    let officer = app.sign_in(HARBOUR).await;
    let ticket = app.ticket_of("Amina").await;
    let (resolve, reopen) =
        (format!("/api/tickets/{ticket}/resolve"), format!("/api/tickets/{ticket}/reopen"));
    keyed(&officer, &reopen, &json!({}), "again").await.refused(409, "ticket_open");
    officer.post(&resolve, &json!({})).await.ok();
    keyed(&officer, &reopen, &json!({}), "again").await.ok();
    app.stop().await;
}

async fn of_many_at_once_one_is_carried_out(engine: Engine) {
    let app = TestApp::start(engine).await;
    let officer = app.sign_in(HARBOUR).await;
    let path = format!("/api/tickets/{}/resolve", app.ticket_of("Amina").await);
    let body = json!({});
    let answers = join_all((0..8).map(|_| keyed(&officer, &path, &body, "burst"))).await;
    for answer in &answers {
        match answer.status.as_u16() {
            200 => assert_eq!(answer.json()["status"], "resolved"),
            409 => drop(answer.refused(409, "idempotency_running")),
            other => panic!("{other} {}", answer.text),
        }
    }
    keyed(&officer, &path, &body, "burst").await.ok();
    app.stop().await;
}

#[tokio::test]
async fn a_key_that_is_none_is_refused() {
    let app = TestApp::start(Engine::Sqlite).await;
    let officer = app.sign_in(HARBOUR).await;
    let path = format!("/api/tickets/{}/resolve", app.ticket_of("Amina").await);
    for key in [String::new(), "k".repeat(129)] {
        let problem = keyed(&officer, &path, &json!({}), &key).await.refused(400, "invalid");
        assert_eq!(problem["field"], "Idempotency-Key");
    }
    app.stop().await;
}
