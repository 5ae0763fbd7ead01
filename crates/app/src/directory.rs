//! What every request needs to know of a workspace, kept in memory for a moment.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use radost_domain::access::{Actor, Places, User, Workspace};
use radost_domain::listen::{PublishedSurvey, Rejection, Response};
use radost_domain::name::{EmployeeId, LocationId, SurveyId, WorkspaceId};
use radost_domain::team::{Employee, LocationTree};
use radost_domain::{Code, Slug};
use radost_store::{Store, StoreError};

use crate::AppError;
use crate::listen::quotas;

/// How long another process's change may go unseen.
const FRESH_FOR: SignedDuration = SignedDuration::from_secs(2);

/// A survey that was published at least once.
#[derive(Debug, Clone)]
pub struct OpenSurvey {
    /// Its id.
    pub id: SurveyId,
    /// Whether it takes answers.
    pub accepting: bool,
    /// The newest version.
    pub published: Arc<PublishedSurvey>,
    /// How many responses each of its quotas has counted.
    pub quotas: BTreeMap<Code, u64>,
}

impl OpenSurvey {
    /// The response, unless there are enough of its sort.
    pub(crate) fn wanted(&self, response: Response) -> Result<Response, Rejection> {
        match self
            .published
            .quota_reached(&self.quotas, &response.answers)
        {
            None => Ok(response),
            Some(quota) => Err(Rejection::Enough {
                quota: quota.code.clone(),
            }),
        }
    }
}

/// A workspace's settings, surveys, places and staff.
#[derive(Debug)]
pub struct Directory {
    /// The workspace.
    pub workspace: Workspace,
    /// Its time zone.
    pub zone: TimeZone,
    /// Its places.
    pub locations: LocationTree,
    /// Their time zones.
    zones: HashMap<LocationId, TimeZone>,
    /// Its staff.
    pub employees: BTreeMap<EmployeeId, Employee>,
    employees_by_code: HashMap<Slug, EmployeeId>,
    /// Its published surveys, by code.
    pub surveys: BTreeMap<Slug, OpenSurvey>,
}

impl Directory {
    /// The survey with this code, if it was ever published.
    pub fn survey(&self, code: &str) -> Option<&OpenSurvey> {
        self.surveys.get(code)
    }

    /// The survey with this id, if it was ever published.
    pub fn survey_by_id(&self, id: SurveyId) -> Option<&OpenSurvey> {
        self.surveys.values().find(|survey| survey.id == id)
    }

    /// The employee with this code.
    pub fn employee(&self, code: &str) -> Option<&Employee> {
        self.employees_by_code
            .get(code)
            .and_then(|id| self.employees.get(id))
    }

    /// The time zone of a place, or the workspace's.
    pub fn zone_at(&self, location: Option<LocationId>) -> TimeZone {
        location
            .and_then(|id| self.zones.get(&id))
            .unwrap_or(&self.zone)
            .clone()
    }

    /// The places that a user sees.
    pub fn places_of(&self, user: &User) -> Places {
        match user.role {
            radost_domain::access::Role::Manager => Places::Only(
                self.locations
                    .with_descendants(user.locations.iter().copied()),
            ),
            _ => Places::All,
        }
    }

    /// The actor that a user is.
    pub fn actor(&self, user: &User) -> Actor {
        Actor::user(
            self.workspace.id,
            user.id,
            user.name.clone(),
            user.role,
            self.places_of(user),
        )
    }

    /// Every scored question code of a survey with its slot.
    pub fn slot(survey: &OpenSurvey, code: &Code) -> Option<usize> {
        survey
            .published
            .slots()
            .iter()
            .position(|slot| slot == code)
    }

