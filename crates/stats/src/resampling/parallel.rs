use std::{
    ops::Range,
    sync::atomic::{AtomicU64, Ordering},
};

use rayon::prelude::*;

use crate::{Cancelled, Progress};

/// Counts the steps that several threads make, and reports every 64th part of them.
pub(crate) struct Steps<'a> {
    done: AtomicU64,
    total: u64,
    progress: Progress<'a>,
}

impl<'a> Steps<'a> {
    pub(crate) fn new(total: u64, progress: Progress<'a>) -> Self {
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
