//! Comparisons of groups against scipy 1.17.1, statsmodels 0.15.0, pingouin 0.7.0 and enumeration by `bench/reference/compare.py`.
#![allow(clippy::unwrap_used)]

use proptest::{collection::vec, prelude::*};
use radost_stats::{compare::*, *};

#[track_caller]
fn close(got: f64, expected: f64) {
    within(got, expected, 1e-9);
}

#[track_caller]
fn within(got: f64, expected: f64, tolerance: f64) {
    assert!(
        (got - expected).abs() <= tolerance * (1.0 + expected.abs()),
        "got {got}, expected {expected}"
    );
}

#[track_caller]
fn refuses<T, E: std::error::Error>(result: Result<T, E>, message: &str) {
    assert_eq!(result.err().unwrap().to_string(), message);
}

fn mean_of(values: &[f64]) -> MeanTally {
    let mut tally = MeanTally::default();
    for &value in values {
        tally.push(value).unwrap();
    }
    tally
}

const A: [f64; 7] = [6.0, 7.0, 5.0, 7.0, 6.0, 4.0, 7.0];
const B: [f64; 6] = [4.0, 5.0, 3.0, 4.0, 5.0, 2.0];
const C: [f64; 8] = [5.0, 6.0, 6.0, 7.0, 3.0, 5.0, 4.0, 6.0];

fn abc() -> OrdinalTally {
    OrdinalTally::from_answers(&[&A[..], &B, &C]).unwrap()
}

/// LARGE of the script: four groups of 300 to 420.
fn large() -> Vec<Vec<f64>> {
    (0..4_usize)
        .map(|g| {
            (0..300 + 40 * g)
                .map(|i| (1 + (i * i * 7 + i * g * 5 + g) % (9 + g)) as f64)
                .collect()
        })
        .collect()
}

fn safe() -> ContingencyTable {
    ContingencyTable::from_rows(&[[30, 12, 8], [22, 18, 10], [15, 20, 25]]).unwrap()
}

fn sparse() -> ContingencyTable {
    ContingencyTable::from_rows(&[[3, 0, 2], [1, 4, 0], [0, 2, 5]]).unwrap()
}

fn two() -> ContingencyTable {
    ContingencyTable::from_rows(&[[8, 2], [1, 5]]).unwrap()
}

fn wide() -> ContingencyTable {
    ContingencyTable::from_rows(&[[2, 3, 0, 1, 4], [1, 0, 5, 2, 0]]).unwrap()
}

fn simulation() -> MonteCarlo {
    MonteCarlo {
        replicates: 5_000,
        seed: 7,
    }
}

#[test]
fn chi_squared() {
    // scipy.stats.chi2_contingency(table, correction=False): statistic, dof, pvalue, smallest expected_freq
    for (table, statistic, freedom, p, smallest) in [
        (safe(), 17.3063908365, 4.0, 0.00168514034762, 13.4375),
        (sparse(), 12.8020408163, 4.0, 0.0122846775051, 1.17647058824),
        (two(), 6.11216931217, 1.0, 0.0134254248815, 2.625),
        (wide(), 12.6, 4.0, 0.0134050248723, 1.33333333333),
    ] {
        let test = table.chi_squared().unwrap();
        close(test.statistic, statistic);
        close(test.degrees_of_freedom, freedom);
        close(test.p_value, p);
        close(test.smallest_expected, smallest);
    }
    assert!(safe().chi_squared().unwrap().chi_squared_is_safe());
    assert!(!sparse().chi_squared().unwrap().chi_squared_is_safe());
}

#[test]
fn exact_tables() {
    // All tables with these margins; for two() also scipy.stats.fisher_exact
    for (table, p) in [
        (safe(), 0.0018992178414),
        (sparse(), 0.00889551624846),
        (two(), 0.034965034965),
        (wide(), 0.0034965034965),
    ] {
        let test = table.exact(simulation(), Progress::none()).unwrap();
        close(test.p_value, p);
        assert_eq!(test.method, IndependenceMethod::Exact);
    }
    let chosen = sparse()
        .independence(simulation(), Progress::none())
        .unwrap();
    assert_eq!(chosen.method, IndependenceMethod::Exact);
    let chosen = safe().independence(simulation(), Progress::none()).unwrap();
    assert_eq!(chosen.method, IndependenceMethod::PearsonChiSquared);
}

