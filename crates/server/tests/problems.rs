//! Every error of the API is a problem of a stable type, and every type is explained.

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use radost_app::domain::access::Permission;
use radost_server::look::check::strict;
use radost_server::problem::KINDS;
use serde_json::json;
use support::{Answer, TestApp};

async fn post(test: &TestApp, path: &str, key: &str, kind: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post(path)
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .header(header::CONTENT_TYPE, kind)
        .body(body.into())
        .expect("a request");
    test.send(request).await
}

fn check(answer: &Answer, status: u16, kind: &str) -> serde_json::Value {
    assert_eq!(
        answer
            .headers
            .get(header::CONTENT_TYPE)
            .map(|value| value.as_bytes()),
        Some(b"application/problem+json".as_slice()),
        "{}",
        answer.body
    );
    let problem = answer.json();
    assert_eq!(answer.status.as_u16(), status, "{problem}");
    assert_eq!(problem["status"], status);
    assert_eq!(problem["type"], format!("/problems/{kind}"));
    assert!(
        KINDS
            .iter()
            .any(|known| known.code == kind && known.status == status),
        "{kind} {status} is not explained"
    );
    problem
}

#[tokio::test]
async fn every_refusal_of_a_request_is_a_problem() {
    let test = TestApp::new().await;
    let key = test.key(Permission::ALL).await;
    let json = "application/json";
    let users = "/api/v1/users";

    let broken = post(&test, users, &key, json, "{\n  \"email\": oops }").await;
    let problem = check(&broken, 400, "malformed-json");
    let detail = problem["detail"].as_str().expect("a detail");
    assert!(detail.contains("line 2 column"), "{detail}");

    let unknown = json!({ "email": "a@b.c", "name": "A", "role": "agent", "rank": 1 }).to_string();
    let problem = check(
        &post(&test, users, &key, json, unknown).await,
        422,
        "invalid-body",
    );
    assert_eq!(problem["field"], "rank", "{problem}");

    let wrong = json!({ "name": "till", "scopes": ["everything"] }).to_string();
    let problem = check(
        &post(&test, "/api/v1/api-keys", &key, json, wrong).await,
        422,
        "invalid-body",
    );
    assert_eq!(problem["field"], "scopes[0]", "{problem}");
    assert!(problem["detail"].to_string().contains("responses:write"));

    check(
        &post(&test, users, &key, "text/plain", "{}").await,
        415,
        "unsupported-media-type",
    );
    let large = format!("{{\"email\":\"{}\"}}", "a".repeat(2 * 1024 * 1024));
    check(
        &post(&test, users, &key, json, large).await,
        413,
        "body-too-large",
    );

    let get = async |path: &'static str| test.api("GET", path, &key, None).await;
    check(&get("/api/v1/users/olena").await, 400, "bad-path");
    check(
        &get("/api/v1/audit-entries?limit=many").await,
        400,
        "bad-query",
    );
    check(
        &get("/api/v1/audit-entries?colour=red").await,
        400,
        "bad-query",
    );
    check(
        &get("/api/v1/audit-entries?cursor=%20").await,
        400,
        "bad-request",
    );
    for path in [
        "/api/v1/nowhere",
        "/api/nowhere",
        "/api",
        "/api/",
        "/api/v2/users",
    ] {
        check(&get(path).await, 404, "not-found");
    }
    let absent = "/api/v1/users/00000000-0000-7000-8000-000000000000";
    check(&get(absent).await, 404, "not-found");
    let put = test.api("PUT", users, &key, Some(json!({}))).await;
    check(&put, 405, "method-not-allowed");
    assert!(put.headers.contains_key(header::ALLOW));
    let none = test.api("GET", users, "radost_wrong", None).await;
    check(&none, 401, "unauthenticated");
    assert_eq!(none.headers[header::WWW_AUTHENTICATE], "Bearer");
}

#[tokio::test]
async fn every_type_leads_to_its_explanation() {
    let test = TestApp::new().await;
    let all = test.get("/problems", "").await;
    assert_eq!(strict(&all.body), Vec::<String>::new());
    for kind in KINDS {
        assert!(
            all.body
                .contains(&format!("href=\"/problems/{}\"", kind.code))
        );
        let page = test
            .get(&format!("/problems/{}?theme=dark", kind.code), "")
            .await;
        assert_eq!(page.status, StatusCode::OK, "{}", kind.code);
        assert_eq!(strict(&page.body), Vec::<String>::new());
    }
    assert_eq!(
        test.get("/problems/bad-hair", "").await.status,
        StatusCode::NOT_FOUND
    );
}

/// The kinds in the sources: the text after the status in `Problem::new(…)`, and those of refused answers.
#[test]
fn every_kind_in_the_code_is_explained() {
    fn sources(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(std::fs::read_to_string(&path).expect("a source"));
            }
        }
    }
    let mut texts = Vec::new();
    sources(Path::new("src"), &mut texts);
    let kind = |text: &str| {
        let (_, rest) = text.split_once('"')?;
        Some(rest.split('"').next()?.to_owned())
    };
    let mut kinds: BTreeSet<String> = texts
        .iter()
        .flat_map(|text| text.split("Problem::new(").skip(1))
        .filter(|call| call.trim_start().starts_with("StatusCode::"))
        .filter_map(kind)
        .collect();
    let answers = include_str!("../../domain/src/listen/answer.rs");
    let (_, table) = answers
        .split_once("fn kind(&self) -> &'static str")
        .expect("the kinds of refused answers");
    let table = table.split("\n    }").next().expect("its end");
    kinds.extend(table.split("=>").skip(1).filter_map(kind));
    assert!(kinds.len() > 20, "{kinds:?}");
    let known: BTreeSet<String> = KINDS.iter().map(|kind| kind.code.to_owned()).collect();
    let missing: Vec<&String> = kinds.difference(&known).collect();
    assert!(
        missing.is_empty(),
        "explain {missing:?} in `KINDS` of src/problem.rs"
    );
}

#[tokio::test]
async fn the_reference_is_a_page_of_our_own() {
    let test = TestApp::new().await;
    for query in ["", "?theme=dark"] {
        let page = test.get(&format!("/api/docs{query}"), "").await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(strict(&page.body), Vec::<String>::new());
        assert!(!page.body.contains("src=\"http"));
        for expected in [
            "POST</span> <code>/api/v1/users/{id}/reset-password",
            "id=\"schema-Problem\"",
            "Idempotency-Key: $(uuidgen)",
            "&quot;role&quot;:&quot;analyst&quot;",
        ] {
            assert!(page.body.contains(expected), "{expected}");
        }
    }
    let document = test.get("/api/v1/openapi.json", "").await.json();
    assert!(document["paths"]["/api/v1/me"]["get"].is_object());
}
