//! The webhook of the WhatsApp channel.

use crate::harness::world::{ADMIN, AMINA, HARBOUR};
use crate::harness::{Answer, Engine, TestApp, on_both_engines};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use futures::future::join_all;
use hmac::{Hmac, Mac};
use reqwest::Method;
use serde_json::Value;
use sha1::Sha1;

on_both_engines!(
    a_message_is_stored_once_however_often_it_is_delivered,
    an_unknown_number_becomes_a_customer_whom_only_admins_see,
);

const WEBHOOK: &str = "/api/channels/whatsapp";
const TOKEN: &str = "12345";
const PUBLIC: &str = "https://wardline.test";

fn bodies(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|m| m["body"].as_str().unwrap()).collect()
}

async fn a_message_is_stored_once_however_often_it_is_delivered(engine: Engine) {
    let app = TestApp::start(engine).await;
    let officer = app.sign_in(HARBOUR).await;
    let first = app.farmer_writes(&format!("whatsapp:{AMINA}"), "Armyworms!", "SM-1").await;
    assert!(first.ok_text().contains("<Response/>"));
    assert!(first.header("content-type").starts_with("text/xml"));
    let head = app.desk().store.head().await.unwrap();
    let again = join_all((0..10).map(|_| app.farmer_writes(AMINA, "Armyworms!", "SM-1"))).await;
    assert!(again.iter().all(|answer| answer.status == 200));
    assert_eq!(app.desk().store.head().await.unwrap(), head);
    let path = format!("/api/tickets/{}/messages", app.ticket_of("Amina").await);
    let page = officer.get(&path).await.ok();
    assert_eq!(bodies(&page)[..2], ["Armyworms!", "The rains have come."]);
    assert_eq!(page["items"][0]["from_source"], 1);
    let many = (0..20).map(|n| {
        let app = &app;
        async move { app.farmer_writes(AMINA, "At once", &format!("SM-many-{}", n % 10)).await }
    });
    assert!(join_all(many).await.iter().all(|answer| answer.status == 200));
    let page = officer.get(&path).await.ok();
    assert_eq!(bodies(&page).iter().filter(|body| **body == "At once").count(), 10);
    app.stop().await;
}

async fn an_unknown_number_becomes_a_customer_whom_only_admins_see(engine: Engine) {
    let app = TestApp::start(engine).await;
    app.farmer_writes("+254799999999", "Who are you?", "SM-new").await.ok_text();
    let found = app.sign_in(ADMIN).await.get("/api/tickets?q=%2B254799999999").await.ok();
    assert_eq!(found["items"][0]["customer"]["full_name"], "Somebody");
    assert_eq!(found["items"][0]["ward_id"], Value::Null);
    let hidden = app.sign_in(HARBOUR).await.get("/api/tickets?q=%2B254799999999").await.ok();
    assert_eq!(hidden["items"].as_array().unwrap().len(), 0);
    app.stop().await;
}

#[tokio::test]
async fn a_picture_needs_no_words() {
    let app = TestApp::start(Engine::Sqlite).await;
    let picture = "https://media.example/1.jpg";
    let form = [
        ("From", AMINA),
        ("MessageSid", "SM-p"),
        ("Body", ""),
        ("NumMedia", "1"),
        ("MediaUrl0", picture),
        ("MediaContentType0", "image/jpeg"),
    ];
    app.send(app.request(Method::POST, WEBHOOK).form(&form)).await.ok_text();
    let path = format!("/api/tickets/{}/messages", app.ticket_of("Amina").await);
    let message = app.sign_in(HARBOUR).await.get(&path).await.ok()["items"][0].clone();
    assert_eq!(
        (&message["media_url"], &message["media_type"]),
        (&picture.into(), &"image/jpeg".into())
    );
    app.stop().await;
}

