//! The survey document: what is asked, in which order, in which languages.
//!
//! A [`Survey`] is what people write and what is stored, version by version. [`Survey::publish`] checks it and returns a
//! [`PublishedSurvey`], the compiled form against which responses are accepted: a value of that type has no defects.

mod check;
mod defect;
mod kind;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::defect::{Defect, DefectKind};
pub use self::kind::{ChoiceOption, QuestionKind, RatingStyle};

use self::check::{Check, malformed, unknown_keys};
use self::kind::is_false;
use super::ending::Ending;
use super::kano::KanoSide;
use super::layout::Layout;
use super::quota::Quota;
use super::show_if::Condition;
use crate::{Code, Language, Slug, Text};

/// Most questions a survey may have; more cannot be answered by anybody.
pub const MAX_QUESTIONS: usize = 200;
/// Most options of a choice question.
pub const MAX_OPTIONS: usize = 100;
/// Longest text answer that may be allowed, in characters.
pub const MAX_TEXT: u32 = 20_000;

/// A survey as it is written: a document with a code, texts in several languages, and blocks of questions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// The name in addresses and files.
    pub code: Slug,
    /// What respondents see as its title.
    pub title: Text,
    /// The languages it is offered in; the first one is the default.
    pub languages: Vec<Language>,
    /// Words before the first question.
    #[serde(default)]
    pub intro: Text,
    /// Its questions, in blocks that are shown one after another.
    pub blocks: Vec<Block>,
    /// Whether each respondent sees the blocks in an order of their own.
    #[serde(default, skip_serializing_if = "is_false")]
    pub random_blocks: bool,
    /// Attributes of the respondent or the occasion by which results are broken down.
    #[serde(default)]
    pub segments: Vec<Segment>,
    /// Words after the last answer, where no ending is shown.
    #[serde(default)]
    pub thank_you: Text,
    /// End pages by what was answered; the first whose condition holds is shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub endings: Vec<Ending>,
    /// How many responses of a sort are wanted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quotas: Vec<Quota>,
}

/// A page of questions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// Its stable code.
    pub code: Code,
    /// A heading, or nothing.
    #[serde(default)]
    pub title: Text,
    /// Shown only when this holds over earlier answers; see [`show_if`](super::show_if).
    #[serde(default)]
    pub show_if: Option<String>,
    /// How its questions stand on the page; one below another when not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<Layout>,
    /// Whether it stays in its place when the others come in random order.
    #[serde(default, skip_serializing_if = "is_false")]
    pub anchored: bool,
    /// Whether each respondent sees its questions in an order of their own; statements stay in their places.
    #[serde(default, skip_serializing_if = "is_false")]
    pub random_questions: bool,
    /// The questions.
    pub questions: Vec<Question>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Its stable code: the column in which analysts find the answers.
    pub code: Code,
    /// What is asked for, with the settings of that kind.
    #[serde(flatten)]
    pub kind: QuestionKind,
    /// The question itself.
    pub text: Text,
    /// A remark below it.
    #[serde(default)]
    pub hint: Text,
    /// Whether it must be answered.
    #[serde(default)]
    pub required: bool,
    /// Shown only when this holds over earlier answers.
    #[serde(default)]
    pub show_if: Option<String>,
    /// The question whose answers this one is thought to move; see [`PublishedSurvey::drivers_of`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drives: Option<Code>,
    /// What it measures in the structural index; see [`PublishedSurvey::constructs`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub construct: Option<Construct>,
}

/// What a structural satisfaction index (ECSI) is built from. Each is measured by one question or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Construct {
    /// What people think of the brand.
    Image,
    /// What they expected.
    Expectations,
    /// The quality that they perceived.
    Quality,
    /// What they got for the money.
    Value,
    /// How satisfied they are.
    Satisfaction,
    /// How their complaints were handled, or would be.
    Complaints,
    /// Whether they stay and recommend.
    Loyalty,
}

impl Construct {
    /// From causes to effects.
    pub const ALL: [Construct; 7] = [
        Construct::Image,
        Construct::Expectations,
        Construct::Quality,
        Construct::Value,
        Construct::Satisfaction,
        Construct::Complaints,
        Construct::Loyalty,
    ];

    /// Its name in documents.
    pub fn code(self) -> &'static str {
        match self {
            Construct::Image => "image",
            Construct::Expectations => "expectations",
            Construct::Quality => "quality",
            Construct::Value => "value",
            Construct::Satisfaction => "satisfaction",
            Construct::Complaints => "complaints",
            Construct::Loyalty => "loyalty",
        }
    }
}

