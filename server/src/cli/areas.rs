//! `import-areas`: the tree of areas from a file, into an empty system or one that grows.

use super::Fault;
use crate::config::Config;
use domain::areas::AreaStore;
use domain::areas::import::{self, BYTES_MAX};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use storage::OpenOptions;

/// `-` stands for standard input.
pub(super) async fn import(config: &Config, file: &Path) -> Result<(), Fault> {
    let shown = file.display();
    let named = |error: &dyn std::fmt::Display| Fault::refused(format!("{shown}: {error}"));
    let text = if file == Path::new("-") { read(&mut io::stdin().lock()) } else { open(file) };
    let text = text.map_err(|error| named(&error))?;
    let paths = import::parse(&text).map_err(|bad| named(&bad))?;
    let store = storage::open(config.database_url.expose(), OpenOptions::default()).await?;
    let outcome = store.add_areas(&paths).await?;
    Ok(writeln!(io::stdout(), "{} areas added, {} known", outcome.added, outcome.known)?)
}

fn open(file: &Path) -> io::Result<String> {
    read(&mut File::open(file)?)
}

fn read(from: &mut impl Read) -> io::Result<String> {
    let most = u64::try_from(BYTES_MAX).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    from.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() > BYTES_MAX {
        let text = format!("more than {BYTES_MAX} bytes: import it in several parts");
        return Err(io::Error::other(text));
    }
    let line = |error: &std::string::FromUtf8Error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        before.split(|byte| *byte == b'\n').count()
    };
    String::from_utf8(bytes).map_err(|error| {
        io::Error::other(format!("line {}: Save the file as UTF-8.", line(&error)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_or_no_text_is_refused() {
        assert_eq!(read(&mut "Kenya".as_bytes()).unwrap(), "Kenya");
        assert!(read(&mut vec![b'x'; BYTES_MAX].as_slice()).is_ok());
        assert!(read(&mut vec![b'x'; BYTES_MAX + 1].as_slice()).is_err());
        let error = read(&mut &b"Kenya\n\xff"[..]).unwrap_err().to_string();
        assert!(error.starts_with("line 2:"), "{error}");
    }
}
