//! Structural satisfaction indices by partial least squares path modelling.
//!
//! A [`PlsModel`] says which questions measure which latent variable and what moves what; [`ecsi`] and [`acsi`] are ready.
//! A [`PlsTally`] holds the cross-products of the answers, and [`PlsModel::fit`] needs nothing else.
//! [`PlsModel::bootstrap`] asks for the [`PlsRows`] and gives every number an interval.
//!
//! ```
//! use radost_stats::pls::{MissingAnswers, Mode, PlsModel, PlsRows, PlsSettings};
//!
//! let model = PlsModel::builder()
//!     .latent("Quality", Mode::A, ["speed", "clarity"])
//!     .latent("Satisfaction", Mode::A, ["overall", "ideal"])
//!     .path("Quality", "Satisfaction")
//!     .build()?;
//! let mut rows = PlsRows::new(model.indicators(), MissingAnswers::Listwise)?;
//! for row in [
//!     [7.0, 6.0, 7.0, 6.0], [9.0, 8.0, 9.0, 9.0], [4.0, 5.0, 5.0, 3.0], [6.0, 8.0, 7.0, 8.0],
//!     [3.0, 4.0, 2.0, 4.0], [8.0, 9.0, 8.0, 7.0], [5.0, 7.0, 6.0, 6.0], [10.0, 9.0, 9.0, 10.0],
//! ] {
//!     rows.push(&row.map(Some))?;
//! }
//!
//! let fit = model.fit(&rows.tally()?, &PlsSettings::default())?;
//! assert!((fit.paths[0].coefficient - 0.974716).abs() < 1e-6);
//! assert!((fit.latents[1].r_squared.unwrap() - 0.950072).abs() < 1e-6);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bootstrap;
mod estimate;
mod fit;
mod index;
mod model;
mod tally;

pub use crate::resampling::BootstrapInterval;
pub use bootstrap::{
    BootstrapEstimate, PlsBootstrap, PlsBootstrapEffect, PlsBootstrapIndicator, PlsBootstrapLatent,
    PlsBootstrapPath, PlsBootstrapRatio, PlsBootstrapSettings, SignChange,
};
pub use fit::{
    PlsEffect, PlsFit, PlsGoodnessOfFit, PlsHeterotraitMonotrait, PlsIndicator, PlsLatent, PlsPath,
    Unidimensionality,
};
pub use index::{PlsImportance, PlsImportancePerformance, PlsIndex, PlsIndexMethod};
pub use model::{Latent, Mode, PlsModel, PlsModelBuilder, PlsModelError, acsi, ecsi};
pub use tally::{MissingAnswers, PairMoments, PlsMoments, PlsRows, PlsTally};

use crate::Cancelled;
use bootstrap::MIN_DRAWS;

/// How a latent variable is made up from its neighbours in the inner step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PlsScheme {
    /// The sign of the correlation with each neighbour; the default, as in semPLS and plspm.
    #[default]
    Centroid,
    /// The correlation with each neighbour.
    Factorial,
    /// Regression on what moves it, correlation with what it moves.
    Path,
}

impl std::fmt::Display for PlsScheme {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Centroid => "centroid",
            Self::Factorial => "factorial",
            Self::Path => "path",
        })
    }
}

/// In which units the indicators enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PlsScaling {
    /// Each with mean 0 and variance 1; the default, as in semPLS and plspm.
    #[default]
    Standardized,
    /// In the units of the answers, so that an indicator with more spread weighs more; as plspm with `scaled = FALSE`.
    ///
    /// Only for indicators on one scale. The paths differ from those of standardised indicators. Weights are those of scores with unit
    /// variance (n − 1); plspm divides by n.
    Raw,
}

impl std::fmt::Display for PlsScaling {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Standardized => "standardized",
            Self::Raw => "raw",
        })
    }
}

/// How a path model is estimated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlsSettings {
    /// The inner weighting scheme; centroid by default.
    pub scheme: PlsScheme,
    /// The units of the indicators; standardised by default.
    pub scaling: PlsScaling,
    /// The iteration ends when no outer weight changes by this share of itself; 10⁻⁷ by default, as in semPLS.
    pub tolerance: f64,
    /// It fails when it has not ended after so many rounds; 300 by default. Ten are usual.
    pub max_iterations: u32,
}

impl Default for PlsSettings {
    fn default() -> Self {
        Self {
            scheme: PlsScheme::default(),
            scaling: PlsScaling::default(),
            tolerance: 1e-7,
            max_iterations: 300,
        }
    }
}

