//! A number is the same wherever it is counted: from tallies, from rows, from what is not written yet, in the records.

mod support;

use std::path::Path;
use std::sync::Arc;

use jiff::civil::date;
use radost_app::App;
use radost_app::domain::Code;
use radost_app::domain::access::Actor;
use radost_app::domain::listen::{Channel, Correction, Survey};
use radost_app::domain::name::{ResponseId, SurveyId};
use radost_app::explain::{
    Against, Dimension, Figure, Filters, GroupBy, History, HistoryOptions, Key, Measured,
    MeasuredRow, Metric, MetricQuery, Period, Reference, Selection, Source, Step, Verdict,
    Weighting, YearStart,
};
use radost_app::lake::Lake;
use radost_app::listen::{NewResponse, NewSurvey};
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use support::{Fixture, SURVEY, on_every_engine};

const ATTRIBUTES: [&str; 5] = ["friendliness", "speed", "quality", "cleanliness", "value"];

fn code(text: &str) -> Code {
    text.parse().expect("a code")
}

/// Somebody's answers, some of them left out.
fn response(random: &mut ChaCha8Rng) -> NewResponse {
    let mut answers = std::collections::BTreeMap::new();
    answers.insert("nps".to_owned(), json!(random.random_range(0..=10)));
    if random.random_bool(0.9) {
        answers.insert("csat".to_owned(), json!(random.random_range(1..=5)));
    }
    for attribute in ATTRIBUTES {
        if random.random_bool(0.8) {
            answers.insert(attribute.to_owned(), json!(random.random_range(1..=5)));
        }
        if random.random_bool(0.8) {
            answers.insert(
                format!("{attribute}_importance"),
                json!(random.random_range(1..=5)),
            );
        }
    }
    if random.random_bool(0.5) {
        answers.insert("contact".to_owned(), json!(random.random_bool(0.5)));
    }
    let places = [None, Some("lviv"), Some("uzhhorod"), Some("kharkiv")];
    let segments = [None, Some("new"), Some("regular")].choose(random).copied();
    let segments = segments
        .flatten()
        .map(|value| ("customer_type".to_owned(), value.to_owned()));
    let day = date(2026, 7, 1).saturating_add(jiff::Span::new().days(random.random_range(0..60)));
    let at = day.at(12, 0, 0, 0).in_tz("Europe/Kyiv").expect("a time");
    NewResponse {
        answers,
        location: places.choose(random).copied().flatten().map(str::to_owned),
        channel: [Channel::Web, Channel::Kiosk, Channel::Email]
            .choose(random)
            .copied(),
        touchpoint: random.random_bool(0.5).then(|| "visit".to_owned()),
        segments: segments.into_iter().collect(),
        submitted_at: Some(at.timestamp()),
        ..NewResponse::default()
    }
}

async fn record(fixture: &Fixture, random: &mut ChaCha8Rng, n: usize) -> Vec<ResponseId> {
    let responses = (0..n).map(|_| response(random)).collect();
    let recorded = fixture
        .app
        .record_responses(&fixture.console, SURVEY, responses);
    let recorded = recorded.await.expect("recorded").into_iter();
    recorded.map(|one| one.expect("accepted").id).collect()
}

fn metric(random: &mut ChaCha8Rng) -> Metric {
    let question = code;
    match random.random_range(0..5) {
        0 => Metric::Nps {
            question: question("nps"),
        },
        1 => Metric::Csat {
            question: question("csat"),
        },
        2 => Metric::Mean {
            question: question("csat"),
        },
        3 => Metric::Mean {
            question: question("speed"),
        },
        _ => Metric::Csi,
    }
}

fn dimension(random: &mut ChaCha8Rng) -> Dimension {
    let segment = Dimension::Segment {
        code: code("customer_type"),
    };
    let all = [
        Dimension::Location,
        Dimension::Channel,
        Dimension::Touchpoint,
        Dimension::Language,
        Dimension::Employee,
        segment,
    ];
    all.choose(random).expect("a dimension").clone()
}

