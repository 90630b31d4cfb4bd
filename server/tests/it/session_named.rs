//! A request that names the session it is for is carried out for that session or not at all.

use crate::harness::world::{COAST, HARBOUR};
use crate::harness::{Engine, TestApp, on_both_engines};
use reqwest::Method;
use serde_json::{Value, json};

on_both_engines!(a_request_for_another_session_is_refused_and_does_nothing);

const NAMED: &str = "wardline-session";

async fn a_request_for_another_session_is_refused_and_does_nothing(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (phone, other) = (app.sign_in(HARBOUR).await, app.sign_in(COAST).await);
    let browser = app.browser(HARBOUR).await;
    let mine = browser.get("/api/auth/session").await.ok()["id"].as_str().unwrap().to_owned();
    let ticket = app.ticket_of("Amina").await;
    let resolve = format!("/api/tickets/{ticket}/resolve");
    let before = app.everything().await;

    for named in [other.session(), mine.to_uppercase(), "nonsense".to_owned(), String::new()] {
        let request = browser.request(Method::POST, &resolve).header(NAMED, &named);
        app.send(request.json(&json!({}))).await.refused(409, "session_changed");
        let request = phone.request(Method::POST, &resolve).header(NAMED, &named);
        app.send(request.json(&json!({}))).await.refused(409, "session_changed");
        let read = browser.request(Method::GET, "/api/me").header(NAMED, &named);
        app.send(read).await.refused(409, "session_changed");
        let page = browser.request(Method::POST, "/fn/session/whoami").header(NAMED, &named);
        let told = app.send(page.json(&json!({}))).await;
        assert_eq!(told.status, 409);
        assert_eq!(told.json()["Refused"]["code"], "session_changed");
    }
    let out = browser.request(Method::DELETE, &format!("/api/auth/sessions/{mine}"));
    app.send(out.header(NAMED, other.session())).await.refused(409, "session_changed");
    assert_eq!(app.everything().await, before);

    let request = browser.request(Method::POST, &resolve).header(NAMED, &mine);
    let resolved: Value = app.send(request.json(&json!({}))).await.ok();
    assert_eq!(resolved["status"], "resolved");
    let read = phone.request(Method::GET, "/api/me").header(NAMED, phone.session());
    app.send(read).await.ok();
    app.stop().await;
}
