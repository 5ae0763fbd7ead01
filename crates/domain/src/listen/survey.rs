//! The survey document: what is asked, in which order, in which languages.
//!
//! A [`Survey`] is what people write and what is stored, version by version. [`Survey::publish`] checks it and returns a
//! [`PublishedSurvey`], the compiled form against which responses are accepted: a value of that type has no defects.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::kano::KanoSide;
use super::show_if::{Condition, ConditionError};
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
    /// Attributes of the respondent or the occasion by which results are broken down.
    #[serde(default)]
    pub segments: Vec<Segment>,
    /// Words after the last answer.
    #[serde(default)]
    pub thank_you: Text,
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

/// What a question asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum QuestionKind {
    /// Likelihood to recommend, 0–10.
    Nps {
        /// Words at 0.
        #[serde(default)]
        low_label: Text,
        /// Words at 10.
        #[serde(default)]
        high_label: Text,
    },
    /// Satisfaction on 2, 5, 7 or 10 points; the top 1, 2, 3 or 3 of them count as satisfied.
    Csat {
        /// Number of points.
        #[serde(default = "five")]
        points: u8,
        /// How the points look.
        #[serde(default)]
        style: RatingStyle,
        /// Words at the lowest point.
        #[serde(default)]
        low_label: Text,
        /// Words at the highest point.
        #[serde(default)]
        high_label: Text,
    },
    /// Effort: agreement with "it was easy", 1–7.
    Ces {
        /// Words at 1.
        #[serde(default)]
        low_label: Text,
        /// Words at 7.
        #[serde(default)]
        high_label: Text,
    },
    /// A rating of one attribute on 2–11 points: from 1, or from 0 when there are 11.
    Rating {
        /// Number of points.
        #[serde(default = "five")]
        points: u8,
        /// How the points look.
        #[serde(default)]
        style: RatingStyle,
        /// Whether "does not apply to me" is offered.
        #[serde(default)]
        not_applicable: bool,
        /// Words at the lowest point.
        #[serde(default)]
        low_label: Text,
        /// Words at the highest point.
        #[serde(default)]
        high_label: Text,
    },
    /// How important the attribute of another rating is, on 2–11 points. Makes that rating part of the CSI.
    Importance {
        /// The rating it belongs to.
        of: Code,
        /// Number of points.
        #[serde(default = "five")]
        points: u8,
        /// Words at the lowest point.
        #[serde(default)]
        low_label: Text,
        /// Words at the highest point.
        #[serde(default)]
        high_label: Text,
    },
    /// One half of a Kano pair: how one feels if a feature is there, or if it is missing. Everybody chooses one of the
    /// five standard [`answers`](super::kano::answers).
    Kano {
        /// The feature; both halves name it.
        attribute: Code,
        /// Which half.
        side: KanoSide,
        /// What analysts see instead of the code; of the two halves the first that has one counts.
        #[serde(default)]
        label: Text,
    },
    /// One of several options.
    Single {
        /// The options.
        options: Vec<ChoiceOption>,
    },
    /// Any of several options.
    Multi {
        /// The options.
        options: Vec<ChoiceOption>,
        /// Most that may be chosen.
        #[serde(default)]
        max_choices: Option<u16>,
    },
    /// Words.
    Text {
        /// Whether more than a line is expected.
        #[serde(default)]
        long: bool,
        /// Most characters.
        #[serde(default = "two_thousand")]
        max_length: u32,
    },
    /// A number.
    Number {
        /// Least value.
        #[serde(default)]
        min: Option<f64>,
        /// Greatest value.
        #[serde(default)]
        max: Option<f64>,
        /// Digits after the point.
        #[serde(default)]
        decimals: u8,
    },
    /// A day.
    Date {
        /// Earliest day.
        #[serde(default)]
        min: Option<jiff::civil::Date>,
        /// Latest day.
        #[serde(default)]
        max: Option<jiff::civil::Date>,
    },
    /// A box to tick: agreement to what the text says. When required it must be ticked.
    Consent,
    /// Words without a question.
    Statement,
}

fn five() -> u8 {
    5
}

fn two_thousand() -> u32 {
    2_000
}

/// How the points of a scale look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RatingStyle {
    /// Plain numbers.
    #[default]
    Numbers,
    /// Stars.
    Stars,
    /// Faces from sad to happy; at most 7 points.
    Faces,
}

