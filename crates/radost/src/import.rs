//! `radost import responses FILE.csv --survey CODE`.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::Args;
use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use radost_app::App;
use radost_app::domain::access::Actor;
use radost_app::listen::import::{
    Counts, Format, Guess, ImportTask, Mapping, Progress, Summary, Target, left_out,
};
use radost_app::table::ImportReport;

/// Import a file of responses.
///
/// Without --map the columns are guessed from their names, and the guess is shown before it is used. Rows that cannot be
/// accepted are written to FILE.rejects.csv with their row, column and reason. Importing a file again adds nothing, so an
/// import that was broken off is simply started again.
///
/// Exit codes: 0 when every row was accepted (or had been before), 2 when some were rejected, 1 when nothing could be done.
#[derive(Debug, Args)]
pub struct ImportResponses {
    /// The file: comma-separated values, also with `;`, tabs or `|`.
    file: PathBuf,
    /// The code of the survey that was answered; may stand in the mapping instead.
    #[arg(long)]
    survey: Option<String>,
    /// What becomes of the columns, as TOML.
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Read and check everything, record nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print the guessed mapping as TOML, to be mended and given to --map, and do nothing else.
    #[arg(long, conflicts_with = "map")]
    guess: bool,
    /// Where rejected rows are written.
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// The workspace.
    #[arg(long, default_value = "main")]
    workspace: String,
}

/// Import places, people or benchmarks from a CSV file or an XLSX workbook. What is there is changed, what is not is added; importing again changes nothing.
#[derive(Debug, Args)]
pub struct ImportRecords {
    /// The file.
    file: PathBuf,
    /// Read and check everything, change nothing.
    #[arg(long)]
    dry_run: bool,
    /// The workspace.
    #[arg(long, default_value = "main")]
    workspace: String,
}

pub async fn locations(app: Arc<App>, args: ImportRecords) -> anyhow::Result<()> {
    let (actor, file) = args.open(&app).await?;
    finish(
        &app,
        app.import_locations(&actor, file, args.dry_run).await?,
    )
    .await
}

pub async fn employees(app: Arc<App>, args: ImportRecords) -> anyhow::Result<()> {
    let (actor, file) = args.open(&app).await?;
    finish(
        &app,
        app.import_employees(&actor, file, args.dry_run).await?,
    )
    .await
}

pub async fn customers(app: Arc<App>, args: ImportRecords) -> anyhow::Result<()> {
    let (actor, file) = args.open(&app).await?;
    finish(
        &app,
        app.import_customers(&actor, file, args.dry_run).await?,
    )
    .await
}

pub async fn benchmarks(app: Arc<App>, args: ImportRecords) -> anyhow::Result<()> {
    let (actor, file) = args.open(&app).await?;
    finish(
        &app,
        app.import_benchmarks(&actor, file, args.dry_run).await?,
    )
    .await
}

impl ImportRecords {
    async fn open(&self, app: &App) -> anyhow::Result<(Actor, std::fs::File)> {
        let actor = app
            .console(&self.workspace)
            .await
            .with_context(|| format!("workspace `{}`", self.workspace))?;
        let file = std::fs::File::open(&self.file)
            .with_context(|| format!("{} cannot be read", self.file.display()))?;
        Ok((actor, file))
    }
}

/// Says what came of it; ends the process with code 2 when rows were left out.
#[expect(clippy::print_stdout, reason = "the result of the command")]
async fn finish(app: &App, report: ImportReport) -> anyhow::Result<()> {
    app.store().close().await;
    for problem in &report.problems {
        println!(
            "row {}, {}: {}",
            problem.row, problem.column, problem.reason
        );
    }
    for column in &report.not_used {
        println!("not used: the column `{column}`");
    }
    println!(
        "{}{} rows: {} added, {} changed, {} unchanged, {} left out",
        if report.dry_run {
            "dry run, nothing changed. "
        } else {
            ""
        },
        report.rows,
        report.added,
        report.changed,
        report.unchanged,
        report.refused
    );
    if report.refused > 0 {
        std::io::stdout().flush()?;
        std::process::exit(2);
    }
    Ok(())
}

/// Imports; ends the process with code 2 when rows were rejected.
pub async fn run(app: Arc<App>, args: ImportResponses) -> anyhow::Result<()> {
    let summary = import(&app, args).await?;
    app.store().close().await;
    if summary.is_some_and(|summary| summary.counts.rejected > 0) {
        std::io::stdout().flush()?;
        std::process::exit(2);
    }
    Ok(())
}

