//! Answers, and why one is refused.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::contact::{Contact, ContactField};
use super::survey::{PublishedSurvey, Question, QuestionKind};
use crate::Code;

/// The answer to one question: the plain JSON value that is sent and stored.
///
/// One variant for each shape of JSON, so that what was stored reads back as itself without a look at the survey. What a
/// text means is said by the kind of its question. A [`Number`](Answer::Number) is written with a point, `35.0`, which tells
/// it from a point of a scale.
///
/// ```
/// use radost_domain::listen::Answer;
/// let stored = serde_json::to_string(&Answer::Number(35.0)).unwrap();
/// assert_eq!(stored, "35.0");
/// assert_eq!(serde_json::from_str::<Answer>(&stored).unwrap(), Answer::Number(35.0));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// Agreement, given or refused.
    Consent(bool),
    /// A point of a scale.
    Scale(i64),
    /// A number.
    Number(f64),
    /// The code of the chosen option, words, a day as `2026-03-01`, or [`NOT_APPLICABLE`] on a scale that offers it; an e-mail
    /// address or a phone number in their one form.
    Text(String),
    /// The codes of the chosen options: of a ranking from the best on, of a best–worst set the best and the worst.
    Choices(Vec<Code>),
    /// How to reach the respondent; never empty.
    Contact(Contact),
}

/// Each shape of JSON is one variant, so the first byte decides: derived, an untagged enum tries one variant after the other and
/// words an error for each that does not fit, which is felt where responses are read by the hundred thousand.
impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnswerVisitor)
    }
}

struct AnswerVisitor;

impl<'de> Visitor<'de> for AnswerVisitor {
    type Value = Answer;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer: true or false, a number, a text, a list of codes or a contact")
    }

    fn visit_bool<E>(self, given: bool) -> Result<Answer, E> {
        Ok(Answer::Consent(given))
    }

    fn visit_i64<E>(self, point: i64) -> Result<Answer, E> {
        Ok(Answer::Scale(point))
    }

    fn visit_u64<E>(self, point: u64) -> Result<Answer, E> {
        Ok(i64::try_from(point).map_or(Answer::Number(point as f64), Answer::Scale))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Answer, E> {
        Ok(Answer::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Answer, E> {
        Ok(Answer::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, codes: A) -> Result<Answer, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(codes)).map(Answer::Choices)
    }

    fn visit_map<A: MapAccess<'de>>(self, parts: A) -> Result<Answer, A::Error> {
        let contact = Contact::deserialize(MapAccessDeserializer::new(parts))?;
        if contact.is_empty() {
            return Err(serde::de::Error::custom("a contact without any part"));
        }
        Ok(Answer::Contact(contact))
    }
}

/// "Does not apply to me", on a scale that offers it.
pub const NOT_APPLICABLE: &str = "n/a";

