"""Expected values for the comparisons of radost-stats, computed by scipy and statsmodels.

    pip install -r requirements.txt && python compare.py

Each line is the call and its result; crates/stats/tests/compare.rs quotes both. Where no package has the statistic, it is computed
here from its definition, by enumeration.
"""

from itertools import combinations, permutations, product
from math import factorial

import numpy as np
import pingouin
import statsmodels.api as sm
from scipy import stats
from scipy.optimize import brentq
from scipy.special import gammaln
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.oneway import anova_oneway
from statsmodels.stats.proportion import proportion_effectsize


def show(call, *values):
    values = np.concatenate([np.ravel(value) for value in values])
    print(f"{call}: " + ", ".join(f"{value:.12g}" for value in values))


def tails():
    for name, args in (
        ("chi2.sf", (3.84, 1)), ("chi2.sf", (1100, 1000)), ("f.sf", (2.5, 3, 40)), ("f.sf", (0.3, 3, 40)),
        ("f.sf", (4.2, 5, 2e6)), ("f.sf", (30, 5, 200000)), ("binom.cdf", (480, 1000, 0.5)),
        ("binom.cdf", (900300, 1000000, 0.9)), ("ncx2.cdf", (12, 3, 7.5)), ("ncx2.cdf", (5200, 3, 5000)),
        ("ncf.cdf", (3.5, 3, 40, 4.2)), ("ncf.cdf", (80, 4, 900, 300)), ("nct.cdf", (2.3, 12, 1.1)),
        ("nct.cdf", (-0.4, 3, 0.7)), ("nct.cdf", (14, 198, 12.5)), ("nct.cdf", (2.0, 1, 0.5)),
    ):
        family, function = name.split(".")
        show(f"{name}{args}", getattr(getattr(stats, family), function)(*args))


TABLES = {
    "safe": [[30, 12, 8], [22, 18, 10], [15, 20, 25]],
    "sparse": [[3, 0, 2], [1, 4, 0], [0, 2, 5]],
    "two": [[8, 2], [1, 5]],
    "wide": [[2, 3, 0, 1, 4], [1, 0, 5, 2, 0]],
}


def freeman_halton(table):
    """All tables with the margins of this one, by their definition."""
    table = np.array(table)
    rows, columns = table.sum(1), table.sum(0)

    def fill(row, left):
        if row == len(rows) - 1:
            yield (tuple(left),)
            return
        for cells in product(*(range(c + 1) for c in left)):
            if sum(cells) == rows[row]:
                for rest in fill(row + 1, [c - x for c, x in zip(left, cells)]):
                    yield (cells,) + rest

    weight = lambda t: 1 / np.prod([float(factorial(x)) for row in t for x in row])
    weights = np.array([weight(t) for t in fill(0, list(columns))])
    return weights[weights <= weight(table.tolist()) * (1 + 1e-7)].sum() / weights.sum()


