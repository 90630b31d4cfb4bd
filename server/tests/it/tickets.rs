//! Conversations over REST: who sees what, replies, resolving, reopening.

use crate::harness::world::{ADMIN, AMINA, COAST, HARBOUR, HILL, NORTH, SOUTH};
use crate::harness::{Device, Engine, TestApp, on_both_engines};
use serde_json::{Value, json};

on_both_engines!(
    everybody_sees_the_tickets_of_the_wards_they_cover_and_no_others,
    a_stranger_learns_nothing_of_a_ticket,
    a_reply_is_stored_once_however_often_it_is_sent,
    whoever_did_not_see_the_newest_answer_is_shown_it_first,
    a_ticket_is_resolved_and_reopened_once_each,
    reading_counts_for_the_person,
);

fn names(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|t| t["customer"]["full_name"].as_str().unwrap().to_owned()).collect()
}

async fn everybody_sees_the_tickets_of_the_wards_they_cover_and_no_others(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (amina, baraka, chebet) = ("Amina Otieno", "Baraka Mwangi", "Chebet Kiprop");
    let (dalila, esther) = ("Dalila Njeri", "Esther Wafula");
    for (email, sees) in [
        (ADMIN, vec![esther, dalila, baraka, amina, chebet]),
        (NORTH, vec![baraka, amina, chebet]),
        (COAST, vec![baraka, amina]),
        (HARBOUR, vec![amina]),
        (SOUTH, vec![dalila]),
    ] {
        let device = app.sign_in(email).await;
        assert_eq!(names(&device.get("/api/tickets").await.ok()), sees, "{email}");
    }
    let admin = app.sign_in(ADMIN).await;
    let coast = app.area("Coast").await;
    for (query, sees) in [
        ("status=resolved".to_owned(), vec![chebet]),
        (format!("ward={coast}"), vec![baraka, amina]),
        (format!("ward={coast}&unanswered=true"), vec![amina]),
        ("q=dalila&status=&after=".to_owned(), vec![dalila]),
    ] {
        assert_eq!(names(&admin.get(&format!("/api/tickets?{query}")).await.ok()), sees, "{query}");
    }
    let mut walked = Vec::new();
    let mut path = "/api/tickets?limit=2".to_owned();
    loop {
        let page = admin.get(&path).await.ok();
        walked.extend(names(&page));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/tickets?limit=2&after={next}");
    }
    assert_eq!(walked, [esther, dalila, baraka, amina, chebet]);
    app.stop().await;
}

async fn a_stranger_learns_nothing_of_a_ticket(engine: Engine) {
    let app = TestApp::start(engine).await;
    let ticket = app.ticket_of("Amina").await;
    let before = app.everything().await;
    let anonymous = app.get(&format!("/api/tickets/{ticket}")).await;
    anonymous.refused(401, "token_missing");
    let (hill, south) = (app.sign_in(HILL).await, app.sign_in(SOUTH).await);
    for stranger in [&hill, &south] {
        let there = stranger.get(&format!("/api/tickets/{ticket}")).await.refused(404, "not_found");
        let not_there = stranger.get("/api/tickets/999999").await.refused(404, "not_found");
        assert_eq!(there["detail"], not_there["detail"]);
        let at = |what: &str| format!("/api/tickets/{ticket}/{what}");
        stranger.get(&at("messages")).await.refused(404, "not_found");
        let draft = json!({ "body": "Hello", "client_id": "s-1" });
        stranger.post(&at("messages"), &draft).await.refused(404, "not_found");
        for what in ["resolve", "reopen", "read"] {
            stranger.post(&at(what), &json!({})).await.refused(404, "not_found");
        }
    }
    assert_eq!(head(&before), head(&app.everything().await));
    let unplaced = app.ticket_of("Esther").await;
    app.sign_in(NORTH)
        .await
        .get(&format!("/api/tickets/{unplaced}"))
        .await
        .refused(404, "not_found");
    app.sign_in(ADMIN).await.get(&format!("/api/tickets/{unplaced}")).await.ok();
    app.stop().await;
}

/// The part before the sessions, which sign-ins change.
fn head(everything: &str) -> &str {
    everything.split(" admin@").next().unwrap()
}

