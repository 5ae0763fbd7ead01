//! Locations: network → region → location.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::io::Read;

use radost_domain::access::{Actor, Change, Permission, Places};
use radost_domain::name::LocationId;
use radost_domain::team::{Location, LocationKind, LocationTree, MisplacedLocation};

use crate::refusal::{Reason, Refusal, Refusals, line, quoted, slug, time_zone, yes_no};
use crate::table::{ImportReport, Row, Table};
use crate::{App, AppError};

/// A location as somebody writes it: in a form, a body or a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LocationDraft {
    /// Its name in files and addresses.
    pub code: String,
    /// Its name for people.
    pub name: String,
    /// `network`, `region` or `location`.
    pub kind: String,
    /// The code of the place above; empty at the top.
    pub parent: String,
    /// IANA name of its time zone; empty for that of the place above, or the workspace's.
    pub time_zone: String,
    /// Whether it is in use.
    pub active: bool,
}

impl LocationDraft {
    /// A location as it is now.
    pub fn of(location: &Location, tree: &LocationTree) -> Self {
        let parent = location.parent.and_then(|id| tree.get(id));
        LocationDraft {
            code: location.code.to_string(),
            name: location.name.clone(),
            kind: location.kind.code().to_owned(),
            parent: parent
                .map(|parent| parent.code.to_string())
                .unwrap_or_default(),
            time_zone: location.time_zone.clone(),
            active: location.active,
        }
    }

    /// The location, if it may be and stand where it says.
    fn check(
        &self,
        id: LocationId,
        tree: &LocationTree,
        workspace_zone: &str,
    ) -> Result<Location, Vec<Refusal>> {
        let mut refusals = Refusals::default();
        let code = refusals.take("code", slug(&self.code));
        let name = refusals.take("name", line(&self.name, 200));
        let kind = refusals.take(
            "kind",
            self.kind
                .trim()
                .parse::<LocationKind>()
                .map_err(|_| Reason::UnknownKind(quoted(self.kind.trim()))),
        );
        let parent = match self.parent.trim() {
            "" => Some(None),
            code => refusals.take(
                "parent",
                tree.by_code(code)
                    .map(|above| Some(above.id))
                    .ok_or_else(|| Reason::UnknownLocation(quoted(code))),
            ),
        };
        let zone = match self.time_zone.trim() {
            "" => Some(
                parent
                    .flatten()
                    .and_then(|id| tree.get(id))
                    .map_or(workspace_zone, |above| &above.time_zone)
                    .to_owned(),
            ),
            name => refusals.take("time_zone", time_zone(name)),
        };
        if let Some(code) = &code
            && tree
                .by_code(code.as_str())
                .is_some_and(|other| other.id != id)
        {
            let taken = Reason::Taken(code.to_string());
            refusals.0.push(Refusal::new("code", taken));
        }
        let (Some(code), Some(name), Some(kind), Some(parent), Some(time_zone)) =
            (code, name, kind, parent, zone)
        else {
            return Err(refusals.0);
        };
        let location = Location {
            id,
            parent,
            kind,
            code,
            name,
            time_zone,
            active: self.active,
        };
        if let Err(misplaced) = tree.check(&location) {
            let reason = match misplaced {
                MisplacedLocation::NoParent => Reason::UnknownLocation(quoted(&self.parent)),
                MisplacedLocation::Circle => Reason::Circle,
                MisplacedLocation::Level { child, parent } => Reason::Level {
                    child,
                    above: parent,
                },
            };
            refusals.0.push(Refusal::new("parent", reason));
        }
        if refusals.0.is_empty() {
            Ok(location)
        } else {
            Err(refusals.0)
        }
    }
}

/// A place that stands under `changed` in `tree` and could not stay there, apart from those in `moving`.
fn left_hanging(
    tree: &LocationTree,
    changed: &Location,
    moving: impl Fn(&Location) -> bool,
) -> Option<Refusal> {
    let mut after = tree.clone();
    after.put(changed.clone());
    tree.children(Some(changed.id))
        .filter(|child| !moving(child))
        .find(|child| after.check(child).is_err())
        .map(|child| Refusal::new("kind", Reason::BelowDoesNotFit(child.name.clone())))
}

