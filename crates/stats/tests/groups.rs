//! Groups against kmedoids 0.5.5, scikit-learn 1.9.1, scipy 1.17.1 and EM in numpy 2.4.6 by `bench/reference/groups.py`; refusals; and
//! the laws that hold for any data.
#![allow(clippy::unwrap_used)]

use std::ops::ControlFlow;

use proptest::{collection::vec, prelude::*};
use radost_stats::{Level, Progress, groups::*};

#[track_caller]
fn close(got: f64, expected: f64) {
    within(got, expected, 1e-9 * (1.0 + expected.abs()));
}

#[track_caller]
fn within(got: f64, expected: f64, tolerance: f64) {
    assert!(
        (got - expected).abs() <= tolerance,
        "got {got}, expected {expected}"
    );
}

#[track_caller]
fn refuses<T, E: std::error::Error>(result: Result<T, E>, message: &str) {
    assert_eq!(result.err().unwrap().to_string(), message);
}

fn none() -> Progress<'static> {
    Progress::none()
}

/// Points around four corners, by the same formula as `blobs` in the script.
fn blobs(n: usize) -> [Column; 2] {
    let x = |i: usize| 10.0 * (i % 2) as f64 + (i * 7919 % 1009) as f64 / 1009.0 * 6.0;
    let y = |i: usize| 9.0 * (i / 2 % 2) as f64 + (i * 104_729 % 1013) as f64 / 1013.0 * 6.0;
    [
        Column::Numeric((0..n).map(|i| Some(x(i))).collect()),
        Column::Numeric((0..n).map(|i| Some(y(i))).collect()),
    ]
}

fn points(n: usize, distance: Distance) -> Profiles {
    Profiles::new(&blobs(n), None, distance).unwrap()
}

#[test]
fn losses_of_k_medoids() {
    // kmedoids.fasterpam(distances, k, random_state=0..30).loss, the best of 30 starts; k = 1: the least column sum
    for (distance, k, expected) in [
        (Distance::Euclidean, 1, 2184.61869647),
        (Distance::Euclidean, 2, 1481.36549646),
        (Distance::Euclidean, 3, 1082.75593381),
        (Distance::Euclidean, 4, 694.774693707),
        (Distance::Euclidean, 6, 611.457696531),
        (Distance::Manhattan, 4, 908.100775156),
        (Distance::Manhattan, 6, 787.708659576),
    ] {
        let settings = KMedoids {
            starts: if k == 6 { 20 } else { 3 },
            ..KMedoids::new(k, 1)
        };
        let fit = settings.fit(&points(300, distance), &none()).unwrap();
        assert!(
            fit.loss <= expected * (1.0 + 1e-5),
            "{distance} {k}: {} against {expected}",
            fit.loss
        );
        assert_eq!(fit.method, KMedoidsMethod::FasterPam);
        close(fit.distances.iter().sum(), fit.loss);
        assert!(
            fit.medoids
                .iter()
                .enumerate()
                .all(|(group, &row)| fit.assignment[row] == group)
        );
    }
    // kmedoids.fasterpam(blobs(2000), 5): 4334.67 to 4339.40 over 5 starts; here one start, through a sample
    let fit = KMedoids::new(5, 3)
        .fit(&points(2000, Distance::Euclidean), &none())
        .unwrap();
    assert!(fit.loss <= 4339.39723367 * 1.0005, "{}", fit.loss);
    // Samples alone come near the best of 300 points, and say so.
    let sampled = KMedoids {
        full_up_to: 200,
        ..KMedoids::new(4, 3)
    };
    let sampled = sampled
        .fit(&points(300, Distance::Euclidean), &none())
        .unwrap();
    assert_eq!(
        sampled.method,
        KMedoidsMethod::FasterClara {
            samples: 5,
            size: 150
        }
    );
    assert!(sampled.loss < 694.774693707 * 1.05, "{}", sampled.loss);
}

#[test]
fn silhouettes() {
    // sklearn.metrics.silhouette_score and silhouette_samples of the best four groups, and 1 - first / second medoid distance
    for (distance, mean, rows, medoid) in [
        (
            Distance::Euclidean,
            0.629362148387,
            [0.631811779097, 0.706426072719, 0.681391905968],
            0.71871409612,
        ),
        (
            Distance::Manhattan,
            0.602246987047,
            [0.596902922192, 0.68244474656, 0.655303028737],
            0.685215782882,
        ),
    ] {
        let profiles = points(300, distance);
        let settings = KMedoids {
            starts: 5,
            ..KMedoids::new(4, 1)
        };
        let fit = settings.fit(&profiles, &none()).unwrap();
        let s = silhouette(&profiles, &fit.assignment, &none()).unwrap();
        within(s.mean, mean, 1e-5);
        for (got, expected) in s.rows.iter().zip(rows) {
            within(*got, expected, 1e-5);
        }
        within(fit.medoid_silhouette.unwrap(), medoid, 1e-5);
        within(
            s.groups
                .iter()
                .zip(&fit.sizes)
                .map(|(s, n)| s * n)
                .sum::<f64>()
                / 300.0,
            s.mean,
            1e-12,
        );
    }
}

#[test]
fn gap_statistic_finds_the_corners() {
    // fasterpam on the same points and on 200 reference sets uniform over the box: ln W, gap, sd(ln W*)
    let settings = KMedoids {
        starts: 1,
        ..KMedoids::new(1, 1)
    };
    let gap = gap_statistic(&points(120, Distance::Euclidean), 6, &settings, 20, &none()).unwrap();
    assert_eq!(gap.chosen, Some(4));
    for (row, (log_distance, expected, sd)) in gap.rows.iter().zip([
        (1.9961985232, -0.226781541943, 0.034325394699),
        (1.60258739707, -0.131118167016, 0.0339029015794),
        (1.28461643631, -0.0543804539575, 0.0359592307379),
        (0.843499907078, 0.196382607026, 0.0322486048938),
        (0.776432494355, 0.137399251943, 0.030239680654),
        (0.710961670542, 0.0932211144828, 0.0305782648346),
    ]) {
        within(row.log_distance, log_distance, 0.02);
        within(row.gap, expected, 0.03);
        within(row.error, sd * 1.05_f64.sqrt(), 0.015);
    }
}

