//! Whatever a client gets wrong is a clear problem and changes nothing.

use crate::harness::world::{AMINA, COAST, HARBOUR};
use crate::harness::{Engine, TestApp, on_both_engines};
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

on_both_engines!(
    malformed_and_oversized_bodies_change_nothing,
    unknown_wards_and_forged_tokens_change_nothing,
    a_place_in_a_list_that_no_page_gave_out_is_refused,
    what_no_text_can_hold_is_refused_alike_by_both_databases,
);

async fn malformed_and_oversized_bodies_change_nothing(engine: Engine) {
    let app = TestApp::start(engine).await;
    let officer = app.sign_in(HARBOUR).await;
    let path = format!("/api/tickets/{}/messages", app.ticket_of("Amina").await);
    let before = app.everything().await;
    let send = |kind: &'static str, body: String| {
        app.send(officer.request(Method::POST, &path).header(CONTENT_TYPE, kind).body(body))
    };
    let json = "application/json";
    for broken in
        ["{", "", "[]", "\"x\"", "{\"body\":1,\"client_id\":\"a\"}", "{\"body\":\"x\"}", "\u{0}"]
    {
        send(json, broken.to_owned()).await.refused(400, "unreadable");
    }
    let unknown = "{\"body\":\"x\",\"client_id\":\"a\",\"ticket\":1}".to_owned();
    let problem = send(json, unknown).await.refused(400, "unreadable");
    assert!(problem["detail"].as_str().unwrap().contains("ticket"), "{problem}");
    send("text/plain", "{}".to_owned()).await.refused(415, "unreadable");
    let deep = format!("{{\"body\":{}", "[".repeat(100_000));
    send(json, deep).await.refused(400, "unreadable");

    let megabytes = "x".repeat(5 * 1024 * 1024);
    let body = format!("{{\"body\":\"{megabytes}\",\"client_id\":\"a\"}}");
    let problem = send(json, body.clone()).await.refused(413, "too_large");
    assert!(problem["detail"].as_str().unwrap().contains("262144"));
    let told = post_in_chunks(&app, &path, &officer.access, body.as_bytes()).await;
    assert!(told.starts_with("HTTP/1.1 413 ") && told.contains("too_large"), "{told}");
    assert_eq!(app.everything().await, before);
    app.stop().await;
}

/// Sends a body whose length nobody announces, and all of it before reading.
async fn post_in_chunks(app: &TestApp, path: &str, token: &str, body: &[u8]) -> String {
    let mut wire = TcpStream::connect(app.server().address()).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    );
    wire.write_all(head.as_bytes()).await.unwrap();
    for chunk in body.chunks(60_000) {
        wire.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).await.unwrap();
        wire.write_all(chunk).await.unwrap();
        wire.write_all(b"\r\n").await.unwrap();
    }
    wire.write_all(b"0\r\n\r\n").await.unwrap();
    let mut told = String::new();
    wire.read_to_string(&mut told).await.unwrap();
    told
}

async fn unknown_wards_and_forged_tokens_change_nothing(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (officer, coast) = (app.sign_in(HARBOUR).await, app.sign_in(COAST).await);
    let amina = format!("/api/customers/{}", app.customer("Amina").await.id);
    let resolve = format!("/api/tickets/{}/resolve", app.ticket_of("Amina").await);
    let before = app.everything().await;
    let ward = serde_json::json!({ "ward_id": 424_242 });
    assert_eq!(coast.patch(&amina, &ward).await.refused(400, "invalid")["field"], "ward_id");

    let parts: Vec<&str> = officer.access.split('.').collect();
    let (other, mut forged) = (coast.access.split('.').collect::<Vec<_>>(), Vec::new());
    forged.push(format!("{}.{}.{}", parts[0], other[1], parts[2]));
    forged.push(format!("eyJhbGciOiJub25lIn0.{}.", parts[1]));
    forged.push(format!("{}.{}", parts[0], parts[1]));
    forged.push(officer.refresh.clone());
    forged.push("x".repeat(7000));
    for token in forged {
        let request = app.request(Method::POST, &resolve).bearer_auth(token);
        app.send(request).await.refused(401, "token_malformed");
    }
    let basic = app.request(Method::POST, &resolve).basic_auth("a", Some("b"));
    app.send(basic).await.refused(401, "token_missing");
    assert_eq!(app.everything().await, before);
    officer.get("/api/me").await.ok();
    app.stop().await;
}