async fn import(app: &Arc<App>, args: ImportResponses) -> anyhow::Result<Option<Summary>> {
    let actor = app
        .console(&args.workspace)
        .await
        .with_context(|| format!("the workspace `{}`", args.workspace))?;
    let written = args
        .map
        .as_ref()
        .map(|path| {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("{} cannot be read", path.display()))?;
            Mapping::from_toml(&text).with_context(|| path.display().to_string())
        })
        .transpose()?;
    let named = args
        .survey
        .clone()
        .or_else(|| written.as_ref().and_then(|mapping| mapping.survey.clone()));
    let Some(survey) = named else {
        bail!("say which survey was answered: --survey CODE, or `survey` in the mapping");
    };
    let format = written
        .as_ref()
        .map_or(Format::default(), |mapping| Format {
            delimiter: mapping.delimiter,
            encoding: mapping.encoding,
        });
    let file = args.file.display().to_string();
    let inspection = app
        .inspect_file(&actor, &args.file, &survey, format)
        .await
        .with_context(|| file.clone())?;
    if args.guess {
        say(&inspection.guess.mapping.to_toml())?;
        return Ok(None);
    }
    let program = inspection.program.map(|program| program.name());
    tell(&format!(
        "{file}: {} columns between {:?}, {}{}",
        inspection.guess.columns.len(),
        inspection.delimiter,
        inspection.encoding,
        program.map_or(String::new(), |program| format!(", by {program}"))
    ))?;
    let mapping = match written {
        Some(mapping) => {
            let names = inspection.guess.columns.iter().map(|c| c.name.as_str());
            let left_out = left_out(names, &mapping);
            if !left_out.is_empty() {
                tell(&format!("left out by the mapping: {}", left_out.join(", ")))?;
            }
            mapping
        }
        None => {
            tell_guess(&inspection.guess)?;
            inspection.guess.mapping
        }
    };
    let progress = Arc::new(Progress::default());
    let name = args.file.file_name().unwrap_or(args.file.as_os_str());
    let name = name.to_string_lossy().into_owned();
    let task = ImportTask {
        rejects: Some(
            args.rejects
                .clone()
                .unwrap_or_else(|| args.file.with_extension("rejects.csv")),
        ),
        file: args.file,
        survey: survey.clone(),
        mapping: mapping.clone(),
        dry_run: args.dry_run,
        limit: None,
    };
    let started = Instant::now();
    let summary = {
        let run = app.import_file(&actor, task, progress.clone());
        let watch = watch(&progress, started);
        tokio::pin!(run);
        tokio::pin!(watch);
        loop {
            tokio::select! {
                summary = &mut run => break summary.with_context(|| file.clone())?,
                result = &mut watch => result?,
                // What was committed stays; the rest comes when it is started again.
                _ = tokio::signal::ctrl_c() => progress.stop(),
            }
        }
    };
    say(&in_words(&summary, started.elapsed(), args.dry_run))?;
    if !args.dry_run {
        app.note_import(&actor, &survey, &name, &mapping, &summary)
            .await?;
    }
    Ok(Some(summary))
}

fn tell_guess(guess: &Guess) -> anyhow::Result<()> {
    let width = |name: &str| name.chars().count();
    let widest = guess.columns.iter().map(|c| width(&c.name)).max();
    let widest = widest.unwrap_or(0).min(40);
    tell(
        "The columns were taken for (say otherwise with --map; --guess prints this as a mapping):",
    )?;
    for column in &guess.columns {
        let what = match &column.target {
            Target::Ignore => "left out: not recognised".to_owned(),
            target => format!("{target} ({})", column.confidence.name()),
        };
        let values: String = column
            .values
            .iter()
            .map(|(cell, meaning)| format!(", {cell} means {meaning}"))
            .collect();
        let pad = " ".repeat(widest.saturating_sub(width(&column.name)));
        tell(&format!("  {}{pad}  {what}{values}", column.name))?;
    }
    Ok(())
}

/// Shows the progress until it is dropped: a bar for people, a line every ten seconds for logs.
async fn watch(progress: &Progress, started: Instant) -> anyhow::Result<()> {
    if !std::io::stderr().is_terminal() {
        loop {
            tokio::time::sleep(Duration::from_secs(10)).await;
            tell(&pace(&progress.counts(), started.elapsed()))?;
        }
    }
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr()).with_style(
        ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}")?,
    );
    loop {
        let counts = progress.counts();
        bar.set_length(counts.total_bytes);
        bar.set_position(counts.bytes);
        bar.set_message(pace(&counts, started.elapsed()));
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Rows, rate, time left.
fn pace(counts: &Counts, elapsed: Duration) -> String {
    let rate = counts.rows as f64 / elapsed.as_secs_f64().max(0.001);
    let left = match counts.bytes {
        0 => String::new(),
        bytes => {
            let whole = elapsed.as_secs_f64() * counts.total_bytes as f64 / bytes as f64;
            let left = (whole - elapsed.as_secs_f64()).max(0.0);
            format!(", {} left", HumanDuration(Duration::from_secs_f64(left)))
        }
    };
    format!(
        "{} rows, {} rows/s{left}, {} rejected",
        HumanCount(counts.rows),
        HumanCount(rate as u64),
        HumanCount(counts.rejected)
    )
}

fn in_words(summary: &Summary, elapsed: Duration, dry_run: bool) -> String {
    let counts = &summary.counts;
    let seconds = elapsed.as_secs_f64();
    let mut lines = vec![format!(
        "{} rows in {seconds:.1} s ({} rows/s)",
        HumanCount(counts.rows),
        HumanCount((counts.rows as f64 / seconds.max(0.001)) as u64)
    )];
    let (accepted, before) = if dry_run {
        ("would be recorded", "are recorded already")
    } else {
        ("recorded", "were recorded before")
    };
    for (count, words) in [
        (counts.accepted, accepted),
        (counts.duplicates, before),
        (counts.rejected, "rejected"),
    ] {
        lines.push(format!("{:>12} {words}", HumanCount(count).to_string()));
    }
    for reason in summary.reasons.iter().take(10) {
        let column = match &reason.column {
            Some(column) => format!("column {column}: "),
            None => String::new(),
        };
        lines.push(format!(
            "{:>16} × {column}{}",
            HumanCount(reason.count).to_string(),
            reason.example
        ));
    }
    if let Some(path) = &summary.rejects {
        lines.push(format!("The rejected rows are in {}", path.display()));
    }
    if summary.stopped {
        lines.push("Stopped before the end; start it again to go on.".to_owned());
    }
    if dry_run {
        lines.push("Nothing was recorded: this was a dry run.".to_owned());
    }
    lines.join("\n")
}

fn say(text: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}

fn tell(text: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stderr(), "{text}")?)
}
