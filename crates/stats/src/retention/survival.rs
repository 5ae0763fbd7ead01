use rayon::prelude::*;

use crate::{Level, sorting};

/// Times to an event, such as leaving: how many events and how many ends of observation there were at each time.
///
/// ```
/// use radost_stats::{Level, retention::{Band, SurvivalTally}};
///
/// let tally = SurvivalTally::from_rows(&[9.0, 13.0, 13.0, 18.0, 23.0, 28.0], &[true, true, false, true, true, false])?;
/// let curve = tally.kaplan_meier(Level::P95, Band::Log)?;
/// assert!((curve.survival_at(18.0) - 0.444444).abs() < 1e-6); // 5/6 · 4/5 · 2/3
/// assert_eq!(curve.median().value, Some(18.0));
/// # Ok::<(), radost_stats::retention::SurvivalError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SurvivalTally {
    /// Sorted by time.
    moments: Vec<Moment>,
}

/// What happened at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Moment {
    pub time: f64,
    pub events: u64,
    pub censored: u64,
}

impl Moment {
    fn leaving(&self) -> u64 {
        self.events.saturating_add(self.censored)
    }
}

/// Why survival cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum SurvivalError {
    /// The time is NaN, infinite or below zero.
    #[error("{time} is not a time to an event: it must be a finite number, zero or above")]
    Time {
        /// The refused time.
        time: f64,
    },
    /// The columns differ in length.
    #[error("there are {times} times but {events} marks of events")]
    Length {
        /// Times given.
        times: usize,
        /// Marks given.
        events: usize,
    },
    /// Nobody was observed.
    #[error("nobody was observed")]
    Empty,
    /// The mean is asked for up to a time that nobody was watched for.
    #[error("the mean cannot be restricted to {limit}: the last observation ends at {last}")]
    BeyondLast {
        /// The refused limit.
        limit: f64,
        /// The last time observed.
        last: f64,
    },
}

/// How the band around a survival curve is made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Band {
    /// Symmetric for ln S: what R draws. Bounds stop at 1.
    #[default]
    Log,
    /// Symmetric for ln(−ln S): stays between 0 and 1 and holds its level best in small samples.
    LogLog,
    /// Symmetric for S itself. Bounds stop at 0 and 1.
    Plain,
}

impl std::fmt::Display for Band {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Log => "log",
            Self::LogLog => "log-log",
            Self::Plain => "plain",
        })
    }
}

/// A Kaplan–Meier curve and what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct KaplanMeier {
    /// A step down at each time with an event, in order; before the first one the curve is 1.
    pub points: Vec<SurvivalPoint>,
    /// Observed.
    pub n: u64,
    /// Events among them.
    pub events: u64,
    /// The last time observed, with or without an event.
    pub last: f64,
    /// Confidence level of the bounds.
    pub level: Level,
    /// How the bounds were computed.
    pub band: Band,
}

/// A step of a survival curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalPoint {
    /// When.
    pub time: f64,
    /// Still observed just before.
    pub at_risk: u64,
    /// Events then.
    pub events: u64,
    /// S(t): share without the event after it, 0 to 1.
    pub survival: f64,
    /// Greenwood's standard error of S(t).
    pub standard_error: f64,
    /// Lower bound of S(t); `None` where the curve is at zero, where no band is defined.
    pub low: Option<f64>,
    /// Upper bound of S(t); `None` likewise.
    pub high: Option<f64>,
}

/// The time by which a share of people have had the event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantile {
    /// The share, 0.5 for the median.
    pub share: f64,
    /// The time; `None` when the curve does not get so far.
    pub value: Option<f64>,
    /// Lower bound: where the lower edge of the band gets so far. `None` when it does not.
    pub low: Option<f64>,
    /// Upper bound: where the upper edge of the band gets so far. `None` when it does not.
    pub high: Option<f64>,
    /// Confidence level of the bounds.
    pub level: Level,
    /// How the band was computed.
    pub band: Band,
}

/// Mean time without the event within a limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RestrictedMean {
    /// The mean, in units of time.
    pub value: f64,
    /// Standard error, same units.
    pub standard_error: f64,
    /// Lower bound, same units; stops at 0.
    pub low: f64,
    /// Upper bound, same units; stops at the limit.
    pub high: f64,
    /// Time after which nothing counts.
    pub limit: f64,
    /// Observed.
    pub n: u64,
    /// Confidence level of the bounds.
    pub level: Level,
}

