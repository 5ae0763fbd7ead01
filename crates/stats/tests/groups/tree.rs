//! Tables, trees and covers.

use super::*;

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
