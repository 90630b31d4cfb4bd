//! What becomes of calls and their answers.

use super::*;

#[test]
fn a_refusal_that_asks_for_newer_tokens_leads_to_one_repeat() {
    let page = Page::fresh();
    let first = page.keeper.stamp();
    let stale = Some(&Refusal::TokenExpired);
    assert_eq!(page.keeper.follow(&first, stale), Follow::Repeat);
    let second = page.keeper.set_out(&first, true).unwrap();
    assert_eq!(page.keeper.follow(&second, stale), Follow::Deliver, "a second refusal is final");
    assert_eq!(page.keeper.follow(&first, Some(&Refusal::TicketResolved)), Follow::Deliver);
}

#[test]
fn the_answer_to_a_repeat_after_changed_claims_belongs_to_the_new_epoch() {
    let mut page = Page::fresh();
    let first = page.keeper.stamp();
    assert_eq!(page.keeper.follow(&first, Some(&Refusal::ClaimsStale)), Follow::Repeat);
    let generation = first.generation;
    page.hear(Input::Refused { why: Refusal::ClaimsStale, generation });
    let id = page.sent();
    let mut got = shared(2, page.now);
    got.claims_version = 2;
    page.answer(id, Answer::Holds(got));
    let second = page.keeper.set_out(&first, true).unwrap();
    assert_eq!(
        page.keeper.follow(&first, None),
        Follow::Drop,
        "what was asked for before is not shown"
    );
    assert_eq!(page.keeper.follow(&second, None), Follow::Deliver);
}

#[test]
fn a_call_is_never_repeated_for_somebody_else() {
    let mut page = Page::fresh();
    let first = page.keeper.stamp();
    page.hear(Input::SignedOut);
    assert_eq!(page.keeper.set_out(&first, true), None);
}

#[test]
fn without_a_network_a_call_that_needs_new_tokens_is_told_so_at_once() {
    let mut page = Page::fresh();
    page.after(LIFE).hear(Input::Call);
    assert_eq!(page.keeper.gate(page.now), Gate::Wait);
    page.hear(Input::WentOffline);
    assert!(page.said.contains(&Effect::Go), "those that wait look again");
    assert_eq!(page.keeper.gate(page.now), Gate::Away);
    page.hear(Input::Woke(Wake::Online));
    assert_eq!(page.keeper.gate(page.now), Gate::Wait);
}
