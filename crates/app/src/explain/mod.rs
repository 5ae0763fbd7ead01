//! Numbers: how satisfied customers are, and whether a change is real.
//!
//! Every number passes through [`App::measure`](crate::App::measure) or [`App::overview`](crate::App::overview), and both
//! read the answers in one place, `scan`: another engine below it changes nothing above it. What leaves this module is
//! allowed to be seen: places outside the actor's are not counted, groups under the workspace's minimum are withheld,
//! and so are those from which they could be computed by subtraction.

mod answers;
mod drivers;
mod history;
mod index;
mod measure;
mod memo;
mod overview;
mod scan;
mod selection;
mod tally;

pub use answers::{Answers, Belonging};
pub use drivers::{
    CannotTell, Contrast, Driver, DriversAnswer, DriversFound, DriversQuery, DriversReport,
    LeftOut, MUCH_LOST, Ranged, TooFew,
};
pub use history::{History, HistoryError, HistoryOptions, LakeStatus};
pub use index::{
    AttributeRow, AttributesAnswer, AttributesFound, IndexReport, IndicatorRow, LatentRow, Lever,
    PathRow, StructureAnswer, StructureFound,
};
pub use measure::{Key, Measured, MeasuredRow, Split};
pub(crate) use memo::Memo;
pub use overview::{Breakdown, Card, Choices, Overview, Span};
pub use radost_domain::explain::{Dimension, Filters, Metric, MetricQuery, Period, Step};
pub use selection::{Scope, Selection};
pub use tally::{Change, Estimate, Figure, Verdict};
