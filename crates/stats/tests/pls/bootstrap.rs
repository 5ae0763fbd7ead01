//! Intervals by resampling.

use super::*;

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
        // Between single indicators the heterotrait–monotrait ratio is the size of their correlation, which keeps its sign here in all but a few draws.
        let pair = &found.heterotrait_monotrait[0];
        assert_eq!((&*pair.first, &*pair.second), ("A", "B"));
        close(pair.ratio.value, value);
        if !missing {
            within(pair.ratio.low, path.low, 1e-12);
            within(pair.ratio.high, path.high, 1e-12);
            within(pair.ratio.standard_error, path.standard_error, 1e-3);
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
