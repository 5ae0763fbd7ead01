//! The one door through which every answer comes in: group commit.
//!
//! Submissions that arrive while a transaction is being committed wait in a bounded queue and go into the next one
//! together, so that one flush of the disk serves many. Each is acknowledged only after its own transaction is durable.
//! A full queue refuses at once: memory is bounded and nobody waits for an answer that would come too late.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use radost_domain::name::{ResponseId, WorkspaceId};
use radost_store::{Engine, Recorder, ResponseRow, Store, StoreError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;

use crate::{AppError, Clock};

/// How answers are gathered into transactions.
#[derive(Debug, Clone, Copy)]
pub struct IntakeOptions {
    /// Most responses that may wait or be under way.
    pub queue: usize,
    /// Most responses of one transaction, unless one submission alone has more.
    pub batch: usize,
    /// How long a transaction waits for company at most: half of what the one before took, up to this.
    pub linger: Duration,
    /// One transaction per submission: only to measure what group commit is worth.
    pub one_by_one: bool,
}

impl Default for IntakeOptions {
    fn default() -> Self {
        IntakeOptions {
            queue: 32_768,
            batch: 512,
            linger: Duration::from_millis(5),
            one_by_one: false,
        }
    }
}

/// Transactions at the same time on PostgreSQL; SQLite has one writer.
const LINES: usize = 2;
/// Shorter waits are not worth a timer.
const WORTH_WAITING: Duration = Duration::from_micros(1_500);

/// A transaction waiting for company. Where commits are slow, waiting for those who were answered just now and are about to
/// come again means one commit for all instead of two halves in turns. Where they are quick, or where people come again so
/// slowly that a commit would be over before, nobody waits.
#[derive(Debug, Clone, Copy)]
struct Linger {
    since: Instant,
    until: Instant,
    /// Submissions that were there already, and how many were answered and may come again.
    had: usize,
    missed: usize,
}

impl Linger {
    /// After a transaction of so many submissions that took so long.
    fn after(group: &Group, waiting: usize, longest: Duration, since: Instant) -> Option<Self> {
        let wait = (group.took / 2).min(longest);
        (wait >= WORTH_WAITING && group.jobs > 1).then(|| Linger {
            since,
            until: since + wait,
            had: waiting,
            missed: group.jobs,
        })
    }

    /// When to look again though nobody came: first to see whether anybody does.
    fn next_look(&self, now: Instant) -> Instant {
        let first = self.since + (self.until - self.since) / 4;
        if now < first { first } else { self.until }
    }

    /// Whether to set out with this many waiting.
    fn is_over(&self, waiting: usize, now: Instant) -> bool {
        if waiting >= self.had + self.missed || now >= self.until {
            return true;
        }
        if now < self.next_look(self.since) {
            return false;
        }
        // At the pace so far the last of them would come too late.
        let came = waiting.saturating_sub(self.had);
        let elapsed = (now - self.since).as_secs_f64();
        elapsed * self.missed as f64 > came as f64 * (self.until - self.since).as_secs_f64()
    }
}

struct Job {
    workspace: WorkspaceId,
    rows: Vec<ResponseRow>,
    reply: oneshot::Sender<Result<Vec<ResponseId>, AppError>>,
    room: OwnedSemaphorePermit,
}

impl Job {
    /// Room is given back first: whoever hears the answer may come again at once.
    fn answer(self, result: Result<Vec<ResponseId>, AppError>) {
        drop(self.room);
        // Whoever went away meanwhile will ask again with the same client id.
        let _ = self.reply.send(result);
    }
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
        let committer = Committer::new(store, clock, options, queue).run();
        // A thread of its own with a line of its own to the database: where it took turns with a burst of requests, a commit would wait
        // for all of them to be read before it went on, and they for it.
        match tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
        {
            Ok(runtime) => {
                std::thread::spawn(move || runtime.block_on(committer));
            }
            Err(error) => {
                tracing::warn!(%error, "the committer works among the requests");
                tokio::spawn(committer);
            }
        }
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
                room,
            })
            .map_err(|_| AppError::Full)?;
        // The committer answers every job; if it is gone, the process is going down.
        let ids = answer.await.map_err(|_| AppError::Full)??;
        self.recorded.notify_one();
        Ok(ids)
    }
}

