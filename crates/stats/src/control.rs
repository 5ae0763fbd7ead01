//! Control charts: does a process keep to what it was, or has something special happened?
//!
//! | what is charted | chart |
//! |---|---|
//! | one number per period, such as a mean or an index | [`xmr`]: individuals and moving range |
//! | a share of varying numbers of responses | [`p_chart`] |
//! | events by exposure, such as complaints per thousand orders | [`u_chart`] |
//!
//! Large samples vary more from period to period than sampling alone explains; [`Dispersion::Laney`] widens the limits of p and u charts by that.
//!
//! ```
//! use radost_stats::control::{Phase, RunRule, xmr};
//!
//! let weekly = [62.0, 64.0, 61.0, 63.0, 65.0, 62.0, 60.0, 63.0, 64.0, 62.0, 71.0, 63.0];
//! let chart = xmr(&weekly, &[Phase { start: 0, baseline: 10 }])?;
//! let (centre, high) = (chart.points[0].centre, chart.points[0].high);
//! assert!((centre - 62.6).abs() < 1e-9 && (high - 68.508180).abs() < 1e-6);
//!
//! let signals = chart.signals(&[RunRule::BeyondLimits]);
//! assert_eq!((signals.len(), signals[0].from, signals[0].to), (1, 10, 10));
//! # Ok::<(), radost_stats::control::ControlError>(())
//! ```

use std::f64::consts::PI;

use crate::CsatTally;

/// A stretch of a chart with its own limits: they come from its first `baseline` points and hold until the next phase starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Phase {
    /// Index of its first point.
    pub start: usize,
    /// How many of its points, from the first, the limits are computed from; the points after these are only monitored.
    pub baseline: usize,
}

impl Phase {
    /// One phase in which all `n` points make the limits.
    pub fn whole(n: usize) -> Self {
        Self {
            start: 0,
            baseline: n,
        }
    }
}

/// What kind of chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChartKind {
    /// Individual values, with limits from the moving range.
    Individuals,
    /// Moving ranges of individual values.
    MovingRange,
    /// Shares with binomial limits.
    P,
    /// Rates with Poisson limits.
    U,
    /// Shares with binomial limits widened by Laney's σz.
    LaneyP,
    /// Rates with Poisson limits widened by Laney's σz.
    LaneyU,
}

impl std::fmt::Display for ChartKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Individuals => "X (individuals)",
            Self::MovingRange => "mR (moving range)",
            Self::P => "p",
            Self::U => "u",
            Self::LaneyP => "Laney p′",
            Self::LaneyU => "Laney u′",
        })
    }
}

/// What the points of a p or u chart vary by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Dispersion {
    /// Sampling alone.
    #[default]
    Sampling,
    /// Sampling times the variation seen from point to point (Laney). It may also narrow the limits.
    Laney,
}

/// Events by exposure in one period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EventCount {
    /// How many events, such as complaints.
    pub events: u64,
    /// Out of how much, such as thousands of orders: above zero.
    pub exposure: f64,
}

/// One point of a chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChartPoint {
    /// The value, in the units of the chart: those of the input, percent for a p chart, events per unit of exposure for a u chart.
    pub value: f64,
    /// Centre line.
    pub centre: f64,
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
    /// A third of the distance from the centre line to a limit, before that is cut at the end of the scale.
    pub sigma: f64,
    /// Index of the phase it belongs to.
    pub phase: usize,
}

/// A control chart.
#[derive(Debug, Clone, PartialEq)]
pub struct ControlChart {
    /// What kind of chart.
    pub kind: ChartKind,
    /// Its points, in order.
    pub points: Vec<ChartPoint>,
    /// The moving ranges |xᵢ − xᵢ₋₁| of an individuals chart with their own limits, from the second point of each phase; else empty.
    pub moving_ranges: Vec<ChartPoint>,
    /// Laney's σz in each phase: how much more points vary than by sampling alone; 1 where it is not used.
    pub sigma_z: Vec<f64>,
}

/// A pattern that a process in control shows rarely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunRule {
    /// One point beyond a limit (Western Electric 1, Nelson 1).
    BeyondLimits,
    /// Two of three points in a row beyond 2σ on the same side (Western Electric 2, Nelson 5).
    TwoOfThreeBeyondTwoSigma,
    /// Four of five points in a row beyond 1σ on the same side (Western Electric 3, Nelson 6).
    FourOfFiveBeyondOneSigma,
    /// Eight points in a row on the same side of the centre line (Western Electric 4).
    EightOnOneSide,
    /// Nine points in a row on the same side of the centre line (Nelson 2).
    NineOnOneSide,
    /// Six points in a row all rising or all falling (Nelson 3).
    SixTrending,
    /// Fourteen points in a row going up and down in turn (Nelson 4).
    FourteenAlternating,
    /// Fifteen points in a row within 1σ of the centre line (Nelson 7).
    FifteenWithinOneSigma,
    /// Eight points in a row with none within 1σ of the centre line, on either side (Nelson 8).
    EightOutsideOneSigma,
}

