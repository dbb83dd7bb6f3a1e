"""What each site of a system is: how it differs from the others, and what reviews make of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from ips_sim.analysis.systems.system import POSTS, Group, Reviews, System
from ips_sim.scenario import Scenario
from ips_sim.scenario.catalogue import keys
from ips_sim.scenario.changes import phases
from ips_sim.scenario.schema import UNLIMITED_WEEKS, Change
from ips_sim.scenario.vary import vary

_DIFFERENCES, _REVIEWS = 0, 1
"""Two streams of chance of a site, so that what reviews find moves no difference."""


def site_scenario(system: System, group: Group, site: int) -> Scenario:
    """Give the scenario of one site of a group.

    Parameters
    ----------
    site
        Number across the system; what sets the site apart depends on it and the seed alone.

    Raises
    ------
    ScenarioError
        If its values contradict each other.
    """
    chance = np.random.default_rng([system.seed, _DIFFERENCES, site])
    uniform = chance.random(len(system.differ))
    values: dict[str, object] = {}
    for (name, spread), here in zip(system.differ.items(), uniform.tolist(), strict=True):
        value = spread.at(here)
        values[name] = round(value) if keys()[name].kind == "whole number" else value
    base = group.scenario_of(site)
    made = _vary(base, values) if values else base
    if POSTS in values:
        # A larger team gets more referrals.
        posts = base.design.specialists_per_site
        people = round(base.design.people * made.design.specialists_per_site / posts)
        design = made.design.model_copy(update={"people": max(1, people)})
        made = made.model_copy(update={"design": design})
    if group.is_reviewed and system.reviews is not None:
        chance = np.random.default_rng([system.seed, _REVIEWS, site])
        return reviewed(made, system.reviews, chance)
    return made


def _vary(base: Scenario, values: Mapping[str, object]) -> Scenario:
    """Let a site differ, also after what changes over time: as far as its ranges allow."""
    changes = []
    for change in base.changes:
        moved: dict[str, dict[str, Any]] = {}
        for dotted, value in values.items():
            section, _, name = dotted.partition(".")
            then = getattr(change, section, {})
            if isinstance(then, dict) and name in then and then[name] != UNLIMITED_WEEKS:
                key = keys()[dotted]
                new = then[name] + cast("float", value) - getattr(getattr(base, section), name)
                within = min(max(new, key.low or 0), math.inf if key.high is None else key.high)
                moved.setdefault(section, {**then})[name] = within
        changes.append(change.model_copy(update=moved) if moved else change)
    return vary(base.model_copy(update={"changes": tuple(changes)}), values)


def reviewed(scenario: Scenario, reviews: Reviews, chance: np.random.Generator) -> Scenario:
    """Let reviews find levers off their anchors, and technical assistance move them part of it.

    Parameters
    ----------
    chance
        Decides what each review finds.
    """
    anchors = reviews.toward.programme.model_dump()
    last = scenario.design.weeks
    weeks = range(reviews.first_week, last + 1, reviews.every_weeks)
    moved: dict[str, Any] = {}
    changes = {one.week: one for one in scenario.changes}
    stretches = phases(scenario)
    for week in weeks:
        holds = [one for one in stretches if one.first_week <= week][-1]
        levers = holds.programme.model_dump() | moved
        for name, anchor in anchors.items():
            is_found, is_moved = chance.random(2).tolist()
            if levers[name] == anchor or is_found >= reviews.found_share:
                continue
            value = _toward(levers[name], anchor, reviews.moved_share, is_moved)
            if value != levers[name]:
                moved[name] = value
        if moved:
            changes[week] = _joined(changes.get(week), week, moved)
    return scenario.model_copy(update={"changes": tuple(changes[week] for week in sorted(changes))})


def _toward(value: Any, anchor: Any, share: float, luck: float) -> Any:
    """Move a lever part of the way; what knows no half of the way is moved or not."""
    has_no_half = isinstance(anchor, bool) or UNLIMITED_WEEKS in (value, anchor)
    if has_no_half:
        return anchor if luck < share else value
    moved = value + share * (anchor - value)
    if isinstance(anchor, int):
        # Always at least one, or a lever next to its anchor would never get there.
        return round(moved) if round(moved) != value else anchor
    return moved


def _joined(change: Change | None, week: int, moved: Mapping[str, Any]) -> Change:
    before = change or Change(week=week)
    return before.model_copy(update={"programme": {**moved, **before.programme}})
