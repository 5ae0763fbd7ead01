//! The repository's own files, against values that Python packages computed: `bench/reference/command_line.py`.

use super::*;

#[test]
fn a_yes_or_no_is_driven_as_statsmodels_says() {
    let arguments = [
        "drivers",
        "examples/analyst/survey.csv",
        "--outcome",
        "town=York",
        "--drivers",
        "wait,staff,price",
    ];
    let answer = json(&[&arguments[..], &["--outcome-kind", "binary"]].concat());
    let model = &answer["result"]["logistic"][0];
    assert_eq!(answer["result"]["models"], Value::Array(Vec::new()));
    assert_eq!(
        (&model["n"], &model["left_out"]),
        (&Value::from(120), &Value::from(0))
    );
    // bench/reference/command_line.py, drivers(): statsmodels 0.15.0.
    let slopes = [
        [-0.138_329_576_8, 0.172_396_286_1, 0.003_145_915_516],
        [0.224_629_540_1, 0.242_443_801_4, 0.004_347_575_63],
        [-0.163_245_82, 0.131_043_028_6, 0.011_676_182_75],
    ];
    for (driver, [slope, error, dominance]) in model["drivers"]
        .as_array()
        .expect("drivers")
        .iter()
        .zip(slopes)
    {
        near(&driver["slope"]["value"], slope, 1e-7);
        near(&driver["slope"]["standard_error"], error, 1e-7);
        near(&driver["dominance"]["value"], dominance, 1e-8);
    }
    near(&model["log_likelihood"], -78.798_469_18, 1e-7);
    near(&model["mcfadden_r_squared"], 0.019_169_673_9, 1e-9);
    // Resampled cases: the same values, with bounds around them that the seed decides.
    let resampled = [
        &arguments[..],
        &[
            "--outcome-kind",
            "binary",
            "--bootstrap",
            "200",
            "--seed",
            "3",
        ],
    ]
    .concat();
    let resampled = [json(&resampled), json(&resampled)].map(|found| found["result"].clone());
    assert_eq!(resampled[0], resampled[1]);
    for (driver, [_, _, dominance]) in resampled[0]["logistic"][0]["drivers"]
        .as_array()
        .expect("drivers")
        .iter()
        .zip(slopes)
    {
        let share = &driver["dominance"];
        near(&share["value"], dominance, 1e-8);
        let [low, value, high] =
            ["share_low", "share", "share_high"].map(|name| share[name].as_f64());
        assert!(low.is_some() && low < value && value < high, "{share}");
    }
    // Least squares on 1 and 0 says that it is a yes or no.
    let linear = json(&arguments);
    assert_eq!(linear["result"]["logistic"], Value::Array(Vec::new()));
    assert!(
        linear["assumptions"]
            .to_string()
            .contains("--outcome-kind binary")
    );
    // Equal weights change nothing, whatever their size.
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("weighted.csv");
    let survey =
        std::fs::read_to_string(root().join("examples/analyst/survey.csv")).expect("a survey");
    let weighted: String = survey
        .lines()
        .enumerate()
        .map(|(index, line)| format!("{line},{}\n", if index == 0 { "weight" } else { "2.5" }))
        .collect();
    std::fs::write(&file, weighted).expect("written");
    let file = file.display().to_string();
    let mut weighted = arguments;
    weighted[1] = &file;
    let weighted = json(
        &[
            &weighted[..],
            &["--outcome-kind", "binary", "--weight", "weight"],
        ]
        .concat(),
    );
    let model_of_weights = &weighted["result"]["logistic"][0];
    near(
        &model_of_weights["drivers"][0]["slope"]["standard_error"],
        slopes[0][1],
        1e-7,
    );
    near(
        &model_of_weights["drivers"][0]["mean"],
        model["drivers"][0]["mean"].as_f64().unwrap_or(f64::NAN),
        1e-9,
    );
}

