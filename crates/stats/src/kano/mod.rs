//! What customers take for granted, ask for and are delighted by: Kano's method.
//!
//! Each feature is asked about twice, once as being there (functional) and once as missing (dysfunctional). A [`KanoTally`] counts the
//! pairs of answers, a [`KanoTable`] turns them into [`KanoCounts`] of categories, and these say what the feature is.
//!
//! ```
//! use radost_stats::{Level, kano::{KanoAnswer, KanoCategory, KanoTable, KanoTally}};
//!
//! let mut delivery = KanoTally::default();
//! delivery.add(KanoAnswer::Like, KanoAnswer::Neutral, 40);
//! delivery.add(KanoAnswer::Like, KanoAnswer::Dislike, 25);
//! delivery.add(KanoAnswer::MustBe, KanoAnswer::Dislike, 20);
//! delivery.add(KanoAnswer::Neutral, KanoAnswer::Neutral, 15);
//!
//! let feature = delivery.counts(KanoTable::Berger).evaluate(Level::P95)?;
//! assert_eq!(feature.by_rule, KanoCategory::Attractive);
//! let better = feature.coefficients.unwrap().better;
//! assert_eq!(better.value, 0.65);
//! assert_eq!((better.low * 100.0).round(), 56.0);
//! # Ok::<(), radost_stats::kano::KanoError>(())
//! ```

mod coefficients;
mod continuous;
mod counts;
mod segments;

pub use coefficients::{CoefficientInterval, ConfidenceEllipse, KanoCoefficient, KanoCoefficients};
pub use continuous::{KanoContinuous, Questionable};
pub use counts::{KanoCounts, KanoEvaluation, KanoFong, KanoShare, KanoStrength};
pub use segments::{
    KanoResidual, KanoSegmentTest, KanoSegmentTestMethod, compare_segments,
    compare_segments_by_permutation,
};

use crate::{Cancelled, MeanError, MeanTally};
use segments::MIN_DRAWS;

/// The five standard answers to "how do you feel if the feature is there" and "… if it is not".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KanoAnswer {
    /// 1: I like it that way.
    Like,
    /// 2: It must be that way; I expect it.
    MustBe,
    /// 3: I am neutral.
    Neutral,
    /// 4: I can live with it; I can tolerate it.
    LiveWith,
    /// 5: I dislike it that way.
    Dislike,
}

/// What a feature is to a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KanoCategory {
    /// M: missed when absent, not noticed when there.
    MustBe,
    /// O: the more the better, the less the worse.
    OneDimensional,
    /// A: delights when there, not missed when absent.
    Attractive,
    /// I: makes no difference.
    Indifferent,
    /// R: unwanted.
    Reverse,
    /// Q: the two answers contradict each other.
    Questionable,
}

/// Which pairs of answers make which category. Rows are functional, columns dysfunctional answers, both from like to dislike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum KanoTable {
    /// The usual table of Berger et al. (1993); the default.
    /// ```text
    ///            like  must-be  neutral  live with  dislike
    /// like        Q      A        A         A         O
    /// must-be     R      I        I         I         M
    /// neutral     R      I        I         I         M
    /// live with   R      I        I         I         M
    /// dislike     R      R        R         R         Q
    /// ```
    #[default]
    Berger,
    /// Pouliot's variant: whoever gives "must be" twice or "can live with" twice contradicts themselves too, and counts as Q.
    Pouliot,
}

