//! Durable responses per second over HTTP.

use std::io::Write;
use std::process::Command;
use std::time::Duration;

use anyhow::Context;
use clap::Args;

use crate::load;
use crate::server::Server;
use crate::stats::Run;

#[derive(Debug, Args)]
pub struct Options {
    /// On PostgreSQL (its URL in RADOST_TEST_POSTGRES) instead of SQLite.
    #[arg(long)]
    postgres: bool,
    /// Seconds of each run.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Connections.
    #[arg(long, default_value_t = 64)]
    connections: u64,
}

/// Milliseconds added to each commit for the slow disk.
const SLOW_MS: u64 = 5;

pub async fn run(options: Options) -> anyhow::Result<()> {
    let engine = if options.postgres {
        "PostgreSQL"
    } else {
        "SQLite"
    };
    let duration = Duration::from_secs(options.seconds);
    let folder = tempfile::tempdir()?;
    let databases = Databases {
        postgres: options.postgres,
        folder: folder.path().to_owned(),
    };
    println!(
        "| {engine}, {} connections | responses/s | p50 ms | p99 ms | 503 | peak MB |",
        options.connections
    );
    println!("|---|---:|---:|---:|---:|---:|");
    let measure =
        async |name: &str, delay, one_by_one, connections, per_request| -> anyhow::Result<Run> {
            let server = Server::start(&databases.fresh(name)?, delay, one_by_one)?;
            load::run(
                server.address,
                &server.key,
                connections,
                Duration::from_secs(1),
                per_request,
                0,
            )
            .await?;
            let run = load::run(
                server.address,
                &server.key,
                connections,
                duration,
                per_request,
                5_000_000,
            )
            .await?;
            println!(
                "| {name} | {:.0} | {:.2} | {:.2} | {} | {:.0} |",
                run.rate(),
                run.quantile_ms(0.5),
                run.quantile_ms(0.99),
                run.refused,
                server.peak_memory_mb()?
            );
            std::io::stdout().flush()?;
            Ok(run)
        };
    let one = measure(
        "one transaction per response",
        0,
        true,
        options.connections,
        1,
    )
    .await?;
    let group = measure("group commit", 0, false, options.connections, 1).await?;
    let batch = measure("batches of 1000, 4 connections", 0, false, 4, 1000).await?;
    let slow = measure(
        "group commit, commits 5 ms slower",
        SLOW_MS,
        false,
        options.connections,
        1,
    )
    .await?;
    let slow_one = measure(
        "one transaction per response, commits 5 ms slower",
        SLOW_MS,
        true,
        options.connections,
        1,
    )
    .await?;
    let wide = 8 * options.connections;
    let many = measure(
        &format!("group commit, {wide} connections"),
        0,
        false,
        wide,
        1,
    )
    .await?;
    let many_slow = measure(
        &format!("group commit, {wide} connections, commits 5 ms slower"),
        SLOW_MS,
        false,
        wide,
        1,
    )
    .await?;
    println!();
    println!(
        "- group commit / one transaction per response: {:.1}×",
        group.rate() / one.rate()
    );
    println!(
        "- batch endpoint / one transaction per response: {:.1}×",
        batch.rate() / one.rate()
    );
    println!(
        "- kept on the slow disk at {} connections: {:.0} %",
        options.connections,
        100.0 * slow.rate() / group.rate()
    );
    println!(
        "- kept on the slow disk at {wide} connections: {:.0} %",
        100.0 * many_slow.rate() / many.rate()
    );
    println!(
        "- one transaction per response keeps on the slow disk: {:.1} %",
        100.0 * slow_one.rate() / one.rate()
    );
    if options.postgres {
        let peer = pgbench(options.seconds)?;
        println!(
            "- pgbench, one insert per transaction, 16 clients: {peer:.0}/s; group commit reaches {:.2} of it",
            group.rate() / peer
        );
    }
    Ok(())
}

/// A fresh database for each run.
struct Databases {
    postgres: bool,
    folder: std::path::PathBuf,
}

impl Databases {
    fn fresh(&self, name: &str) -> anyhow::Result<String> {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        if !self.postgres {
            return Ok(self
                .folder
                .join(format!("{plain}.db"))
                .display()
                .to_string());
        }
        fresh_postgres(&plain.to_lowercase())
    }
}

/// A schema of its own, and the address that leads into it.
pub fn fresh_postgres(name: &str) -> anyhow::Result<String> {
    let schema = format!("bench_{}_{name}", std::process::id());
    let url = postgres_url()?;
    psql(
        &url,
        &format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}"),
    )?;
    let separator = if url.contains('?') { '&' } else { '?' };
    Ok(format!(
        "{url}{separator}options=-c%20search_path%3D{schema}"
    ))
}

fn postgres_url() -> anyhow::Result<String> {
    std::env::var("RADOST_TEST_POSTGRES").context("run it under scripts/with-postgres.sh")
}

fn psql(url: &str, text: &str) -> anyhow::Result<()> {
    let output = Command::new("psql")
        .args([url, "-qc", text])
        .output()
        .context("psql is not installed")?;
    anyhow::ensure!(
        output.status.success(),
        "psql: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

/// The peer: PostgreSQL's own load generator with one insert of a row of the same size per transaction.
fn pgbench(seconds: u64) -> anyhow::Result<f64> {
    let url = postgres_url()?;
    psql(
        &url,
        "DROP TABLE IF EXISTS pgbench_response; CREATE TABLE pgbench_response (id uuid PRIMARY KEY, survey_id uuid NOT NULL, submitted_at bigint NOT NULL, answers text NOT NULL)",
    )?;
    let mut script = tempfile::NamedTempFile::new()?;
    let answers = load::answer_set(1).replace('\'', "''");
    writeln!(
        script,
        "INSERT INTO pgbench_response VALUES (gen_random_uuid(), '00000000-0000-0000-0000-000000000001', 1790000000000000, '{answers}');"
    )?;
    let find = Command::new("scripts/with-postgres.sh")
        .arg("--find")
        .output()?;
    let folder = String::from_utf8(find.stdout)?;
    let output = Command::new(std::path::Path::new(folder.trim()).join("pgbench"))
        .args([
            "-n",
            "-M",
            "prepared",
            "-c",
            "16",
            "-j",
            "2",
            "-T",
            &seconds.to_string(),
            "-f",
        ])
        .arg(script.path())
        .arg(&url)
        .output()
        .context("pgbench is not installed")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("tps = "))
        .with_context(|| {
            format!(
                "pgbench said: {text}{}",
                String::from_utf8_lossy(&output.stderr)
            )
        })?;
    Ok(line.split(' ').next().unwrap_or_default().parse()?)
}
