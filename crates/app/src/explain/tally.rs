//! From tallies to what may be shown.

use radost_domain::explain::Metric;
use radost_domain::listen::{PublishedSurvey, QuestionKind};
use radost_stats::{
    Comparison, CsatScale, CsatTally, CsiAttribute, CsiTally, IntervalMethod, Level,
    MIN_TO_COMPARE, MeanTally, NpsTally, Scale, benjamini_hochberg,
};

/// A value with what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The value, in the units of the metric.
    pub value: f64,
    /// Lower bound of the interval.
    pub low: f64,
    /// Upper bound of the interval.
    pub high: f64,
    /// How many responses it rests on.
    pub n: u64,
    /// How the interval was computed.
    pub method: IntervalMethod,
}

/// A number, as far as it may be shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Figure {
    /// Nobody has answered.
    Nothing,
    /// Too few have answered, or it would give away a group in which too few have. Not even the count is told.
    Withheld,
    /// The number.
    Shown(Estimate),
}

impl Figure {
    /// The number, unless there is none to show.
    pub fn shown(&self) -> Option<&Estimate> {
        match self {
            Figure::Shown(estimate) => Some(estimate),
            _ => None,
        }
    }
}

/// What a comparison says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Clearly higher.
    Higher,
    /// Clearly lower.
    Lower,
    /// The data do not tell the two apart.
    NoClearDifference,
    /// Too few answers, or answers too much alike, for a test.
    TooFew,
}

/// A number against an earlier one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// In words.
    pub verdict: Verdict,
    /// The difference with its interval and its p-value (corrected where several comparisons are shown together);
    /// `None` when the data were too few to compare.
    pub comparison: Option<Comparison>,
}

impl Change {
    pub(crate) const TOO_FEW: Change = Change {
        verdict: Verdict::TooFew,
        comparison: None,
    };
}

/// What was counted for one metric: merges with others of its kind.
#[derive(Debug, Clone)]
pub(crate) enum Tally {
    Nps(NpsTally),
    Csat(CsatScale, CsatTally),
    /// With the ends of the scale: an interval does not leave it.
    Mean((f64, f64), MeanTally),
    Csi(CsiTally),
}

/// How one metric is read from the scores of a response.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    /// The slot of the question; for CSI those of the ratings.
    slots: Vec<usize>,
    /// For CSI: the slots of the importances.
    importances: Vec<usize>,
    empty: Tally,
}

impl Reader {
    /// `None` when the survey has no such question, or one of another kind.
    pub(crate) fn new(survey: &PublishedSurvey, metric: &Metric) -> Option<Reader> {
        if *metric == Metric::Csi {
            let scale = |kind: &QuestionKind| {
                let (min, max) = kind.scale()?;
                Scale::new(min as f64, max as f64).ok()
            };
            let (mut attributes, mut slots, mut importances) = (vec![], vec![], vec![]);
            for (rating, importance) in survey.csi_pairs() {
                attributes.push(CsiAttribute {
                    satisfaction: scale(&rating.question.kind)?,
                    importance: scale(&importance.question.kind)?,
                });
                slots.push(rating.slot?);
                importances.push(importance.slot?);
            }
            return Some(Reader {
                slots,
                importances,
                empty: Tally::Csi(CsiTally::new(attributes).ok()?),
            });
        }
        let question = survey.question(metric.question()?.as_str())?;
        let (min, max) = question.question.kind.scale()?;
        let empty = match (metric, &question.question.kind) {
            (Metric::Nps { .. }, QuestionKind::Nps { .. }) => Tally::Nps(NpsTally::default()),
            (Metric::Csat { .. }, QuestionKind::Csat { points, .. }) => {
                Tally::Csat(CsatScale::new(*points).ok()?, CsatTally::default())
            }
            (Metric::Ces { .. }, QuestionKind::Ces { .. })
            | (
                Metric::Mean { .. },
                QuestionKind::Rating { .. }
                | QuestionKind::Importance { .. }
                | QuestionKind::Csat { .. },
            ) => Tally::Mean((min as f64, max as f64), MeanTally::default()),
            _ => return None,
        };
        Some(Reader {
            slots: vec![question.slot?],
            importances: Vec::new(),
            empty,
        })
    }

    /// Nothing counted yet.
    pub(crate) fn empty(&self) -> Tally {
        self.empty.clone()
    }

    /// Counts one response. False when an answer is off the scale, as after a scale was shortened.
    pub(crate) fn add(&self, tally: &mut Tally, scores: &[u8]) -> bool {
        let score = |slot: usize| {
            let c = char::from(*scores.get(slot)?);
            radost_domain::listen::response::char_score(c)
        };
        match tally {
            Tally::Csi(csi) => {
                let read = |slots: &[usize]| -> Vec<Option<f64>> {
                    slots
                        .iter()
                        .map(|&slot| score(slot).map(|s| s as f64))
                        .collect()
                };
                csi.push(&read(&self.slots), &read(&self.importances))
                    .is_ok()
            }
            tally => match self.slots.first().and_then(|&slot| score(slot)) {
                None => true,
                Some(score) => match tally {
                    Tally::Nps(nps) => nps.push(score).is_ok(),
                    Tally::Csat(scale, csat) => csat.push(*scale, score).is_ok(),
                    Tally::Mean((min, max), mean) => {
                        let score = score as f64;
                        (*min..=*max).contains(&score) && mean.push(score).is_ok()
                    }
                    Tally::Csi(_) => true,
                },
            },
        }
    }
}

