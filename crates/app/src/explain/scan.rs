//! The one place where answers are counted for numbers: in the lake, together with what it does not have yet, or, where there is
//! no lake or it is away, in the records. Both say the same.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;
use radost_domain::Code;
use radost_domain::explain::{Dimension, Filters, Groups, Period, Step, YearStart};
use radost_domain::name::{EmployeeId, LocationId, SurveyId, WorkspaceId};
use radost_lake::{By, CountQuery, Counted, LakeError, View, What};
use radost_store::{ScoredDay, read_groups};

use super::history::HistoryError;
use super::measure::Key;
use super::tally::{Reader, Tally};
use crate::{App, AppError, Directory};

/// What is asked of the answers.
#[derive(Debug, Clone)]
pub(crate) struct Scan<'a> {
    pub(crate) period: Period,
    /// Into which steps time is split, and when the year begins.
    pub(crate) step: Option<(Step, YearStart)>,
    pub(crate) filters: &'a Filters,
    /// Answers to closed questions that a response must have.
    pub(crate) answers: &'a [(Code, String)],
    /// What is counted.
    pub(crate) readers: &'a [Reader],
    /// By what.
    pub(crate) by: Vec<By>,
    /// Whether responses count by their weight.
    pub(crate) weighted: bool,
}

/// A group in a step of time.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    /// The first day of its step, where time is split.
    pub(crate) step: Option<Date>,
    /// What it is in each dimension of the scan; places each for itself.
    pub(crate) keys: Vec<Key>,
    /// What each reader has counted.
    pub(crate) tallies: Vec<Tally>,
}

/// What was counted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scanned {
    /// In no order; the same cell may stand more than once.
    pub(crate) cells: Vec<Cell>,
    /// Answers that are off the scale of the newest version and do not count.
    pub(crate) off_scale: u64,
}

/// Where the numbers were counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// In the history, with what it does not have yet.
    Lake,
    /// In the records: there is no lake, or it is far behind them.
    Records,
    /// In the records, because the lake is away.
    LakeAway,
}

impl Scanned {
    /// One metric over all cells.
    pub(crate) fn total(&self, reader: usize, empty: Tally) -> Tally {
        Tally::joined(empty, self.cells.iter().map(|cell| &cell.tallies[reader]))
    }
}

