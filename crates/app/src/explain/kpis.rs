//! Targets: what is to be reached until when, who answers for it, and how it stands.

use std::collections::BTreeMap;

use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::civil::Date;
use radost_domain::access::{Actor, Change, Permission};
use radost_domain::explain::{Direction, Kpi, Metric, Period, Progress, Step};
use radost_domain::listen::PublishedSurvey;
use radost_domain::name::{KpiId, UserId};

use super::measure::Measured;
use super::overview::{Span, spans, step_of};
use super::selection::{Scope, Selection};
use super::tally::Figure;
use crate::directory::Directory;
use crate::refusal::{Reason, Refusal, Refusals, day, line, number, optional_text, quoted, whole};
use crate::{App, AppError};

/// Filters beside the place that a target may have.
const FILTERS: [&str; 4] = ["channel", "language", "touchpoint", "segment"];

/// Days of answers on which a number may rest.
const DAYS: (i64, i64) = (7, 1_830);

/// Targets whose numbers are looked up at once.
const AT_ONCE: usize = 4;

/// The trend of a target goes back no further.
const LONGEST_TREND: i32 = 3_650;

/// A target as somebody writes it: in a form or a body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KpiDraft {
    /// What it is called.
    pub name: String,
    /// The code of the survey.
    pub survey: String,
    /// The metric: `nps.CODE`, `csi`, …
    pub metric: String,
    /// The code of the place; empty for the whole network.
    pub location: String,
    /// `channel`, `language`, `touchpoint`, `segment` of a selection.
    pub filters: BTreeMap<String, String>,
    /// `at_least` or `at_most`.
    pub direction: String,
    /// The value to be reached.
    pub target: String,
    /// How many days of answers the number rests on.
    pub days: String,
    /// The id of a user; may be empty.
    pub owner: String,
    /// The day from which the way is counted; today when empty.
    pub since: String,
    /// The last day.
    pub due: String,
    /// What else must be known; may be empty.
    pub note: String,
    /// What is done to reach it; may be empty.
    pub actions: String,
}

impl KpiDraft {
    /// A target as it is now.
    pub fn of(kpi: &Kpi, directory: &Directory) -> Self {
        let survey = directory.survey_by_id(kpi.survey);
        let place = kpi.location.and_then(|id| directory.locations.get(id));
        KpiDraft {
            name: kpi.name.clone(),
            survey: survey
                .map(|survey| survey.published.survey().code.to_string())
                .unwrap_or_default(),
            metric: kpi.metric.to_string(),
            location: place
                .map(|place| place.code.to_string())
                .unwrap_or_default(),
            filters: kpi.filters.clone(),
            direction: kpi.direction.code().to_owned(),
            target: kpi.target.to_string(),
            days: kpi.days.to_string(),
            owner: kpi.owner.map(|id| id.to_string()).unwrap_or_default(),
            since: kpi.since.to_string(),
            due: kpi.due.to_string(),
            note: kpi.note.clone(),
            actions: kpi.actions.clone(),
        }
    }

    fn selection(&self) -> Selection {
        let filters = FILTERS
            .iter()
            .filter_map(|name| Some((*name, self.filters.get(*name)?.as_str())));
        Selection::of(filters)
            .with("survey", &self.survey)
            .with("metric", &self.metric)
            .with("location", &self.location)
    }
}

/// Somebody who may answer for a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: UserId,
    /// Their name.
    pub name: String,
}

/// A target with how it stands.
#[derive(Debug, Clone)]
pub struct KpiStatus {
    /// The target.
    pub kpi: Kpi,
    /// What is counted, as an address says it; nothing when the survey is not there any more.
    pub selection: Option<Selection>,
    /// The answers on which the number rests.
    pub period: Period,
    /// The number; nothing when the survey no longer asks for it.
    pub figure: Option<Figure>,
    /// The number on the day from which the way is counted.
    pub start: Option<f64>,
    /// Where the number should be by now.
    pub pace: Option<f64>,
    /// What that says.
    pub progress: Progress,
    /// Who answers for it.
    pub owner: Option<Person>,
    /// From how many responses on numbers are shown.
    pub minimum: u64,
}

