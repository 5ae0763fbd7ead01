//! Segments, tuning and the value map: groups of customers, what they need, and what they think it is worth.

#[path = "support/numbers.rs"]
mod numbers;
mod support;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use numbers::{SURVEY, answer, cafes, count_of, links, manager_of, place, places, record, text_of};
use radost_app::domain::access::{Permission, Role};
use radost_app::domain::listen::Channel;
use radost_app::explain::{Figure, NoGroups, NoSegments, Selection, TraitValue};
use radost_server::look::check::strict;
use serde_json::{Value, json};
use support::TestApp;

/// The text of a page in each language, held to what every page keeps.
async fn said(test: &TestApp, cookie: &str, address: &str) -> Vec<(&'static str, String)> {
    let mut said = Vec::new();
    for lang in ["en", "ru", "uk", "bg"] {
        let join = if address.contains('?') { '&' } else { '?' };
        let page = test
            .get(&format!("{address}{join}lang={lang}"), cookie)
            .await;
        assert_eq!(page.status, StatusCode::OK, "{address}");
        assert_eq!(
            strict(&page.body),
            Vec::<String>::new(),
            "{address} in {lang}"
        );
        for unwritten in [
            "segments-",
            "tuning-",
            "value-",
            "groups-",
            "kano-",
            "overview-",
        ] {
            assert!(
                !page.body.contains(&format!(">{unwritten}")),
                "{address} in {lang}: {unwritten}"
            );
        }
        assert!(
            !page.body.contains("NaN") && !page.body.contains("inf,"),
            "{address}"
        );
        let name: String = address.chars().filter(|c| c.is_alphanumeric()).collect();
        test.keep(&format!("{name}-{lang}-{}", page.body.len()), &page.body)
            .await;
        said.push((lang, text_of(&page.body)));
    }
    test.get("/?lang=en", cookie).await;
    said
}

/// 200 answers in October: 80 by kiosk at 3 to 7, 100 on the web at 7 to 10, 18 by QR code like the web, 2 by phone.
async fn channels() -> TestApp {
    let test = places().await;
    let mut responses = Vec::new();
    for i in 0..200_i64 {
        let (channel, nps) = match i {
            0..80 => (Channel::Kiosk, 3 + i % 5),
            80..180 => (Channel::Web, 7 + i % 4),
            180..198 => (Channel::Qr, 7 + i % 4),
            _ => (Channel::Phone, 10),
        };
        let place = ["lviv", "uzhhorod", "kharkiv"][(i % 3) as usize];
        let speed = if nps < 5 { 1 + i % 2 } else { 4 + i % 2 };
        let mut response = answer(place, "2026-10-20", json!({ "nps": nps, "speed": speed }));
        response.channel = Some(channel);
        response.language = None;
        response.segments = BTreeMap::from([(
            "customer_type".to_owned(),
            ["new", "regular"][(i / 4 % 2) as usize].to_owned(),
        )]);
        responses.push(response);
    }
    record(&test, SURVEY, responses).await;
    test
}

