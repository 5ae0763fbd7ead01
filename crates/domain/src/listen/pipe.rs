//! Piping: earlier answers in the texts of a survey.
//!
//! ```text
//! {city}          the answer to `city`, nothing when there is none
//! {city|there}    the answer, or "there"
//! {{city}         the words "{city}"
//! ```
//! Titles of blocks, questions, hints, labels, options and what is said at the end can have it, each language by itself. A brace
//! that is not followed by a code and `}` or `|` is a brace. What has the form of a pipe and names no question that is asked before
//! is a defect when the survey is published. The question may be on the same page: its answer is known once the page was sent.
//!
//! What is put in is plain text, whatever the respondent wrote. Escaping it is up to the page, which escapes all texts. It is never
//! read for pipes again. It may be personal, such as a name: it is shown to the respondent who gave it, and stored nowhere.

use std::borrow::Cow;

use super::answer::{Answer, Answers, NOT_APPLICABLE};
use super::contact::ContactField;
use super::kano;
use super::survey::{PublishedSurvey, Question, QuestionKind};
use crate::{Code, Language};

/// Most characters that are taken of an answer; a title is no place for a page of words.
pub const MAX_PIPED: usize = 200;

/// A part of a text.
#[derive(Debug, PartialEq)]
enum Part<'t> {
    Words(&'t str),
    /// The code of a question, and what stands there without an answer.
    Answer(Code, Option<&'t str>),
}

/// The parts of a text, one behind the other.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(brace) = rest.find('{') {
        let (words, piped) = rest.split_at(brace);
        parts.push(Part::Words(words));
        let (part, length) = match pipe(piped) {
            Some(found) => found,
            None if piped.starts_with("{{") => (Part::Words("{"), 2),
            None => (Part::Words("{"), 1),
        };
        parts.push(part);
        rest = &piped[length..];
    }
    parts.push(Part::Words(rest));
    parts
}

/// The pipe with which a text begins, and its length in bytes.
fn pipe(text: &str) -> Option<(Part<'_>, usize)> {
    let inside = text.strip_prefix('{')?;
    let end = inside.find(['{', '}'])?;
    if !inside[end..].starts_with('}') {
        return None;
    }
    let (code, otherwise) = match inside[..end].split_once('|') {
        Some((code, otherwise)) => (code, Some(otherwise)),
        None => (&inside[..end], None),
    };
    Some((Part::Answer(code.parse().ok()?, otherwise), end + 2))
}

/// The codes of the questions whose answers a text speaks of.
///
/// ```
/// use radost_domain::listen::pipe::codes;
/// let found = codes("{name|Dear guest}, what was wrong in {city}? {{smile} {}");
/// assert_eq!(found.iter().map(|code| code.as_str()).collect::<Vec<_>>(), ["name", "city"]);
/// ```
pub fn codes(text: &str) -> Vec<Code> {
    let code = |part| match part {
        Part::Answer(code, _) => Some(code),
        Part::Words(_) => None,
    };
    parts(text).into_iter().filter_map(code).collect()
}

/// The text with earlier answers put in.
pub fn fill<'t>(
    text: &'t str,
    answers: &Answers,
    survey: &PublishedSurvey,
    language: Language,
) -> Cow<'t, str> {
    if !text.contains('{') {
        return Cow::Borrowed(text);
    }
    let mut filled = String::with_capacity(text.len());
    for part in parts(text) {
        match part {
            Part::Words(words) => filled.push_str(words),
            Part::Answer(code, otherwise) => {
                let question = survey.question(code.as_str());
                let said = question
                    .zip(answers.get(&code))
                    .and_then(|(published, answer)| said(&published.question, answer, language));
                filled.push_str(said.as_deref().or(otherwise).unwrap_or_default());
            }
        }
    }
    Cow::Owned(filled)
}

/// The text after a question was given another code; `None` when it does not speak of it.
pub(super) fn renamed(text: &str, from: &Code, to: &Code) -> Option<String> {
    if !codes(text).contains(from) {
        return None;
    }
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(brace) = rest.find('{') {
        let (words, piped) = rest.split_at(brace);
        written.push_str(words);
        let length = match pipe(piped) {
            Some((Part::Answer(code, _), length)) if code == *from => {
                let behind = 1 + from.as_str().len();
                written.push('{');
                written.push_str(to.as_str());
                written.push_str(&piped[behind..length]);
                length
            }
            Some((_, length)) => {
                written.push_str(&piped[..length]);
                length
            }
            None => {
                let length = if piped.starts_with("{{") { 2 } else { 1 };
                written.push_str(&piped[..length]);
                length
            }
        };
        rest = &piped[length..];
    }
    written.push_str(rest);
    Some(written)
}

