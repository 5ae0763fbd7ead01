"""Expected values for comparisons on the real files beside the repository (../shared/data), by scipy and statsmodels.

    pip install -r requirements.txt && python shared_comparisons.py

crates/stats/tests/shared_comparisons.rs quotes the results.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats
from scipy.optimize import root
from scipy.special import digamma
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.oneway import anova_oneway

DATA = Path(__file__).resolve().parents[2] / "../shared/data"


def show(call, *values):
    values = np.concatenate([np.ravel(value) for value in values])
    print(f"{call}: " + ", ".join(f"{value:.12g}" for value in values))


def airline():
    rows = pd.read_csv(DATA / "airline/airline_satisfaction.csv")
    table = pd.crosstab(rows["Class"], rows["satisfaction"] == "satisfied")
    t = stats.chi2_contingency(table, correction=False)
    show("chi2_contingency(Class, satisfied)", t.statistic, t.dof, stats.contingency.association(table, method="cramer"))
    groups = [rows.loc[rows["Class"] == c, "Seat comfort"] for c in ("Business", "Eco", "Eco Plus")]
    one, welch, kw = stats.f_oneway(*groups), anova_oneway(groups, use_var="unequal"), stats.kruskal(*groups)
    show("Seat comfort by Class: f_oneway, anova_oneway, kruskal", one.statistic, welch.statistic, kw.statistic)
    u = stats.mannwhitneyu(groups[0], groups[2], method="asymptotic")
    show("mannwhitneyu(Business, Eco Plus): U, delta", u.statistic, 2 * u.statistic / len(groups[0]) / len(groups[2]) - 1)
    show("cohen d Business, Eco Plus", (groups[0].mean() - groups[2].mean()) / np.sqrt(
        ((len(groups[0]) - 1) * groups[0].var() + (len(groups[2]) - 1) * groups[2].var()) / (len(groups[0]) + len(groups[2]) - 2)))
    rows["decade"] = rows["Age"] // 10
    x = rows.groupby("decade")["satisfaction"].agg(lambda s: (s == "satisfied").sum())
    n = rows.groupby("decade")["satisfaction"].size()
    null = sm.GLM(np.c_[x, n - x], np.ones(len(x)), family=sm.families.Binomial()).fit()
    show("Cochran–Armitage by decade of age as GLM score test", null.score_test(exog_extra=x.index.to_numpy(float)[:, None])[0])
    # The likelihood of such counts has too few digits left for a search: where its derivatives are zero
    slopes = lambda p: [
        (digamma(p[0] + x) - digamma(p[0]) - digamma(p[0] + p[1] + n) + digamma(p[0] + p[1])).sum(),
        (digamma(p[1] + n - x) - digamma(p[1]) - digamma(p[0] + p[1] + n) + digamma(p[0] + p[1])).sum(),
    ]
    show("beta-binomial by decade: alpha, beta", root(slopes, [3, 6], tol=1e-13).x)


def nps():
    rows = pd.read_csv(DATA / "nps/nps_testdata.csv")
    counts = rows.groupby("BU")["REC"].agg(p=lambda r: (r >= 9).sum(), d=lambda r: (r <= 6).sum(), n="size")
    p, d, n = counts["p"] + 0.75, counts["d"] + 0.75, counts["n"] + 3
    s = ((p - d) / n).to_numpy()
    q = combine_effects(s, (((p + d) / n - s**2) / n).to_numpy()).q
    show("NPS by BU: combine_effects(...).q, p", q, stats.chi2.sf(q, len(s) - 1))
    codes = [np.where(g >= 9, 1, np.where(g <= 6, -1, 0)) for _, g in rows.groupby("BU")["REC"]]
    show("anova_oneway of -1, 0, 1 by BU: F, p", anova_oneway(codes, use_var="unequal").statistic, anova_oneway(codes, use_var="unequal").pvalue)


def mystery():
    rows = pd.read_csv(DATA / "mystery/mystery_eei_2023.csv")
    show("countries", rows["Country"].value_counts().sort_index())
    groups = [g["Evaluation Score"].dropna() for _, g in rows.groupby("Country")]
    one, welch, kw = stats.f_oneway(*groups), anova_oneway(groups, use_var="unequal"), stats.kruskal(*groups)
    show("Evaluation Score by country: f_oneway, p", one.statistic, one.pvalue)
    show("  anova_oneway, df, p", welch.statistic, welch.df_denom, welch.pvalue)
    show("  kruskal, p", kw.statistic, kw.pvalue)


for part in (airline, nps, mystery):
    part()