impl RunRule {
    /// The four rules of the Western Electric handbook (1956).
    pub const WESTERN_ELECTRIC: [Self; 4] = [
        Self::BeyondLimits,
        Self::TwoOfThreeBeyondTwoSigma,
        Self::FourOfFiveBeyondOneSigma,
        Self::EightOnOneSide,
    ];
    /// The eight rules of Nelson (1984), Journal of Quality Technology 16(4), 237–239.
    pub const NELSON: [Self; 8] = [
        Self::BeyondLimits,
        Self::NineOnOneSide,
        Self::SixTrending,
        Self::FourteenAlternating,
        Self::TwoOfThreeBeyondTwoSigma,
        Self::FourOfFiveBeyondOneSigma,
        Self::FifteenWithinOneSigma,
        Self::EightOutsideOneSigma,
    ];

    /// How many points in a row the pattern takes.
    pub fn length(self) -> usize {
        match self {
            Self::BeyondLimits => 1,
            Self::TwoOfThreeBeyondTwoSigma => 3,
            Self::FourOfFiveBeyondOneSigma => 5,
            Self::EightOnOneSide | Self::EightOutsideOneSigma => 8,
            Self::NineOnOneSide => 9,
            Self::SixTrending => 6,
            Self::FourteenAlternating => 14,
            Self::FifteenWithinOneSigma => 15,
        }
    }

    fn matches(self, points: &[ChartPoint]) -> bool {
        let on_a_side = |needed: usize, sigmas: f64| {
            let above = points
                .iter()
                .filter(|point| point.value - point.centre > sigmas * point.sigma)
                .count();
            let below = points
                .iter()
                .filter(|point| point.centre - point.value > sigmas * point.sigma)
                .count();
            above >= needed || below >= needed
        };
        let outside = |point: &ChartPoint| (point.value - point.centre).abs() > point.sigma;
        let steps = || points.windows(2).map(|pair| pair[1].value - pair[0].value);
        match self {
            Self::BeyondLimits => points
                .iter()
                .any(|point| point.value > point.high || point.value < point.low),
            Self::TwoOfThreeBeyondTwoSigma => on_a_side(2, 2.0),
            Self::FourOfFiveBeyondOneSigma => on_a_side(4, 1.0),
            Self::EightOnOneSide | Self::NineOnOneSide => on_a_side(points.len(), 0.0),
            Self::SixTrending => steps().all(|step| step > 0.0) || steps().all(|step| step < 0.0),
            Self::FourteenAlternating => steps()
                .zip(steps().skip(1))
                .all(|(one, next)| one * next < 0.0),
            Self::FifteenWithinOneSigma => points
                .iter()
                .all(|point| (point.value - point.centre).abs() < point.sigma),
            Self::EightOutsideOneSigma => points.iter().all(outside),
        }
    }
}

impl std::fmt::Display for RunRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::BeyondLimits => "a point beyond a limit",
            Self::TwoOfThreeBeyondTwoSigma => "two of three points beyond 2σ on the same side",
            Self::FourOfFiveBeyondOneSigma => "four of five points beyond 1σ on the same side",
            Self::EightOnOneSide => "eight points in a row on the same side",
            Self::NineOnOneSide => "nine points in a row on the same side",
            Self::SixTrending => "six points in a row rising or falling",
            Self::FourteenAlternating => "fourteen points in a row going up and down",
            Self::FifteenWithinOneSigma => "fifteen points in a row within 1σ",
            Self::EightOutsideOneSigma => "eight points in a row outside 1σ",
        })
    }
}

/// A pattern found on a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Signal {
    /// The rule that was broken.
    pub rule: RunRule,
    /// Index of its first point.
    pub from: usize,
    /// Index of its last point; overlapping patterns of one rule, and single points that follow each other, are told as one.
    pub to: usize,
}

