//! Agreement and scales against statsmodels 0.15.0, krippendorff 0.9.0, pingouin 0.7.0 and scipy 1.17.1 by
//! `bench/reference/agreement.py`; refusals; and the laws that hold for any data.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::ops::ControlFlow;

use proptest::{collection::vec, prelude::*};
use radost_stats::{Level, Progress, agreement::*};
use support::shared;

mod support;

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

/// Answers 1 to 7 that share a part, by the same formula as `made` in the script.
fn made(rows: usize, items: usize) -> Vec<Vec<Option<f64>>> {
    let answer = |r: usize, i: usize| {
        let common = (r * 7919 % 101) as f64 / 100.0;
        let own = ((r * 37 + i * 53 + r * i * 31) % 97) as f64 / 96.0;
        Some(1.0 + (6.999 * (0.6 * common + 0.4 * own)).floor())
    };
    (0..rows)
        .map(|r| (0..items).map(|i| answer(r, i)).collect())
        .collect()
}

fn items_of(rows: &[Vec<Option<f64>>]) -> ItemTally {
    let mut tally = ItemTally::new(rows[0].len()).unwrap();
    for row in rows {
        tally.push(row).unwrap();
    }
    tally
}

fn units_of(rows: &[Vec<Option<f64>>]) -> UnitTally {
    let mut tally = UnitTally::default();
    for row in rows {
        tally.push(row).unwrap();
    }
    tally
}

const TABLE: [[u64; 4]; 4] = [[44, 5, 1, 0], [6, 20, 8, 2], [1, 7, 25, 6], [0, 3, 4, 18]];

fn table() -> KappaTally {
    KappaTally::from_counts(&TABLE.map(|row| row.to_vec())).unwrap()
}

#[test]
fn cohens_kappa() {
    // statsmodels.stats.inter_rater.cohens_kappa(TABLE, wt=...): kappa, std_kappa, std_kappa0, kappa_low, kappa_upp
    let custom = [
        [1.0, 0.8, 0.2, 0.0],
        [0.8, 1.0, 0.5, 0.1],
        [0.2, 0.5, 1.0, 0.9],
        [0.0, 0.1, 0.9, 1.0],
    ];
    for (weights, expected) in [
        (
            KappaWeights::Unweighted,
            [
                0.610460200507,
                0.0494213121686,
                0.0480276067329,
                0.513596208588,
                0.707324192427,
            ],
        ),
        (
            KappaWeights::Linear,
            [
                0.726357267951,
                0.0393056621206,
                0.0594118670278,
                0.649319585806,
                0.803394950096,
            ],
        ),
        (
            KappaWeights::Quadratic,
            [
                0.823067566073,
                0.0327219809581,
                0.0816446656558,
                0.758933661893,
                0.887201470254,
            ],
        ),
        (
            // weights=1 - CUSTOM
            KappaWeights::Custom(custom.map(|row| row.to_vec()).to_vec()),
            [
                0.737396052604,
                0.0447280353277,
                0.0704240067012,
                0.649730714263,
                0.825061390946,
            ],
        ),
    ] {
        let kappa = table().kappa(&weights, Level::P95).unwrap();
        for (got, expected) in [
            kappa.value,
            kappa.standard_error,
            kappa.null_standard_error,
            kappa.low,
            kappa.high,
        ]
        .into_iter()
        .zip(expected)
        {
            close(got, expected);
        }
        assert_eq!(kappa.n, 150);
        assert_eq!(kappa.weights, weights);
    }
}

#[test]
fn kappa_of_raters_who_never_share_a_category_is_zero() {
    let tally =
        KappaTally::from_counts(&[vec![0, 0, 5, 5], vec![0, 0, 5, 5], vec![0; 4], vec![0; 4]]);
    for weights in [KappaWeights::Unweighted, KappaWeights::Linear] {
        let kappa = tally.as_ref().unwrap().kappa(&weights, Level::P95).unwrap();
        within(kappa.value, 0.0, 1e-12);
        assert_eq!((kappa.z, kappa.p_value), (0.0, 1.0));
    }
}

/// Fleiss' example as it stands on Wikipedia: 10 subjects, 14 raters, 5 categories.
const FLEISS: [[u64; 5]; 10] = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
];

