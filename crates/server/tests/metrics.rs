//! Numbers for programs.

#[path = "support/numbers.rs"]
mod numbers;
mod support;

use axum::http::StatusCode;
use numbers::cafes;
use radost_app::domain::access::Permission;
use serde_json::{Value, json};
use support::{Answer, TestApp};

async fn ask(test: &TestApp, key: &str, body: Value) -> Answer {
    test.api("POST", "/api/v1/metrics/query", key, Some(body))
        .await
}

fn rounded(value: &Value) -> f64 {
    (value.as_f64().expect("a number") * 10.0).round() / 10.0
}

#[tokio::test]
async fn one_metric_whole_by_group_and_over_time() {
    let test = cafes().await;
    let key = test.key(&[Permission::SeeResults]).await;
    let whole = ask(
        &test,
        &key,
        json!({ "metric": "nps.nps", "compare_with": "previous_period" }),
    )
    .await;
    assert_eq!(whole.status, StatusCode::OK, "{}", whole.body);
    let whole = whole.json();
    let total = &whole["total"];
    // See `overview.rs` for the arithmetic.
    assert_eq!(total["n"], 26);
    assert_eq!(
        ["value", "low", "high", "difference"].map(|name| rounded(&total[name])),
        [15.4, -17.1, 44.7, 115.4]
    );
    assert_eq!(
        (&total["verdict"], &total["method"]),
        (&json!("higher"), &json!("adjusted Wald"))
    );
    assert_eq!(
        whole["period"],
        json!({ "from": "2026-08-04", "to": "2026-11-01" })
    );

    // Regions, each with everything under it.
    let regions = ask(
        &test,
        &key,
        json!({ "metric": "nps.nps", "group_by": ["location"], "compare_with": "previous_period" }),
    )
    .await
    .json();
    let row = |of: &Value, group: &str| {
        let rows = of["rows"].as_array().expect("rows").clone();
        rows.into_iter()
            .find(|row| row["groups"] == json!([group]))
            .unwrap_or_else(|| panic!("{group}: {of}"))
    };
    let (west, east) = (row(&regions, "west"), row(&regions, "east"));
    assert_eq!((rounded(&west["value"]), &west["n"]), (50.0, &json!(14)));
    assert_eq!((rounded(&east["value"]), &east["n"]), (-25.0, &json!(12)));
    assert_eq!(
        (&west["verdict"], &east["verdict"]),
        (&json!("higher"), &json!("higher"))
    );
    assert_eq!(regions["comparisons"], 3, "the total and two regions");

    // Each place for itself: the 4 of Uzhhorod are withheld, and Lviv's 10 so that they cannot be computed.
    let exact = ask(
        &test,
        &key,
        json!({ "metric": "nps.nps", "group_by": ["location.exact"], "compare_with": "previous_period" }),
    )
    .await
    .json();
    for (group, withheld) in [("uzhhorod", true), ("lviv", true), ("kharkiv", false)] {
        let row = row(&exact, group);
        assert_eq!(row["withheld"], withheld, "{row}");
        assert_eq!(row["n"].is_null(), withheld, "{row}");
        assert_eq!(row["difference"].is_null(), withheld, "{row}");
    }

    // October alone has answers; a month without any is a row of nothing.
    let months = ask(&test, &key, json!({ "metric": "nps.nps", "step": "month" }))
        .await
        .json();
    let rows: Vec<(String, u64)> = months["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| {
            (
                row["step"].as_str().expect("a day").to_owned(),
                row["n"].as_u64().expect("n"),
            )
        })
        .collect();
    let expected = [
        ("2026-08-01", 0),
        ("2026-09-01", 0),
        ("2026-10-01", 26),
        ("2026-11-01", 0),
    ];
    assert_eq!(rows, expected.map(|(day, n)| (day.to_owned(), n)));

    let csi = ask(&test, &key, json!({ "metric": "csi", "level": 0.9 }))
        .await
        .json();
    assert_eq!(
        (rounded(&csi["total"]["value"]), &csi["total"]["n"]),
        (76.7, &json!(10))
    );
    assert_eq!(
        (&csi["level"], &csi["total"]["method"]),
        (&json!(0.9), &json!("delta"))
    );
    let segments = ask(
        &test,
        &key,
        json!({ "metric": "nps.nps", "group_by": ["segment.customer_type"] }),
    )
    .await
    .json();
    assert_eq!(
        segments["rows"].as_array().map(Vec::len),
        Some(3),
        "regular, new, not stated: {segments}"
    );
}

#[tokio::test]
async fn a_total_of_too_few_is_withheld() {
    let test = cafes().await;
    let key = test.key(&[Permission::SeeResults]).await;
    let body = json!({ "metric": "nps.nps", "filters": { "location": "uzhhorod" }, "group_by": ["channel"], "compare_with": "previous_period" });
    let few = ask(&test, &key, body).await.json();
    assert_eq!(few["total"]["withheld"], true);
    for number in [&few["total"], &few["rows"][0]] {
        for told in ["value", "n", "low", "high", "difference"] {
            assert!(number[told].is_null(), "{told}: {few}");
        }
        assert_eq!(number["verdict"], "too_few");
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_with_its_place() {
    let test = cafes().await;
    let key = test.key(&[Permission::SeeResults]).await;
    let check = async |body: Value, status: u16, field: Value| {
        let answer = ask(&test, &key, body.clone()).await;
        assert_eq!(answer.status.as_u16(), status, "{body}: {}", answer.body);
        assert_eq!(answer.json()["field"], field, "{body}: {}", answer.body);
    };
    check(json!({ "metric": "nps.nope" }), 422, json!("metric")).await;
    check(json!({ "metric": "loudness" }), 422, json!("metric")).await;
    check(json!({ "metric": "" }), 422, json!("metric")).await;
    check(
        json!({ "metric": "csi", "surveys": ["nope"] }),
        404,
        Value::Null,
    )
    .await;
    check(
        json!({ "metric": "csi", "filters": { "colour": "red" } }),
        422,
        json!("filters"),
    )
    .await;
    check(
        json!({ "metric": "csi", "filters": { "location": "nope" } }),
        404,
        Value::Null,
    )
    .await;
    check(
        json!({ "metric": "csi", "group_by": ["colour"] }),
        422,
        json!("group_by"),
    )
    .await;
    check(
        json!({ "metric": "csi", "group_by": ["segment.nope"] }),
        422,
        json!("group_by"),
    )
    .await;
    check(json!({ "metric": "csi", "level": 95 }), 422, json!("level")).await;
    let four = ["channel", "language", "touchpoint", "location"];
    check(
        json!({ "metric": "csi", "group_by": four }),
        422,
        json!("group_by"),
    )
    .await;
    check(
        json!({ "metric": "csi", "step": "fortnight" }),
        422,
        json!("step"),
    )
    .await;
    check(
        json!({ "metric": "csi", "year_begins": 13 }),
        422,
        json!("year_begins"),
    )
    .await;
    check(
        json!({ "metric": "csi", "period": { "from": "2026-02-01", "to": "2026-01-01" } }),
        422,
        json!("from"),
    )
    .await;
    let blind = test.key(&[Permission::SeeResponses]).await;
    let refused = ask(&test, &blind, json!({ "metric": "csi" })).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}