/// Whether there are words for the answers to such a question.
pub(super) fn has_words(kind: &QuestionKind) -> bool {
    match kind {
        QuestionKind::Contact { fields } => fields.contains(&ContactField::Name),
        QuestionKind::Consent | QuestionKind::Statement => false,
        _ => true,
    }
}

/// An answer in words: the text of an option, a number or a day as it is written in that language, the name of a contact.
fn said(question: &Question, answer: &Answer, language: Language) -> Option<String> {
    let kind = &question.kind;
    let option = |code: &str| {
        let chosen = kind
            .options()
            .iter()
            .find(|option| option.code.as_str() == code);
        chosen.map(|option| option.text.best(language).to_owned())
    };
    let words = match answer {
        _ if !has_words(kind) => return None,
        Answer::Scale(point) if matches!(kind, QuestionKind::Kano { .. }) => {
            let index = usize::try_from(point - 1).ok()?;
            (*kano::answers(language).get(index)?).to_owned()
        }
        Answer::Scale(point) => point.to_string(),
        Answer::Number(number) => {
            let decimals = match kind {
                QuestionKind::Number { decimals, .. } => usize::from(*decimals),
                _ => 0,
            };
            let written = format!("{number:.decimals$}");
            match language {
                Language::En => written,
                Language::Ru | Language::Uk | Language::Bg => written.replace('.', ","),
            }
        }
        Answer::Text(text) => match kind {
            QuestionKind::Single { .. } => option(text)?,
            QuestionKind::Date { .. } => {
                let day = answer.day()?;
                match language {
                    Language::En => day.to_string(),
                    Language::Ru | Language::Uk | Language::Bg => {
                        format!("{:02}.{:02}.{}", day.day(), day.month(), day.year())
                    }
                }
            }
            _ if kind.scale().is_some() && text == NOT_APPLICABLE => return None,
            _ => short(text),
        },
        Answer::Choices(chosen) => {
            let texts: Vec<String> = chosen
                .iter()
                .filter_map(|code| option(code.as_str()))
                .collect();
            texts.join(", ")
        }
        Answer::Contact(contact) => contact.get(&ContactField::Name)?.clone(),
        Answer::Consent(_) => return None,
    };
    (!words.is_empty()).then_some(words)
}