fn fleiss(subjects: &[[u64; 5]]) -> FleissTally {
    let mut tally = FleissTally::new(14, 5).unwrap();
    for counts in subjects {
        tally.push(counts).unwrap();
    }
    tally
}

#[test]
fn fleiss_kappa() {
    let kappa = fleiss(&FLEISS).kappa(Level::P95).unwrap();
    // statsmodels.stats.inter_rater.fleiss_kappa(FLEISS), and of each category against the rest
    close(kappa.value, 0.209930704422);
    for (category, expected) in kappa.categories.iter().zip([
        0.201282051282,
        0.0796703296703,
        0.171597633136,
        0.0303813833226,
        0.507656695157,
    ]) {
        close(category.value.unwrap(), expected);
        close(
            category.null_standard_error,
            (2.0_f64 / (10.0 * 14.0 * 13.0)).sqrt(),
        );
    }
    // Standard deviation over 20,000 shuffles of all ratings: 0.01616; the formula is for many subjects.
    within(kappa.null_standard_error, 0.0161642963592, 0.001);
    // Gwet's variance subject by subject, and scipy.stats.t.interval(0.95, 9, ...)
    close(kappa.standard_error, 0.092371111606);
    close(kappa.low, 0.000972732666791);
    close(kappa.high, 0.418888676177);
}

/// Krippendorff's four observers and twelve units.
fn four() -> Vec<Vec<Option<f64>>> {
    let observers = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ];
    (0..12)
        .map(|unit| {
            let ratings = observers.iter().map(|observer| observer[unit]);
            ratings.map(|x| (x > 0).then_some(f64::from(x))).collect()
        })
        .collect()
}

fn with_holes() -> Vec<Vec<Option<f64>>> {
    let mut rows = made(60, 4);
    for (r, row) in rows.iter_mut().enumerate() {
        if r % 3 == 0 {
            row[r % 4] = None;
        }
    }
    rows
}

const METRICS: [AlphaMetric; 4] = [
    AlphaMetric::Nominal,
    AlphaMetric::Ordinal,
    AlphaMetric::Interval,
    AlphaMetric::Ratio,
];

#[test]
fn krippendorffs_alpha() {
    // krippendorff.alpha(reliability_data=..., level_of_measurement=...)
    for (rows, expected) in [
        (
            four(),
            [
                0.743421052632,
                0.815387503755,
                0.849107142857,
                0.797402774712,
            ],
        ),
        (
            with_holes(),
            [
                0.105356429712,
                0.691158561533,
                0.682662173547,
                0.57135967985,
            ],
        ),
    ] {
        let units = units_of(&rows);
        for (metric, expected) in METRICS.into_iter().zip(expected) {
            close(units.alpha(metric).unwrap().value, expected);
            close(units.coincidences().alpha(metric).unwrap().value, expected);
        }
    }
    let units = units_of(&four());
    let alpha = units.alpha(AlphaMetric::Nominal).unwrap();
    assert_eq!((alpha.units, alpha.ratings, alpha.left_out), (11, 40, 1));
    // Krippendorff's published coincidences of these data: o_11 = 7, o_12 = 4/3, n_1 = 9
    let matrix = units.coincidences();
    close(matrix.count(1.0, 1.0), 7.0);
    close(matrix.count(1.0, 2.0), 4.0 / 3.0);
    close(matrix.count(2.0, 1.0), 4.0 / 3.0);
    close(
        matrix.values().iter().map(|&k| matrix.count(1.0, k)).sum(),
        9.0,
    );
}

#[test]
fn krippendorffs_interval_resamples_units() {
    // Percentiles of 4,000 resamples of units with krippendorff.alpha; both sides are random.
    let units = units_of(&with_holes());
    for (metric, low, high) in [
        (AlphaMetric::Nominal, 0.0438582934407, 0.165727297119),
        (AlphaMetric::Interval, 0.594649055639, 0.744883892268),
    ] {
        let interval = units
            .interval(metric, Level::P95, 4000, 7, &Progress::none())
            .unwrap();
        within(interval.low, low, 0.01);
        within(interval.high, high, 0.01);
        assert_eq!(interval.undefined_draws, 0);
        assert_eq!(
            interval,
            units
                .interval(metric, Level::P95, 4000, 7, &Progress::none())
                .unwrap()
        );
    }
}

