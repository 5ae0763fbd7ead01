//! Carrying out an import: one thread reads and decides, another commits; between them a short queue.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use radost_domain::access::{Actor, Permission};
use radost_domain::listen::{Rejection, Response};
use radost_domain::name::ResponseId;
use radost_domain::retain::Customer;
use radost_store::ResponseRow;
use radost_table::answers::{Answers, Program};
use radost_table::delimited::{Delimited, FileError, Format, MAX_ROW, Row, says_itself};
use tokio::sync::mpsc;

use super::guess::{Guess, guess};
use super::mapping::{Mapping, MappingError, Target};
use super::row::{Filled, Plan, Reason, Rejected};
use crate::directory::{Directory, OpenSurvey};
use crate::{App, AppError};

/// Responses of one transaction.
const BATCH: usize = 8192;
/// Rows read before anything else, to guess from and to recognise a wrong encoding by.
const SAMPLE: usize = 1000;
/// Rejected rows that are kept to be shown.
const SHOWN: usize = 20;

/// Why a file was not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It cannot be read as a table.
    #[error(transparent)]
    File(#[from] FileError),
    /// The mapping is at fault.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// The rows that were refused cannot be written down.
    #[error("the rejected rows cannot be written to {}", path.display())]
    Rejects {
        /// Where to.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// Everything else.
    #[error(transparent)]
    App(#[from] AppError),
}

/// What is to be imported, and how.
#[derive(Debug, Clone)]
pub struct ImportTask {
    /// The file.
    pub file: PathBuf,
    /// The survey's code.
    pub survey: String,
    /// What becomes of its columns.
    pub mapping: Mapping,
    /// Where rows that are refused are written; the file is only made when there are some.
    pub rejects: Option<PathBuf>,
    /// Whether nothing is to be recorded.
    pub dry_run: bool,
    /// Only the first so many rows.
    pub limit: Option<u64>,
}

/// How far an import is; shared with whoever watches it.
#[derive(Debug, Default)]
pub struct Progress {
    bytes: Arc<AtomicU64>,
    total_bytes: AtomicU64,
    rows: AtomicU64,
    accepted: AtomicU64,
    duplicates: AtomicU64,
    rejected: AtomicU64,
    stop: AtomicBool,
}

/// How far an import is, at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows read.
    pub rows: u64,
    /// Responses that are durably recorded.
    pub accepted: u64,
    /// Rows that were recorded before.
    pub duplicates: u64,
    /// Rows refused.
    pub rejected: u64,
    /// Bytes read of the file.
    pub bytes: u64,
    /// Bytes of the file.
    pub total_bytes: u64,
}

impl Progress {
    /// Where it is now.
    pub fn counts(&self) -> Counts {
        Counts {
            rows: self.rows.load(Ordering::Relaxed),
            accepted: self.accepted.load(Ordering::Relaxed),
            duplicates: self.duplicates.load(Ordering::Relaxed),
            rejected: self.rejected.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            total_bytes: self.total_bytes.load(Ordering::Relaxed),
        }
    }

    /// Asks it to stop; what has been committed stays.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// What came of an import.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// The counts at the end.
    pub counts: Counts,
    /// How often each reason occurred in each column, the most frequent first.
    pub reasons: Vec<ReasonCount>,
    /// The first rows that were refused.
    pub rejected: Vec<Rejected>,
    /// Where all of them were written.
    pub rejects: Option<PathBuf>,
    /// Whether it was stopped before the end.
    pub stopped: bool,
}

/// How often a reason occurred.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonCount {
    /// The column.
    pub column: Option<String>,
    /// The reason's stable name.
    pub kind: &'static str,
    /// The first occurrence, in words.
    pub example: String,
    /// How often.
    pub count: u64,
}

/// What a file looks like.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// What the columns were taken for.
    pub guess: Guess,
    /// What wrote it, where that can be told.
    pub program: Option<Program>,
    /// The name of its encoding.
    pub encoding: &'static str,
    /// What stands between two cells.
    pub delimiter: char,
    /// Its length.
    pub bytes: u64,
}

