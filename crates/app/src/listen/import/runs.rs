//! Imports that are begun on a page or by a program: the uploaded file, the mapping, the run in the background, and
//! what is left of it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;
use radost_domain::access::{Actor, Change, Identity, Permission, Places};
use radost_store::ImportRun;
use serde_json::json;
use uuid::Uuid;

use super::Format;
use super::mapping::Mapping;
use super::run::{Counts, ImportError, ImportTask, Inspection, Progress, Summary};
use crate::{App, AppError};

/// How long an uploaded file and the rejected rows are kept.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How often a running import notes how far it is.
const NOTED_EVERY: Duration = Duration::from_secs(2);
/// Imports in the list.
const LISTED: i64 = 50;
/// Rows of a trial.
const TRIAL_ROWS: u64 = 1000;

/// Imports that run in this process.
#[derive(Debug, Default)]
pub(crate) struct Running(Mutex<HashMap<Uuid, Arc<Progress>>>);

impl Running {
    fn get(&self, id: Uuid) -> Option<Arc<Progress>> {
        self.lock().get(&id).cloned()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, Arc<Progress>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Uploaded; the mapping may be changed.
    Waiting,
    /// Under way in this process.
    Running,
    /// At its end.
    Done,
    /// Stopped by somebody.
    Stopped,
    /// Broken off by the end of the process.
    Interrupted,
    /// Given up.
    Failed,
}

impl State {
    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Running => "running",
            State::Done => "done",
            State::Stopped => "stopped",
            State::Interrupted => "interrupted",
            State::Failed => "failed",
        }
    }

    /// Whether it may be started (again).
    pub fn startable(self) -> bool {
        !matches!(self, State::Running | State::Done)
    }
}

/// An import, as far as it is.
#[derive(Debug, Clone)]
pub struct ImportView {
    /// What is recorded of it.
    pub run: ImportRun,
    /// The survey's code.
    pub survey: String,
    /// Where it stands.
    pub state: State,
    /// How far it is.
    pub counts: Counts,
    /// Whether the uploaded file is still there.
    pub has_file: bool,
    /// Whether there are rejected rows to be downloaded.
    pub has_rejects: bool,
}

/// A file on its way in.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The import that it will be.
    pub id: Uuid,
    /// Where its bytes go.
    pub path: PathBuf,
}

impl App {
    fn import_path(&self, id: Uuid, ending: &str) -> PathBuf {
        self.files.join("imports").join(format!("{id}.{ending}"))
    }

    /// Makes room for a file to be imported, and takes away what is older than a week.
    pub async fn begin_upload(&self, actor: &Actor) -> Result<Upload, ImportError> {
        Self::allow(actor, Permission::RecordResponses)?;
        let folder = self.files.join("imports");
        let io = |error: std::io::Error| ImportError::File(error.into());
        tokio::fs::create_dir_all(&folder).await.map_err(io)?;
        let oldest = self.now() - KEPT_FOR;
        let mut entries = tokio::fs::read_dir(&folder).await.map_err(io)?;
        while let Some(entry) = entries.next_entry().await.map_err(io)? {
            let name = entry.file_name();
            // The name begins with an id, and the id with the time at which it was made.
            let made = name
                .to_str()
                .and_then(|name| name.split('.').next())
                .and_then(|id| id.parse::<Uuid>().ok())
                .filter(|id| self.imports.get(*id).is_none())
                .and_then(|id| id.get_timestamp())
                .and_then(|made| i64::try_from(made.to_unix().0).ok())
                .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
            if made.is_some_and(|made| made < oldest) {
                tokio::fs::remove_file(entry.path()).await.map_err(io)?;
            }
        }
        let id = self.new_id();
        Ok(Upload {
            id,
            path: self.import_path(id, "csv"),
        })
    }

