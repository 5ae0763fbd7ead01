//! Intervals by resampling.

use super::*;

#[test]
fn bootstrap_intervals() {
    // scipy.stats.bootstrap with 4000 resamples, LMG of the third of three drivers; its own Monte Carlo error is about 0.003.
    let rows = answers(60, 3, 1);
    let kept = rows_of(&rows);
    let drivers = ["x0", "x1", "x2"];
    for (interval, low, high) in [
        (
            BootstrapInterval::Percentile,
            0.194517892979,
            0.423656184023,
        ),
        (BootstrapInterval::Bca, 0.188430397704, 0.419357022387),
    ] {
        let found = kept
            .bootstrap(
                "y",
                &drivers,
                &[DriverMeasure::Lmg],
                &bootstrap(interval, Missing::Listwise),
                &Progress::none(),
            )
            .unwrap();
        let third = &found.rows[2];
        close(third.value, values(&model_of(&rows), DriverMeasure::Lmg)[2]);
        within(third.low, low, 0.01);
        within(third.high, high, 0.01);
        within(third.standard_error, 0.0573280975451, 0.003);
        assert_eq!(
            (found.n, found.unit, found.method, found.failed_draws),
            (60, ResampledUnit::Row, interval, 0)
        );
    }
}

#[test]
fn bootstrap_of_all_measures_and_missing_answers() {
    let rows = holes(&answers(60, 3, 1));
    let mut kept = DriverRows::new(columns(3)).unwrap();
    for row in &rows {
        kept.push(row, 1.0).unwrap();
    }
    let measures: Vec<DriverMeasure> = DriverMeasure::IMPORTANCES
        .into_iter()
        .chain([DriverMeasure::Beta, DriverMeasure::Slope])
        .collect();
    for (missing, dropped) in [
        (Missing::Listwise, 22),
        (Missing::Pairwise, 0),
        (Missing::Em, 0),
    ] {
        let bootstrap = Bootstrap {
            draws: 100,
            ..bootstrap(BootstrapInterval::Percentile, missing)
        };
        let drivers = ["x0", "x1", "x2"];
        let found = kept
            .bootstrap("y", &drivers, &measures, &bootstrap, &Progress::none())
            .unwrap();
        assert_eq!(found.rows.len(), 27);
        assert!(dropped == 0 || found.dropped == dropped);
        let moments = missing_of(&rows)
            .moments(&columns(3), missing, Weights::Sampling, &Progress::none())
            .unwrap();
        let model = moments.model("y", &drivers).unwrap();
        for (own, measure) in found.rows.chunks(3).zip(&measures) {
            for (row, expected) in own.iter().zip(values(&model, *measure)) {
                within(row.value, expected, 1e-9);
                assert_eq!(row.measure, *measure);
                assert!(row.low < row.high);
                assert_eq!(
                    row.share.is_none(),
                    matches!(measure, DriverMeasure::Beta | DriverMeasure::Slope)
                );
            }
        }
    }
}

fn yes_above_median(rows: &[Vec<f64>]) -> BinaryTally {
    let mut outcomes: Vec<f64> = rows.iter().map(|row| row[0]).collect();
    outcomes.sort_by(f64::total_cmp);
    let half = rows.len() / 2;
    binary_of(rows, (outcomes[half - 1] + outcomes[half]) / 2.0)
}

#[test]
fn bootstrap_of_yes_or_no() {
    // bootstrapped("answers(200, 3, 5)", …) of the script: rows drawn by numpy, regressions by statsmodels' Logit. General dominance of
    // three drivers and its sum, then relative weights and theirs; their standard deviations, 2.5 % and 97.5 % quantiles of 2000 draws.
    let tally = yes_above_median(&answers(200, 3, 5));
    let drivers = ["x0", "x1", "x2"];
    let none = Progress::none();
    let of = [
        tally.dominance_bootstrap(&drivers, 2000, 1, Level::P95, &none),
        tally.relative_weights_bootstrap(&drivers, 2000, 1, Level::P95, &none),
    ];
    let expected = [
        [
            [
                0.0542881067102,
                0.024383090055,
                0.0197624697939,
                0.113033061001,
            ],
            [
                0.0927242876484,
                0.0308012504164,
                0.0450229644606,
                0.164614561347,
            ],
            [
                0.200429643059,
                0.0434386697271,
                0.122890225158,
                0.295116793419,
            ],
            [
                0.347442037417,
                0.0511658752185,
                0.259710410929,
                0.460528748852,
            ],
        ],
        [
            [
                0.0720241818107,
                0.0288594037053,
                0.0282439377618,
                0.140801937402,
            ],
            [
                0.111093421515,
                0.0328068452487,
                0.056854697248,
                0.185373033871,
            ],
            [
                0.213076424635,
                0.0426904326838,
                0.137814966213,
                0.304511658209,
            ],
            [
                0.396194027961,
                0.0544781489414,
                0.299066906349,
                0.51482107482,
            ],
        ],
    ];
    // Both sides have 2000 draws: a standard error is uncertain by 2.2 % of itself, and so differ by about 3 %; a 2.5 % quantile by 6 % of
    // the standard error, and 0.1 of it for both sides and the longer tail.
    for (found, [rows @ .., sum]) in of.into_iter().zip(expected) {
        let found = found.unwrap();
        for (row, [value, error, low, high]) in found.rows.iter().zip(rows) {
            close(row.value, value);
            within(row.standard_error / error, 1.0, 0.1);
            within(row.low, low, 0.3 * error);
            within(row.high, high, 0.3 * error);
            let share = row.share.unwrap();
            close(share.value, value / sum[0]);
            assert!(0.0 < share.low && share.low < share.value && share.value < share.high);
        }
        close(found.r_squared, sum[0]);
        within(found.r_squared_low, sum[2], 0.3 * sum[1]);
        within(found.r_squared_high, sum[3], 0.3 * sum[1]);
        assert_eq!((found.n, found.draws, found.failed_draws), (200, 2000, 0));
    }
}

