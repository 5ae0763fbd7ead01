"""Expected values for crates/radost/tests/analyst.rs on the files of examples/analyst, computed by statsmodels, scipy and the
likelihoods in numpy.

    pip install -r requirements.txt && python command_line.py

Each line is the call and its result; the tests quote both.
"""

import itertools
import math
import pathlib

import numpy as np
import pandas as pd
import scipy
import statsmodels
import statsmodels.api as sm
from statsmodels.tsa.holtwinters import ExponentialSmoothing
from scipy import optimize, special, stats

FILES = pathlib.Path(__file__).parents[2] / "examples" / "analyst"


def show(call, *values):
    values = np.concatenate([np.ravel(value) for value in values])
    print(f"{call}: " + ", ".join(f"{value:.10g}" for value in values))


def proportional(names):
    """Feldman's PMVD from its definition: orders weigh by the product of what the drivers still to come would add, inverted."""
    survey = pd.read_csv(FILES / "survey.csv").dropna(subset=["overall"] + names)

    def explained(subset):
        return sm.OLS(survey.overall, sm.add_constant(survey[list(subset)])).fit().rsquared if subset else 0.0

    total = explained(names)
    shares, weights = dict.fromkeys(names, 0.0), 0.0
    for order in itertools.permutations(names):
        weight = math.prod(1 / (total - explained(order[:k])) for k in range(1, len(names)))
        weights += weight
        for k, name in enumerate(order):
            shares[name] += weight * (explained(order[: k + 1]) - explained(order[:k]))
    show(f"PMVD of overall over {', '.join(names)}", [shares[name] / weights for name in names])


def drivers():
    proportional(["wait", "staff", "price", "effort"])
    survey = pd.read_csv(FILES / "survey.csv").dropna(subset=["overall"])
    names = ["wait", "staff", "price"]
    everyone = pd.read_csv(FILES / "survey.csv")
    yes = (everyone.town == "York").astype(float)
    fit = sm.Logit(yes, sm.add_constant(everyone[names])).fit(disp=0, tol=1e-12)
    show("Logit(town == York ~ wait, staff, price): coefficients", fit.params)
    show("... standard errors", fit.bse)
    show("... log-likelihoods, McFadden's R2", fit.llf, fit.llnull, fit.prsquared)
    show("... odds ratio of staff with its interval", np.exp(fit.params["staff"]), np.exp(fit.conf_int().loc["staff"]))

    def mcfadden(subset):
        if not subset:
            return 0.0
        return sm.Logit(yes, sm.add_constant(everyone[list(subset)])).fit(disp=0, tol=1e-12).prsquared

    shares = []
    for name in names:
        others = [other for other in names if other != name]
        gain = 0.0
        for size in range(len(others) + 1):
            for subset in itertools.combinations(others, size):
                weight = math.factorial(size) * math.factorial(len(names) - size - 1) / math.factorial(len(names))
                gain += weight * (mcfadden(subset + (name,)) - mcfadden(subset))
        shares.append(gain)
    show("general dominance over McFadden's R2, wait, staff, price", shares)

    dummies = pd.DataFrame({f"{name}_{side}": (survey[name] <= 2 if side == "low" else survey[name] >= 4).astype(float)
                            for name in names for side in ("low", "high")})
    fit = sm.OLS(survey.overall, sm.add_constant(dummies)).fit()
    show("OLS(overall ~ low and high of wait, staff, price), low 1-2, high 4-5", fit.params[1:])
    show("... standard errors", fit.bse[1:])
    both = [fit.t_test(f"{name}_low + {name}_high = 0") for name in names]
    show("... reward + penalty with p", [(test.effect[0], float(test.pvalue)) for test in both])

    fit = sm.OLS(survey.overall, sm.add_constant(survey[names])).fit()
    moved = fit.t_test("0.5 * staff - 0.5 * wait")
    show("OLS(overall ~ wait, staff, price): staff=+0.5, wait=-0.5: change, low, high", moved.effect, moved.conf_int())
    show("... mean of overall", survey.overall.mean())


def league():
    visits = pd.read_csv(FILES / "visits.csv")
    shops = visits.assign(yes=visits.overall >= 4).groupby("shop").yes.agg(["sum", "count"])
    x, n = shops["sum"].to_numpy(float), shops["count"].to_numpy(float)

    def loss(log):
        a, b = np.exp(log)
        return -(special.betaln(a + x, b + n - x) - special.betaln(a, b)).sum()

    fit = optimize.minimize(loss, [2.0, 1.0], method="Nelder-Mead", options={"xatol": 1e-12, "fatol": 1e-13, "maxiter": 100000, "maxfev": 100000})
    a, b = np.exp(fit.x)
    show("beta-binomial of shops: alpha, beta", a, b)
    show("... n of Arcade, Junction, Lane", n[[0, 9, 11]])
    show("... raw, fair, low, high of Junction", 100 * x[9] / n[9], 100 * (a + x[9]) / (a + b + n[9]), 100 * stats.beta.ppf([0.025, 0.975], a + x[9], b + n[9] - x[9]))
    show("... raw, fair of Arcade", 100 * x[0] / n[0], 100 * (a + x[0]) / (a + b + n[0]))
    show("... pooled share", 100 * x.sum() / n.sum())


