//! `create-admin`: the first admin of an empty system, or one more. `reset-access`: the way back in for
//! whoever has lost it.

use super::{Fault, NewAdmin};
use crate::clock::SystemClock;
use crate::config::{Config, PublicUrl};
use crate::host::public_url;
use crate::secrets::{Argon2Pool, one_time};
use domain::refusal::Refusal;
use domain::session::Passwords;
use domain::staff::invitation::{PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN};
use domain::staff::service::{Link, link};
use domain::staff::{
    InvitationStore, Invited, Locale, NewMember, NewStaff, Role, StaffStore, invitation,
};
use domain::time::Clock;
use std::io::{self, BufRead, Write};
use storage::{OpenOptions, Storage};

pub(super) async fn create(config: &Config, new: &NewAdmin) -> Result<(), Fault> {
    let admin = NewMember {
        email: new.email.clone(),
        full_name: new.name.clone(),
        role: Role::Admin,
        areas: Vec::new(),
        locale: Locale::default(),
    };
    let admin = admin.checked().map_err(by_option)?;
    let password = new.password_stdin.then(|| password(&mut io::stdin().lock())).transpose()?;
    let store = storage::open(config.database_url.expose(), OpenOptions::default()).await?;
    match password {
        Some(password) => with_password(&store, admin, &password).await,
        None => with_link(&store, admin, config).await,
    }
}

async fn with_password(store: &Storage, admin: NewStaff, password: &str) -> Result<(), Fault> {
    let email = admin.email.clone();
    let password_hash = Argon2Pool::new(1, 1).hash(password).await?;
    // Whoever sets up a server by hand needs no first steps.
    let admin = NewStaff { password_hash, onboarded: true, ..admin };
    match store.add_staff(&admin, SystemClock.now()).await? {
        Some(_) => Ok(writeln!(io::stdout(), "{email} can sign in now.")?),
        None => Err(taken(&email)),
    }
}

/// Prints the link and nothing else, so that a script can pass it on.
async fn with_link(store: &Storage, admin: NewStaff, config: &Config) -> Result<(), Fault> {
    let site = public_url(config, config.leptos.site_addr)?;
    let drawn = one_time::draw()?;
    let invited = store.invite(None, &admin, &drawn.digest).await?;
    if invited == Invited::EmailTaken {
        return Err(taken(&admin.email));
    }
    show(&site, &link(invited, drawn.secret).map_err(by_option)?)
}

fn show(site: &PublicUrl, link: &Link) -> Result<(), Fault> {
    Ok(writeln!(io::stdout(), "{site}{}{}", invitation::PATH, link.secret)?)
}

fn taken(email: &str) -> Fault {
    Fault::refused(format!(
        "--email: {email} is a member of staff already; `server reset-access --email {email}` prints a \
         link to a new password"
    ))
}

/// Prints a link with which its owner chooses a new password, and nothing else. What they have stays as
/// it is until they do.
pub(super) async fn reset(config: &Config, email: &str) -> Result<(), Fault> {
    let email = invitation::email("email", email).map_err(by_option)?;
    let site = public_url(config, config.leptos.site_addr)?;
    let store = storage::open(config.database_url.expose(), OpenOptions::default()).await?;
    let Some((staff, _)) = store.credentials(&email).await? else {
        return Err(Fault::refused(format!("--email: {email} is no member of staff")));
    };
    let drawn = one_time::draw()?;
    let invited = store.reset_access(staff.id, &drawn.digest).await?;
    show(&site, &link(invited, drawn.secret)?)
}

/// A refusal that names the option instead of the field.
fn by_option(refusal: Refusal) -> Fault {
    match refusal {
        Refusal::Invalid { field, detail } | Refusal::Taken { field, detail } => {
            let option = if field == "full_name" { "name" } else { &field };
            Fault::refused(format!("--{option}: {detail}"))
        }
        other => other.into(),
    }
}

/// The first line of the input.
fn password(input: &mut impl BufRead) -> Result<String, Fault> {
    let mut line = String::new();
    input.read_line(&mut line)?;
    let password = line.trim_end_matches(['\r', '\n']);
    match invitation::password_length(password) {
        Ok(()) => Ok(password.to_owned()),
        Err(_) => Err(Fault::refused(format!(
            "--password-stdin: give a password of {PASSWORD_CHARS_MIN} to {PASSWORD_CHARS_MAX} \
             characters as the first line"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_the_first_line_without_its_end() {
        assert_eq!(password(&mut "correct horse\r\nmore".as_bytes()).unwrap(), "correct horse");
        assert!(password(&mut "nine char\n".as_bytes()).is_err());
        assert!(password(&mut "".as_bytes()).is_err());
    }
}