/// What waits and what is under way.
struct Committer {
    store: Store,
    clock: Clock,
    options: IntakeOptions,
    queue: mpsc::UnboundedReceiver<Job>,
    waiting: Vec<Job>,
    rows: usize,
    idle: Vec<Recorder>,
    under_way: JoinSet<(Recorder, Group)>,
    rows_under_way: usize,
    linger: Option<Linger>,
}

/// A transaction that is over.
struct Group {
    jobs: usize,
    rows: usize,
    took: Duration,
}

impl Committer {
    fn new(
        store: Store,
        clock: Clock,
        options: IntakeOptions,
        queue: mpsc::UnboundedReceiver<Job>,
    ) -> Self {
        let lines = match store.engine() {
            Engine::Postgres if !options.one_by_one => LINES,
            _ => 1,
        };
        Committer {
            idle: (0..lines).map(|_| store.recorder()).collect(),
            store,
            clock,
            options,
            queue,
            waiting: Vec::new(),
            rows: 0,
            under_way: JoinSet::new(),
            rows_under_way: 0,
            linger: None,
        }
    }

    /// Until the queue is closed and empty.
    async fn run(mut self) {
        loop {
            self.take_waiting();
            while self.is_time() {
                self.set_out();
            }
            let look = self.linger.map(|linger| linger.next_look(Instant::now()));
            let look = look.filter(|_| !self.waiting.is_empty());
            tokio::select! {
                biased;
                Some(done) = self.under_way.join_next() => self.is_back(done),
                job = self.queue.recv(), if self.rows < self.options.batch => match job {
                    Some(job) => self.push(job),
                    None if self.under_way.is_empty() && self.waiting.is_empty() => return,
                    // Nobody can submit any more: what waits goes out, what is under way comes back.
                    None => {
                        if let Some(done) = self.under_way.join_next().await {
                            self.is_back(done);
                        }
                        self.linger = None;
                    }
                },
                () = tokio::time::sleep_until(look.unwrap_or_else(Instant::now)), if look.is_some() => {}
            }
        }
    }

    /// Whether the next transaction should set out.
    fn is_time(&self) -> bool {
        if self.waiting.is_empty() || self.idle.is_empty() {
            return false;
        }
        if self.options.one_by_one || self.rows >= self.options.batch {
            return true;
        }
        if self.under_way.is_empty() {
            let over = |linger: Linger| linger.is_over(self.waiting.len(), Instant::now());
            self.linger.is_none_or(over)
        } else {
            // A second one beside the first, when it is as large: the server writes one while the disk is busy with the other.
            self.rows >= self.rows_under_way
        }
    }

    fn push(&mut self, job: Job) {
        self.rows += job.rows.len();
        self.waiting.push(job);
    }

    fn take_waiting(&mut self) {
        while self.rows < self.options.batch {
            let Ok(job) = self.queue.try_recv() else {
                break;
            };
            self.push(job);
        }
    }

    fn set_out(&mut self) {
        let Some(mut recorder) = self.idle.pop() else {
            return;
        };
        let jobs = match self.options.one_by_one {
            true => self.waiting.drain(..1).collect(),
            false => std::mem::take(&mut self.waiting),
        };
        let rows = jobs.iter().map(|job| job.rows.len()).sum();
        self.linger = None;
        self.rows -= rows;
        self.rows_under_way += rows;
        let clock = self.clock.clone();
        let begun = Instant::now();
        self.under_way.spawn(async move {
            let size = jobs.len();
            commit(&mut recorder, &clock, jobs).await;
            let group = Group {
                jobs: size,
                rows,
                took: begun.elapsed(),
            };
            (recorder, group)
        });
    }

