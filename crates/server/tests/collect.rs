//! Personal links: made on the page, answered once.

mod support;

use axum::http::StatusCode;
use radost_app::domain::access::{Permission, Role};
use serde_json::json;
use support::TestApp;

#[tokio::test]
async fn a_personal_link_is_made_for_a_customer_and_shown_once() {
    let test = TestApp::new().await.with_survey("post-visit").await;
    let key = test
        .key(&[Permission::EditCustomers, Permission::SeeCustomers])
        .await;
    let customer = json!({ "external_id": "c-1", "name": "Олена" });
    let made = test
        .api("POST", "/api/v1/customers", &key, Some(customer))
        .await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let cookie = test.signed_in(Role::Admin).await;
    let page = test.get("/collect", &cookie).await;
    let csrf = page.csrf();
    let ask = async |customer: &'static str| {
        let fields = [
            ("csrf", csrf.as_str()),
            ("survey", "post-visit"),
            ("customer", customer),
        ];
        test.post_form("/collect/personal", &cookie, &fields).await
    };
    let unknown = ask("c-2").await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unknown.body.contains("There is no customer with this id."));
    assert!(
        unknown.body.contains("value=\"c-2\""),
        "what was typed is kept"
    );
    assert_eq!(
        radost_server::look::check::strict(&unknown.body),
        Vec::<String>::new()
    );
    let done = ask("c-1").await;
    assert_eq!(done.status, StatusCode::OK);
    assert_eq!(
        radost_server::look::check::strict(&done.body),
        Vec::<String>::new()
    );
    let (_, after) = done
        .body
        .split_once("/s/cafe/post-visit/")
        .expect("a personal link");
    let token = after
        .split(['"', '<'])
        .next()
        .unwrap_or_default()
        .to_owned();
    let survey = test.get(&format!("/s/cafe/post-visit/{token}"), "").await;
    assert_eq!(survey.status, StatusCode::OK);
    assert!(
        !test.get("/collect", &cookie).await.body.contains(&token),
        "shown once"
    );
    let forged = [
        ("csrf", "guess"),
        ("survey", "post-visit"),
        ("customer", "c-1"),
    ];
    let forged = test.post_form("/collect/personal", &cookie, &forged).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
}
