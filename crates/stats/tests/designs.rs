//! Samples, MaxDiff designs and MaxDiff scores: those against statsmodels 0.15.0 and scipy 1.17.1 by `bench/reference/maxdiff.py`, the
//! others by what defines them; their laws and what they refuse.
#![allow(clippy::unwrap_used)]

use std::ops::ControlFlow;

use proptest::{collection::vec, prelude::*};
use radost_stats::{Level, Progress, maxdiff::*, sampling::*};

#[track_caller]
fn close(got: f64, expected: f64, tolerance: f64) {
    assert!(
        (got - expected).abs() <= tolerance,
        "got {got}, expected {expected}"
    );
}

#[track_caller]
fn refuses<T, E: std::error::Error>(result: Result<T, E>, message: &str) {
    assert_eq!(result.err().unwrap().to_string(), message);
}

#[test]
fn allocations() {
    let strata =
        [(6000, 1.0), (3000, 2.5), (1000, 4.0), (250, 12.0)].map(|(size, sd)| Stratum { size, sd });
    // numpy: 400 N S / sum(N S) = 117.07, 146.34, 78.05, 58.54 and 400 N / sum(N) = 234.15, 117.07, 39.02, 9.76: largest remainders
    for (allocation, minimum, expected) in [
        (Allocation::Neyman, 0, [117, 146, 78, 59]),
        (Allocation::Proportional, 0, [234, 117, 39, 10]),
        // 30 for the smallest leaves 370 to the others: 222, 111, 37
        (Allocation::Proportional, 30, [222, 111, 37, 30]),
    ] {
        assert_eq!(
            allocate(&strata, 400, allocation, minimum).unwrap(),
            expected
        );
    }
    // The last stratum cannot give more than it has; nobody else's share changes its proportions.
    assert_eq!(
        allocate(&strata, 2000, Allocation::Neyman, 0).unwrap(),
        [600, 750, 400, 250]
    );
    let still = [
        Stratum { size: 10, sd: 1.0 },
        Stratum { size: 30, sd: 0.0 },
        Stratum { size: 60, sd: 0.0 },
    ];
    assert_eq!(
        allocate(&still, 40, Allocation::Neyman, 0).unwrap(),
        [10, 10, 20]
    );
    assert_eq!(
        allocate(&still, 3, Allocation::Neyman, 1).unwrap(),
        [1, 1, 1]
    );
}

#[test]
fn every_member_has_the_same_chance() {
    let (population, n, draws) = (20, 5, 8000);
    let mut random = [0_u32; 20];
    let mut systematic = [0_u32; 20];
    let mut pairs = 0_u32;
    for seed in 0..draws {
        let sample = simple_random(population, n, seed).unwrap();
        assert!(sample.windows(2).all(|pair| pair[0] < pair[1]));
        pairs += u32::from(sample.contains(&0) && sample.contains(&1));
        for member in sample {
            random[member] += 1;
        }
        for member in systematic_of_size(population, 7, seed).unwrap().members {
            systematic[member] += 1;
        }
    }
    // five standard errors of 8,000 draws at 1/4, at 7/20, and at (5/20)(4/19) for a pair
    for member in 0..population {
        close(f64::from(random[member]) / 8000.0, 0.25, 0.0243);
        close(f64::from(systematic[member]) / 8000.0, 0.35, 0.0267);
    }
    close(f64::from(pairs) / 8000.0, 1.0 / 19.0, 0.0125);
}

#[test]
fn samples_refused() {
    refuses(simple_random(3, 4, 1), "4 cannot be drawn from 3");
    assert_eq!(simple_random(3, 3, 1).unwrap(), [0, 1, 2]);
    assert_eq!(simple_random(0, 0, 1).unwrap(), [0_usize; 0]);
    refuses(systematic(0, 1, 1), "there is nobody to draw from");
    refuses(systematic(10, 0, 1), "every 0th of 10 is no sample");
    refuses(systematic(10, 11, 1), "every 11th of 10 is no sample");
    refuses(systematic_of_size(10, 11, 1), "11 cannot be drawn from 10");
    refuses(systematic_of_size(10, 0, 1), "there is nobody to draw from");
    let strata = [Stratum { size: 10, sd: 1.0 }, Stratum { size: 5, sd: 0.0 }];
    let try_allocate =
        |n, allocation, minimum| allocate(&strata, n, allocation, minimum).map(|_| ());
    refuses(
        try_allocate(16, Allocation::Proportional, 0),
        "16 cannot be drawn from 15",
    );
    refuses(
        try_allocate(12, Allocation::Proportional, 8),
        "at least 8 in each stratum makes 13, more than the sample of 12",
    );
    refuses(
        allocate(&[], 0, Allocation::Proportional, 0),
        "there is nobody to draw from",
    );
    let equal = strata.map(|s| Stratum { sd: 0.0, ..s });
    refuses(
        allocate(&equal, 5, Allocation::Neyman, 0),
        "all strata have the standard deviation 0: allocate in proportion to size",
    );
    for sd in [-1.0, f64::NAN, f64::INFINITY] {
        refuses(
            allocate(&[Stratum { size: 5, sd }], 5, Allocation::Neyman, 0),
            &format!(
                "stratum 0 has the standard deviation {sd}: it must be a finite number, zero or above"
            ),
        );
    }
    refuses(
        stratified(&[0, 2], &[1.0, 1.0], 1, Allocation::Proportional, 0, 1),
        "member 1 is in stratum 2, and there are 2",
    );
}

