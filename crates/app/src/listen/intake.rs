//! The one door through which every answer comes in: group commit.
//!
//! Submissions that arrive while a transaction is being committed wait in a bounded queue and go into the next one
//! together, so that one flush of the disk serves many. Each is acknowledged only after its own transaction is durable.
//! A full queue refuses at once: memory is bounded and nobody waits for an answer that would come too late.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use radost_domain::name::{ResponseId, WorkspaceId};
use radost_store::{ResponseRow, Store, StoreError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

use crate::{AppError, Clock};

/// How answers are gathered into transactions.
#[derive(Debug, Clone, Copy)]
pub struct IntakeOptions {
    /// Most responses that may wait or be under way.
    pub queue: usize,
    /// Most responses of one transaction, unless one submission alone has more.
    pub batch: usize,
    /// How long a transaction waits for company at most: a quarter of what the one before took, up to this.
    pub linger: Duration,
    /// One transaction per submission: only to measure what group commit is worth.
    pub one_by_one: bool,
}

impl Default for IntakeOptions {
    fn default() -> Self {
        IntakeOptions {
            queue: 32_768,
            batch: 512,
            linger: Duration::from_millis(2),
            one_by_one: false,
        }
    }
}

/// Shorter waits are not worth a timer.
const WORTH_WAITING: Duration = Duration::from_millis(1);

struct Job {
    workspace: WorkspaceId,
    rows: Vec<ResponseRow>,
    reply: oneshot::Sender<Result<Vec<ResponseId>, AppError>>,
    _room: OwnedSemaphorePermit,
}

/// The queue and its committer.
#[derive(Debug)]
pub(crate) struct Intake {
    jobs: mpsc::UnboundedSender<Job>,
    room: Arc<Semaphore>,
    /// Wakes the consumers of events after a commit.
    pub(crate) recorded: tokio::sync::Notify,
    most: usize,
}

impl Intake {
    pub(crate) fn start(store: Store, clock: Clock, options: IntakeOptions) -> Self {
        // The semaphore bounds the queue by responses rather than by jobs, so the channel itself need not be bounded.
        let (jobs, queue) = mpsc::unbounded_channel();
        let room = Arc::new(Semaphore::new(options.queue));
        tokio::spawn(commit_groups(store, clock, options, queue));
        Intake {
            jobs,
            room,
            recorded: tokio::sync::Notify::new(),
            most: options.queue,
        }
    }

    /// Records responses; returns when they are durable.
    ///
    /// # Errors
    /// [`AppError::Full`] when the queue has no room; [`AppError::Store`] when the database did not take them.
    pub(crate) async fn record(
        &self,
        workspace: WorkspaceId,
        rows: Vec<ResponseRow>,
    ) -> Result<Vec<ResponseId>, AppError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let count = u32::try_from(rows.len()).map_err(|_| AppError::Full)?;
        let room = self.room.clone().try_acquire_many_owned(count);
        self.queue(workspace, rows, room.map_err(|_| AppError::Full)?)
            .await
    }

    /// Records responses like [`record`](Self::record), but waits for room: for an import, which has time.
    ///
    /// # Errors
    /// [`AppError::Store`] when the database did not take them; [`AppError::Full`] when there are more than the queue
    /// can ever hold.
    pub(crate) async fn record_waiting(
        &self,
        workspace: WorkspaceId,
        rows: Vec<ResponseRow>,
    ) -> Result<Vec<ResponseId>, AppError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let count = u32::try_from(rows.len()).map_err(|_| AppError::Full)?;
        if rows.len() > self.most {
            return Err(AppError::Full);
        }
        let room = self.room.clone().acquire_many_owned(count).await;
        self.queue(workspace, rows, room.map_err(|_| AppError::Full)?)
            .await
    }

    async fn queue(
        &self,
        workspace: WorkspaceId,
        rows: Vec<ResponseRow>,
        room: OwnedSemaphorePermit,
    ) -> Result<Vec<ResponseId>, AppError> {
        let (reply, answer) = oneshot::channel();
        self.jobs
            .send(Job {
                workspace,
                rows,
                reply,
                _room: room,
            })
            .map_err(|_| AppError::Full)?;
        // The committer answers every job; if it is gone, the process is going down.
        let ids = answer.await.map_err(|_| AppError::Full)??;
        self.recorded.notify_one();
        Ok(ids)
    }
}