fn shrout() -> ItemTally {
    items_of(
        &[
            [9, 2, 5, 8],
            [6, 1, 3, 2],
            [8, 4, 6, 8],
            [7, 1, 2, 6],
            [10, 5, 6, 9],
            [6, 2, 4, 7],
        ]
        .map(|row| row.map(|x| Some(f64::from(x))).to_vec()),
    )
}

#[test]
fn intraclass_correlations() {
    // pingouin.intraclass_corr(...): ICC, CI95, F, df1, df2, pval; the first data are Shrout and Fleiss' (.17 .29 .71 .44 .62 .91)
    for (tally, expected) in [
        (
            shrout(),
            [
                [
                    0.165741768405,
                    -0.132932324875,
                    0.722560062328,
                    1.79467849224,
                    5.0,
                    18.0,
                    0.164768808345,
                ],
                [
                    0.289763779528,
                    0.0187865133747,
                    0.761084369649,
                    11.0272479564,
                    5.0,
                    15.0,
                    0.000134566516484,
                ],
                [
                    0.714840714841,
                    0.342464765034,
                    0.945858259955,
                    11.0272479564,
                    5.0,
                    15.0,
                    0.000134566516484,
                ],
                [
                    0.442797133679,
                    -0.884442155238,
                    0.912415420341,
                    1.79467849224,
                    5.0,
                    18.0,
                    0.164768808345,
                ],
                [
                    0.620050547599,
                    0.0711368153025,
                    0.927232040168,
                    11.0272479564,
                    5.0,
                    15.0,
                    0.000134566516484,
                ],
                [
                    0.909315542377,
                    0.675674713816,
                    0.985891678169,
                    11.0272479564,
                    5.0,
                    15.0,
                    0.000134566516484,
                ],
            ],
        ),
        (
            items_of(&made(40, 3)),
            [
                [
                    0.780033241601,
                    0.663204565361,
                    0.867602085772,
                    11.6384243776,
                    39.0,
                    80.0,
                    4.54901921351e-20,
                ],
                [
                    0.779661016949,
                    0.66169284702,
                    0.867635288756,
                    11.3763167454,
                    39.0,
                    78.0,
                    1.92529934529e-19,
                ],
                [
                    0.775723014257,
                    0.65643743217,
                    0.865033835844,
                    11.3763167454,
                    39.0,
                    78.0,
                    1.92529934529e-19,
                ],
                [
                    0.914077716402,
                    0.855229490724,
                    0.951594869734,
                    11.6384243776,
                    39.0,
                    80.0,
                    4.54901921351e-20,
                ],
                [
                    0.913907284768,
                    0.854390446731,
                    0.951608183727,
                    11.3763167454,
                    39.0,
                    78.0,
                    1.92529934529e-19,
                ],
                [
                    0.912098087423,
                    0.851456482524,
                    0.950563070082,
                    11.3763167454,
                    39.0,
                    78.0,
                    1.92529934529e-19,
                ],
            ],
        ),
    ] {
        let table = tally.icc(Level::P95).unwrap();
        for (icc, expected) in table.forms.iter().zip(expected) {
            let [value, low, high, f, df1, df2, p] = expected;
            for (got, expected) in [
                (icc.value, value),
                (icc.low, low),
                (icc.high, high),
                (icc.f, f),
            ] {
                close(got, expected);
            }
            assert_eq!((icc.df_between, icc.df_within), (df1, df2));
            within(icc.p_value, p, 1e-8 * p);
            assert_eq!(table.form(icc.form), *icc);
        }
    }
}

#[test]
fn intraclass_correlations_of_perfect_raters() {
    let same = |x: f64| vec![Some(x); 3];
    let perfect = items_of(&[same(1.0), same(4.0), same(2.0)])
        .icc(Level::P95)
        .unwrap();
    for icc in perfect.forms {
        assert_eq!(
            (icc.value, icc.low, icc.high, icc.p_value),
            (1.0, 1.0, 1.0, 0.0)
        );
    }
    // One rater always two points higher: consistent, but not in agreement.
    let shifted = items_of(&[1.0, 4.0, 2.0, 5.0].map(|x| vec![Some(x), Some(x + 2.0)]));
    let shifted = shifted.icc(Level::P95).unwrap();
    assert_eq!(shifted.form(IccForm::TwoWayMixedSingle).value, 1.0);
    let agreement = shifted.form(IccForm::TwoWayRandomSingle);
    within(agreement.value, 0.625, 1e-12); // 3.333 / (3.333 + 2): s² = 10/3, raters' variance 2
    assert!(agreement.low <= agreement.value && agreement.value <= agreement.high);
}

