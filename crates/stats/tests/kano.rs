//! Kano's method against scipy 1.17.1, statsmodels 0.15.0 and numpy 2.4.6 by `bench/reference/kano.py`, and Reppel's questionnaires.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::ops::ControlFlow;

use proptest::{collection::vec, prelude::*};
use radost_stats::{IntervalMethod, Level, Progress, kano::*};
use support::shared_rows;

mod support;

#[track_caller]
fn all_close(got: &[f64], expected: &[f64]) {
    assert_eq!(got.len(), expected.len());
    for (got, expected) in got.iter().zip(expected) {
        assert!(
            (got - expected).abs() <= 1e-9 * (1.0 + expected.abs()),
            "got {got}, expected {expected}"
        );
    }
}

fn counts([a, o, m, i, r, q]: [u64; 6]) -> KanoCounts {
    KanoCounts {
        attractive: a,
        one_dimensional: o,
        must_be: m,
        indifferent: i,
        reverse: r,
        questionable: q,
    }
}

#[test]
fn tables() {
    // Rows functional, columns dysfunctional, from like to dislike.
    for (table, expected) in [
        (
            KanoTable::Berger,
            ["QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"],
        ),
        (
            KanoTable::Pouliot,
            ["QAAAO", "RQIIM", "RIIIM", "RIIQM", "RRRRQ"],
        ),
    ] {
        for (functional, row) in KanoAnswer::ALL.into_iter().zip(expected) {
            for (dysfunctional, letter) in KanoAnswer::ALL.into_iter().zip(row.chars()) {
                assert_eq!(table.category(functional, dysfunctional).letter(), letter);
            }
        }
    }
    assert_eq!(KanoTable::default(), KanoTable::Berger);
    for (number, answer) in (1..=5).zip(KanoAnswer::ALL) {
        assert_eq!(KanoAnswer::from_number(number), Ok(answer));
        assert_eq!(i64::from(answer.number()), number);
    }
}

#[test]
fn categories() {
    use KanoCategory::*;
    for (given, mode, rule) in [
        ([5, 5, 5, 5, 5, 5], MustBe, Indifferent),
        ([5, 5, 5, 5, 5, 4], MustBe, MustBe),
        ([5, 5, 4, 8, 3, 2], Indifferent, OneDimensional),
        ([4, 3, 3, 4, 3, 3], Attractive, Indifferent),
        ([0, 0, 0, 0, 3, 3], Reverse, Reverse),
        ([0, 0, 0, 0, 0, 1], Questionable, Questionable),
        ([6, 0, 0, 2, 3, 3], Attractive, Reverse),
        ([9, 0, 0, 9, 0, 0], Attractive, Indifferent),
    ] {
        assert_eq!(counts(given).by_mode(), Ok(mode), "{given:?}");
        assert_eq!(counts(given).by_rule(), Ok(rule), "{given:?}");
    }
}

