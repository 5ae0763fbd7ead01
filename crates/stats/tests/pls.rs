//! Path models against plspm 0.5.7 and statsmodels 0.15.0 by `bench/reference/pls.py`, and the mobile phone data against semPLS 1.0-10.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::ops::ControlFlow;

use proptest::{collection::vec, prelude::*};
use radost_stats::{Level, Progress, Scale, pls::*};

#[track_caller]
fn close(got: f64, expected: f64) {
    within(got, expected, 1e-8 * (1.0 + expected.abs()));
}

#[track_caller]
fn within(got: f64, expected: f64, tolerance: f64) {
    assert!(
        (got - expected).abs() <= tolerance,
        "got {got}, expected {expected}"
    );
}

#[track_caller]
fn all_close(got: impl IntoIterator<Item = f64>, expected: &[f64]) {
    let got: Vec<f64> = got.into_iter().collect();
    assert_eq!(got.len(), expected.len());
    for (got, expected) in got.into_iter().zip(expected) {
        close(got, *expected);
    }
}

const COLUMNS: [&str; 9] = ["a1", "a2", "a3", "b1", "b2", "c1", "c2", "c3", "d1"];

fn model(mode_of_c: Mode) -> PlsModel {
    PlsModel::builder()
        .latent("A", Mode::A, ["a1", "a2", "a3"])
        .latent("B", Mode::A, ["b1", "b2"])
        .latent("C", mode_of_c, ["c1", "c2", "c3"])
        .latent("D", Mode::A, ["d1"])
        .path("A", "B")
        .path("A", "C")
        .path("B", "C")
        .path("B", "D")
        .path("C", "D")
        .build()
        .unwrap()
}

/// The same whole numbers as `answers()` of the script.
fn answers() -> Vec<[f64; 9]> {
    let mut state = 12345_u64;
    let mut unit = || {
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
        state as f64 / 2_147_483_648.0
    };
    let mut rows = Vec::new();
    for _ in 0..60 {
        let [a, b, c, d] = [unit(), unit(), unit(), unit()];
        let b = 0.6 * a + 0.4 * b;
        let c = 0.3 * a + 0.4 * b + 0.3 * c;
        let d = 0.3 * b + 0.4 * c + 0.3 * d;
        let mut row = Vec::new();
        for (latent, count, width) in [(a, 3, 9.0), (b, 2, 9.0), (c, 3, 6.0), (d, 1, 9.0)] {
            for i in 0..count {
                let own = 0.5 * latent + 0.5 * unit() * (1.0 - f64::from(i) / 5.0);
                row.push((1.0 + width * own).floor());
            }
        }
        rows.push(row.try_into().unwrap());
    }
    rows
}

fn rows_of<const N: usize>(columns: [&str; N], rows: &[[f64; N]]) -> PlsRows {
    let mut all = PlsRows::new(columns, MissingAnswers::Listwise).unwrap();
    for row in rows {
        all.push(&row.map(Some)).unwrap();
    }
    all
}

fn fit_of(model: &PlsModel, settings: &PlsSettings) -> PlsFit {
    let tally = rows_of(COLUMNS, &answers()).tally().unwrap();
    model.fit(&tally, settings).unwrap()
}

/// As near as plspm comes with a tolerance of 10⁻²².
const EXACT: PlsSettings = PlsSettings {
    scheme: PlsScheme::Centroid,
    scaling: PlsScaling::Standardized,
    tolerance: 1e-11,
    max_iterations: 1000,
};

struct Case {
    scheme: PlsScheme,
    mode_of_c: Mode,
    scaling: PlsScaling,
    paths: [f64; 5],
    weights: [f64; 9],
    loadings: [f64; 9],
    r_squared: [f64; 3],
    goodness_of_fit: f64,
}

