//! One metric, whole or split.

use std::collections::BTreeMap;

use jiff::civil::Date;
use radost_domain::access::{Actor, Permission, Places};
use radost_domain::explain::{Dimension, Filters, Groups, MetricQuery, Period, Step};
use radost_domain::name::{EmployeeId, LocationId};
use radost_stats::Level;

use super::scan::Scan;
use super::tally::{Change, Figure, Reader, Tally, verdicts, withheld};
use crate::directory::Directory;
use crate::{App, AppError};

/// How a number is split into rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Split {
    /// Not at all.
    Whole,
    /// By week or month.
    Step(Step),
    /// By the values of a dimension; places each for itself.
    Dimension(Dimension),
    /// By the places directly under this one, each with everything under it; from the top of what the actor sees
    /// with `None`.
    Level {
        /// The place above.
        under: Option<LocationId>,
    },
}

/// What a row stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// The week or month that begins with this day.
    Step(Date),
    /// A place with everything under it.
    Location(LocationId),
    /// A place without what is under it.
    LocationItself(LocationId),
    /// Somebody of the staff.
    Employee(EmployeeId),
    /// A code or the value of a segment.
    Value(String),
    /// What has no value.
    Lacking,
}

/// A row of a result.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasuredRow {
    /// What it stands for.
    pub key: Key,
    /// Its number.
    pub figure: Figure,
    /// Against the period before, where that was asked for. Never for steps of time.
    pub change: Option<Change>,
}

/// An answer to a [`MetricQuery`].
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Over everything.
    pub total: Figure,
    /// Against the period before, where that was asked for.
    pub change: Option<Change>,
    /// The rows of the split, in no order but that of time.
    pub rows: Vec<MeasuredRow>,
    /// How many comparisons were corrected together.
    pub compared: usize,
    /// Answers that are off the scale of the survey's newest version and do not count.
    pub off_scale: u64,
    /// Groups with fewer responses were withheld.
    pub minimum: u64,
}

/// The longest period that may be asked for: ten years and some days.
const MOST_DAYS: i32 = 3_700;

/// Filters within the actor's places.
///
/// # Errors
/// [`AppError::NotFound`] for a place that the actor does not see: it does not tell whether there is one.
pub(crate) fn seen(
    directory: &Directory,
    actor: &Actor,
    filters: &Filters,
) -> Result<Filters, AppError> {
    let mut filters = filters.clone();
    if let Some(locations) = &filters.locations {
        let foreign = |id: &LocationId| {
            directory.locations.get(*id).is_none() || !actor.places.include(Some(*id))
        };
        if locations.iter().any(foreign) {
            return Err(AppError::NotFound("location"));
        }
    } else if let Places::Only(own) = &actor.places {
        filters.locations = Some(own.clone());
    }
    Ok(filters)
}

pub(crate) fn check_period(period: Period) -> Result<(), AppError> {
    if period.from > period.to {
        return Err(AppError::invalid("from", "the first day is after the last"));
    }
    if period.days() > MOST_DAYS {
        return Err(AppError::invalid("from", "at most ten years at once"));
    }
    Ok(())
}

/// The places in a tree of which a level consists: `None` for the place above them itself.
pub(crate) fn level_of(directory: &Directory, actor: &Actor, under: Option<LocationId>) -> Rungs {
    let tree = &directory.locations;
    let visible = |id: LocationId| actor.places.include(Some(id));
    let mut above = under;
    let mut below: Vec<LocationId> = match under {
        Some(id) => tree
            .children(Some(id))
            .map(|location| location.id)
            .filter(|id| visible(*id))
            .collect(),
        // The top of what the actor sees.
        None => tree
            .iter()
            .filter(|location| {
                visible(location.id) && location.parent.is_none_or(|parent| !visible(parent))
            })
            .map(|location| location.id)
            .collect(),
    };
    // A single top says nothing: what is below it does.
    while let (None, [only]) = (under, below.as_slice()) {
        let only = *only;
        let children: Vec<LocationId> = tree.children(Some(only)).map(|l| l.id).collect();
        if children.is_empty() {
            break;
        }
        above = Some(only);
        below = children;
    }
    let mut keys = BTreeMap::new();
    for &top in &below {
        for id in tree.with_descendants([top]) {
            keys.insert(id, Key::Location(top));
        }
    }
    if let Some(above) = above {
        let leaf = below.is_empty();
        let key = if leaf {
            Key::Location(above)
        } else {
            Key::LocationItself(above)
        };
        keys.insert(above, key);
    }
    Rungs { keys }
}

