//! What was refused, in the reader's words.

use maud::Markup;
use radost_app::refusal::{Reason, Refusal};

use crate::look::i18n::Tr;
use crate::look::parts;

/// A reason in the reader's language.
pub(crate) fn words(tr: Tr, reason: &Reason) -> String {
    let id = format!("refused-{}", reason.code());
    match reason {
        Reason::TooLong { most } | Reason::TooManyRows { most } => {
            tr.ta(&id, &[("most", (*most).into())])
        }
        Reason::Level { child, above } => {
            let kind = |code| tr.t(&format!("location-kind-{code}"));
            let (child, above) = (kind(child.code()), kind(above.code()));
            tr.ta(&id, &[("child", child.into()), ("above", above.into())])
        }
        Reason::Cells { found, expected } => {
            let numbers = [("found", (*found).into()), ("expected", (*expected).into())];
            tr.ta(&id, &numbers)
        }
        Reason::RowTwice { first } | Reason::SameTwice { first } => {
            tr.ta(&id, &[("first", (*first).into())])
        }
        Reason::NotWithin { low, high } => {
            tr.ta(&id, &[("low", (*low).into()), ("high", (*high).into())])
        }
        other => match other.given() {
            Some(given) => tr.ta(&id, &[("given", given.to_owned().into())]),
            None => tr.t(&id),
        },
    }
}

/// The refused fields of a form; empty for a form that was not sent yet.
#[derive(Debug, Default)]
pub(crate) struct Refused(Vec<(String, String)>);

impl Refused {
    /// In the reader's language.
    pub(crate) fn of(tr: Tr, refusals: &[Refusal]) -> Self {
        let said = |refusal: &Refusal| (refusal.field.clone(), words(tr, &refusal.reason));
        Refused(refusals.iter().map(said).collect())
    }

    /// What is wrong with a field.
    pub(crate) fn get(&self, field: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(name, _)| name == field)
            .map(|(_, text)| text.as_str())
    }

    /// The list above the form.
    pub(crate) fn summary(&self, tr: Tr) -> Markup {
        let links: Vec<(String, String)> = self
            .0
            .iter()
            .map(|(field, text)| (format!("f-{field}"), text.clone()))
            .collect();
        parts::form_errors(tr, &links)
    }
}
