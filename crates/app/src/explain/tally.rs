//! From tallies to what may be shown.

use radost_domain::Code;
use radost_domain::explain::Metric;
use radost_domain::explain::Reference;
use radost_domain::listen::survey::PublishedQuestion;
use radost_domain::listen::{PublishedSurvey, QuestionKind};
use radost_lake::{VALUES, What};
use radost_stats::weighting::{
    WeightTally, WeightedCsatTally, WeightedCsiTally, WeightedMeanTally, WeightedNpsTally,
};
use radost_stats::{
    Comparison, CsatScale, CsatTally, CsiAttribute, CsiSums, CsiTally, IntervalMethod, Level,
    MIN_TO_COMPARE, MeanTally, NpsMethod, NpsTally, Population, Published, Scale, ShareMethod,
    benjamini_hochberg,
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
    /// How many responses that all count alike would say as much.
    pub effective_n: f64,
    /// How the interval was computed.
    pub method: IntervalMethod,
}

impl Estimate {
    /// Its standard error as its interval at this level has it: half its width over z.
    pub fn standard_error(&self, level: Level) -> f64 {
        (self.high - self.low) / (2.0 * level.z())
    }

    /// An interval does not leave the scale.
    fn within(self, (min, max): (f64, f64)) -> Self {
        Estimate {
            low: self.low.max(min),
            high: self.high.min(max),
            ..self
        }
    }
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
    WeightedNps(WeightedNpsTally),
    WeightedCsat(WeightedCsatTally),
    /// With the ends of the scale.
    WeightedMean((f64, f64), WeightedMeanTally),
    WeightedCsi(WeightedCsiTally),
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
    /// The questions; for CSI the ratings, then the importances.
    questions: Vec<Code>,
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
                questions: variables.iter().map(|v| v.question.code.clone()).collect(),
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
                | QuestionKind::Price { .. }
                | QuestionKind::Importance { .. }
                | QuestionKind::Csat { .. },
            ) => Tally::Mean((min as f64, max as f64), MeanTally::default()),
            _ => return None,
        };
        Some(Reader {
            questions: vec![question.question.code.clone()],
            slots: vec![question.slot?],
            scales: vec![(min, max)],
            empty,
        })
    }

    /// The ends of the metric's scale.
    pub(crate) fn ends(&self) -> (f64, f64) {
        match &self.empty {
            Tally::Nps(_) | Tally::WeightedNps(_) => (-100.0, 100.0),
            Tally::Mean(ends, _) | Tally::WeightedMean(ends, _) => *ends,
            Tally::Csat(..) | Tally::WeightedCsat(_) | Tally::Csi(_) | Tally::WeightedCsi(_) => {
                (0.0, 100.0)
            }
        }
    }

    /// What the lake has to count.
    pub(crate) fn what(&self) -> What {
        match (&self.empty, self.questions.as_slice()) {
            (Tally::Csi(_), questions) => {
                let scales = questions.iter().cloned().zip(&self.scales);
                What::Pairs(scales.map(|(code, &(min, max))| (code, min, max)).collect())
            }
            (_, [question]) => What::Values(question.clone()),
            // Every other metric has one question.
            _ => What::Pairs(Vec::new()),
        }
    }

    /// What the lake has counted, with the number of answers off the scale; `None` for numbers that no answers have.
    pub(crate) fn tally(&self, sums: &[f64], weighted: bool) -> Option<(Tally, u64)> {
        if let Tally::Csi(empty) = &self.empty {
            return index_of(empty.partial.attributes(), sums, weighted);
        }
        let &(min, max) = self.scales.first()?;
        let on_scale = |value: &i64| (min..=max).contains(value);
        let (values, off): (Vec<i64>, Vec<i64>) = (0..VALUES as i64).partition(on_scale);
        let n = |value: i64| sums.get(value as usize).copied().and_then(whole);
        let weight = |value: i64| sums.get(VALUES + value as usize).copied();
        let off_scale = off.into_iter().map(n).sum::<Option<u64>>()?;
        if !weighted {
            let mut tally = self.empty();
            for value in values {
                tally.add(value, n(value)?)?;
            }
            return Some((tally, off_scale));
        }
        let squares = |value: i64| sums.get(2 * VALUES + value as usize).copied();
        let answered = values.iter().map(|&value| n(value)).sum::<Option<u64>>()?;
        let sum_of = |of: &dyn Fn(i64) -> Option<f64>| values.iter().map(|&v| of(v)).sum();
        let all: Option<f64> = sum_of(&weight);
        let all_squares: Option<f64> = sum_of(&squares);
        let weights = match answered {
            0 => WeightTally::default(),
            n => WeightTally::from_sums(n, all?, all_squares?).ok()?,
        };
        let share = |counts: &dyn Fn(i64) -> bool| {
            let counted = values.iter().copied().filter(|&value| counts(value));
            counted.map(weight).sum::<Option<f64>>()
        };
        let moment = |power: i32| {
            let terms = values
                .iter()
                .map(|&v| Some(weight(v)? * (v as f64).powi(power)));
            terms.sum::<Option<f64>>()
        };
        let tally = match &self.empty {
            Tally::Nps(_) => {
                let (promoters, detractors) = (share(&|v| v >= 9)?, share(&|v| v <= 6)?);
                Tally::WeightedNps(
                    WeightedNpsTally::from_sums(weights, promoters, detractors).ok()?,
                )
            }
            Tally::Csat(scale, _) => {
                let satisfied = share(&|value| scale.is_satisfied(value) == Ok(true))?;
                Tally::WeightedCsat(WeightedCsatTally::from_sums(weights, satisfied).ok()?)
            }
            Tally::Mean(ends, _) => {
                let tally = WeightedMeanTally::from_sums(weights, moment(1)?, moment(2)?);
                Tally::WeightedMean(*ends, tally.ok()?)
            }
            _ => return None,
        };
        Some((tally, off_scale))
    }

    /// Nothing counted yet, where responses count by their weight.
    pub(crate) fn empty_weighted(&self) -> Option<Tally> {
        Some(match &self.empty {
            Tally::Nps(_) => Tally::WeightedNps(WeightedNpsTally::default()),
            Tally::Csat(..) => Tally::WeightedCsat(WeightedCsatTally::default()),
            Tally::Mean(ends, _) => Tally::WeightedMean(*ends, WeightedMeanTally::default()),
            Tally::Csi(count) => {
                let attributes = count.partial.attributes().to_vec();
                Tally::WeightedCsi(WeightedCsiTally::new(attributes).ok()?)
            }
            _ => return None,
        })
    }

    /// Whether another reader's tallies can be added to those of this one.
    pub(crate) fn agrees_with(&self, other: &Reader) -> bool {
        self.scales == other.scales
            && std::mem::discriminant(&self.empty) == std::mem::discriminant(&other.empty)
    }

    /// Nothing counted yet.
    pub(crate) fn empty(&self) -> Tally {
        self.empty.clone()
    }

    /// So many answers of each point of the metric's one question; points off its scale do not count.
    pub(crate) fn counted(&self, counts: &[u64]) -> Tally {
        let mut tally = self.empty();
        for (score, &count) in (0_i64..).zip(counts).filter(|(_, count)| **count > 0) {
            let on_scale = self
                .scales
                .iter()
                .all(|(min, max)| (min..=max).contains(&&score));
            if on_scale {
                tally.add(score, count);
            }
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
                    // The records hold no weights.
                    _ => true,
                },
            },
        }
    }
}

