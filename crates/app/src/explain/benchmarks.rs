//! Numbers of others beside one's own: kept with their source and year, never mixed with what was measured here.

use std::collections::HashMap;
use std::io::Read;

use radost_domain::access::{Actor, Change, Permission};
use radost_domain::explain::{
    Benchmark, Metric, MetricQuery, Period, Step, UnknownYardstick, Yardstick,
};
use radost_domain::listen::PublishedSurvey;
use radost_domain::name::BenchmarkId;
use radost_stats::{CsatTally, Level, MeanTally, NpsTally, Published};

use super::measure::Measured;
use super::overview::{Span, spans, step_of};
use super::selection::{Scope, Selection};
use super::tally::{self, Figure, verdicts};
use crate::refusal::{
    Reason, Refusal, Refusals, line, number, optional_line, optional_text, quoted, whole,
};
use crate::table::{ImportReport, Row, Table};
use crate::{App, AppError};

/// The columns of a table of benchmarks; the same are written when it is exported.
pub const COLUMNS: [&str; 13] = [
    "name",
    "metric",
    "value",
    "source",
    "year",
    "scale",
    "n",
    "low",
    "high",
    "industry",
    "country",
    "source_url",
    "note",
];

/// The confidence level of published intervals, and of every verdict about a benchmark or a target.
pub(super) const LEVEL: Level = Level::P95;

/// A benchmark as somebody writes it: in a form, a body or a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BenchmarkDraft {
    /// Whose number it is.
    pub name: String,
    /// The kind of metric: `nps`, `csat`, `ces`, `csi`, `mean`.
    pub metric: String,
    /// The ends of the scale, `1-5`; may be empty but for a mean.
    pub scale: String,
    /// The number.
    pub value: String,
    /// The lower end of its 95 % interval; may be empty.
    pub low: String,
    /// The upper end; may be empty.
    pub high: String,
    /// How many answered; may be empty.
    pub n: String,
    /// Line of business; may be empty.
    pub industry: String,
    /// Country or region; may be empty.
    pub country: String,
    /// Who published it.
    pub source: String,
    /// Where it can be read; may be empty.
    pub source_url: String,
    /// When it was measured.
    pub year: String,
    /// What else must be known; may be empty.
    pub note: String,
}

impl BenchmarkDraft {
    /// A benchmark as it is now.
    pub fn of(benchmark: &Benchmark) -> Self {
        let optional = |value: Option<f64>| value.map(|value| value.to_string());
        BenchmarkDraft {
            name: benchmark.name.clone(),
            metric: benchmark.metric.kind().to_owned(),
            scale: benchmark
                .metric
                .scale()
                .map(|(low, high)| format!("{low}-{high}"))
                .unwrap_or_default(),
            value: benchmark.value.to_string(),
            low: optional(benchmark.interval.map(|(low, _)| low)).unwrap_or_default(),
            high: optional(benchmark.interval.map(|(_, high)| high)).unwrap_or_default(),
            n: benchmark.n.map(|n| n.to_string()).unwrap_or_default(),
            industry: benchmark.industry.clone(),
            country: benchmark.country.clone(),
            source: benchmark.source.clone(),
            source_url: benchmark.source_url.clone(),
            year: benchmark.year.to_string(),
            note: benchmark.note.clone(),
        }
    }

    /// Its cells, in the order of [`COLUMNS`].
    pub fn cells(&self) -> [&str; COLUMNS.len()] {
        [
            &self.name,
            &self.metric,
            &self.value,
            &self.source,
            &self.year,
            &self.scale,
            &self.n,
            &self.low,
            &self.high,
            &self.industry,
            &self.country,
            &self.source_url,
            &self.note,
        ]
    }

    fn field(&mut self, column: &str) -> Option<&mut String> {
        Some(match column {
            "name" => &mut self.name,
            "metric" => &mut self.metric,
            "scale" => &mut self.scale,
            "value" => &mut self.value,
            "low" => &mut self.low,
            "high" => &mut self.high,
            "n" => &mut self.n,
            "industry" => &mut self.industry,
            "country" => &mut self.country,
            "source" => &mut self.source,
            "source_url" => &mut self.source_url,
            "year" => &mut self.year,
            "note" => &mut self.note,
            _ => return None,
        })
    }