/// A question that the records can answer too.
fn question(random: &mut ChaCha8Rng, survey: SurveyId) -> MetricQuery {
    let mut query = MetricQuery::new(
        metric(random),
        survey,
        Period {
            from: date(2026, 7, 5),
            to: date(2026, 8, 25),
        },
    );
    for _ in 0..random.random_range(0..=3) {
        query.group_by.push(match random.random_range(0..4) {
            0 => GroupBy::Level { under: None },
            1 => GroupBy::Survey,
            _ => GroupBy::Dimension(dimension(random)),
        });
    }
    query.step = random
        .random_bool(0.5)
        .then(|| *Step::ALL.choose(random).expect("a step"));
    query.year = YearStart::new(random.random_range(1..=12)).expect("a month");
    if random.random_bool(0.3) {
        query.filters.channel = Some(Channel::Web);
    }
    if random.random_bool(0.3) {
        query.filters.segment = Some((code("customer_type"), "new".into()));
    }
    if random.random_bool(0.2) {
        query.filters.lacking = vec![dimension(random)];
    }
    query.against = match random.random_range(0..6) {
        0 => Some(Against::PreviousPeriod),
        1 => Some(Against::LastYear),
        2 => Some(Against::RestOfNetwork),
        3 => Some(Against::Benchmark(Reference {
            value: 3.0,
            standard_error: Some(0.1),
        })),
        _ => None,
    };
    query
}

/// Tally files under a folder.
fn tallies(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    let count = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => tallies(&path),
            false => usize::from(path.components().any(|part| part.as_os_str() == "_tallies")),
        }
    };
    entries.map(count).sum()
}

async fn survey_of(app: &App, actor: &Actor) -> SurveyId {
    let scope = app
        .scope(actor, &Selection::default())
        .await
        .expect("a scope");
    scope.expect("a survey").survey.id
}

