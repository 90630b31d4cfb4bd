//! My devices.

use crate::harness::world::{COAST, HILL};
use crate::harness::{Engine, TestApp, on_both_engines, until};
use reqwest::Method;
use serde_json::json;

on_both_engines!(
    devices_are_listed_and_ended_one_by_one_and_only_by_their_owner,
    a_person_reads_their_own_security_events_page_by_page_and_nobody_elses,
    all_other_devices_are_ended_at_once_and_the_one_that_asks_goes_on,
);

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

async fn a_person_reads_their_own_security_events_page_by_page_and_nobody_elses(engine: Engine) {
    let app = TestApp::start(engine).await;
    let phone = app.sign_in(COAST).await;
    let stranger = app.sign_in(HILL).await;
    let tablet = app.sign_in(COAST).await;
    phone.delete(&format!("/api/auth/sessions/{}", tablet.session())).await;

    let first = phone.get("/api/me/security-events?limit=2").await.ok();
    let (ended, opened) = (&first["items"][0], &first["items"][1]);
    assert_eq!(
        (&ended["kind"], &opened["kind"]),
        (&"session_ended".into(), &"session_opened".into())
    );
    assert_eq!(
        (&ended["session_id"], &ended["detail"]),
        (&tablet.session().into(), &"session_revoked".into())
    );
    assert_eq!(
        (&ended["device"], &ended["actor"]["full_name"]),
        (&format!("phone of {COAST}").into(), &"Cosmas Coast".into())
    );
    let next = first["next"].as_str().unwrap();
    let rest = phone.get(&format!("/api/me/security-events?before={next}")).await.ok();
    assert_eq!(rest["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&rest["items"][0]["session_id"], &rest["next"]),
        (&phone.session().into(), &serde_json::Value::Null)
    );

    let theirs = stranger.get("/api/me/security-events").await.ok();
    assert_eq!(theirs["items"].as_array().unwrap().len(), 1);
    assert_eq!(theirs["items"][0]["session_id"], stranger.session());
    app.get("/api/me/security-events").await.refused(401, "token_missing");
    phone.get("/api/me/security-events?before=x").await.refused(400, "invalid");
    phone.get("/api/me/security-events?user=1").await.refused(400, "invalid");
    app.stop().await;
}

async fn all_other_devices_are_ended_at_once_and_the_one_that_asks_goes_on(engine: Engine) {
    let app = TestApp::start(engine).await;
    let browser = app.browser(COAST).await;
    let (phone, stranger) = (app.sign_in(COAST).await, app.sign_in(HILL).await);
    let answer = browser.post("/fn/me/end-others", &json!({})).await;
    assert_eq!(answer.ok(), 1);
    phone.present().await.refused(401, "session_revoked");
    browser.get("/api/me").await.ok();
    stranger.get("/api/me").await.ok();
    app.stop().await;
}

#[tokio::test]
async fn ending_the_device_one_is_on_is_a_sign_out() {
    let app = TestApp::start(Engine::Sqlite).await;
    for over_rest in [true, false] {
        let browser = app.browser(COAST).await;
        let id = browser.get("/api/auth/session").await.ok()["id"].as_str().unwrap().to_owned();
        let request = if over_rest {
            browser.request(Method::DELETE, &format!("/api/auth/sessions/{id}"))
        } else {
            browser.request(Method::POST, "/fn/me/end-device").form(&[("id", &id)])
        };
        let answer = app.send(request).await;
        assert!(answer.status.is_success() || answer.status.is_redirection(), "{}", answer.status);
        assert_eq!(answer.cookie("wardline_access").as_deref(), Some(""));
        assert_eq!(answer.cookie("wardline_refresh").as_deref(), Some(""));
        browser.post("/api/auth/refresh", &json!({})).await.refused(401, "session_revoked");
    }
    app.stop().await;
}

#[tokio::test]
async fn the_page_of_ones_devices_needs_no_scripts() {
    let app = TestApp::start(Engine::Sqlite).await;
    let (browser, phone) = (app.browser(COAST).await, app.sign_in(COAST).await);
    app.sign_in(COAST).await;
    let page = browser.open("/me").await;
    let text = page.ok_text();
    assert!(
        text.contains(&format!("device of {COAST}")) && text.contains(&format!("phone of {COAST}"))
    );
    assert_eq!(text.matches("This device").count(), 1);
    assert_eq!(text.matches("/fn/me/end-device").count(), 2);
    assert!(text.contains("/fn/me/end-others") && text.contains("/fn/me/sign-out-everywhere"));
    let form = browser.request(Method::POST, "/fn/me/end-device").form(&[("id", phone.session())]);
    let answer =
        app.send(form.header("accept", "text/html").header("referer", app.at("/me"))).await;
    assert_eq!(answer.status, 302);
    assert_eq!(answer.header("location").trim_end_matches('?'), app.at("/me"));
    phone.present().await.refused(401, "session_revoked");
    app.stop().await;
}
