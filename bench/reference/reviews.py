"""Expected values for the review arithmetic of radost-stats, by exact fractions and statsmodels.

    pip install -r requirements.txt && python reviews.py

Each line is the call and its result; crates/stats/tests/reviews.rs quotes both.
"""

from fractions import Fraction
from math import ceil

from statsmodels.stats.proportion import proportion_confint


def needed(counts, target, stars):
    """By trying one number after the other."""
    total, n = sum((i + 1) * c for i, c in enumerate(counts)), sum(counts)
    k = 0
    while Fraction(total + stars * k, n + k) < target:
        k += 1
    return k, Fraction(total + stars * k, n + k)


for counts, target, stars in (
    ((4, 1, 3, 12, 30), Fraction(9, 2), 5), ((0, 0, 0, 10, 0), Fraction(21, 5), 5), ((10, 0, 0, 0, 0), Fraction(4), 5),
    ((1, 0, 0, 0, 1999), Fraction(4999, 1000), 5), ((3, 4, 5, 6, 7), Fraction(39, 10), 4), ((9, 0, 0, 0, 1), Fraction(499, 100), 5),
):
    print(f"fewest {stars}-star reviews for {counts} to reach {target}:", *needed(counts, target, stars))

for target in (Fraction(35, 10), Fraction(4), Fraction(41, 10), Fraction(42, 10), Fraction(45, 10), Fraction(48, 10)):
    ratio = (target - 1) / (5 - target)
    print(f"five-star per one-star at {float(target)}:", ratio, "for one", ceil(ratio), "for seven", ceil(7 * ratio))

for positive, n in ((2, 2), (90, 100), (950, 1100), (0, 3), (9, 10)):
    print(f"proportion_confint({positive}, {n}, 0.05, 'wilson')[0]:", f"{100 * proportion_confint(positive, n, 0.05, 'wilson')[0]:.10g}")
