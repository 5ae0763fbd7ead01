//! How fast and how heavy the pages are that most people see, on the demo business, and the drivers of a large survey.

use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Args;

use crate::load::{Answer, Connection};

#[derive(Debug, Args)]
pub struct Options {
    /// The binary `radost`; beside this one when not said.
    #[arg(long)]
    binary: Option<std::path::PathBuf>,
    /// Requests per page.
    #[arg(long, default_value_t = 100)]
    requests: usize,
}

/// As many as the public file has that `examples/airline` is about.
const PASSENGERS: u64 = 129_880;
/// What `radost lake status` ends with when nothing waits.
const IN_LAKE: &str = "Everything recorded is in the lake.";

/// The demo, stopped when it is dropped.
struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub async fn run(options: Options) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let binary = match options.binary {
        Some(binary) => binary,
        None => std::env::current_exe()?.with_file_name("radost"),
    };
    // Another process at the demo's data, as an administrator's terminal is.
    let radost = |arguments: &[&str]| -> anyhow::Result<String> {
        let output = Command::new(&binary)
            .args(arguments)
            .args(["--workspace", "demo", "--data"])
            .arg(folder.path())
            .stdin(Stdio::null())
            .output()?;
        ensure!(
            output.status.success(),
            "radost {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(String::from_utf8(output.stdout)?)
    };
    let address: SocketAddr = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let begin = Instant::now();
    let child = Command::new(&binary)
        .args([
            "demo",
            "--still",
            "--listen",
            &address.to_string(),
            "--data",
        ])
        .arg(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("build the binary `radost` in the same profile first")?;
    let _demo = Demo(child);
    let mut guest = loop {
        ensure!(
            begin.elapsed() < Duration::from_secs(300),
            "the demo did not start"
        );
        if let Ok(mut connection) = Connection::open(address, "accept-language: uk\r\n").await
            && connection.send("GET", "/healthz", "").await.is_ok()
        {
            break connection;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    println!(
        "The demo business (two years, all places, people and answers) stands after {:.1} s.\n",
        begin.elapsed().as_secs_f64()
    );
    let lake_caught_up = || -> anyhow::Result<()> {
        let begin = Instant::now();
        while !radost(&["lake", "status"])?.contains(IN_LAKE) {
            ensure!(
                begin.elapsed() < Duration::from_secs(300),
                "the lake does not catch up"
            );
            std::thread::sleep(Duration::from_millis(500));
        }
        Ok(())
    };
    lake_caught_up()?;
    println!("| page | first ms | median ms | p99 ms | HTML bytes | with its CSS and JS |");
    println!("|---|---:|---:|---:|---:|---:|");
    measure(
        &mut guest,
        "respondent page, Ukrainian",
        "/s/demo/post-visit",
        options.requests,
    )
    .await?;
    let session = sign_in(address, &mut guest).await?;
    let mut staff = Connection::open(address, &format!("cookie: {session}\r\n")).await?;
    for (name, path) in [
        ("overview, last 90 days", "/"),
        ("overview, last 12 months", "/?period=12-months"),
        ("responses", "/responses"),
        ("surveys", "/surveys"),
        ("customers", "/customers"),
        ("breakdown", "/explain/breakdown"),
        (
            "breakdown, place × channel, 12 months",
            "/explain/breakdown?period=12-months&by=location.exact&by2=channel",
        ),
        ("trend", "/explain/trend"),
        ("drivers", "/explain/drivers"),
        ("Kano", "/explain/kano"),
        ("index", "/explain/index"),
        ("segments", "/explain/segments"),
        ("tuning", "/explain/tuning"),
        ("value map", "/explain/value"),
        ("benchmarks", "/explain/benchmarks"),
        ("KPIs", "/explain/kpis"),
    ] {
        measure(&mut staff, name, path, options.requests).await?;
    }
    let file = folder.path().join("passengers.csv");
    let file = file.display().to_string();
    crate::import::write_file(file.as_ref(), PASSENGERS)?;
    radost(&crate::import::SURVEY)?;
    radost(&crate::import::responses(&file))?;
    lake_caught_up()?;
    measure(
        &mut staff,
        &format!("drivers, 14 attributes, {PASSENGERS} responses"),
        "/explain/drivers?survey=airline",
        1,
    )
    .await
}

async fn measure(
    connection: &mut Connection,
    name: &str,
    path: &str,
    requests: usize,
) -> anyhow::Result<()> {
    let mut micros = Vec::with_capacity(requests);
    let sent = Instant::now();
    let mut page = connection.send("GET", path, "").await?;
    let first = sent.elapsed().as_secs_f64() * 1000.0;
    for _ in 0..requests {
        let sent = Instant::now();
        page = connection.send("GET", path, "").await?;
        micros.push(sent.elapsed().as_micros());
        ensure!(
            page.status == 200,
            "{path} answered {}: {}",
            page.status,
            page.head
        );
    }
    micros.sort_unstable();
    let at = |q: f64| micros[((micros.len() - 1) as f64 * q) as usize] as f64 / 1000.0;
    let mut all = page.body.len();
    let html = String::from_utf8_lossy(&page.body).into_owned();
    for address in linked(&html) {
        all += connection.send("GET", &address, "").await?.body.len();
    }
    println!(
        "| {name} | {first:.2} | {:.2} | {:.2} | {} | {all} |",
        at(0.5),
        at(0.99),
        page.body.len()
    );
    Ok(())
}

/// Style sheets and scripts of a page.
fn linked(html: &str) -> Vec<String> {
    html.split('"')
        .filter(|text| {
            text.starts_with("/assets/") && (text.ends_with(".css") || text.ends_with(".js"))
        })
        .map(str::to_owned)
        .collect()
}

/// Signs in as the demo's administrator; returns the session cookie.
async fn sign_in(address: SocketAddr, guest: &mut Connection) -> anyhow::Result<String> {
    let form = guest.send("GET", "/login", "").await?;
    let html = String::from_utf8_lossy(&form.body).into_owned();
    let (_, after) = html
        .split_once("name=\"csrf\" value=\"")
        .context("no form")?;
    let csrf = after.split('"').next().unwrap_or_default();
    let cookie = cookie(&form).context("no cookie")?;
    let headers =
        format!("cookie: {cookie}\r\ncontent-type: application/x-www-form-urlencoded\r\n");
    let mut connection = Connection::open(address, &headers).await?;
    let body = format!("csrf={csrf}&email=admin%40lypa.example&password=radost-demo");
    let answer = connection.send("POST", "/login", &body).await?;
    ensure!(
        answer.status == 303,
        "signing in answered {}",
        answer.status
    );
    cookie_of(&answer, "radost_session").context("no session")
}

fn cookie(answer: &Answer) -> Option<String> {
    answer
        .header("set-cookie")?
        .split(';')
        .next()
        .map(str::to_owned)
}

fn cookie_of(answer: &Answer, name: &str) -> Option<String> {
    answer
        .head
        .lines()
        .filter_map(|line| line.strip_prefix("set-cookie: "))
        .filter_map(|line| line.split(';').next())
        .find(|pair| pair.starts_with(name))
        .map(str::to_owned)
}
