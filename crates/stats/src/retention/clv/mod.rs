//! Customers who buy when they like and leave without saying so: how many are still there, how often they will come and what they are worth.

mod bgnbd;
mod fold;
mod gamma_gamma;
mod history;
mod model;
mod pareto_nbd;
mod validation;

pub use bgnbd::{BgNbd, Dropout};
pub use gamma_gamma::{GammaGamma, Spend, SpendError, SpendTally};
pub use history::{History, HistoryError, HistoryTally};
pub use model::{
    Derived, DiscountRate, Estimate, Fit, Forecast, Horizon, ModelError, NamedEstimate,
    ParameterNames, PurchaseModel, Until,
};
pub(super) use model::{exactly, explain};
pub use pareto_nbd::ParetoNbd;
pub use validation::{
    FrequencyRow, HoldoutReport, LifetimeValue, TrackingPoint, expected_tracking, lifetime_value,
    lifetime_values, validate_holdout,
};
