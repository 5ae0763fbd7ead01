//! What drives an outcome: numbers that are right, said plainly, and nothing said that the answers do not tell.

#[path = "support/numbers.rs"]
mod numbers;
mod support;

use axum::http::StatusCode;
use numbers::{SURVEY, answer, cafes, manager_of, place, places, record, text_of};
use radost_app::domain::access::{Permission, Role};
use radost_app::listen::NewResponse;
use radost_server::look::check::strict;
use serde_json::{Value, json};
use support::{Answer, TestApp};

/// 150 people whose satisfaction hangs mostly on speed; every fifteenth says nothing of cleanliness.
fn opinions() -> Vec<NewResponse> {
    let mut state = 1_u64;
    let mut below = move |n: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % n) as i64
    };
    (0..150)
        .map(|i| {
            let mood = below(3);
            let [a, b, c, d, e] = [(); 5].map(|()| (1 + mood + below(3)).min(5));
            let overall = (2 * a + 4 * b + 2 * c + d + e + below(11) + 2) / 12;
            let mut answers = json!({
                "nps": 9, "csat": overall.clamp(1, 5),
                "friendliness": a, "speed": b, "quality": c, "cleanliness": d, "value": e,
            });
            if i % 15 == 0 {
                answers["cleanliness"] = Value::Null;
            }
            given("kharkiv", answers)
        })
        .collect()
}

/// An answer without what is null.
fn given(location: &str, mut answers: Value) -> NewResponse {
    if let Some(map) = answers.as_object_mut() {
        map.retain(|_, value| !value.is_null());
    }
    answer(location, "2026-10-20", answers)
}

async fn opinionated() -> TestApp {
    let test = places().await;
    record(&test, SURVEY, opinions()).await;
    test
}

async fn ask(test: &TestApp, body: Value) -> Answer {
    let key = test.key(&[Permission::SeeResults]).await;
    test.api("POST", "/api/v1/drivers/query", &key, Some(body))
        .await
}

fn close(found: &Value, expected: f64, tolerance: f64) {
    let found = found.as_f64().expect("a number");
    assert!(
        (found - expected).abs() <= tolerance,
        "{found}, not {expected}"
    );
}

/// Expected: every order of the five, by normal equations in plain Python over the same 150 people.
#[tokio::test]
async fn the_numbers_are_those_of_every_order_of_the_drivers() {
    let test = opinionated().await;
    let view = ask(&test, json!({ "moves": { "speed": 1.0, "value": -0.5 } }))
        .await
        .json();
    assert_eq!(
        (&view["outcome"], &view["state"]),
        (&json!("csat.csat"), &json!("found")),
        "{view}"
    );
    let result = &view["result"];
    assert_eq!(result["n"], 140);
    close(&result["lost"], 10.0 / 150.0, 1e-12);
    close(&result["outcome"]["value"], 2.713_333, 1e-6);
    assert_eq!(result["outcome"]["n"], 150);
    close(&result["r_squared"]["value"], 0.788_332, 1e-6);
    assert_eq!(
        (&result["explains"], &result["draws"]),
        (&json!(true), &json!(1000))
    );
    // Share, correlation, slope, its standard error, mean of all who rated it and their number.
    let expected = [
        (
            "speed", 0.267_386, 0.718_584, 0.247_135, 0.035_620, 3.166_667, 150,
        ),
        (
            "friendliness",
            0.228_107,
            0.688_993,
            0.196_396,
            0.033_818,
            3.046_667,
            150,
        ),
        (
            "quality", 0.227_280, 0.683_033, 0.207_832, 0.034_898, 3.1, 150,
        ),
        (
            "value", 0.143_710, 0.612_261, 0.102_867, 0.037_248, 3.18, 150,
        ),
        (
            "cleanliness",
            0.133_516,
            0.607_231,
            0.062_653,
            0.034_426,
            3.185_714,
            140,
        ),
    ];
    let drivers = result["drivers"].as_array().expect("drivers");
    assert_eq!(drivers.len(), expected.len());
    for (driver, (code, share, r, slope, error, mean, n)) in drivers.iter().zip(expected) {
        assert_eq!(driver["driver"], code);
        close(&driver["importance"]["value"], share, 1e-5);
        close(&driver["correlation"]["value"], r, 1e-5);
        close(&driver["slope"]["value"], slope, 1e-5);
        // Student's t of 134 degrees of freedom at 95 %: 1.97783.
        close(&driver["slope"]["high"], slope + 1.977_83 * error, 1e-5);
        close(&driver["mean"]["value"], mean, 1e-5);
        assert_eq!(driver["mean"]["n"], n);
        let [low, high] =
            ["low", "high"].map(|end| driver["importance"][end].as_f64().expect("a bound"));
        assert!(
            low < share && share < high && low > 0.0 && high < 0.5,
            "{driver}"
        );
    }
    let simulation = &view["simulation"];
    close(
        &simulation["change"]["value"],
        0.247_135 - 0.5 * 0.102_867,
        1e-5,
    );
    close(&simulation["before"], 2.692_857, 1e-5);
    assert_eq!(simulation["clipped"], false);
}

