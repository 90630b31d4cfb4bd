//! What is measured of sessions, and the alerts that go by it.

use crate::harness::database::Database;
use crate::harness::process::{Program, free_port};
use crate::harness::world::{COAST, HARBOUR, PASSWORD};
use crate::harness::{Engine, PATIENCE, TestApp, until};
use reqwest::Method;
use reqwest::header::ORIGIN;
use serde_json::json;
use server::live::UNADMITTED_MAX;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

const ALERTS: &str = include_str!("../../deploy/alerts.yml");

/// The value of a measure, exactly as it is named with its labels.
async fn value(app: &TestApp, name: &str) -> f64 {
    let text = app.get("/metrics").await.text;
    let of = |line: &str| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok();
    text.lines().find_map(of).unwrap_or_else(|| panic!("{name} is not measured in\n{text}"))
}

/// Waits until a measure has grown past `before`: what is measured is measured beside the work, and by
/// all tests of this process.
async fn grows(app: &TestApp, name: &str, before: f64) {
    let began = Instant::now();
    while value(app, name).await <= before {
        assert!(began.elapsed() < PATIENCE, "{name} stays at {before}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn every_measure_that_an_alert_names_is_there_before_anything_happens() {
    let app = TestApp::start(Engine::Sqlite).await;
    let text = app.get("/metrics").await.text;
    let known: BTreeSet<&str> =
        text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    let word = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    let named: BTreeSet<&str> =
        ALERTS.split(word).filter(|word| word.starts_with("wardline_")).collect();
    assert!(named.len() >= 4, "the alerts name hardly anything: {named:?}");
    for name in named {
        let parts = ["_bucket", "_sum", "_count"];
        let bare = parts.iter().find_map(|part| name.strip_suffix(part)).unwrap_or(name);
        assert!(known.contains(name) || known.contains(bare), "{name} is not in\n{text}");
    }
    app.stop().await;
}

#[tokio::test]
async fn every_word_that_an_alert_compares_with_is_one_that_a_measure_says() {
    let app = TestApp::start(Engine::Sqlite).await;
    let text = app.get("/metrics").await.text;
    // One word, or several in a pattern, wanted or not: `=`, `!=`, `=~`, `!~`.
    let compared = ALERTS.split("outcome").skip(1).filter_map(|rest| {
        let (operator, rest) = rest.split_once('"')?;
        matches!(operator, "=" | "!=" | "=~" | "!~").then(|| rest.split('"').next())?
    });
    let outcomes: BTreeSet<&str> = compared.flat_map(|words| words.split('|')).collect();
    assert!(outcomes.len() >= 6 && outcomes.contains("late_copy"), "{outcomes:?}");
    for outcome in outcomes {
        assert!(text.contains(&format!("outcome=\"{outcome}\"")), "nothing says {outcome}");
    }
    app.stop().await;
}

#[tokio::test]
async fn recoveries_reuse_checks_and_ends_are_counted_by_what_they_were() {
    const RECOVERED: &str = "wardline_session_recoveries_total{kind=\"again_in_interval\"}";
    const LOST: &str = "wardline_session_recoveries_total{kind=\"again_lost_answer\"}";
    const REUSE: &str = "wardline_session_refresh_total{outcome=\"reuse\"}";
    const PASSED: &str = "wardline_session_checks_total{outcome=\"passed\"}";
    const REFUSED: &str = "wardline_session_checks_total{outcome=\"refresh_token_already_used\"}";
    const ENDED: &str = "wardline_session_ends_total{code=\"refresh_token_already_used\"}";
    const IDLE: &str = "wardline_session_ends_total{code=\"session_idle\"}";
    const LENGTHS: &str = "wardline_session_length_seconds_count";
    let names = [RECOVERED, LOST, REUSE, PASSED, REFUSED, ENDED, IDLE, LENGTHS];
    let app = TestApp::with(Engine::Sqlite, &[("WARDLINE_SESSION_IDLE", "3600")]).await;
    let mut before = Vec::new();
    for name in names {
        before.push(value(&app, name).await);
    }
    let minutes = |count: u64| Duration::from_secs(count * 60);

    let device = app.sign_in(HARBOUR).await;
    device.refreshed().await;
    device.refreshed().await; // in the interval
    app.database().let_pass(&device.session(), minutes(1)).await;
    let next = device.refreshed().await; // the answers were lost
    next.get("/api/me").await.ok();
    app.database().let_pass(&device.session(), minutes(1)).await;
    device.present().await.refused(401, "refresh_token_already_used");
    // Answered without a look at the session in the database.
    until(|| next.get("/api/areas"), |answer| answer.status == 401).await;
    let idle = app.sign_in(COAST).await;
    app.database().let_pass(&idle.session(), minutes(61)).await;
    idle.present().await.refused(401, "session_idle");

    for (name, before) in names.into_iter().zip(before) {
        grows(&app, name, before).await;
    }
    app.stop().await;
}

#[tokio::test]
async fn a_sign_in_is_counted_at_every_entrance() {
    const ENTERED: &str = "wardline_sign_in_total{outcome=\"signed_in\"}";
    const REFUSED: &str = "wardline_sign_in_total{outcome=\"invalid_credentials\"}";
    let app = TestApp::start(Engine::Sqlite).await;
    let device = app.sign_in(HARBOUR).await; // so that the measures are there
    let wrong = json!({ "email": HARBOUR, "password": "wrong" });
    app.post("/api/auth/login", &wrong).await.refused(401, "invalid_credentials");
    let origin = app.url().to_owned();
    let post = |path: &str| app.request(Method::POST, path).header(ORIGIN, &origin);
    for path in ["/fn/session/sign-in", "/fn/session/sign-in-here"] {
        for (password, name) in [(PASSWORD, ENTERED), ("wrong", REFUSED)] {
            let before = value(&app, name).await;
            let fields = [("email", HARBOUR), ("password", password), ("next", "/")];
            let request = if path.ends_with("here") {
                post(path).json(&json!({ "email": HARBOUR, "password": password }))
            } else {
                post(path).form(&fields)
            };
            app.send(request).await;
            grows(&app, name, before).await;
        }
    }
    drop(device);
    app.stop().await;
}

#[tokio::test]
async fn what_a_page_tells_of_its_tokens_is_counted_and_what_is_absurd_is_cut() {
    const HITS: &str = "wardline_client_tokens_total{outcome=\"hit\"}";
    const FAILED: &str = "wardline_client_refreshes_total{outcome=\"failed\"}";
    let app = TestApp::start(Engine::Sqlite).await;
    let device = app.sign_in(HARBOUR).await;
    let (hits, failed) = (value(&app, HITS).await, value(&app, FAILED).await);
    device.get("/api/auth/session?hits=3&misses=0&failures=99999999999999").await.ok();
    assert!((value(&app, HITS).await - hits - 3.0).abs() < 0.5);
    assert!((value(&app, FAILED).await - failed - 10_000.0).abs() < 0.5);
    device.get("/api/auth/session?hits=-1").await.refused(400, "invalid");
    app.stop().await;
}

#[tokio::test]
async fn a_socket_that_is_one_too_many_before_the_door_is_counted() {
    const REFUSED: &str = "wardline_sockets_refused_total{code=\"too_many_waiting\"}";
    let app = TestApp::start(Engine::Sqlite).await;
    // Each opens a socket and never asks to be let in.
    for _ in 0..UNADMITTED_MAX {
        app.get("/ws/socket.io/?EIO=4&transport=polling").await;
    }
    let refused = || async { app.get("/metrics").await.text.contains(REFUSED) };
    assert!(!refused().await);
    app.get("/ws/socket.io/?EIO=4&transport=polling").await;
    until(refused, |there| *there).await;
    app.stop().await;
}

#[tokio::test]
async fn a_late_copy_is_counted_as_one_and_ends_nothing() {
    const LATE: &str = "wardline_session_recoveries_total{kind=\"late_copy\"}";
    let app = TestApp::with(Engine::Sqlite, &[("WARDLINE_REUSE_INTERVAL", "0")]).await;
    let before = value(&app, LATE).await;
    let device = app.sign_in(HARBOUR).await;
    let sent_at = app.desk().clock.now().millis().to_string();
    let next = device.refreshed().await;
    next.get("/api/me").await.ok();
    tokio::time::sleep(Duration::from_millis(5)).await; // past an interval of nothing
    device.present_sent_at(&sent_at).await.refused(503, "try_again");
    grows(&app, LATE, before).await;
    app.stop().await;
}

#[tokio::test]
async fn a_node_that_is_ready_says_so_in_its_measures_without_being_asked() {
    let database = Database::create(Engine::Sqlite).await;
    let program = Program::start(free_port(), &database).await;
    let measures = || async {
        reqwest::get(format!("{}/metrics", program.url)).await.unwrap().text().await.unwrap()
    };
    let text = until(measures, |text| text.contains("\nwardline_ready 1\n")).await;
    assert!(text.contains("\nwardline_tail_silence_seconds "), "{text}");
    drop(program);
    database.remove().await;
}
