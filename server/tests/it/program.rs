//! The program itself: its commands, what it says, how it ends.

use crate::harness::world::ADMIN;
use crate::harness::{Engine, TestApp, on_both_engines};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

pub(crate) fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command
        .env_clear()
        .current_dir(folder)
        .env("WARDLINE_DATA_DIR", folder.join("data"))
        .env("LEPTOS_OUTPUT_NAME", "wardline")
        .env("WARDLINE_DEMO", "0")
        .env("RUST_LOG", "warn");
    command
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(crate) fn fails(output: &Output, code: i32, named: &str) {
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.starts_with("error: ") && said.contains(named), "{said}");
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
}

#[test]
fn a_wrong_setting_stops_the_start_with_one_line_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let unknown = program(folder.path()).env("WARDLINE_TYPO", "1").output().unwrap();
    fails(&unknown, 2, "WARDLINE_TYPO");
    let address =
        program(folder.path()).env("LEPTOS_SITE_ADDR", "localhost:3159").output().unwrap();
    fails(&address, 2, "error: LEPTOS_SITE_ADDR: ");
    let file =
        "[wardline]\nwardline_access_ttl = 0\n\n[package.metadata.leptos]\noutput-name = \"x\"\n";
    std::fs::write(folder.path().join("Leptos.toml"), file).unwrap();
    fails(&program(folder.path()).output().unwrap(), 2, "wardline_access_ttl");
    assert!(!folder.path().join("data").exists());
}

#[test]
fn without_its_site_the_program_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    fails(&program(folder.path()).arg("serve").output().unwrap(), 2, "LEPTOS_SITE_ROOT");
    assert!(!folder.path().join("data").exists());
}

#[test]
fn the_document_is_printed_without_any_setting() {
    let folder = tempfile::tempdir().unwrap();
    let output = program(folder.path()).arg("openapi").output().unwrap();
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document, *crate::harness::contract::DOCUMENT);
}

#[test]
fn migrating_and_seeding_may_be_repeated() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let output = program(folder.path()).arg("migrate").output().unwrap();
        assert!(output.status.success() && text(&output.stdout).contains("up to date"));
    }
    let said = |_| text(&program(folder.path()).arg("seed").output().unwrap().stdout);
    let said: Vec<String> = (0..2).map(said).collect();
    assert!(said[0].contains("planted") && said[1].contains("nothing was changed"), "{said:?}");
}

on_both_engines!(an_admin_made_on_the_command_line_can_sign_in);

async fn an_admin_made_on_the_command_line_can_sign_in(engine: Engine) {
    let app = TestApp::start(engine).await;
    let make = |email: &str, password: &str| {
        let mut child = program(app.folder())
            .args(["create-admin", "--email", email, "--name", "Grace Root", "--password-stdin"])
            .env("DATABASE_URL", app.database_url())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    fails(&make("root@wardline.test", "short\n"), 1, "--password-stdin");
    fails(&make("root", "long enough\n"), 1, "--email");
    let done = make("Root@wardline.test", "long enough\n");
    assert!(done.status.success(), "{}", text(&done.stderr));
    fails(&make("root@wardline.test", "long enough\n"), 1, "already");
    let body = json!({ "email": "root@wardline.test", "password": "long enough" });
    let granted = app.post("/api/auth/login", &body).await.ok();
    assert_eq!(granted["user"]["user_type"], "admin");
    assert_eq!(granted["user"]["onboarded"], true);
    app.stop().await;
}

on_both_engines!(an_admin_made_without_a_password_gets_a_link_that_is_good_once);

async fn an_admin_made_without_a_password_gets_a_link_that_is_good_once(engine: Engine) {
    let app = TestApp::start(engine).await;
    let make = |email: &str| {
        program(app.folder())
            .args(["create-admin", "--email", email, "--name", "Grace Root"])
            .env("DATABASE_URL", app.database_url())
            .env("WARDLINE_PUBLIC_URL", "https://console.example.org/")
            .output()
            .unwrap()
    };
    fails(&make("root"), 1, "--email");
    let invited = make("Root@wardline.test");
    assert!(invited.status.success(), "{}", text(&invited.stderr));
    let said = text(&invited.stdout);
    let token = said.trim_end().strip_prefix("https://console.example.org/invitation/").unwrap();
    fails(&make("root@wardline.test"), 1, "--email");
    let accept = async |password: &str| {
        let body = json!({ "token": token, "password": password });
        app.post("/api/auth/accept-invitation", &body).await
    };
    let granted = accept("long enough").await.ok();
    assert_eq!(granted["user"]["email"], "root@wardline.test");
    assert_eq!(granted["user"]["user_type"], "admin");
    accept("long enough as well").await.refused(410, "invitation_used");
    app.stop().await;
}

on_both_engines!(whoever_lost_access_gets_a_link_that_ends_what_was_open_once_it_is_used);

async fn whoever_lost_access_gets_a_link_that_ends_what_was_open_once_it_is_used(engine: Engine) {
    let app = TestApp::start(engine).await;
    let run = |command: &str, more: &[&str]| {
        program(app.folder())
            .args([command, "--email", ADMIN])
            .args(more)
            .env("DATABASE_URL", app.database_url())
            .env("WARDLINE_PUBLIC_URL", "https://console.example.org")
            .output()
            .unwrap()
    };
    fails(&run("create-admin", &["--name", "Grace Root"]), 1, "reset-access --email");
    let nobody = program(app.folder())
        .args(["reset-access", "--email", "nobody@wardline.test"])
        .env("DATABASE_URL", app.database_url())
        .output()
        .unwrap();
    fails(&nobody, 1, "--email");

    let before = app.sign_in(ADMIN).await;
    let reset = run("reset-access", &[]);
    assert!(reset.status.success(), "{}", text(&reset.stderr));
    let said = text(&reset.stdout);
    let token = said.trim_end().strip_prefix("https://console.example.org/invitation/").unwrap();
    before.get("/api/me").await.ok();
    let body = json!({ "token": token, "password": "a new one for her" });
    let granted = app.post("/api/auth/accept-invitation", &body).await.ok();
    assert_eq!(granted["user"]["onboarded"], true);
    app.settled().await;
    before.get("/api/me").await.refused(401, "session_revoked");
    app.post("/api/auth/accept-invitation", &body).await.refused(410, "invitation_used");
    let body = json!({ "email": ADMIN, "password": "a new one for her" });
    app.post("/api/auth/login", &body).await.ok();
    app.stop().await;
}

#[tokio::test]
async fn a_signal_ends_the_program_cleanly_and_in_time() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("site/pkg")).unwrap();
    for signal in ["TERM", "INT"] {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut child = program(folder.path())
            .env("LEPTOS_SITE_ADDR", format!("127.0.0.1:{port}"))
            .env("LEPTOS_SITE_ROOT", folder.path().join("site"))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let url = format!("http://127.0.0.1:{port}/readyz");
        crate::harness::until(
            || reqwest::get(&url),
            |answer| answer.as_ref().is_ok_and(|answer| answer.status().is_success()),
        )
        .await
        .unwrap();
        // A connection that is kept alive must not keep the program alive.
        let idle = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let began = Instant::now();
        let kill = format!("-{signal}");
        assert!(
            Command::new("kill").args([&kill, &child.id().to_string()]).status().unwrap().success()
        );
        let status = tokio::task::spawn_blocking(move || child.wait()).await.unwrap().unwrap();
        assert_eq!(status.code(), Some(0), "{signal}");
        assert!(began.elapsed() < Duration::from_secs(15), "{signal}: {:?}", began.elapsed());
        drop(idle);
    }
}