#[test]
fn cronbachs_alpha() {
    let tally = items_of(&made(80, 5));
    let alpha = tally.cronbach_alpha(Level::P95).unwrap();
    // pingouin.cronbach_alpha(data) and of standardised data; 1 - (1 - alpha) * scipy.stats.f.ppf(...)
    close(alpha.raw.value, 0.921915028403);
    close(alpha.raw.low, 0.891166112766);
    close(alpha.raw.high, 0.946025181155);
    close(alpha.standardized.value, 0.922524411686);
    let at90 = tally.cronbach_alpha(Level::P90).unwrap().raw;
    close(at90.low, 0.896782549578);
    close(at90.high, 0.94267262545);
    // scipy.stats.pearsonr with the sum and with the rest; pingouin.cronbach_alpha without the item, raw and standardised
    let analysis = tally.item_analysis().unwrap();
    for (row, [total, rest, without, standardized]) in analysis.rows.iter().zip([
        [
            0.858547461384,
            0.775605838459,
            0.908484733388,
            0.909347040662,
        ],
        [
            0.908077084165,
            0.842515292069,
            0.895619793466,
            0.896092075106,
        ],
        [
            0.898564596603,
            0.841464662595,
            0.896369776277,
            0.89644322768,
        ],
        [
            0.829432822213,
            0.73541042189,
            0.916101120507,
            0.917423443334,
        ],
        [
            0.873662176815,
            0.800478102942,
            0.903655888987,
            0.904907679386,
        ],
    ]) {
        close(row.item_total, total);
        close(row.item_rest.unwrap(), rest);
        close(row.alpha_if_deleted.unwrap(), without);
        close(row.standardized_alpha_if_deleted.unwrap(), standardized);
    }
}

#[test]
fn mcdonalds_omega() {
    // scipy.optimize.minimize of the squared residual correlations
    let omega = items_of(&made(80, 5)).omega().unwrap();
    within(omega.value, 0.923232651801, 1e-6);
    for (got, expected) in omega.loadings.iter().zip([
        0.812004008064,
        0.889623327561,
        0.887301895981,
        0.767088417028,
        0.841636500565,
    ]) {
        within(*got, expected, 1e-5);
    }
}

#[test]
fn careless_indices() {
    let rows = made(80, 6);
    let tally = items_of(&rows);
    let scales: Vec<SurveyScale> = [vec![0, 1], vec![2, 3], vec![4, 5]]
        .map(|items| SurveyScale { items })
        .to_vec();
    let screen = CarelessScreen::new(&tally, scales, CarelessRules::default()).unwrap();
    // numpy: sqrt of the mean of var(axis=1, ddof=1); D² by linalg.inv(cov); scipy.stats.chi2.sf, pearsonr
    close(screen.typical_variability(), 0.834166250416);
    for (r, [distance, p, sd, total], run) in [
        (
            3,
            [
                3.23976680766,
                0.778207542128,
                0.547722557505,
                0.418121005004,
            ],
            1,
        ),
        (
            17,
            [3.27171357302, 0.774051995614, 0.516397779494, 0.56174677619],
            4,
        ),
        (
            42,
            [7.14359140421, 0.307771960265, 0.98319208025, 0.124228994277],
            4,
        ),
    ] {
        let indices = screen.screen(&rows[r]).unwrap();
        close(indices.mahalanobis.unwrap(), distance);
        close(indices.mahalanobis_p.unwrap(), p);
        close(indices.variability.unwrap(), sd);
        close(indices.person_total.unwrap(), total);
        assert_eq!(indices.long_string, Some(run));
        assert_eq!(indices.signs.contains(&CarelessSign::LongString), run == 4);
    }
    let answers = |row: [u8; 6]| row.map(|x| (x > 0).then_some(f64::from(x)));
    let steady = screen.screen(&answers([1, 2, 4, 3, 5, 5])).unwrap();
    close(steady.even_odd.unwrap(), 0.942382092847); // 2r / (1 + r), scipy.stats.pearsonr([1, 4, 5], [2, 3, 5])
    let mut some = rows[17].clone();
    (some[1], some[4]) = (None, None);
    let some = screen.screen(&some).unwrap();
    close(some.mahalanobis.unwrap(), 2.86274422693);
    assert_eq!((some.answered, some.even_odd), (4, None));

    let straight = screen.screen(&answers([4; 6])).unwrap();
    assert_eq!(
        straight.signs,
        [CarelessSign::LongString, CarelessSign::LowVariability]
    );
    assert_eq!(straight.mean_string, Some(6.0));
    let wild = screen.screen(&answers([7, 1, 1, 7, 7, 1])).unwrap();
    assert!(
        wild.signs.contains(&CarelessSign::EvenOdd)
            && wild.signs.contains(&CarelessSign::Mahalanobis)
    );
    let silent = screen.screen(&[None; 6]).unwrap();
    assert_eq!(
        (silent.long_string, silent.variability, silent.signs.len()),
        (None, None, 0)
    );
}

