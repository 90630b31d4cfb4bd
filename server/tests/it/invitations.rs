//! Inviting people over REST, and accepting an invitation in a native client.

use crate::harness::world::{ADMIN, HARBOUR};
use crate::harness::{Device, Engine, TestApp, on_both_engines};
use domain::staff::{Rights, Role};
use reqwest::Method;
use reqwest::header::HeaderName;
use serde_json::{Value, json};

pub(crate) const GRACE: &str = "grace@wardline.test";
pub(crate) const CHOSEN: &str = "a maize field in Molo";
const ACCEPT: &str = "/api/auth/accept-invitation";

on_both_engines!(
    who_is_invited_chooses_a_password_and_is_in,
    only_admins_invite_and_what_is_refused_changes_nothing,
    a_new_invitation_ends_the_one_before_and_a_used_one_is_told_so,
    of_two_who_accept_one_link_at_once_one_gets_in,
    an_officer_is_moved_to_another_ward_and_their_tokens_are_stale_at_once,
);

/// An admin invites Grace to the ward Harbour.
pub(crate) async fn invite(app: &TestApp) -> Value {
    let admin = app.sign_in(ADMIN).await;
    let areas = [app.area("Harbour").await];
    let new = json!({
        "email": " Grace@Wardline.test", "full_name": "Grace Achieng", "role": "eo", "areas": areas,
        "locale": "sw",
    });
    admin.post("/api/staff/invitations", &new).await.ok()
}

fn with(invitation: &Value, password: &str) -> Value {
    json!({ "token": invitation["token"], "password": password, "device_name": "Grace's phone" })
}

/// A native client with the tokens of an answer.
fn device(app: &TestApp, granted: Value) -> Device {
    let token = |name: &str| granted[name].as_str().unwrap().to_owned();
    let (access, refresh) = (token("access_token"), token("refresh_token"));
    Device { http: app.http().clone(), url: app.url().to_owned(), access, refresh, granted }
}

async fn who_is_invited_chooses_a_password_and_is_in(engine: Engine) {
    let app = TestApp::start(engine).await;
    let invitation = invite(&app).await;
    let token = invitation["token"].as_str().unwrap();
    assert_eq!(invitation["link"], app.at(&format!("/invitation/{token}")));
    for password in ["", "anything at all"] {
        let body = json!({ "email": GRACE, "password": password });
        let refused = app.post("/api/auth/login", &body).await;
        assert!(matches!(refused.status.as_u16(), 400 | 401), "{}", refused.text);
    }
    let answer = app.post(ACCEPT, &with(&invitation, CHOSEN)).await;
    let granted = answer.ok();
    assert!(answer.cookies().is_empty());
    assert_eq!(granted["user"]["id"], invitation["user_id"]);
    assert_eq!(granted["user"]["onboarded"], false);
    assert_eq!(granted["user"]["locale"], "sw");
    let phone = device(&app, granted);
    assert_eq!(phone.get("/api/me").await.ok()["areas"][0]["name"], "Harbour");
    let tickets = phone.get("/api/tickets").await.ok();
    assert_eq!(tickets["items"].as_array().unwrap().len(), 1);
    let devices = phone.get("/api/auth/sessions").await.ok();
    assert_eq!(devices["items"][0]["device"], "Grace's phone");
    phone.refreshed().await;
    let body = json!({ "email": GRACE, "password": CHOSEN });
    app.post("/api/auth/login", &body).await.ok();
    app.stop().await;
}

