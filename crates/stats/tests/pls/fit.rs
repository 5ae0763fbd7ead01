//! Estimates, measurement, effects and indices.

use super::*;

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