#[test]
fn penalties_rewards_and_what_would_be_are_those_of_statsmodels() {
    let answer = json(&[
        "drivers",
        "examples/analyst/survey.csv",
        "--outcome",
        "overall",
        "--drivers",
        "wait,staff,price",
        "--penalty-reward",
        "2:4",
        "--what-if",
        "staff=+0.5,wait=-0.5",
        "--what-if",
        "staff=+50",
        "--quadrants",
    ]);
    let model = &answer["result"]["models"][0];
    // bench/reference/command_line.py, drivers(): OLS on dummies, statsmodels 0.15.0.
    let expected = [
        [
            -0.276_308_270_8,
            0.148_463_557_3,
            0.607_322_466_4,
            0.135_597_210_8,
            0.331_014_195_6,
            0.177_175_366_4,
        ],
        [
            -0.597_485_245_1,
            0.192_496_38,
            0.630_911_214_9,
            0.132_691_066_6,
            0.033_425_969_86,
            0.903_359_113_7,
        ],
        [
            -0.346_540_824_5,
            0.146_973_241_8,
            0.307_372_925_2,
            0.139_415_353_6,
            -0.039_167_899_34,
            0.880_427_528_5,
        ],
    ];
    let contrasts = model["penalty_reward"]["drivers"]
        .as_array()
        .expect("drivers");
    for (driver, [penalty, penalty_error, reward, reward_error, both, p_value]) in
        contrasts.iter().zip(expected)
    {
        near(&driver["penalty"]["value"], penalty, 1e-8);
        near(&driver["penalty"]["standard_error"], penalty_error, 1e-8);
        near(&driver["reward"]["value"], reward, 1e-8);
        near(&driver["reward"]["standard_error"], reward_error, 1e-8);
        near(&driver["asymmetry"]["value"], both, 1e-8);
        near(&driver["asymmetry"]["p_value"], p_value, 1e-8);
    }
    let scenario = &model["what_if"][0];
    near(&scenario["change"], 0.112_104_920_7, 1e-8);
    near(&scenario["low"], 0.022_933_433_65, 1e-8);
    near(&scenario["high"], 0.201_276_407_7, 1e-8);
    near(&scenario["before"], 3.339_285_714, 1e-8);
    // Means stop at the highest answer.
    let driver = &model["what_if"][1]["drivers"][0];
    assert_eq!(
        (&driver["to"], &driver["clipped"]),
        (&Value::from(5.0), &Value::from(true))
    );
    let map = &answer["result"]["quadrants"][0];
    let line = map["importance_line"].as_f64().unwrap_or_default();
    near(&map["importance_line"], 1.0 / 3.0, 1e-9);
    for driver in map["drivers"].as_array().expect("drivers") {
        let quadrant = driver["quadrant"].as_str().expect("a quadrant");
        let important = driver["importance"].as_f64() >= Some(line);
        assert_eq!(
            ["concentrate here", "keep up the good work"].contains(&quadrant),
            important
        );
    }
}

#[test]
fn rankings_are_fair() {
    let answer = json(&[
        "compare", VISITS, "--by", "shop", "--csat", "overall", "--league",
    ]);
    let league = &answer["result"]["league"];
    assert_eq!(
        (&league["prior"], &league["places"]),
        (&Value::from("beta"), &Value::from(3))
    );
    // bench/reference/command_line.py, league(): the likelihood by scipy 1.17.1.
    near(&league["prior_mean"], 63.860_4, 1e-4);
    near(&league["target"], 64.112_388_25, 1e-8);
    let shop = row(&league["units"], "group", "Junction");
    for (field, expected, tolerance) in [
        ("raw", 42.0, 1e-8),
        ("value", 46.819_197, 1e-4),
        ("low", 38.279_171, 1e-3),
        ("high", 55.453_202, 1e-3),
    ] {
        near(&shop[field], expected, tolerance);
    }
    let shop = row(&league["units"], "group", "Arcade");
    near(&shop["raw"], 47.619_047_62, 1e-8);
    near(&shop["value"], 56.939_326, 1e-4);
    let ranks: f64 = league["units"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|unit| unit["expected_rank"].as_f64())
        .sum();
    assert!(
        (ranks - 78.0).abs() < 1e-6,
        "twelve ranks add up to {ranks}"
    );
    // Scores and means are ranked, too.
    for what in ["--nps", "--mean"] {
        let column = if what == "--nps" {
            "recommend"
        } else {
            "overall"
        };
        let answer = json(&[
            "compare",
            VISITS,
            "--by",
            "shop",
            what,
            column,
            "--league",
            "--overdispersed",
        ]);
        let league = &answer["result"]["league"];
        assert_eq!(league["units"].as_array().map(Vec::len), Some(12));
    }
}