async fn only_admins_invite_and_what_is_refused_changes_nothing(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (admin, officer) = (app.sign_in(ADMIN).await, app.sign_in(HARBOUR).await);
    let harbour = app.user(HARBOUR).await;
    let before = app.everything().await;
    let new = |email: &str, areas: Value| json!({ "email": email, "full_name": "Grace Achieng", "role": "eo", "areas": areas });
    let path = "/api/staff/invitations";
    officer.post(path, &new(GRACE, json!([]))).await.refused(403, "forbidden");
    let again = format!("/api/staff/{harbour}/invitations");
    officer.post(&again, &json!({})).await.refused(403, "forbidden");
    app.post(path, &new(GRACE, json!([]))).await.refused(401, "token_missing");

    let taken = admin.post(path, &new("HARBOUR@wardline.test", json!([]))).await;
    assert_eq!(taken.refused(409, "taken")["field"], "email");
    for (body, field) in [
        (new("grace", json!([])), "email"),
        (new(GRACE, json!([424_242])), "areas"),
        (new(GRACE, json!((0..101).collect::<Vec<_>>())), "areas"),
        (json!({ "email": GRACE, "full_name": " ", "role": "eo" }), "full_name"),
    ] {
        assert_eq!(admin.post(path, &body).await.refused(400, "invalid")["field"], field, "{body}");
    }
    let mut unknown = new(GRACE, json!([]));
    unknown["password"] = json!("chosen by somebody else");
    admin.post(path, &unknown).await.refused(400, "unreadable");
    admin.post(&again, &json!({})).await.refused(409, "already_onboarded");
    admin.post("/api/staff/424242/invitations", &json!({})).await.refused(404, "not_found");
    assert_eq!(app.everything().await, before);
    assert!(app.desk().store.credentials(GRACE).await.unwrap().is_none());
    app.stop().await;
}

async fn a_new_invitation_ends_the_one_before_and_a_used_one_is_told_so(engine: Engine) {
    let app = TestApp::start(engine).await;
    let first = invite(&app).await;
    let admin = app.sign_in(ADMIN).await;
    let again = format!("/api/staff/{}/invitations", first["user_id"]);
    let second = admin.post(&again, &json!({})).await.ok();
    assert_ne!(first["token"], second["token"]);

    let attempt = |body: Value| app.request(Method::POST, ACCEPT).json(&body);
    let told = app.send(attempt(with(&first, CHOSEN))).await;
    told.refused(410, "invitation_superseded");
    app.send(attempt(with(&second, "too short"))).await.refused(400, "invalid");
    let own = app.send(attempt(with(&second, "GRACE@wardline.test"))).await;
    let problem = own.refused(400, "invalid");
    assert_eq!(problem["field"], "password");
    assert!(problem["detail"].as_str().unwrap().contains("e-mail"), "{problem}");
    for token in ["x", &"0".repeat(40), &"'".repeat(40)] {
        let body = json!({ "token": token, "password": CHOSEN });
        app.send(attempt(body)).await.refused(404, "invitation_unknown");
    }
    app.send(attempt(with(&second, CHOSEN))).await.ok();
    let told = app.send(attempt(with(&second, "somebody else's choice"))).await;
    let problem = told.refused(410, "invitation_used");
    assert!(!problem.to_string().to_lowercase().contains("grace"), "{problem}");
    let body = json!({ "email": GRACE, "password": CHOSEN });
    app.post("/api/auth/login", &body).await.ok();
    app.stop().await;
}

async fn of_two_who_accept_one_link_at_once_one_gets_in(engine: Engine) {
    let app = TestApp::start(engine).await;
    let invitation = invite(&app).await;
    let (one, two) = ("the choice of the first", "the choice of the other");
    let (bodies, mut lost) = ([with(&invitation, one), with(&invitation, two)], 0);
    let (first, second) = tokio::join!(app.post(ACCEPT, &bodies[0]), app.post(ACCEPT, &bodies[1]));
    for (answer, password) in [(first, one), (second, two)] {
        let body = json!({ "email": GRACE, "password": password });
        if answer.status.is_success() {
            app.post("/api/auth/login", &body).await.ok();
        } else {
            answer.refused(410, "invitation_used");
            app.post("/api/auth/login", &body).await.refused(401, "invalid_credentials");
            lost += 1;
        }
    }
    assert_eq!(lost, 1);
    app.stop().await;
}

