//! What was done and what happened, beside the numbers.

use jiff::civil::Date;
use radost_domain::access::{Actor, Change, Permission};
use radost_domain::explain::{Annotation, AnnotationKind, Period};
use radost_domain::name::AnnotationId;
use radost_domain::team::LocationTree;

use crate::refusal::{Reason, Refusal, Refusals, line, quoted};
use crate::{App, AppError};

/// Most characters of an annotation: it stands beside a chart.
const MOST_CHARS: usize = 200;

/// An annotation as somebody writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnotationDraft {
    /// When; `None` where no day was given.
    pub day: Option<Date>,
    /// What kind of thing.
    pub kind: AnnotationKind,
    /// One line.
    pub text: String,
    /// The code of a place; empty for the whole network.
    pub location: String,
}

impl AnnotationDraft {
    /// An annotation as it is now.
    pub fn of(annotation: &Annotation, tree: &LocationTree) -> Self {
        let location = annotation.location.and_then(|id| tree.get(id));
        AnnotationDraft {
            day: Some(annotation.day),
            kind: annotation.kind,
            text: annotation.text.clone(),
            location: location
                .map(|place| place.code.to_string())
                .unwrap_or_default(),
        }
    }

    fn check(
        &self,
        id: AnnotationId,
        actor: &Actor,
        tree: &LocationTree,
    ) -> Result<Annotation, Vec<Refusal>> {
        let mut refusals = Refusals::default();
        let day = refusals.take("day", self.day.ok_or(Reason::Missing));
        let text = refusals.take("text", line(&self.text, MOST_CHARS));
        let location = match self.location.trim() {
            // Whoever answers for some places speaks of those.
            "" if !actor.places.include(None) => Err(Reason::Missing),
            "" => Ok(None),
            code => tree
                .by_code(code)
                .map(|place| Some(place.id))
                .filter(|location| actor.places.include(*location))
                .ok_or_else(|| Reason::UnknownLocation(quoted(code))),
        };
        match (day, text, refusals.take("location", location)) {
            (Some(day), Some(text), Some(location)) => Ok(Annotation {
                id,
                day,
                kind: self.kind,
                text,
                location,
            }),
            _ => Err(refusals.0),
        }
    }
}

impl App {
    /// The annotations of a period that the actor sees, in the order of days: those of their places and of the whole network.
    pub async fn annotations(
        &self,
        actor: &Actor,
        period: Period,
    ) -> Result<Vec<Annotation>, AppError> {
        Self::allow(actor, Permission::SeeResults)?;
        let mut tx = self.store.read().await?;
        let mut found = tx.annotations(actor.workspace, period).await?;
        found.retain(|annotation| annotation.seen_at(&actor.places));
        Ok(found)
    }

    /// One annotation.
    ///
    /// # Errors
    /// [`AppError::NotFound`] also for one that lies outside the actor's places.
    pub async fn annotation(
        &self,
        actor: &Actor,
        id: AnnotationId,
    ) -> Result<Annotation, AppError> {
        Self::allow(actor, Permission::SeeResults)?;
        let mut tx = self.store.read().await?;
        tx.annotation(actor.workspace, id)
            .await?
            .filter(|annotation| annotation.seen_at(&actor.places))
            .ok_or(AppError::NotFound("annotation"))
    }

    /// Whether the actor may change it: what concerns the whole network is not for those who answer for some places.
    pub fn may_change(actor: &Actor, annotation: &Annotation) -> bool {
        actor.may(Permission::Annotate) && actor.places.include(annotation.location)
    }

    /// Adds an annotation, or changes the one with this id.
    ///
    /// # Errors
    /// [`AppError::Refused`] names every field that cannot be so.
    pub async fn save_annotation(
        &self,
        actor: &Actor,
        id: Option<AnnotationId>,
        draft: &AnnotationDraft,
    ) -> Result<Annotation, AppError> {
        Self::allow(actor, Permission::Annotate)?;
        let mut tx = self.store.begin().await?;
        let tree = LocationTree::new(tx.locations(actor.workspace).await?);
        let before = match id {
            Some(id) => Some(changeable(
                actor,
                tx.annotation(actor.workspace, id).await?,
            )?),
            None => None,
        };
        let id = id.unwrap_or_else(|| AnnotationId(self.new_id()));
        let after = draft.check(id, actor, &tree).map_err(AppError::Refused)?;
        if before.as_ref() != Some(&after) {
            tx.save_annotation(actor.workspace, &after).await?;
            let change = match &before {
                None => Change::created("annotation.created", "annotation", id, &after),
                Some(before) => {
                    Change::updated("annotation.updated", "annotation", id, before, &after)
                }
            };
            self.audit(&mut tx, actor, change).await?;
            tx.commit().await?;
        }
        Ok(after)
    }

    /// Removes an annotation.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none.
    pub async fn delete_annotation(&self, actor: &Actor, id: AnnotationId) -> Result<(), AppError> {
        Self::allow(actor, Permission::Annotate)?;
        let mut tx = self.store.begin().await?;
        let before = changeable(actor, tx.annotation(actor.workspace, id).await?)?;
        tx.delete_annotation(actor.workspace, id).await?;
        let change = Change::removed("annotation.deleted", "annotation", id, &before);
        self.audit(&mut tx, actor, change).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The annotation, if the actor may change it; one that they do not even see is not there for them.
fn changeable(actor: &Actor, found: Option<Annotation>) -> Result<Annotation, AppError> {
    let annotation = found
        .filter(|annotation| annotation.seen_at(&actor.places))
        .ok_or(AppError::NotFound("annotation"))?;
    match App::may_change(actor, &annotation) {
        true => Ok(annotation),
        false => Err(AppError::Forbidden(Permission::Annotate)),
    }
}
