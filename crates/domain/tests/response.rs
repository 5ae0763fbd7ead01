//! What a submission becomes, and why it is refused.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::collections::BTreeMap;

use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use radost_domain::Language;
use radost_domain::listen::{
    Channel, Correction, PublishedSurvey, Rejection, Response, Submission, Survey,
};
use radost_domain::name::{CustomerId, ResponseId, SurveyId};
use serde_json::{Value, json};
use uuid::Uuid;

const NOW: &str = "2026-03-01T21:30:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn survey(version: u32, questions: Value, earlier: &PublishedSurveySlots) -> PublishedSurvey {
    let document = json!({
        "code": "visit", "title": { "en": "Visit" }, "languages": ["en"],
        "blocks": [{ "code": "main", "questions": questions }],
        "segments": [{ "code": "size" }, { "code": "region" }],
    });
    Survey::from_json(&document)
        .unwrap()
        .publish(version, earlier)
        .unwrap()
}

type PublishedSurveySlots = Vec<radost_domain::Code>;

fn visit() -> PublishedSurvey {
    let questions = json!([
        { "code": "nps", "kind": "nps", "text": { "en": "?" } },
        { "code": "taste", "kind": "rating", "not_applicable": true, "text": { "en": "?" } },
        { "code": "speed", "kind": "rating", "points": 11, "text": { "en": "?" } },
        { "code": "why", "kind": "text", "text": { "en": "?" } },
    ]);
    survey(2, questions, &Vec::new())
}

fn submission(answers: Value) -> Submission {
    Submission {
        client_id: Uuid::from_u128(7),
        version: None,
        answers: serde_json::from_value(answers).unwrap(),
        customer: None,
        location: None,
        zone: TimeZone::UTC,
        employee: None,
        touchpoint: Some("visit".parse().unwrap()),
        channel: Channel::Qr,
        language: Language::Uk,
        segments: BTreeMap::new(),
        started_at: None,
        submitted_at: None,
        seconds: BTreeMap::new(),
    }
}

fn accept(survey: &PublishedSurvey, submission: Submission) -> Result<Response, Rejection> {
    survey.accept(
        SurveyId(Uuid::from_u128(1)),
        ResponseId(Uuid::from_u128(2)),
        submission,
        now(),
    )
}

#[test]
fn what_was_sent_is_what_is_recorded() {
    let mut sent = submission(json!({ "nps": 9, "why": " good " }));
    sent.version = Some(2);
    sent.segments = BTreeMap::from([("size".parse().unwrap(), "малий".to_owned())]);
    sent.started_at = Some(now() - SignedDuration::from_mins(3));
    sent.seconds = BTreeMap::from([("nps".parse().unwrap(), 2.5)]);
    let response = accept(&visit(), sent.clone()).unwrap();
    assert_eq!(response.id, ResponseId(Uuid::from_u128(2)));
    assert_eq!(response.survey, SurveyId(Uuid::from_u128(1)));
    assert_eq!((response.client_id, response.version), (sent.client_id, 2));
    assert_eq!(
        (response.channel, response.language),
        (Channel::Qr, Language::Uk)
    );
    assert_eq!(response.touchpoint, sent.touchpoint);
    assert_eq!(
        (response.segments, response.seconds),
        (sent.segments, sent.seconds)
    );
    assert_eq!(
        (
            response.started_at,
            response.submitted_at,
            response.received_at
        ),
        (sent.started_at, now(), now())
    );
    assert_eq!(
        serde_json::to_value(&response.answers).unwrap(),
        json!({ "nps": 9, "why": "good" })
    );
}

#[test]
fn scores_are_one_character_per_slot() {
    let check = |answers: Value, expected: &str| {
        assert_eq!(
            accept(&visit(), submission(answers.clone()))
                .unwrap()
                .scores,
            expected,
            "{answers}"
        );
    };
    check(json!({ "nps": 0, "taste": 5, "speed": 10 }), "05A");
    check(json!({ "nps": 10 }), "A--");
    check(json!({ "taste": "n/a", "speed": 0 }), "--0");
    check(json!({ "why": "no idea" }), "---");
}