def pooled():
    visits = pd.read_csv(FILES / "visits.csv")
    shops = visits.groupby("shop").overall.agg(["mean", "std", "count"])
    restricted("shops, mean of overall", shops["mean"].to_numpy(), (shops["std"] ** 2 / shops["count"]).to_numpy())
    studies = pd.read_csv(FILES / "studies.csv")
    restricted("studies.csv", studies.effect.to_numpy(), studies.error.to_numpy() ** 2)


def restricted(what, y, v):
    def reml(t):
        w = 1 / (v + t)
        m = (w * y).sum() / w.sum()
        return 0.5 * (np.log(v + t).sum() + np.log(w.sum()) + (w * (y - m) ** 2).sum())

    t = optimize.minimize_scalar(reml, bounds=(0, 1), method="bounded", options={"xatol": 1e-14}).x
    w = 1 / (v + t)
    m, k = (w * y).sum() / w.sum(), len(y)
    half = stats.t.ppf(0.975, k - 1) * np.sqrt((w * (y - m) ** 2).sum() / ((k - 1) * w.sum()))
    show(f"REML over {what}: tau2, effect, low, high (Hartung-Knapp)", t, m, m - half, m + half)
    w = 1 / v
    q = (w * (y - (w * y).sum() / w.sum()) ** 2).sum()
    show("... Q, p, I2", q, stats.chi2.sf(q, k - 1), 100 * max(0, 1 - (k - 1) / q))


