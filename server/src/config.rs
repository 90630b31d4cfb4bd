//! Every setting of the server, read once, checked, and typed.
//!
//! A setting is an environment variable, or a key of the same name in lower case in the `[wardline]`
//! table of `Leptos.toml`; the environment wins. Whatever is unknown or out of range stops the start
//! with one line that names it, because a setting that is silently ignored is found at the worst
//! moment. Nothing else reads the environment.

mod address;
mod fields;
pub mod keys;
mod source;
mod values;

pub use address::{Block, PublicUrl, TrustedProxies};
pub use source::Source;
pub use values::{ConfigError, LogFormat, LoginLimit, Secret};

use domain::session::Policy;
use leptos::config::{LeptosOptions, get_configuration};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The file beside which the server is started, when there is one.
const FILE: &str = "Leptos.toml";

/// All settings of one server.
#[derive(Debug, Clone)]
pub struct Config {
    /// `sqlite://…` or `postgres://…`.
    pub database_url: Secret,
    /// Redis for traffic between nodes; `None` for one node.
    pub redis_url: Option<Secret>,
    /// Where to listen.
    pub listen: SocketAddr,
    /// The origin that browsers use; `None` for `http://` and the address listened on.
    pub public_url: Option<PublicUrl>,
    /// Generated keys, the SQLite file, uploads.
    pub data_dir: PathBuf,
    /// The key ring; `None` for one that is generated into the data folder.
    pub secrets: Option<Secret>,
    /// The lifetimes of tokens and sessions.
    pub policy: Policy,
    /// What sockets go by.
    pub sockets: SocketConfig,
    /// Whether demo data is planted and the demo sign-ins are shown.
    pub demo: bool,
    /// How often somebody may try to sign in; `None` for no limit.
    pub login_limit: Option<LoginLimit>,
    /// Whose `X-Forwarded-For` counts.
    pub trusted_proxies: TrustedProxies,
    /// The WhatsApp channel.
    pub twilio: TwilioConfig,
    /// The external service that suggests replies.
    pub ai: AiConfig,
    /// The contact that Web Push services are told.
    pub vapid_subject: Option<String>,
    /// What is logged, and how.
    pub log: LogConfig,
    /// Where the site lies and how its files are called.
    pub leptos: LeptosOptions,
    /// The port on which `cargo leptos watch` tells pages to reload, when it runs.
    pub reload_port: Option<u32>,
}

/// What sockets go by.
#[derive(Debug, Clone, Copy)]
pub struct SocketConfig {
    /// Between two pings.
    pub ping_interval: Duration,
    /// How long an answer to a ping may take.
    pub ping_timeout: Duration,
    /// Open sockets per person.
    pub per_person: usize,
}

/// The WhatsApp channel.
#[derive(Debug, Clone, Default)]
pub struct TwilioConfig {
    /// Signs webhooks and outgoing calls.
    pub auth_token: Option<Secret>,
    /// Whose account.
    pub account_sid: Option<String>,
    /// The number that farmers write to.
    pub whatsapp_number: Option<String>,
    /// The service's address.
    pub base_url: Option<String>,
}

/// The external service that suggests replies.
#[derive(Debug, Clone, Default)]
pub struct AiConfig {
    /// Its address; `None` for the embedded suggestions.
    pub url: Option<String>,
    /// What it and we authenticate with.
    pub token: Option<Secret>,
}

/// What is logged, and how.
#[derive(Debug, Clone)]
pub struct LogConfig {
    /// A filter as `tracing_subscriber::EnvFilter` reads it.
    pub filter: String,
    /// The form of a line.
    pub format: LogFormat,
}

impl Config {
    /// Reads the environment and `Leptos.toml` of the working directory.
    pub fn load() -> Result<Self, ConfigError> {
        let file = Path::new(FILE);
        let path = file.is_file().then_some(FILE);
        let text = match path {
            Some(path) => Some(std::fs::read_to_string(path).map_err(ConfigError::file(FILE))?),
            None => None,
        };
        let mut source = Source::new(source::environment()?, text.as_deref())?;
        // Leptos reads this variable too, and blames its file for what is wrong with it.
        fields::listen(&mut source)?;
        let leptos = get_configuration(path).map_err(ConfigError::file(FILE))?.leptos_options;
        let config = Self::read(source, leptos)?;
        config.find_hashes()?;
        Ok(config)
    }

    /// With hashed names the program needs the list of them; without it every page would fail.
    fn find_hashes(&self) -> Result<(), ConfigError> {
        if !self.leptos.hash_files {
            return Ok(());
        }
        let beside = std::env::current_exe().map_err(ConfigError::file("LEPTOS_HASH_FILES"))?;
        let list = beside.with_file_name(&*self.leptos.hash_file);
        if list.is_file() {
            return Ok(());
        }
        let problem = format!("the list of file names is missing: {}", list.display());
        Err(ConfigError::new("LEPTOS_HASH_FILES", problem))
    }

    /// Without the site's folder the server would say that it is ready and no page would work. Servers
    /// inside tests have none.
    pub fn find_site(&self) -> Result<(), ConfigError> {
        let folder = Path::new(&*self.leptos.site_root).join(&*self.leptos.site_pkg_dir);
        if folder.is_dir() {
            return Ok(());
        }
        let problem = format!(
            "the site's folder {} is missing: start the server in the folder that holds Leptos.toml and \
             the site, or name its full path",
            folder.display()
        );
        Err(ConfigError::new("LEPTOS_SITE_ROOT", problem))
    }

    /// Reads settings from `source`.
    pub fn read(mut source: Source, leptos: LeptosOptions) -> Result<Self, ConfigError> {
        let config = fields::read(&mut source, leptos)?;
        source.finish()?;
        Ok(config)
    }

    /// Settings that are accepted and have no effect, for one line in the log.
    #[must_use]
    pub fn without_effect(&self) -> Vec<&'static str> {
        [
            ("REDIS_URL", self.redis_url.is_some()),
            ("TWILIO_ACCOUNT_SID", self.twilio.account_sid.is_some()),
            ("TWILIO_WHATSAPP_NUMBER", self.twilio.whatsapp_number.is_some()),
            ("TWILIO_BASE_URL", self.twilio.base_url.is_some()),
            ("WARDLINE_AI_URL", self.ai.url.is_some()),
            ("WARDLINE_AI_TOKEN", self.ai.token.is_some()),
            ("WARDLINE_VAPID_SUBJECT", self.vapid_subject.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, set)| set.then_some(name))
        .collect()
    }
}