/// The text keeps a place for what earlier versions asked; a number of the same code is not a score.
#[test]
fn scores_fit_every_version() {
    let text = json!({ "en": "?" });
    let earlier = survey(
        1,
        json!([{ "code": "age", "kind": "rating", "text": text }]),
        &Vec::new(),
    );
    let questions = json!([
        { "code": "nps", "kind": "nps", "text": text },
        { "code": "age", "kind": "number", "text": text },
    ]);
    let later = survey(2, questions, &earlier.slots().to_vec());
    assert_eq!(
        accept(&earlier, submission(json!({ "age": 5 })))
            .unwrap()
            .scores,
        "5"
    );
    assert_eq!(
        accept(&later, submission(json!({ "nps": 7, "age": 5 })))
            .unwrap()
            .scores,
        "-7"
    );
}

#[test]
fn the_day_is_that_of_the_place() {
    let check = |zone: &str, submitted_at: &str, expected| {
        let mut sent = submission(json!({ "nps": 9 }));
        sent.zone = TimeZone::get(zone).unwrap();
        sent.submitted_at = Some(submitted_at.parse().unwrap());
        assert_eq!(
            accept(&visit(), sent).unwrap().day,
            expected,
            "{submitted_at} in {zone}"
        );
    };
    check("UTC", "2026-02-28T22:30:00Z", date(2026, 2, 28));
    check("Europe/Sofia", "2026-02-28T21:59:59Z", date(2026, 2, 28));
    check("Europe/Sofia", "2026-02-28T22:00:00Z", date(2026, 3, 1));
    check("Europe/Kyiv", "2025-06-30T21:00:00Z", date(2025, 7, 1));
    check("Europe/Kyiv", "2025-12-31T21:00:00Z", date(2025, 12, 31));
    check(
        "America/New_York",
        "2026-03-01T04:59:59Z",
        date(2026, 2, 28),
    );
    check("Asia/Vladivostok", "2026-02-28T14:00:00Z", date(2026, 3, 1));
}

#[test]
fn fields_beside_the_answers() {
    let check = |change: fn(&mut Submission), expected: Result<(), &str>| {
        let mut sent = submission(json!({ "nps": 9 }));
        change(&mut sent);
        let outcome = accept(&visit(), sent)
            .map(|_| ())
            .map_err(|rejection| rejection.to_string());
        assert_eq!(outcome, expected.map_err(str::to_owned));
    };
    check(|s| s.version = Some(2), Ok(()));
    check(
        |s| s.version = Some(3),
        Err("there is no version 3 of this survey; the newest is 2"),
    );

    // The clock of a tablet may run ahead a little.
    check(
        |s| s.submitted_at = Some(now() + SignedDuration::from_mins(60)),
        Ok(()),
    );
    check(
        |s| s.submitted_at = Some(now() + SignedDuration::from_secs(3601)),
        Err("submitted_at: lies in the future"),
    );
    check(|s| s.submitted_at = Some(Timestamp::MIN), Ok(()));
    check(|s| s.started_at = Some(now()), Ok(()));
    check(
        |s| s.started_at = Some(now() + SignedDuration::from_secs(1)),
        Err("started_at: is after submitted_at"),
    );

    fn segment(code: &str, value: &str) -> BTreeMap<radost_domain::Code, String> {
        BTreeMap::from([(code.parse().unwrap(), value.to_owned())])
    }
    check(|s| s.segments = segment("region", "Одеса"), Ok(()));
    check(|s| s.segments = segment("region", &"щ".repeat(100)), Ok(()));
    let length = "segments: the value of `region` must have 1 to 100 characters";
    check(
        |s| s.segments = segment("region", &"щ".repeat(101)),
        Err(length),
    );
    check(|s| s.segments = segment("region", ""), Err(length));
    check(|s| s.segments = segment("region", "a\0"), Err(length));
    check(
        |s| s.segments = segment("colour", "red"),
        Err("segments: `colour` is not a segment of this survey; its segments: size, region"),
    );

    fn seconds(code: &str, value: f32) -> BTreeMap<radost_domain::Code, f32> {
        BTreeMap::from([(code.parse().unwrap(), value)])
    }
    check(|s| s.seconds = seconds("taste", 0.0), Ok(()));
    let range = "seconds: `taste` must lie between 0 and 86400";
    check(|s| s.seconds = seconds("taste", -0.5), Err(range));
    check(|s| s.seconds = seconds("taste", 86_401.0), Err(range));
    check(|s| s.seconds = seconds("taste", f32::NAN), Err(range));
    check(
        |s| s.seconds = seconds("tasty", 1.0),
        Err("seconds: `tasty` is not a question of this survey"),
    );

    check(|s| s.answers.clear(), Err("no question was answered"));
}

