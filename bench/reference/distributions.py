"""Expected values for the distributions of radost-stats, computed by mpmath with 60 digits.

    pip install -r requirements.txt && python distributions.py > ../../crates/stats/src/distributions/values.rs

Every argument is the binary number that the Rust source reads, so that the values hold to the last digit even where a tail is steep.
"""

from mpmath import digamma, erfc, erfinv, findroot, gammainc, log, loggamma, mp, mpf, polygamma, pi, sqrt

mp.dps = 60
SMALLEST = mpf("1e-305")


def table(name, call, rows):
    width = len(rows[0])
    kind = "(" + ", ".join(["f64"] * width) + ")"
    print(f"// {call}")
    print(f"pub(super) const {name}: [{kind}; {len(rows)}] = [")
    for row in rows:
        print("    (" + ", ".join(repr(float(x)) for x in row) + "),")
    print("];\n")


def normal_cdf(z):
    return erfc(-mpf(z) / sqrt(2)) / 2


def lower_beta(a, b, x):
    """I_x(a, b) by the power series of the side that converges or, for large a and b, by the continued fraction DLMF 8.17.22."""
    a, b, x = mpf(a), mpf(b), mpf(x)
    if x > (a + 1) / (a + b + 2):
        return 1 - lower_beta(b, a, 1 - x)
    if max(a, b) > 300:
        m = 40 + int(60 * mp.sqrt(min(a, b) + 10))
        fraction = mpf(1)
        for m in range(m, 0, -1):
            even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            fraction = 1 + even / (1 + odd / fraction)
        fraction = 1 - (a + b) * x / (a + 1) / fraction
        return mp.exp(a * log(x) + b * log(1 - x) + loggamma(a + b) - loggamma(a) - loggamma(b) - log(a)) / fraction
    # x^a (1 - x)^b / (a B(a, b)) * 2F1(1, a + b; a + 1; x): positive terms only
    front = a * log(x) + b * log(1 - x) + loggamma(a + b) - loggamma(a) - loggamma(b) - log(a)
    term, total, n = mpf(1), mpf(1), 0
    while term > total * mpf(10) ** -45:
        term *= (a + b + n) / (a + 1 + n) * x
        total += term
        n += 1
    return mp.exp(front) * total


def upper_gamma(a, x):
    a, x = mpf(a), mpf(x)
    front = a * log(x) - x - loggamma(a + 1)
    if x < a + 1:
        term, total, n = mpf(1), mpf(1), 0
        while term > total * mpf(10) ** -45:
            n += 1
            term *= x / (a + n)
            total += term
        return 1 - mp.exp(front) * total
    return gammainc(a, x, mp.inf, regularized=True)