/// `Plspm(data, config, scheme, iterations=1000, tolerance=1e-22)`: path_coefficients(), outer_model(), inner_summary(), goodness_of_fit()
#[rustfmt::skip]
const CASES: [Case; 9] = [
    Case {
        scheme: PlsScheme::Centroid,
        mode_of_c: Mode::A,
        scaling: PlsScaling::Standardized,
        paths: [0.5989968684, 0.5582223717, 0.1446189234, 0.3569720287, 0.1815703564],
        weights: [0.3463754108, 0.4190325075, 0.3960297862, 0.6131870637, 0.5947582533, 0.3901807038, 0.4779922436, 0.5996822203, 1.0],
        loadings: [0.8466684065, 0.8511863804, 0.883923714, 0.8335637326, 0.821963377, 0.5517560325, 0.6984628326, 0.7518242349, 1.0],
        r_squared: [0.3587972484, 0.4292403067, 0.2224891211],
        goodness_of_fit: 0.456562237,
    },
    Case {
        scheme: PlsScheme::Centroid,
        mode_of_c: Mode::B,
        scaling: PlsScaling::Standardized,
        paths: [0.5985143817, 0.5503866321, 0.151644792, 0.3518025721, 0.1911582362],
        weights: [0.3502988407, 0.4159117159, 0.3952707302, 0.6118752841, 0.5960872108, 0.3694755711, 0.4093837434, 0.6730044874, 1.0],
        loadings: [0.8483462739, 0.8497839968, 0.8839262227, 0.8327443736, 0.8228062789, 0.5245143767, 0.6426537896, 0.8069972001, 1.0],
        r_squared: [0.3582194651, 0.4258295183, 0.2250089316],
        goodness_of_fit: 0.4554150788,
    },
    Case {
        scheme: PlsScheme::Centroid,
        mode_of_c: Mode::A,
        scaling: PlsScaling::Raw,
        paths: [0.5896695741, 0.5618547049, 0.1122491344, 0.3847150738, 0.1590003125],
        weights: [0.2373340594, 0.2496114271, 0.2142991606, 0.4170691451, 0.3368191896, 0.5092376765, 0.6290252254, 0.6207907686, 0.6600184808],
        loadings: [0.883401209, 0.8372169792, 0.8586812969, 0.892625623, 0.7494567462, 0.6238693241, 0.7700520184, 0.6204131515, 1.0],
        r_squared: [0.3477102066, 0.4026587903, 0.2275514812],
        goodness_of_fit: 0.4488442859,
    },
    Case {
        scheme: PlsScheme::Factorial,
        mode_of_c: Mode::A,
        scaling: PlsScaling::Standardized,
        paths: [0.599036892, 0.5594316412, 0.1429305568, 0.3579833416, 0.1798241634],
        weights: [0.3460164139, 0.4193107613, 0.3961056532, 0.6132273472, 0.5947174, 0.3971929793, 0.4871251884, 0.585871152, 1.0],
        loadings: [0.8465151612, 0.8513112824, 0.8839254752, 0.8335888787, 0.82193745, 0.559215185, 0.7058289016, 0.7408738533, 1.0],
        r_squared: [0.358845198, 0.4291907364, 0.2220369328],
        goodness_of_fit: 0.4565630083,
    },
    Case {
        scheme: PlsScheme::Factorial,
        mode_of_c: Mode::B,
        scaling: PlsScaling::Standardized,
        paths: [0.5985815673, 0.5532155421, 0.1496214921, 0.3529123676, 0.1889560664],
        weights: [0.3496687619, 0.4164063924, 0.3953997195, 0.6118397287, 0.5961231947, 0.3790561345, 0.4261413042, 0.6530348914, 1.0],
        loadings: [0.8480779997, 0.8500070013, 0.8839289704, 0.8327221514, 0.8228290883, 0.5354761607, 0.6567410114, 0.7919331908, 1.0],
        r_squared: [0.3582998927, 0.427526733, 0.2243712468],
        goodness_of_fit: 0.4559385444,
    },
    Case {
        scheme: PlsScheme::Factorial,
        mode_of_c: Mode::A,
        scaling: PlsScaling::Raw,
        paths: [0.5896464723, 0.5616225159, 0.1100017674, 0.38615443, 0.1571173358],
        weights: [0.236999355, 0.2499291595, 0.2144100041, 0.4186295651, 0.3346098548, 0.5148157495, 0.6357363368, 0.60269245, 0.6600184808],
        loadings: [0.8831547153, 0.8374670164, 0.8587191461, 0.8941128334, 0.7472613088, 0.6288297105, 0.7742217802, 0.6095652552, 1.0],
        r_squared: [0.3476829623, 0.4003763316, 0.2273328887],
        goodness_of_fit: 0.4482061207,
    },
    Case {
        scheme: PlsScheme::Path,
        mode_of_c: Mode::A,
        scaling: PlsScaling::Standardized,
        paths: [0.5990699643, 0.5609637537, 0.1410363468, 0.3579612183, 0.1802844287],
        weights: [0.345792355, 0.4195115563, 0.3961268205, 0.6134097246, 0.5945324115, 0.4122766358, 0.4782353094, 0.5827773477, 1.0],
        loadings: [0.8464168822, 0.8514005087, 0.8839168228, 0.833702712, 0.8218200381, 0.5721359055, 0.699339572, 0.7372847603, 1.0],
        r_squared: [0.3588848221, 0.4293639564, 0.2222169288],
        goodness_of_fit: 0.4566592086,
    },
    Case {
        scheme: PlsScheme::Path,
        mode_of_c: Mode::B,
        scaling: PlsScaling::Standardized,
        paths: [0.5986169401, 0.5553053961, 0.1468687788, 0.3527239822, 0.190004564],
        weights: [0.3494607209, 0.416608404, 0.3954050424, 0.6120851356, 0.5958747905, 0.402242863, 0.4094410157, 0.6507845218, 1.0],
        loadings: [0.8479857054, 0.8500967404, 0.8839160364, 0.8328755167, 0.8226716152, 0.5549717972, 0.644314642, 0.7882143732, 1.0],
        r_squared: [0.358342241, 0.4275773551, 0.2247583697],
        goodness_of_fit: 0.4560092329,
    },
    Case {
        scheme: PlsScheme::Path,
        mode_of_c: Mode::A,
        scaling: PlsScaling::Raw,
        paths: [0.5896623621, 0.5628510341, 0.1080922379, 0.3860043981, 0.1579096763],
        weights: [0.2369174896, 0.2500215769, 0.2144214781, 0.4187250812, 0.3344742869, 0.5337017458, 0.6214958958, 0.6006869004, 0.6600184808],
        loadings: [0.8830919585, 0.8375377118, 0.858719709, 0.8942036917, 0.7471264459, 0.6430396208, 0.7644528538, 0.6069068525, 1.0],
        r_squared: [0.3477017013, 0.4002351317, 0.2275723183],
        goodness_of_fit: 0.4482229086,
    },
];

