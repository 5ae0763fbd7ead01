//! The analyst's commands: files in, numbers out. They never open the records.
//!
//! Every command is one file: its options, its result (a serde type, which is also its JSON and has a schema in
//! `docs/json`), and how the result is shown. Reading files and showing answers is shared.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Subcommand;
use schemars::JsonSchema;

mod agreement;
mod answer;
mod clv;
mod cohorts;
mod compare;
mod did;
mod drivers;
mod groups;
mod kano;
mod measure;
mod meter;
mod path_model;
mod picture;
mod pls;
mod purchases;
mod reviews;
mod sample_size;
mod score;
mod source;
mod survival;
mod times;
mod trend;

use answer::{Answer, Finding, Shown};
use meter::Meter;

/// One command: options in, one answer out.
trait Analysis {
    /// Its name.
    const NAME: &'static str;
    /// What it finds.
    type Finding: Finding;

    fn shown(&self) -> &Shown;

    fn run(&self, meter: &Meter) -> anyhow::Result<Answer<Self::Finding>>;
}

macro_rules! commands {
    ($($(#[doc = $doc:literal])* $variant:ident($module:ident)),* $(,)?) => {
        /// Commands that answer from files alone.
        #[derive(Debug, Subcommand)]
        pub(crate) enum Analyst {
            $($(#[doc = $doc])* $variant($module::$variant),)*
            /// Print the schema of the JSON that a command answers with (docs/json).
            #[command(hide = true)]
            JsonSchema {
                /// The command.
                command: String,
            },
        }

        fn answer(command: &Analyst, meter: &Meter) -> anyhow::Result<()> {
            match command {
                $(Analyst::$variant(analysis) => one(analysis, meter),)*
                Analyst::JsonSchema { command } => schema(command),
            }
        }

        /// The schema of the answer of the command of that name.
        fn schema_of(command: &str) -> Option<schemars::Schema> {
            $(if command == <$module::$variant as Analysis>::NAME {
                return Some(schema_of_answer::<$module::$variant>());
            })*
            None
        }
    };
}

commands! {
    /// Scores with intervals: NPS, CSAT, CES, CSI
    Score(score),
    /// Whether groups differ, and which
    Compare(compare),
    /// Whether a metric has changed: control limits, change points, trend, forecast
    Trend(trend),
    /// What a measure changed, against those without it: difference-in-differences
    Did(did),
    /// What drives satisfaction: importance of drivers
    Drivers(drivers),
    /// What features are to customers, by Kano's method
    Kano(kano),
    /// A structural satisfaction index by PLS path modelling: ECSI, ACSI or a model of one's own
    Pls(pls),
    /// Who comes back: cohorts by first purchase
    Cohorts(cohorts),
    /// How long customers stay: Kaplan–Meier, log-rank, Cox
    Survival(survival),
    /// What customers are worth: purchases to come, who is still there, lifetime value
    Clv(clv),
    /// Whether raters agree, and whether questions measure one thing
    Agreement(agreement),
    /// Groups of customers: k-medoids, latent classes, trees, two-way tables
    Groups(groups),
    /// What reviews add up to, and what it takes to change it
    Reviews(reviews),
    /// How many to ask, or how precise so many answers are
    SampleSize(sample_size),
}

fn schema_of_answer<A: Analysis>() -> schemars::Schema
where
    Answer<A::Finding>: JsonSchema,
{
    schemars::schema_for!(Answer<A::Finding>)
}

#[expect(clippy::print_stdout, reason = "commands answer on standard output")]
fn schema(command: &str) -> anyhow::Result<()> {
    let schema = schema_of(command);
    let schema =
        schema.ok_or_else(|| anyhow::anyhow!("no analyst's command is called `{command}`"))?;
    println!("{}", serde_json::to_string_pretty(&schema)?);
    Ok(())
}

fn one<A: Analysis>(analysis: &A, meter: &Meter) -> anyhow::Result<()> {
    let answer = analysis.run(meter);
    meter.clear();
    answer?.show(analysis.shown())
}

/// The code of a refusal: the file or the command is at fault, not the machine.
const REFUSED: u8 = 2;
/// The code of a command that was interrupted, as shells count it.
const INTERRUPTED: u8 = 130;

/// How long a computation has to end by itself once it is asked to.
const GRACE: std::time::Duration = std::time::Duration::from_secs(1);

/// Waits until Ctrl-C was pressed and the computation has had its time to end, or until it was pressed twice.
async fn interrupted(stop: &AtomicBool) {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without the signal there is nothing to wait for.
        std::future::pending::<()>().await;
    }
    stop.store(true, Ordering::Relaxed);
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = tokio::time::sleep(GRACE) => {}
    }
}

/// Runs a command. Ctrl-C ends it: an answer and its picture are written only when all is computed, so that nothing is left half done.
pub(crate) async fn run(command: Analyst) -> ExitCode {
    let stop = Arc::new(AtomicBool::new(false));
    let meter = Meter::new(stop.clone());
    let work = tokio::task::spawn_blocking(move || answer(&command, &meter));
    let ended = tokio::select! {
        ended = work => Some(ended),
        () = interrupted(&stop) => None,
    };
    let error = match ended {
        Some(Ok(Ok(()))) => return ExitCode::SUCCESS,
        Some(Ok(Err(error))) => Some(error),
        Some(Err(error)) => Some(anyhow::Error::new(error).context("the computation failed")),
        None => None,
    };
    let interrupted = stop.load(Ordering::Relaxed);
    #[expect(
        clippy::print_stderr,
        reason = "this is where a command says why it failed"
    )]
    match &error {
        Some(error) if !interrupted => eprintln!("radost: {error:#}"),
        _ => eprintln!("radost: interrupted; nothing was written"),
    }
    if error.is_none() {
        // The computation does not listen; the end of the process ends it.
        std::process::exit(INTERRUPTED.into());
    }
    ExitCode::from(if interrupted { INTERRUPTED } else { REFUSED })
}