/// Looks at the beginning of a file: refuses what is no table, or not in the encoding that was named or is the default.
fn inspect(path: &Path, format: Format, survey: &OpenSurvey) -> Result<Inspection, FileError> {
    let bytes = std::fs::metadata(path)?.len();
    let Answers {
        mut table, head, ..
    } = Answers::open(path, format, Arc::default())?;
    let mut rows: Vec<Vec<String>> = Vec::new();
    while rows.len() < SAMPLE {
        match table.next_row()? {
            None => break,
            Some(Row::Cells) => rows.push(table.cells().map(str::to_owned).collect()),
            // Whoever named the encoding knows it; then such a row is a row at fault, not a file at fault.
            Some(Row::NotText) if format.encoding.is_none() && says_itself(table.encoding()) => {
                return Err(FileError::Encoding {
                    row: table.row(),
                    encoding: table.encoding().name(),
                });
            }
            Some(_) => {}
        }
    }
    Ok(Inspection {
        guess: guess(&survey.published, &head, &rows),
        program: head.program,
        encoding: table.encoding().name(),
        delimiter: char::from(table.delimiter()),
        bytes,
    })
}

/// Where rows that are refused go.
struct Rejects {
    path: Option<PathBuf>,
    header: Vec<String>,
    writer: Option<csv::Writer<BufWriter<File>>>,
    shown: Vec<Rejected>,
    reasons: BTreeMap<(Option<String>, &'static str), (String, u64)>,
}

impl Rejects {
    fn add(&mut self, mut rejected: Rejected) -> Result<(), ImportError> {
        rejected.given = rejected
            .column
            .as_ref()
            .and_then(|column| self.header.iter().position(|name| name == column))
            .and_then(|index| rejected.cells.get(index).cloned());
        let reason = rejected.reason.to_string();
        if let Some(path) = &self.path {
            let failed = |source: std::io::Error| ImportError::Rejects {
                path: path.clone(),
                source,
            };
            if self.writer.is_none() {
                let file = File::create(path).map_err(failed)?;
                let mut writer = csv::WriterBuilder::new()
                    .flexible(true)
                    .from_writer(BufWriter::new(file));
                let header = ["row", "column", "reason"]
                    .into_iter()
                    .chain(self.header.iter().map(String::as_str));
                writer
                    .write_record(header)
                    .map_err(|error| failed(error.into()))?;
                self.writer = Some(writer);
            }
            if let Some(writer) = &mut self.writer {
                let row = rejected.row.to_string();
                let column = rejected.column.as_deref().unwrap_or_default();
                let cells = [row.as_str(), column, reason.as_str()]
                    .into_iter()
                    .chain(rejected.cells.iter().map(String::as_str));
                writer
                    .write_record(cells)
                    .map_err(|error| failed(error.into()))?;
            }
        }
        let key = (rejected.column.clone(), rejected.reason.kind());
        self.reasons.entry(key).or_insert((reason, 0)).1 += 1;
        if self.shown.len() < SHOWN {
            self.shown.push(rejected);
        }
        Ok(())
    }

    /// Finishes the file; one of an earlier run, whose faults have been mended, is taken away.
    fn finish(mut self, summary: &mut Summary) -> Result<(), ImportError> {
        if let Some(path) = self.path {
            let failed = |source: std::io::Error| ImportError::Rejects {
                path: path.clone(),
                source,
            };
            match &mut self.writer {
                Some(writer) => {
                    writer.flush().map_err(failed)?;
                    summary.rejects = Some(path);
                }
                None if !summary.stopped => match std::fs::remove_file(&path) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                        return Err(failed(error));
                    }
                    _ => {}
                },
                None => {}
            }
        }
        summary.rejected = self.shown;
        summary.reasons = self
            .reasons
            .into_iter()
            .map(|((column, kind), (example, count))| ReasonCount {
                column,
                kind,
                example,
                count,
            })
            .collect();
        summary
            .reasons
            .sort_by_key(|reason| std::cmp::Reverse(reason.count));
        Ok(())
    }
}

/// A row that waits for its customer to be looked up.
struct Waiting {
    row: u64,
    cells: Vec<String>,
    filled: Filled,
}

/// What the reading thread works with.
struct Reading {
    app: Arc<App>,
    actor: Actor,
    directory: Arc<Directory>,
    survey: OpenSurvey,
    plan: Plan,
    rejects: Rejects,
    progress: Arc<Progress>,
    batch: Vec<ResponseRow>,
    /// Since when the batch is being filled: all of its rows are received at that moment.
    now: jiff::Timestamp,
}

