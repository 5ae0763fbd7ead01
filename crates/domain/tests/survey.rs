//! Survey documents: how they are read, and what keeps one from being published.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use radost_domain::Code;
use radost_domain::listen::{PublishedSurvey, Survey};
use serde_json::{Value, json};

/// A sound survey in two languages.
fn document() -> Value {
    let text = |text: &str| json!({ "en": text, "bg": format!("{text} (bg)") });
    json!({
        "code": "post-visit", "title": text("Visit"), "languages": ["en", "bg"],
        "blocks": [
            { "code": "main", "questions": [
                { "code": "nps", "kind": "nps", "text": text("Recommend?"), "required": true },
                { "code": "csat", "kind": "csat", "text": text("Satisfied?") },
                { "code": "taste", "kind": "rating", "text": text("Taste") },
                { "code": "taste_importance", "kind": "importance", "of": "taste", "text": text("Taste") },
                { "code": "reason", "kind": "single", "text": text("Why?"), "options": [
                    { "code": "late", "text": text("Late") }, { "code": "rude", "text": text("Rude") } ] },
            ]},
            { "code": "more", "show_if": "nps <= 6", "questions": [
                { "code": "what", "kind": "text", "text": text("What?"), "show_if": "reason = late" },
                { "code": "age", "kind": "number", "text": text("Age") },
                { "code": "day", "kind": "date", "text": text("Day") },
                { "code": "wrong", "kind": "multi", "text": text("Wrong?"), "options": [
                    { "code": "late", "text": text("Late") }, { "code": "rude", "text": text("Rude") } ] },
                { "code": "note", "kind": "statement", "text": text("Nearly done") },
            ]},
        ],
        "segments": [{ "code": "size" }, { "code": "region" }],
    })
}

fn read(document: &Value) -> Survey {
    Survey::from_json(document).unwrap_or_else(|defects| panic!("{defects:?}"))
}

fn publish(document: &Value, version: u32, slots: &[Code]) -> PublishedSurvey {
    read(document)
        .publish(version, slots)
        .unwrap_or_else(|defects| panic!("{defects:?}"))
}

fn codes(codes: &[&str]) -> Vec<Code> {
    codes.iter().map(|code| code.parse().unwrap()).collect()
}

/// The document with the value at `pointer` replaced, or added to its object.
fn with(pointer: &str, value: Value) -> Value {
    let mut document = document();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap() {
        Value::Array(items) => items[key.parse::<usize>().unwrap()] = value,
        object => object[key] = value,
    }
    document
}

#[test]
fn a_sound_survey_is_published() {
    let published = publish(&document(), 3, &[]);
    assert_eq!(published.version(), 3);
    assert_eq!(published.survey(), &read(&document()));
    assert_eq!(published.questions().len(), 10);
    assert_eq!(
        published.slots(),
        codes(&["nps", "csat", "taste", "taste_importance"])
    );
    let what = published.question("what").unwrap();
    let conditions: Vec<String> = what.conditions.iter().map(ToString::to_string).collect();
    assert_eq!((what.block, what.slot), (1, None));
    assert_eq!(conditions, ["nps <= 6", "reason = late"]);
    assert_eq!(published.question("missing"), None);
    let pairs: Vec<(&str, &str)> = published
        .csi_pairs()
        .iter()
        .map(|(rating, importance)| {
            (
                rating.question.code.as_str(),
                importance.question.code.as_str(),
            )
        })
        .collect();
    assert_eq!(pairs, [("taste", "taste_importance")]);
}

#[test]
fn a_document_reads_back_as_itself() {
    let survey = read(&document());
    let written = serde_json::to_value(&survey).unwrap();
    assert_eq!(read(&written), survey);
}