/// A row of a number-at-risk table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AtRisk {
    /// When.
    pub time: f64,
    /// Still observed just before.
    pub at_risk: u64,
    /// Events before that time.
    pub events_before: u64,
    /// Ends of observation before that time.
    pub censored_before: u64,
}

/// A Nelson–Aalen curve: the cumulative hazard.
#[derive(Debug, Clone, PartialEq)]
pub struct NelsonAalen {
    /// A step up at each time with an event, in order; before the first one the hazard is 0.
    pub points: Vec<HazardRatePoint>,
    /// Observed.
    pub n: u64,
    /// Events among them.
    pub events: u64,
    /// Confidence level of the bounds.
    pub level: Level,
}

/// A step of a cumulative hazard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HazardRatePoint {
    /// When.
    pub time: f64,
    /// Still observed just before.
    pub at_risk: u64,
    /// Events then.
    pub events: u64,
    /// H(t), events per person observed all the time.
    pub hazard: f64,
    /// Standard error of H(t).
    pub standard_error: f64,
    /// Lower bound of H(t), symmetric on the scale of logarithms.
    pub low: f64,
    /// Upper bound of H(t).
    pub high: f64,
}

impl SurvivalTally {
    /// Counts one person: the time, and whether the event came then or only the observation ended.
    ///
    /// A new time in the middle moves all later ones; for many rows use [`from_rows`](Self::from_rows).
    ///
    /// # Errors
    /// [`SurvivalError::Time`] for NaN, infinities and times below zero; the tally is then unchanged.
    pub fn push(&mut self, time: f64, event: bool) -> Result<(), SurvivalError> {
        let (events, censored) = if event { (1, 0) } else { (0, 1) };
        self.add(time, events, censored)
    }

    /// Counts people by time.
    ///
    /// # Errors
    /// [`SurvivalError::Time`] for NaN, infinities and times below zero; the tally is then unchanged.
    pub fn add(&mut self, time: f64, events: u64, censored: u64) -> Result<(), SurvivalError> {
        check(time)?;
        if events == 0 && censored == 0 {
            return Ok(());
        }
        let place = self.moments.partition_point(|moment| moment.time < time);
        match self.moments.get_mut(place) {
            Some(moment) if moment.time == time => {
                moment.events = moment.events.saturating_add(events);
                moment.censored = moment.censored.saturating_add(censored);
            }
            _ => self.moments.insert(
                place,
                Moment {
                    time: time + 0.0,
                    events,
                    censored,
                },
            ),
        }
        Ok(())
    }

    /// Counts columns of times and of marks whether the event came, on all cores.
    ///
    /// # Errors
    /// [`SurvivalError::Length`] when the columns differ in length, [`SurvivalError::Time`].
    pub fn from_rows(times: &[f64], events: &[bool]) -> Result<Self, SurvivalError> {
        if times.len() != events.len() {
            return Err(SurvivalError::Length {
                times: times.len(),
                events: events.len(),
            });
        }
        if let Some(&time) = times.par_iter().find_any(|&&time| check(time).is_err()) {
            return Err(SurvivalError::Time { time });
        }
        // Times are not negative, so their bits sort as they do and leave the lowest place for the mark.
        let mut keys: Vec<u64> = times
            .par_iter()
            .zip(events)
            .map(|(&time, &event)| (time + 0.0).to_bits() << 1 | u64::from(event))
            .collect();
        sorting::sort(&mut keys);
        // Memory that is reserved and not used costs nothing.
        let mut moments = Vec::with_capacity(keys.len());
        for same in keys.chunk_by(|a, b| a >> 1 == b >> 1) {
            let events = same.iter().map(|key| key & 1).sum();
            moments.extend(same.first().map(|key| Moment {
                time: f64::from_bits(key >> 1),
                events,
                censored: same.len() as u64 - events,
            }));
        }
        moments.shrink_to_fit();
        Ok(Self { moments })
    }

