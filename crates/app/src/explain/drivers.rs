//! What drives an outcome: which ratings matter for it, how much, how sure, and what a step of one would bring.

use std::sync::Arc;

use radost_domain::Code;
use radost_domain::access::{Actor, Permission};
use radost_domain::explain::Metric;
use radost_domain::listen::PublishedSurvey;
use radost_stats::drivers::{
    Bootstrap, ContrastAttribute, ContrastTally, Crosshair, DriverChange, DriverError,
    DriverMeasure, DriverRows, FactorClass, ImportanceKind, Missing, MissingTally, Ols, Quadrant,
    QuadrantAttribute, Simulation, Weights, importance_performance,
};
use radost_stats::{BootstrapInterval, Level, MeanTally, Progress, Scale};

use super::answers::Answers;
use super::overview::Choices;
use super::selection::{Scope, Selection};
use super::tally::{Estimate, Tally};
use crate::{App, AppError};

/// What is asked about drivers beyond which responses and which outcome.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DriversQuery {
    /// What is done about missing answers.
    pub missing: Missing,
    /// Drivers whose means move, and by how much on their scales.
    pub moves: Vec<(Code, f64)>,
}

/// What drives an outcome, as far as it can be said.
#[derive(Debug, Clone)]
pub struct DriversReport {
    /// What it is about.
    pub scope: Scope,
    /// What is explained; `None` when nothing in the survey can be.
    pub outcome: Option<Metric>,
    /// What was done about missing answers.
    pub missing: Missing,
    /// What was found.
    pub answer: Arc<DriversAnswer>,
    /// What would be if drivers moved as asked; `None` when none is to, or nothing was found.
    pub simulation: Option<Simulation>,
    /// The least size of a group that is shown.
    pub minimum: u64,
    /// What can be filtered by.
    pub choices: Choices,
}

/// What can be said.
#[derive(Debug, Clone)]
pub enum DriversAnswer {
    /// Nothing in the survey is thought to move the outcome.
    NoDrivers,
    /// Nobody has answered.
    Nobody,
    /// Fewer have answered than may be told of.
    Withheld,
    /// Too few answers for that many drivers.
    TooFew(TooFew),
    /// The answers do not tell.
    CannotTell(CannotTell),
    /// This.
    Found(Box<DriversFound>),
}

/// How many answers an analysis has and would need.
#[derive(Debug, Clone, PartialEq)]
pub struct TooFew {
    /// Responses with every answer that is needed; `None` when they are too few to be told of.
    pub n: Option<u64>,
    /// Responses needed.
    pub needed: u64,
    /// Share of the responses that lack an answer, 0 to 1.
    pub lost: f64,
}

/// Why the answers do not tell.
#[derive(Debug, Clone, PartialEq)]
pub enum CannotTell {
    /// Everybody gave the outcome the same answer.
    SameOutcome,
    /// A driver can be computed from others.
    Follows {
        /// The driver.
        driver: Code,
        /// The others.
        others: Vec<Code>,
    },
    /// Correlations over pairs contradict each other, or filling in did not settle.
    MissingTooMuch,
    /// Resamples of the answers cannot be analysed.
    Unstable,
}

/// Why a driver was not analysed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// Too few have rated it.
    TooFew,
    /// Everybody gave the same answer.
    SameAnswer,
}

/// A number with its bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranged {
    /// The number.
    pub value: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

impl Ranged {
    /// The same in another unit, of which a positive number make one of this.
    #[must_use]
    pub fn times(self, unit: f64) -> Ranged {
        Ranged {
            value: unit * self.value,
            low: unit * self.low,
            high: unit * self.high,
        }
    }
}