#[test]
fn simulated_tables_agree_with_chi_squared_where_that_is_good() {
    let table = ContingencyTable::from_rows(&[
        [520, 480, 510, 490],
        [500, 530, 470, 505],
        [495, 505, 520, 480],
        [512, 478, 503, 540],
        [505, 500, 498, 501],
    ])
    .unwrap();
    let simulated = table.exact(simulation(), Progress::none()).unwrap();
    assert_eq!(
        simulated.method.to_string(),
        "Fisher–Freeman–Halton by 5000 simulated tables, seed 7"
    );
    let chi_squared = table.chi_squared().unwrap();
    assert!((simulated.p_value - chi_squared.p_value).abs() < 5.0 * simulated.p_error + 0.003);
    assert_eq!(
        table.exact(simulation(), Progress::none()).unwrap(),
        simulated
    );
    let stop = |_, _| std::ops::ControlFlow::Break(());
    refuses(
        table.exact(simulation(), Progress::new(&stop)),
        "the computation was cancelled",
    );
    refuses(
        table.exact(
            MonteCarlo {
                replicates: 10,
                seed: 1,
            },
            Progress::none(),
        ),
        "10 replicates are too few: 100 are needed",
    );
}

#[test]
fn cramers_v() {
    // scipy.stats.contingency.association(table, 'cramer'); bounds where scipy.stats.ncx2.cdf is .975 and .025; Bergsma's formula
    for (table, value, low, high, corrected) in [
        (
            safe(),
            0.232556383194,
            0.144500589076,
            0.343711588882,
            0.205018454147,
        ),
        (
            sparse(),
            0.613620902712,
            0.369144105083,
            0.953601304175,
            0.53615628025,
        ),
        (two(), 0.618070046201, 0.277857091804, 1.0, 0.58126455313),
        (wide(), 0.836660026534, 0.502881877897, 1.0, 0.702673466128),
    ] {
        let v = table.cramers_v(Level::P95).unwrap();
        close(v.value, value);
        close(v.low, low);
        close(v.high, high);
        let v = table.cramers_v_corrected(Level::P95).unwrap();
        close(v.value, corrected);
        assert!(v.low <= v.value && v.value <= v.high);
    }
}

#[test]
fn trends() {
    // statsmodels Table(table, shift_zeros=False).test_ordinal_association().zscore; pearsonr × √(n − 1) gives the same
    for (table, z) in [
        (safe(), 3.91573706697),
        (sparse(), 2.03519592961),
        (two(), 2.39377499573),
        (wide(), -0.299121520808),
    ] {
        let scores = |k: usize| (0..k).map(|i| i as f64).collect::<Vec<_>>();
        let trend = table
            .linear_by_linear(&scores(table.groups()), &scores(table.categories()))
            .unwrap();
        close(trend.statistic, z);
    }
    // statsmodels GLM(binomial).fit().score_test(scores)
    let shares = [(83, 86), (90, 93), (129, 136), (70, 82)]
        .map(|(satisfied, n)| CsatTally::from_counts(satisfied, n).unwrap());
    let trend = cochran_armitage(&shares, &[1.0, 2.0, 3.0, 4.0]).unwrap();
    close(trend.statistic, -8.2249222852_f64.sqrt());
    close(trend.p_value, 0.00413189747764);

    // J of all permutations: mean 10.5, sd 3.50637175113; z 1.85376807177
    let tally =
        OrdinalTally::from_answers(&[&[1.0, 2.0, 2.0][..], &[2.0, 3.0], &[2.0, 3.0, 4.0]]).unwrap();
    close(tally.jonckheere().unwrap().statistic, 1.85376807177);
}