    /// Notes an uploaded file as an import that waits to be started. Without a mapping one is guessed.
    ///
    /// # Errors
    /// [`ImportError::File`] and [`ImportError::Mapping`]; the file is then removed.
    pub async fn add_import(
        &self,
        actor: &Actor,
        upload: &Upload,
        survey: &str,
        file_name: &str,
        mapping: Option<Mapping>,
        format: Format,
    ) -> Result<Inspection, ImportError> {
        let added = self
            .add_import_of(actor, upload, survey, file_name, mapping, format)
            .await;
        if added.is_err() {
            self.discard_upload(upload).await;
        }
        added
    }

    async fn add_import_of(
        &self,
        actor: &Actor,
        upload: &Upload,
        survey: &str,
        file_name: &str,
        mapping: Option<Mapping>,
        format: Format,
    ) -> Result<Inspection, ImportError> {
        let format = mapping.as_ref().map_or(format, |mapping| Format {
            delimiter: mapping.delimiter.or(format.delimiter),
            encoding: mapping.encoding.or(format.encoding),
        });
        let inspection = self
            .inspect_file(actor, &upload.path, survey, format)
            .await?;
        let directory = self.directory(actor.workspace).await?;
        let open = directory
            .survey(survey)
            .ok_or(AppError::NotFound("survey"))?;
        let mut mapping = mapping.unwrap_or_else(|| inspection.guess.mapping.clone());
        mapping.delimiter = format.delimiter;
        mapping.encoding = format.encoding;
        mapping.survey = Some(survey.to_owned());
        let header: Vec<String> = inspection
            .guess
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect();
        mapping.check(&open.published, &header)?;
        let run = ImportRun {
            id: upload.id,
            survey: open.id,
            file_name: file_name.chars().take(200).collect(),
            mapping: mapping.to_toml(),
            created_by: by(actor),
            status: State::Waiting.name().to_owned(),
            rows_read: 0,
            accepted: 0,
            duplicates: 0,
            rejected: 0,
            message: None,
            created_at: self.now(),
            finished_at: None,
        };
        self.save_run(actor, &run).await?;
        Ok(inspection)
    }

    /// Removes a file that did not arrive whole, or is of no use.
    pub async fn discard_upload(&self, upload: &Upload) {
        if let Err(error) = tokio::fs::remove_file(&upload.path).await {
            tracing::debug!(%error, "an uploaded file could not be removed");
        }
    }

    async fn save_run(&self, actor: &Actor, run: &ImportRun) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.save_import_run(actor.workspace, run).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The newest imports that the actor may see.
    pub async fn imports(&self, actor: &Actor) -> Result<Vec<ImportView>, AppError> {
        Self::allow(actor, Permission::RecordResponses)?;
        let runs = self
            .store
            .read()
            .await?
            .import_runs(actor.workspace, LISTED)
            .await?;
        let mut views = Vec::with_capacity(runs.len());
        for run in runs.into_iter().filter(|run| may_see(actor, run)) {
            views.push(self.view(actor, run).await?);
        }
        Ok(views)
    }

    /// One import.
    ///
    /// # Errors
    /// [`AppError::NotFound`] also for one that the actor may not see.
    pub async fn import(&self, actor: &Actor, id: Uuid) -> Result<ImportView, AppError> {
        Self::allow(actor, Permission::RecordResponses)?;
        let run = self
            .store
            .read()
            .await?
            .import_run(actor.workspace, id)
            .await?
            .filter(|run| may_see(actor, run))
            .ok_or(AppError::NotFound("import"))?;
        self.view(actor, run).await
    }

    async fn view(&self, actor: &Actor, run: ImportRun) -> Result<ImportView, AppError> {
        let running = self.imports.get(run.id);
        let state = match (run.status.as_str(), &running) {
            (_, Some(_)) => State::Running,
            ("waiting", None) => State::Waiting,
            ("running", None) => State::Interrupted,
            ("done", None) => State::Done,
            ("stopped", None) => State::Stopped,
            _ => State::Failed,
        };
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        let counts = running.map_or_else(
            || Counts {
                rows: count(run.rows_read),
                accepted: count(run.accepted),
                duplicates: count(run.duplicates),
                rejected: count(run.rejected),
                ..Counts::default()
            },
            |progress| progress.counts(),
        );
        let directory = self.directory(actor.workspace).await?;
        let survey = directory.survey_by_id(run.survey);
        let there = |ending: &str| self.import_path(run.id, ending);
        Ok(ImportView {
            survey: survey.map_or(String::new(), |survey| {
                survey.published.survey().code.to_string()
            }),
            state,
            counts,
            has_file: tokio::fs::try_exists(there("csv")).await.unwrap_or(false),
            has_rejects: tokio::fs::try_exists(there("rejects.csv"))
                .await
                .unwrap_or(false),
            run,
        })
    }

