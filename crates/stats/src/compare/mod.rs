//! Comparisons of two and more groups: shares, means, net promoter scores and ordinal answers, with the size of the effect.
//!
//! | question | state | test |
//! |---|---|---|
//! | do k shares, or answers in categories, differ? | [`ContingencyTable`] | [`chi_squared`](ContingencyTable::chi_squared), [`exact`](ContingencyTable::exact), [`independence`](ContingencyTable::independence) |
//! | do k means differ? | [`MeanTally`](crate::MeanTally) | [`welch_anova`], [`one_way_anova`] |
//! | do k net promoter scores differ? | [`NpsTally`](crate::NpsTally) | [`nps_homogeneity`] |
//! | do ordinal answers differ? | [`OrdinalTally`] | [`mann_whitney`](OrdinalTally::mann_whitney), [`kruskal_wallis`](OrdinalTally::kruskal_wallis) |
//! | do they rise over ordered groups? | [`OrdinalTally`], [`ContingencyTable`] | [`jonckheere`](OrdinalTally::jonckheere), [`linear_by_linear`](ContingencyTable::linear_by_linear), [`cochran_armitage`] |
//!
//! ```
//! use radost_stats::{CsatTally, compare::{ContingencyTable, IndependenceMethod}};
//!
//! let shops = [(81, 120), (64, 110), (90, 118)].map(|(satisfied, n)| CsatTally::from_counts(satisfied, n));
//! let [a, b, c] = shops;
//! let test = ContingencyTable::of_shares(&[a?, b?, c?])?.chi_squared()?;
//! assert!((test.statistic - 8.495762).abs() < 1e-6);
//! assert!((test.p_value - 0.0142945).abs() < 1e-7);
//! assert_eq!(test.method, IndependenceMethod::PearsonChiSquared);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod anova;
mod effect;
mod ordinal;
mod table;
mod trend;

pub use anova::{
    AnovaMethod, AnovaTest, HomogeneityTest, nps_homogeneity, one_way_anova, welch_anova,
};
pub use effect::{
    Effect, EffectKind, EffectMethod, cohen_d, cohen_h, eta_squared, hedges_g, omega_squared,
};
pub use ordinal::{
    KruskalWallis, MAX_EXACT_RANKS, MannWhitney, OrdinalTally, RankMethod, RankTestMethod,
};
pub use table::{
    ContingencyTable, IndependenceMethod, IndependenceTest, MAX_EXACT_STEPS, MIN_REPLICATES,
    MonteCarlo,
};
pub use trend::{TrendMethod, TrendTest, cochran_armitage};

use crate::Cancelled;

/// Why groups cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum CompareError {
    /// There are not enough groups, or categories, to compare.
    #[error("a comparison needs at least {needed} {what}, and there are {got}")]
    TooFewGroups {
        /// What there are too few of: groups or categories.
        what: &'static str,
        /// How many there are.
        got: usize,
        /// How many are needed.
        needed: usize,
    },
    /// There is no such group.
    #[error("there is no group {group}: the tally has {groups}, counted from 0")]
    NoSuchGroup {
        /// The group asked for.
        group: usize,
        /// Groups of the tally.
        groups: usize,
    },
    /// A group has no responses.
    #[error("group {group} has no responses: leave it out")]
    EmptyGroup {
        /// Its index.
        group: usize,
    },
    /// A category was never chosen.
    #[error("category {category} was never chosen: leave it out")]
    EmptyCategory {
        /// Its index.
        category: usize,
    },
    /// Two tables, or two rows of a table, differ in size.
    #[error("{expected} {what} were expected, and there are {got}")]
    Shape {
        /// Rows, categories, groups or scores.
        what: &'static str,
        /// How many there should be.
        expected: usize,
        /// How many there are.
        got: usize,
    },
    /// Everyone gave the same answer.
    #[error("all responses are equal, so there is nothing to compare")]
    OneClass,
    /// Everyone in a group gave the same answer, so that a test of means has no spread to judge by.
    #[error("all responses of group {group} are equal, so a test of means cannot be made")]
    NoSpread {
        /// Its index.
        group: usize,
    },
    /// A group is too small.
    #[error("group {group} has {n} responses and this needs {needed}")]
    TooFew {
        /// Its index.
        group: usize,
        /// Its responses.
        n: u64,
        /// Responses needed.
        needed: u64,
    },
    /// NaN or infinite.
    #[error("{value} at index {index} is not a finite number")]
    NotFinite {
        /// Its place in the input.
        index: usize,
        /// The refused value.
        value: f64,
    },
    /// Scores of ordered groups that do not differ.
    #[error("all scores are equal, so there is no order to test")]
    EqualScores,
    /// Too many responses for an exact distribution.
    #[error("an exact distribution of ranks takes at most {limit} responses, and there are {n}")]
    TooManyForExact {
        /// Responses there are.
        n: u64,
        /// Responses an exact distribution takes.
        limit: u64,
    },
    /// More responses than can be counted exactly.
    #[error("{n} responses are more than can be counted exactly")]
    TooMany {
        /// Responses there are, or `u64::MAX` when there are more still.
        n: u64,
    },
    /// Too few resamples or simulated tables.
    #[error("{replicates} replicates are too few: {MIN_REPLICATES} are needed")]
    Replicates {
        /// The refused number.
        replicates: u64,
    },
    /// The caller asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}