#[test]
fn analyses_of_variance() {
    // scipy.stats.f_oneway; statsmodels anova_oneway(use_var='unequal')
    let small = [mean_of(&A), mean_of(&B), mean_of(&C)];
    let big: Vec<MeanTally> = large().iter().map(|group| mean_of(group)).collect();
    for (groups, f, p, welch, freedom, welch_p) in [
        (
            &small[..],
            5.28933092224,
            0.0155982378566,
            5.39480012277,
            11.6846490509,
            0.0218964479854,
        ),
        (
            &big,
            64.7218179361,
            2.98860500487e-39,
            74.7689377641,
            781.479916919,
            1.60125486721e-42,
        ),
    ] {
        let test = one_way_anova(groups).unwrap();
        close(test.f, f);
        assert!((test.p_value / p - 1.0).abs() < 1e-8);
        let test = welch_anova(groups).unwrap();
        close(test.f, welch);
        close(test.freedom_within, freedom);
        assert!((test.p_value / welch_p - 1.0).abs() < 1e-8);
    }
    // Bounds where scipy.stats.ncf.cdf is .975 and .025
    for (groups, eta, omega, low, high) in [
        (
            &small[..],
            0.370159453303,
            0.290028733875,
            0.0158350833793,
            0.57499076143,
        ),
        (
            &big,
            0.119107820224,
            0.117195624369,
            0.088559794604,
            0.149187631902,
        ),
    ] {
        let effect = eta_squared(groups, Level::P95).unwrap();
        close(effect.value, eta);
        close(effect.low, low);
        close(effect.high, high);
        close(omega_squared(groups, Level::P95).unwrap().value, omega);
    }
}

#[test]
fn standardised_differences() {
    // pingouin.compute_effsize(eftype='cohen'); bounds where scipy.stats.nct.cdf is .975 and .025; Hedges' factor by scipy gammaln
    let groups = large();
    let (g0, g1) = (mean_of(&groups[0]), mean_of(&groups[1]));
    let (a, b, c) = (mean_of(&A), mean_of(&B), mean_of(&C));
    for (first, second, d, low, high, factor) in [
        (
            a,
            b,
            1.86581708863,
            0.50302087348,
            3.17291065772,
            0.929959809976,
        ),
        (
            c,
            b,
            1.14613976619,
            -0.0253784043919,
            2.27776226432,
            0.935941822906,
        ),
        (
            g1,
            g0,
            0.755808072811,
            0.594837289316,
            0.916224025679,
            0.998823913729,
        ),
    ] {
        let effect = cohen_d(&first, &second, Level::P95).unwrap();
        close(effect.value, d);
        close(effect.low, low);
        close(effect.high, high);
        let unbiased = hedges_g(&first, &second, Level::P95).unwrap();
        close(unbiased.value, factor * d);
        close(unbiased.high, factor * high);
    }
    // statsmodels proportion_effectsize(.8, .6), ± norm.isf(.025) √(1/70 + 1/80)
    let (later, earlier) = (
        CsatTally::from_counts(56, 70).unwrap(),
        CsatTally::from_counts(48, 80).unwrap(),
    );
    let h = cohen_h(&later, &earlier, Level::P95).unwrap();
    close(h.value, 0.442143188003);
    close(h.high, 0.442143188003 + 0.320774404234);
}