/// A location in the list of an actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenLocation {
    /// The location. Of a place above the actor's own only the name is meant to be shown.
    pub location: Location,
    /// The code of the place above it.
    pub parent: Option<radost_domain::Slug>,
    /// How deep it stands, from 0.
    pub depth: usize,
    /// Whether it is one of the actor's own; the others are above them, and named for orientation.
    pub own: bool,
    /// How many people work there, places below not counted.
    pub employees: u64,
}

impl App {
    /// The places that the actor sees, parents before children, with the names of those above them.
    pub async fn locations(&self, actor: &Actor) -> Result<Vec<SeenLocation>, AppError> {
        Self::allow(actor, Permission::SeePlaces)?;
        let directory = self.directory(actor.workspace).await?;
        let tree = &directory.locations;
        let mut employees: HashMap<LocationId, u64> = HashMap::new();
        for employee in directory.employees.values().filter(|e| e.active) {
            if let Some(location) = employee.location {
                *employees.entry(location).or_default() += 1;
            }
        }
        let above: HashSet<LocationId> = match &actor.places {
            Places::All => HashSet::new(),
            Places::Only(own) => own
                .iter()
                .flat_map(|id| tree.path(*id))
                .map(|location| location.id)
                .collect(),
        };
        let rows = tree.in_order().into_iter();
        Ok(rows
            .filter_map(|(depth, location)| {
                let own = actor.places.include(Some(location.id));
                (own || above.contains(&location.id)).then(|| SeenLocation {
                    location: location.clone(),
                    parent: location
                        .parent
                        .and_then(|id| tree.get(id))
                        .map(|parent| parent.code.clone()),
                    depth,
                    own,
                    employees: employees.get(&location.id).copied().unwrap_or(0),
                })
            })
            .collect())
    }

    /// One place.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none, or the actor does not see it.
    pub async fn location(&self, actor: &Actor, id: LocationId) -> Result<SeenLocation, AppError> {
        self.locations(actor)
            .await?
            .into_iter()
            .find(|seen| seen.location.id == id && seen.own)
            .ok_or(AppError::NotFound("location"))
    }

    /// Adds a place, or changes the one with this id.
    ///
    /// # Errors
    /// [`AppError::Refused`] names every field that cannot be so.
    pub async fn save_location(
        &self,
        actor: &Actor,
        id: Option<LocationId>,
        draft: &LocationDraft,
    ) -> Result<Location, AppError> {
        Self::allow_places(actor)?;
        let directory = self.directory(actor.workspace).await?;
        // Read within the transaction that writes: nobody moves a place in between.
        let mut tx = self.store.begin().await?;
        let tree = LocationTree::new(tx.locations(actor.workspace).await?);
        let before = id
            .map(|id| tree.get(id).ok_or(AppError::NotFound("location")))
            .transpose()?;
        let id = id.unwrap_or_else(|| LocationId(self.new_id()));
        let location = draft
            .check(id, &tree, &directory.workspace.time_zone)
            .map_err(AppError::Refused)?;
        if let Some(refusal) = left_hanging(&tree, &location, |_| false) {
            return Err(AppError::Refused(vec![refusal]));
        }
        if before != Some(&location) {
            if !tx.save_location(actor.workspace, &location).await? {
                let taken = Reason::Taken(location.code.to_string());
                return Err(AppError::Refused(vec![Refusal::new("code", taken)]));
            }
            self.audit(&mut tx, actor, change(before, &location))
                .await?;
            tx.commit().await?;
            self.directories.forget(actor.workspace);
        }
        Ok(location)
    }