/// A count that came as a number.
fn whole(number: f64) -> Option<u64> {
    let count = number as u64;
    (count as f64 == number).then_some(count)
}

/// The sums of `pairs` as the tally of an index, with the number of responses that are off a scale.
fn index_of(attributes: &[CsiAttribute], sums: &[f64], weighted: bool) -> Option<(Tally, u64)> {
    let variables = 2 * attributes.len();
    let cells = variables * variables;
    let (head, tables) = sums.split_at_checked(3)?;
    let mut tables = tables.chunks(cells);
    let mut table = || tables.next().filter(|table| table.len() == cells);
    let (n, answered, sums, products) = (table()?, table()?, table()?, table()?);
    let off_scale = tables.next()?.first().copied().and_then(whole)?;
    let counts = |table: &[f64]| {
        table
            .iter()
            .copied()
            .map(whole)
            .collect::<Option<Vec<u64>>>()
    };
    let tally = if weighted {
        let weights = match whole(head[0])? {
            0 => WeightTally::default(),
            n => WeightTally::from_sums(n, head[1], head[2]).ok()?,
        };
        let own: Vec<f64> = (0..variables).map(|v| n[v * variables + v]).collect();
        let tables = [answered, sums, products].map(<[f64]>::to_vec);
        let tally =
            WeightedCsiTally::from_sums(attributes.to_vec(), weights, counts(&own)?, tables);
        Tally::WeightedCsi(tally.ok()?)
    } else {
        let sums = CsiSums {
            n: whole(head[0])?,
            answered: counts(n)?,
            sums: sums.to_vec(),
            products: products.to_vec(),
        };
        let mut count = CsiCount::new(attributes.to_vec())?;
        count.partial = CsiTally::from_sums(attributes.to_vec(), sums).ok()?;
        Tally::Csi(count)
    };
    Some((tally, off_scale))
}

