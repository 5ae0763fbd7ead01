//! The columnar history: what was recorded goes on into the lake, where analysts and their tools find it.
//!
//! The writer is a consumer of the event log whose cursor lies in the lake. The records stay the truth: a lake that is away
//! disturbs nobody, one that falls behind catches up, and one that is lost is made again from the records.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use radost_domain::Slug;
use radost_domain::access::{Actor, Permission};
use radost_domain::event::Event;
use radost_domain::name::{ResponseId, SurveyId, WorkspaceId};
use radost_lake::{
    Answer, Compacted, Lake, LakeError, News, Progress, Rebuild, Row, Shape, TableName,
    TableStatus, Tail, View, Worth,
};

use super::recent::{NEAR, Responses, Told};
use crate::{App, AppError, Directory};

/// How often the event log is looked at when nobody says that something was recorded.
const NAP: Duration = Duration::from_secs(1);
/// How long to wait after a fault before trying again.
const AFTER_FAULT: Duration = Duration::from_secs(5);
/// After how many appends the small files of a table are put together.
const APPENDS: u32 = 32;
/// Most events that a query reads beside the lake: they are held in memory.
const MOST_TAIL: i64 = 500_000;
/// Little comes in where less than this part of a batch waits.
const QUIET: i64 = 10;
/// How often a write is tried that another process comes before, and how long to wait in between.
const TRIES: u32 = 20;
const AFTER_CONFLICT: Duration = Duration::from_millis(20);

/// How the lake is written.
#[derive(Debug, Clone, Copy)]
pub struct HistoryOptions {
    /// Most events of one batch: as soon as so many wait, they are written.
    pub batch_rows: u32,
    /// How old the oldest waiting event may become before the batch is written.
    pub batch_age: Duration,
    /// For how many hours files stay that no current table needs, for readers that began earlier.
    pub keep_hours: u32,
    /// From how many rows on a file is counted beforehand: a smaller one is read as quickly itself.
    pub tally_rows: usize,
}

impl Default for HistoryOptions {
    fn default() -> Self {
        HistoryOptions {
            batch_rows: 20_000,
            batch_age: Duration::from_secs(5),
            keep_hours: 24,
            tally_rows: 10_000,
        }
    }
}

/// Why the lake could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The records, or a permission.
    #[error(transparent)]
    App(#[from] AppError),
    /// The lake.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// The lake is being filled, or could not be written for long.
    #[error(
        "{0} events are not in the lake yet; ask again when it has caught up (`radost lake status`)"
    )]
    Behind(i64),
    /// The lake knows events that the records do not.
    #[error(
        "the lake knows {lake} events of the workspace `{workspace}` and the records only {records}: they are older than the \
         lake, as after a restored backup; `radost lake rebuild` makes the lake again"
    )]
    Ahead {
        /// The workspace.
        workspace: Slug,
        /// The last event in the lake.
        lake: i64,
        /// The last event in the records.
        records: i64,
    },
}

impl From<radost_store::StoreError> for HistoryError {
    fn from(error: radost_store::StoreError) -> Self {
        HistoryError::App(error.into())
    }
}

/// A stretch of the event log.
struct Stretch {
    /// The last event of it.
    to: i64,
    told: Vec<Told>,
}

impl Stretch {
    /// By survey, what has to be brought into the tables.
    fn news(self) -> BTreeMap<SurveyId, News> {
        let told = self.told.iter();
        let last: HashMap<ResponseId, i64> =
            told.map(|told| (told.response.id, told.sequence)).collect();
        let mut news: BTreeMap<SurveyId, News> = BTreeMap::new();
        for told in self.told {
            let Told {
                sequence,
                event,
                response,
            } = told;
            let news = news.entry(response.survey).or_default();
            if matches!(event, Event::ResponseCorrected { .. }) {
                news.changed.push((sequence, response.id));
            }
            if !response.excluded && last[&response.id] == sequence {
                news.rows.push(Row { sequence, response });
            }
        }
        news
    }

    /// By survey, what was recorded: for tables that are made from the beginning.
    fn recorded(self) -> BTreeMap<SurveyId, Vec<Row>> {
        let mut rows: BTreeMap<SurveyId, Vec<Row>> = BTreeMap::new();
        for told in self.told {
            if matches!(told.event, Event::ResponseRecorded { .. }) && !told.response.excluded {
                let of_survey = rows.entry(told.response.survey).or_default();
                of_survey.push(Row {
                    sequence: told.sequence,
                    response: told.response,
                });
            }
        }
        rows
    }
}