/// Why a chart cannot be drawn.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ControlError {
    /// NaN or infinite.
    #[error("{value} at index {index} is not a finite number")]
    NotFinite {
        /// Its place in the input.
        index: usize,
        /// The refused value.
        value: f64,
    },
    /// A point rests on nothing.
    #[error("the point at index {index} has no responses: leave it out")]
    EmptyPoint {
        /// Its index.
        index: usize,
    },
    /// An exposure that is not a positive number.
    #[error("the exposure at index {index} is {exposure}, and must be above zero")]
    Exposure {
        /// Its index.
        index: usize,
        /// The refused exposure.
        exposure: f64,
    },
    /// Phases that do not start at 0, rise, and end before the points do.
    #[error(
        "phase {phase} starts at {start}: phases start at 0 and follow each other within {points} points"
    )]
    PhaseStart {
        /// Index of the phase.
        phase: usize,
        /// Where it starts, or where it should when there is none.
        start: usize,
        /// Points of the chart.
        points: usize,
    },
    /// A baseline that is too short or longer than its phase.
    #[error(
        "the baseline of phase {phase} has {baseline} points, and must have from 2 to the {points} of the phase"
    )]
    Baseline {
        /// Index of the phase.
        phase: usize,
        /// Points asked for.
        baseline: usize,
        /// Points of the phase.
        points: usize,
    },
    /// All baseline values are equal, so that every other value would be a signal.
    #[error("the baseline of phase {phase} does not vary, so it has no limits")]
    Constant {
        /// Index of the phase.
        phase: usize,
    },
}

/// Mean range of two normal values in standard deviations, 2/√π = 1.128.
fn d2() -> f64 {
    2.0 / PI.sqrt()
}

/// Individuals and moving-range chart.
///
/// ```text
/// centre = x̄      σ = mR̄ / d₂      limits = x̄ ∓ 3 mR̄ / d₂ = x̄ ∓ 2.66 mR̄      mRᵢ = |xᵢ − xᵢ₋₁|, d₂ = 2/√π
/// mR chart: centre = mR̄      limits = 0 and (1 + 3 √(2 − 4/π) / d₂) mR̄ = 3.267 mR̄
/// ```
///
/// ```
/// use radost_stats::control::{Phase, xmr};
///
/// let values = [5.0, 7.0, 6.0, 8.0, 5.0, 6.0];
/// let chart = xmr(&values, &[Phase::whole(6)])?;
/// assert!((chart.points[0].low - 1.381041).abs() < 1e-6); // 6.1667 − 2.6587 · 1.8
/// assert!((chart.moving_ranges[0].high - 5.879757).abs() < 1e-6);
/// # Ok::<(), radost_stats::control::ControlError>(())
/// ```
/// # Units
/// Those of the values.
/// # Assumptions
/// One value per period, of roughly equal precision, without a trend or season; neighbours independent.
/// # Errors
/// [`ControlError::NotFinite`], [`ControlError::PhaseStart`], [`ControlError::Baseline`], [`ControlError::Constant`].
/// # Sources
/// Shewhart (1931), Economic Control of Quality of Manufactured Product; Wheeler (2000), Understanding Variation, 2nd ed.
pub fn xmr(values: &[f64], phases: &[Phase]) -> Result<ControlChart, ControlError> {
    if let Some((index, &value)) = values.iter().enumerate().find(|(_, v)| !v.is_finite()) {
        return Err(ControlError::NotFinite { index, value });
    }
    let mut points = Vec::with_capacity(values.len());
    let mut moving_ranges = Vec::with_capacity(values.len());
    for (phase, (part, baseline)) in split(values, phases)?.into_iter().enumerate() {
        let base = &part[..baseline];
        let ranges = || part.windows(2).map(|pair| (pair[1] - pair[0]).abs());
        let range = ranges().take(baseline - 1).sum::<f64>() / (baseline - 1) as f64;
        if range <= 0.0 {
            return Err(ControlError::Constant { phase });
        }
        let centre = base.iter().map(|x| x / baseline as f64).sum::<f64>();
        let sigma = range / d2();
        points.extend(part.iter().map(|&value| ChartPoint {
            value,
            centre,
            low: centre - 3.0 * sigma,
            high: centre + 3.0 * sigma,
            sigma,
            phase,
        }));
        let sigma = range * (2.0 - 4.0 / PI).sqrt() / d2();
        moving_ranges.extend(ranges().map(|value| ChartPoint {
            value,
            centre: range,
            low: 0.0,
            high: range + 3.0 * sigma,
            sigma,
            phase,
        }));
    }
    Ok(ControlChart {
        kind: ChartKind::Individuals,
        points,
        moving_ranges,
        sigma_z: vec![1.0; phases.len()],
    })
}

