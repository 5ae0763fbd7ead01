use crate::{
    IntervalMethod, Level,
    distributions::{normal_cdf, normal_quantile},
};

/// How bootstrap bounds are read off the draws.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum BootstrapInterval {
    /// The quantiles of the draws themselves.
    #[default]
    Percentile,
    /// Quantiles corrected for bias and for a spread that changes with the value (bias-corrected and accelerated). What that takes comes
    /// from leaving out each row or block or, in an importance of drivers with more than 200 of them, each of 200 groups.
    Bca,
}

impl From<BootstrapInterval> for IntervalMethod {
    fn from(interval: BootstrapInterval) -> Self {
        match interval {
            BootstrapInterval::Percentile => Self::PercentileBootstrap,
            BootstrapInterval::Bca => Self::BcaBootstrap,
        }
    }
}

impl std::fmt::Display for BootstrapInterval {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        IntervalMethod::from(*self).fmt(f)
    }
}

/// The quantile of sorted values by linear interpolation (type 7 of Hyndman and Fan, as numpy and R); `None` of no values.
pub(crate) fn percentile(sorted: &[f64], probability: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let position = probability.clamp(0.0, 1.0) * last as f64;
    let below = sorted.get(position.floor() as usize)?;
    let above = sorted.get(position.ceil() as usize)?;
    Some(below + (above - below) * position.fract())
}

/// The quantiles that leave as much outside as the level does; `None` of no draws.
pub(crate) fn percentile_bounds(sorted: &[f64], level: Level) -> Option<(f64, f64)> {
    let tail = level.alpha() / 2.0;
    Some((percentile(sorted, tail)?, percentile(sorted, 1.0 - tail)?))
}

/// Bias-corrected and accelerated bounds with the bias correction found; `None` of no draws.
///
/// Draws equal to the estimate count half, as scipy does, so that a number that cannot move has no bias; half a draw at least is on either
/// side, so that the correction stays finite.
pub(crate) fn bca_bounds(
    sorted: &[f64],
    estimate: f64,
    acceleration: f64,
    level: Level,
) -> Option<(f64, f64, f64)> {
    let below = sorted.partition_point(|&draw| draw < estimate) as f64;
    let up_to = sorted.partition_point(|&draw| draw <= estimate) as f64;
    let n = sorted.len() as f64;
    let share = ((below + up_to) / 2.0 / n).clamp(0.5 / n, 1.0 - 0.5 / n);
    let bias = normal_quantile(share);
    let bound = |z: f64| {
        let shifted = bias + z;
        let left = 1.0 - acceleration * shifted;
        // Beyond its pole the transformation turns round; the outermost draw is then all that can be said.
        let corrected = if left > 0.0 {
            bias + shifted / left
        } else {
            shifted.signum() * f64::INFINITY
        };
        percentile(sorted, normal_cdf(corrected))
    };
    Some((bound(-level.z())?, bound(level.z())?, bias))
}

/// Percentile bounds of sorted draws, or BCa when there is an acceleration; `None` of no draws.
pub(crate) fn bounds(
    sorted: &[f64],
    estimate: f64,
    acceleration: Option<f64>,
    level: Level,
) -> Option<(f64, f64)> {
    match acceleration {
        None => percentile_bounds(sorted, level),
        Some(acceleration) => {
            bca_bounds(sorted, estimate, acceleration, level).map(|(low, high, _)| (low, high))
        }
    }
}

/// Σ c d³ / 6 (Σ c d²)^{3/2} over the estimates made with a part of the sample left out and how often each is made, d being what it lacks
/// of their mean; 0 where leaving one out changes nothing.
pub(crate) fn acceleration(left_out: impl Iterator<Item = (f64, u64)> + Clone) -> f64 {
    let (n, sum) = left_out.clone().fold((0.0, 0.0), |(n, sum), (x, count)| {
        (n + count as f64, sum + count as f64 * x)
    });
    let mean = sum / n;
    let (squares, cubes) = left_out.fold((0.0, 0.0), |(squares, cubes), (x, count)| {
        let (d, c) = (mean - x, count as f64);
        (squares + c * d * d, cubes + c * d * d * d)
    });
    if squares > 0.0 {
        cubes / (6.0 * squares * squares.sqrt())
    } else {
        0.0
    }
}
