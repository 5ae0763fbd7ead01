//! Latencies of a run.

use std::time::Duration;

/// What a run reached.
#[derive(Debug, Clone)]
pub struct Run {
    /// Responses acknowledged.
    pub acknowledged: u64,
    /// Answers other than 200 and 201.
    pub refused: u64,
    /// How long it took.
    pub elapsed: Duration,
    /// Microseconds per request, sorted.
    pub latencies: Vec<u32>,
}

impl Run {
    /// Responses per second.
    pub fn rate(&self) -> f64 {
        self.acknowledged as f64 / self.elapsed.as_secs_f64()
    }

    /// Adds another run of the same kind.
    pub fn add(&mut self, other: Run) {
        self.acknowledged += other.acknowledged;
        self.refused += other.refused;
        self.elapsed += other.elapsed;
        self.latencies.extend(other.latencies);
        self.latencies.sort_unstable();
    }

    /// A quantile of the latencies, in milliseconds.
    pub fn quantile_ms(&self, q: f64) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        let index = (last as f64 * q).round() as usize;
        self.latencies
            .get(index)
            .map_or(f64::NAN, |us| f64::from(*us) / 1000.0)
    }
}
