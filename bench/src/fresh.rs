//! The lake beside a steady load: does its writer keep up, and does every query see what was acknowledged before it?

use std::cell::Cell;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Args;
use radost_app::domain::Slug;
use radost_app::lake::{Lake, TableName};

use crate::load::{self, Connection};
use crate::server::Server;

#[derive(Debug, Args)]
pub struct Options {
    /// Responses per second.
    #[arg(long, default_value_t = 20_000)]
    rate: u64,
    /// Seconds of the load.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
}

/// Responses in each request.
const BATCH: u64 = 1_000;
/// Connections that send in turns.
const SENDERS: u64 = 4;
/// How long whoever asks waits after an answer.
const BETWEEN: Duration = Duration::from_secs(1);
const QUESTION: &str = r#"{"metric":"nps.nps","surveys":["post-visit"]}"#;
/// How long the lake may take for the rest when the load has ended.
const PATIENCE: Duration = Duration::from_secs(120);

pub async fn run(options: Options) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let place = |name: &str| folder.path().join(name).display().to_string();
    let mut server = Server::with_lake(&place("radost.db"), &place("lake"))?;
    let lake = Lake::open(&place("lake"), [])?;
    let slug = |text: &str| text.parse::<Slug>();
    let table = TableName {
        workspace: slug("bench")?,
        survey: slug("post-visit")?,
    };
    let rows = async |lake: &Lake| -> anyhow::Result<u64> {
        Ok(lake.status(&table).await?.map_or(0, |status| status.rows))
    };
    let caught_up = async |lake: &Lake, sent: u64| -> anyhow::Result<f64> {
        let begin = Instant::now();
        while rows(lake).await? < sent {
            ensure!(begin.elapsed() < PATIENCE, "the lake does not catch up");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        ensure!(rows(lake).await? == sent, "the lake has responses twice");
        Ok(begin.elapsed().as_secs_f64())
    };

    let acknowledged = Cell::new(0_u64);
    let sending = Cell::new(SENDERS);
    let begin = Instant::now();
    let every = Duration::from_secs_f64((SENDERS * BATCH) as f64 / options.rate as f64);
    let send = async |sender: u64| -> anyhow::Result<()> {
        let mut connection = Connection::with_key(server.address, &server.key).await?;
        let requests = options.rate * options.seconds / (SENDERS * BATCH);
        for request in 0..requests {
            let due = every.mul_f64(request as f64 + sender as f64 / SENDERS as f64);
            tokio::time::sleep_until((begin + due).into()).await;
            let first = (sender * requests + request) * BATCH;
            let (status, answer) = connection.post(&load::batch(first, BATCH)).await?;
            let answer = String::from_utf8_lossy(&answer);
            ensure!(status == 200, "a batch was answered {status}: {answer}");
            acknowledged.set(acknowledged.get() + BATCH);
        }
        sending.set(sending.get() - 1);
        Ok(())
    };
    let ask = async || -> anyhow::Result<(Vec<f64>, u64)> {
        let mut connection = Connection::with_key(server.address, &server.key).await?;
        let (mut millis, mut behind) = (Vec::new(), 0);
        while sending.get() > 0 {
            let known = acknowledged.get();
            let sent = Instant::now();
            let answer = connection
                .send("POST", "/api/v1/metrics/query", QUESTION)
                .await?;
            millis.push(sent.elapsed().as_secs_f64() * 1000.0);
            let answer: serde_json::Value = serde_json::from_slice(&answer.body)?;
            let counted = answer["total"]["n"]
                .as_u64()
                .with_context(|| format!("no number: {answer}"))?;
            ensure!(
                counted >= known,
                "a query saw {counted} of {known} acknowledged responses"
            );
            behind = behind.max(acknowledged.get().saturating_sub(rows(&lake).await?));
            tokio::time::sleep(BETWEEN).await;
        }
        millis.sort_by(f64::total_cmp);
        Ok((millis, behind))
    };
    let (a, b, c, d, asked) = tokio::join!(send(0), send(1), send(2), send(3), ask());
    [a, b, c, d].into_iter().collect::<anyhow::Result<()>>()?;
    let (millis, behind) = asked?;
    let (sent, took) = (acknowledged.get(), begin.elapsed().as_secs_f64());
    let rest = caught_up(&lake, sent).await?;
    let peak = server.peak_memory_mb()?;
    // The same records once more, into a lake that is empty: what the writer can do when nothing else is done.
    server.kill()?;
    let again = Lake::open(&place("again"), [])?;
    let server = Server::with_lake(&place("radost.db"), &place("again"))?;
    let alone = caught_up(&again, sent).await?;
    let at = |q: f64| millis[((millis.len() - 1) as f64 * q) as usize];
    println!(
        "| {} responses/s wanted | acknowledged/s | responses | most not in the lake yet | all in it after the load | server's peak MB |",
        options.rate
    );
    println!("|---|---:|---:|---:|---:|---:|");
    println!(
        "| batches of {BATCH}, SQLite, for {} s | {:.0} | {sent} | {behind} | {rest:.1} s | {peak:.0} |",
        options.seconds,
        sent as f64 / took,
    );
    println!(
        "\n{} queries for the NPS of everything ran meanwhile, median {:.0} ms, p99 {:.0} ms; every one counted all that was acknowledged before it was asked.",
        millis.len(),
        at(0.5),
        at(0.99)
    );
    println!(
        "\nThe writer alone brings the same {sent} responses from the records into an empty lake at {:.0}/s, its server's peak {:.0} MB.",
        sent as f64 / alone,
        server.peak_memory_mb()?
    );
    Ok(())
}
