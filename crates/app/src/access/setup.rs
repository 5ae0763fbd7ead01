//! The first start: a workspace, and an administrator with a one-time password.

use radost_domain::access::{Actor, Change, EmailAddress, Role, User, Workspace};
use radost_domain::name::{UserId, WorkspaceId};
use radost_domain::{Language, Slug};
use radost_store::NewUser;

use super::sign_in::hash_password;
use crate::secret::token;
use crate::{App, AppError};

/// What the first start made.
#[derive(Debug, Clone)]
pub struct FirstRun {
    /// The workspace.
    pub workspace: Workspace,
    /// The administrator's address.
    pub email: EmailAddress,
    /// The password that must be replaced at the first sign-in: shown now and never again.
    pub password: String,
}

impl App {
    /// The workspace with this slug, for the machine's own console.
    pub async fn console(&self, slug: &str) -> Result<Actor, AppError> {
        let slug: Slug = slug
            .parse()
            .map_err(|error| AppError::invalid("workspace", error))?;
        let workspace = self.store.read().await?.workspace_by_slug(&slug).await?;
        Ok(Actor::console(
            workspace.ok_or(AppError::NotFound("workspace"))?.id,
        ))
    }

    /// Every workspace, for the machine's own console.
    pub async fn workspaces(&self) -> Result<Vec<Workspace>, AppError> {
        Ok(self.store.read().await?.workspaces().await?)
    }

    /// On an empty database makes the workspace `main` with an administrator; later does nothing.
    pub async fn first_run(&self, email: &str) -> Result<Option<FirstRun>, AppError> {
        if !self.workspaces().await?.is_empty() {
            return Ok(None);
        }
        let slug: Slug = "main"
            .parse()
            .map_err(|error| AppError::invalid("slug", error))?;
        let workspace = self
            .create_workspace(slug, "Radost", "UTC", Language::En)
            .await?;
        let actor = Actor::console(workspace.id);
        let (user, password) = self.add_user(&actor, NewPerson::admin(email)?).await?;
        Ok(Some(FirstRun {
            workspace,
            email: user.email,
            password,
        }))
    }

    /// Adds a workspace.
    ///
    /// # Errors
    /// [`AppError::Conflict`] when the slug is taken, [`AppError::Invalid`] for a time zone that does not exist.
    pub async fn create_workspace(
        &self,
        slug: Slug,
        name: &str,
        time_zone: &str,
        language: Language,
    ) -> Result<Workspace, AppError> {
        jiff::tz::TimeZone::get(time_zone)
            .map_err(|error| AppError::invalid("time_zone", error))?;
        let workspace = Workspace {
            id: WorkspaceId(self.new_id()),
            slug,
            name: name.to_owned(),
            time_zone: time_zone.to_owned(),
            language,
            minimum_group: 5,
        };
        let mut tx = self.store.begin().await?;
        if !tx.insert_workspace(&workspace).await? {
            return Err(AppError::Conflict(format!(
                "there is already a workspace `{}`",
                workspace.slug
            )));
        }
        let actor = Actor::console(workspace.id);
        self.audit(
            &mut tx,
            &actor,
            Change::created(
                "workspace.created",
                "workspace",
                &workspace.slug,
                &workspace,
            ),
        )
        .await?;
        tx.commit().await?;
        Ok(workspace)
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
        Self::allow(actor, radost_domain::access::Permission::ManageAccess)?;
        let name = person.name.trim();
        if name.is_empty() || name.chars().count() > 100 {
            return Err(AppError::invalid("name", "a name has 1 to 100 characters"));
        }
        let directory = self.directory(actor.workspace).await?;
        if let Some(unknown) = person
            .locations
            .iter()
            .find(|id| directory.locations.get(**id).is_none())
        {
            return Err(AppError::invalid(
                "locations",
                format!("there is no location {unknown}"),
            ));
        }
        let password = person
            .password
            .clone()
            .unwrap_or_else(|| token().chars().take(16).collect());
        let password_hash = hash_password("password", password.clone()).await?;
        let user = User {
            id: UserId(self.new_id()),
            email: person.email,
            name: name.to_owned(),
            role: person.role,
            locations: person.locations,
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
}

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
    pub locations: std::collections::BTreeSet<radost_domain::name::LocationId>,
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
            locations: Default::default(),
            language: Language::En,
            password: None,
        })
    }
}
