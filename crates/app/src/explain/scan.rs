//! The one place where answers are read for numbers. Today they come from the database, packed by day; another engine
//! has to return the same [`Scanned`].

use std::collections::HashMap;

use jiff::civil::Date;
use radost_domain::explain::{Dimension, Filters, Groups, Period};
use radost_domain::name::{SurveyId, WorkspaceId};
use radost_store::{ScoredDay, read_groups};

use super::tally::{Reader, Tally};
use crate::{App, AppError};

/// What is asked of the answers.
#[derive(Debug, Clone)]
pub(crate) struct Scan<'a> {
    pub(crate) workspace: WorkspaceId,
    pub(crate) survey: SurveyId,
    pub(crate) period: Period,
    pub(crate) filters: &'a Filters,
    /// Counted by day; the first also by group.
    pub(crate) readers: &'a [Reader],
    /// By which groups the first is counted.
    pub(crate) by: &'a [Dimension],
}

/// What was counted.
#[derive(Debug, Default)]
pub(crate) struct Scanned {
    /// Each metric by day, in the order of the readers.
    pub(crate) days: Vec<(Date, Vec<Tally>)>,
    /// The first metric by groups. The same groups may stand more than once.
    pub(crate) groups: Vec<(Groups, Tally)>,
    /// Answers that are off the scale of the newest version and do not count.
    pub(crate) off_scale: u64,
}

impl Scanned {
    /// One metric over all days.
    pub(crate) fn total(&self, reader: usize, empty: Tally) -> Tally {
        Tally::joined(empty, self.days.iter().map(|(_, tallies)| &tallies[reader]))
    }

    fn append(&mut self, mut later: Scanned) {
        self.days.append(&mut later.days);
        self.groups.append(&mut later.groups);
        self.off_scale += later.off_scale;
    }
}

/// A period of this many days and more is read as two halves at the same time.
const WORTH_HALVING: i32 = 14;

impl App {
    /// Reads and counts.
    pub(crate) async fn scan(&self, scan: Scan<'_>) -> Result<Scanned, AppError> {
        let days = scan.period.days();
        if days < WORTH_HALVING {
            return self.scan_stretch(&scan, scan.period).await;
        }
        let middle = scan
            .period
            .from
            .saturating_add(jiff::Span::new().days(days / 2));
        let first = Period {
            from: scan.period.from,
            to: middle,
        };
        let second = Period {
            from: middle.saturating_add(jiff::Span::new().days(1)),
            to: scan.period.to,
        };
        let (mut scanned, later) = tokio::try_join!(
            self.scan_stretch(&scan, first),
            self.scan_stretch(&scan, second)
        )?;
        scanned.append(later);
        Ok(scanned)
    }

    async fn scan_stretch(&self, scan: &Scan<'_>, period: Period) -> Result<Scanned, AppError> {
        let days = {
            let mut tx = self.store.read().await?;
            tx.scored_days(scan.workspace, scan.survey, period, scan.filters, scan.by)
                .await?
        };
        let (readers, by) = (scan.readers.to_vec(), scan.by.to_vec());
        // Adding up is work for a processor, not for the threads that answer requests.
        tokio::task::spawn_blocking(move || count(&days, &readers, &by))
            .await
            .map_err(|error| {
                tracing::error!(%error, "counting was broken off");
                AppError::Full
            })?
    }
}

fn count(days: &[ScoredDay], readers: &[Reader], by: &[Dimension]) -> Result<Scanned, AppError> {
    let mut scanned = Scanned::default();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for day in days {
        let mut tallies: Vec<Tally> = readers.iter().map(Reader::empty).collect();
        for row in day.rows() {
            let scores = row.scores.as_bytes();
            for (reader, tally) in readers.iter().zip(&mut tallies) {
                scanned.off_scale += u64::from(!reader.add(tally, scores));
            }
            let Some(first) = readers.first().filter(|_| !by.is_empty()) else {
                continue;
            };
            let index = match known.get(row.groups) {
                Some(&index) => index,
                None => {
                    scanned
                        .groups
                        .push((read_groups(by, row.groups)?, first.empty()));
                    known.insert(row.groups, scanned.groups.len() - 1);
                    scanned.groups.len() - 1
                }
            };
            first.add(&mut scanned.groups[index].1, scores);
        }
        scanned.days.push((day.day, tallies));
    }
    Ok(scanned)
}
