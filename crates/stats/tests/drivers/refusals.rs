//! What is refused, and how the refusal reads.

use super::*;

#[track_caller]
fn refuses<T, E: std::error::Error>(result: Result<T, E>, message: &str) {
    assert_eq!(result.err().unwrap().to_string(), message);
}

#[test]
fn tallies() {
    refuses(
        Gram::new(Vec::<String>::new()),
        "at least one driver is needed",
    );
    refuses(
        Gram::new(["a", "b", "a"]),
        "the column \"a\" is there twice",
    );
    let mut gram = Gram::new(["a", "b"]).unwrap();
    refuses(gram.push(&[1.0]), "1 values where 2 are needed");
    refuses(
        gram.moments(Weights::Sampling),
        "no row has all the answers that are needed",
    );
    for value in [f64::NAN, f64::INFINITY, 1e300] {
        let message = format!(
            "{value} in column \"b\", row 0, is not a usable number: it must lie between -2^53 and 2^53"
        );
        refuses(gram.push(&[1.0, value]), &message);
        let message = message.replace("row 0", "row 1");
        refuses(
            gram.push_columns(&[&[1.0, 2.0], &[1.0, value]], None),
            &message,
        );
    }
    for weight in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        refuses(
            gram.push_weighted(&[1.0, 2.0], weight),
            &format!("the weight {weight} of row 0 must be above zero and finite"),
        );
        refuses(
            gram.push_columns(&[&[1.0], &[2.0]], Some(&[weight])),
            &format!("the weight {weight} of row 0 must be above zero and finite"),
        );
    }
    refuses(
        gram.push_columns(&[&[1.0], &[1.0, 2.0]], None),
        "2 values where 1 are needed",
    );
    refuses(
        gram.merge(&Gram::new(["b", "a"]).unwrap()),
        "tallies with different columns cannot be joined",
    );
    assert_eq!(gram, Gram::new(["a", "b"]).unwrap());
    gram.push(&[1.0, 2.0]).unwrap();
    gram.push(&[2.0, 5.0]).unwrap();
    let sums = gram.sums().clone();
    assert_eq!(Gram::from_sums(["a", "b"], sums.clone()).unwrap(), gram);
    for broken in [
        GramSums {
            means: vec![1.0],
            ..sums.clone()
        },
        GramSums {
            weight: -2.0,
            ..sums.clone()
        },
        GramSums {
            n: 0,
            ..sums.clone()
        },
        GramSums {
            products: vec![1.0, 9.0, 1.0],
            ..sums.clone()
        },
        GramSums {
            products: vec![1.0, f64::NAN, 1.0],
            ..sums
        },
    ] {
        refuses(
            Gram::from_sums(["a", "b"], broken),
            "the sums do not fit 2 columns",
        );
    }
}

#[test]
fn models() {
    let rows = answers(12, 3, 1);
    let moments = gram_of(&rows).moments(Weights::Sampling).unwrap();
    refuses(
        moments.model("y", &["x0", "wait"]),
        "there is no column \"wait\"",
    );
    refuses(
        moments.model("y", &["x0", "y"]),
        "the column \"y\" is there twice",
    );
    refuses(
        moments.model("y", &["x0", "x0"]),
        "the column \"x0\" is there twice",
    );
    refuses(
        moments.model("y", &[] as &[&str]),
        "at least one driver is needed",
    );
    let few = gram_of(&rows[..4]).moments(Weights::Sampling).unwrap();
    refuses(
        few.model("y", &["x0", "x1", "x2"]),
        "this needs 5 rows, and there are 4",
    );

    let with = |change: fn(&mut Vec<f64>)| {
        let mut rows = answers(12, 3, 1);
        rows.iter_mut().for_each(change);
        gram_of(&rows)
            .moments(Weights::Sampling)
            .unwrap()
            .model("y", &["x0", "x1", "x2"])
    };
    refuses(with(|row| row[2] = 0.1), "the column \"x1\" is constant");
    refuses(
        with(|row| row[0] = 1e9 / 3.0),
        "the column \"y\" is constant",
    );
    refuses(
        with(|row| row[3] = 2.0 * row[1] - 7.0),
        "the driver \"x2\" follows from \"x0\": leave one of them out",
    );
    refuses(
        with(|row| row[3] = row[1] / 3.0 + row[2]),
        "the driver \"x2\" follows from \"x0\", \"x1\": leave one of them out",
    );
    let wide = model_of(&answers(60, 26, 1));
    refuses(
        wide.importance(DriverMeasure::Lmg, &Progress::none()),
        "LMG is exact up to 25 drivers, and there are 26",
    );
    refuses(
        wide.importance(DriverMeasure::Pmvd, &Progress::none()),
        "PMVD is exact up to 20 drivers, and there are 26",
    );
    refuses(
        wide.lmg_sampled(19, 1, &Progress::none()),
        "at least 20 draws are needed, not 19",
    );
    assert!(wide.lmg_sampled(20, 1, &Progress::none()).is_ok());
    let stop = |_, _| std::ops::ControlFlow::Break(());
    let progress = Progress::new(&stop);
    refuses(
        wide.lmg_sampled(20, 1, &progress),
        "the computation was cancelled",
    );
    refuses(
        model_of(&answers(60, 15, 1)).importance(DriverMeasure::Lmg, &progress),
        "the computation was cancelled",
    );
}

