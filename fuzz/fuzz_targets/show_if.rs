#![no_main]
//! Conditions of questions. What is read can be written, and reads back as the same condition.

use libfuzzer_sys::fuzz_target;
use radost_domain::listen::answer::Answers;
use radost_domain::listen::show_if::{Condition, MAX_LENGTH};
use radost_fuzz::SURVEY;

fuzz_target!(|text: &str| {
    let kind_of = |code: &str| SURVEY.question(code).map(|question| &question.question.kind);
    match Condition::parse(text, &kind_of) {
        Ok(condition) => {
            condition.holds(&Answers::new());
            let written = condition.to_string();
            if written.chars().filter(|c| !c.is_whitespace()).count() <= MAX_LENGTH {
                assert_eq!(Condition::parse(&written, &kind_of), Ok(condition), "{written}");
            }
        }
        Err(error) => assert!((1..=text.chars().count() + 1).contains(&error.column)),
    }
});
