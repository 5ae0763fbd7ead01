//! Benchmarks and KPIs: over the API, on pages, and from a table.

#[path = "support/numbers.rs"]
mod numbers;
mod support;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::SignedDuration;
use numbers::{SURVEY, answer, cafes, links, manager_of, place, record, text_of};
use radost_app::domain::access::{Permission, Role};
use radost_app::explain::{BenchmarkDraft, KpiDraft};
use radost_server::look::check::strict;
use serde_json::{Value, json};
use support::TestApp;

const FILE: &str = "name,metric,value,source,year,n,low,high,scale,colour\n\
    Coffee houses,NPS,-60,Example Research,2025,400,,,,red\n\
    Restaurants,nps,90,Example Research,2025,,88,92,,red\n\
    Hotels,nps,12,Another Example,2024,,,,,red\n\
    Cafés,mean,3.1,Example Research,2025,,,,1-5,red\n\
    Apps,ces,5.2,Example Research,2025,,,,,red\n";

const KEY: &[Permission] = &[Permission::SeeResults, Permission::EditGoals];

async fn import(test: &TestApp, key: &str, query: &str, csv: &str) -> Value {
    let request = Request::post(format!("/api/v1/benchmarks/import{query}"))
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .header(header::CONTENT_TYPE, "text/csv")
        .body(Body::from(csv.to_owned()));
    test.send(request.expect("a request")).await.json()
}

fn counts(report: &Value) -> [u64; 4] {
    ["added", "changed", "unchanged", "refused"].map(|name| report[name].as_u64().expect("a count"))
}

#[tokio::test]
async fn a_table_is_imported_once_and_its_faults_are_named() {
    let test = cafes().await;
    let key = test.key(KEY).await;
    let dry = import(&test, &key, "?dry_run=true", FILE).await;
    assert_eq!(counts(&dry), [5, 0, 0, 0]);
    assert_eq!(dry["not_used"], json!(["colour"]));
    let list = async || {
        test.api("GET", "/api/v1/benchmarks", &key, None)
            .await
            .json()
    };
    assert_eq!(list().await["items"], json!([]), "a check changes nothing");
    assert_eq!(counts(&import(&test, &key, "", FILE).await), [5, 0, 0, 0]);
    assert_eq!(counts(&import(&test, &key, "", FILE).await), [0, 0, 5, 0]);
    // The same name of the same source and year is the same benchmark, with a new value.
    let corrected = FILE.replace("Restaurants,nps,90", "Restaurants,nps,89");
    assert_eq!(
        counts(&import(&test, &key, "", &corrected).await),
        [0, 1, 4, 0]
    );
    let bad = "name;metric;value;source;year;low;high\n\
        Good;csat;81,5;Example;2025;;\n\
        Good;csat;82;Example;2025;;\n\
        Far;nps;140;Example;2025;;\n\
        Old;nps;14;;in June;;\n\
        Half;nps;14;Example;2025;10;\n\
        What;stars;4;Example;2025;;\n\
        Of what;mean;4;Example;2025;;\n";
    let report = import(&test, &key, "", bad).await;
    assert_eq!(counts(&report), [1, 0, 0, 6]);
    let problems: Vec<String> = report["problems"]
        .as_array()
        .expect("problems")
        .iter()
        .map(|problem| {
            let text = |name: &str| problem[name].as_str().unwrap_or_default().to_owned();
            format!("{} {}: {}", problem["row"], text("column"), text("code"))
        })
        .collect();
    assert_eq!(
        problems,
        [
            "3 name: same-twice",
            "4 value: within",
            "5 source: missing",
            "5 year: number",
            "6 high: inside",
            "7 metric: metric",
            "8 scale: scale-missing",
        ]
    );
    let none = import(&test, &key, "", "name,metric,value,source\na,nps,1,b\n").await;
    assert_eq!(none["errors"][0]["place"], "year", "{none}");
    // What is exported can be imported again.
    let cookie = test.signed_in(Role::Analyst).await;
    let file = test.get("/explain/benchmarks.csv", &cookie).await;
    assert!(
        file.body
            .contains("Coffee houses,nps,-60,Example Research,2025,,400"),
        "{}",
        file.body
    );
    assert_eq!(
        counts(&import(&test, &key, "", &file.body).await),
        [0, 0, 6, 0]
    );
}

