//! The kinds of questions.

use serde::{Deserialize, Serialize};

use crate::listen::contact::ContactField;
use crate::listen::kano::KanoSide;
use crate::{Code, Text};

/// What a question asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum QuestionKind {
    /// Likelihood to recommend, 0–10.
    Nps {
        /// Words at 0.
        #[serde(default)]
        low_label: Text,
        /// Words at 10.
        #[serde(default)]
        high_label: Text,
    },
    /// Satisfaction on 2, 5, 7 or 10 points; the top 1, 2, 3 or 3 of them count as satisfied.
    Csat {
        /// Number of points.
        #[serde(default = "five")]
        points: u8,
        /// How the points look.
        #[serde(default)]
        style: RatingStyle,
        /// Words at the lowest point.
        #[serde(default)]
        low_label: Text,
        /// Words at the highest point.
        #[serde(default)]
        high_label: Text,
    },
    /// Effort: agreement with "it was easy", 1–7.
    Ces {
        /// Words at 1.
        #[serde(default)]
        low_label: Text,
        /// Words at 7.
        #[serde(default)]
        high_label: Text,
    },
    /// A rating of one attribute on 2–11 points: from 1, or from 0 when there are 11.
    Rating {
        /// Number of points.
        #[serde(default = "five")]
        points: u8,
        /// How the points look.
        #[serde(default)]
        style: RatingStyle,
        /// Whether "does not apply to me" is offered.
        #[serde(default)]
        not_applicable: bool,
        /// Words at the lowest point.
        #[serde(default)]
        low_label: Text,
        /// Words at the highest point.
        #[serde(default)]
        high_label: Text,
    },
    /// How important the attribute of another rating is, on 2–11 points. Makes that rating part of the CSI.
    Importance {
        /// The rating it belongs to.
        of: Code,
        /// Number of points.
        #[serde(default = "five")]
        points: u8,
        /// Words at the lowest point.
        #[serde(default)]
        low_label: Text,
        /// Words at the highest point.
        #[serde(default)]
        high_label: Text,
    },
    /// One half of a Kano pair: how one feels if a feature is there, or if it is missing. Everybody chooses one of the
    /// five standard [`answers`](crate::listen::kano::answers).
    Kano {
        /// The feature; both halves name it.
        attribute: Code,
        /// Which half.
        side: KanoSide,
        /// What analysts see instead of the code; of the two halves the first that has one counts.
        #[serde(default)]
        label: Text,
    },
    /// One of several options.
    Single {
        /// The options.
        options: Vec<ChoiceOption>,
        /// Whether each respondent sees them in an order of their own; see [`order`](crate::listen::order).
        #[serde(default, skip_serializing_if = "is_false")]
        random: bool,
    },
    /// Any of several options.
    Multi {
        /// The options.
        options: Vec<ChoiceOption>,
        /// Whether each respondent sees them in an order of their own; see [`order`](crate::listen::order).
        #[serde(default, skip_serializing_if = "is_false")]
        random: bool,
        /// Most that may be chosen.
        #[serde(default)]
        max_choices: Option<u16>,
    },
    /// Options put in order of preference, the best first.
    Ranking {
        /// The options.
        options: Vec<ChoiceOption>,
        /// Whether each respondent sees them in an order of their own; see [`order`](crate::listen::order).
        #[serde(default, skip_serializing_if = "is_false")]
        random: bool,
        /// How many of the best are put in order; all without a number.
        #[serde(default)]
        places: Option<u16>,
    },
    /// One set of best–worst scaling (MaxDiff): of these options the best and the worst.
    BestWorst {
        /// The options.
        options: Vec<ChoiceOption>,
        /// Whether each respondent sees them in an order of their own; see [`order`](crate::listen::order).
        #[serde(default, skip_serializing_if = "is_false")]
        random: bool,
    },
    /// What one got for the money, on 5 or 7 points. The greatest always means good value, so that answers fit the value
    /// map whatever words stand at the ends.
    Price {
        /// Number of points.
        #[serde(default = "five")]
        points: u8,
        /// Words at 1, poor value.
        #[serde(default)]
        low_label: Text,
        /// Words at the greatest point, good value.
        #[serde(default)]
        high_label: Text,
    },
    /// Words.
    Text {
        /// Whether more than a line is expected.
        #[serde(default)]
        long: bool,
        /// Most characters.
        #[serde(default = "two_thousand")]
        max_length: u32,
    },
    /// A number.
    Number {
        /// Least value.
        #[serde(default)]
        min: Option<f64>,
        /// Greatest value.
        #[serde(default)]
        max: Option<f64>,
        /// Digits after the point.
        #[serde(default)]
        decimals: u8,
    },
    /// A day.
    Date {
        /// Earliest day.
        #[serde(default)]
        min: Option<jiff::civil::Date>,
        /// Latest day.
        #[serde(default)]
        max: Option<jiff::civil::Date>,
    },
    /// An e-mail address.
    Email,
    /// A phone number with its country.
    Phone,
    /// How to reach the respondent.
    Contact {
        /// What is asked for, in this order. When required, all of it.
        #[serde(default = "whole_contact")]
        fields: Vec<ContactField>,
    },
    /// A box to tick: agreement to what the text says. When required it must be ticked.
    Consent,
    /// Words without a question.
    Statement,
}

