"""Expected values for the weighted scores and the raking of radost-stats, computed by statsmodels and scipy.

    pip install -r requirements.txt && python weighting.py

Each line is the call and its result; crates/stats/tests/weighting.rs quotes both.
"""

import numpy as np
from scipy import optimize, stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW


def show(call, *values):
    values = np.concatenate([np.ravel(np.asarray(value, float)) for value in values])
    print(f"{call}: " + ", ".join(f"{value:.12g}" for value in values))


# The same formulas are in the tests.
I = np.arange(40)
SCORES = (7 * I + 3 * (I // 5)) % 11
WEIGHTS = 0.5 + (I * 13 % 7) / 4
EFFECTIVE = WEIGHTS.sum() ** 2 / (WEIGHTS**2).sum()
SCALED = WEIGHTS * EFFECTIVE / WEIGHTS.sum()


def scores():
    show("effective n, design effect", EFFECTIVE, len(I) / EFFECTIVE)
    classes = np.select([SCORES >= 9, SCORES <= 6], [1, -1], 0)
    p, d = SCALED[classes == 1].sum(), SCALED[classes == -1].sum()
    adjusted = DescrStatsW([1, 0, -1], weights=[p + 0.75, EFFECTIVE - p - d + 1.5, d + 0.75], ddof=0)
    show("NPS, adjusted Wald", 100 * (p - d) / EFFECTIVE,
         100 * np.array(stats.norm.interval(0.95, adjusted.mean, np.sqrt(adjusted.var / adjusted.sum_weights))))
    top = SCALED[SCORES >= 8].sum()
    show("share, proportion_confint(wilson)", 100 * top / EFFECTIVE, 100 * np.array(proportion_confint(top, EFFECTIVE, 0.05, "wilson")))
    show("share, proportion_confint(beta)", 100 * np.array(proportion_confint(top, EFFECTIVE, 0.05, "beta")))
    mean = DescrStatsW(SCORES, weights=SCALED)
    show("DescrStatsW(SCORES, SCALED).mean, tconfint_mean(0.05)", mean.mean, mean.tconfint_mean(0.05))
    first, second = I < 20, I >= 20

    def part(rows):
        w = WEIGHTS[rows]
        return DescrStatsW(SCORES[rows], weights=w * w.sum() / (w**2).sum())

    compare = CompareMeans(part(second), part(first))
    t, p_value, _ = compare.ttest_ind(usevar="unequal")
    show("CompareMeans(second, first): difference, tconfint_diff, p", part(second).mean - part(first).mean,
         compare.tconfint_diff(0.05, usevar="unequal"), p_value)
    show("finite population of 100: DescrStatsW tconfint_mean by sqrt(1 - 0.4)", mean.mean + np.sqrt(0.6) * (np.array(mean.tconfint_mean(0.05)) - mean.mean))


def log_means():
    logs = DescrStatsW(np.log(1 + SCORES), weights=SCALED, ddof=1)
    m, s2 = logs.mean, logs.var
    error = np.sqrt(s2 / EFFECTIVE + s2**2 / (2 * (EFFECTIVE - 1)))
    show("exp(DescrStatsW(log(1 + SCORES), SCALED).tconfint_mean(0.05))", np.exp(m), np.exp(logs.tconfint_mean(0.05)))
    show("exp(m + s2/2), exp(norm.interval)", np.exp(m + s2 / 2), np.exp(stats.norm.interval(0.95, m + s2 / 2, error)))
    show("exp(t.interval)", np.exp(stats.t.interval(0.95, EFFECTIVE - 1, m + s2 / 2, error)))


def csi():
    """The variance by the numerical derivative of the index in each respondent's weight."""
    s = np.array([[5, 3], [4, 2], [3, 3], [5, 5], [2, 4], [4, 4], [1, 2], [5, 4]], float)
    m = np.array([[5, 2], [4, np.nan], [3, 2], [5, 1], [4, 4], [4, 3], [5, 5], [2, 3]], float)
    w = np.array([2, 1, 1, 0.5, 1.5, 1, 0.75, 1.25])

    def index(w):
        mean = lambda x: np.nansum(x * w[:, None], 0) / ((~np.isnan(x)) * w[:, None]).sum(0)
        importance = mean(m)
        return 100 * (importance / importance.sum() * (mean(s) - 1) / 4).sum()

    n_eff = w.sum() ** 2 / (w**2).sum()
    # The influence of one unit of weight; the variance is that of n_eff equally weighted respondents with these weighted moments.
    step = 1e-6
    influence = np.array([(index(w + step * np.eye(8)[r]) - index(w - step * np.eye(8)[r])) / (2 * step) for r in range(8)])
    variance = (w * influence**2).sum() * w.sum() / (n_eff - 1)
    show("csi, standard error, n_eff", index(w), np.sqrt(variance), n_eff)


def raking():
    """Weights of least Kullback-Leibler distance by Newton's method on the dual: no iterative proportional fitting."""
    n = 60
    i = np.arange(n)
    margins = [(i * 7 + i // 9) % 3, (i * 5 + i // 7) % 2, (i // 4 + i % 3) % 4]
    targets = [np.array([0.5, 0.3, 0.2]), np.array([0.48, 0.52]), np.array([10, 20, 30, 40]) / 100]
    base = 1 + (i % 4) / 2
    columns = np.column_stack([(c == k) for c, t in zip(margins, targets) for k in range(len(t))]).astype(float)
    wanted = n * np.concatenate(targets)
    dual = lambda x: (base * np.exp(columns @ x)).sum() - wanted @ x
    gradient = lambda x: columns.T @ (base * np.exp(columns @ x)) - wanted
    x = optimize.minimize(dual, np.zeros(columns.shape[1]), jac=gradient, method="BFGS", options={"gtol": 1e-12, "maxiter": 10000}).x
    for _ in range(20):
        w = base * np.exp(columns @ x)
        x -= np.linalg.lstsq(columns.T @ (w[:, None] * columns), gradient(x), rcond=None)[0]
    w = base * np.exp(columns @ x)
    show("raked weights 0, 1, 2, 17, 59, largest gap", w[[0, 1, 2, 17, 59]], abs(columns.T @ w - wanted).max())
    show("effective n", w.sum() ** 2 / (w**2).sum())
    for high in (2.0, 2.2):
        found = optimize.linprog(np.zeros(n), A_eq=columns.T, b_eq=wanted, bounds=[(0.3, high)] * n).success
        print(f"linprog finds weights from 0.3 to {high}: {found}")


def quantiles():
    order = np.argsort(SCORES, kind="stable")
    x, w = SCORES[order], WEIGHTS[order]
    share = np.cumsum(w) / w.sum()
    for p in (0.25, 0.5, 0.75):
        reach = stats.norm.isf(0.025) * np.sqrt(p * (1 - p) / EFFECTIVE)
        at = lambda q: x[np.searchsorted(share, q - 1e-12)]
        show(f"weighted quantile {p}, Woodruff", at(p), at(p - reach), at(p + reach))


def bca():
    mean = lambda x, w, axis=-1: (w * x).sum(axis=axis) / w.sum(axis=axis)
    x, w = SCORES.astype(float), WEIGHTS
    result = stats.bootstrap((x, w), mean, n_resamples=200_000, method="BCa", paired=True, batch=10_000, rng=np.random.default_rng(1))
    left = np.array([mean(np.delete(x, i), np.delete(w, i)) for i in range(len(x))])
    d = left.mean() - left
    show("scipy.stats.bootstrap((SCORES, WEIGHTS), mean, BCa, paired=True, 200000)", mean(x, w), *result.confidence_interval, result.standard_error)
    show("acceleration by the jackknife", (d**3).sum() / (6 * (d**2).sum() ** 1.5))


for part in (scores, log_means, csi, raking, quantiles, bca):
    part()