#[test]
fn perfect_fits_are_told_apart_from_failures() {
    let rows: Vec<Vec<f64>> = answers(20, 2, 1)
        .into_iter()
        .map(|row| vec![row[1] + 2.0 * row[2], row[1], row[2]])
        .collect();
    let ols = model_of(&rows).ols(Level::P95);
    within(ols.r_squared, 1.0, 1e-12);
    within(ols.coefficients[1].slope.value, 2.0, 1e-9);
    assert!(ols.f_p_value < 1e-100 && ols.coefficients[0].slope.p_value < 1e-50);
}

#[test]
fn missing_answers() {
    let tally = |rows: &[[Option<f64>; 3]]| {
        let mut tally = MissingTally::new(["a", "b", "c"]).unwrap();
        for row in rows {
            tally.push(row, 1.0).unwrap();
        }
        tally
    };
    let with = |tally: &MissingTally, missing| {
        tally.moments(
            &["a", "b", "c"],
            missing,
            Weights::Sampling,
            &Progress::none(),
        )
    };
    let apart = tally(&[
        [Some(1.0), Some(2.0), None],
        [Some(3.0), Some(1.0), None],
        [Some(2.0), None, Some(2.0)],
        [Some(4.0), None, Some(5.0)],
    ]);
    refuses(
        with(&apart, Missing::Listwise),
        "no row has all the answers that are needed",
    );
    for missing in [Missing::Pairwise, Missing::Em] {
        refuses(
            with(&apart, missing),
            "nobody answered both \"b\" and \"c\", so how they go together is unknown",
        );
    }
    let silent = tally(&[[Some(1.0), Some(2.0), None], [Some(2.0), None, None]]);
    refuses(
        with(&silent, Missing::Em),
        "the column \"c\" has no answers",
    );
    let flat = tally(&[
        [Some(1.0), Some(2.0), Some(1.0)],
        [Some(1.0), Some(3.0), Some(2.0)],
        [Some(1.0), None, Some(4.0)],
    ]);
    for missing in [Missing::Pairwise, Missing::Em] {
        refuses(with(&flat, missing), "the column \"a\" is constant");
    }
    // a and b go together, b and c go together, a and c go apart: no complete data are like this.
    let mut contradictory = Vec::new();
    for i in 0..6 {
        let x = f64::from(i);
        let jitter = f64::from(i % 2) / 10.0;
        contradictory.push([Some(x), Some(x + jitter), None]);
        contradictory.push([None, Some(x), Some(x + jitter)]);
        contradictory.push([Some(x), None, Some(5.0 - x + jitter)]);
    }
    let refused = with(&tally(&contradictory), Missing::Pairwise)
        .err()
        .unwrap();
    assert!(
        matches!(refused, DriverError::NotPositiveDefinite { smallest_eigenvalue } if smallest_eigenvalue < -0.5)
    );
    assert!(
        refused.to_string().starts_with(
            "the pairwise correlations contradict each other (smallest eigenvalue -9.9"
        )
    );
    let mut tally = MissingTally::new(["a", "b", "c"]).unwrap();
    refuses(tally.push(&[None; 2], 1.0), "2 values where 3 are needed");
    tally.push(&[None; 3], 1.0).unwrap();
    refuses(
        with(&tally, Missing::Listwise),
        "the column \"a\" has no answers",
    );
    refuses(
        tally.add_pattern(
            &[1, 0],
            GramSums {
                n: 0,
                weight: 0.0,
                weight_squares: 0.0,
                means: vec![0.0; 2],
                products: vec![0.0; 3],
            },
        ),
        "the sums do not fit 2 columns",
    );
    let stop = |_, _| std::ops::ControlFlow::Break(());
    let holed = missing_of(&holes(&answers(60, 3, 1)));
    refuses(
        holed.moments(
            &["y", "x0"],
            Missing::Em,
            Weights::Sampling,
            &Progress::new(&stop),
        ),
        "the computation was cancelled",
    );
}

