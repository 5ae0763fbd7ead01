//! The settings of a workspace.

use radost_domain::Language;
use radost_domain::access::{Actor, Change, Permission, Workspace};

use crate::{App, AppError};

/// What is to change about a workspace; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct WorkspaceChange {
    /// Its name for people.
    pub name: Option<String>,
    /// IANA name of its time zone.
    pub time_zone: Option<String>,
    /// The language in which new people see it.
    pub language: Option<Language>,
    /// Groups smaller than this are withheld from every result.
    pub minimum_group: Option<u32>,
}

impl WorkspaceChange {
    pub(super) fn apply(self, mut workspace: Workspace) -> Result<Workspace, AppError> {
        if let Some(name) = self.name {
            let name = name.trim();
            if name.is_empty() || name.chars().count() > 100 {
                return Err(AppError::invalid("name", "a name has 1 to 100 characters"));
            }
            workspace.name = name.to_owned();
        }
        if let Some(zone) = self.time_zone {
            let zone = zone.trim();
            // The name as the tables write it: `europe/kyiv` is found, but is not how others would look for it.
            let found = jiff::tz::TimeZone::get(zone).ok();
            workspace.time_zone = found
                .as_ref()
                .and_then(jiff::tz::TimeZone::iana_name)
                .ok_or_else(|| {
                    AppError::invalid(
                        "time_zone",
                        format!("`{zone}` is not an IANA time zone such as Europe/Kyiv"),
                    )
                })?
                .to_owned();
        }
        workspace.language = self.language.unwrap_or(workspace.language);
        if let Some(minimum) = self.minimum_group {
            if !(1..=100).contains(&minimum) {
                return Err(AppError::invalid(
                    "minimum_group",
                    "the smallest group that is shown has 1 to 100 responses",
                ));
            }
            workspace.minimum_group = minimum;
        }
        Ok(workspace)
    }
}

impl App {
    /// Changes the settings of the workspace.
    ///
    /// # Errors
    /// [`AppError::Invalid`] names the setting.
    pub async fn update_workspace(
        &self,
        actor: &Actor,
        change: WorkspaceChange,
    ) -> Result<Workspace, AppError> {
        Self::allow(actor, Permission::EditWorkspace)?;
        let mut tx = self.store.begin().await?;
        let before = tx.workspace(actor.workspace).await?;
        let before = before.ok_or(AppError::NotFound("workspace"))?;
        let after = change.apply(before.clone())?;
        if after == before {
            return Ok(after);
        }
        tx.update_workspace(&after).await?;
        let change = Change::updated(
            "workspace.updated",
            "workspace",
            &after.slug,
            &before,
            &after,
        );
        self.audit(&mut tx, actor, change).await?;
        tx.commit().await?;
        self.directories.forget(actor.workspace);
        Ok(after)
    }
}

#[cfg(test)]
mod tests {
    use radost_domain::name::WorkspaceId;

    use super::*;

    #[test]
    fn settings_that_cannot_be_are_refused() {
        let check = |change: WorkspaceChange, expected: &str| {
            let workspace = Workspace {
                id: WorkspaceId(uuid::Uuid::nil()),
                slug: "cafe".parse().unwrap(),
                name: "Café".into(),
                time_zone: "UTC".into(),
                language: Language::En,
                minimum_group: 5,
            };
            let result = change.apply(workspace);
            let found = match &result {
                Ok(after) => format!("{} {} {}", after.name, after.time_zone, after.minimum_group),
                Err(AppError::Invalid { field, .. }) => format!("not {field}"),
                Err(error) => error.to_string(),
            };
            assert_eq!(found, expected);
        };
        let zone = |zone: &str| WorkspaceChange {
            time_zone: Some(zone.into()),
            ..WorkspaceChange::default()
        };
        let minimum = |minimum| WorkspaceChange {
            minimum_group: Some(minimum),
            ..WorkspaceChange::default()
        };
        let name = |name: &str| WorkspaceChange {
            name: Some(name.into()),
            ..WorkspaceChange::default()
        };
        check(zone("Europe/Kyiv"), "Café Europe/Kyiv 5");
        check(zone("europe/sofia"), "Café Europe/Sofia 5");
        check(zone("Mars/Olympus"), "not time_zone");
        check(zone(""), "not time_zone");
        check(minimum(1), "Café UTC 1");
        check(minimum(100), "Café UTC 100");
        check(minimum(0), "not minimum_group");
        check(minimum(101), "not minimum_group");
        check(name("  Кав’ярні "), "Кав’ярні UTC 5");
        check(name(" "), "not name");
    }
}
