//! Pages, as far as the host is concerned: who is sent where, and sessions that go on.

use crate::harness::world::{HARBOUR, PASSWORD};
use crate::harness::{Browser, Engine, TestApp, on_both_engines, until};
use reqwest::Method;
use reqwest::header::ACCEPT;

on_both_engines!(
    a_page_opened_after_the_access_token_ended_is_rendered_under_a_renewed_one,
    a_page_asked_for_with_a_used_token_ends_no_session_and_gets_no_tokens,
);

async fn a_page_opened_after_the_access_token_ended_is_rendered_under_a_renewed_one(
    engine: Engine,
) {
    let settings = [("WARDLINE_ACCESS_TTL", "1"), ("WARDLINE_REUSE_INTERVAL", "0")];
    let app = TestApp::with(engine, &settings).await;
    let mut browser = app.browser(HARBOUR).await;
    let expired =
        |answer: &crate::harness::Answer| answer.code().as_deref() == Some("token_expired");
    until(|| browser.get("/api/auth/session"), expired).await;
    let page = browser.open("/").await;
    assert!(page.cookie("wardline_refresh").is_some_and(|token| token != browser.refresh));
    // The answer may get lost on its way: the same cookies open the page again.
    let again = browser.open("/").await;
    assert_eq!(again.cookie("wardline_refresh"), page.cookie("wardline_refresh"));
    browser.keep(&again);
    let facts = browser.post("/api/auth/refresh", &serde_json::json!({})).await.ok();
    assert_eq!(facts["generation"], 3);
    app.stop().await;
}

async fn a_page_asked_for_with_a_used_token_ends_no_session_and_gets_no_tokens(engine: Engine) {
    let app = TestApp::with(engine, &[("WARDLINE_REUSE_INTERVAL", "0")]).await;
    let mut browser = app.browser(HARBOUR).await;
    // The network is slow, and another tab is faster.
    let slow = Browser { access: String::new(), ..browser.clone() };
    let renewed = browser.post("/api/auth/refresh", &serde_json::json!({})).await;
    browser.keep(&renewed);
    browser.get("/api/me").await.ok();
    tokio::time::sleep(std::time::Duration::from_millis(5)).await; // past an interval of nothing
    let page = slow.open("/inbox").await;
    assert_eq!(page.status, 200);
    assert!(page.cookies().is_empty());
    browser.get("/api/me").await.ok();
    // The refresh of the page itself finds out whether that was a theft.
    let stolen = slow.post("/api/auth/refresh", &serde_json::json!({})).await;
    stolen.refused(401, "refresh_token_already_used");
    app.stop().await;
}

#[tokio::test]
async fn a_sign_in_ends_the_session_whose_cookies_it_replaces() {
    let app = TestApp::start(Engine::Sqlite).await;
    let mut browser = app.browser(HARBOUR).await;
    let former = browser.clone();
    let body = serde_json::json!({ "email": HARBOUR, "password": "wrong" });
    browser.post("/fn/session/sign-in-here", &body).await;
    former.get("/api/me").await.ok();
    let body = serde_json::json!({ "email": HARBOUR, "password": PASSWORD });
    let entered = browser.post("/fn/session/sign-in-here", &body).await;
    browser.keep(&entered);
    let refused = until(|| former.get("/api/me"), |answer| answer.status != 200).await;
    refused.refused(401, "session_revoked");
    browser.get("/api/me").await.ok();
    app.stop().await;
}

#[tokio::test]
async fn who_left_without_a_network_is_signed_out_later_and_nobody_else_is() {
    let app = TestApp::start(Engine::Sqlite).await;
    let browser = app.browser(HARBOUR).await;
    let session = browser.get("/api/auth/session").await.ok()["id"].clone();
    let other = "018f3d3c-0000-7000-8000-000000000001";
    let stranger =
        browser.post("/fn/session/leave", &serde_json::json!({ "session": other })).await;
    assert!(stranger.cookies().is_empty());
    browser.get("/api/me").await.ok();
    let left = browser.post("/fn/session/leave", &serde_json::json!({ "session": session })).await;
    assert_eq!(left.cookie("wardline_refresh").as_deref(), Some(""));
    let refused = until(|| browser.get("/api/me"), |answer| answer.status != 200).await;
    refused.refused(401, "session_revoked");
    app.stop().await;
}

#[tokio::test]
async fn a_page_without_an_access_cookie_is_rendered_under_a_renewed_session() {
    let app = TestApp::start(Engine::Sqlite).await;
    let mut browser = app.browser(HARBOUR).await;
    browser.access = String::new();
    let page = browser.open("/").await;
    browser.keep(&page);
    assert_eq!(browser.get("/api/auth/session").await.ok()["generation"], 2);
    app.stop().await;
}