#[test]
fn alphas_of_mobile_customers() {
    let Some((header, rows)) = shared("ecsi/ecsi_mobi.csv") else {
        return;
    };
    let rows: Vec<Vec<f64>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| cell.parse().unwrap()).collect())
        .collect();
    // SOURCES.md b: standardised by an own base R run (.72283 .45190 .82363 .77920), raw from base R (.714 .433 .817 .770)
    for (block, raw, standardized) in [
        ("IMAG", 0.714, 0.72283),
        ("CUEX", 0.433, 0.45190),
        ("PERV", 0.817, 0.82363),
        ("CUSA", 0.770, 0.77920),
    ] {
        let columns: Vec<usize> = (0..header.len())
            .filter(|&c| header[c].starts_with(block))
            .collect();
        let rows: Vec<Vec<Option<f64>>> = rows
            .iter()
            .map(|row| columns.iter().map(|&c| Some(row[c])).collect())
            .collect();
        let alpha = items_of(&rows).cronbach_alpha(Level::P95).unwrap();
        within(alpha.raw.value, raw, 5e-4);
        within(alpha.standardized.value, standardized, 5e-6);
        assert_eq!(alpha.n, 250);
    }
}

#[test]
fn refused_kappas() {
    refuses(
        KappaTally::new(1),
        "agreement needs 2 to 10000 categories, not 1",
    );
    refuses(
        KappaTally::from_counts(&[vec![1, 2], vec![3]]),
        "expected 2 entries, one per category, but row 1 has 1",
    );
    let mut tally = KappaTally::new(3).unwrap();
    refuses(
        tally.push(0, 3),
        "category 3 does not exist: there are 3, numbered from 0",
    );
    refuses(
        tally.kappa(&KappaWeights::Unweighted, Level::P95),
        "there are no rated subjects",
    );
    tally.add(1, 0, 4).unwrap();
    tally.add(1, 2, 4).unwrap();
    refuses(
        tally.kappa(&KappaWeights::Unweighted, Level::P95),
        "rater 1 used one category only, so agreement beyond chance cannot be judged",
    );
    refuses(
        tally.merge(&table()),
        "tallies of 3 and of 4 categories cannot be merged",
    );
    for (weights, message) in [
        (
            vec![vec![1.0; 4]; 3],
            "expected 4 entries, one per category, but row 0 has 3",
        ),
        (
            vec![vec![0.5; 4]; 4],
            "the weight in row 0, column 0 is 0.5: it must be 1 on the diagonal and 0 to 1 elsewhere",
        ),
        (
            vec![vec![1.0; 4]; 4],
            "with these weights chance alone gives full agreement",
        ),
    ] {
        refuses(
            table().kappa(&KappaWeights::Custom(weights), Level::P95),
            message,
        );
    }
    refuses(
        FleissTally::new(1, 3),
        "agreement needs 2 ratings or more for each subject, not 1",
    );
    let mut tally = FleissTally::new(3, 2).unwrap();
    refuses(tally.kappa(Level::P95), "there are no rated subjects");
    refuses(
        tally.push(&[3, 1]),
        "Fleiss' kappa needs the same number of ratings for each subject: 3, not 4; Krippendorff's alpha does not",
    );
    refuses(
        tally.push(&[3]),
        "expected 2 entries, one per category, but row 0 has 1",
    );
    tally.push(&[3, 0]).unwrap();
    refuses(
        tally.kappa(Level::P95),
        "the interval needs 2 subjects, and there is 1",
    );
    tally.push(&[3, 0]).unwrap();
    refuses(
        tally.kappa(Level::P95),
        "all raters used one category only, so agreement beyond chance cannot be judged",
    );
    refuses(
        tally.merge(&FleissTally::new(4, 2).unwrap()),
        "tallies of 3 and of 4 raters cannot be merged",
    );
}