#[test]
fn designs_that_balance_exactly() {
    for (items, set_size, sets, meetings) in [
        (7, 3, 7, 1),
        (13, 4, 13, 1),
        (13, 3, 26, 1),
        (11, 5, 11, 2),
        (15, 7, 15, 3),
        (19, 9, 19, 4),
        (21, 5, 21, 1),
        (31, 6, 31, 1),
        (7, 3, 21, 3),
        (9, 4, 18, 3),
    ] {
        let plan = design(items, set_size, sets, 5, &Progress::none()).unwrap();
        assert_eq!(
            plan.construction,
            DesignConstruction::CyclicDifferenceFamily,
            "{items} {set_size} {sets}"
        );
        assert!(plan.balance.is_bibd());
        assert_eq!(plan.balance.fewest_meetings, meetings);
        assert_eq!(plan.sets.len(), sets);
    }
    // No cyclic family has these, but there are designs, and the search finds them.
    for (items, set_size, sets, meetings) in [(6, 3, 10, 2), (9, 3, 12, 1), (5, 4, 5, 3)] {
        let plan = design(items, set_size, sets, 2, &Progress::none()).unwrap();
        assert!(plan.balance.is_bibd(), "{items} {set_size} {sets}");
        assert_eq!(plan.balance.most_meetings, meetings);
    }
}

#[test]
fn other_designs_are_nearly_even() {
    for (items, set_size, sets) in [
        (12, 4, 9),
        (16, 4, 12),
        (20, 5, 16),
        (10, 4, 13),
        (25, 5, 15),
    ] {
        let plan = design(items, set_size, sets, 3, &Progress::none()).unwrap();
        let DesignBalance {
            fewest_appearances,
            most_appearances,
            fewest_meetings,
            most_meetings,
            mean_meetings,
        } = plan.balance;
        assert_eq!(DesignBalance::of(items, &plan.sets).unwrap(), plan.balance);
        assert!(most_appearances - fewest_appearances <= 1);
        assert!(most_meetings - fewest_meetings <= 2, "{:?}", plan.balance);
        close(
            mean_meetings,
            (sets * set_size * (set_size - 1)) as f64 / (items * (items - 1)) as f64,
            1e-12,
        );
        let again = design(items, set_size, sets, 3, &Progress::none()).unwrap();
        assert_eq!(plan, again);
    }
}

/// The choices of `bench/reference/maxdiff.py`: 30 people, 7 sets of 3 out of 7 items.
fn choices() -> MaxDiffTally {
    const LIKING: [i64; 7] = [18, 10, 4, 0, -4, -10, -18];
    let mut tally = MaxDiffTally::new(7).unwrap();
    for r in 0..30 {
        for t in 0..7 {
            let shown = [0, 1, 3].map(|x| (x + t) % 7);
            let value =
                |i: usize| LIKING[i] + 5 * ((r * 5 + t * 11 + i * i * 3 + r * i) % 13) as i64;
            let best = shown
                .into_iter()
                .max_by_key(|&i| (value(i), -(i as i64)))
                .unwrap();
            let worst = shown.into_iter().min_by_key(|&i| (value(i), i)).unwrap();
            tally.push(&shown, best, worst).unwrap();
        }
    }
    tally
}

#[test]
fn maxdiff_counts() {
    let counts = choices().counts();
    assert_eq!(
        counts.iter().map(|item| item.best).collect::<Vec<_>>(),
        [55, 48, 30, 37, 19, 15, 6]
    );
    assert_eq!(
        counts.iter().map(|item| item.worst).collect::<Vec<_>>(),
        [13, 19, 21, 26, 33, 45, 53]
    );
    assert!(counts.iter().all(|item| item.shown == 90));
    assert_eq!(counts[6].score, -47.0 / 90.0);
}