impl Tally {
    pub(crate) fn n(&self) -> u64 {
        match self {
            Tally::Nps(tally) => tally.n(),
            Tally::Csat(_, tally) => tally.n(),
            Tally::Mean(_, tally) => tally.n(),
            Tally::Csi(tally) => tally.n(),
        }
    }

    /// Adds another tally of the same metric.
    pub(crate) fn merge(&mut self, other: &Tally) {
        match (self, other) {
            (Tally::Nps(mine), Tally::Nps(theirs)) => mine.merge(theirs),
            (Tally::Csat(_, mine), Tally::Csat(_, theirs)) => mine.merge(theirs),
            (Tally::Mean(_, mine), Tally::Mean(_, theirs)) => mine.merge(theirs),
            (Tally::Csi(mine), Tally::Csi(theirs)) => {
                // Both come from one reader, so their attributes are the same.
                let merged = mine.merge(theirs);
                debug_assert!(merged.is_ok());
            }
            _ => debug_assert!(false, "tallies of different metrics"),
        }
    }

    /// Together with others of its kind.
    pub(crate) fn joined<'a>(empty: Tally, parts: impl IntoIterator<Item = &'a Tally>) -> Tally {
        parts.into_iter().fold(empty, |mut sum, part| {
            sum.merge(part);
            sum
        })
    }

    /// The number with its interval; a number of which no interval can be given is not shown.
    pub(crate) fn figure(&self, level: Level, withhold: bool) -> Figure {
        if self.n() == 0 {
            return Figure::Nothing;
        }
        if withhold {
            return Figure::Withheld;
        }
        self.estimate(level).map_or(Figure::Withheld, Figure::Shown)
    }

    fn estimate(&self, level: Level) -> Option<Estimate> {
        macro_rules! estimate {
            ($interval:expr) => {{
                let i = $interval.ok()?;
                Estimate {
                    value: i.value,
                    low: i.low,
                    high: i.high,
                    n: i.n,
                    method: i.method,
                }
            }};
        }
        Some(match self {
            Tally::Nps(tally) => estimate!(tally.interval(level)),
            Tally::Csat(_, tally) => estimate!(tally.interval(level)),
            Tally::Mean((min, max), tally) => {
                let estimate = estimate!(tally.interval(level));
                Estimate {
                    low: estimate.low.max(*min),
                    high: estimate.high.min(*max),
                    ..estimate
                }
            }
            Tally::Csi(tally) => estimate!(tally.interval(level)),
        })
    }

    /// This minus an earlier or other one. Groups under `minimum` are not compared: the difference would tell them.
    pub(crate) fn compare(&self, other: &Tally, level: Level, minimum: u64) -> Option<Comparison> {
        if self.n().min(other.n()) < minimum.max(MIN_TO_COMPARE) {
            return None;
        }
        match (self, other) {
            (Tally::Nps(mine), Tally::Nps(theirs)) => mine.compare(theirs, level).ok(),
            (Tally::Csat(_, mine), Tally::Csat(_, theirs)) => mine.compare(theirs, level).ok(),
            (Tally::Mean(_, mine), Tally::Mean(_, theirs)) => mine.compare(theirs, level).ok(),
            (Tally::Csi(mine), Tally::Csi(theirs)) => mine.compare(theirs, level).ok(),
            _ => None,
        }
    }
}

/// Verdicts of comparisons that are read together, corrected for their number. `None` is one that could not be made.
pub(crate) fn verdicts(comparisons: Vec<Option<Comparison>>) -> Vec<Change> {
    let p_values: Vec<f64> = comparisons
        .iter()
        .flatten()
        .map(|comparison| comparison.p_value)
        .collect();
    // P-values of a test are probabilities; one that is not would leave every verdict open rather than wrong.
    let mut adjusted = benjamini_hochberg(&p_values)
        .unwrap_or_else(|_| vec![1.0; p_values.len()])
        .into_iter();
    comparisons
        .into_iter()
        .map(|comparison| match comparison {
            None => Change::TOO_FEW,
            Some(mut comparison) => {
                comparison.p_value = adjusted.next().unwrap_or(1.0);
                let verdict = match comparison.verdict() {
                    radost_stats::Verdict::Higher => Verdict::Higher,
                    radost_stats::Verdict::Lower => Verdict::Lower,
                    radost_stats::Verdict::NoClearDifference => Verdict::NoClearDifference,
                };
                Change {
                    verdict,
                    comparison: Some(comparison),
                }
            }
        })
        .collect()
}

/// Which groups of a whole are withheld, and whether the whole is.
pub(crate) fn withheld(counts: &[u64], minimum: u64) -> (Vec<bool>, bool) {
    let total: u64 = counts.iter().sum();
    (
        radost_stats::suppress(counts, minimum),
        0 < total && total < minimum,
    )
}
