"""Expected values for the differences-in-differences of radost-stats, by statsmodels.

    pip install -r requirements.txt && python did.py

crates/stats/tests/did.rs quotes the results.
"""

from itertools import combinations

import numpy as np
import statsmodels.api as sm
from statsmodels.stats.power import TTestIndPower


def show(call, *values):
    values = np.concatenate([np.ravel(value) for value in values])
    print(f"{call}: " + ", ".join(f"{value:.12g}" for value in values))


def rows(periods, start, unbalanced):
    """Responses of 10 clusters: clusters from 5 on are treated from their start on."""
    for c in range(10):
        for p in range(periods):
            if unbalanced and (3 * c + p) % 7 == 0:
                continue
            for i in range(3 + (c + p) % 3):
                treated = c >= 5 and p >= start(c)
                y = 5 + 0.3 * c + 0.2 * p + 0.5 * treated + ((7 * c * c + 11 * p * p + 5 * i * i + 3 * c * p + i) % 13) / 10
                yield c, p, treated, y


def dummies(x):
    return (x[:, None] == np.unique(x)[1:]).astype(float)


def fit(data, effects):
    c, p, d, y = data.T
    ever = np.isin(c, np.unique(c[d == 1]))
    group = ever[:, None].astype(float) if effects == "arms" else dummies(c)
    x = np.c_[np.ones(len(y)), d, group, dummies(p)]
    return sm.OLS(y, x).fit(cov_type="cluster", cov_kwds={"groups": c.astype(int)}, use_t=True)


DATA = {
    "two periods": np.array(list(rows(2, lambda c: 1, False)), float),
    "staggered": np.array(list(rows(6, lambda c: 2 + c % 3, True)), float),
}


def estimates():
    for name, data in DATA.items():
        for effects in ("arms", "clusters"):
            r = fit(data, effects)
            show(f"OLS(cov_type='cluster', use_t=True), {name}, {effects}: effect, bse, p, interval", r.params[1], r.bse[1], r.pvalues[1], r.conf_int()[1])
            show("  rows, parameters", len(data), np.linalg.matrix_rank(r.model.exog))


def permutations():
    data = DATA["two periods"]
    for effects in ("arms", "clusters"):
        truth = fit(data, effects)
        larger = np.zeros(2)
        for treated in combinations(range(10), 5):
            other = data.copy()
            other[:, 2] = np.isin(data[:, 0], treated) & (data[:, 1] == 1)
            r = fit(other, effects)
            larger += [abs(r.params[1]) >= abs(truth.params[1]) - 1e-9, abs(r.tvalues[1]) >= abs(truth.tvalues[1]) - 1e-9]
        show(f"all 252 assignments, {effects}: p by effect, p by t", larger / 252)


def power():
    sd, icc, r, m = 2.0, 0.05, 0.8, 50
    cell = sd**2 * ((1 - icc) / m + icc * (1 - r))
    change = np.sqrt(cell * 2)
    show("standard error, 10 + 10 clusters", change * np.sqrt(1 / 10 + 1 / 10))
    t = TTestIndPower()
    show("TTestIndPower().power(.5 / change, 10, .05)", t.power(0.5 / change, 10, 0.05))
    show("TTestIndPower().solve_power(nobs1=10, power=.8) in units", t.solve_power(nobs1=10, power=0.8, alpha=0.05) * change)
    show("TTestIndPower().solve_power(.5 / change, power=.8)", t.solve_power(0.5 / change, power=0.8, alpha=0.05))


def documentation():
    before_after = {1: (0, 6.0, 6.2), 2: (0, 6.5, 6.5), 3: (0, 5.8, 5.9), 4: (1, 6.0, 6.9), 5: (1, 6.4, 7.2), 6: (1, 5.9, 6.5)}
    data = np.array([(c, p, d * p, (x, y)[p]) for c, (d, x, y) in before_after.items() for p in (0, 1)], float)
    r = fit(data, "arms")
    show("documentation: effect, bse", r.params[1], r.bse[1])


for part in (estimates, permutations, power, documentation):
    part()
