"""How often the 95 % comparisons of NPS and CSAT call equal groups different, by full enumeration of the samples.

    python test_sizes.py

Prints, for pairs of group sizes, the largest and the mean rejection rate over a grid of true shares. It is why radost-stats compares
no group of fewer than five responses.
"""

import numpy as np
from scipy.stats import binom, multinomial, norm

Z = norm.isf(0.025)
NPS_TRUTHS = [  # promoters, detractors
    (0.95, 0.02), (0.9, 0.05), (0.8, 0.1), (0.7, 0.1), (0.6, 0.2), (0.5, 0.2), (0.5, 0.5), (0.4, 0.4),
    (0.3, 0.3), (0.1, 0.1), (0.2, 0.05), (0.99, 0), (0.6, 0), (0.3, 0), (0.02, 0.02),
]


def nps(n1, n2):
    def samples(n):
        counts = np.array([(p, n - p - d, d) for p in range(n + 1) for d in range(n + 1 - p)])
        p, d = (counts[:, 0] + 0.75) / (n + 3), (counts[:, 2] + 0.75) / (n + 3)
        return counts, p - d, (p + d - (p - d) ** 2) / (n + 3)

    (c1, m1, v1), (c2, m2, v2) = samples(n1), samples(n2)
    rejected = np.abs(m1[:, None] - m2) > Z * np.sqrt(v1[:, None] + v2)
    rates = []
    for p, d in NPS_TRUTHS:
        chance = [multinomial.pmf(c, n, [p, 1 - p - d, d]) for c, n in ((c1, n1), (c2, n2))]
        rates.append((chance[0][:, None] * chance[1])[rejected].sum())
    return rates


def csat(n1, n2):
    def wilson(q, n):
        reach = Z * np.sqrt(q * (1 - q) / n + Z * Z / 4 / n / n)
        return (q + Z * Z / 2 / n - reach) / (1 + Z * Z / n), (q + Z * Z / 2 / n + reach) / (1 + Z * Z / n)

    x1, x2 = np.arange(n1 + 1)[:, None], np.arange(n2 + 1)
    q1, q2, n = x1 / n1, x2 / n2, n1 + n2
    (l1, u1), (l2, u2) = wilson(q1, n1), wilson(q2, n2)
    low = q1 - q2 - np.hypot(q1 - l1, u2 - q2)
    high = q1 - q2 + np.hypot(u1 - q1, q2 - l2)
    pooled = (x1 + x2) / n
    error = np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2) * n / (n - 1))
    rejected = (np.abs(q1 - q2) > Z * error) & ((low > 0) | (high < 0))
    return [
        (binom.pmf(x1, n1, q) * binom.pmf(x2, n2, q))[rejected].sum() for q in np.linspace(0.02, 0.98, 49)
    ]


for name, rates, sizes in (
    ("NPS", nps, [(2, 2), (2, 40), (5, 5), (5, 40), (10, 10), (10, 40), (20, 20)]),
    ("CSAT", csat, [(2, 2), (2, 50), (5, 5), (5, 50), (5, 1000), (10, 10), (10, 50), (20, 20)]),
):
    for pair in sizes:
        values = rates(*pair)
        print(f"{name} {pair[0]} against {pair[1]}: at most {max(values):.3f}, on average {np.mean(values):.3f}")