#[test]
fn stability_of_groups() {
    let profiles = points(200, Distance::Euclidean);
    let mean = |k| {
        let settings = KMedoids::new(k, 5);
        let fit = settings.fit(&profiles, &none()).unwrap();
        group_stability(&profiles, &fit, &settings, 30, &none()).unwrap()
    };
    let (four, seven) = (mean(4), mean(7));
    assert!(
        four.mean > 0.99 && four.groups.iter().all(|group| group.dissolved == 0.0),
        "{four:?}"
    );
    assert!(seven.mean < 0.85, "{seven:?}");
    assert_eq!(mean(4), four);
}

#[test]
fn gower_of_mixed_columns() {
    let profiles = Profiles::new(
        &[
            Column::Numeric(vec![Some(10.0), Some(20.0), Some(50.0), None]),
            Column::Ordinal(vec![Some(1.0), Some(7.0), Some(100.0), Some(7.0)]),
            Column::Nominal(vec![Some(3), Some(4), None, Some(3)]),
        ],
        None,
        Distance::Gower,
    )
    .unwrap();
    // By hand: (10/40 + 1/2 + 1)/3, (40/40 + 2/2)/2, (1/2 + 0)/2, (30/40 + 1/2)/2, (0 + 1)/2, 1/2
    for (i, j, expected) in [
        (0, 1, 7.0 / 12.0),
        (0, 2, 1.0),
        (0, 3, 0.25),
        (1, 2, 0.625),
        (1, 3, 0.5),
        (2, 3, 0.5),
    ] {
        within(profiles.between(i, j).unwrap(), expected, 1e-6);
        within(profiles.between(j, i).unwrap(), expected, 1e-6);
    }
    assert_eq!(
        (profiles.between(2, 2), profiles.between(0, 9)),
        (Some(0.0), None)
    );
    let words = Column::Nominal(vec![Some(1), Some(1), Some(2)]);
    let others = Column::Nominal(vec![Some(5), Some(6), None]);
    let simple = Profiles::new(&[words, others], None, Distance::SimpleMatching).unwrap();
    assert_eq!(
        (simple.between(0, 1), simple.between(1, 2)),
        (Some(0.5), Some(1.0))
    );
}

const SIZES: [usize; 4] = [2, 3, 2, 4];

/// By the same formula as `answers` in the script.
fn answers(n: usize, holes: bool) -> PatternTally {
    let mut tally = PatternTally::new(SIZES.to_vec()).unwrap();
    for r in 0..n {
        let kind = r % 5 < 2;
        let u = [389, 541, 677, 773].map(|p| (r * p % 997) as f64 / 997.0);
        let yes = |condition: bool| usize::from(condition);
        let mut row = [
            yes(u[0] < if kind { 0.8 } else { 0.3 }),
            if kind {
                yes(u[1] < 0.7) + yes(u[1] < 0.5)
            } else {
                yes(u[1] < 0.4) + yes(u[1] < 0.1)
            },
            yes(u[2] < if kind { 0.9 } else { 0.25 }),
            (4.0 * if kind { u[3] * u[3] } else { u[3].sqrt() }) as usize,
        ]
        .map(Some);
        if holes && r % 3 == 0 {
            row[r % 4] = None;
        }
        tally.push(&row).unwrap();
    }
    tally
}

#[test]
fn latent_classes() {
    // em(answers(500), 2): theta of the first categories; standard errors by the inverse cross-products of numerical scores
    for (holes, log_likelihoods, shares, first, errors, entropy) in [
        (
            false,
            [-1904.81372954, -1810.22887847, -1808.69329996],
            [0.616125317011, 0.383874682989],
            [
                0.707159256999,
                0.18313601214,
                0.604554339423,
                0.285298225764,
                0.732339784279,
                0.0958305402285,
                0.0617967693269,
                0.494758978189,
            ],
            [
                0.0428788260902,
                0.0344123118171,
                0.0426284367093,
                0.0325361248163,
                0.0422723900624,
                0.0382173412111,
                0.0397516317784,
                0.0194748351027,
                0.0486171054604,
            ],
            0.629664549814,
        ),
        (
            true,
            [-1745.64183319, -1664.01722777, -1661.5562587],
            [0.609316041833, 0.390683958167],
            [
                0.710738676474,
                0.183369984767,
                0.59831853798,
                0.296988765008,
                0.746329561542,
                0.0972505796997,
                0.0608276984384,
                0.48851897831,
            ],
            [
                0.0466409549278,
                0.0372765810247,
                0.0456361601526,
                0.0345146602995,
                0.0453176076211,
                0.042086302676,
                0.0436072337744,
                0.0205483580692,
                0.0515686667273,
            ],
            0.602337821557,
        ),
    ] {
        let tally = answers(500, holes);
        for (classes, expected) in
            [1, 2, 3]
                .into_iter()
                .zip(log_likelihoods)
                .take(if holes { 2 } else { 3 })
        {
            let settings = LatentClass {
                starts: if classes < 3 { 3 } else { 15 },
                tolerance: if classes < 3 { 1e-10 } else { 1e-6 },
                ..LatentClass::new(classes, 1)
            };
            let fit = settings.fit(&tally, &none()).unwrap();
            assert!(
                fit.log_likelihood > expected - 0.01,
                "{} against {expected}",
                fit.log_likelihood
            );
            assert_eq!(fit.parameters, [7, 15, 23][classes - 1]);
            close(
                fit.aic,
                2.0 * fit.parameters as f64 - 2.0 * fit.log_likelihood,
            );
            close(
                fit.bic,
                fit.parameters as f64 * 500_f64.ln() - 2.0 * fit.log_likelihood,
            );
            assert_eq!(fit.g_squared.is_none(), holes);
            if classes < 3 {
                within(fit.log_likelihood, expected, 1e-6); // three classes have many local optima, and some better than these
            }
        }
        let fit = LatentClass::new(2, 1).fit(&tally, &none()).unwrap();
        assert!(fit.identified && fit.starts_at_best > 10);
        within(fit.entropy_r2.unwrap(), entropy, 1e-4);
        within(fit.classes[0].share.value, shares[0], 1e-4);
        within(fit.classes[1].share.value, shares[1], 1e-4);
        within(
            fit.classes[0].share.standard_error.unwrap(),
            errors[0],
            1e-4,
        );
        within(
            fit.classes[1].share.standard_error.unwrap(),
            errors[0],
            1e-4,
        );
        let both = (0..4).flat_map(|item| [(0, item), (1, item)]);
        for ((class, item), (expected, error)) in
            both.zip(first.into_iter().zip(errors.into_iter().skip(1)))
        {
            let probability = fit.classes[class].items[item].probabilities[0];
            within(probability.value, expected, 1e-4);
            within(probability.standard_error.unwrap(), error, 1e-4);
        }
    }
}

