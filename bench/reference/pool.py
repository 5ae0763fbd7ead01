"""Expected values for the pooled effects of radost-stats, by statsmodels and scipy.

    pip install -r requirements.txt && python pool.py

crates/stats/tests/pool.rs quotes the results.
"""

import numpy as np
from scipy import stats
from scipy.optimize import brentq, minimize_scalar
from statsmodels.stats.meta_analysis import combine_effects


def show(call, *values):
    values = np.concatenate([np.ravel(value) for value in values])
    print(f"{call}: " + ", ".join(f"{value:.12g}" for value in values))


SETS = {
    "markets": ([4.2, 1.6, 6.3, 3.0, 5.1], [1.1, 0.8, 1.4, 0.9, 2.0]),
    "alike": ([3.1, 2.9, 3.4, 3.0], [1.0, 0.7, 1.2, 0.9]),
    "wide": ([-12.0, 4.0, 9.5, 0.5, 22.0, 7.0, -3.0], [2.0, 1.5, 3.0, 0.8, 4.0, 1.0, 2.5]),
}

for name, (y, e) in SETS.items():
    y, v = np.array(y), np.square(e)
    k = len(y)
    for method in ("chi2", "iterated"):
        r = combine_effects(y, v, method_re=method)
        show(f"combine_effects({name}, method_re='{method}'): tau2, random mean, sd, hksj sd", r.tau2, r.mean_effect_re, r.sd_eff_w_re, r.sd_eff_w_re_hksj)
    show(f"  fixed mean, sd, Q, I2 ({name})", r.mean_effect_fe, r.sd_eff_w_fe, r.q, r.i2)
    show("  fixed hksj sd", r.sd_eff_w_fe_hksj)

    def reml(t):
        V, X = np.diag(v + t), np.ones((k, 1))
        W = np.linalg.inv(V)
        b = np.linalg.solve(X.T @ W @ X, X.T @ W @ y)
        res = y - X @ b
        return 0.5 * (np.linalg.slogdet(V)[1] + np.linalg.slogdet(X.T @ W @ X)[1] + res @ W @ res)

    t = minimize_scalar(reml, bounds=(0, 10 * np.var(y) + 1), method="bounded", options={"xatol": 1e-13}).x
    if reml(0) <= reml(t):
        t = 0
    w = 1 / (v + t)
    m = (w * y).sum() / w.sum()
    show(f"minimize_scalar(restricted likelihood): tau2, mean, sd ({name})", t, m, 1 / np.sqrt(w.sum()))
    reach = stats.t.isf(0.025, k - 2) * np.sqrt(t + 1 / w.sum())
    show("  prediction interval", m - reach, m + reach)
    q = lambda t: ((y - ((y / (v + t)).sum() / (1 / (v + t)).sum())) ** 2 / (v + t)).sum()
    bound = lambda p: 0 if q(0) <= stats.chi2.isf(p, k - 1) else brentq(lambda t: q(t) - stats.chi2.isf(p, k - 1), 0, 1e5, xtol=1e-13)
    show("  Q profile of tau2", bound(0.025), bound(0.975))
