//! Live: the event log on its way to every screen that may see it.
//!
//! ```text
//!   commit ──▶ event_log ──▶ tailer ──▶ audience index ──▶ rooms user:{id} ──▶ sockets
//!                  │                                                            ▲
//!                  └────────────── catch-up of a socket that was away ──────────┘
//! ```
//!
//! Sockets only carry what the log says. One task per node, the `tailer`, reads the log in order
//! and sends each event to the connections of everybody who may hear it. A client that connects
//! with its position first gets what it missed from the database and then, under the same lock the
//! tailer works under, steps into its room: so nothing falls between the two and nothing comes
//! twice.
//!
//! The transport is Engine.IO by `engineioxide`; the Socket.IO layer on it is `packet` and
//! `gate`. It is our own because a refused handshake must say its code (`connect_error` with
//! `data.code`), because one encoded frame is shared by all who get it, and because a full buffer
//! must close the very socket it belongs to.
//!
//! | file | holds |
//! |---|---|
//! | `packet` | the Socket.IO packets as text |
//! | `gate` | who is let in: the handshake, and what Engine.IO calls |
//! | `conn` | one socket that was let in |
//! | `registry` | the sockets of this node, by person and session |
//! | `audience` | who covers which ward |
//! | `stream` | the position, the newest events, the step from catching up to live |
//! | `tailer` | the one reader of the log |
//! | `catch_up` | what a socket missed |
//! | `commands` | what clients may ask for |
//! | `upkeep` | pulses, expiry, drain |

mod audience;
mod catch_up;
mod commands;
mod conn;
mod gate;
mod packet;
mod registry;
mod stream;
mod tailer;
#[cfg(test)]
mod tests;
mod upkeep;

use crate::standing::Standing;
use audience::AudienceIndex;
use domain::desk::Desk;
use domain::id::{EventId, LogEpoch};
use domain::session::cookie::CookieStyle;
use domain::store::Stored;
use domain::time::Timestamp;
use engineioxide::config::EngineIoConfig;
use engineioxide::layer::EngineIoLayer;
use gate::Gate;
pub use gate::UNADMITTED_MAX;
use registry::Registry;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use stream::Stream;
use tokio::sync::{Mutex, Semaphore};
use tokio_util::sync::CancellationToken;

/// Where Socket.IO answers.
pub const SOCKET_PATH: &str = "/ws/socket.io";

/// The largest packet a client may send. Ours are small commands.
const PAYLOAD_BYTES_MAX: u64 = 16 * 1024;
/// What each open socket sets aside for reading; commands are smaller.
const READ_BUFFER_BYTES: usize = 1024;
/// How many packets wait for one slow socket before it is closed. Above what one catch-up sends.
const BUFFER_PACKETS_MAX: usize = 1024;
/// How many sockets catch up at once; the others wait their turn, so that a restart with thousands
/// of clients never floods the database.
const CATCH_UPS_AT_ONCE: usize = 32;
/// Without a successful look at the log for this long, the node is not ready.
const TAIL_SILENCE_MAX: Duration = Duration::from_secs(10);

/// The layer that answers Socket.IO requests and passes all others on.
pub type SocketLayer = EngineIoLayer<Gate>;

/// How sockets behave.
#[derive(Debug, Clone)]
pub struct LiveSettings {
    /// How often the server asks whether a client is there.
    pub ping_interval: Duration,
    /// How long a client may take to answer that.
    pub ping_timeout: Duration,
    /// How session cookies are named.
    pub cookies: CookieStyle,
    /// The origin that browsers use; a cookie from another origin is refused.
    pub allowed_origin: String,
    /// Open sockets per person. The oldest is told and closed when one more comes.
    pub sockets_per_person: usize,
}

/// The live side of this node.
pub struct Live {
    hub: Arc<Hub>,
}

/// What all parts of `live` share.
pub(crate) struct Hub {
    desk: Desk,
    standing: Arc<Standing>,
    settings: LiveSettings,
    epoch: LogEpoch,
    registry: Registry,
    /// Held while events are handed out and while a socket steps into its room.
    stream: Mutex<Stream>,
    next_number: AtomicU64,
    /// Sockets that are open and were not let in yet.
    unadmitted: AtomicUsize,
    catch_ups: Semaphore,
    /// When the tailer last heard from the database, in milliseconds since the Unix epoch.
    heard_at: AtomicI64,
}

impl Live {
    /// Loads the audience index and starts the tailer and the upkeep, until `stop`.
    pub async fn start(
        desk: Desk,
        standing: Arc<Standing>,
        settings: LiveSettings,
        stop: CancellationToken,
    ) -> Stored<(SocketLayer, Arc<Self>)> {
        // The log is followed from where the node's memory was loaded, which is before the index is:
        // what happened between the two is applied twice, which changes nothing.
        let head = standing.loaded_at();
        let index = AudienceIndex::load(desk.store.coverage().await?);
        let config = EngineIoConfig::builder()
            .req_path(SOCKET_PATH)
            .ping_interval(settings.ping_interval)
            .ping_timeout(settings.ping_timeout)
            .max_payload(PAYLOAD_BYTES_MAX)
            .max_buffer_size(BUFFER_PACKETS_MAX)
            .ws_read_buffer_size(READ_BUFFER_BYTES)
            .ws_max_message_size(16 * 1024)
            .ws_max_frame_size(16 * 1024)
            .build();
        let hub = Arc::new(Hub {
            heard_at: AtomicI64::new(desk.clock.now().millis()),
            desk,
            standing,
            settings,
            epoch: head.epoch,
            registry: Registry::default(),
            stream: Mutex::new(Stream::new(head.head, index)),
            next_number: AtomicU64::new(0),
            unadmitted: AtomicUsize::new(0),
            catch_ups: Semaphore::new(CATCH_UPS_AT_ONCE),
        });
        tokio::spawn(tailer::run(Arc::clone(&hub), stop.clone()));
        tokio::spawn(upkeep::run(Arc::clone(&hub), stop));
        let layer = EngineIoLayer::from_config(Arc::new(Gate::new(Arc::clone(&hub))), config);
        Ok((layer, Arc::new(Self { hub })))
    }

    /// Whether the tailer hears from the database, or why the node is not ready.
    pub fn ready(&self) -> Result<(), &'static str> {
        if self.hub.silence() <= TAIL_SILENCE_MAX {
            Ok(())
        } else {
            Err("the event log has not been read for too long")
        }
    }

    /// The last event of the log that this node has handed out to its sockets.
    pub async fn handed_out(&self) -> EventId {
        self.hub.stream.lock().await.cursor()
    }

    /// How many sockets are open on this node.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.hub.registry.len()
    }

    /// Tells every socket to come back after a time of its own within `within`, then closes all.
    pub async fn drain(&self, within: Duration) {
        upkeep::drain(&self.hub, within).await;
    }
}

impl Hub {
    /// How long ago the tailer last heard from the database.
    fn silence(&self) -> Duration {
        let heard = Timestamp::from_millis(self.heard_at.load(Ordering::Acquire));
        self.desk.clock.now().since(heard)
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub").field("sockets", &self.registry.len()).finish_non_exhaustive()
    }
}
