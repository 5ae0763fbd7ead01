"""Reads a table of the lake as analysts do and prints what it holds, as one line of JSON.

    read.py FOLDER

`deltalake` gives the table to pandas through pyarrow; DuckDB reads the same through Arrow, and the files of the
current version by itself.
"""

import json
import sys

import duckdb
from deltalake import DeltaTable

table = DeltaTable(sys.argv[1])
frame = table.to_pandas()
arrow = table.to_pyarrow_table()
files = table.file_uris()
query = "SELECT count(*), sum(nps), sum(paid), count(taste), sum(len(liked)), min(visited)::text FROM "
print(
    json.dumps(
        {
            "pandas": [
                len(frame),
                int(frame["nps"].sum()),
                float(frame["paid"].sum()),
                int(frame["taste"].notna().sum()),
                int(frame["liked"].dropna().map(len).sum()),
                str(frame["visited"].dropna().min()),
            ],
            "duckdb": duckdb.sql(query + "arrow").fetchall()[0],
            "duckdb_files": duckdb.sql(query + "read_parquet(" + repr(files) + ", union_by_name = true)").fetchall()[0],
            "words": sorted(frame["words"].dropna())[0],
            "submitted_at": frame["submitted_at"].min().isoformat(),
            "day": str(frame["day"].dropna().min()),
        },
        ensure_ascii=False,
    )
)
