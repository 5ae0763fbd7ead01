use super::{
    gamma_gamma::GammaGamma,
    history::{History, HistoryTally},
    model::{DiscountRate, Horizon, ModelError, PurchaseModel, Until, in_chunks},
};
use crate::{Cancelled, Progress, retention::CustomerSummary};

/// How well a model fitted to the calibration period foretold the purchases of the holdout period.
#[derive(Debug, Clone, PartialEq)]
pub struct HoldoutReport {
    /// Customers compared.
    pub n: u64,
    /// Length of the holdout period, in the unit of the histories.
    pub horizon: Horizon,
    /// Purchases all customers made in the holdout period.
    pub actual_total: u64,
    /// Purchases expected of them.
    pub expected_total: f64,
    /// Expected minus actual total, as a share of the actual one: 0.1 is ten percent too many. `None` when nobody bought.
    pub relative_bias: Option<f64>,
    /// Mean absolute error per customer, in purchases.
    pub mean_absolute_error: f64,
    /// Root mean squared error per customer, in purchases.
    pub root_mean_squared_error: f64,
    /// Customers by their repeat purchases in the calibration period; the last row holds all above.
    pub by_frequency: Vec<FrequencyRow>,
}

/// Customers with one number of repeat purchases in the calibration period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FrequencyRow {
    /// Repeat purchases in the calibration period, or more in the last row.
    pub frequency: u64,
    /// Customers.
    pub customers: u64,
    /// Mean purchases they made in the holdout period.
    pub actual_mean: f64,
    /// Mean purchases expected of them.
    pub expected_mean: f64,
}

/// Compares a model's conditional expectations with a holdout period, customer by customer.
///
/// ```text
/// MAE = Σ |eᵢ| / n      RMSE = √( Σ eᵢ² / n )      eᵢ = E[X(T, T+t) | xᵢ, t_xᵢ, Tᵢ] − x*ᵢ
/// ```
/// Customers with `largest` repeats or more share the last row of the table.
///
/// ```
/// use radost_stats::{Progress, retention::*};
///
/// let model = BgNbd::new(0.243, 4.414, 0.793, 2.426, Dropout::AfterRepeats)?;
/// let customer = CustomerSummary {
///     customer: 1, history: History::new(0, 0.0, 39.0)?, mean_repeat_value: 0.0, value: 20.0, holdout_frequency: 1, holdout_value: 20.0,
/// };
/// let report = validate_holdout(&model, &[customer], Horizon::new(39.0)?, 7, Progress::none())?;
/// assert!((report.mean_absolute_error - 0.805469).abs() < 1e-6); // 0.1945 purchases were expected
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
/// # Errors
/// [`ModelError::NoCustomers`] for an empty list; [`ModelError::Cancelled`].
pub fn validate_holdout(
    model: &impl PurchaseModel,
    customers: &[CustomerSummary],
    horizon: Horizon,
    largest: u64,
    progress: Progress<'_>,
) -> Result<HoldoutReport, ModelError> {
    if customers.is_empty() {
        return Err(ModelError::NoCustomers);
    }
    let histories: Vec<History> = customers.iter().map(|customer| customer.history).collect();
    let tally = HistoryTally::from_histories(&histories);
    let forecasts = model.forecast(&tally, horizon, progress)?;
    let mut rows: Vec<FrequencyRow> = Vec::new();
    let (mut absolute, mut squared, mut expected_total, mut actual_total) = (0.0, 0.0, 0.0, 0_u64);
    let mut sorted: Vec<&CustomerSummary> = customers.iter().collect();
    sorted.sort_by(|a, b| {
        order(&a.history)
            .partial_cmp(&order(&b.history))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    let expected = forecasts.iter().flat_map(|forecast| {
        std::iter::repeat_n(forecast.expected_purchases, forecast.customers as usize)
    });
    for (customer, expected) in sorted.into_iter().zip(expected) {
        let error = expected - customer.holdout_frequency as f64;
        absolute += error.abs();
        squared += error * error;
        expected_total += expected;
        actual_total = actual_total.saturating_add(customer.holdout_frequency);
        let frequency = customer.history.frequency().min(largest);
        match rows.last_mut().filter(|row| row.frequency == frequency) {
            Some(row) => {
                row.customers += 1;
                row.actual_mean += customer.holdout_frequency as f64;
                row.expected_mean += expected;
            }
            None => rows.push(FrequencyRow {
                frequency,
                customers: 1,
                actual_mean: customer.holdout_frequency as f64,
                expected_mean: expected,
            }),
        }
    }
    for row in &mut rows {
        row.actual_mean /= row.customers as f64;
        row.expected_mean /= row.customers as f64;
    }
    let n = customers.len() as f64;
    Ok(HoldoutReport {
        n: customers.len() as u64,
        horizon,
        actual_total,
        expected_total,
        relative_bias: (actual_total > 0).then(|| expected_total / actual_total as f64 - 1.0),
        mean_absolute_error: absolute / n,
        root_mean_squared_error: (squared / n).sqrt(),
        by_frequency: rows,
    })
}

fn order(history: &History) -> (u64, f64, f64) {
    (history.frequency(), history.recency(), history.age())
}

/// Repeat purchases of a group of customers up to some time after the first of them came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrackingPoint {
    /// Time since the earliest first purchase of the group, in the unit of the histories.
    pub time: f64,
    /// Repeat purchases all customers together are expected to have made by then.
    pub expected: f64,
}

/// Expected cumulative repeat purchases of all customers, to lay beside the actual ones.
///
/// ```text
/// Σᵢ E[X(t − birthᵢ)]   over those born before t,   birthᵢ = max T − Tᵢ
/// ```
/// The customers' ages tell when they were born, so a tally of the calibration period also tracks the holdout period.
///
/// ```
/// use radost_stats::{Progress, retention::*};
///
/// let model = BgNbd::new(0.243, 4.414, 0.793, 2.426, Dropout::AfterRepeats)?;
/// let two = HistoryTally::from_histories(&[History::new(0, 0.0, 39.0)?, History::new(0, 0.0, 38.0)?]);
/// let points = expected_tracking(&model, &two, &[1.0, 2.0], Progress::none())?;
/// assert!((points[0].expected - 0.053268).abs() < 1e-6); // the second customer comes a week later
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
/// # Errors
/// [`ModelError::NoCustomers`] for an empty tally; [`ModelError::Argument`] for a time that is NaN, infinite or below zero;
/// [`ModelError::Cancelled`].
pub fn expected_tracking(
    model: &impl PurchaseModel,
    tally: &HistoryTally,
    times: &[f64],
    progress: Progress<'_>,
) -> Result<Vec<TrackingPoint>, ModelError> {
    let mut ages: Vec<(f64, u64)> = tally
        .folded()
        .iter()
        .map(|(history, count)| (history.age(), *count))
        .collect();
    ages.sort_by(|a, b| b.0.total_cmp(&a.0));
    ages.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 = kept.1.saturating_add(next.1);
        }
        same
    });
    let Some(&(oldest, _)) = ages.first() else {
        return Err(ModelError::NoCustomers);
    };
    let times: Vec<Horizon> = times
        .iter()
        .map(|&time| Horizon::new(time))
        .collect::<Result<_, _>>()?;
    let points = in_chunks(&times, progress, |time| {
        let born = ages
            .iter()
            .map(|&(age, count)| (time.get() - (oldest - age), count));
        let expected = born
            .take_while(|&(watched, _)| watched > 0.0)
            .filter_map(|(watched, count)| {
                Some(count as f64 * model.expectation(Horizon::new(watched).ok()?))
            })
            .sum();
        TrackingPoint {
            time: time.get(),
            expected,
        }
    })?;
    Ok(points)
}

