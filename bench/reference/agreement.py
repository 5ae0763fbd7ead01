"""Expected values for crates/stats/tests/agreement.rs, computed by statsmodels, krippendorff, pingouin and scipy.

    pip install -r requirements.txt && python agreement.py

Each line is the call and its result; the tests quote both. Data are written out, or made by the formula of `made`.
"""

import krippendorff
import numpy as np
import pandas as pd
import pingouin
from scipy import optimize, stats
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa


def show(call, *values):
    values = np.concatenate([np.ravel(value) for value in values])
    print(f"{call}: " + ", ".join(f"{value:.12g}" for value in values))


def made(rows, items):
    """Answers 1 to 7 that share a part, by the same formula as `made` in the test."""
    x = np.zeros((rows, items))
    for r in range(rows):
        common = (r * 7919) % 101 / 100
        for i in range(items):
            own = (r * 37 + i * 53 + r * i * 31) % 97 / 96
            x[r, i] = 1 + np.floor(6.999 * (0.6 * common + 0.4 * own))
    return x


TABLE = np.array([[44, 5, 1, 0], [6, 20, 8, 2], [1, 7, 25, 6], [0, 3, 4, 18]])
CUSTOM = np.array([[1, 0.8, 0.2, 0], [0.8, 1, 0.5, 0.1], [0.2, 0.5, 1, 0.9], [0, 0.1, 0.9, 1.0]])


def cohen():
    for name, kwargs in (
        ("None", {}),
        ("linear", {"wt": "linear"}),
        ("quadratic", {"wt": "quadratic"}),
        ("custom (1 - agreement)", {"weights": 1 - CUSTOM}),
    ):
        r = cohens_kappa(TABLE, **kwargs)
        show(f"cohens_kappa(TABLE, {name}): kappa, std_kappa, std_kappa0, low, upp", r.kappa, r.std_kappa, r.std_kappa0, r.kappa_low, r.kappa_upp)


# Fleiss' example as it stands on Wikipedia: 10 subjects, 14 raters, 5 categories.
FLEISS = np.array([
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
])


def fleiss():
    show("fleiss_kappa(FLEISS)", fleiss_kappa(FLEISS))
    for j in range(5):
        two = np.column_stack([FLEISS[:, j], 14 - FLEISS[:, j]])
        show(f"fleiss_kappa(category {j} against the rest)", fleiss_kappa(two))
    # Null variance by shuffling all ratings over the subjects.
    rng = np.random.default_rng(1)
    ratings = np.repeat(np.tile(np.arange(5), 10), FLEISS.ravel())
    values = []
    for _ in range(20000):
        rng.shuffle(ratings)
        table = np.array([np.bincount(row, minlength=5) for row in ratings.reshape(10, 14)])
        values.append(fleiss_kappa(table))
    show("sd of fleiss_kappa over 20000 shuffles", np.std(values))
    # Gwet's linearised variance, subject by subject.
    p = FLEISS.sum(0) / FLEISS.sum()
    pa = (FLEISS * (FLEISS - 1)).sum(1) / (14 * 13)
    pe = (p**2).sum()
    k = (pa.mean() - pe) / (1 - pe)
    each = (pa - pe) / (1 - pe) - 2 * (1 - k) * (FLEISS @ p / 14 - pe) / (1 - pe)
    se = np.sqrt(((each - k) ** 2).sum() / (10 * 9))
    show("Gwet se, t interval", se, stats.t.interval(0.95, 9, k, se))
    jack = np.array([fleiss_kappa(np.delete(FLEISS, i, 0)) for i in range(10)])
    show("jackknife se of fleiss_kappa", np.sqrt(0.9 * ((jack - jack.mean()) ** 2).sum()))


N = np.nan
FOUR = np.array([
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
])


