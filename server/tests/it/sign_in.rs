//! Signing in over REST, and how often somebody may try.

use crate::harness::world::{ADMIN, HARBOUR, HILL, PASSWORD};
use crate::harness::{Engine, TestApp, on_both_engines};
use serde_json::json;

on_both_engines!(tokens_facts_and_person_come_in_the_body_and_no_cookie);

async fn tokens_facts_and_person_come_in_the_body_and_no_cookie(engine: Engine) {
    let app = TestApp::start(engine).await;
    let body = json!({ "email": " Harbour@WARDLINE.test ", "password": PASSWORD });
    let answer = app.post("/api/auth/login", &body).await;
    let granted = answer.ok();
    assert!(answer.cookies().is_empty());
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(granted["token_type"], "bearer");
    let lives = granted["expires_in"].as_u64().unwrap();
    assert!((895..=900).contains(&lives), "{lives}");
    assert_eq!(granted["session"]["generation"], 1);
    assert_eq!(granted["user"]["email"], HARBOUR);
    assert_eq!(granted["user"]["user_type"], "eo");
    assert_eq!(granted["user"]["areas"][0]["name"], "Harbour");
    app.stop().await;
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_are_told_alike() {
    let app = TestApp::start(Engine::Sqlite).await;
    let mut told = Vec::new();
    for email in [HARBOUR, "nobody@wardline.test"] {
        let body = json!({ "email": email, "password": "wrong" });
        let problem = app.post("/api/auth/login", &body).await.refused(401, "invalid_credentials");
        told.push(problem["detail"].clone());
    }
    assert_eq!(told[0], told[1]);
    app.stop().await;
}

#[tokio::test]
async fn too_many_attempts_on_one_account_are_stopped_also_with_the_right_password() {
    let app = TestApp::with(
        Engine::Sqlite,
        &[("WARDLINE_LOGIN_LIMIT", "3/60"), ("WARDLINE_TRUSTED_PROXIES", "127.0.0.1")],
    )
    .await;
    let from = |address: &str, email: &str, password: &str| {
        app.request(reqwest::Method::POST, "/api/auth/login")
            .header("x-forwarded-for", address)
            .json(&json!({ "email": email, "password": password }))
    };
    for n in 1..=3 {
        let request = from(&format!("198.51.100.{n}"), HARBOUR, "wrong");
        app.send(request).await.refused(401, "invalid_credentials");
    }
    let answer = app.send(from("198.51.100.4", HARBOUR, PASSWORD)).await;
    answer.refused(429, "rate_limited");
    let wait: u32 = answer.header("retry-after").parse().unwrap();
    assert!((55..=60).contains(&wait), "{wait}");
    app.send(from("198.51.100.4", HILL, PASSWORD)).await.ok();
    app.stop().await;
}

#[tokio::test]
async fn too_many_attempts_from_one_address_are_stopped_whoever_they_are_on() {
    let app = TestApp::with(Engine::Sqlite, &[("WARDLINE_LOGIN_LIMIT", "2/60")]).await;
    for email in [HARBOUR, HILL] {
        let body = json!({ "email": email, "password": "wrong" });
        app.post("/api/auth/login", &body).await.refused(401, "invalid_credentials");
    }
    let body = json!({ "email": ADMIN, "password": PASSWORD });
    app.post("/api/auth/login", &body).await.refused(429, "rate_limited");
    app.stop().await;
}

#[tokio::test]
async fn an_empty_or_endless_password_is_refused_before_it_is_hashed() {
    let app = TestApp::start(Engine::Sqlite).await;
    for password in [String::new(), "x".repeat(2000)] {
        let body = json!({ "email": HARBOUR, "password": password });
        let problem = app.post("/api/auth/login", &body).await.refused(400, "invalid");
        assert_eq!(problem["field"], "password");
    }
    app.stop().await;
}

#[tokio::test]
async fn the_public_keys_are_there_for_everybody() {
    let app = TestApp::start(Engine::Sqlite).await;
    let keys = app.get("/.well-known/jwks.json").await.ok();
    assert_eq!(keys["keys"][0]["crv"], "Ed25519");
    assert!(keys["keys"][0].get("d").is_none());
    app.stop().await;
}
