//! Laws that hold for any data.
#![allow(clippy::unwrap_used)]

use proptest::{collection::vec, prelude::*};
use radost_stats::*;

fn nps_of(scores: &[i64]) -> NpsTally {
    let mut tally = NpsTally::default();
    for &score in scores {
        tally.push(score).unwrap();
    }
    tally
}

fn mean_of(values: &[i64]) -> MeanTally {
    let mut tally = MeanTally::default();
    for &value in values {
        tally.push(value as f64).unwrap();
    }
    tally
}

fn level() -> impl Strategy<Value = Level> {
    (0.01..0.999).prop_map(|level| Level::new(level).unwrap())
}

fn nps_tally() -> impl Strategy<Value = NpsTally> {
    (0..300_u64, 0..300_u64, 0..300_u64)
        .prop_map(|(promoters, passives, detractors)| NpsTally {
            promoters,
            passives,
            detractors,
        })
        .prop_filter("someone answers", |tally| tally.n() > 0)
}

fn csat_tally() -> impl Strategy<Value = CsatTally> {
    (0..300_u64, 1..300_u64).prop_map(|(a, n)| CsatTally::from_counts(a.min(n), n).unwrap())
}

type Answers = (Vec<Option<f64>>, Vec<Option<f64>>);

/// Two attributes on 1–5 with answers missing here and there.
fn csi_rows() -> impl Strategy<Value = Vec<Answers>> {
    let answer = || prop::option::weighted(0.8, (1..=5).prop_map(f64::from));
    vec((vec(answer(), 2), vec(answer(), 2)), 0..40)
}

fn csi_of(rows: &[Answers]) -> CsiTally {
    let scale = Scale::new(1.0, 5.0).unwrap();
    let mut tally = CsiTally::new(vec![
        CsiAttribute {
            satisfaction: scale,
            importance: scale
        };
        2
    ])
    .unwrap();
    for (satisfaction, importance) in rows {
        tally.push(satisfaction, importance).unwrap();
    }
    tally
}

