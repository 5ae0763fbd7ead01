//! What holds for any data.

use super::*;

/// A few rows of an outcome and three drivers, on small whole numbers.
fn rows() -> impl Strategy<Value = Vec<Vec<f64>>> {
    vec(vec((1..=10_i32).prop_map(f64::from), 4), 12..40)
}

fn solvable(rows: &[Vec<f64>]) -> Option<DriverModel> {
    let columns = columns(3);
    gram_of(rows)
        .moments(Weights::Sampling)
        .unwrap()
        .model("y", &columns[1..])
        .ok()
}

fn same(a: &[f64], b: &[f64]) -> bool {
    a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn importances_add_up(rows in rows()) {
        let Some(model) = solvable(&rows) else { return Ok(()) };
        for measure in [DriverMeasure::Lmg, DriverMeasure::Johnson, DriverMeasure::Pmvd, DriverMeasure::Pratt] {
            let found = values(&model, measure);
            prop_assert!((found.iter().sum::<f64>() - model.r_squared()).abs() < 1e-9, "{measure}");
            prop_assert!(measure == DriverMeasure::Pratt || found.iter().all(|&value| value >= 0.0));
        }
    }

    #[test]
    fn order_of_rows_scale_and_direction_do_not_matter(rows in rows(), cut in 0..12_usize, factors in vec(prop_oneof![-3.0..-0.1, 0.1..3.0], 4)) {
        let Some(model) = solvable(&rows) else { return Ok(()) };
        let mut moved = rows.clone();
        moved.rotate_left(cut);
        for row in &mut moved {
            for (value, factor) in row.iter_mut().zip(&factors) {
                *value = 5.0 + *value * factor;
            }
        }
        let moved = solvable(&moved).unwrap();
        for measure in DriverMeasure::IMPORTANCES {
            prop_assert!(same(&values(&model, measure), &values(&moved, measure)), "{measure}");
        }
    }

    #[test]
    fn parts_merge_to_the_whole(rows in rows(), cut in 1..12_usize) {
        let mut first = gram_of(&rows[..cut]);
        first.merge(&gram_of(&rows[cut..])).unwrap();
        let whole = gram_of(&rows);
        prop_assert!(same(&first.sums().means, &whole.sums().means) && same(&first.sums().products, &whole.sums().products));
        let columns: Vec<Vec<f64>> = (0..4).map(|a| rows.iter().map(|row| row[a]).collect()).collect();
        let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let mut block = Gram::new(super::columns(3)).unwrap();
        block.push_columns(&columns, None).unwrap();
        prop_assert!(same(&block.sums().products, &whole.sums().products));
        prop_assert_eq!(block.n(), whole.n());
    }

    #[test]
    fn whole_weights_are_repeated_rows(rows in rows(), weights in vec(1..4_usize, 40)) {
        let mut weighted = Gram::new(columns(3)).unwrap();
        let mut repeated = Gram::new(columns(3)).unwrap();
        for (row, &weight) in rows.iter().zip(&weights) {
            weighted.push_weighted(row, weight as f64).unwrap();
            for _ in 0..weight {
                repeated.push(row).unwrap();
            }
        }
        let of = |gram: &Gram| {
            let columns = columns(3);
            Some(gram.moments(Weights::Frequency).unwrap().model("y", &columns[1..]).ok()?.ols(Level::P95))
        };
        let (Some(a), Some(b)) = (of(&weighted), of(&repeated)) else { return Ok(()) };
        prop_assert!(same(&[a.f_p_value, a.adjusted_r_squared], &[b.f_p_value, b.adjusted_r_squared]));
        for (a, b) in a.coefficients.iter().zip(&b.coefficients) {
            prop_assert!(same(&[a.slope.low, a.slope.p_value], &[b.slope.low, b.slope.p_value]));
        }
    }

    #[test]
    fn missing_patterns_merge_and_em_without_holes_is_the_plain_estimate(rows in rows(), cut in 1..12_usize) {
        let holed = holes(&rows);
        let mut first = missing_of(&holed[..cut]);
        first.merge(&missing_of(&holed[cut..])).unwrap();
        let whole = missing_of(&holed);
        prop_assert_eq!(first.n(), whole.n());
        let full: Vec<Vec<Option<f64>>> = rows.iter().map(|row| row.iter().map(|&x| Some(x)).collect()).collect();
        let full = missing_of(&full);
        let with = |tally: &MissingTally, missing| tally.moments(&columns(3), missing, Weights::Sampling, &Progress::none());
        for missing in [Missing::Listwise, Missing::Pairwise] {
            if let (Ok(a), Ok(b)) = (with(&first, missing), with(&whole, missing)) {
                prop_assert!((a.mean("x1").unwrap() - b.mean("x1").unwrap()).abs() < 1e-9);
            }
        }
        if let (Ok(em), Ok(plain)) = (with(&full, Missing::Em), with(&full, Missing::Listwise)) {
            prop_assert!((em.correlation("y", "x2").unwrap() - plain.correlation("y", "x2").unwrap()).abs() < 1e-9);
        }
    }

    #[test]
    fn correlations_mirror(counts in vec(1..20_u32, 9)) {
        let table: Vec<&[u32]> = counts.chunks(3).collect();
        let turned: Vec<Vec<u32>> = (0..3).map(|j| (0..3).map(|i| counts[3 * i + j]).collect()).collect();
        let turned: Vec<&[u32]> = turned.iter().map(Vec::as_slice).collect();
        let mirrored: Vec<&[u32]> = table.iter().rev().copied().collect();
        for of in [PairTally::spearman, PairTally::polychoric] {
            let value = of(&pairs(&table), Level::P95).unwrap().value;
            prop_assert!((of(&pairs(&turned), Level::P95).unwrap().value - value).abs() < 1e-8);
            prop_assert!((of(&pairs(&mirrored), Level::P95).unwrap().value + value).abs() < 1e-8);
        }
    }

    #[test]
    fn no_and_yes_mirror(rows in rows()) {
        let mut tally = BinaryTally::new(["x"]).unwrap();
        let mut mirrored = tally.clone();
        for row in &rows {
            tally.push(&row[1..2], row[0] > 5.0).unwrap();
            mirrored.push(&row[1..2], row[0] <= 5.0).unwrap();
        }
        match (tally.fit(&["x"], Level::P95), mirrored.fit(&["x"], Level::P95)) {
            (Ok(a), Ok(b)) => {
                prop_assert!((a.coefficients[0].slope.value + b.coefficients[0].slope.value).abs() < 1e-8);
                prop_assert!((a.mcfadden_r_squared - b.mcfadden_r_squared).abs() < 1e-10);
                prop_assert!(a.mcfadden_r_squared >= -1e-12 && a.mcfadden_r_squared <= 1.0);
            }
            (a, b) => prop_assert!(a.is_err() && b.is_err()),
        }
    }
}

#[test]
fn drivers_that_do_not_go_together_get_their_own_share() {
    // A full factorial: every combination of 1..3 once, so that the drivers are uncorrelated.
    let mut rows = Vec::new();
    for i in 0..27_usize {
        let x = [i % 3, i / 3 % 3, i / 9].map(|x| x as f64);
        rows.push(vec![
            x[0] + 2.0 * x[1] + 0.5 * x[2] + (i * i % 7) as f64,
            x[0],
            x[1],
            x[2],
        ]);
    }
    let model = model_of(&rows);
    let first = values(&model, DriverMeasure::First);
    for measure in DriverMeasure::IMPORTANCES {
        all_close(values(&model, measure), &first, 1e-12);
    }
}

#[test]
fn a_driver_without_a_coefficient_gets_nothing_by_pmvd() {
    // y follows x0 alone; x1 goes together with x0.
    let rows: Vec<Vec<f64>> = answers(40, 2, 2)
        .into_iter()
        .map(|row| vec![3.0 * row[1], row[1], row[2]])
        .collect();
    let model = model_of(&rows);
    all_close(values(&model, DriverMeasure::Pmvd), &[1.0, 0.0], 1e-9);
    assert!(values(&model, DriverMeasure::Lmg)[1] > 0.05);
}