#[test]
fn better_and_worse() {
    // numpy.cov of one row per respondent, proportion_confint(count, N, 0.05, "normal" and "wilson"), eigh(cov)
    for (given, values, normal, wilson, ellipse) in [
        (
            [91, 19, 9, 160, 49, 30],
            [
                0.394265232975,
                -0.100358422939,
                0.0292572424047,
                0.0179891056123,
                -0.000102267101871,
            ],
            [
                0.336922091575,
                0.451608374375,
                0.0651004238248,
                0.135616422053,
            ],
            [
                0.338730782926,
                0.45267179205,
                0.0703503113924,
                0.141222133009,
            ],
            [0.0724034793081, 0.0427227426192, -0.183401426876],
        ),
        (
            [70, 121, 59, 77, 9, 22],
            [
                0.584097859327,
                -0.550458715596,
                0.0272561498858,
                0.0275089042032,
                -0.000148345026336,
            ],
            [
                0.530676787194,
                0.637518931461,
                0.496542254104,
                0.604375177089,
            ],
            [
                0.530002382427,
                0.636240385925,
                0.496267097928,
                0.603478563083,
            ],
            [0.0733640462197, 0.0600228434784, -0.808708809433],
        ),
        (
            [18, 174, 90, 42, 7, 27],
            [
                0.592592592593,
                -0.814814814815,
                0.0272973233774,
                0.0215804289747,
                -0.000167233992108,
            ],
            [
                0.539090821899,
                0.646094363287,
                0.772517951253,
                0.857111678376,
            ],
            [
                0.538309185503,
                0.644706105534,
                0.768916170171,
                0.853335819354,
            ],
            [0.0702356330597, 0.0481847827686, -0.437407135073],
        ),
        (
            [0, 5, 0, 3, 0, 0],
            [0.625, -0.625, 0.17116329922, 0.17116329922, -0.029296875],
            [
                0.289526098053,
                0.960473901947,
                0.289526098053,
                0.960473901947,
            ],
            [
                0.305742394603,
                0.863155714176,
                0.305742394603,
                0.863155714176,
            ],
            [0.592505169435, 0.0, -std::f64::consts::FRAC_PI_4],
        ),
    ] {
        let found = counts(given)
            .coefficients(Level::P95, CoefficientInterval::Delta)
            .unwrap();
        let (better, worse) = (found.better, found.worse);
        all_close(
            &[
                better.value,
                worse.value,
                better.standard_error,
                worse.standard_error,
                found.covariance,
            ],
            &values,
        );
        all_close(&[better.low, better.high, -worse.high, -worse.low], &normal);
        all_close(
            &[
                found.ellipse.semi_major,
                found.ellipse.semi_minor,
                found.ellipse.angle,
            ],
            &ellipse,
        );
        assert_eq!(
            (found.ellipse.x, found.ellipse.y),
            (better.value, worse.value)
        );
        assert_eq!(found.n + found.left_out, counts(given).n());
        let found = counts(given)
            .coefficients(Level::P95, CoefficientInterval::Wilson)
            .unwrap();
        let (better, worse) = (found.better, found.worse);
        all_close(&[better.low, better.high, -worse.high, -worse.low], &wilson);
    }
    let all = counts([12, 0, 0, 0, 0, 0]);
    let found = all
        .coefficients(Level::P95, CoefficientInterval::Delta)
        .unwrap();
    assert_eq!(
        (
            found.better.low,
            found.better.high,
            found.ellipse.semi_major
        ),
        (1.0, 1.0, 0.0)
    );
    let found = all
        .coefficients(Level::P95, CoefficientInterval::Wilson)
        .unwrap();
    all_close(
        &[found.better.low, found.worse.low],
        &[0.757505993345, -0.242494006655],
    );
}

#[test]
fn the_rim_of_the_ellipse() {
    let found = counts([91, 19, 9, 160, 49, 30]);
    let found = found
        .coefficients(Level::P95, CoefficientInterval::Delta)
        .unwrap();
    let (vx, vy) = (
        found.better.standard_error.powi(2),
        found.worse.standard_error.powi(2),
    );
    let determinant = vx * vy - found.covariance.powi(2);
    for step in 0..12 {
        let [x, y] = found.ellipse.point(f64::from(step));
        let (x, y) = (x - found.better.value, y - found.worse.value);
        let distance = (vy * x * x - 2.0 * found.covariance * x * y + vx * y * y) / determinant;
        // scipy.stats.chi2.ppf(0.95, 2)
        assert!((distance - 5.991464547107983).abs() < 1e-8);
    }
}

#[test]
fn fong() {
    // 1.64485 √((a + b)(2n − a − b) / 2n), 2 norm.sf of the same z, chi2.sf((a − b)² / (a + b), 1)
    for (given, first, second, needed, p, multinomial) in [
        (
            [91, 19, 9, 160, 49, 30],
            'I',
            'A',
            21.0007150798,
            6.50492585339e-08,
            1.32920364831e-05,
        ),
        (
            [70, 121, 59, 77, 9, 22],
            'O',
            'I',
            19.6864868304,
            0.000236635188854,
            0.00176633664841,
        ),
        (
            [40, 5, 10, 35, 5, 5],
            'A',
            'I',
            11.2615429409,
            0.465208818452,
            0.563702861651,
        ),
        (
            [5, 0, 0, 0, 0, 0],
            'A',
            'M',
            2.60074193938,
            0.001565402258,
            0.0253473186775,
        ),
    ] {
        let found = counts(given).fong(Level::P90).unwrap();
        assert_eq!(
            (found.first.letter(), found.second.letter()),
            (first, second)
        );
        all_close(
            &[found.needed, found.p_value, found.p_value_multinomial],
            &[needed, p, multinomial],
        );
        assert_eq!(found.is_clear, found.p_value <= 0.1);
    }
    let tied = counts([5, 0, 5, 0, 0, 0]).fong(Level::P90).unwrap();
    assert_eq!(
        (tied.first.letter(), tied.p_value, tied.is_clear),
        ('M', 1.0, false)
    );
}

