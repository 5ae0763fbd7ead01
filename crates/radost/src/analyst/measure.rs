//! The outcome that a command looks at: a net promoter score, the share of the satisfied, or a mean.

use clap::Args;
use radost_stats::{CsatScale, CsatTally, Level, MeanTally, NpsTally};

use super::source::whole;

/// Which outcome, and where it stands.
#[derive(Debug, Args)]
pub(super) struct Measure {
    /// The net promoter score of answers from 0 to 10.
    #[arg(long, value_name = "COL", group = "what")]
    nps: Option<String>,
    /// The share of the satisfied.
    #[arg(long, value_name = "COL", group = "what")]
    csat: Option<String>,
    /// Points of the satisfaction scale: 2, 5, 7 or 10.
    #[arg(long, value_name = "POINTS", default_value_t = 5)]
    csat_scale: u8,
    /// The mean of numbers.
    #[arg(long, value_name = "COL", group = "what")]
    mean: Option<String>,
}

/// An outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Nps,
    Csat(CsatScale),
    Mean,
}

impl Measure {
    /// The outcome and its column, when one is asked for.
    pub(super) fn chosen(&self) -> anyhow::Result<Option<(Kind, &str)>> {
        let scale = CsatScale::new(self.csat_scale)?;
        let all = [
            (Kind::Nps, &self.nps),
            (Kind::Csat(scale), &self.csat),
            (Kind::Mean, &self.mean),
        ];
        let mut asked = all
            .into_iter()
            .filter_map(|(kind, column)| Some((kind, column.as_deref()?)));
        Ok(asked.next())
    }
}

impl Kind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Nps => "nps",
            Self::Csat(_) => "csat",
            Self::Mean => "mean",
        }
    }

    /// The tally of no answers.
    pub(super) fn tally(self) -> Tally {
        match self {
            Self::Nps => Tally::Nps(NpsTally::default()),
            Self::Csat(scale) => Tally::Csat(CsatTally::default(), scale),
            Self::Mean => Tally::Mean(MeanTally::default()),
        }
    }

    /// The outcome of one answer alone: the outcome of many is the mean of theirs.
    pub(super) fn of_one(self, answer: f64) -> anyhow::Result<f64> {
        let mut tally = self.tally();
        tally.push(answer)?;
        tally.value()
    }
}

/// Answers behind an outcome.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tally {
    Nps(NpsTally),
    Csat(CsatTally, CsatScale),
    Mean(MeanTally),
}

impl Tally {
    /// Adds an answer.
    pub(super) fn push(&mut self, answer: f64) -> anyhow::Result<()> {
        match self {
            Self::Nps(tally) => tally.push(whole(answer)?)?,
            Self::Csat(tally, scale) => tally.push(*scale, whole(answer)?)?,
            Self::Mean(tally) => tally.push(answer)?,
        }
        Ok(())
    }

    pub(super) fn n(&self) -> u64 {
        match self {
            Self::Nps(tally) => tally.n(),
            Self::Csat(tally, _) => tally.n(),
            Self::Mean(tally) => tally.n(),
        }
    }

    pub(super) fn value(&self) -> anyhow::Result<f64> {
        Ok(match self {
            Self::Nps(tally) => tally.score()?,
            Self::Csat(tally, _) => tally.share()?,
            Self::Mean(tally) => tally.mean()?,
        })
    }

    /// Value, low and high; nothing where there are too few answers.
    pub(super) fn interval(&self, level: Level) -> Option<[f64; 3]> {
        match self {
            Self::Nps(tally) => tally.interval(level).ok().map(|i| [i.value, i.low, i.high]),
            Self::Csat(tally, _) => tally.interval(level).ok().map(|i| [i.value, i.low, i.high]),
            Self::Mean(tally) => tally.interval(level).ok().map(|i| [i.value, i.low, i.high]),
        }
    }
}
