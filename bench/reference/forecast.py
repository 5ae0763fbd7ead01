"""Expected values for the exponential smoothing of radost-stats, by statsmodels.

    pip install -r requirements.txt && python forecast.py

crates/stats/tests/forecast.rs quotes the results.
"""

import warnings

import numpy as np
import pandas as pd
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.holtwinters import ExponentialSmoothing

warnings.simplefilter("ignore")


def show(call, *values):
    values = np.concatenate([np.ravel(value) for value in values])
    print(f"{call}: " + ", ".join(f"{value:.12g}" for value in values))


SERIES = np.array([60 + 0.4 * i + [3, -1, 2, -4][i % 4] + (7 * i * i + 3 * i) % 11 / 4 for i in range(40)])
PLAIN = np.array([50 + 6 * np.sin(i / 5) + (5 * i * i + i) % 7 / 3 for i in range(36)])


def fixed():
    for name, trend, damped, seasonal, parameters in (
        ("simple", None, False, None, [0.3, 58.0]),
        ("Holt", "add", False, None, [0.4, 0.1, 58.0, 0.5]),
        ("damped", "add", True, None, [0.4, 0.1, 0.9, 58.0, 0.5]),
        ("Holt-Winters", "add", False, "add", [0.3, 0.05, 0.2, 60.0, 0.4, 3.0, -1.0, 2.0, -4.0]),
        ("damped, seasonal", "add", True, "add", [0.3, 0.05, 0.2, 0.95, 60.0, 0.4, 3.0, -1.0, 2.0, -4.0]),
    ):
        model = ETSModel(pd.Series(SERIES), error="add", trend=trend, damped_trend=damped, seasonal=seasonal, seasonal_periods=4 if seasonal else None)
        # statsmodels takes the seasonal states newest first: initial_seasonal.0 is that of the fourth period
        if seasonal:
            names = model.param_names
            parameters = parameters[: names.index("initial_seasonal.0")] + parameters[: names.index("initial_seasonal.0") - 1 : -1]
        with model.fix_params(dict(zip(model.param_names, parameters))):
            r = model.smooth(np.array(parameters))
        frame = r.get_prediction(start=40, end=49).summary_frame(alpha=0.05)
        width = (frame["pi_upper"] - frame["pi_lower"]).to_numpy()
        show(f"ETSModel({name}).smooth: sse, forecasts 1, 4, 10", r.sse, r.forecast(10).to_numpy()[[0, 3, 9]])
        show("  interval widths 4 and 10 over that of 1", width[3] / width[0], width[9] / width[0])


def fitted():
    for name, series, trend, damped, seasonal in (
        ("SERIES", SERIES, "add", False, "add"), ("SERIES", SERIES, "add", True, "add"), ("SERIES", SERIES, None, False, "add"),
        ("SERIES", SERIES, "add", False, None), ("PLAIN", PLAIN, None, False, None), ("PLAIN", PLAIN, "add", False, None),
        ("PLAIN", PLAIN, "add", True, None),
    ):
        r = ExponentialSmoothing(series, trend=trend, damped_trend=damped, seasonal=seasonal, seasonal_periods=4 if seasonal else None,
                                 initialization_method="estimated").fit()
        show(f"ExponentialSmoothing({name}, {trend}, {damped}, {seasonal}).fit().sse", r.sse)


MONTHS = np.array([70 + 5 * np.sin(i / 8) + [2, 1, 0, -1, -3, -4, -2, 0, 1, 2, 3, 1][i % 12] + (5 * i * i + 7 * i) % 13 / 4 for i in range(60)])


def months():
    """Five years of months: a year ahead, with the seasons as they were in the first year."""
    seasons = [2, 1, 0, -1, -3, -4, -2, 0, 1, 2, 3, 1]
    model = ETSModel(pd.Series(MONTHS), error="add", trend="add", seasonal="add", seasonal_periods=12)
    parameters = np.array([0.3, 0.02, 0.1, 71.0, 0.15] + seasons[::-1])  # newest first, as above
    with model.fix_params(dict(zip(model.param_names, parameters))):
        r = model.smooth(parameters)
    frame = r.get_prediction(start=60, end=71).summary_frame(alpha=0.05)
    show("ETSModel(MONTHS).smooth: sse", r.sse)
    show("  forecasts 1 to 12", frame["mean"])
    # statsmodels divides the squares by n, we by n less what was fitted: nothing where all is given, so that the bounds agree.
    show("  pi_lower 1, 6, 12; pi_upper 1, 6, 12", frame["pi_lower"].to_numpy()[[0, 5, 11]], frame["pi_upper"].to_numpy()[[0, 5, 11]])
    r = ETSModel(pd.Series(MONTHS), error="add", seasonal="add", seasonal_periods=12).fit(disp=0, maxiter=5000, ftol=1e-14)
    show("ETSModel(MONTHS, no trend).fit: sse, alpha, gamma", r.sse, r.params[:2])
    show("  forecasts 1 to 12", r.forecast(12))
    frame = r.get_prediction(start=60, end=71).summary_frame(alpha=0.05)
    width = (frame["pi_upper"] - frame["pi_lower"]).to_numpy()
    show("  interval widths 6 and 12 over that of 1", width[5] / width[0], width[11] / width[0])


fixed()
fitted()
months()