    fn check(&self, id: BenchmarkId) -> Result<Benchmark, Vec<Refusal>> {
        let mut refusals = Refusals::default();
        let optional = |text: &str| match text.trim() {
            "" => Ok(None),
            text => number(text).map(Some),
        };
        let name = refusals.take("name", line(&self.name, 200));
        let metric = match self.metric.trim() {
            "" => {
                refusals.0.push(Refusal::new("metric", Reason::Missing));
                None
            }
            kind => match Yardstick::new(kind, &self.scale) {
                Ok(metric) => Some(metric),
                Err(error) => {
                    let (field, reason) = match error {
                        UnknownYardstick::Kind(_) => {
                            ("metric", Reason::UnknownMetric(quoted(kind)))
                        }
                        UnknownYardstick::ScaleMissing => ("scale", Reason::ScaleMissing),
                        UnknownYardstick::Scale(given) => ("scale", Reason::NotScale(given)),
                    };
                    refusals.0.push(Refusal::new(field, reason));
                    None
                }
            },
        };
        // Without a metric there is no telling what a number may be.
        let within = |value: f64| match metric.map(|metric| metric.range()) {
            Some((low, high)) if !(low..=high).contains(&value) => Err(Reason::NotWithin {
                low: low as i64,
                high: high as i64,
            }),
            _ => Ok(value),
        };
        let value = refusals.take("value", number(&self.value).and_then(within));
        let end = |text: &str| optional(text)?.map(within).transpose();
        let low = refusals.take("low", end(&self.low));
        let high = refusals.take("high", end(&self.high));
        let n = match self.n.trim() {
            "" => Some(None),
            text => refusals.take("n", whole(text, 1, 1_000_000_000_000).map(Some)),
        };
        let interval = match (low, high, value) {
            (Some(None), Some(None), _) => Some(None),
            (Some(Some(low)), Some(Some(high)), Some(value)) if low <= value && value <= high => {
                Some(Some((low, high)))
            }
            (Some(low), Some(_), Some(_)) => {
                let field = if low.is_none() { "low" } else { "high" };
                refusals.0.push(Refusal::new(field, Reason::NotInside));
                None
            }
            _ => None,
        };
        let industry = refusals.take("industry", optional_line(&self.industry, 200));
        let country = refusals.take("country", optional_line(&self.country, 200));
        let source = refusals.take("source", line(&self.source, 200));
        let source_url = refusals.take("source_url", address(&self.source_url));
        let year = refusals.take("year", whole(&self.year, 1900, 2200));
        let note = refusals.take("note", optional_text(&self.note, 2000));
        let (
            Some(name),
            Some(metric),
            Some(value),
            Some(interval),
            Some(n),
            Some(industry),
            Some(country),
            Some(source),
            Some(source_url),
            Some(year),
            Some(note),
        ) = (
            name, metric, value, interval, n, industry, country, source, source_url, year, note,
        )
        else {
            return Err(refusals.0);
        };
        Ok(Benchmark {
            id,
            name,
            metric,
            value,
            interval,
            n: n.and_then(|n| u64::try_from(n).ok()),
            industry,
            country,
            source,
            source_url,
            year: i16::try_from(year).unwrap_or(i16::MAX),
            note,
        })
    }
}

/// The address of a page: a link that a reader may follow must not run anything.
fn address(text: &str) -> Result<String, Reason> {
    let text = optional_line(text, 2000)?;
    let known = ["https://", "http://"]
        .iter()
        .any(|begin| text.starts_with(begin));
    if text.is_empty() || known {
        Ok(text)
    } else {
        Err(Reason::NotAddress(quoted(&text)))
    }
}

/// How sure one is of a benchmark's number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Certainty {
    /// The source gives the 95 % interval.
    Given(f64, f64),
    /// The source says how many answered: the widest 95 % interval that so many answers with this value can have.
    FromCount(f64, f64),
    /// The source says neither.
    Unknown,
}