/// To which row of a level each place belongs.
pub(crate) struct Rungs {
    keys: BTreeMap<LocationId, Key>,
}

impl Rungs {
    pub(crate) fn key(&self, location: Option<LocationId>) -> Key {
        location.map_or(Key::Lacking, |id| {
            self.keys
                .get(&id)
                .cloned()
                .unwrap_or(Key::LocationItself(id))
        })
    }
}

/// The rows of a split, each with its tally.
pub(crate) fn rows_of(
    groups: &[(Groups, Tally)],
    key: impl Fn(&Groups) -> Key,
) -> BTreeMap<Key, Tally> {
    let mut rows: BTreeMap<Key, Tally> = BTreeMap::new();
    for (groups, tally) in groups {
        match rows.entry(key(groups)) {
            std::collections::btree_map::Entry::Vacant(row) => {
                row.insert(tally.clone());
            }
            std::collections::btree_map::Entry::Occupied(mut row) => row.get_mut().merge(tally),
        }
    }
    rows
}

/// What a response belongs to in one dimension; places each for itself.
pub(crate) fn key_in(dimension: &Dimension, groups: &Groups) -> Key {
    let value = |text: Option<&str>| text.map_or(Key::Lacking, |text| Key::Value(text.to_owned()));
    match dimension {
        Dimension::Location => groups.location.map_or(Key::Lacking, Key::LocationItself),
        Dimension::Employee => groups.employee.map_or(Key::Lacking, Key::Employee),
        Dimension::Channel => value(groups.channel.map(|channel| channel.code())),
        Dimension::Language => value(groups.language.map(|language| language.code())),
        Dimension::Touchpoint => value(groups.touchpoint.as_ref().map(|code| code.as_str())),
        Dimension::Segment { code } => value(groups.segments.get(code).map(String::as_str)),
    }
}

/// The steps of a period, each with what was counted in it; steps without answers included.
pub(crate) fn steps_of(
    period: Period,
    step: Step,
    days: &[(Date, Vec<Tally>)],
    reader: usize,
    empty: &Tally,
) -> BTreeMap<Key, Tally> {
    let mut rows = BTreeMap::new();
    let mut day = period.from;
    while day <= period.to {
        rows.insert(Key::Step(step.start(day)), empty.clone());
        let next = match step {
            Step::Week => step.start(day).checked_add(jiff::Span::new().weeks(1)),
            Step::Month => step.start(day).checked_add(jiff::Span::new().months(1)),
        };
        let Ok(next) = next else { break };
        day = next;
    }
    for (day, tallies) in days {
        if let Some(row) = rows.get_mut(&Key::Step(step.start(*day))) {
            row.merge(&tallies[reader]);
        }
    }
    rows
}

/// Rows as they may be shown.
pub(crate) fn shown_rows(
    rows: &BTreeMap<Key, Tally>,
    total_withheld: bool,
    level: Level,
    minimum: u64,
) -> Vec<MeasuredRow> {
    let counts: Vec<u64> = rows.values().map(Tally::n).collect();
    let (hidden, _) = withheld(&counts, minimum);
    rows.iter()
        .zip(hidden)
        .map(|((key, tally), hidden)| MeasuredRow {
            key: key.clone(),
            figure: tally.figure(level, hidden || total_withheld),
            change: None,
        })
        .collect()
}