#[test]
fn refused_alphas() {
    let mut tally = UnitTally::default();
    refuses(
        tally.alpha(AlphaMetric::Nominal),
        "no unit has two ratings, so nothing can be compared; 0 units have one",
    );
    refuses(
        tally.push(&[Some(f64::NAN)]),
        "a rating is NaN: it must be a number within ±1e100",
    );
    refuses(
        tally.push(&[Some(f64::INFINITY)]),
        "a rating is inf: it must be a number within ±1e100",
    );
    tally.push(&[Some(1.0), None]).unwrap();
    tally.push(&[None, None]).unwrap();
    refuses(
        tally.coincidences().alpha(AlphaMetric::Nominal),
        "no unit has two ratings, so nothing can be compared; 1 units have one",
    );
    tally.push(&[Some(2.0), Some(2.0)]).unwrap();
    for metric in METRICS {
        refuses(
            tally.alpha(metric),
            "all ratings are equal, so agreement beyond chance cannot be judged",
        );
    }
    let none = Progress::none();
    let mut one = UnitTally::default();
    one.push(&[Some(2.0), Some(-3.0)]).unwrap();
    refuses(
        one.alpha(AlphaMetric::Ratio),
        "a rating is -3, and a ratio scale has no values below 0",
    );
    refuses(
        one.interval(AlphaMetric::Interval, Level::P95, 200, 1, &none),
        "an interval needs 2 rated units or more, and there is 1",
    );
    refuses(
        one.interval(AlphaMetric::Interval, Level::P95, 99, 1, &none),
        "an interval needs 100 draws or more, not 99",
    );
    let mut many = UnitTally::default();
    for i in 0..10_001 {
        many.push(&[Some(f64::from(i)), Some(f64::from(i) + 0.5)])
            .unwrap();
    }
    refuses(
        many.alpha(AlphaMetric::Ratio),
        "the ratio metric takes at most 20000 different values, and there are 20002",
    );
    assert!(many.alpha(AlphaMetric::Interval).unwrap().value > 0.999);
    let stop = |_, _| ControlFlow::Break(());
    refuses(
        units_of(&four()).interval(
            AlphaMetric::Nominal,
            Level::P95,
            200,
            1,
            &Progress::new(&stop),
        ),
        "the computation was cancelled",
    );
}

