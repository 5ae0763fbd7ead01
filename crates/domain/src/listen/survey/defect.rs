//! What keeps a survey from being published.

use serde::Serialize;

use super::{MAX_OPTIONS, MAX_QUESTIONS, MAX_TEXT};
use crate::listen::contact::ContactField;
use crate::listen::show_if::ConditionError;
use crate::{Code, Language};

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
    /// A matrix of which nothing can be drawn as a table.
    #[error("a matrix needs two ratings of one scale, one behind the other")]
    NoTable,
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
    /// What is needed first may be shown last.
    #[error("this needs the answer to `{0}`, which the random order may show later")]
    MayComeLater(Code),
    /// An answer is to be put into a text before it is given.
    #[error(
        "`{{{0}}}` names no question before this; where the words are meant, write `{{{{{0}}}`"
    )]
    PipedTooEarly(Code),
    /// An answer that has no words is to be put into a text.
    #[error("there are no words for an answer to `{0}`")]
    PipedWithoutWords(Code),
    /// Two endings of one code.
    #[error("another ending has this code")]
    EndingCodeTwice,
    /// An ending that nobody sees.
    #[error("nobody gets here: give it a condition, or let a quota lead to it")]
    EndingUnreached,
    /// A link that is no address of a web site.
    #[error("a link is an address of a web site that begins with https://")]
    Link,
    /// Two quotas of one code.
    #[error("another quota has this code")]
    QuotaCodeTwice,
    /// A quota that is full before the first response.
    #[error("a quota needs a limit of at least 1")]
    QuotaLimit,
    /// A quota leads to an ending that is not there.
    #[error("there is no ending `{0}`")]
    NoEnding(Code),
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
    /// More places than options, or none.
    #[error(
        "{places} places for {options} options; put at least one and at most all of them in order"
    )]
    Places {
        /// How many were to be put in order.
        places: u16,
        /// How many there are.
        options: usize,
    },
    /// A set of which the best and the worst leave nothing.
    #[error("{0} options; a best and a worst need at least 3")]
    BestWorstOptions(usize),
    /// Perception of value on another number of points.
    #[error("{0} points; price takes 5 or 7")]
    PricePoints(u8),
    /// A contact that asks for nothing.
    #[error("a contact asks for at least one of name, email and phone")]
    NoContactField,
    /// A contact that asks for something twice.
    #[error("`{}` is asked for twice", .0.code())]
    ContactFieldTwice(ContactField),
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
    #[error("only a rating, csat, ces or price can drive an outcome")]
    NotADriver,
    /// What a driver is said to move cannot be explained.
    #[error("`{0}` is no other nps, csat, ces or rating of this survey, so nothing drives it")]
    NotAnOutcome(Code),
    /// Something that has no scale is said to measure a construct.
    #[error("only nps, csat, ces, rating and price measure a construct")]
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
