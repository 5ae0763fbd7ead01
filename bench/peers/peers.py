"""Problems of satisfaction solved by radost-stats and by a peer from PyPI: the same numbers, the same machine, one after the other.

    pip install -r requirements.txt && python peers.py --binaries ../../target/release [--only bg-nbd,lmg]

`--binaries` is the folder of the release builds of `radost-bench` and `radost`. Prints a Markdown table. Both sides are timed from data in
memory to the result, but for the file at the end; both may use every core. The fastest of three runs counts, for a peer that takes longer
than five seconds its only one. A comparison whose answers differ ends the program.
"""

import argparse
import itertools
import json
import math
import subprocess
import sys
import tempfile
import time
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
MILLION = 1_000_000
PROBLEMS = {}


def problem(function):
    PROBLEMS[function.__name__.replace("_", "-")] = function
    return function


class Bench:
    def __init__(self, binaries, folder):
        self.binaries, self.folder = Path(binaries), Path(folder)

    def ours(self, name, columns, count=None):
        """The fastest seconds of radost-stats, and its answers."""
        columns = [np.asarray(column, dtype="<f8") for column in columns]
        file = self.folder / "matrix"
        with open(file, "wb") as out:
            for column in columns:
                column.tofile(out)
        command = [self.binaries / "radost-bench", "stats", "--problem", name, "--data", file]
        command += ["--columns", str(len(columns))]
        if count is not None:
            command += ["--count", str(count)]
        run = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        file.unlink()
        return min(run["seconds"]), run["answers"]


def timed(solve):
    seconds = []
    while len(seconds) < 3 and sum(seconds) < 5:
        begin = time.perf_counter()
        answer = solve()
        seconds.append(time.perf_counter() - begin)
    return min(seconds), answer


def agree(ours, theirs, tolerance):
    """How far apart the answers are, relative to the peer's; ends the program when that is more than `tolerance`."""
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    apart = float(np.max(np.abs(ours - theirs) / np.maximum(np.abs(theirs), 1e-12)))
    if not apart <= tolerance:
        sys.exit(f"the answers differ by {apart:.3g}: {ours.ravel()} and {theirs.ravel()}")
    return f"{apart:.0e}" if apart else "equal"


def shown(seconds):
    return f"{seconds * 1000:.2f} ms" if seconds < 0.1 else f"{seconds:.3f} s" if seconds < 10 else f"{seconds:.1f} s"


def row(name, ours, peer=None, theirs=None, bar="", apart=""):
    ratio = f"{theirs / ours:,.{0 if theirs > 20 * ours else 1}f} ×" if theirs else ""
    peer, theirs = peer or "none", shown(theirs) if theirs else ""
    print(f"| {name} | {peer} | {theirs} | {shown(ours)} | {ratio} | {bar} | {apart} |", flush=True)


def named(package):
    return f"{package} {version(package)}"


# ------------------------------------------------------------------------------------------------------------------ retention


def customers(whole_days, count=MILLION):
    """BG/NBD at the parameters published for CDNOW, customers watched for 27 to 39 weeks; times in days."""
    draws = np.random.default_rng(1)
    rate = draws.gamma(0.243, size=count) / 4.414 / 7
    leave = draws.beta(0.793, 2.426, size=count)
    age = 189 + np.floor(84 * draws.random(count))
    frequency, last, now = np.zeros(count), np.zeros(count), np.zeros(count)
    active = np.arange(count)
    while active.size:
        now[active] += draws.exponential(size=active.size) / np.maximum(rate[active], 1e-300)
        day = np.floor(now[active]) if whole_days else now[active]
        seen = day <= age[active]
        active, day = active[seen], day[seen]
        later = day > last[active]
        frequency[active[later]] += 1
        last[active[later]] = day[later]
        active = active[draws.random(active.size) >= leave[active]]
    return frequency, last, age


@problem
def bg_nbd(bench):
    from lifetimes import BetaGeoFitter

    names = ["r", "alpha", "a", "b"]
    for times, whole_days in (("whole days", True), ("continuous times", False)):
        frequency, recency, age = data = customers(whole_days)
        theirs, fit = timed(lambda: BetaGeoFitter().fit(frequency, recency, age))
        for window in ("bg-nbd", "bg-nbd-fit"):
            ours, answers = bench.ours(window, data)
            apart = agree(answers["parameters"], fit.params_[names], 5e-3)
            what = "folding and fit" if window == "bg-nbd" else f"fit alone, {answers['distinct']:,} distinct histories"
            row(f"BG/NBD, 1,000,000 customers, {times}, {what}", ours, named("lifetimes"), theirs, "100 ×", apart)

    def folded():
        rows = pd.DataFrame({"x": frequency, "t": recency, "age": age}).groupby(["x", "t", "age"], as_index=False).size()
        return BetaGeoFitter().fit(rows["x"], rows["t"], rows["age"], weights=rows["size"])

    frequency, recency, age = data = customers(True)
    theirs, fit = timed(folded)
    ours, answers = bench.ours("bg-nbd", data)
    apart = agree(answers["parameters"], fit.params_[names], 5e-3)
    peer = f"{named('lifetimes')}, its rows folded by {named('pandas')}"
    row("the same in whole days, the peer's rows folded too", ours, peer, theirs, "", apart)