#[tokio::test]
async fn a_number_is_the_same_wherever_it_is_counted() {
    for fixture in on_every_engine().await {
        let mut random = ChaCha8Rng::seed_from_u64(4);
        fixture.survey().await;
        for place in ["lviv", "uzhhorod", "kharkiv"] {
            fixture.place(place, "Europe/Kyiv").await;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let lake = Lake::open(&folder.path().display().to_string(), []).expect("a lake");
        let with_lake = fixture.with_lake(&lake);
        let options = HistoryOptions {
            batch_rows: 250,
            tally_rows: 1,
            ..HistoryOptions::default()
        };
        let mut writer = History::new(fixture.app.clone(), lake.clone(), options);
        let (actor, workspace) = (&fixture.console, fixture.console.workspace);
        let first = record(&fixture, &mut random, 900).await;
        let survey = survey_of(&fixture.app, actor).await;
        let queries: Vec<MetricQuery> = (0..40).map(|_| question(&mut random, survey)).collect();
        let everywhere = async |stage: &str| {
            for query in &queries {
                let lake = with_lake.measure(actor, query).await.expect("a number");
                let records = fixture.app.measure(actor, query).await.expect("a number");
                assert_eq!(
                    (lake.source, records.source),
                    (Source::Lake, Source::Records)
                );
                let records = Measured {
                    source: Source::Lake,
                    ..records
                };
                assert_eq!(lake, records, "{stage}: {query:?}");
            }
        };
        everywhere("nothing written yet").await;
        writer.catch_up(workspace).await.expect("caught up");
        assert!(tallies(folder.path()) > 0);
        everywhere("files with and without tallies").await;
        record(&fixture, &mut random, 60).await;
        for (place, id) in first.iter().enumerate().take(40) {
            let correction = match place % 2 {
                0 => Correction {
                    excluded: Some(true),
                    reason: Some("a test".into()),
                    ..Correction::default()
                },
                _ => Correction {
                    weight: Some(2.5),
                    ..Correction::default()
                },
            };
            let corrected = fixture.app.correct_response(actor, *id, &correction);
            corrected.await.expect("corrected");
        }
        everywhere("with a tail and corrections that are not written yet").await;
        writer.catch_up(workspace).await.expect("caught up");
        everywhere("with files that were written again").await;
        writer.compact(actor).await.expect("put together");
        everywhere("with files that were put together").await;
        lake_alone(&with_lake, actor, survey).await;
    }
}

/// What only the lake knows: weights, and answers to questions without a scale.
async fn lake_alone(app: &Arc<App>, actor: &Actor, survey: SurveyId) {
    let period = Period {
        from: date(2026, 7, 1),
        to: date(2026, 8, 31),
    };
    let nps = Metric::Nps {
        question: code("nps"),
    };
    let by = |group| MetricQuery {
        group_by: vec![group],
        ..MetricQuery::new(nps.clone(), survey, period)
    };
    let split = app
        .measure(actor, &by(GroupBy::Question(code("contact"))))
        .await;
    let split = split.expect("a split");
    let n = |figure: &Figure| figure.shown().map_or(0, |shown| shown.n);
    assert_eq!(split.rows.len(), 3, "yes, no, not answered");
    assert_eq!(
        split.rows.iter().map(|row| n(&row.figure)).sum::<u64>(),
        n(&split.total)
    );
    let yes = MetricQuery {
        answers: vec![(code("contact"), "true".into())],
        ..MetricQuery::new(nps.clone(), survey, period)
    };
    let yes = app.measure(actor, &yes).await.expect("a number");
    assert!(split.rows.iter().any(|row| row.figure == yes.total));
    for metric in [
        nps,
        Metric::Csat {
            question: code("csat"),
        },
        Metric::Csi,
    ] {
        let plain = MetricQuery::new(metric, survey, period);
        let weighted = MetricQuery {
            weighting: Weighting::Weighted,
            ..plain.clone()
        };
        let plain = app.measure(actor, &plain).await.expect("a number");
        let weighted = app.measure(actor, &weighted).await.expect("a number");
        let (plain, weighted) = (plain.total.shown(), weighted.total.shown());
        let (plain, weighted) = (plain.expect("shown"), weighted.expect("shown"));
        assert_eq!(plain.n, weighted.n);
        assert_eq!(plain.effective_n, plain.n as f64);
        assert!(weighted.effective_n < plain.effective_n, "{weighted:?}");
        assert_ne!(plain.value, weighted.value);
    }
}

/// What ten people have chosen of three, and whether they would recommend.
const CHOSEN: [(&[&str], i64); 10] = [
    (&["wifi"], 10),
    (&["wifi"], 9),
    (&["seats", "wifi"], 10),
    (&["wifi", "seats"], 3),
    (&["seats"], 2),
    (&["seats"], 0),
    (&["food", "seats"], 7),
    (&["food"], 5),
    (&[], 10),
    (&[], 6),
];

#[tokio::test]
async fn groups_of_a_multiple_choice_share_responses() {
    let fixture = on_every_engine().await.remove(0);
    let (actor, workspace) = (&fixture.console, fixture.console.workspace);
    let text = json!({ "en": "?" });
    let option = |code: &str| json!({ "code": code, "text": text });
    let document = json!({
        "code": "journey", "title": text, "languages": ["en"],
        "blocks": [{ "code": "main", "questions": [
            { "code": "nps", "kind": "nps", "text": text },
            { "code": "liked", "kind": "multi", "text": text,
              "options": [option("wifi"), option("seats"), option("food")] },
        ] }],
    });
    let survey = Survey::from_json(&document).expect("a survey");
    let new = NewSurvey::Document(Box::new(survey));
    let created = fixture.app.create_survey(actor, new).await;
    created.expect("created");
    let published = fixture.app.publish_survey(actor, "journey").await;
    published.expect("published");
    fixture.place("lviv", "Europe/Kyiv").await;
    fixture.place("kharkiv", "Europe/Kyiv").await;

    let folder = tempfile::tempdir().expect("a folder");
    let lake = Lake::open(&folder.path().display().to_string(), []).expect("a lake");
    let app = fixture.with_lake(&lake);
    let mut writer = History::new(fixture.app.clone(), lake, HistoryOptions::default());
    // Everybody twice in Lviv, once in Kharkiv; the second half is not in the lake yet.
    for places in [&["lviv"][..], &["lviv", "kharkiv"]] {
        let responses = places.iter().flat_map(|place| {
            CHOSEN.map(|(chosen, score)| NewResponse {
                answers: [
                    ("nps".into(), json!(score)),
                    ("liked".into(), json!(chosen)),
                ]
                .into(),
                location: Some((*place).to_owned()),
                ..NewResponse::default()
            })
        });
        let recorded = fixture
            .app
            .record_responses(actor, "journey", responses.collect());
        let accepted = recorded.await.expect("recorded").into_iter();
        assert_eq!(accepted.filter(Result::is_ok).count(), 10 * places.len());
        if places.len() == 1 {
            writer.catch_up(workspace).await.expect("caught up");
        }
    }

    let survey = survey_of(&app, actor).await;
    let today = jiff::tz::TimeZone::UTC.to_datetime(app.now()).date();
    let nps = Metric::Nps {
        question: code("nps"),
    };
    let liked = || GroupBy::Question(code("liked"));
    let query = MetricQuery {
        group_by: vec![liked()],
        against: Some(Against::RestOfNetwork),
        ..MetricQuery::new(nps, survey, Period::ending(today, 7))
    };
    let measured = app.measure(actor, &query).await.expect("numbers");
    let said = |figure: &Figure| figure.shown().map(|shown| (shown.n, shown.value.round()));
    assert!(measured.overlapping);
    // Promoters 10, 9, 10, 10; detractors 3, 2, 0, 5, 6: (4 − 5) of 10, whatever the rows add up to.
    assert_eq!(said(&measured.total), Some((30, -10.0)));
    let rows: Vec<_> = measured.rows.iter().collect();
    let found: Vec<_> = rows
        .iter()
        .map(|row| {
            let change = row.change.expect("a comparison").comparison;
            let rest = change.map(|comparison| (comparison.difference * 10.0).round());
            (row.keys[0].clone(), said(&row.figure), rest)
        })
        .collect();
    let option = |code: &str| Key::Value(code.to_owned());
    assert_eq!(
        found,
        [
            // 7 and 5 against the eight others: 4 promoters, 4 detractors.
            (option("food"), Some((6, -50.0)), Some(-500.0)),
            // 10, 3, 2, 0, 7 against 10, 9, 5, 10, 6: 3 promoters, 2 detractors.
            (option("seats"), Some((15, -40.0)), Some(-600.0)),
            // 10, 9, 10, 3 against one promoter and four detractors of six.
            (option("wifi"), Some((12, 50.0)), Some(1000.0)),
            (Key::Lacking, Some((6, 0.0)), Some(125.0)),
        ]
    );

    // By place as well: what is chosen at one place is compared with everything else.
    let crossed = MetricQuery {
        group_by: vec![GroupBy::Dimension(Dimension::Location), liked()],
        ..query.clone()
    };
    let crossed = app.measure(actor, &crossed).await.expect("numbers");
    let chosen =
        |row: &&MeasuredRow| row.keys[1] == option("seats") && row.figure.shown().is_some();
    let rows: Vec<_> = crossed.rows.iter().filter(chosen).collect();
    let numbers: Vec<_> = rows.iter().map(|row| said(&row.figure)).collect();
    assert_eq!(numbers, [Some((10, -40.0)), Some((5, -40.0))]);
    let difference = rows[0].change.and_then(|change| change.comparison);
    // Outside: 6 promoters and 4 detractors of 10 at the same place, 4 and 5 of 10 at the other.
    let difference = difference.expect("a comparison").difference;
    assert!((difference - (-40.0 - 5.0)).abs() < 1e-9, "{difference}");

    // A filter takes those who chose it, with whatever else.
    let with_seats = MetricQuery {
        group_by: Vec::new(),
        answers: vec![(code("liked"), "seats".into())],
        ..query.clone()
    };
    let with_seats = app.measure(actor, &with_seats).await.expect("a number");
    assert_eq!(said(&with_seats.total), Some((15, -40.0)));

    // Where too few are outside of a row, the whole would tell them.
    for _ in 0..2 {
        let nearly_all = (0..20).map(|_| NewResponse {
            answers: [
                ("nps".into(), json!(9)),
                ("liked".into(), json!(["wifi", "seats", "food"])),
            ]
            .into(),
            location: Some("lviv".to_owned()),
            ..NewResponse::default()
        });
        let recorded = fixture
            .app
            .record_responses(actor, "journey", nearly_all.collect());
        recorded.await.expect("recorded");
    }
    let only = MetricQuery {
        answers: vec![(code("liked"), "food".into())],
        ..query
    };
    let only = app.measure(actor, &only).await.expect("numbers");
    // 46 had food; 3 of them no seats, 6 no wifi.
    let found: Vec<_> = only
        .rows
        .iter()
        .map(|row| (row.keys[0].clone(), row.figure.shown().map(|shown| shown.n)))
        .collect();
    assert_eq!(
        found,
        [
            (option("food"), Some(46)),
            (option("seats"), None),
            (option("wifi"), Some(40)),
        ]
    );
}

#[tokio::test]
async fn a_lake_that_is_away_is_said_and_the_records_answer() {
    let fixture = on_every_engine().await.remove(0);
    fixture.survey().await;
    fixture.place("lviv", "Europe/Kyiv").await;
    for place in ["uzhhorod", "kharkiv"] {
        fixture.place(place, "Europe/Kyiv").await;
    }
    record(&fixture, &mut ChaCha8Rng::seed_from_u64(1), 30).await;
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("lake");
    // A file where the folder should be.
    std::fs::write(&place, "not a lake").expect("a file");
    let lake = Lake::open(&place.display().to_string(), []).expect("a lake");
    let app = fixture.with_lake(&lake);
    let actor = &fixture.console;
    let survey = survey_of(&app, actor).await;
    let period = Period {
        from: date(2026, 7, 1),
        to: date(2026, 8, 31),
    };
    let nps = Metric::Nps {
        question: code("nps"),
    };
    let query = MetricQuery::new(nps, survey, period);
    let measured = app.measure(actor, &query).await.expect("a number");
    assert_eq!(measured.source, Source::LakeAway);
    assert_eq!(measured.total.shown().map(|shown| shown.n), Some(30));
    let weighted = MetricQuery {
        weighting: Weighting::Weighted,
        ..query.clone()
    };
    let refused = app
        .measure(actor, &weighted)
        .await
        .expect_err("only the lake knows");
    assert!(
        matches!(refused, radost_app::AppError::HistoryAway),
        "{refused}"
    );
    // Without a start in between.
    std::fs::remove_file(&place).expect("away");
    let measured = app.measure(actor, &query).await.expect("a number");
    assert_eq!(measured.source, Source::Lake);
    assert_eq!(measured.total.shown().map(|shown| shown.n), Some(30));
    // Nobody's answers are no zero.
    let nobody = MetricQuery {
        filters: Filters {
            channel: Some(Channel::Sms),
            ..Filters::default()
        },
        ..query
    };
    let nobody = app.measure(actor, &nobody).await.expect("a number");
    assert_eq!(nobody.total, Figure::Nothing);
    assert!(nobody.rows.is_empty());
    let change = nobody.change.map(|change| change.verdict);
    assert_eq!(change, None::<Verdict>);
}
