//! Whether anybody can get to a question: conditions that no answers meet.
//!
//! Every question that a condition looks at has few answers that conditions can tell apart: the points of a scale, the options
//! that are named, a number between two that are compared with. All of them are tried. Where they would be too many nothing is
//! said, so that nothing that can be reached is ever called unreachable.

use std::collections::BTreeSet;

use jiff::ToSpan;

use crate::Code;
use crate::listen::answer::{Answer, Answers, NOT_APPLICABLE};
use crate::listen::show_if::Condition;
use crate::listen::survey::{Question, QuestionKind};

/// Most combinations that are tried for one survey: a page waits for them.
pub(super) const MOST: usize = 100_000;

/// Answers to `question` of which conditions with these constants can tell any two apart; `None` when they are too many.
fn answers(question: &Question, conditions: &[Condition]) -> Option<Vec<Answer>> {
    let scale = question.kind.scale().map(|(min, max)| {
        let points = (min..=max).map(Answer::Scale);
        points
            .chain([Answer::Text(NOT_APPLICABLE.into())])
            .collect()
    });
    if scale.is_some() {
        return scale;
    }
    match &question.kind {
        QuestionKind::Single { options, .. } => {
            let texts = options.iter().map(|option| option.code.to_string());
            Some(texts.map(Answer::Text).collect())
        }
        QuestionKind::Multi { options, .. } => {
            let named: Vec<&Code> = options
                .iter()
                .map(|option| &option.code)
                .filter(|option| {
                    conditions
                        .iter()
                        .any(|condition| condition.names_option(&question.code, option))
                })
                .collect();
            if named.len() > 8 {
                return None;
            }
            let subset = |bits: usize| {
                let chosen = named.iter().enumerate();
                let chosen = chosen.filter(|(i, _)| bits & (1 << i) != 0);
                Answer::Choices(chosen.map(|(_, code)| (*code).clone()).collect())
            };
            Some((0..1 << named.len()).map(subset).collect())
        }
        QuestionKind::Number { min, max, .. } => {
            let constants = conditions.iter().flat_map(|c| c.numbers_of(&question.code));
            let mut constants: Vec<f64> = constants.collect();
            constants.sort_by(f64::total_cmp);
            let between = constants.windows(2).map(|two| (two[0] + two[1]) / 2.0);
            let mut tried: Vec<f64> = between.collect();
            tried.extend(constants.first().map(|least| least - 1.0));
            tried.extend(constants.last().map(|most| most + 1.0));
            tried.extend(constants);
            let fits = |n: &f64| min.is_none_or(|min| *n >= min) && max.is_none_or(|max| *n <= max);
            tried.extend([*min, *max].into_iter().flatten());
            tried.push(0.0);
            Some(tried.into_iter().filter(fits).map(Answer::Number).collect())
        }
        QuestionKind::Date { min, max } => {
            let constants: Vec<_> = conditions
                .iter()
                .flat_map(|c| c.days_of(&question.code))
                .collect();
            let beside = |day: &jiff::civil::Date| {
                [
                    day.checked_sub(1.day()).ok(),
                    Some(*day),
                    day.checked_add(1.day()).ok(),
                ]
            };
            let mut days: BTreeSet<_> = constants.iter().flat_map(beside).flatten().collect();
            days.extend([*min, *max].into_iter().flatten());
            if days.is_empty() {
                days.insert(jiff::civil::date(2000, 1, 1));
            }
            days.retain(|day| {
                min.is_none_or(|min| *day >= min) && max.is_none_or(|max| *day <= max)
            });
            let texts = days.into_iter().map(|day| Answer::Text(day.to_string()));
            Some(texts.collect())
        }
        QuestionKind::Consent => Some(vec![Answer::Consent(true), Answer::Consent(false)]),
        // It can only be asked whether there is an answer.
        _ => Some(vec![Answer::Text("x".into())]),
    }
}

/// A question that can be reached, and what must hold for that.
pub(super) type Reachable<'s> = (&'s Question, Vec<Condition>);

/// Whether some answers to questions that can be reached meet all of the conditions. `left` is how many combinations may still be
/// tried; past that nothing is called unreachable.
pub(super) fn can_hold(
    conditions: &[Condition],
    reachable: &[Reachable<'_>],
    left: &mut usize,
) -> bool {
    // What is looked at, and what must be looked at for that to be answered; later questions first.
    let mut all: Vec<Condition> = conditions.to_vec();
    let mut asked: Vec<&Reachable<'_>> = Vec::new();
    for one in reachable.iter().rev() {
        if all.iter().any(|condition| condition.looks_at(&one.0.code)) {
            all.extend(one.1.iter().cloned());
            asked.push(one);
        }
    }
    let mut choices = Vec::new();
    let mut combinations = 1_usize;
    for (question, shown) in asked {
        let Some(answers) = answers(question, &all) else {
            return true;
        };
        combinations = combinations.saturating_mul(answers.len() + 1);
        choices.push((&question.code, answers, shown));
    }
    let Some(after) = left.checked_sub(combinations) else {
        return true;
    };
    *left = after;
    (0..combinations).any(|mut number| {
        let mut given = Answers::new();
        for (code, answers, _) in &choices {
            let which = number % (answers.len() + 1);
            number /= answers.len() + 1;
            // One of the choices is no answer.
            if let Some(answer) = answers.get(which) {
                given.insert((*code).clone(), answer.clone());
            }
        }
        let holds = |conditions: &[Condition]| conditions.iter().all(|one| one.holds(&given));
        let answered = choices
            .iter()
            .filter(|(code, ..)| given.contains_key(*code));
        answered.into_iter().all(|(_, _, shown)| holds(shown)) && holds(conditions)
    })
}
