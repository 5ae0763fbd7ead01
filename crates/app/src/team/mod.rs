//! Places and the people who work there.

mod employees;
mod locations;

pub use employees::EmployeeDraft;
pub use locations::{LocationDraft, SeenLocation};

use radost_domain::access::{Actor, Permission};

use crate::{App, AppError};

impl App {
    /// Changing the network is for those who see all of it.
    fn allow_places(actor: &Actor) -> Result<(), AppError> {
        if actor.may_everywhere(Permission::EditPlaces) {
            Ok(())
        } else {
            Err(AppError::Forbidden(Permission::EditPlaces))
        }
    }
}
