"""What a scenario comes to as it changes: one phase after another, each whole."""

from __future__ import annotations

from dataclasses import dataclass

from ips_sim.scenario.schema import Levers, Place, Scenario, Staff

CHANGES = "changes"
"""The key of a file under which they stand."""
NOT_CHANGED: dict[str, frozenset[str]] = {
    "programme": frozenset(),
    "staff": frozenset({"programme_age_weeks", "first_leaves_in_week"}),
    "place": frozenset(
        {
            "employers_per_100_people",
            "minimum_wage_usd_per_hour",
            "wage_over_minimum_mean",
            "credential_jobs_share",
            "credential_jobs_wage_ratio",
        }
    ),
}
"""Sections that may change over time, each with the keys that are read in week 0 alone."""


@dataclass(frozen=True)
class Phase:
    """What holds from a week on, until the next phase.

    Attributes
    ----------
    first_week
        Its first week, from 1, warm-up not counted; 0 for the phase that holds from the beginning.
    programme, staff, place, specialists_per_site
        All that holds, what has not changed too.
    referred_anew, staff_begin_anew
        What happens as it begins.
    """

    first_week: int
    programme: Levers
    staff: Staff
    place: Place
    specialists_per_site: float
    referred_anew: bool = False
    staff_begin_anew: bool = False


def phases(scenario: Scenario) -> tuple[Phase, ...]:
    """Give the phases of a scenario in order; the first is the scenario itself."""
    now = Phase(
        0,
        scenario.programme,
        scenario.staff,
        scenario.place,
        scenario.design.specialists_per_site,
    )
    found = [now]
    for change in scenario.changes:
        posts = change.specialists_per_site
        now = Phase(
            change.week,
            now.programme.model_copy(update=change.programme),
            now.staff.model_copy(update=change.staff),
            now.place.model_copy(update=change.place),
            now.specialists_per_site if posts is None else posts,
            change.referred_anew,
            change.staff_begin_anew,
        )
        found.append(now)
    return tuple(found)