/// An option of a choice question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoiceOption {
    /// Its stable code, the value that is stored.
    pub code: Code,
    /// What respondents see.
    pub text: Text,
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

impl QuestionKind {
    /// The names of all kinds, in the order in which they are offered.
    pub const NAMES: [&'static str; 13] = [
        "nps",
        "csat",
        "ces",
        "rating",
        "importance",
        "kano",
        "single",
        "multi",
        "text",
        "number",
        "date",
        "consent",
        "statement",
    ];

    /// The kind's name in documents.
    pub fn name(&self) -> &'static str {
        match self {
            QuestionKind::Nps { .. } => "nps",
            QuestionKind::Csat { .. } => "csat",
            QuestionKind::Ces { .. } => "ces",
            QuestionKind::Rating { .. } => "rating",
            QuestionKind::Importance { .. } => "importance",
            QuestionKind::Kano { .. } => "kano",
            QuestionKind::Single { .. } => "single",
            QuestionKind::Multi { .. } => "multi",
            QuestionKind::Text { .. } => "text",
            QuestionKind::Number { .. } => "number",
            QuestionKind::Date { .. } => "date",
            QuestionKind::Consent => "consent",
            QuestionKind::Statement => "statement",
        }
    }

    /// Least and greatest value of a scale question; `None` for the other kinds.
    ///
    /// ```
    /// use radost_domain::{listen::QuestionKind, Text};
    /// let nps = QuestionKind::Nps { low_label: Text::default(), high_label: Text::default() };
    /// assert_eq!(nps.scale(), Some((0, 10)));
    /// ```
    pub fn scale(&self) -> Option<(i64, i64)> {
        match *self {
            QuestionKind::Nps { .. } => Some((0, 10)),
            QuestionKind::Ces { .. } => Some((1, 7)),
            QuestionKind::Csat { points, .. } => Some((1, i64::from(points))),
            QuestionKind::Kano { .. } => Some((1, 5)),
            QuestionKind::Rating { points: 11, .. }
            | QuestionKind::Importance { points: 11, .. } => Some((0, 10)),
            QuestionKind::Rating { points, .. } | QuestionKind::Importance { points, .. } => {
                Some((1, i64::from(points)))
            }
            _ => None,
        }
    }

    /// The words at both ends of a scale whose points have no words of their own.
    pub fn end_labels(&self) -> Option<(&Text, &Text)> {
        match self {
            QuestionKind::Nps {
                low_label,
                high_label,
            }
            | QuestionKind::Csat {
                low_label,
                high_label,
                ..
            }
            | QuestionKind::Ces {
                low_label,
                high_label,
            }
            | QuestionKind::Rating {
                low_label,
                high_label,
                ..
            }
            | QuestionKind::Importance {
                low_label,
                high_label,
                ..
            } => Some((low_label, high_label)),
            _ => None,
        }
    }

    /// Whether it can be something that is to be explained.
    pub fn is_outcome(&self) -> bool {
        matches!(
            self,
            QuestionKind::Nps { .. }
                | QuestionKind::Csat { .. }
                | QuestionKind::Ces { .. }
                | QuestionKind::Rating { .. }
        )
    }

    /// Whether it can be thought to move an outcome.
    pub fn is_driver(&self) -> bool {
        self.is_outcome() && !matches!(self, QuestionKind::Nps { .. })
    }

    /// Whether something can be answered at all.
    pub fn takes_answer(&self) -> bool {
        !matches!(self, QuestionKind::Statement)
    }

    /// Whether respondents put in something of their own (words, a number, a day) rather than choose from what is offered.
    /// Such an answer may tell who they are.
    pub fn is_free(&self) -> bool {
        matches!(
            self,
            QuestionKind::Text { .. } | QuestionKind::Number { .. } | QuestionKind::Date { .. }
        )
    }

    /// Whether all answers are known beforehand, so that responses can be told apart by them.
    pub fn is_closed(&self) -> bool {
        self.scale().is_some()
            || matches!(
                self,
                QuestionKind::Single { .. } | QuestionKind::Multi { .. } | QuestionKind::Consent
            )
    }

    /// The options of a choice question, empty for the other kinds.
    pub fn options(&self) -> &[ChoiceOption] {
        match self {
            QuestionKind::Single { options } | QuestionKind::Multi { options, .. } => options,
            _ => &[],
        }
    }
}