#[test]
fn each_defect_has_its_place() {
    let check = |document: Value, expected: &[&str]| {
        let defects = read(&document).publish(1, &[]).err().unwrap_or_default();
        let found: Vec<String> = defects.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected);
    };
    let text = json!({ "en": "x", "bg": "x" });
    let question = "/blocks/0/questions/0";
    let last = "/blocks/1/questions/4";

    // The document.
    check(
        with("/languages", json!([])),
        &["languages: a survey needs at least one language"],
    );
    check(
        with("/languages", json!(["en", "bg", "en"])),
        &["languages: a language is named twice"],
    );
    check(
        with("/title", json!({ "en": "Visit" })),
        &["title.bg: the text in bg is missing"],
    );
    check(
        with("/title", json!({})),
        &[
            "title.en: the text in en is missing",
            "title.bg: the text in bg is missing",
        ],
    );
    check(
        with("/intro", json!({ "bg": "Здравейте" })),
        &["intro.en: the text in en is missing"],
    );
    check(
        with("/thank_you", json!({ "en": "Thanks", "bg": " " })),
        &["thank_you.bg: the text in bg is missing"],
    );
    let statement = json!({ "code": "hello", "kind": "statement", "text": text });
    check(
        with(
            "/blocks",
            json!([{ "code": "main", "questions": [statement] }]),
        ),
        &["blocks: a survey needs at least one question that can be answered"],
    );
    check(
        with("/blocks", json!([])),
        &["blocks: a survey needs at least one question that can be answered"],
    );
    let many: Vec<Value> = (0..201)
        .map(|i| json!({ "code": format!("q{i}"), "kind": "text", "text": text }))
        .collect();
    check(
        with("/blocks", json!([{ "code": "main", "questions": many }])),
        &["blocks: 201 questions; at most 200 are allowed"],
    );
    check(
        with("/segments/1/code", json!("size")),
        &["segments[1].code (size): another segment has this code"],
    );

    // Blocks.
    check(
        with("/blocks/1/code", json!("main")),
        &["blocks[1].code (main): another block has this code"],
    );
    check(
        with("/blocks/1/questions", json!([])),
        &["blocks[1] (more): a block needs at least one question"],
    );
    check(
        with("/blocks/1/title", json!({ "en": "More" })),
        &["blocks[1].title.bg (more): the text in bg is missing"],
    );
    check(
        with("/blocks/1/show_if", json!("age > 3")),
        &["blocks[1].show_if (more): column 1: no question before this one has the code `age`"],
    );

    check(
        with("/blocks/1/layout", json!("matrix")),
        &["blocks[1].layout (more): a matrix needs two ratings of one scale, one behind the other"],
    );

    check(with("/blocks/1/random_questions", json!(true)), &[]);
    let mut looks_aside = with("/blocks/1/random_questions", json!(true));
    looks_aside["blocks"][1]["questions"][2]["show_if"] = json!("age > 3 and answered(what)");
    check(
        looks_aside,
        &[
            "blocks[1].questions[2].show_if (day): this needs the answer to `age`, which the random order may show later",
            "blocks[1].questions[2].show_if (day): this needs the answer to `what`, which the random order may show later",
        ],
    );
    check(
        with("/random_blocks", json!(true)),
        &[
            "blocks[1].show_if (more): this needs the answer to `nps`, which the random order may show later",
            "blocks[1].questions[0].show_if (what): this needs the answer to `reason`, which the random order may show later",
        ],
    );
    let mut first_stays = with("/random_blocks", json!(true));
    first_stays["blocks"][0]["anchored"] = json!(true);
    check(first_stays, &[]);

    // End pages and quotas.
    let ending = |code: &str, show_if: Option<&str>, link: Option<&str>| json!({ "code": code, "show_if": show_if, "text": text, "link": link });
    let ends = |endings: Value, quotas: Value| {
        let mut document = with("/endings", endings);
        document["quotas"] = quotas;
        document
    };
    let full = json!({ "code": "full", "limit": 10, "then": { "end": "sorry" } });
    check(
        ends(
            json!([
                ending(
                    "happy",
                    Some("nps >= 9"),
                    Some("https://example.com/review")
                ),
                ending("sorry", None, None)
            ]),
            json!([full, { "code": "late", "counts_if": "reason = late", "limit": 1, "then": "close" }]),
        ),
        &[],
    );
    check(
        ends(
            json!([
                ending("a", Some("nps > 11"), Some("http://example.com")),
                ending("a", Some(" "), None)
            ]),
            json!([full, { "code": "full", "counts_if": "more", "limit": 0, "then": "close" }]),
        ),
        &[
            "endings[0].show_if (a): column 7: `nps` takes whole numbers from 0 to 10",
            "endings[0].link (a): a link is an address of a web site that begins with https://",
            "endings[1].code (a): another ending has this code",
            "endings[1].show_if (a): nobody gets here: give it a condition, or let a quota lead to it",
            "quotas[0].then (full): there is no ending `sorry`",
            "quotas[1].code (full): another quota has this code",
            "quotas[1].counts_if (full): column 1: no question before this one has the code `more`",
            "quotas[1].limit (full): a quota needs a limit of at least 1",
        ],
    );
    let half = json!([{ "code": "a", "show_if": "nps > 1", "title": { "en": "{day}" }, "text": { "bg": "{x}" } }]);
    check(
        with("/endings", half),
        &[
            "endings[0].title.bg (a): the text in bg is missing",
            "endings[0].text.en (a): the text in en is missing",
            "endings[0].text.bg (a): `{x}` names no question before this; where the words are meant, write `{{x}`",
        ],
    );

    // Answers in texts.
    let both = |words: &str| json!({ "en": words, "bg": words });
    check(
        with(
            "/blocks/1/title",
            both("Since {nps}, {reason|what} and {csat}?"),
        ),
        &[],
    );
    check(with("/thank_you", both("{nps}, {wrong}, {{nps}")), &[]);
    check(
        with("/intro", json!({ "en": "Dear {nps}", "bg": "{!}" })),
        &[
            "intro.en: `{nps}` names no question before this; where the words are meant, write `{{nps}`",
        ],
    );
    check(
        with("/blocks/0/questions/1/text", both("Why {csat}?")),
        &[
            "blocks[0].questions[1].text.en (csat): `{csat}` names no question before this; where the words are meant, write `{{csat}`",
            "blocks[0].questions[1].text.bg (csat): `{csat}` names no question before this; where the words are meant, write `{{csat}`",
        ],
    );
    let option = json!({ "code": "other", "text": { "en": "None but {day}", "bg": "{taste}" } });
    check(
        with("/blocks/0/questions/4/options/1", option),
        &[
            "blocks[0].questions[4].options[1].text.en (reason): `{day}` names no question before this; where the words are meant, write `{{day}`",
        ],
    );
    let consent = json!({ "code": "what", "kind": "consent", "text": text });
    let mut agreed = with("/blocks/1/questions/0", consent);
    agreed["thank_you"] = json!({ "en": "{what}", "bg": "x" });
    check(
        agreed,
        &["thank_you.en: there are no words for an answer to `what`"],
    );
    let mut aside = with("/blocks/1/random_questions", json!(true));
    aside["blocks"][1]["questions"][1]["hint"] = json!({ "en": "{what}", "bg": "{nps}" });
    aside["blocks"][1]["questions"][4]["text"] = both("{what}");
    check(
        aside,
        &[
            "blocks[1].questions[1].hint.en (age): this needs the answer to `what`, which the random order may show later",
        ],
    );

    // Questions.
    check(
        with("/blocks/1/questions/0/code", json!("nps")),
        &["blocks[1].questions[0].code (nps): another question has this code"],
    );
    check(
        with(&format!("{question}/text"), json!({ "en": "x" })),
        &["blocks[0].questions[0].text.bg (nps): the text in bg is missing"],
    );
    check(
        with(&format!("{question}/hint"), json!({ "en": "x" })),
        &["blocks[0].questions[0].hint.bg (nps): the text in bg is missing"],
    );
    check(
        with(&format!("{question}/low_label"), json!({ "bg": "x" })),
        &["blocks[0].questions[0].low_label.en (nps): the text in en is missing"],
    );
    check(
        with(&format!("{question}/high_label"), json!({ "en": "x" })),
        &["blocks[0].questions[0].high_label.bg (nps): the text in bg is missing"],
    );
    check(
        with(&format!("{question}/show_if"), json!("nps > 3")),
        &[
            "blocks[0].questions[0].show_if (nps): column 1: no question before this one has the code `nps`",
        ],
    );
    check(
        with("/blocks/1/questions/0/show_if", json!("reason = slow")),
        &[
            "blocks[1].questions[0].show_if (what): column 10: `reason` has no option `slow`; its options are late, rude",
        ],
    );

    // Marks for drivers and the structural index.
    check(
        with(&format!("{question}/drives"), json!("csat")),
        &[
            "blocks[0].questions[0].drives (nps): only a rating, csat, ces or price can drive an outcome",
        ],
    );
    for outcome in ["csat", "reason", "nope"] {
        check(
            with("/blocks/0/questions/1/drives", json!(outcome)),
            &[&format!(
                "blocks[0].questions[1].drives (csat): `{outcome}` is no other nps, csat, ces or rating of this survey, so nothing drives it"
            )],
        );
    }
    check(
        with("/blocks/1/questions/0/construct", json!("image")),
        &[
            "blocks[1].questions[0].construct (what): only nps, csat, ces, rating and price measure a construct",
        ],
    );

    // Kinds.
    check(
        with("/blocks/0/questions/1/points", json!(6)),
        &["blocks[0].questions[1].points (csat): 6 points; csat takes 2, 5, 7 or 10"],
    );
    let faces =
        json!({ "code": "csat", "kind": "csat", "points": 10, "style": "faces", "text": text });
    check(
        with("/blocks/0/questions/1", faces),
        &["blocks[0].questions[1].style (csat): faces tell at most 7 points apart"],
    );
    for points in [0, 1, 12] {
        let message =
            format!("blocks[0].questions[2].points (taste): {points} points; 2 to 11 are allowed");
        check(
            with("/blocks/0/questions/2/points", json!(points)),
            &[&message],
        );
        let message = format!(
            "blocks[0].questions[3].points (taste_importance): {points} points; 2 to 11 are allowed"
        );
        check(
            with("/blocks/0/questions/3/points", json!(points)),
            &[&message],
        );
    }
    let faces =
        json!({ "code": "taste", "kind": "rating", "points": 8, "style": "faces", "text": text });
    check(
        with("/blocks/0/questions/2", faces),
        &["blocks[0].questions[2].style (taste): faces tell at most 7 points apart"],
    );
    check(
        with("/blocks/0/questions/3/of", json!("reason")),
        &["blocks[0].questions[3].of (taste_importance): `reason` is not a rating of this survey"],
    );
    check(
        with("/blocks/0/questions/3/of", json!("missing")),
        &["blocks[0].questions[3].of (taste_importance): `missing` is not a rating of this survey"],
    );
    let twice = json!({ "code": "again", "kind": "importance", "of": "taste", "text": text });
    check(
        with(last, twice),
        &["blocks[1].questions[4].of (again): the importance of `taste` is asked twice"],
    );
    let half = |code: &str, attribute: &str, side: &str| json!({ "code": code, "kind": "kano", "attribute": attribute, "side": side, "text": text });
    check(
        with(last, half("there", "delivery", "functional")),
        &[
            "blocks[1].questions[4].attribute (there): the other question about `delivery` is missing: a feature is asked about once as being there and once as missing",
        ],
    );
    let option = json!({ "code": "late", "text": text });
    check(
        with("/blocks/0/questions/4/options", json!([option])),
        &["blocks[0].questions[4].options (reason): 1 options; 2 to 100 are allowed"],
    );
    check(
        with("/blocks/1/questions/3/options", json!([option, option])),
        &["blocks[1].questions[3].options[1].code (wrong): the option `late` stands twice"],
    );
    check(
        with("/blocks/1/questions/3/options/0/text", json!({ "bg": "x" })),
        &["blocks[1].questions[3].options[0].text.en (wrong): the text in en is missing"],
    );
    let options: Vec<Value> = (0..101)
        .map(|i| json!({ "code": format!("o{i}"), "text": text }))
        .collect();
    check(
        with("/blocks/1/questions/3/options", json!(options)),
        &["blocks[1].questions[3].options (wrong): 101 options; 2 to 100 are allowed"],
    );
    check(
        with("/blocks/1/questions/3/max_choices", json!(0)),
        &["blocks[1].questions[3].max_choices (wrong): at least one choice must be allowed"],
    );
    for length in [0, 20_001] {
        let message = format!(
            "blocks[1].questions[0].max_length (what): {length} characters; 1 to 20000 are allowed"
        );
        check(
            with("/blocks/1/questions/0/max_length", json!(length)),
            &[&message],
        );
    }
    let options = |count: usize| -> Vec<Value> {
        (0..count)
            .map(|i| json!({ "code": format!("o{i}"), "text": text }))
            .collect()
    };
    for places in [0, 4] {
        let ranking = json!({ "code": "order", "kind": "ranking", "options": options(3), "places": places, "text": text });
        let message = format!(
            "blocks[1].questions[4].places (order): {places} places for 3 options; put at least one and at most all of them in order"
        );
        check(with(last, ranking), &[&message]);
    }
    let set = json!({ "code": "set", "kind": "best_worst", "options": options(2), "text": text });
    check(
        with(last, set),
        &["blocks[1].questions[4].options (set): 2 options; a best and a worst need at least 3"],
    );
    let price = json!({ "code": "worth", "kind": "price", "points": 6, "text": text });
    check(
        with(last, price),
        &["blocks[1].questions[4].points (worth): 6 points; price takes 5 or 7"],
    );
    let contact =
        |fields: Value| json!({ "code": "me", "kind": "contact", "fields": fields, "text": text });
    check(
        with(last, contact(json!([]))),
        &[
            "blocks[1].questions[4].fields (me): a contact asks for at least one of name, email and phone",
        ],
    );
    check(
        with(last, contact(json!(["name", "email", "name"]))),
        &["blocks[1].questions[4].fields[2] (me): `name` is asked for twice"],
    );
    let number = json!({ "code": "age", "kind": "number", "text": text, "min": 2.0, "max": 1.0, "decimals": 7 });
    check(
        with("/blocks/1/questions/1", number),
        &[
            "blocks[1].questions[1].min (age): the least value is above the greatest",
            "blocks[1].questions[1].decimals (age): at most 6 digits after the point",
        ],
    );
    let date = json!({ "code": "day", "kind": "date", "text": text, "min": "2026-03-02", "max": "2026-03-01" });
    check(
        with("/blocks/1/questions/2", date),
        &["blocks[1].questions[2].min (day): the earliest day is after the latest"],
    );
    check(
        with(&format!("{last}/required"), json!(true)),
        &["blocks[1].questions[4].required (note): a statement cannot be required"],
    );
}

