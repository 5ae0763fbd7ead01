"""Writes the same invented survey in every format that is read.

Run from this folder: pip install pandas==3.0.* pyarrow openpyxl pyreadstat; python make.py
"""
import datetime

import pandas as pd
import pyreadstat

TOWNS = ["Львів", "Варна", "York"]
STATE = 7


def draw(low, high):
    """A small generator of our own: the files must not change with a version of numpy."""
    global STATE
    STATE = (STATE * 1103515245 + 12345) % 2**31
    return low + (STATE >> 8) % (high - low + 1)


rows = []
for i in range(120):
    mood = draw(-2, 2)
    clip = lambda value, low, high: max(low, min(high, value))
    wait = clip(3 + mood + draw(-1, 1), 1, 5)
    staff = clip(4 + mood // 2 + draw(-1, 1), 1, 5)
    price = draw(1, 5)
    overall = clip(round((2 * wait + 3 * staff + price) / 6 + draw(-1, 1) / 2), 1, 5)
    recommend = clip(2 * overall + draw(-1, 1), 0, 10)
    rows.append({
        "id": i + 1,
        "town": TOWNS[draw(0, 2)],
        "visited": datetime.date(2026, 1, 3) + datetime.timedelta(days=i),
        "recommend": recommend,
        "overall": None if i % 15 == 14 else overall,
        "wait": wait,
        "staff": staff,
        "price": price,
        "effort": draw(1, 7),
        "spent": None if i % 20 == 19 else draw(10, 200) / 4,
    })
rows[0].update(town=TOWNS[0], recommend=10, overall=5, spent=12.5)
frame = pd.DataFrame(rows)
frame["overall"] = frame["overall"].astype("Int64")

frame.to_csv("survey.csv", index=False)
frame.to_csv("survey.tsv", index=False, sep="\t")
frame.to_excel("survey.xlsx", index=False, sheet_name="Survey")
frame.to_parquet("survey.parquet", index=False, compression="zstd")

labels = {1: "Very dissatisfied", 2: "Dissatisfied", 3: "Neither", 4: "Satisfied", 5: "Very satisfied", 9: "Refused"}
sav = frame.copy()
# What is missing because it was refused has a code of its own in the .sav.
sav["overall"] = sav["overall"].fillna(9).astype(float)
sav["visited"] = pd.to_datetime(sav["visited"]).dt.date
for name, compress in [("survey.sav", False), ("survey.zsav", True)]:
    pyreadstat.write_sav(
        sav, name, compress=compress,
        column_labels={"overall": "How satisfied are you overall?"},
        variable_value_labels={"overall": labels},
        missing_ranges={"overall": [9]},
    )