pub(super) fn is_false(value: &bool) -> bool {
    !value
}

fn five() -> u8 {
    5
}

fn two_thousand() -> u32 {
    2_000
}

fn whole_contact() -> Vec<ContactField> {
    ContactField::ALL.to_vec()
}

/// How the points of a scale look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RatingStyle {
    /// Plain numbers.
    #[default]
    Numbers,
    /// Stars.
    Stars,
    /// Faces from sad to happy; at most 7 points.
    Faces,
}

/// An option of a choice question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoiceOption {
    /// Its stable code, the value that is stored.
    pub code: Code,
    /// What respondents see.
    pub text: Text,
    /// Whether it stays in its place when the others come in random order: "other", "none of these".
    #[serde(default, skip_serializing_if = "is_false")]
    pub anchored: bool,
}

impl QuestionKind {
    /// The names of all kinds, in the order in which they are offered.
    pub const NAMES: [&'static str; 19] = [
        "nps",
        "csat",
        "ces",
        "rating",
        "importance",
        "kano",
        "single",
        "multi",
        "ranking",
        "best_worst",
        "price",
        "text",
        "number",
        "date",
        "email",
        "phone",
        "contact",
        "consent",
        "statement",
    ];

    /// The kind's name in documents.
    pub fn name(&self) -> &'static str {
        match self {
            QuestionKind::Nps { .. } => "nps",
            QuestionKind::Csat { .. } => "csat",
            QuestionKind::Ces { .. } => "ces",
            QuestionKind::Rating { .. } => "rating",
            QuestionKind::Importance { .. } => "importance",
            QuestionKind::Kano { .. } => "kano",
            QuestionKind::Single { .. } => "single",
            QuestionKind::Multi { .. } => "multi",
            QuestionKind::Ranking { .. } => "ranking",
            QuestionKind::BestWorst { .. } => "best_worst",
            QuestionKind::Price { .. } => "price",
            QuestionKind::Text { .. } => "text",
            QuestionKind::Number { .. } => "number",
            QuestionKind::Date { .. } => "date",
            QuestionKind::Email => "email",
            QuestionKind::Phone => "phone",
            QuestionKind::Contact { .. } => "contact",
            QuestionKind::Consent => "consent",
            QuestionKind::Statement => "statement",
        }
    }

    /// Least and greatest value of a scale question; `None` for the other kinds.
    ///
    /// ```
    /// use radost_domain::{listen::QuestionKind, Text};
    /// let nps = QuestionKind::Nps { low_label: Text::default(), high_label: Text::default() };
    /// assert_eq!(nps.scale(), Some((0, 10)));
    /// ```
    pub fn scale(&self) -> Option<(i64, i64)> {
        match *self {
            QuestionKind::Nps { .. } => Some((0, 10)),
            QuestionKind::Ces { .. } => Some((1, 7)),
            QuestionKind::Csat { points, .. } | QuestionKind::Price { points, .. } => {
                Some((1, i64::from(points)))
            }
            QuestionKind::Kano { .. } => Some((1, 5)),
            QuestionKind::Rating { points: 11, .. }
            | QuestionKind::Importance { points: 11, .. } => Some((0, 10)),
            QuestionKind::Rating { points, .. } | QuestionKind::Importance { points, .. } => {
                Some((1, i64::from(points)))
            }
            _ => None,
        }
    }

    /// The words at both ends of a scale whose points have no words of their own.
    pub fn end_labels(&self) -> Option<(&Text, &Text)> {
        match self {
            QuestionKind::Nps {
                low_label,
                high_label,
            }
            | QuestionKind::Csat {
                low_label,
                high_label,
                ..
            }
            | QuestionKind::Ces {
                low_label,
                high_label,
            }
            | QuestionKind::Rating {
                low_label,
                high_label,
                ..
            }
            | QuestionKind::Importance {
                low_label,
                high_label,
                ..
            }
            | QuestionKind::Price {
                low_label,
                high_label,
                ..
            } => Some((low_label, high_label)),
            _ => None,
        }
    }

    /// Whether it can be something that is to be explained.
    pub fn is_outcome(&self) -> bool {
        matches!(
            self,
            QuestionKind::Nps { .. }
                | QuestionKind::Csat { .. }
                | QuestionKind::Ces { .. }
                | QuestionKind::Rating { .. }
        )
    }

    /// Whether it can be thought to move an outcome.
    pub fn is_driver(&self) -> bool {
        match self {
            QuestionKind::Price { .. } => true,
            _ => self.is_outcome() && !matches!(self, QuestionKind::Nps { .. }),
        }
    }

    /// Whether it can measure a construct of the structural index.
    pub fn is_indicator(&self) -> bool {
        self.is_outcome() || self.is_driver()
    }

    /// Whether its importance can be asked for.
    pub fn is_rated(&self) -> bool {
        matches!(
            self,
            QuestionKind::Rating { .. } | QuestionKind::Csat { .. } | QuestionKind::Price { .. }
        )
    }

    /// Whether something can be answered at all.
    pub fn takes_answer(&self) -> bool {
        !matches!(self, QuestionKind::Statement)
    }

    /// Whether respondents put in something of their own (words, a number, a day, a picture) rather than choose from what is
    /// offered. Such an answer may tell who they are.
    pub fn is_free(&self) -> bool {
        matches!(
            self,
            QuestionKind::Text { .. }
                | QuestionKind::Number { .. }
                | QuestionKind::Date { .. }
                | QuestionKind::Email
                | QuestionKind::Phone
                | QuestionKind::Contact { .. }
        )
    }

    /// Whether all answers are known beforehand, so that responses can be told apart by them.
    pub fn is_closed(&self) -> bool {
        self.scale().is_some()
            || matches!(
                self,
                QuestionKind::Single { .. } | QuestionKind::Multi { .. } | QuestionKind::Consent
            )
    }

    /// The options of a question that offers some, empty for the other kinds.
    pub fn options(&self) -> &[ChoiceOption] {
        match self {
            QuestionKind::Single { options, .. }
            | QuestionKind::Multi { options, .. }
            | QuestionKind::Ranking { options, .. }
            | QuestionKind::BestWorst { options, .. } => options,
            _ => &[],
        }
    }

    /// Whether there are options to choose from.
    pub fn offers_options(&self) -> bool {
        matches!(
            self,
            QuestionKind::Single { .. }
                | QuestionKind::Multi { .. }
                | QuestionKind::Ranking { .. }
                | QuestionKind::BestWorst { .. }
        )
    }

    /// The options to be changed; `None` for a kind that offers none.
    pub(crate) fn options_mut(&mut self) -> Option<&mut Vec<ChoiceOption>> {
        match self {
            QuestionKind::Single { options, .. }
            | QuestionKind::Multi { options, .. }
            | QuestionKind::Ranking { options, .. }
            | QuestionKind::BestWorst { options, .. } => Some(options),
            _ => None,
        }
    }

    /// Every text that respondents see of it, to be changed.
    pub(super) fn each_text(&mut self, change: &mut dyn FnMut(&mut Text)) {
        if let QuestionKind::Nps {
            low_label,
            high_label,
        }
        | QuestionKind::Csat {
            low_label,
            high_label,
            ..
        }
        | QuestionKind::Ces {
            low_label,
            high_label,
        }
        | QuestionKind::Rating {
            low_label,
            high_label,
            ..
        }
        | QuestionKind::Importance {
            low_label,
            high_label,
            ..
        }
        | QuestionKind::Price {
            low_label,
            high_label,
            ..
        } = self
        {
            change(low_label);
            change(high_label);
        }
        for option in self.options_mut().into_iter().flatten() {
            change(&mut option.text);
        }
    }

    /// Whether its options come in random order.
    pub fn is_random(&self) -> bool {
        match *self {
            QuestionKind::Single { random, .. }
            | QuestionKind::Multi { random, .. }
            | QuestionKind::Ranking { random, .. }
            | QuestionKind::BestWorst { random, .. } => random,
            _ => false,
        }
    }

    /// How many options are to be put in order, for a ranking.
    pub fn places(&self) -> Option<usize> {
        match self {
            QuestionKind::Ranking {
                options, places, ..
            } => Some(places.map_or(options.len(), usize::from)),
            _ => None,
        }
    }
}
