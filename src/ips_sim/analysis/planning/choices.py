"""What a planner may choose: posts, and named choices of caseload, support, closing and team."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from types import MappingProxyType

from ips_sim.evidence.reading import read_rows, stop_on_problems
from ips_sim.evidence.tables import package_data
from ips_sim.model.world import MOST_SPECIALISTS
from ips_sim.scenario import Scenario
from ips_sim.scenario.schema import UNLIMITED_WEEKS
from ips_sim.scenario.vary import vary

HALF_A_POST = 0.5
UNLIMITED = "unlimited"
CASELOAD = "caseload"
"""The group that says how many people a full-time specialist has."""


@cache
def groups(beyond_observed: bool = True) -> Mapping[str, Mapping[str, Mapping[str, float]]]:
    """Give the groups of choices: group, choice, and the keys that it sets.

    Parameters
    ----------
    beyond_observed
        Whether choices that no programme is known to have made are among them.
    """
    columns = ("group", "choice", "key", "value", "observed", "meaning")
    rows = read_rows(package_data("plan_choices.csv"), columns=columns, required=columns)
    table: dict[str, dict[str, dict[str, float]]] = {}
    for row in rows:
        if row.choice("observed", ("yes", "no")) == "no" and not beyond_observed:
            continue
        is_unlimited = row.text("value") == UNLIMITED
        value = float(UNLIMITED_WEEKS) if is_unlimited else row.number("value", low=0)
        choices = table.setdefault(row.text("group"), {})
        choices.setdefault(row.text("choice"), {})[row.text("key")] = value
    stop_on_problems(rows)
    return MappingProxyType(table)


@dataclass(frozen=True)
class Option:
    """A way to run the programme.

    Attributes
    ----------
    posts
        Full-time posts of specialists.
    choices
        A choice of each group, in their order.
    """

    posts: float
    choices: tuple[str, ...]

    @property
    def values(self) -> dict[str, object]:
        """Give the keys that it sets."""
        if self == NO_PROGRAMME:
            return {"programme.enrolment_share": 0.0, "design.specialists_per_site": 0.0}
        found: dict[str, object] = {"design.specialists_per_site": self.posts}
        for group, choice in zip(groups(), self.choices, strict=True):
            for key, value in groups()[group][choice].items():
                found[key] = int(value) if value.is_integer() and not _is_real(key) else value
        return found

    def of(self, scenario: Scenario) -> Scenario:
        """Give a scenario that runs this way."""
        return vary(scenario, self.values)


NO_PROGRAMME = Option(0.0, ())
"""The same people with nobody to come to: what work there would be anyway."""


def _is_real(key: str) -> bool:
    from ips_sim.scenario.catalogue import keys

    return keys()[key].kind == "number"


def options(most_posts: float, beyond_observed: bool = True) -> list[Option]:
    """Give every option with so many posts at most."""
    most = min(most_posts, float(MOST_SPECIALISTS))
    posts = [HALF_A_POST * step for step in range(1, int(most / HALF_A_POST) + 1)]
    return [
        Option(number, choices)
        for number in posts
        for choices in product(*(list(one) for one in groups(beyond_observed).values()))
    ]