/// The lake of an application.
#[derive(Debug)]
pub struct History {
    app: Arc<App>,
    lake: Lake,
    options: HistoryOptions,
    /// Appends since the files of a table were last put together.
    appends: HashMap<TableName, u32>,
    /// Surveys of which files may have to be counted beforehand, by workspace: there is time for that when little comes in.
    uncounted: HashSet<(WorkspaceId, SurveyId)>,
    /// Up to which event each workspace is in the lake, as this process left it: while nothing is recorded, the lake is not
    /// asked.
    reached: HashMap<WorkspaceId, i64>,
}

impl History {
    /// The history of an application in a lake.
    pub fn new(app: Arc<App>, lake: Lake, options: HistoryOptions) -> Self {
        History {
            app,
            lake,
            options,
            appends: HashMap::new(),
            uncounted: HashSet::new(),
            reached: HashMap::new(),
        }
    }

    /// Writes what is recorded, for ever; end it by dropping or aborting its task. Errors are logged and tried again.
    pub async fn run(mut self) {
        let mut failing = false;
        loop {
            match self.write_due().await {
                Ok(loaded) => {
                    if failing {
                        tracing::info!("the lake is written again");
                    }
                    failing = false;
                    // Where whole batches come in, the next one is on its way already.
                    if !loaded {
                        tokio::time::sleep(NAP).await;
                    }
                }
                Err(error) => {
                    if !failing {
                        tracing::warn!(
                            error = &error as &dyn std::error::Error,
                            "the lake could not be written; trying again, nothing is lost"
                        );
                    }
                    failing = true;
                    tokio::time::sleep(AFTER_FAULT).await;
                }
            }
        }
    }

    /// Writes the batches that are large or old enough, in every workspace. Returns whether there was a whole one.
    async fn write_due(&mut self) -> Result<bool, HistoryError> {
        let workspaces = self.app.store.read().await?.workspace_ids().await?;
        let mut fault = None;
        let mut loaded = false;
        for workspace in workspaces {
            match self.write(workspace, self.options.batch_age).await {
                Ok(written) => loaded |= written >= u64::from(self.options.batch_rows),
                // One workspace that cannot be written does not keep back the others.
                Err(error) => fault = Some(error),
            }
        }
        fault.map_or(Ok(loaded), Err)
    }

    /// Writes everything of a workspace that waits, however little. Returns how many responses the lake did not have.
    ///
    /// # Errors
    /// [`HistoryError`]; what was written before stays written, and the rest is written by the next call.
    pub async fn catch_up(&mut self, workspace: WorkspaceId) -> Result<u64, HistoryError> {
        self.write(workspace, Duration::ZERO).await
    }

    async fn write(&mut self, workspace: WorkspaceId, age: Duration) -> Result<u64, HistoryError> {
        let directory = self.app.directory(workspace).await?;
        let slug = &directory.workspace.slug;
        let newest = self.app.store.read().await?.last_event(workspace).await?;
        if self.reached.get(&workspace).copied().unwrap_or(0) == newest {
            self.tally_new(&directory).await?;
            return Ok(0);
        }
        let mut from = self.lake.bookmark(slug).await?;
        if from > newest {
            return Err(HistoryError::Ahead {
                workspace: slug.clone(),
                lake: from,
                records: newest,
            });
        }
        let mut written = 0;
        while from < newest && self.is_due(workspace, from, newest, age).await? {
            let Some(stretch) = self
                .app
                .stretch(workspace, from, newest, self.batch(), Responses::ToldAgain)
                .await?
            else {
                break;
            };
            from = stretch.to;
            written += self.append(&directory, stretch).await?;
            self.lake.set_bookmark(slug, from).await?;
            self.app.recent.forget(workspace, from).await;
        }
        self.reached.insert(workspace, from);
        // Under load small files are put together soon, and what was counted of them is lost.
        if age.is_zero() || newest - from < self.batch() / QUIET {
            self.tally_new(&directory).await?;
        }
        Ok(written)
    }

    /// Whether enough waits, or has waited long enough.
    async fn is_due(
        &self,
        workspace: WorkspaceId,
        from: i64,
        newest: i64,
        age: Duration,
    ) -> Result<bool, HistoryError> {
        if age.is_zero() || newest - from >= self.batch() {
            return Ok(true);
        }
        let mut tx = self.app.store.read().await?;
        let oldest = tx.events_after(workspace, from, 1).await?;
        let waited = oldest.first().map_or(SignedDuration::ZERO, |event| {
            self.app.now().duration_since(event.at)
        });
        Ok(waited >= SignedDuration::try_from(age).unwrap_or(SignedDuration::MAX))
    }

