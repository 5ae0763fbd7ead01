use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::sorting;

/// Counts equal rows on all cores, in the order of frequency and key.
///
/// Customers are dealt out by frequency first, so that what remains to be sorted is short and small.
pub(super) fn fold<T: Copy + Send + Sync, K: Ord + Copy + Send>(
    rows: &[T],
    key: impl Fn(&T) -> Option<(u64, K)> + Sync,
    row: impl Fn(u64, K) -> T + Sync,
) -> Vec<(T, u64)> {
    const CHUNK: usize = 1 << 16;
    let parts: Vec<BTreeMap<u64, Vec<K>>> = rows
        .par_chunks(CHUNK)
        .map(|chunk| {
            let mut buckets: BTreeMap<u64, Vec<K>> = BTreeMap::new();
            for (frequency, key) in chunk.iter().filter_map(&key) {
                buckets.entry(frequency).or_default().push(key);
            }
            buckets
        })
        .collect();
    let mut buckets: BTreeMap<u64, Vec<K>> = BTreeMap::new();
    for (frequency, keys) in parts.into_iter().flatten() {
        buckets.entry(frequency).or_default().extend(keys);
    }
    let buckets: Vec<(u64, Vec<K>)> = buckets.into_iter().collect();
    let folded: Vec<Vec<(T, u64)>> = buckets
        .into_par_iter()
        .map(|(frequency, mut keys)| {
            sorting::sort(&mut keys);
            keys.chunk_by(|a, b| a == b)
                .filter_map(|same| Some((row(frequency, *same.first()?), same.len() as u64)))
                .collect()
        })
        .collect();
    folded.concat()
}
