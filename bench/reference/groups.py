"""Expected values for crates/stats/tests/groups.rs, computed by kmedoids, scikit-learn, scipy and EM in numpy.

    pip install -r requirements.txt && python groups.py

Each line is the call and its result; the tests quote both. Data are written out, or made by the formulas of `blobs` and `answers`.
"""

import itertools

import kmedoids
import numpy as np
from scipy import optimize, stats
from scipy.spatial.distance import cdist
from sklearn.metrics import silhouette_samples, silhouette_score


def show(call, *values):
    values = np.concatenate([np.ravel(value) for value in values])
    print(f"{call}: " + ", ".join(f"{value:.12g}" for value in values))


def blobs(n):
    """Points around four corners, by the same formula as `blobs` in the test."""
    i = np.arange(n)
    x = 10 * (i % 2) + (i * 7919 % 1009) / 1009 * 6
    y = 9 * (i // 2 % 2) + (i * 104729 % 1013) / 1013 * 6
    return np.column_stack([x, y])


def medoids():
    x = blobs(300)
    for metric, name in (("euclidean", "euclidean"), ("cityblock", "manhattan")):
        d = cdist(x, x, metric)
        for k in (2, 3, 4, 6):
            best = min(kmedoids.fasterpam(d, k, random_state=seed).loss for seed in range(30))
            show(f"kmedoids.fasterpam(blobs(300), {k}), {name}, best of 30 starts: loss", best)
        fit = min((kmedoids.fasterpam(d, 4, random_state=seed) for seed in range(30)), key=lambda fit: fit.loss)
        labels = fit.labels
        show(f"silhouette_score(blobs(300), 4 groups, {name}), of rows 0, 1, 2", silhouette_score(d, labels, metric="precomputed"), silhouette_samples(d, labels, metric="precomputed")[:3])
        two = np.sort(d[fit.medoids], axis=0)[:2]
        show(f"medoid silhouette, {name}", (1 - two[0] / two[1]).mean())
        one = d.sum(0).min()
        show(f"one medoid, {name}: loss", one)
    d = cdist(blobs(2000), blobs(2000))
    losses = [kmedoids.fasterpam(d, 5, random_state=seed).loss for seed in range(5)]
    show("kmedoids.fasterpam(blobs(2000), 5), euclidean, best and worst of 5 starts: loss", min(losses), max(losses))


def gap():
    """Reference sets uniform over the box; expectations by 200 of them, losses by fasterpam with several starts."""
    x = blobs(120)
    rng = np.random.default_rng(1)

    def log_losses(x, starts):
        d = cdist(x, x)
        return [np.log(min(d.sum(0).min() if k == 1 else kmedoids.fasterpam(d, k, random_state=s).loss for s in range(starts)) / len(x)) for k in range(1, 7)]

    own = log_losses(x, 20)
    reference = np.array([log_losses(rng.uniform(x.min(0), x.max(0), x.shape), 3) for _ in range(200)])
    show("ln W for 1..6", own)
    show("gap for 1..6", reference.mean(0) - own)
    show("sd of ln W* for 1..6", reference.std(0))


def answers(n):
    """Four items of 2, 3, 2 and 4 categories from two kinds of customers, by the same formula as `answers` in the test."""
    r = np.arange(n)
    kind = r % 5 < 2
    u = [(r * p % 997) / 997 for p in (389, 541, 677, 773)]
    return np.column_stack([
        np.where(kind, u[0] < 0.8, u[0] < 0.3),
        np.where(kind, (u[1] < 0.7) * 1 + (u[1] < 0.5) * 1, (u[1] < 0.4) * 1 + (u[1] < 0.1) * 1),
        np.where(kind, u[2] < 0.9, u[2] < 0.25),
        np.where(kind, np.floor(u[3] ** 2 * 4), np.floor(np.sqrt(u[3]) * 4)),
    ]).astype(float)


SIZES = [2, 3, 2, 4]


def likelihood(x, pi, theta):
    log = np.log(pi)[None, :].repeat(len(x), 0)
    for j in range(x.shape[1]):
        known = ~np.isnan(x[:, j])
        log[known] += np.log(theta[j][:, x[known, j].astype(int)].T)
    top = log.max(1, keepdims=True)
    return log, (top + np.log(np.exp(log - top).sum(1, keepdims=True)))[:, 0]


def em(x, classes, sizes, seed, steps=20000):
    rng = np.random.default_rng(seed)
    pi = np.full(classes, 1 / classes)
    theta = [rng.dirichlet(np.ones(size) * 2, classes) for size in sizes]
    last = -np.inf
    for _ in range(steps):
        log, total = likelihood(x, pi, theta)
        posterior = np.exp(log - total[:, None])
        if total.sum() - last < 1e-12:
            break
        last = total.sum()
        pi = posterior.mean(0)
        for j, size in enumerate(sizes):
            for k in range(size):
                theta[j][:, k] = posterior[x[:, j] == k].sum(0)
            theta[j] /= theta[j].sum(1, keepdims=True)
    order = np.argsort(-pi)
    return total.sum(), pi[order], [t[order] for t in theta], posterior[:, order]


def latent_class():
    x = answers(500)
    for name, data in (("answers(500)", x), ("answers(500) with holes", holes(x))):
        for classes in (1, 2, 3):
            fits = [em(data, classes, SIZES, seed, 20000 if classes < 3 else 6000) for seed in range(1 if classes == 1 else 8)]
            ll, pi, theta, posterior = max(fits, key=lambda fit: fit[0])
            show(f"em({name}, {classes}): log-likelihood, shares", ll, pi)
            if classes == 2:
                show("  theta", *theta)
                entropy = -(posterior * np.log(posterior)).sum()
                show("  entropy R2", 1 - entropy / (len(data) * np.log(2)))
                show("  standard errors: shares, first category of each item in each class", scores(data, pi, theta))
    counts = [42, 23, 6, 25, 6, 24, 7, 38, 1, 4, 1, 6, 2, 9, 2, 20]
    data = np.repeat(np.array(list(itertools.product([0, 1], repeat=4)), float), counts, 0)
    ll, pi, theta, _ = em(data, 2, [2] * 4, 1)
    expected = 216 * np.exp([likelihood(np.array([p], float), pi, theta)[1][0] for p in itertools.product([0, 1], repeat=4)])
    g = 2 * (np.array(counts) * np.log(np.array(counts) / expected)).sum()
    show("Stouffer and Toby, 2 classes: log-likelihood, G2, X2, shares", ll, g, ((np.array(counts) - expected) ** 2 / expected).sum(), pi)


def holes(x):
    x = x.copy()
    for r in range(len(x)):
        if r % 3 == 0:
            x[r, r % 4] = np.nan
    return x


def scores(x, pi, theta):
    """Empirical information by numerical derivatives of each customer's log-likelihood; free are all but the last probability."""
    sizes = [t.shape[1] for t in theta]

    def unpack(v):
        c = len(pi)
        p = np.append(v[: c - 1], 1 - v[: c - 1].sum())
        out, at = [], c - 1
        for size in sizes:
            t = np.zeros((c, size))
            for k in range(c):
                t[k, :-1] = v[at : at + size - 1]
                t[k, -1] = 1 - t[k, :-1].sum()
                at += size - 1
            out.append(t)
        return p, out

    v = np.concatenate([pi[:-1]] + [t[k, :-1] for t in theta for k in range(len(pi))])
    step = 1e-6
    s = np.zeros((len(x), len(v)))
    for a in range(len(v)):
        up, down = v.copy(), v.copy()
        up[a] += step
        down[a] -= step
        s[:, a] = (likelihood(x, *unpack(up))[1] - likelihood(x, *unpack(down))[1]) / (2 * step)
    se = np.sqrt(np.diag(np.linalg.inv(s.T @ s)))
    firsts, at = [se[0]], len(pi) - 1
    for size in sizes:
        for _ in range(len(pi)):
            firsts.append(se[at])
            at += size - 1
    return firsts


TABLE = np.array([[30, 12, 8], [22, 25, 14], [5, 18, 31], [9, 9, 10]])


def tables():
    chi2, p, df, expected = stats.chi2_contingency(TABLE, correction=False)
    n = TABLE.sum()
    rows, columns = TABLE.sum(1, keepdims=True) / n, TABLE.sum(0) / n
    residuals = (TABLE - expected) / np.sqrt(expected * (1 - rows) * (1 - columns))
    show("chi2_contingency(TABLE): chi2, p, df", chi2, p, df)
    show("adjusted residuals", residuals)
    show("false_discovery_control(p of residuals)", stats.false_discovery_control(2 * stats.norm.sf(np.abs(residuals)).ravel()))
    for name, table in (("TABLE", TABLE), ("weak", np.array([[20, 22], [25, 23]]))):
        chi2, p, df, _ = stats.chi2_contingency(table, correction=False)
        n, m = table.sum(), min(table.shape) - 1
        bounds = []
        for upper in (0.025, 0.975):
            f = lambda l: stats.ncx2.sf(chi2, df, l) - upper
            bounds.append(optimize.brentq(f, 1e-9, 500) if f(1e-9) < 0 else 0)
        phi = max(0, chi2 / n - df / (n - 1))
        r, c = (size - (size - 1) ** 2 / (n - 1) for size in table.shape)
        show(f"Cramer's V of {name}: V, corrected, low, high (ncx2.sf inverted)", np.sqrt(chi2 / n / m), np.sqrt(phi / (min(r, c) - 1)), np.sqrt(np.array(bounds) / n / m))


def trees():
    """Nominal predictor with five categories, two outcomes: merged step by step as Kass says, by chi2_contingency."""
    table = {0: [40, 10], 1: [38, 14], 2: [20, 35], 3: [18, 30], 4: [45, 8]}
    for names in ("nominal", "ordinal"):
        groups = {(k,): np.array(v) for k, v in table.items()}
        while len(groups) > 2:
            keys = list(groups)
            pairs = list(itertools.combinations(keys, 2)) if names == "nominal" else list(zip(keys, keys[1:]))
            ps = [stats.chi2_contingency(np.array([groups[a], groups[b]]), correction=False).pvalue for a, b in pairs]
            best = int(np.argmax(ps))
            if ps[best] <= 0.05:
                break
            a, b = pairs[best]
            groups = {tuple(sorted(k)): v for k, v in sorted([(a + b, groups[a] + groups[b])] + [(k, v) for k, v in groups.items() if k not in (a, b)])}
        chi2, p, df, _ = stats.chi2_contingency(np.array(list(groups.values())), correction=False)
        print(names, list(groups))
        show(f"chi2_contingency(merged, {names}): chi2, p, df", chi2, p, df)
    y = lambda r: (r * 37 % 11) + 2.0 * (r % 4 == 1) + 5.0 * (r % 4 == 2)
    r = np.arange(200)
    values = np.array([y(i) for i in r])
    for a, b in itertools.combinations(range(4), 2):
        show(f"f_oneway(region {a}, region {b})", *stats.f_oneway(values[r % 4 == a], values[r % 4 == b]))
    show("f_oneway(0 and 3, 1, 2)", *stats.f_oneway(values[(r % 4 == 0) | (r % 4 == 3)], values[r % 4 == 1], values[r % 4 == 2]))


def cover():
    """Facility location by scipy.optimize.milp."""
    customers, variants = 60, 12
    i, j = np.meshgrid(np.arange(customers), np.arange(variants), indexing="ij")
    losses = ((i * 37 + 11) % 101 - (j * 29 + 5) % 101) ** 2 / 100 + (i * j * 13 % 17)
    weights = 1.0 + np.arange(customers) % 3
    tolerance = 6.0
    for k in (1, 2, 3, 4, 6):
        # x_j opens a variant, z_ij serves customer i by it.
        size = variants + customers * variants
        c = np.concatenate([np.zeros(variants), (weights[:, None] * losses).ravel() / weights.sum()])
        rows = [np.concatenate([np.ones(variants), np.zeros(customers * variants)])]
        low, high = [k], [k]
        for a in range(customers):
            row = np.zeros(size)
            row[variants + a * variants : variants + (a + 1) * variants] = 1
            rows.append(row); low.append(1); high.append(1)
            for b in range(variants):
                row = np.zeros(size)
                row[b], row[variants + a * variants + b] = -1, 1
                rows.append(row); low.append(-np.inf); high.append(0)
        fit = optimize.milp(c, constraints=optimize.LinearConstraint(np.array(rows), low, high), integrality=np.ones(size), bounds=optimize.Bounds(0, 1))
        size = variants + customers
        c = np.concatenate([np.zeros(variants), -weights / weights.sum()])
        rows = [np.concatenate([np.ones(variants), np.zeros(customers)])]
        low, high = [k], [k]
        for a in range(customers):
            row = np.zeros(size)
            row[:variants], row[variants + a] = -1.0 * (losses[a] <= tolerance), 1
            rows.append(row); low.append(-np.inf); high.append(0)
        share = optimize.milp(c, constraints=optimize.LinearConstraint(np.array(rows), low, high), integrality=np.ones(size), bounds=optimize.Bounds(0, 1))
        show(f"milp({k} of {variants} variants): least mean loss, best share", fit.fun, -share.fun)


for part in (medoids, gap, latent_class, tables, trees, cover):
    part()