#[tokio::test]
async fn the_tree_finds_who_differs_and_says_so() {
    let test = channels().await;
    let cookie = test.signed_in(Role::Analyst).await;
    // Kiosk: 3, 4, 5, 6, 7 sixteen times each: 64 detractors of 80, −80. Of the 120 others, half gave 9 or 10.
    let texts = said(&test, &cookie, "/explain/segments").await;
    for ((_, text), expected) in texts.iter().zip([
        "Recommendation (NPS) is lowest, −80 [−87 … −68], among customers with channel: kiosk, and highest, 50 [40–58], among those with channel: web link or smaller groups together.",
        "Рекомендация (NPS): ниже всего, −80 [−87 … −68], там, где",
        "Рекомендація (NPS): найнижче, −80 [−87 … −68], там, де",
        "Препоръка (NPS): най-ниско, −80 [−87 … −68], при",
    ]) {
        assert!(text.contains(expected), "{text}");
    }
    let english = &texts[0].1;
    assert!(
        english.contains("split by channel · χ², p &lt; 0.001"),
        "{english}"
    );
    assert!(
        english.contains("The groups differ: Cramér’s V = "),
        "{english}"
    );
    // Two by phone are too few, and with the total known QR must stand with them.
    assert!(
        !english.contains("n = 2 ") && !english.contains("n = 18 ") && english.contains("n = 20"),
        "{english}"
    );
    assert!(
        english.contains("smaller groups together 50 ["),
        "{english}"
    );

    let page = test.get("/explain/segments", &cookie).await;
    let found = links(&page.body, "/responses?channel=kiosk");
    assert_eq!(
        found.len(),
        1,
        "a group that was found is a link: {}",
        page.body
    );
    assert_eq!(count_of(&test.get(&found[0], &cookie).await.body), 80);

    let selection = Selection::of([("with", "answers")]);
    let also = test
        .app
        .segments(&test.console, &selection)
        .await
        .expect("allowed")
        .expect("a survey");
    assert!(
        also.nodes
            .iter()
            .all(|node| node.figure.shown().is_some_and(|e| e.n >= 10))
    );
    let with = said(&test, &cookie, "/explain/segments?with=answers").await;
    assert!(
        with[0].1.contains("Speed of service: "),
        "answers tell them apart, too: {}",
        with[0].1
    );
    let csv = test.get("/explain/segments.csv", &cookie).await;
    assert!(
        csv.body.contains("\r\nleaf,,channel: kiosk,-80,")
            || csv.body.contains("\nleaf,,channel: kiosk,-80,"),
        "{}",
        csv.body
    );
}