#[test]
fn role_conflict() {
    // Stouffer and Toby's 216 respondents: Goodman (1974) gives G² = 2.72 on 6 degrees of freedom; em in numpy: log-likelihood, G², X²
    let mut tally = PatternTally::new(vec![2; 4]).unwrap();
    for (pattern, count) in [42, 23, 6, 25, 6, 24, 7, 38, 1, 4, 1, 6, 2, 9, 2, 20]
        .into_iter()
        .enumerate()
    {
        let row: Vec<_> = (0..4).map(|item| Some(pattern >> (3 - item) & 1)).collect();
        tally.add(&row, count).unwrap();
    }
    let fit = LatentClass::new(2, 9).fit(&tally, &none()).unwrap();
    within(fit.log_likelihood, -504.467670118, 1e-7);
    within(fit.g_squared.unwrap(), 2.71992187167, 1e-6);
    within(fit.chi_squared.unwrap(), 2.71976198932, 1e-4);
    within(fit.classes[0].share.value, 0.720753723924, 1e-5);
    assert_eq!((fit.df, fit.n, fit.patterns), (6.0, 216, 16));
    let posterior = fit.posterior(&[Some(0); 4]).unwrap();
    assert_eq!(posterior.class, 1);
    within(posterior.probabilities.iter().sum(), 1.0, 1e-12);
    assert_eq!(fit.posterior(&[None; 4]).unwrap().class, 0);
}

#[test]
fn boundary_probabilities_have_no_standard_error() {
    // Two kinds that never overlap on the first two items.
    let mut tally = PatternTally::new(vec![2; 3]).unwrap();
    for (row, count) in [
        ([0, 0, 0], 40),
        ([0, 0, 1], 10),
        ([1, 1, 0], 10),
        ([1, 1, 1], 30),
    ] {
        tally.add(&row.map(Some), count).unwrap();
    }
    let fit = LatentClass::new(2, 1).fit(&tally, &none()).unwrap();
    assert_eq!(fit.boundary, 8);
    assert_eq!(
        fit.classes[0].items[0].probabilities[0],
        Probability {
            value: 1.0,
            standard_error: None
        }
    );
    within(fit.entropy_r2.unwrap(), 1.0, 1e-6);
    // Binomial: √(0.8 · 0.2 / 50) and √(50 · 40 / 90³)
    within(
        fit.classes[0].items[2].probabilities[0]
            .standard_error
            .unwrap(),
        0.0565685,
        1e-6,
    );
    within(
        fit.classes[0].share.standard_error.unwrap(),
        0.0523783,
        1e-6,
    );
    assert!(!fit.identified || fit.df >= 0.0);
}

#[test]
fn two_way_tables() {
    let counts = [[30, 12, 8], [22, 25, 14], [5, 18, 31], [9, 9, 10]];
    let table = TableTally::from_counts(&counts.map(|row| row.to_vec()))
        .unwrap()
        .table(Level::P95)
        .unwrap();
    // scipy.stats.chi2_contingency(TABLE, correction=False)
    close(table.chi_squared, 38.2765773396);
    within(table.p_value, 9.9181694462e-07, 1e-15);
    assert_eq!((table.df, table.n), (6, 193));
    // (o - e) / sqrt(e (1 - row)(1 - column)), scipy.stats.false_discovery_control of their p-values
    for (cell, (residual, p)) in table.cells.iter().zip([
        (4.46839083581, 3.1524085601e-05),
        (-1.59842791865, 0.199854459689),
        (-2.91560860735, 0.0106498658068),
        (0.372027996989, 0.946496005958),
        (1.56928404564, 0.199854459689),
        (-1.95195798272, 0.12226366399),
        (-4.55204792453, 3.1524085601e-05),
        (0.031765963857, 0.974658689838),
        (4.57320245679, 3.1524085601e-05),
        (-0.247803146899, 0.965144063983),
        (-0.123718747335, 0.974658689838),
        (0.374907219739, 0.946496005958),
    ]) {
        close(cell.adjusted_residual.unwrap(), residual);
        close(cell.adjusted_p_value.unwrap(), p);
    }
    assert_eq!(table.cells[0].row_percent, Some(60.0));
    // sqrt of the noncentralities at which scipy.stats.ncx2.sf(chi2, df, l) is 0.025 and 0.975, over n m
    let weak = TableTally::from_counts(&[vec![20, 22], vec![25, 23]])
        .unwrap()
        .table(Level::P95)
        .unwrap();
    for (v, expected) in [
        (
            table.cramers_v,
            [
                0.314900170626,
                0.290545100696,
                0.188743567559,
                0.396294966318,
            ],
        ),
        (weak.cramers_v, [0.0445435403187, 0.0, 0.0, 0.246129492784]),
    ] {
        for (got, expected) in [v.value, v.corrected, v.low, v.high]
            .into_iter()
            .zip(expected)
        {
            within(got, expected, 1e-8);
        }
    }
    // An empty row stays in the table and out of the test.
    let empty = TableTally::from_counts(&[vec![20, 22], vec![0, 0], vec![25, 23]])
        .unwrap()
        .table(Level::P95)
        .unwrap();
    assert_eq!(
        (empty.chi_squared, empty.df, empty.cramers_v),
        (weak.chi_squared, 1, weak.cramers_v)
    );
    assert_eq!(
        (empty.cells[2].row_percent, empty.cells[2].adjusted_residual),
        (None, None)
    );
}

