//! Conditions: whether a question is shown, decided by the answers before it.
//!
//! ```text
//! condition  = all { "or" all }
//! all        = one { "and" one }
//! one        = "not" one | "(" condition ")" | comparison
//! comparison = scale    relation whole number        nps <= 6
//!            | number   relation number              age >= 17.5
//!            | date     relation 'YYYY-MM-DD'        visited < '2026-03-01'
//!            | single   ("=" | "!=") option          reason = late
//!            | single   "in" "(" option {"," option} ")"
//!            | multi    "has" option                 liked has coffee
//!            | consent [("=" | "!=") ("true" | "false")]
//!            | "answered" "(" question ")"
//! relation   = "=" | "!=" | "<" | "<=" | ">" | ">="
//! ```
//! A scale is any question that is answered with a point, a price too. Of words, orders, contacts, attachments and locations it can
//! only be said that there is an answer.
//!
//! `and` binds tighter than `or`, and `not` tighter than both: `not nps <= 6` is `not (nps <= 6)`. Words are written in
//! small letters.
//!
//! # Without an answer
//! A comparison is false when its question was not answered, was not shown, or was answered "does not apply to me". So
//! `nps <= 6` and `nps != 7` are false of somebody who skipped `nps`, and `not (nps <= 6)` is true of them: a question
//! for everybody but detractors is written `not (nps <= 6)`, one for those who answered 7 or more `nps >= 7`.
//! "Does not apply to me" is an answer: `answered(wifi)` holds.
//!
//! A condition is checked when the survey is published; one that was parsed cannot fail.

use std::cmp::Ordering;
use std::fmt;

use jiff::civil::Date;

use super::answer::{Answer, Answers};
use super::survey::QuestionKind;
use crate::Code;

/// Most characters of a condition; blanks do not count, so that the canonical form is never longer than what was written.
pub const MAX_LENGTH: usize = 1_000;
/// How deep parentheses and `not` may be nested.
pub const MAX_DEPTH: usize = 32;
/// Numbers beyond this are no answer to any question.
const MAX_NUMBER: f64 = 1e15;

/// A condition over earlier answers that was checked against their questions.
///
/// [`Display`](fmt::Display) writes its canonical form, from which [`parse`](Condition::parse) reads the same condition.
///
/// ```
/// use radost_domain::{Text, listen::{Answer, QuestionKind, answer::Answers, show_if::Condition}};
/// let nps = QuestionKind::Nps { low_label: Text::default(), high_label: Text::default() };
/// let kind_of = |code: &str| (code == "nps").then_some(&nps);
///
/// let unhappy = Condition::parse("nps<=6", &kind_of).unwrap();
/// assert_eq!(unhappy.to_string(), "nps <= 6");
/// assert!(unhappy.holds(&Answers::from([("nps".parse().unwrap(), Answer::Scale(3))])));
/// assert!(!unhappy.holds(&Answers::new()));
///
/// let fault = Condition::parse("nps <= 11", &kind_of).unwrap_err();
/// assert_eq!(fault.to_string(), "column 8: `nps` takes whole numbers from 0 to 10");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Condition(Node);

/// Why a condition cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {message}")]
pub struct ConditionError {
    /// The character at which the fault lies, counted from 1.
    pub column: usize,
    /// What is wrong and what would be right, in English.
    pub message: String,
    /// What is wrong, for those who say it in other languages.
    pub fault: ConditionFault,
}

/// What is wrong with a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConditionFault {
    /// Longer than [`MAX_LENGTH`].
    TooLong,
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// A quote without its end.
    OpenQuote,
    /// Something that conditions do not have.
    Meaningless(String),
    /// Something that does not belong there.
    Unexpected(String),
    /// It ends where something must follow.
    Ends,
    /// No question with this code is asked before.
    NotBefore(String),
    /// A statement has no answer.
    Statement(Code),
    /// Words are not compared.
    Words(Code),
    /// Nor are orders and contacts.
    NotCompared(Code),
    /// A value that the question does not take.
    Value {
        /// The question.
        question: Code,
        /// The least that it takes.
        from: String,
        /// The greatest that it takes.
        to: String,
    },
    /// A box is ticked or not.
    TrueOrFalse(Code),
    /// The question has no such option.
    NoOption {
        /// The question.
        question: Code,
        /// What was written.
        option: String,
        /// What it offers.
        options: Vec<Code>,
    },
}

/// `Any` and `All` hold at least two parts, none of its own sort: `a or (b or c)` is read as `a or b or c`.
#[derive(Debug, Clone, PartialEq)]
enum Node {
    Any(Vec<Node>),
    All(Vec<Node>),
    Not(Box<Node>),
    Point(Code, Relation, i64),
    Number(Code, Relation, f64),
    Day(Code, Relation, Date),
    /// A single choice; `true` for "is", `false` for "is another".
    Chosen(Code, bool, Code),
    ChosenOf(Code, Vec<Code>),
    Has(Code, Code),
    Consent(Code, bool),
    Answered(Code),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Relation {
    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Relation::Equal => ordering.is_eq(),
            Relation::NotEqual => ordering.is_ne(),
            Relation::Less => ordering.is_lt(),
            Relation::LessOrEqual => ordering.is_le(),
            Relation::Greater => ordering.is_gt(),
            Relation::GreaterOrEqual => ordering.is_ge(),
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Relation::Equal => "=",
            Relation::NotEqual => "!=",
            Relation::Less => "<",
            Relation::LessOrEqual => "<=",
            Relation::Greater => ">",
            Relation::GreaterOrEqual => ">=",
        }
    }
}

