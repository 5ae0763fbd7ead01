//! What a survey takes for an answer, and what it says to the rest.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::collections::BTreeMap;

use radost_domain::listen::answer::Answers;
use radost_domain::listen::{Answer, PublishedSurvey, Rejection, Survey};
use serde_json::{Value, json};

fn survey() -> PublishedSurvey {
    let text = json!({ "en": "?" });
    let options = json!([
        { "code": "late", "text": text },
        { "code": "rude", "text": text },
        { "code": "cold", "text": text },
    ]);
    let question = |code: &str, settings: Value| {
        let mut question = settings;
        question["code"] = json!(code);
        question["text"] = text.clone();
        question
    };
    let document = json!({
        "code": "visit", "title": text, "languages": ["en"],
        "blocks": [
            { "code": "one", "questions": [
                question("welcome", json!({ "kind": "statement" })),
                question("nps", json!({ "kind": "nps" })),
                question("csat", json!({ "kind": "csat", "points": 7 })),
                question("ces", json!({ "kind": "ces" })),
                question("taste", json!({ "kind": "rating", "not_applicable": true })),
                question("ten", json!({ "kind": "rating", "points": 11 })),
                question("taste_importance", json!({ "kind": "importance", "of": "taste" })),
                question("reason", json!({ "kind": "single", "options": options })),
                question("wrong", json!({ "kind": "multi", "options": options, "max_choices": 2 })),
                question("word", json!({ "kind": "text", "max_length": 5 })),
                question("age", json!({ "kind": "number", "min": 0.0, "max": 120.0 })),
                question("spent", json!({ "kind": "number", "decimals": 2 })),
                question("visited", json!({ "kind": "date", "min": "2026-01-01", "max": "2026-12-31" })),
                question("news", json!({ "kind": "consent" })),
                question("worth", json!({ "kind": "price", "points": 7 })),
                question("order", json!({ "kind": "ranking", "options": options })),
                question("top", json!({ "kind": "ranking", "options": options, "places": 2 })),
                question("set_1", json!({ "kind": "best_worst", "options": options })),
                question("mail", json!({ "kind": "email" })),
                question("number", json!({ "kind": "phone" })),
                question("me", json!({ "kind": "contact" })),
                question("receipt", json!({ "kind": "photo" })),
                question("said", json!({ "kind": "voice" })),
                question("place", json!({ "kind": "location" })),
            ]},
            { "code": "two", "show_if": "nps <= 6", "questions": [
                question("why", json!({ "kind": "text", "required": true })),
                question("which", json!({ "kind": "text", "show_if": "answered(why)" })),
            ]},
            { "code": "three", "show_if": "news", "questions": [
                question("terms", json!({ "kind": "consent", "required": true })),
            ]},
        ],
    });
    Survey::from_json(&document)
        .unwrap()
        .publish(1, &[])
        .unwrap()
}

fn given(answers: Value) -> BTreeMap<String, Value> {
    serde_json::from_value(answers).unwrap()
}