/// What one customer is worth from now on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LifetimeValue {
    /// Discounted expected residual transactions: coming purchases at their present value.
    pub discounted_purchases: f64,
    /// Expected value of one of them, in money.
    pub spend_per_purchase: f64,
    /// Present value of the coming purchases times the margin, in money.
    pub value: f64,
    /// Probability that the customer is still active, 0 to 1.
    pub probability_alive: f64,
}

/// What a customer's coming purchases are worth today: purchases by a purchase model, their value by Gamma–Gamma.
///
/// ```text
/// value = margin · E[M | x, m] · DERT
/// ```
/// `mean_value` is the mean of the repeat purchases; the first purchase does not count in either model. `margin` is the share of the
/// spend that is kept, 1 for revenue.
///
/// ```
/// use radost_stats::retention::*;
///
/// let purchases = ParetoNbd::new(0.553, 10.578, 0.606, 11.669)?;
/// let spends = GammaGamma::new(6.25, 3.74, 15.44)?;
/// let customer = History::new(2, 30.43, 38.86)?;
/// let rate = DiscountRate::effective(0.15, 52.0)?;
/// let worth = lifetime_value(&purchases, &spends, &customer, 22.345, 1.0, Until::Forever, rate)?;
/// assert!((worth.discounted_purchases - 6.501731).abs() < 1e-6);
/// assert!((worth.value - 160.330158).abs() < 1e-5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
/// # Assumptions
/// Those of both models, and that how much a customer spends does not depend on how often, nor on whether they are still active.
/// # Errors
/// [`ModelError::Argument`] when the margin is not finite or the expected spend is infinite (q ≤ 1).
/// # Sources
/// Fader, Hardie and Lee (2005), Journal of Marketing Research 42(4), 415–430.
pub fn lifetime_value(
    purchases: &impl PurchaseModel,
    spends: &GammaGamma,
    history: &History,
    mean_value: f64,
    margin: f64,
    until: Until,
    rate: DiscountRate,
) -> Result<LifetimeValue, ModelError> {
    if !margin.is_finite() {
        return Err(ModelError::Argument {
            what: "margin",
            value: margin,
        });
    }
    let spend = spends.expected_spend(history.frequency(), mean_value);
    let spend_per_purchase = spend.ok_or(ModelError::Argument {
        what: "shape q of spends with a finite mean",
        value: spends.q(),
    })?;
    let discounted_purchases = purchases.discounted_expectation(history, until, rate);
    Ok(LifetimeValue {
        discounted_purchases,
        spend_per_purchase,
        value: margin * spend_per_purchase * discounted_purchases,
        probability_alive: purchases.probability_alive(history),
    })
}

/// [`lifetime_value`] of many customers on all cores, in their order.
///
/// # Errors
/// As [`lifetime_value`], and [`ModelError::Cancelled`].
pub fn lifetime_values(
    purchases: &impl PurchaseModel,
    spends: &GammaGamma,
    customers: &[CustomerSummary],
    margin: f64,
    until: Until,
    rate: DiscountRate,
    progress: Progress<'_>,
) -> Result<Vec<LifetimeValue>, ModelError> {
    let values: Result<Vec<_>, Cancelled> = in_chunks(customers, progress, |customer| {
        let (history, mean) = (&customer.history, customer.mean_repeat_value);
        lifetime_value(purchases, spends, history, mean, margin, until, rate)
    });
    values?.into_iter().collect()
}
