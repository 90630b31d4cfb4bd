//! The list of settings: name, default, range.

use crate::config::values::{self, ConfigError, LogFormat, Secret};
use crate::config::{AiConfig, Config, LogConfig, SocketConfig, Source, TwilioConfig};
use domain::session::Policy;
use leptos::config::LeptosOptions;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

const MONTH: u32 = 31 * 24 * 3600;

/// Reads every setting there is.
pub(super) fn read(from: &mut Source, mut leptos: LeptosOptions) -> Result<Config, ConfigError> {
    let data_dir = text(from, "WARDLINE_DATA_DIR").map_or_else(|| "data".into(), PathBuf::from);
    let listen = listen(from)?.unwrap_or(leptos.site_addr);
    leptos.site_addr = listen;
    let config = Config {
        database_url: database_url(from, &data_dir)?,
        redis_url: parsed(from, "REDIS_URL", redis_url)?,
        listen,
        public_url: parsed(from, "WARDLINE_PUBLIC_URL", FromStr::from_str)?,
        data_dir,
        secrets: text(from, "WARDLINE_SECRETS").map(Secret::new),
        policy: policy(from)?,
        sockets: sockets(from)?,
        demo: parsed(from, "WARDLINE_DEMO", values::switch)?.unwrap_or(cfg!(debug_assertions)),
        login_limit: parsed(from, "WARDLINE_LOGIN_LIMIT", values::login_limit)?
            .unwrap_or(Some(LOGIN_LIMIT)),
        trusted_proxies: parsed(from, "WARDLINE_TRUSTED_PROXIES", FromStr::from_str)?
            .unwrap_or_default(),
        twilio: twilio(from)?,
        ai: AiConfig {
            url: parsed(from, "WARDLINE_AI_URL", values::service_url)?,
            token: text(from, "WARDLINE_AI_TOKEN").map(Secret::new),
        },
        vapid_subject: parsed(from, "WARDLINE_VAPID_SUBJECT", vapid_subject)?,
        log: log(from)?,
        reload_port: from.has("LEPTOS_WATCH").then_some(leptos.reload_port),
        leptos,
    };
    if config.redis_url.is_some() && config.secrets.is_none() {
        let problem = "several nodes need one key ring: give it when REDIS_URL is set";
        return Err(ConfigError::new("WARDLINE_SECRETS", problem));
    }
    Ok(config)
}

/// Where to listen, when it is set.
pub(super) fn listen(from: &mut Source) -> Result<Option<SocketAddr>, ConfigError> {
    parsed(from, "LEPTOS_SITE_ADDR", |text| {
        text.parse().map_err(|_| "give an address and a port, like 127.0.0.1:3000".to_owned())
    })
}

const LOGIN_LIMIT: values::LoginLimit =
    values::LoginLimit { attempts: 10, within: Duration::from_secs(60) };

fn policy(from: &mut Source) -> Result<Policy, ConfigError> {
    Ok(Policy {
        access_ttl: seconds(from, "WARDLINE_ACCESS_TTL", (900, 1, 86_400))?,
        window: seconds(from, "WARDLINE_SESSION_WINDOW", (43_200, 1, MONTH))?,
        idle: seconds(from, "WARDLINE_SESSION_IDLE", (43_200, 1, MONTH))?,
        reuse_interval: seconds(from, "WARDLINE_REUSE_INTERVAL", (10, 0, 300))?,
    })
}

fn sockets(from: &mut Source) -> Result<SocketConfig, ConfigError> {
    let per_person = |text: &str| values::number(text, 1, 10_000);
    Ok(SocketConfig {
        ping_interval: seconds(from, "WARDLINE_PING_INTERVAL", (25, 1, 300))?,
        ping_timeout: seconds(from, "WARDLINE_PING_TIMEOUT", (20, 1, 300))?,
        per_person: parsed(from, "WARDLINE_SOCKETS_PER_PERSON", per_person)?.unwrap_or(32),
    })
}

fn twilio(from: &mut Source) -> Result<TwilioConfig, ConfigError> {
    Ok(TwilioConfig {
        auth_token: text(from, "TWILIO_AUTH_TOKEN").map(Secret::new),
        account_sid: text(from, "TWILIO_ACCOUNT_SID"),
        whatsapp_number: text(from, "TWILIO_WHATSAPP_NUMBER"),
        base_url: parsed(from, "TWILIO_BASE_URL", values::service_url)?,
    })
}

fn log(from: &mut Source) -> Result<LogConfig, ConfigError> {
    let filter = parsed(from, "RUST_LOG", |text| {
        tracing_subscriber::EnvFilter::try_new(text)
            .map(|_| text.to_owned())
            .map_err(|error| error.to_string())
    })?;
    let format = parsed(from, "WARDLINE_LOG", |text| match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("give text or json".to_owned()),
    })?;
    let usual = || if std::io::stderr().is_terminal() { LogFormat::Text } else { LogFormat::Json };
    Ok(LogConfig {
        filter: filter.unwrap_or_else(|| "info".to_owned()),
        format: format.unwrap_or_else(usual),
    })
}

fn database_url(from: &mut Source, data_dir: &Path) -> Result<Secret, ConfigError> {
    let given = parsed(from, "DATABASE_URL", |text| {
        let known = ["sqlite:", "postgres://", "postgresql://"];
        if known.iter().any(|scheme| text.starts_with(scheme)) {
            Ok(Secret::new(text))
        } else {
            Err("give sqlite://… or postgres://…".to_owned())
        }
    })?;
    Ok(given.unwrap_or_else(|| {
        Secret::new(format!("sqlite://{}", data_dir.join("wardline.db").display()))
    }))
}

fn redis_url(text: &str) -> Result<Secret, String> {
    if text.starts_with("redis://") {
        Ok(Secret::new(text))
    } else {
        Err("give redis://…".to_owned())
    }
}

fn vapid_subject(text: &str) -> Result<String, String> {
    if text.starts_with("mailto:") || text.starts_with("https://") {
        Ok(text.to_owned())
    } else {
        Err("give a contact that begins with mailto: or https://".to_owned())
    }
}

fn text(from: &mut Source, name: &'static str) -> Option<String> {
    from.take(name).map(|found| found.value)
}

fn parsed<T>(
    from: &mut Source,
    name: &'static str,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Option<T>, ConfigError> {
    let Some(found) = from.take(name) else { return Ok(None) };
    read(&found.value).map(Some).map_err(|problem| ConfigError::new(found.name, problem))
}

/// Seconds with (default, smallest, largest).
fn seconds(
    from: &mut Source,
    name: &'static str,
    (usual, min, max): (u32, u32, u32),
) -> Result<Duration, ConfigError> {
    let given = parsed(from, name, |text| values::seconds(text, min, max))?;
    Ok(given.unwrap_or_else(|| Duration::from_secs(usual.into())))
}

#[cfg(test)]
#[path = "fields_tests.rs"]
mod tests;
