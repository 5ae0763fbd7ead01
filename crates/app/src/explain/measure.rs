//! One metric, whole or split: the answer to a [`MetricQuery`].

use std::collections::BTreeMap;

use jiff::civil::Date;
use radost_domain::access::{Actor, Permission, Places};
use radost_domain::explain::{
    Against, Dimension, Filters, GroupBy, MetricQuery, Period, Step, Weighting, YearStart,
};
use radost_domain::listen::QuestionKind;
use radost_domain::name::{EmployeeId, LocationId, SurveyId};
use radost_lake::By;
use radost_stats::{Level, suppress, suppress_crossed, suppress_two_way};

use super::scan::{Cell, Scan, Scanned, Source};
use super::tally::{Change, Figure, Reader, Tally, verdicts};
use crate::directory::Directory;
use crate::{App, AppError};

/// What a row stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// A survey.
    Survey(SurveyId),
    /// A place with everything under it.
    Location(LocationId),
    /// A place without what is under it.
    LocationItself(LocationId),
    /// Somebody of the staff.
    Employee(EmployeeId),
    /// A code, the value of a segment, or an answer.
    Value(String),
    /// What has no value.
    Lacking,
}

/// A row of a result.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasuredRow {
    /// The first day of its step, where time is split.
    pub step: Option<Date>,
    /// What it stands for, by each group of the query.
    pub keys: Vec<Key>,
    /// Its number.
    pub figure: Figure,
    /// Against what was asked for.
    pub change: Option<Change>,
}

/// An answer to a [`MetricQuery`].
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Over everything.
    pub total: Figure,
    /// Against what was asked for.
    pub change: Option<Change>,
    /// The rows, in the order of time and then of keys.
    pub rows: Vec<MeasuredRow>,
    /// How many comparisons were corrected together.
    pub compared: usize,
    /// Answers that are off the scale of the survey's newest version and do not count.
    pub off_scale: u64,
    /// Groups with fewer responses were withheld.
    pub minimum: u64,
    /// Whether a response may stand in several rows, as it does with each option that was chosen: they do not add up to the
    /// total, and each is compared with those that are not in it.
    pub overlapping: bool,
    /// Where it was counted.
    pub source: Source,
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

/// A step of time and what a row stands for.
pub(crate) type Place = (Option<Date>, Vec<Key>);
/// Rows before they are shown.
pub(crate) type Rows = BTreeMap<Place, Tally>;

/// The cells of a scan, put together into rows.
pub(crate) fn rows_of(
    cells: &[Cell],
    reader: usize,
    keys: impl Fn(&Cell) -> Vec<Key>,
    rows: &mut Rows,
) {
    for cell in cells {
        add(rows, (cell.step, keys(cell)), &cell.tallies[reader]);
    }
}

/// Puts in the steps of a period in which nobody answered.
pub(crate) fn fill_steps(
    rows: &mut Rows,
    period: Period,
    (step, year): (Step, YearStart),
    empty: &Tally,
) {
    let mut start = step.start(period.from, year);
    while start <= period.to {
        let place = (Some(start), Vec::new());
        rows.entry(place).or_insert_with(|| empty.clone());
        let Ok(next) = start.checked_add(step.span()) else {
            break;
        };
        start = next;
    }
}

/// Up to so many cells a table is covered against every sum that can be had from it; the work grows faster than the cells. Beyond,
/// and in three dimensions, line by line.
const MOST_COVERED: usize = 2_500;