#[test]
fn schemes_modes_and_scalings() {
    let columns = answers();
    let sums = (0..9).map(|a| columns.iter().map(|row| row[a]).sum());
    all_close(
        sums,
        &[
            329.0, 284.0, 253.0, 285.0, 275.0, 213.0, 196.0, 180.0, 304.0,
        ],
    );
    for case in CASES {
        let settings = PlsSettings {
            scheme: case.scheme,
            scaling: case.scaling,
            ..EXACT
        };
        let fit = fit_of(&model(case.mode_of_c), &settings);
        all_close(fit.paths.iter().map(|path| path.coefficient), &case.paths);
        let indicators = || fit.latents.iter().flat_map(|latent| &latent.indicators);
        // plspm gives scores unit variance dividing by n: it shows in the weights of raw answers.
        let divisor = match case.scaling {
            PlsScaling::Standardized => 1.0,
            PlsScaling::Raw => (59.0_f64 / 60.0).sqrt(),
        };
        all_close(indicators().map(|row| row.weight / divisor), &case.weights);
        all_close(indicators().map(|row| row.loading), &case.loadings);
        all_close(
            fit.latents.iter().filter_map(|latent| latent.r_squared),
            &case.r_squared,
        );
        if case.mode_of_c == Mode::A {
            // plspm counts formative blocks too, semPLS and we do not
            close(fit.goodness_of_fit.unwrap().value, case.goodness_of_fit);
        }
        assert_eq!((fit.n, fit.left_out, fit.scheme), (60, 0, case.scheme));
    }
}

#[test]
fn measurement_and_effects() {
    let fit = fit_of(&model(Mode::A), &EXACT);
    let of = |number: fn(&PlsLatent) -> Option<f64>| fit.latents.iter().filter_map(number);
    // crossloadings()
    let indicators = fit.latents.iter().flat_map(|latent| &latent.indicators);
    let cross: Vec<f64> = indicators
        .flat_map(|row| row.cross_loadings.clone())
        .collect();
    #[rustfmt::skip]
    all_close(cross, &[
        0.8466684065, 0.4431168016, 0.5092128267, 0.3705948768, 0.8511863804, 0.5661425899, 0.5859515244, 0.2979073584,
        0.883923714, 0.5259199242, 0.5629301711, 0.4149339219, 0.5195744109, 0.8335637326, 0.3216007977, 0.4376836972,
        0.471452997, 0.821963377, 0.4737906965, 0.2951802064, 0.3831635263, 0.2145146594, 0.5517560325, 0.1804304791,
        0.441915373, 0.3308774322, 0.6984628326, 0.1804319514, 0.4737734576, 0.3954361843, 0.7518242349, 0.3266924804,
        0.4175240125, 0.4439428451, 0.3525572366, 1.0,
    ]);
    // inner_summary().ave, .r_squared_adj
    all_close(
        of(|x| x.average_variance_extracted),
        &[0.7408955924, 0.6852261447, 0.4525082428],
    );
    all_close(
        of(|x| x.adjusted_r_squared),
        &[0.3477420285, 0.4092136508, 0.1952080377],
    );
    // unidimensionality()
    all_close(
        of(|x| x.alpha_standardized),
        &[0.8256781834, 0.5407121273, 0.3994482966],
    );
    all_close(
        of(|x| Some(x.unidimensionality?.rho)),
        &[0.8960345968, 0.81324355, 0.7137920495],
    );
    all_close(
        of(|x| Some(x.unidimensionality?.first_eigenvalue)),
        &[2.225806049, 1.370531502, 1.367985873],
    );
    all_close(
        of(|x| Some(x.unidimensionality?.second_eigenvalue)),
        &[0.4568850529, 0.629468498, 0.8964509186],
    );
    // the formulas of measurement() on pandas' corr() and cov()
    all_close(of(|x| x.rho_a), &[0.8311470319, 0.5410319685, 0.4144550334]);
    all_close(of(|x| x.rho_c), &[0.8955630323, 0.8132082009, 0.709329947]);
    all_close(
        of(|x| x.alpha_raw),
        &[0.8179031176, 0.5350162866, 0.3977521669],
    );
    all_close(
        fit.heterotrait_monotrait.iter().map(|pair| pair.ratio),
        &[
            0.8887885265,
            1.1114662,
            0.4615569223,
            1.004003399,
            0.6019782047,
            0.5379923124,
        ],
    );
    // effects()
    for (from, to, direct, indirect, total) in [
        ("A", "B", 0.5989968684, 0.0, 0.5989968684),
        ("A", "C", 0.5582223717, 0.08662628225, 0.6448486539),
        ("A", "D", 0.0, 0.3309105272, 0.3309105272),
        ("B", "C", 0.1446189234, 0.0, 0.1446189234),
        ("B", "D", 0.3569720287, 0.02625850947, 0.3832305381),
        ("C", "D", 0.1815703564, 0.0, 0.1815703564),
    ] {
        let effect = fit.effect(from, to).unwrap();
        all_close(
            [effect.direct, effect.indirect, effect.total],
            &[direct, indirect, total],
        );
    }
    assert_eq!(fit.effects.len(), 6);
    // scores() of rows 0 and 59
    let scores = fit.scores(&rows_of(COLUMNS, &answers())).unwrap();
    #[rustfmt::skip]
    all_close([scores[0].clone().unwrap(), scores[59].clone().unwrap()].concat(), &[
        0.3734653849, -0.5055956447, 0.1459473842, -0.6981282309, -0.1565125856, 0.2594863408, -0.4664932728, -1.352623447,
    ]);
}

fn scales() -> Vec<Scale> {
    let scale = |column: &str| Scale::new(1.0, if column.starts_with('c') { 7.0 } else { 10.0 });
    COLUMNS
        .iter()
        .map(|column| scale(column).unwrap())
        .collect()
}

