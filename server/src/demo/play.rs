//! Plays a planned conversation: who answers, at which moments, in which words.

use super::plan::{Ending, Scene};
use super::rng::Rng;
use super::script::{Line, Voice};
use super::speech::{Phrases, Talk};
use super::{Parsed, areas, clock, staff};
use domain::areas::AreaLevel;
use domain::demo::{
    DemoArea, DemoAuthor, DemoCustomer, DemoMessage, DemoResolution, DemoStaff, DemoTicket,
};
use domain::staff::{Locale, Role};
use domain::time::Timestamp;

/// Between two conversations of one farmer, in minutes of the wall clock.
const PAUSE: i64 = 8 * 60;
const DAY: i64 = 24 * 60;

/// What every conversation needs to be played.
pub(super) struct Stage<'a> {
    pub(super) now: Timestamp,
    pub(super) areas: &'a [DemoArea],
    pub(super) staff: &'a [DemoStaff],
    pub(super) phrases: &'a Phrases,
}

impl Stage<'_> {
    /// The ticket of one scene. `customer.created_at` bounds it: the moment at which the farmer's
    /// next conversation begins, or now.
    pub(super) fn play(
        &self,
        scene: &Scene<'_>,
        index: usize,
        customer: &DemoCustomer,
        rng: &mut Rng,
    ) -> Parsed<DemoTicket> {
        let candidates = staff::answering(self.staff, self.areas, customer.ward);
        let draw = |rng: &mut Rng| rng.weighted(&candidates).ok_or("nobody answers".to_owned());
        let officer = draw(rng)?;
        let (times, closed) = self.times(scene, customer.created_at, rng);
        let mut talk = self.talk(customer, rng);
        let mut speaker = officer;
        let mut messages = Vec::new();
        for (line, at) in scene.lines.iter().zip(times) {
            let from = match line.voice {
                Voice::Farmer => DemoAuthor::Customer,
                Voice::Officer => {
                    // Now and then a colleague steps in.
                    speaker = if rng.chance(7) { draw(rng)? } else { officer };
                    DemoAuthor::Staff(speaker)
                }
            };
            self.introduce(&mut talk, speaker, customer);
            let said = talk
                .say(&line.text, at, rng)
                .map_err(|fault| format!("{}: {fault}", scene.script.id))?;
            let body = match line.voice {
                Voice::Farmer => typed(&said, &customer.phone_number),
                Voice::Officer => sentences(&said),
            };
            messages.push(DemoMessage { at, from, body });
        }
        let by = if rng.chance(90) { officer } else { draw(rng)? };
        let resolved = closed.map(|at| DemoResolution { by, at });
        let created_at = messages.first().map_or(self.now, |message| message.at);
        Ok(DemoTicket { customer: index, ward: customer.ward, created_at, resolved, messages })
    }

    /// The moments of the lines, and the moment of the end; reckoned backwards, from how it stands.
    fn times(
        &self,
        scene: &Scene<'_>,
        bound: Timestamp,
        rng: &mut Rng,
    ) -> (Vec<Timestamp>, Option<Timestamp>) {
        let mut closed = None;
        let mut busy = match scene.ending {
            Ending::WaitsMinutes => self.minutes_ago(rng),
            Ending::WaitsHours => self.ago(10 * 60, 61, rng),
            Ending::WaitsADay => self.ago(DAY * 2 - 30, DAY, rng),
            Ending::WaitsDays => self.ago(DAY * 7, DAY * 2 + 60, rng),
            Ending::Answered => self.ago(DAY * 4, 20, rng),
            Ending::Resolved { from, to } => {
                let pause = if bound < self.now { PAUSE } else { 5 };
                let latest = clock::before(bound, pause).min(clock::before(self.now, to * DAY));
                let earliest =
                    clock::before(self.now, from * DAY).min(clock::before(latest, DAY / 2));
                let end = rng.between(clock::busy(earliest), clock::busy(latest));
                closed = Some(clock::moment(end));
                end - sooner(clock::minutes(2), clock::minutes(600), rng)
            }
        };
        let mut times = vec![clock::moment(busy)];
        for pair in scene.lines.windows(2).rev() {
            busy -= gap(pair[0], pair[1], rng);
            times.push(clock::moment(busy));
        }
        times.reverse();
        (times, closed)
    }

    /// A moment of this very hour, also at night.
    fn minutes_ago(&self, rng: &mut Rng) -> i64 {
        let millis = rng.between(2 * 60_000, 55 * 60_000);
        clock::busy(Timestamp::from_millis(self.now.millis() - millis))
    }

    /// A moment between so many minutes ago and so many, when people are awake.
    fn ago(&self, from: i64, to: i64, rng: &mut Rng) -> i64 {
        let moment = |minutes| clock::busy(clock::before(self.now, minutes));
        rng.between(moment(from), moment(to))
    }

    fn talk(&self, customer: &DemoCustomer, rng: &mut Rng) -> Talk<'_> {
        let mut talk = Talk::new(self.phrases, customer.locale);
        talk.settle("name", first_name(&customer.full_name));
        if let Some(ward) = customer.ward {
            // Some wards are named after two or three places; a person lives in one of them.
            let places: Vec<&str> = self.areas[ward].name.split(['/', '-']).collect();
            talk.settle("place", rng.pick(&places).copied().unwrap_or_default());
            talk.settle("subcounty", areas::name_at(self.areas, ward, AreaLevel::District));
            talk.settle("county", areas::name_at(self.areas, ward, AreaLevel::Region));
        }
        talk
    }

    /// Tells the talk who the officer is that speaks, or is spoken to.
    fn introduce(&self, talk: &mut Talk<'_>, speaker: usize, customer: &DemoCustomer) {
        let person = &self.staff[speaker];
        let ward = customer.ward.unwrap_or_default();
        let area = areas::upwards(self.areas, ward).find(|area| person.areas.contains(area));
        talk.settle("officer", first_name(&person.full_name));
        talk.settle(
            "office",
            match (person.role, area, customer.locale) {
                (Role::Officer, Some(area), _) => &self.areas[area].name,
                (_, _, Locale::En) => "county",
                (_, _, Locale::Sw) => "kaunti",
            },
        );
    }
}

