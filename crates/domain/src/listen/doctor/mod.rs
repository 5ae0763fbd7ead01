//! The survey doctor: what in a draft will spoil its numbers or lose its respondents, said while it is written.
//!
//! A [`Defect`](super::Defect) keeps a survey from being published; a [`Remark`] does not. It says where and why, and the author
//! decides. Wording is judged in each language by the rules of that language.

mod reach;
mod wording;

use std::collections::BTreeMap;
use std::fmt;

use self::reach::{Reachable, can_hold};
use self::wording::{find, find_except, rules};
use super::duration::{MAX_MINUTES, estimate};
use super::show_if::Condition;
use super::survey::{DefectKind, Question, QuestionKind, RatingStyle, Survey};
use crate::{Code, Language, Text};

/// Something in a draft that had better be otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Where: `blocks[1].questions[0].text`; nothing for the survey as a whole.
    pub place: String,
    /// The question or block concerned, if one.
    pub code: Option<Code>,
    /// What it is.
    pub kind: RemarkKind,
    /// The languages in which it is so, where it is a matter of words.
    pub languages: Vec<Language>,
    /// The words that say so, as they were written in the first of these languages.
    pub words: Option<String>,
}

/// What had better be otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemarkKind {
    /// It takes longer than [`MAX_MINUTES`].
    TooLong,
    /// The wording says what to answer.
    Leading,
    /// One question asks about two things.
    DoubleBarrelled,
    /// The wording is negative.
    Negation,
    /// The ends of a scale have no words.
    NoEndLabels,
    /// The greatest point of a scale is its worst.
    Reversed,
    /// Ratings side by side have scales of different lengths.
    MixedScales,
    /// There are ratings, and nothing that they could explain.
    NoOutcome,
    /// Some ratings have their importance asked for and others have not.
    ImportanceMissing,
    /// Nobody can say anything in words of their own.
    NoOpenQuestion,
    /// A text that is there in one language lacks in another.
    NotTranslated,
    /// No answers lead there.
    Unreachable,
    /// It is asked who somebody is before they have agreed.
    PersonalData,
}

impl RemarkKind {
    /// All of them, in the order in which they are said.
    pub const ALL: [RemarkKind; 13] = [
        RemarkKind::TooLong,
        RemarkKind::Unreachable,
        RemarkKind::PersonalData,
        RemarkKind::NotTranslated,
        RemarkKind::Leading,
        RemarkKind::DoubleBarrelled,
        RemarkKind::Negation,
        RemarkKind::Reversed,
        RemarkKind::NoEndLabels,
        RemarkKind::MixedScales,
        RemarkKind::ImportanceMissing,
        RemarkKind::NoOutcome,
        RemarkKind::NoOpenQuestion,
    ];

    /// Its name in programs.
    pub fn code(self) -> &'static str {
        match self {
            RemarkKind::TooLong => "too_long",
            RemarkKind::Leading => "leading",
            RemarkKind::DoubleBarrelled => "double_barrelled",
            RemarkKind::Negation => "negation",
            RemarkKind::NoEndLabels => "no_end_labels",
            RemarkKind::Reversed => "reversed",
            RemarkKind::MixedScales => "mixed_scales",
            RemarkKind::NoOutcome => "no_outcome",
            RemarkKind::ImportanceMissing => "importance_missing",
            RemarkKind::NoOpenQuestion => "no_open_question",
            RemarkKind::NotTranslated => "not_translated",
            RemarkKind::Unreachable => "unreachable",
            RemarkKind::PersonalData => "personal_data",
        }
    }
}

/// What it is and why it matters, in English.
impl fmt::Display for RemarkKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RemarkKind::TooLong => "past four minutes: people leave long surveys, and hurry towards the end",
            RemarkKind::Leading => "leading: the wording suggests an answer, and the number will be too good",
            RemarkKind::DoubleBarrelled => {
                "two questions in one: whoever is content with one thing and not with the other cannot answer"
            }
            RemarkKind::Negation => "negative: people overlook the negation and answer the opposite",
            RemarkKind::NoEndLabels => "no words at the ends: nobody knows whether 1 is the best or the worst",
            RemarkKind::Reversed => "the other way round: numbers take the greatest point for the best",
            RemarkKind::MixedScales => "scales of different lengths side by side: people go on as they began",
            RemarkKind::NoOutcome => "ratings without an outcome: it cannot be said which of them matter",
            RemarkKind::ImportanceMissing => {
                "importance is asked for some ratings only: the others do not count in the satisfaction index"
            }
            RemarkKind::NoOpenQuestion => "no open question: what nobody thought of remains unknown",
            RemarkKind::NotTranslated => "not translated: some see it in another language",
            RemarkKind::Unreachable => "unreachable: there are no answers with which it is shown",
            RemarkKind::PersonalData => "personal data without consent: ask for agreement first",
        })
    }
}