    /// What the columns of a waiting import were taken for, and what its mapping makes of the first 1,000 rows.
    pub async fn try_import(
        self: &Arc<Self>,
        actor: &Actor,
        id: Uuid,
        mapping: Mapping,
    ) -> Result<(Inspection, Summary), ImportError> {
        let view = self.import(actor, id).await?;
        let format = Format {
            delimiter: mapping.delimiter,
            encoding: mapping.encoding,
        };
        let file = self.import_path(id, "csv");
        let inspection = self
            .inspect_file(actor, &file, &view.survey, format)
            .await?;
        let task = ImportTask {
            file,
            survey: view.survey,
            mapping,
            rejects: None,
            dry_run: true,
            limit: Some(TRIAL_ROWS),
        };
        let summary = self.import_file(actor, task, Arc::default()).await?;
        Ok((inspection, summary))
    }

    /// Looks at the file of an import.
    pub async fn inspect_import(
        &self,
        actor: &Actor,
        id: Uuid,
        format: Format,
    ) -> Result<Inspection, ImportError> {
        let view = self.import(actor, id).await?;
        self.inspect_file(actor, &self.import_path(id, "csv"), &view.survey, format)
            .await
    }

    /// Changes the mapping of an import that is not running.
    ///
    /// # Errors
    /// [`AppError::Conflict`] while it runs or when it is done.
    pub async fn set_import_mapping(
        &self,
        actor: &Actor,
        id: Uuid,
        mapping: &Mapping,
    ) -> Result<(), AppError> {
        let mut view = self.import(actor, id).await?;
        if !view.state.startable() {
            return Err(AppError::Conflict("the import is running or done".into()));
        }
        view.run.mapping = mapping.to_toml();
        self.save_run(actor, &view.run).await
    }

    /// Starts an import (again) in the background.
    ///
    /// # Errors
    /// [`AppError::Conflict`] while it runs, when it is done, or when its file is no longer kept.
    pub async fn start_import(
        self: &Arc<Self>,
        actor: &Actor,
        id: Uuid,
    ) -> Result<(), ImportError> {
        let view = self.import(actor, id).await?;
        if !view.state.startable() {
            return Err(AppError::Conflict("the import is running or done".into()).into());
        }
        if !view.has_file {
            return Err(AppError::Conflict("the file is no longer kept".into()).into());
        }
        let task = ImportTask {
            file: self.import_path(id, "csv"),
            survey: view.survey,
            mapping: Mapping::from_toml(&view.run.mapping)?,
            rejects: Some(self.import_path(id, "rejects.csv")),
            dry_run: false,
            limit: None,
        };
        let progress = Arc::new(Progress::default());
        {
            let mut running = self.imports.lock();
            if running.contains_key(&id) {
                return Err(AppError::Conflict("the import is running".into()).into());
            }
            running.insert(id, progress.clone());
        }
        let mut run = view.run;
        run.status = State::Running.name().to_owned();
        run.message = None;
        run.finished_at = None;
        if let Err(error) = self.started(actor, &run).await {
            self.imports.lock().remove(&id);
            return Err(error.into());
        }
        let (app, actor) = (self.clone(), actor.clone());
        tokio::spawn(async move { app.carry_out(&actor, run, task, progress).await });
        Ok(())
    }

