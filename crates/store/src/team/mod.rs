use radost_domain::name::{EmployeeId, LocationId, WorkspaceId};
use radost_domain::team::{Employee, Location};
use uuid::Uuid;

use crate::store::Tx;
use crate::{StoreError, sql_types};

type LocationRow = (Uuid, Option<Uuid>, String, String, String, String, bool);
type EmployeeRow = (Uuid, String, String, String, Option<Uuid>, bool);

fn location(
    (id, parent, kind, code, name, time_zone, active): LocationRow,
) -> Result<Location, StoreError> {
    Ok(Location {
        id: LocationId(id),
        parent: parent.map(LocationId),
        kind: sql_types::parsed("location", &kind)?,
        code: sql_types::parsed("location", &code)?,
        name,
        time_zone,
        active,
    })
}

fn employee((id, code, name, job, location, active): EmployeeRow) -> Result<Employee, StoreError> {
    Ok(Employee {
        id: EmployeeId(id),
        code: sql_types::parsed("employee", &code)?,
        name,
        job,
        location: location.map(LocationId),
        active,
    })
}

impl Tx {
    /// Every location of a workspace.
    pub async fn locations(&mut self, workspace: WorkspaceId) -> Result<Vec<Location>, StoreError> {
        sql!(
            self, fetch_all as LocationRow,
            "SELECT id, parent_id, kind, code, name, time_zone, active FROM location WHERE workspace_id = $1 ORDER BY id",
            workspace.0
        )?
        .into_iter()
        .map(location)
        .collect()
    }

    /// Adds a location or changes the one with its id; false when the code belongs to another.
    pub async fn save_location(
        &mut self,
        workspace: WorkspaceId,
        location: &Location,
    ) -> Result<bool, StoreError> {
        let taken = sql!(
            self,
            fetch_optional as (Uuid,),
            "SELECT id FROM location WHERE workspace_id = $1 AND code = $2 AND id <> $3",
            workspace.0,
            location.code.as_str(),
            location.id.0
        )?;
        if taken.is_some() {
            return Ok(false);
        }
        let saved = sql!(
            self, execute,
            "INSERT INTO location (id, workspace_id, parent_id, kind, code, name, time_zone, active)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (id) DO UPDATE SET parent_id = $3, kind = $4, code = $5, name = $6, time_zone = $7, active = $8
             WHERE location.workspace_id = $2",
            location.id.0, workspace.0, location.parent.map(|id| id.0), location.kind.code(), location.code.as_str(),
            location.name.as_str(), location.time_zone.as_str(), location.active
        )?;
        Ok(saved == 1)
    }

    /// Every employee of a workspace, by name.
    pub async fn employees(&mut self, workspace: WorkspaceId) -> Result<Vec<Employee>, StoreError> {
        sql!(
            self, fetch_all as EmployeeRow,
            "SELECT id, code, name, job, location_id, active FROM employee WHERE workspace_id = $1 ORDER BY name, id",
            workspace.0
        )?
        .into_iter()
        .map(employee)
        .collect()
    }

    /// Adds an employee or changes the one with their id; false when the code belongs to another.
    pub async fn save_employee(
        &mut self,
        workspace: WorkspaceId,
        employee: &Employee,
    ) -> Result<bool, StoreError> {
        let taken = sql!(
            self,
            fetch_optional as (Uuid,),
            "SELECT id FROM employee WHERE workspace_id = $1 AND code = $2 AND id <> $3",
            workspace.0,
            employee.code.as_str(),
            employee.id.0
        )?;
        if taken.is_some() {
            return Ok(false);
        }
        let saved = sql!(
            self, execute,
            "INSERT INTO employee (id, workspace_id, code, name, job, location_id, active)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (id) DO UPDATE SET code = $3, name = $4, job = $5, location_id = $6, active = $7
             WHERE employee.workspace_id = $2",
            employee.id.0, workspace.0, employee.code.as_str(), employee.name.as_str(), employee.job.as_str(),
            employee.location.map(|id| id.0), employee.active
        )?;
        Ok(saved == 1)
    }
}
