//! Real surveys.

use super::{support::shared, *};

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
