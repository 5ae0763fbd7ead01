//! Real data, against published values and those of R.

use super::*;

/// Real data beside the repository, if they are there.
#[expect(clippy::print_stdout, reason = "a skipped test says so")]
fn shared(file: &str) -> Option<String> {
    let path = root().join("../shared/data").join(file);
    if !path.exists() {
        println!("skipped: ../shared/data is not here");
        return None;
    }
    Some(path.display().to_string())
}

#[test]
fn real_scores_are_those_of_r() {
    let Some(file) = shared("nps/nps_testdata.csv") else {
        return;
    };
    let all = json(&["score", &file, "--nps", "REC"]);
    let score = &all["result"]["scores"][0];
    near(&score["value"], 10.0, 1e-8);
    near(&score["nps"]["variance"], 0.814, 1e-8);
    near(&score["nps"]["standard_error"], 2.853_068_5, 1e-6);
    for (by, expected) in [
        (
            "BU",
            [
                ("Apples", 14.8),
                ("Oranges", 7.6),
                ("Bananas", 9.6),
                ("Berries", 8.0),
            ],
        ),
        (
            "Region",
            [
                ("NAM", 11.0454),
                ("EMEA", 4.2471),
                ("APAC", 23.0216),
                ("LATAM", 1.0526),
            ],
        ),
    ] {
        let answer = json(&["score", &file, "--nps", "REC", "--by", by]);
        let scores = answer["result"]["scores"].as_array().expect("scores");
        for (group, value) in expected {
            let score = scores
                .iter()
                .find(|score| score["group"] == group)
                .expect(group);
            near(&score["value"], value, 0.001);
        }
    }
    let Some(mobi) = shared("ecsi/ecsi_mobi.csv") else {
        return;
    };
    near(
        &json(&["score", &mobi, "--nps", "CUSL3"])["result"]["scores"][0]["value"],
        14.0,
        1e-8,
    );
}

#[test]
fn real_drivers_are_those_of_relaimpo_and_rwa() {
    let Some(swiss) = shared("keydrivers/swiss.csv") else {
        return;
    };
    let answer = json(&[
        "drivers",
        &swiss,
        "--outcome",
        "Fertility",
        "--drivers",
        "Agriculture,Examination,Education,Catholic,Infant*",
        "--method",
        "all",
    ]);
    let lmg = [
        0.057_091_220_8,
        0.171_173_029,
        0.260_134_678_6,
        0.105_570_150_4,
        0.112_765_922_9,
    ];
    all_near(&drivers_of(&answer, "lmg", "value"), &lmg, 1e-8);
    let johnson = [
        0.048_416_896,
        0.154_708_250,
        0.271_964_105,
        0.114_680_030,
        0.116_965_721,
    ];
    all_near(
        &drivers_of(&answer, "relative_weight", "value"),
        &johnson,
        1e-8,
    );
    near(&answer["result"]["models"][0]["r_squared"], 0.706_735, 1e-6);
    near(&answer["result"]["models"][0]["f"], 19.76, 0.005);
    let Some(mtcars) = shared("keydrivers/mtcars.csv") else {
        return;
    };
    let answer = json(&[
        "drivers",
        &mtcars,
        "--outcome",
        "mpg",
        "--drivers",
        "cyl,disp,hp,gear,wt",
        "--method",
        "relative-weights",
    ]);
    let johnson = [
        0.188_333_74,
        0.164_798_02,
        0.188_091_42,
        0.073_453_04,
        0.236_424_17,
    ];
    all_near(
        &drivers_of(&answer, "relative_weight", "value"),
        &johnson,
        1e-7,
    );
    let Some(airline) = shared("airline/airline_satisfaction.csv") else {
        return;
    };
    let services: Vec<String> = (8..=21).map(|index| format!("#{index}")).collect();
    let answer = json(&[
        "drivers",
        &airline,
        "--outcome",
        "satisfaction=satisfied",
        "--drivers",
        &services.join(","),
        "--na",
        "0",
        "--limit",
        "103904",
    ]);
    let model = &answer["result"]["models"][0];
    assert_eq!(model["n"], 95_704);
    near(&model["r_squared"], 0.487_813_29, 1e-6);
    let shares = drivers_of(&answer, "lmg", "share");
    for (service, share) in [(5, 0.31045), (0, 0.10567), (7, 0.09567)] {
        assert!((shares[service] - share).abs() < 1e-5, "{shares:?}");
    }
}

