use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::sorting;

/// Frequencies below are found without a search.
const SMALL: u64 = 64;
/// Rows that one task deals out.
const CHUNK: usize = 1 << 16;

/// Counts equal rows on all cores, in the order of frequency and key.
///
/// Customers are dealt out by frequency first, so that what remains to be sorted is short and small.
pub(super) fn fold<T: Copy + Send + Sync, K: Ord + Copy + Send + Sync>(
    rows: &[T],
    key: impl Fn(&T) -> Option<(u64, K)> + Sync,
    row: impl Fn(u64, K) -> T + Sync,
) -> Vec<(T, u64)> {
    let parts: Vec<BTreeMap<u64, Vec<K>>> = rows
        .par_chunks(CHUNK)
        .map(|chunk| deal_out(chunk.iter().filter_map(&key)))
        .collect();
    let mut buckets: BTreeMap<u64, Vec<Vec<K>>> = BTreeMap::new();
    for (frequency, keys) in parts.into_iter().flatten() {
        buckets.entry(frequency).or_default().push(keys);
    }
    let buckets: Vec<(u64, Vec<Vec<K>>)> = buckets.into_iter().collect();
    let sorted: Vec<(u64, Vec<K>, usize)> = buckets
        .into_par_iter()
        .map(|(frequency, parts)| {
            let mut keys = parts.concat();
            sorting::sort(&mut keys);
            let distinct = keys.windows(2).filter(|pair| pair[0] != pair[1]).count() + 1;
            (frequency, keys, distinct)
        })
        .collect();
    let mut folded = Vec::with_capacity(sorted.iter().map(|(_, _, distinct)| distinct).sum());
    for (frequency, keys, _) in &sorted {
        for same in keys.chunk_by(|a, b| a == b) {
            folded.extend(
                same.first()
                    .map(|&key| (row(*frequency, key), same.len() as u64)),
            );
        }
    }
    folded
}

/// Keys by frequency.
fn deal_out<K>(keys: impl Iterator<Item = (u64, K)>) -> BTreeMap<u64, Vec<K>> {
    let mut small: Vec<Vec<K>> = (0..SMALL).map(|_| Vec::new()).collect();
    let mut large: BTreeMap<u64, Vec<K>> = BTreeMap::new();
    for (frequency, key) in keys {
        let slot = usize::try_from(frequency).ok();
        match slot.and_then(|slot| small.get_mut(slot)) {
            Some(bucket) => bucket.push(key),
            None => large.entry(frequency).or_default().push(key),
        }
    }
    let small = (0..).zip(small).filter(|(_, keys)| !keys.is_empty());
    large.extend(small);
    large
}
