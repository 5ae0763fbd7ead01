//! Views of pages, kept under a name for everybody in the workspace.

use radost_domain::access::{Actor, Change, Permission};
use radost_domain::explain::{MOST_NAME, SavedView};
use radost_domain::name::ViewId;

use crate::refusal::{Reason, Refusal};
use crate::{App, AppError};

impl App {
    /// The views of a page, by name.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] without the permission to see results.
    pub async fn saved_views(&self, actor: &Actor, page: &str) -> Result<Vec<SavedView>, AppError> {
        Self::allow(actor, Permission::SeeResults)?;
        let mut tx = self.store.read().await?;
        Ok(tx.saved_views(actor.workspace, page).await?)
    }

    /// Keeps a page under a name, as it is at an address with this query.
    ///
    /// # Errors
    /// [`AppError::Refused`] for a name that cannot be or that is taken.
    pub async fn save_view(
        &self,
        actor: &Actor,
        page: &str,
        name: &str,
        query: &str,
    ) -> Result<SavedView, AppError> {
        Self::allow(actor, Permission::SeeResults)?;
        let refused = |reason| AppError::Refused(vec![Refusal::new("name", reason)]);
        let id = ViewId(self.new_id());
        let view = SavedView::new(id, actor, page, name, query, self.now());
        let view = view.ok_or_else(|| match name.trim().is_empty() {
            true => refused(Reason::Missing),
            false => refused(Reason::TooLong { most: MOST_NAME }),
        })?;
        let mut tx = self.store.begin().await?;
        if !tx.insert_saved_view(actor.workspace, &view).await? {
            return Err(refused(Reason::Taken(view.name)));
        }
        let change = Change::created("view.created", "view", view.id, &view);
        self.audit(&mut tx, actor, change).await?;
        tx.commit().await?;
        Ok(view)
    }

    /// Takes a view away: one's own, or any with the permission to change the workspace. Returns it.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`].
    pub async fn remove_view(&self, actor: &Actor, id: ViewId) -> Result<SavedView, AppError> {
        Self::allow(actor, Permission::SeeResults)?;
        let mut tx = self.store.begin().await?;
        let view = tx.saved_view(actor.workspace, id).await?;
        let view = view.ok_or(AppError::NotFound("view"))?;
        if !view.belongs_to(actor) {
            return Err(AppError::Forbidden(Permission::EditWorkspace));
        }
        tx.remove_saved_view(actor.workspace, id).await?;
        let change = Change::removed("view.removed", "view", view.id, &view);
        self.audit(&mut tx, actor, change).await?;
        tx.commit().await?;
        Ok(view)
    }
}
