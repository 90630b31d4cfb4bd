//! The log over HTTP.

use crate::harness::contract::DOCUMENT;
use crate::harness::world::{AMINA, COAST, DALILA, HARBOUR, HILL};
use crate::harness::{Engine, TestApp, on_both_engines};
use serde_json::{Value, json};
use server::limits::LOG_READS;

on_both_engines!(
    whoever_covers_the_ward_reads_what_happened_after_their_position,
    a_position_that_is_of_no_use_is_answered_with_a_reset,
    whoever_is_far_behind_reads_on_page_by_page,
    whoever_asks_too_often_is_told_when_to_ask_again,
);

fn events(answer: &Value) -> Vec<String> {
    let items = answer["items"].as_array().unwrap().iter();
    items.map(|item| item["event"].as_str().unwrap().to_owned()).collect()
}

async fn whoever_covers_the_ward_reads_what_happened_after_their_position(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (harbour, hill) = (app.sign_in(HARBOUR).await, app.sign_in(HILL).await);
    let here = harbour.get("/api/events").await.ok();
    assert!(here.get("items").is_none() && here.get("reset").is_none());
    let from =
        format!("/api/events?epoch={}&after={}", here["epoch"].as_str().unwrap(), here["head"]);
    assert_eq!(harbour.get(&from).await.ok()["items"], json!([]));

    app.farmer_writes(AMINA, "Hello again", "SM-e1").await.ok_text();
    app.farmer_writes(DALILA, "Not for Harbour", "SM-e2").await.ok_text();
    let path = format!("/api/tickets/{}/resolve", app.ticket_of("Amina").await);
    harbour.post(&path, &json!({})).await.ok();

    let answer = harbour.get(&from).await.ok();
    let seen = events(&answer);
    assert_eq!(seen.first().map(String::as_str), Some("message_received"));
    assert!(seen.contains(&"ticket_resolved".to_owned()), "{seen:?}");
    assert_eq!(answer["items"][0]["data"]["body"], "Hello again");
    let ids: Vec<_> =
        answer["items"].as_array().unwrap().iter().map(|i| i["id"].as_i64()).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    assert!(!answer.to_string().contains("Not for Harbour"));
    assert_eq!(hill.get(&from).await.ok()["items"], json!([]));

    let first = harbour.get(&format!("{from}&limit=1")).await.ok();
    assert_eq!(first["items"].as_array().unwrap().len(), 1);
    let rest =
        format!("/api/events?epoch={}&after={}", here["epoch"].as_str().unwrap(), ids[0].unwrap());
    assert_eq!(events(&harbour.get(&rest).await.ok()), seen[1..]);
    app.stop().await;
}

async fn a_position_that_is_of_no_use_is_answered_with_a_reset(engine: Engine) {
    let app = TestApp::start(engine).await;
    let coast = app.sign_in(COAST).await;
    let here = coast.get("/api/events").await.ok();
    let (epoch, head) = (here["epoch"].as_str().unwrap(), here["head"].as_i64().unwrap());
    let other = "00000000-0000-0000-0000-000000000000";
    for (query, reason) in [
        (format!("epoch={other}&after=0"), "epoch_changed"),
        (format!("epoch=nonsense&after={head}"), "unreadable_position"),
        (format!("epoch={epoch}&after={}", head + 1), "unknown_position"),
        (format!("epoch={epoch}&after=-1"), "unreadable_position"),
    ] {
        let answer = coast.get(&format!("/api/events?{query}")).await.ok();
        assert_eq!(
            (&answer["reset"], &answer["reason"]),
            (&true.into(), &reason.into()),
            "{query}"
        );
        assert_eq!((&answer["epoch"], &answer["head"]), (&here["epoch"], &here["head"]));
    }
    coast.get(&format!("/api/events?after={head}")).await.refused(400, "invalid");
    coast.get("/api/events?epoch=x&after=y").await.refused(400, "invalid");
    app.get("/api/events").await.refused(401, "token_missing");
    app.stop().await;
}

async fn whoever_is_far_behind_reads_on_page_by_page(engine: Engine) {
    let app = TestApp::start(engine).await;
    let coast = app.sign_in(COAST).await;
    let here = coast.get("/api/events").await.ok();
    let (epoch, mut after) = (here["epoch"].as_str().unwrap(), here["head"].as_i64().unwrap());
    for n in 0..520 {
        app.farmer_writes(AMINA, &format!("More {n}"), &format!("SM-more-{n}")).await.ok_text();
    }
    let (mut heard, mut pages) = (Vec::new(), Vec::new());
    loop {
        let path = format!("/api/events?epoch={epoch}&after={after}&limit=100");
        let answer = coast.get(&path).await.ok();
        let items = answer["items"].as_array().unwrap();
        heard.extend(items.iter().map(|item| item["data"]["body"].as_str().unwrap().to_owned()));
        pages.push(items.len());
        let Some(last) = items.last().filter(|_| items.len() == 100) else { break };
        after = last["id"].as_i64().unwrap();
    }
    assert_eq!(pages, [100, 100, 100, 100, 100, 20]);
    assert_eq!(heard, (0..520).map(|n| format!("More {n}")).collect::<Vec<_>>());
    app.stop().await;
}

async fn whoever_asks_too_often_is_told_when_to_ask_again(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (phone, tablet) = (app.sign_in(COAST).await, app.sign_in(COAST).await);
    for _ in 0..LOG_READS.attempts {
        phone.get("/api/events").await.ok();
    }
    // All devices of the person are one, and others are others.
    for device in [&phone, &tablet] {
        let answer = device.get("/api/events").await;
        answer.refused(429, "rate_limited");
        let wait: u64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=LOG_READS.within.as_secs()).contains(&wait), "{wait}");
    }
    phone.get("/api/tickets").await.ok();
    app.sign_in(HILL).await.get("/api/events").await.ok();
    let described = DOCUMENT["paths"]["/api/events"]["get"]["description"].to_string();
    assert!(described.contains(&format!("{} requests per minute", LOG_READS.attempts)));
    app.stop().await;
}
