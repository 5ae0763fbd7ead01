use super::{Coefficient, DriverError, Ols, ols::coefficient};
use crate::{Level, Scale};

/// A driver whose mean is to move.
#[derive(Debug, Clone, PartialEq)]
pub struct DriverChange {
    /// Name of the driver.
    pub driver: String,
    /// By how much, in units of the driver; below zero for down.
    pub by: f64,
    /// Its answer scale: the mean stops at the ends.
    pub scale: Scale,
}

/// What the outcome does when drivers move.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulation {
    /// Name of the outcome.
    pub outcome: String,
    /// Its mean today, in its units.
    pub before: f64,
    /// Its mean afterwards, within its scale.
    pub after: f64,
    /// Afterwards less today, in units of the outcome.
    pub change: f64,
    /// Lower bound of the change.
    pub low: f64,
    /// Upper bound of the change.
    pub high: f64,
    /// Whether the outcome met the end of its scale.
    pub clipped: bool,
    /// A row per change.
    pub drivers: Vec<SimulatedDriver>,
    /// Rows behind the regression.
    pub n: u64,
    /// Confidence level of the bounds.
    pub level: Level,
}

/// One driver that moves.
#[derive(Debug, Clone, PartialEq)]
pub struct SimulatedDriver {
    /// Name of the driver.
    pub driver: String,
    /// Its mean today.
    pub from: f64,
    /// Its mean afterwards.
    pub to: f64,
    /// What this one adds to the outcome, in units of the outcome.
    pub effect: f64,
    /// Whether it met the end of its scale.
    pub clipped: bool,
}

/// A driver that could be improved.
#[derive(Debug, Clone, PartialEq)]
pub struct Improvement {
    /// Name of the driver.
    pub driver: String,
    /// Its answer scale.
    pub scale: Scale,
    /// What one unit costs, in any unit that is the same for all; 1 to compare the effects themselves.
    pub cost_per_unit: f64,
}

/// What improving a driver is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct WorthwhileChange {
    /// Name of the driver.
    pub driver: String,
    /// Change of the outcome per unit of the driver.
    pub per_unit: Coefficient,
    /// Change of the outcome per unit of cost.
    pub per_cost: Coefficient,
    /// Units up to the end of the scale.
    pub headroom: f64,
    /// Change of the outcome when all of the headroom is used.
    pub at_most: f64,
}

impl Ols {
    /// What the outcome does when the means of drivers move, the other drivers held.
    ///
    /// ```text
    /// Δⱼ = within the scale: clamp(meanⱼ + byⱼ) − meanⱼ      change = Σ bⱼ Δⱼ ∓ t √(Δᵀ V Δ)      V = covariance of the slopes
    /// ```
    /// Where the outcome meets the end of `scale`, change and bounds stop there too.
    ///
    /// ```
    /// use radost_stats::{Level, Scale, drivers::{DriverChange, Gram, Weights}};
    ///
    /// let mut gram = Gram::new(["overall", "price", "speed"])?;
    /// for row in [[7.0, 6.0, 8.0], [5.0, 5.0, 4.0], [9.0, 6.0, 10.0], [8.0, 9.0, 7.0], [3.0, 4.0, 2.0], [6.0, 7.0, 5.0]] {
    ///     gram.push(&row)?;
    /// }
    /// let ols = gram.moments(Weights::Sampling)?.model("overall", &["price", "speed"])?.ols(Level::P95);
    /// let scale = Scale::new(0.0, 10.0)?;
    /// let faster = ols.simulate(&[DriverChange { driver: "speed".into(), by: 1.0, scale }], Some(scale))?;
    /// assert!((faster.change - 0.611691).abs() < 1e-6 && (faster.low - 0.398624).abs() < 1e-6);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    /// # Units
    /// Those of drivers and outcome.
    /// # Assumptions
    /// Those of the linear model, and that moving a driver moves the outcome as their differences between customers do. Clipping is of
    /// the means; customers who are at the end of the scale already are not looked at.
    /// # Errors
    /// [`DriverError::UnknownColumn`]; [`DriverError::DuplicateColumn`] for a driver given twice; [`DriverError::Parameter`] for a change
    /// that is not finite; [`DriverError::Limits`] when a mean lies outside its scale.
    pub fn simulate(
        &self,
        changes: &[DriverChange],
        scale: Option<Scale>,
    ) -> Result<Simulation, DriverError> {
        let p = self.coefficients.len();
        let mut moved = vec![None; p];
        let mut drivers = Vec::with_capacity(changes.len());
        for DriverChange { driver, by, scale } in changes {
            let j = self.index(driver)?;
            if moved[j].is_some() {
                return Err(DriverError::DuplicateColumn {
                    column: driver.clone(),
                });
            }
            if !by.is_finite() {
                return Err(DriverError::Parameter {
                    parameter: "change",
                    value: *by,
                });
            }
            let from = self.coefficients[j].mean;
            check_within(driver, from, *scale)?;
            let to = (from + by).clamp(scale.min(), scale.max());
            moved[j] = Some(to - from);
            drivers.push(SimulatedDriver {
                driver: driver.clone(),
                from,
                to,
                effect: self.coefficients[j].slope.value * (to - from),
                clipped: to != from + by,
            });
        }
        let moved: Vec<f64> = moved.into_iter().map(|by| by.unwrap_or(0.0)).collect();
        let variance: f64 = (0..p)
            .flat_map(|i| (0..p).map(move |j| (i, j)))
            .map(|(i, j)| moved[i] * moved[j] * self.covariance[i * p + j])
            .sum();
        let effect: f64 = drivers.iter().map(|driver| driver.effect).sum();
        let Coefficient {
            value, low, high, ..
        } = self.coefficient(effect, variance.max(0.0).sqrt());
        let before = self.outcome_mean;
        if let Some(scale) = scale {
            check_within(&self.outcome, before, scale)?;
        }
        let within = |change: f64| match scale {
            Some(scale) => change.clamp(scale.min() - before, scale.max() - before),
            None => change,
        };
        Ok(Simulation {
            outcome: self.outcome.clone(),
            before,
            after: before + within(value),
            change: within(value),
            low: within(low),
            high: within(high),
            clipped: within(value) != value,
            drivers,
            n: self.n,
            level: self.level,
        })
    }