@problem
def gamma_gamma(bench):
    from lifetimes import GammaGammaFitter

    draws = np.random.default_rng(2)
    frequency = 1 + np.floor(2 * draws.exponential(size=MILLION))
    value = draws.gamma(6.25 * frequency) / (draws.gamma(3.74, size=MILLION) / 15.44) / frequency
    theirs, fit = timed(lambda: GammaGammaFitter().fit(frequency, value))
    for window, what in (("gamma-gamma", "from the rows"), ("gamma-gamma-fit", "fit alone")):
        ours, answers = bench.ours(window, [frequency, value])
        apart = agree(answers["parameters"], fit.params_[["p", "q", "v"]], 5e-3)
        row(f"Gamma–Gamma, 1,000,000 customers, {what}", ours, named("lifetimes"), theirs, "100 ×", apart)


@problem
def kaplan_meier(bench):
    from lifelines import KaplanMeierFitter

    for what, whole_days in (("whole days", True), ("continuous times", False)):
        draws = np.random.default_rng(3)
        event, censored = 500 * draws.exponential(size=10 * MILLION), 1000 * draws.random(10 * MILLION)
        times, seen = np.minimum(event, censored), event <= censored
        times = np.ceil(times) if whole_days else times
        theirs, fit = timed(lambda: KaplanMeierFitter().fit(times, seen))
        ours, answers = bench.ours("kaplan-meier", [times, seen])
        bounds = fit.confidence_interval_
        at = bounds.index.searchsorted(answers["times"], side="right") - 1
        expected = [[fit.survival_function_.iloc[i, 0], bounds.iloc[i, 0], bounds.iloc[i, 1]] for i in at]
        apart = agree(answers["survival"], expected, 1e-6)
        row(f"Kaplan–Meier, 10,000,000 rows, {what}", ours, named("lifelines"), theirs, "under 2 s", apart)


# -------------------------------------------------------------------------------------------------------- agreement and groups


@problem
def krippendorff(bench):
    import krippendorff as peer

    draws = np.random.default_rng(4)
    own = draws.random(200_000)
    ratings = np.floor(5 * (0.7 * own + 0.3 * draws.random((5, 200_000))))
    ratings[draws.random(ratings.shape) < 0.05] = np.nan
    theirs, alpha = timed(lambda: peer.alpha(reliability_data=ratings, level_of_measurement="ordinal"))
    ours, answers = bench.ours("krippendorff", ratings)
    apart = agree(answers["alpha"], alpha, 1e-9)
    row("Krippendorff's alpha (ordinal), 1,000,000 ratings", ours, named("krippendorff"), theirs, "under 1 s", apart)


@problem
def k_medoids(bench):
    import kmedoids
    from scipy.spatial.distance import cdist

    draws = np.random.default_rng(5)
    centres = 3 * draws.random((6, 8))
    profiles = centres[np.arange(10_000) % 6] + draws.random((10_000, 8)) + draws.random((10_000, 8))

    def solve():
        distances = cdist(profiles, profiles)
        return kmedoids.fasterpam(distances, 6, random_state=1)

    theirs, fit = timed(solve)
    ours, answers = bench.ours("k-medoids", profiles.T, count=6)
    if answers["loss"] > fit.loss * 1.005:
        sys.exit(f"k-medoids: a loss of {answers['loss']}, where the peer finds {fit.loss}")
    apart = f"loss {answers['loss']:.1f}, peer {fit.loss:.1f}"
    name = f"k-medoids ({answers['method']}), 10,000 profiles of 8 numbers, 6 groups, distances included"
    row(name, ours, f"{named('kmedoids')} (fasterpam) on {named('scipy')} (cdist)", theirs, "under 2 s", apart)


# ---------------------------------------------------------------------------------------------------------- structural index

BLOCKS = {
    "Image": ["IMAG1", "IMAG2", "IMAG3", "IMAG4", "IMAG5"],
    "Expectation": ["CUEX1", "CUEX2", "CUEX3"],
    "Quality": ["PERQ1", "PERQ2", "PERQ3", "PERQ4", "PERQ5", "PERQ6", "PERQ7"],
    "Value": ["PERV1", "PERV2"],
    "Satisfaction": ["CUSA1", "CUSA2", "CUSA3"],
    "Complaints": ["CUSCO"],
    "Loyalty": ["CUSL1", "CUSL2", "CUSL3"],
}
MOVED_BY = {
    "Expectation": ["Image"],
    "Quality": ["Expectation"],
    "Value": ["Expectation", "Quality"],
    "Satisfaction": ["Image", "Expectation", "Quality", "Value"],
    "Complaints": ["Satisfaction"],
    "Loyalty": ["Image", "Satisfaction", "Complaints"],
}
PEER_DRAWS = 400


