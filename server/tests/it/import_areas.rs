//! The tree of areas from a file, beside a running server.

use crate::harness::world::{ADMIN, AMINA, COAST};
use crate::harness::{Engine, TestApp, on_both_engines};
use crate::program::{fails, program, text};
use serde_json::json;
use std::io::Write;
use std::process::{Output, Stdio};

on_both_engines!(areas_of_a_file_are_added_once_and_can_be_assigned);

/// Runs the command with `csv` as its input.
fn import(app: &TestApp, csv: &str) -> Output {
    let mut child = program(app.folder())
        .args(["import-areas", "-"])
        .env("DATABASE_URL", app.database_url())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(csv.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

async fn areas_of_a_file_are_added_once_and_can_be_assigned(engine: Engine) {
    let app = TestApp::start(engine).await;
    let admin = app.sign_in(ADMIN).await;
    let before = app.everything().await;
    fails(&import(&app, "Kenya,North\nKenya,North,Coast,Pier,Jetty\n"), 1, "line 2: Give at most");
    assert_eq!(app.everything().await, before);

    let csv =
        "# country,region,district,ward\n\nKenya,North,Coast,\"Pier, Old\"\nKenya,North,Coast\n";
    for said in ["1 areas added, 3 known\n", "0 areas added, 4 known\n"] {
        let done = import(&app, csv);
        assert!(done.status.success(), "{}", text(&done.stderr));
        assert_eq!(text(&done.stdout), said);
    }
    let coast = admin.get(&format!("/api/areas/{}", app.area("Coast").await)).await.ok();
    assert_eq!(coast["ward_count"], 3);

    // Who covers the district covers the ward, and this server, which was running, knows it.
    app.settled().await;
    let officer = app.sign_in(COAST).await;
    let here = officer.get("/api/events").await.ok();
    let path = format!("/api/customers/{}", app.customer("Amina").await.id);
    let moved = json!({ "ward_id": app.area("Pier, Old").await });
    admin.patch(&path, &moved).await.ok();
    app.farmer_writes(AMINA, "From the pier", "SM-pier").await.ok_text();
    let from =
        format!("/api/events?epoch={}&after={}", here["epoch"].as_str().unwrap(), here["head"]);
    let heard = officer.get(&from).await.ok();
    assert!(heard.to_string().contains("From the pier"), "{heard}");
    app.stop().await;
}
