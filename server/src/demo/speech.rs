//! Turns a script's line into what one person says at one moment: picks alternatives, fills slots.

use super::rng::Rng;
use super::staff::locale;
use super::{Parsed, clock};
use domain::staff::Locale;
use domain::time::Timestamp;
use std::collections::BTreeMap;

/// Slots nest (a phrase may hold a slot), but never this deep unless one holds itself.
const DEEPEST: usize = 8;

/// What may stand in a slot.
pub(super) struct Phrases(Vec<Group>);

struct Group {
    /// Drawn once per conversation, and not anew at every use.
    lasting: bool,
    locale: Locale,
    slots: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Phrases {
    /// From the text of `slots.txt`.
    pub(super) fn parse(text: &str) -> Parsed<Self> {
        let mut groups: Vec<Group> = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(head) = line.strip_prefix('[').and_then(|head| head.strip_suffix(']')) {
                let mut words = head.split(' ');
                let lasting = words.next() == Some("value");
                let locale = locale(words.next().unwrap_or_default())?;
                let slots = words.map(str::to_owned).collect();
                groups.push(Group { lasting, locale, slots, rows: Vec::new() });
                continue;
            }
            let group = groups.last_mut().ok_or(format!("{line}: before the first group"))?;
            let row: Vec<String> = if group.lasting {
                line.split(" | ").map(str::to_owned).collect()
            } else {
                vec![line.to_owned()]
            };
            if row.len() != group.slots.len() {
                return Err(format!("{line}: {} columns expected", group.slots.len()));
            }
            group.rows.push(row);
        }
        Ok(Self(groups))
    }

    fn group(&self, locale: Locale, slot: &str) -> Option<&Group> {
        self.0.iter().find(|group| group.locale == locale && group.slots.iter().any(|s| s == slot))
    }
}

/// What is settled in one conversation: its language, its people, and the values drawn so far.
pub(super) struct Talk<'a> {
    phrases: &'a Phrases,
    locale: Locale,
    settled: BTreeMap<String, String>,
    at: Timestamp,
}

impl<'a> Talk<'a> {
    pub(super) fn new(phrases: &'a Phrases, locale: Locale) -> Self {
        let at = Timestamp::from_millis(0);
        Self { phrases, locale, settled: BTreeMap::new(), at }
    }

    /// From here on the slot has this value.
    pub(super) fn settle(&mut self, slot: &str, value: &str) {
        self.settled.insert(slot.to_owned(), value.to_owned());
    }

