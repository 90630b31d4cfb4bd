//! What this machine is, and what Linux knows about a process: read from `/proc`.

use crate::fault::{Fault, Outcome, While};
use std::fs;
use std::time::Duration;

/// What Linux counts processor time in, for programs: 1/100 s on every architecture.
const TICK: Duration = Duration::from_millis(10);

/// One line about this machine.
pub(crate) fn describe() -> String {
    let cpu = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown CPU".to_owned());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = field("/proc/meminfo", "MemTotal").and_then(|text| kib(&text)).unwrap_or(0);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let system = field("/etc/os-release", "PRETTY_NAME").unwrap_or_default();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("?").to_owned();
    format!(
        "{cpu}, {cores} cores, {} MiB memory, Linux {} ({}), load {load} at the start",
        memory / 1024,
        kernel.trim(),
        system.trim_matches('"'),
    )
}

/// Processor time that a process has used so far, in user mode and in the kernel.
pub(crate) fn cpu_time(pid: u32) -> Outcome<Duration> {
    let path = format!("/proc/{pid}/stat");
    let stat = fs::read_to_string(&path).during(&path)?;
    ticks(&stat)
        .map(|ticks| TICK * ticks)
        .ok_or_else(|| Fault::new(format!("{path} is not in the form we know")))
}

/// `utime` and `stime`: fields 14 and 15. The second field, a name in brackets, may hold anything.
fn ticks(stat: &str) -> Option<u32> {
    sum(stat, 2)
}

/// The sum of so many fields from the 14th on.
fn sum(stat: &str, fields: usize) -> Option<u32> {
    let (_, rest) = stat.rsplit_once(')')?;
    let found = rest.split_ascii_whitespace().skip(11).take(fields).map(str::parse::<u32>);
    let found: Vec<u32> = found.collect::<Result<_, _>>().ok()?;
    (found.len() == fields).then(|| found.iter().sum())
}

/// How busy all processors have been, and how much of that was our work.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Busy {
    all: u64,
    idle: u64,
    ours: u64,
}

impl Busy {
    /// As it is now. Our work is this process's and that of its children that have ended.
    pub(crate) fn now() -> Option<Self> {
        let machine = fs::read_to_string("/proc/stat").ok()?;
        let (all, idle) = processors(&machine)?;
        let own = fs::read_to_string("/proc/self/stat").ok()?;
        Some(Self { all, idle, ours: sum(&own, 4)?.into() })
    }

    /// The share of the processors, in percent, that others have used since then.
    pub(crate) fn others_since(self, then: Self) -> u64 {
        let all = self.all.saturating_sub(then.all).max(1);
        let idle = self.idle.saturating_sub(then.idle);
        let ours = self.ours.saturating_sub(then.ours);
        all.saturating_sub(idle).saturating_sub(ours) * 100 / all
    }
}

/// All ticks of all processors, and those in which they were idle or waited for a disk.
fn processors(stat: &str) -> Option<(u64, u64)> {
    let line = stat.lines().next()?.strip_prefix("cpu ")?;
    // What guests have used is in the first fields already.
    let fields = line.split_ascii_whitespace().take(8).map(str::parse::<u64>);
    let fields: Vec<u64> = fields.collect::<Result<_, _>>().ok()?;
    let idle = fields.get(3)? + fields.get(4)?;
    Some((fields.iter().sum(), idle))
}

/// What a process holds in memory, in KiB.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    /// All resident pages.
    pub(crate) rss: u32,
    /// Resident pages, those shared with other processes counted in part.
    pub(crate) pss: u32,
}

/// What a process holds in memory.
pub(crate) fn memory(pid: u32) -> Outcome<Memory> {
    let path = format!("/proc/{pid}/smaps_rollup");
    let read = |name| field(&path, name).and_then(|text| kib(&text));
    match (read("Rss"), read("Pss")) {
        (Some(rss), Some(pss)) => Ok(Memory { rss, pss }),
        _ => Err(Fault::new(format!("{path} can't be read"))),
    }
}

/// Refuses to begin when a process may not have `needed` files open.
pub(crate) fn need_open_files(needed: usize) -> Outcome<()> {
    let limits = fs::read_to_string("/proc/self/limits").during("/proc/self/limits")?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let soft = line.and_then(|line| line.split_ascii_whitespace().next()).unwrap_or("unlimited");
    match soft.parse::<usize>() {
        Ok(allowed) if allowed < needed => Err(Fault::new(format!(
            "a process may have {allowed} files open here and {needed} are needed: \
             run `ulimit -n {needed}` first"
        ))),
        _ => Ok(()),
    }
}

/// The value of the first line `name: value` or `name=value`.
fn field(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    text.lines().find_map(|line| {
        let (key, value) = line.split_once([':', '='])?;
        (key.trim() == name).then(|| value.trim().to_owned())
    })
}

/// `123 kB`, which in `/proc` means KiB.
fn kib(text: &str) -> Option<u32> {
    text.strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_found_behind_any_name() {
        let stat = "42 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 700 30 0 0 20 0 4 0 100 0 0";
        assert_eq!(ticks(stat), Some(730));
        assert_eq!(ticks("42 (short) S 1"), None);
    }

    #[test]
    fn what_others_use_is_what_is_neither_idle_nor_ours() {
        let (all, idle) = processors("cpu  10 0 10 70 10 0 0 0 5 5\ncpu0 1 2").unwrap();
        assert_eq!((all, idle), (100, 80));
        let then = Busy { all: 0, idle: 0, ours: 0 };
        assert_eq!(Busy { all, idle, ours: 15 }.others_since(then), 5);
        assert_eq!(Busy { all, idle, ours: 50 }.others_since(then), 0);
    }

    #[test]
    fn this_very_process_can_be_read() {
        let pid = std::process::id();
        assert!(cpu_time(pid).is_ok());
        let memory = memory(pid).unwrap();
        assert!(memory.rss > 0 && memory.pss <= memory.rss);
        assert!(need_open_files(1).is_ok());
        assert!(describe().contains("cores"));
    }
}