#[test]
fn pooled_groups_are_those_of_restricted_maximum_likelihood() {
    let answer = json(&[
        "compare", VISITS, "--by", "shop", "--mean", "overall", "--pool",
    ]);
    let pooled = &answer["result"]["pooled"];
    // bench/reference/command_line.py, pooled(): scipy 1.17.1.
    for (field, expected, tolerance) in [
        ("tau_squared", 0.156_945_270_5, 1e-6),
        ("effect", 3.767_309_341, 1e-6),
        ("low", 3.492_503_695, 1e-6),
        ("high", 4.042_114_986, 1e-6),
        ("q", 77.234_902_69, 1e-7),
        ("q_p_value", 5.041_448_284e-12, 1e-8),
        ("i_squared", 85.757_734_37, 1e-6),
    ] {
        near(&pooled[field], expected, tolerance);
    }
}

#[test]
fn studies_are_pooled_from_their_effects_and_errors() {
    const STUDIES: &str = "examples/analyst/studies.csv";
    let answer = json(&[
        "compare",
        STUDIES,
        "--by",
        "city",
        "--effect",
        "effect",
        "--standard-error",
        "error",
    ]);
    let pooled = &answer["result"]["pooled"];
    // bench/reference/command_line.py, pooled(): scipy 1.17.1.
    for (field, expected, tolerance) in [
        ("tau_squared", 0.012_319_189_66, 1e-6),
        ("effect", 0.237_907_285_2, 1e-6),
        ("low", 0.087_949_765_76, 1e-6),
        ("high", 0.387_864_804_7, 1e-6),
        ("q", 12.697_316_27, 1e-7),
        ("q_p_value", 0.079_835_751_62, 1e-8),
        ("i_squared", 44.870_239_9, 1e-6),
    ] {
        near(&pooled[field], expected, tolerance);
    }
    let leeds = row(&answer["result"]["groups"], "group", "Leeds");
    near(&leeds["low"], -0.08 - 1.959_963_985 * 0.17, 1e-8);
    assert!(leeds["n"].is_null());

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("studies.csv");
    std::fs::write(&file, "city,effect,error\nKyiv,0.4,0.1\nLviv,0.2,0\n").expect("written");
    let file = file.display().to_string();
    let asked = ["compare", &file, "--by", "city", "--effect", "effect"];
    let refused = refusal(&[&asked[..], &["--standard-error", "error"]].concat());
    assert!(
        refused.contains("row 3")
            && refused.contains("column `error`: a standard error is above zero, not 0"),
        "{refused}"
    );
    let output = run(&asked);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--standard-error"));
}

#[test]
fn forecasts_are_those_of_statsmodels() {
    // bench/reference/command_line.py, forecast(): statsmodels 0.15.0, the model of least AICc of the three.
    let complaints = "trend examples/analyst/complaints.csv --order week --events complaints \
                      --exposure orders --forecast 4";
    let means = format!("trend {VISITS} --date date --mean overall --forecast 4");
    for (asked, trend, expected, sse, points) in [
        (
            complaints,
            "additive",
            [0.030_151_696, 0.030_394_789, 0.030_637_882, 0.030_880_975],
            0.002_429_613_274,
            52.0,
        ),
        (&means, "none", [3.754_908_823; 4], 0.198_719_654_2, 14.0),
    ] {
        let answer = json(&words(asked));
        let forecast = &answer["result"]["forecast"];
        assert_eq!(forecast["trend"], trend);
        for (point, expected) in expected.into_iter().enumerate() {
            near(&forecast["points"][point]["value"], expected, 1e-6);
        }
        // The spread of the errors comes from the same sum of squares, by the parameters that were fitted.
        let sigma = forecast["sigma"].as_f64().expect("a number");
        let fitted = points - sse / (sigma * sigma);
        assert!(
            (fitted - fitted.round()).abs() < 1e-3 && fitted > 0.5,
            "{fitted}"
        );
    }
}

