//! Numbers on either engine.

mod support;

use std::collections::BTreeMap;

use radost_app::domain::Language;
use radost_app::domain::listen::Channel;
use radost_app::explain::{Figure, Key, Selection, Verdict};
use radost_app::listen::NewResponse;
use serde_json::json;
use support::{SURVEY, nps, on_every_engine};

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
                .map(|row| row.key.clone())
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
        assert_eq!(count.expect("counted"), 800);
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

/// How long the first screen takes with 200,000 responses: run it with `--ignored --nocapture` when that is the question.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures, decides nothing"]
async fn an_overview_of_200_000_responses() {
    const RESPONSES: u64 = 200_000;
    const ROUNDS: u64 = 7;
    let fixture = on_every_engine().await.remove(0);
    for n in 0..30 {
        fixture.place(&format!("place-{n}"), "Europe/Kyiv").await;
    }
    fixture.survey().await;
    // A year of answers, evenly; a small generator makes them differ.
    let mut state = 7_u64;
    let mut below = move |n: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % n
    };
    let now: jiff::Timestamp = support::NOW.parse().expect("a time");
    for batch in 0..RESPONSES / 4_000 {
        let responses = (0..4_000)
            .map(|i| {
                let back = (batch * 4_000 + i) * 365 * 24 * 3_600 / RESPONSES;
                let mut answers: BTreeMap<String, serde_json::Value> = BTreeMap::new();
                answers.insert("nps".into(), json!(10 - below(11).min(below(11))));
                for code in [
                    "csat",
                    "friendliness",
                    "speed",
                    "quality",
                    "cleanliness",
                    "value",
                ] {
                    answers.insert(code.into(), json!(5 - below(5).min(below(5))));
                }
                for code in ["friendliness", "speed", "quality", "cleanliness", "value"] {
                    answers.insert(format!("{code}_importance"), json!(1 + below(5)));
                }
                NewResponse {
                    answers,
                    location: Some(format!("place-{}", below(30))),
                    channel: Some(Channel::ALL[below(6) as usize]),
                    language: Some(Language::ALL[below(4) as usize]),
                    touchpoint: Some(["visit", "delivery"][below(2) as usize].into()),
                    segments: BTreeMap::from([(
                        "customer_type".to_owned(),
                        ["new", "regular"][below(2) as usize].to_owned(),
                    )]),
                    submitted_at: Some(now - jiff::SignedDuration::from_secs(back as i64)),
                    ..NewResponse::default()
                }
            })
            .collect();
        fixture.record(responses).await;
    }
    for (what, pairs) in [
        ("90 days, NPS", vec![]),
        ("90 days, CSI", vec![("metric", "csi")]),
        ("90 days, one place", vec![("location", "place-3")]),
        ("12 months, NPS", vec![("last", "12m")]),
    ] {
        let selection = Selection::of(pairs).with("survey", SURVEY);
        let mut best = u128::MAX;
        let mut n = 0;
        let before = processor_ms();
        for _ in 0..ROUNDS {
            let begun = std::time::Instant::now();
            let overview = fixture.app.overview(&fixture.console, &selection).await;
            best = best.min(begun.elapsed().as_micros());
            n = overview
                .expect("asked")
                .expect("a survey")
                .chosen
                .figure
                .shown()
                .map_or(0, |e| e.n);
        }
        // On a machine with other work the processor's time says more than the clock on the wall.
        let spent = (processor_ms() - before) / ROUNDS;
        println!(
            "{what}: {:.1} ms at best, {spent} ms of processor, for {n} responses in the period",
            best as f64 / 1000.0
        );
        assert!(n > 0);
    }
}

/// Milliseconds of processor that this process has used: ticks of a hundredth of a second on Linux, elsewhere nothing.
fn processor_ms() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<u64> = after_name
        .split_whitespace()
        .map(|field| field.parse().unwrap_or(0))
        .collect();
    // utime and stime
    10 * fields.get(11..13).map_or(0, |ticks| ticks.iter().sum())
}
