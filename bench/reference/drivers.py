"""Expected values for the tests of drivers and dose–response in radost-stats, computed by numpy, scipy, pandas, scikit-learn and statsmodels.

    pip install -r requirements.txt && python drivers.py

Each line is the call and its result; crates/stats/tests/drivers.rs, crates/stats/tests/dose.rs and the documentation quote both.
"""

import itertools
import math

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import integrate, optimize, stats
from sklearn.isotonic import IsotonicRegression
from statsmodels.stats.outliers_influence import variance_inflation_factor


def show(call, *values):
    values = np.concatenate([np.ravel(value) for value in values])
    print(f"{call}: " + ", ".join(f"{value:.12g}" for value in values))


def answers(n, p, seed):
    """The rows that the tests make by the same arithmetic: an outcome and p drivers on 1..10."""
    state = seed

    def uniform():
        nonlocal state
        state = (1103515245 * state + 12345) % 2**31
        return (state >> 16) / 32768

    rows = []
    for _ in range(n):
        mood = uniform()
        x = [min(10, 1 + math.floor(10 * (0.4 * mood + 0.6 * uniform()))) for _ in range(p)]
        y = sum((j + 1) * 0.125 * value for j, value in enumerate(x)) + 4 * uniform()
        rows.append([y] + [float(value) for value in x])
    return np.array(rows)


def r_squared(R, r, s):
    s = list(s)
    return float(r[s] @ np.linalg.solve(R[np.ix_(s, s)], r[s])) if s else 0.0


def correlations(data, weights=None):
    R = np.corrcoef(data.T) if weights is None else np.cov(data.T, aweights=weights)
    d = np.sqrt(np.diag(R))
    R = R / np.outer(d, d)
    return R[1:, 1:], R[1:, 0]


def lmg(R, r):
    p = len(r)
    values = np.zeros(p)
    for j in range(p):
        others = [k for k in range(p) if k != j]
        for size in range(p):
            weight = math.factorial(size) * math.factorial(p - size - 1) / math.factorial(p)
            for s in itertools.combinations(others, size):
                values[j] += weight * (r_squared(R, r, s + (j,)) - r_squared(R, r, s))
    return values


def pmvd(R, r):
    """By all orders, with the weights of Feldman (2005)."""
    p = len(r)
    full = r_squared(R, r, range(p))
    values, total = np.zeros(p), 0.0
    for order in itertools.permutations(range(p)):
        weight = 1.0
        for i in range(1, p):
            weight /= full - r_squared(R, r, order[:i])
        total += weight
        for i, j in enumerate(order):
            values[j] += weight * (r_squared(R, r, order[: i + 1]) - r_squared(R, r, order[:i]))
    return values / total


def johnson(R, r):
    values, vectors = np.linalg.eigh(R)
    root = vectors @ np.diag(np.sqrt(values)) @ vectors.T
    return root**2 @ np.linalg.solve(root, r) ** 2


