//! The end of the event log: the writer of the lake and every query need the same responses, which come out of the records once.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use radost_domain::event::Event;
use radost_domain::listen::Response;
use radost_domain::name::WorkspaceId;

use crate::{App, AppError};

/// Most facts that are kept of a workspace, and most that a number reads beside the lake: while the lake is further behind, the
/// records are quicker.
pub(crate) const NEAR: i64 = 50_000;

/// A fact, and the response that it is about as it was when this was read. What is changed later is told by a later fact.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) sequence: i64,
    pub(crate) event: Event,
    pub(crate) response: Arc<Response>,
}

/// How new the responses of a stretch of the log have to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Responses {
    /// As they are now, for whoever does not heed what is told of them later.
    Now,
    /// As they were at their fact or after it, which may have been read before: what changed since is told again.
    ToldAgain,
}

/// What was read of the log of each workspace and is not in its lake yet.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    kept: Mutex<HashMap<WorkspaceId, Arc<tokio::sync::Mutex<Kept>>>>,
}

/// The facts after `from` and up to `to`.
#[derive(Debug, Default)]
struct Kept {
    from: i64,
    to: i64,
    told: VecDeque<Told>,
}

impl Kept {
    fn forget(&mut self, up_to: i64) {
        if up_to >= self.to {
            *self = Kept {
                from: up_to,
                to: up_to,
                told: VecDeque::new(),
            };
        } else if up_to > self.from {
            let gone = self.told.partition_point(|told| told.sequence <= up_to);
            self.told.drain(..gone);
            self.from = up_to;
        }
    }
}

impl Recent {
    fn of(&self, workspace: WorkspaceId) -> Arc<tokio::sync::Mutex<Kept>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.entry(workspace).or_default().clone()
    }

    /// Forgets what is in the lake.
    pub(crate) async fn forget(&self, workspace: WorkspaceId, up_to: i64) {
        self.of(workspace).lock().await.forget(up_to);
    }
}

impl App {
    /// The facts after one event and up to another, in their order.
    pub(crate) async fn told(
        &self,
        workspace: WorkspaceId,
        from: i64,
        to: i64,
        responses: Responses,
    ) -> Result<Vec<Told>, AppError> {
        if responses == Responses::Now {
            return self.told_in_records(workspace, from, to).await;
        }
        let kept = self.recent.of(workspace);
        // Whoever needs the same meanwhile waits until it is read.
        let mut kept = kept.lock().await;
        // Somebody who asked the lake before it came this far, or needs more than is kept.
        if from < kept.from || to - from > NEAR {
            drop(kept);
            return self.told_in_records(workspace, from, to).await;
        }
        kept.forget(from);
        if to > kept.to {
            let further = self.told_in_records(workspace, kept.to, to).await?;
            kept.told.extend(further);
            kept.to = to;
        }
        let asked = kept.told.iter().take_while(|told| told.sequence <= to);
        Ok(asked.cloned().collect())
    }

    async fn told_in_records(
        &self,
        workspace: WorkspaceId,
        from: i64,
        to: i64,
    ) -> Result<Vec<Told>, AppError> {
        let mut tx = self.store.read().await?;
        let told = tx.told_responses(workspace, from, to).await?;
        let told = told.into_iter().map(|(sequence, event, response)| Told {
            sequence,
            event,
            response: Arc::new(response),
        });
        Ok(told.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgets_what_is_in_the_lake() {
        let mut kept = Kept {
            from: 10,
            to: 20,
            told: VecDeque::new(),
        };
        kept.forget(5);
        assert_eq!((kept.from, kept.to), (10, 20));
        kept.forget(15);
        assert_eq!((kept.from, kept.to), (15, 20));
        kept.forget(40);
        assert_eq!((kept.from, kept.to), (40, 40));
    }
}
