//! Who asks, and what they may do. API, pages and command line all ask [`Actor::may`]; nothing else decides.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::name::{ApiKeyId, LocationId, UserId, WorkspaceId};

macro_rules! coded {
    ($(#[$doc:meta])* $name:ident, $unknown:ident, $what:literal { $($(#[$vdoc:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name {$(
            $(#[$vdoc])*
            #[serde(rename = $code)]
            $variant,
        )+}

        impl $name {
            /// Every value.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The stable code.
            pub fn code(self) -> &'static str {
                match self {$($name::$variant => $code),+}
            }
        }

        /// A code that names none of them.
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        #[error("`{0}` is not a {what}; known are {known}", what = $what, known = [$($code),+].join(", "))]
        pub struct $unknown(String);

        impl std::str::FromStr for $name {
            type Err = $unknown;
            fn from_str(text: &str) -> Result<Self, $unknown> {
                $name::ALL
                    .iter()
                    .copied()
                    .find(|value| value.code() == text)
                    .ok_or_else(|| $unknown(text.chars().take(40).collect()))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}

coded!(
    /// What somebody is in a workspace.
    Role, UnknownRole, "role" {
        /// May do everything.
        Admin = "admin",
        /// Sees everything and writes surveys.
        Analyst = "analyst",
        /// Answers for some locations and everything under them, and sees those alone.
        Manager = "manager",
        /// Talks with customers.
        Agent = "agent",
    }
);

coded!(
    /// Something that can be allowed; also the scope of an API key.
    Permission, UnknownPermission, "permission" {
        /// See numbers: overview, trend, breakdown.
        SeeResults = "results:read",
        /// Set targets and benchmarks.
        EditGoals = "goals:write",
        /// Write down beside the numbers what was done and what happened.
        Annotate = "annotations:write",
        /// See single responses.
        SeeResponses = "responses:read",
        /// Record responses for others: by API, phone, paper.
        RecordResponses = "responses:write",
        /// Say how a response counts: its weight, and whether it is left out of the numbers.
        CorrectResponses = "responses:correct",
        /// See surveys, drafts included.
        SeeSurveys = "surveys:read",
        /// Write drafts, publish and close surveys.
        EditSurveys = "surveys:write",
        /// See locations and employees.
        SeePlaces = "places:read",
        /// Change locations and employees.
        EditPlaces = "places:write",
        /// See customers.
        SeeCustomers = "customers:read",
        /// Change customers.
        EditCustomers = "customers:write",
        /// Erase customers for good, with what they wrote.
        EraseCustomers = "customers:erase",
        /// Manage users and API keys.
        ManageAccess = "access:write",
        /// Read the audit log.
        SeeAudit = "audit:read",
        /// Change the workspace's settings.
        EditWorkspace = "workspace:write",
    }
);

impl Role {
    /// The permission table: the one place where it is said who may do what.
    pub fn allows(self, permission: Permission) -> bool {
        use Permission::*;
        match self {
            Role::Admin => true,
            Role::Analyst => !matches!(
                permission,
                ManageAccess | SeeAudit | EditWorkspace | EraseCustomers
            ),
            // Managers answer for their numbers, so they do not say which responses count.
            Role::Manager => matches!(
                permission,
                SeeResults
                    | Annotate
                    | SeeResponses
                    | SeeSurveys
                    | EditSurveys
                    | RecordResponses
                    | SeePlaces
                    | SeeCustomers
                    | EditCustomers
            ),
            Role::Agent => matches!(
                permission,
                SeeSurveys | RecordResponses | SeePlaces | SeeCustomers | EditCustomers
            ),
        }
    }
}

/// The places an actor sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Places {
    /// The whole network, and what belongs to no place.
    All,
    /// These locations (the ones given and everything under them, already expanded) and nothing else.
    Only(BTreeSet<LocationId>),
}

impl Places {
    /// Whether something at `location` is seen. What belongs to no place is seen by those who see all.
    pub fn include(&self, location: Option<LocationId>) -> bool {
        match self {
            Places::All => true,
            Places::Only(seen) => location.is_some_and(|location| seen.contains(&location)),
        }
    }
}

/// How an actor proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// A person, signed in.
    User(UserId),
    /// A program with a key.
    ApiKey(ApiKeyId),
    /// The command line on the machine itself: whoever can read the database needs no password.
    Console,
}

/// Whoever asks for something, within one workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The workspace; no query leaves it.
    pub workspace: WorkspaceId,
    /// Who.
    pub identity: Identity,
    /// The name that the audit log shows.
    pub name: String,
    /// What.
    permissions: BTreeSet<Permission>,
    /// Where.
    pub places: Places,
}

impl Actor {
    /// A person with a role.
    pub fn user(
        workspace: WorkspaceId,
        id: UserId,
        name: String,
        role: Role,
        places: Places,
    ) -> Self {
        let permissions = Permission::ALL
            .iter()
            .copied()
            .filter(|&permission| role.allows(permission))
            .collect();
        Actor {
            workspace,
            identity: Identity::User(id),
            name,
            permissions,
            places,
        }
    }

    /// A program with a key of these scopes.
    pub fn api_key(
        workspace: WorkspaceId,
        id: ApiKeyId,
        name: String,
        scopes: BTreeSet<Permission>,
    ) -> Self {
        Actor {
            workspace,
            identity: Identity::ApiKey(id),
            name,
            permissions: scopes,
            places: Places::All,
        }
    }

    /// The command line.
    pub fn console(workspace: WorkspaceId) -> Self {
        let permissions = Permission::ALL.iter().copied().collect();
        Actor {
            workspace,
            identity: Identity::Console,
            name: "console".into(),
            permissions,
            places: Places::All,
        }
    }

    /// Whether the actor may do this.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }

    /// Whether the actor may do this in the whole network, not only at some of its places.
    pub fn may_everywhere(&self, permission: Permission) -> bool {
        self.may(permission) && self.places == Places::All
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_permission_table_reads_as_agreed() {
        let row = |role: Role| {
            Permission::ALL
                .iter()
                .filter(|p| role.allows(**p))
                .map(|p| p.code())
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(row(Role::Admin).split(' ').count(), Permission::ALL.len());
        assert_eq!(
            row(Role::Analyst),
            "results:read goals:write annotations:write responses:read responses:write responses:correct surveys:read surveys:write places:read \
             places:write customers:read customers:write"
        );
        assert_eq!(
            row(Role::Manager),
            "results:read annotations:write responses:read responses:write surveys:read surveys:write places:read customers:read \
             customers:write"
        );
        assert_eq!(
            row(Role::Agent),
            "responses:write surveys:read places:read customers:read customers:write"
        );
    }

    #[test]
    fn a_manager_sees_no_place_outside_their_own() {
        let id = |n| LocationId(uuid::Uuid::from_u128(n));
        let places = Places::Only(BTreeSet::from([id(1), id(2)]));
        assert!(places.include(Some(id(2))));
        assert!(!places.include(Some(id(3))));
        assert!(
            !places.include(None),
            "what belongs to no place belongs to nobody's region"
        );
        assert!(Places::All.include(None));
    }

    #[test]
    fn a_key_may_do_only_what_its_scopes_say() {
        let scopes = BTreeSet::from([Permission::RecordResponses]);
        let workspace = WorkspaceId(uuid::Uuid::nil());
        let key = Actor::api_key(
            workspace,
            ApiKeyId(uuid::Uuid::nil()),
            "till".into(),
            scopes,
        );
        assert!(key.may(Permission::RecordResponses));
        assert!(!key.may(Permission::SeeResponses));
    }
}