def documentation():
    """The numbers of the examples in the documentation."""
    d = np.array([[7, 6, 8], [5, 5, 4], [9, 6, 10], [8, 9, 7], [3, 4, 2], [6, 7, 5]], float)
    fit = sm.OLS(d[:, 0], sm.add_constant(d[:, 1:])).fit()
    show("doc OLS params, bse, rsquared", fit.params, fit.bse, fit.rsquared)
    show("doc speed + 1: conf_int", fit.t_test([0, 0, 1]).conf_int())
    show("doc lmg, share", lmg(*correlations(d)), lmg(*correlations(d)) / fit.rsquared)
    test = stats.pearsonr(d[:, 0], d[:, 2])
    show("doc pearsonr", test.statistic, test.pvalue, test.confidence_interval(0.95))
    show("doc gram corrcoef", np.corrcoef([8, 6, 9, 4], [7, 5, 10, 5])[0, 1])
    o, s = np.array([8, 6, 9, 4, 10, 3.0]), np.array([7, 5, np.nan, 4, 8, np.nan])
    show("doc em mean", em(np.column_stack([o, s]))[0])
    c = np.array([1, 2, 1, 3, 3, 4, 5, 5])
    y = np.array([2, 3, 3, 7, 8, 8, 7, 8.0])
    show("doc contrasts", sm.OLS(y, sm.add_constant(np.column_stack([c <= 2, c >= 4]).astype(float))).fit().params)
    x = np.repeat([1, 2, 3, 4, 5.0], 10)
    b = np.concatenate([[1] * k + [0] * (10 - k) for k in (2, 4, 5, 8, 9)])
    fit = sm.Logit(b, sm.add_constant(x)).fit(disp=0)
    show("doc Logit params, bse, prsquared", fit.params, fit.bse, fit.prsquared)
    show("doc polychoric, se", *polychoric(np.array([[20, 8, 2], [10, 25, 12], [3, 14, 26]])))
    first, second = expand([[20, 8, 2], [10, 25, 12], [3, 14, 26]])
    show("doc spearmanr", stats.spearmanr(first, second).statistic)
    x, y = np.arange(1, 8.0), np.array([9, 10, 8, 8, 5, 6, 3.0])
    fit = sm.GLM(y / 10, sm.add_constant(x), family=sm.families.Binomial()).fit(cov_type="HC0")
    show("doc GLM(Binomial, HC0) params, bse, at 4", fit.params, fit.bse, 10 * fit.predict([[1, 4]]))
    x, y = np.array([1, 2, 3, 4, 6, 8, 12.0]), np.array([20, 31, 42, 47, 70, 78, 115.0])
    fit = sm.OLS(np.log(y), sm.add_constant(np.log(x))).fit()
    show("doc log-log 10 %", 100 * (1.1 ** np.append(fit.params[1], fit.conf_int()[1]) - 1))


def linear():
    data = answers(60, 5, 1)
    y, X = data[:, 0], data[:, 1:]
    print("row 0:", data[0], "row 59:", data[59])
    Z = sm.add_constant(X)
    fit = sm.OLS(y, Z).fit()
    for name in ("params", "bse", "tvalues", "pvalues"):
        show(f"OLS.{name}", getattr(fit, name))
    show("OLS.conf_int", fit.conf_int())
    show("OLS rsquared, rsquared_adj, fvalue, f_pvalue, sqrt(scale)", fit.rsquared, fit.rsquared_adj, fit.fvalue, fit.f_pvalue, np.sqrt(fit.scale))
    show("variance_inflation_factor", [variance_inflation_factor(Z, j) for j in range(1, 6)])
    standardized = (X - X.mean(0)) / X.std(0)
    show("numpy.linalg.cond centred, scaled; uncentred, unit length", np.linalg.cond(standardized), np.linalg.cond(Z / np.linalg.norm(Z, axis=0)))
    show("standardized beta", sm.OLS(stats.zscore(y), stats.zscore(X)).fit().params)
    weights = 1.0 + np.arange(60) % 3
    wls = sm.WLS(y, Z, weights=weights).fit()
    show("WLS params, rsquared", wls.params, wls.rsquared)
    repeated = np.repeat(np.arange(60), weights.astype(int))
    show("OLS on repeated rows bse", sm.OLS(y[repeated], Z[repeated]).fit().bse)
    kish = weights.sum() ** 2 / (weights**2).sum()
    scale = (weights * (y - wls.fittedvalues) ** 2).sum() / weights.sum() * kish / (kish - 6)
    bread = np.linalg.inv(Z.T @ (weights[:, None] * Z) / weights.sum() * kish)
    show("WLS bse with Kish's n", kish, np.sqrt(scale * np.diag(bread)))
    show("weighted lmg", lmg(*correlations(data, weights)))
    show("f.sf", stats.f.sf(3.2, 5, 1000), stats.f.sf(1.7, 4, 2e5), stats.f.sf(8.0, 3, 1e7), stats.f.sf(30.0, 2, 1.5e5), stats.f.sf(1.5, 14, 9e4))