async fn a_reply_is_stored_once_however_often_it_is_sent(engine: Engine) {
    let app = TestApp::start(engine).await;
    let officer = app.sign_in(HARBOUR).await;
    let path = format!("/api/tickets/{}/messages", app.ticket_of("Amina").await);
    let draft = json!({ "body": " Plant now. ", "client_id": "r-1" });
    let first = officer.post(&path, &draft).await.ok();
    assert_eq!(first["body"], "Plant now.");
    assert_eq!((&first["from_source"], &first["client_id"]), (&2.into(), &"r-1".into()));
    let again = officer.post(&path, &draft).await.ok();
    assert_eq!(again["id"], first["id"]);
    let page = officer.get(&path).await.ok();
    assert_eq!(page["items"].as_array().unwrap().len(), 3);
    assert_eq!(page["items"][0]["id"], first["id"]);
    let older = officer.get(&format!("{path}?limit=1&before={}", first["id"])).await.ok();
    assert_eq!(older["items"][0]["body"], "The rains have come.");
    for (wrong, field) in [
        (json!({ "body": "  ", "client_id": "r-2" }), "body"),
        (json!({ "body": "x".repeat(4097), "client_id": "r-2" }), "body"),
        (json!({ "body": "x", "client_id": "" }), "client_id"),
    ] {
        assert_eq!(officer.post(&path, &wrong).await.refused(400, "invalid")["field"], field);
    }
    app.stop().await;
}

async fn whoever_did_not_see_the_newest_answer_is_shown_it_first(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (first, second) = (app.sign_in(HARBOUR).await, app.sign_in(COAST).await);
    let path = format!("/api/tickets/{}/messages", app.ticket_of("Amina").await);
    let seen = first.get(&path).await.ok()["items"][0]["id"].clone();
    let draft = |body: &str, id: &str, force: bool| json!({ "body": body, "client_id": id, "base_message_id": seen, "force": force });
    let answer = first.post(&path, &draft("In March.", "a-1", false)).await.ok();
    let conflict = second.post(&path, &draft("In April.", "b-1", false)).await;
    let problem = conflict.refused(409, "answered_meanwhile");
    assert_eq!(problem["messages"][0]["id"], answer["id"]);
    second.post(&path, &draft("In April.", "b-1", true)).await.ok();
    // The author of the first answer is nobody else.
    let own = json!({ "body": "Or May.", "client_id": "b-2", "base_message_id": answer["id"] });
    second.post(&path, &own).await.ok();
    app.stop().await;
}

async fn a_ticket_is_resolved_and_reopened_once_each(engine: Engine) {
    let app = TestApp::start(engine).await;
    let officer = app.sign_in(HARBOUR).await;
    let ticket = app.ticket_of("Amina").await;
    let at = |what: &str| format!("/api/tickets/{ticket}/{what}");
    let resolved = officer.post(&at("resolve"), &json!({})).await.ok();
    assert_eq!(
        (&resolved["status"], &resolved["resolved_by"]),
        (&"resolved".into(), &"Halima Harbour".into())
    );
    officer.post(&at("resolve"), &json!({})).await.refused(409, "ticket_resolved");
    let draft = json!({ "body": "Too late", "client_id": "x-1" });
    officer.post(&at("messages"), &draft).await.refused(409, "ticket_resolved");
    assert_eq!(officer.post(&at("reopen"), &json!({})).await.ok()["status"], "open");
    officer.post(&at("reopen"), &json!({})).await.refused(409, "ticket_open");
    officer.post(&at("resolve"), &json!({})).await.ok();
    app.farmer_writes(AMINA, "One more thing", "SM-reopen").await.ok_text();
    assert_ne!(app.ticket_of("Amina").await, ticket);
    officer.post(&at("reopen"), &json!({})).await.refused(409, "other_ticket_open");
    app.stop().await;
}

async fn reading_counts_for_the_person(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (phone, tablet) = (app.sign_in(HARBOUR).await, app.sign_in(HARBOUR).await);
    let ticket = app.ticket_of("Amina").await;
    app.farmer_writes(AMINA, "Are you there?", "SM-unread").await.ok_text();
    let unread = async |device: &Device| {
        device.get(&format!("/api/tickets/{ticket}")).await.ok()["unread"].as_i64().unwrap()
    };
    assert!(unread(&phone).await > 0);
    let path = format!("/api/tickets/{ticket}/read");
    assert_eq!(phone.post(&path, &json!({})).await.status, 204);
    for device in [&phone, &tablet] {
        device.post(&path, &json!({})).await.refused(409, "already_read");
    }
    assert_eq!(unread(&tablet).await, 0);
    assert_eq!(names(&tablet.get("/api/tickets?unread=1").await.ok()).len(), 0);
    phone.post(&path, &json!({ "message_id": 999_999 })).await.refused(400, "invalid");
    assert!(unread(&app.sign_in(COAST).await).await > 0);
    app.stop().await;
}
