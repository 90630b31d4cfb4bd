//! Demo data: planted into an empty database, never into one that is in use.

use crate::demo;
use domain::failure::Failure;
use domain::session::Passwords;
use domain::store::Store;
use domain::time::Clock;

/// The password of every demo sign-in.
pub const PASSWORD: &str = "wardline-demo";

/// The same seed gives the same people and conversations on every machine.
const SEED: u64 = 20_260_101;

/// Plants the demo world unless there is a member of staff already. Answers whether it did.
pub async fn plant(
    store: &dyn Store,
    passwords: &dyn Passwords,
    clock: &dyn Clock,
) -> Result<bool, Failure> {
    if store.any_staff().await? {
        return Ok(false);
    }
    let hash = passwords.hash(PASSWORD).await?;
    let world = demo::world(clock.now(), SEED);
    Ok(store.plant(&world, &hash).await?)
}
