"""Places: money acts in each, and hardly anybody leaves benefits for work."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from ips_sim.model import arrays
from ips_sim.model.arrays import Array
from ips_sim.model.compiled.execute import execute
from ips_sim.model.entities import Benefit
from ips_sim.model.results import Runs
from ips_sim.scenario import load_scenario, shipped

PLACES = ["ips", *(name for name in shipped() if name.startswith("places/"))]
WEEKS = 208
"""Long enough that months without a benefit can end one, which take two years in most places."""
PER_YEAR = 0.01


@cache
def people(name: str, changed: tuple[tuple[str, Any], ...] = (), replicates: int = 5) -> Array:
    scenario = load_scenario(name, {"design.weeks": WEEKS, **dict(changed)})
    parameters = arrays.as_record(arrays.default_parameters({}), arrays.PARAMETERS)
    nobody = np.zeros(replicates, dtype=np.int64)
    runs = Runs(nobody, np.arange(replicates), nobody)
    return execute(scenario, parameters, runs, 1, threads=2).people


@pytest.mark.slow
@pytest.mark.parametrize("name", PLACES)
def test_hardly_anybody_leaves_benefits_for_work(name: str):
    """As in the target leave_benefits_for_work, of those who draw a benefit."""
    everyone = people(name)
    on_benefits = (everyone["benefit"] != Benefit.NONE) | everyone["left_benefits"]
    years = everyone["weeks_observed"][on_benefits].sum() / 52
    assert everyone["left_benefits"].sum() / years < PER_YEAR


@pytest.mark.parametrize("name", PLACES[1:])
def test_a_country_has_benefit_rules_of_its_own(name: str):
    """Nowhere those of the United States or of another file."""
    rules = [
        (
            place.tapered_benefit_usd_per_month,
            place.taper_share,
            place.taper_disregard_usd_per_month,
            place.cliff_benefit_usd_per_month,
            place.cliff_earnings_usd_per_month,
            place.minimum_wage_usd_per_hour,
        )
        for place in (load_scenario(one).place for one in PLACES)
    ]
    assert rules.count(rules[PLACES.index(name)]) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "low", "high"),
    [
        ("minimum_wage_usd_per_hour", 6.0, 16.0),
        ("tapered_benefit_usd_per_month", 300.0, 3000.0),
        ("taper_share", 0.0, 1.0),
        ("cliff_benefit_usd_per_month", 300.0, 3000.0),
    ],
)
def test_money_moves_work(key: str, low: float, high: float):
    """Wages draw people to work; what work would cost them holds them from it, or to few hours."""
    weeks = []
    hours = []
    for value in (low, high):
        everyone = people("ips", ((f"place.{key}", value),))
        weeks.append(everyone["weeks_worked"].mean())
        hours.append(everyone["hours_worked"].mean())
    sign = 1 if key.startswith("minimum_wage") else -1
    assert sign * (hours[1] - hours[0]) > 0
    assert weeks[0] != weeks[1]