#[test]
fn a_survey_without_segments_says_so() {
    let document = json!({
        "code": "pulse", "title": { "en": "Pulse" }, "languages": ["en"],
        "blocks": [{ "code": "main", "questions": [{ "code": "nps", "kind": "nps", "text": { "en": "?" } }] }],
    });
    let survey = Survey::from_json(&document)
        .unwrap()
        .publish(1, &[])
        .unwrap();
    let mut sent = submission(json!({ "nps": 9 }));
    sent.segments = BTreeMap::from([("size".parse().unwrap(), "small".to_owned())]);
    let rejection = accept(&survey, sent).unwrap_err();
    assert_eq!(
        rejection.to_string(),
        "segments: `size` is not a segment of this survey; its segments: none"
    );
}

#[test]
fn channels_have_one_code_everywhere() {
    for channel in Channel::ALL {
        assert_eq!(channel.code().parse::<Channel>().as_ref(), Ok(channel));
        assert_eq!(
            serde_json::to_value(channel).unwrap(),
            json!(channel.code())
        );
    }
    let unknown = "fax".parse::<Channel>().unwrap_err().to_string();
    assert!(
        unknown.starts_with("`fax` is not a channel; channels are web, qr,"),
        "{unknown}"
    );
    assert!(
        Channel::ALL
            .iter()
            .all(|channel| unknown.contains(channel.code())),
        "{unknown}"
    );
}

#[test]
fn a_correction_says_how_a_response_counts() {
    let given = accept(&visit(), submission(json!({ "nps": 9 }))).unwrap();
    assert_eq!((given.weight, given.excluded), (1.0, false));
    let left_out = Response {
        weight: 2.0,
        excluded: true,
        exclusion_reason: "a test".into(),
        ..given.clone()
    };
    let correction = |weight: Option<f64>, excluded, reason: Option<&str>| Correction {
        weight,
        excluded,
        reason: reason.map(str::to_owned),
    };
    let check =
        |before: &Response, correction: Correction, expected: Result<(f64, bool, &str), &str>| {
            let found = before.corrected(&correction);
            let found = found
                .as_ref()
                .map(|r| (r.weight, r.excluded, r.exclusion_reason.as_str()))
                .map_err(|rejection| rejection.place().unwrap());
            assert_eq!(found, expected, "{correction:?}");
        };
    check(&given, Correction::default(), Ok((1.0, false, "")));
    check(
        &given,
        correction(Some(0.25), None, None),
        Ok((0.25, false, "")),
    );
    check(
        &given,
        correction(Some(1_000.0), None, None),
        Ok((1_000.0, false, "")),
    );
    for weight in [0.0, -1.0, 1_000.5, f64::NAN, f64::INFINITY] {
        check(&given, correction(Some(weight), None, None), Err("weight"));
    }
    check(
        &given,
        correction(None, Some(true), None),
        Ok((1.0, true, "")),
    );
    check(
        &given,
        correction(None, Some(true), Some(" a test ")),
        Ok((1.0, true, "a test")),
    );
    check(
        &given,
        correction(None, None, Some("a test")),
        Err("reason"),
    );
    check(
        &given,
        correction(None, Some(true), Some(&"я".repeat(500))),
        Ok((1.0, true, &"я".repeat(500))),
    );
    check(
        &given,
        correction(None, Some(true), Some(&"я".repeat(501))),
        Err("reason"),
    );
    check(
        &given,
        correction(None, Some(true), Some("a\0b")),
        Err("reason"),
    );
    check(
        &left_out,
        correction(None, None, Some("a double")),
        Ok((2.0, true, "a double")),
    );
    check(
        &left_out,
        correction(Some(3.0), None, None),
        Ok((3.0, true, "a test")),
    );
    check(
        &left_out,
        correction(None, Some(false), None),
        Ok((2.0, false, "")),
    );
    check(
        &left_out,
        correction(None, Some(false), Some("")),
        Ok((2.0, false, "")),
    );
}

