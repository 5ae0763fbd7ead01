//! What was computed a moment ago, so that a reload is instant.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

use crate::AppError;

/// Results that are kept; the oldest goes first.
const MOST: usize = 64;

/// Results of long computations by what they were computed from. One is computed at a time: each takes every core, and
/// whoever asks for the same meanwhile finds it done.
#[derive(Debug)]
pub(crate) struct Memo<V> {
    kept: Mutex<VecDeque<(String, Arc<V>)>>,
    turn: Semaphore,
}

impl<V> Default for Memo<V> {
    fn default() -> Self {
        Memo {
            kept: Mutex::default(),
            turn: Semaphore::new(1),
        }
    }
}

impl<V: Send + Sync + 'static> Memo<V> {
    fn known(&self, key: &str) -> Option<Arc<V>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|(known, _)| known == key);
        found.map(|(_, value)| value.clone())
    }

    /// What is known under this key, or what `compute` makes of what `load` brings.
    pub(crate) async fn get<L>(
        &self,
        key: String,
        load: impl Future<Output = Result<L, AppError>>,
        compute: impl FnOnce(L) -> V + Send + 'static,
    ) -> Result<Arc<V>, AppError>
    where
        L: Send + 'static,
    {
        if let Some(known) = self.known(&key) {
            return Ok(known);
        }
        let broken = |error: &dyn std::fmt::Display| {
            tracing::error!(%error, "an analysis was broken off");
            AppError::Full
        };
        let _turn = self.turn.acquire().await.map_err(|error| broken(&error))?;
        if let Some(known) = self.known(&key) {
            return Ok(known);
        }
        let loaded = load.await?;
        // Analysing is work for a processor, not for the threads that answer requests.
        let computed = tokio::task::spawn_blocking(move || compute(loaded)).await;
        let value = Arc::new(computed.map_err(|error| broken(&error))?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.pop_front();
        }
        kept.push_back((key, value.clone()));
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn computes_once_and_forgets_the_oldest() {
        let memo: Memo<usize> = Memo::default();
        let get = async |key: &str, n: usize| {
            let value = memo.get(key.to_owned(), async { Ok(n) }, |n| n);
            *value.await.expect("a value")
        };
        assert_eq!((get("a", 1).await, get("a", 2).await), (1, 1));
        for i in 0..MOST {
            get(&i.to_string(), i).await;
        }
        assert_eq!(get("a", 3).await, 3, "it was the oldest");
        assert_eq!(get("5", 99).await, 5);
        let failed = memo.get("b".into(), async { Err(AppError::Full) }, |n: usize| n);
        assert!(failed.await.is_err());
        assert_eq!(get("b", 4).await, 4, "a fault is not kept");
    }
}