    /// Adds and changes places from a CSV file with the columns `code`, `name`, `kind`, `parent` (a code, of this file or
    /// known), `time_zone`, `active`; only `code` must be there. A column that is not there leaves things as they are. Good
    /// rows are kept, the others are in the report. Running a file again changes nothing.
    ///
    /// # Errors
    /// [`AppError::Refused`] when the file as a whole cannot be used.
    pub async fn import_locations(
        &self,
        actor: &Actor,
        source: impl Read + Send + 'static,
        dry_run: bool,
    ) -> Result<ImportReport, AppError> {
        Self::allow_places(actor)?;
        let directory = self.directory(actor.workspace).await?;
        let table = Table::open(source).await?;
        let columns = Columns::of(&table)?;
        let report = ImportReport {
            dry_run,
            not_used: table.not_among(&["code", "name", "kind", "parent", "time_zone", "active"]),
            ..ImportReport::default()
        };
        let (mut report, rows) = table.all_rows(report).await?;
        let mut tx = if dry_run {
            self.store.read().await?
        } else {
            self.store.begin().await?
        };
        let tree = LocationTree::new(tx.locations(actor.workspace).await?);
        let mut placing = Placing::new(tree, &columns, rows, &mut report);
        while let Some((row, draft)) = placing.next() {
            let before = placing.tree.by_code(&draft.code).cloned();
            let id = before
                .as_ref()
                .map_or_else(|| LocationId(self.new_id()), |before| before.id);
            let decided = draft
                .check(id, &placing.tree, &directory.workspace.time_zone)
                .and_then(|location| match placing.left_hanging(&location) {
                    Some(refusal) => Err(vec![refusal]),
                    None => Ok(location),
                });
            match decided {
                Ok(location) => {
                    report.count(before.as_ref(), &location);
                    if !dry_run && before.as_ref() != Some(&location) {
                        tx.save_location(actor.workspace, &location).await?;
                        let change = change(before.as_ref(), &location);
                        self.audit(&mut tx, actor, change).await?;
                    }
                    placing.placed(&draft.code, location);
                }
                Err(mut refusals) => {
                    placing.blame(&mut refusals, &draft);
                    report.refuse(row, refusals);
                    placing.refused(&draft.code);
                }
            }
        }
        for (row, reason) in placing.in_circles() {
            report.refuse(row, [Refusal::new("parent", reason)]);
        }
        report.problems.sort_by_key(|problem| problem.row);
        if !dry_run {
            tx.commit().await?;
            self.directories.forget(actor.workspace);
        }
        Ok(report)
    }
}

fn change(before: Option<&Location>, after: &Location) -> Change {
    match before {
        None => Change::created("location.created", "location", after.id, after),
        Some(before) => Change::updated("location.changed", "location", after.id, before, after),
    }
}

/// Where the columns of the file stand.
struct Columns {
    code: Option<usize>,
    name: Option<usize>,
    kind: Option<usize>,
    parent: Option<usize>,
    time_zone: Option<usize>,
    active: Option<usize>,
}

impl Columns {
    fn of(table: &Table) -> Result<Columns, AppError> {
        Ok(Columns {
            code: table.needed("code")?,
            name: table.column("name"),
            kind: table.column("kind"),
            parent: table.column("parent"),
            time_zone: table.column("time_zone"),
            active: table.column("active"),
        })
    }

    /// The location of a row, on top of what is known of it.
    fn draft(&self, row: &Row, tree: &LocationTree) -> Result<LocationDraft, Refusal> {
        let code = row.cell(self.code).unwrap_or_default();
        let mut draft = match tree.by_code(code) {
            Some(known) => LocationDraft::of(known, tree),
            None => LocationDraft {
                code: code.to_owned(),
                active: true,
                ..LocationDraft::default()
            },
        };
        let put = |column, field: &mut String| {
            if let Some(cell) = row.cell(column) {
                cell.clone_into(field);
            }
        };
        put(self.name, &mut draft.name);
        put(self.kind, &mut draft.kind);
        put(self.parent, &mut draft.parent);
        put(self.time_zone, &mut draft.time_zone);
        draft.kind = match draft.kind.to_lowercase() {
            kind if kind.is_empty() => LocationKind::Location.code().to_owned(),
            kind => kind,
        };
        match row.cell(self.active) {
            None => {}
            Some("") => draft.active = true,
            Some(cell) => {
                draft.active = yes_no(cell).map_err(|reason| Refusal::new("active", reason))?;
            }
        }
        Ok(draft)
    }
}

