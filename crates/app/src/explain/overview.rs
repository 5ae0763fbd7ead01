//! The first screen: how satisfied are they, is the change real, and where is it lowest.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use radost_domain::Code;
use radost_domain::access::{Actor, Permission};
use radost_domain::explain::{Dimension, Filters, Metric, Period, Step, YearStart};
use radost_domain::name::LocationId;
use radost_lake::By;

use super::measure::{Key, MeasuredRow, Rows, fill_steps, level_of, rests, rows_of, shown_rows};
use super::scan::{Cell, Scan, Source};
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
pub struct Split {
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
    pub breakdowns: Vec<Split>,
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
    /// Where the numbers were counted.
    pub source: Source,
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
        let step = step_of(&scope);
        let over_time = Scan {
            period: scope.period,
            step: Some((step, YearStart::JANUARY)),
            filters: &scope.filters,
            answers: &[],
            readers: &readers,
            by: Vec::new(),
            weighted: false,
        };
        let before = Scan {
            period: scope.period.previous(),
            step: None,
            ..over_time.clone()
        };
        let by = |dimension: &Dimension| Scan {
            step: None,
            readers: &readers[..1],
            by: vec![By::Dimension(dimension.clone())],
            ..over_time.clone()
        };
        let mut scans = vec![over_time.clone(), before];
        scans.extend(dimensions.iter().map(by));
        let ((scanned, source), last_day, seen) = tokio::try_join!(
            self.scan(&scope.directory, scope.survey.id, &scans),
            async {
                let mut tx = self.store.read().await?;
                Ok(tx
                    .last_response_day(actor.workspace, scope.survey.id)
                    .await?)
            },
            self.groups_filtered_away(actor, &scope),
        )?;
        let [now, before, split @ ..] = scanned.as_slice() else {
            return Err(AppError::HistoryAway);
        };

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

        let mut steps = Rows::new();
        rows_of(&now.cells, 0, |_| Vec::new(), &mut steps);
        let years = YearStart::JANUARY;
        fill_steps(&mut steps, scope.period, (step, years), &readers[0].empty());
        let trend = spans(scope.period, shown_rows(&steps, level, minimum));

        let each_place = selection.get("places").is_some();
        let rungs = level_of(&scope.directory, actor, scope.location);
        let mut breakdowns = Vec::new();
        let mut lowest = Vec::new();
        for (dimension, split) in dimensions.iter().zip(split) {
            let key = |cell: &Cell| match (dimension, cell.keys.first()) {
                (Dimension::Location, Some(Key::LocationItself(id))) if !each_place => {
                    rungs.key(Some(*id))
                }
                (_, Some(key)) => key.clone(),
                (_, None) => Key::Lacking,
            };
            let mut rows = Rows::new();
            rows_of(&split.cells, 0, |cell| vec![key(cell)], &mut rows);
            rows.retain(|_, tally| tally.n() > 0);
            let mut shown = shown_rows(&rows, level, minimum);
            if *dimension == Dimension::Location {
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
                breakdowns.push(Split {
                    dimension: dimension.clone(),
                    rows: shown,
                });
            }
        }
        let mut choices = Choices::default();
        for (dimension, split) in dimensions.iter().zip(split) {
            let values = split
                .cells
                .iter()
                .filter_map(|cell| match cell.keys.first() {
                    Some(Key::Value(value)) => Some(value),
                    _ => None,
                });
            match dimension {
                Dimension::Touchpoint => {
                    choices
                        .touchpoints
                        .extend(values.filter_map(|value| value.parse::<Code>().ok()));
                }
                Dimension::Segment { code } => {
                    let mut values = values.cloned().peekable();
                    if values.peek().is_some() {
                        choices
                            .segments
                            .entry(code.clone())
                            .or_default()
                            .extend(values);
                    }
                }
                _ => {}
            }
        }
        for (touchpoint, segments) in seen {
            choices.touchpoints.extend(touchpoint);
            for (code, value) in segments {
                choices.segments.entry(code).or_default().insert(value);
            }
        }
        Ok(Some(Overview {
            cards: in_order(&|metric| !is_mean(metric)),
            drivers: in_order(&is_mean),
            chosen: card(0),
            compared: shown.iter().filter(|&&i| comparisons[i].is_some()).count(),
            off_scale: now.off_scale,
            source,
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
    let starts: Vec<Date> = rows.iter().filter_map(|row| row.step).collect();
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
    rows: &Rows,
    shown: &[MeasuredRow],
    reader: &Reader,
    level: radost_stats::Level,
    minimum: u64,
) -> Vec<LocationId> {
    let rests = rests(rows, &reader.empty());
    let comparisons = rows
        .values()
        .zip(&rests)
        .zip(shown)
        .map(|((tally, rest), row)| {
            row.figure.shown()?;
            tally.compare(rest, level, minimum)
        })
        .collect();
    let mut lower: Vec<(f64, LocationId)> = verdicts(comparisons)
        .into_iter()
        .zip(shown)
        .filter(|(change, _)| change.verdict == Verdict::Lower)
        .filter_map(|(_, row)| match row.keys.first() {
            Some(Key::Location(id) | Key::LocationItself(id)) => {
                Some((row.figure.shown()?.value, *id))
            }
            _ => None,
        })
        .collect();
    lower.sort_by(|a, b| a.0.total_cmp(&b.0));
    lower.into_iter().map(|(_, id)| id).collect()
}
