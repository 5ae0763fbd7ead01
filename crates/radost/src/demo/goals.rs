//! What the chain holds its numbers against: targets, and numbers of others. The others are as invented as the chain, and say so.

use anyhow::Context;
use jiff::ToSpan;
use jiff::civil::Date;
use radost_app::App;
use radost_app::domain::access::Actor;
use radost_app::explain::{BenchmarkDraft, KpiDraft};

use super::business::{CHRONIC, IMPROVED};

/// Name, metric, scale, value, n, ends of the interval, industry, country, source and how many years ago.
type Row = [&'static str; 10];

const OTHERS: [Row; 5] = [
    [
        "Coffee houses",
        "nps",
        "",
        "41",
        "2400",
        "",
        "",
        "Ukraine",
        "Invented Café Survey",
        "1",
    ],
    [
        "Restaurants",
        "nps",
        "",
        "33",
        "",
        "",
        "",
        "Europe",
        "Made-up Hospitality Index",
        "1",
    ],
    [
        "Coffee houses",
        "csat",
        "1-5",
        "86",
        "2400",
        "",
        "",
        "Ukraine",
        "Invented Café Survey",
        "1",
    ],
    [
        "Coffee houses",
        "mean",
        "1-5",
        "4.2",
        "",
        "4.1",
        "4.3",
        "Ukraine",
        "Invented Café Survey",
        "2",
    ],
    [
        "Support desks",
        "ces",
        "1-7",
        "5.4",
        "310",
        "",
        "",
        "",
        "Made-up Service Panel",
        "1",
    ],
];

/// Sets three targets and some benchmarks, as seen on `today`.
pub(super) async fn set(app: &App, actor: &Actor, today: Date) -> anyhow::Result<()> {
    for [
        name,
        metric,
        scale,
        value,
        n,
        low,
        high,
        country,
        source,
        ago,
    ] in OTHERS
    {
        let year = i64::from(today.year()) - ago.parse::<i64>()?;
        let draft = BenchmarkDraft {
            name: name.into(),
            metric: metric.into(),
            scale: scale.into(),
            value: value.into(),
            n: n.into(),
            low: low.into(),
            high: high.into(),
            industry: "Hospitality".into(),
            country: country.into(),
            source: source.into(),
            year: year.to_string(),
            note: "Invented for this demo.".into(),
            ..BenchmarkDraft::default()
        };
        app.save_benchmark(actor, None, &draft)
            .await
            .with_context(|| format!("the benchmark {name}"))?;
    }
    let before = BenchmarkDraft {
        name: "Our chain before the second machine".into(),
        metric: "nps".into(),
        value: "38".into(),
        n: "1800".into(),
        source: "Own paper survey".into(),
        year: (today.year() - 3).to_string(),
        note: "Invented for this demo.".into(),
        ..BenchmarkDraft::default()
    };
    app.save_benchmark(actor, None, &before).await?;

    let owners = app.kpi_owners(actor).await?;
    let owner = |name: &str| {
        let found = owners.iter().find(|person| person.name == name);
        found
            .map(|person| person.id.to_string())
            .unwrap_or_default()
    };
    let target =
        |name: &str, metric: &str, place: &str, value: &str, person: &str, actions: &str| {
            KpiDraft {
                name: name.into(),
                survey: "post-visit".into(),
                metric: metric.into(),
                location: place.into(),
                target: value.into(),
                days: "90".into(),
                owner: owner(person),
                since: today.saturating_sub(150.days()).to_string(),
                due: today.saturating_add(60.days()).to_string(),
                actions: actions.into(),
                ..KpiDraft::default()
            }
        };
    for draft in [
        target(
            "Recommended by more guests",
            "nps.nps",
            "",
            "55",
            "Martin Kolev",
            "Drivers reviewed every month\nGreeting standard in every house by spring",
        ),
        target(
            "Rynok Square keeps its pace",
            "mean.speed",
            IMPROVED,
            "4.1",
            "Тарас Шевчук",
            "Second machine since last year\nMorning helper from 7 to 10",
        ),
        target(
            "Central Station out of the red",
            "csat.csat",
            CHRONIC,
            "85",
            "Iryna Melnyk",
            "Larger room wanted: talk with the landlord\nQueue split for takeaway",
        ),
    ] {
        app.save_kpi(actor, None, &draft)
            .await
            .with_context(|| format!("the target {:?}", draft.name))?;
    }
    Ok(())
}
