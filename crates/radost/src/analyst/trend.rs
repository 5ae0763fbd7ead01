//! A metric through time: control limits, change points, trend and forecast.

use anyhow::{Context, anyhow, bail};
use clap::{Args, ValueEnum};
use radost_stats::change::{
    ChangeSearch, Changes, changes_in_mean, changes_in_share, mann_kendall,
};
use radost_stats::compare::cochran_armitage;
use radost_stats::control::{
    ControlChart, ControlError, Dispersion, EventCount, Phase, RunRule, Signal, p_chart, u_chart,
    xmr,
};
use radost_stats::forecast::{self, SmoothingModel, Trend as SmoothingTrend};
use radost_stats::{CsatTally, Level, Progress};
use schemars::JsonSchema;
use serde::Serialize;

use super::answer::{Answer, Cell, Finding, Grid, Shown, grouped, many, num};
use super::measure::{Kind, Measure, Tally};
use super::meter::Meter;
use super::source::{Source, level, whole};
use super::times::{Clock, Moment, Timeline, Times};
use super::{Analysis, picture};

/// Whether a metric has changed: control limits, change points, trend, forecast.
#[derive(Debug, Args)]
pub(crate) struct Trend {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    times: Times,
    #[command(flatten)]
    measure: Measure,
    /// Numbers of events, such as complaints.
    #[arg(long, value_name = "COL", group = "what")]
    events: Option<String>,
    /// Each row is an event.
    #[arg(long, group = "what")]
    count: bool,
    /// What events are counted by, such as the number of orders; each period counts as one without it.
    #[arg(long, value_name = "COL", requires = "events")]
    exposure: Option<String>,
    /// The control chart; p for --csat, u for events, xmr for the rest without it.
    #[arg(long, value_enum)]
    chart: Option<Chart>,
    /// How many of the first points make the limits; all without it.
    #[arg(long, value_name = "POINTS")]
    baseline: Option<usize>,
    /// Which patterns are signals.
    #[arg(long, value_enum, default_value_t = Rules::WesternElectric)]
    rules: Rules,
    /// How many points to look ahead.
    #[arg(long, value_name = "POINTS")]
    forecast: Option<usize>,
    /// With --forecast: points in a season, such as 12 months.
    #[arg(long, value_name = "POINTS", requires = "forecast")]
    season: Option<usize>,
    /// The same seed gives the same intervals of change points.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Confidence of the intervals.
    #[arg(long, default_value = "0.95", value_parser = level)]
    level: Level,
    #[command(flatten)]
    shown: Shown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Chart {
    /// Single values, with limits from how far neighbours are apart.
    Xmr,
    /// Shares, with limits by the number of answers.
    P,
    /// Shares that vary by more than their samples (Laney).
    PLaney,
    /// Rates of events, with limits by the exposure.
    U,
    /// Rates that vary by more than chance (Laney).
    ULaney,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Rules {
    /// Four rules.
    WesternElectric,
    /// Eight rules: more is found, and more by chance.
    Nelson,
}

/// A metric through time.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TrendFindings {
    /// nps, csat, mean or events.
    metric: &'static str,
    /// The column of the metric; null when each row is an event.
    column: Option<String>,
    /// The column that puts rows in order.
    time: String,
    /// day, week, month, quarter or year; null for numbers.
    period: Option<String>,
    /// Which control chart.
    chart: String,
    level: f64,
    points: Vec<PointFinding>,
    /// Patterns that a steady process shows rarely.
    signals: Vec<SignalFinding>,
    /// Where the level stepped.
    changes: Option<ChangeFindings>,
    /// Tests of a steady rise or fall.
    trends: Vec<TrendTestFinding>,
    /// With --forecast.
    forecast: Option<ForecastFinding>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct PointFinding {
    period: String,
    /// Answers, or events.
    n: u64,
    value: f64,
    /// The middle of the control chart.
    centre: f64,
    /// Control limits, three sigma from the middle.
    low: f64,
    high: f64,
    /// On an xmr chart: how far it is from the point before.
    moving_range: Option<f64>,
    /// On an xmr chart: up to where that is usual.
    moving_range_limit: Option<f64>,
    /// beyond limits, or run where it is part of a longer pattern; null where it is neither.
    signal: Option<&'static str>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct SignalFinding {
    rule: String,
    from: String,
    to: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ChangeFindings {
    /// Of "the points are in no particular order".
    p_value: f64,
    changes: Vec<ChangeFinding>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ChangeFinding {
    /// The first period at the new level.
    at: String,
    /// The earliest it may be.
    from: String,
    /// The latest it may be.
    to: String,
    before: f64,
    after: f64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct TrendTestFinding {
    test: String,
    /// Standard normal where there is no trend.
    z: f64,
    p_value: f64,
    /// Sen's slope by period (or by unit of the order); null where the test has none.
    slope: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ForecastFinding {
    /// none, additive or damped.
    trend: &'static str,
    /// Points in a season; 0 for none.
    season: u64,
    alpha: f64,
    beta: f64,
    gamma: f64,
    phi: f64,
    /// Standard deviation of the errors one period ahead.
    sigma: f64,
    /// Lower is better: by it the trend was chosen.
    aicc: f64,
    points: Vec<ForecastPoint>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ForecastPoint {
    period: String,
    value: f64,
    low: f64,
    high: f64,
}

/// What a period adds up to.
#[derive(Debug, Default)]
struct Period {
    answers: Option<Tally>,
    events: u64,
    exposure: f64,
}

/// What is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Metric {
    Of(Kind),
    Events,
}

impl Metric {
    const fn name(self) -> &'static str {
        match self {
            Self::Of(kind) => kind.name(),
            Self::Events => "events",
        }
    }

    /// The ends of its scale.
    const fn ends(self) -> (f64, f64) {
        match self {
            Self::Of(Kind::Nps) => (-100.0, 100.0),
            Self::Of(Kind::Csat(_)) => (0.0, 100.0),
            Self::Of(Kind::Mean) => (f64::NEG_INFINITY, f64::INFINITY),
            Self::Events => (0.0, f64::INFINITY),
        }
    }
}

impl Period {
    fn n(&self) -> u64 {
        self.answers.map_or(self.events, |answers| answers.n())
    }

    fn value(&self) -> anyhow::Result<f64> {
        match self.answers {
            Some(answers) => answers.value(),
            None => Ok(self.events as f64 / self.exposure),
        }
    }

    /// The satisfied, where they are counted.
    fn satisfied(&self) -> Option<CsatTally> {
        match self.answers {
            Some(Tally::Csat(tally, _)) => Some(tally),
            _ => None,
        }
    }
}

impl Analysis for Trend {
    const NAME: &'static str = "trend";
    type Finding = TrendFindings;

    fn shown(&self) -> &Shown {
        &self.shown
    }

    fn run(&self, meter: &Meter) -> anyhow::Result<Answer<TrendFindings>> {
        let (metric, column) = self.metric()?;
        let chart = self.chart(metric)?;
        let mut reading = self.source.open()?;
        let clock = self.times.of(&mut reading)?;
        let slot = column.map(|column| reading.number(column)).transpose()?;
        let exposure = self.exposure.as_deref();
        let exposure = exposure.map(|column| reading.number(column)).transpose()?;
        let mut line: Timeline<Period> = Timeline::new();
        let (mut never, mut missing) = (0u64, 0u64);
        let seen = reading.read(meter, |row| {
            let Some(moment) = clock.of(row) else {
                never += 1;
                return Ok(());
            };
            let value = slot.map(|slot| row.number(slot));
            let by = exposure.map(|slot| row.number(slot));
            let (value, by) = match (value, by) {
                (Some(None), _) | (_, Some(None)) => {
                    missing += 1;
                    return Ok(());
                }
                (value, by) => (value.flatten().unwrap_or(1.0), by.flatten()),
            };
            let period = line.at(moment)?;
            let pushed = match metric {
                Metric::Of(kind) => period
                    .answers
                    .get_or_insert_with(|| kind.tally())
                    .push(value),
                Metric::Events => whole(value).and_then(|value| {
                    period.events += u64::try_from(value)
                        .map_err(|_| anyhow!("{value} is no number of events"))?;
                    Ok(())
                }),
            };
            match by {
                Some(by) if by > 0.0 && by.is_finite() => period.exposure += by,
                Some(by) => bail!(
                    "column `{}`: {by} must be above zero",
                    self.exposure.as_deref().unwrap_or_default()
                ),
                None => period.exposure = 1.0,
            }
            pushed.with_context(|| format!("column `{}`", column.unwrap_or("events")))
        })?;
        let mut left_out = Vec::new();
        if never > 0 {
            left_out.push(format!(
                "{} without `{}`",
                many(never, "row"),
                self.times.column()
            ));
        }
        if missing > 0 {
            left_out.push(format!("{} without an answer", many(missing, "row")));
        }
        if metric == Metric::Events && exposure.is_none() {
            // A period in which nothing happened counts, too.
            for gap in line.gaps() {
                line.at(gap)?.exposure = 1.0;
            }
        }
        let gaps = line.gaps();
        if let (Some(first), false) = (gaps.first(), matches!(clock, Clock::Numbers(_))) {
            let others = match gaps.len() {
                1 => String::new(),
                several => format!(" and {} more", several - 1),
            };
            left_out.push(format!(
                "no answers in {}{others}: neighbours are not always next to each other",
                clock.label(*first)
            ));
        }
        let followed = Followed {
            asked: self,
            metric,
            chart,
            clock,
            line,
        };
        let (result, mut notes) = followed.findings(column, meter)?;
        left_out.append(&mut notes);
        let mut assumptions =
            vec!["points are independent of each other when nothing has changed".to_owned()];
        if matches!(clock, Clock::Calendar(..)) {
            assumptions.push(format!(
                "the last {} may be incomplete: {}",
                result.period.as_deref().unwrap_or("period"),
                result.points.last().map_or("", |point| &point.period)
            ));
        }
        if self.chart.is_none() && chart != Chart::Xmr {
            let beyond = result.points.iter();
            let beyond = beyond.filter(|point| point.signal == Some(BEYOND)).count();
            if 4 * beyond > result.points.len() {
                let wider = if chart == Chart::P {
                    "p-laney"
                } else {
                    "u-laney"
                };
                assumptions.push(format!(
                    "limits allow for chance alone, and {beyond} of {} points are beyond them; --chart {wider} allows for what else varies",
                    result.points.len()
                ));
            }
        }
        let unclear = result
            .changes
            .as_ref()
            .filter(|found| found.p_value >= self.level.alpha());
        if let Some(found) = unclear.filter(|found| !found.changes.is_empty()) {
            assumptions.push(format!(
                "changes of level: points in no order show as much in {:.0} % of draws, so hold them against the picture",
                found.p_value * 100.0
            ));
        }
        if result.forecast.is_some() {
            assumptions.push("what comes goes on as what was".to_owned());
        }
        Ok(Answer {
            command: Self::NAME,
            input: Some(seen),
            method: self.method(&result),
            result,
            assumptions,
            left_out,
        })
    }
}

impl Trend {
    fn metric(&self) -> anyhow::Result<(Metric, Option<&str>)> {
        match (self.measure.chosen()?, &self.events, self.count) {
            (Some((kind, column)), ..) => Ok((Metric::Of(kind), Some(column))),
            (_, Some(column), _) => Ok((Metric::Events, Some(column))),
            (.., true) => Ok((Metric::Events, None)),
            _ => bail!("say what to follow: --nps, --csat, --mean, --events or --count"),
        }
    }

    fn chart(&self, metric: Metric) -> anyhow::Result<Chart> {
        let chart = self.chart.unwrap_or(match metric {
            Metric::Of(Kind::Csat(_)) => Chart::P,
            Metric::Events => Chart::U,
            Metric::Of(_) => Chart::Xmr,
        });
        match (chart, metric) {
            (Chart::P | Chart::PLaney, Metric::Of(Kind::Csat(_)))
            | (Chart::U | Chart::ULaney, Metric::Events)
            | (Chart::Xmr, _) => Ok(chart),
            (Chart::P | Chart::PLaney, _) => bail!("--chart p goes with --csat"),
            (Chart::U | Chart::ULaney, _) => bail!("--chart u goes with --events or --count"),
        }
    }

    fn method(&self, found: &TrendFindings) -> Vec<String> {
        let rules = match self.rules {
            Rules::WesternElectric => "the four Western Electric rules",
            Rules::Nelson => "Nelson's eight rules",
        };
        let base = match self.baseline {
            Some(points) => format!("limits from the first {points} points"),
            None => "limits from all points".to_owned(),
        };
        let mut method = vec![format!("{} chart, {base}; signals by {rules}", found.chart)];
        if found.changes.is_some() {
            method.push(format!(
                "change points: PELT, BIC penalty, p by permutations, seed {}",
                self.seed
            ));
        }
        method.extend(found.trends.iter().map(|test| test.test.clone()));
        if let Some(forecast) = &found.forecast {
            let season = match forecast.season {
                0 => "no season".to_owned(),
                season => format!("a season of {season}"),
            };
            let trend = match forecast.trend {
                "none" => "no trend".to_owned(),
                trend => format!("{trend} trend"),
            };
            method.push(format!(
                "forecast: exponential smoothing with {trend} and {season}, the trend of least AICc"
            ));
        }
        method
    }
}

/// The points, in time.
struct Followed<'a> {
    asked: &'a Trend,
    metric: Metric,
    chart: Chart,
    clock: Clock,
    line: Timeline<Period>,
}

impl Followed<'_> {
    /// The satisfied of each period; empty where something else is followed.
    fn shares(&self) -> Vec<CsatTally> {
        self.line.0.values().filter_map(Period::satisfied).collect()
    }

    /// What was found, and what could not be.
    fn findings(
        &self,
        column: Option<&str>,
        meter: &Meter,
    ) -> anyhow::Result<(TrendFindings, Vec<String>)> {
        let mut notes = Vec::new();
        let times: Vec<f64> = self.line.0.keys().map(|moment| moment.0).collect();
        let labels: Vec<String> = self.line.0.keys().map(|at| self.clock.label(*at)).collect();
        let values = self.line.0.values().map(|period| period.value());
        let values = values.collect::<anyhow::Result<Vec<f64>>>()?;
        if values.len() < 2 {
            bail!(
                "`{}` has one point of time; two at least make a chart",
                self.asked.times.column()
            );
        }
        let chart = self.control(&values)?;
        let rules: &[RunRule] = match self.asked.rules {
            Rules::WesternElectric => &RunRule::WESTERN_ELECTRIC,
            Rules::Nelson => &RunRule::NELSON,
        };
        let signals = chart.signals(rules);
        let label = |index: usize| labels.get(index).cloned().unwrap_or_default();
        let points = chart.points.iter().zip(self.line.0.values()).enumerate();
        let points = points.map(|(index, (point, period))| {
            // The first point has no neighbour before it.
            let range = index
                .checked_sub(1)
                .and_then(|at| chart.moving_ranges.get(at));
            PointFinding {
                period: label(index),
                n: period.n(),
                value: point.value,
                centre: point.centre,
                low: point.low,
                high: point.high,
                moving_range: range.map(|range| range.value),
                moving_range_limit: range.map(|range| range.high),
                signal: kind(&signals, index),
            }
        });
        let points: Vec<PointFinding> = points.collect();
        let changes = match self.changes(&values, meter) {
            Ok(found) => Some(ChangeFindings {
                p_value: found.p_value,
                changes: found
                    .changes
                    .iter()
                    .map(|change| ChangeFinding {
                        at: label(change.index),
                        from: label(change.low),
                        to: label(change.high),
                        before: change.before,
                        after: change.after,
                    })
                    .collect(),
            }),
            Err(error) => {
                meter.check()?;
                notes.push(format!("change points: {error}"));
                None
            }
        };
        let mut trends = Vec::new();
        match mann_kendall(&times, &values, self.asked.level) {
            Ok(test) => trends.push(TrendTestFinding {
                test: "Mann–Kendall, with Sen's slope".to_owned(),
                z: test.z,
                p_value: test.p_value,
                slope: Some(test.slope),
                low: Some(test.low),
                high: Some(test.high),
            }),
            Err(error) => notes.push(format!("trend: {error}")),
        }
        let shares = self.shares();
        if !shares.is_empty() {
            match cochran_armitage(&shares, &times) {
                Ok(test) => trends.push(TrendTestFinding {
                    test: "Cochran–Armitage on all answers".to_owned(),
                    z: test.statistic,
                    p_value: test.p_value,
                    slope: None,
                    low: None,
                    high: None,
                }),
                Err(error) => notes.push(format!("Cochran–Armitage: {error}")),
            }
        }
        let forecast = match self.asked.forecast {
            Some(horizon) => Some(
                self.forecast(&values, horizon, meter)
                    .context("--forecast")?,
            ),
            None => None,
        };
        Ok((
            TrendFindings {
                metric: self.metric.name(),
                column: column.map(str::to_owned),
                time: self.asked.times.column().to_owned(),
                period: self.clock.period(),
                chart: chart.kind.to_string(),
                level: self.asked.level.get(),
                signals: signals
                    .iter()
                    .map(|signal| SignalFinding {
                        rule: signal.rule.to_string(),
                        from: label(signal.from),
                        to: label(signal.to),
                    })
                    .collect(),
                points,
                changes,
                trends,
                forecast,
            },
            notes,
        ))
    }

    fn control(&self, values: &[f64]) -> anyhow::Result<ControlChart> {
        let baseline = self.asked.baseline.unwrap_or(values.len());
        if !(2..=values.len()).contains(&baseline) {
            bail!(
                "--baseline {baseline}: from 2 to the {} points there are",
                values.len()
            );
        }
        let phase = Phase { start: 0, baseline };
        let dispersion = match self.chart {
            Chart::PLaney | Chart::ULaney => Dispersion::Laney,
            _ => Dispersion::Sampling,
        };
        let chart = match self.chart {
            Chart::Xmr => xmr(values, &[phase]),
            Chart::P | Chart::PLaney => {
                let shares = self.shares();
                p_chart(&shares, &[phase], dispersion)
            }
            Chart::U | Chart::ULaney => {
                let counts = self.line.0.values().map(|period| EventCount {
                    events: period.events,
                    exposure: period.exposure,
                });
                u_chart(&counts.collect::<Vec<_>>(), &[phase], dispersion)
            }
        };
        chart.map_err(|error| match error {
            ControlError::Constant { .. } => {
                anyhow!("the {baseline} points that make the limits do not vary, so there are none")
            }
            error => error.into(),
        })
    }

    fn changes(&self, values: &[f64], meter: &Meter) -> anyhow::Result<Changes> {
        let search = ChangeSearch {
            level: self.asked.level,
            seed: self.asked.seed,
            ..ChangeSearch::default()
        };
        let tick = meter.on("looking for changes");
        let progress = Progress::new(&tick);
        Ok(if self.chart == Chart::P {
            let shares = self.shares();
            changes_in_share(&shares, &search, progress)?
        } else {
            changes_in_mean(values, &search, progress)?
        })
    }

    fn forecast(
        &self,
        values: &[f64],
        horizon: usize,
        meter: &Meter,
    ) -> anyhow::Result<ForecastFinding> {
        let Some(step) = self.line.step() else {
            let gap = self.line.gaps().first().map(|gap| self.clock.label(*gap));
            match gap {
                Some(gap) => bail!(
                    "nothing is known of {gap}; a forecast needs points that are equally far apart"
                ),
                None => bail!("a forecast needs points that are equally far apart"),
            }
        };
        let tick = meter.on("forecasting");
        let mut best: Option<(f64, forecast::SmoothingFit)> = None;
        let mut refused = None;
        for trend in [
            SmoothingTrend::None,
            SmoothingTrend::Additive,
            SmoothingTrend::Damped,
        ] {
            let model = SmoothingModel {
                trend,
                season: self.asked.season.unwrap_or(0),
            };
            match forecast::fit(values, model, Progress::new(&tick)) {
                Ok(fit) if best.as_ref().is_none_or(|(least, _)| fit.aicc < *least) => {
                    best = Some((fit.aicc, fit));
                }
                Ok(_) => {}
                Err(error) => {
                    meter.check()?;
                    refused = refused.or(Some(error));
                }
            }
        }
        let (_, fit) = match (best, refused) {
            (Some(best), _) => best,
            (None, Some(error)) => return Err(error.into()),
            (None, None) => bail!("no model fits"),
        };
        let (least, most) = self.metric.ends();
        let last = self.line.0.last_key_value().map_or(0.0, |(at, _)| at.0);
        let points = fit.forecast(horizon, self.asked.level)?.into_iter();
        Ok(ForecastFinding {
            trend: match fit.model.trend {
                SmoothingTrend::None => "none",
                SmoothingTrend::Additive => "additive",
                SmoothingTrend::Damped => "damped",
            },
            season: fit.model.season as u64,
            alpha: fit.parameters.alpha,
            beta: fit.parameters.beta,
            gamma: fit.parameters.gamma,
            phi: fit.parameters.phi,
            sigma: fit.sigma,
            aicc: fit.aicc,
            points: points
                .map(|point| ForecastPoint {
                    period: self.clock.label(Moment(last + step * point.horizon as f64)),
                    value: point.value.clamp(least, most),
                    low: point.low.clamp(least, most),
                    high: point.high.clamp(least, most),
                })
                .collect(),
        })
    }
}

const BEYOND: &str = "beyond limits";

/// What a point is part of.
fn kind(signals: &[Signal], index: usize) -> Option<&'static str> {
    let mut found = signals
        .iter()
        .filter(|signal| (signal.from..=signal.to).contains(&index))
        .map(|signal| signal.rule == RunRule::BeyondLimits)
        .peekable();
    found.peek()?;
    Some(if found.any(|beyond| beyond) {
        BEYOND
    } else {
        "run"
    })
}

impl TrendFindings {
    fn decimals(&self) -> usize {
        match self.metric {
            "nps" | "csat" => 1,
            // Rates can be small: three digits of them.
            "events" => {
                let centre = self.points.first().map_or(1.0, |point| point.centre);
                (2.0 - centre.max(1e-9).log10().floor()).clamp(1.0, 9.0) as usize
            }
            _ => 2,
        }
    }

    fn title(&self) -> String {
        match &self.column {
            Some(column) if self.metric == "events" => column.clone(),
            Some(column) => format!("{} {column}", self.metric.to_uppercase()),
            None => "Events".to_owned(),
        }
    }
}

impl Finding for TrendFindings {
    fn grids(&self) -> Vec<Grid> {
        let decimals = self.decimals();
        let time = self.period.as_deref().unwrap_or(&self.time);
        let mut points = Grid::new(
            self.title(),
            [
                time,
                "n",
                "value",
                "centre",
                "low",
                "high",
                "moving range",
                "usual up to",
                "signal",
            ],
        );
        for point in &self.points {
            points.row([
                point.period.as_str().into(),
                point.n.into(),
                num(point.value, decimals),
                num(point.centre, decimals),
                num(point.low, decimals),
                num(point.high, decimals),
                num(point.moving_range, decimals),
                num(point.moving_range_limit, decimals),
                point.signal.into(),
            ]);
        }
        let mut grids = vec![points.without_empty()];
        if !self.signals.is_empty() {
            let mut signals = Grid::new("Signals", ["from", "to", "what"]);
            for signal in &self.signals {
                signals.row([
                    signal.from.as_str().into(),
                    signal.to.as_str().into(),
                    signal.rule.as_str().into(),
                ]);
            }
            grids.push(signals);
        }
        if let Some(found) = &self.changes {
            let mut changes = Grid::new(
                "Changes of level",
                ["since", "earliest", "latest", "before", "after", "p of all"],
            );
            if found.changes.is_empty() {
                let mut none = vec![Cell::from("none")];
                none.resize(5, Cell::Nothing);
                none.push(Cell::P(found.p_value));
                changes.row(none);
            }
            for (index, change) in found.changes.iter().enumerate() {
                changes.row([
                    change.at.as_str().into(),
                    change.from.as_str().into(),
                    change.to.as_str().into(),
                    num(change.before, decimals),
                    num(change.after, decimals),
                    if index == 0 {
                        Cell::P(found.p_value)
                    } else {
                        Cell::Nothing
                    },
                ]);
            }
            grids.push(changes);
        }
        if !self.trends.is_empty() {
            let mut trends = Grid::new(
                "Trend",
                ["test", "z", "p", &format!("slope by {time}"), "low", "high"],
            );
            let slope = (decimals + 1).max(3);
            for test in &self.trends {
                trends.row([
                    test.test.as_str().into(),
                    num(test.z, 3),
                    Cell::P(test.p_value),
                    num(test.slope, slope),
                    num(test.low, slope),
                    num(test.high, slope),
                ]);
            }
            grids.push(trends.without_empty());
        }
        if let Some(forecast) = &self.forecast {
            let mut grid = Grid::new("Forecast", [time, "value", "low", "high"]);
            for point in &forecast.points {
                grid.row([
                    point.period.as_str().into(),
                    num(point.value, decimals),
                    num(point.low, decimals),
                    num(point.high, decimals),
                ]);
            }
            grids.push(grid);
        }
        grids
    }

    fn picture(&self) -> Option<String> {
        let ahead = self
            .forecast
            .as_ref()
            .map_or(&[][..], |forecast| &forecast.points[..]);
        let seen = self.points.len();
        let labels = self.points.iter().map(|point| point.period.clone());
        let labels: Vec<String> = labels
            .chain(ahead.iter().map(|point| point.period.clone()))
            .collect();
        let past = |label: &str, of: fn(&PointFinding) -> f64, shape| picture::Line {
            label: label.to_owned(),
            values: self
                .points
                .iter()
                .map(|point| Some(of(point)))
                .chain(ahead.iter().map(|_| None))
                .collect(),
            shape,
        };
        let mut lines = vec![
            past(&self.title(), |point| point.value, picture::Shape::Dotted),
            past("", |point| point.centre, picture::Shape::Limit),
            past("control limits", |point| point.low, picture::Shape::Limit),
            past("", |point| point.high, picture::Shape::Limit),
        ];
        if !ahead.is_empty() {
            let coming = |label: &str, of: fn(&ForecastPoint) -> f64, shape| picture::Line {
                label: label.to_owned(),
                // From the last point on, so that the line does not begin in the air.
                values: (0..seen)
                    .map(|index| {
                        let last = index + 1 == seen;
                        self.points
                            .get(index)
                            .filter(|_| last)
                            .map(|point| point.value)
                    })
                    .chain(ahead.iter().map(|point| Some(of(point))))
                    .collect(),
                shape,
            };
            lines.push(coming(
                "forecast",
                |point| point.value,
                picture::Shape::Dotted,
            ));
            lines.push(coming("", |point| point.low, picture::Shape::Bound));
            lines.push(coming("", |point| point.high, picture::Shape::Bound));
        }
        let marks = self.points.iter().enumerate();
        let cuts = self.changes.iter().flat_map(|found| &found.changes);
        Some(picture::series(&picture::Series {
            title: &self.title(),
            description: "Each point with the control limits; points beyond them are ringed.",
            y: &self.title(),
            x: &labels,
            lines,
            marks: marks
                .filter(|(_, point)| point.signal == Some(BEYOND))
                .map(|(index, _)| index)
                .collect(),
            cuts: cuts
                .filter_map(|change| {
                    let at = labels.iter().position(|label| *label == change.at)?;
                    Some((at, format!("since {}", change.at)))
                })
                .collect(),
        }))
    }

    fn n(&self) -> String {
        let n: u64 = self.points.iter().map(|point| point.n).sum();
        let what = if self.metric == "events" {
            "events"
        } else {
            "answers"
        };
        format!(
            "{} {what} at {} points of time",
            grouped(n),
            self.points.len()
        )
    }
}
