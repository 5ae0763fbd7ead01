//! Places and the people who work there.

mod employees;
mod locations;

pub use employees::EmployeeDraft;
pub use locations::{LocationDraft, SeenLocation};

use radost_domain::access::{Actor, Permission, Places};

use crate::{App, AppError};

impl App {
    /// Changing the network is for those who see all of it.
    fn allow_places(actor: &Actor) -> Result<(), AppError> {
        Self::allow(actor, Permission::EditPlaces)?;
        match actor.places {
            Places::All => Ok(()),
            Places::Only(_) => Err(AppError::Forbidden(Permission::EditPlaces)),
        }
    }
}
