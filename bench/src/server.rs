//! The server under load, as a child process that is really killed.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Args;
use radost_app::domain::Language;
use radost_app::domain::access::{Actor, Permission};
use radost_app::explain::{History, HistoryOptions};
use radost_app::lake::Lake;
use radost_app::listen::NewSurvey;
use radost_app::listen::intake::IntakeOptions;
use radost_app::{App, AppOptions, Store};
use radost_server::ServerOptions;

#[derive(Debug, Args)]
pub struct Options {
    /// Path of an SQLite file, or `postgres://…`.
    #[arg(long)]
    database: String,
    /// Milliseconds added to each commit.
    #[arg(long, default_value_t = 0)]
    commit_delay_ms: u64,
    /// One transaction per submission.
    #[arg(long)]
    one_by_one: bool,
    /// The lake that is written beside; without it there is none.
    #[arg(long, value_name = "FOLDER")]
    lake: Option<String>,
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    pub key: String,
}

impl Server {
    pub fn start(database: &str, commit_delay_ms: u64, one_by_one: bool) -> anyhow::Result<Server> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args([
            "server",
            "--database",
            database,
            "--commit-delay-ms",
            &commit_delay_ms.to_string(),
        ]);
        if one_by_one {
            command.arg("--one-by-one");
        }
        Server::spawn(command)
    }

    /// On an SQLite file, with a lake beside it.
    pub fn with_lake(database: &str, lake: &str) -> anyhow::Result<Server> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["server", "--database", database, "--lake", lake]);
        Server::spawn(command)
    }

    fn spawn(mut command: Command) -> anyhow::Result<Server> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        let (address, key) = line
            .trim()
            .split_once(' ')
            .with_context(|| format!("the server said `{line}`"))?;
        Ok(Server {
            address: address.parse()?,
            key: key.to_owned(),
            child,
        })
    }

    /// SIGKILL: nothing is flushed, nothing is said.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Peak resident memory in MB.
    pub fn peak_memory_mb(&self) -> anyhow::Result<f64> {
        peak_memory_mb(self.child.id())
    }
}

/// Peak resident memory of a process in MB.
pub fn peak_memory_mb(process: u32) -> anyhow::Result<f64> {
    let status =
        std::fs::read_to_string(Path::new("/proc").join(process.to_string()).join("status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .context("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
}

/// Waits for a command and tells its seconds from `begin` and its peak resident memory in MB.
pub fn finish(mut child: Child, begin: Instant) -> anyhow::Result<(f64, f64)> {
    let mut peak: f64 = 0.0;
    let status = loop {
        if let Ok(now) = peak_memory_mb(child.id()) {
            peak = peak.max(now);
        }
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let seconds = begin.elapsed().as_secs_f64();
    anyhow::ensure!(status.success(), "the command ended with {status}");
    Ok((seconds, peak))
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

#[expect(clippy::disallowed_methods, reason = "a program, like the binary")]
pub async fn run(options: Options) -> anyhow::Result<()> {
    let mut store = Store::open(&options.database).await?;
    if options.commit_delay_ms > 0 {
        store = store.with_commit_delay(Duration::from_millis(options.commit_delay_ms));
    }
    let lake = options.lake.as_deref().map(|place| Lake::open(place, []));
    let lake = lake.transpose()?;
    let app = App::new(AppOptions {
        store,
        lake: lake.clone(),
        clock: Arc::new(jiff::Timestamp::now),
        ids: Arc::new(uuid::Uuid::now_v7),
        intake: IntakeOptions {
            one_by_one: options.one_by_one,
            ..IntakeOptions::default()
        },
        files: std::env::temp_dir(),
    });
    let console = match app.workspaces().await?.first() {
        Some(workspace) => Actor::console(workspace.id),
        None => {
            let workspace = app
                .create_workspace("bench".parse()?, "Bench", "UTC", Language::En)
                .await?;
            let console = Actor::console(workspace.id);
            let new = NewSurvey::Ready {
                template: "post-visit".into(),
                code: "post-visit".parse()?,
            };
            app.create_survey(&console, new).await?;
            app.publish_survey(&console, "post-visit").await?;
            console
        }
    };
    let _writer = lake.map(|lake| {
        let history = History::new(app.clone(), lake, HistoryOptions::default());
        tokio::spawn(history.run())
    });
    let scopes = [
        Permission::RecordResponses,
        Permission::SeeResponses,
        Permission::SeeResults,
    ];
    let scopes = scopes.into();
    let key = app.create_api_key(&console, "bench", scopes).await?.secret;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{} {key}", listener.local_addr()?);
    std::io::stdout().flush()?;
    radost_server::serve(
        listener,
        app,
        ServerOptions::default(),
        std::future::pending(),
    )
    .await?;
    Ok(())
}
