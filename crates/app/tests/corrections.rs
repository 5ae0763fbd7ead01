//! How responses are corrected, on either engine.

mod support;

use radost_app::access::AuditFilter;
use radost_app::domain::event::Event;
use radost_app::domain::listen::Correction;
use radost_app::domain::name::ResponseId;
use radost_app::explain::Selection;
use serde_json::json;
use support::{Fixture, nps, on_every_engine};

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