/// Chart of shares with limits that follow the number of responses.
///
/// ```text
/// centre = q̄ = Σ xᵢ / Σ nᵢ      σᵢ = √( q̄ (1 − q̄) / nᵢ )      limits = q̄ ∓ 3 σz σᵢ
/// Laney: zᵢ = (qᵢ − q̄) / σᵢ      σz = mean |zᵢ − zᵢ₋₁| / d₂      otherwise σz = 1
/// ```
///
/// ```
/// use radost_stats::{CsatTally, control::{Dispersion, Phase, p_chart}};
///
/// let weeks = [CsatTally::from_counts(80, 100)?, CsatTally::from_counts(170, 200)?, CsatTally::from_counts(90, 120)?];
/// let chart = p_chart(&weeks, &[Phase::whole(3)], Dispersion::Sampling)?;
/// assert!((chart.points[1].centre - 80.952381).abs() < 1e-6);
/// assert!((chart.points[1].high - 89.282312).abs() < 1e-6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
/// # Units
/// Percent, 0 to 100; the limits stop there.
/// # Assumptions
/// Independent responses; without [`Dispersion::Laney`], one share for all periods, which large samples rarely have.
/// # Errors
/// [`ControlError::EmptyPoint`], [`ControlError::PhaseStart`], [`ControlError::Baseline`]; [`ControlError::Constant`] when all or none of a
/// baseline's responses are satisfied, or for Laney when its shares do not vary.
/// # Sources
/// Shewhart (1931), as for [`xmr`]; Laney (2002), Quality Engineering 14(4), 531–537.
pub fn p_chart(
    points: &[CsatTally],
    phases: &[Phase],
    dispersion: Dispersion,
) -> Result<ControlChart, ControlError> {
    let mut counts = Vec::with_capacity(points.len());
    for (index, point) in points.iter().enumerate() {
        if point.n() == 0 {
            return Err(ControlError::EmptyPoint { index });
        }
        counts.push((point.satisfied() as f64, point.n() as f64));
    }
    let kind = match dispersion {
        Dispersion::Sampling => ChartKind::P,
        Dispersion::Laney => ChartKind::LaneyP,
    };
    attributes(&counts, phases, kind, |q| q * (1.0 - q), 1.0, 100.0)
}

/// Chart of events by exposure with limits that follow the exposure.
///
/// ```text
/// centre = ū = Σ cᵢ / Σ eᵢ      σᵢ = √( ū / eᵢ )      limits = ū ∓ 3 σz σᵢ, not below zero      σz as in p_chart
/// ```
///
/// ```
/// use radost_stats::control::{Dispersion, EventCount, Phase, u_chart};
///
/// let weeks = [(12, 4.0), (9, 3.5), (20, 5.0)].map(|(events, exposure)| EventCount { events, exposure });
/// let chart = u_chart(&weeks, &[Phase::whole(3)], Dispersion::Sampling)?;
/// assert!((chart.points[0].centre - 3.28).abs() < 1e-9);
/// assert!((chart.points[0].high - 5.996616).abs() < 1e-6);
/// # Ok::<(), radost_stats::control::ControlError>(())
/// ```
/// # Units
/// Events per unit of exposure.
/// # Assumptions
/// Events come singly and independently; without [`Dispersion::Laney`], at one rate.
/// # Errors
/// [`ControlError::Exposure`], [`ControlError::PhaseStart`], [`ControlError::Baseline`]; [`ControlError::Constant`] when a baseline has no
/// events, or for Laney when its rates do not vary.
/// # Sources
/// Shewhart (1931), as for [`xmr`]; Laney (2002), as for [`p_chart`].
pub fn u_chart(
    points: &[EventCount],
    phases: &[Phase],
    dispersion: Dispersion,
) -> Result<ControlChart, ControlError> {
    let mut counts = Vec::with_capacity(points.len());
    for (index, point) in points.iter().enumerate() {
        let exposure = point.exposure;
        if !(exposure > 0.0 && exposure.is_finite()) {
            return Err(ControlError::Exposure { index, exposure });
        }
        counts.push((point.events as f64, exposure));
    }
    let kind = match dispersion {
        Dispersion::Sampling => ChartKind::U,
        Dispersion::Laney => ChartKind::LaneyU,
    };
    attributes(&counts, phases, kind, |u| u, f64::INFINITY, 1.0)
}

