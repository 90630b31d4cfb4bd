//! A power cut among two hundred refreshes: nobody is signed out by it.

use crate::harness::database::Database;
use crate::harness::process::{Program, free_port};
use crate::harness::{Engine, on_both_engines};
use futures::future::join_all;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

const CLIENTS: usize = 20;
/// How many refreshes each client has in flight at once: as many parts of it woke up together.
const EACH: usize = 10;
/// The cut comes after so many answers, which is in the middle of a round of most clients.
const KILLED_AFTER: usize = 730;
/// Nothing takes longer than that, a restart included.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// Nor do all of them together.
const ALL_WITHIN: Duration = Duration::from_secs(120);

/// A native client that follows the contract: the newest token counts, and without an answer, or with
/// a 5xx, the same token is presented again.
struct Phone {
    http: Client,
    url: String,
    newest: Value,
    /// Presentations that got no answer.
    in_vain: usize,
}

impl Phone {
    async fn sign_in(url: &str) -> Self {
        let http = Client::builder().timeout(ANSWER_WITHIN).build().unwrap();
        let body = json!({ "email": "ward@wardline.test", "password": "wardline-demo" });
        let post = http.post(format!("{url}/api/auth/login")).json(&body);
        let newest = post.send().await.unwrap().json().await.unwrap();
        Self { http, url: url.to_owned(), newest, in_vain: 0 }
    }

    fn generation(&self) -> i64 {
        self.newest["session"]["generation"].as_i64().unwrap()
    }

    /// One presentation. `None` when nothing arrived, or a 5xx.
    async fn present(&self) -> Option<Value> {
        let body = json!({ "refresh_token": self.newest["refresh_token"] });
        let post = self.http.post(format!("{}/api/auth/refresh-mobile", self.url)).json(&body);
        let answer = post.send().await.ok()?;
        let status = answer.status();
        let text = answer.text().await.ok()?;
        assert!(!status.is_client_error(), "a client in good faith was refused: {status} {text}");
        (status == StatusCode::OK).then(|| serde_json::from_str(&text).ok())?
    }

    /// Presents the token in many requests at once, and keeps the newest answer.
    async fn round(&mut self, answered: &AtomicUsize) {
        let counted = |_| async {
            let answer = self.present().await;
            answered.fetch_add(usize::from(answer.is_some()), Ordering::AcqRel);
            answer
        };
        let answers = join_all((0..EACH).map(counted)).await;
        self.in_vain += answers.iter().filter(|answer| answer.is_none()).count();
        let generation = |answer: &Value| answer["session"]["generation"].as_i64();
        match answers.into_iter().flatten().max_by_key(generation) {
            Some(newest) if generation(&newest) > Some(self.generation()) => self.newest = newest,
            Some(_) => panic!("a refresh was answered with nothing newer"),
            // Nobody is there. The same token again, in a moment.
            None => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }

    async fn get(&self, path: &str) -> StatusCode {
        let token = self.newest["access_token"].as_str().unwrap();
        let call = self.http.get(format!("{}{path}", self.url)).bearer_auth(token);
        call.send().await.unwrap().status()
    }
}

/// Refreshes without a pause until told to stop, and then once more.
async fn keep_refreshing(
    mut phone: Phone,
    answered: Arc<AtomicUsize>,
    enough: Arc<AtomicBool>,
) -> Phone {
    while !enough.load(Ordering::Acquire) {
        phone.round(&answered).await;
    }
    phone.round(&answered).await;
    phone
}

/// Waits for so many answers. A client that gave up has failed, and says why.
async fn so_many(wanted: usize, answered: &AtomicUsize, phones: &[JoinHandle<Phone>]) {
    let began = Instant::now();
    while answered.load(Ordering::Acquire) < wanted {
        assert!(!phones.iter().any(JoinHandle::is_finished), "a client gave up");
        assert!(began.elapsed() < ALL_WITHIN, "{wanted} answers did not come in {ALL_WITHIN:?}");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

async fn a_power_cut_among_two_hundred_refreshes_signs_nobody_out(engine: Engine) {
    let database = Database::create(engine).await;
    let port = free_port();
    let mut program = Program::start(port, &database).await;
    let url = program.url.clone();
    let (answered, enough) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let mut sessions = Vec::new();
    let mut phones = Vec::new();
    for _ in 0..CLIENTS {
        let phone = Phone::sign_in(&url).await;
        sessions.push(phone.newest["session"]["id"].clone());
        phones.push(tokio::spawn(keep_refreshing(phone, answered.clone(), enough.clone())));
    }
    so_many(KILLED_AFTER, &answered, &phones).await;
    program.kill();
    let before = answered.load(Ordering::Acquire);
    let again = Program::start(port, &database).await;
    // Everybody has found their way back.
    so_many(before + 2 * CLIENTS * EACH, &answered, &phones).await;
    enough.store(true, Ordering::Release);

    let mut in_vain = 0;
    for (phone, session) in phones.into_iter().zip(sessions) {
        let mut phone = phone.await.unwrap();
        in_vain += phone.in_vain;
        assert_eq!(phone.get("/api/me").await, StatusCode::OK);
        phone.round(&answered).await;
        assert_eq!(phone.get("/api/auth/session").await, StatusCode::OK);
        assert_eq!(phone.newest["session"]["id"], session, "it is another session than before");
    }
    assert!(in_vain >= EACH, "the cut hit {in_vain} refreshes: it came between them");
    drop(again);
    database.remove().await;
}

on_both_engines!(a_power_cut_among_two_hundred_refreshes_signs_nobody_out);
