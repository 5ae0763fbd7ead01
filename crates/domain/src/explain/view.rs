//! Views of a page that somebody keeps under a name.

use jiff::Timestamp;
use serde::Serialize;

use crate::access::{Actor, Identity, Permission};
use crate::name::{UserId, ViewId};

/// A page as it was looked at: what was asked of it, under a name. What is seen by it is always what its reader may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SavedView {
    /// Its id.
    pub id: ViewId,
    /// The path of the page.
    pub page: String,
    /// What it is called; no two of a page are called the same.
    pub name: String,
    /// What stands after the question mark of its address.
    pub query: String,
    /// Who kept it; nobody when a program did.
    pub author: Option<UserId>,
    /// When.
    pub created_at: Timestamp,
}

/// Most characters of a name.
pub const MOST_NAME: usize = 80;

impl SavedView {
    /// A view of an actor; `None` for a name without words or of more than [`MOST_NAME`] characters.
    pub fn new(
        id: ViewId,
        actor: &Actor,
        page: &str,
        name: &str,
        query: &str,
        now: Timestamp,
    ) -> Option<Self> {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let length = name.chars().count();
        (1..=MOST_NAME).contains(&length).then(|| SavedView {
            id,
            page: page.to_owned(),
            name,
            query: query.to_owned(),
            author: author_of(actor),
            created_at: now,
        })
    }

    /// Whether an actor may take it away: who made it, and who keeps the workspace in order.
    pub fn belongs_to(&self, actor: &Actor) -> bool {
        let own = self.author.is_some() && self.author == author_of(actor);
        own || actor.may(Permission::EditWorkspace)
    }
}

fn author_of(actor: &Actor) -> Option<UserId> {
    match actor.identity {
        Identity::User(id) => Some(id),
        Identity::ApiKey(_) | Identity::Console => None,
    }
}