#[test]
fn refused_items() {
    refuses(
        ItemTally::new(1),
        "this needs 2 to 5000 items, and there are 1",
    );
    let mut tally = ItemTally::new(3).unwrap();
    refuses(
        tally.push(&[Some(1.0)]),
        "the row has 1 answers, and there are 3 items",
    );
    refuses(
        tally.push(&[Some(1.0), Some(f64::NAN), None]),
        "the answer to item 1 is NaN: it must be a number within ±1e100",
    );
    refuses(
        tally.cronbach_alpha(Level::P95),
        "this needs 2 complete rows, and there are 0; 0 have missing answers",
    );
    tally.push(&[Some(1.0), None, Some(2.0)]).unwrap();
    refuses(
        tally.icc(Level::P95),
        "this needs 2 complete rows, and there are 0; 1 have missing answers",
    );
    for row in [
        [1.0, 5.0, 3.0],
        [2.0, 4.0, 3.0],
        [3.0, 3.0, 3.0],
        [4.0, 2.0, 3.0],
    ] {
        tally.push(&row.map(Some)).unwrap();
    }
    refuses(
        tally.cronbach_alpha(Level::P95),
        "item 2 is constant: everyone gave the same answer",
    );
    refuses(
        tally.icc(Level::P95),
        "the subjects do not differ, so agreement about them cannot be judged",
    );
    refuses(
        tally.merge(&ItemTally::new(2).unwrap()),
        "tallies of 3 and of 2 items cannot be merged",
    );
    refuses(
        tally.reverse_key(3),
        "item 3 does not exist: there are 3, numbered from 0",
    );
    let opposed = items_of(&[1.0, 2.0, 5.0].map(|x| vec![Some(x), Some(6.0 - x)]));
    let message =
        "the sum of the items is the same for everyone: is a reversed item not turned round?";
    refuses(opposed.cronbach_alpha(Level::P95), message);
    refuses(opposed.item_analysis(), message);
    refuses(
        opposed.omega(),
        "this needs 3 to 5000 items, and there are 2",
    );
    let collinear = items_of(
        &[[1.0, 2.0], [2.0, 5.0], [4.0, 4.0], [5.0, 1.0]]
            .map(|[a, b]| vec![Some(a), Some(b), Some(a + b)]),
    );
    refuses(
        collinear.omega(),
        "item 2 is a linear combination of earlier items",
    );
    let rules = CarelessRules::default();
    refuses(
        CarelessScreen::new(&collinear, vec![], rules),
        "item 2 is a linear combination of earlier items",
    );
    refuses(
        CarelessScreen::new(&collinear, vec![SurveyScale { items: vec![7] }], rules),
        "item 7 does not exist: there are 3, numbered from 0",
    );
    refuses(
        CarelessScreen::new(
            &collinear,
            vec![],
            CarelessRules {
                even_odd_below: f64::NAN,
                ..rules
            },
        ),
        "even_odd_below is NaN: it must be -1 to 1",
    );
    // The first item goes with both others, which share less than that between them.
    let heywood = items_of(
        &[
            [2, 3, 1],
            [1, 1, 2],
            [4, 3, 5],
            [5, 6, 3],
            [3, 2, 4],
            [6, 5, 6],
            [0, 2, 0],
        ]
        .map(|row| row.map(|x| Some(f64::from(x))).to_vec()),
    );
    assert!(matches!(
        heywood.omega(),
        Err(ItemError::Heywood { item: 0 })
    ));
}

fn kappa_counts() -> impl Strategy<Value = Vec<Vec<u64>>> {
    vec(vec(0..20_u64, 3), 3).prop_filter("both raters use two categories", |table| {
        let used = |sums: [u64; 3]| sums.iter().filter(|&&x| x > 0).count() > 1;
        used([0, 1, 2].map(|i| table[i].iter().sum()))
            && used([0, 1, 2].map(|j| table.iter().map(|row| row[j]).sum()))
    })
}

fn ratings() -> impl Strategy<Value = Vec<Vec<Option<f64>>>> {
    vec(
        vec(prop::option::weighted(0.8, (0..5).prop_map(f64::from)), 3),
        2..25,
    )
}

fn answers() -> impl Strategy<Value = Vec<Vec<f64>>> {
    vec(vec((1..=7).prop_map(f64::from), 4), 6..25)
}