/// Which rows are withheld, so that no small group can be read, not even by subtraction.
pub(crate) fn hidden(rows: &Rows, minimum: u64) -> Vec<bool> {
    let total: u64 = rows.values().map(Tally::n).sum();
    if 0 < total && total < minimum {
        return vec![true; rows.len()];
    }
    let crossed = rows
        .keys()
        .next()
        .map_or(0, |(step, keys)| usize::from(step.is_some()) + keys.len());
    let counts: Vec<u64> = rows.values().map(Tally::n).collect();
    if crossed < 2 {
        return suppress(&counts, minimum);
    }
    // Where each row stands along each of the ways in which the whole is split.
    type Part<'k> = (Option<Date>, Option<&'k Key>);
    let mut along: Vec<BTreeMap<Part, usize>> = vec![BTreeMap::new(); crossed];
    let places: Vec<Vec<usize>> = rows
        .keys()
        .map(|(step, keys)| {
            let step = step.map(|step| (Some(step), None));
            let parts = step
                .into_iter()
                .chain(keys.iter().map(|key| (None, Some(key))));
            let numbered = parts.zip(&mut along).map(|(part, known)| {
                let next = known.len();
                *known.entry(part).or_insert(next)
            });
            numbered.collect()
        })
        .collect();
    let sizes: Vec<usize> = along.iter().map(BTreeMap::len).collect();
    if let [height, width] = sizes[..]
        && height * width <= MOST_COVERED
    {
        let mut table = vec![vec![0; width]; height];
        for (place, &count) in places.iter().zip(&counts) {
            table[place[0]][place[1]] = count;
        }
        if let Ok(covered) = suppress_two_way(&table, minimum) {
            let cells = places.iter().map(|place| covered.cells[place[0]][place[1]]);
            return cells.collect();
        }
    }
    suppress_crossed(&places, &counts, minimum)
}

/// Rows as they may be shown.
pub(crate) fn shown_rows(rows: &Rows, level: Level, minimum: u64) -> Vec<MeasuredRow> {
    with_figures(rows, hidden(rows, minimum), level)
}

fn with_figures(rows: &Rows, hidden: Vec<bool>, level: Level) -> Vec<MeasuredRow> {
    rows.iter()
        .zip(hidden)
        .map(|(((step, keys), tally), hidden)| MeasuredRow {
            step: *step,
            keys: keys.clone(),
            figure: tally.figure(level, hidden),
            change: None,
        })
        .collect()
}

/// The rows of an answer. With a multiple choice among the groups a response stands in the row of each option that was chosen; then
/// whatever has to add up is asked of the parts: those who chose the same options together.
struct Table {
    rows: Rows,
    shared: Option<Shared>,
}

/// What rows that share responses consist of.
struct Shared {
    /// They share no response.
    parts: Rows,
    /// Which of the keys are options that were chosen together.
    several: Vec<bool>,
}

/// Most parts that rows are held against, counted for each row: beyond, comparing would take longer than anybody waits.
const MOST_HELD_AGAINST: usize = 5_000_000;

impl Table {
    /// # Errors
    /// [`AppError::Invalid`] when there would be more rows than are shown.
    fn of(parts: Rows, several: &[bool]) -> Result<Self, AppError> {
        let too_many = |rows: usize| {
            let message = format!("{rows} groups are too many to be shown; split by less");
            AppError::invalid("group_by", message)
        };
        if parts.len() > MOST_ROWS {
            return Err(too_many(parts.len()));
        }
        if !several.contains(&true) {
            return Ok(Table {
                rows: parts,
                shared: None,
            });
        }
        let shared = Shared {
            parts,
            several: several.to_vec(),
        };
        let mut rows = Rows::new();
        for (part, tally) in &shared.parts {
            for row in shared.rows_of(part) {
                add(&mut rows, row, tally);
            }
            // Options of several questions multiply.
            if rows.len() > MOST_ROWS {
                return Err(too_many(rows.len()));
            }
        }
        Ok(Table {
            rows,
            shared: Some(shared),
        })
    }

    /// Which rows are withheld.
    fn hidden(&self, minimum: u64) -> Vec<bool> {
        let hidden = hidden(&self.rows, minimum);
        match &self.shared {
            None => hidden,
            Some(shared) => {
                let given_away = shared.given_away(&self.rows, minimum);
                hidden
                    .iter()
                    .zip(given_away)
                    .map(|(&hidden, away)| hidden || away)
                    .collect()
            }
        }
    }

    /// For each row, everything in its step of time that is not in it.
    fn rests(&self, empty: &Tally) -> Result<Vec<Tally>, AppError> {
        match &self.shared {
            None => Ok(rests(&self.rows, empty)),
            Some(shared) => shared.rests(&self.rows, empty),
        }
    }
}

fn add(rows: &mut Rows, place: Place, tally: &Tally) {
    use std::collections::btree_map::Entry;
    match rows.entry(place) {
        Entry::Vacant(row) => _ = row.insert(tally.clone()),
        Entry::Occupied(mut row) => row.get_mut().merge(tally),
    }
}