    /// Adds the people of another part of the data.
    pub fn merge(&mut self, other: &Self) {
        let mine = std::mem::take(&mut self.moments);
        let mut both = Vec::with_capacity(mine.len() + other.moments.len());
        let (mut mine, mut theirs) = (mine.into_iter().peekable(), other.moments.iter().peekable());
        loop {
            let next = match (mine.peek(), theirs.peek()) {
                (Some(a), Some(b)) if a.time < b.time => mine.next(),
                (Some(a), Some(b)) if a.time > b.time => theirs.next().copied(),
                (Some(_), Some(_)) => mine.next().zip(theirs.next()).map(|(a, b)| Moment {
                    time: a.time,
                    events: a.events.saturating_add(b.events),
                    censored: a.censored.saturating_add(b.censored),
                }),
                (Some(_), None) => mine.next(),
                (None, _) => theirs.next().copied(),
            };
            match next {
                Some(moment) => both.push(moment),
                None => break,
            }
        }
        self.moments = both;
    }

    /// People observed.
    pub fn n(&self) -> u64 {
        self.moments
            .iter()
            .fold(0, |sum: u64, moment| sum.saturating_add(moment.leaving()))
    }

    /// Events among them.
    pub fn events(&self) -> u64 {
        self.moments
            .iter()
            .fold(0, |sum: u64, moment| sum.saturating_add(moment.events))
    }

    pub(super) fn moments(&self) -> &[Moment] {
        &self.moments
    }

    /// How many are still observed at some times, to print below a curve.
    pub fn at_risk(&self, times: &[f64]) -> Vec<AtRisk> {
        let n = self.n();
        times
            .iter()
            .map(|&time| {
                let before = self.moments.iter().take_while(|moment| moment.time < time);
                let (events, censored) =
                    before.fold((0_u64, 0_u64), |(events, censored), moment| {
                        (
                            events.saturating_add(moment.events),
                            censored.saturating_add(moment.censored),
                        )
                    });
                AtRisk {
                    time,
                    at_risk: n.saturating_sub(events.saturating_add(censored)),
                    events_before: events,
                    censored_before: censored,
                }
            })
            .collect()
    }

    /// Share of people still without the event at each time, with a band around the curve.
    ///
    /// ```text
    /// S(t) = Π (1 − dᵢ / nᵢ)      σ² = Σ dᵢ / ( nᵢ (nᵢ − dᵢ) )      se = S σ (Greenwood)      over times tᵢ ≤ t with dᵢ events, nᵢ at risk
    /// plain: S ∓ z S σ      log: S exp(∓ z σ)      log-log: S^exp(± z σ / ln S)
    /// ```
    /// Someone whose observation ends at the time of an event still counts as at risk of it.
    ///
    /// ```
    /// # use radost_stats::{Level, retention::{Band, SurvivalTally}};
    /// let tally = SurvivalTally::from_rows(&[9.0, 13.0, 13.0, 18.0, 23.0, 28.0], &[true, true, false, true, true, false])?;
    /// let curve = tally.kaplan_meier(Level::P95, Band::LogLog)?;
    /// let point = &curve.points[1];
    /// assert!((point.survival - 0.666667).abs() < 1e-6 && (point.standard_error - 0.192450).abs() < 1e-6);
    /// assert!((point.low.unwrap_or(0.0) - 0.194617).abs() < 1e-6);
    /// # Ok::<(), radost_stats::retention::SurvivalError>(())
    /// ```
    /// # Assumptions
    /// The end of an observation says nothing about the person's prospects. The band is for each time on its own.
    /// # Errors
    /// [`SurvivalError::Empty`] for an empty tally. Without events the curve has no steps and stays at 1.
    /// # Sources
    /// Kaplan and Meier (1958), Journal of the American Statistical Association 53(282), 457–481; bands: Borgan and Liestøl (1990),
    /// Scandinavian Journal of Statistics 17(1), 35–41.
    pub fn kaplan_meier(&self, level: Level, band: Band) -> Result<KaplanMeier, SurvivalError> {
        let last = self.moments.last().ok_or(SurvivalError::Empty)?.time;
        let n = self.n();
        let z = level.z();
        let (mut at_risk, mut events, mut survival, mut variance) = (n, 0, 1.0, 0.0);
        let mut points = Vec::with_capacity(self.moments.len());
        for moment in &self.moments {
            if moment.events > 0 {
                let left = at_risk.saturating_sub(moment.events);
                events += moment.events;
                survival *= left as f64 / at_risk as f64;
                variance += moment.events as f64 / at_risk as f64 / left as f64;
                points.push(SurvivalPoint {
                    time: moment.time,
                    at_risk,
                    events: moment.events,
                    survival,
                    // The variance of ln S for now, which is infinite at the end of a curve that comes down to zero.
                    standard_error: variance,
                    low: None,
                    high: None,
                });
            }
            at_risk = at_risk.saturating_sub(moment.leaving());
        }
        points.shrink_to_fit();
        points.par_iter_mut().with_min_len(4096).for_each(|point| {
            let error = point.standard_error.sqrt();
            point.standard_error = if point.survival > 0.0 {
                point.survival * error
            } else {
                0.0
            };
            (point.low, point.high) = bounds(point.survival, error, z, band).unzip();
        });
        Ok(KaplanMeier {
            points,
            n,
            events,
            last,
            level,
            band,
        })
    }

