"""Writes the invented data of docs/ANALYST.md: a survey in every format that is read, and a file for each other command.

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


def write(name, rows):
    pd.DataFrame(rows).to_csv(name, index=False)


# Kano: words as questionnaires have them, three features.
WORDS = ["I like it", "I expect it", "I am neutral", "I can live with it", "I dislike it"]
ANSWERS = {"parking": [(0, 2), (0, 3), (0, 4), (2, 2)], "wifi": [(0, 4), (0, 4), (0, 3), (1, 4)],
           "receipt": [(1, 4), (2, 4), (1, 4), (2, 2)]}
rows = []
for i in range(90):
    row = {"id": i + 1, "kind": ["guest", "regular"][draw(0, 1)]}
    for feature, pairs in ANSWERS.items():
        functional, dysfunctional = pairs[draw(0, 3)]
        row[f"{feature}_with"] = WORDS[functional]
        row[f"{feature}_without"] = WORDS[dysfunctional]
        number = draw(3, 9)
        row[f"{feature}_importance"] = "9 - Extremely important" if number == 9 else number
    rows.append(row)
write("kano.csv", rows)

# The questionnaire of the European index: one mood moves all answers, each block also has its own.
BLOCKS = {"IMAG": 5, "CUEX": 3, "PERQ": 7, "PERV": 2, "CUSA": 3, "CUSL": 3}
rows = []
for _ in range(150):
    mood = draw(-3, 3)
    row = {}
    for block, count in BLOCKS.items():
        own = draw(-2, 2)
        for item in range(1, count + 1):
            row[f"{block}{item}"] = clip(7 + (2 * mood + 2 * own) // 3 + draw(-1, 1), 1, 10)
    row["CUSCO"] = clip(7 + mood + draw(-2, 2), 1, 10)
    rows.append(row)
write("index.csv", rows)

# Orders: customers who buy at rates of their own until they leave.
rows = []
start = datetime.date(2025, 1, 1)
for customer in range(1, 301):
    day = draw(0, 180)
    gap = draw(6, 90)
    basket = draw(8, 40)
    leaving = draw(2, 60)  # in percent, after each order
    alive = True
    while day < 480 and alive:
        rows.append({"customer": f"C{customer:03}", "date": start + datetime.timedelta(days=day),
                     "amount": round(basket * draw(50, 150) / 100, 2)})
        day += max(1, gap * draw(30, 170) // 100)
        alive = draw(1, 100) > leaving
rows.sort(key=lambda row: (row["date"], row["customer"]))
write("orders.csv", rows)

# Contracts: months until they were ended, or until today.
rows = []
for i in range(120):
    plan = ["monthly", "yearly"][i % 2]
    months = min(draw(1, 20 if plan == "monthly" else 44), draw(6, 24))
    rows.append({"plan": plan, "months": months, "left": "yes" if draw(0, 9) < 6 else "no",
                 "age": draw(18, 75), "tickets": draw(0, 6)})
write("contracts.csv", rows)

# Mystery shoppers: three raters of the same 40 visits.
rows = []
for visit in range(1, 41):
    truth = draw(1, 5)
    rate = lambda slack: clip(truth + draw(-slack, slack), 1, 5)
    rows.append({"visit": visit, "anna": rate(1), "boris": rate(1), "chris": None if visit % 13 == 0 else rate(2)})
frame = pd.DataFrame(rows)
frame["chris"] = frame["chris"].astype("Int64")
frame.to_csv("ratings.csv", index=False)

# Reviews of three places.
rows = []
for i in range(160):
    place = ["Harbour", "Market", "Station"][draw(0, 2)]
    luck = draw(1, 10) + {"Harbour": 2, "Market": 0, "Station": -2}[place]
    rows.append({"place": place, "stars": 5 if luck > 6 else 4 if luck > 4 else 3 if luck > 3 else 2 if luck > 2 else 1})
write("reviews.csv", rows)

# Visits of twelve shops over fourteen months; four of them have a new layout from September on.
SHOPS = ["Arcade", "Bridge", "Castle", "Dock", "East", "Forum", "Garden", "Harbour", "Island", "Junction", "Kiosk", "Lane"]
rows = []
for month in range(14):
    for index, shop in enumerate(SHOPS):
        new = index % 3 == 1 and month >= 8
        for _ in range(draw(1, 2 + index)):
            luck = draw(1, 100) + [0, 6, -10, 14, -4, 2, 10, -6, 0, -16, 4, 8][index] + (14 if new else 0)
            rows.append({
                "date": datetime.date(2025 + month // 12, month % 12 + 1, draw(1, 28)),
                "shop": shop,
                "layout": "new" if new else "old",
                "overall": 5 if luck > 65 else 4 if luck > 40 else 3 if luck > 22 else 2 if luck > 8 else 1,
                "recommend": clip(luck // 8 + 1, 0, 10),
            })
rows.sort(key=lambda row: (row["date"], row["shop"]))
write("visits.csv", rows)

# Complaints by week: a step up in week 31, a bad week 12, more orders before the holidays.
rows = []
for week in range(1, 53):
    orders = 400 + draw(-60, 60) + (150 if week > 46 else 0)
    rate = 62 if week == 12 else 20 if week < 31 else 30  # by thousand orders
    rows.append({"week": week, "orders": orders, "complaints": orders * (rate + draw(-5, 5)) // 1000})
write("complaints.csv", rows)

# What a quicker answer did to satisfaction in eight cities: each a study with its own standard error.
CITIES = [("Kyiv", 0.41, 0.12), ("Lviv", 0.18, 0.09), ("Odesa", 0.35, 0.20), ("Sofia", 0.05, 0.11),
          ("Plovdiv", 0.52, 0.16), ("Varna", 0.22, 0.14), ("Leeds", -0.08, 0.17), ("York", 0.30, 0.10)]
write("studies.csv", [{"city": city, "effect": effect, "error": error} for city, effect, error in CITIES])

# How many customers of two plans were left after each yearly renewal: Fader and Hardie (2007), table 1.
HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241]
write("renewals.csv", [{"plan": plan, "year": year, "customers": left}
                       for plan, survivors in [("High End", HIGH_END), ("Regular", REGULAR)]
                       for year, left in enumerate(survivors)])