#[test]
fn an_answer_is_taken_as_it_is_meant() {
    let survey = survey();
    let check = |code: &str, value: Value, expected: Option<Answer>| {
        let question = &survey.question(code).unwrap().question;
        assert_eq!(
            Answer::parse(question, &value),
            Ok(expected),
            "{code}: {value}"
        );
    };
    let text = |text: &str| Some(Answer::Text(text.to_owned()));
    check("nps", json!(0), Some(Answer::Scale(0)));
    check("nps", json!(10), Some(Answer::Scale(10)));
    check("nps", json!(9.0), Some(Answer::Scale(9)));
    check("nps", json!(null), None);
    check("csat", json!(7), Some(Answer::Scale(7)));
    check("ces", json!(1), Some(Answer::Scale(1)));
    check("taste", json!(5), Some(Answer::Scale(5)));
    check("taste", json!("n/a"), text("n/a"));
    check("ten", json!(0), Some(Answer::Scale(0)));
    check("taste_importance", json!(1), Some(Answer::Scale(1)));
    check("reason", json!("late"), text("late"));
    check("reason", json!(""), None);
    let codes = |codes: &[&str]| {
        Some(Answer::Choices(
            codes.iter().map(|code| code.parse().unwrap()).collect(),
        ))
    };
    check("wrong", json!(["rude", "late"]), codes(&["rude", "late"]));
    check(
        "wrong",
        json!(["late", "late", "rude", "rude"]),
        codes(&["late", "rude"]),
    );
    check("wrong", json!([]), None);
    check("word", json!(" вкусн \n"), text("вкусн"));
    check("word", json!("☕☕☕☕☕"), text("☕☕☕☕☕"));
    check("word", json!("n/a"), text("n/a"));
    check("word", json!("  "), None);
    check("age", json!(17), Some(Answer::Number(17.0)));
    check("age", json!(120.0), Some(Answer::Number(120.0)));
    check("spent", json!(-12.35), Some(Answer::Number(-12.35)));
    check(
        "spent",
        json!(123_456_789_012.35),
        Some(Answer::Number(123_456_789_012.35)),
    );
    check("visited", json!("2026-03-01"), text("2026-03-01"));
    check("visited", json!(""), None);
    check("news", json!(true), Some(Answer::Consent(true)));
    check("news", json!(false), Some(Answer::Consent(false)));
    check("worth", json!(7), Some(Answer::Scale(7)));
    check(
        "order",
        json!(["cold", "late", "rude"]),
        codes(&["cold", "late", "rude"]),
    );
    check("order", json!([]), None);
    check("top", json!(["rude", "late"]), codes(&["rude", "late"]));
    check("set_1", json!(["rude", "cold"]), codes(&["rude", "cold"]));
    check("set_1", json!([]), None);
    check(
        "mail",
        json!(" Olena@Example.COM "),
        text("olena@example.com"),
    );
    check("mail", json!(""), None);
    check(
        "number",
        json!("+380 (44) 123-45-67"),
        text("+380441234567"),
    );
    check("number", json!(" "), None);
    let contact = |parts: Value| Some(Answer::Contact(serde_json::from_value(parts).unwrap()));
    check(
        "me",
        json!({ "name": " Олена ", "email": "O@X.ua", "phone": "+380 44 123 45 67" }),
        contact(json!({ "name": "Олена", "email": "o@x.ua", "phone": "+380441234567" })),
    );
    check(
        "me",
        json!({ "name": "", "email": null, "phone": "+380441234567" }),
        contact(json!({ "phone": "+380441234567" })),
    );
    check("me", json!({ "name": " " }), None);
    check("me", json!({}), None);
    let id = "0192f0a0-5b1c-7c3e-8f00-0123456789ab";
    check("receipt", json!(id), text(id));
    check("receipt", json!(id.to_uppercase()), text(id));
    check("said", json!(id.replace('-', "")), text(id));
    check("said", json!(""), None);
    check("place", json!("kyiv-center"), text("kyiv-center"));
    check("welcome", json!(null), None);
}

