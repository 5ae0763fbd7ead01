//! A metric over time: what is chance, what has changed, what may come.

use jiff::civil::Date;
use radost_domain::access::{Actor, Permission};
use radost_domain::explain::{Annotation, Metric, MetricQuery, Period, Step, Weighting, YearStart};
use radost_stats::change::{ChangeSearch, changes_in_mean};
use radost_stats::control::{
    ChartKind, ControlChart, ControlError, Dispersion, Phase, RunRule, p_chart, xmr,
};
use radost_stats::forecast::{self, SmoothingFit, SmoothingModel, Trend as Slope};
use radost_stats::{CsatTally, Level, MeanTally, Progress};

use super::scan::Source;
use super::selection::{Scope, Selection};
use super::tally::{Estimate, Figure, Reader};
use crate::{App, AppError};

/// So many full steps it takes to tell chance from change: the longest run that the rules look for.
pub const FEWEST_STEPS: usize = 8;
/// So many full steps without a gap it takes to look ahead.
pub const FEWEST_TO_FORECAST: usize = 12;
/// How many steps ahead.
const AHEAD: usize = 4;
/// More points than these are no picture; the steps become longer instead.
const MOST_STEPS: usize = 400;
/// A change lasts when it has gone on for so many steps.
const LASTING: usize = 4;
/// How many of the latest steps the sentence looks at.
const LATEST: usize = 8;

/// Where a step of a steady process is expected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// The long-time mean.
    pub centre: f64,
    /// Lower control limit, within the scale of the metric.
    pub low: f64,
    /// Upper control limit, within the scale of the metric.
    pub high: f64,
    /// A third of the way to a limit.
    sigma: f64,
}

/// A step of time.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendStep {
    /// The first day of the whole step.
    pub start: Date,
    /// Its first day within the period.
    pub from: Date,
    /// Its last day within the period.
    pub to: Date,
    /// Whether the period cuts it, or it is not over yet: then it sets no limits and gives no signal.
    pub partial: bool,
    /// The number.
    pub figure: Figure,
    /// The same days a year earlier; 52 weeks for days and weeks, so that Mondays meet Mondays.
    pub year_before: Figure,
    /// Where it was expected; full steps with a number only.
    pub limits: Option<Limits>,
}

/// A pattern that a steady process shows rarely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrendSignal {
    /// Which.
    pub rule: RunRule,
    /// Whether above the long-time mean, else below.
    pub above: bool,
    /// Its first step.
    pub from: usize,
    /// Its last step.
    pub to: usize,
}

impl TrendSignal {
    /// How many steps it lasts.
    pub fn steps(self) -> usize {
        self.to - self.from + 1
    }
}

/// The control chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Control {
    /// Which chart.
    pub kind: ChartKind,
    /// How much wider the limits of shares are than samples alone explain; 1 where they are not widened.
    pub widened: f64,
    /// The long-time mean.
    pub centre: f64,
    /// From how many full steps.
    pub steps: usize,
    /// What is rarely chance, in time.
    pub signals: Vec<TrendSignal>,
}

/// Why there is no control chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoControl {
    /// Fewer than [`FEWEST_STEPS`] full steps have a number.
    TooFew(usize),
    /// All steps say the same, so that every other value would be a signal.
    Constant,
}

/// The mean of several steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepLevel {
    /// The mean.
    pub value: f64,
    /// Lower bound of its interval.
    pub low: f64,
    /// Upper bound of its interval.
    pub high: f64,
    /// Of how many steps.
    pub steps: usize,
}

/// A change of level that lasts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift {
    /// The first step at the new level.
    pub at: usize,
    /// The earliest that it may be.
    pub earliest: usize,
    /// The latest that it may be.
    pub latest: usize,
    /// The level before, since the change before it.
    pub before: StepLevel,
    /// The level since, up to the next change.
    pub after: StepLevel,
    /// How often steps in no order would show as much.
    pub p_value: f64,
}

/// A step to come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ahead {
    /// Its first day.
    pub start: Date,
    /// The forecast.
    pub value: f64,
    /// Lower bound of what the step will show.
    pub low: f64,
    /// Upper bound of what the step will show.
    pub high: f64,
}

