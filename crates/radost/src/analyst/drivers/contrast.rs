//! Penalties and rewards: what low and high scores of each driver do to the outcome.

use anyhow::anyhow;
use radost_stats::Level;
use radost_stats::drivers::{ContrastAttribute, ContrastTally, Weights};
use schemars::JsonSchema;
use serde::Serialize;

use super::super::answer::{Cell, Grid, num};
use super::CoefficientFinding;

/// Where low scores end and high ones begin.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    low: f64,
    high: f64,
}

impl std::str::FromStr for Limits {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || anyhow!("write where low scores end and where high ones begin, as 2:4");
        let (low, high) = text.split_once(':').ok_or_else(wrong)?;
        let number = |text: &str| text.trim().parse::<f64>().map_err(|_| wrong());
        let limits = Self {
            low: number(low)?,
            high: number(high)?,
        };
        if limits.low < limits.high {
            Ok(limits)
        } else {
            Err(wrong())
        }
    }
}

impl std::fmt::Display for Limits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "up to {} are low, from {} on high", self.low, self.high)
    }
}

/// What low and high scores of each driver do to the outcome.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PenaltyRewardFinding {
    n: u64,
    r_squared: f64,
    /// Scores up to this one are low.
    low_at_most: f64,
    /// Scores from this one on are high.
    high_at_least: f64,
    drivers: Vec<ContrastFinding>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ContrastFinding {
    driver: String,
    /// basic, performance, excitement, or unclear.
    class: String,
    /// Outcome of those who score it low less that of those in the middle.
    penalty: CoefficientFinding,
    /// Outcome of those who score it high less that of those in the middle.
    reward: CoefficientFinding,
    /// Reward plus penalty: above zero when the reward is the larger one.
    asymmetry: CoefficientFinding,
    /// Share of rows that score it low, 0 to 1.
    share_low: f64,
    /// Share of rows that score it high, 0 to 1.
    share_high: f64,
}

pub(super) fn tally(
    outcome: &str,
    drivers: &[String],
    limits: Limits,
) -> anyhow::Result<ContrastTally> {
    let attributes = drivers.iter().map(|name| ContrastAttribute {
        name: name.clone(),
        low_at_most: limits.low,
        high_at_least: limits.high,
    });
    Ok(ContrastTally::new(outcome, attributes.collect())?)
}

pub(super) fn found(
    tally: &ContrastTally,
    limits: Limits,
    level: Level,
) -> anyhow::Result<PenaltyRewardFinding> {
    let found = tally.contrasts(Weights::Sampling, level)?;
    let drivers = found.attributes.into_iter().map(|row| ContrastFinding {
        driver: row.attribute,
        class: row.class.to_string(),
        penalty: row.penalty.into(),
        reward: row.reward.into(),
        asymmetry: row.asymmetry.into(),
        share_low: row.share_low,
        share_high: row.share_high,
    });
    Ok(PenaltyRewardFinding {
        n: found.n,
        r_squared: found.r_squared,
        low_at_most: limits.low,
        high_at_least: limits.high,
        drivers: drivers.collect(),
    })
}

/// One table for all groups.
pub(super) fn grid<'a>(
    by: &str,
    found: impl Iterator<Item = (Option<&'a String>, &'a PenaltyRewardFinding)>,
) -> Grid {
    let mut grid = Grid::new(
        "Penalties and rewards",
        [
            by,
            "driver",
            "low %",
            "high %",
            "penalty",
            "p of penalty",
            "reward",
            "p of reward",
            "both",
            "p of both",
            "factor",
        ],
    );
    for (group, found) in found {
        for row in &found.drivers {
            grid.row([
                group.cloned().into(),
                row.driver.as_str().into(),
                num(row.share_low * 100.0, 1),
                num(row.share_high * 100.0, 1),
                num(row.penalty.value, 3),
                Cell::P(row.penalty.p_value),
                num(row.reward.value, 3),
                Cell::P(row.reward.p_value),
                num(row.asymmetry.value, 3),
                Cell::P(row.asymmetry.p_value),
                row.class.as_str().into(),
            ]);
        }
    }
    grid.without_empty()
}