impl Shared {
    /// The rows in which a part stands: one for each option that was chosen, or for each pair of options of two questions.
    fn rows_of(&self, (step, keys): &Place) -> Vec<Place> {
        let mut rows = vec![Vec::with_capacity(keys.len())];
        for (key, several) in keys.iter().zip(&self.several) {
            let options: Vec<Key> = match key {
                Key::Value(chosen) if *several => chosen
                    .split(',')
                    .map(|option| Key::Value(option.to_owned()))
                    .collect(),
                key => vec![key.clone()],
            };
            let with_each = |row: &Vec<Key>| {
                let row = row.clone();
                let with =
                    move |option: &Key| [row.as_slice(), std::slice::from_ref(option)].concat();
                options.iter().map(with).collect::<Vec<_>>()
            };
            rows = rows.iter().flat_map(with_each).collect();
        }
        rows.into_iter().map(|keys| (*step, keys)).collect()
    }

    /// Where a part or row stands, whatever was chosen.
    fn whole_of(&self, (step, keys): &Place) -> Place {
        let keys = keys.iter().zip(&self.several);
        let keys = keys.map(|(key, several)| match several {
            true => Key::Lacking,
            false => key.clone(),
        });
        (*step, keys.collect())
    }

    /// Which rows could be had as a whole less those who are not in them, and that are too few; or all, where the whole is too
    /// small.
    fn given_away(&self, rows: &Rows, minimum: u64) -> Vec<bool> {
        let mut wholes: BTreeMap<Place, u64> = BTreeMap::new();
        for (part, tally) in &self.parts {
            *wholes.entry(self.whole_of(part)).or_default() += tally.n();
        }
        let few = |n: u64| 0 < n && n < minimum;
        let all = wholes.values().sum();
        let given_away = rows.iter().map(|(row, tally)| {
            let whole = wholes.get(&self.whole_of(row)).copied().unwrap_or(0);
            few(all) || few(whole.saturating_sub(tally.n()))
        });
        given_away.collect()
    }

    fn rests(&self, rows: &Rows, empty: &Tally) -> Result<Vec<Tally>, AppError> {
        let numbers: BTreeMap<&Place, usize> = rows.keys().zip(0..).collect();
        let mut wholes = Rows::new();
        // The parts of each whole, with the numbers of the rows in which they stand.
        let mut parts: BTreeMap<Place, Vec<(Vec<usize>, &Tally)>> = BTreeMap::new();
        for (part, tally) in &self.parts {
            let whole = self.whole_of(part);
            add(&mut wholes, whole.clone(), tally);
            let stands_in = self.rows_of(part);
            let stands_in = stands_in.iter().filter_map(|row| numbers.get(row).copied());
            let part = (stands_in.collect(), tally);
            parts.entry(whole).or_default().push(part);
        }
        let elsewhere = rests(&wholes, empty);
        let elsewhere: BTreeMap<&Place, &Tally> = wholes.keys().zip(&elsewhere).collect();
        let mut held_against = 0;
        let mut found = Vec::with_capacity(rows.len());
        for (row, number) in rows.keys().zip(0..) {
            let whole = self.whole_of(row);
            let mut rest = elsewhere.get(&whole).copied().unwrap_or(empty).clone();
            let parts = parts.get(&whole).map_or(&[][..], Vec::as_slice);
            held_against += parts.len();
            if held_against > MOST_HELD_AGAINST {
                let message =
                    "so many combinations of answers are too many to be compared; split by less";
                return Err(AppError::invalid("group_by", message));
            }
            for (stands_in, tally) in parts {
                if !stands_in.contains(&number) {
                    rest.merge(tally);
                }
            }
            found.push(rest);
        }
        Ok(found)
    }
}

/// Most rows of an answer.
const MOST_ROWS: usize = 50_000;

/// What a query needs to know of the workspace before it counts.
struct Asked<'q> {
    query: &'q MetricQuery,
    filters: Filters,
    level: Level,
    rungs: Vec<Option<Rungs>>,
    by: Vec<By>,
    empty: Tally,
}

