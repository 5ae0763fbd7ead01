//! What a new version of a survey changes for its answers.

use std::collections::BTreeMap;

use super::survey::{Block, Question, Survey};
use crate::{Code, Language};

/// One difference between two versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SurveyChange {
    /// It is offered in one more language.
    LanguageAdded(Language),
    /// It is not offered in a language any more.
    LanguageRemoved(Language),
    /// A question is asked that was not.
    QuestionAdded(Code),
    /// A question is not asked any more; its answers stay.
    QuestionRemoved(Code),
    /// A question of this code asks for something else: answers before and after cannot be put together.
    KindChanged(Code),
    /// The scale has other points: scores before and after cannot be compared as they are.
    ScaleChanged(Code),
    /// An option is offered that was not.
    OptionAdded(Code, Code),
    /// An option is not offered any more; answers with it stay.
    OptionRemoved(Code, Code),
    /// A question is put in other words: the question, its hint, labels or options.
    TextChanged(Code),
    /// Other people are asked: the condition of the question or of its block.
    ConditionChanged(Code),
    /// It must be answered now.
    Required(Code),
    /// It may be skipped now.
    Optional(Code),
    /// Limits, style, or what a scale belongs to.
    SettingsChanged(Code),
    /// The questions come in another order, in other blocks, or by chance.
    OrderChanged,
    /// The questions of a block stand otherwise on its page.
    LayoutChanged(Code),
    /// Title, words before and after, headings of blocks.
    WordsChanged,
    /// The end pages, or who sees which.
    EndingsChanged,
    /// How many responses of a sort are wanted.
    QuotasChanged,
    /// The attributes by which results are broken down.
    SegmentsChanged,
}

impl SurveyChange {
    /// Whether results before and after it cannot simply be compared.
    pub fn breaks_comparison(&self) -> bool {
        matches!(
            self,
            SurveyChange::KindChanged(_) | SurveyChange::ScaleChanged(_)
        )
    }
}

/// What is different in `after`, in the order of its questions.
pub fn changes(before: &Survey, after: &Survey) -> Vec<SurveyChange> {
    let mut found = Vec::new();
    for &language in after
        .languages
        .iter()
        .filter(|l| !before.languages.contains(l))
    {
        found.push(SurveyChange::LanguageAdded(language));
    }
    for &language in before
        .languages
        .iter()
        .filter(|l| !after.languages.contains(l))
    {
        found.push(SurveyChange::LanguageRemoved(language));
    }
    let old = questions(before);
    let new = questions(after);
    for (b, _, question) in after.questions() {
        match old.get(&question.code) {
            None => found.push(SurveyChange::QuestionAdded(question.code.clone())),
            Some((old_block, old)) => {
                of_question(old, question, &mut found);
                let was = (
                    given(&before.blocks[*old_block].show_if),
                    given(&old.show_if),
                );
                let is = (given(&after.blocks[b].show_if), given(&question.show_if));
                if was != is {
                    found.push(SurveyChange::ConditionChanged(question.code.clone()));
                }
            }
        }
    }
    for (_, _, question) in before.questions() {
        if !new.contains_key(&question.code) {
            found.push(SurveyChange::QuestionRemoved(question.code.clone()));
        }
    }
    let at_random = |block: &Block| (block.random_questions, block.anchored);
    if order(before, &new) != order(after, &old)
        || before.random_blocks != after.random_blocks
        || kept_blocks(before, after).any(|(block, was)| at_random(block) != at_random(was))
    {
        found.push(SurveyChange::OrderChanged);
    }
    for (block, was) in kept_blocks(before, after) {
        if block.layout != was.layout {
            found.push(SurveyChange::LayoutChanged(block.code.clone()));
        }
    }
    let titles = |survey: &Survey| -> Vec<_> {
        let titles = survey.blocks.iter().map(|block| block.title.clone());
        titles.filter(|title| !title.is_empty()).collect()
    };
    if (
        &before.title,
        &before.intro,
        &before.thank_you,
        titles(before),
    ) != (&after.title, &after.intro, &after.thank_you, titles(after))
    {
        found.push(SurveyChange::WordsChanged);
    }
    if before.endings != after.endings {
        found.push(SurveyChange::EndingsChanged);
    }
    if before.quotas != after.quotas {
        found.push(SurveyChange::QuotasChanged);
    }
    if before.segments != after.segments {
        found.push(SurveyChange::SegmentsChanged);
    }
    found
}

