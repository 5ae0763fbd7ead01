//! From tallies to what may be shown.

use radost_domain::explain::Metric;
use radost_domain::listen::survey::PublishedQuestion;
use radost_domain::listen::{PublishedSurvey, QuestionKind};
use radost_stats::{
    Comparison, CsatScale, CsatTally, CsiAttribute, CsiSums, CsiTally, IntervalMethod, Level,
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
    Csi(CsiCount),
}

/// What a satisfaction index is computed from. Most people answer all its questions: for them only the products of pairs
/// have to be added one by one, which is what makes the index of 100,000 responses a matter of milliseconds.
#[derive(Debug, Clone)]
pub(crate) struct CsiCount {
    /// Those who left something out.
    partial: CsiTally,
    /// How many answered everything.
    full: u64,
    /// Σ x of each question over those, from the lower end of its scale; ratings, then importances.
    sums: Vec<u64>,
    /// Σ x y of each pair, the upper triangle row by row.
    products: Vec<u64>,
    /// The answers of one person, kept for their room.
    answers: Vec<u64>,
}

impl CsiCount {
    fn new(attributes: Vec<CsiAttribute>) -> Option<Self> {
        let variables = 2 * attributes.len();
        Some(CsiCount {
            partial: CsiTally::new(attributes).ok()?,
            full: 0,
            sums: vec![0; variables],
            products: vec![0; variables * (variables + 1) / 2],
            answers: Vec::with_capacity(variables),
        })
    }

    /// Counts one person; false when an answer is off its scale.
    fn push(&mut self, scores: &[Option<i64>], scales: &[(i64, i64)]) -> bool {
        self.answers.clear();
        for (score, (min, max)) in scores.iter().zip(scales) {
            match score {
                Some(score) if (min..=max).contains(&score) => {
                    self.answers.push(score.abs_diff(*min));
                }
                Some(_) => return false,
                None => {}
            }
        }
        if self.answers.len() < self.sums.len() {
            let scores: Vec<Option<f64>> =
                scores.iter().map(|score| score.map(|s| s as f64)).collect();
            let (ratings, importances) = scores.split_at(scores.len() / 2);
            return self.partial.push(ratings, importances).is_ok();
        }
        self.full += 1;
        let mut products = self.products.as_mut_slice();
        for (a, (&x, sum)) in self.answers.iter().zip(&mut self.sums).enumerate() {
            *sum += x;
            let (row, later) = products.split_at_mut(self.answers.len() - a);
            for (product, &y) in row.iter_mut().zip(&self.answers[a..]) {
                *product += x * y;
            }
            products = later;
        }
        true
    }

    fn merge(&mut self, other: &CsiCount) {
        // Both come from one reader, so their attributes are the same.
        let merged = self.partial.merge(&other.partial);
        debug_assert!(merged.is_ok());
        self.full += other.full;
        for (mine, theirs) in self.sums.iter_mut().zip(&other.sums) {
            *mine += theirs;
        }
        for (mine, theirs) in self.products.iter_mut().zip(&other.products) {
            *mine += theirs;
        }
    }

    fn n(&self) -> u64 {
        self.full + self.partial.n()
    }

    /// Everybody as one tally.
    fn whole(&self) -> Option<CsiTally> {
        let v = self.sums.len();
        let mut sums = vec![0.0; v * v];
        let mut products = vec![0.0; v * v];
        let mut triangle = self.products.iter();
        for a in 0..v {
            for b in a..v {
                let product = *triangle.next()? as f64;
                (products[a * v + b], products[b * v + a]) = (product, product);
                sums[a * v + b] = self.sums[a] as f64;
                sums[b * v + a] = self.sums[b] as f64;
            }
        }
        let full = CsiSums {
            n: self.full,
            answered: vec![self.full; v * v],
            sums,
            products,
        };
        let mut whole = CsiTally::from_sums(self.partial.attributes().to_vec(), full).ok()?;
        whole.merge(&self.partial).ok()?;
        Some(whole)
    }
}

/// How one metric is read from the scores of a response.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    /// The slot of the question; for CSI those of the ratings, then those of the importances.
    slots: Vec<usize>,
    /// Their scales.
    scales: Vec<(i64, i64)>,
    empty: Tally,
}

