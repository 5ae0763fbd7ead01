//! SIGKILL in the middle of a load: everything acknowledged must be there afterwards, nothing twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, ensure};
use clap::Args;

use crate::load::{Connection, answer_set};
use crate::server::Server;

#[derive(Debug, Args)]
pub struct Options {
    /// On PostgreSQL (its URL in RADOST_TEST_POSTGRES) instead of SQLite.
    #[arg(long)]
    postgres: bool,
    /// How often the server is killed.
    #[arg(long, default_value_t = 5)]
    rounds: u64,
    /// Connections.
    #[arg(long, default_value_t = 32)]
    connections: u64,
}

pub async fn run(options: Options) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let database = if options.postgres {
        crate::intake::fresh_postgres("kill")?
    } else {
        folder.path().join("radost.db").display().to_string()
    };
    let acknowledged: Arc<Mutex<BTreeMap<u64, String>>> = Arc::default();
    for round in 0..options.rounds {
        let mut server = Server::start(&database, 0, false)?;
        let mut workers = tokio::task::JoinSet::new();
        for worker in 0..options.connections {
            let mut connection = Connection::with_key(server.address, &server.key).await?;
            let acknowledged = acknowledged.clone();
            workers.spawn(async move {
                for step in 0.. {
                    let number = (round * 1_000 + worker) * 1_000_000 + step;
                    let body = format!(
                        r#"{{"survey":"post-visit","response":{}}}"#,
                        answer_set(number)
                    );
                    // The kill shows as a closed connection: what was under way then is not acknowledged.
                    let Ok((201, answer)) = connection.post(&body).await else {
                        return;
                    };
                    let answer: serde_json::Value =
                        serde_json::from_slice(&answer).unwrap_or_default();
                    if let (Some(id), Ok(mut acknowledged)) =
                        (answer["id"].as_str(), acknowledged.lock())
                    {
                        acknowledged.insert(number, id.to_owned());
                    }
                }
            });
        }
        // A different moment each round, so that the kill meets different steps of a commit.
        tokio::time::sleep(Duration::from_millis(700 + 137 * round)).await;
        server.kill()?;
        while workers.join_next().await.is_some() {}
        println!(
            "round {}: {} acknowledged so far",
            round + 1,
            acknowledged.lock().map_or(0, |known| known.len())
        );
    }
    let server = Server::start(&database, 0, false)?;
    let mut connection = Connection::with_key(server.address, &server.key).await?;
    let acknowledged = acknowledged
        .lock()
        .map_err(|_| anyhow::anyhow!("a worker panicked"))?
        .clone();
    ensure!(
        !acknowledged.is_empty(),
        "nothing was acknowledged: the test tested nothing"
    );
    let mut seen = BTreeSet::new();
    for (number, id) in &acknowledged {
        // The same client id again: the first result, or the response was lost.
        let body = format!(
            r#"{{"survey":"post-visit","response":{}}}"#,
            answer_set(*number)
        );
        let (status, answer) = connection.post(&body).await?;
        let answer: serde_json::Value = serde_json::from_slice(&answer)?;
        ensure!(
            status == 200,
            "response {number} was acknowledged as {id} and is gone ({status})"
        );
        ensure!(
            answer["id"].as_str() == Some(id),
            "response {number} was {id} and is now {answer}"
        );
        ensure!(seen.insert(id.clone()), "two responses share the id {id}");
    }
    let count = seen.len();
    println!(
        "{count} acknowledged responses are there after {} kills, none twice",
        options.rounds
    );
    drop(server);
    let stored = stored(&database)
        .await
        .context("the records cannot be counted")?;
    println!(
        "{} responses and {} events are stored; events are numbered without gaps",
        stored.0, stored.1
    );
    ensure!(stored.0 == stored.1, "every response has one event");
    Ok(())
}

/// Responses and events, after checking that events are numbered 1, 2, 3 …
async fn stored(database: &str) -> anyhow::Result<(usize, usize)> {
    let store = radost_app::Store::open(database).await?;
    let mut tx = store.read().await?;
    let workspace = *tx.workspace_ids().await?.first().context("no workspace")?;
    let mut responses = BTreeSet::new();
    let mut last = 0;
    loop {
        let events = tx.events_after(workspace, last, 10_000).await?;
        if events.is_empty() {
            break;
        }
        for event in events {
            ensure!(
                event.sequence == last + 1,
                "event {} follows {last}",
                event.sequence
            );
            last = event.sequence;
            let response = event.event.response();
            ensure!(
                tx.response(workspace, response).await?.is_some(),
                "event {last} tells of a response that is not there"
            );
            ensure!(
                responses.insert(response),
                "response {response} has two events"
            );
        }
    }
    Ok((responses.len(), usize::try_from(last)?))
}
