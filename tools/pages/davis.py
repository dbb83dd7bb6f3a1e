"""The trial behind the overview's figures, run anew, and which of those figures it can give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ips_sim.analysis.trials.through_layer import predict_arms
from ips_sim.analysis.trials.virtual_trials import shipped_trial, virtual_trial
from ips_sim.economics.costs import programme_cost
from ips_sim.economics.prices import default_price_year, default_prices, index_ratio
from ips_sim.evidence.draws import left_out_draws
from ips_sim.evidence.trial_layer import layer_draws
from ips_sim.evidence.trials import trial_results
from ips_sim.model.compiled.execute import execute
from ips_sim.model.outcomes import FloatArray, count_outcomes
from ips_sim.model.results import Runs
from ips_sim.runs.draws import records
from ips_sim.scenario import Scenario
from ips_sim.shown.english import number
from tools.pages.markdown import table

TRIAL = "davis2012"
SAMPLES = 400
SEED = 1
THREADS = 2
PERCENT = 100.0
LOW, HIGH = 0.05, 0.95
MONEY_YEAR = 2009
"""Year of the trial's dollars, about the middle of its follow-up: not stated, assumed."""
WEEKS = {"ips": 21.6, "control": 6.8}
"""Mean weeks worked as published; recalled, see ``trial_results.csv``."""
INCOME_USD = {"ips": 9264.0, "control": 2601.0}
"""Mean income of twelve months as published, in the trial's dollars."""

Arm = Mapping[str, FloatArray]


def arm(scenario: Scenario, rates: FloatArray, offset: int) -> Arm:
    """Sample what an arm of this size brings, each time with another draw of the fit without it.

    Weeks and earnings are those of people who found work, as simulated, times the share who do, as
    predicted of the trial; cost is as simulated.
    """
    parameters = records(left_out_draws()[TRIAL])
    number_of = np.arange(SAMPLES)
    runs = Runs(number_of % len(parameters), number_of, np.zeros(SAMPLES, np.int64))
    people = execute(scenario, parameters, runs, SEED, THREADS, offset).people
    outcomes = count_outcomes(people)
    found = outcomes["employed_ever"].reshape(SAMPLES, -1).sum(axis=1)

    def of_finders(name: str) -> FloatArray:
        sums = outcomes[name].reshape(SAMPLES, -1).sum(axis=1)
        overall = np.full(SAMPLES, sums.sum() / found.sum())
        each: FloatArray = np.divide(sums, found, out=overall, where=found > 0)
        return each

    cost: FloatArray = programme_cost(outcomes, default_prices()).reshape(SAMPLES, -1).mean(axis=1)
    return {
        "share": rates,
        "weeks": rates * of_finders("weeks_worked"),
        "earnings": rates * of_finders("earnings_usd"),
        "cost": cost,
    }


def _with_range(values: FloatArray, decimals: int = 1, *, sign: bool = False) -> str:
    ends = np.quantile(values, (LOW, HIGH))
    middle, low, high = (
        number(float(one), decimals, sign=sign) for one in (np.median(values), *ends)
    )
    return f"{middle} ({low} to {high})"


def _holds(values: FloatArray, published: float) -> bool:
    low, high = np.quantile(values, (LOW, HIGH))
    return bool(low <= published <= high)


def facts() -> Mapping[str, Any]:
    """Give everything that the section needs."""
    trial, published = virtual_trial(TRIAL), trial_results()[TRIAL]
    predicted = predict_arms(
        shipped_trial(TRIAL),
        records(left_out_draws()[TRIAL]),
        layer_draws(left_out=TRIAL),
        SAMPLES,
        SEED,
        THREADS,
        is_left_out=True,
    )
    ips = arm(trial.ips, predicted["ips"] / PERCENT, 0)
    control = arm(trial.control, predicted["control"] / PERCENT, trial.ips.design.people)
    uprated = index_ratio(MONEY_YEAR, default_price_year())
    income = {name: value * uprated for name, value in INCOME_USD.items()}
    rates = {"ips": published.ips_rate, "control": published.control_rate}
    points = PERCENT * (ips["share"] - control["share"])
    weeks, earned = ips["weeks"] - control["weeks"], ips["earnings"] - control["earnings"]

    def more(name: str) -> FloatArray:
        some = control[name] > 0
        percent: FloatArray = PERCENT * (ips[name][some] / control[name][some] - 1.0)
        return percent

    gained = {
        "weeks": WEEKS["ips"] - WEEKS["control"],
        "income": income["ips"] - income["control"],
    }
    rows = [
        ("had a competitive job, %", "share", PERCENT, rates, points, 1),
        ("weeks in competitive work", "weeks", 1.0, WEEKS, weeks, 1),
        (f"earnings, dollars of {default_price_year()}", "earnings", 1.0, income, earned, 0),
    ]
    shown = table(
        (
            "",
            "IPS: model",
            "published",
            "control: model",
            "published",
            "difference: model",
            "published",
        ),
        [
            (
                words,
                _with_range(scale * ips[name], decimals),
                number(there["ips"], decimals),
                _with_range(scale * control[name], decimals),
                number(there["control"], decimals),
                _with_range(apart, decimals, sign=True),
                number(there["ips"] - there["control"], decimals, sign=True),
            )
            for words, name, scale, there, apart, decimals in rows
        ],
    )
    return {
        "table": shown,
        "samples": SAMPLES,
        "n_ips": trial.ips.design.people,
        "n_control": trial.control.design.people,
        "weeks": _with_range(weeks, sign=True),
        "weeks_held": _holds(weeks, gained["weeks"]),
        "points": _with_range(points, sign=True),
        "points_held": _holds(points, 30.0),
        "published_points": number(rates["ips"] - rates["control"]),
        "published_points_held": _holds(points, rates["ips"] - rates["control"]),
        "more_likely": _with_range(more("share"), 0, sign=True),
        "more_weeks": _with_range(more("weeks"), 0, sign=True),
        "more_earned": _with_range(more("earnings"), 0, sign=True),
        "published_more": number(PERCENT * (rates["ips"] / rates["control"] - 1.0), 0),
        "published_more_weeks": number(PERCENT * (WEEKS["ips"] / WEEKS["control"] - 1.0), 0),
        "published_more_earned": number(
            PERCENT * (INCOME_USD["ips"] / INCOME_USD["control"] - 1.0), 0
        ),
        "earned": _with_range(earned, 0, sign=True),
        "income": number(gained["income"], 0),
        "income_held": _holds(earned, gained["income"]),
        "cost": _with_range(ips["cost"], 0),
        "pay_a_week": number(float(np.median(ips["earnings"] / ips["weeks"])), 0),
        "published_pay_a_week": number(income["ips"] / WEEKS["ips"], 0),
        "price_year": default_price_year(),
        "money_year": MONEY_YEAR,
    }
