#!/usr/bin/env python3
"""What the machine itself allows at this moment: durable commits of SQLite, without any product around them.

A machine that is shared is not equally fast every day; figures of two runs are compared by what these were in each.
"""

import sqlite3
import tempfile
import time
from pathlib import Path

SECONDS = 3
ROW = "x" * 400


def rows_per_second(rows_of_commit: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        line = sqlite3.connect(Path(folder) / "floor.db", isolation_level=None)
        line.execute("PRAGMA journal_mode = WAL")
        line.execute("PRAGMA synchronous = FULL")
        line.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, text TEXT)")
        rows, begin = 0, time.perf_counter()
        while (took := time.perf_counter() - begin) < SECONDS:
            line.execute("BEGIN IMMEDIATE")
            line.executemany("INSERT INTO row (text) VALUES (?)", [(ROW,)] * rows_of_commit)
            line.execute("COMMIT")
            rows += rows_of_commit
        line.close()
        return rows / took


print(
    f"SQLite {sqlite3.sqlite_version} with synchronous=FULL commits {rows_per_second(1):.0f} single rows of {len(ROW)} bytes a second, "
    f"and {rows_per_second(100):.0f} rows a second in commits of 100"
)