/// Few questions need no open one.
const FEW: usize = 4;

/// Looks at a draft, with or without defects; a condition that cannot be read is a defect and is passed over here.
///
/// ```
/// use radost_domain::listen::{Survey, doctor::{RemarkKind, examine}};
/// let survey = Survey::from_json(&serde_json::json!({
///     "code": "visit", "title": { "en": "Visit" }, "languages": ["en"],
///     "blocks": [{ "code": "main", "questions": [
///         { "code": "nps", "kind": "nps", "text": { "en": "Would you recommend us?" },
///           "low_label": { "en": "not at all" }, "high_label": { "en": "certainly" } },
///         { "code": "taste", "kind": "rating", "style": "stars", "text": { "en": "How were the food and the service?" } },
///     ]}],
/// })).unwrap();
/// let remarks = examine(&survey);
/// assert_eq!(remarks.len(), 1);
/// assert_eq!((remarks[0].kind, remarks[0].words.as_deref()), (RemarkKind::DoubleBarrelled, Some("food and the")));
/// assert_eq!(remarks[0].place, "blocks[0].questions[1].text");
/// ```
pub fn examine(survey: &Survey) -> Vec<Remark> {
    let mut found = Found {
        survey,
        remarks: Vec::new(),
    };
    found.duration();
    found.translations();
    found.wording();
    found.scales();
    found.measures();
    found.reach();
    found.consent();
    let mut remarks = found.remarks;
    let rank = |kind| RemarkKind::ALL.iter().position(|&other| other == kind);
    remarks.sort_by_key(|remark| rank(remark.kind));
    remarks
}

struct Found<'s> {
    survey: &'s Survey,
    remarks: Vec<Remark>,
}

impl<'s> Found<'s> {
    fn say(&mut self, kind: RemarkKind, place: String, code: Option<&Code>) {
        self.say_in(kind, place, code, Vec::new(), None);
    }

    fn say_in(
        &mut self,
        kind: RemarkKind,
        place: String,
        code: Option<&Code>,
        languages: Vec<Language>,
        words: Option<&str>,
    ) {
        self.remarks.push(Remark {
            place,
            code: code.cloned(),
            kind,
            languages,
            words: words.map(str::to_owned),
        });
    }