impl Asked<'_> {
    /// The window of a comparison with an earlier time; it begins a step earlier where time is split.
    fn earlier(&self) -> Option<Period> {
        let MetricQuery { period, year, .. } = *self.query;
        let whole = |wanted: Period| match self.query.step {
            Some(step) => Period {
                from: step.start(wanted.from, year),
                to: wanted.to,
            },
            None => wanted,
        };
        match (self.query.against?, self.query.step) {
            (Against::PreviousPeriod, None) => Some(period.previous()),
            // The step before the first; the others are there already.
            (Against::PreviousPeriod, Some(_)) => Some(whole(Period {
                from: period.from,
                to: period.from,
            }))
            .map(|first| Period {
                from: self.step_before(first.from),
                to: first.from.saturating_sub(jiff::Span::new().days(1)),
            }),
            (Against::LastYear, Some(Step::Week | Step::Day)) => {
                let year = jiff::Span::new().weeks(52);
                Some(whole(Period {
                    from: period.from.saturating_sub(year),
                    to: period.to.saturating_sub(year),
                }))
            }
            (Against::LastYear, _) => Some(whole(period.last_year())),
            (Against::RestOfNetwork | Against::Benchmark(_), _) => None,
        }
    }

    fn step_before(&self, start: Date) -> Date {
        let day_before = start.saturating_sub(jiff::Span::new().days(1));
        match self.query.step {
            Some(step) => step.start(day_before, self.query.year),
            None => start,
        }
    }

    /// The step with which a step is compared.
    fn other_step(&self, start: Date) -> Date {
        match (self.query.against, self.query.step) {
            (Some(Against::LastYear), Some(Step::Week | Step::Day)) => {
                start.saturating_sub(jiff::Span::new().weeks(52))
            }
            (Some(Against::LastYear), Some(step)) => {
                let year = jiff::Span::new().years(1);
                step.start(start.saturating_sub(year), self.query.year)
            }
            _ => self.step_before(start),
        }
    }

    fn scan<'a>(&'a self, period: Period, readers: &'a [Reader]) -> Scan<'a> {
        Scan {
            period,
            step: self.query.step.map(|step| (step, self.query.year)),
            filters: &self.filters,
            answers: &self.query.answers,
            readers,
            by: self.by.clone(),
            weighted: self.query.weighting == Weighting::Weighted,
        }
    }

    /// Adds what a scan of one survey has found to rows.
    fn gather(&self, survey: SurveyId, scanned: &Scanned, rows: &mut Rows) {
        let keys = |cell: &Cell| {
            let mut found = cell.keys.iter();
            let groups = self.query.group_by.iter().zip(&self.rungs);
            let keys = groups.map(|(group, rungs)| match (group, rungs) {
                (GroupBy::Survey, _) => Key::Survey(survey),
                (_, rungs) => match (found.next(), rungs) {
                    (Some(Key::LocationItself(id)), Some(rungs)) => rungs.key(Some(*id)),
                    (Some(key), _) => key.clone(),
                    (None, _) => Key::Lacking,
                },
            });
            keys.collect()
        };
        rows_of(&scanned.cells, 0, keys, rows);
    }

    fn total(&self, rows: &Rows) -> Tally {
        Tally::joined(self.empty.clone(), rows.values())
    }
}

/// For each row, everything in its step of time but itself.
pub(crate) fn rests(rows: &Rows, empty: &Tally) -> Vec<Tally> {
    let all: Vec<(&Place, &Tally)> = rows.iter().collect();
    let mut rests = Vec::with_capacity(all.len());
    for step in all.chunk_by(|((a, _), _), ((b, _), _)| a == b) {
        // What comes after each row, then what came before it: no row is taken away from a sum.
        let mut after = vec![empty.clone(); step.len()];
        for place in (1..step.len()).rev() {
            let mut sum = after[place].clone();
            sum.merge(step[place].1);
            after[place - 1] = sum;
        }
        let mut before = empty.clone();
        for ((_, tally), mut rest) in step.iter().zip(after) {
            rest.merge(&before);
            rests.push(rest);
            before.merge(tally);
        }
    }
    rests
}

