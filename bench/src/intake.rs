//! Durable responses per second over HTTP.

use std::cell::Cell;
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
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// Every run is made this often, in turns, so that a machine that is slower for a while is slower for all.
    #[arg(long, default_value_t = 3)]
    rounds: u32,
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
        made: Cell::new(0),
    };
    println!(
        "| {engine}, {} connections | responses/s | p50 ms | p99 ms | 503 | peak MB |",
        options.connections
    );
    println!("|---|---:|---:|---:|---:|---:|");
    let wide = 8 * options.connections;
    let one = Case::new("one transaction per response", options.connections).one_by_one();
    let group = Case::new("group commit", options.connections);
    let cases = [
        one.clone(),
        group.clone(),
        Case {
            per_request: 1000,
            ..Case::new("batches of 1000, 4 connections", 4)
        },
        one.slow(),
        group.slow(),
        Case::new(&format!("group commit, {wide} connections"), wide),
        Case::new(&format!("group commit, {wide} connections"), wide).slow(),
    ];
    let mut runs: Vec<Option<(Run, f64)>> = vec![None; cases.len()];
    let mut peers = Vec::new();
    for _ in 0..options.rounds.max(1) {
        for (case, runs) in cases.iter().zip(&mut runs) {
            let (run, memory) = case.measure(&databases, duration).await?;
            match runs {
                Some((all, most)) => {
                    all.add(run);
                    *most = most.max(memory);
                }
                None => *runs = Some((run, memory)),
            }
            // Beside the run that it is compared with.
            if options.postgres && case.name == group.name {
                peers.push(pgbench(options.seconds)?);
            }
        }
    }
    for (case, (run, memory)) in cases.iter().zip(runs.iter().flatten()) {
        println!(
            "| {} | {:.0} | {:.2} | {:.2} | {} | {memory:.0} |",
            case.name,
            run.rate(),
            run.quantile_ms(0.5),
            run.quantile_ms(0.99),
            run.refused,
        );
    }
    let rates: Vec<f64> = runs.iter().flatten().map(|(run, _)| run.rate()).collect();
    let [one, group, batch, one_slow, slow, many, many_slow] = rates[..] else {
        anyhow::bail!("a run is missing");
    };
    println!();
    println!(
        "- group commit / one transaction per response: {:.1}×",
        group / one
    );
    println!(
        "- batch endpoint / one transaction per response: {:.1}×",
        batch / one
    );
    // Whoever is answered comes again with the next commit but one, or the next commit waits for all of them.
    let (clients, commit) = (options.connections as f64, 1.0 / one_slow);
    let most = (clients / (2.0 * commit)).max(clients / (commit + clients / group));
    println!(
        "- kept on the slow disk at {} connections: {:.0} % (commits of {:.1} ms one after the other allow {:.0} %)",
        options.connections,
        100.0 * slow / group,
        1000.0 * commit,
        100.0 * most / group
    );
    println!(
        "- kept on the slow disk at {wide} connections: {:.0} %",
        100.0 * many_slow / many
    );
    println!(
        "- one transaction per response keeps on the slow disk: {:.1} %",
        100.0 * one_slow / one
    );
    if options.postgres {
        let peer = peers.iter().sum::<f64>() / peers.len() as f64;
        println!(
            "- pgbench, one insert per transaction, 16 clients, after each run of group commit: {peer:.0}/s; group commit reaches {:.2} of it",
            group / peer
        );
    }
    Ok(())
}

/// What is measured.
#[derive(Debug, Clone)]
struct Case {
    name: String,
    connections: u64,
    per_request: u64,
    delay_ms: u64,
    one_by_one: bool,
}

impl Case {
    fn new(name: &str, connections: u64) -> Self {
        Case {
            name: name.to_owned(),
            connections,
            per_request: 1,
            delay_ms: 0,
            one_by_one: false,
        }
    }

    fn one_by_one(self) -> Self {
        Case {
            one_by_one: true,
            ..self
        }
    }

    fn slow(&self) -> Self {
        Case {
            name: format!("{}, commits {SLOW_MS} ms slower", self.name),
            delay_ms: SLOW_MS,
            ..self.clone()
        }
    }

    /// The run, and the server's peak memory in MB.
    async fn measure(
        &self,
        databases: &Databases,
        duration: Duration,
    ) -> anyhow::Result<(Run, f64)> {
        let mut database = databases.fresh(&self.name)?;
        let mut delay_ms = self.delay_ms;
        if databases.postgres && delay_ms > 0 {
            // The server waits by itself, between the commit and the flush of its log.
            let delay_us = 1000 * std::mem::take(&mut delay_ms);
            database += &format!("%20-c%20commit_delay%3D{delay_us}%20-c%20commit_siblings%3D0");
        }
        let server = Server::start(&database, delay_ms, self.one_by_one)?;
        let load = async |duration, first| {
            load::run(
                server.address,
                &server.key,
                self.connections,
                duration,
                self.per_request,
                first,
            )
            .await
        };
        load(Duration::from_secs(1), 0).await?;
        let run = load(duration, 5_000_000).await?;
        Ok((run, server.peak_memory_mb()?))
    }
}

/// A fresh database for each run.
struct Databases {
    postgres: bool,
    folder: std::path::PathBuf,
    made: Cell<u32>,
}

impl Databases {
    fn fresh(&self, name: &str) -> anyhow::Result<String> {
        self.made.set(self.made.get() + 1);
        let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let plain = format!("{}{name}", self.made.get());
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