#[test]
fn every_defect_is_found_at_once() {
    let mut document = with("/languages", json!(["en", "bg", "uk"]));
    document["blocks"][1]["show_if"] = json!("nps <= 66");
    let defects = read(&document).publish(1, &[]).unwrap_err();
    assert!(defects.iter().any(|defect| defect.place == "title.uk"));
    assert!(
        defects
            .iter()
            .any(|defect| defect.place == "blocks[1].show_if")
    );
    assert!(
        defects
            .iter()
            .any(|defect| defect.place == "blocks[1].questions[3].options[1].text.uk")
    );
}

#[test]
fn a_misspelt_key_is_not_passed_over() {
    let check = |document: Value, expected: &[&str]| {
        let defects = Survey::from_json(&document).expect_err(expected[0]);
        let found: Vec<String> = defects.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected);
    };
    check(with("/tittle", json!({})), &["tittle: no such field"]);
    check(
        with("/blocks/0/showif", json!("x")),
        &["blocks[0].showif: no such field"],
    );
    check(
        with("/blocks/0/questions/0/requierd", json!(true)),
        &["blocks[0].questions[0].requierd: no such field"],
    );
    // A field of another kind.
    check(
        with("/blocks/0/questions/0/points", json!(5)),
        &["blocks[0].questions[0].points: no such field"],
    );
    check(
        with("/blocks/0/questions/4/options/1/value", json!(1)),
        &["blocks[0].questions[4].options[1].value: no such field"],
    );
    check(
        with("/segments/0/name", json!("x")),
        &["segments[0].name: no such field"],
    );
    // Nor are defaults of fields that are not there.
    check(with("/endngs", json!([])), &["endngs: no such field"]);
    check(
        with("/blocks/0/anchord", json!(false)),
        &["blocks[0].anchord: no such field"],
    );
    let quota = json!([{ "code": "a", "limit": 1, "then": "close", "show_if": "nps > 1" }]);
    check(
        with("/quotas", quota),
        &["quotas[0].show_if: no such field"],
    );
    let mut two = with("/blocks/0/a", json!(1));
    two["b"] = json!(1);
    check(two, &["b: no such field", "blocks[0].a: no such field"]);
}

