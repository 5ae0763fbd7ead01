//! Answering a survey page by page.
//!
//! The flow is a pure core: what was typed (plain JSON by question code, faults included, so that nothing typed is ever
//! lost), which questions and blocks that makes visible, and what is still at fault. The use cases of [`App`] load and
//! save it, and hand the finished answers to the one door through which every answer comes in.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use radost_domain::listen::answer::{Answers, NOT_APPLICABLE};
use radost_domain::listen::{
    Answer, Channel, PublishedSurvey, Question, QuestionKind, QuotaAction, Rejection,
};
use radost_domain::name::ResponseId;
use radost_domain::{Code, Language};
use radost_store::{Invitation, PartialResponse, Tx};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::NewResponse;
use crate::directory::{Directory, OpenSurvey};
use crate::{App, AppError, secret};

/// How long half-filled surveys are kept.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Most half-filled surveys that are kept of one survey; beyond, the oldest go.
const MOST_KEPT: i64 = 100_000;
/// Most bytes of one half-filled survey.
const MAX_STATE: usize = 1024 * 1024;
/// Most bytes of a form, when it holds no long texts.
const FORM: usize = 64 * 1024;
/// A letter outside ASCII takes up to twelve bytes in a form.
const BYTES_PER_CHARACTER: usize = 12;
/// Longest text that is kept for a question that is not answered in words.
const LONGEST_VALUE: usize = 100;

/// What was typed so far, by question code: also what does not fit its question.
pub type Typed = BTreeMap<String, Value>;

/// A survey as its respondents see it under what they have typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Glance {
    /// Whether each question is shown, in the order of the survey.
    visible: Vec<bool>,
    /// What is wrong with each.
    faults: Vec<Option<Rejection>>,
    /// The index of each question's block.
    blocks: Vec<usize>,
    /// The blocks in the order of this respondent.
    order: Vec<usize>,
    /// What was answered and counts: answers to hidden questions do not.
    pub answers: Answers,
}

/// Looks at a survey under what was typed.
///
/// An answer that does not fit counts as none until it is mended, so conditions only ever see good answers. An answer to
/// a question that is hidden now stays typed, for whoever changes their mind again, but it is no answer. `seed` is that of
/// the respondent, for blocks in random order.
pub fn glance(survey: &PublishedSurvey, typed: &Typed, seed: Uuid) -> Glance {
    let mut glance = Glance {
        visible: Vec::new(),
        faults: Vec::new(),
        blocks: Vec::new(),
        order: survey.survey().blocks_in_order(seed),
        answers: Answers::new(),
    };
    for published in survey.questions() {
        let question = &published.question;
        let visible = published
            .conditions
            .iter()
            .all(|condition| condition.holds(&glance.answers));
        let mut fault = None;
        if visible {
            let value = typed.get(question.code.as_str());
            match value.map_or(Ok(None), |value| Answer::parse(question, value)) {
                Err(rejection) => fault = Some(rejection),
                Ok(None | Some(Answer::Consent(false))) if question.required => {
                    fault = Some(Rejection::Missing {
                        question: question.code.clone(),
                    });
                }
                Ok(answer) => glance
                    .answers
                    .extend(answer.map(|answer| (question.code.clone(), answer))),
            }
        }
        glance.visible.push(visible);
        glance.faults.push(fault);
        glance.blocks.push(published.block);
    }
    glance
}

impl Glance {
    /// The indices of the visible questions of a block.
    pub fn questions(&self, block: usize) -> impl Iterator<Item = usize> {
        (0..self.visible.len()).filter(move |&q| self.visible[q] && self.blocks[q] == block)
    }

    /// What is wrong with a question; `None` when nothing is, or when it is hidden.
    pub fn fault(&self, question: usize) -> Option<&Rejection> {
        self.faults.get(question)?.as_ref()
    }

    /// The blocks with something to show, in order.
    pub fn blocks(&self) -> Vec<usize> {
        let shown = |&block: &usize| self.questions(block).next().is_some();
        self.order.iter().copied().filter(shown).collect()
    }

    /// Where a block stands in the order of this respondent.
    pub fn rank(&self, block: usize) -> usize {
        let found = self.order.iter().position(|&other| other == block);
        found.unwrap_or(self.order.len())
    }

    /// The visible block after this one.
    pub fn next(&self, block: usize) -> Option<usize> {
        let after = |&other: &usize| self.rank(other) > self.rank(block);
        self.blocks().into_iter().find(after)
    }

