use crate::{distributions::stirling_error, random::SplitMix64};

/// How often each of several values is met when `n` are drawn with replacement, each as likely as its weight says: how often it is there.
///
/// One binomial draw per value, each from what the earlier ones have left: the multinomial distribution exactly, in time that does not
/// depend on n.
pub(crate) fn resample_counts(
    weights: &[f64],
    n: u64,
    random: &mut SplitMix64,
    mut drawn: impl FnMut(usize, u64),
) {
    let (mut left, mut among) = (n, weights.iter().sum::<f64>());
    for (index, &weight) in weights.iter().enumerate() {
        if left == 0 {
            break;
        }
        let k = if weight >= among {
            left
        } else {
            binomial(left, weight / among, random)
        };
        drawn(index, k);
        left -= k;
        among -= weight;
    }
}

/// A draw from Binomial(n, p).
///
/// Small means by inversion from zero; others by Hörmann's transformed rejection BTRS (1993, Journal of Statistical Computation and
/// Simulation 46, 101–110), exact apart from the rounding of the acceptance test.
pub(crate) fn binomial(n: u64, p: f64, random: &mut SplitMix64) -> u64 {
    if p > 0.5 {
        return n - binomial(n, 1.0 - p, random);
    }
    if p <= 0.0 {
        return 0;
    }
    if n as f64 * p < 10.0 {
        return binomial_by_inversion(n, p, random);
    }
    let (count, q) = (n as f64, 1.0 - p);
    let deviation = (count * p * q).sqrt();
    let b = 1.15 + 2.53 * deviation;
    let a = -0.0873 + 0.0248 * b + 0.01 * p;
    let centre = count * p + 0.5;
    let inside = 0.92 - 4.2 / b;
    let height = (2.83 + 5.1 / b) * deviation;
    let mode = ((count + 1.0) * p).floor();
    loop {
        let u = random.unit() - 0.5;
        let v = random.unit();
        let edge = 0.5 - u.abs();
        let k = ((2.0 * a / edge + b) * u + centre).floor();
        if edge >= 0.07 && v <= inside {
            return k as u64;
        }
        if k < 0.0 || k > count {
            continue;
        }
        let bar = v * height / (a / (edge * edge) + b);
        if bar.ln() <= ln_binomial_ratio(count, p, k, mode) {
            return k as u64;
        }
    }
}

fn binomial_by_inversion(n: u64, p: f64, random: &mut SplitMix64) -> u64 {
    let odds = p / (1.0 - p);
    loop {
        let mut u = random.unit();
        let mut probability = (n as f64 * (-p).ln_1p()).exp();
        for k in 0..=n.min(200) {
            if u < probability {
                return k;
            }
            u -= probability;
            probability *= odds * (n - k) as f64 / (k + 1) as f64;
        }
    }
}

/// ln of P(k)/P(mode) under Binomial(n, p), by Stirling's formula on factorials shifted by one so that zero needs no case of its own.
fn ln_binomial_ratio(n: f64, p: f64, k: f64, mode: f64) -> f64 {
    let ln_factorial = |x: f64| (x + 0.5) * (x + 1.0).ln() - (x + 1.0) + stirling_error(x + 1.0);
    ln_factorial(mode) + ln_factorial(n - mode) - ln_factorial(k) - ln_factorial(n - k)
        + (k - mode) * (p / (1.0 - p)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binomial_draws_have_their_mean_and_variance() {
        for (n, p) in [
            (5, 0.3),
            (40, 0.02),
            (40, 0.5),
            (1000, 0.9),
            (1_000_000_000, 0.25),
        ] {
            let draws = 20_000;
            let mut random = SplitMix64::new(7);
            let (mean, variance) = (n as f64 * p, n as f64 * p * (1.0 - p));
            let (mut sum, mut squares) = (0.0, 0.0);
            for _ in 0..draws {
                let z = (binomial(n, p, &mut random) as f64 - mean) / variance.sqrt();
                sum += z;
                squares += z * z;
            }
            let count = f64::from(draws);
            assert!(
                (sum / count).abs() < 0.03,
                "mean for {n}, {p}: {}",
                sum / count
            );
            let spread = squares / count;
            assert!(
                (spread - 1.0).abs() < 0.06,
                "variance for {n}, {p}: {spread}"
            );
        }
    }

    #[test]
    fn binomial_draws_have_their_probabilities() {
        // scipy.stats.binom.pmf(k, 60, 0.4) for k = 20, 24, 28; each share of 100,000 draws within five standard errors
        let mut random = SplitMix64::new(11);
        let mut met = [0_u32; 61];
        for _ in 0..100_000 {
            met[binomial(60, 0.4, &mut random) as usize] += 1;
        }
        for (k, expected) in [(20, 0.06161054), (24, 0.10466918), (28, 0.05948152)] {
            let share = f64::from(met[k]) / 1e5;
            let error = (expected * (1.0 - expected) / 1e5_f64).sqrt();
            assert!((share - expected).abs() < 5.0 * error, "{k}: {share}");
        }
    }

    #[test]
    fn resampled_counts_add_up() {
        let mut random = SplitMix64::new(3);
        for _ in 0..200 {
            let mut drawn = [0; 4];
            resample_counts(&[5.0, 0.0, 90.0, 5.0], 100, &mut random, |i, k| {
                drawn[i] += k
            });
            assert_eq!(drawn.iter().sum::<u64>(), 100);
            assert_eq!(drawn[1], 0);
        }
    }
}
