//! Writing and publishing surveys.

use jiff::Timestamp;
use radost_domain::Slug;
use radost_domain::access::{Actor, Change, Permission};
use radost_domain::listen::{Survey, templates};
use radost_domain::name::SurveyId;
use radost_store::{StoredSurvey, StoredVersion};
use serde_json::json;

use crate::{App, AppError};

/// How a survey is begun.
#[derive(Debug, Clone)]
pub enum NewSurvey {
    /// From one of the ready surveys, by its code, under a code of its own.
    Ready {
        /// The ready survey.
        template: String,
        /// The new survey's code.
        code: Slug,
    },
    /// From a document.
    Document(Box<Survey>),
}

/// A survey in a list.
#[derive(Debug, Clone)]
pub struct SurveySummary {
    /// The survey with its draft.
    pub survey: StoredSurvey,
    /// Whether the draft differs from the newest published version.
    pub unpublished_changes: bool,
}

impl App {
    /// Begins a survey as a draft.
    ///
    /// # Errors
    /// [`AppError::Conflict`] when the code is taken.
    pub async fn create_survey(
        &self,
        actor: &Actor,
        new: NewSurvey,
    ) -> Result<StoredSurvey, AppError> {
        Self::allow(actor, Permission::EditSurveys)?;
        let draft = match new {
            NewSurvey::Document(document) => *document,
            NewSurvey::Ready { template, code } => {
                let ready = templates::ready()
                    .iter()
                    .find(|ready| ready.code() == template)
                    .ok_or(AppError::NotFound("ready survey"))?;
                Survey {
                    code,
                    ..ready.survey().map_err(AppError::Defects)?
                }
            }
        };
        let survey = StoredSurvey {
            id: SurveyId(self.new_id()),
            code: draft.code.clone(),
            draft,
            draft_revision: 1,
            slots: Vec::new(),
            accepting: false,
            created_at: self.now(),
            newest_version: None,
        };
        let mut tx = self.store.begin().await?;
        if !tx.insert_survey(actor.workspace, &survey).await? {
            return Err(AppError::Conflict(format!(
                "there is already a survey `{}`",
                survey.code
            )));
        }
        self.audit(
            &mut tx,
            actor,
            Change::created("survey.created", "survey", &survey.code, &survey.draft),
        )
        .await?;
        tx.commit().await?;
        self.directories.forget(actor.workspace);
        Ok(survey)
    }

    /// The surveys of the workspace, newest first.
    pub async fn surveys(&self, actor: &Actor) -> Result<Vec<SurveySummary>, AppError> {
        Self::allow(actor, Permission::SeeSurveys)?;
        let directory = self.directory(actor.workspace).await?;
        let surveys = self.store.read().await?.surveys(actor.workspace).await?;
        Ok(surveys
            .into_iter()
            .map(|survey| {
                let published = directory
                    .survey(survey.code.as_str())
                    .map(|open| open.published.survey());
                SurveySummary {
                    unpublished_changes: published != Some(&survey.draft),
                    survey,
                }
            })
            .collect())
    }

    /// One survey with its draft.
    pub async fn survey(&self, actor: &Actor, code: &str) -> Result<StoredSurvey, AppError> {
        Self::allow(actor, Permission::SeeSurveys)?;
        let survey = self
            .store
            .read()
            .await?
            .survey_by_code(actor.workspace, code)
            .await?;
        survey.ok_or(AppError::NotFound("survey"))
    }

    /// A published version of a survey.
    pub async fn survey_version(
        &self,
        actor: &Actor,
        code: &str,
        version: u32,
    ) -> Result<StoredVersion, AppError> {
        Self::allow(actor, Permission::SeeSurveys)?;
        let mut tx = self.store.read().await?;
        let survey = tx
            .survey_by_code(actor.workspace, code)
            .await?
            .ok_or(AppError::NotFound("survey"))?;
        tx.survey_version(actor.workspace, survey.id, version)
            .await?
            .ok_or(AppError::NotFound("survey version"))
    }

    /// Saves a draft over the revision that was read. A draft may have defects; only publication refuses them.
    ///
    /// # Errors
    /// [`AppError::Conflict`] when somebody else saved in between.
    pub async fn save_draft(
        &self,
        actor: &Actor,
        code: &str,
        draft: Survey,
        from_revision: i64,
    ) -> Result<StoredSurvey, AppError> {
        Self::allow(actor, Permission::EditSurveys)?;
        let mut tx = self.store.begin().await?;
        let survey = tx
            .survey_by_code(actor.workspace, code)
            .await?
            .ok_or(AppError::NotFound("survey"))?;
        if draft.code != survey.code {
            return Err(AppError::invalid(
                "code",
                "the code of a survey stays as it is",
            ));
        }
        if !tx
            .save_draft(actor.workspace, survey.id, &draft, from_revision)
            .await?
        {
            let message = "somebody else has changed this survey meanwhile; load it again";
            return Err(AppError::Conflict(message.into()));
        }
        let change = Change::updated(
            "survey.draft_saved",
            "survey",
            &survey.code,
            &survey.draft,
            &draft,
        );
        self.audit(&mut tx, actor, change).await?;
        tx.commit().await?;
        Ok(StoredSurvey {
            draft,
            draft_revision: from_revision + 1,
            ..survey
        })
    }

    /// Publishes the draft as the next version and opens the survey for answers.
    ///
    /// # Errors
    /// [`AppError::Defects`] with every fault and its place.
    pub async fn publish_survey(&self, actor: &Actor, code: &str) -> Result<u32, AppError> {
        Self::allow(actor, Permission::EditSurveys)?;
        let mut tx = self.store.begin().await?;
        let survey = tx
            .survey_by_code(actor.workspace, code)
            .await?
            .ok_or(AppError::NotFound("survey"))?;
        let version = survey.newest_version.unwrap_or(0) + 1;
        let published = survey
            .draft
            .publish(version, &survey.slots)
            .map_err(AppError::Defects)?;
        let now: Timestamp = self.now();
        let stored = StoredVersion {
            version,
            document: survey.draft.clone(),
            published_at: now,
        };
        if !tx
            .insert_survey_version(actor.workspace, survey.id, &stored, published.slots())
            .await?
        {
            return Err(AppError::Conflict(
                "somebody else has published this survey at this moment".into(),
            ));
        }
        let after = json!({ "version": version, "document": survey.draft });
        self.audit(
            &mut tx,
            actor,
            Change::created("survey.published", "survey", &survey.code, after),
        )
        .await?;
        tx.commit().await?;
        self.directories.forget(actor.workspace);
        Ok(version)
    }

    /// Opens or closes a published survey for answers.
    pub async fn set_accepting(
        &self,
        actor: &Actor,
        code: &str,
        accepting: bool,
    ) -> Result<(), AppError> {
        Self::allow(actor, Permission::EditSurveys)?;
        let mut tx = self.store.begin().await?;
        let survey = tx
            .survey_by_code(actor.workspace, code)
            .await?
            .ok_or(AppError::NotFound("survey"))?;
        if survey.newest_version.is_none() {
            return Err(AppError::Conflict("the survey was never published".into()));
        }
        tx.set_accepting(actor.workspace, survey.id, accepting)
            .await?;
        let action = if accepting {
            "survey.opened"
        } else {
            "survey.closed"
        };
        let state = |accepting: bool| json!({ "accepting": accepting });
        let change = Change::updated(
            action,
            "survey",
            &survey.code,
            state(survey.accepting),
            state(accepting),
        );
        self.audit(&mut tx, actor, change).await?;
        tx.commit().await?;
        self.directories.forget(actor.workspace);
        Ok(())
    }
}
