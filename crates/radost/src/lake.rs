//! The commands of the lake, and where it is.
#![expect(clippy::print_stdout, reason = "commands answer on standard output")]

use std::io::{BufWriter, IsTerminal, Write, stdout};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};
use radost_app::App;
use radost_app::explain::{History, HistoryError, HistoryOptions, Selection};
use radost_app::lake::{self, LakeError};
use radost_app::table::write_line;
use radost_server::api::MeasuredView;
use serde_json::Value;

use crate::cluster::Answering;
use crate::console::{Within, print_table};

/// Where the lake is.
#[derive(Debug, Clone, Args)]
pub(crate) struct Shore {
    /// Folder or `s3://bucket/path` of the columnar history; without it `lake` in the data folder. Storage of the S3 kind is
    /// reached as AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT and AWS_ALLOW_HTTP say.
    #[arg(long, env = "RADOST_LAKE")]
    lake: Option<String>,
    /// For how many hours files of the lake stay that no current table needs, for readers that began earlier.
    #[arg(
        long,
        env = "RADOST_LAKE_KEEP_HOURS",
        default_value_t = HistoryOptions::default().keep_hours,
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    lake_keep_hours: u32,
}

impl Shore {
    fn open(&self, data: &Path) -> Result<lake::Lake, LakeError> {
        let folder = || data.join("lake").display().to_string();
        open(&self.lake.clone().unwrap_or_else(folder))
    }
}

/// Opens a lake as the environment says.
pub(crate) fn open(place: &str) -> Result<lake::Lake, LakeError> {
    // Only the names of the object store: a variable of another program must not configure it.
    let options = std::env::vars()
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .filter(|(name, _)| name.starts_with("aws_"));
    lake::Lake::open(place, options)
}

/// Where the lake is, and how it is written by a server.
#[derive(Debug, Clone, Args)]
pub(crate) struct Written {
    #[command(flatten)]
    shore: Shore,
    #[command(flatten)]
    answering: Answering,
    /// Most responses that wait before they are written to the lake.
    #[arg(
        long,
        env = "RADOST_LAKE_BATCH_ROWS",
        default_value_t = HistoryOptions::default().batch_rows,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000)
    )]
    lake_batch_rows: u32,
    /// Most seconds that a response waits before it is written to the lake.
    #[arg(
        long,
        env = "RADOST_LAKE_BATCH_SECONDS",
        default_value_t = HistoryOptions::default().batch_age.as_secs()
    )]
    lake_batch_seconds: u64,
}

impl Written {
    /// The lake of a server.
    pub(crate) fn open(&self, data: &Path) -> Result<lake::Lake, LakeError> {
        self.answering.over(self.shore.open(data)?)
    }

