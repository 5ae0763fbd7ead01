//! Names that people and programs use for things: ids, codes and slugs.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// Defines one UUID newtype per kind of record, so that a customer's id can never be passed for a location's.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// A workspace (tenant).
    WorkspaceId,
    /// A person who signs in.
    UserId,
    /// A key with which a program signs in.
    ApiKeyId,
    /// An entry of the audit log.
    AuditId,
    /// A place of the network.
    LocationId,
    /// Somebody who delivers the service.
    EmployeeId,
    /// Somebody who receives the service.
    CustomerId,
    /// A survey.
    SurveyId,
    /// A response to a survey.
    ResponseId,
    /// A personal link to a survey.
    InvitationId,
    /// A view of a page that was kept.
    ViewId,
    /// A number of others to compare with.
    BenchmarkId,
    /// A target.
    KpiId,
    /// Something to know when looking at a trend.
    AnnotationId,
}

/// A text that is not a name of the wanted form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not a valid {what}: {rule}")]
pub struct NameError {
    given: String,
    what: &'static str,
    rule: &'static str,
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $what:literal, $rule:literal, $max:literal, $first:expr, $rest:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "SmolStr")]
        pub struct $name(SmolStr);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<SmolStr> for $name {
            type Error = NameError;
            fn try_from(text: SmolStr) -> Result<Self, NameError> {
                let first: fn(char) -> bool = $first;
                let rest: fn(char) -> bool = $rest;
                let mut chars = text.chars();
                if text.len() <= $max && chars.next().is_some_and(first) && chars.all(rest) {
                    Ok(Self(text))
                } else {
                    let given = text.chars().take(80).collect();
                    Err(NameError { given, what: $what, rule: $rule })
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, NameError> {
                SmolStr::new(text).try_into()
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;
            fn try_from(text: String) -> Result<Self, NameError> {
                text.as_str().parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0.into()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

name!(
    /// The stable code of a question, option, segment or touchpoint: a column name in every table that analysts see.
    ///
    /// ```
    /// use radost_domain::Code;
    /// assert_eq!("food_taste".parse::<Code>().unwrap().as_str(), "food_taste");
    /// assert!("Food taste".parse::<Code>().is_err());
    /// ```
    Code, "code", "a small Latin letter, then small letters, digits and `_`, at most 63", 63,
    |c| c.is_ascii_lowercase(),
    |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'
);

name!(
    /// The name of a workspace, survey, location or employee in addresses and files.
    ///
    /// ```
    /// use radost_domain::Slug;
    /// assert_eq!("post-visit".parse::<Slug>().unwrap().as_str(), "post-visit");
    /// assert!("../etc".parse::<Slug>().is_err());
    /// ```
    Slug, "name for an address", "small Latin letters, digits, `-` and `_`, at most 63, beginning with a letter or digit", 63,
    |c| c.is_ascii_lowercase() || c.is_ascii_digit(),
    |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-'
);
