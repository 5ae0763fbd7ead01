//! Writing and publishing surveys.

use jiff::Timestamp;
use radost_domain::Slug;
use radost_domain::access::{Actor, Change, Permission};
use radost_domain::listen::edit::{self, Edit, PublishedCodes};
use radost_domain::listen::{Defect, Survey, templates};
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

/// Where a survey is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SurveyStatus {
    /// Never published.
    Draft,
    /// Takes answers.
    Open,
    /// Was published and takes no answers now.
    Closed,
}

impl SurveyStatus {
    /// The status of a survey.
    pub fn of(survey: &StoredSurvey) -> Self {
        match (survey.newest_version, survey.accepting) {
            (None, _) => SurveyStatus::Draft,
            (Some(_), true) => SurveyStatus::Open,
            (Some(_), false) => SurveyStatus::Closed,
        }
    }

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            SurveyStatus::Draft => "draft",
            SurveyStatus::Open => "open",
            SurveyStatus::Closed => "closed",
        }
    }
}

/// A survey with everything that was ever published of it.
#[derive(Debug, Clone)]
pub struct SurveyWithVersions {
    /// The survey with its draft.
    pub survey: StoredSurvey,
    /// Its versions, the newest first.
    pub versions: Vec<StoredVersion>,
}

impl SurveyWithVersions {
    /// Whether the draft differs from the newest published version.
    pub fn unpublished_changes(&self) -> bool {
        self.versions.first().map(|newest| &newest.document) != Some(&self.survey.draft)
    }

    /// What keeps the draft from being published.
    pub fn defects(&self) -> Vec<Defect> {
        let next = self.survey.newest_version.unwrap_or(0) + 1;
        let checked = self.survey.draft.publish(next, &self.survey.slots);
        checked.err().unwrap_or_default()
    }

    /// Codes under which answers may be stored.
    pub fn published_codes(&self) -> PublishedCodes {
        PublishedCodes::of(self.versions.iter().map(|version| &version.document))
    }
}

/// The page for a new survey has this address.
const RESERVED_CODE: &str = "new";

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
        if draft.code.as_str() == RESERVED_CODE {
            return Err(AppError::invalid(
                "code",
                "`new` is the address of the page for new surveys; choose another",
            ));
        }
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

    /// One survey with its draft and every published version.
    pub async fn survey_with_versions(
        &self,
        actor: &Actor,
        code: &str,
    ) -> Result<SurveyWithVersions, AppError> {
        Self::allow(actor, Permission::SeeSurveys)?;
        let mut tx = self.store.read().await?;
        let survey = tx
            .survey_by_code(actor.workspace, code)
            .await?
            .ok_or(AppError::NotFound("survey"))?;
        let versions = tx.survey_versions(actor.workspace, survey.id).await?;
        Ok(SurveyWithVersions { survey, versions })
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
            return Err(changed_meanwhile());
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

    /// Edits a draft, step after step, over the revision that was read.
    ///
    /// # Errors
    /// [`AppError::Conflict`] when somebody else saved in between, [`AppError::Edit`] when a step cannot be meant.
    /// Nothing is saved then.
    pub async fn edit_survey(
        &self,
        actor: &Actor,
        code: &str,
        edits: Vec<Edit>,
        from_revision: i64,
    ) -> Result<StoredSurvey, AppError> {
        Self::allow(actor, Permission::EditSurveys)?;
        let read = self.survey_with_versions(actor, code).await?;
        if read.survey.draft_revision != from_revision {
            return Err(changed_meanwhile());
        }
        let published = read.published_codes();
        let mut draft = read.survey.draft;
        for edit in edits {
            published.allow(&draft, &edit)?;
            draft = edit::apply(&draft, edit)?;
        }
        self.save_draft(actor, code, draft, from_revision).await
    }

    /// Publishes the draft as the next version and opens the survey for answers.
    ///
    /// # Errors
    /// [`AppError::Defects`] with every fault and its place.
    pub async fn publish_survey(&self, actor: &Actor, code: &str) -> Result<u32, AppError> {
        self.publish_draft(actor, code, None).await
    }

    /// The same for whoever has read the draft at a revision and means that one.
    ///
    /// # Errors
    /// [`AppError::Conflict`] when the draft was changed since, [`AppError::Defects`] with every fault and its place.
    pub async fn publish_revision(
        &self,
        actor: &Actor,
        code: &str,
        revision: i64,
    ) -> Result<u32, AppError> {
        self.publish_draft(actor, code, Some(revision)).await
    }

    async fn publish_draft(
        &self,
        actor: &Actor,
        code: &str,
        revision: Option<i64>,
    ) -> Result<u32, AppError> {
        Self::allow(actor, Permission::EditSurveys)?;
        let mut tx = self.store.begin().await?;
        let survey = tx
            .survey_by_code(actor.workspace, code)
            .await?
            .ok_or(AppError::NotFound("survey"))?;
        if revision.is_some_and(|revision| revision != survey.draft_revision) {
            return Err(changed_meanwhile());
        }
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

fn changed_meanwhile() -> AppError {
    AppError::Conflict("somebody else has changed this survey meanwhile; load it again".into())
}
