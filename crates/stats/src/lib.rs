//! The mathematics of customer satisfaction: scores, intervals and comparisons over plain numbers.
//!
//! A `…Tally` holds what must travel between partitions and machines: counts and sums, merged by addition.
//! Its `interval` gives the final answer: the value with its bounds, the number of responses and the method.
//! Its `compare` says whether a difference is real.
//!
//! ```
//! use radost_stats::{Level, NpsTally, Verdict};
//!
//! let october = NpsTally { promoters: 180, passives: 120, detractors: 100 };
//! let november = NpsTally { promoters: 230, passives: 110, detractors: 60 };
//!
//! let nps = november.interval(Level::P95)?;
//! assert_eq!(nps.value, 42.5);
//! assert_eq!((nps.low.round(), nps.high.round()), (35.0, 49.0));
//! assert_eq!(november.compare(&october, Level::P95)?.verdict(), Verdict::Higher);
//! # Ok::<(), radost_stats::NpsError>(())
//! ```
//!
//! NPS is in points from −100 to 100, CSAT in percent and CSI in points from 0 to 100, a mean in the units of its answers.
//! Counts stop at `u64::MAX` instead of wrapping. No function panics, reads a clock or draws random numbers of its own.
#![warn(missing_docs)]
#![warn(clippy::expect_used, clippy::panic)]

pub mod agreement;
pub mod change;
pub mod compare;
mod comparison;
pub mod control;
mod csat;
mod csi;
pub mod did;
mod distributions;
pub mod dose;
pub mod drivers;
pub mod forecast;
pub mod groups;
mod interval;
pub mod kano;
pub mod league;
mod level;
mod log_mean;
pub mod maxdiff;
mod mean;
mod multiplicity;
mod nps;
pub mod pls;
pub mod pool;
mod population;
pub mod power;
mod progress;
pub mod raking;
mod random;
mod resampling;
pub mod retention;
pub mod reviews;
pub mod sampling;
mod sorting;
mod suppression;
pub mod values;
pub mod weighting;

pub use comparison::{
    Comparison, ComparisonMethod, MIN_TO_COMPARE, Published, PublishedError, Verdict,
};
pub use csat::{CsatError, CsatInterval, CsatScale, CsatTally, ShareMethod};
pub use csi::{
    CsiAttribute, CsiAttributeRow, CsiBounds, CsiError, CsiInterval, CsiPart, CsiRow, CsiSums,
    CsiTally, Scale, csi_bootstrap,
};
pub use interval::IntervalMethod;
pub use level::{Level, LevelError};
pub use log_mean::{LogMeanError, LogMeanMethod, LogMeanTally};
pub use mean::{MeanError, MeanInterval, MeanTally};
pub use multiplicity::{MultiplicityError, benjamini_hochberg, holm};
pub use nps::{
    EnpsTally, NetSentimentTally, NpsError, NpsInterval, NpsMethod, NpsTally, VarianceConvention,
};
pub use population::{Population, PopulationError};
pub use progress::{Cancelled, Progress};
pub use resampling::BootstrapInterval;
pub use suppression::{
    SuppressionError, TwoWaySuppression, suppress, suppress_crossed, suppress_two_way,
};
