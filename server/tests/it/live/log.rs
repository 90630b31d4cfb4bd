//! What the log says of a socket's life and of refreshes, and what it must never say.

use crate::harness::database::Database;
use crate::harness::process::{Program, free_port};
use crate::harness::{Engine, until};
use crate::sio::Sio;
use serde_json::{Value, json};

const EMAIL: &str = "admin@wardline.test";

async fn post(program: &Program, path: &str, body: &Value) -> Value {
    let call = reqwest::Client::new().post(format!("{}{path}", program.url)).json(body);
    call.send().await.unwrap().json().await.unwrap()
}

fn text<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer[name].as_str().unwrap_or_else(|| panic!("no {name} in {answer}"))
}

/// The line that says all of this, once it is there.
async fn line(program: &Program, what: &[&str]) -> String {
    let find = || async {
        let log = program.log();
        log.lines().find(|line| what.iter().all(|part| line.contains(part))).map(str::to_owned)
    };
    until(find, Option::is_some).await.unwrap()
}

#[tokio::test]
async fn sockets_and_refreshes_are_told_by_session_and_never_by_person_or_token() {
    let database = Database::create(Engine::Sqlite).await;
    let program = Program::telling(free_port(), &database).await;
    let attempt = json!({
        "email": EMAIL, "password": "wardline-demo", "device_name": "Halima's iPhone (+254711000000)",
    });
    let first = post(&program, "/api/auth/login", &attempt).await;
    let session = text(&first["session"], "id");
    let sio = Sio::live(&program.url, text(&first, "access_token")).await;
    let begun = line(&program, &["a socket is live"]).await;
    drop(sio);
    let ended = line(&program, &["a socket has closed"]).await;
    for line in [begun, ended] {
        assert!(line.contains("device=iPhone ") && line.contains(session), "{line}");
    }

    let refresh = async |token: &str| {
        post(&program, "/api/auth/refresh-mobile", &json!({ "refresh_token": token })).await
    };
    let second = refresh(text(&first, "refresh_token")).await;
    let third = refresh(text(&second, "refresh_token")).await;
    let went = line(&program, &["a session was refreshed", "presented=2", "generation=3"]).await;
    assert!(went.contains(session), "{went}");
    // Its receipt is counted, so that the first token is one that was stolen.
    let me = reqwest::Client::new().get(format!("{}/api/me", program.url));
    me.bearer_auth(text(&third, "access_token")).send().await.unwrap();
    database.let_pass(session, std::time::Duration::from_secs(60)).await;
    assert_eq!(refresh(text(&first, "refresh_token")).await["code"], "refresh_token_already_used");
    let reuse = line(&program, &["a used refresh token came back", "presented=1"]).await;
    assert!(reuse.contains(session), "{reuse}");
    assert_eq!(refresh(text(&third, "refresh_token")).await["status"], 401);
    let refused = line(&program, &["a refresh was refused", "presented=3"]).await;
    assert!(refused.contains(session), "{refused}");

    let log = program.log();
    let tokens = [&first, &second, &third]
        .map(|answer| ["access_token", "refresh_token"].map(|name| text(answer, name).to_owned()));
    let personal = ["Halima", "254711", EMAIL, "wardline-demo"].map(str::to_owned);
    for secret in tokens.into_iter().flatten().chain(personal) {
        assert!(!log.contains(&secret), "{secret} in\n{log}");
    }
    drop(program);
    database.remove().await;
}
