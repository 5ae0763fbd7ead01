//! What holds for any data.

use super::*;

fn any_rows() -> impl Strategy<Value = Vec<[f64; 9]>> {
    let rows = answers();
    vec((0..60_usize, vec(-1..=1_i8, 9)), 25..60).prop_map(move |picks| {
        picks
            .into_iter()
            .map(|(i, noise)| {
                let mut row = rows[i];
                row.iter_mut()
                    .zip(noise)
                    .for_each(|(x, d)| *x += f64::from(d));
                row
            })
            .collect()
    })
}

fn paths_of(rows: &[[f64; 9]], scheme: PlsScheme) -> Option<Vec<f64>> {
    let settings = PlsSettings { scheme, ..EXACT };
    let fit = model(Mode::A)
        .fit(&rows_of(COLUMNS, rows).tally().unwrap(), &settings)
        .ok()?;
    Some(fit.paths.iter().map(|path| path.coefficient).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn order_of_rows_and_units_do_not_matter(rows in any_rows(), scale in 0.1..50.0_f64, shift in -1e4..1e4_f64) {
        let Some(expected) = paths_of(&rows, PlsScheme::Path) else { return Ok(()) };
        let changed: Vec<[f64; 9]> = rows
            .iter()
            .rev()
            .map(|row| {
                let mut row = *row;
                row[1] = row[1] * scale + shift;
                row[8] = row[8] / scale - shift;
                row
            })
            .collect();
        for (got, expected) in paths_of(&changed, PlsScheme::Path).unwrap().into_iter().zip(&expected) {
            prop_assert!((got - expected).abs() < 1e-6, "{got} {expected}");
        }
        // A latent variable turned round turns its paths.
        let turned: Vec<[f64; 9]> = rows
            .iter()
            .map(|row| {
                let mut row = *row;
                row[3..5].iter_mut().for_each(|x| *x = 11.0 - *x);
                row
            })
            .collect();
        let turned = paths_of(&turned, PlsScheme::Path).unwrap();
        for (i, sign) in [-1.0, 1.0, -1.0, -1.0, 1.0].into_iter().enumerate() {
            prop_assert!((sign * turned[i] - expected[i]).abs() < 1e-6);
        }
    }

    #[test]
    fn merged_parts_equal_the_whole_and_doubling_changes_nothing(rows in any_rows(), cut in 0..25_usize) {
        let part = |rows: &[[f64; 9]]| rows_of(COLUMNS, rows).tally().unwrap();
        let whole = part(&rows);
        let mut merged = part(&rows[cut..]);
        merged.merge(&part(&rows[..cut])).unwrap();
        let mut twice = whole.clone();
        twice.merge(&whole).unwrap();
        let travelled = PlsTally::from_moments(COLUMNS, merged.missing(), merged.moments().clone()).unwrap();
        prop_assert_eq!(&travelled, &merged);
        let model = model(Mode::A);
        let Ok(expected) = model.fit(&whole, &EXACT) else { return Ok(()) };
        for other in [merged, twice] {
            let fit = model.fit(&other, &EXACT).unwrap();
            for (path, expected) in fit.paths.iter().zip(&expected.paths) {
                prop_assert!((path.coefficient - expected.coefficient).abs() < 1e-8);
            }
        }
    }

    #[test]
    fn scores_have_unit_variance_and_give_the_correlations(rows in any_rows(), scheme in 0..3_usize) {
        let scheme = [PlsScheme::Centroid, PlsScheme::Factorial, PlsScheme::Path][scheme];
        let all = rows_of(COLUMNS, &rows);
        let settings = PlsSettings { scheme, ..PlsSettings::default() };
        let Ok(fit) = model(Mode::A).fit(&all.tally().unwrap(), &settings) else { return Ok(()) };
        let scores: Vec<Vec<f64>> = fit.scores(&all).unwrap().into_iter().flatten().collect();
        let n = scores.len() as f64;
        for i in 0..4 {
            for j in 0..4 {
                let product: f64 = scores.iter().map(|row| row[i] * row[j]).sum();
                prop_assert!((product / (n - 1.0) - fit.correlations[i][j]).abs() < 1e-9);
            }
            prop_assert!((fit.correlations[i][i] - 1.0).abs() < 1e-9);
        }
        for latent in &fit.latents {
            prop_assert!(latent.r_squared.is_none_or(|r2| (-1e-9..=1.0 + 1e-9).contains(&r2)));
            prop_assert!(latent.average_variance_extracted.is_none_or(|ave| (0.0..=1.0 + 1e-9).contains(&ave)));
        }
    }
}