#[test]
fn without_its_customer_a_response_keeps_what_was_chosen() {
    let questions = json!([
        { "code": "nps", "kind": "nps", "text": { "en": "?" } },
        { "code": "taste", "kind": "rating", "not_applicable": true, "text": { "en": "?" } },
        { "code": "meal", "kind": "single", "text": { "en": "?" },
          "options": [{ "code": "lunch", "text": { "en": "Lunch" } }, { "code": "dinner", "text": { "en": "Dinner" } }] },
        { "code": "liked", "kind": "multi", "text": { "en": "?" },
          "options": [{ "code": "food", "text": { "en": "Food" } }, { "code": "staff", "text": { "en": "Staff" } }] },
        { "code": "contact", "kind": "consent", "text": { "en": "?" } },
        { "code": "why", "kind": "text", "text": { "en": "?" } },
        { "code": "card", "kind": "number", "text": { "en": "?" } },
        { "code": "born", "kind": "date", "text": { "en": "?" } },
        { "code": "mail", "kind": "email", "text": { "en": "?" } },
        { "code": "number", "kind": "phone", "text": { "en": "?" } },
        { "code": "me", "kind": "contact", "text": { "en": "?" } },
        { "code": "receipt", "kind": "photo", "text": { "en": "?" } },
        { "code": "said", "kind": "voice", "text": { "en": "?" } },
        { "code": "place", "kind": "location", "text": { "en": "?" } },
    ]);
    let asked = survey(1, questions, &Vec::new());
    let mut sent = submission(json!({
        "nps": 9, "taste": "n/a", "meal": "lunch", "liked": ["staff"], "contact": true, "why": "Maria was kind",
        "card": 4471, "born": "1980-05-06", "mail": "o@x.ua", "number": "+380441234567", "me": { "name": "Olena" },
        "receipt": Uuid::from_u128(1), "said": Uuid::from_u128(2), "place": "kyiv-center"
    }));
    sent.customer = Some(CustomerId(Uuid::from_u128(5)));
    sent.segments = BTreeMap::from([("size".parse().unwrap(), "small".to_owned())]);
    let mut given = accept(&asked, sent).unwrap();
    given.exclusion_reason = "Maria says so".into();
    let left = given.anonymous(Some(asked.survey()));
    assert_eq!(
        serde_json::to_value(&left.answers).unwrap(),
        json!({
            "nps": 9, "taste": "n/a", "meal": "lunch", "liked": ["staff"], "contact": true, "place": "kyiv-center"
        })
    );
    let expected = Response {
        customer: None,
        exclusion_reason: String::new(),
        answers: left.answers.clone(),
        ..given.clone()
    };
    assert_eq!(left, expected, "all else stays");
    assert!(
        given.anonymous(None).answers.is_empty(),
        "nobody knows what they are answers to"
    );
}
