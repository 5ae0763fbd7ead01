//! The command line of Radost: configuration and assembly.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use radost_app::listen::intake::IntakeOptions;
use radost_app::{App, AppOptions, Store};
use radost_server::ServerOptions;

mod import;

/// What one thread allocates another frees, all day long: rows between readers, committer and database.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Self-hosted customer satisfaction: listen, measure, explain, act.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the server.
    Serve(Serve),
    /// Import files.
    Import(Import),
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
}

/// Where everything is kept.
#[derive(Debug, Args)]
struct Place {
    /// Folder for everything that is kept.
    #[arg(long, env = "RADOST_DATA", default_value = "data")]
    data: PathBuf,
    /// `postgres://…`; without it an SQLite file in the data folder.
    #[arg(long, env = "RADOST_DATABASE")]
    database: Option<String>,
}

#[derive(Debug, Args)]
struct Serve {
    #[command(flatten)]
    place: Place,
    /// Address to listen on.
    #[arg(long, env = "RADOST_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// People reach the server over TLS (a proxy in front): cookies become `Secure`.
    #[arg(long, env = "RADOST_BEHIND_TLS")]
    behind_tls: bool,
    /// Believe the `X-Forwarded-For` of the proxy in front.
    #[arg(long, env = "RADOST_TRUST_PROXY")]
    trust_proxy: bool,
    /// E-mail address of the administrator made at the first start.
    #[arg(long, env = "RADOST_ADMIN_EMAIL", default_value = "admin@localhost")]
    admin_email: String,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_from_env("RADOST_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    match Cli::parse().command {
        Command::Serve(serve) => self::serve(serve).await,
        Command::Import(Import { place, what }) => match what {
            Imported::Responses(args) => import::run(open(&place).await?, args).await,
        },
    }
}

/// Opens the records and starts the application with the machine's clock.
async fn open(place: &Place) -> anyhow::Result<Arc<App>> {
    std::fs::create_dir_all(&place.data)
        .with_context(|| format!("the folder {} cannot be made", place.data.display()))?;
    let file = place.data.join("radost.db");
    let database = place
        .database
        .clone()
        .unwrap_or_else(|| file.display().to_string());
    let store = Store::open(&database)
        .await
        .context("the database cannot be opened")?;
    Ok(App::new(AppOptions {
        store,
        clock: Arc::new(clock),
        ids: Arc::new(new_id),
        intake: IntakeOptions::default(),
        files: place.data.join("files"),
    }))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the machine's clock is read"
)]
fn clock() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where ids are made"
)]
fn new_id() -> uuid::Uuid {
    uuid::Uuid::now_v7()
}

async fn serve(serve: Serve) -> anyhow::Result<()> {
    let app = open(&serve.place).await?;
    if let Some(first) = app.first_run(&serve.admin_email).await? {
        #[expect(clippy::print_stdout, reason = "a secret must not go into the log")]
        {
            println!(
                "First start. Sign in as {} with the one-time password {}",
                first.email, first.password
            );
        }
    }
    let listener = tokio::net::TcpListener::bind(serve.listen)
        .await
        .with_context(|| format!("{} is not free to listen on", serve.listen))?;
    tracing::info!("listening on http://{}", listener.local_addr()?);
    let options = ServerOptions {
        behind_tls: serve.behind_tls,
        trust_proxy: serve.trust_proxy,
    };
    radost_server::serve(listener, app, options, stopped()).await?;
    Ok(())
}

/// Resolves when the process is asked to stop.
async fn stopped() {
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