/// What was found.
#[derive(Debug, Clone)]
pub struct DriversFound {
    /// Responses that count.
    pub n: u64,
    /// Share of the responses with an outcome that were left out because another answer is missing, 0 to 1.
    pub lost: f64,
    /// The driver that most people did not rate, with the share of them, when it is why many were left out.
    pub scarcest: Option<(Code, f64)>,
    /// Mean of the outcome on its scale, over all who answered it.
    pub outcome: Estimate,
    /// The ends of that scale.
    pub outcome_scale: (i64, i64),
    /// How importance was shared out: LMG, or Johnson's weights where drivers are too many for it.
    pub measure: DriverMeasure,
    /// Resamples behind the intervals.
    pub draws: u64,
    /// Share of the outcome's differences that the drivers explain together, 0 to 1.
    pub r_squared: Ranged,
    /// Whether the drivers explain anything at all, at the level of the intervals.
    pub explains: bool,
    /// The most important first.
    pub drivers: Vec<Driver>,
    /// Drivers that were not analysed.
    pub left_out: Vec<(Code, LeftOut)>,
    /// The two drivers that are hardest to tell apart and their correlation, when that blurs the result.
    pub entangled: Option<(Code, Code, f64)>,
    /// √(largest / smallest eigenvalue) of the drivers' correlations.
    pub condition_number: f64,
    /// Where the map is divided: importance as a share, performance in points from 0 to 100.
    pub crosshair: (f64, f64),
    /// Responses behind the contrasts of low and high scores.
    pub contrast_n: Option<u64>,
    /// The regression, for simulations.
    ols: Ols,
}

/// One driver.
#[derive(Debug, Clone, PartialEq)]
pub struct Driver {
    /// Its question.
    pub code: Code,
    /// The ends of its scale.
    pub scale: (i64, i64),
    /// How it does: the mean of all who rated it.
    pub rated: Estimate,
    /// The same in points from 0 to 100.
    pub performance: Ranged,
    /// Its share of what the drivers explain, 0 to 1.
    pub importance: Ranged,
    /// Johnson's relative weight as a share.
    pub relative_weight: Ranged,
    /// Pearson's correlation with the outcome.
    pub correlation: Ranged,
    /// What one point more brings, the others held: points of the outcome.
    pub slope: Ranged,
    /// Variance inflation factor.
    pub vif: f64,
    /// What to do about it.
    pub quadrant: Quadrant,
    /// What low and high scores do; `None` where too few gave them.
    pub contrast: Option<Contrast>,
}

/// What low and high scores do to the outcome, in points of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contrast {
    /// What a low score costs, below zero.
    pub penalty: Ranged,
    /// What a high score brings.
    pub reward: Ranged,
    /// What that makes of it.
    pub class: FactorClass,
    /// Scores up to this one are low.
    pub low_at_most: i64,
    /// Scores from this one on are high.
    pub high_at_least: i64,
}

/// Responses that are needed for each driver.
const RESPONSES_A_DRIVER: u64 = 10;
/// Fewer ratings than these say nothing of a driver.
const LEAST_RATINGS: u64 = 10;
/// From this share on, losing responses to missing answers is worth a word.
pub const MUCH_LOST: f64 = 0.3;
/// Above this variance inflation a driver is hard to tell from the others.
const MUCH_INFLATED: f64 = 10.0;
/// Above this condition number the drivers are.
const ILL_CONDITIONED: f64 = 30.0;
const DRAWS: u64 = 1_000;
/// Filling in begins anew in every resample.
const DRAWS_EM: u64 = 200;
/// LMG looks at every set of drivers: each further one doubles the work, which fewer draws make up for.
const FULL_DRAWS_UP_TO: u32 = 15;
const LMG_UP_TO: u32 = 18;
/// The same answers give the same intervals.
const SEED: u64 = 1;

/// What the analysis takes.
#[derive(Debug)]
struct Task {
    outcome: Code,
    outcome_scale: (i64, i64),
    drivers: Vec<(Code, (i64, i64))>,
    missing: Missing,
    level: Level,
    minimum: u64,
}

