//! A metric by groups, with what can fairly be said of their order.

use radost_domain::access::Actor;
use radost_domain::explain::{Against, Dimension, GroupBy, Metric};
use radost_stats::league::{
    LeagueOptions, LeaguePrior, LeagueRow, MAX_UNITS, league_of_estimates, league_of_shares,
};
use radost_stats::pool::StudyEffect;
use radost_stats::{CsatTally, Level, Progress};

use super::measure::{Measured, MeasuredRow};
use super::overview::Choices;
use super::selection::{Scope, Selection};
use super::tally::Estimate;
use crate::{App, AppError};

/// Fewer groups have no order to speak of.
const LEAST: usize = 3;

/// A metric by groups.
#[derive(Debug, Clone)]
pub struct Breakdown {
    /// What it is about; the groups are those of [`Scope::group_by`].
    pub scope: Scope,
    /// The metric.
    pub metric: Metric,
    /// Its numbers, each group against all others unless something else was asked for.
    pub measured: Measured,
    /// The fair value of each row, in the same order, where there is one: rows that share responses are no units of their own.
    pub fair: Vec<Option<LeagueRow>>,
    /// The value that all groups have in common, where they differ no more than by chance.
    pub alike: Option<f64>,
    /// What can be filtered by.
    pub choices: Choices,
}

impl App {
    /// A metric by groups: by place when nothing else is asked for, each against all others. `None` when the workspace has not
    /// published a survey yet.
    ///
    /// # Errors
    /// Those of [`App::scope`] and [`App::measure`].
    pub async fn breakdown(
        &self,
        actor: &Actor,
        selection: &Selection,
    ) -> Result<Option<Breakdown>, AppError> {
        let Some(mut scope) = self.scope(actor, selection).await? else {
            return Ok(None);
        };
        let first = Metric::of_survey(&scope.survey.published)
            .into_iter()
            .next();
        let metric = scope.metric.clone().or(first);
        let metric = metric.ok_or(AppError::NotFound("metric of this survey"))?;
        if scope.group_by.is_empty() {
            let places = scope.directory.locations.iter().take(2).count();
            scope.group_by.push(match places {
                2 => GroupBy::Level {
                    under: scope.location,
                },
                _ => GroupBy::Dimension(Dimension::Channel),
            });
        }
        let mut query = scope.query(metric.clone());
        query.against = query.against.or(Some(Against::RestOfNetwork));
        let (measured, choices) =
            tokio::try_join!(self.measure(actor, &query), self.choices(actor, &scope))?;
        let (by, level) = (metric.clone(), scope.level);
        let rows = match measured.overlapping {
            true => Vec::new(),
            false => measured.rows.clone(),
        };
        // Ranks are drawn thousands of times: work for a processor, not for the threads that answer requests.
        let ranked = tokio::task::spawn_blocking(move || fair(&by, &rows, level)).await;
        let (mut fair, alike) = ranked.map_err(|error| {
            tracing::error!(%error, "ranking was broken off");
            AppError::Full
        })?;
        fair.resize(measured.rows.len(), None);
        Ok(Some(Breakdown {
            scope,
            metric,
            measured,
            fair,
            alike,
            choices,
        }))
    }
}

/// The fair values of rows by empirical Bayes, and what all have in common when chance alone tells them apart.
fn fair(
    metric: &Metric,
    rows: &[MeasuredRow],
    level: Level,
) -> (Vec<Option<LeagueRow>>, Option<f64>) {
    let mut fair = vec![None; rows.len()];
    // With time in steps the rows are not units of one kind.
    let stepless = rows.iter().all(|row| row.step.is_none());
    let units: Vec<(usize, &Estimate)> = rows
        .iter()
        .enumerate()
        .filter_map(|(place, row)| Some((place, row.figure.shown()?)))
        .filter(|(_, estimate)| estimate.standard_error(level) > 0.0)
        .collect();
    if !stepless || !(LEAST..=MAX_UNITS).contains(&units.len()) {
        return (fair, None);
    }
    let options = LeagueOptions {
        level,
        places: 1,
        // The work grows with both.
        draws: if units.len() > 200 { 500 } else { 4_000 },
        ..LeagueOptions::default()
    };
    let counts = |estimate: &Estimate| {
        let satisfied = (estimate.value / 100.0 * estimate.n as f64).round() as u64;
        CsatTally::from_counts(satisfied, estimate.n).ok()
    };
    let unweighted = units.iter().all(|(_, e)| e.effective_n == e.n as f64);
    let league = match metric {
        Metric::Csat { .. } if unweighted => {
            let shares: Option<Vec<_>> = units.iter().map(|(_, e)| counts(e)).collect();
            shares.and_then(|shares| league_of_shares(&shares, &options, Progress::none()).ok())
        }
        _ => {
            let effect = |(_, estimate): &(usize, &Estimate)| StudyEffect {
                effect: estimate.value,
                standard_error: estimate.standard_error(level),
            };
            let effects: Vec<StudyEffect> = units.iter().map(effect).collect();
            league_of_estimates(&effects, &options, Progress::none()).ok()
        }
    };
    let Some(league) = league else {
        return (fair, None);
    };
    for ((place, _), row) in units.iter().zip(&league.rows) {
        fair[*place] = Some(*row);
    }
    let alike = match league.prior {
        LeaguePrior::Common { value } => Some(value),
        _ => None,
    };
    (fair, alike)
}
