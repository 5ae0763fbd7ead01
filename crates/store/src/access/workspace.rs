use radost_domain::Slug;
use radost_domain::access::Workspace;
use radost_domain::name::WorkspaceId;
use uuid::Uuid;

use crate::store::Tx;
use crate::{StoreError, sql_types};

type Row = (Uuid, String, String, String, String, i64);

fn workspace(
    (id, slug, name, time_zone, language, minimum_group): Row,
) -> Result<Workspace, StoreError> {
    Ok(Workspace {
        id: WorkspaceId(id),
        slug: sql_types::parsed("workspace", &slug)?,
        name,
        time_zone,
        language: sql_types::parsed("workspace", &language)?,
        minimum_group: u32::try_from(minimum_group).unwrap_or(0),
    })
}

impl Tx {
    /// Adds a workspace; false when the slug is taken.
    pub async fn insert_workspace(&mut self, workspace: &Workspace) -> Result<bool, StoreError> {
        let added = sql!(
            self,
            execute,
            "INSERT INTO workspace (id, slug, name, time_zone, language, minimum_group)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
            workspace.id.0,
            workspace.slug.as_str(),
            workspace.name.as_str(),
            workspace.time_zone.as_str(),
            workspace.language.code(),
            i64::from(workspace.minimum_group)
        )?;
        Ok(added == 1)
    }

    /// Changes a workspace's settings; its slug stays.
    pub async fn update_workspace(&mut self, workspace: &Workspace) -> Result<(), StoreError> {
        sql!(
            self,
            execute,
            "UPDATE workspace SET name = $2, time_zone = $3, language = $4, minimum_group = $5 WHERE id = $1",
            workspace.id.0,
            workspace.name.as_str(),
            workspace.time_zone.as_str(),
            workspace.language.code(),
            i64::from(workspace.minimum_group)
        )?;
        Ok(())
    }

    /// Makes other transactions that hold this workspace wait for the end of this one.
    pub async fn hold_workspace(&mut self, id: WorkspaceId) -> Result<(), StoreError> {
        // A row lock on either engine, without `FOR UPDATE`, which SQLite does not know.
        sql!(
            self,
            execute,
            "UPDATE workspace SET last_event = last_event WHERE id = $1",
            id.0
        )?;
        Ok(())
    }

    /// The workspace with this id.
    pub async fn workspace(&mut self, id: WorkspaceId) -> Result<Option<Workspace>, StoreError> {
        sql!(
            self, fetch_optional as Row,
            "SELECT id, slug, name, time_zone, language, minimum_group FROM workspace WHERE id = $1",
            id.0
        )?
        .map(workspace)
        .transpose()
    }

    /// The workspace with this name in addresses.
    pub async fn workspace_by_slug(
        &mut self,
        slug: &Slug,
    ) -> Result<Option<Workspace>, StoreError> {
        sql!(
            self, fetch_optional as Row,
            "SELECT id, slug, name, time_zone, language, minimum_group FROM workspace WHERE slug = $1",
            slug.as_str()
        )?
        .map(workspace)
        .transpose()
    }

    /// Every workspace, by slug: for the machine's own console, never for a person signed in.
    pub async fn workspaces(&mut self) -> Result<Vec<Workspace>, StoreError> {
        sql!(
            self,
            fetch_all as Row,
            "SELECT id, slug, name, time_zone, language, minimum_group FROM workspace ORDER BY slug"
        )?
        .into_iter()
        .map(workspace)
        .collect()
    }
}