#[test]
fn indices_and_the_map() {
    let fit = fit_of(&model(Mode::A), &EXACT);
    // DescrStatsW(index).mean, tconfint_mean()
    let expected = [
        (41.42901006, 37.38971569, 45.46830443),
        (40.67598352, 36.92435374, 44.4276133),
        (36.82113296, 34.4163995, 39.22586642),
        (45.18518519, 40.79966137, 49.570709),
    ];
    let indices = fit.indices(&scales(), Level::P95).unwrap();
    for (index, (value, low, high)) in indices.iter().zip(expected) {
        all_close([index.value, index.low, index.high], &[value, low, high]);
        close(index.shares.iter().sum(), 1.0);
        assert_eq!(index.method.to_string(), "Student t, weights as known");
    }
    // total effects from sm.OLS of the indices on each other
    let map = fit
        .importance_performance("D", &scales(), Level::P95)
        .unwrap();
    all_close(
        map.rows.iter().map(|row| row.importance),
        &[0.3592746318, 0.4479830771, 0.3311307208],
    );
    close(
        map.mean_importance,
        (0.3592746318 + 0.4479830771 + 0.3311307208) / 3.0,
    );
    close(
        map.mean_performance,
        (41.42901006 + 40.67598352 + 36.82113296) / 3.0,
    );
    assert_eq!(map.target, indices[3]);
    assert!(
        fit.importance_performance("A", &scales(), Level::P95)
            .unwrap()
            .rows
            .is_empty()
    );
}

/// Two latent variables of one indicator each, with every seventh answer missing on either side if asked.
fn pair(missing: bool) -> (PlsModel, PlsRows) {
    let model = PlsModel::builder()
        .latent("A", Mode::A, ["a1"])
        .latent("B", Mode::A, ["b1"])
        .path("A", "B")
        .build()
        .unwrap();
    let mut rows = PlsRows::new(["a1", "b1"], MissingAnswers::MeanReplacement).unwrap();
    for (i, row) in answers().iter().enumerate() {
        let a = (!missing || i % 7 != 0).then_some(row[0]);
        let b = (!missing || i % 7 != 1).then_some(row[3]);
        rows.push(&[a, b]).unwrap();
    }
    (model, rows)
}

#[test]
fn bootstrap_of_a_correlation() {
    // scipy.stats.bootstrap(pair, corrcoef, paired=True, n_resamples=20000, confidence_level=0.9, method, rng=1), with the means put in
    // for what is missing in each resample; bounds from 4,000 draws vary by about 0.004.
    for (missing, method, value, low, high, error) in [
        (
            false,
            BootstrapInterval::Percentile,
            0.3858906915,
            0.1985648401,
            0.548226823,
            0.1070111864,
        ),
        (
            false,
            BootstrapInterval::Bca,
            0.3858906915,
            0.1944098262,
            0.5451598491,
            0.1070111864,
        ),
        (
            true,
            BootstrapInterval::Percentile,
            0.2700321034,
            0.07280455301,
            0.4514645878,
            0.1153217647,
        ),
        (
            true,
            BootstrapInterval::Bca,
            0.2700321034,
            0.0778834685,
            0.4559783422,
            0.1153217647,
        ),
    ] {
        let (model, rows) = pair(missing);
        let settings = PlsBootstrapSettings {
            level: Level::P90,
            method,
            ..PlsBootstrapSettings::new(4_000, 7)
        };
        let found = model
            .bootstrap(&rows, &PlsSettings::default(), &settings, Progress::none())
            .unwrap();
        let path = found.paths[0].coefficient;
        close(path.value, value);
        within(path.low, low, 0.012);
        within(path.high, high, 0.012);
        within(path.standard_error, error, 0.004);
        let loading = found.indicators[0].loading;
        assert_eq!(
            (loading.low, loading.high, loading.bias),
            (loading.value, loading.value, 0.0)
        );
        assert_eq!((found.n, found.inadmissible), (60, 0));
        // Between single indicators the heterotrait–monotrait ratio is the size of their correlation, which here keeps its sign.
        let pair = &found.heterotrait_monotrait[0];
        assert_eq!((&*pair.first, &*pair.second), ("A", "B"));
        close(pair.ratio.value, value);
        if !missing {
            within(pair.ratio.low, path.low, 1e-12);
            within(pair.ratio.high, path.high, 1e-12);
            within(pair.ratio.standard_error, path.standard_error, 1e-12);
        }
    }
}

#[test]
fn bootstrap_does_not_depend_on_threads_and_gives_everything() {
    let model = model(Mode::A);
    let rows = rows_of(COLUMNS, &answers());
    let settings = PlsBootstrapSettings {
        scales: scales(),
        ..PlsBootstrapSettings::new(400, 3)
    };
    let run = |settings: &PlsBootstrapSettings| {
        let run = model.bootstrap(&rows, &PlsSettings::default(), settings, Progress::none());
        run.unwrap()
    };
    let found = run(&settings);
    let one = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    assert_eq!(one.install(|| run(&settings)), found);

    let fit = fit_of(&model, &PlsSettings::default());
    for (path, estimate) in fit.paths.iter().zip(&found.paths) {
        assert_eq!(path.coefficient, estimate.coefficient.value);
        assert!(
            estimate.coefficient.low < path.coefficient
                && path.coefficient < estimate.coefficient.high
        );
    }
    for (effect, estimate) in fit.effects.iter().zip(&found.effects) {
        close(estimate.indirect.value, effect.indirect);
        close(estimate.total.value, effect.total);
    }
    let indices = fit.indices(&scales(), Level::P95).unwrap();
    for ((latent, estimate), index) in fit.latents.iter().zip(&found.latents).zip(indices) {
        assert_eq!(estimate.r_squared.map(|x| x.value), latent.r_squared);
        let bootstrap = estimate.index.unwrap();
        close(bootstrap.value, index.value);
        // The weights hardly matter for the level of an index.
        within(bootstrap.low, index.low, 1.5);
        within(bootstrap.high, index.high, 1.5);
    }
    assert_eq!(found.indicators.len(), 9);
}

