"""What is kept of each world for a class: weekly curves, a few outcomes of every run, measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ips_sim.model.arrays import Array
from ips_sim.model.entities import Work
from ips_sim.model.outcomes import FINDERS, FloatArray, segment_sums
from ips_sim.model.results import Runs
from ips_sim.model.rules.counting import Weekly
from ips_sim.runs.blocks import count_people
from ips_sim.scenario import Scenario

PEOPLE = 100
"""People are told of so many."""
BAND = (5.0, 95.0)
"""Percentiles of the runs between which a band lies."""
EARLY_WEEKS = 13
"""A first job that is over after so many weeks has gone wrong."""
AFTERWARDS_WEEKS = 26
"""Weeks that a person whose first job went wrong is followed after it at least."""

STANDING: dict[str, tuple[Weekly, ...]] = {
    "work": (Weekly.EMPLOYED_SUPPORTED, Weekly.EMPLOYED_ALONE),
    "set_aside": (Weekly.SET_ASIDE_WORK,),
    "search": (Weekly.SEARCHING,),
    "before": (Weekly.WAITING, Weekly.PREPARING),
    "not_admitted": (Weekly.NOT_ADMITTED,),
    "left": (Weekly.DISENGAGED, Weekly.CLOSED, Weekly.GONE),
}
"""Where people stand in a week; everyone is in exactly one."""
CURVES = (*STANDING, "low", "high")
"""Means of `PEOPLE` by week, and the band around those at work."""
PER_RUN = ("employed_ever", "weeks_worked", "programme_cost_usd", "early", "again")
"""Means per person of every run, and people of `PEOPLE` whose first job went wrong, or who had
another after it."""


@dataclass(frozen=True)
class Measure:
    """Something that shows a principle at work.

    Attributes
    ----------
    label
        What it counts.
    unit
        Of people and shares, of `PEOPLE`.
    digits
        After the point.
    """

    label: str
    unit: str
    digits: int = 0


MEASURES: dict[str, Measure] = {
    "taken_on": Measure("people whom the service takes on", "of 100"),
    "liked_share": Measure("weeks at work in a job that the person likes", "of 100"),
    "with_benefits_plan": Measure("people with a benefits plan", "of 100"),
    "team_hours": Measure("hours with care team, families and counsellors", "a person", 1),
    "weeks_preparing": Measure("weeks of assessment and training before search", "a person", 1),
    "weeks_set_aside": Measure("weeks in sheltered or transitional work", "a person", 1),
    "employer_contacts": Measure("employers that a specialist meets for a person", "a person", 1),
    "support_hours": Measure("hours of a specialist's help to keep a job", "a person", 1),
    "staff_hours": Measure("hours of specialists paid", "a person"),
    FINDERS: Measure("people who ever have a competitive job", "of 100"),
    "jobs_held": Measure("competitive jobs", "a person", 2),
    "weeks_since_first_job": Measure("weeks from the first job to the end", "a person", 1),
    "weeks_worked": Measure("weeks in competitive work", "a person", 1),
}
"""What every world is measured by, over all its runs."""


def count_world(
    scenario: Scenario, parameters: Array, runs: Runs, seed: int, threads: int = 1
) -> dict[str, FloatArray]:
    """Run a world and count what is kept.

    Returns
    -------
    dict of name to array of float64
        ``curves`` of shape (`CURVES`, weeks), ``per_run`` of shape (`PER_RUN`, runs, all sites
        together) and ``measures`` of shape (`MEASURES`,).
    """
    from ips_sim.model.compiled.execute import execute

    result = execute(scenario, parameters, runs, seed, threads)
    sites = scenario.design.sites
    seekers: Any = result.people
    people = np.diff(result.offsets).reshape(-1, sites).sum(axis=1)
    outcomes = count_people(scenario, result).outcomes

    def by_run(values: Array) -> FloatArray:
        sums: FloatArray = segment_sums(np.asarray(values, np.float64), result.offsets)
        together: FloatArray = sums.reshape(-1, sites).sum(axis=1)
        return together

    weekly = result.weekly.reshape(len(people), sites, *result.weekly.shape[1:]).sum(axis=1)
    of_hundred = PEOPLE * weekly / people[:, None, None]
    standing = [of_hundred[:, :, list(columns)].sum(axis=2) for columns in STANDING.values()]
    low, high = np.percentile(standing[0], BAND, axis=0)

    early = (
        (seekers["jobs_held"] > 0)
        & (seekers["first_job_weeks"] <= EARLY_WEEKS)
        & ((seekers["jobs_held"] > 1) | (seekers["work"] != Work.COMPETITIVE))
        & (
            seekers["weeks_to_first_job"] + seekers["first_job_weeks"]
            <= scenario.design.weeks - AFTERWARDS_WEEKS
        )
    )
    sums = {
        **{name: by_run(outcomes[name]) for name in PER_RUN[:3]},
        "early": PEOPLE * by_run(early),
        "again": PEOPLE * by_run(early & (seekers["jobs_held"] > 1)),
    }
    everyone = float(people.sum())

    def mean(values: Array) -> float:
        return float(np.sum(values)) / everyone

    found = seekers["jobs_held"] > 0
    worked = float(seekers["weeks_worked"].sum())
    measured = {
        "taken_on": PEOPLE * mean(seekers["admitted_ever"] | (seekers["staff_hours"] > 0)),
        "liked_share": PEOPLE * float(seekers["weeks_in_liked_jobs"].sum()) / max(worked, 1.0),
        "with_benefits_plan": PEOPLE * mean(seekers["benefits_plans"] > 0),
        "team_hours": mean(weekly[:, :, Weekly.HOURS_TEAM]),
        "weeks_preparing": mean(seekers["weeks_preparing"]),
        "weeks_set_aside": mean(seekers["weeks_sheltered"] + seekers["weeks_transitional"]),
        FINDERS: PEOPLE * mean(found),
        "weeks_since_first_job": mean(
            np.where(found, seekers["weeks_observed"] - seekers["weeks_to_first_job"], 0)
        ),
        **{
            name: mean(seekers[name])
            for name in (
                "employer_contacts",
                "support_hours",
                "staff_hours",
                "jobs_held",
                "weeks_worked",
            )
        },
    }
    return {
        "curves": np.array([*(one.mean(axis=0) for one in standing), low, high]),
        "per_run": np.array([sums[name] / people for name in PER_RUN]),
        "measures": np.array([measured[name] for name in MEASURES]),
    }
