//! Editing a draft, one step at a time: each step is a pure function from a survey to a survey.
//!
//! A step says which question or block it means by its code, not by its place: it still does what was meant when somebody
//! else has changed another part meanwhile. A draft may have defects; only publication refuses them. What a step refuses
//! is what cannot be meant: two questions of one code, a question that is not there.

use std::collections::{BTreeMap, BTreeSet};

use super::contact::ContactField;
use super::ending::Ending;
use super::kano::KanoSide;
use super::layout::Layout;
use super::pipe;
use super::quota::Quota;
use super::show_if::Condition;
use super::survey::{Block, ChoiceOption, Question, QuestionKind, RatingStyle, Segment, Survey};
use crate::{Code, Language, Slug, Text};

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// The texts around the questions.
    Texts {
        /// The title.
        title: Text,
        /// Words before the first question.
        intro: Text,
        /// Words after the last answer.
        thank_you: Text,
    },
    /// The languages; texts in a language that is dropped stay in the draft, should it come back.
    Languages(Vec<Language>),
    /// The attributes by which results are broken down.
    Segments(Vec<Segment>),
    /// The end pages.
    Endings(Vec<Ending>),
    /// How many responses of a sort are wanted.
    Quotas(Vec<Quota>),
    /// A new block without questions.
    AddBlock {
        /// Behind which block; first without one.
        after: Option<Code>,
        /// Its heading.
        title: Text,
    },
    /// Other settings of a block.
    Block {
        /// The block.
        block: Code,
        /// Its heading.
        title: Text,
        /// When it is shown.
        show_if: Option<String>,
    },
    /// How the questions of a block stand on its page.
    Layout(Code, Option<Layout>),
    /// Whether the blocks come in random order.
    RandomBlocks(bool),
    /// What random orders do to a block.
    BlockOrder {
        /// The block.
        block: Code,
        /// Whether it stays in its place when blocks come in random order.
        anchored: bool,
        /// Whether its questions come in random order.
        random_questions: bool,
    },
    /// A block goes, with its questions.
    RemoveBlock(Code),
    /// A block changes places with its neighbour.
    MoveBlock(Code, Direction),
    /// A new question.
    AddQuestion {
        /// In which block.
        block: Code,
        /// Behind which question of it; first without one.
        after: Option<Code>,
        /// The question.
        question: Box<Question>,
    },
    /// Other fields of a question. When its code changes, or those of its options, conditions that look at it follow.
    Question {
        /// The question, by the code that it had.
        question: Code,
        /// All of it, as it shall be.
        new: Box<Question>,
    },
    /// A question goes.
    RemoveQuestion(Code),
    /// A question changes places with its neighbour; at the edge of a block it goes over into the next.
    MoveQuestion(Code, Direction),
    /// A new option, behind the others.
    AddOption {
        /// Of which question.
        question: Code,
        /// The option.
        option: ChoiceOption,
    },
    /// An option goes.
    RemoveOption {
        /// Of which question.
        question: Code,
        /// The option.
        option: Code,
    },
    /// An option changes places with its neighbour.
    MoveOption {
        /// Of which question.
        question: Code,
        /// The option.
        option: Code,
        /// Where to.
        direction: Direction,
    },
}

/// Toward the beginning or the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Toward the beginning.
    Up,
    /// Toward the end.
    Down,
}

impl Direction {
    /// The way back.
    pub fn back(self) -> Self {
        match self {
            Direction::Up => Direction::Down,
            Direction::Down => Direction::Up,
        }
    }
}

/// Why a step is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// No such block.
    #[error("there is no block `{0}` any more")]
    NoBlock(Code),
    /// No such question.
    #[error("there is no question `{0}` any more")]
    NoQuestion(Code),
    /// No such option.
    #[error("there is no option `{0}` any more")]
    NoOption(Code),
    /// Two of one code.
    #[error("the code `{0}` is taken")]
    CodeTaken(Code),
    /// First already, or last.
    #[error("it cannot go further")]
    AtTheEdge,
    /// Answers may be stored under that code.
    #[error("`{0}` was published: answers are stored under this code, so it stays as it is")]
    Published(Code),
}