@problem
def pls(bench):
    import plspm.config as c
    from plspm.mode import Mode
    from plspm.plspm import Plspm
    from plspm.scheme import Scheme

    draws = np.random.default_rng(6)
    latents, columns = {}, {}
    for name, block in BLOCKS.items():
        before = [latents[one] for one in MOVED_BY.get(name, [])]
        latents[name] = draws.random(250) if not before else 0.4 * draws.random(250) + 0.6 * np.mean(before, axis=0)
        for indicator in block:
            columns[indicator] = np.minimum(np.floor(1 + 10 * (0.8 * latents[name] + 0.4 * draws.random(250))), 10)
    data = pd.DataFrame(columns)
    # plspm 0.5.7 divides all columns by one number where it should standardise each, so they are standardised here.
    standard = (data - data.mean()) / data.std(ddof=0)
    structure = c.Structure()
    for to, before in MOVED_BY.items():
        structure.add_path(before, [to])
    config = c.Config(structure.path(), scaled=False)
    for name, block in BLOCKS.items():
        config.add_lv(name, Mode.A, *[c.MV(indicator) for indicator in block])
    theirs, fit = timed(
        lambda: Plspm(standard, config, Scheme.CENTROID, iterations=1000, tolerance=1e-12, bootstrap=True, bootstrap_iterations=PEER_DRAWS, processes=2)
    )
    ours, answers = bench.ours("pls", data.to_numpy().T, count=5_000)
    paths = fit.path_coefficients()
    apart = agree([path[2] for path in answers["paths"]], [paths.loc[path[1], path[0]] for path in answers["paths"]], 1e-4)
    spread = fit.bootstrap().paths()["std.error"]
    errors = [path[3] / spread.loc[f"{path[0]} -> {path[1]}"] for path in answers["paths"]]
    if not 0.7 < min(errors) <= max(errors) < 1.4:
        sys.exit(f"the bootstrap's standard errors differ: {errors}")
    scaled = theirs * 5_000 / PEER_DRAWS
    peer = f"{named('plspm')}: {shown(theirs)} for {PEER_DRAWS} draws, times {5_000 / PEER_DRAWS:g}"
    row("PLS path model, 250 × 24, 5,000 bootstrap draws", ours, peer, scaled, "under 1 s", apart)


# ------------------------------------------------------------------------------------------------------------------- drivers


def answers_of(drivers, rows=100_000):
    """Answers on 1 to 10: a mood that all drivers share, and an outcome that follows them; the outcome first."""
    draws = np.random.default_rng(7)
    mood = draws.random(rows)
    x = np.minimum(1 + np.floor(10 * (0.4 * mood[:, None] + 0.6 * draws.random((rows, drivers)))), 10)
    weights = np.arange(1, drivers + 1)
    y = np.clip(np.round(x @ weights / weights.sum() + 2 * draws.random(rows) - 1), 1, 10)
    return np.column_stack([y, x])


def lmg_by_numpy(rows):
    """Exact LMG: R² of every set of drivers, all sets of one size in one batch of linear systems."""
    correlations = np.corrcoef(rows, rowvar=False)
    r, among = correlations[0, 1:], correlations[1:, 1:]
    p = r.size
    explained = np.zeros(1 << p)
    for size in range(1, p + 1):
        sets = np.array(list(itertools.combinations(range(p), size)))
        systems = among[sets[:, :, None], sets[:, None, :]]
        beta = np.linalg.solve(systems, r[sets][..., None])[..., 0]
        explained[(1 << sets).sum(axis=1)] = (beta * r[sets]).sum(axis=1)
    masks = np.arange(1 << p)
    sizes = np.zeros(1 << p, int)
    for j in range(p):
        sizes += masks >> j & 1
    weight = np.array([math.factorial(k) * math.factorial(p - 1 - k) / math.factorial(p) for k in range(p)])
    shares = []
    for j in range(p):
        without = masks[(masks >> j & 1) == 0]
        shares.append(float((weight[sizes[without]] * (explained[without | 1 << j] - explained[without])).sum()))
    return shares


