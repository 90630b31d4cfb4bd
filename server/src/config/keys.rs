//! The key ring in the data folder, for servers that were not given one.

use crate::config::{Config, ConfigError};
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// The file's name in the data folder.
const FILE: &str = "secrets";

/// The key ring as text: the one that was given, the one in the data folder, or a new one that is
/// put there.
pub fn ring(
    config: &Config,
    generate: impl FnOnce() -> Result<String, ConfigError>,
) -> Result<String, ConfigError> {
    if let Some(given) = &config.secrets {
        return Ok(given.expose().to_owned());
    }
    make_dir(&config.data_dir)?;
    keep(&config.data_dir, generate)
}

/// Makes the data folder, readable for its owner only.
pub fn make_dir(dir: &Path) -> Result<(), ConfigError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(dir);
    made.map_err(ConfigError::file(&dir.display().to_string()))
}

/// Reads the file, or writes it when there is none.
///
/// The text is written beside it and linked into place, so that the file is whole from its first
/// moment; a link never replaces one that is there, so of two servers that start at once both end up
/// with the same keys.
fn keep(
    dir: &Path,
    generate: impl FnOnce() -> Result<String, ConfigError>,
) -> Result<String, ConfigError> {
    let path = dir.join(FILE);
    let name = path.display().to_string();
    let fault = || ConfigError::file(&name);
    match fs::read_to_string(&path) {
        Ok(text) => return Ok(text),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(fault()(error)),
    }
    let text = generate()?;
    let beside = dir.join(format!("{FILE}.{}", std::process::id()));
    let written = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
    written.map_err(fault())?;
    let linked = fs::hard_link(&beside, &path);
    fs::remove_file(&beside).map_err(fault())?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(fault()(error)),
        _ => fs::read_to_string(&path).map_err(fault()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn keys_are_written_once_and_for_the_owner_only() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(keep(dir.path(), || Ok("first".to_owned())).unwrap(), "first");
        assert_eq!(keep(dir.path(), || Ok("second".to_owned())).unwrap(), "first");
        let mode = fs::metadata(dir.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = make_dir(&file.path().join("data")).unwrap_err();
        assert!(error.to_string().contains("data"));
    }
}
