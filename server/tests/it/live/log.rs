//! What the log says of a socket's life.

use crate::harness::world::{HARBOUR, PASSWORD};
use crate::harness::{Engine, TestApp, until};
use crate::sio::Sio;
use serde_json::json;
use std::io;
use std::sync::{Arc, Mutex};
use tracing_subscriber::fmt::MakeWriter;

/// Lines of the log, kept.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// The line that says this, once it is there.
    async fn saying(&self, what: &str) -> String {
        let find = || async {
            let text = self.text();
            text.lines().find(|line| line.contains(what)).map(str::to_owned)
        };
        until(find, Option::is_some).await.unwrap()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

// On one thread, for the log of this test is that of its thread.
#[tokio::test]
async fn the_beginning_and_the_end_of_a_socket_name_the_kind_of_device_and_nobody() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt().with_writer(lines.clone()).with_ansi(false).finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let app = TestApp::start(Engine::Sqlite).await;
    let body = json!({
        "email": HARBOUR, "password": PASSWORD, "device_name": "Halima's iPhone (+254711000000)",
    });
    let granted = app.post("/api/auth/login", &body).await.ok();
    let sio = Sio::live(app.url(), granted["access_token"].as_str().unwrap()).await;
    let begun = lines.saying("a socket is live").await;
    drop(sio);
    let ended = lines.saying("a socket has closed").await;
    let session = granted["session"]["id"].as_str().unwrap();
    for line in [begun, ended] {
        assert!(line.contains("device=iPhone ") && line.contains(session), "{line}");
    }
    let text = lines.text();
    for personal in ["Halima", "254711", HARBOUR] {
        assert!(!text.contains(personal), "{personal} in\n{text}");
    }
    app.stop().await;
}
