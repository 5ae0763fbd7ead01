//! The first screen: numbers that are right, seen only by those who may, each with the responses behind it.

#[path = "support/numbers.rs"]
mod numbers;
mod support;

use axum::http::StatusCode;
use numbers::{SURVEY, answer, cafes, count_of, links, manager_of, place, places, record, text_of};
use radost_app::domain::access::Role;
use radost_server::look::check::strict;
use serde_json::json;
use support::TestApp;

#[tokio::test]
async fn the_numbers_are_those_computed_by_hand() {
    let test = cafes().await;
    let cookie = test.signed_in(Role::Analyst).await;
    let page = test.get("/", &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    let text = text_of(&page.body);
    // Promoters 6 + 3 + 3 = 12, detractors 1 + 1 + 6 = 8 of 26: 100 · 4 / 26 = 15.4.
    // P = 12.75 / 29 = 0.4397, D = 8.75 / 29 = 0.3017; 13.8 ∓ 1.96 · 100 √((0.7414 − 0.1379²) / 29) = −17.1 … 44.7.
    // In July 20 of 20 were detractors: −100; the difference is 115.4.
    assert!(
        text.contains(
            "Recommendation (NPS) is 15 [−17 … 45], higher than in the 90 days before (+115); lowest at East."
        ),
        "{text}"
    );
    // All 10 of Lviv gave 5 of 5. Wilson: 1 / (1 + 1.96² / 10) = 72 %. Before: 9 of 10.
    assert!(
        text.contains("Satisfaction (CSAT) 100% [72–100] +10 no clear difference"),
        "{text}"
    );
    // 100 (5·1 + 4·½ + 3·¾ + 2·1 + 1·¼) / 15 = 76.7; nobody was asked in July.
    assert!(text.contains("Satisfaction index (CSI) 76.7 ["), "{text}");
    assert!(
        text.contains("] not enough responses yet against the period before n = 10"),
        "{text}"
    );
    // West: 9 promoters, 2 detractors of 14 = 50. East: 3 and 6 of 12 = −25.
    assert!(text.contains("East −25 ["), "{text}");
    assert!(text.contains("West 50 ["), "{text}");
    // Speed: five times 2, five times 4. sd = √(10 / 9), t(9) = 2.262: 3 ∓ 2.262 · 1.0541 / √10 = 2.25 … 3.75.
    assert!(
        text.contains("Speed of service 3.00 2.25–3.75 10"),
        "{text}"
    );
    assert!(
        text.contains("corrected together by Benjamini–Hochberg"),
        "{text}"
    );
    assert!(
        text.contains(
            "4 August 2026 – 1 November 2026, 90 days; compared with 6 May 2026 – 3 August 2026"
        ),
        "{text}"
    );
}

#[tokio::test]
async fn small_groups_cannot_be_read_nor_computed() {
    let test = cafes().await;
    let cookie = test.signed_in(Role::Analyst).await;
    // Uzhhorod has 4 answers; with West's total of 14 known, Lviv's 10 would tell them.
    let west = text_of(&test.get("/?location=west", &cookie).await.body);
    assert!(west.contains("Recommendation (NPS) is 50 ["), "{west}");
    for withheld in [
        "Lviv not enough responses yet – –",
        "Uzhhorod not enough responses yet – –",
    ] {
        assert!(west.contains(withheld), "{withheld}: {west}");
    }
    let each = text_of(&test.get("/?places=each", &cookie).await.body);
    assert!(each.contains("Kharkiv −25 −61 … 21 12"), "{each}");
    assert!(
        each.contains("Uzhhorod not enough responses yet – –")
            && each.contains("Lviv not enough responses yet – –"),
        "{each}"
    );
    // Alone, the four are the total: that is withheld, and every row with it.
    let four = test.get("/?location=uzhhorod", &cookie).await;
    let text = text_of(&four.body);
    assert!(
        text.contains("Recommendation (NPS) cannot be shown yet: it takes 5 responses or more."),
        "{text}"
    );
    assert!(!text.contains("n = 4"), "{text}");
    // (2 + 1 − 1) / 4 = 50
    assert!(!four.body.contains("stat-number"), "{text}");
    // By segment: 6 regular, 4 new, 16 not stated. The new ones and the next smallest are withheld.
    let all = text_of(&test.get("/", &cookie).await.body);
    assert!(all.contains("new not enough responses yet – –"), "{all}");
    assert!(
        all.contains("regular not enough responses yet – –"),
        "{all}"
    );
}

#[tokio::test]
async fn every_number_leads_to_as_many_responses() {
    let test = cafes().await;
    let cookie = test.signed_in(Role::Analyst).await;
    for address in [
        "/",
        "/?location=west",
        "/?metric=csi",
        "/?metric=mean.speed&step=month",
        "/?places=each",
        "/?last=12m",
    ] {
        let page = test.get(address, &cookie).await;
        let mut followed = 0;
        for row in page.body.split("<tr>").skip(2) {
            let Some(href) = links(row, "/responses?").into_iter().next() else {
                continue;
            };
            let cells = text_of(row.split("</tr>").next().unwrap_or_default());
            let n: u64 = cells
                .rsplit(' ')
                .next()
                .unwrap_or_default()
                .parse()
                .expect("n");
            let list = test.get(&href, &cookie).await;
            assert_eq!(count_of(&list.body), n, "{address}: {href}");
            followed += 1;
        }
        assert!(followed >= 5, "{address}: {followed}");
        for card in page.body.split("<article").skip(1) {
            let Some(href) = links(card, "/responses?").into_iter().next() else {
                continue;
            };
            let (_, rest) = card.split_once("n = ").expect("n");
            let n: String = rest.chars().take_while(char::is_ascii_digit).collect();
            let list = test.get(&href, &cookie).await;
            assert_eq!(count_of(&list.body).to_string(), n, "{address}: {href}");
        }
    }
    let page = test.get("/", &cookie).await;
    let said: Vec<u64> = {
        let mut counts = Vec::new();
        for score in ["score=0-6", "score=7-8", "score=9-10"] {
            let links = links(&page.body, "/responses?");
            let href = links
                .iter()
                .find(|href| href.contains(score))
                .expect("a link");
            counts.push(count_of(&test.get(href, &cookie).await.body));
        }
        counts
    };
    assert_eq!(said, [8, 6, 12], "detractors, passives, promoters");
}

#[tokio::test]
async fn filters_stay_in_the_address() {
    let test = cafes().await;
    let cookie = test.signed_in(Role::Analyst).await;
    let address = "/?survey=post-visit&last=12m&location=west&channel=web&language=uk&touchpoint=visit&segment=customer_type%3Aregular&metric=csat.csat&step=month";
    let page = test.get(address, &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    let flat = page.body.replace(" value=\"", " \"");
    for chosen in [
        "12m",
        "west",
        "web",
        "uk",
        "visit",
        "customer_type:regular",
        "csat.csat",
        "month",
    ] {
        let selected = format!("\"{chosen}\" selected");
        assert!(flat.contains(&selected), "{selected}");
    }
    // Lviv's regular customers: 6, all satisfied.
    assert!(
        text_of(&page.body).contains("Satisfaction (CSAT) is 100%"),
        "{}",
        text_of(&page.body)
    );
    for href in links(&page.body, "/responses?") {
        for kept in [
            "survey=post-visit",
            "channel=web",
            "segment=customer_type%3Aregular",
        ] {
            assert!(href.contains(kept), "{href}");
        }
    }
    // Days of one's own choice.
    let own = test.get("/?from=2026-07-01&to=2026-07-31", &cookie).await;
    assert!(text_of(&own.body).contains("Recommendation (NPS) is −100 ["));
    assert!(
        own.body.contains("value=\"2026-07-01\""),
        "the dates stand in the form"
    );
}

#[tokio::test]
async fn an_address_that_means_nothing_says_so() {
    let test = cafes().await;
    let cookie = test.signed_in(Role::Analyst).await;
    let check = async |query: &str, status: StatusCode, words: &str| {
        for path in ["/", "/responses", "/responses.csv"] {
            let page = test.get(&format!("{path}?{query}"), &cookie).await;
            assert_eq!(page.status, status, "{path}?{query}");
            assert!(page.body.contains(words), "{path}?{query}: {}", page.body);
            assert_eq!(strict(&page.body), Vec::<String>::new(), "{path}?{query}");
        }
    };
    let (missing, refused) = (StatusCode::NOT_FOUND, StatusCode::UNPROCESSABLE_ENTITY);
    check("survey=nope", missing, "There is no such survey").await;
    check("location=nope", missing, "There is no such location").await;
    check("metric=mean.nope", refused, "not known here: Metric").await;
    check("metric=nps.csat", refused, "not known here: Metric").await;
    check("segment=nope:1", refused, "not known here: ").await;
    check("employee=nope", missing, "no such employee").await;
    check("channel=pigeon", refused, "not known here: Channel").await;
    check("from=2026-13-01", refused, "not known here: Period").await;
    check(
        "from=2026-05-02&to=2026-05-01",
        refused,
        "not known here: Period",
    )
    .await;
    check("from=0001-01-01", refused, "not known here: Period").await;
    check("score=eleven", refused, "not known here: Answer").await;
    check("step=second", refused, "not known here: Trend by").await;
    check("metric=%3Cscript%3E", refused, "not known here: Metric").await;
    check("level=95", refused, "not known here: Level").await;
}

#[tokio::test]
async fn a_manager_sees_their_region_and_nothing_else() {
    let test = cafes().await;
    let analyst = test.signed_in(Role::Analyst).await;
    let east = test.get("/responses?location=east", &analyst).await;
    let foreign = links(&east.body, "/responses/")
        .into_iter()
        .next()
        .expect("a response");
    let cookie = manager_of(&test, place(2)).await;
    let page = test.get("/", &cookie).await;
    let text = text_of(&page.body);
    assert!(text.contains("Recommendation (NPS) is 50 ["), "{text}");
    for hidden in ["East", "Kharkiv", "data-live"] {
        assert!(!page.body.contains(hidden), "{hidden}");
    }
    let list = test.get("/responses", &cookie).await;
    assert_eq!(count_of(&list.body), 14);
    assert!(!list.body.contains("Kharkiv"));
    assert_eq!(test.get(&foreign, &analyst).await.status, StatusCode::OK);
    assert_eq!(
        test.get(&foreign, &cookie).await.status,
        StatusCode::NOT_FOUND
    );
    for query in [
        "location=east",
        "location=kharkiv",
        "location=all",
        "location=kharkiv&exact=1",
    ] {
        for path in ["/", "/responses", "/responses.csv"] {
            let answer = test.get(&format!("{path}?{query}"), &cookie).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}?{query}");
        }
    }
    let csv = test.get("/responses.csv?last=12m", &cookie).await;
    assert_eq!(
        csv.body.lines().count(),
        1 + 14 + 10,
        "a head, and what is theirs"
    );
    assert!(!csv.body.contains("kharkiv"));
    assert_eq!(
        test.get("/live", &cookie).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn another_workspace_has_its_own_numbers() {
    let test = cafes().await;
    let other = test
        .app
        .create_workspace(
            "other".parse().expect("a slug"),
            "Інша",
            "Europe/Kyiv",
            radost_app::domain::Language::En,
        )
        .await
        .expect("a workspace");
    let console = radost_app::domain::access::Actor::console(other.id);
    let cookie = test.signed_in(Role::Admin).await;
    let list = test.get("/responses", &cookie).await;
    let id = links(&list.body, "/responses/").remove(0);
    let id = id
        .trim_start_matches("/responses/")
        .split('?')
        .next()
        .expect("an id")
        .to_owned();
    let selection = radost_app::explain::Selection::of([("survey", SURVEY)]);
    assert!(
        test.app.overview(&console, &selection).await.is_err(),
        "no such survey there"
    );
    assert!(
        test.app
            .overview(&console, &Default::default())
            .await
            .expect("asked")
            .is_none()
    );
    let found = test
        .app
        .response(&console, id.parse().expect("an id"), None)
        .await;
    assert!(found.is_err(), "a guessed id opens nothing");
}

#[tokio::test]
async fn an_empty_workspace_says_what_to_do_next() {
    let test = TestApp::new().await;
    let cookie = test.signed_in(Role::Analyst).await;
    for path in ["/", "/responses"] {
        let page = test.get(path, &cookie).await;
        assert!(
            page.body.contains("There is no survey yet") && page.body.contains("href=\"/surveys\"")
        );
        assert_eq!(strict(&page.body), Vec::<String>::new());
    }
    let test = test.with_survey("kiosk-pulse").await;
    for path in ["/", "/responses"] {
        let page = test.get(path, &cookie).await;
        assert!(page.body.contains("Nobody has answered yet"), "{path}");
        assert!(page.body.contains("href=\"/collect\"") && page.body.contains("href=\"/import\""));
        assert_eq!(strict(&page.body), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_period_without_answers_leads_to_the_latest() {
    let test = places().await;
    record(
        &test,
        SURVEY,
        vec![answer("lviv", "2026-01-15", json!({ "nps": 9 }))],
    )
    .await;
    let cookie = test.signed_in(Role::Analyst).await;
    let page = test.get("/", &cookie).await;
    let text = text_of(&page.body);
    assert!(
        text.contains("Nobody has answered in these 90 days."),
        "{text}"
    );
    assert!(
        text.contains("Show the latest answers, up to 15 January 2026"),
        "{text}"
    );
    let latest = links(&page.body, "/?")
        .into_iter()
        .find(|href| href.contains("to=2026-01-15"));
    let there = test.get(&latest.expect("a link"), &cookie).await;
    assert!(text_of(&there.body).contains("cannot be shown yet"));
    assert_eq!(strict(&page.body), Vec::<String>::new());
    let manager = manager_of(&test, place(3)).await;
    let theirs = text_of(&test.get("/", &manager).await.body);
    assert!(
        !theirs.contains("15 January"),
        "when others were answered is not theirs to know"
    );
}

#[tokio::test]
async fn an_agent_lands_where_their_work_is() {
    let test = cafes().await;
    let cookie = test.signed_in(Role::Agent).await;
    let away = test.get("/", &cookie).await;
    assert_eq!(
        (away.status, away.location()),
        (StatusCode::SEE_OTHER, "/customers")
    );
    for path in ["/responses", "/responses.csv", "/live"] {
        assert_eq!(
            test.get(path, &cookie).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_counter_tells_what_came_in() {
    let test = cafes().await;
    let cookie = test.signed_in(Role::Analyst).await;
    // Also before its consumer has seen them.
    assert_eq!(
        test.get("/live", &cookie).await.json(),
        json!({ "today": 46, "total": 46 })
    );
    assert_eq!(test.app.consume_events().await.expect("consumed"), 46);
    assert_eq!(test.app.consume_events().await.expect("consumed"), 0);
    let live = test.get("/live", &cookie).await;
    assert_eq!(
        live.json(),
        json!({ "today": 46, "total": 46 }),
        "received today, whenever they were sent"
    );
    assert!(text_of(&test.get("/", &cookie).await.body).contains("46 today 46 in all"));
}

#[tokio::test]
async fn every_state_is_a_good_page_in_every_language() {
    let test = cafes().await;
    let cookie = test.signed_in(Role::Admin).await;
    let list = test.get("/responses", &cookie).await;
    let one = links(&list.body, "/responses/").remove(0);
    let pages = [
        "/".to_owned(),
        "/?location=west&metric=csi&step=month".into(),
        "/?location=uzhhorod&exact=1".into(),
        "/?lacking=touchpoint,segment.customer_type&last=custom".into(),
        "/?from=2020-01-01&to=2020-01-31".into(),
        "/responses".into(),
        "/responses?metric=nps.nps&score=0-6&last=7d".into(),
        one,
    ];
    for page in pages {
        for lang in ["en", "ru", "uk", "bg"] {
            for theme in ["light", "dark"] {
                let join = if page.contains('?') { '&' } else { '?' };
                let address = format!("{page}{join}lang={lang}&theme={theme}");
                let answer = test.get(&address, &cookie).await;
                assert_eq!(answer.status, StatusCode::OK, "{address}");
                assert_eq!(strict(&answer.body), Vec::<String>::new(), "{address}");
                for id in [
                    "overview-",
                    "sentence",
                    "responses-",
                    "metric-",
                    "method-",
                    "dimension-",
                ] {
                    let raw = text_of(&answer.body);
                    assert!(
                        !raw.split(' ').any(|word| word.starts_with(id)),
                        "{address}: {id}"
                    );
                }
                if let Ok(folder) = std::env::var("RADOST_SAMPLES") {
                    let name = address.replace(['/', '?', '&', '=', ','], "_");
                    let name: String = name.chars().take(120).collect();
                    std::fs::write(format!("{folder}/{name}.html"), &answer.body).expect("written");
                }
            }
        }
    }
}