#[test]
fn a_driver_is_worth_what_proportional_decomposition_says() {
    // bench/reference/command_line.py, proportional(): statsmodels 0.15.0.
    let answer = json(&words(
        "drivers examples/analyst/survey.csv --outcome overall --drivers wait,staff,price,effort --method pmvd",
    ));
    let drivers = &answer["result"]["models"][0]["drivers"];
    for (driver, expected) in [
        ("wait", 0.296_250_411_7),
        ("staff", 0.341_894_064_1),
        ("price", 0.088_070_397_64),
        ("effort", 0.001_141_172_74),
    ] {
        near(
            &row(drivers, "driver", driver)["pmvd"]["value"],
            expected,
            1e-8,
        );
    }
    assert!(drivers[0]["lmg"].is_null());
    let refused = refusal(&words(
        "drivers examples/analyst/survey.csv --outcome town=York --drivers wait,staff --method pmvd --outcome-kind binary",
    ));
    assert!(
        refused.contains("--method pmvd goes with --outcome-kind number"),
        "{refused}"
    );
}

#[test]
fn the_gap_says_whether_there_are_groups() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("customers.csv");
    let asked = |apart: f64| {
        let mut text = "spend,visits\n".to_owned();
        for customer in 0..60 {
            let group = f64::from(customer % 2) * apart;
            let (one, other) = (customer * 37 % 61, customer * 17 % 59);
            let line = format!("{},{}\n", group + f64::from(one), group + f64::from(other));
            text.push_str(&line);
        }
        std::fs::write(&file, text).expect("written");
        let file = file.display().to_string();
        let rest = "--columns spend,visits --k 1-4 --choose gap --bootstrap 0";
        json(&[&["groups".to_owned(), file][..], &words(rest)].concat())
    };
    for (apart, groups) in [(0.0, 1), (300.0, 2)] {
        let answer = asked(apart);
        let chosen = answer["result"]["groups"].as_array().map(Vec::len);
        assert_eq!(chosen, Some(groups), "{apart} apart");
        let choice = &answer["result"]["choices"][groups - 1];
        assert_eq!(choice["chosen"], true);
        let next = &answer["result"]["choices"][groups];
        let number = |value: &Value| value.as_f64().expect("a number");
        assert!(number(&choice["gap"]) >= number(&next["gap"]) - number(&next["gap_error"]));
    }
    let survey = "groups examples/analyst/survey.csv --choose gap --categories wait,staff";
    for (rest, why) in [
        (" --k 3", "--choose gap chooses from a range: --k 1-3"),
        (
            " --method latent-class",
            "--choose gap goes with --method k-medoids",
        ),
    ] {
        assert_eq!(refusal(&words(&format!("{survey}{rest}"))), why);
    }
}

