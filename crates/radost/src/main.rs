//! The command line of Radost: configuration and assembly.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use radost_app::explain::History;
use radost_app::lake::Lake;
use radost_app::listen::intake::IntakeOptions;
use radost_app::{App, AppOptions, Clock, Ids, Store};
use radost_server::ServerOptions;

mod analyst;
mod cluster;
mod config_reference;
mod console;
mod demo;
mod doctor;
mod import;
mod lake;

/// What one thread allocates another frees, all day long: rows between readers, committer and database.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Self-hosted customer satisfaction: listen, measure, explain, act.
#[derive(Debug, Parser)]
#[command(name = "radost", version, about)]
struct Cli {
    /// What to log on standard error: levels by module, as `warn,radost=debug`.
    #[arg(
        long,
        env = "RADOST_LOG",
        default_value = "warn,radost=info",
        global = true
    )]
    log: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the server.
    Serve(Serve),
    /// Start the server with an invented business: two years of answers, and new ones while it runs.
    Demo(demo::Demo),
    /// Those who sign in.
    #[command(subcommand)]
    User(console::User),
    /// Workspaces: each has its own surveys, places, people and answers.
    #[command(subcommand)]
    Workspace(console::Workspace),
    /// Surveys.
    #[command(subcommand)]
    Survey(console::Survey),
    /// Keys with which programs sign in.
    #[command(subcommand)]
    Key(console::Key),
    /// Print the OpenAPI document of the API.
    Openapi,
    /// Check what Radost needs from the machine.
    Doctor(Place),
    /// The columnar history: one Delta table a survey, which analysts open with their own tools.
    #[command(subcommand)]
    Lake(lake::Lake),
    /// Start the scheduler of a cluster that answers queries over the lake.
    ///
    /// It hands the work to executors (`radost executor`), and servers started with `--cluster df://host:port` ask it. Nobody is
    /// asked who they are, neither here nor by executors, and nothing is encrypted: whoever reaches them can read the lake.
    /// Keep them in a private network.
    Scheduler(cluster::Scheduling),
    /// Start an executor of a cluster: as many as there are machines to share the work.
    ///
    /// Nobody is asked who they are and nothing is encrypted: whoever reaches an executor can read what it found in the lake.
    /// Keep it in a private network.
    Executor(cluster::Executing),
    /// Import files.
    Import(Import),
    #[command(flatten)]
    Analyst(Box<analyst::Analyst>),
    /// Print the configuration reference (docs/CONFIG.md).
    #[command(hide = true)]
    ConfigReference,
}

#[derive(Debug, Args)]
struct Import {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    what: Imported,
}

#[derive(Debug, Subcommand)]
enum Imported {
    Responses(import::ImportResponses),
    /// Import places from a CSV file: code, name, kind, parent, time_zone.
    Locations(import::ImportRecords),
    /// Import employees from a CSV file: code, name, job, location.
    Employees(import::ImportRecords),
    /// Import customers from a CSV file: external_id, name, email, phone, language, time_zone, segment_….
    Customers(import::ImportRecords),
    /// Import numbers of others from a CSV file: name, metric, value, source, year, and where known scale, n, low, high, industry, country, source_url, note.
    Benchmarks(import::ImportRecords),
}

/// Where everything is kept.
#[derive(Debug, Clone, Args)]
pub(crate) struct Place {
    /// Folder for everything that is kept.
    #[arg(long, env = "RADOST_DATA", default_value = "data", global = true)]
    pub(crate) data: PathBuf,
    /// `postgres://…`; without it an SQLite file in the data folder.
    #[arg(long, env = "RADOST_DATABASE", hide_env_values = true, global = true)]
    pub(crate) database: Option<String>,
}

impl Place {
    /// The address of the database.
    pub(crate) fn database(&self) -> String {
        let file = || self.data.join("radost.db").display().to_string();
        self.database.clone().unwrap_or_else(file)
    }
}

#[derive(Debug, Args)]
struct Serve {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    lake: lake::Written,
    #[command(flatten)]
    door: Door,
    /// E-mail address of the administrator made at the first start.
    #[arg(long, env = "RADOST_ADMIN_EMAIL", default_value = "admin@localhost")]
    admin_email: String,
}

