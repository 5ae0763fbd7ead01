//! The analyst's commands, run as analysts run them: on the files of `examples/analyst`, and where the folder `shared/data`
//! lies beside the repository, on real data with published values.

use std::path::PathBuf;
use std::process::Output;

use serde_json::Value;

#[path = "../support/mod.rs"]
mod support;

mod computed;
mod published;
mod refusals;

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
    std::fs::canonicalize("../..").expect("the repository")
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

#[track_caller]
fn near(value: &Value, expected: f64, tolerance: f64) {
    let value = value.as_f64().unwrap_or(f64::NAN);
    assert!(
        (value - expected).abs() <= tolerance,
        "{value} is not {expected} ± {tolerance}"
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

const VISITS: &str = "examples/analyst/visits.csv";

/// The row of a table in which a field has this value.
#[track_caller]
fn row<'a>(rows: &'a Value, field: &str, value: &str) -> &'a Value {
    let mut found = rows.as_array().into_iter().flatten();
    found.find(|row| row[field] == value).expect(value)
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
        if line.contains("--time months") {
            assert!(picture.contains(">months<"), "{line}");
        }
        std::fs::remove_file(&file).expect("removed");
    }
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