impl Condition {
    /// Reads a condition. `kind_of` knows the questions asked before this one.
    ///
    /// # Errors
    /// The first fault with its column: a form that the grammar does not have, a question that is not asked before, a
    /// comparison that its kind does not allow, an option it does not offer, a value outside its range, or a condition
    /// past [`MAX_LENGTH`] or [`MAX_DEPTH`].
    pub fn parse<'a>(
        source: &str,
        kind_of: &dyn Fn(&str) -> Option<&'a QuestionKind>,
    ) -> Result<Condition, ConditionError> {
        let tokens = tokens(source)?;
        let end = source.trim_end().chars().count() + 1;
        let mut parser = Parser {
            tokens: &tokens,
            end,
            kind_of,
        };
        let node = parser.any(0)?;
        match parser.tokens {
            [] => Ok(Condition(node)),
            [(column, token), ..] => fault(
                *column,
                ConditionFault::Unexpected(token.to_string()),
                format!("expected `and`, `or` or the end, not {token}"),
            ),
        }
    }

    /// Whether it holds over these answers.
    pub fn holds(&self, answers: &Answers) -> bool {
        self.0.holds(answers)
    }

    /// Whether the answer to this question can change it.
    pub fn looks_at(&self, question: &Code) -> bool {
        let mut looks = false;
        self.0
            .each(&mut |node| looks |= node.question() == Some(question));
        looks
    }

    /// Whether it tells this option of a question from others.
    pub(super) fn names_option(&self, question: &Code, option: &Code) -> bool {
        let mut named = false;
        self.0.each(&mut |node| {
            named |= match node {
                Node::Chosen(of, _, code) | Node::Has(of, code) => of == question && code == option,
                Node::ChosenOf(of, codes) => of == question && codes.contains(option),
                _ => false,
            };
        });
        named
    }

    /// The numbers that answers to a question are compared with.
    pub(super) fn numbers_of(&self, question: &Code) -> Vec<f64> {
        let mut numbers = Vec::new();
        self.0.each(&mut |node| match node {
            Node::Number(of, _, number) if of == question => numbers.push(*number),
            _ => {}
        });
        numbers
    }

    /// The days that answers to a question are compared with.
    pub(super) fn days_of(&self, question: &Code) -> Vec<Date> {
        let mut days = Vec::new();
        self.0.each(&mut |node| match node {
            Node::Day(of, _, day) if of == question => days.push(*day),
            _ => {}
        });
        days
    }

    /// The same condition after a question was given another code and its options other codes.
    pub fn renamed(&self, question: &Code, to: &Code, option: &dyn Fn(&Code) -> Code) -> Condition {
        let mut renamed = self.clone();
        renamed.0.rename(question, to, option);
        renamed
    }
}

impl Node {
    fn holds(&self, answers: &Answers) -> bool {
        match self {
            Node::Any(parts) => parts.iter().any(|part| part.holds(answers)),
            Node::All(parts) => parts.iter().all(|part| part.holds(answers)),
            Node::Not(part) => !part.holds(answers),
            Node::Point(question, relation, value) => match answers.get(question) {
                Some(Answer::Scale(point)) => relation.holds(point.cmp(value)),
                _ => false,
            },
            Node::Number(question, relation, value) => match answers.get(question) {
                Some(Answer::Number(number)) => number
                    .partial_cmp(value)
                    .is_some_and(|ordering| relation.holds(ordering)),
                _ => false,
            },
            Node::Day(question, relation, value) => {
                let day = answers.get(question).and_then(Answer::day);
                day.is_some_and(|day| relation.holds(day.cmp(value)))
            }
            Node::Chosen(question, is, option) => match answers.get(question) {
                Some(Answer::Text(chosen)) => (chosen == option.as_str()) == *is,
                _ => false,
            },
            Node::ChosenOf(question, options) => match answers.get(question) {
                Some(Answer::Text(chosen)) => {
                    options.iter().any(|option| option.as_str() == chosen)
                }
                _ => false,
            },
            Node::Has(question, option) => match answers.get(question) {
                Some(Answer::Choices(chosen)) => chosen.contains(option),
                _ => false,
            },
            Node::Consent(question, value) => {
                answers.get(question) == Some(&Answer::Consent(*value))
            }
            Node::Answered(question) => answers.contains_key(question),
        }
    }

    /// Every comparison.
    fn each(&self, look: &mut dyn FnMut(&Node)) {
        match self {
            Node::Any(parts) | Node::All(parts) => parts.iter().for_each(|part| part.each(look)),
            Node::Not(part) => part.each(look),
            comparison => look(comparison),
        }
    }

    fn rename(&mut self, from: &Code, to: &Code, option: &dyn Fn(&Code) -> Code) {
        match self {
            Node::Any(parts) | Node::All(parts) => {
                parts
                    .iter_mut()
                    .for_each(|part| part.rename(from, to, option));
            }
            Node::Not(part) => part.rename(from, to, option),
            Node::Chosen(question, _, chosen) | Node::Has(question, chosen) if question == from => {
                *question = to.clone();
                *chosen = option(chosen);
            }
            Node::ChosenOf(question, options) if question == from => {
                *question = to.clone();
                options
                    .iter_mut()
                    .for_each(|chosen| *chosen = option(chosen));
            }
            Node::Point(question, ..)
            | Node::Number(question, ..)
            | Node::Day(question, ..)
            | Node::Consent(question, _)
            | Node::Answered(question)
                if question == from =>
            {
                *question = to.clone();
            }
            _ => {}
        }
    }