/// Fields that are rarely set may be said not to be, where they are not written back.
#[test]
fn what_is_absent_may_be_said_to_be() {
    let check = |pointer: &str, value: Value| {
        let said = read(&with(pointer, value));
        assert_eq!(said, read(&document()), "{pointer}");
    };
    check("/random_blocks", json!(false));
    check("/endings", json!([]));
    check("/quotas", json!([]));
    check("/blocks/0/layout", json!(null));
    check("/blocks/0/anchored", json!(false));
    check("/blocks/0/random_questions", json!(false));
    check("/blocks/0/questions/1/drives", json!(null));
    check("/blocks/0/questions/4/random", json!(false));
    check("/blocks/0/questions/4/options/0/anchored", json!(false));
    let written = serde_json::to_string(&read(&document())).unwrap();
    for rare in ["random", "anchored", "layout", "endings", "quotas"] {
        assert!(!written.contains(rare), "{rare}");
    }
}

#[test]
fn a_document_of_another_form_is_refused() {
    let check = |document: Value, expected: &[&str]| {
        let defects = Survey::from_json(&document).expect_err(expected[0]);
        let found: Vec<String> = defects.iter().map(ToString::to_string).collect();
        assert!(
            found.len() == expected.len()
                && found.iter().zip(expected).all(|(f, e)| f.starts_with(e)),
            "{found:?} should begin with {expected:?}"
        );
    };
    check(json!([]), &["survey: invalid length 0"]);
    check(json!({}), &["survey: missing field `code`"]);
    check(
        with("/languages", json!(["de"])),
        &["survey: unknown variant `de`"],
    );
    check(
        with("/code", json!("../etc")),
        &["survey: `../etc` is not a valid name"],
    );
    check(
        with("/blocks/0/questions/0/code", json!("Net promoter")),
        &["blocks[0].questions[0]: `Net promoter` is not a valid code"],
    );
    check(
        with("/blocks/0/questions/0/kind", json!("stars")),
        &["blocks[0].questions[0] (nps): unknown variant `stars`"],
    );
    check(
        with("/blocks/1/questions/2/min", json!("yesterday")),
        &["blocks[1].questions[2] (day): failed to parse"],
    );
    check(
        with("/blocks/0/questions/2/points", json!("5")),
        &["blocks[0].questions[2] (taste): invalid type: string"],
    );
    let mut two = with("/blocks/0/questions/3/of", json!(null));
    two["blocks"][1]["questions"][4] = json!({});
    check(
        two,
        &[
            "blocks[0].questions[3] (taste_importance): invalid type: null",
            "blocks[1].questions[4]: missing field",
        ],
    );
}

