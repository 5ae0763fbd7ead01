//! Those who deliver the service.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;

use radost_domain::Slug;
use radost_domain::access::{Actor, Change, Permission};
use radost_domain::name::{EmployeeId, LocationId};
use radost_domain::team::{Employee, LocationTree};

use crate::refusal::{Reason, Refusal, Refusals, line, optional_line, quoted, slug, yes_no};
use crate::table::{ImportReport, Row, Table};
use crate::{App, AppError};

/// An employee as somebody writes them: in a form, a body or a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EmployeeDraft {
    /// Their name in files.
    pub code: String,
    /// Their name.
    pub name: String,
    /// What they do; may be empty.
    pub job: String,
    /// The code of the place where they work; may be empty.
    pub location: String,
    /// Whether they still do.
    pub active: bool,
}

impl EmployeeDraft {
    /// An employee as they are now.
    pub fn of(employee: &Employee, tree: &LocationTree) -> Self {
        let location = employee.location.and_then(|id| tree.get(id));
        EmployeeDraft {
            code: employee.code.to_string(),
            name: employee.name.clone(),
            job: employee.job.clone(),
            location: location
                .map(|place| place.code.to_string())
                .unwrap_or_default(),
            active: employee.active,
        }
    }

    fn check(&self, id: EmployeeId, tree: &LocationTree) -> Result<Employee, Vec<Refusal>> {
        let mut refusals = Refusals::default();
        let code = refusals.take("code", slug(&self.code));
        let name = refusals.take("name", line(&self.name, 200));
        let job = refusals.take("job", optional_line(&self.job, 200));
        let location = match self.location.trim() {
            "" => Some(None),
            code => refusals.take(
                "location",
                tree.by_code(code)
                    .map(|location| Some(location.id))
                    .ok_or_else(|| Reason::UnknownLocation(quoted(code))),
            ),
        };
        match (code, name, job, location) {
            (Some(code), Some(name), Some(job), Some(location)) => Ok(Employee {
                id,
                code,
                name,
                job,
                location,
                active: self.active,
            }),
            _ => Err(refusals.0),
        }
    }
}

impl App {
    /// The employees that the actor sees, by name; those of one place and everything under it when it is given.
    pub async fn employees(
        &self,
        actor: &Actor,
        location: Option<LocationId>,
    ) -> Result<Vec<Employee>, AppError> {
        Self::allow(actor, Permission::SeePlaces)?;
        let directory = self.directory(actor.workspace).await?;
        let within = location.map(|id| directory.locations.with_descendants([id]));
        let mut found: Vec<Employee> = directory
            .employees
            .values()
            .filter(|employee| actor.places.include(employee.location))
            .filter(|employee| {
                within
                    .as_ref()
                    .is_none_or(|within| employee.location.is_some_and(|id| within.contains(&id)))
            })
            .cloned()
            .collect();
        found.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        Ok(found)
    }

    /// One employee.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none, or the actor does not see their place.
    pub async fn employee(&self, actor: &Actor, id: EmployeeId) -> Result<Employee, AppError> {
        Self::allow(actor, Permission::SeePlaces)?;
        let directory = self.directory(actor.workspace).await?;
        directory
            .employees
            .get(&id)
            .filter(|employee| actor.places.include(employee.location))
            .cloned()
            .ok_or(AppError::NotFound("employee"))
    }

    /// Adds an employee, or changes the one with this id.
    ///
    /// # Errors
    /// [`AppError::Refused`] names every field that cannot be so.
    pub async fn save_employee(
        &self,
        actor: &Actor,
        id: Option<EmployeeId>,
        draft: &EmployeeDraft,
    ) -> Result<Employee, AppError> {
        Self::allow_places(actor)?;
        let mut tx = self.store.begin().await?;
        let tree = LocationTree::new(tx.locations(actor.workspace).await?);
        let known = tx.employees(actor.workspace).await?;
        let before = id
            .map(|id| {
                known
                    .iter()
                    .find(|employee| employee.id == id)
                    .ok_or(AppError::NotFound("employee"))
            })
            .transpose()?;
        let id = id.unwrap_or_else(|| EmployeeId(self.new_id()));
        let employee = draft.check(id, &tree).map_err(AppError::Refused)?;
        if before != Some(&employee) {
            if !tx.save_employee(actor.workspace, &employee).await? {
                let taken = Reason::Taken(employee.code.to_string());
                return Err(AppError::Refused(vec![Refusal::new("code", taken)]));
            }
            self.audit(&mut tx, actor, change(before, &employee))
                .await?;
            tx.commit().await?;
            self.directories.forget(actor.workspace);
        }
        Ok(employee)
    }

