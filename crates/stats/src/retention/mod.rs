//! Who stays, for how long, and what they are worth: cohorts, survival, purchase models, contracts and RFM.
//!
//! [`TransactionTally`] takes purchases in any order and from any number of parts. It gives cohort tables, RFM scores and the customer
//! summaries that [`BgNbd`], [`ParetoNbd`] and [`GammaGamma`] are fitted on. [`SurvivalTally`] takes times to an event; it gives
//! [`KaplanMeier`] and [`NelsonAalen`] curves and [`log_rank`] tests, [`CoxData`] a regression. [`ContractTally`] takes renewals.
//!
//! ```
//! use radost_stats::{Level, retention::SurvivalTally};
//!
//! let mut weeks = SurvivalTally::default();
//! for (time, left) in [(6.0, true), (6.0, true), (6.0, true), (6.0, false), (7.0, true), (9.0, false), (10.0, true)] {
//!     weeks.push(time, left)?;
//! }
//! let curve = weeks.kaplan_meier(Level::P95, Default::default())?;
//! assert!((curve.survival_at(7.0) - 0.380952).abs() < 1e-6); // 4/7 · 2/3
//! # Ok::<(), radost_stats::retention::SurvivalError>(())
//! ```

mod clv;
mod cohorts;
mod cox;
mod log_rank;
mod optimise;
mod quadrature;
mod rfm;
mod sbg;
mod special;
mod survival;
mod transactions;

pub use clv::{
    BgNbd, Derived, DiscountRate, Dropout, Estimate, Fit, Forecast, FrequencyRow, GammaGamma,
    History, HistoryError, HistoryTally, HoldoutReport, Horizon, LifetimeValue, ModelError,
    NamedEstimate, ParameterNames, ParetoNbd, PurchaseModel, Spend, SpendError, SpendTally,
    TrackingPoint, Until, expected_tracking, lifetime_value, lifetime_values, validate_holdout,
};
pub use cohorts::{CalendarPeriod, Cohort, CohortTable, RetentionPoint};
pub use cox::{
    Coefficient, CoxData, CoxError, CoxFit, CoxRow, GlobalTest, HazardPoint, ProportionalHazards,
    ProportionalHazardsTest, TieHandling, TimeTransform,
};
pub use log_rank::{
    LogRank, LogRankError, LogRankGroup, LogRankWeight, log_rank, stratified_log_rank,
};
pub use rfm::{QuantileScore, QuantileTally, RfmError, RfmRow, RfmTable};
pub use sbg::{ContractError, ContractTally, ShiftedBetaGeometric};
pub use survival::{
    AtRisk, Band, HazardRatePoint, KaplanMeier, NelsonAalen, Quantile, RestrictedMean,
    SurvivalError, SurvivalPoint, SurvivalTally,
};
pub use transactions::{
    Calibration, CalibrationSummary, CustomerSummary, RefundPolicy, Transaction, TransactionError,
    TransactionTally,
};