#[test]
fn turned_signs_are_turned_back() {
    // B hardly goes along with anything, so that resamples turn it now and then.
    let model = PlsModel::builder()
        .latent("A", Mode::A, ["a1", "a2"])
        .latent("B", Mode::B, ["b1", "b2"])
        .path("A", "B")
        .build()
        .unwrap();
    let rows: Vec<[f64; 4]> = answers()
        .iter()
        .zip(answers().iter().skip(7).chain(&answers()[..7]))
        .map(|(row, other)| [row[0], row[1], other[3], other[4]])
        .collect();
    let rows = rows_of(["a1", "a2", "b1", "b2"], &rows);
    let negative = |sign_change| {
        let settings = PlsBootstrapSettings {
            sign_change,
            ..PlsBootstrapSettings::new(500, 11)
        };
        let found = model
            .bootstrap(&rows, &PlsSettings::default(), &settings, Progress::none())
            .unwrap();
        found.indicators[2]
            .weight
            .low
            .min(-found.indicators[2].weight.high)
    };
    let spread = [
        SignChange::None,
        SignChange::Construct,
        SignChange::Individual,
    ]
    .map(negative);
    assert!(
        spread[0] <= spread[1] && spread[1] <= spread[2],
        "{spread:?}"
    );
    assert!(spread[0] < spread[2]);
    assert_eq!(SignChange::default(), SignChange::Construct);
}

#[test]
fn missing_answers() {
    let model = model(Mode::A);
    let columns = ["x", "d1", "c3", "c2", "c1", "b2", "b1", "a3", "a2", "a1"];
    let mut listwise = PlsTally::new(columns, MissingAnswers::Listwise).unwrap();
    let mut means = PlsTally::new(columns, MissingAnswers::MeanReplacement).unwrap();
    let mut complete = rows_of(COLUMNS, &[]);
    for (i, row) in answers().into_iter().enumerate() {
        let mut given: Vec<Option<f64>> = row.iter().rev().map(|x| Some(*x)).collect();
        given.insert(0, Some(1.0));
        if i % 10 == 3 {
            given[9] = None; // a1
        } else {
            complete.push(&row.map(Some)).unwrap();
        }
        listwise.push(&given).unwrap();
        means.push(&given).unwrap();
    }
    listwise.push(&[None; 10]).unwrap();
    means.push(&[None; 10]).unwrap();

    let settings = PlsSettings::default();
    let fit = model.fit(&listwise, &settings).unwrap();
    assert_eq!(
        (fit.n, fit.left_out, fit.missing),
        (54, 7, MissingAnswers::Listwise)
    );
    let expected = model.fit(&complete.tally().unwrap(), &settings).unwrap();
    all_close(
        fit.paths.iter().map(|path| path.coefficient),
        &expected
            .paths
            .iter()
            .map(|path| path.coefficient)
            .collect::<Vec<_>>(),
    );

    // The same as putting the mean in by hand.
    let fit = model.fit(&means, &settings).unwrap();
    assert_eq!((fit.n, fit.left_out), (60, 1));
    assert_eq!(fit.latents[0].indicators[0].replaced, 6);
    assert_eq!(fit.latents[0].indicators[1].replaced, 0);
    let mut filled = answers();
    let mean = fit.latents[0].indicators[0].mean;
    filled
        .iter_mut()
        .skip(3)
        .step_by(10)
        .for_each(|row| row[0] = mean);
    let expected = model
        .fit(&rows_of(COLUMNS, &filled).tally().unwrap(), &settings)
        .unwrap();
    all_close(
        fit.paths.iter().map(|path| path.coefficient),
        &expected
            .paths
            .iter()
            .map(|path| path.coefficient)
            .collect::<Vec<_>>(),
    );
    let mut one = PlsRows::new(COLUMNS, MissingAnswers::Listwise).unwrap();
    one.push(&[None; 9]).unwrap();
    assert_eq!(fit.scores(&one).unwrap(), [Some(vec![0.0; 4])]);
    assert_eq!(expected.scores(&one).unwrap(), [None]);
}

fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            _ => cells.last_mut().unwrap().push(letter),
        }
    }
    cells
}

/// Header and rows of a file in the shared data folder; `None` where the folder is absent.
fn shared(file: &str) -> Option<(Vec<String>, Vec<Vec<String>>)> {
    let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if !data.is_dir() {
        println!("skipped: ../shared/data is not here");
        return None;
    }
    let text = std::fs::read_to_string(data.join(file)).unwrap();
    let mut lines = text.lines();
    let header = cells(lines.next().unwrap());
    Some((header, lines.map(cells).collect()))
}

fn shared_rows(file: &str, width: usize) -> Option<PlsRows> {
    let (header, lines) = shared(file)?;
    let mut rows = PlsRows::new(&header[..width], MissingAnswers::Listwise).unwrap();
    for line in lines {
        let row: Vec<_> = line[..width].iter().map(|x| x.parse().ok()).collect();
        rows.push(&row).unwrap();
    }
    Some(rows)
}