#[test]
fn rank_tests() {
    // scipy.stats.mannwhitneyu(method='asymptotic'); all divisions of the pooled answers
    let tally = abc();
    for (first, u, p, exact) in [
        (0, 38.0, 0.0163773083415, 0.0151515151515),
        (2, 38.5, 0.0648408880155, 0.0675990675991),
    ] {
        let test = tally.mann_whitney(first, 1, RankMethod::Auto).unwrap();
        assert_eq!((test.u, test.method), (u, RankTestMethod::Normal));
        close(test.p_value, p);
        let test = tally.mann_whitney(first, 1, RankMethod::Exact).unwrap();
        close(test.p_value, exact);
    }
    // scipy.stats.mannwhitneyu(method='exact')
    let (x, y) = ([1.1, 3.4, 5.6, 2.2, 9.1], [4.4, 6.1, 7.3, 8.2, 2.5, 10.4]);
    let test = OrdinalTally::from_answers(&[&x[..], &y])
        .unwrap()
        .mann_whitney(0, 1, RankMethod::Auto)
        .unwrap();
    assert_eq!((test.u, test.method), (8.0, RankTestMethod::Exact));
    close(test.p_value, 0.246753246753);

    let big = OrdinalTally::from_answers(&large()).unwrap();
    let test = big.mann_whitney(1, 0, RankMethod::Auto).unwrap();
    close(test.u, 72_590.0);
    assert!((test.p_value / 4.79208805651e-21 - 1.0).abs() < 1e-9);

    // scipy.stats.kruskal; ε² = H / (n − 1)
    let test = tally.kruskal_wallis().unwrap();
    close(test.h, 7.35764995653);
    close(test.p_value, 0.025252629798);
    let effect = tally
        .epsilon_squared(Level::P95, 500, 1, Progress::none())
        .unwrap();
    close(effect.value, 0.367882497827);
    assert!(effect.low < effect.value && effect.value < effect.high);
    close(big.kruskal_wallis().unwrap().h, 181.430507607);

    // Cliff's delta, its variance and bounds from all pairs
    for (tally, first, second, value, low, high) in [
        (&tally, 0, 1, 0.809523809524, 0.324610349361, 0.957461731109),
        (
            &tally,
            2,
            1,
            0.604166666667,
            0.0442574214403,
            0.875247035319,
        ),
        (&big, 1, 0, 0.423333333333, 0.338818229464, 0.501071268111),
    ] {
        let delta = tally.cliff_delta(first, second, Level::P95).unwrap();
        close(delta.value, value);
        close(delta.low, low);
        close(delta.high, high);
        let a = tally.common_language(first, second, Level::P95).unwrap();
        close(a.value, (value + 1.0) / 2.0);
    }
    let apart = OrdinalTally::from_answers(&[[5.0; 8], [1.0; 8]]).unwrap();
    let delta = apart.cliff_delta(0, 1, Level::P95).unwrap();
    let z2 = Level::P95.z().powi(2);
    close(delta.low, (8.0 - z2) / (8.0 + z2));
    assert_eq!((delta.value, delta.high), (1.0, 1.0));
}

#[test]
fn net_promoter_scores() {
    // statsmodels combine_effects(scores, variances).q; scipy.stats.chi2.sf(q, 2)
    let nps = |promoters, passives, detractors| NpsTally {
        promoters,
        passives,
        detractors,
    };
    let groups = [nps(50, 30, 20), nps(40, 30, 30), nps(62, 20, 18)];
    let test = nps_homogeneity(&groups).unwrap();
    close(test.statistic, 8.71827826678);
    close(test.p_value, 0.0127893928731);
}

#[test]
fn holm_adjustment() {
    // statsmodels multipletests(p, method='holm')
    let adjusted = holm(&[0.01, 0.04, 0.03, 0.20, 0.04, 1.0, 0.0, 0.6]).unwrap();
    for (got, expected) in adjusted
        .into_iter()
        .zip([0.07, 0.2, 0.18, 0.6, 0.2, 1.0, 0.0, 1.0])
    {
        close(got, expected);
    }
    refuses(
        holm(&[0.2, f64::NAN]),
        "the p-value at index 1 is NaN, not a number from 0 to 1",
    );
}

