/// Shorter parts are sorted at once.
const PART: usize = 1 << 15;

/// Sorts on all cores by the standard library's sort: halves are told apart by their median, and each goes its own way.
pub(crate) fn sort<T: Ord + Send>(values: &mut [T]) {
    sort_parts(values, rayon::current_num_threads());
}

fn sort_parts<T: Ord + Send>(values: &mut [T], threads: usize) {
    if threads < 2 || values.len() <= PART {
        values.sort_unstable();
        return;
    }
    let (low, _, high) = values.select_nth_unstable(values.len() / 2);
    rayon::join(
        || sort_parts(low, threads.div_ceil(2)),
        || sort_parts(high, threads.div_ceil(2)),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SplitMix64;

    #[test]
    fn sorts_as_the_standard_library() {
        let mut random = SplitMix64::new(5);
        for (length, different) in [(0, 1), (1, 1), (PART + 1, 3), (300_000, 1 << 40)] {
            let values: Vec<usize> = (0..length).map(|_| random.below(different)).collect();
            for threads in [1, 2, 5] {
                let (mut own, mut expected) = (values.clone(), values.clone());
                sort_parts(&mut own, threads);
                expected.sort_unstable();
                assert_eq!(own, expected, "{length} values on {threads} threads");
            }
        }
    }
}