#[test]
fn mobile_phone_customers() {
    // semPLS 1.0-10: sempls(ECSImobi, mobi, E = "A", "B" and "C"); Cronbach's alpha by base R
    let Some(rows) = shared_rows("ecsi/ecsi_mobi.csv", 24) else {
        return;
    };
    let (_, reference) = shared("ecsi/pls_reference.csv").unwrap();
    let model = ecsi();
    let tally = rows.tally().unwrap();
    let scale = [Scale::new(1.0, 10.0).unwrap()];
    let fits = ["centroid", "factorial", "pathWeighting"].map(|name| {
        let scheme = match name {
            "centroid" => PlsScheme::Centroid,
            "factorial" => PlsScheme::Factorial,
            _ => PlsScheme::Path,
        };
        let settings = PlsSettings {
            scheme,
            ..PlsSettings::default()
        };
        (name, model.fit(&tally, &settings).unwrap())
    });
    let mut checked = 0;
    for line in reference.iter().filter(|line| line[0] == "mobi") {
        // Cronbach's alpha has no scheme.
        let mut of_scheme = fits
            .iter()
            .filter(|(name, _)| *name == line[2] || line[2] == "-");
        let fit = &of_scheme.next().unwrap().1;
        let ends: Vec<&str> = line[4].split("->").map(str::trim).collect();
        let latent = || fit.latent(ends[0]).unwrap();
        let indicator = || {
            let mut own = latent().indicators.iter();
            own.find(|row| row.name == ends[1]).unwrap()
        };
        let gof = fit.goodness_of_fit.unwrap();
        let got = match line[3].as_str() {
            "path" => fit.path(ends[0], ends[1]).unwrap().coefficient,
            "loading" => indicator().loading,
            "outer_weight" => indicator().weight,
            "R2" => latent().r_squared.unwrap(),
            "gof" => match line[4].as_str() {
                "Average R-squared" => gof.average_r_squared,
                "Average Communality" => gof.average_communality,
                _ => gof.value,
            },
            "DillonGoldstein_rho" => latent().rho_c.unwrap(),
            "AVE_communality" => latent().average_variance_extracted.unwrap(),
            "total_effect" => fit.effect(ends[0], ends[1]).unwrap().total,
            "index_0_100" => {
                let indices = fit.indices(&scale, Level::P95).unwrap();
                indices.iter().find(|x| x.latent == ends[0]).unwrap().value
            }
            "factor_score" => {
                let (row, name) = line[4].trim_start_matches("row").split_once(':').unwrap();
                let scores = fit.scores(&rows).unwrap();
                let row = scores[row.parse::<usize>().unwrap() - 1].clone().unwrap();
                row[fit.latents.iter().position(|x| x.name == name).unwrap()]
            }
            "cronbach_alpha_raw" => latent().alpha_raw.unwrap(),
            "cronbach_alpha_std" => latent().alpha_standardized.unwrap(),
            other => panic!("no number {other}"),
        };
        within(got, line[5].parse().unwrap(), 2e-9);
        checked += 1;
    }
    assert!(checked > 300, "{checked}");
}

#[test]
fn mobile_phone_customers_with_intervals() {
    let Some(rows) = shared_rows("ecsi/ecsi_mobi.csv", 24) else {
        return;
    };
    let settings = PlsBootstrapSettings {
        method: BootstrapInterval::Bca,
        scales: vec![Scale::new(1.0, 10.0).unwrap()],
        ..PlsBootstrapSettings::new(200, 123)
    };
    let found = ecsi()
        .bootstrap(&rows, &PlsSettings::default(), &settings, Progress::none())
        .unwrap();
    assert_eq!((found.n, found.inadmissible), (250, 0));
    // What Monecke and Leisch (2012) conclude: quality moves satisfaction, expectation does not move value.
    let path = |from: &str, to: &str| {
        let mut paths = found.paths.iter();
        paths
            .find(|p| p.from == from && p.to == to)
            .unwrap()
            .coefficient
    };
    assert!(path("Quality", "Satisfaction").low > 0.3);
    assert!(path("Expectation", "Value").low < 0.0 && path("Expectation", "Value").high > 0.0);
    assert!(
        found
            .latents
            .iter()
            .all(|x| x.index.unwrap().low < x.index.unwrap().value)
    );
}

#[test]
fn mobile_phone_customers_by_the_american_model() {
    // path_coefficients() and goodness_of_fit() of `pls.py ecsi_mobi.csv`, standardised and raw
    let Some(rows) = shared_rows("ecsi/ecsi_mobi.csv", 24) else {
        return;
    };
    #[rustfmt::skip]
    let expected = [
        (
            PlsScaling::Standardized,
            [
                0.5451590666, 0.1087049494, 0.4732585171, 0.09747286856, 0.5709720259, 0.2676166915, 0.5266990095, 0.4464286461,
                0.02494427044,
            ],
            0.4656215569,
        ),
        (
            PlsScaling::Raw,
            [
                0.5244975282, 0.130859248, 0.4450973149, 0.07820868622, 0.5581303876, 0.2902945454, 0.5402413787, 0.448297904,
                0.01919940031,
            ],
            0.4578175684,
        ),
    ];
    for (scaling, paths, gof) in expected {
        let fit = acsi()
            .fit(&rows.tally().unwrap(), &PlsSettings { scaling, ..EXACT })
            .unwrap();
        all_close(fit.paths.iter().map(|path| path.coefficient), &paths);
        close(fit.goodness_of_fit.unwrap().value, gof);
    }
}

#[test]
fn bank_customers() {
    // The model of plspm's manual; the values are of `pls.py plspm_satisfaction.csv`.
    let Some(rows) = shared_rows("ecsi/plspm_satisfaction.csv", 27) else {
        return;
    };
    let mut builder = PlsModel::builder();
    for (name, prefix, count) in [
        ("IMAG", "imag", 5),
        ("EXPE", "expe", 5),
        ("QUAL", "qual", 5),
        ("VAL", "val", 4),
        ("SAT", "sat", 4),
        ("LOY", "loy", 4),
    ] {
        let block = (1..=count).map(|i| format!("{prefix}{i}"));
        builder = builder.latent(name, Mode::A, block);
    }
    for (from, to) in [
        ("IMAG", "EXPE"),
        ("EXPE", "QUAL"),
        ("EXPE", "VAL"),
        ("QUAL", "VAL"),
        ("IMAG", "SAT"),
        ("EXPE", "SAT"),
        ("QUAL", "SAT"),
        ("VAL", "SAT"),
        ("IMAG", "LOY"),
        ("SAT", "LOY"),
    ] {
        builder = builder.path(from, to);
    }
    let model = builder.build().unwrap();
    let tally = rows.tally().unwrap();
    for (scaling, paths, gof) in BANK {
        let settings = PlsSettings { scaling, ..EXACT };
        let fit = model.fit(&tally, &settings).unwrap();
        all_close(fit.paths.iter().map(|path| path.coefficient), &paths);
        close(fit.goodness_of_fit.unwrap().value, gof);
    }
}