def importance():
    R, r = correlations(answers(60, 5, 1))
    beta = np.linalg.solve(R, r)
    full = r_squared(R, r, range(5))
    show("lmg, all subsets", lmg(R, r))
    show("pmvd, all orders", pmvd(R, r))
    show("johnson, eigh", johnson(R, r))
    show("first", r**2)
    show("last", [full - r_squared(R, r, [k for k in range(5) if k != j]) for j in range(5)])
    show("pratt", beta * r)
    for j in range(5):
        others = [k for k in range(5) if k != j]
        gains = [np.mean([r_squared(R, r, s + (j,)) - r_squared(R, r, s) for s in itertools.combinations(others, size)]) for size in range(5)]
        show(f"conditional dominance {j}", gains)
    R, r = correlations(answers(400, 16, 5))
    # 16 drivers are too many for all subsets in Python by solving each, but not for Cholesky by bits.
    values = {0: 0.0}
    for mask in range(1, 1 << 16):
        s = [k for k in range(16) if mask >> k & 1]
        values[mask] = r_squared(R, r, s)
    p = 16
    out = np.zeros(p)
    weight = [math.factorial(s) * math.factorial(p - s - 1) / math.factorial(p) for s in range(p)]
    for mask, value in values.items():
        for j in range(p):
            if not mask >> j & 1:
                out[j] += weight[bin(mask).count("1")] * (values[mask | 1 << j] - value)
    show("lmg, 16 drivers", out)


def holes(data):
    """Some answers missing, by the row's and the column's number."""
    out = data.copy()
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            if (i * (2 * j + 3) + j) % 11 == 0:
                out[i, j] = np.nan
    return out


def em(data):
    """Maximum likelihood of a normal with missing answers, by direct maximisation instead of EM."""
    k = data.shape[1]
    lower = np.tril_indices(k)
    centre, unit = np.nanmean(data, 0), np.nanstd(data, 0)
    z = (data - centre) / unit
    patterns = {}
    for row in z:
        patterns.setdefault(tuple(np.flatnonzero(~np.isnan(row))), []).append(row)

    def negative(theta):
        mean = theta[:k]
        L = np.zeros((k, k))
        L[lower] = theta[k:]
        S = L @ L.T
        total = 0.0
        for seen, rows in patterns.items():
            seen = list(seen)
            if seen:
                total -= stats.multivariate_normal(mean[seen], S[np.ix_(seen, seen)]).logpdf(np.array(rows)[:, seen]).sum()
        return total

    start = np.concatenate([np.zeros(k), np.eye(k)[lower]])
    best = optimize.minimize(negative, start, method="BFGS", options={"gtol": 1e-7, "maxiter": 10000})
    best = optimize.minimize(negative, best.x, method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-13, "maxiter": 40000, "maxfev": 40000})
    mean, L = best.x[:k], np.zeros((k, k))
    L[lower] = best.x[k:]
    S = L @ L.T
    scale = sum(len(rows) * np.log(unit[list(seen)]).sum() for seen, rows in patterns.items())
    return centre + unit * mean, S * np.outer(unit, unit), -best.fun - scale


def missing():
    data = holes(answers(60, 3, 1))
    frame = pd.DataFrame(data)
    complete = frame.dropna()
    show("dropna: rows, means", len(complete), complete.mean())
    show("DataFrame.corr", frame.corr().values[np.tril_indices(4, -1)])
    counts = [(frame[[a, b]].dropna().shape[0]) for a in range(4) for b in range(a)]
    show("rarest pair, means", min(counts), frame.mean())
    R, r = frame.corr().values[1:, 1:], frame.corr().values[1:, 0]
    show("pairwise lmg", lmg(R, r))
    mean, S, value = em(data)
    d = np.sqrt(np.diag(S))
    show("em by direct maximisation: mean, sd (ml), correlations, log-likelihood", mean, d, (S / np.outer(d, d))[np.tril_indices(4, -1)], value)


def expand(table):
    first, second = [], []
    for i, row in enumerate(table):
        for j, count in enumerate(row):
            first += [i] * count
            second += [j] * count
    return np.array(first), np.array(second)