/// Busy time between two lines.
fn gap(before: &Line, after: &Line, rng: &mut Rng) -> i64 {
    if let Some(wait) = after.wait {
        let wait = if wait < DAY { clock::minutes(wait) } else { clock::days(wait / DAY) };
        return wait * rng.between(80, 120) / 100;
    }
    match (before.voice, after.voice) {
        (Voice::Farmer, Voice::Officer) => sooner(clock::minutes(3), clock::minutes(300), rng),
        (Voice::Officer, Voice::Farmer) => sooner(clock::minutes(1), clock::minutes(240), rng),
        _ => rng.between(clock::minutes(1) / 3, clock::minutes(3)),
    }
}

/// A span in the range, more often a short one.
fn sooner(low: i64, high: i64, rng: &mut Rng) -> i64 {
    let tries = [rng.between(low, high), rng.between(low, high), rng.between(low, high)];
    tries.into_iter().min().unwrap_or(low)
}

fn first_name(full_name: &str) -> &str {
    full_name.split(' ').next().unwrap_or(full_name)
}

/// How the farmer types: most write sentences, some never reach for the shift key or the full stop.
/// The number decides, so that a person's habit lasts.
fn typed(said: &str, phone_number: &str) -> String {
    let bare = said.strip_suffix('.').unwrap_or(said);
    match phone_number.chars().last() {
        Some('0' | '1') => bare.to_lowercase(),
        Some('2' | '3') => sentences(bare).replace("do not", "dont").replace("can't", "cant"),
        _ => sentences(said),
    }
}

/// Begins every sentence with a capital, also where a slot opened it.
fn sentences(said: &str) -> String {
    let mut written = String::with_capacity(said.len());
    let (mut ended, mut begins) = (false, true);
    for letter in said.chars() {
        if begins {
            written.extend(letter.to_uppercase());
        } else {
            written.push(letter);
        }
        begins = ended && letter == ' ';
        ended = matches!(letter, '.' | '!' | '?');
    }
    written
}

#[cfg(test)]
mod tests {
    use super::{sentences, typed};

    #[test]
    fn sentences_begin_with_a_capital() {
        assert_eq!(
            sentences("ng'ombe hali. ana 3.5 lita? sawa"),
            "Ng'ombe hali. Ana 3.5 lita? Sawa"
        );
    }

    #[test]
    fn a_habit_of_typing_lasts() {
        assert_eq!(typed("It rains. OK.", "+254700000000"), "it rains. ok");
        assert_eq!(typed("it rains. OK.", "+254700000009"), "It rains. OK.");
    }
}
