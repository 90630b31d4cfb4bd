//! Where the session stands: wake-ups and heartbeats, ends and warnings, other claims, other people.

use super::*;

const PURGE: Effect = Effect::Purge { epoch: 1, user: Some(UserId(7)) };

#[test]
fn several_wake_ups_cause_one_look() {
    let mut page = Page::fresh();
    page.after(secs(60));
    page.hear(Input::Woke(Wake::Visible));
    let id = page.check().expect("asks the server");
    page.hear(Input::Woke(Wake::Online)).hear(Input::Woke(Wake::Resumed));
    assert_eq!(page.check(), None, "a second look beside the first");
    let got = shared(1, page.now);
    page.holds(id, got);
    page.hear(Input::Woke(Wake::Visible));
    assert_eq!(page.check(), None, "the last look was a moment ago");
}

#[test]
fn a_page_from_the_browsers_cache_may_change_nothing_before_the_server_confirms_it() {
    let mut page = Page::fresh();
    page.after(secs(60)).hear(Input::Woke(Wake::Restored));
    assert_eq!(page.keeper.phase(), &Phase::Restoring);
    assert!(!page.keeper.phase().can_mutate());
    let id = page.check().unwrap();
    let got = shared(1, page.now);
    page.holds(id, got);
    assert_eq!(page.keeper.phase(), &Phase::Active);
}

#[test]
fn the_heartbeat_says_when_the_person_was_last_there() {
    let mut page = Page::fresh();
    page.after(secs(100)).hear(Input::Acted);
    page.after(secs(200));
    let idle_for = page.said.iter().find_map(|effect| match effect {
        Effect::Check { idle_for, .. } => Some(*idle_for),
        _ => None,
    });
    assert_eq!(idle_for, Some(Some(secs(200))));
}

#[test]
fn a_page_in_the_background_sends_no_heartbeat() {
    let mut page = Page::fresh();
    page.hear(Input::Hidden);
    page.after(secs(400));
    assert_eq!(page.check(), None);
}

#[test]
fn the_warning_comes_after_the_server_was_asked_and_goes_when_the_person_stays() {
    let mut idle = shared(1, START);
    idle.idle_expires_at = START.plus(secs(600));
    let mut page = Page::of(idle.clone());
    page.after(secs(286));
    let id = page.check().expect("asks before it warns");
    page.holds(id, idle.clone());
    page.after(secs(20));
    assert!(matches!(page.keeper.phase(), Phase::Warning { dismissed: false, .. }));
    page.hear(Input::Dismissed);
    assert!(matches!(page.keeper.phase(), Phase::Warning { dismissed: true, .. }));
    page.hear(Input::Asked);
    let id = page.sent();
    idle.taken_at = page.now;
    idle.generation = Generation(2);
    page.answer(id, Answer::Holds(idle.clone()));
    let id = page.check().expect("the act that moves the idle end is told");
    idle.idle_expires_at = page.now.plus(secs(600));
    page.holds(id, idle);
    assert_eq!(page.keeper.phase(), &Phase::Active);
}

#[test]
fn after_a_night_the_end_is_shown_at_once_and_the_server_is_asked() {
    let mut page = Page::fresh();
    page.now = START.plus(secs(14 * 3600));
    page.hear(Input::Woke(Wake::Visible));
    assert_eq!(page.keeper.phase(), &Phase::Expired { why: Refusal::SessionExpired });
    let id = page.sent();
    page.answer(id, Answer::Over(Refusal::SessionExpired));
    assert!(page.said.contains(&Effect::Ended(Refusal::SessionExpired)));
}

#[test]
fn changed_claims_are_fetched_and_then_the_page_is_made_anew() {
    let mut page = Page::fresh();
    page.hear(Input::ClaimsChanged(2));
    assert_eq!(page.keeper.gate(page.now), Gate::Wait);
    let id = page.sent();
    let mut got = shared(2, page.now);
    got.claims_version = 2;
    page.answer(id, Answer::Holds(got));
    assert!(page.said.contains(&Effect::Remount { epoch: 1 }));
    assert_eq!(page.keeper.gate(page.now), Gate::Go);
}

#[test]
fn somebody_else_in_another_tab_purges_this_one() {
    let mut page = Page::fresh();
    let mut theirs = shared(1, page.now);
    theirs.user = UserId(8);
    page.hear(Input::Heard(theirs));
    assert!(page.said.contains(&PURGE));
    assert_eq!(page.keeper.phase(), &Phase::SignedOut);
}

#[test]
fn an_answer_that_belongs_to_somebody_else_purges_and_is_not_shown() {
    let mut page = Page::fresh();
    page.after(LIFE);
    let id = page.sent();
    let mut theirs = shared(1, page.now);
    theirs.user = UserId(8);
    page.answer(id, Answer::Holds(theirs));
    assert!(page.said.contains(&PURGE));
    assert!(page.said.contains(&Effect::ReleaseLock));
    assert!(!page.said.contains(&Effect::Renewed));
}

#[test]
fn a_sign_out_in_one_tab_purges_the_others_and_a_late_answer_changes_nothing() {
    let mut page = Page::fresh();
    page.after(LIFE);
    let id = page.sent();
    page.hear(Input::HeardEnd { session: SessionId(Uuid::from_u128(1)), why: None });
    assert!(page.said.contains(&PURGE));
    assert!(
        page.said.contains(&Effect::Abort { id }),
        "its cookies must not come after the sign-out"
    );
    page.renew(id, 2);
    assert_eq!(page.keeper.phase(), &Phase::SignedOut);
    assert_eq!(page.keeper.known(), None);
}