impl App {
    /// Answers one question to the answers: the door through which every number goes.
    ///
    /// The actor's places are always part of the filters. With `against`, the total and every row are compared; all these
    /// comparisons are corrected together.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a survey, metric, question or place that there is not, or that lies outside the actor's
    /// places; [`AppError::Invalid`] for a period, level or split that cannot be; [`AppError::HistoryAway`] for what only the
    /// lake knows while it is away.
    pub async fn measure(&self, actor: &Actor, query: &MetricQuery) -> Result<Measured, AppError> {
        Self::allow(actor, Permission::SeeResults)?;
        let directory = self.directory(actor.workspace).await?;
        check_period(query.period)?;
        let level = Level::new(query.level).map_err(|error| AppError::invalid("level", error))?;
        if query.group_by.len() > 3 {
            return Err(AppError::invalid(
                "group_by",
                "split by three groups at most",
            ));
        }
        let mut readers: Vec<Reader> = Vec::with_capacity(query.surveys.len());
        for &survey in &query.surveys {
            let survey = directory
                .survey_by_id(survey)
                .ok_or(AppError::NotFound("survey"))?;
            let reader = Reader::new(&survey.published, &query.metric)
                .ok_or(AppError::NotFound("metric of this survey"))?;
            if readers
                .first()
                .is_some_and(|first| !first.agrees_with(&reader))
            {
                let message = "the surveys ask it on different scales, which do not add up";
                return Err(AppError::invalid("surveys", message));
            }
            readers.push(reader);
        }
        let Some(first) = readers.first() else {
            return Err(AppError::NotFound("survey"));
        };
        let weighted = query.weighting == Weighting::Weighted;
        let empty = match weighted {
            true => first.empty_weighted(),
            false => Some(first.empty()),
        };
        let empty = empty.ok_or(AppError::NotFound("metric of this survey"))?;
        let several: Vec<bool> = query
            .group_by
            .iter()
            .map(|group| match group {
                GroupBy::Question(code) => query.surveys.iter().any(|&survey| {
                    let survey = directory.survey_by_id(survey);
                    let asked = survey.and_then(|survey| survey.published.question(code.as_str()));
                    let kind = asked.map(|asked| &asked.question.kind);
                    matches!(kind, Some(QuestionKind::Multi { .. }))
                }),
                _ => false,
            })
            .collect();
        let mut rungs = Vec::with_capacity(query.group_by.len());
        let mut by = Vec::with_capacity(query.group_by.len());
        for group in &query.group_by {
            by.extend(match group {
                GroupBy::Survey => None,
                GroupBy::Level { .. } => Some(By::Dimension(Dimension::Location)),
                GroupBy::Dimension(dimension) => Some(By::Dimension(dimension.clone())),
                GroupBy::Question(code) => Some(By::Question(code.clone())),
            });
            rungs.push(match group {
                GroupBy::Level { under: Some(id) } if !actor.places.include(Some(*id)) => {
                    return Err(AppError::NotFound("location"));
                }
                GroupBy::Level { under } => Some(level_of(&directory, actor, *under)),
                _ => None,
            });
        }
        let asked = Asked {
            query,
            filters: seen(&directory, actor, &query.filters)?,
            level,
            rungs,
            by,
            empty,
        };
        // What the filters leave out of the network: the same at the other places.
        let elsewhere = match (query.against, &query.filters.locations) {
            (Some(Against::RestOfNetwork), Some(_)) => {
                let filters = Filters {
                    locations: None,
                    ..query.filters.clone()
                };
                Some(seen(&directory, actor, &filters)?)
            }
            _ => None,
        };
        let (mut rows, mut earlier, mut outside) = (Rows::new(), Rows::new(), asked.empty.clone());
        let (mut off_scale, mut source) = (0, Source::Lake);
        for (&survey, reader) in query.surveys.iter().zip(&readers) {
            let readers = std::slice::from_ref(reader);
            let mut scans = vec![asked.scan(query.period, readers)];
            scans.extend(asked.earlier().map(|period| asked.scan(period, readers)));
            scans.extend(elsewhere.as_ref().map(|filters| Scan {
                step: None,
                filters,
                by: vec![By::Dimension(Dimension::Location)],
                ..asked.scan(query.period, readers)
            }));
            let (scanned, from) = self.scan(&directory, survey, &scans).await?;
            source = source.max(from);
            let mut scanned = scanned.into_iter();
            if let Some(now) = scanned.next() {
                off_scale += now.off_scale;
                asked.gather(survey, &now, &mut rows);
            }
            if let Some(before) = asked.earlier().and_then(|_| scanned.next()) {
                asked.gather(survey, &before, &mut earlier);
            }
            for cell in scanned.next().iter().flat_map(|scanned| &scanned.cells) {
                let chosen = match cell.keys.first() {
                    Some(Key::LocationItself(id)) => {
                        let locations = query.filters.locations.as_ref();
                        locations.is_some_and(|locations| locations.contains(id))
                    }
                    _ => false,
                };
                if !chosen {
                    outside.merge(&cell.tallies[0]);
                }
            }
        }
        // Who did not answer this question belongs to no row of it.
        for rows in [&mut rows, &mut earlier] {
            rows.retain(|_, tally| tally.n() > 0);
        }
        let (total, total_earlier) = (asked.total(&rows), asked.total(&earlier));
        let earlier = Table::of(earlier, &several)?;
        let Table { mut rows, shared } = Table::of(rows, &several)?;
        if query.group_by.is_empty() {
            match query.step {
                Some(step) => fill_steps(&mut rows, query.period, (step, query.year), &asked.empty),
                None => rows.clear(),
            }
        }
        let table = Table { rows, shared };
        let minimum = u64::from(directory.workspace.minimum_group);
        let mut measured = Measured {
            total: total.figure(level, 0 < total.n() && total.n() < minimum),
            change: None,
            rows: with_figures(&table.rows, table.hidden(minimum), level),
            compared: 0,
            off_scale,
            minimum,
            overlapping: table.shared.is_some(),
            source,
        };
        let Some(against) = query.against else {
            return Ok(measured);
        };
        // The whole is compared with nothing where the filters leave nothing out, and where time is split: each step is.
        let whole = match against {
            Against::Benchmark(reference) => Some(total.against(reference, level, minimum)),
            Against::RestOfNetwork => elsewhere
                .as_ref()
                .map(|_| total.compare(&outside, level, minimum)),
            Against::PreviousPeriod | Against::LastYear if query.step.is_some() => None,
            Against::PreviousPeriod | Against::LastYear => {
                Some(total.compare(&total_earlier, level, minimum))
            }
        };
        let mut comparisons: Vec<_> = whole.into_iter().collect();
        comparisons.extend(asked.compare_rows(&table, &earlier, &measured.rows, minimum)?);
        measured.compared = comparisons.iter().flatten().count();
        let mut changes = verdicts(comparisons).into_iter();
        if whole.is_some() {
            measured.change = changes.next();
        }
        for (row, change) in measured.rows.iter_mut().zip(changes) {
            row.change = Some(change);
        }
        Ok(measured)
    }
}

