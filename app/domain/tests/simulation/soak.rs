//! Many worlds on all cores.

use crate::tell;
use crate::world::{Plan, Report, run};
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

/// After how many worlds it is told how far it is.
const PROGRESS: u64 = 10_000;
/// After how many broken worlds the rest is not worth playing.
const BROKEN_MAX: usize = 20;

/// Plays the worlds of these seeds. Panics with what broke, if anything did.
pub(crate) fn play(seeds: Range<u64>, traced: Option<usize>) -> Report {
    let begun = Instant::now();
    let (first, next) = (seeds.start, AtomicU64::new(seeds.start));
    let (sum, broken) = (Mutex::new(Report::default()), Mutex::new(Vec::new()));
    let work = || {
        let mut mine = Report::default();
        while broken.lock().unwrap().len() < BROKEN_MAX {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if !seeds.contains(&seed) {
                break;
            }
            match run(Plan { seed, planted: None, traced }) {
                Ok(report) => mine.add(report),
                Err(fault) => {
                    let line = format!("{:?}: {}", fault.rule, fault.what);
                    tell(&line);
                    broken.lock().unwrap().push(line);
                }
            }
            let played = seed - first + 1;
            if played.is_multiple_of(PROGRESS) {
                tell(&format!("{played} worlds in {} s", begun.elapsed().as_secs()));
            }
        }
        sum.lock().unwrap().add(mine);
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let broken = broken.into_inner().unwrap();
    assert!(broken.is_empty(), "{} worlds broke:\n{}", broken.len(), broken.join("\n"));
    sum.into_inner().unwrap()
}
