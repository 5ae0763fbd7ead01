//! How long a survey takes, estimated while it is written: an answer that costs more than four minutes is not given.
//!
//! ```text
//! seconds(question) = (reading + answering) · ½ if it or its block has a condition
//! reading           = 0.068 · characters that are no blanks
//! answering         = 4 a scale              3 the next on the same scale in the same block
//!                     3 one of the options   2 any of the options, and 1 more for each of them
//!                     3 for each option that is put in order     6 the best and the worst of a set
//!                    10 a line of words     30 a longer text; half of that when it may be left empty
//!                    10 for each of name, e-mail and phone; half of that likewise
//!                     6 a number             8 a day     3 a box to tick
//! seconds(survey)   = intro + titles of blocks + questions
//! ```
//! The labels of a scale are read once, not again in the next row of the same scale; in a matrix not again at all.
//!
//! # Sources
//! Reading: 68 ms per character, the mean of 14 alphabetic languages (Trauzettel-Klosinski & Dietz 2012, Investigative
//! Ophthalmology & Visual Science 53(9), 5452–5461). Characters are counted and not words, since over alphabetic languages they
//! differ least: a Russian word is longer than an English one. It is the pace of reading aloud, 200 English words a
//! minute or somewhat more: right for an interviewer, careful for a silent reader. Ukrainian and Bulgarian were not among
//! the 14 and are taken to be like Russian, which was.
//!
//! Answering: our own rule of thumb, not a measurement. A place in an order takes as long as one choice, since it is one among
//! the options that are left. It puts a recommendation question at eight to nine seconds, where
//! Pew Research Center counts "about 10 seconds or so" for a question that stands alone (Decoded, 8 December 2022).
//! The seconds per question that come with responses tell how right it is for your survey.

use super::layout::Layout;
use super::survey::{Question, QuestionKind, Survey};
use crate::{Code, Language, Text};

/// A survey that takes longer tires people.
pub const MAX_MINUTES: f64 = 4.0;

const SECONDS_PER_CHARACTER: f64 = 0.068;

/// How long a survey takes one respondent, on average.
#[derive(Debug, Clone, PartialEq)]
pub struct DurationEstimate {
    /// All of it, from the intro to the last answer.
    pub seconds: f64,
    /// What each question adds, in the order of the survey.
    pub questions: Vec<(Code, f64)>,
}

impl DurationEstimate {
    /// All of it, in minutes.
    pub fn minutes(&self) -> f64 {
        self.seconds / 60.0
    }

    /// Whether it is past [`MAX_MINUTES`].
    pub fn too_long(&self) -> bool {
        self.minutes() > MAX_MINUTES
    }
}

/// Estimates how long `survey` takes in `language`. Works on drafts too: a text that was not translated yet counts in the
/// language in which it was written.
///
/// ```
/// use radost_domain::{Language, listen::{Survey, duration::estimate}};
/// let survey = Survey::from_json(&serde_json::json!({
///     "code": "pulse", "title": { "en": "Pulse" }, "languages": ["en"],
///     "blocks": [{ "code": "main", "questions": [
///         // 38 characters to read, and a scale: 38 · 0.068 + 4 = 6.6 s
///         { "code": "nps", "kind": "nps", "text": { "en": "How likely are you to recommend us to friends?" },
///           "low_label": {}, "high_label": {} },
///         // 12 characters, and half of 30 s since it is optional; half of that since not everybody is asked: 7.9 s
///         { "code": "why", "kind": "text", "long": true, "show_if": "nps <= 6", "text": { "en": "What is wrong?" } },
///     ]}],
/// })).unwrap();
/// let estimate = estimate(&survey, Language::En);
/// assert!((estimate.seconds - 14.5).abs() < 0.1, "{estimate:?}");
/// assert!(!estimate.too_long());
/// ```
pub fn estimate(survey: &Survey, language: Language) -> DurationEstimate {
    let mut seconds = reading(&survey.intro, language);
    let mut questions = Vec::new();
    for block in &survey.blocks {
        seconds += reading(&block.title, language) * share_of_respondents(block.show_if.as_deref());
        for (q, question) in block.questions.iter().enumerate() {
            let conditional = question.show_if.as_deref().or(block.show_if.as_deref());
            // In a table all rows and their importances share their headings.
            let nearest = match block.layout {
                Some(Layout::Matrix) => 0,
                None => q.saturating_sub(1),
            };
            let before = &block.questions[nearest..q];
            let spent = of_question(question, before, language) * share_of_respondents(conditional);
            seconds += spent;
            questions.push((question.code.clone(), spent));
        }
    }
    DurationEstimate { seconds, questions }
}

