//! Work that is done over and over by several workers at once, for a while.

use crate::fault::{Fault, Outcome};
use crate::machine;
use crate::samples::Samples;
use std::future::Future;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// How long it goes on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    /// What happens in this time is not counted.
    pub(crate) warm_up: Duration,
    /// What is counted.
    pub(crate) counted: Duration,
}

/// One in flight: does the same thing again and again.
pub(crate) trait Worker: Send + 'static {
    /// Does it once.
    fn once(&mut self) -> impl Future<Output = Outcome<()>> + Send;
}

/// What came of it.
pub(crate) struct Done {
    pub(crate) samples: Samples,
    /// The time that was counted.
    pub(crate) within: Duration,
    /// Processor time of the server in it.
    pub(crate) server_cpu: Duration,
}

/// Lets all workers work. The first that fails ends it.
pub(crate) async fn drive<W: Worker>(
    workers: Vec<W>,
    span: Span,
    server_pid: u32,
) -> Outcome<Done> {
    let from = Instant::now() + span.warm_up;
    let until = from + span.counted;
    let mut running = JoinSet::new();
    for worker in workers {
        running.spawn(work(worker, from, until));
    }
    let clock = async {
        tokio::time::sleep_until(from.into()).await;
        let before = machine::cpu_time(server_pid)?;
        tokio::time::sleep_until(until.into()).await;
        Ok::<_, Fault>(machine::cpu_time(server_pid)?.saturating_sub(before))
    };
    let workers = async {
        let mut samples = Samples::default();
        while let Some(done) = running.join_next().await {
            samples.absorb(done??);
        }
        Ok(samples)
    };
    let (server_cpu, samples) = tokio::try_join!(clock, workers)?;
    Ok(Done { samples, within: span.counted, server_cpu })
}

/// Counts what begins and ends within the span.
async fn work<W: Worker>(mut worker: W, from: Instant, until: Instant) -> Outcome<Samples> {
    let mut samples = Samples::default();
    loop {
        let began = Instant::now();
        if began >= until {
            return Ok(samples);
        }
        worker.once().await?;
        let ended = Instant::now();
        if began >= from && ended <= until {
            samples.add(ended - began);
        }
    }
}
