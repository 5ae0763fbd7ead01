//! The Kano page: answers in pairs become categories, on the page as in the references, and small groups stay unseen.

#[path = "support/numbers.rs"]
mod numbers;
mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use axum::http::StatusCode;
use numbers::{links, text_of};
use radost_app::domain::access::{Permission, Role};
use radost_app::domain::listen::{Channel, Survey};
use radost_app::explain::{Kano, Selection};
use radost_app::listen::import::{ImportTask, Mapping};
use radost_app::listen::{NewResponse, NewSurvey};
use radost_server::look::check::strict;
use serde_json::{Value, json};
use support::TestApp;

const PAGE: &str = "/explain/kano";

/// A survey that asks about each of these features twice.
async fn asking(test: &TestApp, code: &str, features: &[&str]) {
    let four = |text: &str| json!({ "en": text, "ru": text, "uk": text, "bg": text });
    let mut questions = Vec::new();
    for feature in features {
        for side in ["functional", "dysfunctional"] {
            questions.push(json!({
                "code": format!("{feature}_{side}"), "kind": "kano", "attribute": feature, "side": side,
                "text": four(&format!("{feature} {side}?")),
                "label": if side == "functional" { four(&format!("The {feature}")) } else { json!({}) },
            }));
        }
    }
    let document = json!({
        "code": code, "title": four("Features"), "languages": ["en", "ru", "uk", "bg"],
        "blocks": [{ "code": "main", "questions": questions }],
        "segments": [{ "code": "size", "label": four("Size") }],
    });
    let survey = Survey::from_json(&document).expect("a survey");
    let new = NewSurvey::Document(Box::new(survey));
    test.app
        .create_survey(&test.console, new)
        .await
        .expect("a draft");
    test.app
        .publish_survey(&test.console, code)
        .await
        .expect("published");
}

fn answered(size: &str, pairs: &[(&str, i64, i64)]) -> NewResponse {
    let mut answers: BTreeMap<String, Value> = BTreeMap::new();
    for (feature, there, missing) in pairs {
        answers.insert(format!("{feature}_functional"), json!(there));
        if *missing > 0 {
            answers.insert(format!("{feature}_dysfunctional"), json!(missing));
        }
    }
    let sized = !size.is_empty();
    NewResponse {
        answers,
        channel: Some(Channel::Web),
        submitted_at: Some("2026-10-20T09:00:00Z".parse().expect("a time")),
        segments: sized
            .then(|| ("size".to_owned(), size.to_owned()))
            .into_iter()
            .collect(),
        ..NewResponse::default()
    }
}

/// 60 customers: 40 small, 17 large, 3 of no size. Delivery is must-be to all but 9; colour attractive to the small ones and
/// indifferent to the large ones.
async fn features() -> TestApp {
    let test = TestApp::new().await.with_survey("post-visit").await;
    asking(&test, "features", &["delivery", "colour"]).await;
    let mut responses = Vec::new();
    for i in 0..60 {
        let size = match i {
            0..40 => "small",
            40..57 => "large",
            _ => "",
        };
        let delivery = if i % 7 == 0 { (1, 5) } else { (2, 5) };
        let colour = if i < 40 { (1, 3) } else { (3, 3) };
        // One leaves half of a pair out.
        let missing = if i == 59 { 0 } else { colour.1 };
        responses.push(answered(
            size,
            &[
                ("delivery", delivery.0, delivery.1),
                ("colour", colour.0, missing),
            ],
        ));
    }
    numbers::record(&test, "features", responses).await;
    test
}

async fn found(test: &TestApp, pairs: &[(&str, &str)]) -> Kano {
    let selection = Selection::of(pairs.iter().copied());
    let found = test
        .app
        .kano(&test.console, &selection)
        .await
        .expect("allowed");
    found.expect("a survey")
}

