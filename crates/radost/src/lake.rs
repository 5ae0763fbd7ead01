//! The commands of the lake, and where it is.
#![expect(clippy::print_stdout, reason = "commands answer on standard output")]

use std::io::{BufWriter, IsTerminal, Write, stdout};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};
use radost_app::App;
use radost_app::explain::{History, HistoryError, HistoryOptions};
use radost_app::lake::{self, LakeError};

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
    /// The history of an application, to be run beside the server.
    pub(crate) fn history(&self, app: &Arc<App>, data: &Path) -> Result<History, LakeError> {
        let options = HistoryOptions {
            batch_rows: self.lake_batch_rows,
            batch_age: Duration::from_secs(self.lake_batch_seconds),
            keep_hours: self.shore.lake_keep_hours,
        };
        let lake = self.answering.over(self.shore.open(data)?)?;
        Ok(History::new(app.clone(), lake, options))
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