    async fn load(
        store: &Store,
        workspace: WorkspaceId,
        before: Option<&Directory>,
    ) -> Result<Directory, AppError> {
        let mut tx = store.read().await?;
        let workspace = tx
            .workspace(workspace)
            .await?
            .ok_or(AppError::NotFound("workspace"))?;
        let locations = LocationTree::new(tx.locations(workspace.id).await?);
        let employees: BTreeMap<_, _> = tx
            .employees(workspace.id)
            .await?
            .into_iter()
            .map(|employee| (employee.id, employee))
            .collect();
        let counted = tx.quota_counts(workspace.id).await?;
        let mut surveys = BTreeMap::new();
        for stored in tx.surveys(workspace.id).await? {
            let Some(version) = stored.newest_version else {
                continue;
            };
            // A published version never changes: what was compiled before is good for ever.
            let known = before
                .and_then(|before| before.surveys.get(&stored.code))
                .filter(|known| known.published.version() == version)
                .map(|known| known.published.clone());
            let published = match known {
                Some(published) => published,
                None => {
                    let document = tx
                        .survey_version(workspace.id, stored.id, version)
                        .await?
                        .ok_or(AppError::NotFound("survey version"))?
                        .document;
                    let published =
                        document
                            .publish(version, &stored.slots)
                            .map_err(|defects| StoreError::Corrupt {
                                what: "survey version",
                                source: format!("{defects:?}").into(),
                            })?;
                    Arc::new(published)
                }
            };
            let definition = quotas::definition(&published);
            let quotas = counted
                .iter()
                .find(|known| known.survey == stored.id && known.definition == definition);
            surveys.insert(
                stored.code,
                OpenSurvey {
                    id: stored.id,
                    accepting: stored.accepting,
                    published,
                    quotas: quotas.map(quotas::standing).unwrap_or_default(),
                },
            );
        }
        let zone = time_zone(&workspace.time_zone);
        let zones = locations
            .iter()
            .map(|location| (location.id, time_zone(&location.time_zone)))
            .collect();
        let employees_by_code = employees
            .values()
            .map(|employee| (employee.code.clone(), employee.id))
            .collect();
        Ok(Directory {
            workspace,
            zone,
            locations,
            zones,
            employees,
            employees_by_code,
            surveys,
        })
    }
}

/// A stored time zone was checked when it was stored; one that the tables no longer know is UTC.
fn time_zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// Directories with the moment at which each was loaded, or `None` once something in it has changed.
type Known = HashMap<WorkspaceId, (Option<Timestamp>, Arc<Directory>)>;

/// The directories of the workspaces in use.
#[derive(Debug, Default)]
pub(crate) struct Directories {
    by_workspace: Mutex<Known>,
    /// A workspace keeps its slug for ever, so what was found once stays right. Slugs that nobody has are not kept:
    /// whoever guesses addresses must not fill the memory.
    by_slug: Mutex<HashMap<Slug, WorkspaceId>>,
}

impl Directories {
    pub(crate) async fn get(
        &self,
        store: &Store,
        workspace: WorkspaceId,
        now: Timestamp,
    ) -> Result<Arc<Directory>, AppError> {
        let known = self.lock().get(&workspace).cloned();
        if let Some((Some(loaded_at), directory)) = &known
            && now.duration_since(*loaded_at) < FRESH_FOR
        {
            return Ok(directory.clone());
        }
        let known = known.map(|(_, directory)| directory);
        // Two requests may load at the same moment; both results are right.
        let loaded = Directory::load(store, workspace, known.as_deref())
            .await
            .map(Arc::new);
        match (loaded, known) {
            (Ok(directory), _) => {
                self.lock()
                    .insert(workspace, (Some(now), directory.clone()));
                Ok(directory)
            }
            // While the database is away, what was known a moment ago is better than nothing.
            (Err(AppError::Store(error)), Some(known)) if error.is_temporary() => Ok(known),
            (Err(error), _) => Err(error),
        }
    }

    /// The directory of the workspace with this name in addresses.
    pub(crate) async fn by_slug(
        &self,
        store: &Store,
        slug: &str,
        now: Timestamp,
    ) -> Result<Arc<Directory>, AppError> {
        let slugs = || self.by_slug.lock().unwrap_or_else(PoisonError::into_inner);
        let known = slugs().get(slug).copied();
        let id = match known {
            Some(id) => id,
            None => {
                let none = || AppError::NotFound("workspace");
                let slug: Slug = slug.parse().map_err(|_| none())?;
                let found = store.read().await?.workspace_by_slug(&slug).await?;
                let id = found.ok_or_else(none)?.id;
                slugs().insert(slug, id);
                id
            }
        };
        self.get(store, id, now).await
    }

    /// Forgets a workspace after a change in it.
    pub(crate) fn forget(&self, workspace: WorkspaceId) {
        if let Some((loaded_at, _)) = self.lock().get_mut(&workspace) {
            // Kept for its compiled surveys, but no longer fresh.
            *loaded_at = None;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.by_workspace
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
