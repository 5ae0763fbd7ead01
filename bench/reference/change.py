"""Expected values for change points and trends of radost-stats, by scipy and by looking at all segmentations.

    pip install -r requirements.txt && python change.py

crates/stats/tests/change.rs quotes the results.
"""

import numpy as np
from scipy import stats


def show(call, *values):
    values = np.concatenate([np.ravel(value) for value in values])
    print(f"{call}: " + ", ".join(f"{value:.12g}" for value in values))


SERIES = np.array([10 * (i // 25 % 2) / 4 + 50 + (17 * i * i + 5 * i) % 19 / 6 - 0.8 * (i >= 60) for i in range(90)])
SHARES = [(60 + (11 * i * i) % 17 - 25 * (12 <= i < 20), 120 + 5 * (i % 3)) for i in range(30)]


def partition(n, cost, penalty, smallest):
    """Exact: every last segment of every end."""
    best, before = [-penalty] + [np.inf] * n, [0] * (n + 1)
    for end in range(smallest, n + 1):
        for start in range(0, end - smallest + 1):
            value = best[start] + cost(start, end) + penalty
            if value < best[end]:
                best[end], before[end] = value, start
    cuts, end = [], n
    while before[end]:
        end = before[end]
        cuts.append(end)
    return cuts[::-1], best[n]


def changes():
    steps = np.diff(SERIES)
    sigma = stats.median_abs_deviation(steps, scale="normal") / np.sqrt(2)
    cost = lambda a, b: np.square(SERIES[a:b] - SERIES[a:b].mean()).sum() / sigma**2
    penalty = 2 * np.log(len(SERIES))
    show("median_abs_deviation(diff, scale='normal') / sqrt(2)", sigma)
    for smallest in (1, 2, 10):
        cuts, total = partition(len(SERIES), cost, penalty, smallest)
        show(f"all segmentations of SERIES, at least {smallest}: cuts, cost", cuts, total - penalty * len(cuts))

    def binomial(a, b):
        x, n = np.sum(SHARES[a:b], axis=0)
        return -2 * stats.binom.logpmf(x, n, x / n) + 2 * stats.binom.logpmf(x, n, 0.5) - 2 * n * np.log(0.5)

    cuts, total = partition(len(SHARES), binomial, 2 * np.log(len(SHARES)), 2)
    show("all segmentations of SHARES: cuts, cost", cuts, total - 2 * np.log(len(SHARES)) * len(cuts))


def trends():
    t = np.arange(1.0, 9)
    for name, times, y in (
        ("doc", t, [3.9, 4.0, 4.0, 4.2, 4.1, 4.3, 4.2, 4.4]),
        ("SERIES[:24]", np.arange(24) * 1.5 + (np.arange(24) % 3) / 4, SERIES[:24] + 0.05 * np.arange(24)),
        ("ties", np.arange(15), [3, 4, 4, 3, 5, 4, 5, 4, 4, 5, 5, 6, 5, 4, 6]),
    ):
        slope = stats.theilslopes(y, times, alpha=0.95)
        tau = stats.kendalltau(times, y, method="asymptotic")
        n = len(y)
        s = np.sign(np.subtract.outer(np.array(y), np.array(y)))[np.tril_indices(n, -1)].sum()
        ties = np.unique(y, return_counts=True)[1]
        sd = np.sqrt((n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18)
        show(f"theilslopes, kendalltau ({name})", slope.slope, slope.low_slope, slope.high_slope, tau.statistic)
        # kendalltau has no continuity correction: its z is S / sd, which checks the standard deviation
        show(f"S, S/sd, norm.isf(kendalltau p / 2), p with continuity ({name})", s, s / sd, stats.norm.isf(tau.pvalue / 2),
             2 * stats.norm.sf((abs(s) - 1) / sd))


changes()
trends()