/// A target with the way of its number.
#[derive(Debug, Clone)]
pub struct KpiStory {
    /// How it stands.
    pub status: KpiStatus,
    /// The steps of the trend.
    pub step: Step,
    /// The metric over time, from the first answer that counted when it began.
    pub trend: Vec<Span>,
}

/// The least and the greatest value of a metric.
fn range_of(survey: &PublishedSurvey, metric: &Metric) -> Option<(i64, i64)> {
    match metric {
        Metric::Nps { .. } => Some((-100, 100)),
        Metric::Csat { .. } | Metric::Csi => Some((0, 100)),
        Metric::Ces { question } | Metric::Mean { question } => {
            survey.question(question.as_str())?.question.kind.scale()
        }
    }
}

/// What is wrong with the survey, the metric or a filter of a target.
fn refusal(draft: &KpiDraft, error: AppError) -> Result<Refusal, AppError> {
    let filter = |name: &str| draft.filters.get(name).cloned().unwrap_or_default();
    Ok(match &error {
        AppError::NotFound("survey" | "metric of this survey")
        | AppError::Invalid {
            field: "metric", ..
        } => Refusal::new("metric", Reason::UnknownMetric(quoted(&draft.metric))),
        AppError::NotFound("location") => {
            let reason = Reason::UnknownLocation(quoted(&draft.location));
            Refusal::new("location", reason)
        }
        AppError::NotFound("segment of this survey")
        | AppError::Invalid {
            field: "segment", ..
        } => {
            let reason = Reason::UnknownValue(quoted(&filter("segment")));
            Refusal::new("segment", reason)
        }
        AppError::Invalid { field, .. } if FILTERS.contains(field) => {
            Refusal::new(*field, Reason::UnknownValue(quoted(&filter(field))))
        }
        _ => return Err(error),
    })
}

impl App {
    fn today(&self, directory: &Directory) -> Date {
        directory.zone.to_datetime(self.now()).date()
    }

    /// The targets of the places that the actor sees, the one that is due first in front.
    pub async fn kpis(&self, actor: &Actor) -> Result<Vec<KpiStatus>, AppError> {
        let (kpis, people) = self.seen_kpis(actor).await?;
        let people = &people;
        let standing = kpis.into_iter().map(async |kpi| {
            let (status, _) = self.kpi_status(actor, kpi, people).await?;
            Ok(status)
        });
        stream::iter(standing).buffered(AT_ONCE).try_collect().await
    }

    /// One target with the way of its number.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none, or it is about places that the actor does not see.
    pub async fn kpi(&self, actor: &Actor, id: KpiId) -> Result<KpiStory, AppError> {
        let (kpis, people) = self.seen_kpis(actor).await?;
        let kpi = kpis
            .into_iter()
            .find(|kpi| kpi.id == id)
            .ok_or(AppError::NotFound("KPI"))?;
        let (status, scope) = self.kpi_status(actor, kpi, &people).await?;
        let (step, trend) = match scope {
            Some(mut scope) if status.figure.is_some() => {
                let first = status.kpi.period(status.kpi.since).from;
                scope.period = Period {
                    from: first
                        .min(status.period.from)
                        .max(Period::ending(status.period.to, LONGEST_TREND).from),
                    to: status.period.to,
                };
                let step = step_of(&scope);
                let measured = self
                    .number(actor, &scope, &status.kpi.metric, scope.period, Some(step))
                    .await?;
                (step, spans(scope.period, measured.rows))
            }
            _ => (Step::Month, Vec::new()),
        };
        Ok(KpiStory {
            status,
            step,
            trend,
        })
    }

    /// A target without its number, to be changed.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none.
    pub async fn kpi_draft(&self, actor: &Actor, id: KpiId) -> Result<KpiDraft, AppError> {
        Self::allow_goals(actor)?;
        let directory = self.directory(actor.workspace).await?;
        let (kpis, _) = self.seen_kpis(actor).await?;
        let kpi = kpis.iter().find(|kpi| kpi.id == id);
        kpi.map(|kpi| KpiDraft::of(kpi, &directory))
            .ok_or(AppError::NotFound("KPI"))
    }

    /// Those who may answer for a target, by name: everybody who signs in.
    pub async fn kpi_owners(&self, actor: &Actor) -> Result<Vec<Person>, AppError> {
        Self::allow_goals(actor)?;
        let users = self.store.read().await?.users(actor.workspace).await?;
        Ok(users
            .into_iter()
            .filter(|user| user.active)
            .map(|user| Person {
                id: user.id,
                name: user.name,
            })
            .collect())
    }