#[test]
fn strength() {
    // proportion_confint(A + O + M, n, 0.05, "wilson"); DescrStatsW of ±1 with pseudo-responses, cut at ±100
    for (given, category, total) in [
        (
            [91, 19, 9, 160, 49, 30],
            [10.7146659608, 27.5124808536],
            [28.5611316566, 38.2751727318],
        ),
        (
            [20, 30, 10, 35, 5, 0],
            [-10.6347841862, 20.3435220503],
            [50.2002586791, 69.0598713568],
        ),
        (
            [3, 0, 0, 0, 0, 0],
            [-6.57928670381, 100.0],
            [43.8502968245, 100.0],
        ),
    ] {
        let found = counts(given).strength(Level::P95).unwrap();
        all_close(&[found.category.low, found.category.high], &category);
        all_close(&[found.total.low, found.total.high], &total);
        assert_eq!(found.category.method, IntervalMethod::AdjustedWald);
        assert_eq!(found.total.method, IntervalMethod::Wilson);
    }
    let found = counts([91, 19, 9, 160, 49, 30])
        .strength(Level::P95)
        .unwrap();
    all_close(
        &[found.category.value, found.total.value],
        &[6900.0 / 358.0, 11900.0 / 358.0],
    );
}

fn tally(cells: &[(i64, i64, u64)]) -> KanoTally {
    let mut tally = KanoTally::default();
    for &(functional, dysfunctional, count) in cells {
        let answer = |number| KanoAnswer::from_number(number).unwrap();
        tally.add(answer(functional), answer(dysfunctional), count);
    }
    tally
}

#[test]
fn continuous() {
    // DescrStatsW(scores).mean, std_mean, tconfint_mean(); numpy.cov, eigh and F of Hotelling's region
    let wide = tally(&[
        (1, 3, 14),
        (1, 5, 9),
        (2, 4, 6),
        (3, 3, 5),
        (2, 2, 3),
        (4, 5, 2),
        (5, 1, 1),
    ]);
    let found = wide.continuous(Questionable::Keep, Level::P95).unwrap();
    let (f, d, e) = (
        found.functional,
        found.dysfunctional,
        found.ellipse.unwrap(),
    );
    all_close(
        &[f.value, found.functional_error, f.low, f.high],
        &[2.65, 0.287674139012, 2.06812413109, 3.23187586891],
    );
    all_close(
        &[d.value, found.dysfunctional_error, d.low, d.high],
        &[1.275, 0.301677999504, 0.664798649629, 1.88520135037],
    );
    all_close(
        &[found.covariance, e.semi_major, e.semi_minor, e.angle],
        &[
            0.0146474358974,
            0.824641020134,
            0.690884444551,
            0.648092676752,
        ],
    );
    assert_eq!(
        (found.category.letter(), found.n, found.left_out),
        ('A', 40, 0)
    );
    all_close(&[found.distance.unwrap()], &[1.35_f64.hypot(1.275)]);
    let found = wide
        .continuous(Questionable::Exclude(KanoTable::Berger), Level::P95)
        .unwrap();
    assert_eq!((found.n, found.left_out), (40, 0)); // dislike and like is reverse
    let found = wide
        .continuous(Questionable::Exclude(KanoTable::Pouliot), Level::P95)
        .unwrap();
    assert_eq!((found.n, found.left_out), (37, 3));

    let must = tally(&[(2, 5, 7), (3, 5, 2), (3, 4, 1)]);
    let found = must.continuous(Questionable::Keep, Level::P95).unwrap();
    let (f, d, e) = (
        found.functional,
        found.dysfunctional,
        found.ellipse.unwrap(),
    );
    all_close(
        &[f.value, found.functional_error, f.low, f.high],
        &[1.4, 0.30550504633, 0.708899571173, 2.09110042883],
    );
    all_close(
        &[d.value, found.dysfunctional_error, d.low, d.high],
        &[3.8, 0.2, 3.34756856744, 4.25243143256],
    );
    all_close(
        &[found.covariance, e.semi_major, e.semi_minor, e.angle],
        &[0.0311111111111, 1.039202698, 0.50768965395, 1.13971129946],
    );
    assert_eq!(found.category, KanoCategory::MustBe);

    for (cells, letter) in [
        ([(1, 5, 5), (2, 4, 5)], 'O'),
        ([(3, 3, 5), (2, 2, 5)], 'I'),
        ([(5, 1, 5), (4, 2, 5)], 'R'),
        ([(2, 4, 5), (2, 4, 5)], 'O'), // exactly 2 and 2
    ] {
        let found = tally(&cells)
            .continuous(Questionable::Keep, Level::P95)
            .unwrap();
        assert_eq!(found.category.letter(), letter);
        assert_eq!(found.distance.is_none(), letter == 'R');
    }
}

