//! Tests of what an invitation is good for, and what may be chosen with it.

use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_000);

fn invitation() -> Invitation {
    let staff = Staff {
        id: UserId(1),
        email: "grace@wardline.test".into(),
        full_name: "Grace Achieng".into(),
        phone_number: None,
        role: Role::Officer,
        locale: Locale::En,
        disabled: false,
        claims_version: 1,
        onboarded: false,
    };
    Invitation { staff, expires_at: Timestamp::from_millis(1_001), used: false, superseded: false }
}

fn member() -> NewMember {
    NewMember {
        email: " Grace@Wardline.Test ".into(),
        full_name: " Grace Achieng ".into(),
        role: Role::Officer,
        areas: vec![AreaId(3), AreaId(2), AreaId(3)],
        locale: Locale::Sw,
    }
}

fn fault<T: std::fmt::Debug>(outcome: Result<T, Refusal>) -> (String, String) {
    match outcome {
        Err(Refusal::Invalid { field, detail }) => (field.into_owned(), detail.into_owned()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_open_invitation_counts_until_its_end_and_not_at_it() {
    assert_eq!(invitation().judge(NOW), Ok(()));
    let end = Timestamp::from_millis(1_001);
    assert_eq!(invitation().judge(end), Err(Refusal::InvitationExpired));
}

#[test]
fn a_used_link_says_so_also_when_it_is_superseded_and_over() {
    let used = Invitation { used: true, superseded: true, ..invitation() };
    assert_eq!(used.judge(Timestamp::from_millis(9_999)), Err(Refusal::InvitationUsed));
    let superseded = Invitation { superseded: true, ..invitation() };
    assert_eq!(superseded.judge(NOW), Err(Refusal::InvitationSuperseded));
}

#[test]
fn the_link_of_a_deactivated_account_is_told_like_one_that_is_over() {
    let mut disabled = invitation();
    disabled.staff.disabled = true;
    assert_eq!(disabled.judge(NOW), Err(Refusal::InvitationExpired));
}

#[test]
fn no_refusal_of_a_link_ends_a_session_or_names_anybody() {
    for refusal in [
        Refusal::InvitationUnknown,
        Refusal::InvitationUsed,
        Refusal::InvitationSuperseded,
        Refusal::InvitationExpired,
    ] {
        assert!(!refusal.ends_session() && !matches!(refusal.status(), 400 | 401));
        assert!(!refusal.detail().contains("account"), "{refusal}");
    }
}

#[test]
fn somebody_new_is_kept_in_order_and_without_a_password() {
    let new = member().checked().unwrap();
    assert_eq!(
        (new.email.as_str(), new.full_name.as_str()),
        ("grace@wardline.test", "Grace Achieng")
    );
    assert_eq!((new.areas, new.locale), (vec![AreaId(2), AreaId(3)], Locale::Sw));
    assert_eq!((new.password_hash.as_str(), new.onboarded), (NO_PASSWORD, false));
}

#[test]
fn what_can_not_be_kept_of_somebody_new_is_named_by_its_field() {
    for wrong in ["", "grace", "@wardline.test", "grace@", "a b@c", "a@b@c", &"x@y".repeat(99)] {
        let (field, _) = fault(NewMember { email: wrong.into(), ..member() }.checked());
        assert_eq!(field, "email", "{wrong}");
    }
    let (field, _) = fault(NewMember { full_name: " ".into(), ..member() }.checked());
    assert_eq!(field, "full_name");
    let many = (0..=100).map(AreaId).collect();
    let (field, detail) = fault(NewMember { areas: many, ..member() }.checked());
    assert_eq!(field, "areas");
    assert!(detail.contains("100"), "{detail}");
}

#[test]
fn a_password_is_measured_in_characters_and_is_told_what_would_be_right() {
    let email = "grace@wardline.test";
    for right in ["ten chars!", &"é".repeat(10), &"x".repeat(200)] {
        assert_eq!(password_of(email, right), Ok(()));
    }
    let (field, detail) = fault(password_of(email, "ten char!"));
    assert_eq!(field, "password");
    assert!(detail.contains("at least 10"), "{detail}");
    let (_, detail) = fault(password_of(email, &"x".repeat(201)));
    assert!(detail.contains("at most 200"), "{detail}");
    let (_, detail) = fault(password_of(email, " GRACE@wardline.test"));
    assert!(detail.contains("not your e-mail"), "{detail}");
}
