//! What identifying a request costs once the signature of its access token was found good: the checks in
//! a node's memory, as the server itself makes them.

use super::{Plan, Report};
use crate::fault::{Fault, Outcome};
use crate::table::{Goal, Row, Sort, decimal, whole};
use domain::id::{SessionId, UserId};
use domain::session::service::check;
use domain::session::{AccessClaims, EndReason, Generation, Memory, Policy};
use domain::staff::Role;
use domain::time::{Clock, Timestamp};
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// People whose tokens come.
const PEOPLE: u32 = 1_000;
/// Sessions of each of them.
const SESSIONS_EACH: u32 = 3;
/// Sessions that ended while their access tokens may still live.
const ENDED: u32 = 10_000;
/// How often it is measured.
const ROUNDS: usize = 11;
/// The first target.
const NANOS_BELOW: f64 = 1_000.0;

const POLICY: Policy = Policy {
    access_ttl: Duration::from_secs(900),
    window: Duration::from_secs(43_200),
    idle: Duration::from_secs(43_200),
    reuse_interval: Duration::from_secs(10),
};

pub(crate) fn run(plan: &Plan, report: &mut Report) -> Outcome<()> {
    let memory = memory();
    let claims = claims();
    let cores = std::thread::available_parallelism()?.get();
    for threads in [1, cores] {
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            rounds.push(round(plan.checks, threads, &memory, &claims)?);
        }
        rounds.sort_by(f64::total_cmp);
        let (median, worst) = (rounds[ROUNDS / 2], rounds[ROUNDS - 1]);
        let done = usize::try_from(plan.checks)? * ROUNDS * threads;
        let name = if threads == 1 {
            "session check in memory".to_owned()
        } else {
            format!("the same, {threads} threads at once")
        };
        report.rows.push(
            Row::new(Sort::Cost, name, vec![whole(done), decimal(median), decimal(worst)])
                .with(Goal::new("< 1,000 ns", median < NANOS_BELOW)),
        );
        if cores == 1 {
            break;
        }
    }
    report.notes.push(format!(
        "a session check is made against {} ended sessions and {} people with {} sessions each; it \
         comes after the check of the token's signature",
        whole(usize::try_from(ENDED)?),
        whole(usize::try_from(PEOPLE)?),
        SESSIONS_EACH,
    ));
    Ok(())
}

/// Nanoseconds of one check, with so many threads that check at once.
fn round(checks: u32, threads: usize, memory: &Memory, claims: &[AccessClaims]) -> Outcome<f64> {
    let spans = std::thread::scope(|scope| {
        let started: Vec<_> = (0..threads)
            .map(|thread| scope.spawn(move || many(checks, thread, memory, claims)))
            .collect();
        started.into_iter().map(std::thread::ScopedJoinHandle::join).collect::<Result<Vec<_>, _>>()
    });
    let spans = spans.map_err(|_| Fault::new("a thread panicked"))?;
    let spans = spans.into_iter().collect::<Outcome<Vec<_>>>()?;
    let longest = spans.into_iter().max().unwrap_or_default();
    Ok(longest.as_secs_f64() * 1e9 / f64::from(checks))
}

fn many(checks: u32, thread: usize, memory: &Memory, claims: &[AccessClaims]) -> Outcome<Duration> {
    let now = Wall.now();
    // Neighbours in time are not neighbours in memory.
    let step = 1_009 + thread * 2;
    let mut at = thread;
    let began = Instant::now();
    for _ in 0..checks {
        at = (at + step) % claims.len();
        let passed = check(memory, &POLICY, black_box(&claims[at]), false, now);
        if black_box(passed).is_err() {
            return Err(Fault::new("a token that is good was refused"));
        }
    }
    Ok(began.elapsed())
}

fn memory() -> Memory {
    let ended =
        (0..ENDED).map(|n| (session(PEOPLE * SESSIONS_EACH + n), EndReason::SessionRevoked));
    let people = (0..PEOPLE).map(|n| (UserId(n.into()), 2));
    Memory::new(Arc::new(Wall), &POLICY, ended.collect(), people.collect())
}

/// An access token of each session.
fn claims() -> Vec<AccessClaims> {
    let now = Wall.now();
    let one = |n: u32| AccessClaims {
        user: UserId((n / SESSIONS_EACH).into()),
        session: session(n),
        generation: Generation(3),
        role: Role::Officer,
        claims_version: 2,
        issued_at: now,
        expires_at: now.plus(POLICY.access_ttl),
    };
    (0..PEOPLE * SESSIONS_EACH).map(one).collect()
}

/// Ids that are spread as random ones are.
fn session(n: u32) -> SessionId {
    let spread = (u128::from(n) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
    SessionId(Uuid::from_u128(spread))
}

/// The clock of the server, which its memory asks, too.
struct Wall;

impl Clock for Wall {
    #[expect(clippy::disallowed_methods, reason = "it is a clock")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}