/// One query reads the scores of every version, so a slot never changes its question.
#[test]
fn slots_stay_from_version_to_version() {
    let first = publish(&document(), 1, &[]);

    // Reordered, one question gone, one new in front.
    let mut document = document();
    let questions = document["blocks"][0]["questions"].as_array_mut().unwrap();
    questions.swap(0, 2);
    questions.retain(|question| question["code"] != "csat");
    let text = json!({ "en": "x", "bg": "x" });
    questions.insert(0, json!({ "code": "ces", "kind": "ces", "text": text }));
    let second = publish(&document, 2, first.slots());

    assert_eq!(
        second.slots(),
        codes(&["nps", "csat", "taste", "taste_importance", "ces"])
    );
    let slot = |survey: &PublishedSurvey, code: &str| survey.question(code).unwrap().slot;
    for code in ["nps", "taste", "taste_importance"] {
        assert_eq!(slot(&first, code), slot(&second, code), "{code}");
    }
    assert_eq!(slot(&second, "ces"), Some(4));

    // A question that comes back gets its old slot.
    let third = publish(&self::document(), 3, second.slots());
    assert_eq!(slot(&third, "csat"), Some(1));
    assert_eq!(third.slots(), second.slots());
}

#[test]
fn the_airline_example_is_sound() {
    let document =
        serde_json::from_str(include_str!("../../../examples/airline/survey.json")).unwrap();
    let published = publish(&document, 1, &[]);
    assert_eq!(published.survey().code.as_str(), "airline");
    assert_eq!(published.slots().len(), 15);
    let of_kind = |kind: &str| {
        published
            .questions()
            .iter()
            .filter(|q| q.question.kind.name() == kind)
            .count()
    };
    assert_eq!(
        (of_kind("rating"), of_kind("csat"), of_kind("number")),
        (14, 1, 4)
    );
    assert_eq!(published.survey().languages.len(), 4);
}

