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
