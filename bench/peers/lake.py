#!/usr/bin/env python3
"""Questions to a lake of many responses: Radost from its tallies and from its rows, DuckDB and DataFusion over the same files.

    bench/peers/lake.py --binaries TARGET/release --folder FOLDER [--rows 100000000]

The table is made once in the folder, by `radost-bench lake`. Every question is asked three times of each, one after the other; the
fastest counts. The run ends where the answers differ.
"""

import argparse
import json
import subprocess
import time
from pathlib import Path

import datafusion
import duckdb

QUESTIONS = {
    "location × month": """
        SELECT location_id, date_trunc('month', day) AS step, count(nps) AS n,
               sum(CASE WHEN nps >= 9 THEN 1 WHEN nps <= 6 THEN -1 ELSE 0 END) AS score, 0 AS csat_n, 0 AS csat
        FROM t GROUP BY location_id, date_trunc('month', day)""",
    "segment × channel × week": """
        SELECT segment_tier, channel, date_trunc('week', day) AS step, count(nps) AS n,
               sum(CASE WHEN nps >= 9 THEN 1 WHEN nps <= 6 THEN -1 ELSE 0 END) AS score, count(csat) AS csat_n, sum(csat) AS csat
        FROM t GROUP BY segment_tier, channel, date_trunc('week', day)""",
}
TOTAL = "SELECT count(*) AS groups, sum(n) AS n, sum(score) AS score, sum(csat_n) AS csat_n, sum(csat) AS csat FROM ({})"
RUNS = 3


def fastest(ask):
    best = None
    for _ in range(RUNS):
        begin = time.perf_counter()
        answer = ask()
        took = time.perf_counter() - begin
        best = took if best is None else min(best, took)
    return best, answer


def expected(question):
    """The totals that the counts of each value of Radost come to."""
    nps, csat = question["sums"][:11], question["sums"][11:]
    score = sum(nps[9:]) - sum(nps[:7])
    return [question["groups"], sum(nps), score, sum(csat), sum(value * n for value, n in enumerate(csat))]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binaries", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=100_000_000)
    arguments = parser.parse_args()
    command = [arguments.binaries / "radost-bench", "lake", "--rows", str(arguments.rows), "--folder", arguments.folder]
    radost = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)

    folder = arguments.folder / "bench" / "everything"
    files = sorted(str(path) for path in folder.glob("*.parquet"))
    duck = duckdb.connect()
    duck.execute("SET preserve_insertion_order = false")
    duck.execute("CREATE VIEW t AS SELECT * FROM read_parquet(?)".replace("?", repr(files)))
    fusion = datafusion.SessionContext()
    fusion.register_parquet("t", str(folder), file_extension=".parquet")

    versions = f"DuckDB {duckdb.__version__}, DataFusion {datafusion.__version__} (Python)"
    print(f"{radost['rows']:,} responses in {len(files)} files; {versions}. Peak memory of Radost {radost['peak_mb']:.0f} MB.\n")
    print("| question | groups | Radost, tallies | Radost, rows | DuckDB | DataFusion | tallies against DuckDB | rows against DuckDB | rows against DataFusion |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for question in radost["questions"]:
        sql = QUESTIONS[question["question"]]
        of_duck, _ = fastest(lambda: duck.execute(sql).fetchall())
        of_fusion, _ = fastest(lambda: fusion.sql(sql).collect())
        total = list(duck.execute(TOTAL.format(sql)).fetchone())
        assert [float(number) for number in total[: 3 if total[3] == 0 else 5]] == [
            float(number) for number in expected(question)[: 3 if total[3] == 0 else 5]
        ], (total, expected(question))
        tallies, rows = question["tallies"], question["rows"]
        print(
            f"| {question['question']} | {question['groups']:,} | {tallies * 1e3:.0f} ms | {rows:.2f} s | {of_duck:.2f} s | {of_fusion:.2f} s"
            f" | {of_duck / tallies:.0f} × as fast (bar 20) | {rows / of_duck:.2f} × the time (bar 2)"
            f" | {rows / of_fusion:.2f} × the time (bar 1.3) |"
        )


if __name__ == "__main__":
    main()
