//! The live counter counts everything once, whatever breaks.

mod support;

use std::time::Duration;

use radost_app::events::LiveCounts;
use support::{Fixture, nps, on_every_engine};

const AT: &str = "2026-11-01T08:00:00Z";
const CONSUMER: &str = "response-counter";

async fn total(fixture: &Fixture) -> u64 {
    let counts = fixture.app.live_counts(&fixture.console).await;
    let LiveCounts { today, total } = counts.expect("asked").expect("all places");
    assert_eq!(today, total, "everything came today");
    total
}

#[tokio::test]
async fn a_crash_between_the_steps_counts_nothing_twice() {
    for fixture in on_every_engine().await {
        fixture.survey().await;
        fixture
            .record((0..3).map(|i| nps("", AT, i)).collect())
            .await;
        let workspace = fixture.console.workspace;
        // All that a consumer does, but for its last step: the power goes.
        let mut tx = fixture.store.begin().await.expect("a transaction");
        let events = tx.events_after(workspace, 0, 100).await.expect("events");
        assert_eq!(events.len(), 3);
        assert!(
            tx.advance_consumer(workspace, CONSUMER, 0, 3)
                .await
                .expect("moved")
        );
        tx.count_responses(workspace, 20_758, 3)
            .await
            .expect("counted");
        drop(tx);
        // What no consumer has counted yet is counted from the events.
        assert_eq!(total(&fixture).await, 3);
        fixture.app.consume_events().await.expect("consumed");
        assert_eq!(total(&fixture).await, 3);
        // A second look finds nothing new.
        fixture.app.consume_events().await.expect("consumed");
        assert_eq!(total(&fixture).await, 3);
        // Whoever read before the other committed comes too late, and what they did is dropped.
        let mut tx = fixture.store.begin().await.expect("a transaction");
        assert!(
            !tx.advance_consumer(workspace, CONSUMER, 0, 3)
                .await
                .expect("asked")
        );
    }
}

#[tokio::test]
async fn two_processes_share_the_work() {
    for fixture in on_every_engine().await {
        fixture.survey().await;
        let other = fixture.another_process();
        for round in 0..4 {
            fixture
                .record((0..700).map(|i| nps("", AT, i % 11)).collect())
                .await;
            let (one, two) = tokio::join!(fixture.app.consume_events(), other.consume_events());
            // One of two that meet may have to wait for the next turn.
            assert!(one.is_ok() || two.is_ok(), "{one:?} {two:?}");
            fixture.app.consume_events().await.expect("consumed");
            assert_eq!(total(&fixture).await, 700 * (round + 1));
        }
    }
}

#[tokio::test]
async fn a_running_consumer_is_woken_by_what_comes_in() {
    for fixture in on_every_engine().await {
        fixture.survey().await;
        let running = tokio::spawn(fixture.app.clone().run_consumers());
        fixture.record(vec![nps("", AT, 9)]).await;
        while total(&fixture).await == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(total(&fixture).await, 1);
        running.abort();
    }
}