#[test]
fn charts_and_trends_are_those_of_their_formulas() {
    // bench/reference/command_line.py, trend(): numpy 2.4.6, scipy 1.17.1.
    let answer = json(&["trend", VISITS, "--date", "date", "--csat", "overall"]);
    let result = &answer["result"];
    assert_eq!(
        (&result["period"], &result["points"][0]["period"]),
        (&Value::from("month"), &Value::from("2025-01"))
    );
    for (field, expected) in [
        ("centre", 64.112_388_25),
        ("low", 45.534_819_12),
        ("high", 82.689_957_38),
    ] {
        near(&result["points"][0][field], expected, 1e-7);
    }
    let test = row(&result["trends"], "test", "Cochran–Armitage on all answers");
    near(&test["z"], 0.967_989_737, 1e-7);
    near(&test["p_value"], 0.333_049_495_3, 1e-8);
    let test = row(&result["trends"], "test", "Mann–Kendall, with Sen's slope");
    near(&test["z"], 1.204_387_583, 1e-7);
    near(&test["p_value"], 0.228_439_809, 1e-8);
    near(&test["slope"], 0.351_731_601_7, 1e-8);

    let answer = json(&["trend", VISITS, "--date", "date", "--nps", "recommend"]);
    for (field, expected) in [
        ("centre", -3.683_306_489),
        ("low", -50.325_792_83),
        ("high", 42.959_179_85),
    ] {
        near(&answer["result"]["points"][0][field], expected, 1e-7);
    }

    let answer = json(&[
        "trend",
        "examples/analyst/complaints.csv",
        "--order",
        "week",
        "--events",
        "complaints",
        "--exposure",
        "orders",
        "--forecast",
        "4",
    ]);
    let result = &answer["result"];
    for (field, expected) in [
        ("centre", 0.024_016_675_73),
        ("low", 0.002_268_661_833),
        ("high", 0.045_764_689_63),
    ] {
        near(&result["points"][0][field], expected, 1e-9);
    }
    let beyond = row(&result["signals"], "rule", "a point beyond a limit");
    assert_eq!(
        (&beyond["from"], &beyond["to"]),
        (&Value::from("12"), &Value::from("12"))
    );
    let points = result["forecast"]["points"].as_array().expect("a forecast");
    assert_eq!(
        (points.len(), &points[0]["period"]),
        (4, &Value::from("53"))
    );
    // Each row an event: as many as rows, and a month without any counts.
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("events.csv");
    std::fs::write(
        &file,
        "day,what\n2026-01-05,a\n2026-01-20,b\n2026-03-01,c\n2026-04-01,d\n",
    )
    .expect("written");
    let answer = json(&[
        "trend",
        &file.display().to_string(),
        "--date",
        "day",
        "--count",
    ]);
    let counts: Vec<f64> = answer["result"]["points"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|point| point["value"].as_f64())
        .collect();
    assert_eq!(counts, [2.0, 0.0, 1.0, 1.0]);
}

#[test]
fn a_measure_did_what_statsmodels_says() {
    let answer = json(&[
        "did",
        VISITS,
        "--unit",
        "shop",
        "--date",
        "date",
        "--treated",
        "layout=new",
        "--mean",
        "overall",
    ]);
    let result = &answer["result"];
    // bench/reference/command_line.py, did(): OLS with clustered errors, statsmodels 0.15.0.
    for (field, expected) in [
        ("effect", 0.743_771_880_9),
        ("standard_error", 0.148_478_757_8),
        ("low", 0.416_972_338_4),
        ("high", 1.070_571_423),
        ("p_value", 0.000_396_683_475_7),
    ] {
        near(&result[field], expected, 1e-7);
    }
    assert_eq!(
        (&result["units"], &result["treated_units"], &result["n"]),
        (&Value::from(12), &Value::from(4), &Value::from(783))
    );
    // 12 over 4 ways are fewer than a thousand: all are looked at.
    assert_eq!(
        (
            &result["permutation"]["ways"],
            &result["permutation"]["exact"]
        ),
        (&Value::from(495), &Value::from(true))
    );
    // The same by who took it and since when.
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("visits.csv");
    let visits = std::fs::read_to_string(root().join(VISITS)).expect("visits");
    let took: Vec<&str> = visits
        .lines()
        .filter(|line| line.contains(",new,"))
        .filter_map(|line| line.split(',').nth(1))
        .collect();
    let marked = visits.lines().enumerate().map(|(index, line)| {
        let pilot = line
            .split(',')
            .nth(1)
            .is_some_and(|shop| took.contains(&shop));
        format!(
            "{line},{}\n",
            if index == 0 {
                "pilot"
            } else if pilot {
                "1"
            } else {
                "0"
            }
        )
    });
    std::fs::write(&file, marked.collect::<String>()).expect("written");
    let again = json(&[
        "did",
        &file.display().to_string(),
        "--unit",
        "shop",
        "--date",
        "date",
        "--treated",
        "pilot",
        "--since",
        "2025-09-01",
        "--mean",
        "overall",
    ]);
    assert_eq!(again["result"]["effect"], result["effect"]);
    assert_eq!(again["result"]["standard_error"], result["standard_error"]);
}

