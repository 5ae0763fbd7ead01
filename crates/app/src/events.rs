//! Consumers of the event log.
//!
//! A consumer reads its workspace's events in order and keeps a cursor. What it does and the move of its cursor are one
//! transaction: a crash in between repeats the work, but its effect happens once, however many processes there are.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use radost_domain::access::{Actor, Permission, Places};
use radost_domain::event::Event;
use radost_domain::name::WorkspaceId;
use serde::Serialize;

use crate::{App, AppError};

/// The consumer that keeps the live counter.
const COUNTER: &str = "response-counter";
/// Most events of one step.
const MOST: i64 = 1_000;
/// How long a consumer sleeps when nobody wakes it: another process may have recorded something.
const NAP: Duration = Duration::from_secs(1);
/// How long events gather before they are consumed together: nobody sees the difference, and under load a hundred
/// commits are counted by one transaction instead of a hundred.
const GATHER: Duration = Duration::from_millis(100);

/// How many responses have come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LiveCounts {
    /// Today, in the workspace's time zone.
    pub today: u64,
    /// Ever.
    pub total: u64,
}

impl App {
    /// Runs the consumers for ever; end it by dropping or aborting its task. Errors are logged and tried again.
    pub async fn run_consumers(self: Arc<Self>) {
        loop {
            // Asked for before looking, so that what is recorded while we look is not slept over.
            let recorded = self.intake.recorded.notified();
            if let Err(error) = self.consume_events().await {
                tracing::warn!(%error, "events could not be consumed; trying again");
                tokio::time::sleep(NAP).await;
                continue;
            }
            // Either way there may be something: a wake-up or the end of a nap.
            if tokio::time::timeout(NAP, recorded).await.is_ok() {
                tokio::time::sleep(GATHER).await;
            }
        }
    }

    /// Consumes what there is now, in every workspace. Returns how many events that were.
    ///
    /// # Errors
    /// [`AppError::Store`]; what was consumed before stays consumed.
    pub async fn consume_events(&self) -> Result<u64, AppError> {
        let workspaces = self.store.read().await?.workspace_ids().await?;
        let mut consumed = 0;
        for workspace in workspaces {
            loop {
                let step = self.count_step(workspace).await?;
                consumed += step;
                if step < MOST.unsigned_abs() {
                    break;
                }
            }
            self.count_quotas(workspace).await?;
        }
        Ok(consumed)
    }

    /// Adds one stretch of events to the live counter.
    async fn count_step(&self, workspace: WorkspaceId) -> Result<u64, AppError> {
        // Looking takes no lock: an idle consumer disturbs nobody who writes.
        let (from, events) = {
            let mut tx = self.store.read().await?;
            let from = tx.consumer_cursor(workspace, COUNTER).await?;
            (from, tx.events_after(workspace, from, MOST).await?)
        };
        let Some(to) = events.last().map(|event| event.sequence) else {
            return Ok(0);
        };
        let directory = self.directory(workspace).await?;
        let mut by_day: BTreeMap<i64, i64> = BTreeMap::new();
        for event in &events {
            match event.event {
                Event::ResponseRecorded { .. } => {
                    *by_day
                        .entry(day_number(&directory.zone, event.at))
                        .or_default() += 1;
                }
                // It counts what came in.
                Event::ResponseCorrected { .. } => {}
            }
        }
        let mut tx = self.store.begin().await?;
        if !tx.advance_consumer(workspace, COUNTER, from, to).await? {
            // Somebody else has counted these: their transaction stands, ours is dropped.
            return Ok(0);
        }
        for (day, responses) in by_day {
            tx.count_responses(workspace, day, responses).await?;
        }
        tx.commit().await?;
        Ok(events.len() as u64)
    }

    /// The live counter of the whole workspace; `None` for those who see only some places.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] without the permission to see results.
    pub async fn live_counts(&self, actor: &Actor) -> Result<Option<LiveCounts>, AppError> {
        Self::allow(actor, Permission::SeeResults)?;
        if actor.places != Places::All {
            return Ok(None);
        }
        let directory = self.directory(actor.workspace).await?;
        let now = self.now();
        let today = day_number(&directory.zone, now);
        let midnight = now
            .to_zoned(directory.zone.clone())
            .start_of_day()
            .map_or(now, |midnight| midnight.timestamp());
        let mut tx = self.store.read().await?;
        let (total, today) = tx
            .response_counts(actor.workspace, COUNTER, today, midnight)
            .await?;
        Ok(Some(LiveCounts {
            today: today.unsigned_abs(),
            total: total.unsigned_abs(),
        }))
    }
}

/// Days since 1970-01-01 on the calendar of a time zone.
fn day_number(zone: &jiff::tz::TimeZone, at: jiff::Timestamp) -> i64 {
    const EPOCH: jiff::civil::Date = jiff::civil::date(1970, 1, 1);
    let day = zone.to_datetime(at).date();
    day.duration_since(EPOCH).as_hours() / 24
}
