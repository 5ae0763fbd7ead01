//! The first screen: how satisfied are they, is the change real, and where is it lowest.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use radost_domain::Code;
use radost_domain::access::{Actor, Permission};
use radost_domain::explain::{Dimension, Filters, Metric, Period, Step};
use radost_domain::name::LocationId;

use super::measure::{Key, MeasuredRow, key_in, level_of, rows_of, shown_rows, steps_of};
use super::scan::Scan;
use super::selection::{Scope, Selection};
use super::tally::{Change, Figure, Reader, Tally, Verdict, verdicts};
use crate::{App, AppError};

/// One metric of the survey.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// Which.
    pub metric: Metric,
    /// Its number.
    pub figure: Figure,
    /// Against the period before.
    pub change: Option<Change>,
}

/// A step of the trend.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// Its first day within the period.
    pub from: Date,
    /// Its last day within the period.
    pub to: Date,
    /// The number.
    pub figure: Figure,
}

/// The chosen metric by one dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct Breakdown {
    /// Which.
    pub dimension: Dimension,
    /// From the lowest value up, withheld rows at the end.
    pub rows: Vec<MeasuredRow>,
}

/// What can be chosen in filters beyond what the survey and the directory name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// Touchpoints that occur.
    pub touchpoints: BTreeSet<Code>,
    /// Values of segments that occur.
    pub segments: BTreeMap<Code, BTreeSet<String>>,
}

/// Everything on the first screen.
#[derive(Debug, Clone)]
pub struct Overview {
    /// What it is about.
    pub scope: Scope,
    /// The metric that trend and breakdowns show.
    pub metric: Metric,
    /// The steps of the trend.
    pub step: Step,
    /// The headline metrics of the survey.
    pub cards: Vec<Card>,
    /// The chosen metric.
    pub chosen: Card,
    /// The chosen metric over time.
    pub trend: Vec<Span>,
    /// The chosen metric by place, channel, segment, language and touchpoint; those with one row are left out.
    pub breakdowns: Vec<Breakdown>,
    /// The mean of every rating.
    pub drivers: Vec<Card>,
    /// Places where the chosen metric is clearly lower than in all the others together, the lowest first.
    pub lowest: Vec<LocationId>,
    /// How many changes were corrected together.
    pub compared: usize,
    /// Answers off the scale of the newest version.
    pub off_scale: u64,
    /// The least size of a group that is shown.
    pub minimum: u64,
    /// What can be filtered by.
    pub choices: Choices,
    /// The day of the newest response to the survey, whatever the filters; not told to those who do not see all places.
    pub last_day: Option<Date>,
}

/// Up to this many days a trend goes by week.
const WEEKS_UP_TO: i32 = 200;

impl App {
    /// The overview of a survey; `None` when the workspace has not published one yet.
    ///
    /// # Errors
    /// Those of [`App::scope`](App::scope).
    pub async fn overview(
        &self,
        actor: &Actor,
        selection: &Selection,
    ) -> Result<Option<Overview>, AppError> {
        Self::allow(actor, Permission::SeeResults)?;
        let Some(scope) = self.scope(actor, selection).await? else {
            return Ok(None);
        };
        let published = scope.survey.published.clone();
        let all = Metric::of_survey(&published);
        let Some(metric) = scope.metric.clone().or(all.first().cloned()) else {
            return Err(AppError::NotFound("metric of this survey"));
        };
        // The chosen one first: it alone is split by groups.
        let mut metrics = vec![metric.clone()];
        metrics.extend(all.iter().filter(|other| **other != metric).cloned());
        let mut readers = Vec::with_capacity(metrics.len());
        for metric in &metrics {
            readers.push(
                Reader::new(&published, metric)
                    .ok_or(AppError::NotFound("metric of this survey"))?,
            );
        }
        let mut dimensions = vec![
            Dimension::Location,
            Dimension::Channel,
            Dimension::Language,
            Dimension::Touchpoint,
        ];
        dimensions.splice(
            2..2,
            published
                .survey()
                .segments
                .iter()
                .map(|segment| Dimension::Segment {
                    code: segment.code.clone(),
                }),
        );
        let scan = Scan {
            workspace: actor.workspace,
            survey: scope.survey.id,
            period: scope.period,
            filters: &scope.filters,
            readers: &readers,
            by: &dimensions,
        };
        let before = Scan {
            period: scope.period.previous(),
            by: &[],
            ..scan.clone()
        };
        let (now, before, last_day, seen) = tokio::try_join!(
            self.scan(scan),
            self.scan(before),
            async {
                let mut tx = self.store.read().await?;
                Ok(tx
                    .last_response_day(actor.workspace, scope.survey.id)
                    .await?)
            },
            self.groups_filtered_away(actor, &scope),
        )?;

        let minimum = u64::from(scope.directory.workspace.minimum_group);
        let level = scope.level;
        let hides = |tally: &Tally| 0 < tally.n() && tally.n() < minimum;
        let totals: Vec<Tally> = readers
            .iter()
            .enumerate()
            .map(|(i, reader)| now.total(i, reader.empty()))
            .collect();
        let comparisons = readers
            .iter()
            .enumerate()
            .map(|(i, reader)| totals[i].compare(&before.total(i, reader.empty()), level, minimum))
            .collect::<Vec<_>>();
        // Read together are the changes of the headline metrics and of the chosen one.
        let headline = |i: usize| i == 0 || !matches!(metrics[i], Metric::Mean { .. });
        let shown: Vec<usize> = (0..metrics.len()).filter(|&i| headline(i)).collect();
        let changes = verdicts(shown.iter().map(|&i| comparisons[i]).collect());
        let card = |i: usize| Card {
            metric: metrics[i].clone(),
            figure: totals[i].figure(level, hides(&totals[i])),
            change: shown
                .iter()
                .position(|&other| other == i)
                .filter(|_| totals[i].n() > 0)
                .map(|place| changes[place]),
        };
        let in_order = |wanted: &dyn Fn(&Metric) -> bool| -> Vec<Card> {
            all.iter()
                .filter(|metric| wanted(metric))
                .filter_map(|metric| metrics.iter().position(|other| other == metric))
                .map(card)
                .collect()
        };
        let is_mean = |metric: &Metric| matches!(metric, Metric::Mean { .. });

        let step = step_of(&scope);
        let hide_total = hides(&totals[0]);
        let steps = steps_of(scope.period, step, &now.days, 0, &readers[0].empty());
        let trend = spans(scope.period, shown_rows(&steps, hide_total, level, minimum));

        let each_place = selection.get("places").is_some();
        let rungs = level_of(&scope.directory, actor, scope.location);
        let mut breakdowns = Vec::new();
        let mut lowest = Vec::new();
        for dimension in dimensions {
            let rows = rows_of(&now.groups, |groups| match dimension {
                Dimension::Location if !each_place => rungs.key(groups.location),
                _ => key_in(&dimension, groups),
            });
            let rows: BTreeMap<Key, Tally> = rows
                .into_iter()
                .filter(|(_, tally)| tally.n() > 0)
                .collect();
            let mut shown = shown_rows(&rows, hide_total, level, minimum);
            if dimension == Dimension::Location {
                lowest = clearly_lower(&rows, &shown, &readers[0], level, minimum);
            }
            shown.sort_by(|a, b| {
                let value = |row: &MeasuredRow| {
                    row.figure
                        .shown()
                        .map_or(f64::INFINITY, |estimate| estimate.value)
                };
                value(a).total_cmp(&value(b))
            });
            if shown.len() > 1 {
                breakdowns.push(Breakdown {
                    dimension,
                    rows: shown,
                });
            }
        }
        let mut choices = Choices::default();
        let found = now
            .groups
            .iter()
            .map(|(groups, _)| (&groups.touchpoint, &groups.segments));
        for (touchpoint, segments) in found.chain(seen.iter().map(|(t, s)| (t, s))) {
            choices.touchpoints.extend(touchpoint.clone());
            for (code, value) in segments {
                choices
                    .segments
                    .entry(code.clone())
                    .or_default()
                    .insert(value.clone());
            }
        }
        Ok(Some(Overview {
            cards: in_order(&|metric| !is_mean(metric)),
            drivers: in_order(&is_mean),
            chosen: card(0),
            compared: shown.iter().filter(|&&i| comparisons[i].is_some()).count(),
            off_scale: now.off_scale,
            last_day: last_day.filter(|_| actor.places == radost_domain::access::Places::All),
            metric,
            step,
            trend,
            breakdowns,
            lowest,
            minimum,
            choices,
            scope,
        }))
    }

