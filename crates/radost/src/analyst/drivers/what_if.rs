//! What the outcome would do if drivers moved, and which drivers to move.

use anyhow::{Context, anyhow, bail};
use radost_stats::Scale;
use radost_stats::drivers::{
    Crosshair, DriverChange, ImportanceKind, Ols, QuadrantAttribute, importance_performance,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::super::answer::{Cell, Grid, num};

/// Drivers that move together: `wait=-1,staff=+0.5`.
#[derive(Debug, Clone)]
pub(super) struct Scenario {
    text: String,
    changes: Vec<(String, f64)>,
}

impl std::str::FromStr for Scenario {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = |part: &str| {
            anyhow!(
                "`{part}` is not a change; write by how much a driver moves, as wait=-1 or wait=+0.5"
            )
        };
        let changes = text.split([',', ';']).map(|part| {
            let (name, by) = part.rsplit_once('=').ok_or_else(|| wrong(part))?;
            let by = by.trim();
            // Without a sign it could be read as where the driver goes.
            if !by.starts_with(['+', '-', '−']) {
                return Err(wrong(part));
            }
            let by: f64 = by.replace('−', "-").parse().map_err(|_| wrong(part))?;
            if !by.is_finite() {
                bail!(wrong(part));
            }
            Ok((name.trim().to_owned(), by))
        });
        Ok(Self {
            text: text.to_owned(),
            changes: changes.collect::<Result<_, _>>()?,
        })
    }
}

/// What the outcome would do.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct WhatIfFinding {
    /// As it was asked.
    scenario: String,
    /// Mean of the outcome today.
    before: f64,
    /// Mean of the outcome afterwards.
    after: f64,
    change: f64,
    low: f64,
    high: f64,
    /// Whether the outcome met the end of its scale.
    clipped: bool,
    drivers: Vec<MovedDriver>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct MovedDriver {
    driver: String,
    /// Its mean today.
    from: f64,
    /// Its mean afterwards.
    to: f64,
    /// What this one adds to the outcome.
    effect: f64,
    /// Whether it met the end of its scale.
    clipped: bool,
}

/// The lowest and the highest answer of each column: where means stop.
#[derive(Debug)]
pub(super) struct Ends(Vec<(f64, f64)>);

impl Ends {
    pub(super) fn new(columns: usize) -> Self {
        Self(vec![(f64::INFINITY, f64::NEG_INFINITY); columns])
    }

    pub(super) fn push(&mut self, answers: &[Option<f64>]) {
        for ((low, high), answer) in self.0.iter_mut().zip(answers) {
            if let Some(answer) = answer {
                *low = low.min(*answer);
                *high = high.max(*answer);
            }
        }
    }

    fn scale(&self, column: usize) -> anyhow::Result<Scale> {
        let (low, high) = self.0.get(column).copied().unwrap_or_default();
        Ok(Scale::new(low, high)?)
    }
}

/// `columns` are the outcome and the drivers.
pub(super) fn simulate(
    scenario: &Scenario,
    columns: &[String],
    ols: &Ols,
    ends: &Ends,
) -> anyhow::Result<WhatIfFinding> {
    let changes = scenario.changes.iter().map(|(name, by)| {
        let place = columns.iter().skip(1).position(|column| column == name);
        let place = place.with_context(|| {
            let drivers: Vec<&str> = columns.iter().skip(1).map(String::as_str).collect();
            format!(
                "--what-if {}: `{name}` is not among the drivers {}",
                scenario.text,
                drivers.join(", ")
            )
        })?;
        Ok(DriverChange {
            driver: name.clone(),
            by: *by,
            scale: ends.scale(place + 1)?,
        })
    });
    let changes = changes.collect::<anyhow::Result<Vec<_>>>()?;
    let found = ols
        .simulate(&changes, Some(ends.scale(0)?))
        .with_context(|| format!("--what-if {}", scenario.text))?;
    Ok(WhatIfFinding {
        scenario: scenario.text.clone(),
        before: found.before,
        after: found.after,
        change: found.change,
        low: found.low,
        high: found.high,
        clipped: found.clipped,
        drivers: found
            .drivers
            .into_iter()
            .map(|driver| MovedDriver {
                driver: driver.driver,
                from: driver.from,
                to: driver.to,
                effect: driver.effect,
                clipped: driver.clipped,
            })
            .collect(),
    })
}

