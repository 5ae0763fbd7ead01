//! The analyst's commands, run as analysts run them: on the files of `examples/analyst`, and where the folder `shared/data`
//! lies beside the repository, on real data with published values.

use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

mod support;

const COMMANDS: [&str; 14] = [
    "score",
    "compare",
    "trend",
    "did",
    "drivers",
    "kano",
    "pls",
    "cohorts",
    "survival",
    "clv",
    "agreement",
    "groups",
    "reviews",
    "sample-size",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs a command in the root of the repository.
fn run<S: AsRef<str>>(arguments: &[S]) -> Output {
    let arguments = arguments.iter().map(AsRef::as_ref);
    let output = support::radost()
        .args(arguments)
        .current_dir(root())
        .output();
    output.expect("the program starts")
}

fn out(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn json<S: AsRef<str>>(arguments: &[S]) -> Value {
    let arguments = arguments
        .iter()
        .map(AsRef::as_ref)
        .chain(["--format", "json"]);
    let text = out(&run(&arguments.collect::<Vec<_>>()));
    serde_json::from_str(&text).expect("JSON")
}

/// The one line on which a command says why it refuses.
fn refusal<S: AsRef<str>>(arguments: &[S]) -> String {
    let output = run(arguments);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(output.stdout.is_empty());
    text.trim_end()
        .strip_prefix("radost: ")
        .unwrap_or(&text)
        .to_owned()
}

/// Words as a shell parts them: blanks apart, quotation marks together.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in line.split('"').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// Numbers as far as every machine agrees on them.
fn rounded(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => {
            let exact = number.as_f64().unwrap_or_default();
            if let Ok(short) = format!("{exact:.5e}").parse::<f64>() {
                *value = Value::from(if short.abs() < 1e-12 { 0.0 } else { short });
            }
        }
        Value::Array(values) => values.iter_mut().for_each(rounded),
        Value::Object(fields) => fields.values_mut().for_each(rounded),
        _ => {}
    }
}

#[test]
fn every_command_of_the_manual_answers_as_it_did() {
    let manual = std::fs::read_to_string(root().join("docs/ANALYST.md")).expect("the manual");
    let commands: Vec<&str> = manual
        .lines()
        .filter(|line| line.starts_with("radost "))
        .collect();
    for command in COMMANDS {
        assert!(
            commands.iter().any(|line| words(line)[1] == command),
            "the manual has no example of {command}"
        );
    }
    for (index, line) in commands.iter().enumerate() {
        let arguments = &words(line)[1..];
        let table = out(&run(arguments));
        let mut answer = json(arguments);
        rounded(&mut answer);
        let name = format!("{:02}-{}", index + 1, arguments[0]);
        insta::with_settings!({ description => *line, omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(format!("{name}-table"), table);
            insta::assert_snapshot!(format!("{name}-json"), serde_json::to_string_pretty(&answer).expect("JSON"));
        });
        let csv = out(&run(&[
            arguments,
            &["--format".to_owned(), "csv".to_owned()],
        ]
        .concat()));
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let head = reader.headers().expect("a header").clone();
        let names: std::collections::BTreeSet<&str> = head.iter().map(str::trim).collect();
        assert!(head.len() > 1 && names.len() == head.len(), "{csv}");
        assert!(reader.records().all(|row| row.is_ok()), "{csv}");
    }
}

/// Whether a value has the shape that a schema tells: types, fields that must be there, and none that are not told of.
fn has_shape(value: &Value, schema: &Value, whole: &Value) -> Result<(), String> {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap_or_default();
        return has_shape(value, &whole["$defs"][name], whole);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let tried: Vec<_> = choices
            .iter()
            .map(|choice| has_shape(value, choice, whole))
            .collect();
        return if tried.iter().any(Result::is_ok) {
            Ok(())
        } else {
            Err(format!("{value} is none of {tried:?}"))
        };
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let allowed: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let is = |kind: &str| allowed.contains(&kind);
    if !(is(kind) || kind == "integer" && is("number")) {
        return Err(format!("{value} is not {allowed:?}"));
    }
    match value {
        Value::Array(values) => values
            .iter()
            .try_for_each(|value| has_shape(value, &schema["items"], whole)),
        Value::Object(fields) => {
            for name in schema["required"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
            {
                if !fields.contains_key(name) {
                    return Err(format!("{name} is missing"));
                }
            }
            fields.iter().try_for_each(|(name, value)| {
                let field = match &schema["properties"][name] {
                    Value::Null => &schema["additionalProperties"],
                    field => field,
                };
                if field.is_null() {
                    return Err(format!("{name} is not told of"));
                }
                has_shape(value, field, whole).map_err(|what| format!("{name}: {what}"))
            })
        }
        _ => Ok(()),
    }
}

#[test]
fn the_json_of_every_command_has_the_shape_that_is_documented() {
    let manual = std::fs::read_to_string(root().join("docs/ANALYST.md")).expect("the manual");
    for command in COMMANDS {
        let schema = out(&run(&["json-schema", command]));
        let committed =
            std::fs::read_to_string(root().join(format!("docs/json/{command}.schema.json")));
        assert_eq!(
            committed.unwrap_or_default(),
            schema,
            "write it anew: radost json-schema {command} > docs/json/{command}.schema.json"
        );
        let schema: Value = serde_json::from_str(&schema).expect("JSON");
        for line in manual
            .lines()
            .filter(|line| line.starts_with(&format!("radost {command} ")))
        {
            let answer = json(&words(line)[1..]);
            has_shape(&answer, &schema, &schema).unwrap_or_else(|what| panic!("{line}: {what}"));
        }
    }
}

#[test]
fn one_survey_gives_the_same_answer_from_every_format() {
    let score = |name: &str| {
        let file = format!("examples/analyst/{name}");
        let score = json(&[
            "score",
            &file,
            "--nps",
            "recommend",
            "--csat",
            "overall",
            "--mean",
            "spent",
            "--by",
            "town",
        ]);
        let drivers = json(&[
            "drivers",
            &file,
            "--outcome",
            "overall",
            "--drivers",
            "wait,staff,#8",
        ]);
        (score["result"].clone(), drivers["result"].clone())
    };
    let expected = score("survey.csv");
    for name in [
        "survey.tsv",
        "survey.xlsx",
        "survey.parquet",
        "survey.sav",
        "survey.zsav",
    ] {
        assert_eq!(score(name), expected, "{name}");
    }
}

#[test]
fn pictures_are_drawn_where_they_say_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let manual = std::fs::read_to_string(root().join("docs/ANALYST.md")).expect("the manual");
    for line in manual.lines().filter(|line| line.starts_with("radost ")) {
        let mut arguments = words(line)[1..].to_vec();
        let without = arguments[0] == "sample-size" || line.contains("shop.toml");
        let file = folder.path().join("picture.svg");
        arguments.extend(["--svg".to_owned(), file.display().to_string()]);
        if without {
            assert!(refusal(&arguments).contains("no picture"), "{line}");
            continue;
        }
        out(&run(&arguments));
        let picture = std::fs::read_to_string(&file).expect("a picture");
        assert!(
            picture.starts_with("<svg xmlns")
                && picture.contains("<title")
                && picture.contains("var(--chart-"),
            "{line}"
        );
        assert!(
            picture.matches("<style").count() == 1
                && picture.contains("<style>svg:root{")
                && picture.contains("@media (prefers-color-scheme:dark){svg:root{")
                && !picture.contains("NaN")
                && !picture.contains("background"),
            "{line}"
        );
        std::fs::remove_file(&file).expect("removed");
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let check = |content: &str, arguments: &[&str], expected: &str| {
        let file = folder.path().join("answers.csv");
        std::fs::write(&file, content).expect("written");
        let file = file.display().to_string();
        let arguments: Vec<&str> = arguments
            .iter()
            .map(|word| if *word == "FILE" { &file } else { *word })
            .collect();
        let said = refusal(&arguments).replace(&file, "FILE");
        assert!(said.contains(expected), "{said}\nexpected: {expected}");
    };
    let rows =
        "nps,same,twice,other\n9,1,2,1\n7,1,4,2\n3,1,6,3\n10,1,8,4\n8,1,10,5\n6,1,12,6\n1,1,14,3\n";
    check(
        rows,
        &["score", "FILE", "--nps", "npss"],
        "FILE: there is no column `npss`; did you mean `nps`?",
    );
    check(rows, &["score", "FILE"], "say what to score");
    check(
        rows,
        &["score", "nowhere.csv", "--nps", "nps"],
        "nowhere.csv cannot be read",
    );
    check(
        "nps\n9\n11\n",
        &["score", "FILE", "--nps", "nps"],
        "FILE, row 3: column `nps`: ",
    );
    check(
        "nps\n9\nmuch\n",
        &["score", "FILE", "--nps", "nps"],
        "FILE, row 3, column `nps`: \"much\" is not a number",
    );
    check(
        "nps,w\n9,1\n8,0\n",
        &["score", "FILE", "--nps", "nps", "--weight", "w"],
        "row 3",
    );
    check(
        "nps,w\n9,1\n8,-2\n",
        &["score", "FILE", "--nps", "nps", "--weight", "w"],
        "row 3",
    );
    check(
        "nps,b\n0,1\n0,2\n",
        &["score", "FILE", "--nps", "nps", "--na", "0"],
        "column `nps`: all 2 cells are missing (with what --na says)",
    );
    check(
        "nps,b\n",
        &["score", "FILE", "--nps", "nps"],
        "no rows below the header",
    );
    check(
        "\u{0}\u{1}\u{2}",
        &["score", "FILE", "--nps", "nps"],
        "FILE",
    );
    check(
        rows,
        &[
            "drivers",
            "FILE",
            "--outcome",
            "nps",
            "--drivers",
            "same,other",
        ],
        "same",
    );
    check(
        rows,
        &[
            "drivers",
            "FILE",
            "--outcome",
            "same",
            "--drivers",
            "nps,other",
        ],
        "same",
    );
    check(
        "y,a,b\n1,1,2\n2,2,4\n4,3,6\n3,4,8\n5,6,12\n",
        &["drivers", "FILE", "--outcome", "y", "--drivers", "a,b"],
        "b",
    );
    check(
        "y,a,b,c\n1,1,2,3\n2,2,5,1\n",
        &["drivers", "FILE", "--outcome", "y", "--drivers", "a,b,c"],
        "needs",
    );
    check(
        rows,
        &[
            "drivers",
            "FILE",
            "--outcome",
            "nps",
            "--drivers",
            "nps,other",
        ],
        "cannot be a driver of itself",
    );
    check(
        "f,d\n1,6\n",
        &["kano", "FILE", "--pairs", "x=f:d"],
        "FILE, row 2: column `d`: ",
    );
    check(
        "f,d\nLike,2\n",
        &["kano", "FILE", "--pairs", "x=f:d", "--map", "I like it=1"],
        "\"Like\" is not an answer that --map knows",
    );
    check(
        "f,d\n1,2\n",
        &["kano", "FILE", "--pairs", "x=f"],
        "`x=f` is not a feature",
    );
    check(
        rows,
        &["pls", "FILE", "--model", "acsi"],
        "there is no column `CUEX1`",
    );
    check(
        rows,
        &["pls", "FILE", "--model", "nothing.toml"],
        "nothing.toml: neither ecsi nor acsi",
    );
    check(
        "t,e\n-1,1\n",
        &["survival", "FILE", "--time", "t", "--event", "e"],
        "row 2",
    );
    check(
        "t,e\n1,2\n",
        &["survival", "FILE", "--time", "t", "--event", "e"],
        "2 is neither 1 nor 0",
    );
    check(
        "c,d\nA,01/02/2026\n",
        &["clv", "FILE", "--customer", "c", "--date", "d"],
        "FILE, row 2, column `d`: \"01/02/2026\" is not a date",
    );
    check(
        "c,d\nA,2026-01-01\nB,2026-01-09\n",
        &["clv", "FILE", "--customer", "c", "--date", "d"],
        "none of the 2 customers has made a repeat purchase",
    );
    check(
        "c,d\nA,2026-01-01\n",
        &[
            "clv",
            "FILE",
            "--customer",
            "c",
            "--date",
            "d",
            "--calibration-end",
            "2027-01-01",
        ],
        "after the last purchase",
    );
    check(
        "g,n\na,1\na,2\n",
        &["compare", "FILE", "--by", "g", "--mean", "n"],
        "has one value",
    );
    check(
        "s\n6\n",
        &["reviews", "FILE", "--stars", "s"],
        "row 2: column `s`",
    );
    check(
        rows,
        &["agreement", "FILE", "--raters", "nps"],
        "two columns at least",
    );
    check(
        rows,
        &["groups", "FILE", "--columns", "nps", "--method", "tree"],
        "--categories",
    );
}

#[test]
fn models_of_ones_own_are_read_with_clear_errors() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = folder.path().join("model.toml");
    let shop = std::fs::read_to_string(root().join("examples/analyst/shop.toml")).expect("a model");
    let check = |from: &str, to: &str, expected: &str| {
        std::fs::write(&model, shop.replace(from, to)).expect("written");
        let said = refusal(&[
            "pls",
            "examples/analyst/survey.csv",
            "--model",
            &model.display().to_string(),
        ]);
        assert!(
            said.contains("model.toml") && said.contains(expected),
            "{said}"
        );
    };
    check(
        "\"price\"",
        "\"prise\"",
        "latent \"Value\": examples/analyst/survey.csv: there is no column `prise`; did you mean `price`?",
    );
    check("Service ->", "Servise ->", "Servise");
    check("Satisfaction -> Loyalty", "Loyalty -> Loyalty", "Loyalty");
    check("paths", "path", "path");
}

#[test]
fn answers_in_words_and_other_letters_are_understood() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("answers.csv");
    // windows-1251: a column whose name is Cyrillic, answers in words, a decimal comma between semicolons.
    std::fs::write(
        &file,
        b"\xee\xf6\xb3\xed\xea\xe0;wait\n10 - \xe4\xf3\xe6\xe5;1,5\n9;2,5\nn/a;3\n6 (bad);1\n",
    )
    .expect("written");
    let file = file.display().to_string();
    let answer = json(&[
        "score",
        &file,
        "--encoding",
        "windows-1251",
        "--nps",
        "#1",
        "--mean",
        "wait",
        "--na",
        "n/a",
    ]);
    assert_eq!(answer["result"]["scores"][0]["column"], "оцінка");
    assert_eq!(answer["result"]["scores"][0]["n"], 3);
    assert_eq!(answer["result"]["scores"][1]["value"], 2.0);
    let columns = answer["input"]["columns"].as_array().expect("columns");
    let read = columns
        .iter()
        .find(|column| column["name"] == "оцінка")
        .expect("the column");
    assert_eq!(
        (&read["from_words"], &read["missing"]),
        (&Value::from(2), &Value::from(1))
    );
    let refused = refusal(&["score", &file, "--nps", "#1"]);
    assert!(refused.contains("--encoding"), "{refused}");
}