impl App {
    /// What drives an outcome; `None` when the workspace has not published a survey yet.
    ///
    /// The outcome is the question of the selection's metric, or what the survey is mostly about. Places outside the actor's
    /// are not counted, and what fewer than the workspace's minimum have answered is not told.
    ///
    /// # Errors
    /// Those of [`App::scope`](App::scope); [`AppError::Invalid`] for the index as an outcome, which is computed from the
    /// drivers themselves, and for a driver to be moved that there is not.
    pub async fn drivers(
        &self,
        actor: &Actor,
        selection: &Selection,
        query: &DriversQuery,
    ) -> Result<Option<DriversReport>, AppError> {
        Self::allow(actor, Permission::SeeResults)?;
        // With one driver there is nothing to weigh up.
        let fits = |survey: &PublishedSurvey| {
            let main = survey.main_outcome();
            main.is_some_and(|outcome| survey.drivers_of(outcome).len() > 1)
        };
        let Some(scope) = self.scope_where(actor, selection, fits).await? else {
            return Ok(None);
        };
        let published = scope.survey.published.clone();
        let metrics = Metric::of_survey(&published);
        let outcome = match &scope.metric {
            Some(metric) if metric.question().is_none() => {
                let message = "the index is made of the ratings themselves; choose a question";
                return Err(AppError::invalid("metric", message));
            }
            Some(metric) => Some(metric.clone()),
            None => {
                let main = published.main_outcome();
                let metric = metrics.into_iter().find(|metric| metric.question() == main);
                metric.filter(|_| main.is_some())
            }
        };
        let minimum = u64::from(scope.directory.workspace.minimum_group);
        let choices = self.choices(actor, &scope).await?;
        let report = |outcome, answer, simulation| {
            Ok(Some(DriversReport {
                scope: scope.clone(),
                outcome,
                missing: query.missing,
                answer,
                simulation,
                minimum,
                choices,
            }))
        };
        let question = outcome.as_ref().and_then(Metric::question);
        let (drivers, scale): (Vec<_>, _) = match question {
            None => (Vec::new(), None),
            Some(code) => (
                published
                    .drivers_of(code)
                    .into_iter()
                    .filter_map(|q| Some((q.question.code.clone(), q.question.kind.scale()?)))
                    .collect(),
                published
                    .question(code.as_str())
                    .and_then(|q| q.question.kind.scale()),
            ),
        };
        for (moved, by) in &query.moves {
            if !drivers.iter().any(|(code, _)| code == moved) {
                let known: Vec<&str> = drivers.iter().map(|(code, _)| code.as_str()).collect();
                let message = format!(
                    "`{moved}` does not drive this; known are {}",
                    known.join(", ")
                );
                return Err(AppError::invalid("move", message));
            }
            if !by.is_finite() {
                return Err(AppError::invalid("move", "write by how much, as food:+1"));
            }
        }
        let (Some(code), Some(outcome_scale), false) = (question, scale, drivers.is_empty()) else {
            return report(outcome, Arc::new(DriversAnswer::NoDrivers), None);
        };
        let task = Task {
            outcome: code.clone(),
            outcome_scale,
            drivers,
            missing: query.missing,
            level: scope.level,
            minimum,
        };
        let asked: Vec<Code> = std::iter::once(code)
            .chain(task.drivers.iter().map(|(code, _)| code))
            .cloned()
            .collect();
        let key = format!("{}|{task:?}", self.state_of(actor, &scope).await?);
        let answers = self.answers(actor, &scope, &asked, &[]);
        let answer = self
            .driver_answers
            .get(key, answers, move |answers| task.run(&answers))
            .await?;
        let simulation = match &*answer {
            DriversAnswer::Found(found) => found.simulate(&query.moves),
            _ => None,
        };
        report(outcome, answer, simulation)
    }

    /// Everything that the answers of a scope depend on: the same text means the same answers.
    pub(crate) async fn state_of(&self, actor: &Actor, scope: &Scope) -> Result<String, AppError> {
        let last = self.store.read().await?.last_event(actor.workspace).await?;
        Ok(format!(
            "{:?} {:?} {} {last} {:?} {:?}",
            actor.workspace,
            scope.survey.id,
            scope.survey.published.version(),
            scope.period,
            scope.filters,
        ))
    }
}

