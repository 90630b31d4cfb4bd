//! When new tokens are fetched, what calls do meanwhile, and which answers are believed.

use super::*;

const NOTHING: Answer = Answer::Unknown { wait: None };

#[test]
fn a_page_with_a_fresh_token_sends_calls_and_asks_for_nothing() {
    let mut page = Page::fresh();
    assert_eq!(page.keeper.phase(), &Phase::Active);
    page.hear(Input::Call);
    assert_eq!(page.keeper.gate(page.now), Gate::Go);
    assert!(matches!(page.said[..], [Effect::WakeAt(_)]));
}

#[test]
fn a_refresh_starts_in_the_background_while_the_token_still_serves() {
    let mut page = Page::fresh();
    page.after(before(secs(299)));
    assert_eq!(page.keeper.gate(page.now), Gate::Go);
    let id = page.sent();
    page.renew(id, 2);
    assert!(page.said.contains(&Effect::Renewed));
    assert!(page.said.contains(&Effect::ReleaseLock));
    assert_eq!(page.keeper.generation(), Generation(2));
}

#[test]
fn calls_wait_from_half_a_minute_before_the_end_and_go_on_together() {
    let mut page = Page::fresh();
    page.after(before(secs(29))).hear(Input::Call);
    assert_eq!(page.keeper.gate(page.now), Gate::Wait);
    page.hear(Input::Locked { held: true, shared: None });
    let id = page.refresh().unwrap();
    page.hear(Input::Call);
    assert_eq!(page.refresh(), None, "a second refresh beside the first");
    page.renew(id, 2);
    assert_eq!(page.said.iter().filter(|effect| **effect == Effect::Go).count(), 1);
    assert_eq!(page.keeper.gate(page.now), Gate::Go);
}

#[test]
fn what_another_tab_got_meanwhile_is_adopted_inside_the_lock() {
    let mut page = Page::fresh();
    page.after(before(secs(10)));
    assert!(page.said.contains(&Effect::TakeLock));
    let theirs = shared(2, page.now);
    page.hear(Input::Locked { held: true, shared: Some(theirs) });
    assert_eq!(page.refresh(), None);
    assert!(page.said.contains(&Effect::ReleaseLock) && page.said.contains(&Effect::Renewed));
    assert_eq!(page.keeper.status(page.now).adopted, 1);
}

#[test]
fn a_lock_that_comes_too_late_is_given_back() {
    let mut page = Page::fresh();
    page.after(LIFE);
    page.hear(Input::Locked { held: false, shared: None });
    let id = page.refresh().expect("goes on without the lock");
    page.hear(Input::Locked { held: true, shared: None });
    assert!(page.said.contains(&Effect::ReleaseLock));
    page.renew(id, 2);
    assert!(!page.said.contains(&Effect::ReleaseLock), "it never held it");
}

#[test]
fn the_first_repeat_comes_at_once_and_then_the_pauses_grow() {
    let mut page = Page::fresh();
    page.after(LIFE);
    let id = page.sent();
    page.answer(id, NOTHING);
    assert_eq!(page.refresh(), Some(id), "the first repeat has the lock still");
    page.answer(id, NOTHING);
    assert!(page.said.contains(&Effect::ReleaseLock), "a pause must not hold the lock");
    assert_eq!(page.keeper.phase(), &Phase::Offline);
    // Chance 0.5 of a span of two seconds.
    page.after(Duration::from_millis(900));
    assert!(!page.said.contains(&Effect::TakeLock));
    page.after(Duration::from_millis(200));
    let again = page.sent();
    page.renew(again, 2);
    assert_eq!(page.keeper.phase(), &Phase::Active);
}

