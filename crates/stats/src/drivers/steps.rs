use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Cancelled, Progress};

/// Counts the steps that several threads make, and reports every 64th part of them.
pub(crate) struct Steps<'a> {
    done: AtomicU64,
    total: u64,
    progress: &'a Progress<'a>,
}

impl<'a> Steps<'a> {
    pub(crate) fn new(total: u64, progress: &'a Progress<'a>) -> Self {
        Self {
            done: AtomicU64::new(0),
            total,
            progress,
        }
    }

    /// Makes `steps` steps.
    pub(crate) fn advance(&self, steps: u64) -> Result<(), Cancelled> {
        let before = self.done.fetch_add(steps, Ordering::Relaxed);
        let after = before + steps;
        let part = |done: u64| u128::from(done) * 64 / u128::from(self.total.max(1));
        if part(before) == part(after) {
            return Ok(());
        }
        self.progress.report(after, self.total)
    }
}
