use std::ops::ControlFlow;

/// How a long computation tells how far it is, and learns that nobody waits for it any more.
///
/// Whatever can take more than a second takes a `Progress`. It is called with the steps done and the steps there are, from any thread
/// about every 64th part of the way or every few hundred steps; answering [`ControlFlow::Break`] ends the computation with [`Cancelled`].
///
/// ```
/// use std::ops::ControlFlow;
/// use radost_stats::Progress;
///
/// let quiet = Progress::none();
/// assert!(quiet.report(1, 10).is_ok());
///
/// let impatient = |done, _total| if done < 5 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) };
/// let progress = Progress::new(&impatient);
/// assert!(progress.report(4, 10).is_ok());
/// assert!(progress.report(5, 10).is_err());
/// ```
#[derive(Clone, Copy)]
pub struct Progress<'a>(&'a (dyn Fn(u64, u64) -> ControlFlow<()> + Sync));

/// The computation was asked to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the computation was cancelled")]
pub struct Cancelled;

impl<'a> Progress<'a> {
    /// Reports to `callback`, which is given the steps done and the steps there are.
    pub fn new(callback: &'a (dyn Fn(u64, u64) -> ControlFlow<()> + Sync)) -> Self {
        Self(callback)
    }

    /// Reports to nobody and never cancels.
    pub fn none() -> Progress<'static> {
        Progress(&|_, _| ControlFlow::Continue(()))
    }

    /// Says that `done` of `total` steps are done.
    ///
    /// # Errors
    /// [`Cancelled`] when the callback asks to stop.
    pub fn report(&self, done: u64, total: u64) -> Result<(), Cancelled> {
        match (self.0)(done, total) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Cancelled),
        }
    }
}

impl std::fmt::Debug for Progress<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Progress")
    }
}
