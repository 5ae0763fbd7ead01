//! What holds for any data.

use super::*;

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