    /// The question that a comparison looks at.
    fn question(&self) -> Option<&Code> {
        match self {
            Node::Any(_) | Node::All(_) | Node::Not(_) => None,
            Node::Point(question, ..)
            | Node::Number(question, ..)
            | Node::Day(question, ..)
            | Node::Chosen(question, ..)
            | Node::ChosenOf(question, _)
            | Node::Has(question, _)
            | Node::Consent(question, _)
            | Node::Answered(question) => Some(question),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Node::Any(parts) => joined(f, parts, " or "),
            Node::All(parts) => joined(f, parts.iter().map(Inside), " and "),
            Node::Not(part) => write!(f, "not {}", Inside(part)),
            Node::Point(question, relation, value) => {
                write!(f, "{question} {} {value}", relation.sign())
            }
            Node::Number(question, relation, value) => {
                write!(f, "{question} {} {value}", relation.sign())
            }
            Node::Day(question, relation, value) => {
                write!(f, "{question} {} '{value}'", relation.sign())
            }
            Node::Chosen(question, true, option) => write!(f, "{question} = {option}"),
            Node::Chosen(question, false, option) => write!(f, "{question} != {option}"),
            Node::ChosenOf(question, options) => {
                write!(f, "{question} in (")?;
                joined(f, options, ", ")?;
                f.write_str(")")
            }
            Node::Has(question, option) => write!(f, "{question} has {option}"),
            Node::Consent(question, true) => write!(f, "{question}"),
            Node::Consent(question, false) => write!(f, "{question} = false"),
            Node::Answered(question) => write!(f, "answered({question})"),
        }
    }
}

/// A part of `and` or `not`, which bind tighter than what may stand in it.
struct Inside<'a>(&'a Node);

impl fmt::Display for Inside<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            node @ (Node::Any(_) | Node::All(_)) => write!(f, "({node})"),
            node => write!(f, "{node}"),
        }
    }
}

fn joined(
    f: &mut fmt::Formatter<'_>,
    parts: impl IntoIterator<Item = impl fmt::Display>,
    between: &str,
) -> fmt::Result {
    for (i, part) in parts.into_iter().enumerate() {
        if i > 0 {
            f.write_str(between)?;
        }
        write!(f, "{part}")?;
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token<'s> {
    Word(&'s str),
    Number(&'s str),
    Quoted(&'s str),
    Relation(Relation),
    Open,
    Close,
    Comma,
}

impl fmt::Display for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Word(text) | Token::Number(text) => write!(f, "`{}`", short(text)),
            Token::Quoted(text) => write!(f, "'{}'", short(text)),
            Token::Relation(relation) => write!(f, "`{}`", relation.sign()),
            Token::Open => f.write_str("`(`"),
            Token::Close => f.write_str("`)`"),
            Token::Comma => f.write_str("`,`"),
        }
    }
}

fn fault<T>(
    column: usize,
    fault: ConditionFault,
    message: impl Into<String>,
) -> Result<T, ConditionError> {
    Err(ConditionError {
        column,
        message: message.into(),
        fault,
    })
}

/// A value that a question does not take.
fn outside(question: &Code, from: impl fmt::Display, to: impl fmt::Display) -> ConditionFault {
    ConditionFault::Value {
        question: question.clone(),
        from: from.to_string(),
        to: to.to_string(),
    }
}

/// What was written, as it is named in a message.
fn short(text: &str) -> String {
    if text.chars().count() > 40 {
        text.chars().take(40).chain(['…']).collect()
    } else {
        text.to_owned()
    }
}

/// The tokens of a condition, each with the column at which it begins.
fn tokens(source: &str) -> Result<Vec<(usize, Token<'_>)>, ConditionError> {
    let mut length = 0;
    for (i, c) in source.chars().enumerate() {
        length += usize::from(!c.is_whitespace());
        if length > MAX_LENGTH {
            return fault(
                i + 1,
                ConditionFault::TooLong,
                format!("a condition has at most {MAX_LENGTH} characters"),
            );
        }
    }
    let mut tokens = Vec::new();
    let mut rest = source;
    let mut column = 1;
    while let Some(first) = rest.chars().next() {
        let while_in = |inside: fn(char) -> bool| rest.find(|c| !inside(c)).unwrap_or(rest.len());
        let (token, bytes) = match first {
            c if c.is_whitespace() => (None, c.len_utf8()),
            '(' => (Some(Token::Open), 1),
            ')' => (Some(Token::Close), 1),
            ',' => (Some(Token::Comma), 1),
            '=' | '!' | '<' | '>' | '&' | '|' => {
                let bytes = while_in(|c| matches!(c, '=' | '!' | '<' | '>' | '&' | '|'));
                (
                    Some(Token::Relation(relation(&rest[..bytes], column)?)),
                    bytes,
                )
            }
            '\'' => match rest[1..].find('\'') {
                Some(bytes) => (Some(Token::Quoted(&rest[1..=bytes])), bytes + 2),
                None => return fault(column, ConditionFault::OpenQuote, "the quote is not closed"),
            },
            c if c.is_ascii_digit() || c == '-' => {
                let bytes = while_in(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'));
                (Some(Token::Number(&rest[..bytes])), bytes)
            }
            c if c.is_alphabetic() || c == '_' => {
                let bytes = while_in(|c| c.is_alphanumeric() || c == '_');
                (Some(Token::Word(&rest[..bytes])), bytes)
            }
            '"' | '“' | '”' | '„' | '‘' | '’' | '«' => {
                return fault(
                    column,
                    ConditionFault::Meaningless(first.to_string()),
                    format!("`{first}` has no meaning here; days are written '2026-03-01'"),
                );
            }
            other => {
                return fault(
                    column,
                    ConditionFault::Meaningless(other.to_string()),
                    format!("`{}` has no meaning here", other.escape_debug()),
                );
            }
        };
        if let Some(token) = token {
            tokens.push((column, token));
        }
        column += rest[..bytes].chars().count();
        rest = &rest[bytes..];
    }
    Ok(tokens)
}

fn relation(sign: &str, column: usize) -> Result<Relation, ConditionError> {
    Ok(match sign {
        "=" => Relation::Equal,
        "!=" => Relation::NotEqual,
        "<" => Relation::Less,
        "<=" => Relation::LessOrEqual,
        ">" => Relation::Greater,
        ">=" => Relation::GreaterOrEqual,
        _ => {
            let right = match sign {
                "==" => "write `=`",
                "<>" => "write `!=`",
                "=<" => "write `<=`",
                "=>" => "write `>=`",
                "&" | "&&" => "write `and`",
                "|" | "||" => "write `or`",
                "!" => "write `not`",
                _ => "comparisons are =, !=, <, <=, > and >=",
            };
            return fault(
                column,
                ConditionFault::Meaningless(short(sign)),
                format!("`{}` has no meaning here; {right}", short(sign)),
            );
        }
    })
}

struct Parser<'p, 's, 'a> {
    tokens: &'p [(usize, Token<'s>)],
    /// The column behind the last character.
    end: usize,
    kind_of: &'p dyn Fn(&str) -> Option<&'a QuestionKind>,
}

