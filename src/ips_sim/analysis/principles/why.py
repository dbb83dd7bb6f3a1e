"""Why weeks worked change: people starting, starting earlier, keeping jobs, finding the next one.

Weeks worked per person are a product, exactly:

    share of people who ever start
    × weeks from the first start to the end, for each of them
    × share of those weeks spent in a job,

and the last is weeks per job over weeks per job and weeks without one per job.  The change between
two worlds is shared out among the four by Shapley's rule, so the parts add up to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ips_sim.analysis.principles.plan import PrinciplesPlan
from ips_sim.analysis.principles.shapley import sampled_shares, shapley_shares
from ips_sim.analysis.principles.shares import estimate
from ips_sim.analysis.principles.totals import WorldTotals
from ips_sim.model.outcomes import FINDERS, PEOPLE, FloatArray
from ips_sim.runs.ranges import quotient

PARTS = {
    "more_people_starting": "as a larger share ever has a job",
    "starting_earlier": "as more weeks are left from the first job on",
    "keeping_jobs_longer": "as each job lasts longer",
    "finding_the_next_sooner": "as fewer weeks pass without a job after the first",
}
"""The parts of a change in weeks worked, with what each means when it is above zero."""

WHOLE = "all"
"""Stands for all principles together."""


@dataclass(frozen=True)
class WhyRow:
    """A row of ``why.csv``: a part of a change in weeks worked per person.

    Attributes
    ----------
    principle
        Whose change, or `WHOLE`.
    change
        ``dropped`` (what is lost when it alone is dropped), ``alone``, ``shapley`` (its share),
        or ``whole``.
    part
        One of `PARTS`.
    """

    principle: str
    change: str
    part: str
    unit: str
    value: float
    low: float
    high: float


def factors(totals: WorldTotals) -> FloatArray:
    """Give the four factors of weeks worked.

    Returns
    -------
    array of float64, shape (4, coalitions, draws, replicates)
        Share of people who start, weeks from their first start, weeks per job, and weeks without
        a job per job; the last three are NaN where nobody starts.
    """
    finders = totals.total(FINDERS)
    jobs, weeks = totals.total("jobs_held"), totals.total("weeks_worked")
    left = totals.total("weeks_since_first_job")
    return np.array(
        [
            quotient(finders, totals.total(PEOPLE)),
            quotient(left, finders),
            quotient(weeks, jobs),
            quotient(left - weeks, jobs),
        ]
    )


def split_change(before: FloatArray, after: FloatArray) -> FloatArray:
    """Split the change of the product between two worlds into four parts that add up to it.

    Where nobody starts in one world, its other factors are unknown and taken as in the other, so
    that all of the change is people starting.

    Parameters
    ----------
    before, after
        Shape (4, ...), as `factors` gives them.

    Returns
    -------
    array of float64, shape (4, ...)
    """
    one = np.where(np.isnan(before), after, before)
    two = np.where(np.isnan(after), before, after)
    parts = len(PARTS)
    worths = np.array(
        [
            _weeks(np.array([(two if mix >> part & 1 else one)[part] for part in range(parts)]))
            for mix in range(1 << parts)
        ]
    )
    return shapley_shares(worths, parts)


def _weeks(mix: FloatArray) -> FloatArray:
    """Multiply the factors: weeks worked per person."""
    starting, left, tenure, gap = mix
    weeks = starting * left * quotient(tenure, tenure + gap)
    return np.where(np.isnan(weeks), 0.0, weeks)


def explain(plan: PrinciplesPlan, totals: WorldTotals) -> list[WhyRow]:
    """Split what each player brings to weeks worked, dropped, alone and as its share."""
    found = factors(totals)
    players = len(plan.names)
    everybody = (1 << players) - 1
    where = {int(coalition): place for place, coalition in enumerate(plan.coalitions)}

    def change(before: int, after: int) -> FloatArray:
        return split_change(found[:, where[before]], found[:, where[after]])

    rows = _rows(WHOLE, "whole", change(0, everybody))
    shares = _shared_parts(plan, found)
    for player, name in enumerate(plan.names):
        rows += _rows(name, "dropped", change(everybody ^ 1 << player, everybody))
        rows += _rows(name, "alone", change(0, 1 << player))
        rows += _rows(name, "shapley", shares[player])
    return rows


def _shared_parts(plan: PrinciplesPlan, found: FloatArray) -> FloatArray:
    """Give the parts of every player's Shapley share: shape (players, parts, draws, replicates).

    A share is a weighted sum of changes as the player enters; each change is split, and the
    splits are summed with the same weights.
    """
    players = len(plan.names)
    shares = np.zeros((players, len(PARTS), *found.shape[2:]))
    for (player, before, after), weight in _entries(plan).items():
        shares[player] += weight * split_change(found[:, before], found[:, after])
    return shares


def _entries(plan: PrinciplesPlan) -> dict[tuple[int, int, int], float]:
    """Weights of every entry of a player, by where the coalitions before and after stand."""
    players = len(plan.names)
    size = len(plan.coalitions)
    unit = np.eye(size)
    if plan.order_pairs:
        weights = sampled_shares(unit, plan.coalitions, plan.orders)[0]
    else:
        weights = shapley_shares(unit, players)
    # A share is linear in the worths: the weight of the coalition after an entry is the entry's.
    entries = {}
    for player in range(players):
        for after in np.flatnonzero(weights[player] > 0):
            before = int(np.searchsorted(plan.coalitions, plan.coalitions[after] ^ 1 << player))
            entries[player, before, int(after)] = float(weights[player, after])
    return entries


def _rows(principle: str, change: str, parts: FloatArray) -> list[WhyRow]:
    rows = []
    for part, values in zip(PARTS, parts, strict=True):
        found = estimate(values)
        rows.append(WhyRow(principle, change, part, "weeks", found.value, found.low, found.high))
    return rows
