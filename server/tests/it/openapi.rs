//! The OpenAPI document says what the server does.

use crate::harness::contract::DOCUMENT;
use crate::harness::world::HARBOUR;
use crate::harness::{Engine, TestApp};
use reqwest::Method;
use reqwest::header::COOKIE;
use serde_json::json;
use std::collections::BTreeSet;

/// The calls that clients outside rely on. Adding is fine; taking away or renaming is not.
const CALLS: [(&str, &str); 30] = [
    ("get", "/.well-known/jwks.json"),
    ("get", "/api/areas"),
    ("get", "/api/areas/{id}"),
    ("post", "/api/auth/accept-invitation"),
    ("post", "/api/auth/login"),
    ("post", "/api/auth/logout"),
    ("post", "/api/auth/refresh"),
    ("post", "/api/auth/refresh-mobile"),
    ("get", "/api/auth/session"),
    ("get", "/api/auth/sessions"),
    ("delete", "/api/auth/sessions/{id}"),
    ("post", "/api/channels/whatsapp"),
    ("get", "/api/customers"),
    ("get", "/api/customers/{id}"),
    ("patch", "/api/customers/{id}"),
    ("get", "/api/events"),
    ("get", "/api/me"),
    ("patch", "/api/me"),
    ("get", "/api/me/security-events"),
    ("get", "/api/openapi.json"),
    ("post", "/api/staff/invitations"),
    ("post", "/api/staff/{id}/invitations"),
    ("put", "/api/staff/{id}/rights"),
    ("get", "/api/tickets"),
    ("get", "/api/tickets/{id}"),
    ("get", "/api/tickets/{id}/messages"),
    ("post", "/api/tickets/{id}/messages"),
    ("post", "/api/tickets/{id}/read"),
    ("post", "/api/tickets/{id}/reopen"),
    ("post", "/api/tickets/{id}/resolve"),
];

/// What anybody may call. Everything else has to be behind the lock.
const OPEN: [&str; 8] = [
    "/.well-known/jwks.json",
    "/api/auth/accept-invitation",
    "/api/auth/login",
    "/api/auth/logout",
    "/api/auth/refresh",
    "/api/auth/refresh-mobile",
    "/api/channels/whatsapp",
    "/api/openapi.json",
];

fn documented() -> BTreeSet<(String, String)> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let methods = ["get", "post", "put", "patch", "delete"];
    paths
        .iter()
        .flat_map(|(path, item)| {
            let named =
                item.as_object().unwrap().keys().filter(|key| methods.contains(&key.as_str()));
            named.map(move |method| (method.clone(), path.clone()))
        })
        .collect()
}

#[test]
fn the_document_lists_exactly_the_calls_of_the_contract() {
    let expected: BTreeSet<(String, String)> =
        CALLS.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(documented(), expected);
}

#[tokio::test]
async fn every_call_of_the_document_is_a_route_and_locked_unless_it_is_listed_as_open() {
    let app = TestApp::start(Engine::Sqlite).await;
    for (method, path) in documented() {
        let verb: Method = method.to_uppercase().parse().unwrap();
        let answer = app.send(app.request(verb, &path.replace("{id}", "1"))).await;
        assert!(!matches!(answer.status.as_u16(), 404 | 405), "{method} {path}: {}", answer.status);
        let locked = answer.status == 401 && answer.code().as_deref() == Some("token_missing");
        let security = DOCUMENT["paths"][&path][&method].get("security").is_some();
        assert_eq!(security, !OPEN.contains(&path.as_str()), "{method} {path}");
        assert!(locked || OPEN.contains(&path.as_str()), "{method} {path}: {}", answer.text);
    }
    app.stop().await;
}

#[tokio::test]
async fn the_published_document_is_the_one_that_is_tested_and_refers_to_nothing_it_lacks() {
    let app = TestApp::start(Engine::Sqlite).await;
    let published = app.get("/api/openapi.json").await.ok();
    assert_eq!(published, *DOCUMENT);
    let text = published.to_string();
    for part in text.split("#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(published["components"]["schemas"][name].is_object(), "{name} is missing");
    }
    app.stop().await;
}

#[tokio::test]
async fn the_session_cookie_has_the_name_that_holds_for_the_public_address() {
    for (public, name, other) in [
        ("http://wardline.test", "wardline_access", "__Host-wardline_access"),
        ("https://wardline.test", "__Host-wardline_access", "wardline_access"),
    ] {
        let app = TestApp::with(Engine::Sqlite, &[("WARDLINE_PUBLIC_URL", public)]).await;
        let cookie =
            app.get("/api/openapi.json").await.ok()["components"]["securitySchemes"]["cookie"]
                .clone();
        assert_eq!((&cookie["in"], &cookie["name"]), (&json!("cookie"), &json!(name)));
        let about = cookie["description"].as_str().unwrap();
        assert!([name, other].iter().all(|name| about.contains(&format!("`{name}`"))), "{about}");
        // It is the one that lets somebody in.
        let token = app.sign_in(HARBOUR).await.access;
        let with = |name: &str| {
            app.request(Method::GET, "/api/me").header(COOKIE, format!("{name}={token}"))
        };
        app.send(with(name)).await.ok();
        app.send(with(other)).await.refused(401, "token_missing");
        app.stop().await;
    }
}

#[tokio::test]
async fn the_page_to_try_it_brings_all_its_files_along() {
    let app = TestApp::start(Engine::Sqlite).await;
    assert_eq!(app.get("/api/docs").await.status, 303);
    let page = app.get("/api/docs/").await;
    assert!(page.ok_text().contains("swagger-ui"));
    assert!(page.header("content-security-policy").contains("script-src 'self';"));
    assert!(!page.text.contains("https://"), "it loads something from elsewhere");
    app.get("/api/docs/swagger-ui-bundle.js").await.ok_text();
    let initializer = app.get("/api/docs/swagger-initializer.js").await;
    assert!(initializer.ok_text().contains("/api/openapi.json"));
    let other = app.sign_in(HARBOUR).await.get("/api/me").await;
    assert!(!other.header("content-security-policy").contains("unsafe-inline"));
    app.stop().await;
}
