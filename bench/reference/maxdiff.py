"""Expected values for the MaxDiff scores and the sampling designs of radost-stats, computed by statsmodels and scipy.

    pip install -r requirements.txt && python maxdiff.py

Each line is the call and its result; crates/stats/tests/designs.rs quotes both.
"""

import itertools

import numpy as np
from scipy import optimize, stats
from statsmodels.discrete.conditional_models import ConditionalLogit


def show(call, *values):
    values = np.concatenate([np.ravel(np.asarray(value, float)) for value in values])
    print(f"{call}: " + ", ".join(f"{value:.12g}" for value in values))


# The same formulas are in the tests: 30 people, 7 sets of 3 out of 7 items.
LIKING = np.array([18, 10, 4, 0, -4, -10, -18])


def choices():
    for r, t in itertools.product(range(30), range(7)):
        shown = sorted((x + t) % 7 for x in (0, 1, 3))
        value = lambda i: LIKING[i] + 5 * ((r * 5 + t * 11 + i * i * 3 + r * i) % 13)
        yield shown, max(shown, key=lambda i: (value(i), -i)), min(shown, key=lambda i: (value(i), i))


def centred(parameters, covariance):
    """Utilities that add up to zero and shares, from utilities whose first is zero."""
    u = np.concatenate([[0], parameters])
    full = np.zeros((7, 7))
    full[1:, 1:] = covariance
    centre = np.eye(7) - 1 / 7
    p = np.exp(u) / np.exp(u).sum()
    jacobian = np.diag(p) - np.outer(p, p)
    errors = lambda m: np.sqrt(np.diag(m @ full @ m.T))
    return u - u.mean(), errors(centre), 100 * p, 100 * errors(jacobian)


def sequential():
    rows, chosen, groups = [], [], []
    for number, (shown, best, worst) in enumerate(choices()):
        for part, (items, pick, sign) in enumerate(((shown, best, 1), ([i for i in shown if i != best], worst, -1))):
            for item in items:
                rows.append(sign * np.eye(7)[item][1:])
                chosen.append(int(item == pick))
                groups.append(2 * number + part)
    fit = ConditionalLogit(np.array(chosen), np.array(rows), groups=np.array(groups)).fit(disp=0, method="newton", maxiter=100, tol=1e-14)
    show("ConditionalLogit llf", fit.llf)
    for name, values in zip(("utility", "error", "share", "share error"), centred(fit.params, fit.cov_params())):
        show(f"sequential {name}", values)


def pairs():
    data = list(choices())

    def negative(x):
        u = np.concatenate([[0], x])
        return sum(np.log(sum(np.exp(u[i] - u[j]) for i, j in itertools.permutations(shown, 2))) - u[b] + u[w] for shown, b, w in data)

    x = optimize.minimize(negative, np.zeros(6), method="BFGS", options={"gtol": 1e-8}).x
    hessian = np.zeros((6, 6))
    h = 1e-4
    for i, j in itertools.product(range(6), repeat=2):
        e, f = np.eye(6)[i] * h, np.eye(6)[j] * h
        hessian[i, j] = (negative(x + e + f) - negative(x + e - f) - negative(x - e + f) + negative(x - e - f)) / (4 * h * h)
    show("pairs llf", -negative(x))
    for name, values in zip(("utility", "error", "share", "share error"), centred(x, np.linalg.inv(hessian))):
        show(f"pairs {name}", values)


def counts():
    data = list(choices())
    for name, count in (("best", lambda i: sum(b == i for _, b, _ in data)), ("worst", lambda i: sum(w == i for _, _, w in data))):
        show(name, [count(i) for i in range(7)])


def neyman():
    sizes, sds = np.array([6000, 3000, 1000, 250]), np.array([1.0, 2.5, 4.0, 12.0])
    share = 400 * sizes * sds / (sizes * sds).sum()
    show("400 N S / sum(N S)", share)
    show("400 N / sum(N)", 400 * sizes / sizes.sum())


for part in (counts, sequential, pairs, neyman):
    part()