#[test]
fn segments() {
    // chi2_contingency, contingency.association("cramer"), adjusted residuals; p of 100,000 random_table(...)
    let segments = [[12, 3, 5, 9, 1, 0], [4, 8, 5, 3, 0, 0], [2, 2, 9, 7, 2, 0]].map(counts);
    let test = compare_segments(&segments).unwrap();
    all_close(
        &[
            test.chi_squared,
            test.p_value,
            test.cramers_v,
            test.smallest_expected,
        ],
        &[
            18.9064409275,
            0.0153680895772,
            0.362346144816,
            0.833333333333,
        ],
    );
    assert_eq!((test.degrees_of_freedom, test.n), (8, 72));
    #[rustfmt::skip]
    let expected = [
        ('A', [2.48423601363, -0.60764362025, -2.06793704845]),
        ('O', [-1.50187069046, 3.00219556605, -1.31177867969]),
        ('M', [-1.58192370917, -0.165830663718, 1.85431284353]),
        ('I', [0.587571663408, -1.35981144249, 0.693351758886]),
        ('R', [-0.299066871768, -1.09727543394, 1.38700918036]),
    ];
    for (letter, residuals) in expected {
        let own = test
            .residuals
            .iter()
            .filter(|x| x.category.letter() == letter);
        all_close(&own.map(|x| x.residual).collect::<Vec<_>>(), &residuals);
    }

    let run = || compare_segments_by_permutation(&segments, 20_000, 1, Progress::none()).unwrap();
    let permuted = run();
    assert!(
        (permuted.p_value - 0.01184).abs() < 0.003,
        "{}",
        permuted.p_value
    );
    assert_eq!(permuted.method.to_string(), "permutation of chi-squared");
    assert_eq!(permuted.residuals, test.residuals);
    let one = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    assert_eq!(one.install(run), permuted);
}

#[test]
fn importance() {
    let mut tally = KanoTally::default();
    let like = Some(KanoAnswer::Like);
    let dislike = Some(KanoAnswer::Dislike);
    for (functional, dysfunctional, importance) in [
        (like, dislike, Some(9.0)),
        (like, dislike, Some(7.0)),
        (like, like, Some(2.0)),
        (like, None, Some(6.0)),
        (None, None, None),
        (like, dislike, None),
    ] {
        tally.push(functional, dysfunctional, importance).unwrap();
    }
    assert_eq!((tally.n(), tally.unpaired()), (4, 2));
    assert_eq!(tally.importance().mean(), Ok(6.0));
    let of = |category| tally.importance_of(category, KanoTable::Berger);
    assert_eq!(of(KanoCategory::OneDimensional).mean(), Ok(8.0));
    assert_eq!(of(KanoCategory::Questionable).n(), 1);
    assert_eq!(of(KanoCategory::Attractive).n(), 0);
    assert_eq!(tally.pairs(KanoAnswer::Like, KanoAnswer::Dislike), 3);
}

#[track_caller]
fn refuses<T, E: std::error::Error>(result: Result<T, E>, message: &str) {
    assert_eq!(result.err().unwrap().to_string(), message);
}