/// Why a feature cannot be placed.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum KanoError {
    /// The number is not one of the five answers.
    #[error("{value} is no answer: they go from 1 (like) to 5 (dislike)")]
    OffScale {
        /// The refused number.
        value: i64,
    },
    /// The stated importance cannot be averaged.
    #[error("the stated importance was refused")]
    Importance(#[source] MeanError),
    /// Nobody has answered both questions.
    #[error("nobody has answered both questions")]
    NoResponses,
    /// Everyone is reverse or questionable, so that presence and absence cannot be weighed.
    #[error("none of the {n} responses is attractive, one-dimensional, must-be or indifferent")]
    NoneWanted {
        /// Responses, all R or Q.
        n: u64,
    },
    /// Too few answers for what was asked.
    #[error("this needs {needed} responses, and there are {n}")]
    TooFew {
        /// Responses there are.
        n: u64,
        /// Responses needed.
        needed: u64,
    },
    /// One segment cannot differ.
    #[error("a comparison needs 2 segments or more, not {segments}")]
    TooFewSegments {
        /// Number of segments.
        segments: usize,
    },
    /// A segment, counted from 0, is empty.
    #[error("segment {segment} has no responses")]
    EmptySegment {
        /// The segment.
        segment: usize,
    },
    /// Everyone is in one category, so that segments cannot differ.
    #[error("all responses are {category}, so segments cannot differ")]
    OneCategory {
        /// The category.
        category: KanoCategory,
    },
    /// Too few permutations.
    #[error("a permutation test needs {MIN_DRAWS} draws or more, not {draws}")]
    Draws {
        /// The refused number.
        draws: u64,
    },
    /// Too many responses to permute one by one.
    #[error("{n} responses are too many to permute; at that size the chi-squared test is as good")]
    TooMany {
        /// Responses in all segments.
        n: u64,
    },
    /// Nobody waits for the answer any more.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// The pairs of answers to one feature, with the importance stated by those who gave them.
///
/// It merges by addition and serves every table; nothing is lost but who answered.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct KanoTally {
    /// By functional, then dysfunctional answer.
    cells: [[Cell; 5]; 5],
    unpaired: Cell,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Cell {
    n: u64,
    importance: MeanTally,
}

impl KanoAnswer {
    /// All five, from like to dislike.
    pub const ALL: [Self; 5] = [
        Self::Like,
        Self::MustBe,
        Self::Neutral,
        Self::LiveWith,
        Self::Dislike,
    ];

    /// The answer of this number, 1 (like) to 5 (dislike).
    ///
    /// ```
    /// # use radost_stats::kano::KanoAnswer;
    /// assert_eq!(KanoAnswer::from_number(2)?, KanoAnswer::MustBe);
    /// assert!(KanoAnswer::from_number(0).is_err());
    /// # Ok::<(), radost_stats::kano::KanoError>(())
    /// ```
    /// # Errors
    /// [`KanoError::OffScale`] for any other number.
    pub fn from_number(value: i64) -> Result<Self, KanoError> {
        match value {
            1 => Ok(Self::Like),
            2 => Ok(Self::MustBe),
            3 => Ok(Self::Neutral),
            4 => Ok(Self::LiveWith),
            5 => Ok(Self::Dislike),
            _ => Err(KanoError::OffScale { value }),
        }
    }

    /// The number of the answer, 1 (like) to 5 (dislike).
    pub fn number(self) -> u8 {
        self as u8 + 1
    }
}

impl std::fmt::Display for KanoAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Like => "like",
            Self::MustBe => "must be",
            Self::Neutral => "neutral",
            Self::LiveWith => "can live with",
            Self::Dislike => "dislike",
        })
    }
}

impl KanoCategory {
    /// All six in the order that settles ties: what does most harm when neglected comes first.
    pub const ALL: [Self; 6] = [
        Self::MustBe,
        Self::OneDimensional,
        Self::Attractive,
        Self::Indifferent,
        Self::Reverse,
        Self::Questionable,
    ];

    /// Its usual letter.
    pub fn letter(self) -> char {
        match self {
            Self::MustBe => 'M',
            Self::OneDimensional => 'O',
            Self::Attractive => 'A',
            Self::Indifferent => 'I',
            Self::Reverse => 'R',
            Self::Questionable => 'Q',
        }
    }
}

impl std::fmt::Display for KanoCategory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::MustBe => "must-be",
            Self::OneDimensional => "one-dimensional",
            Self::Attractive => "attractive",
            Self::Indifferent => "indifferent",
            Self::Reverse => "reverse",
            Self::Questionable => "questionable",
        })
    }
}

impl KanoTable {
    /// The category of a pair of answers.
    ///
    /// ```
    /// # use radost_stats::kano::{KanoAnswer::*, KanoCategory, KanoTable};
    /// assert_eq!(KanoTable::Berger.category(LiveWith, LiveWith), KanoCategory::Indifferent);
    /// assert_eq!(KanoTable::Pouliot.category(LiveWith, LiveWith), KanoCategory::Questionable);
    /// ```
    pub fn category(self, functional: KanoAnswer, dysfunctional: KanoAnswer) -> KanoCategory {
        use KanoAnswer::{Dislike, Like, LiveWith, MustBe};
        match (functional, dysfunctional) {
            (Like, Like) | (Dislike, Dislike) => KanoCategory::Questionable,
            (MustBe, MustBe) | (LiveWith, LiveWith) if self == Self::Pouliot => {
                KanoCategory::Questionable
            }
            (Like, Dislike) => KanoCategory::OneDimensional,
            (Like, _) => KanoCategory::Attractive,
            (_, Like) | (Dislike, _) => KanoCategory::Reverse,
            (_, Dislike) => KanoCategory::MustBe,
            _ => KanoCategory::Indifferent,
        }
    }
}

impl std::fmt::Display for KanoTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Berger => "Berger",
            Self::Pouliot => "Pouliot",
        })
    }
}