impl Answer {
    /// Reads an answer to `question` from its JSON value; `None` for `null`, an empty text and an empty list, which mean
    /// that nothing was answered.
    ///
    /// # Errors
    /// A [`Rejection`] that names the question and what it takes.
    pub fn parse(question: &Question, value: &Value) -> Result<Option<Answer>, Rejection> {
        let unfit = |expected: &'static str| Rejection::WrongType {
            question: question.code.clone(),
            expected,
            given: shown(value),
        };
        if value.is_null() {
            return Ok(None);
        }
        if let Some((min, max)) = question.kind.scale() {
            let optional = matches!(
                question.kind,
                QuestionKind::Rating {
                    not_applicable: true,
                    ..
                }
            );
            if optional && value.as_str() == Some(NOT_APPLICABLE) {
                return Ok(Some(Answer::Text(NOT_APPLICABLE.to_owned())));
            }
            let off = || Rejection::OffScale {
                question: question.code.clone(),
                given: shown(value),
                min,
                max,
            };
            let point = match value {
                Value::Number(number) => {
                    // 9.0 is the integer 9 as some clients write it; 6.5 is off the scale.
                    number.as_i64().or_else(|| {
                        number
                            .as_f64()
                            .filter(|x| x.fract() == 0.0 && x.abs() < 1e9)
                            .map(|x| x as i64)
                    })
                }
                _ => return Err(unfit("a whole number")),
            };
            return point
                .filter(|point| (min..=max).contains(point))
                .map(|p| Some(Answer::Scale(p)))
                .ok_or_else(off);
        }
        match &question.kind {
            QuestionKind::Single { options, .. } => {
                let given = value
                    .as_str()
                    .ok_or_else(|| unfit("the code of an option"))?;
                if given.is_empty() {
                    return Ok(None);
                }
                if options.iter().any(|option| option.code.as_str() == given) {
                    Ok(Some(Answer::Text(given.to_owned())))
                } else {
                    Err(Rejection::no_option(question, given))
                }
            }
            QuestionKind::Multi {
                options,
                max_choices,
                ..
            } => {
                let chosen = codes(question, value, true)?;
                let most = max_choices.map_or(options.len(), usize::from);
                if chosen.len() > most {
                    return Err(Rejection::TooMany {
                        question: question.code.clone(),
                        most,
                        given: chosen.len(),
                    });
                }
                Ok((!chosen.is_empty()).then_some(Answer::Choices(chosen)))
            }
            // Half an order says nothing of the options that were left out, so the best are put in order or nothing is.
            QuestionKind::Ranking {
                options, places, ..
            } => {
                let places = places.map_or(options.len(), usize::from);
                exactly(places, question, codes(question, value, false)?)
            }
            QuestionKind::BestWorst { .. } => exactly(2, question, codes(question, value, false)?),
            QuestionKind::Email => in_one_form(value, super::contact::email, || {
                unfit(ContactField::Email.takes())
            }),
            QuestionKind::Phone => in_one_form(value, super::contact::phone, || {
                unfit(ContactField::Phone.takes())
            }),
            QuestionKind::Contact { fields } => contact(question, fields, value),
            QuestionKind::Text { max_length, .. } => {
                let given = value.as_str().ok_or_else(|| unfit("text"))?;
                let given = given.trim();
                let length = given.chars().count();
                if length > *max_length as usize {
                    return Err(Rejection::TooLong {
                        question: question.code.clone(),
                        most: *max_length,
                        given: length,
                    });
                }
                if given.contains('\0') {
                    return Err(unfit("text without NUL characters"));
                }
                Ok((!given.is_empty()).then(|| Answer::Text(given.to_owned())))
            }
            QuestionKind::Number { min, max, decimals } => {
                let given = value
                    .as_f64()
                    .filter(|x| x.is_finite())
                    .ok_or_else(|| unfit("a number"))?;
                let (min, max) = (min.unwrap_or(-1e15), max.unwrap_or(1e15));
                if !(min..=max).contains(&given) {
                    return Err(Rejection::OutOfRange {
                        question: question.code.clone(),
                        given: shown(value),
                        min: min.to_string(),
                        max: max.to_string(),
                    });
                }
                // The binary number nearest to 123456789012.35 is not quite that: what it is off grows with its size.
                let scaled = given * 10f64.powi(i32::from(*decimals));
                if (scaled - scaled.round()).abs() > (scaled.abs() * 4.0 * f64::EPSILON).max(1e-6) {
                    return Err(Rejection::TooPrecise {
                        question: question.code.clone(),
                        given: shown(value),
                        decimals: *decimals,
                    });
                }
                Ok(Some(Answer::Number(given)))
            }
            QuestionKind::Date { min, max } => {
                let given = value.as_str().ok_or_else(|| unfit("a day as YYYY-MM-DD"))?;
                if given.is_empty() {
                    return Ok(None);
                }
                let day = day(given).ok_or_else(|| unfit("a day as YYYY-MM-DD"))?;
                let (min, max) = (
                    min.unwrap_or(jiff::civil::Date::MIN),
                    max.unwrap_or(jiff::civil::Date::MAX),
                );
                if day < min || day > max {
                    return Err(Rejection::OutOfRange {
                        question: question.code.clone(),
                        given: given.to_owned(),
                        min: min.to_string(),
                        max: max.to_string(),
                    });
                }
                Ok(Some(Answer::Text(given.to_owned())))
            }
            QuestionKind::Consent => {
                let given = value.as_bool().ok_or_else(|| unfit("true or false"))?;
                Ok(Some(Answer::Consent(given)))
            }
            // Scales were read above.
            _ => Err(Rejection::NoAnswerTaken {
                question: question.code.clone(),
            }),
        }
    }

    /// The point of the scale, for a scale question that was answered with one.
    pub fn score(&self) -> Option<i64> {
        match self {
            Answer::Scale(score) => Some(*score),
            _ => None,
        }
    }

    /// The day, for a date question that was answered.
    pub fn day(&self) -> Option<jiff::civil::Date> {
        match self {
            Answer::Text(text) => day(text),
            _ => None,
        }
    }
}