    /// The history of an application, to be run beside the server.
    pub(crate) fn history(&self, app: &Arc<App>, lake: lake::Lake) -> History {
        let options = HistoryOptions {
            batch_rows: self.lake_batch_rows,
            batch_age: Duration::from_secs(self.lake_batch_seconds),
            keep_hours: self.shore.lake_keep_hours,
            ..HistoryOptions::default()
        };
        History::new(app.clone(), lake, options)
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Lake {
    /// List the tables, and how far behind the records they are.
    Status {
        #[command(flatten)]
        shore: Shore,
        #[command(flatten)]
        within: Within,
    },
    /// Put small files together, and delete those that no reader needs any more.
    Compact {
        #[command(flatten)]
        shore: Shore,
        #[command(flatten)]
        within: Within,
    },
    /// Make all tables again from the records; a server may go on meanwhile.
    Rebuild {
        #[command(flatten)]
        shore: Shore,
        #[command(flatten)]
        within: Within,
    },
    /// A number of the product, as its pages show it: a metric, split and compared, with n, interval and verdict.
    Score(Score),
    /// Answer a query; each survey is a table under its code, as in `SELECT avg(nps) FROM "post-visit"`.
    Sql {
        /// The query.
        query: String,
        /// How the answer is printed.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
        #[command(flatten)]
        answering: Answering,
        #[command(flatten)]
        shore: Shore,
        #[command(flatten)]
        within: Within,
    },
}

/// A question to the answers.
#[derive(Debug, Args)]
pub(crate) struct Score {
    /// `nps.CODE`, `csat.CODE`, `ces.CODE`, `mean.CODE` with the code of a question, or `csi`.
    metric: String,
    /// The survey; the one that got the latest answers when left out.
    #[arg(long, value_name = "CODE")]
    survey: Option<String>,
    /// Up to three of location, location.exact, employee, channel, touchpoint, language, segment.CODE, question.CODE.
    #[arg(long, value_name = "GROUP", value_delimiter = ',')]
    by: Vec<String>,
    /// day, week, month, quarter or year.
    #[arg(long)]
    step: Option<String>,
    /// The month in which years and quarters begin.
    #[arg(long, value_name = "MONTH")]
    year_begins: Option<i8>,
    /// previous (period), year (ago), rest (of the network), or a number from outside, as 60 or 60:1.5 with its standard error.
    #[arg(long)]
    against: Option<String>,
    /// Which responses count, as channel=web: location, exact, channel, language, touchpoint, employee, segment, answer, lacking.
    #[arg(long, value_name = "NAME=VALUE")]
    only: Vec<String>,
    /// First day; 90 days before the last when left out.
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Last day; today when left out.
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    /// Count responses by their weight.
    #[arg(long)]
    weighted: bool,
    /// Confidence level.
    #[arg(long)]
    level: Option<String>,
    /// How the answer is printed.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    #[command(flatten)]
    answering: Answering,
    #[command(flatten)]
    shore: Shore,
    #[command(flatten)]
    within: Within,
}

/// What `--only` may narrow.
const FILTERS: [&str; 9] = [
    "location",
    "exact",
    "channel",
    "language",
    "touchpoint",
    "employee",
    "segment",
    "answer",
    "lacking",
];

impl Score {
    async fn run(&self) -> anyhow::Result<()> {
        let lake = self
            .answering
            .over(self.shore.open(&self.within.place.data)?)?;
        let (app, actor) = self.within.open_beside(Some(lake)).await?;
        let year = self.year_begins.map(|month| month.to_string());
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let mut selection = Selection::default()
            .with("metric", &self.metric)
            .with("survey", &text(&self.survey))
            .with("by", &self.by.join(","))
            .with("step", &text(&self.step))
            .with("year", &text(&year))
            .with("against", &text(&self.against))
            .with("from", &text(&self.from))
            .with("to", &text(&self.to))
            .with("weighted", if self.weighted { "1" } else { "" })
            .with("level", &text(&self.level));
        for only in &self.only {
            let (name, value) = only.split_once('=').unwrap_or((only, "1"));
            if !FILTERS.contains(&name) {
                anyhow::bail!("`{name}` is no filter; known are {}", FILTERS.join(", "));
            }
            selection = selection.with(name, value);
        }
        let scope = app.scope(&actor, &selection).await?;
        let scope = scope.context("no survey has been published yet")?;
        let metric = scope.metric.clone().context("name a metric")?;
        let query = scope.query(metric);
        let measured = app.measure(&actor, &query).await?;
        let view = serde_json::to_value(MeasuredView::of(&scope, &query, &measured))?;
        let mut out = stdout().lock();
        match self.format {
            Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&view)?)?,
            Format::Table => print_table(&self.lines(&view, 2)),
            Format::Csv => {
                for line in self.lines(&view, usize::MAX) {
                    let mut bytes = Vec::new();
                    write_line(&mut bytes, line.iter().map(String::as_str));
                    out.write_all(&bytes)?;
                }
            }
        }
        Ok(())
    }

    /// The answer as lines: the rows, and the total at the end.
    fn lines(&self, view: &Value, decimals: usize) -> Vec<Vec<String>> {
        let numbers = ["value", "low", "high"];
        let mut head: Vec<&str> = self.step.iter().map(|_| "STEP").collect();
        head.extend(self.by.iter().map(String::as_str));
        head.extend(["VALUE", "LOW", "HIGH", "N"]);
        if self.against.is_some() {
            head.extend(["DIFFERENCE", "VERDICT"]);
        }
        let mut lines = vec![head.into_iter().map(str::to_uppercase).collect::<Vec<_>>()];
        let written = |value: &Value| match value {
            Value::Null => "–".to_owned(),
            Value::String(text) => text.clone(),
            Value::Number(number) => match number.as_f64() {
                Some(number) if decimals < 10 && number.fract() != 0.0 => {
                    format!("{number:.decimals$}")
                }
                _ => number.to_string(),
            },
            other => other.to_string(),
        };
        let rows = view["rows"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        for row in rows.iter().chain([&view["total"]]) {
            let mut line = Vec::new();
            if self.step.is_some() {
                line.push(row.get("step").map_or_else(|| "all".to_owned(), &written));
            }
            for place in 0..self.by.len() {
                let group = row.get("groups").map(|groups| written(&groups[place]));
                line.push(group.unwrap_or_else(|| "all".to_owned()));
            }
            let withheld = row["withheld"] == Value::Bool(true);
            line.extend(numbers.map(|name| match withheld {
                true => "withheld".to_owned(),
                false => written(&row[name]),
            }));
            line.push(written(&row["n"]));
            if self.against.is_some() {
                line.extend(
                    ["difference", "verdict"]
                        .map(|name| written(row.get(name).unwrap_or(&Value::Null))),
                );
            }
            lines.push(line);
        }
        lines
    }
}

/// How an answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table for people.
    Table,
    /// One JSON object a line.
    Json,
    /// CSV with a line of names.
    Csv,
}

