//! Decides who has how many conversations, about what, and how each stands now; no text, no times.

use super::rng::Rng;
use super::script::{Line, Script, UNKNOWN, Voice};
use super::{Parsed, areas};
use domain::demo::{DemoArea, DemoCustomer};

/// Farmers nobody has placed in a ward yet.
const UNPLACED: usize = 5;
/// Farmers in a ward who have a conversation open.
const OPEN_PLACED: usize = 85;
/// Of all other farmers so many have three conversations, and so many two.
const WITH_THREE: usize = 40;
const WITH_TWO: usize = 120;
/// How many messages there shall be; the last conversations are chosen to come out near it.
const MESSAGES: usize = 3_060;
/// How far back the conversations reach, in days.
const REACH: i64 = 35;

/// A place for one farmer.
pub(super) struct Seat {
    pub(super) ward: Option<usize>,
    open: bool,
    tickets: usize,
}

/// One conversation: which lines are said, and how it stands now.
pub(super) struct Scene<'a> {
    pub(super) script: &'a Script,
    pub(super) lines: Vec<&'a Line>,
    pub(super) ending: Ending,
}

/// How a conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// The farmer waits for an answer: for minutes, hours, since yesterday, for days.
    WaitsMinutes,
    WaitsHours,
    WaitsADay,
    WaitsDays,
    /// The farmer has the last answer and has not come back.
    Answered,
    /// It was closed between so many days ago and so many days ago.
    Resolved {
        from: i64,
        to: i64,
    },
}

/// How often each way of being open occurs.
const OPEN: [(Ending, usize); 5] = [
    (Ending::WaitsMinutes, 16),
    (Ending::WaitsHours, 26),
    (Ending::WaitsADay, 16),
    (Ending::WaitsDays, 10),
    (Ending::Answered, 22),
];

/// A seat per farmer, in random order. Open conversations are spread evenly over the wards.
pub(super) fn seats(homes: &[(usize, usize)], rng: &mut Rng) -> Vec<Seat> {
    let wards: Vec<usize> =
        homes.iter().flat_map(|&(ward, count)| std::iter::repeat_n(ward, count)).collect();
    let mut counts = vec![1; wards.len()];
    counts.iter_mut().take(WITH_THREE + WITH_TWO).for_each(|count| *count = 2);
    counts.iter_mut().take(WITH_THREE).for_each(|count| *count = 3);
    rng.shuffle(&mut counts);
    let mut seats: Vec<Seat> =
        std::iter::repeat_with(|| Seat { ward: None, open: true, tickets: 1 })
            .take(UNPLACED)
            .collect();
    for (index, (&ward, tickets)) in wards.iter().zip(counts).enumerate() {
        let open = index * OPEN_PLACED % wards.len() < OPEN_PLACED;
        seats.push(Seat { ward: Some(ward), open, tickets });
    }
    rng.shuffle(&mut seats);
    seats
}

/// The conversations of each farmer, newest first.
pub(super) fn scenes<'a>(
    seats: &[Seat],
    customers: &[DemoCustomer],
    scripts: &'a [Script],
    tree: &[DemoArea],
    rng: &mut Rng,
) -> Parsed<Vec<Vec<Scene<'a>>>> {
    let mut endings: Vec<Ending> =
        OPEN.iter().flat_map(|&(ending, count)| std::iter::repeat_n(ending, count)).collect();
    rng.shuffle(&mut endings);
    let mut casting = Casting { scripts, tree, rng, used: vec![0; scripts.len()], said: 0 };
    let mut plan: Vec<Vec<Scene>> = Vec::new();
    for (seat, customer) in seats.iter().zip(customers) {
        let ending = if seat.open { endings.pop() } else { None };
        plan.push(match ending {
            Some(ending) => vec![casting.scene(customer, &[], ending, None)?],
            None => Vec::new(),
        });
    }
    let mut left: usize =
        seats.iter().map(|seat| seat.tickets).sum::<usize>() - plan.iter().flatten().count();
    for ((seat, customer), scenes) in seats.iter().zip(customers).zip(&mut plan) {
        let total = i64::try_from(seat.tickets).unwrap_or(1);
        for nth in i64::try_from(scenes.len()).unwrap_or(0)..total {
            let ending =
                Ending::Resolved { from: REACH * (nth + 1) / total, to: REACH * nth / total };
            let aim = MESSAGES.saturating_sub(casting.said) / left.max(1);
            let scene = casting.scene(customer, scenes, ending, Some(aim))?;
            scenes.push(scene);
            left -= 1;
        }
    }
    Ok(plan)
}