fn columns_of(table: &[(u32, [usize; 2])]) -> (Vec<Option<u32>>, Vec<usize>) {
    let mut category = Vec::new();
    let mut class = Vec::new();
    for &(code, counts) in table {
        for (outcome, count) in counts.into_iter().enumerate() {
            category.extend(vec![Some(code); count]);
            class.extend(vec![outcome; count]);
        }
    }
    (category, class)
}

#[test]
fn trees_of_categories() {
    let (values, class) = columns_of(&[
        (0, [40, 10]),
        (1, [38, 14]),
        (2, [20, 35]),
        (3, [18, 30]),
        (4, [45, 8]),
    ]);
    // Merged by scipy.stats.chi2_contingency step by step; 15 = S(5, 2) and 6 = C(4, 2) ways
    for (kind, groups, statistic, df, p, ways) in [
        (
            PredictorKind::Nominal,
            vec![vec![0, 1, 4], vec![2, 3]],
            47.5537139025,
            1.0,
            5.35172737812e-12,
            15.0,
        ),
        (
            PredictorKind::Ordinal,
            vec![vec![0, 1], vec![2, 3], vec![4]],
            48.61141693,
            2.0,
            2.78076913849e-11,
            6.0,
        ),
    ] {
        let predictor = Predictor {
            name: "plan".to_owned(),
            kind,
            values: values.clone(),
        };
        let noise = Predictor {
            name: "noise".to_owned(),
            kind,
            values: (0..258).map(|i| Some(i % 3)).collect(),
        };
        let rules = TreeRules {
            fewest_in_child: 20,
            ..TreeRules::default()
        };
        let tree = grow_tree(
            &[noise, predictor],
            &Outcome::Categories(class.clone()),
            None,
            &rules,
            &none(),
        )
        .unwrap();
        let split = tree.nodes[0].split.clone().unwrap();
        assert_eq!(
            (split.predictor, split.test, split.df, split.multiplier),
            (1, TreeTest::ChiSquared, df, ways)
        );
        close(split.statistic, statistic);
        within(split.p_value, p, 1e-9 * p);
        within(split.corrected_p_value, ways * p, 1e-8 * p);
        let found: Vec<Vec<u32>> = split
            .children
            .iter()
            .map(|&child| {
                tree.nodes[child].conditions[0]
                    .categories
                    .iter()
                    .flatten()
                    .copied()
                    .collect()
            })
            .collect();
        assert_eq!(found, groups);
        assert_eq!(tree.nodes.len(), 1 + groups.len());
        assert_eq!(tree.leaves().map(|node| node.n).sum::<u64>(), 258);
        assert_eq!(
            tree.place(&[Some(0), Some(3)]).unwrap().id,
            split.children[1]
        );
        assert_eq!(tree.place(&[Some(0), Some(77)]).unwrap().id, 0);
        assert_eq!(
            tree.nodes[0].outcome,
            NodeOutcome::Categories {
                counts: vec![161, 97]
            }
        );
    }
}

#[test]
fn trees_of_numbers() {
    let y = |r: usize| {
        (r * 37 % 11) as f64
            + if r % 4 == 1 {
                2.0
            } else if r % 4 == 2 {
                5.0
            } else {
                0.0
            }
    };
    let region = Predictor {
        name: "region".to_owned(),
        kind: PredictorKind::Nominal,
        values: (0..200)
            .map(|r| (r % 4 != 3).then_some(r as u32 % 4))
            .collect(),
    };
    let rules = TreeRules {
        fewest_in_child: 10,
        ..TreeRules::default()
    };
    let outcome = Outcome::Numeric((0..200).map(y).collect());
    let tree = grow_tree(
        std::slice::from_ref(&region),
        &outcome,
        None,
        &rules,
        &none(),
    )
    .unwrap();
    // scipy.stats.f_oneway(0 and 3, 1, 2); S(4, 3) = 6 ways
    let split = tree.nodes[0].split.clone().unwrap();
    close(split.statistic, 39.8571752759);
    within(split.p_value, 2.91610094798e-15, 1e-22);
    assert_eq!(
        (split.df, split.df_within, split.multiplier),
        (2.0, Some(197.0), 6.0)
    );
    let words: Vec<String> = split
        .children
        .iter()
        .map(|&child| tree.nodes[child].conditions[0].to_string())
        .collect();
    assert_eq!(
        words,
        ["region is missing or 0", "region is 1", "region is 2"]
    );
    // Ordinal, missing floats to the end it is like: C(2, 1) + 3 C(2, 2) = 5 ways.
    let ordinal = Predictor {
        kind: PredictorKind::Ordinal,
        ..region
    };
    let tree = grow_tree(&[ordinal], &outcome, None, &rules, &none()).unwrap();
    let split = tree.nodes[0].split.clone().unwrap();
    assert_eq!((split.children.len(), split.multiplier), (3, 5.0));
    close(split.statistic, 39.8571752759);
}

