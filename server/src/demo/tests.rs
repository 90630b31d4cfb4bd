//! What the demo world promises, whatever the moment and the seed.

mod people;
mod talk;

use super::world;
use domain::demo::DemoWorld;
use domain::time::Timestamp;

const HOUR: i64 = 3_600_000;
/// A Friday in the middle of the day, in Kenya.
const NOON: i64 = 1_795_165_200_000;

fn noon() -> DemoWorld {
    world(Timestamp::from_millis(NOON), 1)
}

/// Worlds of several seeds, at several hours of a day.
fn worlds() -> impl Iterator<Item = (Timestamp, DemoWorld)> {
    (0..8).map(|step| {
        let now = Timestamp::from_millis(NOON + step * 7 * HOUR);
        (now, world(now, u64::try_from(step).unwrap() * 97))
    })
}