proptest! {
    #[test]
    fn nps_merge_equals_union_in_any_order(mut a in vec(0..=10_i64, 0..50), b in vec(0..=10_i64, 0..50)) {
        let mut merged = nps_of(&b);
        merged.merge(&nps_of(&a));
        a.extend(b);
        prop_assert_eq!(merged, nps_of(&a));
    }

    #[test]
    fn nps_interval_holds_the_score_and_stays_in_range(tally in nps_tally(), level in level()) {
        for nps in [tally.interval(level).unwrap(), tally.wald_interval(level).unwrap()] {
            prop_assert!(-100.0 <= nps.low && nps.low <= nps.value);
            prop_assert!(nps.value <= nps.high && nps.high <= 100.0);
        }
    }

    #[test]
    fn swapping_ends_negates_nps(tally in nps_tally(), level in level()) {
        let swapped = NpsTally { promoters: tally.detractors, detractors: tally.promoters, ..tally };
        let (nps, mirror) = (tally.interval(level).unwrap(), swapped.interval(level).unwrap());
        prop_assert_eq!((nps.value, nps.low, nps.high), (-mirror.value, -mirror.high, -mirror.low));
    }

    #[test]
    fn swapping_groups_negates_the_comparison(a in nps_tally(), b in nps_tally(), level in level()) {
        let (Ok(change), Ok(back)) = (a.compare(&b, level), b.compare(&a, level)) else {
            prop_assert!(a.n().min(b.n()) < MIN_TO_COMPARE);
            return Ok(());
        };
        prop_assert!((change.difference + back.difference).abs() < 1e-9);
        prop_assert!((change.low + back.high).abs() < 1e-9 && (change.p_value - back.p_value).abs() < 1e-9);
        prop_assert!(change.low <= change.difference && change.difference <= change.high);
        match change.verdict() {
            Verdict::Higher => prop_assert!(change.difference > 0.0),
            Verdict::Lower => prop_assert!(change.difference < 0.0),
            Verdict::NoClearDifference => {}
        }
    }

    #[test]
    fn wilson_holds_the_share_and_narrows_with_n(tally in csat_tally(), level in level()) {
        let csat = tally.interval(level).unwrap();
        prop_assert!(0.0 <= csat.low && csat.low <= csat.value && csat.value <= csat.high && csat.high <= 100.0);
        let tenfold = CsatTally::from_counts(10 * tally.satisfied(), 10 * tally.n()).unwrap().interval(level).unwrap();
        prop_assert!(tenfold.high - tenfold.low < csat.high - csat.low);
    }

    #[test]
    fn csat_difference_lies_in_its_interval(a in csat_tally(), b in csat_tally(), level in level()) {
        if let Ok(change) = a.compare(&b, level) {
            prop_assert!(-100.0 <= change.low && change.low <= change.difference);
            prop_assert!(change.difference <= change.high && change.high <= 100.0);
            prop_assert!((0.0..=1.0).contains(&change.p_value));
        }
    }

    #[test]
    fn mean_merges_exactly_in_any_order(mut a in vec(-100_000..100_000_i64, 0..50), b in vec(-100_000..100_000_i64, 0..50)) {
        let mut merged = mean_of(&b);
        merged.merge(&mean_of(&a));
        a.extend(b);
        prop_assert_eq!(merged, mean_of(&a));
    }

    #[test]
    fn spread_does_not_depend_on_the_origin(values in vec(0..=10_i64, 2..50), origin in -1_000_000..1_000_000_i64) {
        let moved: Vec<i64> = values.iter().map(|value| value + origin).collect();
        let (sd, moved_sd) = (mean_of(&values).sd().unwrap(), mean_of(&moved).sd().unwrap());
        prop_assert!((sd - moved_sd).abs() <= 1e-12 * sd);
    }

    #[test]
    fn mean_interval_holds_the_mean(values in vec(1..=7_i64, 2..50), level in level()) {
        let mean = mean_of(&values).interval(level).unwrap();
        prop_assert!(mean.low <= mean.value && mean.value <= mean.high);
    }

    #[test]
    fn csi_merge_equals_union_in_any_order(mut a in csi_rows(), b in csi_rows()) {
        let mut merged = csi_of(&b);
        merged.merge(&csi_of(&a)).unwrap();
        a.extend(b);
        prop_assert_eq!(merged, csi_of(&a));
    }

    #[test]
    fn csi_interval_holds_the_index(rows in csi_rows(), level in level()) {
        if let Ok(csi) = csi_of(&rows).interval(level) {
            prop_assert!(0.0 <= csi.low && csi.low <= csi.value && csi.value <= csi.high && csi.high <= 100.0);
            prop_assert!((csi.attributes.iter().map(|row| row.weight).sum::<f64>() - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn adjusted_p_values_keep_order_and_never_shrink(p in vec(0.0..=1.0_f64, 0..30)) {
        let adjusted = benjamini_hochberg(&p).unwrap();
        for i in 0..p.len() {
            prop_assert!(p[i] <= adjusted[i] && adjusted[i] <= 1.0);
            for j in 0..p.len() {
                prop_assert!(p[i] > p[j] || adjusted[i] <= adjusted[j]);
            }
        }
    }

    #[test]
    fn suppressed_groups_cannot_be_had_by_subtraction(counts in vec(0..30_u64, 0..12), minimum in 0..15_u64) {
        let withheld = suppress(&counts, minimum);
        let hidden: Vec<u64> = counts.iter().zip(&withheld).filter(|(_, hide)| **hide).map(|(n, _)| *n).collect();
        let answered = counts.iter().filter(|n| **n > 0).count();

        prop_assert_eq!(withheld.len(), counts.len());
        prop_assert!(counts.iter().zip(&withheld).all(|(&n, &hide)| hide || n == 0 || n >= minimum));
        prop_assert!(hidden.iter().all(|&n| n > 0));
        let nothing_small = counts.iter().all(|&n| n == 0 || n >= minimum);
        if nothing_small {
            prop_assert!(hidden.is_empty());
        } else {
            let covered = hidden.len() >= 2 && hidden.iter().sum::<u64>() >= minimum;
            prop_assert!(covered || hidden.len() == answered);
        }
    }
}