#[test]
fn kano_pairs_are_found_by_their_feature_wherever_their_halves_stand() {
    let half = |code: &str, attribute: &str, side: &str| json!({ "code": code, "kind": "kano", "attribute": attribute, "side": side, "text": { "en": code } });
    let survey = |questions: Value| {
        let document = json!({
            "code": "s", "title": { "en": "S" }, "languages": ["en"],
            "blocks": [{ "code": "main", "questions": questions }],
        });
        Survey::from_json(&document).expect("a survey")
    };
    let both = survey(json!([
        half("b_missing", "b", "dysfunctional"),
        half("a_there", "a", "functional"),
        half("a_missing", "a", "dysfunctional"),
        half("b_there", "b", "functional"),
    ]));
    let published = both.publish(1, &[]).expect("without defects");
    let pairs: Vec<_> = published
        .kano_pairs()
        .iter()
        .map(|(there, missing)| format!("{} {}", there.question.code, missing.question.code))
        .collect();
    assert_eq!(pairs, ["a_there a_missing", "b_there b_missing"]);
    assert_eq!(published.slots().len(), 4, "answers are points of a scale");
    let twice = survey(json!([
        half("a_there", "a", "functional"),
        half("a_missing", "a", "dysfunctional"),
        half("a_again", "a", "functional"),
    ]));
    let defects: Vec<String> = twice
        .publish(1, &[])
        .expect_err("twice")
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        defects,
        ["blocks[0].questions[2].attribute (a_again): `a` is asked twice from the same side"]
    );
}

