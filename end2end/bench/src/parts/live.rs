//! Events on their way from a farmer's message to a thousand sockets: paced, in a burst, and to
//! sockets that were away.

use super::cast::Cast;
use super::{Plan, Report};
use crate::api;
use crate::fault::{Fault, Outcome};
use crate::http_client::Client;
use crate::machine;
use crate::samples::{Samples, float, rate};
use crate::server::Server;
use crate::socket::{Book, Herd};
use crate::table::{Goal, Row, decimal, millis, whole};
use post::{Burst, Post};
use std::sync::Arc;
use std::time::{Duration, Instant};

mod post;

/// Between two messages when they come one by one.
const PACE: Duration = Duration::from_millis(20);
/// Webhook posts in flight during the burst.
const BURST_IN_FLIGHT: usize = 16;
/// How long a part may take.
const PATIENCE: Duration = Duration::from_secs(90);
/// Nothing was delivered for so long: it is over.
const QUIET: Duration = Duration::from_millis(400);
/// The first targets.
const P99_BELOW: Duration = Duration::from_millis(300);
const BURST_PER_SECOND: f64 = 200_000.0;

/// What all parts of this measurement need.
struct Stage<'a> {
    plan: &'a Plan,
    cast: &'a Cast,
    server: Server,
    numbers: Arc<[String]>,
}

pub(crate) async fn run(plan: &Plan, report: &mut Report) -> Outcome<()> {
    machine::need_open_files(plan.live_sockets() + 200)?;
    let cast = Cast::gather(plan, "live").await?;
    let measured = measure(plan, &cast, report).await;
    cast.world.end().await.and(measured)
}

async fn measure(plan: &Plan, cast: &Cast, report: &mut Report) -> Outcome<()> {
    let server = cast.world.start().await?;
    let mut client = Client::connect(server.address).await?;
    let token = cast.tokens.first().ok_or_else(|| Fault::new("nobody is signed in"))?;
    let numbers = api::phone_numbers(&mut client, token).await?.into();
    let stage = Stage { plan, cast, server, numbers };
    let unheard = stage.unheard(report).await?;
    let herd = stage.open_herd().await?;
    stage.paced(&herd, report).await?;
    stage.burst(&herd, unheard, report).await?;
    drop(herd);
    stage.replay(&mut client, report).await?;
    report.notes.push(format!(
        "every event reached each of the {} sockets of {} people once and in order",
        whole(plan.live_sockets()),
        plan.people
    ));
    stage.server.kill().await
}