#[test]
fn trees_stop_where_told() {
    let (values, class) = columns_of(&[
        (0, [40, 10]),
        (1, [38, 14]),
        (2, [20, 35]),
        (3, [18, 30]),
        (4, [45, 8]),
    ]);
    let predictors = [Predictor {
        name: "plan".to_owned(),
        kind: PredictorKind::Nominal,
        values,
    }];
    let outcome = Outcome::Categories(class);
    let grown = |rules: TreeRules| {
        grow_tree(&predictors, &outcome, None, &rules, &none())
            .unwrap()
            .nodes
            .len()
    };
    let rules = TreeRules::default();
    assert_eq!(grown(rules), 3);
    assert_eq!(
        grown(TreeRules {
            most_depth: 0,
            ..rules
        }),
        1
    );
    assert_eq!(
        grown(TreeRules {
            fewest_to_split: 259,
            ..rules
        }),
        1
    );
    assert_eq!(
        grown(TreeRules {
            fewest_in_child: 104,
            ..rules
        }),
        1
    );
    assert_eq!(
        grown(TreeRules {
            split_alpha: 1e-12,
            ..rules
        }),
        1
    );
}

fn cover_problem() -> CoverProblem {
    let apart = |i: i64, j: i64| {
        let wish = (i * 37 + 11) % 101 - (j * 29 + 5) % 101;
        (wish * wish) as f64 / 100.0 + (i * j * 13 % 17) as f64
    };
    let losses: Vec<Vec<f64>> = (0..60)
        .map(|i| (0..12).map(|j| apart(i, j)).collect())
        .collect();
    let weights: Vec<f64> = (0..60).map(|i| 1.0 + f64::from(i % 3)).collect();
    CoverProblem::new(&losses, Some(&weights), 6.0).unwrap()
}

#[test]
fn cover_curves() {
    // scipy.optimize.milp: least mean loss and best share for 1, 2, 3, 4 and 6 of 12 variants
    let best = [
        (1, 16.6000833333, 0.291666666667),
        (2, 7.98183333333, 0.466666666667),
        (3, 6.1545, 0.575),
        (4, 5.11058333333, 0.666666666667),
        (6, 4.232, 0.733333333333),
    ];
    let problem = cover_problem();
    let loss = problem
        .curve(CoverTarget::MeanLoss, 12, 100_000, &none())
        .unwrap();
    let share = problem
        .curve(CoverTarget::Share, 12, 100_000, &none())
        .unwrap();
    for (k, mean_loss, covered) in best {
        let point = &loss.points[k - 1];
        assert_eq!(
            (point.variants, point.method, point.chosen.len()),
            (k, CoverMethod::Exact, k)
        );
        within(point.mean_loss, mean_loss, 1e-9);
        within(point.bound, mean_loss, 1e-9);
        within(share.points[k - 1].share, covered, 1e-9);
        assert_eq!(share.points[k - 1].method, CoverMethod::Exact);
    }
    // Greedy alone: never better than the best, never beyond its bounds.
    for (target, exact) in [(CoverTarget::MeanLoss, &loss), (CoverTarget::Share, &share)] {
        let greedy = problem.curve(target, 12, 0, &none()).unwrap();
        for (g, e) in greedy.points.iter().zip(&exact.points) {
            let (got, best, bound) = match target {
                CoverTarget::Share => (g.share, e.share, g.bound),
                CoverTarget::MeanLoss => (-g.mean_loss, -e.mean_loss, -g.bound),
            };
            assert!(
                got <= best + 1e-12 && best <= bound + 1e-9,
                "{target} {g:?} {e:?}"
            );
        }
        assert!(
            greedy
                .points
                .iter()
                .all(|point| point.method != CoverMethod::Stopped)
        );
        let stopped = problem.curve(target, 6, 2, &none()).unwrap();
        assert!(
            stopped
                .points
                .iter()
                .any(|point| point.method == CoverMethod::Stopped)
        );
    }
}

#[test]
fn refused_profiles() {
    let new = |columns: &[Column], distance| Profiles::new(columns, None, distance);
    let number = |values: &[f64]| Column::Numeric(values.iter().copied().map(Some).collect());
    refuses(new(&[], Distance::Gower), "there are no profiles");
    refuses(
        new(&[number(&[])], Distance::Gower),
        "there are no profiles",
    );
    refuses(
        new(&[number(&[1.0, 2.0]), number(&[1.0])], Distance::Gower),
        "column 1 has 1 rows, and the first column has 2",
    );
    refuses(
        new(&[number(&[1.0, f64::NAN])], Distance::Gower),
        "column 0, row 1 is NaN: it must be a number within ±1e100",
    );
    let constant = "column 0 tells nobody apart: all its answers are equal or missing";
    refuses(new(&[number(&[1.0, 1.0])], Distance::Euclidean), constant);
    refuses(
        new(&[Column::Nominal(vec![None, None])], Distance::Gower),
        constant,
    );
    refuses(
        new(
            &[Column::Nominal(vec![Some(1), Some(2)])],
            Distance::Euclidean,
        ),
        "column 0 does not fit the Euclidean distance: Euclidean takes numeric columns",
    );
    refuses(
        new(&[number(&[1.0, 2.0])], Distance::SimpleMatching),
        "column 0 does not fit the simple matching distance: simple matching takes nominal columns",
    );
    refuses(
        new(
            &[Column::Numeric(vec![Some(1.0), Some(2.0), None])],
            Distance::Manhattan,
        ),
        "column 0, row 2 is missing, and the Manhattan distance takes no missing answers: use Gower",
    );
    refuses(
        new(
            &[Column::Numeric(vec![Some(1.0), Some(2.0), None])],
            Distance::Gower,
        ),
        "row 2 has no answers",
    );
    for weight in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        refuses(
            Profiles::new(
                &[number(&[1.0, 2.0])],
                Some(&[1.0, weight]),
                Distance::Gower,
            ),
            &format!("the weight of row 1 is {weight}: it must be a positive number"),
        );
    }
    refuses(
        Profiles::new(&[number(&[1.0, 2.0])], Some(&[1.0]), Distance::Gower),
        "weights 0 has 1 rows, and the first column has 2",
    );
    let profiles = points(30, Distance::Euclidean);
    for groups in [0, 31] {
        refuses(
            KMedoids::new(groups, 1).fit(&profiles, &none()),
            &format!("{groups} groups cannot be made of 30 different profiles: ask for 1 to 30"),
        );
    }
    assert!(
        KMedoids::new(30, 1)
            .fit(&profiles, &none())
            .unwrap()
            .loss
            .abs()
            < 1e-9
    );
    refuses(
        KMedoids {
            starts: 0,
            ..KMedoids::new(2, 1)
        }
        .fit(&profiles, &none()),
        "this needs 1 draws or more, not 0",
    );
    refuses(
        silhouette(&profiles, &[0; 30], &none()),
        "a silhouette needs 2 groups, and all profiles are in one",
    );
    refuses(
        silhouette(&profiles, &[0; 3], &none()),
        "assignment 0 has 3 rows, and the first column has 30",
    );
    let settings = KMedoids::new(2, 1);
    refuses(
        gap_statistic(&profiles, 30, &settings, 20, &none()),
        "30 groups cannot be made of 29 different profiles: ask for 2 to 29",
    );
    refuses(
        gap_statistic(&profiles, 3, &settings, 9, &none()),
        "this needs 10 draws or more, not 9",
    );
    let stop = |_, _| ControlFlow::Break(());
    let stop = Progress::new(&stop);
    refuses(
        settings.fit(&profiles, &stop),
        "the computation was cancelled",
    );
    refuses(
        silhouette(
            &profiles,
            &settings.fit(&profiles, &none()).unwrap().assignment,
            &stop,
        ),
        "the computation was cancelled",
    );
}

