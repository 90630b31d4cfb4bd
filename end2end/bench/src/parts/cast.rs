//! People with sockets: admins, so that every event reaches all of them.

use super::Plan;
use crate::api;
use crate::fault::Outcome;
use crate::http_client::Client;
use crate::server::{Engine, World};
use crate::socket::Pass;
use std::sync::Arc;

const PASSWORD: &str = "a password for the bench";

/// A world, and people who are signed in to it.
pub(super) struct Cast {
    pub(super) world: World,
    /// One access token per person.
    pub(super) tokens: Vec<Arc<str>>,
}

impl Cast {
    /// Makes a world with so many people of ours, and signs them in.
    ///
    /// The server that signed them in is gone afterwards: hashing passwords leaves freed memory
    /// behind, in which the sockets that are to be weighed would hide.
    pub(super) async fn gather(plan: &Plan, name: &str) -> Outcome<Self> {
        let world = World::plant(&plan.server, Engine::Sqlite, name).await?;
        let emails: Vec<String> =
            (1..=plan.people).map(|n| format!("bench-{n:03}@wardline.test")).collect();
        for email in &emails {
            world.create_admin(email, "Somebody with sockets", PASSWORD).await?;
        }
        let server = world.start().await?;
        let mut client = Client::connect(server.address).await?;
        let mut tokens = Vec::new();
        for email in &emails {
            let signed_in = api::sign_in(&mut client, email, PASSWORD).await?;
            tokens.push(signed_in.access_token.into());
        }
        server.kill().await?;
        Ok(Self { world, tokens })
    }

    /// A pass for each, for sockets that ask for what came after `from`.
    pub(super) fn passes(&self, from: Option<&(Arc<str>, u64)>) -> Vec<Pass> {
        self.tokens
            .iter()
            .map(|token| Pass { token: Arc::clone(token), from: from.cloned() })
            .collect()
    }
}