impl KanoTally {
    /// Counts one respondent: the two answers and how important they call the feature, `None` for what is missing.
    ///
    /// Without both answers the respondent is only counted as unpaired; their importance still counts.
    ///
    /// # Errors
    /// [`KanoError::Importance`] for an importance that is not finite; the tally is then unchanged.
    pub fn push(
        &mut self,
        functional: Option<KanoAnswer>,
        dysfunctional: Option<KanoAnswer>,
        importance: Option<f64>,
    ) -> Result<(), KanoError> {
        let cell = match (functional, dysfunctional) {
            (Some(functional), Some(dysfunctional)) => {
                &mut self.cells[functional as usize][dysfunctional as usize]
            }
            _ => &mut self.unpaired,
        };
        if let Some(importance) = importance {
            let pushed = cell.importance.push(importance);
            pushed.map_err(KanoError::Importance)?;
        }
        cell.n = cell.n.saturating_add(1);
        Ok(())
    }

    /// Counts `count` equal pairs without importance, as from a cross table.
    pub fn add(&mut self, functional: KanoAnswer, dysfunctional: KanoAnswer, count: u64) {
        let cell = &mut self.cells[functional as usize][dysfunctional as usize];
        cell.n = cell.n.saturating_add(count);
    }

    /// Adds another part of the data.
    pub fn merge(&mut self, other: &Self) {
        let theirs = other.cells.iter().flatten().chain([&other.unpaired]);
        let mine = self.cells.iter_mut().flatten().chain([&mut self.unpaired]);
        for (mine, theirs) in mine.zip(theirs) {
            mine.n = mine.n.saturating_add(theirs.n);
            mine.importance.merge(&theirs.importance);
        }
    }

    /// How many gave this pair of answers.
    pub fn pairs(&self, functional: KanoAnswer, dysfunctional: KanoAnswer) -> u64 {
        self.cells[functional as usize][dysfunctional as usize].n
    }

    /// Respondents who answered both questions.
    pub fn n(&self) -> u64 {
        self.all()
            .fold(0, |n, (_, _, cell)| n.saturating_add(cell.n))
    }

    /// Respondents who left one of the two questions unanswered.
    pub fn unpaired(&self) -> u64 {
        self.unpaired.n
    }

    /// How many respondents see the feature as what.
    ///
    /// ```
    /// # use radost_stats::kano::{KanoAnswer::*, KanoTable, KanoTally};
    /// let mut tally = KanoTally::default();
    /// tally.push(Some(MustBe), Some(MustBe), None)?;
    /// tally.push(Some(Like), Some(Dislike), None)?;
    /// assert_eq!(tally.counts(KanoTable::Berger).indifferent, 1);
    /// assert_eq!(tally.counts(KanoTable::Pouliot).questionable, 1);
    /// # Ok::<(), radost_stats::kano::KanoError>(())
    /// ```
    pub fn counts(&self, table: KanoTable) -> KanoCounts {
        let mut counts = KanoCounts::default();
        for (functional, dysfunctional, cell) in self.all() {
            counts.add(table.category(functional, dysfunctional), cell.n);
        }
        counts
    }

    /// The importance stated by all, with [`MeanTally::interval`] to follow.
    ///
    /// ```
    /// # use radost_stats::{Level, kano::{KanoAnswer::*, KanoTally}};
    /// let mut tally = KanoTally::default();
    /// for importance in [7.0, 9.0, 8.0] {
    ///     tally.push(Some(Like), Some(Dislike), Some(importance))?;
    /// }
    /// let importance = tally.importance().interval(Level::P95).unwrap();
    /// assert!((importance.value - 8.0).abs() < 1e-12 && (importance.low - 5.515862).abs() < 1e-6);
    /// # Ok::<(), radost_stats::kano::KanoError>(())
    /// ```
    pub fn importance(&self) -> MeanTally {
        let mut all = self.unpaired.importance;
        for (_, _, cell) in self.all() {
            all.merge(&cell.importance);
        }
        all
    }

    /// The importance stated by those to whom the feature is this.
    pub fn importance_of(&self, category: KanoCategory, table: KanoTable) -> MeanTally {
        let mut own = MeanTally::default();
        for (functional, dysfunctional, cell) in self.all() {
            if table.category(functional, dysfunctional) == category {
                own.merge(&cell.importance);
            }
        }
        own
    }

    fn all(&self) -> impl Iterator<Item = (KanoAnswer, KanoAnswer, &Cell)> {
        KanoAnswer::ALL
            .into_iter()
            .zip(&self.cells)
            .flat_map(|(functional, row)| {
                let cells = KanoAnswer::ALL.into_iter().zip(row);
                cells.map(move |(dysfunctional, cell)| (functional, dysfunctional, cell))
            })
    }
}
