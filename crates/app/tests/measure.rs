//! A number is the same wherever it is counted: from tallies, from rows, from what is not written yet, in the records.

mod support;

use std::path::Path;
use std::sync::Arc;

use jiff::civil::date;
use radost_app::App;
use radost_app::domain::Code;
use radost_app::domain::access::Actor;
use radost_app::domain::listen::{Channel, Correction};
use radost_app::domain::name::{ResponseId, SurveyId};
use radost_app::explain::{
    Against, Dimension, Figure, Filters, GroupBy, History, HistoryOptions, Measured, Metric,
    MetricQuery, Period, Reference, Selection, Source, Step, Verdict, Weighting, YearStart,
};
use radost_app::lake::Lake;
use radost_app::listen::NewResponse;
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
