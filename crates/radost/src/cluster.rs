//! The processes of a cluster, and how a server reaches them.
#![expect(
    clippy::print_stdout,
    reason = "for whoever starts them, and for scripts that wait until they are ready"
)]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use radost_app::lake::{Cluster, Executor, Lake, LakeError};

use crate::lake::open;
use crate::stopped;

/// Who answers queries over the lake.
#[derive(Debug, Clone, Args)]
pub(crate) struct Answering {
    /// `df://host:port` of a scheduler (`radost scheduler`), whose executors answer queries over the lake; without it this process
    /// does. The lake must be where all of them find it under the same name.
    #[arg(long, env = "RADOST_CLUSTER")]
    cluster: Option<Cluster>,
}

impl Answering {
    /// A lake whose queries are answered so.
    pub(crate) fn over(&self, lake: Lake) -> Result<Lake, LakeError> {
        match &self.cluster {
            Some(cluster) => lake.with_cluster(cluster.clone()),
            None => Ok(lake),
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Scheduling {
    /// Address on which executors and servers reach it; port 0 takes a free one.
    #[arg(
        long,
        env = "RADOST_SCHEDULER_LISTEN",
        default_value = "127.0.0.1:50050"
    )]
    listen: SocketAddr,
    /// Folder or `s3://bucket/path` of the lake, as every machine of the cluster finds it.
    #[arg(long, env = "RADOST_LAKE")]
    lake: String,
    /// An executor that has not been heard of for so many seconds is lost, and others do its work again.
    #[arg(
        long,
        env = "RADOST_EXECUTOR_PATIENCE_SECONDS",
        default_value_t = 30,
        // Busy executors call every five seconds.
        value_parser = clap::value_parser!(u64).range(6..=3600)
    )]
    patience_seconds: u64,
}

#[derive(Debug, Args)]
pub(crate) struct Executing {
    /// `df://host:port` of the scheduler.
    #[arg(long, env = "RADOST_SCHEDULER")]
    scheduler: Cluster,
    /// Folder or `s3://bucket/path` of the lake, as every machine of the cluster finds it.
    #[arg(long, env = "RADOST_LAKE")]
    lake: String,
    /// Address on which servers and other executors fetch what it found; port 0 takes a free one.
    #[arg(
        long,
        env = "RADOST_EXECUTOR_LISTEN",
        default_value = "127.0.0.1:50051"
    )]
    listen: SocketAddr,
    /// How many tasks it does at once; 0 for as many as there are processors.
    #[arg(
        long,
        env = "RADOST_EXECUTOR_CONCURRENT_TASKS",
        default_value_t = 0,
        value_parser = clap::value_parser!(u16).range(..=1024)
    )]
    concurrent_tasks: u16,
    /// Folder for intermediate results; without it the machine's temporary folder.
    #[arg(long, env = "RADOST_EXECUTOR_WORK")]
    work: Option<PathBuf>,
}

pub(crate) async fn schedule(scheduling: Scheduling) -> anyhow::Result<()> {
    let lake = open(&scheduling.lake)?;
    let listener = crate::listen(scheduling.listen).await?;
    let here = Cluster::from(listener.local_addr()?);
    println!("The scheduler listens on {here}");
    let patience = Duration::from_secs(scheduling.patience_seconds);
    tokio::select! {
        ended = lake.schedule(&here, listener, patience) => ended?,
        () = stopped() => {}
    }
    Ok(())
}

pub(crate) async fn execute(executing: Executing) -> anyhow::Result<()> {
    let lake = open(&executing.lake)?;
    // Held for this moment only: a taken address, or a free port, is found out before anybody is told of it.
    let listen = crate::listen(executing.listen).await?.local_addr()?;
    let parent = executing.work.unwrap_or_else(std::env::temp_dir);
    let folder = tempfile::Builder::new()
        .prefix("radost-executor-")
        .tempdir_in(&parent)
        .with_context(|| format!("no folder can be made in {}", parent.display()))?;
    let executor = Executor {
        scheduler: executing.scheduler.clone(),
        listen,
        tasks: executing.concurrent_tasks.into(),
        work: folder.path().to_owned(),
    };
    let asked = tokio::spawn(stopped());
    let ready = || println!("The executor on {listen} works for {}", executing.scheduler);
    lake.execute(executor, ready).await?;
    if !asked.is_finished() {
        bail!("the executor stopped, and nobody had asked it to");
    }
    Ok(())
}
