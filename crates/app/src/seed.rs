//! Places, people and customers of a business that begins, all at once: for the demo.

use radost_domain::access::{Actor, Change, Permission};
use radost_domain::retain::Customer;
use radost_domain::team::{Employee, Location, LocationTree};
use serde_json::json;

use crate::{App, AppError};

impl App {
    /// Adds locations (those above before those below), employees and customers in one transaction with one audit entry.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a location that cannot stand where it says; [`AppError::Conflict`] when a code is taken.
    pub async fn seed_places(
        &self,
        actor: &Actor,
        locations: &[Location],
        employees: &[Employee],
        customers: &[Customer],
    ) -> Result<(), AppError> {
        Self::allow(actor, Permission::EditPlaces)?;
        Self::allow(actor, Permission::EditCustomers)?;
        let taken = |what: &str, code: &dyn std::fmt::Display| {
            AppError::Conflict(format!("there is already a {what} `{code}`"))
        };
        let mut tx = self.store.begin().await?;
        let stored = tx.locations(actor.workspace).await?;
        let tree = LocationTree::new(stored.into_iter().chain(locations.iter().cloned()));
        for location in locations {
            tree.check(location)
                .map_err(|error| AppError::invalid("parent", error))?;
            if !tx.save_location(actor.workspace, location).await? {
                return Err(taken("location", &location.code));
            }
        }
        for employee in employees {
            if !tx.save_employee(actor.workspace, employee).await? {
                return Err(taken("employee", &employee.code));
            }
        }
        tx.save_customers(actor.workspace, customers).await?;
        let made = json!({
            "locations": locations.len(),
            "employees": employees.len(),
            "customers": customers.len(),
        });
        let change = Change::created("business.seeded", "workspace", actor.workspace, made);
        self.audit(&mut tx, actor, change).await?;
        tx.commit().await?;
        self.directories.forget(actor.workspace);
        Ok(())
    }
}
