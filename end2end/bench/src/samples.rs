//! Many durations, and what is said about them.

use std::time::Duration;

/// Durations, kept whole: at these counts the exact percentile is cheaper than an approximation.
#[derive(Debug, Default)]
pub(crate) struct Samples {
    micros: Vec<u32>,
    sorted: bool,
}

impl Samples {
    pub(crate) fn add(&mut self, lasted: Duration) {
        self.micros.push(u32::try_from(lasted.as_micros()).unwrap_or(u32::MAX));
        self.sorted = false;
    }

    pub(crate) fn absorb(&mut self, other: Self) {
        self.micros.extend(other.micros);
        self.sorted = false;
    }

    pub(crate) fn len(&self) -> usize {
        self.micros.len()
    }

    /// The smallest duration that `per_mille` of a thousand do not exceed (nearest rank).
    pub(crate) fn at(&mut self, per_mille: usize) -> Duration {
        if !self.sorted {
            self.micros.sort_unstable();
            self.sorted = true;
        }
        let rank = (self.micros.len() * per_mille).div_ceil(1000).saturating_sub(1);
        Duration::from_micros(self.micros.get(rank).copied().unwrap_or(0).into())
    }
}

/// How many per second.
pub(crate) fn rate(count: usize, within: Duration) -> f64 {
    if within.is_zero() { 0.0 } else { float(count) / within.as_secs_f64() }
}

/// How many microseconds of `total` fall to each of `count`.
pub(crate) fn micros_each(total: Duration, count: usize) -> f64 {
    if count == 0 { 0.0 } else { total.as_secs_f64() * 1e6 / float(count) }
}

/// A count as a figure. Exact for everything that is counted here.
pub(crate) fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_sample_that_was_taken() {
        let mut samples = Samples::default();
        for ms in (1..=100).rev() {
            samples.add(Duration::from_millis(ms));
        }
        assert_eq!(samples.at(500), Duration::from_millis(50));
        assert_eq!(samples.at(990), Duration::from_millis(99));
        assert_eq!(samples.at(1000), Duration::from_millis(100));
        let mut one = Samples::default();
        one.add(Duration::from_millis(7));
        assert_eq!(
            (one.at(500), one.at(990)),
            (Duration::from_millis(7), Duration::from_millis(7))
        );
    }

    #[test]
    fn nothing_measured_is_zero_and_no_panic() {
        assert_eq!(Samples::default().at(990), Duration::ZERO);
        assert!(rate(5, Duration::ZERO).abs() < f64::EPSILON);
        assert!(micros_each(Duration::from_secs(1), 0).abs() < f64::EPSILON);
    }
}
