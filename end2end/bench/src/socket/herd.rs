//! Many sockets, on a thread of their own, so that a thousand deliveries do not hold up the request
//! that is being measured.

use super::book::Book;
use super::frames::{self, Frame};
use super::packet::{self, Packet};
use super::wire::Wire;
use crate::fault::{Fault, Outcome, While};
use serde_json::json;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;

/// How many sockets open at once.
const OPENING_AT_ONCE: usize = 64;
/// How often a condition is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// What a socket presents when it joins.
#[derive(Debug, Clone)]
pub(crate) struct Pass {
    /// An access token.
    pub(crate) token: Arc<str>,
    /// The epoch and the position after which events are wanted.
    pub(crate) from: Option<(Arc<str>, u64)>,
}

/// Many sockets.
pub(crate) struct Herd {
    runtime: Option<Runtime>,
    book: Arc<Mutex<Book>>,
    wires: Vec<Wire>,
    size: usize,
}

impl Herd {
    /// Opens so many connections. None has presented anything yet.
    pub(crate) async fn open(address: SocketAddr, size: usize) -> Outcome<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("sockets")
            .enable_all()
            .build()
            .during("starting a thread for the sockets")?;
        let turns = Arc::new(Semaphore::new(OPENING_AT_ONCE));
        let opening: Vec<_> = (0..size)
            .map(|_| {
                let turns = Arc::clone(&turns);
                runtime.spawn(async move {
                    let _turn = turns.acquire().await?;
                    Wire::open(address).await
                })
            })
            .collect();
        // Held by the herd from here on, so that an error below still ends the thread properly.
        let book = Arc::new(Mutex::new(Book::new(size)));
        let mut herd = Self { runtime: Some(runtime), book, wires: Vec::with_capacity(size), size };
        for wire in opening {
            herd.wires.push(wire.await??);
        }
        Ok(herd)
    }

    /// Lets every socket join and listen, each with the pass at its place in turn.
    pub(crate) fn join(&mut self, passes: &[Pass]) {
        let Some(runtime) = &self.runtime else { return };
        for (number, wire) in self.wires.drain(..).enumerate() {
            let Some(pass) = passes.get(number % passes.len().max(1)).cloned() else { return };
            let book = Arc::clone(&self.book);
            runtime.spawn(async move {
                let mut listener = Listener { wire, number, last_id: 0, book };
                if let Err(fault) = listener.run(&pass).await {
                    lock(&listener.book).note_fault(fault.to_string());
                }
            });
        }
    }

    /// Waits until every socket has caught up.
    pub(crate) async fn all_ready(&self, patience: Duration) -> Outcome<()> {
        let size = self.size;
        self.wait(patience, "all sockets to be ready", |book| book.ready() >= size).await
    }

    /// Waits until `enough`, for at most `patience`. Any fault of a socket ends it.
    pub(crate) async fn wait(
        &self,
        patience: Duration,
        what: &str,
        enough: impl Fn(&Book) -> bool,
    ) -> Outcome<()> {
        let began = Instant::now();
        loop {
            {
                let book = self.book();
                book.no_faults()?;
                if enough(&book) {
                    return Ok(());
                }
                if began.elapsed() > patience {
                    let (ready, heard) = (book.ready(), book.deliveries());
                    return Err(Fault::new(format!(
                        "waited {patience:?} in vain for {what}: {ready} of {} sockets are ready, \
                         {heard} events were delivered",
                        self.size
                    )));
                }
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Waits until nothing was delivered for a while, and fails if sockets heard different things.
    pub(crate) async fn settle(&self, quiet: Duration) -> Outcome<()> {
        let mut before = self.book().deliveries();
        loop {
            tokio::time::sleep(quiet).await;
            let book = self.book();
            book.no_faults()?;
            let now = book.deliveries();
            if now == before {
                return book.all_alike();
            }
            before = now;
        }
    }

    /// What the sockets have heard.
    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        lock(&self.book)
    }
}

impl Drop for Herd {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// One socket that has joined.
struct Listener {
    wire: Wire,
    number: usize,
    last_id: u64,
    book: Arc<Mutex<Book>>,
}

impl Listener {
    async fn run(&mut self, pass: &Pass) -> Outcome<()> {
        let auth = match &pass.from {
            Some((epoch, after)) => {
                json!({ "token": &*pass.token, "epoch": &**epoch, "after": after })
            }
            None => json!({ "token": &*pass.token }),
        };
        self.wire.send(&format!("40{auth}")).await?;
        loop {
            self.wire.fill().await?;
            for answer in self.take_in()? {
                self.wire.send_frame(&answer).await?;
            }
        }
    }

    /// Takes in all that has arrived. Answers the frames that the server now waits for.
    fn take_in(&mut self) -> Outcome<Vec<Vec<u8>>> {
        let at = Instant::now();
        let mut answers = Vec::new();
        let mut book = lock(&self.book);
        while let Some(frame) = self.wire.next()? {
            let text = match frame {
                Frame::Text(text) => text,
                Frame::Ping(payload) => {
                    answers.push(frames::pong(payload));
                    continue;
                }
                Frame::Pong => continue,
                Frame::Close => return Err(Fault::new("the server closed the socket")),
            };
            match packet::read(text) {
                Packet::Durable { id, message } => {
                    if id <= self.last_id {
                        let last = self.last_id;
                        return Err(Fault::new(format!("event {id} came after event {last}")));
                    }
                    self.last_id = id;
                    book.note_event(self.number, id, message, at);
                    if message
                        && self.number == 0
                        && let Some(mark) = packet::mark(text)
                    {
                        book.note_mark(id, mark);
                    }
                }
                Packet::Ping => answers.push(frames::text("3")),
                Packet::Ready => book.note_ready(at),
                Packet::Refused(why) => return Err(told("the handshake was refused", why)),
                Packet::Reset(why) => return Err(told("catching up was impossible", why)),
                Packet::Dismissed => return Err(Fault::new("the server dismissed the socket")),
                Packet::Open | Packet::Other => {}
            }
        }
        Ok(answers)
    }
}

fn told(what: &str, why: &[u8]) -> Fault {
    Fault::new(format!("{what}: {}", String::from_utf8_lossy(why)))
}

fn lock(book: &Mutex<Book>) -> MutexGuard<'_, Book> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}
