//! The server of the simulated world: one database with the real rotation, and two nodes that know a
//! little less than it.

use crate::rng::Rng;
use crate::rule::{Holds, Rule};
use crate::world::{MS, Planted};
use domain::id::{SessionId, UserId};
use domain::refusal::Refusal;
use domain::session::{
    EndReason, Generation, Leniency, Policy, Presented, SentAt, SessionFacts, SessionState,
    Verdict, judge,
};
use domain::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use uuid::Uuid;

/// What a device keeps for its session: the two tokens, as what is in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tokens {
    pub(crate) session: SessionId,
    pub(crate) refresh: Generation,
    pub(crate) access: Generation,
    pub(crate) access_until: Timestamp,
    pub(crate) claims: i64,
}

/// A row of the table of sessions.
pub(crate) struct Row {
    pub(crate) user: UserId,
    pub(crate) state: SessionState,
    pub(crate) authenticated_at: Timestamp,
    /// When each generation was superseded, as nobody may change it: the world's own record.
    record: BTreeMap<Generation, Timestamp>,
}

/// One of the processes that answer requests.
#[derive(Default)]
pub(crate) struct Node {
    pub(crate) down_until: i64,
    /// Receipts it has seen and not written yet.
    receipts: Vec<(SessionId, Generation)>,
    /// What its event log has told it so far.
    ended: BTreeMap<SessionId, EndReason>,
    claims: BTreeMap<UserId, i64>,
}

/// Where and when a request arrives.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At {
    pub(crate) node: usize,
    pub(crate) now: i64,
}

impl At {
    const fn time(self) -> Timestamp {
        Timestamp::from_millis(self.now)
    }
}

/// What the server says.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    Refreshed(Tokens, SessionFacts),
    Session(SessionFacts),
    Done,
    Refused(Refusal),
}

/// Something that reaches the nodes through the event log a moment later.
#[derive(Debug, Clone, Copy)]
pub(crate) enum News {
    Ended(SessionId, EndReason),
    Claims(UserId, i64),
}

pub(crate) struct Server {
    pub(crate) policy: Policy,
    pub(crate) rows: BTreeMap<SessionId, Row>,
    pub(crate) claims: BTreeMap<UserId, i64>,
    pub(crate) nodes: [Node; 2],
    /// News on their way to the nodes: when, to which, what.
    pub(crate) news: Vec<(i64, usize, News)>,
    /// The keys of what was done. A key that comes again changes nothing more.
    pub(crate) done: BTreeSet<u64>,
    /// Sessions that were ended on purpose.
    pub(crate) revoked: BTreeSet<SessionId>,
    pub(crate) planted: Option<Planted>,
    sessions: u128,
    pub(crate) rotations: u64,
}

impl Server {
    pub(crate) fn new(policy: Policy, planted: Option<Planted>) -> Self {
        Self {
            policy,
            planted,
            rows: BTreeMap::new(),
            claims: BTreeMap::new(),
            nodes: [Node::default(), Node::default()],
            news: Vec::new(),
            done: BTreeSet::new(),
            revoked: BTreeSet::new(),
            sessions: 0,
            rotations: 0,
        }
    }

    pub(crate) fn sign_in(&mut self, user: UserId, now: i64) -> (Tokens, SessionFacts) {
        self.sessions += 1;
        let id = SessionId(Uuid::from_u128(self.sessions));
        let at = Timestamp::from_millis(now);
        let row = Row {
            user,
            state: SessionState::begin(at, &self.policy),
            authenticated_at: at,
            record: BTreeMap::new(),
        };
        self.rows.insert(id, row);
        self.claims.entry(user).or_insert(1);
        self.grant(id, at)
    }

    fn grant(&self, id: SessionId, now: Timestamp) -> (Tokens, SessionFacts) {
        let row = &self.rows[&id];
        let until = now.plus(self.policy.access_ttl).min(row.state.absolute_expires_at);
        let until = Timestamp::from_seconds(until.seconds());
        let claims = self.claims[&row.user];
        let generation = row.state.generation;
        let tokens = Tokens {
            session: id,
            refresh: generation,
            access: generation,
            access_until: until,
            claims,
        };
        (tokens, self.facts(&tokens, now))
    }