impl App {
    /// Counts several things of one survey, all at the same moment.
    pub(crate) async fn scan(
        &self,
        directory: &Directory,
        survey: SurveyId,
        scans: &[Scan<'_>],
    ) -> Result<(Vec<Scanned>, Source), AppError> {
        let mut source = Source::Records;
        if self.lake.is_some() {
            source = Source::LakeAway;
            // A file may be put together with others between the view and its reading: the second view knows.
            for _ in 0..2 {
                match self.scan_lake(directory, survey, scans).await {
                    Ok(scanned) => return Ok((scanned, Source::Lake)),
                    Err(HistoryError::App(error)) => return Err(error),
                    Err(HistoryError::Lake(LakeError::NoColumn { .. })) => {
                        return Err(AppError::NotFound("question or segment of this survey"));
                    }
                    // Being filled; the records have it all.
                    Err(HistoryError::Behind(_)) => {
                        source = Source::Records;
                        break;
                    }
                    Err(error) => {
                        tracing::warn!(
                            error = &error as &dyn std::error::Error,
                            "the lake could not be asked"
                        );
                    }
                }
            }
        }
        let mut scanned = Vec::with_capacity(scans.len());
        for scan in scans {
            let workspace = directory.workspace.id;
            scanned.push(self.scan_records(workspace, survey, scan).await?);
        }
        Ok((scanned, source))
    }

    async fn scan_lake(
        &self,
        directory: &Directory,
        survey: SurveyId,
        scans: &[Scan<'_>],
    ) -> Result<Vec<Scanned>, HistoryError> {
        let view = self.survey_view(directory, survey).await?;
        let counts = scans.iter().map(|scan| count_view(&view, scan));
        futures_util::future::try_join_all(counts).await
    }

    /// Counts in the records: everything but answers to questions without a scale, and weights, which they do not hold apart.
    async fn scan_records(
        &self,
        workspace: WorkspaceId,
        survey: SurveyId,
        scan: &Scan<'_>,
    ) -> Result<Scanned, AppError> {
        let dimension = |by: &By| match by {
            By::Dimension(dimension) => Ok(dimension.clone()),
            By::Question(_) => Err(AppError::HistoryAway),
        };
        let by: Vec<Dimension> = scan.by.iter().map(dimension).collect::<Result<_, _>>()?;
        if scan.weighted || !scan.answers.is_empty() {
            return Err(AppError::HistoryAway);
        }
        let days = {
            let mut tx = self.store.read().await?;
            tx.scored_days(workspace, survey, scan.period, scan.filters, &by)
                .await?
        };
        let (readers, step) = (scan.readers.to_vec(), scan.step);
        // Adding up is work for a processor, not for the threads that answer requests.
        tokio::task::spawn_blocking(move || count_days(&days, &readers, &by, step))
            .await
            .map_err(|error| {
                tracing::error!(%error, "counting was broken off");
                AppError::Full
            })?
    }
}

async fn count_view(view: &View, scan: &Scan<'_>) -> Result<Scanned, HistoryError> {
    let what: Vec<What> = scan.readers.iter().map(Reader::what).collect();
    let query = CountQuery {
        period: scan.period,
        step: scan.step,
        filters: scan.filters,
        answers: scan.answers,
        by: &scan.by,
        what: &what,
        weighted: scan.weighted,
    };
    let Counted { rows, .. } = view.count(&query).await?;
    let mut scanned = Scanned::default();
    for row in rows {
        let mut tallies = Vec::with_capacity(scan.readers.len());
        for (reader, sums) in scan.readers.iter().zip(&row.sums) {
            let (tally, off_scale) =
                reader
                    .tally(sums, scan.weighted)
                    .ok_or_else(|| LakeError::Damaged {
                        place: directory_name(scan),
                        reason: "its sums belong to no answers".into(),
                    })?;
            tallies.push(tally);
            scanned.off_scale += off_scale;
        }
        let keys = scan.by.iter().zip(row.groups);
        scanned.cells.push(Cell {
            step: row.step,
            keys: keys.map(|(by, value)| key_of(by, value)).collect(),
            tallies,
        });
    }
    Ok(scanned)
}

fn directory_name(scan: &Scan<'_>) -> String {
    format!(
        "what was counted from {} to {}",
        scan.period.from, scan.period.to
    )
}

/// What a value of the lake stands for.
fn key_of(by: &By, value: Option<String>) -> Key {
    let Some(value) = value else {
        return Key::Lacking;
    };
    match by {
        By::Dimension(Dimension::Location) => match value.parse() {
            Ok(id) => Key::LocationItself(LocationId(id)),
            Err(_) => Key::Value(value),
        },
        By::Dimension(Dimension::Employee) => match value.parse() {
            Ok(id) => Key::Employee(EmployeeId(id)),
            Err(_) => Key::Value(value),
        },
        By::Dimension(_) | By::Question(_) => Key::Value(value),
    }
}

/// What a response of the records belongs to in one dimension.
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

fn count_days(
    days: &[ScoredDay],
    readers: &[Reader],
    by: &[Dimension],
    step: Option<(Step, YearStart)>,
) -> Result<Scanned, AppError> {
    let mut scanned = Scanned::default();
    let empty: Arc<[Tally]> = readers.iter().map(Reader::empty).collect();
    let mut known: HashMap<&str, usize> = HashMap::new();
    let mut last = None;
    for day in days {
        let start = step.map(|(step, year)| step.start(day.day, year));
        if start != last {
            known.clear();
            last = start;
        }
        for row in day.rows() {
            let index = match known.get(row.groups) {
                Some(&index) => index,
                None => {
                    let groups = read_groups(by, row.groups)?;
                    scanned.cells.push(Cell {
                        step: start,
                        keys: by.iter().map(|by| key_in(by, &groups)).collect(),
                        tallies: empty.to_vec(),
                    });
                    known.insert(row.groups, scanned.cells.len() - 1);
                    scanned.cells.len() - 1
                }
            };
            let tallies = &mut scanned.cells[index].tallies;
            for (reader, tally) in readers.iter().zip(tallies) {
                scanned.off_scale += u64::from(!reader.add(tally, row.scores.as_bytes()));
            }
        }
    }
    Ok(scanned)
}