@problem
def ols(bench):
    import statsmodels.api as sm

    rows = answers_of(12)

    def solve():
        fit = sm.OLS(rows[:, 0], sm.add_constant(rows[:, 1:])).fit()
        return fit.params, fit.bse, fit.pvalues, fit.rsquared, fit.condition_number

    theirs, (slopes, errors, _, r_squared, _) = timed(solve)
    ours, answers = bench.ours("ols", rows.T)
    found = answers["slopes"] + answers["standard_errors"] + [answers["r_squared"]]
    apart = agree(found, [*slopes[1:], *errors[1:], r_squared], 1e-8)
    row("regression on 12 drivers, 100,000 rows (ours with the VIFs)", ours, named("statsmodels"), theirs, "", apart)


@problem
def lmg(bench):
    import pingouin

    rows = answers_of(12)
    ours, answers = bench.ours("lmg", rows.T)
    theirs, table = timed(lambda: pingouin.linear_regression(rows[:, 1:], rows[:, 0], relimp=True))
    apart = agree(answers["lmg"], table["relimp"][1:], 1e-8)
    row("LMG, 12 drivers, 100,000 rows", ours, named("pingouin"), theirs, "under 20 ms", apart)
    for drivers, bar in ((12, "under 20 ms"), (20, "under 1 s")):
        rows = answers_of(drivers)
        ours, answers = bench.ours("lmg", rows.T)
        theirs, shares = timed(lambda: lmg_by_numpy(rows))
        apart = agree(answers["lmg"], shares, 1e-8)
        peer = f"batches of {named('numpy')} (pingouin would take hours)" if drivers == 20 else f"batches of {named('numpy')}"
        row(f"LMG, {drivers} drivers, 100,000 rows", ours, peer, theirs, bar, apart)


@problem
def lmg_bootstrap(bench):
    rows = answers_of(14)
    shares = lmg_by_numpy(rows)
    for window, what in (("lmg-bootstrap", "rows (exact)"), ("lmg-blocks", "1,000 blocks (approximate)")):
        ours, answers = bench.ours(window, rows.T, count=1_000)
        apart = agree(answers["lmg"], shares, 1e-8)
        row(f"LMG, 14 drivers, 100,000 rows, 1,000 bootstrap draws of {what}", ours, bar="under 2 s", apart=f"{apart} (the estimates, by numpy)")


# --------------------------------------------------------------------------------------------------------------------- files


@problem
def file(bench):
    """NPS of 200 stores from half a gigabyte of CSV. Ours is the whole command, from its start to its end."""
    import duckdb
    import polars as pl

    file = bench.folder / "answers.csv"
    made = json.loads(subprocess.run([bench.binaries / "radost-bench", "large", "--gigabytes", "0.5", "--make", file], check=True, capture_output=True, text=True).stdout)

    def radost():
        command = [bench.binaries / "radost", "score", file, "--nps", "recommend", "--by", "store", "--format", "json"]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    def by_duckdb():
        answer = "TRY_CAST(split_part(recommend, ' ', 1) AS INTEGER)"
        return duckdb.sql(
            f"SELECT store, count(*) FILTER (r >= 9), count(*) FILTER (r <= 6), count(r)"
            f" FROM (SELECT store, {answer} AS r FROM read_csv('{file}')) GROUP BY store"
        ).fetchall()

    def by_polars():
        answer = pl.col("recommend").cast(pl.String).str.split(" ").list.first().cast(pl.Int32, strict=False)
        rows = pl.scan_csv(file, infer_schema=False).select("store", answer.alias("r"))
        tallies = [(pl.col("r") >= 9).sum().alias("p"), (pl.col("r") <= 6).sum().alias("d"), pl.col("r").count().alias("n")]
        return rows.group_by("store").agg(tallies).collect(engine="streaming").rows()

    ours, answers = timed(radost)
    found = {one["group"]: (one["nps"]["promoters"], one["nps"]["detractors"], one["n"]) for one in answers["result"]["scores"]}
    for peer, solve in (("duckdb", by_duckdb), ("polars", by_polars)):
        theirs, rows = timed(solve)
        if found != {store: (p, d, n) for store, p, d, n in rows}:
            sys.exit(f"{peer} counts the answers differently")
        name = f"NPS of 200 stores with intervals from {made['bytes'] / 1e9:.1f} GB of CSV, {made['rows']:,} rows"
        row(name, ours, f"{named(peer)}, the counts alone", theirs, "", "equal")


def main():
    parser = argparse.ArgumentParser(description="Problems solved by Radost and by its peers.")
    parser.add_argument("--binaries", required=True, help="folder of the release builds of radost-bench and radost")
    parser.add_argument("--only", default=",".join(PROBLEMS), help="problems, with commas between them")
    options = parser.parse_args()
    print("| problem | peer | peer's time | Radost's | ratio | bar | answers apart |")
    print("|---|---|---:|---:|---:|---:|---:|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in options.only.split(","):
            PROBLEMS[name](Bench(options.binaries, folder))


if __name__ == "__main__":
    main()