/// Why a path model cannot be estimated, or an index not be given.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PlsError {
    /// A tally of nothing.
    #[error("a tally needs at least one column")]
    NoColumns,
    /// Two columns share a name.
    #[error("the column {column} is given twice")]
    DuplicateColumn {
        /// The column.
        column: String,
    },
    /// A row has another number of entries than there are columns.
    #[error("a row has {found} entries for {expected} columns")]
    Length {
        /// Number of columns.
        expected: usize,
        /// Entries in the row.
        found: usize,
    },
    /// An answer is NaN, infinite or beyond ±10¹⁰⁰.
    #[error("{value} in the column {column} is not a finite number")]
    NotFinite {
        /// The column.
        column: String,
        /// The refused answer.
        value: f64,
    },
    /// Two tallies have other columns or treat missing answers otherwise.
    #[error(
        "tallies with different columns or another treatment of missing answers cannot be joined"
    )]
    DifferentColumns,
    /// Moments that no respondents could have given.
    #[error("the moments do not fit {columns} columns")]
    Moments {
        /// Number of columns.
        columns: usize,
    },
    /// An indicator of the model is not among the columns.
    #[error("the indicator {indicator} of {latent} is not among the columns")]
    UnknownIndicator {
        /// The indicator.
        indicator: String,
        /// The latent variable that asks for it.
        latent: String,
    },
    /// Nobody has answered anything.
    #[error("there are no responses")]
    NoRows,
    /// All answers to an indicator are missing.
    #[error("nobody has answered {indicator}")]
    NeverAnswered {
        /// The indicator.
        indicator: String,
    },
    /// Everyone left something unanswered.
    #[error(
        "none of the {left_out} respondents answered every column; replace missing answers by means, or use fewer columns"
    )]
    NoCompleteRows {
        /// Respondents left out.
        left_out: u64,
    },
    /// Fewer respondents than the regressions of the model need.
    #[error(
        "the model needs {needed} respondents, and {n} count ({left_out} left out for missing answers)"
    )]
    TooFewRows {
        /// Respondents that count.
        n: u64,
        /// Respondents left out.
        left_out: u64,
        /// Respondents needed.
        needed: u64,
    },
    /// All answers to an indicator are equal.
    #[error("all answers to {indicator} are equal, so it measures nothing")]
    Constant {
        /// The indicator.
        indicator: String,
    },
    /// The indicators of a latent variable in mode B determine each other.
    #[error("an indicator of {latent} follows from its others, so mode B cannot weight them")]
    CollinearIndicators {
        /// The latent variable.
        latent: String,
    },
    /// What moves a latent variable determines each other.
    #[error("one of the latent variables that move {latent} follows from the others")]
    CollinearPredecessors {
        /// The latent variable that is moved.
        latent: String,
    },
    /// The weighted indicators of a latent variable cancel, or have nothing to do with its neighbours.
    #[error(
        "the weighted indicators of {latent} add up to a constant: they cancel, or nothing around it goes along with them"
    )]
    NoSpread {
        /// The latent variable.
        latent: String,
    },
    /// The tolerance is not a positive number.
    #[error("a tolerance must be above 0 and below 1, not {value}")]
    Tolerance {
        /// The refused tolerance.
        value: f64,
    },
    /// The weights kept moving.
    #[error("after {iterations} iterations an outer weight still changed by {change:e} of itself")]
    NotConverged {
        /// Rounds made.
        iterations: u32,
        /// Largest relative change in the last of them.
        change: f64,
    },
    /// Neither one scale for all indicators nor one for each.
    #[error(
        "{found} scales were given: give one for all indicators, or one for each of {expected}"
    )]
    Scales {
        /// Number of indicators.
        expected: usize,
        /// Number of scales.
        found: usize,
    },
    /// The mean of an indicator is not on its scale.
    #[error("the mean {mean} of {indicator} is off the scale from {min} to {max}")]
    OffScale {
        /// The indicator.
        indicator: String,
        /// Its mean.
        mean: f64,
        /// Lower end of the scale.
        min: f64,
        /// Upper end of the scale.
        max: f64,
    },
    /// The weights of a latent variable cancel, so that its score has no ends to lie between.
    #[error("the weights of {latent} have different signs and cancel, so it has no index")]
    WeightsCancel {
        /// The latent variable.
        latent: String,
    },
    /// The latent variable asked for is not in the model.
    #[error("there is no latent variable {latent} in the model")]
    UnknownLatent {
        /// The name.
        latent: String,
    },
    /// Too few resamples for percentiles.
    #[error("a bootstrap needs {MIN_DRAWS} resamples or more, not {draws}")]
    Draws {
        /// The refused number.
        draws: usize,
    },
    /// More than half of the resamples gave no estimate.
    #[error("only {used} of {draws} resamples could be estimated, too few for intervals")]
    Inadmissible {
        /// Resamples with an estimate.
        used: usize,
        /// Resamples drawn.
        draws: usize,
    },
    /// Nobody waits for the answer any more.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}
