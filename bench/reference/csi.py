"""What each attribute does to a satisfaction index, with delta-method intervals: plain Python, gradients by differences.

    python csi.py
"""

ROWS = [((5, 3), (5, 2)), ((4, 2), (4, None)), ((3, 3), (3, 2)), ((2, 5), (4, 5)), ((5, None), (5, 1)), ((4, 4), (2, 4))]
LOW, RANGE, Z = 1, 4, 1.959963984540054

people = [[*satisfaction, *importance] for satisfaction, importance in ROWS]
answered = [sum(p[a] is not None for p in people) for a in range(4)]
means = [sum(p[a] for p in people if p[a] is not None) / answered[a] for a in range(4)]


def part(means, what, i):
    weight = means[2 + i] / (means[2] + means[3])
    satisfied = (means[i] - LOW) / RANGE
    return {"weight": weight, "contribution": 100 * weight * satisfied, "gap": 100 * weight * (1 - satisfied)}[what]


for i in range(2):
    for what in ("weight", "contribution", "gap"):
        gradient = []
        for a in range(4):
            up, down = list(means), list(means)
            up[a] += 1e-6
            down[a] -= 1e-6
            gradient.append((part(up, what, i) - part(down, what, i)) / 2e-6)
        influence = [
            sum(gradient[a] * (p[a] - means[a]) / answered[a] for a in range(4) if p[a] is not None) for p in people
        ]
        n = len(people)
        reach = Z * (n / (n - 1) * sum(x * x for x in influence)) ** 0.5
        value = part(means, what, i)
        print(i, what, f"{value:.6f} {value - reach:.6f} {value + reach:.6f}")