#[test]
fn correlations() {
    let mut tally = PairTally::default();
    refuses(tally.spearman(Level::P95), "nobody gave both answers");
    tally.push(1.0, 1.0).unwrap();
    tally.push(2.0, 1.0).unwrap();
    refuses(
        tally.polychoric(Level::P95),
        "all second answers are equal, so they go together with nothing",
    );
    tally.push(3.0, 2.0).unwrap();
    refuses(
        tally.spearman(Level::P95),
        "this needs 4 rows, and there are 3",
    );
    refuses(
        pairs(&[&[9, 0, 0], &[0, 7, 0], &[0, 0, 5]]).polychoric(Level::P95),
        "the answers are in perfect order, so the polychoric correlation has no estimate below 1",
    );
    refuses(
        pairs(&[&[0, 4], &[6, 3]]).polychoric(Level::P95),
        "the answers are in perfect order, so the polychoric correlation has no estimate below -1",
    );
    refuses(
        tally.push(1.0, f64::NAN),
        "NaN in column \"second\", row 3, is not a usable number: it must lie between -2^53 and 2^53",
    );
}

#[test]
fn yes_or_no_outcomes() {
    let mut tally = BinaryTally::new(["x", "z"]).unwrap();
    refuses(
        tally.fit(&["x"], Level::P95),
        "no row has all the answers that are needed",
    );
    for i in 0..6 {
        tally
            .push(&[f64::from(i), f64::from(i * i % 5)], true)
            .unwrap();
    }
    refuses(tally.fit(&["x"], Level::P95), "all outcomes are yes");
    // Everything from 10 on is no.
    for i in 10..16 {
        tally
            .push(&[f64::from(i), f64::from(i * i % 5)], false)
            .unwrap();
    }
    refuses(
        tally.fit(&["x"], Level::P95),
        "yes and no are separated without error by x: the coefficients are infinite",
    );
    // Only at 20 there are both: separation of all the rest.
    tally.push(&[20.0, 0.0], false).unwrap();
    let mut quasi = BinaryTally::new(["x"]).unwrap();
    for (x, yes) in [
        (1.0, false),
        (2.0, false),
        (3.0, false),
        (3.0, true),
        (4.0, true),
        (5.0, true),
    ] {
        quasi.push(&[x], yes).unwrap();
    }
    refuses(
        quasi.fit(&["x"], Level::P95),
        "yes and no are separated without error by x: the coefficients are infinite",
    );
    let wide = binary_of(&answers(60, 13, 1), 50.0);
    let drivers: Vec<String> = (0..13).map(|j| format!("x{j}")).collect();
    refuses(
        wide.dominance(&drivers, &Progress::none()),
        "dominance is exact up to 12 drivers, and there are 13",
    );
    refuses(
        wide.dominance(&["x0", "x0"], &Progress::none()),
        "the column \"x0\" is there twice",
    );
    let stop = |_, _| std::ops::ControlFlow::Break(());
    refuses(
        wide.dominance(&["x0", "x1"], &Progress::new(&stop)),
        "the computation was cancelled",
    );
}