    /// The visible block before this one.
    pub fn previous(&self, block: usize) -> Option<usize> {
        let before = |&other: &usize| self.rank(other) < self.rank(block);
        self.blocks().into_iter().rfind(before)
    }

    /// The first block in which something is wrong.
    pub fn first_fault(&self) -> Option<usize> {
        let faults = self.faults.iter().zip(&self.blocks);
        let at_fault = faults.filter(|(fault, _)| fault.is_some());
        at_fault
            .map(|(_, &block)| block)
            .min_by_key(|&block| self.rank(block))
    }

    /// Where a respondent who asks for `wanted`, or for nothing, may be: there, if it is visible and nothing before it is at
    /// fault.
    pub fn place(&self, wanted: Option<usize>) -> usize {
        let blocks = self.blocks();
        let from =
            |&block: &usize| wanted.is_none_or(|wanted| self.rank(block) >= self.rank(wanted));
        let there = blocks.iter().copied().find(from);
        let there = there.or(blocks.last().copied()).unwrap_or(0);
        match self.first_fault() {
            Some(fault) if self.rank(fault) < self.rank(there) => fault,
            _ => there,
        }
    }

    /// Whether nothing was answered: a box that was left unticked alone says nothing.
    pub fn is_blank(&self) -> bool {
        self.answers
            .values()
            .all(|answer| *answer == Answer::Consent(false))
    }
}

/// Puts the fields of a form into what was typed. `shown` are the questions that the form held: one of them without a
/// field was left or made empty, one that is not among them stays as it is.
pub fn merge(
    survey: &PublishedSurvey,
    typed: &mut Typed,
    shown: &[&str],
    fields: &BTreeMap<&str, Vec<&str>>,
) {
    for &code in shown {
        let Some(published) = survey.question(code) else {
            continue;
        };
        let given = fields.get(code).map_or(&[][..], Vec::as_slice);
        match read(&published.question, given) {
            Some(value) => typed.insert(code.to_owned(), value),
            None => typed.remove(code),
        };
    }
}

/// A question's fields as a JSON value; what cannot be read stays the text that was typed.
fn read(question: &Question, given: &[&str]) -> Option<Value> {
    let first = given.first().copied().unwrap_or_default();
    let short = |text: &str| -> String { text.chars().take(LONGEST_VALUE).collect() };
    if question.kind.scale().is_some() {
        return match first.trim() {
            "" => None,
            NOT_APPLICABLE => Some(NOT_APPLICABLE.into()),
            text => Some(
                text.parse::<i64>()
                    .map_or_else(|_| short(text).into(), Value::from),
            ),
        };
    }
    match &question.kind {
        QuestionKind::Consent => Some(Value::Bool(!given.is_empty())),
        QuestionKind::Multi { options, .. } => {
            // One more than there are, so that a forged list is refused rather than stored.
            let chosen: Vec<Value> = given
                .iter()
                .take(options.len() + 1)
                .map(|text| short(text).into())
                .collect();
            (!chosen.is_empty()).then_some(Value::Array(chosen))
        }
        // In the order of their places; one that was left empty within keeps its place, to be asked for again.
        QuestionKind::Ranking { .. } => {
            let most = question.kind.places().unwrap_or_default() + 1;
            let mut chosen: Vec<&str> = given.iter().copied().take(most).collect();
            while chosen.last().is_some_and(|code| code.is_empty()) {
                chosen.pop();
            }
            let chosen: Vec<Value> = chosen.into_iter().map(|code| short(code).into()).collect();
            (!chosen.is_empty()).then_some(Value::Array(chosen))
        }
        // The best has a plus before its code, the worst a minus.
        QuestionKind::BestWorst { .. } => {
            let end = |sign: char| {
                let code = given.iter().find_map(|code| code.strip_prefix(sign));
                code.map(short).unwrap_or_default()
            };
            let ends = [end('+'), end('-')];
            ends.iter()
                .any(|code| !code.is_empty())
                .then(|| ends.to_vec().into())
        }
        QuestionKind::Contact { fields } => {
            let parts = fields
                .iter()
                .zip(given)
                .map(|(field, text)| (field, text.trim()));
            let parts = parts.filter(|(_, text)| !text.is_empty());
            let parts: serde_json::Map<String, Value> = parts
                .map(|(field, text)| (field.code().to_owned(), short(text).into()))
                .collect();
            (!parts.is_empty()).then_some(Value::Object(parts))
        }
        QuestionKind::Text { .. } => {
            let text = first.replace("\r\n", "\n");
            (!text.trim().is_empty()).then_some(Value::String(text))
        }
        QuestionKind::Number { .. } => {
            let text = short(first.trim());
            // As people write them: 1 200,50.
            let plain: String = text
                .chars()
                .filter(|c| !c.is_whitespace())
                .map(|c| match c {
                    ',' => '.',
                    '−' => '-',
                    c => c,
                })
                .collect();
            let number = plain.parse::<f64>().ok();
            let number = number.and_then(serde_json::Number::from_f64);
            match number {
                _ if text.is_empty() => None,
                Some(number) => Some(Value::Number(number)),
                None => Some(Value::String(text)),
            }
        }
        QuestionKind::Date { .. } => {
            let text = short(first.trim());
            (!text.is_empty()).then(|| Value::String(day(&text).unwrap_or(text)))
        }
        _ => (!first.is_empty()).then(|| Value::String(short(first))),
    }
}