impl DriversFound {
    /// What the outcome would do if the means of drivers moved.
    fn simulate(&self, moves: &[(Code, f64)]) -> Option<Simulation> {
        let scale = |(min, max): (i64, i64)| Scale::new(min as f64, max as f64).ok();
        let mut changes: Vec<DriverChange> = Vec::new();
        for (code, by) in moves {
            // A driver that was left out of the analysis moves nothing; one that is named twice moves by the sum.
            let Some(driver) = self.drivers.iter().find(|driver| driver.code == *code) else {
                continue;
            };
            match changes
                .iter_mut()
                .find(|change| change.driver == code.as_str())
            {
                Some(change) => change.by += by,
                None => changes.push(DriverChange {
                    driver: code.to_string(),
                    by: *by,
                    scale: scale(driver.scale)?,
                }),
            }
        }
        if changes.is_empty() {
            return None;
        }
        let found = self.ols.simulate(&changes, scale(self.outcome_scale));
        found
            .inspect_err(|error| tracing::warn!(%error, "a simulation was refused"))
            .ok()
    }
}

/// The mean of the answers to a question on this scale, with its interval.
pub(super) fn mean_of(column: &[u8], (min, max): (i64, i64), level: Level) -> Option<Estimate> {
    let mut mean = MeanTally::default();
    for score in column.iter().filter(|score| **score != Answers::LACKING) {
        mean.push(f64::from(*score)).ok()?;
    }
    let tally = Tally::Mean((min as f64, max as f64), mean);
    tally.figure(level, false).shown().copied()
}

/// The score of a response, where there is one.
pub(super) fn score(column: &[u8], row: usize) -> Option<f64> {
    let score = *column.get(row)?;
    (score != Answers::LACKING).then_some(f64::from(score))
}

impl Task {
    fn run(&self, answers: &Answers) -> DriversAnswer {
        let Some((outcome, columns)) = answers.scores.split_first() else {
            return DriversAnswer::NoDrivers;
        };
        let rows: Vec<usize> = (0..answers.len())
            .filter(|&row| score(outcome, row).is_some())
            .collect();
        let answered = rows.len() as u64;
        if answered == 0 {
            return DriversAnswer::Nobody;
        }
        if answered < self.minimum {
            return DriversAnswer::Withheld;
        }
        let (kept, left_out) = self.keep(columns, &rows);
        if kept.is_empty() {
            return DriversAnswer::TooFew(TooFew {
                n: Some(answered),
                needed: self.needed(1),
                lost: 1.0,
            });
        }
        let complete: Vec<usize> = rows
            .iter()
            .copied()
            .filter(|&row| kept.iter().all(|&d| score(&columns[d], row).is_some()))
            .collect();
        let lost = 1.0 - complete.len() as f64 / answered as f64;
        let n = match self.missing {
            Missing::Listwise => complete.len() as u64,
            _ => answered,
        };
        let needed = self.needed(kept.len());
        if n < needed {
            return DriversAnswer::TooFew(TooFew {
                n: Some(n).filter(|&n| n >= self.minimum),
                needed,
                lost,
            });
        }
        match self.analyse(outcome, columns, &rows, &kept) {
            Ok(found) => {
                let contrasts = self.contrasts(outcome, columns, &complete, &kept);
                self.report(
                    found,
                    (outcome, columns),
                    &rows,
                    &kept,
                    left_out,
                    lost,
                    contrasts,
                )
            }
            Err(error) => DriversAnswer::CannotTell(self.why(error)),
        }
    }

    fn needed(&self, drivers: usize) -> u64 {
        (RESPONSES_A_DRIVER * drivers as u64).max(self.minimum)
    }