def polychoric(table):
    n = table.sum()
    a = np.concatenate([[-np.inf], stats.norm.ppf(np.cumsum(table.sum(1))[:-1] / n), [np.inf]])
    b = np.concatenate([[-np.inf], stats.norm.ppf(np.cumsum(table.sum(0))[:-1] / n), [np.inf]])

    def log_likelihood(rho):
        s = np.sqrt(1 - rho * rho)
        total = 0.0
        for i in range(table.shape[0]):
            for j in range(table.shape[1]):
                if table[i, j]:
                    f = lambda x: stats.norm.pdf(x) * (stats.norm.cdf((b[j + 1] - rho * x) / s) - stats.norm.cdf((b[j] - rho * x) / s))
                    low, high = max(a[i], -9), min(a[i + 1], 9)
                    total += table[i, j] * np.log(integrate.quad(f, low, high, epsabs=1e-13, epsrel=1e-12, limit=200)[0])
        return total

    best = optimize.minimize_scalar(lambda rho: -log_likelihood(rho), bounds=(-0.999, 0.999), method="bounded", options={"xatol": 1e-9}).x
    for _ in range(4):
        # The top by Newton's method with five-point derivatives, which finds it better than comparing nearly equal heights does.
        h = 0.002 * (1 - best**2)
        five = [log_likelihood(best + k * h) for k in (-2, -1, 0, 1, 2)]
        second = (-five[0] + 16 * five[1] - 30 * five[2] + 16 * five[3] - five[4]) / (12 * h * h)
        first = (five[0] - 8 * five[1] + 8 * five[3] - five[4]) / (12 * h)
        best -= first / second
    return best, 1 / np.sqrt(-second)


TABLES = {
    "three by four": [[12, 9, 4, 1], [8, 17, 13, 5], [2, 10, 21, 24]],
    "negative": [[1, 2, 9], [3, 12, 8], [15, 6, 2]],
    "two by two": [[40, 12], [9, 31]],
    "strong": [[50, 3, 0], [4, 60, 5], [0, 2, 45]],
}


def ordinal():
    for name, table in TABLES.items():
        first, second = expand(table)
        show(f"polychoric {name}: rho, se", *polychoric(np.array(table)))
        test = stats.spearmanr(first, second)
        show(f"spearmanr {name}", test.statistic, test.pvalue)
        n, rho = len(first), test.statistic
        show(f"Bonett-Wright {name}", np.tanh(np.arctanh(rho) + np.array([-1, 1]) * stats.norm.ppf(0.975) * np.sqrt((1 + rho**2 / 2) / (n - 3))))
    for x in (0.7, -0.2, -3.9, -4.1, -8.0, -30.0):
        print(f"norm.cdf({x}): {stats.norm.cdf(x)!r}")
    for a, b, rho in ((0.3, -0.7, 0.5), (1.2, 0.4, -0.8), (-2.0, -1.5, 0.95), (0.5, 0.5, 0.999), (3.0, -3.0, -0.3)):
        f = lambda x: stats.norm.pdf(x) * stats.norm.cdf((b - rho * x) / np.sqrt(1 - rho * rho))
        value = integrate.quad(f, -12, a, epsabs=1e-15, epsrel=1e-13, limit=500, points=sorted({min(a, b), max(-12, a - 0.1)}))[0]
        show(f"bivariate normal ({a}, {b}, {rho})", value)


def logistic():
    data = answers(120, 4, 3)
    y, X = (data[:, 0] > 9.5).astype(float), data[:, 1:]
    show("yes", y.sum())
    fit = sm.Logit(y, sm.add_constant(X)).fit(disp=0, tol=1e-14, maxiter=100)
    for name in ("params", "bse", "pvalues"):
        show(f"Logit.{name}", getattr(fit, name))
    show("Logit llf, llnull, prsquared, llr, llr_pvalue", fit.llf, fit.llnull, fit.prsquared, fit.llr, fit.llr_pvalue)
    show("Logit.conf_int", fit.conf_int())
    value = {(): 0.0}
    for size in range(1, 5):
        for s in itertools.combinations(range(4), size):
            value[s] = sm.Logit(y, sm.add_constant(X[:, list(s)])).fit(disp=0, tol=1e-14, maxiter=100).prsquared
    for j in range(4):
        others = [k for k in range(4) if k != j]
        gains = [np.mean([value[tuple(sorted(s + (j,)))] - value[s] for s in itertools.combinations(others, size)]) for size in range(4)]
        show(f"McFadden dominance {j}: general, by size", np.mean(gains), gains)
    logistic_weights(y, X, np.ones(len(y)))
    counts = np.array([2, 8, 4, 6, 8, 2, 9, 1.0])
    logistic_weights(np.array([1, 0] * 4), np.repeat([[1, 2], [2, 1], [4, 3], [5, 3.0]], 2, axis=0), counts)


