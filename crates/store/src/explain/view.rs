//! Views that were kept under a name.

use radost_domain::explain::SavedView;
use radost_domain::name::{UserId, ViewId, WorkspaceId};
use uuid::Uuid;

use crate::store::Tx;
use crate::{StoreError, sql_types};

type Row = (Uuid, String, String, String, Option<Uuid>, i64);

fn view((id, page, name, query, author, created_at): Row) -> Result<SavedView, StoreError> {
    Ok(SavedView {
        id: ViewId(id),
        page,
        name,
        query,
        author: author.map(UserId),
        created_at: sql_types::timestamp(created_at)?,
    })
}

impl Tx {
    /// The views of a page, by name.
    pub async fn saved_views(
        &mut self,
        workspace: WorkspaceId,
        page: &str,
    ) -> Result<Vec<SavedView>, StoreError> {
        let rows = sql!(
            self,
            fetch_all as Row,
            "SELECT id, page, name, query, author_id, created_at FROM saved_view
             WHERE workspace_id = $1 AND page = $2 ORDER BY name",
            workspace.0,
            page
        )?;
        rows.into_iter().map(view).collect()
    }

    /// One view.
    pub async fn saved_view(
        &mut self,
        workspace: WorkspaceId,
        id: ViewId,
    ) -> Result<Option<SavedView>, StoreError> {
        let row = sql!(
            self,
            fetch_optional as Row,
            "SELECT id, page, name, query, author_id, created_at FROM saved_view
             WHERE workspace_id = $1 AND id = $2",
            workspace.0,
            id.0
        )?;
        row.map(view).transpose()
    }

    /// Keeps a view; false when there is one of this name on its page.
    pub async fn insert_saved_view(
        &mut self,
        workspace: WorkspaceId,
        view: &SavedView,
    ) -> Result<bool, StoreError> {
        let inserted = sql!(
            self,
            execute,
            "INSERT INTO saved_view (id, workspace_id, page, name, query, author_id, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
            view.id.0,
            workspace.0,
            &view.page,
            &view.name,
            &view.query,
            view.author.map(|author| author.0),
            view.created_at.as_microsecond()
        )?;
        Ok(inserted == 1)
    }

    /// Takes a view away.
    pub async fn remove_saved_view(
        &mut self,
        workspace: WorkspaceId,
        id: ViewId,
    ) -> Result<(), StoreError> {
        sql!(
            self,
            execute,
            "DELETE FROM saved_view WHERE workspace_id = $1 AND id = $2",
            workspace.0,
            id.0
        )?;
        Ok(())
    }
}