#[test]
fn refusals() {
    for value in [0, 6, i64::MIN] {
        refuses(
            KanoAnswer::from_number(value),
            &format!("{value} is no answer: they go from 1 (like) to 5 (dislike)"),
        );
    }
    let mut tally = KanoTally::default();
    let like = Some(KanoAnswer::Like);
    for importance in [f64::NAN, f64::INFINITY] {
        refuses(
            tally.push(like, like, Some(importance)),
            "the stated importance was refused",
        );
    }
    assert_eq!((tally.n(), tally.unpaired()), (0, 0));
    let empty = KanoCounts::default();
    refuses(empty.by_mode(), "nobody has answered both questions");
    refuses(empty.by_rule(), "nobody has answered both questions");
    refuses(empty.fong(Level::P90), "nobody has answered both questions");
    refuses(
        empty.strength(Level::P95),
        "nobody has answered both questions",
    );
    refuses(
        empty.evaluate(Level::P95),
        "nobody has answered both questions",
    );
    refuses(
        tally.continuous(Questionable::Keep, Level::P95),
        "nobody has answered both questions",
    );
    tally.push(like, like, None).unwrap();
    refuses(
        tally.continuous(Questionable::Keep, Level::P95),
        "this needs 2 responses, and there are 1",
    );
    let unwanted = counts([0, 0, 0, 0, 4, 3]);
    refuses(
        unwanted.coefficients(Level::P95, CoefficientInterval::Delta),
        "none of the 7 responses is attractive, one-dimensional, must-be or indifferent",
    );
    assert_eq!(unwanted.evaluate(Level::P95).unwrap().coefficients, None);

    let some = counts([3, 2, 0, 0, 0, 0]);
    refuses(
        compare_segments(&[some]),
        "a comparison needs 2 segments or more, not 1",
    );
    refuses(
        compare_segments(&[some, empty]),
        "segment 1 has no responses",
    );
    let one = counts([3, 0, 0, 0, 0, 0]);
    refuses(
        compare_segments(&[one, one]),
        "all responses are attractive, so segments cannot differ",
    );
    refuses(
        compare_segments_by_permutation(&[some, one], 98, 1, Progress::none()),
        "a permutation test needs 99 draws or more, not 98",
    );
    let many = counts([10_000_000, 1, 0, 0, 0, 0]);
    refuses(
        compare_segments_by_permutation(&[many, one], 99, 1, Progress::none()),
        "10000004 responses are too many to permute; at that size the chi-squared test is as good",
    );
    refuses(
        compare_segments_by_permutation(
            &[some, one],
            999,
            1,
            Progress::new(&|_, _| ControlFlow::Break(())),
        ),
        "the computation was cancelled",
    );
}

#[test]
fn full_counters_do_not_panic() {
    let full = counts([u64::MAX; 6]);
    let evaluation = full.evaluate(Level::P95).unwrap();
    assert_eq!(evaluation.by_rule, KanoCategory::Indifferent);
    assert!(compare_segments(&[full, full]).unwrap().p_value >= 0.0);
    let mut merged = full;
    merged.merge(&full);
    assert_eq!(merged, full);
    let all = KanoAnswer::ALL.map(|a| KanoAnswer::ALL.map(|b| (a, b)));
    let mut tally = KanoTally::default();
    for (a, b) in all.into_iter().flatten() {
        tally.add(a, b, u64::MAX);
    }
    let found = tally.continuous(Questionable::Keep, Level::P95);
    assert!(found.is_ok_and(|found| found.functional.value.is_finite()));
}

fn answer(text: &str) -> Option<KanoAnswer> {
    Some(match text {
        "I like it" | "I like it that way" | "I enjoy it that way" => KanoAnswer::Like,
        "I expect it"
        | "I must be that way"
        | "It is a basic necessity or I expect it that way" => KanoAnswer::MustBe,
        "I am neutral" => KanoAnswer::Neutral,
        "I can tolerate it"
        | "I can live with it that way"
        | "I dislike it, but I can live with it that way" => KanoAnswer::LiveWith,
        "I dislike it" | "I dislike it that way" | "I dislike it, and I can’t accept it" => {
            KanoAnswer::Dislike
        }
        _ => return None,
    })
}

#[test]
fn storing_and_transferring_money() {
    // Reppel (2022): counts, classes, Better and Worse under both tables
    let Some(reference) = shared_rows("kano/kano_reppl_reference.csv") else {
        return;
    };
    for expected in &reference {
        let feature = &expected["feature"];
        let mut tally = KanoTally::default();
        for row in shared_rows(&format!("kano/{}", expected["file"])).unwrap() {
            let cell = |kind: &str| row[&format!("{feature}_{kind}")].clone();
            let importance = cell("importance");
            let importance = importance.split(' ').next().and_then(|x| x.parse().ok());
            let pair = [cell("functional"), cell("dysfunctional")];
            let [functional, dysfunctional] = pair.map(|text| answer(&text));
            tally.push(functional, dysfunctional, importance).unwrap();
        }
        let table = match expected["table"].as_str() {
            "berger1993_standard" => KanoTable::Berger,
            _ => KanoTable::Pouliot,
        };
        let number = |column: &str| expected[column].parse::<f64>().unwrap();
        let found = tally.counts(table).evaluate(Level::P95).unwrap();
        for category in KanoCategory::ALL {
            let letter = category.letter().to_string();
            assert_eq!(
                found.counts.of(category) as f64,
                number(&letter),
                "{expected:?}"
            );
        }
        assert_eq!(found.n as f64, number("total"));
        assert_eq!(found.by_mode.letter().to_string(), expected["class_mode"]);
        assert_eq!(
            found.by_rule.letter().to_string(),
            expected["class_am_rule"]
        );
        let coefficients = found.coefficients.unwrap();
        assert!((coefficients.better.value - number("better")).abs() < 6e-8);
        assert!((coefficients.worse.value - number("worse")).abs() < 6e-8);
        assert!((tally.importance().mean().unwrap() - number("importance_mean")).abs() < 6e-7);
    }
    assert!(reference.len() > 20);
}