struct Casting<'a, 't> {
    scripts: &'a [Script],
    tree: &'t [DemoArea],
    rng: &'t mut Rng,
    /// How often each script was chosen so far.
    used: Vec<usize>,
    /// Messages so far.
    said: usize,
}

impl<'a> Casting<'a, '_> {
    fn scene(
        &mut self,
        customer: &DemoCustomer,
        before: &[Scene],
        ending: Ending,
        aim: Option<usize>,
    ) -> Parsed<Scene<'a>> {
        let fitting: Vec<usize> = (0..self.scripts.len())
            .filter(|&index| self.fits(&self.scripts[index], customer))
            .filter(|&index| before.iter().all(|scene| scene.script.id != self.scripts[index].id))
            .collect();
        let mut drawn: Vec<usize> =
            (0..6).filter_map(|_| self.rng.pick(&fitting).copied()).collect();
        drawn.sort_by_key(|&index| self.used[index]);
        drawn.truncate(3);
        let off = |index: &usize| aim.map(|aim| self.scripts[*index].lines.len().abs_diff(aim));
        let chosen = drawn.into_iter().min_by_key(off);
        let chosen = chosen.ok_or(format!("{}: no script fits", customer.full_name))?;
        self.used[chosen] += 1;
        let script = &self.scripts[chosen];
        let mut lines = spoken(script, self.rng);
        match ending {
            Ending::Resolved { .. } => leave_off(&mut lines, aim.unwrap_or(usize::MAX), self.rng),
            Ending::Answered => cut_after(&mut lines, Voice::Officer, self.rng),
            _ => cut_after(&mut lines, Voice::Farmer, self.rng),
        }
        self.said += lines.len();
        Ok(Scene { script, lines, ending })
    }

    fn fits(&self, script: &Script, customer: &DemoCustomer) -> bool {
        let Some(ward) = customer.ward else {
            return script.locale == customer.locale && script.places == [UNKNOWN];
        };
        let here = |place: &String| {
            areas::upwards(self.tree, ward).any(|area| self.tree[area].name == *place)
        };
        script.locale == customer.locale
            && (script.places.is_empty() || script.places.iter().any(here))
    }
}

/// The script's lines without the optional ones that stay unsaid. Optional lines in a row belong
/// together: a question and its answer.
fn spoken<'a>(script: &'a Script, rng: &mut Rng) -> Vec<&'a Line> {
    let mut said = Vec::new();
    let mut after_optional = false;
    let mut keep = true;
    for line in &script.lines {
        if line.optional && !after_optional {
            keep = rng.chance(50);
        }
        if keep || !line.optional {
            said.push(line);
        }
        after_optional = line.optional;
    }
    said
}

/// Many people neither thank nor report back: a conversation longer than the aim mostly ends at an
/// earlier piece of advice, never at a question of the officer's.
fn leave_off(lines: &mut Vec<&Line>, aim: usize, rng: &mut Rng) {
    if lines.len() <= aim || !rng.chance(70) {
        return;
    }
    let advice: Vec<usize> = (4..lines.len())
        .filter(|&next| {
            lines[next - 1].voice == Voice::Officer && lines[next].voice == Voice::Farmer
        })
        .filter(|&next| !lines[next - 1].text.contains('?'))
        .collect();
    lines.truncate(rng.pick(&advice).copied().unwrap_or(lines.len()));
}

/// Ends the conversation where `voice` has spoken and the other has more to say than a farewell.
fn cut_after(lines: &mut Vec<&Line>, voice: Voice, rng: &mut Rng) {
    let turns: Vec<usize> = (1..lines.len())
        .filter(|&next| lines[next - 1].voice == voice && lines[next].voice != voice)
        .filter(|&next| voice == Voice::Officer || next + 1 < lines.len())
        .collect();
    lines.truncate(rng.pick(&turns).copied().unwrap_or(1));
}
