//! Where settings come from: the environment first, then the `[wardline]` table.

use crate::config::values::ConfigError;
use std::collections::{BTreeMap, BTreeSet};

/// The settings as text, before anybody has looked at what they say.
#[derive(Debug, Clone, Default)]
pub struct Source {
    env: BTreeMap<String, String>,
    table: BTreeMap<String, String>,
    known: BTreeSet<&'static str>,
}

/// One setting as somebody wrote it.
pub(super) struct Found {
    /// Its name in the place where it was found, for messages.
    pub(super) name: String,
    /// What it says.
    pub(super) value: String,
}

impl Source {
    /// From environment variables and the text of `Leptos.toml`.
    pub fn new(env: BTreeMap<String, String>, file: Option<&str>) -> Result<Self, ConfigError> {
        let table = file.map(table).transpose()?.unwrap_or_default();
        Ok(Self { env, table, known: BTreeSet::new() })
    }

    /// The setting `name`, and notes that there is one of that name. An empty value counts as none:
    /// that is how compose files and shells pass on what nobody has set.
    pub(super) fn take(&mut self, name: &'static str) -> Option<Found> {
        self.known.insert(name);
        let key = name.to_lowercase();
        let env = self.env.get(name).map(|value| (name.to_owned(), value));
        let found = env.filter(|(_, value)| !value.is_empty());
        let (name, value) = found.or_else(|| {
            let value = self.table.get(&key).filter(|value| !value.is_empty())?;
            Some((format!("{key} in the [wardline] table"), value))
        })?;
        Some(Found { name, value: value.trim().to_owned() })
    }

    /// Whether a variable that is not a setting of ours is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.env.get(name).is_some_and(|value| !value.is_empty())
    }

    /// Refuses what nobody asked for.
    pub(super) fn finish(self) -> Result<(), ConfigError> {
        let ours = |name: &&String| name.starts_with("WARDLINE_");
        let lost = self.env.keys().filter(ours).find(|name| !self.known.contains(name.as_str()));
        if let Some(name) = lost {
            return Err(ConfigError::new(name, "there is no such setting"));
        }
        let known = |key: &str| self.known.contains(key.to_uppercase().as_str());
        match self.table.keys().find(|key| !known(key)) {
            Some(key) => Err(ConfigError::new(
                format!("{key} in the [wardline] table"),
                "there is no such setting",
            )),
            None => Ok(()),
        }
    }
}

/// The variables of this process that are text. What is not can't be one of ours.
pub(super) fn environment() -> Result<BTreeMap<String, String>, ConfigError> {
    let mut found = BTreeMap::new();
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    let environment = std::env::vars_os();
    for (name, value) in environment {
        let Ok(name) = name.into_string() else { continue };
        match value.into_string() {
            Ok(value) => {
                found.insert(name, value);
            }
            Err(_) if name.starts_with("WARDLINE_") => {
                return Err(ConfigError::new(name, "the value is not UTF-8"));
            }
            Err(_) => {}
        }
    }
    Ok(found)
}

/// The `[wardline]` table of `Leptos.toml`. What stands from the header of Leptos on belongs to
/// `leptos_config`, which in turn ignores what stands above it.
fn table(text: &str) -> Result<BTreeMap<String, String>, ConfigError> {
    let ends = |line: &str| {
        line.starts_with("[package.metadata.leptos]")
            || line.starts_with("[[workspace.metadata.leptos]]")
    };
    let above: String =
        text.lines().take_while(|line| !ends(line)).fold(String::new(), |mut all, line| {
            all.push_str(line);
            all.push('\n');
            all
        });
    let mut root: toml::Table = above.parse().map_err(ConfigError::file("Leptos.toml"))?;
    let ours = root.remove("wardline");
    if let Some(key) = root.keys().next() {
        let problem = format!("`{key}` is unknown; settings stand in the [wardline] table");
        return Err(ConfigError::new("Leptos.toml", problem));
    }
    match ours {
        None => Ok(BTreeMap::new()),
        Some(toml::Value::Table(entries)) => {
            entries.into_iter().map(|(key, value)| text_of(&key, value).map(|v| (key, v))).collect()
        }
        Some(_) => Err(ConfigError::new("Leptos.toml", "[wardline] must be a table")),
    }
}

fn text_of(key: &str, value: toml::Value) -> Result<String, ConfigError> {
    match value {
        toml::Value::String(text) => Ok(text),
        toml::Value::Integer(number) => Ok(number.to_string()),
        toml::Value::Boolean(switch) => Ok(switch.to_string()),
        _ => Err(ConfigError::new(
            format!("{key} in the [wardline] table"),
            "give a text, a whole number, true or false",
        )),
    }
}