#[test]
fn draws_of_yes_or_no_depend_on_their_seed_alone() {
    let rows = answers(150, 2, 5);
    let mut outcomes: Vec<f64> = rows.iter().map(|row| row[0]).collect();
    outcomes.sort_by(f64::total_cmp);
    let (mut weighted, mut repeated) = (
        BinaryTally::new(["x0", "x1"]).unwrap(),
        BinaryTally::new(["x0", "x1"]).unwrap(),
    );
    for (i, row) in rows.iter().enumerate() {
        let (times, yes) = (1 + i % 3, row[0] > outcomes[75]);
        weighted.add(&row[1..], yes, times as f64).unwrap();
        for _ in 0..times {
            repeated.push(&row[1..], yes).unwrap();
        }
    }
    let of = |tally: &BinaryTally, seed| {
        let drivers = ["x0", "x1"];
        let found = tally.dominance_bootstrap(&drivers, 100, seed, Level::P95, &Progress::none());
        found.unwrap()
    };
    let found = of(&weighted, 7);
    assert_eq!(found.n, 300);
    assert_eq!(found, of(&repeated, 7));
    assert_ne!(found, of(&weighted, 8));
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    assert_eq!(alone.unwrap().install(|| of(&weighted, 7)), found);
    let shares = |bound: fn(ShareInterval) -> f64| -> f64 {
        let shares = found.rows.iter().filter_map(|row| row.share);
        shares.map(bound).sum()
    };
    close(shares(|share| share.value), 1.0);
    // With two drivers the shares of a draw add up to one, so that a bound of the one is one less the other's.
    let [first, second] = [0, 1].map(|j| found.rows[j].share.unwrap());
    close(first.low + second.high, 1.0);
    close(first.high + second.low, 1.0);
}

#[test]
fn blocks_vary_as_rows_do() {
    let rows = answers(4000, 3, 9);
    let mut blocks = BlockTally::new(columns(3), 400, 1).unwrap();
    let mut halves = [blocks.clone(), blocks.clone()];
    for (i, row) in rows.iter().enumerate() {
        let row: Vec<Option<f64>> = row.iter().map(|&value| Some(value)).collect();
        blocks.push(i as u64, &row, 1.0).unwrap();
        halves[i % 2].push(i as u64, &row, 1.0).unwrap();
    }
    let drivers = ["x0", "x1", "x2"];
    let bootstrap = Bootstrap {
        draws: 600,
        ..bootstrap(BootstrapInterval::Percentile, Missing::Listwise)
    };
    let of_blocks = blocks
        .bootstrap(
            "y",
            &drivers,
            &[DriverMeasure::Lmg],
            &bootstrap,
            &Progress::none(),
        )
        .unwrap();
    let of_rows = rows_of(&rows)
        .bootstrap(
            "y",
            &drivers,
            &[DriverMeasure::Lmg],
            &bootstrap,
            &Progress::none(),
        )
        .unwrap();
    assert_eq!(of_blocks.unit, ResampledUnit::Block);
    for (block, row) in of_blocks.rows.iter().zip(&of_rows.rows) {
        close(block.value, row.value);
        within(block.standard_error / row.standard_error, 1.0, 0.2);
    }
    let [mut merged, other] = halves;
    merged.merge(&other).unwrap();
    let merged = merged
        .bootstrap(
            "y",
            &drivers,
            &[DriverMeasure::Lmg],
            &bootstrap,
            &Progress::none(),
        )
        .unwrap();
    for (a, b) in merged.rows.iter().zip(&of_blocks.rows) {
        close(a.low, b.low);
    }
}

#[test]
fn bootstrap_of_weighted_rows() {
    let rows = answers(60, 2, 4);
    let mut weighted = DriverRows::new(columns(2)).unwrap();
    let mut repeated = DriverRows::new(columns(2)).unwrap();
    for (i, row) in rows.iter().enumerate() {
        let row: Vec<Option<f64>> = row.iter().map(|&value| Some(value)).collect();
        weighted.push(&row, (1 + i % 3) as f64).unwrap();
        for _ in 0..1 + i % 3 {
            repeated.push(&row, 1.0).unwrap();
        }
    }
    let bootstrap = Bootstrap {
        weights: Weights::Frequency,
        ..bootstrap(BootstrapInterval::Bca, Missing::Listwise)
    };
    let of = |rows: &DriverRows| {
        rows.bootstrap(
            "y",
            &["x0", "x1"],
            &[DriverMeasure::Johnson],
            &bootstrap,
            &Progress::none(),
        )
        .unwrap()
    };
    let (weighted, repeated) = (of(&weighted), of(&repeated));
    assert_eq!((weighted.n, repeated.n), (120, 120));
    for (a, b) in weighted.rows.iter().zip(&repeated.rows) {
        close(a.value, b.value);
        within(a.standard_error / b.standard_error, 1.0, 0.1);
        within(a.low, b.low, 0.02);
    }
}
