"""Expected values for the Kano method of radost-stats, computed by scipy, statsmodels and numpy.

    pip install -r requirements.txt && python kano.py

Each line is the call and its result; crates/stats/tests/kano.rs quotes both.
"""

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW


def show(call, *values):
    print(f"{call}: " + ", ".join(f"{value:.12g}" for value in np.concatenate([np.ravel(v) for v in values])))


def coefficients(a, o, m, i):
    """Moments of the indicators of Better and Worse over one row per respondent."""
    x = np.repeat([1.0, 1.0, 0.0, 0.0], [a, o, m, i])
    y = -np.repeat([0.0, 1.0, 1.0, 0.0], [a, o, m, i])
    n = len(x)
    v = np.cov(x, y, ddof=0) / n
    values, vectors = np.linalg.eigh(v)
    major = vectors[:, 1] * np.sign(vectors[0, 1] or 1)
    radius = np.sqrt(stats.chi2.ppf(0.95, 2))
    name = f"A, O, M, I = {a, o, m, i}"
    show(f"{name}: Better, Worse, standard errors, covariance", x.mean(), y.mean(), np.sqrt(np.diag(v)), v[0, 1])
    show(f"{name}: proportion_confint(A + O, N, 0.05, 'normal')", proportion_confint(a + o, n, 0.05, "normal"))
    show(f"{name}: proportion_confint(O + M, N, 0.05, 'normal')", proportion_confint(o + m, n, 0.05, "normal"))
    show(f"{name}: proportion_confint(A + O, N, 0.05, 'wilson')", proportion_confint(a + o, n, 0.05, "wilson"))
    show(f"{name}: proportion_confint(O + M, N, 0.05, 'wilson')", proportion_confint(o + m, n, 0.05, "wilson"))
    show(f"{name}: eigh(cov), semi-axes and angle", radius * np.sqrt(values[::-1]), np.arctan2(major[1], major[0]))


def fong(a, b, n):
    """Two shares as if independent: the pooled z test of statsmodels without its continuity; then McNemar's z of one sample."""
    pooled = (a + b) / (2 * n)
    z = (a - b) / n / np.sqrt(2 * pooled * (1 - pooled) / n)
    show(f"Fong {a, b, n}: needed at 90 %, p", stats.norm.ppf(0.95) * np.sqrt((a + b) * (2 * n - a - b) / (2 * n)), 2 * stats.norm.sf(abs(z)))
    show(f"Fong {a, b, n}: p of the multinomial", stats.chi2.sf((a - b) ** 2 / (a + b), 1))


def strength(counts):
    n = sum(counts)
    total = proportion_confint(sum(counts[:3]), n, 0.05, "wilson")
    show(f"strength {counts}: proportion_confint(A + O + M, n, 0.05, 'wilson')", 100 * np.array(total))
    first, second = sorted(counts, reverse=True)[:2]
    w = DescrStatsW([1, 0, -1], weights=[first + 0.75, n - first - second + 1.5, second + 0.75], ddof=0)
    reach = stats.norm.ppf(0.975) * np.sqrt(w.var / w.sum_weights)
    show(f"strength {counts}: adjusted Wald of a - b", 100 * (w.mean - reach), 100 * (w.mean + reach))


def continuous(cells):
    """cells: {(functional, dysfunctional): count} by numbers from 1 to 5."""
    f = np.repeat([[4, 2, 0, -1, -2][k[0] - 1] for k in cells], list(cells.values())).astype(float)
    d = np.repeat([[-2, -1, 0, 2, 4][k[1] - 1] for k in cells], list(cells.values())).astype(float)
    n = len(f)
    for name, x in (("functional", f), ("dysfunctional", d)):
        w = DescrStatsW(x)
        show(f"continuous {cells}: {name} mean, std_mean, tconfint_mean", w.mean, w.std_mean, w.tconfint_mean())
    v = np.cov(d, f) / n
    values, vectors = np.linalg.eigh(v)
    major = vectors[:, 1] * np.sign(vectors[0, 1])
    radius = np.sqrt(2 * (n - 1) / (n - 2) * stats.f.ppf(0.95, 2, n - 2))
    show(f"continuous {cells}: covariance, semi-axes and angle", v[0, 1], radius * np.sqrt(values[::-1]), np.arctan2(major[1], major[0]))


def segments(table):
    table = np.array(table)
    found = stats.chi2_contingency(table, correction=False)
    show(f"chi2_contingency({table.tolist()}): statistic, dof, p, smallest expected", found.statistic, found.dof, found.pvalue, found.expected_freq.min())
    show(f"contingency.association({table.tolist()}, 'cramer')", stats.contingency.association(table, "cramer"))
    n, e = table.sum(), found.expected_freq
    r = (table - e) / np.sqrt(e * np.outer(1 - table.sum(1) / n, 1 - table.sum(0) / n))
    show("adjusted residuals", r)
    draws = stats.random_table(table.sum(1), table.sum(0)).rvs(100000, random_state=1)
    e = e[None]
    show("random_table(...).rvs(100000): p", np.mean(((draws - e) ** 2 / e).sum((1, 2)) >= found.statistic * (1 - 1e-10)))


def main():
    for counts in ((91, 19, 9, 160), (70, 121, 59, 77), (18, 174, 90, 42), (0, 5, 0, 3), (12, 0, 0, 0)):
        coefficients(*counts)
    for counts in ((160, 91, 358), (121, 77, 358), (40, 35, 100), (5, 0, 5)):
        fong(*counts)
    for counts in ([91, 19, 9, 160, 49, 30], [20, 30, 10, 35, 5, 0], [3, 0, 0, 0, 0, 0]):
        strength(counts)
    continuous({(1, 3): 14, (1, 5): 9, (2, 4): 6, (3, 3): 5, (2, 2): 3, (4, 5): 2, (5, 1): 1})
    continuous({(2, 5): 7, (3, 5): 2, (3, 4): 1})
    segments([[40, 20, 20], [20, 20, 40]])
    segments([[12, 3, 5, 9, 1], [4, 8, 5, 3, 0], [2, 2, 9, 7, 2]])


if __name__ == "__main__":
    main()