/// Two tables for all groups: the outcome, and the drivers that moved.
pub(super) fn grids<'a>(
    by: &str,
    outcome: &str,
    found: impl Iterator<Item = (Option<&'a String>, &'a WhatIfFinding)>,
) -> [Grid; 2] {
    let mut outcomes = Grid::new(
        format!("What {outcome} would do"),
        [by, "if", "before", "after", "change", "low", "high", "note"],
    );
    let mut drivers = Grid::new(
        "How drivers would move",
        [by, "if", "driver", "from", "to", "adds", "note"],
    );
    for (group, scenario) in found {
        let end = |clipped: bool| Cell::from(clipped.then_some("the end of the scale"));
        outcomes.row([
            group.cloned().into(),
            scenario.scenario.as_str().into(),
            num(scenario.before, 2),
            num(scenario.after, 2),
            num(scenario.change, 3),
            num(scenario.low, 3),
            num(scenario.high, 3),
            end(scenario.clipped),
        ]);
        for driver in &scenario.drivers {
            drivers.row([
                group.cloned().into(),
                scenario.scenario.as_str().into(),
                driver.driver.as_str().into(),
                num(driver.from, 2),
                num(driver.to, 2),
                num(driver.effect, 3),
                end(driver.clipped),
            ]);
        }
    }
    [outcomes.without_empty(), drivers.without_empty()]
}

/// Importance against performance, in four quadrants.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct QuadrantFinding {
    /// Importance from which a driver is important: the mean.
    pub(super) importance_line: f64,
    /// Performance from which a driver does well: the mean.
    pub(super) performance_line: f64,
    pub(super) drivers: Vec<PlacedDriver>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PlacedDriver {
    pub(super) driver: String,
    /// Its share of R², 0 to 1.
    pub(super) importance: f64,
    /// Its mean.
    pub(super) performance: f64,
    /// concentrate here, keep up the good work, low priority, or possible overkill.
    pub(super) quadrant: String,
}

/// Places drivers, given as name, share of R² and mean.
pub(super) fn quadrants<'a>(
    drivers: impl Iterator<Item = (&'a str, Option<f64>, f64)>,
) -> anyhow::Result<QuadrantFinding> {
    let attributes = drivers.map(|(name, importance, performance)| {
        Ok(QuadrantAttribute {
            name: name.to_owned(),
            importance: importance
                .context("--quadrants needs importances; choose a --method other than ols")?,
            performance,
        })
    });
    let attributes = attributes.collect::<anyhow::Result<Vec<_>>>()?;
    let map = importance_performance(attributes, Crosshair::Means, ImportanceKind::Derived)?;
    Ok(QuadrantFinding {
        importance_line: map.importance_line,
        performance_line: map.performance_line,
        drivers: map
            .attributes
            .into_iter()
            .map(|row| PlacedDriver {
                driver: row.attribute.name,
                importance: row.attribute.importance,
                performance: row.attribute.performance,
                quadrant: row.quadrant.to_string(),
            })
            .collect(),
    })
}

pub(super) fn quadrant_grid<'a>(
    by: &str,
    found: impl Iterator<Item = (Option<&'a String>, &'a QuadrantFinding)>,
) -> Grid {
    let mut grid = Grid::new(
        "Importance and performance",
        [by, "driver", "importance %", "mean", "what to do"],
    );
    for (group, map) in found {
        for driver in &map.drivers {
            grid.row([
                group.cloned().into(),
                driver.driver.as_str().into(),
                num(driver.importance * 100.0, 1),
                num(driver.performance, 2),
                driver.quadrant.as_str().into(),
            ]);
        }
    }
    grid.without_empty()
}