/// A fault of a survey document, with its place in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Defect {
    /// Where: `blocks[1].questions[0].show_if`.
    pub place: String,
    /// The question or block concerned, if one.
    pub code: Option<Code>,
    /// What is wrong, in English.
    pub message: String,
    /// What is wrong, for those who say it in other languages.
    #[serde(skip)]
    pub kind: DefectKind,
}

/// What is wrong with a survey document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DefectKind {
    /// It is offered in no language.
    #[error("a survey needs at least one language")]
    NoLanguage,
    /// A language stands twice.
    #[error("a language is named twice")]
    LanguageTwice,
    /// There is nothing to answer.
    #[error("a survey needs at least one question that can be answered")]
    NoQuestion,
    /// Nobody answers that many.
    #[error("{0} questions; at most {MAX_QUESTIONS} are allowed")]
    TooManyQuestions(usize),
    /// Two blocks of one code.
    #[error("another block has this code")]
    BlockCodeTwice,
    /// Two segments of one code.
    #[error("another segment has this code")]
    SegmentCodeTwice,
    /// Two questions of one code.
    #[error("another question has this code")]
    QuestionCodeTwice,
    /// A block without questions.
    #[error("a block needs at least one question")]
    EmptyBlock,
    /// Two questions of one half of a Kano pair.
    #[error("`{0}` is asked twice from the same side")]
    KanoTwice(Code),
    /// A half of a Kano pair alone tells nothing.
    #[error(
        "the other question about `{0}` is missing: a feature is asked about once as being there and once as missing"
    )]
    KanoAlone(Code),
    /// A text lacks a language of the survey.
    #[error("the text in {0} is missing")]
    MissingText(Language),
    /// A condition cannot be read.
    #[error(transparent)]
    Condition(ConditionError),
    /// CSAT on another number of points.
    #[error("{0} points; csat takes 2, 5, 7 or 10")]
    CsatPoints(u8),
    /// A scale too short or too long.
    #[error("{0} points; 2 to 11 are allowed")]
    Points(u8),
    /// Faces on too long a scale.
    #[error("faces tell at most 7 points apart")]
    TooManyFaces,
    /// A multiple choice without a choice.
    #[error("at least one choice must be allowed")]
    NoChoice,
    /// A limit of text that cannot be.
    #[error("{0} characters; 1 to {MAX_TEXT} are allowed")]
    MaxLength(u32),
    /// The bounds of a number are the wrong way round.
    #[error("the least value is above the greatest")]
    LeastAboveGreatest,
    /// The bounds of a day are the wrong way round.
    #[error("the earliest day is after the latest")]
    EarliestAfterLatest,
    /// A number finer than can be kept.
    #[error("at most 6 digits after the point")]
    Decimals,
    /// A statement is not answered.
    #[error("a statement cannot be required")]
    StatementRequired,
    /// Too few or too many options.
    #[error("{0} options; 2 to {MAX_OPTIONS} are allowed")]
    OptionCount(usize),
    /// Two options of one code.
    #[error("the option `{0}` stands twice")]
    OptionTwice(Code),
    /// An importance of something that is not rated.
    #[error("`{0}` is not a rating of this survey")]
    NotARating(Code),
    /// Two importances of one rating.
    #[error("the importance of `{0}` is asked twice")]
    ImportanceTwice(Code),
    /// Something that cannot move an outcome is said to.
    #[error("only a rating, csat or ces can drive an outcome")]
    NotADriver,
    /// What a driver is said to move cannot be explained.
    #[error("`{0}` is no other nps, csat, ces or rating of this survey, so nothing drives it")]
    NotAnOutcome(Code),
    /// Something that has no scale is said to measure a construct.
    #[error("only nps, csat, ces and rating measure a construct")]
    NotAnIndicator,
    /// A key that no field takes.
    #[error("no such field")]
    UnknownField,
    /// The document is not of the form of a survey.
    #[error("{0}")]
    Malformed(String),
}

impl Defect {
    /// A fault at a place.
    pub fn new(place: impl Into<String>, code: Option<Code>, kind: DefectKind) -> Self {
        Defect {
            place: place.into(),
            code,
            message: kind.to_string(),
            kind,
        }
    }
}

