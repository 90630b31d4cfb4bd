//! Casts the farmers: a name that fits the county, a made-up number, a language.

use super::plan::Seat;
use super::rng::Rng;
use super::{Parsed, areas};
use domain::areas::AreaLevel;
use domain::demo::{DemoArea, DemoCustomer};
use domain::staff::Locale;
use domain::time::Timestamp;
use std::collections::BTreeSet;

/// The names people have.
pub(super) struct Names {
    given: Community,
    communities: Vec<Community>,
}

#[derive(Default)]
struct Community {
    women: Vec<String>,
    men: Vec<String>,
    /// County and percent.
    share: Vec<(String, usize)>,
}

impl Names {
    /// From the text of `names.txt`; its first section holds the given names.
    pub(super) fn parse(text: &str) -> Parsed<Self> {
        let mut communities: Vec<Community> = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if line.starts_with('[') {
                communities.push(Community::default());
                continue;
            }
            let section = communities.last_mut().ok_or(format!("{line}: before a section"))?;
            let (kind, list) = line.split_once(": ").ok_or(format!("{line}: no colon"))?;
            let items = list.split(", ");
            match kind {
                "women" => section.women = items.map(str::to_owned).collect(),
                "men" => section.men = items.map(str::to_owned).collect(),
                "share" => section.share = items.map(share).collect::<Parsed<_>>()?,
                _ => return Err(format!("{line}: unknown list")),
            }
        }
        if communities.is_empty() {
            return Err("no names at all".to_owned());
        }
        let given = communities.remove(0);
        Ok(Self { given, communities })
    }

    /// A name that is common in the county. Women often, men never, have a woman's second name; some
    /// people go by three.
    fn draw(&self, county: &str, rng: &mut Rng) -> Option<String> {
        let weights: Vec<(usize, usize)> = (0..self.communities.len())
            .map(|index| (index, self.communities[index].percent(county)))
            .collect();
        let community = &self.communities[rng.weighted(&weights)?];
        let woman = rng.chance(52);
        let given = rng.pick(if woman { &self.given.women } else { &self.given.men })?;
        let family = rng.pick(&community.men)?;
        let second = rng.pick(if woman { &community.women } else { &community.men })?;
        Some(match rng.below(10) {
            0..3 if second != family => format!("{given} {second} {family}"),
            3..7 if woman => format!("{given} {second}"),
            _ => format!("{given} {family}"),
        })
    }
}

impl Community {
    /// Everywhere outside the named counties all communities are equally likely.
    fn percent(&self, county: &str) -> usize {
        self.share.iter().find(|(name, _)| name == county).map_or(1, |(_, percent)| *percent)
    }
}

fn share(text: &str) -> Parsed<(String, usize)> {
    let (county, percent) = text.rsplit_once(' ').ok_or(format!("{text}: no number"))?;
    Ok((county.to_owned(), percent.parse().map_err(|_| format!("{text}: no number"))?))
}

/// One farmer per seat. When they first wrote is known once their conversations are timed.
pub(super) fn cast(
    seats: &[Seat],
    names: &Names,
    tree: &[DemoArea],
    now: Timestamp,
    rng: &mut Rng,
) -> Parsed<Vec<DemoCustomer>> {
    let (mut known_names, mut known_numbers) = (BTreeSet::new(), BTreeSet::new());
    let mut customers = Vec::new();
    for seat in seats {
        let county = seat.ward.map_or("", |ward| areas::name_at(tree, ward, AreaLevel::Region));
        let full_name = fresh(&mut known_names, || names.draw(county, rng))
            .ok_or(format!("{county}: too few names"))?;
        let phone_number = fresh(&mut known_numbers, || Some(number(rng)))
            .ok_or("too few phone numbers".to_owned())?;
        let locale = if rng.chance(50) { Locale::En } else { Locale::Sw };
        let ward = seat.ward;
        customers.push(DemoCustomer { full_name, phone_number, ward, locale, created_at: now });
    }
    Ok(customers)
}

/// A number of valid form in two blocks that are plainly made up: 0700 00x xxx and 0110 00x xxx.
fn number(rng: &mut Rng) -> String {
    let block = if rng.chance(70) { "+25470000" } else { "+25411000" };
    format!("{block}{:04}", rng.below(10_000))
}

/// Draws until something new comes.
fn fresh(known: &mut BTreeSet<String>, mut draw: impl FnMut() -> Option<String>) -> Option<String> {
    for _ in 0..1_000 {
        let drawn = draw()?;
        if known.insert(drawn.clone()) {
            return Some(drawn);
        }
    }
    None
}