impl From<Format> for lake::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Table => lake::Format::Table,
            Format::Json => lake::Format::Json,
            Format::Csv => lake::Format::Csv,
        }
    }
}

/// The history of a command, and who asks.
async fn history(
    shore: &Shore,
    answering: Option<&Answering>,
    within: &Within,
) -> anyhow::Result<(History, radost_app::domain::access::Actor)> {
    let (app, actor) = within.open().await?;
    let options = HistoryOptions {
        keep_hours: shore.lake_keep_hours,
        ..HistoryOptions::default()
    };
    let mut lake = shore.open(&within.place.data)?;
    if let Some(answering) = answering {
        lake = answering.over(lake)?;
    }
    Ok((History::new(app, lake, options), actor))
}

pub(crate) async fn run(command: Lake) -> anyhow::Result<()> {
    match command {
        Lake::Status { shore, within } => {
            let (history, actor) = history(&shore, None, &within).await?;
            let status = history.status(&actor).await?;
            let head = ["TABLE", "RESPONSES", "FILES", "SMALL", "SIZE", "VERSION"];
            let mut rows = vec![head.map(str::to_owned)];
            for table in &status.tables {
                rows.push([
                    table.name.survey.to_string(),
                    HumanCount(table.rows).to_string(),
                    table.files.to_string(),
                    table.small_files.to_string(),
                    HumanBytes(table.bytes).to_string(),
                    table.version.to_string(),
                ]);
            }
            print_table(&rows);
            let waiting = (status.recorded - status.in_lake).max(0).unsigned_abs();
            match waiting {
                0 => println!("Everything recorded is in the lake."),
                n => println!(
                    "{} of {} events wait to be written.",
                    HumanCount(n),
                    HumanCount(status.recorded.unsigned_abs())
                ),
            }
        }
        Lake::Compact { shore, within } => {
            let (history, actor) = history(&shore, None, &within).await?;
            for (table, done) in history.compact(&actor).await? {
                println!(
                    "{table}: {} files became {}, {} deleted",
                    done.files_before, done.files_after, done.files_deleted
                );
            }
        }
        Lake::Rebuild { shore, within } => {
            let (history, actor) = history(&shore, None, &within).await?;
            let bar = match std::io::stderr().is_terminal() {
                true => ProgressBar::new(0).with_style(ProgressStyle::with_template(
                    "{bar:40} {human_pos} of {human_len} events",
                )?),
                false => ProgressBar::hidden(),
            };
            let responses = history
                .rebuild(&actor, |done, all| {
                    bar.set_length(all.unsigned_abs());
                    bar.set_position(done.unsigned_abs());
                })
                .await?;
            bar.finish_and_clear();
            println!("{} responses are in the lake.", HumanCount(responses));
        }
        Lake::Score(score) => score.run().await?,
        Lake::Sql {
            query,
            format,
            answering,
            shore,
            within,
        } => {
            let (history, actor) = history(&shore, Some(&answering), &within).await?;
            let answer = history.sql(&actor, &query).await?;
            let mut out = BufWriter::new(stdout().lock());
            let written = async {
                answer.write(&mut out, format.into()).await?;
                out.flush().map_err(LakeError::Output)
            };
            match written.await {
                // Whoever reads, as `head`, has read enough.
                Err(LakeError::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
                }
                other => other.map_err(HistoryError::Lake)?,
            }
        }
    }
    Ok(())
}