/// The draft after a step.
///
/// ```
/// use radost_domain::{Language, Text, listen::edit::{Direction, Edit, apply, blank, new_question}};
/// let survey = blank("pulse".parse().unwrap(), vec![Language::En]);
/// let main = survey.blocks[0].code.clone();
/// let ask = |kind: &str| Box::new(new_question(&survey, kind, Text::default()).unwrap());
/// let survey = apply(&survey, Edit::AddQuestion { block: main.clone(), after: None, question: ask("nps") }).unwrap();
/// let survey = apply(&survey, Edit::AddQuestion { block: main, after: None, question: ask("csat") }).unwrap();
/// let survey = apply(&survey, Edit::MoveQuestion("nps".parse().unwrap(), Direction::Up)).unwrap();
/// let codes: Vec<&str> = survey.questions().map(|(_, _, question)| question.code.as_str()).collect();
/// assert_eq!(codes, ["nps", "csat"]);
/// ```
///
/// # Errors
/// [`EditError`] when the step cannot be meant; the draft stays as it was.
pub fn apply(survey: &Survey, edit: Edit) -> Result<Survey, EditError> {
    let mut survey = survey.clone();
    match edit {
        Edit::Texts {
            title,
            intro,
            thank_you,
        } => {
            survey.title = title;
            survey.intro = intro;
            survey.thank_you = thank_you;
        }
        Edit::Languages(languages) => survey.languages = languages,
        Edit::Segments(segments) => {
            unique(segments.iter().map(|segment| &segment.code))?;
            survey.segments = segments;
        }
        Edit::Endings(endings) => {
            unique(endings.iter().map(|ending| &ending.code))?;
            survey.endings = endings;
        }
        Edit::Quotas(quotas) => {
            unique(quotas.iter().map(|quota| &quota.code))?;
            survey.quotas = quotas;
        }
        Edit::AddBlock { after, title } => {
            let index = match after {
                Some(after) => block_at(&survey, &after)? + 1,
                None => 0,
            };
            let code = suggest(&title, "block", |code| {
                survey.blocks.iter().any(|block| block.code == *code)
            });
            let block = Block {
                code,
                title,
                show_if: None,
                layout: None,
                anchored: false,
                random_questions: false,
                questions: Vec::new(),
            };
            survey.blocks.insert(index, block);
        }
        Edit::Block {
            block,
            title,
            show_if,
        } => {
            let index = block_at(&survey, &block)?;
            survey.blocks[index].title = title;
            survey.blocks[index].show_if = show_if;
        }
        Edit::Layout(block, layout) => {
            let index = block_at(&survey, &block)?;
            survey.blocks[index].layout = layout;
        }
        Edit::RandomBlocks(random) => survey.random_blocks = random,
        Edit::BlockOrder {
            block,
            anchored,
            random_questions,
        } => {
            let index = block_at(&survey, &block)?;
            survey.blocks[index].anchored = anchored;
            survey.blocks[index].random_questions = random_questions;
        }
        Edit::RemoveBlock(block) => {
            let index = block_at(&survey, &block)?;
            survey.blocks.remove(index);
        }
        Edit::MoveBlock(block, direction) => {
            let index = block_at(&survey, &block)?;
            swap(&mut survey.blocks, index, direction)?;
        }
        Edit::AddQuestion {
            block,
            after,
            question,
        } => {
            let block = block_at(&survey, &block)?;
            if survey.question(question.code.as_str()).is_some() {
                return Err(EditError::CodeTaken(question.code));
            }
            let questions = &mut survey.blocks[block].questions;
            let index = match after {
                Some(after) => {
                    let found = questions.iter().position(|q| q.code == after);
                    found.ok_or(EditError::NoQuestion(after))? + 1
                }
                None => 0,
            };
            questions.insert(index, *question);
        }
        Edit::Question { question, new } => {
            let (b, q) = question_at(&survey, &question)?;
            if new.code != question && survey.question(new.code.as_str()).is_some() {
                return Err(EditError::CodeTaken(new.code));
            }
            unique(new.kind.options().iter().map(|option| &option.code))?;
            follow(&mut survey, (b, q), &new);
            survey.blocks[b].questions[q] = *new;
        }
        Edit::RemoveQuestion(question) => {
            let (b, q) = question_at(&survey, &question)?;
            survey.blocks[b].questions.remove(q);
        }
        Edit::MoveQuestion(question, direction) => {
            let (b, q) = question_at(&survey, &question)?;
            move_question(&mut survey, b, q, direction)?;
        }
        Edit::AddOption { question, option } => {
            let options = options_of(&mut survey, &question)?;
            options.push(option);
            unique(options.iter().map(|option| &option.code))?;
        }
        Edit::RemoveOption { question, option } => {
            let options = options_of(&mut survey, &question)?;
            let index = option_at(options, option)?;
            options.remove(index);
        }
        Edit::MoveOption {
            question,
            option,
            direction,
        } => {
            let options = options_of(&mut survey, &question)?;
            let index = option_at(options, option)?;
            swap(options, index, direction)?;
        }
    }
    Ok(survey)
}

fn block_at(survey: &Survey, code: &Code) -> Result<usize, EditError> {
    survey
        .blocks
        .iter()
        .position(|block| block.code == *code)
        .ok_or_else(|| EditError::NoBlock(code.clone()))
}

fn question_at(survey: &Survey, code: &Code) -> Result<(usize, usize), EditError> {
    survey
        .questions()
        .find(|(_, _, question)| question.code == *code)
        .map(|(b, q, _)| (b, q))
        .ok_or_else(|| EditError::NoQuestion(code.clone()))
}