    fn batch(&self) -> i64 {
        i64::from(self.options.batch_rows)
    }

    /// Appends a batch to the tables of its surveys.
    async fn append(
        &mut self,
        directory: &Directory,
        stretch: Stretch,
    ) -> Result<u64, HistoryError> {
        let mut written = 0;
        let mut fault = None;
        let to = stretch.to;
        for (survey, news) in stretch.news() {
            let appended = self.append_to(directory, survey, &news, to).await;
            match appended {
                Ok(rows) => written += rows as u64,
                // One table that cannot be written does not keep back the others.
                Err(error) => fault = Some(error),
            }
        }
        fault.map_or(Ok(written), Err)
    }

    async fn append_to(
        &mut self,
        directory: &Directory,
        survey: SurveyId,
        news: &News,
        up_to: i64,
    ) -> Result<usize, HistoryError> {
        let (name, shape) = self.app.table(directory, survey).await?;
        let mut patience = Patience::default();
        let appended = loop {
            let appended = self.lake.append(&name, &shape, news, up_to).await;
            if let Some(appended) = patience.with(appended).await? {
                break appended;
            }
        };
        if !news.changed.is_empty() {
            // Also when it was all there: the one who wrote it may have been stopped before this.
            let mut patience = Patience::default();
            while patience
                .with(self.lake.forget(&name).await)
                .await?
                .is_none()
            {}
        }
        if appended > 0 {
            if appended >= self.options.tally_rows {
                self.uncounted.insert((directory.workspace.id, survey));
            }
            let appends = self.appends.entry(name.clone()).or_default();
            *appends += 1;
            if *appends >= APPENDS {
                *appends = 0;
                // The rows are in; that their files are many is put right another time.
                if let Err(error) = self.lake.compact(&name, self.options.keep_hours).await {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "small files of the lake could not be put together"
                    );
                }
                self.uncounted.insert((directory.workspace.id, survey));
                self.tally(&name, &shape, Worth::Settled).await;
            }
        }
        Ok(appended)
    }

    /// Counts beforehand what the files of a table hold. Where that fails, numbers are the same and take longer.
    async fn tally(&self, name: &TableName, shape: &Shape, worth: Worth) {
        if let Err(error) = self.lake.tally(name, shape, worth).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "files of the lake could not be counted beforehand"
            );
        }
    }

    /// Counts beforehand what new files hold.
    async fn tally_new(&mut self, directory: &Directory) -> Result<(), HistoryError> {
        let workspace = directory.workspace.id;
        let here = |(of, survey): &(WorkspaceId, SurveyId)| (*of == workspace).then_some(*survey);
        let surveys: Vec<SurveyId> = self.uncounted.iter().filter_map(here).collect();
        for survey in surveys {
            let (name, shape) = self.app.table(directory, survey).await?;
            self.tally(&name, &shape, Worth::Rows(self.options.tally_rows))
                .await;
            self.uncounted.remove(&(workspace, survey));
        }
        Ok(())
    }

    /// The tables of the workspace, and how far behind the records they are.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] without the permission to see results everywhere; [`LakeError`].
    pub async fn status(&self, actor: &Actor) -> Result<LakeStatus, HistoryError> {
        everywhere(actor, Permission::SeeResults)?;
        let directory = self.app.directory(actor.workspace).await?;
        let slug = &directory.workspace.slug;
        let mut tables = Vec::new();
        for name in self.lake.tables(slug).await? {
            tables.extend(self.lake.status(&name).await?);
        }
        let mut tx = self.app.store.read().await?;
        Ok(LakeStatus {
            tables,
            in_lake: self.lake.bookmark(slug).await?,
            recorded: tx.last_event(actor.workspace).await?,
        })
    }

    /// Puts the small files of every table of the workspace together, counts beforehand what the others hold, and deletes what
    /// no reader needs any more.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] without the permission to change the workspace; [`LakeError`].
    pub async fn compact(
        &self,
        actor: &Actor,
    ) -> Result<Vec<(TableName, Compacted)>, HistoryError> {
        everywhere(actor, Permission::EditWorkspace)?;
        let directory = self.app.directory(actor.workspace).await?;
        let mut done = Vec::new();
        for name in self.lake.tables(&directory.workspace.slug).await? {
            let mut patience = Patience::default();
            let compacted = loop {
                let compacted = self.lake.compact(&name, self.options.keep_hours).await;
                if let Some(compacted) = patience.with(compacted).await? {
                    break compacted;
                }
            };
            if let Some(survey) = directory.survey(name.survey.as_str()) {
                let (_, shape) = self.app.table(&directory, survey.id).await?;
                self.lake
                    .tally(&name, &shape, Worth::Rows(self.options.tally_rows))
                    .await?;
            }
            done.push((name, compacted));
        }
        Ok(done)
    }

    /// Answers a query over the tables of the workspace and what was recorded since they were written: everything that was
    /// acknowledged before the query began counts, once.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] without the permission to see responses everywhere; [`HistoryError::Behind`] when the lake is
    /// still being filled; [`LakeError`].
    pub async fn sql(&self, actor: &Actor, sql: &str) -> Result<Answer, HistoryError> {
        everywhere(actor, Permission::SeeResponses)?;
        let workspace = actor.workspace;
        let directory = self.app.directory(workspace).await?;
        let slug = &directory.workspace.slug;
        let mut tails = Vec::new();
        for (survey, news) in self.app.beyond(&self.lake, &directory, MOST_TAIL).await? {
            let (name, shape) = self.app.table(&directory, survey).await?;
            tails.push(Tail { name, shape, news });
        }
        Ok(self.lake.sql(slug, sql, &tails).await?)
    }

    /// Makes every table of the workspace again from the records; a server may go on writing meanwhile. `progress` is told
    /// how many of how many events have been read. Returns how many responses there were.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] without the permission to change the workspace; [`LakeError`]. Tables that were not finished
    /// are as they were.
    pub async fn rebuild(
        &self,
        actor: &Actor,
        progress: impl Fn(i64, i64),
    ) -> Result<u64, HistoryError> {
        everywhere(actor, Permission::EditWorkspace)?;
        let workspace = actor.workspace;
        let directory = self.app.directory(workspace).await?;
        let mut waiting: BTreeSet<SurveyId> =
            directory.surveys.values().map(|survey| survey.id).collect();
        let mut responses = 0;
        let mut bookmark = None;
        for _ in 0..TRIES {
            let newest = self.app.store.read().await?.last_event(workspace).await?;
            bookmark.get_or_insert(newest);
            let mut rebuilds: BTreeMap<SurveyId, (Rebuild, u64)> = BTreeMap::new();
            for survey in waiting {
                let (name, shape) = self.app.table(&directory, survey).await?;
                let reached = self.lake.last_sequence(&name).await;
                // Asked for again, after the table: a server may have written both meanwhile.
                let recorded = self.app.store.read().await?.last_event(workspace).await?;
                let afresh = reached.is_ok_and(|reached| reached > recorded);
                let rebuild = self.lake.rebuild(&name, shape, afresh).await?;
                rebuilds.insert(survey, (rebuild, 0));
            }
            let mut from = 0;
            while let Some(stretch) = self
                .app
                .stretch(workspace, from, newest, self.batch(), Responses::Now)
                .await?
            {
                from = stretch.to;
                for (survey, rows) in stretch.recorded() {
                    if let Some((rebuild, written)) = rebuilds.get_mut(&survey) {
                        rebuild.write(&rows).await?;
                        *written += rows.len() as u64;
                    }
                }
                progress(from, newest);
            }
            waiting = BTreeSet::new();
            for (survey, (mut rebuild, written)) in rebuilds {
                match self.finish(workspace, survey, &mut rebuild, newest).await? {
                    Some(added) => responses += written + added,
                    None => _ = waiting.insert(survey),
                }
            }
            if waiting.is_empty() {
                break;
            }
        }
        if let Some(&survey) = waiting.first() {
            let (name, _) = self.app.table(&directory, survey).await?;
            return Err(LakeError::Conflict(name).into());
        }
        let slug = &directory.workspace.slug;
        self.lake.set_bookmark(slug, bookmark.unwrap_or(0)).await?;
        Ok(responses)
    }

    /// Puts a table that was made anew in its place, with what a server has added to the old one meanwhile. `None` when a
    /// response was corrected meanwhile, which may be written already as it was before: then it has to be made again.
    async fn finish(
        &self,
        workspace: WorkspaceId,
        survey: SurveyId,
        rebuild: &mut Rebuild,
        mut from: i64,
    ) -> Result<Option<u64>, HistoryError> {
        let mut added = 0;
        let mut patience = Patience::default();
        loop {
            match patience.with(rebuild.commit(from).await).await? {
                None => {}
                Some(Progress::Done) => return Ok(Some(added)),
                Some(Progress::Behind(reached)) => {
                    while let Some(stretch) = self
                        .app
                        .stretch(workspace, from, reached, self.batch(), Responses::Now)
                        .await?
                    {
                        from = stretch.to;
                        let corrected = |told: &Told| {
                            told.response.survey == survey
                                && matches!(told.event, Event::ResponseCorrected { .. })
                        };
                        if stretch.told.iter().any(corrected) {
                            return Ok(None);
                        }
                        if let Some(rows) = stretch.recorded().remove(&survey) {
                            rebuild.write(&rows).await?;
                            added += rows.len() as u64;
                        }
                    }
                }
            }
        }
    }
}

