//! The responses behind a number, and one in full.

#[path = "support/numbers.rs"]
mod numbers;
mod support;

use axum::http::StatusCode;
use numbers::{SURVEY, answer, cafes, count_of, links, manager_of, place, places, record, text_of};
use radost_app::domain::access::{Permission, Role};
use radost_server::look::check::strict;
use serde_json::json;
use support::TestApp;

#[tokio::test]
async fn the_list_goes_from_the_newest_to_the_oldest_page_by_page() {
    let test = places().await;
    let days = (0..120).map(|i| {
        answer(
            "lviv",
            &format!("2026-10-{:02}", 1 + i % 30),
            json!({ "nps": i % 11 }),
        )
    });
    record(&test, SURVEY, days.collect()).await;
    let cookie = test.signed_in(Role::Analyst).await;
    let mut address = "/responses?last=90d".to_owned();
    let mut seen = Vec::new();
    for expected in [50, 50, 20] {
        let page = test.get(&address, &cookie).await;
        assert_eq!(count_of(&page.body), 120);
        let rows: Vec<String> = links(&page.body, "/responses/")
            .into_iter()
            .map(|href| href.split('?').next().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(rows.len(), expected);
        seen.extend(rows);
        if let Some(next) = links(&page.body, "/responses?")
            .into_iter()
            .find(|href| href.contains("cursor="))
        {
            assert!(next.contains("last=90d"), "the filters stay: {next}");
            address = next;
        }
    }
    let first = text_of(&test.get("/responses", &cookie).await.body);
    let (newest, second) = (
        first.find("30 Oct 2026").expect("newest"),
        first.find("29 Oct 2026").expect("older"),
    );
    assert!(newest < second);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 120, "each once");
    let wrong = test.get("/responses?cursor=nonsense", &cookie).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn one_response_is_told_in_words() {
    let test = places().await;
    let mut given = answer(
        "lviv",
        "2026-10-20",
        json!({ "nps": 3, "improve": "Кава холодна <b>й</b> кисла", "speed": 2, "contact": true }),
    );
    given.client_id = Some("till-7".into());
    given.touchpoint = Some("visit".into());
    given.seconds = [("nps".to_owned(), 4.0)].into();
    record(
        &test,
        SURVEY,
        vec![
            given,
            answer("lviv", "2026-10-19", json!({ "nps": 9 })),
            answer("kharkiv", "2026-10-21", json!({ "nps": 8 })),
        ],
    )
    .await;
    let cookie = test.signed_in(Role::Analyst).await;
    let list = test.get("/responses", &cookie).await;
    let rows = links(&list.body, "/responses/");
    let page = test.get(&rows[1], &cookie).await;
    let text = text_of(&page.body);
    for words in [
        // 09:00 UTC in Kyiv, still on summer time.
        "Response of 20 Oct 2026, 12:00",
        "3 on a scale from 0 to 10",
        "Кава холодна &lt;b&gt;й&lt;/b&gt; кисла",
        "4 s",
        "All › West › Lviv",
        "web link",
        "Українська",
        "visit",
        "version 1",
        "20 Oct 2026, 12:00 (Europe/Kyiv)",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    // "What did you like?" is asked of promoters only; the rest was shown and left out.
    assert!(
        text.contains("What did you like? not shown: earlier answers hid it"),
        "{text}"
    );
    assert!(text.contains("Cleanliness skipped"), "{text}");
    assert!(
        text.contains("You may contact me about my answers. Yes"),
        "{text}"
    );
    // Neighbours by the same order as the list.
    let beside = links(&page.body, "/responses/");
    assert_eq!(beside, [rows[0].clone(), rows[2].clone()], "newer, older");
    let filtered = test
        .get(&format!("{}?location=lviv", rows[1]), &cookie)
        .await;
    let beside = links(&filtered.body, "/responses/");
    assert_eq!(
        beside,
        [format!("{}?location=lviv", rows[2])],
        "only within the selection"
    );
    for nothing in [
        "/responses/00000000-0000-0000-0000-000000000001",
        "/responses/nonsense",
    ] {
        assert_eq!(
            test.get(nothing, &cookie).await.status,
            StatusCode::NOT_FOUND
        );
    }
}

#[tokio::test]
async fn the_export_holds_the_filtered_list_and_no_formula() {
    let test = places().await;
    let mut responses = vec![answer(
        "lviv",
        "2026-10-20",
        json!({ "nps": 3, "improve": "=1+1, \"so\"" }),
    )];
    responses.extend((0..700).map(|i| answer("kharkiv", "2026-10-01", json!({ "nps": i % 11 }))));
    record(&test, SURVEY, responses).await;
    let cookie = test.signed_in(Role::Analyst).await;
    let csv = test.get("/responses.csv", &cookie).await;
    assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(csv.body.lines().count(), 702, "more than one stretch");
    let head = csv
        .body
        .lines()
        .next()
        .expect("a head")
        .trim_start_matches('\u{feff}');
    assert!(
        head.starts_with("id,client_id,survey,version,submitted_at,received_at,location,employee,customer_id,touchpoint,channel,language,weight,excluded,segment.customer_type,nps,improve,liked,csat,"),
        "{head}"
    );
    let line = csv.body.lines().nth(1).expect("the newest");
    assert!(line.contains(",2026-10-20T12:00:00+03:00,"), "{line}");
    assert!(
        line.contains(",lviv,,,,web,uk,1,false,,3,\"'=1+1, \"\"so\"\"\","),
        "{line}"
    );
    let one = test.get("/responses.csv?location=west", &cookie).await;
    assert_eq!(one.body.lines().count(), 2);
    let page = test.get("/responses", &cookie).await;
    let key = test.key(&[Permission::SeeResponses]).await;
    for (ending, kind, begins) in [
        (
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "PK",
        ),
        ("sav", "application/x-spss-sav", "$FL2"),
        ("parquet", "application/vnd.apache.parquet", "PAR1"),
    ] {
        assert!(
            page.body.contains(&format!("/responses.{ending}")),
            "{ending}"
        );
        let saved = test.get(&format!("/responses.{ending}"), &cookie).await;
        let read = format!("/api/v1/responses?survey=post-visit&format={ending}");
        let read = test.api("GET", &read, &key, None).await;
        for file in [saved, read] {
            assert_eq!(file.headers["content-type"], kind);
            let name = format!("attachment; filename=\"responses.{ending}\"");
            assert_eq!(file.headers["content-disposition"], name);
            // What is no text is told byte by byte.
            let bytes = format!("{:?}", begins.as_bytes());
            let bytes = bytes.trim_end_matches(']');
            let begun = file.body.starts_with(begins) || file.body.starts_with(bytes);
            assert!(begun, "{ending}");
        }
    }
    let unknown = test
        .api("GET", "/api/v1/responses?format=doc", &key, None)
        .await;
    assert_eq!(unknown.status, 422);
    assert!(
        unknown.body.contains("csv, xlsx, sav, parquet"),
        "{}",
        unknown.body
    );
}

#[tokio::test]
async fn programs_read_responses() {
    let test = cafes().await;
    let key = test.key(&[Permission::SeeResponses]).await;
    let mut cursor = String::new();
    let mut seen = Vec::new();
    loop {
        let path = format!(
            "/api/v1/responses?survey=post-visit&from=2026-10-01&to=2026-10-31&limit=10{cursor}"
        );
        let answer = test.api("GET", &path, &key, None).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let page = answer.json();
        for item in page["items"].as_array().expect("items") {
            seen.push(item["id"].as_str().expect("an id").to_owned());
        }
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let count = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((count, seen.len()), (26, 26));
    let narrow = test
        .api(
            "GET",
            "/api/v1/responses?location=west&metric=nps.nps&score=9,10",
            &key,
            None,
        )
        .await
        .json();
    assert_eq!(narrow["items"].as_array().map(Vec::len), Some(9));
    let id = narrow["items"][0]["id"].as_str().expect("an id").to_owned();
    let one = test
        .api("GET", &format!("/api/v1/responses/{id}"), &key, None)
        .await
        .json();
    assert_eq!(
        (&one["survey"], &one["location"], &one["answers"]["nps"]),
        (&json!("post-visit"), &json!("uzhhorod"), &json!(9))
    );
    assert_eq!(
        one["questions"][1],
        json!({ "code": "improve", "kind": "text", "state": "hidden" })
    );
    let check = async |path: &str, status: StatusCode| {
        let answer = test.api("GET", path, &key, None).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
    };
    check("/api/v1/responses?location=nope", StatusCode::NOT_FOUND).await;
    check(
        "/api/v1/responses?channel=pigeon",
        StatusCode::UNPROCESSABLE_ENTITY,
    )
    .await;
    check("/api/v1/responses?cursor=x", StatusCode::BAD_REQUEST).await;
    check("/api/v1/responses?colour=red", StatusCode::BAD_REQUEST).await;
    check("/api/v1/responses/nonsense", StatusCode::NOT_FOUND).await;
    let blind = test.key(&[Permission::SeeSurveys]).await;
    let refused = test.api("GET", "/api/v1/responses", &blind, None).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    // A key of another workspace opens nothing here.
    let other = other_workspace_key(&test).await;
    let elsewhere = test
        .api("GET", &format!("/api/v1/responses/{id}"), &other, None)
        .await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn programs_say_how_a_response_counts() {
    let test = cafes().await;
    let key = test
        .key(&[
            Permission::SeeResponses,
            Permission::SeeResults,
            Permission::CorrectResponses,
        ])
        .await;
    let list = "/api/v1/responses?location=uzhhorod&from=2026-10-01&to=2026-10-31";
    let page = test.api("GET", list, &key, None).await.json();
    let id = page["items"][0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(
        (&page["items"][0]["weight"], &page["items"][0]["excluded"]),
        (&json!(1.0), &json!(false))
    );
    let path = format!("/api/v1/responses/{id}");
    let patch = async |body: serde_json::Value| test.api("PATCH", &path, &key, Some(body)).await;
    let left_out = patch(json!({ "weight": 2.5, "excluded": true, "reason": "a test" })).await;
    assert_eq!(left_out.status, StatusCode::OK, "{}", left_out.body);
    let counts = json!({ "weight": 2.5, "excluded": true, "exclusion_reason": "a test" });
    assert_eq!(left_out.json(), counts);
    let one = test.api("GET", &path, &key, None).await.json();
    for field in ["weight", "excluded", "exclusion_reason"] {
        assert_eq!(one[field], counts[field], "{field}");
    }
    let page = test.api("GET", list, &key, None).await.json();
    assert_eq!(
        page["items"].as_array().map(Vec::len),
        Some(4),
        "the list keeps it"
    );
    let again = patch(json!({ "excluded": false })).await.json();
    assert_eq!(
        again,
        json!({ "weight": 2.5, "excluded": false, "exclusion_reason": "" })
    );
    for (body, field) in [
        (json!({ "weight": 0 }), "weight"),
        (json!({ "weight": 1000.1 }), "weight"),
        (json!({ "reason": "counts, though" }), "reason"),
        (
            json!({ "excluded": true, "reason": "x".repeat(501) }),
            "reason",
        ),
    ] {
        let refused = patch(body).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.headers["content-type"], "application/problem+json");
        assert_eq!(refused.json()["field"], field, "{}", refused.body);
    }
    let unknown = patch(json!({ "answers": {} })).await;
    assert_eq!(
        unknown.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        unknown.body
    );
    // Whoever records responses does not say which count.
    let till = test
        .key(&[Permission::RecordResponses, Permission::SeeResponses])
        .await;
    let body = json!({ "excluded": true });
    let refused = test.api("PATCH", &path, &till, Some(body.clone())).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let other = other_workspace_key(&test).await;
    let elsewhere = test.api("PATCH", &path, &other, Some(body)).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_response_is_left_out_and_counted_again_on_its_page() {
    let test = cafes().await;
    let analyst = test.signed_in(Role::Analyst).await;
    let list = "/responses?location=uzhhorod";
    let page = links(&test.get(list, &analyst).await.body, "/responses/").remove(0);
    let csrf = test.get(&page, &analyst).await.csrf();
    let send = async |fields: &[(&str, &str)]| {
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend(fields);
        test.post_form(&page, &analyst, &all).await
    };
    let done = send(&[("excluded", "true"), ("reason", "Перевірка <b>")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(
        done.location().contains("location=uzhhorod"),
        "the filters stay"
    );
    let text = text_of(&test.get(done.location(), &analyst).await.body);
    for words in [
        "The response is corrected.",
        "This response is left out of the numbers Перевірка &lt;b&gt;",
        "Count again",
        "Weight 1",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let listed = text_of(&test.get(list, &analyst).await.body);
    assert!(
        listed.contains("3 responses ; left out of the numbers: 1"),
        "{listed}"
    );
    let overview = text_of(&test.get("/", &analyst).await.body);
    assert!(
        overview.contains("n = 25"),
        "one of 26 is left out: {overview}"
    );

    for (fields, words) in [
        (vec![("weight", "many")], "greater than 0, at most 1000"),
        (vec![("weight", "-1")], "greater than 0, at most 1000"),
    ] {
        let refused = send(&fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(strict(&refused.body), Vec::<String>::new());
        assert!(refused.body.contains(words), "{words}");
        assert!(
            refused.body.contains(&format!("value=\"{}\"", fields[0].1)),
            "what was typed stays"
        );
    }
    assert_eq!(
        send(&[("weight", "2.5")]).await.status,
        StatusCode::SEE_OTHER
    );
    for lang in ["en", "ru", "uk", "bg"] {
        for path in [&page, list] {
            let shown = test.get(&format!("{path}&lang={lang}"), &analyst).await;
            assert_eq!(
                (shown.status, strict(&shown.body)),
                (StatusCode::OK, vec![]),
                "{path} {lang}"
            );
            assert!(
                !shown.body.contains(">responses-"),
                "{path} {lang}: a word is missing"
            );
        }
    }
    assert_eq!(
        send(&[("excluded", "false")]).await.status,
        StatusCode::SEE_OTHER
    );
    let text = text_of(&test.get(&page, &analyst).await.body);
    assert!(
        text.contains("Leave out of the numbers") && text.contains("Weight 2.5"),
        "{text}"
    );
    let too_long = send(&[("excluded", "true"), ("reason", &"x".repeat(501))]).await;
    assert_eq!(too_long.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(too_long.body.contains("at most 500 characters"));

    // A manager answers for these numbers, and does not say which responses count.
    let manager = manager_of(&test, place(5)).await;
    let shown = test.get(&page, &manager).await;
    assert!(!shown.body.contains("Leave out of the numbers"));
    let csrf = shown.csrf();
    let refused = test
        .post_form(&page, &manager, &[("csrf", &csrf), ("excluded", "true")])
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let admin = test.signed_in(Role::Admin).await;
    let log = text_of(
        &test
            .get("/settings/audit?entity=response", &admin)
            .await
            .body,
    );
    for words in [
        "Response: left out of the numbers",
        "Response: counted again",
        "Response: weight or reason changed",
    ] {
        assert!(log.contains(words), "{words}: {log}");
    }
}

async fn other_workspace_key(test: &TestApp) -> String {
    let slug = "other".parse().expect("a slug");
    let other = test
        .app
        .create_workspace(
            slug,
            "Інша",
            "Europe/Kyiv",
            radost_app::domain::Language::En,
        )
        .await
        .expect("a workspace");
    let console = radost_app::domain::access::Actor::console(other.id);
    let scopes = [
        Permission::SeeResponses,
        Permission::SeeResults,
        Permission::CorrectResponses,
    ]
    .into();
    let key = test.app.create_api_key(&console, "other", scopes).await;
    key.expect("a key").secret
}
