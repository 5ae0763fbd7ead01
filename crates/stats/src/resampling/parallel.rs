use std::{
    ops::Range,
    sync::atomic::{AtomicU64, Ordering},
};

use rayon::prelude::*;

use crate::{Cancelled, Progress};

/// Steps after which somebody who waits wants to hear something, however small a part of all they are.
const PATIENCE: u64 = 256;

/// Counts the steps that several threads make, and reports every 64th part of them or every 256.
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
        if part(before) == part(after) && before / PATIENCE == after / PATIENCE {
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

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;

    #[test]
    fn whoever_waits_is_told_before_a_64th_is_done() {
        let stop = |_, _| ControlFlow::Break(());
        let steps = Steps::new(u64::MAX, Progress::new(&stop));
        assert_eq!(steps.advance(PATIENCE - 1), Ok(()));
        assert_eq!(steps.advance(1), Err(Cancelled));
    }
}