#[tokio::test]
async fn means_are_split_by_f_tests_and_nothing_is_found_where_nothing_is() {
    let test = channels().await;
    let cookie = test.signed_in(Role::Analyst).await;
    let speed = said(&test, &cookie, "/explain/segments?metric=mean.speed").await;
    assert!(
        speed[0].1.contains("split by channel · F, p &lt; 0.001"),
        "{}",
        speed[0].1
    );
    let one = said(&test, &cookie, "/explain/segments?channel=web").await;
    assert!(
        one[0].1.contains(
            "Recommendation (NPS): no group of customers differs clearly from the others (n = 100)."
        ),
        "{}",
        one[0].1
    );
    let few = said(&test, &cookie, "/explain/segments?channel=phone").await;
    assert!(
        few[0].1.contains("too few answers to look for groups"),
        "{}",
        few[0].1
    );
    assert!(!few[0].1.contains("n = 2"), "{}", few[0].1);
    let several = said(&test, &cookie, "/explain/segments?metric=csi").await;
    assert!(
        several[0].1.contains("rests on several questions at once"),
        "{}",
        several[0].1
    );
    let nothing = said(
        &test,
        &cookie,
        "/explain/segments?location=west&from=2026-01-01&to=2026-01-02",
    )
    .await;
    assert!(
        nothing[1].1.contains("Нет ответов") || nothing[0].1.contains("Nobody has answered"),
        "{}",
        nothing[0].1
    );
    // A manager's tree is about the manager's places.
    let manager = manager_of(&test, place(6)).await;
    let own = test.get("/explain/segments", &manager).await;
    assert!(!own.body.contains("Lviv"), "{}", own.body);
    assert!(
        text_of(&own.body).contains("n = 66"),
        "{}",
        text_of(&own.body)
    );
    let refused = test.get("/explain/segments?with=luck", &cookie).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn small_groups_stand_together_before_anything_is_computed() {
    let test = cafes().await;
    let found = test
        .app
        .segments(&test.console, &Selection::default())
        .await
        .expect("allowed")
        .expect("a survey");
    assert_eq!(found.lacking, Some(NoSegments::TooFew { needed: 40 }));
    for table in &found.tables {
        for row in &table.rows {
            let e = row.figure.shown().expect("large enough");
            assert!(e.n >= 5, "{table:?}");
        }
    }
    // Uzhhorod's four came by QR code: they stand with Lviv's ten.
    let by_channel = found.tables.iter().find(|table| table.rows.len() == 2);
    let by_channel = by_channel.expect("a table");
    assert!(
        by_channel
            .rows
            .iter()
            .any(|row| row.value == TraitValue::Others || row.figure.shown().is_some())
    );
}

const ATTRIBUTES: [&str; 5] = ["friendliness", "speed", "quality", "cleanliness", "value"];

/// Customers whose importance of one attribute is high and of the others low, all satisfied alike.
fn customer(i: i64, wants: usize, satisfied: i64) -> Value {
    let mut answers = serde_json::Map::new();
    for (a, attribute) in ATTRIBUTES.iter().enumerate() {
        // Two of the others matter a step less to every second and to every other two customers.
        let after = (a + 4 - wants) % 5;
        let importance = if a == wants {
            5
        } else {
            2 - if after < 2 { (i >> after) & 1 } else { 0 }
        };
        answers.insert((*attribute).to_owned(), json!(satisfied));
        answers.insert(format!("{attribute}_importance"), json!(importance));
    }
    Value::Object(answers)
}

async fn needs(groups: &[(usize, i64)]) -> TestApp {
    let test = places().await;
    let mut responses = Vec::new();
    for (g, (wants, count)) in groups.iter().enumerate() {
        for i in 0..*count {
            let satisfied = if i % 4 == 0 { 5 } else { 3 };
            let mut response = answer(
                ["lviv", "kharkiv"][g % 2],
                "2026-10-20",
                customer(i, *wants, satisfied),
            );
            response.answers.insert("nps".into(), json!(8));
            responses.push(response);
        }
    }
    // The order of coming tells nothing of the group.
    let half = responses.len() / 2;
    let (first, second) = responses.split_at(half);
    let mixed = first
        .iter()
        .zip(second)
        .flat_map(|(a, b)| [a.clone(), b.clone()])
        .collect();
    record(&test, SURVEY, mixed).await;
    test
}

#[tokio::test]
async fn needs_are_set_against_what_is_given() {
    let test = needs(&[(1, 80), (2, 80)]).await;
    let cookie = test.signed_in(Role::Analyst).await;
    let selection = Selection::default();
    let found = test
        .app
        .tuning(&test.console, &selection)
        .await
        .expect("allowed")
        .expect("a survey");
    // A quarter is satisfied at 5, which meets everything; the others at 3 do not meet their 5.
    let met = found.met.shown().expect("a share");
    assert_eq!((met.value, met.n), (25.0, 160));
    // Speed is important to half of them: I = 5; satisfied is a quarter: S = 2.5; 5 + 2.5 = 7.5.
    let speed = found
        .attributes
        .iter()
        .find(|a| a.rating.as_str() == "speed")
        .expect("speed");
    let score = speed.opportunity.shown().expect("a score");
    assert!(
        (score.value - 7.5).abs() < 1e-9 && score.low < 7.5 && score.high > 7.5,
        "{score:?}"
    );
    let satisfaction = speed.satisfaction.shown().expect("a mean");
    assert!(
        (satisfaction.value - 62.5).abs() < 1e-9,
        "a quarter at 100, the rest at 50"
    );
    let groups = found.groups.as_ref().expect("two groups");
    assert_eq!(groups.groups.len(), 2);
    assert!(
        groups.stability > 0.9 && groups.silhouette > 0.5,
        "{groups:?}"
    );
    assert!((35.0..65.0).contains(&groups.groups[0].share.value));
    let one = &found.variants[0];
    let two = &found.variants[1];
    assert!(
        (35.0..65.0).contains(&one.share.value) && (two.share.value - 100.0).abs() < 1e-9,
        "{:?}",
        found.variants
    );
    assert!((one.share.value + two.gain - 100.0).abs() < 1e-9);
    assert!(two.share.n < 160, "judged by those who did not choose");

    for ((_, text), expected) in said(&test, &cookie, "/explain/tuning").await.iter().zip([
        "The present offer meets the needs of 25% [19–32] of 160 customers; the greatest opportunity is “",
        "Нынешнее предложение отвечает потребностям 25 % [19–32] клиентов (n = 160); больше всего можно выиграть на «",
        "Нинішня пропозиція відповідає потребам 25% [19–32] клієнтів (n = 160); найбільше можна виграти на «",
        "Сегашното предложение покрива нуждите на 25% [19–32] от 160 клиенти; най-много може да се спечели от „",
    ]) {
        assert!(text.contains(expected), "{text}");
    }
    let csv = test.get("/explain/tuning.csv", &cookie).await;
    assert_eq!(csv.body.lines().count(), 6, "{}", csv.body);
}

#[tokio::test]
async fn too_few_or_no_needs_are_said_plainly() {
    let test = cafes().await;
    let cookie = test.signed_in(Role::Analyst).await;
    let found = test
        .app
        .tuning(&test.console, &Selection::default())
        .await
        .expect("allowed")
        .expect("a survey");
    assert_eq!(
        found.groups.as_ref().err(),
        Some(&NoGroups::TooFew { needed: 60 })
    );
    assert_eq!(found.customers, 10);
    let text = &said(&test, &cookie, "/explain/tuning").await[0].1;
    assert!(
        text.contains("Too few customers to look for groups: it takes 60 or more"),
        "{text}"
    );
    // Four in Uzhhorod: nothing is told of them, had they rated at all.
    let four = said(&test, &cookie, "/explain/tuning?location=uzhhorod").await;
    assert!(
        four[0].1.contains("Nobody has answered in these 90 days."),
        "{}",
        four[0].1
    );
    let other = test.with_survey("support-effort").await;
    let none = said(&other, &cookie, "/explain/tuning?survey=support-effort").await;
    assert!(
        none[0]
            .1
            .contains("This survey does not ask how important its ratings are"),
        "{}",
        none[0].1
    );
}

/// Lviv: better and fairer; Kharkiv: worse; Uzhhorod, where only four answered.
async fn worth() -> TestApp {
    let test = places().await;
    let mut responses = Vec::new();
    for i in 0..40_i64 {
        responses.push(answer(
            "lviv",
            "2026-10-20",
            json!({ "nps": 9, "quality": 4 + i % 2, "value": 4 + i % 2 }),
        ));
        responses.push(answer(
            "kharkiv",
            "2026-10-20",
            json!({ "nps": 5, "quality": 2 + i % 2, "value": 3 + i % 3 }),
        ));
    }
    for _ in 0..4 {
        responses.push(answer(
            "uzhhorod",
            "2026-10-20",
            json!({ "nps": 9, "quality": 3, "value": 5 }),
        ));
    }
    record(&test, SURVEY, responses).await;
    test
}

#[tokio::test]
async fn the_value_map_judges_each_group_against_the_others() {
    let test = worth().await;
    let cookie = test.signed_in(Role::Analyst).await;
    let texts = said(&test, &cookie, "/explain/value?location=all").await;
    // West is Lviv with Uzhhorod: 44 answers.
    for ((_, text), expected) in texts.iter().zip([
        "; clearly better value: West; clearly worse value: East.",
        "; явно выгоднее: West; явно невыгоднее: East.",
        "; явно вигідніше: West; явно невигідніше: East.",
        "; ясно по-изгодно: West; ясно по-неизгодно: East.",
    ]) {
        assert!(text.contains(expected), "{text}");
    }
    assert!(
        texts[0].1.contains("1 West 4.36 [4.17–4.56] higher") || texts[0].1.contains("West 4.36 ["),
        "{}",
        texts[0].1
    );
    assert!(texts[0].1.contains("n = 84"), "{}", texts[0].1);
    // Within the west, four cannot stand beside forty whose total is known.
    let west = said(&test, &cookie, "/explain/value?location=west").await;
    assert!(
        west[0].1.contains("Lviv not enough responses yet")
            && west[0].1.contains("Uzhhorod not enough responses yet"),
        "{}",
        west[0].1
    );
    let four = said(&test, &cookie, "/explain/value?location=uzhhorod").await;
    assert!(
        four[0]
            .1
            .contains("Too few have rated both: it takes 5 customers or more."),
        "{}",
        four[0].1
    );
    assert!(!four[0].1.contains("n = 4"), "{}", four[0].1);
    let chosen = test
        .get(
            "/explain/value?quality=quality&price=value&by=channel",
            &cookie,
        )
        .await;
    assert_eq!(strict(&chosen.body), Vec::<String>::new());
    let unknown = test.get("/explain/value?quality=nps", &cookie).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(text_of(&unknown.body).contains("This survey has no such rating."));
    let csv = test.get("/explain/value.csv?by=channel", &cookie).await;
    assert!(csv.body.contains("channel,web link,4.5,"), "{}", csv.body);
    let found = test
        .app
        .value_map(&test.console, &Selection::default())
        .await
        .expect("allowed")
        .expect("a survey");
    let map = found.map.expect("a map");
    assert_eq!(
        (map.quality.as_str(), map.price.as_str()),
        ("quality", "value")
    );
    assert!(matches!(map.total.quality.n, 84));
}

#[tokio::test]
async fn whoever_sees_no_results_sees_none_of_these_pages() {
    let test = worth().await;
    let agent = test.signed_in(Role::Agent).await;
    for page in [
        "/explain/segments",
        "/explain/tuning",
        "/explain/value",
        "/explain/segments.csv",
    ] {
        assert_eq!(
            test.get(page, &agent).await.status,
            StatusCode::FORBIDDEN,
            "{page}"
        );
    }
    let nobody = TestApp::new().await;
    let cookie = nobody.signed_in(Role::Analyst).await;
    for page in [
        "/explain/kano",
        "/explain/segments",
        "/explain/tuning",
        "/explain/value",
    ] {
        let text = &said(&nobody, &cookie, page).await[0].1;
        assert!(text.contains("There is no survey yet"), "{text}");
    }
    // Nothing asked for is nothing told.
    assert_eq!(Figure::Nothing.shown(), None);
}

#[tokio::test]
async fn programs_get_the_same_numbers() {
    let test = channels().await;
    let key = test.key(&[Permission::SeeResults]).await;
    let ask = async |path: &str| test.api("GET", path, &key, None).await;
    let segments = ask("/api/v1/explain/segments").await;
    assert_eq!(segments.status, StatusCode::OK, "{}", segments.body);
    let segments = segments.json();
    assert_eq!(
        (&segments["metric"], &segments["total"]["n"]),
        (&json!("nps.nps"), &json!(200))
    );
    let kiosk = &segments["nodes"][1];
    assert_eq!(
        kiosk["conditions"],
        json!([{ "by": "channel", "values": ["kiosk"], "with_others": false }])
    );
    assert_eq!(
        (&kiosk["value"], &kiosk["n"], &kiosk["parent"]),
        (&json!(-80.0), &json!(80), &json!(0))
    );
    assert_eq!(segments["nodes"][0]["split_by"], "channel");
    let others = segments["tables"]
        .as_array()
        .expect("tables")
        .iter()
        .flat_map(|table| table["rows"].as_array().expect("rows"));
    assert!(
        others
            .clone()
            .any(|row| row["others"] == true && row["n"] == 20)
    );
    assert!(
        others
            .clone()
            .all(|row| row["n"].as_u64().is_some_and(|n| n >= 5))
    );

    let test = worth().await;
    let key = test.key(&[Permission::SeeResults]).await;
    let ask = async |path: &str| test.api("GET", path, &key, None).await;
    let value = ask("/api/v1/explain/value?location=west").await.json();
    assert_eq!(
        (&value["quality"], &value["price"], &value["by"]),
        (&json!("quality"), &json!("value"), &json!("location"))
    );
    assert_eq!(value["points"][0]["quality"]["n"], 44);
    for small in [&value["points"][1], &value["points"][2]] {
        assert_eq!(
            (&small["quality"]["withheld"], &small["quality"]["n"]),
            (&json!(true), &Value::Null),
            "{value}"
        );
    }
    let tuning = ask("/api/v1/explain/tuning").await.json();
    assert_eq!(
        (&tuning["no_groups"], &tuning["met"]["n"]),
        (&json!("too_few"), &json!(0))
    );
    let kano = ask("/api/v1/explain/kano").await.json();
    assert_eq!(kano["features"], json!([]));
    for (path, status) in [
        ("/api/v1/explain/value?quality=nps", StatusCode::NOT_FOUND),
        (
            "/api/v1/explain/kano?by=luck",
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            "/api/v1/explain/segments?colour=red",
            StatusCode::BAD_REQUEST,
        ),
    ] {
        let answer = ask(path).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
    }
}
