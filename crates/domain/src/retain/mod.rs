//! Those who receive the service.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::access::EmailAddress;
use crate::name::CustomerId;
use crate::{Code, Language};

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Their id.
    pub id: CustomerId,
    /// Their id in the business's own systems; unique in the workspace.
    pub external_id: String,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: Option<EmailAddress>,
    /// Their number, digits with a leading `+` where known.
    pub phone: Option<String>,
    /// The language in which they are spoken to.
    pub language: Option<Language>,
    /// IANA name of their time zone.
    pub time_zone: Option<String>,
    /// Segment attributes.
    pub segments: BTreeMap<Code, String>,
}

/// A text that is no phone number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a phone number: 5 to 15 digits, with a leading + for the country")]
pub struct InvalidPhone(String);

/// A phone number as it is stored: digits, with a leading `+` where the country is known. `00` before the country is a `+`.
///
/// ```
/// use radost_domain::retain::phone_number;
/// assert_eq!(phone_number("+380 (44) 123-45-67").unwrap(), "+380441234567");
/// assert_eq!(phone_number("00359 2 123 456").unwrap(), "+3592123456");
/// assert_eq!(phone_number("044 123 45 67").unwrap(), "0441234567");
/// assert!(phone_number("call me").is_err());
/// ```
///
/// # Errors
/// [`InvalidPhone`] when something else than digits and the usual marks between them stands there.
pub fn phone_number(text: &str) -> Result<String, InvalidPhone> {
    let refused = || InvalidPhone(text.chars().take(40).collect());
    let text = text.trim();
    let (plus, rest) = match text.strip_prefix('+').or_else(|| text.strip_prefix("00")) {
        Some(rest) => ("+", rest),
        None => ("", text),
    };
    let mut digits = String::with_capacity(rest.len());
    for c in rest.chars() {
        match c {
            '0'..='9' => digits.push(c),
            ' ' | '\u{a0}' | '-' | '–' | '.' | '(' | ')' | '/' => {}
            _ => return Err(refused()),
        }
    }
    if (5..=15).contains(&digits.len()) {
        Ok(format!("{plus}{digits}"))
    } else {
        Err(refused())
    }
}