fn options_of<'s>(
    survey: &'s mut Survey,
    question: &Code,
) -> Result<&'s mut Vec<ChoiceOption>, EditError> {
    let (b, q) = question_at(survey, question)?;
    let options = survey.blocks[b].questions[q].kind.options_mut();
    options.ok_or_else(|| EditError::NoQuestion(question.clone()))
}

fn option_at(options: &[ChoiceOption], option: Code) -> Result<usize, EditError> {
    let found = options.iter().position(|known| known.code == option);
    found.ok_or(EditError::NoOption(option))
}

fn unique<'c>(codes: impl IntoIterator<Item = &'c Code>) -> Result<(), EditError> {
    let mut seen = BTreeSet::new();
    match codes.into_iter().find(|code| !seen.insert(*code)) {
        Some(twice) => Err(EditError::CodeTaken(twice.clone())),
        None => Ok(()),
    }
}

fn swap<T>(items: &mut [T], index: usize, direction: Direction) -> Result<(), EditError> {
    let other = match direction {
        Direction::Up => index.checked_sub(1),
        Direction::Down => Some(index + 1).filter(|&other| other < items.len()),
    };
    items.swap(index, other.ok_or(EditError::AtTheEdge)?);
    Ok(())
}

fn move_question(
    survey: &mut Survey,
    b: usize,
    q: usize,
    direction: Direction,
) -> Result<(), EditError> {
    if swap(&mut survey.blocks[b].questions, q, direction).is_ok() {
        return Ok(());
    }
    let neighbour = match direction {
        Direction::Up => b.checked_sub(1),
        Direction::Down => Some(b + 1).filter(|&next| next < survey.blocks.len()),
    };
    let neighbour = neighbour.ok_or(EditError::AtTheEdge)?;
    let question = survey.blocks[b].questions.remove(q);
    let others = &mut survey.blocks[neighbour].questions;
    match direction {
        Direction::Up => others.push(question),
        Direction::Down => others.insert(0, question),
    }
    Ok(())
}

/// Whatever names the question at this place by its code goes on naming it once it is `new`.
fn follow(survey: &mut Survey, (b, q): (usize, usize), new: &Question) {
    let old = survey.blocks[b].questions[q].clone();
    let (before, after) = (old.kind.options(), new.kind.options());
    // Options keep their order in this step, so each has its new code where it had its old one.
    let options: BTreeMap<Code, Code> = if before.len() == after.len() {
        let pairs = before.iter().zip(after);
        pairs
            .map(|(a, b)| (a.code.clone(), b.code.clone()))
            .collect()
    } else {
        BTreeMap::new()
    };
    if old.code == new.code && options.iter().all(|(from, to)| from == to) {
        return;
    }
    let option = |code: &Code| options.get(code).unwrap_or(code).clone();
    let rewrite = |source: &Option<String>, seen: &BTreeMap<&str, &QuestionKind>| {
        let condition = Condition::parse(source.as_deref()?, &|code| seen.get(code).copied());
        // What cannot be read is left to its writer.
        let condition = condition.ok().filter(|found| found.looks_at(&old.code))?;
        Some(condition.renamed(&old.code, &new.code, &option).to_string())
    };
    let mut rewritten = survey.clone();
    let mut seen = BTreeMap::new();
    for (block, written) in survey.blocks.iter().zip(&mut rewritten.blocks) {
        if let Some(source) = rewrite(&block.show_if, &seen) {
            written.show_if = Some(source);
        }
        for (question, written) in block.questions.iter().zip(&mut written.questions) {
            if let Some(source) = rewrite(&question.show_if, &seen) {
                written.show_if = Some(source);
            }
            if let QuestionKind::Importance { of, .. } = &mut written.kind
                && *of == old.code
            {
                *of = new.code.clone();
            }
            if written.drives.as_ref() == Some(&old.code) {
                written.drives = Some(new.code.clone());
            }
            seen.insert(question.code.as_str(), &question.kind);
        }
    }
    for (ending, written) in survey.endings.iter().zip(&mut rewritten.endings) {
        if let Some(source) = rewrite(&ending.show_if, &seen) {
            written.show_if = Some(source);
        }
    }
    for (quota, written) in survey.quotas.iter().zip(&mut rewritten.quotas) {
        if let Some(source) = rewrite(&quota.counts_if, &seen) {
            written.counts_if = Some(source);
        }
    }
    rewritten.each_text(&mut |text| {
        for words in text.0.values_mut() {
            if let Some(renamed) = pipe::renamed(words, &old.code, &new.code) {
                *words = renamed;
            }
        }
    });
    *survey = rewritten;
}

/// Codes under which answers may be stored: those of every published version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PublishedCodes {
    questions: BTreeSet<Code>,
    options: BTreeSet<(Code, Code)>,
}