#[test]
fn only_a_final_code_ends_the_session() {
    let mut page = Page::fresh();
    page.after(LIFE);
    let id = page.sent();
    page.answer(id, Answer::Unknown { wait: Some(secs(30)) });
    assert!(!matches!(page.keeper.phase(), Phase::Expired { .. }));
    page.after(secs(45));
    let id = page.sent();
    page.answer(id, Answer::Over(Refusal::SessionRevoked));
    assert!(page.said.contains(&Effect::Ended(Refusal::SessionRevoked)));
    assert_eq!(page.keeper.gate(page.now), Gate::Over(Refusal::SessionRevoked));
    page.after(secs(3600));
    assert_eq!(page.said, [], "an ended session asks for nothing any more");
}

#[test]
fn a_used_token_is_questioned_once_before_it_is_believed() {
    let mut page = Page::fresh();
    page.after(LIFE);
    let id = page.sent();
    page.answer(id, Answer::Over(Refusal::RefreshTokenAlreadyUsed));
    assert_eq!(page.refresh(), Some(id));
    page.answer(id, Answer::Over(Refusal::RefreshTokenAlreadyUsed));
    assert!(page.said.contains(&Effect::Ended(Refusal::RefreshTokenAlreadyUsed)));
}

#[test]
fn an_end_is_not_believed_when_another_tab_has_newer_tokens() {
    let mut page = Page::fresh();
    page.after(LIFE);
    let id = page.sent();
    let theirs = shared(5, page.now);
    let answer = Answer::Over(Refusal::SessionRevoked);
    page.hear(Input::Refreshed { id, answer, shared: Some(theirs) });
    assert_eq!(page.refresh(), Some(id));
    page.renew(id, 6);
    assert_eq!(page.keeper.phase(), &Phase::Active);
}

#[test]
fn a_refused_call_leads_to_one_refresh_and_an_older_calls_refusal_to_none() {
    let mut page = Page::fresh();
    page.hear(Input::Refused { why: Refusal::TokenExpired, generation: Generation(1) });
    assert_eq!(page.keeper.gate(page.now), Gate::Wait);
    let id = page.sent();
    page.renew(id, 2);
    assert_eq!(page.keeper.gate(page.now), Gate::Go);
    page.hear(Input::Refused { why: Refusal::TokenExpired, generation: Generation(1) });
    assert_eq!(page.keeper.gate(page.now), Gate::Go);
    assert!(!page.said.contains(&Effect::TakeLock));
}

#[test]
fn a_node_that_does_not_know_the_new_claims_yet_is_asked_again() {
    let mut page = Page::fresh();
    page.hear(Input::ClaimsChanged(2));
    let id = page.sent();
    page.renew(id, 2);
    assert_eq!(page.keeper.gate(page.now), Gate::Wait);
    page.after(secs(1));
    assert!(page.said.contains(&Effect::TakeLock));
}

#[test]
fn a_late_answer_with_an_older_generation_is_followed_by_another_refresh() {
    let mut page = Page::fresh();
    page.after(LIFE);
    let id = page.sent();
    let theirs = Some(shared(3, page.now));
    let late = Answer::Holds(shared(2, page.now));
    page.hear(Input::Refreshed { id, answer: late, shared: theirs });
    assert_eq!(page.refresh(), Some(id), "an older cookie may lie over the newer one");
    page.renew(id, 3);
    assert_eq!(page.keeper.generation(), Generation(3));
    assert_eq!(page.refresh(), None);
}

#[test]
fn a_token_that_lasts_to_the_end_of_the_session_is_not_renewed() {
    let mut last = shared(9, START);
    last.absolute_expires_at = START.plus(LIFE);
    last.idle_expires_at = last.absolute_expires_at;
    let mut page = Page::of(last);
    page.after(before(secs(1)));
    assert!(!page.said.contains(&Effect::TakeLock));
    page.after(secs(2));
    assert!(page.said.contains(&Effect::TakeLock), "after the end the server has the word");
}