def logistic_weights(y, X, w):
    """Tonidandel and LeBreton (2010), step by step: the regression is on the uncorrelated variables themselves."""
    y, X = np.repeat(y, w.astype(int)), np.repeat(X, w.astype(int), axis=0)
    x = (X - X.mean(axis=0)) / X.std(axis=0)
    u, _, vt = np.linalg.svd(x, full_matrices=False)
    z = u @ vt * np.sqrt(len(y))
    loadings = np.linalg.lstsq(z, x, rcond=None)[0]
    fit = sm.Logit(y, sm.add_constant(z)).fit(disp=0, tol=1e-14, maxiter=100)
    r = np.corrcoef(y, fit.predict())[0, 1]
    beta = fit.params[1:] * r / np.std(sm.add_constant(z) @ fit.params)
    show("relative weights of a logistic regression, R squared", (loadings**2).T @ beta**2, r**2)


def logistic_bootstrap():
    """Rows drawn with replacement; everything is computed anew for each draw."""
    counts = np.array([20, 80, 40, 60, 80, 20, 90, 10])
    y, X = np.array([1, 0] * 4), np.repeat([[1, 2], [2, 1], [4, 3], [5, 3.0]], 2, axis=0)
    bootstrapped("doc", np.repeat(y, counts), np.repeat(X, counts, axis=0))
    data = answers(200, 3, 5)
    bootstrapped("answers(200, 3, 5)", (data[:, 0] > np.median(data[:, 0])).astype(float), data[:, 1:])


def bootstrapped(name, y, X):
    random = np.random.default_rng(1)
    draws = []
    for _ in range(2000):
        rows = random.integers(len(y), size=len(y))
        draws.append(dominance(y[rows], X[rows]) + relative_weights(y[rows], X[rows]))
    draws = np.array(draws)
    show(f"{name}: yes", y.sum())
    show("general dominance, its sum, relative weights, their sum", dominance(y, X), relative_weights(y, X))
    show("... standard deviations of 2000 draws", draws.std(axis=0, ddof=1))
    show("... 2.5 % quantiles", np.quantile(draws, 0.025, axis=0))
    show("... 97.5 % quantiles", np.quantile(draws, 0.975, axis=0))


def dominance(y, X):
    """General dominance over McFadden's R squared, and all of it."""
    p = X.shape[1]
    fit = lambda s: sm.Logit(y, sm.add_constant(X[:, list(s)])).fit(disp=0, method="newton", tol=1e-10).prsquared if s else 0.0
    value = {s: fit(s) for size in range(p + 1) for s in itertools.combinations(range(p), size)}
    general = []
    for j in range(p):
        others = [k for k in range(p) if k != j]
        gain = lambda s: value[tuple(sorted(s + (j,)))] - value[s]
        general.append(np.mean([np.mean([gain(s) for s in itertools.combinations(others, size)]) for size in range(p)]))
    return general + [value[tuple(range(p))]]


def relative_weights(y, X):
    """logistic_weights, as numbers."""
    x = (X - X.mean(axis=0)) / X.std(axis=0)
    u, _, vt = np.linalg.svd(x, full_matrices=False)
    z = u @ vt * np.sqrt(len(y))
    loadings = np.linalg.lstsq(z, x, rcond=None)[0]
    fit = sm.Logit(y, sm.add_constant(z)).fit(disp=0, method="newton", tol=1e-10)
    r = np.corrcoef(y, fit.predict())[0, 1]
    beta = fit.params[1:] * r / np.std(sm.add_constant(z) @ fit.params)
    return list((loadings**2).T @ beta**2) + [r**2]


def contrasts():
    data = answers(200, 3, 7)
    y, X = data[:, 0], data[:, 1:]
    # The second attribute only rewards, the third only punishes.
    y = y + 3.0 * (X[:, 1] >= 7) - 4.0 * (X[:, 2] <= 4)
    dummies = np.column_stack([f for x in X.T for f in (x <= 4, x >= 7)]).astype(float)
    fit = sm.OLS(y, sm.add_constant(dummies)).fit()
    show("OLS low, high: params", fit.params)
    show("OLS low, high: bse", fit.bse)
    for j in range(3):
        pull = np.zeros(7)
        pull[[1 + 2 * j, 2 + 2 * j]] = 1
        test = fit.t_test(pull)
        show(f"t_test low + high {j}: effect, sd, pvalue", test.effect, test.sd, test.pvalue)