    /// Touchpoints and segments that the filters hide, so that another one can be chosen instead.
    pub(crate) async fn groups_filtered_away(
        &self,
        actor: &Actor,
        scope: &Scope,
    ) -> Result<Vec<(Option<Code>, BTreeMap<Code, String>)>, AppError> {
        let filters = Filters {
            locations: scope.filters.locations.clone(),
            ..Filters::default()
        };
        if filters == scope.filters {
            return Ok(Vec::new());
        }
        let mut tx = self.store.read().await?;
        Ok(tx
            .groups_seen(actor.workspace, scope.survey.id, scope.period, &filters)
            .await?)
    }
}

/// The steps of a trend: those that were asked for, or what suits the period.
pub(super) fn step_of(scope: &Scope) -> Step {
    scope.step.unwrap_or(if scope.period.days() <= WEEKS_UP_TO {
        Step::Week
    } else {
        Step::Month
    })
}

/// The steps with their ends, cut to the period.
pub(super) fn spans(period: Period, rows: Vec<MeasuredRow>) -> Vec<Span> {
    let starts: Vec<Date> = rows
        .iter()
        .filter_map(|row| match row.key {
            Key::Step(start) => Some(start),
            _ => None,
        })
        .collect();
    rows.iter()
        .enumerate()
        .zip(&starts)
        .map(|((i, row), &start)| Span {
            from: start.max(period.from),
            to: starts.get(i + 1).map_or(period.to, |next| {
                next.saturating_sub(jiff::Span::new().days(1))
            }),
            figure: row.figure,
        })
        .collect()
}

/// Places that are clearly lower than all the others together, the lowest first.
fn clearly_lower(
    rows: &BTreeMap<Key, Tally>,
    shown: &[MeasuredRow],
    reader: &Reader,
    level: radost_stats::Level,
    minimum: u64,
) -> Vec<LocationId> {
    let comparisons = shown
        .iter()
        .map(|row| {
            row.figure.shown()?;
            let rest = rows.iter().filter(|(key, _)| **key != row.key);
            let rest = Tally::joined(reader.empty(), rest.map(|(_, tally)| tally));
            rows.get(&row.key)?.compare(&rest, level, minimum)
        })
        .collect();
    let mut lower: Vec<(f64, LocationId)> = verdicts(comparisons)
        .into_iter()
        .zip(shown)
        .filter(|(change, _)| change.verdict == Verdict::Lower)
        .filter_map(|(_, row)| match row.key {
            Key::Location(id) | Key::LocationItself(id) => Some((row.figure.shown()?.value, id)),
            _ => None,
        })
        .collect();
    lower.sort_by(|a, b| a.0.total_cmp(&b.0));
    lower.into_iter().map(|(_, id)| id).collect()
}