/// Half of the people meet a condition, for all we know.
fn share_of_respondents(condition: Option<&str>) -> f64 {
    if condition.is_some_and(|source| !source.trim().is_empty()) {
        0.5
    } else {
        1.0
    }
}

fn reading(text: &Text, language: Language) -> f64 {
    let characters = text
        .best(language)
        .chars()
        .filter(|c| !c.is_whitespace())
        .count();
    characters as f64 * SECONDS_PER_CHARACTER
}

/// `before` are the questions whose scale is still before one's eyes.
fn of_question(question: &Question, before: &[Question], language: Language) -> f64 {
    let options: f64 = question
        .kind
        .options()
        .iter()
        .map(|option| reading(&option.text, language))
        .sum();
    // What people make themselves, half of them leave out where they may.
    let own = |seconds: f64| seconds * if question.required { 1.0 } else { 0.5 };
    let answering = match &question.kind {
        kind if kind.scale().is_some() => {
            let known = before.iter().any(|row| same_scale(&row.kind, kind));
            match kind.end_labels() {
                _ if known => 3.0,
                Some((low, high)) => 4.0 + reading(low, language) + reading(high, language),
                // Five answers, the same every time.
                None => {
                    let answers =
                        super::kano::answers(language).map(|answer| Text::of(language, answer));
                    4.0 + answers
                        .iter()
                        .map(|answer| reading(answer, language))
                        .sum::<f64>()
                }
            }
        }
        QuestionKind::Single { .. } => 3.0,
        QuestionKind::Multi { options, .. } => 2.0 + options.len() as f64,
        QuestionKind::Ranking { .. } => 3.0 * question.kind.places().unwrap_or_default() as f64,
        QuestionKind::BestWorst { .. } => 6.0,
        QuestionKind::Text { long, .. } => own(if *long { 30.0 } else { 10.0 }),
        QuestionKind::Email | QuestionKind::Phone => own(10.0),
        QuestionKind::Contact { fields } => own(10.0 * fields.len() as f64),
        QuestionKind::Number { .. } => 6.0,
        QuestionKind::Date { .. } => 8.0,
        QuestionKind::Consent => 3.0,
        _ => 0.0,
    };
    reading(&question.text, language) + reading(&question.hint, language) + options + answering
}

