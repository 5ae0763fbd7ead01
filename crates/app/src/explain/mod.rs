//! Numbers: how satisfied customers are, and whether a change is real.
//!
//! Every number passes through [`App::measure`](crate::App::measure) or [`App::overview`](crate::App::overview), and both
//! read the answers in one place, `scan`: another engine below it changes nothing above it. What leaves this module is
//! allowed to be seen: places outside the actor's are not counted, groups under the workspace's minimum are withheld,
//! and so are those from which they could be computed by subtraction.

mod answers;
mod groups;
mod history;
mod kano;
mod measure;
mod overview;
mod scan;
mod segments;
mod selection;
mod tally;
mod tuning;
mod value;

pub use answers::{Answers, Belonging};
pub use groups::by_name;
pub use history::{History, HistoryError, HistoryOptions, LakeStatus};
pub use kano::{Kano, KanoFeature, KanoSeen, KanoVerdict};
pub use measure::{Key, Measured, MeasuredRow, Split};
pub use overview::{Breakdown, Card, Choices, Overview, Span};
pub use radost_domain::explain::{Dimension, Filters, Metric, MetricQuery, Period, Step};
pub use segments::{
    AnswerClass, NoSegments, SegmentCondition, SegmentNode, SegmentRow, SegmentSplit, SegmentTable,
    Segments, Trait, TraitValue,
};
pub use selection::{Scope, Selection};
pub use tally::{Change, Estimate, Figure, Verdict};
pub use tuning::{NeedGroup, NeedGroups, NoGroups, TunedAttribute, Tuning, VariantPoint};
pub use value::{NoValueMap, ValueMap, ValuePoint, ValuePoints};