/// What may come if all goes on as it was.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// The steps to come; the first follows the last full step.
    pub steps: Vec<Ahead>,
    /// What the series was taken for.
    pub model: SmoothingModel,
    /// From how many full steps.
    pub seen: usize,
}

/// Why nothing is foreseen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoOutlook {
    /// Fewer than [`FEWEST_TO_FORECAST`] full steps without a gap.
    TooFew(usize),
    /// No model fits: all steps say the same.
    NoModel,
}

/// Whether anything has changed: what the sentence says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Course {
    /// Too few full steps to tell.
    TooFew(usize),
    /// It rose or fell, and stayed.
    Shifted {
        /// Since this step.
        since: usize,
        /// Upwards.
        rise: bool,
        /// From where to where, when the search for changes found it.
        levels: Option<(StepLevel, StepLevel)>,
        /// How many of the latest steps in a row lie on that side of the long-time mean, when these are enough for a signal.
        run: Option<usize>,
    },
    /// The latest thing that is rarely chance.
    Unsteady(TrendSignal),
    /// Nothing but chance.
    Steady {
        /// Since this step: the first, or the one after the last signal.
        since: usize,
        /// Of the latest steps the one farthest from the mean, if it is far enough to be noticed; whether it lies above.
        farthest: Option<(usize, bool)>,
    },
}

/// A metric over time.
#[derive(Debug, Clone)]
pub struct Trend {
    /// What it is about.
    pub scope: Scope,
    /// The selection with what was left out filled in.
    pub selection: Selection,
    /// The metric.
    pub metric: Metric,
    /// Its steps.
    pub step: Step,
    /// Whether shorter steps were asked for, of which there would have been too many.
    pub coarser: bool,
    /// Over the whole period.
    pub total: Figure,
    /// Every step of the period from the first of which something is known.
    pub steps: Vec<TrendStep>,
    /// The control chart.
    pub control: Result<Control, NoControl>,
    /// Changes of level that last.
    pub shifts: Vec<Shift>,
    /// What may come.
    pub outlook: Result<Outlook, NoOutlook>,
    /// Whether anything has changed.
    pub course: Course,
    /// What was done and what happened.
    pub annotations: Vec<Annotation>,
    /// Groups with fewer responses were withheld.
    pub minimum: u64,
    /// Answers off the scale of the newest version.
    pub off_scale: u64,
    /// Where it was counted.
    pub source: Source,
}

impl App {
    /// A metric of a survey over time; `None` when the workspace has not published a survey yet. The last twelve months unless
    /// another period was chosen.
    ///
    /// # Errors
    /// Those of [`App::scope`] and [`App::measure`].
    pub async fn trend(
        &self,
        actor: &Actor,
        selection: &Selection,
    ) -> Result<Option<Trend>, AppError> {
        Self::allow(actor, Permission::SeeResults)?;
        let chosen = ["last", "from", "to"].map(|name| selection.get(name));
        let selection = match chosen {
            [None, None, None] => selection.clone().with("last", "12m"),
            _ => selection.clone(),
        };
        let Some(scope) = self.scope(actor, &selection).await? else {
            return Ok(None);
        };
        let published = &scope.survey.published;
        let metric = scope.metric.clone();
        let metric = metric.or_else(|| Metric::of_survey(published).into_iter().next());
        let metric = metric.ok_or(AppError::NotFound("metric of this survey"))?;
        let reader = Reader::new(published, &metric);
        let ends = reader
            .ok_or(AppError::NotFound("metric of this survey"))?
            .ends();
        let (period, year) = (scope.period, scope.year);
        let asked = scope.step.unwrap_or_else(|| fitting(period));
        let step = at_most(asked, period, year);
        let now = MetricQuery {
            step: Some(step),
            group_by: Vec::new(),
            against: None,
            ..scope.query(metric.clone())
        };
        let before = MetricQuery {
            period: Period {
                from: year_before(step, period.from),
                to: year_before(step, period.to),
            },
            ..now.clone()
        };
        let (now, before, mut annotations) = tokio::try_join!(
            self.measure(actor, &now),
            self.measure(actor, &before),
            self.annotations(actor, period),
        )?;
        annotations.retain(|annotation| concerns(annotation, &scope));

        let today = scope.directory.zone.to_datetime(self.now()).date();
        let mut steps: Vec<TrendStep> = now
            .rows
            .iter()
            .filter_map(|row| {
                let start = row.step?;
                let last = start
                    .saturating_add(step.span())
                    .saturating_sub(jiff::Span::new().days(1));
                let earlier = step.start(year_before(step, start), year);
                let earlier = before.rows.iter().find(|row| row.step == Some(earlier));
                Some(TrendStep {
                    start,
                    from: start.max(period.from),
                    to: last.min(period.to),
                    partial: start < period.from || last > period.to || last >= today,
                    figure: row.figure,
                    year_before: earlier.map_or(Figure::Nothing, |row| row.figure),
                    limits: None,
                })
            })
            .collect();
        let known = |step: &TrendStep| [step.figure, step.year_before] != [Figure::Nothing; 2];
        let first = steps.iter().position(known).unwrap_or_default();
        steps.drain(..first);
        let shares =
            matches!(metric, Metric::Csat { .. }) && scope.weighting == Weighting::Unweighted;
        let level = scope.level;
        // Permutations and the search for a model are work for a processor, not for the threads that answer requests.
        let thought = tokio::task::spawn_blocking(move || {
            let seen = Seen::of(&steps);
            let control = seen.control(&mut steps, shares, ends);
            let shifts = match &control {
                Ok(_) => seen.shifts(level),
                Err(_) => Vec::new(),
            };
            let outlook = seen.outlook(&steps, step, ends, level);
            let course = course(&steps, &control, &shifts);
            (steps, control, shifts, outlook, course)
        });
        let (steps, control, shifts, outlook, course) = thought.await.map_err(|error| {
            tracing::error!(%error, "a trend was broken off");
            AppError::Full
        })?;
        Ok(Some(Trend {
            selection,
            metric,
            step,
            coarser: step != asked,
            total: now.total,
            steps,
            control,
            shifts,
            outlook,
            course,
            annotations,
            minimum: now.minimum,
            off_scale: now.off_scale,
            source: now.source.max(before.source),
            scope,
        }))
    }
}

