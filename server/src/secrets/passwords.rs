//! Password hashing with Argon2id on a bounded pool of threads.
//!
//! Hashing is made to be slow. On the async workers it would stall every refresh and every socket,
//! so it runs on blocking threads, at most `threads` at a time, with at most `queue` waiting: a
//! storm of sign-ins is answered with "try again" instead of taking the server down with it.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use async_trait::async_trait;
use domain::refusal::Refusal;
use domain::session::Passwords;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

/// OWASP's second choice for Argon2id: 19 MiB, two passes, one lane (Password Storage Cheat Sheet).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The pool.
pub struct Argon2Pool {
    argon2: Argon2<'static>,
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
    queue: usize,
    /// What an unknown account's password is compared with, so that it takes the same time.
    nobody: String,
}

impl Argon2Pool {
    /// A pool of `threads` hashing at once and `queue` waiting.
    ///
    /// # Panics
    /// When the operating system gives no random bytes.
    #[must_use]
    pub fn new(threads: usize, queue: usize) -> Self {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
            .expect("the parameters are within Argon2's bounds");
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobody = hash_with(&argon2, b"the password of nobody")
            .expect("hashing a fixed text needs only random bytes");
        Self {
            argon2,
            turns: Arc::new(Semaphore::new(threads.max(1))),
            waiting: AtomicUsize::new(0),
            queue,
            nobody,
        }
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'static>) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let busy = Refusal::TryAgain { retry_after: 2 };
        let place = Place::take(&self.waiting, self.queue).ok_or_else(|| busy.clone())?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| busy.clone())?;
        drop(place);
        let argon2 = self.argon2.clone();
        let done = tokio::task::spawn_blocking(move || {
            let outcome = work(&argon2);
            drop(turn);
            outcome
        });
        done.await.map_err(|_| Refusal::Unavailable)
    }
}

/// A place in the queue, given back when dropped, also when the caller goes away while waiting.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize, queue: usize) -> Option<Self> {
        let place = Self(waiting);
        if waiting.fetch_add(1, Ordering::AcqRel) < queue { Some(place) } else { None }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[async_trait]
impl Passwords for Argon2Pool {
    async fn hash(&self, password: &str) -> Result<String, Refusal> {
        let password = password.as_bytes().to_owned();
        self.run(move |argon2| hash_with(argon2, &password)).await?.ok_or(Refusal::Unavailable)
    }

    async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, Refusal> {
        let known = hash.is_some();
        let hash = hash.unwrap_or(&self.nobody).to_owned();
        let password = password.as_bytes().to_owned();
        let fits = self
            .run(move |argon2| {
                PasswordHash::new(&hash)
                    .is_ok_and(|parsed| argon2.verify_password(&password, &parsed).is_ok())
            })
            .await?;
        Ok(fits && known)
    }
}

fn hash_with(argon2: &Argon2<'static>, password: &[u8]) -> Option<String> {
    argon2.hash_password(password).ok().map(|hash| hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_known_account_fits() {
        let pool = Argon2Pool::new(2, 8);
        let hash = pool.hash("wardline-demo").await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert_eq!(pool.verify("wardline-demo", Some(&hash)).await, Ok(true));
        assert_eq!(pool.verify("wardline-Demo", Some(&hash)).await, Ok(false));
        assert_eq!(pool.verify("the password of nobody", None).await, Ok(false));
    }

    #[tokio::test]
    async fn beyond_its_queue_the_pool_asks_to_try_again_instead_of_piling_up() {
        let pool = Arc::new(Argon2Pool::new(1, 1));
        let attempts = (0..8).map(|_| {
            let pool = Arc::clone(&pool);
            tokio::spawn(async move { pool.verify("x", None).await })
        });
        let outcomes = futures::future::join_all(attempts.collect::<Vec<_>>()).await;
        let refused = outcomes
            .into_iter()
            .filter(|outcome| matches!(outcome, Ok(Err(Refusal::TryAgain { .. }))))
            .count();
        assert!((1..8).contains(&refused), "{refused} of 8 were refused");
        assert_eq!(pool.verify("x", None).await, Ok(false), "and then it works again");
    }
}
