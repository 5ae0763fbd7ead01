//! The record of every change: who, what, when, before and after.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::{Actor, Identity};
use crate::name::AuditId;

/// What was changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The act, in the past tense: `survey.published`.
    pub action: &'static str,
    /// The kind of record: `survey`.
    pub entity: &'static str,
    /// Its id or code.
    pub entity_id: String,
    /// How it was, without secrets; `None` for something new.
    pub before: Option<Value>,
    /// How it is; `None` for something removed.
    pub after: Option<Value>,
}

impl Change {
    /// Something new.
    pub fn created(
        action: &'static str,
        entity: &'static str,
        id: impl ToString,
        after: impl Serialize,
    ) -> Self {
        Change {
            action,
            entity,
            entity_id: id.to_string(),
            before: None,
            after: serde_json::to_value(after).ok(),
        }
    }

    /// Something that was different before.
    pub fn updated(
        action: &'static str,
        entity: &'static str,
        id: impl ToString,
        before: impl Serialize,
        after: impl Serialize,
    ) -> Self {
        Change {
            action,
            entity,
            entity_id: id.to_string(),
            before: serde_json::to_value(before).ok(),
            after: serde_json::to_value(after).ok(),
        }
    }

    /// Something that is gone.
    pub fn removed(
        action: &'static str,
        entity: &'static str,
        id: impl ToString,
        before: impl Serialize,
    ) -> Self {
        Change {
            action,
            entity,
            entity_id: id.to_string(),
            before: serde_json::to_value(before).ok(),
            after: None,
        }
    }

    /// The entry for the log.
    pub fn by(self, actor: &Actor, id: AuditId, at: Timestamp) -> AuditEntry {
        let actor_id = match actor.identity {
            Identity::User(id) => Some(id.0),
            Identity::ApiKey(id) => Some(id.0),
            Identity::Console => None,
        };
        AuditEntry {
            id,
            at,
            actor_id,
            actor: actor.name.clone(),
            action: self.action.to_owned(),
            entity: self.entity.to_owned(),
            entity_id: self.entity_id,
            before: self.before,
            after: self.after,
        }
    }
}

/// One line of the audit log.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// Its id.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// The user or key; `None` for the command line.
    pub actor_id: Option<uuid::Uuid>,
    /// Their name at the time.
    pub actor: String,
    /// The act: `survey.published`.
    pub action: String,
    /// The kind of record.
    pub entity: String,
    /// Its id or code.
    pub entity_id: String,
    /// How it was.
    pub before: Option<Value>,
    /// How it is.
    pub after: Option<Value>,
}