#[tokio::test]
async fn a_number_whose_plus_was_not_encoded_is_understood() {
    let settings = [("TWILIO_AUTH_TOKEN", TOKEN), ("WARDLINE_PUBLIC_URL", PUBLIC)];
    let app = TestApp::with(Engine::Sqlite, &settings).await;
    let post = async |from: &str, sid: &str| {
        let form = [("Body", "Raw"), ("From", &*from.replace('+', " ")), ("MessageSid", sid)];
        let request = app
            .request(Method::POST, WEBHOOK)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-twilio-signature", sign(TOKEN, &format!("{PUBLIC}{WEBHOOK}"), &form))
            .body(format!("From={from}&MessageSid={sid}&Body=Raw"));
        app.send(request).await
    };
    post(&format!("whatsapp:{AMINA}"), "SM-raw").await.ok_text();
    let path = format!("/api/tickets/{}/messages", app.ticket_of("Amina").await);
    let page = app.sign_in(HARBOUR).await.get(&path).await.ok();
    assert_eq!(bodies(&page)[0], "Raw");
    for (sid, from) in ["whatsapp:++254700000001", "whatsapp:254700000001", "whatsapp:+-2547"]
        .into_iter()
        .enumerate()
    {
        let answer = post(from, &format!("SM-{sid}")).await;
        assert_eq!(answer.refused(400, "invalid")["field"], "From");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_picture_that_can_not_be_fetched_takes_no_words_along_and_the_first_good_one_is_kept() {
    let app = TestApp::start(Engine::Sqlite).await;
    let picture = "https://media.example/2.jpg";
    for (sid, second) in [("SM-w1", "ftp://media.example/2.jpg"), ("SM-w2", picture)] {
        let form = [
            ("From", AMINA),
            ("MessageSid", sid),
            ("Body", "Look at these"),
            ("NumMedia", "2"),
            ("MediaUrl0", "file:///x"),
            ("MediaUrl1", second),
            ("MediaContentType1", "image/jpeg"),
        ];
        app.send(app.request(Method::POST, WEBHOOK).form(&form)).await.ok_text();
    }
    let path = format!("/api/tickets/{}/messages", app.ticket_of("Amina").await);
    let page = app.sign_in(HARBOUR).await.get(&path).await.ok();
    assert_eq!(bodies(&page)[..2], ["Look at these"; 2]);
    assert_eq!(page["items"][0]["media_url"], picture);
    assert_eq!(page["items"][0]["media_type"], "image/jpeg");
    assert_eq!(page["items"][1].get("media_url").and_then(Value::as_str), None);
    app.stop().await;
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_named_and_changes_nothing() {
    let app = TestApp::start(Engine::Sqlite).await;
    let before = app.everything().await;
    for (form, field) in [
        (vec![("From", AMINA), ("Body", "x")], "MessageSid"),
        (vec![("From", "0712"), ("Body", "x"), ("MessageSid", "SM")], "From"),
        (vec![("From", AMINA), ("Body", " "), ("MessageSid", "SM")], "body"),
        (vec![("From", AMINA), ("MessageSid", "SM"), ("NumMedia", "many")], "NumMedia"),
        (
            vec![
                ("From", AMINA),
                ("MessageSid", "SM"),
                ("NumMedia", "1"),
                ("MediaUrl0", "file:///x"),
            ],
            "MediaUrl0",
        ),
    ] {
        let answer = app.send(app.request(Method::POST, WEBHOOK).form(&form)).await;
        assert_eq!(answer.refused(400, "invalid")["field"], field);
    }
    let json = app.request(Method::POST, WEBHOOK).json(&serde_json::json!({ "From": AMINA }));
    app.send(json).await.refused(415, "unreadable");
    assert_eq!(app.everything().await, before);
    app.stop().await;
}

fn sign(token: &str, url: &str, form: &[(&str, &str)]) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).unwrap();
    mac.update(url.as_bytes());
    let mut pairs = form.to_vec();
    pairs.sort_unstable();
    for (name, value) in pairs {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

async fn signed(app: &TestApp, form: &[(&str, &str)], signature: Option<&str>) -> Answer {
    let mut request = app.request(Method::POST, WEBHOOK).form(form);
    if let Some(signature) = signature {
        request = request.header("x-twilio-signature", signature);
    }
    app.send(request).await
}

#[tokio::test]
async fn with_a_token_only_what_is_signed_is_heard() {
    let settings = [("TWILIO_AUTH_TOKEN", TOKEN), ("WARDLINE_PUBLIC_URL", PUBLIC)];
    let app = TestApp::with(Engine::Sqlite, &settings).await;
    let before = app.everything().await;
    let form = [("From", AMINA), ("Body", "Signed & sealed"), ("MessageSid", "SM-s")];
    let url = format!("{PUBLIC}{WEBHOOK}");
    let right = sign(TOKEN, &url, &form);
    let other_token = sign("12346", &url, &form);
    let other_address = sign(TOKEN, &app.at(WEBHOOK), &form);
    let other_form = sign(TOKEN, &url, &form[1..]);
    for wrong in [
        None,
        Some(""),
        Some("not base64"),
        Some(&*other_token),
        Some(&*other_address),
        Some(&*other_form),
    ] {
        signed(&app, &form, wrong).await.refused(403, "untrusted");
    }
    assert_eq!(app.everything().await, before);
    signed(&app, &form, Some(&right)).await.ok_text();
    assert_ne!(app.everything().await, before);
    app.stop().await;
}

#[tokio::test]
async fn an_answer_to_a_gateways_customer_is_queued_and_to_the_simulators_sent() {
    let settings = [("TWILIO_AUTH_TOKEN", TOKEN), ("WARDLINE_PUBLIC_URL", PUBLIC)];
    let app = TestApp::with(Engine::Sqlite, &settings).await;
    let officer = app.sign_in(HARBOUR).await;
    let path = format!("/api/tickets/{}/messages", app.ticket_of("Amina").await);
    let answer = async |client_id: &str| {
        let draft = serde_json::json!({ "body": "Karibu", "client_id": client_id });
        officer.post(&path, &draft).await.ok()["delivery_status"].clone()
    };
    assert_eq!(answer("c1").await, "sent");
    let form = [("From", AMINA), ("Body", "From a phone"), ("MessageSid", "SM-q")];
    let right = sign(TOKEN, &format!("{PUBLIC}{WEBHOOK}"), &form);
    signed(&app, &form, Some(&right)).await.ok_text();
    assert_eq!(answer("c2").await, "queued");
    assert_eq!(officer.get(&path).await.ok()["items"][0]["delivery_status"], "queued");
    app.stop().await;

    // Whoever plays the gateway on this machine is as good as the simulator.
    let app = TestApp::start(Engine::Sqlite).await;
    let officer = app.sign_in(HARBOUR).await;
    app.farmer_writes(AMINA, "From the same machine", "SM-l").await.ok_text();
    let draft = serde_json::json!({ "body": "Karibu", "client_id": "c1" });
    assert_eq!(officer.post(&path, &draft).await.ok()["delivery_status"], "sent");
    app.stop().await;
}

#[tokio::test]
async fn without_a_token_only_this_machine_is_heard() {
    let app = TestApp::with(Engine::Sqlite, &[("WARDLINE_TRUSTED_PROXIES", "127.0.0.1")]).await;
    let before = app.everything().await;
    let form = [("From", AMINA), ("Body", "From afar"), ("MessageSid", "SM-far")];
    let from = |address: &str| {
        app.request(Method::POST, WEBHOOK).form(&form).header("x-forwarded-for", address)
    };
    app.send(from("198.51.100.7")).await.refused(403, "untrusted");
    app.send(from("127.0.0.1, 198.51.100.7")).await.refused(403, "untrusted");
    assert_eq!(app.everything().await, before);
    app.send(from("127.0.0.1")).await.ok_text();
    app.stop().await;

    let app = TestApp::start(Engine::Sqlite).await;
    let passed_on =
        app.request(Method::POST, WEBHOOK).form(&form).header("x-forwarded-for", "127.0.0.1");
    app.send(passed_on).await.refused(403, "untrusted");
    app.stop().await;
}