async fn commit_groups(
    store: Store,
    clock: Clock,
    options: IntakeOptions,
    mut queue: mpsc::UnboundedReceiver<Job>,
) {
    let (mut last, mut took) = (0, Duration::ZERO);
    while let Some(job) = queue.recv().await {
        let mut rows = job.rows.len();
        let mut jobs = vec![job];
        if !options.one_by_one {
            take_waiting(&mut queue, &mut jobs, &mut rows, options.batch);
            // Where commits are slow, waiting for those who were answered a moment ago and are about to come again means one
            // commit for all instead of two halves in turns. Where they are quick, nobody waits for anybody.
            let wait = (took / 4).min(options.linger);
            if last > 1 && wait >= WORTH_WAITING {
                let expected = last + jobs.len();
                let until = Instant::now() + wait;
                while jobs.len() < expected && rows < options.batch {
                    let Ok(Some(job)) = timeout_at(until, queue.recv()).await else {
                        break;
                    };
                    rows += job.rows.len();
                    jobs.push(job);
                }
            }
        }
        last = jobs.len();
        let begun = Instant::now();
        commit(&store, &clock, jobs).await;
        took = begun.elapsed();
    }
}

fn take_waiting(
    queue: &mut mpsc::UnboundedReceiver<Job>,
    jobs: &mut Vec<Job>,
    rows: &mut usize,
    most: usize,
) {
    while *rows < most {
        let Ok(job) = queue.try_recv() else { break };
        *rows += job.rows.len();
        jobs.push(job);
    }
}

async fn commit(store: &Store, clock: &Clock, jobs: Vec<Job>) {
    match commit_once(store, clock, &jobs).await {
        Ok(ids) => {
            for (job, ids) in jobs.into_iter().zip(ids) {
                // Whoever went away meanwhile will ask again with the same client id.
                let _ = job.reply.send(Ok(ids));
            }
        }
        // One bad submission must not take the others down: each is tried alone.
        Err(error) if jobs.len() > 1 && !error.is_temporary() => {
            for job in jobs {
                let result = commit_once(store, clock, std::slice::from_ref(&job)).await;
                let result = result
                    .map(|mut ids| ids.pop().unwrap_or_default())
                    .map_err(AppError::from);
                let _ = job.reply.send(result);
            }
        }
        Err(error) => {
            tracing::warn!(%error, cause = ?std::error::Error::source(&error), "responses could not be committed");
            let error = Arc::new(error);
            for job in jobs {
                let _ = job.reply.send(Err(AppError::Store(error.clone())));
            }
        }
    }
}

async fn commit_once(
    store: &Store,
    clock: &Clock,
    jobs: &[Job],
) -> Result<Vec<Vec<ResponseId>>, StoreError> {
    // Workspaces in one fixed order, so that two servers never wait for each other's rows.
    let mut by_workspace: BTreeMap<WorkspaceId, Vec<usize>> = BTreeMap::new();
    for (index, job) in jobs.iter().enumerate() {
        by_workspace.entry(job.workspace).or_default().push(index);
    }
    let mut ids: Vec<Vec<ResponseId>> = jobs.iter().map(|_| Vec::new()).collect();
    let mut tx = store.begin().await?;
    for (workspace, indices) in by_workspace {
        let rows: Vec<&ResponseRow> = indices
            .iter()
            .flat_map(|&index| &jobs[index].rows)
            .collect();
        let mut recorded = tx
            .insert_responses(workspace, &rows, clock())
            .await?
            .into_iter();
        for index in indices {
            ids[index] = recorded.by_ref().take(jobs[index].rows.len()).collect();
        }
    }
    tx.commit().await?;
    Ok(ids)
}