    /// Drivers by what improving them is worth, the most worthwhile first.
    ///
    /// The order is that of the estimates per cost; where intervals overlap the order is not certain. A driver without headroom comes last.
    ///
    /// # Units
    /// Units of the outcome per unit of the driver, and per unit of cost.
    /// # Assumptions
    /// As for [`simulate`](Self::simulate).
    /// # Errors
    /// [`DriverError::UnknownColumn`]; [`DriverError::Parameter`] for a cost of zero or below or not finite; [`DriverError::Limits`] when a mean
    /// lies outside its scale.
    pub fn worthwhile(
        &self,
        improvements: &[Improvement],
    ) -> Result<Vec<WorthwhileChange>, DriverError> {
        let mut found = Vec::with_capacity(improvements.len());
        for Improvement {
            driver,
            scale,
            cost_per_unit,
        } in improvements
        {
            let own = &self.coefficients[self.index(driver)?];
            if !(*cost_per_unit > 0.0 && cost_per_unit.is_finite()) {
                return Err(DriverError::Parameter {
                    parameter: "cost",
                    value: *cost_per_unit,
                });
            }
            check_within(driver, own.mean, *scale)?;
            let slope = own.slope;
            let headroom = scale.max() - own.mean;
            found.push(WorthwhileChange {
                driver: driver.clone(),
                per_unit: slope,
                per_cost: Coefficient {
                    value: slope.value / cost_per_unit,
                    standard_error: slope.standard_error / cost_per_unit,
                    low: slope.low / cost_per_unit,
                    high: slope.high / cost_per_unit,
                    ..slope
                },
                headroom,
                at_most: slope.value * headroom,
            });
        }
        let has_room = |change: &WorthwhileChange| change.headroom > 0.0;
        found.sort_by(|a, b| {
            let by_worth = b.per_cost.value.total_cmp(&a.per_cost.value);
            has_room(b).cmp(&has_room(a)).then(by_worth)
        });
        Ok(found)
    }

    fn index(&self, driver: &str) -> Result<usize, DriverError> {
        let unknown = || DriverError::UnknownColumn {
            column: driver.to_owned(),
        };
        self.coefficients
            .iter()
            .position(|own| own.driver == driver)
            .ok_or_else(unknown)
    }

    /// A combination of the slopes with its standard error.
    pub(super) fn coefficient(&self, value: f64, standard_error: f64) -> Coefficient {
        coefficient(
            value,
            standard_error,
            self.degrees_of_freedom,
            self.level.t_unchecked(self.degrees_of_freedom),
        )
    }
}

fn check_within(column: &str, mean: f64, scale: Scale) -> Result<(), DriverError> {
    if (scale.min()..=scale.max()).contains(&mean) {
        Ok(())
    } else {
        Err(DriverError::Limits {
            column: column.to_owned(),
            low: scale.min(),
            high: scale.max(),
        })
    }
}
