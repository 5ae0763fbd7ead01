"""Expected values for the tests of radost-stats::retention, computed by lifetimes, lifelines, scipy and pandas.

    pip install -r requirements.txt && python retention.py

Each line is the call and its result; crates/stats/tests/retention.rs quotes both. The customers are drawn here once and printed as
a table, which the tests hold too.
"""

import pathlib
import warnings

import lifelines
import lifetimes
import numpy as np
import pandas as pd
from lifelines.statistics import multivariate_logrank_test, proportional_hazard_test
from scipy import integrate, optimize, special, stats

warnings.filterwarnings("ignore")


def show(call, *values):
    values = np.concatenate([np.ravel(np.asarray(value, dtype=float)) for value in values])
    print(f"{call}: " + ", ".join(f"{value:.12g}" for value in values))


def customers():
    """(x, t_x, T, mean value) with times in whole days; weeks are days / 7."""
    rng = np.random.default_rng(7)
    rows = []
    for i in range(240):
        age = (182, 210, 238, 266)[i % 4]
        rate, leave = rng.gamma(0.8, 1 / 5.0) / 7, rng.beta(0.9, 2.2)
        day, days = 0.0, set()
        while True:
            day += rng.exponential(1 / rate)
            if day >= age:
                break
            days.add(max(1, int(day)))
            if rng.random() < leave:
                break
        spend = rng.gamma(6.0, 1 / rng.gamma(4.0, 1 / 18.0), size=len(days))
        mean = round(float(spend.mean()), 2) if days else 0.0
        rows.append((len(days), max(days, default=0), age, mean))
    return pd.DataFrame(rows, columns=["x", "t_x", "T", "m"])


def optimum(value, start):
    """Maximum of a log-likelihood over logarithms of parameters, polished until the slope is gone; standard errors by its curvature."""
    fit = optimize.minimize(lambda at: -value(np.exp(at)), np.log(start), method="Nelder-Mead",
                            options={"xatol": 1e-10, "fatol": 1e-12, "maxiter": 20000, "maxfev": 20000})
    k, step = len(start), 1e-3
    basis = np.eye(k) * step
    f = lambda at: value(np.exp(at))
    hessian = np.array([[(f(fit.x + a + b) - f(fit.x + a - b) - f(fit.x - a + b) + f(fit.x - a - b)) / (4 * step**2)
                         for a in basis] for b in basis])
    errors = np.exp(fit.x) * np.sqrt(np.diag(np.linalg.inv(-hessian)))
    return np.exp(fit.x), errors, -fit.fun


def purchases():
    c = customers()
    folded = c.groupby(["x", "t_x", "T"]).size().reset_index(name="n")
    print("histories (x, t_x, T in days, customers):")
    print(", ".join(f"({r.x}, {r.t_x}, {r['T']}, {r.n})" for _, r in folded.iterrows()))
    print("spends (x, mean value):")
    print(", ".join(f"({int(r.x)}, {r.m})" for _, r in c[c.x > 0].iterrows()))
    x, t_x, age = c.x.to_numpy(float), c.t_x.to_numpy() / 7, c["T"].to_numpy() / 7

    models = {
        "BetaGeoFitter": (lifetimes.BetaGeoFitter, [0.8, 5, 0.9, 2.2]),
        "ModifiedBetaGeoFitter": (lifetimes.ModifiedBetaGeoFitter, [0.8, 5, 0.9, 2.2]),
        "ParetoNBDFitter": (lifetimes.ParetoNBDFitter, [0.8, 5, 0.5, 8]),
    }
    ones = np.ones_like(x)
    for name, (fitter, start) in models.items():
        def value(p):
            if name == "ParetoNBDFitter":
                return fitter._conditional_log_likelihood(p, x, t_x, age).sum()
            return -fitter._negative_log_likelihood(np.log(p), x, t_x, age, ones, 0.0) * len(x)
        at, errors, ll = optimum(value, start)
        show(f"{name} maximum of its log-likelihood", at)
        show(f"{name} standard errors", errors)
        show(f"{name} log-likelihood", ll)
        if name != "ParetoNBDFitter":
            model = fitter().fit(x, t_x, age, tol=1e-6)
            show(f"{name}().fit(...).params_", model.params_.to_numpy())
            show(f"{name}().fit(...).standard_errors_", model.standard_errors_.to_numpy())

    spenders = c[c.x > 0]
    arguments = (spenders.x.to_numpy(float), spenders.m.to_numpy(), np.ones(len(spenders)), 0.0)
    value = lambda p: -lifetimes.GammaGammaFitter._negative_log_likelihood(np.log(p), *arguments) * len(spenders)
    at, errors, ll = optimum(value, [6, 4, 18])
    show("GammaGammaFitter maximum of its log-likelihood", at)
    show("GammaGammaFitter standard errors", errors)
    show("GammaGammaFitter log-likelihood", ll)
    gamma = lifetimes.GammaGammaFitter()
    gamma.params_ = pd.Series({"p": 6.25, "q": 3.74, "v": 15.44})
    show("GammaGammaFitter(6.25, 3.74, 15.44).conditional_expected_average_profit([0, 1, 2, 7], [0, 11.77, 22.345, 50])",
         gamma.conditional_expected_average_profit(np.array([0, 1, 2, 7]), np.array([0, 11.77, 22.345, 50])))


