use super::{
    beta::{beta_tail, binomial_density},
    gamma::{gamma_tail, poisson_density},
    normal_cdf,
    solve::bisect,
};

/// P(χ² ≤ x) with noncentrality `lambda`: a Poisson mixture, summed down from its far end, where the recursion only adds.
pub(crate) fn noncentral_chi_squared_cdf(x: f64, freedom: f64, lambda: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if lambda > 1e9 {
        return normal_cdf((x - freedom - lambda) / (2.0 * (freedom + 2.0 * lambda)).sqrt());
    }
    let half = lambda / 2.0;
    let a = |j: f64| freedom / 2.0 + j;
    mixture(
        half,
        |j| gamma_tail(a(j), x / 2.0).turned().upper(),
        |j| poisson_density(a(j), x / 2.0),
        |j| 2.0 * a(j) / x,
    )
}

/// P(F ≤ f) with noncentrality `lambda`.
pub(crate) fn noncentral_f_cdf(f: f64, between: f64, within: f64, lambda: f64) -> f64 {
    if f <= 0.0 {
        return 0.0;
    }
    if lambda > 1e9 || within > 1e12 {
        return noncentral_chi_squared_cdf(f * between, between, lambda);
    }
    let total = within + between * f;
    let (x, y) = (between * f / total, within / total);
    let half = lambda / 2.0;
    let (a, b) = (|j: f64| between / 2.0 + j, within / 2.0);
    mixture(
        half,
        |j| beta_tail(a(j), b, x, y).upper(),
        |j| b / (a(j) + b) * binomial_density(a(j), b, x, y),
        |j| a(j) / ((a(j) + b - 1.0) * x),
    )
}

/// The mean of `cdf(j)` over a Poisson-distributed j: from the far end of its mass, where all but 10⁻¹⁵ of it lies inside, downwards.
///
/// There cdf(j − 1) = cdf(j) + density(j − 1), and density(j − 1) = density(j) · ratio(j).
fn mixture(
    mean: f64,
    cdf: impl Fn(f64) -> f64,
    density: impl Fn(f64) -> f64,
    ratio: impl Fn(f64) -> f64,
) -> f64 {
    let reach = 9.0 * mean.sqrt();
    let first = (mean - reach).floor().max(0.0);
    let mut j = (mean + reach + 40.0).ceil();
    let (mut weight, mut step, mut below) = (poisson_density(j, mean), density(j), cdf(j));
    let mut sum = weight * below;
    while j > first {
        weight = advance(weight, j / mean, || poisson_density(j - 1.0, mean));
        step = advance(step, ratio(j), || density(j - 1.0));
        j -= 1.0;
        below += step;
        sum += weight * below;
    }
    sum.clamp(0.0, 1.0)
}

/// The next of a chain of densities; anew where the chain has come from next to nothing.
fn advance(density: f64, ratio: f64, anew: impl Fn() -> f64) -> f64 {
    if density > 1e-250 {
        density * ratio
    } else {
        anew()
    }
}

/// P(T ≤ t) for a noncentral t: Φ(t s − δ) averaged over s = √(χ²/ν), by the trapezoid rule in ln s², which converges exponentially.
pub(crate) fn noncentral_t_cdf(t: f64, freedom: f64, delta: f64) -> f64 {
    if freedom > 1e9 {
        return normal_cdf(t - delta);
    }
    let log_density = |u: f64| freedom / 2.0 * (u - u.exp() + 1.0);
    let spread = (2.0 / freedom).sqrt();
    let sharpest = 2.0 / t.abs().max(delta.abs()).max(1e-3);
    let step = (spread.min(sharpest) / 6.0).max(spread / 20_000.0);
    let (mut mass, mut sum) = (1.0, normal_cdf(t - delta));
    for direction in [-1.0, 1.0] {
        for i in 1..4_000_000 {
            let u = direction * step * f64::from(i);
            let log = log_density(u);
            if log < -38.0 {
                break;
            }
            let weight = log.exp();
            mass += weight;
            sum += weight * normal_cdf(t * (u / 2.0).exp() - delta);
        }
    }
    (sum / mass).clamp(0.0, 1.0)
}

/// The bounds of a noncentrality: where the observed statistic is the upper and the lower α/2 point. Zero where it never is.
pub(crate) fn noncentrality_bounds(alpha: f64, guess: f64, cdf: impl Fn(f64) -> f64) -> (f64, f64) {
    let at = |p: f64| {
        if cdf(0.0) <= p {
            return 0.0;
        }
        let mut high = guess.max(1.0);
        while cdf(high) > p && high < 1e12 {
            high *= 2.0;
        }
        bisect(0.0, high, |lambda| cdf(lambda) > p)
    };
    (at(1.0 - alpha / 2.0), at(alpha / 2.0))
}
