//! A small network with answers whose numbers can be computed by hand.
//!
//! ```text
//! all ── west ── lviv       10 answers: NPS 10 ×6, 8 ×3, 2 ×1
//!     │       └─ uzhhorod    4 answers: NPS 10, 10, 9, 0
//!     └─ east ── kharkiv    12 answers: NPS 9 ×3, 7 ×3, 5 ×6
//! ```
//! All in October 2026 but for the period before: 10 answers of 2 in Lviv and 10 of 3 in Kharkiv, in July.
#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::BTreeMap;

use radost_app::access::NewPerson;
use radost_app::domain::Language;
use radost_app::domain::access::Role;
use radost_app::domain::listen::Channel;
use radost_app::domain::name::LocationId;
use radost_app::domain::team::{Location, LocationKind};
use radost_app::listen::NewResponse;
use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp};

pub const SURVEY: &str = "post-visit";

pub fn place(n: u128) -> LocationId {
    LocationId(uuid::Uuid::from_u128(n))
}

/// An answer to `post-visit`.
pub fn answer(location: &str, day: &str, answers: Value) -> NewResponse {
    let answers = match answers {
        Value::Object(map) => map.into_iter().collect(),
        _ => BTreeMap::new(),
    };
    let (channel, language) = match location {
        "lviv" => (Channel::Web, Language::Uk),
        "uzhhorod" => (Channel::Qr, Language::Uk),
        _ => (Channel::Kiosk, Language::Ru),
    };
    NewResponse {
        answers,
        location: Some(location.to_owned()).filter(|code| !code.is_empty()),
        channel: Some(channel),
        language: Some(language),
        submitted_at: Some(format!("{day}T09:00:00Z").parse().expect("a time")),
        ..NewResponse::default()
    }
}

/// The places, and the survey without answers.
pub async fn places() -> TestApp {
    let test = TestApp::new().await;
    let mut tx = test.store.begin().await.expect("a transaction");
    use LocationKind::{Location as Place, Network, Region};
    for (n, parent, kind, code, name) in [
        (1, None, Network, "all", "All"),
        (2, Some(1), Region, "west", "West"),
        (3, Some(1), Region, "east", "East"),
        (4, Some(2), Place, "lviv", "Lviv"),
        (5, Some(2), Place, "uzhhorod", "Uzhhorod"),
        (6, Some(3), Place, "kharkiv", "Kharkiv"),
    ] {
        let location = Location {
            id: place(n),
            parent: parent.map(place),
            kind,
            code: code.parse().expect("a slug"),
            name: name.into(),
            time_zone: "Europe/Kyiv".into(),
            active: true,
        };
        assert!(
            tx.save_location(test.console.workspace, &location)
                .await
                .expect("saved")
        );
    }
    tx.commit().await.expect("committed");
    test.with_survey(SURVEY).await
}

/// Everything above.
pub async fn cafes() -> TestApp {
    let test = places().await;
    let mut responses = Vec::new();
    // Ratings of the ten in Lviv. Satisfaction on 1–5 as a share of the scale: friendliness 1, speed ½ (five say 2, five
    // say 4), quality ¾, cleanliness 1, value ¼. Importance 5, 4, 3, 2, 1.
    for (i, nps) in [10, 10, 10, 10, 10, 10, 8, 8, 8, 2].into_iter().enumerate() {
        let mut response = answer(
            "lviv",
            "2026-10-20",
            json!({
                "nps": nps, "csat": 5,
                "friendliness": 5, "speed": if i < 5 { 2 } else { 4 }, "quality": 4, "cleanliness": 5, "value": 2,
                "friendliness_importance": 5, "speed_importance": 4, "quality_importance": 3,
                "cleanliness_importance": 2, "value_importance": 1,
            }),
        );
        let kind = if i < 6 { "regular" } else { "new" };
        response.segments = BTreeMap::from([("customer_type".to_owned(), kind.to_owned())]);
        response.touchpoint = Some("visit".into());
        responses.push(response);
    }
    for nps in [10, 10, 9, 0] {
        responses.push(answer("uzhhorod", "2026-10-21", json!({ "nps": nps })));
    }
    for nps in [9, 9, 9, 7, 7, 7, 5, 5, 5, 5, 5, 5] {
        responses.push(answer("kharkiv", "2026-10-22", json!({ "nps": nps })));
    }
    for i in 0..10 {
        let csat = if i == 0 { 2 } else { 5 };
        responses.push(answer(
            "lviv",
            "2026-07-10",
            json!({ "nps": 2, "csat": csat }),
        ));
        responses.push(answer("kharkiv", "2026-07-10", json!({ "nps": 3 })));
    }
    record(&test, SURVEY, responses).await;
    test
}

/// Records answers, all of which are good.
pub async fn record(test: &TestApp, survey: &str, responses: Vec<NewResponse>) {
    let results = test
        .app
        .record_responses(&test.console, survey, responses)
        .await
        .expect("recorded");
    for result in results {
        result.expect("accepted");
    }
}

/// The manager of a place, signed in; returns the `Cookie` header.
pub async fn manager_of(test: &TestApp, location: LocationId) -> String {
    let person = NewPerson {
        email: "manager@example.com".parse().expect("an address"),
        name: "Ірина".into(),
        role: Role::Manager,
        locations: [location].into(),
        language: Language::En,
        password: Some(PASSWORD.into()),
    };
    test.app
        .add_user(&test.console, person)
        .await
        .expect("a user");
    test.sign_in("manager@example.com", PASSWORD).await
}

/// The addresses on a page that begin like this, unescaped.
pub fn links(html: &str, start: &str) -> Vec<String> {
    html.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|href| href.starts_with(start))
        .map(|href| href.replace("&amp;", "&"))
        .collect()
}

/// What a list of responses says it holds.
pub fn count_of(html: &str) -> u64 {
    let (_, rest) = html.split_once("data-count=\"").expect("a count");
    let text = rest.split('"').next().unwrap_or_default();
    text.parse().expect("a number")
}

/// The text of a page without tags.
pub fn text_of(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            c if !inside => text.push(if c == '\u{a0}' { ' ' } else { c }),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