impl Certainty {
    /// Of a benchmark.
    ///
    /// A count tells how wide the interval can be at most: for a share it tells the interval itself (Wilson); a net promoter
    /// score is taken for promoters and detractors alone, and a mean or an index for answers at the two ends of its scale.
    pub fn of(benchmark: &Benchmark) -> Self {
        if let Some((low, high)) = benchmark.interval {
            return Certainty::Given(low, high);
        }
        let value = benchmark.value;
        let found = benchmark.n.and_then(|n| {
            let count = n as f64;
            Some(match benchmark.metric.kind() {
                "nps" => {
                    let promoters = ((1.0 + value / 100.0) / 2.0 * count).round() as u64;
                    let tally = NpsTally {
                        promoters,
                        passives: 0,
                        detractors: n.saturating_sub(promoters),
                    };
                    let interval = tally.interval(LEVEL).ok()?;
                    (interval.low, interval.high)
                }
                "csat" => {
                    let satisfied = (value / 100.0 * count).round() as u64;
                    let tally = CsatTally::from_counts(satisfied.min(n), n).ok()?;
                    let interval = tally.interval(LEVEL).ok()?;
                    (interval.low, interval.high)
                }
                _ => {
                    let (low, high) = benchmark.metric.range();
                    let squares = (high - value) * (value - low) + value * value;
                    let tally = MeanTally::from_sums(n, count * value, count * squares).ok()?;
                    let interval = tally.interval(LEVEL).ok()?;
                    (interval.low.max(low), interval.high.min(high))
                }
            })
        });
        match found {
            // Whole people do not give every value: the interval holds the one that was published.
            Some((low, high)) => Certainty::FromCount(low.min(value), high.max(value)),
            None => Certainty::Unknown,
        }
    }

    /// The ends, where they are known.
    pub fn interval(&self) -> Option<(f64, f64)> {
        match *self {
            Certainty::Given(low, high) | Certainty::FromCount(low, high) => Some((low, high)),
            Certainty::Unknown => None,
        }
    }
}

/// A benchmark beside one's own number.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparedBenchmark {
    /// The benchmark.
    pub benchmark: Benchmark,
    /// How sure its number is.
    pub certainty: Certainty,
    /// What of the survey is measured in the same way, with its number; nothing when the survey measures no such thing.
    pub own: Option<(Metric, Figure)>,
    /// One's own number minus the benchmark. Where nothing is known of the benchmark's certainty, only one's own interval
    /// decides.
    pub change: Option<tally::Change>,
}

/// Benchmarks beside one's own numbers.
#[derive(Debug, Clone)]
pub struct BenchmarkComparison {
    /// What one's own numbers are about.
    pub scope: Scope,
    /// The metric that is drawn.
    pub metric: Metric,
    /// Its number.
    pub own: Figure,
    /// The steps of its trend.
    pub step: Step,
    /// The metric over time.
    pub trend: Vec<Span>,
    /// Every benchmark of the workspace, those of the metric first.
    pub rows: Vec<ComparedBenchmark>,
    /// How many comparisons were corrected together.
    pub compared: usize,
    /// From how many responses on numbers are shown.
    pub minimum: u64,
}

impl BenchmarkComparison {
    /// Those that are measured as the metric is.
    pub fn of_metric(&self) -> impl Iterator<Item = &ComparedBenchmark> {
        self.rows.iter().filter(|row| {
            row.own
                .as_ref()
                .is_some_and(|(metric, _)| *metric == self.metric)
        })
    }
}

/// Whether a benchmark is measured as a metric of a survey is.
fn measures(benchmark: &Benchmark, survey: &PublishedSurvey, metric: &Metric) -> bool {
    let question = metric
        .question()
        .and_then(|code| survey.question(code.as_str()));
    let scale = question.and_then(|question| question.question.kind.scale());
    benchmark.metric.measures(metric, scale)
}

/// One's own number minus a benchmark.
fn against(
    own: &Figure,
    benchmark: &Benchmark,
    certainty: Certainty,
) -> Option<radost_stats::Comparison> {
    let own = own.shown()?;
    let (low, high) = certainty
        .interval()
        .unwrap_or((benchmark.value, benchmark.value));
    let theirs = Published {
        value: benchmark.value,
        low,
        high,
    };
    let own = Published {
        value: own.value,
        low: own.low,
        high: own.high,
    };
    own.compare(&theirs, LEVEL).ok()
}

impl App {
    /// Setting targets and benchmarks is for those who answer for the whole network.
    pub(super) fn allow_goals(actor: &Actor) -> Result<(), AppError> {
        if actor.may_everywhere(Permission::EditGoals) {
            Ok(())
        } else {
            Err(AppError::Forbidden(Permission::EditGoals))
        }
    }

    /// The one place where benchmarks and targets ask for a number.
    pub(super) async fn number(
        &self,
        actor: &Actor,
        scope: &Scope,
        metric: &Metric,
        period: Period,
        step: Option<Step>,
    ) -> Result<Measured, AppError> {
        let query = MetricQuery {
            filters: scope.filters.clone(),
            step,
            level: LEVEL.get(),
            ..MetricQuery::new(metric.clone(), scope.survey.id, period)
        };
        self.measure(actor, &query).await
    }