/// The rows of a file in an order in which every place comes after the one above it, wherever it stands in the file.
struct Placing {
    tree: LocationTree,
    waiting: HashMap<String, (u64, LocationDraft)>,
    /// Codes whose rows wait until the row of the key is decided.
    below: BTreeMap<String, Vec<String>>,
    ready: VecDeque<String>,
    refused: HashSet<String>,
}

impl Placing {
    fn new(
        tree: LocationTree,
        columns: &Columns,
        rows: Vec<Row>,
        report: &mut ImportReport,
    ) -> Self {
        let mut waiting: HashMap<String, (u64, LocationDraft)> = HashMap::with_capacity(rows.len());
        let mut order = Vec::with_capacity(rows.len());
        let mut refused = HashSet::new();
        for row in rows {
            let draft = match columns.draft(&row, &tree) {
                Ok(draft) => draft,
                Err(refusal) => {
                    report.refuse(row.number, [refusal]);
                    refused.insert(row.cell(columns.code).unwrap_or_default().to_owned());
                    continue;
                }
            };
            if let Some((first, _)) = waiting.get(&draft.code) {
                let reason = Reason::RowTwice { first: *first };
                report.refuse(row.number, [Refusal::new("code", reason)]);
                continue;
            }
            order.push(draft.code.clone());
            waiting.insert(draft.code.clone(), (row.number, draft));
        }
        let mut below: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut ready = VecDeque::new();
        for code in order {
            let parent = waiting.get(&code).map(|(_, draft)| draft.parent.clone());
            match parent {
                Some(parent) if waiting.contains_key(&parent) => {
                    below.entry(parent).or_default().push(code);
                }
                _ => ready.push_back(code),
            }
        }
        Placing {
            tree,
            waiting,
            below,
            ready,
            refused,
        }
    }

    fn next(&mut self) -> Option<(u64, LocationDraft)> {
        let code = self.ready.pop_front()?;
        self.waiting.remove(&code)
    }

    fn placed(&mut self, code: &str, location: Location) {
        self.tree.put(location);
        self.decided(code);
    }

    fn refused(&mut self, code: &str) {
        self.refused.insert(code.to_owned());
        self.decided(code);
    }

    fn decided(&mut self, code: &str) {
        self.ready
            .extend(self.below.remove(code).into_iter().flatten());
    }

    /// What stands under a changed place and has no row of its own still to come.
    fn left_hanging(&self, changed: &Location) -> Option<Refusal> {
        let known = self.tree.get(changed.id)?;
        if known.kind == changed.kind {
            return None;
        }
        left_hanging(&self.tree, changed, |child| {
            self.waiting.contains_key(child.code.as_str())
        })
    }

    /// A place above that is missing because its own row was refused is told as that.
    fn blame(&self, refusals: &mut [Refusal], draft: &LocationDraft) {
        for refusal in refusals {
            if matches!(refusal.reason, Reason::UnknownLocation(_))
                && self.refused.contains(draft.parent.trim())
            {
                refusal.reason = Reason::AboveRefused(quoted(draft.parent.trim()));
            }
        }
    }

    /// The rows that wait for ever: those of a circle, and those under one.
    fn in_circles(&self) -> Vec<(u64, Reason)> {
        let above = |code: &str| {
            self.waiting
                .get(code)
                .map(|(_, draft)| draft.parent.as_str())
        };
        let mut found: Vec<(u64, Reason)> = self
            .waiting
            .iter()
            .map(|(code, (row, draft))| {
                let mut at = above(code);
                let mut steps = self.waiting.len();
                while let Some(parent) = at.filter(|parent| parent != code && steps > 0) {
                    at = above(parent);
                    steps -= 1;
                }
                let reason = if at == Some(code) {
                    Reason::Circle
                } else {
                    Reason::AboveRefused(quoted(&draft.parent))
                };
                (*row, reason)
            })
            .collect();
        found.sort_by_key(|(row, _)| *row);
        found
    }
}