#[tokio::test]
async fn the_page_says_it_in_four_languages() {
    let test = opinionated().await;
    let cookie = test.signed_in(Role::Analyst).await;
    let said = async |lang: &str| {
        let page = test
            .get(
                &format!("/explain/drivers?move=speed:+1&move=&lang={lang}"),
                &cookie,
            )
            .await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(strict(&page.body), Vec::<String>::new(), "{lang}");
        // A message without words shows its id.
        for id in [">drivers-", ">quadrant-", ">construct-"] {
            assert!(!page.body.contains(id), "{lang}: {id}");
        }
        let (_, lead) = page
            .body
            .split_once("<p class=\"lead\">")
            .expect("a sentence");
        let lead = lead.split("</p>").next().unwrap_or_default();
        let simulated = text_of(
            page.body
                .split_once("id=\"simulator\"")
                .expect("a simulator")
                .1,
        );
        let (_, simulated) = simulated
            .split_once(&['.', '»', '“'][..])
            .expect("a sentence");
        (
            lead.replace('\u{a0}', " "),
            simulated.contains("2.94") || simulated.contains("2,94"),
        )
    };
    let (en, simulated) = said("en").await;
    assert!(simulated);
    insta::assert_snapshot!(en, @"“Speed of service” (27% [20–33]) and “Friendliness of the staff” (23% [17–29]) lead what matters for “Satisfaction (CSAT)”, but which of them matters more cannot be told; all 5 ratings together explain 79% [75–84] of the differences (n = 140).");
    let (ru, simulated) = said("ru").await;
    assert!(simulated);
    insta::assert_snapshot!(ru, @"Для показателя «Удовлетворённость (CSAT)» на первом плане «Скорость обслуживания» (27 % [20–33]) и «Приветливость сотрудников» (23 % [17–29]), но что из них важнее, сказать нельзя; вместе все 5 оценок объясняют 79 % [75–84] различий (n = 140).");
    let (uk, simulated) = said("uk").await;
    assert!(simulated);
    insta::assert_snapshot!(uk, @"Для показника «Задоволеність (CSAT)» на першому плані «Швидкість обслуговування» (27% [20–33]) та «Привітність працівників» (23% [17–29]), але що з них важливіше, сказати не можна; разом усі 5 оцінок пояснюють 79% [75–84] відмінностей (n = 140).");
    let (bg, simulated) = said("bg").await;
    assert!(simulated);
    insta::assert_snapshot!(bg, @"За „Удовлетвореност (CSAT)“ водят „Бързина на обслужването“ (27% [20–33]) и „Любезност на персонала“ (23% [17–29]), но кое от двете е по-важно, не може да се каже; всичките 5 оценки заедно обясняват 79% [75–84] от разликите (n = 140).");
    let page = text_of(&test.get("/explain/drivers", &cookie).await.body);
    for part in [
        "What matters for Satisfaction (CSAT)",
        "+0.25 [0.18–0.32]",
        "3.17 [",
        "Shapley value (LMG)",
        "n = 140; 7% of those with an outcome are left out",
        "Every response counts once; weights of responses are not used here.",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[tokio::test]
async fn filters_outcome_and_missing_answers_stay_in_the_address() {
    let test = opinionated().await;
    let cookie = test.signed_in(Role::Analyst).await;
    let page = test
        .get(
            "/explain/drivers?metric=mean.speed&missing=em&last=30d",
            &cookie,
        )
        .await;
    let flat = page.body.replace(" value=\"", " \"");
    for chosen in [
        "\"mean.speed\" selected",
        "\"30d\" selected",
        "name=\"missing\" \"em\"",
    ] {
        assert!(flat.contains(chosen), "{chosen}");
    }
    let text = text_of(&page.body);
    assert!(text.contains("What matters for Speed of service"), "{text}");
    assert!(
        text.contains("EM algorithm from all answers, n = 150"),
        "{text}"
    );
    // Speed does not explain itself: of the five ratings four are left.
    assert_eq!(page.body.matches("name=\"move\"").count(), 4);
    let pairwise = ask(&test, json!({ "missing": "pairwise" })).await.json();
    assert_eq!(
        (&pairwise["missing"], &pairwise["result"]["n"]),
        (&json!("pairwise"), &json!(140))
    );
}

#[tokio::test]
async fn too_few_answers_are_said_to_be() {
    let test = cafes().await;
    let cookie = test.signed_in(Role::Analyst).await;
    // Four in Uzhhorod: not even their number is told.
    let four = test
        .get("/explain/drivers?metric=nps.nps&location=uzhhorod", &cookie)
        .await;
    let text = text_of(&four.body);
    assert!(
        text.contains("cannot be shown yet: it takes 5 responses or more"),
        "{text}"
    );
    assert!(!text.contains("n = 4"), "{text}");
    assert!(
        text.contains("Take the last 12 months"),
        "what to do next: {text}"
    );
    let nobody = text_of(
        &test
            .get("/explain/drivers?from=2026-01-01&to=2026-01-31", &cookie)
            .await
            .body,
    );
    assert!(
        nobody.contains("Nobody has answered in these 31 days."),
        "{nobody}"
    );
    // Of Lviv's ten everybody is satisfied alike.
    let constant = ask(&test, json!({ "outcome": "csat.csat" })).await.json();
    assert_eq!(constant["state"], "same_outcome", "{constant}");
}

#[tokio::test]
async fn five_drivers_take_fifty_responses() {
    let test = places().await;
    let mut few = opinions();
    few.truncate(30);
    record(&test, SURVEY, few).await;
    let cookie = test.signed_in(Role::Analyst).await;
    let page = test.get("/explain/drivers", &cookie).await;
    assert_eq!(strict(&page.body), Vec::<String>::new());
    let text = text_of(&page.body);
    assert!(
        text.contains("cannot be said yet: it takes 50 complete responses, and there are 28."),
        "{text}"
    );
    assert!(!page.body.contains("chart-point"), "nothing is drawn");
}

#[tokio::test]
async fn what_cannot_be_told_apart_is_named() {
    let test = places().await;
    let mut responses = opinions();
    for response in &mut responses {
        let speed = response.answers["speed"].clone();
        response.answers.insert("value".into(), speed);
    }
    record(&test, SURVEY, responses).await;
    let view = ask(&test, json!({})).await.json();
    assert_eq!(view["state"], "collinear", "{view}");
    let mut codes: Vec<&str> = view["collinear"]
        .as_array()
        .expect("codes")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    codes.sort_unstable();
    assert_eq!(codes, ["speed", "value"]);
    let cookie = test.signed_in(Role::Analyst).await;
    let page = test.get("/explain/drivers", &cookie).await;
    assert_eq!(strict(&page.body), Vec::<String>::new());
    let text = text_of(&page.body);
    assert!(
        text.contains("follows entirely from Speed of service")
            || text.contains("follows entirely from Value for money"),
        "{text}"
    );
}

#[tokio::test]
async fn ratings_that_go_nearly_together_are_warned_of() {
    let test = places().await;
    let mut responses = opinions();
    for (i, response) in responses.iter_mut().enumerate() {
        // One point apart for every twelfth, the same for everybody else.
        let speed = response.answers["speed"].as_i64().expect("a score");
        let apart = if speed == 5 { 4 } else { speed + 1 };
        let value = if i % 12 == 7 { apart } else { speed };
        response.answers.insert("value".into(), value.into());
    }
    record(&test, SURVEY, responses).await;
    let cookie = test.signed_in(Role::Analyst).await;
    let text = text_of(&test.get("/explain/drivers", &cookie).await.body);
    assert!(
        text.contains(
            "can hardly be told apart Most of all “Speed of service” and “Value for money”"
        ),
        "{text}"
    );
}

#[tokio::test]
async fn responses_lost_to_missing_answers_are_told_with_a_way_out() {
    let test = places().await;
    let mut responses = opinions();
    // Every other one says nothing of cleanliness, and of the rest five: 80 of 150.
    for response in responses.iter_mut().skip(1).step_by(2) {
        response.answers.remove("cleanliness");
    }
    record(&test, SURVEY, responses).await;
    let cookie = test.signed_in(Role::Analyst).await;
    let page = test.get("/explain/drivers", &cookie).await;
    assert_eq!(strict(&page.body), Vec::<String>::new());
    let text = text_of(&page.body);
    assert!(
        text.contains("53% of the responses are left out because an answer is missing Most often “Cleanliness” was not rated: 53% lack it."),
        "{text}"
    );
    assert!(page.body.contains("missing=em") && page.body.contains("missing=pairwise"));
    let filled = text_of(&test.get("/explain/drivers?missing=em", &cookie).await.body);
    assert!(filled.contains("Missing answers are filled in"), "{filled}");
    assert!(filled.contains("(n = 150)"), "{filled}");
}

#[tokio::test]
async fn a_manager_sees_what_drives_their_own_places_only() {
    let test = opinionated().await;
    let mut lviv = opinions();
    lviv.truncate(60);
    for response in &mut lviv {
        response.location = Some("lviv".into());
    }
    record(&test, SURVEY, lviv).await;
    let whole = ask(&test, json!({})).await.json();
    assert_eq!(whole["result"]["outcome"]["n"], 210);
    let cookie = manager_of(&test, place(4)).await;
    let own = text_of(&test.get("/explain/drivers", &cookie).await.body);
    assert!(own.contains("(n = 56)"), "{own}");
    let foreign = test.get("/explain/drivers?location=kharkiv", &cookie).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    // The one answer that came since is in the number: nothing old is shown.
    let mut later = opinions();
    later.drain(..2);
    later.truncate(1);
    later[0].location = Some("lviv".into());
    record(&test, SURVEY, later).await;
    let own = text_of(&test.get("/explain/drivers", &cookie).await.body);
    assert!(own.contains("(n = 57)"), "{own}");
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_with_its_place() {
    let test = opinionated().await;
    let cookie = test.signed_in(Role::Analyst).await;
    for query in [
        "missing=guess",
        "move=speed",
        "move=nps:%2B1",
        "move=speed:inf",
        "metric=csi",
    ] {
        let page = test
            .get(&format!("/explain/drivers?{query}"), &cookie)
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert_eq!(strict(&page.body), Vec::<String>::new(), "{query}");
    }
    let check = async |body: Value, status: u16, field: Value| {
        let answer = ask(&test, body.clone()).await;
        assert_eq!(answer.status.as_u16(), status, "{body}: {}", answer.body);
        assert_eq!(answer.json()["field"], field, "{body}: {}", answer.body);
    };
    check(json!({ "outcome": "csi" }), 422, json!("metric")).await;
    check(json!({ "outcome": "nps.nope" }), 422, json!("metric")).await;
    check(json!({ "missing": "guess" }), 422, json!("missing")).await;
    check(json!({ "moves": { "nps": 1.0 } }), 422, json!("move")).await;
    check(
        json!({ "moves": { "Not a code": 1.0 } }),
        422,
        json!("moves"),
    )
    .await;
    check(
        json!({ "filters": { "colour": "red" } }),
        422,
        json!("filters"),
    )
    .await;
    let key = test.key(&[Permission::SeeSurveys]).await;
    let forbidden = test
        .api("POST", "/api/v1/drivers/query", &key, Some(json!({})))
        .await;
    assert_eq!(forbidden.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_survey_without_ratings_says_what_to_do() {
    let test = TestApp::new().await.with_survey("kiosk-pulse").await;
    let cookie = test.signed_in(Role::Admin).await;
    let page = test.get("/explain/drivers?metric=csat.csat", &cookie).await;
    assert_eq!(strict(&page.body), Vec::<String>::new());
    let text = text_of(&page.body);
    assert!(
        text.contains("This survey rates nothing that could drive an outcome."),
        "{text}"
    );
    assert!(text.contains("Add ratings of single aspects"), "{text}");
}