#[test]
fn refusals() {
    refuses(
        ContingencyTable::new(1, 3),
        "a comparison needs at least 2 groups, and there are 1",
    );
    refuses(
        ContingencyTable::from_rows(&[vec![1, 2], vec![3]]),
        "2 categories were expected, and there are 1",
    );
    let table = |rows: [[u64; 2]; 2]| ContingencyTable::from_rows(&rows).unwrap();
    refuses(
        table([[1, 2], [0, 0]]).chi_squared(),
        "group 1 has no responses: leave it out",
    );
    refuses(
        table([[1, 0], [3, 0]]).chi_squared(),
        "all responses are equal, so there is nothing to compare",
    );
    refuses(
        ContingencyTable::from_rows(&[[1, 0, 2], [3, 0, 1]])
            .unwrap()
            .chi_squared(),
        "category 1 was never chosen: leave it out",
    );
    assert!(matches!(
        table([[u64::MAX, 1], [1, u64::MAX]]).exact(simulation(), Progress::none()),
        Err(CompareError::TooMany { .. })
    ));
    refuses(
        safe().linear_by_linear(&[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0]),
        "all scores are equal, so there is no order to test",
    );
    refuses(
        safe().linear_by_linear(&[1.0, f64::NAN, 1.0], &[1.0, 2.0, 3.0]),
        "NaN at index 1 is not a finite number",
    );
    refuses(
        safe().linear_by_linear(&[1.0], &[1.0, 2.0, 3.0]),
        "3 group scores were expected, and there are 1",
    );
    let mut merged = safe();
    refuses(
        merged.merge(&two()),
        "3 groups were expected, and there are 2",
    );
    refuses(
        merged.add(3, 0, 1),
        "there is no group 3: the tally has 3, counted from 0",
    );
    refuses(
        merged.add(0, 3, 1),
        "3 categories were expected, and there are 4",
    );

    let flat = mean_of(&[4.0, 4.0, 4.0]);
    refuses(
        welch_anova(&[mean_of(&A), flat]),
        "all responses of group 1 are equal, so a test of means cannot be made",
    );
    refuses(
        one_way_anova(&[flat, flat]),
        "all responses are equal, so there is nothing to compare",
    );
    refuses(
        one_way_anova(&[mean_of(&A), mean_of(&[])]),
        "group 1 has no responses: leave it out",
    );
    refuses(
        one_way_anova(&[mean_of(&[1.0]), mean_of(&A)]),
        "group 0 has 1 responses and this needs 2",
    );
    refuses(
        nps_homogeneity(&[NpsTally::default(); 2]),
        "group 0 has 0 responses and this needs 5",
    );

    let mut tally = abc();
    for value in [f64::NAN, f64::INFINITY] {
        assert!(matches!(
            tally.push(0, value),
            Err(CompareError::NotFinite { .. })
        ));
    }
    assert_eq!(tally, abc());
    refuses(
        tally.mann_whitney(0, 9, RankMethod::Auto),
        "there is no group 9: the tally has 3, counted from 0",
    );
    refuses(
        OrdinalTally::from_answers(&[[3.0; 4], [3.0; 4]])
            .unwrap()
            .kruskal_wallis(),
        "all responses are equal, so there is nothing to compare",
    );
    refuses(
        OrdinalTally::from_answers(&large())
            .unwrap()
            .mann_whitney(0, 1, RankMethod::Exact),
        "an exact distribution of ranks takes at most 100 responses, and there are 640",
    );
}

#[test]
fn two_way_suppression_refuses() {
    refuses(
        suppress_two_way(&[vec![1, 2], vec![1]], 5),
        "row 1 has 1 cells, and the first row has 2",
    );
    refuses(
        suppress_two_way(&[[u64::MAX, 1]], 5),
        "the counts of the table are too large to be added up",
    );
    let nothing = suppress_two_way::<Vec<u64>>(&[], 5).unwrap();
    assert!(nothing.cells.is_empty() && !nothing.total);
}

/// Every sum of withheld counts that the shown ones give away, by trying all sets of equations of a small table with its totals.
fn least_readable(table: &[Vec<u64>], withheld: &TwoWaySuppression, minimum: u64) -> Option<u64> {
    let (rows, columns) = (table.len(), table[0].len());
    let mut arcs = Vec::new();
    let mut column_sums = vec![0; columns];
    for (r, row) in table.iter().enumerate() {
        for (c, &count) in row.iter().enumerate() {
            arcs.push((r, rows + c, count, withheld.cells[r][c]));
            column_sums[c] += count;
        }
        arcs.push((
            rows + columns + 1,
            r,
            row.iter().sum(),
            withheld.row_totals[r],
        ));
    }
    for (c, &sum) in column_sums.iter().enumerate() {
        arcs.push((rows + c, rows + columns, sum, withheld.column_totals[c]));
    }
    let total = column_sums.iter().sum();
    arcs.push((rows + columns, rows + columns + 1, total, withheld.total));
    // A set of nodes adds up their equations; what remains withheld has a sign, and only one sign makes a sum of counts.
    (0..1_u32 << (rows + columns + 2))
        .filter_map(|side| {
            let inside = |node: usize| side >> node & 1 == 1;
            let (mut sum, mut small, mut mixed) = (0, false, false);
            for &(from, to, count, _) in arcs.iter().filter(|arc| arc.3) {
                match (inside(from), inside(to)) {
                    (true, false) => {
                        sum += count;
                        small |= count < minimum;
                    }
                    (false, true) => mixed = true,
                    _ => {}
                }
            }
            (small && !mixed).then_some(sum)
        })
        .min()
}

