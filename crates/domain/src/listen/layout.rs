//! How the questions of a block stand on its page.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::order::order;
use super::survey::{Block, Question, QuestionKind};
use crate::Code;

/// How a block is laid out when its questions do not simply follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Ratings of one scale that follow one another are the rows of one table, with their importances beside them.
    Matrix,
}

/// What a page draws, one below another.
#[derive(Debug, Clone, PartialEq)]
pub enum Row<'b> {
    /// A question as it is.
    Question(&'b Question),
    /// A table of at least two rows, all on the scale of the first.
    Table(Vec<TableRow<'b>>),
}

/// One attribute in a table.
#[derive(Debug, Clone, PartialEq)]
pub struct TableRow<'b> {
    /// What is rated.
    pub question: &'b Question,
    /// How important it is. The importances of a table are all on one scale, that of the first.
    pub importance: Option<&'b Question>,
}

/// What a page draws of `block` for a respondent of this [`seed`](super::order::order). Without [`Layout::Matrix`] these are its
/// questions as they are, in random order if they come so. Tables are shuffled as a whole, and the rows within each.
///
/// An importance stands beside its rating wherever in the block it was written. One that does not fit into the table, since it is on
/// another scale than those beside it or its rating is in no table, stays where it is. Conditions are not looked at: the page
/// leaves out what is hidden.
///
/// ```
/// use radost_domain::listen::{Survey, layout::{Row, rows}};
/// let survey = Survey::from_json(&serde_json::json!({
///     "code": "visit", "title": { "en": "Visit" }, "languages": ["en"],
///     "blocks": [{ "code": "main", "layout": "matrix", "questions": [
///         { "code": "nps", "kind": "nps", "text": { "en": "Recommend?" } },
///         { "code": "taste", "kind": "rating", "text": { "en": "Taste" } },
///         { "code": "speed", "kind": "rating", "text": { "en": "Speed" } },
///         { "code": "speed_importance", "kind": "importance", "of": "speed", "text": { "en": "Speed" } },
///     ]}],
/// })).unwrap();
/// let rows = rows(&survey.blocks[0], uuid::Uuid::nil());
/// assert!(matches!(&rows[..], [Row::Question(_), Row::Table(table)] if table[1].importance.is_some()));
/// ```
pub fn rows(block: &Block, seed: Uuid) -> Vec<Row<'_>> {
    let mut rows = written(block);
    if !block.random_questions {
        return rows;
    }
    for row in &mut rows {
        if let Row::Table(table) = row {
            let salt = format!("table {}", table[0].question.code);
            let order = order(table.len(), |_| false, seed, &salt);
            *table = order.into_iter().map(|row| table[row].clone()).collect();
        }
    }
    let stays = |row: usize| matches!(rows[row], Row::Question(q) if !q.kind.takes_answer());
    let order = order(rows.len(), stays, seed, &format!("block {}", block.code));
    order.into_iter().map(|row| rows[row].clone()).collect()
}

/// The rows in the order of the document.
fn written(block: &Block) -> Vec<Row<'_>> {
    let questions = &block.questions;
    if block.layout != Some(Layout::Matrix) {
        return questions.iter().map(Row::Question).collect();
    }
    // Runs of one scale. The importance of a rating of the block breaks no run.
    let rated = |of: &Code| questions.iter().any(|q| q.code == *of && q.kind.is_rated());
    let belongs =
        |q: &Question| matches!(&q.kind, QuestionKind::Importance { of, .. } if rated(of));
    let mut runs: Vec<Vec<usize>> = Vec::new();
    for (q, question) in questions.iter().enumerate().filter(|(_, q)| !belongs(q)) {
        match runs.last_mut() {
            Some(run) if same_scale(&questions[run[0]].kind, &question.kind) => run.push(q),
            _ => runs.push(vec![q]),
        }
    }
    let mut beside = Vec::new();
    let mut placed: Vec<(usize, Row<'_>)> = Vec::new();
    for run in runs {
        if run.len() < 2 {
            placed.extend(run.iter().map(|&q| (q, Row::Question(&questions[q]))));
            continue;
        }
        let mut scale: Option<&QuestionKind> = None;
        let mut importance = |of: &Code| {
            let (i, found) = questions.iter().enumerate().find(|(_, question)| {
                matches!(&question.kind, QuestionKind::Importance { of: target, .. } if target == of)
            })?;
            let fits = same_scale(scale.get_or_insert(&found.kind), &found.kind);
            fits.then(|| {
                beside.push(i);
                found
            })
        };
        let table = run.iter().map(|&q| TableRow {
            question: &questions[q],
            importance: importance(&questions[q].code),
        });
        placed.push((run[0], Row::Table(table.collect())));
    }
    let own = |(q, question): (usize, _)| (q, Row::Question(question));
    let rest = questions
        .iter()
        .enumerate()
        .filter(|(q, question)| belongs(question) && !beside.contains(q));
    placed.extend(rest.map(own));
    placed.sort_by_key(|(q, _)| *q);
    placed.into_iter().map(|(_, row)| row).collect()
}

