//! The bounds of the listener, over real connections.

use super::{Bounds, serve};
use axum::Router;
use axum::routing::get;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n";
const SHORT: Duration = Duration::from_millis(200);

struct Served {
    port: u16,
    closing: CancellationToken,
    serving: JoinHandle<()>,
}

impl Served {
    async fn start(bounds: Bounds) -> Self {
        let slow = || async {
            tokio::time::sleep(SHORT).await;
            "slow"
        };
        let router = Router::new().route("/", get(|| async { "here" })).route("/slow", get(slow));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let closing = CancellationToken::new();
        let serving = tokio::spawn(serve(listener, router, bounds, closing.clone()));
        Self { port, closing, serving }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).await.unwrap()
    }
}

/// What a connection still gives until the server closes it.
async fn rest_of(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    // A reset is an end as well.
    let _: std::io::Result<usize> = stream.read_to_end(&mut text).await;
    String::from_utf8(text).unwrap()
}

async fn answer_on(stream: &mut TcpStream) -> String {
    stream.write_all(REQUEST).await.unwrap();
    let mut bytes = vec![0; 4096];
    let length = stream.read(&mut bytes).await.unwrap();
    String::from_utf8(bytes[..length].to_vec()).unwrap()
}

#[tokio::test]
async fn a_head_that_is_half_sent_ends_the_connection_in_time() {
    let served = Served::start(Bounds { head_within: SHORT, ..Bounds::default() }).await;
    let mut half = served.connect().await;
    half.write_all(b"GET / HTTP/1.1\r\nHost:").await.unwrap();
    let began = Instant::now();
    let text = rest_of(&mut half).await;
    assert!(!text.contains("200"), "answered {text}");
    assert!(began.elapsed() >= SHORT / 2, "closed after {:?}", began.elapsed());
}

#[tokio::test]
async fn a_connection_above_the_limit_is_answered_once_there_is_a_place() {
    let served = Served::start(Bounds { connections: 1, ..Bounds::default() }).await;
    let mut first = served.connect().await;
    assert!(answer_on(&mut first).await.contains("here"));
    let mut second = served.connect().await;
    second.write_all(REQUEST).await.unwrap();
    let mut byte = [0];
    let early = tokio::time::timeout(SHORT, second.read(&mut byte)).await;
    assert!(early.is_err(), "answered while the first was open");
    drop(first);
    assert_eq!(second.read(&mut byte).await.unwrap(), 1);
}

#[tokio::test]
async fn a_stopping_server_answers_what_had_begun_and_waits_for_nothing_else() {
    let served = Served::start(Bounds { first_within: SHORT, ..Bounds::default() }).await;
    let mut slow = served.connect().await;
    slow.write_all(b"GET /slow HTTP/1.1\r\nHost: here\r\n\r\n").await.unwrap();
    let mut half = served.connect().await;
    half.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    let mut idle = served.connect().await;
    assert!(answer_on(&mut idle).await.contains("here"));
    // The slow request is known to be under way: a request after it was answered on a third.
    served.closing.cancel();
    assert!(rest_of(&mut slow).await.ends_with("slow"));
    tokio::time::timeout(SHORT * 5, served.serving)
        .await
        .expect("waits for a half-sent head")
        .unwrap();
    assert!(TcpStream::connect(("127.0.0.1", served.port)).await.is_err());
}