impl App {
    /// What happened after an event and up to another, at most so many events.
    async fn stretch(
        &self,
        workspace: WorkspaceId,
        from: i64,
        up_to: i64,
        most: i64,
        responses: Responses,
    ) -> Result<Option<Stretch>, HistoryError> {
        // Sequences have no gaps, so a span of them is a number of events.
        let to = up_to.min(from + most.max(1));
        if to <= from {
            return Ok(None);
        }
        let told = self.told(workspace, from, to, responses).await?;
        Ok(Some(Stretch { to, told }))
    }

    /// The table of a survey and its columns.
    async fn table(
        &self,
        directory: &Directory,
        survey: SurveyId,
    ) -> Result<(TableName, Shape), HistoryError> {
        let workspace = &directory.workspace;
        let mut tx = self.store.read().await?;
        let stored = tx
            .survey(workspace.id, survey)
            .await?
            .ok_or(AppError::NotFound("survey"))?;
        let versions = tx.survey_versions(workspace.id, survey).await?;
        let oldest_first = versions.iter().rev();
        let shape = Shape::of(oldest_first.map(|version| (version.version, &version.document)));
        let name = TableName {
            workspace: workspace.slug.clone(),
            survey: stored.code,
        };
        Ok((name, shape))
    }

    /// What a workspace's surveys have beyond the lake, as far as anybody knows: it may begin before their tables end.
    async fn beyond(
        &self,
        lake: &Lake,
        directory: &Directory,
        most: i64,
    ) -> Result<BTreeMap<SurveyId, News>, HistoryError> {
        let workspace = directory.workspace.id;
        // In this order: a writer that goes on meanwhile leaves no gap, and what it wrote is known by the tables.
        let from = lake.bookmark(&directory.workspace.slug).await?;
        let newest = self.store.read().await?.last_event(workspace).await?;
        if newest - from > most {
            return Err(HistoryError::Behind(newest - from));
        }
        let stretch = self
            .stretch(workspace, from, newest, most, Responses::ToldAgain)
            .await?;
        Ok(stretch.map(Stretch::news).unwrap_or_default())
    }