impl App {
    /// Answers one question to the answers: the door through which every number goes.
    ///
    /// The actor's places are always part of the filters. With `compare`, the total and every row are set against the
    /// equally long period before; all these comparisons are corrected together.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a survey, metric or place that there is not, or that lies outside the actor's places;
    /// [`AppError::Invalid`] for a period or level that cannot be.
    pub async fn measure(
        &self,
        actor: &Actor,
        query: &MetricQuery,
        split: &Split,
        compare: bool,
    ) -> Result<Measured, AppError> {
        Self::allow(actor, Permission::SeeResults)?;
        let directory = self.directory(actor.workspace).await?;
        let survey = directory
            .survey_by_id(query.survey)
            .ok_or(AppError::NotFound("survey"))?;
        check_period(query.period)?;
        let level = Level::new(query.level).map_err(|error| AppError::invalid("level", error))?;
        let filters = seen(&directory, actor, &query.filters)?;
        let reader = Reader::new(&survey.published, &query.metric)
            .ok_or(AppError::NotFound("metric of this survey"))?;
        if let Split::Level { under: Some(id) } = split
            && !actor.places.include(Some(*id))
        {
            return Err(AppError::NotFound("location"));
        }
        let by = match split {
            Split::Whole | Split::Step(_) => Vec::new(),
            Split::Dimension(dimension) => vec![dimension.clone()],
            Split::Level { .. } => vec![Dimension::Location],
        };
        let readers = std::slice::from_ref(&reader);
        let scan = Scan {
            workspace: actor.workspace,
            survey: query.survey,
            period: query.period,
            filters: &filters,
            readers,
            by: &by,
        };
        let before = Scan {
            period: query.period.previous(),
            ..scan.clone()
        };
        let (now, before) = tokio::try_join!(self.scan(scan), async {
            match compare {
                true => self.scan(before).await.map(Some),
                false => Ok(None),
            }
        })?;
        let minimum = u64::from(directory.workspace.minimum_group);
        let levels = match split {
            Split::Level { under } => Some(level_of(&directory, actor, *under)),
            _ => None,
        };
        let split_up = |scanned: &super::scan::Scanned, period| match split {
            Split::Whole => BTreeMap::new(),
            Split::Step(step) => steps_of(period, *step, &scanned.days, 0, &reader.empty()),
            Split::Dimension(dimension) => {
                rows_of(&scanned.groups, |groups| key_in(dimension, groups))
            }
            Split::Level { .. } => rows_of(&scanned.groups, |groups| {
                levels
                    .as_ref()
                    .map_or(Key::Lacking, |level| level.key(groups.location))
            }),
        };
        let total = now.total(0, reader.empty());
        let hide_total = 0 < total.n() && total.n() < minimum;
        let tallies = split_up(&now, query.period);
        let mut rows = shown_rows(&tallies, hide_total, level, minimum);
        let mut measured = Measured {
            total: total.figure(level, hide_total),
            change: None,
            rows: Vec::new(),
            compared: 0,
            off_scale: now.off_scale,
            minimum,
        };
        if let Some(before) = before {
            let earlier = split_up(&before, query.period.previous());
            // A row that the period before would have withheld must not be told by the difference to it.
            let hidden: BTreeMap<&Key, bool> = earlier
                .keys()
                .zip(withheld(&earlier.values().map(Tally::n).collect::<Vec<_>>(), minimum).0)
                .collect();
            let mut comparisons =
                vec![total.compare(&before.total(0, reader.empty()), level, minimum)];
            // Steps of time are read against each other, not against steps of another period.
            let compared = !matches!(split, Split::Step(_));
            for row in rows.iter().filter(|_| compared) {
                let other = earlier
                    .get(&row.key)
                    .filter(|_| hidden.get(&row.key) == Some(&false))
                    .filter(|_| row.figure.shown().is_some());
                comparisons.push(
                    other
                        .zip(tallies.get(&row.key))
                        .and_then(|(other, mine)| mine.compare(other, level, minimum)),
                );
            }
            measured.compared = comparisons.iter().flatten().count();
            let mut changes = verdicts(comparisons).into_iter();
            measured.change = changes.next();
            for (row, change) in rows.iter_mut().zip(changes) {
                row.change = Some(change);
            }
        }
        measured.rows = rows;
        Ok(measured)
    }
}