fn any_pairs() -> impl Strategy<Value = Vec<(i64, i64, u64)>> {
    vec((1..=5_i64, 1..=5_i64, 0..40_u64), 1..12)
}

fn any_counts() -> impl Strategy<Value = KanoCounts> {
    prop::array::uniform6(0..60_u64)
        .prop_map(counts)
        .prop_filter("someone answers", |counts| counts.n() > 0)
}

proptest! {
    #[test]
    fn parts_merge_in_any_order(mut a in any_pairs(), b in any_pairs()) {
        let mut merged = tally(&b);
        merged.merge(&tally(&a));
        let mut summed = tally(&b).counts(KanoTable::Pouliot);
        summed.merge(&tally(&a).counts(KanoTable::Pouliot));
        a.extend(b);
        prop_assert_eq!(merged, tally(&a));
        prop_assert_eq!(summed, merged.counts(KanoTable::Pouliot));
        prop_assert_eq!(summed.n(), merged.n());
    }

    #[test]
    fn pouliot_only_moves_the_indifferent_to_the_questionable(pairs in any_pairs()) {
        let (berger, pouliot) = (tally(&pairs).counts(KanoTable::Berger), tally(&pairs).counts(KanoTable::Pouliot));
        let moved = berger.indifferent - pouliot.indifferent;
        prop_assert_eq!(pouliot.questionable, berger.questionable + moved);
        prop_assert_eq!(
            KanoCounts { indifferent: 0, questionable: 0, ..berger },
            KanoCounts { indifferent: 0, questionable: 0, ..pouliot }
        );
    }

    #[test]
    fn coefficients_keep_their_range_and_turn_round(given in any_counts()) {
        let Ok(found) = given.coefficients(Level::P95, CoefficientInterval::Delta) else { return Ok(()) };
        let (better, worse) = (found.better, found.worse);
        prop_assert!(0.0 <= better.low && better.low <= better.value && better.value <= better.high && better.high <= 1.0);
        prop_assert!(-1.0 <= worse.low && worse.low <= worse.value && worse.value <= worse.high && worse.high <= 0.0);
        // Attractive and must-be are each other's mirror.
        let mirror = KanoCounts { attractive: given.must_be, must_be: given.attractive, ..given };
        let mirror = mirror.coefficients(Level::P95, CoefficientInterval::Delta).unwrap();
        prop_assert_eq!(mirror.better.value, -worse.value);
        prop_assert_eq!(mirror.worse.value, -better.value);
        prop_assert!((mirror.ellipse.semi_major - found.ellipse.semi_major).abs() < 1e-12);
    }

    #[test]
    fn segments_alike_do_not_differ_and_order_does_not_matter(a in any_counts(), b in any_counts(), times in 1..5_u64) {
        let Ok(test) = compare_segments(&[a, b]) else { return Ok(()) };
        let swapped = compare_segments(&[b, a]).unwrap();
        prop_assert!((test.chi_squared - swapped.chi_squared).abs() < 1e-9 * (1.0 + test.chi_squared));
        prop_assert!((0.0..=1.0).contains(&test.cramers_v) && (0.0..=1.0).contains(&test.p_value));
        let mut more = KanoCounts::default();
        (0..times).for_each(|_| more.merge(&a));
        if let Ok(same) = compare_segments(&[a, more]) {
            prop_assert!(same.chi_squared < 1e-9 && same.p_value > 0.999);
        }
    }

    #[test]
    fn the_category_is_one_of_the_largest(given in any_counts()) {
        let mode = given.by_mode().unwrap();
        prop_assert!(KanoCategory::ALL.iter().all(|&other| given.of(other) <= given.of(mode)));
        prop_assert_eq!(given.fong(Level::P90).unwrap().first, mode);
        let matters = given.attractive + given.one_dimensional + given.must_be
            > given.indifferent + given.reverse + given.questionable;
        prop_assert_eq!("MOA".contains(given.by_rule().unwrap().letter()), matters);
    }
}