/// An attribute by which results are broken down: class of travel, size of the customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Its stable code.
    pub code: Code,
    /// What analysts see.
    #[serde(default)]
    pub label: Text,
}

/// One question of a [`PublishedSurvey`], with its conditions parsed.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedQuestion {
    /// The question as written.
    pub question: Question,
    /// Index of its block in the document.
    pub block: usize,
    /// Shown only when all of these hold: the block's condition, then its own.
    pub conditions: Vec<Condition>,
    /// Its place in [`Response::scores`](super::Response::scores), for questions on a scale.
    pub slot: Option<usize>,
}

/// A checked survey version: what responses are accepted against.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedSurvey {
    survey: Survey,
    version: u32,
    questions: Vec<PublishedQuestion>,
    by_code: BTreeMap<Code, usize>,
    slots: Vec<Code>,
    /// Of each ending and each quota, where it has one.
    pub(super) ending_conditions: Vec<Option<Condition>>,
    pub(super) quota_conditions: Vec<Option<Condition>>,
}

impl Survey {
    /// Reads a document, refusing keys that no field takes: a misspelt `requierd` must not pass silently.
    ///
    /// # Errors
    /// One [`Defect`] per fault of form, with the question concerned; [`Survey::publish`] checks the content.
    pub fn from_json(document: &serde_json::Value) -> Result<Self, Vec<Defect>> {
        let survey: Survey = serde_json::from_value(document.clone())
            .map_err(|error| malformed(document, &error))?;
        let mut unknown = Vec::new();
        // Every field is written back, so a key that is read but not written is one that no field took.
        if let Ok(understood) = serde_json::to_value(&survey) {
            unknown_keys(document, &understood, "", &mut unknown);
        }
        // Whether a JSON object keeps the order in which it was written is up to whoever parsed it.
        unknown.sort_by(|a, b| a.place.cmp(&b.place));
        if unknown.is_empty() {
            Ok(survey)
        } else {
            Err(unknown)
        }
    }

    /// Every question with its block's index and its own, in order.
    pub fn questions(&self) -> impl Iterator<Item = (usize, usize, &Question)> {
        self.blocks.iter().enumerate().flat_map(|(b, block)| {
            block
                .questions
                .iter()
                .enumerate()
                .map(move |(q, question)| (b, q, question))
        })
    }

    /// The question with this code.
    pub fn question(&self, code: &str) -> Option<&Question> {
        self.questions()
            .map(|(_, _, question)| question)
            .find(|question| question.code.as_str() == code)
    }

    /// Every text that respondents see, to be changed.
    pub(super) fn each_text(&mut self, change: &mut dyn FnMut(&mut Text)) {
        change(&mut self.title);
        change(&mut self.intro);
        change(&mut self.thank_you);
        for ending in &mut self.endings {
            change(&mut ending.title);
            change(&mut ending.text);
        }
        for block in &mut self.blocks {
            change(&mut block.title);
            for question in &mut block.questions {
                change(&mut question.text);
                change(&mut question.hint);
                question.kind.each_text(change);
            }
        }
    }

    /// Checks the document and compiles it.
    ///
    /// `slots` is the order in which earlier versions of the survey stored their scale questions; new ones are added
    /// behind, so that one query reads every version.
    ///
    /// # Errors
    /// Every [`Defect`] found, each with its place.
    pub fn publish(&self, version: u32, slots: &[Code]) -> Result<PublishedSurvey, Vec<Defect>> {
        let mut check = Check {
            survey: self,
            defects: Vec::new(),
            seen: BTreeMap::new(),
            at: None,
            needs: Vec::new(),
        };
        check.document();
        let mut questions = Vec::new();
        let mut slots = slots.to_vec();
        for (b, block) in self.blocks.iter().enumerate() {
            let place = format!("blocks[{b}]");
            check.at = Some((b, None));
            check.text(
                &block.title,
                &format!("{place}.title"),
                Some(&block.code),
                false,
            );
            let on_block = check.condition(
                block.show_if.as_deref(),
                &format!("{place}.show_if"),
                &block.code,
            );
            if block.questions.is_empty() {
                check.defect(&place, Some(&block.code), DefectKind::EmptyBlock);
            }
            check.layout(block, &place);
            for (q, question) in block.questions.iter().enumerate() {
                let place = format!("{place}.questions[{q}]");
                check.at = Some((b, Some(q)));
                let own = check.condition(
                    question.show_if.as_deref(),
                    &format!("{place}.show_if"),
                    &question.code,
                );
                check.question(question, &place);
                let slot = question.kind.scale().map(|_| {
                    match slots.iter().position(|c| *c == question.code) {
                        Some(slot) => slot,
                        None => {
                            slots.push(question.code.clone());
                            slots.len() - 1
                        }
                    }
                });
                questions.push(PublishedQuestion {
                    question: question.clone(),
                    block: b,
                    conditions: on_block.iter().cloned().chain(own).collect(),
                    slot,
                });
            }
        }
        check.at = None;
        check.text(&self.thank_you, "thank_you", None, false);
        let ending_conditions = check.endings();
        let quota_conditions = check.quotas();
        check.importance();
        check.kano();
        check.marks();
        check.random();
        let defects = check.defects;
        if !defects.is_empty() {
            return Err(defects);
        }
        let by_code = questions
            .iter()
            .enumerate()
            .map(|(i, q)| (q.question.code.clone(), i))
            .collect();
        Ok(PublishedSurvey {
            survey: self.clone(),
            version,
            questions,
            by_code,
            slots,
            ending_conditions,
            quota_conditions,
        })
    }
}

