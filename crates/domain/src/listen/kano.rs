//! The answers to Kano's pairs of questions. They are the same in every survey, so that results can be compared: what a survey writes is
//! the question, not the answers.

use serde::{Deserialize, Serialize};

use crate::Language;

/// Which half of a pair a question is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KanoSide {
    /// How do you feel if the feature is there?
    Functional,
    /// How do you feel if it is missing?
    Dysfunctional,
}

impl KanoSide {
    /// Both, in the order in which they are asked.
    pub const ALL: [Self; 2] = [Self::Functional, Self::Dysfunctional];

    /// Its name in documents.
    pub fn code(self) -> &'static str {
        match self {
            Self::Functional => "functional",
            Self::Dysfunctional => "dysfunctional",
        }
    }

    /// The other half.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Functional => Self::Dysfunctional,
            Self::Dysfunctional => Self::Functional,
        }
    }
}

/// The five standard answers as respondents read them, stored as 1 (like) to 5 (dislike).
///
/// ```
/// use radost_domain::{Language, listen::kano::answers};
/// assert_eq!(answers(Language::En)[1], "I expect it");
/// ```
pub fn answers(language: Language) -> [&'static str; 5] {
    match language {
        Language::En => [
            "I like it",
            "I expect it",
            "I am neutral",
            "I can live with it",
            "I dislike it",
        ],
        Language::Ru => [
            "Мне это нравится",
            "Так и должно быть",
            "Мне всё равно",
            "Могу с этим смириться",
            "Мне это не нравится",
        ],
        Language::Uk => [
            "Мені це подобається",
            "Так і має бути",
            "Мені байдуже",
            "Можу з цим змиритися",
            "Мені це не подобається",
        ],
        Language::Bg => [
            "Харесва ми",
            "Така трябва да бъде",
            "Все ми е едно",
            "Мога да го приема",
            "Не ми харесва",
        ],
    }
}

/// Other words for the same answers, as files from elsewhere have them: the wording of Berger et al. (1993) and its usual variants.
pub const OTHER_WORDS: [(&str, i64); 13] = [
    ("I like it that way", 1),
    ("I enjoy it that way", 1),
    ("It must be that way", 2),
    ("I expect it that way", 2),
    ("I expect it to be that way", 2),
    ("It is a basic necessity or I expect it that way", 2),
    ("Neutral", 3),
    ("I can live with it that way", 4),
    ("I can tolerate it", 4),
    ("I can tolerate it that way", 4),
    ("I dislike it, but I can live with it that way", 4),
    ("I dislike it that way", 5),
    ("I dislike it, and I can't accept it", 5),
];
