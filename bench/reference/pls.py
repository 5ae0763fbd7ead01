"""Expected values for the path models of radost-stats, computed by plspm, numpy, scipy and statsmodels.

    pip install -r requirements.txt && python pls.py [ecsi_mobi.csv or plspm_satisfaction.csv]

Each line is the call and its result; crates/stats/tests/pls.rs quotes both. The answers are made by a formula that the test repeats.
"""

import sys
import warnings

import numpy as np
import pandas as pd
import plspm.config as c
import statsmodels.api as sm
from plspm.mode import Mode
from plspm.plspm import Plspm
from plspm.scheme import Scheme
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW

warnings.filterwarnings("ignore")
BLOCKS = {"A": ["a1", "a2", "a3"], "B": ["b1", "b2"], "C": ["c1", "c2", "c3"], "D": ["d1"]}
PATHS = [("A", "B"), ("A", "C"), ("B", "C"), ("B", "D"), ("C", "D")]


def answers(n=60):
    """Whole numbers by a linear congruential generator, so that any language makes the same."""
    state, rows = 12345, []

    def unit():
        nonlocal state
        state = (state * 1103515245 + 12345) % 2147483648
        return state / 2147483648

    for _ in range(n):
        a, b, c_, d = unit(), unit(), unit(), unit()
        b = 0.6 * a + 0.4 * b
        c_ = 0.3 * a + 0.4 * b + 0.3 * c_
        d = 0.3 * b + 0.4 * c_ + 0.3 * d
        row = []
        for latent, count, width in ((a, 3, 9), (b, 2, 9), (c_, 3, 6), (d, 1, 9)):
            for i in range(count):
                row.append(np.floor(1 + width * (0.5 * latent + 0.5 * unit() * (1 - i / 5))))
        rows.append(row)
    return pd.DataFrame(rows, columns=[name for block in BLOCKS.values() for name in block])


def show(call, values):
    print(f"{call}: " + ", ".join(f"{value:.10g}" for value in np.ravel(values)))


def model(data, scheme, modes, scaled):
    # plspm 0.5.7 with scaled=True divides all columns by one number, so the columns are standardised here.
    if scaled:
        data = (data - data.mean()) / data.std(ddof=0)
    structure = c.Structure()
    for to in ("B", "C", "D"):
        structure.add_path([f for f, t in PATHS if t == to], [to])
    config = c.Config(structure.path(), scaled=False)
    for latent, block in BLOCKS.items():
        config.add_lv(latent, modes.get(latent, Mode.A), *[c.MV(name) for name in block])
    return Plspm(data, config, scheme, iterations=1000, tolerance=1e-22)


def main():
    data = answers()
    show("sums of the columns", data.sum())
    for scheme in (Scheme.CENTROID, Scheme.FACTORIAL, Scheme.PATH):
        for label, modes, scaled in (
            ("mode A", {}, True),
            ("mode B for C", {"C": Mode.B}, True),
            ("mode A, raw", {}, False),
        ):
            fit = model(data, scheme, modes, scaled)
            call = f"Plspm({scheme.name}, {label})"
            paths = fit.path_coefficients()
            show(f"{call}.path_coefficients()", [paths.loc[to, f] for f, t in PATHS for to in [t]])
            outer = fit.outer_model().loc[list(data.columns)]
            show(f"{call}.outer_model().weight", outer["weight"])
            show(f"{call}.outer_model().loading", outer["loading"])
            inner = fit.inner_summary()
            show(f"{call}.inner_summary().r_squared", inner.loc[["B", "C", "D"], "r_squared"])
            show(f"{call}.goodness_of_fit()", fit.goodness_of_fit())
            if scheme == Scheme.CENTROID and label == "mode A":
                show(f"{call}.crossloadings()", fit.crossloadings().loc[list(data.columns), list("ABCD")])
                show(f"{call}.inner_summary().ave", inner.loc[["A", "B", "C"], "ave"])
                show(f"{call}.inner_summary().r_squared_adj", inner.loc[["B", "C", "D"], "r_squared_adj"])
                uni = fit.unidimensionality().loc[["A", "B", "C"]]
                for column in ("cronbach_alpha", "dillon_goldstein_rho", "eig_1st", "eig_2nd"):
                    show(f"{call}.unidimensionality().{column}", uni[column])
                effects = fit.effects()
                for _, row in effects.iterrows():
                    show(f"{call}.effects() {row['from']} -> {row['to']}", [row["direct"], row["indirect"], row["total"]])
                scores = fit.scores()
                # plspm divides by n, we by n − 1
                show(f"{call}.scores() rows 0, 59 in standard deviations with n - 1", scores.iloc[[0, 59]] / scores.std())
                measurement(data, outer)
                indices(data, outer)
    intervals(data)


