//! Those who sign in.

use radost_domain::access::{Actor, Permission, User};
use radost_domain::name::UserId;

use super::sign_in::hash_password;
use crate::secret::token;
use crate::{App, AppError};

impl App {
    /// Those who sign in, by name.
    pub async fn users(&self, actor: &Actor) -> Result<Vec<User>, AppError> {
        Self::allow(actor, Permission::ManageAccess)?;
        Ok(self.store.read().await?.users(actor.workspace).await?)
    }

    /// Replaces somebody's password by a one-time password, which is returned and never shown again, and signs them out
    /// everywhere.
    pub async fn reset_password(
        &self,
        actor: &Actor,
        id: UserId,
    ) -> Result<(User, String), AppError> {
        Self::allow(actor, Permission::ManageAccess)?;
        let user = self.store.read().await?.user(actor.workspace, id).await?;
        let user = user.ok_or(AppError::NotFound("user"))?;
        let password: String = token().chars().take(16).collect();
        let hash = hash_password("password", password.clone()).await?;
        let mut tx = self.store.begin().await?;
        self.replace_password(&mut tx, actor, actor.workspace, id, &hash, true)
            .await?;
        tx.commit().await?;
        Ok((user, password))
    }
}
