//! A whole server in this process, on a free port, over a database of its own, with a small world in it.
//!
//! ```ignore
//! let app = TestApp::start(Engine::Sqlite).await;
//! let officer = app.sign_in("harbour@wardline.test").await;
//! let ticket = app.ticket_of("Amina").await;
//! officer.post(&format!("/api/tickets/{ticket}/resolve"), &json!({})).await.ok();
//! app.stop().await;
//! ```
//!
//! Every JSON answer that goes through [`Device`], [`Browser`] or [`TestApp::send`] is compared with the
//! OpenAPI document.

pub(crate) mod answer;
pub(crate) mod clients;
pub(crate) mod contract;
pub(crate) mod database;
pub(crate) mod process;
pub(crate) mod world;

pub(crate) use answer::Answer;
pub(crate) use clients::{Browser, Device};
pub(crate) use database::Engine;

use database::Database;
use domain::caller::{Caller, Reach};
use domain::customers::{Customer, CustomerFilter};
use domain::desk::Desk;
use domain::id::{AreaId, CustomerId, SessionId, TicketId, UserId};
use domain::page::PAGE_ITEMS_MAX;
use domain::session::{ClientKind, Generation, service};
use domain::staff::{Rights, Role, service as staff};
use domain::tickets::TicketFilter;
use domain::time::Timestamp;
use leptos::config::LeptosOptions;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;
use server::config::{Config, Source};
use server::host::Server;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How long a test waits for something that must happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// A running server.
pub(crate) struct TestApp {
    server: Server,
    database: Database,
    settings: BTreeMap<String, String>,
    http: Client,
    url: String,
}

impl TestApp {
    /// Starts a server with the usual settings.
    pub(crate) async fn start(engine: Engine) -> Self {
        Self::with(engine, &[]).await
    }

    /// Starts a server with some settings of its own.
    pub(crate) async fn with(engine: Engine, settings: &[(&str, &str)]) -> Self {
        let database = Database::create(engine).await;
        let mut all = BTreeMap::from([
            ("DATABASE_URL".to_owned(), database.url.clone()),
            ("LEPTOS_SITE_ADDR".to_owned(), "127.0.0.1:0".to_owned()),
            ("WARDLINE_DATA_DIR".to_owned(), database.folder().display().to_string()),
            ("WARDLINE_DEMO".to_owned(), "0".to_owned()),
            ("WARDLINE_LOGIN_LIMIT".to_owned(), "off".to_owned()),
        ]);
        all.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        Self::over(database, all).await
    }

