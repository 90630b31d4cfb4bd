//! `create-admin`: the first admin of an empty system, or one more.

use super::{Fault, NewAdmin};
use crate::clock::SystemClock;
use crate::config::Config;
use crate::secrets::Argon2Pool;
use domain::session::Passwords;
use domain::session::service::PASSWORD_BYTES_MAX;
use domain::staff::{NewStaff, Role, StaffStore};
use domain::tickets::text;
use domain::time::Clock;
use std::io::{self, BufRead, Write};
use storage::OpenOptions;

/// The shortest password that is accepted (OWASP ASVS 5.0, 6.2.1).
const PASSWORD_CHARS_MIN: usize = 8;
/// The longest e-mail address (RFC 5321).
const EMAIL_BYTES_MAX: usize = 254;

pub(super) async fn create(config: &Config, new: &NewAdmin) -> Result<(), Fault> {
    let email = email(&new.email)?;
    let full_name = text::name("--name", &new.name).map_err(Fault::refused)?;
    let password = password(&mut io::stdin().lock())?;
    let store = storage::open(config.database_url.expose(), OpenOptions::default()).await?;
    let password_hash = Argon2Pool::new(1, 1).hash(&password).await.map_err(Fault::refused)?;
    let admin = NewStaff {
        email: email.clone(),
        full_name,
        role: Role::Admin,
        password_hash,
        areas: Vec::new(),
    };
    match store.add_staff(&admin, SystemClock.now()).await? {
        Some(_) => Ok(writeln!(io::stdout(), "{email} can sign in now.")?),
        None => Err(Fault::refused(format!("--email: {email} is a member of staff already"))),
    }
}

fn email(text: &str) -> Result<String, Fault> {
    let email = text.trim().to_lowercase();
    let (name, host) = email.split_once('@').unwrap_or_default();
    let fits = !name.is_empty()
        && !host.is_empty()
        && email.len() <= EMAIL_BYTES_MAX
        && !email.contains(|c: char| c.is_whitespace() || c.is_control());
    if fits { Ok(email) } else { Err(Fault::refused("--email: give an e-mail address")) }
}

/// The first line of the input.
fn password(input: &mut impl BufRead) -> Result<String, Fault> {
    let mut line = String::new();
    input.read_line(&mut line)?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.chars().count() < PASSWORD_CHARS_MIN || password.len() > PASSWORD_BYTES_MAX {
        return Err(Fault::refused(format!(
            "--password-stdin: give a password of at least {PASSWORD_CHARS_MIN} characters as the \
             first line"
        )));
    }
    Ok(password.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_the_first_line_without_its_end() {
        assert_eq!(password(&mut "correct horse\r\nmore".as_bytes()).unwrap(), "correct horse");
        assert!(password(&mut "short\n".as_bytes()).is_err());
        assert!(password(&mut "".as_bytes()).is_err());
    }

    #[test]
    fn an_address_is_kept_in_lower_case_and_needs_both_its_halves() {
        assert_eq!(email(" Admin@Wardline.Test ").unwrap(), "admin@wardline.test");
        for wrong in ["", "admin", "@wardline.test", "admin@", "a b@c"] {
            assert!(email(wrong).is_err(), "{wrong}");
        }
    }
}
