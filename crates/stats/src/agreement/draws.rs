use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use crate::{Cancelled, Progress};

/// Makes `count` draws on all cores, in order, and tells of them about a hundred times.
///
/// Draw `i` must take its random numbers from stream `i` alone; the answer is then the same for any number of threads.
pub(crate) fn draws<T: Send>(
    count: u64,
    progress: &Progress<'_>,
    draw: impl Fn(u64) -> T + Sync,
) -> Result<Vec<T>, Cancelled> {
    let done = AtomicU64::new(0);
    let step = (count / 100).max(1);
    (0..count)
        .into_par_iter()
        .map(|index| {
            let value = draw(index);
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            if done.is_multiple_of(step) {
                progress.report(done, count)?;
            }
            Ok(value)
        })
        .collect()
}