    async fn seen_kpis(
        &self,
        actor: &Actor,
    ) -> Result<(Vec<Kpi>, BTreeMap<UserId, Person>), AppError> {
        Self::allow(actor, Permission::SeeResults)?;
        let mut tx = self.store.read().await?;
        let mut kpis = tx.kpis(actor.workspace).await?;
        // A target of the whole network is no target of some of its places.
        kpis.retain(|kpi| actor.places.include(kpi.location));
        let people = tx.users(actor.workspace).await?.into_iter().map(|user| {
            let person = Person {
                id: user.id,
                name: user.name,
            };
            (user.id, person)
        });
        Ok((kpis, people.collect()))
    }

    async fn kpi_status(
        &self,
        actor: &Actor,
        kpi: Kpi,
        people: &BTreeMap<UserId, Person>,
    ) -> Result<(KpiStatus, Option<Scope>), AppError> {
        let directory = self.directory(actor.workspace).await?;
        let today = self.today(&directory);
        let judged = kpi.judged_on(today);
        let period = kpi.period(judged);
        let mut status = KpiStatus {
            selection: None,
            period,
            figure: None,
            start: None,
            pace: None,
            progress: Progress::TooFew,
            owner: kpi.owner.and_then(|id| people.get(&id)).cloned(),
            minimum: u64::from(directory.workspace.minimum_group),
            kpi,
        };
        let draft = KpiDraft::of(&status.kpi, &directory);
        // What is gone must not widen what is counted.
        if draft.survey.is_empty() || (status.kpi.location.is_some() && draft.location.is_empty()) {
            return Ok((status, None));
        }
        let selection = draft
            .selection()
            .with("from", &period.from.to_string())
            .with("to", &period.to.to_string());
        let scope = match self.scope(actor, &selection).await {
            Ok(Some(scope)) => scope,
            Ok(None) => return Ok((status, None)),
            // The survey was changed since: that is told, and does not take the other targets with it.
            Err(AppError::NotFound(_) | AppError::Invalid { .. }) => return Ok((status, None)),
            Err(error) => return Err(error),
        };
        status.selection = Some(selection);
        let number = async |period| -> Result<Measured, AppError> {
            self.number(actor, &scope, &status.kpi.metric, period, None)
                .await
        };
        let then = status.kpi.period(status.kpi.since);
        let (now, start) = if status.kpi.since <= judged {
            let (now, then) = tokio::try_join!(number(period), number(then))?;
            (now, then.total.shown().map(|estimate| estimate.value))
        } else {
            (number(period).await?, None)
        };
        let interval = now
            .total
            .shown()
            .map(|estimate| (estimate.low, estimate.high));
        status.progress = status.kpi.progress(interval, start, today);
        status.pace = start.map(|start| status.kpi.pace(start, judged));
        status.start = start;
        status.figure = Some(now.total);
        Ok((status, Some(scope)))
    }

    /// Adds a target, or changes the one with this id.
    ///
    /// # Errors
    /// [`AppError::Refused`] names every field that cannot be so.
    pub async fn save_kpi(
        &self,
        actor: &Actor,
        id: Option<KpiId>,
        draft: &KpiDraft,
    ) -> Result<Kpi, AppError> {
        Self::allow_goals(actor)?;
        Self::allow(actor, Permission::SeeResults)?;
        let before = match id {
            None => None,
            Some(id) => {
                let (kpis, _) = self.seen_kpis(actor).await?;
                let found = kpis.into_iter().find(|kpi| kpi.id == id);
                Some(found.ok_or(AppError::NotFound("KPI"))?)
            }
        };
        let id = id.unwrap_or_else(|| KpiId(self.new_id()));
        let kpi = self.check_kpi(actor, id, draft, before.as_ref()).await?;
        if before.as_ref() != Some(&kpi) {
            let mut tx = self.store.begin().await?;
            if !tx.save_kpi(actor.workspace, &kpi).await? {
                return Err(AppError::NotFound("KPI"));
            }
            let change = match &before {
                None => Change::created("kpi.created", "kpi", kpi.id, &kpi),
                Some(before) => Change::updated("kpi.updated", "kpi", kpi.id, before, &kpi),
            };
            self.audit(&mut tx, actor, change).await?;
            tx.commit().await?;
        }
        Ok(kpi)
    }