/// A day as people here write it, `5.11.2026`, where the browser offers no calendar.
fn day(text: &str) -> Option<String> {
    let mut parts = text.split(['.', '/']).map(str::trim);
    let mut next = || parts.next()?.parse::<i16>().ok();
    let (day, month, year) = (next()?, next()?, next()?);
    let date = jiff::civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    date.ok().map(|date| date.to_string())
}

/// Where, by whom, at which moment and how somebody was asked: codes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occasion {
    /// The location's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The employee's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employee: Option<String>,
    /// The moment of the journey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touchpoint: Option<String>,
    /// The channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
}

impl Occasion {
    /// Only what is known here. A code that is not is logged for whoever printed the link, and left out: the customer
    /// can do nothing about it.
    #[must_use]
    pub fn known(self, directory: &Directory) -> Occasion {
        let keep = |name: &str, code: Option<String>, known: &dyn Fn(&str) -> bool| {
            let code = code.filter(|code| !code.is_empty())?;
            if known(&code) {
                return Some(code);
            }
            let workspace = &directory.workspace.slug;
            let code: String = code.chars().take(80).collect();
            tracing::info!(%workspace, name, code, "a link names something that is not known here");
            None
        };
        Occasion {
            location: keep("location", self.location, &|code| {
                directory.locations.by_code(code).is_some()
            }),
            employee: keep("employee", self.employee, &|code| {
                directory.employee(code).is_some()
            }),
            touchpoint: keep("touchpoint", self.touchpoint, &|code| {
                code.parse::<Code>().is_ok()
            }),
            channel: keep("channel", self.channel, &|code| {
                code.parse::<Channel>().is_ok()
            }),
        }
    }

    /// This one, and where it says nothing, the other.
    fn or(self, other: Occasion) -> Occasion {
        Occasion {
            location: self.location.or(other.location),
            employee: self.employee.or(other.employee),
            touchpoint: self.touchpoint.or(other.touchpoint),
            channel: self.channel.or(other.channel),
        }
    }
}

/// What is kept of a half-filled survey.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Progress {
    /// The version that `typed` was checked against.
    version: u32,
    typed: Typed,
    /// The code of the block to go on with.
    block: Option<String>,
    started_at: Timestamp,
    #[serde(default)]
    occasion: Occasion,
    language: Option<Language>,
}

impl Progress {
    fn begun(survey: &PublishedSurvey, now: Timestamp) -> Self {
        Progress {
            version: survey.version(),
            typed: Typed::new(),
            block: None,
            started_at: now,
            occasion: Occasion::default(),
            language: None,
        }
    }

    /// Goes on with the newest version, with the answers that still fit.
    fn carried_over(mut self, survey: &PublishedSurvey) -> Self {
        if self.version != survey.version() {
            self.version = survey.version();
            self.typed.retain(|code, value| {
                survey
                    .question(code)
                    .is_some_and(|published| Answer::parse(&published.question, value).is_ok())
            });
        }
        self
    }
}

/// A published survey, and where it belongs.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The workspace.
    pub directory: Arc<Directory>,
    /// The survey.
    pub survey: OpenSurvey,
}

impl Asked {
    /// The newest version.
    pub fn published(&self) -> &PublishedSurvey {
        &self.survey.published
    }

    /// Most bytes that a form of this survey can need.
    pub fn largest_form(&self) -> usize {
        let texts = self.published().questions().iter();
        let characters: usize = texts
            .map(|published| match published.question.kind {
                QuestionKind::Text { max_length, .. } => max_length as usize,
                _ => 0,
            })
            .sum();
        FORM.max((FORM / 4 + characters * BYTES_PER_CHARACTER).min(MAX_STATE))
    }

