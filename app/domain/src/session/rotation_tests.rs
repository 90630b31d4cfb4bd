//! Each row of the table of [`judge`], then random sequences of presentations.

use super::*;
use proptest::prelude::*;

const POLICY: Policy = Policy {
    access_ttl: Duration::from_secs(900),
    window: Duration::from_secs(43_200),
    idle: Duration::from_secs(7_200),
    reuse_interval: Duration::from_secs(10),
};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_000_000 + seconds)
}

fn begun() -> SessionState {
    SessionState::begin(at(0), &POLICY)
}

/// A session whose generations 1, 2, … were superseded at these seconds, all seen in use.
fn rotated_at(seconds: &[i64]) -> SessionState {
    seconds.iter().fold(begun(), |state, second| {
        let mut next = state.rotated(at(*second));
        next.confirm(next.generation, at(*second));
        next
    })
}

fn presented(generation: u32) -> Presented {
    Presented { generation: Generation(generation), sent_at: SentAt::Unsaid }
}

fn verdict(state: &SessionState, generation: u32, second: i64) -> Verdict {
    judge(state, false, presented(generation), at(second), &POLICY)
}

#[test]
fn the_current_token_rotates() {
    assert_eq!(verdict(&begun(), 1, 5), Verdict::Rotate);
    assert_eq!(verdict(&rotated_at(&[10, 20]), 3, 5_000), Verdict::Rotate);
}

#[test]
fn a_token_superseded_a_moment_ago_gets_the_current_one_again() {
    let state = rotated_at(&[100]);
    assert_eq!(verdict(&state, 1, 110), Verdict::Again(Leniency::ReuseInterval));
    assert_eq!(verdict(&state, 1, 111), Verdict::Reuse);
}

#[test]
fn a_lost_answer_is_given_again_without_a_time_limit() {
    let state = begun().rotated(at(100));
    assert_eq!(verdict(&state, 1, 7_000), Verdict::Again(Leniency::LostAnswer));
}

#[test]
fn a_lost_answer_is_no_longer_lost_once_its_tokens_were_seen() {
    let mut state = begun().rotated(at(100));
    state.confirm(Generation(2), at(101));
    assert_eq!(verdict(&state, 1, 7_000), Verdict::Reuse);
}

#[test]
fn a_receipt_of_a_generation_never_issued_confirms_nothing() {
    let mut state = begun().rotated(at(100));
    state.confirm(Generation(9), at(101));
    assert_eq!(verdict(&state, 1, 7_000), Verdict::Again(Leniency::LostAnswer));
}

#[test]
fn a_late_copy_of_a_request_is_no_theft_and_gets_no_tokens() {
    let state = rotated_at(&[100]);
    let sent = |second: i64| Presented { sent_at: SentAt::At(at(second)), ..presented(1) };
    let judged = |second, now| judge(&state, false, sent(second), at(now), &POLICY);
    assert_eq!(judged(99, 160), Verdict::LateCopy);
    assert_eq!(judged(110, 160), Verdict::LateCopy);
    // Sent when it no longer counted, sent in the future, or on its way for longer than anything is.
    assert_eq!(judged(119, 160), Verdict::Reuse);
    assert_eq!(judged(170, 160), Verdict::Reuse);
    assert_eq!(judged(99, 220), Verdict::Reuse);
    // What it says changes nothing for a token that counts.
    assert_eq!(judged(5, 105), Verdict::Again(Leniency::ReuseInterval));
}

#[test]
fn a_late_copy_may_have_been_sent_while_its_answer_counted_as_lost() {
    let sent = Presented { sent_at: SentAt::At(at(150)), ..presented(1) };
    let mut state = begun().rotated(at(100));
    state.confirm(Generation(2), at(160));
    assert_eq!(judge(&state, false, sent, at(170), &POLICY), Verdict::LateCopy);
    let rotated = state.clone().rotated(at(155));
    assert_eq!(judge(&rotated, false, sent, at(170), &POLICY), Verdict::LateCopy);
    let live = Presented { sent_at: SentAt::At(at(169)), ..presented(1) };
    assert_eq!(judge(&state, false, live, at(170), &POLICY), Verdict::Reuse);
}