fn answers() -> impl Strategy<Value = Vec<(usize, u8)>> {
    vec((0..3_usize, 1..=5_u8), 12..60).prop_filter("every group and two answers", |rows| {
        (0..3).all(|g| rows.iter().filter(|row| row.0 == g).count() >= 2)
            && rows.iter().any(|row| row.1 != rows[0].1)
    })
}

fn ordinal(rows: &[(usize, u8)], map: impl Fn(f64) -> f64) -> OrdinalTally {
    let mut tally = OrdinalTally::new(3).unwrap();
    for &(group, answer) in rows {
        tally.push(group, map(f64::from(answer))).unwrap();
    }
    tally
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn two_way_suppression_protects_every_small_count(
        table in (1..4_usize, 1..4_usize).prop_flat_map(|(r, c)| vec(vec(prop_oneof![0..8_u64, 0..60_u64], c), r)),
        minimum in 2..8_u64,
    ) {
        let withheld = suppress_two_way(&table, minimum).unwrap();
        for (row, flags) in table.iter().zip(&withheld.cells) {
            for (&count, &flag) in row.iter().zip(flags) {
                prop_assert!(flag || count == 0 || count >= minimum);
                prop_assert!(count > 0 || !flag);
            }
        }
        if let Some(least) = least_readable(&table, &withheld, minimum) {
            prop_assert!(least >= minimum, "{least} can be read: {withheld:?}");
        }
    }

    #[test]
    fn a_single_row_is_protected_like_a_list(counts in vec(0..40_u64, 1..7), minimum in 2..8_u64) {
        let two_way = suppress_two_way(std::slice::from_ref(&counts), minimum).unwrap();
        // Column totals repeat the cells here, so that they go with them.
        prop_assert_eq!(&two_way.cells[0], &two_way.column_totals);
    }

    #[test]
    fn ranks_know_only_order_and_merge(rows in answers(), cut in 0..60_usize) {
        let tally = ordinal(&rows, |x| x);
        let (left, right) = rows.split_at(cut.min(rows.len()));
        let mut merged = ordinal(right, |x| x);
        merged.merge(&ordinal(left, |x| x)).unwrap();
        prop_assert_eq!(&merged, &tally);
        let stretched = ordinal(&rows, |x| x.exp() - 3.0);
        prop_assert_eq!(stretched.kruskal_wallis(), tally.kruskal_wallis());
        let mirrored = ordinal(&rows, |x| -x);
        prop_assert_eq!(mirrored.kruskal_wallis().unwrap().p_value, tally.kruskal_wallis().unwrap().p_value);
        within(mirrored.jonckheere().unwrap().statistic, -tally.jonckheere().unwrap().statistic, 1e-9);
        if let (Ok(test), Ok(turned)) = (tally.mann_whitney(0, 1, RankMethod::Auto), mirrored.mann_whitney(0, 1, RankMethod::Auto)) {
            within(test.z, -turned.z, 1e-9);
            prop_assert_eq!(test.u + turned.u, (test.n_first * test.n_second) as f64);
            let delta = tally.cliff_delta(0, 1, Level::P95).unwrap();
            let swapped = tally.cliff_delta(1, 0, Level::P95).unwrap();
            within(delta.low, -swapped.high, 1e-9);
            prop_assert!(delta.low <= delta.value && delta.value <= delta.high);
        }
    }

    #[test]
    fn chi_squared_of_two_shares_is_the_pooled_z(a in 1..50_u64, b in 1..50_u64, c in 1..50_u64, d in 1..50_u64) {
        let table = ContingencyTable::from_rows(&[[a, b], [c, d]]).unwrap();
        let test = table.chi_squared().unwrap();
        let trend = table.linear_by_linear(&[0.0, 1.0], &[0.0, 1.0]).unwrap();
        let n = (a + b + c + d) as f64;
        within(trend.statistic.powi(2), test.statistic * (n - 1.0) / n, 1e-9);
        let turned = ContingencyTable::from_rows(&[[a, c], [b, d]]).unwrap();
        within(turned.exact(simulation(), Progress::none()).unwrap().p_value, table.exact(simulation(), Progress::none()).unwrap().p_value, 1e-9);
    }

    #[test]
    fn two_groups_agree_with_the_two_sample_tests(a in vec(0..11_i64, 6..30), b in vec(0..11_i64, 6..30)) {
        let (x, y) = (a.iter().map(|&v| v as f64).collect::<Vec<_>>(), b.iter().map(|&v| v as f64).collect::<Vec<_>>());
        let (first, second) = (mean_of(&x), mean_of(&y));
        if let (Ok(pair), Ok(welch)) = (first.compare(&second, Level::P95), welch_anova(&[first, second])) {
            within(welch.p_value, pair.p_value, 1e-8);
            let d = cohen_d(&first, &second, Level::P95).unwrap();
            prop_assert!(d.low <= d.value && d.value <= d.high);
        }
        let nps = |scores: &[i64]| {
            let mut tally = NpsTally::default();
            for &score in scores {
                tally.push(score).unwrap();
            }
            tally
        };
        let (first, second) = (nps(&a), nps(&b));
        let pair = first.compare(&second, Level::P95).unwrap();
        within(nps_homogeneity(&[first, second]).unwrap().p_value, pair.p_value, 1e-9);
    }

    #[test]
    fn holm_is_between_the_p_value_and_bonferroni(p in vec(0.0..=1.0_f64, 0..20)) {
        let adjusted = holm(&p).unwrap();
        let milder = benjamini_hochberg(&p).unwrap();
        for ((&p_value, &holm), &fdr) in p.iter().zip(&adjusted).zip(&milder) {
            prop_assert!(p_value <= holm && holm <= (p_value * p.len() as f64).min(1.0) + 1e-12);
            prop_assert!(fdr <= holm + 1e-12);
        }
    }
}