    /// The drivers that can be analysed, and why the others cannot.
    fn keep(&self, columns: &[Vec<u8>], rows: &[usize]) -> (Vec<usize>, Vec<(Code, LeftOut)>) {
        let mut left_out = Vec::new();
        let mut kept: Vec<usize> = (0..columns.len())
            .filter(|&d| {
                let ratings = rows
                    .iter()
                    .filter(|&&row| score(&columns[d], row).is_some());
                let enough = ratings.count() as u64 >= LEAST_RATINGS.max(self.minimum);
                if !enough {
                    left_out.push((self.drivers[d].0.clone(), LeftOut::TooFew));
                }
                enough
            })
            .collect();
        // Only rows that count can tell, and which do depends on the drivers that are kept.
        loop {
            let counts = |row: usize| {
                self.missing != Missing::Listwise
                    || kept.iter().all(|&d| score(&columns[d], row).is_some())
            };
            let used: Vec<usize> = rows.iter().copied().filter(|&row| counts(row)).collect();
            let same = kept.iter().position(|&d| {
                let mut scores = used.iter().filter_map(|&row| score(&columns[d], row));
                let first = scores.next();
                first.is_some() && scores.all(|score| Some(score) == first)
            });
            match same {
                Some(place) => {
                    let d = kept.remove(place);
                    left_out.push((self.drivers[d].0.clone(), LeftOut::SameAnswer));
                }
                None => return (kept, left_out),
            }
        }
    }

    fn analyse(
        &self,
        outcome: &[u8],
        columns: &[Vec<u8>],
        rows: &[usize],
        kept: &[usize],
    ) -> Result<Analysis, DriverError> {
        let drivers: Vec<&str> = kept.iter().map(|&d| self.drivers[d].0.as_str()).collect();
        let names: Vec<&str> = std::iter::once(self.outcome.as_str())
            .chain(drivers.iter().copied())
            .collect();
        let mut tally = MissingTally::new(names.iter().copied())?;
        let mut resampled = DriverRows::new(names.iter().copied())?;
        let mut answers = Vec::with_capacity(names.len());
        for &row in rows {
            answers.clear();
            answers.push(score(outcome, row));
            answers.extend(kept.iter().map(|&d| score(&columns[d], row)));
            tally.push(&answers, 1.0)?;
            resampled.push(&answers, 1.0)?;
        }
        let moments = tally.moments(&names, self.missing, Weights::Sampling, &Progress::none())?;
        let model = moments.model(self.outcome.as_str(), &drivers)?;
        let ols = model.ols(self.level);
        let count = drivers.len() as u32;
        let measure = if count <= LMG_UP_TO {
            DriverMeasure::Lmg
        } else {
            DriverMeasure::Johnson
        };
        let draws = match (self.missing, measure) {
            (Missing::Em, _) => DRAWS_EM,
            (_, DriverMeasure::Lmg) => DRAWS >> count.saturating_sub(FULL_DRAWS_UP_TO),
            _ => DRAWS,
        };
        let mut measures = vec![measure];
        if measure != DriverMeasure::Johnson {
            measures.push(DriverMeasure::Johnson);
        }
        let settings = Bootstrap {
            draws,
            seed: SEED,
            level: self.level,
            interval: BootstrapInterval::Percentile,
            missing: self.missing,
            weights: Weights::Sampling,
        };
        let found = resampled.bootstrap(
            self.outcome.as_str(),
            &drivers,
            &measures,
            &settings,
            &Progress::none(),
        )?;
        let shares = |measure| -> Vec<Ranged> {
            let rows = found.rows.iter().filter(|row| row.measure == measure);
            rows.map(|row| match row.share {
                Some(share) => Ranged {
                    value: share.value,
                    low: share.low,
                    high: share.high,
                },
                None => Ranged {
                    value: f64::NAN,
                    low: f64::NAN,
                    high: f64::NAN,
                },
            })
            .collect()
        };
        let mut correlations = Vec::with_capacity(drivers.len());
        let mut strongest: Option<(usize, usize, f64)> = None;
        for (i, driver) in drivers.iter().enumerate() {
            let found = moments.pearson(self.outcome.as_str(), driver, self.level);
            let found = found.map_err(|_| DriverError::Constant {
                column: (*driver).to_owned(),
            })?;
            correlations.push(Ranged {
                value: found.value,
                low: found.low,
                high: found.high,
            });
            for (j, other) in drivers.iter().enumerate().take(i) {
                let r = moments.correlation(driver, other)?;
                if strongest.is_none_or(|(_, _, most)| r.abs() > most.abs()) {
                    strongest = Some((j, i, r));
                }
            }
        }
        Ok(Analysis {
            importance: shares(measure),
            relative_weights: shares(DriverMeasure::Johnson),
            correlations,
            strongest,
            r_squared: Ranged {
                value: found.r_squared,
                low: found.r_squared_low,
                high: found.r_squared_high,
            },
            n: moments.n(),
            measure,
            draws,
            ols,
        })
    }