fn known(rows: &[Vec<f64>]) -> Vec<Vec<Option<f64>>> {
    rows.iter()
        .map(|row| row.iter().copied().map(Some).collect())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn kappa_does_not_depend_on_who_is_first_or_on_parts(counts in kappa_counts()) {
        let tally = KappaTally::from_counts(&counts).unwrap();
        let mut turned = KappaTally::new(3).unwrap();
        for (i, row) in counts.iter().enumerate() {
            let mut part = KappaTally::new(3).unwrap();
            for (j, &count) in row.iter().enumerate() {
                part.add(j, i, count).unwrap();
            }
            turned.merge(&part).unwrap();
        }
        for weights in [KappaWeights::Unweighted, KappaWeights::Linear, KappaWeights::Quadratic] {
            let (a, b) = (tally.kappa(&weights, Level::P95).unwrap(), turned.kappa(&weights, Level::P95).unwrap());
            within(a.value, b.value, 1e-12);
            within(a.standard_error, b.standard_error, 1e-9);
            prop_assert!(a.low <= a.value && a.value <= a.high && a.value <= 1.0);
        }
    }

    #[test]
    fn merged_fleiss_tallies_equal_the_whole(cut in 0..10_usize) {
        let mut merged = fleiss(&FLEISS[cut..]);
        merged.merge(&fleiss(&FLEISS[..cut])).unwrap();
        prop_assert_eq!(merged, fleiss(&FLEISS));
    }

    #[test]
    fn alpha_by_moments_equals_alpha_by_matrix(rows in ratings(), cut in 0..25_usize) {
        let whole = units_of(&rows);
        let cut = cut.min(rows.len());
        let (mut merged, tail) = (units_of(&rows[cut..]), units_of(&rows[..cut]));
        let mut matrix = merged.coincidences();
        merged.merge(&tail);
        matrix.merge(&tail.coincidences());
        prop_assert_eq!(&merged, &whole);
        for metric in METRICS {
            match (whole.alpha(metric), matrix.alpha(metric)) {
                (Ok(a), Ok(b)) => {
                    within(a.value, b.value, 1e-9);
                    prop_assert!(a.value <= 1.0);
                    prop_assert_eq!((a.units, a.ratings, a.left_out), (b.units, b.ratings, b.left_out));
                }
                (a, b) => prop_assert_eq!(a, b),
            }
        }
    }

    #[test]
    fn alpha_keeps_under_the_changes_its_metric_allows(rows in ratings()) {
        let map = |f: &dyn Fn(f64) -> f64| {
            let rows: Vec<Vec<Option<f64>>> = rows.iter().map(|row| row.iter().map(|x| x.map(f)).collect()).collect();
            units_of(&rows)
        };
        let own = units_of(&rows);
        for (metric, changed) in [
            (AlphaMetric::Nominal, map(&|x| (x * 3.0 + 1.0) % 5.0)),
            (AlphaMetric::Ordinal, map(&f64::exp)),
            (AlphaMetric::Interval, map(&|x| 7.0 - 2.5 * x)),
            (AlphaMetric::Ratio, map(&|x| 3.0 * x)),
        ] {
            if let Ok(alpha) = own.alpha(metric) {
                within(changed.alpha(metric).unwrap().value, alpha.value, 1e-9);
            }
        }
    }

    #[test]
    fn item_tallies_merge_and_count(rows in answers(), cut in 0..25_usize) {
        let rows = known(&rows);
        let whole = items_of(&rows);
        let mut merged = ItemTally::new(4).unwrap();
        let cut = cut.min(rows.len());
        for part in [&rows[cut..], &rows[..cut]] {
            let mut tally = ItemTally::new(4).unwrap();
            for row in part.iter().rev() {
                tally.push(row).unwrap();
            }
            merged.merge(&tally).unwrap();
        }
        prop_assert_eq!(merged.n(), whole.n());
        for (a, b) in merged.covariances().unwrap().iter().zip(whole.covariances().unwrap()) {
            within(*a, b, 1e-10);
        }
        let mut twice = whole.clone();
        twice.merge(&whole).unwrap();
        let mut counted = ItemTally::new(4).unwrap();
        for row in &rows {
            counted.add(row, 2).unwrap();
        }
        for (a, b) in twice.covariances().unwrap().iter().zip(counted.covariances().unwrap()) {
            within(*a, b, 1e-10);
        }
    }

    #[test]
    fn laws_of_reliability(rows in answers()) {
        let mut tally = items_of(&known(&rows));
        let (Ok(alpha), Ok(icc)) = (tally.cronbach_alpha(Level::P95), tally.icc(Level::P95)) else { return Ok(()) };
        within(icc.form(IccForm::TwoWayMixedAverage).value, alpha.raw.value, 1e-8 * (1.0 + alpha.raw.value.abs()));
        prop_assert!(alpha.raw.low <= alpha.raw.value && alpha.raw.value <= alpha.raw.high && alpha.raw.value <= 1.0);
        // Units and zero points do not matter to the standardised alpha; turning every item round does not matter at all.
        let scaled: Vec<Vec<f64>> = rows.iter().map(|row| row.iter().enumerate().map(|(i, x)| x * (i as f64 + 1.0) - 3.0).collect()).collect();
        let scaled = items_of(&known(&scaled)).cronbach_alpha(Level::P95);
        if let Ok(scaled) = scaled {
            within(scaled.standardized.value, alpha.standardized.value, 1e-8 * (1.0 + alpha.standardized.value.abs()));
        }
        for item in 0..4 {
            tally.reverse_key(item).unwrap();
        }
        prop_assert_eq!(tally.cronbach_alpha(Level::P95).unwrap().raw, alpha.raw);
    }
}
