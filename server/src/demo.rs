//! The demo world: two Kenyan counties with their staff, their farmers and five weeks of
//! conversations, so that a first start shows a house in use and not an empty one.
//!
//! It is a pure function of the present moment and a seed. What people say is data
//! (`server/demo/`); this module casts, times and fills it in.

mod areas;
mod clock;
mod farmers;
mod plan;
mod play;
mod rng;
mod script;
mod speech;
mod staff;
#[cfg(test)]
mod tests;

use domain::demo::DemoWorld;
use domain::time::Timestamp;

/// A fault in the data, with the line or the slot it is in.
type Parsed<T> = Result<T, String>;

/// Builds the demo world as it stands at `now`; the same arguments always give the same world.
///
/// # Panics
///
/// When the compiled-in data is faulty, which the tests of this module rule out.
#[must_use]
pub fn world(now: Timestamp, seed: u64) -> DemoWorld {
    build(now, seed).expect("the compiled-in demo data passes this module's tests")
}

fn build(now: Timestamp, seed: u64) -> Parsed<DemoWorld> {
    let mut rng = rng::Rng::new(seed);
    let (areas, homes) = areas::parse(include_str!("../demo/areas.txt"))?;
    let staff = staff::parse(include_str!("../demo/staff.txt"), &areas)?;
    let names = farmers::Names::parse(include_str!("../demo/names.txt"))?;
    let phrases = speech::Phrases::parse(include_str!("../demo/slots.txt"))?;
    let scripts = script::library()?;

    let seats = plan::seats(&homes, &mut rng);
    let mut customers = farmers::cast(&seats, &names, &areas, now, &mut rng)?;
    let plan = plan::scenes(&seats, &customers, &scripts, &areas, &mut rng)?;
    let stage = play::Stage { now, areas: &areas, staff: &staff, phrases: &phrases };
    let mut tickets = Vec::new();
    for (index, scenes) in plan.iter().enumerate() {
        // Newest first: each conversation must have ended before the next one began.
        for scene in scenes {
            let ticket = stage.play(scene, index, &customers[index], &mut rng)?;
            customers[index].created_at = ticket.created_at;
            tickets.push(ticket);
        }
    }
    tickets.sort_by_key(|ticket| (ticket.created_at, ticket.customer));
    Ok(DemoWorld { areas, staff, customers, tickets })
}