#[test]
fn refused_patterns() {
    refuses(PatternTally::new(vec![]), "there are no items");
    refuses(
        PatternTally::new(vec![2, 1]),
        "item 1 has 1 categories: it takes 2 to 1000",
    );
    let mut tally = PatternTally::new(vec![2, 3]).unwrap();
    refuses(
        tally.push(&[Some(0)]),
        "the row has 1 answers, and there are 2 items",
    );
    refuses(
        tally.push(&[Some(0), Some(3)]),
        "item 1 has no category 3: there are 3, numbered from 0",
    );
    tally.push(&[None, None]).unwrap();
    let settings = LatentClass::new(2, 1);
    refuses(settings.fit(&tally, &none()), "there are no answers");
    tally.add(&[Some(0), Some(1)], 5).unwrap();
    tally.add(&[Some(0), Some(2)], 5).unwrap();
    refuses(
        settings.fit(&tally, &none()),
        "item 0 is constant: all its answers are equal or missing",
    );
    tally.add(&[Some(1), Some(2)], 5).unwrap();
    for classes in [0, 3] {
        refuses(
            LatentClass::new(classes, 1).fit(&tally, &none()),
            &format!(
                "{classes} classes cannot be told apart by 3 different patterns: ask for 1 or more, but fewer than the patterns"
            ),
        );
    }
    refuses(
        LatentClass {
            tolerance: f64::NAN,
            ..settings
        }
        .fit(&tally, &none()),
        "tolerance is NaN: it must be above 0",
    );
    refuses(
        tally.merge(&PatternTally::new(vec![2]).unwrap()),
        "tallies of different items cannot be merged",
    );
    let hasty = LatentClass {
        most_iterations: 2,
        ..settings
    }
    .fit(&answers(500, false), &none());
    assert!(matches!(
        hasty,
        Err(LatentClassError::NotConverged { iterations: 2, .. })
    ));
    let stop = |_, _| ControlFlow::Break(());
    refuses(
        settings.fit(&answers(500, false), &Progress::new(&stop)),
        "the computation was cancelled",
    );
    let poor = settings.fit(&tally, &none()).unwrap();
    assert!(!poor.identified && poor.classes[0].share.standard_error.is_none());
    assert_eq!((poor.n, poor.left_out), (15, 1));
}

