//! The trend: limits that can be computed by hand, calm words for chance, and notes of what was done.

#[path = "support/numbers.rs"]
mod numbers;
mod support;

use axum::http::StatusCode;
use jiff::Span;
use jiff::civil::{Date, date};
use numbers::{SURVEY, answer, count_of, links, manager_of, place, places, record, text_of};
use radost_app::domain::access::{Permission, Role};
use radost_app::listen::NewResponse;
use radost_server::look::check::strict;
use serde_json::{Value, json};
use support::TestApp;

const PAGE: &str = "/explain/trend?metric=csat.csat";
/// The last full week: the clock stands on Sunday, 1 November 2026, a day that is not over.
const LAST: Date = date(2026, 10, 19);

/// Answers of satisfaction on a day, so many of them content.
fn asked(location: &str, day: Date, answers: usize, content: usize) -> Vec<NewResponse> {
    let one = |i: usize| {
        let csat = if i < content { 5 } else { 2 };
        answer(
            location,
            &day.to_string(),
            json!({ "nps": 9, "csat": csat }),
        )
    };
    (0..answers).map(one).collect()
}

/// Full weeks up to the last, with answers and how many of them are content.
async fn weeks(test: &TestApp, location: &str, weeks: &[(usize, usize)]) {
    let mut responses = Vec::new();
    for (back, &(answers, content)) in weeks.iter().rev().enumerate() {
        let monday = LAST.saturating_sub(Span::new().weeks(back as i64));
        responses.extend(asked(location, monday, answers, content));
    }
    record(test, SURVEY, responses).await;
}

/// Eight of ten are content, more or less.
const CALM: [(usize, usize); 12] = [
    (10, 8),
    (10, 9),
    (10, 8),
    (10, 7),
    (10, 8),
    (10, 9),
    (10, 8),
    (10, 7),
    (10, 8),
    (10, 8),
    (10, 9),
    (10, 7),
];

async fn trend(test: &TestApp, query: &str) -> Value {
    let key = test.key(&[Permission::SeeResults]).await;
    let path = format!("/api/v1/metrics/trend?metric=csat.csat{query}");
    let answer = test.api("GET", &path, &key, None).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.json()
}

fn steps_with_answers(trend: &Value) -> Vec<Value> {
    let steps = trend["steps"].as_array().expect("steps").clone();
    steps.into_iter().filter(|step| step["n"] != 0).collect()
}