def trend():
    visits = pd.read_csv(FILES / "visits.csv", parse_dates=["date"])
    months = visits.assign(yes=visits.overall >= 4).groupby(visits.date.dt.to_period("M")).yes.agg(["sum", "count"])
    x, n = months["sum"].to_numpy(float), months["count"].to_numpy(float)
    q = x.sum() / n.sum()
    show("p chart of months: centre, low and high of the first", 100 * q, 100 * (q - 3 * np.sqrt(q * (1 - q) / n[0])), 100 * min(1, q + 3 * np.sqrt(q * (1 - q) / n[0])))
    t = np.arange(len(x))
    centred = t - (n * t).sum() / n.sum()
    z = (centred * (x - n * q)).sum() / np.sqrt(q * (1 - q) * (n * centred**2).sum())
    show("Cochran-Armitage over months: z, p", z, 2 * stats.norm.sf(abs(z)))
    tau = stats.kendalltau(t, x / n)
    s = sum(np.sign(x[j] / n[j] - x[i] / n[i]) for i in range(len(x)) for j in range(i + 1, len(x)))
    _, ties = np.unique(x / n, return_counts=True)
    k = len(x)
    variance = (k * (k - 1) * (2 * k + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
    z = (s - np.sign(s)) / np.sqrt(variance)
    sen = stats.theilslopes(100 * x / n, t)
    show("Mann-Kendall over months: z, p, Sen's slope", z, 2 * stats.norm.sf(abs(z)), sen.slope)

    weeks = pd.read_csv(FILES / "complaints.csv")
    rate = weeks.complaints.sum() / weeks.orders.sum()
    sigma = np.sqrt(rate / weeks.orders)
    show("u chart of weeks: centre, low and high of the first", rate, rate - 3 * sigma[0], rate + 3 * sigma[0])
    value = weeks.complaints / weeks.orders
    outside = weeks.week[(value > rate + 3 * sigma) | (value < rate - 3 * sigma)]
    show("... weeks outside the limits", outside)

    scores = visits.assign(nps=np.where(visits.recommend >= 9, 100, np.where(visits.recommend <= 6, -100, 0)))
    nps = scores.groupby(visits.date.dt.to_period("M")).nps.mean()
    move = nps.diff().abs().dropna()
    d2 = 2 / np.sqrt(np.pi)
    show("XmR chart of monthly NPS: centre, low, high", nps.mean(), nps.mean() - 3 * move.mean() / d2, nps.mean() + 3 * move.mean() / d2)


def forecast():
    weeks = pd.read_csv(FILES / "complaints.csv")
    rate = (weeks.complaints / weeks.orders).to_numpy()
    visits = pd.read_csv(FILES / "visits.csv", parse_dates=["date"])
    quarters = visits.groupby(visits.date.dt.to_period("M")).overall.mean().to_numpy()
    for name, values in (("complaints by week", rate), ("mean of overall by month", quarters)):
        for trend, damped in ((None, False), ("add", False), ("add", True)):
            fit = ExponentialSmoothing(values, trend=trend, damped_trend=damped, initialization_method="estimated").fit(
                method="SLSQP", minimize_kwargs={"options": {"ftol": 1e-16, "maxiter": 10000}})
            show(f"ExponentialSmoothing({name}, {trend}, {damped}).fit(): sse, aicc", fit.sse, fit.aicc)
            show("... level, trend, damping", *[fit.params[key] for key in ("smoothing_level", "smoothing_trend", "damping_trend")])
            show("... forecast(4)", fit.forecast(4))


def did():
    visits = pd.read_csv(FILES / "visits.csv", parse_dates=["date"])
    visits["month"] = visits.date.dt.to_period("M").astype(str)
    visits["treated"] = (visits.layout == "new").astype(float)
    design = pd.get_dummies(visits[["shop", "month"]], drop_first=True, dtype=float)
    design.insert(0, "treated", visits.treated)
    fit = sm.OLS(visits.overall.astype(float), sm.add_constant(design)).fit(
        cov_type="cluster", cov_kwds={"groups": visits.shop.astype("category").cat.codes}, use_t=True)
    show("OLS(overall ~ treated + shop + month), errors clustered by shop: effect, se, low, high, p",
         fit.params["treated"], fit.bse["treated"], fit.conf_int().loc["treated"], fit.pvalues["treated"])
    show("... n", len(visits))


def contracts():
    left = pd.read_csv(FILES / "renewals.csv").query("plan == 'Regular'").customers.to_numpy(float)

    def loss(log):
        a, b = np.exp(log)
        t = np.arange(1, len(left))
        ended = special.betaln(a + 1, b + t - 1) - special.betaln(a, b)
        running = special.betaln(a, b + len(left) - 1) - special.betaln(a, b)
        return -((left[:-1] - left[1:]) * ended).sum() - left[-1] * running

    fit = optimize.minimize(loss, [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-12, "fatol": 1e-12, "maxiter": 10000})
    a, b = np.exp(fit.x)
    show("sBG of Regular: alpha, beta, log-likelihood", a, b, -fit.fun)
    survival = lambda t: np.exp(special.betaln(a, b + t) - special.betaln(a, b))
    show("... survival after 12 renewals, %", 100 * survival(12))
    show("... discounted lifetime at 10 % a year", sum(survival(t) / 1.1**t for t in range(2000)))
    show("... discounted residual lifetime after 7 renewals", sum(survival(8 + t) / survival(7) / 1.1**t for t in range(2000)))


def rfm():
    orders = pd.read_csv(FILES / "orders.csv", parse_dates=["date"])
    orders = orders[orders.amount >= 0]
    by = orders.groupby("customer")
    table = pd.DataFrame({"recency": (orders.date.max() - by.date.max()).dt.days, "frequency": by.date.nunique(), "monetary": by.amount.sum()})
    n = len(table)
    score = lambda value: (5 * (stats.rankdata(value) - 0.5) / n).astype(int) + 1
    table["R"], table["F"], table["M"] = score(-table.recency), score(table.frequency), score(table.monetary)
    first = table.loc["C001"]
    show("RFM of C001: days, purchases, money, scores", first.to_numpy(float))
    show("... customers with R = 5, their mean money", (table.R == 5).sum(), table.monetary[table.R == 5].mean())
    show("... customers with 5, 5, 5", ((table.R == 5) & (table.F == 5) & (table.M == 5)).sum())


def two_way():
    visits = pd.read_csv(FILES / "visits.csv")
    table = pd.crosstab(visits.layout, visits.overall)
    chi2, p, df, expected = stats.chi2_contingency(table, correction=False)
    n, (r, c) = table.to_numpy().sum(), table.shape
    phi = max(0, chi2 / n - (r - 1) * (c - 1) / (n - 1))
    rr, cc = r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)
    show("chi2_contingency(layout, overall): chi2, p, df, V (Bergsma), n", chi2, p, df, np.sqrt(phi / min(rr - 1, cc - 1)), n)


if __name__ == "__main__":
    print(f"numpy {np.__version__}, scipy {scipy.__version__}, statsmodels {statsmodels.__version__}, pandas {pd.__version__}")
    for part in (drivers, league, pooled, trend, forecast, did, contracts, rfm, two_way):
        part()
