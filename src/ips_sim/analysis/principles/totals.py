"""What is kept of each run when a difference is shared out: totals, and no people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ips_sim.model.arrays import Array
from ips_sim.model.outcomes import (
    OUTCOMES,
    PEOPLE,
    TOTALS,
    FloatArray,
    Outcome,
    figures,
    is_counted,
    segment_sums,
)
from ips_sim.model.results import Runs
from ips_sim.runs.blocks import count_people
from ips_sim.scenario import Scenario

AMONG_ADMITTED = (
    "employed_ever",
    "employed_at_end",
    "weeks_worked",
    "earnings_usd",
    "programme_cost_usd",
)
"""Outcomes given per person admitted too: zero exclusion decides who that is.

Admitted is whom the service took on: for preparation, even if never for a caseload after it."""

ADMITTED = "taken_on"
"""Tally of the people admitted."""

SHARED_OUTCOMES = (
    *OUTCOMES,
    *(
        Outcome(
            f"{one.name}_per_admitted",
            one.unit,
            one.kind,
            f"{one.meaning}, among people whom the service took on",
        )
        for one in OUTCOMES
        if one.name in AMONG_ADMITTED
    ),
)
"""Outcomes whose difference is shared out: per person referred, and some per person admitted."""

ROWS = (*TOTALS, ADMITTED, *(f"admitted_{name}" for name in AMONG_ADMITTED))
"""What is kept of each run."""


@dataclass(frozen=True)
class WorldTotals:
    """What all runs of one basis came to.

    Attributes
    ----------
    totals
        Shape (`ROWS`, coalitions, draws, replicates), sites added up.
    """

    totals: FloatArray

    @property
    def means(self) -> FloatArray:
        """Means of `SHARED_OUTCOMES`: (outcomes, coalitions, draws, replicates).

        NaN where a run has nobody to take the mean over.
        """
        counted = figures(self.totals[: len(TOTALS)])[: len(OUTCOMES)]
        sums = self.totals[ROWS.index(ADMITTED) + 1 :]
        people = np.broadcast_to(self.total(ADMITTED), sums.shape)
        admitted: FloatArray = np.full(sums.shape, np.nan)
        np.divide(sums, people, out=admitted, where=people > 0)
        return np.concatenate([counted, admitted])

    def total(self, name: str) -> FloatArray:
        """One of `ROWS`: shape (coalitions, draws, replicates)."""
        row: FloatArray = self.totals[ROWS.index(name)]
        return row

    @property
    def people_per_run(self) -> float:
        """People counted in a replicate, on average."""
        return float(self.total(PEOPLE).mean())


def run_totals(
    scenario: Scenario, parameters: Array, runs: Runs, seed: int, threads: int = 1
) -> FloatArray:
    """Run sites of a scenario and add up what people came to: shape (`ROWS`, runs)."""
    from ips_sim.model.compiled.execute import execute

    result = execute(scenario, parameters, runs, seed, threads)
    counted = count_people(scenario, result)
    seekers = result.people[is_counted(result.people, scenario)]
    admitted = seekers["admitted_ever"] | (seekers["staff_hours"] > 0)
    among_admitted = [
        segment_sums(values * admitted, counted.offsets)
        for values in (
            np.ones(len(admitted)),
            *(counted.outcomes[name] for name in AMONG_ADMITTED),
        )
    ]
    return np.concatenate([counted.totals, among_admitted])
