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
mod drivers;
mod groups;
mod kano;
mod meter;
mod path_model;
mod picture;
mod pls;
mod reviews;
mod sample_size;
mod score;
mod source;
mod survival;

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
    /// Groups of customers: k-medoids, latent classes, trees
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

/// Runs a command; Ctrl-C ends it where it can be ended.
pub(crate) async fn run(command: Analyst) -> ExitCode {
    let stop = Arc::new(AtomicBool::new(false));
    let meter = Meter::new(stop.clone());
    let work = tokio::task::spawn_blocking(move || answer(&command, &meter));
    let asked = stop.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            asked.store(true, Ordering::Relaxed);
        }
    });
    let error = match work.await {
        Ok(Ok(())) => return ExitCode::SUCCESS,
        Ok(Err(error)) => error,
        Err(error) => anyhow::Error::new(error).context("the computation failed"),
    };
    if stop.load(Ordering::Relaxed) {
        return ExitCode::from(INTERRUPTED);
    }
    #[expect(
        clippy::print_stderr,
        reason = "this is where a command says why it failed"
    )]
    {
        eprintln!("radost: {error:#}");
    }
    ExitCode::from(REFUSED)
}