/// How people reach the server.
#[derive(Debug, Clone, Args)]
pub(crate) struct Door {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, env = "RADOST_LISTEN", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// People reach the server over TLS (a proxy in front): cookies become `Secure`.
    #[arg(long, env = "RADOST_BEHIND_TLS")]
    behind_tls: bool,
    /// Believe the `X-Forwarded-For` of the proxy in front.
    #[arg(long, env = "RADOST_TRUST_PROXY")]
    trust_proxy: bool,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        #[expect(
            clippy::print_stderr,
            reason = "this is where a command says why it failed"
        )]
        Err(error) => {
            eprintln!("radost: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let filter = tracing_subscriber::EnvFilter::try_new(&cli.log)
        .with_context(|| format!("`{}` does not say what to log", cli.log))?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    match cli.command {
        Command::Analyst(command) => return Ok(analyst::run(*command).await),
        Command::Serve(serve) => self::serve(serve).await,
        Command::Demo(demo) => demo::run(demo).await,
        Command::User(user) => console::user(user).await,
        Command::Workspace(workspace) => console::workspace(workspace).await,
        Command::Survey(survey) => console::survey(survey).await,
        Command::Key(key) => console::key(key).await,
        Command::Openapi => console::openapi(),
        Command::Lake(command) => lake::run(command).await,
        Command::Scheduler(scheduling) => cluster::schedule(scheduling).await,
        Command::Executor(executing) => cluster::execute(executing).await,
        Command::Doctor(place) => doctor::run(&place).await,
        Command::ConfigReference => config_reference::print(),
        Command::Import(Import { place, what }) => match what {
            Imported::Responses(args) => import::run(open(&place, None).await?, args).await,
            Imported::Locations(args) => import::locations(open(&place, None).await?, args).await,
            Imported::Employees(args) => import::employees(open(&place, None).await?, args).await,
            Imported::Customers(args) => import::customers(open(&place, None).await?, args).await,
            Imported::Benchmarks(args) => import::benchmarks(open(&place, None).await?, args).await,
        },
    }?;
    Ok(ExitCode::SUCCESS)
}

/// Opens the records and starts the application with the machine's clock.
pub(crate) async fn open(place: &Place, lake: Option<Lake>) -> anyhow::Result<Arc<App>> {
    let store = open_store(place).await?;
    Ok(start(
        store,
        lake,
        &place.data,
        Arc::new(clock),
        Arc::new(new_id),
    ))
}

/// Opens the records.
pub(crate) async fn open_store(place: &Place) -> anyhow::Result<Store> {
    std::fs::create_dir_all(&place.data)
        .with_context(|| format!("the folder {} cannot be made", place.data.display()))?;
    Store::open(&place.database())
        .await
        .context("the database cannot be opened")
}

/// Starts the application on its records, and on its lake where it is to ask that too.
pub(crate) fn start(
    store: Store,
    lake: Option<Lake>,
    data: &Path,
    clock: Clock,
    ids: Ids,
) -> Arc<App> {
    App::new(AppOptions {
        store,
        lake,
        clock,
        ids,
        intake: IntakeOptions::default(),
        files: data.join("files"),
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the machine's clock is read"
)]
pub(crate) fn clock() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where ids are made"
)]
pub(crate) fn new_id() -> uuid::Uuid {
    uuid::Uuid::now_v7()
}

async fn serve(serve: Serve) -> anyhow::Result<()> {
    let listener = listen(serve.door.listen).await?;
    let store = open_store(&serve.place).await?;
    let lake = serve.lake.open(&serve.place.data)?;
    let app = start(
        store.clone(),
        Some(lake.clone()),
        &serve.place.data,
        Arc::new(clock),
        Arc::new(new_id),
    );
    let first = app.first_run(&serve.admin_email).await?;
    #[expect(
        clippy::print_stdout,
        reason = "for whoever starts it; a secret must not go into the log"
    )]
    {
        if let Some(first) = first {
            println!(
                "First start. Sign in as {} with the one-time password {}",
                first.email, first.password
            );
        }
        println!("Radost listens on http://{}", listener.local_addr()?);
    }
    let history = serve.lake.history(&app, lake);
    answer(listener, app, history, &serve.door, store).await
}

/// Takes the address before anything else is done, so that a taken one is found out at once.
pub(crate) async fn listen(address: SocketAddr) -> anyhow::Result<tokio::net::TcpListener> {
    tokio::net::TcpListener::bind(address)
        .await
        .with_context(|| format!("{address} cannot be listened on"))
}

/// How long requests under way have to finish after the process was asked to stop.
const LAST_ORDERS: Duration = Duration::from_secs(10);

/// Answers requests until the process is asked to stop, then closes the records.
pub(crate) async fn answer(
    listener: tokio::net::TcpListener,
    app: Arc<App>,
    history: History,
    door: &Door,
    store: Store,
) -> anyhow::Result<()> {
    start_consumers(&app, history);
    let options = ServerOptions {
        behind_tls: door.behind_tls,
        trust_proxy: door.trust_proxy,
    };
    let (stop, stopping) = tokio::sync::watch::channel(false);
    tokio::spawn(async move {
        stopped().await;
        let _ = stop.send(true);
    });
    let asked = |mut stopping: tokio::sync::watch::Receiver<bool>| async move {
        let _ = stopping.wait_for(|stopping| *stopping).await;
    };
    let server = radost_server::serve(listener, app, options, asked(stopping.clone()));
    tokio::select! {
        served = server => served.context("the server failed")?,
        // A browser that keeps a connection open must not keep the process from stopping.
        () = async { asked(stopping).await; tokio::time::sleep(LAST_ORDERS).await } => {
            tracing::warn!("stopped with requests under way");
        }
    }
    store.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Starts whatever follows from recorded responses. Every consumer of the event log is started here, for `serve` and
/// `demo` alike.
fn start_consumers(app: &Arc<App>, history: History) {
    tokio::spawn(app.clone().run_consumers());
    tokio::spawn(history.run());
}

/// Resolves when the process is asked to stop.
pub(crate) async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
        }
        Err(_) => {
            let _ = interrupt.await;
        }
    }
}
