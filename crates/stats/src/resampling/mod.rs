//! Resampling: draws on all cores that depend on their seed alone, and the intervals read off them.

mod counts;
mod interval;
mod parallel;

pub use interval::BootstrapInterval;

pub(crate) use counts::resample_counts;
pub(crate) use interval::{acceleration, bca_bounds, bounds, percentile, percentile_bounds};
pub(crate) use parallel::{Steps, draws};