impl PublishedSurvey {
    /// The document.
    pub fn survey(&self) -> &Survey {
        &self.survey
    }

    /// Its version, counted from 1.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The questions in order.
    pub fn questions(&self) -> &[PublishedQuestion] {
        &self.questions
    }

    /// The question with this code.
    pub fn question(&self, code: &str) -> Option<&PublishedQuestion> {
        self.by_code.get(code).map(|&index| &self.questions[index])
    }

    /// The scale questions of this and earlier versions in the order in which their values are stored.
    pub fn slots(&self) -> &[Code] {
        &self.slots
    }

    /// The questions that are thought to move this one: those marked so, else every other rating and price.
    pub fn drivers_of(&self, outcome: &Code) -> Vec<&PublishedQuestion> {
        let marked = |q: &&PublishedQuestion| q.question.drives.as_ref() == Some(outcome);
        let drivers: Vec<_> = self.questions.iter().filter(marked).collect();
        if !drivers.is_empty() {
            return drivers;
        }
        self.questions
            .iter()
            .filter(|q| {
                matches!(
                    q.question.kind,
                    QuestionKind::Rating { .. } | QuestionKind::Price { .. }
                )
            })
            .filter(|q| q.question.code != *outcome)
            .collect()
    }

    /// What is to be explained unless somebody asks otherwise: the outcome of the first marked driver, else the first
    /// nps, csat or ces, else the first rating.
    pub fn main_outcome(&self) -> Option<&Code> {
        let kinds = || self.questions.iter().map(|q| &q.question);
        let marked = kinds().find_map(|question| question.drives.as_ref());
        let outcome = |question: &&Question| question.kind.is_outcome();
        let headline = |question: &&Question| !matches!(question.kind, QuestionKind::Rating { .. });
        let first = kinds().filter(outcome).find(headline);
        let first = first.or_else(|| kinds().find(outcome));
        marked.or(first.map(|question| &question.code))
    }

    /// What is measured of a structural index, with the questions that measure it; from causes to effects.
    pub fn constructs(&self) -> Vec<(Construct, Vec<&PublishedQuestion>)> {
        Construct::ALL
            .into_iter()
            .map(|construct| {
                let measures = |q: &&PublishedQuestion| q.question.construct == Some(construct);
                (construct, self.questions.iter().filter(measures).collect())
            })
            .filter(|(_, questions): &(_, Vec<_>)| !questions.is_empty())
            .collect()
    }

    /// The pairs of (rating, importance) that make up the customer satisfaction index.
    pub fn csi_pairs(&self) -> Vec<(&PublishedQuestion, &PublishedQuestion)> {
        self.questions
            .iter()
            .filter_map(|importance| match &importance.question.kind {
                QuestionKind::Importance { of, .. } => {
                    Some((self.question(of.as_str())?, importance))
                }
                _ => None,
            })
            .collect()
    }

    /// The Kano pairs in the order of their features, each as (functional, dysfunctional).
    pub fn kano_pairs(&self) -> Vec<(&PublishedQuestion, &PublishedQuestion)> {
        let half = |wanted: &Code, wanted_side: KanoSide| {
            self.questions.iter().find(|published| {
                matches!(&published.question.kind, QuestionKind::Kano { attribute, side, .. }
                    if attribute == wanted && *side == wanted_side)
            })
        };
        self.questions
            .iter()
            .filter_map(|published| match &published.question.kind {
                QuestionKind::Kano {
                    attribute,
                    side: KanoSide::Functional,
                    ..
                } => Some((published, half(attribute, KanoSide::Dysfunctional)?)),
                _ => None,
            })
            .collect()
    }
}