impl<'s, 'a> Parser<'_, 's, 'a> {
    fn peek(&self) -> Option<Token<'s>> {
        self.tokens.first().map(|(_, token)| *token)
    }

    fn column(&self) -> usize {
        self.tokens.first().map_or(self.end, |(column, _)| *column)
    }

    fn take(&mut self, wanted: Token<'_>) -> bool {
        let found = self.peek().is_some_and(|token| token == wanted);
        if found {
            self.tokens = &self.tokens[1..];
        }
        found
    }

    fn expect(&mut self, wanted: Token<'_>) -> Result<(), ConditionError> {
        if self.take(wanted) {
            Ok(())
        } else {
            self.missing(&wanted.to_string())
        }
    }

    /// The fault of finding something else, or nothing.
    fn missing<T>(&self, expected: &str) -> Result<T, ConditionError> {
        match self.peek() {
            Some(token) => fault(
                self.column(),
                ConditionFault::Unexpected(token.to_string()),
                format!("expected {expected}, not {token}"),
            ),
            None => fault(
                self.column(),
                ConditionFault::Ends,
                format!("expected {expected}, but the condition ends"),
            ),
        }
    }

    fn any(&mut self, depth: usize) -> Result<Node, ConditionError> {
        let mut parts = vec![self.all(depth)?];
        while self.take(Token::Word("or")) {
            parts.push(self.all(depth)?);
        }
        Ok(several(parts, Node::Any, |node| match node {
            Node::Any(inner) => Ok(inner),
            other => Err(other),
        }))
    }

    fn all(&mut self, depth: usize) -> Result<Node, ConditionError> {
        let mut parts = vec![self.one(depth)?];
        while self.take(Token::Word("and")) {
            parts.push(self.one(depth)?);
        }
        Ok(several(parts, Node::All, |node| match node {
            Node::All(inner) => Ok(inner),
            other => Err(other),
        }))
    }

    fn one(&mut self, depth: usize) -> Result<Node, ConditionError> {
        let column = self.column();
        let deeper = || match depth {
            MAX_DEPTH => fault(
                column,
                ConditionFault::TooDeep,
                format!("parentheses and `not` are nested more than {MAX_DEPTH} deep"),
            ),
            _ => Ok(depth + 1),
        };
        if self.take(Token::Word("not")) {
            return Ok(Node::Not(Box::new(self.one(deeper()?)?)));
        }
        if self.take(Token::Open) {
            let inner = self.any(deeper()?)?;
            self.expect(Token::Close)?;
            return Ok(inner);
        }
        if let [(_, Token::Word("answered")), (_, Token::Open), ..] = self.tokens {
            self.tokens = &self.tokens[2..];
            let (code, _) = self.question()?;
            self.expect(Token::Close)?;
            return Ok(Node::Answered(code));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Node, ConditionError> {
        let column = self.column();
        let (code, kind) = self.question()?;
        if let Some((min, max)) = kind.scale() {
            let relation = self.relation(&code, "a whole number")?;
            let range = format!("`{code}` takes whole numbers from {min} to {max}");
            return self.value(outside(&code, min, max), &range, |token| match token {
                Token::Number(text) => {
                    let point = text
                        .parse()
                        .ok()
                        .filter(|point| (min..=max).contains(point))?;
                    Some(Node::Point(code, relation, point))
                }
                _ => None,
            });
        }
        match kind {
            QuestionKind::Number { min, max, .. } => {
                let relation = self.relation(&code, "a number")?;
                let (min, max) = (min.unwrap_or(-MAX_NUMBER), max.unwrap_or(MAX_NUMBER));
                let range = format!("`{code}` takes numbers from {min} to {max}");
                self.value(outside(&code, min, max), &range, |token| match token {
                    Token::Number(text) => {
                        let number =
                            plain_number(text).filter(|number| (min..=max).contains(number))?;
                        Some(Node::Number(code, relation, number))
                    }
                    _ => None,
                })
            }
            QuestionKind::Date { min, max } => {
                let relation = self.relation(&code, "a day such as '2026-03-01'")?;
                let (min, max) = (min.unwrap_or(Date::MIN), max.unwrap_or(Date::MAX));
                let range =
                    format!("`{code}` takes days such as '2026-03-01', from {min} to {max}");
                self.value(outside(&code, min, max), &range, |token| match token {
                    Token::Quoted(text) => {
                        let day = Answer::Text(text.to_owned())
                            .day()
                            .filter(|day| (min..=max).contains(day))?;
                        Some(Node::Day(code, relation, day))
                    }
                    _ => None,
                })
            }
            QuestionKind::Single { .. } => {
                if self.take(Token::Relation(Relation::Equal)) {
                    Ok(Node::Chosen(code.clone(), true, self.option(&code, kind)?))
                } else if self.take(Token::Relation(Relation::NotEqual)) {
                    Ok(Node::Chosen(code.clone(), false, self.option(&code, kind)?))
                } else if self.take(Token::Word("in")) {
                    self.expect(Token::Open)?;
                    let mut options = vec![self.option(&code, kind)?];
                    while self.take(Token::Comma) {
                        let option = self.option(&code, kind)?;
                        if !options.contains(&option) {
                            options.push(option);
                        }
                    }
                    match self.take(Token::Close) {
                        true => Ok(Node::ChosenOf(code, options)),
                        false => self.missing("`,` or `)`"),
                    }
                } else {
                    self.missing(&format!(
                        "`=`, `!=` or `in` after `{code}`, which takes one option"
                    ))
                }
            }
            QuestionKind::Multi { .. } => {
                if !self.take(Token::Word("has")) {
                    return self.missing(&format!(
                        "`has` after `{code}`, which takes several options"
                    ));
                }
                let option = self.option(&code, kind)?;
                Ok(Node::Has(code, option))
            }
            QuestionKind::Consent => {
                let is = match self.peek() {
                    Some(Token::Relation(Relation::Equal)) => true,
                    Some(Token::Relation(Relation::NotEqual)) => false,
                    Some(Token::Relation(_)) => {
                        return self.missing(&format!(
                            "`=` or `!=` after `{code}`, which is true or false"
                        ));
                    }
                    _ => return Ok(Node::Consent(code, true)),
                };
                self.tokens = &self.tokens[1..];
                let range = format!("`{code}` is true or false");
                let not_so = ConditionFault::TrueOrFalse(code.clone());
                self.value(not_so, &range, |token| match token {
                    Token::Word("true") => Some(Node::Consent(code, is)),
                    Token::Word("false") => Some(Node::Consent(code, !is)),
                    _ => None,
                })
            }
            QuestionKind::Text { .. } => fault(
                column,
                ConditionFault::Words(code.clone()),
                format!("`{code}` takes words, which are not compared; write `answered({code})`"),
            ),
            _ => fault(
                column,
                ConditionFault::NotCompared(code.clone()),
                format!("answers to `{code}` are not compared; write `answered({code})`"),
            ),
        }
    }

    /// The code of a question that was asked before and takes an answer.
    fn question(&mut self) -> Result<(Code, &'a QuestionKind), ConditionError> {
        let column = self.column();
        let Some(Token::Word(word)) = self.peek() else {
            return self.missing("the code of a question");
        };
        let known = (self.kind_of)(word).zip(word.parse::<Code>().ok());
        let Some((kind, code)) = known else {
            return fault(
                column,
                ConditionFault::NotBefore(short(word)),
                format!("no question before this one has the code `{}`", short(word)),
            );
        };
        if !kind.takes_answer() {
            return fault(
                column,
                ConditionFault::Statement(code.clone()),
                format!("`{code}` is a statement and is never answered"),
            );
        }
        self.tokens = &self.tokens[1..];
        Ok((code, kind))
    }

    fn relation(&mut self, code: &Code, takes: &str) -> Result<Relation, ConditionError> {
        match self.peek() {
            Some(Token::Relation(relation)) => {
                self.tokens = &self.tokens[1..];
                Ok(relation)
            }
            _ => self.missing(&format!(
                "=, !=, <, <=, > or >= after `{code}`, which takes {takes}"
            )),
        }
    }

    /// The value a question is compared with; `range` says which would be right.
    fn value(
        &mut self,
        not_so: ConditionFault,
        range: &str,
        read: impl FnOnce(Token<'s>) -> Option<Node>,
    ) -> Result<Node, ConditionError> {
        let column = self.column();
        match self.peek().and_then(read) {
            Some(node) => {
                self.tokens = &self.tokens[1..];
                Ok(node)
            }
            None => fault(column, not_so, range),
        }
    }

    fn option(&mut self, code: &Code, kind: &QuestionKind) -> Result<Code, ConditionError> {
        let column = self.column();
        let given = match self.peek() {
            Some(Token::Word(word)) => word,
            Some(Token::Quoted(text)) => {
                return fault(
                    column,
                    ConditionFault::Unexpected(format!("'{}'", short(text))),
                    format!("options are written without quotes: {}", short(text)),
                );
            }
            _ => return self.missing(&format!("an option of `{code}`")),
        };
        match kind
            .options()
            .iter()
            .find(|option| option.code.as_str() == given)
        {
            Some(option) => {
                self.tokens = &self.tokens[1..];
                Ok(option.code.clone())
            }
            None => {
                let offered = kind.options().iter().map(|option| option.code.clone());
                let offered: Vec<Code> = offered.collect();
                let names: Vec<&str> = offered.iter().map(Code::as_str).collect();
                let options = names.join(", ");
                fault(
                    column,
                    ConditionFault::NoOption {
                        question: code.clone(),
                        option: short(given),
                        options: offered.clone(),
                    },
                    format!(
                        "`{code}` has no option `{}`; its options are {options}",
                        short(given)
                    ),
                )
            }
        }
    }
}

/// One part as it is, several as one node, with parts of the same sort drawn in.
fn several(
    mut parts: Vec<Node>,
    node: fn(Vec<Node>) -> Node,
    parts_of: fn(Node) -> Result<Vec<Node>, Node>,
) -> Node {
    if parts.len() == 1
        && let Some(part) = parts.pop()
    {
        return part;
    }
    let flat = parts.into_iter().flat_map(|part| match parts_of(part) {
        Ok(inner) => inner,
        Err(part) => vec![part],
    });
    node(flat.collect())
}

/// Digits with at most one point: `1e3`, `inf` and `.5` are not how people write numbers.
fn plain_number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    // Adding 0 turns -0 into 0.
    (all_digits(whole) && all_digits(fraction))
        .then(|| text.parse().ok())
        .flatten()
        .map(|x: f64| x + 0.0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// The questions before: one of each kind, some with codes that are words of the grammar.
    fn questions() -> BTreeMap<String, QuestionKind> {
        let options = json!([
            { "code": "late", "text": { "en": "Late" } },
            { "code": "rude", "text": { "en": "Rude" } },
            { "code": "or", "text": { "en": "Or" } },
        ]);
        let document = json!({
            "nps": { "kind": "nps" },
            "wifi": { "kind": "rating", "not_applicable": true },
            "age": { "kind": "number", "min": 0.0, "max": 120.0 },
            "balance": { "kind": "number", "decimals": 2 },
            "visited": { "kind": "date", "min": "2020-01-01" },
            "reason": { "kind": "single", "options": options },
            "in": { "kind": "single", "options": options },
            "liked": { "kind": "multi", "options": options },
            "comment": { "kind": "text" },
            "worth": { "kind": "price" },
            "order": { "kind": "ranking", "options": options },
            "mail": { "kind": "email" },
            "contact": { "kind": "consent" },
            "answered": { "kind": "consent" },
            "welcome": { "kind": "statement" },
        });
        serde_json::from_value(document).unwrap()
    }

    fn parse(source: &str) -> Result<Condition, ConditionError> {
        let questions = questions();
        Condition::parse(source, &|code| questions.get(code))
    }

    #[test]
    fn the_canonical_form() {
        let check = |source: &str, expected: &str| {
            let condition = parse(source).unwrap_or_else(|error| panic!("{source}: {error}"));
            assert_eq!(condition.to_string(), expected, "{source}");
            assert_eq!(parse(expected).as_ref(), Ok(&condition), "{expected}");
        };
        check("nps<=6", "nps <= 6");
        check(" ( ( nps >= 09 ) ) ", "nps >= 9");
        check(
            "nps<=6 or nps>=9 and wifi!=3",
            "nps <= 6 or nps >= 9 and wifi != 3",
        );
        check(
            "(nps <= 6 or nps >= 9) and contact",
            "(nps <= 6 or nps >= 9) and contact",
        );
        check(
            "nps=1 or (nps=2 or (nps=3))",
            "nps = 1 or nps = 2 or nps = 3",
        );
        check("not(nps<=6)", "not nps <= 6");
        check("not nps <= 6 and contact", "not nps <= 6 and contact");
        check("not (nps <= 6 and contact)", "not (nps <= 6 and contact)");
        check("not not contact", "not not contact");
        check("age >= 17.50", "age >= 17.5");
        check("balance < -0", "balance < 0");
        check("balance > -12.25", "balance > -12.25");
        check("visited < '2026-03-01'", "visited < '2026-03-01'");
        check("reason = late", "reason = late");
        check("reason != or or reason=or", "reason != or or reason = or");
        check("reason in(late,rude,late)", "reason in (late, rude)");
        check("in in (or)", "in in (or)");
        check(
            "liked has rude or liked  has late",
            "liked has rude or liked has late",
        );
        check("contact = true", "contact");
        check("contact != false", "contact");
        check("contact != true", "contact = false");
        check("answered(comment)", "answered(comment)");
        check("answered ( nps )", "answered(nps)");
        check(
            "worth<=2 and answered(order)",
            "worth <= 2 and answered(order)",
        );
        check(
            "answered and answered(answered)",
            "answered and answered(answered)",
        );
    }

    #[test]
    fn faults_name_their_column() {
        let check = |source: &str, expected: &str| {
            let error = parse(source).expect_err(source);
            assert_eq!(error.to_string(), expected, "{source}");
        };
        check(
            "",
            "column 1: expected the code of a question, but the condition ends",
        );
        check(
            "nps",
            "column 4: expected =, !=, <, <=, > or >= after `nps`, which takes a whole number, but the condition ends",
        );
        check(
            "nps <= ",
            "column 7: `nps` takes whole numbers from 0 to 10",
        );
        check(
            "nps <= 11",
            "column 8: `nps` takes whole numbers from 0 to 10",
        );
        check(
            "nps <= 6.5",
            "column 8: `nps` takes whole numbers from 0 to 10",
        );
        check(
            "nps = late",
            "column 7: `nps` takes whole numbers from 0 to 10",
        );
        check(
            "wifi = 0",
            "column 8: `wifi` takes whole numbers from 1 to 5",
        );
        check("nps == 6", "column 5: `==` has no meaning here; write `=`");
        check("nps => 6", "column 5: `=>` has no meaning here; write `>=`");
        check(
            "nps = 6 && contact",
            "column 9: `&&` has no meaning here; write `and`",
        );
        check("!contact", "column 1: `!` has no meaning here; write `not`");
        check(
            "nps = 6 AND contact",
            "column 9: expected `and`, `or` or the end, not `AND`",
        );
        check(
            "later = 6",
            "column 1: no question before this one has the code `later`",
        );
        check(
            "contact and оценка > 3",
            "column 13: no question before this one has the code `оценка`",
        );
        check(
            "contact or welcome = 1",
            "column 12: `welcome` is a statement and is never answered",
        );
        check(
            "answered(welcome)",
            "column 10: `welcome` is a statement and is never answered",
        );
        check(
            "answered(nps",
            "column 13: expected `)`, but the condition ends",
        );
        check(
            "comment = 3",
            "column 1: `comment` takes words, which are not compared; write `answered(comment)`",
        );
        check(
            "worth > 6",
            "column 9: `worth` takes whole numbers from 1 to 5",
        );
        check(
            "order has late",
            "column 1: answers to `order` are not compared; write `answered(order)`",
        );
        check(
            "mail = late",
            "column 1: answers to `mail` are not compared; write `answered(mail)`",
        );
        check("age < 1e2", "column 7: `age` takes numbers from 0 to 120");
        check("age < 121", "column 7: `age` takes numbers from 0 to 120");
        check(
            "visited > 2026",
            "column 11: `visited` takes days such as '2026-03-01', from 2020-01-01 to 9999-12-31",
        );
        check(
            "visited > '2026-02-30'",
            "column 11: `visited` takes days such as '2026-03-01', from 2020-01-01 to 9999-12-31",
        );
        check(
            "visited > '2019-12-31'",
            "column 11: `visited` takes days such as '2026-03-01', from 2020-01-01 to 9999-12-31",
        );
        check(
            "visited > \"2026-03-01\"",
            "column 11: `\"` has no meaning here; days are written '2026-03-01'",
        );
        check("visited > '2026", "column 11: the quote is not closed");
        check(
            "reason = slow",
            "column 10: `reason` has no option `slow`; its options are late, rude, or",
        );
        check(
            "reason = 'late'",
            "column 10: options are written without quotes: late",
        );
        check(
            "reason < late",
            "column 8: expected `=`, `!=` or `in` after `reason`, which takes one option, not `<`",
        );
        check(
            "reason in (late rude)",
            "column 17: expected `,` or `)`, not `rude`",
        );
        check(
            "reason in ()",
            "column 12: expected an option of `reason`, not `)`",
        );
        check(
            "liked = late",
            "column 7: expected `has` after `liked`, which takes several options, not `=`",
        );
        check(
            "liked has slow",
            "column 11: `liked` has no option `slow`; its options are late, rude, or",
        );
        check(
            "contact > true",
            "column 9: expected `=` or `!=` after `contact`, which is true or false, not `>`",
        );
        check("contact = yes", "column 11: `contact` is true or false");
        check("(contact", "column 9: expected `)`, but the condition ends");
        check(
            "contact)",
            "column 8: expected `and`, `or` or the end, not `)`",
        );
        check(
            "contact and",
            "column 12: expected the code of a question, but the condition ends",
        );
        check("contact; drop", "column 8: `;` has no meaning here");
        check("contact\u{0}", "column 8: `\\0` has no meaning here");
    }

    #[test]
    fn hostile_input_is_refused_and_not_followed() {
        let nested = |depth: usize| format!("{}contact{}", "(".repeat(depth), ")".repeat(depth));
        assert!(parse(&nested(MAX_DEPTH)).is_ok());
        let error = parse(&nested(MAX_DEPTH + 1)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "column 33: parentheses and `not` are nested more than 32 deep"
        );
        assert!(parse(&format!("{}contact", "not ".repeat(MAX_DEPTH))).is_ok());
        assert!(parse(&format!("{}contact", "not ".repeat(MAX_DEPTH + 1))).is_err());

        let long =
            |extra: usize| format!("contact{}", " or nps = 1".repeat(124)) + &" ".repeat(extra);
        assert!(parse(&long(5_000)).is_ok(), "blanks do not count");
        let error = parse(&"(".repeat(100_000)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "column 1001: a condition has at most 1000 characters"
        );
        assert!(parse(&format!("balance = {}", "9".repeat(400))).is_err());
    }

    #[test]
    fn what_holds() {
        let check = |answers: serde_json::Value, source: &str, expected: bool| {
            let answers: Answers = serde_json::from_value(answers).unwrap();
            assert_eq!(
                parse(source).unwrap().holds(&answers),
                expected,
                "{source} over {answers:?}"
            );
        };
        check(json!({ "nps": 6 }), "nps <= 6", true);
        check(json!({ "nps": 7 }), "nps <= 6", false);
        check(json!({ "nps": 7 }), "nps < 7", false);
        check(
            json!({ "nps": 7 }),
            "nps > 6 and nps >= 7 and nps = 7 and nps != 8",
            true,
        );
        check(json!({}), "nps <= 6", false);
        check(json!({}), "nps != 6", false);
        check(json!({}), "not (nps <= 6)", true);
        check(json!({}), "nps <= 6 or not contact", true);
        check(json!({ "wifi": "n/a" }), "wifi >= 1 or wifi <= 5", false);
        check(json!({ "wifi": "n/a" }), "answered(wifi)", true);
        check(json!({ "age": 17.5 }), "age < 18 and age > 17", true);
        check(
            json!({ "visited": "2026-03-01" }),
            "visited >= '2026-03-01'",
            true,
        );
        check(
            json!({ "visited": "2026-02-28" }),
            "visited >= '2026-03-01'",
            false,
        );
        check(
            json!({ "reason": "late" }),
            "reason = late and reason != rude and reason in (rude, late)",
            true,
        );
        check(json!({ "reason": "or" }), "reason in (rude, late)", false);
        check(json!({}), "reason != late", false);
        check(
            json!({ "liked": ["late", "or"] }),
            "liked has or and not liked has rude",
            true,
        );
        check(json!({ "contact": true }), "contact", true);
        check(json!({ "contact": false }), "contact", false);
        check(json!({ "contact": false }), "contact = false", true);
        check(json!({}), "contact = false", false);
        check(json!({ "comment": "n/a" }), "answered(comment)", true);
        check(json!({ "worth": 2 }), "worth < 3", true);
        check(
            json!({ "order": ["rude", "late", "or"] }),
            "answered(order) and not answered(mail)",
            true,
        );
        check(
            json!({ "nps": 3, "reason": "late" }),
            "nps >= 9 and contact or reason = late",
            true,
        );
        check(
            json!({ "nps": 3, "reason": "late" }),
            "nps >= 9 and (contact or reason = late)",
            false,
        );
    }

    #[test]
    fn which_questions_decide() {
        let condition = parse("nps <= 6 or not (answered(comment) and liked has late)").unwrap();
        let check = |code: &str, expected| {
            assert_eq!(
                condition.looks_at(&code.parse().unwrap()),
                expected,
                "{code}"
            )
        };
        check("nps", true);
        check("comment", true);
        check("liked", true);
        check("late", false);
        check("age", false);
    }

    /// Sources that the grammar allows, with parentheses and blanks where they are and are not needed.
    fn sources() -> impl Strategy<Value = String> {
        let relation = || prop::sample::select(vec!["=", "!=", "<", "<=", ">", ">="]);
        let option = || prop::sample::select(vec!["late", "rude", "or"]);
        let leaf = prop_oneof![
            (relation(), 0..=10i64).prop_map(|(r, v)| format!("nps{r}{v}")),
            (relation(), 0.0..=120.0f64).prop_map(|(r, v)| format!("age {r} {v}")),
            (relation(), -1e6..1e6f64).prop_map(|(r, v)| format!("balance {r} {v}")),
            (relation(), 2020..=2030i16, 1..=12i8)
                .prop_map(|(r, y, m)| format!("visited {r}'{y}-{m:02}-09'")),
            option().prop_map(|o| format!("reason = {o}")),
            option().prop_map(|o| format!("in != {o}")),
            prop::collection::vec(option(), 1..4)
                .prop_map(|o| format!("reason in ({})", o.join(","))),
            option().prop_map(|o| format!("liked has {o}")),
            prop::sample::select(vec![
                "contact",
                "answered",
                "contact = false",
                "contact!=true",
                "answered(comment)"
            ])
            .prop_map(str::to_owned),
        ];
        leaf.prop_recursive(4, 24, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.join(" or ")),
                prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.join(" and ")),
                inner.clone().prop_map(|part| format!("not {part}")),
                inner.prop_map(|part| format!("( {part})")),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_canonical_form_reads_back_as_the_same_condition(source in sources()) {
            if let Ok(condition) = parse(&source) {
                let canonical = condition.to_string();
                prop_assert_eq!(parse(&canonical), Ok(condition), "{}", canonical);
            } else {
                // The generator knows the grammar; only the limit on length can refuse what it writes.
                prop_assert!(source.chars().filter(|c| !c.is_whitespace()).count() > MAX_LENGTH, "{}", source);
            }
        }

        #[test]
        fn no_text_is_too_strange_to_be_refused_in_order(source in "[-nps<=>!&|()',.0-9\\s\\PC]{0,200}") {
            if let Err(error) = parse(&source) {
                prop_assert!((1..=source.chars().count() + 1).contains(&error.column));
            }
        }
    }
}
