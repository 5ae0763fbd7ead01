//! The application: a store, a clock, ids, and what is kept in memory.

use std::sync::Arc;

use jiff::Timestamp;
use radost_domain::access::{Actor, Change, Permission};
use radost_domain::name::{AuditId, WorkspaceId};
use radost_lake::Lake;
use radost_store::{Store, Tx};
use uuid::Uuid;

use crate::AppError;
use crate::directory::{Directories, Directory};
use crate::explain::{AttributesAnswer, DriversAnswer, Memo, Recent, StructureAnswer};
use crate::listen::intake::{Intake, IntakeOptions};

/// Where time comes from: the binary passes the machine's clock, tests a fixed one.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;
/// Where ids come from: time-ordered (version 7) UUIDs, or numbered ones in tests.
pub type Ids = Arc<dyn Fn() -> Uuid + Send + Sync>;

/// Everything that the application is made of.
pub struct AppOptions {
    /// The records.
    pub store: Store,
    /// The columnar history; without it numbers are counted in the records.
    pub lake: Option<Lake>,
    /// The clock.
    pub clock: Clock,
    /// The ids.
    pub ids: Ids,
    /// How answers are committed.
    pub intake: IntakeOptions,
    /// Where uploaded files wait for their import.
    pub files: std::path::PathBuf,
}

/// The use cases.
pub struct App {
    pub(crate) store: Store,
    pub(crate) lake: Option<Lake>,
    clock: Clock,
    ids: Ids,
    pub(crate) intake: Intake,
    pub(crate) directories: Directories,
    pub(crate) recent: Recent,
    pub(crate) keys: crate::access::KeyCache,
    pub(crate) files: std::path::PathBuf,
    pub(crate) imports: crate::listen::import::Running,
    pub(crate) driver_answers: Memo<DriversAnswer>,
    pub(crate) attribute_answers: Memo<AttributesAnswer>,
    pub(crate) structure_answers: Memo<StructureAnswer>,
}

impl std::fmt::Debug for AppOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppOptions")
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App")
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

impl App {
    /// Starts the application; must be called within a Tokio runtime, where the committer of answers goes on running.
    pub fn new(options: AppOptions) -> Arc<App> {
        let intake = Intake::start(options.store.clone(), options.clock.clone(), options.intake);
        Arc::new(App {
            store: options.store,
            lake: options.lake,
            clock: options.clock,
            ids: options.ids,
            intake,
            directories: Directories::default(),
            recent: Recent::default(),
            keys: crate::access::KeyCache::default(),
            files: options.files,
            imports: Default::default(),
            driver_answers: Memo::default(),
            attribute_answers: Memo::default(),
            structure_answers: Memo::default(),
        })
    }

    /// The records, to be closed when the process ends.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// A new id.
    pub fn new_id(&self) -> Uuid {
        (self.ids)()
    }

    /// Where uploaded files wait for their import.
    pub fn files(&self) -> &std::path::Path {
        &self.files
    }

    /// What is known of a workspace's surveys, places and people; at most two seconds old, and never older than a change
    /// made through this process.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such workspace.
    pub async fn directory(&self, workspace: WorkspaceId) -> Result<Arc<Directory>, AppError> {
        self.directories
            .get(&self.store, workspace, self.now())
            .await
    }

    /// The same for the workspace with this name in addresses.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such workspace.
    pub async fn directory_by_slug(&self, slug: &str) -> Result<Arc<Directory>, AppError> {
        self.directories
            .by_slug(&self.store, slug, self.now())
            .await
    }

    /// Refuses unless the actor may do this.
    pub(crate) fn allow(actor: &Actor, permission: Permission) -> Result<(), AppError> {
        if actor.may(permission) {
            Ok(())
        } else {
            Err(AppError::Forbidden(permission))
        }
    }

    /// Writes a change into the audit log, in the change's own transaction.
    pub(crate) async fn audit(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        change: Change,
    ) -> Result<(), AppError> {
        let entry = change.by(actor, AuditId(self.new_id()), self.now());
        tx.insert_audit(actor.workspace, &entry).await?;
        Ok(())
    }
}