impl Stage<'_> {
    /// Messages that nobody listens to: what the webhook takes by itself, per second.
    async fn unheard(&self, report: &mut Report) -> Outcome<f64> {
        let mut posts = self.posts().await?;
        let amount = (posts.sent.len(), posts.lasted);
        let name = format!("webhook posts, no sockets, {BURST_IN_FLIGHT} in flight");
        report.rows.push(Row::pace(name, amount, Some(&mut posts.answers), None));
        Ok(rate(posts.sent.len(), posts.lasted))
    }

    /// Posts as many messages as there are in a part, as fast as they are taken.
    async fn posts(&self) -> Outcome<Burst> {
        let messages = self.plan.messages;
        post::burst(self.server.address, &self.numbers, messages, BURST_IN_FLIGHT).await
    }

    /// Sockets that have nothing to catch up with. The first messages warm everything up.
    async fn open_herd(&self) -> Outcome<Herd> {
        let sockets = self.plan.live_sockets();
        let mut herd = Herd::open(self.server.address, sockets).await?;
        herd.join(&self.cast.passes(None));
        herd.all_ready(PATIENCE).await?;
        let mut post = Post::connect(self.server.address, &self.numbers).await?;
        for number in 0..10 {
            post.send(number).await?;
        }
        herd.settle(QUIET).await?;
        Ok(herd)
    }

    /// Messages one by one: how long each takes to every socket.
    async fn paced(&self, herd: &Herd, report: &mut Report) -> Outcome<()> {
        let plan = self.plan;
        herd.book().clear();
        let mut post = Post::connect(self.server.address, &self.numbers).await?;
        let cpu = machine::cpu_time(self.server.pid)?;
        let mut ticks = tokio::time::interval(PACE);
        let mut sent = Vec::new();
        for number in 0..plan.messages {
            ticks.tick().await;
            sent.push(Instant::now());
            post.send(number).await?;
        }
        self.all_arrived(herd).await?;
        let cpu = machine::cpu_time(self.server.pid)?.saturating_sub(cpu);
        let book = herd.book();
        let mut delays = delays(&book, &sent)?;
        let p99 = delays.at(990);
        let name = format!("webhook → {} sockets, a message per 20 ms", self.sockets());
        let amount = (book.deliveries(), lasted(&book));
        report.rows.push(
            Row::pace(name, amount, Some(&mut delays), Some(cpu))
                .with(Goal::new("p99 < 300 ms", p99 < P99_BELOW)),
        );
        Ok(())
    }

    /// Messages as fast as the webhook takes them: how fast they come out again.
    async fn burst(&self, herd: &Herd, unheard: f64, report: &mut Report) -> Outcome<()> {
        herd.book().clear();
        let cpu = machine::cpu_time(self.server.pid)?;
        let mut posts = self.posts().await?;
        self.all_arrived(herd).await?;
        let cpu = machine::cpu_time(self.server.pid)?.saturating_sub(cpu);
        let book = herd.book();
        let (deliveries, lasted) = (book.deliveries(), lasted(&book));
        let mut delays = delays(&book, &posts.sent)?;
        let name = format!("burst of {} messages to {} sockets", posts.sent.len(), self.sockets());
        report.rows.push(
            Row::pace(name, (deliveries, lasted), Some(&mut delays), Some(cpu))
                .with(Goal::new("≥ 200,000/s", rate(deliveries, lasted) >= BURST_PER_SECOND)),
        );
        let name = format!("  its webhook posts, {BURST_IN_FLIGHT} in flight");
        let amount = (posts.sent.len(), posts.lasted);
        report.rows.push(Row::pace(name, amount, Some(&mut posts.answers), None));
        let possible = unheard * float(self.plan.live_sockets());
        let limit = if possible > 2.0 * rate(deliveries, lasted) { "fan-out" } else { "webhook" };
        report.notes.push(format!(
            "burst: posts were answered within {} ms and deliveries took {} ms; the webhook alone \
             would make {} deliveries/s possible, so the limit is the {limit}",
            millis(posts.lasted),
            millis(lasted),
            decimal(possible)
        ));
        Ok(())
    }

    /// Sockets that all come back at once and missed the same events: fan-out without commits.
    async fn replay(&self, client: &mut Client, report: &mut Report) -> Outcome<()> {
        let Some(token) = self.cast.tokens.first() else { return Ok(()) };
        let log = api::head(client, token).await?;
        let after = log.head.checked_sub(self.plan.missed).ok_or_else(|| {
            Fault::new(format!("the log has {} events, too few for a replay", log.head))
        })?;
        let from = (Arc::from(log.epoch), after);
        let mut herd = Herd::open(self.server.address, self.plan.live_sockets()).await?;
        let cpu = machine::cpu_time(self.server.pid)?;
        let began = Instant::now();
        herd.join(&self.cast.passes(Some(&from)));
        herd.all_ready(PATIENCE).await?;
        let cpu = machine::cpu_time(self.server.pid)?.saturating_sub(cpu);
        let book = herd.book();
        book.all_alike()?;
        let lasted = book.last_ready().map_or(Duration::ZERO, |last| last - began);
        let name = format!("replay of {} events to {} sockets", self.plan.missed, self.sockets());
        report.rows.push(Row::pace(name, (book.deliveries(), lasted), None, Some(cpu)));
        Ok(())
    }

    /// Waits until every message is on every socket, and whatever came along with it too.
    async fn all_arrived(&self, herd: &Herd) -> Outcome<()> {
        let messages = usize::try_from(self.plan.messages)?;
        let wanted = messages * self.plan.live_sockets();
        herd.wait(PATIENCE, "every message on every socket", |book| {
            book.receipts().len() >= wanted
        })
        .await?;
        herd.settle(QUIET).await
    }

    fn sockets(&self) -> String {
        whole(self.plan.live_sockets())
    }
}

/// From the first delivery to the last.
fn lasted(book: &Book) -> Duration {
    book.span().map_or(Duration::ZERO, |(first, last)| last - first)
}

/// From the moment each message was posted to the moment each socket had it.
fn delays(book: &Book, sent: &[Instant]) -> Outcome<Samples> {
    let mut samples = Samples::default();
    for receipt in book.receipts() {
        let number = book.mark(receipt.id).and_then(|mark| usize::try_from(mark).ok());
        let sent = number.and_then(|number| sent.get(number)).ok_or_else(|| {
            Fault::new(format!("event {} carries no message of ours", receipt.id))
        })?;
        samples.add(receipt.at.saturating_duration_since(*sent));
    }
    Ok(samples)
}