impl PublishedCodes {
    /// The codes of these versions.
    pub fn of<'a>(versions: impl IntoIterator<Item = &'a Survey>) -> Self {
        let mut codes = PublishedCodes::default();
        for (_, _, question) in versions.into_iter().flat_map(Survey::questions) {
            codes.questions.insert(question.code.clone());
            for option in question.kind.options() {
                let pair = (question.code.clone(), option.code.clone());
                codes.options.insert(pair);
            }
        }
        codes
    }

    /// Whether this question was published.
    pub fn has_question(&self, question: &Code) -> bool {
        self.questions.contains(question)
    }

    /// Whether this option was published.
    pub fn has_option(&self, question: &Code, option: &Code) -> bool {
        self.options.contains(&(question.clone(), option.clone()))
    }

    /// Refuses a step that gives a published question or option another code. Removing one is allowed: its answers stay.
    ///
    /// # Errors
    /// [`EditError::Published`] with the code that has to stay.
    pub fn allow(&self, survey: &Survey, edit: &Edit) -> Result<(), EditError> {
        let Edit::Question { question, new } = edit else {
            return Ok(());
        };
        if new.code != *question && self.has_question(question) {
            return Err(EditError::Published(question.clone()));
        }
        let Some(old) = survey.question(question.as_str()) else {
            return Ok(());
        };
        let kept = new.kind.options();
        let lost = old.kind.options().iter().find(|option| {
            self.has_option(question, &option.code)
                && !kept.iter().any(|kept| kept.code == option.code)
        });
        match lost {
            Some(option) => Err(EditError::Published(option.code.clone())),
            None => Ok(()),
        }
    }
}

/// A survey to begin with: one block and no question.
pub fn blank(code: Slug, languages: Vec<Language>) -> Survey {
    let main = suggest(&Text::default(), "main", |_| false);
    Survey {
        code,
        title: Text::default(),
        languages,
        intro: Text::default(),
        random_blocks: false,
        blocks: vec![Block {
            code: main,
            title: Text::default(),
            show_if: None,
            layout: None,
            anchored: false,
            random_questions: false,
            questions: Vec::new(),
        }],
        segments: Vec::new(),
        thank_you: Text::default(),
        endings: Vec::new(),
        quotas: Vec::new(),
    }
}

/// A question to begin with, under a code of its own; `None` for a name that is no kind.
pub fn new_question(survey: &Survey, kind: &str, text: Text) -> Option<Question> {
    let none = Text::default;
    let kind = match kind {
        "nps" => QuestionKind::Nps {
            low_label: none(),
            high_label: none(),
        },
        "csat" => QuestionKind::Csat {
            points: 5,
            style: RatingStyle::Numbers,
            low_label: none(),
            high_label: none(),
        },
        "ces" => QuestionKind::Ces {
            low_label: none(),
            high_label: none(),
        },
        "rating" => QuestionKind::Rating {
            points: 5,
            style: RatingStyle::Numbers,
            not_applicable: false,
            low_label: none(),
            high_label: none(),
        },
        "importance" => QuestionKind::Importance {
            of: without_importance(survey)?,
            points: 5,
            low_label: none(),
            high_label: none(),
        },
        "kano" => {
            let (attribute, side) = next_half(survey, &text);
            QuestionKind::Kano {
                attribute,
                side,
                label: none(),
            }
        }
        "single" => QuestionKind::Single {
            options: Vec::new(),
            random: false,
        },
        "multi" => QuestionKind::Multi {
            options: Vec::new(),
            random: false,
            max_choices: None,
        },
        "ranking" => QuestionKind::Ranking {
            options: Vec::new(),
            random: false,
            places: None,
        },
        "best_worst" => QuestionKind::BestWorst {
            options: Vec::new(),
            random: false,
        },
        "price" => QuestionKind::Price {
            points: 5,
            low_label: none(),
            high_label: none(),
        },
        "text" => QuestionKind::Text {
            long: true,
            max_length: 2_000,
        },
        "number" => QuestionKind::Number {
            min: None,
            max: None,
            decimals: 0,
        },
        "date" => QuestionKind::Date {
            min: None,
            max: None,
        },
        "email" => QuestionKind::Email,
        "phone" => QuestionKind::Phone,
        "contact" => QuestionKind::Contact {
            fields: ContactField::ALL.to_vec(),
        },
        "consent" => QuestionKind::Consent,
        "statement" => QuestionKind::Statement,
        _ => return None,
    };
    Some(Question {
        code: suggest_question_code(survey, &kind, &text),
        kind,
        text,
        hint: none(),
        required: false,
        show_if: None,
        drives: None,
        construct: None,
    })
}

/// The ratings, satisfactions and prices whose importance can be asked.
pub fn rated(survey: &Survey) -> impl Iterator<Item = &Question> {
    survey
        .questions()
        .map(|(_, _, question)| question)
        .filter(|question| question.kind.is_rated())
}