HISTORIES = np.array([(0, 0, 39), (1, 1.5, 38.5), (2, 30.43, 38.86), (7, 20, 39), (29, 37, 38), (150, 38.9, 39.0)], dtype=float)


def forecasts():
    cases = {
        ("BetaGeoFitter", (0.243, 4.414, 0.793, 2.426)): lifetimes.BetaGeoFitter,
        ("ModifiedBetaGeoFitter", (0.525, 6.183, 0.891, 1.614)): lifetimes.ModifiedBetaGeoFitter,
        ("ParetoNBDFitter", (0.553, 10.578, 0.606, 11.669)): lifetimes.ParetoNBDFitter,
        ("ParetoNBDFitter", (0.553, 30.0, 1.4, 2.0)): lifetimes.ParetoNBDFitter,
    }
    for (name, p), fitter in cases.items():
        model = fitter()
        names = ["r", "alpha", "s", "beta"] if "Pareto" in name else ["r", "alpha", "a", "b"]
        model.params_ = pd.Series(dict(zip(names, p)))
        print(f"{name}{p}")
        x, t_x, age = HISTORIES.T
        expectation = lambda t, x=x, t_x=t_x, age=age: model.conditional_expected_number_of_purchases_up_to_time(t, x, t_x, age)
        for t in (1, 39, 500):
            show(f"  conditional expectations, t = {t}", expectation(t))
        show("  conditional_probability_alive", model.conditional_probability_alive(x, t_x, age))
        show("  expected_number_of_purchases_up_to_time([1, 39, 78])",
             [model.expected_number_of_purchases_up_to_time(t) for t in (1, 39, 78)])
        if "Pareto" in name:
            pmf = [model.conditional_probability_of_n_purchases_up_to_time(n, 39, 0, 0, 0) for n in range(6)]
        else:
            pmf = [model.probability_of_n_purchases_up_to_time(39, n) for n in range(6)]
        show("  P(X(39) = 0..5)", pmf)
        if "Pareto" in name:
            show("  log-likelihoods", fitter._conditional_log_likelihood(p, x, t_x, age))
        # Discounted purchases from the expectations alone: integration by parts.
        delta = np.log(1.15) / 52
        def discounted(h, end):
            e = lambda t: float(np.ravel(model.conditional_expected_number_of_purchases_up_to_time(t, *(np.array([v]) for v in h)))[0])
            cuts = np.linspace(0, end, 41)
            area = sum(integrate.quad(lambda t: np.exp(-delta * t) * e(t), a, b, epsrel=1e-11)[0] for a, b in zip(cuts, cuts[1:]))
            return np.exp(-delta * end) * e(end) + delta * area
        show("  discounted over 104", [discounted(h, 104.0) for h in HISTORIES[:5]])
        if "Pareto" in name:
            r, alpha, s, beta = p
            alive = np.ravel(model.conditional_probability_alive(x, t_x, age))
            z = delta * (beta + age)
            show("  DERT with scipy.special.hyperu", alive * (r + x) * (beta + age) / (alpha + age) * special.hyperu(1, 2 - s, z))
        else:
            r, alpha, a, b = p
            def forever(h):
                x, t_x, age = h
                shape, b1 = r + x, b + x + ("Modified" in name)
                density = stats.gamma(shape, scale=1 / (alpha + age))
                f = lambda rate: density.pdf(rate) * rate / delta * special.hyp2f1(1, a, a + b1, -rate / delta)
                top = density.isf(1e-16)
                cuts = top * np.array([0, 1e-8, 1e-6, 1e-4, 1e-3, 1e-2, 0.1, 0.2, 0.4, 0.7, 1])
                return sum(integrate.quad(f, u, v, epsrel=1e-11)[0] for u, v in zip(cuts, cuts[1:]))
            alive = np.ravel(model.conditional_probability_alive(x, t_x, age))
            show("  discounted for ever, gamma mean of scipy.special.hyp2f1", [alive[i] * forever(HISTORIES[i]) for i in range(1, 5)])