#[test]
fn published_estimates_are_compared_by_their_intervals() {
    let of = |value, low, high| Published { value, low, high };
    // hypot and statistics.NormalDist of Python 3: 4 ∓ √(2² + 3²), 2 (1 − Φ(1.959964 · 4 / √13)); −10 − √(4² + 6²), −10 + √(5² + 3²).
    let change = of(62.0, 60.0, 64.0)
        .compare(&of(58.0, 55.0, 61.0), Level::P95)
        .unwrap();
    close(change.low, 0.3944487245360109);
    close(change.p_value, 0.029676247627370422);
    assert_eq!(change.verdict(), Verdict::Higher);
    let change = of(20.0, 16.0, 25.0)
        .compare(&of(30.0, 27.0, 36.0), Level::P95)
        .unwrap();
    close(change.low, -17.21110255092798);
    close(change.high, -4.169048105154699);
    close(change.p_value, 0.0007757356578137475);
    // A number without an interval is taken as it stands: then our interval alone decides.
    let point = of(60.0, 60.0, 60.0);
    let against = |low, high| of(62.0, low, high).compare(&point, Level::P95).unwrap();
    assert_eq!(against(60.5, 64.0).verdict(), Verdict::Higher);
    assert_eq!(against(59.5, 64.0).verdict(), Verdict::NoClearDifference);
    refuses(
        point.compare(&point, Level::P95),
        "neither of the two has an interval of any width",
    );
    refuses(
        of(f64::NAN, 0.0, 1.0).compare(&point, Level::P95),
        "NaN does not lie between 0 and 1",
    );
    refuses(
        of(2.0, 0.0, 1.0).compare(&point, Level::P95),
        "2 does not lie between 0 and 1",
    );
}

proptest! {
    #[test]
    fn published_estimates_swap(v in -9.0..9.0_f64, w in -9.0..9.0_f64, reach in vec(0.01..5.0_f64, 4)) {
        let a = Published { value: v, low: v - reach[0], high: v + reach[1] };
        let b = Published { value: w, low: w - reach[2], high: w + reach[3] };
        let (there, back) = (a.compare(&b, Level::P95).unwrap(), b.compare(&a, Level::P95).unwrap());
        close(there.low, -back.high);
        close(there.high, -back.low);
        close(there.p_value, back.p_value);
        let apart = there.low > 0.0 || there.high < 0.0;
        prop_assert_eq!(apart, there.p_value < Level::P95.alpha());
    }
}