/// The first rating whose importance is not asked yet, else any rating; `None` without ratings.
fn without_importance(survey: &Survey) -> Option<Code> {
    let asked: BTreeSet<&Code> = survey
        .questions()
        .filter_map(|(_, _, question)| match &question.kind {
            QuestionKind::Importance { of, .. } => Some(of),
            _ => None,
        })
        .collect();
    let open = rated(survey).find(|question| {
        matches!(question.kind, QuestionKind::Rating { .. }) && !asked.contains(&question.code)
    });
    open.or_else(|| rated(survey).next())
        .map(|question| question.code.clone())
}

/// The half that a Kano pair still lacks, else the first half of a feature that is called by the first words of the text.
fn next_half(survey: &Survey, text: &Text) -> (Code, KanoSide) {
    let halves: Vec<(&Code, KanoSide)> = survey
        .questions()
        .filter_map(|(_, _, question)| match &question.kind {
            QuestionKind::Kano {
                attribute, side, ..
            } => Some((attribute, *side)),
            _ => None,
        })
        .collect();
    let lacking = halves
        .iter()
        .find(|(attribute, side)| !halves.contains(&(*attribute, side.other())));
    match lacking {
        Some((attribute, side)) => ((*attribute).clone(), side.other()),
        None => {
            let taken = |code: &Code| halves.iter().any(|(attribute, _)| *attribute == code);
            (suggest(text, "feature", taken), KanoSide::Functional)
        }
    }
}

/// A code that no question has yet: the metric's own name, the rating's with `_importance`, or the first words of the text.
pub fn suggest_question_code(survey: &Survey, kind: &QuestionKind, text: &Text) -> Code {
    let taken = |code: &Code| survey.question(code.as_str()).is_some();
    let none = Text::default();
    match kind {
        QuestionKind::Nps { .. } | QuestionKind::Csat { .. } | QuestionKind::Ces { .. } => {
            suggest(&none, kind.name(), taken)
        }
        QuestionKind::Importance { of, .. } => suggest(&none, &format!("{of}_importance"), taken),
        QuestionKind::Kano {
            attribute, side, ..
        } => suggest(&none, &format!("{attribute}_{}", side.code()), taken),
        _ => suggest(text, kind.name(), taken),
    }
}

/// A code for an option out of its text.
pub fn suggest_option_code(options: &[ChoiceOption], text: &Text) -> Code {
    suggest(text, "option", |code| {
        options.iter().any(|option| option.code == *code)
    })
}

/// A code for a segment out of its label.
pub fn suggest_segment_code(segments: &[Segment], label: &Text) -> Code {
    suggest(label, "segment", |code| {
        segments.iter().any(|segment| segment.code == *code)
    })
}

/// Longest code that is suggested: people type it in conditions and read it in columns.
const SUGGESTED: usize = 30;

/// The first words of the text in Latin letters, else `fallback`; numbered when it is taken.
pub(super) fn suggest(text: &Text, fallback: &str, taken: impl Fn(&Code) -> bool) -> Code {
    let words = latin(text.best(Language::En));
    let mut stem = String::new();
    for word in words.split('_').filter(|word| !word.is_empty()).take(4) {
        if !stem.is_empty() && stem.len() + word.len() > SUGGESTED {
            break;
        }
        if !stem.is_empty() {
            stem.push('_');
        }
        stem.push_str(word);
    }
    stem.truncate(SUGGESTED);
    if !stem.starts_with(|c: char| c.is_ascii_lowercase()) {
        stem = fallback.to_owned();
        stem.truncate(SUGGESTED * 2 - 4);
    }
    // A name of letters and a number is a code, and not every number is taken: the search ends with one.
    let mut code = Code::try_from(stem.clone());
    let mut n = 2;
    loop {
        match code {
            Ok(code) if !taken(&code) => return code,
            _ => code = Code::try_from(format!("{stem}_{n}")),
        }
        n += 1;
    }
}