/// Real data beside the repository, if they are there.
#[expect(clippy::print_stdout, reason = "a skipped test says so")]
fn shared(file: &str) -> Option<String> {
    let path = root().join("../../shared/data").join(file);
    let beside = root().join("../shared/data").join(file);
    let found = [path, beside].into_iter().find(|path| path.exists());
    if found.is_none() {
        println!("skipped: shared/data/{file} is not there");
    }
    found.map(|path| path.display().to_string())
}

#[track_caller]
fn near(value: &Value, expected: f64, tolerance: f64) {
    let value = value.as_f64().unwrap_or(f64::NAN);
    assert!(
        (value - expected).abs() <= tolerance,
        "{value} is not {expected} ± {tolerance}"
    );
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

fn drivers_of(answer: &Value, measure: &str, what: &str) -> Vec<f64> {
    let drivers = answer["result"]["models"][0]["drivers"]
        .as_array()
        .expect("drivers");
    drivers
        .iter()
        .map(|driver| driver[measure][what].as_f64().unwrap_or(f64::NAN))
        .collect()
}

#[track_caller]
fn all_near(values: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(values.len(), expected.len());
    for (value, expected) in values.iter().zip(expected) {
        assert!((value - expected).abs() <= tolerance, "{values:?}");
    }
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

/// Whether a process catches SIGINT yet: until it does, the signal would end it the hard way.
#[cfg(target_os = "linux")]
fn catches_interrupts(process: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let caught = status
        .lines()
        .find_map(|line| line.strip_prefix("SigCgt:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // SIGINT is signal 2, the second bit.
    caught.is_some_and(|mask| mask & 0b10 != 0)
}

#[test]
#[cfg(target_os = "linux")]
fn control_c_ends_a_long_computation_cleanly() {
    let file = root().join("examples/analyst/survey.csv");
    let file = file.display().to_string();
    let drivers: &[&str] = &[
        "drivers",
        &file,
        "--outcome",
        "overall",
        "--drivers",
        "wait,staff,price,effort,recommend,spent",
    ];
    // Each would take many minutes.
    let bootstrap = [drivers, &["--bootstrap", "100000000"]].concat();
    let raters = [
        "agreement",
        &root()
            .join("examples/analyst/ratings.csv")
            .display()
            .to_string(),
        "--raters",
        "anna,boris,chris",
        "--bootstrap",
        "100000000",
    ]
    .map(str::to_owned);
    let groups = [
        "groups",
        &file,
        "--columns",
        "wait,staff,price",
        "--k",
        "3",
        "--bootstrap",
        "100000000",
    ];
    let picture = tempfile::tempdir().expect("a folder");
    let svg = picture.path().join("picture.svg");
    for arguments in [
        bootstrap
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>(),
        raters.to_vec(),
        groups.map(str::to_owned).to_vec(),
    ] {
        let mut child = support::radost()
            .args(&arguments)
            .arg("--svg")
            .arg(&svg)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("the program starts");
        while !catches_interrupts(child.id()) {
            assert!(
                child.try_wait().expect("a state").is_none(),
                "it ended by itself"
            );
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let asked = std::process::Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status();
        assert!(asked.expect("kill").success());
        let output = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(130), "{said}");
        assert_eq!(said, "radost: interrupted; nothing was written\n");
        assert!(output.stdout.is_empty() && !svg.exists());
    }
}

const VISITS: &str = "examples/analyst/visits.csv";

/// The row of a table in which a field has this value.
#[track_caller]
fn row<'a>(rows: &'a Value, field: &str, value: &str) -> &'a Value {
    let mut found = rows.as_array().into_iter().flatten();
    found.find(|row| row[field] == value).expect(value)
}

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

#[test]
fn new_questions_are_refused_with_their_reason() {
    let survey = "examples/analyst/survey.csv";
    let drivers = [
        "drivers",
        survey,
        "--outcome",
        "overall",
        "--drivers",
        "wait,staff",
    ];
    let check = |arguments: &[&str], expected: &str| {
        let said = refusal(arguments);
        assert!(said.contains(expected), "{said}\nexpected: {expected}");
    };
    let with = |more: &[&'static str]| [&drivers[..], more].concat();
    check(
        &with(&["--what-if", "stuff=+1"]),
        "`stuff` is not among the drivers wait, staff",
    );
    check(
        &with(&["--what-if", "staff=4"]),
        "`staff=4` is not a change",
    );
    check(&with(&["--penalty-reward", "4:2"]), "as 2:4");
    check(&with(&["--penalty-reward", "0:4"]), "--penalty-reward");
    check(&with(&["--outcome-kind", "binary"]), "column `overall`: ");
    check(
        &with(&["--outcome-kind", "binary", "--bootstrap", "100"]),
        "--bootstrap goes with --outcome-kind number alone",
    );
    check(
        &with(&["--method", "ols", "--quadrants"]),
        "--quadrants needs importances",
    );
    check(
        &[
            "compare", survey, "--by", "town", "--csat", "overall", "--league", "--places", "3",
        ],
        "3 places are not a top of 3 units",
    );
    check(
        &[
            "trend",
            survey,
            "--date",
            "visited",
            "--nps",
            "recommend",
            "--chart",
            "p",
        ],
        "--chart p goes with --csat",
    );
    check(
        &["trend", survey, "--date", "visited"],
        "say what to follow",
    );
    check(
        &[
            "trend", survey, "--date", "visited", "--period", "year", "--mean", "wait",
        ],
        "one point of time",
    );
    check(
        &[
            "trend",
            survey,
            "--date",
            "visited",
            "--mean",
            "wait",
            "--baseline",
            "9",
        ],
        "--baseline 9: from 2 to the 5 points",
    );
    check(
        &[
            "did",
            VISITS,
            "--unit",
            "shop",
            "--date",
            "date",
            "--treated",
            "overall",
            "--mean",
            "overall",
        ],
        "is neither 1 nor 0",
    );
    check(
        &[
            "did",
            VISITS,
            "--unit",
            "shop",
            "--date",
            "date",
            "--period",
            "year",
            "--treated",
            "layout=new",
            "--mean",
            "overall",
        ],
        "both has and does not have the measure in 2025",
    );
    check(
        &[
            "did",
            VISITS,
            "--unit",
            "layout",
            "--date",
            "date",
            "--treated",
            "layout=new",
            "--mean",
            "overall",
        ],
        "units, and `layout` names 2",
    );
    check(
        &[
            "did",
            VISITS,
            "--unit",
            "shop",
            "--date",
            "date",
            "--treated",
            "layout=new",
            "--since",
            "autumn",
            "--mean",
            "overall",
        ],
        "--since: autumn is not a date",
    );
    check(
        &[
            "groups",
            survey,
            "--method",
            "two-way",
            "--categories",
            "town",
        ],
        "takes two --categories",
    );
    check(
        &[
            "clv",
            "examples/analyst/renewals.csv",
            "--survivors",
            "customers",
        ],
        "column `customers`: ",
    );
    check(
        &[
            "clv",
            "examples/analyst/renewals.csv",
            "--survivors",
            "costumers",
        ],
        "did you mean `customers`?",
    );
}
