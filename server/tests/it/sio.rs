//! A native Socket.IO client for tests: protocol 5 over a WebSocket, no more than the contract says.
//!
//! It keeps every event in the order of arrival and never drops one, so that a test can say what a
//! client has seen.

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderMap;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// Nothing in these tests takes longer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// An open, connected socket.
pub(crate) struct Sio {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    next_ack: u64,
    /// Everything that arrived and was not asked for yet.
    waiting: VecDeque<Heard>,
}

/// Something that arrived.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Heard {
    Event(String, Value),
    Ack(u64, Value),
    /// The server took the client out of the namespace.
    Dismissed,
    /// The connection is over.
    Closed,
}

/// Where a client was.
#[derive(Debug, Clone)]
pub(crate) struct Position {
    pub(crate) epoch: String,
    pub(crate) after: i64,
}

impl Position {
    pub(crate) fn auth(&self) -> Value {
        json!({ "epoch": self.epoch, "after": self.after })
    }
}

impl Sio {
    /// Connects with an access token in the handshake and waits for `ready`.
    pub(crate) async fn live(url: &str, token: &str) -> Self {
        let (mut sio, missed) = Self::resumed(url, json!({ "token": token })).await;
        assert!(missed.is_empty(), "nothing was asked for, yet came {missed:?}");
        sio.waiting.clear();
        sio
    }

    /// Connects with this `auth`; answers what came before `ready`.
    pub(crate) async fn resumed(url: &str, auth: Value) -> (Self, Vec<(String, Value)>) {
        let mut sio = Self::connect(url, &auth, HeaderMap::new()).await.expect("let in");
        let mut missed = Vec::new();
        loop {
            match sio.event().await {
                (name, _) if name == "ready" => return (sio, missed),
                other => missed.push(other),
            }
        }
    }

    /// Connects; the `connect_error` payload when refused.
    pub(crate) async fn connect(
        url: &str,
        auth: &Value,
        headers: HeaderMap,
    ) -> Result<Self, Value> {
        Self::dial(url, auth, headers).await.expect("the server answers")
    }

    /// Connects, or `None` when nobody answers or lets it in.
    pub(crate) async fn try_connect(url: &str, auth: &Value) -> Option<Self> {
        Self::dial(url, auth, HeaderMap::new()).await?.ok()
    }

    async fn dial(url: &str, auth: &Value, headers: HeaderMap) -> Option<Result<Self, Value>> {
        let address = url.replacen("http", "ws", 1);
        let address = format!("{address}/ws/socket.io/?EIO=4&transport=websocket");
        let mut request = address.into_client_request().expect("an address");
        request.headers_mut().extend(headers);
        let (stream, _) = tokio_tungstenite::connect_async(request).await.ok()?;
        let mut sio = Self { stream, next_ack: 0, waiting: VecDeque::new() };
        let open = sio.text().await?;
        assert!(open.starts_with("0{"), "{open}");
        sio.stream.send(Message::text(format!("40{auth}"))).await.ok()?;
        loop {
            let packet = sio.text().await?;
            if packet.starts_with("40") {
                return Some(Ok(sio));
            }
            if let Some(error) = packet.strip_prefix("44") {
                return Some(Err(serde_json::from_str(error).expect("JSON")));
            }
        }
    }

    /// The next event, whatever it is.
    pub(crate) async fn event(&mut self) -> (String, Value) {
        match self.heard().await {
            Heard::Event(name, data) => (name, data),
            other => panic!("expected an event and got {other:?}"),
        }
    }

    /// The next durable event: one with a position.
    pub(crate) async fn durable(&mut self) -> (String, Value) {
        loop {
            let (name, data) = self.event().await;
            if data["id"].is_i64() {
                return (name, data);
            }
        }
    }

    /// Sends a command and waits for its answer; what arrives before stays for later.
    pub(crate) async fn ask(&mut self, name: &str, data: Value) -> Value {
        let id = self.next_ack;
        self.next_ack += 1;
        self.send(&format!("42{id}{}", json!([name, data]))).await;
        let mut aside = Vec::new();
        loop {
            match self.heard().await {
                Heard::Ack(answered, data) if answered == id => {
                    for heard in aside.into_iter().rev() {
                        self.waiting.push_front(heard);
                    }
                    return data;
                }
                Heard::Closed => panic!("closed before `{name}` was answered"),
                other => aside.push(other),
            }
        }
    }

    /// Whatever arrives next.
    pub(crate) async fn heard(&mut self) -> Heard {
        if let Some(heard) = self.waiting.pop_front() {
            return heard;
        }
        loop {
            let Some(packet) = self.text().await else { return Heard::Closed };
            if let Some(heard) = read(&packet) {
                return heard;
            }
        }
    }

    /// Asserts that the next durable event is the end of this session: that nothing else came before.
    pub(crate) async fn comes_to(&mut self, fence: &str) {
        let (name, data) = self.durable().await;
        assert_eq!(
            (name.as_str(), &data["session_id"]),
            ("session_ended", &json!(fence)),
            "{data}"
        );
    }

    /// Everything until the connection is over.
    pub(crate) async fn until_closed(&mut self) -> Vec<Heard> {
        let mut seen = Vec::new();
        loop {
            match self.heard().await {
                Heard::Closed => return seen,
                other => seen.push(other),
            }
        }
    }

    pub(crate) async fn send(&mut self, packet: &str) {
        self.stream.send(Message::text(packet)).await.expect("sent");
    }

    /// The next Engine.IO packet; pings are answered on the way.
    async fn text(&mut self) -> Option<String> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.stream.next()).await;
            match next.expect("something arrives in time") {
                Some(Ok(Message::Text(text))) if text.as_str() == "2" => self.send("3").await,
                Some(Ok(Message::Text(text))) => return Some(text.to_string()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }
}

fn read(packet: &str) -> Option<Heard> {
    if packet == "41" {
        return Some(Heard::Dismissed);
    }
    if let Some(event) = packet.strip_prefix("42") {
        let mut parts: Vec<Value> = serde_json::from_str(event).expect("an event");
        let data = parts.swap_remove(1);
        return Some(Heard::Event(parts[0].as_str().expect("a name").to_owned(), data));
    }
    let ack = packet.strip_prefix("43")?;
    let digits = ack.bytes().take_while(u8::is_ascii_digit).count();
    let answers: Vec<Value> = serde_json::from_str(&ack[digits..]).expect("an answer");
    Some(Heard::Ack(ack[..digits].parse().expect("an id"), answers[0].clone()))
}