    /// What becomes of a respondent whose answers these are, once they are recorded.
    fn finished(&self, answers: Answers) -> Outcome {
        let ending = self.published().ending(&answers);
        Outcome::Finished {
            ending: ending.map(|ending| ending.code.clone()),
            answers,
        }
    }

    /// What becomes of a respondent with these answers when there are enough of that sort.
    fn full(&self, answers: &Answers) -> Option<Outcome> {
        let full = self
            .published()
            .quota_reached(&self.survey.quotas, answers)?;
        Some(Outcome::Enough(match &full.then {
            QuotaAction::Close => None,
            QuotaAction::End(ending) => Some(ending.clone()),
        }))
    }

    fn block(&self, code: &str) -> Option<usize> {
        let blocks = &self.published().survey().blocks;
        blocks.iter().position(|block| block.code.as_str() == code)
    }
}

/// Who answers, and under which secret their answers are kept meanwhile.
#[derive(Debug, Clone, Copy)]
pub enum Respondent<'a> {
    /// Somebody who has just come and gets this secret: nothing is kept of them.
    New(&'a str),
    /// A browser with a cookie.
    Browser(&'a str),
    /// Whoever holds a personal link.
    Invited(&'a str),
}

/// Whether there is something to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Go on.
    Open,
    /// The survey takes no answers.
    Closed,
    /// This personal link was used.
    Answered,
}

/// Where a respondent stands in a survey.
#[derive(Debug, Clone)]
pub struct Walk {
    /// Whether there is something to answer.
    pub standing: Standing,
    /// What was typed so far.
    pub typed: Typed,
    /// The block to go on with.
    pub block: Option<usize>,
    /// The language chosen before.
    pub language: Option<Language>,
    /// When they began, if anything is kept of them.
    pub started_at: Option<Timestamp>,
    /// What the order of random things follows from.
    pub seed: Uuid,
}

/// Where to go from a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// On, when nothing is at fault; from the last block, to the end.
    Next,
    /// Back, whatever is at fault.
    Back,
    /// Nowhere: only keep what was typed.
    Stay,
}

/// A form as it was sent.
#[derive(Debug, Clone)]
pub struct Posted<'a> {
    /// The code of the block it showed.
    pub block: &'a str,
    /// The codes of the questions it held.
    pub shown: Vec<&'a str>,
    /// What was filled in, by question code.
    pub fields: BTreeMap<&'a str, Vec<&'a str>>,
    /// Where to go.
    pub step: Step,
    /// The language it is answered in.
    pub language: Language,
    /// When the first page was shown, as the form remembers it.
    pub began: Option<Timestamp>,
}

/// What comes after a form.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// A block.
    Show {
        /// Its index.
        block: usize,
        /// Whether it is shown because something in it is at fault.
        check: bool,
        /// The codes of questions that have just become visible.
        new: Vec<Code>,
    },
    /// The answers are recorded.
    Finished {
        /// The end page, where it is not the usual one.
        ending: Option<Code>,
        /// What was answered.
        answers: Answers,
    },
    /// The survey takes no answers.
    Closed,
    /// There are enough responses of this sort: the end page for it, where there is one.
    Enough(Option<Code>),
}

/// Under which names the answers of a respondent are kept.
struct Identity {
    key: [u8; 32],
    client_id: Uuid,
    invitation: Option<Invitation>,
}

impl App {
    /// A survey that was published, from memory.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such workspace or published survey.
    pub async fn asked(&self, workspace: &str, survey: &str) -> Result<Asked, AppError> {
        let directory = self.directory_by_slug(workspace).await?;
        let survey = directory
            .survey(survey)
            .cloned()
            .ok_or(AppError::NotFound("survey"))?;
        Ok(Asked { directory, survey })
    }

    /// Where a respondent stands. Of somebody who has just come nothing is looked up.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a personal link that was never given out.
    pub async fn walk(&self, asked: &Asked, who: Respondent<'_>) -> Result<Walk, AppError> {
        let mut walk = Walk {
            standing: standing(asked),
            typed: Typed::new(),
            block: None,
            language: None,
            started_at: None,
            seed: Uuid::nil(),
        };
        if let Respondent::New(token) = who {
            walk.seed = client_id(asked, &secret::token_hash(token));
            return Ok(walk);
        }
        let mut tx = self.store.read().await?;
        let Some(identity) = identity(&mut tx, asked, who).await? else {
            return Ok(walk);
        };
        walk.seed = identity.client_id;
        if answered(&identity).is_some() {
            walk.standing = Standing::Answered;
        } else if walk.standing == Standing::Open
            && let Some(progress) = progress(&mut tx, asked, &identity).await?
        {
            walk.block = progress.block.as_deref().and_then(|code| asked.block(code));
            walk.typed = progress.typed;
            walk.language = progress.language;
            walk.started_at = Some(progress.started_at);
        }
        Ok(walk)
    }

