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

mod comparison;
mod csat;
mod csi;
mod interval;
mod level;
mod mean;
mod multiplicity;
mod nps;
mod progress;
mod random;
pub mod retention;
mod suppression;

pub use comparison::{Comparison, ComparisonMethod, MIN_TO_COMPARE, Verdict};
pub use csat::{CsatError, CsatInterval, CsatScale, CsatTally};
pub use csi::{
    CsiAttribute, CsiAttributeRow, CsiError, CsiInterval, CsiRow, CsiSums, CsiTally, Scale,
    csi_bootstrap,
};
pub use interval::IntervalMethod;
pub use level::{Level, LevelError};
pub use mean::{MeanError, MeanInterval, MeanTally};
pub use multiplicity::{MultiplicityError, benjamini_hochberg};
pub use nps::{NpsError, NpsInterval, NpsTally};
pub use progress::{Cancelled, Progress};
pub use suppression::suppress;
