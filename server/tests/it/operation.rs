//! What whoever runs the server relies on: health, measures, headers, settings, start and stop.

use crate::harness::world::{HARBOUR, PASSWORD};
use crate::harness::{Engine, TestApp, on_both_engines};
use reqwest::Method;
use serde_json::json;
use server::config::{Config, Source};
use server::host::Server;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

on_both_engines!(a_server_says_that_it_is_up_and_ready_and_stops_in_time);

async fn a_server_says_that_it_is_up_and_ready_and_stops_in_time(engine: Engine) {
    let app = TestApp::start(engine).await;
    assert_eq!(app.get("/healthz").await.ok_text(), "ok\n");
    assert_eq!(app.get("/readyz").await.ok_text(), "ready\n");
    let url = app.at("/healthz");
    let began = Instant::now();
    app.stop().await;
    assert!(began.elapsed() < Duration::from_secs(15));
    reqwest::get(url).await.unwrap_err();
}

#[tokio::test]
async fn a_database_that_went_away_makes_the_server_unready_and_no_worse() {
    let app = TestApp::start(Engine::Sqlite).await;
    let device = app.sign_in(HARBOUR).await;
    app.server().close_database().await;
    app.get("/healthz").await.ok_text();
    let problem = app.get("/readyz").await.refused(503, "try_again");
    assert!(problem["detail"].as_str().unwrap().starts_with("Not ready"), "{problem}");
    // The session is not the one to suffer: nothing of this is final for a client.
    device.present().await.refused(503, "unavailable");
    let body = json!({ "email": HARBOUR, "password": PASSWORD });
    app.post("/api/auth/login", &body).await.refused(503, "unavailable");
    app.stop().await;
}