/// Whether an annotation has to do with what is shown: with the network, with a place of it, or with a place above the one that
/// was chosen.
fn concerns(annotation: &Annotation, scope: &Scope) -> bool {
    let Some(place) = annotation.location else {
        return true;
    };
    let shown = scope.filters.locations.as_ref();
    let above = scope
        .location
        .map(|chosen| scope.directory.locations.path(chosen))
        .unwrap_or_default();
    shown.is_none_or(|shown| shown.contains(&place)) || above.iter().any(|above| above.id == place)
}

/// The steps that suit a period when none were chosen.
fn fitting(period: Period) -> Step {
    match period.days() {
        ..=31 => Step::Day,
        32..=400 => Step::Week,
        401..=1_900 => Step::Month,
        _ => Step::Quarter,
    }
}

/// These steps, or longer ones if there would be too many.
fn at_most(asked: Step, period: Period, year: YearStart) -> Step {
    let many = |step: &Step| {
        let mut start = step.start(period.from, year);
        for _ in 0..MOST_STEPS {
            start = start.saturating_add(step.span());
            if start > period.to {
                return false;
            }
        }
        true
    };
    let longer = Step::ALL.into_iter().filter(|step| *step >= asked);
    longer
        .into_iter()
        .find(|step| !many(step))
        .unwrap_or(Step::Year)
}

/// The same day a year earlier, as steps of this length compare.
fn year_before(step: Step, day: Date) -> Date {
    day.saturating_sub(match step {
        Step::Day | Step::Week => jiff::Span::new().weeks(52),
        Step::Month | Step::Quarter | Step::Year => jiff::Span::new().years(1),
    })
}

/// The full steps with a number: all that limits, changes and forecasts are computed from.
struct Seen {
    /// Where each stands among the steps.
    at: Vec<usize>,
    numbers: Vec<Estimate>,
    values: Vec<f64>,
}

impl Seen {
    fn of(steps: &[TrendStep]) -> Seen {
        let full = steps.iter().enumerate().filter(|(_, step)| !step.partial);
        let (at, numbers): (Vec<usize>, Vec<Estimate>) = full
            .filter_map(|(at, step)| Some((at, *step.figure.shown()?)))
            .unzip();
        Seen {
            values: numbers.iter().map(|number| number.value).collect(),
            at,
            numbers,
        }
    }

