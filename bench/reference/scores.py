"""Expected values for the tests of radost-stats, computed by scipy and statsmodels.

    pip install -r requirements.txt && python scores.py

Each line is the call and its result; crates/stats/tests/reference.rs quotes both.
"""

import numpy as np
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    test_proportions_2indep,
)
from statsmodels.stats.weightstats import DescrStatsW


def show(call, *values):
    values = np.concatenate([np.ravel(value) for value in values])
    print(f"{call}: " + ", ".join(f"{value:.12g}" for value in values))


def quantiles():
    for level in (0.5, 0.9, 0.95, 0.99, 0.999999):
        show(f"norm.isf((1 - {level}) / 2)", stats.norm.isf((1 - level) / 2))
    for df in (1, 2, 3.7, 9, 30, 999, 99999, 1e6, 1e8, 1e12):
        for level in (0.5, 0.95, 0.9999):
            show(f"t.isf((1 - {level}) / 2, {df:g})", stats.t.isf((1 - level) / 2, df))


def nps():
    """NPS as the mean of -1, 0, 1 with weights: pseudo-responses are simply fractional weights."""

    def moments(p, a, d, pseudo):
        weights = [p + pseudo / 4, a + pseudo / 2, d + pseudo / 4]
        return DescrStatsW([1, 0, -1], weights=weights, ddof=0)

    for counts in ((50, 30, 20), (1, 0, 0), (10, 0, 0), (0, 0, 25), (431, 238, 331)):
        for name, pseudo in (("adjusted", 3), ("Wald", 0)):
            m = moments(*counts, pseudo)
            if m.var > 0:
                bounds = stats.norm.interval(0.95, m.mean, np.sqrt(m.var / m.sum_weights))
                show(f"{name} norm.interval(0.95, ...) {counts}", 100 * np.array(bounds))
    for later, earlier in (((60, 25, 15), (40, 30, 30)), ((5, 0, 0), (1000, 0, 0)), ((3, 2, 0), (1, 2, 3))):
        a, b = moments(*later, 3), moments(*earlier, 3)
        error = np.sqrt(a.var / a.sum_weights + b.var / b.sum_weights)
        bounds = stats.norm.interval(0.95, a.mean - b.mean, error)
        p = 2 * stats.norm.sf(abs(a.mean - b.mean) / error)
        show(f"difference {later} - {earlier}", 100 * np.array(bounds), p)


def csat():
    for satisfied, n in ((81, 263), (0, 10), (10, 10), (1, 1), (15, 148)):
        for level in (0.9, 0.95):
            bounds = proportion_confint(satisfied, n, alpha=1 - level, method="wilson")
            show(f"proportion_confint({satisfied}, {n}, {level}, 'wilson')", 100 * np.array(bounds))
    for a, n, b, m in ((56, 70, 48, 80), (5, 56, 0, 29), (10, 10, 0, 20), (9, 10, 3, 10)):
        bounds = confint_proportions_2indep(a, n, b, m, compare="diff", method="newcomb", alpha=0.05)
        p = test_proportions_2indep(a, n, b, m, compare="diff", method="score", correction=True).pvalue
        show(f"2indep({a}, {n}, {b}, {m}) newcomb, score", 100 * np.array(bounds), p)


def mean():
    a, b = [6, 7, 5, 7, 6], [4, 5, 3, 4, 5, 2]
    c = [7] * 40 + [6] * 31 + [5] * 12 + [4] * 9 + [3] * 5 + [2] * 2 + [1]
    large = [1e6 + x for x in (1, 2, 3, 4, 4)]
    for name, x in (("a", a), ("b", b), ("c", c), ("large", large)):
        x = np.array(x, float)
        bounds = stats.t.interval(0.95, len(x) - 1, x.mean(), stats.sem(x))
        show(f"mean, sd, t.interval {name}", x.mean(), x.std(ddof=1), bounds)
    for name, x, y in (("a, b", a, b), ("c, b", c, b)):
        test = stats.ttest_ind(x, y, equal_var=False)
        show(f"ttest_ind({name}, equal_var=False)", test.confidence_interval(0.95), test.pvalue)


NA = np.nan
CSI_SATISFACTION = [
    [5, 4, 8], [4, 4, 7], [3, NA, 9], [5, 5, 10], [2, 3, 4], [4, 2, NA], [4, 5, 8], [1, 2, 3],
    [5, 4, 9], [3, 3, 6], [NA, 4, 7], [4, 4, 8], [5, 3, 5], [2, 2, 6], [4, 5, 10], [3, 4, NA],
    [5, 5, 9], [4, 3, 7], [3, 4, 8], [4, NA, 6], [5, 4, 10], [2, 1, 2], [4, 4, 9], [5, 5, 8],
]
CSI_IMPORTANCE = [
    [5, 3, 4], [4, 2, NA], [5, 4, 3], [5, 1, 5], [3, 3, 2], [NA, NA, NA], [4, 2, 5], [5, 5, 1],
    [4, 3, 4], [3, 2, 3], [5, 4, 4], [4, NA, 5], [5, 2, 2], [2, 3, 3], [4, 1, 5], [3, 3, 4],
    [5, 2, 5], [NA, 3, 3], [4, 4, 4], [5, 2, 3], [4, 3, 5], [3, 5, 1], [5, 3, 4], [4, 2, 4],
]


def csi():
    """The variance here knows no formula: it is the numerical derivative of the index by each respondent's weight."""
    low, high = np.array([1, 1, 0]), np.array([5, 5, 10])
    s, m = np.array(CSI_SATISFACTION, float), np.array(CSI_IMPORTANCE, float)

    def index(weights, s=s, m=m):
        mean = lambda x: np.nansum(x * weights[:, None], 0) / ((~np.isnan(x)) * weights[:, None]).sum(0)
        importance = mean(m)
        return 100 * (importance / importance.sum() * (mean(s) - low) / (high - low)).sum()

    def variance(rows):
        one = np.zeros(len(s))
        one[rows] = 1
        step = 1e-5
        influence = []
        for r in rows:
            up, down = one.copy(), one.copy()
            up[r] += step
            down[r] -= step
            influence.append((index(up) - index(down)) / (2 * step))
        return len(rows) / (len(rows) - 1) * np.square(influence).sum()

    rows = np.arange(len(s))
    ones = np.ones(len(s))
    show("csi index, standard error", index(ones), np.sqrt(variance(rows)))
    show("csi mean satisfaction, mean importance", np.nanmean(s, 0), np.nanmean(m, 0))
    late, early = rows[12:], rows[:12]
    difference = index((rows >= 12) * 1.0) - index((rows < 12) * 1.0)
    error = np.sqrt(variance(late) + variance(early))
    show("csi last 12 - first 12: difference, error, p", difference, error, 2 * stats.norm.sf(abs(difference) / error))
    boot = stats.bootstrap(
        (rows,), lambda r: index(np.bincount(r.astype(int), minlength=len(s)) * 1.0),
        n_resamples=20000, method="percentile", vectorized=False, rng=np.random.default_rng(1),
    )
    show("scipy.stats.bootstrap(percentile, 20000)", *boot.confidence_interval, boot.standard_error)


def multiplicity():
    p = [0.01, 0.04, 0.03, 0.20, 0.04, 1.0, 0.0, 0.6]
    show(f"multipletests({p}, method='fdr_bh')", multipletests(p, method="fdr_bh")[1])


for part in (quantiles, nps, csat, mean, csi, multiplicity):
    part()