    /// Cumulative hazard.
    ///
    /// ```text
    /// H(t) = Σ dᵢ / nᵢ      se² = Σ dᵢ / nᵢ²      low, high = H exp(∓ z se / H)
    /// ```
    ///
    /// ```
    /// # use radost_stats::{Level, retention::SurvivalTally};
    /// let tally = SurvivalTally::from_rows(&[9.0, 13.0, 13.0, 18.0, 23.0, 28.0], &[true, true, false, true, true, false])?;
    /// let hazard = tally.nelson_aalen(Level::P95)?;
    /// assert!((hazard.points[1].hazard - 0.366667).abs() < 1e-6); // 1/6 + 1/5
    /// # Ok::<(), radost_stats::retention::SurvivalError>(())
    /// ```
    /// # Assumptions
    /// As [`kaplan_meier`](Self::kaplan_meier).
    /// # Errors
    /// [`SurvivalError::Empty`] for an empty tally.
    /// # Sources
    /// Aalen (1978), Annals of Statistics 6(4), 701–726.
    pub fn nelson_aalen(&self, level: Level) -> Result<NelsonAalen, SurvivalError> {
        if self.moments.is_empty() {
            return Err(SurvivalError::Empty);
        }
        let n = self.n();
        let (mut at_risk, mut events, mut hazard, mut variance) = (n, 0, 0.0, 0.0);
        let mut points = Vec::new();
        for moment in &self.moments {
            if moment.events > 0 {
                let share = moment.events as f64 / at_risk as f64;
                events += moment.events;
                hazard += share;
                variance += share / at_risk as f64;
                let standard_error = f64::sqrt(variance);
                let reach = (level.z() * standard_error / hazard).exp();
                points.push(HazardRatePoint {
                    time: moment.time,
                    at_risk,
                    events: moment.events,
                    hazard,
                    standard_error,
                    low: hazard / reach,
                    high: hazard * reach,
                });
            }
            at_risk = at_risk.saturating_sub(moment.leaving());
        }
        Ok(NelsonAalen {
            points,
            n,
            events,
            level,
        })
    }
}

impl KaplanMeier {
    /// S(t): share without the event after time `time`, 0 to 1. After the last observation it stays where it was.
    pub fn survival_at(&self, time: f64) -> f64 {
        let steps = self.points.partition_point(|point| point.time <= time);
        steps
            .checked_sub(1)
            .and_then(|step| self.points.get(step))
            .map_or(1.0, |point| point.survival)
    }

    /// The time by which half have had the event, with bounds.
    pub fn median(&self) -> Quantile {
        self.quantile(0.5)
    }