impl Reading {
    fn run(
        mut self,
        mut table: Delimited<File>,
        limit: Option<u64>,
        batches: &mpsc::Sender<Vec<ResponseRow>>,
    ) -> Result<Summary, ImportError> {
        let mut summary = Summary::default();
        let mut waiting: Vec<Waiting> = Vec::new();
        let look_up = self.plan.names_customers();
        let nobody = BTreeMap::new();
        let mut rows = 0;
        while limit.is_none_or(|limit| rows < limit) {
            if self.progress.stop.load(Ordering::Relaxed) {
                summary.stopped = true;
                break;
            }
            let Some(read) = table.next_row()? else { break };
            rows += 1;
            self.progress.rows.fetch_add(1, Ordering::Relaxed);
            let row = table.row();
            let (column, reason, cells) = match read {
                Row::TooLong => (
                    None,
                    Reason::TooLong { limit: MAX_ROW },
                    vec![table.beginning()],
                ),
                Row::NotText => {
                    let encoding = table.encoding().name();
                    (None, Reason::NotText { encoding }, table.lossy_cells())
                }
                Row::Nul(cell) => (
                    table.header().get(cell).cloned(),
                    Reason::Nul,
                    table.lossy_cells(),
                ),
                Row::Cells if table.width() != self.plan.width() => {
                    let (expected, found) = (self.plan.width(), table.width());
                    let reason = Reason::Ragged { expected, found };
                    (None, reason, table.lossy_cells())
                }
                Row::Cells => {
                    let cells: Vec<&str> = table.cells().collect();
                    let read = self.plan.read(&cells);
                    match read {
                        Ok(filled) if look_up => {
                            let cells = cells.into_iter().map(str::to_owned).collect();
                            waiting.push(Waiting { row, cells, filled });
                            if waiting.len() == BATCH {
                                self.decide_waiting(&mut waiting)?;
                                if !self.send(batches) {
                                    break;
                                }
                            }
                            continue;
                        }
                        Ok(filled) => match self.decide(filled, &nobody) {
                            Ok(response) => {
                                self.take(&response)?;
                                if self.batch.len() == BATCH && !self.send(batches) {
                                    break;
                                }
                                continue;
                            }
                            Err((column, reason)) => (column, reason, table.lossy_cells()),
                        },
                        Err((column, reason)) => (column, reason, table.lossy_cells()),
                    }
                }
            };
            self.reject(Rejected {
                row,
                column,
                reason,
                cells,
                given: None,
            })?;
        }
        self.decide_waiting(&mut waiting)?;
        self.send(batches);
        self.rejects.finish(&mut summary)?;
        Ok(summary)
    }

    /// Hands the batch over; false when nobody takes it any more.
    fn send(&mut self, batches: &mpsc::Sender<Vec<ResponseRow>>) -> bool {
        if self.batch.is_empty() {
            return true;
        }
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        self.now = self.app.now();
        batches.blocking_send(batch).is_ok()
    }

    fn take(&mut self, response: &Response) -> Result<(), ImportError> {
        let row = ResponseRow::new(response).map_err(AppError::from)?;
        self.batch.push(row);
        Ok(())
    }

    fn reject(&mut self, rejected: Rejected) -> Result<(), ImportError> {
        self.progress.rejected.fetch_add(1, Ordering::Relaxed);
        self.rejects.add(rejected)
    }

    fn decide_waiting(&mut self, waiting: &mut Vec<Waiting>) -> Result<(), ImportError> {
        if waiting.is_empty() {
            return Ok(());
        }
        let mut named: Vec<String> = waiting
            .iter()
            .filter_map(|waiting| waiting.filled.response.customer.clone())
            .collect();
        named.sort_unstable();
        named.dedup();
        let (app, workspace) = (self.app.clone(), self.actor.workspace);
        let customers =
            tokio::runtime::Handle::current().block_on(app.customers_named(workspace, &named))?;
        for Waiting { row, cells, filled } in waiting.drain(..) {
            match self.decide(filled, &customers) {
                Ok(response) => self.take(&response)?,
                Err((column, reason)) => self.reject(Rejected {
                    row,
                    column,
                    reason,
                    cells,
                    given: None,
                })?,
            }
        }
        Ok(())
    }

    fn decide(
        &self,
        filled: Filled,
        customers: &BTreeMap<String, Customer>,
    ) -> Result<Response, (Option<String>, Reason)> {
        let Filled { response, answers } = filled;
        let location = response.location.clone();
        let response = self
            .app
            .decide(
                &self.directory,
                &self.survey,
                customers,
                response,
                Some(&answers),
                self.now,
            )
            .map_err(|rejection| (self.plan.column_of(&rejection), Reason::Refused(rejection)))?;
        if self.actor.places.include(response.location) {
            return Ok(response);
        }
        // A place that the actor does not see is as good as none.
        Err(match location {
            None => (None, Reason::NoLocation),
            Some(code) => {
                let rejection = Rejection::Field {
                    field: "location",
                    message: format!("there is no location `{code}`"),
                };
                (self.plan.column_of(&rejection), rejection.into())
            }
        })
    }
}