def hypergeometric():
    for b, c, z in ((0.5, 2.0, 0.3), (3.2, 4.7, 0.9), (30.5, 33.0, 0.99), (0.243, 1.3, 0.999), (4.0, 4.3, 0.95), (151.0, 152.2, 0.5)):
        print(f"log(hyp2f1(1, {b}, {c}, {z})): {float(np.log(special.hyp2f1(1, b, c, z)))!r}")


def contracts():
    for name, survivors in {
        "High End": [1000, 869, 743, 653, 593, 551, 517, 491],
        "Regular": [1000, 631, 468, 382, 326, 289, 262, 241],
    }.items():
        def value(p):
            a, b = p
            s = lambda t: special.betaln(a, b + t) - special.betaln(a, b)
            lost = -np.diff(survivors)
            ends = [special.betaln(a + 1, b + t - 1) - special.betaln(a, b) for t in range(1, len(survivors))]
            return lost @ np.array(ends) + survivors[-1] * s(len(survivors) - 1)
        at, errors, ll = optimum(value, [0.7, 2.0])
        show(f"sBG {name}", at, errors, ll)
        a, b = at
        show(f"sBG {name} S(8..12)", [np.exp(special.betaln(a, b + t) - special.betaln(a, b)) for t in range(8, 13)])
        show(f"sBG {name} DEL, DERL after 1, 4 renewals at 10 %",
             special.hyp2f1(1, b, a + b, 1 / 1.1),
             [(b + n - 1) / (a + b + n - 1) * special.hyp2f1(1, b + n, a + b + n, 1 / 1.1) for n in (2, 5)])
    show("sBG (0.668, 3.806) DEL at 10 %", special.hyp2f1(1, 3.806, 0.668 + 3.806, 1 / 1.1))