    /// The time by which the share `share` have had the event, with the bounds where the edges of the band cross 1 − `share`.
    ///
    /// Where the curve runs exactly at 1 − `share` for a while, the middle of that while. A share that is not between 0 and 1 is never
    /// reached.
    ///
    /// # Sources
    /// Brookmeyer and Crowley (1982), Biometrics 38(1), 29–41.
    pub fn quantile(&self, share: f64) -> Quantile {
        let cross = |height: &dyn Fn(&SurvivalPoint) -> Option<f64>| {
            let target = 1.0 - share;
            if !(share > 0.0 && share < 1.0) {
                return None;
            }
            let tolerance = 1e-9;
            let step = self
                .points
                .iter()
                .position(|point| height(point).is_some_and(|h| h <= target + tolerance))?;
            let point = self.points.get(step)?;
            let flat = height(point).is_some_and(|h| (h - target).abs() <= tolerance);
            if !flat {
                return Some(point.time);
            }
            let end = self
                .points
                .get(step + 1)
                .map_or(self.last, |next| next.time);
            Some(point.time + (end - point.time) / 2.0)
        };
        Quantile {
            share,
            value: cross(&|point| Some(point.survival)),
            // At zero the band is not defined, but a lower edge has certainly come down.
            low: cross(&|point| Some(point.low.unwrap_or(0.0))),
            high: cross(&|point| point.high),
            level: self.level,
            band: self.band,
        }
    }

    /// Mean time without the event up to a limit: the area under the curve.
    ///
    /// ```text
    /// μ(τ) = ∫₀^τ S(t) dt      se² = Σ ( ∫ S from tᵢ to τ )² dᵢ / ( nᵢ (nᵢ − dᵢ) )
    /// ```
    ///
    /// ```
    /// # use radost_stats::{Level, retention::{Band, SurvivalTally}};
    /// let tally = SurvivalTally::from_rows(&[9.0, 13.0, 13.0, 18.0, 23.0, 28.0], &[true, true, false, true, true, false])?;
    /// let mean = tally.kaplan_meier(Level::P95, Band::Log)?.restricted_mean(18.0)?;
    /// assert!((mean.value - 15.666667).abs() < 1e-6); // 9 + 4 · 5/6 + 5 · 2/3
    /// # Ok::<(), radost_stats::retention::SurvivalError>(())
    /// ```
    /// # Errors
    /// [`SurvivalError::BeyondLast`] for a limit after the last observation, when not everybody has had the event by then;
    /// [`SurvivalError::Time`] when it is NaN, infinite or below zero.
    /// # Sources
    /// Irwin (1949), Journal of Hygiene 47(2), 188–189; variance as in Klein and Moeschberger (2003), Survival Analysis, section 4.5.
    pub fn restricted_mean(&self, limit: f64) -> Result<RestrictedMean, SurvivalError> {
        check(limit)?;
        let ended = self
            .points
            .last()
            .is_some_and(|point| point.survival == 0.0);
        if limit > self.last && !ended {
            return Err(SurvivalError::BeyondLast {
                limit,
                last: self.last,
            });
        }
        let steps = self.points.partition_point(|point| point.time <= limit);
        let (mut area, mut variance, mut until) = (0.0, 0.0, limit);
        for point in self.points.iter().take(steps).rev() {
            area += (until - point.time) * point.survival;
            let left = point.at_risk.saturating_sub(point.events);
            if left > 0 {
                variance += area * area * point.events as f64 / point.at_risk as f64 / left as f64;
            }
            until = point.time;
        }
        let value = area + until;
        let standard_error = f64::sqrt(variance);
        let reach = self.level.z() * standard_error;
        Ok(RestrictedMean {
            value,
            standard_error,
            low: (value - reach).max(0.0),
            high: (value + reach).min(limit),
            limit,
            n: self.n,
            level: self.level,
        })
    }
}

fn check(time: f64) -> Result<(), SurvivalError> {
    if time.is_finite() && time >= 0.0 {
        Ok(())
    } else {
        Err(SurvivalError::Time { time })
    }
}

/// Bounds of S where σ is the standard error of ln S.
fn bounds(survival: f64, error: f64, z: f64, band: Band) -> Option<(f64, f64)> {
    if survival <= 0.0 {
        return None;
    }
    let reach = z * error;
    Some(match band {
        Band::Plain => (
            (survival - reach * survival).max(0.0),
            (survival + reach * survival).min(1.0),
        ),
        Band::Log => {
            let factor = reach.exp();
            (survival / factor, (survival * factor).min(1.0))
        }
        Band::LogLog => {
            let power = (reach / survival.ln()).exp();
            (survival.powf(1.0 / power), survival.powf(power))
        }
    })
}