/// path_coefficients() and goodness_of_fit() of `file()` in the script, standardised and raw.
#[rustfmt::skip]
const BANK: [(PlsScaling, [f64; 10], f64); 2] = [
    (
        PlsScaling::Standardized,
        [
            0.5600032634, 0.8455549969, 0.1191137143, 0.6598264325, 0.1833325203, 0.007202498562, 0.138876022, 0.5821349471,
            0.2916266417, 0.4696554116,
        ],
        0.6067153908,
    ),
    (
        PlsScaling::Raw,
        [
            0.5789592334, 0.8483444013, 0.105477744, 0.6766554651, 0.2007243216, -0.002754020916, 0.1221443834, 0.5893307357,
            0.2751494775, 0.4954794812,
        ],
        0.6097416307,
    ),
];

#[track_caller]
fn refuses<T, E: std::error::Error>(result: Result<T, E>, message: &str) {
    assert_eq!(result.err().unwrap().to_string(), message);
}

#[test]
fn refused_models() {
    let two = || {
        PlsModel::builder()
            .latent("A", Mode::A, ["a"])
            .latent("B", Mode::A, ["b"])
    };
    let model = PlsModel::builder;
    refuses(model().build(), "a path model needs latent variables");
    refuses(
        model().latent("A", Mode::A, [""]).build(),
        "a latent variable or an indicator has an empty name",
    );
    refuses(
        two().latent("A", Mode::A, ["c"]).build(),
        "the latent variable A is given twice",
    );
    refuses(
        model().latent("A", Mode::A, [""; 0]).build(),
        "the latent variable A has no indicators",
    );
    refuses(
        two().latent("C", Mode::B, ["c", "b"]).build(),
        "the indicator b is given twice: for B and for C",
    );
    refuses(
        two().path("A", "Z").build(),
        "the path A → Z needs the latent variable Z, which is not in the model",
    );
    refuses(
        two().path("A", "B").path("A", "B").build(),
        "the path A → B is given twice",
    );
    refuses(
        two().latent("C", Mode::A, ["c"]).path("A", "B").build(),
        "no path begins or ends at the latent variable C",
    );
    refuses(
        two().path("A", "A").path("A", "B").build(),
        "the paths go in a circle: A → A",
    );
    let loops = two()
        .latent("C", Mode::A, ["c"])
        .latent("D", Mode::A, ["d"])
        .path("D", "C")
        .path("C", "B")
        .path("B", "D")
        .path("A", "B")
        .path("D", "A");
    let error = loops.build().unwrap_err().to_string();
    let [one, other] = ["B → D → C → B", "A → B → D → A"];
    assert!(error.ends_with(one) || error.ends_with(other), "{error}");
    refuses(
        ecsi().with_indicators("Joy", ["x"]),
        "there is no latent variable Joy in the model",
    );
    refuses(
        ecsi().with_indicators("Value", ["CUSCO"]),
        "the indicator CUSCO is given twice: for Value and for Complaints",
    );
}

#[test]
fn ready_models_are_what_the_builder_makes() {
    for model in [ecsi(), acsi()] {
        let mut builder = PlsModel::builder();
        for latent in model.latents() {
            builder = builder.latent(latent.name(), latent.mode(), latent.indicators());
        }
        for (from, to) in model.paths() {
            builder = builder.path(from, to);
        }
        assert_eq!(builder.build().unwrap(), model);
    }
}

