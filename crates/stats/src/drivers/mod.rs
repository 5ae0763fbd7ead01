//! Key drivers: what moves satisfaction, and by how much.
//!
//! Rows go into a tally of means and cross-products ([`Gram`], or [`MissingTally`] when answers are missing), which is merged across
//! parts and machines; its [`Moments`] give a [`DriverModel`] of one outcome by its drivers, and from that come regression, importance and
//! simulation without another look at the rows.
//!
//! ```
//! use radost_stats::{Level, Progress, drivers::{DriverMeasure, Gram, Weights}};
//!
//! let mut gram = Gram::new(["overall", "price", "speed", "staff"])?;
//! for row in [
//!     [7.0, 6.0, 8.0, 7.0], [5.0, 5.0, 4.0, 8.0], [9.0, 6.0, 10.0, 9.0], [8.0, 9.0, 7.0, 6.0],
//!     [3.0, 4.0, 2.0, 5.0], [6.0, 7.0, 5.0, 5.0], [9.0, 8.0, 9.0, 8.0], [4.0, 6.0, 3.0, 4.0],
//! ] {
//!     gram.push(&row)?;
//! }
//! let model = gram.moments(Weights::Sampling)?.model("overall", &["price", "speed", "staff"])?;
//!
//! let lmg = model.importance(DriverMeasure::Lmg, &Progress::none())?;
//! let sum: f64 = lmg.drivers.iter().map(|driver| driver.value).sum();
//! assert!((sum - lmg.r_squared).abs() < 1e-12);
//! let most = lmg.drivers.iter().max_by(|a, b| a.value.total_cmp(&b.value)).map(|driver| driver.driver.as_str());
//! assert_eq!(most, Some("speed"));
//! assert!(model.ols(Level::P95).f_p_value < 0.01);
//! # Ok::<(), radost_stats::drivers::DriverError>(())
//! ```

pub(crate) mod bootstrap;
mod contrast;
pub(crate) mod correlation;
mod error;
pub(crate) mod gram;
mod importance;
mod lattice;
pub(crate) mod logistic;
mod missing;
mod model;
pub(crate) mod ols;
mod quadrant;
mod simulation;

pub use crate::resampling::BootstrapInterval;
pub use bootstrap::{
    BlockTally, Bootstrap, DriverRows, ImportanceBootstrap, ImportanceInterval, ResampledUnit,
    ShareInterval,
};
pub use contrast::{
    AttributeContrast, ContrastAttribute, ContrastGroup, ContrastTally, FactorClass, PenaltyReward,
};
pub use correlation::{Correlation, CorrelationError, CorrelationMethod, Margin, PairTally};
pub use error::DriverError;
pub use gram::{Gram, GramSums};
pub use importance::{
    Computation, Dominance, DriverDominance, DriverImportance, DriverMeasure, Importance,
};
pub use logistic::{
    BinaryTally, Logistic, LogisticCoefficient, LogisticError, LogisticImportance, LogisticSlope,
    LogisticWeights,
};
pub use missing::MissingTally;
pub use model::{DriverModel, EmReport, Moments};
pub use ols::{Coefficient, Ols, OlsCoefficient};
pub use quadrant::{
    Crosshair, ImportanceKind, Quadrant, QuadrantAttribute, QuadrantMap, QuadrantRow,
    importance_performance,
};
pub use simulation::{DriverChange, Improvement, SimulatedDriver, Simulation, WorthwhileChange};

/// What is done about missing answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Missing {
    /// Rows with a missing answer are left out, and counted.
    #[default]
    Listwise,
    /// Each correlation is over those who answered both questions.
    Pairwise,
    /// Means and covariances of a multivariate normal by the EM algorithm, from all answers.
    Em,
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Listwise => "listwise",
            Self::Pairwise => "pairwise",
            Self::Em => "EM",
        })
    }
}

/// What a weight means. Estimates are the same; standard errors and intervals are not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Weights {
    /// How many of the population a row stands for, as after raking: errors reckon with (Σ w)² / Σ w² rows.
    #[default]
    Sampling,
    /// How many equal rows it stands for: errors reckon with Σ w rows.
    Frequency,
}

impl std::fmt::Display for Weights {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sampling => "sampling",
            Self::Frequency => "frequency",
        })
    }
}
