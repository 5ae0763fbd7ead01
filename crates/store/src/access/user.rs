use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use radost_domain::access::{EmailAddress, User};
use radost_domain::name::{LocationId, UserId, WorkspaceId};
use uuid::Uuid;

use crate::store::Tx;
use crate::{StoreError, sql_types};

/// A user with the hash of their password.
#[derive(Debug)]
pub struct NewUser<'a> {
    /// The user.
    pub user: &'a User,
    /// PHC string of the password.
    pub password_hash: &'a str,
    /// When they were added.
    pub created_at: Timestamp,
}

/// What is needed to check a password.
#[derive(Debug)]
pub struct Credentials {
    /// The workspace they belong to.
    pub workspace: WorkspaceId,
    /// The user.
    pub user: User,
    /// PHC string of their password.
    pub password_hash: String,
}

type Row = (Uuid, String, String, String, String, bool, bool);

fn user(row: Row, locations: BTreeSet<LocationId>) -> Result<User, StoreError> {
    let (id, email, name, role, language, active, must_change_password) = row;
    Ok(User {
        id: UserId(id),
        email: sql_types::parsed("user", &email)?,
        name,
        role: sql_types::parsed("user", &role)?,
        locations,
        language: sql_types::parsed("user", &language)?,
        active,
        must_change_password,
    })
}

impl Tx {
    /// Adds a user; false when the address is taken.
    pub async fn insert_user(
        &mut self,
        workspace: WorkspaceId,
        new: NewUser<'_>,
    ) -> Result<bool, StoreError> {
        let user = new.user;
        let added = sql!(
            self, execute,
            "INSERT INTO app_user (id, workspace_id, email, name, role, language, password_hash, active,
                                   must_change_password, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
            user.id.0, workspace.0, user.email.as_str(), user.name.as_str(), user.role.code(), user.language.code(),
            new.password_hash, user.active, user.must_change_password, new.created_at.as_microsecond()
        )?;
        if added == 1 {
            self.set_user_locations(workspace, user).await?;
        }
        Ok(added == 1)
    }

    /// Changes a user's name, role, places, language and whether they may sign in.
    pub async fn update_user(
        &mut self,
        workspace: WorkspaceId,
        user: &User,
    ) -> Result<bool, StoreError> {
        let changed = sql!(
            self,
            execute,
            "UPDATE app_user SET name = $3, role = $4, language = $5, active = $6
             WHERE workspace_id = $1 AND id = $2",
            workspace.0,
            user.id.0,
            user.name.as_str(),
            user.role.code(),
            user.language.code(),
            user.active
        )?;
        if changed == 1 {
            self.set_user_locations(workspace, user).await?;
        }
        Ok(changed == 1)
    }

    async fn set_user_locations(
        &mut self,
        workspace: WorkspaceId,
        user: &User,
    ) -> Result<(), StoreError> {
        sql!(
            self,
            execute,
            "DELETE FROM user_location WHERE workspace_id = $1 AND user_id = $2",
            workspace.0,
            user.id.0
        )?;
        for location in &user.locations {
            sql!(
                self,
                execute,
                "INSERT INTO user_location (workspace_id, user_id, location_id) VALUES ($1, $2, $3)",
                workspace.0,
                user.id.0,
                location.0
            )?;
        }
        Ok(())
    }

    /// Replaces a password.
    pub async fn set_password(
        &mut self,
        workspace: WorkspaceId,
        id: UserId,
        password_hash: &str,
        must_change: bool,
    ) -> Result<bool, StoreError> {
        let changed = sql!(
            self,
            execute,
            "UPDATE app_user SET password_hash = $3, must_change_password = $4 WHERE workspace_id = $1 AND id = $2",
            workspace.0,
            id.0,
            password_hash,
            must_change
        )?;
        Ok(changed == 1)
    }

    /// The users of a workspace, by name.
    pub async fn users(&mut self, workspace: WorkspaceId) -> Result<Vec<User>, StoreError> {
        let rows = sql!(
            self,
            fetch_all as Row,
            "SELECT id, email, name, role, language, active, must_change_password FROM app_user
             WHERE workspace_id = $1 ORDER BY name, id",
            workspace.0
        )?;
        let places = sql!(
            self,
            fetch_all as (Uuid, Uuid),
            "SELECT user_id, location_id FROM user_location WHERE workspace_id = $1",
            workspace.0
        )?;
        let mut by_user: BTreeMap<Uuid, BTreeSet<LocationId>> = BTreeMap::new();
        for (id, location) in places {
            by_user.entry(id).or_default().insert(LocationId(location));
        }
        rows.into_iter()
            .map(|row| {
                let places = by_user.remove(&row.0).unwrap_or_default();
                user(row, places)
            })
            .collect()
    }

    /// One user of a workspace.
    pub async fn user(
        &mut self,
        workspace: WorkspaceId,
        id: UserId,
    ) -> Result<Option<User>, StoreError> {
        let row = sql!(
            self,
            fetch_optional as Row,
            "SELECT id, email, name, role, language, active, must_change_password FROM app_user
             WHERE workspace_id = $1 AND id = $2",
            workspace.0,
            id.0
        )?;
        let Some(row) = row else { return Ok(None) };
        let locations = self.user_locations(workspace, id).await?;
        user(row, locations).map(Some)
    }

    async fn user_locations(
        &mut self,
        workspace: WorkspaceId,
        id: UserId,
    ) -> Result<BTreeSet<LocationId>, StoreError> {
        let rows = sql!(
            self,
            fetch_all as (Uuid,),
            "SELECT location_id FROM user_location WHERE workspace_id = $1 AND user_id = $2",
            workspace.0,
            id.0
        )?;
        Ok(rows
            .into_iter()
            .map(|(location,)| LocationId(location))
            .collect())
    }

    /// Who signs in with this address. Addresses are unique over all workspaces: signing in is what finds the workspace.
    pub async fn credentials(
        &mut self,
        email: &EmailAddress,
    ) -> Result<Option<Credentials>, StoreError> {
        let row = sql!(
            self,
            fetch_optional as (Uuid, String, Uuid),
            "SELECT workspace_id, password_hash, id FROM app_user WHERE email = $1",
            email.as_str()
        )?;
        let Some((workspace, password_hash, id)) = row else {
            return Ok(None);
        };
        let workspace = WorkspaceId(workspace);
        let user = self.user(workspace, UserId(id)).await?;
        Ok(user.map(|user| Credentials {
            workspace,
            user,
            password_hash,
        }))
    }
}