    /// Takes a form: keeps what was typed, and says what comes next. From the last block with nothing at fault it
    /// records the response; sending the same form again changes nothing.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a personal link that was never given out; [`AppError::Invalid`] for more text than is
    /// kept of anybody.
    pub async fn answer(
        &self,
        asked: &Asked,
        who: Respondent<'_>,
        occasion: Occasion,
        posted: &Posted<'_>,
    ) -> Result<Outcome, AppError> {
        let (workspace, survey) = (asked.directory.workspace.id, asked.survey.id);
        let published = asked.published();
        let now = self.now();
        // Read and written in one transaction, so that two forms of one respondent do not undo each other.
        let mut tx = self.store.begin().await?;
        let identity = identity(&mut tx, asked, who)
            .await?
            .ok_or(AppError::NotFound("respondent"))?;
        if let Some(response) = answered(&identity) {
            return recorded_before(&mut tx, asked, response).await;
        }
        if standing(asked) == Standing::Closed {
            return Ok(Outcome::Closed);
        }
        let kept = progress(&mut tx, asked, &identity).await?;
        let first = kept.is_none();
        if first {
            // Nothing is kept: this is the first form, or one that was sent again after the last.
            let recorded = tx.response_ids(workspace, &[identity.client_id]).await?;
            if let Some(&response) = recorded.get(&identity.client_id) {
                let outcome = recorded_before(&mut tx, asked, response).await?;
                if let Some(invitation) = &identity.invitation {
                    tx.answer_invitation(workspace, invitation.id, response)
                        .await?;
                    tx.commit().await?;
                }
                return Ok(outcome);
            }
        }
        let mut progress = kept.unwrap_or_else(|| {
            let began = posted
                .began
                .filter(|&began| began <= now && now.duration_since(began) < KEPT_FOR);
            Progress::begun(published, began.unwrap_or(now))
        });
        merge(
            published,
            &mut progress.typed,
            &posted.shown,
            &posted.fields,
        );
        progress.occasion = occasion
            .known(&asked.directory)
            .or(std::mem::take(&mut progress.occasion));
        progress.language = Some(posted.language);

        let glance = glance(published, &progress.typed, identity.client_id);
        let here = asked
            .block(posted.block)
            .unwrap_or_else(|| glance.place(None));
        let outcome = decide(published, &glance, here, posted);
        if let (Some(Outcome::Show { block, .. }), true) =
            (&outcome, first || posted.step != Step::Stay)
        {
            let block = published.survey().blocks.get(*block);
            progress.block = block.map(|block| block.code.to_string());
        }
        let state = serde_json::to_string(&progress)
            .map_err(|error| AppError::invalid("answers", error))?;
        if state.len() > MAX_STATE {
            return Err(AppError::invalid("answers", "too long"));
        }
        if first && identity.key[0] == 0 {
            // Now and then; hashes are spread evenly.
            tx.trim_partial_responses(workspace, survey, now - KEPT_FOR, MOST_KEPT)
                .await?;
        }
        let partial = PartialResponse {
            client_id: identity.client_id,
            state,
            updated_at: now,
        };
        tx.save_partial_response(workspace, survey, &identity.key, &partial)
            .await?;
        tx.commit().await?;
        // Whoever is one too many learns it before the next page, not after the last.
        if posted.step == Step::Next
            && glance
                .first_fault()
                .is_none_or(|fault| glance.rank(fault) > glance.rank(here))
            && let Some(full) = asked.full(&glance.answers)
        {
            return Ok(full);
        }
        match outcome {
            Some(outcome) => Ok(outcome),
            None => self.finish(asked, &identity, progress, &glance, here).await,
        }
    }