/// Small Latin letters and digits, with `_` for everything between words.
fn latin(text: &str) -> String {
    let mut written = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        let letters = match c {
            'a'..='z' | '0'..='9' => {
                written.push(c);
                continue;
            }
            'а' => "a",
            'б' => "b",
            'в' => "v",
            'г' | 'ґ' => "g",
            'д' => "d",
            'е' | 'э' | 'є' => "e",
            'ё' => "yo",
            'ж' => "zh",
            'з' => "z",
            'и' | 'і' => "i",
            'ї' => "yi",
            'й' | 'ы' => "y",
            'к' => "k",
            'л' => "l",
            'м' => "m",
            'н' => "n",
            'о' => "o",
            'п' => "p",
            'р' => "r",
            'с' => "s",
            'т' => "t",
            'у' => "u",
            'ф' => "f",
            'х' => "h",
            'ц' => "ts",
            'ч' => "ch",
            'ш' => "sh",
            'щ' => "sht",
            'ъ' => "a",
            'ю' => "yu",
            'я' => "ya",
            'ь' | '’' | '\'' | 'ʼ' => "",
            _ => "_",
        };
        written.push_str(letters);
    }
    written
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::listen::quota::QuotaAction;

    fn code(text: &str) -> Code {
        text.parse().unwrap()
    }

    fn text(text: &str) -> Text {
        Text::of(Language::En, text)
    }

    fn survey() -> Survey {
        let option = |code: &str| json!({ "code": code, "text": { "en": code } });
        Survey::from_json(&json!({
            "code": "visit", "title": { "en": "Visit" }, "languages": ["en"],
            "blocks": [
                { "code": "main", "questions": [
                    { "code": "nps", "kind": "nps", "text": { "en": "Recommend?" } },
                    { "code": "taste", "kind": "rating", "text": { "en": "Taste" } },
                    { "code": "reason", "kind": "single", "text": { "en": "Why?" },
                      "options": [option("late"), option("rude")] },
                ]},
                { "code": "more", "show_if": "nps <= 6 and reason in (late, rude)", "questions": [
                    { "code": "late", "kind": "text", "text": { "en": "How late?" }, "show_if": "reason = late" },
                    { "code": "taste_importance", "kind": "importance", "of": "taste", "text": { "en": "Taste" } },
                ]},
            ],
        }))
        .unwrap()
    }

    fn order(survey: &Survey) -> String {
        let block = |block: &Block| {
            let codes: Vec<&str> = block.questions.iter().map(|q| q.code.as_str()).collect();
            format!("{}: {}", block.code, codes.join(" "))
        };
        survey
            .blocks
            .iter()
            .map(block)
            .collect::<Vec<_>>()
            .join(" | ")
    }

    fn after(edit: Edit) -> Survey {
        apply(&survey(), edit).unwrap()
    }

    #[test]
    fn questions_move_within_and_across_blocks() {
        let check = |question: &str, direction, expected: &str| {
            let moved = after(Edit::MoveQuestion(code(question), direction));
            assert_eq!(order(&moved), expected);
        };
        check(
            "taste",
            Direction::Up,
            "main: taste nps reason | more: late taste_importance",
        );
        check(
            "reason",
            Direction::Down,
            "main: nps taste | more: reason late taste_importance",
        );
        check(
            "late",
            Direction::Up,
            "main: nps taste reason late | more: taste_importance",
        );
        let edge = Edit::MoveQuestion(code("nps"), Direction::Up);
        assert_eq!(apply(&survey(), edge), Err(EditError::AtTheEdge));
    }

    #[test]
    fn blocks_come_go_and_move() {
        let added = after(Edit::AddBlock {
            after: Some(code("main")),
            title: text("About you"),
        });
        assert_eq!(
            order(&added),
            "main: nps taste reason | about_you:  | more: late taste_importance"
        );
        let moved = after(Edit::MoveBlock(code("more"), Direction::Up));
        assert_eq!(
            order(&moved),
            "more: late taste_importance | main: nps taste reason"
        );
        assert_eq!(
            order(&after(Edit::RemoveBlock(code("main")))),
            "more: late taste_importance"
        );
        let renamed = after(Edit::Block {
            block: code("main"),
            title: text("First"),
            show_if: Some("x".into()),
        });
        assert_eq!(renamed.blocks[0].title, text("First"));
        let shuffled = after(Edit::BlockOrder {
            block: code("more"),
            anchored: true,
            random_questions: true,
        });
        let more = &shuffled.blocks[1];
        assert!(more.anchored && more.random_questions);
        assert!(after(Edit::RandomBlocks(true)).random_blocks);
        let drawn = after(Edit::Layout(code("main"), Some(Layout::Matrix)));
        assert_eq!(drawn.blocks[0].layout, Some(Layout::Matrix));
        let nowhere = Edit::RemoveBlock(code("none"));
        assert_eq!(
            apply(&survey(), nowhere),
            Err(EditError::NoBlock(code("none")))
        );
    }

    #[test]
    fn a_question_is_added_at_its_place_under_a_code_of_its_own() {
        let survey = survey();
        let add = |kind: &str, words: &str, after: Option<&str>| {
            let question = Box::new(new_question(&survey, kind, text(words)).unwrap());
            let edit = Edit::AddQuestion {
                block: code("main"),
                after: after.map(code),
                question,
            };
            order(&apply(&survey, edit).unwrap())
        };
        assert_eq!(
            add("rating", "Speed of service, please!", Some("nps")),
            "main: nps speed_of_service_please taste reason | more: late taste_importance"
        );
        assert!(add("nps", "", None).starts_with("main: nps_2 nps"));
        assert!(add("importance", "", None).starts_with("main: taste_importance_2 nps"));
        assert!(
            add("rating", "Дружелюбие персонала", None)
                .starts_with("main: druzhelyubie_personala nps")
        );
        assert!(add("text", "???", None).starts_with("main: text nps"));
        assert!(new_question(&survey, "matrix", Text::default()).is_none());
        let empty = blank("s".parse().unwrap(), vec![Language::En]);
        assert!(
            new_question(&empty, "importance", Text::default()).is_none(),
            "of what?"
        );
    }

    #[test]
    fn conditions_follow_a_question_to_its_new_code() {
        let survey = survey();
        let mut new = survey.question("reason").unwrap().clone();
        new.code = code("why");
        if let QuestionKind::Single { options, .. } = &mut new.kind {
            options[0].code = code("too_late");
        }
        let renamed = apply(
            &survey,
            Edit::Question {
                question: code("reason"),
                new: Box::new(new),
            },
        )
        .unwrap();
        let block = &renamed.blocks[1];
        assert_eq!(
            block.show_if.as_deref(),
            Some("nps <= 6 and why in (too_late, rude)")
        );
        assert_eq!(
            block.questions[0].show_if.as_deref(),
            Some("why = too_late")
        );
        assert_eq!(
            block.questions[0].code,
            code("late"),
            "a question of the option's name is another thing"
        );
        assert!(renamed.publish(1, &[]).is_ok());

        let mut piped = survey.clone();
        piped.thank_you = text("You said {nps}");
        piped.endings = vec![Ending {
            code: code("sorry"),
            show_if: Some("nps<7".into()),
            title: text("Only {nps}?"),
            text: text("Sorry"),
            link: None,
        }];
        piped.quotas = vec![Quota {
            code: code("unhappy"),
            counts_if: Some("nps < 7".into()),
            limit: 10,
            then: QuotaAction::End(code("sorry")),
        }];
        piped.blocks[1].questions[0].hint = text("{nps|nothing} of 10");
        let mut new = piped.question("nps").unwrap().clone();
        new.code = code("recommend");
        let edit = Edit::Question {
            question: code("nps"),
            new: Box::new(new),
        };
        let renamed = apply(&piped, edit).unwrap();
        assert_eq!(renamed.thank_you, text("You said {recommend}"));
        assert_eq!(renamed.endings[0].show_if.as_deref(), Some("recommend < 7"));
        assert_eq!(renamed.endings[0].title, text("Only {recommend}?"));
        assert_eq!(
            renamed.quotas[0].counts_if.as_deref(),
            Some("recommend < 7")
        );
        assert!(renamed.publish(1, &[]).is_ok());
        for twice in [
            Edit::Endings([&renamed.endings[..], &renamed.endings].concat()),
            Edit::Quotas([&renamed.quotas[..], &renamed.quotas].concat()),
        ] {
            assert!(matches!(
                apply(&survey, twice),
                Err(EditError::CodeTaken(_))
            ));
        }
        let survey_with = apply(&survey, Edit::Endings(renamed.endings.clone())).unwrap();
        assert_eq!(survey_with.endings, renamed.endings);
        assert_eq!(
            renamed.blocks[1].questions[0].hint,
            text("{recommend|nothing} of 10")
        );

        let mut new = survey.question("taste").unwrap().clone();
        new.code = code("food");
        let renamed = apply(
            &survey,
            Edit::Question {
                question: code("taste"),
                new: Box::new(new),
            },
        )
        .unwrap();
        assert!(
            renamed.publish(1, &[]).is_ok(),
            "the importance follows too"
        );
    }

    #[test]
    fn a_code_is_given_once() {
        let survey = survey();
        let mut new = survey.question("taste").unwrap().clone();
        new.code = code("nps");
        let edit = Edit::Question {
            question: code("taste"),
            new: Box::new(new),
        };
        assert_eq!(apply(&survey, edit), Err(EditError::CodeTaken(code("nps"))));
        let option = ChoiceOption {
            code: code("late"),
            text: text("Late"),
            anchored: false,
        };
        let edit = Edit::AddOption {
            question: code("reason"),
            option,
        };
        assert_eq!(
            apply(&survey, edit),
            Err(EditError::CodeTaken(code("late")))
        );
        let segment = Segment {
            code: code("size"),
            label: Text::default(),
        };
        let edit = Edit::Segments(vec![segment.clone(), segment]);
        assert_eq!(
            apply(&survey, edit),
            Err(EditError::CodeTaken(code("size")))
        );
    }

    #[test]
    fn options_come_go_and_move() {
        let options = |survey: &Survey| {
            let options = survey.question("reason").unwrap().kind.options();
            options
                .iter()
                .map(|o| o.code.to_string())
                .collect::<Vec<_>>()
                .join(" ")
        };
        let question = code("reason");
        let option = ChoiceOption {
            code: code("cold"),
            text: text("Cold"),
            anchored: false,
        };
        assert_eq!(
            options(&after(Edit::AddOption {
                question: question.clone(),
                option
            })),
            "late rude cold"
        );
        let edit = Edit::RemoveOption {
            question: question.clone(),
            option: code("late"),
        };
        assert_eq!(options(&after(edit)), "rude");
        let edit = Edit::MoveOption {
            question: question.clone(),
            option: code("late"),
            direction: Direction::Down,
        };
        assert_eq!(options(&after(edit)), "rude late");
        let edit = Edit::RemoveOption {
            question,
            option: code("cold"),
        };
        assert_eq!(
            apply(&survey(), edit),
            Err(EditError::NoOption(code("cold")))
        );
    }

    #[test]
    fn every_kind_with_options_takes_more_of_them() {
        for kind in ["single", "multi", "ranking", "best_worst"] {
            let asked = new_question(&survey(), kind, text("Which?")).unwrap();
            let which = asked.code.clone();
            let add = Edit::AddQuestion {
                block: code("main"),
                after: None,
                question: Box::new(asked),
            };
            let option = Edit::AddOption {
                question: which.clone(),
                option: ChoiceOption {
                    code: code("speed"),
                    text: text("Speed"),
                    anchored: false,
                },
            };
            let survey = apply(&after(add), option).unwrap();
            let options = survey.question(which.as_str()).unwrap().kind.options();
            assert_eq!(options.len(), 1, "{kind}");
        }
    }

    #[test]
    fn a_published_code_stays() {
        let survey = survey();
        let published = PublishedCodes::of([&survey]);
        let mut new = survey.question("taste").unwrap().clone();
        new.text = text("Taste of the coffee");
        let edit = |new: &Question, was: &str| Edit::Question {
            question: code(was),
            new: Box::new(new.clone()),
        };
        assert_eq!(published.allow(&survey, &edit(&new, "taste")), Ok(()));
        new.code = code("coffee");
        assert_eq!(
            published.allow(&survey, &edit(&new, "taste")),
            Err(EditError::Published(code("taste")))
        );
        assert_eq!(
            PublishedCodes::default().allow(&survey, &edit(&new, "taste")),
            Ok(())
        );
        let mut new = survey.question("reason").unwrap().clone();
        if let QuestionKind::Single { options, .. } = &mut new.kind {
            options[1].code = code("impolite");
        }
        assert_eq!(
            published.allow(&survey, &edit(&new, "reason")),
            Err(EditError::Published(code("rude")))
        );
    }

    /// Blocks with numbers of questions, some of them empty.
    fn surveys() -> impl Strategy<Value = Survey> {
        prop::collection::vec(0..4_usize, 1..5).prop_map(|sizes| {
            let mut survey = blank("s".parse().unwrap(), vec![Language::En]);
            survey.blocks.clear();
            for (b, size) in sizes.into_iter().enumerate() {
                let questions = (0..size)
                    .map(|q| Question {
                        code: code(&format!("q{b}_{q}")),
                        ..new_question(&survey, "text", Text::default()).unwrap()
                    })
                    .collect();
                survey.blocks.push(Block {
                    code: code(&format!("b{b}")),
                    title: Text::default(),
                    show_if: None,
                    layout: None,
                    anchored: false,
                    random_questions: false,
                    questions,
                });
            }
            survey
        })
    }

    fn codes(survey: &Survey) -> BTreeSet<Code> {
        survey.questions().map(|(_, _, q)| q.code.clone()).collect()
    }

    proptest! {
        #[test]
        fn a_move_is_undone_by_the_move_back(survey in surveys(), pick in any::<prop::sample::Index>(), up in any::<bool>(), whole in any::<bool>()) {
            let direction = if up { Direction::Up } else { Direction::Down };
            let all: Vec<Code> = codes(&survey).into_iter().collect();
            let (there, back) = if whole || all.is_empty() {
                let block = survey.blocks[pick.index(survey.blocks.len())].code.clone();
                (Edit::MoveBlock(block.clone(), direction), Edit::MoveBlock(block, direction.back()))
            } else {
                let question = all[pick.index(all.len())].clone();
                (Edit::MoveQuestion(question.clone(), direction), Edit::MoveQuestion(question, direction.back()))
            };
            match apply(&survey, there) {
                Ok(moved) => {
                    prop_assert_ne!(&moved, &survey);
                    prop_assert_eq!(codes(&moved), codes(&survey), "nothing is lost");
                    prop_assert_eq!(apply(&moved, back), Ok(survey));
                }
                Err(error) => prop_assert_eq!(error, EditError::AtTheEdge),
            }
        }

        #[test]
        fn what_is_added_and_removed_leaves_no_trace(survey in surveys(), pick in any::<prop::sample::Index>(), words in "\\PC{0,60}") {
            let block = survey.blocks[pick.index(survey.blocks.len())].clone();
            let question = new_question(&survey, "rating", Text::of(Language::En, words)).unwrap();
            prop_assert!(!codes(&survey).contains(&question.code));
            let added = question.code.clone();
            let after = block.questions.first().map(|q| q.code.clone());
            let more = apply(&survey, Edit::AddQuestion { block: block.code, after, question: Box::new(question) }).unwrap();
            prop_assert_eq!(codes(&more).len(), codes(&survey).len() + 1);
            prop_assert_eq!(apply(&more, Edit::RemoveQuestion(added)), Ok(survey));
        }
    }
}
