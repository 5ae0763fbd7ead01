//! The first start: a workspace, and an administrator with a one-time password.

use radost_domain::access::{Actor, Change, EmailAddress, Workspace};
use radost_domain::name::WorkspaceId;
use radost_domain::{Language, Slug};

use super::users::NewPerson;
use super::workspace::WorkspaceChange;
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

    /// On an empty database makes the workspace `main` with an administrator; later does nothing. A first start that
    /// was cut off between the two is completed.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for an address that is none: then nothing was made.
    pub async fn first_run(&self, email: &str) -> Result<Option<FirstRun>, AppError> {
        let workspaces = self.workspaces().await?;
        if workspaces.len() > 1 {
            return Ok(None);
        }
        if let Some(only) = workspaces.first()
            && !self.store.read().await?.users(only.id).await?.is_empty()
        {
            return Ok(None);
        }
        let person = NewPerson::admin(email)?;
        let workspace = match workspaces.into_iter().next() {
            Some(workspace) => workspace,
            None => {
                let slug: Slug = "main"
                    .parse()
                    .map_err(|error| AppError::invalid("slug", error))?;
                self.create_workspace(slug, "Radost", "UTC", Language::En)
                    .await?
            }
        };
        let actor = Actor::console(workspace.id);
        let (user, password) = self.add_user(&actor, person).await?;
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
        let workspace = WorkspaceChange {
            name: Some(name.to_owned()),
            time_zone: Some(time_zone.to_owned()),
            ..WorkspaceChange::default()
        }
        .apply(Workspace {
            id: WorkspaceId(self.new_id()),
            slug,
            name: String::new(),
            time_zone: String::new(),
            language,
            minimum_group: 5,
        })?;
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
}
