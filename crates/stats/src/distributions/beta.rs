use std::f64::consts::TAU;

use super::{
    gamma::{STEPS, Tail, deviance, stirling_error},
    solve::root,
};

/// Regularised incomplete beta function Iₓ(a, b), for a and b above zero.
#[cfg(test)]
pub(super) fn beta_cdf(a: f64, b: f64, x: f64) -> f64 {
    beta_tail(a, b, x, 1.0 - x).upper()
}

/// The x with Iₓ(a, b) = `probability`.
pub(crate) fn beta_quantile(a: f64, b: f64, probability: f64) -> f64 {
    1.0 / (1.0 + beta_odds(a, b, probability))
}

/// P(X ≤ k) of X ~ Binomial(n, p).
pub(crate) fn binomial_cdf(k: u64, n: u64, p: f64) -> f64 {
    if k >= n {
        1.0
    } else {
        beta_tail((n - k) as f64, k as f64 + 1.0, 1.0 - p, p).upper()
    }
}

/// P(F > f) with `between` and `within` degrees of freedom.
pub(crate) fn f_sf(f: f64, between: f64, within: f64) -> f64 {
    f_tail(f, between, within).upper()
}

/// ln P(F > f), which goes on where the probability itself is too small for a number.
pub(crate) fn ln_f_sf(f: f64, between: f64, within: f64) -> f64 {
    f_tail(f, between, within).ln_upper()
}

/// The f that an F variable exceeds with `probability`.
pub(crate) fn f_exceeded(probability: f64, between: f64, within: f64) -> f64 {
    beta_odds(within / 2.0, between / 2.0, probability) * within / between
}

/// Two-sided p-value of Student's `t`.
pub(crate) fn two_sided_t(t: f64, freedom: f64) -> f64 {
    let scaled = t / freedom.sqrt();
    tail_at_odds(freedom / 2.0, 0.5, scaled * scaled).upper()
}

/// The t that Student's |t| exceeds with `probability`.
pub(crate) fn two_sided_t_quantile(probability: f64, freedom: f64) -> f64 {
    (beta_odds(freedom / 2.0, 0.5, probability) * freedom).sqrt()
}

fn f_tail(f: f64, between: f64, within: f64) -> Tail {
    // From the ratio, so that neither part overflows.
    tail_at_odds(within / 2.0, between / 2.0, between / within * f)
}

/// Iₓ(a, b) at the odds (1 − x) / x; 1 where they are not above zero.
fn tail_at_odds(a: f64, b: f64, odds: f64) -> Tail {
    if odds <= 0.0 {
        return Tail::Lower(f64::NEG_INFINITY);
    }
    let y = if odds.is_infinite() {
        1.0
    } else {
        odds / (1.0 + odds)
    };
    beta_tail(a, b, 1.0 / (1.0 + odds), y)
}

/// Iₓ(a, b) as the upper tail, with y = 1 − x given apart so that neither end loses digits.
pub(super) fn beta_tail(a: f64, b: f64, x: f64, y: f64) -> Tail {
    if x.is_nan() || y.is_nan() {
        Tail::Upper(f64::NAN)
    } else if x <= 0.0 {
        Tail::Upper(f64::NEG_INFINITY)
    } else if y <= 0.0 {
        Tail::Lower(f64::NEG_INFINITY)
    } else if x <= a / (a + b) {
        Tail::Upper(ln_below_mean(a, b, x, y))
    } else {
        Tail::Lower(ln_below_mean(b, a, y, x))
    }
}

/// ln Iₓ(a, b) for x up to the mean, by the continued fraction of DiDonato and Morris (1992, ACM Transactions on Mathematical Software
/// 18(3), 360–373): the even part of DLMF 8.17.22, whose partial denominators hold no difference of nearly equal numbers.
fn ln_below_mean(a: f64, b: f64, x: f64, y: f64) -> f64 {
    // a − (a + b) x from the smaller end.
    let lead = 1.0
        + if x < y {
            a - (a + b) * x
        } else {
            (a + b) * y - b
        };
    let mut d = (a + 1.0) / (a * lead);
    let (mut c, mut fraction) = (f64::INFINITY, d);
    for step in 1..STEPS {
        let n = f64::from(step);
        let (before, at, after) = (a + 2.0 * n - 1.0, a + n, a + 2.0 * n + 1.0);
        let reach = n * (b - n) * x / before;
        let numerator = (at - 1.0) / before * (at + b - 1.0) * x * reach;
        let denominator = n + reach + at / after * (lead + n * (1.0 + y));
        d = 1.0 / (denominator + numerator * d);
        c = denominator + numerator / c;
        let change = c * d;
        fraction *= change;
        if (change - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    ln_power(a, b, x, y) + fraction.ln()
}

/// ln( xᵃ yᵇ / B(a, b) ) with y = 1 − x.
fn ln_power(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    0.5 * (a * (b / n) / TAU).ln() + stirling_error(n)
        - stirling_error(a)
        - stirling_error(b)
        - deviance(a, n * x)
        - deviance(b, n * y)
}

/// Γ(a+b+1) / (Γ(a+1) Γ(b+1)) · xᵃ yᵇ, for a and b above zero.
pub(super) fn binomial_density(a: f64, b: f64, x: f64, y: f64) -> f64 {
    (a + b) / (a * b) * ln_power(a, b, x, y).exp()
}

/// The odds (1 − x) / x at which Iₓ(a, b) = `probability`.
///
/// Newton's method on ln I against the logarithm of the odds, where both ends have room: there dI = −xᵃ yᵇ / B(a, b).
fn beta_odds(a: f64, b: f64, probability: f64) -> f64 {
    if probability > 0.5 {
        return 1.0 / beta_odds(b, a, 1.0 - probability);
    }
    if probability <= 0.0 {
        return f64::INFINITY;
    }
    let target = probability.ln();
    let ln_odds = root(-744.0, 709.0, (b / a).ln(), |u| {
        let odds = u.exp();
        let (x, y) = (1.0 / (1.0 + odds), odds / (1.0 + odds));
        let ln = beta_tail(a, b, x, y).ln_upper();
        (target - ln, (ln_power(a, b, x, y) - ln).exp())
    });
    ln_odds.exp()
}
