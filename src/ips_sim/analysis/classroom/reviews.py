"""What a fidelity review gives every combination: stored, since a review takes seconds of each.

``fidelity_combinations.csv`` was made by ``python -m tools.pages.combinations``. A row counts for a
world only if people, place and programme are those that were reviewed, which a key tells.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from ips_sim.analysis.classroom.lesson import lesson
from ips_sim.analysis.classroom.plan import EVERYTHING, ClassroomPlan, World
from ips_sim.analysis.fidelity.review import in_steady_state
from ips_sim.analysis.fidelity.scoring import Basis, score_all
from ips_sim.analysis.principles.players import principle_players
from ips_sim.evidence.reading import read_rows, stop_on_problems
from ips_sim.evidence.tables import package_data
from ips_sim.runs.errors import RunError
from ips_sim.scenario import as_mapping

TABLE = "fidelity_combinations.csv"
COLUMNS = ("market", "caseload", "combination", "total", "agencies", "off_by", "reviewed")
ORDINARY = "ordinary"
"""The labour market in which all combinations were reviewed; of others, some were."""
_LETTERS = 12


@dataclass(frozen=True)
class StoredReview:
    """What a review gave a combination, or what was reckoned from the reviews of others.

    Attributes
    ----------
    total
        The sum of the scores of the agency in the middle, item by item.
    agencies
        The total of each agency that was visited; none where it is reckoned.
    off_by
        By how much a total that is reckoned may be off: the most that one was when those visited
        were left out in turn.
    reviewed
        Key of what was reviewed, as `key_of` gives it.
    """

    total: int
    agencies: tuple[int, ...]
    off_by: float
    reviewed: str


@cache
def stored_reviews() -> Mapping[World, StoredReview]:
    """Give the stored reviews by the world that was reviewed."""
    path = package_data(TABLE)
    rows = read_rows(path, columns=COLUMNS, required=COLUMNS)
    found = {}
    for row in rows:
        world = World(row.text("market"), row.integer("caseload"), row.integer("combination"))
        found[world] = StoredReview(
            row.integer("total"),
            tuple(map(int, row.text("agencies", required=False).split())),
            row.number("off_by"),
            row.text("reviewed"),
        )
    stop_on_problems(rows)
    return found


def key_of(plan: ClassroomPlan, market: str, caseload: int) -> str:
    """Give a key of all that a review depends on, in every combination; empty if there is none."""
    scenario = plan.scenario_of(World(market, caseload, EVERYTHING))
    try:
        said = as_mapping(in_steady_state(scenario))
    except RunError:  # nobody serves anyone
        return ""
    sections = {name: value for name, value in said.items() if isinstance(value, dict)}
    for money in ("prices", "budget"):
        sections.pop(money, None)
    absent = [dict(one.absent) for one in principle_players()]
    text = json.dumps([sections, absent], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:_LETTERS]


def reviews_of(plan: ClassroomPlan) -> list[StoredReview | None]:
    """Give the review of each world of a plan; nothing of worlds that were not reviewed."""
    keys = {
        (market, caseload): key_of(plan, market, caseload)
        for market in plan.markets
        for caseload in plan.caseloads
    }
    first = lesson()["extra_caseload"]
    apart = {market: _apart(market, keys[market, first]) for market in plan.markets}

    def review_of(world: World) -> StoredReview | None:
        found = stored_reviews().get(world)
        if found:
            return found if found.reviewed == keys[world.market, world.caseload] else None
        most, in_ordinary = apart[world.market], stored_reviews().get(_in_ordinary(world))
        if most is None or in_ordinary is None:
            return None
        return replace(in_ordinary, agencies=(), off_by=in_ordinary.off_by + most)

    return [review_of(world) for world in plan.worlds]


def _in_ordinary(world: World) -> World:
    return replace(world, market=ORDINARY)


def _apart(market: str, key: str) -> float | None:
    """Say how far totals of a market lie from the ordinary ones, at most, if that is known."""
    found = {world: one for world, one in stored_reviews().items() if world.market == market}
    if market == ORDINARY or not found or {one.reviewed for one in found.values()} != {key}:
        return None
    return float(
        max(abs(one.total - stored_reviews()[_in_ordinary(at)].total) for at, one in found.items())
    )


def items_by_basis() -> Counter[Basis]:
    """Count the items that are measured, read off the scenario, or that stand in for something."""
    return Counter(row.basis for row in score_all(lambda _: math.nan))
