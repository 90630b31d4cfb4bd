//! Each way in which a session or a token ends has a code of its own.

use crate::harness::world::{COAST, HARBOUR, HILL, PASSWORD};
use crate::harness::{Device, Engine, TestApp, on_both_engines, until};
use domain::staff::{Rights, Role};
use serde_json::json;

on_both_engines!(
    an_access_token_expires_and_a_refresh_goes_on,
    the_absolute_end_comes_in_spite_of_refreshes,
    without_activity_the_idle_end_comes,
    changed_rights_make_claims_stale_and_a_refresh_brings_the_new_ones,
    a_deactivated_account_is_told_so,
);

async fn an_access_token_expires_and_a_refresh_goes_on(engine: Engine) {
    let app = TestApp::with(engine, &[("WARDLINE_ACCESS_TTL", "1")]).await;
    let device = app.sign_in(HARBOUR).await;
    let answer = until(|| device.get("/api/auth/session"), |answer| answer.status != 200).await;
    answer.refused(401, "token_expired");
    let next = device.refreshed().await;
    assert_eq!(next.granted["session"]["generation"], 2);
    app.stop().await;
}

async fn the_absolute_end_comes_in_spite_of_refreshes(engine: Engine) {
    let app = TestApp::with(engine, &[("WARDLINE_SESSION_WINDOW", "2")]).await;
    let device = app.sign_in(HARBOUR).await;
    let device = device.refreshed().await;
    let answer = until(|| device.present(), |answer| answer.status != 200).await;
    answer.refused(401, "session_expired");
    app.stop().await;
}

async fn without_activity_the_idle_end_comes(engine: Engine) {
    let app = TestApp::with(engine, &[("WARDLINE_SESSION_IDLE", "2")]).await;
    let device = app.sign_in(HARBOUR).await;
    // Refreshing and reading are not activity: both go on all the while.
    let answer = until(
        || async {
            device.get("/api/me").await;
            device.present().await
        },
        |answer| answer.status != 200,
    )
    .await;
    answer.refused(401, "session_idle");
    app.stop().await;
}

async fn changed_rights_make_claims_stale_and_a_refresh_brings_the_new_ones(engine: Engine) {
    let app = TestApp::start(engine).await;
    let device = app.sign_in(HARBOUR).await;
    let ticket = app.ticket_of("Baraka").await;
    device.get(&format!("/api/tickets/{ticket}")).await.refused(404, "not_found");
    let rights =
        Rights { role: Role::Officer, disabled: false, areas: vec![app.area("Coast").await] };
    app.set_rights(HARBOUR, &rights).await;
    let answer = until(|| device.get("/api/me"), |answer| answer.status != 200).await;
    answer.refused(401, "claims_stale");
    let device = device.refreshed().await;
    assert_eq!(device.granted["user"]["areas"][0]["name"], "Coast");
    device.get(&format!("/api/tickets/{ticket}")).await.ok();
    app.stop().await;
}

async fn a_deactivated_account_is_told_so(engine: Engine) {
    let app = TestApp::start(engine).await;
    let device = app.sign_in(HILL).await;
    let rights = Rights { role: Role::Officer, disabled: true, areas: Vec::new() };
    app.set_rights(HILL, &rights).await;
    device.present().await.refused(401, "account_disabled");
    let body = json!({ "email": HILL, "password": PASSWORD });
    app.post("/api/auth/login", &body).await.refused(401, "account_disabled");
    let wrong = json!({ "email": HILL, "password": "wrong" });
    app.post("/api/auth/login", &wrong).await.refused(401, "invalid_credentials");
    until(|| device.get("/api/me"), |answer| answer.status == 401).await;
    app.stop().await;
}

on_both_engines!(
    a_sign_out_ends_this_device_and_no_other,
    a_sign_out_everywhere_ends_all_devices_of_the_person_and_nobody_elses,
);

async fn a_sign_out_ends_this_device_and_no_other(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (phone, tablet) = (app.sign_in(COAST).await, app.sign_in(COAST).await);
    assert_eq!(phone.post("/api/auth/logout", &json!({})).await.ok()["ended"], 1);
    is_over(&phone).await;
    tablet.get("/api/me").await.ok();
    tablet.refreshed().await;
    app.stop().await;
}

async fn a_sign_out_everywhere_ends_all_devices_of_the_person_and_nobody_elses(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (phone, tablet) = (app.sign_in(COAST).await, app.sign_in(COAST).await);
    let other = app.sign_in(HILL).await;
    let ended = phone.post("/api/auth/logout", &json!({ "everywhere": true })).await.ok();
    assert_eq!(ended["ended"], 2);
    is_over(&phone).await;
    is_over(&tablet).await;
    other.get("/api/me").await.ok();
    // Repeated, because the answer was lost: it has been done. All the others are no longer its business.
    assert_eq!(phone.post("/api/auth/logout", &json!({})).await.ok()["ended"], 0);
    let everywhere = phone.post("/api/auth/logout", &json!({ "everywhere": true })).await;
    everywhere.refused(401, "session_revoked");
    app.stop().await;
}

async fn is_over(device: &Device) {
    device.present().await.refused(401, "session_revoked");
    let answer = until(|| device.get("/api/me"), |answer| answer.status != 200).await;
    answer.refused(401, "session_revoked");
}

#[tokio::test]
async fn a_401_challenges_for_a_bearer_and_says_when_the_token_that_was_shown_is_at_fault() {
    let app = TestApp::start(Engine::Sqlite).await;
    let good = app.sign_in(COAST).await;
    let mut forged = good.clone();
    forged.access.push('x');
    let ended = app.sign_in(COAST).await;
    ended.post("/api/auth/logout", &json!({})).await.ok();
    is_over(&ended).await;
    for path in ["/api/auth/session", "/api/me", "/api/tickets", "/api/events"] {
        let nobody = app.get(path).await;
        nobody.refused(401, "token_missing");
        assert_eq!(nobody.header("www-authenticate"), "Bearer");
        for (device, code) in [(&forged, "token_malformed"), (&ended, "session_revoked")] {
            let answer = device.get(path).await;
            answer.refused(401, code);
            assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
        }
    }
    // No other credentials would mend a refresh with a token that is none of ours.
    let body = json!({ "refresh_token": "x" });
    let answer = app.post("/api/auth/refresh-mobile", &body).await;
    answer.refused(400, "token_malformed");
    assert_eq!(answer.header("www-authenticate"), "");
    app.stop().await;
}

#[tokio::test]
async fn a_sign_out_without_any_token_says_what_is_missing() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.post("/api/auth/logout", &json!({})).await.refused(401, "token_missing");
    let mut device = app.sign_in(COAST).await;
    device.access.push('x');
    device.post("/api/auth/logout", &json!({})).await.refused(401, "token_malformed");
    app.stop().await;
}