impl App {
    /// Looks at the beginning of a file and guesses what its columns are.
    ///
    /// # Errors
    /// [`ImportError::File`] when it is no table, or in another encoding than `mapping` says.
    pub async fn inspect_file(
        &self,
        actor: &Actor,
        file: &Path,
        survey: &str,
        format: Format,
    ) -> Result<Inspection, ImportError> {
        Self::allow(actor, Permission::RecordResponses)?;
        let directory = self.directory(actor.workspace).await?;
        let survey = directory
            .survey(survey)
            .ok_or(AppError::NotFound("survey"))?
            .clone();
        let file = file.to_owned();
        blocking(move || Ok(inspect(&file, format, &survey)?)).await
    }

    /// Imports a file of responses. What has been counted as accepted is durable; running it again adds nothing.
    ///
    /// # Errors
    /// Those that concern the whole file; rows that are refused are counted and written down.
    pub async fn import_file(
        self: &Arc<Self>,
        actor: &Actor,
        task: ImportTask,
        progress: Arc<Progress>,
    ) -> Result<Summary, ImportError> {
        Self::allow(actor, Permission::RecordResponses)?;
        let directory = self.directory(actor.workspace).await?;
        let survey = directory
            .survey(&task.survey)
            .ok_or(AppError::NotFound("survey"))?
            .clone();
        if !survey.accepting && !task.dry_run {
            return Err(AppError::Rejected(Rejection::Closed).into());
        }
        let (batches, mut queue) = mpsc::channel::<Vec<ResponseRow>>(1);
        let reading = {
            let (app, actor, progress) = (self.clone(), actor.clone(), progress.clone());
            let task = task.clone();
            let now = self.now();
            blocking(move || {
                let format = Format {
                    delimiter: task.mapping.delimiter,
                    encoding: task.mapping.encoding,
                };
                if format.encoding.is_none() {
                    inspect(&task.file, format, &survey)?;
                }
                let Answers { table, bytes, .. } =
                    Answers::open(&task.file, format, progress.bytes.clone())?;
                progress.total_bytes.store(bytes, Ordering::Relaxed);
                let plan = Plan::new(task.mapping, table.header(), &survey, directory.clone())?;
                let rejects = Rejects {
                    path: task.rejects,
                    header: table.header().to_vec(),
                    writer: None,
                    shown: Vec::new(),
                    reasons: BTreeMap::new(),
                };
                let reading = Reading {
                    app,
                    actor,
                    directory,
                    survey,
                    plan,
                    rejects,
                    progress,
                    batch: Vec::with_capacity(BATCH),
                    now,
                };
                reading.run(table, task.limit, &batches)
            })
        };
        let committing = async {
            while let Some(batch) = queue.recv().await {
                let count = batch.len() as u64;
                let new = if task.dry_run {
                    self.unknown_among(actor, &batch).await?
                } else {
                    let proposed: Vec<ResponseId> = batch.iter().map(ResponseRow::id).collect();
                    let recorded = self.intake.record_waiting(actor.workspace, batch).await?;
                    let new = recorded.iter().zip(&proposed).filter(|(a, b)| a == b);
                    new.count() as u64
                };
                progress.accepted.fetch_add(new, Ordering::Relaxed);
                progress
                    .duplicates
                    .fetch_add(count - new, Ordering::Relaxed);
            }
            // The queue goes away here: a failure stops the reading thread too.
            drop(queue);
            Ok::<(), ImportError>(())
        };
        let (summary, committed) = tokio::join!(reading, committing);
        committed?;
        let mut summary = summary?;
        summary.counts = progress.counts();
        Ok(summary)
    }

    /// How many of these responses are not recorded yet.
    async fn unknown_among(&self, actor: &Actor, batch: &[ResponseRow]) -> Result<u64, AppError> {
        let ids: std::collections::BTreeSet<uuid::Uuid> =
            batch.iter().map(ResponseRow::client_id).collect();
        let ids: Vec<uuid::Uuid> = ids.into_iter().collect();
        let known = self
            .store
            .read()
            .await?
            .response_ids(actor.workspace, &ids)
            .await?;
        Ok((ids.len() - known.len()) as u64)
    }
}

/// Names of columns that become nothing.
pub fn left_out<'a>(header: impl Iterator<Item = &'a str>, mapping: &Mapping) -> Vec<String> {
    header
        .filter(|name| {
            let column = mapping.columns.iter().find(|column| column.name == *name);
            column.is_none_or(|column| column.target == Target::Ignore)
        })
        .map(str::to_owned)
        .collect()
}

/// Runs what waits for files beside what answers requests.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ImportError> + Send + 'static,
) -> Result<T, ImportError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(error) => Err(FileError::Io(std::io::Error::other(error)).into()),
        },
    }
}