    /// What low and high scores do, for the drivers that have enough of both and of those between; with the responses behind.
    fn contrasts(
        &self,
        outcome: &[u8],
        columns: &[Vec<u8>],
        complete: &[usize],
        kept: &[usize],
    ) -> Option<(u64, Vec<Option<Contrast>>)> {
        let limits: Vec<Option<(i64, i64)>> = kept
            .iter()
            .map(|&d| {
                let (low, high) = limits(self.drivers[d].1)?;
                let mut groups = [0_u64; 3];
                for &row in complete {
                    let score = score(&columns[d], row)? as i64;
                    let group = usize::from(score > low) + usize::from(score >= high);
                    groups[group] += 1;
                }
                let enough = groups.iter().all(|&n| n >= LEAST_RATINGS.max(self.minimum));
                enough.then_some((low, high))
            })
            .collect();
        let used: Vec<(usize, (i64, i64))> = kept
            .iter()
            .zip(&limits)
            .filter_map(|(&d, limits)| Some((d, (*limits)?)))
            .collect();
        let attributes = used.iter().map(|&(d, (low, high))| ContrastAttribute {
            name: self.drivers[d].0.to_string(),
            low_at_most: low as f64,
            high_at_least: high as f64,
        });
        let mut tally = ContrastTally::new(self.outcome.as_str(), attributes.collect()).ok()?;
        let mut scores = Vec::with_capacity(used.len());
        for &row in complete {
            scores.clear();
            for &(d, _) in &used {
                scores.push(score(&columns[d], row)?);
            }
            tally.push(score(outcome, row)?, &scores, 1.0).ok()?;
        }
        let found = tally.contrasts(Weights::Sampling, self.level).ok()?;
        let mut rows = found.attributes.iter();
        let ranged = |c: &radost_stats::drivers::Coefficient| Ranged {
            value: c.value,
            low: c.low,
            high: c.high,
        };
        let contrasts = limits.iter().map(|limits| {
            let (low_at_most, high_at_least) = (*limits)?;
            let row = rows.next()?;
            Some(Contrast {
                penalty: ranged(&row.penalty),
                reward: ranged(&row.reward),
                class: row.class,
                low_at_most,
                high_at_least,
            })
        });
        Some((found.n, contrasts.collect()))
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of one result, put together once"
    )]
    fn report(
        &self,
        found: Analysis,
        (outcome, columns): (&[u8], &[Vec<u8>]),
        rows: &[usize],
        kept: &[usize],
        left_out: Vec<(Code, LeftOut)>,
        lost: f64,
        contrasts: Option<(u64, Vec<Option<Contrast>>)>,
    ) -> DriversAnswer {
        let ols = found.ols;
        let contrast_n = contrasts.as_ref().map(|(n, _)| *n);
        let contrasts = contrasts.map(|(_, rows)| rows).unwrap_or_default();
        let mut drivers = Vec::with_capacity(kept.len());
        for (place, (&d, coefficient)) in kept.iter().zip(&ols.coefficients).enumerate() {
            let (code, (min, max)) = self.drivers[d].clone();
            let Some(rated) = mean_of(&columns[d], (min, max), self.level) else {
                return DriversAnswer::CannotTell(CannotTell::Unstable);
            };
            let points = |x: f64| 100.0 * (x - min as f64) / (max - min) as f64;
            drivers.push(Driver {
                code,
                scale: (min, max),
                performance: Ranged {
                    value: points(rated.value),
                    low: points(rated.low),
                    high: points(rated.high),
                },
                rated,
                importance: found.importance[place],
                relative_weight: found.relative_weights[place],
                correlation: found.correlations[place],
                slope: Ranged {
                    value: coefficient.slope.value,
                    low: coefficient.slope.low,
                    high: coefficient.slope.high,
                },
                vif: coefficient.vif,
                quadrant: Quadrant::LowPriority,
                contrast: contrasts.get(place).copied().flatten(),
            });
        }
        let attributes = drivers.iter().map(|driver| QuadrantAttribute {
            name: driver.code.to_string(),
            importance: driver.importance.value,
            performance: driver.performance.value,
        });
        let map = importance_performance(
            attributes.collect(),
            Crosshair::Means,
            ImportanceKind::Derived,
        );
        let Ok(map) = map else {
            return DriversAnswer::CannotTell(CannotTell::Unstable);
        };
        for (driver, row) in drivers.iter_mut().zip(&map.attributes) {
            driver.quadrant = row.quadrant;
        }
        let blurred = ols.condition_number > ILL_CONDITIONED
            || drivers.iter().any(|driver| driver.vif > MUCH_INFLATED);
        let entangled = found
            .strongest
            .filter(|_| blurred)
            .map(|(a, b, r)| (drivers[a].code.clone(), drivers[b].code.clone(), r));
        let unrated = |d: usize| {
            let lacking = rows
                .iter()
                .filter(|&&row| score(&columns[d], row).is_none());
            lacking.count() as f64 / rows.len() as f64
        };
        let scarcest = kept
            .iter()
            .map(|&d| (self.drivers[d].0.clone(), unrated(d)))
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .filter(|_| lost >= MUCH_LOST);
        drivers.sort_by(|a, b| b.importance.value.total_cmp(&a.importance.value));
        let Some(mean) = mean_of(outcome, self.outcome_scale, self.level) else {
            return DriversAnswer::CannotTell(CannotTell::Unstable);
        };
        DriversAnswer::Found(Box::new(DriversFound {
            n: found.n,
            lost,
            scarcest,
            outcome: mean,
            outcome_scale: self.outcome_scale,
            measure: found.measure,
            draws: found.draws,
            r_squared: found.r_squared,
            explains: ols.f_p_value < 1.0 - self.level.get(),
            drivers,
            left_out,
            entangled,
            condition_number: ols.condition_number,
            crosshair: (map.importance_line, map.performance_line),
            contrast_n,
            ols,
        }))
    }

    fn why(&self, error: DriverError) -> CannotTell {
        let code = |name: &str| name.parse::<Code>().ok();
        match error {
            DriverError::Constant { column } if column == self.outcome.as_str() => {
                CannotTell::SameOutcome
            }
            DriverError::Collinear { column, others } => match code(&column) {
                Some(driver) => CannotTell::Follows {
                    driver,
                    others: others.iter().filter_map(|other| code(other)).collect(),
                },
                None => CannotTell::Unstable,
            },
            DriverError::NotPositiveDefinite { .. }
            | DriverError::NotConverged { .. }
            | DriverError::NeverTogether { .. } => CannotTell::MissingTooMuch,
            error => {
                tracing::info!(%error, "drivers cannot be told");
                CannotTell::Unstable
            }
        }
    }
}

/// What was computed, drivers in the order in which they were given.
struct Analysis {
    importance: Vec<Ranged>,
    relative_weights: Vec<Ranged>,
    correlations: Vec<Ranged>,
    strongest: Option<(usize, usize, f64)>,
    r_squared: Ranged,
    n: u64,
    measure: DriverMeasure,
    draws: u64,
    ols: Ols,
}

/// Where low scores end and high ones begin: the lowest three eighths of the scale and the topmost eighth, so that five
/// points are parted into 1–2, 3–4 and 5. `None` for two points, which have no middle.
fn limits((min, max): (i64, i64)) -> Option<(i64, i64)> {
    let range = max - min;
    let low = min + 3 * range / 8;
    let high = max - range / 8;
    (high - low >= 2).then_some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_parted_into_low_middle_and_high() {
        let check = |scale, expected| assert_eq!(limits(scale), expected, "{scale:?}");
        check((1, 2), None);
        check((1, 3), Some((1, 3)));
        check((1, 4), Some((2, 4)));
        check((1, 5), Some((2, 5)));
        check((1, 7), Some((3, 7)));
        check((1, 10), Some((4, 9)));
        check((0, 10), Some((3, 9)));
    }
}