def main():
    print("//! Printed by bench/reference/distributions.py with mpmath 1.4.1 at 60 digits.\n")

    zs = [-38.0, -30.0, -20.5, -12.0, -8.0, -5.9, -4.1, -3.9, -2.3, -1.0, -0.7, -0.2, -1e-9, 0.0, 1e-5, 0.7, 1.96, 3.3, 6.0, 8.5]
    table("NORMAL_CDF", "z, erfc(-z / sqrt(2)) / 2", [(z, normal_cdf(z)) for z in zs])

    ps = [1e-300, 1e-200, 1e-100, 1e-40, 1e-16, 1e-9, 1e-5, 0.001, 0.0249, 0.1, 0.3, 0.49999, 0.5000001, 0.7, 0.975, 0.9999, 1 - 1e-10]
    quantiles = []
    for p in ps:
        exact = mpf(p)
        if p < 1e-10:
            start = -sqrt(-2 * log(exact))
            z = findroot(lambda z: log(normal_cdf(z)) - log(exact), (start, start * mpf("0.97")))
        else:
            z = sqrt(2) * erfinv(2 * exact - 1)
        quantiles.append((p, z))
    table("NORMAL_QUANTILE", "p, z with normal_cdf(z) = p", quantiles)

    table("LN_GAMMA", "x, loggamma(x)", [(x, loggamma(mpf(x))) for x in (1e-8, 0.1, 0.5, 0.97, 1.4, 1.999, 2.001, 3.7, 14.2, 171.9, 1e4, 1e9, 1e15)])
    table(
        "POLYGAMMA",
        "x, digamma(x), polygamma(1, x)",
        [(x, digamma(mpf(x)), polygamma(1, mpf(x))) for x in (1e-6, 0.01, 0.243, 1.0, 3.3, 9.99, 12.5, 1e3, 1e8)],
    )
    stirling = lambda z: loggamma(mpf(z) + 1) - ((mpf(z) + mpf("0.5")) * log(mpf(z)) - mpf(z) + log(2 * pi) / 2)
    table("STIRLING", "z, what Stirling's formula leaves of ln z!", [(z, stirling(z)) for z in (1e-3, 0.2, 0.999, 1.5, 4.0, 9.5, 14.99, 15.0, 31.5, 1e3, 1e6)])

    rows = []
    for freedom in (1.0, 2.0, 3.0, 7.5, 50.0, 1000.0, 1e5, 1e6):
        spread = (2 * freedom) ** 0.5
        for reach in (-8.0, -3.0, -0.5, 0.0, 0.7, 3.0, 9.0, 30.0):
            rows.append((freedom + reach * spread, freedom))
        rows.append((1e-6 * freedom, freedom))
    rows += [(700.0, 1.0), (1390.0, 4.0), (1300.0, 12.0), (1e-20, 1.0)]
    rows = [(x, f) for x, f in rows if x > 0]
    rows = [(x, f, upper_gamma(mpf(f) / 2, mpf(x) / 2)) for x, f in rows]
    table("CHI_SQUARED_SF", "x, degrees of freedom, gammainc(f/2, x/2, inf, regularized=True)", [row for row in rows if row[2] > SMALLEST])
    far = [(2000.0, 1.0), (5000.0, 3.0), (3e4, 250.0), (1e6, 10.0)]
    table(
        "LN_CHI_SQUARED_SF",
        "x, degrees of freedom, the logarithm of the same",
        [(x, f, log(upper_gamma(mpf(f) / 2, mpf(x) / 2))) for x, f in far + [(0.5, 1.0), (40.0, 50.0), (1e6, 1e6)]],
    )

    rows = []
    for a, b in (
        (0.5, 0.5), (1e-3, 2.0), (40.5, 0.7), (2.0, 3.0), (81.0, 183.0), (1.0, 1000.0), (0.5, 5e3), (3.0, 1e6), (5e4, 5e4), (500.25, 3e4),
    ):
        mean, spread = a / (a + b), (a * b / (a + b + 1)) ** 0.5 / (a + b)
        for reach in (-12.0, -5.0, -2.0, -0.5, 0.0, 0.5, 2.0, 5.0, 12.0):
            rows.append((a, b, mean + reach * spread))
        rows += [(a, b, mean * 1e-4), (a, b, mean * 0.05)]
    rows = [(a, b, x, lower_beta(a, b, x)) for a, b, x in rows if 0 < x < 1]
    table("BETA_CDF", "a, b, x, betainc(a, b, 0, x, regularized=True) by its power series", [row for row in rows if row[3] > SMALLEST])

    rows = []
    for between, within in ((1.0, 1.0), (3.0, 7.0), (5.0, 15.0), (2.5, 40.0), (249.0, 996.0), (1.0, 1e5), (5.0, 2e6), (3.0, 1e9)):
        for f in (1e-4, 0.3, 0.9, 1.0, 1.3, 2.5, 6.0, 40.0):
            rows.append((f, between, within))
    rows += [(30.0, 5.0, 2e5), (500.0, 2.0, 1e5), (1e12, 1.0, 2.0)]

    def upper_f(f, between, within):
        f, between, within = mpf(f), mpf(between), mpf(within)
        return lower_beta(within / 2, between / 2, within / (within + between * f)) if f > 1 else 1 - lower_beta(
            between / 2, within / 2, between * f / (within + between * f)
        )

    rows = [(*row, upper_f(*row)) for row in rows]
    table("F_SF", "f, degrees of freedom between and within, I_x(within/2, between/2) at x = within / (within + between f)", [row for row in rows if row[3] > SMALLEST])

    rows = []
    for freedom in (1.0, 2.0, 3.7, 9.0, 30.0, 1000.0, 1e5, 1e7, 1e12):
        for t in (1e-6, 0.1, 0.8, 1.0, 1.7, 2.6, 5.5, 12.0, 35.0):
            rows.append((t, freedom, upper_f(mpf(t) ** 2, 1, freedom)))
    rows += [(1e8, 1.0, upper_f(mpf(1e16), 1, 1)), (1e50, 3.0, upper_f(mpf(1e50) ** 2, 1, 3))]
    table("TWO_SIDED_T", "t, degrees of freedom, the F tail at t squared", [row for row in rows if row[2] > SMALLEST])


main()
