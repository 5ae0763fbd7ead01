"""Expected values for the league tables of radost-stats, by scipy.

    pip install -r requirements.txt && python league.py

crates/stats/tests/league.rs quotes the results.
"""

import numpy as np
from scipy import stats
from scipy.optimize import minimize, minimize_scalar


def show(call, *values):
    values = np.concatenate([np.ravel(value) for value in values])
    print(f"{call}: " + ", ".join(f"{value:.12g}" for value in values))


N = np.array([10 + (37 * i * i) % 190 for i in range(24)])
X = np.round(N * (0.6 + 0.3 * np.sin(1.7 * np.arange(24)) * 0.9)).astype(int)
Y = np.array([60 + 8 * np.sin(2.3 * i) for i in range(20)])
E = np.array([1 + (5 * i * i) % 7 / 2 for i in range(20)])
DOC = np.array([(9, 10), (160, 200), (62, 100), (250, 300), (30, 60), (75, 100)]).T


def shares():
    for name, x, n in (("X, N", X, N), ("documentation", *DOC)):
        f = lambda p: -stats.betabinom.logpmf(x, n, *np.exp(p)).sum()
        best = minimize(f, [1, 0], method="Nelder-Mead", options={"xatol": 1e-11, "fatol": 1e-13, "maxiter": 10000})
        a, b = np.exp(best.x)
        show(f"minimize(betabinom.logpmf, {name}): alpha, beta, mean", a, b, 100 * a / (a + b))
    f = lambda p: -stats.betabinom.logpmf(X, N, *np.exp(p)).sum()
    best = minimize(f, [1, 0], method="Nelder-Mead", options={"xatol": 1e-11, "fatol": 1e-13, "maxiter": 10000})
    a, b = np.exp(best.x)
    posterior = stats.beta(a + X, b + N - X)
    show("beta(alpha + x, beta + n - x).mean of units 0, 1, 7", 100 * posterior.mean()[[0, 1, 7]])
    show("beta.ppf(.025, .975) of unit 1", 100 * posterior.ppf(0.025)[1], 100 * posterior.ppf(0.975)[1])
    ranks(np.random.default_rng(1).beta(a + X, b + N - X, (200000, 24)), "shares")


def ranks(drawn, name):
    order = stats.rankdata(-drawn, axis=1)
    k = drawn.shape[1]
    show(f"200000 draws, {name}: expected ranks of 0, 1, 7", order.mean(0)[[0, 1, 7]])
    show("  rank quantiles .025 of 0, 1, 7", np.quantile(order, 0.025, axis=0, method="inverted_cdf")[[0, 1, 7]])
    show("  rank quantiles .975 of 0, 1, 7", np.quantile(order, 0.975, axis=0, method="inverted_cdf")[[0, 1, 7]])
    show("  P(top 3), P(bottom 3) of 0, 1, 7", (order <= 3).mean(0)[[0, 1, 7]], (order > k - 3).mean(0)[[0, 1, 7]])


def means():
    v = E**2

    def reml(t):
        w = 1 / (v + t)
        m = (w * Y).sum() / w.sum()
        return 0.5 * (np.log(v + t).sum() + np.log(w.sum()) + (w * (Y - m) ** 2).sum())

    t = minimize_scalar(reml, bounds=(0, 500), method="bounded", options={"xatol": 1e-13}).x
    w = 1 / (v + t)
    m = (w * Y).sum() / w.sum()
    # The posterior with a flat prior for the mean, as one joint normal distribution
    precision = np.block([[np.diag(1 / v + 1 / t), -np.ones((20, 1)) / t], [-np.ones((1, 20)) / t, np.array([[20 / t]])]])
    covariance = np.linalg.inv(precision)
    value = (covariance @ np.r_[Y / v, 0])[:20]
    show("minimize_scalar(restricted likelihood): tau2, mean", t, m)
    show("joint posterior of units 0, 1, 7: mean, sd", value[[0, 1, 7]], np.sqrt(np.diag(covariance))[[0, 1, 7]])
    ranks(np.random.default_rng(1).multivariate_normal(value, covariance[:20, :20], 200000), "means")


def funnels():
    theta = 0.8
    for n in (10, 100, 1000):
        limits = []
        for p in (0.025, 0.975, 0.001, 0.999):
            r = stats.binom.ppf(p, n, theta)
            a = (stats.binom.cdf(r, n, theta) - p) / stats.binom.pmf(r, n, theta)
            limits.append(min(100, max(0, 100 * (r - a) / n)))
        show(f"binom, interpolated: n = {n}, .95 and .998", limits)
    q = X.sum() / N.sum()
    z = (X / N - q) / np.sqrt(q * (1 - q) / N)
    low, high = np.quantile(z, [0.1, 0.9])
    phi = np.square(np.clip(z, low, high)).mean()
    w = N / (q * (1 - q))
    tau2 = max(0, len(z) * phi - (len(z) - 1)) / (w.sum() - (w**2).sum() / w.sum())
    show("target, phi, tau2", 100 * q, phi, 1e4 * tau2)
    show("z of unit 1: plain, phi, tau2", z[1], z[1] / np.sqrt(phi), (X[1] / N[1] - q) / np.sqrt(q * (1 - q) / N[1] + tau2))


for part in (shares, means, funnels):
    part()
