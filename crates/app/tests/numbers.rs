//! Numbers on either engine.

mod support;

use std::collections::BTreeMap;

use radost_app::explain::{Figure, Key, Selection, Verdict};
use radost_app::listen::NewResponse;
use support::{nps, on_every_engine};

#[tokio::test]
async fn a_day_begins_at_midnight_of_the_place() {
    for fixture in on_every_engine().await {
        let tokyo = fixture.place("tokyo", "Asia/Tokyo").await;
        let lviv = fixture.place("lviv", "Europe/Kyiv").await;
        fixture.survey().await;
        // One moment: 05:00 on 1 November in Tokyo, 22:00 on 31 October in Lviv.
        const AT: &str = "2026-10-31T20:00:00Z";
        let mut responses: Vec<NewResponse> = Vec::new();
        responses.extend((0..6).map(|_| nps("tokyo", AT, 10)));
        responses.extend((0..7).map(|_| nps("lviv", AT, 0)));
        // Without a place it is the workspace's calendar that counts: 31 October in Kyiv.
        responses.extend((0..5).map(|_| nps("", AT, 8)));
        fixture.record(responses).await;
        let on = async |day: &str| {
            let selection = Selection::of([("from", day), ("to", day)]);
            let overview = fixture.app.overview(&fixture.console, &selection).await;
            let overview = overview.expect("asked").expect("a survey");
            let shown = overview.chosen.figure.shown().map(|e| (e.value, e.n));
            let rows = overview
                .breakdowns
                .iter()
                .flat_map(|breakdown| &breakdown.rows)
                .flat_map(|row| row.keys.clone())
                .collect::<Vec<_>>();
            (shown, rows)
        };
        let (november, rows) = on("2026-11-01").await;
        assert_eq!(november, Some((100.0, 6)), "Tokyo alone");
        assert!(!rows.contains(&Key::Location(lviv)), "{rows:?}");
        // −7 of 12.
        let (october, rows) = on("2026-10-31").await;
        let (value, n) = october.expect("a number");
        assert_eq!(((value * 10.0).round() / 10.0, n), (-58.3, 12));
        assert!(
            rows.contains(&Key::Lacking) && !rows.contains(&Key::Location(tokyo)),
            "{rows:?}"
        );
    }
}

#[tokio::test]
async fn both_engines_say_the_same() {
    for fixture in on_every_engine().await {
        fixture.place("podil", "Europe/Kyiv").await;
        let obolon = fixture.place("obolon", "Europe/Kyiv").await;
        fixture.survey().await;
        let mut responses = Vec::new();
        for i in 0..400_i64 {
            // Podil gives 9 and 10, Obolon 0 to 3; the quarter before, both gave 7.
            for (place, score) in [("podil", 9 + i % 2), ("obolon", i % 4)] {
                let mut now = nps(place, "2026-10-10T10:00:00Z", score);
                now.segments = BTreeMap::from([(
                    "customer_type".to_owned(),
                    // A value that would break out of any list of values.
                    if i % 3 == 0 {
                        "new\tor \"regular\"\n"
                    } else {
                        "regular"
                    }
                    .to_owned(),
                )]);
                now.touchpoint = Some("visit".into());
                responses.push(now);
                responses.push(nps(place, "2026-06-10T10:00:00Z", 7));
            }
        }
        fixture.record(responses).await;
        let overview = fixture
            .app
            .overview(&fixture.console, &Selection::default())
            .await;
        let overview = overview.expect("asked").expect("a survey");
        // 400 promoters and 400 detractors: 0, as before, when everybody was passive.
        let shown = overview.chosen.figure.shown().expect("a number");
        assert_eq!((shown.value, shown.n), (0.0, 800));
        let change = overview.chosen.change.expect("compared");
        assert_eq!(change.verdict, Verdict::NoClearDifference);
        assert_eq!(overview.lowest, [obolon]);
        let october: Vec<u64> = overview
            .trend
            .iter()
            .map(|span| span.figure.shown().map_or(0, |e| e.n))
            .collect();
        assert_eq!(october.iter().sum::<u64>(), 800);
        assert_eq!(october.iter().filter(|n| **n > 0).count(), 1, "one week");
        let values: Vec<&String> = overview.choices.segments.values().flatten().collect();
        assert_eq!(values, ["new\tor \"regular\"\n", "regular"]);
        let csat = &overview.cards[1];
        assert_eq!((csat.figure, csat.change), (Figure::Nothing, None));
        // The same filters find the same responses.
        let selection = Selection::of([
            ("lacking", "segment.customer_type,touchpoint"),
            ("last", "12m"),
            ("metric", "nps.nps"),
            ("score", "7"),
        ]);
        let page = fixture
            .app
            .responses(&fixture.console, &selection, None, 10)
            .await;
        let page = page.expect("asked").expect("a survey");
        assert_eq!(page.responses.len(), 10);
        let count = fixture
            .app
            .count_responses(&fixture.console, &page.scope)
            .await;
        assert_eq!(count.expect("counted"), (800, 0));
        let other = Selection::of([
            ("segment", "customer_type:new\tor \"regular\"\n"),
            ("location", "podil"),
        ]);
        let page = fixture
            .app
            .responses(&fixture.console, &other, None, 1000)
            .await;
        assert_eq!(page.expect("asked").expect("a survey").responses.len(), 134);
    }
}