impl Asked<'_> {
    /// Each row against what was asked for; `None` where it may not or cannot be compared.
    fn compare_rows(
        &self,
        table: &Table,
        earlier: &Table,
        shown: &[MeasuredRow],
        minimum: u64,
    ) -> Result<Vec<Option<radost_stats::Comparison>>, AppError> {
        let level = self.level;
        let rests = match self.query.against {
            Some(Against::RestOfNetwork) => table.rests(&self.empty)?,
            _ => Vec::new(),
        };
        // A row that the time before would have withheld must not be told by the difference to it.
        let open = |table: &Table| -> Vec<Place> {
            let hidden = table.hidden(minimum).into_iter();
            let rows = table.rows.keys().cloned().zip(hidden);
            rows.filter(|(_, hidden)| !hidden)
                .map(|(place, _)| place)
                .collect()
        };
        let (open_now, open_before) = (open(table), open(earlier));
        let other = |place: &Place| -> Option<&Tally> {
            let place = (place.0.map(|step| self.other_step(step)), place.1.clone());
            let is_open = |open: &[Place]| open.binary_search(&place).is_ok();
            match self.query.step {
                Some(_) if is_open(&open_now) => table.rows.get(&place),
                _ if is_open(&open_before) => earlier.rows.get(&place),
                _ => None,
            }
        };
        let compare =
            |(number, ((place, mine), row)): (usize, ((&Place, &Tally), &MeasuredRow))| {
                row.figure.shown()?;
                match self.query.against? {
                    Against::Benchmark(reference) => mine.against(reference, level, minimum),
                    Against::RestOfNetwork => mine.compare(rests.get(number)?, level, minimum),
                    Against::PreviousPeriod | Against::LastYear => {
                        mine.compare(other(place)?, level, minimum)
                    }
                }
            };
        let rows = table.rows.iter().zip(shown).enumerate();
        Ok(rows.map(compare).collect())
    }
}
