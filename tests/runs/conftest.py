"""Small plans, so that hundreds of runs take no time."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ips_sim.runs import plan as planning
from ips_sim.runs.plan import Plan, make_plan

SMALL = {"design.people": 12, "design.weeks": 26, "place.vacancies_per_employer_per_year": 12.0}


@pytest.fixture(scope="session", autouse=True)
def keep_compiled_code() -> Iterator[None]:
    """Keep what the tests compiled, so that the next run and subprocesses find it."""
    yield
    execute = sys.modules.get("ips_sim.model.compiled.execute")
    if execute is not None:
        execute.keep_compiled_code()


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two small runs to a block."""
    monkeypatch.setattr(planning, "PERSON_WEEKS_PER_BLOCK", 2 * 12 * 29)


@pytest.fixture
def small_plan() -> Callable[..., Plan]:
    """Make a plan of small runs of some scenarios."""

    def make(*scenarios: str, **settings: Any) -> Plan:
        overrides = SMALL | settings.pop("overrides", {})
        settings = {"replicates": 5, "draws": 1} | settings
        return make_plan(scenarios or ("ips", "traditional"), overrides=overrides, **settings)

    return make