    fn facts(&self, tokens: &Tokens, now: Timestamp) -> SessionFacts {
        let row = &self.rows[&tokens.session];
        SessionFacts {
            id: tokens.session,
            user_id: row.user,
            generation: tokens.access,
            claims_version: tokens.claims,
            server_time: now,
            access_expires_at: tokens.access_until,
            idle_expires_at: row.state.idle_expires_at,
            absolute_expires_at: row.state.absolute_expires_at,
            authenticated_at: row.authenticated_at,
        }
    }

    /// What a page is made from: how the session of these tokens stands, unless it is over.
    pub(crate) fn look(&self, tokens: &Tokens, now: i64) -> Option<SessionFacts> {
        let now = Timestamp::from_millis(now);
        let over = self.rows[&tokens.session].state.over(false, now).is_some();
        (!over).then(|| self.facts(tokens, now))
    }

    /// `POST /api/auth/refresh` with this token.
    pub(crate) fn refresh(
        &mut self,
        at: At,
        session: SessionId,
        presented: Presented,
        rng: &mut Rng,
    ) -> Holds<Reply> {
        let (generation, now) = (presented.generation, at.time());
        let asks = self.planted != Some(Planted::LateCopyIsTheft);
        let sent_at = if asks { presented.sent_at } else { SentAt::Unsaid };
        let presented = Presented { generation, sent_at };
        let seen = self.nodes[at.node].receipts.clone();
        let policy = self.policy;
        let row = self.rows.get_mut(&session).expect("only sealed tokens are presented");
        for (id, seen) in seen {
            if id == session {
                row.state.confirm(seen, now);
            }
        }
        let verdict = judge(&row.state, false, presented, now, &policy);
        match verdict {
            Verdict::Rotate => {
                row.record.insert(row.state.generation, now);
                row.state = row.state.clone().rotated(now);
                self.rotations += 1;
            }
            Verdict::Again(why) => {
                row.check_leniency(why, generation, now, &policy)?;
                if self.planted == Some(Planted::SlidingWindow) {
                    row.state.superseded_at.iter_mut().for_each(|superseded| *superseded = now);
                }
            }
            Verdict::Refuse(reason) => return Ok(Reply::Refused(reason.refusal())),
            Verdict::LateCopy if sent_at == SentAt::PageLoad => {
                return Ok(Reply::Refused(Refusal::TokenExpired));
            }
            Verdict::LateCopy => return Ok(Reply::Refused(Refusal::TryAgain { retry_after: 1 })),
            Verdict::NotIssuedYet => {
                return Err(Rule::Issued.broken(format!("{generation} was never issued")));
            }
            Verdict::Reuse => {
                self.end(session, EndReason::RefreshTokenAlreadyUsed, at.now, rng);
                return Ok(Reply::Refused(Refusal::RefreshTokenAlreadyUsed));
            }
        }
        let (tokens, facts) = self.grant(session, now);
        Ok(Reply::Refreshed(tokens, facts))
    }

    /// Any other request with an access token: checked in memory, a receipt for its generation.
    fn admit(&mut self, at: At, tokens: &Tokens) -> Result<(), Refusal> {
        let row = &self.rows[&tokens.session];
        let node = &mut self.nodes[at.node];
        if tokens.access_until <= at.time() {
            return Err(Refusal::TokenExpired);
        }
        if let Some(reason) = node.ended.get(&tokens.session) {
            return Err(reason.refusal());
        }
        if node.claims.get(&row.user).is_some_and(|claims| *claims > tokens.claims) {
            return Err(Refusal::ClaimsStale);
        }
        node.receipts.push((tokens.session, tokens.access));
        Ok(())
    }