#[test]
fn maxdiff_utilities() {
    // sequential: statsmodels ConditionalLogit with a group per choice, by Newton; pairs: scipy.optimize.minimize and a numerical Hessian,
    // good to about 1e-6
    for (model, log_likelihood, utilities, errors, shares, share_errors, tolerance) in [
        (
            BestWorst::Sequential,
            -332.503934444,
            [
                0.899649470284,
                0.597310877759,
                0.157027128112,
                0.213389175934,
                -0.264209343749,
                -0.658212581055,
                -0.944954727284,
            ],
            [
                0.163394009376,
                0.157034427838,
                0.149800872926,
                0.152539701341,
                0.150528915988,
                0.158783826768,
                0.165303324224,
            ],
            [
                29.4173019229,
                21.7419681636,
                13.9986466887,
                14.8102973788,
                9.1864005375,
                6.19486641,
                4.65051889853,
            ],
            [
                3.96053284076,
                3.17073791658,
                2.16944961595,
                2.31080038181,
                1.51484263133,
                1.11587856534,
                0.883706107051,
            ],
            1e-8,
        ),
        (
            BestWorst::Pairs,
            -328.96706698,
            [
                0.715766472354,
                0.479192058533,
                0.146885884769,
                0.180815559466,
                -0.221137040287,
                -0.490565665725,
                -0.81095726911,
            ],
            [
                0.132502318257,
                0.124227168459,
                0.11846157585,
                0.119337307429,
                0.119720305177,
                0.125410701495,
                0.137756606169,
            ],
            [
                25.9769771733,
                20.5043331829,
                14.7070955061,
                15.2146646068,
                10.1788001403,
                7.77472831719,
                5.6434010733,
            ],
            [
                2.95481503717,
                2.37457349911,
                1.76749486859,
                1.82654877822,
                1.31307367537,
                1.08036381359,
                0.877674482241,
            ],
            2e-6,
        ),
    ] {
        let scores = choices().logit(model, Level::P95).unwrap();
        close(scores.log_likelihood, log_likelihood, 1e-7);
        for (i, item) in scores.items.iter().enumerate() {
            close(item.utility, utilities[i], tolerance);
            close(item.standard_error, errors[i], tolerance);
            close(item.share, shares[i], 30.0 * tolerance);
            close(item.share_standard_error, share_errors[i], 30.0 * tolerance);
            assert!(item.share_low < item.share && item.share < item.share_high);
        }
        assert_eq!((scores.n, scores.model), (210, model));
        // Every set of three: 6 ordered pairs
        close(scores.null_log_likelihood, -210.0 * 6.0_f64.ln(), 1e-9);
    }
}