    /// Every benchmark of the workspace: by metric, the newest first.
    pub async fn benchmarks(&self, actor: &Actor) -> Result<Vec<Benchmark>, AppError> {
        Self::allow(actor, Permission::SeeResults)?;
        let mut tx = self.store.read().await?;
        Ok(tx.benchmarks(actor.workspace).await?)
    }

    /// The benchmarks that are measured as a metric of a survey is, the newest first: for reference lines.
    pub async fn benchmarks_for(
        &self,
        actor: &Actor,
        survey: &PublishedSurvey,
        metric: &Metric,
    ) -> Result<Vec<Benchmark>, AppError> {
        let mut found = self.benchmarks(actor).await?;
        found.retain(|benchmark| measures(benchmark, survey, metric));
        found.sort_by_key(|benchmark| std::cmp::Reverse(benchmark.year));
        Ok(found)
    }

    /// One benchmark.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none.
    pub async fn benchmark(&self, actor: &Actor, id: BenchmarkId) -> Result<Benchmark, AppError> {
        let all = self.benchmarks(actor).await?;
        all.into_iter()
            .find(|benchmark| benchmark.id == id)
            .ok_or(AppError::NotFound("benchmark"))
    }

    /// Adds a benchmark, or changes the one with this id.
    ///
    /// # Errors
    /// [`AppError::Refused`] names every field that cannot be so.
    pub async fn save_benchmark(
        &self,
        actor: &Actor,
        id: Option<BenchmarkId>,
        draft: &BenchmarkDraft,
    ) -> Result<Benchmark, AppError> {
        Self::allow_goals(actor)?;
        let mut tx = self.store.begin().await?;
        let known = tx.benchmarks(actor.workspace).await?;
        let before = id
            .map(|id| {
                known
                    .iter()
                    .find(|benchmark| benchmark.id == id)
                    .ok_or(AppError::NotFound("benchmark"))
            })
            .transpose()?;
        let id = id.unwrap_or_else(|| BenchmarkId(self.new_id()));
        let benchmark = draft.check(id).map_err(AppError::Refused)?;
        if before != Some(&benchmark) {
            if !tx.save_benchmark(actor.workspace, &benchmark).await? {
                let taken = Reason::Taken(benchmark.name);
                return Err(AppError::Refused(vec![Refusal::new("name", taken)]));
            }
            self.audit(&mut tx, actor, change(before, &benchmark))
                .await?;
            tx.commit().await?;
        }
        Ok(benchmark)
    }