    async fn started(&self, actor: &Actor, run: &ImportRun) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.save_import_run(actor.workspace, run).await?;
        let change = json!({ "file": run.file_name, "survey": run.survey, "mapping": run.mapping });
        self.audit(
            &mut tx,
            actor,
            Change::created("import.started", "import", run.id, change),
        )
        .await?;
        tx.commit().await?;
        Ok(())
    }

    async fn carry_out(
        self: Arc<Self>,
        actor: &Actor,
        mut run: ImportRun,
        task: ImportTask,
        progress: Arc<Progress>,
    ) {
        let file = task.file.clone();
        let work = self.import_file(actor, task, progress.clone());
        tokio::pin!(work);
        let result = loop {
            tokio::select! {
                result = &mut work => break result,
                () = tokio::time::sleep(NOTED_EVERY) => {
                    note(&mut run, progress.counts());
                    if let Err(error) = self.save_run(actor, &run).await {
                        tracing::warn!(%error, "the progress of an import could not be noted");
                    }
                }
            }
        };
        note(&mut run, progress.counts());
        let state = match &result {
            Ok(summary) if summary.stopped => State::Stopped,
            Ok(_) => State::Done,
            Err(error) => {
                tracing::warn!(%error, import = %run.id, "an import failed");
                run.message = Some(error.to_string());
                State::Failed
            }
        };
        run.status = state.name().to_owned();
        run.finished_at = Some(self.now());
        if let Err(error) = self.save_run(actor, &run).await {
            // It will be shown as interrupted, and can be started again.
            tracing::error!(%error, import = %run.id, "the end of an import could not be noted");
        } else if state == State::Done
            && let Err(error) = tokio::fs::remove_file(&file).await
        {
            tracing::warn!(%error, import = %run.id, "an imported file could not be removed");
        }
        self.imports.lock().remove(&run.id);
    }

    /// Asks a running import to stop.
    pub async fn stop_import(&self, actor: &Actor, id: Uuid) -> Result<(), AppError> {
        let view = self.import(actor, id).await?;
        if let Some(progress) = self.imports.get(view.run.id) {
            progress.stop();
        }
        Ok(())
    }

    /// Where the rejected rows of an import are.
    pub async fn import_rejects(&self, actor: &Actor, id: Uuid) -> Result<PathBuf, AppError> {
        let view = self.import(actor, id).await?;
        if !view.has_rejects {
            return Err(AppError::NotFound("rejected rows"));
        }
        Ok(self.import_path(id, "rejects.csv"))
    }

    /// Notes an import that the command line carried out.
    pub async fn note_import(
        &self,
        actor: &Actor,
        survey: &str,
        file_name: &str,
        mapping: &Mapping,
        summary: &Summary,
    ) -> Result<(), AppError> {
        let directory = self.directory(actor.workspace).await?;
        let survey = directory
            .survey(survey)
            .ok_or(AppError::NotFound("survey"))?;
        let now = self.now();
        let state = if summary.stopped {
            State::Stopped
        } else {
            State::Done
        };
        let mut run = ImportRun {
            id: self.new_id(),
            survey: survey.id,
            file_name: file_name.to_owned(),
            mapping: mapping.to_toml(),
            created_by: by(actor),
            status: state.name().to_owned(),
            rows_read: 0,
            accepted: 0,
            duplicates: 0,
            rejected: 0,
            message: None,
            created_at: now,
            finished_at: Some(now),
        };
        note(&mut run, summary.counts);
        self.started(actor, &run).await
    }
}

fn note(run: &mut ImportRun, counts: Counts) {
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    run.rows_read = number(counts.rows);
    run.accepted = number(counts.accepted);
    run.duplicates = number(counts.duplicates);
    run.rejected = number(counts.rejected);
}

/// The user or key that an actor is.
fn by(actor: &Actor) -> Option<Uuid> {
    match actor.identity {
        Identity::User(id) => Some(id.0),
        Identity::ApiKey(id) => Some(id.0),
        Identity::Console => None,
    }
}

/// An import shows rows of any place: who sees some places only sees their own imports only.
fn may_see(actor: &Actor, run: &ImportRun) -> bool {
    actor.places == Places::All || (run.created_by.is_some() && run.created_by == by(actor))
}