#[test]
fn maxdiff_refused() {
    for (items, set_size, sets) in [
        (5, 1, 3),
        (3, 4, 2),
        (5, 3, 0),
        (1001, 3, 5),
        (5, 3, 10_001),
    ] {
        refuses(
            design(items, set_size, sets, 1, &Progress::none()),
            &format!("{sets} sets of {set_size} out of {items} items are no design"),
        );
    }
    let stop = |_, _| ControlFlow::Break(());
    refuses(
        design(12, 4, 10, 1, &Progress::new(&stop)),
        "the computation was cancelled",
    );
    refuses(
        DesignBalance::of(3, &[vec![0, 3]]),
        "item 3 is unknown or shown twice",
    );
    refuses(
        MaxDiffTally::new(1),
        "choices are made among 2 to 1000 items, not 1",
    );
    let mut tally = MaxDiffTally::new(4).unwrap();
    refuses(
        tally.logit(BestWorst::Sequential, Level::P95),
        "there are no choices",
    );
    refuses(
        tally.push(&[0, 4], 0, 4),
        "item 4 is unknown or shown twice",
    );
    refuses(
        tally.push(&[0, 1, 1], 0, 1),
        "item 1 is unknown or shown twice",
    );
    refuses(
        tally.push(&[0, 1, 2], 0, 3),
        "0 as the best and 3 as the worst cannot be chosen from this set",
    );
    assert!(tally.push(&[0, 1, 2], 1, 1).is_err() && tally.push(&[], 0, 1).is_err());
    refuses(
        tally.merge(&MaxDiffTally::new(3).unwrap()),
        "choices among 4 and among 3 items cannot be joined",
    );
    tally.push(&[0, 1, 2], 0, 2).unwrap();
    refuses(
        tally.logit(BestWorst::Pairs, Level::P95),
        "item 3 was never shown",
    );
    tally.push(&[0, 1, 3], 1, 3).unwrap();
    tally.push(&[0, 1], 1, 0).unwrap();
    tally.push(&[2, 3], 3, 2).unwrap();
    // Nothing puts 0 or 1 below 2 or 3.
    refuses(
        tally.logit(BestWorst::Sequential, Level::P95),
        "no choice, nor a chain of choices, puts item 0 below item 2: their utilities cannot be told apart by a finite number",
    );
    tally.push(&[0, 1, 2], 2, 1).unwrap();
    let scores = tally.logit(BestWorst::Sequential, Level::P95).unwrap();
    assert!(scores.items.iter().all(|item| item.utility.is_finite()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn allocations_keep_their_bounds(
        strata in vec((0..500_u64, 0.0..5.0_f64), 1..8), part in 0.0..1.0_f64, minimum in 0..5_u64, neyman in any::<bool>(),
    ) {
        let strata: Vec<Stratum> = strata.into_iter().map(|(size, sd)| Stratum { size, sd }).collect();
        let population: u64 = strata.iter().map(|s| s.size).sum();
        let n = (part * population as f64) as u64;
        let allocation = if neyman { Allocation::Neyman } else { Allocation::Proportional };
        if let Ok(sizes) = allocate(&strata, n, allocation, minimum) {
            prop_assert_eq!(sizes.iter().sum::<u64>(), n);
            for (size, stratum) in sizes.iter().zip(&strata) {
                prop_assert!(*size <= stratum.size && *size >= minimum.min(stratum.size));
            }
        }
    }

    #[test]
    fn stratified_samples_are_drawn_from_their_strata(stratum_of in vec(0..3_usize, 10..80), part in 0.1..1.0_f64, seed in any::<u64>()) {
        let n = (part * stratum_of.len() as f64) as u64;
        let sample = stratified(&stratum_of, &[1.0; 3], n, Allocation::Proportional, 0, seed).unwrap();
        prop_assert_eq!(sample.members.len() as u64, n);
        prop_assert!(sample.members.windows(2).all(|pair| pair[0] < pair[1]));
        for (stratum, (&size, weight)) in sample.sizes.iter().zip(&sample.weights).enumerate() {
            let drawn = sample.members.iter().filter(|m| stratum_of[**m] == stratum).count() as u64;
            prop_assert_eq!(drawn, size);
            let there = stratum_of.iter().filter(|s| **s == stratum).count() as f64;
            prop_assert_eq!(*weight, (size > 0).then(|| there / size as f64));
        }
    }

    #[test]
    fn designs_hold_what_was_asked(items in 3..14_usize, size in 2..6_usize, sets in 1..12_usize, seed in any::<u64>()) {
        let size = size.min(items);
        let plan = design(items, size, sets, seed, &Progress::none()).unwrap();
        prop_assert_eq!(plan.sets.len(), sets);
        for set in &plan.sets {
            let mut sorted = set.clone();
            sorted.sort_unstable();
            sorted.dedup();
            prop_assert!(sorted.len() == size && sorted.iter().all(|item| *item < items));
        }
        prop_assert!(plan.balance.most_appearances - plan.balance.fewest_appearances <= 1);
    }

    #[test]
    fn reversed_choices_of_pairs_reverse_the_utilities(seed in 0..1000_usize) {
        // Best and worst change places: the model of pairs is symmetric, and names of items do not matter.
        let mut forth = choices();
        let mut back = MaxDiffTally::new(7).unwrap();
        let mut renamed = MaxDiffTally::new(7).unwrap();
        for r in 0..60 {
            let shown = [(r + seed) % 7, (r + seed + 1) % 7, (r + seed + 3) % 7];
            let (best, worst) = (shown[(r * r + seed) % 3], shown[(r * r + seed + 1 + r % 2) % 3]);
            forth.push(&shown, best, worst).unwrap();
            back.push(&shown, worst, best).unwrap();
            renamed.push(&shown.map(|i| 6 - i), 6 - best, 6 - worst).unwrap();
        }
        let only = {
            let mut only = MaxDiffTally::new(7).unwrap();
            for r in 0..60 {
                let shown = [(r + seed) % 7, (r + seed + 1) % 7, (r + seed + 3) % 7];
                only.push(&shown, shown[(r * r + seed) % 3], shown[(r * r + seed + 1 + r % 2) % 3]).unwrap();
            }
            only
        };
        let mut merged = choices();
        merged.merge(&only).unwrap();
        prop_assert_eq!(&merged, &forth);
        let by = |tally: &MaxDiffTally| tally.logit(BestWorst::Pairs, Level::P95);
        if let (Ok(a), Ok(b), Ok(c)) = (by(&only), by(&back), by(&renamed)) {
            for i in 0..7 {
                prop_assert!((a.items[i].utility + b.items[i].utility).abs() < 1e-6);
                prop_assert!((a.items[i].utility - c.items[6 - i].utility).abs() < 1e-6);
            }
        }
    }
}
