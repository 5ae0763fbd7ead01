//! What is taken in, what is refused and how it is said, and what happens when there is no room.

mod support;

use axum::http::StatusCode;
use jiff::civil::date;
use radost_app::domain::access::Permission;
use radost_app::domain::explain::{Filters, Period};
use radost_app::listen::intake::IntakeOptions;
use serde_json::{Value, json};
use support::{Answer, TestApp};

const PATH: &str = "/api/v1/responses";

struct Sender {
    test: TestApp,
    key: String,
}

impl Sender {
    async fn new() -> Sender {
        Sender::on(TestApp::new().await).await
    }

    async fn on(test: TestApp) -> Sender {
        let test = test.with_survey("post-visit").await;
        let key = test.key(&[Permission::RecordResponses]).await;
        Sender { test, key }
    }

    async fn one(&self, response: Value) -> Answer {
        let body = json!({ "survey": "post-visit", "response": response });
        self.test.api("POST", PATH, &self.key, Some(body)).await
    }

    async fn batch(&self, responses: Value) -> Answer {
        let body = json!({ "survey": "post-visit", "responses": responses });
        self.test.api("POST", PATH, &self.key, Some(body)).await
    }

    /// How many responses are stored.
    async fn stored(&self) -> usize {
        let workspace = self.test.console.workspace;
        let directory = self
            .test
            .app
            .directory(workspace)
            .await
            .expect("a directory");
        let survey = directory.survey("post-visit").expect("a survey").id;
        let period = Period {
            from: date(2020, 1, 1),
            to: date(2026, 11, 1),
        };
        let mut tx = self.test.store.read().await.expect("a transaction");
        let days = tx
            .scored_days(workspace, survey, period, &Filters::default(), &[])
            .await
            .expect("a scan");
        days.iter().map(|day| day.rows().count()).sum()
    }
}

#[tokio::test]
async fn a_repeated_client_id_returns_the_first_result() {
    let sender = Sender::new().await;
    let set = json!({ "client_id": "till-7/0001", "answers": { "nps": 9 }, "channel": "kiosk" });
    let first = sender.one(set.clone()).await;
    assert_eq!(
        (first.status, first.json()["new"].clone()),
        (StatusCode::CREATED, json!(true))
    );
    let again = sender
        .one(json!({ "client_id": "till-7/0001", "answers": { "nps": 0 } }))
        .await;
    assert_eq!(
        (again.status, again.json()["new"].clone()),
        (StatusCode::OK, json!(false))
    );
    assert_eq!(first.json()["id"], again.json()["id"]);
    assert_eq!(sender.stored().await, 1);
}

#[tokio::test]
async fn what_is_refused_names_the_place_and_what_would_be_right() {
    let sender = Sender::new().await;
    let check = async |answers: Value, kind: &str, field: &str, detail: &str| {
        let answer = sender.one(json!({ "answers": answers })).await;
        let problem = answer.json();
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        assert_eq!(problem["type"], format!("/problems/{kind}"), "{problem}");
        assert_eq!(problem["field"], field, "{problem}");
        assert_eq!(problem["detail"], detail, "{problem}");
    };
    check(
        json!({ "nps": 6.5 }),
        "off-scale",
        "nps",
        "`nps` takes whole numbers from 0 to 10, not 6.5",
    )
    .await;
    check(
        json!({ "nps": 11 }),
        "off-scale",
        "nps",
        "`nps` takes whole numbers from 0 to 10, not 11",
    )
    .await;
    check(
        json!({ "nps": "9" }),
        "wrong-type",
        "nps",
        "`nps` takes a whole number, not 9",
    )
    .await;
    check(
        json!({ "nps": 9, "npss": 1 }),
        "unknown-question",
        "npss",
        "`npss` is not a question of this survey",
    )
    .await;
    check(
        json!({ "nps": 3, "liked": "x" }),
        "hidden-question",
        "liked",
        "`liked` is hidden by the other answers, so it cannot have been answered",
    )
    .await;
    check(
        json!({ "csat": 5 }),
        "missing-answer",
        "nps",
        "`nps` must be answered",
    )
    .await;
    let long = "ж".repeat(20_001);
    let answer = sender
        .one(json!({ "answers": { "nps": 3, "improve": long } }))
        .await;
    assert_eq!(answer.json()["type"], "/problems/too-long");
    assert_eq!(sender.stored().await, 0, "nothing that is refused is kept");
}