/// p and u charts alike: counts and sizes, the variance of one unit at a rate, the end of the scale, and its units.
fn attributes(
    counts: &[(f64, f64)],
    phases: &[Phase],
    kind: ChartKind,
    variance: impl Fn(f64) -> f64,
    end: f64,
    units: f64,
) -> Result<ControlChart, ControlError> {
    let laney = matches!(kind, ChartKind::LaneyP | ChartKind::LaneyU);
    let mut points = Vec::with_capacity(counts.len());
    let mut sigma_z = Vec::with_capacity(phases.len());
    for (phase, (part, baseline)) in split(counts, phases)?.into_iter().enumerate() {
        let base = &part[..baseline];
        let (count, size) = base
            .iter()
            .fold((0.0, 0.0), |(count, size), (c, n)| (count + c, size + n));
        let centre = count / size;
        let unit = variance(centre);
        if unit.is_nan() || unit <= 0.0 {
            return Err(ControlError::Constant { phase });
        }
        let z = |&(count, size): &(f64, f64)| (count / size - centre) / (unit / size).sqrt();
        let widening = if laney {
            let moves: f64 = base
                .windows(2)
                .map(|pair| (z(&pair[1]) - z(&pair[0])).abs())
                .sum();
            moves / (baseline - 1) as f64 / d2()
        } else {
            1.0
        };
        if widening <= 0.0 {
            return Err(ControlError::Constant { phase });
        }
        sigma_z.push(widening);
        points.extend(part.iter().map(|&(count, size)| {
            let sigma = widening * (unit / size).sqrt();
            ChartPoint {
                value: units * (count / size),
                centre: units * centre,
                low: units * (centre - 3.0 * sigma).max(0.0),
                high: units * (centre + 3.0 * sigma).min(end),
                sigma: units * sigma,
                phase,
            }
        }));
    }
    Ok(ControlChart {
        kind,
        points,
        moving_ranges: Vec::new(),
        sigma_z,
    })
}

/// The points of each phase and the length of its baseline.
fn split<'a, T>(values: &'a [T], phases: &[Phase]) -> Result<Vec<(&'a [T], usize)>, ControlError> {
    let points = values.len();
    let mut parts = Vec::with_capacity(phases.len());
    if phases.first().is_none_or(|phase| phase.start != 0) {
        return Err(ControlError::PhaseStart {
            phase: 0,
            start: phases.first().map_or(0, |phase| phase.start),
            points,
        });
    }
    for (index, phase) in phases.iter().enumerate() {
        let end = phases.get(index + 1).map_or(points, |next| next.start);
        let Some(part) = values.get(phase.start..end).filter(|part| !part.is_empty()) else {
            return Err(ControlError::PhaseStart {
                phase: index,
                start: phase.start,
                points,
            });
        };
        if phase.baseline < 2 || phase.baseline > part.len() {
            return Err(ControlError::Baseline {
                phase: index,
                baseline: phase.baseline,
                points: part.len(),
            });
        }
        parts.push((part, phase.baseline));
    }
    Ok(parts)
}

impl ControlChart {
    /// The patterns of `rules` on the chart, by rule and then in time. No pattern reaches over the start of a phase.
    ///
    /// ```
    /// use radost_stats::control::{Phase, RunRule, xmr};
    ///
    /// let values = [3.0, 5.0, 4.0, 2.0, 4.0, 5.0, 5.5, 6.0, 6.5, 7.0, 7.5];
    /// let chart = xmr(&values, &[Phase { start: 0, baseline: 5 }])?;
    /// let trend = chart.signals(&[RunRule::SixTrending]);
    /// assert_eq!((trend[0].from, trend[0].to), (3, 10));
    /// # Ok::<(), radost_stats::control::ControlError>(())
    /// ```
    /// # Assumptions
    /// Every further rule raises more false alarms: in a process in control the four Western Electric rules together ring about once in
    /// 90 points, the first alone once in 370 (Champ and Woodall 1987, Technometrics 29(4), 393–399).
    pub fn signals(&self, rules: &[RunRule]) -> Vec<Signal> {
        let mut signals: Vec<Signal> = Vec::new();
        for &rule in rules {
            let length = rule.length();
            for (from, points) in self.points.windows(length).enumerate() {
                let one_phase = points.first().map(|point| point.phase)
                    == points.last().map(|point| point.phase);
                if !one_phase || !rule.matches(points) {
                    continue;
                }
                let to = from + length - 1;
                match signals.last_mut() {
                    Some(last)
                        if last.rule == rule
                            && from <= last.to + usize::from(length == 1)
                            && self.points[last.to].phase == points[0].phase =>
                    {
                        last.to = to;
                    }
                    _ => signals.push(Signal { rule, from, to }),
                }
            }
        }
        signals
    }
}
