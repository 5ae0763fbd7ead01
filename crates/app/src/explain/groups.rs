//! Groups of customers beside each other: by what, and which of them may be shown.

use radost_domain::access::Actor;
use radost_domain::explain::Dimension;
use radost_domain::listen::PublishedSurvey;

use super::answers::Belonging;
use super::measure::{Key, level_of};
use super::selection::{Scope, Selection};
use crate::AppError;

/// Everything by which the customers of a survey can be told apart, staff aside.
pub(super) fn dimensions(survey: &PublishedSurvey) -> Vec<Dimension> {
    let segments = survey
        .survey()
        .segments
        .iter()
        .map(|segment| Dimension::Segment {
            code: segment.code.clone(),
        });
    [Dimension::Location, Dimension::Channel]
        .into_iter()
        .chain(segments)
        .chain([Dimension::Language, Dimension::Touchpoint])
        .collect()
}

/// The dimension of `by`.
///
/// # Errors
/// [`AppError::NotFound`] for a segment that the survey does not have; [`AppError::Invalid`] for anything else.
pub(super) fn asked_for(
    selection: &Selection,
    survey: &PublishedSurvey,
) -> Result<Option<Dimension>, AppError> {
    let Some(text) = selection.get("by") else {
        return Ok(None);
    };
    let known = dimensions(survey);
    let found = known
        .into_iter()
        .find(|dimension| by_name(dimension) == text);
    match found {
        Some(dimension) => Ok(Some(dimension)),
        None if text.starts_with("segment.") => Err(AppError::NotFound("segment of this survey")),
        None => Err(AppError::invalid(
            "by",
            "known are location, channel, language, touchpoint and segment.CODE",
        )),
    }
}

/// A dimension as it stands in addresses.
pub fn by_name(dimension: &Dimension) -> String {
    match dimension {
        Dimension::Location => "location".to_owned(),
        Dimension::Channel => "channel".to_owned(),
        Dimension::Language => "language".to_owned(),
        Dimension::Touchpoint => "touchpoint".to_owned(),
        Dimension::Employee => "employee".to_owned(),
        Dimension::Segment { code } => format!("segment.{code}"),
    }
}

/// What responses belong to, with places as the level under the one that was asked for.
pub(super) fn on_level(
    actor: &Actor,
    scope: &Scope,
    dimension: &Dimension,
    belonging: &Belonging,
) -> Belonging {
    let rungs = level_of(&scope.directory, actor, scope.location);
    belonging.renamed(|key| match (dimension, key) {
        (Dimension::Location, Key::LocationItself(id)) => rungs.key(Some(*id)),
        _ => key.clone(),
    })
}
