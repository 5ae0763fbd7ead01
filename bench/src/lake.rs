//! A lake of many responses: numbers from tallies and from rows, and how fast it is written.
//!
//! `lake` makes the table once in the folder given, in the lake's own layout, and answers two questions to it; `bench/peers/lake.py`
//! asks DuckDB and DataFusion the same of the same files, and compares the answers.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Args;
use jiff::civil::{Date, date};
use radost_app::domain::explain::{Dimension, Filters, Period, Step, YearStart};
use radost_app::domain::listen::Survey;
use radost_app::domain::{Code, Slug};
use radost_app::lake::arrow::array::{
    ArrayRef, Date32Array, Float64Array, Int64Array, ListArray, StringArray,
    TimestampMicrosecondArray, new_null_array,
};
use radost_app::lake::arrow::datatypes::DataType;
use radost_app::lake::arrow::record_batch::RecordBatch;
use radost_app::lake::{
    By, CountQuery, Counted, Lake, News, Progress, Shape, TableName, Tail, View, What, Worth,
};

use crate::server::peak_memory_mb;

#[derive(Debug, Args)]
pub struct Options {
    /// Responses.
    #[arg(long, default_value_t = 100_000_000)]
    rows: u64,
    /// Where the lake is, or is made.
    #[arg(long, value_name = "FOLDER")]
    folder: PathBuf,
}

const LOCATIONS: u64 = 500;
const CHANNELS: [&str; 6] = ["web", "email", "sms", "kiosk", "qr", "phone"];
const TIERS: [&str; 3] = ["small", "medium", "large"];
const FIRST: Date = date(2023, 11, 1);
/// Three years.
const DAYS: u64 = 1_096;
/// Rows of a batch.
const BATCH: u64 = 65_536;
/// How often a question is asked; the fastest counts.
const RUNS: usize = 3;

/// The columns that answers are given in.
const SURVEY: &str = r#"{
    "code": "everything", "title": {"en": "Everything"}, "languages": ["en"],
    "segments": [{"code": "tier", "label": {"en": "Size"}}],
    "blocks": [{"code": "all", "questions": [
        {"code": "nps", "kind": "nps", "text": {"en": "Would you recommend us?"}},
        {"code": "csat", "kind": "csat", "points": 5, "text": {"en": "How satisfied are you?"}}
    ]}]
}"#;

