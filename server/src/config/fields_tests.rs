//! What a start with given settings comes to.

use crate::config::{Config, ConfigError, LogFormat, Source};
use leptos::config::LeptosOptions;
use std::collections::BTreeMap;
use std::time::Duration;

fn read(env: &[(&str, &str)], file: Option<&str>) -> Result<Config, ConfigError> {
    let env: BTreeMap<String, String> =
        env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let leptos = LeptosOptions::builder().output_name("wardline").build();
    Config::read(Source::new(env, file)?, leptos)
}

#[test]
fn without_any_setting_the_defaults_of_the_contract_hold() {
    let config = read(&[], None).unwrap();
    assert_eq!(config.database_url.expose(), "sqlite://data/wardline.db");
    assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(config.policy.access_ttl, Duration::from_secs(900));
    assert_eq!(config.policy.window, Duration::from_secs(43_200));
    assert_eq!(config.policy.reuse_interval, Duration::from_secs(10));
    assert_eq!(config.login_limit.unwrap().attempts, 10);
    assert_eq!(config.sockets.per_person, 32);
    assert!(config.without_effect().is_empty());
}

#[test]
fn the_environment_wins_over_the_file() {
    let file = "[wardline]\nwardline_access_ttl = 60\nwardline_log = \"json\"\n\n\
                [package.metadata.leptos]\noutput-name = \"wardline\"\n";
    let config = read(&[("WARDLINE_ACCESS_TTL", "30")], Some(file)).unwrap();
    assert_eq!(config.policy.access_ttl, Duration::from_secs(30));
    assert_eq!(config.log.format, LogFormat::Json);
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let config = read(&[("WARDLINE_ACCESS_TTL", ""), ("TWILIO_AUTH_TOKEN", "")], None).unwrap();
    assert_eq!(config.policy.access_ttl, Duration::from_secs(900));
    assert!(config.twilio.auth_token.is_none());
}

#[test]
fn the_default_database_lies_in_the_data_folder() {
    let config = read(&[("WARDLINE_DATA_DIR", "/var/lib/wardline")], None).unwrap();
    assert_eq!(config.database_url.expose(), "sqlite:///var/lib/wardline/wardline.db");
}

#[test]
fn whatever_is_wrong_is_named_in_one_line() {
    for (name, value) in [
        ("WARDLINE_ACCESS_TTL", "0"),
        ("WARDLINE_ACCESS_TTL", "15m"),
        ("WARDLINE_SESSION_WINDOW", "-1"),
        ("WARDLINE_REUSE_INTERVAL", "301"),
        ("WARDLINE_PUBLIC_URL", "wardline.example"),
        ("WARDLINE_LOGIN_LIMIT", "10"),
        ("WARDLINE_TRUSTED_PROXIES", "localhost"),
        ("WARDLINE_DEMO", "perhaps"),
        ("WARDLINE_LOG", "xml"),
        ("WARDLINE_SOCKETS_PER_PERSON", "0"),
        ("WARDLINE_ACESS_TTL", "900"),
        ("DATABASE_URL", "mysql://root:secret@db/x"),
        ("REDIS_URL", "http://cache"),
        ("LEPTOS_SITE_ADDR", "3000"),
        ("RUST_LOG", "a=b=c"),
    ] {
        let line = read(&[(name, value)], None).unwrap_err().to_string();
        assert!(line.starts_with(name) && !line.contains('\n'), "{line}");
        assert!(!line.contains("secret"), "{line}");
    }
}

#[test]
fn an_unknown_key_of_the_file_is_named() {
    let unknown = read(&[], Some("[wardline]\nacces_ttl = 3\n")).unwrap_err();
    assert!(unknown.name.starts_with("acces_ttl"), "{unknown}");
    let table = read(&[], Some("[wardlin]\nwardline_access_ttl = 3\n")).unwrap_err();
    assert!(table.problem.contains("wardlin"), "{table}");
    let range = read(&[], Some("[wardline]\nwardline_access_ttl = 0\n")).unwrap_err();
    assert!(range.name.starts_with("wardline_access_ttl"), "{range}");
}

#[test]
fn what_belongs_to_leptos_is_not_ours_to_judge() {
    let file = "[package.metadata.leptos]\noutput-name = \"x\"\nwhatever = 1\n";
    assert!(read(&[("LEPTOS_OUTPUT_NAME", "wardline"), ("PATH", "/bin")], Some(file)).is_ok());
}

#[test]
fn several_nodes_need_a_key_ring_of_their_own() {
    let redis = ("REDIS_URL", "redis://127.0.0.1:6379");
    assert_eq!(read(&[redis], None).unwrap_err().name, "WARDLINE_SECRETS");
    assert!(read(&[redis, ("WARDLINE_SECRETS", "ring")], None).is_ok());
}

#[test]
fn no_secret_shows_in_a_dump_of_the_settings() {
    let config = read(
        &[
            ("DATABASE_URL", "postgres://wardline:hush@db/wardline"),
            ("WARDLINE_SECRETS", "hush"),
            ("TWILIO_AUTH_TOKEN", "hush"),
            ("WARDLINE_AI_TOKEN", "hush"),
        ],
        None,
    );
    let dump = format!("{:?}", config.unwrap());
    assert!(!dump.contains("hush"), "{dump}");
}
