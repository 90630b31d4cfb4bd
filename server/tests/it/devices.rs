//! My devices.

use crate::harness::world::{COAST, HILL};
use crate::harness::{Engine, TestApp, on_both_engines, until};
use reqwest::Method;

on_both_engines!(devices_are_listed_and_ended_one_by_one_and_only_by_their_owner);

async fn devices_are_listed_and_ended_one_by_one_and_only_by_their_owner(engine: Engine) {
    let app = TestApp::start(engine).await;
    let phone = app.sign_in(COAST).await;
    let browser = app.browser(COAST).await;
    let stranger = app.sign_in(HILL).await;
    let listed = phone.get("/api/auth/sessions").await.ok();
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let (mine, other): (Vec<_>, Vec<_>) = items.iter().partition(|item| item["current"] == true);
    assert_eq!(mine[0]["id"], phone.session());
    assert_eq!(mine[0]["device"], format!("phone of {COAST}"));
    assert_eq!((&mine[0]["client"], &other[0]["client"]), (&"mobile".into(), &"web".into()));

    let path = format!("/api/auth/sessions/{}", other[0]["id"].as_str().unwrap());
    stranger.delete(&path).await.refused(404, "not_found");
    assert_eq!(phone.delete(&path).await.status, 204);
    phone.delete(&path).await.refused(404, "not_found");
    let answer = until(|| browser.get("/api/me"), |answer| answer.status != 200).await;
    answer.refused(401, "session_revoked");
    phone.get("/api/me").await.ok();
    app.stop().await;
}

#[tokio::test]
async fn the_session_can_be_validated_at_any_time() {
    let app = TestApp::start(Engine::Sqlite).await;
    let phone = app.sign_in(COAST).await;
    let facts = phone.get("/api/auth/session").await.ok();
    assert_eq!(facts["id"], phone.session());
    app.get("/api/auth/session").await.refused(401, "token_missing");
    app.send(phone.request(Method::HEAD, "/api/auth/session")).await;
    phone.delete("/api/auth/sessions/7").await.refused(400, "invalid");
    app.stop().await;
}
