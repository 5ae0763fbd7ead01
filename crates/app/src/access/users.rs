//! People who sign in: adding, changing and shutting them out.

use std::collections::BTreeSet;

use radost_domain::Language;
use radost_domain::access::{Actor, Change, EmailAddress, Identity, Permission, Role, User};
use radost_domain::name::{LocationId, UserId};
use radost_store::NewUser;

use super::sign_in::{SignedIn, hash_password};
use crate::secret::token;
use crate::{App, AppError};

/// Somebody to be added.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// Their address.
    pub email: EmailAddress,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// For managers: their locations.
    pub locations: BTreeSet<LocationId>,
    /// The language of their pages.
    pub language: Language,
    /// A password of their own choice; without it a one-time password is made.
    pub password: Option<String>,
}

impl NewPerson {
    /// An administrator.
    pub fn admin(email: &str) -> Result<Self, AppError> {
        Ok(NewPerson {
            email: email
                .parse()
                .map_err(|error| AppError::invalid("email", error))?,
            name: "Administrator".to_owned(),
            role: Role::Admin,
            locations: BTreeSet::new(),
            language: Language::En,
            password: None,
        })
    }
}

/// What is to change about somebody; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct PersonChange {
    /// Their name.
    pub name: Option<String>,
    /// What they may do.
    pub role: Option<Role>,
    /// For managers: their locations.
    pub locations: Option<BTreeSet<LocationId>>,
    /// The language of their pages.
    pub language: Option<Language>,
    /// Whether they may sign in.
    pub active: Option<bool>,
}

impl PersonChange {
    fn apply(self, mut user: User) -> Result<User, AppError> {
        if let Some(name) = self.name {
            user.name = name_of_person(&name)?;
        }
        user.role = self.role.unwrap_or(user.role);
        user.locations = places_for(user.role, self.locations.unwrap_or(user.locations));
        user.language = self.language.unwrap_or(user.language);
        user.active = self.active.unwrap_or(user.active);
        Ok(user)
    }
}

impl App {
    /// Everybody who signs in, by name.
    pub async fn users(&self, actor: &Actor) -> Result<Vec<User>, AppError> {
        Self::allow(actor, Permission::ManageAccess)?;
        Ok(self.store.read().await?.users(actor.workspace).await?)
    }

    /// Somebody who signs in.
    pub async fn user(&self, actor: &Actor, id: UserId) -> Result<User, AppError> {
        Self::allow(actor, Permission::ManageAccess)?;
        let user = self.store.read().await?.user(actor.workspace, id).await?;
        user.ok_or(AppError::NotFound("user"))
    }

    /// Adds somebody who signs in, with a one-time password that is returned and never shown again.
    ///
    /// # Errors
    /// [`AppError::Conflict`] when the address is taken; [`AppError::Invalid`] names the field.
    pub async fn add_user(
        &self,
        actor: &Actor,
        person: NewPerson,
    ) -> Result<(User, String), AppError> {
        Self::allow(actor, Permission::ManageAccess)?;
        may_give(actor, person.role)?;
        let name = name_of_person(&person.name)?;
        self.known_places(actor, &person.locations).await?;
        let password = person.password.clone().unwrap_or_else(one_time_password);
        let password_hash = hash_password("password", password.clone()).await?;
        let user = User {
            id: UserId(self.new_id()),
            email: person.email,
            name,
            role: person.role,
            locations: places_for(person.role, person.locations),
            language: person.language,
            active: true,
            must_change_password: person.password.is_none(),
        };
        let mut tx = self.store.begin().await?;
        let new = NewUser {
            user: &user,
            password_hash: &password_hash,
            created_at: self.now(),
        };
        if !tx.insert_user(actor.workspace, new).await? {
            return Err(AppError::Conflict(format!(
                "somebody already signs in with {}",
                user.email
            )));
        }
        self.audit(
            &mut tx,
            actor,
            Change::created("user.created", "user", user.id, &user),
        )
        .await?;
        tx.commit().await?;
        Ok((user, password))
    }

