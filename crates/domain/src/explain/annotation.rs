//! What was done and what happened, told beside the numbers.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::access::Places;
use crate::name::{AnnotationId, LocationId};

/// Whether somebody meant it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AnnotationKind {
    /// Done to change something: a training, a new menu.
    Action,
    /// It happened: roadworks, a holiday, a strike.
    Event,
}

impl AnnotationKind {
    /// Both.
    pub const ALL: [AnnotationKind; 2] = [AnnotationKind::Action, AnnotationKind::Event];

    /// Its stable code.
    pub fn code(self) -> &'static str {
        match self {
            AnnotationKind::Action => "action",
            AnnotationKind::Event => "event",
        }
    }
}

/// A text that names no kind of annotation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("known are action and event")]
pub struct UnknownAnnotationKind;

impl std::str::FromStr for AnnotationKind {
    type Err = UnknownAnnotationKind;
    fn from_str(text: &str) -> Result<Self, UnknownAnnotationKind> {
        let found = Self::ALL.into_iter().find(|kind| kind.code() == text);
        found.ok_or(UnknownAnnotationKind)
    }
}

/// Something that whoever looks at a trend should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Annotation {
    /// Its id.
    pub id: AnnotationId,
    /// When.
    pub day: Date,
    /// What kind of thing.
    pub kind: AnnotationKind,
    /// One line of text.
    pub text: String,
    /// Where; `None` for the whole network.
    pub location: Option<LocationId>,
}

impl Annotation {
    /// Whether somebody who sees these places sees it: what concerns the whole network concerns everybody.
    pub fn seen_at(&self, places: &Places) -> bool {
        self.location.is_none() || places.include(self.location)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_concerns_the_network_concerns_everybody() {
        let place = |n| LocationId(uuid::Uuid::from_u128(n));
        let at = |location| Annotation {
            id: AnnotationId(uuid::Uuid::nil()),
            day: jiff::civil::date(2026, 5, 4),
            kind: AnnotationKind::Action,
            text: "New menu".into(),
            location,
        };
        let own = Places::Only([place(1)].into());
        let check = |location, expected| assert_eq!(at(location).seen_at(&own), expected);
        check(None, true);
        check(Some(place(1)), true);
        check(Some(place(2)), false);
        assert!(at(Some(place(2))).seen_at(&Places::All));
    }
}