#[test]
fn real_kano_counts_are_the_published_ones() {
    let Some(file) = shared("kano/kano_reppl_transfers_all_cohorts.csv") else {
        return;
    };
    let features = ["F6", "F7", "F8", "F10", "F11"];
    let pairs: Vec<String> = features
        .iter()
        .map(|f| format!("{f}={f}_functional:{f}_dysfunctional:{f}_importance"))
        .collect();
    let map = "I like it=1,I expect it=2,I am neutral=3,I can tolerate it=4,I dislike it=5";
    let answer = json(&[
        "kano",
        &file,
        "--table",
        "pouliot",
        "--pairs",
        &pairs.join(";"),
        "--map",
        map,
    ]);
    let expected = [
        ([91, 19, 9, 160, 49, 30], "I", 0.394_265_2, -0.100_358_4),
        ([70, 121, 59, 77, 9, 22], "O", 0.584_097_8, -0.550_458_7),
        ([78, 122, 66, 62, 7, 23], "O", 0.609_756_1, -0.573_170_7),
        ([18, 174, 90, 42, 7, 27], "O", 0.592_592_6, -0.814_814_8),
    ];
    for (index, (counts, category, better, worse)) in expected.into_iter().enumerate() {
        let feature = &answer["result"]["features"][index];
        let names = [
            "attractive",
            "one_dimensional",
            "must_be",
            "indifferent",
            "reverse",
            "questionable",
        ];
        for (name, count) in names.iter().zip(counts) {
            assert_eq!(feature[name], count, "{feature}");
        }
        assert_eq!(
            (&feature["category"], &feature["n"]),
            (&Value::from(category), &Value::from(358))
        );
        near(&feature["better"]["value"], better, 1e-7);
        near(&feature["worse"]["value"], worse, 1e-7);
    }
    let edge = &answer["result"]["features"][4];
    assert_eq!(
        (&edge["category"], &edge["category_by_mode"]),
        (&Value::from("O"), &Value::from("I"))
    );
    let columns = answer["input"]["columns"].as_array().expect("columns");
    assert!(
        columns
            .iter()
            .any(|column| column["from_words"].as_u64() > Some(200))
    );
}

#[test]
fn the_real_index_is_the_published_one() {
    let Some(file) = shared("ecsi/ecsi_mobi.csv") else {
        return;
    };
    let answer = json(&["pls", &file, "--model", "ecsi"]);
    let result = &answer["result"];
    for (from, to, expected) in [
        ("Image", "Expectation", 0.504_705_64),
        ("Expectation", "Quality", 0.557_247_86),
        ("Expectation", "Value", 0.050_787_55),
        ("Quality", "Value", 0.557_216_86),
        ("Image", "Satisfaction", 0.178_833_48),
        ("Expectation", "Satisfaction", 0.064_425_34),
        ("Quality", "Satisfaction", 0.512_545_24),
        ("Value", "Satisfaction", 0.191_815_66),
        ("Satisfaction", "Complaints", 0.526_097_31),
        ("Image", "Loyalty", 0.195_359_7),
        ("Satisfaction", "Loyalty", 0.483_474_72),
        ("Complaints", "Loyalty", 0.071_232_41),
    ] {
        let paths = result["paths"].as_array().expect("paths");
        let path = paths
            .iter()
            .find(|path| path["from"] == from && path["to"] == to)
            .expect(from);
        near(&path["coefficient"], expected, 1e-6);
    }
    near(&result["goodness_of_fit"], 0.471_466_83, 1e-6);
    let indices = [
        73.520_851, 72.471_432, 74.985_301, 62.297_926, 72.542_802, 67.422_222, 70.610_666,
    ];
    for (latent, index) in result["latents"]
        .as_array()
        .expect("latents")
        .iter()
        .zip(indices)
    {
        near(&latent["index"]["value"], index, 1e-4);
    }
    let alphas = [(0, 0.723), (1, 0.452), (3, 0.824), (4, 0.779)];
    for (latent, alpha) in alphas {
        near(
            &result["latents"][latent]["alpha_standardized"],
            alpha,
            5e-4,
        );
    }
}

