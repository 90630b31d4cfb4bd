//! Figures as a table of plain text.

use crate::load::Done;
use crate::samples::{Samples, micros_each, rate};
use std::time::Duration;

/// What a row is about; each sort has a header of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// What something costs that is done with every request.
    Cost,
    /// Things that were done, and how fast.
    Pace,
    /// Memory per socket.
    Memory,
    /// What a browser loads.
    Size,
}

impl Sort {
    const ALL: [Self; 4] = [Self::Cost, Self::Pace, Self::Memory, Self::Size];

    const fn header(self) -> [&'static str; 8] {
        match self {
            Self::Cost => ["cost", "done", "ns each", "ns worst", "", "", "first target", ""],
            Self::Pace => {
                ["speed", "done", "per s", "p50 ms", "p99 ms", "CPU µs each", "first target", ""]
            }
            Self::Memory => [
                "memory",
                "sockets",
                "KiB each",
                "PSS each",
                "MiB before",
                "MiB then",
                "first target",
                "",
            ],
            Self::Size => {
                ["size", "files", "raw KB", "gzip KB", "brotli KB", "", "first target", ""]
            }
        }
    }
}

/// A figure that was to be reached.
#[derive(Debug, Clone)]
pub(crate) struct Goal {
    text: String,
    met: bool,
}

impl Goal {
    pub(crate) fn new(text: impl Into<String>, met: bool) -> Self {
        Self { text: text.into(), met }
    }
}

/// One line of the table.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    sort: Sort,
    name: String,
    cells: Vec<String>,
    goal: Option<Goal>,
}

impl Row {
    pub(crate) fn new(sort: Sort, name: impl Into<String>, cells: Vec<String>) -> Self {
        Self { sort, name: name.into(), cells, goal: None }
    }

    /// So many things within a time. Without samples or processor time those cells stay empty.
    pub(crate) fn pace(
        name: impl Into<String>,
        (count, within): (usize, Duration),
        samples: Option<&mut Samples>,
        server_cpu: Option<Duration>,
    ) -> Self {
        let (p50, p99) = samples
            .map(|samples| (millis(samples.at(500)), millis(samples.at(990))))
            .unwrap_or_default();
        let cpu = server_cpu.map(|total| decimal(micros_each(total, count))).unwrap_or_default();
        let cells = vec![whole(count), decimal(rate(count, within)), p50, p99, cpu];
        Self::new(Sort::Pace, name, cells)
    }

    /// The row of a load.
    pub(crate) fn of(name: impl Into<String>, done: &mut Done) -> Self {
        let amount = (done.samples.len(), done.within);
        Self::pace(name, amount, Some(&mut done.samples), Some(done.server_cpu))
    }

    pub(crate) fn with(mut self, goal: Goal) -> Self {
        self.goal = Some(goal);
        self
    }

    /// Leaves it unsaid whether the target was met.
    pub(crate) fn unjudged(&mut self) {
        self.goal = None;
    }
}

/// All rows, by sort, in aligned columns.
pub(crate) fn lay_out(rows: &[Row]) -> String {
    let mut lines: Vec<[String; 8]> = Vec::new();
    for sort in Sort::ALL {
        let mut of_sort = rows.iter().filter(|row| row.sort == sort).peekable();
        if of_sort.peek().is_none() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(Default::default());
        }
        lines.push(sort.header().map(str::to_owned));
        lines.extend(of_sort.map(cells));
    }
    let mut widths = [0; 8];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = cell.chars().count().max(*width);
        }
    }
    lines.iter().map(|line| aligned(line, widths)).collect::<Vec<_>>().join("\n")
}

fn cells(row: &Row) -> [String; 8] {
    let cell = |n: usize| row.cells.get(n).cloned().unwrap_or_default();
    let goal = row.goal.as_ref().map(|goal| goal.text.clone()).unwrap_or_default();
    let verdict = row.goal.as_ref().map_or("", |goal| if goal.met { "met" } else { "MISSED" });
    let name = row.name.clone();
    [name, cell(0), cell(1), cell(2), cell(3), cell(4), goal, verdict.to_owned()]
}

/// Words to the left, figures to the right.
fn aligned(line: &[String; 8], widths: [usize; 8]) -> String {
    let padded = line.iter().zip(widths).enumerate().map(|(n, (cell, width))| match n {
        1..=5 => format!("{cell:>width$}"),
        _ => format!("{cell:<width$}"),
    });
    padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

/// A count, its thousands apart.
pub(crate) fn whole(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A figure, with decimals while they matter.
pub(crate) fn decimal(value: f64) -> String {
    if value < 100.0 {
        return format!("{value:.1}");
    }
    format!("{value:.0}").parse().map_or_else(|_| format!("{value:.0}"), whole)
}

/// A duration in milliseconds.
pub(crate) fn millis(lasted: Duration) -> String {
    decimal(lasted.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_apart() {
        assert_eq!([whole(7), whole(1_000), whole(1_234_567)], ["7", "1,000", "1,234,567"]);
        assert_eq!([decimal(3.26), decimal(99.94), decimal(3_210.4)], ["3.3", "99.9", "3,210"]);
        assert_eq!(millis(Duration::from_micros(2_340)), "2.3");
    }

    #[test]
    fn columns_stand_under_their_header() {
        let fast = Row::new(Sort::Pace, "refresh", vec!["12".into(), "3".into()])
            .with(Goal::new("p99 < 25 ms", false));
        let text = lay_out(&[Row::new(Sort::Size, "WASM", vec!["1".into()]), fast]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines,
            [
                "speed     done   per s   p50 ms     p99 ms  CPU µs each  first target",
                "refresh     12       3                                   p99 < 25 ms   MISSED",
                "",
                "size     files  raw KB  gzip KB  brotli KB               first target",
                "WASM         1",
            ]
        );
    }
}