def simulation():
    data = answers(60, 5, 1)
    fit = sm.OLS(data[:, 0], sm.add_constant(data[:, 1:])).fit()
    room = 10 - data[:, 1].mean()
    pull = [0, room, 0, -1, 0, 0.5]
    test = fit.t_test(pull)
    show("t_test(x0 to the end of the scale, x2 down 1, x4 up 0.5): effect, conf_int", test.effect, test.conf_int())


def bootstrap():
    data = answers(60, 3, 1)

    def first_lmg(rows):
        return lmg(*correlations(data[rows.astype(int)]))[2]

    rows = np.arange(60)
    for method in ("percentile", "BCa"):
        boot = stats.bootstrap((rows,), first_lmg, n_resamples=4000, method=method, vectorized=False, rng=np.random.default_rng(1))
        show(f"scipy.stats.bootstrap({method}, 4000), lmg of the third of three", *boot.confidence_interval, boot.standard_error)


def doses():
    """Twelve doses, some of them twice, and bounded responses."""
    x = np.array([1, 2, 2, 3, 4, 5, 6, 6, 7, 8, 9, 10, 11, 12.0])
    y = np.array([2, 1, 3, 2, 5, 4, 4, 7, 6, 9, 8, 7, 10, 9.0])
    w = np.array([1, 2, 1, 1, 3, 1, 1, 2, 1, 1, 2, 1, 1, 1.0])
    return x, y, w


def dose():
    x, y, w = doses()
    fit = IsotonicRegression().fit(x, y, w)
    show("IsotonicRegression().fit(x, y, w).predict(unique(x))", fit.predict(np.unique(x)))
    fit = IsotonicRegression(increasing=False).fit(x, 11 - y)
    show("IsotonicRegression(increasing=False).fit(x, 11 - y)", fit.predict(np.unique(x)))
    Z = sm.add_constant(x)
    fit = sm.GLM(y / 10, Z, family=sm.families.Binomial()).fit(cov_type="HC0", tol=1e-14, maxiter=100)
    show("GLM(y / 10, Binomial, HC0) params, bse", fit.params, fit.bse)
    prediction = fit.get_prediction([[1, 5.0]])
    show("GLM at 5: mean, conf_int", 10 * prediction.predicted_mean, 10 * prediction.conf_int())

    def ratio(params):
        at = lambda dose: 1 / (1 + np.exp(-(params[0] + params[1] * dose)))
        return np.log(at(5.5) / at(5.0))

    h = 1e-5
    slope = np.array([(ratio(fit.params + h * e) - ratio(fit.params - h * e)) / (2 * h) for e in np.eye(2)])
    reach = stats.norm.ppf(0.975) * np.sqrt(slope @ fit.cov_params() @ slope)
    show("GLM elasticity at 5, 10 %", 100 * (np.exp(ratio(fit.params) + np.array([0, -reach, reach])) - 1))
    for name, fx, fy in (("level-log", np.log, lambda v: v), ("log-level", lambda v: v, np.log), ("log-log", np.log, np.log)):
        fit = sm.OLS(fy(y), sm.add_constant(fx(x))).fit()
        prediction = fit.get_prediction([[1, fx(5.0)]])
        show(f"OLS {name}: params, bse, conf_int of the slope", fit.params, fit.bse, fit.conf_int()[1])
        show(f"OLS {name} at 5: mean, conf_int", prediction.predicted_mean, prediction.conf_int())
        if name == "level-log":
            pull = lambda params: params[1] / (params[0] + params[1] * np.log(5))
            g = np.array([(pull(fit.params + h * e) - pull(fit.params - h * e)) / (2 * h) for e in np.eye(2)])
            reach = stats.t.ppf(0.975, fit.df_resid) * np.sqrt(g @ fit.cov_params() @ g)
            show("level-log elasticity at 5, 10 %", 100 * np.log(1.1) * (pull(fit.params) + np.array([0, -reach, reach])))
        elif name == "log-level":
            show("log-level elasticity at 5, 10 %", 100 * (np.exp(0.5 * np.append(fit.params[1], fit.conf_int()[1])) - 1))
        else:
            show("log-log elasticity, 10 %", 100 * (1.1 ** np.append(fit.params[1], fit.conf_int()[1]) - 1))


if __name__ == "__main__":
    for part in (documentation, linear, importance, missing, ordinal, logistic, logistic_bootstrap, contrasts, simulation, bootstrap, dose):
        part()