    /// What the line sounds like at that moment.
    pub(super) fn say(&mut self, line: &str, at: Timestamp, rng: &mut Rng) -> Parsed<String> {
        self.at = at;
        let said = self.fill(line, rng, 0)?;
        Ok(said.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    fn greeting(&self) -> &'static str {
        match (self.locale, clock::hour(self.at)) {
            (Locale::En, 4..12) => "Good morning",
            (Locale::En, 12..17) => "Good afternoon",
            (Locale::En, _) => "Good evening",
            (Locale::Sw, 4..12) => "Habari ya asubuhi",
            (Locale::Sw, 12..16) => "Habari za mchana",
            (Locale::Sw, _) => "Habari za jioni",
        }
    }

    fn day_ahead(&self) -> String {
        let (english, swahili) = clock::weekday_ahead(self.at);
        match self.locale {
            Locale::En => format!("on {english}"),
            Locale::Sw => swahili.to_owned(),
        }
    }

    fn fill(&mut self, text: &str, rng: &mut Rng, depth: usize) -> Parsed<String> {
        if depth > DEEPEST {
            return Err(format!("{text}: holds itself"));
        }
        let mut said = String::new();
        let mut rest = text;
        while let Some(open) = rest.find(['[', '{', ']', '}']) {
            said.push_str(&rest[..open]);
            let inside = &rest[open + 1..];
            let end = match &rest[open..=open] {
                "{" => {
                    let end = inside.find('}').ok_or(format!("{text}: a slot stays open"))?;
                    said.push_str(&self.slot(&inside[..end], rng, depth)?);
                    end
                }
                "[" => {
                    let (choices, end) =
                        alternatives(inside).ok_or(format!("{text}: a choice stays open"))?;
                    let chosen = rng.pick(&choices).copied().unwrap_or_default();
                    said.push_str(&self.fill(chosen, rng, depth + 1)?);
                    end
                }
                _ => return Err(format!("{text}: closes what is not open")),
            };
            rest = &inside[end + 1..];
        }
        said.push_str(rest);
        Ok(said)
    }

    fn slot(&mut self, slot: &str, rng: &mut Rng, depth: usize) -> Parsed<String> {
        if let Some(value) = self.settled.get(slot) {
            return Ok(value.clone());
        }
        if slot == "greet" {
            return Ok(self.greeting().to_owned());
        }
        if slot == "soon" {
            // A day once named stays that day, also when the farmer comes back to it tomorrow.
            let day = self.day_ahead();
            self.settle(slot, &day);
            return Ok(day);
        }
        let phrases = self.phrases;
        let group = phrases.group(self.locale, slot).ok_or(format!("{{{slot}}}: unknown"))?;
        let row = rng.pick(&group.rows).ok_or(format!("{{{slot}}}: has no rows"))?;
        if !group.lasting {
            return self.fill(&row[0], rng, depth + 1);
        }
        for (name, value) in group.slots.iter().zip(row) {
            self.settle(name, value);
        }
        Ok(self.settled.get(slot).cloned().unwrap_or_default())
    }
}

/// The choices of `a|b|c]…` and where the bracket closes; inner brackets keep their bars.
fn alternatives(text: &str) -> Option<(Vec<&str>, usize)> {
    let (mut choices, mut start, mut depth) = (Vec::new(), 0, 0);
    for (at, mark) in text.match_indices(['[', '|', ']']) {
        match mark {
            "[" => depth += 1,
            "]" if depth > 0 => depth -= 1,
            "|" if depth > 0 => {}
            _ => {
                choices.push(&text[start..at]);
                start = at + 1;
            }
        }
        if mark == "]" && start == at + 1 {
            return Some((choices, at));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Phrases, Talk};
    use crate::demo::rng::Rng;
    use domain::staff::Locale;
    use domain::time::Timestamp;

    fn say(line: &str, seed: u64) -> Result<String, String> {
        let slots = "[value en acres dap]\n1 acre | 1 bag\n2 acres | 2 bags\n[phrase en bye]\nBye {name}.\n";
        let phrases = Phrases::parse(slots).unwrap();
        let mut talk = Talk::new(&phrases, Locale::En);
        talk.settle("name", "Jane");
        talk.say(line, Timestamp::from_millis(0), &mut Rng::new(seed))
    }

    #[test]
    fn values_of_one_row_stay_together() {
        for seed in 0..40 {
            let said = say("{acres}, {dap}, {acres}", seed).unwrap();
            assert!(["1 acre, 1 bag, 1 acre", "2 acres, 2 bags, 2 acres"].contains(&&*said));
        }
    }

    #[test]
    fn choices_nest_and_every_one_is_reached() {
        let mut heard: Vec<String> =
            (0..60).map(|seed| say("[a [b|c]|d] {bye}", seed).unwrap()).collect();
        heard.sort();
        heard.dedup();
        assert_eq!(heard, ["a b Bye Jane.", "a c Bye Jane.", "d Bye Jane."]);
    }

    #[test]
    fn faulty_lines_are_refused() {
        for line in ["{nothing}", "[a|b", "{name", "a]", "b}"] {
            assert!(say(line, 1).is_err(), "{line}");
        }
    }

    #[test]
    fn greetings_follow_the_hour_in_kenya() {
        assert_eq!(say("{greet}", 1).unwrap(), "Good evening");
    }
}