#[tokio::test]
async fn requests_refreshes_and_sign_ins_are_measured_by_route_and_never_by_id() {
    let app = TestApp::start(Engine::Sqlite).await;
    let device = app.sign_in(HARBOUR).await;
    let ticket = app.ticket_of("Amina").await;
    device.get(&format!("/api/tickets/{ticket}")).await.ok();
    device.refreshed().await;
    let measures = app.get("/metrics").await;
    assert!(measures.header("content-type").starts_with("text/plain"));
    for line in [
        "wardline_http_requests_total{route=\"/api/tickets/{id}\",method=\"GET\",status=\"200\"}",
        "wardline_http_request_duration_seconds_bucket{route=\"/api/tickets/{id}\"",
        "wardline_session_refresh_total{outcome=\"rotated\"}",
        "wardline_sign_in_total{outcome=\"signed_in\"}",
    ] {
        assert!(measures.text.contains(line), "{line} is missing in\n{}", measures.text);
    }
    assert!(!measures.text.contains(&format!("/api/tickets/{ticket}\"")));
    app.stop().await;
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect_it() {
    let app = TestApp::start(Engine::Sqlite).await;
    let device = app.sign_in(HARBOUR).await;
    for answer in [
        device.get("/api/me").await,
        device.get("/api/nothing").await,
        app.get("/healthz").await,
        app.get("/pkg/nothing.js").await,
    ] {
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"));
        assert!(answer.header("permissions-policy").contains("camera=()"));
        assert_eq!(answer.header("strict-transport-security"), "");
        assert!(answer.header("x-request-id").len() >= 16);
    }
    app.stop().await;
}

#[tokio::test]
async fn a_request_keeps_its_id_when_that_is_a_decent_one() {
    let app = TestApp::start(Engine::Sqlite).await;
    let with = |id: &str| app.request(Method::GET, "/api/me").header("x-request-id", id);
    let kept = app.send(with("client-00000001")).await;
    assert_eq!(kept.refused(401, "token_missing")["request_id"], "client-00000001");
    for bad in ["short", "with space in it", "<script>alert</script>", &"x".repeat(65)] {
        let answer = app.send(with(bad)).await;
        assert_ne!(answer.header("x-request-id"), bad);
    }
    app.stop().await;
}

#[tokio::test]
async fn long_json_is_compressed_for_those_who_can_read_it() {
    let app = TestApp::start(Engine::Sqlite).await;
    let plain = app.request(Method::GET, "/api/openapi.json");
    assert_eq!(app.send(plain).await.header("content-encoding"), "");
    let able = app.request(Method::GET, "/api/openapi.json").header("accept-encoding", "br");
    let answer = app.http().execute(able.build().unwrap()).await.unwrap();
    assert_eq!(answer.headers()["content-encoding"], "br");
    app.stop().await;
}

#[tokio::test]
async fn files_of_the_site_are_served_with_the_cache_they_deserve() {
    let app = TestApp::start(Engine::Sqlite).await;
    let site = app.folder().join("site");
    std::fs::create_dir_all(site.join("vendor")).unwrap();
    std::fs::create_dir_all(site.join("pkg")).unwrap();
    std::fs::write(site.join("vendor/lib-1.0.js"), "export {}").unwrap();
    std::fs::write(site.join("pkg/wardline.css"), "body {}").unwrap();
    std::fs::write(app.folder().join("secrets.txt"), "hush").unwrap();
    for path in ["/vendor/lib-1.0.js", "/pkg/wardline.css"] {
        let answer = app.get(path).await;
        answer.ok_text();
        // Debug builds have no hashes in names, so browsers ask each time.
        assert_eq!(answer.header("cache-control"), "no-cache");
        let since = answer.header("last-modified").to_owned();
        let again = app.request(Method::GET, path).header("if-modified-since", since);
        assert_eq!(app.send(again).await.status, 304);
    }
    app.get("/vendor/lib-2.0.js").await.refused(404, "not_found");
    for path in ["/vendor/..%2f..%2fsecrets.txt", "/pkg/%2e%2e/%2e%2e/secrets.txt", "/vendor/"] {
        assert!(!app.get(path).await.text.contains("hush"), "{path}");
    }
    app.stop().await;
}

async fn start(settings: &[(&str, &str)]) -> Result<Server, String> {
    let env: BTreeMap<String, String> =
        settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let source = Source::new(env, None).map_err(|error| error.to_string())?;
    let leptos = leptos::config::LeptosOptions::builder().output_name("wardline").build();
    let config = Config::read(source, leptos).map_err(|error| error.to_string())?;
    Server::start(config).await.map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_start_that_can_not_succeed_says_why_in_one_line() {
    let busy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = busy.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().display().to_string();
    let usual = [("WARDLINE_DATA_DIR", data.as_str()), ("WARDLINE_DEMO", "0")];
    let free = ("LEPTOS_SITE_ADDR", "127.0.0.1:0");
    for (wrong, named) in [
        (vec![("LEPTOS_SITE_ADDR", taken.as_str())], "LEPTOS_SITE_ADDR"),
        (vec![free, ("WARDLINE_SECRETS", "hush")], "WARDLINE_SECRETS"),
        (vec![free, ("DATABASE_URL", "postgres://u:hush@127.0.0.1:1/x")], "DATABASE_URL"),
        (vec![free, ("WARDLINE_NONSENSE", "hush")], "WARDLINE_NONSENSE"),
    ] {
        let settings = [&usual[..], &wrong[..]].concat();
        let line = start(&settings).await.err().unwrap();
        assert!(
            line.starts_with(named) && !line.contains('\n') && !line.contains("hush"),
            "{line}"
        );
    }
    drop(busy);
}

#[tokio::test]
async fn a_first_start_with_the_demo_has_demo_sign_ins_and_keeps_its_keys() {
    let demo = [("WARDLINE_DEMO", "1")];
    let app = TestApp::with(Engine::Sqlite, &demo).await;
    let body = json!({ "email": "ward@wardline.test", "password": "wardline-demo" });
    let granted = app.post("/api/auth/login", &body).await.ok();
    let token = granted["access_token"].as_str().unwrap().to_owned();
    let keys = std::fs::read_to_string(app.folder().join("secrets")).unwrap();
    let app = app.restart(&[]).await;
    assert_eq!(std::fs::read_to_string(app.folder().join("secrets")).unwrap(), keys);
    app.send(app.request(Method::GET, "/api/me").bearer_auth(token)).await.ok();
    app.stop().await;
}