/// Whether two questions can stand in one table: everything about their points is the same.
fn same_scale(first: &QuestionKind, second: &QuestionKind) -> bool {
    let settings = |kind: &QuestionKind| match *kind {
        QuestionKind::Rating {
            style,
            not_applicable,
            ..
        } => Some((style, not_applicable)),
        QuestionKind::Csat { style, .. } => Some((style, false)),
        QuestionKind::Importance { .. } => Some(Default::default()),
        _ => None,
    };
    settings(first).is_some()
        && first.name() == second.name()
        && settings(first) == settings(second)
        && first.scale() == second.scale()
        && first.end_labels() == second.end_labels()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn rating(code: &str) -> Value {
        json!({ "code": code, "kind": "rating", "text": { "en": code } })
    }

    fn importance(of: &str) -> Value {
        json!({ "code": format!("{of}_i"), "kind": "importance", "of": of, "text": { "en": of } })
    }

    fn with(mut question: Value, field: &str, value: Value) -> Value {
        question[field] = value;
        question
    }

    fn block(questions: Value) -> Block {
        serde_json::from_value(
            json!({ "code": "main", "layout": "matrix", "questions": questions }),
        )
        .unwrap()
    }

    /// Tables in brackets, importances behind a slash.
    fn drawn(block: &Block, seed: Uuid) -> String {
        let row = |row: &TableRow<'_>| match row.importance {
            Some(importance) => format!("{}/{}", row.question.code, importance.code),
            None => row.question.code.to_string(),
        };
        let drawn = rows(block, seed).into_iter().map(|drawn| match drawn {
            Row::Question(question) => question.code.to_string(),
            Row::Table(table) => {
                format!("[{}]", table.iter().map(row).collect::<Vec<_>>().join(" "))
            }
        });
        drawn.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn ratings_of_one_scale_make_a_table() {
        let check = |questions: Value, expected: &str| {
            assert_eq!(
                drawn(&block(questions.clone()), Uuid::nil()),
                expected,
                "{questions}"
            );
        };
        let words = json!({ "code": "words", "kind": "text", "text": { "en": "?" } });
        check(json!([rating("a"), rating("b"), rating("c")]), "[a b c]");
        check(json!([rating("a"), words, rating("b")]), "a words b");
        check(
            json!([rating("a"), rating("b"), words, rating("c"), rating("d")]),
            "[a b] words [c d]",
        );
        // Importances, each behind its rating or all together; one without a table stays where it is.
        check(
            json!([rating("a"), importance("a"), rating("b"), importance("b")]),
            "[a/a_i b/b_i]",
        );
        check(
            json!([rating("a"), rating("b"), words, importance("b")]),
            "[a b/b_i] words",
        );
        check(json!([rating("a"), importance("a"), words]), "a a_i words");
        check(json!([importance("x"), importance("y")]), "[x_i y_i]");
        // Another scale in some respect.
        for (field, value) in [
            ("points", json!(7)),
            ("style", json!("stars")),
            ("not_applicable", json!(true)),
            ("low_label", json!({ "en": "Bad" })),
        ] {
            check(json!([rating("a"), with(rating("b"), field, value)]), "a b");
        }
        let seven = with(importance("b"), "points", json!(7));
        check(
            json!([rating("a"), importance("a"), rating("b"), seven]),
            "[a/a_i b] b_i",
        );
        let csat = |code: &str| json!({ "code": code, "kind": "csat", "text": { "en": code } });
        check(json!([csat("a"), csat("b"), rating("c")]), "[a b] c");
        // Recommendation is asked once, and prices have other words.
        let nps = |code: &str| json!({ "code": code, "kind": "nps", "text": { "en": code } });
        check(json!([nps("a"), nps("b")]), "a b");
    }

    #[test]
    fn without_a_layout_questions_follow_one_another() {
        let plain = Block {
            layout: None,
            ..block(json!([rating("a"), importance("a"), rating("b")]))
        };
        assert_eq!(drawn(&plain, Uuid::nil()), "a a_i b");
    }

    #[test]
    fn a_random_order_keeps_tables_whole_and_statements_in_place() {
        let note = json!({ "code": "note", "kind": "statement", "text": { "en": "!" } });
        let words = json!({ "code": "words", "kind": "text", "text": { "en": "?" } });
        let random = Block {
            random_questions: true,
            ..block(json!([
                note,
                rating("a"),
                importance("a"),
                rating("b"),
                words
            ]))
        };
        let seen: std::collections::BTreeSet<String> = (0..50)
            .map(|seed| drawn(&random, Uuid::from_u128(seed)))
            .collect();
        let expected = [
            "note [a/a_i b] words",
            "note [b a/a_i] words",
            "note words [a/a_i b]",
            "note words [b a/a_i]",
        ];
        assert_eq!(seen, expected.map(str::to_owned).into());
    }
}
