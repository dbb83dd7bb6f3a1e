"""What specialists' paid hours went to."""

from __future__ import annotations

from dataclasses import dataclass

from ips_sim.report.folder import Told, WeeklyFigures

COUNTED = (
    "hours_trouble",
    "hours_new_job",
    "hours_search",
    "hours_employer_contact",
    "hours_keep_in_touch",
)
"""Uses that the weekly table counts."""

USES = (*COUNTED, "team_meetings", "office", "not_used")
"""Every use, in the order in which it is shown."""


@dataclass(frozen=True)
class HoursByUse:
    """Paid hours per person on the caseload and week, by use, over the whole time."""

    by_use: dict[str, float]

    @property
    def total(self) -> float:
        """All paid hours."""
        return sum(self.by_use.values())


def hours_by_use(told: Told, weekly: WeeklyFigures) -> HoursByUse:
    """Split the paid hours of a scenario.

    Meetings with the mental health team and office work are fixed shares of every paid week, so
    they follow from the levers; what is left over was not needed by anyone.
    """
    levers = told.values["programme"]
    served = float(weekly.totals["on_caseload"].sum())
    if not served:
        return HoursByUse(dict.fromkeys(USES, 0.0))
    paid = float(weekly.totals["staff_hours"].sum()) / served
    parts = {name: float(weekly.totals[name].sum()) / served for name in COUNTED}
    full_week = float(levers["specialist_hours_per_week"])
    meetings = float(levers["team_meeting_hours_per_week"])
    parts["team_meetings"] = paid * meetings / full_week if full_week else 0.0
    parts["office"] = paid * float(levers["office_share"])
    parts["not_used"] = max(0.0, paid - sum(parts.values()))
    return HoursByUse(parts)