#[tokio::test]
async fn a_session_that_is_over_loses_its_cookies_at_the_next_page() {
    let app = TestApp::start(Engine::Sqlite).await;
    let browser = app.browser(HARBOUR).await;
    let user = app.user(HARBOUR).await;
    let reason = domain::session::EndReason::SessionRevoked;
    app.desk().store.end_sessions_of(user, user, reason).await.unwrap();
    let gone = Browser { access: String::new(), ..browser };
    let page = gone.open("/").await;
    assert_eq!(page.cookie("wardline_refresh").as_deref(), Some(""));
    app.stop().await;
}

#[tokio::test]
async fn a_busy_database_is_no_reason_to_sign_anybody_out() {
    let app = TestApp::start(Engine::Sqlite).await;
    let mut browser = app.browser(HARBOUR).await;
    browser.access = String::new();
    app.server().close_database().await;
    let page = browser.open("/").await;
    assert_eq!(page.status, 503);
    assert!(page.cookies().is_empty());
    assert!(!page.header("retry-after").is_empty());
    assert!(page.text.contains("still signed in"), "{}", page.text);
    app.stop().await;
}

#[tokio::test]
async fn only_pages_renew_sessions() {
    let app = TestApp::start(Engine::Sqlite).await;
    let mut browser = app.browser(HARBOUR).await;
    browser.access = String::new();
    for path in ["/api/me", "/pkg/wardline.js", "/vendor/x.js", "/healthz"] {
        assert!(browser.open(path).await.cookies().is_empty(), "{path}");
    }
    let picture = browser.request(Method::GET, "/favicon.ico").header(ACCEPT, "image/*");
    assert!(app.send(picture).await.cookies().is_empty());
    app.stop().await;
}

#[tokio::test]
async fn the_sign_in_page_is_for_everybody_and_its_scripts_bear_its_nonce() {
    let app = TestApp::start(Engine::Sqlite).await;
    let page = app.send(app.request(Method::GET, "/sign-in").header(ACCEPT, "text/html")).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.header("content-type").starts_with("text/html"));
    assert_eq!(page.header("cache-control"), "no-store");
    let policy = page.header("content-security-policy");
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
    assert!(page.text.contains(&format!("nonce=\"{nonce}\"")));
    app.stop().await;
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_sent_to_the_sign_in_page_and_back() {
    let app = TestApp::start(Engine::Sqlite).await;
    let page = app.send(app.request(Method::GET, "/inbox/3").header(ACCEPT, "text/html")).await;
    assert_eq!(page.status, 302, "{}", page.text);
    let to = page.header("location");
    assert!(to.starts_with("/sign-in") && to.contains("inbox"), "{to}");
    let page = app.send(app.request(Method::GET, "/").header(ACCEPT, "*/*")).await;
    assert_eq!((page.status.as_u16(), page.header("location")), (302, "/inbox"));
    app.stop().await;
}

on_both_engines!(somebody_signs_in_without_javascript_and_sees_their_inbox);

async fn somebody_signs_in_without_javascript_and_sees_their_inbox(engine: Engine) {
    let app = TestApp::start(engine).await;
    let nobody = Browser::new(&app, String::new(), String::new());
    let form = [("email", HARBOUR), ("password", PASSWORD), ("next", "/inbox")];
    let post = |browser: &Browser| {
        browser.request(Method::POST, "/fn/session/sign-in").header(ACCEPT, "text/html").form(&form)
    };
    let foreign = Browser { origin: "https://evil.example".to_owned(), ..nobody.clone() };
    app.send(post(&foreign)).await.refused(403, "untrusted");
    let answer = app.send(post(&nobody)).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (302, "/inbox"));
    let mut browser = nobody;
    browser.keep(&answer);
    let inbox = browser.open("/inbox").await;
    assert!(inbox.ok_text().contains("Amina Otieno"), "{}", inbox.text);
    assert!(!inbox.text.contains("Dalila Njeri"));
    assert!(!inbox.text.contains(&browser.access) && !inbox.text.contains(&browser.refresh));
    let whoami = browser.post("/fn/session/whoami", &serde_json::json!({})).await.ok();
    assert_eq!(whoami["profile"]["email"], HARBOUR);
    app.stop().await;
}

#[tokio::test]
async fn server_functions_tell_strangers_nothing() {
    let app = TestApp::start(Engine::Sqlite).await;
    for path in ["/fn/session/whoami", "/fn/tickets/inbox", "/fn/areas/within-reach"] {
        let body = serde_json::json!({ "filter": {} });
        let answer = app.post(path, &body).await;
        assert_eq!(answer.status, 401, "{path}: {}", answer.text);
        assert!(answer.text.contains("token_missing"), "{path}: {}", answer.text);
    }
    app.stop().await;
}

#[tokio::test]
async fn an_unknown_page_says_so_with_its_status() {
    let app = TestApp::start(Engine::Sqlite).await;
    let browser = app.browser(HARBOUR).await;
    let page = browser.open("/there/is/no/such/page").await;
    assert_eq!(page.status, 404);
    assert!(page.header("content-type").starts_with("text/html"));
    app.stop().await;
}