    /// Changes somebody. Who may no longer sign in is signed out at once.
    ///
    /// # Errors
    /// [`AppError::Invalid`] names the field, also when an administrator would lock themselves out or nobody would be
    /// left to manage access; [`AppError::Forbidden`] for a role with rights that the actor does not have.
    pub async fn update_user(
        &self,
        actor: &Actor,
        id: UserId,
        change: PersonChange,
    ) -> Result<User, AppError> {
        Self::allow(actor, Permission::ManageAccess)?;
        if let Some(locations) = &change.locations {
            self.known_places(actor, locations).await?;
        }
        let mut tx = self.store.begin().await?;
        // Two administrators who demote each other at the same moment go one after the other.
        tx.hold_workspace(actor.workspace).await?;
        let before = tx.user(actor.workspace, id).await?;
        let before = before.ok_or(AppError::NotFound("user"))?;
        may_give(actor, before.role)?;
        let after = change.apply(before.clone())?;
        may_give(actor, after.role)?;
        if after == before {
            return Ok(after);
        }
        if may_manage(&before) && !may_manage(&after) {
            let field = if after.active { "role" } else { "active" };
            if actor.identity == Identity::User(id) {
                return Err(AppError::invalid(field, "you cannot shut yourself out"));
            }
            let users = tx.users(actor.workspace).await?;
            if !users.iter().any(|user| user.id != id && may_manage(user)) {
                return Err(AppError::invalid(
                    field,
                    "this is the last administrator; make somebody else one first",
                ));
            }
        }
        if !tx.update_user(actor.workspace, &after).await? {
            return Err(AppError::NotFound("user"));
        }
        if !after.active {
            tx.delete_sessions_of(id, self.now()).await?;
        }
        let change = Change::updated("user.updated", "user", id, &before, &after);
        self.audit(&mut tx, actor, change).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Replaces somebody's password by a one-time password, which is returned and never shown again, and signs them out
    /// everywhere.
    ///
    /// # Errors
    /// [`AppError::Conflict`] for one's own: that is changed with the current one.
    pub async fn reset_password(
        &self,
        actor: &Actor,
        id: UserId,
    ) -> Result<(User, String), AppError> {
        let user = self.user(actor, id).await?;
        // Whoever sets a password can sign in as that person.
        may_give(actor, user.role)?;
        if actor.identity == Identity::User(id) {
            return Err(AppError::Conflict(
                "change your own password with the current one".into(),
            ));
        }
        let password = one_time_password();
        let hash = hash_password("password", password.clone()).await?;
        let mut tx = self.store.begin().await?;
        self.replace_password(&mut tx, actor, actor.workspace, id, &hash, true)
            .await?;
        tx.commit().await?;
        Ok((user, password))
    }

    /// Changes one's own name and language.
    pub async fn update_profile(
        &self,
        signed_in: &SignedIn,
        name: &str,
        language: Language,
    ) -> Result<(), AppError> {
        let (actor, id) = (&signed_in.actor, signed_in.user.id);
        let change = PersonChange {
            name: Some(name.to_owned()),
            language: Some(language),
            ..PersonChange::default()
        };
        let mut tx = self.store.begin().await?;
        let before = tx.user(actor.workspace, id).await?;
        let before = before.ok_or(AppError::SignedOut)?;
        let after = change.apply(before.clone())?;
        if after == before {
            return Ok(());
        }
        tx.update_user(actor.workspace, &after).await?;
        let change = Change::updated("user.updated", "user", id, &before, &after);
        self.audit(&mut tx, actor, change).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Refuses places that the workspace does not have.
    async fn known_places(
        &self,
        actor: &Actor,
        places: &BTreeSet<LocationId>,
    ) -> Result<(), AppError> {
        let directory = self.directory(actor.workspace).await?;
        match places
            .iter()
            .find(|id| directory.locations.get(**id).is_none())
        {
            Some(unknown) => Err(AppError::invalid(
                "locations",
                format!("there is no location {unknown}"),
            )),
            None => Ok(()),
        }
    }
}

/// Nobody gives away, or takes over, rights that they do not have: a key that may only manage access must not be able to
/// make itself an administrator.
fn may_give(actor: &Actor, role: Role) -> Result<(), AppError> {
    let lacking = Permission::ALL
        .iter()
        .find(|&&permission| role.allows(permission) && !actor.may(permission));
    match lacking {
        Some(&permission) => Err(AppError::Forbidden(permission)),
        None => Ok(()),
    }
}

fn may_manage(user: &User) -> bool {
    user.active && user.role.allows(Permission::ManageAccess)
}

/// Only managers answer for places; kept with another role they would come back unnoticed with the next change of role.
fn places_for(role: Role, places: BTreeSet<LocationId>) -> BTreeSet<LocationId> {
    if role == Role::Manager {
        places
    } else {
        BTreeSet::new()
    }
}

fn name_of_person(name: &str) -> Result<String, AppError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        return Err(AppError::invalid("name", "a name has 1 to 100 characters"));
    }
    Ok(name.to_owned())
}

/// 16 characters with 96 random bits.
fn one_time_password() -> String {
    token().chars().take(16).collect()
}