/// The options that were chosen, in the order in which they were given; one that is named again is passed over or refused.
fn codes(question: &Question, value: &Value, repeats: bool) -> Result<Vec<Code>, Rejection> {
    let unfit = || Rejection::WrongType {
        question: question.code.clone(),
        expected: "a list of codes of options",
        given: shown(value),
    };
    let mut chosen: Vec<Code> = Vec::new();
    for item in value.as_array().ok_or_else(unfit)? {
        let item = item.as_str().ok_or_else(unfit)?;
        let options = question.kind.options();
        let option = options
            .iter()
            .find(|option| option.code.as_str() == item)
            .ok_or_else(|| Rejection::no_option(question, item))?;
        if !chosen.contains(&option.code) {
            chosen.push(option.code.clone());
        } else if !repeats {
            return Err(Rejection::ChosenTwice {
                question: question.code.clone(),
                option: option.code.clone(),
            });
        }
    }
    Ok(chosen)
}

/// As many choices as are asked for, or none.
fn exactly(
    needed: usize,
    question: &Question,
    chosen: Vec<Code>,
) -> Result<Option<Answer>, Rejection> {
    match chosen.len() {
        0 => Ok(None),
        given if given == needed => Ok(Some(Answer::Choices(chosen))),
        given => Err(Rejection::ChoiceCount {
            question: question.code.clone(),
            needed,
            given,
        }),
    }
}

/// A text that is stored in one form, whatever way it was written.
fn in_one_form(
    value: &Value,
    read: impl Fn(&str) -> Option<String>,
    unfit: impl Fn() -> Rejection,
) -> Result<Option<Answer>, Rejection> {
    let given = value.as_str().ok_or_else(&unfit)?.trim();
    if given.is_empty() {
        return Ok(None);
    }
    read(given)
        .map(|text| Some(Answer::Text(text)))
        .ok_or_else(unfit)
}

/// The parts of a contact that were filled in: all of those that are asked for when the question is required.
fn contact(
    question: &Question,
    fields: &[ContactField],
    value: &Value,
) -> Result<Option<Answer>, Rejection> {
    let unfit = || Rejection::WrongType {
        question: question.code.clone(),
        expected: "an object with name, email and phone, as far as they are asked for",
        given: shown(value),
    };
    let given = value.as_object().ok_or_else(unfit)?;
    let asked = |key: &String| fields.iter().any(|field| field.code() == key);
    if !given.keys().all(asked) {
        return Err(unfit());
    }
    let mut contact = Contact::new();
    for &field in fields {
        let text = match given.get(field.code()) {
            None | Some(Value::Null) => continue,
            Some(Value::String(text)) => text.trim(),
            Some(_) => return Err(unfit()),
        };
        if text.is_empty() {
            continue;
        }
        let text = field.read(text).ok_or_else(|| Rejection::ContactUnfit {
            question: question.code.clone(),
            field,
            expected: field.takes(),
        })?;
        contact.insert(field, text);
    }
    if contact.is_empty() {
        return Ok(None);
    }
    let missing = fields.iter().find(|field| !contact.contains_key(field));
    match missing.filter(|_| question.required) {
        Some(&field) => Err(Rejection::ContactMissing {
            question: question.code.clone(),
            field,
        }),
        None => Ok(Some(Answer::Contact(contact))),
    }
}

