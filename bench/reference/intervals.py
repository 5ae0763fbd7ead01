"""Expected values for intervals, quantiles and bootstraps of radost-stats, computed by scipy and statsmodels.

    pip install -r requirements.txt && python intervals.py

Each line is the call and its result; crates/stats/tests/intervals.rs quotes both.
"""

import numpy as np
from scipy import optimize, stats
from statsmodels.stats.proportion import proportion_confint


def show(call, *values):
    values = np.concatenate([np.ravel(np.asarray(value, float)) for value in values])
    print(f"{call}: " + ", ".join(f"{value:.12g}" for value in values))


def nps_score():
    """The score interval by brute force: the constrained likelihood is maximised numerically, the test inverted by brentq."""

    def statistic(x, m, y, lam):
        n = x + m + y

        def negative(d):
            p = d + lam
            return -sum(k * np.log(max(q, 1e-300)) for k, q in ((x, p), (y, d), (m, 1 - p - d)) if k)

        low, high = max(0.0, -lam), (1 - lam) / 2
        d = optimize.minimize_scalar(negative, bounds=(low, high), method="bounded", options={"xatol": 1e-13}).x
        d = min((low, d, high), key=negative)
        return (x - y - n * lam) / np.sqrt(n * (2 * d + lam - lam * lam))

    z = stats.norm.isf(0.025)
    for x, m, y in ((50, 30, 20), (431, 238, 331), (7, 2, 3), (10, 0, 0), (0, 12, 0), (3, 0, 1)):
        score = (x - y) / (x + m + y)
        bound = lambda end, sign: (
            optimize.brentq(lambda lam: statistic(x, m, y, lam) - sign * z, *sorted((score + (end - score) * 1e-9, end)), xtol=1e-13)
            if abs(score - end) > 1e-9 else end
        )
        show(f"brentq, minimize_scalar ({x}, {m}, {y})", 100 * bound(-1 + 1e-12, 1), 100 * bound(1 - 1e-12, -1))


def shares():
    for satisfied, n in ((81, 263), (0, 10), (10, 10), (15, 148), (999_000, 1_000_000)):
        for method in ("agresti_coull", "beta"):
            show(f"proportion_confint({satisfied}, {n}, 0.05, '{method}')",
                 100 * np.array(proportion_confint(satisfied, n, alpha=0.05, method=method)))
    q, k = 0.3, 37.5
    show("stats.beta.ppf, 11.25 of 37.5", 100 * stats.beta.ppf(0.025, q * k, k - q * k + 1),
         100 * stats.beta.ppf(0.975, q * k + 1, k - q * k))


MINUTES = [1.5, 2, 2, 2.5, 3, 3, 4, 4.5, 5, 5, 6, 8, 9, 12, 15, 21, 34]


def log_means():
    y = np.log(MINUTES)
    n, m, s2 = len(y), y.mean(), y.var(ddof=1)
    show("exp(t.interval(0.95, 16, m, sem))", np.exp(m), np.exp(stats.t.interval(0.95, n - 1, m, stats.sem(y))))
    error = np.sqrt(s2 / n + s2**2 / (2 * (n - 1)))
    show("exp(norm.interval(0.95, m + s2/2, error))", np.exp(m + s2 / 2), np.exp(stats.norm.interval(0.95, m + s2 / 2, error)))
    show("exp(t.interval(0.95, 16, m + s2/2, error))", np.exp(stats.t.interval(0.95, n - 1, m + s2 / 2, error)))


def quantiles():
    x = np.array(MINUTES)
    for p in (0.1, 0.25, 0.5, 0.9):
        interval = stats.quantile_test(x, q=0, p=p).confidence_interval(0.95)
        show(f"np.quantile(MINUTES, {p}), quantile_test(p={p}).confidence_interval(0.95)", np.quantile(x, p), interval)
    big = np.repeat(np.arange(11), [9000, 4000, 6000, 9000, 15000, 40000, 60000, 120000, 250000, 287000, 200000])
    for p in (0.5, 0.1):
        interval = stats.quantile_test(big, q=0, p=p).confidence_interval(0.95)
        show(f"a million answers, p={p}", np.quantile(big, p), interval)
    y = np.arange(1, 1001, dtype=float)
    for p in (0.5, 0.9):
        interval = stats.quantile_test(y, q=0, p=p).confidence_interval(0.99)
        low, high = interval.low, interval.high
        coverage = stats.binom.cdf(high - 1, 1000, p) - stats.binom.cdf(low - 1, 1000, p)
        show(f"1..1000, p={p}, 0.99, coverage", interval, coverage)


def bca():
    for name, x in (("MINUTES", np.array(MINUTES)), ("scale", np.repeat([1, 2, 3, 5, 7], [4, 6, 10, 30, 50]))):
        result = stats.bootstrap((x,), np.mean, n_resamples=200_000, method="BCa", batch=10_000, rng=np.random.default_rng(1))
        centred = x - x.mean()
        acceleration = (centred**3).sum() / (6 * (centred**2).sum() ** 1.5)
        show(f"scipy.stats.bootstrap({name}, BCa, 200000), acceleration", *result.confidence_interval, result.standard_error, acceleration)


for part in (nps_score, shares, log_means, quantiles, bca):
    part()