    fn chart(&self, shares: bool) -> Result<(ControlChart, f64), ControlError> {
        let whole = [Phase::whole(self.values.len())];
        if !shares {
            return Ok((xmr(&self.values, &whole)?, 1.0));
        }
        let tallies: Vec<CsatTally> = self
            .numbers
            .iter()
            .map(|number| {
                let satisfied = (number.value / 100.0 * number.n as f64).round() as u64;
                CsatTally::from_counts(satisfied.min(number.n), number.n).unwrap_or_default()
            })
            .collect();
        // From week to week shares differ by more than samples do: weather, holidays, who came. Without that every large
        // sample would be a signal. Narrower than by sampling they are by chance alone.
        if let Ok(chart) = p_chart(&tallies, &whole, Dispersion::Laney)
            && let Some(&widened) = chart.sigma_z.first()
            && widened > 1.0
        {
            return Ok((chart, widened));
        }
        Ok((p_chart(&tallies, &whole, Dispersion::Sampling)?, 1.0))
    }

    /// The control chart; its limits are written into the steps.
    fn control(
        &self,
        steps: &mut [TrendStep],
        shares: bool,
        (min, max): (f64, f64),
    ) -> Result<Control, NoControl> {
        if self.values.len() < FEWEST_STEPS {
            return Err(NoControl::TooFew(self.values.len()));
        }
        // Numbers are finite and rest on somebody, so what is left to go wrong is that they do not vary.
        let (mut chart, widened) = self.chart(shares).map_err(|_| NoControl::Constant)?;
        let mut stretch = 0;
        let mut last = None;
        for (point, &at) in chart.points.iter_mut().zip(&self.at) {
            steps[at].limits = Some(Limits {
                centre: point.centre,
                low: point.low.max(min),
                high: point.high.min(max),
                sigma: point.sigma,
            });
            // No pattern reaches over a step of which nothing is known.
            stretch += usize::from(last.is_some_and(|last| last + 1 != at));
            point.phase = stretch;
            last = Some(at);
        }
        let found = chart.signals(&RunRule::WESTERN_ELECTRIC);
        let mut signals: Vec<TrendSignal> = found
            .into_iter()
            .map(|signal| {
                let points = &chart.points[signal.from..=signal.to];
                let leaning: f64 = points.iter().map(|p| p.value - p.centre).sum();
                TrendSignal {
                    rule: signal.rule,
                    above: leaning > 0.0,
                    from: self.at[signal.from],
                    to: self.at[signal.to],
                }
            })
            .collect();
        signals.sort_by_key(|signal| (signal.from, signal.to));
        Ok(Control {
            kind: chart.kind,
            widened,
            centre: chart.points.first().map_or(0.0, |point| point.centre),
            steps: self.values.len(),
            signals,
        })
    }

    /// Changes of level that last, where chance does not explain them.
    fn shifts(&self, level: Level) -> Vec<Shift> {
        let search = ChangeSearch {
            min_segment: LASTING,
            level,
            ..ChangeSearch::default()
        };
        let Ok(found) = changes_in_mean(&self.values, &search, Progress::none()) else {
            return Vec::new();
        };
        if found.p_value >= level.alpha() {
            return Vec::new();
        }
        let mean = |segment: &radost_stats::change::Segment| {
            let mut tally = MeanTally::default();
            for &value in &self.values[segment.from..segment.to] {
                tally.push(value).ok()?;
            }
            let mean = tally.interval(level).ok()?;
            Some(StepLevel {
                value: mean.value,
                low: mean.low,
                high: mean.high,
                steps: segment.to - segment.from,
            })
        };
        let segments = found.segments.windows(2).zip(&found.changes);
        segments
            .filter_map(|(segments, change)| {
                Some(Shift {
                    at: self.at[change.index],
                    earliest: self.at[change.low],
                    latest: self.at[change.high],
                    before: mean(&segments[0])?,
                    after: mean(&segments[1])?,
                    p_value: found.p_value,
                })
            })
            .collect()
    }