/// A day in its one form: `20260301` and `2026-03-01T12:00` are days to others.
fn day(text: &str) -> Option<jiff::civil::Date> {
    text.parse()
        .ok()
        .filter(|day: &jiff::civil::Date| day.to_string() == text)
}

/// A value as it is named in a message: short, whatever was sent.
fn shown(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.chars().count() > 60 {
        text.chars().take(60).chain(['…']).collect()
    } else {
        text
    }
}

/// Why a response is refused. Each names the question or field and what would be accepted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Rejection {
    /// No question of this version has the code.
    #[error("`{question}` is not a question of this survey")]
    UnknownQuestion {
        /// What was given.
        question: String,
    },
    /// Off the scale: never rounded, never dropped.
    #[error("`{question}` takes whole numbers from {min} to {max}, not {given}")]
    OffScale {
        /// The question.
        question: Code,
        /// What was given.
        given: String,
        /// Least point.
        min: i64,
        /// Greatest point.
        max: i64,
    },
    /// A value of another kind.
    #[error("`{question}` takes {expected}, not {given}")]
    WrongType {
        /// The question.
        question: Code,
        /// What it takes.
        expected: &'static str,
        /// What was given.
        given: String,
    },
    /// A code that no option has.
    #[error("`{question}` has no option `{given}`; its options are {options}")]
    NoOption {
        /// The question.
        question: Code,
        /// What was given.
        given: String,
        /// What it offers.
        options: String,
    },
    /// More options than allowed.
    #[error("`{question}` takes at most {most} choices, not {given}")]
    TooMany {
        /// The question.
        question: Code,
        /// Most allowed.
        most: usize,
        /// How many were given.
        given: usize,
    },
    /// Other than as many options as are to be chosen.
    #[error("`{question}` takes {needed} choices, not {given}")]
    ChoiceCount {
        /// The question.
        question: Code,
        /// How many are to be chosen.
        needed: usize,
        /// How many were given.
        given: usize,
    },
    /// One option in two places of an order.
    #[error("`{question}` has `{option}` twice; each option takes one place")]
    ChosenTwice {
        /// The question.
        question: Code,
        /// The option.
        option: Code,
    },
    /// A part of a contact that cannot be one.
    #[error("`{question}` takes {expected} as {}", .field.code())]
    ContactUnfit {
        /// The question.
        question: Code,
        /// The part.
        field: ContactField,
        /// What it takes.
        expected: &'static str,
    },
    /// A part of a required contact that was left empty.
    #[error("`{question}` needs {} too", .field.code())]
    ContactMissing {
        /// The question.
        question: Code,
        /// The part.
        field: ContactField,
    },
    /// A text past the limit.
    #[error("`{question}` takes at most {most} characters, not {given}")]
    TooLong {
        /// The question.
        question: Code,
        /// Most allowed.
        most: u32,
        /// How many were given.
        given: usize,
    },
    /// A number or day outside its range.
    #[error("`{question}` takes values from {min} to {max}, not {given}")]
    OutOfRange {
        /// The question.
        question: Code,
        /// What was given.
        given: String,
        /// Least value.
        min: String,
        /// Greatest value.
        max: String,
    },
    /// More digits after the point than allowed.
    #[error("`{question}` takes at most {decimals} digits after the point, not {given}")]
    TooPrecise {
        /// The question.
        question: Code,
        /// What was given.
        given: String,
        /// Digits allowed.
        decimals: u8,
    },
    /// An answer to a statement.
    #[error("`{question}` is a statement and takes no answer")]
    NoAnswerTaken {
        /// The statement.
        question: Code,
    },
    /// An answer to a question that was not shown.
    #[error("`{question}` is hidden by the other answers, so it cannot have been answered")]
    Hidden {
        /// The question.
        question: Code,
    },
    /// A required question without an answer.
    #[error("`{question}` must be answered")]
    Missing {
        /// The question.
        question: Code,
    },
    /// Nothing was answered at all.
    #[error("no question was answered")]
    Empty,
    /// A field beside the answers.
    #[error("{field}: {message}")]
    Field {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        message: String,
    },
    /// A version that was never published.
    #[error("there is no version {given} of this survey; the newest is {newest}")]
    WrongVersion {
        /// What was given.
        given: u32,
        /// The newest published version.
        newest: u32,
    },
    /// The survey takes no more answers.
    #[error("the survey is closed")]
    Closed,
    /// There are enough responses of this sort.
    #[error("there are enough responses for the quota `{quota}`")]
    Enough {
        /// The quota that counts it.
        quota: Code,
    },
}