#[tokio::test]
async fn the_page_says_what_features_are_in_four_languages() {
    let test = features().await;
    let cookie = test.signed_in(Role::Analyst).await;
    // Delivery: 9 of 60 one-dimensional (every seventh), 51 must-be. Colour: 40 attractive, 19 indifferent.
    for (lang, sentence) in [
        (
            "en",
            "To 60 customers, a matter of course: The delivery; a delight: The colour.",
        ),
        (
            "ru",
            "Для 60 клиентов само собой разумеется: The delivery; приятная неожиданность: The colour.",
        ),
        (
            "uk",
            "Для 60 клієнтів само собою зрозуміло: The delivery; приємна несподіванка: The colour.",
        ),
        (
            "bg",
            "За 60 клиенти се разбира от само себе си: The delivery; приятна изненада: The colour.",
        ),
    ] {
        for by in ["", "&by=segment.size", "&by=location", "&by=channel"] {
            let page = test.get(&format!("{PAGE}?lang={lang}{by}"), &cookie).await;
            assert_eq!(page.status, StatusCode::OK);
            assert_eq!(strict(&page.body), Vec::<String>::new(), "{lang} {by}");
            let text = text_of(&page.body);
            assert!(text.contains(sentence), "{text}");
            for unwritten in ["kano-", "groups-", "overview-"] {
                assert!(
                    !page.body.contains(&format!(">{unwritten}")),
                    "{lang}: {unwritten}"
                );
            }
        }
    }
    let text = text_of(&test.get(&format!("{PAGE}?lang=en"), &cookie).await.body);
    assert!(
        text.contains("1 The delivery must-be p &lt; 0.001 60 15% [8–26] 100% [94–100] 100% [94–100] 51 9 0 0 0 0"),
        "{text}"
    );
    // Better = 9 / 60, Worse = 60 / 60 with Wilson's bounds: 1 / (1 + 1.96² / 60) = 94 %.
    assert!(text.contains("15% [8–26] 100% [94–100]"), "{text}");
    assert!(
        text.contains("one answered only half of the pair"),
        "{text}"
    );
    let key = test.key(&[Permission::SeeResults]).await;
    let api = test
        .api("GET", "/api/v1/explain/kano?by=segment.size", &key, None)
        .await
        .json();
    let delivery = &api["features"][0];
    assert_eq!(
        (
            &delivery["attribute"],
            &delivery["category"],
            &delivery["clear"]
        ),
        (&json!("delivery"), &json!("M"), &json!(true))
    );
    assert_eq!(delivery["counts"], json!([51, 9, 0, 0, 0, 0]));
    assert_eq!(delivery["groups"][0]["withheld"], true, "{delivery}");
    let csv = test.get("/explain/kano.csv?survey=features", &cookie).await;
    let line = csv.body.lines().nth(1).expect("a row");
    assert!(line.starts_with("delivery,,,M,M,yes,"), "{line}");
    assert!(line.contains(",51,9,0,0,0,0,60,0.15,"), "{line}");
    assert!(
        line.ends_with(",-1,-1,-0.93982708") || line.contains(",-1,-1,-0.9398"),
        "{line}"
    );
}