impl Reader {
    /// `None` when the survey has no such question, or one of another kind.
    pub(crate) fn new(survey: &PublishedSurvey, metric: &Metric) -> Option<Reader> {
        if *metric == Metric::Csi {
            let scale = |question: &PublishedQuestion| {
                let (min, max) = question.question.kind.scale()?;
                Scale::new(min as f64, max as f64).ok()
            };
            let pairs = survey.csi_pairs();
            let mut attributes = Vec::with_capacity(pairs.len());
            for (rating, importance) in &pairs {
                attributes.push(CsiAttribute {
                    satisfaction: scale(rating)?,
                    importance: scale(importance)?,
                });
            }
            let ratings = pairs.iter().map(|(rating, _)| rating);
            let importances = pairs.iter().map(|(_, importance)| importance);
            let variables: Vec<&PublishedQuestion> = ratings.chain(importances).copied().collect();
            return Some(Reader {
                slots: variables.iter().map(|v| v.slot).collect::<Option<_>>()?,
                scales: variables
                    .iter()
                    .map(|v| v.question.kind.scale())
                    .collect::<Option<_>>()?,
                empty: Tally::Csi(CsiCount::new(attributes)?),
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
            scales: vec![(min, max)],
            empty,
        })
    }

    /// Nothing counted yet.
    pub(crate) fn empty(&self) -> Tally {
        self.empty.clone()
    }

    /// So many answers of each point of the metric's one question; points off its scale do not count.
    pub(crate) fn counted(&self, counts: &[u64]) -> Tally {
        let mut tally = self.empty();
        for (score, &count) in (0_i64..).zip(counts).filter(|(_, count)| **count > 0) {
            // An answer off the scale is refused by the tally and left out.
            let _ = match &mut tally {
                Tally::Nps(nps) => nps.add(score, count).is_ok(),
                Tally::Csat(scale, csat) => csat.add(*scale, score, count).is_ok(),
                Tally::Mean((min, max), mean) => {
                    (*min..=*max).contains(&(score as f64)) && mean.add(score as f64, count).is_ok()
                }
                Tally::Csi(_) => false,
            };
        }
        tally
    }

    /// Counts one response. False when an answer is off the scale, as after a scale was shortened.
    pub(crate) fn add(&self, tally: &mut Tally, scores: &[u8]) -> bool {
        let score = |slot: usize| {
            let c = char::from(*scores.get(slot)?);
            radost_domain::listen::response::char_score(c)
        };
        match tally {
            Tally::Csi(csi) => {
                let scores: Vec<Option<i64>> = self.slots.iter().map(|&slot| score(slot)).collect();
                csi.push(&scores, &self.scales)
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
            (Tally::Csi(mine), Tally::Csi(theirs)) => mine.merge(theirs),
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
            Tally::Csi(count) => estimate!(count.whole()?.interval(level)),
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
            (Tally::Csi(mine), Tally::Csi(theirs)) => {
                mine.whole()?.compare(&theirs.whole()?, level).ok()
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Counted in parts and joined, it is what the tally of the statistics says of the same people.
    #[test]
    fn the_index_is_counted_like_one_by_one() {
        let scale = |max| Scale::new(1.0, max).expect("a scale");
        let attributes = vec![
            CsiAttribute {
                satisfaction: scale(5.0),
                importance: scale(5.0),
            },
            CsiAttribute {
                satisfaction: scale(10.0),
                importance: scale(5.0),
            },
        ];
        let scales = [(1, 5), (1, 10), (1, 5), (1, 5)];
        let people = [
            [Some(5), Some(9), Some(4), Some(5)],
            [Some(3), Some(2), Some(5), Some(1)],
            [Some(4), None, Some(2), Some(3)],
            [None, Some(7), None, None],
            [Some(1), Some(10), Some(1), Some(4)],
            [None, None, None, None],
            [Some(2), Some(4), Some(3), Some(3)],
        ];
        let mut expected = CsiTally::new(attributes.clone()).expect("a tally");
        let mut parts = [(); 2].map(|()| CsiCount::new(attributes.clone()).expect("a count"));
        for (i, person) in people.iter().enumerate() {
            let values = person.map(|score| score.map(|s| s as f64));
            expected
                .push(&values[..2], &values[2..])
                .expect("on the scale");
            assert!(parts[i % 2].push(person, &scales));
        }
        let [mut first, second] = parts;
        first.merge(&second);
        assert_eq!(first.n(), 6);
        assert_eq!(first.whole().as_ref(), Some(&expected));
        assert!(
            !first.push(&[Some(6), None, None, None], &scales),
            "off the scale"
        );
        assert_eq!(first.n(), 6);
    }
}