    /// What may come: exponential smoothing from the last stretch without a gap.
    fn outlook(
        &self,
        steps: &[TrendStep],
        step: Step,
        (min, max): (f64, f64),
        level: Level,
    ) -> Result<Outlook, NoOutlook> {
        let mut pairs = self.at.windows(2);
        let gap = pairs.rposition(|pair| pair[0] + 1 != pair[1]);
        let begin = gap.map_or(0, |gap| gap + 1);
        let values = &self.values[begin..];
        let few = NoOutlook::TooFew(values.len());
        let last = self.at.last().map(|&at| steps[at].start).ok_or(few)?;
        if values.len() < FEWEST_TO_FORECAST {
            return Err(few);
        }
        let turn = match step {
            Step::Day => 7,
            Step::Month => 12,
            Step::Quarter => 4,
            // A year of weeks takes more years than there are.
            Step::Week | Step::Year => 0,
        };
        // A season is seen when it has come round twice.
        let seasons = [0, turn]
            .into_iter()
            .take(1 + usize::from(turn > 0 && values.len() >= 2 * turn + 4));
        let models = seasons.flat_map(|season| {
            [Slope::None, Slope::Additive, Slope::Damped]
                .map(|trend| SmoothingModel { trend, season })
        });
        let fits = models.filter_map(|model| forecast::fit(values, model, Progress::none()).ok());
        let best = fits.min_by(|a: &SmoothingFit, b| a.aicc.total_cmp(&b.aicc));
        let best = best.ok_or(NoOutlook::NoModel)?;
        let ahead = best
            .forecast(AHEAD, level)
            .map_err(|_| NoOutlook::NoModel)?;
        let mut start = last;
        let steps = ahead
            .into_iter()
            .map(|point| {
                start = start.saturating_add(step.span());
                Ahead {
                    start,
                    value: point.value.clamp(min, max),
                    low: point.low.clamp(min, max),
                    high: point.high.clamp(min, max),
                }
            })
            .collect();
        Ok(Outlook {
            steps,
            model: best.model,
            seen: values.len(),
        })
    }
}