    /// Removes a benchmark.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none.
    pub async fn delete_benchmark(&self, actor: &Actor, id: BenchmarkId) -> Result<(), AppError> {
        Self::allow_goals(actor)?;
        let before = self.benchmark(actor, id).await?;
        let mut tx = self.store.begin().await?;
        if tx.delete_benchmark(actor.workspace, id).await? {
            let change = Change::removed("benchmark.removed", "benchmark", id, before);
            self.audit(&mut tx, actor, change).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Adds and changes benchmarks from a table with the columns `name`, `metric`, `value`, `source`, `year`, and where
    /// they are known `scale`, `n`, `low`, `high`, `industry`, `country`, `source_url`, `note`. A row about the same thing
    /// as a known benchmark (name, metric, industry, country, source and year) changes it; good rows are kept, the others are in
    /// the report. Importing a file again changes nothing.
    ///
    /// # Errors
    /// [`AppError::Refused`] when the file as a whole cannot be used.
    pub async fn import_benchmarks(
        &self,
        actor: &Actor,
        source: impl Read + Send + 'static,
        dry_run: bool,
    ) -> Result<ImportReport, AppError> {
        Self::allow_goals(actor)?;
        let table = Table::open(source).await?;
        for needed in ["name", "metric", "value", "source", "year"] {
            table.needed(needed)?;
        }
        let columns: Vec<(&str, Option<usize>)> = COLUMNS
            .iter()
            .map(|name| (*name, table.column(name)))
            .collect();
        let report = ImportReport {
            dry_run,
            not_used: table.not_among(&COLUMNS),
            ..ImportReport::default()
        };
        let (mut report, rows) = table.all_rows(report).await?;
        let mut tx = if dry_run {
            self.store.read().await?
        } else {
            self.store.begin().await?
        };
        let known = tx.benchmarks(actor.workspace).await?;
        let known: HashMap<_, &Benchmark> = known
            .iter()
            .map(|benchmark| (benchmark.key(), benchmark))
            .collect();
        let read: Vec<_> = rows
            .iter()
            .map(|row| {
                (
                    row.number,
                    draft(row, &columns).check(BenchmarkId(self.new_id())),
                )
            })
            .collect();
        let mut seen: HashMap<_, u64> = HashMap::new();
        for (number, decided) in &read {
            let benchmark = match decided {
                Ok(benchmark) => benchmark,
                Err(refusals) => {
                    report.refuse(*number, refusals.iter().cloned());
                    continue;
                }
            };
            if let Some(&first) = seen.get(&benchmark.key()) {
                let reason = Reason::SameTwice { first };
                report.refuse(*number, [Refusal::new("name", reason)]);
                continue;
            }
            seen.insert(benchmark.key(), *number);
            let before = known.get(&benchmark.key()).copied();
            let benchmark = Benchmark {
                id: before.map_or(benchmark.id, |before| before.id),
                ..benchmark.clone()
            };
            report.count(before, &benchmark);
            if !dry_run && before != Some(&benchmark) {
                tx.save_benchmark(actor.workspace, &benchmark).await?;
                self.audit(&mut tx, actor, change(before, &benchmark))
                    .await?;
            }
        }
        report.problems.sort_by_key(|problem| problem.row);
        if !dry_run {
            tx.commit().await?;
        }
        Ok(report)
    }

    /// Every benchmark beside the same metric of one's own, over the actor's places; `None` when the workspace has not
    /// published a survey yet.
    ///
    /// A benchmark is compared with the metric that was chosen where it is measured so, else with the survey's first one that
    /// is. A mean says nothing without its question, so it is only set beside the rating that was chosen.
    ///
    /// # Errors
    /// Those of [`App::scope`](App::scope).
    pub async fn compare_benchmarks(
        &self,
        actor: &Actor,
        selection: &Selection,
    ) -> Result<Option<BenchmarkComparison>, AppError> {
        Self::allow(actor, Permission::SeeResults)?;
        let Some(scope) = self.scope(actor, selection).await? else {
            return Ok(None);
        };
        let survey = scope.survey.published.clone();
        let all = Metric::of_survey(&survey);
        let metric = scope.metric.clone().or(all.first().cloned());
        let metric = metric.ok_or(AppError::NotFound("metric of this survey"))?;
        let step = step_of(&scope);
        let drawn = self
            .number(actor, &scope, &metric, scope.period, Some(step))
            .await?;
        let mut numbers = vec![(metric.clone(), drawn.total)];
        let mut rows = Vec::new();
        for benchmark in self.benchmarks(actor).await? {
            let like = std::iter::once(&metric)
                .chain(all.iter().filter(|m| !matches!(m, Metric::Mean { .. })))
                .find(|metric| measures(&benchmark, &survey, metric));
            let own = match like {
                None => None,
                Some(like) => Some(match numbers.iter().find(|(known, _)| known == like) {
                    Some(known) => known.clone(),
                    None => {
                        let measured = self.number(actor, &scope, like, scope.period, None).await?;
                        let number = (like.clone(), measured.total);
                        numbers.push(number.clone());
                        number
                    }
                }),
            };
            rows.push(ComparedBenchmark {
                certainty: Certainty::of(&benchmark),
                benchmark,
                own,
                change: None,
            });
        }
        let comparisons: Vec<_> = rows
            .iter()
            .map(|row| {
                let (_, figure) = row.own.as_ref()?;
                against(figure, &row.benchmark, row.certainty)
            })
            .collect();
        let compared = comparisons.iter().flatten().count();
        for (row, change) in rows.iter_mut().zip(verdicts(comparisons)) {
            row.change = row.own.is_some().then_some(change);
        }
        let of_metric = |row: &ComparedBenchmark| {
            let own = row.own.as_ref();
            (own.is_none_or(|(own, _)| *own != metric), own.is_none())
        };
        rows.sort_by_key(of_metric);
        Ok(Some(BenchmarkComparison {
            own: drawn.total,
            trend: spans(scope.period, drawn.rows),
            minimum: drawn.minimum,
            step,
            metric,
            rows,
            compared,
            scope,
        }))
    }
}

fn change(before: Option<&Benchmark>, after: &Benchmark) -> Change {
    match before {
        None => Change::created("benchmark.created", "benchmark", after.id, after),
        Some(before) => Change::updated("benchmark.updated", "benchmark", after.id, before, after),
    }
}

fn draft(row: &Row, columns: &[(&str, Option<usize>)]) -> BenchmarkDraft {
    let mut draft = BenchmarkDraft::default();
    for (name, column) in columns {
        if let (Some(cell), Some(field)) = (row.cell(*column), draft.field(name)) {
            cell.clone_into(field);
        }
    }
    draft
}

#[cfg(test)]
mod tests {
    use super::*;

    fn benchmark(metric: &str, value: f64, n: Option<u64>) -> Benchmark {
        Benchmark {
            id: BenchmarkId(uuid::Uuid::nil()),
            name: "Coffee".into(),
            metric: metric.parse().expect("a yardstick"),
            value,
            interval: None,
            n,
            industry: String::new(),
            country: String::new(),
            source: "Example".into(),
            source_url: String::new(),
            year: 2025,
            note: String::new(),
        }
    }

    #[test]
    fn a_count_tells_the_widest_interval() {
        let check = |metric: &str, value, n, expected: Option<(f64, f64)>| {
            let found = Certainty::of(&benchmark(metric, value, n)).interval();
            let rounded = found.map(|(low, high)| {
                let round = |x: f64| (x * 10.0).round() / 10.0;
                (round(low), round(high))
            });
            assert_eq!(rounded, expected, "{metric} {value} {n:?}");
        };
        // 70 promoters and 30 detractors of 100: P = 70.75/103, D = 30.75/103; 38.8 ∓ 1.96 · 100 √((101.5/103 − 0.388²)/103).
        check("nps", 40.0, Some(100), Some((21.2, 56.5)));
        // Wilson of 82 of 100.
        check("csat", 82.0, Some(100), Some((73.3, 88.3)));
        // Ends of 1–5: variance (5 − 4)(4 − 1) · 100/99; 4 ∓ 1.984 · √(3.03/100).
        check("mean 1-5", 4.0, Some(100), Some((3.7, 4.3)));
        check("csi", 100.0, Some(1), None);
        check("nps", 40.0, None, None);
        let mut given = benchmark("nps", 40.0, Some(100));
        given.interval = Some((35.0, 45.0));
        assert_eq!(Certainty::of(&given), Certainty::Given(35.0, 45.0));
    }

    #[test]
    fn a_draft_says_everything_that_is_wrong_with_it() {
        let draft = BenchmarkDraft {
            name: "Coffee".into(),
            metric: "NPS".into(),
            value: "48,5".into(),
            source: "Example".into(),
            year: "2025".into(),
            ..BenchmarkDraft::default()
        };
        let id = BenchmarkId(uuid::Uuid::nil());
        let good = draft.check(id).expect("a benchmark");
        assert_eq!(good.value, 48.5);
        assert_eq!(BenchmarkDraft::of(&good).check(id), Ok(good));
        let check = |change: &dyn Fn(&mut BenchmarkDraft), expected: &[&str]| {
            let mut draft = draft.clone();
            change(&mut draft);
            let refusals = draft.check(id).expect_err("refused");
            let said: Vec<_> = refusals.iter().map(ToString::to_string).collect();
            assert_eq!(said, expected);
        };
        check(
            &|draft| *draft = BenchmarkDraft::default(),
            &[
                "name: this is needed",
                "metric: this is needed",
                "value: this is needed",
                "source: this is needed",
                "year: this is needed",
            ],
        );
        check(
            &|draft| draft.value = "248".into(),
            &["value: write a number from -100 to 100"],
        );
        check(
            &|draft| draft.metric = "stars".into(),
            &["metric: `stars` is not a metric that there is"],
        );
        check(
            &|draft| draft.metric = "mean".into(),
            &["scale: a mean needs its scale: 1-5"],
        );
        check(
            &|draft| draft.low = "40".into(),
            &["high: the value must lie between the ends of its interval, and both must be given"],
        );
        check(
            &|draft| {
                draft.low = "49".into();
                draft.high = "52".into();
                draft.year = "report June 2023".into();
                draft.source_url = "javascript:alert(1)".into();
            },
            &[
                "high: the value must lie between the ends of its interval, and both must be given",
                "source_url: `javascript:alert(1)` is not an address; it begins with https:// or http://",
                "year: `report June 2023` is not a number",
            ],
        );
    }
}
