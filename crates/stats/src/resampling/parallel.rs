use std::{
    ops::Range,
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use rayon::prelude::*;

use crate::{Cancelled, Progress};

/// Milliseconds after which somebody who waits wants to hear something.
const PATIENCE: u64 = 100;

/// Counts the steps that several threads make. Reports every 64th part of them, and more often where such a part takes long.
pub(crate) struct Steps<'a> {
    done: AtomicU64,
    total: u64,
    began: Instant,
    /// Milliseconds from `began` to the last report for want of patience.
    reported: AtomicU64,
    progress: Progress<'a>,
}

impl<'a> Steps<'a> {
    pub(crate) fn new(total: u64, progress: Progress<'a>) -> Self {
        Self {
            done: AtomicU64::new(0),
            total,
            began: Instant::now(),
            reported: AtomicU64::new(0),
            progress,
        }
    }

    /// Makes `steps` steps.
    pub(crate) fn advance(&self, steps: u64) -> Result<(), Cancelled> {
        let before = self.done.fetch_add(steps, Ordering::Relaxed);
        let after = before + steps;
        let part = |done: u64| u128::from(done) * 64 / u128::from(self.total.max(1));
        if part(before) == part(after) && !self.is_overdue() {
            return Ok(());
        }
        self.progress.report(after, self.total)
    }

    fn is_overdue(&self) -> bool {
        let now = self.began.elapsed().as_millis() as u64;
        let last = self.reported.load(Ordering::Relaxed);
        let swapped = || {
            self.reported
                .compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed)
        };
        now >= last + PATIENCE && swapped().is_ok()
    }
}

/// Makes these draws on all cores, in order; each is one of the `steps`.
///
/// Draw `i` must take its random numbers from stream `i` alone; the answer is then the same for any number of threads.
pub(crate) fn draws<T, E>(
    indices: Range<u64>,
    steps: &Steps<'_>,
    draw: impl Fn(u64) -> Result<T, E> + Sync,
) -> Result<Vec<T>, E>
where
    T: Send,
    E: From<Cancelled> + Send,
{
    indices
        .into_par_iter()
        .map(|index| {
            let value = draw(index)?;
            steps.advance(1)?;
            Ok(value)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;
    use std::sync::atomic::AtomicUsize;
    use std::time::Duration;

    use super::*;

    #[test]
    fn whoever_waits_is_told_before_a_64th_is_done() {
        let reports = AtomicUsize::new(0);
        let stop = |_, _| {
            reports.fetch_add(1, Ordering::Relaxed);
            ControlFlow::Break(())
        };
        let steps = Steps::new(u64::MAX, Progress::new(&stop));
        std::thread::sleep(Duration::from_millis(PATIENCE));
        assert_eq!(steps.advance(1), Err(Cancelled));
        assert_eq!(reports.load(Ordering::Relaxed), 1);
    }
}