def tables():
    for name, table in TABLES.items():
        t = stats.chi2_contingency(table, correction=False)
        show(f"chi2_contingency({name}, correction=False)", t.statistic, t.dof, t.pvalue, t.expected_freq.min())
        show(f"all tables with the margins of {name}", freeman_halton(table))
        if len(table) == 2 and len(table[0]) == 2:
            show(f"fisher_exact({name})", stats.fisher_exact(table).pvalue)
        show(f"contingency.association({name}, 'cramer')", stats.contingency.association(table, method="cramer"))
        n, df = np.sum(table), t.dof
        scale = n * (min(np.shape(table)) - 1)
        bound = lambda p: (
            0 if stats.chi2.cdf(t.statistic, df) < p
            else brentq(lambda l: stats.ncx2.cdf(t.statistic, df, l) - p, 1e-9, 1000, xtol=1e-12)
        )
        l = np.array([bound(0.975), bound(0.025)])
        show(f"ncx2.cdf = .975, .025 ({name}), V", l, np.sqrt(np.where(l > 0, (l + df) / scale, 0)))
        r, c = np.shape(table)
        phi = max(0, t.statistic / n - df / (n - 1))
        k = min(r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)) - 1
        show(f"Bergsma V ({name})", np.sqrt(phi / k))
        x = sm.stats.Table(np.array(table), shift_zeros=False).test_ordinal_association()
        show(f"Table({name}, shift_zeros=False).test_ordinal_association()", x.statistic, x.null_mean, x.null_sd, x.zscore)
        u, v = np.arange(r), np.arange(c)
        rows = np.repeat(np.repeat(u, c), np.ravel(table)), np.repeat(np.tile(v, r), np.ravel(table))
        show(f"pearsonr of the rows of {name}, times sqrt(n - 1)", stats.pearsonr(*rows).statistic * np.sqrt(n - 1))
    counts, totals = np.array([83, 90, 129, 70]), np.array([86, 93, 136, 82])
    scores = np.arange(1.0, 5.0)
    null = sm.GLM(np.c_[counts, totals - counts], np.ones(4), family=sm.families.Binomial()).fit()
    show("GLM(binomial).fit().score_test(scores)", null.score_test(exog_extra=scores[:, None])[:2])


GROUPS = {
    "a": [6, 7, 5, 7, 6, 4, 7],
    "b": [4, 5, 3, 4, 5, 2],
    "c": [5, 6, 6, 7, 3, 5, 4, 6],
}
LARGE = [[1 + (i * i * 7 + i * g * 5 + g) % (9 + g) for i in range(300 + 40 * g)] for g in range(4)]


def means():
    a, b, c = (np.array(GROUPS[g], float) for g in "abc")
    for name, groups in (("abc", (a, b, c)), ("LARGE", [np.array(g, float) for g in LARGE])):
        one = stats.f_oneway(*groups)
        show(f"f_oneway({name})", one.statistic, one.pvalue)
        welch = anova_oneway(groups, use_var="unequal", welch_correction=True)
        show(f"anova_oneway({name}, use_var='unequal')", welch.statistic, welch.df_denom, welch.pvalue)
        k, n = len(groups), sum(map(len, groups))
        df1, df2 = k - 1, n - k
        eta = df1 * one.statistic / (df1 * one.statistic + df2)
        omega = df1 * (one.statistic - 1) / (df1 * (one.statistic - 1) + n)
        bound = lambda p: (
            0 if stats.f.cdf(one.statistic, df1, df2) < p
            else brentq(lambda l: stats.ncf.cdf(one.statistic, df1, df2, l) - p, 1e-9, 60 + 3 * df1 * one.statistic, xtol=1e-12)
        )
        l = np.array([bound(0.975), bound(0.025)])
        show(f"eta2, omega2, bounds by ncf ({name})", eta, omega, l / (l + n))
    for name, x, y in (("a, b", a, b), ("c, b", c, b), ("LARGE[1], LARGE[0]", *map(np.array, LARGE[1::-1]))):
        n, m = len(x), len(y)
        df = n + m - 2
        s = np.sqrt(((n - 1) * np.var(x, ddof=1) + (m - 1) * np.var(y, ddof=1)) / df)
        d = (np.mean(x) - np.mean(y)) / s
        scale = np.sqrt(1 / n + 1 / m)
        bound = lambda p: brentq(lambda q: stats.nct.cdf(d / scale, df, q) - p, d / scale - 10, d / scale + 10, xtol=1e-13)


        factor = np.exp(gammaln(df / 2) - gammaln((df - 1) / 2)) / np.sqrt(df / 2)
        show(f"pingouin.compute_effsize({name}, 'cohen'), nct bounds", pingouin.compute_effsize(x, y, eftype="cohen"), bound(0.975) * scale, bound(0.025) * scale)
        show(f"Hedges' factor by gammaln({name})", factor)


