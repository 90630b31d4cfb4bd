//! Refresh over HTTP: races, repeats, lost answers, theft.

use crate::harness::world::HARBOUR;
use crate::harness::{Device, Engine, TestApp, on_both_engines, until};
use domain::time::Timestamp;
use futures::future::join_all;
use std::collections::HashSet;

on_both_engines!(
    fifty_simultaneous_refreshes_rotate_once_and_get_one_successor,
    fifty_simultaneous_refreshes_by_cookie_get_one_successor,
    a_token_repeated_within_the_interval_gets_the_same_successor,
    a_lost_answer_signs_nobody_out,
    a_used_token_that_comes_back_ends_the_session,
    a_refresh_that_comes_late_is_asked_to_try_again_and_the_session_goes_on,
    an_unreadable_moment_of_sending_counts_as_none,
    a_chain_of_refreshes_goes_on,
);

const NO_INTERVAL: (&str, &str) = ("WARDLINE_REUSE_INTERVAL", "0");

async fn fifty_simultaneous_refreshes_rotate_once_and_get_one_successor(engine: Engine) {
    let app = TestApp::start(engine).await;
    let device = app.sign_in(HARBOUR).await;
    let answers = join_all((0..50).map(|_| device.present())).await;
    let mut successors = HashSet::new();
    for answer in &answers {
        let granted = answer.ok();
        assert_eq!(granted["session"]["generation"], 2);
        successors.insert(granted["refresh_token"].as_str().unwrap().to_owned());
    }
    assert_eq!((answers.len(), successors.len()), (50, 1));
    assert!(!successors.contains(&device.refresh));
    app.stop().await;
}

async fn fifty_simultaneous_refreshes_by_cookie_get_one_successor(engine: Engine) {
    let app = TestApp::start(engine).await;
    let browser = app.browser(HARBOUR).await;
    let nothing = serde_json::json!({});
    let answers = join_all((0..50).map(|_| browser.post("/api/auth/refresh", &nothing))).await;
    let mut successors = HashSet::new();
    for answer in &answers {
        assert_eq!(answer.ok()["generation"], 2);
        successors.insert(answer.cookie("wardline_refresh").unwrap());
    }
    assert_eq!(successors.len(), 1);
    app.stop().await;
}

async fn a_token_repeated_within_the_interval_gets_the_same_successor(engine: Engine) {
    let app = TestApp::start(engine).await;
    let device = app.sign_in(HARBOUR).await;
    let next = device.refreshed().await;
    next.get("/api/me").await.ok();
    let again = device.refreshed().await;
    assert_eq!(again.refresh, next.refresh);
    app.stop().await;
}

async fn a_lost_answer_signs_nobody_out(engine: Engine) {
    let app = TestApp::with(engine, &[NO_INTERVAL]).await;
    let device = app.sign_in(HARBOUR).await;
    let lost = device.refreshed().await;
    for _ in 0..3 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await; // past an interval of nothing
        let again = device.refreshed().await;
        assert_eq!(again.refresh, lost.refresh);
    }
    let found = device.refreshed().await;
    found.get("/api/me").await.ok();
    found.refreshed().await.get("/api/me").await.ok();
    app.stop().await;
}

async fn a_used_token_that_comes_back_ends_the_session(engine: Engine) {
    let app = TestApp::with(engine, &[NO_INTERVAL]).await;
    let device = app.sign_in(HARBOUR).await;
    let next = device.refreshed().await;
    next.get("/api/me").await.ok();
    tokio::time::sleep(std::time::Duration::from_millis(5)).await; // past an interval of nothing
    device.present().await.refused(401, "refresh_token_already_used");
    next.present().await.refused(401, "refresh_token_already_used");
    let answer = until(|| next.get("/api/me"), |answer| answer.status != 200).await;
    answer.refused(401, "refresh_token_already_used");
    app.stop().await;
}

async fn a_refresh_that_comes_late_is_asked_to_try_again_and_the_session_goes_on(engine: Engine) {
    let app = TestApp::with(engine, &[NO_INTERVAL]).await;
    let device = app.sign_in(HARBOUR).await;
    let sent_at = &device.granted["session"]["server_time"];
    let sent_at: Timestamp = serde_json::from_value(sent_at.clone()).unwrap();
    let next = device.refreshed().await;
    next.get("/api/me").await.ok();
    tokio::time::sleep(std::time::Duration::from_millis(5)).await; // past an interval of nothing
    device.present_sent_at(&sent_at.millis().to_string()).await.refused(503, "try_again");
    next.get("/api/me").await.ok();
    next.refreshed().await.get("/api/me").await.ok();
    app.stop().await;
}

async fn an_unreadable_moment_of_sending_counts_as_none(engine: Engine) {
    const UNREADABLE: [&str; 4] = ["yesterday", "", "1e12", "99999999999999999999"];
    let app = TestApp::with(engine, &[NO_INTERVAL]).await;
    for said in UNREADABLE {
        let device = app.sign_in(HARBOUR).await;
        device.present_sent_at(said).await.ok();
        let next = device.refreshed().await;
        next.get("/api/me").await.ok();
        tokio::time::sleep(std::time::Duration::from_millis(5)).await; // past an interval of nothing
        device.present_sent_at(said).await.refused(401, "refresh_token_already_used");
    }
    app.stop().await;
}

async fn a_chain_of_refreshes_goes_on(engine: Engine) {
    let app = TestApp::with(engine, &[NO_INTERVAL]).await;
    let mut device = app.sign_in(HARBOUR).await;
    let end = device.granted["session"]["absolute_expires_at"].clone();
    for generation in 2..=12 {
        device = device.refreshed().await;
        assert_eq!(device.granted["session"]["generation"], generation);
        assert_eq!(device.granted["session"]["absolute_expires_at"], end);
    }
    device.get("/api/me").await.ok();
    app.stop().await;
}

#[tokio::test]
async fn sessions_outlive_a_restart_of_the_server() {
    let app = TestApp::start(Engine::Sqlite).await;
    let device = app.sign_in(HARBOUR).await;
    let (access, refresh) = (device.access, device.refresh);
    let app = app.restart(&[]).await;
    let other = app.sign_in(HARBOUR).await;
    let device = Device { access, refresh, ..other };
    device.get("/api/me").await.ok();
    device.refreshed().await.get("/api/me").await.ok();
    app.stop().await;
}

#[tokio::test]
async fn a_forged_token_is_malformed_and_hurts_no_session() {
    let app = TestApp::start(Engine::Sqlite).await;
    let device = app.sign_in(HARBOUR).await;
    let before = app.everything().await;
    let mut forged = device.refresh.clone().into_bytes();
    let last = forged.len() - 4;
    forged[last] = if forged[last] == b'A' { b'B' } else { b'A' };
    let forged = String::from_utf8(forged).unwrap();
    for token in [forged.as_str(), "", "nonsense", device.access.as_str(), &"x".repeat(9000)] {
        let body = serde_json::json!({ "refresh_token": token });
        app.post("/api/auth/refresh-mobile", &body).await.refused(400, "token_malformed");
    }
    let mut stranger = device.clone();
    stranger.access.push('x');
    stranger.get("/api/me").await.refused(401, "token_malformed");
    assert_eq!(app.everything().await, before);
    device.refreshed().await.get("/api/me").await.ok();
    app.stop().await;
}