#[test]
fn drivers_are_those_marked_for_an_outcome_else_every_other_rating() {
    let question =
        |code: &str, kind: &str| json!({ "code": code, "kind": kind, "text": { "en": code } });
    let survey = |marks: &[(&str, &str, &str)]| {
        let mut questions = vec![
            question("food", "rating"),
            question("nps", "nps"),
            question("csat", "csat"),
            question("staff", "rating"),
        ];
        for (code, field, value) in marks {
            let marked = questions.iter_mut().find(|q| q["code"] == *code);
            marked.expect("a question")[*field] = json!(value);
        }
        let document = json!({
            "code": "s", "title": { "en": "S" }, "languages": ["en"],
            "blocks": [{ "code": "b", "questions": questions }],
        });
        let survey = Survey::from_json(&document).expect("a survey");
        survey.publish(1, &[]).expect("published")
    };
    let check = |marks: &[(&str, &str, &str)], main: &str, outcome: &str, drivers: &[&str]| {
        let survey = survey(marks);
        assert_eq!(
            survey.main_outcome().map(|code| code.as_str()),
            Some(main),
            "{marks:?}"
        );
        let found = survey.drivers_of(&outcome.parse().expect("a code"));
        let found: Vec<&str> = found.iter().map(|q| q.question.code.as_str()).collect();
        assert_eq!(found, drivers, "{marks:?}");
    };
    check(&[], "nps", "nps", &["food", "staff"]);
    check(&[], "nps", "food", &["staff"]);
    let marks = [("staff", "drives", "csat"), ("csat", "drives", "nps")];
    check(&marks, "nps", "nps", &["csat"]);
    check(&marks, "nps", "csat", &["staff"]);
    check(&marks[..1], "csat", "nps", &["food", "staff"]);

    let constructs = survey(&[
        ("csat", "construct", "satisfaction"),
        ("food", "construct", "quality"),
        ("staff", "construct", "quality"),
    ]);
    let constructs: Vec<(&str, usize)> = constructs
        .constructs()
        .into_iter()
        .map(|(construct, questions)| (construct.code(), questions.len()))
        .collect();
    assert_eq!(constructs, [("quality", 2), ("satisfaction", 1)]);
}