#[test]
fn refused_tables_trees_and_covers() {
    refuses(
        TableTally::new(1, 3),
        "a two-way table has 2 to 10000 rows and columns, not 1 by 3",
    );
    refuses(
        TableTally::from_counts(&[vec![1, 2], vec![1]]),
        "row 1 has 1 counts, and the first has 2",
    );
    let mut tally = TableTally::new(2, 2).unwrap();
    refuses(
        tally.push(0, 2),
        "there is no cell in row 0, column 2 of a table of 2 by 2",
    );
    refuses(tally.table(Level::P95), "the table is empty");
    tally.add(0, 0, 3).unwrap();
    tally.add(1, 0, 3).unwrap();
    refuses(
        tally.table(Level::P95),
        "all customers are in one column, so nothing can be compared",
    );
    refuses(
        tally.merge(&TableTally::new(2, 3).unwrap()),
        "tables of different sizes cannot be merged",
    );

    let predictor = |values: Vec<Option<u32>>| Predictor {
        name: "city".to_owned(),
        kind: PredictorKind::Nominal,
        values,
    };
    let rules = TreeRules::default();
    let classes = Outcome::Categories(vec![0, 1]);
    let grow =
        |values, outcome: &Outcome| grow_tree(&[predictor(values)], outcome, None, &rules, &none());
    refuses(
        grow(vec![], &Outcome::Numeric(vec![])),
        "there are no customers",
    );
    refuses(
        grow_tree(&[], &classes, None, &rules, &none()),
        "there are no predictors",
    );
    refuses(
        grow(vec![None], &classes),
        "city has 1 rows, and the outcome has 2",
    );
    refuses(
        grow(vec![Some(1); 2], &classes),
        "city is constant: everyone is in one category",
    );
    refuses(
        grow(vec![None, Some(1)], &Outcome::Categories(vec![1; 2])),
        "all outcomes are equal, so there is nothing to explain",
    );
    refuses(
        grow(vec![None, Some(1)], &Outcome::Categories(vec![1, 1000])),
        "the outcome has category 1000: categories are numbered from 0 to 999",
    );
    refuses(
        grow(vec![None, Some(1)], &Outcome::Numeric(vec![1.0, f64::NAN])),
        "the outcome in row 1 is NaN: it must be a number within ±1e100",
    );
    refuses(
        grow(
            (0..301).map(Some).collect(),
            &Outcome::Numeric((0..301).map(f64::from).collect()),
        ),
        "city has 301 categories: at most 300 can be merged, so band it first",
    );
    let cities = [predictor(vec![None, Some(1)])];
    refuses(
        grow_tree(&cities, &classes, Some(&[1, 0]), &rules, &none()),
        "the weight of row 1 is 0: weights are whole numbers from 1",
    );
    refuses(
        grow_tree(&cities, &classes, Some(&[1]), &rules, &none()),
        "weights has 1 rows, and the outcome has 2",
    );
    refuses(
        grow_tree(
            &cities,
            &classes,
            None,
            &TreeRules {
                merge_alpha: 0.0,
                ..rules
            },
            &none(),
        ),
        "merge_alpha is 0: it must be above 0 and at most 1",
    );
    let stop = |_, _| ControlFlow::Break(());
    let stop = Progress::new(&stop);
    refuses(
        grow_tree(&cities, &classes, None, &rules, &stop),
        "the computation was cancelled",
    );

    let cover =
        |losses: &[Vec<f64>], weights: Option<&[f64]>| CoverProblem::new(losses, weights, 1.0);
    refuses(cover(&[], None), "there are no customers");
    refuses(cover(&[vec![]], None), "there are no variants");
    refuses(
        cover(&[vec![1.0], vec![]], None),
        "customer 1 has 0 losses, and the first has 1",
    );
    refuses(
        cover(&[vec![f64::NAN]], None),
        "the loss of customer 0 with variant 0 is NaN: it must be a number within ±1e100",
    );
    refuses(
        cover(&[vec![1.0]], Some(&[0.0])),
        "the weight of customer 0 is 0: it must be a positive number",
    );
    refuses(
        cover(&[vec![1.0]], Some(&[])),
        "there are 0 weights for 1 customers",
    );
    refuses(
        CoverProblem::new(&[vec![1.0]], None, f64::NAN),
        "the tolerance is NaN: it must be a number",
    );
    refuses(
        cover_problem().curve(CoverTarget::Share, 13, 0, &none()),
        "13 variants cannot be chosen of 12",
    );
    refuses(
        cover_problem().curve(CoverTarget::Share, 3, 0, &stop),
        "the computation was cancelled",
    );
}

fn rows() -> impl Strategy<Value = Vec<(u32, u32, u32)>> {
    vec((0..8_u32, 0..4_u32, 0..3_u32), 8..40).prop_filter("columns vary", |rows| {
        rows.iter().any(|r| r.0 != rows[0].0)
            && rows.iter().any(|r| r.1 != rows[0].1)
            && rows.iter().any(|r| r.2 != rows[0].2)
    })
}

