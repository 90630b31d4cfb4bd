//! Who covers which ward, in this node's memory: the input to every fan-out.
//!
//! Loaded from the database once, then changed only by the events of the log, in their order. So a
//! grant or a revocation takes effect exactly between the events before and after it.

use domain::areas::Coverage;
use domain::event::{Audience, EventBody};
use domain::id::{AreaId, UserId};
use domain::staff::Role;
use std::collections::{HashMap, HashSet};

/// The index ward → people.
#[derive(Debug, Default)]
pub(super) struct AudienceIndex {
    admins: HashSet<UserId>,
    disabled: HashSet<UserId>,
    by_ward: HashMap<AreaId, HashSet<UserId>>,
}

impl AudienceIndex {
    pub(super) fn load(coverage: Coverage) -> Self {
        let mut index = Self {
            admins: coverage.admins.into_iter().collect(),
            disabled: coverage.disabled.into_iter().collect(),
            by_ward: HashMap::new(),
        };
        for (user, ward) in coverage.wards {
            index.by_ward.entry(ward).or_default().insert(user);
        }
        index
    }

    /// Takes in what an event says about rights. Applying one twice changes nothing.
    pub(super) fn apply(&mut self, event: &EventBody) {
        match event {
            EventBody::AccessGranted(granted) => {
                for ward in &granted.ward_ids {
                    self.by_ward.entry(*ward).or_default().insert(granted.user_id);
                }
            }
            EventBody::AccessRevoked(revoked) => {
                for ward in &revoked.ward_ids {
                    self.take(*ward, revoked.user_id);
                }
            }
            EventBody::ClaimsChanged(claims) => {
                put(&mut self.admins, claims.user_id, claims.role == Role::Admin);
                put(&mut self.disabled, claims.user_id, claims.disabled);
            }
            _ => {}
        }
    }

    /// Whether `user` may hear an event of this audience, by what the index says now.
    pub(super) fn may_hear(&self, user: UserId, audience: Audience) -> bool {
        let in_service = !self.disabled.contains(&user);
        let is_admin = self.admins.contains(&user);
        match audience {
            Audience::Ward(ward) => in_service && (is_admin || self.covers(user, ward)),
            Audience::OnlyWard { left, entered } => {
                in_service && !is_admin && self.covers(user, left) && !self.covers(user, entered)
            }
            Audience::Person(person) => person == user,
            Audience::Nobody => false,
        }
    }

    /// Everybody who may hear an event of this audience, each once.
    pub(super) fn hearers(&self, audience: Audience) -> Vec<UserId> {
        let (admins, ward) = match audience {
            Audience::Nobody => return Vec::new(),
            Audience::Person(person) => return vec![person],
            Audience::Ward(ward) => (Some(&self.admins), ward),
            Audience::OnlyWard { left, .. } => (None, left),
        };
        let officers = self.officers(ward).filter(|user| !self.admins.contains(user));
        let candidates = admins.into_iter().flatten().copied().chain(officers);
        candidates.filter(|user| self.may_hear(*user, audience)).collect()
    }

    fn officers(&self, ward: Option<AreaId>) -> impl Iterator<Item = UserId> + '_ {
        ward.and_then(|ward| self.by_ward.get(&ward)).into_iter().flatten().copied()
    }

    fn covers(&self, user: UserId, ward: Option<AreaId>) -> bool {
        ward.and_then(|ward| self.by_ward.get(&ward)).is_some_and(|users| users.contains(&user))
    }

    fn take(&mut self, ward: AreaId, user: UserId) {
        if let Some(users) = self.by_ward.get_mut(&ward) {
            users.remove(&user);
            if users.is_empty() {
                self.by_ward.remove(&ward);
            }
        }
    }
}

fn put(set: &mut HashSet<UserId>, user: UserId, inside: bool) {
    if inside {
        set.insert(user);
    } else {
        set.remove(&user);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::event::{AccessChanged, ClaimsChanged};

    const ADMIN: UserId = UserId(1);
    const ANA: UserId = UserId(2);
    const BEN: UserId = UserId(3);
    const NORTH: AreaId = AreaId(10);
    const SOUTH: AreaId = AreaId(11);

    fn index() -> AudienceIndex {
        AudienceIndex::load(Coverage {
            admins: vec![ADMIN],
            wards: vec![(ANA, NORTH), (BEN, NORTH), (BEN, SOUTH)],
            disabled: vec![],
        })
    }

    fn sorted(mut users: Vec<UserId>) -> Vec<UserId> {
        users.sort();
        users
    }

    #[test]
    fn admins_and_those_who_cover_the_ward_hear_and_nobody_else() {
        assert_eq!(sorted(index().hearers(Audience::Ward(Some(NORTH)))), [ADMIN, ANA, BEN]);
        assert_eq!(sorted(index().hearers(Audience::Ward(Some(SOUTH)))), [ADMIN, BEN]);
    }

    #[test]
    fn what_has_no_ward_yet_is_the_admins_alone() {
        assert_eq!(index().hearers(Audience::Ward(None)), [ADMIN]);
    }

    #[test]
    fn a_ticket_that_moved_away_is_told_to_those_who_lose_it() {
        let moved = Audience::OnlyWard { left: Some(NORTH), entered: Some(SOUTH) };
        assert_eq!(index().hearers(moved), [ANA]);
    }

    #[test]
    fn a_grant_and_a_revocation_take_effect_when_their_event_is_applied() {
        let mut index = index();
        let change = AccessChanged { user_id: ANA, area_id: SOUTH, ward_ids: vec![SOUTH] };
        index.apply(&EventBody::AccessGranted(change.clone()));
        assert!(index.may_hear(ANA, Audience::Ward(Some(SOUTH))));
        index.apply(&EventBody::AccessRevoked(change));
        assert!(!index.may_hear(ANA, Audience::Ward(Some(SOUTH))));
        assert!(index.may_hear(ANA, Audience::Ward(Some(NORTH))));
    }

    fn claims(user_id: UserId, role: Role, disabled: bool) -> EventBody {
        EventBody::ClaimsChanged(ClaimsChanged { user_id, claims_version: 2, role, disabled })
    }

    #[test]
    fn who_is_deactivated_hears_of_no_ward_until_they_are_back() {
        let mut index = index();
        index.apply(&claims(ADMIN, Role::Admin, true));
        index.apply(&claims(BEN, Role::Officer, true));
        assert_eq!(index.hearers(Audience::Ward(Some(NORTH))), [ANA]);
        assert_eq!(index.hearers(Audience::Ward(Some(SOUTH))), []);
        index.apply(&claims(BEN, Role::Officer, false));
        assert_eq!(index.hearers(Audience::Ward(Some(SOUTH))), [BEN]);
    }

    #[test]
    fn an_admin_who_becomes_an_officer_keeps_only_their_wards() {
        let mut index = index();
        index.apply(&claims(BEN, Role::Admin, false));
        assert!(index.may_hear(BEN, Audience::Ward(None)));
        index.apply(&claims(BEN, Role::Officer, false));
        assert!(!index.may_hear(BEN, Audience::Ward(None)));
        assert!(index.may_hear(BEN, Audience::Ward(Some(SOUTH))));
    }
}