    /// `GET /api/auth/session`.
    pub(crate) fn session(&mut self, at: At, tokens: &Tokens, idle_for: Option<Duration>) -> Reply {
        if let Err(refusal) = self.admit(at, tokens) {
            return Reply::Refused(refusal);
        }
        let (now, policy) = (at.time(), self.policy);
        let row = self.rows.get_mut(&tokens.session).expect("admitted");
        if let Some(reason) = row.state.over(false, now) {
            return Reply::Refused(reason.refusal());
        }
        if let Some(idle_for) = idle_for {
            row.state.touch(now.minus(idle_for), &policy);
        }
        Reply::Session(self.facts(tokens, now))
    }

    /// A call of the person: done once per key, and an act.
    pub(crate) fn call(&mut self, at: At, tokens: &Tokens, key: u64) -> Reply {
        if let Err(refusal) = self.admit(at, tokens) {
            return Reply::Refused(refusal);
        }
        let (now, policy) = (at.time(), self.policy);
        let row = self.rows.get_mut(&tokens.session).expect("admitted");
        if let Some(reason) = row.state.over(false, now) {
            return Reply::Refused(reason.refusal());
        }
        row.state.touch(now, &policy);
        self.done.insert(key);
        Reply::Done
    }

    pub(crate) fn end(&mut self, session: SessionId, reason: EndReason, now: i64, rng: &mut Rng) {
        let row = self.rows.get_mut(&session).expect("a session of this world");
        row.state.ended.get_or_insert(reason);
        if reason == EndReason::SessionRevoked {
            self.revoked.insert(session);
        }
        self.tell(News::Ended(session, reason), now, rng);
    }

    pub(crate) fn change_claims(&mut self, user: UserId, now: i64, rng: &mut Rng) -> i64 {
        let claims = self.claims.entry(user).or_insert(1);
        *claims += 1;
        let claims = *claims;
        self.tell(News::Claims(user, claims), now, rng);
        claims
    }

    fn tell(&mut self, news: News, now: i64, rng: &mut Rng) {
        for node in 0..self.nodes.len() {
            self.news.push((now + rng.between(1, 900), node, news));
        }
    }

    /// What happens without anybody asking: receipts are written, news arrive.
    pub(crate) fn turn(&mut self, now: i64) {
        for node in &mut self.nodes {
            for (session, seen) in node.receipts.drain(..) {
                if let Some(row) = self.rows.get_mut(&session) {
                    row.state.confirm(seen, Timestamp::from_millis(now));
                }
            }
        }
        let (due, later) = self.news.drain(..).partition(|(at, ..)| *at <= now);
        self.news = later;
        let due: Vec<(i64, usize, News)> = due;
        for (_, node, news) in due {
            let node = &mut self.nodes[node];
            match news {
                News::Ended(session, reason) => {
                    node.ended.insert(session, reason);
                }
                News::Claims(user, claims) => {
                    node.claims.insert(user, claims);
                }
            }
        }
    }

    /// A node is killed: what it had not written is lost; at its start it reads the database.
    pub(crate) fn kill(&mut self, node: usize, until: i64) {
        let ended = self.rows.iter().filter_map(|(id, row)| Some((*id, row.state.ended?)));
        self.nodes[node] = Node {
            down_until: until,
            receipts: Vec::new(),
            ended: ended.collect(),
            claims: self.claims.clone(),
        };
    }
}

impl Row {
    /// A superseded token may only be answered while its own window is open, counted from when it was
    /// superseded, or as long as nobody has shown its successor.
    fn check_leniency(
        &self,
        why: Leniency,
        generation: Generation,
        now: Timestamp,
        policy: &Policy,
    ) -> Holds {
        let since = self.record.get(&generation).map(|at| now.since(*at));
        let open = since.is_some_and(|since| since <= policy.reuse_interval + MS);
        let unconfirmed = self.state.confirmed < self.state.generation;
        match why {
            Leniency::ReuseInterval if open => Ok(()),
            Leniency::LostAnswer if unconfirmed => Ok(()),
            _ => {
                let what = format!("generation {generation} was answered {since:?} after its end");
                Err(Rule::Window.broken(what))
            }
        }
    }
}
