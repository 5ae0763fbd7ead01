//! Numbers: how satisfied customers are, and whether a change is real.
//!
//! Every number passes through [`App::measure`](crate::App::measure) or [`App::overview`](crate::App::overview), and both
//! count the answers in one place, `scan`: in the lake with what it does not have yet, or in the records where there is none. What leaves this module is
//! allowed to be seen: places outside the actor's are not counted, groups under the workspace's minimum are withheld,
//! and so are those from which they could be computed by subtraction.

mod annotations;
mod answers;
mod benchmarks;
mod breakdown;
mod drivers;
mod groups;
mod history;
mod index;
mod kano;
mod kpis;
mod measure;
mod memo;
mod overview;
mod recent;
mod scan;
mod segments;
mod selection;
mod tally;
mod trend;
mod tuning;
mod value;
mod views;

pub use annotations::AnnotationDraft;
pub use answers::{Answers, Belonging};
pub use benchmarks::{
    BenchmarkComparison, BenchmarkDraft, COLUMNS as BENCHMARK_COLUMNS, Certainty, ComparedBenchmark,
};
pub use breakdown::Breakdown;
pub use drivers::{
    CannotTell, Contrast, Driver, DriversAnswer, DriversFound, DriversQuery, DriversReport,
    LeftOut, MUCH_LOST, Ranged, TooFew,
};
pub use groups::by_name;
pub use history::{History, HistoryError, HistoryOptions, LakeStatus};
pub use index::{
    AttributeRow, AttributesAnswer, AttributesFound, IndexReport, IndicatorRow, LatentRow, Lever,
    PathRow, StructureAnswer, StructureFound,
};
pub use kano::{Kano, KanoFeature, KanoSeen, KanoVerdict};
pub use kpis::{KpiDraft, KpiStatus, KpiStory, Person};
pub use measure::{Key, Measured, MeasuredRow};
pub(crate) use memo::Memo;
pub use overview::{Card, Choices, Overview, Span, Split};
pub use radost_domain::explain::SavedView;
pub use radost_domain::explain::{
    Against, Annotation, AnnotationKind, Dimension, Filters, GroupBy, Metric, MetricQuery, Period,
    Reference, Step, Weighting, YearStart,
};
pub use radost_stats::league::LeagueRow;
pub(crate) use recent::Recent;
pub use scan::Source;
pub use segments::{
    AnswerClass, NoSegments, SegmentCondition, SegmentNode, SegmentRow, SegmentSplit, SegmentTable,
    Segments, Trait, TraitValue,
};
pub use selection::{Scope, Selection};
pub use tally::{Change, Estimate, Figure, Verdict};
pub use trend::{
    Ahead, Control, Course, FEWEST_STEPS, FEWEST_TO_FORECAST, Limits, NoControl, NoOutlook,
    Outlook, Shift, StepLevel, Trend, TrendSignal, TrendStep,
};
pub use tuning::{NeedGroup, NeedGroups, NoGroups, TunedAttribute, Tuning, VariantPoint};
pub use value::{NoValueMap, ValueMap, ValuePoint, ValuePoints};