#[test]
fn contracts_are_renewed_as_published() {
    let answer = json(&[
        "clv",
        "examples/analyst/renewals.csv",
        "--survivors",
        "customers",
        "--by",
        "plan",
        "--horizon",
        "5",
    ]);
    let cohorts = &answer["result"]["cohorts"];
    // Fader and Hardie (2007), How to project customer retention, Journal of Interactive Marketing 21(1), table 2 on seven years.
    for (plan, alpha, beta, log_likelihood) in [
        ("High End", 0.668, 3.806, -1_611.2),
        ("Regular", 0.704, 1.182, -1_680.3),
    ] {
        let cohort = row(cohorts, "cohort", plan);
        near(&cohort["parameters"][0]["value"], alpha, 5e-4);
        near(&cohort["parameters"][1]["value"], beta, 5e-4);
        near(&cohort["log_likelihood"], log_likelihood, 0.05);
        assert_eq!(cohort["curve"].as_array().map(Vec::len), Some(13));
    }
    // bench/reference/command_line.py, contracts(): scipy 1.17.1.
    let cohort = row(cohorts, "cohort", "Regular");
    near(
        &cohort["curve"][12]["expected_survival"],
        17.003_744_85,
        1e-4,
    );
    near(&cohort["discounted_lifetime"], 3.694_908_379, 1e-4);
    near(&cohort["discounted_residual_lifetime"], 6.842_314_918, 1e-4);
}

#[test]
fn customers_are_scored_by_their_ranks() {
    let answer = json(&[
        "cohorts",
        "examples/analyst/orders.csv",
        "--customer",
        "customer",
        "--date",
        "date",
        "--amount",
        "amount",
        "--rfm",
    ]);
    let rfm = &answer["result"]["rfm"];
    // bench/reference/command_line.py, rfm(): scipy 1.17.1, rankdata.
    let customer = row(&rfm["customers"], "customer", "C001");
    let [days, purchases, money, recency, frequency, monetary] = [386.0, 1.0, 9.12, 2.0, 1.0, 1.0];
    near(&customer["monetary"], money, 1e-8);
    for (field, expected) in [
        ("recency_days", days),
        ("frequency", purchases),
        ("recency_score", recency),
        ("frequency_score", frequency),
        ("monetary_score", monetary),
    ] {
        near(&customer[field], expected, 0.0);
    }
    assert_eq!(rfm["by_recency"][0]["customers"], 60);
    near(&rfm["by_recency"][0]["monetary"], 205.627_333_3, 1e-6);
    let best = rfm["customers"].as_array().into_iter().flatten();
    let best = best.filter(|row| {
        ["recency_score", "frequency_score", "monetary_score"]
            .iter()
            .all(|field| row[*field] == 5)
    });
    assert_eq!(best.count(), 33);
}

#[test]
fn a_lifetime_is_a_long_horizon() {
    let worth = |horizon: &str| {
        json(&[
            "clv",
            "examples/analyst/orders.csv",
            "--customer",
            "customer",
            "--date",
            "date",
            "--amount",
            "amount",
            "--model",
            "bg-nbd",
            "--horizon",
            horizon,
        ])
    };
    // Discounted at 10 % a year, what comes after a hundred years is nothing.
    let answer = worth("5200");
    for model in answer["result"]["models"].as_array().expect("models") {
        let value = model["value"].as_f64().unwrap_or(f64::NAN);
        near(&model["lifetime_value"], value, 1e-4 * value);
    }
    let short = worth("52");
    for (one, other) in short["result"]["models"]
        .as_array()
        .into_iter()
        .flatten()
        .zip(answer["result"]["models"].as_array().into_iter().flatten())
    {
        assert!(one["value"].as_f64() < one["lifetime_value"].as_f64());
        assert_eq!(one["lifetime_value"], other["lifetime_value"]);
    }
}

#[test]
fn two_categories_go_together_as_scipy_says() {
    let answer = json(&[
        "groups",
        VISITS,
        "--method",
        "two-way",
        "--categories",
        "layout,overall",
    ]);
    let table = &answer["result"]["table"];
    // bench/reference/command_line.py, two_way(): scipy 1.17.1, chi2_contingency.
    for (field, expected) in [
        ("chi_squared", 24.487_548_11),
        ("p_value", 6.376_880_121e-5),
        ("cramers_v", 0.161_840_700_8),
    ] {
        near(&table[field], expected, 1e-8);
    }
    assert_eq!(table["df"], 4);
    assert_eq!(
        table["columns"],
        Value::from(["1", "2", "3", "4", "5"].map(str::to_owned).to_vec())
    );
}
