"""Expected values for the control charts of radost-stats.

    pip install -r requirements.txt && python control.py

No package from PyPI in requirements.txt draws control charts: the constants are integrated by scipy and the charts computed from
their definitions. crates/stats/tests/control.rs quotes the results.
"""

import numpy as np
from scipy import integrate, stats


def show(call, *values):
    values = np.concatenate([np.ravel(value) for value in values])
    print(f"{call}: " + ", ".join(f"{value:.12g}" for value in values))


def constants():
    """Mean and standard deviation of the range of two standard normals, a half-normal of scale √2."""
    density = lambda r: 2 * stats.norm.pdf(r, scale=np.sqrt(2))
    mean = integrate.quad(lambda r: r * density(r), 0, np.inf)[0]
    square = integrate.quad(lambda r: r * r * density(r), 0, np.inf)[0]
    show("quad: d2, d3", mean, np.sqrt(square - mean**2))
    return mean, np.sqrt(square - mean**2)


VALUES = np.array([62 + (7 * i * i + 3 * i) % 11 / 2 for i in range(30)])
SATISFIED = np.array([70 + (13 * i * i) % 23 + 3 * i for i in range(12)])
RESPONSES = np.array([100 + 17 * i for i in range(12)])
EVENTS = np.array([8 + (5 * i * i) % 13 for i in range(12)])
EXPOSURE = np.array([2.5 + 0.3 * (i % 4) for i in range(12)])


def charts(d2, d3):
    base = VALUES[:20]
    moving = np.abs(np.diff(base)).mean()
    show("XmR on 20 of 30: centre, limits", base.mean(), base.mean() - 3 * moving / d2, base.mean() + 3 * moving / d2)
    show("mR: centre, upper limit", moving, moving + 3 * d3 * moving / d2)
    for name, count, size, variance, units in (
        ("p", SATISFIED, RESPONSES, lambda q: q * (1 - q), 100), ("u", EVENTS, EXPOSURE, lambda u: u, 1),
    ):
        centre = count.sum() / size.sum()
        sigma = np.sqrt(variance(centre) / size)
        z = (count / size - centre) / sigma
        widening = np.abs(np.diff(z)).mean() / d2
        show(f"{name}: centre, first and last upper limit", units * centre, units * (centre + 3 * sigma[[0, -1]]))
        show(f"Laney {name}': sigma z, first lower and last upper limit", widening,
             units * (centre - 3 * widening * sigma[0]), units * (centre + 3 * widening * sigma[-1]))


charts(*constants())