def measurement(data, outer):
    """What plspm does not give, from pandas' correlations by the published formulas."""
    r = data.corr()
    for latent in "ABC":
        block = BLOCKS[latent]
        w, s = outer.loc[block, "weight"].to_numpy(float), r.loc[block, block].to_numpy()
        loadings = outer.loc[block, "loading"].to_numpy(float)
        p = len(block)
        off = ~np.eye(p, dtype=bool)
        ww = np.outer(w, w)
        show(f"rho A {latent}", (w @ w) ** 2 * (ww * s)[off].sum() / (ww * ww)[off].sum())
        show(f"rho C {latent}", loadings.sum() ** 2 / (loadings.sum() ** 2 + (1 - loadings**2).sum()))
        v = data[block].cov().to_numpy()
        show(f"raw alpha {latent}", p / (p - 1) * (1 - np.trace(v) / v.sum()))
    within = {k: r.loc[b, b].to_numpy()[np.triu_indices(len(b), 1)].mean() if len(b) > 1 else 1 for k, b in BLOCKS.items()}
    for i, first in enumerate(BLOCKS):
        for second in list(BLOCKS)[i + 1 :]:
            between = r.loc[BLOCKS[first], BLOCKS[second]].to_numpy().mean()
            show(f"HTMT {first} {second}", between / np.sqrt(within[first] * within[second]))


def indices(data, outer):
    """Scores from 0 to 100 on scales from 1 to 10 (1 to 7 for C), their t intervals, and total effects of one point on D."""
    score = {}
    for latent, block in BLOCKS.items():
        w = outer.loc[block, "weight"].to_numpy(float) / data[block].std().to_numpy()
        top = 7 if latent == "C" else 10
        score[latent] = 100 * (data[block].to_numpy() - 1) @ w / (w.sum() * (top - 1))
        show(f"DescrStatsW(index {latent}).mean, tconfint_mean()", [score[latent].mean(), *DescrStatsW(score[latent]).tconfint_mean()])
    b = pd.DataFrame(0.0, index=list(BLOCKS), columns=list(BLOCKS))
    for to in "BCD":
        before = [f for f, t in PATHS if t == to]
        fit = sm.OLS(score[to], sm.add_constant(np.column_stack([score[f] for f in before]))).fit()
        b.loc[before, to] = fit.params[1:]
    total = np.linalg.inv(np.eye(4) - b.to_numpy()) - np.eye(4)
    show("total effects on D by OLS of the indices, A B C", total[:3, 3])


def intervals(data):
    """Two latent variables of one indicator each: the path is the correlation."""
    x, y = data["a1"].to_numpy(float), data["b1"].to_numpy(float)
    x_missing, y_missing = x.copy(), y.copy()
    x_missing[::7], y_missing[1::7] = np.nan, np.nan

    def path(a, b):
        a, b = np.where(np.isnan(a), np.nanmean(a), a), np.where(np.isnan(b), np.nanmean(b), b)
        return np.corrcoef(a, b)[0, 1]

    for label, pair in (("complete", (x, y)), ("means for missing", (x_missing, y_missing))):
        for method in ("percentile", "BCa"):
            found = stats.bootstrap(
                pair, path, paired=True, vectorized=False, n_resamples=20000, confidence_level=0.9, method=method, rng=1
            )
            show(f"bootstrap({label}, corrcoef, {method}): value, low, high, error", [path(*pair), *found.confidence_interval, found.standard_error])


def file(path):
    """A real file, when it is at hand: the credit union of plspm's manual, or the American index on mobi."""
    answers = pd.read_csv(path)
    if "imag1" in answers:
        prefixes = {"IMAG": "imag", "EXPE": "expe", "QUAL": "qual", "VAL": "val", "SAT": "sat", "LOY": "loy"}
        blocks = {latent: [x for x in answers if x.startswith(prefix)] for latent, prefix in prefixes.items()}
        paths = [("IMAG", "EXPE"), ("EXPE", "QUAL"), ("EXPE", "VAL"), ("QUAL", "VAL"), ("IMAG", "SAT"), ("EXPE", "SAT")]
        paths += [("QUAL", "SAT"), ("VAL", "SAT"), ("IMAG", "LOY"), ("SAT", "LOY")]
    else:
        counts = {"CUEX": 3, "PERQ": 3, "PERV": 2, "CUSA": 3, "CUSCO": 1, "CUSL": 2}
        blocks = {"L" + k: [k] if n == 1 else [f"{k}{i + 1}" for i in range(n)] for k, n in counts.items()}
        paths = [("CUEX", "PERQ"), ("CUEX", "PERV"), ("PERQ", "PERV"), ("CUEX", "CUSA"), ("PERQ", "CUSA"), ("PERV", "CUSA")]
        paths += [("CUSA", "CUSCO"), ("CUSA", "CUSL"), ("CUSCO", "CUSL")]
        paths = [("L" + f, "L" + t) for f, t in paths]  # no name of an indicator
    answers = answers[sum(blocks.values(), [])]
    for label, data in (("standardised", (answers - answers.mean()) / answers.std(ddof=0)), ("raw", answers)):
        structure = c.Structure()
        for to in list(blocks)[1:]:
            structure.add_path([f for f, t in paths if t == to], [to])
        config = c.Config(structure.path(), scaled=False)
        for latent, block in blocks.items():
            config.add_lv(latent, Mode.A, *[c.MV(name) for name in block])
        fit = Plspm(data, config, Scheme.CENTROID, iterations=1000, tolerance=1e-22)
        b = fit.path_coefficients()
        show(f"Plspm({path}, CENTROID, {label}).path_coefficients(), goodness_of_fit()", [b.loc[t, f] for f, t in paths] + [fit.goodness_of_fit()])


if __name__ == "__main__":
    file(sys.argv[1]) if len(sys.argv) > 1 else main()
