"""What a programme spends and is paid, item by item, from a part of what can be counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ips_sim.economics.inventory import INCOME, PROGRAMME
from ips_sim.economics.ledger import QUANTITIES, FloatArray, amounts, facts_of
from ips_sim.economics.prices import unit_costs_of
from ips_sim.model.rules.counting import Weekly
from ips_sim.scenario.schema import Scenario


def programme_year(
    scenario: Scenario, weekly: FloatArray, plans: NDArray[np.float64]
) -> dict[str, FloatArray]:
    """Price a year of a programme.

    Parameters
    ----------
    scenario
        An open programme of a year, after its warm-up; of set-aside weeks its shares say which are
        in workshops and which in agency jobs.
    weekly
        Sums over the year, shape (runs, columns of ``Weekly``).
    plans
        Benefits plans made in it, shape (runs,).

    Returns
    -------
    dict of str to array of float64, shape (runs,)
        Dollars by item that a programme spends money on.
    """
    levers = scenario.programme
    steered = levers.sheltered_share + levers.transitional_share
    sheltered = levers.sheltered_share / steered if steered else 0.0
    set_aside = weekly[:, Weekly.SET_ASIDE_WORK]
    given = {
        "staff_hours": weekly[:, Weekly.STAFF_HOURS],
        "hours_team": weekly[:, Weekly.HOURS_TEAM],
        "hours_travel": weekly[:, Weekly.HOURS_TRAVEL],
        "weeks_preparing": weekly[:, Weekly.PREPARING],
        "weeks_sheltered": sheltered * set_aside,
        "weeks_transitional": (1.0 - sheltered) * set_aside,
        "benefits_plans": plans,
    }
    priced = programme_money(scenario, given)
    return {name: priced[name] for name in PROGRAMME}


def programme_money(scenario: Scenario, given: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Price what was counted over the whole time of a scenario, at its central prices.

    Parameters
    ----------
    scenario
        Over all of whose weeks counts go.
    given
        Counts by their name among `QUANTITIES`, shape (runs,); those not given are none.

    Returns
    -------
    dict of str to array of float64, shape (runs,)
        Dollars by item that a programme spends money on, or that others pay it; not discounted.
    """
    runs = next(iter(given.values())).shape[0]
    counted = {name: np.zeros((runs, 1)) for name in QUANTITIES}
    counted |= {name: values[:, None] for name, values in given.items()}
    facts = facts_of(scenario)
    whole = replace(facts, year_weeks=facts.year_weeks.sum(keepdims=True))
    prices = {key: one.value for key, one in unit_costs_of(scenario).items()}
    priced = amounts(counted, whole, prices)
    return {name: priced[name][:, 0] for name in (*PROGRAMME, *INCOME)}
