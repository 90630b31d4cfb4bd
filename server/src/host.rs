//! A running server: how its parts are put together, and how it stops.

use crate::clock::SystemClock;
use crate::config::{Config, ConfigError, PublicUrl, keys};
use crate::health::Health;
use crate::limits::Limits;
use crate::listener::{self, Bounds};
use crate::live::{Live, LiveSettings, SOCKET_PATH, SocketLayer};
use crate::router::bounds::ANSWER_WITHIN;
use crate::secrets::{Argon2Pool, KeyRing};
use crate::standing::Standing;
use crate::state::{AppState, Site};
use crate::telemetry::metrics;
use crate::{router, seed};
use axum::Router;
use axum::extract::{OriginalUri, Request};
use axum::http::{HeaderName, HeaderValue, Uri};
use domain::desk::Desk;
use domain::failure::Failure;
use domain::id::EventId;
use domain::session::Passwords;
use domain::store::{Store, StoreError};
use domain::time::Clock;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;
use storage::{OpenError, OpenOptions, Storage};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tower::Layer;
use tower::util::MapRequestLayer;

/// How many sign-ins wait for the hashing of passwords before more are told to come back.
const PASSWORD_QUEUE: usize = 128;
/// Over which time the sockets of a stopping server are told to come back elsewhere.
const RETURN_WITHIN: Duration = Duration::from_secs(30);
/// How long the sockets are given to hear that.
const DRAIN_WITHIN: Duration = Duration::from_secs(1);
/// How long requests are given to finish: longer than any may take.
const FINISH_WITHIN: Duration = Duration::from_secs(9);
/// How long the last receipts are given to be written.
const FLUSH_WITHIN: Duration = Duration::from_secs(1);
/// How long the database is given to be closed.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);
/// How long what cannot be called off, such as the hashing of a password, is given to end.
pub(crate) const LEAVE_WITHIN: Duration = Duration::from_secs(1);
// Whoever sends SIGTERM counts on 15 s. All steps together, each at its worst, stay below that, with two
// seconds left for a machine that is busy.
const _: () = assert!(
    DRAIN_WITHIN.as_secs()
        + FINISH_WITHIN.as_secs()
        + FLUSH_WITHIN.as_secs()
        + CLOSE_WITHIN.as_secs()
        + LEAVE_WITHIN.as_secs()
        <= 13
);
const _: () = assert!(ANSWER_WITHIN.as_secs() < FINISH_WITHIN.as_secs());
/// How often measures are put in order.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// How often what is old is forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(3_600);
/// How long events are kept: who was away longer loads state afresh.
const EVENTS_KEPT: Duration = Duration::from_secs(7 * 86_400);
/// How long a session is kept after its end, for whoever asks what became of it.
const SESSIONS_KEPT: Duration = Duration::from_secs(30 * 86_400);
/// How long it is kept who signed in, whose session ended why and whose rights changed.
const SECURITY_EVENTS_KEPT: Duration = Duration::from_secs(90 * 86_400);

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The address can't be had.
    #[error("LEPTOS_SITE_ADDR: {0} can't be listened on: {1}")]
    Address(SocketAddr, #[source] std::io::Error),
    /// The database can't be opened.
    #[error("DATABASE_URL: {0}")]
    Open(#[from] OpenError),
    /// The database failed.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The demo data can't be planted.
    #[error("the demo data can't be planted: {0}")]
    Demo(#[source] Failure),
}

/// A running server.
pub struct Server {
    address: SocketAddr,
    state: AppState,
    live: Arc<Live>,
    store: Arc<Storage>,
    /// Stops taking connections.
    closing: CancellationToken,
    /// Stops what runs behind the requests.
    ending: CancellationToken,
    serving: JoinHandle<()>,
    receipts: JoinHandle<()>,
    /// Set when the serving ended without being asked to.
    failed: CancellationToken,
}

/// What is put together before anything runs.
struct Parts {
    state: AppState,
    router: Router,
    live: Arc<Live>,
    standing: Arc<Standing>,
    ending: CancellationToken,
}

impl Server {
    /// The last event of the log that this server has handed out to its sockets.
    pub async fn handed_out(&self) -> EventId {
        self.live.handed_out().await
    }

    /// Starts a server: when this returns, it listens.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        metrics::begin();
        let unused = config.without_effect();
        if !unused.is_empty() {
            tracing::warn!(settings = unused.join(", "), "settings without effect");
        }
        // First of all, so that nothing is touched when another server is running here.
        let listener = TcpListener::bind(config.listen)
            .await
            .map_err(|error| StartError::Address(config.listen, error))?;
        let address = listener.local_addr().map_err(|e| StartError::Address(config.listen, e))?;
        keys::make_dir(&config.data_dir)?;
        let store = storage::open(config.database_url.expose(), OpenOptions::default()).await?;
        let parts = Box::pin(assemble(&config, address, store.clone())).await?;
        tracing::info!(%address, url = %parts.state.site.public_url, "listening");
        Ok(Self::run(parts, listener, address, store))
    }

    fn run(parts: Parts, listener: TcpListener, address: SocketAddr, store: Arc<Storage>) -> Self {
        let Parts { state, router, live, standing, ending } = parts;
        let (closing, failed) = (CancellationToken::new(), CancellationToken::new());
        let receipts = tokio::spawn(standing.write_receipts(ending.clone()));
        tokio::spawn(upkeep(state.clone(), ending.clone()));
        tokio::spawn(forget(state.desk.clone(), ending.clone()));
        let serve = listener::serve(listener, router, Bounds::default(), closing.clone());
        let (asked, gave_up) = (closing.clone(), failed.clone());
        let serving = tokio::spawn(async move {
            // A panic in it is an end that nobody asked for as well.
            if tokio::spawn(serve).await.is_err() || !asked.is_cancelled() {
                gave_up.cancel();
            }
        });
        Self { address, state, live, store, closing, ending, serving, receipts, failed }
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The ports and settings of its use cases.
    #[must_use]
    pub const fn desk(&self) -> &Desk {
        &self.state.desk
    }

    /// Takes the database away under a running server, as a failure of it does. For tests.
    pub async fn close_database(&self) {
        self.store.close().await;
    }

    /// Returns when the server no longer serves although nobody asked it to stop.
    pub async fn failed(&self) {
        self.failed.cancelled().await;
    }

    /// Stops: no new connections, sockets are told when to come back, requests finish, receipts are
    /// written, the database is closed.
    pub async fn stop(self) {
        self.state.health.stop();
        self.closing.cancel();
        within(DRAIN_WITHIN, "telling the sockets", self.live.drain(RETURN_WITHIN)).await;
        within(FINISH_WITHIN, "finishing requests", self.serving).await;
        self.ending.cancel();
        within(FLUSH_WITHIN, "writing receipts", self.receipts).await;
        within(CLOSE_WITHIN, "closing the database", self.store.close()).await;
        tracing::info!("stopped");
    }
}

async fn within<T>(limit: Duration, what: &'static str, work: impl Future<Output = T>) {
    if tokio::time::timeout(limit, work).await.is_err() {
        tracing::warn!(what, "gave up on {what}");
    }
}

/// Puts everything together.
async fn assemble(
    config: &Config,
    address: SocketAddr,
    store: Arc<Storage>,
) -> Result<Parts, StartError> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let passwords = Arc::new(Argon2Pool::new(hashing_threads(), PASSWORD_QUEUE));
    if config.demo {
        plant_demo(&*store, &*passwords, &*clock).await?;
    }
    let store: Arc<dyn Store> = store;
    let standing = Standing::load(store.clone(), clock.clone(), config.policy).await?;
    let desk = Desk {
        store,
        clock: clock.clone(),
        tokens: Arc::new(ring(config)?),
        passwords,
        limits: Arc::new(Limits::new(config.login_limit, clock)),
        measures: Arc::new(metrics::Prometheus),
        receipts: standing.clone(),
        policy: config.policy,
        demo: config.demo,
    };
    let site = Arc::new(site(config, address)?);
    let ending = CancellationToken::new();
    let settings = live_settings(config, &site);
    let (sockets, live) =
        Live::start(desk.clone(), standing.clone(), settings, ending.clone()).await?;
    let tail = live.clone();
    let health = Arc::new(Health::new(vec![Box::new(move || tail.ready())]));
    let state = AppState { desk, leptos: config.leptos.clone(), site, health };
    let router = with_sockets(router::build(state.clone()), &sockets);
    Ok(Parts { state, router, live, standing, ending })
}

/// The sockets answer first: what they are asked passes none of the router's layers. They are laid
/// around the router as a whole, because `Router::layer` would make one per route.
fn with_sockets(router: Router, sockets: &SocketLayer) -> Router {
    let sockets = MapRequestLayer::new(light).layer(sockets.layer(router));
    Router::new().fallback_service(sockets)
}

/// A socket keeps the head of its request for as long as it is open, and every header of it, the
/// address too, is a view into the connection's read buffer: 16 KiB that a few hundred bytes would
/// hold on to. So the head of a socket's request is copied.
fn light(mut request: Request) -> Request {
    if request.uri().path().starts_with(SOCKET_PATH) {
        request.extensions_mut().remove::<OriginalUri>();
        let headers = request.headers().iter().filter_map(|(name, value)| {
            let name = HeaderName::from_bytes(name.as_str().as_bytes()).ok()?;
            Some((name, HeaderValue::from_bytes(value.as_bytes()).ok()?))
        });
        *request.headers_mut() = headers.collect();
        if let Ok(uri) = request.uri().to_string().parse::<Uri>() {
            *request.uri_mut() = uri;
        }
    }
    request
}

fn ring(config: &Config) -> Result<KeyRing, ConfigError> {
    let name = "WARDLINE_SECRETS";
    let fault = |error: crate::secrets::SecretsError| ConfigError::new(name, error.to_string());
    let text = keys::ring(config, || KeyRing::generate().map_err(fault))?;
    KeyRing::from_text(&text).map_err(fault)
}

/// The origin that browsers use: the one that is set, or the address listened on.
pub(crate) fn public_url(config: &Config, address: SocketAddr) -> Result<PublicUrl, ConfigError> {
    let usual = || format!("http://{address}").parse::<PublicUrl>();
    let public_url = config.public_url.clone().map_or_else(usual, Ok);
    public_url.map_err(|fault| ConfigError::new("WARDLINE_PUBLIC_URL", fault))
}

fn site(config: &Config, address: SocketAddr) -> Result<Site, ConfigError> {
    Ok(Site {
        public_url: public_url(config, address)?,
        trusted_proxies: config.trusted_proxies.clone(),
        twilio_token: config.twilio.auth_token.clone(),
        hashed_files: config.leptos.hash_files,
        reload_port: config.reload_port,
    })
}

fn live_settings(config: &Config, site: &Site) -> LiveSettings {
    LiveSettings {
        ping_interval: config.sockets.ping_interval,
        ping_timeout: config.sockets.ping_timeout,
        cookies: site.public_url.cookies(),
        allowed_origin: site.public_url.origin().to_owned(),
        sockets_per_person: config.sockets.per_person,
    }
}

async fn plant_demo(
    store: &dyn Store,
    passwords: &dyn Passwords,
    clock: &dyn Clock,
) -> Result<(), StartError> {
    if seed::plant(store, passwords, clock).await.map_err(StartError::Demo)? {
        tracing::info!("the demo data was planted");
    }
    Ok(())
}

/// Half of the machine: the other half goes on refreshing sessions during a storm of sign-ins.
fn hashing_threads() -> usize {
    available_parallelism().map_or(1, |cores| (cores.get() / 2).max(1))
}

async fn upkeep(state: AppState, ending: CancellationToken) {
    let mut ticks = tokio::time::interval(UPKEEP_EVERY);
    while ending.run_until_cancelled(ticks.tick()).await.is_some() {
        metrics::upkeep();
        // For the measure alone: whoever asks for the readiness is told, and logs, why.
        state.health.look(&state.desk).await.ok();
    }
}

/// Forgets what is older than it is kept, for as long as the server runs.
async fn forget(desk: Desk, ending: CancellationToken) {
    let mut ticks = tokio::time::interval(FORGET_EVERY);
    while ending.run_until_cancelled(ticks.tick()).await.is_some() {
        let now = desk.clock.now();
        let forgotten = async {
            let events = desk.store.forget_events(now.minus(EVENTS_KEPT)).await?;
            let sessions = desk.store.forget_sessions(now.minus(SESSIONS_KEPT)).await?;
            let security =
                desk.store.forget_security_events(now.minus(SECURITY_EVENTS_KEPT)).await?;
            Ok::<_, StoreError>((events, sessions, security))
        };
        match forgotten.await {
            Ok((0, 0, 0)) => {}
            Ok((events, sessions, security)) => {
                tracing::info!(events, sessions, security, "forgot what was old");
            }
            Err(error) => tracing::warn!(%error, "could not forget what was old: {error}"),
        }
    }
}
