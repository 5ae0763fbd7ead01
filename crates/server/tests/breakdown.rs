//! A metric by groups: each against the others, with its fair value, as page, file and picture.

#[path = "support/numbers.rs"]
mod numbers;
mod support;

use axum::http::StatusCode;
use numbers::{cafes, manager_of, place, text_of};
use radost_app::domain::access::Role;
use radost_server::look::check::strict;

#[tokio::test]
async fn groups_are_told_apart_or_said_to_be_alike() {
    let test = cafes().await;
    let cookie = test.signed_in(Role::Analyst).await;
    let check = async |query: &str, expected: &[&str]| {
        let page = test
            .get(&format!("/explain/breakdown{query}"), &cookie)
            .await;
        assert_eq!(page.status, StatusCode::OK, "{query}: {}", page.body);
        assert_eq!(strict(&page.body), Vec::<String>::new(), "{query}");
        let text = text_of(&page.body);
        for words in expected {
            assert!(text.contains(words), "{query}: {words}: {text}");
        }
    };
    // West 50 of 14, East −25 of 12: z = 2.5 after the adjustment, so each is clearly apart from the other.
    let sentence = "Recommendation (NPS) is 15 [−17 … 45] overall. Clearly lower than the rest: East. Clearly higher than the rest: West.";
    check(
        "?metric=nps.nps",
        &[sentence, "Compared with", "East", "−25"],
    )
    .await;
    // Two groups have no order to speak of; three places have one, of which two are withheld.
    check(
        "?metric=nps.nps&by=location.exact",
        &[
            "Kharkiv −25",
            "not enough responses yet",
            "Each place for itself",
        ],
    )
    .await;
    check(
        "?metric=nps.nps&by=channel&by2=language&by3=",
        &["then by", "Recommendation (NPS) — Channel · Language"],
    )
    .await;
    check(
        "?metric=nps.nps&by=channel&step=month",
        &["Month", "Oct 2026"],
    )
    .await;
    for (lang, words) in [
        ("uk", "Явно нижче, ніж в інших: East."),
        ("ru", "Явно ниже, чем у остальных: East."),
        ("bg", "Ясно по-ниско от останалите: East."),
    ] {
        check(&format!("?metric=nps.nps&lang={lang}"), &[words]).await;
    }
    check("?metric=nps.nps&channel=sms&lang=en", &["Nothing"]).await;
}

#[tokio::test]
async fn the_table_and_the_picture_are_files() {
    let test = cafes().await;
    let cookie = test.signed_in(Role::Analyst).await;
    let file = async |name: &str| {
        let address =
            format!("/explain/breakdown.{name}?metric=nps.nps&by=location.exact&sort=name");
        let file = test.get(&address, &cookie).await;
        assert_eq!(file.status, StatusCode::OK, "{name}");
        file.body
    };
    let csv = file("csv").await;
    let lines: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(
        lines[0],
        "Each place for itself,Value,Interval from,Interval to,Responses,Fair value,Difference,Verdict"
    );
    assert!(lines[1].starts_with("Kharkiv,-25,"), "{csv}");
    // What is withheld is not in the file either.
    assert_eq!(lines[2..], ["Lviv,,,,,,,", "Uzhhorod,,,,,,,"], "{csv}");
    // Bytes that are no text: `PK`.
    assert!(file("xlsx").await.starts_with("[80, 75,"));
    let picture = file("svg").await;
    assert!(
        picture.starts_with("<svg ") && !picture.contains("var("),
        "{picture}"
    );
}

#[tokio::test]
async fn a_manager_breaks_down_their_own_region() {
    let test = cafes().await;
    let cookie = manager_of(&test, place(3)).await;
    let page = test.get("/explain/breakdown?metric=nps.nps", &cookie).await;
    let text = text_of(&page.body);
    assert!(text.contains("Kharkiv") && !text.contains("Lviv"), "{text}");
    let foreign = test.get("/explain/breakdown?location=west", &cookie).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_view_is_kept_found_by_others_and_taken_away() {
    let test = cafes().await;
    let cookie = test.signed_in(Role::Analyst).await;
    let csrf = test.get("/explain/breakdown", &cookie).await.csrf();
    let keep = async |name: &str, query: &str| {
        let fields = [
            ("csrf", csrf.as_str()),
            ("page", "/explain/breakdown"),
            ("name", name),
            ("query", query),
        ];
        test.post_form("/explain/views", &cookie, &fields).await
    };
    let query = "by=channel&metric=nps.nps&evil=1";
    let kept = keep("Канали", query).await;
    assert_eq!(
        (kept.status, kept.location()),
        (
            StatusCode::SEE_OTHER,
            "/explain/breakdown?by=channel&metric=nps.nps&done=view-kept"
        )
    );
    let again = keep("Канали", query).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        keep(" ", query).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let manager = manager_of(&test, place(3)).await;
    let page = test.get("/explain/breakdown", &manager).await;
    assert!(
        page.body
            .contains("/explain/breakdown?by=channel&amp;metric=nps.nps"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("/remove"), "it is not theirs");
    let theirs = page.csrf();
    let page = test.get("/explain/breakdown", &cookie).await;
    let remove = page.body.split('"').find(|part| part.ends_with("/remove"));
    let remove = remove.expect("an address").to_owned();
    let remove = async |cookie: &str, csrf: &str| {
        let answer = test.post_form(&remove, cookie, &[("csrf", csrf)]).await;
        answer.status
    };
    assert_eq!(remove(&manager, &theirs).await, StatusCode::FORBIDDEN);
    assert_eq!(remove(&cookie, &csrf).await, StatusCode::SEE_OTHER);
    assert_eq!(remove(&cookie, &csrf).await, StatusCode::NOT_FOUND);
}