#[test]
fn the_same_person_signs_in_in_place_and_goes_on_under_a_new_epoch() {
    let mut page = Page::fresh();
    page.hear(Input::Refused { why: Refusal::SessionRevoked, generation: Generation(1) });
    assert!(matches!(page.keeper.phase(), Phase::Expired { .. }));
    let mut again = shared(1, page.now);
    again.session = SessionId(Uuid::from_u128(2));
    again.authenticated_at = START.plus(secs(1));
    page.hear(Input::SignedIn(again));
    assert_eq!(page.keeper.phase(), &Phase::Active);
    assert!(page.said.contains(&Effect::Remount { epoch: 1 }));
    assert!(page.said.contains(&Effect::Renewed));
}

#[test]
fn a_clock_that_was_set_back_is_put_right_by_the_next_heartbeat() {
    let mut page = Page::fresh();
    page.now = START.minus(secs(3600));
    page.hear(Input::Woke(Wake::Visible));
    let id = page.check().expect("asks the server");
    let mut got = shared(1, page.now);
    got.skew_ms = 3_600_000;
    page.holds(id, got);
    assert_eq!(page.keeper.server_time(page.now), Some(START));
}

#[test]
fn a_heartbeat_that_went_out_for_a_former_session_does_not_end_this_one() {
    let mut page = Page::of(shared(5, START));
    page.after(secs(60)).hear(Input::Woke(Wake::Visible));
    let id = page.check().expect("asks the server");
    let again = signed_in_again(&page);
    page.hear(Input::Heard(again));
    page.hear(Input::Checked { id, answer: Answer::Over(Refusal::SessionRevoked), shared: None });
    assert_eq!(page.keeper.phase(), &Phase::Active);
}

#[test]
fn what_another_tab_heard_later_counts_although_the_clock_was_set_back() {
    let mut page = Page::fresh();
    page.now = START.minus(secs(3600));
    let mut theirs = shared(1, page.now);
    theirs.skew_ms = 3_600_000;
    page.hear(Input::Heard(theirs));
    assert_eq!(page.keeper.server_time(page.now), Some(START));
}

#[test]
fn cookies_that_went_with_the_session_say_by_which_end() {
    let mut page = Page::fresh();
    page.now = START.plus(secs(12 * 3600 + 1));
    page.hear(Input::Tick);
    let id = page.sent();
    page.answer(id, Answer::Over(Refusal::TokenMissing));
    assert!(page.said.contains(&Effect::Ended(Refusal::SessionExpired)));
}

#[test]
fn a_warning_stays_dismissed_although_the_difference_of_the_clocks_is_estimated_anew() {
    let mut idle = shared(1, START);
    idle.idle_expires_at = START.plus(secs(600));
    let mut page = Page::of(idle.clone());
    page.after(secs(310));
    let id = page.check().expect("asks before it warns");
    page.hear(Input::Dismissed);
    idle.skew_ms = 37;
    page.holds(id, idle);
    assert!(matches!(page.keeper.phase(), Phase::Warning { dismissed: true, .. }));
}

#[test]
fn a_wrong_word_against_the_network_is_found_out() {
    let mut page = Page::fresh();
    page.hear(Input::WentOffline);
    assert_eq!(page.keeper.phase(), &Phase::Offline);
    page.after(secs(16));
    let id = page.check().expect("looks whether it is true");
    let got = shared(1, page.now);
    page.holds(id, got);
    assert_eq!(page.keeper.phase(), &Phase::Active);
}

#[test]
fn a_wrong_word_against_the_network_does_not_keep_new_tokens_away() {
    let mut page = Page::fresh();
    page.hear(Input::WentOffline);
    page.after(LIFE);
    page.after(secs(16));
    let id = page.sent();
    page.renew(id, 2);
    assert_eq!(page.keeper.phase(), &Phase::Active);
}

#[test]
fn the_server_is_told_once_what_was_counted() {
    let mut page = Page::fresh();
    page.hear(Input::Call).hear(Input::Call);
    let told = |page: &Page| {
        page.said.iter().find_map(|effect| match effect {
            Effect::Check { figures, .. } => Some(figures.hits),
            _ => None,
        })
    };
    page.after(secs(400));
    assert_eq!(told(&page), Some(2));
    let id = page.check().unwrap();
    let got = shared(1, page.now);
    page.holds(id, got);
    page.after(secs(400));
    assert_eq!(told(&page), Some(0));
}

#[test]
fn claims_that_no_node_knows_of_are_not_asked_for_without_an_end() {
    let mut page = Page::fresh();
    page.hear(Input::ClaimsChanged(9));
    let mut asked = 0;
    for _ in 0..1_000 {
        if page.said.contains(&Effect::TakeLock) {
            asked += 1;
            let id = page.sent();
            page.renew(id, asked + 1);
        }
        page.after(secs(1));
    }
    assert!((5..=8).contains(&asked), "{asked} refreshes");
    assert_eq!(page.keeper.gate(page.now), Gate::Go, "the server's word counts");
}