#[test]
fn a_page_that_is_loaded_with_a_used_token_ends_nothing_and_gets_nothing() {
    let state = rotated_at(&[100]);
    let page = Presented { sent_at: SentAt::PageLoad, ..presented(1) };
    assert_eq!(judge(&state, false, page, at(7_000), &POLICY), Verdict::LateCopy);
    let current = Presented { sent_at: SentAt::PageLoad, ..presented(2) };
    assert_eq!(judge(&state, false, current, at(7_000), &POLICY), Verdict::Rotate);
}

#[test]
fn the_window_of_a_generation_never_slides() {
    // Generation 1 was superseded at 0, generation 2 at 9: at 11 the window of 1 is over although
    // that of 2 is not.
    let state = rotated_at(&[0, 9]);
    assert_eq!(verdict(&state, 1, 10), Verdict::Again(Leniency::ReuseInterval));
    assert_eq!(verdict(&state, 1, 11), Verdict::Reuse);
    assert_eq!(verdict(&state, 2, 11), Verdict::Again(Leniency::ReuseInterval));
}

#[test]
fn the_slowest_of_three_tabs_that_holds_a_grandparent_is_not_punished() {
    let state = rotated_at(&[100, 104]);
    assert_eq!(verdict(&state, 1, 109), Verdict::Again(Leniency::ReuseInterval));
}

#[test]
fn a_grandparent_is_never_a_lost_answer() {
    let state = begun().rotated(at(100)).rotated(at(200));
    assert_eq!(verdict(&state, 1, 500), Verdict::Reuse);
    assert_eq!(verdict(&state, 2, 500), Verdict::Again(Leniency::LostAnswer));
}

#[test]
fn below_the_floor_there_is_no_leniency() {
    let mut state = begun().rotated(at(100));
    state.floor = Generation(2);
    assert_eq!(verdict(&state, 1, 101), Verdict::Reuse);
    assert_eq!(verdict(&state, 2, 101), Verdict::Rotate);
}

#[test]
fn a_generation_never_issued_punishes_nobody() {
    assert_eq!(verdict(&begun(), 2, 5), Verdict::NotIssuedYet);
}

#[test]
fn each_end_has_its_own_word_and_comes_at_its_second() {
    let state = begun();
    assert_eq!(verdict(&state, 1, 7_199), Verdict::Rotate);
    assert_eq!(verdict(&state, 1, 7_200), Verdict::Refuse(EndReason::SessionIdle));
    let mut busy = begun();
    busy.touch(at(43_000), &POLICY);
    assert_eq!(verdict(&busy, 1, 43_199), Verdict::Rotate);
    assert_eq!(verdict(&busy, 1, 43_200), Verdict::Refuse(EndReason::SessionExpired));
    let disabled = judge(&state, true, presented(1), at(5), &POLICY);
    assert_eq!(disabled, Verdict::Refuse(EndReason::AccountDisabled));
    let ended = SessionState { ended: Some(EndReason::SessionRevoked), ..begun() };
    assert_eq!(verdict(&ended, 1, 5), Verdict::Refuse(EndReason::SessionRevoked));
}

#[test]
fn after_reuse_was_found_every_token_fails_also_within_the_window() {
    let state =
        SessionState { ended: Some(EndReason::RefreshTokenAlreadyUsed), ..rotated_at(&[100, 200]) };
    for generation in 1..=3 {
        let refused = Verdict::Refuse(EndReason::RefreshTokenAlreadyUsed);
        assert_eq!(verdict(&state, generation, 201), refused);
    }
}

#[test]
fn an_end_by_act_is_told_before_an_end_by_time() {
    let ended = SessionState { ended: Some(EndReason::SessionRevoked), ..begun() };
    assert_eq!(verdict(&ended, 1, 99_999), Verdict::Refuse(EndReason::SessionRevoked));
}

#[test]
fn rotation_moves_neither_end() {
    let state = rotated_at(&[3_000, 7_000]);
    assert_eq!(state.absolute_expires_at, begun().absolute_expires_at);
    assert_eq!(state.idle_expires_at, begun().idle_expires_at);
}

#[test]
fn the_persons_acts_move_the_idle_end_forward_only_and_never_past_the_absolute_end() {
    let mut state = begun();
    state.touch(at(1_000), &POLICY);
    assert_eq!(state.idle_expires_at, at(8_200));
    state.touch(at(500), &POLICY);
    assert_eq!(state.idle_expires_at, at(8_200));
    state.touch(at(42_000), &POLICY);
    assert_eq!(state.idle_expires_at, state.absolute_expires_at);
}