    async fn finish(
        &self,
        asked: &Asked,
        identity: &Identity,
        progress: Progress,
        glance: &Glance,
        here: usize,
    ) -> Result<Outcome, AppError> {
        let (workspace, survey) = (asked.directory.workspace.id, asked.survey.id);
        let code = asked.published().survey().code.as_str();
        let invitation = identity.invitation.as_ref();
        let occasion = match invitation {
            Some(invitation) => occasion_of(invitation, &asked.directory),
            None => progress.occasion.known(&asked.directory),
        };
        let customer = match invitation.and_then(|invitation| invitation.customer) {
            Some(id) => self.store.read().await?.customer(workspace, id).await?,
            None => None,
        };
        let answers = glance.answers.iter().filter_map(|(code, answer)| {
            Some((code.to_string(), serde_json::to_value(answer).ok()?))
        });
        let response = NewResponse {
            client_id: Some(identity.client_id.to_string()),
            version: Some(asked.published().version()),
            answers: answers.collect(),
            // By its external id, so that what is known of the customer's segments counts.
            customer: customer.map(|customer| customer.external_id),
            location: occasion.location,
            employee: occasion.employee,
            touchpoint: occasion.touchpoint,
            channel: occasion
                .channel
                .and_then(|code| code.parse().ok())
                .or(Some(Channel::Web)),
            language: progress.language,
            started_at: Some(progress.started_at),
            ..NewResponse::default()
        };
        let mut results = self
            .accept_responses(workspace, code, vec![response])
            .await?;
        let recorded = match results.pop() {
            Some(Ok(recorded)) => recorded,
            Some(Err(Rejection::Closed)) => return Ok(Outcome::Closed),
            Some(Err(Rejection::Enough { .. })) => {
                return Ok(asked.full(&glance.answers).unwrap_or(Outcome::Enough(None)));
            }
            refused => {
                // Published anew in this moment: the next page is made from the new version.
                tracing::info!(
                    survey = code,
                    ?refused,
                    "a finished survey has to be looked through again"
                );
                return Ok(Outcome::Show {
                    block: here,
                    check: true,
                    new: Vec::new(),
                });
            }
        };
        let mut tx = self.store.begin().await?;
        if let Some(invitation) = invitation {
            tx.answer_invitation(workspace, invitation.id, recorded.id)
                .await?;
        }
        tx.delete_partial_response(workspace, survey, &identity.key)
            .await?;
        tx.commit().await?;
        Ok(asked.finished(glance.answers.clone()))
    }
}

/// What comes after a form; `None` when everything is answered.
fn decide(
    survey: &PublishedSurvey,
    glance: &Glance,
    here: usize,
    posted: &Posted<'_>,
) -> Option<Outcome> {
    let show = |block, check| {
        Some(Outcome::Show {
            block,
            check,
            new: Vec::new(),
        })
    };
    match posted.step {
        Step::Stay => return show(here, false),
        Step::Back => return show(glance.previous(here).unwrap_or(here), false),
        Step::Next => {}
    }
    let code = |q: usize| &survey.questions()[q].question.code;
    let was_shown = |q: usize| posted.shown.contains(&code(q).as_str());
    let at_fault = glance
        .questions(here)
        .any(|q| was_shown(q) && glance.fault(q).is_some());
    let new: Vec<Code> = glance
        .questions(here)
        .filter(|&q| !was_shown(q))
        .map(|q| code(q).clone())
        .collect();
    if at_fault || !new.is_empty() {
        return Some(Outcome::Show {
            block: here,
            check: at_fault,
            new,
        });
    }
    // Something before may have come to be at fault: a condition that holds now, a version published meanwhile.
    let earlier = |&fault: &usize| glance.rank(fault) < glance.rank(here);
    if let Some(fault) = glance.first_fault().filter(earlier) {
        return show(fault, true);
    }
    match glance.next(here) {
        Some(next) => show(next, false),
        None if glance.is_blank() => show(here, true),
        None => None,
    }
}

fn standing(asked: &Asked) -> Standing {
    if asked.survey.accepting {
        Standing::Open
    } else {
        Standing::Closed
    }
}

fn answered(identity: &Identity) -> Option<ResponseId> {
    identity.invitation.as_ref()?.response
}

/// A form that is sent again ends where it ended before.
async fn recorded_before(
    tx: &mut Tx,
    asked: &Asked,
    response: ResponseId,
) -> Result<Outcome, AppError> {
    let workspace = asked.directory.workspace.id;
    let recorded = tx.response(workspace, response).await?;
    Ok(asked.finished(
        recorded
            .map(|response| response.answers)
            .unwrap_or_default(),
    ))
}

/// The same secret makes the same response, also after what was kept under it is gone.
fn client_id(asked: &Asked, key: &[u8; 32]) -> Uuid {
    Uuid::new_v5(&asked.survey.id.0, key)
}