    /// A survey's responses as they are now, in the lake and beyond it.
    pub(crate) async fn survey_view(
        &self,
        directory: &Directory,
        survey: SurveyId,
    ) -> Result<View, HistoryError> {
        let lake = self.lake.as_ref().ok_or(AppError::HistoryAway)?;
        let mut beyond = self.beyond(lake, directory, NEAR).await?;
        let (name, shape) = self.table(directory, survey).await?;
        let news = beyond.remove(&survey).unwrap_or_default();
        Ok(lake.view(Tail { name, shape, news }).await?)
    }
}

/// How the lake stands in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LakeStatus {
    /// Its tables.
    pub tables: Vec<TableStatus>,
    /// The last event up to which all are in the lake.
    pub in_lake: i64,
    /// The last event of all.
    pub recorded: i64,
}

/// Lets a write be tried again while another process comes before.
#[derive(Default)]
struct Patience {
    tried: u32,
}

impl Patience {
    /// What a try has brought; `None`, after a short wait, when it is to be made again.
    async fn with<T>(&mut self, tried: Result<T, LakeError>) -> Result<Option<T>, LakeError> {
        self.tried += 1;
        match tried {
            Err(LakeError::Conflict(_)) if self.tried < TRIES => {
                tokio::time::sleep(AFTER_CONFLICT).await;
                Ok(None)
            }
            other => other.map(Some),
        }
    }
}

/// The tables hold the answers of the whole network.
fn everywhere(actor: &Actor, permission: Permission) -> Result<(), AppError> {
    if actor.may_everywhere(permission) {
        Ok(())
    } else {
        Err(AppError::Forbidden(permission))
    }
}
