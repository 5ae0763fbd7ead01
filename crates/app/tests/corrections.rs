//! How responses are corrected, and how a customer is erased, on either engine.

mod support;

use radost_app::AppError;
use radost_app::access::AuditFilter;
use radost_app::domain::event::Event;
use radost_app::domain::listen::Correction;
use radost_app::domain::name::{CustomerId, ResponseId};
use radost_app::explain::Selection;
use radost_app::listen::{NewInvitation, NewResponse};
use radost_app::retain::CustomerDraft;
use serde_json::json;
use support::{Fixture, SURVEY, nps, on_every_engine};

const AT: &str = "2026-10-20T08:00:00Z";

/// The value and n of the chosen number.
async fn shown(fixture: &Fixture) -> Option<(f64, u64)> {
    let selection = Selection::default();
    let overview = fixture.app.overview(&fixture.console, &selection).await;
    let overview = overview.expect("asked").expect("a survey");
    overview.chosen.figure.shown().map(|e| (e.value, e.n))
}

async fn newest(fixture: &Fixture) -> Vec<ResponseId> {
    let selection = Selection::default();
    let page = fixture
        .app
        .responses(&fixture.console, &selection, None, 100)
        .await;
    let page = page.expect("asked").expect("a survey");
    page.responses.iter().map(|response| response.id).collect()
}

#[tokio::test]
async fn what_is_left_out_changes_the_overview_and_comes_back() {
    for fixture in on_every_engine().await {
        fixture.survey().await;
        // Ten promoters, and two who cannot have been there.
        let mut responses: Vec<_> = (0..10).map(|_| nps("", AT, 10)).collect();
        responses.extend((0..2).map(|_| nps("", "2026-10-21T08:00:00Z", 0)));
        fixture.record(responses).await;
        let before = shown(&fixture).await;
        assert_eq!(before.map(|(_, n)| n), Some(12));
        let correct = async |id: ResponseId, correction: Correction| {
            let done = fixture
                .app
                .correct_response(&fixture.console, id, &correction);
            done.await.expect("corrected")
        };
        let left_out = Correction {
            excluded: Some(true),
            reason: Some("a test".into()),
            ..Correction::default()
        };
        let two = &newest(&fixture).await[..2];
        for &id in two {
            assert!(correct(id, left_out.clone()).await.excluded);
            // Once more changes nothing, and is no event.
            correct(id, left_out.clone()).await;
        }
        assert_eq!(shown(&fixture).await, Some((100.0, 10)));
        assert_eq!(newest(&fixture).await.len(), 12, "the list keeps them");
        let again = Correction {
            excluded: Some(false),
            weight: Some(2.5),
            ..Correction::default()
        };
        for &id in two {
            assert_eq!(correct(id, again.clone()).await.weight, 2.5);
        }
        assert_eq!(shown(&fixture).await, before);

        let mut tx = fixture.store.read().await.expect("records");
        let events = tx.events_after(fixture.console.workspace, 12, 100).await;
        let events = events.expect("events");
        assert_eq!(events.len(), 4);
        assert!(
            events
                .iter()
                .all(|event| matches!(event.event, Event::ResponseCorrected { .. }))
        );
        drop(tx);
        // The live counter counts what came in.
        fixture.app.consume_events().await.expect("consumed");
        let counts = fixture.app.live_counts(&fixture.console).await;
        assert_eq!(counts.expect("asked").expect("all places").total, 12);

        let entries = fixture
            .app
            .audit_entries(&fixture.console, &AuditFilter::default(), None, 4)
            .await
            .expect("entries");
        let acts: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(
            acts,
            [
                "response.included",
                "response.included",
                "response.excluded",
                "response.excluded"
            ]
        );
        assert_eq!(
            entries[2].after,
            Some(json!({ "weight": 1.0, "excluded": true, "reason": "a test" }))
        );
    }
}

const SECRETS: [&str; 5] = [
    "K-Незабудь",
    "Мавра Незабудь",
    "mavra@example.com",
    "+380441112233",
    "скажу по секрету",
];

fn mavra() -> CustomerDraft {
    CustomerDraft {
        external_id: SECRETS[0].into(),
        name: SECRETS[1].into(),
        email: SECRETS[2].into(),
        phone: SECRETS[3].into(),
        segments: [("size".to_owned(), "large".to_owned())].into(),
        ..CustomerDraft::default()
    }
}