fn columns(rows: &[(u32, u32, u32)]) -> [Column; 3] {
    [
        Column::Numeric(rows.iter().map(|row| Some(f64::from(row.0))).collect()),
        Column::Ordinal(
            rows.iter()
                .map(|row| (row.1 > 0).then_some(f64::from(row.1)))
                .collect(),
        ),
        Column::Nominal(rows.iter().map(|row| Some(row.2)).collect()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn weights_are_repeated_customers(rows in rows(), k in 1..4_usize) {
        let Ok(once) = Profiles::new(&columns(&rows), Some(&vec![2.0; rows.len()]), Distance::Gower) else { return Ok(()) };
        let twice: Vec<_> = rows.iter().flat_map(|row| [*row, *row]).collect();
        let twice = Profiles::new(&columns(&twice), None, Distance::Gower).unwrap();
        prop_assume!(k <= once.distinct());
        let fit = KMedoids::new(k, 1).fit(&once, &none()).unwrap();
        let again = KMedoids::new(k, 1).fit(&twice, &none()).unwrap();
        within(fit.loss, again.loss, 1e-9);
        prop_assert_eq!(&fit.sizes, &again.sizes);
        if k > 1 {
            let (a, b) = (silhouette(&once, &fit.assignment, &none()).unwrap(), silhouette(&twice, &again.assignment, &none()).unwrap());
            within(a.mean, b.mean, 1e-9);
            prop_assert!((-1.0..=1.0).contains(&a.mean));
        }
        // No row is nearer to another medoid than to its own, and no single exchange lowers the loss.
        for row in 0..rows.len() {
            let nearest = fit.medoids.iter().map(|&m| once.between(row, m).unwrap()).fold(f64::INFINITY, f64::min);
            within(fit.distances[row], nearest, 1e-9);
        }
        for group in 0..k {
            for candidate in 0..rows.len() {
                let mut medoids = fit.medoids.clone();
                medoids[group] = candidate;
                let loss: f64 = (0..rows.len())
                    .map(|row| 2.0 * medoids.iter().map(|&m| once.between(row, m).unwrap()).fold(f64::INFINITY, f64::min))
                    .sum();
                prop_assert!(loss >= fit.loss * (1.0 - 1e-5) - 1e-9, "{} below {}", loss, fit.loss);
            }
        }
    }

    #[test]
    fn latent_classes_take_parts_in_any_order(rows in rows()) {
        let tally = |rows: &[(u32, u32, u32)]| {
            let mut tally = PatternTally::new(vec![8, 4, 3]).unwrap();
            for &(a, b, c) in rows {
                tally.push(&[Some(a as usize), (b > 0).then_some(b as usize), Some(c as usize)]).unwrap();
            }
            tally
        };
        let whole = tally(&rows);
        let mut merged = tally(&rows[4..]);
        merged.merge(&tally(&rows[..4])).unwrap();
        prop_assert_eq!(&merged, &whole);
        let settings = LatentClass { starts: 2, tolerance: 1e-6, ..LatentClass::new(2, 1) };
        if let Ok(fit) = settings.fit(&whole, &none()) {
            within(fit.classes.iter().map(|class| class.share.value).sum(), 1.0, 1e-9);
            prop_assert!(fit.classes[0].share.value >= fit.classes[1].share.value);
            for item in fit.classes.iter().flat_map(|class| &class.items) {
                within(item.probabilities.iter().map(|p| p.value).sum(), 1.0, 1e-9);
            }
            let one = LatentClass::new(1, 1).fit(&whole, &none()).unwrap();
            prop_assert!(fit.log_likelihood >= one.log_likelihood - 1e-6);
            prop_assert!(fit.entropy_r2.is_some_and(|r| (-1e-9..=1.0 + 1e-9).contains(&r)));
        }
    }

    #[test]
    fn tables_turn_and_merge(counts in vec(vec(0..30_u64, 3), 4)) {
        let tally = TableTally::from_counts(&counts).unwrap();
        let mut turned = TableTally::new(3, 4).unwrap();
        for (i, row) in counts.iter().enumerate() {
            let mut part = TableTally::new(3, 4).unwrap();
            for (j, &count) in row.iter().enumerate() {
                part.add(j, i, count).unwrap();
            }
            turned.merge(&part).unwrap();
        }
        let (Ok(a), Ok(b)) = (tally.table(Level::P90), turned.table(Level::P90)) else { return Ok(()) };
        within(a.chi_squared, b.chi_squared, 1e-9);
        within(a.cramers_v.high, b.cramers_v.high, 1e-9);
        prop_assert!(a.cramers_v.low <= a.cramers_v.high && a.cramers_v.high <= 1.0);
        prop_assert!(a.cramers_v.corrected <= a.cramers_v.value + 1e-12);
    }

    #[test]
    fn trees_take_rows_in_any_order_and_weights(rows in rows()) {
        let grow = |rows: &[(u32, u32, u32)], weights: Option<&[u64]>| {
            let predictor = |name: &str, kind, values| Predictor { name: name.to_owned(), kind, values };
            let predictors = [
                predictor("a", PredictorKind::Ordinal, rows.iter().map(|row| Some(row.0)).collect()),
                predictor("b", PredictorKind::Nominal, rows.iter().map(|row| (row.1 > 0).then_some(row.1)).collect()),
            ];
            let outcome = Outcome::Categories(rows.iter().map(|row| (row.2 + row.0 / 4) as usize).collect());
            let rules = TreeRules { fewest_to_split: 10, fewest_in_child: 4, merge_alpha: 0.3, split_alpha: 0.5, most_depth: 3 };
            grow_tree(&predictors, &outcome, weights, &rules, &none())
        };
        let Ok(tree) = grow(&rows, Some(&vec![3; rows.len()])) else { return Ok(()) };
        let thrice: Vec<_> = rows.iter().rev().flat_map(|row| [*row; 3]).collect();
        let again = grow(&thrice, None).unwrap();
        prop_assert_eq!(tree.nodes.len(), again.nodes.len());
        prop_assert_eq!(tree.leaves().map(|node| node.n).sum::<u64>(), 3 * rows.len() as u64);
        for (a, b) in tree.nodes.iter().zip(&again.nodes) {
            prop_assert_eq!(&a.conditions, &b.conditions);
            prop_assert_eq!(&a.outcome, &b.outcome);
        }
        for row in &rows {
            let leaf = tree.place(&[Some(row.0), (row.1 > 0).then_some(row.1)]).unwrap();
            prop_assert!(leaf.split.is_none());
        }
    }

    #[test]
    fn covers_grow_and_do_not_depend_on_order(rows in vec(vec((0..20).prop_map(f64::from), 6), 3..20), tolerance in 0..8) {
        let problem = CoverProblem::new(&rows, None, f64::from(tolerance)).unwrap();
        let turned: Vec<Vec<f64>> = rows.iter().rev().map(|row| row.iter().rev().copied().collect()).collect();
        let turned = CoverProblem::new(&turned, None, f64::from(tolerance)).unwrap();
        for target in [CoverTarget::Share, CoverTarget::MeanLoss] {
            let (a, b) = (problem.curve(target, 6, 10_000, &none()).unwrap(), turned.curve(target, 6, 10_000, &none()).unwrap());
            for (a, b) in a.points.iter().zip(&b.points) {
                match target {
                    CoverTarget::Share => within(a.share, b.share, 1e-12),
                    CoverTarget::MeanLoss => within(a.mean_loss, b.mean_loss, 1e-9),
                }
                prop_assert_eq!(a.method, CoverMethod::Exact);
                prop_assert!(a.gain >= -1e-12);
            }
            // Where the exact choice is known, brute force over all pairs agrees.
            let pairs = (0..6).flat_map(|i| (0..i).map(move |j| (i, j)));
            let least = |i: usize, j: usize| rows.iter().map(move |row| row[i].min(row[j]));
            match target {
                CoverTarget::Share => {
                    let best = pairs.map(|(i, j)| least(i, j).filter(|&x| x <= f64::from(tolerance)).count()).max();
                    within(a.points[1].share, best.unwrap() as f64 / rows.len() as f64, 1e-12);
                }
                CoverTarget::MeanLoss => {
                    let best = pairs.map(|(i, j)| least(i, j).sum::<f64>()).fold(f64::INFINITY, f64::min);
                    within(a.points[1].mean_loss, best / rows.len() as f64, 1e-9);
                }
            }
        }
    }
}