impl Rejection {
    fn no_option(question: &Question, given: &str) -> Self {
        let options: Vec<&str> = question
            .kind
            .options()
            .iter()
            .map(|option| option.code.as_str())
            .collect();
        Rejection::NoOption {
            question: question.code.clone(),
            given: given.chars().take(60).collect(),
            options: options.join(", "),
        }
    }

    /// A stable name for programs: `off-scale`.
    pub fn kind(&self) -> &'static str {
        match self {
            Rejection::UnknownQuestion { .. } => "unknown-question",
            Rejection::OffScale { .. } => "off-scale",
            Rejection::WrongType { .. } => "wrong-type",
            Rejection::NoOption { .. } => "no-option",
            Rejection::TooMany { .. } => "too-many-choices",
            Rejection::ChoiceCount { .. } => "choice-count",
            Rejection::ChosenTwice { .. } => "chosen-twice",
            Rejection::ContactUnfit { .. } => "wrong-type",
            Rejection::ContactMissing { .. } => "missing-answer",
            Rejection::TooLong { .. } => "too-long",
            Rejection::OutOfRange { .. } => "out-of-range",
            Rejection::TooPrecise { .. } => "too-precise",
            Rejection::NoAnswerTaken { .. } => "no-answer-taken",
            Rejection::Hidden { .. } => "hidden-question",
            Rejection::Missing { .. } => "missing-answer",
            Rejection::Empty => "empty-response",
            Rejection::Field { .. } => "invalid-field",
            Rejection::WrongVersion { .. } => "wrong-version",
            Rejection::Closed => "survey-closed",
            Rejection::Enough { .. } => "quota-full",
        }
    }

    /// The question concerned, or the field beside the answers.
    pub fn place(&self) -> Option<&str> {
        match self {
            Rejection::UnknownQuestion { question } => Some(question),
            Rejection::OffScale { question, .. }
            | Rejection::WrongType { question, .. }
            | Rejection::NoOption { question, .. }
            | Rejection::TooMany { question, .. }
            | Rejection::ChoiceCount { question, .. }
            | Rejection::ChosenTwice { question, .. }
            | Rejection::ContactUnfit { question, .. }
            | Rejection::ContactMissing { question, .. }
            | Rejection::TooLong { question, .. }
            | Rejection::OutOfRange { question, .. }
            | Rejection::TooPrecise { question, .. }
            | Rejection::NoAnswerTaken { question }
            | Rejection::Hidden { question }
            | Rejection::Missing { question } => Some(question.as_str()),
            Rejection::Field { field, .. } => Some(field),
            Rejection::Empty
            | Rejection::WrongVersion { .. }
            | Rejection::Closed
            | Rejection::Enough { .. } => None,
        }
    }
}