impl std::fmt::Display for Defect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.code {
            Some(code) => write!(f, "{} ({code}): {}", self.place, self.message),
            None => write!(f, "{}: {}", self.place, self.message),
        }
    }
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
        };
        check.document();
        let mut questions = Vec::new();
        let mut slots = slots.to_vec();
        for (b, block) in self.blocks.iter().enumerate() {
            let place = format!("blocks[{b}]");
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
            for (q, question) in block.questions.iter().enumerate() {
                let place = format!("{place}.questions[{q}]");
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
        check.importance();
        check.kano();
        check.marks();
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

    /// The questions that are thought to move this one: those marked so, else every other rating.
    pub fn drivers_of(&self, outcome: &Code) -> Vec<&PublishedQuestion> {
        let marked = |q: &&PublishedQuestion| q.question.drives.as_ref() == Some(outcome);
        let drivers: Vec<_> = self.questions.iter().filter(marked).collect();
        if !drivers.is_empty() {
            return drivers;
        }
        self.questions
            .iter()
            .filter(|q| matches!(q.question.kind, QuestionKind::Rating { .. }))
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

/// Collects the defects of one document.
struct Check<'a> {
    survey: &'a Survey,
    defects: Vec<Defect>,
    /// Questions met so far: conditions may only look back.
    seen: BTreeMap<Code, &'a QuestionKind>,
}

impl<'a> Check<'a> {
    fn defect(&mut self, place: &str, code: Option<&Code>, kind: DefectKind) {
        self.defects.push(Defect::new(place, code.cloned(), kind));
    }

    fn document(&mut self) {
        let survey = self.survey;
        if survey.languages.is_empty() {
            self.defect("languages", None, DefectKind::NoLanguage);
        }
        let distinct: BTreeSet<_> = survey.languages.iter().collect();
        if distinct.len() < survey.languages.len() {
            self.defect("languages", None, DefectKind::LanguageTwice);
        }
        self.text(&survey.title, "title", None, true);
        self.text(&survey.intro, "intro", None, false);
        self.text(&survey.thank_you, "thank_you", None, false);
        let count = survey
            .questions()
            .filter(|(_, _, q)| q.kind.takes_answer())
            .count();
        if count == 0 {
            self.defect("blocks", None, DefectKind::NoQuestion);
        }
        if count > MAX_QUESTIONS {
            self.defect("blocks", None, DefectKind::TooManyQuestions(count));
        }
        let mut blocks = BTreeSet::new();
        for (b, block) in survey.blocks.iter().enumerate() {
            if !blocks.insert(&block.code) {
                self.defect(
                    &format!("blocks[{b}].code"),
                    Some(&block.code),
                    DefectKind::BlockCodeTwice,
                );
            }
        }
        let mut segments = BTreeSet::new();
        for (s, segment) in survey.segments.iter().enumerate() {
            if !segments.insert(&segment.code) {
                self.defect(
                    &format!("segments[{s}].code"),
                    Some(&segment.code),
                    DefectKind::SegmentCodeTwice,
                );
            }
        }
    }

    /// A text must be there in every language of the survey, or, when optional, in all or none.
    fn text(&mut self, text: &Text, place: &str, code: Option<&Code>, needed: bool) {
        if text.is_empty() && !needed {
            return;
        }
        for &language in &self.survey.languages {
            if text.in_language(language).is_none() {
                self.defect(
                    &format!("{place}.{language}"),
                    code,
                    DefectKind::MissingText(language),
                );
            }
        }
    }

    fn condition(&mut self, source: Option<&str>, place: &str, code: &Code) -> Option<Condition> {
        let source = source.filter(|source| !source.trim().is_empty())?;
        match Condition::parse(source, &|name| self.seen.get(name).copied()) {
            Ok(condition) => Some(condition),
            Err(error) => {
                self.defect(place, Some(code), DefectKind::Condition(error));
                None
            }
        }
    }

    fn question(&mut self, question: &'a Question, place: &str) {
        let code = Some(&question.code);
        if self
            .seen
            .insert(question.code.clone(), &question.kind)
            .is_some()
        {
            self.defect(
                &format!("{place}.code"),
                code,
                DefectKind::QuestionCodeTwice,
            );
        }
        self.text(&question.text, &format!("{place}.text"), code, true);
        self.text(&question.hint, &format!("{place}.hint"), code, false);
        if let Some((low, high)) = question.kind.end_labels() {
            self.text(low, &format!("{place}.low_label"), code, false);
            self.text(high, &format!("{place}.high_label"), code, false);
        }
        match &question.kind {
            QuestionKind::Csat { points, style, .. } => {
                if ![2, 5, 7, 10].contains(points) {
                    self.defect(
                        &format!("{place}.points"),
                        code,
                        DefectKind::CsatPoints(*points),
                    );
                }
                self.style(*style, *points, place, &question.code);
            }
            QuestionKind::Rating { points, style, .. } => {
                self.points(*points, place, &question.code);
                self.style(*style, *points, place, &question.code);
            }
            QuestionKind::Importance { points, .. } => self.points(*points, place, &question.code),
            QuestionKind::Kano { label, .. } => {
                self.text(label, &format!("{place}.label"), code, false);
            }
            QuestionKind::Single { options } => self.options(options, place, &question.code),
            QuestionKind::Multi {
                options,
                max_choices,
            } => {
                self.options(options, place, &question.code);
                if *max_choices == Some(0) {
                    self.defect(&format!("{place}.max_choices"), code, DefectKind::NoChoice);
                }
            }
            QuestionKind::Text { max_length, .. } => {
                if !(1..=MAX_TEXT).contains(max_length) {
                    self.defect(
                        &format!("{place}.max_length"),
                        code,
                        DefectKind::MaxLength(*max_length),
                    );
                }
            }
            QuestionKind::Number { min, max, decimals } => {
                if min.zip(*max).is_some_and(|(min, max)| min > max) {
                    self.defect(
                        &format!("{place}.min"),
                        code,
                        DefectKind::LeastAboveGreatest,
                    );
                }
                if *decimals > 6 {
                    self.defect(&format!("{place}.decimals"), code, DefectKind::Decimals);
                }
            }
            QuestionKind::Date { min, max } => {
                if min.zip(*max).is_some_and(|(min, max)| min > max) {
                    self.defect(
                        &format!("{place}.min"),
                        code,
                        DefectKind::EarliestAfterLatest,
                    );
                }
            }
            QuestionKind::Statement if question.required => {
                self.defect(
                    &format!("{place}.required"),
                    code,
                    DefectKind::StatementRequired,
                );
            }
            QuestionKind::Nps { .. }
            | QuestionKind::Ces { .. }
            | QuestionKind::Consent
            | QuestionKind::Statement => {}
        }
    }

    fn points(&mut self, points: u8, place: &str, code: &Code) {
        if !(2..=11).contains(&points) {
            self.defect(
                &format!("{place}.points"),
                Some(code),
                DefectKind::Points(points),
            );
        }
    }

    fn style(&mut self, style: RatingStyle, points: u8, place: &str, code: &Code) {
        if style == RatingStyle::Faces && points > 7 {
            self.defect(
                &format!("{place}.style"),
                Some(code),
                DefectKind::TooManyFaces,
            );
        }
    }

    fn options(&mut self, options: &[ChoiceOption], place: &str, code: &Code) {
        if options.len() < 2 || options.len() > MAX_OPTIONS {
            let count = options.len();
            self.defect(
                &format!("{place}.options"),
                Some(code),
                DefectKind::OptionCount(count),
            );
        }
        let mut seen = BTreeSet::new();
        for (o, option) in options.iter().enumerate() {
            let place = format!("{place}.options[{o}]");
            if !seen.insert(&option.code) {
                let kind = DefectKind::OptionTwice(option.code.clone());
                self.defect(&format!("{place}.code"), Some(code), kind);
            }
            self.text(&option.text, &format!("{place}.text"), Some(code), true);
        }
    }

    /// An importance must belong to a rating, and a rating has at most one.
    fn importance(&mut self) {
        let mut rated = BTreeSet::new();
        for (b, q, question) in self.survey.questions() {
            let QuestionKind::Importance { of, .. } = &question.kind else {
                continue;
            };
            let place = format!("blocks[{b}].questions[{q}].of");
            let target = self.survey.question(of.as_str()).map(|target| &target.kind);
            if !matches!(
                target,
                Some(QuestionKind::Rating { .. } | QuestionKind::Csat { .. })
            ) {
                self.defect(
                    &place,
                    Some(&question.code),
                    DefectKind::NotARating(of.clone()),
                );
            } else if !rated.insert(of) {
                self.defect(
                    &place,
                    Some(&question.code),
                    DefectKind::ImportanceTwice(of.clone()),
                );
            }
        }
    }

    /// A driver must move another question, and a construct be measured on a scale.
    fn marks(&mut self) {
        for (b, q, question) in self.survey.questions() {
            let place = format!("blocks[{b}].questions[{q}]");
            if let Some(outcome) = &question.drives {
                let target = self.survey.question(outcome.as_str());
                let target = target.filter(|target| target.kind.is_outcome());
                let kind = if !question.kind.is_driver() {
                    Some(DefectKind::NotADriver)
                } else if target.is_none() || *outcome == question.code {
                    Some(DefectKind::NotAnOutcome(outcome.clone()))
                } else {
                    None
                };
                if let Some(kind) = kind {
                    self.defect(&format!("{place}.drives"), Some(&question.code), kind);
                }
            }
            if question.construct.is_some() && !question.kind.is_outcome() {
                self.defect(
                    &format!("{place}.construct"),
                    Some(&question.code),
                    DefectKind::NotAnIndicator,
                );
            }
        }
    }
}

impl Check<'_> {
    /// Each feature is asked about once from either side.
    fn kano(&mut self) {
        let mut halves: BTreeMap<&Code, BTreeSet<KanoSide>> = BTreeMap::new();
        for (_, _, question) in self.survey.questions() {
            if let QuestionKind::Kano {
                attribute, side, ..
            } = &question.kind
            {
                halves.entry(attribute).or_default().insert(*side);
            }
        }
        let mut asked = BTreeSet::new();
        for (b, q, question) in self.survey.questions() {
            let QuestionKind::Kano {
                attribute, side, ..
            } = &question.kind
            else {
                continue;
            };
            let place = format!("blocks[{b}].questions[{q}].attribute");
            let alone = halves
                .get(attribute)
                .is_some_and(|sides| !sides.contains(&side.other()));
            if !asked.insert((attribute, side)) {
                let kind = DefectKind::KanoTwice(attribute.clone());
                self.defect(&place, Some(&question.code), kind);
            } else if alone {
                let kind = DefectKind::KanoAlone(attribute.clone());
                self.defect(&place, Some(&question.code), kind);
            }
        }
    }
}

/// Where a document cannot be read: serde tells no place, so each question is tried alone.
fn malformed(document: &serde_json::Value, error: &serde_json::Error) -> Vec<Defect> {
    let items = |value: &serde_json::Value, key: &str| -> Vec<serde_json::Value> {
        value
            .get(key)
            .and_then(|items| items.as_array())
            .cloned()
            .unwrap_or_default()
    };
    let mut defects = Vec::new();
    for (b, block) in items(document, "blocks").iter().enumerate() {
        for (q, question) in items(block, "questions").into_iter().enumerate() {
            let code = question
                .get("code")
                .and_then(|code| code.as_str()?.parse().ok());
            if let Err(error) = serde_json::from_value::<Question>(question) {
                let place = format!("blocks[{b}].questions[{q}]");
                let kind = DefectKind::Malformed(error.to_string());
                defects.push(Defect::new(place, code, kind));
            }
        }
    }
    if defects.is_empty() {
        let kind = DefectKind::Malformed(error.to_string());
        defects.push(Defect::new("survey", None, kind));
    }
    defects
}

fn unknown_keys(
    given: &serde_json::Value,
    understood: &serde_json::Value,
    place: &str,
    unknown: &mut Vec<Defect>,
) {
    use serde_json::Value;
    match (given, understood) {
        (Value::Object(given), Value::Object(understood)) => {
            for (key, value) in given {
                let place = if place.is_empty() {
                    key.clone()
                } else {
                    format!("{place}.{key}")
                };
                match understood.get(key) {
                    // What is absent may be said to be: fields that are rarely set are not written back without a value.
                    None if value.is_null() => {}
                    Some(inner) => unknown_keys(value, inner, &place, unknown),
                    None => unknown.push(Defect::new(place, None, DefectKind::UnknownField)),
                }
            }
        }
        (Value::Array(given), Value::Array(understood)) => {
            for (i, (value, inner)) in given.iter().zip(understood).enumerate() {
                unknown_keys(value, inner, &format!("{place}[{i}]"), unknown);
            }
        }
        _ => {}
    }
}