#[tokio::test]
async fn places_people_and_times_are_checked() {
    let sender = Sender::new().await;
    let check = async |field: &str, value: Value, expected: &str| {
        let mut set = json!({ "answers": { "nps": 9 } });
        set[field] = value;
        let answer = sender.one(set).await;
        assert_eq!(answer.json()["detail"], expected, "{}", answer.body);
        assert_eq!(answer.json()["field"], field);
    };
    check(
        "location",
        json!("nowhere"),
        "location: there is no location `nowhere`",
    )
    .await;
    check(
        "employee",
        json!("nobody"),
        "employee: there is no employee `nobody`",
    )
    .await;
    check(
        "customer",
        json!("c-1"),
        "customer: there is no customer `c-1`",
    )
    .await;
    check(
        "submitted_at",
        json!("2027-01-01T00:00:00Z"),
        "submitted_at: lies in the future",
    )
    .await;
    check(
        "segments",
        json!({ "shoe_size": "44" }),
        "segments: `shoe_size` is not a segment of this survey; its segments: customer_type",
    )
    .await;
}

#[tokio::test]
async fn a_batch_keeps_what_is_right() {
    let sender = Sender::new().await;
    let answer = sender
        .batch(json!([
            { "client_id": "a", "answers": { "nps": 9 } },
            { "client_id": "b", "answers": { "nps": 12 } },
            { "client_id": "c", "answers": { "nps": 2 } },
            { "client_id": "a", "answers": { "nps": 9 } },
        ]))
        .await;
    let report = answer.json();
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        (&report["recorded"], &report["known"], &report["refused"]),
        (&json!(2), &json!(1), &json!(1))
    );
    assert_eq!(report["results"][1]["index"], 1);
    assert_eq!(report["results"][1]["problem"]["field"], "nps");
    assert_eq!(report["results"][3]["id"], report["results"][0]["id"]);
    assert_eq!(sender.stored().await, 2);
}

#[tokio::test]
async fn versions_and_closing_are_respected() {
    let sender = Sender::new().await;
    let wrong = sender
        .one(json!({ "version": 7, "answers": { "nps": 9 } }))
        .await;
    assert_eq!(wrong.status, StatusCode::CONFLICT);
    assert_eq!(
        wrong.json()["detail"],
        "there is no version 7 of this survey; the newest is 1"
    );
    sender
        .test
        .app
        .set_accepting(&sender.test.console, "post-visit", false)
        .await
        .expect("closed");
    let closed = sender.one(json!({ "answers": { "nps": 9 } })).await;
    assert_eq!(
        (closed.status, closed.json()["type"].clone()),
        (StatusCode::CONFLICT, json!("/problems/survey-closed"))
    );
    let unknown = json!({ "survey": "nothing", "response": { "answers": { "nps": 9 } } });
    let unknown = sender
        .test
        .api("POST", PATH, &sender.key, Some(unknown))
        .await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_full_queue_says_come_back_later() {
    let small = IntakeOptions {
        queue: 3,
        ..IntakeOptions::default()
    };
    let sender = Sender::on(TestApp::with_intake(small).await).await;
    let set = |n: u32| json!({ "client_id": n.to_string(), "answers": { "nps": 9 } });
    let full = sender.batch((0..4).map(set).collect()).await;
    assert_eq!(full.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(full.headers["retry-after"], "1");
    assert_eq!(sender.stored().await, 0);
    let fits = sender.batch((0..3).map(set).collect()).await;
    assert_eq!(fits.json()["recorded"], 3, "room is given back");
    let next = sender.batch((0..4).skip(1).map(set).collect()).await;
    assert_eq!(
        (&next.json()["recorded"], &next.json()["known"]),
        (&json!(1), &json!(2))
    );
}

#[tokio::test]
async fn a_full_disk_acknowledges_nothing_and_recovers_without_a_restart() {
    let sender = Sender::new().await;
    let comment = "ж".repeat(1_000);
    let set =
        |n: u32| json!({ "client_id": n.to_string(), "answers": { "nps": 3, "improve": comment } });
    sender
        .test
        .store
        .limit_pages(Some(1))
        .await
        .expect("limited");
    let full = sender.batch((0..500).map(set).collect()).await;
    assert_eq!(
        full.status,
        StatusCode::SERVICE_UNAVAILABLE,
        "{}",
        full.body
    );
    assert_eq!(full.json()["type"], "/problems/unavailable");
    assert!(full.headers.contains_key("retry-after"));
    assert_eq!(sender.stored().await, 0);
    sender.test.store.limit_pages(None).await.expect("lifted");
    let again = sender.batch((0..500).map(set).collect()).await;
    assert_eq!(again.json()["recorded"], 500, "{}", again.body);
    assert_eq!(sender.stored().await, 500);
}

#[tokio::test]
async fn submissions_at_the_same_moment_are_all_recorded_once() {
    let sender = std::sync::Arc::new(Sender::new().await);
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..100u32 {
        let sender = sender.clone();
        // Every number is sent twice at once.
        tasks.spawn(async move {
            let set = json!({ "client_id": (n % 50).to_string(), "answers": { "nps": n % 11 } });
            sender.one(set).await.json()["id"].clone()
        });
    }
    let mut ids = std::collections::BTreeSet::new();
    while let Some(id) = tasks.join_next().await {
        ids.insert(id.expect("a task").to_string());
    }
    assert_eq!(ids.len(), 50);
    assert_eq!(sender.stored().await, 50);
}