/// The blocks that both versions have, each as it is and as it was.
fn kept_blocks<'a>(
    before: &'a Survey,
    after: &'a Survey,
) -> impl Iterator<Item = (&'a Block, &'a Block)> {
    after.blocks.iter().filter_map(|block| {
        let was = before.blocks.iter().find(|was| was.code == block.code)?;
        Some((block, was))
    })
}

fn questions(survey: &Survey) -> BTreeMap<&Code, (usize, &Question)> {
    survey
        .questions()
        .map(|(b, _, question)| (&question.code, (b, question)))
        .collect()
}

/// The order of the questions that the other version has too, with the block of each.
fn order<'a>(
    survey: &'a Survey,
    other: &BTreeMap<&Code, (usize, &Question)>,
) -> Vec<(&'a Code, &'a Code)> {
    survey
        .questions()
        .filter(|(_, _, question)| other.contains_key(&question.code))
        .map(|(b, _, question)| (&survey.blocks[b].code, &question.code))
        .collect()
}

fn given(condition: &Option<String>) -> &str {
    condition.as_deref().unwrap_or_default().trim()
}

fn of_question(old: &Question, new: &Question, found: &mut Vec<SurveyChange>) {
    let code = || new.code.clone();
    if old.kind.name() != new.kind.name() {
        found.push(SurveyChange::KindChanged(code()));
        return;
    }
    if old.kind.scale() != new.kind.scale() {
        found.push(SurveyChange::ScaleChanged(code()));
    }
    let (before, after) = (old.kind.options(), new.kind.options());
    for option in after {
        if !before.iter().any(|old| old.code == option.code) {
            found.push(SurveyChange::OptionAdded(code(), option.code.clone()));
        }
    }
    for option in before {
        if !after.iter().any(|new| new.code == option.code) {
            found.push(SurveyChange::OptionRemoved(code(), option.code.clone()));
        }
    }
    let reworded = after.iter().any(|new| {
        before
            .iter()
            .any(|old| old.code == new.code && old.text != new.text)
    });
    let labels_differ = old.kind.end_labels() != new.kind.end_labels();
    if old.text != new.text || old.hint != new.hint || labels_differ || reworded {
        found.push(SurveyChange::TextChanged(code()));
    }
    match (old.required, new.required) {
        (false, true) => found.push(SurveyChange::Required(code())),
        (true, false) => found.push(SurveyChange::Optional(code())),
        _ => {}
    }
    if settings(old) != settings(new) {
        found.push(SurveyChange::SettingsChanged(code()));
    }
}

