//! `Idempotency-Key` on the real API.

mod support;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::SignedDuration;
use radost_app::domain::access::Permission;
use serde_json::{Value, json};
use support::{Answer, TestApp};

async fn post(test: &TestApp, path: &str, api_key: &str, key: &str, body: &Value) -> Answer {
    let request = Request::post(path)
        .header(header::AUTHORIZATION, format!("Bearer {api_key}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", key)
        .body(Body::from(body.to_string()))
        .expect("a request");
    test.send(request).await
}

fn is_replay(answer: &Answer) -> bool {
    answer
        .headers
        .get("idempotent-replay")
        .is_some_and(|value| value == "true")
}

#[tokio::test]
async fn a_response_without_a_client_id_is_recorded_once() {
    let test = TestApp::new().await.with_survey("kiosk-pulse").await;
    let api_key = test.key(&[Permission::RecordResponses]).await;
    let survey = TestApp::ready("kiosk-pulse");
    let question = survey
        .blocks
        .iter()
        .flat_map(|block| &block.questions)
        .next()
        .expect("a question");
    let body = json!({ "survey": "kiosk-pulse", "response": { "answers": { question.code.as_str(): 4 } } });
    let path = "/api/v1/responses";
    let first = post(&test, path, &api_key, "visit-1", &body).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.body);
    assert!(!is_replay(&first));
    let second = post(&test, path, &api_key, "visit-1", &body).await;
    assert_eq!((second.status, &second.body), (first.status, &first.body));
    assert_eq!(second.headers[header::CONTENT_TYPE], "application/json");
    assert!(is_replay(&second));
    let other = post(&test, path, &api_key, "visit-2", &body).await;
    assert_ne!(other.json()["id"], first.json()["id"]);

    // A refusal is a reply too.
    let wrong = json!({ "survey": "kiosk-pulse", "response": { "answers": {} } });
    let refused = post(&test, path, &api_key, "visit-3", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let again = post(&test, path, &api_key, "visit-3", &wrong).await;
    assert_eq!(
        again.headers[header::CONTENT_TYPE],
        "application/problem+json"
    );
    assert!(is_replay(&again) && again.body == refused.body);
    let reused = post(&test, path, &api_key, "visit-3", &body).await;
    assert_eq!(
        (reused.status, &reused.json()["type"]),
        (
            StatusCode::UNPROCESSABLE_ENTITY,
            &json!("/problems/idempotency-key-reused")
        )
    );

    test.wait(SignedDuration::from_hours(25));
    let next_day = post(&test, path, &api_key, "visit-1", &body).await;
    assert!(!is_replay(&next_day), "kept for a day only");
    assert_ne!(next_day.json()["id"], first.json()["id"]);
}

#[tokio::test]
async fn a_secret_is_not_kept_and_nothing_is_made_twice() {
    let test = TestApp::new().await;
    let api_key = test.key(Permission::ALL).await;
    let body = json!({ "name": "till", "scopes": ["responses:write"] });
    let first = post(&test, "/api/v1/api-keys", &api_key, "k", &body).await;
    assert_eq!(first.status, StatusCode::CREATED);
    let secret = first.json()["secret"]
        .as_str()
        .expect("a secret")
        .to_owned();
    let again = post(&test, "/api/v1/api-keys", &api_key, "k", &body).await;
    assert_eq!(
        (again.status, &again.json()["type"]),
        (StatusCode::CONFLICT, &json!("/problems/secret-shown-once"))
    );
    assert!(is_replay(&again) && !again.body.contains(&secret));
    let keys = test.api("GET", "/api/v1/api-keys", &api_key, None).await;
    assert_eq!(keys.json()["items"].as_array().expect("keys").len(), 2);
}

#[tokio::test]
async fn keys_of_two_workspaces_do_not_meet() {
    let test = TestApp::new().await;
    let ours = test.key(&[Permission::ManageAccess]).await;
    let other = test
        .app
        .create_workspace(
            "other".parse().expect("a slug"),
            "Other",
            "UTC",
            radost_app::domain::Language::En,
        )
        .await
        .expect("a workspace");
    let console = radost_app::domain::access::Actor::console(other.id);
    let scopes = [Permission::ManageAccess].into();
    let theirs = test
        .app
        .create_api_key(&console, "theirs", scopes)
        .await
        .expect("a key")
        .secret;
    let body = json!({ "name": "", "scopes": ["access:write"] });
    let first = post(&test, "/api/v1/api-keys", &ours, "same", &body).await;
    let second = post(&test, "/api/v1/api-keys", &theirs, "same", &body).await;
    assert_eq!(first.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(second.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!is_replay(&second) && second.json()["field"] == "name");
}

#[tokio::test]
async fn a_key_that_is_none_and_a_caller_who_is_nobody_are_refused() {
    let test = TestApp::new().await;
    let api_key = test.key(&[Permission::ManageAccess]).await;
    let body = json!({ "name": "x", "scopes": [] });
    let spaced = post(&test, "/api/v1/api-keys", &api_key, "a b", &body).await;
    assert_eq!(
        (spaced.status, &spaced.json()["type"]),
        (
            StatusCode::BAD_REQUEST,
            &json!("/problems/idempotency-key-invalid")
        )
    );
    let nobody = post(&test, "/api/v1/api-keys", "radost_no", "k", &body).await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
}