/// A number that follows from another, evenly spread.
fn mixed(number: u64) -> u64 {
    let mut z = number
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn id(high: u64, low: u64) -> String {
    uuid::Uuid::from_u64_pair(high, low)
        .hyphenated()
        .to_string()
}

/// Responses as columns, in the order in which they came in.
fn batch(shape: &Shape, from: u64, rows: u64, all: u64) -> anyhow::Result<RecordBatch> {
    let numbers: Vec<u64> = (from..from + rows).collect();
    let drawn: Vec<u64> = numbers.iter().map(|&n| mixed(n)).collect();
    let places: Vec<String> = (0..LOCATIONS).map(|n| id(mixed(n), n)).collect();
    let day = |n: &u64| -> i64 { (n * DAYS / all) as i64 };
    let epoch = i64::from(FIRST.since(date(1970, 1, 1))?.get_days());
    let schema = shape.schema();
    let n = numbers.len();
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
    for field in schema.fields() {
        let column: ArrayRef = match field.name().as_str() {
            "response_id" => Arc::new(StringArray::from_iter_values(
                numbers.iter().zip(&drawn).map(|(n, r)| id(*r, mixed(!*n))),
            )),
            "survey_version" => Arc::new(Int64Array::from(vec![1; n])),
            "location_id" => Arc::new(StringArray::from_iter_values(
                drawn.iter().map(|r| &places[(r % LOCATIONS) as usize]),
            )),
            "channel" => Arc::new(StringArray::from_iter_values(
                drawn.iter().map(|r| CHANNELS[((r >> 16) % 6) as usize]),
            )),
            "segment_tier" => Arc::new(StringArray::from_iter_values(
                drawn.iter().map(|r| TIERS[((r >> 24) % 3) as usize]),
            )),
            "language" => Arc::new(StringArray::from_iter_values(numbers.iter().map(|_| "en"))),
            "submitted_at" => Arc::new(
                TimestampMicrosecondArray::from_iter_values(
                    numbers.iter().map(|n| (epoch + day(n)) * 86_400_000_000),
                )
                .with_timezone("UTC"),
            ),
            "day" => Arc::new(Date32Array::from_iter_values(
                numbers.iter().map(|n| (epoch + day(n)) as i32),
            )),
            "weight" => Arc::new(Float64Array::from(vec![1.0; n])),
            "nps" => Arc::new(Int64Array::from_iter(drawn.iter().map(|r| {
                // One in twenty leaves it out; places differ.
                let skill = (r % LOCATIONS) % 7;
                (r >> 60 != 0).then_some((((r >> 32) % 11).max(skill)) as i64)
            }))),
            "csat" => Arc::new(Int64Array::from_iter(
                drawn.iter().map(|r| Some(((r >> 40) % 5 + 1) as i64)),
            )),
            _ => match field.data_type() {
                DataType::List(item) => Arc::new(ListArray::new_null(item.clone(), n)),
                other => new_null_array(other, n),
            },
        };
        columns.push(column);
    }
    Ok(RecordBatch::try_new(schema, columns)?)
}

async fn make(
    lake: &Lake,
    name: &TableName,
    shape: &Shape,
    rows: u64,
) -> anyhow::Result<serde_json::Value> {
    let begin = Instant::now();
    let mut table = lake.rebuild(name, shape.clone(), true).await?;
    let mut from = 0;
    while from < rows {
        let many = BATCH.min(rows - from);
        table.write_columns(batch(shape, from, many, rows)?).await?;
        from += many;
    }
    let done = table.commit(i64::try_from(rows)?).await?;
    anyhow::ensure!(done == Progress::Done, "somebody else writes here");
    let written = begin.elapsed();
    let begin = Instant::now();
    lake.tally(name, shape, Worth::Rows(1)).await?;
    Ok(serde_json::json!({
        "written": written.as_secs_f64(),
        "tallied": begin.elapsed().as_secs_f64(),
    }))
}

/// The fastest of several times, and the answer.
async fn timed(view: &View, query: &CountQuery<'_>) -> anyhow::Result<(Duration, Counted)> {
    let mut best: Option<(Duration, Counted)> = None;
    for _ in 0..RUNS {
        let begin = Instant::now();
        let counted = view.count(query).await?;
        let took = begin.elapsed();
        if best.as_ref().is_none_or(|(other, _)| took < *other) {
            best = Some((took, counted));
        }
    }
    best.context("nothing was timed")
}

pub async fn run(options: Options) -> anyhow::Result<()> {
    let lake = Lake::open(&options.folder.display().to_string(), [])?;
    let survey: Survey = serde_json::from_str(SURVEY)?;
    let shape = Shape::of([(1, &survey)]);
    let slug = |text: &str| text.parse::<Slug>();
    let name = TableName {
        workspace: slug("bench")?,
        survey: slug("everything")?,
    };
    let there = lake.status(&name).await?.map_or(0, |status| status.rows);
    let made = match there == options.rows {
        true => serde_json::Value::Null,
        false => make(&lake, &name, &shape, options.rows).await?,
    };
    let view = || async {
        lake.view(Tail {
            name: name.clone(),
            shape: shape.clone(),
            news: News::default(),
        })
        .await
    };
    let code = |text: &str| text.parse::<Code>();
    let filters = Filters::default();
    let period = Period {
        from: FIRST,
        to: FIRST.saturating_add(jiff::Span::new().days(DAYS as i64)),
    };
    let location = [By::Dimension(Dimension::Location)];
    let tier = Dimension::Segment {
        code: code("tier")?,
    };
    let both = [By::Dimension(tier), By::Dimension(Dimension::Channel)];
    let nps = [What::Values(code("nps")?)];
    let two = [What::Values(code("nps")?), What::Values(code("csat")?)];
    let months = CountQuery {
        period,
        step: Some((Step::Month, YearStart::JANUARY)),
        filters: &filters,
        answers: &[],
        by: &location,
        what: &nps,
        weighted: false,
    };
    let weeks = CountQuery {
        step: Some((Step::Week, YearStart::JANUARY)),
        by: &both,
        what: &two,
        ..months.clone()
    };
    let mut answers = Vec::new();
    for (what, query) in [
        ("location × month", &months),
        ("segment × channel × week", &weeks),
    ] {
        let (tallied, from_tallies) = timed(&view().await?, query).await?;
        let (rows, from_rows) = timed(&view().await?.without_tallies(), query).await?;
        anyhow::ensure!(
            (from_tallies.row_files, from_rows.tallied_files) == (0, 0),
            "tallies are missing"
        );
        let sums = |counted: &Counted| {
            let mut sums: Vec<f64> = Vec::new();
            for row in &counted.rows {
                for (place, sum) in row.sums.concat().into_iter().enumerate() {
                    sums.resize(sums.len().max(place + 1), 0.0);
                    sums[place] += sum;
                }
            }
            sums
        };
        anyhow::ensure!(
            sums(&from_tallies) == sums(&from_rows),
            "the two ways differ"
        );
        answers.push(serde_json::json!({
            "question": what,
            "groups": from_rows.rows.len(),
            "sums": sums(&from_rows),
            "tallies": tallied.as_secs_f64(),
            "rows": rows.as_secs_f64(),
        }));
    }
    println!(
        "{}",
        serde_json::json!({
            "rows": options.rows,
            "made": made,
            "peak_mb": peak_memory_mb(std::process::id())?,
            "questions": answers,
        })
    );
    Ok(())
}