/// `None` for somebody who has just come.
async fn identity(
    tx: &mut Tx,
    asked: &Asked,
    who: Respondent<'_>,
) -> Result<Option<Identity>, AppError> {
    match who {
        Respondent::New(_) => Ok(None),
        Respondent::Browser(token) => {
            let key = secret::token_hash(token);
            Ok(Some(Identity {
                key,
                client_id: client_id(asked, &key),
                invitation: None,
            }))
        }
        Respondent::Invited(token) => {
            let key = secret::token_hash(token);
            let invitation = tx
                .invitation(asked.directory.workspace.id, &key)
                .await?
                .filter(|invitation| invitation.survey == asked.survey.id)
                .ok_or(AppError::NotFound("personal link"))?;
            Ok(Some(Identity {
                key,
                client_id: invitation.id.0,
                invitation: Some(invitation),
            }))
        }
    }
}

async fn progress(
    tx: &mut Tx,
    asked: &Asked,
    identity: &Identity,
) -> Result<Option<Progress>, AppError> {
    let workspace = asked.directory.workspace.id;
    let partial = tx
        .partial_response(workspace, asked.survey.id, &identity.key)
        .await?;
    Ok(partial.and_then(|partial| {
        // What an older release wrote and this one cannot read is not worth an error page.
        serde_json::from_str::<Progress>(&partial.state)
            .map_err(|error| tracing::warn!(%error, "a half-filled survey cannot be read"))
            .ok()
            .map(|progress| progress.carried_over(asked.published()))
    }))
}