/// Words on one line, cut at [`MAX_PIPED`].
fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_PIPED) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::listen::Survey;

    fn survey() -> PublishedSurvey {
        let text = json!({ "en": "?", "bg": "?" });
        let option = |code: &str, en: &str, bg: &str| json!({ "code": code, "text": { "en": en, "bg": bg } });
        let options = json!([
            option("coffee", "Coffee", "Кафе"),
            option("tea", "Tea", "Чай"),
            option("cake", "Cake", "Торта"),
        ]);
        let half = |code: &str, side: &str| json!({ "code": code, "kind": "kano", "attribute": "wifi", "side": side, "text": text });
        let question = |code: &str, settings: Value| {
            let mut question = settings;
            question["code"] = json!(code);
            question["text"] = text.clone();
            question
        };
        Survey::from_json(&json!({
            "code": "s", "title": text, "languages": ["en", "bg"],
            "blocks": [{ "code": "main", "questions": [
                question("nps", json!({ "kind": "nps" })),
                question("wifi", json!({ "kind": "rating", "not_applicable": true })),
                half("there", "functional"), half("missing", "dysfunctional"),
                question("drink", json!({ "kind": "single", "options": options })),
                question("liked", json!({ "kind": "multi", "options": options })),
                question("order", json!({ "kind": "ranking", "options": options })),
                question("spent", json!({ "kind": "number", "decimals": 2 })),
                question("age", json!({ "kind": "number" })),
                question("visited", json!({ "kind": "date" })),
                question("words", json!({ "kind": "text" })),
                question("me", json!({ "kind": "contact" })),
                question("news", json!({ "kind": "consent" })),
            ]}],
        }))
        .unwrap()
        .publish(1, &[])
        .unwrap()
    }

    #[test]
    fn answers_are_put_in_as_they_are_said() {
        let survey = survey();
        let check = |text: &str, answers: Value, en: &str, bg: &str| {
            let answers: Answers = serde_json::from_value(answers).unwrap();
            for (language, expected) in [(Language::En, en), (Language::Bg, bg)] {
                assert_eq!(fill(text, &answers, &survey, language), expected, "{text}");
            }
        };
        let both =
            |text: &str, answers: Value, expected: &str| check(text, answers, expected, expected);
        check(
            "Why {drink}?",
            json!({ "drink": "tea" }),
            "Why Tea?",
            "Why Чай?",
        );
        check(
            "{liked}",
            json!({ "liked": ["cake", "tea"] }),
            "Cake, Tea",
            "Торта, Чай",
        );
        check(
            "{order}",
            json!({ "order": ["tea", "cake", "coffee"] }),
            "Tea, Cake, Coffee",
            "Чай, Торта, Кафе",
        );
        check(
            "{there}",
            json!({ "there": 2 }),
            "I expect it",
            "Така трябва да бъде",
        );
        check("{spent}", json!({ "spent": 12.5 }), "12.50", "12,50");
        check(
            "{visited}",
            json!({ "visited": "2026-03-01" }),
            "2026-03-01",
            "01.03.2026",
        );
        both("{nps} of 10", json!({ "nps": 7 }), "7 of 10");
        both("{age}", json!({ "age": 35.0 }), "35");
        both("{words}", json!({ "words": "cold\n soup" }), "cold soup");
        both(
            "{me|guest}",
            json!({ "me": { "name": "Olena", "phone": "+380441234567" } }),
            "Olena",
        );
        // Nothing to say.
        both(
            "Dear {me|guest}!",
            json!({ "me": { "phone": "+380441234567" } }),
            "Dear guest!",
        );
        both("Dear {me}!", json!({}), "Dear !");
        both("{wifi|-}", json!({ "wifi": "n/a" }), "-");
        both("{news|-}{nothing|-}", json!({ "news": true }), "--");
        both("{words||}", json!({}), "|");
        // An answer is not read for pipes.
        both(
            "{words}",
            json!({ "words": "{nps} {{", "nps": 3 }),
            "{nps} {{",
        );
        let long = "я".repeat(300);
        both(
            "{words}",
            json!({ "words": long }),
            &format!("{}…", "я".repeat(200)),
        );
    }

    #[test]
    fn braces_that_are_no_pipes_stay() {
        let survey = survey();
        let check = |text: &str, expected: &str| {
            let answers = Answers::from([("nps".parse().unwrap(), Answer::Scale(7))]);
            assert_eq!(
                fill(text, &answers, &survey, Language::En),
                expected,
                "{text}"
            );
        };
        check("no braces", "no braces");
        check("{{nps}", "{nps}");
        check("{{nps}}", "{nps}}");
        check("{{{nps}", "{7");
        check("{ nps }", "{ nps }");
        check("{}", "{}");
        check("{Nps} {1} {n-p} {имя}", "{Nps} {1} {n-p} {имя}");
        check("{nps", "{nps");
        check("} {nps} }", "} 7 }");
        check("{nps|{nps}}", "{nps|7}");
        check(
            &format!("{{{}}}", "a".repeat(64)),
            &format!("{{{}}}", "a".repeat(64)),
        );
    }

    #[test]
    fn a_pipe_follows_its_question() {
        let check = |text: &str, expected: Option<&str>| {
            let renamed = renamed(text, &"city".parse().unwrap(), &"town".parse().unwrap());
            assert_eq!(renamed.as_deref(), expected, "{text}");
        };
        check("In {city}?", Some("In {town}?"));
        check(
            "{{city} {city|{} {city| city } {nps}{city}",
            Some("{{city} {city|{} {town| city } {nps}{town}"),
        );
        check("{{city}", None);
        check("city", None);
        check("{cities}", None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_kept_but_for_its_pipes(text in "[{}|a-c ☕]{0,30}") {
            let (a, z): (Code, Code) = ("a".parse().unwrap(), "z".parse().unwrap());
            match renamed(&text, &a, &z) {
                None => prop_assert!(!codes(&text).contains(&a)),
                Some(there) => {
                    prop_assert!(!codes(&there).contains(&a));
                    prop_assert_eq!(codes(&there).len(), codes(&text).len());
                    prop_assert_eq!(renamed(&there, &z, &a), Some(text));
                }
            }
        }

        #[test]
        fn words_can_be_written_whatever_they_are(words in "\\PC{0,40}") {
            let filled = fill(&words.replace('{', "{{"), &Answers::new(), &survey(), Language::En).into_owned();
            prop_assert_eq!(filled, words);
        }
    }
}