def people(ties):
    """48 people with two covariates, a group and a stratum, by a formula that the tests repeat."""
    i = np.arange(48)
    order, jitter = (i * 37) % 48, (i * 11) % 7
    time = 3 + order + (-order % 4 + jitter if ties else jitter / 10)
    return pd.DataFrame({
        "time": time.astype(float),
        "event": (i * 5) % 4 != 0,
        "age": ((i * 29) % 31).astype(float) - 0.3 * (time % 17),
        "calls": ((i * 13) % 5).astype(float),
        "group": i % 3,
        "stratum": (i // 2) % 2,
    })


def survival():
    for ties in (False, True):
        d = people(ties)
        print(f"people(ties={ties}); distinct times {d.time.nunique()}")
        km = lifelines.KaplanMeierFitter().fit(d.time, d.event)
        bands = km.confidence_interval_survival_function_
        show("  KaplanMeierFitter survival at 10, 20, 30, 40", [km.predict(t) for t in (10, 20, 30, 40)])
        show("  its log-log band at 20 and 40", [bands.loc[:t].iloc[-1].to_numpy() for t in (20, 40)])
        show("  median, its band", km.median_survival_time_, lifelines.utils.median_survival_times(bands).to_numpy())
        show("  restricted_mean_survival_time(40)", lifelines.utils.restricted_mean_survival_time(km, 40))
        table = km.event_table[km.event_table.observed > 0]
        n, e = table.at_risk.to_numpy(float), table.observed.to_numpy(float)
        when = table.index.to_numpy()
        curve = np.cumprod(1 - e / n)
        area = np.array([np.sum(np.diff(np.append(when[j:][when[j:] <= 40], 40)) * curve[j:][when[j:] <= 40]) for j in range(len(n))])
        use = when <= 40
        show("  standard error of that, sum of the Greenwood terms", np.sqrt(np.sum((area**2 * e / n / (n - e))[use])))
        aalen = lifelines.NelsonAalenFitter(nelson_aalen_smoothing=False).fit(d.time, d.event)
        show("  NelsonAalenFitter at 20, 40", [aalen.predict(t) for t in (20, 40)])
        show("  square root of the sum of d / n^2 at 20, 40", [np.sqrt(np.sum((e / n**2)[when <= t])) for t in (20, 40)])
        for weight, extra in (("", {}), ("wilcoxon", {}), ("tarone-ware", {}), ("peto", {}), ("fleming-harrington", {"p": 1, "q": 0.5})):
            for groups in (d.group, d.group == 0):
                test = multivariate_logrank_test(d.time, groups, d.event, weightings=weight or None, **extra)
                show(f"  multivariate_logrank_test {weight} {groups.nunique()} groups", test.test_statistic, test.p_value)
        z, v = np.zeros(2), np.zeros((2, 2))
        for _, s in d.groupby("stratum"):
            for t in np.unique(s.time[s.event]):
                risk, dead = s[s.time >= t], s[(s.time == t) & s.event]
                n, e = len(risk), len(dead)
                share = np.array([(risk.group == j).mean() for j in range(2)])
                z += [(dead.group == j).sum() - e * share[j] for j in range(2)]
                v += e * (n - e) / max(n - 1, 1) * (np.diag(share) - np.outer(share, share))
        show("  stratified log-rank, written out", z @ np.linalg.solve(v, z))
        columns = ["time", "event", "age", "calls"]
        cox = lifelines.CoxPHFitter().fit(d[columns], "time", "event", fit_options={"precision": 1e-12})
        show("  CoxPHFitter coefficients, errors", cox.params_, cox.standard_errors_)
        ratio = cox.log_likelihood_ratio_test()
        show("  log-likelihood, ratio test, concordance", cox.log_likelihood_, ratio.test_statistic, cox.concordance_index_)
        show("  baseline cumulative hazard at 10, 20, 40",
             [cox.baseline_cumulative_hazard_.loc[:t].iloc[-1, 0] for t in (10, 20, 40)])
        for transform in ("identity", "log", "km", "rank"):
            test = proportional_hazard_test(cox, d[columns], time_transform=transform)
            show(f"  proportional_hazard_test {transform}", test.test_statistic)
        stratified = lifelines.CoxPHFitter().fit(d[columns + ["stratum"]], "time", "event", strata=["stratum"], fit_options={"precision": 1e-12})
        show("  CoxPHFitter strata", stratified.params_, stratified.standard_errors_)
        late = d.assign(entry=np.minimum(d.time - 0.05, (np.arange(48) * 7) % 9))
        entry = lifelines.CoxPHFitter().fit(late[columns + ["entry"]], "time", "event", entry_col="entry", fit_options={"precision": 1e-12})
        show("  CoxPHFitter entry_col", entry.params_, entry.standard_errors_)
        import statsmodels.api as sm
        for method in ("breslow", "efron"):
            ph = sm.PHReg(d.time, d[["age", "calls"]], d.event.astype(int), ties=method).fit(disp=0)
            show(f"  statsmodels PHReg {method}", ph.params, ph.bse, ph.llf)
            if method == "efron":
                null = np.zeros(2)
                score, information = ph.model.score(null), -ph.model.hessian(null)
                show("  score test", score @ np.linalg.solve(information, score))
                show("  Wald test", ph.params @ np.linalg.solve(ph.cov_params(), ph.params))


def documents():
    """The numbers of the doctests."""
    rows = [(0, 0, 39, 600), (1, 5, 39, 80), (1, 25, 39, 60), (2, 12, 39, 40), (2, 33, 39, 60), (4, 20, 39, 20), (5, 35, 39, 70), (9, 38, 39, 30)]
    x, t_x, age, n = np.array(rows, dtype=float).T
    for name, fitter, start in (("BetaGeoFitter", lifetimes.BetaGeoFitter, [0.3, 5, 0.8, 2.4]), ("ParetoNBDFitter", lifetimes.ParetoNBDFitter, [0.5, 10, 0.6, 10])):
        def value(p):
            if name == "ParetoNBDFitter":
                return n @ fitter._conditional_log_likelihood(p, x, t_x, age)
            return -fitter._negative_log_likelihood(np.log(p), x, t_x, age, n, 0.0) * n.sum()
        at, _, ll = optimum(value, start)
        show(f"doctest {name}", at, ll)
    i = np.arange(1, 200)
    arguments = (1.0 + i % 4, 20 * (i / (200 - i)) ** 0.6, np.ones(199), 0.0)
    value = lambda p: -lifetimes.GammaGammaFitter._negative_log_likelihood(np.log(p), *arguments) * 199
    at, _, ll = optimum(value, [3, 3, 30])
    show("doctest GammaGammaFitter", at, ll)
    model = lifetimes.ParetoNBDFitter()
    model.params_ = pd.Series({"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669})
    delta = np.log(1.15) / 52
    alive = float(np.ravel(model.conditional_probability_alive(2, 30.43, 38.86))[0])
    dert = alive * 2.553 * (11.669 + 38.86) / (10.578 + 38.86) * special.hyperu(1, 2 - 0.606, delta * (11.669 + 38.86))
    spend = 6.25 * (15.44 + 2 * 22.345) / (6.25 * 2 + 3.74 - 1)
    show("doctest lifetime value", dert, spend, dert * spend)
    km = lifelines.KaplanMeierFitter().fit([9.0, 13, 13, 18, 23, 28], [1, 1, 0, 1, 1, 0])
    show("doctest log-log band", km.confidence_interval_survival_function_.loc[13].to_numpy())
    test = multivariate_logrank_test([9.0, 13, 13, 18, 23, 5, 5, 8, 8, 12], [0] * 5 + [1] * 5, [1, 1, 0, 1, 0] + [1] * 5)
    show("doctest log-rank", test.test_statistic, test.p_value)
    d = pd.DataFrame({"t": [2, 3, 4, 5, 5, 8, 9, 10, 12.0], "e": [1, 1, 0, 1, 1, 1, 0, 1, 0], "x": [2, 0, 1, 1, 3, 0, 0, 1, 0.0]})
    cox = lifelines.CoxPHFitter().fit(d, "t", "e", fit_options={"precision": 1e-12})
    show("doctest CoxPHFitter", cox.params_)
    show("doctest proportional_hazard_test identity", proportional_hazard_test(cox, d, time_transform="identity").test_statistic)


def scores():
    values = pd.Series([(i * i * 7) % 23 for i in range(60)])
    rank = (values.rank(method="average") - 0.5) / len(values)
    print("quintiles of (i * i * 7) % 23, pandas rank(method='average'):", np.minimum(np.floor(5 * rank) + 1, 5).astype(int).tolist())


def real():
    """Values from the files beside the repository, where they are there."""
    data = pathlib.Path(__file__).resolve().parents[3] / "shared" / "data"
    if not data.is_dir():
        print("skipped: ../shared/data is not here")
        return
    r = pd.read_csv(data / "retail/online_retail_sample.csv", parse_dates=["InvoiceDate"])
    r = r[r.CustomerID.notna() & (r.Quantity > 0) & (r.UnitPrice > 0)]
    month = r.InvoiceDate.dt.year * 12 + r.InvoiceDate.dt.month
    first = month.groupby(r.CustomerID).transform("min")
    print("online_retail_sample.csv: customers, revenue", r.CustomerID.nunique(), (r.Quantity * r.UnitPrice).sum())
    for start, cohort in r.groupby(first):
        ages = month[cohort.index] - start
        counts = cohort.CustomerID.groupby(ages).nunique().reindex(range(month.max() - start + 1), fill_value=0)
        print("  nunique of customers by age:", counts.tolist())
    d = pd.read_csv(data / "cdnow/cdnow_master.csv", parse_dates=["date"])
    d = d[d.date <= "1997-09-30"].groupby(["customer_id", "date"]).amount.sum().reset_index()
    repeats = d[d.groupby("customer_id").cumcount() > 0].groupby("customer_id").amount.mean()
    print("cdnow_master.csv: repeaters with zero mean repeat spend", (repeats <= 0).sum())
    lung = pd.read_csv(data / "survival/lung.csv")[["time", "status", "age", "sex", "ph.ecog"]].dropna()
    cox = lifelines.CoxPHFitter().fit(lung.assign(status=lung.status - 1), "time", "status", fit_options={"precision": 1e-12})
    show("CoxPHFitter on lung.csv", cox.params_, cox.standard_errors_, cox.concordance_index_)


if __name__ == "__main__":
    purchases()
    forecasts()
    hypergeometric()
    contracts()
    survival()
    documents()
    scores()
    real()