    /// Adds and changes employees from a CSV file with the columns `code`, `name`, `job`, `location` (a code), `active`;
    /// only `code` must be there. A column that is not there leaves things as they are. Good rows are kept, the others are
    /// in the report. Running a file again changes nothing.
    ///
    /// # Errors
    /// [`AppError::Refused`] when the file as a whole cannot be used.
    pub async fn import_employees(
        &self,
        actor: &Actor,
        source: impl Read + Send + 'static,
        dry_run: bool,
    ) -> Result<ImportReport, AppError> {
        Self::allow_places(actor)?;
        let table = Table::open(source).await?;
        let columns = Columns {
            code: table.needed("code")?,
            name: table.column("name"),
            job: table.column("job"),
            location: table.column("location"),
            active: table.column("active"),
        };
        let report = ImportReport {
            dry_run,
            not_used: table.not_among(&["code", "name", "job", "location", "active"]),
            ..ImportReport::default()
        };
        let (mut report, rows) = table.all_rows(report).await?;
        let mut tx = if dry_run {
            self.store.read().await?
        } else {
            self.store.begin().await?
        };
        let tree = LocationTree::new(tx.locations(actor.workspace).await?);
        let known: BTreeMap<Slug, Employee> = tx
            .employees(actor.workspace)
            .await?
            .into_iter()
            .map(|employee| (employee.code.clone(), employee))
            .collect();
        let mut seen: HashMap<Slug, u64> = HashMap::new();
        for row in &rows {
            let before = row.cell(columns.code).and_then(|code| known.get(code));
            let id = before.map_or_else(|| EmployeeId(self.new_id()), |before| before.id);
            let decided = columns
                .draft(row, before, &tree)
                .map_err(|refusal| vec![refusal])
                .and_then(|draft| draft.check(id, &tree))
                .and_then(|employee| match seen.get(&employee.code) {
                    Some(&first) => Err(vec![Refusal::new("code", Reason::RowTwice { first })]),
                    None => Ok(employee),
                });
            match decided {
                Ok(employee) => {
                    seen.insert(employee.code.clone(), row.number);
                    report.count(before, &employee);
                    if !dry_run && before != Some(&employee) {
                        tx.save_employee(actor.workspace, &employee).await?;
                        self.audit(&mut tx, actor, change(before, &employee))
                            .await?;
                    }
                }
                Err(refusals) => report.refuse(row.number, refusals),
            }
        }
        report.problems.sort_by_key(|problem| problem.row);
        if !dry_run {
            tx.commit().await?;
            self.directories.forget(actor.workspace);
        }
        Ok(report)
    }
}

fn change(before: Option<&Employee>, after: &Employee) -> Change {
    match before {
        None => Change::created("employee.created", "employee", after.id, after),
        Some(before) => Change::updated("employee.changed", "employee", after.id, before, after),
    }
}

/// Where the columns of the file stand.
struct Columns {
    code: Option<usize>,
    name: Option<usize>,
    job: Option<usize>,
    location: Option<usize>,
    active: Option<usize>,
}

impl Columns {
    /// The employee of a row, on top of what is known of them.
    fn draft(
        &self,
        row: &Row,
        before: Option<&Employee>,
        tree: &LocationTree,
    ) -> Result<EmployeeDraft, Refusal> {
        let mut draft = match before {
            Some(known) => EmployeeDraft::of(known, tree),
            None => EmployeeDraft {
                active: true,
                ..EmployeeDraft::default()
            },
        };
        let put = |column, field: &mut String| {
            if let Some(cell) = row.cell(column) {
                cell.clone_into(field);
            }
        };
        put(self.code, &mut draft.code);
        put(self.name, &mut draft.name);
        put(self.job, &mut draft.job);
        put(self.location, &mut draft.location);
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