async fn a_place_in_a_list_that_no_page_gave_out_is_refused(engine: Engine) {
    let app = TestApp::start(engine).await;
    let officer = app.sign_in(COAST).await;
    for list in ["/api/tickets", "/api/customers"] {
        for cursor in ["x", "1", ".", "1763.x.y", "%27%20OR%201%3D1", "99999999999999999999.1"] {
            let path = format!("{list}?limit=1&after={cursor}");
            // A customer's place ends in a name, which may be anything.
            if list == "/api/customers" && cursor.starts_with("1763") {
                officer.get(&path).await.ok();
            } else {
                assert_eq!(officer.get(&path).await.refused(400, "invalid")["field"], "after");
            }
        }
        let first = officer.get(&format!("{list}?limit=1")).await.ok();
        let next = first["next"].as_str().unwrap();
        let second = officer.get(&format!("{list}?limit=1&after={next}")).await.ok();
        assert_ne!(first["items"][0]["id"], second["items"][0]["id"]);
        officer.get(&format!("{list}?after=")).await.ok();
    }
    let messages = format!("/api/tickets/{}/messages", app.ticket_of("Amina").await);
    officer.get(&format!("{messages}?before=x")).await.refused(400, "invalid");
    app.stop().await;
}

async fn what_no_text_can_hold_is_refused_alike_by_both_databases(engine: Engine) {
    let app = TestApp::start(engine).await;
    let officer = app.sign_in(HARBOUR).await;
    for (path, field) in [
        ("/api/tickets?q=%00", "q"),
        ("/api/customers?q=a%00b", "q"),
        ("/api/customers?after=1.a%00", "after"),
    ] {
        assert_eq!(officer.get(path).await.refused(400, "invalid")["field"], field, "{path}");
    }
    let body = serde_json::json!({ "email": "harbour\0@wardline.test", "password": "x" });
    let problem = app.post("/api/auth/login", &body).await.refused(400, "invalid");
    assert_eq!(problem["field"], "email");
    let before = app.everything().await;
    let form = [("From", AMINA), ("Body", "x"), ("MessageSid", "SM\0")];
    let request = app.request(Method::POST, "/api/channels/whatsapp").form(&form);
    assert_eq!(app.send(request).await.refused(400, "invalid")["field"], "MessageSid");
    assert_eq!(app.everything().await, before);
    // What is wrong with a picture costs the message nothing but the picture, or the word for its kind.
    for (sid, url, kind) in [
        ("SM-1", "https://media.example/1\0", "image/png"),
        ("SM-2", "https://media.example/1", "image/\0"),
    ] {
        let picture = [("NumMedia", "1"), ("MediaUrl0", url), ("MediaContentType0", kind)];
        let text = [("From", AMINA), ("Body", "x"), ("MessageSid", sid)];
        let form = [&text[..], &picture[..]].concat();
        let request = app.request(Method::POST, "/api/channels/whatsapp").form(&form);
        app.send(request).await.ok_text();
    }
    app.stop().await;
}

#[tokio::test]
async fn unknown_addresses_methods_ids_and_parameters_are_told_apart() {
    let app = TestApp::start(Engine::Sqlite).await;
    let officer = app.sign_in(HARBOUR).await;
    for path in ["/api", "/api/", "/api/nothing", "/api/tickets/1/nothing", "/fn/nothing"] {
        officer.get(path).await.refused(404, "not_found");
    }
    let answer = officer.delete("/api/me").await;
    answer.refused(405, "unreadable");
    assert!(answer.header("allow").contains("PATCH"), "{:?}", answer.headers);
    officer.get("/api/auth/login").await.refused(405, "unreadable");
    for id in ["x", "1.5", "99999999999999999999", "%20"] {
        officer.get(&format!("/api/tickets/{id}")).await.refused(400, "invalid");
    }
    for query in ["status=closed", "unread=maybe", "ward=x", "limit=-1", "sort=asc"] {
        officer.get(&format!("/api/tickets?{query}")).await.refused(400, "invalid");
    }
    let long = "x".repeat(101);
    officer.get(&format!("/api/tickets?q={long}")).await.refused(400, "invalid");
    app.stop().await;
}