/// A customer who has answered, was invited once more, and has begun to answer that.
async fn with_mavra(fixture: &Fixture) -> CustomerId {
    fixture.survey().await;
    let console = &fixture.console;
    let saved = fixture.app.save_customer(console, None, &mavra()).await;
    let customer = saved.expect("saved");
    let mut changed = mavra();
    changed.segments.clear();
    let id = Some(customer.id);
    let saved = fixture.app.save_customer(console, id, &changed).await;
    saved.expect("changed");
    let said = |client_id: &str, score: i64| NewResponse {
        client_id: Some(client_id.into()),
        customer: Some(SECRETS[0].into()),
        answers: [
            ("nps".to_owned(), score.into()),
            ("improve".to_owned(), SECRETS[4].into()),
            ("contact".to_owned(), true.into()),
        ]
        .into(),
        segments: [("customer_type".to_owned(), "regular".to_owned())].into(),
        submitted_at: Some(AT.parse().expect("a time")),
        ..NewResponse::default()
    };
    fixture.record(vec![said("one", 3), said("two", 2)]).await;
    for id in newest(fixture).await {
        let correction = Correction {
            excluded: Some(true),
            reason: Some(SECRETS[1].into()),
            ..Correction::default()
        };
        let corrected = fixture.app.correct_response(console, id, &correction).await;
        corrected.expect("corrected");
    }
    let invitation = NewInvitation {
        customer: Some(SECRETS[0].into()),
        ..NewInvitation::default()
    };
    let token = fixture.app.create_invitation(console, SURVEY, invitation);
    token.await.expect("a link");
    customer.id
}

/// Where they can be found, table by table.
async fn traces(fixture: &Fixture) -> Vec<String> {
    let rows = fixture.store.rows_as_text(fixture.console.workspace).await;
    let mut tables: Vec<String> = rows
        .expect("rows")
        .into_iter()
        .filter(|(_, row)| SECRETS.iter().any(|secret| row.contains(secret)))
        .map(|(table, _)| table)
        .collect();
    tables.dedup();
    tables
}

#[tokio::test]
async fn a_customer_is_erased_with_all_that_could_tell_who_they_were() {
    for (fixture, other) in on_every_engine()
        .await
        .into_iter()
        .zip(on_every_engine().await)
    {
        let id = with_mavra(&fixture).await;
        let theirs = with_mavra(&other).await;
        assert_eq!(traces(&fixture).await, ["audit", "customer", "response"]);
        let ids = newest(&fixture).await;

        let gone = fixture.app.erase_customer(&fixture.console, id).await;
        gone.expect("erased");

        assert_eq!(traces(&fixture).await, Vec::<String>::new());
        assert_eq!(traces(&other).await, ["audit", "customer", "response"]);
        let stays = other.app.customer(&other.console, theirs).await;
        stays.expect("another workspace keeps its own");
        let twice = fixture.app.erase_customer(&fixture.console, id).await;
        assert!(
            matches!(twice, Err(AppError::NotFound("customer"))),
            "{twice:?}"
        );

        // What was chosen stays, and nobody is behind it.
        let found = fixture.app.response(&fixture.console, ids[0], None).await;
        let response = found.expect("there").response;
        assert_eq!((response.customer, response.excluded), (None, true));
        assert_eq!(
            serde_json::to_value(&response.answers).expect("answers"),
            json!({ "nps": 2, "contact": true })
        );
        assert_eq!(
            serde_json::to_value(&response.segments).expect("segments"),
            json!({ "customer_type": "regular" })
        );

        let entries = fixture
            .app
            .audit_entries(&fixture.console, &AuditFilter::default(), None, 100)
            .await
            .expect("entries");
        let newest = &entries[0];
        assert_eq!(
            (
                newest.action.as_str(),
                newest.entity_id.as_str(),
                &newest.after
            ),
            (
                "customer.erased",
                id.to_string().as_str(),
                &Some(json!({ "responses": 2 }))
            )
        );
        let theirs: Vec<_> = entries[1..]
            .iter()
            .filter(|entry| ["customer", "response"].contains(&entry.entity.as_str()))
            .collect();
        assert_eq!(theirs.len(), 4, "that something was done stays known");
        assert!(
            theirs
                .iter()
                .all(|entry| entry.before.is_none() && entry.after.is_none())
        );

        // Two were recorded, two corrected, and both again by the erasure.
        let mut tx = fixture.store.read().await.expect("records");
        let events = tx.events_after(fixture.console.workspace, 4, 100).await;
        let mut erased: Vec<_> = events
            .expect("events")
            .iter()
            .map(|event| event.event.response())
            .collect();
        erased.sort();
        let mut ids = ids;
        ids.sort();
        assert_eq!(erased, ids);
    }
}

#[tokio::test]
async fn the_file_keeps_no_bytes_of_whom_it_forgot() {
    // The first engine is SQLite.
    let fixture = on_every_engine().await.swap_remove(0);
    let id = with_mavra(&fixture).await;
    fixture
        .app
        .erase_customer(&fixture.console, id)
        .await
        .expect("erased");
    fixture.store.close().await;
    let bytes = fixture.file();
    let holds = |text: &str| {
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    assert!(holds(SURVEY), "it is the right file");
    for secret in SECRETS {
        assert!(!holds(secret), "{secret}");
    }
}
