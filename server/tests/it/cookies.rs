//! Browser sessions: cookies and never bodies, kept alive from page to page.

use crate::harness::world::{HARBOUR, PASSWORD};
use crate::harness::{Browser, Engine, TestApp, on_both_engines, until};
use reqwest::Method;
use reqwest::header::{COOKIE, ORIGIN};
use serde_json::json;

on_both_engines!(
    a_refresh_goes_from_cookie_to_cookie_with_no_token_in_the_body,
    a_token_made_for_one_entrance_is_refused_at_the_other_and_harms_nothing,
);

async fn a_refresh_goes_from_cookie_to_cookie_with_no_token_in_the_body(engine: Engine) {
    let app = TestApp::start(engine).await;
    let mut browser = app.browser(HARBOUR).await;
    let answer = browser.post("/api/auth/refresh", &json!({})).await;
    let facts = answer.ok();
    assert_eq!(facts["generation"], 2);
    assert!(!answer.text.contains("token"), "{}", answer.text);
    for line in answer.cookies() {
        assert!(line.contains("; HttpOnly; SameSite=Lax") && line.contains("; Path=/"), "{line}");
        assert!(!line.contains("Secure"), "{line}");
    }
    browser.keep(&answer);
    assert_eq!(browser.get("/api/auth/session").await.ok()["generation"], 2);
    app.stop().await;
}

async fn a_token_made_for_one_entrance_is_refused_at_the_other_and_harms_nothing(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (phone, browser) = (app.sign_in(HARBOUR).await, app.browser(HARBOUR).await);
    let before = app.everything().await;
    let body = json!({ "refresh_token": browser.refresh });
    app.post("/api/auth/refresh-mobile", &body).await.refused(400, "token_malformed");
    let lifted = Browser { refresh: phone.refresh.clone(), ..browser.clone() };
    let answer = lifted.post("/api/auth/refresh", &json!({})).await;
    answer.refused(400, "token_malformed");
    assert!(answer.cookies().is_empty());
    assert_eq!(app.everything().await, before);
    phone.refreshed().await;
    browser.post("/api/auth/refresh", &json!({})).await.ok();
    app.stop().await;
}

#[tokio::test]
async fn without_a_refresh_cookie_there_is_nothing_to_refresh() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.post("/api/auth/refresh", &json!({})).await.refused(401, "token_missing");
    app.stop().await;
}

#[tokio::test]
async fn under_https_cookies_are_bound_to_the_host_and_browsers_are_told_to_stay() {
    let app =
        TestApp::with(Engine::Sqlite, &[("WARDLINE_PUBLIC_URL", "https://wardline.test")]).await;
    let browser = app.browser(HARBOUR).await;
    let request = app
        .request(Method::POST, "/api/auth/refresh")
        .header(ORIGIN, "https://wardline.test")
        .header(COOKIE, format!("__Host-wardline_refresh={}", browser.refresh));
    let answer = app.send(request).await;
    answer.ok();
    assert!(answer.cookie("__Host-wardline_access").is_some());
    assert!(answer.cookies().iter().all(|line| line.ends_with("; Secure")));
    assert!(answer.header("strict-transport-security").starts_with("max-age="));
    app.stop().await;
}

#[tokio::test]
async fn a_sign_out_works_when_the_access_token_has_ended_and_takes_the_cookies_away() {
    let app = TestApp::with(Engine::Sqlite, &[("WARDLINE_ACCESS_TTL", "1")]).await;
    let browser = app.browser(HARBOUR).await;
    let other = app.browser(HARBOUR).await;
    let session = || browser.get("/api/auth/session");
    until(session, |answer| answer.code().as_deref() == Some("token_expired")).await;
    let answer = browser.post("/api/auth/logout", &json!({})).await;
    assert_eq!(answer.ok()["ended"], 1);
    assert_eq!(answer.cookie("wardline_access").as_deref(), Some(""));
    assert_eq!(answer.cookie("wardline_refresh").as_deref(), Some(""));
    browser.post("/api/auth/refresh", &json!({})).await.refused(401, "session_revoked");
    // Once more is no error: signed out is what was wanted.
    assert_eq!(browser.post("/api/auth/logout", &json!({})).await.ok()["ended"], 0);
    let everywhere = other.post("/api/auth/logout", &json!({ "everywhere": true })).await;
    assert_eq!(everywhere.ok()["ended"], 1);
    app.stop().await;
}

#[tokio::test]
async fn a_write_from_another_site_is_refused_and_changes_nothing() {
    let app = TestApp::start(Engine::Sqlite).await;
    let browser = app.browser(HARBOUR).await;
    let ticket = app.ticket_of("Amina").await;
    let before = app.everything().await;
    let foreign = Browser { origin: "https://evil.example".to_owned(), ..browser.clone() };
    let resolve = format!("/api/tickets/{ticket}/resolve");
    for path in [resolve.as_str(), "/api/auth/refresh", "/api/auth/logout", "/fn/tickets/resolve"] {
        foreign.post(path, &json!({})).await.refused(403, "untrusted");
    }
    let silent = app
        .request(Method::POST, &resolve)
        .header(COOKIE, format!("wardline_access={}", browser.access));
    app.send(silent).await.refused(403, "untrusted");
    let fetched = browser.request(Method::POST, &resolve).header("sec-fetch-site", "cross-site");
    app.send(fetched).await.refused(403, "untrusted");
    let sign_in = app
        .request(Method::POST, "/api/auth/login")
        .header(ORIGIN, "https://evil.example")
        .json(&json!({ "email": HARBOUR, "password": PASSWORD }));
    app.send(sign_in).await.refused(403, "untrusted");
    assert_eq!(app.everything().await, before);
    browser.post(&resolve, &json!({})).await.ok();
    app.stop().await;
}

#[tokio::test]
async fn a_bearer_token_is_exempt_from_the_origin_check() {
    let app = TestApp::start(Engine::Sqlite).await;
    let phone = app.sign_in(HARBOUR).await;
    let request =
        phone.request(Method::POST, "/api/auth/logout").header(ORIGIN, "capacitor://localhost");
    app.send(request).await.ok();
    app.stop().await;
}
