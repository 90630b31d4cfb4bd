//! Farmers' messages, as the gateway posts them.

use crate::api;
use crate::fault::{Fault, Outcome};
use crate::http_client::Client;
use crate::samples::Samples;
use crate::socket::MARK;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// What farmers ask, in a usual length.
const QUESTION: &str = "Habari, majani ya mahindi yangu yana madoa ya kahawia tangu wiki iliyopita. \
                        Nitumie dawa gani, na kiasi gani kwa ekari moja?";

/// Every message of this process has an id of its own: a second one of the same id would be a repeat.
static NEXT_SID: AtomicU64 = AtomicU64::new(1);

/// One connection of the gateway.
pub(super) struct Post {
    client: Client,
    numbers: Arc<[String]>,
}

impl Post {
    pub(super) async fn connect(address: SocketAddr, numbers: &Arc<[String]>) -> Outcome<Self> {
        Ok(Self { client: Client::connect(address).await?, numbers: Arc::clone(numbers) })
    }

    /// Posts the message of a number, from one customer after the other.
    pub(super) async fn send(&mut self, number: u64) -> Outcome<()> {
        let customers = u64::try_from(self.numbers.len())?.max(1);
        let customer = self.numbers.get(usize::try_from(number % customers)?);
        let customer = customer.ok_or_else(|| Fault::new("there is no customer"))?;
        let sid = format!("SM{:032x}", NEXT_SID.fetch_add(1, Ordering::Relaxed));
        let text = format!("{MARK}{number} {QUESTION}");
        api::customer_writes(&mut self.client, customer, &sid, &text).await
    }
}

/// Messages that were posted as fast as they were taken.
pub(super) struct Burst {
    /// When each was sent, by number.
    pub(super) sent: Vec<Instant>,
    /// How long each answer took.
    pub(super) answers: Samples,
    /// From the first post to the last answer.
    pub(super) lasted: Duration,
}

/// Posts so many messages over so many connections.
pub(super) async fn burst(
    address: SocketAddr,
    numbers: &Arc<[String]>,
    messages: u64,
    in_flight: usize,
) -> Outcome<Burst> {
    let mut posts = Vec::new();
    for _ in 0..in_flight {
        posts.push(Post::connect(address, numbers).await?);
    }
    let next = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let mut running = JoinSet::new();
    for mut post in posts {
        let next = Arc::clone(&next);
        running.spawn(async move {
            let mut done = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= messages {
                    return Ok::<_, Fault>(done);
                }
                let sent = Instant::now();
                post.send(number).await?;
                done.push((number, sent, sent.elapsed()));
            }
        });
    }
    let mut burst = Burst {
        sent: vec![began; usize::try_from(messages)?],
        answers: Samples::default(),
        lasted: Duration::ZERO,
    };
    while let Some(done) = running.join_next().await {
        for (number, sent, took) in done?? {
            burst.sent[usize::try_from(number)?] = sent;
            burst.answers.add(took);
        }
    }
    burst.lasted = began.elapsed();
    Ok(burst)
}