def alpha():
    for level in ("nominal", "ordinal", "interval", "ratio"):
        show(f"krippendorff.alpha(FOUR, {level})", krippendorff.alpha(reliability_data=FOUR, level_of_measurement=level))
    data = made(60, 4).T.copy()
    for r in range(60):
        data[r % 4, r] = N if r % 3 == 0 else data[r % 4, r]
    for level in ("nominal", "ordinal", "interval", "ratio"):
        show(f"krippendorff.alpha(made(60, 4) with holes, {level})", krippendorff.alpha(reliability_data=data, level_of_measurement=level))
    rng = np.random.default_rng(1)
    for level in ("nominal", "interval"):
        draws = []
        for _ in range(4000):
            draws.append(krippendorff.alpha(reliability_data=data[:, rng.integers(0, 60, 60)], level_of_measurement=level))
        show(f"percentiles of 4000 resamples of units, {level}", np.percentile(draws, [2.5, 97.5]))


SHROUT = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])


def icc():
    for name, x in (("SHROUT", SHROUT), ("made(40, 3)", made(40, 3))):
        n, k = x.shape
        long = pd.DataFrame({"t": np.repeat(np.arange(n), k), "r": np.tile(np.arange(k), n), "y": x.ravel().astype(float)})
        with pd.option_context("display.precision", 12):
            pingouin.options["round"] = None
            pingouin.options["round.column.CI95"] = None
            table = pingouin.intraclass_corr(data=long, targets="t", raters="r", ratings="y")
        for _, row in table.iterrows():
            ci = row["CI95"] if "CI95" in row else row["CI95%"]
            show(f"intraclass_corr({name}) {row['Type']}: ICC, CI95, F, df1, df2, p", row["ICC"], ci, row["F"], row["df1"], row["df2"], row["pval"])


def scales():
    x = made(80, 5)
    pingouin.options["round"] = None
    frame = pd.DataFrame(x)
    for level in (0.95, 0.9):
        show(f"cronbach_alpha(made(80, 5), ci={level})", *pingouin.cronbach_alpha(frame, ci=level))
    z = (x - x.mean(0)) / x.std(0, ddof=1)
    show("cronbach_alpha(standardised made(80, 5))", *pingouin.cronbach_alpha(pd.DataFrame(z)))
    for i in range(5):
        rest = np.delete(x, i, 1)
        show(
            f"item {i}: pearsonr with sum, with rest; alpha, standardised alpha without",
            stats.pearsonr(x[:, i], x.sum(1))[0], stats.pearsonr(x[:, i], rest.sum(1))[0],
            pingouin.cronbach_alpha(pd.DataFrame(rest))[0], pingouin.cronbach_alpha(pd.DataFrame(np.delete(z, i, 1)))[0],
        )
    a, k, n = pingouin.cronbach_alpha(frame)[0], 5, 80
    for level in (0.95, 0.9):
        outside = np.array([(1 + level) / 2, (1 - level) / 2])
        show(f"Feldt, f.ppf at level {level}", 1 - (1 - a) * stats.f.ppf(outside, n - 1, (n - 1) * (k - 1)))
    off = ~np.eye(5, dtype=bool)
    r = np.corrcoef(x.T)
    fit = optimize.minimize(lambda l: ((r - np.outer(l, l))[off] ** 2).sum(), np.full(5, 0.7), method="BFGS", options={"gtol": 1e-12})
    show("optimize.minimize(unweighted least squares) loadings; omega", fit.x, fit.x.sum() ** 2 / (fit.x.sum() ** 2 + (1 - fit.x**2).sum()))


def careless():
    x = made(80, 6)
    inverse = np.linalg.inv(np.cov(x.T))
    means = x.mean(0)
    show("root mean square of row sd", np.sqrt(x.var(1, ddof=1).mean()))
    for r in (3, 17, 42):
        d = x[r] - means
        d2 = d @ inverse @ d
        show(f"row {r} {x[r].astype(int).tolist()}: D2, chi2.sf, sd, person-total", d2, stats.chi2.sf(d2, 6), x[r].std(ddof=1), stats.pearsonr(x[r], means)[0])
    c = stats.pearsonr([1, 4, 5], [2, 3, 5])[0]
    show("row 1 2 4 3 5 5, three scales of two items: even-odd", 2 * c / (1 + c))
    some = [0, 2, 3, 5]
    d = x[17, some] - means[some]
    show("row 17, items 0 2 3 5: D2", d @ np.linalg.inv(np.cov(x.T)[np.ix_(some, some)]) @ d)


for part in (cohen, fleiss, alpha, icc, scales, careless):
    part()
