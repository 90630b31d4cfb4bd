//! One websocket connection to the server, up to and including Engine.IO's opening.

use super::frames::{self, Frame, Frames};
use super::packet::{self, Packet};
use crate::fault::{Fault, Outcome, While};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Where the server takes sockets.
const PATH: &str = "/ws/socket.io/?EIO=4&transport=websocket";
/// The server echoes it in a form of its own, which proves to browsers that it speaks the protocol.
/// We see that from its frames.
const KEY: &str = "d2FyZGxpbmUtYmVuY2gtMQ==";
/// How long opening may take.
const OPEN_WITHIN: Duration = Duration::from_secs(30);
/// The largest answer to the upgrade.
const ANSWER_BYTES_MAX: usize = 8 * 1024;

/// A connection.
pub(super) struct Wire {
    stream: TcpStream,
    frames: Frames,
}

impl Wire {
    /// Connects, upgrades, and waits for Engine.IO's opening.
    pub(super) async fn open(address: SocketAddr) -> Outcome<Self> {
        timeout(OPEN_WITHIN, Self::open_patiently(address))
            .await
            .map_err(|_| Fault::new(format!("a socket was not open within {OPEN_WITHIN:?}")))?
            .during("opening a socket")
    }

    async fn open_patiently(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut wire = Self { stream, frames: Frames::new() };
        let request = format!(
            "GET {PATH} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n\r\n"
        );
        wire.stream.write_all(request.as_bytes()).await?;
        wire.read_upgrade().await?;
        loop {
            if let Some(Frame::Text(text)) = wire.next()?
                && packet::read(text) == Packet::Open
            {
                return Ok(wire);
            }
            wire.fill().await?;
        }
    }

    async fn read_upgrade(&mut self) -> Outcome<()> {
        loop {
            let pending = self.frames.pending();
            if let Some(end) = pending.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                let answer = String::from_utf8_lossy(&pending[..end]).into_owned();
                self.frames.skip(end + 4);
                let status = answer.lines().next().unwrap_or_default();
                if status.split(' ').nth(1) == Some("101") {
                    return Ok(());
                }
                return Err(Fault::new(format!("the upgrade was answered {status}")));
            }
            if pending.len() > ANSWER_BYTES_MAX {
                return Err(Fault::new("the answer to the upgrade has no end"));
            }
            self.fill().await?;
        }
    }

    /// Waits until something has arrived.
    pub(super) async fn fill(&mut self) -> Outcome<()> {
        let count = self.stream.read(self.frames.space()).await?;
        if count == 0 {
            return Err(Fault::new("the server closed the connection"));
        }
        self.frames.filled(count);
        Ok(())
    }

    /// The next frame that has arrived.
    pub(super) fn next(&mut self) -> Outcome<Option<Frame<'_>>> {
        self.frames.next()
    }

    /// Sends a text frame.
    pub(super) async fn send(&mut self, text: &str) -> Outcome<()> {
        self.send_frame(&frames::text(text)).await
    }

    /// Sends a frame.
    pub(super) async fn send_frame(&mut self, frame: &[u8]) -> Outcome<()> {
        Ok(self.stream.write_all(frame).await?)
    }
}