#[test]
fn what_was_stored_reads_back_as_itself() {
    let check = |stored: &str, answer: Answer| {
        assert_eq!(serde_json::from_str::<Answer>(stored).unwrap(), answer);
        assert_eq!(serde_json::to_string(&answer).unwrap(), stored);
    };
    check("true", Answer::Consent(true));
    check("7", Answer::Scale(7));
    check("-2", Answer::Scale(-2));
    check("35.0", Answer::Number(35.0));
    check(r#""смачно""#, Answer::Text("смачно".to_owned()));
    let codes = ["late", "rude"].map(|code| code.parse().unwrap());
    check(r#"["late","rude"]"#, Answer::Choices(codes.to_vec()));
    check("[]", Answer::Choices(Vec::new()));
    let contact = r#"{"name":"Olena","phone":"+380441234567"}"#;
    check(
        contact,
        Answer::Contact(serde_json::from_str(contact).unwrap()),
    );
    for none in [
        "null",
        "{}",
        r#"{"fax":"1"}"#,
        r#"{"name":1}"#,
        r#"["Not a code"]"#,
        "[1]",
    ] {
        assert!(serde_json::from_str::<Answer>(none).is_err(), "{none}");
    }
}

#[test]
fn a_refusal_says_what_would_be_taken() {
    let survey = survey();
    let check = |answers: Value, kind: &str, place: Option<&str>, message: &str| {
        let rejection = survey
            .check_answers(&given(answers.clone()))
            .expect_err(message);
        assert_eq!(rejection.to_string(), message, "{answers}");
        assert_eq!(
            (rejection.kind(), rejection.place()),
            (kind, place),
            "{answers}"
        );
    };
    check(
        json!({ "nps": 11 }),
        "off-scale",
        Some("nps"),
        "`nps` takes whole numbers from 0 to 10, not 11",
    );
    check(
        json!({ "nps": 6.5 }),
        "off-scale",
        Some("nps"),
        "`nps` takes whole numbers from 0 to 10, not 6.5",
    );
    check(
        json!({ "nps": -1 }),
        "off-scale",
        Some("nps"),
        "`nps` takes whole numbers from 0 to 10, not -1",
    );
    check(
        json!({ "nps": 1e300 }),
        "off-scale",
        Some("nps"),
        "`nps` takes whole numbers from 0 to 10, not 1e+300",
    );
    check(
        json!({ "nps": u64::MAX }),
        "off-scale",
        Some("nps"),
        "`nps` takes whole numbers from 0 to 10, not 18446744073709551615",
    );
    check(
        json!({ "nps": "9" }),
        "wrong-type",
        Some("nps"),
        "`nps` takes a whole number, not 9",
    );
    check(
        json!({ "nps": true }),
        "wrong-type",
        Some("nps"),
        "`nps` takes a whole number, not true",
    );
    check(
        json!({ "nps": "n/a" }),
        "wrong-type",
        Some("nps"),
        "`nps` takes a whole number, not n/a",
    );
    check(
        json!({ "csat": 8 }),
        "off-scale",
        Some("csat"),
        "`csat` takes whole numbers from 1 to 7, not 8",
    );
    check(
        json!({ "ces": 0 }),
        "off-scale",
        Some("ces"),
        "`ces` takes whole numbers from 1 to 7, not 0",
    );
    check(
        json!({ "taste": 0 }),
        "off-scale",
        Some("taste"),
        "`taste` takes whole numbers from 1 to 5, not 0",
    );
    check(
        json!({ "ten": "n/a" }),
        "wrong-type",
        Some("ten"),
        "`ten` takes a whole number, not n/a",
    );
    check(
        json!({ "taste_importance": 6 }),
        "off-scale",
        Some("taste_importance"),
        "`taste_importance` takes whole numbers from 1 to 5, not 6",
    );
    check(
        json!({ "reason": "slow" }),
        "no-option",
        Some("reason"),
        "`reason` has no option `slow`; its options are late, rude, cold",
    );
    check(
        json!({ "reason": 1 }),
        "wrong-type",
        Some("reason"),
        "`reason` takes the code of an option, not 1",
    );
    check(
        json!({ "wrong": ["late", "slow"] }),
        "no-option",
        Some("wrong"),
        "`wrong` has no option `slow`; its options are late, rude, cold",
    );
    check(
        json!({ "wrong": "late" }),
        "wrong-type",
        Some("wrong"),
        "`wrong` takes a list of codes of options, not late",
    );
    check(
        json!({ "wrong": [1] }),
        "wrong-type",
        Some("wrong"),
        "`wrong` takes a list of codes of options, not [1]",
    );
    check(
        json!({ "wrong": ["late", "rude", "cold"] }),
        "too-many-choices",
        Some("wrong"),
        "`wrong` takes at most 2 choices, not 3",
    );
    check(
        json!({ "word": "вкусно" }),
        "too-long",
        Some("word"),
        "`word` takes at most 5 characters, not 6",
    );
    check(
        json!({ "word": 5 }),
        "wrong-type",
        Some("word"),
        "`word` takes text, not 5",
    );
    check(
        json!({ "word": "a\u{0}b" }),
        "wrong-type",
        Some("word"),
        "`word` takes text without NUL characters, not a\u{0}b",
    );
    check(
        json!({ "age": 121 }),
        "out-of-range",
        Some("age"),
        "`age` takes values from 0 to 120, not 121",
    );
    check(
        json!({ "age": 17.5 }),
        "too-precise",
        Some("age"),
        "`age` takes at most 0 digits after the point, not 17.5",
    );
    check(
        json!({ "age": "17" }),
        "wrong-type",
        Some("age"),
        "`age` takes a number, not 17",
    );
    check(
        json!({ "spent": 12.345 }),
        "too-precise",
        Some("spent"),
        "`spent` takes at most 2 digits after the point, not 12.345",
    );
    check(
        json!({ "spent": 1e16 }),
        "out-of-range",
        Some("spent"),
        "`spent` takes values from -1000000000000000 to 1000000000000000, not 1e+16",
    );
    check(
        json!({ "visited": "2027-01-01" }),
        "out-of-range",
        Some("visited"),
        "`visited` takes values from 2026-01-01 to 2026-12-31, not 2027-01-01",
    );
    for not_a_day in ["2026-02-30", "01.03.2026", "20260301", "2026-03-01T12:00"] {
        let message = format!("`visited` takes a day as YYYY-MM-DD, not {not_a_day}");
        check(
            json!({ "visited": not_a_day }),
            "wrong-type",
            Some("visited"),
            &message,
        );
    }
    check(
        json!({ "news": "yes" }),
        "wrong-type",
        Some("news"),
        "`news` takes true or false, not yes",
    );
    check(
        json!({ "worth": 8 }),
        "off-scale",
        Some("worth"),
        "`worth` takes whole numbers from 1 to 7, not 8",
    );
    check(
        json!({ "order": ["cold", "late"] }),
        "choice-count",
        Some("order"),
        "`order` takes 3 choices, not 2",
    );
    check(
        json!({ "top": ["cold", "late", "rude"] }),
        "choice-count",
        Some("top"),
        "`top` takes 2 choices, not 3",
    );
    check(
        json!({ "top": ["cold", "cold"] }),
        "chosen-twice",
        Some("top"),
        "`top` has `cold` twice; each option takes one place",
    );
    check(
        json!({ "order": ["slow"] }),
        "no-option",
        Some("order"),
        "`order` has no option `slow`; its options are late, rude, cold",
    );
    check(
        json!({ "set_1": ["cold"] }),
        "choice-count",
        Some("set_1"),
        "`set_1` takes 2 choices, not 1",
    );
    check(
        json!({ "set_1": ["late", "late"] }),
        "chosen-twice",
        Some("set_1"),
        "`set_1` has `late` twice; each option takes one place",
    );
    check(
        json!({ "set_1": "late" }),
        "wrong-type",
        Some("set_1"),
        "`set_1` takes a list of codes of options, not late",
    );
    check(
        json!({ "mail": "olena@" }),
        "wrong-type",
        Some("mail"),
        "`mail` takes an e-mail address, not olena@",
    );
    check(
        json!({ "mail": 5 }),
        "wrong-type",
        Some("mail"),
        "`mail` takes an e-mail address, not 5",
    );
    check(
        json!({ "number": "044 123 45 67" }),
        "wrong-type",
        Some("number"),
        "`number` takes a phone number with + and the country, not 044 123 45 67",
    );
    check(
        json!({ "me": { "name": "Olena", "phone": "123" } }),
        "wrong-type",
        Some("me"),
        "`me` takes a phone number with + and the country as phone",
    );
    for other in [json!({ "fax": "1" }), json!({ "name": 1 }), json!("Olena")] {
        let given = match &other {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        check(
            json!({ "me": other }),
            "wrong-type",
            Some("me"),
            &format!(
                "`me` takes an object with name, email and phone, as far as they are asked for, not {given}"
            ),
        );
    }
    check(
        json!({ "receipt": "receipt.jpg" }),
        "wrong-type",
        Some("receipt"),
        "`receipt` takes the id of an attachment, not receipt.jpg",
    );
    check(
        json!({ "place": "../etc" }),
        "wrong-type",
        Some("place"),
        "`place` takes the code of a location, not ../etc",
    );
    check(
        json!({ "welcome": "hello" }),
        "no-answer-taken",
        Some("welcome"),
        "`welcome` is a statement and takes no answer",
    );
    check(
        json!({ "taste_": 5 }),
        "unknown-question",
        Some("taste_"),
        "`taste_` is not a question of this survey",
    );
    check(
        json!({ "nps": 9, "why": "because" }),
        "hidden-question",
        Some("why"),
        "`why` is hidden by the other answers, so it cannot have been answered",
    );
    check(
        json!({ "nps": 3 }),
        "missing-answer",
        Some("why"),
        "`why` must be answered",
    );
    check(
        json!({ "nps": 3, "why": "  " }),
        "missing-answer",
        Some("why"),
        "`why` must be answered",
    );
    check(
        json!({ "news": true }),
        "missing-answer",
        Some("terms"),
        "`terms` must be answered",
    );
    check(
        json!({ "news": true, "terms": false }),
        "missing-answer",
        Some("terms"),
        "`terms` must be answered",
    );
    check(
        json!({}),
        "empty-response",
        None,
        "no question was answered",
    );
    check(
        json!({ "nps": null, "word": "" }),
        "empty-response",
        None,
        "no question was answered",
    );
}

#[test]
fn a_message_stays_short_whatever_was_sent() {
    let survey = survey();
    let long = "я".repeat(10_000);
    let check = |answers: Value| {
        let message = survey
            .check_answers(&given(answers))
            .unwrap_err()
            .to_string();
        assert!(message.chars().count() < 200, "{message}");
    };
    check(json!({ "nps": long }));
    check(json!({ "reason": long }));
    check(json!({ "visited": long }));
    check(json!({ long.as_str(): 1 }));
    check(json!({ "nps": vec![0; 1000] }));
}

#[test]
fn what_was_not_asked_need_not_be_answered() {
    let survey = survey();
    let check = |answers: Value, expected: &[&str]| {
        let answers = survey.check_answers(&given(answers)).unwrap();
        assert_eq!(
            answers.keys().map(|code| code.as_str()).collect::<Vec<_>>(),
            expected
        );
    };
    check(json!({ "nps": 9 }), &["nps"]);
    check(json!({ "word": "hm" }), &["word"]);
    check(json!({ "nps": 3, "why": "cold" }), &["nps", "why"]);
    check(
        json!({ "nps": 3, "why": "cold", "which": "soup" }),
        &["nps", "which", "why"],
    );
    check(json!({ "news": false }), &["news"]);
    check(json!({ "news": true, "terms": true }), &["news", "terms"]);
}

/// A page shows every fault beside its question; a mistake in one answer is not reported a second time at the questions
/// that depend on it.
#[test]
fn every_fault_is_found_once() {
    let survey = survey();
    let check = |answers: Value, accepted: &[&str], faults: &[&str]| {
        let (answers, found) = survey.check_all(&given(answers));
        assert_eq!(
            answers.keys().map(|code| code.as_str()).collect::<Vec<_>>(),
            accepted
        );
        let found: Vec<String> = found
            .iter()
            .map(|r| format!("{}: {}", r.place().unwrap_or("-"), r.kind()))
            .collect();
        assert_eq!(found, faults);
    };
    check(json!({ "nps": 9, "word": "ok" }), &["nps", "word"], &[]);
    check(
        json!({ "csat": 8, "age": -1, "word": "ok", "x": 1 }),
        &["word"],
        &[
            "x: unknown-question",
            "csat: off-scale",
            "age: out-of-range",
        ],
    );
    check(
        json!({ "nps": 11, "why": "cold" }),
        &["why"],
        &["nps: off-scale"],
    );
    check(json!({ "nps": 11 }), &[], &["nps: off-scale"]);
    check(
        json!({ "nps": 3, "which": "soup" }),
        &["nps", "which"],
        &["why: missing-answer"],
    );
    check(
        json!({ "nps": 9, "why": "x", "which": "y" }),
        &["nps", "which"],
        &["why: hidden-question"],
    );
    check(json!({}), &[], &["-: empty-response"]);
}

#[test]
fn what_is_stored_reads_back_as_itself() {
    let survey = survey();
    let check = |answers: Value, stored: &str| {
        let answers = survey.check_answers(&given(answers)).unwrap();
        let json = serde_json::to_string(&answers).unwrap();
        assert_eq!(json, stored);
        assert_eq!(
            serde_json::from_str::<Answers>(&json).unwrap(),
            answers,
            "{json}"
        );
        // Once more through a value, as a JSON column of a database would give it.
        let value: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(
            serde_json::from_value::<Answers>(value).unwrap(),
            answers,
            "{json}"
        );
    };
    check(json!({ "nps": 9.0 }), r#"{"nps":9}"#);
    check(json!({ "age": 35 }), r#"{"age":35.0}"#);
    check(json!({ "spent": 1e15 }), r#"{"spent":1000000000000000.0}"#);
    check(json!({ "taste": "n/a" }), r#"{"taste":"n/a"}"#);
    check(json!({ "word": "n/a" }), r#"{"word":"n/a"}"#);
    check(
        json!({ "nps": 0, "why": "2024-01-05" }),
        r#"{"nps":0,"why":"2024-01-05"}"#,
    );
    check(
        json!({ "nps": 0, "why": "true" }),
        r#"{"nps":0,"why":"true"}"#,
    );
    check(
        json!({ "visited": "2026-03-01" }),
        r#"{"visited":"2026-03-01"}"#,
    );
    check(
        json!({ "reason": "late", "wrong": ["cold", "late"] }),
        r#"{"reason":"late","wrong":["cold","late"]}"#,
    );
    check(json!({ "news": false }), r#"{"news":false}"#);
}

#[test]
fn what_an_answer_means() {
    assert_eq!(Answer::Scale(7).score(), Some(7));
    assert_eq!(
        Answer::Number(7.0).score(),
        None,
        "a number is no point of a scale"
    );
    assert_eq!(Answer::Text("n/a".into()).score(), None);
    assert_eq!(
        Answer::Text("2026-03-01".into()).day(),
        Some(jiff::civil::date(2026, 3, 1))
    );
    assert_eq!(Answer::Text("20260301".into()).day(), None);
    assert_eq!(Answer::Scale(20260301).day(), None);
}

#[test]
fn rejections_of_a_whole_response_name_no_question() {
    let check = |rejection: Rejection, kind: &str, place: Option<&str>, message: &str| {
        assert_eq!((rejection.kind(), rejection.place()), (kind, place));
        assert_eq!(rejection.to_string(), message);
    };
    let version = Rejection::WrongVersion {
        given: 4,
        newest: 3,
    };
    check(
        version,
        "wrong-version",
        None,
        "there is no version 4 of this survey; the newest is 3",
    );
    check(
        Rejection::Closed,
        "survey-closed",
        None,
        "the survey is closed",
    );
    let field = Rejection::Field {
        field: "seconds",
        message: "too many".into(),
    };
    check(field, "invalid-field", Some("seconds"), "seconds: too many");
}

/// A required contact is all of what it asks for; an optional one is what was given.
#[test]
fn a_required_contact_is_whole() {
    let document = json!({
        "code": "s", "title": { "en": "S" }, "languages": ["en"],
        "blocks": [{ "code": "main", "questions": [
            { "code": "me", "kind": "contact", "fields": ["email", "name"], "required": true, "text": { "en": "?" } },
        ]}],
    });
    let survey = Survey::from_json(&document)
        .unwrap()
        .publish(1, &[])
        .unwrap();
    let check = |me: Value, expected: Option<&str>| {
        let refused = survey.check_answers(&given(json!({ "me": me }))).err();
        let said = refused.as_ref().map(ToString::to_string);
        assert_eq!(said.as_deref(), expected, "{me}");
        assert!(refused.is_none_or(|refused| refused.kind() == "missing-answer"));
    };
    check(json!({ "name": "Olena", "email": "o@x.ua" }), None);
    check(json!({ "name": "Olena" }), Some("`me` needs email too"));
    check(json!({ "email": "o@x.ua" }), Some("`me` needs name too"));
    check(json!({}), Some("`me` must be answered"));
    check(json!(null), Some("`me` must be answered"));
}
