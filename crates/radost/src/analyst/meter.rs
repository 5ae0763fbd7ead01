//! How far a command is, and whether it is still wanted.

use std::io::IsTerminal as _;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shown only for what takes longer than a blink.
const QUIET: Duration = Duration::from_secs(1);

/// Progress on standard error, and the wish to stop.
pub(super) struct Meter {
    started: Instant,
    stop: Arc<AtomicBool>,
    bar: ProgressBar,
}

impl Meter {
    pub(super) fn new(stop: Arc<AtomicBool>) -> Self {
        let bar = ProgressBar::with_draw_target(Some(1000), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}") {
            bar.set_style(style);
        }
        Self {
            started: Instant::now(),
            stop,
            bar,
        }
    }

    /// Tells how much is done, from 0 to 1. Breaks when the command is to stop.
    pub(super) fn tick(&self, what: &'static str, done: f64) -> ControlFlow<()> {
        if self.stop.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        if self.started.elapsed() > QUIET {
            if self.bar.is_hidden() && std::io::stderr().is_terminal() {
                self.bar.set_draw_target(ProgressDrawTarget::stderr());
            }
            self.bar.set_message(what);
            self.bar
                .set_position((done.clamp(0.0, 1.0) * 1000.0) as u64);
        }
        ControlFlow::Continue(())
    }

    /// Refuses to go on when the command is to stop.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        anyhow::ensure!(!self.stop.load(Ordering::Relaxed), "stopped");
        Ok(())
    }

    /// What a long computation reports to.
    pub(super) fn on(&self, what: &'static str) -> impl Fn(u64, u64) -> ControlFlow<()> + Sync {
        move |done, total| self.tick(what, done as f64 / total.max(1) as f64)
    }

    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