#[tokio::test]
async fn the_link_of_a_deactivated_account_is_no_longer_good_and_no_new_one_is_given() {
    let app = TestApp::start(Engine::Sqlite).await;
    let invitation = invite(&app).await;
    let off = Rights { role: Role::Officer, disabled: true, areas: Vec::new() };
    app.set_rights(GRACE, &off).await;
    let answer = app.post(ACCEPT, &with(&invitation, CHOSEN)).await;
    answer.refused(410, "invitation_expired");
    let admin = app.sign_in(ADMIN).await;
    let again = format!("/api/staff/{}/invitations", invitation["user_id"]);
    admin.post(&again, &json!({})).await.refused(403, "forbidden");
    app.stop().await;
}

#[tokio::test]
async fn too_many_attempts_on_links_are_stopped_like_those_to_sign_in() {
    let settings = [("WARDLINE_LOGIN_LIMIT", "3/60"), ("WARDLINE_TRUSTED_PROXIES", "127.0.0.1")];
    let app = TestApp::with(Engine::Sqlite, &settings).await;
    let invitation = invite(&app).await;
    let from = |address: &str, body: &Value| {
        app.request(Method::POST, ACCEPT).header("x-forwarded-for", address).json(body)
    };
    for n in 0..3 {
        let guess = json!({ "token": format!("{n:040}"), "password": CHOSEN });
        app.send(from("198.51.100.1", &guess)).await.refused(404, "invitation_unknown");
    }
    let right = with(&invitation, CHOSEN);
    let stopped = app.send(from("198.51.100.1", &right)).await;
    stopped.refused(429, "rate_limited");
    app.send(from("198.51.100.2", &right)).await.ok();
    // One link is limited as well, wherever it is tried.
    for n in 3..5 {
        let tried = app.send(from(&format!("198.51.100.{n}"), &right)).await;
        tried.refused(410, "invitation_used");
    }
    app.send(from("198.51.100.9", &right)).await.refused(429, "rate_limited");
    app.stop().await;
}

#[tokio::test]
async fn no_answer_with_a_secret_is_kept_under_a_key() {
    let app = TestApp::start(Engine::Sqlite).await;
    let admin = app.sign_in(ADMIN).await;
    let new = json!({ "email": GRACE, "full_name": "Grace Achieng", "role": "eo" });
    let key = HeaderName::from_static("idempotency-key");
    let post = || {
        let request = admin.request(Method::POST, "/api/staff/invitations");
        app.send(request.header(key.clone(), "one").json(&new))
    };
    post().await.ok();
    let again = post().await;
    assert_eq!(again.refused(409, "taken")["field"], "email");
    app.stop().await;
}

async fn an_officer_is_moved_to_another_ward_and_their_tokens_are_stale_at_once(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (admin, officer) = (app.sign_in(ADMIN).await, app.sign_in(HARBOUR).await);
    let path = format!("/api/staff/{}/rights", app.user(HARBOUR).await);
    let put = |by: &Device, body: Value| app.send(by.request(Method::PUT, &path).json(&body));
    let before = app.everything().await;
    let hill = app.area("Hill").await;
    let to_hill = json!({ "role": "eo", "areas": [hill] });
    put(&officer, to_hill.clone()).await.refused(403, "forbidden");
    let nowhere = put(&admin, json!({ "role": "eo", "areas": [hill, 424_242] })).await;
    assert_eq!(nowhere.refused(400, "invalid")["field"], "areas");
    put(&admin, json!({ "role": "chief", "areas": [] })).await.refused(400, "unreadable");
    put(&admin, json!({ "role": "eo" })).await.refused(400, "unreadable");
    let nobody = admin.request(Method::PUT, "/api/staff/424242/rights").json(&to_hill);
    app.send(nobody).await.refused(404, "not_found");
    assert_eq!(app.everything().await, before);

    let moved = put(&admin, to_hill).await.ok();
    assert_eq!(moved["areas"][0]["name"], "Hill");
    crate::harness::until(
        || officer.get("/api/me"),
        |answer| answer.code().as_deref() == Some("claims_stale"),
    )
    .await;
    let officer = officer.refreshed().await;
    let tickets = officer.get("/api/tickets").await.ok();
    assert!(tickets["items"][0]["customer"]["full_name"].as_str().unwrap().contains("Baraka"));
    assert_eq!(tickets["items"].as_array().unwrap().len(), 1);
    app.stop().await;
}
