//! Signing in, staying signed in, and being kept out.

mod support;

use axum::http::StatusCode;
use radost_app::domain::access::{Permission, Role};
use serde_json::json;
use support::{PASSWORD, TestApp};

#[tokio::test]
async fn a_person_signs_in_and_out() {
    let test = TestApp::new().await;
    test.user("olena@example.com", Role::Admin).await;
    let away = test.get("/password", "").await;
    assert_eq!(
        (away.status, away.location()),
        (StatusCode::SEE_OTHER, "/login?next=%2Fpassword")
    );
    let cookie = test.sign_in("Olena@example.com ", PASSWORD).await;
    let page = test.get("/password", &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(
        radost_server::look::check::strict(&page.body),
        Vec::<String>::new()
    );
    let out = test
        .post_form("/logout", &cookie, &[("csrf", &page.csrf())])
        .await;
    assert_eq!(out.location(), "/login");
    assert_eq!(
        test.get("/password", &cookie).await.location(),
        "/login?next=%2Fpassword"
    );
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused() {
    let test = TestApp::new().await;
    let cookie = test.signed_in(Role::Admin).await;
    let forged = test
        .post_form("/logout", &cookie, &[("csrf", "guess")])
        .await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    assert_eq!(
        test.get("/password", &cookie).await.status,
        StatusCode::OK,
        "still signed in"
    );
    let blind = test
        .post_form("/login", "", &[("email", "a@b.c"), ("password", PASSWORD)])
        .await;
    assert_eq!(
        blind.status,
        StatusCode::FORBIDDEN,
        "the sign-in form too must come from us"
    );
}

#[tokio::test]
async fn guessing_ends_after_five_failures() {
    let test = TestApp::new().await;
    test.user("olena@example.com", Role::Admin).await;
    let attempt = async |password: &'static str| {
        let form = test.get("/login", "").await;
        let cookie = format!(
            "radost_form={}",
            form.cookie("radost_form").expect("a cookie")
        );
        let fields = [
            ("csrf", &*form.csrf()),
            ("email", "olena@example.com"),
            ("password", password),
        ];
        test.post_form("/login", &cookie, &fields).await.status
    };
    for _ in 0..5 {
        assert_eq!(
            attempt("wrong password").await,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }
    assert_eq!(
        attempt(PASSWORD).await,
        StatusCode::TOO_MANY_REQUESTS,
        "even the right one has to wait now"
    );
}

#[tokio::test]
async fn a_key_opens_what_its_scopes_say() {
    let test = TestApp::new().await.with_survey("kiosk-pulse").await;
    let body = json!({ "survey": "kiosk-pulse", "response": { "answers": {} } });
    let none = test
        .api(
            "POST",
            "/api/v1/responses",
            "radost_nonsense",
            Some(body.clone()),
        )
        .await;
    assert_eq!(
        (none.status, &none.json()["type"]),
        (
            StatusCode::UNAUTHORIZED,
            &json!("/problems/unauthenticated")
        )
    );
    let reader = test.key(&[Permission::SeeResponses]).await;
    let forbidden = test
        .api("POST", "/api/v1/responses", &reader, Some(body.clone()))
        .await;
    assert_eq!(
        forbidden.json()["detail"],
        "this needs the permission responses:write"
    );
    let writer = test.key(&[Permission::RecordResponses]).await;
    let empty = test
        .api("POST", "/api/v1/responses", &writer, Some(body))
        .await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let test = TestApp::new().await;
    for path in ["/login", "/nowhere", "/api/v1/nowhere", "/healthz"] {
        let answer = test.get(path, "").await;
        let policy = answer.headers["content-security-policy"]
            .to_str()
            .expect("text");
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(
            answer.headers["x-content-type-options"], "nosniff",
            "{path}"
        );
        assert_eq!(answer.headers["cache-control"], "no-store", "{path}");
    }
}