#[tokio::test]
async fn ones_own_number_is_set_beside_those_of_others() {
    let test = cafes().await;
    let key = test.key(KEY).await;
    import(&test, &key, "", FILE).await;
    let cookie = test.signed_in(Role::Analyst).await;
    let page = test.get("/explain/benchmarks", &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(strict(&page.body), Vec::<String>::new());
    let text = text_of(&page.body);
    // Ours: 15 [−17 … 45]. −60 of 400, all of them promoters or detractors: [−67.3 … −51.5], far below. 90 [88–92] is far above. Of 12 nothing
    // else is known: it lies within our interval.
    assert!(
        text.contains(
            "Recommendation (NPS) is 15 [−17 … 45]: higher than Coffee houses (−60, Example Research 2025); lower than \
             Restaurants (90, Example Research 2025); no clear difference from Hotels (12, Another Example 2024)."
        ),
        "{text}"
    );
    assert!(
        text.contains("corrected together by Benjamini–Hochberg"),
        "{text}"
    );
    assert!(
        text.contains("their uncertainty is unknown: judged by your interval alone"),
        "{text}"
    );
    assert!(
        text.contains("Dashed lines are numbers of others"),
        "{text}"
    );
    assert!(text.contains("choose a rating above to compare"), "{text}");
    assert!(
        text.contains("not asked in this survey"),
        "nobody is asked about effort: {text}"
    );
    // Each line of the chart has its words, with source and year.
    assert!(
        page.body
            .contains("<title>Restaurants, Example Research 2025: 90</title>")
    );
    // A rating is compared when it is chosen: 3.00 [2.25–3.75] with 3.1 without an interval.
    let speed = test
        .get("/explain/benchmarks?metric=mean.speed", &cookie)
        .await;
    let text = text_of(&speed.body);
    assert!(
        text.contains("Speed of service is 3.00 [2.25–3.75]: no clear difference from Cafés (3.10, Example Research 2025)."),
        "{text}"
    );
    // The first screen draws them as well.
    let overview = test.get("/", &cookie).await;
    assert!(
        overview
            .body
            .contains("<title>Hotels, Another Example 2024: 12</title>")
    );
    assert!(text_of(&overview.body).contains("Dashed lines are numbers of others"));

    let answered = test
        .api("POST", "/api/v1/benchmarks/compare", &key, Some(json!({})))
        .await
        .json();
    let rows = answered["rows"].as_array().expect("rows");
    let row = |name: &str| {
        let found = rows.iter().find(|row| row["benchmark"]["name"] == name);
        found.unwrap_or_else(|| panic!("{name}: {answered}"))
    };
    assert_eq!(row("Coffee houses")["certainty"], "from_count");
    assert_eq!(row("Coffee houses")["own"]["verdict"], "higher");
    assert_eq!(row("Restaurants")["certainty"], "given");
    assert_eq!(row("Restaurants")["own"]["verdict"], "lower");
    assert_eq!(row("Hotels")["certainty"], "unknown");
    assert_eq!(row("Hotels")["own"]["verdict"], "no_clear_difference");
    assert_eq!(row("Apps")["own"], Value::Null);
    assert_eq!(answered["comparisons"], 3);
    let unknown = json!({ "filters": { "moon": "full" } });
    let refused = test
        .api("POST", "/api/v1/benchmarks/compare", &key, Some(unknown))
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn small_groups_and_foreign_places_stay_hidden() {
    let test = cafes().await;
    let key = test.key(KEY).await;
    import(&test, &key, "", FILE).await;
    let cookie = manager_of(&test, place(5)).await;
    // Uzhhorod has four answers: neither number nor count, and nothing to be told from a difference.
    let page = test.get("/explain/benchmarks", &cookie).await;
    let text = text_of(&page.body);
    assert!(
        text.contains("Recommendation (NPS) cannot be shown yet: it takes 5 responses or more."),
        "{text}"
    );
    assert!(
        !text.contains("n = 4 ") && !text.contains("higher than"),
        "{text}"
    );
    assert_eq!(strict(&page.body), Vec::<String>::new());
    let elsewhere = test.get("/explain/benchmarks?location=east", &cookie).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
    // Managers see benchmarks and do not change them.
    assert!(!page.body.contains("/explain/benchmarks/new"));
    for path in [
        "/explain/benchmarks/new",
        "/explain/benchmarks/import",
        "/explain/kpis/new",
    ] {
        assert_eq!(
            test.get(path, &cookie).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_benchmark_is_kept_by_a_form() {
    let test = cafes().await;
    let cookie = test.signed_in(Role::Analyst).await;
    let empty = test.get("/explain/benchmarks", &cookie).await;
    assert!(text_of(&empty.body).contains("No benchmarks yet"));
    assert!(text_of(&empty.body).contains("there is no benchmark for it yet"));
    let form = test.get("/explain/benchmarks/new", &cookie).await;
    assert_eq!(strict(&form.body), Vec::<String>::new());
    let csrf = form.csrf();
    let mut fields = vec![
        ("csrf", csrf.as_str()),
        ("name", "Coffee houses"),
        ("metric", "nps"),
        ("value", "48"),
        ("source", "Example"),
        ("year", ""),
        ("source_url", "javascript:alert(1)"),
    ];
    let refused = test
        .post_form("/explain/benchmarks/new", &cookie, &fields)
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(strict(&refused.body), Vec::<String>::new());
    let text = text_of(&refused.body);
    assert!(
        text.contains("An address begins with https:// or http://."),
        "{text}"
    );
    assert!(text.contains("2 fields need your attention."), "{text}");
    fields[5].1 = "2025";
    fields[6].1 = "https://example.com/report";
    let added = test
        .post_form("/explain/benchmarks/new", &cookie, &fields)
        .await;
    assert_eq!(added.location(), "/explain/benchmarks?done=benchmark-added");
    let page = test.get(added.location(), &cookie).await;
    assert!(
        page.body.contains("The benchmark is added.")
            && page.body.contains("href=\"https://example.com/report\"")
    );
    let again = test
        .post_form("/explain/benchmarks/new", &cookie, &fields)
        .await;
    assert_eq!(
        again.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "it is there already"
    );
    let one = links(&page.body, "/explain/benchmarks/")
        .into_iter()
        .find(|href| href.len() > 40)
        .expect("a benchmark");
    let form = test.get(&one, &cookie).await;
    assert_eq!(strict(&form.body), Vec::<String>::new());
    fields[3].1 = "49,5";
    let saved = test.post_form(&one, &cookie, &fields).await;
    assert_eq!(saved.location(), "/explain/benchmarks?done=benchmark-saved");
    let gone = test
        .post_form(&format!("{one}/delete"), &cookie, &[("csrf", &csrf)])
        .await;
    assert_eq!(
        gone.location(),
        "/explain/benchmarks?done=benchmark-removed"
    );
    assert_eq!(test.get(&one, &cookie).await.status, StatusCode::NOT_FOUND);
    let audit = test
        .app
        .audit_entries(&test.console, &Default::default(), None, 3)
        .await
        .expect("entries");
    let acts: Vec<&str> = audit.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(
        acts,
        [
            "benchmark.removed",
            "benchmark.updated",
            "benchmark.created"
        ]
    );
}

/// A target for the NPS of a place.
fn kpi(name: &str, location: &str, target: &str, since: &str, due: &str) -> KpiDraft {
    KpiDraft {
        name: name.into(),
        survey: SURVEY.into(),
        metric: "nps.nps".into(),
        location: location.into(),
        target: target.into(),
        days: "60".into(),
        since: since.into(),
        due: due.into(),
        ..KpiDraft::default()
    }
}

#[tokio::test]
async fn targets_are_judged_by_the_interval() {
    let test = cafes().await;
    let person = test.user("owner@example.com", Role::Manager).await;
    let owner = test
        .app
        .kpi_owners(&test.console)
        .await
        .expect("people")
        .into_iter()
        .find(|found| found.name == person.name)
        .expect("the owner");
    // Network: 15 [−17 … 45], East: −25 [−61 … 21]; in July both −100 and all detractors.
    for (draft, expected) in [
        (
            kpi("beyond", "", "-20", "2026-07-10", "2026-12-31"),
            "reached",
        ),
        (
            kpi("around", "", "30", "2026-07-10", "2026-12-31"),
            "on_track",
        ),
        // From −100 in July: by 1 November, 114 of 174 days, 100 should be at 31.
        (
            kpi("steep", "", "100", "2026-07-10", "2026-12-31"),
            "on_track",
        ),
        // By 114 of 118 days it should be at 93.
        (
            kpi("soon", "", "100", "2026-07-10", "2026-11-05"),
            "at_risk",
        ),
        (kpi("over", "", "70", "2026-07-10", "2026-10-31"), "missed"),
        (
            kpi("open", "", "20", "2026-07-10", "2026-10-31"),
            "undecided",
        ),
        (
            kpi("few", "uzhhorod", "50", "2026-07-10", "2026-12-31"),
            "too_few",
        ),
    ] {
        let draft = KpiDraft {
            owner: owner.id.to_string(),
            actions: "Ask\nAct".into(),
            ..draft
        };
        let saved = test
            .app
            .save_kpi(&test.console, None, &draft)
            .await
            .expect("saved");
        let story = test
            .app
            .kpi(&test.console, saved.id)
            .await
            .expect("a story");
        assert_eq!(story.status.progress.code(), expected, "{}", draft.name);
    }
    let cookie = test.signed_in(Role::Analyst).await;
    let page = test.get("/explain/kpis", &cookie).await;
    assert_eq!(strict(&page.body), Vec::<String>::new());
    let text = text_of(&page.body);
    assert!(
        text.contains(
            "7 targets: 1 reached, 2 on track, 1 with too few answers, 1 that the answers do not settle, 1 at risk and 1 missed. \
             Look first at “over” (Олена Коваль) and “soon” (Олена Коваль)."
        ),
        "{text}"
    );
    assert!(
        text.contains("not enough responses yet") && !text.contains("n = 4 "),
        "{text}"
    );
    let one = links(&page.body, "/explain/kpis/")
        .into_iter()
        .find(|href| href.len() > 40)
        .expect("a target");
    let page = test.get(&one, &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(strict(&page.body), Vec::<String>::new());
    let text = text_of(&page.body);
    assert!(
        text.contains("Ask Act") && text.contains("How this was computed"),
        "{text}"
    );
    // From the number to the responses behind it.
    let href = links(&page.body, "/responses?")
        .into_iter()
        .next()
        .expect("a link");
    assert_eq!(numbers::count_of(&test.get(&href, &cookie).await.body), 26);
    let csv = test.get("/explain/kpis.csv", &cookie).await;
    assert!(
        csv.body.contains("too_few") && csv.body.lines().count() == 8,
        "{}",
        csv.body
    );
}

#[tokio::test]
async fn a_target_that_has_passed_keeps_its_number() {
    let test = cafes().await;
    let draft = kpi("east", "east", "0", "2026-07-10", "2026-11-02");
    let id = test
        .app
        .save_kpi(&test.console, None, &draft)
        .await
        .expect("saved")
        .id;
    let before = test
        .app
        .kpi(&test.console, id)
        .await
        .expect("a story")
        .status;
    test.wait(SignedDuration::from_hours(24 * 30));
    let later = (0..40).map(|_| answer("kharkiv", "2026-11-20", json!({ "nps": 10 })));
    record(&test, SURVEY, later.collect()).await;
    let after = test
        .app
        .kpi(&test.console, id)
        .await
        .expect("a story")
        .status;
    assert_eq!(
        after.figure, before.figure,
        "what came after the last day does not count"
    );
    assert_eq!(before.progress.code(), "on_track");
    assert_eq!(after.progress.code(), "undecided");
}

#[tokio::test]
async fn managers_see_the_targets_of_their_places() {
    let test = cafes().await;
    for (name, location) in [
        ("all", ""),
        ("west", "west"),
        ("lviv", "lviv"),
        ("east", "east"),
    ] {
        let draft = kpi(name, location, "40", "2026-07-10", "2026-12-31");
        test.app
            .save_kpi(&test.console, None, &draft)
            .await
            .expect("saved");
    }
    let cookie = manager_of(&test, place(2)).await;
    let page = test.get("/explain/kpis", &cookie).await;
    let named: Vec<&str> = ["all", "west", "lviv", "east"]
        .into_iter()
        .filter(|name| page.body.contains(&format!(">{name}</a>")))
        .collect();
    assert_eq!(named, ["west", "lviv"]);
    assert_eq!(strict(&page.body), Vec::<String>::new());
    let east = test.app.kpis(&test.console).await.expect("targets");
    let east = east
        .iter()
        .find(|status| status.kpi.name == "east")
        .expect("east");
    let path = format!("/explain/kpis/{}", east.kpi.id);
    assert_eq!(test.get(&path, &cookie).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        test.get(&format!("{path}/edit"), &cookie).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn a_target_is_kept_by_program_and_form() {
    let test = cafes().await;
    let key = test.key(KEY).await;
    let body = json!({
        "name": "Faster", "survey": SURVEY, "metric": "mean.speed", "location": "lviv", "target": 4.5,
        "since": "2026-10-01", "due": "2027-03-31", "filters": { "channel": "web", "segment": "customer_type:regular" },
    });
    let added = test
        .api("POST", "/api/v1/kpis", &key, Some(body.clone()))
        .await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
    let added = added.json();
    assert_eq!(added["number"]["n"], 6, "{added}");
    assert_eq!(added["days"], 90);
    let path = format!("/api/v1/kpis/{}", added["id"].as_str().expect("an id"));
    let mut changed = body.clone();
    changed["target"] = json!(2.0);
    let changed = test.api("PUT", &path, &key, Some(changed)).await.json();
    assert_eq!(changed["target"], 2.0);
    for (field, value, place) in [
        ("target", json!(9), "target"),
        ("metric", json!("nps.speed"), "metric"),
        ("location", json!("moon"), "location"),
        (
            "owner",
            json!("00000000-0000-0000-0000-000000000009"),
            "owner",
        ),
        ("due", json!("2026-09-30"), "due"),
        ("days", json!(3), "days"),
        ("filters", json!({ "channel": "pigeon" }), "channel"),
        ("filters", json!({ "segment": "moon:full" }), "segment"),
    ] {
        let mut wrong = body.clone();
        wrong[field] = value;
        let refused = test.api("POST", "/api/v1/kpis", &key, Some(wrong)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert_eq!(
            refused.json()["errors"][0]["place"],
            place,
            "{}",
            refused.body
        );
    }
    let reader = test.key(&[Permission::SeeResults]).await;
    assert_eq!(
        test.api("GET", &path, &reader, None).await.status,
        StatusCode::OK
    );
    let refused = test.api("DELETE", &path, &reader, None).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);

    let cookie = test.signed_in(Role::Admin).await;
    let form = test.get("/explain/kpis/new", &cookie).await;
    assert_eq!(strict(&form.body), Vec::<String>::new());
    let csrf = form.csrf();
    let mut fields = vec![
        ("csrf", csrf.as_str()),
        ("name", "Happier"),
        ("metric", "post-visit:csat.csat"),
        ("location", ""),
        ("direction", "at_least"),
        ("target", "250"),
        ("days", "90"),
        ("since", "2026-10-01"),
        ("due", "2027-03-31"),
        ("owner", ""),
    ];
    let refused = test.post_form("/explain/kpis/new", &cookie, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Write a number from 0 to 100."));
    assert_eq!(strict(&refused.body), Vec::<String>::new());
    fields[5].1 = "90 %";
    let added = test.post_form("/explain/kpis/new", &cookie, &fields).await;
    assert_eq!(
        added.status,
        StatusCode::SEE_OTHER,
        "{}",
        text_of(&added.body)
    );
    let page = test.get(added.location(), &cookie).await;
    assert!(text_of(&page.body).contains("The target is set."));
    let path = added
        .location()
        .split('?')
        .next()
        .unwrap_or_default()
        .to_owned();
    let form = test.get(&format!("{path}/edit"), &cookie).await;
    assert_eq!(strict(&form.body), Vec::<String>::new());
    assert!(
        form.body
            .contains("value=\"post-visit:csat.csat\" selected")
    );
    fields[5].1 = "80";
    let saved = test
        .post_form(&format!("{path}/edit"), &cookie, &fields)
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let gone = test
        .post_form(&format!("{path}/delete"), &cookie, &[("csrf", &csrf)])
        .await;
    assert_eq!(gone.location(), "/explain/kpis?done=kpi-removed");
    assert_eq!(test.get(&path, &cookie).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_page_keeps_the_rules_in_every_language() {
    let test = cafes().await;
    let draft = BenchmarkDraft {
        name: "Coffee <b>houses</b>".into(),
        metric: "nps".into(),
        value: "48".into(),
        source: "Example & sons".into(),
        year: "2025".into(),
        ..BenchmarkDraft::default()
    };
    test.app
        .save_benchmark(&test.console, None, &draft)
        .await
        .expect("saved");
    let draft = kpi("<i>More</i>", "west", "60", "2026-07-10", "2026-12-31");
    let id = test
        .app
        .save_kpi(&test.console, None, &draft)
        .await
        .expect("saved")
        .id;
    let cookie = test.signed_in(Role::Admin).await;
    let kpi = format!("/explain/kpis/{id}");
    let edit = format!("{kpi}/edit");
    for lang in ["en", "ru", "uk", "bg"] {
        for path in [
            "/explain/benchmarks",
            "/explain/benchmarks/new",
            "/explain/benchmarks/import",
            "/explain/kpis",
            "/explain/kpis/new",
            &kpi,
            &edit,
        ] {
            let page = test.get(&format!("{path}?lang={lang}"), &cookie).await;
            assert_eq!(page.status, StatusCode::OK, "{path} {lang}");
            assert_eq!(strict(&page.body), Vec::<String>::new(), "{path} {lang}");
            assert!(
                !page.body.contains("<b>houses") && !page.body.contains("<i>More"),
                "{path}"
            );
        }
    }
    let template = test.get("/explain/benchmarks/template.csv", &cookie).await;
    let name = template.headers[header::CONTENT_DISPOSITION]
        .to_str()
        .expect("text");
    assert_eq!(name, "attachment; filename=\"benchmarks-template.csv\"");
}