#[test]
fn without_a_network_nothing_is_sent_and_with_it_one_request() {
    let mut page = Page::fresh();
    page.hear(Input::WentOffline);
    page.after(LIFE);
    assert_eq!(page.keeper.phase(), &Phase::Offline);
    assert!(!page.said.contains(&Effect::TakeLock));
    page.hear(Input::Woke(Wake::Online));
    assert!(page.said.contains(&Effect::TakeLock));
}

#[test]
fn tokens_of_five_seconds_are_renewed_once_each() {
    let mut short = shared(1, START);
    short.life = secs(5);
    short.access_until = START.plus(short.life);
    let mut page = Page::of(short);
    page.after(Duration::from_millis(4_700));
    assert!(!page.said.contains(&Effect::TakeLock));
    page.after(Duration::from_millis(50));
    assert!(page.said.contains(&Effect::TakeLock));
}

#[test]
fn a_repeat_is_not_sent_when_another_tab_has_brought_tokens_meanwhile() {
    let mut page = Page::fresh();
    page.after(LIFE);
    let id = page.sent();
    let theirs = Some(shared(2, page.now));
    page.hear(Input::Refreshed { id, answer: NOTHING, shared: theirs });
    assert_eq!(page.refresh(), None);
    assert!(page.said.contains(&Effect::ReleaseLock));
    assert_eq!(page.keeper.gate(page.now), Gate::Go);
}

#[test]
fn a_refresh_that_another_tab_has_made_needless_is_broken_off_and_the_cookies_are_looked_at() {
    let mut page = Page::fresh();
    page.after(LIFE);
    let id = page.sent();
    let theirs = shared(3, page.now);
    page.hear(Input::Heard(theirs));
    assert!(page.said.contains(&Effect::Abort { id }) && page.said.contains(&Effect::ReleaseLock));
    let check = page.check().expect("which cookies the browser has, the server says");
    page.holds(check, shared(2, page.now));
    let id = page.sent();
    page.renew(id, 3);
    assert_eq!(page.keeper.gate(page.now), Gate::Go);
    assert!(!page.said.contains(&Effect::TakeLock));
}

#[test]
fn an_answer_that_is_here_is_not_broken_off() {
    let mut page = Page::fresh();
    page.after(LIFE);
    let id = page.sent();
    page.renew(id, 2);
    assert!(!page.said.contains(&Effect::Abort { id }));
}

#[test]
fn a_page_that_goes_to_the_background_does_not_break_its_refresh_off() {
    let mut page = Page::fresh();
    page.after(before(secs(299)));
    let id = page.sent();
    page.hear(Input::Hidden);
    assert!(!page.said.contains(&Effect::Abort { id }));
}

#[test]
fn the_end_of_a_former_session_is_not_believed_of_this_one() {
    let mut page = Page::of(shared(5, START));
    page.after(LIFE);
    let id = page.sent();
    let again = signed_in_again(&page);
    let answer = Answer::Over(Refusal::SessionRevoked);
    page.hear(Input::Refreshed { id, answer, shared: Some(again.clone()) });
    assert_eq!(page.refresh(), Some(id), "asks again, with the cookies of this one");
    page.answer(id, Answer::Holds(again));
    assert_eq!(page.keeper.phase(), &Phase::Active);
}

#[test]
fn a_questioned_end_is_not_believed_either_of_a_session_that_came_meanwhile() {
    let mut page = Page::of(shared(5, START));
    page.after(LIFE);
    let id = page.sent();
    page.answer(id, Answer::Over(Refusal::RefreshTokenAlreadyUsed));
    assert_eq!(page.refresh(), Some(id));
    let again = signed_in_again(&page);
    let answer = Answer::Over(Refusal::RefreshTokenAlreadyUsed);
    page.hear(Input::Refreshed { id, answer, shared: Some(again.clone()) });
    assert_eq!(page.refresh(), Some(id), "asks again, with the cookies of this one");
    page.answer(id, Answer::Holds(again));
    assert_eq!(page.keeper.phase(), &Phase::Active);
}
