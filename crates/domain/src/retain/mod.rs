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