    async fn over(database: Database, settings: BTreeMap<String, String>) -> Self {
        let source = Source::new(settings.clone(), None).unwrap();
        let leptos = LeptosOptions::builder()
            .output_name("wardline")
            .site_root(database.folder().join("site").display().to_string())
            .build();
        let config = Config::read(source, leptos).unwrap();
        let server = Server::start(config).await.unwrap();
        world::plant(&*server.desk().store).await;
        let http = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(30))
            .build()
            .unwrap();
        let url = format!("http://{}", server.address());
        let app = Self { server, database, settings, http, url };
        app.settled().await;
        app
    }

    /// Waits until everything that has happened was handed out: a socket that comes now hears of nothing
    /// older, and one that comes back misses nothing that it would get a moment later.
    pub(crate) async fn settled(&self) {
        let head = self.desk().store.head().await.unwrap().head;
        until(|| self.server.handed_out(), |at| *at >= head).await;
    }

    /// Stops the server and starts one over the same database and data folder, with other settings on
    /// top. It listens on another port.
    pub(crate) async fn restart(self, settings: &[(&str, &str)]) -> Self {
        let Self { server, database, settings: mut all, .. } = self;
        server.stop().await;
        all.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        Self::over(database, all).await
    }

    /// Stops the server and removes its database.
    pub(crate) async fn stop(self) {
        self.server.stop().await;
        self.database.remove().await;
    }

    /// Where it answers: `http://127.0.0.1:port`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The address of a path.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// The running server itself.
    pub(crate) fn server(&self) -> &Server {
        &self.server
    }

    /// The ports behind it, for what no call of the API does.
    pub(crate) fn desk(&self) -> &Desk {
        self.server.desk()
    }

    /// The folder with its keys and its site.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.database.folder()
    }

    /// The address of its database.
    pub(crate) fn database_url(&self) -> &str {
        &self.database.url
    }

    /// Its database, for whoever looks at it or changes it behind the server's back.
    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// A client without cookies that follows no redirect.
    pub(crate) fn http(&self) -> &Client {
        &self.http
    }

    /// A request from nobody.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.at(path))
    }

    /// Sends a request and compares its answer with the contract.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        Answer::of(request).await
    }

    /// `GET` from nobody.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// `POST` of JSON from nobody.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// A native client of somebody, signed in.
    pub(crate) async fn sign_in(&self, email: &str) -> Device {
        Device::sign_in(self, email).await
    }

    /// A browser of somebody, signed in.
    pub(crate) async fn browser(&self, email: &str) -> Browser {
        let attempt = world::attempt(email);
        let granted = service::sign_in(self.desk(), &attempt, ClientKind::Web, None).await.unwrap();
        Browser::new(self, granted.access_token, granted.refresh_token)
    }

    /// A message of a farmer, through the webhook. Answers what it said.
    pub(crate) async fn farmer_writes(&self, phone: &str, body: &str, sid: &str) -> Answer {
        let form =
            [("From", phone), ("Body", body), ("MessageSid", sid), ("ProfileName", "Somebody")];
        self.send(self.request(Method::POST, "/api/channels/whatsapp").form(&form)).await
    }

    /// Ends a session of somebody that was used for nothing; answers its id. All sockets of theirs hear of
    /// that, after everything that happened before.
    pub(crate) async fn fence(&self, email: &str) -> String {
        let device = self.sign_in(email).await;
        device.post("/api/auth/logout", &serde_json::json!({})).await.ok();
        device.session()
    }

    /// An admin decides about a member of staff.
    pub(crate) async fn set_rights(&self, email: &str, rights: &Rights) {
        let admin = Caller {
            user: self.user(world::ADMIN).await,
            session: SessionId(Uuid::nil()),
            generation: Generation::FIRST,
            role: Role::Admin,
            claims_version: 1,
            access_expires_at: Timestamp::from_millis(i64::MAX),
        };
        let user = self.user(email).await;
        staff::set_rights(self.desk(), &admin, user, rights).await.unwrap();
    }

    /// The id of a member of staff.
    pub(crate) async fn user(&self, email: &str) -> UserId {
        let found = self.desk().store.credentials(email).await.unwrap();
        found.unwrap_or_else(|| panic!("there is no {email}")).0.id
    }

    /// The id of an area of the small world.
    pub(crate) async fn area(&self, name: &str) -> AreaId {
        let admin = self.user(world::ADMIN).await;
        let all = self.desk().store.areas_within_reach(admin).await.unwrap();
        all.iter().find(|area| area.name == name).unwrap_or_else(|| panic!("no area {name}")).id
    }

    /// A farmer of the small world.
    pub(crate) async fn customer(&self, name: &str) -> Customer {
        let filter = CustomerFilter { q: Some(name.to_owned()), ..CustomerFilter::default() };
        let page = self.desk().store.customers(Reach::Everything, &filter).await.unwrap();
        page.items.into_iter().next().unwrap_or_else(|| panic!("there is no {name}"))
    }

    /// The newest ticket of a farmer of the small world.
    pub(crate) async fn ticket_of(&self, name: &str) -> TicketId {
        let customer: CustomerId = self.customer(name).await.id;
        let newest = self.desk().store.conversation_of(customer, 1).await.unwrap();
        newest.first().unwrap_or_else(|| panic!("{name} has no ticket")).ticket_id
    }

    /// Everything that a request could have changed, as text: to show that one changed nothing.
    pub(crate) async fn everything(&self) -> String {
        let (store, now) = (&self.desk().store, self.desk().clock.now());
        let admin = self.user(world::ADMIN).await;
        let filter = TicketFilter { limit: Some(PAGE_ITEMS_MAX), ..TicketFilter::default() };
        let tickets = store.tickets(Reach::Everything, admin, &filter, now).await.unwrap();
        let customers = CustomerFilter { limit: Some(PAGE_ITEMS_MAX), ..CustomerFilter::default() };
        let customers = store.customers(Reach::Everything, &customers).await.unwrap();
        let mut all = format!("{:?} {tickets:?} {customers:?}", store.head().await.unwrap());
        for email in world::EVERYBODY {
            let user = self.user(email).await;
            let sessions = store.devices(user).await.unwrap().into_iter().map(|one| one.id);
            write!(all, " {email}: {:?}", sessions.collect::<Vec<_>>()).unwrap();
        }
        all
    }
}

/// Asks until the answer is the one that must come. Fails after [`PATIENCE`].
pub(crate) async fn until<T, F: Future<Output = T>>(
    mut ask: impl FnMut() -> F,
    right: impl Fn(&T) -> bool,
) -> T {
    let began = Instant::now();
    loop {
        let answer = ask().await;
        if right(&answer) {
            return answer;
        }
        assert!(began.elapsed() < PATIENCE, "what was waited for did not happen in {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Makes a test of a function on each engine: `on_both_engines!(name_of_the_function);`
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            use $crate::harness::Engine;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                Box::pin(super::$name(Engine::Sqlite)).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                if Engine::Postgres.is_wanted() {
                    Box::pin(super::$name(Engine::Postgres)).await;
                }
            }
        }
    )+};
}
pub(crate) use on_both_engines;