    async fn check_kpi(
        &self,
        actor: &Actor,
        id: KpiId,
        draft: &KpiDraft,
        before: Option<&Kpi>,
    ) -> Result<Kpi, AppError> {
        let directory = self.directory(actor.workspace).await?;
        let mut refusals = Refusals::default();
        let name = refusals.take("name", line(&draft.name, 200));
        let scope = if draft.survey.trim().is_empty() || draft.metric.trim().is_empty() {
            refusals.0.push(Refusal::new("metric", Reason::Missing));
            None
        } else {
            match self.scope(actor, &draft.selection()).await {
                Ok(scope) => scope,
                Err(error) => {
                    refusals.0.push(refusal(draft, error)?);
                    None
                }
            }
        };
        let metric = scope.as_ref().and_then(|scope| scope.metric.clone());
        let range = scope
            .as_ref()
            .zip(metric.as_ref())
            .and_then(|(scope, metric)| range_of(&scope.survey.published, metric));
        let target = number(&draft.target).and_then(|target| match range {
            Some((low, high)) if !(low as f64..=high as f64).contains(&target) => {
                Err(Reason::NotWithin { low, high })
            }
            _ => Ok(target),
        });
        let target = refusals.take("target", target);
        let direction = match draft.direction.trim() {
            "" => Some(Direction::AtLeast),
            text => refusals.take(
                "direction",
                text.parse().map_err(|_| Reason::UnknownValue(quoted(text))),
            ),
        };
        let days = refusals.take("days", whole(&draft.days, DAYS.0, DAYS.1));
        let owner = match draft.owner.trim() {
            "" => Some(None),
            text => {
                let owner = text.parse::<UserId>().ok();
                let people = self.kpi_owners(actor).await?;
                // Whoever answers for it may have left since; that is no reason to forget them.
                let known = people.iter().any(|person| Some(person.id) == owner)
                    || before.is_some_and(|before| before.owner == owner);
                let owner = owner
                    .filter(|_| known)
                    .ok_or_else(|| Reason::UnknownPerson(quoted(text)));
                refusals.take("owner", owner.map(Some))
            }
        };
        let since = match draft.since.trim() {
            "" => Some(before.map_or_else(|| self.today(&directory), |before| before.since)),
            text => refusals.take("since", day(text)),
        };
        let due = day(&draft.due).and_then(|due| match since {
            Some(since) if due <= since => Err(Reason::NotAfter),
            _ => Ok(due),
        });
        let due = refusals.take("due", due);
        let note = refusals.take("note", optional_text(&draft.note, 2000));
        let actions = refusals.take("actions", optional_text(&draft.actions, 4000));
        let (
            Some(name),
            Some(scope),
            Some(metric),
            Some(target),
            Some(direction),
            Some(days),
            Some(owner),
            Some(since),
            Some(due),
            Some(note),
            Some(actions),
        ) = (
            name, scope, metric, target, direction, days, owner, since, due, note, actions,
        )
        else {
            return Err(AppError::Refused(refusals.0));
        };
        let selection = draft.selection();
        let filters = FILTERS
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), selection.get(name)?.to_owned())));
        Ok(Kpi {
            id,
            name,
            survey: scope.survey.id,
            metric,
            location: scope.location,
            filters: filters.collect(),
            direction,
            target,
            days: i32::try_from(days).unwrap_or(i32::MAX),
            owner,
            since,
            due,
            note,
            actions,
        })
    }

    /// Removes a target.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none.
    pub async fn delete_kpi(&self, actor: &Actor, id: KpiId) -> Result<(), AppError> {
        Self::allow_goals(actor)?;
        let (kpis, _) = self.seen_kpis(actor).await?;
        let before = kpis.into_iter().find(|kpi| kpi.id == id);
        let before = before.ok_or(AppError::NotFound("KPI"))?;
        let mut tx = self.store.begin().await?;
        if tx.delete_kpi(actor.workspace, id).await? {
            let change = Change::removed("kpi.removed", "kpi", id, before);
            self.audit(&mut tx, actor, change).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