#[test]
fn real_customers_are_worth_what_was_published() {
    let Some(file) = shared("cdnow/cdnow_sample.csv") else {
        return;
    };
    let answer = json(&[
        "clv",
        &file,
        "--customer",
        "customer_id",
        "--date",
        "date",
        "--amount",
        "amount",
        "--calibration-end",
        "1997-09-30",
        "--model",
        "bg-nbd,pareto-nbd",
    ]);
    let result = &answer["result"];
    assert_eq!(
        (
            &result["customers"],
            &result["repeat_purchases"],
            &result["holdout_purchases"],
            &result["repeaters"]
        ),
        (
            &Value::from(2357),
            &Value::from(2457),
            &Value::from(1882),
            &Value::from(946)
        )
    );
    let expected: [(&[(f64, f64)], f64); 2] = [
        (
            &[
                (0.243, 0.001),
                (4.414, 0.001),
                (0.793, 0.001),
                (2.426, 0.001),
            ],
            -9_582.429_207,
        ),
        (
            &[(0.553, 0.01), (10.578, 0.05), (0.606, 0.01), (11.669, 0.05)],
            -9_594.976_187,
        ),
    ];
    for (model, (parameters, log_likelihood)) in result["models"]
        .as_array()
        .expect("models")
        .iter()
        .zip(expected)
    {
        for (index, (value, tolerance)) in parameters.iter().enumerate() {
            near(&model["parameters"][index]["value"], *value, *tolerance);
        }
        near(&model["log_likelihood"], log_likelihood, 0.01);
    }
    for (index, (value, tolerance)) in [(6.25, 0.01), (3.74, 0.01), (15.44, 0.02)]
        .into_iter()
        .enumerate()
    {
        near(
            &result["spend"]["parameters"][index]["value"],
            value,
            tolerance,
        );
    }
}

#[test]
fn real_survival_is_that_of_r() {
    let Some(aml) = shared("survival/aml.csv") else {
        return;
    };
    let answer = json(&[
        "survival", &aml, "--time", "time", "--event", "status", "--by", "x",
    ]);
    near(&answer["result"]["curves"][0]["median"], 31.0, 0.001);
    near(&answer["result"]["curves"][1]["median"], 23.0, 0.001);
    near(&answer["result"]["log_rank"]["chi_squared"], 3.396, 0.001);
    let Some(lung) = shared("survival/lung.csv") else {
        return;
    };
    let answer = json(&[
        "survival",
        &lung,
        "--na",
        "NA",
        "--time",
        "time",
        "--event",
        "status=2",
        "--covariates",
        "age,sex,ph.ecog",
    ]);
    let result = &answer["result"];
    assert_eq!(
        (&result["curves"][0]["n"], &result["curves"][0]["events"]),
        (&Value::from(228), &Value::from(165))
    );
    near(&result["curves"][0]["median"], 310.0, 0.001);
    assert_eq!(result["cox"]["n"], 227);
    // coxph(Surv(time, status) ~ age + sex + ph.ecog, lung), R survival.
    for (index, expected) in [0.011_067, -0.552_612, 0.463_728].into_iter().enumerate() {
        near(
            &result["cox"]["covariates"][index]["coefficient"],
            expected,
            1e-5,
        );
    }
}

#[test]
fn real_files_of_other_programs_are_read() {
    // Means and numbers of answers by pyreadstat 1.3.
    for (file, column, mean, n) in [
        ("importers/spss_electric_1996.sav", "AGE", 47.8, 240),
        (
            "importers/spss_electric_1996.sav",
            "DBP58",
            88.790_794_979,
            239,
        ),
        (
            "importers/spss_electric_1996.sav",
            "DAYOFWK",
            3.918_181_818,
            110,
        ),
        (
            "importers/spss_foreign_testdata_likert_missing.sav",
            "factor_n_coded_miss",
            2.666_666_667,
            3,
        ),
        (
            "importers/spss_student_survey_237.sav",
            "Pulse",
            74.151_041_667,
            192,
        ),
        ("importers/spss_dates_485rows.sav", "mynum", 0.18, 485),
        ("importers/spss_zsav_sample.zsav", "mynum", 0.18, 5),
    ] {
        let Some(path) = shared(file) else { return };
        let answer = json(&["score", &path, "--mean", column]);
        let score = &answer["result"]["scores"][0];
        near(&score["value"], mean, 1e-8);
        assert_eq!(score["n"], n, "{file} {column}");
    }
    // LimeSurvey: names that are whole questions, answers in words, a byte order mark within cells.
    for (file, columns, n, from_words) in [
        ("importers/limesurvey_rse2017_uk.csv", "satisGen1*", 219, 12),
        ("importers/limesurvey_rse2017_de.csv", "likert3*", 269, 17),
    ] {
        let Some(path) = shared(file) else { return };
        let answer = json(&["score", &path, "--nps", columns]);
        assert_eq!(answer["result"]["scores"][0]["n"], n);
        let read = answer["input"]["columns"][0]["from_words"].as_u64();
        assert!(read >= Some(from_words), "{}", answer["input"]);
    }
}