def ranks():
    a, b, c = (GROUPS[g] for g in "abc")
    for name, x, y in (("a, b", a, b), ("c, b", c, b), ("LARGE[1], LARGE[0]", LARGE[1], LARGE[0])):
        t = stats.mannwhitneyu(x, y, method="asymptotic")
        show(f"mannwhitneyu({name}, method='asymptotic')", t.statistic, t.pvalue)
    x, y = [1.1, 3.4, 5.6, 2.2, 9.1], [4.4, 6.1, 7.3, 8.2, 2.5, 10.4]
    t = stats.mannwhitneyu(x, y, method="exact")
    show("mannwhitneyu(x, y, method='exact')", t.statistic, t.pvalue)
    for name, p, q in (("a, b", a, b), ("c, b", c, b)):
        ranks = stats.rankdata(p + q)
        centre = len(p) * (len(p) + len(q) + 1) / 2
        far = [abs(sum(ranks[list(i)]) - centre) for i in combinations(range(len(ranks)), len(p))]
        show(f"all divisions of {name}", np.mean(np.array(far) >= abs(ranks[: len(p)].sum() - centre) - 1e-9))
    for name, groups in (("a, b, c", (a, b, c)), ("LARGE", LARGE)):
        t = stats.kruskal(*groups)
        show(f"kruskal({name}), epsilon2", t.statistic, t.pvalue, t.statistic / (sum(map(len, groups)) - 1))

    def cliff(x, y):
        d = np.sign(np.subtract.outer(np.array(x, float), np.array(y, float)))
        n, m, delta = len(x), len(y), d.mean()
        variance = (
            m**2 * np.square(d.mean(1) - delta).sum() + n**2 * np.square(d.mean(0) - delta).sum() - np.square(d - delta).sum()
        ) / (n * m * (n - 1) * (m - 1))
        variance = max(variance, (1 - delta**2) / (n * m - 1))
        z = stats.norm.isf(0.025)
        reach = z * np.sqrt(variance * ((1 - delta**2) ** 2 + z * z * variance))
        bounds = (delta - delta**3 + np.array([-1, 1]) * reach) / (1 - delta**2 + z * z * variance)
        return delta, bounds

    for name, x, y in (("a, b", a, b), ("c, b", c, b), ("LARGE[1], LARGE[0]", LARGE[1], LARGE[0])):
        show(f"Cliff's delta from all pairs ({name})", *cliff(x, y))

    def jonckheere(groups):
        return sum(
            (np.subtract.outer(np.array(y), np.array(x)) > 0).sum() + 0.5 * (np.subtract.outer(np.array(y), np.array(x)) == 0).sum()
            for x, y in combinations(groups, 2)
        )

    groups = [[1, 2, 2], [2, 3], [2, 3, 4]]
    everyone = sum(groups, [])
    all_j = [jonckheere([p[:3], p[3:5], p[5:]]) for p in permutations(everyone)]
    show("Jonckheere over all permutations: mean, sd, z", np.mean(all_j), np.std(all_j), (jonckheere(groups) - np.mean(all_j)) / np.std(all_j))
    show("Jonckheere J of c, a, b and of LARGE", jonckheere([c, a, b]), jonckheere(LARGE))


def nps():
    counts = np.array([[50, 30, 20], [40, 30, 30], [62, 20, 18]], float)
    p, d, n = counts[:, 0] + 0.75, counts[:, 2] + 0.75, counts.sum(1) + 3
    s = (p - d) / n
    q = combine_effects(s, ((p + d) / n - s**2) / n).q
    show("combine_effects(scores, variances).q, chi2.sf(q, 2)", q, stats.chi2.sf(q, 2))


def multiplicity():
    p = [0.01, 0.04, 0.03, 0.20, 0.04, 1.0, 0.0, 0.6]
    show(f"multipletests({p}, method='holm')", multipletests(p, method="holm")[1])
    show("proportion_effectsize(.8, .6), interval", proportion_effectsize(0.8, 0.6), stats.norm.isf(0.025) * np.sqrt(1 / 70 + 1 / 80))


for part in (tails, tables, means, ranks, nps, multiplicity):
    part()