impl Tally {
    pub(crate) fn n(&self) -> u64 {
        match self {
            Tally::Nps(tally) => tally.n(),
            Tally::Csat(_, tally) => tally.n(),
            Tally::Mean(_, tally) => tally.n(),
            Tally::Csi(tally) => tally.n(),
            Tally::WeightedNps(tally) => tally.weights().n(),
            Tally::WeightedCsat(tally) => tally.weights().n(),
            Tally::WeightedMean(_, tally) => tally.weights().n(),
            Tally::WeightedCsi(tally) => tally.weights().n(),
        }
    }

    /// Counts an answer several times; `None` off the scale, and for metrics of more than one answer.
    fn add(&mut self, value: i64, count: u64) -> Option<()> {
        match self {
            Tally::Nps(nps) => nps.add(value, count).ok(),
            Tally::Csat(scale, csat) => csat.add(*scale, value, count).ok(),
            Tally::Mean(_, mean) => mean.add(value as f64, count).ok(),
            _ => None,
        }
    }

    /// Adds another tally of the same metric.
    pub(crate) fn merge(&mut self, other: &Tally) {
        match (self, other) {
            (Tally::Nps(mine), Tally::Nps(theirs)) => mine.merge(theirs),
            (Tally::Csat(_, mine), Tally::Csat(_, theirs)) => mine.merge(theirs),
            (Tally::Mean(_, mine), Tally::Mean(_, theirs)) => mine.merge(theirs),
            (Tally::Csi(mine), Tally::Csi(theirs)) => mine.merge(theirs),
            (Tally::WeightedNps(mine), Tally::WeightedNps(theirs)) => mine.merge(theirs),
            (Tally::WeightedCsat(mine), Tally::WeightedCsat(theirs)) => mine.merge(theirs),
            (Tally::WeightedMean(_, mine), Tally::WeightedMean(_, theirs)) => mine.merge(theirs),
            (Tally::WeightedCsi(mine), Tally::WeightedCsi(theirs)) => {
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
                    effective_n: i.n as f64,
                    method: i.method,
                }
            }};
            (weighted $weighted:expr) => {{
                let weighted = $weighted.ok()?;
                Estimate {
                    effective_n: weighted.effective_n,
                    ..estimate!(Ok::<_, ()>(weighted.interval))
                }
            }};
        }
        let all = Population::Endless;
        Some(match self {
            Tally::Nps(tally) => estimate!(tally.interval(level)),
            Tally::Csat(_, tally) => estimate!(tally.interval(level)),
            Tally::Mean(ends, tally) => estimate!(tally.interval(level)).within(*ends),
            Tally::Csi(count) => estimate!(count.whole()?.interval(level)),
            Tally::WeightedNps(tally) => {
                estimate!(weighted tally.interval(NpsMethod::AdjustedWald, all, level))
            }
            Tally::WeightedCsat(tally) => {
                estimate!(weighted tally.interval(ShareMethod::Wilson, all, level))
            }
            Tally::WeightedMean(ends, tally) => {
                estimate!(weighted tally.interval(all, level)).within(*ends)
            }
            Tally::WeightedCsi(tally) => estimate!(weighted tally.interval(all, level)),
        })
    }

    /// This against a number from outside.
    pub(crate) fn against(
        &self,
        reference: Reference,
        level: Level,
        minimum: u64,
    ) -> Option<Comparison> {
        if self.n() < minimum.max(MIN_TO_COMPARE) {
            return None;
        }
        let own = self.estimate(level)?;
        let reach = level.z() * reference.standard_error.unwrap_or(0.0);
        let own = Published {
            value: own.value,
            low: own.low,
            high: own.high,
        };
        let other = Published {
            value: reference.value,
            low: reference.value - reach,
            high: reference.value + reach,
        };
        own.compare(&other, level).ok()
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
            (Tally::WeightedNps(mine), Tally::WeightedNps(theirs)) => {
                mine.compare(theirs, level).ok()
            }
            (Tally::WeightedCsat(mine), Tally::WeightedCsat(theirs)) => {
                mine.compare(theirs, level).ok()
            }
            (Tally::WeightedMean(_, mine), Tally::WeightedMean(_, theirs)) => {
                mine.compare(theirs, level).ok()
            }
            (Tally::WeightedCsi(mine), Tally::WeightedCsi(theirs)) => {
                mine.compare(theirs, level).ok()
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
