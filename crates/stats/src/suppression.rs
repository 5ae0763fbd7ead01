/// Which groups of a breakdown to withhold so that no small group can be read, not even by subtraction from a shown total.
///
/// A group is small with fewer than `minimum` responses, and empty groups are always shown. When small groups are withheld, the
/// smallest other groups follow until those withheld are at least two and hold `minimum` responses together: the total minus what is
/// shown then tells only of that mixture. Of equal groups the first is withheld.
///
/// ```
/// use radost_stats::suppress;
///
/// assert_eq!(suppress(&[40, 3, 25], 5), [false, true, true]); // 3 alone could be had by subtraction
/// assert_eq!(suppress(&[40, 3, 2, 25], 5), [false, true, true, false]); // 3 and 2 cover each other
/// ```
/// # Assumptions
/// One dimension whose total is shown. Crossed breakdowns of the same responses need more than this.
/// When every non-empty group is withheld and still there are not two, or not `minimum` responses, the total itself is small or is
/// that one group: withhold the total too.
/// # Sources
/// Complementary suppression as in Hundepool et al. (2012), Statistical Disclosure Control, Wiley.
pub fn suppress(counts: &[u64], minimum: u64) -> Vec<bool> {
    let mut withheld: Vec<bool> = counts.iter().map(|&n| 0 < n && n < minimum).collect();
    let (mut groups, mut responses) = (0, 0_u64);
    for (&n, _) in counts
        .iter()
        .zip(&withheld)
        .filter(|(_, withheld)| **withheld)
    {
        groups += 1;
        responses = responses.saturating_add(n);
    }
    if groups == 0 {
        return withheld;
    }
    let mut others: Vec<usize> = (0..counts.len())
        .filter(|&i| counts[i] > 0 && !withheld[i])
        .collect();
    others.sort_by_key(|&i| counts[i]);
    for i in others {
        if groups >= 2 && responses >= minimum {
            break;
        }
        withheld[i] = true;
        groups += 1;
        responses = responses.saturating_add(counts[i]);
    }
    withheld
}
