//! A survey with every kind of question, and responses to it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so")]
#![allow(dead_code, reason = "each test file uses its part")]

use std::sync::Arc;

use radost_domain::listen::{Answer, Channel, Response, Survey};
use radost_domain::name::{CustomerId, LocationId, ResponseId, SurveyId};
use radost_domain::{Code, Language};
use radost_lake::{News, Row, Shape, TableName};
use serde_json::{Value, json};
use uuid::Uuid;

pub fn code(code: &str) -> Code {
    code.parse().unwrap()
}

pub fn name() -> TableName {
    TableName {
        workspace: "main".parse().unwrap(),
        survey: "post-visit".parse().unwrap(),
    }
}

/// Version 1: every kind of question.
pub fn document() -> Value {
    let text = json!({ "en": "?" });
    let options = json!([{ "code": "a", "text": text }, { "code": "b", "text": text }]);
    json!({
        "code": "post-visit", "title": text, "languages": ["en"],
        "segments": [{ "code": "class" }],
        "blocks": [{ "code": "main", "questions": [
            { "code": "nps", "kind": "nps", "text": text },
            { "code": "taste", "kind": "rating", "not_applicable": true, "text": text },
            { "code": "reason", "kind": "single", "options": options, "text": text },
            { "code": "liked", "kind": "multi", "options": options, "text": text },
            { "code": "words", "kind": "text", "text": text },
            { "code": "paid", "kind": "number", "decimals": 2, "text": text },
            { "code": "visited", "kind": "date", "text": text },
            { "code": "agree", "kind": "consent", "text": text },
            { "code": "note", "kind": "statement", "text": text },
        ] }],
    })
}

/// Version 2: one question and one segment more, and `reason` asks for a number now.
pub fn second_document() -> Value {
    let mut document = document();
    let text = json!({ "en": "?" });
    document["segments"] = json!([{ "code": "class" }, { "code": "region" }]);
    let questions = &mut document["blocks"][0]["questions"];
    questions[2] = json!({ "code": "reason", "kind": "number", "text": text });
    let more = json!({ "code": "staff", "kind": "csat", "text": text });
    questions.as_array_mut().unwrap().push(more);
    document
}

pub fn read(document: &Value) -> Survey {
    Survey::from_json(document).unwrap()
}

pub fn shape() -> Shape {
    Shape::of([(1, &read(&document()))])
}

pub fn second_shape() -> Shape {
    Shape::of([(1, &read(&document())), (2, &read(&second_document()))])
}

/// The response of event `sequence`, to version 1. Its `nps` is `sequence % 11`.
pub fn row(sequence: i64) -> Row {
    let id = |n: i64| Uuid::from_u128(n.unsigned_abs().into());
    let answers = [
        ("nps", Answer::Scale(sequence % 11)),
        (
            "taste",
            match sequence % 2 {
                0 => Answer::Text("n/a".into()),
                _ => Answer::Scale(4),
            },
        ),
        ("reason", Answer::Text("a".into())),
        ("liked", Answer::Choices(vec![code("a"), code("b")])),
        ("words", Answer::Text(format!("Смачно, №{sequence}"))),
        ("paid", Answer::Number(12.5)),
        ("visited", Answer::Text("2026-03-01".into())),
        ("agree", Answer::Consent(true)),
    ];
    Row {
        sequence,
        response: Arc::new(Response {
            id: ResponseId(id(sequence)),
            client_id: id(sequence),
            survey: SurveyId(id(1)),
            version: 1,
            customer: Some(CustomerId(id(7))),
            location: (sequence % 2 == 0).then(|| LocationId(id(8))),
            employee: None,
            touchpoint: Some(code("visit")),
            channel: Channel::Qr,
            language: Language::Uk,
            segments: [(code("class"), "business".to_owned())].into(),
            started_at: None,
            submitted_at: "2026-03-01T22:30:00.5Z".parse().unwrap(),
            received_at: "2026-03-01T22:30:01Z".parse().unwrap(),
            day: "2026-03-02".parse().unwrap(),
            answers: answers
                .into_iter()
                .map(|(question, answer)| (code(question), answer))
                .collect(),
            seconds: Default::default(),
            scores: String::new(),
            weight: 1.0,
            excluded: false,
            exclusion_reason: String::new(),
        }),
    }
}

/// The same to version 2.
pub fn second_row(sequence: i64) -> Row {
    let mut row = row(sequence);
    let response = Arc::make_mut(&mut row.response);
    response.version = 2;
    response.segments = [(code("region"), "north".to_owned())].into();
    response.answers = [
        (code("nps"), Answer::Scale(sequence % 11)),
        (code("reason"), Answer::Number(3.0)),
        (code("staff"), Answer::Scale(5)),
    ]
    .into();
    row
}

pub fn rows(sequences: impl IntoIterator<Item = i64>) -> Vec<Row> {
    sequences.into_iter().map(row).collect()
}

/// The same as news, in which nothing changes.
pub fn news(sequences: impl IntoIterator<Item = i64>) -> News {
    rows(sequences).into()
}