/// What to say: a change that lasts before a signal, a signal before calm.
fn course(steps: &[TrendStep], control: &Result<Control, NoControl>, shifts: &[Shift]) -> Course {
    let charted = |at: &usize| steps[*at].limits.is_some();
    let seen: Vec<usize> = (0..steps.len()).filter(charted).collect();
    let control = match control {
        Ok(control) => control,
        Err(NoControl::TooFew(found)) => return Course::TooFew(*found),
        Err(NoControl::Constant) => {
            let since = steps.iter().position(|step| step.figure.shown().is_some());
            return Course::Steady {
                since: since.unwrap_or_default(),
                farthest: None,
            };
        }
    };
    // Counted back from the last full step.
    let run = |rise: bool| {
        let beside = |at: &&usize| match (steps[**at].limits, steps[**at].figure.shown()) {
            (Some(limits), Some(e)) if rise => e.value > limits.centre,
            (Some(limits), Some(e)) => e.value < limits.centre,
            _ => false,
        };
        let mut expected = seen.last().copied();
        let together = |at: &&usize| {
            let next = expected == Some(**at);
            expected = at.checked_sub(1);
            next
        };
        let length = seen
            .iter()
            .rev()
            .take_while(together)
            .take_while(beside)
            .count();
        Some(length).filter(|length| *length >= RunRule::EightOnOneSide.length())
    };
    if let Some(shift) = shifts.last() {
        let rise = shift.after.value > shift.before.value;
        return Course::Shifted {
            since: shift.at,
            rise,
            levels: Some((shift.before, shift.after)),
            run: run(rise),
        };
    }
    for rise in [true, false] {
        if let (Some(length), Some(last)) = (run(rise), seen.last()) {
            return Course::Shifted {
                since: last + 1 - length,
                rise,
                levels: None,
                run: Some(length),
            };
        }
    }
    let latest = &seen[seen.len().saturating_sub(LATEST)..];
    let signal = control.signals.iter().max_by_key(|signal| {
        // Of those that end together, the plainest.
        (signal.to, signal.rule == RunRule::BeyondLimits)
    });
    match signal {
        Some(signal) if latest.contains(&signal.to) => Course::Unsteady(*signal),
        past => {
            let distance = |at: usize| {
                let limits = steps[at].limits?;
                let away = steps[at].figure.shown()?.value - limits.centre;
                Some((at, away / limits.sigma))
            };
            let farthest = latest
                .iter()
                .filter_map(|&at| distance(at))
                .max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()))
                .filter(|(_, sigmas)| sigmas.abs() > 1.0);
            let after = past.and_then(|signal| seen.iter().find(|at| **at > signal.to));
            Course::Steady {
                since: after.or(seen.first()).copied().unwrap_or_default(),
                farthest: farthest.map(|(at, sigmas)| (at, sigmas > 0.0)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use radost_stats::IntervalMethod;

    /// Full weeks with these values; `None` is withheld.
    fn weeks(values: &[Option<f64>]) -> Vec<TrendStep> {
        let monday = date(2026, 1, 5);
        let week = |(number, value): (usize, &Option<f64>)| {
            let start = monday.saturating_add(jiff::Span::new().weeks(number as i64));
            TrendStep {
                start,
                from: start,
                to: start.saturating_add(jiff::Span::new().days(6)),
                partial: false,
                figure: value.map_or(Figure::Withheld, |value| {
                    Figure::Shown(Estimate {
                        value,
                        low: value - 5.0,
                        high: value + 5.0,
                        n: 100,
                        effective_n: 100.0,
                        method: IntervalMethod::Wilson,
                    })
                }),
                year_before: Figure::Nothing,
                limits: None,
            }
        };
        values.iter().enumerate().map(week).collect()
    }

    fn told(values: &[Option<f64>]) -> (Vec<TrendStep>, Result<Control, NoControl>, Course) {
        let mut steps = weeks(values);
        let seen = Seen::of(&steps);
        let control = seen.control(&mut steps, false, (0.0, 100.0));
        let shifts = control
            .as_ref()
            .map_or(Vec::new(), |_| seen.shifts(Level::P95));
        let course = course(&steps, &control, &shifts);
        (steps, control, course)
    }

    fn all(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    const CALM: [f64; 12] = [
        82.0, 84.0, 81.0, 83.0, 85.0, 82.0, 80.0, 83.0, 84.0, 82.0, 79.0, 83.0,
    ];

    #[test]
    fn chance_is_not_taken_for_change() {
        let (steps, control, course) = told(&all(&CALM));
        let control = control.expect("a chart");
        assert_eq!(
            (control.kind, control.signals.len()),
            (ChartKind::Individuals, 0)
        );
        // x̄ = 988 / 12; moving ranges 2 3 2 2 3 2 3 1 2 3 4 = 27 / 11; 2.6587 of it.
        let limits = steps[0].limits.expect("limits");
        assert!((limits.centre - 82.3333).abs() < 1e-3);
        assert!((limits.low - (82.3333 - 6.5259)).abs() < 1e-3, "{limits:?}");
        // 79 is the farthest of the last eight: 3.33 / 2.175 = 1.53 σ below.
        let farthest = Some((10, false));
        assert_eq!(course, Course::Steady { since: 0, farthest });
    }

    #[test]
    fn too_few_weeks_say_nothing() {
        let (steps, control, course) = told(&all(&CALM[..7]));
        assert_eq!(control, Err(NoControl::TooFew(7)));
        assert_eq!(course, Course::TooFew(7));
        assert!(steps.iter().all(|step| step.limits.is_none()));
        let (_, control, course) = told(&[Some(80.0); 10]);
        assert_eq!(control, Err(NoControl::Constant));
        let (since, farthest) = (0, None);
        assert_eq!(course, Course::Steady { since, farthest });
    }

    #[test]
    fn a_level_that_stays_is_a_change() {
        let mut values = CALM.to_vec();
        values.extend(CALM.map(|value| value + 8.0));
        let (_, control, course) = told(&all(&values));
        let Course::Shifted {
            since,
            rise,
            levels,
            run,
        } = course
        else {
            panic!("{course:?}")
        };
        assert_eq!((since, rise, run), (12, true, Some(12)));
        let (before, after) = levels.expect("levels");
        assert!((after.value - before.value - 8.0).abs() < 1e-9);
        assert_eq!((before.steps, after.steps), (12, 12));
        assert!(before.low < before.value && before.high > before.value);
        let eight = |signal: &&TrendSignal| signal.rule == RunRule::EightOnOneSide;
        let control = control.expect("a chart");
        let runs: Vec<_> = control
            .signals
            .iter()
            .filter(eight)
            .map(|s| (s.from, s.to, s.above))
            .collect();
        assert_eq!(runs, [(0, 11, false), (12, 23, true)]);
    }

    #[test]
    fn one_week_outside_the_limits_is_named() {
        let mut values = CALM.to_vec();
        values[9] = 64.0;
        let (_, _, course) = told(&all(&values));
        let Course::Unsteady(signal) = course else {
            panic!("{course:?}")
        };
        assert_eq!((signal.rule, signal.above), (RunRule::BeyondLimits, false));
        assert_eq!((signal.from, signal.to), (9, 9));
    }

    /// Eight above the mean with a withheld week among them are no eight in a row, and the week has no limits.
    #[test]
    fn what_is_withheld_interrupts_the_chart() {
        let low = [78.0, 80.0, 79.0, 77.0, 79.0, 78.0, 80.0, 79.0];
        let high = [83.0, 84.0, 85.0, 83.0, 84.0, 85.0, 84.0, 83.0];
        let mut values = all(&low);
        values.extend(all(&high));
        let (_, control, _) = told(&values);
        let eight = |control: &Control| {
            let mut rules = control
                .signals
                .iter()
                .map(|signal| (signal.rule, signal.above));
            rules.any(|found| found == (RunRule::EightOnOneSide, true))
        };
        assert!(eight(&control.expect("a chart")));
        values.insert(12, None);
        let (steps, control, _) = told(&values);
        let control = control.expect("a chart");
        assert!(!eight(&control), "{:?}", control.signals);
        assert_eq!(control.steps, 16);
        assert!(steps[12].limits.is_none() && steps[13].limits.is_some());
    }

    #[test]
    fn shares_have_limits_by_their_answers() {
        let mut steps = weeks(&all(&CALM));
        for (number, step) in steps.iter_mut().enumerate() {
            if let Figure::Shown(estimate) = &mut step.figure {
                estimate.n = if number == 3 { 25 } else { 400 };
            }
        }
        let seen = Seen::of(&steps);
        let control = seen
            .control(&mut steps, true, (0.0, 100.0))
            .expect("a chart");
        assert!(
            matches!(control.kind, ChartKind::P | ChartKind::LaneyP),
            "{control:?}"
        );
        assert!(control.widened >= 1.0);
        let width = |at: usize| {
            let limits = steps[at].limits.expect("limits");
            limits.centre - limits.low
        };
        // A sixteenth of the answers, four times the width.
        assert!((width(3) / width(4) - 4.0).abs() < 1e-9);
    }

    #[test]
    fn what_may_come_takes_twelve_steps_without_a_gap() {
        let outlook = |values: &[Option<f64>]| {
            let steps = weeks(values);
            Seen::of(&steps).outlook(&steps, Step::Week, (0.0, 84.0), Level::P95)
        };
        assert_eq!(outlook(&all(&CALM[..11])), Err(NoOutlook::TooFew(11)));
        let mut broken = all(&CALM);
        broken.insert(6, None);
        assert_eq!(outlook(&broken), Err(NoOutlook::TooFew(6)));
        assert_eq!(outlook(&[Some(80.0); 12]), Err(NoOutlook::NoModel));
        let found = outlook(&all(&CALM)).expect("an outlook");
        assert_eq!((found.seen, found.steps.len()), (12, AHEAD));
        assert_eq!(found.steps[0].start, date(2026, 3, 30));
        let inside =
            |step: &Ahead| step.low <= step.value && step.value <= step.high && step.high <= 84.0;
        assert!(found.steps.iter().all(inside), "{found:?}");
    }

    #[test]
    fn steps_become_longer_before_there_are_too_many() {
        let years = |n: i16| Period {
            from: date(2026 - n, 1, 1),
            to: date(2025, 12, 31),
        };
        let january = YearStart::JANUARY;
        assert_eq!(at_most(Step::Day, years(1), january), Step::Day);
        assert_eq!(at_most(Step::Day, years(2), january), Step::Week);
        assert_eq!(at_most(Step::Week, years(10), january), Step::Month);
        assert_eq!(fitting(years(1)), Step::Week);
        assert_eq!(fitting(years(3)), Step::Month);
        assert_eq!(
            year_before(Step::Week, date(2026, 11, 2)),
            date(2025, 11, 3)
        );
        assert_eq!(
            year_before(Step::Month, date(2024, 2, 29)),
            date(2023, 2, 28)
        );
    }
}