/// What is left of a question without what has its own line in the list.
fn settings(question: &Question) -> impl PartialEq {
    let mut value = serde_json::to_value(&question.kind).unwrap_or_default();
    if let Some(fields) = value.as_object_mut() {
        for listed in ["points", "options", "low_label", "high_label"] {
            fields.remove(listed);
        }
    }
    let anchored = question
        .kind
        .options()
        .iter()
        .filter(|option| option.anchored);
    let anchored: Vec<Code> = anchored.map(|option| option.code.clone()).collect();
    (value, anchored, question.drives.clone(), question.construct)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn document() -> Value {
        let option = |code: &str| json!({ "code": code, "text": { "en": code } });
        json!({
            "code": "visit", "title": { "en": "Visit" }, "languages": ["en"],
            "blocks": [{ "code": "main", "questions": [
                { "code": "nps", "kind": "nps", "text": { "en": "Recommend?" } },
                { "code": "taste", "kind": "rating", "text": { "en": "Taste" } },
                { "code": "reason", "kind": "single", "text": { "en": "Why?" }, "options": [option("late"), option("rude")] },
            ]}],
        })
    }

    #[test]
    fn each_difference_is_named() {
        let before = Survey::from_json(&document()).unwrap();
        let check = |pointer: &str, value: Value, expected: &[SurveyChange]| {
            let mut document = document();
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            match document.pointer_mut(parent).unwrap() {
                Value::Array(items) => items[key.parse::<usize>().unwrap()] = value,
                object => object[key] = value,
            }
            let after = Survey::from_json(&document).unwrap();
            assert_eq!(changes(&before, &after), expected, "{pointer}");
        };
        let code = |text: &str| text.parse::<Code>().unwrap();
        let taste = "/blocks/0/questions/1";
        check("/code", json!("visit"), &[]);
        check(
            "/languages",
            json!(["bg"]),
            &[
                SurveyChange::LanguageAdded(Language::Bg),
                SurveyChange::LanguageRemoved(Language::En),
            ],
        );
        check(
            "/title",
            json!({ "en": "Your visit" }),
            &[SurveyChange::WordsChanged],
        );
        check(
            "/segments",
            json!([{ "code": "size" }]),
            &[SurveyChange::SegmentsChanged],
        );
        check(
            "/endings",
            json!([{ "code": "sorry", "show_if": "nps < 7", "text": { "en": "Sorry" } }]),
            &[SurveyChange::EndingsChanged],
        );
        check(
            "/quotas",
            json!([{ "code": "all", "limit": 100, "then": "close" }]),
            &[SurveyChange::QuotasChanged],
        );
        check(
            "/blocks/0/show_if",
            json!("x"),
            &["nps", "taste", "reason"].map(|q| SurveyChange::ConditionChanged(code(q))),
        );
        let reason = "/blocks/0/questions/2";
        check(
            taste,
            json!({ "code": "speed", "kind": "rating", "text": { "en": "Speed" } }),
            &[
                SurveyChange::QuestionAdded(code("speed")),
                SurveyChange::QuestionRemoved(code("taste")),
            ],
        );
        check(
            taste,
            json!({ "code": "taste", "kind": "text", "text": { "en": "Taste" } }),
            &[SurveyChange::KindChanged(code("taste"))],
        );
        check(
            "/blocks/0/questions/1/points",
            json!(7),
            &[SurveyChange::ScaleChanged(code("taste"))],
        );
        check(
            taste,
            json!({ "code": "taste", "kind": "price", "points": 7, "text": { "en": "Taste" } }),
            &[SurveyChange::KindChanged(code("taste"))],
        );
        check(
            reason,
            json!({ "code": "reason", "kind": "ranking", "places": 1, "text": { "en": "Why?" }, "options": [] }),
            &[SurveyChange::KindChanged(code("reason"))],
        );
        check(
            "/blocks/0/questions/1/style",
            json!("stars"),
            &[SurveyChange::SettingsChanged(code("taste"))],
        );
        check(
            "/blocks/0/questions/1/drives",
            json!("nps"),
            &[SurveyChange::SettingsChanged(code("taste"))],
        );
        check(
            "/blocks/0/questions/1/required",
            json!(true),
            &[SurveyChange::Required(code("taste"))],
        );
        check(
            "/blocks/0/questions/1/low_label",
            json!({ "en": "Bad" }),
            &[SurveyChange::TextChanged(code("taste"))],
        );
        check(
            "/blocks/0/questions/2/options/1",
            json!({ "code": "cold", "text": { "en": "Cold" } }),
            &[
                SurveyChange::OptionAdded(code("reason"), code("cold")),
                SurveyChange::OptionRemoved(code("reason"), code("rude")),
            ],
        );
        for (pointer, expected) in [
            ("/random_blocks", SurveyChange::OrderChanged),
            ("/blocks/0/random_questions", SurveyChange::OrderChanged),
            ("/blocks/0/anchored", SurveyChange::OrderChanged),
            (
                "/blocks/0/questions/2/random",
                SurveyChange::SettingsChanged(code("reason")),
            ),
            (
                "/blocks/0/questions/2/options/1/anchored",
                SurveyChange::SettingsChanged(code("reason")),
            ),
        ] {
            check(pointer, json!(true), &[expected]);
            check(pointer, json!(false), &[]);
        }
        check(
            "/blocks/0/layout",
            json!("matrix"),
            &[SurveyChange::LayoutChanged(code("main"))],
        );
        check(
            "/blocks/0/code",
            json!("first"),
            &[SurveyChange::OrderChanged],
        );
        assert!(SurveyChange::ScaleChanged(code("taste")).breaks_comparison());
        assert!(!SurveyChange::OrderChanged.breaks_comparison());
    }
}
