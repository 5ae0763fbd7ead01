//! How to reach a respondent: names, e-mail addresses and phone numbers as they are stored.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::access::EmailAddress;
use crate::retain::phone_number;

/// Longest name, in characters.
pub const MAX_NAME: usize = 200;

/// What can be asked of a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactField {
    /// How they want to be addressed.
    Name,
    /// Their e-mail address.
    Email,
    /// Their phone number.
    Phone,
}

impl ContactField {
    /// All, in the order in which they are asked for unless the survey says otherwise.
    pub const ALL: [Self; 3] = [Self::Name, Self::Email, Self::Phone];

    /// Its name in documents.
    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }

    /// What it takes, as it is named in a message.
    pub(crate) fn takes(self) -> &'static str {
        match self {
            Self::Name => "a name of at most 200 characters",
            Self::Email => "an e-mail address",
            Self::Phone => "a phone number with + and the country",
        }
    }

    /// What was written, as it is stored; `None` when it does not fit.
    pub(crate) fn read(self, text: &str) -> Option<String> {
        match self {
            Self::Name => name(text),
            Self::Email => email(text),
            Self::Phone => phone(text),
        }
    }
}

/// The parts of a contact that were given.
pub type Contact = BTreeMap<ContactField, String>;

fn name(text: &str) -> Option<String> {
    let name = text.trim();
    let fits = name.chars().count() <= MAX_NAME && !name.contains(char::is_control);
    fits.then(|| name.to_owned())
}

/// An e-mail address that a stranger gave, in small letters: an [`EmailAddress`] whose domain has a dot, since mail goes out to it.
///
/// ```
/// use radost_domain::listen::contact::email;
/// assert_eq!(email(" Olena@Example.com ").as_deref(), Some("olena@example.com"));
/// assert_eq!(email("olena@localhost"), None);
/// ```
pub fn email(text: &str) -> Option<String> {
    let address: EmailAddress = text.parse().ok()?;
    let (_, domain) = address.as_str().split_once('@')?;
    (domain.contains('.') && !domain.contains("..")).then(|| address.into())
}

/// A phone number that can be called from anywhere: `+` and 7 to 15 digits, with which the country begins. Blanks, dashes, dots
/// and brackets between them are left out.
///
/// ```
/// use radost_domain::listen::contact::phone;
/// assert_eq!(phone("+359 (2) 123-4567").as_deref(), Some("+35921234567"));
/// assert_eq!(phone("02 123 4567"), None, "of which country?");
/// ```
pub fn phone(text: &str) -> Option<String> {
    let number = phone_number(text).ok()?;
    let digits = number.strip_prefix('+')?.len();
    (7..=15).contains(&digits).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_stored_in_one_form() {
        let check = |given: &str, expected: Option<&str>| {
            assert_eq!(email(given).as_deref(), expected, "{given}");
        };
        check("a@b.bg", Some("a@b.bg"));
        check(
            "Ivan.Petrov+news@Mail.Example.BG",
            Some("ivan.petrov+news@mail.example.bg"),
        );
        for refused in [
            "", "a", "a@", "@b.bg", "a@b", "a@b@c.bg", "a b@c.bg", "a@b..bg", "a@.bg", "a@b.",
        ] {
            check(refused, None);
        }
        check(
            &format!("{}@b.bg", "a".repeat(249)),
            Some(&format!("{}@b.bg", "a".repeat(249))),
        );
        check(&format!("{}@b.bg", "a".repeat(250)), None);
    }

    #[test]
    fn a_number_is_stored_in_one_form() {
        let check = |given: &str, expected: Option<&str>| {
            assert_eq!(phone(given).as_deref(), expected, "{given}");
        };
        check("+380 (44) 123-45-67", Some("+380441234567"));
        check("00359 2 123 456", Some("+3592123456"));
        check("+1.555.123.4567", Some("+15551234567"));
        check("+123456", None);
        check("+1234567", Some("+1234567"));
        check("+123456789012345", Some("+123456789012345"));
        check("+1234567890123456", None);
        check("0441234567", None);
        check("+44 call me", None);
        check("", None);
    }
}