/// What may happen to a session in a random life of it.
#[derive(Debug, Clone)]
enum Step {
    /// A client presents the token it holds, and perhaps loses the answer.
    Refresh { client: usize, answer_lost: bool },
    /// A client uses the access token it holds.
    Use { client: usize },
    /// Time goes by.
    Wait { seconds: i64 },
    /// Everybody who shares the honest client's storage gets its newest token.
    Share,
}

fn step(clients: usize) -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..clients, any::<bool>())
            .prop_map(|(client, answer_lost)| Step::Refresh { client, answer_lost }),
        (0..clients).prop_map(|client| Step::Use { client }),
        (0_i64..40).prop_map(|seconds| Step::Wait { seconds }),
        Just(Step::Share),
    ]
}

/// Plays a life in which each client holds one generation; answers the states it went through.
fn play(steps: &[Step], clients: usize) -> Vec<(SessionState, Option<Verdict>, i64)> {
    let (mut state, mut now, mut held) = (begun(), 0, vec![Generation::FIRST; clients]);
    let mut life = Vec::new();
    for step in steps {
        let mut seen = None;
        match step {
            Step::Wait { seconds } => now += seconds,
            Step::Share => {
                let newest = held.iter().copied().max().unwrap_or(Generation::FIRST);
                held.fill(newest);
            }
            Step::Use { client } => state.confirm(held[*client], at(now)),
            Step::Refresh { client, answer_lost } => {
                let verdict = judge(&state, false, presented(held[*client].0), at(now), &POLICY);
                match verdict {
                    Verdict::Rotate => state = state.rotated(at(now)),
                    Verdict::Reuse => state.ended = Some(EndReason::RefreshTokenAlreadyUsed),
                    _ => {}
                }
                if matches!(verdict, Verdict::Rotate | Verdict::Again(_)) && !answer_lost {
                    held[*client] = state.generation;
                }
                seen = Some(verdict);
            }
        }
        life.push((state.clone(), seen, now));
    }
    life
}

proptest! {
    #[test]
    fn one_client_alone_is_never_refused_whatever_answers_it_loses(
        steps in prop::collection::vec(step(1), 0..60),
    ) {
        for (state, verdict, now) in play(&steps, 1) {
            if at(now) < state.idle_expires_at {
                prop_assert!(state.ended.is_none());
                prop_assert!(!matches!(verdict, Some(Verdict::Reuse | Verdict::NotIssuedYet)));
            }
        }
    }

    #[test]
    fn a_generation_only_ever_grows_by_one_and_the_ends_never_move(
        steps in prop::collection::vec(step(3), 0..60),
    ) {
        let mut before = begun();
        for (state, _, _) in play(&steps, 3) {
            prop_assert!(state.generation.0 - before.generation.0 <= 1);
            prop_assert_eq!(state.absolute_expires_at, before.absolute_expires_at);
            prop_assert!(state.superseded_at.len() <= SUPERSEDED_KEPT);
            prop_assert!(state.confirmed <= state.generation);
            before = state;
        }
    }

    #[test]
    fn once_ended_a_session_answers_nobody(steps in prop::collection::vec(step(3), 0..80)) {
        let mut over = false;
        for (state, verdict, _) in play(&steps, 3) {
            if over {
                prop_assert!(matches!(verdict, None | Some(Verdict::Refuse(_))));
            }
            over |= state.ended.is_some();
        }
    }

    #[test]
    fn a_thief_and_an_owner_who_both_go_on_are_found_out(
        waits in prop::collection::vec(11_i64..600, 2..6),
        thief_first: bool,
    ) {
        // Both hold generation 1. Each uses what it gets; they take turns, outside the interval.
        let (mut state, mut now) = (begun(), 0);
        let mut held = [Generation::FIRST; 2];
        let mut found = false;
        for (turn, wait) in waits.iter().cycle().take(4).enumerate() {
            now += wait;
            let who = (turn + usize::from(thief_first)) % 2;
            match judge(&state, false, presented(held[who].0), at(now), &POLICY) {
                Verdict::Rotate => {
                    state = state.rotated(at(now));
                    held[who] = state.generation;
                    state.confirm(held[who], at(now));
                }
                Verdict::Again(_) => held[who] = state.generation,
                _ => { found = true; break; }
            }
        }
        prop_assert!(found, "two holders of one token went on side by side");
    }
}
