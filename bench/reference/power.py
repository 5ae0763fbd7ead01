"""Expected values for the sample sizes and powers of radost-stats, computed by statsmodels and scipy.

    pip install -r requirements.txt && python power.py

Each line is the call and its result; crates/stats/tests/power.rs quotes both.
"""

import numpy as np
from scipy import stats
from statsmodels.stats.power import NormalIndPower, TTestIndPower
from statsmodels.stats.proportion import power_proportions_2indep, samplesize_confint_proportion


def show(call, *values):
    values = np.concatenate([np.ravel(np.asarray(value, float)) for value in values])
    print(f"{call}: " + ", ".join(f"{value:.12g}" for value in values))


def margins():
    for q, e in ((0.5, 0.05), (0.8, 0.03), (0.02, 0.01)):
        show(f"samplesize_confint_proportion({q}, {e}, 0.05)", samplesize_confint_proportion(q, e, 0.05))
    for sd, e in ((1.5, 0.1), (1.5, 1.0), (0.4, 0.5)):
        n = next(n for n in range(2, 10**6) if stats.t.isf(0.025, n - 1) * sd / np.sqrt(n) <= e)
        show(f"smallest n with t.isf(0.025, n - 1) {sd} / sqrt(n) <= {e}", n)
    variance = 0.45 + 0.25 - 0.2**2
    show("NPS 45/25, 5 points", stats.norm.isf(0.025) ** 2 * variance / 0.05**2)


def means():
    for d, n, ratio in ((0.5, 64, 1), (0.2, 20, 1.5), (1.2, 3, 1), (0.05, 4000, 2), (2.0, 2, 1)):
        show(f"TTestIndPower().power({d}, {n}, 0.05, {ratio})", TTestIndPower().power(d, n, 0.05, ratio))
    show("TTestIndPower().power(0.5, 30, 0.01, 1)", TTestIndPower().power(0.5, 30, 0.01, 1))
    for d, power, ratio in ((0.5, 0.8, 1), (0.5, 0.9, 2), (0.1, 0.8, 1), (1.5, 0.95, 1)):
        show(f"TTestIndPower().solve_power({d}, None, 0.05, {power}, {ratio})", TTestIndPower().solve_power(d, None, 0.05, power, ratio))


def shares():
    for diff, prop2, n, ratio in ((0.05, 0.8, 906, 1), (0.1, 0.3, 200, 2), (-0.2, 0.6, 50, 1), (0.01, 0.5, 100, 1)):
        result = power_proportions_2indep(diff, prop2, n, ratio, 0.05, return_results=False)
        show(f"power_proportions_2indep({diff}, {prop2}, {n}, {ratio}, 0.05)", result)


def nps():
    later, earlier = (0.50, 0.20), (0.45, 0.25)
    v1, v2 = (p + d - (p - d) ** 2 for p, d in (earlier, later))
    for n1, n2 in ((400, 400), (1000, 500)):
        error = np.sqrt(v1 / n1 + v2 / n2)
        show(f"NormalIndPower(0).power for {n1}, {n2}", NormalIndPower(ddof=0).power(0.1 / error, 1, 0.05, ratio=0))


for part in (margins, means, shares, nps):
    part()