/// The answers to one survey, checked.
pub type Answers = BTreeMap<Code, Answer>;

impl PublishedSurvey {
    /// Checks a set of answers: each fits its question, none belongs to a hidden question, none that is required is missing.
    ///
    /// # Errors
    /// The first [`Rejection`] in the order of the survey; unknown questions come first.
    pub fn check_answers(&self, given: &BTreeMap<String, Value>) -> Result<Answers, Rejection> {
        self.check_by_code(given, &mut |rejection| Err(rejection))
    }

    /// Like [`check_answers`](Self::check_answers), for values in the order of [`questions`](Self::questions), `null` where
    /// nothing was answered: a table has its columns sorted out once and not for every row.
    pub(crate) fn check_in_order(&self, given: &[Value]) -> Result<Answers, Rejection> {
        self.check(&|index, _| given.get(index), &mut |rejection| {
            Err(rejection)
        })
    }

    /// Like [`check_answers`](Self::check_answers), but goes on to the end: what was accepted, and every fault.
    /// A page shows them all beside their questions.
    pub fn check_all(&self, given: &BTreeMap<String, Value>) -> (Answers, Vec<Rejection>) {
        let mut faults = Vec::new();
        let answers = self.check_by_code(given, &mut |rejection| {
            faults.push(rejection);
            Ok::<(), std::convert::Infallible>(())
        });
        match answers {
            Ok(answers) => (answers, faults),
            Err(never) => match never {},
        }
    }

    fn check_by_code<E>(
        &self,
        given: &BTreeMap<String, Value>,
        refuse: &mut dyn FnMut(Rejection) -> Result<(), E>,
    ) -> Result<Answers, E> {
        for code in given.keys() {
            if self.question(code).is_none() {
                refuse(Rejection::UnknownQuestion {
                    question: code.chars().take(63).collect(),
                })?;
            }
        }
        self.check(&|_, question| given.get(question.code.as_str()), refuse)
    }

    /// The rules, whatever way the values are found.
    fn check<'v, E>(
        &self,
        given: &dyn Fn(usize, &Question) -> Option<&'v Value>,
        refuse: &mut dyn FnMut(Rejection) -> Result<(), E>,
    ) -> Result<Answers, E> {
        let mut answers = Answers::new();
        let mut invalid: Vec<&Code> = Vec::new();
        for (index, published) in self.questions().iter().enumerate() {
            let question = &published.question;
            let answer =
                match given(index, question).map_or(Ok(None), |v| Answer::parse(question, v)) {
                    Ok(answer) => answer,
                    Err(rejection) => {
                        invalid.push(&question.code);
                        refuse(rejection)?;
                        continue;
                    }
                };
            // Whether a question was shown is not known while an answer that decides it is at fault: one mistake, one message.
            if published
                .conditions
                .iter()
                .any(|condition| invalid.iter().any(|code| condition.looks_at(code)))
            {
                answers.extend(answer.map(|answer| (question.code.clone(), answer)));
                continue;
            }
            let shown = published
                .conditions
                .iter()
                .all(|condition| condition.holds(&answers));
            match answer {
                Some(_) if !shown => {
                    invalid.push(&question.code);
                    refuse(Rejection::Hidden {
                        question: question.code.clone(),
                    })?;
                }
                // An unticked box that had to be ticked is a missing answer.
                Some(Answer::Consent(false)) | None if shown && question.required => {
                    invalid.push(&question.code);
                    refuse(Rejection::Missing {
                        question: question.code.clone(),
                    })?;
                }
                Some(answer) => {
                    answers.insert(question.code.clone(), answer);
                }
                None => {}
            }
        }
        if answers.is_empty() && invalid.is_empty() {
            refuse(Rejection::Empty)?;
        }
        Ok(answers)
    }
}