#[test]
fn bootstraps() {
    let kept = rows_of(&answers(60, 2, 1));
    let settings = bootstrap(BootstrapInterval::Percentile, Missing::Listwise);
    let measures = [DriverMeasure::First];
    let few = Bootstrap {
        draws: 99,
        ..settings
    };
    refuses(
        kept.bootstrap("y", &["x0"], &measures, &few, &Progress::none()),
        "at least 100 draws are needed, not 99",
    );
    refuses(
        BlockTally::new(["y", "x"], 29, 1),
        "at least 30 draws are needed, not 29",
    );
    let stop = |_, _| std::ops::ControlFlow::Break(());
    refuses(
        kept.bootstrap("y", &["x0"], &measures, &settings, &Progress::new(&stop)),
        "the computation was cancelled",
    );
    // Rows of one number fall into one block, and nothing is left when it is left out.
    let mut one_block = BlockTally::new(["y", "x"], 30, 1).unwrap();
    for i in 0..8_u32 {
        let x = f64::from(i);
        one_block.push(5, &[Some(x * x), Some(x)], 1.0).unwrap();
    }
    let corrected = bootstrap(BootstrapInterval::Bca, Missing::Listwise);
    refuses(
        one_block.bootstrap("y", &["x"], &measures, &corrected, &Progress::none()),
        "the bias-corrected interval needs 3 rows or blocks, and there are 1",
    );
    // One row in six has another answer: a third of the resamples lack it.
    let mut rare = DriverRows::new(["y", "x"]).unwrap();
    for i in 0..6 {
        rare.push(
            &[
                Some(f64::from(i * i % 5)),
                Some(f64::from(u8::from(i == 3))),
            ],
            1.0,
        )
        .unwrap();
    }
    let refused = rare
        .bootstrap("y", &["x"], &measures, &settings, &Progress::none())
        .err()
        .unwrap();
    assert!(
        matches!(&refused, DriverError::UnstableResamples { draws: 2000, first, .. } if first.to_string() == "the column \"x\" is constant")
    );
    // One no in six.
    let mut rare = BinaryTally::new(["x"]).unwrap();
    for (x, yes) in [
        (1.0, true),
        (2.0, true),
        (3.0, true),
        (4.0, true),
        (5.0, true),
        (2.5, false),
    ] {
        rare.push(&[x], yes).unwrap();
    }
    let of = |tally: &BinaryTally, draws, progress: &Progress| {
        tally.dominance_bootstrap(&["x"], draws, 1, Level::P95, progress)
    };
    refuses(
        of(&rare, 99, &Progress::none()),
        "at least 100 draws are needed, not 99",
    );
    let refused = of(&rare, 200, &Progress::none()).err().unwrap();
    assert!(
        matches!(&refused, LogisticError::UnstableResamples { draws: 200, failed, .. } if *failed > 20),
        "{refused}"
    );
    let rows = answers(60, 2, 1);
    refuses(
        binary_of(&rows, rows[0][0]).dominance_bootstrap(
            &["x0"],
            200,
            1,
            Level::P95,
            &Progress::new(&stop),
        ),
        "the computation was cancelled",
    );
}

#[test]
fn contrasts_and_simulations() {
    let attribute = |low, high| ContrastAttribute {
        name: "clean".into(),
        low_at_most: low,
        high_at_least: high,
    };
    for (low, high) in [(3.0, 3.0), (4.0, 2.0), (f64::NAN, 2.0)] {
        refuses(
            ContrastTally::new("y", vec![attribute(low, high)]),
            &format!("{low} and {high} cannot be the limits of \"clean\""),
        );
    }
    refuses(
        ContrastTally::new("y", vec![]),
        "at least one driver is needed",
    );
    let mut tally = ContrastTally::new("y", vec![attribute(2.0, 4.0)]).unwrap();
    for (i, score) in [3.0, 3.0, 4.0, 5.0, 3.0, 4.0].into_iter().enumerate() {
        tally.push(i as f64, &[score], 1.0).unwrap();
    }
    refuses(
        tally.contrasts(Weights::Sampling, Level::P95),
        "nobody scores \"clean\" low",
    );
    let mut tally = ContrastTally::new("y", vec![attribute(2.0, 4.0)]).unwrap();
    for (i, score) in [1.0, 1.0, 4.0, 5.0, 2.0, 4.0].into_iter().enumerate() {
        tally.push(i as f64, &[score], 1.0).unwrap();
    }
    refuses(
        tally.contrasts(Weights::Sampling, Level::P95),
        "nobody scores \"clean\" in the middle",
    );

    let ols = model_of(&answers(60, 2, 1)).ols(Level::P95);
    let scale = Scale::new(1.0, 10.0).unwrap();
    let change = |driver: &str, by, scale| DriverChange {
        driver: driver.into(),
        by,
        scale,
    };
    refuses(
        ols.simulate(&[change("z", 1.0, scale)], None),
        "there is no column \"z\"",
    );
    refuses(
        ols.simulate(&[change("x0", 1.0, scale), change("x0", 1.0, scale)], None),
        "the column \"x0\" is there twice",
    );
    refuses(
        ols.simulate(&[change("x0", f64::NAN, scale)], None),
        "NaN is not a usable change",
    );
    let short = Scale::new(1.0, 2.0).unwrap();
    refuses(
        ols.simulate(&[change("x0", 1.0, short)], None),
        "1 and 2 cannot be the limits of \"x0\"",
    );
    refuses(
        ols.worthwhile(&[Improvement {
            driver: "x0".into(),
            scale,
            cost_per_unit: 0.0,
        }]),
        "0 is not a usable cost",
    );
    let place = |importance| QuadrantAttribute {
        name: "a".into(),
        importance,
        performance: 1.0,
    };
    refuses(
        importance_performance(vec![], Crosshair::Means, ImportanceKind::Stated),
        "at least one driver is needed",
    );
    refuses(
        importance_performance(
            vec![place(f64::NAN)],
            Crosshair::Means,
            ImportanceKind::Stated,
        ),
        "NaN is not a usable importance",
    );
}