/// What people think of the price is a driver with an importance of its own and measures value, but is nothing to be explained.
#[test]
fn a_price_is_a_rating_of_value() {
    let document = json!({
        "code": "s", "title": { "en": "S" }, "languages": ["en"],
        "blocks": [{ "code": "b", "questions": [
            { "code": "nps", "kind": "nps", "text": { "en": "?" } },
            { "code": "worth", "kind": "price", "drives": "nps", "construct": "value", "text": { "en": "?" } },
            { "code": "worth_importance", "kind": "importance", "of": "worth", "text": { "en": "?" } },
        ]}],
    });
    let published = publish(&document, 1, &[]);
    assert_eq!(
        published.slots(),
        codes(&["nps", "worth", "worth_importance"])
    );
    assert_eq!(published.csi_pairs().len(), 1);
    let worth = &published.question("worth").unwrap().question.kind;
    assert_eq!(
        (worth.scale(), worth.is_driver(), worth.is_outcome()),
        (Some((1, 5)), true, false)
    );
    let mut outcome = document.clone();
    outcome["blocks"][0]["questions"][0]["kind"] = json!("ces");
    outcome["blocks"][0]["questions"][0]["drives"] = json!("worth");
    let defects = read(&outcome).publish(1, &[]).unwrap_err();
    assert_eq!(defects[0].place, "blocks[0].questions[0].drives");
}

/// Every kind reads back as itself with what it was given and with what it takes when nothing is said.
#[test]
fn each_kind_is_offered_under_its_name() {
    let survey = read(&document());
    let bare = |name: &str| {
        let text = radost_domain::Text::of(radost_domain::Language::En, "?");
        radost_domain::listen::edit::new_question(&survey, name, text)
    };
    for name in radost_domain::listen::QuestionKind::NAMES {
        let question = bare(name).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(question.kind.name(), name);
        let written = serde_json::to_value(&question).unwrap();
        assert_eq!(written["kind"], name);
        let back: radost_domain::listen::Question = serde_json::from_value(written).unwrap();
        assert_eq!(back, question);
    }
}

#[test]
fn endings_and_quotas_are_decided_in_their_order() {
    let text = json!({ "en": "x", "bg": "x" });
    let mut document = with(
        "/endings",
        json!([
            { "code": "full", "text": text },
            { "code": "happy", "show_if": "nps >= 9", "text": text },
            { "code": "late", "show_if": "reason = late", "text": text },
        ]),
    );
    document["quotas"] = json!([
        { "code": "late", "counts_if": "reason = late", "limit": 2, "then": { "end": "full" } },
        { "code": "all", "limit": 5, "then": "close" },
    ]);
    let survey = publish(&document, 1, &[]);
    let check = |answers: Value,
                 ending: Option<&str>,
                 counted: &str,
                 counts: [u64; 2],
                 reached: Option<&str>| {
        let answers = serde_json::from_value(answers).unwrap();
        let found = survey.ending(&answers).map(|ending| ending.code.as_str());
        assert_eq!(found, ending, "{answers:?}");
        let quotas: Vec<&str> = survey
            .quotas_of(&answers)
            .map(|quota| quota.code.as_str())
            .collect();
        assert_eq!(quotas.join(" "), counted, "{answers:?}");
        let counts = codes(&["late", "all"]).into_iter().zip(counts).collect();
        let found = survey.quota_reached(&counts, &answers);
        assert_eq!(
            found.map(|quota| quota.code.as_str()),
            reached,
            "{answers:?} {counts:?}"
        );
    };
    check(
        json!({ "nps": 9, "reason": "late" }),
        Some("happy"),
        "late all",
        [1, 4],
        None,
    );
    check(
        json!({ "nps": 8, "reason": "late" }),
        Some("late"),
        "late all",
        [2, 4],
        Some("late"),
    );
    check(
        json!({ "nps": 8, "reason": "rude" }),
        None,
        "all",
        [2, 4],
        None,
    );
    check(
        json!({ "nps": 8, "reason": "rude" }),
        None,
        "all",
        [2, 5],
        Some("all"),
    );
    check(json!({}), None, "all", [9, 9], Some("all"));
    let full = survey.ending_of(&"full".parse().unwrap()).unwrap();
    assert_eq!(full.show_if, None);
    assert_eq!(
        survey.quota_reached(&Default::default(), &Default::default()),
        None
    );
}