    fn is_back(&mut self, done: Result<(Recorder, Group), JoinError>) {
        match done {
            Ok((recorder, group)) => {
                self.idle.push(recorder);
                self.rows_under_way -= group.rows;
                self.take_waiting();
                self.linger = Linger::after(
                    &group,
                    self.waiting.len(),
                    self.options.linger,
                    Instant::now(),
                );
            }
            // Whoever waited for it has been told by the replies that went with it.
            Err(error) => {
                tracing::error!(%error, "a transaction of responses broke off");
                self.idle.push(self.store.recorder());
            }
        }
        // One that broke off did not say how many rows it had.
        if self.under_way.is_empty() {
            self.rows_under_way = 0;
        }
    }
}

async fn commit(recorder: &mut Recorder, clock: &Clock, jobs: Vec<Job>) {
    match commit_once(recorder, clock, &jobs).await {
        Ok(ids) => {
            for (job, ids) in jobs.into_iter().zip(ids) {
                job.answer(Ok(ids));
            }
        }
        // One bad submission must not take the others down: each is tried alone.
        Err(error) if jobs.len() > 1 && !error.is_temporary() => {
            for job in jobs {
                let result = commit_once(recorder, clock, std::slice::from_ref(&job)).await;
                let result = result
                    .map(|mut ids| ids.pop().unwrap_or_default())
                    .map_err(AppError::from);
                job.answer(result);
            }
        }
        Err(error) => {
            tracing::warn!(%error, cause = ?std::error::Error::source(&error), "responses could not be committed");
            let error = Arc::new(error);
            for job in jobs {
                job.answer(Err(AppError::Store(error.clone())));
            }
        }
    }
}

async fn commit_once(
    recorder: &mut Recorder,
    clock: &Clock,
    jobs: &[Job],
) -> Result<Vec<Vec<ResponseId>>, StoreError> {
    // Workspaces in one fixed order, so that two servers never wait for each other's rows.
    let mut by_workspace: BTreeMap<WorkspaceId, Vec<usize>> = BTreeMap::new();
    for (index, job) in jobs.iter().enumerate() {
        by_workspace.entry(job.workspace).or_default().push(index);
    }
    let groups: Vec<(WorkspaceId, Vec<&ResponseRow>)> = by_workspace
        .iter()
        .map(|(workspace, indices)| {
            let rows = indices.iter().flat_map(|&index| &jobs[index].rows);
            (*workspace, rows.collect())
        })
        .collect();
    let recorded = recorder.record(&groups, clock()).await?;
    let mut ids: Vec<Vec<ResponseId>> = jobs.iter().map(|_| Vec::new()).collect();
    for (indices, recorded) in by_workspace.values().zip(recorded) {
        let mut recorded = recorded.into_iter();
        for &index in indices {
            ids[index] = recorded.by_ref().take(jobs[index].rows.len()).collect();
        }
    }
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_waits_only_where_waiting_pays() {
        let group = |took| Group {
            jobs: 32,
            rows: 32,
            took: Duration::from_millis(took),
        };
        let (longest, now) = (Duration::from_millis(5), Instant::now());
        assert!(
            Linger::after(&group(2), 32, longest, now).is_none(),
            "quick"
        );
        let linger = Linger::after(&group(8), 32, longest, now).expect("slow commits");
        let after = |ms| linger.since + Duration::from_millis(ms);
        assert!(!linger.is_over(32, after(0)));
        assert_eq!(linger.next_look(after(0)), after(1));
        assert!(linger.is_over(32, after(1)), "nobody comes");
        assert!(linger.is_over(36, after(1)), "all would be here after 8 ms");
        assert!(
            !linger.is_over(42, after(1)),
            "all would be here after 3.2 ms"
        );
        assert!(linger.is_over(64, after(2)), "all are here");
        assert!(linger.is_over(63, after(4)), "long enough");
    }
}