#[tokio::test]
async fn groups_are_compared_and_small_ones_withheld() {
    let test = features().await;
    let cookie = test.signed_in(Role::Analyst).await;
    let page = test.get(&format!("{PAGE}?by=segment.size"), &cookie).await;
    let text = text_of(&page.body);
    // Three are of no size: with the total known they would be told by subtraction, so that the large ones are withheld too.
    assert!(
        text.contains(
            "The delivery not enough responses yet must-be n = 40 not enough responses yet"
        ),
        "{text}"
    );
    assert!(
        !text.contains("n = 17") && !text.contains("n = 3 "),
        "{text}"
    );
    let two = links(&page.body, "/explain/kano?segment=size%3Asmall");
    assert_eq!(
        two.len(),
        1,
        "a group leads to a page of its own: {}",
        page.body
    );
    let small = text_of(&test.get(&two[0], &cookie).await.body);
    assert!(small.contains("To 40 customers,"), "{small}");

    let few = found(&test, &[("segment", "size:none")]).await;
    assert!(
        few.features
            .iter()
            .all(|feature| feature.whole.shown().is_none())
    );
    let unknown = test.get(&format!("{PAGE}?by=colour"), &cookie).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    let unknown = test
        .get(&format!("{PAGE}?by=segment.colour"), &cookie)
        .await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_survey_without_pairs_says_what_to_do() {
    let test = features().await;
    let cookie = test.signed_in(Role::Admin).await;
    let page = test
        .get(&format!("{PAGE}?survey=post-visit"), &cookie)
        .await;
    assert_eq!(strict(&page.body), Vec::<String>::new());
    assert!(text_of(&page.body).contains("This survey has no Kano pairs"));
    assert_eq!(links(&page.body, "/surveys/post-visit").len(), 1);
    // The first screen is about a survey that measures something, though this one has the latest answers.
    let overview = test.get("/", &cookie).await;
    assert_eq!(overview.status, StatusCode::OK);
    let agent = test.signed_in(Role::Agent).await;
    assert_ne!(test.get(PAGE, &agent).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_respondent_chooses_among_the_five_answers_in_their_language() {
    let test = features().await;
    for (lang, answer) in [
        ("en", "I can live with it"),
        ("ru", "Могу с этим смириться"),
        ("uk", "Можу з цим змиритися"),
        ("bg", "Мога да го приема"),
    ] {
        let page = test.get(&format!("/s/cafe/features?lang={lang}"), "").await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(
            page.body.matches(&format!(">{answer}</label>")).count(),
            4,
            "{}",
            page.body
        );
        assert!(
            page.body
                .contains("name=\"q-delivery_functional\" value=\"4\""),
            "{}",
            page.body
        );
    }
}

/// The real answers of Reppel (2022), brought in as files with their own words, against the published evaluation.
#[tokio::test]
async fn real_answers_come_out_as_published() {
    let folder = Path::new("../../../shared/data/kano");
    if !folder.exists() {
        println!("skipped: ../shared/data is not here");
        return;
    }
    let reference =
        std::fs::read_to_string(folder.join("kano_reppl_reference.csv")).expect("readable");
    let reference: Vec<Vec<&str>> = reference
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect())
        .collect();
    let mut checked = 0;
    for (file, code, features) in [
        ("kano_reppl_storage_cohort1.csv", "storage-1", 1..=5),
        ("kano_reppl_storage_cohort2.csv", "storage-2", 1..=5),
        ("kano_reppl_transfers_all_cohorts.csv", "transfers", 6..=11),
    ] {
        let test = TestApp::new().await;
        let names: Vec<String> = features.map(|number| format!("f{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        asking(&test, code, &names).await;
        let mut mapping =
            "channel = \"web\"\n[columns]\n\"ID\" = { to = \"client_id\" }\n".to_owned();
        for name in &names {
            for side in ["functional", "dysfunctional"] {
                let column = format!("{}_{side}", name.to_uppercase());
                // A misspelling of the file.
                mapping.push_str(&format!(
                    "\"{column}\" = {{ to = \"answer\", code = \"{name}_{side}\", values = {{ \"I must be that way\" = \"2\" }} }}\n"
                ));
            }
        }
        let task = ImportTask {
            file: folder.join(file),
            survey: code.into(),
            mapping: Mapping::from_toml(&mapping).expect("a mapping"),
            rejects: None,
            dry_run: false,
            limit: None,
        };
        let imported = test
            .app
            .import_file(&test.console, task, Arc::default())
            .await
            .expect("imported");
        assert_eq!(imported.counts.rejected, 0, "{file}");
        let kano = found(&test, &[("survey", code)]).await;
        for feature in &kano.features {
            let name = feature.attribute.to_string().to_uppercase();
            let row = reference
                .iter()
                .find(|row| row[0] == file && row[1] == name && row[2] == "berger1993_standard");
            // The published table stops after the eighth feature.
            let Some(row) = row else { continue };
            let verdict = feature.whole.shown().expect("shown");
            let (evaluation, c) = (
                &verdict.evaluation,
                verdict.coefficients.expect("coefficients"),
            );
            let counts = &evaluation.counts;
            let counted = [
                counts.attractive,
                counts.one_dimensional,
                counts.must_be,
                counts.indifferent,
                counts.reverse,
                counts.questionable,
                evaluation.n,
            ];
            let expected: Vec<u64> = row[4..=10]
                .iter()
                .map(|cell| cell.parse().expect("a count"))
                .collect();
            assert_eq!(counted.as_slice(), expected, "{file} {name}");
            assert_eq!(
                evaluation.by_rule.letter().to_string(),
                row[12],
                "{file} {name}"
            );
            assert_eq!(
                evaluation.by_mode.letter().to_string(),
                row[13],
                "{file} {name}"
            );
            let near = |value: f64, cell: &str| {
                (value - cell.parse::<f64>().expect("a number")).abs() < 5e-8
            };
            assert!(
                near(c.better.value, row[14]) && near(c.worse.value, row[15]),
                "{file} {name}"
            );
            checked += 1;
        }
        let cookie = test.signed_in(Role::Analyst).await;
        let page = test.get(&format!("{PAGE}?by=channel"), &cookie).await;
        assert_eq!(strict(&page.body), Vec::<String>::new(), "{file}");
        test.keep(&format!("kano-{code}"), &page.body).await;
    }
    assert!(
        checked >= 13,
        "{checked} features are in the published table"
    );
}