#[tokio::test]
async fn chance_is_called_chance() {
    let test = places().await;
    weeks(&test, "lviv", &CALM).await;
    // A week that is not over: all ten are discontent, and it says nothing yet.
    record(&test, SURVEY, asked("lviv", date(2026, 10, 27), 10, 0)).await;
    let cookie = test.signed_in(Role::Analyst).await;
    let page = test.get(PAGE, &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(strict(&page.body), Vec::<String>::new());
    let text = text_of(&page.body);
    // Over the year 96 of 130: Wilson 65.7–80.6.
    assert!(
        text.contains("Satisfaction (CSAT) is 74% [66–81] and has been steady since the week of 3 August 2026."),
        "{text}"
    );
    // 96 of 120 in full weeks: p = 80 %, σ = √(0.8 · 0.2 / 10) = 12.65 %, 80 ∓ 37.9, and no share is above 100. The weeks differ by
    // less than their samples do, so nothing is widened.
    assert!(text.contains("Usual range 42–100"), "{text}");
    assert!(text.contains("long-time mean 80%, from 12 weeks"), "{text}");
    assert!(
        text.contains("26 Oct 2026 not a full step 0% 0–28 10 – – –"),
        "{text}"
    );
    assert!(
        text.contains("19 Oct 2026 70% 40–89 10 42–100 – –"),
        "{text}"
    );
    assert!(
        text.contains("Nothing here is more than chance brings"),
        "{text}"
    );
    assert!(
        text.contains("√(p (1 − p) / n)") && !text.contains("σz"),
        "{text}"
    );
    assert!(text.contains("Expected next"), "{text}");

    // Every number leads to its responses.
    let mut followed = 0;
    for row in page.body.split("<tr>").skip(2) {
        for href in links(row, "/responses?") {
            assert_eq!(count_of(&test.get(&href, &cookie).await.body), 10, "{href}");
            followed += 1;
        }
    }
    assert_eq!(followed, 13);

    let csv = links(&page.body, "/explain/trend.csv");
    let csv = test.get(&csv[0], &cookie).await;
    assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
    let row = csv.body.lines().find(|line| line.starts_with("2026-10-19"));
    let row = row.expect("the last full week");
    assert!(row.starts_with("2026-10-19,2026-10-25,full,70,"), "{row}");
    assert!(
        csv.body.contains("2026-10-26,2026-11-01,forecast,"),
        "{}",
        csv.body
    );

    let trend = trend(&test, "").await;
    assert_eq!(
        (&trend["course"], &trend["since"]),
        (&json!("steady"), &json!("2026-08-03"))
    );
    assert_eq!(trend["control"]["chart"], "p");
    let last = steps_with_answers(&trend).pop().expect("a step");
    assert_eq!(
        (&last["partial"], &last["limit_low"]),
        (&json!(true), &Value::Null)
    );
    assert_eq!(trend["forecast"].as_array().map(Vec::len), Some(4));
    assert_eq!(trend["forecast"][0]["from"], "2026-10-26");
}

#[tokio::test]
async fn a_level_that_stays_is_called_a_change() {
    let test = places().await;
    let (high, low) = (
        [9, 8, 9, 10, 9, 8, 9, 10, 9, 8],
        [4, 5, 4, 3, 5, 4, 4, 5, 4],
    );
    let content: Vec<(usize, usize)> = high.iter().chain(&low).map(|n| (10, *n)).collect();
    weeks(&test, "lviv", &content).await;
    let found = trend(&test, "").await;
    assert_eq!(
        (&found["course"], &found["since"]),
        (&json!("fallen"), &json!("2026-08-24"))
    );
    let change = &found["changes"][0];
    assert_eq!(
        (&change["before"]["value"], &change["before"]["steps"]),
        (&json!(89.0), &json!(10))
    );
    assert_eq!(change["after"]["steps"], 9);
    assert!(
        change["p_value"].as_f64().is_some_and(|p| p < 0.05),
        "{change}"
    );
    let sides: Vec<(&Value, &Value)> = found["control"]["signals"]
        .as_array()
        .expect("signals")
        .iter()
        .filter(|signal| signal["rule"] == "eight points in a row on the same side")
        .map(|signal| (&signal["side"], &signal["from"]))
        .collect();
    assert_eq!(
        sides,
        [
            (&json!("above"), &json!("2026-06-15")),
            (&json!("below"), &json!("2026-08-24"))
        ]
    );
    let cookie = test.signed_in(Role::Analyst).await;
    let text = text_of(&test.get(PAGE, &cookie).await.body);
    assert!(
        text.contains("it has fallen since the week of 24 August 2026, from 89% ["),
        "{text}"
    );
    assert!(
        text.contains(": 9 weeks in a row below the long-time mean of"),
        "{text}"
    );
    assert!(text.contains("A lasting fall since 24 Aug 2026"), "{text}");
}

#[tokio::test]
async fn a_withheld_week_tells_nothing_and_sets_no_limits() {
    let test = places().await;
    let mut content = CALM;
    content[5] = (3, 0);
    weeks(&test, "lviv", &content).await;
    let found = trend(&test, "").await;
    let steps = steps_with_answers(&found);
    assert_eq!(steps.len(), 12);
    let small = &steps[5];
    assert_eq!(small["withheld"], true, "{small}");
    for told in ["value", "n", "low", "high", "limit_low", "limit_high"] {
        assert!(small[told].is_null(), "{told}: {small}");
    }
    // Another one with it, so that the three cannot be computed from the total.
    let withheld = steps.iter().filter(|step| step["withheld"] == true).count();
    assert_eq!(withheld, 2);
    assert_eq!(found["control"]["steps"], 10);
    let cookie = test.signed_in(Role::Analyst).await;
    let page = test.get(PAGE, &cookie).await;
    let text = text_of(&page.body);
    assert!(
        text.contains("7 Sep 2026 not enough responses yet – – – – –"),
        "{text}"
    );
    let csv = test
        .get("/explain/trend.csv?metric=csat.csat", &cookie)
        .await
        .body;
    assert!(
        csv.contains("2026-09-07,2026-09-13,withheld,,,,,,,"),
        "{csv}"
    );
    assert!(
        text.contains("No forecast yet: it takes 12 weeks without a gap"),
        "{text}"
    );
}

#[tokio::test]
async fn the_year_before_stands_beside_it() {
    let test = places().await;
    weeks(&test, "lviv", &CALM).await;
    let before = LAST.saturating_sub(Span::new().weeks(52));
    record(&test, SURVEY, asked("lviv", before, 20, 15)).await;
    let found = trend(&test, "").await;
    let steps = steps_with_answers(&found);
    let last = steps.last().expect("a step");
    assert_eq!(last["from"], "2026-10-19");
    assert_eq!(
        (&last["year_before"]["value"], &last["year_before"]["n"]),
        (&json!(75.0), &json!(20))
    );
    assert_eq!(steps[0]["year_before"]["n"], 0);
    let cookie = test.signed_in(Role::Analyst).await;
    let text = text_of(&test.get(PAGE, &cookie).await.body);
    assert!(text.contains("75% [53–89], n = 20"), "{text}");
    assert!(text.contains("52 weeks earlier"), "{text}");
    // By month the same month counts.
    let months = trend_by_month(&test).await;
    assert_eq!(months["step"], "month");
    let october = steps_with_answers(&months).pop().expect("October");
    assert_eq!(
        (&october["from"], &october["year_before"]["n"]),
        (&json!("2026-10-01"), &json!(20))
    );
}

async fn trend_by_month(test: &TestApp) -> Value {
    let key = test.key(&[Permission::SeeResults]).await;
    let path = "/api/v1/metrics/trend?metric=csat.csat&step=month&from=2026-01-01&to=2026-10-31";
    test.api("GET", path, &key, None).await.json()
}

#[tokio::test]
async fn what_is_not_there_says_what_to_do() {
    let bare = TestApp::new().await;
    let cookie = bare.signed_in(Role::Admin).await;
    let text = text_of(&bare.get("/explain/trend", &cookie).await.body);
    assert!(text.contains("There is no survey yet"), "{text}");

    let test = places().await;
    let cookie = test.signed_in(Role::Analyst).await;
    let text = text_of(&test.get("/explain/trend", &cookie).await.body);
    assert!(text.contains("Nobody has answered yet"), "{text}");
    weeks(&test, "lviv", &CALM[..5]).await;
    let page = test.get(PAGE, &cookie).await;
    let text = text_of(&page.body);
    assert!(
        text.contains(
            "it takes 8 weeks with enough answers to tell change from chance, and there are 5."
        ),
        "{text}"
    );
    let longer = links(&page.body, "/explain/trend?");
    assert!(
        longer.iter().any(|href| href.contains("step=month")),
        "{longer:?}"
    );
    // What was before the first answer is not shown.
    assert!(!text.contains("14 Sep 2026"), "{text}");
    for lang in ["en", "ru", "uk", "bg"] {
        let shown = test.get(&format!("{PAGE}&lang={lang}"), &cookie).await;
        assert_eq!(strict(&shown.body), Vec::<String>::new(), "{lang}");
        assert!(
            !shown.body.contains(">trend-"),
            "{lang}: a message is missing"
        );
    }
    for (address, status) in [
        ("/explain/trend?metric=nps.nope", 422),
        ("/explain/trend?location=nope", 404),
        ("/explain/trend?step=fortnight", 422),
        ("/explain/trend.csv?step=fortnight", 422),
    ] {
        assert_eq!(
            test.get(address, &cookie).await.status.as_u16(),
            status,
            "{address}"
        );
    }
    let days = test
        .get("/explain/trend?step=day&from=2024-01-01", &cookie)
        .await;
    assert!(
        text_of(&days.body).contains("Shown by week"),
        "more than 400 days"
    );
    let agent = test.signed_in(Role::Agent).await;
    assert_eq!(
        test.get("/explain/trend", &agent).await.status,
        StatusCode::FORBIDDEN
    );
    let overview = test.get("/?metric=csat.csat", &cookie).await;
    let there = links(&overview.body, "/explain/trend?");
    assert!(
        there.iter().any(|href| href.contains("metric=csat.csat")),
        "{there:?}"
    );
}

#[tokio::test]
async fn annotations_are_written_beside_the_chart() {
    let test = places().await;
    weeks(&test, "lviv", &CALM).await;
    let cookie = test.signed_in(Role::Analyst).await;
    let page = test.get(PAGE, &cookie).await;
    assert!(text_of(&page.body).contains("Nothing is written down for this period."));
    let csrf = page.csrf();
    let form = |day, text, location| {
        [
            ("csrf", csrf.clone()),
            ("day", String::from(day)),
            ("text", String::from(text)),
            ("kind", "event".to_owned()),
            ("location", String::from(location)),
        ]
    };
    let new = "/explain/trend/annotations/new?metric=csat.csat";
    let post = async |path: &str, fields: [(&str, String); 5]| {
        let fields = fields
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        test.post_form(path, &cookie, &fields).await
    };
    let refused = post(new, form("", " ", "nowhere")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(strict(&refused.body), Vec::<String>::new());
    let text = text_of(&refused.body);
    assert!(
        text.contains("Choose the day.") && text.contains("3 fields need your attention"),
        "{text}"
    );
    let saved = post(new, form("2026-09-10", "Roadworks <at> the door", "lviv")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    assert_eq!(
        saved.location(),
        "/explain/trend?metric=csat.csat&done=annotation-saved"
    );
    post(new, form("2026-08-20", "New menu", "")).await;
    let page = test.get(saved.location(), &cookie).await;
    assert_eq!(strict(&page.body), Vec::<String>::new());
    let text = text_of(&page.body);
    assert!(text.contains("The annotation is saved."), "{text}");
    assert!(
        text.contains("1 20 Aug 2026 New menu event: it happened the whole network Edit"),
        "{text}"
    );
    assert!(
        text.contains("2 10 Sep 2026 Roadworks &lt;at&gt; the door event: it happened Lviv Edit"),
        "{text}"
    );
    assert!(
        page.body
            .contains("<title>2. 10 Sep 2026: Roadworks &lt;at&gt; the door</title>")
    );

    // Those of another place have nothing to do with this one.
    let kharkiv = text_of(
        &test
            .get(&format!("{PAGE}&location=kharkiv"), &cookie)
            .await
            .body,
    );
    assert!(
        kharkiv.contains("New menu") && !kharkiv.contains("Roadworks &lt;at"),
        "{kharkiv}"
    );

    let one = links(&page.body, "/explain/trend/annotations/")
        .into_iter()
        .find(|href| !href.contains("/new"));
    let one = one.expect("a link to change it");
    let edit = test.get(&one, &cookie).await;
    assert_eq!(strict(&edit.body), Vec::<String>::new());
    assert!(edit.body.contains("value=\"New menu\""), "{}", edit.body);
    let changed = post(&one, form("2026-08-21", "New menu, in Lviv", "lviv")).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.body);
    let delete = one.replacen('?', "/delete?", 1);
    let gone = test.post_form(&delete, &cookie, &[("csrf", &csrf)]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.body);
    assert_eq!(test.get(&one, &cookie).await.status, StatusCode::NOT_FOUND);
    let admin = test.signed_in(Role::Admin).await;
    let audit = text_of(
        &test
            .get("/settings/audit?entity=annotation", &admin)
            .await
            .body,
    );
    for act in ["created", "changed", "deleted"] {
        assert!(audit.contains(act), "{act}: {audit}");
    }
}

#[tokio::test]
async fn managers_annotate_their_own_places() {
    let test = places().await;
    weeks(&test, "lviv", &CALM).await;
    let key = test
        .key(&[Permission::SeeResults, Permission::Annotate])
        .await;
    let add = async |text: &str, location: Option<&str>| {
        let body =
            json!({ "day": "2026-09-10", "kind": "action", "text": text, "location": location });
        let added = test
            .api("POST", "/api/v1/annotations", &key, Some(body))
            .await;
        assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
        added.json()["id"].as_str().expect("an id").to_owned()
    };
    let network = add("For all", None).await;
    let own = add("In Lviv", Some("lviv")).await;
    let foreign = add("In Kharkiv", Some("kharkiv")).await;
    let cookie = manager_of(&test, place(2)).await;
    let page = test.get(PAGE, &cookie).await;
    let text = text_of(&page.body);
    assert!(
        text.contains("For all") && text.contains("In Lviv") && !text.contains("In Kharkiv"),
        "{text}"
    );
    let get = async |id: &str| {
        test.get(&format!("/explain/trend/annotations/{id}"), &cookie)
            .await
            .status
    };
    assert_eq!(get(&own).await, StatusCode::OK);
    assert_eq!(
        get(&network).await,
        StatusCode::FORBIDDEN,
        "seen, but not theirs to change"
    );
    assert_eq!(get(&foreign).await, StatusCode::NOT_FOUND);
    let csrf = page.csrf();
    let save = async |id: &str, location: &str| {
        let fields = [
            ("csrf", csrf.as_str()),
            ("day", "2026-09-11"),
            ("text", "Mine"),
            ("kind", "action"),
            ("location", location),
        ];
        test.post_form(
            &format!("/explain/trend/annotations/{id}"),
            &cookie,
            &fields,
        )
        .await
        .status
    };
    assert_eq!(save("new", "lviv").await, StatusCode::SEE_OTHER);
    assert_eq!(
        save("new", "").await,
        StatusCode::UNPROCESSABLE_ENTITY,
        "not for the whole network"
    );
    assert_eq!(
        save("new", "kharkiv").await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(save(&network, "lviv").await, StatusCode::FORBIDDEN);
    assert_eq!(save(&foreign, "lviv").await, StatusCode::NOT_FOUND);
    assert_eq!(
        save(&own, "kharkiv").await,
        StatusCode::UNPROCESSABLE_ENTITY
    );

    // The same by API.
    let list = test
        .api("GET", "/api/v1/annotations?from=2026-09-11", &key, None)
        .await
        .json();
    assert_eq!(list["items"][0]["text"], "Mine", "{list}");
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    let path = format!("/api/v1/annotations/{own}");
    let body = json!({ "day": "2026-09-12", "kind": "event", "text": "Moved" });
    let put = test.api("PUT", &path, &key, Some(body)).await.json();
    assert_eq!(
        (&put["kind"], &put["location"]),
        (&json!("event"), &Value::Null)
    );
    let wrong = json!({ "day": "2026-09-12", "kind": "rumour", "text": "Moved" });
    assert_eq!(
        test.api("PUT", &path, &key, Some(wrong)).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let long = json!({ "day": "2026-09-12", "kind": "event", "text": "x".repeat(201) });
    assert_eq!(
        test.api("PUT", &path, &key, Some(long)).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        test.api("DELETE", &path, &key, None).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        test.api("GET", &path, &key, None).await.status,
        StatusCode::NOT_FOUND
    );
    let blind = test.key(&[Permission::SeeResults]).await;
    let body = json!({ "day": "2026-09-12", "kind": "event", "text": "Moved" });
    let refused = test
        .api("POST", "/api/v1/annotations", &blind, Some(body))
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}
