"""Trials that would tell principles apart: who would be in which arm, and how many people."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np

from ips_sim.analysis.principles.plan import PrinciplesPlan, make_principles_plan
from ips_sim.analysis.principles.players import words_of
from ips_sim.analysis.principles.shares import estimate
from ips_sim.analysis.principles.totals import ROWS, SHARED_OUTCOMES, WorldTotals
from ips_sim.analysis.principles.trial import (
    ARMS,
    ENOUGH_POWER,
    MOST_PEOPLE,
    QUESTIONS,
    TRIAL_OUTCOMES,
    fraction,
    main_effect,
    people_needed,
    variance_of_agencies,
)
from ips_sim.model.compiled.execute import execute
from ips_sim.model.outcomes import FloatArray, count_outcomes
from ips_sim.model.results import Runs
from tools.pages.markdown import table

DRAWS, REPLICATES, THREADS = 64, 4, 2
SIZES = (1000, 2000, 4000, 8000, 16_000, 32_000, 64_000)
"""People in all arms of a trial, for which pairs are counted."""
_SCALE = {"employed_ever": 100.0, "weeks_worked": 1.0}


@dataclass(frozen=True)
class Arms:
    """What was simulated for the trials.

    Attributes
    ----------
    names
        The principles.
    means
        By outcome and combination of principles: shape (draws, replicates).
    people_per_run
        How many people a run's mean is over.
    within
        By outcome: variance between people of one agency, on average of none and all principles.
    """

    names: tuple[str, ...]
    means: Mapping[str, Mapping[int, FloatArray]]
    people_per_run: float
    within: Mapping[str, float]

    def of(self, outcome: str, combinations_: list[int]) -> FloatArray:
        """Give the means of some combinations: shape (arms, draws, replicates)."""
        return np.array([self.means[outcome][one] for one in combinations_])


def fraction_combinations() -> list[int]:
    """Give the numbers of the combinations in the trial of all principles at once."""
    bits = 1 << np.arange(fraction().shape[1])
    return [int(one) for one in fraction() @ bits]


@cache
def arms() -> Arms:
    """Simulate every combination that some trial needs, with the draws of the fit."""
    plan = make_principles_plan("ips", draws=DRAWS, replicates=REPLICATES)
    everybody = (1 << len(plan.names)) - 1
    without = [everybody ^ 1 << one for one in range(len(plan.names))]
    pairs = [one & other for one, other in combinations(without, 2)]
    needed = sorted({everybody, *without, *pairs, *fraction_combinations()})
    totals = _totals(plan, needed)
    by_name = {one.name: number for number, one in enumerate(SHARED_OUTCOMES)}
    return Arms(
        plan.names,
        {
            name: dict(zip(needed, totals.means[by_name[name]], strict=True))
            for name in TRIAL_OUTCOMES
        },
        totals.people_per_run,
        _within(plan),
    )


def _within(plan: PrinciplesPlan) -> Mapping[str, float]:
    """Give the variance between people of one agency, in services with none and with all."""
    number = np.arange(DRAWS)
    runs = Runs(draw=number, replicate=number, site=np.zeros(DRAWS, dtype=np.int64))
    found: dict[str, list[float]] = {name: [] for name in TRIAL_OUTCOMES}
    for scenario in (plan.worlds[0][0], plan.worlds[0][-1]):
        result = execute(scenario, plan.parameters[plan.bases[-1]], runs, plan.seed, THREADS)
        values = count_outcomes(result.people)
        for name, some in found.items():
            each = np.split(values[name], result.offsets[1:-1])
            some.append(float(np.mean([one.var(ddof=1) for one in each])))
    return {name: float(np.mean(some)) for name, some in found.items()}


def _totals(plan: PrinciplesPlan, needed: list[int]) -> WorldTotals:
    basis = plan.bases[-1]
    lived = plan.worlds[1]
    worlds = {int(lived[np.searchsorted(plan.coalitions, one)]) for one in needed}
    pieces: dict[int, list[FloatArray]] = {}
    for block in plan.blocks():
        if block.basis == basis and block.world in worlds:
            pieces.setdefault(block.world, []).append(plan.do(block, THREADS)["totals"])
    by_world = {
        world: np.concatenate(parts, axis=1).reshape(len(ROWS), plan.draws, plan.replicates)
        for world, parts in pieces.items()
    }
    found = [by_world[int(lived[np.searchsorted(plan.coalitions, one)])] for one in needed]
    return WorldTotals(np.stack(found, axis=1))


def design_table() -> str:
    """Show who takes part in each of the sixteen arms."""
    present = fraction()
    return table(
        ["arm", *map(words_of, arms().names)],
        [
            [str(number), *("yes" if one else "–" for one in row)]
            for number, row in enumerate(present, start=1)
        ],
    )


def effects_table() -> str:
    """Show what the trial of all principles at once would find, and the people it needs."""
    rows = []
    chosen, present = fraction_combinations(), fraction()
    for place, name in enumerate(arms().names):
        weights = main_effect(present[:, place])
        cells = [words_of(name)]
        for outcome in TRIAL_OUTCOMES:
            found = estimate(np.tensordot(weights, arms().of(outcome, chosen), 1))
            scale = _SCALE[outcome]
            cells += [
                f"{scale * found.value:+.1f} ({scale * found.low:.1f} to {scale * found.high:.1f})",
                _people(_needed(outcome, chosen, weights)),
                _people(_needed(outcome, chosen, weights, apart=True)),
            ]
        rows.append(cells)
    people = ["people", "own agencies"]
    return table(
        ["principle", "with a job, of 100", *people, "weeks worked", *people],
        rows,
    )


def _needed(outcome: str, chosen: list[int], weights: FloatArray, *, apart: bool = False) -> float:
    """Give the people needed, where each agency has all arms, or each arm its own agencies."""
    means = arms().of(outcome, chosen)
    within = np.full(len(chosen), arms().within[outcome])
    variance = variance_of_agencies(means, arms().people_per_run) if apart else within
    return people_needed(means, variance, weights)


def apart_all_at_once(outcome: str) -> list[float]:
    """Give, pair by pair, the people in all arms who tell which of the two brings more."""
    present = fraction()
    weights = [main_effect(present[:, place]) for place in range(len(arms().names))]
    return [
        _needed(outcome, fraction_combinations(), one - other)
        for one, other in combinations(weights, 2)
    ]


def apart_by_pair(outcome: str) -> list[float]:
    """Give the same for a trial of each pair: two arms, each without one of the two."""
    everybody = (1 << len(arms().names)) - 1
    found = []
    for first, second in combinations(range(len(arms().names)), 2):
        one, other = 1 << first, 1 << second
        chosen = [everybody, everybody ^ one, everybody ^ other, everybody ^ one ^ other]
        found.append(_needed(outcome, chosen, np.array(QUESTIONS["apart"])))
    return found


def apart_table() -> str:
    """Count the pairs that are told apart, by people in all arms."""
    rows = []
    for outcome in TRIAL_OUTCOMES:
        for name, found in (
            ("all principles at once", apart_all_at_once(outcome)),
            ("a trial for each pair", apart_by_pair(outcome)),
        ):
            counts = [str(sum(one <= size for one in found)) for size in SIZES]
            rows.append([words_of(outcome), name, *counts])
    return table(["counted", "trial", *(f"{size:,}" for size in SIZES)], rows)


def pairs_table() -> str:
    """Show the people of a two-armed trial for each pair, by weeks worked."""
    names = arms().names
    found = dict(
        zip(combinations(range(len(names)), 2), apart_by_pair("weeks_worked"), strict=True)
    )
    rows = [
        [words_of(names[second]), *(_people(found[first, second]) for first in range(second))]
        + [""] * (len(names) - 1 - second)
        for second in range(1, len(names))
    ]
    return table(["", *(words_of(name) for name in names[:-1])], rows)


def _people(needed: float) -> str:
    """Write a number of people with two digits that count."""
    if math.isinf(needed):
        return "–"
    digits = max(0, len(str(int(needed))) - 2)
    return f"{int(math.ceil(needed / 10**digits) * 10**digits):,}"


def facts() -> Mapping[str, Any]:
    """Give everything that the page says."""
    by_weeks = apart_all_at_once("weeks_worked")
    return {
        "design": design_table(),
        "effects": effects_table(),
        "apart": apart_table(),
        "pairs": pairs_table(),
        "arms": ARMS,
        "draws": DRAWS,
        "replicates": REPLICATES,
        "power": f"{100 * ENOUGH_POWER:.0f}",
        "most": f"{MOST_PEOPLE:,}",
        "pair_count": len(by_weeks),
        "never": sum(math.isinf(one) for one in by_weeks),
    }