/// What an invitation says of the occasion, as codes.
fn occasion_of(invitation: &Invitation, directory: &Directory) -> Occasion {
    let location = invitation
        .location
        .and_then(|id| directory.locations.get(id))
        .map(|location| location.code.to_string());
    let employee = invitation
        .employee
        .and_then(|id| directory.employees.get(&id))
        .map(|employee| employee.code.to_string());
    Occasion {
        location,
        employee,
        touchpoint: invitation.touchpoint.as_ref().map(ToString::to_string),
        channel: Some(invitation.channel.code().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use radost_domain::listen::Survey;
    use serde_json::json;

    use super::*;

    fn survey() -> PublishedSurvey {
        let document = json!({
            "code": "walk", "title": {"en": "Walk"}, "languages": ["en"],
            "blocks": [
                { "code": "first", "questions": [
                    { "code": "nps", "kind": "nps", "text": {"en": "?"}, "required": true },
                    { "code": "why", "kind": "text", "text": {"en": "?"}, "show_if": "nps <= 6" } ] },
                { "code": "low", "show_if": "nps <= 6", "questions": [
                    { "code": "call", "kind": "consent", "text": {"en": "?"} } ] },
                { "code": "last", "questions": [
                    { "code": "age", "kind": "number", "text": {"en": "?"}, "min": 0.0, "max": 120.0 },
                    { "code": "day", "kind": "date", "text": {"en": "?"} },
                    { "code": "extras", "kind": "multi", "text": {"en": "?"}, "options": [
                        {"code": "a", "text": {"en": "A"}}, {"code": "b", "text": {"en": "B"}}] } ] }
            ]
        });
        let survey = Survey::from_json(&document).expect("a document");
        survey.publish(1, &[]).expect("no defects")
    }

    fn typed(value: Value) -> Typed {
        serde_json::from_value(value).expect("an object")
    }

    #[test]
    fn blocks_come_and_go_with_the_answers() {
        let survey = survey();
        let check = |answers: Value, blocks: &[usize]| {
            assert_eq!(
                glance(&survey, &typed(answers), Uuid::nil()).blocks(),
                blocks
            );
        };
        check(json!({}), &[0, 2]);
        check(json!({ "nps": 9 }), &[0, 2]);
        check(json!({ "nps": 3 }), &[0, 1, 2]);
        check(json!({ "nps": 11 }), &[0, 2]);
        let glance = glance(&survey, &typed(json!({ "nps": 3 })), Uuid::nil());
        assert_eq!((glance.next(0), glance.next(2)), (Some(1), None));
        assert_eq!((glance.previous(2), glance.previous(0)), (Some(1), None));
    }

    #[test]
    fn nobody_gets_past_what_is_at_fault() {
        let survey = survey();
        let check = |answers: Value, wanted: usize, place: usize| {
            assert_eq!(
                glance(&survey, &typed(answers), Uuid::nil()).place(Some(wanted)),
                place
            );
        };
        check(json!({}), 2, 0);
        check(json!({ "nps": "x" }), 2, 0);
        check(json!({ "nps": 9 }), 2, 2);
        check(json!({ "nps": 9 }), 1, 2);
        check(json!({ "nps": 9 }), 7, 2);
    }

    #[test]
    fn an_answer_to_a_hidden_question_stays_typed_but_is_none() {
        let survey = survey();
        let mut answers = typed(json!({ "nps": 3, "why": "cold", "call": true }));
        assert_eq!(glance(&survey, &answers, Uuid::nil()).answers.len(), 3);
        merge(
            &survey,
            &mut answers,
            &["nps"],
            &BTreeMap::from([("nps", vec!["10"])]),
        );
        let codes: Vec<String> = glance(&survey, &answers, Uuid::nil())
            .answers
            .keys()
            .map(ToString::to_string)
            .collect();
        assert_eq!(codes, ["nps"]);
        assert_eq!(answers["why"], "cold");
    }

    #[test]
    fn fields_become_values_of_their_kind() {
        let survey = survey();
        let check = |code: &str, given: &[&str], expected: Value| {
            let mut answers = typed(json!({ code: "before" }));
            let fields = BTreeMap::from([(code, given.to_vec())]);
            merge(&survey, &mut answers, &[code], &fields);
            assert_eq!(
                answers.get(code).cloned().unwrap_or(Value::Null),
                expected,
                "{given:?}"
            );
        };
        check("nps", &["7"], json!(7));
        check("nps", &[], json!(null));
        check("nps", &["seven"], json!("seven"));
        check("why", &["a\r\nb "], json!("a\nb "));
        check("why", &["  "], json!(null));
        check("age", &["1 200,5"], json!(1200.5));
        check("age", &["forty"], json!("forty"));
        check("age", &["inf"], json!("inf"));
        check("age", &[" "], json!(null));
        check("day", &["2026-11-05"], json!("2026-11-05"));
        check("day", &["5.11.2026"], json!("2026-11-05"));
        check("day", &["yesterday"], json!("yesterday"));
        check("extras", &["a", "b"], json!(["a", "b"]));
        check("extras", &[], json!(null));
        check("call", &["1"], json!(true));
        check("call", &[], json!(false));
        // A question that the form did not hold stays as it was.
        let mut answers = typed(json!({ "age": 40.0 }));
        merge(&survey, &mut answers, &["nps", "gone"], &BTreeMap::new());
        assert_eq!(answers, typed(json!({ "age": 40.0 })));
    }

    #[tokio::test]
    async fn what_was_left_lying_goes_and_then_the_oldest() {
        let folder = tempfile::tempdir().expect("a folder");
        let address = folder.path().join("radost.db").display().to_string();
        let store = radost_store::Store::open(&address).await.expect("a store");
        let now: Timestamp = "2026-11-01T12:00:00Z".parse().expect("a time");
        let next = std::sync::atomic::AtomicU64::new(1);
        let app = App::new(crate::AppOptions {
            store: store.clone(),
            lake: None,
            clock: Arc::new(move || now),
            ids: Arc::new(move || {
                Uuid::from_u64_pair(1, next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
            }),
            intake: super::super::intake::IntakeOptions::default(),
            files: folder.path().join("files"),
        });
        let slug = "cafe".parse().expect("a slug");
        let workspace = app
            .create_workspace(slug, "Cafe", "UTC", Language::En)
            .await;
        let workspace = workspace.expect("a workspace").id;
        let actor = radost_domain::access::Actor::console(workspace);
        let document = crate::listen::NewSurvey::Document(Box::new(survey().survey().clone()));
        let id = app
            .create_survey(&actor, document)
            .await
            .expect("a survey")
            .id;
        let mut tx = store.begin().await.expect("a transaction");
        for (number, hours) in [(1u8, 31 * 24), (2, 3), (3, 2), (4, 1)] {
            let partial = PartialResponse {
                client_id: Uuid::from_u64_pair(2, number.into()),
                state: "{}".into(),
                updated_at: now - SignedDuration::from_hours(hours),
            };
            let saved = tx
                .save_partial_response(workspace, id, &[number; 32], &partial)
                .await;
            saved.expect("saved");
        }
        let gone = tx
            .trim_partial_responses(workspace, id, now - KEPT_FOR, 2)
            .await;
        assert_eq!(gone.expect("trimmed"), 2);
        for (number, there) in [(1u8, false), (2, false), (3, true), (4, true)] {
            let partial = tx.partial_response(workspace, id, &[number; 32]).await;
            assert_eq!(partial.expect("read").is_some(), there, "{number}");
        }
    }

    #[test]
    fn an_unticked_box_alone_is_no_response() {
        let survey = survey();
        assert!(glance(&survey, &typed(json!({})), Uuid::nil()).is_blank());
        assert!(!glance(&survey, &typed(json!({ "nps": 0 })), Uuid::nil()).is_blank());
    }
}