    fn questions(&self) -> impl Iterator<Item = (String, &'s Question)> + use<'s> {
        let questions = self.survey.questions();
        questions.map(|(b, q, question)| (format!("blocks[{b}].questions[{q}]"), question))
    }

    fn duration(&mut self) {
        let languages = self.survey.languages.iter().copied();
        let long =
            languages.filter(|&language| estimate(self.survey, language).minutes() > MAX_MINUTES);
        let long: Vec<Language> = long.collect();
        if !long.is_empty() {
            self.say_in(RemarkKind::TooLong, String::new(), None, long, None);
        }
    }

    /// What publishing says of texts, but for those that nobody has written in any language.
    fn translations(&mut self) {
        let Err(defects) = self.survey.publish(1, &[]) else {
            return;
        };
        let mut lacking: Vec<(String, Option<Code>, Vec<Language>)> = Vec::new();
        for defect in defects {
            let DefectKind::MissingText(language) = defect.kind else {
                continue;
            };
            let place = defect.place.strip_suffix(&format!(".{language}"));
            let place = place.unwrap_or(&defect.place).to_owned();
            match lacking.last_mut() {
                Some((last, _, languages)) if *last == place => languages.push(language),
                _ => lacking.push((place, defect.code, vec![language])),
            }
        }
        lacking.retain(|(_, _, languages)| languages.len() < self.survey.languages.len());
        for (place, code, languages) in lacking {
            self.say_in(
                RemarkKind::NotTranslated,
                place,
                code.as_ref(),
                languages,
                None,
            );
        }
    }

    fn wording(&mut self) {
        let questions: Vec<_> = self.questions().collect();
        for (place, question) in questions {
            // What a box agrees to is not a question, and the halves of a Kano pair are what they are.
            if matches!(
                question.kind,
                QuestionKind::Consent | QuestionKind::Statement | QuestionKind::Kano { .. }
            ) {
                continue;
            }
            let place = format!("{place}.text");
            let scale = question.kind.scale().is_some();
            // The question of recommendation has its fixed words: "a friend or colleague".
            let one_thing = scale && !matches!(question.kind, QuestionKind::Nps { .. });
            let judge = |look: &dyn Fn(&'s str, Language) -> Option<&'s str>| {
                let languages = self.survey.languages.iter();
                let found = languages.filter_map(|&language| {
                    let words = look(question.text.in_language(language)?, language)?;
                    Some((language, words))
                });
                found.collect::<Vec<_>>()
            };
            let leading = judge(&|text, language| find(text, rules(language).leading));
            let joined = judge(&|text, language| {
                let rules = rules(language);
                find_except(text, rules.joins, rules.joined, true).filter(|_| one_thing)
            });
            let negated = judge(&|text, language| {
                let rules = rules(language);
                let found = find_except(text, rules.negations, rules.harmless, false);
                found.filter(|_| scale && find(text, rules.leading).is_none())
            });
            for (kind, found) in [
                (RemarkKind::Leading, leading),
                (RemarkKind::DoubleBarrelled, joined),
                (RemarkKind::Negation, negated),
            ] {
                if let Some(&(_, words)) = found.first() {
                    let languages = found.into_iter().map(|(language, _)| language).collect();
                    let code = Some(&question.code);
                    self.say_in(kind, place.clone(), code, languages, Some(words));
                }
            }
        }
    }

    fn scales(&mut self) {
        let questions: Vec<_> = self.questions().collect();
        for (place, question) in questions {
            let Some((low, high)) = question.kind.end_labels() else {
                continue;
            };
            // Stars and faces say themselves which end is which.
            let drawn = matches!(
                question.kind,
                QuestionKind::Csat { style, .. } | QuestionKind::Rating { style, .. } if style != RatingStyle::Numbers
            );
            let code = Some(&question.code);
            if (low.is_empty() || high.is_empty()) && !drawn {
                self.say(RemarkKind::NoEndLabels, place.clone(), code);
            }
            let languages = self.survey.languages.iter().copied();
            let reversed = languages.filter(|&language| {
                let at = |text: &Text| {
                    text.in_language(language)
                        .map(|text| polarity(text, language))
                };
                at(low) == Some(Polarity::Good) && at(high) == Some(Polarity::Bad)
            });
            let reversed: Vec<Language> = reversed.collect();
            if let Some(&first) = reversed.first() {
                let words = low.in_language(first).unwrap_or_default();
                let place = format!("{place}.low_label");
                self.say_in(RemarkKind::Reversed, place, code, reversed, Some(words));
            }
        }
        for (b, block) in self.survey.blocks.iter().enumerate() {
            let ratings = block.questions.iter().enumerate();
            let mut ratings =
                ratings.filter(|(_, q)| matches!(q.kind, QuestionKind::Rating { .. }));
            let first = ratings
                .next()
                .and_then(|(_, question)| question.kind.scale());
            let other = ratings.find(|(_, question)| question.kind.scale() != first);
            if let Some((q, question)) = other {
                let place = format!("blocks[{b}].questions[{q}].points");
                self.say(RemarkKind::MixedScales, place, Some(&question.code));
            }
        }
    }

    fn measures(&mut self) {
        let kinds = || self.survey.questions().map(|(_, _, question)| question);
        let rated: Vec<&Question> = kinds()
            .filter(|question| matches!(question.kind, QuestionKind::Rating { .. }))
            .collect();
        let headline = |question: &Question| {
            question.kind.is_outcome() && !matches!(question.kind, QuestionKind::Rating { .. })
        };
        let outcome = kinds().any(|question| headline(question) || question.drives.is_some());
        if rated.len() > 1 && !outcome {
            self.say(RemarkKind::NoOutcome, String::new(), None);
        }
        let weighed: Vec<&Code> = kinds()
            .filter_map(|question| match &question.kind {
                QuestionKind::Importance { of, .. } => Some(of),
                _ => None,
            })
            .collect();
        if !weighed.is_empty() {
            let questions: Vec<_> = self.questions().collect();
            for (place, question) in questions {
                if matches!(question.kind, QuestionKind::Rating { .. })
                    && !weighed.contains(&&question.code)
                {
                    self.say(RemarkKind::ImportanceMissing, place, Some(&question.code));
                }
            }
        }
        // Kano pairs are a study of their own.
        let answered = kinds().filter(|question| {
            question.kind.takes_answer() && !matches!(question.kind, QuestionKind::Kano { .. })
        });
        if answered.count() >= FEW
            && !kinds().any(|question| matches!(question.kind, QuestionKind::Text { .. }))
        {
            self.say(RemarkKind::NoOpenQuestion, String::new(), None);
        }
    }

    fn reach(&mut self) {
        let mut seen: BTreeMap<&str, &QuestionKind> = BTreeMap::new();
        let mut reachable: Vec<Reachable<'s>> = Vec::new();
        let mut left = reach::MOST;
        let survey = self.survey;
        for (b, block) in survey.blocks.iter().enumerate() {
            let read = |source: &Option<String>, seen: &BTreeMap<&str, &QuestionKind>| {
                let source = source
                    .as_deref()
                    .filter(|source| !source.trim().is_empty())?;
                Condition::parse(source, &|name| {
                    seen.get(name).map(|kind| *kind as &QuestionKind)
                })
                .ok()
            };
            let on_block = read(&block.show_if, &seen);
            let before = &reachable[..];
            let hidden = on_block
                .as_ref()
                .is_some_and(|one| !can_hold(std::slice::from_ref(one), before, &mut left));
            if hidden {
                self.say(
                    RemarkKind::Unreachable,
                    format!("blocks[{b}].show_if"),
                    Some(&block.code),
                );
            }
            for (q, question) in block.questions.iter().enumerate() {
                let own = read(&question.show_if, &seen);
                let has_own = own.is_some();
                let conditions: Vec<Condition> = on_block.iter().cloned().chain(own).collect();
                if hidden || (has_own && !can_hold(&conditions, &reachable, &mut left)) {
                    if !hidden {
                        let place = format!("blocks[{b}].questions[{q}].show_if");
                        self.say(RemarkKind::Unreachable, place, Some(&question.code));
                    }
                } else if question.kind.takes_answer() {
                    reachable.push((question, conditions));
                }
                seen.insert(question.code.as_str(), &question.kind);
            }
        }
    }

    fn consent(&mut self) {
        let survey = self.survey;
        let mut agreed = false;
        for (b, block) in survey.blocks.iter().enumerate() {
            // Agreement on the same page is seen before it is sent.
            agreed |= block
                .questions
                .iter()
                .any(|q| matches!(q.kind, QuestionKind::Consent));
            if agreed {
                return;
            }
            for (q, question) in block.questions.iter().enumerate() {
                let place = format!("blocks[{b}].questions[{q}]");
                let code = Some(&question.code);
                match &question.kind {
                    QuestionKind::Email | QuestionKind::Phone | QuestionKind::Contact { .. } => {
                        self.say(RemarkKind::PersonalData, place, code);
                    }
                    QuestionKind::Text { .. } => {
                        let asked = survey.languages.iter().filter_map(|&language| {
                            let text = question.text.in_language(language)?;
                            Some((language, find(text, rules(language).personal)?))
                        });
                        let asked: Vec<_> = asked.collect();
                        if let Some(&(_, words)) = asked.first() {
                            let languages =
                                asked.into_iter().map(|(language, _)| language).collect();
                            let place = format!("{place}.text");
                            self.say_in(
                                RemarkKind::PersonalData,
                                place,
                                code,
                                languages,
                                Some(words),
                            );
                        }
                    }
                    _ => {}
                }
            }
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Polarity {
    Good,
    Bad,
    Unknown,
}

/// Whether the words at an end of a scale are those of a good or of a bad answer.
fn polarity(text: &str, language: Language) -> Polarity {
    let rules = rules(language);
    // "Not satisfied" has a good word in it.
    if find(text, rules.bad).is_some() {
        Polarity::Bad
    } else if find(text, rules.good).is_some() {
        Polarity::Good
    } else {
        Polarity::Unknown
    }
}