/// Whether the second question looks like another row of the first.
fn same_scale(first: &QuestionKind, second: &QuestionKind) -> bool {
    first.name() == second.name()
        && first.scale() == second.scale()
        && first.end_labels() == second.end_labels()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn estimate_of(questions: Value) -> DurationEstimate {
        let document = json!({
            "code": "s", "title": { "en": "S" }, "languages": ["en"],
            "blocks": [{ "code": "main", "questions": questions }],
        });
        estimate(&Survey::from_json(&document).unwrap(), Language::En)
    }

    #[test]
    fn each_kind_takes_its_time() {
        let options = json!([
            { "code": "a", "text": { "en": "0123456789" } },
            { "code": "b", "text": { "en": "0123456789" } },
        ]);
        let check = |question: Value, expected: f64| {
            let mut question = question;
            question["code"] = json!("q");
            question["text"] = json!({ "en": "ten letters" });
            let seconds = estimate_of(json!([question])).seconds;
            assert!(
                (seconds - 0.68 - expected).abs() < 1e-9,
                "{question}: {seconds}"
            );
        };
        check(json!({ "kind": "nps" }), 4.0);
        check(
            json!({ "kind": "csat", "low_label": { "en": "01234" }, "high_label": { "en": "56789" } }),
            4.68,
        );
        check(json!({ "kind": "single", "options": options }), 3.0 + 1.36);
        check(json!({ "kind": "multi", "options": options }), 4.0 + 1.36);
        check(json!({ "kind": "ranking", "options": options }), 6.0 + 1.36);
        check(
            json!({ "kind": "ranking", "options": options, "places": 1 }),
            3.0 + 1.36,
        );
        check(
            json!({ "kind": "best_worst", "options": options }),
            6.0 + 1.36,
        );
        check(json!({ "kind": "price" }), 4.0);
        check(json!({ "kind": "email", "required": true }), 10.0);
        check(json!({ "kind": "phone" }), 5.0);
        check(json!({ "kind": "contact", "required": true }), 30.0);
        check(json!({ "kind": "contact", "fields": ["email"] }), 5.0);
        check(json!({ "kind": "text" }), 5.0);
        check(json!({ "kind": "text", "required": true }), 10.0);
        check(json!({ "kind": "text", "long": true }), 15.0);
        check(json!({ "kind": "number" }), 6.0);
        check(json!({ "kind": "date" }), 8.0);
        check(json!({ "kind": "consent" }), 3.0);
        check(json!({ "kind": "statement" }), 0.0);
        check(
            json!({ "kind": "number", "hint": { "en": "01234 56789" } }),
            6.68,
        );
        check(json!({ "kind": "number", "show_if": "x = 1" }), 3.0 - 0.34);
    }

    #[test]
    fn the_next_row_of_a_scale_is_faster() {
        let rating = |code: &str, points: u8| {
            let label = json!({ "en": "0123456789" });
            json!({ "code": code, "kind": "rating", "points": points, "text": { "en": "0123456789" },
                    "low_label": label, "high_label": label })
        };
        let estimate = estimate_of(json!([rating("a", 5), rating("b", 5), rating("c", 7)]));
        let seconds: Vec<f64> = estimate
            .questions
            .iter()
            .map(|(_, seconds)| (seconds * 100.0).round() / 100.0)
            .collect();
        assert_eq!(seconds, [6.04, 3.68, 6.04]);
    }

    #[test]
    fn a_table_has_its_headings_once() {
        let rating = |code: &str| json!({ "code": code, "kind": "rating", "text": {} });
        let importance = |of: &str| json!({ "code": format!("{of}_i"), "kind": "importance", "of": of, "text": {} });
        let questions = [rating("a"), importance("a"), rating("b"), importance("b")];
        let check = |layout: Value, expected: [f64; 4]| {
            let document = json!({
                "code": "s", "title": { "en": "S" }, "languages": ["en"],
                "blocks": [{ "code": "main", "layout": layout, "questions": questions }],
            });
            let survey = Survey::from_json(&document).unwrap();
            let estimate = estimate(&survey, Language::En);
            let seconds: Vec<f64> = estimate.questions.iter().map(|(_, s)| *s).collect();
            assert_eq!(seconds, expected, "{layout}");
        };
        check(json!(null), [4.0, 4.0, 4.0, 4.0]);
        check(json!("matrix"), [4.0, 4.0, 3.0, 3.0]);
    }

    #[test]
    fn four_minutes_are_enough() {
        let texts: Vec<Value> =
            (0..8).map(|i| json!({ "code": format!("t{i}"), "kind": "text", "long": true, "required": true, "text": { "en": "0123456789" } })).collect();
        let estimate = estimate_of(json!(texts));
        assert!(estimate.minutes() > 4.0 && estimate.too_long());
        assert!(!estimate_of(json!(&texts[..7])).too_long());
    }
}