#[test]
fn refused_data() {
    let model = model(Mode::B);
    let settings = PlsSettings::default();
    let fit_rows =
        |rows: &[[f64; 9]]| model.fit(&rows_of(COLUMNS, rows).tally().unwrap(), &settings);
    refuses(
        PlsTally::new([""; 0], MissingAnswers::Listwise),
        "a tally needs at least one column",
    );
    refuses(
        PlsTally::new(["x", "x"], MissingAnswers::Listwise),
        "the column x is given twice",
    );
    let mut tally = PlsTally::new(COLUMNS, MissingAnswers::Listwise).unwrap();
    refuses(
        tally.push(&[Some(1.0)]),
        "a row has 1 entries for 9 columns",
    );
    for (value, text) in [(f64::NAN, "NaN"), (f64::INFINITY, "inf"), (-1e101, "-1")] {
        let mut row = [Some(1.0); 9];
        row[4] = Some(value);
        let message = tally.push(&row).unwrap_err().to_string();
        assert!(
            message.starts_with(text)
                && message.ends_with("in the column b2 is not a finite number"),
            "{message}"
        );
    }
    assert_eq!(tally.n(), 0);
    refuses(model.fit(&tally, &settings), "there are no responses");
    let other = PlsTally::new(COLUMNS, MissingAnswers::MeanReplacement).unwrap();
    refuses(
        tally.merge(&other),
        "tallies with different columns or another treatment of missing answers cannot be joined",
    );
    let mut moments = tally.moments().clone();
    moments.pairs.pop();
    refuses(
        PlsTally::from_moments(COLUMNS, MissingAnswers::Listwise, moments),
        "the moments do not fit 9 columns",
    );
    tally.push(&[None; 9]).unwrap();
    refuses(model.fit(&tally, &settings), "nobody has answered a1");
    for missing in [0, 8] {
        let mut row = [Some(3.0); 9];
        row[missing] = None;
        tally.push(&row).unwrap();
    }
    refuses(
        model.fit(&tally, &settings),
        "none of the 3 respondents answered every column; replace missing answers by means, or use fewer columns",
    );
    refuses(
        fit_rows(&answers()[..4]),
        "the model needs 5 respondents, and 4 count (0 left out for missing answers)",
    );
    let changed = |change: fn(&mut [f64; 9])| {
        let mut rows = answers();
        rows.iter_mut().for_each(change);
        rows
    };
    refuses(
        fit_rows(&changed(|row| row[1] = 0.1)),
        "all answers to a2 are equal, so it measures nothing",
    );
    refuses(
        fit_rows(&changed(|row| row[7] = row[6] + 2.0 * row[5])),
        "an indicator of C follows from its others, so mode B cannot weight them",
    );
    refuses(
        fit_rows(&changed(|row| row[4] = -2.0 * row[3])),
        "the weighted indicators of B add up to a constant: they cancel, or nothing around it goes along with them",
    );
    let turned = fit_rows(&changed(|row| row[4] = 6.0 - row[3])).unwrap();
    refuses(
        turned.indices(&[Scale::new(-100.0, 100.0).unwrap()], Level::P95),
        "the weights of B have different signs and cancel, so it has no index",
    );
    refuses(
        fit_rows(&changed(|row| {
            (row[5], row[6], row[7]) = (row[0], row[1], row[2]);
            (row[3], row[4]) = (row[0], row[0]);
            row[1] = row[0];
            row[2] = row[0];
            row[6] = row[0] * row[8];
            row[7] = row[8];
        })),
        "one of the latent variables that move C follows from the others",
    );
    refuses(
        model.fit(&rows_of(["a1"], &[]).tally().unwrap(), &settings),
        "the indicator a2 of A is not among the columns",
    );
    for value in [0.0, -1.0, 1.0, f64::NAN] {
        let settings = PlsSettings {
            tolerance: value,
            ..settings
        };
        refuses(
            model.fit(&tally, &settings),
            &format!("a tolerance must be above 0 and below 1, not {value}"),
        );
    }
    let hasty = PlsSettings {
        max_iterations: 1,
        ..settings
    };
    let error = model
        .fit(&rows_of(COLUMNS, &answers()).tally().unwrap(), &hasty)
        .unwrap_err();
    assert!(matches!(error, PlsError::NotConverged { iterations: 1, change } if change > 1e-7));
}

#[test]
fn refused_indices_and_bootstraps() {
    let model = model(Mode::A);
    let rows = rows_of(COLUMNS, &answers());
    let settings = PlsSettings::default();
    let fit = model.fit(&rows.tally().unwrap(), &settings).unwrap();
    let scale = Scale::new(1.0, 10.0).unwrap();
    refuses(
        fit.indices(&[scale; 2], Level::P95),
        "2 scales were given: give one for all indicators, or one for each of 9",
    );
    let low = Scale::new(0.0, 1.0).unwrap();
    let message = fit.indices(&[low], Level::P95).unwrap_err().to_string();
    assert!(
        message.starts_with("the mean 5.48")
            && message.ends_with(" of a1 is off the scale from 0 to 1"),
        "{message}"
    );
    refuses(
        fit.importance_performance("Z", &[scale], Level::P95),
        "there is no latent variable Z in the model",
    );

    let mut draws = PlsBootstrapSettings::new(99, 1);
    let run =
        |draws: &PlsBootstrapSettings| model.bootstrap(&rows, &settings, draws, Progress::none());
    refuses(
        run(&draws),
        "a bootstrap needs 100 resamples or more, not 99",
    );
    draws.draws = 500;
    let stop = |done, _| {
        if done < 200 {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    };
    refuses(
        model.bootstrap(&rows, &settings, &draws, Progress::new(&stop)),
        "the computation was cancelled",
    );
    // a1 differs for one respondent in sixty: more than a third of the draws miss them, and they are counted.
    let rare = |count: usize| {
        let mut all = answers();
        all.iter_mut().for_each(|row| row[0] = 1.0);
        all[..count].iter_mut().for_each(|row| row[0] = 2.0);
        rows_of(COLUMNS, &all)
    };
    let found = model
        .bootstrap(&rare(1), &settings, &draws, Progress::none())
        .unwrap();
    assert!(
        (150..220).contains(&found.inadmissible),
        "{}",
        found.inadmissible
    );
    let mut few = rare(1);
    for i in 0..60 {
        let mut row = answers()[i].map(Some);
        row[0] = Some(1.0);
        row[1] = Some(if i == 7 { 2.0 } else { 1.0 });
        few.push(&row).unwrap();
    }
    // Half of the rows have a2 nearly constant too; nothing is refused before half of the draws fail.
    assert!(
        model
            .bootstrap(&few, &settings, &draws, Progress::none())
            .is_ok()
    );
}

#[test]
fn too_many_bad_draws() {
    // Two indicators that each differ for one respondent only: both must be drawn, which happens in (1 − 1/e)² = 40 % of the draws.
    let model = PlsModel::builder()
        .latent("A", Mode::A, ["a"])
        .latent("B", Mode::A, ["b"])
        .path("A", "B")
        .build()
        .unwrap();
    let rows: Vec<[f64; 2]> = (0..50)
        .map(|i| [f64::from(u8::from(i == 3)), f64::from(u8::from(i == 9))])
        .collect();
    let error = model
        .bootstrap(
            &rows_of(["a", "b"], &rows),
            &PlsSettings::default(),
            &PlsBootstrapSettings::new(500, 1),
            Progress::none(),
        )
        .unwrap_err();
    assert!(
        matches!(error, PlsError::Inadmissible { used, draws: 500 } if (150..250).contains(&used))
    );
}

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
